/*
 * portal/web/why.h - the keeper's reasons as sentences a visitor reads.
 *
 * One row for each enum why (privacy/keeper/why.h).  A form reason is shown at
 * a field of the form that was sent; any other makes a page of its own.
 */
#ifndef PORTAL_WEB_WHY_H
#define PORTAL_WEB_WHY_H
#include <stdbool.h>
#include <stdint.h>

struct why_row {
	const char	*says;		/* message id: what was wrong, what to do */
	bool		form;		/* belongs on the form that was sent */
};

/* The row, or NULL: unknown, or WHY_NONE. */
const struct why_row *why_row(uint32_t why);
#endif
