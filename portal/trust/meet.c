/*
 * portal/trust/meet.c - an assurer with somebody's code: typing it, comparing what the papers
 * say, having the fields shown where that is not enough, leaving.
 *
 * What was typed is not shown again: each try is an act that the member sees.
 */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/trust/meeting.h"
#include "portal/trust/routes.h"
#include "portal/trust/words.h"
#include "portal/web/say.h"

/* ---- the code ---- */

static void assure_drop(struct assure_view **w) { wipe_free(*w); }

static void
row_read(const struct visit *v, struct span *a, struct meeting_row *r)
{
	DROP(buf_wipe) struct buf compared = {0};

	snprintf(r->id, sizeof(r->id), "%lld", (long long)unpack_i64(a));
	r->kind_name = handover_kind_words(unpack_u8(a));
	r->taken_at = unpack_i64(a);
	r->idle_until = unpack_i64(a);
	fields_say(v, (uint64_t)unpack_i64(a), &compared);
	said_keep(&compared, r->compared, sizeof(r->compared));
}

bool
assure_show(struct visit *v, struct err *e)
{
	DROP(assure_drop) struct assure_view *w = calloc(1, sizeof(*w));
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "meetings");
	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_MEETINGS, &in, &out, &a, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && w->n < MEETINGS_LISTED && !a.bad; i++)
		row_read(v, &a, &w->row[w->n++]);
	TRY(unpack_end(&a, "meetings", e));
	w->left = form_find(v->form.rows, v->form.count, "left") != NULL && form_ticked(&v->form, "left");
	v->csp = VISIT_CSP_SCAN;
	v->camera = true;
	page_assure(&v->page, v, w);
	return buf_ok(&v->page, e);
}

bool
assure_take(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	char to[64];
	struct span a;

	if (form_good(&v->form)) {
		visit_ask_begin(v, &in);
		pack_text(&in, form_text(&v->form, "code"));
		if (visit_ask(v, KEEPER_HANDOVER_TAKE, &in, &out, &a, e)) {
			snprintf(to, sizeof(to), "/assure/with/%lld", (long long)unpack_i64(&a));
			TRY(unpack_end(&a, "hand-over", e));
			return visit_go(v, true, to, e);
		}
		if (!visit_fault(v, e, "code"))
			return false;
	}
	v->status = 422;
	return assure_show(v, e);
}

/* ---- comparing ---- */

bool
meeting_show(struct visit *v, struct err *e)
{
	DROP(meeting_wipe) struct meeting_view m = {0};

	TRY(meeting_look(v, &m, e));
	if (m.kind == HANDOVER_LOST)
		page_meeting_lost(&v->page, v, &m);
	else
		page_meeting(&v->page, v, &m);
	return buf_ok(&v->page, e);
}

/* A date is typed whole or not at all. */
static void
date_typed(struct visit *v, char into[FORM_DATE])
{
	static const char *const parts[] = { "day", "month", "year" };
	size_t given = 0;

	into[0] = '\0';
	for (size_t i = 0; i < COUNT(parts); i++)
		given += form_text(&v->form, parts[i])[0] != '\0';
	if (given == COUNT(parts))
		form_day(&v->form, "day", "month", "year", into);
	else if (given > 0 && form_good(&v->form))
		form_fault(&v->form, "day", MSG("Type day, month and year, or leave all three empty."));
}

static const char *
kind_typed(const struct visit *v)
{
	const char *kind = form_text(&v->form, "kind");

	return strcmp(kind, "none") == 0 ? "" : kind;
}

static const char *
match_field(uint32_t why)
{
	return why == WHY_NAME_SHAPE || why == WHY_NAME_SCRIPTS ? "name" : why == WHY_BIRTH_DATE ? "day" :
	    why == WHY_DOCUMENT ? "number" : NULL;
}

static bool
match_send(struct visit *v, const char *date, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t id;

	TRY(tail_number(v, &id, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	pack_text(&in, form_text(&v->form, "name"));
	pack_text(&in, date);
	pack_text(&in, kind_typed(v));
	pack_text(&in, form_text(&v->form, "number"));
	return visit_ask(v, KEEPER_HANDOVER_MATCH, &in, &out, &a, e);
}

bool
meeting_match(struct visit *v, struct err *e)
{
	char date[FORM_DATE], to[64];

	date_typed(v, date);
	if (form_good(&v->form) && date[0] == '\0' && form_text(&v->form, "name")[0] == '\0' &&
	    kind_typed(v)[0] == '\0' && form_text(&v->form, "number")[0] == '\0')
		form_fault(&v->form, NULL, MSG("Type at least one thing that the papers say."));
	if (form_good(&v->form)) {
		bool sent = match_send(v, date, e);

		snprintf(to, sizeof(to), "/assure/with/%.18s", v->tail);
		if (sent || !visit_fault(v, e, match_field(e->why))) {
			explicit_bzero(date, sizeof(date));
			return sent && visit_go(v, true, to, e);
		}
	}
	explicit_bzero(date, sizeof(date));
	v->status = 422;
	return meeting_show(v, e);
}

/* ---- showing ---- */

bool
meeting_ask(struct visit *v, struct err *e)
{
	DROP(meeting_wipe) struct meeting_view m = {0};

	TRY(meeting_look(v, &m, e));
	page_meeting_ask(&v->page, v, &m);
	return buf_ok(&v->page, e);
}

static void
opened_wipe(struct meeting_view *m)
{
	wipe_free(m->field);
	meeting_wipe(m);
}

/* A field of a name says which name; a birth date that is proposed says so. */
static void
field_read(const struct visit *v, struct span *a, struct meeting_view *m, struct shown_field *f)
{
	DROP(buf_wipe) struct buf called = {0};
	uint32_t field = unpack_u32(a);
	unsigned index = unpack_u8(a);

	unpack_text(a, f->value, sizeof(f->value));
	f->label = field < FIELD__COUNT && fields[field].label != NULL ? fields[field].label : MSG("unknown");
	if (field >= FIELD_GIVEN && field <= FIELD_SUFFIX) {
		for (size_t i = 0; i < m->names; i++)
			if (m->name[i].index == index)
				memcpy(f->called, m->name[i].called, sizeof(f->called));
	} else if (field == FIELD_BIRTH && index != 0) {
		f->label = MSG("New date of birth, not vouched for yet");
	} else {						/* papers say it in words */
		value_say(v, field, f->value, &called);
		said_keep(&called, f->value, sizeof(f->value));
	}
}

bool
meeting_open(struct visit *v, struct err *e)
{
	DROP(opened_wipe) struct meeting_view m = {0};
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t id;
	uint32_t n;

	TRY(tail_number(v, &id, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	TRY(visit_ask(v, KEEPER_HANDOVER_SHOW, &in, &out, &a, e));
	TRY(meeting_read(v, &a, &m, e));
	if ((m.field = calloc(FIELDS_OPENED, sizeof(*m.field))) == NULL)
		return FAIL(e, ERR_MEMORY, "meeting: fields");
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && m.fields < FIELDS_OPENED && !a.bad; i++)
		field_read(v, &a, &m, &m.field[m.fields++]);
	TRY(unpack_end(&a, "fields shown", e));
	page_meeting_shown(&v->page, v, &m);
	return buf_ok(&v->page, e);
}

bool
meeting_leave(struct visit *v, struct err *e)
{
	TRY(meeting_do(v, KEEPER_HANDOVER_LEAVE, e));
	return visit_go(v, true, "/assure?left=1", e);
}

/* For a lost account: nothing is noted but that this is who they say. */
bool
meeting_confirm(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t id, confirmed;
	struct span a;

	if (!form_good(&v->form)) {
		v->status = 422;
		return meeting_show(v, e);
	}
	TRY(tail_number(v, &id, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	TRY(visit_ask(v, KEEPER_LOST_CONFIRM, &in, &out, &a, e));
	confirmed = unpack_u8(&a);
	TRY(unpack_end(&a, "lost access", e));
	page_lost_confirmed(&v->page, v, confirmed);
	return buf_ok(&v->page, e);
}
