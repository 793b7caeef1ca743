/* tests/unit/ruled.h - does the retention table speak of every table in a store?  Each once. */
#ifndef TESTS_UNIT_RULED_H
#define TESTS_UNIT_RULED_H
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "ledger/store/store.h"
#include "privacy/rights/retain_table.h"

/* Nobody stands in these: hashes of the tree, numbers given out, questions, notices, counts of what happened or went, checks of keys. */
static const char *const nobody[] = { "node", "checkpoint", "numbering", "question_key", "question_stage", "question_bank",
    "retained", "retained_until", "backup", "tally", "announcement", "same_key", "site:notice", "site:visits", "site:question", "site:question_topic", "site:question_bank",
    "signer:head" };

static inline bool
listed(const char *tables, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = tables; (at = strstr(at, name)) != NULL; at += n)
		if ((at == tables || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
			return true;
	return false;
}

static inline size_t
rules_of(const char *name)
{
	size_t found = 0;

	for (size_t i = 1; i < RETAIN__COUNT; i++)
		found += listed(retain_rows[i].tables, name);
	for (size_t i = 0; i < COUNT(nobody); i++)
		found += strcmp(nobody[i], name) == 0;
	return found;
}

static inline void
assert_ruled(struct store *st, const char *holder)
{
	static const struct sql tables = { "tables", "", "t",
	    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'sqlite_sequence' ORDER BY name" };
	DROP(rows_drop) struct rows *r = NULL;
	struct err e = {0};
	size_t n = 0;

	assert_true(sql_ask(st, &r, &tables, &e));
	for (; rows_next(r, &e); n++) {
		char name[100];

		snprintf(name, sizeof(name), "%s%s", holder, rows_text(r, 0));
		if (rules_of(name) != 1)
			fail_msg("table %s: %zu rules of privacy/rights/retain.c speak of it", name, rules_of(name));
	}
	assert_true(n > 0);
}
#endif
