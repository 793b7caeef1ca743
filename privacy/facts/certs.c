/* A member's certificates: listed, shown, noted; and the one thing strangers may be shown. */
#include <sodium.h>
#include "privacy/facts/address.h"
#include "privacy/facts/domain.h"
#include "privacy/facts/footing.h"
#include "privacy/facts/issue.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/order.h"
#include "privacy/facts/person_name.h"
#include "privacy/facts/setting.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/erase_field.h"
#include "privacy/rights/hold.h"

#define CHOSEN_FROM	1000	/* addresses offered: limit.addresses' upper bound */

enum note { NOTE_LABEL = 1, NOTE_REMINDER, NOTE_OPEN };

struct listing { struct keeper *k; struct act *a; struct buf rows; uint32_t n; };

static void
listing_wipe(struct listing *l)
{
	buf_wipe(&l->rows);
}

static bool
listing_pack(struct listing *l, struct err *e)
{
	pack_u32(l->a->out, l->n);
	buf_add(l->a->out, l->rows.data, l->rows.len);
	return buf_ok(&l->rows, e);
}

/* One line for what was seen: the names come from the register, beside the vault's account. */
static bool
record_seen(struct keeper *k, struct act *a, const char *object, struct err *e)
{
	struct record_line l = { .about = &a->owner, .purpose = a->purpose, .role = a->role,
	    .fields = FIELD_BIT(FIELD_CERT_BODY), .object = object };

	return keeper_record(k, &l, a->now, NULL, e);
}

/* ---- lists ---- */

/* What the owner is called in it; "" when it says nothing of that. */
static void
person_of(struct span names, char into[256])
{
	for (uint32_t n = unpack_u32(&names); n > 0 && !names.bad; n--) {
		unsigned kind = unpack_u8(&names);

		unpack_text(&names, into, 256);
		if (kind != NAME_PERSON)
			into[0] = '\0';
	}
}

static bool
row_pack(struct keeper *k, struct act *a, const struct entry_of_register *r, struct buf *into,
    struct err *e)
{
	DROP(buf_wipe) struct buf label = {0}, names = {0};
	char first[256] = "", person[256] = "";
	bool found;

	TRY(act_open(k, a, FIELD_CERT_LABEL, r->id, &label, NULL, &found, e));
	TRY(register_names(k, r, &names, first, e));
	person_of(span_buf(&names), person);
	buf_add(into, r->serial, sizeof(r->serial));
	pack_u8(into, r->profile);
	pack_u8(into, r->state);
	pack_i64(into, r->not_before);
	pack_i64(into, r->not_after);
	pack_bytes(into, label.data, label.len);
	pack_u8(into, r->reminder);
	pack_text(into, first);
	pack_text(into, person);
	sodium_memzero(person, sizeof(person));
	return true;
}

static bool
list_one(void *self, const struct entry_of_register *r, struct err *e)
{
	struct listing *l = self;

	l->n++;
	return row_pack(l->k, l->a, r, &l->rows, e);
}

bool
op_certs(struct keeper *k, struct act *a, struct err *e)
{
	DROP(listing_wipe) struct listing l = { .k = k, .a = a };

	TRY(act_read(a, e));
	TRY(act_may(a, FIELD_CERT_BODY, e));
	TRY(register_each(k, a->owner.number, list_one, &l, e));
	TRY(listing_pack(&l, e));
	return record_seen(k, a, NULL, e);
}

static bool
signs_in(struct keeper *k, const struct entry_of_register *r, bool *yes, struct err *e)
{
	int64_t on;

	TRY(setting_get(k, r->member, SETTING_CERT_SIGN_IN, &on, e));
	*yes = on != 0 && (r->options & TICKET_CLIENT_AUTH) != 0;
	return true;
}

static bool
body_pack(struct keeper *k, struct act *a, const struct entry_of_register *r, struct err *e)
{
	DROP(buf_wipe) struct buf der = {0}, names = {0};
	bool found, sign_in;

	TRY(row_pack(k, a, r, a->out, e));
	TRY(register_names(k, r, &names, NULL, e));
	TRY(act_open(k, a, FIELD_CERT_BODY, r->id, &der, NULL, &found, e));
	TRY(signs_in(k, r, &sign_in, e));
	buf_add(a->out, names.data, names.len);
	buf_add(a->out, r->sha256, sizeof(r->sha256));
	pack_bytes(a->out, der.data, der.len);
	pack_u8(a->out, r->open_to_all);
	pack_u8(a->out, sign_in);
	pack_u8(a->out, r->reason);
	pack_i64(a->out, r->changed_at);
	return buf_ok(&der, e) && buf_ok(&names, e);
}

bool
op_cert(struct keeper *k, struct act *a, struct err *e)
{
	unsigned char serial[TICKET_SERIAL];
	char hex[SERIAL_TEXT];
	struct entry_of_register r;

	unpack_exact(&a->in, serial, sizeof(serial));
	TRY(act_read(a, e));
	TRY(register_get(k, a->owner.number, serial, &r, e));
	TRY(body_pack(k, a, &r, e));
	serial_text(serial, hex);
	return record_seen(k, a, hex, e);
}

/* ---- what could be issued ---- */

static void
choice_pack(struct listing *l, enum name_kind kind, int64_t id, const char *name, bool wildcard,
    bool needs_proof)
{
	pack_u8(&l->rows, kind);
	pack_i64(&l->rows, id);
	pack_text(&l->rows, name);
	pack_u8(&l->rows, wildcard);
	pack_u8(&l->rows, needs_proof);
	l->n++;
}

static bool
choice_domain(void *self, const struct domain *d, struct err *e)
{
	struct listing *l = self;
	char name[DOMAIN_TEXT];

	TRY(domain_name(l->k, l->a, d->id, name, e));
	choice_pack(l, NAME_DNS, d->id, name, domain_ready(l->k, d, true, l->a->now),
	    !domain_ready(l->k, d, false, l->a->now));
	return true;
}

static bool
choice_addresses(struct listing *l, struct err *e)
{
	struct address_row rows[CHOSEN_FROM];
	size_t n;

	TRY(address_list(l->k, l->a->owner.number, rows, COUNT(rows), &n, e));
	for (size_t i = 0; i < n; i++) {
		DROP(buf_wipe) struct buf text = {0};
		bool found;

		TRY(act_open(l->k, l->a, FIELD_ADDRESS, rows[i].id, &text, NULL, &found, e));
		choice_pack(l, NAME_MAIL, rows[i].id, text.data, false, rows[i].verified_at == 0);
	}
	return true;
}

/* One name as it would stand in a certificate: given and family name. */
static bool
choice_name(struct keeper *k, struct act *a, uint8_t index, struct buf *into, struct err *e)
{
	DROP(name_parts_wipe) struct name_parts p = {0};
	DROP(buf_wipe) struct buf shown = {0};

	TRY(name_open(k, a, a->role, &a->owner, index, &p, e));
	person_name_whole(&shown, p.given.data, NULL, p.family.data, NULL);
	pack_u8(into, index);
	pack_bytes(into, shown.data, shown.len);
	return buf_ok(&shown, e) && buf_ok(into, e);
}

/* By the points of this moment. */
static bool
choice_names(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf rows = {0};
	struct points p;
	enum why why;
	unsigned n = 0;

	TRY(trust_points(k, &a->owner, a->now, &p, e));
	why = footing_no_name(&p, a);
	for (uint8_t i = 0; i < VOUCH_NAMES && why == WHY_NONE; i++)
		if ((p.names_ok & 1u << i) != 0) {
			TRY(choice_name(k, a, i, &rows, e));
			n++;
		}
	pack_i64(a->out, p.assurance);
	pack_u8(a->out, (p.unlocks & UNLOCK_ASSURED) != 0);
	pack_u32(a->out, why);
	pack_u8(a->out, n);
	buf_add(a->out, rows.data, rows.len);
	return buf_ok(a->out, e);
}

bool
op_cert_choices(struct keeper *k, struct act *a, struct err *e)
{
	DROP(listing_wipe) struct listing l = { .k = k, .a = a };

	TRY(act_read(a, e));
	TRY(domain_each(k, a->owner.number, choice_domain, &l, e));
	TRY(choice_addresses(&l, e));
	TRY(listing_pack(&l, e));
	TRY(choice_names(k, a, e));
	return act_record(k, a, NULL, e);
}

/* ---- notes ---- */

static bool
label_set(struct keeper *k, struct act *a, const struct entry_of_register *r, struct span text,
    const char *object, struct err *e)
{
	DROP(buf_wipe) struct buf was = {0};
	struct record_line l = { .about = &a->owner, .purpose = a->purpose, .role = a->role,
	    .object = object, .now = text };
	bool found;

	if (text.len >= LABEL_TEXT)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "note: too long");
	if (!utf8_ok(text.p, text.len))
		return REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "note: not text");
	TRY(act_open(k, a, FIELD_CERT_LABEL, r->id, &was, NULL, &found, e));
	if (text.len == 0) {		/* what stood there is kept nowhere */
		TRY(hold_free(k, r->member, FIELD_CERT_LABEL, e));
		TRY(vault_erase(k->vault, r->member, FIELD_CERT_LABEL, r->id, a->now, NULL, e));
		TRY(old_values_erase(k, &a->owner, FIELD_CERT_LABEL, r->id, e));
		return keeper_record(k, &l, a->now, NULL, e);
	}
	TRY(vault_put(k->vault, &a->owner, FIELD_CERT_LABEL, r->id, text, a->now, e));
	l.has_values = true;
	l.was = span_buf(&was);
	TRY(keeper_record(k, &l, a->now, NULL, e));
	return old_value_note(k, &a->owner, FIELD_CERT_LABEL, r->id, e);
}

bool
op_cert_note(struct keeper *k, struct act *a, struct err *e)
{
	static const char *const says[] = { "", "note", "reminder", "shown to who knows its address" };
	unsigned char serial[TICKET_SERIAL];
	char object[DETAIL_OBJECT], hex[SERIAL_TEXT];
	struct entry_of_register r;
	struct span text;
	unsigned what;
	bool on;

	unpack_exact(&a->in, serial, sizeof(serial));
	what = unpack_u8(&a->in);
	text = unpack_bytes(&a->in);
	on = unpack_u8(&a->in) == 1;
	TRY(act_read(a, e));
	if (what < NOTE_LABEL || what > NOTE_OPEN)
		return FAIL(e, ERR_INPUT, "note: what %u", what);
	TRY(register_get(k, a->owner.number, serial, &r, e));
	serial_text(serial, hex);
	snprintf(object, sizeof(object), "%s%s, serial %s", says[what],
	    what == NOTE_LABEL ? "" : on ? " on" : " off", hex);
	if (what == NOTE_LABEL)
		return label_set(k, a, &r, text, object, e);
	TRY(register_note(k, r.id, what == NOTE_REMINDER ? on : r.reminder,
	    what == NOTE_OPEN ? on : r.open_to_all, e));
	return act_record(k, a, object, e);
}

/* ---- shown to a stranger who knows serial and exact address ---- */

static bool
may_show(struct keeper *k, const unsigned char serial[TICKET_SERIAL], const char *typed,
    struct entry_of_register *r, bool *may, struct err *e)
{
	char address[ADDRESS_MAX];
	struct err why = {0};
	unsigned restricted;

	*may = false;
	if (!address_normalise(typed, address, NULL))
		return true;
	if (!register_get(k, 0, serial, r, &why)) {
		if (e != NULL)
			*e = why;
		return why.kind == ERR_ABSENT;
	}
	TRY(member_restricted(k, r->member, &restricted, e));
	if (!r->stored || !r->open_to_all || !profile_is_mail(r->profile) || restricted != 0)
		return true;
	return register_names_address(k, r->id, address, may, e);
}

static bool
disclose(struct keeper *k, struct act *a, const struct entry_of_register *r, struct buf *der,
    struct err *e)
{
	char hex[SERIAL_TEXT];
	struct owner o;
	struct record_line l = { .about = &o, .purpose = a->purpose, .role = a->role, .object = hex };

	TRY(act_may(a, FIELD_CERT_BODY, e));
	TRY(member_owner(k, r->member, &o, NULL, e));
	TRY(vault_get(k->vault, &o, FIELD_CERT_BODY, r->id, der, NULL, e));
	serial_text(r->serial, hex);
	return keeper_record(k, &l, a->now, NULL, e);
}

bool
op_cert_show(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf der = {0};
	unsigned char serial[TICKET_SERIAL];
	char typed[KEEPER_TEXT_MAX + 1];
	struct entry_of_register r;
	bool may;

	unpack_exact(&a->in, serial, sizeof(serial));
	unpack_text(&a->in, typed, sizeof(typed));
	TRY(act_read(a, e));
	TRY(may_show(k, serial, typed, &r, &may, e));
	a->opted_in = may;
	if (may)
		TRY(disclose(k, a, &r, &der, e));
	pack_u8(a->out, may);
	pack_bytes(a->out, der.data, der.len);
	return true;
}
