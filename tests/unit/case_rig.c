#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/role.h"
#include "tests/unit/case_rig.h"

void
shelf_wipe(struct shelf *s)
{
	for (size_t i = 0; i < s->n; i++)
		buf_wipe(&s->row[i].box);
	s->n = 0;
}

/* TEXT TO KEEP into the shelf. */
static int64_t
keep(struct shelf *s, struct span *a, int64_t number)
{
	struct kept *k = &s->row[s->n];
	struct span box;

	assert_true(s->n < KEPT_MOST);
	k->id = unpack_i64(a);
	k->number = number;
	assert_true(unpack_i64(a) > 0);		/* change */
	unpack_i64(a);				/* ledger number */
	box = unpack_bytes(a);
	buf_add(&k->box, box.p, box.len);
	assert_false(a->bad);
	assert_true(box.len > 0 && box.len <= CASE_BOX_MAX);
	s->n++;
	return k->id;
}

static void
stands(struct rig *r, const struct person *p, int64_t number, int64_t id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_i64(&in, number);
	pack_i64(&in, id);
	assert_true(rig_ask(r, KEEPER_CASE_STANDS, &in, &out));
}

/* What the portal brings: all of this case. */
static void
bring(struct buf *in, const struct shelf *s, int64_t number)
{
	uint32_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->row[i].number == number;
	pack_u32(in, n);
	for (size_t i = 0; i < s->n; i++)
		if (s->row[i].number == number) {
			pack_i64(in, s->row[i].id);
			pack_bytes(in, s->row[i].box.data, s->row[i].box.len);
		}
}

void
case_unpack(struct span *a, struct case_seen *s)
{
	*s = (struct case_seen){ .number = unpack_i64(a) };
	s->kind = unpack_u8(a);
	s->state = unpack_u8(a);
	s->opened = unpack_i64(a);
	s->deadline = unpack_i64(a);
	s->extended = unpack_i64(a);
	s->closed = unpack_i64(a);
	s->outcome = unpack_u8(a);
	s->what = unpack_u32(a);
	s->texts = unpack_i64(a);
}

static void
texts_unpack(struct span *a, struct case_seen *s)
{
	s->missing = unpack_i64(a);
	s->n = unpack_u32(a);
	for (uint32_t i = 0; i < s->n && i < KEPT_MOST; i++) {
		s->text[i].at = unpack_i64(a);
		s->text[i].sort = unpack_u8(a);
		unpack_text(a, s->text[i].text, sizeof(s->text[i].text));
	}
	assert_true(unpack_end(a, "texts", NULL));
}

static void
telling_unpack(struct span *a, struct case_seen *s)
{
	s->telling.state = unpack_u8(a);
	s->telling.days = unpack_i64(a);
	s->telling.since = unpack_i64(a);
	s->telling.until = unpack_i64(a);
	s->telling.ended = unpack_i64(a);
}

static void
change_unpack(struct span *a, struct case_seen *s)
{
	s->change.what = unpack_u8(a);
	s->change.said_at = unpack_i64(a);
	s->change.decision = unpack_i64(a);
	s->change.state = unpack_u8(a);
	s->change.asked_at = unpack_i64(a);
	s->change.decided_at = unpack_i64(a);
	s->change.yes = unpack_u8(a);
	s->change.no = unpack_u8(a);
}

/* The answer of an operation with a session, after its block. */
static struct span
after_block(const struct buf *out)
{
	struct span a = span_buf(out);
	struct rig_block b;

	rig_block(&a, &b);
	return a;
}

void
case_staff(struct rig *r, struct person *p, enum role role)
{
	struct err e = {0};

	rig_begin_hand(r);
	if (!role_set(&r->keeper, &p->owner, role, true, ACTOR_SYSTEM, rig_now(r), &e))
		fail_msg("role: %s", e.text);
	rig_end_hand(r);
	person_sign_in(r, p);
}

/* ---- its opener ---- */

bool
case_opens(struct rig *r, struct shelf *s, struct person *p, unsigned kind, bool birth, unsigned against, const char *about,
    const char *words, int64_t *number)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	rig_begin(&in, p->token);
	pack_u8(&in, kind);
	pack_u8(&in, birth);
	pack_u8(&in, against);
	pack_text(&in, about);
	pack_text(&in, words);
	if (!rig_ask(r, KEEPER_CASE_OPEN, &in, &out))
		return false;
	a = after_block(&out);
	*number = unpack_i64(&a);
	assert_true(*number >= CASE_NUMBER_LEAST && *number <= 99999999);
	stands(r, p, *number, keep(s, &a, *number));
	return true;
}

bool
case_looks(struct rig *r, const struct shelf *s, struct person *p, int64_t number, struct case_seen *x)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	rig_begin(&in, p->token);
	pack_i64(&in, number);
	bring(&in, s, number);
	if (!rig_ask(r, KEEPER_CASE, &in, &out))
		return false;
	a = after_block(&out);
	case_unpack(&a, x);
	change_unpack(&a, x);
	texts_unpack(&a, x);
	return true;
}

bool
case_says(struct rig *r, struct shelf *s, struct person *p, int64_t number, const char *words)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	rig_begin(&in, p->token);
	pack_i64(&in, number);
	pack_text(&in, words);
	if (!rig_ask(r, KEEPER_CASE_SAY, &in, &out))
		return false;
	a = after_block(&out);
	stands(r, p, number, keep(s, &a, number));
	return true;
}

bool
case_allows(struct rig *r, struct person *p, int64_t number, unsigned what, bool yes)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_i64(&in, number);
	pack_u8(&in, what);
	pack_u8(&in, yes);
	return rig_ask(r, KEEPER_CASE_ALLOW, &in, &out);
}

/* ---- staff ---- */

uint32_t
desk_lists(struct rig *r, struct person *p, int64_t number, struct case_seen *x, bool *found)
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span a;
	uint32_t n;

	if (!rig_look(r, KEEPER_DESK, p->token, &out, &b))
		fail_msg("list: %s", r->err.text);
	a = after_block(&out);
	n = unpack_u32(&a);
	*found = false;
	for (uint32_t i = 0; i < n; i++) {
		struct case_seen one;

		case_unpack(&a, &one);
		if (one.number == number) {
			*x = one;
			*found = true;
		}
	}
	assert_true(unpack_end(&a, "list", NULL));
	return n;
}

bool
desk_takes(struct rig *r, struct person *p, int64_t number)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_i64(&in, number);
	return rig_ask(r, KEEPER_DESK_TAKE, &in, &out);
}

bool
desk_looks(struct rig *r, const struct shelf *s, struct person *p, int64_t number, struct case_seen *x)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	rig_begin(&in, p->token);
	pack_i64(&in, number);
	bring(&in, s, number);
	if (!rig_ask(r, KEEPER_DESK_CASE, &in, &out))
		return false;
	a = after_block(&out);
	case_unpack(&a, x);
	x->read = unpack_u8(&a);
	if (x->read == 0) {
		assert_true(unpack_end(&a, "not taken", NULL));
		return true;
	}
	x->fields = unpack_u8(&a);
	assert_true(x->fields <= COUNT(x->field));
	for (unsigned i = 0; i < x->fields; i++) {
		x->field[i].field = unpack_u32(&a);
		x->field[i].held = unpack_u8(&a) != 0;
		x->field[i].until = unpack_i64(&a);
		unpack_text(&a, x->field[i].value, sizeof(x->field[i].value));
	}
	x->band = unpack_u8(&a);
	change_unpack(&a, x);
	telling_unpack(&a, x);
	texts_unpack(&a, x);
	return true;
}

bool
desk_writes(struct rig *r, struct shelf *s, struct person *p, uint32_t op, int64_t number, unsigned what, const char *words)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	rig_begin(&in, p->token);
	pack_i64(&in, number);
	pack_u8(&in, what);
	pack_text(&in, words);
	if (!rig_ask(r, op, &in, &out))
		return false;
	a = after_block(&out);
	stands(r, p, number, keep(s, &a, number));
	return true;
}

bool
desk_hands(struct rig *r, struct person *p, int64_t number, unsigned what, const char *who)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_i64(&in, number);
	pack_u8(&in, what);
	pack_text(&in, who);
	return rig_ask(r, KEEPER_DESK_HAND, &in, &out);
}

bool
desk_opens(struct rig *r, struct person *p, int64_t number, uint32_t field, const char *reason, bool *asked)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	assert_true(rig_again(r, p->token, TRUST_PASSWORD));
	rig_begin(&in, p->token);
	pack_i64(&in, number);
	pack_u32(&in, field);
	pack_text(&in, reason);
	if (!rig_ask(r, KEEPER_DESK_FIELD, &in, &out))
		return false;
	a = after_block(&out);
	*asked = unpack_u8(&a) != 0;
	return true;
}

bool
desk_finds(struct rig *r, struct person *p, int64_t number, unsigned how, const char *what, bool *found)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	assert_true(rig_again(r, p->token, TRUST_PASSWORD));
	rig_begin(&in, p->token);
	pack_i64(&in, number);
	pack_u8(&in, how);
	pack_text(&in, what);
	if (!rig_ask(r, KEEPER_DESK_FIND, &in, &out))
		return false;
	a = after_block(&out);
	*found = unpack_u8(&a) != 0;
	return true;
}

/* ---- without an account ---- */

static void
visit_stands(struct rig *r, const unsigned char token[TOKEN_BYTES], int64_t id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, token);
	pack_i64(&in, id);
	assert_true(rig_ask(r, KEEPER_CASE_VISIT_STANDS, &in, &out));
}

unsigned char visitor_form[TOKEN_BYTES];

bool
visitor_opens(struct rig *r, struct shelf *s, unsigned kind, unsigned against, const char *about, const char *words,
    int64_t *number, char pass[CODE_TEXT], unsigned char token[TOKEN_BYTES])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	pack_u8(&in, kind);
	pack_u8(&in, against);
	pack_text(&in, about);
	pack_text(&in, words);
	pack_text(&in, "en");
	pack_bytes(&in, "192.0.2.7", 9);
	pack_bytes(&in, visitor_form, sizeof(visitor_form));
	visitor_form[0]++;
	if (!rig_ask(r, KEEPER_CASE_VISIT_OPEN, &in, &out))
		return false;
	a = span_buf(&out);
	*number = unpack_i64(&a);
	unpack_text(&a, pass, CODE_TEXT);
	unpack_exact(&a, token, TOKEN_BYTES);
	visit_stands(r, token, keep(s, &a, *number));
	assert_true(unpack_end(&a, "opened", NULL));
	return true;
}

bool
visitor_enters(struct rig *r, int64_t number, const char *pass, unsigned char token[TOKEN_BYTES])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	pack_i64(&in, number);
	pack_text(&in, pass);
	pack_bytes(&in, "192.0.2.7", 9);
	if (!rig_ask(r, KEEPER_CASE_ENTER, &in, &out))
		return false;
	assert_int_equal(out.len, TOKEN_BYTES);
	memcpy(token, out.data, TOKEN_BYTES);
	return true;
}

bool
visitor_looks(struct rig *r, const struct shelf *s, const unsigned char token[TOKEN_BYTES], int64_t number, struct case_seen *x)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	rig_begin(&in, token);
	bring(&in, s, number);
	if (!rig_ask(r, KEEPER_CASE_VISIT, &in, &out))
		return false;
	a = span_buf(&out);
	case_unpack(&a, x);
	texts_unpack(&a, x);
	return true;
}

bool
visitor_says(struct rig *r, struct shelf *s, const unsigned char token[TOKEN_BYTES], int64_t number, const char *words)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	rig_begin(&in, token);
	pack_text(&in, words);
	if (!rig_ask(r, KEEPER_CASE_VISIT_SAY, &in, &out))
		return false;
	a = span_buf(&out);
	visit_stands(r, token, keep(s, &a, number));
	return true;
}
