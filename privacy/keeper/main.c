/*
 * troth-keeper - the reference monitor: it alone opens what is sealed.
 *
 *	troth-keeper --state DIR [--set name=value]...
 *
 * SECURITY.  Listens on DIR/run/keeper.sock for portal, clerk, control and postbox,
 * which show their channel secrets; it has no network and reads no format of
 * strangers but the fixed frames of privacy/keeper/op.h.  It holds the vault's
 * root key, the index keys, the pepper, the ticket key it shares with the
 * signer, and the secret half of the key certificates are sealed to; all lie in
 * locked memory without cores.  It believes no peer: sessions, roles, mailed
 * tokens and points are its own rows, and what is opened for whom the purpose
 * table says.  Nothing is opened that the ledger does not say, and nothing is
 * answered before that is on the disk.  What is erased leaves the write-ahead
 * log within a second, too (mails that were sent: within a minute).  Slow hashes are made by a child that
 * was forked before any key was read, and so are the pieces of a member's copy, by another.  It writes DIR/keeper and nothing else.
 * Order: config, children, keys, uid (the unit's), stores, socket, Landlock and
 * seccomp, serve.  Whoever takes it over can read everything from then on;
 * what it answered for before stays in the ledger, its journal and witnesses.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdatomic.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/drop.h"
#include "ledger/base/jail.h"
#include "ledger/base/log.h"
#include "ledger/base/pulse.h"
#include "ledger/base/wipe.h"
#include "privacy/facts/session_known.h"
#include "privacy/keeper/again.h"
#include "privacy/keeper/argon.h"
#include "privacy/keeper/backup.h"
#include "privacy/keeper/brake.h"
#include "privacy/keeper/keeper.h"
#include "privacy/keeper/packer.h"
#include "privacy/keeper/same_keys.h"
#include "privacy/keeper/schema.h"
#include "privacy/rights/recalled.h"
#include "privacy/rights/restored.h"
#include "privacy/start.h"

#define SOCKET		"run/keeper.sock"
#define FOLDER		"keeper/"
#define BRAKE_ROWS	65536		/* twice 2 MiB */
#define TICK_MS		500
#define LOG_WORTH	4096		/* pages (of 4 KiB) of write-ahead log worth a checkpoint */
#define LOG_MOST	16384		/* from here on it is begun anew */

/* ---- the process ---- */

struct process {
	struct conf	*conf;
	struct settings	set;
	struct keeper	keeper;
	struct keeper_keys *keys;
	struct store	*key_store;
	struct store	*helper_store;	/* the checkpoint helper's own connection */
	pthread_t	helper;
	bool		helping;
	_Atomic int64_t	log_pages;	/* in the write-ahead log, for the helper to see */
	struct ipc_peer	peers[4];
	struct ipc_service service;
	struct ipc_server *server;
};

static void
process_drop(struct process **pp)
{
	struct process *p = *pp;

	if (p == NULL)
		return;
	if (p->helping)
		pthread_join(p->helper, NULL);
	ipc_server_drop(&p->server);	/* first: it drops what waits for the children */
	argon_drop(&p->keeper.argon);
	packer_drop(&p->keeper.packer);
	brake_drop(&p->keeper.brake);
	session_known_drop(&p->keeper.sessions);
	again_drop(&p->keeper.again_told);
	backup_drop(&p->keeper.backup);
	vault_drop(&p->keeper.vault);
	chain_drop(&p->keeper.chain);
	store_drop(&p->keeper.store);
	store_drop(&p->key_store);
	store_drop(&p->helper_store);
	if (p->keys != NULL)
		sodium_free(p->keys);
	conf_drop(&p->conf);
	sodium_memzero(p->peers, sizeof(p->peers));
	wipe_free(p);
	*pp = NULL;
}

/* ---- keys ---- */

static bool
keys_read(struct process *p, struct err *e)
{
	/* Guarded and locked pages; sodium_malloc keeps them out of swap. */
	struct keeper_keys *keys = p->keys = sodium_malloc(sizeof(*keys));

	if (keys == NULL)
		return FAIL(e, ERR_MEMORY, "no locked memory for keys");
	TRY(ipc_secret_read(FOLDER "pepper.key", keys->pepper, e));
	TRY(ipc_secret_read(FOLDER "ticket.key", keys->ticket, e));
	TRY(ipc_secret_read(FOLDER "box.key", keys->box_secret, e));
	TRY(ipc_secret_read(FOLDER "prover.pub", keys->prover, e));
	if (crypto_scalarmult_base(keys->box_public, keys->box_secret) != 0)
		return FAIL(e, ERR_CRYPTO, "box.key is no key");
	sodium_mprotect_readonly(keys);
	p->keeper.keys = keys;
	return true;
}

static bool
peers_read(struct process *p, struct err *e)
{
	p->peers[0] = (struct ipc_peer){ .name = "portal", .bit = KEEPER_PEER_PORTAL };
	p->peers[1] = (struct ipc_peer){ .name = "clerk", .bit = KEEPER_PEER_CLERK };
	p->peers[2] = (struct ipc_peer){ .name = "control", .bit = KEEPER_PEER_CONTROL };
	p->peers[3] = (struct ipc_peer){ .name = "postbox", .bit = KEEPER_PEER_POST };
	return ipc_peers_read(p->peers, COUNT(p->peers), FOLDER "peers", e);
}

/* ---- stores ---- */

/* With others it would serve, and everybody's password would be wrong. */
static bool
keys_known(struct keeper *k, struct err *e)
{
	TRY(keeper_begin(k, e));
	if (same_keys(k->store, FOLDER, true, e))
		return keeper_end(k, e);
	store_rollback(k->store);
	chain_rolled_back(k->chain);
	return false;
}

static bool
stores_open(struct process *p, struct err *e)
{
	struct vault_paths paths = { FOLDER "root.key", FOLDER "index.key", false };
	struct keeper *k = &p->keeper;

	umask(0027);
	TRY(store_open(&k->store, &keeper_store_spec, FOLDER "keeper.db", e));
	TRY(store_open(&p->key_store, &keys_store_spec, FOLDER "keys.db", e));
	TRY(store_open(&p->helper_store, &keeper_store_spec, FOLDER "keeper.db", e));
	/* Re-hashes from the journal's last entry: a ledger that was changed ends the start here. */
	TRY(chain_open(&k->chain, k->store, FOLDER "journal", e));
	TRY(keeper_clock(k, clock_now(), e));
	paths.used = chain_settled(k->chain) > 0;
	TRY(vault_open(&k->vault, k->store, p->key_store, &paths, clock_now(), e));
	TRY(keys_known(k, e));
	return keeper_prepare(k, e);
}

#define ERASED		FOLDER "erased"	/* n * { i64 erasure, i64 key, i64 tags }: what `troth restore` leaves */

static bool
erased_one(struct process *p, const unsigned char record[24], struct err *e)
{
	struct span s = span_of(record, 24);
	struct tombstone t = { .erasure = unpack_i64(&s) };

	t.key = unpack_i64(&s);
	t.tags = unpack_i64(&s);
	pulse_move();
	TRY(keeper_begin(&p->keeper, e));
	if (restored_erase(&p->keeper, &t, p->keeper.batch_now, e))
		return keeper_end(&p->keeper, e);
	store_rollback(p->keeper.store);
	chain_rolled_back(p->keeper.chain);
	return false;
}

/* Whoever was erased after the backup was made is nobody again before anybody is served; twice is fine. */
static bool
erased_read(struct process *p, struct err *e)
{
	DROP(close_fd) int fd = open(ERASED, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	unsigned char record[24];
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT || FAIL(e, ERR_IO, ERASED " cannot be read");
	while ((n = read(fd, record, sizeof(record))) == (ssize_t)sizeof(record))
		TRY(erased_one(p, record, e));
	return (n == 0 && unlink(ERASED) == 0) || FAIL(e, ERR_IO, ERASED " is not whole, or cannot be removed");
}

#define RECALLED	FOLDER "recalled"	/* n records of RECALLED_BYTES: what `troth restore` read in published lists */
#define RECALLED_BATCH	256		/* in one commit */

static bool
recalled_back(struct process *p)
{
	store_rollback(p->keeper.store);
	chain_rolled_back(p->keeper.chain);
	return false;
}

/* Up to a commit's worth; *last: it was the end of the file. */
static bool
recalled_some(struct process *p, int fd, struct recalled_sum *sum, bool *last, struct err *e)
{
	struct keeper *k = &p->keeper;
	unsigned char record[RECALLED_BYTES];
	struct recalled r;
	ssize_t n = sizeof(record);

	TRY(keeper_begin(k, e));
	for (unsigned i = 0; i < RECALLED_BATCH && (n = read(fd, record, sizeof(record))) > 0; i++)
		if (!recalled_unpack(&r, span_of(record, (size_t)n), e) || !recalled_apply(k, &r, k->batch_now, sum, e))
			return recalled_back(p);
	*last = n <= 0;
	if (n < 0)
		(void)FAIL(e, ERR_IO, RECALLED " cannot be read");
	if (n < 0 || (*last && !recalled_tell(k, sum, k->batch_now, e)))
		return recalled_back(p);
	return keeper_end(k, e);
}

/* What was revoked after the backup was made is revoked again before anybody is served; twice is fine. */
static bool
recalled_read(struct process *p, struct err *e)
{
	DROP(close_fd) int fd = open(RECALLED, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct recalled_sum sum = {0};
	bool last = false;

	if (fd < 0)
		return errno == ENOENT || FAIL(e, ERR_IO, RECALLED " cannot be read");
	for (; !last; pulse_move())
		TRY(recalled_some(p, fd, &sum, &last, e));
	return unlink(RECALLED) == 0 || FAIL(e, ERR_IO, RECALLED " cannot be removed");
}

/* Moves the write-ahead log into the database beside the one writer, never waiting for it. */
static void *
checkpoints(void *arg)
{
	const struct timespec pause = { .tv_nsec = TICK_MS * 1000000L };
	struct process *p = arg;
	int64_t pages, moved = 0;
	struct err e;

	while (!process_stop) {
		nanosleep(&pause, NULL);
		pages = atomic_load(&p->log_pages);
		if (pages < moved)
			moved = 0;
		if (pages - moved < LOG_WORTH)
			continue;
		e = (struct err){0};
		if (!store_checkpoint(p->helper_store, false, &e))
			log_err("checkpoint", &e);
		moved = pages;
	}
	return NULL;
}

static bool
helper_start(struct process *p, struct err *e)
{
	sigset_t all, was;

	/* Signals are the main thread's. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &was);
	p->helping = pthread_create(&p->helper, NULL, checkpoints, p) == 0;
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return p->helping || FAIL(e, ERR_IO, "no helper thread");
}

/* ---- serving ---- */

static bool
children_alive(const struct process *p)
{
	return argon_alive(p->keeper.argon, p->set.hang_limit) && packer_alive(p->keeper.packer, p->set.hang_limit);
}

/* After a sync that failed nobody knows what is on the disk: the next start reads it. */
static void
stop_if_broken(const struct process *p)
{
	if (process_stop || (!store_broken(p->keeper.store) && !store_broken(p->key_store)))
		return;
	log_warn("the disk failed: the keeper stops, and reads what is there when it starts again");
	process_stop = 1;
}

static void
stop_if_moved(const struct process *p)
{
	if (process_stop || (!store_moved(p->keeper.store) && !store_moved(p->key_store)))
		return;
	log_warn("the state folder was moved or removed: the keeper stops, for what it writes would be lost");
	process_stop = 1;
}

/*
 * The helper never reaches the end of a log that is always written to.  Between
 * two batches it can be reached: the next one then begins the log anew in the
 * same blocks.  Cutting the file instead, and growing it again, cost a sixth of
 * the keeper's time.
 */
static void
on_tick(void *self)
{
	struct process *p = self;
	struct err e = {0};

	stop_if_broken(p);
	stop_if_moved(p);
	again_sweep(p->keeper.again_told, clock_now());		/* also when nobody asks any more */
	if (!children_alive(p)) {
		log_warn("without its children, or with one that hangs, the keeper stops");
		process_stop = 1;
	}
	if (!chain_sync(p->keeper.chain, &e)) {
		log_err("journal", &e);
		process_stop = 1;	/* the next start reads it again from the disk */
	}
	e = (struct err){0};
	if (atomic_load(&p->log_pages) > LOG_MOST && !store_checkpoint(p->keeper.store, false, &e))
		log_err("checkpoint", &e);
	e = (struct err){0};
	if (!keeper_shed_due(&p->keeper, &e))
		log_err("checkpoint", &e);
}

static void
on_hash(void *self, int fd)
{
	struct process *p = self;

	(void)fd;
	argon_readable(p->keeper.argon);
}

static void
on_piece(void *self, int fd)
{
	struct process *p = self;

	(void)fd;
	packer_readable(p->keeper.packer);
}

static bool
on_begin(void *self, struct err *e)
{
	return keeper_begin(&((struct process *)self)->keeper, e);
}

static bool
on_end(void *self, struct err *e)
{
	struct process *p = self;
	bool good = keeper_end(&p->keeper, e);

	atomic_store(&p->log_pages, store_log_pages(p->keeper.store));
	stop_if_broken(p);
	return good;
}

static enum ipc_turn
on_ask(void *self, struct ipc_ask *a)
{
	return keeper_turn(&((struct process *)self)->keeper, a);
}

static void
again(void *server, struct ipc_ask *a)
{
	ipc_again(*(struct ipc_server **)server, a);
}

static void
service_fill(struct process *p, int hash_fd, int pack_fd)
{
	static struct ipc_op ops[KEEPER_OP__COUNT];

	memcpy(ops, keeper_ipc_ops(), sizeof(ops));
	for (size_t i = 0; i < COUNT(ops); i++)
		if (ops[i].run != NULL)
			ops[i].run = on_ask;
	p->service = (struct ipc_service){
		.ops = ops, .op_count = KEEPER_OP__COUNT,
		.peers = p->peers, .peer_count = COUNT(p->peers), .self = p,
		.begin = on_begin, .end = on_end, .tick = on_tick, .tick_ms = TICK_MS,
		.max_conns = settings_connections(&p->set),
		.watch_count = 2, .watch = { { hash_fd, on_hash }, { pack_fd, on_piece } },
	};
}

static bool
serve(struct process *p, struct err *e)
{
	static const char *const reads[] = { "-/dev/urandom", "-/dev/null", NULL };
	static const char *const writes[] = { "keeper", NULL };
	static const struct jail_spec jail = { .read = reads, .write = writes, .net = JAIL_NO_NET,
	    .may = JAIL_FILES };	/* a new root key file takes the old one's name */
	int fd;

	TRY(ipc_listen(&fd, SOCKET, e));
	TRY(ipc_server_open(&p->server, fd, &p->service, e));
	TRY(jail_close(&jail, p->set.unwalled, e));
	TRY(helper_start(p, e));
	log_note("ready; entries in the ledger: %lld", (long long)chain_size(p->keeper.chain));
	TRY(ipc_serve(p->server, &process_stop, e));
	return children_alive(p) || FAIL(e, ERR_IO, "a child is gone");
}

static bool
start(struct process *p, int argc, char **argv, struct err *e)
{
	struct packer_link link;
	int hash_fd;

	TRY(start_read(&p->conf, &p->set, argc, argv, e));
	TRY(purposes_complete(e));
	TRY(process_signals(NULL, e));
	TRY(argon_start(&hash_fd, (int)p->set.argon_children, p->set.unwalled, e));
	TRY(packer_start(&link, p->set.unwalled, e));
	p->keeper.set = &p->set;
	p->keeper.clerk_at = p->keeper.started = clock_now();
	TRY(argon_open(&p->keeper.argon, hash_fd, (int)p->set.argon_children,
	    (int)p->set.argon_queue, again, &p->server, e));
	TRY(packer_open(&p->keeper.packer, &link, again, &p->server, e));
	TRY(keys_read(p, e));
	TRY(peers_read(p, e));
	TRY(brake_open(&p->keeper.brake, BRAKE_ROWS, e));
	TRY(session_known_open(&p->keeper.sessions, e));
	TRY(again_open(&p->keeper.again_told, e));
	TRY(stores_open(p, e));
	TRY(erased_read(p, e));
	TRY(recalled_read(p, e));
	TRY(backup_open(&p->keeper.backup, FOLDER, e));
	service_fill(p, hash_fd, link.fd);
	return serve(p, e);
}

int
main(int argc, char **argv)
{
	struct err e = {0};
	DROP(process_drop) struct process *p = calloc(1, sizeof(*p));
	bool good;

	process_begin("keeper");
	if (p == NULL)
		return 1;
	good = start(p, argc, argv, &e);
	process_stop = 1;	/* for the helper */
	return process_end(good, &e);
}
