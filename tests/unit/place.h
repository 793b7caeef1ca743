/* tests/unit/place.h - a folder of its own for each case, removed afterwards. */
#ifndef TESTS_UNIT_PLACE_H
#define TESTS_UNIT_PLACE_H
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "ledger/base/err.h"

struct place { char dir[64], path[96]; };	/* path: a file in it */

static inline int
make_place(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	/* In memory where there is some: these tests ask what is found, not how fast a disk is. */
	snprintf(p->dir, sizeof(p->dir), "%s/troth-test-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->path, sizeof(p->path), "%s/file", p->dir);
	*state = p;
	return 0;
}

static inline int
remove_one(const char *path, const struct stat *s, int type, struct FTW *at)
{
	(void)s;
	(void)type;
	(void)at;
	return remove(path);
}

static inline int
drop_place(void **state)
{
	struct place *p = *state;

	nftw(p->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(p);
	return 0;
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, make_place, drop_place)
/* A call that must work, saying why when it does not; needs `struct err e`. */
#define GOOD(call) do { if (!(call)) fail_msg("%s: %s: %s", #call, err_kind_name(e.kind), e.text); } while (0)
#define BAD(call, want) do { if (call) fail_msg("%s: worked", #call); \
	if (e.kind != (want)) fail_msg("%s: %s: %s", #call, err_kind_name(e.kind), e.text); } while (0)
#endif
