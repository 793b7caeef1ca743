/*
 * ledger/base/pack.h - the fields of a frame, a leaf or a sealed record.
 *
 * Integers are big-endian; a byte string is its 32-bit length and its bytes;
 * text is a byte string that is UTF-8 without NUL.  Packing appends to a
 * struct buf (sticky failure).  Unpacking reads from a struct span, which
 * remembers the first thing that did not fit: read everything, then ask once
 * with unpack_end().  Nothing is copied by unpack_bytes(): the span it
 * returns lives as long as the frame.
 *
 * Stands on buf.  Does not know what any field means.
 */
#ifndef LEDGER_BASE_PACK_H
#define LEDGER_BASE_PACK_H
#include "ledger/base/buf.h"

struct span { const unsigned char *p; size_t len; bool bad; };

struct span span_of(const void *p, size_t len);
struct span span_text(const char *s);		/* NULL is empty */
struct span span_buf(const struct buf *b);

void pack_u8(struct buf *b, unsigned v);	/* v < 256 */
void pack_u32(struct buf *b, uint32_t v);
void pack_i64(struct buf *b, int64_t v);
void pack_bytes(struct buf *b, const void *p, size_t n);	/* n < 2^32 */
void pack_text(struct buf *b, const char *s);	/* NULL is "" */

uint8_t unpack_u8(struct span *s);		/* 0 when bad */
uint32_t unpack_u32(struct span *s);
int64_t unpack_i64(struct span *s);
struct span unpack_bytes(struct span *s);	/* empty when bad */
/* Exactly n bytes into the caller's buffer (zeroed when bad). */
void unpack_exact(struct span *s, void *into, size_t n);
/* Copies into[size] with a NUL; bad when too long, not UTF-8, or holding a NUL. */
void unpack_text(struct span *s, char *into, size_t size);
/* True when nothing was bad and nothing is left.  Else ERR_INPUT naming `what`. */
bool unpack_end(const struct span *s, const char *what, struct err *e) MUST;

/* RFC 3629 without surrogates and over-long forms; a NUL byte is not text. */
bool utf8_ok(const void *p, size_t n) MUST;
#endif
