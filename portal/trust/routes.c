#include "portal/trust/routes.h"

#define FIELDS(rows)	rows, COUNT(rows)
#define NONE		NULL, 0
#define OPEN	(enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL
#define POSTS(p) (enum role)0, NEEDS_NOTHING, p, GUARD_FORM, NULL
#define OWN(p)	ROLE_MEMBER, NEEDS_SESSION, p, GUARD_OWN, NULL
#define ACTS(p)	ACTS_FROM(NULL, p)
#define ACTS_FROM(page, p) ROLE_MEMBER, NEEDS_SESSION, p, GUARD_OWN_FORM, page
#define ASSURER_FROM(page, p) ROLE_ASSURER, NEEDS_SESSION, p, GUARD_OWN_FORM, page

/* ---- directory and contact ---- */

#define LINE_FIELDS \
	{ "region", MSG("Town or region"), FORM_TEXT, 0, 120, false, NULL }, \
	{ "languages", MSG("Languages you speak"), FORM_TEXT, 0, 200, false, NULL }, \
	{ "place", MSG("Where you are to be found by distance"), FORM_TEXT, 0, 60, false, NULL }

static const struct form_row search_fields[] = {
	{ "place", MSG("Town or coordinates"), FORM_TEXT, 0, 60, false, NULL },
	{ "within", MSG("Not farther than"), FORM_CHOICE, 2, 4, false, "10|25|50|100|250|500|1000" },
	{ "language", MSG("Language"), FORM_TEXT, 0, 60, false, NULL },
};
static const struct form_row line_fields[] = {
	{ "named", MSG("Show my first name and initial"), FORM_TICK, 0, 1, false, NULL },
	LINE_FIELDS,
};
static const struct form_row publish_fields[] = {
	{ "name", MSG("Name"), FORM_TEXT, 0, 255, false, NULL },
	LINE_FIELDS,
};
static const struct form_row message_fields[] = {
	{ "message", MSG("Your message"), FORM_AREA, 1, MESSAGE_MAX, true, NULL },
};
static const struct form_row answer_fields[] = {
	{ "message", MSG("Your answer"), FORM_AREA, 1, MESSAGE_MAX, true, NULL },
};

const struct route trust_routes[] = {
	/* directory and contact */
	{ GET,  "/directory", "directory", OPEN, FIELDS(search_fields), directory_show },
	{ GET,  "/directory", "directory", OWN(PURPOSE_NO_PERSONAL_DATA), FIELDS(search_fields), directory_show },
	{ GET,  "/directory/mine", "own line", OWN(PURPOSE_NAMES), NONE, listing_show },
	{ POST, "/directory/mine", "own line", ACTS(PURPOSE_NAMES), FIELDS(line_fields), listing_preview },
	{ POST, "/directory/mine/publish", "publish line", ASSURER_FROM("/directory/mine", PURPOSE_DIRECTORY), FIELDS(publish_fields), listing_publish },
	{ POST, "/directory/mine/end", "take down line", ACTS_FROM("/directory/mine", PURPOSE_DIRECTORY), NONE, listing_end },
	{ GET,  "/directory/write/*", "write to an assurer", OWN(PURPOSE_NO_PERSONAL_DATA), NONE, contact_write_show },
	{ POST, "/directory/write/*", "write to an assurer", ACTS(PURPOSE_CONTACT), FIELDS(message_fields), contact_write },
	{ GET,  "/contact/*", "answer a message", OPEN, NONE, contact_answer_show },
	{ POST, "/contact/*", "answer a message", POSTS(PURPOSE_CONTACT), FIELDS(answer_fields), contact_answer },
};
const size_t trust_route_count = COUNT(trust_routes);
