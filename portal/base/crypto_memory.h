/*
 * portal/base/crypto_memory.h - what OpenSSL gives back is wiped first.
 *
 * It parses what strangers send (requests, certificates, private keys sent by
 * mistake) and frees the pieces as they are.  Stands on OpenSSL's memory hooks;
 * does nothing for memory that others free.
 *
 * Many of its calls answer "there is none" or "that is none" when they had no memory to look: who
 * judges by such an answer asks here whether that was why.
 */
#ifndef PORTAL_BASE_CRYPTO_MEMORY_H
#define PORTAL_BASE_CRYPTO_MEMORY_H
#include "ledger/base/err.h"

/* First of all in main: ERR_CONFLICT once OpenSSL has memory already. */
bool crypto_memory_wipes(struct err *e) MUST;
/* Was memory refused to OpenSSL in this thread since this was asked last?  Never before crypto_memory_wipes(). */
bool crypto_memory_short(void);
#endif
