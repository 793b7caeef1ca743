#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "tests/unit/event_rig.h"

#define DO(x)	do { if (!(x)) fail_msg("%s: %s", #x, r->err.text); } while (0)

struct event_words
event_tomorrow(const struct rig *r, int64_t capacity)
{
	int64_t begins = (rig_now(r) / DAY + 1) * DAY + 17 * 3600;

	return (struct event_words){ .place = "Café Zoë, Utrecht", .note = "Bring two documents.\nDoors open at six.",
	    .begins = begins, .ends = begins + 4 * 3600, .east = 60, .capacity = capacity };
}

static struct span
ask(struct rig *r, uint32_t op, const struct buf *in, struct buf *out)
{
	struct span s;
	struct rig_block b;

	if (!rig_ask(r, op, in, out))
		return (struct span){ NULL, 0, true };
	s = span_buf(out);
	rig_block(&s, &b);
	return s;
}

bool
event_announce(struct rig *r, struct person *p, const struct event_words *w, int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;

	rig_begin(&in, p->token);
	pack_text(&in, w->place);
	pack_i64(&in, w->begins);
	pack_i64(&in, w->ends);
	pack_i64(&in, w->east);
	pack_i64(&in, w->capacity);
	pack_text(&in, w->note);
	s = ask(r, KEEPER_EVENT_ANNOUNCE, &in, &out);
	if (s.bad)
		return false;
	*id = unpack_i64(&s);
	assert_true(unpack_i64(&s) != 0 && unpack_i64(&s) > 0);
	DO(unpack_end(&s, "announce", &r->err));
	buf_reset(&in);
	rig_begin(&in, p->token);
	pack_i64(&in, *id);
	DO(rig_ask(r, KEEPER_PUBLISHED_STANDS, &in, &out));
	return true;
}

bool
event_call(struct rig *r, struct person *p, uint32_t op, int64_t id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_i64(&in, id);
	return rig_ask(r, op, &in, &out);
}

bool
event_sign_up(struct rig *r, struct person *p, int64_t id, bool named, int64_t *number)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;

	if (!rig_again(r, p->token, TRUST_PASSWORD))
		return false;
	rig_begin(&in, p->token);
	pack_i64(&in, id);
	pack_u8(&in, named);
	s = ask(r, KEEPER_EVENT_SIGN_UP, &in, &out);
	if (s.bad)
		return false;
	*number = unpack_i64(&s);
	DO(unpack_end(&s, "sign up", &r->err));
	return true;
}

bool
event_check_out(struct rig *r, struct person *p, int64_t id, int64_t part)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_i64(&in, id);
	pack_i64(&in, part);
	return rig_ask(r, KEEPER_EVENT_CHECK_OUT, &in, &out);
}

static void
facts_read(struct span *s, struct event_seen *e)
{
	*e = (struct event_seen){0};
	e->id = unpack_i64(s);
	e->what = unpack_u32(s);
	e->begins = unpack_i64(s);
	e->ends = unpack_i64(s);
	e->east = unpack_i64(s);
	e->until = unpack_i64(s);
	unpack_text(s, e->place, sizeof(e->place));
}

bool
event_list(struct rig *r, struct person *p, struct events_seen *into)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;

	*into = (struct events_seen){0};
	rig_begin(&in, p->token);
	s = ask(r, KEEPER_EVENTS, &in, &out);
	if (s.bad)
		return false;
	into->visits = unpack_u32(&s);
	assert_in_range(into->visits, 0, COUNT(into->visit));
	for (uint32_t i = 0; i < into->visits; i++) {
		facts_read(&s, &into->visit[i]);
		unpack_text(&s, into->visit[i].code, EVENT_CODE_TEXT);
		into->visit[i].number = unpack_i64(&s);
		into->visit[i].used = unpack_i64(&s);
	}
	into->owns = unpack_u32(&s);
	assert_in_range(into->owns, 0, COUNT(into->own));
	for (uint32_t i = 0; i < into->owns; i++)
		facts_read(&s, &into->own[i]);
	DO(unpack_end(&s, "events", &r->err));
	return true;
}

bool
event_look(struct rig *r, struct person *p, int64_t id, struct event_desk *d)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;

	*d = (struct event_desk){0};
	rig_begin(&in, p->token);
	pack_i64(&in, id);
	s = ask(r, KEEPER_EVENT, &in, &out);
	if (s.bad)
		return false;
	facts_read(&s, &d->seen);
	d->seen.number = unpack_i64(&s);
	d->coming = unpack_i64(&s);
	d->assurers = unpack_i64(&s);
	d->drafts = unpack_i64(&s);
	d->parts = unpack_u32(&s);
	assert_in_range(d->parts, 0, COUNT(d->part));
	for (uint32_t i = 0; i < d->parts; i++) {
		d->part[i] = unpack_i64(&s);
		unpack_text(&s, d->name[i], sizeof(d->name[i]));
	}
	DO(unpack_end(&s, "event", &r->err));
	return true;
}

void
event_code(struct rig *r, struct person *p, int64_t id, char code[EVENT_CODE_TEXT])
{
	struct events_seen s;

	DO(event_list(r, p, &s));
	for (uint32_t i = 0; i < s.visits; i++)
		if (s.visit[i].id == id) {
			memcpy(code, s.visit[i].code, EVENT_CODE_TEXT);
			return;
		}
	fail_msg("no pass for %lld", (long long)id);
}

bool
once_of(struct rig *r, struct person *p, unsigned kind, const struct buf *about, struct buf *content)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0}, take = {0}, taken = {0};
	struct span s, body;

	rig_begin(&in, p->token);
	pack_u8(&in, kind);
	pack_bytes(&in, about->data, about->len);
	pack_u8(&in, 0);
	s = ask(r, KEEPER_ONCE_MINT, &in, &out);
	if (s.bad)
		return false;
	buf_add(&take, s.p, TOKEN_BYTES);
	if (!rig_ask(r, KEEPER_ONCE_TAKE, &take, &taken))
		return false;
	s = span_buf(&taken);
	assert_int_equal(unpack_u8(&s), kind);
	unpack_u8(&s);
	body = unpack_bytes(&s);
	buf_add(content, body.p, body.len);
	DO(unpack_end(&s, "once", &r->err));
	/* and no more */
	assert_false(rig_ask(r, KEEPER_ONCE_TAKE, &take, &taken));
	assert_int_equal(r->err.why, WHY_TOKEN);
	return true;
}

void
rig_sweep(struct rig *r)
{
	DROP(buf_wipe) struct buf none = {0}, out = {0};
	unsigned more = 1;

	while (more != 0) {
		struct span s;

		DO(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_SWEEP, &none, &out));
		s = span_buf(&out);
		for (int i = 0; i < 4; i++)
			unpack_u32(&s);
		more = unpack_u8(&s);
		DO(unpack_end(&s, "sweep", &r->err));
	}
}

static const struct sql counts[] = {
	{ "test_rows_event", "", "i", "SELECT CAST(COUNT(*) AS bigint) FROM event" },
	{ "test_rows_part", "", "i", "SELECT CAST(COUNT(*) AS bigint) FROM event_part" },
	{ "test_rows_code", "", "i", "SELECT CAST(COUNT(*) AS bigint) FROM code" },
	{ "test_rows_slip", "", "i", "SELECT CAST(COUNT(*) AS bigint) FROM slip" },
	{ "test_rows_box", "", "i", "SELECT CAST(COUNT(*) AS bigint) FROM slip WHERE box IS NOT NULL" },
	{ "test_rows_pass", "", "i", "SELECT CAST(COUNT(*) AS bigint) FROM handover WHERE pass > 0" },
	{ "test_rows_held", "", "i", "SELECT CAST(COUNT(*) AS bigint) FROM once_held" },
};

int64_t
rig_rows(struct rig *r, enum rig_table t)
{
	DROP(rows_drop) struct rows *rows = NULL;
	struct err e = {0};

	assert_true(sql_first(r->keeper.store, &rows, &counts[t], &e));
	return rows_i64(rows, 0);
}

void
rig_said(struct rig *r, struct person *p, uint32_t purpose, char into[256])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;

	into[0] = '\0';
	rig_begin(&in, p->token);
	pack_i64(&in, 0);
	pack_u32(&in, 50);
	s = ask(r, KEEPER_HISTORY, &in, &out);
	unpack_i64(&s);
	for (uint32_t n = unpack_u32(&s); n > 0; n--) {
		char object[256];
		uint32_t is;

		unpack_i64(&s), unpack_i64(&s), unpack_i64(&s), unpack_u8(&s), unpack_u8(&s);
		is = unpack_u32(&s);
		unpack_i64(&s);
		unpack_text(&s, object, sizeof(object));
		unpack_u8(&s), unpack_u8(&s);
		if (is == purpose && into[0] == '\0')
			memcpy(into, object, sizeof(object));
	}
	DO(unpack_end(&s, "history", &r->err));
}
