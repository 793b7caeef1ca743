/*
 * ledger/store/store.h - one database of one holder, and its transactions.
 *
 * SQLite today (WAL, synchronous FULL, secure_delete, STRICT tables, foreign
 * keys, defensive, untrusted schema, no triggers, no views); the interface is
 * the one PostgreSQL will stand behind.  A store is one connection of one
 * thread: not thread-safe.  Writers of one file take an exclusive flock on
 * FILE.lock before BEGIN IMMEDIATE (bounded wait, then ERR_BUSY), because
 * busy_timeout alone starves.
 *
 * Does not know what is kept in it.
 */
#ifndef LEDGER_STORE_STORE_H
#define LEDGER_STORE_STORE_H
#include "ledger/store/sql.h"

/* What a store of the version before lacks: run once, also by a new store, after all that came before. */
struct store_step {
	int64_t		version;	/* the store's, once this step was run */
	const char *const *schemas;	/* NULL-terminated texts */
};

struct store_spec {
	const char	*name;		/* "keeper": shown in errors */
	const char *const *schemas;	/* NULL-terminated texts, run once in one transaction */
	int64_t		schema_version;	/* of what schemas alone make; kept in user_version */
	/*
	 * Later additions, versions rising by one.  An older store is brought up to the last of them when it
	 * is opened, in one transaction; one older than schema_version, or newer than all, refuses: ERR_INPUT.
	 */
	const struct store_step *steps;
	size_t		step_count;
	/* Tables whose rows may not be updated or deleted, NULL-terminated; enforced
	   by the authorizer against our own bugs.  May be NULL. */
	const char *const *append_only;
	/* "table" or "table.column": what sql_later writes may wait for the commit in memory.  NULL-terminated; may be NULL. */
	const char *const *late;
	/* Tables with a number as key of whose rows store_stamp tells.  NULL-terminated; may be NULL. */
	const char *const *watched;
	bool		read_only;	/* open an existing file for reading beside a live writer */
	bool		shared;		/* several processes write: take the flock */
	int		wait_ms;	/* for the lock; 0: 2000 */
	bool		manual_checkpoint;	/* no automatic WAL checkpoint: call store_checkpoint; store_log_pages counts */
	int		cache_kib;	/* of pages in memory; 0: 400 */
};

/* Open or create path (0660).  Fails: ERR_INPUT (other schema), ERR_IO, ERR_FULL, ERR_TAMPER (not a database, a trigger or view in it;
   to be read: a rollback journal beside it). */
bool store_open(struct store **out, const struct store_spec *spec, const char *path, struct err *e) MUST;
void store_drop(struct store **st);		/* rolls back what was not committed */

bool store_begin(struct store *st, struct err *e) MUST;	/* ERR_BUSY, ERR_FULL, ERR_IO */
bool store_commit(struct store *st, struct err *e) MUST; /* on failure everything is rolled back */
void store_rollback(struct store *st);			/* fine without a transaction */
/* A sync or a rollback failed: nobody knows what is on the disk, and every begin fails until the store is opened anew. */
bool store_broken(const struct store *st);
/* Its file was moved or removed: what is written from now on is lost when the store is closed. */
bool store_moved(struct store *st);
/* A mark inside a transaction: give up (back) or keep what came after it.  Marks nest, at most 8 deep.
   One after which nothing is written costs nothing.  Going back ends queries that are open: what came
   before the mark may be written again, in a transaction begun anew. */
bool store_mark(struct store *st, struct err *e) MUST;
void store_back(struct store *st);
bool store_keep(struct store *st, struct err *e) MUST;
/* Passive WAL checkpoint; `truncate` also waits for readers and empties the WAL (after an erasure). */
bool store_checkpoint(struct store *st, bool truncate, struct err *e) MUST;
/*
 * Inside a transaction of a writer: a number that is another one than before if this
 * row of the watched table, counted from 0, was added, changed or removed by anybody
 * meanwhile, also if that was undone.  It may be another one for no reason.
 */
uint64_t store_stamp(const struct store *st, unsigned which, int64_t row);
/*
 * Pages in the WAL after this connection's last commit.  It falls to a few again
 * when a checkpoint reached the end of the WAL and nobody reads: the next commit
 * then begins it anew, over the blocks that the file has already.
 */
int64_t store_log_pages(const struct store *st);
#endif
