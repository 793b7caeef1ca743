#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include "ledger/base/drop.h"
#include "privacy/facts/spelling.h"
#include "privacy/facts/third_party.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/ops.h"

#define COLUMN_TEXT	1u	/* inside the sealed place */
#define LEAST		8u	/* bytes: a name and an office */

const char third_party_schema[] =
"CREATE TABLE third_party ("
" number INTEGER PRIMARY KEY,"
" idx BLOB NOT NULL UNIQUE,"		/* blind index of the loose spelling */
" text BLOB NOT NULL,"			/* sealed with the site's key */
" key INTEGER NOT NULL,"
" at INTEGER NOT NULL) STRICT;";

static const struct sql
sql_find = { "third_party_find", "b", "i", "SELECT number FROM third_party WHERE idx = $1" },
sql_add = { "third_party_add", "ibbii", "",
	"INSERT INTO third_party (number, idx, text, key, at) VALUES ($1, $2, $3, $4, $5)" },
sql_text = { "third_party_text", "i", "bi", "SELECT text, key FROM third_party WHERE number = $1" };

static struct seal_place
place_of(int64_t number, int64_t key)
{
	return (struct seal_place){ .table = "third_party", .field = COLUMN_TEXT, .object = number, .version = 1,
	    .key = key };
}

/* Letters and digits alone, loosely spelled: case, accents, commas and spaces do not make another person. */
static bool
index_text(const struct keeper *k, const char *typed, unsigned char idx[INDEX_BYTES], struct err *e)
{
	DROP(buf_wipe) struct buf loose = {0}, plain = {0};
	DROP(free_bytes) uint8_t *folded = NULL;
	size_t n = 0;

	folded = u8_casefold((const uint8_t *)typed, strlen(typed), NULL, UNINORM_NFD, NULL, &n);
	if (folded == NULL)
		return FAIL(e, ERR_MEMORY, "third party: no memory");
	spelling_loose((const char *)folded, n, &loose);
	TRY(buf_ok(&loose, e));
	for (size_t i = 0; i < loose.len; i++)
		if ((unsigned char)loose.data[i] >= 0x80 || strchr(" ,.;:-'/()\t", loose.data[i]) == NULL)
			buf_add(&plain, loose.data + i, 1);
	TRY(buf_ok(&plain, e));
	index_of(vault_indexes(k->vault), INDEX_THIRD_PARTY, span_buf(&plain), idx);
	return true;
}

static bool
add(struct keeper *k, const char *typed, const unsigned char idx[INDEX_BYTES], int64_t now, int64_t *number,
    struct err *e)
{
	DROP(buf_wipe) struct buf box = {0};
	int64_t key = vault_site_key(k->vault);
	struct seal_place at;

	*number = id_random();
	at = place_of(*number, key);
	TRY(vault_seal(k->vault, &at, span_text(typed), &box, e));
	return sql_do(k->store, &sql_add, e, *number, (const void *)idx, (size_t)INDEX_BYTES,
	    (const void *)box.data, box.len, key, now);
}

bool
third_party_find(struct keeper *k, struct act *a, const char *typed, int64_t *number, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char idx[INDEX_BYTES];
	size_t n = strlen(typed);

	if (n < LEAST || !utf8_ok(typed, n))
		return REFUSE(e, ERR_INPUT, WHY_WORDS, "third party: not said who");
	if (n >= THIRD_PARTY_TEXT)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "third party: %zu bytes", n);
	TRY(index_text(k, typed, idx, e));
	TRY(sql_first(k->store, &r, &sql_find, e, (const void *)idx, sizeof(idx)));
	if (r == NULL)
		return add(k, typed, idx, a->now, number, e);
	*number = rows_i64(r, 0);
	return true;
}

bool
third_party_text(struct keeper *k, int64_t number, struct buf *into, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct seal_place at;

	TRY(sql_first(k->store, &r, &sql_text, e, number));
	if (r == NULL)
		return true;
	at = place_of(number, rows_i64(r, 1));
	return vault_unseal(k->vault, &at, rows_bytes(r, 0), into, e);
}
