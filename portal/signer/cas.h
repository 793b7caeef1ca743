/*
 * portal/signer/cas.h - the issuers with their keys, as the signer holds them; read at the start, and anew when told.
 *
 * The newest of a profile signs certificates, unless the root's list has it; every one signs its own lists and answers.
 * What a revoked issuer signed is revoked with it: from the moment that the root's list says so it is never called good
 * (RFC 6960 section 2.7 allows that, and nobody should rely on it), while the keeper's tickets for each certificate come in.
 * Whoever stole an issuer's key can sign other answers; against them only the root's list stands.
 *
 * Such a one, and one that has ended, may go without its keys: then it makes no list and gives no answer.
 *
 * Stands on issuers, keys, book.
 */
#ifndef PORTAL_SIGNER_CAS_H
#define PORTAL_SIGNER_CAS_H
#include "portal/signer/signer.h"

/*
 * Every key and certificate of s->dir, and the root's list.  On failure s keeps what it had.  ERR_TAMPER as
 * issuers_read(); ERR_ABSENT: an issuer that the book has made lists for is not there.
 */
bool cas_read(struct signer *s, struct err *e) MUST;
void cas_drop(struct cas **c);
/* By number; NULL: there is none. */
struct ca *cas_get(const struct signer *s, unsigned number);
/* The one that signs certificates of a profile until `not_after`.  ERR_DENIED with SIGNER_WHY_ISSUER: none does. */
bool cas_signing(const struct signer *s, unsigned profile, int64_t not_after, struct ca **ca, struct err *e) MUST;
/* A certificate's row, as it stands when its issuer is revoked. */
void cas_shadow(const struct signer *s, struct book_cert *c);
/* Every list is to be made anew. */
void cas_untold(struct signer *s);

enum ipc_turn chain_run(void *self, struct ipc_ask *a);		/* SIGNER_CHAIN */
enum ipc_turn issuers_run(void *self, struct ipc_ask *a);	/* SIGNER_ISSUERS: revocations first */
enum ipc_turn live_run(void *self, struct ipc_ask *a);		/* SIGNER_LIVE */
#endif
