/*
 * privacy/keeper/op_office.h - what officers decide in cases and about members: part of op.h, which includes it.
 *
 *	NAME CHANGE: u8 what (enum link: 0 nothing said yet), i64 said at, i64 decision (0: not asked for yet), u8 state
 *		(enum decision_state; 0), i64 asked_at, i64 decided_at, u8 votes for it, u8 votes against it.
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
};
#endif
