/*
 * privacy/keeper/same_keys.h - are the keeper's keys those that its store was written with?
 *
 * Another pepper of the right size opens nothing wrongly and breaks nothing that one could see: every password is simply
 * wrong from then on.  Another index key finds nobody.  So the store remembers of each a value that only that key gives
 * (keyed BLAKE2b, of no use to whoever steals the store).  A store from before this is believed once.
 *
 * Stands on store, libsodium.
 */
#ifndef PRIVACY_KEEPER_SAME_KEYS_H
#define PRIVACY_KEEPER_SAME_KEYS_H
#include "ledger/store/store.h"

extern const char same_key_schema[];

/*
 * Compare the files of `folder` ("keeper/") with what st remembers; keep: within the caller's transaction, what it does
 * not know yet is remembered.  ERR_CRYPTO: another key, and the text says which and what to do; ERR_IO, ERR_INPUT.
 */
bool same_keys(struct store *st, const char *folder, bool keep, struct err *e) MUST;
#endif
