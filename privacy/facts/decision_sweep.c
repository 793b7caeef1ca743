/* privacy/facts/decision_sweep.c - decisions that end by themselves, and objections whose words are over. */
#include "privacy/facts/decision_row.h"
#include "privacy/facts/member.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/disclose.h"
#include "privacy/rights/guest.h"
#include "privacy/rights/retain.h"

#define SWEEP_MOST	16
#define OBJECTION_KEPT	(365 * DAY)	/* after it was decided, as purpose.c says */

static const struct sql
sql_lapsed = { "decision_lapsed", "iii", "i",
	"SELECT id FROM decision WHERE state = 1 AND kind <> $1 AND asked_at < $2 ORDER BY asked_at LIMIT $3" },
sql_words_over = { "decision_words_over", "ii", "i",
	"SELECT id FROM decision WHERE assurance > 0 AND subject > 0 AND decided_at > 0 AND decided_at < $1"
	" ORDER BY decided_at LIMIT $2" },
sql_words_gone = { "decision_words_gone", "i", "", "UPDATE decision SET subject = 0 WHERE id = $1" };

bool
decision_lapse(struct keeper *k, int64_t id, int64_t now, struct err *e)
{
	struct decision d;
	char object[64];

	TRY(decision_get(k, id, &d, e));
	TRY(decision_end(k, &d, DECISION_LAPSED, now, e));
	if (d.kind == DECISION_DISCLOSURE)
		TRY(disclosure_over(k, id, CASE_NO_ANSWER, now, e));
	if (d.kind == DECISION_BORROW)
		TRY(guest_lapsed(k, id, now, e));
	snprintf(object, sizeof(object), "decision %lld: lapsed", (long long)id);
	return keeper_record_site(k, PURPOSE_SITE, object, now, NULL, e);
}

/* What a member wrote goes, and who it was; that there was an objection, and how it ended, stays. */
static bool
words_forget(struct keeper *k, int64_t id, int64_t now, struct err *e)
{
	struct decision d;
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_KEEP_TIDY, .role = ACTOR_SYSTEM };

	TRY(decision_get(k, id, &d, e));
	TRY(member_owner(k, d.subject, &o, NULL, e));
	TRY(vault_erase(k->vault, d.subject, FIELD_MESSAGE, d.id, now, NULL, e));
	TRY(sql_do(k->store, &sql_words_gone, e, d.id));
	keeper_shed(k, 0);
	return keeper_record(k, &l, now, NULL, e);
}

static bool
lapsed_sweep(struct keeper *k, int64_t now, int64_t *n, struct err *e)
{
	int64_t id[SWEEP_MOST];
	size_t count;

	TRY(sql_column(k->store, id, SWEEP_MOST, &count, &sql_lapsed, e, (int64_t)DECISION_OBJECTION, now - DECISION_LIFE,
	    (int64_t)SWEEP_MOST));
	*n = (int64_t)count;
	for (size_t i = 0; i < count; i++) {
		struct decision d;

		TRY(decision_get(k, id[i], &d, e));
		if (d.state == DECISION_OPEN)	/* one may have ended with another: a guest's with the disclosure */
			TRY(decision_lapse(k, d.id, now, e));
	}
	return true;
}

static bool
words_sweep(struct keeper *k, int64_t now, int64_t *n, struct err *e)
{
	int64_t id[SWEEP_MOST];
	size_t count;

	TRY(sql_column(k->store, id, SWEEP_MOST, &count, &sql_words_over, e, now - OBJECTION_KEPT, (int64_t)SWEEP_MOST));
	*n = (int64_t)count;
	for (size_t i = 0; i < count; i++)
		TRY(words_forget(k, id[i], now, e));
	return retain_note(k, RETAIN_OBJECTIONS, *n, e);
}

bool
decision_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	int64_t lapsed, forgotten;

	TRY(lapsed_sweep(k, now, &lapsed, e));
	TRY(words_sweep(k, now, &forgotten, e));
	TRY(falls_tell(k, now, most, done, e));
	*done += lapsed + forgotten;
	return true;
}
