/*
 * privacy/facts/assurer_challenge.h - a member's try at the assurer challenge.
 *
 * Beginning draws trust.challenge.questions of the current ones of a language and
 * starts the clock.  The answers come all at once, are graded, and that is final:
 * a second hand-in, one after trust.challenge.time, one for another try, an option
 * that is not there or several where one can be chosen are refused and leave
 * everything as it was.  What was drawn is graded by the very versions that
 * were drawn, whatever became of the bank since.
 *
 * One row a member: their last try, until the next begins.  Its answers are sealed
 * with the member's key; showing them is an opening and has its line.  A try that
 * was never handed in counts as not passed when its time is over; nothing has to
 * run for that.  After a try that was not passed the next waits for
 * trust.challenge.retry; who has passed begins none.
 *
 * Stands on question_bank, trust.  A pass is written down in trust.h's facts, which
 * decides whether it makes an assurer.
 */
#ifndef PRIVACY_FACTS_ASSURER_CHALLENGE_H
#define PRIVACY_FACTS_ASSURER_CHALLENGE_H
#include "privacy/facts/question_bank.h"

extern const char assurer_challenge_schema[];

struct sitting {			/* a member's last try */
	int64_t		id;		/* 0: none yet */
	char		language[BANK_LANGUAGE];
	int64_t		begun_at, until, ended_at;	/* ended_at: handed in and graded; 0: not */
	size_t		n;
	int64_t		key[BANK_DRAW_MOST];		/* numbers of the questions' keys, in the order shown */
	/* filled by sitting_open alone: */
	uint32_t	right, needed, chosen[BANK_DRAW_MOST];
};

/* Without its answers.  None: id 0. */
bool sitting_get(struct keeper *k, int64_t member, struct sitting *s, struct err *e) MUST;
/* Open the answers of a graded one: record it. */
bool sitting_open(struct keeper *k, const struct owner *o, struct sitting *s, struct err *e) MUST;
enum challenge_state sitting_state(const struct sitting *s, int64_t now);
/* When the next may begin, as far as this one is concerned; 0: now. */
int64_t sitting_next(const struct keeper *k, const struct sitting *s, int64_t now);
#endif
