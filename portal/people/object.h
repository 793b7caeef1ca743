/*
 * portal/people/object.h - what a line of the history was about, in the visitor's language.
 *
 * The keeper writes it in English, and the ledger commits to those words: so
 * they are stored as they are and translated only for the eye.  Names, numbers,
 * addresses and what the prover saw stay as they were written.
 *
 * Stands on say.
 */
#ifndef PORTAL_PEOPLE_OBJECT_H
#define PORTAL_PEOPLE_OBJECT_H
#include "portal/web/say.h"

/* The object's words, plain text, added to `into`. */
void object_say(const struct visit *v, const char *object, struct buf *into);
#endif
