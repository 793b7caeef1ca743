/*
 * privacy/facts/question_bank.h - the keys to the assurer challenge's questions, as the keeper holds them.
 *
 * A key (bank_item.h) says which options are right and why; the words that
 * belong to it stand in the site store under the hash the key repeats.  Keys are
 * never changed and never deleted: a question with another wording, another
 * answer or another explanation is another version, and a try that was begun
 * with the old one is graded by the old one.  `current` marks what new tries are
 * drawn from.
 *
 * An operator's program brings a bank one question a frame; what came waits
 * beside the keys until KEEPER_BANK_DONE makes all of it the current one, with
 * its line in the ledger, in one commit.  A load that was broken off has changed
 * nothing and is forgotten when the next one begins.
 *
 * Stands on bank_draw, keeper.  Draws nothing and knows no member:
 * assurer_challenge.h.
 */
#ifndef PRIVACY_FACTS_QUESTION_BANK_H
#define PRIVACY_FACTS_QUESTION_BANK_H
#include "privacy/facts/bank_draw.h"
#include "privacy/keeper/keeper.h"

extern const char question_bank_schema[];

/* The current questions of a language; id[] are numbers of keys, by place of the pool.  None: count 0. */
struct question_pool { struct bank_pool pool; int64_t id[BANK_QUESTIONS]; };
bool question_bank_pool(struct keeper *k, const char *language, struct question_pool *p, struct err *e) MUST;
/* A key by its number, current or not.  ERR_ABSENT: none has it. */
bool question_bank_key(struct keeper *k, int64_t id, struct bank_key *key, struct err *e) MUST;
/* u32 n, n * text: the languages a challenge can be begun in. */
bool question_bank_languages(struct keeper *k, struct buf *into, struct err *e) MUST;
#endif
