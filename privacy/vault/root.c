#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "privacy/vault/root.h"

#define ROOT_RECORD	48	/* u64 version, i64 made at, 32 bytes */

static bool
roots_parse(struct roots *in, struct span file, struct err *e)
{
	in->count = 0;
	if (file.len == SEAL_KEY) {
		in->root[0].version = 1;
		unpack_exact(&file, in->root[0].key, SEAL_KEY);
		in->count = 1;
		return true;
	}
	if (file.len == 0 || file.len % ROOT_RECORD != 0 || file.len > ROOTS * ROOT_RECORD)
		return FAIL(e, ERR_INPUT, "key: the root key file has a wrong size");
	while (file.len > 0) {
		struct root *r = &in->root[in->count++];

		r->version = unpack_i64(&file);
		r->at = unpack_i64(&file);
		unpack_exact(&file, r->key, SEAL_KEY);
		if (r->version < 1 || (in->count > 1 && r->version <= r[-1].version))
			return FAIL(e, ERR_INPUT, "key: the root key file's versions do not grow");
	}
	return true;
}

bool
roots_read(struct roots *in, const char *path, struct err *e)
{
	unsigned char bytes[ROOTS * ROOT_RECORD + 1];
	size_t len = 0;
	bool good;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return FAIL(e, ERR_IO, "key: cannot open the root key file: errno %d", errno);
	while (len < sizeof(bytes) && (n = read(fd, bytes + len, sizeof(bytes) - len)) > 0)
		len += (size_t)n;
	close(fd);
	good = roots_parse(in, span_of(bytes, len), e);
	sodium_memzero(bytes, sizeof(bytes));
	return good;
}

static bool
write_all(int fd, const struct buf *b)
{
	for (size_t done = 0; done < b->len; ) {
		ssize_t n = write(fd, b->data + done, b->len - done);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return fsync(fd) == 0;
}

/* The folder's entry must be durable too, or a crash could bring the old file back. */
static bool
folder_sync(const char *path, struct err *e)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	bool good;
	int fd;

	snprintf(folder, sizeof(folder), "%.*s",
	    slash == NULL ? 1 : (int)(slash - path + 1), slash == NULL ? "." : path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return FAIL(e, ERR_IO, "key: cannot open the root key's folder: errno %d", errno);
	good = fsync(fd) == 0;
	close(fd);
	return good || FAIL(e, ERR_IO, "key: cannot sync the root key's folder");
}

/* A version that is gone from the file shall not stand on in blocks that the file system merely let go. */
static bool
overwrite(int fd, struct err *e)
{
	static const unsigned char zeros[ROOTS * ROOT_RECORD];
	struct stat st;
	bool good = fstat(fd, &st) == 0 && st.st_size <= (off_t)sizeof(zeros) &&
	    pwrite(fd, zeros, (size_t)st.st_size, 0) == st.st_size && fsync(fd) == 0;

	return good || FAIL(e, ERR_IO, "key: the old root key file cannot be overwritten");
}

static bool
replace(const char *fresh, const char *path, struct err *e)
{
	int old = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	bool good = true;

	/* What cannot be overwritten afterwards is not let go of; and no second file of keys stays behind. */
	if ((old < 0 && errno != ENOENT) || rename(fresh, path) != 0) {
		good = FAIL(e, ERR_IO, "key: cannot replace the root key file: errno %d", errno);
		(void)unlink(fresh);
	}
	good = good && folder_sync(path, e);
	if (good && old >= 0)
		good = overwrite(old, e);
	if (old >= 0)
		close(old);
	return good;
}

bool
roots_write(const struct roots *in, const char *path, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};
	char fresh[PATH_MAX];
	bool good;
	int fd;

	for (size_t i = 0; i < in->count; i++) {
		pack_i64(&b, in->root[i].version);
		pack_i64(&b, in->root[i].at);
		buf_add(&b, in->root[i].key, SEAL_KEY);
	}
	TRY(buf_ok(&b, e));
	if (snprintf(fresh, sizeof(fresh), "%s.new", path) >= (int)sizeof(fresh))
		return FAIL(e, ERR_INPUT, "key: the root key's path is too long");
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return FAIL(e, ERR_IO, "key: cannot write the root key file: errno %d", errno);
	good = write_all(fd, &b);
	if (close(fd) != 0 || !good) {
		unlink(fresh);
		return FAIL(e, ERR_IO, "key: cannot write the root key file");
	}
	return replace(fresh, path, e);
}
