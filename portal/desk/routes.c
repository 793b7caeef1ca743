#include "portal/desk/routes.h"

#define FIELDS(rows)	rows, COUNT(rows)
#define NONE		NULL, 0

static const struct form_row sure_fields[] = {
	{ "sure", MSG("Yes, I am sure"), FORM_TICK, 0, 1, true, NULL },
};
static const struct form_row on_fields[] = {
	{ "on", MSG("On"), FORM_CHOICE, 1, 1, true, "0|1" },
};
static const struct form_row erase_fields[] = {
	{ "when", MSG("When?"), FORM_CHOICE, 3, 5, true, "later|now" },
	{ "sure", MSG("Yes, erase my account"), FORM_TICK, 0, 1, true, NULL },
};
static const struct form_row link_fields[] = {		/* of the page: was the link just asked for? */
	{ "link", MSG("Send me the link"), FORM_CHOICE, 1, 1, false, "1" },
};
static const struct form_row code_fields[] = {
	{ "code", MSG("Code of the erasure"), FORM_TEXT, 16, 23, true, NULL },
};

#define OPEN	(enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL
#define POSTS	POSTS_FROM(PURPOSE_NO_PERSONAL_DATA)
#define POSTS_FROM(p) (enum role)0, NEEDS_NOTHING, p, GUARD_FORM, NULL
#define OWN(p)	ROLE_MEMBER, NEEDS_SESSION, p, GUARD_OWN, NULL
#define ACTS_FROM(page, p) ROLE_MEMBER, NEEDS_SESSION, p, GUARD_OWN_FORM, page
#define FRESH(p) ROLE_MEMBER, NEEDS_FRESH, p, GUARD_OWN, NULL
#define FRESH_ACTS(p) FRESH_ACTS_FROM(NULL, p)
#define FRESH_ACTS_FROM(page, p) ROLE_MEMBER, NEEDS_FRESH, p, GUARD_OWN_FORM, page

const struct route desk_routes[] = {
	{ GET,  "/rights", "rights", OWN(PURPOSE_RIGHTS), NONE, rights_show },
	{ POST, "/rights/ask-first", "ask me first", ACTS_FROM("/rights", PURPOSE_SETTINGS), FIELDS(on_fields), ask_first_do },
	{ GET,  "/rights/restrict", "restriction", FRESH(PURPOSE_RIGHTS), NONE, restrict_show },
	{ POST, "/rights/restrict", "restriction", FRESH_ACTS(PURPOSE_RESTRICT), FIELDS(sure_fields), restrict_do },
	{ POST, "/rights/restrict/lift", "restriction lifted", FRESH_ACTS_FROM("/rights/restrict", PURPOSE_RESTRICT), NONE, restrict_lift },
	{ GET,  "/rights/erase", "erase account", FRESH(PURPOSE_RIGHTS), FIELDS(link_fields), erase_show },
	{ POST, "/rights/erase", "erase account", FRESH_ACTS(PURPOSE_ERASE_ACCOUNT), FIELDS(erase_fields), erase_ask },
	{ POST, "/rights/erase/link", "erase at once", FRESH_ACTS_FROM("/rights/erase", PURPOSE_ERASE_ACCOUNT), NONE, erase_link },
	{ POST, "/rights/erase/stop", "erasure stopped", ACTS_FROM("/rights/erase", PURPOSE_ERASE_ACCOUNT), NONE, erase_stop },
	{ GET,  "/erase/*", "erase at once", OPEN, NONE, erase_now_show },
	{ POST, "/erase/*", "erase at once", POSTS_FROM(PURPOSE_ERASE_ACCOUNT), FIELDS(sure_fields), erase_now_do },
	{ GET,  "/receipt", "erasure receipt", OPEN, NONE, receipt_show },
	{ POST, "/receipt", "erasure receipt", POSTS, FIELDS(code_fields), receipt_ask },
	{ POST, "/receipt/file", "erasure receipt", POSTS, FIELDS(code_fields), receipt_file },
};
const size_t desk_route_count = COUNT(desk_routes);
