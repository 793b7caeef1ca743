#include <sodium.h>
#include <string.h>
#include "ledger/base/ipc.h"
#include "privacy/keeper/same_keys.h"

#define VALUE	32u

const char same_key_schema[] =
"CREATE TABLE same_key ("
"  name TEXT PRIMARY KEY,"		/* of the key's file */
"  value BLOB NOT NULL) STRICT;";	/* which only that key gives */

static const struct sql
sql_get = { "same_key_get", "t", "b", "SELECT value FROM same_key WHERE name = $1" },
sql_put = { "same_key_put", "tb", "", "INSERT INTO same_key (name, value) VALUES ($1, $2)" };

/* What becomes of a site with another one. */
static const struct { const char *name, *then; } keys[] = {
	{ "pepper.key", "no password and no recovery answer would be right" },
	{ "index.key", "nobody would be found by an address" },
};

static bool
value_of(const char *folder, const char *name, unsigned char into[VALUE], struct err *e)
{
	static const char what[] = "troth same key";
	unsigned char key[IPC_SECRET];
	char path[300];
	bool good;

	snprintf(path, sizeof(path), "%s%s", folder, name);
	good = ipc_secret_read(path, key, e);
	if (good)
		crypto_generichash(into, VALUE, (const unsigned char *)what, sizeof(what) - 1, key, sizeof(key));
	sodium_memzero(key, sizeof(key));
	return good;
}

static bool
one(struct store *st, size_t i, const unsigned char value[VALUE], bool keep, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	const char *name = keys[i].name;
	struct span was;

	TRY(sql_first(st, &r, &sql_get, e, name));
	if (r == NULL)
		return !keep || sql_do(st, &sql_put, e, name, (const void *)value, (size_t)VALUE);
	was = rows_bytes(r, 0);
	return (was.len == VALUE && sodium_memcmp(was.p, value, VALUE) == 0) || FAIL(e, ERR_CRYPTO,
	    "keeper/%s is another key than the store was made with: %s; put the right one back, from a backup of the keys",
	    name, keys[i].then);
}

bool
same_keys(struct store *st, const char *folder, bool keep, struct err *e)
{
	for (size_t i = 0; i < COUNT(keys); i++) {
		unsigned char value[VALUE];

		TRY(value_of(folder, keys[i].name, value, e));
		TRY(one(st, i, value, keep, e));
	}
	return true;
}
