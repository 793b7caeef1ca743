#include <dirent.h>
#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ledger/base/wipe.h"
#include "portal/signer/keycheck.h"

#define LINE		65u		/* 64 digits and a newline */
#define LISTS_MOST	256
#define FERMAT_ROUNDS	100
#define SMALL_FACTORS	752		/* BR 6.1.6: no factor below */
#define ROCA_MOST	167		/* largest prime of the fingerprint (Nemec et al. 2017) */

struct weak_keys {
	size_t	count;
	struct { const char *at; size_t lines; } list[LISTS_MOST];
};

/* ---- lists ---- */

static bool
list_ok(const char *at, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		bool hex = (at[i] >= '0' && at[i] <= '9') || (at[i] >= 'a' && at[i] <= 'f');

		if (i % LINE == LINE - 1 ? at[i] != '\n' : !hex)
			return false;
		if (i % LINE == 0 && i > 0 && memcmp(at + i - LINE, at + i, LINE) >= 0)
			return false;
	}
	return true;
}

static bool
list_add(struct weak_keys *w, int folder, const char *name, struct err *e)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *at;

	if (fd < 0 || fstat(fd, &st) != 0) {
		if (fd >= 0)
			close(fd);
		return FAIL(e, ERR_IO, "weak keys: can't open %.60s", name);
	}
	if (!S_ISREG(st.st_mode) || st.st_size == 0) {
		close(fd);
		return true;
	}
	at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		return FAIL(e, ERR_IO, "weak keys: can't map %.60s", name);
	if (w->count == LISTS_MOST || (size_t)st.st_size % LINE != 0 ||
	    !list_ok(at, (size_t)st.st_size)) {
		munmap(at, (size_t)st.st_size);
		return FAIL(e, ERR_INPUT, "weak keys: %.60s is not a sorted list of hashes", name);
	}
	w->list[w->count].at = at;
	w->list[w->count++].lines = (size_t)st.st_size / LINE;
	return true;
}

bool
weak_keys_open(struct weak_keys **out, const char *folder, struct err *e)
{
	struct weak_keys *w = calloc(1, sizeof(*w));
	DIR *d = folder[0] == '\0' ? NULL : opendir(folder);
	bool ok = true;

	*out = NULL;
	if (w == NULL || (folder[0] != '\0' && d == NULL)) {
		wipe_free(w);
		if (d != NULL)
			closedir(d);
		return FAIL(e, ERR_IO, "weak keys: can't read the folder");
	}
	for (struct dirent *f; ok && d != NULL && (f = readdir(d)) != NULL; )
		if (f->d_name[0] != '.')
			ok = list_add(w, dirfd(d), f->d_name, e);
	if (d != NULL)
		closedir(d);
	if (ok)
		*out = w;
	else
		weak_keys_drop(&w);
	return ok;
}

bool
weak_keys_have(const struct weak_keys *w, const unsigned char hash[32])
{
	char hex[65];		/* no memory is asked for: a look that fails must not look like a key that is not there */
	bool found = false;

	sodium_bin2hex(hex, sizeof(hex), hash, 32);
	for (size_t i = 0; w != NULL && !found && i < w->count; i++) {
		size_t low = 0, high = w->list[i].lines;

		while (low < high && !found) {
			size_t middle = low + (high - low) / 2;
			int order = memcmp(hex, w->list[i].at + middle * LINE, 64);

			found = order == 0;
			if (order < 0)
				high = middle;
			else
				low = middle + 1;
		}
	}
	return found;
}

void
weak_keys_drop(struct weak_keys **w)
{
	for (size_t i = 0; *w != NULL && i < (*w)->count; i++)
		munmap((void *)(uintptr_t)(*w)->list[i].at, (*w)->list[i].lines * LINE);
	wipe_free(*w);
	*w = NULL;
}

/* ---- RSA ---- */

static bool
prime(unsigned n)
{
	for (unsigned d = 2; d * d <= n; d++)
		if (n % d == 0)
			return false;
	return n > 1;
}

static bool
small_factor(const BIGNUM *n)
{
	for (unsigned p = 2; p < SMALL_FACTORS; p++)
		if (prime(p) && BN_mod_word(n, p) == 0)
			return true;
	return false;
}

/* Is r a power of 65537 modulo p? */
static bool
in_subgroup(unsigned r, unsigned p)
{
	unsigned g = 65537 % p, x = 1 % p;

	do {
		if (x == r)
			return true;
		x = x * g % p;
	} while (x != 1 % p);
	return false;
}

/*
 * Keys of the faulty Infineon library are powers of 65537 modulo each small
 * prime; a random key is so for all of them about once in 2^154.
 */
static bool
roca(const BIGNUM *n)
{
	for (unsigned p = 3; p <= ROCA_MOST; p++)
		if (prime(p) && !in_subgroup((unsigned)BN_mod_word(n, p), p))
			return false;
	return true;
}

/* floor(sqrt(n)) by Newton's method from above.  False: out of memory. */
static bool
square_root(BIGNUM *root, const BIGNUM *n, BN_CTX *ctx)
{
	BIGNUM *next = BN_CTX_get(ctx);

	if (next == NULL || BN_set_word(root, 1) != 1 ||
	    BN_lshift(root, root, (BN_num_bits(n) + 1) / 2) != 1)
		return false;
	for (;;) {
		if (BN_div(next, NULL, n, root, ctx) != 1 || BN_add(next, next, root) != 1 ||
		    BN_rshift1(next, next) != 1)
			return false;
		if (BN_cmp(next, root) >= 0)
			return true;
		if (BN_copy(root, next) == NULL)
			return false;
	}
}

static bool
perfect_square(const BIGNUM *n, bool *yes, BN_CTX *ctx)
{
	BIGNUM *root, *square;
	unsigned m = (unsigned)BN_mod_word(n, 5040);
	bool residue = false;

	*yes = false;
	for (unsigned i = 0; i < 5040 && !residue; i++)
		residue = i * i % 5040 == m;
	if (!residue)			/* nearly all: no root needed */
		return true;
	BN_CTX_start(ctx);
	root = BN_CTX_get(ctx);
	square = BN_CTX_get(ctx);

	bool ok = square != NULL && square_root(root, n, ctx) && BN_sqr(square, root, ctx) == 1;

	*yes = ok && BN_cmp(square, n) == 0;
	BN_CTX_end(ctx);
	return ok;
}

/* Whether n = a^2 - b^2 with a within FERMAT_ROUNDS of sqrt(n).  Out of memory counts as yes. */
static bool
close_primes(const BIGNUM *n)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *a, *rest;
	bool found = true, ok = ctx != NULL;

	if (!ok)
		return true;
	BN_CTX_start(ctx);
	a = BN_CTX_get(ctx);
	rest = BN_CTX_get(ctx);
	ok = rest != NULL && square_root(a, n, ctx);
	found = !ok;
	for (int i = 0; ok && !found && i <= FERMAT_ROUNDS; i++) {
		ok = BN_sqr(rest, a, ctx) == 1 && BN_sub(rest, rest, n) == 1;
		if (ok && !BN_is_negative(rest))
			ok = perfect_square(rest, &found, ctx);
		ok = ok && BN_add_word(a, 1) == 1;
	}
	BN_CTX_end(ctx);
	BN_CTX_free(ctx);
	return found || !ok;
}

static enum csr_verdict
rsa_judge(const BIGNUM *n, const BIGNUM *x)
{
	int bits = BN_num_bits(n);

	if (bits < 2048)
		return CSR_KEY_SMALL;
	if (bits > 8192)
		return CSR_KEY_LARGE;
	if (!BN_is_odd(x) || BN_num_bits(x) > 256 || BN_num_bits(x) < 17)
		return CSR_KEY_EXPONENT;	/* odd and 17 bits: 65537 at least */
	if (bits % 8 != 0 || small_factor(n))
		return CSR_KEY_WEAK;
	if (roca(n))
		return CSR_KEY_ROCA;
	return close_primes(n) ? CSR_KEY_WEAK : CSR_GOOD;
}

static enum csr_verdict
rsa_check(struct span spki)
{
	struct span key = key_bits_of(spki), in = der_take(&key, DER_SEQUENCE);
	struct span n = der_take(&in, DER_INTEGER), x = der_take(&in, DER_INTEGER);
	enum csr_verdict v = CSR_KEY_KIND;
	BIGNUM *bn = NULL, *bx = NULL;

	if (key.len != 0 || in.bad || in.len != 0 || n.len == 0 || x.len == 0 ||
	    (n.p[0] & 0x80) != 0 || (x.p[0] & 0x80) != 0)
		return CSR_KEY_KIND;
	if (n.len > 4096)
		return CSR_KEY_LARGE;
	bn = BN_bin2bn(n.p, (int)n.len, NULL);
	bx = BN_bin2bn(x.p, x.len > 4096 ? 4096 : (int)x.len, NULL);
	if (bn != NULL && bx != NULL)
		v = rsa_judge(bn, bx);
	BN_free(bn);
	BN_free(bx);
	return v;
}

/* The point is on its curve and not the neutral one. */
static enum csr_verdict
point_check(struct span spki)
{
	const unsigned char *at = spki.p;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)spki.len);
	EVP_PKEY_CTX *c = key == NULL ? NULL : EVP_PKEY_CTX_new(key, NULL);
	bool ok = c != NULL && EVP_PKEY_public_check(c) == 1;

	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(key);
	return ok ? CSR_GOOD : CSR_KEY_KIND;
}

/* By a point of small order anybody signs, and not every library looks: OpenSSL takes it for a signature. */
static enum csr_verdict
edwards_check(struct span spki)
{
	struct span point = key_bits_of(spki);

	return point.len == crypto_core_ed25519_BYTES && crypto_core_ed25519_is_valid_point(point.p) == 1 ? CSR_GOOD : CSR_KEY_WEAK;
}

enum csr_verdict
key_check(struct span spki, const unsigned char hash[32], const struct weak_keys *weak)
{
	enum key_kind kind = key_kind_of(spki, NULL);
	enum csr_verdict v = CSR_KEY_KIND;

	if (kind == KEY_RSA)
		v = rsa_check(spki);
	else if ((kind & KEY_EC) != 0)
		v = point_check(spki);
	else if (kind == KEY_ED25519)
		v = edwards_check(spki);
	return v == CSR_GOOD && weak_keys_have(weak, hash) ? CSR_KEY_KNOWN : v;
}
