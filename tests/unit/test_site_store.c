/* tests/unit/test_site_store.c - notices and faces in the site store. */
#include "tests/unit/place.h"
#include "portal/web/site.h"

static struct store *
opened(const struct place *p)
{
	struct store *st = NULL;
	struct err e = {0};

	GOOD(store_open(&st, &site_spec, p->path, &e));
	return st;
}

static void
test_notices(void **state)
{
	DROP(store_drop) struct store *st = opened(*state);
	static char long_words[NOTICE_MAX + 2];
	struct notice n[3];
	struct err e = {0};
	int64_t number = 0;
	size_t count = 9;

	GOOD(notice_list(st, n, 3, &count, &e));
	assert_int_equal(count, 0);
	for (int i = 1; i <= 4; i++) {
		char words[32];

		snprintf(words, sizeof(words), "notice %d", i);
		GOOD(notice_add(st, words, 1000 + i, &number, &e));
		assert_int_equal(number, i);
	}
	GOOD(notice_end(st, 3, 2000, &e));
	GOOD(notice_list(st, n, 3, &count, &e));
	assert_int_equal(count, 3);
	assert_string_equal(n[0].words, "notice 4");
	assert_int_equal(n[0].since, 1004);
	assert_string_equal(n[1].words, "notice 2");
	assert_string_equal(n[2].words, "notice 1");
	BAD(notice_end(st, 3, 2000, &e), ERR_ABSENT);
	BAD(notice_end(st, 99, 2000, &e), ERR_ABSENT);
	BAD(notice_add(st, "", 1, &number, &e), ERR_INPUT);
	BAD(notice_add(st, "\377", 1, &number, &e), ERR_INPUT);
	memset(long_words, 'x', sizeof(long_words) - 1);
	BAD(notice_add(st, long_words, 1, &number, &e), ERR_INPUT);
	long_words[NOTICE_MAX] = '\0';
	GOOD(notice_add(st, long_words, 1, &number, &e));
	GOOD(notice_list(st, n, 1, &count, &e));
	assert_int_equal(count, 1);
	assert_string_equal(n[0].words, long_words);
}

static void
test_faces(void **state)
{
	DROP(store_drop) struct store *st = opened(*state);
	struct face f = { .serial = { 1, 2, 3 }, .profile = 1, .not_before = 10, .not_after = 20,
	    .names = "example.org *.example.org", .number = 7 };
	unsigned char unknown[SITE_SERIAL] = { 9 };
	struct err e = {0};
	DROP(buf_wipe) struct buf names = {0};
	int64_t head = 5;

	GOOD(site_face_head(st, &head, &e));
	assert_int_equal(head, 0);
	GOOD(site_face_put(st, &f, &e));
	GOOD(site_face_names(st, f.serial, &names, &e));
	assert_string_equal(names.data, f.names);
	/* What a repeated sweep brings again changes nothing. */
	f.names = "other.example";
	GOOD(site_face_put(st, &f, &e));
	GOOD(site_face_names(st, f.serial, &names, &e));
	assert_string_equal(names.data, "example.org *.example.org");
	GOOD(site_face_names(st, unknown, &names, &e));
	assert_int_equal(names.len, 0);
	GOOD(site_face_head(st, &head, &e));
	assert_int_equal(head, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { CASE(test_notices), CASE(test_faces) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
