/*
 * portal/control/questions.h - bringing the assurer challenge's questions to where they are used.
 *
 * The words go to the site store, the keys to the keeper, in an order that a crash
 * anywhere leaves mendable: keys are brought, words put, the keeper makes the
 * keys current (its ledger entry first), the words are marked with that entry's
 * number.  What was loaded already, at both places, is not loaded again.
 *
 * The program comes with a bank for each language, portal/trust/challenge.LANGUAGE.txt;
 * every start loads those that are not the loaded ones, unless the operator
 * loaded questions of their own in that language: these stay.
 *
 * Needs a keeper that runs; the working directory is the state folder.  Stands on
 * talk, bank, portal/web/questions.h.
 */
#ifndef PORTAL_CONTROL_QUESTIONS_H
#define PORTAL_CONTROL_QUESTIONS_H
#include "privacy/facts/bank.h"
#include "privacy/settings.h"

/* What the keeper says of one language's bank; questions 0: none is loaded. */
struct questions_known {
	unsigned char	digest[BANK_HASH];
	bool		own, marked;	/* comes with the program; the site store has its words */
	uint32_t	questions;
	int64_t		number;		/* of its ledger entry */
};
/* The banks of all languages, at most `most`; *n of them. */
struct questions_bank { char language[BANK_LANGUAGE]; struct questions_known known; };
bool questions_list(struct questions_bank *into, size_t most, size_t *n, struct err *e) MUST;

/*
 * Load one file; root is the program's folder (whose bank this may be).  *number
 * is the ledger entry's, 0 when it was loaded already.  ERR_INPUT naming file and
 * line, or what is missing; ERR_CONFLICT: a question was changed under its old
 * version; ERR_BUSY: no keeper answers.  Nothing is changed then.
 */
bool questions_load(const char *path, const char *root, const struct settings *set, int64_t *number, struct err *e) MUST;
/* What every start does.  One line of stdout for each bank that was loaded; *loaded (NULL allowed): how many. */
bool questions_load_own(const char *root, const struct settings *set, size_t *loaded, struct err *e) MUST;
#endif
