#include <string.h>
#include "privacy/facts/day.h"
#include "privacy/facts/event.h"
#include "privacy/facts/plain.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define PLACE_LEAST	2	/* bytes */

const char event_schema[] =
"CREATE TABLE event ("
" id INTEGER PRIMARY KEY,"		/* of the published row */
" begins INTEGER NOT NULL,"
" ends INTEGER NOT NULL,"
" east INTEGER NOT NULL,"
" capacity INTEGER NOT NULL,"
" off_at INTEGER NOT NULL,"
" place TEXT NOT NULL) STRICT;"
"CREATE INDEX event_ends ON event (ends);"
"CREATE INDEX event_off ON event (ends) WHERE off_at > 0;"
"CREATE TABLE event_part ("		/* who takes part: clear is neither who nor as whom they are known */
" id INTEGER PRIMARY KEY,"
" event INTEGER NOT NULL REFERENCES event (id),"
" sort INTEGER NOT NULL,"		/* enum part_sort */
" number INTEGER NOT NULL,"		/* on the printed list */
" told INTEGER NOT NULL,"		/* that it was called off */
" idx BLOB NOT NULL UNIQUE,"		/* blind index of event, sort and member */
" box BLOB NOT NULL,"			/* sealed with the site's key: member, pass, named */
" key INTEGER NOT NULL) STRICT;"
"CREATE INDEX event_part_event ON event_part (event, sort, number);";

#define COLUMNS	"SELECT id, begins, ends, east, capacity, off_at, place FROM event"
#define LETTERS	"iiiiiit"

static const struct sql
sql_get = { "event_get", "i", LETTERS, COLUMNS " WHERE id = $1" },
sql_add = { "event_add", LETTERS, "",
	"INSERT INTO event (id, begins, ends, east, capacity, off_at, place) VALUES ($1, $2, $3, $4, $5, $6, $7)" },
sql_off = { "event_off", "ii", "", "UPDATE event SET off_at = $1 WHERE id = $2 AND off_at = 0" },
/* The earliest clock is a day ahead; event_day() says it exactly. */
sql_running = { "event_running", "iii", LETTERS,
	COLUMNS " WHERE ends > $1 AND begins < $2 AND off_at = 0 ORDER BY begins, id LIMIT $3" };

static void
row_read(const struct rows *r, struct event *ev)
{
	*ev = (struct event){ .id = rows_i64(r, 0), .begins = rows_i64(r, 1), .ends = rows_i64(r, 2),
	    .east = rows_i64(r, 3), .capacity = rows_i64(r, 4), .off_at = rows_i64(r, 5) };
	snprintf(ev->place, sizeof(ev->place), "%s", rows_text(r, 6));
}

/* Who stands behind it. */
static bool
announced_by(struct keeper *k, struct event *ev, struct err *e)
{
	struct published p;
	struct err none = {0};

	if (!published_get(k, PUBLISHED_EVENT, ev->id, &p, &none))
		return none.kind == ERR_ABSENT || FAIL(e, none.kind, "%s", none.text);
	ev->announcer = p.member;
	ev->stands = p.state == PUBLISHED_STANDING;
	return true;
}

bool
event_get(struct keeper *k, int64_t id, struct event *ev, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_get, e, id));
	if (r == NULL)
		return REFUSE(e, ERR_ABSENT, WHY_EVENT_ABSENT, "event: none of that id");
	row_read(r, ev);
	return announced_by(k, ev, e);
}

bool
event_is_open(const struct event *ev, int64_t now)
{
	return ev->stands && ev->off_at == 0 && now < ev->ends;
}

int64_t
event_day(const struct event *ev)
{
	return day_of(ev->begins + ev->east * 60) * DAY - ev->east * 60;
}

int64_t
event_pass_until(const struct keeper *k, const struct event *ev)
{
	return ev->ends + k->set->trust.event_pass;
}

bool
event_pass_good(const struct keeper *k, const struct event *ev, int64_t now)
{
	return ev->off_at == 0 && now < event_pass_until(k, ev);
}

bool
event_running(struct keeper *k, int64_t now, int64_t *into, size_t most, size_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	*n = 0;
	TRY(sql_ask(k->store, &r, &sql_running, e, now - k->set->trust.event_pass, now + 2 * DAY, (int64_t)most));
	while (*n < most && rows_next(r, &end)) {
		struct event ev;

		row_read(r, &ev);
		if (event_day(&ev) <= now)
			into[(*n)++] = ev.id;
	}
	return err_hand_on(e, &end);
}

/* ---- announcing ---- */

struct announcement { struct event ev; char note[KEEPER_TEXT_MAX + 1]; };

static bool
words_ok(const struct announcement *n, struct err *e)
{
	if (strlen(n->ev.place) < PLACE_LEAST || !plain_line(n->ev.place) || !plain_lines(n->note))
		return REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "event: place or note");
	if (strlen(n->note) > EVENT_NOTE_MAX)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "event: a long note");
	return (n->ev.capacity >= 1 && n->ev.capacity <= EVENT_CAPACITY_MOST && n->ev.east >= EVENT_EAST_LEAST &&
	    n->ev.east <= EVENT_EAST_MOST) || REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "event: a number");
}

static bool
times_ok(const struct event *ev, int64_t now, struct err *e)
{
	/* compared so that no sum runs over */
	return (ev->begins > now && ev->begins <= now + EVENT_AHEAD && ev->ends > ev->begins &&
	    ev->ends <= now + EVENT_AHEAD + EVENT_LONGEST && ev->ends - ev->begins <= EVENT_LONGEST) ||
	    REFUSE(e, ERR_INPUT, WHY_EVENT_TIME, "event: times");
}

static bool
announcement_read(struct act *a, struct announcement *n, struct err *e)
{
	char place[KEEPER_TEXT_MAX + 1];

	unpack_text(&a->in, place, sizeof(place));
	n->ev.begins = unpack_i64(&a->in);
	n->ev.ends = unpack_i64(&a->in);
	n->ev.east = unpack_i64(&a->in);
	n->ev.capacity = unpack_i64(&a->in);
	unpack_text(&a->in, n->note, sizeof(n->note));
	TRY(act_read(a, e));
	if (strlen(place) >= sizeof(n->ev.place))
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "event: a long place");
	memcpy(n->ev.place, place, strlen(place) + 1);
	TRY(words_ok(n, e));
	return times_ok(&n->ev, a->now, e);
}

/* All that will be public, for the announcer's history; the note apart, which alone may fill a formatted call. */
static void
announcement_text(const struct announcement *n, struct buf *into)
{
	char begins[11], ends[11];
	int64_t from = n->ev.begins + n->ev.east * 60, to = n->ev.ends + n->ev.east * 60;

	day_write(day_of(from), begins);
	day_write(day_of(to), ends);
	buf_fmt(into, "%s; %s %02d:%02d - %s %02d:%02d (UTC%c%02d:%02d); %lld", n->ev.place,
	    begins, (int)(from / 3600 % 24), (int)(from / 60 % 60), ends, (int)(to / 3600 % 24), (int)(to / 60 % 60),
	    n->ev.east < 0 ? '-' : '+', abs((int)n->ev.east) / 60, abs((int)n->ev.east) % 60,
	    (long long)n->ev.capacity);
	if (n->note[0] != '\0')
		buf_text(into, "; ");
	buf_text(into, n->note);
}

static bool
may_announce(struct keeper *k, struct act *a, struct err *e)
{
	int64_t own[EVENTS_OWN];
	struct points p;
	size_t n;

	TRY(trust_points(k, &a->owner, a->now, &p, e));
	if (!p.assurer || p.assurance < k->set->trust.event_points)
		return REFUSE(e, ERR_DENIED, WHY_EVENT_POINTS, "event: not enough points");
	TRY(published_ids(k, a->owner.number, PUBLISHED_EVENT, own, COUNT(own), &n, e));
	return n < EVENTS_OWN || REFUSE(e, ERR_DENIED, WHY_LIMIT, "event: %zu are announced", n);
}

bool
op_event_announce(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	struct announcement n = {0};
	struct published p;

	TRY(announcement_read(a, &n, e));
	TRY(may_announce(k, a, e));
	announcement_text(&n, &text);
	TRY(buf_ok(&text, e));
	TRY(published_announce(k, a, PUBLISHED_EVENT, "announced", span_buf(&text), &p, e));
	TRY(sql_do(k->store, &sql_add, e, p.id, n.ev.begins, n.ev.ends, n.ev.east, n.ev.capacity, INT64_C(0), n.ev.place));
	pack_i64(a->out, p.id);
	pack_i64(a->out, p.change);
	pack_i64(a->out, p.number);
	return true;
}

/* Who signed up is told by the sweep, which takes them a few at a time.  After its end only the announcement goes. */
bool
op_event_end(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in), n;
	struct event ev;

	TRY(act_read(a, e));
	TRY(event_get(k, id, &ev, e));
	if (ev.announcer != a->owner.number)
		return REFUSE(e, ERR_ABSENT, WHY_EVENT_ABSENT, "event: another's");
	/* Who may not announce within 72 hours of a recovery may still call off. */
	a->purpose = PURPOSE_EVENT;
	TRY(published_end(k, a, PUBLISHED_EVENT, id, &n, e));
	if (n == 0)
		return REFUSE(e, ERR_ABSENT, WHY_EVENT_ABSENT, "event: called off already");
	return a->now >= ev.ends || sql_do(k->store, &sql_off, e, a->now, id);
}
