/* portal/trust/directory_shared.c - the lines' rows: for the portal, and for the clerk that makes good what a crash left. */
#include <string.h>
#include "portal/trust/directory.h"

const char directory_schema[] =
	"CREATE TABLE directory ("
	" id INTEGER PRIMARY KEY,"
	" change INTEGER NOT NULL,"
	" number INTEGER NOT NULL,"
	" name TEXT NOT NULL,"
	" region TEXT NOT NULL,"
	" region_key TEXT NOT NULL,"
	" languages TEXT NOT NULL,"
	" placed INTEGER NOT NULL,"
	" lat INTEGER NOT NULL,"	/* tenths of a degree */
	" lon INTEGER NOT NULL) STRICT;"
	"CREATE INDEX directory_region ON directory (region_key, name);"
	/* All that a search by distance looks at, so that it reads no row it does not show. */
	"CREATE INDEX directory_spot ON directory (lat, lon, languages) WHERE placed = 1;";

const struct announced directory_announced = ANNOUNCED("directory", "directory");

#define COLUMNS	"SELECT id, change, number, name, region, region_key, languages, placed, lat, lon FROM directory"
#define LETTERS	"iiittttiii"

static const struct sql
sql_put = { "directory put", LETTERS, "",
	"INSERT INTO directory (id, change, number, name, region, region_key, languages, placed, lat, lon)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING" },
sql_get = { "directory get", "i", LETTERS, COLUMNS " WHERE id = $1" },
sql_count = { "directory count", "", "i", "SELECT CAST(count(*) AS bigint) FROM directory" },
sql_each = { "directory each", "", LETTERS, COLUMNS " ORDER BY region_key, name, id" },
sql_region = { "directory region", "tti", LETTERS,
	COLUMNS " WHERE region_key >= $1 AND region_key < $2 ORDER BY region_key, name LIMIT $3" },
sql_spots = { "directory spots", "ii", "itii",
	"SELECT id, languages, lat, lon FROM directory WHERE placed = 1 AND lat >= $1 AND lat <= $2" };

static void
row_read(const struct rows *r, struct directory_line *l)
{
	l->id = rows_i64(r, 0);
	l->change = rows_i64(r, 1);
	l->number = rows_i64(r, 2);
	snprintf(l->name, sizeof(l->name), "%s", rows_text(r, 3));
	snprintf(l->region, sizeof(l->region), "%s", rows_text(r, 4));
	snprintf(l->region_key, sizeof(l->region_key), "%s", rows_text(r, 5));
	snprintf(l->languages, sizeof(l->languages), "%s", rows_text(r, 6));
	l->placed = rows_i64(r, 7) != 0;
	l->spot = (struct spot){ (int16_t)rows_i64(r, 8), (int16_t)rows_i64(r, 9) };
}

static bool
put_in_transaction(struct store *st, const struct directory_line *l, int64_t replaces, struct err *e)
{
	if (replaces != 0)
		TRY(sql_do(st, &directory_announced.remove, e, replaces));
	TRY(sql_do(st, &sql_put, e, l->id, l->change, l->number, l->name, l->region, l->region_key, l->languages,
	    (int64_t)l->placed, (int64_t)l->spot.lat, (int64_t)l->spot.lon));
	TRY(announced_put(st, &directory_announced, l->id, l->change, e));
	return store_commit(st, e);
}

bool
directory_put(struct store *st, const struct directory_line *l, int64_t replaces, struct err *e)
{
	TRY(store_begin(st, e));
	if (put_in_transaction(st, l, replaces, e))
		return true;
	store_rollback(st);
	return false;
}

bool
directory_get(struct store *st, int64_t id, struct directory_line *l, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(st, &r, &sql_get, e, id));
	*found = r != NULL;
	if (*found)
		row_read(r, l);
	return true;
}

bool
directory_count(struct store *st, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(st, &r, &sql_count, e));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

static bool
lines_read(struct rows *r, directory_reader *each, void *self, struct err *e)
{
	struct err end = {0};
	struct directory_line l;

	while (rows_next(r, &end)) {
		row_read(r, &l);
		if (!each(self, &l, &end))
			break;
	}
	return err_hand_on(e, &end);
}

bool
directory_each(struct store *st, directory_reader *each, void *self, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_ask(st, &r, &sql_each, e));
	return lines_read(r, each, self, e);
}

bool
directory_region(struct store *st, const char *key, size_t most, directory_reader *each, void *self, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	char end[ATLAS_NAME + 8];

	/* No character comes after this one, so nothing that begins with key does. */
	snprintf(end, sizeof(end), "%.63s\xf4\x8f\xbf\xbf", key);
	TRY(sql_ask(st, &r, &sql_region, e, key, end, (int64_t)most));
	return lines_read(r, each, self, e);
}

bool
directory_spots(struct store *st, int lat_least, int lat_most, directory_spot_reader *each, void *self,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(st, &r, &sql_spots, e, (int64_t)lat_least, (int64_t)lat_most));
	while (rows_next(r, &end)) {
		struct directory_spot s = { rows_i64(r, 0), rows_text(r, 1),
		    { (int16_t)rows_i64(r, 2), (int16_t)rows_i64(r, 3) } };

		if (!each(self, &s, &end))
			break;
	}
	return err_hand_on(e, &end);
}
