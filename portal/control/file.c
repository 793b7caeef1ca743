#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>
#include "portal/control/file.h"

static bool
fail_errno(const char *path, struct err *e)
{
	enum err_kind kind = errno == ENOSPC || errno == EDQUOT ? ERR_FULL :
	    errno == ENOENT ? ERR_ABSENT : ERR_IO;

	return FAIL(e, kind, "%.100s: %s", path, strerror(errno));
}

void
fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

bool
folder_make(const char *path, mode_t mode, struct err *e)
{
	DROP(fd_close) int fd = -1;
	struct stat st;

	if (mkdir(path, mode) != 0 && errno != EEXIST)
		return fail_errno(path, e);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
		return FAIL(e, ERR_IO, "%.100s is not a folder", path);
	if (fd < 0 || fstat(fd, &st) != 0 || ((st.st_mode & 07777) != mode && fchmod(fd, mode) != 0))
		return fail_errno(path, e);
	return true;
}

bool
file_there(const char *path)
{
	return access(path, F_OK) == 0;
}

bool
file_write(int fd, const void *from, size_t n)
{
	for (const char *p = from; n > 0;) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

/* The folder's own entry: without it a rename may be forgotten by a power cut. */
static bool
folder_sync(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	DROP(fd_close) int fd = -1;

	snprintf(folder, sizeof(folder), "%.*s", slash == NULL ? 1 : (int)(slash - path),
	    slash == NULL ? "." : path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 && fsync(fd) == 0;
}

bool
file_named(const char *path, struct err *e)
{
	return folder_sync(path) || fail_errno(path, e);
}

static bool
named_in(const char *const names[], const char *name)
{
	for (; *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

bool
folder_clear(const char *folder, const char *const keep[], struct err *e)
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	bool good = true;

	if (d == NULL)
		return fail_errno(folder, e);
	while (good && (entry = readdir(d)) != NULL) {
		char path[PATH_MAX];

		if (entry->d_type != DT_REG || named_in(keep, entry->d_name))
			continue;
		good = snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) < (int)sizeof(path) ||
		    FAIL(e, ERR_INPUT, "%.100s: path too long", folder);
		if (good && unlink(path) != 0)
			good = fail_errno(path, e);
	}
	closedir(d);
	return good;
}

bool
file_put(const char *path, const void *p, size_t n, mode_t mode, struct err *e)
{
	char beside[PATH_MAX];
	DROP(fd_close) int fd = -1;

	if (snprintf(beside, sizeof(beside), "%s.new", path) >= (int)sizeof(beside))
		return FAIL(e, ERR_INPUT, "%.100s: path too long", path);
	if (unlink(beside) != 0 && errno != ENOENT)
		return fail_errno(beside, e);
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return fail_errno(beside, e);
	if (fchmod(fd, mode) != 0 || !file_write(fd, p, n) || fsync(fd) != 0 ||
	    rename(beside, path) != 0 || !folder_sync(path)) {
		fail_errno(path, e);
		unlink(beside);
		return false;
	}
	return true;
}

static bool
get(const char *path, int how, struct buf *into, struct err *e)
{
	DROP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | how);
	char piece[4096];
	ssize_t n;

	if (fd < 0)
		return fail_errno(path, e);
	while ((n = read(fd, piece, sizeof(piece))) > 0 && into->len <= FILE_READ_MAX)
		buf_add(into, piece, (size_t)n);
	if (n < 0)
		fail_errno(path, e);
	explicit_bzero(piece, sizeof(piece));
	if (n < 0)
		return false;
	if (into->len > FILE_READ_MAX)
		return FAIL(e, ERR_INPUT, "%.100s: longer than a mebibyte", path);
	return buf_ok(into, e);
}

bool
file_get(const char *path, struct buf *into, struct err *e)
{
	return get(path, 0, into, e);
}

bool
file_get_itself(const char *path, struct buf *into, struct err *e)
{
	return get(path, O_NOFOLLOW, into, e);
}

bool
file_get_exact(const char *path, void *into, size_t n, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};

	TRY(file_get(path, &b, e));
	if (b.len != n)
		return FAIL(e, ERR_INPUT, "%.100s: %zu bytes where %zu belong", path, b.len, n);
	memcpy(into, b.data, n);
	return true;
}
