#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sodium.h>
#include <unistd.h>
#include "ledger/base/jail_wall.h"
#include "ledger/base/log.h"

#ifdef __SANITIZE_ADDRESS__
/*
 * The leak search at exit forks and traces, which the jail forbids.  The
 * sanitizer asks here; a switch that opened the jail instead would test less.
 */
int __lsan_is_turned_off(void);
static int closed;

int
__lsan_is_turned_off(void)
{
	return closed;
}
#endif

/* Landlock and seccomp bind the calling thread only; /proc/self/task has one link per thread. */
static bool
alone(struct err *e)
{
	struct stat st;

	if (stat("/proc/self/task", &st) == 0 && st.st_nlink > 3)
		return FAIL(e, ERR_CONFLICT, "jail: %d threads are running",
		    (int)st.st_nlink - 2);
	return true;
}

/* What libraries read once, on first use: after the filter it would be too late. */
static bool
warm_up(struct err *e)
{
	unsigned char byte;
	struct tm tm;
	time_t now = 0;

	tzset();
	localtime_r(&now, &tm);
	if (sodium_init() < 0)
		return FAIL(e, ERR_CRYPTO, "sodium_init");
	randombytes_buf(&byte, sizeof(byte));
	if (OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG | OPENSSL_INIT_LOAD_CRYPTO_STRINGS |
	    OPENSSL_INIT_ADD_ALL_CIPHERS | OPENSSL_INIT_ADD_ALL_DIGESTS, NULL) != 1 ||
	    RAND_bytes(&byte, sizeof(byte)) != 1)
		return FAIL(e, ERR_CRYPTO, "OpenSSL does not start");
	return true;
}

static bool
no_way_up(struct err *e)
{
	static const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return FAIL(e, ERR_DENIED, "jail: core limit: %s", strerror(errno));
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return FAIL(e, ERR_DENIED, "jail: dumpable: %s", strerror(errno));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return FAIL(e, ERR_DENIED, "jail: no_new_privs: %s", strerror(errno));
	return true;
}

bool
jail_supervise(const struct jail_spec *spec, bool unwalled, struct err *e)
{
	int version = jail_landlock();

	if (version == 0 && !unwalled)
		return FAIL(e, ERR_DENIED, "there is no Landlock to keep processes apart: this kernel has none, or a container's filter forbids it");
	TRY(alone(e));
	TRY(warm_up(e));
	TRY(no_way_up(e));
	if (version == 0)
		log_warn("running without Landlock: paths are not fenced");
	return version == 0 || jail_paths(spec, version, e);
}

bool
jail_close(const struct jail_spec *spec, bool unwalled, struct err *e)
{
	TRY(jail_supervise(spec, unwalled, e));
	TRY(jail_calls(spec, e));
#ifdef __SANITIZE_ADDRESS__
	closed = 1;
#endif
	return true;
}
