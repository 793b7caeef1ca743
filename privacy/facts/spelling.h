/*
 * privacy/facts/spelling.h - one loose spelling for the many that papers use.
 *
 * Marks go; letters that travel documents write otherwise become those (ß ss,
 * þ th; ICAO Doc 9303 part 3, section 6), Cyrillic and Greek their Latin
 * transcription (sections 6.B and, for Greek, ELOT 743); then what
 * transcriptions disagree about becomes one: ae, oe, ue and aa lose their
 * second letter, y and j are i, kh is h, and doubled letters are single.
 *
 * Two names with one loose spelling may be the same person's; they are not the
 * same name.  Stands on libunistring.  Not for showing to anybody.
 */
#ifndef PRIVACY_FACTS_SPELLING_H
#define PRIVACY_FACTS_SPELLING_H
#include "ledger/base/buf.h"

/* Append the loose spelling of n bytes of UTF-8 in folded case. */
void spelling_loose(const char *text, size_t n, struct buf *into);
#endif
