#include "portal/desk/case_routes.h"
#include "portal/desk/case_views.h"
#include "privacy/facts/decision.h"

#define FIELDS(rows)	rows, COUNT(rows)
#define NONE		NULL, 0
#define WORDS(name, label) { name, label, FORM_AREA, 1, CASE_TEXT_MAX, true, NULL }
#define REASON(name, label) { name, label, FORM_SENTENCE, 3, 160, true, NULL }

/* For forms without a session: draw_once() */
#define ONCE		{ "once", MSG("Number of this form"), FORM_TEXT, 32, 32, false, NULL }

static const struct form_row new_fields[] = {
	{ "kind", MSG("What it is about"), FORM_CHOICE, 4, 20, true,
	    "access|correction|erasure|restriction|objection|complaint|name|minor|certificate" },
	WORDS("words", MSG("Your words")),
	{ "birth", MSG("Staff may open my birth date for this case"), FORM_TICK, 0, 1, false, NULL },
};
#define REPORT_ROWS \
	{ "against", MSG("Whom it is about"), FORM_CHOICE, 5, 8, true, "member|assurer|staff|officer|unsure" }, \
	{ "about", MSG("Their member number"), FORM_TEXT, 0, 20, false, NULL }, \
	WORDS("words", MSG("What happened"))
static const struct form_row report_fields[] = { REPORT_ROWS };
static const struct form_row visit_report_fields[] = { REPORT_ROWS, ONCE };
static const struct form_row visit_new_fields[] = {
	{ "kind", MSG("What it is about"), FORM_CHOICE, 4, 20, true,
	    "lost|complaint|access|correction|erasure|restriction|objection|minor|certificate|deceased" },
	WORDS("words", MSG("Your words")),
	ONCE,
};
static const struct form_row key_show_fields[] = {
	{ "serial", MSG("Serial number of the certificate"), FORM_SERIAL, 0, 32, false, NULL },
};
static const struct form_row key_fields[] = {
	{ "serial", MSG("Serial number of the certificate"), FORM_SERIAL, 32, 32, true, NULL },
	{ "request", MSG("The request"), FORM_AREA, 1, 16384, true, NULL },
};
static const struct form_row say_fields[] = { WORDS("words", MSG("Your message")) };
static const struct form_row allow_fields[] = {
	{ "what", MSG("What you are asked"), FORM_CHOICE, 1, 1, true, "1|2" },
	{ "answer", MSG("Answer"), FORM_CHOICE, 2, 3, true, "yes|no" },
};
static const struct form_row name_fields[] = {
	{ "from", MSG("What changed"), FORM_NUMBER, 0, CASE_NAME_BACK, true, NULL },
	{ "to", MSG("What it is now"), FORM_NUMBER, 0, VOUCH_NAMES - 1, false, NULL },
};
static const struct form_row door_fields[] = {
	{ "number", MSG("Number of the case"), FORM_NUMBER, 10000000, 99999999, true, NULL },
	{ "phrase", MSG("Pass-phrase"), FORM_SECRET, 1, 64, true, NULL },
};

/* ---- staff: each form of the page has names of its own, so that what was typed in one shows in none of the others ---- */
static const struct form_row hand_fields[] = {
	{ "what", MSG("Hand over"), FORM_CHOICE, 4, 6, true, "deputy|over|back" },
	{ "deputy", MSG("Deputy: member number or e-mail address"), FORM_TEXT, 0, 254, false, NULL },
};
static const struct form_row answer_fields[] = {
	{ "as", MSG("What it is"), FORM_CHOICE, 4, 6, true, "answer|wait|note" },
	WORDS("message", MSG("Your words")),
};
static const struct form_row extend_fields[] = {
	{ "months", MSG("How many months more"), FORM_CHOICE, 1, 1, true, "1|2" },
	WORDS("because", MSG("Why it takes longer")),
};
static const struct form_row close_fields[] = {
	{ "outcome", MSG("How it ended"), FORM_CHOICE, 4, 9, true, "done|partly|refused|withdrawn|silence" },
	WORDS("ending", MSG("Your last words in it")),
};
static const struct form_row open_fields[] = {
	{ "field", MSG("Field"), FORM_NUMBER, 0, FIELD__COUNT - 1, true, NULL },
	REASON("reason", MSG("Why this field is needed")),
};
static const struct form_row password_fields[] = {
	{ "password", MSG("Password"), FORM_SECRET, 10, 256, true, NULL },
	{ "again", MSG("The same password again"), FORM_SECRET, 1, 256, true, NULL },
};
static const struct form_row lost_fields[] = {
	{ "answer", MSG("Your answer"), FORM_CHOICE, 2, 4, true, "go|stop" },
};
static const struct form_row find_fields[] = {
	{ "how", MSG("Found by"), FORM_CHOICE, 6, 7, true, "address|domain|serial|number" },
	{ "exactly", MSG("Exactly"), FORM_TEXT, 1, 254, true, NULL },
};
static const struct form_row name_ask_fields[] = {
	{ "grounds", MSG("What you looked into"), FORM_AREA, 3, REASON_TEXT - 1, true, NULL },
};
static const struct form_row later_fields[] = {
	{ "days", MSG("For how many days"), FORM_NUMBER, 1, TELLING_DAYS_MOST, true, NULL },
	{ "grounds", MSG("Why telling would do harm"), FORM_AREA, 3, REASON_TEXT - 1, true, NULL },
};
#define KINDS "access|correction|erasure|restriction|objection|complaint|lost|minor|report|certificate|deceased"
static const struct form_row sort_fields[] = { { "kind", MSG("What it is about"), FORM_CHOICE, 4, 20, true, KINDS } };
static const struct form_row letter_fields[] = {
	{ "kind", MSG("What it is about"), FORM_CHOICE, 4, 20, true, KINDS },
	{ "day", MSG("Day it came"), FORM_NUMBER, 1, 31, true, NULL },
	{ "month", MSG("Month it came"), FORM_NUMBER, 1, 12, true, NULL },
	{ "year", MSG("Year it came"), FORM_NUMBER, 1900, 9999, true, NULL },
	WORDS("words", MSG("What the letter says")),
};
static const struct form_row breach_enter_fields[] = {
	{ "hours", MSG("Known for how many hours?"), FORM_NUMBER, 0, 10 * 365 * 24, true, NULL },
	{ "what", MSG("What happened"), FORM_AREA, 3, BREACH_TEXT, true, NULL },
	{ "at", MSG("When this form was made"), FORM_NUMBER, 0, INT64_MAX, false, NULL },
};
static const struct form_row breach_fields[] = {
	{ "version", MSG("Version it was made from"), FORM_NUMBER, 0, INT64_MAX, true, NULL },
	{ "what", MSG("What happened"), FORM_AREA, 3, BREACH_TEXT, true, NULL },
	{ "effects", MSG("Which effects it has"), FORM_AREA, 0, BREACH_TEXT, false, NULL },
	{ "done", MSG("What was done about it"), FORM_AREA, 0, BREACH_TEXT, false, NULL },
	{ "told", MSG("The authority was told"), FORM_TICK, 0, 1, false, NULL },
};
static const struct form_row seat_fields[] = {
	{ "seat", MSG("Which seat"), FORM_CHOICE, 7, 7, true, "support|officer|auditor" },
	{ "do", MSG("What you ask for"), FORM_CHOICE, 3, 4, true, "give|end" },
	{ "who", MSG("Member number or e-mail address"), FORM_TEXT, 1, 254, true, NULL },
	{ "reason", MSG("Your reason"), FORM_AREA, 3, 500, true, NULL },
};
static const struct form_row seat_name_fields[] = {
	{ "on", MSG("On"), FORM_CHOICE, 1, 1, true, "0|1" },
	{ "guest", MSG("A disclosure"), FORM_NUMBER, 0, INT64_MAX, false, NULL },	/* for which a guest holds it */
};

#define OPEN	(enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL
#define POSTS(p) (enum role)0, NEEDS_NOTHING, p, GUARD_FORM, NULL
#define OWN(p)	ROLE_MEMBER, NEEDS_SESSION, p, GUARD_OWN, NULL
#define ACTS(p)	ACTS_FROM(NULL, p)
#define ACTS_FROM(page, p) ROLE_MEMBER, NEEDS_SESSION, p, GUARD_OWN_FORM, page
#define DESK_OWN(p) ROLE_SUPPORT, NEEDS_SESSION, p, GUARD_OWN, NULL
#define DESK_ACTS(p) ROLE_SUPPORT, NEEDS_SESSION, p, GUARD_OWN_FORM, "/desk/case/*"
#define DESK_FRESH_ACTS(p) ROLE_SUPPORT, NEEDS_FRESH, p, GUARD_OWN_FORM, "/desk/case/*"

const struct route case_routes[] = {
	/* ---- a member's own ---- */
	{ GET,  "/cases", "own cases", OWN(PURPOSE_NO_PERSONAL_DATA), NONE, cases_show },
	{ GET,  "/cases/new", "new case", OWN(PURPOSE_NO_PERSONAL_DATA), NONE, case_new_show },
	{ POST, "/cases/new", "new case", ACTS(PURPOSE_CASE), FIELDS(new_fields), case_new },
	{ GET,  "/cases/report", "report", OWN(PURPOSE_NO_PERSONAL_DATA), NONE, case_report_show },
	{ POST, "/cases/report", "report", ACTS(PURPOSE_CASE), FIELDS(report_fields), case_report },
	{ GET,  "/cases/*", "own case", OWN(PURPOSE_CASE), NONE, case_show },
	{ POST, "/cases/*", "write in own case", ACTS(PURPOSE_CASE), FIELDS(say_fields), case_say },
	{ POST, "/cases/allow/*", "answer what staff ask", ACTS_FROM("/cases/*", PURPOSE_CASE), FIELDS(allow_fields), case_allow },

	{ GET,  "/cases/name/*", "what changed", OWN(PURPOSE_NAMES), NONE, case_name_show },
	{ POST, "/cases/name/*", "what changed", ACTS(PURPOSE_CASE), FIELDS(name_fields), case_name },

	/* ---- without an account ---- */
	{ GET,  "/case", "case door", OPEN, NONE, case_door_show },
	{ POST, "/case", "case door", POSTS(PURPOSE_CASE), FIELDS(door_fields), case_door },
	{ GET,  "/case/new", "visitor's new case", OPEN, NONE, case_visit_new_show },
	{ POST, "/case/new", "visitor's new case", POSTS(PURPOSE_CASE), FIELDS(visit_new_fields), case_visit_new },
	{ GET,  "/case/report", "visitor's report", OPEN, NONE, case_visit_report_show },
	{ POST, "/case/report", "visitor's report", POSTS(PURPOSE_CASE), FIELDS(visit_report_fields), case_visit_report },
	{ GET,  "/case/key", "stolen key", OPEN, FIELDS(key_show_fields), key_proof_show },
	{ POST, "/case/key", "stolen key", POSTS(PURPOSE_CERT_CHANGE), FIELDS(key_fields), key_proof_send },
	{ GET,  "/case/visit/*", "visitor's case", (enum role)0, NEEDS_NOTHING, PURPOSE_CASE, GUARD_VISIT, NULL, NONE, case_visit_show },
	{ POST, "/case/visit/*", "write in visitor's case", POSTS(PURPOSE_CASE), FIELDS(say_fields), case_visit_say },
	{ POST, "/case/sheet/*", "sheet for two assurers", POSTS(PURPOSE_CASE), NONE, lost_sheet },
	{ GET,  "/case/password/*", "new password by a case", (enum role)0, NEEDS_NOTHING, PURPOSE_CASE, GUARD_VISIT, NULL, NONE, lost_password_show },
	{ POST, "/case/password/*", "new password by a case", POSTS(PURPOSE_CASE), FIELDS(password_fields), lost_password },
	{ GET,  "/lost/*", "lost account", OPEN, NONE, lost_show },
	{ POST, "/lost/*", "lost account", POSTS(PURPOSE_LOST_ACCESS), FIELDS(lost_fields), lost_answer },
	{ GET,  "/lost/open/*", "new password after waiting", OPEN, NONE, lost_open_show },
	{ POST, "/lost/open/*", "new password after waiting", POSTS(PURPOSE_RECOVERY), FIELDS(password_fields), lost_open },

	/* ---- staff: support, and officers for the cases that are theirs; which of the two the keeper asks ---- */
	{ GET,  "/desk", "desk", DESK_OWN(PURPOSE_CASE_WORK), NONE, desk_show },
	{ GET,  "/desk/case/*", "case", DESK_OWN(PURPOSE_CASE_WORK), NONE, desk_case_show },
	{ GET,  "/desk/letter", "letter", DESK_OWN(PURPOSE_NO_PERSONAL_DATA), NONE, desk_letter_show },
	{ POST, "/desk/letter", "letter", ROLE_SUPPORT, NEEDS_SESSION, PURPOSE_CASE_WORK, GUARD_OWN_FORM, NULL, FIELDS(letter_fields), desk_letter },
	{ POST, "/desk/sort/*", "sort case", DESK_ACTS(PURPOSE_CASE_WORK), FIELDS(sort_fields), desk_sort },
	{ POST, "/desk/take/*", "take case", DESK_ACTS(PURPOSE_CASE_WORK), NONE, desk_take },
	{ POST, "/desk/hand/*", "hand case over", DESK_ACTS(PURPOSE_CASE_WORK), FIELDS(hand_fields), desk_hand },
	{ POST, "/desk/say/*", "write in case", DESK_ACTS(PURPOSE_CASE_WORK), FIELDS(answer_fields), desk_say },
	{ POST, "/desk/extend/*", "extend case", DESK_ACTS(PURPOSE_CASE_WORK), FIELDS(extend_fields), desk_extend },
	{ POST, "/desk/close/*", "close case", DESK_ACTS(PURPOSE_CASE_WORK), FIELDS(close_fields), desk_close },
	{ POST, "/desk/open/*", "open field", DESK_FRESH_ACTS(PURPOSE_CASE_WORK), FIELDS(open_fields), desk_open },
	{ POST, "/desk/name/*", "ask about a changed name", DESK_FRESH_ACTS(PURPOSE_CASE_WORK), FIELDS(name_ask_fields), desk_name },
	{ POST, "/desk/later/*", "ask to tell later", DESK_FRESH_ACTS(PURPOSE_CASE_WORK), FIELDS(later_fields), desk_later },
	{ POST, "/desk/lost/*", "set a way back going", DESK_FRESH_ACTS(PURPOSE_CASE_WORK), NONE, desk_lost },
	{ POST, "/desk/find/*", "find whom a case concerns", DESK_FRESH_ACTS(PURPOSE_CASE_FIND), FIELDS(find_fields), desk_find },

	/* ---- the register of breaches ---- */
	{ GET,  "/officers/breaches", "register of breaches", ROLE_OFFICER, NEEDS_FRESH, PURPOSE_BREACH, GUARD_OWN, NULL, NONE, breaches_show },
	{ POST, "/officers/breaches", "enter a breach", ROLE_OFFICER, NEEDS_FRESH, PURPOSE_BREACH, GUARD_OWN_FORM, NULL, FIELDS(breach_enter_fields), breach_enter },
	{ GET,  "/officers/breaches/*", "breach", ROLE_OFFICER, NEEDS_FRESH, PURPOSE_BREACH, GUARD_OWN, NULL, NONE, breach_show },
	{ POST, "/officers/breaches/*", "change a breach", ROLE_OFFICER, NEEDS_FRESH, PURPOSE_BREACH, GUARD_OWN_FORM, NULL, FIELDS(breach_fields), breach_set },

	/* ---- seats ---- */
	{ GET,  "/seats", "seats", OPEN, NONE, seats_show },
	{ GET,  "/officers/seats", "ask about a seat", ROLE_OFFICER, NEEDS_FRESH, PURPOSE_DECISION, GUARD_OWN, NULL, NONE, seat_ask_show },
	{ POST, "/officers/seats", "ask about a seat", ROLE_OFFICER, NEEDS_FRESH, PURPOSE_DECISION, GUARD_OWN_FORM, NULL, FIELDS(seat_fields), seat_ask },
	{ POST, "/settings/seat", "name of a seat", ACTS_FROM("/settings", PURPOSE_SEAT), FIELDS(seat_name_fields), seat_name },
};
const size_t case_route_count = COUNT(case_routes);
