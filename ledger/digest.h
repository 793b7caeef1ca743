/*
 * ledger/digest.h - SHA-256, for the short messages that a ledger is made of.
 *
 * Stands on OpenSSL.  Cannot fail: without SHA-256 the process ends (abort),
 * because no caller could go on.
 */
#ifndef LEDGER_DIGEST_H
#define LEDGER_DIGEST_H
#include "ledger/base/pack.h"

#define DIGEST_BYTES	32

void digest(unsigned char into[DIGEST_BYTES], const void *p, size_t n);
/* Of count pieces one after another. */
void digest_pieces(unsigned char into[DIGEST_BYTES], const struct span *pieces, size_t count);
#endif
