/*
 * ledger/base/jail.h - a process narrows itself to what its duty needs.
 *
 * Paths by Landlock, calls by seccomp, no new privileges, no core dumps.  Done
 * once, by the only thread there is, after configuration, keys, uid and store
 * and before the first stranger's byte.  What is open already stays open.  A
 * call that is not on the list kills the process: it means somebody else is in
 * charge of it.
 *
 * Stands on err, log; links libseccomp, OpenSSL and libsodium (both are made to
 * read their own files before the filter falls).  Does not know which process
 * needs what: each main.c has its own struct jail_spec.  Does not restrict what
 * may be said over a socket that is open already, and can't tell one IP address
 * from another.
 */
#ifndef LEDGER_BASE_JAIL_H
#define LEDGER_BASE_JAIL_H
#include "ledger/base/err.h"

enum jail_net {
	JAIL_NO_NET,		/* accept() and talk on what is open; no new socket */
	JAIL_UNIX,		/* also socket() and connect() for AF_UNIX */
	JAIL_INET,		/* also IPv4 and IPv6, TCP outwards and UDP; never a TCP listener */
	JAIL_OUTWARDS,		/* IPv4 and IPv6 as JAIL_INET, but no AF_UNIX: nobody on this machine */
};

enum jail_may {			/* bits */
	JAIL_FORK = 1,		/* fork, wait, signal its children, which share its walls */
	JAIL_EXEC = 2,		/* run programs that lie beneath `run` */
	JAIL_FILES = 4,		/* make, rename, link and list files and folders, within `write` */
};

/*
 * Lists end with NULL and may be NULL.  A path is a file or a folder with all
 * beneath it, relative to the working directory or absolute, and must exist
 * now; with a leading '-' it may be absent ("-/etc/ssl").
 */
struct jail_spec {
	const char *const	*read;
	const char *const	*write;		/* read, write, create, remove */
	const char *const	*run;		/* read and execute */
	enum jail_net		net;
	unsigned		may;		/* bits of enum jail_may */
};

/* The kernel's Landlock version; 0: none, or switched off. */
int jail_landlock(void);

/*
 * Close the jail around the calling process.  Without Landlock it refuses
 * unless `unwalled`, which the caller must show to everybody: then only calls,
 * not paths, are fenced.  After a failure the process may be half closed: stop.
 * Fails: ERR_DENIED (no Landlock, or the kernel refused a wall), ERR_ABSENT (a
 * path), ERR_CONFLICT (other threads are running: they would stay outside).
 */
bool jail_close(const struct jail_spec *spec, bool unwalled, struct err *e) MUST;

/*
 * For a process that only starts others and waits for them: all of jail_close
 * but the filter of calls, which its children would inherit before they can
 * close themselves in further.  Fails as jail_close does.
 */
bool jail_supervise(const struct jail_spec *spec, bool unwalled, struct err *e) MUST;
#endif
