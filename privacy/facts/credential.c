#include <strings.h>
#include <sodium.h>
#include <uninorm.h>
#include "ledger/base/wipe.h"
#include "privacy/facts/credential.h"

#define CREDENTIAL_VERSION	1u

/*
 * One password typed on two keyboards may come as different code points:
 * NIST SP 800-63B section 5.1.1.2 asks for NFKC before hashing.
 */
static bool
input(const struct keeper *k, enum credential_kind kind, const char *text, unsigned char into[32], struct err *e)
{
	unsigned char what = (unsigned char)kind;
	crypto_generichash_state h;
	size_t n = 0;
	uint8_t *plain = u8_normalize(UNINORM_NFKC, (const uint8_t *)text, strlen(text), NULL, &n);

	if (plain == NULL)
		return FAIL(e, ERR_MEMORY, "credential: no memory");	/* there is no hash of half a password */
	crypto_generichash_init(&h, k->keys->pepper, sizeof(k->keys->pepper), 32);
	crypto_generichash_update(&h, &what, 1);
	crypto_generichash_update(&h, plain, n);
	crypto_generichash_final(&h, into, 32);
	sodium_memzero(&h, sizeof(h));
	wipe_free(plain);
	return true;
}

bool
credential_job_new(const struct keeper *k, enum credential_kind kind, const char *text,
    struct argon_job *into, struct err *e)
{
	*into = (struct argon_job){ .passes = (uint32_t)k->set->argon_passes,
	    .memory_kib = (uint32_t)k->set->argon_memory_kib };
	randombytes_buf(into->salt, sizeof(into->salt));
	return input(k, kind, text, into->input, e);
}

bool
credential_job_again(const struct keeper *k, enum credential_kind kind, const char *text,
    const struct credential *c, struct argon_job *into, struct err *e)
{
	*into = (struct argon_job){ .passes = c->passes, .memory_kib = c->memory_kib };
	memcpy(into->salt, c->salt, sizeof(into->salt));
	return input(k, kind, text, into->input, e);
}

bool
credential_fits(const struct credential *c, const struct argon_job *done)
{
	return c->passes == done->passes && c->memory_kib == done->memory_kib &&
	    sodium_memcmp(c->salt, done->salt, sizeof(c->salt)) == 0 &&
	    sodium_memcmp(c->hash, done->hash, sizeof(c->hash)) == 0;
}

void
credential_pack(struct buf *b, const struct argon_job *done)
{
	pack_u8(b, CREDENTIAL_VERSION);
	pack_u32(b, done->passes);
	pack_u32(b, done->memory_kib);
	buf_add(b, done->salt, sizeof(done->salt));
	buf_add(b, done->hash, sizeof(done->hash));
}

bool
credential_unpack(struct credential *c, struct span s, struct err *e)
{
	if (unpack_u8(&s) != CREDENTIAL_VERSION)
		return FAIL(e, ERR_CRYPTO, "credential: unknown version");
	c->passes = unpack_u32(&s);
	c->memory_kib = unpack_u32(&s);
	unpack_exact(&s, c->salt, sizeof(c->salt));
	unpack_exact(&s, c->hash, sizeof(c->hash));
	return unpack_end(&s, "credential", e);
}

bool
credential_load(struct keeper *k, const struct owner *o, int64_t slot, struct credential *c,
    bool *found, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};

	TRY(vault_find(k->vault, o, FIELD_CREDENTIAL, slot, &plain, NULL, found, e));
	return !*found || credential_unpack(c, span_buf(&plain), e);
}

bool
credential_store(struct keeper *k, const struct owner *o, int64_t slot,
    const struct argon_job *done, int64_t now, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};

	credential_pack(&plain, done);
	TRY(buf_ok(&plain, e));
	return vault_put(k->vault, o, FIELD_CREDENTIAL, slot, span_buf(&plain), now, e);
}

bool
password_ok(const char *password, const char *address, struct err *e)
{
	size_t n = strlen(password), local = strcspn(address, "@");

	if (n > PASSWORD_MOST)
		return REFUSE(e, ERR_INPUT, WHY_PASSWORD_LONG, "password: %zu bytes", n);
	if (n < PASSWORD_LEAST)
		return REFUSE(e, ERR_INPUT, WHY_PASSWORD_WEAK, "password: %zu bytes", n);
	if (n > 0 && (strcasecmp(password, address) == 0 ||
	    (n == local && strncasecmp(password, address, n) == 0)))
		return REFUSE(e, ERR_INPUT, WHY_PASSWORD_WEAK, "password: the address itself");
	for (size_t i = 1; i < n; i++)
		if (password[i] != password[0])
			return true;
	return REFUSE(e, ERR_INPUT, WHY_PASSWORD_WEAK, "password: one character repeated");
}
