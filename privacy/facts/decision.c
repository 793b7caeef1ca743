#include <string.h>
#include "privacy/facts/assurance.h"
#include "privacy/facts/case.h"
#include "privacy/facts/decision_row.h"
#include "privacy/facts/member.h"
#include "privacy/facts/telling.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/disclose.h"
#include "privacy/rights/guest.h"

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

static const struct sql
sql_last = { "decision_last", "", "i", "SELECT CAST(COALESCE(MAX(id), 0) AS bigint) FROM decision WHERE id < 10000000" },	/* CASE_NUMBER_LEAST */
sql_add = { "decision_add", "iiiiiiiiiB", "",
	"INSERT INTO decision (id, kind, state, subject, assurance, asked_by, asked_at, decided_at, key, reason)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)" },
sql_get = { "decision_get", "i", DECISION_LETTERS, DECISION_COLUMNS " WHERE id = $1" },
sql_open = { "decision_open", "iiii", "i",
	"SELECT id FROM decision WHERE state = 1 AND kind = $1 AND subject = $2 AND ($3 = 0 OR assurance = $4) LIMIT 1" },
sql_end = { "decision_end", "iii", "", "UPDATE decision SET state = $1, decided_at = $2 WHERE id = $3 AND state = 1" },
sql_vote = { "decision_vote", "iiiiib", "",
	"INSERT INTO decision_vote (decision, officer, yes, at, key, reason) VALUES ($1, $2, $3, $4, $5, $6)" },
sql_unvoted = { "decision_unvoted", "ii", DECISION_LETTERS,
	DECISION_COLUMNS " d WHERE d.state = 1"
	" AND NOT EXISTS (SELECT 1 FROM decision_vote v WHERE v.decision = d.id AND v.officer = $1) ORDER BY d.asked_at LIMIT $2" },
sql_votes = { "decision_votes", "ii", "i",
	"SELECT CAST(COUNT(*) AS bigint) FROM decision_vote WHERE decision = $1 AND yes = $2" },
sql_my_vote = { "decision_my_vote", "ii", "i",
	"SELECT yes FROM decision_vote WHERE decision = $1 AND officer = $2" };

void
decision_row_read(const struct rows *r, struct decision *d)
{
	*d = (struct decision){ .id = rows_i64(r, 0), .kind = (enum decision_kind)rows_i64(r, 1),
	    .state = (enum decision_state)rows_i64(r, 2), .subject = rows_i64(r, 3), .assurance = rows_i64(r, 4),
	    .asked_by = rows_i64(r, 5), .asked_at = rows_i64(r, 6), .decided_at = rows_i64(r, 7), .notice_at = rows_i64(r, 8) };
}

struct seal_place
decision_place(int64_t decision, int64_t officer, int64_t key)
{
	return (struct seal_place){ .table = "decision", .field = officer == 0 ? COLUMN_REASON : COLUMN_VOTE, .subject = officer, .object = decision,
	    .version = 1, .key = key };
}

bool
reason_ok(const char *reason, struct err *e)
{
	size_t n = strlen(reason), blank = strspn(reason, " \t\n");

	if (n >= REASON_TEXT)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "reason: %zu bytes", n);
	return (n >= blank + 3 && utf8_ok(reason, n)) || REFUSE(e, ERR_INPUT, WHY_WORDS, "reason: none");
}

bool
decision_nobody(struct err *e)
{
	return REFUSE(e, ERR_ABSENT, WHY_DECISION_SUBJECT, "decision: nobody of whom it could be asked");
}

bool
decision_named(struct keeper *k, const struct act *a, const char *who, int64_t *member, struct err *e)
{
	TRY(member_named(k, who, member, e));
	return *member != a->owner.number || REFUSE(e, ERR_DENIED, WHY_DECISION_OWN, "decision: about oneself");
}

/* ---- rows ---- */

/*
 * Numbers are counted up, but for what some officer must not learn of: a number missing among those that they are
 * shown would tell them.  Such a one is the second in which it was asked for, above those of cases.
 */
static bool
number_new(struct keeper *k, struct decision *d, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	if (d->kind == DECISION_DISCLOSURE)	/* whose number is its case's */
		return true;
	if (d->kind != DECISION_TELLING && d->kind != DECISION_BORROW) {
		TRY(sql_first(k->store, &r, &sql_last, e));
		d->id = (r == NULL ? 0 : rows_i64(r, 0)) + 1;
		return true;
	}
	d->id = d->asked_at - 1;
	do {
		rows_drop(&r);
		TRY(sql_first(k->store, &r, &sql_get, e, ++d->id));
	} while (r != NULL);
	return true;
}

bool
decision_add(struct keeper *k, struct decision *d, const char *reason, struct err *e)
{
	DROP(buf_wipe) struct buf box = {0};
	int64_t key = vault_site_key(k->vault);
	struct seal_place at;

	TRY(number_new(k, d, e));
	at = decision_place(d->id, 0, key);
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
	decision_row_read(r, d);
	return true;
}

bool
decision_words(struct keeper *k, int64_t id, int64_t officer, struct span box, int64_t key, struct buf *into,
    struct err *e)
{
	struct seal_place at = decision_place(id, officer, key);

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

bool
decision_votes(struct keeper *k, int64_t id, bool yes, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_votes, e, id, (int64_t)yes));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

/* Is somebody's data what it is about? */
static bool
about_somebody(enum decision_kind kind)
{
	return kind == DECISION_NAME_CHANGE || kind == DECISION_HOLD || kind == DECISION_HOLD_END || kind == DECISION_EXCLUDE ||
	    kind == DECISION_EXCLUDE_END;
}

/* Whom the disclosure names, that it is itself or that a guest is borrowed for. */
static bool
disclosure_of(struct keeper *k, const struct decision *d, int64_t *number, struct err *e)
{
	struct guest g;

	*number = d->kind == DECISION_DISCLOSURE ? d->id : 0;
	if (d->kind == DECISION_BORROW) {
		TRY(guest_get(k, d->id, &g, e));
		*number = g.disclosure;
	}
	return true;
}

bool
decision_hidden(struct keeper *k, const struct decision *d, int64_t officer, bool *yes, struct err *e)
{
	bool concerned;
	int64_t number;

	*yes = false;
	if (d->kind == DECISION_TELLING)
		return telling_concerns(k, d->id, officer, yes, &concerned, e);
	TRY(disclosure_of(k, d, &number, e));
	return number == 0 || disclosure_names(k, number, officer, yes, e);
}

/* Who has no vote on a disclosure borrows nobody for it, and decides about no guest. */
static bool
disclosure_concerns(struct keeper *k, const struct decision *d, int64_t officer, bool *yes, struct err *e)
{
	struct decision about;
	int64_t number;

	TRY(disclosure_of(k, d, &number, e));
	TRY(decision_get(k, number, &about, e));
	*yes = about.asked_by == officer;
	return *yes || disclosure_tied(k, number, officer, yes, e);
}

/*
 * Nobody decides what concerns them, nor (but for the founding) what they asked for; nor, where somebody's
 * data is what it is about, what concerns somebody they vouched for or were vouched for by.
 */
bool
decision_concerns(struct keeper *k, const struct decision *d, int64_t officer, bool *yes, struct err *e)
{
	struct assurance row;
	bool about;

	*yes = d->subject == officer || (d->kind != DECISION_FOUNDING && d->asked_by == officer);
	if (!*yes && d->subject > 0 && about_somebody(d->kind))
		return case_tie(k, d->subject, officer, yes, e);
	if (*yes)
		return true;
	if (d->kind == DECISION_TELLING)
		return telling_concerns(k, d->id, officer, &about, yes, e);
	if (d->kind == DECISION_DISCLOSURE || d->kind == DECISION_BORROW)
		return disclosure_concerns(k, d, officer, yes, e);
	if (d->kind != DECISION_OBJECTION)
		return true;
	TRY(assurance_get(k, d->assurance, &row, e));
	*yes = row.giver == officer || row.member == officer;
	return true;
}

bool
decision_mine(struct keeper *k, const struct decision *d, int64_t officer, enum decision_mine *m, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	bool is_concerned;

	TRY(sql_first(k->store, &r, &sql_my_vote, e, d->id, officer));
	if (r != NULL) {
		*m = rows_i64(r, 0) == VOTE_YES ? DECISION_VOTED_YES : DECISION_VOTED_NO;
		return true;
	}
	TRY(decision_concerns(k, d, officer, &is_concerned, e));
	if (d->state != DECISION_OPEN)
		*m = DECISION_MAY_NOT;
	else if (!is_concerned)
		*m = DECISION_MAY_VOTE;
	else	/* a notice is given to all: whoever has a tie may object, but whom it is about may not */
		*m = d->notice_at > 0 && d->subject != officer && d->kind != DECISION_OBJECTION ? DECISION_MAY_OBJECT : DECISION_MAY_NOT;
	return true;
}

bool
decision_unvoted(struct keeper *k, int64_t officer, int64_t *n, struct err *e)
{
	struct decision row[DECISIONS_LISTED];
	struct err over = {0};
	size_t rows = 0;

	*n = 0;
	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_unvoted, e, officer, (int64_t)DECISIONS_LISTED));
		while (rows < DECISIONS_LISTED && rows_next(r, &over))
			decision_row_read(r, &row[rows++]);
	}
	TRY(err_hand_on(e, &over));
	for (size_t i = 0; i < rows; i++) {
		enum decision_mine m;
		bool hidden;

		TRY(decision_hidden(k, &row[i], officer, &hidden, e));
		TRY(decision_mine(k, &row[i], officer, &m, e));
		*n += !hidden && (m == DECISION_MAY_VOTE || m == DECISION_MAY_OBJECT);
	}
	return true;
}

/* ---- voting ---- */

static bool
vote_keep(struct keeper *k, struct act *a, const struct decision *d, int64_t vote, const char *reason, struct err *e)
{
	DROP(buf_wipe) struct buf box = {0};
	int64_t key = vault_site_key(k->vault);
	struct seal_place at = decision_place(d->id, a->owner.number, key);

	TRY(vault_seal(k->vault, &at, span_text(reason), &box, e));
	return sql_do(k->store, &sql_vote, e, d->id, a->owner.number, vote, a->now, key,
	    (const void *)box.data, box.len);
}

bool
decision_get_for(struct keeper *k, const struct act *a, int64_t id, struct decision *d, struct err *e)
{
	bool hidden;

	TRY(decision_get(k, id, d, e));
	TRY(decision_hidden(k, d, a->owner.number, &hidden, e));
	return !hidden || FAIL(e, ERR_ABSENT, "decision: none for this officer");
}

static bool
said_as(struct keeper *k, struct act *a, enum entry_role role, const struct decision *d, const char *what, struct err *e)
{
	char object[DETAIL_OBJECT];
	struct record_line l = { .about = &k->site, .purpose = PURPOSE_DECISION, .role = role,
	    .object = object, .actor = a->owner.number };

	snprintf(object, sizeof(object), "decision %lld: %s", (long long)d->id, what);
	TRY(role_key(k, a->owner.number, a->now, &l.role_key, e));
	TRY(keeper_record(k, &l, a->now, NULL, e));
	return act_record(k, a, object, e);
}

bool
decision_said(struct keeper *k, struct act *a, const struct decision *d, const char *what, struct err *e)
{
	return said_as(k, a, ACTOR_OFFICER, d, what, e);
}

bool
decision_voted(struct keeper *k, struct act *a, struct decision *d, bool yes, const char *reason, struct err *e)
{
	enum decision_mine m;
	int64_t equal;

	if (d->state != DECISION_OPEN)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_DONE, "decision: it is");
	TRY(decision_mine(k, d, a->owner.number, &m, e));
	if (m != DECISION_MAY_VOTE && (m != DECISION_MAY_OBJECT || yes))
		return REFUSE(e, ERR_DENIED, WHY_DECISION_OWN, "decision: not this officer's");
	TRY(vote_keep(k, a, d, m == DECISION_MAY_OBJECT ? VOTE_OBJECTION : yes ? VOTE_YES : VOTE_NO, reason, e));
	TRY(decision_said(k, a, d, yes ? "a vote for it" : "a vote against it", e));
	TRY(decision_votes(k, d->id, yes, &equal, e));
	if (!yes && d->notice_at > 0)
		TRY(decision_objected(k, d, e));
	/* a guest is borrowed for want of a second officer: nobody is left who could still decide against a "no" */
	if (!(d->kind == DECISION_BORROW && !yes) && (equal < DECISION_VOTES || m == DECISION_MAY_OBJECT))
		return !yes || decision_notice(k, a, d, e);
	d->state = yes ? DECISION_AGREED : DECISION_REFUSED;
	TRY(decision_end(k, d, d->state, a->now, e));
	TRY(decision_said(k, a, d, yes ? "agreed" : "refused", e));
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
	TRY(decision_voted(k, a, &d, yes, reason, e));
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
		[DECISION_NAME_CHANGE] = "a change of name or birth date asked for",
		[DECISION_HOLD] = "an erasure hold asked for", [DECISION_HOLD_END] = "the end of an erasure hold asked for",
		[DECISION_EXCLUDE] = "an exclusion asked for", [DECISION_EXCLUDE_END] = "the end of an exclusion asked for",
		[DECISION_DISCLOSURE] = "a disclosure asked for", [DECISION_BORROW] = "a guest officer asked for",
		[DECISION_TELLING] = "telling later asked for",
	};
	bool officer = d->kind != DECISION_NAME_CHANGE && (a->roles & 1u << ROLE_OFFICER) != 0;

	d->asked_by = a->owner.number;
	d->asked_at = a->now;
	TRY(decision_add(k, d, reason, e));
	return said_as(k, a, officer ? ACTOR_OFFICER : ACTOR_SUPPORT, d, asked[d->kind], e);
}
