#include <stdio.h>
#include <string.h>
#include "privacy/facts/breach.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define KNOWN_MOST	(10 * 365 * DAY)	/* how long ago a breach can have been known */
#define SAME_MOST	8	/* entries known in the same second that are compared with a new one */

const char breach_schema[] =
"CREATE TABLE breach ("
" number INTEGER PRIMARY KEY REFERENCES case_file (number),"
" known_at INTEGER NOT NULL,"
" told_at INTEGER NOT NULL,"		/* the authority; 0: not yet */
" notice INTEGER NOT NULL,"		/* 0: none */
" fields INTEGER NOT NULL,"
" role INTEGER NOT NULL,"
" since INTEGER NOT NULL,"
" until INTEGER NOT NULL,"
" concerned INTEGER NOT NULL,"
" mailed INTEGER NOT NULL) STRICT;"
"CREATE INDEX breach_known ON breach (known_at);"
"CREATE UNIQUE INDEX breach_notice ON breach (notice) WHERE notice > 0;";

#define COLUMNS	"number, known_at, told_at, notice, fields, role, since, until, concerned, mailed"
#define LETTERS	"iiiiiiiiii"

static const struct sql
sql_get = { "breach_get", "i", LETTERS, "SELECT " COLUMNS " FROM breach WHERE number = $1" },
sql_list = { "breach_list", "i", LETTERS, "SELECT " COLUMNS " FROM breach ORDER BY known_at DESC LIMIT $1" },
sql_same = { "breach_same", "ii", "i", "SELECT number FROM breach WHERE known_at = $1 AND notice = 0 ORDER BY number LIMIT $2" },
sql_add = { "breach_add", LETTERS, "", "INSERT INTO breach (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)" },
sql_told = { "breach_told", "ii", "", "UPDATE breach SET told_at = $1 WHERE number = $2" },
sql_counted = { "breach_counted", "iii", "", "UPDATE breach SET concerned = $1, mailed = $2 WHERE notice = $3 AND notice > 0" };

/* ---- rows ---- */

static void
row_read(const struct rows *r, struct breach *b)
{
	*b = (struct breach){ .number = rows_i64(r, 0), .known_at = rows_i64(r, 1), .told_at = rows_i64(r, 2), .notice = rows_i64(r, 3),
	    .fields = rows_i64(r, 4), .role = rows_i64(r, 5), .since = rows_i64(r, 6), .until = rows_i64(r, 7),
	    .concerned = rows_i64(r, 8), .mailed = rows_i64(r, 9) };
}

static void
row_pack(struct buf *into, const struct breach *b)
{
	pack_i64(into, b->number);
	pack_i64(into, b->known_at);
	pack_i64(into, b->told_at);
	pack_i64(into, b->notice);
	pack_i64(into, b->fields);
	pack_u8(into, (unsigned)b->role);
	pack_i64(into, b->since);
	pack_i64(into, b->until);
	pack_i64(into, b->concerned);
	pack_i64(into, b->mailed);
}

/* The case with its clock, the row, and what happened. */
static bool
enter(struct keeper *k, struct breach *b, const char *words, struct case_row *c, int64_t now, struct err *e)
{
	*c = (struct case_row){ .kind = CASE_BREACH, .officers = true };
	TRY(case_add(k, c, now, e));
	c->deadline = b->known_at + case_kinds[CASE_BREACH].hours * HOUR;
	TRY(case_set(k, c, e));
	b->number = c->number;
	TRY(sql_do(k->store, &sql_add, e, b->number, b->known_at, b->told_at, b->notice, b->fields, b->role, b->since, b->until,
	    b->concerned, b->mailed));
	TRY(vault_put(k->vault, &c->owner, FIELD_MESSAGE, BREACH_WHAT, span_text(words), now, e));
	return case_notify_desk(k, c, now, e);
}

bool
breach_announced(struct keeper *k, const struct breach *b, const char *words, int64_t now, struct err *e)
{
	struct breach row = *b;
	struct case_row c;
	char object[64];
	struct record_line l = { .about = &c.owner, .purpose = PURPOSE_BREACH, .role = ACTOR_OPERATOR, .object = object };

	TRY(enter(k, &row, words, &c, now, e));
	snprintf(object, sizeof(object), "case %lld: entered with a security notice", (long long)c.number);
	return keeper_record(k, &l, now, NULL, e);
}

bool
breach_counted(struct keeper *k, int64_t notice, int64_t concerned, int64_t mailed, struct err *e)
{
	return sql_do(k->store, &sql_counted, e, concerned, mailed, notice);
}

/* ---- officers ---- */

bool
op_breaches(struct keeper *k, struct act *a, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf list = {0};
	struct err end = {0};
	struct breach b;
	uint32_t n = 0;

	TRY(act_read(a, e));
	TRY(sql_ask(k->store, &r, &sql_list, e, (int64_t)BREACHES_LISTED));
	for (; rows_next(r, &end); n++) {
		row_read(r, &b);
		row_pack(&list, &b);
	}
	TRY(err_hand_on(e, &end));
	TRY(buf_ok(&list, e));
	pack_u32(a->out, n);
	buf_add(a->out, list.data, list.len);
	return act_record(k, a, "register of breaches", e);
}

static void words_wipe(char (*w)[BREACH_TEXT + 1]) { explicit_bzero(*w, sizeof(*w)); }

/* Not empty where it must not be; the portal has looked at its shape, and it leaves as text. */
static bool
words_read(struct act *a, char into[BREACH_TEXT + 1], bool needed, struct err *e)
{
	struct span s = unpack_bytes(&a->in);

	if (s.len > BREACH_TEXT)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "breach: %zu bytes", s.len);
	if (s.len > 0)
		memcpy(into, s.p, s.len);
	into[s.len] = '\0';
	return !needed || into[strspn(into, " \r\n\t")] != '\0' || REFUSE(e, ERR_INPUT, WHY_WORDS, "breach: no words");
}

/*
 * The form gives the moment it was made from, so one that is sent twice brings the same second and
 * the same words: it is the entry there is.  *number 0: there is none.
 */
static bool
entered_before(struct keeper *k, struct act *a, const struct breach *b, const char *words, int64_t *number, struct err *e)
{
	int64_t same[SAME_MOST];
	size_t n;

	*number = 0;
	TRY(sql_column(k->store, same, SAME_MOST, &n, &sql_same, e, b->known_at, (int64_t)SAME_MOST));
	for (size_t i = 0; i < n && *number == 0; i++) {
		DROP(buf_wipe) struct buf text = {0};
		struct case_row c;
		bool held;

		TRY(case_get(k, same[i], &c, e));
		if (c.closed > 0)
			continue;	/* its keys may be gone, and what is over is not entered again */
		TRY(act_open_of(k, a, ACTOR_OFFICER, &c.owner, FIELD_MESSAGE, BREACH_WHAT, &text, &held, e));
		TRY(buf_ok(&text, e));
		if (held && text.len > 0 && strcmp(text.data, words) == 0)
			*number = c.number;
		TRY(case_did(k, a, &c, "compared with an entry that was made again", false, e));
	}
	return true;
}

bool
op_breach_enter(struct keeper *k, struct act *a, struct err *e)
{
	DROP(words_wipe) char words[BREACH_TEXT + 1] = "";
	struct breach b = { .known_at = unpack_i64(&a->in) };
	struct case_row c;
	int64_t before;

	TRY(words_read(a, words, true, e));
	TRY(act_read(a, e));
	if (b.known_at > a->now || b.known_at < a->now - KNOWN_MOST)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "breach: known when");
	TRY(entered_before(k, a, &b, words, &before, e));
	if (before != 0) {
		pack_i64(a->out, before);
		return true;
	}
	TRY(enter(k, &b, words, &c, a->now, e));
	pack_i64(a->out, b.number);
	return case_did(k, a, &c, "a breach was entered in the register", false, e);
}

static bool
found(struct keeper *k, int64_t number, struct breach *b, struct case_row *c, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_get, e, number));
	if (r == NULL)
		return REFUSE(e, ERR_ABSENT, WHY_CASE_ABSENT, "breach: none of that number");
	row_read(r, b);
	rows_drop(&r);
	return case_get(k, number, c, e);
}

/* Once the case's keys went there is nothing to open, and no line about the case any more. */
static bool
texts_pack(struct keeper *k, struct act *a, const struct case_row *c, bool over, struct err *e)
{
	for (int64_t part = BREACH_WHAT; part <= BREACH_DONE; part++) {
		DROP(buf_wipe) struct buf text = {0};
		bool held;

		if (!over)
			TRY(act_open_of(k, a, ACTOR_OFFICER, &c->owner, FIELD_MESSAGE, part, &text, &held, e));
		pack_bytes(a->out, text.data, text.len);
		TRY(buf_ok(&text, e));
	}
	return true;
}

bool
op_breach(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	struct case_row c;
	struct breach b;
	int64_t version;
	bool over;

	TRY(act_read(a, e));
	TRY(found(k, number, &b, &c, e));
	over = c.closed > 0 && a->now >= c.closed + k->set->case_kept;
	TRY(vault_version(k->vault, c.owner.number, FIELD_MESSAGE, BREACH_WHAT, &version, e));
	row_pack(a->out, &b);
	pack_i64(a->out, c.closed);
	pack_i64(a->out, version);
	TRY(texts_pack(k, a, &c, over, e));
	return over ? act_record(k, a, "an old entry of the register of breaches", e) :
	    case_did(k, a, &c, "looked at the register's entry", false, e);
}

/* Each save puts all three texts, so the version of the first is that of the entry. */
static bool
version_is(struct keeper *k, const struct case_row *c, int64_t seen, struct err *e)
{
	int64_t version;

	TRY(vault_version(k->vault, c->owner.number, FIELD_MESSAGE, BREACH_WHAT, &version, e));
	return version == seen || REFUSE(e, ERR_CONFLICT, WHY_BREACH_NEWER, "breach: saved meanwhile");
}

bool
op_breach_set(struct keeper *k, struct act *a, struct err *e)
{
	DROP(words_wipe) char what[BREACH_TEXT + 1] = "";
	DROP(words_wipe) char effects[BREACH_TEXT + 1] = "";
	DROP(words_wipe) char done[BREACH_TEXT + 1] = "";
	int64_t number = unpack_i64(&a->in), seen = unpack_i64(&a->in);
	const char *const text[] = { what, effects, done };
	struct case_row c;
	struct breach b;
	bool told;

	TRY(words_read(a, what, true, e));
	TRY(words_read(a, effects, false, e));
	TRY(words_read(a, done, false, e));
	told = unpack_u8(&a->in) == 1;
	TRY(act_read(a, e));
	TRY(found(k, number, &b, &c, e));
	TRY(case_open_now(&c, e));
	TRY(version_is(k, &c, seen, e));
	for (size_t i = 0; i < COUNT(text); i++)
		TRY(vault_put(k->vault, &c.owner, FIELD_MESSAGE, BREACH_WHAT + (int64_t)i, span_text(text[i]), a->now, e));
	if (told && b.told_at == 0)
		TRY(sql_do(k->store, &sql_told, e, a->now, number));
	return case_did(k, a, &c, told && b.told_at == 0 ? "the authority was told of the breach" : "the register's entry was changed", false, e);
}
