/* portal/trust/events_shared.c - the announcements' rows: for the portal, and for the clerk that makes good what a crash left. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "portal/trust/events.h"
#include "privacy/facts/day.h"

const char events_schema[] =
	"CREATE TABLE event ("
	" id INTEGER PRIMARY KEY,"
	" change INTEGER NOT NULL,"
	" number INTEGER NOT NULL,"
	" begins INTEGER NOT NULL,"
	" ends INTEGER NOT NULL,"
	" east INTEGER NOT NULL,"
	" capacity INTEGER NOT NULL,"
	" place TEXT NOT NULL,"
	" note TEXT NOT NULL) STRICT;"
	"CREATE INDEX event_ends ON event (ends);";

const struct announced events_announced = ANNOUNCED("event", "event");

#define COLUMNS	"SELECT id, change, number, begins, ends, east, capacity, place, note FROM event"
#define LETTERS	"iiiiiiitt"

static const struct sql
sql_put = { "event put", LETTERS, "",
	"INSERT INTO event (id, change, number, begins, ends, east, capacity, place, note)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING" },
sql_get = { "event get", "i", LETTERS, COLUMNS " WHERE id = $1" },
sql_coming = { "event coming", "ii", LETTERS, COLUMNS " WHERE ends > $1 ORDER BY begins, id LIMIT $2" };

static void
row_read(const struct rows *r, struct event_row *v)
{
	*v = (struct event_row){ .id = rows_i64(r, 0), .change = rows_i64(r, 1), .number = rows_i64(r, 2),
	    .begins = rows_i64(r, 3), .ends = rows_i64(r, 4), .east = rows_i64(r, 5), .capacity = rows_i64(r, 6) };
	snprintf(v->place, sizeof(v->place), "%s", rows_text(r, 7));
	snprintf(v->note, sizeof(v->note), "%s", rows_text(r, 8));
}

bool
events_put(struct store *st, const struct event_row *r, struct err *e)
{
	TRY(store_begin(st, e));
	if (sql_do(st, &sql_put, e, r->id, r->change, r->number, r->begins, r->ends, r->east, r->capacity, r->place,
	    r->note) && announced_put(st, &events_announced, r->id, r->change, e) && store_commit(st, e))
		return true;
	store_rollback(st);
	return false;
}

bool
events_get(struct store *st, int64_t id, struct event_row *into, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(st, &r, &sql_get, e, id));
	*found = r != NULL;
	if (*found)
		row_read(r, into);
	return true;
}

bool
events_coming(struct store *st, int64_t now, size_t most, events_reader *each, void *self, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(st, &r, &sql_coming, e, now, (int64_t)most));
	while (rows_next(r, &end)) {
		struct event_row row;

		row_read(r, &row);
		TRY(each(self, &row, e));
	}
	return err_hand_on(e, &end);
}

/* ---- in words ---- */

static void
clock_write(int64_t at, char day[11], char hour[6])
{
	day_write(day_of(at), day);
	snprintf(hour, 6, "%02u:%02u", (unsigned)(at / 3600 % 24), (unsigned)(at / 60 % 60));
}

void
event_when(int64_t begins, int64_t ends, int64_t east, char into[EVENT_WHEN_TEXT])
{
	char from[11], to[11], from_hour[6], to_hour[6], ahead[24] = "";
	bool same;

	clock_write(begins + east * 60, from, from_hour);
	clock_write(ends + east * 60, to, to_hour);
	same = memcmp(from, to, sizeof(from)) == 0;
	if (east != 0)
		snprintf(ahead, sizeof(ahead), "%c%02d:%02d", east < 0 ? '-' : '+', abs((int)east) / 60, abs((int)east) % 60);
	snprintf(into, EVENT_WHEN_TEXT, "%s %s – %s%s%s (UTC%s)", from, from_hour, same ? "" : to, same ? "" : " ", to_hour, ahead);
}
