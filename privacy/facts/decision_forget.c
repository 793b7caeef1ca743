/* privacy/facts/decision_forget.c - what becomes of decisions and votes when whom they name is erased. */
#include "privacy/facts/decision_row.h"

static const struct sql
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
