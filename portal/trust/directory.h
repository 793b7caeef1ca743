/*
 * portal/trust/directory.h - the lines of the directory of assurers, in the site store.
 *
 * A line is public: what an assurer chose to show, and no member.  Id, change id
 * and ledger number are the keeper's (privacy/facts/published.h), whose entry was
 * committed before; the portal puts the row, portal or clerk remove it.
 *
 * Stands on ledger/store.  Does not ask who may be listed: the keeper does.
 */
#ifndef PORTAL_TRUST_DIRECTORY_H
#define PORTAL_TRUST_DIRECTORY_H
#include "ledger/store/store.h"
#include "portal/trust/atlas.h"
#include "portal/web/announced.h"

/* Bytes with NUL; the keeper takes no longer ones (privacy/facts/listing.h). */
#define LINE_NAME	256
#define LINE_REGION	121
#define LINE_LANGUAGES	61

extern const char directory_schema[];		/* a step of site_spec */
extern const struct announced directory_announced;

struct directory_line {
	int64_t		id, change, number;
	char		name[LINE_NAME];		/* "Anna S."; "" not shown */
	char		region[LINE_REGION];		/* "" none */
	char		region_key[ATLAS_NAME];		/* as atlas_key() makes it */
	char		languages[LINE_LANGUAGES];	/* codes with a blank between; "" none */
	bool		placed;
	struct spot	spot;				/* when placed */
};

/* Put the line and, in the same commit, take away the one it replaces (0: none). */
bool directory_put(struct store *st, const struct directory_line *l, int64_t replaces, struct err *e) MUST;
bool directory_get(struct store *st, int64_t id, struct directory_line *l, bool *found, struct err *e) MUST;
bool directory_count(struct store *st, int64_t *n, struct err *e) MUST;

/* ---- reading many ---- */
typedef bool directory_reader(void *self, const struct directory_line *l, struct err *e);
/* All lines, by region, then name; each gives false without a failure in *e to end. */
bool directory_each(struct store *st, directory_reader *each, void *self, struct err *e) MUST;
/* Those whose region's key begins so, by key; at most `most`. */
bool directory_region(struct store *st, const char *key, size_t most, directory_reader *each, void *self,
    struct err *e) MUST;

/* Id, languages and spot of the placed lines between two latitudes (tenths of a degree). */
struct directory_spot { int64_t id; const char *languages; struct spot spot; };
typedef bool directory_spot_reader(void *self, const struct directory_spot *s, struct err *e);
bool directory_spots(struct store *st, int lat_least, int lat_most, directory_spot_reader *each, void *self,
    struct err *e) MUST;
#endif
