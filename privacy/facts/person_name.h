/*
 * privacy/facts/person_name.h - does what stands on the paper agree with what a member entered?
 *
 * For the blind match: an assurer types what the paper says, and gets one of
 * three words per field, never the field.
 *
 * Names.  First both are brought to NFC and folded case (Unicode full case
 * folding); every space is one space, every dash a hyphen, every apostrophe an
 * apostrophe, and dots, commas and joiners go.  Equal then: matches.  Else they
 * differ in spelling when the same person's papers could well write both:
 *   - accents (Ngô, Ngo), the letters that passports write otherwise
 *     (Müller, Mueller; Ødegård, Odegaard; ICAO Doc 9303 part 3, section 6.A),
 *     Cyrillic and Greek against their Latin transcription, doubled letters,
 *   - hyphen, space or apostrophe or none (O'Brien, OBrien),
 *   - another order of the words, a missing one or its initial, as long as two
 *     whole words agree.
 * Everything else differs.
 *
 * Scripts (UTS 39, section 5.2, "highly restrictive"): letters of one script,
 * or Latin with Han, Hiragana, Katakana; with Han, Bopomofo; with Han, Hangul.
 * Digits of one decimal system (section 5.3).  Script properties are
 * libunistring's; its Script_Extensions are not known to it, so a character of
 * script Common or Inherited goes with every script.
 *
 * Stands on libunistring and libsodium.  Keeps nothing; copies it makes are
 * wiped.  Which characters a name may have at all, person.h decides.
 */
#ifndef PRIVACY_FACTS_PERSON_NAME_H
#define PRIVACY_FACTS_PERSON_NAME_H
#include "ledger/base/buf.h"

#define PERSON_NAME_MOST	512	/* bytes of a whole name; longer ones are refused */

enum field_match {		/* what an assurer is told */
	MATCH_SAME = 1,
	MATCH_SPELLING,		/* the same but for spelling */
	MATCH_DIFFERS,
};

/*
 * Append given, middle, family and suffix (each may be NULL or "") with single
 * spaces between: the whole name that compare and initials take.
 */
void person_name_whole(struct buf *into, const char *given, const char *middle, const char *family,
    const char *suffix);
/*
 * Compare whole names (or the same field of two).  An empty one differs from
 * everything, also from an empty one.  ERR_INPUT: not UTF-8, too long; ERR_MEMORY.
 */
bool person_name_compare(const char *held, const char *typed, enum field_match *m, struct err *e) MUST;
/* Equal by the first rule alone: is it one and the same name? */
bool person_name_same(const char *a, const char *b, bool *same, struct err *e) MUST;
/* The script rule above.  Text without letters passes.  Not UTF-8: false. */
bool person_name_script_ok(const char *name) MUST;
/* Append "A. M. S." for "Anna-Lena Maria Schmidt": capital first letters of up to four words. ERR_INPUT, ERR_MEMORY. */
bool person_name_initials(const char *whole, struct buf *into, struct err *e) MUST;

/*
 * Birth dates as person_value() gives them, in constant time.  Never
 * MATCH_SPELLING.  An empty one, or one longer than a date, differs.
 */
enum field_match birth_compare(const char *held, const char *typed) MUST;
/*
 * Document numbers: letters and digits alone count, in capitals; in constant
 * time for numbers up to 63 bytes, longer ones differ.  MATCH_SPELLING: but
 * for O and 0, I and 1.
 */
enum field_match document_number_compare(const char *held, const char *typed) MUST;
/* Kinds of documents, as person_value() gives them, in constant time. */
enum field_match document_kind_compare(const char *held, const char *typed) MUST;
#endif
