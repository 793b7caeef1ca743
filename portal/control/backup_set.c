#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/drop.h"
#include "ledger/journal.h"
#include "ledger/tree.h"
#include "portal/control/backup_set.h"
#include "portal/control/file.h"

#define FORMAT	"troth backup 1"

void
backup_set_name(const struct backup_set *s, char into[40])
{
	char at[21], id[9], *w = into;

	clock_iso(s->made_at, at);
	for (const char *c = at; *c != '\0'; c++)
		if (*c != '-' && *c != ':')
			*w++ = *c;
	sodium_bin2hex(id, sizeof(id), s->id, 4);
	snprintf(w, (size_t)(40 - (w - into)), "-%s", id);
}

/* ---- files ---- */

static bool
fail_errno(const char *path, struct err *e)
{
	enum err_kind kind = errno == ENOSPC || errno == EDQUOT ? ERR_FULL : errno == ENOENT ? ERR_ABSENT : ERR_IO;

	return FAIL(e, kind, "%.200s: %s", path, strerror(errno));
}

/* Through to the end: into `out` unless that is negative. */
static bool
pass(int in, int out, const char *from, const char *into, struct backup_file *f, struct err *e)
{
	static unsigned char piece[1 << 20];
	crypto_hash_sha256_state state;
	ssize_t n;

	f->size = 0;
	crypto_hash_sha256_init(&state);
	while ((n = read(in, piece, sizeof(piece))) > 0) {
		crypto_hash_sha256_update(&state, piece, (size_t)n);
		f->size += n;
		if (out >= 0 && !file_write(out, piece, (size_t)n))
			return fail_errno(into, e);
	}
	crypto_hash_sha256_final(&state, f->sha256);
	return n == 0 || fail_errno(from, e);
}

bool
backup_file_copy(const char *from, const char *into, mode_t mode, struct backup_file *f, struct err *e)
{
	DROP(close_fd) int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	DROP(close_fd) int out = -1;

	if (in < 0)
		return fail_errno(from, e);
	if (into == NULL)
		return pass(in, -1, from, NULL, f, e);
	out = open(into, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (out < 0)
		return errno == EEXIST ? FAIL(e, ERR_CONFLICT, "%.200s is there already", into) : fail_errno(into, e);
	TRY(pass(in, out, from, into, f, e));
	return (fchmod(out, mode) == 0 && fsync(out) == 0) || fail_errno(into, e);
}

static bool
path_of(const char *folder, const char *name, char into[PATH_MAX], struct err *e)
{
	return snprintf(into, PATH_MAX, "%s/%s", folder, name) < PATH_MAX || FAIL(e, ERR_INPUT, "path too long");
}

bool
backup_set_add(struct backup_set *s, const char *from, const char *folder, const char *name, struct err *e)
{
	struct backup_file *f = &s->file[s->files];
	char path[PATH_MAX];

	if (s->files == BACKUP_FILES)
		return FAIL(e, ERR_INPUT, "too many files for a backup");
	snprintf(f->name, sizeof(f->name), "%s", name);
	TRY(path_of(folder, name, path, e));
	/* The site's store is copied to its place by the copier itself. */
	TRY(backup_file_copy(from, strcmp(from, path) == 0 ? NULL : path, 0600, f, e));
	s->files++;
	return true;
}

bool
backup_set_check(const struct backup_set *s, const char *folder, struct err *e)
{
	for (size_t i = 0; i < s->files; i++) {
		struct backup_file f;
		char path[PATH_MAX];

		TRY(path_of(folder, s->file[i].name, path, e));
		TRY(backup_file_copy(path, NULL, 0, &f, e));
		if (f.size != s->file[i].size || memcmp(f.sha256, s->file[i].sha256, BACKUP_SHA) != 0)
			return FAIL(e, ERR_TAMPER, "%.200s is not what its manifest says: it was damaged, or comes from another backup", path);
	}
	return true;
}

/* ---- the manifest ---- */

bool
backup_set_write(const struct backup_set *s, const char *folder, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};
	char hex[2 * LEAF_HASH + 1], at[21], path[PATH_MAX];

	clock_iso(s->made_at, at);
	buf_fmt(&b, FORMAT "\nid %s\n", sodium_bin2hex(hex, sizeof(hex), s->id, sizeof(s->id)));
	buf_fmt(&b, "made %" PRId64 " %s\nentries %" PRId64 "\n", s->made_at, at, s->entries);
	buf_fmt(&b, "root %s\ntickets %" PRId64 "\n", sodium_bin2hex(hex, sizeof(hex), s->root, sizeof(s->root)), s->tickets);
	for (size_t i = 0; i < s->files; i++)
		buf_fmt(&b, "file %s %" PRId64 " %s\n", s->file[i].name, s->file[i].size,
		    sodium_bin2hex(hex, sizeof(hex), s->file[i].sha256, BACKUP_SHA));
	TRY(buf_ok(&b, e));
	TRY(path_of(folder, "manifest", path, e));
	return file_put(path, b.data, b.len, 0600, e);
}

static bool
hex_read(unsigned char *into, size_t n, const char *hex)
{
	size_t got = 0;

	return sodium_hex2bin(into, n, hex, strlen(hex), NULL, &got, NULL) == 0 && got == n;
}

static bool
line_read(struct backup_set *s, const char *line)
{
	char hex[2 * LEAF_HASH + 1] = "", name[32] = "";
	struct backup_file *f = &s->file[s->files];
	int64_t size;

	if (sscanf(line, "id %64[0-9a-f]", hex) == 1)
		return hex_read(s->id, sizeof(s->id), hex);
	if (sscanf(line, "root %64[0-9a-f]", hex) == 1)
		return hex_read(s->root, sizeof(s->root), hex);
	if (sscanf(line, "made %" SCNd64, &s->made_at) == 1 || sscanf(line, "entries %" SCNd64, &s->entries) == 1 ||
	    sscanf(line, "tickets %" SCNd64, &s->tickets) == 1)
		return true;
	if (sscanf(line, "file %31[a-z.] %" SCNd64 " %64[0-9a-f]", name, &size, hex) != 3 || s->files == BACKUP_FILES)
		return false;
	memcpy(f->name, name, sizeof(f->name));
	f->size = size;
	s->files++;
	return hex_read(f->sha256, BACKUP_SHA, hex);
}

bool
backup_set_read(struct backup_set *s, const char *folder, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};
	char path[PATH_MAX];
	char *line, *next;
	bool first = true;

	*s = (struct backup_set){0};
	TRY(path_of(folder, "manifest", path, e));
	TRY(file_get(path, &b, e));
	for (line = b.data; line != NULL && *line != '\0'; line = next, first = false) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (first ? strcmp(line, FORMAT) != 0 : !line_read(s, line))
			return FAIL(e, ERR_INPUT, "%.200s: this is not a backup's manifest", path);
	}
	return (!first && s->entries > 0 && s->files > 0) || FAIL(e, ERR_INPUT, "%.200s: this is not a backup's manifest", path);
}

/* ---- the ledger's root ---- */

struct reckoning { struct tree t; int64_t size, entries; unsigned char *root; };

static bool
reckon(void *self, int64_t number, const unsigned char hash[LEAF_HASH], struct err *e)
{
	struct reckoning *r = self;

	if (number < 0)
		return true;
	if (number != r->entries)
		return FAIL(e, ERR_TAMPER, "the journal has entry %" PRId64 " where %" PRId64 " belongs", number, r->entries);
	r->entries++;
	if (r->entries <= r->size)
		tree_append(&r->t, hash);
	return true;
}

bool
backup_root(const char *journal, int64_t size, unsigned char root[LEAF_HASH], int64_t *entries, struct err *e)
{
	struct reckoning r = { .size = size, .root = root };

	TRY(journal_each(journal, reckon, &r, e));
	*entries = r.entries;
	if (r.entries < size)
		return FAIL(e, ERR_ABSENT, "the journal ends at %" PRId64 " entries", r.entries);
	tree_root(&r.t, root);
	return true;
}
