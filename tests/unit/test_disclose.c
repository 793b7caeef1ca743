/* tests/unit/test_disclose.c - data that leaves under law: asked for, decided, given once, told; earlier recipients. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/case.h"
#include "privacy/facts/day.h"
#include "privacy/facts/role.h"
#include "privacy/keeper/doctor.h"
#include "privacy/rights/disclose.h"
#include "privacy/rights/retain.h"
#include "privacy/rights/restored.h"
#include "tests/unit/event_rig.h"

#define OFFICERS	4
#define NAME_AND_BIRTH	(FIELD_BIT(FIELD_FAMILY) | FIELD_BIT(FIELD_BIRTH))
#define KEPT		(31 * DAY)	/* desk.kept here */

struct scene { struct rig rig; struct person officer[OFFICERS], ann, ben; };

static void
officer_make(struct scene *s, int i)
{
	char login[32];
	struct err e = {0};

	snprintf(login, sizeof(login), "officer%d", i);
	person_make(&s->rig, &s->officer[i], login, "Olu", login, NULL, NULL);
	rig_begin_hand(&s->rig);
	assert_true(role_set(&s->rig.keeper, &s->officer[i].owner, ROLE_OFFICER, true, ACTOR_SYSTEM, rig_now(&s->rig), &e));
	rig_end_hand(&s->rig);
	person_sign_in(&s->rig, &s->officer[i]);
}

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", "desk.kept=31d", "disclosure.silence=90d", NULL });
	for (int i = 0; i < OFFICERS; i++)
		officer_make(s, i);
	person_make(&s->rig, &s->ann, "ann", "Ann", "Briain", "1984-02-29", "X 17");
	person_make(&s->rig, &s->ben, "ben", "Ben", "Adeyemi", "1990-01-31", NULL);
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	rig_healthy(&s->rig);
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

static void
freshen(struct scene *s, struct person *p)
{
	if (rig_again(&s->rig, p->token, TRUST_PASSWORD))
		return;
	person_sign_in(&s->rig, p);	/* the session is over */
	assert_true(rig_again(&s->rig, p->token, TRUST_PASSWORD));
}

/* ---- the steps ---- */

struct request {
	const char *authority, *basis;
	const struct person *who, *also;
	uint64_t fields;
	int64_t first, last, silent_until;
	size_t document;
	const char *reason;
};

static struct request
usual(const struct scene *s)
{
	return (struct request){ .authority = "Amtsgericht Krems", .basis = "StPO 95, 3 Gs 14/26", .who = &s->ann,
	    .fields = NAME_AND_BIRTH, .first = day_of(RIG_START) - 30, .last = day_of(RIG_START), .document = 300,
	    .reason = "the court's order is here" };
}

static bool
asks(struct scene *s, int officer, const struct request *q, int64_t *number)
{
	static const char document[200000 + 1];
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;

	freshen(s, &s->officer[officer]);
	rig_begin(&in, s->officer[officer].token);
	pack_text(&in, q->authority);
	pack_text(&in, q->basis);
	pack_u8(&in, q->who == NULL ? 0 : q->also == NULL ? 1 : 2);
	if (q->who != NULL)
		pack_i64(&in, q->who->owner.number);
	if (q->also != NULL)
		pack_i64(&in, q->also->owner.number);
	pack_i64(&in, (int64_t)q->fields);
	pack_i64(&in, q->first);
	pack_i64(&in, q->last);
	pack_i64(&in, q->silent_until);
	pack_bytes(&in, document, q->document);
	pack_text(&in, q->reason);
	if (!rig_ask(&s->rig, KEEPER_DISCLOSURE_ASK, &in, &out))
		return false;
	a = span_buf(&out);
	rig_block(&a, &b);
	*number = unpack_i64(&a);
	return !a.bad;
}

static bool
votes(struct scene *s, int officer, int64_t number, bool yes)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	freshen(s, &s->officer[officer]);
	rig_begin(&in, s->officer[officer].token);
	pack_i64(&in, number);
	pack_u8(&in, yes);
	pack_text(&in, "having read the order");
	return rig_ask(&s->rig, KEEPER_DECISION_VOTE, &in, &out);
}

static bool
mints(struct scene *s, int officer, int64_t number, unsigned what, unsigned char once[TOKEN_BYTES])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	char phrase[64];
	struct rig_block b;
	struct span a;

	freshen(s, &s->officer[officer]);
	rig_begin(&in, s->officer[officer].token);
	pack_i64(&in, number);
	pack_u8(&in, what);
	if (!rig_ask(&s->rig, KEEPER_DISCLOSURE_MINT, &in, &out))
		return false;
	a = span_buf(&out);
	rig_block(&a, &b);
	unpack_exact(&a, once, TOKEN_BYTES);
	unpack_text(&a, phrase, sizeof(phrase));
	assert_int_equal(strlen(phrase), what == DISCLOSE_FILE ? 39 : 0);
	return !a.bad;
}

static bool
takes(struct scene *s, const unsigned char once[TOKEN_BYTES], struct buf *content)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a, got;

	buf_add(&in, once, TOKEN_BYTES);
	if (!rig_ask(&s->rig, KEEPER_ONCE_TAKE, &in, &out))
		return false;
	a = span_buf(&out);
	assert_int_equal(unpack_u8(&a), ONCE_DISCLOSURE);
	unpack_u8(&a);
	got = unpack_bytes(&a);
	buf_add(content, got.p, got.len);
	return !a.bad;
}

/* All of it, by officers 0 (asks), 1 and 2 (agree). */
static int64_t
given(struct scene *s, const struct request *q)
{
	DROP(buf_wipe) struct buf content = {0};
	unsigned char once[TOKEN_BYTES];
	int64_t number;

	assert_true(asks(s, 0, q, &number));
	assert_true(votes(s, 1, number, true));
	assert_true(votes(s, 2, number, true));
	assert_true(mints(s, 1, number, DISCLOSE_FILE, once));
	assert_true(takes(s, once, &content));
	assert_memory_equal(content.data, "age-encryption.org/v1\n-> scrypt ", 32);
	return number;
}

struct listed { int64_t number, given_at, until, told_at; unsigned state; bool found; uint32_t notices; int64_t notice; unsigned why; int64_t fields; char recipient[128]; };

static struct listed
list(struct scene *s, int officer, int64_t number)
{
	DROP(buf_wipe) struct buf out = {0};
	struct listed l = {0};
	struct rig_block b;
	struct span a;
	uint32_t n;

	freshen(s, &s->officer[officer]);
	assert_true(rig_look(&s->rig, KEEPER_DISCLOSURES, s->officer[officer].token, &out, &b));
	a = span_buf(&out);
	rig_block(&a, &b);
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n; i++) {
		char authority[DISCLOSURE_WORDS + 1];
		bool mine = (l.number = unpack_i64(&a)) == number;
		unsigned state = unpack_u8(&a);
		int64_t given_at, until, told_at;

		unpack_i64(&a);
		given_at = unpack_i64(&a);
		until = unpack_i64(&a);
		unpack_i64(&a);
		told_at = unpack_i64(&a);
		unpack_u8(&a);
		unpack_i64(&a);
		unpack_text(&a, authority, sizeof(authority));
		if (mine) {
			l.found = true;
			l.state = state;
			l.given_at = given_at;
			l.until = until;
			l.told_at = told_at;
		}
	}
	l.notices = unpack_u32(&a);
	for (uint32_t i = 0; i < l.notices; i++) {
		l.notice = unpack_i64(&a);
		unpack_i64(&a);
		unpack_i64(&a);
		l.why = unpack_u8(&a);
		l.fields = unpack_i64(&a);
		unpack_i64(&a);
		unpack_i64(&a);
		unpack_text(&a, l.recipient, sizeof(l.recipient));
	}
	assert_true(unpack_end(&a, "disclosures", NULL));
	return l;
}

static bool
told(struct scene *s, int officer, int64_t notice)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	freshen(s, &s->officer[officer]);
	rig_begin(&in, s->officer[officer].token);
	pack_i64(&in, notice);
	return rig_ask(&s->rig, KEEPER_RECIPIENT_TOLD, &in, &out);
}

static void
assert_said(struct scene *s, struct person *p, enum purpose purpose, const char *part)
{
	char line[256];

	person_sign_in(&s->rig, p);
	rig_said(&s->rig, p, purpose, line);
	if (part == NULL ? line[0] != '\0' : strstr(line, part) == NULL)
		fail_msg("line: %s, not: %s", line, part == NULL ? "none" : part);
}

static unsigned
mails_of(struct scene *s, unsigned kind)
{
	struct rig_mail m;
	unsigned n = 0;

	while (rig_mail(&s->rig, &m))
		n += m.kind == kind;
	return n;
}

/* ---- the cases ---- */

static void
what_is_wrong_is_said(void **state)
{
	struct scene *s = *state;
	const char *const far = "a name that is far too long to stand in a line of a history, whoever it may be that asks for it, 100 bytes";
	const uint64_t name = FIELD_BIT(FIELD_FAMILY);
	const struct { const char *authority, *basis, *reason; enum { ANN, NOBODY, SELF, TWICE } who; uint64_t fields; int64_t first, last, silence;
	    size_t document; uint32_t why; } rows[] = {
		{ "", "law", "an order", ANN, name, -9, 0, 0, 1, WHY_WORDS },
		{ "Court", "", "an order", ANN, name, -9, 0, 0, 1, WHY_WORDS },
		{ "Court", "law", "no", ANN, name, -9, 0, 0, 1, WHY_WORDS },
		{ far, "law", "an order", ANN, name, -9, 0, 0, 1, WHY_FIELD_LONG },
		{ "Court", "a\u202eb", "an order", ANN, name, -9, 0, 0, 1, WHY_FIELD_SHAPE },
		{ "Court", "law", "an order", NOBODY, name, -9, 0, 0, 1, WHY_DISCLOSURE_PEOPLE },
		{ "Court", "law", "an order", SELF, name, -9, 0, 0, 1, WHY_DISCLOSURE_PEOPLE },
		{ "Court", "law", "an order", TWICE, name, -9, 0, 0, 1, WHY_DISCLOSURE_PEOPLE },
		{ "Court", "law", "an order", ANN, 0, -9, 0, 0, 1, WHY_DISCLOSURE_FIELDS },
		{ "Court", "law", "an order", ANN, FIELD_BIT(FIELD_CREDENTIAL), -9, 0, 0, 1, WHY_DISCLOSURE_FIELDS },
		{ "Court", "law", "an order", ANN, name | FIELD_BIT(FIELD_MESSAGE), -9, 0, 0, 1, WHY_DISCLOSURE_FIELDS },
		{ "Court", "law", "an order", ANN, name, 0, -1, 0, 1, WHY_DISCLOSURE_PERIOD },
		{ "Court", "law", "an order", ANN, name, -9, 3, 0, 1, WHY_DISCLOSURE_PERIOD },
		{ "Court", "law", "an order", ANN, name, -99999, 0, 0, 1, WHY_DISCLOSURE_PERIOD },
		{ "Court", "law", "an order", ANN, name, -9, 0, -1, 1, WHY_DISCLOSURE_SILENCE },
		{ "Court", "law", "an order", ANN, name, -9, 0, 90 * DAY + 1, 1, WHY_DISCLOSURE_SILENCE },
		{ "Court", "law", "an order", ANN, name, -9, 0, 0, 0, WHY_DISCLOSURE_DOCUMENT },
		{ "Court", "law", "an order", ANN, name, -9, 0, 0, 196609, WHY_DISCLOSURE_DOCUMENT },
	};
	int64_t number, today = day_of(rig_now(&s->rig));

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct request q = { .authority = rows[i].authority, .basis = rows[i].basis, .reason = rows[i].reason,
		    .who = rows[i].who == NOBODY ? NULL : rows[i].who == SELF ? &s->officer[0] : &s->ann,
		    .also = rows[i].who == TWICE ? &s->ann : NULL, .fields = rows[i].fields, .first = today + rows[i].first,
		    .last = today + rows[i].last, .silent_until = rows[i].silence == 0 ? 0 : rig_now(&s->rig) + rows[i].silence,
		    .document = rows[i].document };

		refused(s, asks(s, 0, &q, &number), ERR_INPUT, rows[i].why);
	}
	assert_false(list(s, 0, 0).found);
	person_sign_in(&s->rig, &s->officer[0]);	/* signing in is not the password just entered */
	{
		DROP(buf_wipe) struct buf in = {0}, out = {0};

		rig_begin(&in, s->ann.token);
		refused(s, rig_ask(&s->rig, KEEPER_DISCLOSURES, &in, &out), ERR_DENIED, WHY_ROLE);
	}
}

static void
two_who_did_not_ask(void **state)
{
	DROP(buf_wipe) struct buf content = {0}, document = {0};
	struct scene *s = *state;
	unsigned char once[TOKEN_BYTES], second[TOKEN_BYTES];
	struct request q = usual(s);
	int64_t number;

	assert_true(asks(s, 0, &q, &number));
	refused(s, votes(s, 0, number, true), ERR_DENIED, WHY_DECISION_OWN);
	refused(s, mints(s, 1, number, DISCLOSE_FILE, once), ERR_CONFLICT, WHY_DISCLOSURE_STATE);
	assert_true(votes(s, 1, number, true));
	refused(s, votes(s, 1, number, true), ERR_DENIED, WHY_DECISION_OWN);
	refused(s, mints(s, 1, number, DISCLOSE_FILE, once), ERR_CONFLICT, WHY_DISCLOSURE_STATE);
	assert_true(mints(s, 2, number, DISCLOSE_DOCUMENT, once));
	assert_true(takes(s, once, &document));
	assert_int_equal(document.len, 300);
	assert_true(votes(s, 2, number, true));
	assert_said(s, &s->ann, PURPOSE_DISCLOSURE, NULL);
	mails_of(s, 0);
	/* Two addresses at once: one file. */
	assert_true(mints(s, 0, number, DISCLOSE_FILE, once));
	assert_true(mints(s, 2, number, DISCLOSE_FILE, second));
	assert_true(takes(s, once, &content));
	refused(s, takes(s, once, &content), ERR_ABSENT, WHY_TOKEN);
	refused(s, takes(s, second, &content), ERR_CONFLICT, WHY_DISCLOSURE_STATE);
	refused(s, mints(s, 0, number, DISCLOSE_FILE, once), ERR_CONFLICT, WHY_DISCLOSURE_STATE);
	assert_said(s, &s->ann, PURPOSE_DISCLOSURE, "to Amtsgericht Krems, by StPO 95");
	assert_said(s, &s->ben, PURPOSE_DISCLOSURE, NULL);
	assert_int_equal(mails_of(s, MAIL_DISCLOSED), 1);
	assert_true(list(s, 3, number).told_at > 0);
	rig_sweep(&s->rig);
	assert_int_equal(mails_of(s, MAIL_DISCLOSED), 0);
}

static void
two_refuse_or_nobody_acts(void **state)
{
	struct scene *s = *state;
	unsigned char once[TOKEN_BYTES];
	struct request q = usual(s);
	int64_t refusal, late, unused;

	assert_true(asks(s, 0, &q, &refusal));
	assert_true(votes(s, 1, refusal, false));
	assert_true(votes(s, 2, refusal, true));
	assert_true(votes(s, 3, refusal, false));
	assert_int_equal(list(s, 0, refusal).state, DECISION_REFUSED);
	refused(s, mints(s, 0, refusal, DISCLOSE_FILE, once), ERR_CONFLICT, WHY_DISCLOSURE_STATE);
	/* A single yes never becomes enough by waiting. */
	assert_true(asks(s, 0, &q, &late));
	assert_true(votes(s, 1, late, true));
	assert_true(asks(s, 0, &q, &unused));
	assert_true(votes(s, 1, unused, true));
	assert_true(votes(s, 2, unused, true));
	assert_int_equal(list(s, 0, unused).until, rig_now(&s->rig) + DISCLOSURE_HOLDS);
	assert_int_equal(list(s, 0, late).until, 0);
	rig_later(&s->rig, 30 * DAY + 1);
	rig_sweep(&s->rig);
	assert_int_equal(list(s, 0, late).state, DECISION_LAPSED);
	assert_int_equal(list(s, 0, unused).state, DECISION_AGREED);
	assert_int_equal(list(s, 0, unused).until, 0);
	refused(s, votes(s, 2, late, true), ERR_CONFLICT, WHY_DECISION_DONE);
	refused(s, mints(s, 0, unused, DISCLOSE_FILE, once), ERR_CONFLICT, WHY_DISCLOSURE_STATE);
	/* A year on (here: a month), words and document are gone with the case's keys. */
	rig_later(&s->rig, KEPT + DAY);
	rig_sweep(&s->rig);
	refused(s, mints(s, 0, refusal, DISCLOSE_DOCUMENT, once) && takes(s, once, &(struct buf){0}), ERR_ABSENT, WHY_TOKEN);
}

static void
silence_has_an_end(void **state)
{
	struct scene *s = *state;
	struct request q = usual(s);
	int64_t number, until = rig_now(&s->rig) + 40 * DAY;

	q.silent_until = until;
	q.also = &s->ben;
	number = given(s, &q);
	mails_of(s, 0);
	assert_said(s, &s->ann, PURPOSE_DISCLOSURE, NULL);
	assert_int_equal(list(s, 3, number).told_at, 0);
	rig_later(&s->rig, 40 * DAY - 10);
	rig_sweep(&s->rig);
	assert_said(s, &s->ann, PURPOSE_DISCLOSURE, NULL);
	rig_later(&s->rig, 10);
	rig_sweep(&s->rig);
	assert_said(s, &s->ann, PURPOSE_DISCLOSURE, "2026-11-18, disclosure");
	assert_said(s, &s->ben, PURPOSE_DISCLOSURE, "to Amtsgericht Krems");
	assert_int_equal(mails_of(s, MAIL_DISCLOSED), 2);
	assert_true(list(s, 3, number).told_at >= until);
}

static void
whom_it_names_finds_nothing(void **state)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct scene *s = *state;
	unsigned char once[TOKEN_BYTES];
	struct request q = usual(s);
	int64_t number;

	q.who = &s->officer[3];
	q.fields = FIELD_BIT(FIELD_FAMILY);
	q.silent_until = rig_now(&s->rig) + 40 * DAY;
	assert_true(asks(s, 0, &q, &number));
	assert_false(list(s, 3, number).found);
	refused(s, votes(s, 3, number, false), ERR_ABSENT, WHY_NONE);
	refused(s, mints(s, 3, number, DISCLOSE_DOCUMENT, once), ERR_ABSENT, WHY_CASE_ABSENT);
	rig_begin(&in, s->officer[3].token);
	pack_i64(&in, number);
	refused(s, rig_ask(&s->rig, KEEPER_DECISION_LOOK, &in, &out), ERR_ABSENT, WHY_NONE);
	assert_true(rig_look(&s->rig, KEEPER_DECISIONS, s->officer[3].token, &out, &(struct rig_block){0}));
	{
		struct rig_block b;
		struct span a = span_buf(&out);

		rig_block(&a, &b);
		assert_int_equal(unpack_u32(&a), 0);
	}
	assert_true(list(s, 1, number).found);
}

static void
correct_family(struct scene *s, struct person *p, const char *family)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	freshen(s, p);
	rig_begin(&in, p->token);
	pack_u8(&in, 0);
	pack_u8(&in, NAME_SORT_PAPERS);
	pack_text(&in, "Ann");
	pack_text(&in, "");
	pack_text(&in, family);
	pack_text(&in, "");
	assert_true(rig_ask(&s->rig, KEEPER_NAME_PUT, &in, &out));
}

static void
recipients_are_told(void **state)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct scene *s = *state;
	struct request q = usual(s);
	struct listed l;
	int64_t number;

	correct_family(s, &s->ann, "Bryan");		/* nobody has it yet */
	number = given(s, &q);
	assert_int_equal(list(s, 1, number).notices, 0);
	correct_family(s, &s->ann, "O’Briain");
	correct_family(s, &s->ann, "O’Brien");		/* one letter says both */
	l = list(s, 1, number);
	assert_int_equal(l.notices, 1);
	assert_int_equal(l.why, RECIPIENT_CORRECTED);
	assert_int_equal(l.fields, FIELD_BIT(FIELD_FAMILY));
	assert_string_equal(l.recipient, "Amtsgericht Krems");
	assert_true(told(s, 1, l.notice));
	refused(s, told(s, 2, l.notice), ERR_CONFLICT, WHY_DISCLOSURE_TOLD);
	assert_said(s, &s->ann, PURPOSE_RECIPIENT, "person 1: the recipient was told");
	assert_int_equal(list(s, 1, number).notices, 0);
	/* What was emptied was erased, and the letter says so. */
	correct_family(s, &s->ann, "");
	l = list(s, 1, number);
	assert_int_equal(l.notices, 1);
	assert_int_equal(l.why, RECIPIENT_ERASED);
	assert_true(told(s, 1, l.notice));
	/* What was not given is nobody's to be told. */
	freshen(s, &s->ann);
	rig_begin(&in, s->ann.token);
	pack_u32(&in, FIELD_DOC_NUMBER);
	assert_true(rig_ask(&s->rig, KEEPER_DATA_ERASE, &in, &out));
	assert_int_equal(list(s, 1, number).notices, 0);
	freshen(s, &s->ann);
	buf_reset(&in);
	rig_begin(&in, s->ann.token);
	pack_u8(&in, 1);
	assert_true(rig_ask(&s->rig, KEEPER_RESTRICT, &in, &out));
	l = list(s, 1, number);
	assert_int_equal(l.notices, 1);
	assert_int_equal(l.why, RECIPIENT_RESTRICTED);
	assert_int_equal(l.fields, NAME_AND_BIRTH);
}

/* An account that goes leaves its recipients to be told, and no row that names it; a silence in force ends with it. */
static void
whoever_is_erased(void **state)
{
	struct scene *s = *state;
	struct request q = usual(s);
	struct listed l;
	struct err e = {0};
	int64_t number, now;
	bool named;

	q.silent_until = rig_now(&s->rig) + 40 * DAY;
	number = given(s, &q);
	now = rig_now(&s->rig);
	rig_begin_hand(&s->rig);
	assert_true(recipients_note(&s->rig.keeper, &s->ann.owner, RECIPIENT_GONE, ~UINT64_C(0), now, &e));
	assert_true(disclosure_forget(&s->rig.keeper, s->ann.owner.number, now, &e));
	assert_true(disclosure_names(&s->rig.keeper, number, s->ann.owner.number, &named, &e));
	rig_end_hand(&s->rig);
	assert_false(named);
	l = list(s, 1, number);
	assert_int_equal(l.notices, 1);
	assert_int_equal(l.why, RECIPIENT_GONE);
	assert_int_equal(l.fields, NAME_AND_BIRTH);
	assert_string_equal(l.recipient, "Amtsgericht Krems");
	rig_later(&s->rig, 41 * DAY);
	rig_sweep(&s->rig);
	assert_int_equal(mails_of(s, MAIL_DISCLOSED), 0);
	l = list(s, 1, number);
	assert_true(told(s, 1, l.notice));
	assert_int_equal(list(s, 1, number).notices, 0);
}

/* What was not held in the period is not given, nor an address that nobody proved. */
static void
only_what_was_held(void **state)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct scene *s = *state;
	struct request q = usual(s);
	struct listed l;

	freshen(s, &s->ann);
	rig_begin(&in, s->ann.token);
	pack_text(&in, "another@example.net");
	assert_true(rig_ask(&s->rig, KEEPER_ADDRESS_ADD, &in, &out));
	q.fields = FIELD_BIT(FIELD_ADDRESS) | FIELD_BIT(FIELD_FAMILY) | FIELD_BIT(FIELD_SUFFIX);
	q.first = q.last = day_of(RIG_START) - 400;
	given(s, &q);
	assert_said(s, &s->ann, PURPOSE_DISCLOSURE, "Amtsgericht Krems");
	correct_family(s, &s->ann, "Brien");
	l = list(s, 1, 0);
	assert_int_equal(l.notices, 0);		/* nothing was in it */
}

/* Nor does a row come back with a backup, for the end of whose silence there is nobody to tell. */
static void
whoever_was_erased_before_a_restore(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	struct request q = usual(s);
	struct tombstone t = { .erasure = 1, .key = s->ann.owner.key, .tags = s->ann.owner.tags };
	struct keys *keys = vault_keys(s->rig.keeper.vault);
	int64_t number, now;
	struct err e = {0};
	bool named;

	q.silent_until = rig_now(&s->rig) + 10 * DAY;
	number = given(s, &q);
	now = rig_now(&s->rig);
	rig_begin_hand(&s->rig);
	assert_true(keys_destroy(keys, t.key, now, &e) && keys_destroy(keys, t.tags, now, &e));	/* as `troth restore` does */
	assert_true(restored_erase(&s->rig.keeper, &t, now, &e));
	rig_end_hand(&s->rig);
	for (int i = 0; i < 10; i++)
		assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_ERASE_RUN, NULL, &out));
	rig_begin_hand(&s->rig);
	assert_true(disclosure_names(&s->rig.keeper, number, s->ann.owner.number, &named, &e));
	rig_end_hand(&s->rig);
	assert_false(named);
	rig_later(&s->rig, 11 * DAY);
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
}

static const struct sql sql_ran = { "test_ran", "ii", "", "INSERT INTO retained (day, rule, rows) VALUES ($1, $2, 1)" };

static bool
audits(struct scene *s, const struct person *p, unsigned list, uint32_t from, struct buf *out)
{
	DROP(buf_wipe) struct buf in = {0};

	buf_reset(out);
	rig_begin(&in, p->token);
	pack_u8(&in, list);
	pack_u32(&in, from);
	return rig_ask(&s->rig, KEEPER_AUDIT, &in, out);
}

/* How many retention runs one page tells; the other lists are left out. */
static uint32_t
runs_told(struct scene *s, const struct person *p, uint32_t from, bool *more)
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span a;
	uint32_t n;

	assert_true(audits(s, p, AUDIT_RUNS, from, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	assert_int_equal(unpack_u32(&a), 0);
	assert_int_equal(unpack_u8(&a), 0);
	assert_int_equal(unpack_u32(&a), 0);
	assert_int_equal(unpack_u8(&a), 0);
	assert_int_equal(unpack_u32(&a), 0);	/* silences, reports told later */
	assert_int_equal(unpack_u32(&a), 0);
	for (int part = 0; part < 2; part++) {
		assert_int_equal(unpack_u32(&a), 0);
		assert_int_equal(unpack_u8(&a), 0);
	}
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n; i++)
		unpack_i64(&a), unpack_u32(&a), unpack_i64(&a);
	*more = unpack_u8(&a) == 1;
	assert_int_equal(unpack_u32(&a), 0);	/* guests */
	assert_true(unpack_end(&a, "runs", NULL));
	return n;
}

/* Counts of a silence in force, and of decisions, for those who audit; roles stand in the way of others. */
static void
what_auditors_read(void **state)
{
	DROP(buf_wipe) struct buf out = {0};
	struct scene *s = *state;
	struct request q = usual(s);
	struct person nia = {0};
	struct rig_block b;
	struct err e = {0};
	struct span a;
	bool more;
	uint32_t n;

	q.silent_until = rig_now(&s->rig) + 40 * DAY;
	given(s, &q);
	refused(s, audits(s, &s->officer[1], AUDIT_LISTS, 0, &out), ERR_DENIED, WHY_ROLE);
	person_make(&s->rig, &nia, "nia", "Nia", "Okafor", NULL, NULL);
	rig_begin_hand(&s->rig);
	assert_true(role_set(&s->rig.keeper, &nia.owner, ROLE_AUDITOR, true, ACTOR_SYSTEM, rig_now(&s->rig), &e));
	rig_end_hand(&s->rig);
	person_sign_in(&s->rig, &nia);
	assert_true(audits(s, &nia, AUDIT_LISTS, 0, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	n = unpack_u32(&a);
	assert_int_equal(n, OFFICERS + 1);
	for (; n > 0; n--)
		unpack_u8(&a), unpack_i64(&a), assert_int_equal(unpack_i64(&a), 0);
	assert_int_equal(unpack_u8(&a), 0);
	assert_int_equal(unpack_u32(&a), 1);
	unpack_i64(&a);
	assert_int_equal(unpack_u8(&a), DECISION_DISCLOSURE);
	assert_int_equal(unpack_u8(&a), DECISION_AGREED);
	unpack_i64(&a), unpack_i64(&a);
	assert_int_equal(unpack_u8(&a), 2);
	assert_int_equal(unpack_u8(&a), 0);
	assert_int_equal(unpack_u8(&a), 0);
	assert_int_equal(unpack_u32(&a), 1);
	unpack_i64(&a);
	assert_int_equal(unpack_i64(&a), q.silent_until);

	/* A list longer than one page goes on in the next, without the others. */
	rig_begin_hand(&s->rig);
	for (int64_t day = 1; day <= AUDIT_LISTED + 1; day++)
		assert_true(sql_do(s->rig.keeper.store, &sql_ran, &e, day, (int64_t)RETAIN_MAILS));
	rig_end_hand(&s->rig);
	assert_int_equal(runs_told(s, &nia, 0, &more), AUDIT_LISTED);
	assert_true(more);
	assert_int_equal(runs_told(s, &nia, AUDIT_LISTED, &more), 1);
	assert_false(more);
	refused(s, audits(s, &nia, AUDIT_LIST__COUNT, 0, &out), ERR_INPUT, 0);
	refused(s, audits(s, &nia, AUDIT_LISTS, 1, &out), ERR_INPUT, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_wrong_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(two_who_did_not_ask, set_up, tear_down),
		cmocka_unit_test_setup_teardown(two_refuse_or_nobody_acts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(silence_has_an_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(whom_it_names_finds_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(recipients_are_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(whoever_is_erased, set_up, tear_down),
		cmocka_unit_test_setup_teardown(whoever_was_erased_before_a_restore, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_what_was_held, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_auditors_read, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
