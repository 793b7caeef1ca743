/*
 * privacy/keeper/op_disclose.h - disclosures under law, and what the public and auditors read: part of op.h, which includes it.
 *
 *	DISCLOSURE: i64 number, u8 state (enum decision_state), i64 asked_at, i64 given_at (0: not), i64 until when it may
 *		be fetched (0: not agreed on, or lapsed), i64 silent_until
 *		(0: none), i64 told_at (0: not all of them yet), u8 people, i64 fields (bits), text authority ("" gone).
 *	MORE: i64 first day, i64 last day, text legal basis, i64 bytes of the document (0: gone), u8 may be fetched, u32 n,
 *		n * i64 member number.
 *	GUEST: i64 decision, u8 state (enum guest_state), i64 since (0: not accepted yet), i64 until, i64 ended (0: not),
 *		u8 voted, text community ("" gone), text its web address.
 *	GUEST SEATS: u32 n, n * { i64 since, i64 until, text community, text its web address, text name ("" not shown) }.
 */
#ifndef PRIVACY_KEEPER_OP_DISCLOSE_H
#define PRIVACY_KEEPER_OP_DISCLOSE_H

#define DISCLOSURE_WORDS	100	/* bytes of an authority's name, of a legal basis */
#define DISCLOSURE_PEOPLE	10	/* in one */
#define DISCLOSURE_DOCUMENT	(200u << 10)	/* bytes of the document, at most; the setting may say less */
#define DISCLOSURES_LISTED	100
#define RECIPIENTS_LISTED	100
#define REPORT_EVENTS		1000u	/* where each kind of count begins */
#define REPORT_FIELDS		2000u
#define REPORT_CASES		3000u
#define REPORT_DECISIONS	4000u
#define AUDIT_LISTED		500	/* rows of each kind at once */
enum audit_list { AUDIT_LISTS, AUDIT_SEATS, AUDIT_DECISIONS, AUDIT_NOTICES, AUDIT_BREACHES, AUDIT_RUNS, AUDIT_LIST__COUNT };	/* the first: all of them */
#define AUDIT_LINES		100	/* of one page */
#define AUDIT_PROOFS		32
#define AUDIT_LOOKED		2000	/* lines among which they are looked for */
#define DISCLOSE_FILE		1u	/* what is fetched: the file for the recipient */
#define DISCLOSE_DOCUMENT	2u	/* the document that the authority sent */
#define GUEST_WORDS		100	/* bytes of a partner community's name */
#define GUEST_SITE		200	/* bytes of its web address */
#define GUESTS_MOST		2	/* of one disclosure, one after the other */
#define GUESTS_LISTED		50
#define GUESTS_SHOWN		16	/* of one disclosure: the newest that were asked for, whatever came of it */

enum tally_event { TALLY_JOINED = 1, TALLY_CERTIFICATE, TALLY_ASSURANCE, TALLY_ERASED,
	TALLY_CASE, TALLY_DISCLOSURE_ASKED, TALLY_DISCLOSURE_GIVEN, TALLY_DISCLOSURE_REFUSED, TALLY_DISCLOSURE_LAPSED,
	TALLY_RECIPIENT_TOLD, TALLY_DISCLOSURE_BORROWED, TALLY_TELLING_ASKED, TALLY__COUNT };	/* append only: numbers stand in the store */
#define TALLY_MONTHS		13	/* told one by one: this one and those of a year */

enum recipient_why { RECIPIENT_CORRECTED = 1, RECIPIENT_ERASED, RECIPIENT_RESTRICTED, RECIPIENT_GONE, RECIPIENT_WHY__COUNT };	/* gone: all of it */

/* Asked for by an officer; agreed on, and to be accepted; sits; over, or nothing came of it. */
enum guest_state { GUEST_ASKED = 1, GUEST_OFFERED, GUEST_SITS, GUEST_OVER };
enum guest_act { GUEST_ACCEPT = 1, GUEST_LEAVE, GUEST_DOCUMENT };	/* the last: fetch the authority's document */
/* May one be borrowed?  Enough are free, or one was asked for; by who asks now; not by them, or nobody could approve it. */
enum guest_need { GUEST_NOT_NEEDED, GUEST_NEEDED, GUEST_NOBODY_FREE };

enum keeper_op_disclose {		/* numbers of enum keeper_op */
	/*
	 * (P, session, officer fresh) text authority, text legal basis, u8 n (<= DISCLOSURE_PEOPLE), n * i64 member number,
	 * i64 fields (bits), i64 first day, i64 last day, i64 silent until (0: no silence), bytes document, text reason
	 * -> BLOCK, i64 number: of the case, of the decision, of the disclosure
	 */
	KEEPER_DISCLOSURE_ASK = 320,
	/*
	 * (P, session, officer) -> BLOCK, u32 n, n * DISCLOSURE, u32 m, m * { i64 id, i64 disclosure, i64 person (in the file),
	 * u8 why (enum recipient_why), i64 fields, i64 at, i64 given_at, text recipient }: recipients to be told
	 */
	KEEPER_DISCLOSURES,
	/* (P, session, officer fresh) i64 number -> BLOCK, DISCLOSURE, MORE, u8 need (enum guest_need), u32 m (<= GUESTS_SHOWN), m * GUEST */
	KEEPER_DISCLOSURE,
	/* (P, session, officer fresh) i64 number, u8 what (DISCLOSE_*) -> BLOCK, [24] once, text pass-phrase of the file ("" a document) */
	KEEPER_DISCLOSURE_MINT,
	/* (P, session, officer) i64 id -> BLOCK: this recipient was told */
	KEEPER_RECIPIENT_TOLD,
	/* ---- an officer borrowed from a partner community: 335 to 339, privacy/rights/guest.h ---- */
	/*
	 * (P, session, officer fresh) i64 disclosure, text member number or exact address, text community, text its web address, text
	 * reason -> BLOCK, i64 decision.  WHY_GUEST_ENOUGH, WHY_GUEST_NOBODY, WHY_GUEST_MEMBER, WHY_GUEST_SITE
	 */
	KEEPER_GUEST_ASK = 335,
	/*
	 * (P, session fresh) i64 disclosure -> BLOCK, GUEST of who asks, u8 reads (sits, and in order); if so: DISCLOSURE, MORE, text reason of who
	 * asked, u8 mine (enum decision_mine), u32 n, n * { u8 yes, i64 at, text reason }.  WHY_GUEST: no guest there
	 */
	KEEPER_GUEST,
	KEEPER_GUEST_ACT,	/* (P, session fresh) i64 disclosure, u8 what (enum guest_act) -> BLOCK, of a document [24] once */
	KEEPER_GUEST_VOTE,	/* (P, session fresh) i64 disclosure, u8 yes, text reason -> BLOCK, u8 state (enum decision_state) */
	KEEPER_GUEST_END,	/* (P, session, officer fresh) i64 disclosure -> BLOCK: by an officer who has a vote, of a guest who has not voted */
	/*
	 * (P, none) -> i64 silences in force, i64 reports that are told later, i64 this quarter, u32 n, n * { u32 what, i64 quarter, i64 how often }: what is an
	 * enum purpose, REPORT_EVENTS and an enum tally_event, REPORT_FIELDS and an enum field that was given, REPORT_CASES and
	 * 16 * enum case_kind + enum case_outcome (0: opened), REPORT_DECISIONS and 8 * enum decision_kind + enum decision_state
	 * in which it ended.  A quarter counts from the year 0.  What never was is not told.
	 */
	KEEPER_REPORT = 350,
	/*
	 * (P, session, auditor) u8 list (enum audit_list), u32 so many of its newest left out (0 with AUDIT_LISTS)
	 * -> BLOCK, AUDIT: u32 n, n * { u8 role, i64 since, i64 until (0: held) }, u8 more: seats, their holders untold;
	 * u32 n, n * { i64 id, u8 kind, u8 state, i64 asked_at, i64 decided_at, u8 yes, u8 no }, u8 more: decisions, newest first;
	 * u32 n, n * { i64 given_at, i64 silent_until }: silences in force; u32 n, n * { i64 since, i64 until }: reports told later; u32 n, n * { i64 at, i64 fields, u8 role, i64 met, i64 told }, u8 more:
	 * security notices; u32 n, n * { i64 known_at, i64 authority told_at (0: not), i64 members concerned, i64 closed (0: not) }, u8 more:
	 * register of breaches, newest first; u32 n, n * { i64 day, u32 rule (enum retain_rule), i64 rows }, u8 more: retention runs;
	 * u32 n, n * { i64 since, i64 until, i64 ended (0: held), u8 voted, text community ("" gone), text its web address }: seats of guest officers.
	 * more: there are older ones.  Where one list was asked for, the others are empty.
	 */
	KEEPER_AUDIT,
	/* (P, session, auditor) i64 before (0: newest) -> BLOCK, i64 all, u32 n, n * { i64 place, i64 number, i64 at, u32 purpose, text
	   object }, i64 place to go on before (0: no older ones): lines about the site itself, of AUDIT_LOOKED at most */
	KEEPER_AUDIT_LINES,
	/*
	 * (X, none) -> AUDIT, i64 size of the newest checkpoint (0 none), bytes its note, u32 n, n * { i64 number, text words, bytes
	 * proof }: proofs of the newest lines about the site that name no actor; then what KEEPER_REPORT answers
	 */
	KEEPER_AUDIT_PACK
};
#endif
