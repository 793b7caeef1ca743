/*
 * privacy/facts/seat.c - seats: asking two officers to give or end one, and the public list of them.
 *
 * A seat is given, given for another term, or ended by two officers (decision.h).  Auditors see no
 * personal data, so whoever audits holds no other seat.  The list says which seats there are,
 * since when and until when; a name only where its holder put it there.
 */
#include <string.h>
#include "privacy/facts/decision_row.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/role.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/guest.h"

#define COLUMN_NAME	1u	/* inside the sealed place */

static const struct sql
sql_name = { "seat_name", "i", "ib", "SELECT key, box FROM seat_name WHERE member = $1" },
sql_name_put = { "seat_name_put", "iib", "",
	"INSERT INTO seat_name (member, key, box) VALUES ($1, $2, $3)"
	" ON CONFLICT (member) DO UPDATE SET key = excluded.key, box = excluded.box" },
sql_name_none = { "seat_name_none", "i", "", "DELETE FROM seat_name WHERE member = $1" };

/* ---- decided by two officers ---- */

enum role
decision_role(enum decision_kind kind, bool *give)
{
	static const struct { enum role role; bool give; } rows[DECISION_KIND__COUNT] = {
		[DECISION_SUPPORT_GIVE] = { ROLE_SUPPORT, true }, [DECISION_SUPPORT_END] = { ROLE_SUPPORT, false },
		[DECISION_OFFICER_GIVE] = { ROLE_OFFICER, true }, [DECISION_OFFICER_END] = { ROLE_OFFICER, false },
		[DECISION_AUDITOR_GIVE] = { ROLE_AUDITOR, true }, [DECISION_AUDITOR_END] = { ROLE_AUDITOR, false },
	};

	if (kind < DECISION_FOUNDING || kind >= DECISION_KIND__COUNT)
		return 0;
	if (give != NULL)
		*give = rows[kind].give;
	return rows[kind].role;
}

bool
decision_role_fits(enum decision_kind kind, const struct member_facts *f, struct err *e)
{
	const uint32_t audits = 1u << ROLE_AUDITOR, works = 1u << ROLE_SUPPORT | 1u << ROLE_OFFICER;
	bool give = false;
	enum role r = decision_role(kind, &give);

	if (!give)
		return (f->roles & 1u << r) != 0 || REFUSE(e, ERR_CONFLICT, WHY_ROLE_HELD, "seat: not held");
	if ((f->restricted & RESTRICTED_EXCLUDED) != 0)
		return REFUSE(e, ERR_CONFLICT, WHY_DECISION_SUBJECT, "seat: of somebody who is excluded");
	return (f->roles & (r == ROLE_AUDITOR ? works : audits)) == 0 ||
	    REFUSE(e, ERR_CONFLICT, WHY_ROLE_SEATS, "seat: an auditor's beside another");
}

bool
decision_role_apply(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	bool give = false;
	enum role r = decision_role(d->kind, &give);
	struct member_facts f;
	struct owner o;

	TRY(member_owner(k, d->subject, &o, &f, e));
	TRY(decision_role_fits(d->kind, &f, e));
	if (give && (f.roles & 1u << r) != 0)
		return role_renew(k, &o, r, ACTOR_OFFICER, a->now, e);
	return role_set(k, &o, r, give, ACTOR_OFFICER, a->now, e);
}

bool
op_role_ask(struct keeper *k, struct act *a, struct err *e)
{
	unsigned kind = unpack_u8(&a->in);
	struct decision d = { .kind = (enum decision_kind)kind };
	char who[KEEPER_TEXT_MAX + 1], reason[KEEPER_TEXT_MAX + 1];
	struct member_facts f;
	struct owner o;
	bool open;

	unpack_text(&a->in, who, sizeof(who));
	unpack_text(&a->in, reason, sizeof(reason));
	TRY(act_read(a, e));
	if (decision_role(d.kind, NULL) == 0)
		return FAIL(e, ERR_INPUT, "seat: kind %u", kind);
	TRY(reason_ok(reason, e));
	TRY(decision_named(k, a, who, &d.subject, e));
	TRY(member_owner(k, d.subject, &o, &f, e));
	TRY(decision_is_open(k, d.kind, d.subject, 0, &open, e));
	if (open || !decision_role_fits(d.kind, &f, NULL))
		return decision_nobody(e);
	TRY(decision_ask(k, a, &d, reason, e));
	pack_i64(a->out, d.id);
	return decision_waits(k, &d, a->now, e);
}

/* ---- the public list ---- */

static struct seal_place
name_place(int64_t member, int64_t key)
{
	return (struct seal_place){ .table = "seat_name", .field = COLUMN_NAME, .subject = member, .version = 1, .key = key };
}

struct list { struct keeper *k; struct buf rows; uint32_t n; };

static void list_wipe(struct list *l) { buf_wipe(&l->rows); }

bool
seat_name(struct keeper *k, int64_t member, struct buf *into, struct err *e)
{
	DROP(rows_drop) struct rows *row = NULL;
	struct seal_place at;

	TRY(sql_first(k->store, &row, &sql_name, e, member));
	if (row == NULL)
		return true;
	at = name_place(member, rows_i64(row, 0));
	return vault_unseal(k->vault, &at, rows_bytes(row, 1), into, e);
}

static bool
seat_one(void *self, int64_t member, enum role r, int64_t since, struct err *e)
{
	struct list *l = self;
	DROP(buf_wipe) struct buf name = {0};

	TRY(seat_name(l->k, member, &name, e));
	pack_u8(&l->rows, r);
	pack_i64(&l->rows, since);
	pack_i64(&l->rows, role_term_end(since));
	pack_bytes(&l->rows, name.data, name.len);
	l->n++;
	return buf_ok(&name, e);
}

bool
op_seats(struct keeper *k, struct act *a, struct err *e)
{
	DROP(list_wipe) struct list l = { .k = k };

	TRY(act_read(a, e));
	TRY(role_seats(k, seat_one, &l, e));
	pack_u32(a->out, l.n);
	buf_add(a->out, l.rows.data, l.rows.len);
	return guest_seats_pack(k, a->out, e) && buf_ok(&l.rows, e);
}

static bool
name_put(struct keeper *k, struct act *a, struct err *e)
{
	DROP(name_parts_wipe) struct name_parts p = {0};
	DROP(buf_wipe) struct buf box = {0};
	int64_t key = vault_site_key(k->vault);
	struct seal_place at = name_place(a->owner.number, key);
	uint8_t index;

	a->opted_in = true;		/* by this very click */
	TRY(name_main(k, a->owner.number, &index, e));
	TRY(name_open(k, a, ACTOR_OWNER, &a->owner, index, &p, e));
	if (p.whole.len == 0)
		return REFUSE(e, ERR_CONFLICT, WHY_NAME_MISSING, "seat: no name");
	TRY(vault_seal(k->vault, &at, span_buf(&p.whole), &box, e));
	return sql_do(k->store, &sql_name_put, e, a->owner.number, key, (const void *)box.data, box.len);
}

bool
op_seat_name(struct keeper *k, struct act *a, struct err *e)
{
	const uint32_t seats = 1u << ROLE_SUPPORT | 1u << ROLE_OFFICER | 1u << ROLE_AUDITOR;
	bool show = unpack_u8(&a->in) == 1, guest;

	TRY(act_read(a, e));
	TRY(guest_sits_somewhere(k, a->owner.number, &guest, e));
	if (show && !guest && (a->roles & seats) == 0)
		return REFUSE(e, ERR_DENIED, WHY_ROLE, "seat: none");
	if (show)
		TRY(name_put(k, a, e));
	else
		TRY(sql_do(k->store, &sql_name_none, e, a->owner.number));
	return act_record(k, a, show ? "seats: on" : "seats: off", e);
}
