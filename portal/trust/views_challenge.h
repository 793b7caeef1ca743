/*
 * portal/trust/views_challenge.h - what the pages of the assurer challenge show.
 *
 * Filled by portal/trust/challenge.c from one keeper answer and the site store's
 * words, read by portal/pages/challenge.html.
 */
#ifndef PORTAL_TRUST_VIEWS_CHALLENGE_H
#define PORTAL_TRUST_VIEWS_CHALLENGE_H
#include "portal/web/visit.h"
#include "privacy/facts/bank_draw.h"

#define CHALLENGE_LANGUAGES	16	/* to choose from */
#define CHALLENGE_PAUSE		5	/* questions from one place to keep the ticks to the next */

struct challenge_row {
	struct bank_text text;
	const char	*topic;			/* its title; "" when that topic is no more */
	unsigned	number;			/* from 1, as shown */
	uint32_t	chosen;			/* bits of options */
	bool		right;
	char		because[BANK_WORDS];	/* "" unless answered wrong */
};

struct challenge_view {
	int64_t		passed_at, next_at, questions, needed, time_minutes, retry_minutes, assurer_from;
	char		offered[CHALLENGE_LANGUAGES][BANK_LANGUAGE];
	size_t		offered_count;
	struct bank_topic topic[BANK_TOPICS];	/* of the last try's language, else of the first offered */
	size_t		topic_count;
	/* the last try */
	enum challenge_state state;
	int64_t		id, begun_at, until, ended_at, right, need;
	char		id_text[24], language[BANK_LANGUAGE];
	struct challenge_row *row;		/* n of them, owned */
	size_t		n, wrong, missing;	/* missing: without any mark in the form at hand */
	bool		told;			/* the page says which are missing */
};

/* An option as people read it: true and false are the site's own words. */
const char *challenge_option(const struct visit *v, const struct challenge_row *r, uint32_t option);
/* "English" for en, else the tag. */
const char *challenge_language(const char *tag);
#endif
