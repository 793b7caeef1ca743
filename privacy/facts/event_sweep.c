/*
 * privacy/facts/event_sweep.c - what events leave behind goes by itself, a few at a time.
 *
 *	called off	what nobody stands behind any more before its end; who signed up
 *			gets a mail, and the pass is over
 *	over		parts go when the passes are (called off: at what would have been the end)
 *	announcement	goes EVENT_SHOWN after the end, or with the passes
 *	row		goes when it has neither parts nor an announcement
 */
#include "privacy/facts/address.h"
#include "privacy/facts/code_book.h"
#include "privacy/facts/day.h"
#include "privacy/facts/event_part.h"
#include "privacy/facts/member.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/retain.h"

#define SWEEP_MOST	32

static const struct sql
sql_left = { "event_left", "iii", "",
	"UPDATE event SET off_at = $1 WHERE off_at = 0 AND ends > $2 AND NOT EXISTS"
	" (SELECT 1 FROM published p WHERE p.id = event.id AND p.state < $3)" },
sql_untold = { "event_untold", "iii", "i",
	"SELECT id FROM event_part WHERE event IN (SELECT id FROM event WHERE off_at > 0 AND ends > $1)"
	" AND sort = $2 AND told = 0 LIMIT $3" },
sql_over = { "event_over", "iii", "i",
	"SELECT p.id FROM event_part p JOIN event e ON e.id = p.event"
	" WHERE e.ends <= $1 OR (e.off_at > 0 AND e.ends <= $2) LIMIT $3" },
sql_shown = { "event_shown", "iii", "i",
	"SELECT e.id FROM event e JOIN published p ON p.id = e.id WHERE e.ends <= $1 AND p.state < $2 LIMIT $3" },
sql_gone = { "event_gone", "", "",
	"DELETE FROM event WHERE NOT EXISTS (SELECT 1 FROM event_part p WHERE p.event = event.id)"
	" AND NOT EXISTS (SELECT 1 FROM published s WHERE s.id = event.id)" };

/* ---- called off ---- */

static bool
tell_one(struct keeper *k, int64_t id, int64_t now, struct err *e)
{
	DROP(buf_wipe) struct buf about = {0};
	struct event_part p;
	struct event ev;
	struct member_facts f;
	struct owner o;
	char day[11];
	bool found;

	TRY(event_part_get(k, id, &p, &found, e));
	TRY(event_get(k, p.event, &ev, e));
	TRY(member_owner(k, p.member, &o, &f, e));
	day_write(day_of(ev.begins + ev.east * 60), day);
	buf_fmt(&about, "%s, %s", ev.place, day);
	TRY(buf_ok(&about, e));
	TRY(address_notify_primary(k, &o, f.lang, MAIL_EVENT_OFF, about.data, PURPOSE_EVENT_VISIT, now, e));
	TRY(code_end(k, CODE_EVENT_PASS, id, e));
	return event_part_told(k, id, e);
}

static bool
tell(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	int64_t id[SWEEP_MOST];
	size_t n;

	TRY(sql_do(k->store, &sql_left, e, now, now, (int64_t)PUBLISHED_ENDING));
	TRY(sql_column(k->store, id, SWEEP_MOST, &n, &sql_untold, e, now, (int64_t)PART_VISITOR, most));
	for (size_t i = 0; i < n; i++)
		TRY(tell_one(k, id[i], now, e));
	*done += (int64_t)n;
	return true;
}

/* ---- over ---- */

static bool
forget_one(struct keeper *k, int64_t id, int64_t now, struct err *e)
{
	struct event_part p;
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_KEEP_TIDY, .role = ACTOR_SYSTEM,
	    .object = "an event that is over" };
	bool found;

	TRY(event_part_get(k, id, &p, &found, e));
	if (p.sort != PART_VISITOR)
		return event_part_delete(k, id, e);
	TRY(member_owner(k, p.member, &o, NULL, e));
	TRY(event_visitor_end(k, &p, HANDOVER_OVER, now, e));
	return keeper_record(k, &l, now, NULL, e);
}

static bool
forget(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	int64_t id[SWEEP_MOST];
	size_t n;

	TRY(sql_column(k->store, id, SWEEP_MOST, &n, &sql_over, e, now - k->set->trust.event_pass, now, most));
	for (size_t i = 0; i < n; i++)
		TRY(forget_one(k, id[i], now, e));
	*done += (int64_t)n;
	return retain_note(k, RETAIN_VISITS, (int64_t)n, e);
}

/* ---- announcements ---- */

static bool
take_down(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	int64_t pass = k->set->trust.event_pass, shown = pass > EVENT_SHOWN ? pass : EVENT_SHOWN;
	int64_t id[SWEEP_MOST];
	size_t n;

	TRY(sql_column(k->store, id, SWEEP_MOST, &n, &sql_shown, e, now - shown, (int64_t)PUBLISHED_ENDING, most));
	for (size_t i = 0; i < n; i++)
		TRY(published_end_one(k, PUBLISHED_EVENT, id[i], now, e));
	*done += (int64_t)n;
	return true;
}

bool
event_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	int64_t limit = most < SWEEP_MOST ? most : SWEEP_MOST;

	*done = 0;
	TRY(tell(k, now, limit, done, e));
	TRY(forget(k, now, limit, done, e));
	TRY(take_down(k, now, limit, done, e));
	return sql_do(k->store, &sql_gone, e);
}
