/* tests/unit/test_state.c - the state folder: made once, locked, never mended silently. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <sodium.h>
#include "ledger/base/ipc.h"
#include "portal/control/owners.h"

static char top[200];
static unsigned made;

/* A place nobody has used yet. */
static const char *
fresh(void)
{
	static char path[240];

	snprintf(path, sizeof(path), "%s/%u", top, made++);
	return path;
}

static void
born(struct state *s, const char *path)
{
	struct err e = {0};

	assert_true(state_open(s, path, &e));
	assert_int_equal(s->stage, STATE_NEW);
	assert_true(state_folders(s, &e));
	assert_true(state_secrets(s, &e));
	assert_true(state_stage_set(s, STATE_WHOLE, &e));
}

static void
reopened(struct state *s, const char *path)
{
	char kept[PATH_MAX];
	struct err e = {0};

	snprintf(kept, sizeof(kept), "%s", path);
	state_close(s);
	assert_true(state_open(s, kept, &e));
	assert_int_equal(s->stage, STATE_WHOLE);
}

static void
first_start(void **state)
{
	DROP(state_close) struct state s;
	unsigned char a[64], b[64], pk[32];
	struct stat st;
	struct err e = {0};

	(void)state;
	born(&s, fresh());
	assert_true(file_get_exact("keeper/peers/clerk", a, 32, &e));
	assert_true(file_get_exact("clerk/secrets/keeper", b, 32, &e));
	assert_memory_equal(a, b, 32);
	assert_true(file_get_exact("portal/secrets/keeper", b, 32, &e));
	assert_memory_not_equal(a, b, 32);
	assert_true(file_get_exact("keeper/box.key", a, 32, &e));
	assert_int_equal(crypto_scalarmult_base(pk, a), 0);
	assert_true(file_get_exact("signer/keeper.pub", b, 32, &e));
	assert_memory_equal(pk, b, 32);
	assert_true(file_get_exact("prover/statement.key", a, 64, &e));
	assert_true(file_get_exact("keeper/prover.pub", b, 32, &e));
	assert_memory_equal(a + 32, b, 32);
	assert_int_equal(stat("keeper", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat("keeper/ticket.key", &st), 0);
	assert_int_equal(st.st_mode & 0077, 0);
	/* A second look changes nothing. */
	assert_true(file_get_exact("keeper/pepper.key", a, 32, &e));
	reopened(&s, s.dir);
	assert_true(state_folders(&s, &e));
	assert_true(state_secrets(&s, &e));
	assert_true(file_get_exact("keeper/pepper.key", b, 32, &e));
	assert_memory_equal(a, b, 32);
}

static const struct { const char *path; const char *put; enum err_kind kind; const char *says; } losses[] = {
	{ "keeper/pepper.key", NULL, ERR_ABSENT, "keeper/pepper.key is missing" },
	{ "keeper/root.key", NULL, ERR_ABSENT, "keeper/root.key is missing" },
	{ "keeper/peers/portal", NULL, ERR_ABSENT, "keeper/peers/portal is missing" },
	{ "signer/ticket.key", NULL, ERR_ABSENT, "signer/ticket.key is missing" },
	{ "prover/statement.key", NULL, ERR_ABSENT, "prover/statement.key is missing" },
	{ "portal/secrets/keeper", "0123456789abcdef0123456789abcdef", ERR_TAMPER, "differ" },
	{ "signer/keeper.pub", "0123456789abcdef0123456789abcdef", ERR_TAMPER, "does not belong" },
	{ "keeper/index.key", "short", ERR_INPUT, "index.key: 5 bytes, which is no key's size" },
	{ "clerk/secrets/keeper", "short", ERR_INPUT, "5 bytes where 32 belong" },
};

static void
lost_and_changed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(losses); i++) {
		DROP(state_close) struct state s;
		struct err e = {0};

		born(&s, fresh());
		assert_int_equal(unlink(losses[i].path), 0);
		if (losses[i].put != NULL)
			assert_true(file_put(losses[i].path, losses[i].put, strlen(losses[i].put), 0600, &e));
		reopened(&s, s.dir);
		assert_false(state_secrets(&s, &e));
		assert_int_equal(e.kind, losses[i].kind);
		assert_non_null(strstr(e.text, losses[i].says));
	}
}

/* While the first start is under way one of two copies may be there: it is taken over. */
static void
torn_start(void **state)
{
	DROP(state_close) struct state s;
	unsigned char a[32], b[32];
	struct err e = {0};

	(void)state;
	assert_true(state_open(&s, fresh(), &e));
	assert_true(state_folders(&s, &e));
	assert_true(file_put("signer/ticket.key", "0123456789abcdef0123456789abcdef", 32, 0400, &e));
	assert_true(state_secrets(&s, &e));
	assert_true(file_get_exact("keeper/ticket.key", a, 32, &e));
	assert_true(file_get_exact("signer/ticket.key", b, 32, &e));
	assert_memory_equal(a, b, 32);
	assert_memory_equal(a, "0123", 4);
}

static void
refusals(void **state)
{
	DROP(state_close) struct state s, second = { .lock = -1 };
	struct err e = {0};

	(void)state;
	born(&s, fresh());
	assert_false(state_open(&second, s.dir, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_true(state_visit(&second, s.dir, &e));
	assert_true(state_locked());

	assert_true(file_put("version", "troth state 7 whole\n", 20, 0644, &e));
	state_close(&s);
	assert_false(state_locked());
	assert_false(state_open(&second, s.dir, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_non_null(strstr(e.text, "another version"));

	assert_int_equal(chdir(top), 0);
	assert_int_equal(mkdir("other", 0700), 0);
	assert_true(file_put("other/letter", "dear", 4, 0600, &e));
	assert_false(state_open(&second, "other", &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_non_null(strstr(e.text, "holds other things"));

	assert_int_equal(chdir(top), 0);
	assert_false(state_visit(&second, "nowhere", &e));
	assert_int_equal(e.kind, ERR_ABSENT);
	assert_false(state_open(&second, "nowhere/below", &e));
	assert_int_equal(e.kind, ERR_IO);
}

static int
set_up(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(top, sizeof(top), "%s/test_state.XXXXXX", tmp == NULL ? "/tmp" : tmp);
	return sodium_init() < 0 || mkdtemp(top) == NULL;
}

/* A process that was seized put something else where root will look: nothing of what that leads to is given away. */
static void
given_without_links(void **state)
{
	static const struct { const char *what, *folder, *link, *to; bool second_name; } rows[] = {
		{ "a folder below", "clerk/secrets", "clerk/secrets", "../keeper", false },
		{ "a folder above", "www/ca", "www/ca", "../keeper/peers", false },
		{ "a file", "clerk/secrets", "clerk/secrets/more", "../../keeper/pepper.key", false },
		{ "a second name", "clerk/secrets", "clerk/secrets/more", "keeper/pepper.key", true },
	};
	struct stat before, after;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(state_close) struct state s;
		struct err e = {0};
		bool good;

		print_message("%s\n", rows[i].what);
		born(&s, fresh());
		assert_int_equal(stat("keeper/pepper.key", &before), 0);
		if (strcmp(rows[i].folder, rows[i].link) == 0) {
			assert_int_equal(rename(rows[i].folder, "away"), 0);
			assert_int_equal(symlink(rows[i].to, rows[i].link), 0);
		} else if (rows[i].second_name)
			assert_int_equal(link(rows[i].to, rows[i].link), 0);
		else
			assert_int_equal(symlink(rows[i].to, rows[i].link), 0);
		good = owner_give(rows[i].folder, 0755, geteuid(), getegid(), &e);
		/* A link to a file is passed over; all else is said. */
		assert_int_equal(good, i == 2);
		assert_int_equal(e.kind, good ? ERR_NONE : ERR_TAMPER);
		assert_int_equal(stat("keeper/pepper.key", &after), 0);
		if (!rows[i].second_name)		/* which changes it */
			assert_int_equal(after.st_ctim.tv_nsec, before.st_ctim.tv_nsec);
		assert_int_equal(stat("keeper", &after), 0);
		assert_int_equal(after.st_mode & 07777, 0700);
		assert_int_equal(stat("keeper/peers", &after), 0);
		assert_int_equal(after.st_mode & 07777, 0700);
	}
}

/* What it is for, as far as one user can see: folder and files of one's own, the operator's link at the top. */
static void
given(void **state)
{
	DROP(state_close) struct state s;
	struct err e = {0};
	struct stat st;
	int fd;

	(void)state;
	born(&s, fresh());
	assert_true(owner_give("www/ca", 0755, geteuid(), getegid(), &e));
	/* A socket of when the site ran under one user: in a sticky folder it would be in the way. */
	assert_true(ipc_listen(&fd, "run/keeper.sock", &e));
	close(fd);
	assert_true(owner_give("run", 0700, geteuid(), getegid(), &e));
	assert_int_equal(stat("run/keeper.sock", &st), -1);
	assert_int_equal(rename("www", "elsewhere"), 0);
	assert_int_equal(symlink("elsewhere", "www"), 0);
	assert_true(owner_give("www", 0711, geteuid(), getegid(), &e));
	assert_int_equal(stat("elsewhere", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0711);
	assert_false(owner_give("no/such", 0711, geteuid(), getegid(), &e));
	assert_int_equal(e.kind, ERR_IO);
	/* Folders that several users write in are sticky where what lies there is one's own. */
	for (size_t i = 0; i < state_part_count; i++)
		if (strcmp(state_parts[i].path, "run") == 0)
			assert_int_equal(state_parts[i].shared_mode, S_ISGID | S_ISVTX | 0770);
}

/* Root may read all; whether another user may is asked as that user. */
static void
read_by_another(void **state)
{
	char open_folder[] = "/tmp/reads-XXXXXX", path[64];
	const struct passwd *pw = getpwnam("nobody");
	FILE *f;

	(void)state;
	if (geteuid() != 0)
		return;		/* nobody else can be asked for */
	assert_non_null(pw);
	assert_non_null(mkdtemp(open_folder));
	snprintf(path, sizeof(path), "%s/password", open_folder);
	f = fopen(path, "we");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(chmod(open_folder, 0755), 0);
	assert_int_equal(chmod(path, 0600), 0);
	assert_false(owner_reads(pw, path));
	assert_int_equal(chown(path, 0, pw->pw_gid), 0);
	assert_int_equal(chmod(path, 0640), 0);
	assert_true(owner_reads(pw, path));
	assert_int_equal(chmod(open_folder, 0700), 0);
	assert_false(owner_reads(pw, path));
	unlink(path);
	rmdir(open_folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_start), cmocka_unit_test(lost_and_changed), cmocka_unit_test(torn_start),
		cmocka_unit_test(refusals), cmocka_unit_test(given_without_links), cmocka_unit_test(given),
		cmocka_unit_test(read_by_another),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
