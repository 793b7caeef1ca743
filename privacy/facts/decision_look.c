/* privacy/facts/decision_look.c - officers see what is to be decided and what was: the list, and one of them. */
#include "privacy/facts/assurance.h"
#include "privacy/facts/decision_row.h"
#include "privacy/facts/founding.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name_change.h"
#include "privacy/facts/telling.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/guest.h"
#include "privacy/rights/hold.h"

#define VOTES_MOST	(2 * DECISION_VOTES)

static const struct sql
sql_list = { "decision_list", "i", DECISION_LETTERS, DECISION_COLUMNS " ORDER BY state <> 1, asked_at DESC, id DESC LIMIT $1" },
sql_reason = { "decision_reason", "i", "iB", "SELECT key, reason FROM decision WHERE id = $1" },
sql_vote_list = { "decision_vote_list", "ii", "iiiib",
	"SELECT yes, at, officer, key, reason FROM decision_vote WHERE decision = $1 ORDER BY at, officer LIMIT $2" };

static bool
row_pack(struct keeper *k, const struct act *a, const struct decision *d, struct buf *into, struct err *e)
{
	enum decision_mine m;
	int64_t yes, no;

	TRY(decision_votes(k, d->id, true, &yes, e));
	TRY(decision_votes(k, d->id, false, &no, e));
	TRY(decision_mine(k, d, a->owner.number, &m, e));
	pack_i64(into, d->id);
	pack_u8(into, d->kind);
	pack_u8(into, d->state);
	pack_i64(into, d->asked_at);
	pack_i64(into, d->decided_at);
	pack_u8(into, (unsigned)yes);
	pack_u8(into, (unsigned)no);
	pack_u8(into, m);
	return buf_ok(into, e);
}

struct list { struct decision row[DECISIONS_LISTED]; size_t n; };

bool
op_decisions(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf rows = {0};
	struct list l = { .n = 0 };
	struct err over = {0};
	uint32_t n = 0;

	TRY(act_read(a, e));
	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_list, e, (int64_t)DECISIONS_LISTED));
		while (l.n < DECISIONS_LISTED && rows_next(r, &over))
			decision_row_read(r, &l.row[l.n++]);
	}
	TRY(err_hand_on(e, &over));
	for (size_t i = 0; i < l.n; i++) {
		bool hidden;

		TRY(decision_hidden(k, &l.row[i], a->owner.number, &hidden, e));
		if (hidden)
			continue;
		TRY(row_pack(k, a, &l.row[i], &rows, e));
		n++;
	}
	pack_u32(a->out, n);
	buf_add(a->out, rows.data, rows.len);
	return act_record(k, a, "looked at", e);
}

/* A member's own words are opened with a line in their history; an officer's reason is the site's. */
bool
decision_reason_pack(struct keeper *k, struct act *a, const struct decision *d, struct owner *member, bool *opened,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf words = {0};
	struct seal_place at;

	*opened = d->kind == DECISION_OBJECTION;
	if (*opened && d->subject == 0) {
		*opened = false;	/* its words are forgotten */
	} else if (*opened) {
		TRY(member_owner(k, d->subject, member, NULL, e));
		TRY(act_open_of(k, a, ACTOR_OFFICER, member, FIELD_MESSAGE, d->id, &words, opened, e));
	} else {
		TRY(sql_first(k->store, &r, &sql_reason, e, d->id));
		if (r != NULL && !rows_null(r, 1)) {
			at = decision_place(d->id, 0, rows_i64(r, 0));
			TRY(vault_unseal(k->vault, &at, rows_bytes(r, 1), &words, e));
		}
	}
	pack_bytes(a->out, words.data, words.len);
	return buf_ok(&words, e);
}

static bool
founders_pack(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	int64_t member[FOUNDERS_MOST];
	size_t n = 0;

	if (d->kind == DECISION_FOUNDING)
		TRY(founding_members(k, d->id, member, &n, e));
	pack_u32(a->out, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		DROP(buf_wipe) struct buf name = {0};

		TRY(name_lent(k, member[i], FIELD_SIGNER, &name, e));
		pack_bytes(a->out, name.data, name.len);
	}
	return true;
}

/* Officers read each other's reasons, so that the next one knows what was weighed. */
bool
decision_votes_pack(struct keeper *k, int64_t id, struct buf *into, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf list = {0};
	struct err over = {0};
	uint32_t n = 0;

	TRY(sql_ask(k->store, &r, &sql_vote_list, e, id, (int64_t)VOTES_MOST));
	while (rows_next(r, &over)) {
		DROP(buf_wipe) struct buf words = {0};
		struct seal_place at = decision_place(id, rows_i64(r, 2), rows_i64(r, 3));

		if (rows_i64(r, 3) != 0)	/* else it went with whom it was about */
			TRY(vault_unseal(k->vault, &at, rows_bytes(r, 4), &words, e));
		pack_u8(&list, rows_i64(r, 0) == VOTE_YES);
		pack_i64(&list, rows_i64(r, 1));
		pack_bytes(&list, words.data, words.len);
		n++;
	}
	TRY(err_hand_on(e, &over));
	pack_u32(into, n);
	buf_add(into, list.data, list.len);
	return buf_ok(&list, e);
}

/* Whom it is about, by number: that is enough to look somebody up, and says nothing to others. */
static bool
about_pack(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	struct assurance row = {0};

	if (d->kind == DECISION_OBJECTION)
		TRY(assurance_get(k, d->assurance, &row, e));
	pack_i64(a->out, d->subject);
	pack_i64(a->out, row.giver);
	pack_i64(a->out, row.points);
	pack_i64(a->out, row.met_day);
	pack_u8(a->out, d->kind != DECISION_OBJECTION && d->asked_by == a->owner.number);
	return true;
}

bool
what_if_pack(struct keeper *k, struct act *a, bool there, int64_t assurer, struct err *e)
{
	struct what_if w = {0};

	if (there)
		TRY(what_if_fraud(k, assurer, a->now, &w, e));
	pack_u8(a->out, there);
	pack_i64(a->out, w.assurances);
	pack_i64(a->out, w.members);
	pack_i64(a->out, w.below_names);
	pack_i64(a->out, w.below_assurer);
	pack_i64(a->out, w.certificates);
	return true;
}

/* What would be, or is, held; of the end of a hold: the one that it ends. */
static bool
hold_show(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	struct hold h = {0};
	bool found;

	if (d->kind == DECISION_HOLD_END && d->subject > 0)
		TRY(hold_of(k, d->subject, &h, &found, e));
	else
		TRY(hold_get(k, d->id, &h, &found, e));
	hold_pack(a->out, &h);
	return true;
}

bool
op_decision_look(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	char object[64];
	struct owner member;
	struct decision d;
	bool opened, standing;

	TRY(act_read(a, e));
	TRY(decision_get_for(k, a, id, &d, e));
	standing = d.kind == DECISION_SUSPEND || d.kind == DECISION_LIFT || d.kind == DECISION_FRAUD;
	TRY(row_pack(k, a, &d, a->out, e));
	TRY(about_pack(k, a, &d, e));
	TRY(decision_reason_pack(k, a, &d, &member, &opened, e));
	TRY(founders_pack(k, a, &d, e));
	TRY(what_if_pack(k, a, standing && d.state == DECISION_OPEN, d.subject, e));
	TRY(decision_votes_pack(k, d.id, a->out, e));
	TRY(name_change_show(k, a, &d, a->out, e));
	TRY(hold_show(k, a, &d, e));
	pack_i64(a->out, d.notice_at);
	TRY(guest_show(k, &d, a->out, e));
	TRY(telling_show(k, &d, a->out, e));
	snprintf(object, sizeof(object), "decision %lld", (long long)d.id);
	if (opened)
		return act_record_of(k, a, ACTOR_OFFICER, &member, "your objection was read", object, e);
	return act_record(k, a, object, e);
}
