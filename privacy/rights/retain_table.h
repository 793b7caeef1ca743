/*
 * privacy/rights/retain_table.h - how long what is kept: what, until when, why, who decides.
 *
 * One row a rule, and the tables it speaks for: the statement page, `troth retention` and
 * the daily line on the ledger are made from the same rows.  A table with personal data
 * that no row names fails a test.
 *
 * Data only, for whoever shows or counts it.  Stands on settings and sql; runs nothing.
 */
#ifndef PRIVACY_RIGHTS_RETAIN_TABLE_H
#define PRIVACY_RIGHTS_RETAIN_TABLE_H
#include "ledger/store/sql.h"
#include "privacy/settings.h"

enum retain_rule {		/* append only: numbers stand in the counts of a day */
	RETAIN_JOINS = 1, RETAIN_ADDRESSES, RETAIN_SESSIONS, RETAIN_DOCUMENTS, RETAIN_HANDOVERS, RETAIN_WRONG_CODES,
	RETAIN_DRAFTS, RETAIN_MESSAGES, RETAIN_VISITS, RETAIN_SLIPS, RETAIN_MAILS, RETAIN_LINKS, RETAIN_DOWNLOADS,
	RETAIN_TRIES, RETAIN_PROOFS, RETAIN_OBJECTIONS, RETAIN_CODES, RETAIN_LOOKS, RETAIN_ISSUED, RETAIN_PAPERS,
	/* no clock ends these: a person does, or a rule of another kind */
	RETAIN_ACCOUNT, RETAIN_VOUCHING, RETAIN_CERTIFICATES, RETAIN_ROLES, RETAIN_DECISIONS, RETAIN_PUBLISHED,
	RETAIN_LEDGER, RETAIN_KEYS, RETAIN_BACKUPS,
	RETAIN_COPIES, RETAIN_CASES, RETAIN_ERASURES,
	RETAIN_MAILED,
	RETAIN_DISCLOSURES,
	RETAIN_GUESTS,
	RETAIN_LOST, RETAIN_QUIET, RETAIN_TRUSTED, RETAIN_BREACHES,
	RETAIN_HOLDS, RETAIN_EXCLUSIONS,
	RETAIN_LATER,
	RETAIN__COUNT
};

struct retain_row {
	const char	*name;		/* "waiting joins": in the daily line and the command */
	const char	*tables;	/* of the keeper's store, or "keys:", "site:", "signer:" and the name; a blank between */
	const char	*what, *until, *why, *who;	/* message ids, for the statement page */
	int64_t		(*life)(const struct settings *s);	/* seconds from the time that `due` compares; NULL: none */
	const struct sql *due;		/* how many rows are over whose time was $1 or before; NULL: no clock ends them */
};
extern const struct retain_row retain_rows[RETAIN__COUNT];
#endif
