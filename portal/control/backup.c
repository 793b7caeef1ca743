/*
 * portal/control/backup.c - `troth backup`: data and keys of one moment, while the site serves.
 *
 * Keeper and signer copy what is theirs, a slice a call, and seal the keys to the backup key;
 * here the copies are carried into the folder and noted in a manifest.  Nothing sealed is opened.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "ledger/store/copy.h"
#include "portal/control/backup_set.h"
#include "portal/control/command.h"
#include "portal/control/file.h"
#include "portal/control/state.h"
#include "portal/control/talk.h"
#include "portal/signer/op.h"
#include "portal/web/site.h"
#include "privacy/keeper/op.h"
#include "privacy/vault/keyset.h"
#include "privacy/vault/share.h"

/* What is asked of keeper and signer; the last of the keeper alone. */
enum what { BEGIN, GO_ON, GIVE_UP, CARRIED };

#define TRIES	50		/* moments in which the signer happened to sign */
#define PAGES	1024

#define KEEPER_PUB	"keeper/backup.pub"

struct backup {
	struct backup_set	set;
	char			top[PATH_MAX], data[PATH_MAX], keys[PATH_MAX];
	struct store_copy	*site;
	struct buf		note;		/* the newest checkpoint */
	int64_t			left, signer_left, signer_now;
	bool			begun;		/* the keeper was asked */
};

static void
backup_wipe(struct backup *b)
{
	store_copy_drop(&b->site);
	buf_wipe(&b->note);
}

/* ---- the backup key ---- */

static bool
number_of(const char *word, unsigned *n)
{
	char *stop;
	long v = word == NULL ? 0 : strtol(word, &stop, 10);

	*n = v > 0 && v <= SHARES_MOST && *stop == '\0' ? (unsigned)v : 0;
	return *n > 0;
}

static bool
shares_print(const unsigned char secret[SHARE_SECRET], const struct backup_key *k, struct err *e)
{
	struct share s[SHARES_MOST];
	char text[SHARE_TEXT];

	TRY(share_split(secret, k->key, k->need, k->of, s, e));
	printf("The backup key was made. Its secret lies in %u shares, any %u of which open the keys of a backup.\n"
	    "Give each to another officer, on paper; they are shown this once and stand nowhere else:\n\n", k->of, k->need);
	for (unsigned i = 0; i < k->of; i++) {
		share_print(&s[i], text);
		printf("share %u of %u\n  %s\n\n", i + 1, k->of, text);
	}
	sodium_memzero(s, sizeof(s));
	sodium_memzero(text, sizeof(text));
	return fflush(stdout) == 0 || FAIL(e, ERR_IO, "the shares could not be shown");
}

/* Written last: a key whose shares nobody has seen would seal backups that nobody can open. */
static bool
shares_make(unsigned need, unsigned of, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0}, in = {0};
	struct backup_key k = { .need = (uint8_t)need, .of = (uint8_t)of, .made_at = clock_now() };
	unsigned char secret[SHARE_SECRET];
	char words[64];
	struct stat st;
	bool good;

	randombytes_buf(secret, sizeof(secret));
	good = crypto_scalarmult_base(k.key, secret) == 0 && shares_print(secret, &k, e);
	sodium_memzero(secret, sizeof(secret));
	TRY(good);
	backup_key_pack(&b, &k);
	TRY(buf_ok(&b, e));
	TRY(file_put(KEEPER_PUB, b.data, b.len, 0600, e));
	if (stat("keeper", &st) != 0 || lchown(KEEPER_PUB, st.st_uid, st.st_gid) != 0)
		return FAIL(e, ERR_IO, KEEPER_PUB ": %s", strerror(errno));
	snprintf(words, sizeof(words), "made, in %u shares of which %u open it", of, need);
	pack_text(&in, "backup key");
	pack_text(&in, words);
	return talk("keeper", KEEPER_SYSTEM_ENTRY, &in, NULL, TALK_WAIT_MS, e);
}

static bool
shares(struct command *c, struct err *e)
{
	DROP(state_close) struct state s = { .lock = -1 };
	unsigned need, of;

	if (!number_of(c->need, &need) || !number_of(c->of, &of) || need < 2 || need > of)
		return FAIL(e, ERR_INPUT, "usage: troth backup shares --of N --need K, K at least 2, N at most %d", SHARES_MOST);
	TRY(state_visit(&s, c->line.state, e));
	if (file_there(KEEPER_PUB))
		return FAIL(e, ERR_CONFLICT, "the backup key was made already; for another one remove %s/" KEEPER_PUB
		    ": backups made until then still need the old shares", s.dir);
	if (!talk_ready("keeper"))
		return FAIL(e, ERR_BUSY, "the keeper does not answer: is the site running?");
	return shares_make(need, of, e);
}

/* ---- one moment ---- */

static bool
ask_keeper(struct backup *b, uint8_t what, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s, note;
	int64_t size;

	pack_u8(&in, what);
	buf_add(&in, b->set.id, sizeof(b->set.id));
	TRY(talk("keeper", KEEPER_BACKUP, &in, &out, TALK_WAIT_MS, e));
	s = span_buf(&out);
	b->left = unpack_i64(&s);
	b->set.entries = unpack_i64(&s);
	size = unpack_i64(&s);
	note = unpack_bytes(&s);
	TRY(unpack_end(&s, "backup", e));
	buf_reset(&b->note);
	if (size > 0 && size <= b->set.entries && what == BEGIN)
		buf_add(&b->note, note.p, note.len);
	return buf_ok(&b->note, e);
}

static bool
ask_signer(struct backup *b, uint8_t what, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;

	pack_u8(&in, what);
	TRY(talk("signer", SIGNER_BACKUP, &in, &out, TALK_WAIT_MS, e));
	s = span_buf(&out);
	b->signer_left = unpack_i64(&s);
	b->set.tickets = unpack_i64(&s);
	b->signer_now = unpack_i64(&s);
	return unpack_end(&s, "backup", e);
}

/*
 * Site, signer, keeper, in this order, within a few milliseconds: what the keeper says is done must
 * be in the signer's journal, and what the signer knows must be in the ledger.  Where the signer
 * signed in between, another moment is taken.
 */
static bool
moment(struct backup *b, struct err *e)
{
	char site[PATH_MAX];

	if (snprintf(site, sizeof(site), "%s/site.db", b->data) >= (int)sizeof(site))
		return FAIL(e, ERR_INPUT, "path too long");
	for (int i = 0; i < TRIES; i++) {
		store_copy_drop(&b->site);
		TRY(store_copy_open(&b->site, SITE_PATH, site, e));
		TRY(ask_signer(b, BEGIN, e));
		b->begun = true;
		TRY(ask_keeper(b, BEGIN, e));
		TRY(ask_signer(b, GO_ON, e));
		if (b->signer_now == b->set.tickets)
			return true;
	}
	return FAIL(e, ERR_BUSY, "the signer signs without a pause: try again in a quieter hour");
}

static bool
copies(struct backup *b, struct err *e)
{
	int64_t left = 1, entries = b->set.entries;
	DROP(buf_wipe) struct buf note = b->note;

	b->note = (struct buf){0};
	while (left > 0)
		TRY(store_copy_step(b->site, PAGES, &left, e));
	while (b->signer_left > 0)
		TRY(ask_signer(b, GO_ON, e));
	while (b->left > 0)
		TRY(ask_keeper(b, GO_ON, e));
	b->set.entries = entries;
	b->note = note;
	note = (struct buf){0};
	return true;
}

/* ---- carrying ---- */

static bool
carry(struct backup *b, const char *from, const char *name, struct err *e)
{
	TRY(backup_set_add(&b->set, from, b->data, name, e));
	return unlink(from) == 0 || FAIL(e, ERR_IO, "%.100s: %s", from, strerror(errno));
}

static bool
carry_all(struct backup *b, struct err *e)
{
	char path[PATH_MAX];
	struct backup_file f;
	int64_t entries;

	snprintf(path, sizeof(path), "%.*s/site.db", PATH_MAX - 10, b->data);
	TRY(backup_set_add(&b->set, path, b->data, "site.db", e));
	TRY(carry(b, "keeper/backup.db", "keeper.db", e));
	TRY(carry(b, "keeper/backup.journal", "keeper.journal", e));
	TRY(carry(b, "signer/backup.sqlite", "book.sqlite", e));
	TRY(carry(b, "signer/backup.journal", "signer.journal", e));
	TRY(backup_set_add(&b->set, "troth.conf", b->data, "troth.conf", e));
	/* Who was revoked since the ceremony's copy of signer/ was made. */
	TRY(backup_set_add(&b->set, "signer/root.crl", b->data, "root.crl", e));
	snprintf(path, sizeof(path), "%.*s/keeper.journal", PATH_MAX - 20, b->data);
	TRY(backup_root(path, b->set.entries, b->set.root, &entries, e));
	if (b->note.len > 0) {
		snprintf(path, sizeof(path), "%.*s/checkpoint", PATH_MAX - 20, b->data);
		TRY(file_put(path, b->note.data, b->note.len, 0600, e));
	}
	TRY(backup_file_copy("keeper/backup.keys", b->keys, 0600, &f, e));
	if (unlink("keeper/backup.keys") != 0)
		return FAIL(e, ERR_IO, "keeper/backup.keys: %s", strerror(errno));
	return backup_set_write(&b->set, b->data, e);
}

/* Keys live 30 days; what was erased must not come back from older ones. */
static void
prune(const struct backup *b)
{
	DIR *d = opendir(b->top);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		struct keyset_head h;
		char path[PATH_MAX];
		struct err e = {0};

		if (strncmp(entry->d_name, "keys-", 5) != 0 ||
		    snprintf(path, sizeof(path), "%s/%s", b->top, entry->d_name) >= (int)sizeof(path))
			continue;
		if (keyset_look(&h, path, &e) && h.made_at + BACKUP_KEYS_KEPT < clock_now() && unlink(path) == 0)
			printf("Removed %s: its 30 days are over.\n", path);
	}
	if (d != NULL)
		closedir(d);
}

static bool
places(struct backup *b, const char *to, struct err *e)
{
	char name[40];

	if (mkdir(to, 0700) != 0 && errno != EEXIST)
		return FAIL(e, ERR_IO, "%.200s: %s", to, strerror(errno));
	if (realpath(to, b->top) == NULL)
		return FAIL(e, ERR_IO, "%.200s: %s", to, strerror(errno));
	randombytes_buf(b->set.id, sizeof(b->set.id));
	b->set.made_at = clock_now();
	backup_set_name(&b->set, name);
	if (snprintf(b->data, sizeof(b->data), "%s/data-%s", b->top, name) >= (int)sizeof(b->data) ||
	    snprintf(b->keys, sizeof(b->keys), "%s/keys-%s", b->top, name) >= (int)sizeof(b->keys))
		return FAIL(e, ERR_INPUT, "path too long");
	return true;
}

static bool
make(struct backup *b, struct err *e)
{
	TRY(moment(b, e));
	TRY(copies(b, e));
	TRY(carry_all(b, e));
	return file_named(b->data, e);	/* and with it the keys, in the same folder */
}

/* Half a backup is none, and would fill the disk some more each night. */
static void
undo(struct backup *b)
{
	static const char *const none[] = { NULL };
	struct err e = {0};

	store_copy_drop(&b->site);
	unlink(b->keys);
	if (!folder_clear(b->data, none, &e) || rmdir(b->data) != 0)
		log_warn("%.200s is half a backup: remove it", b->data);
	e = (struct err){0};
	/* Of another one that was begun meanwhile nothing is touched. */
	if (b->begun && !ask_keeper(b, GIVE_UP, &e) && e.kind == ERR_CONFLICT)
		return;
	(void)!ask_signer(b, GIVE_UP, &e);
	unlink("signer/backup.sqlite");
	unlink("signer/backup.journal");
}

static void
tell(const struct backup *b)
{
	char root[2 * LEAF_HASH + 1];

	printf("Data: %s\nKeys: %s\n\nKeep the two in different places; the keys are good for 30 days.\n"
	    "The checkpoint of this backup (write it down elsewhere, restoring asks for the newest you know):\n"
	    "  %" PRId64 ":%s\n", b->data, b->keys, b->set.entries,
	    sodium_bin2hex(root, sizeof(root), b->set.root, sizeof(b->set.root)));
	prune(b);
}

bool
command_backup(struct command *c, struct err *e)
{
	DROP(state_close) struct state s = { .lock = -1 };
	DROP(backup_wipe) struct backup b = {0};
	struct err why = {0};

	if (c->word_count == 1 && strcmp(c->word[0], "shares") == 0 && c->to == NULL)
		return shares(c, e);
	if (c->word_count > 0 || c->to == NULL || c->of != NULL || c->need != NULL)
		return FAIL(e, ERR_INPUT, "usage: troth backup --to DIR | shares --of N --need K");
	TRY(places(&b, c->to, e));
	TRY(state_visit(&s, c->line.state, e));
	if (!file_there(KEEPER_PUB))
		return FAIL(e, ERR_ABSENT, "there is no backup key yet: `troth backup shares --of 5 --need 3` makes one");
	if (mkdir(b.data, 0700) != 0)
		return FAIL(e, ERR_IO, "%.200s: %s", b.data, strerror(errno));
	if (!make(&b, e)) {
		undo(&b);
		return false;
	}
	tell(&b);
	if (!ask_keeper(&b, CARRIED, &why))
		return FAIL(e, why.kind, "the backup is whole, but was not counted (doctor will miss it): %.90s", why.text);
	return true;
}
