#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/drop.h"
#include "ledger/base/secret.h"

bool
secret_read(const char *path, void *into, size_t size, struct err *e)
{
	DROP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	memset(into, 0, size);
	if (fd < 0)
		return FAIL(e, errno == ENOENT ? ERR_ABSENT : ERR_IO, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) != 0)
		return FAIL(e, ERR_IO, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) || (size_t)st.st_size != size)
		return FAIL(e, ERR_INPUT, "%s: not a file of %zu bytes", path, size);
	if (read(fd, into, size) != (ssize_t)size) {
		explicit_bzero(into, size);
		return FAIL(e, ERR_IO, "%s: short read", path);
	}
	return true;
}
