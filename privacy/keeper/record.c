#include "privacy/facts/member.h"
#include "privacy/keeper/record.h"

static const struct sql
sql_entries = { "subject_entries", "i", "i",
	"SELECT entries FROM subject WHERE number = $1" },
sql_entries_add = { "subject_entries_add", "ii", "",
	"UPDATE subject SET entries = entries + 1 WHERE number = $1 AND entries = $2" },
sql_others_add = { "others_add", "ii", "",
	"INSERT INTO others (subject, day, lines) VALUES ($1, $2, 1)"
	" ON CONFLICT (subject, day) DO UPDATE SET lines = others.lines + 1" };

/* The session's look-up told it already; else ask. */
bool
keeper_entries(struct keeper *k, int64_t number, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	*n = k->known.entries;
	if (k->known.subject == number)
		return true;
	TRY(sql_first(k->store, &r, &sql_entries, e, number));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "record: no such subject");
	*n = rows_i64(r, 0);
	return true;
}

/* The caller's clock may be behind the ledger's head: that is not the visitor's fault. */
static bool
append(struct keeper *k, struct leaf *l, const struct detail *d, int64_t now,
    int64_t *number, struct err *e)
{
	struct err why = {0};

	if (chain_append(k->chain, l, d, now, number, &why))
		return true;
	if (why.kind == ERR_DENIED)
		return REFUSE(e, ERR_BUSY, WHY_CLOCK, "%s", why.text);
	if (why.kind == ERR_FULL)
		why.why = WHY_DISK;
	if (e != NULL)
		*e = why;
	return false;
}

static bool
count_up(struct keeper *k, const struct record_line *l, int64_t n, int64_t now, struct err *e)
{
	TRY(sql_do(k->store, &sql_entries_add, e, l->about->number, n));
	if (sql_changed(k->store) != 1)
		return FAIL(e, ERR_CONFLICT, "record: the running number moved");
	k->known.subject = l->about->number;
	k->known.entries = n + 1;
	if (l->role == ACTOR_OWNER || l->role == ACTOR_SYSTEM || l->about->number == k->site.number)
		return true;
	return sql_do(k->store, &sql_others_add, e, l->about->number, now / DAY_SECONDS);
}

bool
keeper_record(struct keeper *k, const struct record_line *l, int64_t now,
    int64_t *number, struct err *e)
{
	DROP(detail_wipe) struct detail_sealed sealed = {0};
	struct detail_words words = {
		.at = now, .purpose = l->purpose, .fields = l->fields, .object = l->object,
		.change = l->change, .actor = l->actor, .has_values = l->has_values,
		.was = l->was, .now = l->now,
	};
	struct leaf leaf = { .kind = (uint8_t)purposes[l->purpose].kind, .role = (uint8_t)l->role };
	int64_t n = 0;

	TRY(keeper_entries(k, l->about->number, &n, e));
	TRY(detail_close(k->vault, l->about, n, l->role_key, &words, &sealed, e));
	memcpy(leaf.subject, sealed.subject, sizeof(leaf.subject));
	memcpy(leaf.actor, sealed.actor, sizeof(leaf.actor));
	TRY(append(k, &leaf, &sealed.detail, now, number, e));
	return count_up(k, l, n, now, e);
}

bool
act_record(struct keeper *k, struct act *a, const char *object, struct err *e)
{
	struct record_line l = { .about = &a->owner, .purpose = a->purpose, .role = a->role,
	    .object = object };

	TRY(keeper_record(k, &l, a->now, NULL, e));
	a->entries++;
	return true;
}

bool
keeper_record_site(struct keeper *k, enum purpose p, const char *object, int64_t now,
    int64_t *number, struct err *e)
{
	struct record_line l = { .about = &k->site, .purpose = p, .role = ACTOR_OPERATOR,
	    .object = object };

	return keeper_record(k, &l, now, number, e);
}
