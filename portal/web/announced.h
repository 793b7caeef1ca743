/*
 * portal/web/announced.h - tables of the site store whose rows the keeper announced first.
 *
 * A line of the directory, an announcement of an event, a text of a case: each row
 * has the keeper's id and change id (privacy/facts/published.h).  What every such
 * table needs, so that a crash between the two stores can be made good, is here;
 * what a row says is its room's own.
 *
 * Stands on ledger/store.  Does not know whose a row is, nor who may put one.
 */
#ifndef PORTAL_WEB_ANNOUNCED_H
#define PORTAL_WEB_ANNOUNCED_H
#include "ledger/store/sql.h"

struct announced { struct sql has, remove, ids; };

/* Of a table with the columns id and change; both are literals. */
#define ANNOUNCED(noun, table) { \
	.has = { noun " has", "ii", "i", "SELECT id FROM " table " WHERE id = $1 AND change = $2" }, \
	.remove = { noun " remove", "i", "", "DELETE FROM " table " WHERE id = $1" }, \
	.ids = { noun " ids", "ii", "i", "SELECT id FROM " table " WHERE id > $1 ORDER BY id LIMIT $2" } }

/* Is the row there that this change announced? */
bool announced_has(struct store *st, const struct announced *t, int64_t id, int64_t change, bool *yes, struct err *e) MUST;
/* After a row was put ON CONFLICT DO NOTHING: it is there by this very change, be it from a moment ago; else ERR_CONFLICT. */
bool announced_put(struct store *st, const struct announced *t, int64_t id, int64_t change, struct err *e) MUST;
/* Gone or never there: true. */
bool announced_remove(struct store *st, const struct announced *t, int64_t id, struct err *e) MUST;
/* Ids above `after`, rising; *n of them, at most `most`. */
bool announced_ids(struct store *st, const struct announced *t, int64_t after, int64_t *into, size_t most, size_t *n,
    struct err *e) MUST;
#endif
