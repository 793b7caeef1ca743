/* tests/unit/test_names.c - what members do with names of their own, and with another birth date. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/member.h"
#include "privacy/keeper/doctor.h"
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
	person_make(&s->rig, &s->ben, "ben", "Ben", "Adeyemi", "1970-01-01", NULL);
	person_make(&s->rig, &s->cleo, "cleo", "Cleo", "Marín", "1970-01-01", NULL);
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

/* Vouched for by Ben and Cleo, 35 points each. */
static void
vouched(struct scene *s, uint32_t names)
{
	word_plant(&s->rig, &s->ben, &s->ann, 35, names, false);
	word_plant(&s->rig, &s->cleo, &s->ann, 35, names, false);
	person_refresh(&s->rig, &s->ann);
}

/* ---- history ---- */

struct line { int64_t place; unsigned purpose, has_values; char object[256]; };

/* The newest lines, newest first. */
static size_t
lines(struct scene *s, struct line *into, uint32_t most)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;
	uint32_t n;

	rig_begin(&in, s->ann.token);
	pack_i64(&in, 0);
	pack_u32(&in, most);
	assert_true(rig_ask(&s->rig, KEEPER_HISTORY, &in, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	unpack_i64(&a);
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n; i++) {
		into[i].place = unpack_i64(&a);
		unpack_i64(&a), unpack_i64(&a), unpack_u8(&a), unpack_u8(&a);
		into[i].purpose = unpack_u32(&a);
		unpack_i64(&a);
		unpack_text(&a, into[i].object, sizeof(into[i].object));
		into[i].has_values = unpack_u8(&a);
		unpack_u8(&a);
	}
	assert_true(unpack_end(&a, "history", NULL));
	return n;
}

/* What a line of the history says was there and is there now; false: nothing is kept. */
static bool
values(struct scene *s, int64_t place, char was[256], char now[256])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	char object[256];
	struct rig_block b;
	struct span a;
	unsigned has;

	rig_begin(&in, s->ann.token);
	pack_i64(&in, place);
	assert_true(rig_ask(&s->rig, KEEPER_HISTORY_ENTRY, &in, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	unpack_i64(&a), unpack_i64(&a), unpack_i64(&a), unpack_u8(&a), unpack_u8(&a), unpack_u32(&a), unpack_i64(&a);
	unpack_text(&a, object, sizeof(object));
	has = unpack_u8(&a);
	unpack_u8(&a);
	unpack_text(&a, was, 256);
	unpack_text(&a, now, 256);
	assert_false(a.bad);
	return has == 1;
}

/* ---- further names ---- */

static void
further_names_of_each_sort(void **state)
{
	struct scene *s = *state;
	struct named_all all;
	uint8_t got[4];

	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_BIRTH, "Ann Zoë", "Kowalska", &got[0]));
	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_MARRIED, "Ann", "Müller", &got[1]));
	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_SCRIPT, "Энн", "О Брайан", &got[2]));
	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_ARTIST, "", "Briny", &got[3]));
	person_names(&s->rig, &s->ann, &all);
	assert_int_equal(all.n, 5);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(all.row[i].index, i);
		assert_int_equal(all.row[i].sort, NAME_SORT_PAPERS + i);
		assert_int_equal(all.row[i].first, i == 0);
		assert_false(all.row[i].vouched || all.row[i].may || all.row[i].points != 0);
	}
	assert_int_equal(got[3], 4);
	assert_string_equal(all.row[3].family, "О Брайан");
	assert_int_equal(all.birth, BIRTH_IS_HELD);
	/* one that nobody vouched for is changed where it stands, and so is its kind */
	assert_true(name_put(&s->rig, &s->ann, 2, NAME_SORT_ARTIST, "Annie", "Müller", &got[0]));
	assert_int_equal(got[0], 2);
	person_names(&s->rig, &s->ann, &all);
	assert_string_equal(named_of(&all, 2)->given, "Annie");
	assert_int_equal(named_of(&all, 2)->sort, NAME_SORT_ARTIST);
	/* nothing is others' to see or change */
	person_names(&s->rig, &s->ben, &all);
	assert_int_equal(all.n, 1);
}

static void
what_is_no_name_is_refused(void **state)
{
	static const struct { unsigned index, sort; const char *given, *family; enum err_kind kind; uint32_t why; } rows[] = {
		{ FURTHER_NAME, NAME_SORT_BIRTH, "", "", ERR_INPUT, WHY_NAME_MISSING },
		{ FURTHER_NAME, NAME_SORT_BIRTH, "Ann", "Бриян", ERR_INPUT, WHY_NAME_SCRIPTS },
		{ FURTHER_NAME, NAME_SORT_BIRTH, "Аnn", "Briain", ERR_INPUT, WHY_NAME_SCRIPTS },	/* a Cyrillic A */
		{ FURTHER_NAME, NAME_SORT_BIRTH, "<b>Ann", "Briain", ERR_INPUT, WHY_NAME_SHAPE },
		{ FURTHER_NAME, NAME_SORT_BIRTH, "Ann\xff", "Briain", ERR_INPUT, 0 },
		{ FURTHER_NAME, NAME_SORT_BIRTH, "ann zoë", "Ó BRIAIN", ERR_CONFLICT, WHY_ENTERED },
		{ FURTHER_NAME, NAME_SORT_BIRTH, "Ann  Zoe\xcc\x88", "Ó Briain.", ERR_CONFLICT, WHY_ENTERED },
		{ FURTHER_NAME, NAME_SORT_BIRTH, "Ann", "Zoë Ó Briain", ERR_CONFLICT, WHY_ENTERED },
		{ FURTHER_NAME, 0, "Ann", "Kowalska", ERR_INPUT, 0 },
		{ FURTHER_NAME, NAME_SORT__COUNT, "Ann", "Kowalska", ERR_INPUT, 0 },
		{ 1, NAME_SORT_BIRTH, "Ann", "Kowalska", ERR_ABSENT, 0 },
		{ 16, NAME_SORT_BIRTH, "Ann", "Kowalska", ERR_ABSENT, 0 },
		{ 254, NAME_SORT_BIRTH, "Ann", "Kowalska", ERR_ABSENT, 0 },
	};
	struct scene *s = *state;
	struct named_all all;

	for (size_t i = 0; i < COUNT(rows); i++) {
		print_message("row %zu\n", i);
		refused(s, name_put(&s->rig, &s->ann, rows[i].index, rows[i].sort, rows[i].given, rows[i].family, NULL),
		    rows[i].kind, rows[i].why);
	}
	for (unsigned i = 0; i < 2; i++) {
		uint32_t op = i == 0 ? KEEPER_NAME_MAIN : KEEPER_NAME_ERASE;

		refused(s, name_do(&s->rig, &s->ann, op, 1), ERR_ABSENT, 0);
		refused(s, name_do(&s->rig, &s->ann, op, 255), ERR_ABSENT, 0);
	}
	/* a part alone that would mix the scripts of the name that is held */
	refused(s, field_set(&s->rig, &s->ann, FIELD_FAMILY, "Бриян"), ERR_INPUT, WHY_NAME_SCRIPTS);
	person_names(&s->rig, &s->ann, &all);
	assert_int_equal(all.n, 1);
}

static void
sixteen_and_no_more(void **state)
{
	struct scene *s = *state;
	uint8_t got;

	for (unsigned i = 1; i < VOUCH_NAMES; i++) {
		char family[16];

		snprintf(family, sizeof(family), "Number %c", 'a' + (char)i);
		assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_ARTIST, "", family, &got));
		assert_int_equal(got, i);
	}
	refused(s, name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_ARTIST, "", "One More", NULL), ERR_DENIED, WHY_NAME_MANY);
	/* nobody vouched for it: its place is free again */
	assert_true(name_do(&s->rig, &s->ann, KEEPER_NAME_ERASE, 7));
	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_ARTIST, "", "One More", &got));
	assert_int_equal(got, 7);
}

static void
old_and_new_stand_in_the_history(void **state)
{
	struct scene *s = *state;
	struct line line[8];
	char was[256], now[256];
	int64_t of_second, of_first;

	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_BIRTH, "Ann", "Kowalska", NULL));
	assert_true(name_put(&s->rig, &s->ann, 1, NAME_SORT_BIRTH, "Ann", "Kowalski", NULL));
	lines(s, line, 1);
	assert_int_equal(line[0].purpose, PURPOSE_CORRECT);
	of_second = line[0].place;
	assert_true(values(s, of_second, was, now));
	assert_string_equal(was, "Kowalska");
	assert_string_equal(now, "Kowalski");
	assert_true(field_set(&s->rig, &s->ann, FIELD_FAMILY, "O'Brien"));
	lines(s, line, 1);
	of_first = line[0].place;
	assert_true(values(s, of_first, was, now));
	assert_string_equal(was, "Ó Briain");
	/* the same once more: opened to be compared, which is said */
	assert_true(name_put(&s->rig, &s->ann, 1, NAME_SORT_BIRTH, "Ann", "Kowalski", NULL));
	lines(s, line, 1);
	assert_string_equal(line[0].object, "unchanged");
	/* erased: what the history held of this name goes, that of the other stays */
	assert_true(name_do(&s->rig, &s->ann, KEEPER_NAME_ERASE, 1));
	lines(s, line, 1);
	assert_int_equal(line[0].purpose, PURPOSE_ERASE_FIELD);
	assert_string_equal(line[0].object, "a name");
	assert_false(values(s, of_second, was, now));
	assert_true(values(s, of_first, was, now));
}

/* ---- vouched names ---- */

static void
a_vouched_name_is_never_overwritten(void **state)
{
	struct scene *s = *state;
	struct named_all all;
	struct assurance word;
	int64_t id;

	id = word_plant(&s->rig, &s->ben, &s->ann, 35, 1, false);
	for (unsigned round = 0; round < 2; round++) {
		refused(s, name_put(&s->rig, &s->ann, 0, NAME_SORT_PAPERS, "Somebody", "Else", NULL), ERR_DENIED, WHY_FIELD_VOUCHED);
		refused(s, name_put(&s->rig, &s->ann, 0, NAME_SORT_BIRTH, "Ann Zoë", "Ó Briain", NULL), ERR_DENIED, WHY_FIELD_VOUCHED);
		refused(s, field_set(&s->rig, &s->ann, FIELD_GIVEN, "Somebody"), ERR_DENIED, WHY_FIELD_VOUCHED);
		refused(s, field_set(&s->rig, &s->ann, FIELD_MIDDLE, "Maria"), ERR_DENIED, WHY_FIELD_VOUCHED);
		refused(s, field_set(&s->rig, &s->ann, FIELD_FAMILY, ""), ERR_DENIED, WHY_FIELD_VOUCHED);
		/* half of it is another name, too */
		refused(s, field_erase(&s->rig, &s->ann, FIELD_FAMILY), ERR_DENIED, WHY_FIELD_VOUCHED);
		refused(s, field_erase(&s->rig, &s->ann, FIELD_GIVEN), ERR_DENIED, WHY_FIELD_VOUCHED);
		person_names(&s->rig, &s->ann, &all);
		assert_true(all.row[0].vouched);
		assert_int_equal(all.row[0].points, round == 0 ? 35 : 0);
		assert_string_equal(all.row[0].given, "Ann Zoë");
		/* and once more when the word is taken back: certificates may carry the index */
		word_get(&s->rig, id, &word);
		word.withdrawn_at = rig_now(&s->rig);
		word_set(&s->rig, &word);
	}
}

static void
an_erased_index_is_never_used_again(void **state)
{
	struct scene *s = *state;
	struct named_all all;
	struct points pt;
	uint8_t got;

	vouched(s, 1);
	person_points(&s->rig, &s->ann, &pt);
	assert_int_equal(pt.names_ok, 1);
	/* she may, without asking anybody */
	assert_true(name_do(&s->rig, &s->ann, KEEPER_NAME_ERASE, 0));
	person_names(&s->rig, &s->ann, &all);
	assert_int_equal(all.n, 0);
	/* ... and what they said was of this name */
	person_points(&s->rig, &s->ann, &pt);
	assert_int_equal(pt.assurance, 0);
	assert_int_equal(pt.names_ok, 0);
	for (unsigned i = 1; i < VOUCH_NAMES; i++) {
		char family[16];

		snprintf(family, sizeof(family), "Number %c", 'a' + (char)i);
		assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_PAPERS, i == 1 ? "Ann Zoë" : "",
		    i == 1 ? "Ó Briain" : family, &got));
		assert_int_equal(got, i);
		if (i == 1) {
			person_names(&s->rig, &s->ann, &all);
			assert_true(all.row[0].first);	/* the only one */
		}
	}
	refused(s, name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_ARTIST, "", "One More", NULL), ERR_DENIED, WHY_NAME_MANY);
	person_points(&s->rig, &s->ann, &pt);
	assert_int_equal(pt.names_ok, 0);
}

static void
erasing_takes_an_assurers_role(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;

	person_vouched(&s->rig, &s->ann, 3, true);
	assert_int_equal(person_roles(&s->rig, &s->ann) & 1u << ROLE_ASSURER, 1u << ROLE_ASSURER);
	assert_true(name_do(&s->rig, &s->ann, KEEPER_NAME_ERASE, 0));
	assert_int_equal(person_roles(&s->rig, &s->ann) & 1u << ROLE_ASSURER, 0);
	refused(s, rig_look(&s->rig, KEEPER_WHO, s->ann.token, &out, &b), ERR_DENIED, WHY_SESSION_OVER);
}

static void
not_within_the_bar(void **state)
{
	struct scene *s = *state;
	struct err e = {0};
	struct named_all all;

	vouched(s, 1);
	rig_begin_hand(&s->rig);
	assert_true(member_bar(&s->rig.keeper, s->ann.owner.number, rig_now(&s->rig) + 60, &e));
	rig_end_hand(&s->rig);
	refused(s, name_do(&s->rig, &s->ann, KEEPER_NAME_ERASE, 0), ERR_DENIED, WHY_BAR);
	person_names(&s->rig, &s->ann, &all);
	assert_int_equal(all.row[0].points, 70);
	assert_false(all.row[0].may);
	rig_later(&s->rig, 60);
	person_names(&s->rig, &s->ann, &all);
	assert_true(all.row[0].may);
	assert_true(name_do(&s->rig, &s->ann, KEEPER_NAME_ERASE, 0));
}

/* ---- which comes first, and what others keep ---- */

static void
others_keep_a_vouched_name(void **state)
{
	struct scene *s = *state;
	char lent[256];
	struct person dora = {0};

	person_assurer(&s->rig, &s->ann, "ann2", "Ann Zoë", "Ó Briain");
	person_make(&s->rig, &dora, "dora", "Dora", "Diaz", "1990-05-05", NULL);
	assert_true(meet_whole(&s->rig, &s->ann, &dora, "Dora Diaz", "1990-05-05", 10));
	person_lent(&s->rig, &s->ann, FIELD_SIGNER, lent);
	assert_string_equal(lent, ANN);
	person_lent(&s->rig, &dora, FIELD_INITIALS, lent);
	assert_string_equal(lent, "D. D.");
	/* nobody vouched for Dora's other name: but Ann did for the first, and keeps that one's initials */
	assert_true(name_put(&s->rig, &dora, FURTHER_NAME, NAME_SORT_ARTIST, "", "Zorro", NULL));
	assert_true(name_do(&s->rig, &dora, KEEPER_NAME_MAIN, 1));
	person_lent(&s->rig, &dora, FIELD_INITIALS, lent);
	assert_string_equal(lent, "D. D.");
	/* an assurer signs with a name that somebody vouched for, whatever greets her */
	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_ARTIST, "", "Briny", NULL));
	assert_true(name_do(&s->rig, &s->ann, KEEPER_NAME_MAIN, 1));
	person_lent(&s->rig, &s->ann, FIELD_SIGNER, lent);
	assert_string_equal(lent, ANN);
	word_plant(&s->rig, &s->ben, &s->ann, 35, 2, false);
	assert_true(name_do(&s->rig, &s->ann, KEEPER_NAME_MAIN, 1));
	person_lent(&s->rig, &s->ann, FIELD_SIGNER, lent);
	assert_string_equal(lent, "Briny");
	assert_true(name_do(&s->rig, &s->ann, KEEPER_NAME_ERASE, 1));
	person_lent(&s->rig, &s->ann, FIELD_SIGNER, lent);
	assert_string_equal(lent, ANN);
}

static void
a_freed_index_is_not_the_first_by_chance(void **state)
{
	struct scene *s = *state;
	struct named_all all;
	uint8_t got;

	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_ARTIST, "", "Briny", NULL));
	assert_true(name_do(&s->rig, &s->ann, KEEPER_NAME_MAIN, 1));
	assert_true(name_do(&s->rig, &s->ann, KEEPER_NAME_ERASE, 1));
	assert_true(name_put(&s->rig, &s->ann, FURTHER_NAME, NAME_SORT_ARTIST, "", "Brine", &got));
	assert_int_equal(got, 1);
	person_names(&s->rig, &s->ann, &all);
	assert_true(all.row[0].first);
	assert_false(all.row[1].first);
}

/* ---- another birth date ---- */

static void
a_date_is_proposed_beside_a_vouched_one(void **state)
{
	struct scene *s = *state;
	struct named_all all;

	/* not without the password, and not while it can simply be corrected */
	rig_later(&s->rig, s->rig.set.fresh_life);
	refused(s, birth_propose(&s->rig, &s->ann, "1984-03-01"), ERR_DENIED, WHY_PASSWORD_NEEDED);
	person_fresh(&s->rig, &s->ann);
	refused(s, birth_propose(&s->rig, &s->ann, "1984-03-01"), ERR_CONFLICT, 0);
	vouched(s, 1);
	refused(s, field_set(&s->rig, &s->ann, FIELD_BIRTH, "1984-03-01"), ERR_DENIED, WHY_FIELD_VOUCHED);
	refused(s, birth_propose(&s->rig, &s->ann, "1983-02-29"), ERR_INPUT, WHY_BIRTH_DATE);
	refused(s, birth_propose(&s->rig, &s->ann, BORN), ERR_CONFLICT, WHY_ENTERED);
	assert_true(birth_propose(&s->rig, &s->ann, "1984-03-01"));
	person_names(&s->rig, &s->ann, &all);
	assert_int_equal(all.birth, BIRTH_IS_HELD | BIRTH_IS_VOUCHED | BIRTH_IS_PROPOSED);
	assert_int_equal(all.points, 70);	/* the one held counts on */
	assert_true(birth_propose(&s->rig, &s->ann, "1984-03-02"));
	assert_true(birth_propose(&s->rig, &s->ann, ""));
	person_names(&s->rig, &s->ann, &all);
	assert_int_equal(all.birth, BIRTH_IS_HELD | BIRTH_IS_VOUCHED);
	assert_true(birth_propose(&s->rig, &s->ann, ""));	/* as it was wanted */
	/* erasing the birth date takes a proposal with it; entered anew nobody vouched for it */
	assert_true(birth_propose(&s->rig, &s->ann, "1984-03-01"));
	assert_true(field_erase(&s->rig, &s->ann, FIELD_BIRTH));
	person_names(&s->rig, &s->ann, &all);
	assert_int_equal(all.birth, 0);
	assert_int_equal(all.points, 0);
	assert_true(field_set(&s->rig, &s->ann, FIELD_BIRTH, "1984-03-01"));
	person_names(&s->rig, &s->ann, &all);
	assert_int_equal(all.birth, BIRTH_IS_HELD);
	assert_int_equal(all.points, 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(further_names_of_each_sort), CASE(what_is_no_name_is_refused), CASE(sixteen_and_no_more),
		CASE(old_and_new_stand_in_the_history), CASE(a_vouched_name_is_never_overwritten),
		CASE(an_erased_index_is_never_used_again), CASE(erasing_takes_an_assurers_role), CASE(not_within_the_bar),
		CASE(others_keep_a_vouched_name), CASE(a_freed_index_is_not_the_first_by_chance),
		CASE(a_date_is_proposed_beside_a_vouched_one),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
