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
	WHY_DOMAIN_RESERVED,	/* a zone of IP addresses, or an onion name */
	WHY_DOMAIN_KNOWN,	/* already on your list */
	WHY_DOMAIN_UNPROVED,
	WHY_DOMAIN_STALE,	/* its proof is too old: prove again */
	WHY_DOMAIN_WILDCARD,	/* HTTP proofs carry no wildcard */
	WHY_MAILBOX,		/* not one of the six */
	WHY_PROOF,		/* the statement does not fit an open challenge */
	WHY_PROOF_FAILED,	/* looked and did not find it */
	WHY_CAA_MISSING,	/* a CAA statement is missing, too old or for another name */
	WHY_CAA_FORBIDS,
	WHY_CAA_BOGUS,		/* the answer failed DNSSEC validation: trying again does not help */
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
	WHY_CLOCK_AHEAD,	/* it stands so far after the ledger that it must be wrong: nothing is done at all */
	WHY_DISK,
	WHY_DOMAIN_IN_USE,	/* live certificates name it: needs `sure` */
	/* the web of trust */
	WHY_HANDOVER,		/* code wrong, used, withdrawn, too old or somebody else's (one sentence) */
	WHY_HANDOVER_OVER,	/* this hand-over ended while you used it */
	WHY_HANDOVER_TRIES,	/* compared often enough with this field */
	WHY_HANDOVER_DATA,	/* names and birth date must be entered before anything is handed over */
	WHY_HANDOVER_MANY,	/* too many open ones: withdraw one */
	WHY_CODES_WRONG,	/* this assurer typed too many wrong codes today */
	WHY_NAME_MANY,		/* all sixteen places for names are taken */
	WHY_NAME_SCRIPTS,	/* letters of several scripts in one name */
	WHY_ENTERED,		/* another name, or the birth date held, is the same */
	WHY_ASSURE_SELF,
	WHY_ASSURE_ASSURER,	/* not an assurer (any more) */
	WHY_ASSURE_SENIOR,
	WHY_ASSURE_FOUNDER,
	WHY_ASSURE_NAME,	/* states no name that was compared and agreed */
	WHY_ASSURE_BIRTH,	/* the birth date was not compared, or does not agree */
	WHY_ASSURE_POINTS,	/* below 0, or more than one may give here */
	WHY_ASSURE_FUTURE,
	WHY_ASSURE_LONG_AGO,
	WHY_ASSURE_BEFORE_BIRTH,
	WHY_ASSURE_AGAIN,	/* the same two, too early */
	WHY_ASSURE_TTP_ENOUGH,
	WHY_ASSURE_TTP_FIRST,
	WHY_ASSURE_DOCUMENTS,	/* at least one document must have been seen */
	WHY_ASSURE_AGREEMENT,	/* the member must accept the agreement */
	WHY_ASSURE_PLACE,	/* a place must be given */
	WHY_ASSURE_LATE,	/* no longer to be withdrawn, or objected to */
	WHY_ASSURE_DONE,	/* signed, withdrawn or dropped already */
	WHY_LINK,		/* this name or date is not there to be linked */
	WHY_PARENT,		/* nothing to withdraw */
	WHY_CHALLENGE_EARLY,	/* the next try is possible later */
	WHY_CHALLENGE_OVER,	/* answered already, or out of time */
	WHY_CHALLENGE_OPTION,	/* an option that is not there */
	WHY_CHALLENGE_BANK,	/* no questions in this language */
	WHY_CHALLENGE_PASSED,
	WHY_EVENT_ABSENT,	/* no such event, or it is over */
	WHY_EVENT_FULL,
	WHY_EVENT_TIME,		/* begins in the past, ends before it begins, too far away */
	WHY_EVENT_POINTS,	/* needs trust.event.points and being an assurer */
	WHY_EVENT_TWICE,	/* signed up already */
	WHY_EVENT_CHECK_IN,	/* check in as an assurer of this event first */
	WHY_SLIP,		/* code wrong, used, withdrawn or too old */
	WHY_SLIP_DIFFERS,	/* what it says is not what was entered here */
	WHY_LISTED,		/* for assurers of full age only */
	WHY_LISTING_ABSENT,
	WHY_CONTACT_MANY,
	WHY_DECISION_OWN,	/* not by who asked, nor by whom it concerns */
	WHY_DECISION_DONE,
	WHY_DECISION_SUBJECT,	/* no such member, or not an assurer */
	WHY_FOUNDERS_COUNT,	/* four to six */
	WHY_FOUNDER_READY,	/* a founder has passed the challenge and entered names and birth date */
	WHY_FOUNDED,		/* once only */
	WHY_TTP_COUNTRY,	/* third parties do not count there */
	WHY_PAPER_ABSENT,
	WHY_WORDS,		/* say in a few words why */
	WHY_EVENT_REMOVED,	/* who announced it took this assurer off its list */
	WHY_NAME_YOUNG,		/* a young person's name waits for a parent's consent */
	WHY_NAME_POINTS,	/* this name has not enough points of its own */
	WHY_CARRIED_LATER,	/* written down; the signer did not answer, the clerk brings it there */
	WHY_COPY_RUNS,		/* a copy is being made already */
	WHY_COPY_ABSENT,	/* no copy, or none that is ready */
	/* the privacy desk */
	WHY_RESTRICTED,		/* whom it concerns restricted what is done with their data */
	WHY_ERASURE_CODE,	/* no erasure has this code */
	WHY_ERASURE_NONE,	/* none runs, or it can no longer be stopped */
	WHY_CASE_ABSENT,	/* no such case, or not for you */
	WHY_CASE_CODE,		/* number or pass-phrase wrong, or it is over (one sentence) */
	WHY_CASE_CLOSED,
	WHY_CASE_TAKEN,		/* somebody else works on it */
	WHY_CASE_NOT_TAKEN,	/* take it first */
	WHY_CASE_TIE,		/* one of you vouched for the other */
	WHY_CASE_FREE,		/* ... and nobody else is free: the member is asked */
	WHY_CASE_FIELD,		/* this kind of case opens no such field */
	WHY_CASE_MEMBER,	/* whom it concerns is not known yet */
	WHY_CASE_LATE,		/* extended once, or the first month is over */
	WHY_CASE_FINDS,		/* too many searches this hour */
	WHY_CASE_FULL,		/* as many texts as a case takes */
	WHY_KEY_PROOF,		/* not made with this certificate's key, or with another word, or too late */
	WHY_ROLE_SEATS,		/* auditors have no other seat */
	WHY_ROLE_HELD,		/* held already, or not held */
	WHY_NAME_CHANGE,	/* nobody vouched for the one, or the other is not there */
	WHY_NAME_CHANGE_NONE,	/* the member has not said yet what changed */
	WHY_HOLD,		/* a ground, some fields, one to ninety days */
	WHY_HELD,		/* two officers keep it from being erased, until a day */
	WHY_EXCLUDED,		/* two officers excluded this member: own rights alone go on */
	WHY_NOTICE,		/* the seven days are not over, or somebody objected */
	WHY_LETTER_DAY,		/* no such day, in the future, or more than a year ago */
	WHY_DISCLOSURE_PEOPLE,	/* member numbers: known ones, each once, none of them one's own, not too many */
	WHY_DISCLOSURE_FIELDS,	/* at least one, and none that is never given */
	WHY_DISCLOSURE_PERIOD,	/* it ends before it begins, or in the future */
	WHY_DISCLOSURE_SILENCE,	/* its end is missing, past or too far */
	WHY_DISCLOSURE_DOCUMENT,/* missing, or too large */
	WHY_DISCLOSURE_STATE,	/* not agreed on, or given already */
	WHY_DISCLOSURE_TOLD,	/* another officer has told this recipient */
	WHY_LOST,		/* no way back in that stands open here */
	WHY_LOST_RUNS,		/* one is set going already */
	WHY_LOST_MATCH,		/* name and birth date must both agree first */
	WHY_LOST_TWICE,		/* the same assurer cannot confirm twice */
	WHY_TELLING,		/* one to thirty days */
	WHY_TELLING_CASE,	/* whom this report concerns stays as it is */
	WHY_TRUSTED,		/* nobody whose contact you are, or would be */
	WHY_TRUSTED_SELF,
	WHY_GUEST,		/* no guest seat for this disclosure, or it is over */
	WHY_GUEST_ENOUGH,	/* two officers are free, or a guest was asked for already */
	WHY_GUEST_NOBODY,	/* no officer is free to approve it, but who asks */
	WHY_GUEST_MEMBER,	/* a seat here, a tie, named in it, restricted, excluded, barred or under age */
	WHY_GUEST_SITE,		/* the community's web address */
	WHY_BREACH_NEWER,	/* another officer saved this entry meanwhile */
	WHY_ISSUER,		/* no issuer may sign this kind of certificate just now: the signer's SIGNER_WHY_ISSUER */
	WHY__COUNT
};
#endif
