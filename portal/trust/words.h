/*
 * portal/trust/words.h - what the keeper's numbers about meetings and vouching are called.
 *
 * Functions that return a text return a message id, never NULL; those that take
 * a buffer append plain text (not yet escaped) in the visitor's language.
 *
 * Stands on say and country.  Decides nothing.
 */
#ifndef PORTAL_TRUST_WORDS_H
#define PORTAL_TRUST_WORDS_H
#include "portal/web/visit.h"
#include "privacy/facts/vouch.h"

const char *method_words(unsigned method);		/* enum vouch_method */
const char *name_sort_words(unsigned sort);		/* enum name_sort */
const char *handover_kind_words(unsigned kind);		/* enum handover_kind */
const char *handover_state_words(unsigned state);	/* enum handover_state */
const char *handover_act_words(unsigned act);		/* enum handover_act: a whole sentence */
/* "passport, identity card"; nothing for none. */
void documents_say(const struct visit *v, uint32_t documents, struct buf *into);
/* DOCUMENT_* bits of what is ticked in the form: passport, card, driving, residence, other, deed. */
uint32_t documents_typed(const struct visit *v);
/* None is ticked: marked so, beside whatever else is wrong with the form. */
void documents_missing(struct visit *v);
/* "names, birth date" of FIELD_BIT()s; the four parts of a name are one word. */
void fields_say(const struct visit *v, uint64_t bits, struct buf *into);
/* What a field holds, as people say it: countries and kinds of document in the visitor's language, all else as it is. */
void value_say(const struct visit *v, uint32_t field, const char *value, struct buf *into);
/* "24 hours", "60 days", "7 years": the largest unit that is whole. */
void duration_say(const struct visit *v, int64_t seconds, struct buf *into);
/* The same into an array, for pages. */
#define SPAN_SHOWN	48	/* bytes of "24 hours" in any language */
void duration_keep(const struct visit *v, int64_t seconds, char into[SPAN_SHOWN]);
/* Name 2 (name of birth): how a name is called where it is not shown; number counts from 1. */
void name_called(const struct visit *v, unsigned number, unsigned sort, struct buf *into);
/* What was said into an array of size bytes; too long, it ends in "…" at a character's end. */
void said_keep(const struct buf *said, char *into, size_t size);
#endif
