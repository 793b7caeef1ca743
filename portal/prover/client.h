/*
 * portal/prover/client.h - asking the prover, typed.
 *
 * Thin over ipc_call: packs the question, unpacks the statement's bytes.  The
 * caller carries them to the keeper unread; prover_peek() reads what they say
 * for a sentence on a form, and believes nothing.
 *
 * Stands on ipc, statement.
 */
#ifndef PORTAL_PROVER_CLIENT_H
#define PORTAL_PROVER_CLIENT_H
#include "ledger/base/ipc.h"
#include "privacy/facts/statement.h"

/*
 * method: PROOF_DNS or PROOF_HTTP.  name: A-label, lower case.  Appends the
 * statement to *into.  wait_ms should exceed settings.prover_timeout.
 * Fails: ERR_INPUT (name, nonce), ERR_BUSY (too many under way), those of ipc_call.
 */
bool prover_prove(struct ipc *c, uint8_t method, const char *name, const char *nonce,
    struct buf *into, int wait_ms, struct err *e) MUST;
/* name may begin with "*."; mail: the issuemail property rules instead of issue. */
bool prover_caa(struct ipc *c, const char *name, bool mail, struct buf *into, int wait_ms,
    struct err *e) MUST;
/* What a statement says, its signature unread: for display alone.  ERR_INPUT. */
bool prover_peek(struct statement *s, struct span wire, struct err *e) MUST;
#endif
