/*
 * privacy/facts/question.h - five questions and answers, the way back in.
 *
 * Questions are sealed fields their owner can read again; answers are
 * credentials (slots 1 to 5) that nobody can.  All five questions differ, and
 * so do the answers, whatever their case, accents and spaces: a new answer is
 * hashed with the salt of each one that stays, to see that it is another.
 *
 * Stands on credential, answer, argon.
 */
#ifndef PRIVACY_FACTS_QUESTION_H
#define PRIVACY_FACTS_QUESTION_H
#include "privacy/keeper/keeper.h"

#define QUESTIONS	5
#define QUESTION_MAX	201	/* bytes with NUL */
#define ANSWER_MAX	201

/* How many of the five are set. */
bool question_count(struct keeper *k, int64_t member, int *n, struct err *e) MUST;
/* Questions and answers go.  Changes sealed rows: record it. */
bool question_erase(struct keeper *k, struct act *a, struct err *e) MUST;
#endif
