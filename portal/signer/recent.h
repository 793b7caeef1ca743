/*
 * portal/signer/recent.h - what the signer remembers for a while, in memory.
 *
 * Three small tables of fixed size in which new rows push out old ones: keys that
 * the keyless child has found good, certificates just issued (so that a
 * repeated ticket gets the same answer), and OCSP answers without nonce.
 * Forgetting a row is never wrong, only slower.
 *
 * Stands on buf, ticket's sizes.
 */
#ifndef PORTAL_SIGNER_RECENT_H
#define PORTAL_SIGNER_RECENT_H
#include "privacy/facts/ticket.h"

#define RECENT_KEY_S	3600	/* seconds a verdict on a key holds */
#define RECENT_CERT_S	600	/* seconds a certificate is kept in the clear */

struct recent;
bool recent_open(struct recent **out, struct err *e) MUST;
void recent_drop(struct recent **r);

void recent_key_add(struct recent *r, const unsigned char key_hash[32]);
bool recent_key(const struct recent *r, const unsigned char key_hash[32]) MUST;

/* The DER of the certificate issued on this ticket; NULL: not here. */
const struct buf *recent_cert(const struct recent *r, const unsigned char ticket[TICKET_ID]);
void recent_cert_add(struct recent *r, const unsigned char ticket[TICKET_ID], const struct buf *der);
void recent_cert_forget(struct recent *r, const unsigned char ticket[TICKET_ID]);
void recent_cert_clear(struct recent *r);	/* a batch failed: what it issued never was */
void recent_sweep(struct recent *r);		/* wipe certificates past their time */

/*
 * An OCSP answer for exactly this CertID, made when the certificate had this
 * status, not yet due for the next, nor from a time that is yet to come.  NULL: make one.
 */
const struct buf *recent_ocsp(const struct recent *r, struct span cert_id, uint8_t status,
    int64_t changed_at, int64_t now);
/* Until when an answer made now for so many seconds is given: half of them, four days at most (BR 4.9.10). */
int64_t recent_ocsp_until(int64_t now, int64_t life);
void recent_ocsp_add(struct recent *r, struct span cert_id, uint8_t status, int64_t changed_at,
    int64_t made, int64_t fresh_until, const struct buf *der);
#endif
