/*
 * privacy/keeper/schema.h - the tables of keeper.db and keys.db, gathered.
 *
 * Each room writes its own CREATE TABLEs; this is the one list of them, and
 * the specs with which both stores are opened.  Stands on store.
 */
#ifndef PRIVACY_KEEPER_SCHEMA_H
#define PRIVACY_KEEPER_SCHEMA_H
#include "ledger/store/store.h"

/* Tables of keeper.db of whose rows store_stamp() tells. */
enum { WATCHED_SESSION, WATCHED_MEMBER, WATCHED__COUNT };

extern const struct store_spec keeper_store_spec;	/* keeper.db: facts, vault, ledger */
extern const struct store_spec keys_store_spec;		/* keys.db: wrapped keys only */
#endif
