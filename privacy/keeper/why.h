/*
 * privacy/keeper/why.h - why something was refused, for the sentence a visitor reads.
 *
 * Numbers cross the socket; the sentences are the portal's (portal/web/why.c).
 */
#ifndef PRIVACY_KEEPER_WHY_H
#define PRIVACY_KEEPER_WHY_H

enum why {
	WHY_NONE,
	WHY_SESSION_OVER,	/* no such session, or it ended */
	WHY_PASSWORD_NEEDED,	/* the password again, then this page */
	WHY_SESSION_OLD,	/* the token before the last password entry may show, not act */
	WHY_CERTIFICATE_SESSION,/* signed in by certificate: own data only */
	WHY_ROLE,		/* this needs a role you do not have */
	WHY_BAR,		/* 72 h after a recovery */
	WHY_POLICY,		/* answer the new policy first */
	WHY_SIGN_IN,		/* address or password wrong (one sentence for both) */
	WHY_SLOW_DOWN,		/* too many tries from this source: wait */
	WHY_TOKEN,		/* link wrong, used or too old (one sentence) */
	WHY_PASSWORD_WEAK,
	WHY_PASSWORD_LONG,
	WHY_ADDRESS_SHAPE,
	WHY_ADDRESS_TAKEN_SELF,	/* you have it already */
	WHY_ADDRESS_LAST,	/* the last verified address: needs `sure` */
	WHY_ADDRESS_PRIMARY,	/* choose another primary first */
	WHY_ADDRESS_UNVERIFIED,
	WHY_LIMIT,		/* too many of these: limits in the configuration */
	WHY_FIELD_UNKNOWN,
	WHY_FIELD_SHAPE,	/* the value does not fit its field */
	WHY_FIELD_LONG,
	WHY_FIELD_VOUCHED,	/* somebody vouched for it: a proposal is needed */
	WHY_NAME_MISSING,
	WHY_NAME_SHAPE,
	WHY_BIRTH_DATE,		/* no such day, in the future, or before 1900 */
	WHY_NATIONALITY,
	WHY_DOCUMENT,
	WHY_QUESTION_SHORT,
	WHY_QUESTION_SAME,	/* two questions alike */
	WHY_ANSWER_SAME,	/* two answers alike, or an answer in its question */
	WHY_ANSWER_TRIVIAL,
	WHY_QUESTIONS_MISSING,
	WHY_ANSWERS_WRONG,	/* judged together */
	WHY_RESET_SPENT,	/* five tries in 30 days are used up */
	WHY_CODE,		/* officer code wrong, used or too old */
	WHY_OFFICERS_ENOUGH,
	WHY_DOMAIN_SHAPE,
	WHY_DOMAIN_SUFFIX,
	WHY_DOMAIN_KNOWN,	/* already on your list */
	WHY_DOMAIN_UNPROVED,
	WHY_DOMAIN_STALE,	/* proof older than 200 days: prove again */
	WHY_DOMAIN_WILDCARD,	/* HTTP proofs carry no wildcard */
	WHY_MAILBOX,		/* not one of the six */
	WHY_PROOF,		/* the statement does not fit an open challenge */
	WHY_PROOF_FAILED,	/* looked and did not find it */
	WHY_CAA_MISSING,	/* a CAA statement is missing, too old or for another name */
	WHY_CAA_FORBIDS,
	WHY_NAMES_NONE,
	WHY_NAMES_MANY,
	WHY_NAME_NOT_YOURS,
	WHY_POINTS,
	WHY_KEY_REUSED_REVOKED,	/* this key stood in a certificate revoked for compromise */
	WHY_CERT_STATE,		/* not possible in this state (revoked never comes back) */
	WHY_CERT_SUSPEND_TLS,	/* TLS certificates are not suspended */
	WHY_REASON,
	WHY_TICKET,
	WHY_HASH_QUEUE,		/* too many passwords are being checked: Retry-After */
	WHY_CLOCK,		/* our clock runs behind the ledger: nothing is written */
	WHY_DISK,
	WHY_DOMAIN_IN_USE,	/* live certificates name it: needs `sure` */
	WHY__COUNT
};
#endif
