#include "portal/people/routes.h"
#include "privacy/facts/vouch.h"

#define ADDRESS_ROW	{ "address", MSG("E-mail address"), FORM_TEXT, 3, 254, true, NULL }
#define NEW_PASSWORD	{ "password", MSG("Password"), FORM_SECRET, 10, 256, true, NULL }, \
			{ "again", MSG("The same password again"), FORM_SECRET, 1, 256, true, NULL }
#define ID_ROW		{ "id", MSG("Number"), FORM_NUMBER, 1, INT64_MAX / 2, true, NULL }
#define FIELDS(rows)	rows, COUNT(rows)
#define NONE		NULL, 0

static const struct form_row join_fields[] = {
	ADDRESS_ROW, NEW_PASSWORD,
	{ "agree", MSG("I agree to the community agreement and have read the privacy statement"), FORM_TICK, 0, 1, true, NULL },
};
static const struct form_row sign_in_fields[] = {
	ADDRESS_ROW,
	{ "password", MSG("Password"), FORM_SECRET, 1, 256, true, NULL },
	{ "shared", MSG("This is a shared computer"), FORM_TICK, 0, 1, false, NULL },
};
static const struct form_row settings_fields[] = {		/* of the page: was the password just changed? */
	{ "changed", MSG("Password"), FORM_CHOICE, 1, 1, false, "1" },
};
static const struct form_row cert_fields[] = {
	{ "shared", MSG("This is a shared computer"), FORM_TICK, 0, 1, false, NULL },
};
static const struct form_row forgot_fields[] = { ADDRESS_ROW };
static const struct form_row reset_fields[] = {
	{ "answer1", MSG("First answer"), FORM_SECRET, 1, 200, true, NULL },
	{ "answer2", MSG("Second answer"), FORM_SECRET, 1, 200, true, NULL },
	{ "answer3", MSG("Third answer"), FORM_SECRET, 1, 200, true, NULL },
	NEW_PASSWORD,
};
static const struct form_row password_fields[] = {
	{ "next", MSG("What comes next"), FORM_TEXT, 0, 200, false, NULL },
	{ "password", MSG("Password"), FORM_SECRET, 1, 256, true, NULL },
	{ "typed", MSG("What you typed"), FORM_AREA, 0, 4 * CASE_TEXT_MAX, false, NULL },
};
static const struct form_row password_change_fields[] = { NEW_PASSWORD };
static const struct form_row on_fields[] = {
	{ "on", MSG("On"), FORM_CHOICE, 1, 1, true, "0|1" },
};
static const struct form_row trusted_fields[] = { ADDRESS_ROW };
static const struct form_row trusted_answer_fields[] = {
	{ "member", MSG("Member number"), FORM_NUMBER, 1, INT64_MAX / 2, true, NULL },
	{ "answer", MSG("Your answer"), FORM_CHOICE, 2, 3, true, "yes|no" },
};
static const struct form_row trusted_close_fields[] = {
	{ "member", MSG("Member number"), FORM_NUMBER, 1, INT64_MAX / 2, true, NULL },
};
static const struct form_row code_fields[] = {
	{ "code", MSG("Code"), FORM_TEXT, 4, 64, true, NULL },
};
static const struct form_row policy_fields[] = {
	{ "answer", MSG("Your answer"), FORM_CHOICE, 2, 3, true, "yes|no" },
	{ "agreement", MSG("Community agreement"), FORM_NUMBER, 1, INT32_MAX, true, NULL },
	{ "statement", MSG("Privacy statement"), FORM_NUMBER, 1, INT32_MAX, true, NULL },
};
static const struct form_row session_fields[] = {
	{ "number", MSG("Number"), FORM_NUMBER, 0, INT64_MAX / 2, true, NULL },
};
static const struct form_row erase_fields[] = {
	{ "field", MSG("Field"), FORM_NUMBER, 1, FIELD__COUNT - 1, true, NULL },
};
static const struct form_row names_fields[] = {
	{ "given", MSG("Given name or names"), FORM_TEXT, 0, 200, false, NULL },
	{ "middle", MSG("Middle names"), FORM_TEXT, 0, 200, false, NULL },
	{ "family", MSG("Family name"), FORM_TEXT, 0, 200, false, NULL },
	{ "suffix", MSG("Suffix"), FORM_TEXT, 0, 60, false, NULL },
};
static const struct form_row further_fields[] = {
	{ "sort", MSG("What kind of name is it?"), FORM_CHOICE, 5, 7, true, "papers|birth|married|script|artist" },
	{ "given", MSG("Given name or names"), FORM_TEXT, 0, 200, false, NULL },
	{ "middle", MSG("Middle names"), FORM_TEXT, 0, 200, false, NULL },
	{ "family", MSG("Family name"), FORM_TEXT, 0, 200, false, NULL },
	{ "suffix", MSG("Suffix"), FORM_TEXT, 0, 60, false, NULL },
};
static const struct form_row index_fields[] = {
	{ "index", MSG("Number"), FORM_NUMBER, 0, VOUCH_NAMES - 1, true, NULL },
};
static const struct form_row birth_fields[] = {
	{ "day", MSG("Day"), FORM_NUMBER, 1, 31, true, NULL },
	{ "month", MSG("Month"), FORM_NUMBER, 1, 12, true, NULL },
	{ "year", MSG("Year"), FORM_NUMBER, 1900, 9999, true, NULL },
};
static const struct form_row nationality_fields[] = {
	{ "nationality", MSG("Country or countries"), FORM_TEXT, 2, 250, true, NULL },
};
static const struct form_row document_fields[] = {
	{ "kind", MSG("Kind of document"), FORM_CHOICE, 4, 20, true,
	    "passport|identity card|driving licence|residence permit|other|none" },
	{ "number", MSG("Number of the document"), FORM_TEXT, 0, 60, false, NULL },
};
static const struct form_row questions_fields[] = {
	{ "question1", MSG("Question 1"), FORM_TEXT, 0, 200, false, NULL },
	{ "answer1", MSG("Answer 1"), FORM_SECRET, 0, 200, false, NULL },
	{ "question2", MSG("Question 2"), FORM_TEXT, 0, 200, false, NULL },
	{ "answer2", MSG("Answer 2"), FORM_SECRET, 0, 200, false, NULL },
	{ "question3", MSG("Question 3"), FORM_TEXT, 0, 200, false, NULL },
	{ "answer3", MSG("Answer 3"), FORM_SECRET, 0, 200, false, NULL },
	{ "question4", MSG("Question 4"), FORM_TEXT, 0, 200, false, NULL },
	{ "answer4", MSG("Answer 4"), FORM_SECRET, 0, 200, false, NULL },
	{ "question5", MSG("Question 5"), FORM_TEXT, 0, 200, false, NULL },
	{ "answer5", MSG("Answer 5"), FORM_SECRET, 0, 200, false, NULL },
};
static const struct form_row history_fields[] = {
	{ "before", MSG("Before"), FORM_NUMBER, 0, INT64_MAX / 2, false, NULL },
};
static const struct form_row address_fields[] = { ADDRESS_ROW };
static const struct form_row id_fields[] = { ID_ROW };
static const struct form_row sure_fields[] = {
	{ "sure", MSG("Yes, I am sure"), FORM_TICK, 0, 1, true, NULL },
};

#define OPEN	(enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL
#define POSTS(p) (enum role)0, NEEDS_NOTHING, p, GUARD_FORM, NULL
#define OWN(p)	ROLE_MEMBER, NEEDS_SESSION, p, GUARD_OWN, NULL
#define ACTS(p)	ACTS_FROM(NULL, p)
#define ACTS_FROM(page, p) ROLE_MEMBER, NEEDS_SESSION, p, GUARD_OWN_FORM, page
#define FRESH(p) ROLE_MEMBER, NEEDS_FRESH, p, GUARD_OWN, NULL
#define FRESH_ACTS(p) FRESH_ACTS_FROM(NULL, p)
#define FRESH_ACTS_FROM(page, p) ROLE_MEMBER, NEEDS_FRESH, p, GUARD_OWN_FORM, page

static const struct form_row list_fields[] = {
	{ "list", MSG("List"), FORM_TEXT, 1, 23, true, NULL },
	{ "on", MSG("On"), FORM_CHOICE, 1, 1, true, "0|1" },
};

const struct route people_routes[] = {
	{ GET,  "/join", "join", OPEN, NONE, join_show },
	{ POST, "/join", "join", POSTS(PURPOSE_JOIN), FIELDS(join_fields), join_send },
	{ GET,  "/verify/*", "verify", OPEN, NONE, verify_show },
	{ POST, "/verify/*", "verify", POSTS(PURPOSE_VERIFY_ADDRESS), NONE, verify_take },
	{ GET,  "/stop/*", "stop a list", OPEN, NONE, verify_show },
	{ POST, "/stop/*", "stop a list by one click", (enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_MACHINE, NULL, NONE, list_one_click },
	{ GET,  "/sign-in", "sign in", OPEN, NONE, sign_in_show },
	{ POST, "/sign-in", "sign in", POSTS(PURPOSE_SIGN_IN), FIELDS(sign_in_fields), sign_in_do },
	{ GET,  "/sign-in/certificate", "sign in by certificate", OPEN, NONE, sign_in_cert_show },
	{ POST, "/sign-in/certificate", "sign in by certificate", POSTS(PURPOSE_SIGN_IN), FIELDS(cert_fields), sign_in_cert_do },
	{ GET,  "/signed-out", "signed out", OPEN, NONE, signed_out_show },
	{ GET,  "/signed-out/officer", "signed out", OPEN, NONE, role_taken_show },
	{ GET,  "/forgot", "forgotten password", OPEN, NONE, forgot_show },
	{ POST, "/forgot", "forgotten password", POSTS(PURPOSE_RECOVERY), FIELDS(forgot_fields), forgot_send },
	{ GET,  "/reset/*", "new password", OPEN, NONE, reset_show },
	{ POST, "/reset/*", "new password", POSTS(PURPOSE_RECOVERY), FIELDS(reset_fields), reset_do },

	{ GET,  "/home", "home", OWN(PURPOSE_HOME), NONE, home_show },
	{ POST, "/sign-out", "sign out", ACTS_FROM("/home", PURPOSE_SESSIONS), NONE, sign_out_do },
	{ GET,  "/password", "password again", OWN(PURPOSE_PASSWORD), NONE, password_show },
	{ GET,  "/password/*", "password again", OWN(PURPOSE_PASSWORD), NONE, password_show },
	{ POST, "/password", "password again", ACTS(PURPOSE_PASSWORD), FIELDS(password_fields), password_again },
	{ GET,  "/password/change", "change password", FRESH(PURPOSE_PASSWORD), NONE, password_change_show },
	{ POST, "/password/change", "change password", FRESH_ACTS(PURPOSE_PASSWORD), FIELDS(password_change_fields), password_change_do },
	{ GET,  "/lists", "lists", OWN(PURPOSE_NO_PERSONAL_DATA), NONE, lists_show },
	{ POST, "/lists", "lists", ACTS(PURPOSE_LIST), FIELDS(list_fields), list_set },
	{ GET,  "/settings", "settings", OWN(PURPOSE_SETTINGS), FIELDS(settings_fields), settings_show },
	{ GET,  "/settings/trusted", "trusted contacts", FRESH(PURPOSE_NO_PERSONAL_DATA), NONE, trusted_show },
	{ POST, "/settings/trusted", "name a trusted contact", FRESH_ACTS(PURPOSE_TRUSTED), FIELDS(trusted_fields), trusted_name },
	{ POST, "/settings/trusted/end", "end a trusted contact", FRESH_ACTS_FROM("/settings/trusted", PURPOSE_TRUSTED), NONE, trusted_end },
	{ POST, "/settings/trusted/answer", "answer as a trusted contact", ACTS_FROM("/settings/trusted", PURPOSE_TRUSTED), FIELDS(trusted_answer_fields), trusted_answer },
	{ POST, "/settings/trusted/close", "ask that an account be closed", FRESH_ACTS_FROM("/settings/trusted", PURPOSE_TRUSTED), FIELDS(trusted_close_fields), trusted_close },
	{ POST, "/settings/certificate", "setting", FRESH_ACTS_FROM("/settings", PURPOSE_SETTINGS), FIELDS(on_fields), setting_certificate },
	{ GET,  "/role", "officer code", FRESH(PURPOSE_ROLE), NONE, role_show },
	{ POST, "/role", "officer code", FRESH_ACTS(PURPOSE_ROLE), FIELDS(code_fields), role_do },
	{ GET,  "/policy", "policy", OWN(PURPOSE_POLICY), NONE, policy_show },
	{ POST, "/policy", "policy", ACTS(PURPOSE_POLICY), FIELDS(policy_fields), policy_answer },
	{ GET,  "/sessions", "sessions", OWN(PURPOSE_SESSIONS), NONE, sessions_show },
	{ POST, "/sessions/end", "end session", ACTS_FROM("/sessions", PURPOSE_SESSIONS), FIELDS(session_fields), session_end },

	{ GET,  "/data", "my data", OWN(PURPOSE_OWN_VIEW), NONE, data_show },
	{ POST, "/data/erase", "erase field", ACTS_FROM("/data", PURPOSE_ERASE_FIELD), FIELDS(erase_fields), data_erase },
	{ GET,  "/data/names", "names", OWN(PURPOSE_OWN_VIEW), NONE, names_show },
	{ POST, "/data/names", "names", ACTS(PURPOSE_ENROL), FIELDS(names_fields), names_save },
	{ GET,  "/data/birth", "birth date", OWN(PURPOSE_ENROL), NONE, birth_show },
	{ POST, "/data/birth", "birth date", ACTS(PURPOSE_ENROL), FIELDS(birth_fields), birth_save },
	{ GET,  "/names", "own names", OWN(PURPOSE_NAMES), NONE, own_names_show },
	{ GET,  "/names/add", "further name", OWN(PURPOSE_NAMES), NONE, name_add_show },
	{ POST, "/names/add", "further name", ACTS(PURPOSE_NAMES), FIELDS(further_fields), name_add },
	{ GET,  "/names/change/*", "change name", OWN(PURPOSE_NAMES), NONE, name_change_show },
	{ POST, "/names/change/*", "change name", ACTS(PURPOSE_NAMES), FIELDS(further_fields), name_change },
	{ POST, "/names/first", "name shown first", ACTS_FROM("/names", PURPOSE_NAMES), FIELDS(index_fields), name_first },
	{ GET,  "/names/erase/*", "erase name", OWN(PURPOSE_NAMES), NONE, name_erase_show },
	{ POST, "/names/erase/*", "erase name", ACTS(PURPOSE_ERASE_FIELD), FIELDS(sure_fields), name_erase_do },
	{ GET,  "/names/birth", "new birth date", FRESH(PURPOSE_CORRECT), NONE, birth_new_show },
	{ POST, "/names/birth", "new birth date", FRESH_ACTS(PURPOSE_CORRECT), FIELDS(birth_fields), birth_new },
	{ POST, "/names/birth/drop", "new birth date taken back", FRESH_ACTS_FROM("/names", PURPOSE_CORRECT), NONE, birth_new_drop },
	{ GET,  "/data/nationality", "nationality", OWN(PURPOSE_ENROL), NONE, nationality_show },
	{ POST, "/data/nationality", "nationality", ACTS(PURPOSE_ENROL), FIELDS(nationality_fields), nationality_save },
	{ GET,  "/data/document", "document", OWN(PURPOSE_ENROL), NONE, document_show },
	{ POST, "/data/document", "document", ACTS(PURPOSE_ENROL), FIELDS(document_fields), document_save },
	{ GET,  "/questions", "questions", FRESH(PURPOSE_QUESTIONS), NONE, questions_show },
	{ POST, "/questions", "questions", FRESH_ACTS(PURPOSE_QUESTIONS), FIELDS(questions_fields), questions_save },
	{ GET,  "/history", "history", OWN(PURPOSE_HISTORY), FIELDS(history_fields), history_show },
	{ GET,  "/history/*", "history line", OWN(PURPOSE_HISTORY), NONE, history_entry_show },

	{ GET,  "/addresses", "addresses", OWN(PURPOSE_ADDRESSES), NONE, addresses_show },
	{ POST, "/addresses", "add address", ACTS(PURPOSE_ADDRESS_CHANGE), FIELDS(address_fields), address_add },
	{ POST, "/addresses/again", "address mail again", ACTS_FROM("/addresses", PURPOSE_ADDRESS_CHANGE), FIELDS(id_fields), address_again },
	{ POST, "/addresses/primary", "primary address", FRESH_ACTS_FROM("/addresses", PURPOSE_ADDRESS_CHANGE), FIELDS(id_fields), address_primary },
	{ GET,  "/addresses/remove/*", "remove address", FRESH(PURPOSE_ADDRESSES), NONE, address_remove_show },
	{ POST, "/addresses/remove/*", "remove address", FRESH_ACTS(PURPOSE_ADDRESS_CHANGE), FIELDS(sure_fields), address_remove_do },
};
const size_t people_route_count = COUNT(people_routes);

/* What members open most. */
const struct route_ahead people_ahead[] = {
	{ "/home", KEEPER_HOME },
	{ "/data", KEEPER_DATA },
	{ "/addresses", KEEPER_ADDRESSES },
};
const size_t people_ahead_count = COUNT(people_ahead);
