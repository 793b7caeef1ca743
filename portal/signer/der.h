/*
 * portal/signer/der.h - writing and reading DER (X.690), the little we need.
 *
 * The writer appends to a struct buf: one typed call a value, open and close
 * around what holds others; lengths are filled in by close.  The reader walks a
 * struct span and takes only what DER allows: one-byte tags, definite lengths in
 * their shortest form.  It copies nothing.
 *
 * Stands on pack.  Knows no X.509 structure beyond times and names of types.
 * Why our own: a certificate is about 900 bytes of fixed shape, OpenSSL's object
 * trees cost several times the signature, and the process that holds the keys
 * decodes no stranger's key.  Every byte written here is read back by lint.c and, in
 * the tests, by OpenSSL, GnuTLS and NSS.
 */
#ifndef PORTAL_SIGNER_DER_H
#define PORTAL_SIGNER_DER_H
#include "ledger/base/pack.h"

enum der_tag {
	DER_BOOLEAN = 0x01, DER_INTEGER = 0x02, DER_BITS = 0x03, DER_OCTETS = 0x04,
	DER_NULL = 0x05, DER_OID = 0x06, DER_ENUMERATED = 0x0a, DER_UTF8 = 0x0c,
	DER_PRINTABLE = 0x13, DER_IA5 = 0x16, DER_UTC = 0x17, DER_TIME = 0x18,
	DER_SEQUENCE = 0x30, DER_SET = 0x31
};
#define DER_CONTEXT(n)	(0x80u | (unsigned)(n))		/* [n] IMPLICIT, primitive */
#define DER_INSIDE(n)	(0xa0u | (unsigned)(n))		/* [n], constructed */

/* An object identifier's contents (without tag and length), at most 31 bytes. */
struct oid { uint8_t len; unsigned char at[31]; };

/* Start a value that holds others; give what it returns to der_close. */
size_t der_open(struct buf *b, unsigned tag);
void der_close(struct buf *b, size_t mark);
void der_put(struct buf *b, unsigned tag, const void *p, size_t n);
void der_oid(struct buf *b, const struct oid *o);
void der_bool(struct buf *b, bool v);
void der_int(struct buf *b, int64_t v);			/* v >= 0 */
/* A positive INTEGER from n big-endian bytes, leading zeros dropped. */
void der_bignum(struct buf *b, const unsigned char *p, size_t n);
/* A named-bit list: bit 0 is the highest of *bits; trailing zeros are dropped (X.690 11.2.2). */
void der_bits(struct buf *b, uint16_t bits);
/* BIT STRING of whole bytes. */
void der_bit_bytes(struct buf *b, const void *p, size_t n);
/* UTCTime to 2049, then GeneralizedTime (RFC 5280 section 4.1.2.5). */
void der_time(struct buf *b, int64_t at);
void der_generalized(struct buf *b, int64_t at);	/* always GeneralizedTime: OCSP */

/* "1.3.6.1" to contents.  ERR_INPUT. */
bool oid_parse(struct oid *o, const char *text, struct err *e) MUST;
bool oid_is(const struct oid *o, struct span contents);

/*
 * Read the next value: its tag, its contents (*in) and, when whole is not NULL,
 * all its bytes with tag and length.  False: s is at its end or not DER (s->bad).
 */
bool der_next(struct span *s, unsigned *tag, struct span *in, struct span *whole);
/* The same, but the tag must be this one; otherwise s turns bad. */
struct span der_take(struct span *s, unsigned tag);
/* The next value with its tag and length. */
struct span der_whole(struct span *s, unsigned tag);
bool der_peek(const struct span *s, unsigned tag);	/* is the next tag this one? */
/* Seconds since 1970 of the next UTCTime or GeneralizedTime (seconds and Z); s turns bad otherwise. */
int64_t der_take_time(struct span *s);
bool span_same(struct span a, struct span b);
#endif
