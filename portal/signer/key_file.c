#include <errno.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "portal/signer/key_file.h"

static void
folder_of(const char *path, char into[600])
{
	const char *slash = strrchr(path, '/');

	snprintf(into, 600, "%.*s", slash == NULL ? 1 : (int)(slash - path), slash == NULL ? "." : path);
}

/* With users of its own, root puts files into a folder of somebody else's. */
static bool
as_its_folder(int fd, const char *path)
{
	char folder[600];
	struct stat st;

	folder_of(path, folder);
	return stat(folder, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) == 0;
}

/* The name, too, outlasts a power cut. */
static bool
folder_synced(const char *path)
{
	char folder[600];
	int fd;
	bool ok;

	folder_of(path, folder);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

bool
key_file_put(const char *path, mode_t mode, struct span data, struct err *e)
{
	char fresh[600];
	ssize_t n;
	int fd;

	snprintf(fresh, sizeof(fresh), "%s.new", path);
	(void)unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return FAIL(e, ERR_IO, "%s: %s", fresh, strerror(errno));
	n = write(fd, data.p, data.len);
	if (n >= 0 && n != (ssize_t)data.len)
		errno = ENOSPC;		/* a disk that is nearly full takes a part */

	bool ok = n == (ssize_t)data.len && fchmod(fd, mode) == 0 && (geteuid() != 0 || as_its_folder(fd, path)) && fsync(fd) == 0 &&
	    rename(fresh, path) == 0;
	int why = errno;

	close(fd);
	if (!ok) {
		(void)unlink(fresh);
		return FAIL(e, why == ENOSPC || why == EDQUOT ? ERR_FULL : ERR_IO, "%s: %s", path, strerror(why));
	}
	return folder_synced(path) || FAIL(e, ERR_IO, "%s: its folder: %s", path, strerror(errno));
}

bool
key_file_move(const char *from, const char *to, struct err *e)
{
	return (rename(from, to) == 0 && folder_synced(to)) || FAIL(e, ERR_IO, "%s: %s", to, strerror(errno));
}

bool
key_file_pem_add(struct buf *b, const char *label, struct span der, struct err *e)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	char *at = NULL;
	bool ok = bio != NULL && PEM_write_bio(bio, label, "", der.p, (long)der.len) > 0;
	long n = ok ? BIO_get_mem_data(bio, &at) : 0;

	if (n > 0)
		buf_add(b, at, (size_t)n);
	BIO_free(bio);
	return n > 0 ? buf_ok(b, e) : FAIL(e, ERR_MEMORY, "PEM");
}

bool
key_file_pem(const char *path, mode_t mode, const char *label, struct span der, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};

	TRY(key_file_pem_add(&b, label, der, e));
	return key_file_put(path, mode, span_buf(&b), e);
}

bool
key_file_key(const char *path, const struct ca_key *k, struct err *e)
{
	PKCS8_PRIV_KEY_INFO *p8 = EVP_PKEY2PKCS8(k->key);
	unsigned char *der = NULL;
	int n = p8 == NULL ? 0 : i2d_PKCS8_PRIV_KEY_INFO(p8, &der);
	bool ok = n <= 0 ? FAIL(e, ERR_MEMORY, "%s: a key's encoding", path) : key_file_pem(path, 0600, "PRIVATE KEY", span_of(der, (size_t)n), e);

	if (n > 0)
		OPENSSL_clear_free(der, (size_t)n);
	PKCS8_PRIV_KEY_INFO_free(p8);
	return ok;
}
