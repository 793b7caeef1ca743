/* privacy/rights/disclose_tell.c - a member is told who got what, at once or when the silence ends; what ends by itself. */
#include "privacy/facts/address.h"
#include "privacy/facts/member.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/compose.h"
#include "privacy/rights/disclose_row.h"
#include "privacy/rights/guest.h"

#define SWEEP_MOST	16

static const struct sql
sql_due = { "disclosure_due", "ii", "ii",
	"SELECT disclosure, person FROM disclosure_person WHERE tell_at > 0 AND told_at = 0 AND tell_at <= $1"
	" ORDER BY tell_at LIMIT $2" },
sql_silent = { "disclosure_silent", "i", "ii",
	"SELECT p.tell_at, d.given_at FROM disclosure_person p JOIN disclosure d ON d.number = p.disclosure"
	" WHERE p.tell_at > $1 AND p.told_at = 0 AND p.person ="
	" (SELECT MIN(o.person) FROM disclosure_person o WHERE o.disclosure = p.disclosure) ORDER BY p.tell_at" },
sql_unused = { "disclosure_unused", "ii", "i",
	"SELECT number FROM disclosure WHERE until > 0 AND given_at = 0 AND until <= $1 ORDER BY until LIMIT $2" },
sql_untold = { "disclosure_untold_of", "i", "i",
	"SELECT person FROM disclosure_person WHERE disclosure = $1 AND told_at = 0 LIMIT 1" };

bool
disclosure_all_told(struct keeper *k, int64_t number, int64_t now, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct case_row c;

	TRY(sql_first(k->store, &r, &sql_untold, e, number));
	if (r != NULL)
		return true;
	rows_drop(&r);
	TRY(case_get(k, number, &c, e));
	return c.closed > 0 || disclosure_over(k, number, CASE_DONE, now, e);
}

/* A line of its own: the first one is as long as a line may be. */
static bool
guest_told(struct keeper *k, const struct disclosure *x, const struct record_line *of, bool *took_part, int64_t now, struct err *e)
{
	struct record_line l = *of;
	char object[DETAIL_OBJECT];
	struct guest_words w;

	TRY(guest_took_part(k, x->number, took_part, &w, e));
	if (!*took_part)
		return true;
	snprintf(object, sizeof(object), "disclosure %lld: an officer of %s took part in the decision", (long long)x->number, w.community);
	l.object = object;
	l.fields = 0;
	return keeper_record(k, &l, now, NULL, e);
}

bool
disclosure_tell(struct keeper *k, const struct disclosure *x, struct disclosure_person *p,
    const struct disclosure_teller *by, int64_t now, struct err *e)
{
	char object[DETAIL_OBJECT], day[11];
	struct disclosure_words w;
	struct member_facts f;
	struct owner of;
	bool guest;
	struct record_line l = { .about = &of, .purpose = PURPOSE_DISCLOSURE, .role = by->role, .fields = p->given,
	    .object = object, .actor = by->actor, .role_key = by->role_key };

	TRY(member_owner(k, p->member, &of, &f, e));
	TRY(disclosure_words(k, x->number, &w, e));
	day_text(day_of(x->given_at), day);
	snprintf(object, sizeof(object), "%s, disclosure %lld: to %s, by %s", day, (long long)x->number, w.authority, w.basis);
	TRY(keeper_record(k, &l, now, NULL, e));
	TRY(guest_told(k, x, &l, &guest, now, e));
	TRY(address_notify_primary(k, &of, f.lang, guest ? MAIL_DISCLOSED_GUEST : MAIL_DISCLOSED, w.authority, PURPOSE_DISCLOSURE, now, e));
	p->told_at = now;
	TRY(disclosure_person_set(k, x->number, p, e));
	return disclosure_all_told(k, x->number, now, e);
}

/* ---- by itself ---- */

struct due { struct { int64_t number, person; } row[SWEEP_MOST]; size_t n; };

static bool
due_read(struct keeper *k, int64_t now, int64_t most, struct due *d, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_due, e, now, most < SWEEP_MOST ? most : (int64_t)SWEEP_MOST));
	for (d->n = 0; d->n < SWEEP_MOST && rows_next(r, &end); d->n++) {
		d->row[d->n].number = rows_i64(r, 0);
		d->row[d->n].person = rows_i64(r, 1);
	}
	return err_hand_on(e, &end);
}

static bool
silence_over(struct keeper *k, int64_t number, int64_t person, int64_t now, struct err *e)
{
	static const struct disclosure_teller program = { .role = ACTOR_SYSTEM };
	DROP(disclosure_people_wipe) struct disclosure_people p = {0};
	struct disclosure x;

	TRY(disclosure_get(k, 0, number, &x, e));
	TRY(disclosure_people(k, number, &p, e));
	for (size_t i = 0; i < p.n; i++)
		if (p.row[i].person == person)
			TRY(disclosure_tell(k, &x, &p.row[i], &program, now, e));
	return true;
}

bool
disclosure_silent_each(struct keeper *k, int64_t now, struct buf *into, uint32_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	*n = 0;
	TRY(sql_ask(k->store, &r, &sql_silent, e, now));
	for (; rows_next(r, &end); ++*n) {
		pack_i64(into, rows_i64(r, 1));
		pack_i64(into, rows_i64(r, 0));
	}
	return err_hand_on(e, &end) && buf_ok(into, e);
}

bool
disclosure_silences(struct keeper *k, int64_t now, int64_t *n, struct err *e)
{
	DROP(buf_wipe) struct buf rows = {0};
	uint32_t all;

	TRY(disclosure_silent_each(k, now, &rows, &all, e));
	*n = all;
	return true;
}

static bool
unused(struct keeper *k, int64_t now, int64_t *done, struct err *e)
{
	int64_t number[SWEEP_MOST];
	size_t n;

	TRY(sql_column(k->store, number, SWEEP_MOST, &n, &sql_unused, e, now, (int64_t)SWEEP_MOST));
	for (size_t i = 0; i < n; i++)
		TRY(disclosure_over(k, number[i], CASE_NO_ANSWER, now, e));
	*done += (int64_t)n;
	return true;
}

bool
disclosure_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	struct due d;

	TRY(due_read(k, now, most, &d, e));
	for (size_t i = 0; i < d.n; i++)
		TRY(silence_over(k, d.row[i].number, d.row[i].person, now, e));
	*done = (int64_t)d.n;
	return unused(k, now, done, e);
}
