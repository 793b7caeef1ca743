/*
 * privacy/facts/contact.h - one message to a listed assurer, one answer, and both know each other.
 *
 * A member writes by way of a line of the directory.  The message lies sealed
 * with the writer's key (FIELD_MESSAGE, the row's id as object) and goes to the
 * assurer by mail, with a link and without an address.  Who answers by that link
 * tells the writer their address and learns the writer's, both by mail; both
 * pages say so before.  The answer is kept nowhere.
 *
 * A message that is not answered is forgotten after trust.directory.contact_life,
 * an answered one at once; that one was sent counts for a day against
 * trust.directory.contacts_per_day, and for an hour against limit.mails_per_hour of the assurer.
 *
 * Stands on listing, address, mail, keeper.
 */
#ifndef PRIVACY_FACTS_CONTACT_H
#define PRIVACY_FACTS_CONTACT_H
#include "privacy/keeper/keeper.h"

extern const char contact_schema[];

/* At most `most` messages that are too old go, recorded; *done: how many.  Rows that only counted go, too. */
bool contact_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;
/*
 * A member is erased: rows, mails and links of what they wrote (the sealed messages
 * go with all that is theirs: vault_forget), and what was written to them, of which
 * each writer's history says that it was not answered.
 */
bool contact_forget(struct keeper *k, int64_t member, int64_t now, struct err *e) MUST;
#endif
