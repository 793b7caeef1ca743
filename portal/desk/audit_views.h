/*
 * portal/desk/audit_views.h - what auditors' pages show: no personal data.
 *
 * Filled by audit.c from one keeper answer; read by portal/pages/audit.html.  `const char *` are message ids.
 */
#ifndef PORTAL_DESK_AUDIT_VIEWS_H
#define PORTAL_DESK_AUDIT_VIEWS_H
#include "portal/public/views.h"
#include "portal/web/visit.h"
#include "privacy/policy.h"

struct audit_seat { int64_t since, until; const char *role_name; };
struct audit_decision { int64_t id, asked_at, decided_at; unsigned yes, no; const char *kind_name, *state_name, *badge; };
struct audit_span { int64_t since, until; };	/* of a silence: since it was given */
struct audit_notice { int64_t at, met, told; bool all; };
struct audit_breach { int64_t known, told, met, closed; bool late; };	/* late: the authority was not told within BREACH_CLOCK */
struct audit_guest { int64_t since, until, ended; bool voted; char community[GUEST_WORDS + 1], site[GUEST_SITE + 1]; };
struct audit_run { int64_t day_at, rows; const char *what; };
struct audit_view {
	struct audit_seat seat[AUDIT_LISTED];
	struct audit_decision decision[AUDIT_LISTED];
	struct audit_span silence[AUDIT_LISTED], later[AUDIT_LISTED];
	struct audit_notice notice[AUDIT_LISTED];
	struct audit_breach breach[AUDIT_LISTED];
	struct audit_run run[AUDIT_LISTED];
	struct audit_guest guest[GUESTS_LISTED];
	size_t seats, decisions, silences, laters, notices, breaches, runs, guests;
	enum audit_list list;			/* the one list shown, or all of them */
	int64_t from, older[AUDIT_LIST__COUNT];	/* rows left out before, and where the next page begins; 0: none */
	const char *name[AUDIT_LIST__COUNT];	/* of each list in an address */
	struct visits_table sites;		/* with links to here, as browsers say */
	const struct policy_version *agreement, *statement;	/* in force */
};
struct audit_line { int64_t number, at; char object[256]; };	/* "": its detail was erased */
struct audit_lines_view { struct audit_line row[AUDIT_LINES]; size_t n; int64_t all, older; };	/* older: the place to go on before; 0 none */
#endif
