/*
 * tests/unit/test_name.c - links, what must be compared again, and that no name becomes
 * certifiable for which nobody vouched, whatever is done in whatever order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/assure.h"
#include "privacy/keeper/doctor.h"
#include "privacy/keeper/record.h"
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
	person_make(&s->rig, &s->ann, "ann", "Ann Zoë", "Ó Briain", BORN, NULL);
	person_assurer(&s->rig, &s->ben, "ben", "Ben", "Adeyemi");
	person_assurer(&s->rig, &s->cleo, "cleo", "Cleo", "Marín");
	return 0;
}

/* Whatever was done: the one look-up says what the three say. */
static void
marks_agree(struct rig *r, int64_t member)
{
	struct name_marks m;
	struct err e = {0};
	uint32_t vouched;
	uint8_t first;
	bool birth;

	assert_true(name_marks(&r->keeper, member, &m, &e));
	assert_true(name_main(&r->keeper, member, &first, &e) && name_vouched(&r->keeper, member, &vouched, &e) &&
	    birth_vouched(&r->keeper, member, &birth, &e));
	assert_int_equal(m.first, first);
	assert_int_equal(m.vouched, vouched);
	assert_int_equal(m.birth, birth);
}

static int
tear_down(void **state)
{
	struct scene *s = *state;
	struct err e = {0};

	rig_begin_hand(&s->rig);
	if (!doctor_look(&s->rig.keeper, &e))
		fprintf(stderr, "doctor: %s\n", e.text);
	marks_agree(&s->rig, s->ann.owner.number);
	marks_agree(&s->rig, s->ben.owner.number);
	rig_end_hand(&s->rig);
	assert_int_equal(e.kind, ERR_NONE);
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

/* A hand-over of Ann's in Ben's or Cleo's hands. */
static int64_t
taken(struct scene *s, struct person *assurer)
{
	char code[CODE_TEXT];
	int64_t id;

	assert_true(meet_code(&s->rig, &s->ann, HANDOVER_SCREEN, code, &id));
	assert_true(meet_take(&s->rig, assurer, code, &id));
	return id;
}

static void
compared(struct scene *s, struct person *assurer, int64_t id, const char *name, const char *born)
{
	struct met m;

	assert_true(meet_match(&s->rig, assurer, id, name, born, "", "", &m));
}

static void
shown(struct scene *s, struct person *assurer, int64_t id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	person_fresh(&s->rig, assurer);
	rig_begin(&in, assurer->token);
	pack_i64(&in, id);
	assert_true(rig_ask(&s->rig, KEEPER_HANDOVER_SHOW, &in, &out));
}

static uint32_t
signing(struct scene *s, struct person *assurer, int64_t draft)
{
	uint32_t why;

	assert_true(meet_sign(&s->rig, assurer, draft, &why));
	return why;
}

static const struct draft_words plain = { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 35 };

/* ---- links of names ---- */

static const struct draft_words wed = { .documents = DOCUMENT_PASSPORT | DOCUMENT_DEED, .names = 2, .points = 35,
	.link = LINK_NAME, .from = 0, .to = 1 };

static void
a_link_carries_over(void **state)
{
	struct scene *s = *state;
	struct named_all all;
	struct points pt;
	struct rig_mail mail;
	char lent[256];
	int64_t id, draft;
	uint8_t got;

	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, ANN, BORN, 35));
	person_lent(&s->rig, &s->ann, FIELD_INITIALS, lent);
	assert_string_equal(lent, "A. Z. Ó. B.");
	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_MARRIED, "Ann", "Müller", &got));
	/* without a deed, without the old name compared, to a name that is not there: no link */
	id = taken(s, &s->cleo);
	compared(s, &s->cleo, id, "Ann Müller", BORN);
	refused(s, meet_draft(&s->rig, &s->cleo, id, &(struct draft_words){ .documents = DOCUMENT_PASSPORT, .names = 2,
	    .points = 35, .link = LINK_NAME, .to = 1 }, &draft), ERR_INPUT, WHY_ASSURE_DOCUMENTS);
	refused(s, meet_draft(&s->rig, &s->cleo, id, &wed, &draft), ERR_DENIED, WHY_ASSURE_NAME);
	refused(s, meet_draft(&s->rig, &s->cleo, id, &(struct draft_words){ .documents = DOCUMENT_PASSPORT | DOCUMENT_DEED,
	    .names = 2, .points = 35, .link = LINK_NAME, .from = 1, .to = 0 }, &draft), ERR_CONFLICT, WHY_LINK);
	compared(s, &s->cleo, id, ANN, "");
	assert_true(meet_draft(&s->rig, &s->cleo, id, &wed, &draft));
	assert_int_equal(signing(s, &s->cleo, draft), WHY_NONE);
	/* the old name is gone, the new one is the first and has Ben's word, too */
	person_names(&s->rig, &s->ann, &all);
	assert_int_equal(all.n, 1);
	assert_int_equal(all.row[0].index, 1);
	assert_true(all.row[0].first && all.row[0].may);
	assert_int_equal(all.row[0].points, 70);
	person_points(&s->rig, &s->ann, &pt);
	assert_int_equal(pt.names_ok, 2);
	person_lent(&s->rig, &s->ann, FIELD_INITIALS, lent);
	assert_string_equal(lent, "A. M.");
	assert_true(rig_mail_of(&s->rig, MAIL_LINKED, &mail));
	assert_string_equal(mail.to, s->ann.address);
	/* the old index is spent */
	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_BIRTH, "Ann Zoë", "Ó Briain", &got));
	assert_int_equal(got, 2);
	person_points(&s->rig, &s->ann, &pt);
	assert_int_equal(pt.names_ok, 2);
}

/* First somebody vouched for the new name, then somebody else saw the deed. */
static void
a_link_to_a_vouched_name(void **state)
{
	struct scene *s = *state;
	struct points pt;
	int64_t id, draft;

	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, ANN, BORN, 35));
	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_MARRIED, "Ann", "Müller", NULL));
	word_plant(&s->rig, &s->ben, &s->ann, 20, 2, false);
	id = taken(s, &s->cleo);
	compared(s, &s->cleo, id, "Ann Müller", BORN);
	compared(s, &s->cleo, id, ANN, "");
	assert_true(meet_draft(&s->rig, &s->cleo, id, &wed, &draft));
	assert_int_equal(signing(s, &s->cleo, draft), WHY_NONE);
	person_points(&s->rig, &s->ann, &pt);
	assert_int_equal(pt.names_ok, 2);
	assert_int_equal(pt.name_points[1], 70);	/* Ben's better word, once */
}

/* Who vouched for the old name a while ago may be the one to see the deed. */
static void
the_same_assurer_links(void **state)
{
	struct scene *s = *state;
	struct draft_words again = plain;
	struct points pt;
	int64_t id, draft;

	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, ANN, BORN, 20));
	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_MARRIED, "Ann", "Müller", NULL));
	rig_later(&s->rig, 60);
	id = taken(s, &s->ben);
	compared(s, &s->ben, id, "Ann Müller", BORN);
	compared(s, &s->ben, id, ANN, "");
	again.names = 2;
	refused(s, meet_draft(&s->rig, &s->ben, id, &again, &draft), ERR_DENIED, WHY_ASSURE_AGAIN);
	assert_true(meet_draft(&s->rig, &s->ben, id, &wed, &draft));
	assert_int_equal(signing(s, &s->ben, draft), WHY_NONE);
	person_points(&s->rig, &s->ann, &pt);
	assert_int_equal(pt.assurance, 35);	/* the better word, once */
	assert_int_equal(pt.name_points[1], 35);
}

static void
what_history_keeps_goes_with_the_new_name(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t id, draft, place;
	unsigned char *at;

	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, ANN, BORN, 35));
	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_MARRIED, "Ann", "Müller", NULL));
	id = taken(s, &s->cleo);
	compared(s, &s->cleo, id, "Ann Müller", BORN);
	compared(s, &s->cleo, id, ANN, "");
	assert_true(meet_draft(&s->rig, &s->cleo, id, &wed, &draft));
	rig_begin_hand(&s->rig);
	assert_true(keeper_entries(&s->rig.keeper, &s->ann.owner, &place, &s->rig.err));
	rig_end_hand(&s->rig);
	assert_int_equal(signing(s, &s->cleo, draft), WHY_NONE);
	/* the first line of the signing is the link's: old and new name, for Ann alone */
	for (unsigned i = 0; i < 2; i++) {
		rig_begin(&in, s->ann.token);
		pack_i64(&in, place + 1);	/* they are counted from 1 */
		assert_true(rig_ask(&s->rig, KEEPER_HISTORY_ENTRY, &in, &out));
		at = memmem(out.data, out.len, ANN, strlen(ANN));
		assert_int_equal(at != NULL, i == 0);
		assert_int_equal(memmem(out.data, out.len, "Ann Müller", 11) != NULL, i == 0);
		/* she erases the new one: nothing of either is left */
		if (i == 0)
			assert_true(name_do(&s->rig, &s->ann, KEEPER_NAME_ERASE, 1));
	}
}

/* ---- what changes before it is signed ---- */

static void
a_changed_name_is_compared_again(void **state)
{
	struct scene *s = *state;
	int64_t id = taken(s, &s->ben), draft;

	compared(s, &s->ben, id, ANN, BORN);
	assert_true(field_set(&s->rig, &s->ann, FIELD_GIVEN, "Eve"));
	refused(s, meet_draft(&s->rig, &s->ben, id, &plain, &draft), ERR_DENIED, WHY_ASSURE_NAME);
	compared(s, &s->ben, id, "Eve Ó Briain", "");
	assert_true(meet_draft(&s->rig, &s->ben, id, &plain, &draft));
	/* noted, and changed again before it is signed */
	assert_true(name_put(&s->rig, &s->ann, 0, NAME_SORT_PAPERS, "Mallory", "Ó Briain", NULL));
	assert_int_equal(signing(s, &s->ben, draft), WHY_ASSURE_NAME);
}

static void
a_name_entered_after_showing_was_not_shown(void **state)
{
	struct scene *s = *state;
	struct draft_words second = plain;
	int64_t id = taken(s, &s->ben), draft;

	second.names = 2;
	shown(s, &s->ben, id);
	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_ARTIST, "", "Mallory", NULL));
	refused(s, meet_draft(&s->rig, &s->ben, id, &second, &draft), ERR_DENIED, WHY_ASSURE_NAME);
	refused(s, meet_draft(&s->rig, &s->ben, id, &plain, &draft), ERR_DENIED, WHY_ASSURE_NAME);
	shown(s, &s->ben, id);
	assert_true(meet_draft(&s->rig, &s->ben, id, &plain, &draft));
	assert_int_equal(signing(s, &s->ben, draft), WHY_NONE);
}

static void
another_name_in_a_noted_place(void **state)
{
	struct scene *s = *state;
	struct points pt;
	int64_t id = taken(s, &s->ben), draft;
	uint8_t got;

	compared(s, &s->ben, id, ANN, BORN);
	assert_true(meet_draft(&s->rig, &s->ben, id, &plain, &draft));
	assert_true(name_do(&s->rig, &s->ann, KEEPER_NAME_ERASE, 0));
	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_PAPERS, "Mallory", "", &got));
	assert_int_equal(got, 0);
	assert_int_equal(signing(s, &s->ben, draft), WHY_ASSURE_NAME);
	person_points(&s->rig, &s->ann, &pt);
	assert_int_equal(pt.recorded, 0);
}

static void
a_changed_birth_date_is_compared_again(void **state)
{
	struct scene *s = *state;
	int64_t id = taken(s, &s->ben), draft;

	compared(s, &s->ben, id, ANN, BORN);
	person_fresh(&s->rig, &s->ann);
	assert_true(field_set(&s->rig, &s->ann, FIELD_BIRTH, "1990-01-01"));
	refused(s, meet_draft(&s->rig, &s->ben, id, &plain, &draft), ERR_DENIED, WHY_ASSURE_BIRTH);
	compared(s, &s->ben, id, "", "1990-01-01");
	assert_true(meet_draft(&s->rig, &s->ben, id, &plain, &draft));
	assert_true(field_erase(&s->rig, &s->ann, FIELD_BIRTH));
	assert_true(field_set(&s->rig, &s->ann, FIELD_BIRTH, "1990-01-02"));
	assert_int_equal(signing(s, &s->ben, draft), WHY_ASSURE_BIRTH);
}

/* ---- links of birth dates ---- */

static const struct draft_words reborn = { .documents = DOCUMENT_PASSPORT | DOCUMENT_DEED, .names = 1, .points = 35,
	.link = LINK_BIRTH };

static void
a_new_birth_date_is_linked(void **state)
{
	struct scene *s = *state;
	struct named_all all;
	struct rig_mail mail;
	int64_t id, draft;

	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, ANN, BORN, 35));
	person_fresh(&s->rig, &s->ann);
	assert_true(birth_propose(&s->rig, &s->ann, "1984-03-01"));
	id = taken(s, &s->cleo);
	/* the old date agreed, the new one was not compared: nothing to link it by */
	compared(s, &s->cleo, id, ANN, BORN);
	refused(s, meet_draft(&s->rig, &s->cleo, id, &reborn, &draft), ERR_DENIED, WHY_ASSURE_BIRTH);
	compared(s, &s->cleo, id, "", "1984-03-01");
	assert_true(meet_draft(&s->rig, &s->cleo, id, &reborn, &draft));
	assert_int_equal(signing(s, &s->cleo, draft), WHY_NONE);
	person_names(&s->rig, &s->ann, &all);
	assert_int_equal(all.birth, BIRTH_IS_HELD | BIRTH_IS_VOUCHED);
	assert_int_equal(all.points, 70);
	assert_true(all.row[0].may);
	assert_true(rig_mail_of(&s->rig, MAIL_LINKED, &mail));
	/* both words are of the new date now: erased and entered anew it has none */
	assert_true(field_erase(&s->rig, &s->ann, FIELD_BIRTH));
	assert_true(field_set(&s->rig, &s->ann, FIELD_BIRTH, "1984-03-01"));
	person_names(&s->rig, &s->ann, &all);
	assert_int_equal(all.points, 0);
}

static void
another_proposal_than_was_compared(void **state)
{
	struct scene *s = *state;
	int64_t id, draft;

	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, ANN, BORN, 35));
	person_fresh(&s->rig, &s->ann);
	assert_true(birth_propose(&s->rig, &s->ann, "1984-03-01"));
	id = taken(s, &s->cleo);
	compared(s, &s->cleo, id, ANN, "1984-03-01");
	assert_true(meet_draft(&s->rig, &s->cleo, id, &reborn, &draft));
	assert_true(birth_propose(&s->rig, &s->ann, "2001-01-01"));
	assert_int_equal(signing(s, &s->cleo, draft), WHY_ASSURE_BIRTH);
}

/* ---- whatever is done in whatever order ---- */

#define GIVERS	3
#define TEXTS	(STEPS + 1)	/* each is entered once: nobody's word of it comes from elsewhere */
#define STEPS	150
#define BUSY	6	/* the indexes most is done with */
#define ROUNDS	8

/* Who said what of which text, as a witness outside the keeper notes it. */
struct witness {
	bool		said[TEXTS][GIVERS];
	int		text[VOUCH_NAMES];	/* the text an index has; -1: none */
	int		next;			/* the next text */
	struct { int64_t id; int giver; uint32_t names; int text[VOUCH_NAMES]; } draft;
};
static uint32_t seed;

static unsigned
draw(unsigned below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

static uint32_t
some_names(const struct witness *w)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < VOUCH_NAMES; i++)
		if (w->text[i] >= 0 && draw(2) == 0)
			bits |= 1u << i;
	return bits;
}

static void
heard(struct witness *w, int giver, uint32_t names, const int *text)
{
	for (unsigned i = 0; i < VOUCH_NAMES; i++)
		if ((names & 1u << i) != 0)
			w->said[text[i]][giver] = true;
}

/* What was noted is signed, as far as the keeper still knows it. */
static void
sign_noted(struct scene *s, struct witness *w)
{
	struct assurance a;

	word_get(&s->rig, w->draft.id, &a);
	if (a.names != 0) {
		a.made_at = rig_now(&s->rig);
		word_set(&s->rig, &a);
		heard(w, w->draft.giver, a.names, w->draft.text);
	}
	w->draft.id = 0;
}

static void
link_made(struct scene *s, struct witness *w, unsigned from, unsigned to)
{
	struct rig *r = &s->rig;
	struct act a = { .owner = s->ben.owner, .role = ACTOR_OWNER, .purpose = PURPOSE_ASSURE, .now = rig_now(r),
	    .roles = 1u << ROLE_ASSURER, .flags = SESSION_FRESH };
	const struct link l = { LINK_NAME, (uint8_t)from, (uint8_t)to };
	struct err e = {0};

	rig_begin_hand(r);
	if (!name_link_fits(&r->keeper, s->ann.owner.number, &l, &e)) {
		assert_int_equal(e.why, WHY_LINK);
		rig_end_hand(r);
		return;
	}
	if (!name_link_make(&r->keeper, &a, &s->ann.owner, &l, ACTOR_ASSURER, &e))
		fail_msg("link: %s", e.text);
	rig_end_hand(r);
	for (int g = 0; g < GIVERS; g++)
		w->said[w->text[to]][g] |= w->said[w->text[from]][g];
	w->text[from] = -1;
}

/* Enter the next text, further or in place of another. */
static void
put(struct scene *s, struct witness *w, unsigned index)
{
	char text[32];
	uint8_t got;

	snprintf(text, sizeof(text), "Name %d", w->next);
	if (name_put(&s->rig, &s->ann, index, 1 + draw(5), "", text, &got))
		w->text[got] = w->next++;
}

static void
one_step(struct scene *s, struct witness *w, const struct person *giver)
{
	unsigned index = draw(BUSY), other = draw(BUSY);
	int who = (int)draw(GIVERS);
	uint32_t names;

	switch (draw(8)) {
	case 0: case 1:
		put(s, w, FURTHER_NAME);
		break;
	case 2:
		put(s, w, index);
		break;
	case 3:
		if (draw(2) == 0 && name_do(&s->rig, &s->ann, KEEPER_NAME_ERASE, index))
			w->text[index] = -1;
		break;
	case 4:
		(void)name_do(&s->rig, &s->ann, KEEPER_NAME_MAIN, index);
		break;
	case 5:
		if (w->text[index] >= 0 && w->text[other] >= 0)
			link_made(s, w, index, other);
		break;
	case 6:
		if ((names = some_names(w)) == 0)
			break;
		word_plant(&s->rig, &giver[who], &s->ann, 35, names, false);
		heard(w, who, names, w->text);
		break;
	default:
		if (w->draft.id != 0) {
			sign_noted(s, w);
		} else if ((names = some_names(w)) != 0) {
			w->draft.id = word_plant(&s->rig, &giver[who], &s->ann, 35, names, true);
			w->draft.giver = who;
			memcpy(w->draft.text, w->text, sizeof(w->text));
		}
	}
}

static void
certifiable_is_what_two_said(struct scene *s, const struct witness *w, unsigned step)
{
	struct points pt;

	person_points(&s->rig, &s->ann, &pt);
	for (unsigned i = 0; i < VOUCH_NAMES; i++) {
		int said = 0;

		for (int g = 0; g < GIVERS && w->text[i] >= 0; g++)
			said += w->said[w->text[i]][g];
		if ((pt.names_ok & 1u << i) != 0 && said < 2)
			fail_msg("step %u: name %u may stand in a certificate, %d vouched for it", step, i, said);
	}
}

static void
nothing_makes_an_unvouched_name_certifiable(void **state)
{
	struct scene *s = *state;
	struct person giver[GIVERS] = {0};
	unsigned ever = 0;

	for (unsigned g = 0; g < GIVERS; g++) {
		char login[16];

		snprintf(login, sizeof(login), "giver%u", g);
		person_make(&s->rig, &giver[g], login, "Giver", "Number", "1970-01-01", NULL);
	}
	for (uint32_t round = 1; round <= ROUNDS; round++) {
		static struct witness w;
		struct points pt;
		char login[16];

		w = (struct witness){0};
		seed = round;
		snprintf(login, sizeof(login), "walker%u", (unsigned)round);
		person_make(&s->rig, &s->ann, login, "", "Name 0", BORN, NULL);
		w.next = 1;
		for (unsigned i = 1; i < VOUCH_NAMES; i++)
			w.text[i] = -1;
		for (unsigned step = 0; step < STEPS; step++) {
			one_step(s, &w, giver);
			certifiable_is_what_two_said(s, &w, step);
			person_points(&s->rig, &s->ann, &pt);
			ever |= pt.names_ok;
			rig_begin_hand(&s->rig);
			marks_agree(&s->rig, s->ann.owner.number);
			rig_end_hand(&s->rig);
			if (step % 20 == 19)
				rig_later(&s->rig, 1);
		}
	}
	assert_true(ever != 0);		/* it did come about, in the right way */
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(a_link_carries_over), CASE(a_link_to_a_vouched_name), CASE(the_same_assurer_links),
		CASE(what_history_keeps_goes_with_the_new_name),
		CASE(a_changed_name_is_compared_again), CASE(a_name_entered_after_showing_was_not_shown),
		CASE(another_name_in_a_noted_place), CASE(a_changed_birth_date_is_compared_again),
		CASE(a_new_birth_date_is_linked), CASE(another_proposal_than_was_compared),
		CASE(nothing_makes_an_unvouched_name_certifiable),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
