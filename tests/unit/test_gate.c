/*
 * The gate of the keeper, all of it: each purpose for each actor and field, each operation for each kind of
 * session.  What must come out stands here as data, written down beside privacy/purpose.c and privacy/keeper/ops.c:
 * whoever changes a row there says so here, too.
 */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/keeper/argon.h"
#include "privacy/keeper/packer.h"
#include "privacy/policy.h"
#include "tests/unit/keeper_rig.h"

/* ---- purposes ---- */

/*
 * who: s system, o the owner, a assurer, p support, f officer, u auditor, O operator.
 * fields and guarded, by letter: A address, G M F S names and suffix, B birth date, N nationality, K D kind and number of
 *	the document, Q question, C credential, O domain, E body and L label of a certificate, X mail, P meeting, I signer,
 *	J initials, H code, W message.  Guarded: only with the password within ten minutes.
 * facts: S session, F fresh, M mail, B not barred, O opted in, A a proved address, H hand-over, C case.
 * stops: while its owner restricted the processing.
 */
static const struct { const char *name, *who, *fields, *guarded, *facts; bool stops; } purpose_oracle[] = {
	{ "no personal data", "sofO", "", "", "", false },
	{ "join", "so", "AC", "", "", false },
	{ "verify address", "so", "AC", "", "M", false },
	{ "sign in", "so", "C", "", "", false },
	{ "password", "o", "AC", "", "S", false },
	{ "recovery", "so", "AQC", "", "M", false },
	{ "sessions", "o", "", "", "S", false },
	{ "home", "o", "AG", "", "S", false },
	{ "own view", "o", "AGMFSBNKD", "BNKD", "S", false },
	{ "history", "o", "AGMFSBNKDQOELX", "BNKDQ", "S", false },
	{ "correct", "o", "AGMFSBNKD", "BNKD", "S", false },
	{ "erase field", "o", "AGMFSBNKDQ", "BNKDQ", "SB", false },
	{ "enrol", "o", "GMFSBNKD", "", "S", false },
	{ "questions", "o", "GMFSQC", "Q", "SF", false },
	{ "settings", "o", "", "", "S", false },
	{ "policy", "o", "", "", "S", false },
	{ "role", "sof", "", "", "SFBA", false },
	{ "addresses", "o", "A", "", "S", false },
	{ "address change", "o", "A", "", "SB", false },
	{ "domains", "o", "O", "", "S", false },
	{ "domain proof", "o", "O", "", "", true },
	{ "certificates", "o", "AGMFSOEL", "", "S", false },
	{ "issue", "so", "AGMFSOEL", "", "SA", true },
	{ "certificate change", "so", "AEL", "", "", false },
	{ "certificate download", "o", "E", "", "", false },
	{ "certificate shown", "s", "E", "", "O", true },
	{ "send mail", "s", "AOX", "", "", false },
	{ "keep tidy", "s", "", "", "", false },
	{ "site", "sO", "", "", "", false },
	{ "names", "o", "GMFSE", "", "S", false },
	{ "points", "o", "EPIJW", "", "S", false },
	{ "hand-over", "oa", "GMFSIH", "", "SA", true },
	{ "match", "a", "GMFSBKD", "", "SH", true },
	{ "shown to an assurer", "a", "GMFSBNKD", "", "SFH", true },
	{ "assurance", "oa", "GMFSBPIJ", "", "S", true },
	{ "assurances given", "oa", "PIJ", "", "S", false },
	{ "objection", "o", "PIJW", "", "S", false },
	{ "name link", "oa", "GMFSBPIJ", "", "S", true },
	{ "parent's consent", "oa", "", "", "S", true },
	{ "challenge", "o", "", "", "S", true },
	{ "event", "oa", "GMFSI", "", "SB", true },
	{ "event visit", "o", "GMFSH", "", "SB", true },
	{ "event list", "a", "GMFS", "", "S", true },
	{ "slip", "oa", "GMFSBPIJ", "", "S", true },
	{ "trusted third party", "oa", "GMFSBPIJ", "", "S", true },
	{ "paper", "so", "J", "", "S", false },
	{ "directory", "so", "GMFS", "", "SBO", true },
	{ "contact", "so", "AGMFSW", "", "", true },
	{ "decision", "sf", "W", "", "S", false },
	{ "founding", "of", "GMFSI", "", "S", true },
	{ "export", "o", "AGMFSBNKDQOELXPIJHW", "BNKDQ", "SFB", false },
	{ "rights", "o", "H", "", "S", false },
	{ "restriction", "so", "", "", "S", false },
	{ "erase account", "so", "AH", "", "SB", false },
	{ "erased", "s", "", "", "", false },
	{ "case", "so", "", "", "", false },
	{ "case work", "spf", "", "", "S", false },
	{ "case request", "p", "AGMFSB", "", "SC", false },
	{ "case identity", "p", "AGMFSB", "", "SC", false },
	{ "case reach", "p", "AGMFS", "", "SC", false },
	{ "case search", "pf", "", "", "S", false },
	{ "seat", "o", "GMFS", "", "SO", true },
	{ "security notice", "sO", "A", "", "", false },
	{ "erasure hold", "sf", "", "", "S", false },
	{ "exclusion", "sf", "", "", "S", false },
	{ "guest officer", "sof", "", "", "SA", false },
	{ "name change", "of", "GMFSBIJ", "B", "SC", false },
	{ "list", "soO", "A", "", "", true },
	{ "disclosure", "sf", "AGMFSBNKD", "", "S", false },
	{ "recipient told", "sf", "", "", "S", false },
	{ "lost access", "soap", "A", "", "", false },
	{ "lost match", "oa", "GMFSBI", "", "SHB", false },
	{ "trusted contact", "so", "A", "", "SB", false },
	{ "dormant account", "so", "A", "", "", false },
	{ "breach register", "sfO", "W", "", "S", false },
	{ "case report", "pf", "AGMFS", "", "SC", false },
};
static const char field_letters[] = "?AGMFSBNKDQCOELXPIJHW", actor_letters[] = "?soapfuO";

static bool
holds(const char *set, char letter)
{
	return strchr(set, letter) != NULL;
}

static enum purpose
purpose_named(const char *name)
{
	for (unsigned p = 1; p < PURPOSE__COUNT; p++)
		if (strcmp(purposes[p].name, name) == 0)
			return (enum purpose)p;
	fail_msg("no purpose is called %s", name);
	return PURPOSE_UNSET;
}

/* One actor before one field: fresh or not, opted in or not. */
static void
judge_field(size_t i, enum purpose p, unsigned actor, unsigned f)
{
	static const struct keeper_row row = { .name = "test" };
	const char *facts = purpose_oracle[i].facts;
	char letter = field_letters[f];
	bool may = holds(purpose_oracle[i].who, actor_letters[actor]) && holds(purpose_oracle[i].fields, letter);

	for (unsigned how = 0; how < 4; how++) {
		bool fresh = (how & 1) != 0, in = (how & 2) != 0;
		struct act a = { .row = &row, .purpose = p, .role = (enum entry_role)actor,
		    .flags = fresh ? SESSION_FRESH : 0, .opted_in = in };
		bool want = may && (!holds(facts, 'O') || in) && (!holds(purpose_oracle[i].guarded, letter) || fresh);
		struct err e = {0};

		if (act_may(&a, (enum field)f, &e) != want)
			fail_msg("%s: actor %c, field %c, %s, %s: %s", purpose_oracle[i].name, actor_letters[actor], letter,
			    fresh ? "fresh" : "not fresh", in ? "opted in" : "not opted in", want ? "refused" : "allowed");
		if (!want)
			assert_int_equal(e.kind, ERR_DENIED);
	}
}

static void
each_purpose(void **state)
{
	(void)state;
	assert_int_equal(COUNT(purpose_oracle), PURPOSE__COUNT - 1);
	assert_int_equal(COUNT(field_letters) - 1, FIELD__COUNT);
	assert_int_equal(COUNT(actor_letters) - 1, ACTOR__COUNT);
	for (size_t i = 0; i < COUNT(purpose_oracle); i++)
		for (unsigned actor = 1; actor < ACTOR__COUNT; actor++)
			for (unsigned f = 1; f < FIELD__COUNT; f++)
				judge_field(i, purpose_named(purpose_oracle[i].name), actor, f);
}

/* ---- operations ---- */

/*
 * peers: P portal, C clerk, X control, B the postbox.
 * needs of a session: F the password within ten minutes, A it acts (an old address may not, a certificate alone
 *	neither, unless c), P the newest policy answered, v assurer, o officer, d staff or officer, u auditor, w officer or auditor; b not within the
 *	bar, though its purpose is open then; R goes on while the
 *	processing is restricted, whatever its purpose.
 */
static const struct { const char *name, *purpose, *peers, *bearer, *needs; } op_oracle[] = {
	{ "ready", "no personal data", "PCX", "none", "" },
	{ "join", "join", "P", "none", "" },
	{ "mail look", "no personal data", "P", "mail", "" },
	{ "mail take", "verify address", "P", "mail", "" },
	{ "sign in", "sign in", "P", "none", "" },
	{ "sign in by certificate", "sign in", "P", "none", "" },
	{ "forgot", "recovery", "P", "none", "" },
	{ "reset look", "recovery", "P", "mail", "" },
	{ "reset take", "recovery", "P", "mail", "" },
	{ "password again", "password", "P", "session", "Ac" },
	{ "password change", "password", "P", "session", "FA" },
	{ "sign out", "sessions", "P", "session", "Ac" },
	{ "sessions", "sessions", "P", "session", "" },
	{ "home", "home", "P", "session", "" },
	{ "data", "own view", "P", "session", "" },
	{ "who", "no personal data", "P", "session", "" },
	{ "data set", "enrol", "P", "session", "A" },
	{ "data erase", "erase field", "P", "session", "A" },
	{ "questions", "questions", "P", "session", "F" },
	{ "questions set", "questions", "P", "session", "FAP" },
	{ "history", "history", "P", "session", "" },
	{ "history entry", "history", "P", "session", "" },
	{ "setting set", "settings", "P", "session", "A" },
	{ "settings", "no personal data", "P", "session", "" },
	{ "policy answer", "policy", "P", "session", "A" },
	{ "role code", "role", "P", "session", "FAP" },
	{ "addresses", "addresses", "P", "session", "" },
	{ "address add", "address change", "P", "session", "AP" },
	{ "address again", "address change", "P", "session", "AP" },
	{ "address primary", "address change", "P", "session", "FA" },
	{ "address remove", "address change", "P", "session", "FA" },
	{ "domains", "domains", "P", "session", "" },
	{ "domain add", "domain proof", "P", "session", "AP" },
	{ "domain challenge", "domain proof", "P", "session", "AP" },
	{ "domain look", "domains", "P", "session", "" },
	{ "domain proved", "domain proof", "P", "session", "AP" },
	{ "domain remove", "domain proof", "P", "session", "FAR" },
	{ "certificates", "certificates", "P", "session", "" },
	{ "certificate", "certificates", "P", "session", "" },
	{ "certificate choices", "certificates", "P", "session", "" },
	{ "certificate ticket", "issue", "P", "session", "AP" },
	{ "certificate stored", "issue", "PC", "session or clerk", "AcR" },
	{ "certificate change", "certificate change", "P", "session", "FA" },
	{ "certificate changed", "certificate change", "PC", "none", "R" },
	{ "certificate note", "certificate change", "P", "session", "A" },
	{ "certificate show", "certificate shown", "P", "none", "" },
	{ "once mint", "certificate download", "P", "session", "Ac" },
	{ "once take", "certificate download", "P", "once", "" },
	{ "mail next", "send mail", "C", "none", "R" },
	{ "mail done", "send mail", "C", "none", "R" },
	{ "tickets open", "keep tidy", "C", "none", "R" },
	{ "ticket cancel", "keep tidy", "C", "none", "R" },
	{ "sweep", "keep tidy", "C", "none", "R" },
	{ "tree", "no personal data", "C", "none", "" },
	{ "checkpoint", "no personal data", "C", "none", "" },
	{ "faces", "no personal data", "C", "none", "" },
	{ "tickets stored", "keep tidy", "C", "none", "R" },
	{ "tickets told", "keep tidy", "C", "none", "R" },
	{ "officer codes", "site", "X", "none", "" },
	{ "health", "no personal data", "X", "none", "" },
	{ "doctor", "site", "X", "none", "" },
	{ "system entry", "site", "X", "none", "" },
	{ "mail test", "send mail", "X", "none", "" },
	{ "counts", "no personal data", "X", "none", "" },
	{ "issuer gone", "certificate change", "X", "none", "R" },
	{ "issuers said", "no personal data", "X", "none", "" },
	{ "names", "names", "P", "session", "" },
	{ "name put", "names", "P", "session", "A" },
	{ "name shown first", "names", "P", "session", "A" },
	{ "name erase", "erase field", "P", "session", "A" },
	{ "birth date propose", "correct", "P", "session", "FA" },
	{ "birth date look", "no personal data", "P", "session", "" },
	{ "points", "points", "P", "session", "" },
	{ "assurances given", "assurances given", "P", "session", "" },
	{ "assurance confirm", "assurance", "P", "session", "A" },
	{ "assurance withdraw", "assurance", "P", "session", "FAR" },
	{ "assurance object", "objection", "P", "session", "A" },
	{ "parent withdraw", "parent's consent", "P", "session", "FAR" },
	{ "hand-over new", "hand-over", "P", "session", "FAP" },
	{ "hand-overs", "hand-over", "P", "session", "R" },
	{ "hand-over end", "hand-over", "P", "session", "AR" },
	{ "hand-over take", "hand-over", "P", "session", "APv" },
	{ "hand-over look", "assurances given", "P", "session", "v" },
	{ "meetings", "assurances given", "P", "session", "vR" },
	{ "hand-over match", "match", "P", "session", "Av" },
	{ "hand-over show", "shown to an assurer", "P", "session", "FAv" },
	{ "hand-over leave", "hand-over", "P", "session", "AvR" },
	{ "assurance draft", "assurance", "P", "session", "APv" },
	{ "drafts", "assurances given", "P", "session", "vR" },
	{ "draft drop", "assurance", "P", "session", "AvR" },
	{ "assurance sign", "assurance", "P", "session", "APv" },
	{ "challenge", "challenge", "P", "session", "R" },
	{ "challenge begin", "challenge", "P", "session", "AP" },
	{ "challenge answer", "challenge", "P", "session", "A" },
	{ "bank put", "site", "X", "none", "" },
	{ "bank done", "site", "X", "none", "" },
	{ "banks", "no personal data", "X", "none", "" },
	{ "event announce", "event", "P", "session", "APv" },
	{ "event end", "no personal data", "P", "session", "AR" },
	{ "event sign up", "event visit", "P", "session", "FAP" },
	{ "event leave", "no personal data", "P", "session", "AR" },
	{ "events", "no personal data", "P", "session", "R" },
	{ "event", "no personal data", "P", "session", "R" },
	{ "event check-in", "event", "P", "session", "APv" },
	{ "event check-out", "no personal data", "P", "session", "AR" },
	{ "slip new", "slip", "P", "session", "APv" },
	{ "slips", "slip", "P", "session", "R" },
	{ "slip withdraw", "slip", "P", "session", "AR" },
	{ "slip bring", "slip", "P", "session", "AP" },
	{ "published stands", "no personal data", "PC", "session or clerk", "AcR" },
	{ "published open", "keep tidy", "C", "none", "" },
	{ "published over", "keep tidy", "C", "none", "R" },
	{ "published strays", "keep tidy", "C", "none", "" },
	{ "listing", "names", "P", "session", "" },
	{ "listing announce", "directory", "P", "session", "APv" },
	{ "listing end", "settings", "P", "session", "AcR" },
	{ "contact send", "contact", "P", "session", "AP" },
	{ "contact answer", "contact", "P", "mail", "" },
	{ "founder offer", "founding", "P", "session", "AP" },
	{ "founders", "decision", "P", "session", "Fo" },
	{ "founding ask", "decision", "P", "session", "FAo" },
	{ "decisions", "decision", "P", "session", "o" },
	{ "decision look", "decision", "P", "session", "Fo" },
	{ "decision vote", "decision", "P", "session", "FAo" },
	{ "standing look", "decision", "P", "session", "FAo" },
	{ "standing ask", "decision", "P", "session", "FAo" },
	{ "third party new", "hand-over", "P", "session", "FAP" },
	{ "papers", "paper", "P", "session", "" },
	{ "paper destroyed", "paper", "P", "session", "A" },
	{ "paper still", "paper", "P", "session", "A" },
	{ "paper offer", "paper", "P", "session", "FA" },
	{ "paper accept", "paper", "P", "session", "A" },
	{ "rights", "rights", "P", "session", "" },
	{ "restrict", "restriction", "P", "session", "FAR" },
	{ "ask me first", "settings", "P", "session", "A" },
	{ "erase ask", "erase account", "P", "session", "FAR" },
	{ "erase link", "erase account", "P", "session", "FA" },
	{ "erase stop", "no personal data", "P", "session", "A" },
	{ "erase now", "erase account", "P", "mail", "R" },
	{ "erase receipt", "no personal data", "P", "none", "" },
	{ "erase run", "erase account", "C", "none", "R" },
	{ "erase told", "erased", "C", "none", "R" },
	{ "export ask", "export", "P", "session", "FA" },
	{ "export look", "no personal data", "P", "session", "F" },
	{ "export drop", "no personal data", "P", "session", "Ac" },
	{ "export mint", "export", "P", "session", "FA" },
	{ "export open", "export", "P", "once", "" },
	{ "export piece", "export", "P", "once", "" },
	{ "export given", "export", "P", "once", "" },
	{ "export next", "keep tidy", "C", "none", "" },
	{ "export go on", "export", "C", "job", "" },
	{ "export case", "no personal data", "P", "session", "FA" },
	{ "case open", "case", "P", "session", "A" },
	{ "cases", "no personal data", "P", "session", "" },
	{ "case", "case", "P", "session", "" },
	{ "case say", "case", "P", "session", "A" },
	{ "case allow", "case", "P", "session", "A" },
	{ "case text stands", "no personal data", "P", "session", "" },
	{ "case opened by a visitor", "case", "P", "none", "" },
	{ "case enter", "no personal data", "P", "none", "" },
	{ "case visit", "case", "P", "case", "" },
	{ "case visit number", "no personal data", "P", "case", "" },
	{ "case visit say", "case", "P", "case", "" },
	{ "case visit stands", "no personal data", "P", "case", "" },
	{ "desk", "case work", "P", "session", "d" },
	{ "desk case", "case work", "P", "session", "d" },
	{ "desk take", "case work", "P", "session", "APd" },
	{ "desk hand over", "case work", "P", "session", "Ad" },
	{ "desk say", "case work", "P", "session", "Ad" },
	{ "desk extend", "case work", "P", "session", "Ad" },
	{ "desk close", "case work", "P", "session", "Ad" },
	{ "desk field", "case work", "P", "session", "FAd" },
	{ "desk find", "case search", "P", "session", "FAd" },
	{ "role ask", "decision", "P", "session", "FAo" },
	{ "seats", "no personal data", "P", "none", "" },
	{ "key word", "no personal data", "P", "none", "" },
	{ "key proved", "certificate change", "P", "none", "" },
	{ "seat name", "seat", "P", "session", "A" },
	{ "telling ask", "case work", "P", "session", "FAd" },
	{ "tellings", "decision", "P", "session", "o" },
	{ "disclosure ask", "decision", "P", "session", "FAo" },
	{ "disclosures", "decision", "P", "session", "o" },
	{ "disclosure", "decision", "P", "session", "Fo" },
	{ "disclosure mint", "decision", "P", "session", "FAo" },
	{ "guest ask", "decision", "P", "session", "FAo" },
	{ "guest", "guest officer", "P", "session", "F" },
	{ "guest act", "guest officer", "P", "session", "FAR" },
	{ "guest vote", "guest officer", "P", "session", "FA" },
	{ "guest end", "decision", "P", "session", "FAo" },
	{ "recipient told", "decision", "P", "session", "Ao" },
	{ "policy", "no personal data", "P", "session", "R" },
	{ "lost access", "case work", "P", "session", "FAd" },
	{ "lost access sheet", "case", "P", "case", "" },
	{ "lost access confirm", "lost match", "P", "session", "FAPv" },
	{ "lost access password", "case", "P", "case", "" },
	{ "lost access look", "no personal data", "P", "mail", "" },
	{ "lost access answer", "lost access", "P", "mail", "" },
	{ "lost access take", "recovery", "P", "mail", "" },
	{ "trusted contacts", "no personal data", "P", "session", "R" },
	{ "trusted contact name", "trusted contact", "P", "session", "FA" },
	{ "trusted contact answer", "no personal data", "P", "session", "A" },
	{ "trusted contact close", "trusted contact", "P", "session", "FA" },
	{ "breaches", "breach register", "P", "session", "Fo" },
	{ "breach enter", "breach register", "P", "session", "FAo" },
	{ "breach", "breach register", "P", "session", "Fo" },
	{ "breach set", "breach register", "P", "session", "FAo" },
	{ "rotate", "site", "CX", "none", "" },
	{ "retention", "keep tidy", "X", "none", "" },
	{ "backup", "site", "X", "none", "" },
	{ "announce", "security notice", "X", "none", "" },
	{ "tallies", "no personal data", "P", "none", "" },
	{ "report", "no personal data", "P", "none", "" },
	{ "audit", "decision", "P", "session", "u" },
	{ "audit lines", "decision", "P", "session", "u" },
	{ "audit pack", "no personal data", "X", "none", "" },
	{ "name change", "names", "P", "session", "" },
	{ "name change say", "case", "P", "session", "A" },
	{ "name change ask", "case work", "P", "session", "FAd" },
	{ "hold ask", "decision", "P", "session", "FAo" },
	{ "hold end ask", "decision", "P", "session", "FAo" },
	{ "holds", "decision", "P", "session", "w" },
	{ "exclude ask", "decision", "P", "session", "FAo" },
	{ "exclude end ask", "decision", "P", "session", "FAo" },
	{ "exclusions", "decision", "P", "session", "o" },
	{ "decision by notice", "decision", "P", "session", "FAo" },
	{ "post take", "case", "B", "none", "" },
	{ "post carry", "keep tidy", "C", "none", "R" },
	{ "post bounce", "send mail", "B", "none", "" },
	{ "desk sort", "case work", "P", "session", "Ad" },
	{ "desk letter", "case work", "P", "session", "APd" },
	{ "lists", "no personal data", "P", "session", "" },
	{ "list set", "list", "P", "session", "AcR" },
	{ "list mail", "list", "X", "none", "" },
};

enum sitting { STALE, FRESH, OLD, ASSURER, SUPPORT, OFFICER, AUDITOR, RESTRICTED, BARRED, POLICY_DUE, NO_ADDRESS, ENDED, SITTING__COUNT };
static const struct { const char *name; bool fresh, old, restricted, barred, policy_due, no_address; const char *roles; } kinds[SITTING__COUNT] = {
	[STALE] = { "a member who just signed in", .roles = "" },
	[FRESH] = { "a member", .fresh = true, .roles = "" },
	[OLD] = { "the address before the password", .old = true, .roles = "voduw" },
	[ASSURER] = { "an assurer", .fresh = true, .roles = "v" },
	[SUPPORT] = { "support", .fresh = true, .roles = "d" },
	[OFFICER] = { "an officer", .fresh = true, .roles = "odw" },
	[AUDITOR] = { "an auditor", .fresh = true, .roles = "uw" },
	[RESTRICTED] = { "one who restricted it", .fresh = true, .restricted = true, .roles = "voduw" },
	[BARRED] = { "one who was let back in yesterday", .fresh = true, .barred = true, .roles = "voduw" },
	[POLICY_DUE] = { "one who owes an answer to a policy", .fresh = true, .policy_due = true, .roles = "voduw" },
	[NO_ADDRESS] = { "one without a proved address", .fresh = true, .no_address = true, .roles = "voduw" },
	[ENDED] = { "an ended session", .roles = "" },
};

static bool
lacks_role(const char *needs, const char *roles)
{
	for (const char *r = "voduw"; *r != '\0'; r++)
		if (holds(needs, *r) && !holds(roles, *r))
			return true;
	return false;
}

/* What the gate says to this kind of session, before any handler; 0: nothing. */
static unsigned
wanted_why(size_t op, enum sitting k)
{
	const char *needs = op_oracle[op].needs, *facts = "";
	bool stops = false, works = holds(needs, 'v') || holds(needs, 'o') || holds(needs, 'd') || holds(needs, 'u') || holds(needs, 'w');

	for (size_t i = 0; i < COUNT(purpose_oracle); i++)
		if (strcmp(purpose_oracle[i].name, op_oracle[op].purpose) == 0) {
			facts = purpose_oracle[i].facts;
			stops = purpose_oracle[i].stops;
		}
	if (k == ENDED)
		return WHY_SESSION_OVER;
	if (kinds[k].old && holds(needs, 'A'))
		return WHY_SESSION_OLD;
	if (lacks_role(needs, kinds[k].roles))
		return WHY_ROLE;
	if (kinds[k].barred && works)
		return WHY_BAR;
	if (kinds[k].policy_due && holds(needs, 'P'))
		return WHY_POLICY;
	if (!kinds[k].fresh && holds(needs, 'F'))
		return WHY_PASSWORD_NEEDED;
	if (kinds[k].restricted && stops && !holds(needs, 'R'))
		return WHY_RESTRICTED;
	if (kinds[k].barred && (holds(facts, 'B') || holds(needs, 'b')))
		return WHY_BAR;
	if (kinds[k].no_address && holds(facts, 'A'))
		return WHY_ADDRESS_UNVERIFIED;
	return 0;
}

static const struct sql
sql_member = { "gate_member", "iiiii", "", "UPDATE member SET roles = $1, steps = $2, bar_until = $3, restricted = $4, agreement = $5" },
sql_session = { "gate_session", "i", "", "UPDATE session SET fresh_until = $1" };

struct gate { struct rig r; unsigned char now[TOKEN_BYTES], before[TOKEN_BYTES]; };

/* One member, one session, made into this kind; `before` is the token before the password. */
static void
become(struct gate *g, enum sitting k)
{
	static const unsigned roles[SITTING__COUNT] = { [ASSURER] = 1u << ROLE_ASSURER, [SUPPORT] = 1u << ROLE_SUPPORT, [OFFICER] = 1u << ROLE_OFFICER,
	    [AUDITOR] = 1u << ROLE_AUDITOR };
	struct store *st = g->r.keeper.store;
	int64_t all = 1u << ROLE_ASSURER | 1u << ROLE_SUPPORT | 1u << ROLE_OFFICER | 1u << ROLE_AUDITOR, now = rig_now(&g->r);
	struct err e = {0};

	assert_true(store_begin(st, &e));
	assert_true(sql_do(st, &sql_member, &e, strlen(kinds[k].roles) > 3 ? all : (int64_t)roles[k], (int64_t)(kinds[k].no_address ? 0 : STEP_ADDRESS),
	    kinds[k].barred ? now + DAY : (int64_t)0, (int64_t)(kinds[k].restricted ? RESTRICTED_OWN : 0),
	    (int64_t)(kinds[k].policy_due ? 0 : policy_number(POLICY_AGREEMENT, now))));
	assert_true(sql_do(st, &sql_session, &e, kinds[k].fresh ? now + 600 : (int64_t)0));
	assert_true(store_commit(st, &e));
}

/* A request that waits for a child passed the gate; its answer is of no use here. */
static void
let_go(struct rig *r)
{
	struct pollfd p[2] = { { .fd = argon_fd(r->keeper.argon), .events = POLLIN },
	    { .fd = packer_fd(r->keeper.packer), .events = POLLIN } };

	for (; r->back == NULL; packer_readable(r->keeper.packer)) {
		assert_true(poll(p, 2, 20000) > 0);
		argon_readable(r->keeper.argon);
	}
	r->back = NULL;
}

/* What one operation says to this token: zeros follow it.  Whatever it did is undone. */
static struct err
asked(struct rig *r, unsigned peer, uint32_t op, const unsigned char token[TOKEN_BYTES])
{
	DROP(buf_wipe) struct buf in = {0};
	struct ipc_ask a = { .op = op, .peer = peer };
	struct err e = {0};

	if (token != NULL)
		buf_add(&in, token, TOKEN_BYTES);
	while (in.len < keeper_rows[op].least)
		pack_u8(&in, 0);
	a.in = span_buf(&in);
	assert_true(keeper_begin(&r->keeper, &e));
	if (keeper_turn(&r->keeper, &a) == IPC_LATER)
		let_go(r);
	if (a.work != NULL && a.work_drop != NULL)
		a.work_drop(a.work);
	store_rollback(r->keeper.store);
	chain_rolled_back(r->keeper.chain);
	tally_drop(&r->keeper);
	buf_wipe(&a.out);
	return a.err;
}

/* Of the gate's refusals; a handler may give some of them for what it was asked. */
static bool
of_the_gate(unsigned why)
{
	static const unsigned all[] = { WHY_SESSION_OVER, WHY_SESSION_OLD, WHY_ROLE, WHY_POLICY, WHY_PASSWORD_NEEDED, WHY_RESTRICTED, WHY_BAR, WHY_ADDRESS_UNVERIFIED };

	for (size_t i = 0; i < COUNT(all); i++)
		if (why == all[i])
			return true;
	return false;
}

static uint32_t
op_named(const char *name)
{
	for (uint32_t op = 0; op < KEEPER_OP__COUNT; op++)
		if (keeper_rows[op].run != NULL && strcmp(keeper_rows[op].name, name) == 0)
			return op;
	fail_msg("no operation is called %s", name);
	return 0;
}

static void
judge_session(struct gate *g, size_t i, uint32_t op, enum sitting k)
{
	static const unsigned char invented[TOKEN_BYTES] = { 7 };
	unsigned want = wanted_why(i, k);
	struct err e = asked(&g->r, KEEPER_PEER_PORTAL, op, k == ENDED ? invented : kinds[k].old ? g->before : g->now);

	if (want != 0 ? e.kind != ERR_DENIED || e.why != want : e.kind == ERR_DENIED && of_the_gate(e.why))
		fail_msg("%s as %s: %s, why %u, not %u (%s)", op_oracle[i].name, kinds[k].name, err_kind_name(e.kind), e.why, want, e.text);
}

static void
each_operation(void **state)
{
	static const struct { const char *name; unsigned bit; } peers[] = { { "P", KEEPER_PEER_PORTAL }, { "C", KEEPER_PEER_CLERK }, { "X", KEEPER_PEER_CONTROL }, { "B", KEEPER_PEER_POST } };
	struct gate *g = *state;
	size_t rows = 0;

	for (uint32_t op = 0; op < KEEPER_OP__COUNT; op++)
		rows += keeper_rows[op].run != NULL;
	assert_int_equal(rows, COUNT(op_oracle));
	/* Whom the desk lets in, the purpose of what is done there names. */
	for (uint32_t op = 0; op < KEEPER_OP__COUNT; op++)
		for (unsigned role = 0; role < 2 && keeper_rows[op].run != NULL && (keeper_rows[op].demands & DEMAND_DESK) != 0; role++)
			if (!purpose_allows(keeper_rows[op].purpose, role == 0 ? ACTOR_SUPPORT : ACTOR_OFFICER, 0, NULL))
				fail_msg("%s: its purpose is not for who works there", keeper_rows[op].name);
	for (enum sitting k = 0; k < SITTING__COUNT; k++) {
		become(g, k);
		for (size_t i = 0; i < COUNT(op_oracle); i++)
			if (strncmp(op_oracle[i].bearer, "session", 7) == 0)
				judge_session(g, i, op_named(op_oracle[i].name), k);
	}
	for (size_t i = 0; i < COUNT(op_oracle); i++)
		for (size_t p = 0; p < COUNT(peers); p++)
			if (((keeper_ipc_ops()[op_named(op_oracle[i].name)].peers & peers[p].bit) != 0) != holds(op_oracle[i].peers, peers[p].name[0]))
				fail_msg("%s: peer %s", op_oracle[i].name, peers[p].name);
}

/* Tokens of the other kinds: one that nobody gave out opens nothing. */
static void
each_other_bearer(void **state)
{
	static const char *const kinds_of[] = { "mail", "once", "job", "case" };
	static const unsigned char invented[TOKEN_BYTES] = { 7 };
	struct gate *g = *state;

	for (size_t i = 0; i < COUNT(op_oracle); i++)
		for (size_t b = 0; b < COUNT(kinds_of); b++) {
			struct err e;

			if (strcmp(op_oracle[i].bearer, kinds_of[b]) != 0)
				continue;
			/* a session's token is none of these either */
			for (unsigned n = 0; n < 2; n++) {
				e = asked(&g->r, holds(op_oracle[i].peers, 'P') ? KEEPER_PEER_PORTAL : KEEPER_PEER_CLERK, op_named(op_oracle[i].name), n == 0 ? invented : g->now);
				if (e.kind != ERR_ABSENT && e.kind != ERR_DENIED && e.kind != ERR_INPUT)
					fail_msg("%s with a token nobody gave out: %s", op_oracle[i].name, err_kind_name(e.kind));
			}
		}
}

static int
open_gate(void **state)
{
	static struct gate g;

	rig_open(&g.r, NULL);
	rig_member(&g.r, "ana@example.org", "a long enough password", g.now);
	memcpy(g.before, g.now, sizeof(g.before));
	if (!rig_again(&g.r, g.now, "a long enough password"))
		return -1;
	*state = &g;
	return 0;
}

static int
close_gate(void **state)
{
	rig_drop(&((struct gate *)*state)->r);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_purpose), cmocka_unit_test(each_operation), cmocka_unit_test(each_other_bearer),
	};

	return cmocka_run_group_tests(tests, open_gate, close_gate);
}
