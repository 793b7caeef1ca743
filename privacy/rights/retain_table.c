#include "ledger/base/clock.h"
#include "privacy/facts/assurance.h"
#include "privacy/facts/case_post.h"
#include "privacy/facts/decision.h"
#include "privacy/facts/handover.h"
#include "privacy/facts/lost.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/quiet.h"
#include "privacy/facts/slip.h"
#include "privacy/message.h"
#include "privacy/rights/retain_table.h"

#define DUE(word, text)	\
	static const struct sql sql_##word = { "retain_" #word, "i", "i", "SELECT CAST(COUNT(*) AS BIGINT) FROM " text }

DUE(joins, "waiting WHERE at < $1");
DUE(addresses, "address WHERE verified_at = 0 AND since < $1");
DUE(sessions, "session WHERE seen <= $1");
DUE(documents, "document WHERE used_at < $1");
DUE(handovers, "handover WHERE state > 2 AND pass = 0 AND used_at < $1");
DUE(wrong_codes, "code_wrong WHERE hour < $1 / 3600");
DUE(drafts, "assurance WHERE made_at = 0 AND noted_at < $1 AND NOT EXISTS (" HOLD_ON_GIVER ")");
DUE(messages, "contact WHERE answered = 0 AND made <= $1");
DUE(visits, "event_part p JOIN event e ON e.id = p.event WHERE e.ends <= $1");
DUE(slips, "slip WHERE state > 1 AND ended_at < $1");
DUE(mails, "mail WHERE state >= 3 AND made <= $1");
DUE(links, "mail_token WHERE expires <= $1");
DUE(downloads, "once WHERE expires <= $1");
DUE(tries, "reset_try WHERE at <= $1");
DUE(proofs, "challenge WHERE expires <= $1");
DUE(objections, "decision WHERE assurance > 0 AND subject > 0 AND decided_at > 0 AND decided_at < $1");
DUE(codes, "officer_code WHERE expires <= $1");
DUE(looks, "others WHERE day < $1 / 86400");
DUE(issued, "issued WHERE day < $1 / 86400");
DUE(copies, "copy WHERE expires <= $1");
DUE(cases, "case_file WHERE closed > 0 AND gone = 0 AND closed <= $1");
DUE(holds, "hold WHERE until > 0 AND ended = 0 AND until <= $1");
DUE(exclusions, "exclusion WHERE until > 0 AND ended = 0 AND until <= $1");
DUE(mailed, "post_taken WHERE at <= $1");
DUE(lost, "lost_access WHERE state > 2 AND ends_at < $1");
DUE(quiet, "quiet WHERE day > 0 AND day * 86400 <= $1");
DUE(papers, "paper WHERE destroyed_at > 0 AND destroyed_at < $1");

#define LIFE(word, seconds) static int64_t life_##word(const struct settings *s) { (void)s; return seconds; }
LIFE(join, s->join_life)
LIFE(idle, s->session_idle)
LIFE(document, s->document_life)
LIFE(handover, HANDOVER_KEPT)
LIFE(day, DAY)
LIFE(draft, s->trust.draft_life)
LIFE(message, s->trust.contact_life)
LIFE(visit, s->trust.event_pass)
LIFE(slip, SLIP_KEPT)
LIFE(mail, MAIL_KEPT)
LIFE(tries, s->reset_window)
LIFE(year, 365 * DAY)
LIFE(month, 30 * DAY)
LIFE(case, s->case_kept)
LIFE(mailed, POST_KNOWN_LIFE)
LIFE(lost, LOST_KEPT)
LIFE(quiet, s->dormant_after + s->dormant_wait)

static const char program[] = MSG("The program, by itself."), you[] = MSG("You."),
    setting[] = MSG("A setting of this site, within bounds that the program sets."), law[] = MSG("The law."),
    evidence[] = MSG("The community's agreement.");

const struct retain_row retain_rows[RETAIN__COUNT] = {
	[RETAIN_JOINS] = { "waiting joins", "waiting", MSG("Joins that were not confirmed"),
	    MSG("48 hours, then nothing is left of them, not even a line in the ledger."),
	    MSG("Somebody may have typed in a stranger's address."), setting, life_join, &sql_joins },
	[RETAIN_ADDRESSES] = { "unproved addresses", "", MSG("Further addresses that were not proved"),
	    MSG("48 hours."), MSG("They may be somebody else's."), setting, life_join, &sql_addresses },
	[RETAIN_SESSIONS] = { "sessions", "session", MSG("Sessions"),
	    MSG("Until you sign out; 30 minutes without a page, 12 hours in any case."),
	    MSG("To know you from page to page."), setting, life_idle, &sql_sessions },
	[RETAIN_DOCUMENTS] = { "documents", "document", MSG("Kind and number of your document"),
	    MSG("30 days after they were last used."), MSG("They serve one meeting and no other purpose."), setting,
	    life_document, &sql_documents },
	[RETAIN_HANDOVERS] = { "hand-overs", "handover handover_use code", MSG("Codes for a meeting, and what was compared or opened with them"),
	    MSG("30 days after they ended; your history keeps its lines."),
	    MSG("So that you see who used your code for what."), program, life_handover, &sql_handovers },
	[RETAIN_WRONG_CODES] = { "wrong codes", "code_wrong", MSG("How many wrong codes an assurer typed"), MSG("A day."),
	    MSG("So that nobody guesses codes."), program, life_day, &sql_wrong_codes },
	[RETAIN_DRAFTS] = { "unsigned assurances", "", MSG("Assurances that were noted and not signed"), MSG("Some days."),
	    MSG("They count for nothing."), setting, life_draft, &sql_drafts },
	[RETAIN_MESSAGES] = { "messages", "contact", MSG("Messages by way of the directory"),
	    MSG("Until they are answered, 30 days at most."), MSG("To carry them."), setting, life_message, &sql_messages },
	[RETAIN_VISITS] = { "event visits", "event_part", MSG("Who comes to an event"), MSG("A week after it."),
	    MSG("For the code to show there, and the list at its door."), setting, life_visit, &sql_visits },
	[RETAIN_SLIPS] = { "slips", "slip", MSG("What an assurer noted about a visitor who is no member yet"),
	    MSG("60 days; that there was one, 90 days more."), MSG("So that the visitor can bring it along."), setting,
	    life_slip, &sql_slips },
	[RETAIN_MAILS] = { "mails", "mail", MSG("Mails to you"),
	    MSG("Address and text until the mail is sent; that there was one, a week."),
	    MSG("So that nobody is flooded with mail, and one that comes back is known."), program, life_mail, &sql_mails },
	[RETAIN_LINKS] = { "links", "mail_token", MSG("Links in mails"), MSG("Until they are used or their time is over."),
	    MSG("To know the link again; a hash is kept."), setting, NULL, &sql_links },
	[RETAIN_DOWNLOADS] = { "one-use addresses", "once once_held", MSG("Addresses of downloads"), MSG("A minute, or until used."),
	    MSG("To know the address again; a hash is kept."), setting, NULL, &sql_downloads },
	[RETAIN_TRIES] = { "tries at questions", "reset_try", MSG("Tries at your recovery questions"), MSG("30 days."),
	    MSG("So that nobody guesses answers."), setting, life_tries, &sql_tries },
	[RETAIN_PROOFS] = { "domain proofs", "challenge", MSG("Open proofs of a domain"), MSG("A week."),
	    MSG("To compare what is published there."), program, NULL, &sql_proofs },
	[RETAIN_OBJECTIONS] = { "objections", "", MSG("Whose objection to an assurance was decided"), MSG("A year after the decision."),
	    MSG("So that it can be looked into again."), program, life_year, &sql_objections },
	[RETAIN_CODES] = { "officer codes", "officer_code", MSG("Codes that make somebody an officer"), MSG("An hour."),
	    MSG("To begin with; a hash is kept."), setting, NULL, &sql_codes },
	[RETAIN_LOOKS] = { "counts of looks", "others", MSG("How often a day others looked at your data"), MSG("30 days."),
	    MSG("To say so on your first page."), program, life_month, &sql_looks },
	[RETAIN_ISSUED] = { "counts of certificates", "issued", MSG("How many certificates you asked for on a day"), MSG("A day."),
	    MSG("So that one member cannot use up the signer."), program, NULL, &sql_issued },
	[RETAIN_PAPERS] = { "paper forms", "paper paper_asked", MSG("Which paper form lies with whom"),
	    MSG("Until it is destroyed, seven years after the meeting at most, and 30 days more in the holder's list."),
	    MSG("A signed form is evidence of an assurance."), evidence, life_month, &sql_papers },
	[RETAIN_ACCOUNT] = { "accounts", "subject member sealed address domain setting person_name name_link trust"
	    " third_party old_value founder_offer sitting wish", MSG("Your account: addresses, names, birth date, nationality, questions, password, domains, settings"),
	    MSG("As long as you are a member; each field until you erase it."), MSG("You gave it for what you want to do here."),
	    you, NULL, NULL },
	[RETAIN_VOUCHING] = { "assurances", "assurance fall_notice founder", MSG("Who vouched for whom, when, where, with how many points"),
	    MSG("As long as either of the two is a member."), MSG("Points and certificates stand on it."), evidence, NULL, NULL },
	[RETAIN_CERTIFICATES] = { "certificates", "register register_name ticket key_ban signer:honoured signer:certificate"
	    " signer:pending signer:compromised signer:crl signer:listed site:face", MSG("Certificates"),
	    MSG("Serial number, dates and state for good; what stands in them, and whose they are, as long as you are a member."),
	    MSG("Others may have relied on them."), law, NULL, NULL },
	[RETAIN_ROLES] = { "roles", "role", MSG("Which roles you had, from when to when"), MSG("As long as you are a member; the marks of what you did in them for good."),
	    MSG("Who may do what must be known afterwards, too."), evidence, NULL, NULL },
	[RETAIN_DECISIONS] = { "decisions", "decision decision_vote", MSG("What officers decided"),
	    MSG("For good; the reasons are sealed."), MSG("A decision has to be answered for."), evidence, NULL, NULL },
	[RETAIN_PUBLISHED] = { "published lines", "published event seat_name site:directory site:event", MSG("Lines of the directory, announcements of events"),
	    MSG("Until you take them down; an event 30 days after its end."), MSG("You chose to show them."), you, NULL, NULL },
	[RETAIN_LEDGER] = { "ledger", "leaf detail duty", MSG("Lines in the ledger"),
	    MSG("The bare line for good; what it says about you as long as you are a member."),
	    MSG("So that nothing can be done in secret, and nothing be changed afterwards."), evidence, NULL, NULL },
	[RETAIN_KEYS] = { "keys", "keys:wrapped_key", MSG("The keys to all of this"),
	    MSG("Yours as long as you are a member. The root key that wraps them is replaced within 30 days and destroyed 30 days later."),
	    MSG("So that what is erased is gone from old copies, too."), program, NULL, NULL },
	[RETAIN_BACKUPS] = { "backups", "", MSG("Backups"), MSG("Of the data, sealed, as long as the operators keep them. Of the keys, 30 days."),
	    MSG("To go on after a disk has failed. Without the keys of the same day they hold nothing that can be read."), program, NULL, NULL },
	[RETAIN_COPIES] = { "copies", "copy copy_piece copy_text", MSG("A copy of everything, that you asked for"),
	    MSG("Until you have fetched it, at most a day."), MSG("To put it together and hand it to you."), program, NULL, &sql_copies },
	[RETAIN_CASES] = { "cases", "case_file case_text case_visit case_opened case_find name_change case_post case_carried site:case_text",
	    MSG("What is written in a case, and whom it concerns"), MSG("A year after it was closed; that there was one, of which kind and how it ended, for good."),
	    MSG("So that an answer can be looked into again."), setting, life_case, &sql_cases },
	[RETAIN_MAILED] = { "mails taken", "post_taken", MSG("That a mail to us was taken"), MSG("30 days, as a hash."),
	    MSG("So that the same mail does not open two cases."), program, life_mailed, &sql_mailed },
	[RETAIN_LOST] = { "ways back", "lost_access", MSG("Ways back into a lost account"), MSG("30 days after their end; your history keeps its lines."),
	    MSG("So that you see who confirmed what."), program, life_lost, &sql_lost },
	[RETAIN_QUIET] = { "quiet accounts", "quiet", MSG("Accounts that nobody uses, and the day of your last use"),
	    MSG("Three years without a sign-in or a followed link; then you are asked at every address, and 60 days later, if this site sets no other time, the erasure begins."),
	    MSG("What nobody needs any more is not to be kept."), setting, life_quiet, &sql_quiet },
	[RETAIN_TRUSTED] = { "trusted contacts", "trusted", MSG("Whom you named as your trusted contact, or who named you"), MSG("Until one of you ends it."),
	    MSG("So that somebody can ask that your account be closed when you cannot."), you, NULL, NULL },
	[RETAIN_BREACHES] = { "breaches", "breach", MSG("The register of breaches"),
	    MSG("For good, in numbers and dates; what was written about a breach goes with its case."), MSG("So that it can be shown how a breach was dealt with."), law, NULL, NULL },
	[RETAIN_HOLDS] = { "erasure holds", "hold", MSG("Fields that two officers keep from being erased"),
	    MSG("At most 90 days; that there was a hold, for good, without you once you are erased."),
	    MSG("A named legal claim or a case of fraud needs them."), program, NULL, &sql_holds },
	[RETAIN_EXCLUSIONS] = { "exclusions", "exclusion excluded_address", MSG("Hashes of addresses of somebody who was excluded"),
	    MSG("Five years at most; that there was an exclusion, for good, without you once you are erased."),
	    MSG("So that who was excluded does not simply join again."), setting, NULL, &sql_exclusions },
	[RETAIN_LATER] = { "fields opened for reports", "telling case_look", MSG("When a field of yours was opened for a report, and whether telling you was delayed"),
	    MSG("As long as you are a member; that telling was delayed in a case, for good, without you."),
	    MSG("So that you are told, and told again should that opening prove wrong."), evidence, NULL, NULL },
	[RETAIN_ERASURES] = { "erasures", "erasure erasure_entry role_kept faceless tombstone", MSG("That somebody was erased, and when"),
	    MSG("For good, without a name or number."), MSG("So that anybody can check it, and no backup undoes it."), law, NULL, NULL },
	[RETAIN_DISCLOSURES] = { "disclosures", "disclosure disclosure_person recipient_notice", MSG("Which fields of yours were given to which authority"),
	    MSG("As long as you are a member; the authority's document and the legal basis go a year after you were told."),
	    MSG("So that you know it, and that whoever got it can be told what was corrected or erased since."), law, NULL, NULL },
	[RETAIN_GUESTS] = { "guest officers", "guest_officer", MSG("Who sat as a guest officer for one disclosure"),
	    MSG("The seat ends with the disclosure's decision, after 30 days at most; that there was one for good, without you once you are erased. The community's name goes a year after the member was told."),
	    MSG("So that it can be known who decided."), program, NULL, NULL },
};
