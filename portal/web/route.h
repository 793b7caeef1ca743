/*
 * portal/web/route.h - every address of the site, as a row.
 *
 * Method, path, who may come, why fields may be opened, what guards the
 * request, which form fields are accepted, and the handler.  Zero means unset
 * and an unset column stops the program at start.  The dispatcher (dispatch.c)
 * does everything a row promises before the handler runs: it refuses what the
 * row does not list, so that a handler holds no permission check of its own.
 *
 * Rows live with their rooms (portal/people/routes.c, portal/ca/routes.c ...);
 * the dispatcher is handed the tables by portal/main.c.
 */
#ifndef PORTAL_WEB_ROUTE_H
#define PORTAL_WEB_ROUTE_H
#include "portal/web/form.h"
#include "privacy/keeper/op.h"
#include "privacy/purpose.h"

struct visit;				/* portal/web/visit.h */

enum method { METHOD_UNSET, GET, POST };	/* HEAD is answered as GET without a body */

enum guard {
	GUARD_UNSET,
	GUARD_OPEN,	/* GET of a public page: anybody, from anywhere */
	GUARD_FORM,	/* POST of a public page: Sec-Fetch-Site same-origin and a form token */
	GUARD_OWN,	/* GET under /~TOKEN: Sec-Fetch-Site same-origin, else the sign-in question */
	GUARD_OWN_FORM,	/* POST under /~TOKEN: the same and a form token bound to session, path and time */
	GUARD_ONCE,	/* GET of a one-use address */
	GUARD_VISIT,	/* GET of an address with a token that number and pass-phrase gave: Sec-Fetch-Site same-origin */
	GUARD_MACHINE	/* OCSP and the like: any method body, no form token, answers no personal data */
};

enum needs { NEEDS_UNSET, NEEDS_NOTHING, NEEDS_SESSION, NEEDS_FRESH };

struct route {
	enum method	method;
	const char	*path;		/* "/certs/show": exact; below /~TOKEN without that prefix.
					   A last segment "*" stands for one segment, in visit->tail
					   (GUARD_MACHINE: for all the rest, percent-decoded) */
	const char	*name;		/* for the log and the counts: "certificate" */
	enum role	role;		/* 0 with NEEDS_NOTHING; else least role, ROLE_MEMBER for all members */
	enum needs	needs;
	enum purpose	purpose;
	enum guard	guard;
	const char	*page;		/* GUARD_OWN_FORM: the page its form stands on, when that is not the same
					   path; "*" there is what it is in path.  NULL: the same path */
	const struct form_row *fields;	/* NULL: none accepted */
	size_t		field_count;
	bool		(*run)(struct visit *v, struct err *e);
};

struct route_table { const struct route *rows; size_t count; };

/*
 * A page of a session (GET, GUARD_OWN) whose handler asks the keeper this operation first and nothing
 * else, with nothing but what visit_ask_begin() packs: it may be asked before the page is drawn
 * (portal/web/ahead.h).
 */
struct route_ahead { const char *path; uint32_t op; };
/* Each of them such a page, once, without fields?  ERR_INPUT names the path. */
bool route_ahead_check(const struct route_ahead *ahead, size_t count, struct err *e) MUST;

#define ROUTES_MOST	1024

/* Check all tables at start, before any thread: every column set, paths unique, POSTs guarded, public rows
   purpose-free, each form of a session with a page to come back to.  From then on route_find() looks in them,
   where they lie.  ERR_INPUT names the row. */
bool route_check(const struct route_table *tables, size_t n, struct err *e) MUST;
/*
 * The row for a path (below /~TOKEN when own), NULL: none.  An exact path goes
 * before one with "*".  *tail points into path, or is "".
 */
const struct route *route_find(enum method m, const char *path, bool own, const char **tail);
/* Where the form of r stands, for what "*" was in its own path: false when into has no room. */
bool route_page(const struct route *r, const char *path, const char *tail, char *into, size_t size) MUST;
#endif
