/*
 * privacy/facts/footing.h - what a certificate stands on: its holder's points, and the points of the name in it.
 *
 * An Assured certificate stands on UNLOCK_ASSURED, a name in it on that name's bit of
 * names_ok (points.h); a Robot one on neither.  The question is the same when a
 * certificate is asked for (issue.c) and afterwards, of those that live: what no
 * longer stands on anything is listed for its owner, not revoked.
 *
 * Stands on points, register.  Reckons nothing: the points are trust_points() of the moment.
 */
#ifndef PRIVACY_FACTS_FOOTING_H
#define PRIVACY_FACTS_FOOTING_H
#include "privacy/facts/points.h"
#include "privacy/facts/ticket.h"
#include "privacy/keeper/keeper.h"

/*
 * May a certificate of this profile stand on these points?  named: 0 no name in it, else the
 * name's index + 1.  WHY_NONE; WHY_POINTS, WHY_NAME_YOUNG (a parent's consent is
 * missing), WHY_NAME_POINTS (this name has not enough of its own).
 */
enum why footing_why(const struct points *p, enum profile profile, unsigned named) MUST;
/* Why no name at all could stand in one now; WHY_NONE: p->names_ok says which can. */
enum why footing_no_name(const struct points *p, const struct act *a) MUST;
/*
 * The act's owner's live certificates that stand on what is no longer there, appended as
 * { [16] serial, text first name }, *n of them.  They are not accounted by the vault:
 * whoever shows them records FIELD_CERT_BODY.
 */
bool footing_lost(struct keeper *k, const struct act *a, const struct points *p, struct buf *into, uint32_t *n,
    struct err *e) MUST;
/* The same of those that carry a name whose index has no bit in `held`: its owner is called something else now. */
bool footing_stranded(struct keeper *k, const struct act *a, uint32_t held, struct buf *into, uint32_t *n,
    struct err *e) MUST;
#endif
