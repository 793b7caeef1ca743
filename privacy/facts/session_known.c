#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "privacy/facts/session_known.h"
#include "privacy/keeper/schema.h"

#define KNOWN	4096	/* sessions: 1 MB */

struct session_known {
	struct known {
		unsigned char	hash[TOKEN_HASH];	/* zeros: none */
		uint64_t	session, member;	/* stamps */
		struct session_row row;
	} known[KNOWN];
};

bool
session_known_open(struct session_known **out, struct err *e)
{
	*out = calloc(1, sizeof(**out));
	return *out != NULL || FAIL(e, ERR_MEMORY, "sessions: no memory");
}

void
session_known_drop(struct session_known **k)
{
	wipe_free(*k);
	*k = NULL;
}

/* A hash says nothing of its token, so neither does the place that it leads to. */
static size_t
slot(const unsigned char hash[TOKEN_HASH])
{
	return ((size_t)hash[0] << 8 | hash[1]) % KNOWN;
}

const struct session_row *
session_known_find(const struct session_known *n, const struct store *st, const unsigned char hash[TOKEN_HASH])
{
	const struct known *k;

	if (n == NULL)
		return NULL;
	k = &n->known[slot(hash)];
	if (sodium_memcmp(k->hash, hash, TOKEN_HASH) != 0 || k->row.number == 0)
		return NULL;
	return k->session == store_stamp(st, WATCHED_SESSION, k->row.number) &&
	    k->member == store_stamp(st, WATCHED_MEMBER, k->row.owner.number) ? &k->row : NULL;
}

void
session_known_keep(struct session_known *n, const struct store *st, const unsigned char hash[TOKEN_HASH],
    const struct session_row *row)
{
	struct known *k;

	if (n == NULL || row->by_cert)
		return;
	k = &n->known[slot(hash)];
	memcpy(k->hash, hash, TOKEN_HASH);
	k->session = store_stamp(st, WATCHED_SESSION, row->number);
	k->member = store_stamp(st, WATCHED_MEMBER, row->owner.number);
	k->row = *row;
}
