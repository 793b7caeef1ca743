/* tests/unit/test_assure.c - noting and signing: what is recorded, for whom, and what never is. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/keeper/doctor.h"
#include "privacy/keeper/record.h"
#include "tests/unit/event_rig.h"
#include "tests/unit/name_rig.h"

#define ANN	"Ann Zoë Ó Briain"
#define BORN	"1984-02-29"

struct scene { struct rig rig; struct person ann, ben, cleo; };

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", NULL });
	person_make(&s->rig, &s->ann, "ann", "Ann Zoë", "Ó Briain", BORN, "X 123-456");
	person_assurer(&s->rig, &s->ben, "ben", "Ben", "Adeyemi");
	person_assurer(&s->rig, &s->cleo, "cleo", "Cleo", "Marín");
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	/* whatever happened: everything that is sealed agrees with the ledger */
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

static bool
with_id(struct scene *s, struct person *p, uint32_t op, int64_t id, const char *words, struct buf *out)
{
	DROP(buf_wipe) struct buf in = {0};

	rig_begin(&in, p->token);
	pack_i64(&in, id);
	if (words != NULL)
		pack_text(&in, words);
	return rig_ask(&s->rig, op, &in, out);
}

static int64_t
points(struct scene *s, const struct person *p)
{
	struct points pt;

	person_points(&s->rig, p, &pt);
	return pt.assurance;
}

/* A meeting up to the comparing. */
static int64_t
met(struct scene *s, struct person *assurer, struct person *member, const char *name, const char *born)
{
	char code[CODE_TEXT];
	int64_t id;
	struct met m;

	assert_true(meet_code(&s->rig, member, HANDOVER_SCREEN, code, &id));
	assert_true(meet_take(&s->rig, assurer, code, &id));
	assert_true(meet_match(&s->rig, assurer, id, name, born, "", "", &m));
	return id;
}

static int64_t
noted(struct scene *s, struct person *assurer, struct person *member, int64_t give)
{
	struct draft_words w = { .documents = DOCUMENT_PASSPORT, .names = 1, .points = give };
	int64_t draft;

	assert_true(meet_draft(&s->rig, assurer, met(s, assurer, member, ANN, BORN), &w, &draft));
	return draft;
}

static void
signed_it_counts_and_both_can_read_it(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	struct rig_mail mail;
	struct rig_block b;
	struct points pt;
	uint32_t why;
	int64_t draft = noted(s, &s->ben, &s->ann, 35);

	assert_int_equal(points(s, &s->ann), 0);		/* a draft counts for nothing */
	assert_true(meet_sign(&s->rig, &s->ben, draft, &why));
	assert_int_equal(why, WHY_NONE);
	person_points(&s->rig, &s->ann, &pt);
	assert_int_equal(pt.assurance, 35);
	assert_int_equal(pt.assurers, 1);
	assert_true(rig_mail_of(&s->rig, MAIL_ASSURED, &mail));
	assert_string_equal(mail.to, s->ann.address);
	assert_true(rig_look(&s->rig, KEEPER_POINTS, s->ann.token, &out, &b));
	assert_non_null(memmem(out.data, out.len, "Ben Adeyemi", 11));
	assert_non_null(memmem(out.data, out.len, "Utrecht", 7));
	/* the assurer keeps initials, date, place and points; no name, no date of birth, no number */
	{
		DROP(buf_wipe) struct buf in = {0};

		rig_begin(&in, s->ben.token);
		pack_i64(&in, 0);
		pack_u32(&in, 200);
		assert_true(rig_ask(&s->rig, KEEPER_ASSURANCES, &in, &out));
	}
	assert_non_null(memmem(out.data, out.len, "A. Z. Ó. B.", strlen("A. Z. Ó. B.")));
	assert_null(memmem(out.data, out.len, "Briain", 6));
	assert_null(memmem(out.data, out.len, "1984", 4));
	/* a second signature of the same is none */
	assert_true(meet_sign(&s->rig, &s->ben, draft, &why));
	assert_int_equal(why, WHY_ASSURE_DONE);
	assert_int_equal(points(s, &s->ann), 35);
}

static void
two_assurers_for_fifty(void **state)
{
	struct scene *s = *state;
	struct points pt;

	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, ANN, BORN, 35));
	assert_true(meet_whole(&s->rig, &s->cleo, &s->ann, ANN, BORN, 35));
	person_points(&s->rig, &s->ann, &pt);
	assert_int_equal(pt.assurance, 70);
	assert_int_equal(pt.names_ok, 1);
	assert_int_equal(pt.unlocks & UNLOCK_NAMES, UNLOCK_NAMES);
	/* and the assurer gains by it */
	person_points(&s->rig, &s->ben, &pt);
	assert_int_equal(pt.experience, 50);
}

/* What a refusal must leave as it was: both histories, what was shown, and every assurance there is. */
struct before { int64_t member, giver, rows, uses; };

static struct before
as_it_stands(struct scene *s, const struct person *giver, const struct person *member, int64_t handover)
{
	DROP(buf_wipe) struct buf uses = {0};
	DROP(vouchings_wipe) struct vouchings v = {0};
	struct before b = {0};
	struct err e = {0};

	rig_begin_hand(&s->rig);
	assert_true(keeper_entries(&s->rig.keeper, &member->owner, &b.member, &e));
	assert_true(keeper_entries(&s->rig.keeper, &giver->owner, &b.giver, &e));
	assert_true(vouchings_load(&s->rig.keeper, member->owner.number, 0, &v, &e));
	assert_true(handover_uses(&s->rig.keeper, handover, &uses, &e));
	rig_end_hand(&s->rig);
	b.rows = (int64_t)v.received_count;
	b.uses = (int64_t)uses.len;
	return b;
}

static void
what_is_not_right_is_not_noted(void **state)
{
	static const struct { struct draft_words w; enum err_kind kind; uint32_t why; } rows[] = {
		{ { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 36 }, ERR_DENIED, WHY_ASSURE_POINTS },
		{ { .documents = DOCUMENT_PASSPORT, .names = 1, .points = -1 }, ERR_DENIED, WHY_ASSURE_POINTS },
		{ { .documents = DOCUMENT_PASSPORT, .names = 1, .points = INT64_MAX }, ERR_DENIED, WHY_ASSURE_POINTS },
		{ { .documents = DOCUMENT_PASSPORT, .names = 1, .points = INT64_MIN }, ERR_DENIED, WHY_ASSURE_POINTS },
		{ { .documents = 0, .names = 1, .points = 10 }, ERR_INPUT, WHY_ASSURE_DOCUMENTS },
		{ { .documents = DOCUMENT_DEED, .names = 1, .points = 10 }, ERR_INPUT, WHY_ASSURE_DOCUMENTS },
		{ { .documents = 64, .names = 1, .points = 10 }, ERR_INPUT, WHY_ASSURE_DOCUMENTS },
		{ { .documents = DOCUMENT_PASSPORT, .names = 0, .points = 10 }, ERR_DENIED, WHY_ASSURE_NAME },
		{ { .documents = DOCUMENT_PASSPORT, .names = 2, .points = 10 }, ERR_DENIED, WHY_ASSURE_NAME },
		{ { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 10, .refuses = true }, ERR_INPUT, WHY_ASSURE_AGREEMENT },
		{ { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 10, .place = "" }, ERR_INPUT, WHY_ASSURE_PLACE },
		{ { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 10, .place = "x" }, ERR_INPUT, WHY_ASSURE_PLACE },
		{ { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 10, .met = "2026-11-20" }, ERR_DENIED, WHY_ASSURE_FUTURE },
		{ { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 10, .met = "2025-11-17" }, ERR_DENIED, WHY_ASSURE_LONG_AGO },
		{ { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 10, .met = "1984-02-28" }, ERR_DENIED, WHY_ASSURE_BEFORE_BIRTH },
		{ { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 10, .met = "2026-02-29" }, ERR_INPUT, WHY_BIRTH_DATE },
		{ { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 10, .met = "2024-02-29" }, ERR_DENIED, WHY_ASSURE_LONG_AGO },
		{ { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 10, .met = "2028-02-29" }, ERR_DENIED, WHY_ASSURE_FUTURE },
		{ { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 10, .met = "yesterday" }, ERR_INPUT, WHY_BIRTH_DATE },
		{ { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 10, .link = LINK_BIRTH }, ERR_INPUT, WHY_ASSURE_DOCUMENTS },
		{ { .documents = DOCUMENT_PASSPORT | DOCUMENT_DEED, .names = 1, .points = 10, .link = LINK_BIRTH }, ERR_CONFLICT, WHY_LINK },
		{ { .documents = DOCUMENT_PASSPORT | DOCUMENT_DEED, .names = 1, .points = 10, .link = LINK_NAME, .to = 200 }, ERR_CONFLICT, WHY_LINK },
	};
	struct scene *s = *state;
	int64_t id = met(s, &s->ben, &s->ann, ANN, BORN), draft;
	struct before was = as_it_stands(s, &s->ben, &s->ann, id), is;

	for (size_t i = 0; i < COUNT(rows); i++) {
		print_message("row %zu\n", i);
		refused(s, meet_draft(&s->rig, &s->ben, id, &rows[i].w, &draft), rows[i].kind, rows[i].why);
		is = as_it_stands(s, &s->ben, &s->ann, id);
		assert_memory_equal(&is, &was, sizeof(is));
	}
	/* and after all that the hand-over still serves */
	assert_true(meet_draft(&s->rig, &s->ben, id, &(struct draft_words){ .documents = DOCUMENT_PASSPORT, .names = 1,
	    .points = 0 }, &draft));
}

/* What one may give can sink between noting and signing: the draft is told so, and no part of it is recorded. */
static void
points_above_what_one_may_give_by_then(void **state)
{
	struct scene *s = *state;
	struct person mia = {0};
	struct draft_words w = { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 11 };
	struct before was, is;
	struct points pt;
	int64_t id, draft;
	uint32_t why;

	/* an assurer of sixteen gives 10 and no more, whatever the experience */
	person_make(&s->rig, &mia, "mia", "Mia", "Jansen", "2010-11-17", NULL);
	person_vouched(&s->rig, &mia, 3, true);
	person_experienced(&s->rig, &mia, 25);
	person_points(&s->rig, &mia, &pt);
	assert_int_equal(pt.give_most, 10);
	id = met(s, &mia, &s->ann, ANN, BORN);
	was = as_it_stands(s, &mia, &s->ann, id);
	refused(s, meet_draft(&s->rig, &mia, id, &w, &draft), ERR_DENIED, WHY_ASSURE_POINTS);
	is = as_it_stands(s, &mia, &s->ann, id);
	assert_memory_equal(&is, &was, sizeof(is));
	w.points = 10;
	assert_true(meet_draft(&s->rig, &mia, id, &w, &draft));
	assert_true(meet_sign(&s->rig, &mia, draft, &why));
	assert_int_equal(why, WHY_NONE);
	assert_int_equal(points(s, &s->ann), 10);
	/* noted with 35; then the experience it rested on is gone */
	draft = noted(s, &s->ben, &s->ann, 35);
	s->rig.set.trust.give[TRUST_STEPS - 1] = 30;
	was = as_it_stands(s, &s->ben, &s->ann, id);
	assert_true(meet_sign(&s->rig, &s->ben, draft, &why));
	assert_int_equal(why, WHY_ASSURE_POINTS);
	is = as_it_stands(s, &s->ben, &s->ann, id);
	assert_int_equal(is.member, was.member);
	assert_int_equal(is.rows, was.rows);
	assert_int_equal(points(s, &s->ann), 10);
}

/* A limit of the young lifts by itself on the birthday, to the day. */
static void
an_assurer_turns_eighteen(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	struct person mia = {0};
	struct points pt;

	person_make(&s->rig, &mia, "mia", "Mia", "Jansen", "2008-11-20", NULL);
	person_vouched(&s->rig, &mia, 3, true);
	person_experienced(&s->rig, &mia, 25);
	for (int day = 0; day < 3; day++) {
		person_points(&s->rig, &mia, &pt);
		assert_int_equal(pt.minor, day < 2);
		assert_int_equal(pt.give_most, day < 2 ? 10 : 35);
		assert_int_equal(pt.names_ok, day < 2 ? 0 : 1);
		assert_int_equal((pt.unlocks & UNLOCK_DIRECTORY) != 0, day == 2);
		rig_later(&s->rig, DAY);
		assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	}
	person_sign_in(&s->rig, &mia);
	person_sign_in(&s->rig, &s->ann);
	assert_true(meet_whole(&s->rig, &mia, &s->ann, ANN, BORN, 35));
}

static void
only_what_was_compared_is_vouched_for(void **state)
{
	struct scene *s = *state;
	struct draft_words w = { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 10 };
	int64_t id, draft;

	id = met(s, &s->ben, &s->ann, "Somebody Else", BORN);
	refused(s, meet_draft(&s->rig, &s->ben, id, &w, &draft), ERR_DENIED, WHY_ASSURE_NAME);
	id = met(s, &s->ben, &s->ann, ANN, "");
	refused(s, meet_draft(&s->rig, &s->ben, id, &w, &draft), ERR_DENIED, WHY_ASSURE_BIRTH);
	id = met(s, &s->ben, &s->ann, ANN, "1984-02-28");
	refused(s, meet_draft(&s->rig, &s->ben, id, &w, &draft), ERR_DENIED, WHY_ASSURE_BIRTH);
	/* "differs in spelling" is the assurer's to judge */
	id = met(s, &s->ben, &s->ann, "Ann Zoe OBriain", BORN);
	assert_true(meet_draft(&s->rig, &s->ben, id, &w, &draft));
}

static void
the_same_two_once(void **state)
{
	struct scene *s = *state;
	struct draft_words w = { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 35 };
	int64_t first = noted(s, &s->ben, &s->ann, 10), second = noted(s, &s->ben, &s->ann, 20), id, draft;
	uint32_t why;

	/* two drafts of one pair: the first that is signed wins, the other is told */
	assert_true(meet_sign(&s->rig, &s->ben, second, &why));
	assert_int_equal(why, WHY_NONE);
	assert_true(meet_sign(&s->rig, &s->ben, first, &why));
	assert_int_equal(why, WHY_ASSURE_AGAIN);
	assert_int_equal(points(s, &s->ann), 20);
	id = met(s, &s->ben, &s->ann, ANN, BORN);
	refused(s, meet_draft(&s->rig, &s->ben, id, &w, &draft), ERR_DENIED, WHY_ASSURE_AGAIN);
	/* after two years */
	rig_later(&s->rig, 730 * 86400);
	person_sign_in(&s->rig, &s->ben);
	person_sign_in(&s->rig, &s->ann);
	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, ANN, BORN, 35));
	assert_int_equal(points(s, &s->ann), 35);	/* the better of the two, not the sum */
}

static void
suspended_in_the_middle_nothing_is_signed(void **state)
{
	struct scene *s = *state;
	struct trust_facts t;
	DROP(buf_wipe) struct buf out = {0};
	int64_t draft = noted(s, &s->ben, &s->ann, 35);
	uint32_t why = WHY_NONE;

	rig_begin_hand(&s->rig);
	assert_true(trust_get(&s->rig.keeper, s->ben.owner.number, &t, &s->rig.err));
	rig_end_hand(&s->rig);
	t.standing = STANDING_SUSPENDED;
	person_facts(&s->rig, &s->ben, &t);
	assert_int_equal(person_roles(&s->rig, &s->ben) & 1u << ROLE_ASSURER, 0);
	refused(s, meet_sign(&s->rig, &s->ben, draft, &why), ERR_DENIED, WHY_ROLE);
	assert_int_equal(points(s, &s->ann), 0);
	/* lifted again: it can be signed */
	t.standing = STANDING_GOOD;
	person_facts(&s->rig, &s->ben, &t);
	assert_true(meet_sign(&s->rig, &s->ben, draft, &why));
	assert_int_equal(why, WHY_NONE);
}

static void
a_wrong_password_signs_nothing(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t draft = noted(s, &s->ben, &s->ann, 35);

	rig_begin(&in, s->ben.token);
	pack_text(&in, "not the password at all");
	pack_bytes(&in, "192.0.2.1", 9);
	pack_u32(&in, 1);
	pack_i64(&in, draft);
	refused(s, rig_ask(&s->rig, KEEPER_ASSURE_SIGN, &in, &out), ERR_DENIED, WHY_SIGN_IN);
	assert_int_equal(points(s, &s->ann), 0);
	/* another's draft, one that is not there: told, nothing signed */
	{
		uint32_t why;

		assert_true(meet_sign(&s->rig, &s->cleo, draft, &why));
		assert_int_equal(why, WHY_ASSURE_DONE);
		assert_true(meet_sign(&s->rig, &s->cleo, 4711, &why));
		assert_int_equal(why, WHY_ASSURE_DONE);
	}
	assert_int_equal(points(s, &s->ann), 0);
}

static void
many_under_one_password(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t draft[6];
	struct rig_block b;
	struct span a;

	for (unsigned i = 0; i < COUNT(draft); i++) {
		char login[16];
		struct person p = {0};
		struct draft_words w = { .documents = DOCUMENT_IDENTITY_CARD, .names = 1, .points = i };

		snprintf(login, sizeof(login), "guest%u", i);
		person_make(&s->rig, &p, login, "Guest", "Number", "1990-05-17", NULL);
		assert_true(meet_draft(&s->rig, &s->ben, met(s, &s->ben, &p, "Guest Number", "1990-05-17"), &w, &draft[i]));
	}
	/* one of them is dropped, and signing it is refused while the others are signed */
	assert_true(with_id(s, &s->ben, KEEPER_DRAFT_DROP, draft[3], NULL, &out));
	refused(s, with_id(s, &s->ben, KEEPER_DRAFT_DROP, draft[3], NULL, &out), ERR_ABSENT, WHY_ASSURE_DONE);
	rig_begin(&in, s->ben.token);
	pack_text(&in, TRUST_PASSWORD);
	pack_bytes(&in, "192.0.2.1", 9);
	pack_u32(&in, COUNT(draft));
	for (unsigned i = 0; i < COUNT(draft); i++)
		pack_i64(&in, draft[i]);
	assert_true(rig_ask(&s->rig, KEEPER_ASSURE_SIGN, &in, &out));
	a = span_buf(&out);
	unpack_exact(&a, s->ben.token, TOKEN_BYTES);
	rig_block(&a, &b);
	assert_int_equal(unpack_u32(&a), COUNT(draft));
	for (unsigned i = 0; i < COUNT(draft); i++) {
		assert_int_equal(unpack_i64(&a), draft[i]);
		assert_int_equal(unpack_u32(&a), i == 3 ? WHY_ASSURE_DONE : WHY_NONE);
	}
	/* the session goes on under its new address, fresh */
	assert_int_equal(b.flags & SESSION_FRESH, SESSION_FRESH);
	assert_true(rig_look(&s->rig, KEEPER_DRAFTS, s->ben.token, &out, &b));
}

/* A page opened before one was dropped names that one and no later one. */
static void
a_dropped_draft_is_nobody_elses(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	int64_t dropped = noted(s, &s->ben, &s->ann, 5), later;
	uint32_t why;

	assert_true(with_id(s, &s->ben, KEEPER_DRAFT_DROP, dropped, NULL, &out));
	later = noted(s, &s->ben, &s->ann, 35);
	assert_true(later > dropped);
	assert_true(meet_sign(&s->rig, &s->ben, dropped, &why));
	assert_int_equal(why, WHY_ASSURE_DONE);
	assert_int_equal(points(s, &s->ann), 0);
}

static void
both_in_one_sitting(void **state)
{
	struct scene *s = *state;

	assert_true(meet_whole(&s->rig, &s->ben, &s->cleo, "Cleo Marín", "1970-01-01", 35));
	assert_true(meet_whole(&s->rig, &s->cleo, &s->ben, "Ben Adeyemi", "1970-01-01", 35));
}

static void
taking_back_within_two_days(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0}, in = {0};
	struct rig_block b;
	struct rig_mail mail;
	int64_t draft = noted(s, &s->ben, &s->ann, 35);
	uint32_t why;

	assert_true(meet_sign(&s->rig, &s->ben, draft, &why));
	refused(s, with_id(s, &s->ben, KEEPER_ASSURANCE_WITHDRAW, draft, "", &out), ERR_INPUT, WHY_WORDS);
	assert_true(with_id(s, &s->ben, KEEPER_ASSURANCE_WITHDRAW, draft, "I took the wrong passport for hers", &out));
	assert_int_equal(points(s, &s->ann), 0);
	assert_true(rig_mail_of(&s->rig, MAIL_ASSURANCE_WITHDRAWN, &mail));
	assert_true(rig_look(&s->rig, KEEPER_POINTS, s->ann.token, &out, &b));
	assert_non_null(memmem(out.data, out.len, "wrong passport", 14));
	refused(s, with_id(s, &s->ben, KEEPER_ASSURANCE_WITHDRAW, draft, "again", &out), ERR_CONFLICT, WHY_ASSURE_DONE);
	/* the pair is free again, and two days later it stands for good */
	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, ANN, BORN, 30));
	rig_later(&s->rig, 48 * 3600 + 1);
	person_sign_in(&s->rig, &s->ben);
	rig_begin(&in, s->ben.token);
	pack_text(&in, TRUST_PASSWORD);
	pack_bytes(&in, "192.0.2.1", 9);
	assert_true(rig_ask(&s->rig, KEEPER_PASSWORD_AGAIN, &in, &out));
	memcpy(s->ben.token, out.data, TOKEN_BYTES);
	refused(s, with_id(s, &s->ben, KEEPER_ASSURANCE_WITHDRAW, draft + 1, "too late", &out), ERR_DENIED, WHY_ASSURE_LATE);
	assert_int_equal(points(s, &s->ann), 30);
}

static void
an_assurer_begins_and_ends(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct rig_mail mail;
	unsigned char before[TOKEN_BYTES];

	person_vouched(&s->rig, &s->ann, 2, true);		/* 70 points and the challenge */
	assert_int_equal(person_roles(&s->rig, &s->ann) & 1u << ROLE_ASSURER, 0);
	memcpy(before, s->ann.token, TOKEN_BYTES);
	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, ANN, BORN, 35));
	assert_int_equal(person_roles(&s->rig, &s->ann) & 1u << ROLE_ASSURER, 1u << ROLE_ASSURER);
	/* a role's beginning ends the session it was not in */
	refused(s, rig_look(&s->rig, KEEPER_WHO, before, &out, &b), ERR_DENIED, WHY_SESSION_OVER);
	assert_true(rig_mail_of(&s->rig, MAIL_ROLE, &mail));
	person_sign_in(&s->rig, &s->ann);
	assert_true(rig_look(&s->rig, KEEPER_DRAFTS, s->ann.token, &out, &b));
}

static void
a_minor_turns_adult_by_the_calendar(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	struct person mia = {0};
	struct points pt;

	/* born 2008-11-20: 18 in two days */
	person_make(&s->rig, &mia, "mia", "Mia", "Jansen", "2008-11-20", NULL);
	assert_true(meet_whole(&s->rig, &s->ben, &mia, "Mia Jansen", "2008-11-20", 35));
	assert_true(meet_whole(&s->rig, &s->cleo, &mia, "Mia Jansen", "2008-11-20", 35));
	person_points(&s->rig, &mia, &pt);
	assert_true(pt.minor);
	assert_int_equal(pt.names_ok, 0);
	rig_later(&s->rig, 2 * 86400);
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	person_points(&s->rig, &mia, &pt);
	assert_false(pt.minor);
	assert_int_equal(pt.names_ok, 1);
}

static void
a_parents_consent_is_noted_and_withdrawn(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0}, in = {0};
	struct person mia = {0};
	struct draft_words w = { .documents = DOCUMENT_IDENTITY_CARD, .names = 1, .points = 35, .parent = true };
	struct rig_mail mail;
	struct points pt;
	int64_t draft;
	uint32_t why;

	person_make(&s->rig, &mia, "mia", "Mia", "Jansen", "2012-03-04", NULL);
	assert_true(meet_whole(&s->rig, &s->cleo, &mia, "Mia Jansen", "2012-03-04", 35));
	assert_true(meet_draft(&s->rig, &s->ben, met(s, &s->ben, &mia, "Mia Jansen", "2012-03-04"), &w, &draft));
	assert_true(meet_sign(&s->rig, &s->ben, draft, &why));
	assert_true(rig_mail_of(&s->rig, MAIL_PARENT, &mail));
	assert_string_equal(mail.to, mia.address);
	person_points(&s->rig, &mia, &pt);
	assert_int_equal(pt.names_ok, 1);
	rig_begin(&in, mia.token);
	pack_text(&in, TRUST_PASSWORD);
	pack_bytes(&in, "192.0.2.1", 9);
	assert_true(rig_ask(&s->rig, KEEPER_PASSWORD_AGAIN, &in, &out));
	memcpy(mia.token, out.data, TOKEN_BYTES);
	rig_begin(&in, mia.token);
	assert_true(rig_ask(&s->rig, KEEPER_PARENT_WITHDRAW, &in, &out));
	person_points(&s->rig, &mia, &pt);
	assert_int_equal(pt.names_ok, 0);
	refused(s, rig_ask(&s->rig, KEEPER_PARENT_WITHDRAW, &in, &out), ERR_CONFLICT, WHY_PARENT);
}

/* Neither what was noted and not signed yet, nor a word that fell, keeps a consent alive. */
static void
a_parents_consent_ends_with_the_word(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0}, in = {0};
	struct person mia = {0};
	struct draft_words w = { .documents = DOCUMENT_IDENTITY_CARD, .names = 1, .points = 35, .parent = true };
	struct points pt;
	int64_t first, late;
	uint32_t why;

	person_make(&s->rig, &mia, "mia", "Mia", "Jansen", "2012-03-04", NULL);
	assert_true(meet_draft(&s->rig, &s->ben, met(s, &s->ben, &mia, "Mia Jansen", "2012-03-04"), &w, &first));
	assert_true(meet_draft(&s->rig, &s->cleo, met(s, &s->cleo, &mia, "Mia Jansen", "2012-03-04"), &w, &late));
	assert_true(meet_sign(&s->rig, &s->ben, first, &why));
	assert_true(rig_again(&s->rig, mia.token, TRUST_PASSWORD));
	rig_begin(&in, mia.token);
	assert_true(rig_ask(&s->rig, KEEPER_PARENT_WITHDRAW, &in, &out));
	assert_true(meet_sign(&s->rig, &s->cleo, late, &why));
	assert_int_equal(why, WHY_NONE);
	person_points(&s->rig, &mia, &pt);
	assert_int_equal(pt.assurance, 70);
	assert_int_equal(pt.names_ok, 0);
	{
		struct assurance row;

		word_get(&s->rig, late, &row);
		row.parent = true;
		row.falls_at = rig_now(&s->rig) + 60;
		word_set(&s->rig, &row);
	}
	s->rig.set.trust.names_from = s->rig.set.trust.name_points = 35;
	person_points(&s->rig, &mia, &pt);
	assert_int_equal(pt.names_ok, 1);
	rig_later(&s->rig, 60);
	person_points(&s->rig, &mia, &pt);
	assert_int_equal(pt.names_ok, 0);
}

static void
unsigned_drafts_go_by_themselves(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	int64_t draft = noted(s, &s->ben, &s->ann, 35);
	char said[256];
	uint32_t why;

	rig_later(&s->rig, 14 * 86400 + 1);
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	person_sign_in(&s->rig, &s->ben);
	person_sign_in(&s->rig, &s->ann);
	rig_said(&s->rig, &s->ann, PURPOSE_KEEP_TIDY, said);
	assert_string_equal(said, "an assurance that was not signed");
	assert_true(meet_sign(&s->rig, &s->ben, draft, &why));
	assert_int_equal(why, WHY_ASSURE_DONE);
}

static void
an_erased_birth_date_takes_its_vouching_with_it(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, ANN, BORN, 35));
	rig_begin(&in, s->ann.token);
	pack_u32(&in, PURPOSE_ENROL);
	pack_u8(&in, 1);
	pack_u32(&in, FIELD_BIRTH);
	pack_text(&in, "1990-01-01");
	refused(s, rig_ask(&s->rig, KEEPER_DATA_SET, &in, &out), ERR_DENIED, WHY_FIELD_VOUCHED);
	{
		DROP(buf_wipe) struct buf again = {0};

		rig_begin(&again, s->ann.token);
		pack_text(&again, TRUST_PASSWORD);
		pack_bytes(&again, "192.0.2.1", 9);
		assert_true(rig_ask(&s->rig, KEEPER_PASSWORD_AGAIN, &again, &out));
		memcpy(s->ann.token, out.data, TOKEN_BYTES);
		rig_begin(&again, s->ann.token);
		pack_u32(&again, FIELD_BIRTH);
		assert_true(rig_ask(&s->rig, KEEPER_DATA_ERASE, &again, &out));
		memcpy(in.data, s->ann.token, TOKEN_BYTES);
	}
	/* another date now: nobody vouched for it */
	assert_true(rig_ask(&s->rig, KEEPER_DATA_SET, &in, &out));
	assert_int_equal(points(s, &s->ann), 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(signed_it_counts_and_both_can_read_it), CASE(two_assurers_for_fifty),
		CASE(what_is_not_right_is_not_noted), CASE(only_what_was_compared_is_vouched_for),
		CASE(the_same_two_once), CASE(suspended_in_the_middle_nothing_is_signed),
		CASE(a_wrong_password_signs_nothing), CASE(many_under_one_password), CASE(a_dropped_draft_is_nobody_elses), CASE(both_in_one_sitting),
		CASE(taking_back_within_two_days), CASE(an_assurer_begins_and_ends),
		CASE(a_minor_turns_adult_by_the_calendar), CASE(a_parents_consent_is_noted_and_withdrawn), CASE(a_parents_consent_ends_with_the_word),
		CASE(points_above_what_one_may_give_by_then), CASE(an_assurer_turns_eighteen),
		CASE(unsigned_drafts_go_by_themselves), CASE(an_erased_birth_date_takes_its_vouching_with_it),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
