/* tests/unit/test_export.c - a member's copy in the keeper: who may ask, its steps, and how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "privacy/facts/member.h"
#include "privacy/keeper/why.h"
#include "privacy/rights/export.h"
#include "tests/unit/case_rig.h"
#include "tests/unit/trust_rig.h"

struct scene { struct rig rig; struct person ann; };

static void
scene_open(struct scene *s, const char *step)
{
	*s = (struct scene){0};
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", step, NULL });
	person_make(&s->rig, &s->ann, "ann", "Annegret", "Zwitscherling", "1984-02-29", "QX77Y1138");
	assert_true(rig_again(&s->rig, s->ann.token, TRUST_PASSWORD));
}

static void
refused(struct scene *s, bool good, enum err_kind kind, uint32_t why)
{
	assert_false(good);
	assert_int_equal(s->rig.err.kind, kind);
	assert_int_equal(s->rig.err.why, why);
}

/* ---- what one asks ---- */

static bool
ask(struct scene *s)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, s->ann.token);
	pack_text(&in, "en");
	pack_bytes(&in, "", 0);
	pack_bytes(&in, "", 0);
	return rig_ask(&s->rig, KEEPER_EXPORT_ASK, &in, &out);
}

static bool
plain(struct scene *s, uint32_t op, struct buf *out)
{
	DROP(buf_wipe) struct buf in = {0};

	rig_begin(&in, s->ann.token);
	return rig_ask(&s->rig, op, &in, out);
}

static unsigned
state_of(struct scene *s)
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span a;

	assert_true(plain(s, KEEPER_EXPORT_LOOK, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	return unpack_u8(&a);
}

static bool
next(struct scene *s, unsigned char ticket[TOKEN_BYTES])
{
	DROP(buf_wipe) struct buf out = {0};
	struct span a;
	bool found;

	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_EXPORT_NEXT, NULL, &out));
	a = span_buf(&out);
	found = unpack_u8(&a) != 0;
	if (found)
		unpack_exact(&a, ticket, TOKEN_BYTES);
	assert_true(unpack_end(&a, "next", &s->rig.err));
	return found;
}

static bool
go_on(struct scene *s, const unsigned char ticket[TOKEN_BYTES], bool *over)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	buf_add(&in, ticket, TOKEN_BYTES);
	if (!rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_EXPORT_GO, &in, &out))
		return false;
	a = span_buf(&out);
	*over = unpack_u8(&a) != 0;
	return true;
}

/* All steps; how many. */
static int
whole(struct scene *s)
{
	unsigned char ticket[TOKEN_BYTES];
	bool over = false;
	int n = 0;

	assert_true(next(s, ticket));
	for (; !over; n++)
		assert_true(go_on(s, ticket, &over));
	return n;
}

static bool
mint(struct scene *s, unsigned char once[TOKEN_BYTES])
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span a;

	if (!plain(s, KEEPER_EXPORT_MINT, &out))
		return false;
	a = span_buf(&out);
	rig_block(&a, &b);
	unpack_exact(&a, once, TOKEN_BYTES);
	return unpack_end(&a, "mint", &s->rig.err);
}

static bool
by_address(struct scene *s, uint32_t op, const unsigned char once[TOKEN_BYTES], int64_t piece, struct buf *out)
{
	DROP(buf_wipe) struct buf in = {0};

	buf_add(&in, once, TOKEN_BYTES);
	if (op == KEEPER_EXPORT_PIECE)
		pack_i64(&in, piece);
	return rig_ask(&s->rig, op, &in, out);
}

static void
zip_fetch(struct scene *s, const unsigned char once[TOKEN_BYTES], struct buf *zip)
{
	DROP(buf_wipe) struct buf out = {0};
	int64_t size, pieces;
	struct span a;

	assert_true(by_address(s, KEEPER_EXPORT_OPEN, once, 0, &out));
	a = span_buf(&out);
	size = unpack_i64(&a);
	pieces = unpack_i64(&a);
	for (int64_t i = 0; i < pieces; i++) {
		struct span piece;

		assert_true(by_address(s, KEEPER_EXPORT_PIECE, once, i, &out));
		a = span_buf(&out);
		piece = unpack_bytes(&a);
		buf_add(zip, piece.p, piece.len);
	}
	assert_int_equal(zip->len, size);
	refused(s, by_address(s, KEEPER_EXPORT_PIECE, once, pieces, &out), ERR_ABSENT, WHY_COPY_ABSENT);
}

static int64_t
count(struct scene *s, const char *text)
{
	struct sql ask_it = { "test_count", "", "i", text };
	DROP(rows_drop) struct rows *r = NULL;

	assert_true(sql_first(s->rig.keeper.store, &r, &ask_it, &s->rig.err));
	return r == NULL ? 0 : rows_i64(r, 0);
}

/* How many lines of the history say so. */
static int
lines(struct scene *s, const char *object)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;
	uint32_t n;
	int found = 0;

	rig_begin(&in, s->ann.token);
	pack_i64(&in, 0);
	pack_u32(&in, 200);
	assert_true(rig_ask(&s->rig, KEEPER_HISTORY, &in, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	(void)unpack_i64(&a);
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n; i++) {
		char text[256];

		(void)unpack_i64(&a);
		(void)unpack_i64(&a);
		(void)unpack_i64(&a);
		(void)unpack_u8(&a);
		(void)unpack_u8(&a);
		(void)unpack_u32(&a);
		(void)unpack_i64(&a);
		unpack_text(&a, text, sizeof(text));
		(void)unpack_u8(&a);
		(void)unpack_u8(&a);
		found += strcmp(text, object) == 0;
	}
	assert_true(unpack_end(&a, "history", &s->rig.err));
	return found;
}

/* ---- tests ---- */

static void
from_asking_to_the_last_byte(void **state)
{
	DROP(buf_wipe) struct buf zip = {0}, out = {0};
	unsigned char once[TOKEN_BYTES], older[TOKEN_BYTES], ticket[TOKEN_BYTES];
	struct scene s;

	(void)state;
	scene_open(&s, NULL);
	assert_int_equal(state_of(&s), 0);
	refused(&s, mint(&s, once), ERR_ABSENT, WHY_COPY_ABSENT);
	assert_false(next(&s, ticket));
	assert_true(ask(&s));
	assert_int_equal(state_of(&s), COPY_COMPOSING);
	refused(&s, ask(&s), ERR_CONFLICT, WHY_COPY_RUNS);
	refused(&s, mint(&s, once), ERR_ABSENT, WHY_COPY_ABSENT);
	(void)whole(&s);
	assert_int_equal(state_of(&s), COPY_READY);
	assert_false(next(&s, ticket));
	assert_true(mint(&s, older));
	assert_true(mint(&s, once));
	refused(&s, by_address(&s, KEEPER_EXPORT_OPEN, older, 0, &out), ERR_ABSENT, WHY_TOKEN);
	assert_false(by_address(&s, KEEPER_EXPORT_PIECE, once, 0, &out));	/* its line comes first */
	assert_false(by_address(&s, KEEPER_EXPORT_GIVEN, once, 0, &out));
	zip_fetch(&s, once, &zip);
	assert_memory_equal(zip.data, "PK\003\004", 4);
	assert_memory_equal(zip.data + zip.len - 22, "PK\005\006", 4);
	buf_wipe(&zip);
	zip_fetch(&s, once, &zip);		/* broken off, begun again */
	assert_true(by_address(&s, KEEPER_EXPORT_GIVEN, once, 0, &out));
	refused(&s, by_address(&s, KEEPER_EXPORT_OPEN, once, 0, &out), ERR_ABSENT, WHY_TOKEN);
	assert_int_equal(state_of(&s), 0);
	assert_int_equal(count(&s, "SELECT count(*) FROM copy_piece"), 0);
	assert_int_equal(lines(&s, "a copy asked for"), 1);
	assert_int_equal(lines(&s, "a copy begun"), 1);
	assert_int_equal(lines(&s, "a copy composed"), 1);
	assert_int_equal(lines(&s, "a copy being fetched"), 2);
	assert_int_equal(lines(&s, "a copy fetched whole, and gone from here"), 1);
	rig_drop(&s.rig);
}

static void
the_password_and_the_bar(void **state)
{
	DROP(buf_wipe) struct buf out = {0};
	unsigned char once[TOKEN_BYTES];
	struct scene s;

	(void)state;
	scene_open(&s, NULL);
	rig_begin_hand(&s.rig);
	assert_true(member_bar(&s.rig.keeper, s.ann.owner.number, rig_now(&s.rig) + 3600, &s.rig.err));
	rig_end_hand(&s.rig);
	refused(&s, ask(&s), ERR_DENIED, WHY_BAR);
	rig_later(&s.rig, 3600);
	person_sign_in(&s.rig, &s.ann);
	refused(&s, ask(&s), ERR_DENIED, WHY_PASSWORD_NEEDED);
	refused(&s, plain(&s, KEEPER_EXPORT_LOOK, &out), ERR_DENIED, WHY_PASSWORD_NEEDED);
	assert_true(rig_again(&s.rig, s.ann.token, TRUST_PASSWORD));
	assert_true(ask(&s));
	(void)whole(&s);
	rig_later(&s.rig, s.rig.set.fresh_life + 1);
	refused(&s, mint(&s, once), ERR_DENIED, WHY_PASSWORD_NEEDED);
	/* to throw it away takes none */
	assert_true(plain(&s, KEEPER_EXPORT_DROP, &out));
	refused(&s, plain(&s, KEEPER_EXPORT_DROP, &out), ERR_ABSENT, WHY_COPY_ABSENT);
	assert_int_equal(lines(&s, "a copy thrown away"), 1);
	rig_drop(&s.rig);
}

static void
small_steps_give_the_same_copy(void **state)
{
	DROP(buf_wipe) struct buf zip = {0};
	unsigned char once[TOKEN_BYTES], ticket[TOKEN_BYTES];
	struct scene s;
	bool over = false;
	int n = 0;

	(void)state;
	scene_open(&s, "export.step=64");
	assert_true(ask(&s));
	assert_true(next(&s, ticket));
	for (; !over; n++) {
		assert_true(go_on(&s, ticket, &over));
		if (n % 7 == 0)
			rig_restart(&s.rig);
	}
	assert_true(n > 40);
	assert_true(mint(&s, once));
	zip_fetch(&s, once, &zip);
	assert_memory_equal(zip.data + zip.len - 22, "PK\005\006", 4);
	assert_int_equal(lines(&s, "a copy begun"), 1);
	assert_int_equal(lines(&s, "a copy composed"), 1);
	rig_drop(&s.rig);
}

static void
taken_back_half_way(void **state)
{
	DROP(buf_wipe) struct buf out = {0};
	unsigned char ticket[TOKEN_BYTES], other[TOKEN_BYTES] = {0};
	struct scene s;
	bool over;

	(void)state;
	scene_open(&s, "export.step=64");
	refused(&s, go_on(&s, other, &over), ERR_ABSENT, WHY_TOKEN);
	assert_true(ask(&s));
	assert_true(next(&s, ticket));
	for (int i = 0; i < 10; i++)
		assert_true(go_on(&s, ticket, &over) && !over);
	assert_true(count(&s, "SELECT count(*) FROM copy_piece") > 5);
	ticket[9] ^= 1;
	refused(&s, go_on(&s, ticket, &over), ERR_ABSENT, WHY_TOKEN);
	ticket[9] ^= 1;
	assert_true(plain(&s, KEEPER_EXPORT_DROP, &out));
	assert_int_equal(count(&s, "SELECT count(*) FROM copy_piece"), 0);
	refused(&s, go_on(&s, ticket, &over), ERR_ABSENT, WHY_COPY_ABSENT);
	assert_int_equal(state_of(&s), 0);
	assert_int_equal(lines(&s, "a copy taken back"), 1);
	rig_drop(&s.rig);
}

static void
a_day_later(void **state)
{
	DROP(buf_wipe) struct buf out = {0};
	unsigned char once[TOKEN_BYTES];
	struct scene s;

	(void)state;
	scene_open(&s, NULL);
	assert_true(ask(&s));
	(void)whole(&s);
	assert_true(mint(&s, once));
	rig_later(&s.rig, COPY_LIFE - 1);
	assert_true(by_address(&s, KEEPER_EXPORT_OPEN, once, 0, &out));
	rig_later(&s.rig, 1);
	refused(&s, by_address(&s, KEEPER_EXPORT_OPEN, once, 0, &out), ERR_ABSENT, WHY_TOKEN);
	assert_int_equal(count(&s, "SELECT count(*) FROM copy"), 1);
	assert_true(rig_ask_as(&s.rig, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	assert_int_equal(count(&s, "SELECT count(*) FROM copy"), 0);
	assert_int_equal(count(&s, "SELECT count(*) FROM copy_piece"), 0);
	person_sign_in(&s.rig, &s.ann);
	assert_int_equal(lines(&s, "a copy that was too old"), 1);
	rig_drop(&s.rig);
}

/* The site store's rows of a case, as the portal brings them. */
static bool
bring(struct scene *s, const struct shelf *shelf, const struct person *who, int64_t number)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, who->token);
	pack_i64(&in, number);
	pack_u32(&in, (uint32_t)shelf->n);
	for (size_t i = 0; i < shelf->n; i++) {
		pack_i64(&in, shelf->row[i].id);
		pack_bytes(&in, shelf->row[i].box.data, shelf->row[i].box.len);
	}
	return rig_ask(&s->rig, KEEPER_EXPORT_CASE, &in, &out);
}

static void
texts_of_cases(void **state)
{
	DROP(shelf_wipe) struct shelf shelf = {0};
	DROP(buf_wipe) struct buf out = {0};
	int64_t number, other;
	struct person bo;
	struct scene s;

	(void)state;
	scene_open(&s, NULL);
	person_make(&s.rig, &bo, "bo", "Bo", "Olsen", NULL, NULL);
	assert_true(case_opens(&s.rig, &shelf, &bo, CASE_ACCESS, false, 0, "", "Nobody but Bo", &other));
	assert_true(case_opens(&s.rig, &shelf, &s.ann, CASE_ACCESS, false, 0, "", "About the blue bicycle", &number));
	rig_later(&s.rig, 11 * MINUTE);
	refused(&s, bring(&s, &shelf, &s.ann, number), ERR_DENIED, WHY_PASSWORD_NEEDED);
	assert_true(rig_again(&s.rig, s.ann.token, TRUST_PASSWORD));
	refused(&s, bring(&s, &shelf, &s.ann, other), ERR_ABSENT, WHY_CASE_ABSENT);
	/* Boxes of another's case are passed over, and the same twice is once. */
	assert_true(bring(&s, &shelf, &s.ann, number) && bring(&s, &shelf, &s.ann, number));
	assert_true(ask(&s));
	refused(&s, bring(&s, &shelf, &s.ann, number), ERR_CONFLICT, WHY_COPY_RUNS);
	(void)whole(&s);
	assert_int_equal(state_of(&s), COPY_READY);
	assert_int_equal(count(&s, "SELECT count(*) FROM copy_text"), 1);
	assert_true(plain(&s, KEEPER_EXPORT_DROP, &out));
	assert_int_equal(count(&s, "SELECT count(*) FROM copy_text"), 0);
	/* Brought, and then nobody asked: a day later it is gone. */
	assert_true(bring(&s, &shelf, &s.ann, number));
	rig_later(&s.rig, COPY_LIFE);
	assert_true(rig_ask_as(&s.rig, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	assert_int_equal(count(&s, "SELECT count(*) FROM copy_text"), 0);
	rig_drop(&s.rig);
}

/* What is kept meanwhile opens with the member's key alone: no value stands in the file. */
static void
pieces_are_sealed(void **state)
{
	DROP(buf_wipe) struct buf file = {0};
	static char part[65536];
	char path[128];
	struct scene s;
	size_t n;
	FILE *f;

	(void)state;
	scene_open(&s, NULL);
	assert_true(ask(&s));
	(void)whole(&s);
	assert_true(store_checkpoint(s.rig.keeper.store, false, &s.rig.err));
	snprintf(path, sizeof(path), "%s/keeper.db", s.rig.dir);
	f = fopen(path, "re");
	assert_non_null(f);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&file, part, n);
	fclose(f);
	assert_true(file.len > 100000);
	assert_null(memmem(file.data, file.len, "Zwitscherling", 13));
	assert_null(memmem(file.data, file.len, "PK\003\004", 4));
	assert_null(memmem(file.data, file.len, "data.html", 9));
	rig_drop(&s.rig);
}

/* Before the first field is opened the ledger says which may be; in the end, which were. */
static void
the_lines_name_the_fields(void **state)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;
	struct scene s;
	bool all = false, opened = false;
	uint32_t n;

	(void)state;
	scene_open(&s, NULL);
	assert_true(ask(&s));
	(void)whole(&s);
	rig_begin(&in, s.ann.token);
	pack_i64(&in, 0);
	pack_u32(&in, 3);
	assert_true(rig_ask(&s.rig, KEEPER_HISTORY, &in, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	(void)unpack_i64(&a);
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n; i++) {
		char text[256];
		uint64_t bits;

		for (int k = 0; k < 3; k++)
			(void)unpack_i64(&a);
		(void)unpack_u8(&a);
		(void)unpack_u8(&a);
		(void)unpack_u32(&a);
		bits = (uint64_t)unpack_i64(&a);
		unpack_text(&a, text, sizeof(text));
		(void)unpack_u8(&a);
		(void)unpack_u8(&a);
		assert_int_equal(bits & FIELD_BIT(FIELD_CREDENTIAL), 0);
		all |= strcmp(text, "a copy begun") == 0 && bits == purposes[PURPOSE_EXPORT].fields;
		opened |= strcmp(text, "a copy composed") == 0 &&
		    (bits & (FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_BIRTH) | FIELD_BIT(FIELD_DOC_NUMBER) | FIELD_BIT(FIELD_ADDRESS))) ==
		    (FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_BIRTH) | FIELD_BIT(FIELD_DOC_NUMBER) | FIELD_BIT(FIELD_ADDRESS));
	}
	assert_true(all && opened);
	rig_drop(&s.rig);
}

/* Thousands of lines: no step is longer than the others, and what is known between two of them does not grow. */
static void
a_long_history(void **state)
{
	enum { LINES = 2000 };
	DROP(buf_wipe) struct buf in = {0}, out = {0}, zip = {0};
	unsigned char once[TOKEN_BYTES], ticket[TOKEN_BYTES];
	struct scene s;
	int64_t cursor = 0, longest = 0;
	bool over = false;

	(void)state;
	scene_open(&s, NULL);
	for (int i = 0; i < LINES; i++) {
		rig_begin(&in, s.ann.token);
		pack_i64(&in, 0);
		pack_u32(&in, 1);
		assert_true(rig_ask(&s.rig, KEEPER_HISTORY, &in, &out));
	}
	assert_true(ask(&s));
	assert_true(next(&s, ticket));
	while (!over) {
		assert_true(go_on(&s, ticket, &over));
		cursor = count(&s, "SELECT CAST(COALESCE(MAX(length(cursor)), 0) AS bigint) FROM copy");
		assert_true(cursor < 1024);
	}
	longest = count(&s, "SELECT CAST(MAX(length(box)) AS bigint) FROM copy_piece");
	assert_true(longest < 65536);
	assert_true(count(&s, "SELECT count(*) FROM copy_piece") > 2 * LINES / 200);
	assert_true(mint(&s, once));
	zip_fetch(&s, once, &zip);
	assert_memory_equal(zip.data + zip.len - 22, "PK\005\006", 4);
	rig_drop(&s.rig);
}

/* The child may die of a piece: the step is done again, and one that always fails ends the copy. */
static void
a_dying_child(void **state)
{
	unsigned char ticket[TOKEN_BYTES];
	struct scene s;
	bool over = false;

	(void)state;
	scene_open(&s, NULL);
	assert_true(ask(&s));
	assert_true(next(&s, ticket));
	assert_true(go_on(&s, ticket, &over));
	/* a state that its composer never made: what is sealed is the keeper's word, so each try fails in the child */
	rig_begin_hand(&s.rig);
	{
		DROP(buf_wipe) struct buf bad = {0};
		struct copy c;
		bool found;

		assert_true(copy_of(&s.rig.keeper, s.ann.owner.number, &c, &found, &s.rig.err) && found);
		pack_u8(&bad, 2);
		pack_u8(&bad, 0);
		pack_u8(&bad, 1);
		pack_u8(&bad, 0);
		for (int i = 0; i < 3; i++)
			pack_i64(&bad, 0);
		pack_bytes(&bad, "nonsense", 8);
		assert_true(copy_step_done(&s.rig.keeper, &c, &s.ann.owner, &bad, span_of(NULL, 0), &s.rig.err));
	}
	rig_end_hand(&s.rig);
	for (int i = 1; i < COPY_TRIES; i++) {
		assert_true(go_on(&s, ticket, &over));
		assert_false(over);
		assert_int_equal(state_of(&s), COPY_COMPOSING);
	}
	assert_true(go_on(&s, ticket, &over));
	assert_true(over);
	assert_int_equal(state_of(&s), COPY_FAILED);
	assert_false(next(&s, ticket));
	assert_int_equal(lines(&s, "a copy that could not be composed"), 1);
	assert_true(ask(&s));			/* another one can be asked for */
	(void)whole(&s);
	assert_int_equal(state_of(&s), COPY_READY);
	rig_drop(&s.rig);
}

/* Translations that are none, languages that are none. */
static void
what_is_refused(void **state)
{
	static const char *const langs[] = { "", "e n", "../x", "en\"" };
	DROP(buf_wipe) struct buf in = {0}, out = {0}, words = {0};
	struct scene s;

	(void)state;
	scene_open(&s, NULL);
	for (size_t i = 0; i < COUNT(langs); i++) {
		rig_begin(&in, s.ann.token);
		pack_text(&in, langs[i]);
		pack_bytes(&in, "", 0);
		pack_bytes(&in, "", 0);
		refused(&s, rig_ask(&s.rig, KEEPER_EXPORT_ASK, &in, &out), ERR_INPUT, 0);
	}
	pack_u32(&words, 2);
	pack_text(&words, "eins");
	rig_begin(&in, s.ann.token);
	pack_text(&in, "de");
	pack_bytes(&in, words.data, words.len);
	pack_bytes(&in, "", 0);
	refused(&s, rig_ask(&s.rig, KEEPER_EXPORT_ASK, &in, &out), ERR_INPUT, 0);
	pack_bytes(&words, "\xff", 1);
	rig_begin(&in, s.ann.token);
	pack_text(&in, "de");
	pack_bytes(&in, words.data, words.len);
	pack_bytes(&in, "", 0);
	refused(&s, rig_ask(&s.rig, KEEPER_EXPORT_ASK, &in, &out), ERR_INPUT, 0);
	assert_int_equal(state_of(&s), 0);
	rig_drop(&s.rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_asking_to_the_last_byte), cmocka_unit_test(the_password_and_the_bar),
		cmocka_unit_test(small_steps_give_the_same_copy), cmocka_unit_test(taken_back_half_way),
		cmocka_unit_test(texts_of_cases), cmocka_unit_test(a_day_later), cmocka_unit_test(pieces_are_sealed),
		cmocka_unit_test(the_lines_name_the_fields), cmocka_unit_test(what_is_refused),
		cmocka_unit_test(a_long_history), cmocka_unit_test(a_dying_child),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
