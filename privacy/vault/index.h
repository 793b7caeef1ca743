/*
 * privacy/vault/index.h - blind indexes: find a sealed value without opening any.
 *
 * index = BLAKE2b-256 keyed with the index's own key, which is itself
 * BLAKE2b-256("troth index" || name) keyed with the keeper's index key.  The
 * same value therefore has unrelated indexes in different columns, and outside
 * the keeper nobody can compute any.  Equal values in one column are seen to
 * be equal: no column with few possible values may have an index.
 *
 * The caller normalises (case, A-labels) before asking.
 * Stands on ipc's secret reader and libsodium.
 */
#ifndef PRIVACY_VAULT_INDEX_H
#define PRIVACY_VAULT_INDEX_H
#include "ledger/base/pack.h"

#define INDEX_BYTES	32

enum index_name {		/* append only */
	INDEX_ADDRESS = 1,	/* a mail address, normalised */
	INDEX_DOMAIN,		/* an A-label name, lower case */
	INDEX_CERT_ADDRESS,	/* an address a certificate names: for the public look-up */
	INDEX_MAIL_LIMIT,	/* mails an hour to one mailbox */
	INDEX_JOIN,		/* a waiting join's address */
	INDEX_THIRD_PARTY,	/* a trusted third party: name, office and place, loosely spelled */
	INDEX_EVENT_PART,	/* an event, as what, and a member: who takes part */
	INDEX_EXCLUDED,		/* an address of somebody who was excluded */
	INDEX__COUNT
};

struct indexes;
/* path: 32 random bytes.  ERR_IO, ERR_INPUT, ERR_MEMORY. */
bool indexes_open(struct indexes **out, const char *path, struct err *e) MUST;
void indexes_drop(struct indexes **x);
void index_of(const struct indexes *x, enum index_name which, struct span value,
    unsigned char into[INDEX_BYTES]);
#endif
