/*
 * portal/control/restore.c - `troth restore`: a backup into a state folder that holds no site.
 *
 * Before anything is put there it is made sure that data and keys are of one moment, young
 * enough and whole, and that the list of erasures (tombstones in the journals) reaches the newest
 * checkpoint known outside the backup.  Every key that the list names is destroyed before the
 * folder becomes a site.  What was proved is printed, and the first start writes it to the ledger.
 *
 * What was revoked after the backup is not in it: published lists bring it back (restore_lists.c), with
 * the backup or, to a stopped site, afterwards.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/journal.h"
#include "portal/control/backup_set.h"
#include "portal/control/command.h"
#include "portal/control/file.h"
#include "portal/control/restore_lists.h"
#include "portal/control/root_file.h"
#include "portal/control/said.h"
#include "portal/control/state.h"
#include "portal/control/talk.h"
#include "portal/signer/book.h"
#include "portal/signer/ceremony.h"
#include "privacy/keeper/op.h"
#include "privacy/vault/keyset.h"
#include "privacy/vault/share.h"

struct restore {
	struct backup_set	set;
	char			data[PATH_MAX], keys[PATH_MAX], list[PATH_MAX];	/* list: the journal with the tombstones */
	int64_t			known, reach;	/* entries of the newest known checkpoint; of the list */
	unsigned char		root[LEAF_HASH];
	unsigned char		secret[SHARE_SECRET];
	struct erased		erased;
	struct brought		lists;
};

static void
restore_wipe(struct restore *r)
{
	sodium_memzero(r->secret, sizeof(r->secret));
	brought_wipe(&r->lists);
}

static void
day_text(int64_t at, char into[21])
{
	clock_iso(at, into);
	into[16] = '\0';
}

/* ---- what was brought ---- */

static bool
absolute(const char *path, char into[PATH_MAX], struct err *e)
{
	return realpath(path, into) != NULL || FAIL(e, errno == ENOENT ? ERR_ABSENT : ERR_IO, "%.200s: %s", path, strerror(errno));
}

/* data-X lies beside keys-X unless --keys says otherwise. */
static bool
paths(struct restore *r, const struct command *c, struct err *e)
{
	char beside[PATH_MAX], *name;

	TRY(absolute(c->from, r->data, e));
	name = strrchr(r->data, '/') + 1;
	if (c->keys != NULL)
		TRY(absolute(c->keys, r->keys, e));
	else if (strncmp(name, "data-", 5) != 0)
		return FAIL(e, ERR_INPUT, "%.200s: name the folder data-... of a backup", r->data);
	else {
		snprintf(beside, sizeof(beside), "%.*skeys-%s", (int)(name - r->data), r->data, name + 5);
		if (realpath(beside, r->keys) == NULL)
			return FAIL(e, ERR_ABSENT, "%.200s is not there: name the file of the keys with --keys", beside);
	}
	if (c->journal != NULL)
		return absolute(c->journal, r->list, e);
	return snprintf(r->list, sizeof(r->list), "%s/keeper.journal", r->data) < (int)sizeof(r->list) ||
	    FAIL(e, ERR_INPUT, "path too long");
}

static bool
keys_fit(const struct restore *r, struct err *e)
{
	struct keyset_head h;
	char theirs[21], ours[21];

	TRY(keyset_look(&h, r->keys, e));
	day_text(h.made_at, theirs);
	day_text(r->set.made_at, ours);
	if (memcmp(h.id, r->set.id, sizeof(h.id)) != 0)
		return FAIL(e, ERR_CONFLICT, "these keys do not belong to this data: they are of %s backup (%s UTC; the data is of %s UTC)",
		    h.made_at > r->set.made_at ? "a newer" : h.made_at < r->set.made_at ? "an older" : "another", theirs, ours);
	if (h.made_at + BACKUP_KEYS_KEPT < clock_now())
		return FAIL(e, ERR_DENIED, "these keys are of %s UTC: after 30 days they are not used any more, because what was "
		    "erased since must stay erased", theirs);
	return true;
}

/* "127:0a1b...": as it was printed at a start, by doctor or with a backup. */
static bool
checkpoint_read(struct restore *r, const char *word, struct err *e)
{
	char *colon;
	size_t n = 0;

	if (word == NULL)
		return FAIL(e, ERR_INPUT, "name the newest checkpoint you know, of a start, of doctor or of a backup: "
		    "--checkpoint SIZE:ROOT");
	r->known = strtoll(word, &colon, 10);
	if (r->known <= 0 || *colon != ':' || sodium_hex2bin(r->root, sizeof(r->root), colon + 1, strlen(colon + 1), " ", &n,
	    NULL) != 0 || n != sizeof(r->root))
		return FAIL(e, ERR_INPUT, "%.40s is no checkpoint: a number of entries, a colon, 64 digits of the root", word);
	return true;
}

/*
 * The list reaches the known checkpoint when the journal that carries it holds as many entries and
 * gives that very root; and it is of this ledger when it begins with the backup's.
 */
static bool
list_reaches(struct restore *r, struct err *e)
{
	unsigned char root[LEAF_HASH];
	struct err why = {0};

	TRY(backup_root(r->list, r->set.entries, root, &r->reach, e));
	if (memcmp(root, r->set.root, sizeof(root)) != 0)
		return FAIL(e, ERR_TAMPER, "%.200s is not a journal of this ledger", r->list);
	if (!backup_root(r->list, r->known, root, &r->reach, &why)) {
		if (why.kind != ERR_ABSENT)
			return FAIL(e, why.kind, "%.200s", why.text);
		return FAIL(e, ERR_DENIED, "you know of %" PRId64 " entries, the erasures end at %" PRId64
		    ": who was erased in between would come back. Bring a newer backup or journal (--journal FILE)", r->known, r->reach);
	}
	if (memcmp(root, r->root, sizeof(root)) != 0)
		return FAIL(e, ERR_TAMPER, "the checkpoint you know has another root: it is not of this ledger, or this backup was forged");
	return true;
}

/* ---- where it goes ---- */

static bool
journal_no_newer(const char *path, int64_t records, struct err *e)
{
	int64_t there = journal_view_size(path);

	return there <= records || FAIL(e, ERR_CONFLICT, "%s is newer than this backup (%" PRId64 " records, the backup has %"
	    PRId64 "): a live journal is never replaced by an older one. Restore into another folder", path, there, records);
}

/* A folder for this may hold the ceremony's copy of the signer's keys, and settings. */
static bool
folder_free(const struct restore *r, struct err *e)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%.*s/keeper.journal", PATH_MAX - 20, r->data);
	TRY(journal_no_newer("keeper/journal", journal_view_size(path), e));
	TRY(journal_no_newer("signer/journal", r->set.tickets, e));
	if (file_there("version") || (file_there("keeper/keeper.db") && !file_there(STATE_RESTORING)))
		return FAIL(e, ERR_CONFLICT, "a site lies in this folder already: name an empty one");
	if (!ceremony_held("signer"))
		return FAIL(e, ERR_ABSENT, "put the ceremony's copy of the folder 'signer' (its keys and certificates) into the "
		    "state folder first: a backup holds no CA key");
	return true;
}

/* ---- shares ---- */

static bool
shares_read(struct restore *r, struct err *e)
{
	struct share s[SHARES_MOST];
	char line[512];
	size_t n = 0;
	bool good = true;

	if (isatty(STDIN_FILENO) == 1)
		printf("Type the shares of the backup key, one a line, and an empty line:\n");
	fflush(stdout);
	while (good && n < SHARES_MOST && fgets(line, sizeof(line), stdin) != NULL && line[0] != '\n') {
		good = share_parse(&s[n], line, e);
		n += good;
	}
	good = good && share_join(s, n, r->secret, e);
	sodium_memzero(s, sizeof(s));
	sodium_memzero(line, sizeof(line));
	return good;
}

/* ---- putting it there ---- */

static bool
away(const char *path, struct err *e)
{
	return unlink(path) == 0 || errno == ENOENT || FAIL(e, ERR_IO, "%.100s: %s", path, strerror(errno));
}

static bool
place_one(const struct restore *r, const char *name, const char *into, struct err *e)
{
	/* The log of the store that lay there before would be read into the one that comes. */
	static const char *const beside[] = { "", "-wal", "-shm" };
	char path[PATH_MAX];
	struct backup_file f;

	for (size_t i = 0; i < COUNT(beside); i++) {
		snprintf(path, sizeof(path), "%s%s", into, beside[i]);
		TRY(away(path, e));
	}
	snprintf(path, sizeof(path), "%.*s/%s", PATH_MAX - 40, r->data, name);
	/* 0660 as a store makes its own: with users of their own, the site's has several writers. */
	return backup_file_copy(path, into, 0660, &f, e);
}

/* The root's list of the backup's day, unless the ceremony's copy has a newer one.  Older backups have none. */
static bool
place_root_list(const struct restore *r, struct err *e)
{
	DROP(buf_wipe) struct buf list = {0};
	char path[PATH_MAX];
	bool taken;

	snprintf(path, sizeof(path), "%.*s/root.crl", PATH_MAX - 20, r->data);
	if (!file_there(path))
		return true;
	TRY(file_get(path, &list, e));
	return root_file_take(span_buf(&list), "the backup's", &taken, e);
}

/* A later issuer's files may be missing from a copy that was made at the ceremony. */
static bool
issuers_there(struct err *e)
{
	DROP(issuers_wipe) struct issuers all = {0};
	DROP(book_drop) struct book *book = NULL;
	bool had[256];
	char name[ISSUER_NAME];

	TRY(issuers_read(&all, "signer", e));
	TRY(book_open(&book, "signer", e));
	TRY(book_crl_issuers(book, had, e));
	for (unsigned number = 1; number < COUNT(had); number++) {
		issuer_name(name, number);
		if (had[number] && issuers_get(&all, number) == NULL)
			return FAIL(e, ERR_ABSENT, "'signer' lacks the issuer %s, which signed for this site: put its files (signer/%s*) there, "
			    "then give this command once more", name, name);
	}
	return true;
}

static bool
place_all(struct restore *r, struct state *s, struct err *e)
{
	static const char *const none[] = { NULL };

	s->stage = STATE_NEW;
	TRY(state_folders(s, e));
	/* What an attempt that was broken off left; without the mark the keeper's folder is empty but for a journal. */
	if (file_there(STATE_RESTORING)) {
		TRY(folder_clear("keeper", none, e));
		TRY(away(RESTORED, e) && away(UNLISTED, e));
	} else
		TRY(file_put(STATE_RESTORING, "", 0, 0600, e));
	TRY(keyset_extract(r->keys, r->secret, "keeper", e));
	sodium_memzero(r->secret, sizeof(r->secret));
	TRY(state_secrets(s, e));
	TRY(place_one(r, "keeper.db", "keeper/keeper.db", e));
	TRY(place_one(r, "keeper.journal", "keeper/journal", e));
	TRY(place_one(r, "site.db", "site/site.db", e));
	TRY(place_one(r, "book.sqlite", "signer/book.sqlite", e));
	TRY(place_one(r, "signer.journal", "signer/journal", e));
	TRY(place_root_list(r, e));
	TRY(issuers_there(e));
	if (!file_there("troth.conf"))
		TRY(place_one(r, "troth.conf", "troth.conf", e));
	return chmod("troth.conf", 0644) == 0 || FAIL(e, ERR_IO, "troth.conf: %s", strerror(errno));
}

/* ---- what was proved ---- */

static bool
finish(struct restore *r, const struct command *c, struct state *s, struct err *e)
{
	struct unlisted u = { .made_at = r->set.made_at, .restored_at = clock_now() };
	char words[RESTORED_WORDS], id[2 * BACKUP_ID + 1], at[21];

	sodium_bin2hex(id, sizeof(id), r->set.id, sizeof(r->set.id));
	day_text(r->set.made_at, at);
	snprintf(words, sizeof(words), "backup %.8s of %s, %" PRId64 " entries; erasures read to entry %" PRId64 ": %" PRId64
	    ", %" PRId64 " keys dropped, %" PRId64 " gone before; known checkpoint %" PRId64, id, at, r->set.entries,
	    r->reach, r->erased.tombstones, r->erased.dropped, r->erased.gone, r->known);
	TRY(restored_say(words, e));
	printf("Restored: the backup of %s UTC, %" PRId64 " entries of the ledger.\n"
	    "The list of erasures reaches entry %" PRId64 ", the newest checkpoint you know is of %" PRId64 ".\n"
	    "Erasures it names: %" PRId64 ". Their keys in the backup, destroyed now: %" PRId64 "; gone before: %" PRId64 ".\n", at, r->set.entries, r->reach, r->known, r->erased.tombstones, r->erased.dropped, r->erased.gone);
	if (r->reach > r->set.entries)
		printf("Entries %" PRId64 " to %" PRId64 " of the ledger are lost; everybody who kept a checkpoint of them will see it.\n",
		    r->set.entries, r->reach - 1);
	TRY(brought_apply(&r->lists, c, &u, e));
	TRY(state_stage_set(s, STATE_WHOLE, e));
	(void)unlink(STATE_RESTORING);		/* beside a version it says nothing any more */
	printf("Start the site with `troth run`; with users of its own, first `troth ceremony --users`.\n"
	    "The first start writes this to the ledger.\n");
	return true;
}

static bool
enter(struct state *s, const char *path, struct err *e)
{
	*s = (struct state){ .lock = -1 };
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return FAIL(e, ERR_IO, "%.80s: %s", path, strerror(errno));
	if (chdir(path) != 0 || getcwd(s->dir, sizeof(s->dir)) == NULL)
		return FAIL(e, ERR_IO, "%.80s: %s", path, strerror(errno));
	return !(state_locked() || talk_ready("keeper")) || FAIL(e, ERR_CONFLICT, "a site is running in %.80s: stop it first", s->dir);
}

/* Lists alone: for a site that was restored without them. */
static bool
afterwards(struct restore *r, struct command *c, struct err *e)
{
	struct state s;

	TRY(state_visit(&s, c->line.state, e));
	TRY(enter(&s, ".", e));
	return brought_afterwards(&r->lists, c, e);
}

bool
command_restore(struct command *c, struct err *e)
{
	DROP(restore_wipe) struct restore r = {0};
	struct state s;

	TRY(brought_named(&r.lists, c, e));
	if (c->from == NULL && c->crl_count > 0)
		return afterwards(&r, c, e);
	if (c->from == NULL)
		return FAIL(e, ERR_INPUT, "usage: troth restore --from DIR [--keys FILE] --checkpoint SIZE:ROOT [--crl FILE|DIR]...");
	TRY(paths(&r, c, e));
	TRY(backup_set_read(&r.set, r.data, e));
	TRY(backup_set_check(&r.set, r.data, e));
	TRY(keys_fit(&r, e));
	TRY(checkpoint_read(&r, c->checkpoint, e));
	TRY(list_reaches(&r, e));
	TRY(enter(&s, c->line.state, e));
	TRY(folder_free(&r, e));
	TRY(brought_read(&r.lists, true, e));
	TRY(shares_read(&r, e));
	TRY(place_all(&r, &s, e));
	TRY(restore_erasures(r.list, &r.erased, e));
	return finish(&r, c, &s, e);
}

bool
restore_record(struct err *e)
{
	return said_tell(RESTORED, "restored", e);
}
