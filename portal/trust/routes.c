#include "portal/trust/routes.h"
#include "privacy/facts/bank_draw.h"

#define FIELDS(rows)	rows, COUNT(rows)
#define NONE		NULL, 0

_Static_assert(BANK_DRAW_MOST <= FORM_MARKS_MAX, "every question of a challenge has its place in the form");

static const struct form_row challenge_begin_fields[] = {
	{ "language", MSG("Language of the questions"), FORM_TEXT, 2, BANK_LANGUAGE - 1, true, NULL },
};
static const struct form_row challenge_fields[] = {
	{ "try", MSG("Try"), FORM_NUMBER, 1, INT64_MAX / 2, true, NULL },
	{ "q", MSG("Questions"), FORM_MARKS, 0, BANK_DRAW_MOST, false, NULL },
	{ "open", MSG("Hand in although questions are left open"), FORM_TICK, 0, 1, false, NULL },
	{ "keep", MSG("Keep what I ticked"), FORM_TICK, 0, 1, false, NULL },
};

#define OPEN	(enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL
#define OWN(p)	ROLE_MEMBER, NEEDS_SESSION, p, GUARD_OWN, NULL
#define ACTS(p)	ROLE_MEMBER, NEEDS_SESSION, p, GUARD_OWN_FORM, NULL

const struct route trust_routes[] = {
	/* the assurer challenge */
	{ GET,  "/challenge", "challenge", OWN(PURPOSE_CHALLENGE), NONE, challenge_show },
	{ POST, "/challenge", "challenge", ACTS(PURPOSE_CHALLENGE), FIELDS(challenge_begin_fields), challenge_begin },
	{ GET,  "/challenge/questions", "challenge questions", OWN(PURPOSE_CHALLENGE), NONE, challenge_questions_show },
	{ POST, "/challenge/questions", "challenge questions", ACTS(PURPOSE_CHALLENGE), FIELDS(challenge_fields), challenge_hand_in },
	{ GET,  "/signed-out/assurer", "signed out", OPEN, NONE, assurer_begun_show },
};
const size_t trust_route_count = COUNT(trust_routes);
