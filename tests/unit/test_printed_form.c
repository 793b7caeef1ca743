/* tests/unit/test_printed_form.c - the printed form's address: once, for a minute, names only, a code only of one's own open printed hand-over. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/keeper/doctor.h"
#include "tests/unit/trust_rig.h"

struct scene { struct rig rig; struct person ann, ben; };	/* a member, an assurer */

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", NULL });
	person_make(&s->rig, &s->ann, "ann", "Ann Zoë", "Ó Briain", "1984-02-29", "X 123-456");
	person_assurer(&s->rig, &s->ben, "ben", "Ben", "Adeyemi");
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	rig_drop(&s->rig);
	free(s);
	return 0;
}

static void
refused(const struct scene *s, bool did, enum err_kind kind, uint32_t why)
{
	if (did || s->rig.err.kind != kind || s->rig.err.why != why)
		fail_msg("wanted %d/%u, got %d: %d/%u %s", kind, why, did, s->rig.err.kind, s->rig.err.why, s->rig.err.text);
}

/* handover 0: names alone. */
static bool
mint(struct scene *s, struct person *p, int64_t handover, unsigned variant, unsigned char once[TOKEN_BYTES])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0}, about = {0};
	struct rig_block b;
	struct span a;

	if (handover != 0)
		pack_i64(&about, handover);
	rig_begin(&in, p->token);
	pack_u8(&in, ONCE_FORM);
	pack_bytes(&in, about.data, about.len);
	pack_u8(&in, variant);
	if (!rig_ask(&s->rig, KEEPER_ONCE_MINT, &in, &out))
		return false;
	a = span_buf(&out);
	rig_block(&a, &b);
	unpack_exact(&a, once, TOKEN_BYTES);
	return unpack_end(&a, "mint", NULL);
}

struct paper { unsigned variant, names; char code[CODE_TEXT], name[3][128]; int64_t expires; };

static bool
take(struct scene *s, const unsigned char once[TOKEN_BYTES], struct paper *p)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a, content;

	buf_add(&in, once, TOKEN_BYTES);
	*p = (struct paper){0};
	if (!rig_ask(&s->rig, KEEPER_ONCE_TAKE, &in, &out))
		return false;
	assert_null(memmem(out.data, out.len, "1984", 4));
	assert_null(memmem(out.data, out.len, "123", 3));
	a = span_buf(&out);
	assert_int_equal(unpack_u8(&a), ONCE_FORM);
	p->variant = unpack_u8(&a);
	content = unpack_bytes(&a);
	assert_true(unpack_end(&a, "take", NULL));
	unpack_text(&content, p->code, sizeof(p->code));
	p->expires = unpack_i64(&content);
	p->names = unpack_u8(&content);
	for (unsigned i = 0; i < p->names && i < 3; i++)
		unpack_text(&content, p->name[i], sizeof(p->name[i]));
	assert_true(unpack_end(&content, "form", NULL));
	return true;
}

static void
names_alone_or_with_the_code_and_once(void **state)
{
	struct scene *s = *state;
	unsigned char once[TOKEN_BYTES];
	char code[CODE_TEXT];
	struct paper p;
	int64_t id;

	assert_true(mint(s, &s->ann, 0, ONCE_FORM_MUTUAL, once));
	assert_true(take(s, once, &p));
	assert_int_equal(p.variant, ONCE_FORM_MUTUAL);
	assert_string_equal(p.code, "");
	assert_int_equal(p.names, 1);
	assert_string_equal(p.name[0], "Ann Zoë Ó Briain");
	refused(s, take(s, once, &p), ERR_ABSENT, WHY_TOKEN);

	assert_true(meet_code(&s->rig, &s->ann, HANDOVER_PRINTED, code, &id));
	assert_true(mint(s, &s->ann, id, 0, once));
	assert_true(take(s, once, &p));
	assert_string_equal(p.code, code);
	assert_int_equal(p.expires, rig_now(&s->rig) + 60 * 86400);
	/* and an address that nobody used is good for a minute */
	assert_true(mint(s, &s->ann, id, 0, once));
	rig_later(&s->rig, s->rig.set.once_life);
	refused(s, take(s, once, &p), ERR_ABSENT, WHY_TOKEN);
	rig_begin_hand(&s->rig);
	assert_true(doctor_look(&s->rig.keeper, &s->rig.err));
	rig_end_hand(&s->rig);
}

static void
no_code_but_ones_own_open_printed_one(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char once[TOKEN_BYTES];
	char code[CODE_TEXT];
	struct paper p;
	int64_t screen, id, other;

	assert_true(meet_code(&s->rig, &s->ann, HANDOVER_SCREEN, code, &screen));
	refused(s, mint(s, &s->ann, screen, 0, once), ERR_ABSENT, WHY_HANDOVER_OVER);
	refused(s, mint(s, &s->ann, 4711, 0, once), ERR_ABSENT, WHY_HANDOVER_OVER);
	assert_true(meet_code(&s->rig, &s->ann, HANDOVER_PRINTED, code, &id));
	refused(s, mint(s, &s->ben, id, 0, once), ERR_ABSENT, WHY_HANDOVER_OVER);
	/* taken between asking and printing */
	assert_true(mint(s, &s->ann, id, 0, once));
	assert_true(meet_take(&s->rig, &s->ben, code, &other));
	refused(s, take(s, once, &p), ERR_ABSENT, WHY_HANDOVER_OVER);
	refused(s, mint(s, &s->ann, id, 0, once), ERR_ABSENT, WHY_HANDOVER_OVER);
	/* half a number, and no session */
	rig_begin(&in, s->ann.token);
	pack_u8(&in, ONCE_FORM);
	pack_bytes(&in, "1234", 4);
	pack_u8(&in, 0);
	refused(s, rig_ask(&s->rig, KEEPER_ONCE_MINT, &in, &out), ERR_INPUT, 0);
	memset(s->ann.token, 7, TOKEN_BYTES);
	refused(s, mint(s, &s->ann, 0, 0, once), ERR_DENIED, WHY_SESSION_OVER);
}

/* A third party's form: always with a code, of a hand-over for third parties, which no other form prints. */
static void
a_third_partys_form_of_its_own_kind(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char once[TOKEN_BYTES];
	char code[CODE_TEXT], shown[CODE_TEXT];
	struct rig_block b;
	struct paper p;
	struct span a;
	int64_t id, printed;

	refused(s, mint(s, &s->ann, 0, ONCE_FORM_TTP, once), ERR_INPUT, 0);
	assert_true(rig_again(&s->rig, s->ann.token, TRUST_PASSWORD));
	rig_begin(&in, s->ann.token);
	pack_text(&in, "NZ");
	assert_true(rig_ask(&s->rig, KEEPER_TTP_NEW, &in, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	id = unpack_i64(&a);
	assert_true(meet_code_shown(&s->rig, &s->ann, id, shown));
	refused(s, mint(s, &s->ann, id, 0, once), ERR_ABSENT, WHY_HANDOVER_OVER);
	refused(s, mint(s, &s->ben, id, ONCE_FORM_TTP, once), ERR_ABSENT, WHY_HANDOVER_OVER);
	assert_true(meet_code(&s->rig, &s->ann, HANDOVER_PRINTED, code, &printed));
	refused(s, mint(s, &s->ann, printed, ONCE_FORM_TTP, once), ERR_ABSENT, WHY_HANDOVER_OVER);
	assert_true(mint(s, &s->ann, id, ONCE_FORM_TTP, once));
	assert_true(take(s, once, &p));
	assert_int_equal(p.variant, ONCE_FORM_TTP);
	assert_string_equal(p.code, shown);
	assert_string_equal(p.name[0], "Ann Zoë Ó Briain");
	refused(s, take(s, once, &p), ERR_ABSENT, WHY_TOKEN);
}

static void
a_form_takes_a_name(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char once[TOKEN_BYTES], token[TOKEN_BYTES];
	struct person nemo = {0};

	rig_member(&s->rig, "nemo@example.org", TRUST_PASSWORD, token);
	memcpy(nemo.token, token, TOKEN_BYTES);
	refused(s, mint(s, &nemo, 0, 0, once), ERR_DENIED, WHY_HANDOVER_DATA);
}

/* What an assurer learns beside the comparing: which names somebody vouched for, and that a new date is there. */
static void
told_what_can_be_linked(void **state)
{
	struct scene *s = *state;
	char code[CODE_TEXT];
	struct met m;
	int64_t id;

	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, "Ann Zoë Ó Briain", "1984-02-29", 10));
	assert_true(meet_code(&s->rig, &s->ann, HANDOVER_SCREEN, code, &id));
	assert_true(meet_take(&s->rig, &s->ben, code, &id));
	assert_true(meet_match(&s->rig, &s->ben, id, "Somebody Else", "", "", "", &m));
	assert_int_equal(m.vouched, 1);
	assert_int_equal(m.proposed, 0);
	rig_begin_hand(&s->rig);
	assert_true(vault_put(s->rig.keeper.vault, &s->ann.owner, FIELD_BIRTH, BIRTH_PROPOSED, span_text("1984-03-01"),
	    rig_now(&s->rig), &s->rig.err));
	rig_end_hand(&s->rig);
	/* not before it was typed */
	assert_true(meet_match(&s->rig, &s->ben, id, "", "1984-02-29", "", "", &m));
	assert_int_equal(m.proposed, 0);
	assert_true(meet_match(&s->rig, &s->ben, id, "", "1984-03-01", "", "", &m));
	assert_int_equal(m.proposed, 1);
	assert_int_equal(m.birth, MATCH_SAME);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(names_alone_or_with_the_code_and_once), CASE(no_code_but_ones_own_open_printed_one),
		CASE(a_third_partys_form_of_its_own_kind), CASE(a_form_takes_a_name), CASE(told_what_can_be_linked),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
