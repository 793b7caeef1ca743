#include "privacy/facts/assurance.h"
#include "privacy/facts/assurer_challenge.h"
#include "privacy/facts/event_part.h"
#include "privacy/facts/third_party.h"
#include "privacy/rights/export_sections.h"

#define EVENTS_AT_ONCE	4	/* statements of GATHER_ROWS events: few of them are of this member */

/* ---- vouching ---- */

static const struct sql
sql_received = { "export_received", "ii", "i", "SELECT id FROM assurance WHERE member = $1 AND id > $2 ORDER BY id LIMIT 64" },
sql_given = { "export_given", "ii", "i", "SELECT id FROM assurance WHERE giver = $1 AND id > $2 ORDER BY id LIMIT 64" };

/* What two people keep of each other: the assurer's name (or the third party's), the member's initials. */
static bool
other(struct gather *g, const struct assurance *a, bool given, struct err *e)
{
	DROP(buf_wipe) struct buf name = {0};

	if (given)
		TRY(name_lent(g->k, a->member, FIELD_INITIALS, &name, e));
	else if (a->third_party > 0)
		TRY(third_party_text(g->k, a->third_party, &name, e));
	else
		TRY(name_lent(g->k, a->giver, FIELD_SIGNER, &name, e));
	tape_bytes(&g->tape, span_buf(&name));
	return buf_ok(&name, e);
}

static bool
assurance_row(struct gather *g, int64_t id, bool given, struct err *e)
{
	DROP(meeting_wipe) struct meeting m = {0};
	struct assurance a;
	struct buf *t = &g->tape;

	TRY(assurance_get(g->k, id, &a, e));
	TRY(gather_allowed(g, FIELD_BIT(FIELD_MEETING) | FIELD_BIT(given ? FIELD_INITIALS : FIELD_SIGNER), e));
	TRY(meeting_get(g->k, &g->owner, id, &m, e));
	tape_int(t, id);
	TRY(other(g, &a, given, e));
	tape_int(t, a.points);
	tape_int(t, a.met_day);
	tape_int(t, a.noted_at);
	tape_int(t, a.made_at);
	tape_int(t, a.method);
	tape_text(t, m.place);
	tape_int(t, m.documents);
	tape_text(t, m.words);
	tape_int(t, a.names);
	tape_int(t, a.birth);
	tape_int(t, a.founding);
	tape_int(t, a.parent);
	tape_int(t, a.paper);
	tape_int(t, a.confirmed_at);
	tape_int(t, a.objected_at);
	tape_int(t, a.withdrawn_at);
	tape_int(t, a.falls_at);
	tape_int(t, a.link);
	tape_int(t, a.link_from);
	tape_int(t, a.link_to);
	return true;
}

static bool
received_row(struct gather *g, const struct rows *r, struct err *e)
{
	return assurance_row(g, rows_i64(r, 0), false, e);
}

static bool
given_row(struct gather *g, const struct rows *r, struct err *e)
{
	return assurance_row(g, rows_i64(r, 0), true, e);
}

const struct export_reader
reader_received = { &sql_received, received_row, NULL },
reader_given = { &sql_given, given_row, NULL };

/* ---- the assurer challenge ---- */

static bool
challenge_walk(struct gather *g, bool *more, struct err *e)
{
	struct sitting s;

	*more = false;
	TRY(sitting_get(g->k, g->owner.number, &s, e));
	if (s.id == 0)
		return true;
	if (s.ended_at != 0)
		TRY(sitting_open(g->k, &g->owner, &s, e));
	tape_row(&g->tape);
	g->rows++;
	tape_text(&g->tape, s.language);
	tape_int(&g->tape, s.begun_at);
	tape_int(&g->tape, s.until);
	tape_int(&g->tape, s.ended_at);
	tape_int(&g->tape, (int64_t)s.n);
	tape_int(&g->tape, s.right);
	tape_int(&g->tape, s.needed);
	tape_list(&g->tape, s.ended_at == 0 ? 0 : (uint32_t)s.n);
	for (size_t i = 0; i < s.n && s.ended_at != 0; i++) {
		char text[32];
		int n = 0;

		/* Options count from 1 for people. */
		for (unsigned bit = 0; bit < 8; bit++)
			if ((s.chosen[i] >> bit & 1) != 0 && n < (int)sizeof(text) - 4)
				n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%u", n == 0 ? "" : "+", bit + 1);
		pack_bytes(&g->tape, text, (size_t)n);
	}
	return true;
}

const struct export_reader reader_challenge = { NULL, NULL, challenge_walk };

/* ---- hand-overs ---- */

static const struct sql
sql_handovers = { "export_handovers", "ii", "iiiiiiiiii",
	"SELECT id, assurer, kind, state, made_at, expires, taken_at, used_at, wrong, shown FROM handover"
	" WHERE member = $1 AND id > $2 ORDER BY id LIMIT 64" },
sql_uses = { "export_handover_uses", "iii", "iiiiii",
	"SELECT h.id, u.number, h.id, u.at, u.act, u.fields FROM handover h JOIN handover_use u ON u.handover = h.id"
	" WHERE h.member = $1 AND (h.id, u.number) > ($2, $3) ORDER BY h.id, u.number LIMIT 64" };

static bool
handover_row(struct gather *g, const struct rows *r, struct err *e)
{
	DROP(buf_wipe) struct buf name = {0};

	if (rows_i64(r, 1) != 0)
		TRY(name_lent(g->k, rows_i64(r, 1), FIELD_SIGNER, &name, e));
	tape_int(&g->tape, rows_i64(r, 0));
	tape_bytes(&g->tape, span_buf(&name));
	for (int i = 2; i < 10; i++)
		tape_int(&g->tape, rows_i64(r, i));
	return gather_open(g, FIELD_CODE, rows_i64(r, 0), e);
}

const struct export_reader
reader_handovers = { &sql_handovers, handover_row, NULL },
reader_handover_uses = { &sql_uses, NULL, NULL };

/* ---- events ---- */

static const struct sql sql_events = { "export_events", "i", "i", "SELECT id FROM event WHERE id > $1 ORDER BY id LIMIT 64" };

static bool
event_row(struct gather *g, const struct event *ev, const struct event_part *visit, uint32_t what, struct err *e)
{
	struct buf *t = &g->tape;

	tape_row(t);
	g->rows++;
	tape_int(t, what);
	tape_text(t, ev->place);
	tape_int(t, ev->begins);
	tape_int(t, ev->ends);
	tape_int(t, ev->east);
	tape_int(t, ev->capacity);
	tape_int(t, ev->off_at);
	if (visit == NULL) {
		tape_null(t);
		tape_null(t);
		tape_null(t);
		return true;
	}
	tape_int(t, visit->number);
	tape_int(t, visit->named);
	return gather_open(g, FIELD_CODE, visit->pass, e);
}

/* No table says who comes to which event: each is asked. */
static bool
event_one(struct gather *g, int64_t id, struct err *e)
{
	int64_t me = g->owner.number;
	struct event_part visit, desk;
	struct event ev;
	bool coming, checked_in, removed;
	uint32_t what;

	TRY(event_get(g->k, id, &ev, e));
	TRY(event_part_find(g->k, id, PART_VISITOR, me, &visit, &coming, e));
	TRY(event_part_find(g->k, id, PART_ASSURER, me, &desk, &checked_in, e));
	TRY(event_part_find(g->k, id, PART_REMOVED, me, &desk, &removed, e));
	what = (uint32_t)(ev.announcer == me) | (uint32_t)coming << 1 | (uint32_t)checked_in << 2 | (uint32_t)removed << 3;
	return what == 0 || event_row(g, &ev, coming ? &visit : NULL, what, e);
}

static bool
events_walk(struct gather *g, bool *more, struct err *e)
{
	*more = true;
	for (int turn = 0; turn < EVENTS_AT_ONCE && *more && !gather_full(g); turn++) {
		DROP(rows_drop) struct rows *r = NULL;
		struct err end = {0};
		size_t n = 0;

		TRY(sql_ask(g->k->store, &r, &sql_events, e, g->key));
		for (; rows_next(r, &end); n++) {
			g->key = rows_i64(r, 0);
			TRY(event_one(g, g->key, e));
		}
		TRY(err_hand_on(e, &end));
		*more = n == GATHER_ROWS;
	}
	return true;
}

const struct export_reader reader_events = { NULL, NULL, events_walk };

/* ---- slips and papers ---- */

static const struct sql
sql_slips = { "export_slips", "ii", "iiiiiiiiii",
	"SELECT number, number, points, met_day, made_at, expires, ended_at, wrong, state, parent FROM slip"
	" WHERE giver = $1 AND number > $2 ORDER BY number LIMIT 64" },
sql_papers = { "export_papers", "ii", "iiiiii",
	"SELECT number, number, assurance, made_at, destroyed_at, CASE WHEN offered_to > 0 THEN 1 ELSE 0 END FROM paper"
	" WHERE holder = $1 AND number > $2 ORDER BY number LIMIT 64" };

const struct export_reader
reader_slips = { &sql_slips, NULL, NULL },
reader_papers = { &sql_papers, NULL, NULL };
