/* privacy/rights/disclose_file.c - fetching: the authority's document, and the file that is made for it. */
#include <string.h>
#include "privacy/facts/address.h"
#include "privacy/facts/code.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/once.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/age.h"
#include "privacy/rights/compose.h"
#include "privacy/rights/disclose_row.h"
#include "privacy/rights/guest.h"

#define VALUES_MOST	256	/* of one person */

/* ---- an address that gives it once ---- */

static bool
still_open(struct keeper *k, const struct disclosure *x, int64_t now, struct err *e)
{
	DROP(disclosure_people_wipe) struct disclosure_people p = {0};

	TRY(disclosure_people(k, x->number, &p, e));
	return (x->until > now && x->given_at == 0 && p.n > 0) ||
	    REFUSE(e, ERR_CONFLICT, WHY_DISCLOSURE_STATE, "disclosure: nothing to fetch");
}

/* Two codes in a row: 150 bits. */
static void
phrase_make(struct buf *into)
{
	for (int i = 0; i < 2; i++) {
		char text[CODE_TEXT];
		struct code c;

		code_make(&c);
		code_print(&c, text);
		buf_text(into, i == 0 ? "" : "-");
		buf_text(into, text);
		code_wipe(&c);
		explicit_bzero(text, sizeof(text));
	}
}

bool
op_disclosure_mint(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf phrase = {0};
	int64_t number = unpack_i64(&a->in);
	unsigned what = unpack_u8(&a->in);
	struct disclosure x;

	TRY(act_read(a, e));
	TRY(disclosure_get(k, a->owner.number, number, &x, e));
	if (what != DISCLOSE_FILE && what != DISCLOSE_DOCUMENT)
		return FAIL(e, ERR_INPUT, "disclosure: fetch %u", what);
	if (what == DISCLOSE_FILE) {
		TRY(still_open(k, &x, a->now, e));
		phrase_make(&phrase);
		TRY(buf_ok(&phrase, e));
	}
	TRY(once_new(k, a, ONCE_DISCLOSURE, what, number, &phrase, e));
	pack_bytes(a->out, phrase.data, phrase.len);
	return true;
}

/* ---- what is in it ---- */

struct value { enum field field; int64_t object, since; };
struct values { struct value row[VALUES_MOST]; size_t n; uint64_t wanted; int64_t before; };

/* Held now and entered before the period's end: so it was held within it.  Nothing is opened yet. */
static bool
value_note(void *self, enum field f, int64_t object, int64_t since, bool opened, struct span value, struct err *e)
{
	struct values *v = self;

	(void)opened;
	(void)value;
	if ((v->wanted & FIELD_BIT(f)) == 0 || since >= v->before || (f == FIELD_BIRTH && object != BIRTH_HELD))
		return true;
	if (v->n == COUNT(v->row))
		return FAIL(e, ERR_FULL, "disclosure: more than %zu values", v->n);
	v->row[v->n++] = (struct value){ f, object, since };
	return true;
}

/* An address that nobody proved may be somebody else's. */
static bool
proved(struct keeper *k, int64_t member, const struct value *v, bool *yes, struct err *e)
{
	struct address_row row;

	*yes = true;
	if (v->field != FIELD_ADDRESS)
		return true;
	TRY(address_row(k, member, v->object, &row, e));
	*yes = row.verified_at > 0;
	return true;
}

static void
moment(struct buf *b, int64_t at)
{
	char day[11];

	day_text(day_of(at), day);
	buf_fmt(b, "\"%s\"", day);
}

static bool
value_put(struct keeper *k, struct act *a, const struct owner *of, const struct value *v, bool *first, struct buf *into,
    struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};
	bool found, good;

	TRY(proved(k, of->number, v, &good, e));
	if (!good)
		return true;
	TRY(act_open_of(k, a, ACTOR_OFFICER, of, v->field, v->object, &plain, &found, e));
	TRY(buf_ok(&plain, e));
	if (!found)
		return true;
	buf_text(into, *first ? "\n        { \"field\": " : ",\n        { \"field\": ");
	json_string(into, span_text(fields[v->field].name));
	buf_text(into, ", \"value\": ");
	json_string(into, span_buf(&plain));
	buf_text(into, ", \"since\": ");
	moment(into, v->since);
	buf_text(into, " }");
	*first = false;
	return true;
}

static bool
person_put(struct keeper *k, struct act *a, const struct disclosure *x, const struct owner *of, int64_t person,
    struct buf *into, struct err *e)
{
	struct values v = { .wanted = x->fields, .before = (x->last + 1) * DAY };
	bool first = true;

	TRY(vault_range(k->vault, of, FIELD_ADDRESS, FIELD_DOC_NUMBER, 0, value_note, &v, e));
	buf_fmt(into, "\n    { \"person\": %lld, \"member\": %lld, \"values\": [", (long long)person, (long long)of->number);
	for (size_t i = 0; i < v.n; i++)
		TRY(value_put(k, a, of, &v.row[i], &first, into, e));
	buf_text(into, " ] }");
	return buf_ok(into, e);
}

static void
head_put(struct keeper *k, const struct act *a, const struct disclosure *x, const struct disclosure_words *w, struct buf *b)
{
	bool first = true;

	buf_text(b, "{\n  \"format\": \"troth disclosure 1\",\n  \"site\": ");
	json_string(b, span_text(k->set->site_host));
	buf_fmt(b, ",\n  \"reference\": \"%lld\",\n  \"given\": ", (long long)x->number);
	moment(b, a->now);
	buf_text(b, ",\n  \"recipient\": ");
	json_string(b, span_text(w->authority));
	buf_text(b, ",\n  \"legal_basis\": ");
	json_string(b, span_text(w->basis));
	buf_text(b, ",\n  \"first_day\": ");
	moment(b, x->first * DAY);
	buf_text(b, ",\n  \"last_day\": ");
	moment(b, x->last * DAY);
	buf_text(b, ",\n  \"fields\": [");
	for (unsigned f = 1; f < FIELD__COUNT; f++)
		if ((x->fields & FIELD_BIT(f)) != 0) {
			buf_text(b, first ? " " : ", ");
			json_string(b, span_text(fields[f].name));
			first = false;
		}
	buf_text(b, " ],\n  \"note\": \"What is held today and was held on some day of the period. "
	    "A field that is not listed was not held. Former values are not kept readable for anybody but the person.\",\n"
	    "  \"people\": [");
}

/* ---- giving it ---- */

/* The lines come first: about the case what was opened of whom, then, unless the law is silent, about the member. */
static bool
person_give(struct keeper *k, struct act *a, const struct disclosure *x, const struct disclosure_words *w,
    struct disclosure_person *p, const struct disclosure_teller *by, struct buf *into, struct err *e)
{
	struct vault_mark none[VAULT_MARKS];
	char object[DETAIL_OBJECT];
	struct case_row c;
	struct owner of;
	struct record_line l = { .about = &c.owner, .purpose = PURPOSE_DISCLOSURE, .role = ACTOR_OFFICER, .object = object,
	    .actor = by->actor, .role_key = by->role_key };

	TRY(case_get(k, x->number, &c, e));
	TRY(member_owner(k, p->member, &of, NULL, e));
	TRY(person_put(k, a, x, &of, p->person, into, e));
	l.fields = p->given = vault_opened(k->vault, of.number);
	if (vault_take(k->vault, of.number, none) != 0)
		return FAIL(e, ERR_TAMPER, "disclosure: something changed");
	snprintf(object, sizeof(object), "disclosure %lld, person %lld: to %s", (long long)x->number, (long long)p->person, w->authority);
	TRY(keeper_record(k, &l, a->now, NULL, e));
	tally_given(k, p->given);
	p->tell_at = x->silent_until > a->now ? x->silent_until : a->now;
	TRY(disclosure_recipient_keep(k, x->number, &of, w->authority, p, e));
	TRY(disclosure_person_set(k, x->number, p, e));
	return p->tell_at > a->now || disclosure_tell(k, x, p, by, a->now, e);
}

static bool
file_make(struct keeper *k, struct act *a, struct disclosure *x, struct span phrase, struct buf *into, struct err *e)
{
	DROP(disclosure_people_wipe) struct disclosure_people p = {0};
	DROP(buf_wipe) struct buf plain = {0};
	struct disclosure_teller by = { .role = ACTOR_OFFICER, .actor = a->owner.number };
	struct disclosure_words w;

	TRY(still_open(k, x, a->now, e));
	TRY(role_key(k, a->owner.number, a->now, &by.role_key, e));
	TRY(disclosure_people(k, x->number, &p, e));
	TRY(disclosure_words(k, x->number, &w, e));
	TRY(disclosure_given(k, x, a->now, e));
	x->given_at = a->now;
	tally_event(k, TALLY_DISCLOSURE_GIVEN);
	head_put(k, a, x, &w, &plain);
	for (size_t i = 0; i < p.n; i++) {
		buf_text(&plain, i == 0 ? "" : ",");
		TRY(person_give(k, a, x, &w, &p.row[i], &by, &plain, e));
	}
	buf_text(&plain, "\n  ]\n}\n");
	TRY(buf_ok(&plain, e));
	return age_close(span_buf(&plain), phrase, into, e);
}

bool
disclosure_take(struct keeper *k, struct act *a, int64_t number, unsigned what, struct span held, struct buf *into,
    struct err *e)
{
	struct member_facts f;
	struct disclosure x;
	char object[64];
	struct owner o;
	struct guest g;
	bool officer;

	TRY(member_owner(k, a->owner.number, &o, &f, e));
	officer = (f.roles & 1u << ROLE_OFFICER) != 0;
	if (!officer && what == DISCLOSE_FILE)
		return REFUSE(e, ERR_DENIED, WHY_ROLE, "disclosure: no officer any more");
	if (!officer)
		TRY(guest_sits(k, a, number, &g, e));
	TRY(disclosure_get(k, a->owner.number, number, &x, e));
	a->purpose = PURPOSE_DISCLOSURE;
	if (what == DISCLOSE_FILE)
		TRY(file_make(k, a, &x, held, into, e));
	else
		TRY(disclosure_document(k, number, into, e));
	if (into->len == 0)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "disclosure: the document is gone");
	a->purpose = officer ? PURPOSE_DECISION : PURPOSE_GUEST;
	snprintf(object, sizeof(object), "disclosure %lld: %s", (long long)number,
	    what == DISCLOSE_FILE ? "the file was fetched" : "the document was fetched");
	return act_record(k, a, object, e);
}
