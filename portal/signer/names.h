/*
 * portal/signer/names.h - what a DNS name and a mail address look like.
 *
 * Shape only: LDH labels in lower case, a wildcard as the whole first label; RFC
 * 5321 dot-string local parts.  Of the labels with "--" in third place only A-labels
 * whose Punycode can be read; whether IDNA allows its characters the portal asks of
 * libidn2, which the signer does not link.  Neither reverse zones of IP addresses nor onion names.
 * Nothing is looked up: who holds a name is the keeper's business.
 *
 * Stands on err alone.
 */
#ifndef PORTAL_SIGNER_NAMES_H
#define PORTAL_SIGNER_NAMES_H
#include "ledger/base/err.h"

/* A fully qualified name, at most 253 bytes, possibly "*." before it. */
bool name_is_dns(const char *s, size_t n) MUST;
/* local@domain, ASCII, at most 254 bytes; no quoted local parts, no literals. */
bool name_is_mail(const char *s, size_t n) MUST;
#endif
