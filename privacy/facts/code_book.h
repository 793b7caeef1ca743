/*
 * privacy/facts/code_book.h - the codes that are good now: of hand-overs, event passes and slips.
 *
 * One table for all kinds, so that whoever types a code need not say what it is.
 * A row is found by its finder; of the secret it has a hash under a key derived from the
 * keeper's pepper.  A code that is over has no row: wrong, used, withdrawn and too
 * old are the same to whoever types it, and a look-up does the same work for all.
 *
 * Wrong codes count per assurer for a day, over all codes; wrong secrets of a code
 * that exists are the caller's to count for that code.
 *
 * Stands on code, keeper.  Does not know what a code opens.
 */
#ifndef PRIVACY_FACTS_CODE_BOOK_H
#define PRIVACY_FACTS_CODE_BOOK_H
#include "privacy/facts/code.h"
#include "privacy/keeper/keeper.h"

extern const char code_book_schema[];

/* A new code for the thing `ref` of this kind (one code a thing).  The caller wipes c. */
bool code_issue(struct keeper *k, enum code_kind kind, int64_t ref, struct code *c, struct err *e) MUST;
/* It is over.  Fine when there is none. */
bool code_end(struct keeper *k, enum code_kind kind, int64_t ref, struct err *e) MUST;

struct code_found {
	bool		known, fits;	/* the finder exists; the secret is its own, too */
	enum code_kind	kind;		/* known only */
	int64_t		ref;
	struct code	code;		/* as typed; code_wipe(&f->code) */
};
/* Something that cannot be a code at all is not known.  ERR_IO. */
bool code_look(struct keeper *k, const char *typed, struct code_found *f, struct err *e) MUST;

/* May this assurer type a code now?  ERR_DENIED with WHY_CODES_WRONG. */
bool code_may_try(struct keeper *k, int64_t assurer, int64_t now, struct err *e) MUST;
/* One more wrong one of this assurer.  The caller sets a->keep. */
bool code_was_wrong(struct keeper *k, int64_t assurer, int64_t now, struct err *e) MUST;
/* Counts older than a day. */
bool code_book_sweep(struct keeper *k, int64_t now, struct err *e) MUST;

/* A key that only the code's secret (and the keeper's pepper) gives: what is sealed with it opens when the code comes back. */
void code_secret_key(const struct keeper *k, const struct code *c, unsigned char key[32]);
#endif
