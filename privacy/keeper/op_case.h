/*
 * privacy/keeper/op_case.h - the words of cases that cross the socket: part of op.h, which includes it.
 *
 *	CASE FACTS: i64 number, u8 kind (enum case_kind), u8 state (enum case_state), i64 opened, i64
 *		deadline, i64 months it was extended by, i64 closed, u8 outcome (enum case_outcome), u32 what
 *		(CASE_*), i64 texts kept.
 *	TEXT TO KEEP: i64 id, i64 change, i64 ledger number, bytes box: the row is the portal's to commit
 *		(facts/published.h, PUBLISHED_CASE).
 *	TEXTS BROUGHT: u32 n (<= CASE_TEXTS_MOST), n * { i64 id, bytes box }.
 *	TEXTS READ: i64 missing (known, and not brought), u32 n, n * { i64 at, u8 sort (enum
 *		case_text_sort), text }.
 */
#ifndef PRIVACY_KEEPER_OP_CASE_H
#define PRIVACY_KEEPER_OP_CASE_H
#include "privacy/keeper/op_fraud.h"
#include "privacy/keeper/op_issuer.h"
#include "privacy/keeper/op_policy.h"

#define CASE_TEXT_MAX		4000	/* bytes of one text in a case */
#define CASE_BOX_MAX		(CASE_TEXT_MAX + 128)	/* ... sealed */
#define CASE_TEXTS_MOST		100	/* of one case */
#define CASE_BIRTH		1u	/* its opener lets the birth date be opened */
#define CASE_ASKED		2u	/* staff would open a field, and the member wants to be asked */
#define CASE_ALLOWED		4u	/* ... and allowed it */
#define CASE_FREE_ASKED		8u	/* nobody is free who has no tie to the member: are they to do it? */
#define CASE_FREE_OK		16u	/* ... yes */
#define CASE_TAKEN		32u	/* somebody works on it */
#define CASE_MINE		64u	/* ... this member of staff */
#define CASE_DEPUTY		128u	/* ... whose deputy this one is */
#define CASE_LATE		256u	/* shown to all staff and officers */
#define CASE_VISITORS		512u	/* opened without an account */
#define CASE_AGAIN		1024u	/* closed, and its opener may still go on */
#define CASE_OFFICERS		2048u	/* goes to officers alone */
#define CASE_LINKED		4096u	/* the member whom it concerns is known */
#define CASE_HAS_DEPUTY		8192u
#define CASE_FIRST		16384u	/* the first month runs, and it was not extended */
#define CASE_MAILED		1048576u	/* opened by a mail */
#define CASE_SIGNED		2097152u	/* ... signed with a member's own valid certificate: it states a request and opens nothing */
#define CASE_LETTER		4194304u	/* a letter on paper, typed in by staff */
#define CASE_FOUND		8388608u	/* of a report: staff found whom it concerns; not told to others, who see CASE_LINKED or nothing */
#define CASE_WAITS		16777216u	/* taken, and waits for so long that somebody else may take it over */
#define CASE_WAY_SHEET		32768u	/* of a way back into a lost account (op_policy.h): two assurers confirm; else two weeks' waiting */
#define CASE_WAY_RUNS		65536u
#define CASE_WAY_GIVEN		131072u	/* a new password can be chosen */
#define CASE_WAY_DONE		262144u
#define CASE_WAY_ENDED		524288u	/* stopped, or not used in time */
#define CASE_WAY_ALL		(CASE_WAY_SHEET | CASE_WAY_RUNS | CASE_WAY_GIVEN | CASE_WAY_DONE | CASE_WAY_ENDED)
enum case_kind {		/* append only */
	CASE_ACCESS = 1, CASE_CORRECTION, CASE_ERASURE, CASE_RESTRICTION, CASE_OBJECTION, CASE_COMPLAINT, CASE_LOST_ACCESS,
	CASE_NAME_CHANGE, CASE_MINOR, CASE_REPORT, CASE_CERTIFICATE, CASE_DECEASED, CASE_BREACH, CASE_DISCLOSURE,
	CASE_OTHER,		/* came by mail or letter: staff say what it is */
	CASE_KIND__COUNT
};
enum case_state { CASE_OPEN = 1, CASE_WAITING, CASE_EXTENDED, CASE_CLOSED, CASE_REOPENED };
enum case_outcome { CASE_DONE = 1, CASE_PARTLY, CASE_REFUSED, CASE_WITHDRAWN, CASE_NO_ANSWER, CASE_OUTCOME__COUNT };
enum case_against { CASE_AGAINST_NOBODY, CASE_AGAINST_MEMBER, CASE_AGAINST_ASSURER, CASE_AGAINST_SUPPORT, CASE_AGAINST_OFFICER, CASE_AGAINST__COUNT };
enum case_text_sort { CASE_TEXT_OPENER = 1, CASE_TEXT_STAFF, CASE_TEXT_NOTE };
enum case_say { CASE_SAY_ANSWER = 1, CASE_SAY_WAIT, CASE_SAY_NOTE };	/* wait: for the opener, whose turn it is */
enum case_hand_over { CASE_HAND_DEPUTY = 1, CASE_HAND_OVER, CASE_HAND_BACK };	/* name one; to the deputy; to the list */
enum case_find { CASE_FIND_ADDRESS = 1, CASE_FIND_DOMAIN, CASE_FIND_SERIAL, CASE_FIND_NUMBER };
enum case_found { FOUND_NOBODY, FOUND, FOUND_MOVED };	/* moved: and the case went to officers */
enum case_band { CASE_BAND_NONE, CASE_BAND_MAY, CASE_BAND_UNKNOWN, CASE_BAND_UNDER, CASE_BAND_OVER };	/* not for this kind; may be asked; no date held; under 18; 18 or older */
#endif
