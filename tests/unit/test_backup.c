/* A backup under way holds its moment, and nothing longer: not when it is whole, not when nobody goes on with it. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "privacy/keeper/backup.h"
#include "privacy/vault/keyset.h"
#include "tests/unit/keeper_rig.h"

enum what { BEGIN, GO_ON, GIVE_UP, CARRIED };
struct kept { struct rig r; char folder[80]; unsigned char id[KEYSET_ID]; };

static void
path_in(const struct kept *k, const char *name, char into[128])
{
	snprintf(into, 128, "%s%s", k->folder, name);
}

static bool
is_there(const struct kept *k, const char *name)
{
	struct stat st;
	char path[128];

	path_in(k, name, path);
	return stat(path, &st) == 0;
}

/* The other secrets that go among the keys, and the key that they are sealed to. */
static void
files_make(const struct kept *k)
{
	static const char *const names[] = { "pepper.key", "ticket.key", "box.key", "backup.pub" };
	struct backup_key key = { .need = 2, .of = 3, .made_at = RIG_START };
	unsigned char secret[crypto_box_SECRETKEYBYTES];
	DROP(buf_wipe) struct buf b = {0};
	char path[128];
	int fd;

	crypto_box_keypair(key.key, secret);
	for (size_t i = 0; i < COUNT(names); i++) {
		buf_reset(&b);
		backup_key_pack(&b, &key);
		path_in(k, names[i], path);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
		assert_true(fd >= 0 && write(fd, b.data, b.len) == (ssize_t)b.len);
		close(fd);
	}
}

static int
make(void **state)
{
	static struct kept k;
	unsigned char token[TOKEN_BYTES];
	struct err e = {0};

	rig_open(&k.r, NULL);
	snprintf(k.folder, sizeof(k.folder), "%s/", k.r.dir);
	files_make(&k);
	rig_member(&k.r, "ana@example.org", "a long enough password", token);
	randombytes_buf(k.id, sizeof(k.id));
	*state = &k;
	return backup_open(&k.r.keeper.backup, k.folder, &e) ? 0 : -1;
}

static int
drop(void **state)
{
	struct kept *k = *state;

	backup_drop(&k->r.keeper.backup);
	rig_drop(&k->r);
	return 0;
}

/* One call; how much is left, or -1: refused as r.err says. */
static int64_t
backup(struct kept *k, enum what what)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;

	pack_u8(&in, what);
	buf_add(&in, k->id, sizeof(k->id));
	if (!rig_ask_as(&k->r, KEEPER_PEER_CONTROL, KEEPER_BACKUP, &in, &out))
		return -1;
	s = span_buf(&out);
	return unpack_i64(&s);
}

/* A new root key ends with the key store's log emptied, as an erasure does. */
static bool
rotates(struct kept *k)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	pack_u8(&in, 1);
	return rig_ask_as(&k->r, KEEPER_PEER_CONTROL, KEEPER_ROTATE, &in, &out);
}

static void
sweep(struct kept *k)
{
	DROP(buf_wipe) struct buf out = {0};

	assert_true(rig_ask_as(&k->r, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
}

static bool
counts(struct kept *k)
{
	int64_t at, entries;
	struct err e;

	assert_true(backup_last(&k->r.keeper, &at, &entries, &e));
	return at > 0;
}

static void
whole(void **state)
{
	struct kept *k = *state;
	int64_t left = backup(k, BEGIN);

	assert_true(left > 0);
	assert_int_equal(backup(k, CARRIED), -1);
	assert_int_equal(k->r.err.kind, ERR_CONFLICT);
	left = backup(k, BEGIN);
	assert_false(rotates(k));
	assert_int_equal(k->r.err.kind, ERR_BUSY);
	while (left > 0)
		left = backup(k, GO_ON);
	assert_int_equal(left, 0);
	assert_true(is_there(k, "backup.db") && is_there(k, "backup.keys") && !is_there(k, "backup.keys.db"));
	assert_true(rotates(k));
	/* what is whole stays until it is carried away */
	rig_later(&k->r, DAY);
	sweep(k);
	assert_true(is_there(k, "backup.db"));
	/* a copy that was not carried away is no backup */
	assert_false(counts(k));
	k->id[0] ^= 1;
	assert_int_equal(backup(k, GIVE_UP), -1);
	assert_int_equal(k->r.err.kind, ERR_CONFLICT);
	k->id[0] ^= 1;
	assert_true(backup(k, CARRIED) >= 0);
	assert_true(counts(k));
}

/* Whoever could not carry it away gives it up. */
static void
not_carried(void **state)
{
	struct kept *k = *state;

	for (int64_t left = backup(k, BEGIN); left > 0;)
		left = backup(k, GO_ON);
	assert_true(is_there(k, "backup.keys"));
	assert_true(backup(k, GIVE_UP) >= 0);
	assert_false(is_there(k, "backup.db") || is_there(k, "backup.journal") || is_there(k, "backup.keys"));
	assert_false(counts(k));
	assert_int_equal(backup(k, CARRIED), -1);
}

static void
forsaken(void **state)
{
	struct kept *k = *state;

	assert_true(backup(k, BEGIN) > 0);
	assert_true(backup(k, GO_ON) > 0);
	/* its client comes back in time */
	rig_later(&k->r, 5 * MINUTE);
	sweep(k);
	assert_true(is_there(k, "backup.db"));
	assert_true(backup(k, GO_ON) >= 0);
	/* and then does not */
	rig_later(&k->r, 11 * MINUTE);
	sweep(k);
	assert_false(is_there(k, "backup.db") || is_there(k, "backup.journal") || is_there(k, "backup.keys.db"));
	assert_true(rotates(k));
	assert_int_equal(backup(k, GO_ON), -1);
	assert_int_equal(k->r.err.kind, ERR_CONFLICT);
	/* another one is made as ever */
	assert_true(backup(k, BEGIN) > 0);
	assert_int_equal(backup(k, GIVE_UP) >= 0, 1);
	assert_true(rotates(k));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whole, make, drop), cmocka_unit_test_setup_teardown(forsaken, make, drop),
		cmocka_unit_test_setup_teardown(not_carried, make, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
