/* Keys: made, found, wrapped, rotated, destroyed without a trace. */
#include "tests/unit/fixture.h"

static const char *const no_tables[] = { vault_schema, NULL };
static const char *const key_tables[] = { keys_schema, NULL };
static const struct store_spec keeper_spec = { .name = "keeper", .schemas = no_tables, .schema_version = 1 };
static const struct store_spec keys_spec = { .name = "keys", .schemas = key_tables, .schema_version = KEYS_SCHEMA_VERSION };

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	fixture_stores(f, &keeper_spec, &keys_spec);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	fixture_drop(f);
	free(f);
	return 0;
}

static bool
file_has(const char *path, const void *what, size_t n)
{
	FILE *in = fopen(path, "rb");
	char *all = malloc(1 << 22);
	size_t len = in == NULL ? 0 : fread(all, 1, 1 << 22, in);
	bool found = memmem(all, len, what, n) != NULL;

	if (in != NULL)
		fclose(in);
	free(all);
	return found;
}

static void
made_and_found(void **state)
{
	static const enum key_kind kinds[] = { KEY_SUBJECT, KEY_TAGS };
	struct fixture *f = *state;
	DROP(keys_drop) struct keys *k = NULL;
	unsigned char a[SEAL_KEY], b[SEAL_KEY], c[SEAL_KEY];
	int64_t ids[2], more[2], id;
	struct err e;

	GOOD(keys_open(&k, f->key_store, f->root, &e));
	GOOD(keys_create(k, kinds, 2, 7, 100, ids, &e));
	GOOD(keys_create(k, kinds, 2, 7, 200, more, &e));
	GOOD(keys_get(k, ids[0], a, &e));
	GOOD(keys_get(k, ids[1], b, &e));
	assert_memory_not_equal(a, b, SEAL_KEY);
	GOOD(keys_find(k, KEY_SUBJECT, 7, &id, &e));
	assert_int_equal(id, more[0]);
	REFUSED(keys_find(k, KEY_SUBJECT, 8, &id, &e), ERR_ABSENT, 0);
	REFUSED(keys_find(k, KEY_ROLE_TAGS, 7, &id, &e), ERR_ABSENT, 0);
	REFUSED(keys_get(k, 0, c, &e), ERR_ABSENT, 0);
	REFUSED(keys_get(k, 99, c, &e), ERR_ABSENT, 0);
	keys_drop(&k);
	GOOD(keys_open(&k, f->key_store, f->root, &e));
	GOOD(keys_get(k, ids[0], c, &e));
	assert_memory_equal(a, c, SEAL_KEY);
	assert_false(file_has(f->keys, a, SEAL_KEY));
}

static void
destroyed_for_good(void **state)
{
	static const enum key_kind kind = KEY_SUBJECT;
	static const struct sql box = { "box", "i", "b", "SELECT box FROM wrapped_key WHERE id = $1" };
	struct fixture *f = *state;
	DROP(keys_drop) struct keys *k = NULL;
	unsigned char a[SEAL_KEY], wrapped[SEAL_NONCE + 32];
	char wal[128];
	int64_t id, next;
	struct err e;

	GOOD(keys_open(&k, f->key_store, f->root, &e));
	GOOD(keys_create(k, &kind, 1, 7, 100, &id, &e));
	GOOD(keys_get(k, id, a, &e));
	{
		DROP(rows_drop) struct rows *r = NULL;

		GOOD(sql_first(f->key_store, &r, &box, &e, id));
		memcpy(wrapped, rows_bytes(r, 0).p, sizeof(wrapped));
	}
	GOOD(keys_destroy(k, id, 300, &e));
	REFUSED(keys_get(k, id, a, &e), ERR_ABSENT, 0);
	REFUSED(keys_find(k, KEY_SUBJECT, 7, &next, &e), ERR_ABSENT, 0);
	GOOD(keys_destroy(k, id, 400, &e));
	REFUSED(keys_destroy(k, 55, 400, &e), ERR_ABSENT, 0);
	snprintf(wal, sizeof(wal), "%s-wal", f->keys);
	assert_false(file_has(f->keys, wrapped, sizeof(wrapped)));
	assert_false(file_has(wal, wrapped, sizeof(wrapped)));
	/* its number is not given again */
	GOOD(keys_create(k, &kind, 1, 7, 500, &next, &e));
	assert_true(next > id);
}

static void
root_rotates(void **state)
{
	static const enum key_kind kind = KEY_SUBJECT;
	struct fixture *f = *state;
	DROP(keys_drop) struct keys *k = NULL;
	unsigned char before[5][SEAL_KEY], after[SEAL_KEY], root[SEAL_KEY];
	int64_t id[5], done, left;
	FILE *in = fopen(f->root, "rb");
	struct err e;

	assert_int_equal(fread(root, 1, sizeof(root), in), sizeof(root));
	fclose(in);
	GOOD(keys_open(&k, f->key_store, f->root, &e));
	for (int i = 0; i < 5; i++) {
		GOOD(keys_create(k, &kind, 1, i, 100, &id[i], &e));
		GOOD(keys_get(k, id[i], before[i], &e));
	}
	assert_int_equal(keys_root_version(k), 1);
	GOOD(keys_rotate_begin(k, 1000, &e));
	do
		GOOD(keys_rotate_some(k, 2, &done, &left, &e));
	while (left > 0);
	assert_int_equal(keys_root_version(k), 2);
	assert_true(file_has(f->root, root, sizeof(root)));
	GOOD(keys_retire_roots(k, 1000, NULL, &e));		/* not yet: replaced at 1000 */
	assert_true(file_has(f->root, root, sizeof(root)));
	GOOD(keys_retire_roots(k, 1001, NULL, &e));
	assert_false(file_has(f->root, root, sizeof(root)));
	keys_drop(&k);
	GOOD(keys_open(&k, f->key_store, f->root, &e));
	for (int i = 0; i < 5; i++) {
		GOOD(keys_get(k, id[i], after, &e));
		assert_memory_equal(before[i], after, SEAL_KEY);
	}
}

static void
a_swapped_row_does_not_open(void **state)
{
	static const enum key_kind kinds[] = { KEY_SUBJECT, KEY_TAGS };
	static const struct sql swap = { "swap", "ii", "",
	    "UPDATE wrapped_key SET box = (SELECT box FROM wrapped_key WHERE id = $1) WHERE id = $2" };
	struct fixture *f = *state;
	DROP(keys_drop) struct keys *k = NULL;
	unsigned char key[SEAL_KEY];
	int64_t ids[2];
	struct err e;

	GOOD(keys_open(&k, f->key_store, f->root, &e));
	GOOD(keys_create(k, kinds, 2, 7, 100, ids, &e));
	GOOD(store_begin(f->key_store, &e));
	GOOD(sql_do(f->key_store, &swap, &e, ids[0], ids[1]));
	GOOD(store_commit(f->key_store, &e));
	REFUSED(keys_get(k, ids[1], key, &e), ERR_CRYPTO, 0);
	GOOD(keys_get(k, ids[0], key, &e));
}

static void
wrong_root_files(void **state)
{
	static const struct { size_t size; enum err_kind kind; } rows[] = {
		{ 0, ERR_INPUT }, { 31, ERR_INPUT }, { 33, ERR_INPUT }, { 47, ERR_INPUT },
		{ 48, ERR_INPUT },	/* a random version is negative or huge: made so below */
	};
	struct fixture *f = *state;
	struct keys *k = NULL;
	struct err e;

	for (size_t i = 0; i < COUNT(rows); i++) {
		fixture_file(f->root, rows[i].size);
		if (rows[i].size == 48) {
			FILE *out = fopen(f->root, "r+b");

			fputc(0xff, out);
			fclose(out);
		}
		REFUSED(keys_open(&k, f->key_store, f->root, &e), rows[i].kind, 0);
		assert_null(k);
	}
	unlink(f->root);
	REFUSED(keys_open(&k, f->key_store, f->root, &e), ERR_IO, 0);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(made_and_found), CASE(destroyed_for_good), CASE(root_rotates),
		CASE(a_swapped_row_does_not_open), CASE(wrong_root_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
