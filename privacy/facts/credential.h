/*
 * privacy/facts/credential.h - passwords and answers, as hashes only.
 *
 * hash = Argon2id(salt, BLAKE2b-256(key: pepper, kind || text)), sealed as
 * FIELD_CREDENTIAL with the member's key; object 0 is the password, 1 to 5 are
 * the answers.  The keyed hash is made here, the slow one in a child
 * (keeper/argon.h), which therefore learns nothing worth having.
 *
 * Stands on argon, vault.
 */
#ifndef PRIVACY_FACTS_CREDENTIAL_H
#define PRIVACY_FACTS_CREDENTIAL_H
#include "privacy/keeper/argon.h"
#include "privacy/keeper/keeper.h"

#define PASSWORD_LEAST	10	/* bytes */
#define PASSWORD_MOST	256

enum credential_kind { CREDENTIAL_PASSWORD = 1, CREDENTIAL_ANSWER };

struct credential { uint32_t passes, memory_kib; unsigned char salt[ARGON_SALT], hash[ARGON_HASH]; };

/* A job that makes a new hash of text (salt drawn, cost from the settings).  ERR_MEMORY. */
bool credential_job_new(const struct keeper *k, enum credential_kind kind, const char *text,
    struct argon_job *into, struct err *e) MUST;
/* A job that makes the hash to compare with c.  ERR_MEMORY. */
bool credential_job_again(const struct keeper *k, enum credential_kind kind, const char *text,
    const struct credential *c, struct argon_job *into, struct err *e) MUST;
/* Is the finished job the hash of c, with c's salt and cost?  Constant time. */
bool credential_fits(const struct credential *c, const struct argon_job *done) MUST;

void credential_pack(struct buf *b, const struct argon_job *done);
bool credential_unpack(struct credential *c, struct span s, struct err *e) MUST;
/* Of this owner and slot; missing: *found false. */
bool credential_load(struct keeper *k, const struct owner *o, int64_t slot,
    struct credential *c, bool *found, struct err *e) MUST;
/* Keep a finished job's hash.  Changes a sealed row: record it. */
bool credential_store(struct keeper *k, const struct owner *o, int64_t slot,
    const struct argon_job *done, int64_t now, struct err *e) MUST;
/* ERR_INPUT with WHY_PASSWORD_WEAK (short, or the address itself) or WHY_PASSWORD_LONG.  address may be "". */
bool password_ok(const char *password, const char *address, struct err *e) MUST;
#endif
