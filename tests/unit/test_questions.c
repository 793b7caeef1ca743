/* tests/unit/test_questions.c - the words of questions in the site store: old ones stay, current ones are marked. */
#include "tests/unit/place.h"
#include "portal/web/questions.h"
#include "portal/web/site.h"

#define HEAD	"bank 1\nlanguage en\ntopic id Papers\ntopic law Rules\n"
#define ONE(version, ask) "question one " version "\nabout id\ntype single\nask " ask "\n- No\n+ Yes\nbecause So.\n"
#define TWO	"question two 1\nabout law\ntype truefalse\nask Is it?\nanswer true\nbecause It is.\n"

static struct bank *
made(const char *text)
{
	struct bank *b = NULL;
	struct err e = {0};

	GOOD(bank_parse(&b, text, strlen(text), "x", &e));
	return b;
}

static struct store *
opened(const struct place *p)
{
	struct store *st = NULL;
	struct err e = {0};

	GOOD(store_open(&st, &site_spec, p->path, &e));
	return st;
}

/* The current ones of a language, and the number they carry. */
static void
current(struct store *st, const char *language, int64_t *n, int64_t *number)
{
	static const struct sql s = { "test current", "t", "ii",
	    "SELECT CAST(count(*) AS bigint), CAST(coalesce(max(number), 0) AS bigint) FROM question WHERE language = $1 AND current = 1" };
	DROP(rows_drop) struct rows *r = NULL;
	struct err e = {0};

	GOOD(sql_first(st, &r, &s, &e, language));
	*n = rows_i64(r, 0);
	*number = rows_i64(r, 1);
}

static void
test_versions(void **state)
{
	DROP(store_drop) struct store *st = opened(*state);
	DROP(bank_drop) struct bank *old = made(HEAD ONE("1", "Which?") TWO), *new = made(HEAD ONE("2", "Which one?"));
	unsigned char digest[BANK_HASH], want[BANK_HASH];
	struct bank_topic topic[BANK_TOPICS];
	struct bank_text t;
	struct err e = {0};
	int64_t n, number;
	size_t topics;
	bool found;

	GOOD(questions_digest(st, "en", digest, &found, &e));
	assert_false(found);
	GOOD(questions_topics(st, "en", topic, &topics, &e));
	assert_int_equal(topics, 0);
	GOOD(questions_put(st, old, &e));
	current(st, "en", &n, &number);
	assert_int_equal(n, 0);			/* put, not yet marked */
	GOOD(questions_digest(st, "en", digest, &found, &e));
	assert_false(found);
	GOOD(questions_mark(st, old, 17, &e));
	current(st, "en", &n, &number);
	assert_true(n == 2 && number == 17);
	GOOD(questions_put(st, old, &e));	/* once more changes nothing */
	current(st, "en", &n, &number);
	assert_true(n == 2 && number == 17);
	GOOD(questions_put(st, new, &e));
	GOOD(questions_mark(st, new, 18, &e));
	current(st, "en", &n, &number);
	assert_true(n == 1 && number == 18);
	GOOD(questions_digest(st, "en", digest, &found, &e));
	GOOD(bank_digest(new, want, &e));
	assert_true(found);
	assert_memory_equal(digest, want, sizeof(want));
	/* Whoever answered the old ones still reads them. */
	for (size_t i = 0; i < bank_count(old); i++) {
		GOOD(questions_get(st, bank_key(old, i)->hash, &t, &e));
		assert_memory_equal(&t, bank_text(old, i), sizeof(t));
	}
	GOOD(questions_topics(st, "en", topic, &topics, &e));
	assert_int_equal(topics, 2);
	assert_string_equal(topic[0].title, "Papers");
	assert_string_equal(topic[1].name, "law");
	current(st, "de", &n, &number);
	assert_int_equal(n, 0);
}

static void
test_wrong(void **state)
{
	static const struct sql swap = { "test swap", "bb", "", "UPDATE question SET words = $1 WHERE hash = $2" };
	DROP(store_drop) struct store *st = opened(*state);
	DROP(bank_drop) struct bank *b = made(HEAD ONE("1", "Which?") TWO);
	DROP(buf_wipe) struct buf words = {0};
	unsigned char none[BANK_HASH] = { 1 };
	struct bank_text t;
	struct err e = {0};

	GOOD(questions_put(st, b, &e));
	BAD(questions_get(st, none, &t, &e), ERR_ABSENT);
	/* The words of another question below this one's hash are not shown. */
	bank_text_pack(&words, bank_text(b, 1));
	GOOD(sql_do(st, &swap, &e, words.data, words.len, bank_key(b, 0)->hash, (size_t)BANK_HASH));
	BAD(questions_get(st, bank_key(b, 0)->hash, &t, &e), ERR_TAMPER);
	GOOD(sql_do(st, &swap, &e, "no words", (size_t)8, bank_key(b, 0)->hash, (size_t)BANK_HASH));
	BAD(questions_get(st, bank_key(b, 0)->hash, &t, &e), ERR_INPUT);
}

/* A site of the version before: what it holds stays, questions come. */
static void
test_upgrade(void **state)
{
	const struct place *p = *state;
	struct store_spec before = site_spec;
	DROP(bank_drop) struct bank *b = made(HEAD TWO);
	DROP(store_drop) struct store *st = NULL;
	struct notice notice;
	struct err e = {0};
	int64_t number;
	size_t n;

	before.steps = NULL;
	before.step_count = 0;
	GOOD(store_open(&st, &before, p->path, &e));
	GOOD(notice_add(st, "Meeting on Friday", 1000, &number, &e));
	BAD(questions_put(st, b, &e), ERR_IO);
	store_drop(&st);
	GOOD(store_open(&st, &site_spec, p->path, &e));
	GOOD(notice_list(st, &notice, 1, &n, &e));
	assert_string_equal(notice.words, "Meeting on Friday");
	GOOD(questions_put(st, b, &e));
	GOOD(questions_mark(st, b, 5, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { CASE(test_versions), CASE(test_wrong), CASE(test_upgrade) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
