/*
 * privacy/facts/mail_row.h - what mail.c and mail_token.c share; nobody else includes it.
 */
#ifndef PRIVACY_FACTS_MAIL_ROW_H
#define PRIVACY_FACTS_MAIL_ROW_H
#include "privacy/facts/mail.h"

/* Make a token for t (its id is not needed).  dead: looks the same, opens nothing. */
bool mail_token_mint(struct keeper *k, const struct mail_token *t, bool dead, int64_t now,
    unsigned char token[TOKEN_BYTES], struct err *e) MUST;
bool mail_token_forget(struct keeper *k, int64_t subject, struct err *e) MUST;
bool mail_token_sweep(struct keeper *k, int64_t now, struct err *e) MUST;
#endif
