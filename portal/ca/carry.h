/*
 * portal/ca/carry.h - carrying tickets from the keeper to the signer and what
 * came of them back.
 *
 * The portal decides nothing here: it moves bytes.  Whatever a crash or a
 * refusal leaves open the clerk finishes from the two journals.
 */
#ifndef PORTAL_CA_CARRY_H
#define PORTAL_CA_CARRY_H
#include "portal/web/visit.h"
#include "privacy/facts/statement.h"

/*
 * Reads { u32 n, n * bytes ticket } to the end of *a and carries each (revoke,
 * suspend, resume) to the signer and its receipt back to the keeper.  A ticket
 * that fails is logged and left to the clerk.  ERR_IO: the answer was malformed.
 */
bool carry_tickets(struct visit *v, struct span *a, struct err *e) MUST;
bool carry_change(struct visit *v, struct span ticket, struct err *e) MUST;
/* Have the signer issue, tell the keeper, then the signer that it is stored.
   *answer: { bytes certificate, bytes issuer, bytes root, bytes receipt } */
bool carry_issue(struct visit *v, struct span ticket, struct span request_der,
    struct buf *answer, struct err *e) MUST;
/*
 * Did carry_issue fail because it was signed before a crash, so that only the copy
 * sealed to the keeper is left?  The clerk brings that; the certificate's page says so.
 */
bool carry_comes_later(const struct err *e);
/* The CAA statement for one name (may begin with "*."), appended; *says is what it says, for display alone. */
bool carry_caa(struct visit *v, const char *name, bool mail, struct buf *statement, struct statement *says,
    struct err *e) MUST;
/* 303 to the page of the certificate this ticket was for. */
bool go_cert(struct visit *v, struct span ticket, struct err *e) MUST;
#endif
