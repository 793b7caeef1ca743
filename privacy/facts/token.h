/*
 * privacy/facts/token.h - 192 random bits of which only the hash is kept.
 *
 * Stands on libsodium.  Who may use a token, and for what, its own table says.
 */
#ifndef PRIVACY_FACTS_TOKEN_H
#define PRIVACY_FACTS_TOKEN_H
#include <stdint.h>
#include "privacy/keeper/op.h"

#define TOKEN_HASH	32

void token_make(unsigned char token[TOKEN_BYTES], unsigned char hash[TOKEN_HASH]);
/* A row's id that tells neither order nor count: 48 random bits, never 0. */
int64_t id_random(void);
void token_hash(const unsigned char token[TOKEN_BYTES], unsigned char hash[TOKEN_HASH]);
#endif
