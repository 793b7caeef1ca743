/*
 * portal/prover/place.h - may we connect to this address?
 *
 * Whoever names a domain decides where we connect, so everything that is not
 * plain public unicast is refused: loopback, private, link-local, shared (CGNAT),
 * documentation, benchmarking, multicast, reserved, and IPv6 forms that carry an
 * IPv4 address inside (mapped, compatible, NAT64, 6to4, Teredo).  The table is the IANA
 * special-purpose registries (RFC 6890 and its updates).
 *
 * Stands on nothing.  Opens no socket.
 */
#ifndef PORTAL_PROVER_PLACE_H
#define PORTAL_PROVER_PLACE_H
#include <sys/socket.h>
#include "ledger/base/err.h"

/* False for any other family and for a length that does not fit the family. */
bool place_public(const struct sockaddr *a, size_t len) MUST;
#endif
