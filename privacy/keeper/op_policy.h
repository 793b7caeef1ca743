/*
 * privacy/keeper/op_policy.h - versions of the policies, ways back in without answers, trusted contacts: part of op.h, which includes it by op_case.h.
 *
 * Bearers and blocks as op.h says.  Numbers 390 to 409.
 */
#ifndef PRIVACY_KEEPER_OP_POLICY_H
#define PRIVACY_KEEPER_OP_POLICY_H

enum keeper_op_policy {
	/* (P, session) -> BLOCK, u32 agreement, u32 statement: the versions this member agreed to last; u8 declined those in force */
	KEEPER_POLICY = 390,

	/* ---- lost access, within a case of that kind: privacy/facts/lost.h ---- */
	KEEPER_LOST_START,	/* staff fresh: i64 case -> BLOCK, u8 way (enum lost_way): which one, the member's points decide */
	/* (P, case) -> text code, i64 expires, i64 case: for the sheet; told this once, the one before ends */
	KEEPER_LOST_SHEET,
	/* assurer fresh: i64 hand-over -> BLOCK, u8 how many have confirmed.  WHY_LOST_MATCH: name and birth date did not both agree */
	KEEPER_LOST_CONFIRM,
	KEEPER_LOST_PASSWORD,	/* (P, case) text new password -> nothing.  WHY_LOST: not confirmed by two, or over */
	KEEPER_LOST_LOOK,	/* (P, mail) -> u8 kind (enum mail_use), u8 way, u8 state (enum lost_state), i64 due (0: no day is set), i64 case */
	KEEPER_LOST_ANSWER,	/* (P, mail: MAIL_LOST) u8 go on (0: stop it) -> u8 state */
	KEEPER_LOST_TAKE,	/* (P, mail: MAIL_LOST_OPEN) text new password -> nothing */

	/* ---- trusted contacts: privacy/facts/trusted.h ---- */
	/* (P, session) -> BLOCK, u8 state (enum trusted_state) of one's own, i64 asked, i64 agreed, i64 closing (0 not), i64 until: not before;
	   u32 n, n * { i64 member, u8 state, i64 asked, i64 agreed, i64 closing, i64 until }: of whom one is, or is asked to be, the contact */
	KEEPER_TRUSTED,
	/* (P, session fresh) text address -> BLOCK: asked, whoever it is; "" ends it.  The same answer for an unknown one */
	KEEPER_TRUSTED_NAME,
	KEEPER_TRUSTED_ANSWER,	/* (P, session) i64 member, u8 yes (0: no, or no longer) -> BLOCK */
	KEEPER_TRUSTED_CLOSE,	/* (P, session fresh) i64 member -> BLOCK: asks that the account be closed.  WHY_TRUSTED: not their contact */

	/* ---- the register of breaches, by officers: privacy/facts/breach.h ---- */
	/* (P, session) officer fresh: -> BLOCK, u32 n, n * BREACH, the newest known first.  BREACH: i64 case, i64 known, i64 when the
	   authority was told (0: not yet), i64 security notice (0 none), i64 fields (bits), u8 role, i64 since, i64 until, i64 members
	   concerned, i64 of them told by mail */
	KEEPER_BREACHES,
	/* officer fresh: i64 known, text what happened (<= BREACH_TEXT) -> BLOCK, i64 case.  The same moment and words again give
	   the case there is. */
	KEEPER_BREACH_ENTER,
	/* officer fresh: i64 case -> BLOCK, BREACH, i64 closed, i64 version of what follows, text what happened, text effects, text what was done */
	KEEPER_BREACH,
	/* officer fresh: i64 case, i64 the version it was made from, three texts as above, u8 the authority was told (now) -> BLOCK.
	   ERR_CONFLICT with WHY_BREACH_NEWER: somebody saved meanwhile. */
	KEEPER_BREACH_SET
};

#define BREACH_TEXT	2000	/* bytes of each of its texts */
enum breach_part { BREACH_WHAT = 1, BREACH_EFFECTS, BREACH_DONE };

enum lost_way { LOST_BY_SHEET = 1, LOST_BY_WAITING };
enum lost_state { LOST_RUNS = 1, LOST_GIVEN, LOST_DONE, LOST_STOPPED, LOST_OVER };	/* given: a new password may be chosen */
enum trusted_state { TRUSTED_NONE, TRUSTED_ASKED, TRUSTED_AGREED, TRUSTED_CLOSING };
#endif
