/*
 * privacy/rights/audit.c - what auditors read: seats and terms, decisions with votes, silences, reports told later, security
 * notices, the register of breaches by its dates and counts, retention runs, seats of guest officers, and the lines about the site itself.
 *
 * No personal data: no member's number, no name, no reason, no object of a decision; whoever holds a seat is told of nobody.
 * The lines about the site are the ones that speak of no person: ceremony, configuration, restarts, what officers did by
 * the number of their decision.
 */
#include "privacy/facts/telling.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/disclose.h"
#include "privacy/rights/erasure_receipt.h"
#include "privacy/rights/guest.h"

static const struct sql
sql_seats = { "audit_seats", "ii", "iiI",
	"SELECT role, since, until FROM role WHERE role > 2 ORDER BY role, since DESC LIMIT $1 OFFSET $2" },
sql_decisions = { "audit_decisions", "ii", "iiiiiii",
	"SELECT d.id, d.kind, d.state, d.asked_at, d.decided_at,"
	" (SELECT CAST(COUNT(*) AS bigint) FROM decision_vote v WHERE v.decision = d.id AND v.yes = 1),"
	" (SELECT CAST(COUNT(*) AS bigint) FROM decision_vote v WHERE v.decision = d.id AND v.yes = 0)"
	" FROM decision d ORDER BY d.state <> 1, d.asked_at DESC, d.id DESC LIMIT $1 OFFSET $2" },
sql_notices = { "audit_notices", "ii", "iiiii",
	"SELECT at, fields, role, met, told FROM announcement WHERE quiet = 0 ORDER BY id DESC LIMIT $1 OFFSET $2" },
sql_breaches = { "audit_breaches", "ii", "iiii",
	"SELECT b.known_at, b.told_at, b.concerned, c.closed FROM breach b JOIN case_file c ON c.number = b.number"
	" ORDER BY b.known_at DESC LIMIT $1 OFFSET $2" },
sql_runs = { "audit_runs", "ii", "iii", "SELECT day, rule, rows FROM retained ORDER BY day DESC, rule LIMIT $1 OFFSET $2" };
_Static_assert(ROLE_MEMBER == 1 && ROLE_ASSURER == 2 && DECISION_OPEN == 1, "the statements say so");

struct list { struct buf rows; uint32_t n; };
static void list_wipe(struct list *l) { buf_wipe(&l->rows); }

/* Which of the lists are told, and how many of its newest rows one leaves out. */
struct wanted { enum audit_list list; int64_t from; };

/* Row by row, packed by its letters: u8 for 'b', u32 for 'w', i64 else; then whether there are older ones. */
static bool
rows_pack(struct rows *r, const char *as, struct buf *into, struct err *e)
{
	DROP(list_wipe) struct list l = {0};
	struct err end = {0};
	bool more = false;

	while (!more && rows_next(r, &end)) {
		more = l.n == AUDIT_LISTED;
		for (int c = 0; !more && as[c] != '\0'; c++) {
			int64_t value = rows_i64(r, c);

			if (as[c] == 'b')
				pack_u8(&l.rows, (unsigned)value & 0xff);
			else if (as[c] == 'w')
				pack_u32(&l.rows, (uint32_t)value);
			else
				pack_i64(&l.rows, value);
		}
		l.n += !more;
	}
	TRY(err_hand_on(e, &end));
	pack_u32(into, l.n);
	buf_add(into, l.rows.data, l.rows.len);
	pack_u8(into, more);
	return buf_ok(&l.rows, e);
}

/* What one statement tells, if it is wanted. */
static bool
list_pack(struct keeper *k, const struct wanted *w, enum audit_list which, const struct sql *s, const char *as, struct buf *into, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	if (w->list != AUDIT_LISTS && w->list != which) {
		pack_u32(into, 0);
		pack_u8(into, 0);
		return true;
	}
	/* One more than is told says whether there are older ones. */
	TRY(sql_ask(k->store, &r, s, e, (int64_t)AUDIT_LISTED + 1, w->list == which ? w->from : 0));
	return rows_pack(r, as, into, e);
}

static bool
audit_pack(struct keeper *k, const struct wanted *w, int64_t now, struct buf *into, struct err *e)
{
	DROP(list_wipe) struct list silent = {0}, later = {0};

	TRY(list_pack(k, w, AUDIT_SEATS, &sql_seats, "bii", into, e));
	TRY(list_pack(k, w, AUDIT_DECISIONS, &sql_decisions, "ibbiibb", into, e));
	if (w->list == AUDIT_LISTS)
		TRY(disclosure_silent_each(k, now, &silent.rows, &silent.n, e));
	pack_u32(into, silent.n);
	buf_add(into, silent.rows.data, silent.rows.len);
	if (w->list == AUDIT_LISTS)
		TRY(telling_each(k, &later.rows, &later.n, e));
	pack_u32(into, later.n);
	buf_add(into, later.rows.data, later.rows.len);
	TRY(list_pack(k, w, AUDIT_NOTICES, &sql_notices, "iibii", into, e));
	TRY(list_pack(k, w, AUDIT_BREACHES, &sql_breaches, "iiii", into, e));
	TRY(list_pack(k, w, AUDIT_RUNS, &sql_runs, "iwi", into, e));
	if (w->list == AUDIT_LISTS)
		return guest_audit_pack(k, into, e);
	pack_u32(into, 0);
	return true;
}

bool
op_audit(struct keeper *k, struct act *a, struct err *e)
{
	unsigned list = unpack_u8(&a->in);
	struct wanted w = { (enum audit_list)list, unpack_u32(&a->in) };

	TRY(act_read(a, e));
	if (list >= AUDIT_LIST__COUNT || (list == AUDIT_LISTS && w.from != 0))
		return FAIL(e, ERR_INPUT, "audit: list %u from %lld", list, (long long)w.from);
	TRY(audit_pack(k, &w, a->now, a->out, e));
	return act_record(k, a, "audit: seats, decisions, retention", e);
}

/* ---- for those who check without this site ---- */

/* A line that stands in for one about a member whom there is not (facts/trusted.c): who reads it would learn that. */
static bool
stands_in(const struct trail_entry *x)
{
	return x->opened.purpose == PURPOSE_TRUSTED;
}

/* One who acted would be named by the record, which a proof shows whole. */
static bool
proof_add(struct keeper *k, const struct trail_entry *x, int64_t size, struct list *l, struct err *e)
{
	DROP(buf_wipe) struct buf proof = {0};

	if (x->number >= size || x->opened.actor != 0 || x->opened.mark_count != 0 || x->opened.object[0] == '\0' || stands_in(x))
		return true;
	TRY(site_receipt(k, x->number, x->place, x->opened.object, &proof, e));
	if (proof.len == 0)
		return true;
	pack_i64(&l->rows, x->number);
	pack_text(&l->rows, x->opened.object);
	pack_bytes(&l->rows, proof.data, proof.len);
	l->n++;
	return buf_ok(&l->rows, e);
}

static bool
proofs_pack(struct keeper *k, struct buf *into, struct err *e)
{
	DROP(trail_entry_wipe) struct trail_entry x = {0};
	DROP(buf_wipe) struct buf note = {0};
	DROP(list_wipe) struct list l = {0};
	struct err none = {0};
	int64_t size = 0, all;

	if (!chain_checkpoint_get(k->chain, &size, &note, &none) && none.kind != ERR_ABSENT)
		return err_hand_on(e, &none);
	TRY(keeper_entries(k, &k->site, &all, e));
	for (int64_t i = 0; i < all && i < AUDIT_LOOKED && l.n < AUDIT_PROOFS; i++) {
		TRY(i == 0 ? trail_find(k, &k->site, all - 1, &x, e) : trail_older(k, &k->site, &x, e));
		TRY(proof_add(k, &x, size, &l, e));
	}
	pack_i64(into, size);
	pack_bytes(into, note.data, note.len);
	pack_u32(into, l.n);
	buf_add(into, l.rows.data, l.rows.len);
	return buf_ok(&l.rows, e);
}

bool
op_audit_pack(struct keeper *k, struct act *a, struct err *e)
{
	static const struct wanted all = { AUDIT_LISTS, 0 };

	TRY(act_read(a, e));
	TRY(audit_pack(k, &all, a->now, a->out, e));
	TRY(proofs_pack(k, a->out, e));
	return report_pack(k, a->now, a->out, e);
}

/* ---- lines about the site ---- */

static bool
line_pack(struct buf *into, const struct trail_entry *x, struct err *e)
{
	pack_i64(into, x->place);
	pack_i64(into, x->number);
	pack_i64(into, x->opened.at);
	pack_u32(into, x->opened.purpose);
	pack_text(into, x->opened.object);
	return buf_ok(into, e);
}

bool
op_audit_lines(struct keeper *k, struct act *a, struct err *e)
{
	DROP(trail_entry_wipe) struct trail_entry x = {0};
	DROP(list_wipe) struct list l = {0};
	int64_t before = unpack_i64(&a->in), all, place;

	TRY(act_read(a, e));
	TRY(keeper_entries(k, &k->site, &all, e));
	place = before > 0 && before < all ? before - 1 : all - 1;
	for (int64_t from = place; place >= 0 && l.n < AUDIT_LINES && from - place < AUDIT_LOOKED; place--) {
		TRY(place == from ? trail_find(k, &k->site, place, &x, e) : trail_older(k, &k->site, &x, e));
		if (stands_in(&x))
			continue;
		TRY(line_pack(&l.rows, &x, e));
		l.n++;
	}
	pack_i64(a->out, all);
	pack_u32(a->out, l.n);
	buf_add(a->out, l.rows.data, l.rows.len);
	pack_i64(a->out, place + 1);
	return act_record(k, a, "audit: lines about the site", e);
}
