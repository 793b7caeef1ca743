#include "portal/trust/routes.h"
#include "privacy/facts/bank_draw.h"
#include "privacy/facts/founding.h"
#include "privacy/rights/hold.h"

#define FIELDS(rows)	rows, COUNT(rows)
#define NONE		NULL, 0
#define ID_ROW		{ "id", MSG("Number"), FORM_NUMBER, 1, INT64_MAX / 2, true, NULL }
#define TICK(name, label) { name, label, FORM_TICK, 0, 1, false, NULL }
#define PAPER_TICKS \
	TICK("passport", MSG("Passport")), TICK("card", MSG("Identity card")), TICK("driving", MSG("Driving licence")), \
	TICK("residence", MSG("Residence permit")), TICK("other", MSG("Other official paper with a photograph")), \
	TICK("deed", MSG("A deed: of marriage, of a change of name, a court's word"))

/* ---- meeting and vouching ---- */
static const struct form_row met_fields[] = {
	{ "met", MSG("I met this person and saw their papers"), FORM_TICK, 0, 1, true, NULL },
};
static const struct form_row handover_fields[] = {
	{ "kind", MSG("How you will show it"), FORM_CHOICE, 6, 7, true, "screen|printed" },
};
static const struct form_row handover_id_fields[] = { ID_ROW };
static const struct form_row paper_fields[] = {
	{ "id", MSG("Number"), FORM_NUMBER, 1, INT64_MAX / 2, false, NULL },
	TICK("mutual", MSG("For two who vouch for each other")),
};
static const struct form_row paper_blank_fields[] = {
	TICK("mutual", MSG("For two who vouch for each other")),
};
static const struct form_row assure_show_fields[] = {
	TICK("left", MSG("Left")),
};
static const struct form_row assure_fields[] = {
	{ "code", MSG("Code"), FORM_TEXT, 1, 64, true, NULL },
};
static const struct form_row match_fields[] = {
	{ "name", MSG("Whole name"), FORM_TEXT, 0, 512, false, NULL },
	{ "day", MSG("Day"), FORM_NUMBER, 1, 31, false, NULL },
	{ "month", MSG("Month"), FORM_NUMBER, 1, 12, false, NULL },
	{ "year", MSG("Year"), FORM_NUMBER, 1900, 9999, false, NULL },
	{ "kind", MSG("Kind of document"), FORM_CHOICE, 4, 20, false,
	    "none|passport|identity card|driving licence|residence permit|other" },
	{ "number", MSG("Number of the document"), FORM_TEXT, 0, 60, false, NULL },
};
static const struct form_row note_fields[] = {
	{ "place", MSG("Place"), FORM_TEXT, 2, 120, true, NULL },
	{ "day", MSG("Day"), FORM_NUMBER, 1, 31, true, NULL },
	{ "month", MSG("Month"), FORM_NUMBER, 1, 12, true, NULL },
	{ "year", MSG("Year"), FORM_NUMBER, 1900, 9999, true, NULL },
	PAPER_TICKS,
	{ "name", MSG("Names"), FORM_MANY, 1, 16, true, NULL },
	{ "accepts", MSG("The member accepts the community agreement"), FORM_TICK, 0, 1, true, NULL },
	TICK("parent", MSG("A parent agrees")),
	TICK("paper", MSG("I keep a signed paper form")),
	{ "link", MSG("What the deed changes"), FORM_TEXT, 0, 8, false, NULL },
	{ "points", MSG("Points"), FORM_NUMBER, 0, 1000, true, NULL },
	{ "third", MSG("Who checked the papers"), FORM_TEXT, 0, 200, false, NULL },
};
static const struct form_row drafts_show_fields[] = {
	{ "signed", MSG("Signed"), FORM_NUMBER, 0, SIGNED_AT_ONCE, false, NULL },
	{ "failed", MSG("Not signed"), FORM_NUMBER, 0, SIGNED_AT_ONCE, false, NULL },
	{ "gone", MSG("Not signed"), FORM_NUMBER, 0, SIGNED_AT_ONCE, false, NULL },
};
static const struct form_row drafts_fields[] = {
	{ "draft", MSG("What you sign"), FORM_MANY, 1, SIGNED_AT_ONCE, true, NULL },
	{ "password", MSG("Password"), FORM_SECRET, 1, 256, true, NULL },
};
static const struct form_row withdraw_fields[] = {
	{ "reason", MSG("Why"), FORM_AREA, 3, 500, true, NULL },
};
static const struct form_row founder_fields[] = {
	{ "on", MSG("On"), FORM_CHOICE, 1, 1, true, "0|1" },
};
static const struct form_row object_fields[] = {
	{ "words", MSG("What is wrong"), FORM_AREA, 3, REASON_TEXT - 1, true, NULL },
};
static const struct form_row given_fields[] = {
	{ "before", MSG("Before"), FORM_NUMBER, 0, INT64_MAX / 2, false, NULL },
};

/* ---- without a meeting, and paper ---- */
static const struct form_row third_fields[] = {
	{ "region", MSG("Country where your papers are checked"), FORM_TEXT, 2, 2, true, NULL },
};
static const struct form_row papers_show_fields[] = {
	TICK("still", MSG("The others are still there")),
};
static const struct form_row paper_accept_fields[] = {
	ID_ROW,
	{ "answer", MSG("Answer"), FORM_CHOICE, 2, 3, true, "yes|no" },
};
static const struct form_row papers_offer_fields[] = {
	{ "to", MSG("Who is to keep it"), FORM_TEXT, 1, 320, true, NULL },
};

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

/* ---- the assurer challenge ---- */

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

/* ---- events and slips ---- */
#define DAY_ROWS(day, of_day, month, of_month, year, of_year) \
	{ day, of_day, FORM_NUMBER, 1, 31, true, NULL }, { month, of_month, FORM_NUMBER, 1, 12, true, NULL }, \
	{ year, of_year, FORM_NUMBER, 1900, 9999, true, NULL }
static const char clocks[] = "-12:00|-11:00|-10:00|-09:30|-09:00|-08:00|-07:00|-06:00|-05:00|-04:00|-03:30|-03:00|-02:30|-02:00|-01:00"
    "|+00:00|+01:00|+02:00|+03:00|+03:30|+04:00|+04:30|+05:00|+05:30|+05:45|+06:00|+06:30|+07:00|+08:00|+08:45|+09:00"
    "|+09:30|+10:00|+10:30|+11:00|+12:00|+12:45|+13:00|+13:45|+14:00";
static const struct form_row event_fields[] = {
	{ "place", MSG("Place"), FORM_TEXT, 2, 120, true, NULL },
	DAY_ROWS("day", MSG("Day"), "month", MSG("Month"), "year", MSG("Year")),
	{ "from", MSG("Begins at"), FORM_TEXT, 1, 5, true, NULL },
	{ "days", MSG("On how many days?"), FORM_CHOICE, 1, 1, true, "1|2|3" },
	{ "until", MSG("Ends at"), FORM_TEXT, 1, 5, true, NULL },
	{ "east", MSG("Clock of the place"), FORM_CHOICE, 6, 6, true, clocks },
	{ "places", MSG("Places"), FORM_NUMBER, 1, EVENT_CAPACITY_MOST, true, NULL },
	{ "note", MSG("What else to know"), FORM_AREA, 0, EVENT_NOTE_MAX, false, NULL },
};
static const struct form_row sign_up_fields[] = {
	TICK("named", MSG("My name may stand on the printed list")),
};
static const struct form_row check_out_fields[] = {
	{ "id", MSG("Number"), FORM_NUMBER, 0, INT64_MAX / 2, true, NULL },
};
static const struct form_row slip_fields[] = {
	{ "name", MSG("Whole name"), FORM_TEXT, 2, 512, true, NULL },
	DAY_ROWS("day", MSG("Day of birth"), "month", MSG("Month of birth"), "year", MSG("Year of birth")),
	PAPER_TICKS,
	{ "place", MSG("Place"), FORM_TEXT, 2, 120, true, NULL },
	DAY_ROWS("met_day", MSG("Day of the meeting"), "met_month", MSG("Month of the meeting"), "met_year", MSG("Year of the meeting")),
	{ "points", MSG("Points"), FORM_NUMBER, 0, 1000, true, NULL },
	{ "accepts", MSG("The visitor accepts the community agreement"), FORM_TICK, 0, 1, true, NULL },
	TICK("parent", MSG("A parent agrees")),
	{ "password", MSG("Password"), FORM_SECRET, 1, 256, true, NULL },
};
static const struct form_row slip_code_fields[] = {
	{ "code", MSG("Code"), FORM_TEXT, 1, 64, true, NULL },
};

/* ---- officers ---- */
#define REASON_ROW { "reason", MSG("Your reason"), FORM_AREA, 3, REASON_TEXT - 1, true, NULL }
static const struct form_row founding_fields[] = {
	{ "founder", MSG("Founders"), FORM_MANY, 1, FOUNDERS_MOST, true, NULL },
	REASON_ROW,
};
static const struct form_row vote_fields[] = {
	{ "vote", MSG("Your vote"), FORM_CHOICE, 2, 3, true, "yes|no" },
	REASON_ROW,
};
static const struct form_row standing_fields[] = {
	{ "who", MSG("Member number or e-mail address"), FORM_TEXT, 1, 254, true, NULL },
};
static const struct form_row standing_ask_fields[] = {
	{ "member", MSG("Member number"), FORM_NUMBER, 1, INT64_MAX / 2, true, NULL },
	{ "kind", MSG("What you ask for"), FORM_CHOICE, 4, 7, true, "suspend|lift|fraud" },
	REASON_ROW,
};

static const struct form_row hold_fields_typed[] = {
	{ "who", MSG("Member number or e-mail address"), FORM_TEXT, 1, 254, true, NULL },
	{ "ground", MSG("On which ground"), FORM_CHOICE, 5, 5, true, "claim|fraud" },
	{ "addresses", MSG("Mail addresses"), FORM_TICK, 0, 1, false, NULL },
	{ "names", MSG("Names"), FORM_TICK, 0, 1, false, NULL },
	{ "birth", MSG("Date of birth"), FORM_TICK, 0, 1, false, NULL },
	{ "certificates", MSG("Certificates"), FORM_TICK, 0, 1, false, NULL },
	{ "meetings", MSG("Meetings"), FORM_TICK, 0, 1, false, NULL },
	{ "days", MSG("For how many days"), FORM_NUMBER, 1, HOLD_DAYS_MOST, true, NULL },
	{ "reason", MSG("Which claim or case, and why these fields"), FORM_AREA, 3, REASON_TEXT - 1, true, NULL },
};
static const struct form_row exclude_fields[] = {
	{ "who", MSG("Member number or e-mail address"), FORM_TEXT, 1, 254, true, NULL },
	REASON_ROW,
};
static const struct form_row exclude_end_fields[] = {
	{ "exclusion", MSG("Which exclusion"), FORM_NUMBER, 1, INT64_MAX / 2, true, NULL },
	{ "because", MSG("Your reason"), FORM_AREA, 3, REASON_TEXT - 1, true, NULL },
};
static const struct form_row hold_end_fields[] = {
	{ "hold", MSG("Which hold"), FORM_NUMBER, 1, INT64_MAX / 2, true, NULL },
	{ "because", MSG("Your reason"), FORM_AREA, 3, REASON_TEXT - 1, true, NULL },
};

#define OPEN	(enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL
#define POSTS(p) (enum role)0, NEEDS_NOTHING, p, GUARD_FORM, NULL
#define OWN(p)	ROLE_MEMBER, NEEDS_SESSION, p, GUARD_OWN, NULL
#define ACTS(p)	ACTS_FROM(NULL, p)
#define ACTS_FROM(page, p) ROLE_MEMBER, NEEDS_SESSION, p, GUARD_OWN_FORM, page
#define FRESH(p) ROLE_MEMBER, NEEDS_FRESH, p, GUARD_OWN, NULL
#define FRESH_ACTS(p) FRESH_ACTS_FROM(NULL, p)
#define FRESH_ACTS_FROM(page, p) ROLE_MEMBER, NEEDS_FRESH, p, GUARD_OWN_FORM, page
#define ASSURER_OWN(p) ROLE_ASSURER, NEEDS_SESSION, p, GUARD_OWN, NULL
#define ASSURER_ACTS(p) ASSURER_ACTS_FROM(NULL, p)
#define ASSURER_ACTS_FROM(page, p) ROLE_ASSURER, NEEDS_SESSION, p, GUARD_OWN_FORM, page
#define ASSURER_FRESH(p) ROLE_ASSURER, NEEDS_FRESH, p, GUARD_OWN, NULL
#define ASSURER_FRESH_ACTS(p) ROLE_ASSURER, NEEDS_FRESH, p, GUARD_OWN_FORM, NULL
#define OFFICER_OWN(p) ROLE_OFFICER, NEEDS_SESSION, p, GUARD_OWN, NULL
#define OFFICER_FRESH(p) ROLE_OFFICER, NEEDS_FRESH, p, GUARD_OWN, NULL
#define OFFICER_FRESH_ACTS(p) OFFICER_FRESH_ACTS_FROM(NULL, p)
#define OFFICER_FRESH_ACTS_FROM(page, p) ROLE_OFFICER, NEEDS_FRESH, p, GUARD_OWN_FORM, page

const struct route trust_routes[] = {
	/* ---- meeting and vouching ---- */
	{ GET,  "/handover", "hand-overs", OWN(PURPOSE_HANDOVER), NONE, handover_show },
	{ POST, "/handover", "new hand-over", FRESH_ACTS(PURPOSE_HANDOVER), FIELDS(handover_fields), handover_new },
	{ POST, "/handover/end", "withdraw hand-over", ACTS_FROM("/handover", PURPOSE_HANDOVER), FIELDS(handover_id_fields), handover_end },
	{ POST, "/handover/form", "print form", ACTS_FROM("/handover", PURPOSE_HANDOVER), FIELDS(paper_fields), paper_make },
	{ GET,  "/once/form/*", "printed form", (enum role)0, NEEDS_NOTHING, PURPOSE_HANDOVER, GUARD_ONCE, NULL, NONE, paper_once },
	{ GET,  "/form", "blank form", OPEN, FIELDS(paper_blank_fields), paper_blank },

	{ GET,  "/assure", "assure", ASSURER_OWN(PURPOSE_HANDOVER), FIELDS(assure_show_fields), assure_show },
	{ POST, "/assure", "take hand-over", ASSURER_ACTS(PURPOSE_HANDOVER), FIELDS(assure_fields), assure_take },
	{ GET,  "/assure/with/*", "meeting", ASSURER_OWN(PURPOSE_ASSURANCES), NONE, meeting_show },
	{ POST, "/assure/with/*", "compare", ASSURER_ACTS(PURPOSE_MATCH), FIELDS(match_fields), meeting_match },
	{ GET,  "/assure/show/*", "show fields", ASSURER_FRESH(PURPOSE_ASSURANCES), NONE, meeting_ask },
	{ POST, "/assure/show/*", "show fields", ASSURER_FRESH_ACTS(PURPOSE_SHOW), NONE, meeting_open },
	{ POST, "/assure/confirm/*", "confirm for a lost account", ROLE_ASSURER, NEEDS_FRESH, PURPOSE_LOST_MATCH, GUARD_OWN_FORM, "/assure/with/*", FIELDS(met_fields), meeting_confirm },
	{ POST, "/assure/leave/*", "leave meeting", ASSURER_ACTS_FROM("/assure/with/*", PURPOSE_HANDOVER), NONE, meeting_leave },
	{ GET,  "/assure/note/*", "note assurance", ASSURER_OWN(PURPOSE_ASSURANCES), NONE, note_show },
	{ POST, "/assure/note/*", "note assurance", ASSURER_ACTS(PURPOSE_ASSURE), FIELDS(note_fields), note_send },
	{ GET,  "/assure/sign", "drafts", ASSURER_OWN(PURPOSE_ASSURANCES), FIELDS(drafts_show_fields), drafts_show },
	{ POST, "/assure/sign", "sign assurances", ASSURER_ACTS(PURPOSE_ASSURE), FIELDS(drafts_fields), drafts_sign },
	{ POST, "/assure/drop", "drop draft", ASSURER_ACTS_FROM("/assure/sign", PURPOSE_ASSURE), FIELDS(handover_id_fields), draft_drop },

	{ GET,  "/points", "points", OWN(PURPOSE_POINTS), NONE, points_show },
	{ POST, "/points/confirm", "confirm assurance", ACTS_FROM("/points", PURPOSE_ASSURE), FIELDS(handover_id_fields), vouch_confirm },
	{ POST, "/points/founder", "founder's offer", ACTS_FROM("/points", PURPOSE_FOUNDING), FIELDS(founder_fields), founder_offer },
	{ GET,  "/points/object/*", "object", OWN(PURPOSE_POINTS), NONE, object_show },
	{ POST, "/points/object/*", "object", ACTS(PURPOSE_OBJECTION), FIELDS(object_fields), object_send },
	{ GET,  "/points/parent", "parent's consent", FRESH(PURPOSE_PARENT), NONE, parent_show },
	{ POST, "/points/parent", "parent's consent", FRESH_ACTS(PURPOSE_PARENT), NONE, parent_withdraw },
	{ GET,  "/assurances", "assurances given", OWN(PURPOSE_ASSURANCES), FIELDS(given_fields), given_show },
	{ GET,  "/assurances/withdraw/*", "withdraw assurance", FRESH(PURPOSE_ASSURANCES), NONE, withdraw_show },
	{ POST, "/assurances/withdraw/*", "withdraw assurance", FRESH_ACTS(PURPOSE_ASSURE), FIELDS(withdraw_fields), withdraw_do },

	/* ---- officers: what they decide together ---- */
	{ GET,  "/officers", "decisions", OFFICER_OWN(PURPOSE_DECISION), NONE, officers_show },
	{ GET,  "/officers/founding", "founding", OFFICER_FRESH(PURPOSE_DECISION), NONE, founding_show },
	{ POST, "/officers/founding", "ask for founding", OFFICER_FRESH_ACTS(PURPOSE_DECISION), FIELDS(founding_fields), founding_ask },
	{ GET,  "/officers/decision/*", "decision", OFFICER_FRESH(PURPOSE_DECISION), NONE, decision_show },
	{ POST, "/officers/decision/*", "vote", OFFICER_FRESH_ACTS(PURPOSE_DECISION), FIELDS(vote_fields), decision_vote },
	{ GET,  "/officers/standing", "standing", OFFICER_FRESH(PURPOSE_DECISION), NONE, standing_show },
	{ POST, "/officers/standing", "standing", OFFICER_FRESH_ACTS(PURPOSE_DECISION), FIELDS(standing_fields), standing_look },
	{ POST, "/officers/standing/ask", "ask about standing", OFFICER_FRESH_ACTS_FROM("/officers/standing", PURPOSE_DECISION),
	  FIELDS(standing_ask_fields), standing_ask },
	{ POST, "/officers/notice/*", "carry out after notice", OFFICER_FRESH_ACTS_FROM("/officers/decision/*", PURPOSE_DECISION), NONE, decision_carry_out },
	{ GET,  "/officers/exclusions", "exclusions", OFFICER_FRESH(PURPOSE_DECISION), NONE, exclusions_show },
	{ POST, "/officers/exclusions", "ask for an exclusion", OFFICER_FRESH_ACTS(PURPOSE_DECISION), FIELDS(exclude_fields), exclude_ask },
	{ POST, "/officers/exclusions/end", "ask for an exclusion's end", OFFICER_FRESH_ACTS_FROM("/officers/exclusions", PURPOSE_DECISION), FIELDS(exclude_end_fields), exclude_end_ask },
	{ GET,  "/officers/later", "reports told later", OFFICER_OWN(PURPOSE_DECISION), NONE, tellings_show },
	{ GET,  "/officers/holds", "holds", OFFICER_OWN(PURPOSE_DECISION), NONE, holds_show },
	{ GET,  "/audit/holds", "holds, for auditors", ROLE_AUDITOR, NEEDS_SESSION, PURPOSE_DECISION, GUARD_OWN, NULL, NONE, holds_show },
	{ POST, "/officers/holds", "ask for a hold", OFFICER_FRESH_ACTS(PURPOSE_DECISION), FIELDS(hold_fields_typed), hold_ask },
	{ POST, "/officers/holds/end", "ask for a hold's end", OFFICER_FRESH_ACTS_FROM("/officers/holds", PURPOSE_DECISION), FIELDS(hold_end_fields), hold_end_ask },

	/* ---- without a meeting, and paper ---- */
	{ GET,  "/ttp", "third parties", OWN(PURPOSE_HANDOVER), NONE, third_show },
	{ POST, "/ttp", "new third party's form", FRESH_ACTS(PURPOSE_HANDOVER), FIELDS(third_fields), third_new },
	{ POST, "/ttp/topup", "new top-up", FRESH_ACTS_FROM("/ttp", PURPOSE_HANDOVER), NONE, third_topup },
	{ POST, "/ttp/form", "print third party's form", ACTS_FROM("/ttp", PURPOSE_HANDOVER), FIELDS(handover_id_fields), third_form },
	{ POST, "/ttp/end", "withdraw third party's form", ACTS_FROM("/ttp", PURPOSE_HANDOVER), FIELDS(handover_id_fields), third_end },
	{ GET,  "/papers", "paper register", OWN(PURPOSE_PAPER), FIELDS(papers_show_fields), papers_show },
	{ POST, "/papers/destroyed", "form destroyed", ACTS_FROM("/papers", PURPOSE_PAPER), FIELDS(handover_id_fields), paper_destroyed },
	{ POST, "/papers/still", "forms still there", ACTS_FROM("/papers", PURPOSE_PAPER), NONE, papers_still },
	{ POST, "/papers/accept", "accept form", ACTS_FROM("/papers", PURPOSE_PAPER), FIELDS(paper_accept_fields), paper_accept },
	{ POST, "/papers/keep", "take offer back", FRESH_ACTS_FROM("/papers", PURPOSE_PAPER), FIELDS(handover_id_fields), papers_keep },
	{ GET,  "/papers/offer/*", "hand over forms", FRESH(PURPOSE_PAPER), NONE, papers_offer_show },
	{ POST, "/papers/offer/*", "hand over forms", FRESH_ACTS(PURPOSE_PAPER), FIELDS(papers_offer_fields), papers_offer },

	/* ---- directory and contact ---- */
	{ GET,  "/directory", "directory", OPEN, FIELDS(search_fields), directory_show },
	{ GET,  "/directory", "directory", OWN(PURPOSE_NO_PERSONAL_DATA), FIELDS(search_fields), directory_show },
	{ GET,  "/directory/mine", "own line", OWN(PURPOSE_NAMES), NONE, listing_show },
	{ POST, "/directory/mine", "own line", ACTS(PURPOSE_NAMES), FIELDS(line_fields), listing_preview },
	{ POST, "/directory/mine/publish", "publish line", ASSURER_ACTS_FROM("/directory/mine", PURPOSE_DIRECTORY), FIELDS(publish_fields), listing_publish },
	{ POST, "/directory/mine/end", "take down line", ACTS_FROM("/directory/mine", PURPOSE_DIRECTORY), NONE, listing_end },
	{ GET,  "/directory/write/*", "write to an assurer", OWN(PURPOSE_NO_PERSONAL_DATA), NONE, contact_write_show },
	{ POST, "/directory/write/*", "write to an assurer", ACTS(PURPOSE_CONTACT), FIELDS(message_fields), contact_write },
	{ GET,  "/contact/*", "answer a message", OPEN, NONE, contact_answer_show },
	{ POST, "/contact/*", "answer a message", POSTS(PURPOSE_CONTACT), FIELDS(answer_fields), contact_answer },

	/* ---- the assurer challenge ---- */
	{ GET,  "/challenge", "challenge", OWN(PURPOSE_CHALLENGE), NONE, challenge_show },
	{ POST, "/challenge", "challenge", ACTS(PURPOSE_CHALLENGE), FIELDS(challenge_begin_fields), challenge_begin },
	{ GET,  "/challenge/questions", "challenge questions", OWN(PURPOSE_CHALLENGE), NONE, challenge_questions_show },
	{ POST, "/challenge/questions", "challenge questions", ACTS(PURPOSE_CHALLENGE), FIELDS(challenge_fields), challenge_hand_in },
	{ GET,  "/signed-out/assurer", "signed out", OPEN, NONE, assurer_begun_show },

	/* ---- events and slips ---- */
	{ GET,  "/events", "events", OPEN, NONE, events_show },
	{ GET,  "/events/*", "event", OPEN, NONE, event_show },
	{ GET,  "/events", "events", OWN(PURPOSE_NO_PERSONAL_DATA), NONE, events_own_show },
	{ GET,  "/events/*", "event", OWN(PURPOSE_NO_PERSONAL_DATA), NONE, event_own_show },
	{ GET,  "/events/mine", "own events", OWN(PURPOSE_NO_PERSONAL_DATA), NONE, events_mine },
	{ GET,  "/events/new", "announce event", ASSURER_OWN(PURPOSE_EVENT), NONE, event_new_show },
	{ POST, "/events/new", "announce event", ASSURER_ACTS(PURPOSE_EVENT), FIELDS(event_fields), event_preview },
	{ POST, "/events/new/publish", "publish event", ASSURER_ACTS_FROM("/events/new", PURPOSE_EVENT), FIELDS(event_fields), event_publish },
	{ POST, "/events/sign-up/*", "sign up", FRESH_ACTS_FROM("/events/*", PURPOSE_EVENT_VISIT), FIELDS(sign_up_fields), event_sign_up },
	{ POST, "/events/leave/*", "leave event", ACTS_FROM("/events/*", PURPOSE_EVENT_VISIT), NONE, event_leave },
	{ POST, "/events/check-in/*", "check in", ASSURER_ACTS_FROM("/events/*", PURPOSE_EVENT), NONE, event_check_in },
	{ POST, "/events/check-out/*", "check out", ACTS_FROM("/events/*", PURPOSE_EVENT), FIELDS(check_out_fields), event_check_out },
	{ GET,  "/events/end/*", "call off event", OWN(PURPOSE_NO_PERSONAL_DATA), NONE, event_end_show },
	{ POST, "/events/end/*", "call off event", ACTS(PURPOSE_EVENT), NONE, event_end },
	{ POST, "/events/list/*", "print list", ASSURER_ACTS_FROM("/events/*", PURPOSE_EVENT_LIST), NONE, event_list_make },
	{ GET,  "/once/list/*", "printed list", (enum role)0, NEEDS_NOTHING, PURPOSE_EVENT_LIST, GUARD_ONCE, NULL, NONE, event_list_once },

	{ GET,  "/slips", "slips", OWN(PURPOSE_SLIP), NONE, slips_show },
	{ GET,  "/slips/new", "new slip", ASSURER_OWN(PURPOSE_SLIP), NONE, slip_new_show },
	{ POST, "/slips/new", "new slip", ASSURER_ACTS(PURPOSE_SLIP), FIELDS(slip_fields), slip_new },
	{ POST, "/slips/withdraw", "withdraw slip", ACTS_FROM("/slips", PURPOSE_SLIP), FIELDS(handover_id_fields), slip_withdraw },
	{ POST, "/slips/print", "print slip", ACTS_FROM("/slips", PURPOSE_SLIP), FIELDS(slip_code_fields), slip_print },
	{ GET,  "/once/slip/*", "printed slip", (enum role)0, NEEDS_NOTHING, PURPOSE_SLIP, GUARD_ONCE, NULL, NONE, slip_once },
	{ GET,  "/slip", "bring slip", OWN(PURPOSE_SLIP), NONE, slip_show },
	{ POST, "/slip", "bring slip", ACTS(PURPOSE_SLIP), FIELDS(slip_code_fields), slip_look },
	{ POST, "/slip/confirm", "confirm slip", ACTS_FROM("/slip", PURPOSE_SLIP), FIELDS(slip_code_fields), slip_confirm },
};
const size_t trust_route_count = COUNT(trust_routes);
