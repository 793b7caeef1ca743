#include <stdio.h>
#include "privacy/facts/address.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/trusted.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/message.h"
#include "privacy/rights/erase.h"

#define SWEEP_MOST	32

const char trusted_schema[] =
"CREATE TABLE trusted ("
" member INTEGER PRIMARY KEY REFERENCES member (number),"
" contact INTEGER NOT NULL,"		/* 0: nobody has the address that was typed */
" asked_at INTEGER NOT NULL,"
" agreed_at INTEGER NOT NULL,"		/* 0: not yet */
" closing_at INTEGER NOT NULL) STRICT;"	/* when the contact asked that it be closed; 0: not */
"CREATE INDEX trusted_contact ON trusted (contact) WHERE contact > 0;"
"CREATE INDEX trusted_closing ON trusted (closing_at) WHERE closing_at > 0;";

/* What was asked before the day was kept waits for the time that was likely told. */
const char trusted_until_schema[] =
"ALTER TABLE trusted ADD COLUMN until INTEGER NOT NULL DEFAULT 0;"	/* the day that its owner was told: not before */
"UPDATE trusted SET until = closing_at + 30 * 86400 WHERE closing_at > 0;"
"DROP INDEX trusted_closing;"
"CREATE INDEX trusted_until ON trusted (until) WHERE closing_at > 0;";

#define COLUMNS "member, contact, asked_at, agreed_at, closing_at, until"
static const struct sql
sql_get = { "trusted_get", "i", "iiiiii", "SELECT " COLUMNS " FROM trusted WHERE member = $1" },
sql_of = { "trusted_of", "ii", "iiiiii",
	"SELECT " COLUMNS " FROM trusted WHERE contact = $1 AND contact > 0 ORDER BY asked_at DESC, member LIMIT $2" },
sql_put = { "trusted_put", "iii", "",
	"INSERT INTO trusted (member, contact, asked_at, agreed_at, closing_at) VALUES ($1, $2, $3, 0, 0)" },
sql_agree = { "trusted_agree", "ii", "", "UPDATE trusted SET agreed_at = $1 WHERE member = $2" },
sql_close = { "trusted_close", "iii", "", "UPDATE trusted SET closing_at = $1, until = $2 WHERE member = $3" },
sql_drop = { "trusted_drop", "i", "", "DELETE FROM trusted WHERE member = $1" },
sql_due = { "trusted_due", "ii", "i",
	"SELECT member FROM trusted WHERE closing_at > 0 AND until <= $1 ORDER BY until LIMIT $2" };

struct trusted { int64_t member, contact, asked_at, agreed_at, closing_at, until; };

/* ---- rows ---- */

static void
row_read(const struct rows *r, struct trusted *t)
{
	*t = (struct trusted){ rows_i64(r, 0), rows_i64(r, 1), rows_i64(r, 2), rows_i64(r, 3), rows_i64(r, 4), rows_i64(r, 5) };
}

static bool
row_get(struct keeper *k, int64_t member, struct trusted *t, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	*t = (struct trusted){0};
	TRY(sql_first(k->store, &r, &sql_get, e, member));
	*found = r != NULL;
	if (*found)
		row_read(r, t);
	return true;
}

static unsigned
state_of(const struct trusted *t)
{
	return t->asked_at == 0 ? TRUSTED_NONE : t->agreed_at == 0 ? TRUSTED_ASKED : t->closing_at == 0 ? TRUSTED_AGREED : TRUSTED_CLOSING;
}

/* ---- telling ---- */

static bool
tell(struct keeper *k, int64_t member, const char *what, int64_t now, struct err *e)
{
	struct member_facts f;
	struct owner o;

	if (member <= 0)
		return true;
	TRY(member_owner(k, member, &o, &f, e));
	return address_notify_primary(k, &o, f.lang, MAIL_TRUSTED, what, PURPOSE_TRUSTED, now, e);
}

/* A line for the other one, of what the act's owner did. */
static bool
also(struct keeper *k, const struct act *a, int64_t other, const char *object, struct err *e)
{
	struct owner o;

	if (other <= 0)
		return true;
	TRY(member_owner(k, other, &o, NULL, e));
	return act_record_also(k, a, &o, object, e);
}

/* ---- seeing ---- */

bool
op_trusted(struct keeper *k, struct act *a, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf list = {0};
	struct err end = {0};
	struct trusted own, t;
	uint32_t n = 0;
	bool found;

	TRY(act_read(a, e));
	TRY(row_get(k, a->owner.number, &own, &found, e));
	pack_u8(a->out, state_of(&own));
	pack_i64(a->out, own.asked_at);
	pack_i64(a->out, own.agreed_at);
	pack_i64(a->out, own.closing_at);
	pack_i64(a->out, own.until);
	TRY(sql_ask(k->store, &r, &sql_of, e, a->owner.number, (int64_t)TRUSTED_LISTED));
	for (; rows_next(r, &end); n++) {
		row_read(r, &t);
		pack_i64(&list, t.member);
		pack_u8(&list, state_of(&t));
		pack_i64(&list, t.asked_at);
		pack_i64(&list, t.agreed_at);
		pack_i64(&list, t.closing_at);
		pack_i64(&list, t.until);
	}
	TRY(err_hand_on(e, &end));
	pack_u32(a->out, n);
	buf_add(a->out, list.data, list.len);
	return buf_ok(&list, e);
}

/* ---- naming one ---- */

/* Whoever was it before is told, if they had agreed. */
static bool
dropped(struct keeper *k, const struct act *a, const struct trusted *was, struct err *e)
{
	TRY(sql_do(k->store, &sql_drop, e, was->member));
	TRY(mail_cancel(k, was->member, MAIL_CLOSING, 0, e));
	if (was->agreed_at == 0)
		return true;
	TRY(tell(k, was->contact, MSG("a member no longer names you"), a->now, e));
	return also(k, a, was->contact, "no longer somebody's trusted contact", e);
}

/* To nobody the same work is done. */
static bool
mail_asked(struct keeper *k, struct act *a, int64_t holder, const char *address, struct err *e)
{
	DROP(buf_wipe) struct buf own = {0};
	char about[400];
	struct member_facts f = {0};
	struct owner o;

	TRY(address_peek(k, &a->owner, &own, e));
	snprintf(about, sizeof(about), "%.254s (%lld)", own.len > 0 ? own.data : "", (long long)a->owner.number);
	if (holder != 0)
		TRY(member_owner(k, holder, &o, &f, e));
	struct mail_order m = { .kind = MAIL_TRUSTED_ASK, .owner = holder != 0 ? &o : NULL, .address = address,
	    .lang = holder != 0 ? f.lang : a->lang, .object = about, .unsent = holder == 0, .purpose = PURPOSE_TRUSTED };

	return mail_queue(k, &m, a->now, NULL, e);
}

/* Where nobody has the address a line about the site stands in, so that the ledger grows alike and the months' counts do. */
static bool
also_nobody(struct keeper *k, const struct act *a, const char *object, struct err *e)
{
	TRY(keeper_record_self(k, a->purpose, object, a->now, e));
	tally_purpose(k, a->purpose);
	return true;
}

static bool
name(struct keeper *k, struct act *a, const char *typed, struct err *e)
{
	static const char object[] = "asked to be somebody's trusted contact";

	char address[ADDRESS_MAX];
	int64_t holder;

	TRY(address_normalise(typed, address, e));
	TRY(address_holder(k, address, &holder, NULL, e));
	if (holder == a->owner.number)
		return REFUSE(e, ERR_INPUT, WHY_TRUSTED_SELF, "trusted contact: oneself");
	TRY(sql_do(k->store, &sql_put, e, a->owner.number, holder, a->now));
	TRY(mail_asked(k, a, holder, address, e));
	TRY(holder > 0 ? also(k, a, holder, object, e) : also_nobody(k, a, object, e));
	return act_record(k, a, "somebody was asked to be the trusted contact", e);
}

bool
op_trusted_name(struct keeper *k, struct act *a, struct err *e)
{
	char typed[KEEPER_TEXT_MAX + 1];
	struct trusted was;
	bool found;

	unpack_text(&a->in, typed, sizeof(typed));
	TRY(act_read(a, e));
	TRY(row_get(k, a->owner.number, &was, &found, e));
	if (found)
		TRY(dropped(k, a, &was, e));
	if (typed[0] != '\0')
		return name(k, a, typed, e);
	return found ? act_record(k, a, "no trusted contact any more", e) :
	    REFUSE(e, ERR_CONFLICT, WHY_TRUSTED, "trusted contact: there is none");
}

/* ---- the contact ---- */

static bool
named(struct keeper *k, const struct act *a, int64_t member, struct trusted *t, struct err *e)
{
	bool found;

	TRY(row_get(k, member, t, &found, e));
	return (found && t->contact == a->owner.number) || REFUSE(e, ERR_ABSENT, WHY_TRUSTED, "trusted contact: of nobody of that number");
}

bool
op_trusted_answer(struct keeper *k, struct act *a, struct err *e)
{
	int64_t member = unpack_i64(&a->in);
	bool yes = unpack_u8(&a->in) == 1;
	struct trusted t;

	TRY(act_read(a, e));
	a->purpose = PURPOSE_TRUSTED;	/* saying no is not barred */
	if (yes && a->now < a->bar_until)
		return REFUSE(e, ERR_DENIED, WHY_BAR, "trusted contact: within the bar");
	TRY(named(k, a, member, &t, e));
	if (yes && t.agreed_at != 0)
		return act_record(k, a, "agreed again to be a trusted contact", e);
	if (yes)
		TRY(sql_do(k->store, &sql_agree, e, a->now, member));
	else
		TRY(sql_do(k->store, &sql_drop, e, member));
	if (!yes)
		TRY(mail_cancel(k, member, MAIL_CLOSING, 0, e));
	TRY(tell(k, member, yes ? MSG("whom you named has agreed") : MSG("whom you named is not, or no longer, your contact"), a->now, e));
	TRY(also(k, a, member, yes ? "the trusted contact agreed" : "no trusted contact any more", e));
	return act_record(k, a, yes ? "agreed to be a trusted contact" : "not, or no longer, a trusted contact", e);
}

bool
op_trusted_close(struct keeper *k, struct act *a, struct err *e)
{
	int64_t member = unpack_i64(&a->in);
	struct member_facts f;
	struct owner o;
	int64_t until = a->now + k->set->trusted_wait;
	struct trusted t;

	TRY(act_read(a, e));
	TRY(named(k, a, member, &t, e));
	if (t.agreed_at == 0)
		return REFUSE(e, ERR_DENIED, WHY_TRUSTED, "trusted contact: not agreed yet");
	if (t.closing_at != 0)
		return act_record(k, a, "asked again that an account be closed", e);
	TRY(sql_do(k->store, &sql_close, e, a->now, until, member));
	TRY(member_owner(k, member, &o, &f, e));
	TRY(address_notify_link(k, &o, f.lang, MAIL_CLOSING, NULL, 0, until, PURPOSE_TRUSTED, a->now, e));
	TRY(act_record_also(k, a, &o, "the trusted contact asks that the account be closed", e));
	return act_record(k, a, "asked that an account be closed", e);
}

/* ---- the account is used ---- */

bool
trusted_alive(struct keeper *k, int64_t member, struct err *e)
{
	struct trusted t;
	bool found;

	TRY(row_get(k, member, &t, &found, e));
	if (!found || t.closing_at == 0)
		return true;
	TRY(sql_do(k->store, &sql_close, e, INT64_C(0), INT64_C(0), member));
	TRY(mail_cancel(k, member, MAIL_CLOSING, 0, e));
	return tell(k, t.contact, MSG("the account is used: it is not closed"), k->batch_now, e);
}

/* Taking any link is a use, and that ended it (mailed.c): here is its line. */
bool
trusted_link(struct keeper *k, struct act *a, struct err *e)
{
	a->purpose = PURPOSE_TRUSTED;
	return act_record(k, a, "stopped: the account is used", e);
}

/* ---- by itself ---- */

static bool
end(struct keeper *k, int64_t member, int64_t now, struct err *e)
{
	struct member_facts f;
	struct owner o;

	TRY(sql_do(k->store, &sql_close, e, INT64_C(0), INT64_C(0), member));
	TRY(member_owner(k, member, &o, &f, e));
	return erase_begin_for(k, &o, f.lang, "asked for by the trusted contact, and nobody stopped it", now, e);
}

bool
trusted_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	int64_t member[SWEEP_MOST];
	size_t n;

	TRY(sql_column(k->store, member, SWEEP_MOST, &n, &sql_due, e, now, most < SWEEP_MOST ? most : SWEEP_MOST));
	for (size_t i = 0; i < n; i++)
		TRY(end(k, member[i], now, e));
	*done = (int64_t)n;
	return true;
}
