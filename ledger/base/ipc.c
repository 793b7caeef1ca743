#include <sys/socket.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <sodium.h>
#include "ledger/base/clock.h"
#include "ledger/base/drop.h"
#include "ledger/base/ipc_frame.h"
#include "ledger/base/secret.h"

static void
put_u32(unsigned char *at, uint32_t v)
{
	at[0] = (unsigned char)(v >> 24);
	at[1] = (unsigned char)(v >> 16);
	at[2] = (unsigned char)(v >> 8);
	at[3] = (unsigned char)v;
}

void
ipc_head_write(unsigned char into[IPC_HEAD], const struct ipc_head *h)
{
	put_u32(into, h->op);
	put_u32(into + 4, h->length);
	put_u32(into + 8, (uint32_t)(h->id >> 32));
	put_u32(into + 12, (uint32_t)h->id);
}

void
ipc_head_read(struct ipc_head *h, const unsigned char from[IPC_HEAD])
{
	struct span s = span_of(from, IPC_HEAD);

	h->op = unpack_u32(&s);
	h->length = unpack_u32(&s);
	h->id = (uint64_t)unpack_i64(&s);
}

void
ipc_verdict_write(unsigned char into[IPC_VERDICT], uint32_t kind, uint32_t why)
{
	put_u32(into, kind);
	put_u32(into + 4, why);
}

bool
ipc_address(struct sockaddr_un *a, const char *path, struct err *e)
{
	size_t n = strlen(path);

	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (n == 0 || n >= sizeof(a->sun_path))
		return FAIL(e, ERR_INPUT, "socket path of %zu bytes", n);
	memcpy(a->sun_path, path, n);
	return true;
}

int
ipc_left_ms(int64_t until, int most)
{
	int64_t left = until - clock_mono_ms();

	return left < 0 ? 0 : left > most ? most : (int)left;
}

/*
 * A socket file outlives its server.  Only a socket that refuses us is dead;
 * anything else at that path is somebody's and stays.
 */
static bool
path_dead(const struct sockaddr_un *a, struct err *e)
{
	DROP(close_fd) int probe = -1;
	struct stat st;

	if (lstat(a->sun_path, &st) != 0)
		return errno == ENOENT ? true : FAIL(e, ERR_IO, "lstat socket: %s", strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return FAIL(e, ERR_CONFLICT, "%s is not a socket", a->sun_path);
	probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (probe < 0)
		return FAIL(e, ERR_IO, "socket: %s", strerror(errno));
	if (connect(probe, (const struct sockaddr *)a, sizeof(*a)) == 0 || errno != ECONNREFUSED)
		return FAIL(e, ERR_BUSY, "%s: somebody listens there already", a->sun_path);
	return true;
}

/* Nobody connects before listen(), so no umask is needed. */
static bool
listen_at(int fd, const char *path, struct err *e)
{
	struct sockaddr_un a;

	TRY(ipc_address(&a, path, e));
	if (bind(fd, (const struct sockaddr *)&a, sizeof(a)) != 0)
		return FAIL(e, ERR_IO, "bind %s: %s", path, strerror(errno));
	if (chmod(path, 0660) != 0)
		return FAIL(e, ERR_IO, "chmod %s: %s", path, strerror(errno));
	if (listen(fd, 256) != 0)
		return FAIL(e, ERR_IO, "listen %s: %s", path, strerror(errno));
	return true;
}

static bool
moved(const char *from, const char *to, struct err *e)
{
	return rename(from, to) == 0 || FAIL(e, ERR_IO, "%s cannot be put in its place: %s", to, strerror(errno));
}

/*
 * Made beside and moved into its place: there is no moment without a socket in which another process
 * that may write in the folder puts its own there, and hears what is said to us.  In a sticky folder
 * nobody else can take ours away either.
 */
bool
ipc_listen(int *out, const char *path, struct err *e)
{
	DROP(close_fd) int fd = -1;
	char beside[sizeof(((struct sockaddr_un *)0)->sun_path) + 8];
	struct sockaddr_un a;

	*out = -1;
	TRY(ipc_address(&a, path, e));
	TRY(path_dead(&a, e));
	snprintf(beside, sizeof(beside), "%s.%06x", path, randombytes_uniform(1u << 24));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return FAIL(e, ERR_IO, "socket: %s", strerror(errno));
	if (!listen_at(fd, beside, e) || !moved(beside, path, e)) {
		(void)unlink(beside);
		return false;
	}
	*out = fd;
	fd = -1;
	return true;
}

bool
ipc_secret_read(const char *path, unsigned char into[IPC_SECRET], struct err *e)
{
	return secret_read(path, into, IPC_SECRET, e);
}

bool
ipc_peers_read(struct ipc_peer *peers, size_t n, const char *folder, struct err *e)
{
	char path[512];

	for (size_t i = 0; i < n; i++) {
		int len = snprintf(path, sizeof(path), "%s/%s", folder, peers[i].name);

		if (len < 0 || (size_t)len >= sizeof(path))
			return FAIL(e, ERR_INPUT, "the folder of peers has too long a name");
		TRY(ipc_secret_read(path, peers[i].secret, e));
	}
	return true;
}
