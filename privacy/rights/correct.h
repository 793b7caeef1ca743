/*
 * privacy/rights/correct.h - putting right what is held about oneself.
 *
 * Each corrected field is one ledger entry that carries the old and the new
 * value, sealed with the member's own key; erasing the field later takes these
 * values away too (erase_field.h).  Changing a guarded field that has a value
 * asks for the password; filling in an empty one does not.
 *
 * What somebody vouched for is not corrected here: a vouched name is replaced by a
 * further name and a link, a birth date by a proposal and a link (facts/name.h).
 *
 * Stands on person (what may stand in a field), name, vault, record.
 */
#ifndef PRIVACY_RIGHTS_CORRECT_H
#define PRIVACY_RIGHTS_CORRECT_H
#include "privacy/keeper/keeper.h"

/* The STEP_ bits that names, birth date, nationality and document give, set anew from the vault. */
bool steps_refresh(struct keeper *k, struct act *a, struct err *e) MUST;
/*
 * Change or (value empty) erase one field of the act's owner and record it;
 * object: which name, for the parts of names, else 0.  Nothing happens when the value is the same.
 * Whether somebody vouched for it is the caller's to ask.
 */
bool correct_field(struct keeper *k, struct act *a, enum field f, int64_t object, struct span value,
    struct err *e) MUST;
#endif
