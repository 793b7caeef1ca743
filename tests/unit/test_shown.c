/* One entry's record, shown to strangers: believed only when the leaf commits to every byte of it. */
#include "tests/unit/place.h"
#include "ledger/shown.h"

#define WORDS	"erasure 7 done: sealed off 2026-11-27"

struct example { struct buf record, packed; struct shown s; unsigned char hash[LEAF_HASH]; };

/* A record as the vault packs one: a number, the words as a text, something after them. */
static void
make(struct example *x, const char *inside, const char *words)
{
	static const unsigned char salt[2][32] = { { 1 }, { 2 } };
	struct leaf l = { .kind = KIND_SYSTEM, .role = ACTOR_SYSTEM, .day = 20000 };
	struct detail d = {0};

	*x = (struct example){0};
	pack_i64(&x->record, 1795000000);
	pack_text(&x->record, inside);
	pack_i64(&x->record, 0);
	detail_part_fill(&d.record, salt[0], span_buf(&x->record), span_text("sealed record"));
	detail_part_fill(&d.values, salt[1], span_text("values"), span_text("sealed values"));
	detail_commitment(&d, l.commitment);
	leaf_pack(&l, x->s.leaf);
	leaf_hash(x->s.leaf, x->hash);
	memcpy(x->s.salt, salt[0], sizeof(x->s.salt));
	memcpy(x->s.sealed_r, d.record.sealed, LEAF_HASH);
	memcpy(x->s.inner_v, d.values.inner, LEAF_HASH);
	memcpy(x->s.sealed_v, d.values.sealed, LEAF_HASH);
	x->s.record = span_buf(&x->record);
	snprintf(x->s.words, sizeof(x->s.words), "%s", words);
	shown_pack(&x->packed, &x->s);
	assert_false(x->packed.failed);
}

static void
drop(struct example *x)
{
	buf_wipe(&x->record);
	buf_wipe(&x->packed);
}

static void
good_one(void **state)
{
	DROP(drop) struct example x;
	unsigned char hash[LEAF_HASH];
	struct shown s;
	struct err e = {0};

	(void)state;
	make(&x, WORDS, WORDS);
	GOOD(shown_unpack(&s, span_buf(&x.packed), &e));
	GOOD(shown_check(&s, hash, &e));
	assert_memory_equal(hash, x.hash, sizeof(hash));
	assert_string_equal(s.words, WORDS);
}

/* Words that the record does not hold as a text of its own. */
static void
other_words(void **state)
{
	static const struct { const char *inside, *words; } rows[] = {
		{ WORDS, "erasure 8 done: sealed off 2026-11-27" }, { WORDS, "erasure 7 done: sealed off 2026-11-2" }, { WORDS, "sealed off 2026-11-27" },
		{ WORDS, WORDS " " }, { WORDS, "" }, { "", "" }, { "", WORDS },
	};
	unsigned char hash[LEAF_HASH];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(drop) struct example x;
		struct shown s;
		struct err e = {0};

		make(&x, rows[i].inside, rows[i].words);
		GOOD(shown_unpack(&s, span_buf(&x.packed), &e));
		BAD(shown_check(&s, hash, &e), ERR_TAMPER);
	}
}

/* Whichever byte is another: not misread, not believed, unless the leaf itself is another one. */
static void
each_byte(void **state)
{
	DROP(drop) struct example x;
	unsigned char hash[LEAF_HASH];
	size_t other_leaves = 0;

	(void)state;
	make(&x, WORDS, WORDS);
	for (size_t at = 0; at < x.packed.len; at++) {
		struct shown s;
		struct err e = {0};

		x.packed.data[at] ^= 1;
		if (!shown_unpack(&s, span_buf(&x.packed), &e))
			assert_int_equal(e.kind, ERR_INPUT);
		else if (!shown_check(&s, hash, &e))
			assert_int_equal(e.kind, ERR_TAMPER);
		else {
			/* tags, day and the leaf before it: the proof of this other leaf will fail */
			assert_memory_not_equal(hash, x.hash, sizeof(hash));
			other_leaves++;
		}
		x.packed.data[at] ^= 1;
	}
	assert_true(other_leaves > 0 && other_leaves <= LEAF_BYTES - LEAF_HASH);
}

static void
misshapen(void **state)
{
	static const char *const lines[] = { "two\nlines", "bell\a", "escape\033[2J", "delete\177" };
	DROP(drop) struct example x;
	struct shown s;
	struct err e = {0};

	(void)state;
	make(&x, WORDS, WORDS);
	for (size_t n = 0; n < x.packed.len; n++)
		BAD(shown_unpack(&s, span_of(x.packed.data, n), &e), ERR_INPUT);
	pack_u8(&x.packed, 0);
	BAD(shown_unpack(&s, span_buf(&x.packed), &e), ERR_INPUT);
	for (size_t i = 0; i < COUNT(lines); i++) {
		DROP(drop) struct example y;

		make(&y, lines[i], lines[i]);
		BAD(shown_unpack(&s, span_buf(&y.packed), &e), ERR_INPUT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(good_one), cmocka_unit_test(other_words), cmocka_unit_test(each_byte), cmocka_unit_test(misshapen) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
