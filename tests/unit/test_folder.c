/* tests/unit/test_folder.c - a Maildir: mails that have to wait are in nobody's way. */
#include <limits.h>
#include <string.h>
#include "place.h"
#include "portal/postbox/folder.h"

#define WAITING	150
#define TURNS	3

struct got { size_t later, done; };

/* Who fills the folder may have one case a day; all but that wait. */
static enum taken
take(void *self, struct span mail, const char *sender)
{
	struct got *g = self;
	bool waits = mail.len > 0 && mail.p[0] == 'w';

	assert_null(sender);
	g->later += waits;
	g->done += !waits;
	return waits ? TAKE_LATER : TAKE_DONE;
}

static void
put(const struct place *p, const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/new/%s", p->dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
waiting_ones(void **state)
{
	const struct place *p = *state;
	struct got got = {0};
	char name[PATH_MAX];
	struct folder f;
	struct err e = {0};
	size_t n, gone = 0;

	snprintf(name, sizeof(name), "%s/new", p->dir);
	assert_int_equal(mkdir(name, 0700), 0);
	GOOD(folder_open(&f, p->dir, 1000, &e));
	for (unsigned i = 0; i < WAITING; i++) {
		snprintf(name, sizeof(name), "a%03u", i);
		put(p, name, "waits");
	}
	put(p, "b", "goes");
	for (unsigned i = 0; i < TURNS; i++) {
		GOOD(folder_turn(&f, take, &got, &n, &e));
		gone += n;
		f.rest_until_ms = 0;
	}
	assert_int_equal(got.done, 1);
	assert_int_equal(got.later, WAITING);	/* each once */
	assert_int_equal(gone, 1);
	/* And from the beginning again. */
	put(p, "a000", "goes now");
	GOOD(folder_turn(&f, take, &got, &n, &e));
	assert_int_equal(n, 1);
	folder_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { CASE(waiting_ones) };

	return cmocka_run_group_tests_name("folder", tests, NULL, NULL);
}
