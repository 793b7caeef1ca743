#include <sodium.h>
#include "ledger/base/wipe.h"
#include "privacy/vault/vault.h"

#define SUBJECTS 64	/* people whose fields one request may open */
#define TABLE	"sealed"

const char vault_schema[] =
"CREATE TABLE IF NOT EXISTS sealed ("
"  subject INTEGER NOT NULL,"
"  field INTEGER NOT NULL,"
"  object INTEGER NOT NULL,"
"  version INTEGER NOT NULL,"
"  key INTEGER NOT NULL,"
"  since INTEGER NOT NULL,"
"  box BLOB,"				/* NULL: erased; the version stays */
"  PRIMARY KEY (subject, field, object)"
") STRICT, WITHOUT ROWID;";

static const struct sql
sealed_one = { "sealed_one", "iii", "iiiB",
	"SELECT version, key, since, box FROM sealed"
	" WHERE subject = $1 AND field = $2 AND object = $3" },
sealed_put = { "sealed_put", "iiiiiib", "",
	"INSERT INTO sealed (subject, field, object, version, key, since, box)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7)"
	" ON CONFLICT (subject, field, object) DO UPDATE SET version = excluded.version,"
	" key = excluded.key, since = excluded.since, box = excluded.box" },
sealed_erase = { "sealed_erase", "iiiii", "",
	"UPDATE sealed SET box = NULL, version = $1, since = $2"
	" WHERE subject = $3 AND field = $4 AND object = $5 AND box IS NOT NULL" },
sealed_of = { "sealed_of", "i", "iiiiiB",
	"SELECT field, object, version, key, since, box FROM sealed"
	" WHERE subject = $1 ORDER BY field, object" },
sealed_forget = { "sealed_forget", "i", "", "DELETE FROM sealed WHERE subject = $1" },
sealed_forget_but = { "sealed_forget_but", "ii", "",
	"DELETE FROM sealed WHERE subject = $1 AND (($2 >> CAST(field AS integer)) & 1) = 0" },
sealed_range = { "sealed_range", "iii", "iiiiib",
	"SELECT field, object, version, key, since, box FROM sealed"
	" WHERE subject = $1 AND field >= $2 AND field <= $3 AND box IS NOT NULL"
	" ORDER BY field, object" },
sealed_count = { "sealed_count", "", "i",
	"SELECT CAST(COUNT(*) AS BIGINT) FROM sealed" };

struct vault {
	struct store	*st;
	struct keys	*keys;
	struct indexes	*indexes;
	int64_t		site_key, ledger_key;
	unsigned char	*work;		/* one key in a locked page */
	/* the account of the request */
	struct vault_mark marks[VAULT_MARKS];
	size_t		mark_count;
	struct { int64_t subject, times; uint64_t fields; } opened[SUBJECTS];
	size_t		opened_count;
	/* how often a field came out of its seal in this request: in all, told by entries, and kept inside */
	int64_t		unsealed, told, inside;
	bool		overflow;	/* more than the account holds: never settled */
	int64_t		counts[FIELD__COUNT];
	struct vault_sums sums;
};

/* ---- opening ---- */

static bool
key_of_site(struct vault *v, enum key_kind kind, bool used, int64_t at, int64_t *id, struct err *e)
{
	struct err why = {0};

	if (keys_find(v->keys, kind, 0, id, &why))
		return true;
	if (why.kind == ERR_ABSENT && used)
		return FAIL(e, ERR_TAMPER, "keys.db lacks the keys of this site: it is missing, or another one was put in its place");
	if (why.kind == ERR_ABSENT)
		return keys_create(v->keys, &kind, 1, 0, at, id, e);
	if (e != NULL)
		*e = why;
	return false;
}

bool
vault_open(struct vault **out, struct store *keeper, struct store *keys,
    const struct vault_paths *p, int64_t at, struct err *e)
{
	DROP(vault_drop) struct vault *v = calloc(1, sizeof(*v));

	*out = NULL;
	if (v == NULL)
		return FAIL(e, ERR_MEMORY, "vault: no memory");
	v->st = keeper;
	TRY(keys_open(&v->keys, keys, p->root_key, e));
	TRY(indexes_open(&v->indexes, p->index_key, e));
	v->work = sodium_malloc(SEAL_KEY);
	if (v->work == NULL)
		return FAIL(e, ERR_MEMORY, "vault: no locked memory");
	TRY(key_of_site(v, KEY_LEDGER, p->used, at, &v->ledger_key, e));
	TRY(key_of_site(v, KEY_SITE, p->used, at, &v->site_key, e));
	*out = v;
	v = NULL;
	return true;
}

void
vault_drop(struct vault **v)
{
	if (*v == NULL)
		return;
	keys_drop(&(*v)->keys);
	indexes_drop(&(*v)->indexes);
	if ((*v)->work != NULL)
		sodium_free((*v)->work);
	wipe_free(*v);
	*v = NULL;
}

struct keys *
vault_keys(struct vault *v)
{
	return v->keys;
}

const struct indexes *
vault_indexes(const struct vault *v)
{
	return v->indexes;
}

int64_t
vault_site_key(const struct vault *v)
{
	return v->site_key;
}

int64_t
vault_ledger_key(const struct vault *v)
{
	return v->ledger_key;
}

bool
vault_owner_create(struct vault *v, struct owner *o, int64_t at, struct err *e)
{
	static const enum key_kind kinds[] = { KEY_SUBJECT, KEY_TAGS };
	int64_t ids[COUNT(kinds)];

	TRY(keys_create(v->keys, kinds, COUNT(kinds), o->number, at, ids, e));
	o->key = ids[0];
	o->tags = ids[1];
	return true;
}

/* ---- the account ---- */

void
vault_fresh(struct vault *v)
{
	v->mark_count = 0;
	v->opened_count = 0;
	v->overflow = false;
	v->unsealed = v->told = v->inside = 0;
}

void
vault_kept(struct vault *v)
{
	v->sums.opened += v->unsealed - v->inside;
	v->sums.told += v->told;
}

static void
note_opened(struct vault *v, int64_t subject, enum field f)
{
	v->counts[f]++;
	if (f == FIELD_CREDENTIAL) {
		v->inside++;
		return;
	}
	for (size_t i = 0; i < v->opened_count; i++)
		if (v->opened[i].subject == subject || v->opened[i].fields == 0) {
			/* A slot whose openings were told is free again. */
			v->opened[i].fields |= FIELD_BIT(f);
			v->opened[i].subject = subject;
			v->opened[i].times++;
			return;
		}
	if (v->opened_count == SUBJECTS) {
		v->overflow = true;
		return;
	}
	v->opened[v->opened_count].subject = subject;
	v->opened[v->opened_count].times = 1;
	v->opened[v->opened_count++].fields = FIELD_BIT(f);
}

static bool
note_changed(struct vault *v, int64_t subject, enum field f, int64_t object,
    int64_t version, struct err *e)
{
	if (v->mark_count == VAULT_MARKS)
		return FAIL(e, ERR_INPUT, "vault: a request changes more than %d rows", VAULT_MARKS);
	v->marks[v->mark_count++] = (struct vault_mark){ subject, (uint32_t)f, object, version };
	return true;
}

uint64_t
vault_opened(const struct vault *v, int64_t subject)
{
	uint64_t all = 0;

	for (size_t i = 0; i < v->opened_count; i++)
		if (v->opened[i].subject == subject)
			all |= v->opened[i].fields;
	return all;
}

uint64_t
vault_changed(const struct vault *v, int64_t subject)
{
	uint64_t all = 0;

	for (size_t i = 0; i < v->mark_count; i++)
		if (v->marks[i].subject == subject && v->marks[i].version > 1)
			all |= FIELD_BIT(v->marks[i].field);
	return all;
}

bool
vault_erased(struct vault *v, int64_t subject, uint64_t *bits, struct err *e)
{
	*bits = 0;
	for (size_t i = 0; i < v->mark_count; i++) {
		const struct vault_mark *m = &v->marks[i];
		bool there = true;

		if (m->subject == subject && m->version > 1)
			TRY(vault_has(v, subject, (enum field)m->field, m->object, NULL, &there, e));
		*bits |= there ? 0 : FIELD_BIT(m->field);
	}
	return true;
}

size_t
vault_take(struct vault *v, int64_t subject, struct vault_mark *into)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < v->mark_count; i++)
		if (v->marks[i].subject == subject)
			into[n++] = v->marks[i];
		else
			v->marks[kept++] = v->marks[i];
	v->mark_count = kept;
	for (size_t i = 0; i < v->opened_count; i++)
		if (v->opened[i].subject == subject) {
			v->told += v->opened[i].times;
			v->opened[i].times = 0;
			v->opened[i].fields = 0;
		}
	return n;
}

bool
vault_settled(const struct vault *v, struct err *e)
{
	if (v->overflow)
		return FAIL(e, ERR_DENIED, "vault: more people were opened than one request may");
	if (v->mark_count > 0)
		return FAIL(e, ERR_DENIED, "vault: field %u was changed and no entry says so",
		    (unsigned)v->marks[0].field);
	for (size_t i = 0; i < v->opened_count; i++)
		if (v->opened[i].fields != 0)
			return FAIL(e, ERR_DENIED, "vault: fields %llx were opened and no entry says so",
			    (unsigned long long)v->opened[i].fields);
	if (v->unsealed != v->told + v->inside)
		return FAIL(e, ERR_DENIED, "vault: fields were unsealed %lld times, entries tell of %lld",
		    (long long)(v->unsealed - v->inside), (long long)v->told);
	return true;
}

void
vault_summed(const struct vault *v, struct vault_sums *into)
{
	*into = v->sums;
}

void
vault_counts(const struct vault *v, int64_t into[FIELD__COUNT])
{
	memcpy(into, v->counts, sizeof(v->counts));
}

/* ---- fields ---- */

static struct seal_place
field_place(int64_t subject, enum field f, int64_t object, int64_t version, int64_t key)
{
	return (struct seal_place){ .table = TABLE, .field = (uint32_t)f,
	    .subject = subject, .object = object, .version = version, .key = key };
}

/* The row's version, 0 when there is none; *full: it has a box. */
static bool
row_version(struct vault *v, int64_t subject, enum field f, int64_t object,
    int64_t *version, int64_t *since, bool *full, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	*version = 0;
	*full = false;
	TRY(sql_first(v->st, &r, &sealed_one, e, subject, (int64_t)f, object));
	if (r == NULL)
		return true;
	*version = rows_i64(r, 0);
	*full = !rows_null(r, 3);
	if (since != NULL)
		*since = rows_i64(r, 2);
	return true;
}

bool
vault_put(struct vault *v, const struct owner *o, enum field f, int64_t object,
    struct span plain, int64_t at, struct err *e)
{
	DROP(buf_wipe) struct buf box = {0};
	struct seal_place place;
	int64_t version;
	bool full;

	TRY(row_version(v, o->number, f, object, &version, NULL, &full, e));
	place = field_place(o->number, f, object, version + 1, o->key);
	TRY(vault_seal(v, &place, plain, &box, e));
	TRY(sql_do(v->st, &sealed_put, e, o->number, (int64_t)f, object, version + 1,
	    o->key, at, (const void *)box.data, box.len));
	return note_changed(v, o->number, f, object, version + 1, e);
}

/* Open one row; *found false when there is none. */
static bool
row_open(struct vault *v, const struct owner *o, enum field f, int64_t object,
    struct buf *into, int64_t *since, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct seal_place at;

	*found = false;
	TRY(sql_first(v->st, &r, &sealed_one, e, o->number, (int64_t)f, object));
	if (r == NULL || rows_null(r, 3))
		return true;
	/* The row names its key: the owner's own, or the row is not the owner's. */
	if (rows_i64(r, 1) != o->key)
		return FAIL(e, ERR_CRYPTO, "vault: field %u names a key not its owner's", (unsigned)f);
	at = field_place(o->number, f, object, rows_i64(r, 0), o->key);
	TRY(vault_unseal(v, &at, rows_bytes(r, 3), into, e));
	if (since != NULL)
		*since = rows_i64(r, 2);
	*found = true;
	return true;
}

bool
vault_find(struct vault *v, const struct owner *o, enum field f, int64_t object,
    struct buf *into, int64_t *since, bool *found, struct err *e)
{
	TRY(row_open(v, o, f, object, into, since, found, e));
	if (*found)
		note_opened(v, o->number, f);
	return true;
}

bool
vault_peek(struct vault *v, const struct owner *o, enum field f, int64_t object,
    struct buf *into, bool *found, struct err *e)
{
	static const uint64_t may = FIELD_BIT(FIELD_ADDRESS) | FIELD_BIT(FIELD_CREDENTIAL) |
	    FIELD_BIT(FIELD_QUESTION) | FIELD_BIT(FIELD_BIRTH) | FIELD_BIT(FIELD_NATIONALITY) |
	    FIELD_BIT(FIELD_SIGNER) | FIELD_BIT(FIELD_INITIALS);

	if ((may & FIELD_BIT(f)) == 0)
		return FAIL(e, ERR_DENIED, "vault: field %u is not opened without account", (unsigned)f);
	TRY(row_open(v, o, f, object, into, NULL, found, e));
	v->inside += *found;
	return true;
}

bool
vault_get(struct vault *v, const struct owner *o, enum field f, int64_t object,
    struct buf *into, int64_t *since, struct err *e)
{
	bool found;

	TRY(vault_find(v, o, f, object, into, since, &found, e));
	return found || FAIL(e, ERR_ABSENT, "vault: no field %u", (unsigned)f);
}

static bool
range_one(struct vault *v, const struct owner *o, struct rows *r, uint64_t open, struct buf *plain,
    vault_field_reader *each, void *self, struct err *e)
{
	enum field f = (enum field)rows_i64(r, 0);
	struct seal_place at;

	buf_reset(plain);
	if ((open & FIELD_BIT(f)) == 0)
		return each(self, f, rows_i64(r, 1), rows_i64(r, 4), false, span_buf(plain), e);
	if (rows_i64(r, 3) != o->key)
		return FAIL(e, ERR_CRYPTO, "vault: field %u names a key not its owner's", (unsigned)f);
	at = field_place(o->number, f, rows_i64(r, 1), rows_i64(r, 2), o->key);
	TRY(vault_unseal(v, &at, rows_bytes(r, 5), plain, e));
	note_opened(v, o->number, f);
	return each(self, f, rows_i64(r, 1), rows_i64(r, 4), true, span_buf(plain), e);
}

bool
vault_range(struct vault *v, const struct owner *o, enum field first, enum field last,
    uint64_t open, vault_field_reader *each, void *self, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf plain = {0};	/* of one row after the other */
	struct err end = {0};

	TRY(sql_ask(v->st, &r, &sealed_range, e, o->number, (int64_t)first, (int64_t)last));
	while (rows_next(r, &end))
		TRY(range_one(v, o, r, open, &plain, each, self, e));
	return err_hand_on(e, &end);
}

bool
vault_has(struct vault *v, int64_t subject, enum field f, int64_t object,
    int64_t *since, bool *found, struct err *e)
{
	int64_t version;

	return row_version(v, subject, f, object, &version, since, found, e);
}

bool
vault_version(struct vault *v, int64_t subject, enum field f, int64_t object, int64_t *version,
    struct err *e)
{
	bool full;

	return row_version(v, subject, f, object, version, NULL, &full, e);
}

bool
vault_erase(struct vault *v, int64_t subject, enum field f, int64_t object,
    int64_t at, bool *was, struct err *e)
{
	int64_t version;
	bool full;

	TRY(row_version(v, subject, f, object, &version, NULL, &full, e));
	if (was != NULL)
		*was = full;
	if (!full)
		return true;
	TRY(sql_do(v->st, &sealed_erase, e, version + 1, at, subject, (int64_t)f, object));
	if (sql_changed(v->st) != 1)
		return FAIL(e, ERR_TAMPER, "vault: field %u was not erased", (unsigned)f);
	return note_changed(v, subject, f, object, version + 1, e);
}

bool
vault_forget(struct vault *v, int64_t subject, struct err *e)
{
	return sql_do(v->st, &sealed_forget, e, subject);
}

bool
vault_forget_but(struct vault *v, int64_t subject, uint64_t kept, struct err *e)
{
	return sql_do(v->st, &sealed_forget_but, e, subject, (int64_t)kept);
}

/* ---- other tables ---- */

bool
vault_seal(struct vault *v, const struct seal_place *at, struct span plain,
    struct buf *into, struct err *e)
{
	bool good = keys_get(v->keys, at->key, v->work, e) &&
	    seal_close(into, v->work, at, plain, e);

	sodium_memzero(v->work, SEAL_KEY);
	return good;
}

bool
vault_unseal(struct vault *v, const struct seal_place *at, struct span box,
    struct buf *into, struct err *e)
{
	bool good = keys_get(v->keys, at->key, v->work, e) &&
	    seal_open(into, v->work, at, box, e);

	sodium_memzero(v->work, SEAL_KEY);
	v->unsealed += good && strcmp(at->table, TABLE) == 0;
	return good;
}

/* ---- all of one person ---- */

static bool
each_row(struct vault *v, const struct owner *o, struct rows *r, vault_row_reader *each,
    void *self, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};
	struct vault_row row = { .field = (uint32_t)rows_i64(r, 0), .object = rows_i64(r, 1),
	    .version = rows_i64(r, 2), .since = rows_i64(r, 4), .erased = rows_null(r, 5) };
	struct seal_place at;

	if (row.field == 0 || row.field >= FIELD__COUNT || row.version < 1)
		return FAIL(e, ERR_TAMPER, "vault: a row of an unknown field %u", (unsigned)row.field);
	if (!row.erased) {
		if (rows_i64(r, 3) != o->key)
			return FAIL(e, ERR_CRYPTO, "vault: field %u names a key not its owner's",
			    (unsigned)row.field);
		at = field_place(o->number, (enum field)row.field, row.object, row.version, o->key);
		TRY(vault_unseal(v, &at, rows_bytes(r, 5), &plain, e));
		v->counts[row.field]++;
		v->inside++;
	}
	return each(self, &row, span_buf(&plain), e);
}

bool
vault_each(struct vault *v, const struct owner *o, vault_row_reader *each, void *self,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(v->st, &r, &sealed_of, e, o->number));
	while (rows_next(r, &end))
		TRY(each_row(v, o, r, each, self, e));
	return err_hand_on(e, &end);
}

bool
vault_size(struct vault *v, int64_t *rows, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(v->st, &r, &sealed_count, e));
	*rows = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}
