/*
 * privacy/facts/bank.h - the Assurer Challenge's questions, read from a text file.
 *
 * A bank is one UTF-8 file in one language.  People write it in any editor:
 *
 *	# Lines that begin with # say something to the next author only.
 *	bank 1
 *	language en
 *	topic identity Checking who somebody is
 *
 *	question identity-two-papers 1
 *	about identity
 *	type single
 *	ask Somebody brings two papers whose names differ by a middle name.
 *		What can you vouch for?
 *	+ For each name as far as one of the papers carries it
 *	- For nothing at all
 *	because Vouching is for stated names: you say which you saw, and where.
 *
 * The head comes first: `bank 1` (this format), one `language` (BCP 47: en,
 * pt-br), and one `topic` for each topic: its short name and its title.  Then the
 * questions, in any number and order.  A question begins with its name and its
 * version; the name stays for ever and occurs once in a file, the version
 * grows by one with every change of wording, so that an old result can be
 * read later.  Then, each once:
 *
 *	about TOPIC	one of the topics above
 *	type KIND	single (exactly one right option), multiple (one or more) or
 *			truefalse
 *	ask WORDS	what is asked
 *	+ WORDS		a right option	} two to eight, in the order in which they
 *	- WORDS		a wrong option	} are shown; not with truefalse
 *	answer true	or answer false: with truefalse, instead of options; the
 *			site shows its own words for the two
 *	because WORDS	what is told afterwards to those who answered wrong
 *
 * `type` stands before the options.  An indented line goes on with the text
 * above it; an empty line ends a text.  A line takes up to 1,000 bytes; CRLF
 * is an end of line too, a byte order mark at the start is passed over.
 * Anything else is refused, naming file and line in one plain sentence.
 *
 * What is read comes apart in two (bank_item.h): texts for everybody, keys for
 * the keeper alone.
 *
 * Stands on bank_item.  Draws nothing, stores nothing, times nothing, and does
 * not know how often a question was answered.
 */
#ifndef PRIVACY_FACTS_BANK_H
#define PRIVACY_FACTS_BANK_H
#include "privacy/facts/bank_item.h"

#define BANK_DRAW	25u		/* questions of one challenge */
#define BANK_TOPICS	16u
#define BANK_QUESTIONS	1000u
#define BANK_FILE	(1u << 20)	/* bytes */
#define BANK_LINE	1000u		/* bytes without the line's end */
#define BANK_TITLE	81		/* bytes with NUL */

struct bank_topic { char name[BANK_NAME], title[BANK_TITLE]; };

struct bank;

/*
 * Read p[0..n); `file` is what its errors call it.  *out is the caller's, also
 * NULL after a failure.  ERR_INPUT ("file:line: sentence"), ERR_MEMORY.
 */
bool bank_parse(struct bank **out, const void *p, size_t n, const char *file, struct err *e) MUST;
/* The same from a file of at most BANK_FILE bytes.  ERR_ABSENT, ERR_IO, ERR_INPUT, ERR_MEMORY. */
bool bank_load(struct bank **out, const char *path, struct err *e) MUST;
void bank_drop(struct bank **b);		/* wipes */

/* Over all that is in it, titles and keys too: tells whether a bank is the one that was loaded.  Comments do not count. */
bool bank_digest(const struct bank *b, unsigned char digest[BANK_HASH], struct err *e) MUST;

size_t bank_count(const struct bank *b);
const char *bank_language(const struct bank *b);
size_t bank_topic_count(const struct bank *b);
/* Borrowed from the bank, in the file's order; i and t below the counts. */
const struct bank_topic *bank_topic(const struct bank *b, size_t t);
const struct bank_text *bank_text(const struct bank *b, size_t i);
const struct bank_key *bank_key(const struct bank *b, size_t i);
/* Questions of topic t. */
size_t bank_topic_size(const struct bank *b, size_t t);
/*
 * Can a challenge of `draw` questions be drawn from it by topic?  ERR_INPUT,
 * saying which topic has too few: each needs its even share, rounded up.
 */
bool bank_ready(const struct bank *b, size_t draw, struct err *e) MUST;

#endif
