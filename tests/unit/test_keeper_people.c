/*
 * The keeper's half about people: joining, signing in, own data, history,
 * sessions, recovery, addresses, roles; and each refusal with its why.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <sodium.h>
#include <sys/stat.h>
#include "ledger/base/clock.h"
#include "privacy/facts/member.h"
#include "privacy/facts/role.h"
#include "privacy/facts/session.h"
#include "privacy/rights/erase_field.h"
#include "privacy/policy.h"
#include "tests/unit/trust_rig.h"

#define ANNA	"anna@example.org"
#define PASS	"correct horse battery"

static int
site_up(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return -1;
	rig_open(r, NULL);
	*state = r;
	return 0;
}

static int
site_down(void **state)
{
	struct rig *r = *state;

	rig_drop(r);
	free(r);
	return 0;
}

#define REFUSED(r, kind_, why_) do { \
	assert_int_equal((r)->err.kind, (kind_)); \
	assert_int_equal((r)->err.why, (why_)); \
} while (0)

/* ---- fields ---- */

struct field_value { uint32_t field; const char *value; };

static bool
data_set(struct rig *r, const unsigned char token[TOKEN_BYTES], uint32_t purpose,
    const struct field_value *v, unsigned n, struct rig_block *b)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block unused;
	struct span s;

	rig_begin(&in, token);
	pack_u32(&in, purpose);
	pack_u8(&in, n);
	for (unsigned i = 0; i < n; i++) {
		pack_u32(&in, v[i].field);
		pack_text(&in, v[i].value);
	}
	if (!rig_ask(r, KEEPER_DATA_SET, &in, &out))
		return false;
	s = span_buf(&out);
	rig_block(&s, b == NULL ? &unused : b);
	return unpack_end(&s, "data set", &r->err);
}

/* The value shown for one field: "" none, "?" hidden. */
static void
data_of(struct rig *r, const unsigned char token[TOKEN_BYTES], uint32_t field, char into[256])
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span s;
	uint32_t n;

	into[0] = '\0';
	assert_true(rig_look(r, KEEPER_DATA, token, &out, &b));
	s = span_buf(&out);
	rig_block(&s, &b);
	unpack_u8(&s);			/* the name shown first */
	unpack_u32(&s);			/* names vouched for */
	unpack_u8(&s);			/* how the birth date stands */
	n = unpack_u32(&s);
	for (uint32_t i = 0; i < n; i++) {
		char value[256];
		uint32_t f = unpack_u32(&s);
		int64_t object = unpack_i64(&s), since = unpack_i64(&s);
		bool shown = unpack_u8(&s) == 1;

		unpack_text(&s, value, sizeof(value));
		assert_true(since > 0);
		if (f == field && (object == 0 || f == FIELD_ADDRESS))
			snprintf(into, 256, "%s", shown ? value : "?");
	}
	assert_true(unpack_end(&s, "data", NULL));
}

/* ---- history ---- */

struct entry { int64_t place, number, at, fields; unsigned kind, role, purpose, has_values, erased; char object[256]; };

static void
entry_read(struct span *s, struct entry *e)
{
	e->place = unpack_i64(s);
	e->number = unpack_i64(s);
	e->at = unpack_i64(s);
	e->kind = unpack_u8(s);
	e->role = unpack_u8(s);
	e->purpose = unpack_u32(s);
	e->fields = unpack_i64(s);
	unpack_text(s, e->object, sizeof(e->object));
	e->has_values = unpack_u8(s);
	e->erased = unpack_u8(s);
}

static uint32_t
history(struct rig *r, const unsigned char token[TOKEN_BYTES], int64_t before, uint32_t most,
    struct entry *into, int64_t *all)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span s;
	uint32_t n;

	rig_begin(&in, token);
	pack_i64(&in, before);
	pack_u32(&in, most);
	assert_true(rig_ask(r, KEEPER_HISTORY, &in, &out));
	s = span_buf(&out);
	rig_block(&s, &b);
	*all = unpack_i64(&s);
	n = unpack_u32(&s);
	assert_true(n <= most);
	for (uint32_t i = 0; i < n; i++)
		entry_read(&s, &into[i]);
	assert_true(unpack_end(&s, "history", NULL));
	return n;
}

/* Purpose of the newest entry. */
static unsigned
newest(struct rig *r, const unsigned char token[TOKEN_BYTES], struct entry *e)
{
	int64_t all;

	assert_int_equal(history(r, token, 0, 1, e, &all), 1);
	return e->purpose;
}

/* ---- joining and signing in ---- */

static void
test_walk(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf out = {0};
	unsigned char token[TOKEN_BYTES];
	char agreed_to[64];
	struct rig_block b;
	struct rig_mail m;
	struct entry e[20];
	int64_t all, entries = chain_size(r->keeper.chain);
	char value[256];

	assert_true(rig_join(r, ANNA, PASS));
	/* Who does not verify leaves no trace in the ledger. */
	assert_int_equal(chain_size(r->keeper.chain), entries);
	assert_false(rig_sign_in(r, ANNA, PASS, token, NULL));
	REFUSED(r, ERR_DENIED, WHY_SIGN_IN);
	assert_true(rig_mail(r, &m));
	assert_int_equal(m.kind, MAIL_JOIN);
	assert_string_equal(m.to, ANNA);
	assert_true(rig_take(r, m.token));
	assert_false(rig_take(r, m.token));
	REFUSED(r, ERR_ABSENT, WHY_TOKEN);

	assert_true(rig_sign_in(r, "anna@EXAMPLE.org", PASS, token, &b));
	assert_int_equal(b.flags, 0);
	assert_int_equal(b.steps, STEP_ADDRESS);
	assert_int_equal(b.idle_until, rig_now(r) + r->set.session_idle);
	assert_int_equal(b.ends_at, rig_now(r) + r->set.session_life);
	assert_true(rig_look(r, KEEPER_HOME, token, &out, &b));
	data_of(r, token, FIELD_ADDRESS, value);
	assert_string_equal(value, ANNA);

	assert_int_equal(history(r, token, 0, 20, e, &all), 5);
	/* join, verify, sign in, home, data; newest first */
	assert_int_equal(all, 5);
	assert_int_equal(e[0].purpose, PURPOSE_OWN_VIEW);
	assert_int_equal(e[0].fields, FIELD_BIT(FIELD_ADDRESS));
	assert_int_equal(e[1].purpose, PURPOSE_HOME);
	assert_int_equal(e[2].purpose, PURPOSE_SIGN_IN);
	assert_int_equal(e[3].purpose, PURPOSE_VERIFY_ADDRESS);
	assert_int_equal(e[4].purpose, PURPOSE_JOIN);
	snprintf(agreed_to, sizeof(agreed_to), "agreement %u, statement %u", policy_number(POLICY_AGREEMENT, rig_now(r)), policy_number(POLICY_STATEMENT, rig_now(r)));
	assert_string_equal(e[4].object, agreed_to);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(e[i].place, 5 - (int64_t)i);
		assert_int_equal(e[i].role, ACTOR_OWNER);
		assert_int_equal(e[i].at, rig_now(r));
		assert_false(e[i].erased);
	}
	/* Paging goes on where it stopped. */
	assert_int_equal(history(r, token, 3, 20, e, &all), 2);
	assert_int_equal(e[0].place, 2);
	rig_restart(r);
	/* Each look at the history is a line of it. */
	assert_int_equal(history(r, token, 0, 20, e, &all), 7);
	assert_int_equal(e[0].purpose, PURPOSE_HISTORY);
}

static void
test_join_refused(void **state)
{
	struct rig *r = *state;
	static const struct { const char *name, *address, *password; uint32_t agreement; /* 0: the one in force */ enum why why; } cases[] = {
		{ "no at", "anna", PASS, 0, WHY_ADDRESS_SHAPE },
		{ "no dot", "anna@example", PASS, 0, WHY_ADDRESS_SHAPE },
		{ "an IP address", "anna@127.0.0.1", PASS, 0, WHY_ADDRESS_SHAPE },
		{ "two dots", "an..na@example.org", PASS, 0, WHY_ADDRESS_SHAPE },
		{ "a space", "an na@example.org", PASS, 0, WHY_ADDRESS_SHAPE },
		{ "header", "anna@example.org\r\nBcc: x@example.org", PASS, 0, WHY_ADDRESS_SHAPE },
		{ "hyphen first", "anna@-example.org", PASS, 0, WHY_ADDRESS_SHAPE },
		{ "hyphen last", "anna@example-.org", PASS, 0, WHY_ADDRESS_SHAPE },
		{ "long local part", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.org", PASS, 0, WHY_ADDRESS_SHAPE },
		{ "not ASCII", "änna@example.org", PASS, 0, WHY_ADDRESS_SHAPE },
		{ "short password", ANNA, "123456789", 0, WHY_PASSWORD_WEAK },
		{ "the address", ANNA, "Anna@Example.org", 0, WHY_PASSWORD_WEAK },
		{ "one character", ANNA, "aaaaaaaaaaaa", 0, WHY_PASSWORD_WEAK },
		{ "another agreement", ANNA, PASS, 99, WHY_POLICY },
	};
	char words[300];

	for (size_t i = 0; i < COUNT(cases); i++) {
		DROP(buf_wipe) struct buf in = {0}, out = {0};

		pack_text(&in, cases[i].address);
		pack_text(&in, cases[i].password);
		pack_u32(&in, cases[i].agreement != 0 ? cases[i].agreement : policy_number(POLICY_AGREEMENT, clock_now()));
		pack_u32(&in, policy_number(POLICY_STATEMENT, clock_now()));
		pack_text(&in, "en");
		pack_bytes(&in, "x", 1);
		if (rig_ask(r, KEEPER_JOIN, &in, &out) || r->err.why != cases[i].why)
			fail_msg("%s: why %u", cases[i].name, r->err.why);
	}
	memset(words, 'a', sizeof(words));
	words[sizeof(words) - 1] = '\0';
	words[1] = 'b';
	assert_false(rig_join(r, ANNA, words));
	REFUSED(r, ERR_INPUT, WHY_PASSWORD_LONG);
}

static void
test_join_known(void **state)
{
	struct rig *r = *state;
	unsigned char token[TOKEN_BYTES];
	struct rig_mail m;

	rig_member(r, ANNA, PASS, token);
	assert_true(rig_join(r, "ANNA@example.org", "another password"));
	assert_true(rig_mail(r, &m));
	assert_int_equal(m.kind, MAIL_KNOWN);
	assert_true(sodium_is_zero(m.token, sizeof(m.token)));
	assert_false(rig_mail(r, &m));
	assert_true(rig_sign_in(r, ANNA, PASS, token, NULL));
	assert_false(rig_sign_in(r, ANNA, "another password", token, NULL));

	/* Two joins with one address: who follows the link first has it. */
	assert_true(rig_join(r, "bert@example.org", "password of bert"));
	assert_true(rig_mail(r, &m));
	struct rig_mail second;

	assert_true(rig_join(r, "bert@example.org", "another of bert"));
	assert_true(rig_mail(r, &second));
	assert_int_equal(second.kind, MAIL_JOIN);
	assert_true(rig_take(r, second.token));
	assert_false(rig_take(r, m.token));
	REFUSED(r, ERR_ABSENT, WHY_TOKEN);
	assert_true(rig_sign_in(r, "bert@example.org", "another of bert", token, NULL));
}

static void
test_join_vanishes(void **state)
{
	struct rig *r = *state;
	struct err e = {0};
	struct rig_mail m;
	int64_t joins, members, waiting;

	assert_true(rig_join(r, ANNA, PASS));
	assert_true(rig_mail(r, &m));
	rig_later(r, r->set.join_life + 1);
	assert_false(rig_take(r, m.token));
	REFUSED(r, ERR_ABSENT, WHY_TOKEN);
	assert_true(keeper_begin(&r->keeper, &e));
	assert_true(member_sweep(&r->keeper, rig_now(r), 10, &joins, &e));
	assert_true(member_count(&r->keeper, &members, &waiting, &e));
	assert_true(keeper_end(&r->keeper, &e));
	assert_int_equal(joins, 1);
	assert_int_equal(members, 0);
	assert_int_equal(waiting, 0);
}

/* ---- sessions ---- */

static void
test_session_token_changes(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf out = {0};
	unsigned char token[TOKEN_BYTES], old[TOKEN_BYTES];
	struct field_value v = { FIELD_GIVEN, "Anna" };
	struct rig_block b;
	char value[256];

	rig_member(r, ANNA, PASS, token);
	assert_true(rig_look(r, KEEPER_WHO, token, &out, &b));
	assert_int_equal(b.flags, 0);
	memcpy(old, token, sizeof(old));
	assert_false(rig_again(r, token, "not it, surely"));
	REFUSED(r, ERR_DENIED, WHY_SIGN_IN);
	assert_true(rig_again(r, token, PASS));
	assert_true(rig_look(r, KEEPER_WHO, token, &out, &b));
	assert_int_equal(b.flags, SESSION_FRESH);
	/* The old one shows, without what is behind the password, and does not act. */
	assert_true(rig_look(r, KEEPER_WHO, old, &out, &b));
	assert_int_equal(b.flags, SESSION_OLD);
	v.field = FIELD_BIRTH;
	v.value = "1984-02-29";
	assert_true(data_set(r, token, PURPOSE_ENROL, &v, 1, NULL));
	data_of(r, old, FIELD_BIRTH, value);
	assert_string_equal(value, "?");
	data_of(r, token, FIELD_BIRTH, value);
	assert_string_equal(value, "1984-02-29");
	assert_false(data_set(r, old, PURPOSE_ENROL, &v, 1, NULL));
	REFUSED(r, ERR_DENIED, WHY_SESSION_OLD);
	rig_later(r, r->set.old_token_life);
	assert_false(rig_look(r, KEEPER_WHO, old, &out, &b));
	REFUSED(r, ERR_DENIED, WHY_SESSION_OVER);
	/* Good for ten minutes, and from the last entry on. */
	assert_true(rig_again(r, token, PASS));
	rig_later(r, r->set.fresh_life - 1);
	assert_true(rig_look(r, KEEPER_WHO, token, &out, &b));
	assert_int_equal(b.flags, SESSION_FRESH);
	rig_later(r, 1);
	assert_true(rig_look(r, KEEPER_WHO, token, &out, &b));
	assert_int_equal(b.flags, 0);
}

/* What the bearer of this token gets of what lies behind the password: refusals, all of one kind. */
static void
behind_password(struct rig *r, const unsigned char token[TOKEN_BYTES], enum why acts, enum why shows)
{
	static const struct field_value birth = { FIELD_BIRTH, "1985-01-01" };
	static const struct { uint32_t op; const char *text; enum field field; } asks[] = {
		{ KEEPER_PASSWORD_CHANGE, "a thief's own password", 0 }, { KEEPER_ROLE_CODE, "AAAA-AAAA-AAAA-AAAA", 0 },
		{ KEEPER_DATA_ERASE, NULL, FIELD_BIRTH }, { KEEPER_DATA_ERASE, NULL, FIELD_QUESTION },
	};
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	char value[256];

	data_of(r, token, FIELD_BIRTH, value);
	assert_string_equal(value, "?");
	assert_false(rig_look(r, KEEPER_QUESTIONS, token, &out, NULL));
	REFUSED(r, ERR_DENIED, shows);
	assert_false(data_set(r, token, PURPOSE_CORRECT, &birth, 1, NULL));
	REFUSED(r, ERR_DENIED, acts);
	for (size_t i = 0; i < COUNT(asks); i++) {
		rig_begin(&in, token);
		if (asks[i].text != NULL)
			pack_text(&in, asks[i].text);
		else
			pack_u32(&in, asks[i].field);
		if (rig_ask(r, asks[i].op, &in, &out) || r->err.kind != ERR_DENIED || r->err.why != (uint32_t)acts)
			fail_msg("operation %u: why %u", asks[i].op, r->err.why);
	}
}

/* Signing in is not the password entry that opens fields, and the owner's later one opens them to the owner alone. */
static void
test_stolen_address(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf out = {0};
	unsigned char owner[TOKEN_BYTES], thief[TOKEN_BYTES];
	struct field_value birth = { FIELD_BIRTH, "1984-02-29" };
	char value[256];

	rig_member(r, ANNA, PASS, owner);
	assert_true(data_set(r, owner, PURPOSE_ENROL, &birth, 1, NULL));
	memcpy(thief, owner, sizeof(thief));
	behind_password(r, thief, WHY_PASSWORD_NEEDED, WHY_PASSWORD_NEEDED);
	assert_false(rig_again(r, thief, "a guess of the thief's"));
	REFUSED(r, ERR_DENIED, WHY_SIGN_IN);
	/* The owner enters the password: the stolen address stays the one it was. */
	assert_true(rig_again(r, owner, PASS));
	data_of(r, owner, FIELD_BIRTH, value);
	assert_string_equal(value, "1984-02-29");
	behind_password(r, thief, WHY_SESSION_OLD, WHY_PASSWORD_NEEDED);
	assert_false(rig_again(r, thief, PASS));
	REFUSED(r, ERR_DENIED, WHY_SESSION_OLD);
	/* A second entry leaves the first address nothing at all. */
	assert_true(rig_again(r, owner, PASS));
	assert_false(rig_look(r, KEEPER_WHO, thief, &out, NULL));
	REFUSED(r, ERR_DENIED, WHY_SESSION_OVER);
}

static void
test_session_ends(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf out = {0}, in = {0};
	unsigned char token[TOKEN_BYTES], other[TOKEN_BYTES], none[TOKEN_BYTES] = {0};
	struct rig_block b;
	struct err e = {0};
	int64_t ended;

	assert_false(rig_look(r, KEEPER_WHO, none, &out, &b));
	REFUSED(r, ERR_DENIED, WHY_SESSION_OVER);
	rig_member(r, ANNA, PASS, token);
	/* Idle: every page puts it off. */
	for (int i = 0; i < 3; i++) {
		rig_later(r, r->set.session_idle - 1);
		assert_true(rig_look(r, KEEPER_WHO, token, &out, &b));
		assert_int_equal(b.idle_until, rig_now(r) + r->set.session_idle);
	}
	rig_later(r, r->set.session_idle);
	assert_false(rig_look(r, KEEPER_WHO, token, &out, &b));
	/* Twelve hours in any case. */
	assert_true(rig_sign_in(r, ANNA, PASS, token, &b));
	for (int64_t t = 0; t + 1700 < r->set.session_life; t += 1700) {
		assert_true(rig_look(r, KEEPER_WHO, token, &out, &b));
		rig_later(r, 1700);
	}
	rig_later(r, 1700);
	assert_false(rig_look(r, KEEPER_WHO, token, &out, &b));
	/* A shared computer: five minutes. */
	pack_text(&in, ANNA);
	pack_text(&in, PASS);
	pack_u8(&in, 1);
	pack_bytes(&in, "x", 1);
	assert_true(rig_ask(r, KEEPER_SIGN_IN, &in, &out));
	memcpy(token, out.data, TOKEN_BYTES);
	assert_true(rig_look(r, KEEPER_WHO, token, &out, &b));
	assert_int_equal(b.flags, SESSION_SHARED);
	rig_later(r, r->set.session_idle_shared);
	assert_false(rig_look(r, KEEPER_WHO, token, &out, &b));
	assert_true(keeper_begin(&r->keeper, &e));
	assert_true(session_sweep(&r->keeper, rig_now(r), 100, &ended, &e));
	assert_true(keeper_end(&r->keeper, &e));
	assert_int_equal(ended, 3);
	/* Sign out here, everywhere, one. */
	assert_true(rig_sign_in(r, ANNA, PASS, token, &b));
	assert_true(rig_sign_in(r, ANNA, PASS, other, &b));
	rig_begin(&in, token);
	pack_u8(&in, 0);
	pack_i64(&in, 0);
	assert_true(rig_ask(r, KEEPER_SIGN_OUT, &in, &out));
	assert_false(rig_look(r, KEEPER_WHO, token, &out, &b));
	assert_true(rig_look(r, KEEPER_WHO, other, &out, &b));
	assert_true(rig_sign_in(r, ANNA, PASS, token, &b));
	rig_begin(&in, other);
	pack_u8(&in, 1);
	pack_i64(&in, 0);
	assert_true(rig_ask(r, KEEPER_SIGN_OUT, &in, &out));
	assert_false(rig_look(r, KEEPER_WHO, token, &out, &b));
	assert_false(rig_look(r, KEEPER_WHO, other, &out, &b));
}

static void
test_sessions_of_others(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char anna[TOKEN_BYTES], bert[TOKEN_BYTES];
	struct rig_block b;
	struct span s;
	int64_t number;

	rig_member(r, ANNA, PASS, anna);
	rig_member(r, "bert@example.org", "password of bert", bert);
	assert_true(rig_look(r, KEEPER_SESSIONS, bert, &out, &b));
	s = span_buf(&out);
	rig_block(&s, &b);
	assert_int_equal(unpack_u32(&s), 1);
	number = unpack_i64(&s);
	rig_begin(&in, anna);
	pack_u8(&in, 2);
	pack_i64(&in, number);
	assert_false(rig_ask(r, KEEPER_SIGN_OUT, &in, &out));
	REFUSED(r, ERR_ABSENT, 0);
	assert_true(rig_look(r, KEEPER_WHO, bert, &out, &b));
}

static void
test_sign_in_brake(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];
	bool slowed = false;

	rig_member(r, ANNA, PASS, token);
	for (int i = 0; i < 10 && !slowed; i++) {
		assert_false(rig_sign_in(r, ANNA, "wrong password", token, NULL));
		slowed = r->err.why == WHY_SLOW_DOWN;
	}
	assert_true(slowed);
	assert_int_equal(r->err.kind, ERR_BUSY);
	/* From another place its owner comes in. */
	pack_text(&in, ANNA);
	pack_text(&in, PASS);
	pack_u8(&in, 0);
	pack_bytes(&in, "198.51.100.7", 12);
	assert_true(rig_ask(r, KEEPER_SIGN_IN, &in, &out));
	/* And from this one after a while. */
	rig_later(r, 1000);
	assert_true(rig_sign_in(r, ANNA, PASS, token, NULL));
}

static void
test_password_change(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES], other[TOKEN_BYTES];
	struct rig_block b;
	struct rig_mail m;

	rig_member(r, ANNA, PASS, token);
	assert_true(rig_sign_in(r, ANNA, PASS, other, NULL));
	assert_true(rig_again(r, token, PASS));
	rig_begin(&in, token);
	pack_text(&in, ANNA);
	assert_false(rig_ask(r, KEEPER_PASSWORD_CHANGE, &in, &out));
	REFUSED(r, ERR_INPUT, WHY_PASSWORD_WEAK);
	rig_begin(&in, token);
	pack_text(&in, "a new password");
	assert_true(rig_ask(r, KEEPER_PASSWORD_CHANGE, &in, &out));
	memcpy(token, out.data, TOKEN_BYTES);
	assert_true(rig_look(r, KEEPER_WHO, token, &out, &b));
	assert_false(rig_look(r, KEEPER_WHO, other, &out, &b));
	assert_true(rig_mail_of(r, MAIL_PASSWORD_CHANGED, &m));
	assert_string_equal(m.to, ANNA);
	assert_false(rig_sign_in(r, ANNA, PASS, other, NULL));
	assert_true(rig_sign_in(r, ANNA, "a new password", other, NULL));
	rig_later(r, r->set.fresh_life);
	rig_begin(&in, token);
	pack_text(&in, "one more password");
	assert_false(rig_ask(r, KEEPER_PASSWORD_CHANGE, &in, &out));
	REFUSED(r, ERR_DENIED, WHY_PASSWORD_NEEDED);
}

/* ---- own data ---- */

static void
test_fields(void **state)
{
	struct rig *r = *state;
	unsigned char token[TOKEN_BYTES];
	struct rig_block b;
	char value[256];
	static const struct field_value all[] = {
		{ FIELD_GIVEN, "  Ma\xc3\xadra   Jose " }, { FIELD_FAMILY, "O\xe2\x80\x99" "Brien-\xe6\x9d\x8e" },
		{ FIELD_BIRTH, "1984-02-29" }, { FIELD_NATIONALITY, "de, br" },
		{ FIELD_DOC_KIND, "passport" }, { FIELD_DOC_NUMBER, "c01x 00t47" },
	};
	static const struct { uint32_t field; const char *value; enum why why; } bad[] = {
		{ FIELD_GIVEN, "<b>", WHY_NAME_SHAPE }, { FIELD_GIVEN, "...", WHY_NAME_SHAPE },
		{ FIELD_GIVEN, "a\x07", WHY_NAME_SHAPE },
		{ FIELD_GIVEN, "\xe2\x80\xaegnp.exe", WHY_NAME_SHAPE },	/* right-to-left override */
		{ FIELD_GIVEN, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", WHY_FIELD_LONG },
		{ FIELD_BIRTH, "1983-02-29", WHY_BIRTH_DATE }, { FIELD_BIRTH, "1899-12-31", WHY_BIRTH_DATE },
		{ FIELD_BIRTH, "2199-01-01", WHY_BIRTH_DATE }, { FIELD_BIRTH, "29.2.1984", WHY_BIRTH_DATE },
		{ FIELD_BIRTH, "1984-13-01", WHY_BIRTH_DATE },
		{ FIELD_NATIONALITY, "XX", WHY_NATIONALITY }, { FIELD_NATIONALITY, "DE,DE", WHY_NATIONALITY },
		{ FIELD_NATIONALITY, "DE,", WHY_NATIONALITY }, { FIELD_NATIONALITY, "Germany", WHY_NATIONALITY },
		{ FIELD_NATIONALITY, "DE,AT,CH,FR,IT,ES", WHY_NATIONALITY },
		{ FIELD_DOC_KIND, "library card", WHY_DOCUMENT }, { FIELD_DOC_NUMBER, "12_34", WHY_DOCUMENT },
		{ FIELD_DOC_NUMBER, "12", WHY_DOCUMENT }, { FIELD_DOC_KIND, "none", WHY_NONE },
		{ FIELD_ADDRESS, "x@example.org", WHY_FIELD_UNKNOWN }, { FIELD_CREDENTIAL, "x", WHY_FIELD_UNKNOWN },
		{ 0, "x", WHY_FIELD_UNKNOWN }, { 4000000000u, "x", WHY_FIELD_UNKNOWN },
	};

	rig_member(r, ANNA, PASS, token);
	assert_true(rig_again(r, token, PASS));
	assert_true(data_set(r, token, PURPOSE_ENROL, all, COUNT(all), &b));
	assert_int_equal(b.steps, STEP_ADDRESS | STEP_NAMES | STEP_BIRTH | STEP_NATIONALITY | STEP_DOCUMENT);
	data_of(r, token, FIELD_GIVEN, value);
	assert_string_equal(value, "Ma\xc3\xadra Jose");
	data_of(r, token, FIELD_NATIONALITY, value);
	assert_string_equal(value, "DE,BR");
	data_of(r, token, FIELD_DOC_NUMBER, value);
	assert_string_equal(value, "C01X 00T47");
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct field_value v = { bad[i].field, bad[i].value };
		bool good = data_set(r, token, PURPOSE_CORRECT, &v, 1, NULL);

		if (good != (bad[i].why == WHY_NONE) || (!good && r->err.why != bad[i].why))
			fail_msg("field %u = %s: why %u", bad[i].field, bad[i].value, r->err.why);
	}
	/* The number went with its document. */
	data_of(r, token, FIELD_DOC_NUMBER, value);
	assert_string_equal(value, "");
}

static void
test_fields_together(void **state)
{
	struct rig *r = *state;
	unsigned char token[TOKEN_BYTES];
	static const struct field_value some[] = { { FIELD_GIVEN, "Anna" }, { FIELD_FAMILY, "Beispiel" },
	    { FIELD_BIRTH, "1984-02-29" } };
	char value[256];

	rig_member(r, ANNA, PASS, token);
	assert_true(data_set(r, token, PURPOSE_ENROL, some, COUNT(some), NULL));
	/* A number without its kind is no document. */
	struct field_value alone = { FIELD_DOC_NUMBER, "123456" };

	assert_false(data_set(r, token, PURPOSE_CORRECT, &alone, 1, NULL));
	REFUSED(r, ERR_INPUT, WHY_DOCUMENT);
	/* A name may lose a part, not both. */
	struct field_value family = { FIELD_FAMILY, "" }, given = { FIELD_GIVEN, "" };

	assert_true(data_set(r, token, PURPOSE_CORRECT, &family, 1, NULL));
	assert_false(data_set(r, token, PURPOSE_CORRECT, &given, 1, NULL));
	REFUSED(r, ERR_INPUT, WHY_NAME_MISSING);
	/* What is behind the password is not shown and not changed without. */
	data_of(r, token, FIELD_BIRTH, value);
	assert_string_equal(value, "?");
	struct field_value birth = { FIELD_BIRTH, "1985-01-01" };

	assert_false(data_set(r, token, PURPOSE_CORRECT, &birth, 1, NULL));
	REFUSED(r, ERR_DENIED, WHY_PASSWORD_NEEDED);
	assert_true(rig_again(r, token, PASS));
	assert_true(data_set(r, token, PURPOSE_CORRECT, &birth, 1, NULL));
	data_of(r, token, FIELD_BIRTH, value);
	assert_string_equal(value, "1985-01-01");
}

static void
test_correction_in_history(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];
	struct field_value v = { FIELD_GIVEN, "Ana" };
	struct rig_block b;
	struct entry e;
	struct span s, leaf, inner;
	char was[64], now[64];

	rig_member(r, ANNA, PASS, token);
	assert_true(data_set(r, token, PURPOSE_ENROL, &v, 1, NULL));
	assert_int_equal(newest(r, token, &e), PURPOSE_ENROL);
	v.value = "Anna";
	assert_true(data_set(r, token, PURPOSE_CORRECT, &v, 1, NULL));
	assert_int_equal(newest(r, token, &e), PURPOSE_CORRECT);
	assert_true(e.has_values);
	rig_begin(&in, token);
	pack_i64(&in, e.place);
	assert_true(rig_ask(r, KEEPER_HISTORY_ENTRY, &in, &out));
	s = span_buf(&out);
	rig_block(&s, &b);
	entry_read(&s, &e);
	unpack_text(&s, was, sizeof(was));
	unpack_text(&s, now, sizeof(now));
	for (int i = 0; i < 4; i++) {
		inner = unpack_bytes(&s);
		assert_int_equal(inner.len, LEAF_HASH);
	}
	leaf = unpack_bytes(&s);
	assert_int_equal(leaf.len, LEAF_BYTES);
	assert_true(unpack_end(&s, "entry", NULL));
	assert_string_equal(was, "Ana");
	assert_string_equal(now, "Anna");
	/* Opening old values is itself a line. */
	assert_int_equal(newest(r, token, &e), PURPOSE_HISTORY);
	/* The same value again changes nothing; that it was opened to compare is said. */
	assert_true(data_set(r, token, PURPOSE_CORRECT, &v, 1, NULL));
	assert_int_equal(newest(r, token, &e), PURPOSE_CORRECT);
	assert_string_equal(e.object, "unchanged");
	assert_false(e.has_values);
	/* Erasing the field takes its old values from the history, on the ledger. */
	int64_t corrected = e.place - 4, all;	/* three looks at the history stand between */
	struct entry list[8];

	rig_begin(&in, token);
	pack_u32(&in, FIELD_GIVEN);
	assert_true(rig_ask(r, KEEPER_DATA_ERASE, &in, &out));
	assert_true(history(r, token, corrected + 1, 1, list, &all) == 1);
	assert_int_equal(list[0].purpose, PURPOSE_CORRECT);
	assert_false(list[0].has_values);
	assert_false(list[0].erased);
	rig_restart(r);
	/* Nobody else's places. */
	rig_begin(&in, token);
	pack_i64(&in, 999);
	assert_false(rig_ask(r, KEEPER_HISTORY_ENTRY, &in, &out));
	REFUSED(r, ERR_ABSENT, 0);
}

static void
test_erase(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];
	static const struct field_value v[] = { { FIELD_DOC_KIND, "passport" }, { FIELD_DOC_NUMBER, "C01X00T47" } };
	struct rig_block b;
	struct err e = {0};
	struct entry list[8];
	int64_t documents, all;
	bool tidied = false;
	char value[256];

	rig_member(r, ANNA, PASS, token);
	assert_true(data_set(r, token, PURPOSE_ENROL, v, 2, &b));
	assert_int_equal(b.steps & STEP_DOCUMENT, STEP_DOCUMENT);
	assert_true(rig_again(r, token, PASS));
	rig_begin(&in, token);
	pack_u32(&in, FIELD_DOC_KIND);
	assert_true(rig_ask(r, KEEPER_DATA_ERASE, &in, &out));
	data_of(r, token, FIELD_DOC_NUMBER, value);
	assert_string_equal(value, "");
	assert_false(rig_ask(r, KEEPER_DATA_ERASE, &in, &out));
	REFUSED(r, ERR_ABSENT, 0);
	/* By itself, 30 days after its last use. */
	assert_true(data_set(r, token, PURPOSE_ENROL, v, 2, NULL));
	rig_later(r, r->set.document_life + 1);
	assert_true(keeper_begin(&r->keeper, &e));
	assert_true(erase_field_sweep(&r->keeper, rig_now(r), 10, &documents, &e));
	assert_true(keeper_end(&r->keeper, &e));
	assert_int_equal(documents, 1);
	assert_true(rig_sign_in(r, ANNA, PASS, token, &b));
	assert_int_equal(b.steps & STEP_DOCUMENT, 0);
	data_of(r, token, FIELD_DOC_KIND, value);
	assert_string_equal(value, "");
	/* Newest first: data seen, signed in, and before them the tidying. */
	assert_true(history(r, token, 0, 8, list, &all) >= 4);
	for (size_t i = 0; i < 4; i++)
		tidied |= list[i].purpose == PURPOSE_KEEP_TIDY && list[i].role == ACTOR_SYSTEM;
	assert_true(tidied);
}

/* ---- questions and recovery ---- */

struct qa { unsigned slot; const char *question, *answer; };
static const struct qa five[] = {
	{ 1, "Street of my first school?", "Gr\xc3\xbcner Weg 7" },
	{ 2, "Name of my grandmother's dog?", "Waldemar" },
	{ 3, "Where did I lose my first tooth?", "S\xc3\xa3o Paulo" },
	{ 4, "Colour of our first car, and make?", "olive Trabant" },
	{ 5, "What did I want to become?", "lighthouse keeper" },
};

static bool
questions_set(struct rig *r, const unsigned char token[TOKEN_BYTES], const struct qa *q, unsigned n,
    struct rig_block *b)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block unused;
	struct span s;

	rig_begin(&in, token);
	pack_u8(&in, n);
	for (unsigned i = 0; i < n; i++) {
		pack_u8(&in, q[i].slot);
		pack_text(&in, q[i].question);
		pack_text(&in, q[i].answer);
	}
	if (!rig_ask(r, KEEPER_QUESTIONS_SET, &in, &out))
		return false;
	s = span_buf(&out);
	rig_block(&s, b == NULL ? &unused : b);
	return true;
}

static void
test_questions(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf out = {0};
	unsigned char token[TOKEN_BYTES];
	struct field_value name = { FIELD_FAMILY, "Kowalczyk" };
	struct rig_block b;
	static const struct { struct qa q; enum why why; } bad[] = {
		{ { 1, "Why?", "because of it" }, WHY_QUESTION_SHORT },
		{ { 1, "My favourite colour is?", "blue" }, WHY_ANSWER_TRIVIAL },
		{ { 1, "My favourite colour is?", " B l u e ! " }, WHY_ANSWER_TRIVIAL },
		{ { 1, "My favourite letter is?", "zzzzzz" }, WHY_ANSWER_TRIVIAL },
		{ { 1, "My favourite letter is?", "..?!" }, WHY_ANSWER_TRIVIAL },
		{ { 1, "Is waldemar a good name?", "Waldemar" }, WHY_ANSWER_SAME },
		{ { 1, "Which name have I had?", "kowalczyk" }, WHY_ANSWER_TRIVIAL },
		{ { 1, "NAME of my grandmothers dog", "somebody else" }, WHY_QUESTION_SAME },
		{ { 1, "A wholly new question?", "SAO-PAULO" }, WHY_ANSWER_SAME },
	};

	rig_member(r, ANNA, PASS, token);
	assert_true(rig_again(r, token, PASS));
	assert_true(data_set(r, token, PURPOSE_ENROL, &name, 1, NULL));
	assert_true(questions_set(r, token, five, 4, &b));
	assert_int_equal(b.steps & STEP_QUESTIONS, 0);
	assert_true(questions_set(r, token, five + 4, 1, &b));
	assert_int_equal(b.steps & STEP_QUESTIONS, STEP_QUESTIONS);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (questions_set(r, token, &bad[i].q, 1, NULL) || r->err.why != bad[i].why)
			fail_msg("%s / %s: why %u", bad[i].q.question, bad[i].q.answer, r->err.why);
	/* Alike among those sent together. */
	struct qa twins[] = { five[0], five[0] };

	twins[1].slot = 2;
	assert_false(questions_set(r, token, twins, 2, NULL));
	REFUSED(r, ERR_INPUT, WHY_QUESTION_SAME);
	/* Read again by their owner, when fresh. */
	assert_true(rig_look(r, KEEPER_QUESTIONS, token, &out, &b));
	struct span s = span_buf(&out);
	char text[256];

	rig_block(&s, &b);
	assert_int_equal(unpack_u8(&s), 1);
	assert_int_equal(unpack_i64(&s), rig_now(r));
	unpack_text(&s, text, sizeof(text));
	assert_string_equal(text, five[0].question);
	rig_later(r, r->set.fresh_life);
	assert_false(rig_look(r, KEEPER_QUESTIONS, token, &out, &b));
	REFUSED(r, ERR_DENIED, WHY_PASSWORD_NEEDED);
}

static bool
forgot(struct rig *r, const char *address)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	pack_text(&in, address);
	pack_bytes(&in, "192.0.2.1", 9);
	return rig_ask(r, KEEPER_FORGOT, &in, &out);
}

/* Answer what the link asks; wrong: one of them is. */
static bool
reset_take(struct rig *r, const unsigned char token[TOKEN_BYTES], bool wrong, const char *password)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;
	unsigned n;

	rig_begin(&in, token);
	assert_true(rig_ask(r, KEEPER_RESET_LOOK, &in, &out));
	s = span_buf(&out);
	n = unpack_u8(&s);
	assert_int_equal(n, 3);
	for (unsigned i = 0; i < n; i++) {
		unsigned slot = unpack_u8(&s);
		char text[256];

		unpack_text(&s, text, sizeof(text));
		assert_string_equal(text, five[slot - 1].question);
		pack_u8(&in, slot);
		pack_text(&in, wrong && i == 1 ? "wrong" : five[slot - 1].answer);
	}
	pack_text(&in, password);
	return rig_ask(r, KEEPER_RESET_TAKE, &in, &out);
}

static void
test_recovery(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];
	struct rig_mail m, notice;
	struct rig_block b;
	struct entry e;

	rig_member(r, ANNA, PASS, token);
	/* No questions yet: the link says so. */
	assert_true(forgot(r, ANNA));
	assert_true(rig_mail_of(r, MAIL_RESET, &m));
	rig_begin(&in, m.token);
	assert_true(rig_ask(r, KEEPER_RESET_LOOK, &in, &out));
	assert_int_equal(out.len, 1);
	assert_int_equal(out.data[0], 0);
	assert_true(rig_again(r, token, PASS));
	assert_true(questions_set(r, token, five, 5, NULL));
	/* A stranger's address: the same answer, no mail. */
	assert_true(forgot(r, "nobody@example.org"));
	assert_false(rig_mail_of(r, MAIL_RESET, &notice));

	assert_false(reset_take(r, m.token, true, "a new password"));
	REFUSED(r, ERR_DENIED, WHY_ANSWERS_WRONG);
	assert_true(rig_mail_of(r, MAIL_RESET_FAILED, &notice));
	assert_false(reset_take(r, m.token, false, "short"));
	REFUSED(r, ERR_INPUT, WHY_PASSWORD_WEAK);
	/* A wrong try is counted and recorded although it was refused. */
	assert_true(newest(r, token, &e) == PURPOSE_SEND_MAIL || e.purpose == PURPOSE_RECOVERY);
	assert_true(reset_take(r, m.token, false, "a new password"));
	assert_true(rig_mail_of(r, MAIL_RESET_DONE, &notice));
	assert_string_equal(notice.to, ANNA);
	assert_false(rig_look(r, KEEPER_WHO, token, &out, &b));
	REFUSED(r, ERR_DENIED, WHY_SESSION_OVER);
	rig_begin(&in, m.token);
	assert_false(rig_ask(r, KEEPER_RESET_LOOK, &in, &out));
	REFUSED(r, ERR_ABSENT, WHY_TOKEN);
	assert_true(rig_sign_in(r, ANNA, "a new password", token, &b));
	assert_int_equal(b.bar_until, rig_now(r) + r->set.reset_bar);
	/* What a thief would do first is barred. */
	rig_begin(&in, token);
	pack_text(&in, "thief@example.org");
	assert_false(rig_ask(r, KEEPER_ADDRESS_ADD, &in, &out));
	REFUSED(r, ERR_DENIED, WHY_BAR);
	rig_later(r, r->set.reset_bar);
	assert_true(rig_sign_in(r, ANNA, "a new password", token, &b));
	assert_int_equal(b.bar_until, 0);
	rig_begin(&in, token);
	pack_text(&in, "second@example.org");
	assert_true(rig_ask(r, KEEPER_ADDRESS_ADD, &in, &out));
}

static void
test_recovery_spent(void **state)
{
	struct rig *r = *state;
	unsigned char token[TOKEN_BYTES];
	struct rig_mail m;

	rig_member(r, ANNA, PASS, token);
	assert_true(rig_again(r, token, PASS));
	assert_true(questions_set(r, token, five, 5, NULL));
	assert_true(forgot(r, ANNA));
	assert_true(rig_mail_of(r, MAIL_RESET, &m));
	for (int64_t i = 0; i < r->set.reset_tries; i++) {
		assert_false(reset_take(r, m.token, true, "a new password"));
		REFUSED(r, ERR_DENIED, WHY_ANSWERS_WRONG);
	}
	/* Right answers come too late, also with another link, for 30 days. */
	assert_false(reset_take(r, m.token, false, "a new password"));
	REFUSED(r, ERR_DENIED, WHY_RESET_SPENT);
	rig_later(r, r->set.reset_window - 10);
	assert_true(forgot(r, ANNA));
	assert_true(rig_mail_of(r, MAIL_RESET, &m));
	assert_false(reset_take(r, m.token, false, "a new password"));
	REFUSED(r, ERR_DENIED, WHY_RESET_SPENT);
	rig_later(r, 20);
	assert_true(reset_take(r, m.token, false, "a new password"));
	assert_true(rig_sign_in(r, ANNA, "a new password", token, NULL));
}

/* ---- addresses ---- */

static bool
address_add(struct rig *r, const unsigned char token[TOKEN_BYTES], const char *address, int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span s;

	rig_begin(&in, token);
	pack_text(&in, address);
	if (!rig_ask(r, KEEPER_ADDRESS_ADD, &in, &out))
		return false;
	s = span_buf(&out);
	rig_block(&s, &b);
	*id = unpack_i64(&s);
	return unpack_end(&s, "address", NULL);
}

static bool
address_op(struct rig *r, const unsigned char token[TOKEN_BYTES], uint32_t op, int64_t id, int sure)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, token);
	pack_i64(&in, id);
	if (op == KEEPER_ADDRESS_REMOVE)
		pack_u8(&in, (unsigned)sure);
	return rig_ask(r, op, &in, &out);
}

/* The list: primary first, then verified, then not. */
static int64_t
first_of_three(struct rig *r, const unsigned char anna[TOKEN_BYTES])
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span s;
	char text[256];
	int64_t first;

	assert_true(rig_look(r, KEEPER_ADDRESSES, anna, &out, &b));
	s = span_buf(&out);
	rig_block(&s, &b);
	assert_int_equal(unpack_u32(&s), 3);
	first = unpack_i64(&s);
	unpack_text(&s, text, sizeof(text));
	assert_string_equal(text, ANNA);
	assert_int_equal(unpack_u8(&s), 1);
	assert_int_equal(unpack_u8(&s), 1);
	return first;
}

static void
test_addresses(void **state)
{
	struct rig *r = *state;
	unsigned char anna[TOKEN_BYTES], bert[TOKEN_BYTES];
	struct rig_mail m;
	int64_t id, first, unused;

	rig_member(r, ANNA, PASS, anna);
	rig_member(r, "bert@example.org", "password of bert", bert);
	assert_true(rig_again(r, bert, "password of bert"));
	assert_false(address_add(r, anna, ANNA, &id));
	REFUSED(r, ERR_CONFLICT, WHY_ADDRESS_TAKEN_SELF);
	assert_false(address_add(r, anna, "x@y", &id));
	REFUSED(r, ERR_INPUT, WHY_ADDRESS_SHAPE);
	assert_true(address_add(r, anna, "anna2@example.org", &id));
	assert_false(address_op(r, anna, KEEPER_ADDRESS_PRIMARY, id, 0));
	REFUSED(r, ERR_DENIED, WHY_PASSWORD_NEEDED);
	assert_true(rig_again(r, anna, PASS));
	assert_false(address_op(r, anna, KEEPER_ADDRESS_PRIMARY, id, 0));
	REFUSED(r, ERR_DENIED, WHY_ADDRESS_UNVERIFIED);
	assert_true(rig_mail_of(r, MAIL_ADDRESS, &m));
	assert_string_equal(m.to, "anna2@example.org");
	assert_true(rig_take(r, m.token));
	/* Bert's: he is told, she sees nothing different. */
	assert_true(address_add(r, anna, "Bert@example.org", &unused));
	assert_true(rig_mail(r, &m));
	assert_int_equal(m.kind, MAIL_ADDRESS_KNOWN);
	assert_int_equal(sodium_is_zero(m.token, sizeof(m.token)), 1);
	/* Not his id. */
	assert_false(address_op(r, bert, KEEPER_ADDRESS_REMOVE, id, 1));
	REFUSED(r, ERR_ABSENT, 0);
	first = first_of_three(r, anna);
	/* Removing. */
	assert_false(address_op(r, anna, KEEPER_ADDRESS_REMOVE, first, 1));
	REFUSED(r, ERR_CONFLICT, WHY_ADDRESS_PRIMARY);
	assert_true(address_op(r, anna, KEEPER_ADDRESS_PRIMARY, id, 0));
	assert_true(rig_mail_of(r, MAIL_PRIMARY_CHANGED, &m));
	assert_string_equal(m.to, ANNA);
	assert_true(address_op(r, anna, KEEPER_ADDRESS_REMOVE, first, 0));
	assert_false(rig_sign_in(r, ANNA, PASS, bert, NULL));
	assert_true(rig_sign_in(r, "anna2@example.org", PASS, bert, NULL));
	assert_false(address_op(r, anna, KEEPER_ADDRESS_REMOVE, id, 0));
	REFUSED(r, ERR_CONFLICT, WHY_ADDRESS_LAST);
	assert_true(address_op(r, anna, KEEPER_ADDRESS_REMOVE, id, 1));
	/* The address she gave up is free. */
	assert_true(rig_join(r, ANNA, "somebody else's"));
	assert_true(rig_mail_of(r, MAIL_JOIN, &m));
	assert_true(rig_take(r, m.token));
}

static void
test_address_limit(void **state)
{
	struct rig *r = *state;
	unsigned char token[TOKEN_BYTES];
	int64_t id;
	bool limited = false;
	char text[64];

	rig_member(r, ANNA, PASS, token);
	for (int i = 0; i < 30 && !limited; i++) {
		snprintf(text, sizeof(text), "a%d@example.org", i);
		limited = !address_add(r, token, text, &id);
	}
	assert_true(limited);
	assert_int_equal(r->err.why, WHY_LIMIT);
}

/* ---- roles, settings, policy ---- */

static bool
officer_code(struct rig *r, char code[64])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;

	pack_u8(&in, 1);
	if (!rig_ask_as(r, KEEPER_PEER_CONTROL, KEEPER_OFFICER_CODES, &in, &out))
		return false;
	s = span_buf(&out);
	unpack_text(&s, code, 64);
	return unpack_end(&s, "code", NULL);
}

static bool
role_code(struct rig *r, const unsigned char token[TOKEN_BYTES], const char *code)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, token);
	pack_text(&in, code);
	return rig_ask(r, KEEPER_ROLE_CODE, &in, &out);
}

/* The first of them leaves. */
static void
officer_ends(struct rig *r)
{
	int64_t all[ROLE_HOLDERS];
	struct owner o;
	size_t n;

	assert_true(role_holders(&r->keeper, ROLE_OFFICER, all, &n, &r->err) && n > 0);
	assert_true(member_owner(&r->keeper, all[0], &o, NULL, &r->err));
	rig_begin_hand(r);
	assert_true(role_set(&r->keeper, &o, ROLE_OFFICER, false, ACTOR_SYSTEM, clock_now(), &r->err));
	rig_end_hand(r);
}

static void
test_officers(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf out = {0};
	unsigned char token[TOKEN_BYTES];
	struct rig_block b;
	struct rig_mail m;
	char code[64], address[64];

	rig_member(r, ANNA, PASS, token);
	assert_true(rig_again(r, token, PASS));
	assert_false(role_code(r, token, "AAAAA-AAAAA-AAAAA-AAAAA"));
	REFUSED(r, ERR_DENIED, WHY_CODE);
	assert_true(officer_code(r, code));
	rig_later(r, r->set.officer_code_life);
	assert_true(rig_sign_in(r, ANNA, PASS, token, NULL));
	assert_false(role_code(r, token, code));
	REFUSED(r, ERR_DENIED, WHY_PASSWORD_NEEDED);
	assert_true(rig_again(r, token, PASS));
	assert_false(role_code(r, token, code));
	REFUSED(r, ERR_DENIED, WHY_CODE);
	assert_true(officer_code(r, code));
	assert_true(role_code(r, token, code));
	/* A role ends every session and is told. */
	assert_false(rig_look(r, KEEPER_WHO, token, &out, &b));
	REFUSED(r, ERR_DENIED, WHY_SESSION_OVER);
	assert_true(rig_mail_of(r, MAIL_ROLE, &m));
	assert_true(rig_sign_in(r, ANNA, PASS, token, &b));
	assert_int_equal(b.roles, 1u << ROLE_OFFICER);
	for (int i = 0; i < 2; i++) {
		snprintf(address, sizeof(address), "officer%d@example.org", i);
		rig_member(r, address, PASS, token);
		assert_true(rig_again(r, token, PASS));
		assert_true(officer_code(r, code));
		assert_true(role_code(r, token, code));
	}
	/* Three are enough: no codes, and old ones make no fourth. */
	assert_false(officer_code(r, code));
	REFUSED(r, ERR_DENIED, WHY_OFFICERS_ENOUGH);
	/* Nor when one of them leaves; two who are left name the third. */
	officer_ends(r);
	assert_false(officer_code(r, code));
	REFUSED(r, ERR_DENIED, WHY_OFFICERS_ENOUGH);
	/* One alone can decide nothing. */
	officer_ends(r);
	assert_true(officer_code(r, code));
	rig_member(r, "again@example.org", PASS, token);
	assert_true(rig_again(r, token, PASS));
	assert_true(role_code(r, token, code));
	assert_false(officer_code(r, code));
	REFUSED(r, ERR_DENIED, WHY_OFFICERS_ENOUGH);
}

static void
test_settings(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];
	struct rig_block b;
	struct span s;

	rig_member(r, ANNA, PASS, token);
	assert_true(rig_again(r, token, PASS));
	rig_begin(&in, token);
	pack_u32(&in, SETTING_CERT_SIGN_IN);
	pack_i64(&in, 1);
	assert_true(rig_ask(r, KEEPER_SETTING_SET, &in, &out));
	assert_true(rig_look(r, KEEPER_SETTINGS, token, &out, &b));
	s = span_buf(&out);
	rig_block(&s, &b);
	assert_int_equal(unpack_u32(&s), SETTING__COUNT - 1);
	assert_int_equal(unpack_u32(&s), SETTING_CERT_SIGN_IN);
	assert_int_equal(unpack_i64(&s), 1);
	rig_later(r, r->set.fresh_life);
	assert_false(rig_ask(r, KEEPER_SETTING_SET, &in, &out));
	REFUSED(r, ERR_DENIED, WHY_PASSWORD_NEEDED);
	rig_begin(&in, token);
	pack_u32(&in, SETTING__COUNT);
	pack_i64(&in, 1);
	assert_false(rig_ask(r, KEEPER_SETTING_SET, &in, &out));
	REFUSED(r, ERR_INPUT, WHY_FIELD_UNKNOWN);
}

static void
test_policy(void **state)
{
	struct rig *r = *state;
	char said[64];
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];
	struct entry e;

	rig_member(r, ANNA, PASS, token);
	rig_begin(&in, token);
	pack_u32(&in, policy_number(POLICY_AGREEMENT, clock_now()));
	pack_u32(&in, policy_number(POLICY_STATEMENT, clock_now()));
	pack_u8(&in, 0);
	assert_true(rig_ask(r, KEEPER_POLICY_ANSWER, &in, &out));
	assert_int_equal(newest(r, token, &e), PURPOSE_POLICY);
	snprintf(said, sizeof(said), "no: agreement %u, statement %u", policy_number(POLICY_AGREEMENT, rig_now(r)), policy_number(POLICY_STATEMENT, rig_now(r)));
	assert_string_equal(e.object, said);
	rig_begin(&in, token);
	pack_u32(&in, policy_number(POLICY_AGREEMENT, clock_now()) + 1);
	pack_u32(&in, policy_number(POLICY_STATEMENT, clock_now()));
	pack_u8(&in, 1);
	assert_false(rig_ask(r, KEEPER_POLICY_ANSWER, &in, &out));
	REFUSED(r, ERR_CONFLICT, WHY_POLICY);
}

/* What KEEPER_POLICY says was agreed to, and the session's flags. */
static unsigned
agreed(struct rig *r, const unsigned char *token, uint32_t *agreement, uint32_t *statement, bool *declined)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block block;
	struct span s;

	rig_begin(&in, token);
	if (!rig_ask(r, KEEPER_POLICY, &in, &out))
		fail_msg("policy: %s", r->err.text);
	s = span_buf(&out);
	rig_block(&s, &block);
	*agreement = unpack_u32(&s);
	*statement = unpack_u32(&s);
	*declined = unpack_u8(&s) == 1;
	assert_true(unpack_end(&s, "policy", NULL));
	return block.flags;
}

static bool
answers(struct rig *r, const unsigned char *token, unsigned yes)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, token);
	pack_u32(&in, policy_number(POLICY_AGREEMENT, clock_now()));
	pack_u32(&in, policy_number(POLICY_STATEMENT, clock_now()));
	pack_u8(&in, yes);
	return rig_ask(r, KEEPER_POLICY_ANSWER, &in, &out);
}

/* A version comes into force: who joined before is asked, and known for what they agreed to. */
static void
test_policy_comes(void **state)
{
	struct rig *r = *state;
	const struct policy_version *last = policy_newest(&policy_versions, POLICY_STATEMENT);
	unsigned char token[TOKEN_BYTES];
	uint32_t agreement, statement;
	bool declined;
	int64_t day;

	assert_true(day_read(policy_find(&policy_versions, POLICY_STATEMENT, 1)->from, &day));
	rig_later(r, day * DAY - rig_now(r));
	rig_member(r, ANNA, PASS, token);
	assert_int_equal(agreed(r, token, &agreement, &statement, &declined) & SESSION_POLICY_DUE, 0);
	assert_int_equal(statement, policy_number(POLICY_STATEMENT, rig_now(r)));
	assert_true(statement < last->number);
	assert_true(day_read(last->from, &day));
	rig_later(r, day * DAY - rig_now(r));
	assert_true(rig_sign_in(r, ANNA, PASS, token, NULL));
	assert_int_not_equal(agreed(r, token, &agreement, &statement, &declined) & SESSION_POLICY_DUE, 0);
	assert_true(statement < last->number);
	assert_false(declined);
	assert_true(answers(r, token, 0));
	assert_int_not_equal(agreed(r, token, &agreement, &statement, &declined) & SESSION_POLICY_DUE, 0);
	assert_true(declined);
	assert_true(answers(r, token, 1));
	assert_int_equal(agreed(r, token, &agreement, &statement, &declined) & SESSION_POLICY_DUE, 0);
	assert_int_equal(statement, last->number);
	assert_false(declined);
}

/* ---- faults ---- */

static void
test_clock_back(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf out = {0};
	unsigned char token[TOKEN_BYTES];
	struct rig_block b;

	rig_member(r, ANNA, PASS, token);
	rig_later(r, -3600);
	/* A read that can't be recorded opens nothing. */
	assert_false(rig_look(r, KEEPER_DATA, token, &out, &b));
	REFUSED(r, ERR_BUSY, WHY_CLOCK);
	assert_int_equal(out.len, 0);
	assert_true(rig_look(r, KEEPER_WHO, token, &out, &b));
	rig_later(r, 3600);
	assert_true(rig_look(r, KEEPER_DATA, token, &out, &b));
}

/* A clock that must be wrong does no lasting harm: nothing is shown, nothing ends, nothing is written. */
static void
test_clock_ahead(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf out = {0};
	unsigned char token[TOKEN_BYTES];
	struct rig_block b;
	int64_t entries;

	r->set.longest_gap = 400 * DAY;
	rig_member(r, ANNA, PASS, token);
	entries = chain_size(r->keeper.chain);
	rig_later(r, 401 * DAY);
	assert_false(rig_look(r, KEEPER_DATA, token, &out, &b));
	REFUSED(r, ERR_BUSY, WHY_CLOCK_AHEAD);
	assert_false(rig_look(r, KEEPER_WHO, token, &out, &b));
	REFUSED(r, ERR_BUSY, WHY_CLOCK_AHEAD);
	assert_int_equal(out.len, 0);
	rig_later(r, -401 * DAY);
	assert_int_equal(chain_size(r->keeper.chain), entries);
	assert_true(rig_look(r, KEEPER_DATA, token, &out, &b));
	/* A site that stood still for so long is started with a longer gap. */
	rig_later(r, 401 * DAY);
	r->set.longest_gap = 402 * DAY;
	rig_member(r, "later@example.org", PASS, token);
	assert_true(rig_look(r, KEEPER_DATA, token, &out, &b));
}

/* One refusal undoes itself and nothing else of its batch. */
static void
test_batch(void **state)
{
	struct rig *r = *state;
	DROP(buf_wipe) struct buf view = {0}, bad = {0}, probe = {0};
	unsigned char token[TOKEN_BYTES];
	struct err e = {0};
	struct entry entry;
	int64_t before;

	rig_member(r, ANNA, PASS, token);
	rig_begin(&view, token);
	rig_begin(&bad, token);
	pack_u32(&bad, PURPOSE_ENROL);
	pack_u8(&bad, 2);
	pack_u32(&bad, FIELD_GIVEN);
	pack_text(&bad, "Anna");
	pack_u32(&bad, FIELD_BIRTH);
	pack_text(&bad, "never");
	before = chain_size(r->keeper.chain);
	struct ipc_ask asks[3] = {
		{ .op = KEEPER_DATA, .peer = KEEPER_PEER_PORTAL, .in = span_buf(&view) },
		{ .op = KEEPER_DATA_SET, .peer = KEEPER_PEER_PORTAL, .in = span_buf(&bad) },
		{ .op = KEEPER_HOME, .peer = KEEPER_PEER_PORTAL, .in = span_buf(&view) },
	};

	assert_true(keeper_begin(&r->keeper, &e));
	for (size_t i = 0; i < COUNT(asks); i++)
		assert_int_equal(keeper_turn(&r->keeper, &asks[i]), IPC_ANSWER);
	assert_true(keeper_end(&r->keeper, &e));
	assert_int_equal(asks[0].err.kind, ERR_NONE);
	assert_int_equal(asks[1].err.why, WHY_BIRTH_DATE);
	assert_int_equal(asks[1].out.len, 0);
	assert_int_equal(asks[2].err.kind, ERR_NONE);
	assert_int_equal(chain_size(r->keeper.chain), before + 2);
	assert_int_equal(newest(r, token, &entry), PURPOSE_HOME);
	for (size_t i = 0; i < COUNT(asks); i++)
		buf_wipe(&asks[i].out);
}

/* Each operation's row: named, bounded, with a purpose; sessions where the purpose asks for one. */
static void
test_table(void **state)
{
	(void)state;
	for (uint32_t op = 0; op < KEEPER_OP__COUNT; op++) {
		const struct keeper_row *row = &keeper_rows[op];

		if (row->run == NULL)
			continue;
		assert_non_null(row->name);
		assert_true(row->most >= row->least && row->most <= IPC_FRAME_MAX);
		assert_true(row->peers != 0 && row->bearer != 0 && row->purpose != PURPOSE_UNSET);
		if ((row->demands & ~(unsigned)(ANSWER_BLOCK | ALLOW_RESTRICTED)) != 0)
			assert_true(row->bearer == BEARER_SESSION || row->bearer == BEARER_SESSION_OR_CLERK ||
			    (row->bearer == BEARER_CASE && row->demands == ANSWER_AGAIN));
		if (row->bearer == BEARER_NONE && (row->peers & KEEPER_PEER_PORTAL) != 0 &&
		    op != KEEPER_CERT_CHANGED)
			assert_false((purposes[row->purpose].facts & FACT_SESSION) != 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(f) cmocka_unit_test_setup_teardown(f, site_up, site_down)
		CASE(test_walk), CASE(test_join_refused), CASE(test_join_known), CASE(test_join_vanishes),
		CASE(test_session_token_changes), CASE(test_stolen_address), CASE(test_session_ends), CASE(test_sessions_of_others),
		CASE(test_sign_in_brake), CASE(test_password_change), CASE(test_fields), CASE(test_fields_together),
		CASE(test_correction_in_history), CASE(test_erase), CASE(test_questions),
		CASE(test_recovery), CASE(test_recovery_spent), CASE(test_addresses),
		CASE(test_address_limit), CASE(test_officers), CASE(test_settings), CASE(test_policy), CASE(test_policy_comes),
		CASE(test_clock_back), CASE(test_clock_ahead), CASE(test_batch), cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests_name("keeper: people", tests, NULL, NULL);
}
