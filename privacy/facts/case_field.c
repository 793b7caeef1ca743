/* privacy/facts/case_field.c - staff open one field, ask for the band of an age, or find whom a case concerns. */
#include <string.h>
#include "privacy/facts/address.h"
#include "privacy/facts/case_field.h"
#include "privacy/facts/decision.h"
#include "privacy/facts/domain.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/plain.h"
#include "privacy/facts/register.h"
#include "privacy/facts/setting.h"
#include "privacy/facts/telling.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define REASON_MOST	160	/* bytes: it stands whole in a line of the history */

static const struct sql
sql_put = { "case_opened_put", "iiii", "",
	"INSERT INTO case_opened (number, staff, field, until) VALUES ($1, $2, $3, $4)"
	" ON CONFLICT (number, staff, field) DO UPDATE SET until = excluded.until" },
sql_until = { "case_opened_until", "iii", "i",
	"SELECT until FROM case_opened WHERE number = $1 AND staff = $2 AND field = $3" },
sql_close = { "case_opened_close", "i", "", "DELETE FROM case_opened WHERE number = $1" },
sql_finds = { "case_finds", "ii", "i",
	"SELECT CAST(count(*) AS bigint) FROM case_find WHERE staff = $1 AND at > $2" },
sql_find_add = { "case_find_add", "iii", "", "INSERT INTO case_find (id, staff, at) VALUES ($1, $2, $3)" },
sql_by_domain = { "case_by_domain", "bi", "i",
	"SELECT member FROM domain WHERE place = $1 AND proved_at > 0 LIMIT $2" };

bool
case_fields_close(struct keeper *k, int64_t number, struct err *e)
{
	return sql_do(k->store, &sql_close, e, number);
}

/* ---- what is held ---- */

/* The name and the address that are shown first are the ones meant. */
static bool
object_of(struct keeper *k, int64_t member, enum field f, int64_t *object, struct err *e)
{
	struct address_row rows[ADDRESS_ROWS];
	uint8_t index;
	size_t n;

	*object = 0;
	if (f >= FIELD_GIVEN && f <= FIELD_SUFFIX) {
		TRY(name_main(k, member, &index, e));
		*object = index;
	}
	if (f != FIELD_ADDRESS)
		return true;
	TRY(address_list(k, member, rows, COUNT(rows), &n, e));
	for (size_t i = 0; i < n; i++)
		*object = rows[i].primary ? rows[i].id : *object;
	return true;
}

static bool
open_until(struct keeper *k, const struct act *a, const struct case_row *c, unsigned f, int64_t *until, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_until, e, c->number, a->owner.number, (int64_t)f));
	*until = r != NULL && rows_i64(r, 0) > a->now && c->closed == 0 ? rows_i64(r, 0) : 0;
	return true;
}

/* In whose role a field is opened: a purpose that knows no officers is support staff's. */
static enum entry_role
opener(const struct case_row *c)
{
	return (purposes[case_kinds[c->kind].purpose].roles & 1u << ACTOR_OFFICER) != 0 ? case_role(c) : ACTOR_SUPPORT;
}

/* A value of the member's, for the purpose of this kind of case; the act goes on with its own afterwards. */
static bool
value_open(struct keeper *k, struct act *a, const struct case_row *c, const struct owner *of, enum field f, int64_t object,
    struct buf *into, struct err *e)
{
	enum purpose was = a->purpose;
	bool found, good;

	a->purpose = case_kinds[c->kind].purpose;
	good = act_open_of(k, a, opener(c), of, f, object, into, &found, e);
	a->purpose = was;
	return good;
}

static bool
field_pack(struct keeper *k, struct act *a, const struct case_row *c, const struct owner *of, enum field f, struct buf *into,
    struct err *e)
{
	DROP(buf_wipe) struct buf value = {0};
	int64_t object, until;
	bool held;

	TRY(object_of(k, of->number, f, &object, e));
	TRY(vault_has(k->vault, of->number, f, object, NULL, &held, e));
	TRY(open_until(k, a, c, f, &until, e));
	if (until > 0)
		TRY(value_open(k, a, c, of, f, object, &value, e));
	pack_u32(into, f);
	pack_u8(into, held);
	pack_i64(into, until);
	pack_bytes(into, value.data, value.len);
	return buf_ok(&value, e);
}

static bool
band_of(struct keeper *k, const struct act *a, const struct owner *of, unsigned *band, struct err *e)
{
	DROP(buf_wipe) struct buf birth = {0};
	int64_t day;
	bool found;

	TRY(vault_peek(k->vault, of, FIELD_BIRTH, 0, &birth, &found, e));
	*band = !found || !day_read(birth.data, &day) ? CASE_BAND_UNKNOWN :
	    day_age(day, day_of(a->now)) < CASE_ADULT ? CASE_BAND_UNDER : CASE_BAND_OVER;
	return true;
}

static bool
band_pack(struct keeper *k, const struct act *a, const struct case_row *c, const struct owner *of, struct err *e)
{
	unsigned band = CASE_BAND_NONE;
	int64_t until;

	if (case_kinds[c->kind].band) {
		TRY(open_until(k, a, c, 0, &until, e));
		band = CASE_BAND_MAY;
		if (until > 0)
			TRY(band_of(k, a, of, &band, e));
	}
	pack_u8(a->out, band);
	return true;
}

bool
case_fields_pack(struct keeper *k, struct act *a, const struct case_row *c, struct err *e)
{
	DROP(buf_wipe) struct buf rows = {0};
	struct owner of;
	unsigned n = 0;

	if (case_concerns(c) == 0) {
		pack_u8(a->out, 0);
		pack_u8(a->out, CASE_BAND_NONE);
		return true;
	}
	TRY(member_owner(k, case_concerns(c), &of, NULL, e));
	for (unsigned f = 1; f < FIELD__COUNT; f++)
		if (case_may_field(c->kind, (enum field)f, c->member > 0 && (c->flags & CASE_BIRTH) != 0)) {
			TRY(field_pack(k, a, c, &of, (enum field)f, &rows, e));
			n++;
		}
	pack_u8(a->out, n);
	buf_add(a->out, rows.data, rows.len);
	TRY(buf_ok(&rows, e));
	return band_pack(k, a, c, &of, e);
}

/* ---- opening one ---- */

static bool
may_open(const struct case_row *c, uint32_t field, struct err *e)
{
	bool good;

	if (case_concerns(c) == 0)
		return REFUSE(e, ERR_CONFLICT, WHY_CASE_MEMBER, "case: nobody is known whom it concerns");
	good = field == 0 ? case_kinds[c->kind].band :
	    field < FIELD__COUNT && case_may_field(c->kind, (enum field)field, c->member > 0 && (c->flags & CASE_BIRTH) != 0);
	return good || REFUSE(e, ERR_DENIED, WHY_CASE_FIELD, "case: field %u is not for this kind", field);
}

/* Two lines and the mail, which a report may have to wait for; the value itself is shown by the page that follows. */
static bool
opening_told(struct keeper *k, struct act *a, const struct case_row *c, uint32_t field, const char *reason, struct err *e)
{
	const char *name = field == 0 ? "under 18, or 18 or older" : fields[field].name;
	char object[DETAIL_OBJECT], own[DETAIL_OBJECT];
	struct member_facts f;
	struct owner of;
	bool later = false;
	struct record_line l = { .about = &of, .purpose = case_kinds[c->kind].purpose, .role = opener(c),
	    .fields = field == 0 ? 0 : FIELD_BIT(field), .object = object, .actor = a->owner.number };

	TRY(member_owner(k, case_concerns(c), &of, &f, e));
	if (c->kind == CASE_REPORT)
		TRY(telling_opens(k, a, c, (enum field)field, reason, &later, e));
	if (later)
		l.about = &c->owner;
	snprintf(object, sizeof(object), "case %lld: %s: %.*s", (long long)c->number, name, REASON_MOST, reason);
	snprintf(own, sizeof(own), "case %lld: %s opened", (long long)c->number, name);
	TRY(role_key(k, a->owner.number, a->now, &l.role_key, e));
	TRY(keeper_record(k, &l, a->now, NULL, e));
	TRY(act_record(k, a, own, e));
	return later || address_notify_primary(k, &of, f.lang, MAIL_CASE_FIELD, name, case_kinds[c->kind].purpose, a->now, e);
}

/* *yes: the member wants to be asked, and has not allowed it yet; then they are. */
static bool
asked_first(struct keeper *k, struct act *a, struct case_row *c, bool *yes, struct err *e)
{
	int64_t wants;

	*yes = false;
	if (c->kind == CASE_REPORT)	/* asking would warn whoever did it: the purpose says so to everybody */
		return true;
	TRY(setting_get(k, case_concerns(c), SETTING_ASK_FIRST, &wants, e));
	*yes = wants == 1 && (c->flags & CASE_ALLOWED) == 0;
	if (!*yes)
		return true;
	/* Of a case somebody else opened the member knows nothing: there is nowhere to allow it. */
	if (c->member == 0)
		return REFUSE(e, ERR_DENIED, WHY_CASE_FIELD, "case: a member who wants to be asked, and cannot be here");
	if ((c->flags & CASE_ASKED) == 0)
		TRY(case_notify(k, c, MAIL_CASE_ASKS, NULL, a->now, e));
	c->flags |= CASE_ASKED;
	TRY(case_set(k, c, e));
	return case_did(k, a, c, "the member is asked first", true, e);
}

bool
op_desk_field(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	uint32_t field = unpack_u32(&a->in);
	char reason[KEEPER_TEXT_MAX + 1];
	struct case_row c;
	size_t most;
	bool asks;

	unpack_text(&a->in, reason, sizeof(reason));
	TRY(act_read(a, e));
	TRY(reason_ok(reason, e));
	TRY(case_work(k, a, number, &c, e));
	most = c.kind == CASE_REPORT ? TELLING_REASON : REASON_MOST;
	if (strlen(reason) > most || !plain_line(reason))
		return REFUSE(e, ERR_INPUT, strlen(reason) > most ? WHY_FIELD_LONG : WHY_FIELD_SHAPE, "case: reason");
	TRY(case_open_now(&c, e));
	TRY(may_open(&c, field, e));
	TRY(asked_first(k, a, &c, &asks, e));
	pack_u8(a->out, asks);
	if (asks)
		return true;
	TRY(opening_told(k, a, &c, field, reason, e));
	return sql_do(k->store, &sql_put, e, number, a->owner.number, (int64_t)field, a->now + CASE_FIELD_LIFE);
}

/* ---- finding whom it concerns ---- */

static bool
few_enough(struct keeper *k, const struct act *a, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_finds, e, a->owner.number, a->now - HOUR));
	return r == NULL || rows_i64(r, 0) < CASE_FINDS_HOUR ||
	    REFUSE(e, ERR_DENIED, WHY_CASE_FINDS, "case: %lld searches in an hour", (long long)rows_i64(r, 0));
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
by_serial(struct keeper *k, const char *typed, int64_t *member, struct err *e)
{
	unsigned char serial[TICKET_SERIAL];
	struct entry_of_register r;
	struct err why = {0};
	size_t n = 0;

	for (; *typed != '\0' && n < 2 * sizeof(serial); typed++) {
		int digit = hex_digit(*typed);

		if (digit < 0 && *typed != ' ' && *typed != ':')
			return true;
		if (digit < 0)
			continue;
		serial[n / 2] = (unsigned char)(n % 2 == 0 ? digit << 4 : serial[n / 2] | digit);
		n++;
	}
	if (n != 2 * sizeof(serial) || *typed != '\0')
		return true;
	if (register_get(k, 0, serial, &r, &why))
		*member = r.member;
	else if (why.kind != ERR_ABSENT)
		return FAIL(e, why.kind, "%s", why.text);
	return true;
}

/* Several members can hold one name: then it says nothing about which. */
static bool
by_domain(struct keeper *k, const char *typed, int64_t *member, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char idx[INDEX_BYTES];
	struct err end = {0};

	if (!domain_name_ok(typed))
		return true;
	index_of(vault_indexes(k->vault), INDEX_DOMAIN, span_text(typed), idx);
	TRY(sql_ask(k->store, &r, &sql_by_domain, e, (const void *)idx, sizeof(idx), INT64_C(2)));
	if (rows_next(r, &end))
		*member = rows_i64(r, 0);
	if (end.kind == ERR_NONE && rows_next(r, &end))
		*member = 0;
	return err_hand_on(e, &end);
}

static bool
found_by(struct keeper *k, unsigned how, const char *typed, int64_t *member, struct err *e)
{
	char address[ADDRESS_MAX];
	struct err why = {0};

	*member = 0;
	switch (how) {
	case CASE_FIND_ADDRESS:
		return !address_normalise(typed, address, NULL) || address_holder(k, address, member, NULL, e);
	case CASE_FIND_DOMAIN:
		return by_domain(k, typed, member, e);
	case CASE_FIND_SERIAL:
		return by_serial(k, typed, member, e);
	case CASE_FIND_NUMBER:
		if (typed[strspn(typed, "0123456789")] == '\0' && !member_named(k, typed, member, &why)) {
			*member = 0;
			return why.kind == ERR_ABSENT || FAIL(e, why.kind, "%s", why.text);
		}
		return true;
	default:
		return FAIL(e, ERR_INPUT, "case: find %u", how);
	}
}

/* Whose certificate signed the mail that a report came by: it stands there until staff have found whom it concerns. */
static int64_t
signer(const struct case_row *c)
{
	return (c->flags & (CASE_SIGNED | CASE_FOUND)) == CASE_SIGNED ? c->about : 0;
}

/*
 * A report may name who it is about: whom staff find then is that one, or nobody.  Who is being erased is told nothing any
 * more, so nothing is opened.  Who reported is found like everybody else: were they left out, a look for somebody
 * known to be a member would tell that it was they.
 */
static bool
leave_out(struct keeper *k, const struct case_row *c, int64_t *member, struct err *e)
{
	struct member_facts f;
	struct owner o;

	if (c->kind != CASE_REPORT || *member == 0)
		return true;
	TRY(member_owner(k, *member, &o, &f, e));
	if ((f.restricted & RESTRICTED_FENCED) != 0 || (c->officers && c->about > 0 && c->about != signer(c) && c->about != *member))
		*member = 0;
	return true;
}

/* Once telling later was asked for, whom a report concerns stays: so that is said before anybody is looked for. */
static bool
may_find(struct keeper *k, const struct case_row *c, struct err *e)
{
	bool asked;

	if (!case_kinds[c->kind].find || (c->member > 0 && c->kind != CASE_REPORT))
		return REFUSE(e, ERR_DENIED, WHY_CASE_FIELD, "case: nobody is looked for in this one");
	TRY(telling_asked(k, c->number, &asked, e));
	return !asked || REFUSE(e, ERR_CONFLICT, WHY_TELLING_CASE, "case: whom the report concerns stays");
}

/* About staff a report goes to officers alone, whoever found it out; *moved says so. */
static bool
link_report(struct keeper *k, const struct act *a, struct case_row *c, int64_t member, bool *moved, struct err *e)
{
	struct member_facts f;
	struct owner o;

	TRY(member_owner(k, member, &o, &f, e));
	*moved = !c->officers && (f.roles & (1u << ROLE_SUPPORT | 1u << ROLE_OFFICER)) != 0;
	c->flags |= CASE_FOUND;
	c->about = member;
	return telling_found(k, a, c, e);
}

/* Found and linked: the member's history says so.  Somebody staff have a tie to is found and given back. */
static bool
link_to(struct keeper *k, struct act *a, struct case_row *c, int64_t member, struct err *e)
{
	struct case_hand h;
	bool moved = false;

	if (c->kind == CASE_REPORT)
		TRY(link_report(k, a, c, member, &moved, e));
	c->about = member;
	TRY(case_fields_close(k, c->number, e));	/* what was open is another's */
	pack_u8(a->out, moved ? FOUND_MOVED : FOUND);
	if (moved) {
		c->staff = c->deputy = 0;
		TRY(case_did(k, a, c, "found, and given to officers", true, e));
		c->officers = true;
		return case_set(k, c, e);
	}
	TRY(case_hand(k, a, c, &h, e));
	TRY(case_set(k, c, e));
	if (case_may_work(&h) == CASE_MAY)
		return case_did(k, a, c, "found whom it concerns", true, e);
	c->staff = c->deputy = 0;
	TRY(case_set(k, c, e));
	return case_did(k, a, c, "found, and given back: a tie", !h.own, e);
}

bool
op_desk_find(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in), member;
	unsigned how = unpack_u8(&a->in);
	char typed[KEEPER_TEXT_MAX + 1], said[DETAIL_OBJECT];
	struct case_row c;

	unpack_text(&a->in, typed, sizeof(typed));
	TRY(act_read(a, e));
	TRY(case_work(k, a, number, &c, e));
	TRY(case_open_now(&c, e));
	TRY(may_find(k, &c, e));
	TRY(few_enough(k, a, e));
	TRY(sql_do(k->store, &sql_find_add, e, id_random(), a->owner.number, a->now));
	TRY(found_by(k, how, typed, &member, e));
	TRY(leave_out(k, &c, &member, e));
	if (member > 0)
		return link_to(k, a, &c, member, e);
	pack_u8(a->out, FOUND_NOBODY);
	snprintf(said, sizeof(said), "case %lld: searched, nobody found", (long long)number);
	return act_record(k, a, said, e);
}
