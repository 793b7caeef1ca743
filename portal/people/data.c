/* portal/people/data.c - what is held about a member, and correcting it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/people/routes.h"
#include "portal/people/views.h"
#include "portal/trust/country.h"
#include "portal/trust/words.h"
#include "privacy/facts/person_name.h"

/* Where each field is changed; the order is the page's. */
static const struct { enum field field; const char *change; bool erasable; } shown[DATA_ROWS] = {
	{ FIELD_GIVEN, "/data/names", false },
	{ FIELD_MIDDLE, "/data/names", true },
	{ FIELD_FAMILY, "/data/names", false },
	{ FIELD_SUFFIX, "/data/names", true },
	{ FIELD_BIRTH, "/data/birth", true },
	{ FIELD_NATIONALITY, "/data/nationality", true },
	{ FIELD_DOC_KIND, "/data/document", true },
	{ FIELD_DOC_NUMBER, "/data/document", true },
};

void
name_joined(char part[4][NAME_PART], char whole[4 * NAME_PART])
{
	DROP(buf_wipe) struct buf text = {0};

	person_name_whole(&text, part[0], part[1], part[2], part[3]);
	snprintf(whole, 4 * NAME_PART, "%s", text.failed || text.len == 0 ? "" : text.data);
}

static bool
is_name(uint32_t field)
{
	return field >= FIELD_GIVEN && field <= FIELD_SUFFIX;
}

static void
prepare(struct data_view *d)
{
	for (size_t i = 0; i < COUNT(shown); i++)
		d->row[d->n++] = (struct data_row){
			.field = shown[i].field, .label = fields[shown[i].field].label,
			.why = fields[shown[i].field].why, .change = shown[i].change,
			.erasable = shown[i].erasable,
		};
}

static void
fill(const struct visit *v, struct data_view *d, uint32_t field, int64_t since, bool is_shown, const char *value)
{
	DROP(buf_wipe) struct buf said = {0};

	value_say(v, field, value, &said);
	for (size_t i = 0; i < d->n; i++)
		if (d->row[i].field == field) {
			d->row[i].held = true;
			d->row[i].since = since;
			d->row[i].shown = is_shown;
			said_keep(&said, d->row[i].value, sizeof(d->row[i].value));
		}
}

/* What somebody vouched for is not changed, nor erased in part: its change leads to the page about names. */
static void
vouched(struct data_view *d)
{
	bool name = false;

	for (size_t i = 0; i < d->n; i++)
		name |= d->vouched && d->row[i].held && is_name(d->row[i].field);
	for (size_t i = 0; i < d->n; i++) {
		struct data_row *r = &d->row[i];
		bool part = name && is_name(r->field);

		r->vouched = r->held && (part || (r->field == FIELD_BIRTH && (d->birth & BIRTH_IS_VOUCHED) != 0));
		if (r->vouched)
			r->change = part ? "/names" : "/names/birth";
		else if (part)
			r->change = NULL;		/* nothing is added to it either */
		r->erasable = r->erasable && !part;
	}
}

/* A further name, or a birth date that is only proposed; false: no memory. */
static bool
fill_further(struct data_view *d, uint32_t field, int64_t object, int64_t since, bool is_shown, const char *value)
{
	struct name_shown *n;

	if (field == FIELD_BIRTH) {
		d->proposed.since = since;
		d->proposed.shown = is_shown;
		snprintf(d->proposed.value, sizeof(d->proposed.value), "%.31s", value);
	}
	if (!is_name(field) || object < 0 || object >= VOUCH_NAMES)
		return true;
	if (d->further == NULL && (d->further = calloc(VOUCH_NAMES, sizeof(*d->further))) == NULL)
		return false;
	n = &d->further[object];
	d->further_n += !n->held;
	n->held = true;
	n->since = since;
	snprintf(n->part[field - FIELD_GIVEN], NAME_PART, "%.*s", NAME_PART - 1, value);
	name_joined(n->part, n->whole);
	return true;
}

/* One keeper call: the member's fields into d (and out of the way of the swap: wiped by the caller). */
static bool
ask_data(struct visit *v, struct data_view *d, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	char value[TEXT_SHOWN];
	struct span a;
	int64_t first;
	bool room = true;
	uint32_t n;

	prepare(d);
	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_DATA, &in, &out, &a, e));
	first = unpack_u8(&a);
	d->vouched = (unpack_u32(&a) & 1u << (first & 31)) != 0;
	d->birth = unpack_u8(&a);
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && !a.bad; i++) {
		uint32_t field = unpack_u32(&a);
		int64_t object = unpack_i64(&a), since = unpack_i64(&a);
		bool is_shown = unpack_u8(&a) != 0;

		unpack_text(&a, value, sizeof(value));
		if (object == (is_name(field) ? first : 0))
			fill(v, d, field, since, is_shown, value);
		else
			room = fill_further(d, field, object, since, is_shown, value) && room;
	}
	explicit_bzero(value, sizeof(value));
	if (!room)
		return FAIL(e, ERR_MEMORY, "further names");
	vouched(d);
	return unpack_end(&a, "data", e);
}

static void
data_wipe(struct data_view *d)
{
	wipe_free(d->further);
	explicit_bzero(d, sizeof(*d));
}

bool
data_show(struct visit *v, struct err *e)
{
	DROP(data_wipe) struct data_view d = {0};

	TRY(ask_data(v, &d, e));
	page_data(&v->page, v, &d);
	return buf_ok(&v->page, e);
}

bool
data_erase(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (!form_good(&v->form))
		return REFUSE(e, ERR_INPUT, WHY_FIELD_UNKNOWN, "erase: form");
	visit_ask_begin(v, &in);
	pack_u32(&in, (uint32_t)form_number(&v->form, "field"));
	TRY(visit_ask(v, KEEPER_DATA_ERASE, &in, &out, &a, e));
	return visit_go(v, true, "/data", e);
}

/* ---- the steps of enrolment ---- */

struct pair { enum field field; const char *value, *name; };

/* Sends the pairs; true with *again set when the form must be shown once more. */
static bool
save(struct visit *v, const struct pair *p, size_t n, bool *again, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	*again = !form_good(&v->form);
	if (*again)
		return true;
	visit_ask_begin(v, &in);
	pack_u32(&in, PURPOSE_ENROL);
	pack_u8(&in, (unsigned)n);
	for (size_t i = 0; i < n; i++) {
		pack_u32(&in, p[i].field);
		pack_text(&in, p[i].value);
	}
	if (visit_ask(v, KEEPER_DATA_SET, &in, &out, &a, e))
		return visit_go(v, true, "/data", e);
	*again = visit_fault(v, e, p[0].name);
	return *again;
}

/* What is held already is changed behind the password: better asked now than when all is typed. */
static bool
may_type(const struct visit *v, int64_t step, struct err *e)
{
	if ((v->session.steps & step) != 0 && (v->session.flags & SESSION_FRESH) == 0)
		return REFUSE(e, ERR_DENIED, WHY_PASSWORD_NEEDED, "data: held, and behind the password");
	return true;
}

static bool
show_again(struct visit *v, void (*page)(struct buf *, const struct visit *), struct err *e)
{
	v->status = 422;
	page(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
names_show(struct visit *v, struct err *e)
{
	static const struct { enum field field; const char *name; } names[] = {
		{ FIELD_GIVEN, "given" }, { FIELD_MIDDLE, "middle" },
		{ FIELD_FAMILY, "family" }, { FIELD_SUFFIX, "suffix" },
	};
	DROP(data_wipe) struct data_view d = {0};

	TRY(ask_data(v, &d, e));
	if (d.row[0].vouched || d.row[2].vouched)		/* given, family */
		return visit_go(v, true, "/names", e);
	for (size_t i = 0; i < d.n; i++)
		for (size_t k = 0; k < COUNT(names); k++)
			if (d.row[i].field == names[k].field && d.row[i].held)
				form_put(&v->form, names[k].name, d.row[i].value);
	page_data_names(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
names_save(struct visit *v, struct err *e)
{
	const struct pair p[] = {
		{ FIELD_GIVEN, form_text(&v->form, "given"), "given" },
		{ FIELD_MIDDLE, form_text(&v->form, "middle"), "middle" },
		{ FIELD_FAMILY, form_text(&v->form, "family"), "family" },
		{ FIELD_SUFFIX, form_text(&v->form, "suffix"), "suffix" },
	};
	bool again;

	if (form_good(&v->form) && p[0].value[0] == '\0' && p[2].value[0] == '\0')
		form_fault(&v->form, "given", MSG("Type at least one name, here or as the family name."));
	TRY(save(v, p, COUNT(p), &again, e));
	return again ? show_again(v, page_data_names, e) : true;
}

bool
birth_show(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_BIRTH_LOOK, &in, &out, &a, e));
	if ((unpack_u8(&a) & BIRTH_IS_VOUCHED) != 0)
		return visit_go(v, true, "/names/birth", e);
	TRY(may_type(v, STEP_BIRTH, e));
	page_data_birth(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
birth_save(struct visit *v, struct err *e)
{
	char date[FORM_DATE];
	const struct pair p[] = { { FIELD_BIRTH, date, "day" } };
	bool again, good;

	form_day(&v->form, "day", "month", "year", date);
	good = save(v, p, COUNT(p), &again, e);
	explicit_bzero(date, sizeof(date));
	return good && again ? show_again(v, page_data_birth, e) : good;
}

static void countries_free(struct country **c) { wipe_free(*c); }

/* The form, with the names of all countries to choose from while one types. */
static bool
nationality_draw(struct visit *v, struct err *e)
{
	DROP(countries_free) struct country *all = calloc(COUNTRIES, sizeof(*all));

	if (all == NULL)
		return FAIL(e, ERR_MEMORY, "countries");
	countries_sort(v, all);
	page_data_nationality(&v->page, v, all);
	return buf_ok(&v->page, e);
}

bool
nationality_show(struct visit *v, struct err *e)
{
	TRY(visit_tell(v, KEEPER_WHO, e));
	TRY(may_type(v, STEP_NATIONALITY, e));
	return nationality_draw(v, e);
}

bool
nationality_save(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf codes = {0};
	struct pair p = { FIELD_NATIONALITY, "", "nationality" };
	bool again;

	if (form_good(&v->form) && !countries_codes(v, form_text(&v->form, "nationality"), &codes))
		form_fault(&v->form, "nationality",
		    MSG("At least one of these is no country that we know. Take its name from the list that shows while you type, or its code of two letters."));
	else if (codes.len > 0)
		p.value = codes.data;
	TRY(save(v, &p, 1, &again, e));
	if (!again)
		return true;
	v->status = 422;
	return nationality_draw(v, e);
}

bool
document_show(struct visit *v, struct err *e)
{
	TRY(visit_tell(v, KEEPER_WHO, e));
	TRY(may_type(v, STEP_DOCUMENT, e));
	page_data_document(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
document_save(struct visit *v, struct err *e)
{
	const char *kind = form_text(&v->form, "kind"), *number = form_text(&v->form, "number");
	bool none = strcmp(kind, "none") == 0;
	const struct pair p[] = {
		{ FIELD_DOC_NUMBER, none ? "" : number, "number" },
		{ FIELD_DOC_KIND, kind, "kind" },
	};
	bool again;

	if (form_good(&v->form) && none && number[0] != '\0')
		form_fault(&v->form, "number", MSG("Leave the number empty if you have no document yet."));
	if (form_good(&v->form) && !none && number[0] == '\0')
		form_fault(&v->form, "number", MSG("Type the number of the document, or choose None yet."));
	TRY(save(v, p, COUNT(p), &again, e));
	return again ? show_again(v, page_data_document, e) : true;
}
