/*
 * privacy/keeper/op_fraud.h - telling later that staff opened a field for a report: part of op.h, which includes it by op_case.h.
 *
 * Bearers and blocks as op.h says.  Numbers 330 to 334.
 *
 *	TELLING: u8 state (enum decision_state; 0: never asked for), i64 days, i64 since (0: not agreed), i64 until,
 *		i64 ended (0: not).
 *
 * MAIL_FIELD_LATER: a field of yours was opened for a report, and two officers had delayed telling you.
 */
#ifndef PRIVACY_KEEPER_OP_FRAUD_H
#define PRIVACY_KEEPER_OP_FRAUD_H

#define TELLING_DAYS_MOST	30
#define TELLINGS_LISTED		100

enum keeper_op_fraud {			/* numbers of enum keeper_op */
	/* (P, session, staff or officer fresh, in whose hands it is) i64 case, i64 days, text reason -> BLOCK, i64 decision.  ERR_INPUT with WHY_TELLING */
	KEEPER_TELLING_ASK = 330,
	/* (P, session, officer) -> BLOCK, u32 n, n * { i64 decision, i64 case, i64 asked_at, i64 openings, TELLING } newest first; none about this officer */
	KEEPER_TELLINGS
};
#endif
