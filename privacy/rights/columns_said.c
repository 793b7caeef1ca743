/* The columns of a member's copy: what was published, written and decided.  How they are read: export_said.c. */
#include "privacy/facts/decision.h"
#include "privacy/facts/mail.h"
#include "privacy/message.h"
#include "privacy/rights/columns.h"

static const char *const published_kinds[PUBLISHED_KIND__COUNT] = {
	[PUBLISHED_LISTING] = MSG("a line in the directory"), [PUBLISHED_EVENT] = MSG("an event"),
};
static const char *const published_states[] = {
	[PUBLISHED_ANNOUNCED] = MSG("announced"), [PUBLISHED_STANDING] = MSG("public"), [PUBLISHED_ENDING] = MSG("ending"),
};
static const char *const decision_kinds[DECISION_KIND__COUNT] = {
	[DECISION_FOUNDING] = MSG("founders"), [DECISION_OBJECTION] = MSG("an objection"),
	[DECISION_SUSPEND] = MSG("a suspension"), [DECISION_LIFT] = MSG("the end of a suspension"), [DECISION_FRAUD] = MSG("fraud"),
	[DECISION_SUPPORT_GIVE] = MSG("a seat in support"), [DECISION_SUPPORT_END] = MSG("the end of a seat in support"),
	[DECISION_OFFICER_GIVE] = MSG("an officer's seat"), [DECISION_OFFICER_END] = MSG("the end of an officer's seat"),
	[DECISION_AUDITOR_GIVE] = MSG("an auditor's seat"), [DECISION_AUDITOR_END] = MSG("the end of an auditor's seat"),
	[DECISION_NAME_CHANGE] = MSG("a change of name or birth date"), [DECISION_HOLD] = MSG("an erasure hold"),
	[DECISION_HOLD_END] = MSG("the end of an erasure hold"), [DECISION_EXCLUDE] = MSG("an exclusion"),
	[DECISION_EXCLUDE_END] = MSG("the end of an exclusion"),
	[DECISION_DISCLOSURE] = MSG("A disclosure"), [DECISION_BORROW] = MSG("a guest officer's seat"),
	[DECISION_TELLING] = MSG("Telling later in a report"),
};
static const char *const decision_states[] = {
	[DECISION_OPEN] = MSG("open"), [DECISION_AGREED] = MSG("agreed"), [DECISION_REFUSED] = MSG("refused"),
	[DECISION_LAPSED] = MSG("lapsed"),
};
static const char *const decision_parts[] = { MSG("it is about you"), MSG("you asked for it") };
static const char *const mails[MAIL_USE__COUNT] = {
	[MAIL_JOIN] = MSG("join"), [MAIL_KNOWN] = MSG("somebody tried to join with your address"),
	[MAIL_ADDRESS] = MSG("prove an address"), [MAIL_ADDRESS_KNOWN] = MSG("somebody tried to add your address"),
	[MAIL_RESET] = MSG("forgotten password"), [MAIL_RESET_DONE] = MSG("the password was replaced"),
	[MAIL_RESET_FAILED] = MSG("wrong answers were given"), [MAIL_PASSWORD_CHANGED] = MSG("the password was changed"),
	[MAIL_DOMAIN] = MSG("prove a domain"), [MAIL_ADDRESS_REMOVED] = MSG("an address was removed"),
	[MAIL_PRIMARY_CHANGED] = MSG("another primary address"), [MAIL_ISSUED] = MSG("a certificate was issued"),
	[MAIL_REVOKED] = MSG("a certificate was revoked"), [MAIL_EXPIRY] = MSG("a certificate ends soon"),
	[MAIL_ROLE] = MSG("a role began or ended"), [MAIL_ASSURED] = MSG("somebody vouched for you"),
	[MAIL_ASSURANCE_WITHDRAWN] = MSG("a vouching was taken back"), [MAIL_OBJECTED] = MSG("somebody objected"),
	[MAIL_DECIDED] = MSG("officers decided"), [MAIL_POINTS_FALL] = MSG("points will fall"),
	[MAIL_LINKED] = MSG("a name or birth date was linked"), [MAIL_PARENT] = MSG("a parent's consent"),
	[MAIL_FOUNDER] = MSG("founders"), [MAIL_CONTACT] = MSG("a message by way of the directory"),
	[MAIL_CONTACT_ANSWER] = MSG("an answer by way of the directory"), [MAIL_CONTACT_KNOWN] = MSG("whom you answered"),
	[MAIL_THIRD_PARTY] = MSG("a trusted third party's check"), [MAIL_PAPER] = MSG("paper forms"),
	[MAIL_EVENT_OFF] = MSG("an event was called off"), [MAIL_PAPER_OFFERED] = MSG("paper forms are offered to you"),
	[MAIL_ERASE_ASKED] = MSG("your account is to be erased"), [MAIL_ERASE_NOW] = MSG("a link that erases your account at once"),
	[MAIL_ERASE_STOPPED] = MSG("the erasure was stopped"), [MAIL_ERASE_BEGUN] = MSG("the erasure began"),
	[MAIL_RESTRICTED] = MSG("processing was restricted, or that was lifted"),
	[MAIL_CASE] = MSG("something new in a case"), [MAIL_CASE_FIELD] = MSG("a field of yours was opened for a case"),
	[MAIL_ISSUER_GONE] = MSG("the issuer of a certificate was revoked"),
	[MAIL_FIELD_LATER] = MSG("a field of yours was opened for a report"),
	[MAIL_CASE_ASKS] = MSG("staff ask to open a field"), [MAIL_DESK] = MSG("a case waits"), [MAIL_ROLE_ENDS] = MSG("a role ends soon"),
	[MAIL_SECURITY] = MSG("a security notice"), [MAIL_CASE_TAKEN] = MSG("a mail opened a case"),
	[MAIL_CASE_NEWS] = MSG("something new in a case"), [MAIL_LIST] = MSG("confirm a list"), [MAIL_LIST_NEWS] = MSG("a mail of a list"),
	[MAIL_DISCLOSED] = MSG("data given to an authority"),
	[MAIL_LOST] = MSG("a way back into the account"),
	[MAIL_LOST_OPEN] = MSG("a link to choose a new password"), [MAIL_TRUSTED_ASK] = MSG("asked to be a trusted contact"),
	[MAIL_TRUSTED] = MSG("a trusted contact"), [MAIL_CLOSING] = MSG("a trusted contact asks that the account be closed"),
	[MAIL_DORMANT] = MSG("is the account still wanted?"),
	[MAIL_HELD] = MSG("fields of yours are held"),
	[MAIL_EXCLUDED] = MSG("you are excluded"), [MAIL_EXCLUDED_JOIN] = MSG("somebody who is excluded would join"), [MAIL_EXCLUDED_ADD] = MSG("somebody tried to add the address of an excluded member"), [MAIL_NOTICE] = MSG("seven days' notice"), [MAIL_VOTE] = MSG("a decision waits for a vote"),
	[MAIL_GUEST] = MSG("a guest officer's seat"), [MAIL_DISCLOSED_GUEST] = MSG("data given to an authority"),
};
static const char *const mail_states[] = {
	/* the first: of a mail to an address one added, where it would tell whether somebody else has it */
	MSG("not told"), MSG("waiting"), MSG("being sent"), MSG("sent"), MSG("given up"), MSG("not sent"),
};
static const struct export_column published[] = {
	COLUMN_OF("what", MSG("What"), COLUMN_WORD, published_kinds), COLUMN_OF("state", MSG("State"), COLUMN_WORD, published_states),
	COLUMN("at", MSG("Since"), COLUMN_TIME), COLUMN("entry", MSG("Number of the ledger entry"), COLUMN_INT),
	COLUMN("words", MSG("Words"), COLUMN_TEXT),
};
static const struct export_column contacts[] = {
	COLUMN("from_you", MSG("Written by you"), COLUMN_BOOL), COLUMN("at", MSG("When"), COLUMN_TIME),
	COLUMN("answered_at", MSG("Answered"), COLUMN_TIME), COLUMN("message", MSG("Message"), COLUMN_TEXT),
};
const struct export_section
section_published = { "published", MSG("What you published"),
	MSG("The words are public; that they are yours is known here alone."), false, COLUMNS(published) },
section_contacts = { "messages", MSG("Messages by way of the directory"),
	MSG("Words that somebody wrote to you went to you by mail and are held for the writer."), false, COLUMNS(contacts) };

static const struct export_column decisions[] = {
	COLUMN("number", MSG("Number"), COLUMN_INT), COLUMN_OF("kind", MSG("Kind"), COLUMN_WORD, decision_kinds),
	COLUMN_OF("part", MSG("Your part"), COLUMN_BITS, decision_parts), COLUMN_OF("state", MSG("State"), COLUMN_WORD, decision_states),
	COLUMN("asked_at", MSG("Asked for"), COLUMN_TIME), COLUMN("decided_at", MSG("Decided"), COLUMN_TIME),
	COLUMN("words", MSG("Reason"), COLUMN_TEXT),
};
static const struct export_column votes[] = {
	COLUMN("decision", MSG("Number of the decision"), COLUMN_INT), COLUMN("yes", MSG("For it"), COLUMN_BOOL),
	COLUMN("at", MSG("When"), COLUMN_TIME), COLUMN("words", MSG("Reason"), COLUMN_TEXT),
};
static const struct export_column founders[] = { COLUMN("decision", MSG("Number of the decision"), COLUMN_INT) };
const struct export_section
section_decisions = { "decisions", MSG("Decisions of officers"),
	MSG("About you, or that you asked for. An officer's reason is shown once it was decided."), false, COLUMNS(decisions) },
section_votes = { "votes", MSG("Your votes as an officer"), NULL, false, COLUMNS(votes) },
section_founders = { "founder_proposals", MSG("Proposed as a founder"), NULL, false, COLUMNS(founders) };

static const char *const grounds[HOLD_GROUND__COUNT] = { [HOLD_CLAIM] = MSG("a legal claim"), [HOLD_FRAUD] = MSG("a case of fraud") };
static const char *const groups[HOLD_GROUPS] = { MSG("mail addresses"), MSG("names"), MSG("birth date"), MSG("certificates"), MSG("meetings") };
static const struct export_column holds[] = {
	COLUMN("decision", MSG("Number of the decision"), COLUMN_INT), COLUMN_OF("ground", MSG("Ground"), COLUMN_WORD, grounds),
	COLUMN_OF("fields", MSG("Fields"), COLUMN_BITS, groups), COLUMN("days", MSG("Days"), COLUMN_INT),
	COLUMN("until", MSG("Until"), COLUMN_TIME), COLUMN("ended_at", MSG("Ended"), COLUMN_TIME),
};
static const struct export_column exclusions[] = {
	COLUMN("decision", MSG("Number of the decision"), COLUMN_INT), COLUMN("until", MSG("Until"), COLUMN_TIME),
	COLUMN("ended_at", MSG("Ended"), COLUMN_TIME),
};
const struct export_section
section_exclusions = { "exclusions", MSG("Exclusion by officers"), NULL, false, COLUMNS(exclusions) },
section_holds = { "holds", MSG("Fields kept from being erased"), NULL, false, COLUMNS(holds) };

static const char *const guest_states[] = {
	[GUEST_ASKED] = MSG("asked for"), [GUEST_OFFERED] = MSG("offered"), [GUEST_SITS] = MSG("sits"), [GUEST_OVER] = MSG("ended"),
};
static const struct export_column guest_seats[] = {
	COLUMN("disclosure", MSG("Number of the disclosure"), COLUMN_INT), COLUMN_OF("state", MSG("State"), COLUMN_WORD, guest_states),
	COLUMN("since", MSG("Since"), COLUMN_TIME), COLUMN("until", MSG("Until"), COLUMN_TIME), COLUMN("ended_at", MSG("Ended"), COLUMN_TIME),
	COLUMN("voted", MSG("You voted"), COLUMN_BOOL), COLUMN("community", MSG("Community"), COLUMN_TEXT),
};
const struct export_section
section_guest_seats = { "guest_seats", MSG("Your seats as a guest officer"), MSG("Each for one disclosure. The community's name goes with the disclosure's texts."),
	false, COLUMNS(guest_seats) };

static const struct export_column mails_columns[] = {
	COLUMN_OF("what", MSG("What"), COLUMN_WORD, mails), COLUMN_OF("state", MSG("State"), COLUMN_WORD, mail_states),
	COLUMN("purpose", MSG("Purpose"), COLUMN_PURPOSE), COLUMN("made_at", MSG("Made"), COLUMN_TIME),
	COLUMN("expires", MSG("Good until"), COLUMN_TIME), COLUMN("tries", MSG("Tries"), COLUMN_INT),
	COLUMN("to", MSG("To"), COLUMN_TEXT), COLUMN("about", MSG("About"), COLUMN_TEXT),
};
static const struct export_column links_columns[] = {
	COLUMN_OF("what", MSG("What"), COLUMN_WORD, mails), COLUMN("expires", MSG("Good until"), COLUMN_TIME),
	COLUMN("used_at", MSG("Used"), COLUMN_TIME),
};
const struct export_section
section_mails = { "mails", MSG("Mails to you"), MSG("Address and words are kept until a mail is sent; that there was one, a week longer."),
	false, COLUMNS(mails_columns) },
section_links = { "mailed_links", MSG("Links in mails"), MSG("The links themselves are not told: only their hashes are kept."),
	false, COLUMNS(links_columns) };
