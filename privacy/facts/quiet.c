#include "privacy/facts/address.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/quiet.h"
#include "privacy/facts/trusted.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/erase.h"
#include "privacy/rights/retain.h"

#define SWEEP_MOST	32
#define ERASING		(-1)		/* of quiet.asked: its erasure was begun */

const char quiet_schema[] =
"CREATE TABLE quiet ("
" member INTEGER PRIMARY KEY REFERENCES member (number),"
" day INTEGER NOT NULL,"		/* of its last use; 0: from before this was kept */
" asked INTEGER NOT NULL) STRICT;"	/* 0: not; -1: its erasure was begun */
"CREATE INDEX quiet_day ON quiet (day) WHERE asked = 0;"
"CREATE INDEX quiet_asked ON quiet (asked) WHERE asked > 0;"
"INSERT INTO quiet (member, day, asked) SELECT number, 0, 0 FROM member WHERE number > 0;";

/* What was asked before the day was kept waits for the longest that was likely told. */
const char quiet_until_schema[] =
"ALTER TABLE quiet ADD COLUMN until INTEGER NOT NULL DEFAULT 0;"	/* the day that the question named: not before */
"UPDATE quiet SET until = asked + 60 * 86400 WHERE asked > 0;"
"DROP INDEX quiet_asked;"
"CREATE INDEX quiet_until ON quiet (until) WHERE asked > 0;";

static const struct sql
sql_get = { "quiet_get", "i", "ii", "SELECT day, asked FROM quiet WHERE member = $1" },
sql_put = { "quiet_put", "ii", "",
	"INSERT INTO quiet (member, day, asked) VALUES ($1, $2, 0)"
	" ON CONFLICT (member) DO UPDATE SET day = excluded.day, asked = 0" },
sql_asked = { "quiet_set_asked", "iii", "", "UPDATE quiet SET asked = $1, until = $2 WHERE member = $3" },
sql_begin = { "quiet_begin", "i", "", "UPDATE quiet SET day = $1 WHERE day = 0 AND asked = 0" },
sql_due = { "quiet_due", "ii", "i", "SELECT member FROM quiet WHERE asked = 0 AND day <= $1 ORDER BY day LIMIT $2" },
sql_over = { "quiet_over", "ii", "i", "SELECT member FROM quiet WHERE asked > 0 AND until <= $1 ORDER BY until LIMIT $2" };

bool
quiet_used(struct keeper *k, int64_t member, int64_t now, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(trusted_alive(k, member, e));
	TRY(sql_first(k->store, &r, &sql_get, e, member));
	if (r != NULL && rows_i64(r, 0) == now / DAY && rows_i64(r, 1) == 0)
		return true;
	if (r != NULL && rows_i64(r, 1) != 0)
		TRY(mail_cancel(k, member, MAIL_DORMANT, 0, e));
	rows_drop(&r);
	return sql_do(k->store, &sql_put, e, member, now / DAY);
}

/* Taking any link is a use (mailed.c): this one is for nothing else. */
bool
quiet_link(struct keeper *k, struct act *a, struct err *e)
{
	(void)k;
	a->purpose = PURPOSE_DORMANT;
	return act_record(k, a, "still wanted", e);
}

/* ---- by itself ---- */

static bool
ask(struct keeper *k, int64_t member, int64_t now, struct err *e)
{
	struct member_facts f;
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_DORMANT, .role = ACTOR_SYSTEM, .object = "asked whether it is still wanted" };
	int64_t until = now + k->set->dormant_wait;

	TRY(member_owner(k, member, &o, &f, e));
	if (f.restricted != 0)
		return sql_do(k->store, &sql_put, e, member, now / DAY);
	TRY(sql_do(k->store, &sql_asked, e, now, until, member));
	TRY(address_notify_link(k, &o, f.lang, MAIL_DORMANT, NULL, 0, until, PURPOSE_DORMANT, now, e));
	return keeper_record(k, &l, now, NULL, e);
}

static bool
end(struct keeper *k, int64_t member, int64_t now, struct err *e)
{
	struct member_facts f;
	struct owner o;

	TRY(member_owner(k, member, &o, &f, e));
	if (f.restricted != 0)
		return sql_do(k->store, &sql_put, e, member, now / DAY);
	TRY(sql_do(k->store, &sql_asked, e, (int64_t)ERASING, INT64_C(0), member));
	TRY(retain_note(k, RETAIN_QUIET, 1, e));
	return erase_begin_for(k, &o, f.lang, "quiet for years, and nobody answered", now, e);
}

bool
quiet_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	int64_t member[SWEEP_MOST], limit = most < SWEEP_MOST ? most : SWEEP_MOST;
	size_t over, due;

	TRY(sql_do(k->store, &sql_begin, e, now / DAY));
	TRY(sql_column(k->store, member, SWEEP_MOST, &over, &sql_over, e, now, limit));
	for (size_t i = 0; i < over; i++)
		TRY(end(k, member[i], now, e));
	TRY(sql_column(k->store, member, SWEEP_MOST, &due, &sql_due, e, (now - k->set->dormant_after) / DAY, limit));
	for (size_t i = 0; i < due; i++)
		TRY(ask(k, member[i], now, e));
	*done = (int64_t)(over + due);
	return true;
}
