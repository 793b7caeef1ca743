#include "privacy/facts/case.h"
#include "privacy/facts/member.h"
#include "privacy/rights/disclose.h"
#include "privacy/rights/erasure.h"
#include "privacy/rights/restored.h"

static const struct sql
sql_whose = { "restored_whose", "i", "ii", "SELECT number, entries FROM subject WHERE key = $1 AND number > 0" },
sql_roles = { "restored_roles", "ii", "", "UPDATE role SET until = $1 WHERE member = $2 AND until IS NULL" };

/* What an erasure ends with a line about its owner, for which there is no key any more. */
static const struct sql ends[] = {
	{ "restored_published", "i", "", "UPDATE published SET state = 3 WHERE member = $1" },
	{ "restored_drafts", "i", "", "DELETE FROM assurance WHERE giver = $1 AND made_at = 0" },
	{ "restored_asked", "i", "", "DELETE FROM contact WHERE asker = $1" },
	{ "restored_hold", "i", "", "UPDATE hold SET ended = until WHERE member = $1 AND member > 0 AND until > 0 AND ended = 0" },
	{ "restored_telling", "i", "", "UPDATE telling SET ended = until WHERE member = $1 AND member > 0 AND since > 0 AND ended = 0" },
	{ "restored_looks", "i", "", "DELETE FROM case_look WHERE member = $1" },
	{ "restored_answers", "i", "", "DELETE FROM contact WHERE assurer = $1" },
};
_Static_assert(PUBLISHED_ENDING == 3, "the statement above says so");

static bool
write_down(struct keeper *k, const struct tombstone *t, int64_t member, int64_t entries, int64_t now, struct err *e)
{
	struct erasure x = {0};
	bool found;

	TRY(erasure_of(k, member, &x, &found, e));
	if (!found)
		x = (struct erasure){ .member = member, .key = t->key, .tags = t->tags, .asked_at = now, .receipt = -1,
		    .place = -1, .lang = "en" };
	x.due_at = x.begun_at = x.sealed_at = now;
	x.entries = entries;
	x.stage = ERASE_SEALED;
	return found ? erasure_set(k, &x, e) : erasure_add(k, &x, e);
}

bool
restored_erase(struct keeper *k, const struct tombstone *t, int64_t now, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct owner o = { .key = t->key, .tags = t->tags };
	int64_t entries;

	TRY(sql_first(k->store, &r, &sql_whose, e, t->key));
	if (r == NULL)
		return true;
	o.number = rows_i64(r, 0);
	entries = rows_i64(r, 1);
	rows_drop(&r);
	TRY(sql_do(k->store, &sql_roles, e, now, o.number));
	for (size_t i = 0; i < COUNT(ends); i++)
		TRY(sql_do(k->store, &ends[i], e, o.number));
	TRY(case_forget(k, o.number, now, e));
	TRY(disclosure_forget(k, o.number, now, e));	/* recipients were told by the erasure itself: whose they were nobody can open */
	TRY(erasure_fence(k, &o, 0, now, e));
	return write_down(k, t, o.number, entries, now, e);
}
