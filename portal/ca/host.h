/*
 * portal/ca/host.h - what a member typed as a domain, made into the name we prove.
 *
 * Trims, checks each label ourselves (libidn2 silently deletes characters and
 * accepts empty labels), makes A-labels (IDNA 2008, non-transitional), lower
 * case, and refuses public suffixes (libpsl; it is case-sensitive, so last).
 */
#ifndef PORTAL_CA_HOST_H
#define PORTAL_CA_HOST_H
#include "ledger/base/err.h"

/* A-labels of the name, lower case, no final dot: shape only.  ERR_INPUT with WHY_DOMAIN_SHAPE. */
bool host_ascii(const char *typed, char into[256], struct err *e) MUST;
/*
 * into[256] gets "example.org".  A leading "*." is refused here (a domain is
 * proved, not a pattern).  ERR_INPUT with WHY_DOMAIN_SHAPE or WHY_DOMAIN_SUFFIX.
 */
bool host_clean(const char *typed, char into[256], struct err *e) MUST;
/* The registrable domain a host stands in ("www.example.co.uk": "example.co.uk").  False: none, or an address. */
bool host_registrable(const char *host, char into[256]);
/* A-labels to U-labels for showing, where the result maps back to the same; else a copy. */
void host_shown(const char *name, char into[256]);
/* Is each A-label of a host, a wildcard or an address what IDNA makes of the name it stands for (RFC 5891 section 4.4)? */
bool host_idna(const char *name);
/* Is name equal to domain or below it, at a label boundary?  Both clean. */
bool host_within(const char *name, const char *domain);
#endif
