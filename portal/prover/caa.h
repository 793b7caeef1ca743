/*
 * portal/prover/caa.h - what one CAA record set says about issuing (RFC 8659, RFC 9495).
 *
 * Pure: it is handed the record data of the relevant set and our own name.
 * Finding that set by climbing the tree is look.c's.  What it cannot read
 * forbids: a malformed record counts as a critical one we do not know.  Of our
 * own parameters it knows none; a record that names us but restricts the account or the
 * method (RFC 8657) is not an allowance, because we could not keep to it.
 */
#ifndef PORTAL_PROVER_CAA_H
#define PORTAL_PROVER_CAA_H
#include "ledger/base/pack.h"

enum caa_asked { CAA_NAME = 1, CAA_WILDCARD, CAA_MAIL };	/* issue, issuewild, issuemail */
enum caa_verdict {
	CAA_ALLOWS = 1,		/* our name stands there */
	CAA_SILENT,		/* the set says nothing about this kind: allowed */
	CAA_OTHERS,		/* only others are named, or nobody */
	CAA_CRITICAL,		/* a critical property we do not know, or a broken record */
	CAA_RESTRICTED		/* we are named with a restriction we do not support */
};

struct caa_record {
	bool		critical;
	struct span	tag, value;	/* into the record data */
};
/* RFC 8659 4.1: flags, tag length, tag of letters and digits, value.  False: malformed. */
bool caa_read(struct caa_record *into, struct span rdata) MUST;
/* rdata[0..n): the whole relevant set, n > 0.  identity: our issuer domain name, lower case. */
enum caa_verdict caa_judge(const struct span *rdata, size_t n, const char *identity,
    enum caa_asked asked) MUST;
#endif
