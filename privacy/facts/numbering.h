/*
 * privacy/facts/numbering.h - numbers that are counted up and never given twice.
 *
 * The largest one that is there says nothing about those that were dropped: a page
 * that was opened before would then mean another row.  So the last one given is kept.
 *
 * Stands on the keeper's store, and joins the batch's transaction: a number of a batch
 * that is rolled back is given again, to whom nobody was told of.
 */
#ifndef PRIVACY_FACTS_NUMBERING_H
#define PRIVACY_FACTS_NUMBERING_H
#include "privacy/keeper/keeper.h"

enum numbering { NUMBERING_MAIL = 1, NUMBERING_MAIL_TOKEN, NUMBERING_ASSURANCE, NUMBERING_ERASURE };

extern const char numbering_schema[];	/* after mail_schema: it goes on from there */

/* The next one, from 1.  Fails: ERR_IO, ERR_FULL. */
bool numbering_next(struct keeper *k, enum numbering of, int64_t *number, struct err *e) MUST;
#endif
