/*
 * portal/prover/dns_txt.h - the text of a TXT record (RFC 1035 3.3.14).
 *
 * Record data is one or more character-strings, each a length byte and its
 * bytes; a reader joins them without anything between (RFC 7208 3.3 says the
 * same of SPF).  Pure.
 */
#ifndef PORTAL_PROVER_DNS_TXT_H
#define PORTAL_PROVER_DNS_TXT_H
#include "ledger/base/pack.h"

/* Joins into into[size], no NUL added; *len bytes.  False: malformed or longer than size. */
bool txt_join(struct span rdata, unsigned char *into, size_t size, size_t *len) MUST;
/* Is there a record among rdata[0..n) that is exactly this word? */
bool txt_has(const struct span *rdata, size_t n, const char *word) MUST;
#endif
