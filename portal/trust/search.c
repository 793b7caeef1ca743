#include <stdlib.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "portal/trust/language.h"
#include "portal/trust/search.h"

#define KM_PER_DEGREE	111.0	/* of latitude, rather too few than too many */
#define REGION_LOOKED_AT 200	/* lines of a name that are looked through for a spot */

/* ---- the place that was typed ---- */

static bool
first_placed(void *self, const struct directory_line *l, struct err *e)
{
	struct where *p = self;

	(void)e;
	p->state = WHERE_REGION;
	if (!l->placed)
		return true;
	p->state = WHERE_SPOT;
	p->spot = l->spot;
	return false;
}

static bool
exact(const struct atlas_place *a, const char *key)
{
	char own[ATLAS_NAME];

	atlas_key(a->name, own);
	return strcmp(own, key) == 0;
}

/* A town of that very name goes before a region that begins so, and that before a town that holds it. */
static bool
place_named(struct store *st, const struct atlas *a, const char *typed, struct where *p, struct err *e)
{
	p->choices = a == NULL ? 0 : atlas_find(a, typed, p->choice, SEARCH_CHOICES);
	if (p->choices == 0 || !exact(p->choice[0], p->key)) {
		TRY(directory_region(st, p->key, REGION_LOOKED_AT, first_placed, p, e));
		if (p->state != WHERE_UNKNOWN)
			return true;
	}
	if (p->choices == 0)
		return true;
	p->state = p->choices == 1 ? WHERE_SPOT : WHERE_CHOICES;
	p->spot = p->choice[0]->spot;
	return true;
}

bool
search_place(struct store *st, const struct atlas *a, const char *typed, struct where *p, struct err *e)
{
	*p = (struct where){ .state = WHERE_UNKNOWN };
	atlas_key(typed, p->key);
	if (spot_read(typed, &p->spot, NULL)) {
		p->state = WHERE_SPOT;
		return true;
	}
	return p->key[0] == '\0' || place_named(st, a, typed, p, e);
}

/* ---- near a spot ---- */

struct spots { const char *language; int64_t *id; struct spot *spot; size_t n, room; };

static void
spots_wipe(struct spots *s)
{
	wipe_free(s->id);
	wipe_free(s->spot);
}

static bool
spots_grow(struct spots *s, struct err *e)
{
	size_t room = s->room == 0 ? 1024 : s->room * 2;
	int64_t *id = realloc(s->id, room * sizeof(*id));
	struct spot *spot;

	if (id == NULL)
		return FAIL(e, ERR_MEMORY, "directory: %zu lines", room);
	s->id = id;
	spot = realloc(s->spot, room * sizeof(*spot));
	if (spot == NULL)
		return FAIL(e, ERR_MEMORY, "directory: %zu lines", room);
	s->spot = spot;
	s->room = room;
	return true;
}

static bool
spot_take(void *self, const struct directory_spot *d, struct err *e)
{
	struct spots *s = self;

	if (s->language[0] != '\0' && !languages_hold(d->languages, s->language))
		return true;
	if (s->n == s->room)
		TRY(spots_grow(s, e));
	s->id[s->n] = d->id;
	s->spot[s->n++] = d->spot;
	return true;
}

static void
free_near(struct near **p)
{
	wipe_free(*p);
}

static int64_t
round_km(double km)
{
	return km < 10 ? 0 : (int64_t)((km + 5) / 10) * 10;
}

bool
search_near(struct store *st, struct spot from, double km, const char *language, struct found *into, size_t most,
    size_t *n, struct err *e)
{
	DROP(spots_wipe) struct spots s = { .language = language };
	DROP(free_near) struct near *near = calloc(most + 1, sizeof(*near));
	int band = (int)(km / KM_PER_DEGREE * 10) + 1;
	size_t count;

	*n = 0;
	if (near == NULL)
		return FAIL(e, ERR_MEMORY, "directory: %zu found", most);
	TRY(directory_spots(st, from.lat - band, from.lat + band, spot_take, &s, e));
	count = s.n == 0 ? 0 : atlas_nearest(from, s.spot, s.n, km, near, most);
	for (size_t i = 0; i < count; i++) {
		struct found *f = &into[*n];
		bool found;

		TRY(directory_get(st, s.id[near[i].index], &f->line, &found, e));
		f->km = round_km(near[i].km);
		*n += found;	/* else it was taken down meanwhile */
	}
	return true;
}

/* ---- by region ---- */

struct taking { const char *language; struct found *into; size_t most, *n; bool unplaced; };

static bool
line_take(void *self, const struct directory_line *l, struct err *e)
{
	struct taking *t = self;

	(void)e;
	if ((t->language[0] == '\0' || languages_hold(l->languages, t->language)) && !(t->unplaced && l->placed))
		t->into[(*t->n)++] = (struct found){ *l, -1 };
	return *t->n < t->most;
}

bool
search_region(struct store *st, const char *key, bool unplaced, const char *language, struct found *into,
    size_t most, size_t *n, struct err *e)
{
	struct taking t = { language, into, most, n, unplaced };

	*n = 0;
	if (most == 0)
		return true;
	return key[0] == '\0' ? directory_each(st, line_take, &t, e) :
	    directory_region(st, key, REGION_LOOKED_AT, line_take, &t, e);
}
