/*
 * portal/prover/host.h - is this a domain name we look up?
 *
 * A-labels in lower case, digits and inner hyphens, two labels or more, no
 * trailing dot, at most 253 bytes, and not an address in disguise: the last
 * label holds a letter.  Redirects name hosts too, so a stranger's text comes
 * through here before it comes near DNS.
 *
 * Stands on nothing.  Knows no public suffix and resolves nothing.
 */
#ifndef PORTAL_PROVER_HOST_H
#define PORTAL_PROVER_HOST_H
#include <stdbool.h>
#include "ledger/base/err.h"

#define HOST_MOST	253u	/* bytes of a name, RFC 1035 2.3.4 without the root's dot */

bool host_ok(const char *name) MUST;
/* The name one label up ("www.a.org" gives "a.org"); NULL when that would be the root.  Borrowed from name. */
const char *host_parent(const char *name);
#endif
