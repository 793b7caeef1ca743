/* tests/unit/test_jail.c - each row closes a jail in a child of its own and then tries to get out, or to work. */
#include <netinet/in.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <pwd.h>
#include <seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>
#include "ledger/base/jail.h"

static char folder[] = "/tmp/test_jail.XXXXXX";
static int listener = -1, version;
static const char *const reads[] = { "read", "-/no/such/folder", NULL };
static const char *const writes[] = { "write", "one_file", NULL };
static const char *const runs[] = { "/usr/bin", "/bin", "/lib", "/usr/lib", "-/lib64", "-/etc/ld.so.cache", NULL };

/* A child says which line was not as expected, then ends. */
#define WANT(x) do { if (!(x)) { dprintf(2, "line %d: %s (%s)\n", __LINE__, #x, strerror(errno)); _exit(1); } } while (0)

static void
enter(enum jail_net net, unsigned may)
{
	const struct jail_spec spec = { .read = reads, .write = writes,
	    .run = (may & JAIL_EXEC) != 0 ? runs : NULL, .net = net, .may = may };
	struct err e = {0};

	if (!jail_close(&spec, version == 0, &e)) {
		dprintf(2, "%s: %s\n", err_kind_name(e.kind), e.text);
		_exit(1);
	}
}

/* ---- what must keep working ---- */

static void
files_inside(void)
{
	struct stat st;
	int fd;

	enter(JAIL_NO_NET, JAIL_FILES);
	fd = open("read/there", O_RDONLY);
	WANT(fd >= 0 && close(fd) == 0);
	fd = open("write/new", O_CREAT | O_RDWR | O_EXCL, 0600);
	WANT(fd >= 0 && write(fd, "x", 1) == 1 && ftruncate(fd, 0) == 0 && fsync(fd) == 0);
	WANT(close(fd) == 0 && mkdir("write/sub", 0700) == 0);
	WANT(rename("write/new", "write/sub/new") == 0);
	WANT(stat("write/sub/new", &st) == 0 && unlink("write/sub/new") == 0 && rmdir("write/sub") == 0);
	fd = open("one_file", O_RDWR | O_TRUNC);
	WANT(fd >= 0 && close(fd) == 0);
}

static void
sqlite_wal(void)
{
	sqlite3 *db;

	enter(JAIL_NO_NET, 0);
	WANT(sqlite3_open("write/db", &db) == SQLITE_OK);
	WANT(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
	    "CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB) STRICT;", NULL, NULL, NULL) == SQLITE_OK);
	for (int i = 0; i < 50; i++)
		WANT(sqlite3_exec(db, "BEGIN IMMEDIATE; INSERT INTO t (b) VALUES (randomblob(9000)); COMMIT;",
		    NULL, NULL, NULL) == SQLITE_OK);
	WANT(sqlite3_exec(db, "DELETE FROM t WHERE n < 40; PRAGMA wal_checkpoint(TRUNCATE); VACUUM;",
	    NULL, NULL, NULL) == SQLITE_OK);
	WANT(sqlite3_close(db) == SQLITE_OK);
	if (version > 0)
		WANT(sqlite3_open("read/db", &db) == SQLITE_CANTOPEN && sqlite3_close(db) == SQLITE_OK);
}

static void
crypto(void)
{
	unsigned char hash[32], key[32], salt[crypto_pwhash_SALTBYTES], sig[128];
	unsigned len = 0;
	size_t siglen = sizeof(sig);
	EVP_PKEY *pkey;
	EVP_MD_CTX *ctx;

	enter(JAIL_NO_NET, 0);
	WANT(EVP_Digest("abc", 3, hash, &len, EVP_sha256(), NULL) == 1 && len == 32);
	pkey = EVP_EC_gen("P-256");
	ctx = EVP_MD_CTX_new();
	WANT(pkey != NULL && ctx != NULL);
	WANT(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, pkey) == 1);
	WANT(EVP_DigestSign(ctx, sig, &siglen, hash, sizeof(hash)) == 1);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	pkey = EVP_RSA_gen(2048);
	WANT(pkey != NULL);
	EVP_PKEY_free(pkey);
	randombytes_buf(salt, sizeof(salt));
	WANT(crypto_pwhash(key, sizeof(key), "pass", 4, salt, 1, 16u << 20, crypto_pwhash_ALG_DEFAULT) == 0);
}

static void *
count_up(void *arg)
{
	unsigned char b[16];
	char name[16] = "counter";

	prctl(PR_SET_NAME, name);
	randombytes_buf(b, sizeof(b));
	*(int *)arg += RAND_bytes(b, sizeof(b));
	return arg;
}

static void
threads(void)
{
	pthread_t t[8];
	int n[8] = {0};

	enter(JAIL_NO_NET, 0);
	for (int i = 0; i < 8; i++)
		WANT(pthread_create(&t[i], NULL, count_up, &n[i]) == 0);
	for (int i = 0; i < 8; i++)
		WANT(pthread_join(t[i], NULL) == 0 && n[i] == 1);
}

static void
listener_that_was_open(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "write/sock" };
	char c = 0;
	int fd, peer;

	enter(JAIL_UNIX, 0);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	WANT(fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0);
	peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	WANT(peer >= 0 && send(fd, "x", 1, MSG_NOSIGNAL) == 1 && read(peer, &c, 1) == 1 && c == 'x');
}

static void
fork_and_wait(void)
{
	int status = -1;
	pid_t pid;

	enter(JAIL_NO_NET, JAIL_FORK);
	pid = fork();
	if (pid == 0)
		_exit(open("/etc/passwd", O_RDONLY) < 0 ? 7 : version == 0 ? 7 : 8);
	WANT(pid > 0 && waitpid(pid, &status, 0) == pid);
	WANT(WIFEXITED(status) && WEXITSTATUS(status) == 7);	/* the walls are inherited */
	pid = fork();
	if (pid == 0)
		for (;;)
			pause();
	WANT(kill(pid, SIGKILL) == 0 && waitpid(pid, &status, 0) == pid);
}

static void
exec_allowed(void)
{
	enter(JAIL_NO_NET, JAIL_FORK | JAIL_EXEC);
	execl("/bin/true", "true", (char *)NULL);
	WANT(!"exec");
}

static void
inet_allowed(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(a);
	int server = socket(AF_INET, SOCK_STREAM, 0), fd;

	WANT(server >= 0 && bind(server, (struct sockaddr *)&a, n) == 0 && listen(server, 1) == 0);
	WANT(getsockname(server, (struct sockaddr *)&a, &n) == 0);
	enter(JAIL_INET, 0);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	WANT(fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	a.sin_port = 0;
	WANT(fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (version >= 4)		/* no new doors */
		WANT(bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 && errno == EACCES);
	WANT(socket(AF_NETLINK, SOCK_RAW, 0) < 0 && errno == EAFNOSUPPORT);
}

/* Who talks to strangers calls none of ours, of which one believes what nginx tells it. */
static void
outwards_alone(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd, pair[2];

	enter(JAIL_OUTWARDS, 0);
	WANT(socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EAFNOSUPPORT);
	WANT(socket(AF_UNIX, SOCK_DGRAM, 0) < 0 && errno == EAFNOSUPPORT);
	WANT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);	/* it leads nowhere else */
	WANT(socket(AF_INET6, SOCK_DGRAM, 0) >= 0);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	WANT(fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0);
}

static void
no_way_back(void)
{
	struct rlimit core;

	enter(JAIL_NO_NET, 0);
	WANT(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
	WANT(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	WANT(getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0);
}

/* ---- what must be refused ---- */

static bool
denied(int rc)
{
	return rc < 0 && errno == EACCES;
}

static void
files_outside(void)
{
	enter(JAIL_NO_NET, JAIL_FILES);
	if (version == 0)
		return;
	WANT(denied(open("/etc/passwd", O_RDONLY)));
	WANT(denied(open("other/there", O_RDONLY)));
	WANT(denied(open("write/../other/there", O_RDONLY)));
	WANT(denied(open("write/link", O_RDONLY)));		/* a link that leads out */
	WANT(denied(open("read/there", O_WRONLY)));
	WANT(denied(open("read/new", O_CREAT | O_WRONLY, 0600)));
	WANT(denied(unlink("read/there")));
	WANT(rename("read/there", "write/taken") < 0);
	WANT(rename("write/link", "other/link") < 0);
	WANT(link("other/there", "write/taken") < 0);
	WANT(denied(mkdir("/tmp/test_jail_outside", 0700)));
	WANT(opendir("/") == NULL && opendir(".") == NULL);
	WANT(denied(open("/proc/self/maps", O_RDONLY)));
	WANT(denied(open("one_file_more", O_CREAT | O_RDWR, 0600)));
}

static void
sockets_refused(void)
{
	enter(JAIL_NO_NET, 0);
	for (int family = 0; family < 50; family++)
		WANT(socket(family, SOCK_STREAM, 0) < 0 && errno == EAFNOSUPPORT);
}

static void
inet_refused(void)
{
	enter(JAIL_UNIX, 0);
	WANT(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
	WANT(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EAFNOSUPPORT);
	WANT(socket(AF_INET6, SOCK_DGRAM, 0) < 0 && errno == EAFNOSUPPORT);
	WANT(socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == EAFNOSUPPORT);
}

static void
signal_outside(void)
{
	enter(JAIL_NO_NET, JAIL_FORK);
	if (version >= 6)
		WANT(kill(getppid(), 0) < 0 && errno == EPERM);
	WANT(raise(SIGURG) == 0);
}

/* ---- what must be the end ---- */

static void
exec_killed(void)
{
	enter(JAIL_NO_NET, JAIL_FORK);
	execl("/bin/true", "true", (char *)NULL);
}

static void
fork_killed(void)
{
	enter(JAIL_NO_NET, 0);
	if (fork() == 0)
		_exit(0);
}

static void
namespace_killed(void)
{
	enter(JAIL_NO_NET, JAIL_FORK);
	unshare(CLONE_NEWUSER);
}

static void
ptrace_killed(void)
{
	enter(JAIL_INET, JAIL_FORK | JAIL_EXEC | JAIL_FILES);
	ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static void
code_page_killed(void)
{
	void *p;

	enter(JAIL_NO_NET, 0);
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mprotect(p, 4096, PROT_READ | PROT_EXEC);
}

static void
written_code_killed(void)
{
	enter(JAIL_NO_NET, 0);
	if (mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != NULL)
		_exit(0);
}

static void
limit_killed(void)
{
	static const struct rlimit more = { 1, 1 };

	enter(JAIL_NO_NET, JAIL_FILES);
	setrlimit(RLIMIT_CORE, &more);
}

static void
connect_killed(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "write/sock" };

	enter(JAIL_NO_NET, 0);
	connect(listener, (struct sockaddr *)&a, sizeof(a));
}

/* ---- refusing to start ---- */

static int stop_pipe[2];

static void *
wait_for_end(void *arg)
{
	char c;

	while (read(stop_pipe[0], &c, 1) < 0 && errno == EINTR)
		;
	return arg;
}

static void
not_with_threads(void)
{
	static const struct jail_spec spec = { .net = JAIL_NO_NET };
	struct err e = {0};
	pthread_t t;

	WANT(pipe(stop_pipe) == 0 && pthread_create(&t, NULL, wait_for_end, NULL) == 0);
	WANT(!jail_close(&spec, version == 0, &e) && e.kind == ERR_CONFLICT);
	close(stop_pipe[1]);
	WANT(pthread_join(t, NULL) == 0);
}

static void
not_without_paths(void)
{
	static const char *const absent[] = { "no/such/path", NULL };
	const struct jail_spec spec = { .write = absent };
	struct err e = {0};

	if (version > 0)
		WANT(!jail_close(&spec, false, &e) && e.kind == ERR_ABSENT);
}

/* A kernel without Landlock, played by a filter that says so. */
static void
not_without_landlock(void)
{
	static const struct jail_spec spec = { .net = JAIL_UNIX };
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	struct err e = {0};

	WANT(f != NULL);
	for (int nr = 444; nr <= 446; nr++)
		WANT(seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), nr, 0) == 0);
	WANT(seccomp_load(f) == 0);
	seccomp_release(f);
	WANT(jail_landlock() == 0);
	WANT(!jail_close(&spec, false, &e) && e.kind == ERR_DENIED);
	WANT(jail_close(&spec, true, &e));
	WANT(open("/etc/passwd", O_RDONLY) >= 0);
	WANT(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EAFNOSUPPORT);
}

/* ---- running them ---- */

static int
status_of(void (*row)(void))
{
	int status = -1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		/* A killed child is expected here and its words are not. */
		row();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
allowed_rows(void **state)
{
	static const struct { const char *name; void (*run)(void); } rows[] = {
		{ "files inside", files_inside }, { "sqlite", sqlite_wal }, { "crypto", crypto },
		{ "threads", threads }, { "listener", listener_that_was_open },
		{ "fork", fork_and_wait }, { "exec", exec_allowed }, { "inet", inet_allowed }, { "outwards", outwards_alone },
		{ "no way back", no_way_back }, { "files outside", files_outside },
		{ "sockets", sockets_refused }, { "inet refused", inet_refused },
		{ "signals", signal_outside }, { "threads before", not_with_threads },
		{ "paths", not_without_paths }, { "no landlock", not_without_landlock },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int status = status_of(rows[i].run);

		if (status != 0)
			fail_msg("%s: status %#x", rows[i].name, (unsigned)status);
	}
}

static void
killed_rows(void **state)
{
	static const struct { const char *name; void (*run)(void); } rows[] = {
		{ "exec", exec_killed }, { "fork", fork_killed }, { "name space", namespace_killed },
		{ "ptrace", ptrace_killed }, { "code page", code_page_killed },
		{ "written code", written_code_killed }, { "limit", limit_killed },
		{ "connect", connect_killed },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int status = status_of(rows[i].run);

		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS || WCOREDUMP(status))
			fail_msg("%s: status %#x", rows[i].name, (unsigned)status);
	}
}

static void
make_file(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY, 0644);

	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

static int
setup(void **state)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "write/sock" };

	(void)state;
	version = jail_landlock();
	print_message("Landlock version %d\n", version);
	if (mkdtemp(folder) == NULL || chmod(folder, 0755) != 0 || chdir(folder) != 0)
		return 1;
	if (mkdir("read", 0755) != 0 || mkdir("write", 0755) != 0 || mkdir("other", 0755) != 0)
		return 1;
	make_file("read/there");
	make_file("other/there");
	make_file("one_file");
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return symlink("../other/there", "write/link") != 0 || listener < 0 ||
	    bind(listener, (struct sockaddr *)&a, sizeof(a)) != 0 || listen(listener, 8) != 0;
}

static int
teardown(void **state)
{
	static const char *const files[] = { "read/there", "other/there", "one_file", "write/link",
	    "write/sock", "write/db" };

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++)
		if (unlink(files[i]) != 0)
			return 1;
	return rmdir("read") != 0 || rmdir("write") != 0 || rmdir("other") != 0 ||
	    chdir("/") != 0 || rmdir(folder) != 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allowed_rows), cmocka_unit_test(killed_rows),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
