/*
 * portal/public/policy_views.h - what the pages about versions of the policies show; read by portal/pages/policy.html.
 */
#ifndef PORTAL_PUBLIC_POLICY_VIEWS_H
#define PORTAL_PUBLIC_POLICY_VIEWS_H
#include "portal/public/policy_text.h"
#include "portal/web/visit.h"

#define VERSIONS_SHOWN	100

struct version_row {
	const struct policy_version *version;
	const struct policy_text *text;		/* NULL: none is kept */
	bool		in_force, coming;
	char		path[48], changes[48], sha256[65];	/* changes "": a first version */
};
struct versions_view { struct version_row row[VERSIONS_SHOWN]; size_t n; };	/* newest first */

struct version_view {
	const struct policy_version *version, *before;
	const struct policy_text *text;
	const char	*title;			/* message id */
	bool		in_force, coming;
	struct difference difference;		/* from the one before */
	const char	*lang;			/* its words' */
};

/* A policy of which a member knows an older version. */
struct policy_change {
	const struct policy_version *was, *is;	/* was NULL: nothing to compare with */
	struct difference difference;
	const char	*lang;			/* its words' */
};
struct policy_view {
	int64_t		agreement, statement;	/* in force */
	bool		declined;
	struct policy_change change[2];
	size_t		n;
};
/* What changed for somebody who knows this version; *w is the caller's, its differences too. */
bool policy_change_add(const struct visit *v, struct policy_view *w, enum policy which, int64_t known, struct err *e) MUST;
void policy_view_wipe(struct policy_view *w);	/* fits DROP() */
#endif
