/*
 * portal/base/crypto_memory.h - what OpenSSL gives back is wiped first.
 *
 * It parses what strangers send (requests, certificates, private keys sent by
 * mistake) and frees the pieces as they are.  Stands on OpenSSL's memory hooks;
 * does nothing for memory that others free.
 */
#ifndef PORTAL_BASE_CRYPTO_MEMORY_H
#define PORTAL_BASE_CRYPTO_MEMORY_H
#include "ledger/base/err.h"

/* First of all in main: ERR_CONFLICT once OpenSSL has memory already. */
bool crypto_memory_wipes(struct err *e) MUST;
#endif
