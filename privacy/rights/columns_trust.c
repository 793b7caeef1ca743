/* The columns of a member's copy: vouching and meeting.  How they are read: export_trust.c. */
#include "privacy/facts/assurance.h"
#include "privacy/facts/assurer_challenge.h"
#include "privacy/facts/event_part.h"
#include "privacy/facts/third_party.h"
#include "privacy/message.h"
#include "privacy/rights/columns.h"

static const char *const methods[] = {
	[VOUCH_MEETING] = MSG("at a meeting"), [VOUCH_EVENT] = MSG("at an event"), [VOUCH_SLIP] = MSG("met before joining"),
	[VOUCH_TTP] = MSG("by a trusted third party"), [VOUCH_TOPUP] = MSG("top-up by a senior assurer"),
};
static const char *const documents[] = {
	MSG("passport"), MSG("identity card"), MSG("driving licence"), MSG("residence permit"), MSG("other"),
	MSG("a deed"),
};
static const char *const link_words[] = { [LINK_NAME] = MSG("a name"), [LINK_BIRTH] = MSG("a birth date") };
static const char *const kinds[HANDOVER_KIND__COUNT] = {
	[HANDOVER_SCREEN] = MSG("on screen"), [HANDOVER_PRINTED] = MSG("printed"), [HANDOVER_EVENT] = MSG("at an event"),
	[HANDOVER_TTP] = MSG("for a trusted third party"), [HANDOVER_TOPUP] = MSG("for a top-up"), [HANDOVER_LOST] = MSG("for a lost account"),
};
static const char *const states[] = {
	[HANDOVER_OPEN] = MSG("open"), [HANDOVER_TAKEN] = MSG("in use"), [HANDOVER_DONE] = MSG("done"),
	[HANDOVER_WITHDRAWN] = MSG("taken back"), [HANDOVER_SPENT] = MSG("ended by wrong codes"), [HANDOVER_OVER] = MSG("too old"),
};
static const char *const acts[] = {
	[HANDOVER_WAS_TAKEN] = MSG("taken by an assurer"), [HANDOVER_WAS_MATCHED] = MSG("compared with papers"),
	[HANDOVER_WAS_SHOWN] = MSG("shown to an assurer"), [HANDOVER_WAS_NOTED] = MSG("noted, to be signed"),
	[HANDOVER_WAS_LEFT] = MSG("left without vouching"), [HANDOVER_WAS_TRIED] = MSG("tried"),
};
static const char *const slip_states[] = {
	[SLIP_OPEN] = MSG("open"), [SLIP_USED] = MSG("brought along"), [SLIP_WITHDRAWN] = MSG("taken back"), [SLIP_OVER] = MSG("too old"),
};
static const char *const parts[] = { MSG("announced it"), MSG("signed up"), MSG("as an assurer"), MSG("taken off the assurers") };
#define ASSURANCE(who, label) \
	COLUMN("number", MSG("Number"), COLUMN_INT), COLUMN(who, label, COLUMN_TEXT), \
	COLUMN("points", MSG("Points"), COLUMN_INT), COLUMN("met_on", MSG("Met on"), COLUMN_DAY), \
	COLUMN("noted_at", MSG("Noted"), COLUMN_TIME), COLUMN("signed_at", MSG("Signed"), COLUMN_TIME), \
	COLUMN_OF("method", MSG("How"), COLUMN_WORD, methods), COLUMN("place", MSG("Place"), COLUMN_TEXT), \
	COLUMN_OF("documents", MSG("Documents seen"), COLUMN_BITS, documents), COLUMN("words", MSG("Words about it"), COLUMN_TEXT), \
	COLUMN_OF("names", MSG("Numbers of the names"), COLUMN_BITS, index_words), \
	COLUMN("birth_version", MSG("Version of the birth date"), COLUMN_INT), \
	COLUMN("founding", MSG("Between founders"), COLUMN_BOOL), COLUMN("parent_agreed", MSG("A parent agreed"), COLUMN_BOOL), \
	COLUMN("paper", MSG("A paper form is kept"), COLUMN_BOOL), COLUMN("confirmed_at", MSG("Confirmed on screen"), COLUMN_TIME), \
	COLUMN("objected_at", MSG("Objected to"), COLUMN_TIME), COLUMN("withdrawn_at", MSG("Taken back"), COLUMN_TIME), \
	COLUMN("falls_at", MSG("Falls away"), COLUMN_TIME), COLUMN_OF("links", MSG("Links"), COLUMN_WORD, link_words), \
	COLUMN("link_from", MSG("Number of the old one"), COLUMN_INT), COLUMN("link_to", MSG("Number of the new one"), COLUMN_INT)
static const struct export_column received[] = { ASSURANCE("assurer", MSG("Assurer")) };
static const struct export_column given[] = { ASSURANCE("member_initials", MSG("Initials of the member")) };
const struct export_section
section_received = { "vouched_for_by", MSG("Who vouched for you"), NULL, false, COLUMNS(received) },
section_given = { "vouched_for", MSG("For whom you vouched"),
	MSG("Your own copy: what you noted, and initials. The rest is the other member's."), false, COLUMNS(given) };

static const struct export_column challenge[] = {
	COLUMN("language", MSG("Language"), COLUMN_TEXT), COLUMN("begun_at", MSG("Begun"), COLUMN_TIME),
	COLUMN("until", MSG("Time until"), COLUMN_TIME), COLUMN("handed_in_at", MSG("Handed in"), COLUMN_TIME),
	COLUMN("questions", MSG("Questions"), COLUMN_INT), COLUMN("right", MSG("Right"), COLUMN_INT),
	COLUMN("needed", MSG("Needed"), COLUMN_INT), COLUMN("chosen", MSG("Options chosen, question by question"), COLUMN_LIST),
};
const struct export_section section_challenge = { "challenge", MSG("Last try at the assurer challenge"), NULL, true,
	COLUMNS(challenge) };

static const struct export_column handovers[] = {
	COLUMN("number", MSG("Number"), COLUMN_INT), COLUMN("assurer", MSG("Assurer"), COLUMN_TEXT),
	COLUMN_OF("kind", MSG("Kind"), COLUMN_WORD, kinds), COLUMN_OF("state", MSG("State"), COLUMN_WORD, states),
	COLUMN("made_at", MSG("Made"), COLUMN_TIME), COLUMN("expires", MSG("Good until"), COLUMN_TIME),
	COLUMN("taken_at", MSG("Taken"), COLUMN_TIME), COLUMN("used_at", MSG("Last used"), COLUMN_TIME),
	COLUMN("wrong", MSG("Wrong tries"), COLUMN_INT), COLUMN("shown", MSG("Shown"), COLUMN_FIELDS),
	COLUMN("code", MSG("Code"), COLUMN_TEXT),
};
static const struct export_column uses[] = {
	COLUMN("handover", MSG("Number of the hand-over"), COLUMN_INT), COLUMN("at", MSG("When"), COLUMN_TIME),
	COLUMN_OF("act", MSG("What"), COLUMN_WORD, acts), COLUMN("fields", MSG("Fields"), COLUMN_FIELDS),
};
const struct export_section
section_handovers = { "handovers", MSG("Hand-overs"), NULL, false, COLUMNS(handovers) },
section_handover_uses = { "handover_uses", MSG("What was done with them"), NULL, false, COLUMNS(uses) };

static const struct export_column events[] = {
	COLUMN_OF("part", MSG("Your part"), COLUMN_BITS, parts), COLUMN("place", MSG("Place"), COLUMN_TEXT),
	COLUMN("begins", MSG("Begins"), COLUMN_TIME), COLUMN("ends", MSG("Ends"), COLUMN_TIME),
	COLUMN("minutes_east", MSG("Minutes its clock is ahead of UTC"), COLUMN_INT),
	COLUMN("places", MSG("Places"), COLUMN_INT), COLUMN("called_off_at", MSG("Called off"), COLUMN_TIME),
	COLUMN("list_number", MSG("Your number on the list"), COLUMN_INT),
	COLUMN("by_name", MSG("Listed by name"), COLUMN_BOOL), COLUMN("code", MSG("Code"), COLUMN_TEXT),
};
const struct export_section section_events = { "events", MSG("Events"), NULL, false, COLUMNS(events) };

static const struct export_column slips[] = {
	COLUMN("number", MSG("Number"), COLUMN_INT), COLUMN("points", MSG("Points"), COLUMN_INT),
	COLUMN("met_on", MSG("Met on"), COLUMN_DAY), COLUMN("made_at", MSG("Made"), COLUMN_TIME),
	COLUMN("expires", MSG("Good until"), COLUMN_TIME), COLUMN("ended_at", MSG("Ended"), COLUMN_TIME),
	COLUMN("wrong", MSG("Wrong tries"), COLUMN_INT), COLUMN_OF("state", MSG("State"), COLUMN_WORD, slip_states),
	COLUMN("parent_agreed", MSG("A parent agreed"), COLUMN_BOOL),
};
static const struct export_column papers[] = {
	COLUMN("number", MSG("Number"), COLUMN_INT), COLUMN("vouching", MSG("Number of the vouching"), COLUMN_INT),
	COLUMN("made_at", MSG("Made"), COLUMN_TIME), COLUMN("destroyed_at", MSG("Destroyed"), COLUMN_TIME),
	COLUMN("offered", MSG("Offered to somebody else"), COLUMN_BOOL),
};
const struct export_section
section_slips = { "slips", MSG("Slips you filled in"),
	MSG("What you noted on one can be opened with the visitor's code only, not even by us."), false, COLUMNS(slips) },
section_papers = { "papers", MSG("Paper forms in your keeping"), NULL, false, COLUMNS(papers) };
