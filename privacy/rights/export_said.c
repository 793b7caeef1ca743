/* What was published, written and decided, and the mails about it. */
#include "privacy/facts/decision.h"
#include "privacy/facts/mail.h"
#include "privacy/rights/export.h"
#include "privacy/rights/guest.h"

/* As the history names them. */

/* ---- what is public, and messages ---- */

static const struct sql
sql_published = { "export_published", "ii", "iiiii",
	"SELECT id, kind, state, at, number FROM published WHERE member = $1 AND id > $2 ORDER BY id LIMIT 64" },
sql_contacts = { "export_contacts", "ii", "iiii",
	"SELECT id, asker, made, answered FROM contact WHERE (asker = $1 OR assurer = $1) AND id > $2 ORDER BY id LIMIT 64" };

/* As the portal handed them over when the copy was asked for; what was published since has none. */
static bool
published_words(struct gather *g, int64_t id, struct err *e)
{
	DROP(buf_wipe) struct buf shown = {0};
	struct span s;
	uint32_t n;

	TRY(copy_shown(g->k, g->copy, &g->owner, &shown, e));
	s = span_buf(&shown);
	n = s.len == 0 ? 0 : unpack_u32(&s);
	for (uint32_t i = 0; i < n && !s.bad; i++) {
		bool it = unpack_i64(&s) == id;
		struct span words = unpack_bytes(&s);

		if (it && !s.bad) {
			tape_bytes(&g->tape, words);
			return true;
		}
	}
	tape_null(&g->tape);
	return true;
}

static bool
published_row(struct gather *g, const struct rows *r, struct err *e)
{
	for (int i = 1; i < 5; i++)
		tape_int(&g->tape, rows_i64(r, i));
	return published_words(g, rows_i64(r, 0), e);
}

/* The words are the writer's; the other one got them by mail. */
static bool
contact_row(struct gather *g, const struct rows *r, struct err *e)
{
	bool mine = rows_i64(r, 1) == g->owner.number;

	tape_int(&g->tape, mine);
	tape_int(&g->tape, rows_i64(r, 2));
	tape_int(&g->tape, rows_i64(r, 3));
	if (mine)
		return gather_open(g, FIELD_MESSAGE, rows_i64(r, 0), e);
	tape_null(&g->tape);
	return true;
}

const struct export_reader
reader_published = { &sql_published, published_row, NULL },
reader_contacts = { &sql_contacts, contact_row, NULL };

/* ---- decisions ---- */

static const struct sql
sql_decisions = { "export_decisions", "ii", "iiiiiiiiB",
	"SELECT id, subject, asked_by, kind, state, asked_at, decided_at, key, reason FROM decision"
	" WHERE ((subject > 0 AND subject = $1) OR (asked_by > 0 AND asked_by = $1)) AND id > $2 ORDER BY id LIMIT 64" },
sql_votes = { "export_votes", "ii", "iiiib",
	"SELECT decision, yes, at, key, reason FROM decision_vote WHERE officer > 0 AND officer = $1 AND decision > $2"
	" ORDER BY decision LIMIT 64" },
sql_holds = { "export_holds", "ii", "iiiiiii",
	"SELECT decision, decision, ground, groups, days, until, ended FROM hold WHERE member = $1 AND member > 0 AND until > 0 AND decision > $2"
	" ORDER BY decision LIMIT 64" },
sql_exclusions = { "export_exclusions", "ii", "iiii",
	"SELECT decision, decision, until, ended FROM exclusion WHERE member = $1 AND member > 0 AND until > 0 AND decision > $2"
	" ORDER BY decision LIMIT 64" },
sql_guest_seats = { "export_guest_seats", "ii", "iiiiiii",
	"SELECT decision, disclosure, state, since, until, ended, voted FROM guest_officer"
	" WHERE member = $1 AND member > 0 AND until > 0 AND decision > $2 ORDER BY decision LIMIT 64" },
sql_founders = { "export_founders", "i", "i", "SELECT decision FROM founder WHERE member = $1 ORDER BY decision" };

/*
 * One's own words always; those of an officer about this member once it was decided:
 * till then they say what is being looked into.
 */
static bool
decision_reason(struct gather *g, const struct rows *r, struct err *e)
{
	DROP(buf_wipe) struct buf words = {0};
	int64_t id = rows_i64(r, 0), me = g->owner.number;

	if (rows_i64(r, 3) == DECISION_OBJECTION && rows_i64(r, 1) == me)
		return gather_open(g, FIELD_MESSAGE, id, e);
	if (rows_null(r, 8) || (rows_i64(r, 2) != me && rows_i64(r, 4) == DECISION_OPEN)) {
		tape_null(&g->tape);
		return true;
	}
	TRY(gather_allowed(g, FIELD_BIT(FIELD_MESSAGE), e));
	TRY(decision_words(g->k, id, 0, rows_bytes(r, 8), rows_i64(r, 7), &words, e));
	tape_bytes(&g->tape, span_buf(&words));
	return true;
}

static bool
decision_row(struct gather *g, const struct rows *r, struct err *e)
{
	int64_t me = g->owner.number;

	tape_int(&g->tape, rows_i64(r, 0));
	tape_int(&g->tape, rows_i64(r, 3));
	tape_int(&g->tape, (rows_i64(r, 1) == me) | (rows_i64(r, 2) == me) << 1);
	for (int i = 4; i < 7; i++)
		tape_int(&g->tape, rows_i64(r, i));
	return decision_reason(g, r, e);
}

static bool
vote_row(struct gather *g, const struct rows *r, struct err *e)
{
	DROP(buf_wipe) struct buf words = {0};

	TRY(gather_allowed(g, FIELD_BIT(FIELD_MESSAGE), e));
	TRY(decision_words(g->k, rows_i64(r, 0), g->owner.number, rows_bytes(r, 4), rows_i64(r, 3), &words, e));
	tape_int(&g->tape, rows_i64(r, 0));
	tape_int(&g->tape, rows_i64(r, 1) == 1);	/* 2: an objection to a notice */
	tape_int(&g->tape, rows_i64(r, 2));
	tape_bytes(&g->tape, span_buf(&words));
	return true;
}

static bool
guest_seat_row(struct gather *g, const struct rows *r, struct err *e)
{
	struct guest seat = { .decision = rows_i64(r, 0), .disclosure = rows_i64(r, 1) };
	struct guest_words w;

	TRY(guest_words(g->k, &seat, &w, e));
	for (int i = 1; i < 7; i++)
		tape_int(&g->tape, rows_i64(r, i));
	tape_bytes(&g->tape, span_text(w.community));
	return true;
}

const struct export_reader
reader_decisions = { &sql_decisions, decision_row, NULL },
reader_votes = { &sql_votes, vote_row, NULL },
reader_exclusions = { &sql_exclusions, NULL, NULL },
reader_guest_seats = { &sql_guest_seats, guest_seat_row, NULL },
reader_holds = { &sql_holds, NULL, NULL },
reader_founders = { &sql_founders, NULL, NULL };

/* ---- mails ---- */

static const struct sql
sql_mails = { "export_mails", "ii", "iiiiiiiiBB",
	"SELECT id, kind, state, purpose, made, expires, tries, key, address, object FROM mail"
	" WHERE subject = $1 AND id > $2 ORDER BY id LIMIT 64" },
sql_links = { "export_links", "ii", "iiiI",
	"SELECT id, kind, expires, used FROM mail_token WHERE subject = $1 AND id > $2 ORDER BY id LIMIT 64" };

static bool
mail_row(struct gather *g, const struct rows *r, struct err *e)
{
	DROP(buf_wipe) struct buf to = {0}, about = {0};
	bool told = rows_i64(r, 1) != MAIL_ADDRESS;

	TRY(gather_allowed(g, FIELD_BIT(FIELD_ADDRESS) | FIELD_BIT(FIELD_MAIL_BODY), e));
	if (told)
		TRY(mail_words(g->k, g->owner.number, rows_i64(r, 0), rows_i64(r, 7), rows_bytes(r, 8), rows_bytes(r, 9), &to, &about, e));
	for (int i = 1; i < 7; i++)
		tape_int(&g->tape, told || (i != 2 && i != 6) ? rows_i64(r, i) : 0);	/* how it stands, and tries */
	tape_bytes(&g->tape, span_buf(&to));
	tape_bytes(&g->tape, span_buf(&about));
	return buf_ok(&to, e) && buf_ok(&about, e);
}

const struct export_reader
reader_mails = { &sql_mails, mail_row, NULL },
reader_links = { &sql_links, NULL, NULL };
