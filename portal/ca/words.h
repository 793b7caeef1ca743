/* portal/ca/words.h - profiles, states and reasons as message ids. */
#ifndef PORTAL_CA_WORDS_H
#define PORTAL_CA_WORDS_H
#include <stdbool.h>
#include <stdint.h>

const char *profile_words(unsigned profile);		/* enum profile */
/* Register state at `now`: a valid one past its end is "expired". */
const char *state_words(unsigned state, int64_t not_after, int64_t now);
/* RFC 5280 CRLReason of a certificate that was revoked at this time; its issuer's, 0: it is not. */
const char *reason_words(unsigned reason, int64_t at, int64_t issuer_revoked_at);
bool profile_is_tls(unsigned profile);
#endif
