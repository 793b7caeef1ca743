/* tests/unit/test_kept.c - portal/web/kept: what is found, for how long, and what is too long. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "portal/web/kept.h"
#include "portal/web/route.h"

static const struct route route = { .name = "one" };

static void
put(const char *path, const char *lang, int64_t now, const char *head, const char *page)
{
	DROP(buf_wipe) struct buf h = {0}, p = {0};

	buf_text(&h, head);
	buf_text(&p, page);
	kept_put(path, lang, now, 10, &route, &h, &p);
}

/* NULL: there is none. */
static const char *
got_late(const char *path, const char *lang, int64_t now, int64_t late)
{
	static char both[256];
	DROP(buf_wipe) struct buf h = {0}, p = {0};
	const struct route *r = NULL;

	if (!kept_get(path, lang, now, late, &r, &h, &p)) {
		assert_int_equal(h.len + p.len, 0);
		return NULL;
	}
	assert_ptr_equal(r, &route);
	snprintf(both, sizeof(both), "%s|%s", h.data, p.data);
	return both;
}

static const char *
got(const char *path, const char *lang, int64_t now)
{
	return got_late(path, lang, now, 0);
}

static void
test_found(void **state)
{
	(void)state;
	assert_null(got("/", "en", 100));
	put("/", "en", 100, "head", "page");
	assert_string_equal(got("/", "en", 100), "head|page");
	assert_string_equal(got("/", "en", 109), "head|page");
	assert_null(got("/", "en", 110));
	assert_string_equal(got_late("/", "en", 114, 5), "head|page");
	assert_null(got_late("/", "en", 115, 5));
	assert_null(got("/", "en", 99));
	assert_null(got("/", "de", 100));
	assert_null(got("/e", "n", 100));
	put("/", "en", 105, "another", "one, longer than the first");
	assert_string_equal(got("/", "en", 112), "another|one, longer than the first");
	put("/", "en", 105, "h", "p");
	assert_string_equal(got("/", "en", 112), "h|p");
	kept_drop();
	assert_null(got("/", "en", 105));
}

/* More than there are places: each is itself or gone, never another. */
static void
test_many(void **state)
{
	size_t found = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		char path[32], page[32];

		snprintf(path, sizeof(path), "/%d", i);
		snprintf(page, sizeof(page), "page %d", i);
		put(path, "en", 0, "h", page);
	}
	for (int i = 0; i < 1000; i++) {
		char path[32], want[32];
		const char *is;

		snprintf(path, sizeof(path), "/%d", i);
		snprintf(want, sizeof(want), "h|page %d", i);
		is = got(path, "en", 1);
		if (is != NULL) {
			assert_string_equal(is, want);
			found++;
		}
	}
	assert_in_range(found, KEPT_MOST / 2, KEPT_MOST);
	kept_drop();
}

static void
test_long(void **state)
{
	char path[KEPT_KEY + 8];
	DROP(buf_wipe) struct buf h = {0}, p = {0};

	(void)state;
	memset(path, 'a', sizeof(path));
	path[KEPT_KEY - 4] = '\0';	/* with "en" and two NULs just as long as fits */
	put(path, "en", 0, "h", "p");
	assert_non_null(got(path, "en", 0));
	path[KEPT_KEY - 4] = 'a';
	path[KEPT_KEY - 3] = '\0';
	put(path, "en", 0, "h", "p");
	assert_null(got(path, "en", 0));
	buf_text(&h, "h");
	while (p.len < KEPT_BYTES)
		buf_text(&p, "p");
	kept_put("/long", "en", 0, 10, &route, &h, &p);
	assert_null(got("/long", "en", 0));
	h.failed = true;
	p.len = 1;
	kept_put("/failed", "en", 0, 10, &route, &h, &p);
	assert_null(got("/failed", "en", 0));
	kept_drop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
