/*
 * privacy/facts/case_sweep.c - what happens to cases by itself, a few at a time.
 *
 *	waits		staff and officers get a mail once when nobody ended it by CASE_ESCALATES
 *	visits, fields	go when they are over
 *	kept		desk.kept after the end, in two turns: the entry that says so, its texts
 *			and its pass-phrase; then, committed, its keys.  Number, kind, days and
 *			outcome stay, without who opened it, whom it was about and who worked on it
 */
#include "privacy/facts/case.h"
#include "privacy/facts/case_post.h"
#include "privacy/facts/code_book.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name_change.h"
#include "privacy/facts/telling.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/disclose.h"
#include "privacy/vault/key.h"

#define SWEEP_MOST	16
#define STAYS		0	/* of case_file.gone */
#define GOES		1
#define GONE		2

static const struct sql
sql_untold = { "case_untold", "ii", "i",
	"SELECT number FROM case_file WHERE closed = 0 AND told = 0 AND opened <= $1 ORDER BY opened LIMIT $2" },
sql_over = { "case_over", "iii", "i",
	"SELECT number FROM case_file WHERE closed > 0 AND gone < 2 AND gone = $1 AND closed <= $2 LIMIT $3" },
sql_of = { "case_of_member", "ii", "i", "SELECT number FROM case_file WHERE member = $1 LIMIT $2" },
sql_gone = { "case_gone", "ii", "", "UPDATE case_file SET gone = $1 WHERE number = $2" },
sql_nobody = { "case_nobody", "i", "",
	"UPDATE case_file SET member = 0, about = 0, staff = 0, deputy = 0, flags = 0, lang = '' WHERE number = $1" },
sql_about_nobody = { "case_about_nobody", "i", "", "UPDATE case_file SET about = 0 WHERE about = $1 AND about > 0" },
sql_texts = { "case_texts_none", "i", "", "DELETE FROM case_text WHERE number = $1" },
sql_visits = { "case_visits_none", "i", "", "DELETE FROM case_visit WHERE number = $1" },
sql_visits_old = { "case_visits_old", "i", "", "DELETE FROM case_visit WHERE expires <= $1" },
sql_opened_old = { "case_opened_old", "i", "", "DELETE FROM case_opened WHERE until <= $1" },
sql_finds_old = { "case_finds_old", "i", "", "DELETE FROM case_find WHERE at <= $1" };

static bool
said(struct keeper *k, const struct case_row *c, const char *what, int64_t now, struct err *e)
{
	char object[DETAIL_OBJECT];
	struct record_line l = { .about = &c->owner, .purpose = PURPOSE_CASE_WORK, .role = ACTOR_SYSTEM, .object = object };

	snprintf(object, sizeof(object), "case %lld: %s", (long long)c->number, what);
	return keeper_record(k, &l, now, NULL, e);
}

/* ---- what waits ---- */

static bool
tell(struct keeper *k, int64_t number, int64_t now, struct err *e)
{
	struct case_row c;

	TRY(case_get(k, number, &c, e));
	c.told = now;
	TRY(case_set(k, &c, e));
	TRY(case_notify_desk(k, &c, now, e));
	return said(k, &c, "waits", now, e);
}

/* A clock of hours was told when it began to run; its row is passed by without a second mail. */
static bool
waiting(struct keeper *k, int64_t now, int64_t *done, struct err *e)
{
	int64_t number[SWEEP_MOST];
	size_t n;

	TRY(sql_column(k->store, number, SWEEP_MOST, &n, &sql_untold, e, now - CASE_ESCALATES, (int64_t)SWEEP_MOST));
	for (size_t i = 0; i < n; i++)
		TRY(tell(k, number[i], now, e));
	*done += (int64_t)n;
	return true;
}

/* ---- what is over ---- */

static bool
goes(struct keeper *k, const struct case_row *c, int64_t now, struct err *e)
{
	TRY(published_end_of(k, &c->owner, PUBLISHED_CASE, now, e));
	TRY(code_end(k, CODE_CASE, c->number, e));
	TRY(case_post_forget(k, c->number, e));
	TRY(sql_do(k->store, &sql_visits, e, c->number));
	TRY(case_fields_close(k, c->number, e));
	TRY(name_change_forget(k, c->number, e));
	TRY(said(k, c, "its texts and keys go", now, e));
	return sql_do(k->store, &sql_gone, e, (int64_t)GOES, c->number);
}

/* The entry that says so is committed by now. */
static bool
keys_gone(struct keeper *k, const struct case_row *c, int64_t now, struct err *e)
{
	TRY(keys_destroy(vault_keys(k->vault), c->owner.key, now, e));
	TRY(keys_destroy(vault_keys(k->vault), c->owner.tags, now, e));
	TRY(subject_state_set(k, c->owner.number, SUBJECT_CASE_OVER, e));
	TRY(vault_forget(k->vault, c->owner.number, e));
	TRY(sql_do(k->store, &sql_texts, e, c->number));
	TRY(disclosure_words_gone(k, c->number, e));
	TRY(sql_do(k->store, &sql_nobody, e, c->number));
	keeper_shed(k, 0);
	return sql_do(k->store, &sql_gone, e, (int64_t)GONE, c->number);
}

static bool
over(struct keeper *k, int64_t gone, int64_t until, int64_t now, int64_t *done, struct err *e)
{
	int64_t number[SWEEP_MOST];
	size_t n;

	TRY(sql_column(k->store, number, SWEEP_MOST, &n, &sql_over, e, gone, until, (int64_t)SWEEP_MOST));
	for (size_t i = 0; i < n; i++) {
		struct case_row c;

		TRY(case_get(k, number[i], &c, e));
		TRY(gone == STAYS ? goes(k, &c, now, e) : keys_gone(k, &c, now, e));
	}
	*done += (int64_t)n;
	return true;
}

bool
case_sweep(struct keeper *k, int64_t now, int64_t *done, struct err *e)
{
	*done = 0;
	TRY(waiting(k, now, done, e));
	/* what an earlier turn announced goes first, so that none goes in the turn that announces it */
	TRY(over(k, GOES, now, now, done, e));
	TRY(over(k, STAYS, now - k->set->case_kept, now, done, e));
	TRY(sql_do(k->store, &sql_visits_old, e, now));
	TRY(sql_do(k->store, &sql_opened_old, e, now));
	TRY(case_post_sweep(k, now, e));
	return sql_do(k->store, &sql_finds_old, e, now - HOUR);
}

/* Keys go by the next sweep: whoever erases the member has said so on the ledger by then. */
bool
case_forget(struct keeper *k, int64_t member, int64_t now, struct err *e)
{
	int64_t number[SWEEP_MOST];
	size_t n = SWEEP_MOST;

	TRY(sql_do(k->store, &sql_about_nobody, e, member));
	while (n == SWEEP_MOST) {
		TRY(sql_column(k->store, number, SWEEP_MOST, &n, &sql_of, e, member, (int64_t)SWEEP_MOST));
		for (size_t i = 0; i < n; i++) {
			struct case_row c;

			TRY(case_get(k, number[i], &c, e));
			if (c.closed == 0)
				tally_case(k, c.kind, CASE_WITHDRAWN);
			c.outcome = c.closed > 0 ? c.outcome : CASE_WITHDRAWN;
			c.closed = c.closed > 0 ? c.closed : now;
			c.state = CASE_CLOSED;
			TRY(case_set(k, &c, e));
			TRY(telling_close(k, c.number, now, e));
			TRY(goes(k, &c, now, e));
			TRY(sql_do(k->store, &sql_nobody, e, c.number));
		}
	}
	return true;
}
