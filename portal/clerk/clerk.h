/*
 * portal/clerk/clerk.h - what the clerk's chores share.
 *
 * Two threads: the postman sends mail (post.c), the other does everything that
 * must not wait behind a slow mail server (publish.c, finish.c, faces.c,
 * published.c, mailed.c, copies.c, erasures.c, root.c, tidy_up), each chore at its own pace (chore.c).  Each thread has lines
 * of its own.
 */
#ifndef PORTAL_CLERK_CLERK_H
#define PORTAL_CLERK_CLERK_H
#include <stdatomic.h>
#include "portal/clerk/line.h"
#include "privacy/keeper/op.h"
#include "privacy/settings.h"

struct stop {			/* how a signal reaches both threads; lock-free, so a handler may set it */
	atomic_bool	now;
	_Atomic int64_t	mail_until_ms;	/* non-zero: a mail under way may take until then */
};

struct crl_table;		/* publish.c */
struct store;

struct clerk {
	const struct settings	*settings;
	struct line		keeper, signer;		/* the chores' */
	struct stop		*stop;
	struct crl_table	*crls;
	uint32_t		crl_next;		/* where the next round begins */
	int64_t			carried;		/* size of the newest checkpoint the keeper has; -1 unknown */
	struct store		*site;			/* NULL: no site store */
	int64_t			faces_since;		/* ledger number; -1 unknown */
	int64_t			strays_after[PUBLISHED_KIND__COUNT];	/* id up to which the rows of a kind were compared; 0: from the first */
};

/* A chore does all that is due and returns; false with why it could not. */
typedef bool chore_run(struct clerk *c, struct err *e);
chore_run publish_crls, publish_checkpoint, finish_tickets, carry_faces, carry_mailed, finish_published, make_copies, run_erasures,
    tidy_visits, tidy_up, keep_root;

/* Serve the chores until c->stop->now. */
void chores_run(struct clerk *c);

bool publish_open(struct clerk *c, struct err *e) MUST;
void publish_close(struct clerk *c);
bool faces_open(struct clerk *c, struct err *e) MUST;
void faces_close(struct clerk *c);
#endif
