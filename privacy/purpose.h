/*
 * privacy/purpose.h - the privacy statement as code.
 *
 * One row a purpose: what may be opened, by whom, on which facts, why, how
 * long, whether its subject is told, and the sentence people read.  The keeper
 * allows what stands here and nothing else; the statement page, a member's
 * history, and later the P3P policy and the record of processing are made from
 * the same rows.  A purpose that is not in the table does not exist.
 *
 * Stands on nothing but base.
 */
#ifndef PRIVACY_PURPOSE_H
#define PRIVACY_PURPOSE_H
#include "ledger/entry.h"

enum field {			/* append only: numbers stand in records and AADs */
	FIELD_ADDRESS = 1, FIELD_GIVEN, FIELD_MIDDLE, FIELD_FAMILY, FIELD_SUFFIX,
	FIELD_BIRTH,		/* "1984-02-29" */
	FIELD_NATIONALITY,	/* ISO 3166-1 alpha-2, comma between; "stateless" */
	FIELD_DOC_KIND,		/* "passport", "identity card", "driving licence", "residence permit", "other", "none" */
	FIELD_DOC_NUMBER,
	FIELD_QUESTION,		/* the five questions; answers are credentials and never opened */
	FIELD_CREDENTIAL,	/* password and answer hashes: never leave the keeper */
	FIELD_DOMAIN, FIELD_CERT_BODY, FIELD_CERT_LABEL, FIELD_MAIL_BODY,
	FIELD_MEETING,		/* one's own copy of an assurance: place, documents seen, words about it */
	FIELD_SIGNER,		/* an assurer's name, as whoever they vouched for keeps it */
	FIELD_INITIALS,		/* a member's initials, as the assurer keeps them */
	FIELD_CODE,		/* a code to show: hand-over, event pass */
	FIELD_MESSAGE,		/* what one wrote to another */
	FIELD__COUNT
};
#define FIELD_BIT(f)	((uint64_t)1 << (f))

enum purpose {			/* append only: numbers stand in the ledger's records */
	PURPOSE_UNSET,
	PURPOSE_NO_PERSONAL_DATA,	/* nothing is opened, nothing recorded */
	PURPOSE_JOIN, PURPOSE_VERIFY_ADDRESS, PURPOSE_SIGN_IN, PURPOSE_PASSWORD,
	PURPOSE_RECOVERY, PURPOSE_SESSIONS,
	PURPOSE_HOME, PURPOSE_OWN_VIEW, PURPOSE_HISTORY, PURPOSE_CORRECT, PURPOSE_ERASE_FIELD,
	PURPOSE_ENROL, PURPOSE_QUESTIONS, PURPOSE_SETTINGS, PURPOSE_POLICY, PURPOSE_ROLE,
	PURPOSE_ADDRESSES, PURPOSE_ADDRESS_CHANGE,
	PURPOSE_DOMAINS, PURPOSE_DOMAIN_PROVE,
	PURPOSE_CERTS, PURPOSE_ISSUE, PURPOSE_CERT_CHANGE, PURPOSE_CERT_DOWNLOAD, PURPOSE_CERT_SHOW,
	PURPOSE_SEND_MAIL, PURPOSE_KEEP_TIDY, PURPOSE_SITE,
	/* the web of trust */
	PURPOSE_NAMES, PURPOSE_POINTS, PURPOSE_HANDOVER, PURPOSE_MATCH, PURPOSE_SHOW, PURPOSE_ASSURE,
	PURPOSE_ASSURANCES, PURPOSE_OBJECTION, PURPOSE_NAME_LINK, PURPOSE_PARENT, PURPOSE_CHALLENGE,
	PURPOSE_EVENT, PURPOSE_EVENT_VISIT, PURPOSE_EVENT_LIST, PURPOSE_SLIP, PURPOSE_THIRD_PARTY,
	PURPOSE_PAPER, PURPOSE_DIRECTORY, PURPOSE_CONTACT, PURPOSE_DECISION, PURPOSE_FOUNDING,
	/* the privacy desk */
	PURPOSE_EXPORT,
	PURPOSE_RIGHTS, PURPOSE_RESTRICT, PURPOSE_ERASE_ACCOUNT, PURPOSE_ERASED,
	/* the desk */
	PURPOSE_CASE, PURPOSE_CASE_WORK, PURPOSE_CASE_REQUEST, PURPOSE_CASE_IDENTITY, PURPOSE_CASE_REACH, PURPOSE_CASE_FIND,
	PURPOSE_SEAT,
	PURPOSE_SECURITY,
	PURPOSE_LIST,
	PURPOSE_DISCLOSURE, PURPOSE_RECIPIENT,
	PURPOSE_LOST_ACCESS, PURPOSE_LOST_MATCH, PURPOSE_TRUSTED, PURPOSE_DORMANT, PURPOSE_BREACH,
	PURPOSE_NAME_CHANGE, PURPOSE_HOLD, PURPOSE_EXCLUDE,
	PURPOSE_GUEST,
	PURPOSE_CASE_FRAUD,
	PURPOSE__COUNT
};

/* Facts a purpose demands, checked by the keeper against its own rows. */
#define FACT_SESSION	1u	/* a live session of the subject */
#define FACT_FRESH	2u	/* password entered within 10 minutes, for the guarded fields */
#define FACT_MAIL	4u	/* a mailed token */
#define FACT_NO_BAR	8u	/* not within 72 h of a recovery */
#define FACT_OPT_IN	16u	/* the owner switched it on */
#define FACT_ADDRESS	32u	/* at least one verified address */
#define FACT_HANDOVER	64u	/* a live hand-over of the subject to this very assurer (facts/handover.h sees to it) */
#define FACT_CASE	128u	/* a case in this one's hands that concerns the subject (facts/case.h sees to it); a birth date only
				   where the subject opened it and ticked so */

/*
 * What becomes of it while a member restricts the processing of their data (GDPR
 * Article 18).  Storage, security, law and the member's own rights go on.
 */
enum goes_on { GOES_UNSET, GOES_ON, STOPS };

struct purpose_row {
	const char	*name;		/* "own view": stable, machine-readable */
	enum entry_kind	kind;		/* of the ledger entries it writes */
	uint64_t	fields;		/* bits of what it may open */
	uint64_t	guarded;	/* of these, the ones that need FACT_FRESH */
	unsigned	roles;		/* bits 1 << enum entry_role of who may act */
	unsigned	facts;		/* FACT_* demanded */
	const char	*basis;		/* legal basis, one of few words: "contract", "consent", "legal duty", "legitimate interest" */
	enum goes_on	goes_on;	/* under restriction; unset stops the start */
	const char	*keeps;		/* how long what it stores is kept, in words */
	bool		told;		/* the subject is told by mail at once */
	const char	*says;		/* in the statement: "To show you what we hold about you." */
	const char	*history;	/* in the history: "You looked at your data." */
	const char	*recipient;	/* who else sees it, NULL: nobody */
};
extern const struct purpose_row purposes[PURPOSE__COUNT];

struct field_row { const char *name, *label; const char *why; bool guarded; };
extern const struct field_row fields[FIELD__COUNT];	/* label and why as message ids */

/* Is every column set that must be?  ERR_INPUT names the purpose: the keeper does not start. */
bool purposes_complete(struct err *e) MUST;
/* May `role` open `wanted` for this purpose?  ERR_DENIED names purpose and field number. */
bool purpose_allows(enum purpose p, enum entry_role role, uint64_t wanted, struct err *e) MUST;
#endif
