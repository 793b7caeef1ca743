/*
 * ledger/digest.h - SHA-256, fetched once and with a context a thread.
 *
 * OpenSSL 3 looks an algorithm up on every SHA256() call; keeping algorithm and
 * context doubles the rate of short hashes, which is all a ledger does.
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
