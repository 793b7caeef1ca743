#include "portal/clerk/file.h"
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "ledger/base/drop.h"

static bool
fail(struct err *e, const char *doing)
{
	int was = errno;

	return FAIL(e, was == ENOSPC || was == EDQUOT ? ERR_FULL : ERR_IO, "%s: %s", doing,
	    strerror(was));
}

static bool
write_all(int fd, struct span bytes, struct err *e)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.p, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(e, "write");
		bytes.p += n;
		bytes.len -= (size_t)n;
	}
	return true;
}

static bool
write_new(const char *tmp, unsigned mode, struct span bytes, struct err *e)
{
	DROP(close_fd) int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);

	if (fd < 0)
		return fail(e, "create");
	TRY(write_all(fd, bytes, e));
	if (fchmod(fd, mode) != 0)
		return fail(e, "fchmod");
	return fsync(fd) == 0 ? true : fail(e, "fsync");
}

static bool
sync_folder(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	DROP(close_fd) int fd = -1;
	char folder[512];
	int n = slash == NULL ? snprintf(folder, sizeof(folder), ".") :
	    snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);

	if (n < 0 || n >= (int)sizeof(folder))
		return FAIL(e, ERR_IO, "folder of %d bytes", n);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return fail(e, "open folder");
	return fsync(fd) == 0 ? true : fail(e, "fsync folder");
}

bool
file_appear(const char *tmp, const char *path, unsigned mode, struct span bytes, struct err *e)
{
	if (!write_new(tmp, mode, bytes, e)) {
		(void)unlink(tmp);
		return false;
	}
	if (rename(tmp, path) != 0) {
		bool no = fail(e, "rename");

		(void)unlink(tmp);
		return no;
	}
	return sync_folder(path, e);
}
