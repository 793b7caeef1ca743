/*
 * portal/trust/views_papers.h - what the register of paper forms shows; filled by papers.c.
 */
#ifndef PORTAL_TRUST_VIEWS_PAPERS_H
#define PORTAL_TRUST_VIEWS_PAPERS_H
#include "portal/trust/words.h"
#include "portal/web/visit.h"

#define PAPERS_SHOWN	1000

struct paper_line {
	int64_t		made_at, destroy_by, destroyed_at;	/* destroyed_at 0: not yet */
	enum paper_state state;
	char		number[24], initials[64];	/* "" initials: the member is gone */
};
struct papers_view {
	struct paper_line *row;			/* PAPERS_SHOWN of them, newest first */
	size_t		n;
	size_t		held, offered, mine, destroyed;	/* in my keeping; of those offered away; offered to me; destroyed */
	char		kept[SPAN_SHOWN];		/* how long a form is kept */
	const struct paper_line *one;		/* the one to hand over; NULL: all */
};
#endif
