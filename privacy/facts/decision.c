#include <string.h>
#include "privacy/facts/assurance.h"
#include "privacy/facts/decision_row.h"
#include "privacy/facts/founding.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/disclose.h"

#define LISTED		100
#define VOTES_MOST	(2 * DECISION_VOTES)
#define COLUMN_REASON	1u	/* inside the sealed places */
#define COLUMN_VOTE	2u

const char decision_schema[] =
"CREATE TABLE decision ("
" id INTEGER PRIMARY KEY,"
" kind INTEGER NOT NULL,"		/* enum decision_kind */
" state INTEGER NOT NULL,"		/* enum decision_state */
" subject INTEGER NOT NULL,"		/* member number; 0: nobody in particular */
" assurance INTEGER NOT NULL,"
" asked_by INTEGER NOT NULL,"
" asked_at INTEGER NOT NULL,"
" decided_at INTEGER NOT NULL,"
" key INTEGER NOT NULL,"
" reason BLOB) STRICT;"			/* sealed with the site's key */
"CREATE INDEX decision_order ON decision ((state <> 1), id DESC);"	/* as the list shows them */
"CREATE INDEX decision_open ON decision (asked_at) WHERE state = 1;"
"CREATE INDEX decision_words ON decision (decided_at) WHERE assurance > 0 AND subject > 0;"	/* of objections */
"CREATE TABLE decision_vote ("
" decision INTEGER NOT NULL REFERENCES decision (id),"
" officer INTEGER NOT NULL,"
" yes INTEGER NOT NULL,"
" at INTEGER NOT NULL,"
" key INTEGER NOT NULL,"
" reason BLOB NOT NULL,"
" PRIMARY KEY (decision, officer)) STRICT, WITHOUT ROWID;"
"CREATE TABLE fall_notice ("		/* assurances found wrong whose members are still to be told */
" assurance INTEGER PRIMARY KEY REFERENCES assurance (id)) STRICT;";

#define COLUMNS "SELECT id, kind, state, subject, assurance, asked_by, asked_at, decided_at FROM decision"
#define LETTERS "iiiiiiii"

static const struct sql
sql_last = { "decision_last", "", "i", "SELECT CAST(COALESCE(MAX(id), 0) AS bigint) FROM decision WHERE id < 10000000" },	/* CASE_NUMBER_LEAST */
sql_add = { "decision_add", "iiiiiiiiiB", "",
	"INSERT INTO decision (id, kind, state, subject, assurance, asked_by, asked_at, decided_at, key, reason)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)" },
sql_get = { "decision_get", "i", LETTERS, COLUMNS " WHERE id = $1" },
sql_list = { "decision_list", "i", LETTERS, COLUMNS " ORDER BY state <> 1, id DESC LIMIT $1" },
sql_reason = { "decision_reason", "i", "iB", "SELECT key, reason FROM decision WHERE id = $1" },
sql_open = { "decision_open", "iiii", "i",
	"SELECT id FROM decision WHERE state = 1 AND kind = $1 AND subject = $2 AND ($3 = 0 OR assurance = $4) LIMIT 1" },
sql_end = { "decision_end", "iii", "", "UPDATE decision SET state = $1, decided_at = $2 WHERE id = $3 AND state = 1" },
sql_vote = { "decision_vote", "iiiiib", "",
	"INSERT INTO decision_vote (decision, officer, yes, at, key, reason) VALUES ($1, $2, $3, $4, $5, $6)" },
sql_votes = { "decision_votes", "ii", "i",
	"SELECT CAST(COUNT(*) AS bigint) FROM decision_vote WHERE decision = $1 AND yes = $2" },
sql_vote_list = { "decision_vote_list", "ii", "iiiib",
	"SELECT yes, at, officer, key, reason FROM decision_vote WHERE decision = $1 ORDER BY at, officer LIMIT $2" },
sql_my_vote = { "decision_my_vote", "ii", "i",
	"SELECT yes FROM decision_vote WHERE decision = $1 AND officer = $2" },
sql_about_votes = { "decision_about_votes", "bi", "",
	"UPDATE decision_vote SET key = 0, reason = $1 WHERE decision IN (SELECT id FROM decision WHERE subject = $2 AND subject > 0)" },
sql_about = { "decision_about", "i", "", "UPDATE decision SET subject = 0, reason = NULL WHERE subject = $1 AND subject > 0" },
sql_asker = { "decision_asker", "i", "", "UPDATE decision SET asked_by = 0 WHERE asked_by = $1 AND asked_by > 0" },
sql_voted = { "decision_voted", "i", "iib",
	"SELECT decision, key, reason FROM decision_vote WHERE officer = $1 AND officer > 0 LIMIT 1" },
sql_voter_low = { "decision_voter_low", "i", "i",
	"SELECT CAST(COALESCE(MIN(officer), 0) AS bigint) FROM decision_vote WHERE decision = $1 AND officer < 0" },
sql_voter_set = { "decision_voter_set", "ibii", "",
	"UPDATE decision_vote SET officer = $1, reason = $2 WHERE decision = $3 AND officer = $4" };

static void
row_read(const struct rows *r, struct decision *d)
{
	*d = (struct decision){ .id = rows_i64(r, 0), .kind = (enum decision_kind)rows_i64(r, 1),
	    .state = (enum decision_state)rows_i64(r, 2), .subject = rows_i64(r, 3), .assurance = rows_i64(r, 4),
	    .asked_by = rows_i64(r, 5), .asked_at = rows_i64(r, 6), .decided_at = rows_i64(r, 7) };
}

static struct seal_place
place_of(int64_t decision, int64_t officer, unsigned column, int64_t key)
{
	return (struct seal_place){ .table = "decision", .field = column, .subject = officer, .object = decision,
	    .version = 1, .key = key };
}

bool
reason_ok(const char *reason, struct err *e)
{
	size_t n = strlen(reason);

	if (n >= REASON_TEXT)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "reason: %zu bytes", n);
	return (n >= 3 && utf8_ok(reason, n)) || REFUSE(e, ERR_INPUT, WHY_WORDS, "reason: none");
}

/* ---- rows ---- */

bool
decision_add(struct keeper *k, struct decision *d, const char *reason, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf box = {0};
	int64_t key = vault_site_key(k->vault);
	struct seal_place at;

	if (d->kind != DECISION_DISCLOSURE) {	/* whose number is its case's */
		TRY(sql_first(k->store, &r, &sql_last, e));
		d->id = (r == NULL ? 0 : rows_i64(r, 0)) + 1;
	}
	rows_drop(&r);
	at = place_of(d->id, 0, COLUMN_REASON, key);
	if (reason[0] != '\0')
		TRY(vault_seal(k->vault, &at, span_text(reason), &box, e));
	d->state = DECISION_OPEN;
	return sql_do(k->store, &sql_add, e, d->id, (int64_t)d->kind, (int64_t)d->state, d->subject, d->assurance,
	    d->asked_by, d->asked_at, INT64_C(0), key, (const void *)box.data, box.len);
}

bool
decision_get(struct keeper *k, int64_t id, struct decision *d, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_get, e, id));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "decision: none of that id");
	row_read(r, d);
	return true;
}

bool
decision_words(struct keeper *k, int64_t id, int64_t officer, struct span box, int64_t key, struct buf *into,
    struct err *e)
{
	struct seal_place at = place_of(id, officer, officer == 0 ? COLUMN_REASON : COLUMN_VOTE, key);

	return box.len == 0 || vault_unseal(k->vault, &at, box, into, e);
}

bool
decision_is_open(struct keeper *k, enum decision_kind kind, int64_t subject, int64_t assurance, bool *yes,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_open, e, (int64_t)kind, subject, assurance, assurance));
	*yes = r != NULL;
	return true;
}

bool
decision_end(struct keeper *k, const struct decision *d, enum decision_state s, int64_t now, struct err *e)
{
	TRY(sql_do(k->store, &sql_end, e, (int64_t)s, now, d->id));
	if (sql_changed(k->store) != 1)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_DONE, "decision: it is");
	tally_decision(k, d->kind, s);
	return true;
}

/* ---- who may vote, and how it stands ---- */

static bool
votes(struct keeper *k, int64_t id, bool yes, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_votes, e, id, (int64_t)yes));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

/* Nobody decides what concerns them, nor (but for the founding) what they asked for. */
static bool
concerned(struct keeper *k, const struct decision *d, int64_t officer, bool *yes, struct err *e)
{
	struct assurance row;

	*yes = d->subject == officer || (d->kind != DECISION_FOUNDING && d->asked_by == officer);
	if (*yes || (d->kind != DECISION_OBJECTION && d->kind != DECISION_DISCLOSURE))
		return true;
	if (d->kind == DECISION_DISCLOSURE)
		return disclosure_names(k, d->id, officer, yes, e);
	TRY(assurance_get(k, d->assurance, &row, e));
	*yes = row.giver == officer || row.member == officer;
	return true;
}

static bool
mine(struct keeper *k, const struct decision *d, int64_t officer, enum decision_mine *m, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	bool is_concerned;

	TRY(sql_first(k->store, &r, &sql_my_vote, e, d->id, officer));
	if (r != NULL) {
		*m = rows_i64(r, 0) != 0 ? DECISION_VOTED_YES : DECISION_VOTED_NO;
		return true;
	}
	TRY(concerned(k, d, officer, &is_concerned, e));
	*m = is_concerned || d->state != DECISION_OPEN ? DECISION_MAY_NOT : DECISION_MAY_VOTE;
	return true;
}

/* ---- voting ---- */

static bool
vote_keep(struct keeper *k, struct act *a, const struct decision *d, bool yes, const char *reason, struct err *e)
{
	DROP(buf_wipe) struct buf box = {0};
	int64_t key = vault_site_key(k->vault);
	struct seal_place at = place_of(d->id, a->owner.number, COLUMN_VOTE, key);

	TRY(vault_seal(k->vault, &at, span_text(reason), &box, e));
	return sql_do(k->store, &sql_vote, e, d->id, a->owner.number, (int64_t)yes, a->now, key,
	    (const void *)box.data, box.len);
}

/* Whom a disclosure names must not learn of it here: for them there is none. */
static bool
decision_get_for(struct keeper *k, const struct act *a, int64_t id, struct decision *d, struct err *e)
{
	bool named = false;

	TRY(decision_get(k, id, d, e));
	if (d->kind == DECISION_DISCLOSURE)
		TRY(disclosure_names(k, id, a->owner.number, &named, e));
	return !named || FAIL(e, ERR_ABSENT, "decision: none for this officer");
}

/* A line about the site (what officers do stands there, too) and one of the officer's own. */
static bool
said(struct keeper *k, struct act *a, const struct decision *d, const char *what, struct err *e)
{
	char object[DETAIL_OBJECT];
	struct record_line l = { .about = &k->site, .purpose = PURPOSE_DECISION, .role = ACTOR_OFFICER,
	    .object = object, .actor = a->owner.number };

	snprintf(object, sizeof(object), "decision %lld: %s", (long long)d->id, what);
	TRY(role_key(k, a->owner.number, a->now, &l.role_key, e));
	TRY(keeper_record(k, &l, a->now, NULL, e));
	return act_record(k, a, object, e);
}

static bool
vote(struct keeper *k, struct act *a, struct decision *d, bool yes, const char *reason, struct err *e)
{
	enum decision_mine m;
	int64_t equal;

	if (d->state != DECISION_OPEN)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_DONE, "decision: it is");
	TRY(mine(k, d, a->owner.number, &m, e));
	if (m != DECISION_MAY_VOTE)
		return REFUSE(e, ERR_DENIED, WHY_DECISION_OWN, "decision: not this officer's");
	TRY(vote_keep(k, a, d, yes, reason, e));
	TRY(said(k, a, d, yes ? "a vote for it" : "a vote against it", e));
	TRY(votes(k, d->id, yes, &equal, e));
	if (equal < DECISION_VOTES)
		return true;
	d->state = yes ? DECISION_AGREED : DECISION_REFUSED;
	TRY(decision_end(k, d, d->state, a->now, e));
	TRY(said(k, a, d, yes ? "agreed" : "refused", e));
	return decision_apply(k, a, d, e);
}

bool
op_decision_vote(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	bool yes = unpack_u8(&a->in) == 1;
	char reason[KEEPER_TEXT_MAX + 1];
	struct member_facts f;
	struct decision d;
	struct owner o;

	unpack_text(&a->in, reason, sizeof(reason));
	TRY(act_read(a, e));
	TRY(reason_ok(reason, e));
	TRY(decision_get_for(k, a, id, &d, e));
	TRY(vote(k, a, &d, yes, reason, e));
	TRY(member_owner(k, a->owner.number, &o, &f, e));
	pack_u8(a->out, d.state);
	pack_u8(a->out, (f.roles & ~a->roles & 1u << ROLE_ASSURER) != 0);
	a->roles = f.roles;
	return true;
}

bool
decision_ask(struct keeper *k, struct act *a, struct decision *d, const char *reason, struct err *e)
{
	static const char *const asked[DECISION_KIND__COUNT] = {
		[DECISION_FOUNDING] = "founding asked for", [DECISION_SUSPEND] = "a suspension asked for",
		[DECISION_LIFT] = "the end of a suspension asked for", [DECISION_FRAUD] = "a finding of fraud asked for",
		[DECISION_SUPPORT_GIVE] = "a seat asked for", [DECISION_SUPPORT_END] = "the end of a seat asked for",
		[DECISION_OFFICER_GIVE] = "a seat asked for", [DECISION_OFFICER_END] = "the end of a seat asked for",
		[DECISION_AUDITOR_GIVE] = "a seat asked for", [DECISION_AUDITOR_END] = "the end of a seat asked for",
		[DECISION_DISCLOSURE] = "a disclosure asked for",
	};

	d->asked_by = a->owner.number;
	d->asked_at = a->now;
	TRY(decision_add(k, d, reason, e));
	return said(k, a, d, asked[d->kind], e);
}

/* ---- looking ---- */

static bool
row_pack(struct keeper *k, const struct act *a, const struct decision *d, struct buf *into, struct err *e)
{
	enum decision_mine m;
	int64_t yes, no;

	TRY(votes(k, d->id, true, &yes, e));
	TRY(votes(k, d->id, false, &no, e));
	TRY(mine(k, d, a->owner.number, &m, e));
	pack_i64(into, d->id);
	pack_u8(into, d->kind);
	pack_u8(into, d->state);
	pack_i64(into, d->asked_at);
	pack_i64(into, d->decided_at);
	pack_u8(into, (unsigned)yes);
	pack_u8(into, (unsigned)no);
	pack_u8(into, m);
	return buf_ok(into, e);
}

struct list { struct decision row[LISTED]; size_t n; };

bool
op_decisions(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf rows = {0};
	struct list l = { .n = 0 };
	struct err over = {0};
	uint32_t n = 0;

	TRY(act_read(a, e));
	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_list, e, (int64_t)LISTED));
		while (l.n < LISTED && rows_next(r, &over))
			row_read(r, &l.row[l.n++]);
	}
	TRY(err_hand_on(e, &over));
	for (size_t i = 0; i < l.n; i++) {
		bool named = false;

		if (l.row[i].kind == DECISION_DISCLOSURE)
			TRY(disclosure_names(k, l.row[i].id, a->owner.number, &named, e));
		if (named)	/* whom it names must not learn of it here */
			continue;
		TRY(row_pack(k, a, &l.row[i], &rows, e));
		n++;
	}
	pack_u32(a->out, n);
	buf_add(a->out, rows.data, rows.len);
	return act_record(k, a, "list", e);
}

/* A member's own words are opened with a line in their history; an officer's reason is the site's. */
static bool
reason_pack(struct keeper *k, struct act *a, const struct decision *d, struct owner *member, bool *opened,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf words = {0};
	struct seal_place at;

	*opened = d->kind == DECISION_OBJECTION;
	if (*opened && d->subject == 0) {
		*opened = false;	/* its words are forgotten */
	} else if (*opened) {
		TRY(member_owner(k, d->subject, member, NULL, e));
		TRY(act_open_of(k, a, ACTOR_OFFICER, member, FIELD_MESSAGE, d->id, &words, opened, e));
	} else {
		TRY(sql_first(k->store, &r, &sql_reason, e, d->id));
		if (r != NULL && !rows_null(r, 1)) {
			at = place_of(d->id, 0, COLUMN_REASON, rows_i64(r, 0));
			TRY(vault_unseal(k->vault, &at, rows_bytes(r, 1), &words, e));
		}
	}
	pack_bytes(a->out, words.data, words.len);
	return buf_ok(&words, e);
}

static bool
founders_pack(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	int64_t member[FOUNDERS_MOST];
	size_t n = 0;

	if (d->kind == DECISION_FOUNDING)
		TRY(founding_members(k, d->id, member, &n, e));
	pack_u32(a->out, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		DROP(buf_wipe) struct buf name = {0};

		TRY(name_lent(k, member[i], FIELD_SIGNER, &name, e));
		pack_bytes(a->out, name.data, name.len);
	}
	return true;
}

/* Officers read each other's reasons, so that the next one knows what was weighed. */
static bool
votes_pack(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf list = {0};
	struct err over = {0};
	uint32_t n = 0;

	TRY(sql_ask(k->store, &r, &sql_vote_list, e, d->id, (int64_t)VOTES_MOST));
	while (rows_next(r, &over)) {
		DROP(buf_wipe) struct buf words = {0};
		struct seal_place at = place_of(d->id, rows_i64(r, 2), COLUMN_VOTE, rows_i64(r, 3));

		if (rows_i64(r, 3) != 0)	/* else it went with whom it was about */
			TRY(vault_unseal(k->vault, &at, rows_bytes(r, 4), &words, e));
		pack_u8(&list, rows_i64(r, 0) != 0);
		pack_i64(&list, rows_i64(r, 1));
		pack_bytes(&list, words.data, words.len);
		n++;
	}
	TRY(err_hand_on(e, &over));
	pack_u32(a->out, n);
	buf_add(a->out, list.data, list.len);
	return buf_ok(&list, e);
}

/* Whom it is about, by number: that is enough to look somebody up, and says nothing to others. */
static bool
about_pack(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	struct assurance row = {0};

	if (d->kind == DECISION_OBJECTION)
		TRY(assurance_get(k, d->assurance, &row, e));
	pack_i64(a->out, d->subject);
	pack_i64(a->out, row.giver);
	pack_i64(a->out, row.points);
	pack_i64(a->out, row.met_day);
	pack_u8(a->out, d->kind != DECISION_OBJECTION && d->asked_by == a->owner.number);
	return true;
}

bool
what_if_pack(struct keeper *k, struct act *a, bool there, int64_t assurer, struct err *e)
{
	struct what_if w = {0};

	if (there)
		TRY(what_if_fraud(k, assurer, a->now, &w, e));
	pack_u8(a->out, there);
	pack_i64(a->out, w.assurances);
	pack_i64(a->out, w.members);
	pack_i64(a->out, w.below_names);
	pack_i64(a->out, w.below_assurer);
	pack_i64(a->out, w.certificates);
	return true;
}

bool
op_decision_look(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	char object[64];
	struct owner member;
	struct decision d;
	bool opened, standing;

	TRY(act_read(a, e));
	TRY(decision_get_for(k, a, id, &d, e));
	standing = d.kind == DECISION_SUSPEND || d.kind == DECISION_LIFT || d.kind == DECISION_FRAUD;
	TRY(row_pack(k, a, &d, a->out, e));
	TRY(about_pack(k, a, &d, e));
	TRY(reason_pack(k, a, &d, &member, &opened, e));
	TRY(founders_pack(k, a, &d, e));
	TRY(what_if_pack(k, a, standing && d.state == DECISION_OPEN, d.subject, e));
	TRY(votes_pack(k, a, &d, e));
	snprintf(object, sizeof(object), "decision %lld", (long long)d.id);
	if (opened)
		return act_record_of(k, a, ACTOR_OFFICER, &member, "your objection was read", object, e);
	return act_record(k, a, object, e);
}

/* ---- whom it names is erased ---- */

/* A vote's reason is sealed for its place, which its officer's number is a part of. */
static bool
voter_forget(struct keeper *k, int64_t officer, const struct rows *r, struct err *e)
{
	DROP(rows_drop) struct rows *low = NULL;
	DROP(buf_wipe) struct buf words = {0}, box = {0};
	int64_t decision = rows_i64(r, 0), key = rows_i64(r, 1), nobody;
	struct seal_place from = place_of(decision, officer, COLUMN_VOTE, key), to;

	TRY(sql_first(k->store, &low, &sql_voter_low, e, decision));
	nobody = (low == NULL ? 0 : rows_i64(low, 0)) - 1;
	to = place_of(decision, nobody, COLUMN_VOTE, key);
	if (key == 0) {
		buf_add(&box, "", 1);
	} else {
		TRY(vault_unseal(k->vault, &from, rows_bytes(r, 2), &words, e));
		TRY(vault_seal(k->vault, &to, span_buf(&words), &box, e));
	}
	TRY(buf_ok(&box, e));
	return sql_do(k->store, &sql_voter_set, e, nobody, (const void *)box.data, box.len, decision, officer);
}

bool
decision_forget(struct keeper *k, int64_t member, struct err *e)
{
	bool more = true;

	TRY(sql_do(k->store, &sql_about_votes, e, (const void *)"", (size_t)1, member));
	TRY(sql_do(k->store, &sql_about, e, member));
	TRY(sql_do(k->store, &sql_asker, e, member));
	while (more) {
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_first(k->store, &r, &sql_voted, e, member));
		more = r != NULL;
		if (more)
			TRY(voter_forget(k, member, r, e));
	}
	return true;
}
