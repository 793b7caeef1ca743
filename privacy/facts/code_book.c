#include <sodium.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "privacy/facts/code_book.h"
#include "privacy/facts/day.h"
#include "privacy/rights/retain.h"

const char code_book_schema[] =
"CREATE TABLE code ("
" finder TEXT PRIMARY KEY,"
" kind INTEGER NOT NULL,"		/* enum code_kind */
" ref INTEGER NOT NULL,"
" hash BLOB NOT NULL) STRICT, WITHOUT ROWID;"
"CREATE UNIQUE INDEX code_ref ON code (kind, ref);"
"CREATE TABLE code_wrong ("		/* wrong ones an assurer typed, by the hour */
" assurer INTEGER NOT NULL,"
" hour INTEGER NOT NULL,"
" times INTEGER NOT NULL,"
" PRIMARY KEY (assurer, hour)) STRICT, WITHOUT ROWID;"
"CREATE INDEX code_wrong_hour ON code_wrong (hour);";


static const struct sql
sql_find = { "code_find", "t", "iib", "SELECT kind, ref, hash FROM code WHERE finder = $1" },
sql_add = { "code_add", "tiib", "",
	"INSERT INTO code (finder, kind, ref, hash) VALUES ($1, $2, $3, $4)" },
sql_end = { "code_end", "ii", "", "DELETE FROM code WHERE kind = $1 AND ref = $2" },
sql_wrong = { "code_wrong", "ii", "",
	"INSERT INTO code_wrong (assurer, hour, times) VALUES ($1, $2, 1)"
	" ON CONFLICT (assurer, hour) DO UPDATE SET times = code_wrong.times + 1" },
sql_wrongs = { "code_wrongs", "ii", "i",
	"SELECT CAST(COALESCE(SUM(times), 0) AS bigint) FROM code_wrong WHERE assurer = $1 AND hour > $2" },
sql_sweep = { "code_sweep", "i", "", "DELETE FROM code_wrong WHERE hour <= $1" };

static void
derive(const struct keeper *k, const char *label, const void *more, size_t n, unsigned char key[32])
{
	crypto_generichash_state s;

	crypto_generichash_init(&s, k->keys->pepper, sizeof(k->keys->pepper), 32);
	crypto_generichash_update(&s, (const unsigned char *)label, strlen(label) + 1);
	crypto_generichash_update(&s, more, n);
	crypto_generichash_final(&s, key, 32);
	sodium_memzero(&s, sizeof(s));
}

static void
hash_of(const struct keeper *k, enum code_kind kind, const struct code *c, unsigned char hash[CODE_HASH])
{
	unsigned char key[CODE_KEY];

	derive(k, "troth code hashes", "", 0, key);
	code_hash(key, kind, c, hash);
	sodium_memzero(key, sizeof(key));
}

void
code_secret_key(const struct keeper *k, const struct code *c, unsigned char key[32])
{
	derive(k, "troth code secret", c->secret, CODE_SECRET, key);
}

static bool
finder_free(struct keeper *k, const char *finder, bool *is_free, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_find, e, finder));
	*is_free = r == NULL;
	return true;
}

bool
code_issue(struct keeper *k, enum code_kind kind, int64_t ref, struct code *c, struct err *e)
{
	unsigned char hash[CODE_HASH];
	bool is_free = false;

	while (!is_free) {
		code_make(c);
		TRY(finder_free(k, c->finder, &is_free, e));
	}
	hash_of(k, kind, c, hash);
	return sql_do(k->store, &sql_add, e, c->finder, (int64_t)kind, ref, (const void *)hash, sizeof(hash));
}

bool
code_end(struct keeper *k, enum code_kind kind, int64_t ref, struct err *e)
{
	return sql_do(k->store, &sql_end, e, (int64_t)kind, ref);
}

/* What cannot be a code is looked up all the same, as one that nobody has. */
bool
code_look(struct keeper *k, const char *typed, struct code_found *f, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char held[CODE_HASH] = {0}, hash[CODE_HASH];
	bool shaped = code_read(typed, &f->code, NULL);
	struct span bytes;

	f->kind = CODE_HANDOVER;
	f->ref = 0;
	TRY(sql_first(k->store, &r, &sql_find, e, shaped ? f->code.finder : "-----"));
	f->known = r != NULL;
	if (f->known) {
		f->kind = (enum code_kind)rows_i64(r, 0);
		f->ref = rows_i64(r, 1);
		bytes = rows_bytes(r, 2);
		if (bytes.len != sizeof(held))
			return FAIL(e, ERR_TAMPER, "code: a hash of %zu bytes", bytes.len);
		memcpy(held, bytes.p, sizeof(held));
	}
	hash_of(k, f->kind, &f->code, hash);
	f->fits = code_hash_same(held, hash) && f->known;
	return true;
}

/* ---- wrong ones ---- */

bool
code_may_try(struct keeper *k, int64_t assurer, int64_t now, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_wrongs, e, assurer, (now - DAY) / HOUR));
	return r == NULL || rows_i64(r, 0) < k->set->trust.handover_wrong_day ||
	    REFUSE(e, ERR_DENIED, WHY_CODES_WRONG, "code: too many wrong ones");
}

bool
code_was_wrong(struct keeper *k, int64_t assurer, int64_t now, struct err *e)
{
	return sql_do(k->store, &sql_wrong, e, assurer, now / HOUR);
}

bool
code_book_sweep(struct keeper *k, int64_t now, struct err *e)
{
	TRY(sql_do(k->store, &sql_sweep, e, (now - DAY) / HOUR));
	return retain_note(k, RETAIN_WRONG_CODES, sql_changed(k->store), e);
}
