/*
 * privacy/facts/assure.h - noting that somebody vouched, and signing it.
 *
 * A noted assurance is a draft: it says everything but counts for nothing.
 * Signing takes the password, for one or for a whole evening's list, and looks at
 * every rule once more at that moment: an assurer suspended meanwhile signs nothing,
 * and of two assurances of the same pair the second is refused.
 *
 * Stands on assurance, vouch, trust, handover, name.
 */
#ifndef PRIVACY_FACTS_ASSURE_H
#define PRIVACY_FACTS_ASSURE_H
#include "privacy/facts/assurance.h"

/* The reason for a visitor; WHY_NONE: allowed. */
uint32_t assure_why(enum vouch_answer answer);
/*
 * Could this be recorded now?  Reckons both people's points from the rows.
 * *founding (may be NULL): it would be one of a founder for a founder.
 */
bool assure_check(struct keeper *k, const struct owner *giver, const struct owner *member,
    const struct assurance *a, int64_t now, bool *founding, uint32_t *why, struct err *e) MUST;
/*
 * Could this draft be signed now?  Beside the rules: is what was compared when it was noted
 * still what is held, and can its link be made?  *member is filled.
 */
bool assure_may_sign(struct keeper *k, const struct owner *giver, struct assurance *draft, int64_t now,
    struct owner *member, uint32_t *why, struct err *e) MUST;
/*
 * It is signed: counts from now, both histories say so, the member is told and
 * keeps a copy of the meeting, links are made, roles follow.  m: what was noted.
 * The act is the giver's; or the member's, who brings what the giver signed before (slip.h).
 */
bool assure_make(struct keeper *k, struct act *a, const struct owner *giver, const struct owner *member,
    struct assurance *row, const struct meeting *m, struct err *e) MUST;
/* Read and check the words that go with a meeting.  ERR_INPUT with WHY_ASSURE_PLACE, WHY_ASSURE_DOCUMENTS, WHY_FIELD_LONG. */
bool meeting_ok(struct meeting *m, const char *place, uint32_t documents, bool papers, struct err *e) MUST;
#endif
