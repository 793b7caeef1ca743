/*
 * portal/prover/op.h - what one may ask the prover.
 *
 * Peers: P portal, X control.  Each answer is a signed statement
 * (privacy/facts/statement.h); what could not be seen is a statement too, not
 * an error.  ERR_BUSY when too many look-ups are under way.
 *
 * DNS: TXT at _troth-challenge.NAME whose value is the nonce.
 * HTTP: http://NAME/.well-known/troth-challenge/FILE (statement_file() of the nonce) whose body is the nonce (one trailing newline allowed).
 */
#ifndef PORTAL_PROVER_OP_H
#define PORTAL_PROVER_OP_H

#define PROVER_PEER_PORTAL	1u
#define PROVER_PEER_CONTROL	4u

enum prover_op {
	PROVER_READY = 1,
	PROVER_PROVE,	/* u8 method (PROOF_DNS or PROOF_HTTP), text name, text nonce -> bytes statement */
	PROVER_CAA,	/* text name (may begin with "*.") , u8 mail (0: issue/issuewild, 1: issuemail) -> bytes statement */
	PROVER_OP__COUNT
};
#endif
