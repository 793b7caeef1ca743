#include "privacy/facts/footing.h"
#include "privacy/facts/order.h"
#include "privacy/facts/register.h"

enum why
footing_why(const struct points *p, enum profile profile, unsigned named)
{
	bool assured = profile_is_assured(profile);

	if ((assured && (p->unlocks & UNLOCK_ASSURED) == 0) || (named != 0 && profile != PROFILE_ASSURED_MAIL))
		return WHY_POINTS;
	if (named == 0)
		return WHY_NONE;
	if ((p->unlocks & UNLOCK_NAMES) == 0)
		return WHY_NAME_YOUNG;
	return named <= VOUCH_NAMES && (p->names_ok & 1u << (named - 1)) != 0 ? WHY_NONE : WHY_NAME_POINTS;
}

enum why
footing_no_name(const struct points *p, const struct act *a)
{
	if ((p->unlocks & UNLOCK_ASSURED) == 0)
		return WHY_POINTS;
	if (a->now < a->bar_until)
		return WHY_BAR;
	if ((p->unlocks & UNLOCK_NAMES) == 0)
		return WHY_NAME_YOUNG;
	return p->names_ok == 0 ? WHY_NAME_POINTS : WHY_NONE;
}

struct lost { struct keeper *k; const struct points *points; uint32_t held; struct buf *rows; uint32_t n; };

static bool
listed(struct lost *l, const struct entry_of_register *r, struct err *e)
{
	DROP(buf_wipe) struct buf names = {0};
	char first[256] = "";

	TRY(register_names(l->k, r, &names, first, e));
	buf_add(l->rows, r->serial, sizeof(r->serial));
	pack_text(l->rows, first);
	l->n++;
	return buf_ok(l->rows, e);
}

static bool
lost_one(void *self, const struct entry_of_register *r, struct err *e)
{
	struct lost *l = self;

	return footing_why(l->points, r->profile, r->named) == WHY_NONE || listed(l, r, e);
}

static bool
stranded_one(void *self, const struct entry_of_register *r, struct err *e)
{
	struct lost *l = self;

	return r->named == 0 || (l->held & 1u << (r->named - 1)) != 0 || listed(l, r, e);
}

bool
footing_lost(struct keeper *k, const struct act *a, const struct points *p, struct buf *into, uint32_t *n,
    struct err *e)
{
	struct lost l = { .k = k, .points = p, .rows = into };

	TRY(register_assured(k, a->owner.number, a->now, lost_one, &l, e));
	*n = l.n;
	return true;
}

bool
footing_stranded(struct keeper *k, const struct act *a, uint32_t held, struct buf *into, uint32_t *n, struct err *e)
{
	struct lost l = { .k = k, .held = held, .rows = into };

	TRY(register_assured(k, a->owner.number, a->now, stranded_one, &l, e));
	*n = l.n;
	return true;
}
