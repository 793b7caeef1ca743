/*
 * privacy/rights/age.h - a file that a pass-phrase opens, as the program `age` reads and writes it.
 *
 *	age-encryption.org/v1
 *	-> scrypt SALT LOGN
 *	WRAPPED FILE KEY
 *	--- MAC
 *	NONCE, then pieces of 64 KiB, each ChaCha20-Poly1305
 *
 * (C2SP age.md: scrypt recipient, STREAM.)  Whoever gets the file opens it with `age --decrypt` and needs nothing
 * of ours.  The pass-phrase is drawn, not chosen: with its 150 bits the stretching may be cheap.
 *
 * Stands on libsodium.  Reads no such file.
 */
#ifndef PRIVACY_RIGHTS_AGE_H
#define PRIVACY_RIGHTS_AGE_H
#include "ledger/base/pack.h"

#define AGE_LOG_N	12	/* of scrypt: 4 MiB, some milliseconds */

/* Append plain, closed.  phrase as it will be typed.  Fails: ERR_MEMORY, ERR_CRYPTO. */
bool age_close(struct span plain, struct span phrase, struct buf *into, struct err *e) MUST;
#endif
