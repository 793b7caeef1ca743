/*
 * privacy/policy.h - the versions of the two policies, and which of them is in force when.
 *
 * A join and an answer record version numbers; a member whose recorded ones are
 * older than those in force is asked again (SESSION_POLICY_DUE).  The texts of all
 * versions lie in portal/public/policy, one file each, and are never changed once they
 * are in force; what the newest privacy statement says is made from the program's own
 * tables, so tests/promises/p13.mjs holds its file against the page: a changed table
 * without a new version fails there, and `make policy` writes the file of a new one.
 *
 * A version counts from the beginning of its day in UTC.  An agreement may be announced
 * ahead of that day.  A statement begins when the program that works by it does.
 *
 * Stands on day.  Holds no text.
 */
#ifndef PRIVACY_POLICY_H
#define PRIVACY_POLICY_H
#include "privacy/facts/day.h"

#define POLICY_NEWS_DAYS	30	/* a material change stays on the front page for so long after its day */

enum policy { POLICY_AGREEMENT = 1, POLICY_STATEMENT, POLICY__COUNT };

struct policy_version {
	enum policy	which;
	unsigned	number;		/* from 1, without gaps */
	const char	*from;		/* "2026-11-27" */
	bool		material;	/* announced */
	const char	*says;		/* what is new, in one sentence: a message id */
};
struct policy_table { const struct policy_version *row; size_t n; };	/* of each policy oldest first */
extern const struct policy_table policy_versions;

/*
 * The one in force at a moment: the newest whose day has come.  Before the first one's day (a clock that is wrong) it
 * is the newest: what the program works by.  Never NULL.
 */
const struct policy_version *policy_at(const struct policy_table *t, enum policy which, int64_t at);
/* The newest there is, in force or not.  Never NULL. */
const struct policy_version *policy_newest(const struct policy_table *t, enum policy which);
/* NULL: no such version. */
const struct policy_version *policy_find(const struct policy_table *t, enum policy which, int64_t number);
/* A material change that is announced, or came into force not long ago; NULL: none.  A first version is no change. */
const struct policy_version *policy_news(const struct policy_table *t, enum policy which, int64_t at);
/* Of the program's own table: the number in force. */
unsigned policy_number(enum policy which, int64_t at);
#endif
