/*
 * portal/signer/issuer.h - an issuer's number, name and addresses.
 *
 * The CA has an issuer for each profile, and keeps those that came before.  The ceremony makes the first generation;
 * `troth issuer new` makes the next one, with a key, a responder and addresses of its own.  From then on only the newest
 * signs certificates.  Each one before it goes on to answer for what it signed, by its own lists and its own responder, at
 * the addresses that stand in its certificates; nothing that it signed outlives it.
 *
 *	number	profile + 16 * (generation - 1): a byte in the book and between processes, a profile's own in the first generation
 *	name	"robot-tls", "robot-tls-2": S/NAME.key, S/NAME.crt, S/NAME-ocsp.key, S/NAME-ocsp.crt in the signer's folder,
 *		/ca/NAME.crt and /crl/NAME-SHARD.crl at the site, issuer-NAME.pem for people
 *
 * So the first generation's are those of a site from before there were others.  Whether an issuer is revoked says the
 * root's list and nothing else: issuers.h.
 *
 * Stands on the ticket's profile numbers.  Linked by whoever publishes or names a file, with no key near.
 */
#ifndef PORTAL_SIGNER_ISSUER_H
#define PORTAL_SIGNER_ISSUER_H
#include "privacy/facts/ticket.h"

#define ISSUER_GENERATIONS	16u
#define ISSUERS_MOST		(ISSUER_GENERATIONS * (PROFILE__COUNT - 1u))
#define ISSUER_NUMBERS		256u	/* a number is a byte */
#define ISSUER_NAME		32	/* bytes of a name with its NUL */

/* 0: there is no such profile or generation. */
unsigned issuer_number(unsigned profile, unsigned generation);
unsigned issuer_profile(unsigned number);	/* enum profile; 0: no issuer's number */
unsigned issuer_generation(unsigned number);	/* 1, 2 ... */
/* "robot-tls"; "" when it is no issuer's number. */
void issuer_name(char into[ISSUER_NAME], unsigned number);
/* The number of a name; 0: none. */
unsigned issuer_named(const char *name);
/* Paths below the site's address; also those of the files that are published there. */
void issuer_path_crl(struct buf *b, unsigned number, uint32_t shard);	/* "/crl/robot-tls-0.crl" */
void issuer_path(struct buf *b, unsigned number);			/* "/ca/robot-tls.crt" */
#endif
