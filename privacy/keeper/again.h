/*
 * privacy/keeper/again.h - what a session asked for last, and what it was told.
 *
 * A button pressed twice sends its form twice, and the browser shows what the second one brought.  Most acts are
 * the same when they are done twice; what makes something new each time (a case, a message, an event, a line, a
 * certificate) would make two.  There the same question of the same session, asked again within AGAIN_LIFE and with
 * no other act of that session in between, gets the first one's answer, and nothing is done or recorded.
 *
 * Rows of ops.c say so by ANSWER_AGAIN: then all bytes behind the bearer are compared.  A handler whose question
 * differs each time in what does not matter calls act_again itself.  Whether the session may ask at all is decided
 * before, each time.  Who has no session is known by a random number that their form brought (act_again_form): it is
 * compared with all the rest, so nobody who does not know it and says all the same gets another's answer.
 *
 * In memory only, and sealed with a key that is made of the question, which is not kept: in an answer stand pass-phrases
 * and addresses that are told once.  After a start a second time counts as a first one.  Answers are kept when the act went well, until they are
 * older or the batch fails (again_forget), and wiped then.
 */
#ifndef PRIVACY_KEEPER_AGAIN_H
#define PRIVACY_KEEPER_AGAIN_H
#include "privacy/keeper/keeper.h"

#define AGAIN_LIFE	30	/* seconds: longer than somebody waits before pressing once more */
#define AGAIN_MOST	64	/* sessions; the oldest makes room */

bool again_open(struct again **out, struct err *e) MUST;
void again_drop(struct again **g);
/* *found: `what` (any bytes) was asked a moment ago; the answer of then is added to the act's.  Else it is kept when this act goes well. */
void act_again(struct keeper *k, struct act *a, struct span what, bool *found);
/* The same for who has no session: `form` is the random number that the form was made with; empty, nothing is kept. */
void act_again_form(struct keeper *k, struct act *a, struct span form, struct span what, bool *found);
/* The act went well: its answer is kept, or what its session asked before is forgotten.  g NULL: nothing is. */
void again_over(struct again *g, const struct act *a);
void again_forget(struct again *g);
/* Wipes what is too old, or from a time that is yet to come: the clock was set back. */
void again_sweep(struct again *g, int64_t now);
#endif
