/*
 * ledger/base/jail_wall.h - the two walls jail_close() puts up; private to jail*.c.
 *
 * Stands on jail.  jail_paths.c speaks Landlock by raw system calls (Debian 12
 * has no library for it), jail_calls.c seccomp through libseccomp.  Neither
 * checks the order: jail_close() does.
 */
#ifndef LEDGER_BASE_JAIL_WALL_H
#define LEDGER_BASE_JAIL_WALL_H
#include "ledger/base/jail.h"

/* Only for a kernel with Landlock `version` >= 1.  ERR_ABSENT, ERR_DENIED. */
bool jail_paths(const struct jail_spec *spec, int version, struct err *e) MUST;
/* Needs no_new_privs.  ERR_DENIED. */
bool jail_calls(const struct jail_spec *spec, struct err *e) MUST;
#endif
