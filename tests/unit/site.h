/*
 * tests/unit/site.h - a small ledger as a running site would have made it:
 * keeper store and journal, signer journal, checkpoint key, in the folders that
 * the verifier expects.
 */
#ifndef TESTS_UNIT_SITE_H
#define TESTS_UNIT_SITE_H
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ledger/chain.h"
#include "ledger/checkpoint.h"
#include "ledger/digest.h"
#include "ledger/journal.h"

#define SITE_TIME	1700000000	/* of the first entry */
#define SITE_NAME	"example.org/ledger"
static const unsigned char site_seed[NOTE_SEED] = { 1, 2, 3, 4 };

struct site {
	struct store	*st;
	struct chain	*chain;
	struct journal	*signer;
	int64_t		at;
};

static inline bool
site_folders(const char *dir, struct err *e)
{
	static const char *const names[] = { "", "/keeper", "/signer" };
	char path[160];

	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s%s", dir, names[i]);
		if (mkdir(path, 0700) != 0 && access(path, F_OK) != 0)
			return FAIL(e, ERR_IO, "mkdir %s", path);
	}
	return true;
}

static inline bool
site_key(const char *dir, struct err *e)
{
	unsigned char public_key[NOTE_PUBLIC];
	unsigned char secret[crypto_sign_SECRETKEYBYTES];
	DROP(buf_wipe) struct buf vkey = {0};
	char path[160];
	int fd;
	bool good;

	if (crypto_sign_seed_keypair(public_key, secret, site_seed) != 0)
		return FAIL(e, ERR_CRYPTO, "key");
	TRY(checkpoint_vkey(&vkey, SITE_NAME, public_key, e));
	buf_text(&vkey, "\n");
	snprintf(path, sizeof(path), "%s/signer/checkpoint.pub", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	good = fd >= 0 && write(fd, vkey.data, vkey.len) == (ssize_t)vkey.len;
	close(fd);
	return good ? true : FAIL(e, ERR_IO, "write %s", path);
}

static inline bool
site_open(struct site *s, const char *dir, struct err *e)
{
	static const char *const schemas[] = { chain_schema, tombstone_schema, NULL };
	struct store_spec spec = { .name = "keeper", .schemas = schemas, .schema_version = 1,
	    .append_only = chain_append_only };
	char path[160];

	TRY(site_folders(dir, e));
	TRY(site_key(dir, e));
	snprintf(path, sizeof(path), "%s/keeper/keeper.db", dir);
	TRY(store_open(&s->st, &spec, path, e));
	snprintf(path, sizeof(path), "%s/keeper/journal", dir);
	TRY(chain_open(&s->chain, s->st, path, e));
	snprintf(path, sizeof(path), "%s/signer/journal", dir);
	return journal_open(&s->signer, path, e);
}

static inline void
site_close(struct site *s)
{
	chain_drop(&s->chain);
	store_drop(&s->st);
	journal_drop(&s->signer);
}

static inline void
site_tag(unsigned char tag[LEAF_TAG], int64_t n)
{
	unsigned char hash[DIGEST_BYTES];

	digest(hash, &n, sizeof(n));
	memcpy(tag, hash, LEAF_TAG);
}

/*
 * Entry n of a made-up site, inside the open transaction.  Every third has
 * values, every fifth is a certificate: a duty that the signer answered for,
 * but every 25th stays open.
 */
static inline bool
site_append(struct site *s, int64_t n, struct err *e)
{
	unsigned char salt[32] = { (unsigned char)n }, hash[LEAF_HASH];
	struct leaf l = { .kind = n % 5 == 0 ? KIND_CERTIFICATE : KIND_OWN,
	    .role = ACTOR_OWNER };
	struct detail d = {0};
	char plain[64], box[180] = "nonce and ciphertext ", more[90] = "values ";
	int64_t seq;

	site_tag(l.subject, n);
	site_tag(l.actor, -n - 1);
	snprintf(plain, sizeof(plain), "record %lld", (long long)n);
	memcpy(box + 64, &n, sizeof(n));
	memcpy(more + 32, &n, sizeof(n));
	detail_part_fill(&d.record, salt, span_text(plain), span_of(box, sizeof(box)));
	if (n % 3 == 0)
		detail_part_fill(&d.values, salt, span_text(plain), span_of(more, sizeof(more)));
	TRY(chain_append(s->chain, &l, &d, SITE_TIME + n * 600, &seq, e));
	if (n % 5 != 0)
		return true;
	TRY(chain_duty_open(s->chain, seq, e));
	chain_head_hash(s->chain, hash);
	return n % 25 == 0 ? true : journal_append(s->signer, seq, hash, e);
}

/* As a ticket goes: the entry is committed, the signer journals, then the keeper hears of it. */
static inline bool
site_answer(struct site *s, int64_t from, int64_t end, struct err *e)
{
	TRY(journal_write(s->signer, e));
	TRY(store_begin(s->st, e));
	for (int64_t n = from; n < end; n++)
		if (n % 5 == 0 && n % 25 != 0)
			TRY(chain_duty_done(s->chain, n, e));
	return store_commit(s->st, e);
}

static inline bool
site_checkpoint(struct site *s, struct err *e)
{
	struct checkpoint c = { .origin = SITE_NAME, .size = chain_size(s->chain) };
	DROP(buf_wipe) struct buf note = {0};

	chain_root(s->chain, c.root);
	TRY(checkpoint_sign(&note, &c, site_seed, e));
	return chain_checkpoint_store(s->chain, c.size, span_buf(&note), e);
}

/* count more entries in commits of `batch`, a checkpoint after each. */
static inline bool
site_grow(struct site *s, int64_t count, int64_t batch, struct err *e)
{
	for (int64_t n = chain_size(s->chain), end = n + count; n < end;) {
		int64_t from = n, stop = n + batch < end ? n + batch : end;

		TRY(store_begin(s->st, e));
		for (; n < stop; n++)
			TRY(site_append(s, n, e));
		TRY(store_commit(s->st, e));
		TRY(chain_committed(s->chain, e));
		TRY(site_answer(s, from, stop, e));
		TRY(site_checkpoint(s, e));
	}
	return true;
}

static inline bool
site_build(const char *dir, int64_t count, int64_t batch, struct err *e)
{
	struct site s = {0};
	bool good = site_open(&s, dir, e) && site_grow(&s, count, batch, e);

	site_close(&s);
	return good;
}
#endif
