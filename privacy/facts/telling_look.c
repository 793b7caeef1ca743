/* privacy/facts/telling_look.c - fields that were opened for reports: the rows, and whom they are of is told. */
#include <stdio.h>
#include "privacy/facts/address.h"
#include "privacy/facts/member.h"
#include "privacy/facts/telling.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/compose.h"

#define AT_ONCE		16
#define COLUMN_REASON	1u	/* inside the sealed place */

#define COLUMNS "SELECT id, number, member, staff, role, fields, at, key, reason FROM case_look"
#define LETTERS "iiiiiiiiB"

static const struct sql
sql_add = { "look_add", "iiiiiiiiiiB", "",
	"INSERT INTO case_look (id, number, member, staff, role, fields, at, tell_at, told_at, key, reason)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)" },
sql_due = { "look_due", "ii", LETTERS, COLUMNS " WHERE told_at = 0 AND tell_at <= $1 ORDER BY tell_at, at LIMIT $2" },
sql_of = { "look_of", "ii", LETTERS, COLUMNS " WHERE member = $1 AND told_at = 0 ORDER BY at LIMIT $2" },
sql_move = { "look_move", "ii", "", "UPDATE case_look SET tell_at = $1 WHERE number = $2 AND told_at = 0" },
sql_wait = { "look_wait", "iii", "", "UPDATE case_look SET tell_at = $1 WHERE member = $2 AND number = $3 AND told_at = 0" },
sql_told = { "look_told", "ii", "", "UPDATE case_look SET told_at = $1, staff = 0, key = 0, reason = NULL WHERE id = $2" },
sql_count = { "look_count", "i", "i", "SELECT CAST(COUNT(*) AS bigint) FROM case_look WHERE number = $1 AND fields <> 0" },
sql_met = { "look_met", "iiiii", "i",
	"SELECT id FROM case_look WHERE member = $1 AND role = $2 AND (fields & $3) <> 0 AND at > $4 AND at <= $5 LIMIT 1" };

struct look { int64_t id, number, member, staff, fields, at, key; enum entry_role role; struct buf reason; };
struct looks { struct look row[AT_ONCE]; size_t n; };

static void
looks_wipe(struct looks *l)
{
	for (size_t i = 0; i < l->n; i++)
		buf_wipe(&l->row[i].reason);
	l->n = 0;
}

static bool
looks_read(struct keeper *k, const struct sql *s, int64_t which, int64_t most, struct looks *l, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, s, e, which, most < AT_ONCE ? most : (int64_t)AT_ONCE));
	for (l->n = 0; l->n < AT_ONCE && rows_next(r, &end); l->n++) {
		struct look *x = &l->row[l->n];
		struct span box = rows_bytes(r, 8);

		*x = (struct look){ .id = rows_i64(r, 0), .number = rows_i64(r, 1), .member = rows_i64(r, 2), .staff = rows_i64(r, 3),
		    .role = (enum entry_role)rows_i64(r, 4), .fields = rows_i64(r, 5), .at = rows_i64(r, 6), .key = rows_i64(r, 7) };
		buf_add(&x->reason, box.p, box.len);
	}
	return err_hand_on(e, &end);
}

static struct seal_place
place_of(int64_t id, int64_t member, int64_t key)
{
	return (struct seal_place){ .table = "case_look", .field = COLUMN_REASON, .subject = member, .object = id, .version = 1,
	    .key = key };
}

/* tell_at: it waits until then; now or before: it is told by this act. */
static bool
look_add(struct keeper *k, const struct act *a, const struct case_row *c, uint64_t bits, const char *reason, int64_t tell_at,
    struct err *e)
{
	DROP(buf_wipe) struct buf box = {0};
	int64_t id = id_random(), member = case_concerns(c);
	bool waits = tell_at > a->now;
	struct seal_place at;
	struct owner of;

	TRY(member_owner(k, member, &of, NULL, e));
	at = place_of(id, member, of.key);
	if (waits)
		TRY(vault_seal(k->vault, &at, span_text(reason), &box, e));
	return sql_do(k->store, &sql_add, e, id, c->number, member, waits ? a->owner.number : 0, (int64_t)case_role(c), (int64_t)bits,
	    a->now, tell_at, waits ? 0 : a->now, waits ? of.key : 0, (const void *)box.data, box.len);
}

bool
telling_found(struct keeper *k, const struct act *a, const struct case_row *c, struct err *e)
{
	return look_add(k, a, c, 0, "", a->now + TELLING_FOUND, e);
}

bool
telling_opens(struct keeper *k, const struct act *a, const struct case_row *c, enum field f, const char *reason, bool *later,
    struct err *e)
{
	int64_t until;

	TRY(telling_until(k, c->number, a->now, &until, e));
	*later = until > 0;
	if (!*later)
		TRY(looks_due(k, c->number, a->now, e));
	return look_add(k, a, c, FIELD_BIT(f), reason, *later ? until : a->now, e);
}

static bool
line(struct keeper *k, const struct act *a, const struct case_row *c, const struct owner *about, uint64_t bits,
    const char *object, struct err *e)
{
	struct record_line l = { .about = about, .purpose = a->purpose, .role = case_role(c), .fields = bits, .object = object,
	    .actor = a->owner.number };

	TRY(role_key(k, a->owner.number, a->now, &l.role_key, e));
	return keeper_record(k, &l, a->now, NULL, e);
}

/* What is shown of the member stands in an entry either way: about them, or, while telling is delayed, about the case. */
bool
telling_read(struct keeper *k, struct act *a, const struct case_row *c, struct err *e)
{
	int64_t member = case_concerns(c), until;
	uint64_t bits = member == 0 ? 0 : vault_opened(k->vault, member);
	struct vault_mark none[VAULT_MARKS];
	char object[64];
	struct owner of;

	snprintf(object, sizeof(object), "case %lld: read", (long long)c->number);
	TRY(telling_until(k, c->number, a->now, &until, e));
	if (bits != 0 && until == 0) {
		TRY(member_owner(k, member, &of, NULL, e));
		TRY(line(k, a, c, &of, 0, object, e));
	} else if (bits != 0 && vault_take(k->vault, member, none) != 0)
		return FAIL(e, ERR_TAMPER, "telling: something changed");
	TRY(line(k, a, c, &c->owner, until > 0 ? bits : 0, object, e));
	return act_record(k, a, object, e);
}

/* ---- telling ---- */

bool
looks_due(struct keeper *k, int64_t number, int64_t at, struct err *e)
{
	return sql_do(k->store, &sql_move, e, at, number);
}

bool
looks_wait(struct keeper *k, int64_t number, int64_t member, int64_t until, struct err *e)
{
	return sql_do(k->store, &sql_wait, e, until, member, number);
}

bool
looks_count(struct keeper *k, int64_t number, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_count, e, number));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

static const char *
field_of(const struct look *x)
{
	unsigned f = 1;

	while (f < FIELD__COUNT - 1 && (uint64_t)x->fields != FIELD_BIT(f))
		f++;
	return fields[f].name;
}

/* When, which field, and that it was delayed, from when until when; the role is the line's own. */
static bool
words_of(struct keeper *k, const struct look *x, const struct owner *of, char object[DETAIL_OBJECT], struct err *e)
{
	DROP(buf_wipe) struct buf reason = {0};
	struct seal_place at = place_of(x->id, of->number, x->key);
	int64_t minute = x->at % DAY / 60;
	char day[11], since[11], until[11];
	struct telling t;
	bool found;

	day_text(day_of(x->at), day);
	if (x->fields == 0) {
		snprintf(object, DETAIL_OBJECT, "case %lld: found whom it concerns, on %s", (long long)x->number, day);
		return true;
	}
	TRY(vault_unseal(k->vault, &at, span_buf(&x->reason), &reason, e));
	TRY(telling_get(k, x->number, &t, &found, e));
	day_text(day_of(t.since), since);
	day_text(day_of(t.ended > 0 ? t.ended : t.until), until);	/* told before the sweep came to its end */
	snprintf(object, DETAIL_OBJECT, "case %lld: %s, opened %s %02d:%02d UTC; two officers delayed telling, %s to %s: %s",
	    (long long)x->number, field_of(x), day, (int)(minute / 60), (int)(minute % 60), since, until,
	    reason.data == NULL ? "" : reason.data);
	return buf_ok(&reason, e);
}

static bool
tell(struct keeper *k, const struct look *x, bool leaves, int64_t now, struct err *e)
{
	char object[DETAIL_OBJECT];
	struct member_facts f;
	struct owner of;
	struct record_line l = { .about = &of, .purpose = x->fields == 0 ? PURPOSE_CASE_FIND : PURPOSE_CASE_FRAUD, .role = x->role,
	    .fields = (uint64_t)x->fields, .object = object, .actor = x->staff, .again = true };

	TRY(member_owner(k, x->member, &of, &f, e));
	TRY(words_of(k, x, &of, object, e));
	if (x->staff > 0)
		TRY(role_key(k, x->staff, now, &l.role_key, e));
	TRY(keeper_record(k, &l, now, NULL, e));
	TRY(sql_do(k->store, &sql_told, e, now, x->id));
	if (x->fields == 0)
		return true;
	return (leaves ? address_notify_last : address_notify_primary)(k, &of, f.lang, MAIL_FIELD_LATER, field_of(x), PURPOSE_CASE_FRAUD,
	    now, e);
}

bool
looks_tell(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	DROP(looks_wipe) struct looks l = {0};

	TRY(looks_read(k, &sql_due, now, most, &l, e));
	for (size_t i = 0; i < l.n; i++)
		TRY(tell(k, &l.row[i], false, now, e));
	*done = (int64_t)l.n;
	return true;
}

bool
looks_tell_leaver(struct keeper *k, int64_t member, int64_t now, struct err *e)
{
	bool more = true;

	while (more) {
		DROP(looks_wipe) struct looks l = {0};

		TRY(looks_read(k, &sql_of, member, AT_ONCE, &l, e));
		for (size_t i = 0; i < l.n; i++)
			TRY(tell(k, &l.row[i], true, now, e));
		more = l.n == AT_ONCE;
	}
	return true;
}

/* ---- those whom a query over openings meets ---- */

/* An open field is shown for a while: it counts until the end of that. */
bool
telling_met(struct keeper *k, int64_t member, unsigned role, uint64_t bits, int64_t since, int64_t until, bool *yes, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_met, e, member, (int64_t)role, (int64_t)bits, since - CASE_FIELD_LIFE, until));
	*yes = r != NULL;
	return true;
}
