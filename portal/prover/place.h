/*
 * portal/prover/place.h - may we send anything to this address?
 *
 * Whoever names a domain decides where we connect, and whoever holds one whom
 * the resolver asks, so everything that is not plain public unicast is refused: loopback, private, link-local, shared (CGNAT),
 * documentation, benchmarking, multicast, reserved, and IPv6 forms that carry an
 * IPv4 address inside (mapped, compatible, NAT64, 6to4, Teredo).  The table is the IANA
 * special-purpose registries (RFC 6890 and its updates).
 *
 * Stands on nothing.  Opens no socket.
 */
#ifndef PORTAL_PROVER_PLACE_H
#define PORTAL_PROVER_PLACE_H
#include <netinet/in.h>
#include <sys/socket.h>
#include "ledger/base/err.h"

#define PLACE_NONE	SIZE_MAX
#define PLACE_RANGE	(INET6_ADDRSTRLEN + 4)	/* bytes of "fc00::/7" with NUL */

/* False for any other family and for a length that does not fit the family. */
bool place_public(const struct sockaddr *a, size_t len) MUST;
/* The number of the refused range that holds this numeric address; PLACE_NONE: none does, or it is no address. */
size_t place_of(const char *address);
/* Refused range `number`, from 0, as "10.0.0.0/8".  False past the last one. */
bool place_range(size_t number, char into[PLACE_RANGE]) MUST;
#endif
