#include "portal/postbox/folder.h"
#include <sys/stat.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "ledger/base/drop.h"
#include "ledger/base/log.h"

#define AT_ONCE		64	/* files of one turn */
#define REST_MS		5000	/* after one that was to come later */

static bool
open_one(int *fd, const char *dir, const char *name, struct err *e)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *fd >= 0 || FAIL(e, errno == ENOENT ? ERR_ABSENT : ERR_IO, "post.maildir: %s: %s", name, strerror(errno));
}

bool
folder_open(struct folder *f, const char *dir, size_t most, struct err *e)
{
	char path[512];

	*f = (struct folder){ .new = -1, .refused = -1, .most = most };
	TRY(open_one(&f->new, dir, "new", e));
	snprintf(path, sizeof(path), "%s/refused", dir);
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return FAIL(e, ERR_IO, "post.maildir: refused: %s", strerror(errno));
	return open_one(&f->refused, dir, "refused", e);
}

void
folder_close(struct folder *f)
{
	close_fd(&f->new);
	close_fd(&f->refused);
	f->new = f->refused = -1;
}

/* ---- the list ---- */

struct names { char name[AT_ONCE][NAME_MAX + 1]; size_t n; };

/* Among the first of those behind f->after. */
static void
name_add(struct names *l, const char *name)
{
	size_t at = l->n;

	while (at > 0 && strcmp(l->name[at - 1], name) > 0)
		at--;
	if (at == AT_ONCE)
		return;
	l->n += l->n < AT_ONCE;
	memmove(l->name[at + 1], l->name[at], (l->n - 1 - at) * sizeof(l->name[0]));
	snprintf(l->name[at], sizeof(l->name[0]), "%s", name);
}

static bool
names_read(const struct folder *f, struct names *l, struct err *e)
{
	int fd = openat(f->new, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	l->n = 0;
	if (d == NULL) {
		close_fd(&fd);
		return FAIL(e, ERR_IO, "post.maildir: %s", strerror(errno));
	}
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, f->after) > 0)
			name_add(l, entry->d_name);
	closedir(d);
	return true;
}

/* ---- one file ---- */

/* *fits false: larger than a mail may be, or no file. */
static bool
file_read(const struct folder *f, const char *name, struct buf *into, bool *fits, struct err *e)
{
	DROP(close_fd) int fd = openat(f->new, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	char part[16384];
	ssize_t n = 0;

	*fits = false;
	if (fd < 0)
		return errno == ENOENT || errno == ELOOP || FAIL(e, ERR_IO, "post.maildir: a mail: %s", strerror(errno));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size > f->most)
		return true;
	while (into->len <= f->most && (n = read(fd, part, sizeof(part))) > 0)
		buf_add(into, part, (size_t)n);
	explicit_bzero(part, sizeof(part));
	if (n < 0)
		return FAIL(e, ERR_IO, "post.maildir: a mail: %s", strerror(errno));
	*fits = into->len <= f->most;
	return buf_ok(into, e);
}

static bool
put_aside(const struct folder *f, const char *name, struct err *e)
{
	log_warn("a mail in post.maildir cannot become a case and was moved to refused/");
	return renameat(f->new, name, f->refused, name) == 0 || errno == ENOENT ||
	    FAIL(e, ERR_IO, "post.maildir: refused: %s", strerror(errno));
}

/* The keeper knows a mail by its hash: one whose removal is lost in a crash is not taken twice. */
static bool
removed(const struct folder *f, const char *name, struct err *e)
{
	return unlinkat(f->new, name, 0) == 0 || errno == ENOENT || FAIL(e, ERR_IO, "post.maildir: %s", strerror(errno));
}

bool
folder_turn(struct folder *f, enum taken (*take)(void *self, struct span mail, const char *sender), void *self, size_t *count,
    struct err *e)
{
	struct names l;

	*count = 0;
	if (clock_mono_ms() < f->rest_until_ms)
		return true;
	TRY(names_read(f, &l, e));
	snprintf(f->after, sizeof(f->after), "%s", l.n == AT_ONCE ? l.name[AT_ONCE - 1] : "");
	for (size_t i = 0; i < l.n; i++) {
		DROP(buf_wipe) struct buf mail = {0};
		enum taken what = TAKE_WORDLESS;
		bool fits;

		TRY(file_read(f, l.name[i], &mail, &fits, e));
		if (fits)
			what = take(self, span_buf(&mail), NULL);
		if (what == TAKE_LATER) {
			f->rest_until_ms = clock_mono_ms() + REST_MS;
			continue;
		}
		TRY(what == TAKE_DONE ? removed(f, l.name[i], e) : put_aside(f, l.name[i], e));
		++*count;
	}
	return true;
}
