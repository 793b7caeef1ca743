#include "privacy/policy.h"
#include "privacy/message.h"

static const struct policy_version rows[] = {
	{ POLICY_AGREEMENT, 1, "2026-11-22", false, MSG("The first version.") },
	{ POLICY_AGREEMENT, 2, "2026-11-27", true, MSG("Vouching for each other has begun: what assurers promise, and how disputes about it are settled.") },
	{ POLICY_STATEMENT, 1, "2026-11-22", false, MSG("The first version.") },
	{ POLICY_STATEMENT, 2, "2026-11-27", true, MSG("Meeting and vouching, the directory, events and slips have begun.") },
	{ POLICY_STATEMENT, 3, "2026-11-28", true, MSG("Your rights, cases, support staff and officers have begun, and ways back into a lost account.") },
};
const struct policy_table policy_versions = { rows, COUNT(rows) };

static int64_t
begins(const struct policy_version *v)
{
	int64_t day = 0;

	return day_read(v->from, &day) ? day * DAY : INT64_MAX;
}

const struct policy_version *
policy_at(const struct policy_table *t, enum policy which, int64_t at)
{
	const struct policy_version *last = NULL;

	/* From the newest back: every page asks, and that one is mostly it. */
	for (size_t i = t->n; i > 0; i--) {
		const struct policy_version *v = &t->row[i - 1];

		if (v->which != which)
			continue;
		if (at >= begins(v))
			return v;
		last = last == NULL ? v : last;
	}
	return last;
}

const struct policy_version *
policy_newest(const struct policy_table *t, enum policy which)
{
	return policy_at(t, which, INT64_MAX);
}

const struct policy_version *
policy_find(const struct policy_table *t, enum policy which, int64_t number)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->row[i].which == which && t->row[i].number == number)
			return &t->row[i];
	return NULL;
}

const struct policy_version *
policy_news(const struct policy_table *t, enum policy which, int64_t at)
{
	const struct policy_version *v = policy_newest(t, which);

	return v->material && v->number > 1 && at < begins(v) + POLICY_NEWS_DAYS * DAY ? v : NULL;
}

unsigned
policy_number(enum policy which, int64_t at)
{
	return policy_at(&policy_versions, which, at)->number;
}
