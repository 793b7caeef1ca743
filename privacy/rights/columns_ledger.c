/* The columns of a member's copy: the history.  How they are read: export_ledger.c. */
#include "ledger/base/clock.h"
#include "privacy/keeper/trail.h"
#include "privacy/message.h"
#include "privacy/rights/columns.h"

static const char *const kinds[KIND__COUNT] = {
	[KIND_OWN] = MSG("own"), [KIND_ASSURANCE] = MSG("assurance"), [KIND_SUPPORT] = MSG("support"),
	[KIND_DISCLOSURE] = MSG("disclosure"), [KIND_CERTIFICATE] = MSG("certificate"), [KIND_POLICY] = MSG("policy"),
	[KIND_SYSTEM] = MSG("system"),
};
static const char *const actors[ACTOR__COUNT] = {
	[ACTOR_SYSTEM] = MSG("the program by itself"), [ACTOR_OWNER] = MSG("you"), [ACTOR_ASSURER] = MSG("an assurer"),
	[ACTOR_SUPPORT] = MSG("somebody of the support staff"), [ACTOR_OFFICER] = MSG("an officer"),
	[ACTOR_AUDITOR] = MSG("an auditor"), [ACTOR_OPERATOR] = MSG("an operator"),
};
static const struct export_column history[] = {
	COLUMN("place", MSG("Line"), COLUMN_INT), COLUMN("entry", MSG("Number in the ledger"), COLUMN_INT),
	COLUMN("at", MSG("When"), COLUMN_TIME), COLUMN_OF("kind", MSG("Kind"), COLUMN_WORD, kinds),
	COLUMN_OF("role", MSG("Who"), COLUMN_WORD, actors), COLUMN("purpose", MSG("What happened"), COLUMN_PURPOSE),
	COLUMN("fields", MSG("Fields opened or changed"), COLUMN_FIELDS), COLUMN("object", MSG("About"), COLUMN_TEXT),
	COLUMN("change", MSG("Change in public rows"), COLUMN_INT), COLUMN("erased", MSG("Its detail was erased"), COLUMN_BOOL),
	COLUMN("was", MSG("Before"), COLUMN_TEXT), COLUMN("now", MSG("After"), COLUMN_TEXT),
	COLUMN_BYTES("leaf", MSG("Leaf of the ledger")), COLUMN_BYTES("record_inner", MSG("Inner commitment of the record")),
	COLUMN_BYTES("record_sealed", MSG("SHA-256 of the sealed record")),
	COLUMN_BYTES("values_inner", MSG("Inner commitment of the values")),
	COLUMN_BYTES("values_sealed", MSG("SHA-256 of the sealed values")),
};
const struct export_section section_history = { "history", MSG("History"),
	MSG("Every access, correction and disclosure, newest first: what was opened, in which role, what was corrected from what to what."
	    " It ends where the copy was begun."), false, COLUMNS(history) };
