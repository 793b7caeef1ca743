/* portal/public/views.h - what the public pages show. */
#ifndef PORTAL_PUBLIC_VIEWS_H
#define PORTAL_PUBLIC_VIEWS_H
#include "portal/web/answer.h"
#include "portal/web/published.h"
#include "portal/web/site.h"

#define NOTICES_SHOWN	5
#define POSTAL_LINES	8

struct notices_view { struct notice row[NOTICES_SHOWN]; size_t n; };	/* newest first */

struct roots_view {
	const struct published	*root;		/* NULL: not published yet */
	const struct published	*issuer;
	size_t			n;
};

struct imprint_view {
	char	line[POSTAL_LINES][304];	/* of the postal address */
	size_t	lines;
};
#endif
