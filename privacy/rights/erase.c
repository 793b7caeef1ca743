#include <sodium.h>
#include "privacy/facts/address.h"
#include "privacy/facts/assurance.h"
#include "privacy/facts/code_book.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/register.h"
#include "privacy/facts/setting.h"
#include "privacy/keeper/brake.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/erase.h"
#include "privacy/rights/erasure.h"
#include "privacy/rights/erasure_receipt.h"
#include "privacy/rights/exclusion.h"
#include "privacy/rights/hold.h"
#include "privacy/rights/restrict.h"

static const struct sql
sql_papers = { "rights_papers", "i", "i",
	"SELECT CAST(COUNT(*) AS bigint) FROM paper WHERE holder = $1 AND destroyed_at = 0" },
sql_given = { "rights_given", "i", "i",
	"SELECT CAST(COUNT(*) AS bigint) FROM assurance WHERE giver = $1 AND made_at > 0" };

/* ---- how things stand ---- */

/* ERASURE of op.h; its code only within the session of its owner. */
static bool
erasure_pack(struct keeper *k, struct act *a, const struct erasure *x, struct err *e)
{
	DROP(buf_wipe) struct buf code = {0};
	bool found;

	if (x->number != 0)
		TRY(act_open(k, a, FIELD_CODE, x->number, &code, NULL, &found, e));
	pack_i64(a->out, x->number);
	pack_i64(a->out, x->asked_at);
	pack_i64(a->out, x->due_at);
	pack_bytes(a->out, code.data, code.len);
	return buf_ok(&code, e);
}

static bool
count_of(struct keeper *k, const struct sql *s, int64_t member, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, s, e, member));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

/* What an erasure would take away, and what would stay. */
static bool
stakes_pack(struct keeper *k, struct act *a, struct err *e)
{
	struct address_row rows[ADDRESS_ROWS];
	int64_t valid, expiring, given, papers, excluded, proved = 0;
	struct hold h;
	bool found;
	size_t n;

	TRY(register_counts(k, a->owner.number, a->now, &valid, &expiring, e));
	TRY(count_of(k, &sql_given, a->owner.number, &given, e));
	TRY(count_of(k, &sql_papers, a->owner.number, &papers, e));
	TRY(address_list(k, a->owner.number, rows, COUNT(rows), &n, e));
	for (size_t i = 0; i < n; i++)
		proved += rows[i].verified_at > 0;
	pack_i64(a->out, valid);
	pack_i64(a->out, given);
	pack_i64(a->out, papers);
	pack_u32(a->out, a->roles);
	pack_i64(a->out, proved);
	pack_u8(a->out, a->now < a->bar_until);
	TRY(hold_of(k, a->owner.number, &h, &found, e));
	hold_pack(a->out, &h);
	TRY(exclusion_of(k, a->owner.number, &excluded, e));
	pack_i64(a->out, excluded);
	return true;
}

bool
op_rights(struct keeper *k, struct act *a, struct err *e)
{
	struct erasure x = {0};
	int64_t ask_first;
	bool found;

	TRY(act_read(a, e));
	TRY(erasure_of(k, a->owner.number, &x, &found, e));
	TRY(setting_get(k, a->owner.number, SETTING_ASK_FIRST, &ask_first, e));
	pack_u32(a->out, a->restricted);
	pack_u8(a->out, ask_first != 0);
	TRY(erasure_pack(k, a, &x, e));
	TRY(stakes_pack(k, a, e));
	return act_record(k, a, NULL, e);
}

/* ---- asking ---- */

static bool
code_keep(struct keeper *k, const struct owner *o, const struct erasure *x, char text[CODE_TEXT], int64_t now, struct err *e)
{
	struct code c;

	TRY(code_issue(k, CODE_ERASURE, x->number, &c, e));
	code_print(&c, text);
	code_wipe(&c);
	return vault_put(k->vault, o, FIELD_CODE, x->number, span_text(text), now, e);
}

/* A row, a code, a notice with a link of its own to each proved address; the processing is restricted from now on. */
static bool
ask_new(struct keeper *k, const struct owner *o, const char *lang, int64_t now, struct erasure *x, struct err *e)
{
	char code[CODE_TEXT];
	unsigned restricted;
	bool good;

	*x = (struct erasure){ .member = o->number, .key = o->key, .tags = o->tags,
	    .stage = ERASE_ASKED, .asked_at = now, .due_at = now + ERASE_WAIT, .receipt = -1 };
	snprintf(x->lang, sizeof(x->lang), "%s", lang);
	TRY(erasure_add(k, x, e));
	TRY(restrict_quiet(k, o, PURPOSE_ERASE_ACCOUNT, now, e));
	good = code_keep(k, o, x, code, now, e) &&
	    address_notify_link(k, o, lang, MAIL_ERASE_ASKED, code, x->number, x->due_at, PURPOSE_ERASE_ACCOUNT, now, e);
	sodium_memzero(code, sizeof(code));
	TRY(good);
	TRY(member_restricted(k, o->number, &restricted, e));
	return member_restrict(k, o->number, restricted | RESTRICTED_ERASING, e);
}

bool
erase_code_is(struct keeper *k, int64_t member, int64_t object, bool *yes, struct err *e)
{
	struct erasure x;

	TRY(erasure_of(k, member, &x, yes, e));
	*yes = *yes && x.number == object;
	return true;
}

bool
erase_begin_for(struct keeper *k, const struct owner *o, const char *lang, const char *why, int64_t now, struct err *e)
{
	struct record_line l = { .about = o, .purpose = PURPOSE_ERASE_ACCOUNT, .role = ACTOR_SYSTEM, .object = why };
	struct erasure x;
	bool found;

	TRY(erasure_of(k, o->number, &x, &found, e));
	if (found)
		return true;
	TRY(ask_new(k, o, lang, now, &x, e));
	return keeper_record(k, &l, now, NULL, e);
}

bool
op_erase_ask(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf lines = {0};
	struct erasure x;
	bool found;

	TRY(act_read(a, e));
	TRY(restrict_lines(k, a->owner.number, &lines, e));
	TRY(erasure_of(k, a->owner.number, &x, &found, e));
	if (!found) {
		TRY(ask_new(k, &a->owner, a->lang, a->now, &x, e));
		a->restricted |= RESTRICTED_ERASING;
	}
	TRY(erasure_pack(k, a, &x, e));
	buf_add(a->out, lines.data, lines.len);
	return act_record(k, a, found ? "asked for again" : "asked for", e);
}

static bool
running(struct keeper *k, const struct act *a, struct erasure *x, struct err *e)
{
	bool found;

	TRY(erasure_of(k, a->owner.number, x, &found, e));
	return (found && x->stage == ERASE_ASKED) ||
	    REFUSE(e, ERR_CONFLICT, WHY_ERASURE_NONE, "erasure: none that could be changed");
}

bool
op_erase_link(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	struct erasure x;

	TRY(act_read(a, e));
	TRY(running(k, a, &x, e));
	TRY(address_primary(k, &a->owner, &text, NULL, e));
	TRY(buf_ok(&text, e));
	/* The newest link is the one that works. */
	TRY(mail_cancel(k, a->owner.number, MAIL_ERASE_NOW, x.number, e));
	struct mail_order m = { .kind = MAIL_ERASE_NOW, .owner = &a->owner, .address = text.data, .lang = a->lang,
	    .ref = x.number, .token = true, .expires = x.due_at, .purpose = a->purpose };

	TRY(mail_queue(k, &m, a->now, NULL, e));
	return act_record(k, a, "a link to erase at once", e);
}

/* ---- another mind ---- */

static bool
stop(struct keeper *k, struct act *a, const struct erasure *x, struct err *e)
{
	TRY(code_end(k, CODE_ERASURE, x->number, e));
	TRY(vault_erase(k->vault, a->owner.number, FIELD_CODE, x->number, a->now, NULL, e));
	TRY(erasure_drop(k, x->number, e));
	TRY(mail_cancel(k, a->owner.number, MAIL_ERASE_ASKED, 0, e));
	TRY(mail_cancel(k, a->owner.number, MAIL_ERASE_NOW, 0, e));
	TRY(member_restrict(k, a->owner.number, a->restricted &= ~RESTRICTED_ERASING, e));
	TRY(address_notify(k, &a->owner, a->lang, MAIL_ERASE_STOPPED, NULL, a->purpose, a->now, e));
	return act_record(k, a, "stopped", e);
}

bool
op_erase_stop(struct keeper *k, struct act *a, struct err *e)
{
	struct erasure x;

	TRY(act_read(a, e));
	TRY(running(k, a, &x, e));
	a->purpose = PURPOSE_ERASE_ACCOUNT;	/* stopping is not barred */
	return stop(k, a, &x, e);
}

bool
erase_link_stop(struct keeper *k, struct act *a, struct err *e)
{
	struct erasure x;

	a->purpose = PURPOSE_ERASE_ACCOUNT;
	TRY(running(k, a, &x, e));
	if (x.number != a->mail->ref)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "erasure: a link of another one");
	return stop(k, a, &x, e);
}

/* ---- at once ---- */

/* The password was entered when the link was asked for; the link shows that the mailbox is theirs, too. */
bool
op_erase_now(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf code = {0}, tickets = {0};
	struct erasure x;
	uint32_t n = 0;
	bool found;

	TRY(act_read(a, e));
	if (a->mail->kind != MAIL_ERASE_NOW)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "erasure: a token of another kind");
	if (a->now < a->bar_until)
		return REFUSE(e, ERR_DENIED, WHY_BAR, "erasure: within the bar");
	TRY(running(k, a, &x, e));
	TRY(mail_token_spend(k, a->mail->id, e));
	TRY(act_open(k, a, FIELD_CODE, x.number, &code, NULL, &found, e));
	TRY(buf_ok(&code, e));
	TRY(erasure_begin(k, &x, code.data == NULL ? "" : code.data, a->now, &tickets, &n, e));
	pack_i64(a->out, x.number);
	pack_bytes(a->out, code.data, code.len);
	pack_u32(a->out, n);
	buf_add(a->out, tickets.data, tickets.len);
	return buf_ok(&tickets, e);
}

/* ---- the receipt ---- */

bool
op_erase_receipt(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf receipt = {0};
	char typed[KEEPER_TEXT_MAX + 1];
	struct code_found f = {0};
	struct erasure x = {0};
	struct span source, none = span_of(NULL, 0);
	bool good, held, found = false;
	struct hold h;

	unpack_text(&a->in, typed, sizeof(typed));
	source = unpack_bytes(&a->in);
	TRY(act_read(a, e));
	TRY(brake_ask(k->brake, BRAKE_RECEIPT, none, source, a->now, e));
	good = code_look(k, typed, &f, e);
	code_wipe(&f.code);
	TRY(good);
	if (f.fits && f.kind == CODE_ERASURE)
		TRY(erasure_get(k, f.ref, &x, &found, e));
	if (!found) {
		brake_count(k->brake, BRAKE_RECEIPT, none, source, a->now);
		return REFUSE(e, ERR_ABSENT, WHY_ERASURE_CODE, "receipt: no such code");
	}
	if (x.stage >= ERASE_DONE)
		TRY(erasure_receipt(k, &x, &receipt, e));
	pack_i64(a->out, x.number);
	pack_u8(a->out, x.stage);
	pack_i64(a->out, x.sealed_at);
	pack_i64(a->out, x.sealed_at == 0 ? 0 : x.sealed_at + ERASE_GONE);
	pack_bytes(a->out, receipt.data, receipt.len);
	TRY(hold_of(k, x.member, &h, &held, e));
	pack_i64(a->out, h.until);
	return buf_ok(&receipt, e);
}

/* ---- the clerk ---- */

#define RUN_ROWS	16

static const struct sql
sql_due = { "erasure_due", "ii", "i",
	"SELECT number FROM erasure WHERE stage < 6 AND due_at <= $1 ORDER BY due_at LIMIT $2" };
_Static_assert(ERASE_DONE == 6, "statements and indexes say 6");

bool
op_erase_run(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf graves = {0}, faceless = {0};
	int64_t number[RUN_ROWS];
	uint32_t n_graves, n_faceless;
	bool more = false;
	size_t n;

	TRY(act_read(a, e));
	TRY(sql_column(k->store, number, RUN_ROWS, &n, &sql_due, e, a->now, (int64_t)RUN_ROWS));
	for (size_t i = 0; i < n; i++) {
		struct erasure x;
		bool found, moved = false;

		TRY(erasure_get(k, number[i], &x, &found, e));
		if (found)
			TRY(erasure_step(k, &x, a->now, &moved, e));
		more = more || moved;
	}
	TRY(role_kept_sweep(k, a->now, e));
	TRY(graves_open(k, &graves, &n_graves, e));
	TRY(faceless_list(k, &faceless, &n_faceless, e));
	pack_u8(a->out, more);
	pack_u32(a->out, n_graves);
	buf_add(a->out, graves.data, graves.len);
	pack_u32(a->out, n_faceless);
	buf_add(a->out, faceless.data, faceless.len);
	return buf_ok(&graves, e) && buf_ok(&faceless, e);
}

bool
op_erase_told(struct keeper *k, struct act *a, struct err *e)
{
	for (uint32_t n = unpack_u32(&a->in); n > 0 && !a->in.bad; n--)
		TRY(erasure_told(k, unpack_i64(&a->in), e));
	for (uint32_t n = unpack_u32(&a->in); n > 0 && !a->in.bad; n--) {
		unsigned char serial[TICKET_SERIAL];

		unpack_exact(&a->in, serial, sizeof(serial));
		TRY(faceless_told(k, serial, e));
	}
	return act_read(a, e);
}
