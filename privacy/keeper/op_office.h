/*
 * privacy/keeper/op_office.h - what officers decide in cases and about members: part of op.h, which includes it.
 *
 *	NAME CHANGE: u8 what (enum link: 0 nothing said yet), i64 said at, i64 decision (0: not asked for yet), u8 state
 *		(enum decision_state; 0), i64 asked_at, i64 decided_at, u8 votes for it, u8 votes against it.
 *	HOLD: u8 ground (enum hold_ground; 0 nothing is held), u32 groups (HOLD_*), i64 days, i64 until (0: not agreed
 *		yet), i64 ended (0: it holds).
 */
#ifndef PRIVACY_KEEPER_OP_OFFICE_H
#define PRIVACY_KEEPER_OP_OFFICE_H

enum keeper_office_op {			/* numbers 310 to 319 of enum keeper_op */
	/* (P, session) own case about a changed name: i64 number -> BLOCK, NAME CHANGE, u8 from, u8 to (name indexes), u8 birth (BIRTH_IS_*),
	   u8 n, n * { u8 index, u8 vouched, text whole name } */
	KEEPER_NAME_CHANGE = 310,
	/* (P, session) i64 number, u8 what (LINK_NAME, LINK_BIRTH; 0: taken back), u8 from, u8 to -> BLOCK */
	KEEPER_NAME_CHANGE_SAY,
	KEEPER_NAME_CHANGE_ASK,	/* staff fresh: i64 number, text reason -> BLOCK, i64 decision */
	/* officer fresh: text member number or exact address, u8 ground, u32 groups, i64 days (<= HOLD_DAYS_MOST), text which claim or
	   case, and why -> BLOCK, i64 decision.  ERR_INPUT with WHY_HOLD */
	KEEPER_HOLD_ASK,
	KEEPER_HOLD_END_ASK,	/* officer fresh: i64 hold, text reason -> BLOCK, i64 decision */
	/* officer or auditor: -> BLOCK, u32 n, n * { i64 hold, i64 member (0: not for an auditor, or erased since), i64 since, HOLD } newest first */
	KEEPER_HOLDS,
	/* officer fresh: text member number or exact address, text reason -> BLOCK, i64 decision */
	KEEPER_EXCLUDE_ASK,
	KEEPER_EXCLUDE_END_ASK,	/* officer fresh: i64 exclusion, text reason -> BLOCK, i64 decision */
	/* officer: -> BLOCK, u32 n, n * { i64 exclusion, i64 member (0: erased since), i64 since, i64 until, i64 ended (0: it stands) } newest first */
	KEEPER_EXCLUSIONS,
	/* officer fresh, who voted for it: i64 id -> BLOCK: carried out, after seven days' notice in which nobody objected.  ERR_CONFLICT with WHY_NOTICE */
	KEEPER_DECISION_NOTICE,
};

enum hold_ground { HOLD_CLAIM = 1, HOLD_FRAUD, HOLD_GROUND__COUNT };	/* a named legal claim; a fraud case */
#define HOLD_ADDRESSES		1u	/* groups of fields */
#define HOLD_NAMES		2u
#define HOLD_BIRTH		4u
#define HOLD_CERTIFICATES	8u
#define HOLD_MEETINGS		16u
#define HOLD_GROUPS		5
#define HOLD_DAYS_MOST		90
/* Further flags of the SESSION BLOCK, by which pages say what is barred. */
#define SESSION_RESTRICTED	32u	/* what stops under a restriction (purpose.c) stops: by their own wish ... */
#define SESSION_ERASING		64u	/* ... because their account is to be erased ... */
#define SESSION_EXCLUDED	128u	/* ... or because two officers excluded them */
#define SESSION_BARRED		(SESSION_RESTRICTED | SESSION_ERASING | SESSION_EXCLUDED)
/*
 * Of enum mail_use: MAIL_HELD, fields of yours are kept from being erased, until then; MAIL_EXCLUDED, you are excluded, until then;
 * MAIL_EXCLUDED_JOIN, somebody who is would join with this address; MAIL_EXCLUDED_ADD, a member would add it; MAIL_NOTICE, to officers: one approved something alone;
 * MAIL_VOTE, to officers who may vote: something was asked for.
 */
#endif
