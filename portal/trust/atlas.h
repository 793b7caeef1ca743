/*
 * portal/trust/atlas.h - places with coordinates, offline, and how far they are apart.
 *
 * The places are those of tzdata's zone1970.tab (some 300 towns, each the
 * largest of its time zone): a coarse atlas that is on every Debian machine and
 * asks nobody.  Who lives far from all of them types coordinates, which are
 * rounded to a tenth of a degree (11 km) before anything else sees them: a
 * directory line tells a region, not a house.
 *
 * Distances are great-circle ones on a sphere of 6371 km, good to half a per
 * cent.
 *
 * Stands on buf and libunistring.  Opens one file, at start.  Knows no member:
 * directory lines are given to it as spots.
 */
#ifndef PORTAL_TRUST_ATLAS_H
#define PORTAL_TRUST_ATLAS_H
#include "ledger/base/buf.h"

#define ATLAS_NAME	64	/* bytes of a place's name with NUL */
#define ATLAS_COUNTRIES	64	/* bytes of its countries with NUL */
#define SPOT_TEXT	24	/* bytes */
#define ATLAS_FILE_MOST	(1u << 20)
#define ATLAS_PLACES_MOST 4096

/* Tenths of a degree: north and east are positive. */
struct spot { int16_t lat, lon; };	/* -900 to 900, -1800 to 1800 */

struct atlas_place {
	char		name[ATLAS_NAME];		/* "Buenos Aires" */
	char		zone[ATLAS_NAME];		/* "America/Argentina/Buenos_Aires" */
	char		countries[ATLAS_COUNTRIES];	/* "CH,DE,LI" */
	struct spot	spot;
};

struct atlas;
/* Read path.  ERR_IO; ERR_INPUT naming the line; ERR_MEMORY. */
bool atlas_open(struct atlas **out, const char *path, struct err *e) MUST;
/* The same from n bytes of text. */
bool atlas_read(struct atlas **out, const char *text, size_t n, struct err *e) MUST;
void atlas_drop(struct atlas **a);
size_t atlas_count(const struct atlas *a);
/* Places in the file's order; i < atlas_count(). */
const struct atlas_place *atlas_at(const struct atlas *a, size_t i);
/*
 * A name as it is searched for: folded case, no accents, letters and digits with
 * single spaces between; cut to fit.  Not UTF-8: "".
 */
void atlas_key(const char *name, char into[ATLAS_NAME]);
/*
 * Places whose name (any case, accents or none) is what was typed, else those
 * whose name begins so, else those that hold it: pointers into[0..return), at
 * most `most`.  Typed text of less than two characters finds nothing.
 */
size_t atlas_find(const struct atlas *a, const char *typed, const struct atlas_place **into, size_t most);

/*
 * "48.1, 11.6", "48.137N 11.575E", "-33.9 18.4", "48,1; 11,6": degrees, latitude first.
 * Anything else, or out of bounds: ERR_INPUT.  Rounded to the nearest tenth.
 */
bool spot_read(const char *typed, struct spot *s, struct err *e) MUST;
/* "48.1, 11.6", as spot_read takes it; into[SPOT_TEXT]. */
void spot_write(struct spot s, char into[SPOT_TEXT]);
bool spot_ok(struct spot s) MUST;
/* Kilometres. */
double spot_distance(struct spot a, struct spot b);

/* One found: which of the spots, and how far. */
struct near { size_t index; double km; };
/*
 * The nearest of spots[0..n) within km_most, nearest first, equals in the order given:
 * into[0..return), at most `most`.  O(n * most) at worst, n in practice.
 */
size_t atlas_nearest(struct spot from, const struct spot *spots, size_t n, double km_most,
    struct near *into, size_t most);
#endif
