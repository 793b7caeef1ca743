#include "privacy/facts/member.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/disclose.h"

static const struct sql
sql_others_add = { "others_add", "ii", "",
	"INSERT INTO others (subject, day, lines) VALUES ($1, $2, 1)"
	" ON CONFLICT (subject, day) DO UPDATE SET lines = others.lines + 1" };

/* What this request already saw of them, else what the store says. */
static bool
know(struct keeper *k, const struct owner *o, struct err *e)
{
	return k->known.subject == o->number || trail_load(k, o, &k->known, e);
}

bool
keeper_entries(struct keeper *k, const struct owner *o, int64_t *n, struct err *e)
{
	TRY(know(k, o, e));
	*n = k->known.entries;
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

/* The subject's row follows in the entry's own commit. */
static bool
count_up(struct keeper *k, const struct record_line *l, int64_t number, int64_t now,
    struct err *e)
{
	trail_push(&k->known, number);
	if (!trail_store(k, l->about, &k->known, e)) {
		k->known.subject = -1;
		return false;
	}
	if (l->role == ACTOR_OWNER || l->role == ACTOR_SYSTEM || l->about->number == k->site.number)
		return true;
	return sql_do(k->store, &sql_others_add, e, l->about->number, now / DAY);
}

/* Fields of which a value was replaced, or erased. */
struct touched { uint64_t changed, erased; };

/* One that took another's place is no erasure, though the old one goes. */
static bool
touched_by(struct keeper *k, const struct record_line *l, struct touched *t, struct err *e)
{
	*t = (struct touched){ .changed = vault_changed(k->vault, l->about->number) };
	return t->changed == 0 || l->has_values || vault_erased(k->vault, l->about->number, &t->erased, e);
}

/* Whoever got one of these fields under law is to be told. */
static bool
recipients(struct keeper *k, const struct record_line *l, const struct touched *t, int64_t now, struct err *e)
{
	uint64_t corrected = t->changed & ~t->erased;

	TRY(t->erased == 0 || recipients_note(k, l->about, RECIPIENT_ERASED, t->erased, now, e));
	return corrected == 0 || recipients_note(k, l->about, RECIPIENT_CORRECTED, corrected, now, e);
}

/* Nothing happens with the data of a member who restricted it, but what goes on. */
static bool
may_go_on(struct keeper *k, const struct record_line *l, struct err *e)
{
	unsigned restricted;

	if (purposes[l->purpose].goes_on != STOPS || k->lenient)
		return true;
	TRY(member_restricted(k, l->about->number, &restricted, e));
	return restricted == 0 || REFUSE(e, ERR_DENIED, WHY_RESTRICTED, "%s: about somebody who restricted it", purposes[l->purpose].name);
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
	struct touched touched;
	int64_t seq = 0;

	if (l->about->number < 0)	/* who was erased: nobody is there to read it */
		return true;
	TRY(know(k, l->about, e));
	TRY(may_go_on(k, l, e));
	TRY(touched_by(k, l, &touched, e));	/* before the entry takes it along */
	words.before = trail_next_before(&k->known);
	words.far = trail_next_far(&k->known);
	TRY(detail_close(k->vault, l->about, k->known.entries, l->role_key, &words, &sealed, e));
	memcpy(leaf.subject, sealed.subject, sizeof(leaf.subject));
	memcpy(leaf.actor, sealed.actor, sizeof(leaf.actor));
	TRY(append(k, &leaf, &sealed.detail, now, &seq, e));
	if (number != NULL)
		*number = seq;
	if (l->about->number != k->site.number && !l->again)
		tally_purpose(k, l->purpose);
	TRY(recipients(k, l, &touched, now, e));
	return count_up(k, l, seq, now, e);
}

bool
act_record(struct keeper *k, struct act *a, const char *object, struct err *e)
{
	struct record_line l = { .about = &a->owner, .purpose = a->purpose, .role = a->role,
	    .object = object };

	return keeper_record(k, &l, a->now, NULL, e);
}

bool
role_key(struct keeper *k, int64_t member, int64_t now, int64_t *id, struct err *e)
{
	static const enum key_kind kind = KEY_ROLE_TAGS;
	struct err why = {0};

	if (keys_find(vault_keys(k->vault), KEY_ROLE_TAGS, member, id, &why))
		return true;
	if (why.kind != ERR_ABSENT) {
		if (e != NULL)
			*e = why;
		return false;
	}
	return keys_create(vault_keys(k->vault), &kind, 1, member, now, id, e);
}

bool
act_record_pair(struct keeper *k, struct act *a, const struct record_pair *p, struct err *e)
{
	struct record_line of = { .about = p->of, .purpose = a->purpose, .role = p->role, .object = p->object,
	    .actor = p->actor->number };
	struct record_line own = { .about = p->actor, .purpose = a->purpose, .role = p->actor_role,
	    .object = p->actor_object };

	TRY(role_key(k, p->actor->number, a->now, &of.role_key, e));
	TRY(keeper_record(k, &of, a->now, NULL, e));
	return keeper_record(k, &own, a->now, NULL, e);
}

bool
act_record_of(struct keeper *k, struct act *a, enum entry_role role, const struct owner *of,
    const char *object, const char *owner_object, struct err *e)
{
	struct record_pair p = { .of = of, .actor = &a->owner, .role = role, .actor_role = a->role,
	    .object = object, .actor_object = owner_object };

	return act_record_pair(k, a, &p, e);
}

bool
act_record_also(struct keeper *k, const struct act *a, const struct owner *of, const char *object, struct err *e)
{
	struct record_line l = { .about = of, .purpose = a->purpose, .role = ACTOR_SYSTEM, .object = object };

	return keeper_record(k, &l, a->now, NULL, e);
}

bool
keeper_record_site(struct keeper *k, enum purpose p, const char *object, int64_t now,
    int64_t *number, struct err *e)
{
	struct record_line l = { .about = &k->site, .purpose = p, .role = ACTOR_OPERATOR,
	    .object = object };

	return keeper_record(k, &l, now, number, e);
}

bool
keeper_record_self(struct keeper *k, enum purpose p, const char *object, int64_t now, struct err *e)
{
	struct record_line l = { .about = &k->site, .purpose = p, .role = ACTOR_SYSTEM, .object = object };

	return keeper_record(k, &l, now, NULL, e);
}
