/*
 * portal/signer/lint_view.h - a to-be-signed certificate as a stranger reads it, for the two lints.
 *
 * Takes DER apart and judges nothing but that it is DER: whose rules hold is the lints'.
 * Everything in a view is borrowed from the bytes.
 *
 * Stands on der.
 */
#ifndef PORTAL_SIGNER_LINT_VIEW_H
#define PORTAL_SIGNER_LINT_VIEW_H
#include "portal/signer/profile.h"

#define LINT_EXTENSIONS	16
#define LINT_ATTRIBUTES	8

struct lint_view {
	struct span	version, serial, alg, issuer, subject, spki;
	int64_t		not_before, not_after;
	struct span	times;
	struct { struct span oid, value; bool critical; } ext[LINT_EXTENSIONS];
	size_t		exts;
	struct { struct span oid, value; unsigned tag; } attr[LINT_ATTRIBUTES];
	size_t		attrs;
	struct span	cn;
};

/* False: not a TBSCertificate in DER, or more attributes or extensions than any of ours has. */
bool lint_view_read(struct lint_view *v, struct span der) MUST;
/* The extension's value; empty when absent.  *critical (may be NULL) is set when it is there. */
struct span lint_view_ext(const struct lint_view *v, const struct oid *o, bool *critical);
/* UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280 section 4.1.2.5). */
bool lint_view_times(const struct lint_view *v) MUST;
/* No extension but of these n kinds, and none twice. */
bool lint_view_only(const struct lint_view *v, const struct oid *const known[], size_t n) MUST;
#endif
