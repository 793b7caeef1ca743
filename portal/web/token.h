/*
 * portal/web/token.h - the hidden field that says a form came from a page of ours.
 *
 * u32 time, and two MACs of 16 bytes (keyed BLAKE2b): one over path and time,
 * one over these and the bytes the form is bound to.  The key is the session's
 * token below /~TOKEN, so such a form outlives a restart and nobody else's
 * session can send it; for public forms it is a key made at start.  Base64url.
 *
 * It does not stop a form from being sent twice: the keeper's own tickets do.
 */
#ifndef PORTAL_WEB_TOKEN_H
#define PORTAL_WEB_TOKEN_H
#include "portal/web/visit.h"

#define TOKEN_LIFE	(12 * 3600)	/* seconds a form may stay open */

enum token_verdict { TOKEN_GOOD, TOKEN_OLD, TOKEN_BAD };

/* own: below the session's root. */
void token_make(const struct visit *v, const char *path, bool own, struct span bound, char into[96]);
/* The posted token against this visit's path; bound NULL: not looked at. */
enum token_verdict token_check(const struct visit *v, const char *path, bool own, const struct span *bound,
    const char *posted);
#endif
