#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ledger/base/wipe.h"
#include "ledger/digest.h"
#include "ledger/journal.h"
#include "ledger/tombstone.h"

#define CHECK		8		/* bytes */
#define RECENT		65536		/* records that opening checks */
#define BLOCK		1024		/* records a view reads at once */
#define SECTOR		512		/* bytes that reach a disk together */

struct journal {
	int		fd;
	int64_t		count;
	struct { int64_t number; unsigned char hash[LEAF_HASH]; bool known; } last, entry;	/* of all, of an entry */
	unsigned char	check[CHECK];
	struct buf	out;		/* appended, not yet written */
	bool		unsynced;	/* written since the last fdatasync */
	bool		broken;		/* an fdatasync failed */
};

struct journal_view {
	int		fd;
	int64_t		known;		/* records whose checks were computed before */
	int64_t		at;		/* records given so far */
	size_t		have, next;	/* bytes in block; where the next record is */
	unsigned char	check[CHECK];	/* of the record before */
	unsigned char	block[BLOCK * JOURNAL_RECORD];
};

static void
check_of(const unsigned char *record, const unsigned char before[CHECK],
    unsigned char into[CHECK])
{
	unsigned char in[JOURNAL_RECORD], hash[DIGEST_BYTES];

	memcpy(in, record, JOURNAL_RECORD - CHECK);
	memcpy(in + JOURNAL_RECORD - CHECK, before, CHECK);
	digest(hash, in, sizeof(in));
	memcpy(into, hash, CHECK);
}

static bool
check_holds(const unsigned char *record, const unsigned char before[CHECK])
{
	unsigned char check[CHECK];

	check_of(record, before, check);
	return memcmp(check, record + JOURNAL_RECORD - CHECK, CHECK) == 0;
}

static int64_t
number_in(const unsigned char *record)
{
	struct span s = span_of(record, 8);

	return unpack_i64(&s);
}

/* pread until n bytes or the end; -1 with errno. */
static ssize_t
read_at(int fd, unsigned char *into, size_t n, int64_t from)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = pread(fd, into + have, n - have, from + (int64_t)have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

/*
 * Is everything from this byte to the end zero?  Only a crash leaves that.  A hole
 * is zero without being read: a file may claim any length.
 */
static bool
zeros_from(int fd, int64_t from)
{
	unsigned char block[4096];
	off_t data;
	ssize_t got;

	for (;;) {
		data = lseek(fd, (off_t)from, SEEK_DATA);
		if (data < 0 && errno == ENXIO)
			return true;
		from = data > from ? data : from;
		got = read_at(fd, block, sizeof(block), from);
		if (got <= 0)
			break;
		for (ssize_t i = 0; i < got; i++)
			if (block[i] != 0)
				return false;
		from += got;
	}
	return got == 0;
}

/*
 * The bad record at `from` is what a crash left when from some sector of it on
 * the file holds only zeros: those sectors never reached the disk.
 */
static bool
crash_left(int fd, int64_t from)
{
	int64_t sector = (from + SECTOR - 1) / SECTOR * SECTOR;

	if (zeros_from(fd, from))
		return true;
	return sector < from + JOURNAL_RECORD && zeros_from(fd, sector);
}

static void
note_last(struct journal *j, int64_t number, const unsigned char hash[LEAF_HASH])
{
	j->last.number = number;
	j->last.known = true;
	memcpy(j->last.hash, hash, LEAF_HASH);
	if (!tombstone_is(number))
		j->entry = j->last;
}

/* Check the records from `first`; *good becomes the number of those to keep. */
static bool
check_tail(struct journal *j, int64_t first, int64_t total, int64_t *good, struct err *e)
{
	unsigned char record[JOURNAL_RECORD];

	for (*good = first; *good < total; ++*good) {
		int64_t from = *good * JOURNAL_RECORD;

		if (read_at(j->fd, record, sizeof(record), from) != (ssize_t)sizeof(record))
			return FAIL(e, ERR_IO, "journal: %s", strerror(errno));
		if (!check_holds(record, j->check)) {
			if (*good + 1 == total || crash_left(j->fd, from))
				return true;
			return FAIL(e, ERR_TAMPER, "journal: record %lld was changed",
			    (long long)*good);
		}
		memcpy(j->check, record + JOURNAL_RECORD - CHECK, CHECK);
		note_last(j, number_in(record), record + 8);
	}
	return true;
}

static bool
load_tail(struct journal *j, struct err *e)
{
	unsigned char record[JOURNAL_RECORD];
	struct stat s;
	int64_t total, first, good;

	if (fstat(j->fd, &s) != 0)
		return FAIL(e, ERR_IO, "journal: %s", strerror(errno));
	total = s.st_size / JOURNAL_RECORD;
	first = total > RECENT ? total - RECENT : 0;
	if (first > 0) {		/* trusted for its check only */
		if (read_at(j->fd, record, sizeof(record), (first - 1) * JOURNAL_RECORD) !=
		    (ssize_t)sizeof(record))
			return FAIL(e, ERR_IO, "journal: %s", strerror(errno));
		memcpy(j->check, record + JOURNAL_RECORD - CHECK, CHECK);
	}
	TRY(check_tail(j, first, total, &good, e));
	if (good == first && first > 0)
		return FAIL(e, ERR_TAMPER, "journal: its last %d records are gone", RECENT);
	j->count = good;
	if (good * JOURNAL_RECORD != s.st_size &&
	    (ftruncate(j->fd, good * JOURNAL_RECORD) != 0 || fsync(j->fd) != 0))
		return FAIL(e, ERR_IO, "journal: cut the tail: %s", strerror(errno));
	return true;
}

static bool
open_file(struct journal *j, const char *path, struct err *e)
{
	struct stat s;

	j->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0660);
	if (j->fd < 0)
		return FAIL(e, errno == ENOSPC ? ERR_FULL : ERR_IO, "journal: open: %s",
		    strerror(errno));
	if (fstat(j->fd, &s) != 0 || !S_ISREG(s.st_mode))
		return FAIL(e, ERR_IO, "journal: not a file");
	if (flock(j->fd, LOCK_EX | LOCK_NB) != 0)
		return FAIL(e, errno == EWOULDBLOCK ? ERR_BUSY : ERR_IO,
		    "journal: lock: %s", strerror(errno));
	if (fchmod(j->fd, 0660) != 0 && errno != EPERM)
		return FAIL(e, ERR_IO, "journal: mode: %s", strerror(errno));
	return load_tail(j, e);
}

bool
journal_open(struct journal **out, const char *path, struct err *e)
{
	struct journal *j = calloc(1, sizeof(*j));

	*out = NULL;
	if (j == NULL)
		return FAIL(e, ERR_MEMORY, "journal");
	j->fd = -1;
	if (!open_file(j, path, e)) {
		journal_drop(&j);
		return false;
	}
	*out = j;
	return true;
}

/* What stands in the buffer is whole, also when it could not grow: that must not spoil the next record. */
static bool
grown(struct journal *j, struct err *e)
{
	bool good = buf_ok(&j->out, e);

	j->out.failed = false;
	return good;
}

bool
journal_room(struct journal *j, int64_t records, struct err *e)
{
	buf_room(&j->out, j->out.len + (size_t)records * JOURNAL_RECORD + 1);
	return grown(j, e);
}

bool
journal_append(struct journal *j, int64_t number, const unsigned char hash[LEAF_HASH],
    struct err *e)
{
	unsigned char record[JOURNAL_RECORD];

	for (int i = 0; i < 8; i++)
		record[i] = (unsigned char)((uint64_t)number >> (56 - 8 * i));
	memcpy(record + 8, hash, LEAF_HASH);
	check_of(record, j->check, record + JOURNAL_RECORD - CHECK);
	buf_add(&j->out, record, sizeof(record));
	TRY(grown(j, e));
	memcpy(j->check, record + JOURNAL_RECORD - CHECK, CHECK);
	note_last(j, number, hash);
	j->count++;
	return true;
}

bool
journal_write(struct journal *j, struct err *e)
{
	size_t done = 0;
	int failed = 0;

	while (done < j->out.len && failed == 0) {
		ssize_t n = write(j->fd, j->out.data + done, j->out.len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			failed = errno;
	}
	if (done > 0)
		memmove(j->out.data, j->out.data + done, j->out.len - done);
	j->out.len -= done;
	j->unsynced = j->unsynced || done > 0;
	if (failed != 0)
		return FAIL(e, failed == ENOSPC || failed == EDQUOT ? ERR_FULL : ERR_IO,
		    "journal: write: %s", strerror(failed));
	return true;
}

bool
journal_sync(struct journal *j, struct err *e)
{
	if (!j->broken && !j->unsynced)
		return true;
	if (j->broken || fdatasync(j->fd) != 0) {
		j->broken = true;
		return FAIL(e, ERR_IO, "journal: fdatasync failed, reopen");
	}
	j->unsynced = false;
	return true;
}

int64_t
journal_count(const struct journal *j)
{
	return j->count;
}

bool
journal_last(const struct journal *j, int64_t *number, unsigned char hash[LEAF_HASH])
{
	if (!j->last.known)
		return false;
	*number = j->last.number;
	memcpy(hash, j->last.hash, LEAF_HASH);
	return true;
}

bool
journal_last_entry(const struct journal *j, int64_t *number, unsigned char hash[LEAF_HASH])
{
	if (!j->entry.known)
		return false;
	*number = j->entry.number;
	memcpy(hash, j->entry.hash, LEAF_HASH);
	return true;
}

void
journal_drop(struct journal **j)
{
	if (*j == NULL)
		return;
	if ((*j)->fd >= 0)
		close((*j)->fd);
	buf_wipe(&(*j)->out);
	wipe_free(*j);
	*j = NULL;
}

int64_t
journal_view_size(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 ? s.st_size / JOURNAL_RECORD : 0;
}

bool
journal_view_open(struct journal_view **out, const char *path, int64_t known, struct err *e)
{
	struct journal_view *v = calloc(1, sizeof(*v));
	struct stat s;

	*out = NULL;
	if (v == NULL)
		return FAIL(e, ERR_MEMORY, "journal");
	v->known = known;
	/* Whatever stands there is not waited for, as a pipe without writer would have it. */
	v->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (v->fd < 0 || fstat(v->fd, &s) != 0 || !S_ISREG(s.st_mode)) {
		int cause = v->fd < 0 ? errno : 0;

		journal_view_drop(&v);
		return FAIL(e, cause == ENOENT ? ERR_ABSENT : ERR_IO, "journal: open: %s",
		    cause == 0 ? "not a file" : strerror(cause));
	}
	*out = v;
	return true;
}

/* False: nothing more, or *e says what failed. */
static bool
view_fill(struct journal_view *v, struct err *e)
{
	ssize_t got = read_at(v->fd, v->block, sizeof(v->block), v->at * JOURNAL_RECORD);

	if (got < 0)
		return FAIL(e, ERR_IO, "journal: read: %s", strerror(errno));
	v->have = (size_t)got;
	v->next = 0;
	return v->have >= JOURNAL_RECORD;
}

bool
journal_view_next(struct journal_view *v, int64_t *number, unsigned char hash[LEAF_HASH],
    struct err *e)
{
	const unsigned char *record;

	if (e != NULL)
		e->kind = ERR_NONE;
	if (v->have - v->next < JOURNAL_RECORD)
		TRY(view_fill(v, e));
	record = v->block + v->next;
	if (v->at >= v->known && !check_holds(record, v->check)) {
		if (crash_left(v->fd, v->at * JOURNAL_RECORD))
			return false;
		return FAIL(e, ERR_TAMPER, "journal: record %lld was changed", (long long)v->at);
	}
	memcpy(v->check, record + JOURNAL_RECORD - CHECK, CHECK);
	*number = number_in(record);
	memcpy(hash, record + 8, LEAF_HASH);
	v->next += JOURNAL_RECORD;
	v->at++;
	return true;
}

void
journal_view_drop(struct journal_view **v)
{
	if (*v == NULL)
		return;
	if ((*v)->fd >= 0)
		close((*v)->fd);
	wipe_free(*v);
	*v = NULL;
}

bool
journal_each(const char *path, journal_reader *each, void *self, struct err *e)
{
	DROP(journal_view_drop) struct journal_view *v = NULL;
	unsigned char hash[LEAF_HASH];
	struct err why = {0};
	int64_t number;

	TRY(journal_view_open(&v, path, 0, e));
	while (journal_view_next(v, &number, hash, &why))
		TRY(each(self, number, hash, e));
	return err_hand_on(e, &why);
}
