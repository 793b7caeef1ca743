#include <sodium.h>
#include "ledger/base/ipc.h"
#include "privacy/vault/index.h"

static const char *const index_names[INDEX__COUNT] = {
	[INDEX_ADDRESS] = "address",
	[INDEX_DOMAIN] = "domain",
	[INDEX_CERT_ADDRESS] = "certificate address",
	[INDEX_MAIL_LIMIT] = "mail limit",
	[INDEX_JOIN] = "join",
	[INDEX_THIRD_PARTY] = "third party",
	[INDEX_EVENT_PART] = "event part",
	[INDEX_EXCLUDED] = "excluded",
};

struct indexes { unsigned char key[INDEX__COUNT][crypto_generichash_KEYBYTES]; };

bool
indexes_open(struct indexes **out, const char *path, struct err *e)
{
	unsigned char master[IPC_SECRET];
	struct indexes *x;

	*out = NULL;
	if (sodium_init() < 0)
		return FAIL(e, ERR_CRYPTO, "index: libsodium does not start");
	TRY(ipc_secret_read(path, master, e));
	x = sodium_malloc(sizeof(*x));	/* guarded, locked, not in a core */
	if (x == NULL) {
		sodium_memzero(master, sizeof(master));
		return FAIL(e, ERR_MEMORY, "index: no locked memory");
	}
	sodium_memzero(x, sizeof(*x));
	for (int i = 1; i < INDEX__COUNT; i++) {
		crypto_generichash_state h;

		crypto_generichash_init(&h, master, sizeof(master), sizeof(x->key[i]));
		crypto_generichash_update(&h, (const unsigned char *)"troth index", 11);
		crypto_generichash_update(&h, (const unsigned char *)index_names[i],
		    strlen(index_names[i]));
		crypto_generichash_final(&h, x->key[i], sizeof(x->key[i]));
		sodium_memzero(&h, sizeof(h));
	}
	sodium_memzero(master, sizeof(master));
	*out = x;
	return true;
}

void
indexes_drop(struct indexes **x)
{
	if (*x != NULL)
		sodium_free(*x);	/* wipes */
	*x = NULL;
}

void
index_of(const struct indexes *x, enum index_name which, struct span value,
    unsigned char into[INDEX_BYTES])
{
	crypto_generichash(into, INDEX_BYTES, value.p, value.len,
	    x->key[which], sizeof(x->key[which]));
}
