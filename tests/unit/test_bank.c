/* tests/unit/test_bank.c - what a file of questions may say, what each mistake is called, and the shipped one. */
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>
#include "privacy/facts/bank.h"

#define HEAD	"bank 1\nlanguage en\ntopic id Papers\ntopic law Rules\n"	/* 4 lines */
#define ASK	"about id\ntype single\nask Which?\n"
#define SINGLE	ASK "- No\n+ Yes\nbecause It is so.\n"
#define GOOD	HEAD "question one 1\n" SINGLE
#define TEN	"0123456789"
#define HUNDRED	TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define THREE	HUNDRED HUNDRED HUNDRED
#define SHIPPED	"portal/trust/challenge.en.txt"

static const struct { const char *text, *says; } bad[] = {
	/* the head */
	{ "", "x:1: a question bank begins with the line: bank 1" },
	{ "\n# only words\n", "x:3: a question bank begins with the line: bank 1" },
	{ "language en\n", "x:1: a question bank begins with the line: bank 1" },
	{ "bank 2\n", "x:1: only format 1 is known: bank 1" },
	{ "bank\n", "x:1: only format 1 is known: bank 1" },
	{ "bank 1\nbank 1\n", "x:2: 'bank' stands twice" },
	{ "bank 1\nlanguage\n", "x:2: this is no language tag such as en or pt-br" },
	{ "bank 1\nlanguage English\n", "x:2: this is no language tag such as en or pt-br" },
	{ "bank 1\nlanguage e\n", "x:2: this is no language tag such as en or pt-br" },
	{ "bank 1\nlanguage en-\n", "x:2: this is no language tag such as en or pt-br" },
	{ "bank 1\nlanguage en\nlanguage de\n", "x:3: 'language' stands twice" },
	{ "bank 1\nlanguage en\ntopic Papers\n", "x:3: a topic's name is of small letters, digits and hyphens" },
	{ "bank 1\nlanguage en\ntopic -a Papers\n", "x:3: a topic's name is of small letters, digits and hyphens" },
	{ "bank 1\nlanguage en\ntopic id\n", "x:3: words are missing here" },
	{ "bank 1\nlanguage en\ntopic id " HUNDRED "\n", "x:3: this text is too long" },
	{ HEAD "topic id Again\n", "x:5: this topic stands twice: id" },
	{ HEAD, "x:5: there is no question in this bank" },
	{ "bank 1\ntopic id Papers\nquestion one 1\n", "x:3: 'language' and 'topic' lines come before the first question" },
	{ "bank 1\nlanguage en\nquestion one 1\n", "x:3: 'language' and 'topic' lines come before the first question" },
	{ GOOD "topic late Too late\n", "x:12: this belongs before the first question: topic" },
	{ HEAD "ask Who?\n", "x:5: this belongs into a question: ask" },
	{ HEAD "+ Me\n", "x:5: this belongs into a question" },
	/* names and versions */
	{ HEAD "question\n", "x:5: a question's name is of small letters, digits and hyphens" },
	{ HEAD "question One 1\n", "x:5: a question's name is of small letters, digits and hyphens" },
	{ HEAD "question \xc3\xa4 1\n", "x:5: a question's name is of small letters, digits and hyphens" },
	{ HEAD "question a23456789012345678901234567890123456789012 1\n",
	    "x:5: a question's name is of small letters, digits and hyphens" },
	{ HEAD "question one\n", "x:5: behind the name belongs a version from 1 to 9999" },
	{ HEAD "question one 0\n", "x:5: behind the name belongs a version from 1 to 9999" },
	{ HEAD "question one 01\n", "x:5: behind the name belongs a version from 1 to 9999" },
	{ HEAD "question one 10000\n", "x:5: behind the name belongs a version from 1 to 9999" },
	{ HEAD "question one 1 x\n", "x:5: behind the name belongs a version from 1 to 9999" },
	{ GOOD "question one 2\n" SINGLE, "x:12: another question has this name: one" },
	/* words */
	{ GOOD "Question two 1\n", "x:12: no line of a bank begins with this word: Question" },
	{ GOOD "hint Think\n", "x:12: no line of a bank begins with this word: hint" },
	{ GOOD "+Yes\n", "x:12: no line of a bank begins with this word" },
	{ GOOD "* Yes\n", "x:12: no line of a bank begins with this word" },
	{ HEAD "question one 1\nabout law\nabout law\n", "x:7: 'about' stands twice in this question" },
	{ HEAD "question one 1\nabout privacy\n", "x:6: there is no such topic: privacy" },
	{ HEAD "question one 1\nabout\n", "x:6: there is no such topic" },
	{ HEAD "question one 1\ntype double\n", "x:6: a type is single, multiple or truefalse" },
	{ HEAD "question one 1\ntype single\ntype single\n", "x:7: 'type' stands twice in this question" },
	{ HEAD "question one 1\nask\n", "x:6: words are missing here" },
	{ HEAD "question one 1\nask A\nask B\n", "x:7: 'ask' stands twice in this question" },
	{ HEAD "question one 1\nbecause A\nbecause B\n", "x:7: 'because' stands twice in this question" },
	{ HEAD "question one 1\n+ Yes\n", "x:6: 'type' comes before the options" },
	{ HEAD "question one 1\nanswer true\n", "x:6: 'type' comes before the answer" },
	{ HEAD "question one 1\ntype single\n+\n", "x:7: words are missing here" },
	{ HEAD "question one 1\ntype single\n+ " THREE TEN "\n", "x:7: this text is too long" },
	{ HEAD "question one 1\ntype single\nanswer true\n",
	    "x:7: only a truefalse question takes 'answer'; others mark options by + and -" },
	{ HEAD "question one 1\ntype truefalse\n+ True\n",
	    "x:7: a truefalse question takes 'answer true' or 'answer false', no options" },
	{ HEAD "question one 1\ntype truefalse\nanswer yes\n", "x:7: an answer is true or false" },
	{ HEAD "question one 1\ntype truefalse\nanswer true\nanswer false\n", "x:8: 'answer' stands twice in this question" },
	{ HEAD "question one 1\ntype multiple\n+ 1\n+ 2\n+ 3\n+ 4\n+ 5\n+ 6\n+ 7\n+ 8\n+ 9\n", "x:15: more than eight options" },
	/* whole questions: the line is the one where they begin */
	{ HEAD "question one 1\ntype single\nask A\n+ a\n- b\nbecause c\n", "x:5: this question does not say what it is about" },
	{ HEAD "question one 1\nabout id\nask A\nbecause c\n", "x:5: this question has no type" },
	{ HEAD "question one 1\nabout id\ntype single\n+ a\n- b\nbecause c\n", "x:5: this question asks nothing" },
	{ HEAD "question one 1\n" ASK "because c\n", "x:5: this question has fewer than two options" },
	{ HEAD "question one 1\n" ASK "+ a\nbecause c\n", "x:5: this question has fewer than two options" },
	{ HEAD "question one 1\n" ASK "- a\n- b\nbecause c\n", "x:5: this question has no right answer" },
	{ HEAD "question one 1\n" ASK "- a\n- b\nbecause c\n\nquestion two 1\n", "x:5: this question has no right answer" },
	{ HEAD "question one 1\nabout id\ntype multiple\nask A\n- a\n- b\nbecause c\n", "x:5: this question has no right answer" },
	{ HEAD "question one 1\n" ASK "+ a\n+ b\n- c\nbecause c\n", "x:5: this question is single and has several right answers" },
	{ HEAD "question one 1\n" ASK "+ a\n- b\n- a\nbecause c\n", "x:5: two options of this question are the same" },
	{ HEAD "question one 1\n" ASK "+ a\n- b\n", "x:5: this question has no explanation" },
	{ HEAD "question one 1\nabout id\ntype truefalse\nask A\nbecause c\n",
	    "x:5: this question lacks 'answer true' or 'answer false'" },
	/* bytes and lines */
	{ HEAD "\tindented\n", NULL },	/* goes on with the title of a topic */
	{ HEAD "\n\tindented\n", "x:6: an indented line goes on with the text above it, and there is none" },
	{ HEAD "question one 1\n about id\n", "x:6: an indented line goes on with the text above it, and there is none" },
	{ HEAD "question one 1\nask " THREE THREE THREE "\n\t" THREE THREE "\n", "x:7: this text is too long" },
	{ HEAD "# " THREE THREE THREE HUNDRED "\n", "x:5: this line is longer than 1000 bytes" },
	{ HEAD "# caf\xe9\n", "x:5: this is not UTF-8: save the file in that encoding" },
	{ HEAD "# \xed\xa0\x80\n", "x:5: this is not UTF-8: save the file in that encoding" },
	{ HEAD "# cut \xc3", "x:5: this is not UTF-8: save the file in that encoding" },
	{ "\xff\xfe" "b\n", "x:1: this is not UTF-8: save the file in that encoding" },
	{ HEAD "# \x1b[31m\n", "x:5: a control character is not text" },
	{ HEAD "ask one\rtwo\n", "x:5: a control character is not text" },
};

static void
mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		DROP(bank_drop) struct bank *b = NULL;
		struct err e = {0};
		const char *says = bad[i].says == NULL ? "x:6: there is no question in this bank" : bad[i].says;

		if (bank_parse(&b, bad[i].text, strlen(bad[i].text), "x", &e))
			fail_msg("row %zu was taken: %s", i, says);
		assert_null(b);
		assert_int_equal(e.kind, ERR_INPUT);
		assert_string_equal(e.text, says);
	}
}

static void
nul_and_size(void **state)
{
	static char big[BANK_FILE + 1];
	static const char nul[] = HEAD "question one 1\nask A\0B\n";
	DROP(bank_drop) struct bank *b = NULL;
	struct err e = {0};

	(void)state;
	assert_false(bank_parse(&b, nul, sizeof(nul) - 1, "x", &e));
	assert_string_equal(e.text, "x:6: a NUL byte is not text");
	memset(big, '\n', sizeof(big));
	assert_false(bank_parse(&b, big, sizeof(big), "x", &e));
	assert_string_equal(e.text, "x:1: a question bank takes at most a mebibyte");
	assert_false(bank_parse(&b, big, sizeof(big) - 1, "x", &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

/* A long path keeps its end and its line. */
static void
long_path(void **state)
{
	DROP(bank_drop) struct bank *b = NULL;
	struct err e = {0};

	(void)state;
	assert_false(bank_parse(&b, "hint\n", 5, "/" HUNDRED "\xc3\xa4/" TEN TEN TEN TEN TEN "/bank.txt", &e));
	assert_non_null(strstr(e.text, "/bank.txt:1: a question bank"));
	assert_true(utf8_ok(e.text, strlen(e.text)));
}

static void
whole(void **state)
{
	static const char text[] = "\xef\xbb\xbf# first\r\nbank 1\r\nlanguage pt-br\ntopic id Papers\n\tand faces\n\n"
	    "question one-two 12\n  \nabout id\ntype multiple\nask Gr\xc3\xbc\xc3\x9f" "e?\r\n   \tIndeed. \n# a word\n"
	    "+ One\n- Two\n  goes on\n+ Three\nbecause Of this.\n"
	    "question last 1\nabout id\ntype truefalse\nask So?\nanswer false\nbecause No.";
	DROP(bank_drop) struct bank *b = NULL;
	struct err e = {0};

	(void)state;
	if (!bank_parse(&b, text, sizeof(text) - 1, "x", &e))
		fail_msg("%s", e.text);
	assert_string_equal(bank_language(b), "pt-br");
	assert_int_equal(bank_topic_count(b), 1);
	assert_string_equal(bank_topic(b, 0)->name, "id");
	assert_string_equal(bank_topic(b, 0)->title, "Papers and faces");
	assert_int_equal(bank_count(b), 2);
	assert_string_equal(bank_text(b, 0)->name, "one-two");
	assert_string_equal(bank_text(b, 0)->language, "pt-br");
	assert_string_equal(bank_text(b, 0)->topic, "id");
	assert_int_equal(bank_text(b, 0)->version, 12);
	assert_int_equal(bank_text(b, 0)->type, BANK_MULTIPLE);
	assert_string_equal(bank_text(b, 0)->ask, "Gr\xc3\xbc\xc3\x9f" "e? Indeed.");
	assert_int_equal(bank_text(b, 0)->count, 3);
	assert_string_equal(bank_text(b, 0)->option[1], "Two goes on");
	assert_int_equal(bank_key(b, 0)->right, 5);
	assert_string_equal(bank_key(b, 0)->because, "Of this.");
	assert_int_equal(bank_text(b, 1)->type, BANK_TRUEFALSE);
	assert_string_equal(bank_text(b, 1)->option[0], "true");
	assert_int_equal(bank_key(b, 1)->right, 2);
	assert_int_equal(bank_key(b, 1)->count, 2);
	assert_int_equal(bank_topic_size(b, 0), 2);
	assert_true(bank_ready(b, 2, &e));
	assert_false(bank_ready(b, 3, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

static void
ready_by_topic(void **state)
{
	static const char text[] = GOOD "question two 1\n" SINGLE "question three 1\n" SINGLE
	    "question four 1\nabout law\ntype single\nask W?\n+ a\n- b\nbecause c\n";
	DROP(bank_drop) struct bank *b = NULL;
	struct err e = {0};

	(void)state;
	assert_true(bank_parse(&b, text, sizeof(text) - 1, "x", &e));
	assert_true(bank_ready(b, 2, &e));
	assert_false(bank_ready(b, 3, &e));
	assert_string_equal(e.text, "1 questions about law, and a challenge of 3 draws up to 2 from each topic");
}

static void
hash_of(const char *text, unsigned char hash[BANK_HASH])
{
	DROP(bank_drop) struct bank *b = NULL;
	struct err e = {0};

	assert_true(bank_parse(&b, text, strlen(text), "x", &e));
	memcpy(hash, bank_key(b, 0)->hash, BANK_HASH);
}

/* Whatever is shown changes the hash; the key, which must not be guessed from it, does not. */
static void
hashes(void **state)
{
	static const char *const others[] = {
		HEAD "question one 2\n" SINGLE,
		HEAD "question two 1\n" SINGLE,
		"bank 1\nlanguage de\ntopic id Papers\nquestion one 1\n" SINGLE,
		HEAD "question one 1\nabout law\ntype single\nask Which?\n- No\n+ Yes\nbecause It is so.\n",
		HEAD "question one 1\nabout id\ntype multiple\nask Which?\n- No\n+ Yes\nbecause It is so.\n",
		HEAD "question one 1\nabout id\ntype single\nask Which\n- No\n+ Yes\nbecause It is so.\n",
		HEAD "question one 1\n" ASK "+ Yes\n- No\nbecause It is so.\n",
		HEAD "question one 1\n" ASK "- No\n+ Yes\n- Perhaps\nbecause It is so.\n",
	};
	unsigned char one[BANK_HASH], other[BANK_HASH];

	(void)state;
	hash_of(GOOD, one);
	for (size_t i = 0; i < COUNT(others); i++) {
		hash_of(others[i], other);
		assert_memory_not_equal(one, other, BANK_HASH);
	}
	hash_of(HEAD "question one 1\n" ASK "+ No\n- Yes\nbecause It is not.\n", other);
	assert_memory_equal(one, other, BANK_HASH);
}

static void
halves(void **state)
{
	DROP(bank_drop) struct bank *b = NULL;
	DROP(buf_wipe) struct buf text = {0}, key = {0};
	struct bank_text t;
	struct bank_key k;
	struct err e = {0};
	unsigned char hash[BANK_HASH];

	(void)state;
	assert_true(bank_parse(&b, GOOD, strlen(GOOD), "x", &e));
	bank_text_pack(&text, bank_text(b, 0));
	bank_key_pack(&key, bank_key(b, 0));
	assert_true(bank_text_read(&t, span_buf(&text), &e));
	assert_true(bank_key_read(&k, span_buf(&key), &e));
	assert_memory_equal(&t, bank_text(b, 0), sizeof(t));
	assert_string_equal(k.because, "It is so.");
	assert_int_equal(k.right, 2);
	assert_true(bank_text_hash(&t, hash, &e));
	assert_memory_equal(hash, k.hash, BANK_HASH);
	/* The text says nothing of the key. */
	assert_null(memmem(text.data, text.len, "so.", 3));
	for (size_t n = 0; n < text.len; n++)
		assert_false(bank_text_read(&t, span_of(text.data, n), &e));
	for (size_t n = 0; n < key.len; n++)
		assert_false(bank_key_read(&k, span_of(key.data, n), &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

/* Keys that no file could have made. */
static void
keys_refused(void **state)
{
	static const struct { enum bank_type type; uint32_t version, count, right; const char *because; } rows[] = {
		{ BANK_SINGLE, 1, 3, 0, "x" }, { BANK_SINGLE, 1, 3, 8, "x" }, { BANK_SINGLE, 1, 3, 3, "x" },
		{ BANK_SINGLE, 1, 1, 1, "x" }, { BANK_SINGLE, 1, 9, 1, "x" }, { BANK_SINGLE, 0, 3, 1, "x" },
		{ BANK_SINGLE, 10000, 3, 1, "x" }, { BANK_SINGLE, 1, 3, 1, "" }, { BANK_TRUEFALSE, 1, 3, 1, "x" },
		{ BANK_TRUEFALSE, 1, 2, 3, "x" }, { (enum bank_type)4, 1, 3, 1, "x" }, { (enum bank_type)0, 1, 3, 1, "x" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf b = {0};
		struct bank_key k = { .name = "one", .version = rows[i].version, .type = rows[i].type,
		    .count = rows[i].count, .right = rows[i].right }, back;
		struct err e = {0};

		snprintf(k.because, sizeof(k.because), "%s", rows[i].because);
		bank_key_pack(&b, &k);
		if (bank_key_read(&back, span_buf(&b), &e))
			fail_msg("row %zu was taken", i);
		assert_int_equal(e.kind, ERR_INPUT);
	}
}

static const struct { enum bank_type type; uint32_t count, right, chosen; bool is, fails; } grades[] = {
	{ BANK_SINGLE, 4, 4, 4, true, false },
	{ BANK_SINGLE, 4, 4, 1, false, false },
	{ BANK_SINGLE, 4, 4, 0, false, false },
	{ BANK_SINGLE, 4, 4, 5, false, true },
	{ BANK_SINGLE, 4, 4, 16, false, true },
	{ BANK_MULTIPLE, 4, 5, 5, true, false },
	{ BANK_MULTIPLE, 4, 5, 4, false, false },
	{ BANK_MULTIPLE, 4, 5, 7, false, false },
	{ BANK_MULTIPLE, 4, 5, 0, false, false },
	{ BANK_MULTIPLE, 4, 5, 21, false, true },
	{ BANK_MULTIPLE, 8, 255, 255, true, false },
	{ BANK_MULTIPLE, 8, 255, 256, false, true },
	{ BANK_TRUEFALSE, 2, 2, 2, true, false },
	{ BANK_TRUEFALSE, 2, 2, 1, false, false },
	{ BANK_TRUEFALSE, 2, 2, 3, false, true },
	{ BANK_TRUEFALSE, 2, 2, 4, false, true },
};

static void
grading(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(grades); i++) {
		struct bank_key k = { .type = grades[i].type, .count = grades[i].count, .right = grades[i].right };
		struct err e = {0};
		bool right = true;

		assert_int_equal(bank_grade(&k, grades[i].chosen, &right, &e), !grades[i].fails);
		assert_int_equal(right, grades[i].is);
		assert_int_equal(e.kind, grades[i].fails ? ERR_INPUT : ERR_NONE);
	}
}

static void
files(void **state)
{
	DROP(bank_drop) struct bank *b = NULL;
	struct err e = {0};

	(void)state;
	assert_false(bank_load(&b, "/nowhere/bank.txt", &e));
	assert_int_equal(e.kind, ERR_ABSENT);
	assert_false(bank_load(&b, "/", &e));
	assert_int_equal(e.kind, ERR_IO);
	assert_false(bank_load(&b, "/dev/null", &e));
	assert_string_equal(e.text, "/dev/null:1: a question bank begins with the line: bank 1");
}

/* ---- the bank that comes with the program ---- */

static void
shipped_is_enough(void **state)
{
	DROP(bank_drop) struct bank *b = NULL;
	struct err e = {0};

	(void)state;
	if (!bank_load(&b, SHIPPED, &e) || !bank_ready(b, BANK_DRAW, &e))
		fail_msg("%s", e.text);
	assert_string_equal(bank_language(b), "en");
	assert_true(bank_count(b) >= 72);
	assert_true(bank_topic_count(b) >= 5);
	for (size_t t = 0; t < bank_topic_count(b); t++)
		if (bank_topic_size(b, t) < 12)
			fail_msg("%s: %zu questions", bank_topic(b, t)->name, bank_topic_size(b, t));
}

/* How many options of this question are longer than the right one. */
static size_t
longer(const struct bank_text *t, const struct bank_key *k)
{
	size_t right = strlen(t->option[__builtin_ctz(k->right)]), n = 0;

	for (uint32_t o = 0; o < t->count; o++)
		n += strlen(t->option[o]) > right;
	return n;
}

/* Nobody passes by always ticking the same place, the longest option or the shortest, or "true". */
static void
shipped_is_balanced(void **state)
{
	DROP(bank_drop) struct bank *b = NULL;
	size_t singles = 0, truths = 0, truefalse = 0, rank[BANK_OPTIONS] = {0}, at[BANK_OPTIONS] = {0};
	struct err e = {0};

	(void)state;
	assert_true(bank_load(&b, SHIPPED, &e));
	for (size_t i = 0; i < bank_count(b); i++) {
		const struct bank_text *t = bank_text(b, i);
		const struct bank_key *k = bank_key(b, i);

		truefalse += t->type == BANK_TRUEFALSE;
		truths += t->type == BANK_TRUEFALSE && k->right == 1;
		if (t->type != BANK_SINGLE)
			continue;
		singles++;
		at[__builtin_ctz(k->right)]++;
		rank[longer(t, k)]++;
	}
	for (size_t o = 0; o < 4; o++)
		if (at[o] * 100 < singles * 18 || at[o] * 100 > singles * 32)
			fail_msg("option %zu is right in %zu of %zu", o + 1, at[o], singles);
	if (truths * 4 < truefalse || truths * 4 > truefalse * 3)
		fail_msg("true is right in %zu of %zu", truths, truefalse);
	for (size_t o = 0; o < 4; o++)
		if (rank[o] * 100 > singles * 40)
			fail_msg("%zu options are longer than the right one in %zu of %zu", o, rank[o], singles);
}

/* The same contents have the same digest however they are written; anything else another. */
static void
digests(void **state)
{
	static const struct { const char *text; bool same; } banks[] = {
		{ GOOD, true },
		{ "# somebody's words\n" GOOD "\n\n", true },
		{ HEAD "question one 1\nabout id\ntype single\nask\tWhich?\n- No\n+\tYes\nbecause It is\n\tso.\n", true },
		{ HEAD "question one 2\n" SINGLE, false },
		{ HEAD "question two 1\n" SINGLE, false },
		{ HEAD "question one 1\nabout law\ntype single\nask Which?\n- No\n+ Yes\nbecause It is so.\n", false },
		{ HEAD "question one 1\nabout id\ntype multiple\nask Which?\n- No\n+ Yes\nbecause It is so.\n", false },
		{ HEAD "question one 1\n" ASK "+ No\n- Yes\nbecause It is so.\n", false },
		{ HEAD "question one 1\n" ASK "- No\n+ Yes\nbecause It's so.\n", false },
		{ HEAD "question one 1\n" ASK "- No!\n+ Yes\nbecause It is so.\n", false },
		{ GOOD "question two 1\n" SINGLE, false },
		{ "bank 1\nlanguage de\ntopic id Papers\ntopic law Rules\nquestion one 1\n" SINGLE, false },
		{ "bank 1\nlanguage en\ntopic id Paper\ntopic law Rules\nquestion one 1\n" SINGLE, false },
		{ "bank 1\nlanguage en\ntopic law Rules\ntopic id Papers\nquestion one 1\n" SINGLE, false },
	};
	unsigned char first[BANK_HASH], digest[BANK_HASH];
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(banks); i++) {
		DROP(bank_drop) struct bank *b = NULL;

		if (!bank_parse(&b, banks[i].text, strlen(banks[i].text), "x", &e) || !bank_digest(b, digest, &e))
			fail_msg("%zu: %s", i, e.text);
		if (i == 0)
			memcpy(first, digest, sizeof(first));
		if ((memcmp(first, digest, sizeof(first)) == 0) != banks[i].same)
			fail_msg("%zu: %s", i, banks[i].same ? "another digest" : "the same digest");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes), cmocka_unit_test(nul_and_size), cmocka_unit_test(long_path),
		cmocka_unit_test(whole), cmocka_unit_test(ready_by_topic), cmocka_unit_test(hashes),
		cmocka_unit_test(halves), cmocka_unit_test(keys_refused), cmocka_unit_test(grading),
		cmocka_unit_test(files), cmocka_unit_test(digests), cmocka_unit_test(shipped_is_enough), cmocka_unit_test(shipped_is_balanced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
