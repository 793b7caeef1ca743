/* The columns of a member's copy: who one is and how one gets in.  How they are read: export_member.c. */
#include "privacy/facts/name.h"
#include "privacy/message.h"
#include "privacy/rights/columns.h"

const char *const role_words[ROLE__COUNT] = {
	[ROLE_MEMBER] = MSG("member"), [ROLE_ASSURER] = MSG("assurer"), [ROLE_SUPPORT] = MSG("support staff"),
	[ROLE_OFFICER] = MSG("officer"), [ROLE_AUDITOR] = MSG("auditor"),
};
const char *const index_words[16] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15" };
static const char *const steps[] = {
	MSG("names"), MSG("birth date"), MSG("nationality"), MSG("document"), MSG("five questions"),
	MSG("a verified address"), MSG("a domain"),
};
static const char *const restrictions[] = { MSG("by my own wish"), MSG("while an erasure waits"), MSG("an erasure has begun"), MSG("you are excluded") };
static const char *const standings[] = {
	[STANDING_GOOD] = MSG("good"), [STANDING_SUSPENDED] = MSG("suspended while a case runs"),
	[STANDING_GONE] = MSG("gone"), [STANDING_FRAUD] = MSG("fraud was found"),
};
static const char *const name_sorts[NAME_SORT__COUNT] = {
	[NAME_SORT_PAPERS] = MSG("as on my papers"), [NAME_SORT_BIRTH] = MSG("of birth"),
	[NAME_SORT_MARRIED] = MSG("of marriage"), [NAME_SORT_SCRIPT] = MSG("in another script"),
	[NAME_SORT_ARTIST] = MSG("of an artist"),
};
static const char *const links[] = { [LINK_NAME] = MSG("a name"), [LINK_BIRTH] = MSG("a birth date") };
static const char *const settings[SETTING__COUNT] = {
	[SETTING_CERT_SIGN_IN] = MSG("sign in by certificate"), [SETTING_REMINDERS] = MSG("reminders"), [SETTING_ASK_FIRST] = MSG("ask me first"),
};
static const struct export_column account[] = {
	COLUMN("number", MSG("Member number"), COLUMN_INT), COLUMN("joined_at", MSG("Joined"), COLUMN_TIME),
	COLUMN("language", MSG("Language of mails"), COLUMN_TEXT),
	COLUMN_OF("roles", MSG("Roles"), COLUMN_BITS, role_words), COLUMN_OF("enrolled", MSG("Told us so far"), COLUMN_BITS, steps),
	COLUMN("points", MSG("Points"), COLUMN_INT), COLUMN("agreement", MSG("Agreement accepted, version"), COLUMN_INT),
	COLUMN("statement", MSG("Privacy statement accepted, version"), COLUMN_INT),
	COLUMN("statement_declined", MSG("Privacy statement declined, version"), COLUMN_INT),
	COLUMN("barred_until", MSG("After a recovery: some acts wait until"), COLUMN_TIME),
	COLUMN_OF("restricted", MSG("Processing restricted"), COLUMN_BITS, restrictions),
	COLUMN("name_shown_first", MSG("Number of the name shown first"), COLUMN_INT),
	COLUMN("challenge_passed_at", MSG("Assurer challenge passed"), COLUMN_TIME),
	COLUMN("founder_since", MSG("Founder since"), COLUMN_TIME),
	COLUMN_OF("standing", MSG("Standing"), COLUMN_WORD, standings),
	COLUMN("standing_since", MSG("Standing since"), COLUMN_TIME),
	COLUMN("name_changed_at", MSG("Name last changed"), COLUMN_TIME),
	COLUMN("parent_withdrew_at", MSG("A parent's consent withdrawn"), COLUMN_TIME),
	COLUMN("document_used_at", MSG("Identity document last used"), COLUMN_TIME),
	COLUMN("paper_forms_asked_at", MSG("Asked about paper forms"), COLUMN_TIME),
};
const struct export_section section_account = { "account", MSG("Membership"), NULL, true, COLUMNS(account) };

static const struct export_column names[] = {
	COLUMN("number", MSG("Number"), COLUMN_INT), COLUMN_OF("kind", MSG("Kind of name"), COLUMN_WORD, name_sorts),
	COLUMN("since", MSG("Held since"), COLUMN_TIME),
	COLUMN("given", MSG("Given name"), COLUMN_TEXT), COLUMN("middle", MSG("Middle names"), COLUMN_TEXT),
	COLUMN("family", MSG("Family name"), COLUMN_TEXT), COLUMN("suffix", MSG("Name suffix"), COLUMN_TEXT),
};
static const struct export_column name_links_columns[] = {
	COLUMN_OF("what", MSG("What"), COLUMN_WORD, links), COLUMN("from", MSG("Number of the old one"), COLUMN_INT),
	COLUMN("to", MSG("Number of the new one"), COLUMN_INT), COLUMN("at", MSG("When"), COLUMN_TIME),
};
const struct export_section
section_names = { "names", MSG("Names"), NULL, false, COLUMNS(names) },
section_name_links = { "name_links", MSG("Names and birth dates that replaced others"),
	MSG("An assurer saw the deed; what was vouched for the old one holds for the new one."), false,
	COLUMNS(name_links_columns) };

static const struct export_column data[] = {
	COLUMN("field", MSG("What"), COLUMN_FIELD),
	COLUMN("object", MSG("Which one (of birth dates, 1: proposed)"), COLUMN_INT),
	COLUMN("since", MSG("Held since"), COLUMN_TIME), COLUMN("value", MSG("Value"), COLUMN_TEXT),
};
const struct export_section section_data = { "data", MSG("Birth date, nationality, document"),
	MSG("Also what whoever vouched for you, or you vouched for, sees of your name."), false, COLUMNS(data) };

static const struct export_column addresses[] = {
	COLUMN("address", MSG("Mail address"), COLUMN_TEXT), COLUMN("since", MSG("Held since"), COLUMN_TIME),
	COLUMN("verified_at", MSG("Verified"), COLUMN_TIME), COLUMN("primary", MSG("Primary address"), COLUMN_BOOL),
	COLUMN("failing", MSG("Mail to it has come back since"), COLUMN_TIME),
};
static const struct export_column questions[] = {
	COLUMN("number", MSG("Number"), COLUMN_INT), COLUMN("since", MSG("Held since"), COLUMN_TIME),
	COLUMN("question", MSG("Question"), COLUMN_TEXT),
};
const struct export_section
section_addresses = { "addresses", MSG("Mail addresses"), NULL, false, COLUMNS(addresses) },
section_questions = { "questions", MSG("Five questions"),
	MSG("The questions alone. The answers are kept as hashes that nobody can turn back."), false, COLUMNS(questions) };

static const struct export_column lists[] = {
	COLUMN("list", MSG("List"), COLUMN_TEXT), COLUMN("asked_at", MSG("Asked for"), COLUMN_TIME),
	COLUMN("since", MSG("Confirmed"), COLUMN_TIME),
};
static const struct export_column settings_columns[] = {
	COLUMN_OF("setting", MSG("Setting"), COLUMN_WORD, settings), COLUMN("value", MSG("Value"), COLUMN_INT),
};
static const struct export_column sessions[] = {
	COLUMN("since", MSG("Signed in"), COLUMN_TIME), COLUMN("seen", MSG("Last seen"), COLUMN_TIME),
	COLUMN("password_good_until", MSG("Password entry good until"), COLUMN_TIME),
	COLUMN("ends_at", MSG("Ends"), COLUMN_TIME), COLUMN("shared", MSG("Shared computer"), COLUMN_BOOL),
	COLUMN("certificate", MSG("By certificate, serial number"), COLUMN_HEX),
};
static const struct export_column roles[] = {
	COLUMN_OF("role", MSG("Role"), COLUMN_WORD, role_words), COLUMN("since", MSG("Since"), COLUMN_TIME),
	COLUMN("until", MSG("Until"), COLUMN_TIME),
};
const struct export_section
section_settings = { "settings", MSG("Settings"), NULL, false, COLUMNS(settings_columns) },
section_lists = { "lists", MSG("Lists of mail you asked for"), NULL, false, COLUMNS(lists) },
section_sessions = { "sessions", MSG("Sessions"), NULL, false, COLUMNS(sessions) },
section_roles = { "roles", MSG("Roles, now and before"), NULL, false, COLUMNS(roles) };

static const struct export_column recovery[] = { COLUMN("at", MSG("When"), COLUMN_TIME) };
static const struct export_column wrong_codes[] = {
	COLUMN("hour", MSG("When"), COLUMN_TIME), COLUMN("times", MSG("How often"), COLUMN_INT),
};
static const struct export_column others[] = {
	COLUMN("day", MSG("Day"), COLUMN_DAY), COLUMN("lines", MSG("How often"), COLUMN_INT),
};
const struct export_section
section_recovery = { "recovery_tries", MSG("Wrong answers when the password was forgotten"), NULL, false, COLUMNS(recovery) },
section_wrong_codes = { "wrong_codes", MSG("Wrong codes typed as an assurer"), NULL, false, COLUMNS(wrong_codes) },
section_others = { "acts_by_others", MSG("Lines that others caused, by day"), NULL, false, COLUMNS(others) };

static const struct export_column sealed[] = {
	COLUMN("field", MSG("What"), COLUMN_FIELD), COLUMN("object", MSG("Which one"), COLUMN_INT),
	COLUMN("version", MSG("Changes so far"), COLUMN_INT), COLUMN("since", MSG("Since"), COLUMN_TIME),
	COLUMN("held", MSG("Held"), COLUMN_BOOL),
};
const struct export_section section_sealed = { "sealed", MSG("List of what is sealed"),
	MSG("Every sealed row there is, also those of passwords and answers, without values. What was erased keeps its row, empty."),
	false, COLUMNS(sealed) };

static const struct export_column erasures[] = {
	COLUMN("number", MSG("Number"), COLUMN_INT), COLUMN("asked_at", MSG("Asked for"), COLUMN_TIME),
	COLUMN("due_at", MSG("Begins"), COLUMN_TIME), COLUMN("begun_at", MSG("Begun"), COLUMN_TIME),
};
const struct export_section section_erasures = { "erasure", MSG("Erasure of the account"), NULL, false, COLUMNS(erasures) };

static const char *const case_kinds[CASE_KIND__COUNT] = {
	[CASE_ACCESS] = MSG("What you hold about me"), [CASE_CORRECTION] = MSG("Correct something"),
	[CASE_ERASURE] = MSG("Erase something"), [CASE_RESTRICTION] = MSG("Stop using my data"),
	[CASE_OBJECTION] = MSG("I object"), [CASE_COMPLAINT] = MSG("A complaint"), [CASE_LOST_ACCESS] = MSG("A lost account"),
	[CASE_NAME_CHANGE] = MSG("A changed name"), [CASE_MINOR] = MSG("A young person's data"),
	[CASE_REPORT] = MSG("A report of a violation"), [CASE_CERTIFICATE] = MSG("A problem with a certificate"),
	[CASE_DECEASED] = MSG("A member who has died"), [CASE_BREACH] = MSG("A breach"), [CASE_DISCLOSURE] = MSG("A disclosure"),
	[CASE_OTHER] = MSG("Not sorted yet"),
};
static const char *const case_states[] = {
	[CASE_OPEN] = MSG("open"), [CASE_WAITING] = MSG("waits for your answer"), [CASE_EXTENDED] = MSG("takes longer"),
	[CASE_CLOSED] = MSG("closed"), [CASE_REOPENED] = MSG("open again"),
};
static const char *const case_outcomes[CASE_OUTCOME__COUNT] = {
	[CASE_DONE] = MSG("done as asked"), [CASE_PARTLY] = MSG("done in part"), [CASE_REFUSED] = MSG("refused"),
	[CASE_WITHDRAWN] = MSG("withdrawn"), [CASE_NO_ANSWER] = MSG("closed for want of an answer"),
};
static const char *const case_flags[] = {
	MSG("the birth date may be opened"), MSG("staff asked to open a field"), MSG("allowed that"),
	MSG("asked whether somebody with a tie may work on it"), MSG("allowed that somebody with a tie works on it"),
};
static const char *const changed[] = { [LINK_NONE] = MSG("nothing was said"), [LINK_NAME] = MSG("name"), [LINK_BIRTH] = MSG("birth date") };
static const struct export_column cases[] = {
	COLUMN("number", MSG("Number"), COLUMN_INT), COLUMN_OF("kind", MSG("Kind"), COLUMN_WORD, case_kinds),
	COLUMN_OF("state", MSG("State"), COLUMN_WORD, case_states), COLUMN("opened_at", MSG("Opened"), COLUMN_TIME),
	COLUMN("deadline", MSG("Answer due"), COLUMN_TIME), COLUMN("extended_by", MSG("Extended by months"), COLUMN_INT),
	COLUMN("closed_at", MSG("Closed"), COLUMN_TIME), COLUMN_OF("outcome", MSG("Outcome"), COLUMN_WORD, case_outcomes),
	COLUMN_OF("said", MSG("What you said to it"), COLUMN_BITS, case_flags), COLUMN("texts", MSG("Texts"), COLUMN_INT),
	COLUMN_OF("changed", MSG("What changed"), COLUMN_WORD, changed), COLUMN("from", MSG("Former name"), COLUMN_INT),
	COLUMN("to", MSG("New name"), COLUMN_INT), COLUMN("decision", MSG("Number of the decision"), COLUMN_INT),
};
static const struct export_column seat[] = { COLUMN("name", MSG("Name"), COLUMN_TEXT) };
const struct export_section
section_seat = { "seat_name", MSG("Your name on the list of seats"), NULL, true, COLUMNS(seat) },
section_cases = { "cases", MSG("Cases you opened"),
	MSG("Their texts stand below. What somebody else reported is theirs."), false, COLUMNS(cases) };

static const char *const writers[] = { [CASE_TEXT_OPENER] = MSG("you"), [CASE_TEXT_STAFF] = MSG("staff") };
static const struct export_column case_texts[] = {
	COLUMN("case", MSG("Number of the case"), COLUMN_INT), COLUMN("at", MSG("When"), COLUMN_TIME),
	COLUMN_OF("by", MSG("By"), COLUMN_WORD, writers), COLUMN("words", MSG("Words"), COLUMN_TEXT),
};
const struct export_section section_case_texts = { "case_texts", MSG("What was written in your cases"),
	MSG("What you wrote and what was answered; notes that staff wrote for each other are not part of it."), false, COLUMNS(case_texts) };

static const char *const lost_ways[] = { [LOST_BY_SHEET] = MSG("two assurers confirm"), [LOST_BY_WAITING] = MSG("an address and a waiting time") };
static const char *const lost_states[] = {
	[LOST_RUNS] = MSG("under way"), [LOST_GIVEN] = MSG("a new password may be chosen"), [LOST_DONE] = MSG("done"),
	[LOST_STOPPED] = MSG("stopped"), [LOST_OVER] = MSG("over"),
};
static const struct export_column lost[] = {
	COLUMN("case", MSG("Number of the case"), COLUMN_INT), COLUMN_OF("way", MSG("Way"), COLUMN_WORD, lost_ways),
	COLUMN_OF("state", MSG("State"), COLUMN_WORD, lost_states), COLUMN("started_at", MSG("Begun"), COLUMN_TIME),
	COLUMN("due_at", MSG("A new password from"), COLUMN_TIME), COLUMN("ends_at", MSG("Ends"), COLUMN_TIME),
	COLUMN("confirmed_by", MSG("Assurers who confirmed"), COLUMN_INT),
};
const struct export_section section_lost = { "lost_access", MSG("Ways back into your account"), NULL, false, COLUMNS(lost) };

static const struct export_column use[] = {
	COLUMN("day", MSG("Day"), COLUMN_DAY), COLUMN("asked_at", MSG("Asked whether it is still wanted"), COLUMN_TIME),
};
#define TRUSTED_ROWS(who) COLUMN(who, MSG("Member number"), COLUMN_INT), COLUMN("asked_at", MSG("Asked for"), COLUMN_TIME), \
	COLUMN("agreed_at", MSG("Agreed"), COLUMN_TIME), COLUMN("closing_at", MSG("Asked that the account be closed"), COLUMN_TIME)
static const struct export_column trusted[] = { TRUSTED_ROWS("contact") }, trusted_by[] = { TRUSTED_ROWS("member") };
const struct export_section
section_use = { "last_use", MSG("The last day you used your account"), NULL, true, COLUMNS(use) },
section_trusted = { "trusted_contact", MSG("Your trusted contact"),
	MSG("The number only once they agreed: until then nobody is told whether somebody has the address you typed."), true, COLUMNS(trusted) },
section_trusted_by = { "trusted_contact_of", MSG("Whose trusted contact you are, or are asked to be"), NULL, false, COLUMNS(trusted_by) };
