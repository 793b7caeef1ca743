/*
 * tests/unit/signer_client.h - asking the signer as portal, clerk and control do, for tests and benches.
 *
 * One function an operation of op.h, over an open struct ipc (peer names
 * "portal", "clerk", "control" on DIR/run/signer.sock).  Every function can also
 * fail as ipc_call does; refusals carry enum signer_why.
 *
 * Stands on ipc, op.  Links nothing of the signer itself.
 */
#ifndef TESTS_UNIT_SIGNER_CLIENT_H
#define TESTS_UNIT_SIGNER_CLIENT_H
#include "ledger/base/ipc.h"
#include "portal/signer/issuer.h"
#include "portal/signer/op.h"
#include "privacy/facts/ticket.h"

bool signer_ready(struct ipc *c, struct err *e) MUST;

struct signer_request {		/* what is in a checked request */
	enum csr_verdict verdict;
	struct buf	der;			/* empty unless the verdict is CSR_GOOD or CSR_NAMES_ODD */
	unsigned char	key_hash[32];
	char		key[24];		/* "ECDSA P-256" */
	uint32_t	name_count;
	struct ticket_name names[TICKET_NAMES];	/* kind 0: neither DNS name nor address */
};
/* PEM or DER as it was pasted.  ERR_BUSY: try again. */
bool signer_csr(struct ipc *c, struct span request, struct signer_request *r, struct err *e) MUST;
void signer_request_wipe(struct signer_request *r);	/* fits DROP() */

struct signer_issued { struct buf certificate, issuer, root, receipt; };	/* DER, DER, DER, bytes for the keeper */
/* ERR_CONFLICT with SIGNER_WHY_SEALED or _STORED: it was issued before. */
bool signer_issue(struct ipc *c, struct span ticket, struct span request_der,
    struct signer_issued *i, struct err *e) MUST;
void signer_issued_wipe(struct signer_issued *i);	/* fits DROP() */
/* Revoke, suspend, resume: receipt is appended. */
bool signer_change(struct ipc *c, struct span ticket, struct buf *receipt, struct err *e) MUST;
/* sealed: a parcel to the keeper.  ERR_ABSENT, ERR_CONFLICT as op.h says. */
bool signer_pending(struct ipc *c, const unsigned char ticket[TICKET_ID], struct buf *sealed,
    struct buf *receipt, struct err *e) MUST;
bool signer_stored(struct ipc *c, const unsigned char ticket[TICKET_ID], struct err *e) MUST;

struct signer_state {
	unsigned char	serial[TICKET_SERIAL], sha256[32];
	uint8_t		profile, status, reason;	/* enum profile, enum cert_status, CRLReason */
	int64_t		not_before, not_after, changed_at;
	int64_t		issuer_revoked_at;		/* 0: it is not */
};
/* ERR_ABSENT: we issued no such certificate. */
bool signer_by_serial(struct ipc *c, const unsigned char serial[TICKET_SERIAL],
    struct signer_state *s, struct err *e) MUST;
bool signer_by_hash(struct ipc *c, const unsigned char sha256[32], struct signer_state *s,
    struct err *e) MUST;

/*
 * digest: 1 SHA-1, 2 SHA-256; key_hash: 20 or 32 bytes of it; nonce: the request
 * extension's value, empty for none.  The answer's DER is appended.
 */
bool signer_ocsp(struct ipc *c, unsigned digest, const unsigned char *key_hash,
    const unsigned char serial[TICKET_SERIAL], struct span cert_id, struct span nonce,
    struct buf *answer, struct err *e) MUST;
/* *changed: it is another list than the one handed out before. */
/* issuer: its number (issuer.h). */
bool signer_crl(struct ipc *c, unsigned issuer, uint32_t shard, bool *changed,
    struct buf *der, struct err *e) MUST;
bool signer_head(struct ipc *c, int64_t *size, unsigned char root[32], struct err *e) MUST;
/* ERR_TAMPER: the tree does not extend the last one signed. */
bool signer_checkpoint(struct ipc *c, int64_t size, const unsigned char root[32],
    struct span proof, struct buf *note, struct err *e) MUST;

struct signer_chain { struct buf root, issuer[PROFILE__COUNT]; };	/* DER; the newest of each profile */
bool signer_chain(struct ipc *c, struct signer_chain *chain, struct err *e) MUST;
void signer_chain_wipe(struct signer_chain *chain);	/* fits DROP() */
#endif
