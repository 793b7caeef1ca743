/*
 * portal/web/questions.h - the words of the assurer challenge's questions, in the site store.
 *
 * A text stands under the hash that the keeper's key to it repeats, and is never
 * changed or deleted: a try begun yesterday shows yesterday's words.  `current`
 * marks what new tries are drawn from, and carries the number of the ledger entry
 * by which the keeper made it so; the keeper does not ask for the mark, it draws
 * from its own.
 *
 * Written by `troth challenge load` and at every start (portal/control/questions.h),
 * read by the portal.  Holds no answer.  Stands on bank, store.
 */
#ifndef PORTAL_WEB_QUESTIONS_H
#define PORTAL_WEB_QUESTIONS_H
#include "ledger/store/store.h"
#include "privacy/facts/bank.h"

extern const char questions_schema[];		/* of the site store's version 2 */

/* Put the words of a bank there, without any mark.  What is there already stays. */
bool questions_put(struct store *st, const struct bank *b, struct err *e) MUST;
/* These, put there before, are the current ones of their language since this ledger entry; titles of topics, too. */
bool questions_mark(struct store *st, const struct bank *b, int64_t number, struct err *e) MUST;
/* bank_digest of what is marked in this language; *found false: nothing is. */
bool questions_digest(struct store *st, const char *language, unsigned char digest[BANK_HASH], bool *found,
    struct err *e) MUST;
/* One text by its hash.  ERR_ABSENT; ERR_TAMPER: these are not the words the hash belongs to. */
bool questions_get(struct store *st, const unsigned char hash[BANK_HASH], struct bank_text *t, struct err *e) MUST;
/* The topics of a language, in their author's order: *n of them. */
bool questions_topics(struct store *st, const char *language, struct bank_topic into[BANK_TOPICS], size_t *n,
    struct err *e) MUST;
#endif
