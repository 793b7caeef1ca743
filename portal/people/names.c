/*
 * portal/people/names.c - a member's names: seeing them, entering further ones, choosing the
 * first, erasing; and a new birth date beside one that somebody vouched for.
 */
#include <stdio.h>
#include <string.h>
#include "build/pages/pages.h"
#include "portal/people/routes.h"
#include "portal/people/views.h"
#include "portal/trust/words.h"

#define FURTHER	255u	/* instead of an index: a name that is not there yet */

static const char *const parts[] = { "given", "middle", "family", "suffix" };
static const char *const sorts[NAME_SORT__COUNT] = {
	[NAME_SORT_PAPERS] = "papers", [NAME_SORT_BIRTH] = "birth", [NAME_SORT_MARRIED] = "married",
	[NAME_SORT_SCRIPT] = "script", [NAME_SORT_ARTIST] = "artist",
};

static unsigned
sort_typed(const struct visit *v)
{
	const char *choice = form_text(&v->form, "sort");

	for (unsigned i = NAME_SORT_PAPERS; i < NAME_SORT__COUNT; i++)
		if (strcmp(sorts[i], choice) == 0)
			return i;
	return NAME_SORT_PAPERS;
}

/* ---- reading them ---- */

static void names_wipe(struct names_view *n) { explicit_bzero(n, sizeof(*n)); }

static void
read_name(struct span *a, struct own_name *n)
{
	n->index = unpack_u8(a);
	n->sort = unpack_u8(a);
	n->first = unpack_u8(a) != 0;
	n->vouched = unpack_u8(a) != 0;
	n->points = unpack_i64(a);
	n->may = unpack_u8(a) != 0;
	n->since = unpack_i64(a);
	for (size_t i = 0; i < COUNT(n->part); i++)
		unpack_text(a, n->part[i], sizeof(n->part[i]));
	name_joined(n->part, n->whole);
	snprintf(n->index_text, sizeof(n->index_text), "%u", n->index);
	n->sort_says = name_sort_words(n->sort);
}

static void
stranded_read(struct span *a, struct names_view *n)
{
	uint32_t count = unpack_u32(a);

	for (uint32_t i = 0; i < count && !a->bad; i++)
		lost_cert_read(a, n->stranded_n < STRANDED_SHOWN ? &n->stranded[n->stranded_n++] : NULL);
}

static bool
ask_names(struct visit *v, struct names_view *n, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	unsigned count;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_NAMES, &in, &out, &a, e));
	count = unpack_u8(&a);
	if (count > COUNT(n->name))
		return FAIL(e, ERR_IO, "names: %u of them", count);
	while (n->n < count && !a.bad) {
		read_name(&a, &n->name[n->n]);
		n->vouched |= n->name[n->n++].vouched;
	}
	n->points = unpack_i64(&a);
	n->birth = unpack_u8(&a);
	stranded_read(&a, n);
	n->barred = v->now < v->session.bar_until;
	return unpack_end(&a, "names", e);
}

/* The one whose index stands in the path. */
static bool
name_in_path(const struct visit *v, const struct names_view *n, const struct own_name **into, struct err *e)
{
	for (size_t i = 0; i < n->n; i++)
		if (strcmp(n->name[i].index_text, v->tail) == 0) {
			*into = &n->name[i];
			return true;
		}
	return FAIL(e, ERR_ABSENT, "names: no such name");
}

bool
own_names_show(struct visit *v, struct err *e)
{
	DROP(names_wipe) struct names_view n = {0};

	TRY(ask_names(v, &n, e));
	page_names(&v->page, v, &n);
	return buf_ok(&v->page, e);
}

/* ---- entering and changing ---- */

/* *again: the form must be shown once more. */
static bool
put(struct visit *v, unsigned index, bool *again, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (form_good(&v->form) && form_text(&v->form, "given")[0] == '\0' && form_text(&v->form, "family")[0] == '\0')
		form_fault(&v->form, "given", MSG("Type at least one name, here or as the family name."));
	*again = !form_good(&v->form);
	if (*again)
		return true;
	visit_ask_begin(v, &in);
	pack_u8(&in, index);
	pack_u8(&in, sort_typed(v));
	for (size_t i = 0; i < COUNT(parts); i++)
		pack_text(&in, form_text(&v->form, parts[i]));
	if (visit_ask(v, KEEPER_NAME_PUT, &in, &out, &a, e))
		return visit_go(v, true, "/names", e);
	*again = visit_fault(v, e, "given");
	return *again;
}

static bool
form_show(struct visit *v, const char *path, bool further, struct err *e)
{
	page_name_form(&v->page, v, path, further);
	return buf_ok(&v->page, e);
}

bool
name_add_show(struct visit *v, struct err *e)
{
	TRY(visit_tell(v, KEEPER_WHO, e));
	return form_show(v, "/names/add", true, e);
}

bool
name_add(struct visit *v, struct err *e)
{
	bool again;

	TRY(put(v, FURTHER, &again, e));
	if (!again)
		return true;
	v->status = 422;
	return form_show(v, "/names/add", true, e);
}

bool
name_change_show(struct visit *v, struct err *e)
{
	DROP(names_wipe) struct names_view n = {0};
	const struct own_name *name = NULL;

	TRY(ask_names(v, &n, e));
	TRY(name_in_path(v, &n, &name, e));
	if (name->vouched)
		return visit_go(v, true, "/names", e);
	if (name->sort < COUNT(sorts) && sorts[name->sort] != NULL)
		form_put(&v->form, "sort", sorts[name->sort]);
	for (size_t i = 0; i < COUNT(parts); i++)
		form_put(&v->form, parts[i], name->part[i]);
	return form_show(v, v->path, false, e);
}

/* "0" to "15"; anything else is nobody's index. */
static bool
index_in_path(const struct visit *v, unsigned *index, struct err *e)
{
	char text[8];

	for (*index = 0; *index < VOUCH_NAMES; ++*index) {
		snprintf(text, sizeof(text), "%u", *index);
		if (strcmp(text, v->tail) == 0)
			return true;
	}
	return FAIL(e, ERR_ABSENT, "names: no such index");
}

bool
name_change(struct visit *v, struct err *e)
{
	unsigned index;
	bool again;

	TRY(index_in_path(v, &index, e));
	TRY(put(v, index, &again, e));
	if (!again)
		return true;
	v->status = 422;
	return form_show(v, v->path, false, e);
}

/* ---- which comes first, and which goes ---- */

static bool
do_with(struct visit *v, uint32_t op, unsigned index, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_u8(&in, index);
	TRY(visit_ask(v, op, &in, &out, &a, e));
	return visit_go(v, true, "/names", e);
}

bool
name_first(struct visit *v, struct err *e)
{
	if (!form_good(&v->form))
		return REFUSE(e, ERR_INPUT, WHY_FIELD_UNKNOWN, "names: form");
	return do_with(v, KEEPER_NAME_MAIN, (unsigned)form_number(&v->form, "index"), e);
}

bool
name_erase_show(struct visit *v, struct err *e)
{
	DROP(names_wipe) struct names_view n = {0};
	const struct own_name *name = NULL;

	TRY(ask_names(v, &n, e));
	TRY(name_in_path(v, &n, &name, e));
	page_name_erase(&v->page, v, name);
	return buf_ok(&v->page, e);
}

bool
name_erase_do(struct visit *v, struct err *e)
{
	unsigned index;

	TRY(index_in_path(v, &index, e));
	if (form_good(&v->form))
		return do_with(v, KEEPER_NAME_ERASE, index, e);
	v->status = 422;
	return name_erase_show(v, e);
}

/* ---- a new birth date ---- */

bool
birth_new_show(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	unsigned birth;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_BIRTH_LOOK, &in, &out, &a, e));
	birth = unpack_u8(&a);
	TRY(unpack_end(&a, "birth date", e));
	if ((birth & BIRTH_IS_VOUCHED) == 0)
		return visit_go(v, true, "/data/birth", e);
	page_birth_new(&v->page, v);
	return buf_ok(&v->page, e);
}

static bool
propose(struct visit *v, const char *date, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_text(&in, date);
	TRY(visit_ask(v, KEEPER_BIRTH_PROPOSE, &in, &out, &a, e));
	return visit_go(v, true, "/names", e);
}

bool
birth_new(struct visit *v, struct err *e)
{
	char date[FORM_DATE];
	bool good = form_good(&v->form);

	if (good) {
		form_day(&v->form, "day", "month", "year", date);
		good = propose(v, date, e);
		explicit_bzero(date, sizeof(date));
		if (good || !visit_fault(v, e, "day"))
			return good;
	}
	v->status = 422;
	page_birth_new(&v->page, v);
	return buf_ok(&v->page, e);
}

bool
birth_new_drop(struct visit *v, struct err *e)
{
	return propose(v, "", e);
}
