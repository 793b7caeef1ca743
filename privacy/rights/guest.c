#include <string.h>
#include "privacy/facts/address.h"
#include "privacy/facts/day.h"
#include "privacy/facts/decision_row.h"
#include "privacy/facts/member.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/record.h"
#include "privacy/message.h"
#include "privacy/rights/disclose_row.h"
#include "privacy/rights/guest.h"

#define COLUMN_WORDS	1u	/* inside the sealed place */

const char guest_schema[] =
"CREATE TABLE guest_officer ("
" decision INTEGER PRIMARY KEY REFERENCES decision (id),"
" disclosure INTEGER NOT NULL REFERENCES disclosure (number),"
" member INTEGER NOT NULL,"		/* 0: erased since */
" state INTEGER NOT NULL,"		/* enum guest_state */
" since INTEGER NOT NULL,"		/* accepted; 0: not */
" until INTEGER NOT NULL,"		/* when the disclosure lapses */
" ended INTEGER NOT NULL,"
" voted INTEGER NOT NULL,"
" words BLOB) STRICT;"			/* sealed with the case's key */
"CREATE INDEX guest_disclosure ON guest_officer (disclosure, decision);"
"CREATE INDEX guest_member ON guest_officer (member) WHERE member > 0;"
"CREATE INDEX guest_since ON guest_officer (since DESC) WHERE since > 0;"
"CREATE INDEX guest_sits ON guest_officer (since) WHERE state = 3;";
_Static_assert(GUEST_ASKED == 1 && GUEST_OFFERED == 2 && GUEST_SITS == 3 && GUEST_OVER == 4, "the statements say so");

#define COLUMNS "SELECT decision, disclosure, member, state, since, until, ended, voted FROM guest_officer"
#define LETTERS "iiiiiiii"

static const struct sql
sql_add = { "guest_add", "iiib", "",
	"INSERT INTO guest_officer (decision, disclosure, member, state, since, until, ended, voted, words)"
	" VALUES ($1, $2, $3, 1, 0, 0, 0, 0, $4)" },
sql_set = { "guest_set", "iiiiii", "",
	"UPDATE guest_officer SET state = $1, since = $2, until = $3, ended = $4, voted = $5 WHERE decision = $6" },
sql_get = { "guest_get", "i", LETTERS, COLUMNS " WHERE decision = $1" },
sql_of = { "guest_of", "ii", LETTERS,
	COLUMNS " WHERE member = $1 AND member > 0 AND disclosure = $2 AND until > 0 ORDER BY decision DESC LIMIT 1" },
sql_of_disclosure = { "guest_of_disclosure", "ii", LETTERS, COLUMNS " WHERE disclosure = $1 ORDER BY decision DESC LIMIT $2" },
sql_of_member = { "guest_of_member", "ii", LETTERS,
	COLUMNS " WHERE member = $1 AND member > 0 AND state IN (2, 3) ORDER BY decision DESC LIMIT $2" },
sql_sits = { "guest_sits", "i", LETTERS, COLUMNS " WHERE state = 3 ORDER BY since LIMIT $1" },
sql_sat = { "guest_sat", "i", LETTERS, COLUMNS " WHERE since > 0 ORDER BY since DESC LIMIT $1" },
sql_words = { "guest_words", "i", "B", "SELECT words FROM guest_officer WHERE decision = $1" },
sql_words_gone = { "guest_words_gone", "i", "", "UPDATE guest_officer SET words = NULL WHERE disclosure = $1" };

struct guests { struct guest row[GUESTS_LISTED]; size_t n; };

/* ---- rows ---- */

static void
row_read(const struct rows *r, struct guest *g)
{
	*g = (struct guest){ .decision = rows_i64(r, 0), .disclosure = rows_i64(r, 1), .member = rows_i64(r, 2),
	    .state = (enum guest_state)rows_i64(r, 3), .since = rows_i64(r, 4), .until = rows_i64(r, 5), .ended = rows_i64(r, 6),
	    .voted = rows_i64(r, 7) != 0 };
}

/* Of a query under way. */
static bool
rows_all(struct rows *r, struct guests *into, struct err *e)
{
	struct err end = {0};

	for (into->n = 0; into->n < COUNT(into->row) && rows_next(r, &end);)
		row_read(r, &into->row[into->n++]);
	return err_hand_on(e, &end);
}

static bool
rows_of(struct keeper *k, const struct sql *s, int64_t of, struct guests *into, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_ask(k->store, &r, s, e, of, (int64_t)GUESTS_SHOWN));
	return rows_all(r, into, e);
}

static bool
rows_listed(struct keeper *k, const struct sql *s, struct guests *into, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_ask(k->store, &r, s, e, (int64_t)GUESTS_LISTED));
	return rows_all(r, into, e);
}

static bool
place_of(struct keeper *k, const struct guest *g, struct seal_place *at, struct err *e)
{
	struct case_row c;

	TRY(case_get(k, g->disclosure, &c, e));
	*at = (struct seal_place){ .table = "guest_officer", .field = COLUMN_WORDS, .subject = c.owner.number, .object = g->decision,
	    .version = 1, .key = c.owner.key };
	return true;
}

bool
guest_add(struct keeper *k, const struct guest *g, const struct guest_words *w, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0}, box = {0};
	struct seal_place at;

	pack_text(&plain, w->community);
	pack_text(&plain, w->site);
	TRY(buf_ok(&plain, e));
	TRY(place_of(k, g, &at, e));
	TRY(vault_seal(k->vault, &at, span_buf(&plain), &box, e));
	return sql_do(k->store, &sql_add, e, g->decision, g->disclosure, g->member, (const void *)box.data, box.len);
}

bool
guest_set(struct keeper *k, const struct guest *g, struct err *e)
{
	return sql_do(k->store, &sql_set, e, (int64_t)g->state, g->since, g->until, g->ended, (int64_t)g->voted, g->decision);
}

bool
guest_get(struct keeper *k, int64_t decision, struct guest *g, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_get, e, decision));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "guest: none by that decision");
	row_read(r, g);
	return true;
}

bool
guest_of(struct keeper *k, int64_t member, int64_t disclosure, struct guest *g, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_of, e, member, disclosure));
	if (r == NULL)
		return REFUSE(e, ERR_ABSENT, WHY_GUEST, "guest: not of this disclosure");
	row_read(r, g);
	return true;
}

bool
guest_there(struct keeper *k, int64_t disclosure, struct guest *g, struct err *e)
{
	struct guests l;

	TRY(rows_of(k, &sql_of_disclosure, disclosure, &l, e));
	for (size_t i = 0; i < l.n; i++)
		if (l.row[i].state == GUEST_OFFERED || l.row[i].state == GUEST_SITS) {
			*g = l.row[i];
			return true;
		}
	return REFUSE(e, ERR_CONFLICT, WHY_GUEST, "guest: none there");
}

bool
guest_words(struct keeper *k, const struct guest *g, struct guest_words *w, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};
	DROP(rows_drop) struct rows *r = NULL;
	struct seal_place at;
	struct span a;

	memset(w, 0, sizeof(*w));
	TRY(sql_first(k->store, &r, &sql_words, e, g->decision));
	if (r == NULL || rows_null(r, 0))
		return true;
	TRY(place_of(k, g, &at, e));
	TRY(vault_unseal(k->vault, &at, rows_bytes(r, 0), &plain, e));
	a = span_buf(&plain);
	unpack_text(&a, w->community, sizeof(w->community));
	unpack_text(&a, w->site, sizeof(w->site));
	return unpack_end(&a, "guest: words", e);
}

bool
guest_words_gone(struct keeper *k, int64_t disclosure, struct err *e)
{
	return sql_do(k->store, &sql_words_gone, e, disclosure);
}

/* ---- is one needed? ---- */

/* Officers of this site who have a vote on it, used or not; of these without `but`. */
static bool
free_officers(struct keeper *k, const struct decision *d, int64_t but, size_t *all, size_t *others, struct err *e)
{
	int64_t officer[ROLE_HOLDERS];
	size_t n;

	*all = *others = 0;
	TRY(role_holders(k, ROLE_OFFICER, officer, &n, e));
	for (size_t i = 0; i < n; i++) {
		enum decision_mine m;

		TRY(decision_mine(k, d, officer[i], &m, e));
		if (m != DECISION_MAY_VOTE && m != DECISION_VOTED_YES && m != DECISION_VOTED_NO)
			continue;
		++*all;
		*others += officer[i] != but;
	}
	return true;
}

/* Is one there already, in whatever stage, or have enough been there? */
static bool
borrowed(struct keeper *k, int64_t disclosure, bool *yes, struct err *e)
{
	struct guests l;
	size_t sat = 0;

	*yes = false;
	TRY(rows_of(k, &sql_of_disclosure, disclosure, &l, e));
	for (size_t i = 0; i < l.n; i++) {
		*yes = *yes || l.row[i].state != GUEST_OVER || l.row[i].voted;
		sat += l.row[i].since > 0;
	}
	*yes = *yes || sat >= GUESTS_MOST;
	return true;
}

bool
guest_need(struct keeper *k, int64_t disclosure, int64_t officer, enum guest_need *need, struct err *e)
{
	struct decision d;
	size_t all, others;
	bool there;

	*need = GUEST_NOT_NEEDED;
	TRY(decision_get(k, disclosure, &d, e));
	if (d.state != DECISION_OPEN)
		return true;
	TRY(free_officers(k, &d, officer, &all, &others, e));
	TRY(borrowed(k, disclosure, &there, e));
	if (all < DECISION_VOTES && !there)
		*need = others > 0 ? GUEST_NEEDED : GUEST_NOBODY_FREE;
	return true;
}

bool
guest_needed_still(struct keeper *k, const struct guest *g, struct err *e)
{
	struct decision d;
	size_t all, others;

	TRY(decision_get(k, g->disclosure, &d, e));
	if (d.state == DECISION_OPEN) {
		TRY(free_officers(k, &d, 0, &all, &others, e));
		if (all > 0 && all < DECISION_VOTES)
			return true;
	}
	return REFUSE(e, ERR_CONFLICT, WHY_GUEST_ENOUGH, "guest: not needed any more");
}

/* ---- who may be one ---- */

static bool
young(struct keeper *k, const struct owner *o, int64_t now, bool *yes, struct err *e)
{
	int64_t birth;

	TRY(trust_birth(k, o, &birth, e));
	*yes = birth != DAY_NONE && day_age(birth, day_of(now)) < k->set->trust.adult_age;
	return true;
}

/* Is it about them or about somebody they have a tie with, or have they one with who asked for it, or names them? */
static bool
partial(struct keeper *k, int64_t member, int64_t disclosure, int64_t officer, bool *yes, struct err *e)
{
	int64_t other[2] = { 0, officer };
	struct decision d;

	TRY(decision_get(k, disclosure, &d, e));
	other[0] = d.asked_by;
	TRY(disclosure_names(k, disclosure, member, yes, e));
	if (!*yes)
		TRY(disclosure_tied(k, disclosure, member, yes, e));
	for (size_t i = 0; i < COUNT(other) && !*yes; i++) {
		*yes = other[i] == member;
		if (other[i] != 0 && !*yes)
			TRY(case_tie(k, other[i], member, yes, e));
	}
	return true;
}

bool
guest_fits(struct keeper *k, int64_t member, int64_t disclosure, int64_t officer, int64_t now, struct err *e)
{
	const uint32_t seats = 1u << ROLE_SUPPORT | 1u << ROLE_OFFICER | 1u << ROLE_AUDITOR;
	bool is_partial, is_young;
	struct member_facts f;
	struct owner o;

	TRY(member_owner(k, member, &o, &f, e));
	TRY(partial(k, member, disclosure, officer, &is_partial, e));
	TRY(young(k, &o, now, &is_young, e));
	return (!is_partial && !is_young && (f.roles & seats) == 0 && f.restricted == 0 && f.bar_until <= now &&
	    (f.steps & STEP_ADDRESS) != 0) || REFUSE(e, ERR_CONFLICT, WHY_GUEST_MEMBER, "guest: not this member");
}

bool
guest_fits_still(struct keeper *k, const struct guest *g, int64_t now, struct err *e)
{
	struct decision d;

	TRY(decision_get(k, g->decision, &d, e));
	return guest_fits(k, g->member, g->disclosure, d.asked_by, now, e);
}

bool
guest_sits(struct keeper *k, const struct act *a, int64_t disclosure, struct guest *g, struct err *e)
{
	struct decision d;

	if ((a->flags & SESSION_CERTIFICATE) != 0)
		return REFUSE(e, ERR_DENIED, WHY_CERTIFICATE_SESSION, "guest: by certificate");
	TRY(guest_of(k, a->owner.number, disclosure, g, e));
	TRY(decision_get(k, disclosure, &d, e));
	if (g->state != GUEST_SITS || g->until <= a->now || d.state != DECISION_OPEN)
		return REFUSE(e, ERR_DENIED, WHY_GUEST, "guest: not sitting");
	return guest_fits_still(k, g, a->now, e);
}

bool
guest_sits_somewhere(struct keeper *k, int64_t member, bool *yes, struct err *e)
{
	struct guests l;

	*yes = false;
	TRY(rows_of(k, &sql_of_member, member, &l, e));
	for (size_t i = 0; i < l.n; i++)
		*yes = *yes || l.row[i].state == GUEST_SITS;
	return true;
}

/* ---- what happens ---- */

static bool
said(struct keeper *k, int64_t disclosure, const char *what, int64_t now, struct err *e)
{
	struct case_row c;

	TRY(case_get(k, disclosure, &c, e));
	return disclosure_said(k, &c, what, ACTOR_SYSTEM, now, e);
}

static bool
tell(struct keeper *k, const struct guest *g, const char *what, int64_t now, struct err *e)
{
	struct member_facts f;
	struct owner o;

	TRY(member_owner(k, g->member, &o, &f, e));
	return address_notify_primary(k, &o, f.lang, MAIL_GUEST, what, PURPOSE_GUEST, now, e);
}

static bool
line(struct keeper *k, const struct guest *g, const char *what, int64_t now, struct err *e)
{
	char object[64];
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_GUEST, .role = ACTOR_SYSTEM, .object = object };

	TRY(member_owner(k, g->member, &o, NULL, e));
	snprintf(object, sizeof(object), "disclosure %lld: %s", (long long)g->disclosure, what);
	return keeper_record(k, &l, now, NULL, e);
}

bool
guest_decided(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	struct decision about;
	struct guest g;

	TRY(guest_get(k, d->id, &g, e));
	if (d->state != DECISION_AGREED)
		return guest_lapsed(k, d->id, a->now, e);
	if (g.state != GUEST_ASKED || g.member == 0)
		return REFUSE(e, ERR_CONFLICT, WHY_GUEST_MEMBER, "guest: no member any more");
	TRY(guest_needed_still(k, &g, e));
	TRY(guest_fits_still(k, &g, a->now, e));
	TRY(decision_get(k, g.disclosure, &about, e));
	g.state = GUEST_OFFERED;
	g.until = about.asked_at + DECISION_LIFE;
	TRY(guest_set(k, &g, e));
	TRY(said(k, g.disclosure, "a guest officer is asked", a->now, e));
	TRY(line(k, &g, "a guest officer's seat offered", a->now, e));
	return tell(k, &g, MSG("officers ask you to decide about one disclosure with them"), a->now, e);
}

bool
guest_lapsed(struct keeper *k, int64_t decision, int64_t now, struct err *e)
{
	struct guest g;

	TRY(guest_get(k, decision, &g, e));
	g.state = GUEST_OVER;
	g.ended = now;
	return guest_set(k, &g, e);
}

bool
guest_end(struct keeper *k, struct guest *g, bool told, int64_t now, struct err *e)
{
	g->state = GUEST_OVER;
	g->ended = now;
	TRY(guest_set(k, g, e));
	TRY(said(k, g->disclosure, "a guest officer's seat ended", now, e));
	TRY(line(k, g, "a guest officer's seat ended", now, e));
	return !told || tell(k, g, MSG("your guest seat has ended"), now, e);
}

bool
guests_over(struct keeper *k, int64_t disclosure, int64_t now, struct err *e)
{
	struct guests l;

	TRY(rows_of(k, &sql_of_disclosure, disclosure, &l, e));
	for (size_t i = 0; i < l.n; i++) {
		struct guest *g = &l.row[i];

		if (g->state == GUEST_ASKED)
			TRY(decision_lapse(k, g->decision, now, e));
		else if (g->state != GUEST_OVER)
			TRY(guest_end(k, g, true, now, e));
	}
	return true;
}

bool
guest_leaves(struct keeper *k, int64_t member, int64_t now, struct err *e)
{
	struct guests l;

	TRY(rows_of(k, &sql_of_member, member, &l, e));
	for (size_t i = 0; i < l.n; i++)
		TRY(guest_end(k, &l.row[i], false, now, e));
	return true;
}

/* ---- what others read ---- */

bool
guest_took_part(struct keeper *k, int64_t disclosure, bool *yes, struct guest_words *w, struct err *e)
{
	struct guests l;

	*yes = false;
	TRY(rows_of(k, &sql_of_disclosure, disclosure, &l, e));
	for (size_t i = 0; i < l.n && !*yes; i++)
		if (l.row[i].voted) {
			*yes = true;
			TRY(guest_words(k, &l.row[i], w, e));
		}
	return true;
}

bool
guest_pack(struct keeper *k, const struct guest *g, struct buf *into, struct err *e)
{
	struct guest_words w;

	TRY(guest_words(k, g, &w, e));
	pack_i64(into, g->decision);
	pack_u8(into, g->state);
	pack_i64(into, g->since);
	pack_i64(into, g->until);
	pack_i64(into, g->ended);
	pack_u8(into, g->voted);
	pack_text(into, w.community);
	pack_text(into, w.site);
	return buf_ok(into, e);
}

bool
guests_pack(struct keeper *k, int64_t disclosure, struct buf *into, struct err *e)
{
	struct guests l;

	TRY(rows_of(k, &sql_of_disclosure, disclosure, &l, e));
	pack_u32(into, (uint32_t)l.n);
	for (size_t i = 0; i < l.n; i++)
		TRY(guest_pack(k, &l.row[i], into, e));
	return buf_ok(into, e);
}

bool
guest_seats_pack(struct keeper *k, struct buf *into, struct err *e)
{
	struct guests l;

	TRY(rows_listed(k, &sql_sits, &l, e));
	pack_u32(into, (uint32_t)l.n);
	for (size_t i = 0; i < l.n; i++) {
		DROP(buf_wipe) struct buf name = {0};
		struct guest_words w;

		TRY(guest_words(k, &l.row[i], &w, e));
		TRY(seat_name(k, l.row[i].member, &name, e));
		pack_i64(into, l.row[i].since);
		pack_i64(into, l.row[i].until);
		pack_text(into, w.community);
		pack_text(into, w.site);
		pack_bytes(into, name.data, name.len);
	}
	return buf_ok(into, e);
}

bool
guest_audit_pack(struct keeper *k, struct buf *into, struct err *e)
{
	struct guests l;

	TRY(rows_listed(k, &sql_sat, &l, e));
	pack_u32(into, (uint32_t)l.n);
	for (size_t i = 0; i < l.n; i++) {
		struct guest_words w;

		TRY(guest_words(k, &l.row[i], &w, e));
		pack_i64(into, l.row[i].since);
		pack_i64(into, l.row[i].until);
		pack_i64(into, l.row[i].ended);
		pack_u8(into, l.row[i].voted);
		pack_text(into, w.community);
		pack_text(into, w.site);
	}
	return buf_ok(into, e);
}

bool
guest_home_pack(struct keeper *k, int64_t member, struct buf *into, struct err *e)
{
	struct guests l;

	TRY(rows_of(k, &sql_of_member, member, &l, e));
	pack_u32(into, (uint32_t)l.n);
	for (size_t i = 0; i < l.n; i++) {
		pack_i64(into, l.row[i].disclosure);
		pack_u8(into, l.row[i].state);
	}
	return buf_ok(into, e);
}

bool
guest_show(struct keeper *k, const struct decision *d, struct buf *into, struct err *e)
{
	struct guest_words w = {0};
	struct guest g = {0};

	if (d->kind == DECISION_BORROW) {
		TRY(guest_get(k, d->id, &g, e));
		TRY(guest_words(k, &g, &w, e));
	}
	pack_i64(into, g.disclosure);
	pack_text(into, w.community);
	pack_text(into, w.site);
	return buf_ok(into, e);
}
