/*
 * portal/trust/language.h - languages people speak, by code and by name.
 *
 * Codes are those of ISO 639-1 where there is one, else of ISO 639-3.  Each
 * language is shown by the name its speakers give it, so no page needs a
 * translation of it; it may be typed by code, by that name or by its English one.
 *
 * Stands on atlas_key (how typed names are compared).
 */
#ifndef PORTAL_TRUST_LANGUAGE_H
#define PORTAL_TRUST_LANGUAGE_H
#include "ledger/base/buf.h"

#define LANGUAGES_MOST	8	/* of one person */
#define LANGUAGES_CODES	61	/* bytes with NUL: codes with a blank between */

struct language { const char *code, *own, *english; };

size_t language_count(void);
const struct language *language_at(size_t i);
/* By code, own or English name, in any case, accents or none; NULL: none. */
const struct language *language_find(const char *typed);
/*
 * "de, English; français" or "de en" to "de en fr": each once, in the order typed.
 * False: one is not known, or more than LANGUAGES_MOST.  Nothing typed: "".
 */
bool languages_read(const char *typed, char into[LANGUAGES_CODES]);
/* Append the names of these codes with commas between. */
void languages_say(const char *codes, struct buf *into);
/* Is code among codes? */
bool languages_hold(const char *codes, const char *code);
#endif
