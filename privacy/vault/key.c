#include <sodium.h>
#include "ledger/base/wipe.h"
#include "privacy/vault/key.h"
#include "privacy/vault/root.h"

#define CACHED		256	/* unwrapped keys kept: 10 kB of locked memory */

const char keys_schema[] =
"CREATE TABLE IF NOT EXISTS wrapped_key ("
"  id INTEGER PRIMARY KEY,"
"  kind INTEGER NOT NULL,"
"  owner INTEGER NOT NULL,"
"  root INTEGER NOT NULL,"		/* version of the root key that wraps it */
"  since INTEGER NOT NULL,"
"  ended INTEGER,"			/* when destroyed; its bytes are zero then */
"  box BLOB NOT NULL"
") STRICT;"
"CREATE INDEX IF NOT EXISTS wrapped_key_owner ON wrapped_key (owner, kind);"
"CREATE INDEX IF NOT EXISTS wrapped_key_root ON wrapped_key (root);";

static const struct sql
key_last = { "key_last", "", "i", "SELECT CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM wrapped_key" },
key_add = { "key_add", "iiiiib", "",
	"INSERT INTO wrapped_key (id, kind, owner, root, since, box) VALUES ($1, $2, $3, $4, $5, $6)" },
key_one = { "key_one", "i", "iiiIb",
	"SELECT kind, owner, root, ended, box FROM wrapped_key WHERE id = $1" },
key_newest = { "key_newest", "ii", "i",
	"SELECT id FROM wrapped_key WHERE kind = $1 AND owner = $2 AND ended IS NULL"
	" ORDER BY id DESC LIMIT 1" },
key_end = { "key_end", "ibi", "",
	/* nor whose it was */
	"UPDATE wrapped_key SET ended = $1, box = $2, owner = -1 WHERE id = $3 AND ended IS NULL" },
key_disown = { "key_disown", "bi", "", "UPDATE wrapped_key SET owner = -1, box = $1 WHERE id = $2 AND ended IS NULL" },
key_wrapped_by_other = { "key_wrapped_by_other", "ii", "iiiib",
	"SELECT id, kind, owner, root, box FROM wrapped_key"
	" WHERE ended IS NULL AND id > $1 AND root <> $2 ORDER BY id LIMIT 1" },
key_rewrap = { "key_rewrap", "ibi", "",
	"UPDATE wrapped_key SET root = $1, box = $2 WHERE id = $3" },
key_each = { "key_each", "i", "ii", "SELECT id, owner FROM wrapped_key WHERE kind = $1 AND ended IS NULL ORDER BY id" },
key_first = { "key_first", "", "i", "SELECT since FROM wrapped_key ORDER BY id LIMIT 1" },
key_under = { "key_under", "i", "i",
	"SELECT CAST(COUNT(*) AS BIGINT) FROM wrapped_key WHERE root = $1 AND ended IS NULL" };

/* What must not be swapped out or dumped: one sodium_malloc() block. */
struct locked {
	struct roots	roots;
	struct { int64_t id; unsigned char key[SEAL_KEY]; } cache[CACHED];
	unsigned char	work[SEAL_KEY];
};

struct keys {
	struct store	*st;
	struct locked	*in;
	char		*path;
	int64_t		rewrapped;	/* of the rotation under way: up to this id nothing is left... */
	int64_t		left;		/* ... and so many are left after it; -1: not counted since the start */
};

/* ---- opening ---- */

bool
keys_open(struct keys **out, struct store *st, const char *root_path, struct err *e)
{
	DROP(keys_drop) struct keys *k = NULL;

	*out = NULL;
	if (sodium_init() < 0)
		return FAIL(e, ERR_CRYPTO, "key: libsodium does not start");
	k = calloc(1, sizeof(*k));
	if (k == NULL)
		return FAIL(e, ERR_MEMORY, "key: no memory");
	k->st = st;
	k->left = -1;
	k->path = strdup(root_path);
	k->in = sodium_malloc(sizeof(*k->in));
	if (k->path == NULL || k->in == NULL)
		return FAIL(e, ERR_MEMORY, "key: no locked memory");
	sodium_memzero(k->in, sizeof(*k->in));
	TRY(roots_read(&k->in->roots, k->path, e));
	*out = k;
	k = NULL;
	return true;
}

void
keys_drop(struct keys **k)
{
	if (*k == NULL)
		return;
	if ((*k)->in != NULL)
		sodium_free((*k)->in);
	wipe_free((*k)->path);
	wipe_free(*k);
	*k = NULL;
}

static struct root *
newest_root(const struct keys *k)
{
	return &k->in->roots.root[k->in->roots.count - 1];
}

int64_t
keys_root_version(const struct keys *k)
{
	return newest_root(k)->version;
}

static const struct root *
root_of(const struct keys *k, int64_t version, struct err *e)
{
	for (size_t i = 0; i < k->in->roots.count; i++)
		if (k->in->roots.root[i].version == version)
			return &k->in->roots.root[i];
	FAIL(e, ERR_CRYPTO, "key: root version %lld is not in the root key file", (long long)version);
	return NULL;
}

/* ---- wrapping ---- */

struct wrapped { int64_t id, kind, owner, root; };

static struct seal_place
wrap_place(const struct wrapped *w)
{
	return (struct seal_place){ .table = "wrapped_key", .field = (uint32_t)w->kind,
	    .subject = w->owner, .object = w->id, .version = 1, .key = w->root };
}

static bool
unwrap(const struct keys *k, const struct wrapped *w, struct span box,
    unsigned char into[SEAL_KEY], struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};
	struct seal_place at = wrap_place(w);
	const struct root *r = root_of(k, w->root, e);

	if (r == NULL)
		return false;
	TRY(seal_open(&plain, r->key, &at, box, e));
	if (plain.len != SEAL_KEY)
		return FAIL(e, ERR_CRYPTO, "key: a wrapped key has a wrong size");
	memcpy(into, plain.data, SEAL_KEY);
	return true;
}

static bool
wrap(struct keys *k, const struct wrapped *w, const unsigned char key[SEAL_KEY],
    struct buf *box, struct err *e)
{
	struct seal_place at = wrap_place(w);
	const struct root *r = root_of(k, w->root, e);

	return r != NULL && seal_close(box, r->key, &at, span_of(key, SEAL_KEY), e);
}

/* ---- making ---- */

static bool
key_add_one(struct keys *k, const struct wrapped *w, int64_t at, struct err *e)
{
	DROP(buf_wipe) struct buf box = {0};
	bool good;

	randombytes_buf(k->in->work, SEAL_KEY);
	good = wrap(k, w, k->in->work, &box, e);
	sodium_memzero(k->in->work, SEAL_KEY);
	TRY(good);
	return sql_do(k->st, &key_add, e, w->id, w->kind, w->owner, w->root, at,
	    (const void *)box.data, box.len);
}

static bool
key_last_id(struct keys *k, int64_t *id, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->st, &r, &key_last, e));
	*id = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

static bool
create_all(struct keys *k, const enum key_kind *kinds, size_t n, int64_t owner,
    int64_t at, int64_t *ids, struct err *e)
{
	int64_t last;

	TRY(key_last_id(k, &last, e));
	for (size_t i = 0; i < n; i++) {
		struct wrapped w = { .id = last + 1 + (int64_t)i, .kind = kinds[i],
		    .owner = owner, .root = keys_root_version(k) };

		TRY(key_add_one(k, &w, at, e));
		ids[i] = w.id;
	}
	return true;
}

bool
keys_create(struct keys *k, const enum key_kind *kinds, size_t n, int64_t owner,
    int64_t at, int64_t *ids, struct err *e)
{
	TRY(store_begin(k->st, e));
	if (!create_all(k, kinds, n, owner, at, ids, e)) {
		store_rollback(k->st);
		return false;
	}
	return store_commit(k->st, e);
}

/* ---- finding ---- */

static bool
load(struct keys *k, int64_t id, unsigned char into[SEAL_KEY], struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct wrapped w = { .id = id };

	TRY(sql_first(k->st, &r, &key_one, e, id));
	if (r == NULL || !rows_null(r, 3))
		return FAIL(e, ERR_ABSENT, "key: no key %lld", (long long)id);
	w.kind = rows_i64(r, 0);
	w.owner = rows_i64(r, 1);
	w.root = rows_i64(r, 2);
	return unwrap(k, &w, rows_bytes(r, 4), into, e);
}

bool
keys_get(struct keys *k, int64_t id, unsigned char into[SEAL_KEY], struct err *e)
{
	size_t slot = (size_t)((uint64_t)id % CACHED);

	if (id <= 0)
		return FAIL(e, ERR_ABSENT, "key: no key %lld", (long long)id);
	if (k->in->cache[slot].id != id) {
		k->in->cache[slot].id = 0;
		TRY(load(k, id, k->in->cache[slot].key, e));
		k->in->cache[slot].id = id;
	}
	memcpy(into, k->in->cache[slot].key, SEAL_KEY);
	return true;
}

bool
keys_find(struct keys *k, enum key_kind kind, int64_t owner, int64_t *id, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->st, &r, &key_newest, e, (int64_t)kind, owner));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "key: owner has no key of kind %d", (int)kind);
	*id = rows_i64(r, 0);
	return true;
}

bool
keys_each(struct keys *k, enum key_kind kind, key_reader *each, void *self, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->st, &r, &key_each, e, (int64_t)kind));
	while (rows_next(r, &end))
		TRY(each(self, rows_i64(r, 0), rows_i64(r, 1), e));
	return err_hand_on(e, &end);
}

/* ---- ending ---- */

static void
forget(struct keys *k, int64_t id)
{
	size_t slot = (size_t)((uint64_t)id % CACHED);

	if (k->in->cache[slot].id == id)
		sodium_memzero(&k->in->cache[slot], sizeof(k->in->cache[slot]));
}

static bool
end_one(struct keys *k, int64_t id, int64_t at, struct err *e)
{
	/* As long as a wrapped key, so that the row is overwritten where it lies. */
	unsigned char zeros[SEAL_NONCE + 2 * SEAL_BLOCK + SEAL_TAG] = {0};
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->st, &r, &key_one, e, id));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "key: no key %lld", (long long)id);
	rows_drop(&r);
	return sql_do(k->st, &key_end, e, at, (const void *)zeros, sizeof(zeros), id);
}

bool
keys_destroy(struct keys *k, int64_t id, int64_t at, struct err *e)
{
	forget(k, id);
	TRY(store_begin(k->st, e));
	if (!end_one(k, id, at, e)) {
		store_rollback(k->st);
		return false;
	}
	TRY(store_commit(k->st, e));
	return store_checkpoint(k->st, true, e);
}

/* The owner is a part of the place it is wrapped for. */
static bool
disown_one(struct keys *k, int64_t id, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf box = {0};
	struct wrapped w = { .id = id };
	bool good;

	TRY(sql_first(k->st, &r, &key_one, e, id));
	if (r == NULL || !rows_null(r, 3))
		return FAIL(e, ERR_ABSENT, "key: no key %lld", (long long)id);
	w.kind = rows_i64(r, 0);
	w.owner = rows_i64(r, 1);
	w.root = rows_i64(r, 2);
	good = unwrap(k, &w, rows_bytes(r, 4), k->in->work, e);
	rows_drop(&r);
	w.owner = -1;
	good = good && wrap(k, &w, k->in->work, &box, e);
	sodium_memzero(k->in->work, SEAL_KEY);
	TRY(good);
	return sql_do(k->st, &key_disown, e, (const void *)box.data, box.len, id);
}

bool
keys_disown(struct keys *k, int64_t id, struct err *e)
{
	TRY(store_begin(k->st, e));
	if (!disown_one(k, id, e)) {
		store_rollback(k->st);
		return false;
	}
	TRY(store_commit(k->st, e));
	return store_checkpoint(k->st, true, e);
}

/* ---- the root's rotation ---- */

static bool
count_under(struct keys *k, int64_t version, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->st, &r, &key_under, e, version));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

/* Counted once after a start: from then on every slice takes off what it did. */
bool
keys_rotate_left(struct keys *k, int64_t *left, struct err *e)
{
	int64_t sum = 0, n;

	for (size_t i = 0; k->left < 0 && i + 1 < k->in->roots.count; i++) {
		TRY(count_under(k, k->in->roots.root[i].version, &n, e));
		sum += n;
	}
	if (k->left < 0)
		k->left = sum;
	*left = k->left;
	return true;
}

/* Wrap the next key that another root version holds; *more false at the end. */
static bool
rewrap_next(struct keys *k, int64_t *after, bool *more, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf box = {0};
	struct wrapped w;
	bool good;

	*more = false;
	TRY(sql_first(k->st, &r, &key_wrapped_by_other, e, *after, keys_root_version(k)));
	if (r == NULL)
		return true;
	w = (struct wrapped){ rows_i64(r, 0), rows_i64(r, 1), rows_i64(r, 2), rows_i64(r, 3) };
	good = unwrap(k, &w, rows_bytes(r, 4), k->in->work, e);
	rows_drop(&r);
	w.root = keys_root_version(k);
	good = good && wrap(k, &w, k->in->work, &box, e);
	sodium_memzero(k->in->work, SEAL_KEY);
	TRY(good);
	*after = w.id;
	*more = true;
	return sql_do(k->st, &key_rewrap, e, w.root, (const void *)box.data, box.len, w.id);
}

/* One transaction of them; *end: none was left after the last. */
static bool
rewrap_slice(struct keys *k, int64_t most, int64_t *after, int64_t *done, bool *end, struct err *e)
{
	bool more = true;

	TRY(store_begin(k->st, e));
	while (more && *done < most) {
		if (!rewrap_next(k, after, &more, e)) {
			store_rollback(k->st);
			return false;
		}
		*done += more;
	}
	*end = !more;
	return store_commit(k->st, e);
}

bool
keys_rotate_some(struct keys *k, int64_t most, int64_t *done, int64_t *left, struct err *e)
{
	int64_t after = k->rewrapped, n = 0;
	bool end = false;

	*done = 0;
	TRY(keys_rotate_left(k, left, e));
	if (*left == 0)
		return true;
	TRY(rewrap_slice(k, most, &after, &n, &end, e));
	*done = n;
	k->rewrapped = end ? 0 : after;
	/* A key that was destroyed meanwhile is not there to be wrapped: the end decides, not the count. */
	k->left = *left = end ? 0 : *left > n ? *left - n : 1;
	return !end || store_checkpoint(k->st, true, e);
}

static bool
root_add(struct keys *k, int64_t at, struct err *e)
{
	struct root *r = newest_root(k) + 1;

	if (k->in->roots.count == ROOTS)
		return FAIL(e, ERR_DENIED, "key: %d root versions stand in the file: the oldest must go before "
		    "another one begins", ROOTS);
	r->version = keys_root_version(k) + 1;
	r->at = at;
	randombytes_buf(r->key, SEAL_KEY);
	k->in->roots.count++;
	if (roots_write(&k->in->roots, k->path, e))
		return true;
	k->in->roots.count--;
	sodium_memzero(r, sizeof(*r));
	return false;
}

bool
keys_rotate_begin(struct keys *k, int64_t at, struct err *e)
{
	int64_t left;

	TRY(keys_rotate_left(k, &left, e));
	if (left > 0)
		return true;
	TRY(root_add(k, at, e));
	k->rewrapped = 0;
	k->left = -1;
	return true;
}

bool
keys_retire_roots(struct keys *k, int64_t before, int64_t *gone, struct err *e)
{
	struct roots *in = &k->in->roots;
	int64_t went = 0;

	/* A version was replaced when the next one was made. */
	while (in->count > 1 && in->root[1].at < before) {
		int64_t n;

		TRY(count_under(k, in->root[0].version, &n, e));
		if (n > 0)
			return FAIL(e, ERR_CONFLICT, "key: %lld keys still hang on root version %lld",
			    (long long)n, (long long)in->root[0].version);
		memmove(in->root, in->root + 1, (in->count - 1) * sizeof(in->root[0]));
		sodium_memzero(&in->root[--in->count], sizeof(in->root[0]));
		TRY(roots_write(&k->in->roots, k->path, e));
		went++;
	}
	if (gone != NULL)
		*gone = went;
	return true;
}

/* The ceremony's version says no time: it is as old as the first key. */
bool
keys_root_look(struct keys *k, struct keys_root *l, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	*l = (struct keys_root){ .version = keys_root_version(k), .made_at = newest_root(k)->at,
	    .versions = (int64_t)k->in->roots.count,
	    .oldest_over = k->in->roots.count > 1 ? k->in->roots.root[1].at : 0 };
	if (l->made_at != 0)
		return true;
	TRY(sql_first(k->st, &r, &key_first, e));
	l->made_at = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}
