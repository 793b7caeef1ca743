/*
 * privacy/facts/bank_item.h - one question of the Assurer Challenge, in two halves.
 *
 * The *text* may be shown to everybody.  The *key* (which options are right,
 * and the explanation, which gives that away) is the keeper's alone.  The text
 * has a hash, which the key repeats: what is graded is what was shown, and a
 * changed wording under an old version number is seen.  The hash leaves the key
 * out: with four options a hash over both would tell which is right after a few tries.
 *
 * Stands on pack and libsodium.  Reads no file (bank does), draws and times nothing.
 */
#ifndef PRIVACY_FACTS_BANK_ITEM_H
#define PRIVACY_FACTS_BANK_ITEM_H
#include "ledger/base/pack.h"

#define BANK_OPTIONS	8u
#define BANK_VERSIONS	9999u
#define BANK_HASH	32u

/* Bytes with NUL. */
#define BANK_NAME	41		/* of a question or a topic: a-z, 0-9, hyphens within */
#define BANK_LANGUAGE	17
#define BANK_WORDS	1201		/* of a question and of an explanation */
#define BANK_OPTION	301

enum bank_type { BANK_SINGLE = 1, BANK_MULTIPLE, BANK_TRUEFALSE };

/* What everybody may see. */
struct bank_text {
	char		language[BANK_LANGUAGE], name[BANK_NAME], topic[BANK_NAME];
	uint32_t	version;
	enum bank_type	type;
	uint32_t	count;			/* of options; truefalse: 2, "true" and "false" */
	char		ask[BANK_WORDS], option[BANK_OPTIONS][BANK_OPTION];
};

/* What only the keeper may. */
struct bank_key {
	char		name[BANK_NAME];
	uint32_t	version;
	enum bank_type	type;
	uint32_t	count, right;		/* bit n: option n is right */
	unsigned char	hash[BANK_HASH];	/* bank_text_hash() of the text it belongs to */
	char		because[BANK_WORDS];
};

/* Small letters, digits, and hyphens within; a language tag as sites use them, in small letters. */
bool bank_name_ok(const char *s) MUST;
bool bank_language_ok(const char *s) MUST;

/* Over everything in a text, its language too: any change gives another.  Ours only, no other program computes it. */
bool bank_text_hash(const struct bank_text *t, unsigned char hash[BANK_HASH], struct err *e) MUST;
/* The two halves as bytes, for frames and stores.  Reading refuses what is not whole: ERR_INPUT. */
void bank_text_pack(struct buf *b, const struct bank_text *t);
bool bank_text_read(struct bank_text *t, struct span bytes, struct err *e) MUST;
void bank_key_pack(struct buf *b, const struct bank_key *k);
bool bank_key_read(struct bank_key *k, struct span bytes, struct err *e) MUST;

/*
 * Is `chosen` (bit n: option n was ticked) the answer?  All right ones and no
 * other; nothing ticked is wrong.  ERR_INPUT: an option that is not there, or
 * several where one can be chosen.
 */
bool bank_grade(const struct bank_key *k, uint32_t chosen, bool *right, struct err *e) MUST;
#endif
