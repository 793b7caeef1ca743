/*
 * portal/prover/look.h - one look-up from question to statement.
 *
 * Three kinds: TXT at _troth-challenge.NAME, a file over HTTP, the CAA records
 * that rule over NAME.  What could not be seen is a statement too.
 *
 * Stands on dns, fetch, caa, dns_txt and privacy/facts/statement.  Signs nothing.
 */
#ifndef PORTAL_PROVER_LOOK_H
#define PORTAL_PROVER_LOOK_H
#include <stdatomic.h>
#include "portal/prover/dns.h"
#include "privacy/facts/statement.h"

struct look {
	/* asked; look_ask_* fills them from a frame */
	uint8_t		kind;		/* enum statement_kind */
	uint8_t		method;		/* PROOF_DNS or PROOF_HTTP; CAA: 0, or PROOF_MAIL for issuemail */
	bool		wildcard;
	char		name[256], nonce[96];
	/* with */
	struct dns	*dns;
	const struct settings *settings;
	const atomic_bool *stop;
};

/* Is this a name and a nonce we would look up?  ERR_INPUT. */
bool look_check(const struct look *l, struct err *e) MUST;
/* Takes at most settings.prover_timeout.  Fails only with ERR_MEMORY. */
bool look_run(const struct look *l, struct statement *into, struct err *e) MUST;
#endif
