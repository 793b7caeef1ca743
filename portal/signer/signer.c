#include <openssl/x509.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "ledger/base/wipe.h"
#include "portal/signer/backup.h"
#include "portal/signer/build.h"
#include "portal/signer/bury.h"
#include "portal/signer/cas.h"
#include "portal/signer/change.h"
#include "portal/signer/csr.h"
#include "portal/signer/errand.h"
#include "portal/signer/finish.h"
#include "portal/signer/issue.h"
#include "portal/signer/prove.h"
#include "portal/signer/lists.h"
#include "portal/signer/status.h"
#include "portal/signer/witness.h"
#include "privacy/keeper/why.h"
#include "privacy/rights/grave.h"

#define TICKET_FRAME	(TICKET_MAX + 4)
#define PASTED_MAX	(1u << 20)	/* bytes that get a verdict; more end the connection */

bool
signer_receipt(const struct signer *s, const struct receipt *r, struct buf *out, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};

	receipt_pack(&b, r, s->secrets->ticket);
	pack_bytes(out, b.data, b.len);
	return buf_ok(&b, e);
}

bool
signer_clock(struct signer *s, int64_t now, struct err *e)
{
	bool was = s->ahead;
	char then[21];

	s->ahead = s->last != 0 && now - s->last > s->settings.longest_gap;
	if (!s->ahead)
		return true;
	clock_iso(s->last, then);
	if (!was)
		log_warn("the clock stands too far after the newest list, which is of %s: nothing is signed until it is set right", then);
	return REFUSE(e, ERR_BUSY, WHY_CLOCK_AHEAD, "the clock stands too far after the newest list");
}

static enum ipc_turn
ready_run(void *self, struct ipc_ask *a)
{
	(void)self, (void)a;
	return IPC_ANSWER;
}

/* ---- the service ---- */

#define P	SIGNER_PEER_PORTAL
#define C	SIGNER_PEER_CLERK
#define X	SIGNER_PEER_CONTROL

static const struct ipc_op ops[SIGNER_OP__COUNT] = {
	[SIGNER_READY]	    = { "ready",	0, 0, P | C | X, ready_run },
	[SIGNER_CSR]	    = { "csr",		4, 4 + PASTED_MAX, P, csr_run },
	[SIGNER_ISSUE]	    = { "issue",	8, TICKET_FRAME + 4 + CSR_MAX, P, issue_run },
	[SIGNER_CHANGE]	    = { "change",	4, TICKET_FRAME, P | C, change_run },
	[SIGNER_PENDING]    = { "pending",	TICKET_ID, TICKET_ID, C, pending_run },
	[SIGNER_STORED]	    = { "stored",	TICKET_ID, SIGNER_STORED_MOST * TICKET_ID, C, stored_run },
	[SIGNER_STATUS]	    = { "status",	17, 33, P, status_run },
	[SIGNER_OCSP]	    = { "ocsp",		57, 1024, P, ocsp_run },
	[SIGNER_CRL]	    = { "crl",		5, 5, C, crl_run },
	[SIGNER_HEAD]	    = { "head",		0, 0, P | C | X, head_run },
	[SIGNER_CHECKPOINT] = { "checkpoint",	44, 44 + 64 * LEAF_HASH, C, checkpoint_run },
	[SIGNER_CHAIN]	    = { "chain",	0, 0, P | C | X, chain_run },
	[SIGNER_TOMBSTONE]  = { "tombstone",	4 + GRAVE_BYTES, 4 + GRAVE_BYTES, C, tombstone_run },
	[SIGNER_BACKUP]	    = { "backup",	1, 1, X, backup_run },
	[SIGNER_ISSUERS]    = { "issuers",	0, 0, X, issuers_run },
	[SIGNER_LIVE]	    = { "live",		9, 9, X, live_run },
	[SIGNER_PROVE]	    = { "prove",	4, 4 + PASTED_MAX, P, prove_run },
};

static bool
begin(void *self, struct err *e)
{
	struct signer *s = self;

	return book_begin(s->book, e);
}

/* After a sync that failed nobody knows what is on the disk: the next start reads it. */
static void
stop_if_lost(struct signer *s)
{
	if (!book_lost(s->book) || *s->stop)
		return;
	log_warn("the disk failed: the signer stops, and reads what is there when it starts again");
	*s->stop = 1;
}

static bool
end(void *self, struct err *e)
{
	struct signer *s = self;

	if (book_end(s->book, e))
		return true;
	stop_if_lost(s);
	recent_cert_clear(s->recent);
	cas_untold(s);
	return false;
}

static void
tick(void *self)
{
	struct signer *s = self;

	book_tick(s->book);
	stop_if_lost(s);
	if (!*s->stop && book_moved(s->book)) {
		log_warn("the state folder was moved or removed: the signer stops, for what it writes would be lost");
		*s->stop = 1;
	}
	recent_sweep(s->recent);
	parcel_sweep(&s->secrets->parcel);
}

bool
signer_serve(struct signer *s, int listen_fd, volatile sig_atomic_t *stop, struct err *e)
{
	s->stop = stop;
	s->service = (struct ipc_service){ .ops = ops, .op_count = SIGNER_OP__COUNT,
	    .peers = s->secrets->peer, .peer_count = COUNT(s->secrets->peer), .self = s,
	    .begin = begin, .end = end, .tick = tick, .tick_ms = 1000, .max_conns = s->settings.connections,
	    .watch_count = 1, .watch = { { s->nursery.fd, errand_watch } } };
	TRY(ipc_server_open(&s->server, listen_fd, &s->service, e));
	return ipc_serve(s->server, stop, e);
}

/* ---- opening ---- */

static bool
secrets_read(struct signer *s, const char *dir, struct err *e)
{
	struct ipc_peer *peer;
	char path[512];

	s->secrets = sodium_malloc(sizeof(*s->secrets));	/* locked, between guard pages */
	if (s->secrets == NULL)
		return FAIL(e, ERR_MEMORY, "no locked memory for secrets");
	memset(s->secrets, 0, sizeof(*s->secrets));
	snprintf(path, sizeof(path), "%s/ticket.key", dir);
	TRY(ipc_secret_read(path, s->secrets->ticket, e));
	snprintf(path, sizeof(path), "%s/checkpoint.seed", dir);
	TRY(ipc_secret_read(path, s->secrets->seed, e));
	snprintf(path, sizeof(path), "%s/keeper.pub", dir);
	TRY(ipc_secret_read(path, s->keeper, e));
	peer = s->secrets->peer;
	peer[0] = (struct ipc_peer){ .name = "portal", .bit = P };
	peer[1] = (struct ipc_peer){ .name = "clerk", .bit = C };
	peer[2] = (struct ipc_peer){ .name = "control", .bit = X };
	snprintf(path, sizeof(path), "%s/peers", dir);
	return ipc_peers_read(peer, COUNT(s->secrets->peer), path, e);
}

/* Anybody checks checkpoints by checkpoint.pub: signed with another seed they would accuse an honest ledger. */
static bool
seed_fits(const struct signer *s, const char *dir, struct err *e)
{
	unsigned char ours[NOTE_PUBLIC], said[NOTE_PUBLIC], secret[crypto_sign_SECRETKEYBYTES];
	char path[512], line[1024] = "", name[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/checkpoint.pub", dir);
	f = fopen(path, "re");
	if (f == NULL || fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	if (f != NULL)
		fclose(f);
	line[strcspn(line, "\r\n")] = '\0';
	crypto_sign_seed_keypair(ours, secret, s->secrets->seed);
	sodium_memzero(secret, sizeof(secret));
	return (checkpoint_vkey_parse(line, name, said, NULL) && memcmp(said, ours, sizeof(ours)) == 0) ||
	    FAIL(e, ERR_TAMPER, "%.60s does not belong to checkpoint.seed: put both back from the ceremony's copy", path);
}

static bool
root_read(struct signer *s, const char *dir, struct err *e)
{
	unsigned char *der = NULL;
	char path[512];
	FILE *f;
	X509 *x;
	int n;

	snprintf(path, sizeof(path), "%s/root.crt", dir);
	f = fopen(path, "re");
	x = f == NULL ? NULL : PEM_read_X509(f, NULL, NULL, NULL);
	n = x == NULL ? 0 : i2d_X509(x, &der);
	if (f != NULL)
		fclose(f);
	if (n > 0)
		buf_add(&s->root, der, (size_t)n);
	OPENSSL_free(der);
	X509_free(x);
	return n > 0 ? buf_ok(&s->root, e) : FAIL(e, ERR_IO, "no certificate in %s", path);
}

/* Certificates name the list they will be looked for in: it must go on being made. */
static bool
shards_only_grow(struct signer *s, struct err *e)
{
	int64_t had = 0;

	TRY(book_crl_shards(s->book, &had, e));
	return had <= s->settings.crl_shards ||
	    FAIL(e, ERR_INPUT, "ca.crl.shards was %lld: certificates name those lists, it can only grow", (long long)had);
}

bool
signer_open(struct signer **out, const char *dir, const struct signer_settings *set,
    const struct nursery *n, struct err *e)
{
	struct signer *s = calloc(1, sizeof(*s));

	struct nursery child = *n;

	*out = NULL;
	if (s == NULL) {
		nursery_stop(&child);
		return FAIL(e, ERR_MEMORY, "signer");
	}
	s->settings = *set;
	snprintf(s->dir, sizeof(s->dir), "%s", dir);
	s->nursery = child;
	s->errand_last = &s->errands;
	if (!build_level(&s->level[1], set, 1, e) || !build_level(&s->level[2], set, 2, e) ||
	    !secrets_read(s, dir, e) || !seed_fits(s, dir, e) || !root_read(s, dir, e) || !recent_open(&s->recent, e) ||
	    !book_open(&s->book, dir, e) || !book_crl_newest(s->book, &s->last, e) || !cas_read(s, e) || !shards_only_grow(s, e)) {
		signer_drop(&s);
		return false;
	}
	*out = s;
	return true;
}

void
signer_drop(struct signer **out)
{
	struct signer *s = *out;

	if (s == NULL)
		return;
	ipc_server_drop(&s->server);
	nursery_stop(&s->nursery);
	cas_drop(&s->cas);
	buf_wipe(&s->root);
	buf_wipe(&s->tbs);
	buf_wipe(&s->der);
	buf_wipe(&s->sealed);
	recent_drop(&s->recent);
	signer_backup_drop(&s->backup);
	book_drop(&s->book);
	sodium_free(s->secrets);
	wipe_free(s);
	*out = NULL;
}
