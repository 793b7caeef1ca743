/*
 * privacy/facts/paper.h - which signed paper forms lie with whom, and until when.
 *
 * A row is made when an assurance is signed whose assurer keeps a form.  Its holder
 * destroys it after trust.paper.life and ticks that; once the member confirmed the
 * assurance on screen, it need not be kept at all.  Once a year the holder is asked.  A
 * form changes hands when somebody leaves: it is offered to another member, who
 * accepts it.  Numbers are counted up, so that they can be written on the paper.
 *
 * Stands on assurance, name, mail.  Holds nothing of what stands on the forms.
 */
#ifndef PRIVACY_FACTS_PAPER_H
#define PRIVACY_FACTS_PAPER_H
#include "privacy/facts/assurance.h"

#define PAPER_ASKED	(365 * 86400)	/* seconds between two questions */

extern const char paper_schema[];

/* A form of this assurance lies with its giver.  Records nothing: signing does. */
bool paper_add(struct keeper *k, const struct assurance *a, int64_t now, struct err *e) MUST;
/* Holders who were not asked for a year are, at most `most`; *done: how many. */
bool paper_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;
#endif
