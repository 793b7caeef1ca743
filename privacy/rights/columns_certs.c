/* The columns of a member's copy: domains and certificates.  How they are read: export_certs.c. */
#include "privacy/facts/domain.h"
#include "privacy/facts/register.h"
#include "privacy/facts/ticket_book.h"
#include "privacy/message.h"
#include "privacy/rights/columns.h"

static const char *const methods[] = { [PROOF_MAIL] = MSG("by mail"), [PROOF_DNS] = MSG("by DNS"), [PROOF_HTTP] = MSG("by a web server") };
static const char *const levels[PROFILE__COUNT] = {
	[PROFILE_ROBOT_TLS] = MSG("Robot TLS"), [PROFILE_ROBOT_MAIL] = MSG("Robot Mail"),
	[PROFILE_ASSURED_TLS] = MSG("Assured TLS"), [PROFILE_ASSURED_MAIL] = MSG("Assured Mail"),
};
static const char *const states[] = {
	[REGISTER_PENDING] = MSG("ordered"), [REGISTER_VALID] = MSG("valid"), [REGISTER_SUSPENDED] = MSG("suspended"),
	[REGISTER_REVOKED] = MSG("revoked"), [REGISTER_CANCELLED] = MSG("never issued"),
};
static const char *const acts[] = {
	[TICKET_ISSUE] = MSG("issue"), [TICKET_REVOKE] = MSG("revoke"), [TICKET_SUSPEND] = MSG("suspend"),
	[TICKET_RESUME] = MSG("resume"),
};
static const char *const options[] = { MSG("for signing in") };
static const struct export_column domains[] = {
	COLUMN("number", MSG("Number"), COLUMN_INT), COLUMN("domain", MSG("Domain"), COLUMN_TEXT),
	COLUMN("since", MSG("On the list since"), COLUMN_TIME), COLUMN("proved_at", MSG("Last proved"), COLUMN_TIME),
	COLUMN("wildcards_proved_at", MSG("Last proved with what is below it"), COLUMN_TIME),
	COLUMN_OF("method", MSG("How"), COLUMN_WORD, methods),
};
static const struct export_column proofs[] = {
	COLUMN("domain", MSG("Number of the domain"), COLUMN_INT), COLUMN_OF("method", MSG("How"), COLUMN_WORD, methods),
	COLUMN("begun_at", MSG("Begun"), COLUMN_TIME), COLUMN("expires", MSG("Good until"), COLUMN_TIME),
};
const struct export_section
section_domains = { "domains", MSG("Domains"), NULL, false, COLUMNS(domains) },
section_domain_proofs = { "domain_proofs", MSG("Proofs under way"), NULL, false, COLUMNS(proofs) };

static const struct export_column certificates[] = {
	COLUMN("serial", MSG("Serial number"), COLUMN_HEX), COLUMN_OF("level", MSG("Level"), COLUMN_WORD, levels),
	COLUMN_OF("state", MSG("State"), COLUMN_WORD, states), COLUMN("names", MSG("What it names"), COLUMN_LIST),
	COLUMN("label", MSG("Your own word for it"), COLUMN_TEXT), COLUMN("ordered_at", MSG("Ordered"), COLUMN_TIME),
	COLUMN("not_before", MSG("Good from"), COLUMN_TIME), COLUMN("not_after", MSG("Good until"), COLUMN_TIME),
	COLUMN("changed_at", MSG("State since"), COLUMN_TIME), COLUMN("reason", MSG("Reason (RFC 5280)"), COLUMN_INT),
	COLUMN_OF("uses", MSG("Made"), COLUMN_BITS, options),
	COLUMN("shown_to_who_knows_it", MSG("Shown to whoever knows its serial and address"), COLUMN_BOOL),
	COLUMN("reminder", MSG("Reminder before it ends"), COLUMN_BOOL), COLUMN("reminded_at", MSG("Reminded"), COLUMN_TIME),
	COLUMN("allowed_by", MSG("Number of the ledger entry that allowed it"), COLUMN_INT),
	COLUMN_BYTES("sha256", MSG("SHA-256 fingerprint")), COLUMN_BYTES("key_sha256", MSG("SHA-256 of its key")),
};
static const char *const ticket_states[] = {
	[TICKET_OPEN] = MSG("under way"), [TICKET_DONE] = MSG("done"), [TICKET_CANCELLED] = MSG("given up"),
	[TICKET_STORED] = MSG("done"),
};
static const struct export_column tickets[] = {
	COLUMN("allowed_by", MSG("Number of the ledger entry that allowed it"), COLUMN_INT),
	COLUMN("serial", MSG("Serial number"), COLUMN_HEX), COLUMN_OF("act", MSG("What"), COLUMN_WORD, acts),
	COLUMN("reason", MSG("Reason (RFC 5280)"), COLUMN_INT), COLUMN_OF("state", MSG("State"), COLUMN_WORD, ticket_states),
	COLUMN("made_at", MSG("When"), COLUMN_TIME), COLUMN("expires", MSG("Good until"), COLUMN_TIME),
};
static const struct export_column orders[] = {
	COLUMN("day", MSG("Day"), COLUMN_DAY), COLUMN("ordered", MSG("How many"), COLUMN_INT),
};
const struct export_section
section_certificates = { "certificates", MSG("Certificates"), MSG("The certificates themselves are in certificates.pem."),
	false, COLUMNS(certificates) },
section_tickets = { "orders", MSG("Orders to the signer"), NULL, false, COLUMNS(tickets) },
section_orders = { "orders_by_day", MSG("Certificates ordered, by day"), NULL, false, COLUMNS(orders) };
