/*
 * privacy/rights/erase_field.h - one field goes, at a click or because its time is over.
 *
 * The sealed value is overwritten (secure_delete), and so are the old and new
 * values that entries about corrections of this field carried: their hashes
 * stay, the ledger shows them as erased.  The entry says which field went,
 * never what stood there.
 *
 * Which entries those are stands in a table by the member's running numbers,
 * which lead to entries only through their sealed trail.
 *
 * Stands on vault, chain, record.
 */
#ifndef PRIVACY_RIGHTS_ERASE_FIELD_H
#define PRIVACY_RIGHTS_ERASE_FIELD_H
#include "privacy/keeper/keeper.h"

extern const char document_schema[], old_value_schema[];

/*
 * The newest entry about *o carries values of f (object: which name, which birth date;
 * else 0): note it, so that they can go with the field.
 */
bool old_value_note(struct keeper *k, const struct owner *o, enum field f, int64_t object, struct err *e) MUST;
/* The values of all entries noted for it go. */
bool old_values_erase(struct keeper *k, const struct owner *o, enum field f, int64_t object, struct err *e) MUST;
/* The same of all parts of a name. */
bool old_names_erase(struct keeper *k, const struct owner *o, int64_t index, struct err *e) MUST;
/* `from` was replaced by `to`: what was noted for the one goes with the other. */
bool old_values_move(struct keeper *k, const struct owner *o, enum field f, int64_t from, int64_t to,
    struct err *e) MUST;
/* The document was used (entered, in a hand-over): its time begins anew, at the end of the last open hand-over. */
bool document_used(struct keeper *k, int64_t member, int64_t now, struct err *e) MUST;
/* Erase at most `most` documents not used for document_life; one entry each. */
bool erase_field_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *documents,
    struct err *e) MUST;
#endif
