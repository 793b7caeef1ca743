/*
 * portal/base/installed.h - where the running program lies, and so what belongs to it.
 *
 * Programs lie in ROOT/bin (or a folder beside it); static files, page
 * templates and translations lie at their places below ROOT, in a clone as in an
 * installation.  Asked of the kernel, not of argv: whoever starts us can't lie.
 *
 * Stands on err.  Opens nothing and does not look whether anything is there.
 */
#ifndef PORTAL_BASE_INSTALLED_H
#define PORTAL_BASE_INSTALLED_H
#include "ledger/base/err.h"

/* ROOT, without a slash at its end, in at most size bytes with the final zero.  ERR_IO. */
bool installed_root(char *into, size_t size, struct err *e) MUST;
#endif
