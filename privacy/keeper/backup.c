#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>
#include "ledger/base/transcript.h"
#include "ledger/base/wipe.h"
#include "ledger/journal.h"
#include "ledger/store/copy.h"
#include "privacy/keeper/backup.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/vault/keyset.h"

#define PAGES	256		/* of 4 KiB, in one call: whoever waits for the keeper waits some milliseconds */
#define BYTES	(1 << 20)
#define FORSAKEN (10 * MINUTE)	/* whoever asked for it comes back many times a second, or is gone */

enum stage { STAGE_NONE, STAGE_STORE, STAGE_KEYS, STAGE_JOURNAL, STAGE_SEAL, STAGE_DONE };
enum what { WHAT_BEGIN, WHAT_GO_ON, WHAT_GIVE_UP, WHAT_CARRIED };

const char backup_schema[] =
"CREATE TABLE backup (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL, entries INTEGER NOT NULL) STRICT;";

static const struct sql
sql_last = { "backup_last", "", "ii", "SELECT at, entries FROM backup WHERE one = 1" },
sql_put = { "backup_put", "ii", "", "INSERT INTO backup (one, at, entries) VALUES (1, $1, $2)"
	" ON CONFLICT (one) DO UPDATE SET at = excluded.at, entries = excluded.entries" };

/* What goes among the keys beside the key store; the prover's public key with them, it is of no use alone. */
static const char *const secrets[] = { "root.key", "index.key", "pepper.key", "ticket.key", "box.key" };

struct backup {
	const char		*folder;
	enum stage		stage;
	struct keyset_head	head;
	int64_t			entries, left;
	int64_t			touched;	/* when it was asked for last, seconds */
	struct store_copy	*store, *keys;
	struct transcript	journal;
	struct keyset		*set;
};

static bool
path_of(const struct backup *b, const char *name, char into[PATH_MAX], struct err *e)
{
	return snprintf(into, PATH_MAX, "%s%s", b->folder, name) < PATH_MAX || FAIL(e, ERR_INPUT, "path too long");
}

static void
remove_all(const struct backup *b)
{
	static const char *const names[] = { "backup.db", "backup.journal", "backup.keys", "backup.keys.db" };
	char path[PATH_MAX];

	for (size_t i = 0; i < COUNT(names); i++)
		if (path_of(b, names[i], path, NULL))
			unlink(path);
}

/* Close what is open; what was not finished goes, what was stays until it was carried away. */
static void
close_all(struct backup *b)
{
	store_copy_drop(&b->store);
	store_copy_drop(&b->keys);
	transcript_close(&b->journal);
	keyset_drop(&b->set);
	if (b->stage != STAGE_NONE && b->stage != STAGE_DONE)
		remove_all(b);
	b->stage = STAGE_NONE;
}

bool
backup_open(struct backup **out, const char *folder, struct err *e)
{
	struct backup *b = *out = calloc(1, sizeof(*b));

	if (b == NULL)
		return FAIL(e, ERR_MEMORY, "backup");
	b->folder = folder;
	b->journal = (struct transcript){ .from = -1, .to = -1 };
	return true;
}

void
backup_drop(struct backup **b)
{
	if (*b == NULL)
		return;
	close_all(*b);
	wipe_free(*b);
	*b = NULL;
}

void
backup_forsaken(struct keeper *k, int64_t now)
{
	struct backup *b = k->backup;

	if (b != NULL && b->stage != STAGE_NONE && b->stage != STAGE_DONE && now - b->touched > FORSAKEN)
		close_all(b);
}

bool
backup_last(struct keeper *k, int64_t *at, int64_t *entries, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_last, e));
	*at = r == NULL ? 0 : rows_i64(r, 0);
	*entries = r == NULL ? 0 : rows_i64(r, 1);
	return true;
}

/* ---- one moment ---- */

/*
 * Both snapshots are taken within one turn of a process of one thread, and the journal holds
 * exactly what was committed by then: the three belong together.  This batch's own rows are
 * committed later and are in none of them.
 */
static bool
begin(struct keeper *k, struct backup *b, int64_t now, struct err *e)
{
	char from[PATH_MAX], to[PATH_MAX];
	struct backup_key key;

	TRY(path_of(b, "backup.pub", from, e));
	TRY(backup_key_read(&key, from, e));
	b->head.made_at = now;
	b->head.need = key.need;
	b->head.of = key.of;
	memcpy(b->head.key, key.key, sizeof(key.key));
	b->stage = STAGE_STORE;
	TRY(path_of(b, "keeper.db", from, e) && path_of(b, "backup.db", to, e));
	TRY(store_copy_open(&b->store, from, to, e));
	TRY(path_of(b, "keys.db", from, e) && path_of(b, "backup.keys.db", to, e));
	TRY(store_copy_open(&b->keys, from, to, e));
	TRY(path_of(b, "journal", from, e) && path_of(b, "backup.journal", to, e));
	TRY(transcript_open(&b->journal, from, to, journal_view_size(from) * JOURNAL_RECORD, e));
	b->entries = chain_settled(k->chain);
	b->left = 1;
	return true;
}

/* The small ones come first: one turn writes them all, before a rotation can replace one. */
static bool
seal_begin(struct backup *b, struct err *e)
{
	char path[PATH_MAX];

	TRY(path_of(b, "backup.keys", path, e));
	TRY(keyset_create(&b->set, path, &b->head, e));
	for (size_t i = 0; i < COUNT(secrets); i++) {
		TRY(path_of(b, secrets[i], path, e));
		TRY(keyset_add(b->set, secrets[i], path, e));
	}
	TRY(path_of(b, "backup.keys.db", path, e));
	TRY(keyset_add(b->set, "keys.db", path, e));
	b->stage = STAGE_SEAL;
	return true;
}

/* ---- slices ---- */

static bool
done(struct keeper *k, struct backup *b, int64_t now, struct err *e)
{
	char words[DETAIL_OBJECT], id[2 * KEYSET_ID + 1], path[PATH_MAX];

	TRY(path_of(b, "backup.keys.db", path, e));
	unlink(path);
	b->stage = STAGE_DONE;
	b->left = 0;
	sodium_bin2hex(id, sizeof(id), b->head.id, sizeof(b->head.id));
	snprintf(words, sizeof(words), "backup %s: %lld entries, keys for %u of %u", id, (long long)b->entries,
	    b->head.need, b->head.of);
	return keeper_record_site(k, PURPOSE_SITE, words, now, NULL, e);
}

static bool
go_on(struct keeper *k, struct backup *b, int64_t now, struct err *e)
{
	bool more = true;

	switch (b->stage) {
	case STAGE_STORE:
		TRY(store_copy_step(b->store, PAGES, &b->left, e));
		b->stage = b->left == 0 ? STAGE_KEYS : STAGE_STORE;
		break;
	case STAGE_KEYS:
		TRY(store_copy_step(b->keys, PAGES, &b->left, e));
		b->stage = b->left == 0 ? STAGE_JOURNAL : STAGE_KEYS;
		break;
	case STAGE_JOURNAL:
		TRY(transcript_step(&b->journal, BYTES, e));
		if (b->journal.left > 0)
			break;
		TRY(seal_begin(b, e));
		/* fall through */
	case STAGE_SEAL:
		TRY(keyset_step(b->set, BYTES, &more, e));
		if (!more)
			return done(k, b, now, e);
		break;
	case STAGE_NONE:
	case STAGE_DONE:
		return FAIL(e, ERR_CONFLICT, "no backup is under way");
	}
	b->left = b->left > 0 ? b->left : 1;
	return true;
}

/* A copy that lies nowhere but here is no backup. */
static bool
carried(struct keeper *k, struct backup *b, struct err *e)
{
	if (b->stage != STAGE_DONE)
		return FAIL(e, ERR_CONFLICT, "no backup is whole");
	b->stage = STAGE_NONE;
	return sql_do(k->store, &sql_put, e, b->head.made_at, b->entries);
}

static bool
take_turn(struct keeper *k, struct backup *b, enum what what, int64_t now, struct err *e)
{
	switch (what) {
	case WHAT_BEGIN:
		return begin(k, b, now, e);
	case WHAT_GO_ON:
		return go_on(k, b, now, e);
	case WHAT_CARRIED:
		return carried(k, b, e);
	case WHAT_GIVE_UP:
		break;
	}
	close_all(b);
	remove_all(b);
	return true;
}

static bool
tell_moment(struct keeper *k, struct act *a, const struct backup *b, struct err *e)
{
	DROP(buf_wipe) struct buf note = {0};
	struct err none = {0};
	int64_t size = 0;

	if (!chain_checkpoint_get(k->chain, &size, &note, &none) && none.kind != ERR_ABSENT) {
		if (e != NULL)
			*e = none;
		return false;
	}
	pack_i64(a->out, b->entries);
	pack_i64(a->out, size);
	pack_bytes(a->out, note.data, note.len);
	return true;
}

bool
op_backup(struct keeper *k, struct act *a, struct err *e)
{
	struct backup *b = k->backup;
	uint8_t what = unpack_u8(&a->in);
	unsigned char id[KEYSET_ID];
	bool good;

	unpack_exact(&a->in, id, sizeof(id));
	TRY(act_read(a, e));
	if (b != NULL)
		b->touched = a->now;
	if (b == NULL || what > WHAT_CARRIED)
		return FAIL(e, ERR_INPUT, "backup: %u", what);
	if (what == WHAT_BEGIN) {
		close_all(b);
		memcpy(b->head.id, id, sizeof(id));
	} else if (b->stage != STAGE_NONE && sodium_memcmp(id, b->head.id, sizeof(id)) != 0)
		return FAIL(e, ERR_CONFLICT, "another backup was begun meanwhile");
	good = take_turn(k, b, (enum what)what, a->now, e);
	if (!good)
		close_all(b);
	TRY(good);
	pack_i64(a->out, b->left);
	return tell_moment(k, a, b, e);
}
