/*
 * privacy/facts/person.h - what may stand in a field about a person.
 *
 * Each value is checked and brought to one form before it is sealed: names to
 * NFC without control characters and doubled spaces; birth dates to real days;
 * nationalities to ISO 3166-1 codes; documents to a known kind and a plain number.
 *
 * Stands on libunistring and purpose's fields.  Keeps nothing.
 */
#ifndef PRIVACY_FACTS_PERSON_H
#define PRIVACY_FACTS_PERSON_H
#include "privacy/purpose.h"

#define NAME_MOST	64	/* code points of one name field */
#define NATIONALITIES	5	/* at most */

/* Is f a field that members fill in themselves (names, birth, nationality, document)? */
bool person_field(uint32_t f) MUST;
/*
 * Append the normal form of value to *into; "" stays "" (erase).  now: for
 * birth dates.  ERR_INPUT with WHY_FIELD_UNKNOWN, WHY_FIELD_LONG, WHY_NAME_SHAPE,
 * WHY_BIRTH_DATE, WHY_NATIONALITY, WHY_DOCUMENT.
 */
bool person_value(enum field f, const char *value, int64_t now, struct buf *into,
    struct err *e) MUST;
/* Are these two capitals a code of ISO 3166-1 (or XK)? */
bool person_country_ok(char a, char b) MUST;
#endif
