#include "privacy/facts/address.h"
#include "privacy/facts/assurance.h"
#include "privacy/facts/event_part.h"
#include "privacy/facts/handover.h"
#include "privacy/facts/member.h"
#include "privacy/facts/published.h"
#include "privacy/facts/setting.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/disclose.h"
#include "privacy/rights/restrict.h"

#define AT_ONCE	32	/* rows that are read before any of them is changed */

const char restrict_schema[] =
"CREATE INDEX handover_assurer ON handover (assurer) WHERE assurer > 0;";

static const struct sql
sql_made = { "restrict_handovers", "ii", "i",
	"SELECT id FROM handover WHERE member = $1 AND state <= 2 AND pass = 0 LIMIT $2" },
sql_taken = { "restrict_taken", "ii", "i",
	"SELECT id FROM handover WHERE assurer = $1 AND assurer > 0 AND state <= 2 LIMIT $2" },
sql_events = { "restrict_events", "i", "i", "SELECT id FROM event WHERE id > $1 ORDER BY id LIMIT 32" },
sql_drafts = { "restrict_drafts", "ii", "i",
	"SELECT id FROM assurance WHERE member = $1 AND made_at = 0 LIMIT $2" };
_Static_assert(HANDOVER_OPEN == 1 && HANDOVER_TAKEN == 2, "statements say 2");

/* A line about one of them, by the program. */
static bool
say(struct keeper *k, int64_t member, enum purpose p, const char *what, int64_t now, struct err *e)
{
	struct owner o;
	struct record_line l = { .about = &o, .purpose = p, .role = ACTOR_SYSTEM, .object = what };

	TRY(member_owner(k, member, &o, NULL, e));
	return keeper_record(k, &l, now, NULL, e);
}

/* Codes of their own: whoever had taken one reads why nothing opens any more. */
static bool
handover_back(struct keeper *k, int64_t id, enum purpose p, int64_t now, struct err *e)
{
	struct handover h;
	bool found;

	TRY(handover_get(k, id, &h, &found, e));
	TRY(handover_finish(k, &h, HANDOVER_WITHDRAWN, now, e));
	if (h.assurer > 0)
		TRY(say(k, h.assurer, PURPOSE_KEEP_TIDY, "a hand-over was withdrawn by the member", now, e));
	return say(k, h.member, p, "a code to show was withdrawn", now, e);
}

/* Meetings they began as an assurer: the other one's code is free of them. */
static bool
handover_left(struct keeper *k, int64_t id, int64_t now, struct err *e)
{
	struct handover h;
	bool found;

	TRY(handover_get(k, id, &h, &found, e));
	TRY(handover_finish(k, &h, HANDOVER_DONE, now, e));
	return say(k, h.member, PURPOSE_KEEP_TIDY, "a hand-over ended: the assurer left it", now, e);
}

static bool
handovers_end(struct keeper *k, const struct owner *o, enum purpose p, int64_t now, struct err *e)
{
	int64_t id[AT_ONCE];
	size_t n = AT_ONCE;

	while (n == AT_ONCE) {
		TRY(sql_column(k->store, id, AT_ONCE, &n, &sql_made, e, o->number, (int64_t)AT_ONCE));
		for (size_t i = 0; i < n; i++)
			TRY(handover_back(k, id[i], p, now, e));
	}
	for (n = AT_ONCE; n == AT_ONCE; ) {
		TRY(sql_column(k->store, id, AT_ONCE, &n, &sql_taken, e, o->number, (int64_t)AT_ONCE));
		for (size_t i = 0; i < n; i++)
			TRY(handover_left(k, id[i], now, e));
	}
	return true;
}

static bool
event_left(struct keeper *k, const struct owner *o, int64_t event, enum purpose p, int64_t now, struct err *e)
{
	struct event_part part;
	bool found;

	TRY(event_part_find(k, event, PART_VISITOR, o->number, &part, &found, e));
	if (found) {
		TRY(event_visitor_end(k, &part, HANDOVER_WITHDRAWN, now, e));
		TRY(say(k, o->number, p, "left an event", now, e));
	}
	TRY(event_part_find(k, event, PART_REMOVED, o->number, &part, &found, e));
	if (found && p == PURPOSE_ERASE_ACCOUNT)	/* who only pauses stays off that list */
		TRY(event_part_delete(k, part.id, e));
	TRY(event_part_find(k, event, PART_ASSURER, o->number, &part, &found, e));
	if (!found)
		return true;
	TRY(event_part_delete(k, part.id, e));
	return say(k, o->number, p, "checked out of an event", now, e);
}

/* No table says who comes where: each event is asked. */
static bool
events_leave(struct keeper *k, const struct owner *o, enum purpose p, int64_t now, struct err *e)
{
	int64_t id[AT_ONCE];
	size_t n = AT_ONCE;
	int64_t after = INT64_MIN;

	while (n == AT_ONCE) {
		TRY(sql_column(k->store, id, AT_ONCE, &n, &sql_events, e, after));
		for (size_t i = 0; i < n; i++)
			TRY(event_left(k, o, after = id[i], p, now, e));
	}
	return true;
}

/* What somebody noted about them and did not sign. */
static bool
draft_drop(struct keeper *k, int64_t id, enum purpose p, int64_t now, struct err *e)
{
	struct assurance row;
	struct owner giver;

	TRY(assurance_get(k, id, &row, e));
	TRY(member_owner(k, row.giver, &giver, NULL, e));
	TRY(assurance_drop(k, &row, &giver, now, e));
	TRY(say(k, row.giver, PURPOSE_KEEP_TIDY, "an assurance that was not signed", now, e));
	return say(k, row.member, p, "an assurance that was not signed", now, e);
}

static bool
drafts_drop(struct keeper *k, const struct owner *o, enum purpose p, int64_t now, struct err *e)
{
	int64_t id[AT_ONCE];
	size_t n = AT_ONCE;

	while (n == AT_ONCE) {
		TRY(sql_column(k->store, id, AT_ONCE, &n, &sql_drafts, e, o->number, (int64_t)AT_ONCE));
		for (size_t i = 0; i < n; i++)
			TRY(draft_drop(k, id[i], p, now, e));
	}
	return true;
}

bool
restrict_quiet(struct keeper *k, const struct owner *o, enum purpose p, int64_t now, struct err *e)
{
	TRY(handovers_end(k, o, p, now, e));
	TRY(events_leave(k, o, p, now, e));
	TRY(drafts_drop(k, o, p, now, e));
	return published_end_of(k, o, PUBLISHED_LISTING, now, e);
}

bool
restrict_lines(struct keeper *k, int64_t member, struct buf *into, struct err *e)
{
	int64_t id[RESTRICT_LINES];
	size_t n;

	TRY(published_ids(k, member, PUBLISHED_LISTING, id, COUNT(id), &n, e));
	pack_u32(into, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		pack_i64(into, id[i]);
	return buf_ok(into, e);
}

/* ---- operations ---- */

bool
op_restrict(struct keeper *k, struct act *a, struct err *e)
{
	bool on = unpack_u8(&a->in) == 1;
	unsigned bits = on ? a->restricted | RESTRICTED_OWN : a->restricted & ~RESTRICTED_OWN;

	TRY(act_read(a, e));
	TRY(on ? restrict_lines(k, a->owner.number, a->out, e) : (pack_u32(a->out, 0), true));
	if (bits == a->restricted)
		return true;		/* it is so already */
	if (on) {
		TRY(restrict_quiet(k, &a->owner, a->purpose, a->now, e));
		TRY(recipients_note(k, &a->owner, RECIPIENT_RESTRICTED, ~UINT64_C(0), a->now, e));
	}
	TRY(member_restrict(k, a->owner.number, bits, e));
	TRY(address_notify(k, &a->owner, a->lang, MAIL_RESTRICTED, on ? "restricted" : "lifted", a->purpose, a->now, e));
	return act_record(k, a, on ? "restricted" : "lifted", e);
}

bool
op_ask_first(struct keeper *k, struct act *a, struct err *e)
{
	bool on = unpack_u8(&a->in) == 1;

	TRY(act_read(a, e));
	TRY(setting_put(k, a->owner.number, SETTING_ASK_FIRST, on, e));
	return act_record(k, a, on ? "ask me first: on" : "ask me first: off", e);
}
