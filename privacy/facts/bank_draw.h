/*
 * privacy/facts/bank_draw.h - the lot: which questions of a bank make one challenge.
 *
 * Evenly by topic: of 25 questions and five topics, five from each.  What can't
 * be shared out evenly goes to topics that the lot picks; a topic that has too
 * few gives all it has, and the others the rest.  Within a topic each question is
 * as likely as any other, and the order of the whole is random too.
 *
 * Stands on bank and libsodium.  Knows no question's words, nobody who answers,
 * and nothing of earlier draws.
 */
#ifndef PRIVACY_FACTS_BANK_DRAW_H
#define PRIVACY_FACTS_BANK_DRAW_H
#include "privacy/facts/bank.h"

#define BANK_DRAW_MOST	60u		/* trust.challenge.questions at most: they stand in one form */

/* Questions to draw from, by place; which topic each is about, below `topics`. */
struct bank_pool { size_t count, topics, size[BANK_TOPICS]; uint8_t topic[BANK_QUESTIONS]; };

/* The even share of one topic, rounded up. */
size_t bank_share(size_t draw, size_t topics);
/* Has each topic its share? */
bool bank_pool_ready(const struct bank_pool *p, size_t draw) MUST;
/* into[0..draw) become places of the pool, none twice.  ERR_ABSENT: it holds fewer than draw, or draw is 0. */
bool bank_draw(const struct bank_pool *p, size_t draw, size_t *into, struct err *e) MUST;
#endif
