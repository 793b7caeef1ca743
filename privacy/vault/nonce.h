/*
 * privacy/vault/nonce.h - random nonces, some drawn from the system at once.
 *
 * A nonce is public, all that matters is that none comes twice: 192 random bits
 * see to that.  Asking the system for each cost a thirtieth of a page's price.
 * Those drawn ahead belong to one thread, a child that is forked does not take
 * them along, and who seals in batches drops what is left after each, so that a
 * copy of a running machine does not find many to use again.
 *
 * Stands on libsodium.
 */
#ifndef PRIVACY_VAULT_NONCE_H
#define PRIVACY_VAULT_NONCE_H
#include "privacy/vault/seal.h"

void nonce_draw(unsigned char into[SEAL_NONCE]);
/* Nothing that was drawn ahead is used any more. */
void nonce_drop(void);
#endif
