#include <sys/stat.h>
#include <sys/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "ledger/base/drop.h"
#include "ledger/base/jail_wall.h"

/*
 * linux/landlock.h of Debian 12 ends with version 2 (kernel 5.19), the kernels
 * people run do not: the interface is spelled out here, from
 * Documentation/userspace-api/landlock.rst.
 */
#define CREATE_RULESET		444
#define ADD_RULE		445
#define RESTRICT_SELF		446
#define ASK_VERSION		1u	/* LANDLOCK_CREATE_RULESET_VERSION */
#define RULE_PATH_BENEATH	1

#define FS_EXECUTE		(1u << 0)
#define FS_WRITE_FILE		(1u << 1)
#define FS_READ_FILE		(1u << 2)
#define FS_READ_DIR		(1u << 3)
#define FS_REMOVE_DIR		(1u << 4)
#define FS_REMOVE_FILE		(1u << 5)
#define FS_MAKE_DIR		(1u << 7)
#define FS_MAKE_REG		(1u << 8)
#define FS_MAKE_SOCK		(1u << 9)
#define FS_VERSION_1		((1u << 13) - 1)
#define FS_REFER		(1u << 13)	/* version 2: rename between folders */
#define FS_TRUNCATE		(1u << 14)	/* version 3 */
#define FS_IOCTL_DEV		(1u << 15)	/* version 5 */
#define NET_BIND_TCP		(1u << 0)	/* version 4 */
#define NET_CONNECT_TCP		(1u << 1)
#define SCOPE_ABSTRACT_SOCKET	(1u << 0)	/* version 6 */
#define SCOPE_SIGNAL		(1u << 1)

#define READ	(FS_READ_FILE | FS_READ_DIR)
#define RUN	(READ | FS_EXECUTE)
/* No devices, fifos or symbolic links: nothing of ours makes any. */
#define WRITE	(READ | FS_WRITE_FILE | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | \
		FS_MAKE_REG | FS_MAKE_SOCK | FS_REFER | FS_TRUNCATE)
#define OF_A_FILE (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

struct ruleset_attr { uint64_t fs, net, scoped; };
struct path_attr { uint64_t allowed; int32_t parent; } __attribute__((packed));

int
jail_landlock(void)
{
	long version = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);

	return version < 0 ? 0 : (int)version;
}

/* Everything this kernel knows how to refuse is refused, except by a rule below. */
static struct ruleset_attr
handled(const struct jail_spec *spec, int version)
{
	struct ruleset_attr a = { .fs = FS_VERSION_1 };

	if (version >= 2)
		a.fs |= FS_REFER;
	if (version >= 3)
		a.fs |= FS_TRUNCATE;
	if (version >= 4)
		a.net = spec->net >= JAIL_INET ? NET_BIND_TCP : NET_BIND_TCP | NET_CONNECT_TCP;
	if (version >= 5)
		a.fs |= FS_IOCTL_DEV;
	if (version >= 6)
		a.scoped = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL;
	return a;
}

static bool
allow(int ruleset, const char *path, uint64_t rights, struct err *e)
{
	bool may_lack = path[0] == '-';
	DROP(close_fd) int fd = open(path + may_lack, O_PATH | O_CLOEXEC);
	struct path_attr a = { .allowed = rights, .parent = fd };
	struct stat st;

	if (fd < 0 && may_lack && errno == ENOENT)
		return true;
	if (fd < 0)
		return FAIL(e, errno == ENOENT ? ERR_ABSENT : ERR_DENIED, "jail: %s: %s", path,
		    strerror(errno));
	if (fstat(fd, &st) != 0)
		return FAIL(e, ERR_DENIED, "jail: %s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		a.allowed &= OF_A_FILE;
	if (syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &a, 0) != 0)
		return FAIL(e, ERR_DENIED, "jail: rule for %s: %s", path, strerror(errno));
	return true;
}

static bool
allow_list(int ruleset, const char *const *paths, uint64_t rights, struct err *e)
{
	for (; paths != NULL && *paths != NULL; paths++)
		TRY(allow(ruleset, *paths, rights, e));
	return true;
}

bool
jail_paths(const struct jail_spec *spec, int version, struct err *e)
{
	DROP(close_fd) int ruleset = -1;
	struct ruleset_attr a = handled(spec, version);
	/* A kernel refuses a struct longer than the one it knows, unless the rest is zero. */
	size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;

	ruleset = (int)syscall(CREATE_RULESET, &a, size, 0);
	if (ruleset < 0)
		return FAIL(e, ERR_DENIED, "jail: landlock: %s", strerror(errno));
	TRY(allow_list(ruleset, spec->read, READ & a.fs, e));
	TRY(allow_list(ruleset, spec->write, WRITE & a.fs, e));
	TRY(allow_list(ruleset, spec->run, RUN & a.fs, e));
	if (syscall(RESTRICT_SELF, ruleset, 0) != 0)
		return FAIL(e, ERR_DENIED, "jail: landlock: %s", strerror(errno));
	return true;
}
