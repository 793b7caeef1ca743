#include "privacy/facts/address.h"
#include "privacy/facts/breach.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/telling.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/announce.h"

#define MEMBERS		32	/* looked at in one call... */
#define FIELDS_NAMED	6	/* in a line about the site */
#define LINES		1000	/* ... or fewer, when their histories are long */

enum what { WHAT_BEGIN, WHAT_GO_ON, WHAT_COUNT };

const char announce_schema[] =
"CREATE TABLE announcement ("
" id INTEGER PRIMARY KEY,"
" words TEXT NOT NULL,"			/* of the operator; '' once all are told */
" fields INTEGER NOT NULL,"		/* bits; 0: to all */
" role INTEGER NOT NULL,"		/* enum entry_role */
" since INTEGER NOT NULL, until INTEGER NOT NULL,"
" quiet INTEGER NOT NULL,"		/* 1: only counted */
" after INTEGER NOT NULL,"		/* the member it has come to */
" seen INTEGER NOT NULL, met INTEGER NOT NULL, told INTEGER NOT NULL,"
" at INTEGER NOT NULL, done_at INTEGER) STRICT;";

#define COLUMNS "words, fields, role, since, until, quiet, after, seen, met, told, done_at"
static const struct sql
sql_last = { "announce_last", "", "i", "SELECT CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM announcement" },
sql_open = { "announce_open", "", "i", "SELECT id FROM announcement WHERE done_at IS NULL AND quiet = 0 ORDER BY id LIMIT 1" },
sql_waiting = { "announce_waiting", "", "i", "SELECT CAST(count(*) AS bigint) FROM announcement WHERE done_at IS NULL AND quiet = 0" },
sql_add = { "announce_add", "itiiiiii", "",
	"INSERT INTO announcement (id, words, fields, role, since, until, quiet, after, seen, met, told, at)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0, $8)" },
sql_get = { "announce_get", "i", "tiiiiiiiiiI", "SELECT " COLUMNS " FROM announcement WHERE id = $1" },
sql_move = { "announce_move", "iiiii", "",
	"UPDATE announcement SET after = $1, seen = $2, met = $3, told = $4 WHERE id = $5" },
sql_done = { "announce_done", "ii", "", "UPDATE announcement SET words = '', done_at = $1 WHERE id = $2" },
sql_next = { "announce_next", "iii", "iii",
	"SELECT number, key, tags FROM subject WHERE number > $1 AND state = $2 ORDER BY number LIMIT $3" };

bool
announce_waiting(struct keeper *k, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_waiting, e));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

struct notice {
	int64_t		id, fields, role, since, until, after, seen, met, told;
	bool		quiet, done;
	char		words[ANNOUNCE_WORDS + 1];
	int64_t		lines;		/* looked at in this call */
};

static bool
notice_get(struct keeper *k, int64_t id, struct notice *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_get, e, id));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "no notice %lld", (long long)id);
	*n = (struct notice){ .id = id, .fields = rows_i64(r, 1), .role = rows_i64(r, 2), .since = rows_i64(r, 3),
	    .until = rows_i64(r, 4), .quiet = rows_i64(r, 5) != 0, .after = rows_i64(r, 6), .seen = rows_i64(r, 7),
	    .met = rows_i64(r, 8), .told = rows_i64(r, 9), .done = !rows_null(r, 10) };
	snprintf(n->words, sizeof(n->words), "%s", rows_text(r, 0));
	return true;
}

/* ---- whom it concerns ---- */

/*
 * Newest first; lines before `since` are none of it, and no older one is younger.  What was opened for a report has rows of its own: a
 * line may tell it days later, or not yet.  The notice goes out at once all the same (facts/telling.h).
 */
static bool
concerns(struct keeper *k, struct notice *n, const struct owner *o, bool *yes, struct err *e)
{
	DROP(trail_entry_wipe) struct trail_entry x = {0};
	struct trail t;

	*yes = n->fields == 0;
	if (!*yes)
		TRY(telling_met(k, o->number, (unsigned)n->role, (uint64_t)n->fields, n->since, n->until, yes, e));
	if (*yes)
		return true;
	TRY(trail_load(k, o, &t, e));
	if (t.entries == 0)
		return true;
	TRY(trail_at(k, o, t.entries - 1, t.number[0], &x, e));
	for (;; n->lines++) {
		if (x.record.len == 0 || x.opened.at < n->since)
			return true;
		*yes = x.opened.purpose != PURPOSE_CASE_FRAUD && x.leaf.role == n->role && x.opened.at <= n->until && (x.opened.fields & (uint64_t)n->fields) != 0;
		if (*yes || x.place == 0)
			return true;
		TRY(trail_older(k, o, &x, e));
	}
}

/* Who has no proved address is told by the line alone: it waits in their history. */
static bool
tell(struct keeper *k, struct notice *n, const struct owner *o, int64_t now, struct err *e)
{
	DROP(buf_wipe) struct buf object = {0};
	char words[64];
	struct record_line l = { .about = o, .purpose = PURPOSE_SECURITY, .role = ACTOR_SYSTEM, .object = words };
	struct member_facts f;
	struct owner same;

	TRY(member_owner(k, o->number, &same, &f, e));
	buf_text(&object, MAIL_PART);
	buf_text(&object, n->words);
	TRY(buf_ok(&object, e));
	TRY(address_notify_primary(k, o, f.lang, MAIL_SECURITY, object.data, PURPOSE_SECURITY, now, e));
	n->told += (f.steps & STEP_ADDRESS) != 0;
	snprintf(words, sizeof(words), "security notice %lld", (long long)n->id);
	return keeper_record(k, &l, now, NULL, e);
}

static bool
look(struct keeper *k, struct notice *n, const struct owner *o, int64_t now, struct err *e)
{
	bool yes;

	TRY(concerns(k, n, o, &yes, e));
	n->seen++;
	n->met += yes;
	n->after = o->number;
	k->known.subject = -1;
	if (yes && !n->quiet)
		TRY(tell(k, n, o, now, e));
	return true;
}

static bool
finish(struct keeper *k, struct notice *n, int64_t now, struct err *e)
{
	char words[DETAIL_OBJECT];

	n->done = true;
	TRY(sql_do(k->store, &sql_done, e, now, n->id));
	TRY(breach_counted(k, n->id, n->met, n->told, e));
	snprintf(words, sizeof(words), "security notice %lld: %s; of %lld members it concerns %lld, %lld by mail", (long long)n->id,
	    n->quiet ? "counted only" : "sent", (long long)n->seen, (long long)n->met, (long long)n->told);
	return keeper_record_site(k, PURPOSE_SITE, words, now, NULL, e);
}

static bool
go_on(struct keeper *k, struct notice *n, int64_t now, struct err *e)
{
	struct owner next[MEMBERS];
	struct err end = {0};
	size_t count = 0;

	if (n->done)
		return true;
	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_next, e, n->after, (int64_t)SUBJECT_MEMBER, (int64_t)MEMBERS));
		while (count < MEMBERS && rows_next(r, &end))
			next[count++] = (struct owner){ rows_i64(r, 0), rows_i64(r, 1), rows_i64(r, 2) };
	}
	TRY(err_hand_on(e, &end));
	for (size_t i = 0; i < count && n->lines < LINES; i++)
		TRY(look(k, n, &next[i], now, e));
	TRY(sql_do(k->store, &sql_move, e, n->after, n->seen, n->met, n->told, n->id));
	return count > 0 || finish(k, n, now, e);
}

/* ---- the operation ---- */

static bool
unpack_notice(struct act *a, struct notice *n, uint8_t *what, struct err *e)
{
	*what = unpack_u8(&a->in);
	n->id = unpack_i64(&a->in);
	unpack_text(&a->in, n->words, sizeof(n->words));
	n->fields = unpack_i64(&a->in);
	n->role = unpack_u8(&a->in);
	n->since = unpack_i64(&a->in);
	n->until = unpack_i64(&a->in);
	TRY(act_read(a, e));
	n->quiet = *what == WHAT_COUNT;
	if (*what > WHAT_COUNT || (*what != WHAT_GO_ON && ((n->words[0] == '\0' && !n->quiet) || n->fields < 0 ||
	    (n->fields != 0 && (n->role == 0 || n->role >= ACTOR__COUNT || n->until < n->since)))))
		return FAIL(e, ERR_INPUT, "announce: this says nothing that can be done");
	return true;
}

/* The same once more goes on with it: whoever asked may have been cut off. */
static bool
same_or_refuse(struct keeper *k, struct notice *n, int64_t open, struct err *e)
{
	struct notice was;

	TRY(notice_get(k, open, &was, e));
	if (strcmp(was.words, n->words) != 0 || was.fields != n->fields || was.role != n->role ||
	    was.since != n->since || was.until != n->until)
		return FAIL(e, ERR_CONFLICT, "notice %lld is still under way: announce that one again first, in the same words",
		    (long long)open);
	*n = was;
	return true;
}

/* To whom, for who reads the lines about the site. */
static void
whom_say(const struct notice *n, struct buf *into)
{
	size_t named = 0;

	if (n->fields == 0) {
		buf_text(into, "all members");
		return;
	}
	buf_text(into, "members whose ");
	for (unsigned f = 1; f < FIELD__COUNT; f++)
		if ((n->fields & (int64_t)FIELD_BIT(f)) != 0 && named++ < FIELDS_NAMED)
			buf_fmt(into, "%s%s", named == 1 ? "" : ", ", fields[f].name);
	buf_fmt(into, "%s was opened in the role %s", named > FIELDS_NAMED ? " or another field" : "", entry_role_name((unsigned)n->role));
}

static bool
begin(struct keeper *k, struct notice *n, int64_t now, struct err *e)
{
	DROP(rows_drop) struct rows *open = NULL, *last = NULL;
	DROP(buf_wipe) struct buf words = {0};

	TRY(sql_first(k->store, &open, &sql_open, e));
	if (open != NULL && !n->quiet)
		return same_or_refuse(k, n, rows_i64(open, 0), e);
	TRY(sql_first(k->store, &last, &sql_last, e));
	n->id = last == NULL ? 1 : rows_i64(last, 0) + 1;
	n->after = n->seen = n->met = n->told = 0;
	rows_drop(&last);
	TRY(sql_do(k->store, &sql_add, e, n->id, n->words, n->fields, n->role, n->since, n->until, (int64_t)n->quiet, now));
	buf_fmt(&words, "security notice %lld %s: ", (long long)n->id, n->quiet ? "is counted" : "begins");
	whom_say(n, &words);
	TRY(buf_ok(&words, e));
	if (!n->quiet)
		TRY(breach_announced(k, &(struct breach){ .known_at = now, .notice = n->id, .fields = n->fields, .role = n->role,
		    .since = n->since, .until = n->until }, n->words, now, e));
	return keeper_record_site(k, PURPOSE_SITE, words.data, now, NULL, e);
}

bool
op_announce(struct keeper *k, struct act *a, struct err *e)
{
	struct notice n = {0};
	uint8_t what;

	TRY(unpack_notice(a, &n, &what, e));
	if (what == WHAT_GO_ON) {
		TRY(notice_get(k, n.id, &n, e));
		TRY(go_on(k, &n, a->now, e));
	} else
		TRY(begin(k, &n, a->now, e));
	pack_i64(a->out, n.id);
	pack_i64(a->out, n.seen);
	pack_i64(a->out, n.met);
	pack_i64(a->out, n.told);
	pack_u8(a->out, n.done);
	return true;
}
