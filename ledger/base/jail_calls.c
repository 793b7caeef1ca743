#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include "ledger/base/jail_wall.h"

/* Found by running SQLite (WAL), OpenSSL, libsodium, libcurl and libunbound under it. */
static const char *const always[] = {
	/* descriptors and files; which files is Landlock's */
	"read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "close",
	"lseek", "open", "openat", "stat", "lstat", "fstat", "newfstatat", "statx", "fstatfs",
	"access", "faccessat", "faccessat2", "readlink", "readlinkat", "getcwd", "fsync",
	"fdatasync", "ftruncate", "fallocate", "fadvise64", "fcntl", "flock", "fchmod", "unlink",
	"unlinkat", "umask", "dup", "dup2", "dup3", "pipe", "pipe2", "eventfd2",
	/* memory; mmap and mprotect have rules of their own */
	"munmap", "mremap", "madvise", "mlock", "mlock2", "munlock", "msync", "brk",
	/* waiting and time */
	"poll", "ppoll", "select", "pselect6", "epoll_create1", "epoll_ctl", "epoll_wait",
	"epoll_pwait", "nanosleep", "clock_nanosleep", "clock_gettime", "clock_getres",
	"gettimeofday", "time", "times", "getrusage", "alarm", "setitimer", "restart_syscall",
	/* threads and signals; clone has a rule of its own */
	"futex", "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "gettid",
	"tgkill", "sched_yield", "sched_getaffinity", "membarrier", "sigaltstack", "rt_sigaction",
	"rt_sigprocmask", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "rt_sigpending",
	"exit", "exit_group",
	/* who and where am I */
	"getpid", "getppid", "getuid", "geteuid", "getgid", "getegid", "uname", "sysinfo",
	"getrandom", "getrlimit",
	/* sockets that are open already */
	"accept", "accept4", "recvmsg", "sendmsg", "recvfrom", "sendto", "recvmmsg", "sendmmsg",
	"shutdown", "getsockopt", "setsockopt", "getsockname", "getpeername", "socketpair",
	NULL
};
static const char *const for_files[] = {
	"mkdir", "mkdirat", "rmdir", "rename", "renameat", "renameat2", "link", "linkat",
	"getdents64", "chmod", "fchmodat", "utimensat", "chdir", "fchdir", "truncate", NULL
};
static const char *const for_connect[] = { "connect", NULL };
static const char *const for_udp[] = { "bind", NULL };
static const char *const for_fork[] = {
	"fork", "vfork", "wait4", "waitid", "kill", "setpgid", "setsid", "getpgrp", "getpgid", NULL
};
static const char *const for_exec[] = { "execve", "execveat", "arch_prctl", NULL };

/* Asked by libraries that live well with a no: SQLite's fchown as root, for one. */
static const char *const refused[] = { "chown", "fchown", "lchown", "fchownat", NULL };

/* Names of other architectures resolve to nothing here and are passed over. */
static int
add(scmp_filter_ctx f, uint32_t action, const char *const *names)
{
	int rc = 0;

	for (; rc == 0 && *names != NULL; names++) {
		int nr = seccomp_syscall_resolve_name(*names);

		if (nr != __NR_SCMP_ERROR)
			rc = seccomp_rule_add(f, action, nr, 0);
	}
	return rc;
}

static int
allow_if(scmp_filter_ctx f, int nr, struct scmp_arg_cmp a)
{
	return seccomp_rule_add_array(f, SCMP_ACT_ALLOW, nr, 1, &a);
}

/* Memory is never writable and executable, and code comes from files only. */
static int
add_memory(scmp_filter_ctx f)
{
	int rc = allow_if(f, SCMP_SYS(mmap), SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
		    SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, PROT_EXEC),
		    SCMP_A3_64(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0));
	if (rc == 0)
		rc = allow_if(f, SCMP_SYS(mprotect), SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return rc;
}

/*
 * clone3 hides its flags behind a pointer: glibc falls back to clone, whose
 * flags can be seen.  Threads always; processes only with JAIL_FORK and never
 * with a name space of their own.
 */
static int
add_clone(scmp_filter_ctx f, bool fork)
{
	static const uint64_t spaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
	    CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
	int rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);

	if (rc == 0)
		rc = allow_if(f, SCMP_SYS(clone), fork ?
		    SCMP_A0_64(SCMP_CMP_MASKED_EQ, spaces, 0) :
		    SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_VM | spaces,
		    CLONE_THREAD | CLONE_VM));
	return rc;
}

/* An address family we don't use is refused, not fatal: resolvers like to try. */
static int
add_socket(scmp_filter_ctx f, enum jail_net net)
{
	int rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
	    SCMP_A0_32(SCMP_CMP_GT, AF_MAX));

	for (int family = 0; rc == 0 && family <= AF_MAX; family++) {
		bool good = family == AF_UNIX ? net == JAIL_UNIX || net == JAIL_INET :
		    net >= JAIL_INET && (family == AF_INET || family == AF_INET6);

		rc = seccomp_rule_add(f, good ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EAFNOSUPPORT),
		    SCMP_SYS(socket), 1, SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)family));
	}
	if (rc == 0 && net != JAIL_NO_NET)
		rc = add(f, SCMP_ACT_ALLOW, for_connect);
	if (rc == 0 && net >= JAIL_INET)
		rc = add(f, SCMP_ACT_ALLOW, for_udp);
	return rc;
}

static int
add_words(scmp_filter_ctx f)
{
	static const int names[] = { PR_SET_NAME, PR_GET_NAME, PR_SET_PDEATHSIG, PR_GET_DUMPABLE,
	    PR_GET_NO_NEW_PRIVS, PR_SET_VMA };
	static const unsigned long asks[] = { TCGETS, FIONREAD, FIONBIO };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < COUNT(names); i++)
		rc = allow_if(f, SCMP_SYS(prctl), SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)names[i]));
	for (size_t i = 0; rc == 0 && i < COUNT(asks); i++)
		rc = allow_if(f, SCMP_SYS(ioctl), SCMP_A1_32(SCMP_CMP_EQ, (uint32_t)asks[i]));
	/* Limits may be read, not moved. */
	if (rc == 0)
		rc = allow_if(f, SCMP_SYS(prlimit64), SCMP_A2_64(SCMP_CMP_EQ, 0));
	return rc;
}

static int
fill(scmp_filter_ctx f, const struct jail_spec *spec)
{
	int rc = add(f, SCMP_ACT_ALLOW, always);

	if (rc == 0)
		rc = add(f, SCMP_ACT_ERRNO(EPERM), refused);
	if (rc == 0)
		rc = add_memory(f);
	if (rc == 0)
		rc = add_clone(f, (spec->may & JAIL_FORK) != 0);
	if (rc == 0)
		rc = add_socket(f, spec->net);
	if (rc == 0)
		rc = add_words(f);
	if (rc == 0 && (spec->may & JAIL_FILES) != 0)
		rc = add(f, SCMP_ACT_ALLOW, for_files);
	if (rc == 0 && (spec->may & JAIL_FORK) != 0)
		rc = add(f, SCMP_ACT_ALLOW, for_fork);
	if (rc == 0 && (spec->may & JAIL_EXEC) != 0)
		rc = add(f, SCMP_ACT_ALLOW, for_exec);
	return rc;
}

bool
jail_calls(const struct jail_spec *spec, struct err *e)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int rc;

	if (f == NULL)
		return FAIL(e, ERR_DENIED, "jail: seccomp_init");
	rc = fill(f, spec);
	/* A search tree: the list is long and read on every call. */
	if (rc == 0)
		rc = seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (rc == 0)
		rc = seccomp_load(f);
	seccomp_release(f);
	return rc == 0 ? true : FAIL(e, ERR_DENIED, "jail: seccomp: %s", strerror(-rc));
}
