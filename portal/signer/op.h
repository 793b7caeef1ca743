/*
 * portal/signer/op.h - what one may ask the signer, and the bytes of it.
 *
 * Peers: P portal, C clerk, X control.  Fields by ledger/base/pack.h; "bytes"
 * is a length-prefixed string, [n] exactly n bytes.
 */
#ifndef PORTAL_SIGNER_OP_H
#define PORTAL_SIGNER_OP_H

#define SIGNER_PEER_PORTAL	1u
#define SIGNER_PEER_CLERK	2u
#define SIGNER_PEER_CONTROL	4u

#define SIGNER_STORED_MOST	256

enum signer_op {
	SIGNER_READY = 1,	/* PCX: nothing -> nothing */
	/*
	 * P: bytes request (PEM or DER PKCS#10) -> u8 verdict (enum csr_verdict),
	 * and when it is CSR_GOOD or CSR_NAMES_ODD: bytes DER of the request,
	 * [32] key hash, text key ("ECDSA P-256", "RSA 3072"), u32 n, n * { u8 kind
	 * (enum name_kind, 0: other), text value } of what the request names (CN
	 * and SAN), in order, without doubles.  Answered by the keyless child.
	 */
	SIGNER_CSR,
	/*
	 * P: bytes ticket, bytes request DER -> bytes certificate DER, bytes
	 * issuer DER, bytes root DER, bytes receipt.  Repeated: the same answer
	 * for about ten minutes and until SIGNER_STORED.  After that ERR_CONFLICT:
	 * SIGNER_WHY_SEALED while only the copy sealed to the keeper is left (the
	 * clerk's SIGNER_PENDING finishes it), SIGNER_WHY_STORED when that is gone too.
	 * A key that the keyless child has not seen within the hour is checked first.
	 */
	SIGNER_ISSUE,
	/* P C: bytes ticket (revoke, suspend, resume) -> bytes receipt.  Repeated: the same answer. */
	SIGNER_CHANGE,
	/* C: [16] ticket id -> bytes sealed (the DER as a parcel to the keeper:
	   privacy/facts/parcel.h), bytes receipt; ERR_ABSENT when never signed, ERR_CONFLICT when already stored. */
	SIGNER_PENDING,
	/* C: n * [16] ticket id (n <= SIGNER_STORED_MOST) -> nothing.  The keeper has these certificates:
	   their sealed copies are dropped.  Not for the portal: whoever took it over could otherwise make a
	   certificate disappear that is signed and that its owner never hears of.  ERR_ABSENT when one was
	   never issued; the others are dropped all the same. */
	SIGNER_STORED,
	/* P: u8 kind (1 serial [16], 2 SHA-256 of certificate [32]) -> u8 found, and if 1: [16] serial, u8 profile,
	   i64 not_before, i64 not_after, u8 status, u8 reason, i64 changed_at, [32] sha256, i64 its issuer revoked at (0: not).
	   not_before 0 and sha256 zeros: signed after the backup that the book was put back from, known from lists alone. */
	SIGNER_STATUS,
	/* P: [32] hash that the request names the issuer's key by (zero padded: SHA-1 or SHA-256 of the key, as in CertID),
	   u8 digest (1 SHA-1, 2 SHA-256), [16] serial, bytes CertID DER, bytes nonce (0..131) -> bytes OCSPResponse DER.
	   ERR_ABSENT: not an issuer of ours, or of those whose certificates name no responder.
	   nonce is the extension's value as it stands in the request: an OCTET STRING of 1..128 bytes
	   (RFC 9654) is echoed, anything else passed over.  [16] serial is zeros when the CertID's is
	   not 16 bytes long: the answer is `unknown` then, as for any serial we did not give out. */
	SIGNER_OCSP,
	/* C: u8 issuer (its number: issuer.h), u32 shard -> u8 changed since last asked, bytes CRL DER.
	   Builds a new one when the journal changed or the present one is older than its refresh age. */
	SIGNER_CRL,
	/* C P X: nothing -> i64 size, [32] root of the last signed checkpoint (0 and zeros: none) */
	SIGNER_HEAD,
	/* C: i64 size, [32] root, bytes consistency proof from the last head -> bytes note */
	SIGNER_CHECKPOINT,
	/* P C X: nothing -> bytes root DER, u32 n, n * { u8 issuer, i64 revoked at (0: not), bytes issuer DER }, by generation */
	SIGNER_CHAIN,
	/* C: bytes tombstone (privacy/rights/grave.h) -> nothing.  Repeated: the same. */
	SIGNER_TOMBSTONE,
	/* X: u8 what (0 begin, 1 go on, 2 give up) -> i64 pages or so left (0: whole), i64 tickets in it, i64 tickets now.
	   A slice a call; the copies are backup.sqlite and backup.journal beside the signer's own, of one moment. */
	SIGNER_BACKUP,
	/* P: bytes request (PEM or DER PKCS#10) -> u8 verdict (enum csr_verdict), and when it is CSR_GOOD or CSR_NAMES_ODD and the
	   request names one thing: bytes proof (struct key_proof, privacy/facts/ticket.h) that whoever made it holds its key and
	   signed that word.  CSR_NAMES_MANY: it names none, or several.  Answered by the keyless child; nothing is issued. */
	SIGNER_PROVE,
	/* X: nothing -> nothing.  The root's list, then issuers' keys and certificates are read anew from the signer's folder: what
	   the list revokes is revoked from now on, also when the others cannot be read and the answer is an error. */
	SIGNER_ISSUERS,
	/* X: u8 issuer, i64 after (INT64_MIN: from the first) -> i64 after (0: that was all), bytes n * [16] serial of what this
	   issuer signed that has neither expired nor been revoked.  A slice of the book a call (BOOK_LIVE). */
	SIGNER_LIVE,
	SIGNER_OP__COUNT
};

enum csr_verdict {		/* what is wrong with a request, for a sentence on the form */
	CSR_GOOD = 1,
	CSR_NAMES_ODD,		/* good, but holds names that are neither DNS names nor addresses: dropped */
	CSR_GARBAGE,		/* no PKCS#10 in it */
	CSR_SEVERAL,		/* more than one PEM block */
	CSR_PRIVATE_KEY,	/* a private key (or something that looks like one) is in it: wiped, refused */
	CSR_CERTIFICATE,	/* a certificate, not a request */
	CSR_SIGNATURE,		/* does not verify */
	CSR_KEY_KIND,		/* not RSA, P-256/384/521 or Ed25519 */
	CSR_KEY_SMALL,		/* RSA under 2048 bits */
	CSR_KEY_LARGE,		/* RSA over 8192 bits */
	CSR_KEY_EXPONENT,	/* e even, under 65537 or 2^256 and over */
	CSR_KEY_WEAK,		/* small factors, even size, close primes, or not divisible by 8 */
	CSR_KEY_ROCA,
	CSR_KEY_KNOWN,		/* on a configured list of known weak keys */
	CSR_TOO_LONG,
	CSR_NAMES_MANY,		/* more names than a certificate may hold */
	CSR_VERDICT__COUNT
};

/* err.why of the signer's refusals, for portal/web/why.c; 0 elsewhere. */
enum signer_why {
	SIGNER_WHY_SEALED = 3001,	/* ERR_CONFLICT: issued, only the sealed copy is left */
	SIGNER_WHY_STORED,		/* ERR_CONFLICT: issued and stored by the keeper */
	SIGNER_WHY_EXPIRED,		/* ERR_DENIED: the ticket's time is over */
	SIGNER_WHY_KEY,			/* ERR_DENIED: not the ticket's key, or a key we don't certify */
	SIGNER_WHY_PROFILE,		/* ERR_DENIED: this kind of key or change is not for this profile */
	SIGNER_WHY_REVOKED,		/* ERR_CONFLICT: a revoked certificate stays revoked */
	SIGNER_WHY_LINT,		/* ERR_DENIED: the certificate would break a rule */
	SIGNER_WHY_SERIAL,		/* ERR_CONFLICT: the serial was given out before */
	SIGNER_WHY_ISSUER		/* ERR_DENIED: this profile's issuer is revoked or ends too soon, and there is no new one */
};
#endif
