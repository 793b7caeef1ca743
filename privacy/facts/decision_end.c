/* privacy/facts/decision_end.c - decisions: what ends by itself, and what becomes of one when whom it names is erased. */
#include "privacy/facts/decision_row.h"
#include "privacy/facts/member.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/retain.h"

#define SWEEP_MOST	16
#define OBJECTION_KEPT	(365 * DAY)	/* after it was decided, as purpose.c says */

static const struct sql
sql_lapsed = { "decision_lapsed", "iii", "i",
	"SELECT id FROM decision WHERE state = 1 AND kind <> $1 AND asked_at < $2 ORDER BY asked_at LIMIT $3" },
sql_words_over = { "decision_words_over", "ii", "i",
	"SELECT id FROM decision WHERE assurance > 0 AND subject > 0 AND decided_at > 0 AND decided_at < $1"
	" ORDER BY decided_at LIMIT $2" },
sql_words_gone = { "decision_words_gone", "i", "", "UPDATE decision SET subject = 0 WHERE id = $1" },
sql_about_votes = { "decision_about_votes", "bi", "",
	"UPDATE decision_vote SET key = 0, reason = $1 WHERE decision IN (SELECT id FROM decision WHERE subject = $2 AND subject > 0)" },
sql_about = { "decision_about", "i", "", "UPDATE decision SET subject = 0, reason = NULL WHERE subject = $1 AND subject > 0" },
sql_asker = { "decision_asker", "i", "", "UPDATE decision SET asked_by = 0 WHERE asked_by = $1 AND asked_by > 0" },
sql_voted = { "decision_voted", "i", "iib",
	"SELECT decision, key, reason FROM decision_vote WHERE officer = $1 AND officer > 0 LIMIT 1" },
sql_voter_low = { "decision_voter_low", "i", "i",
	"SELECT CAST(COALESCE(MIN(officer), 0) AS bigint) FROM decision_vote WHERE decision = $1 AND officer < 0" },
sql_voter_set = { "decision_voter_set", "ibii", "",
	"UPDATE decision_vote SET officer = $1, reason = $2 WHERE decision = $3 AND officer = $4" };

/* ---- what ends by itself ---- */

bool
decision_lapse(struct keeper *k, int64_t id, int64_t now, struct err *e)
{
	struct decision d;
	char object[64];

	TRY(decision_get(k, id, &d, e));
	TRY(decision_close(k, &d, DECISION_LAPSED, now, e));
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

/* Up to SWEEP_MOST ids of a query under way. */
static bool
read_ids(struct rows *r, int64_t into[SWEEP_MOST], int64_t *n, struct err *e)
{
	struct err over = {0};

	for (*n = 0; *n < SWEEP_MOST && rows_next(r, &over); ++*n)
		into[*n] = rows_i64(r, 0);
	return err_hand_on(e, &over);
}

static bool
lapsed_sweep(struct keeper *k, int64_t now, int64_t *n, struct err *e)
{
	int64_t id[SWEEP_MOST];
	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_lapsed, e, (int64_t)DECISION_OBJECTION, now - DECISION_LIFE,
		    (int64_t)SWEEP_MOST));
		TRY(read_ids(r, id, n, e));
	}
	for (int64_t i = 0; i < *n; i++)
		TRY(decision_lapse(k, id[i], now, e));
	return true;
}

static bool
words_sweep(struct keeper *k, int64_t now, int64_t *n, struct err *e)
{
	int64_t id[SWEEP_MOST];
	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_words_over, e, now - OBJECTION_KEPT, (int64_t)SWEEP_MOST));
		TRY(read_ids(r, id, n, e));
	}
	for (int64_t i = 0; i < *n; i++)
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

/* ---- whom it names is erased ---- */

/* A vote's reason is sealed for its place, which its officer's number is a part of. */
static bool
voter_forget(struct keeper *k, int64_t officer, const struct rows *r, struct err *e)
{
	DROP(rows_drop) struct rows *low = NULL;
	DROP(buf_wipe) struct buf words = {0}, box = {0};
	int64_t decision = rows_i64(r, 0), key = rows_i64(r, 1), nobody;
	struct seal_place from = decision_place(decision, officer, key), to;

	TRY(sql_first(k->store, &low, &sql_voter_low, e, decision));
	nobody = (low == NULL ? 0 : rows_i64(low, 0)) - 1;
	to = decision_place(decision, nobody, key);
	if (key == 0) {
		buf_add(&box, "", 1);
	} else {
		TRY(vault_unseal(k->vault, &from, rows_bytes(r, 2), &words, e));
		TRY(vault_seal(k->vault, &to, span_buf(&words), &box, e));
	}
	TRY(buf_ok(&box, e));
	return sql_do(k->store, &sql_voter_set, e, nobody, (const void *)box.data, box.len, decision, officer);
}

bool
decision_forget(struct keeper *k, int64_t member, struct err *e)
{
	bool more = true;

	TRY(sql_do(k->store, &sql_about_votes, e, (const void *)"", (size_t)1, member));
	TRY(sql_do(k->store, &sql_about, e, member));
	TRY(sql_do(k->store, &sql_asker, e, member));
	while (more) {
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_first(k->store, &r, &sql_voted, e, member));
		more = r != NULL;
		if (more)
			TRY(voter_forget(k, member, r, e));
	}
	return true;
}
