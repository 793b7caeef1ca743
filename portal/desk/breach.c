/* portal/desk/breach.c - officers: the register of breaches, one entry with its clock, and the draft of the notice to the authority. */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/desk/breach_views.h"
#include "portal/desk/case_facts.h"
#include "portal/desk/case_routes.h"

static const char *const roles[ACTOR__COUNT] = {
	[ACTOR_SYSTEM] = MSG("the program by itself"), [ACTOR_OWNER] = MSG("the member"), [ACTOR_ASSURER] = MSG("assurers"),
	[ACTOR_SUPPORT] = MSG("support staff"), [ACTOR_OFFICER] = MSG("officers"), [ACTOR_AUDITOR] = MSG("auditors"),
	[ACTOR_OPERATOR] = MSG("operators"),
};

static void
row_read(const struct visit *v, struct span *a, struct breach_line *l)
{
	unsigned role;

	snprintf(l->number, sizeof(l->number), "%lld", (long long)unpack_i64(a));
	l->known = unpack_i64(a);
	l->told = unpack_i64(a);
	l->notice = unpack_i64(a);
	l->fields = (uint64_t)unpack_i64(a);
	role = unpack_u8(a);
	l->since = unpack_i64(a);
	l->until = unpack_i64(a);
	l->concerned = unpack_i64(a);
	l->mailed = unpack_i64(a);
	l->role = role < COUNT(roles) ? roles[role] : NULL;
	l->due = l->known + BREACH_CLOCK;
	l->late = l->told == 0 && v->now >= l->due;
}

/* The moment from which the hours count: when the form was first shown, so that it is one entry however often it is sent. */
static int64_t
made_at(const struct visit *v)
{
	int64_t at = form_number(&v->form, "at");

	return at > 0 && at <= v->now ? at : v->now;
}

static void list_drop(struct breaches_view *w) { wipe_free(w->row); }

bool
breaches_show(struct visit *v, struct err *e)
{
	DROP(list_drop) struct breaches_view w = {0};
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_BREACHES, &in, &out, &a, e));
	w.row = visit_rows(&a, sizeof(*w.row), &w.n, e);
	TRY(w.row != NULL);
	for (size_t i = 0; i < w.n && !a.bad; i++)
		row_read(v, &a, &w.row[i]);
	TRY(unpack_end(&a, "breaches", e));
	snprintf(w.at, sizeof(w.at), "%lld", (long long)made_at(v));
	page_breaches(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

static bool
go(struct visit *v, int64_t number, struct err *e)
{
	char to[64];

	snprintf(to, sizeof(to), "/officers/breaches/%lld", (long long)number);
	return visit_go(v, true, to, e);
}

static bool
entered(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t number;
	struct span a;

	visit_ask_begin(v, &in);
	pack_i64(&in, made_at(v) - form_number(&v->form, "hours") * HOUR);
	pack_text(&in, form_text(&v->form, "what"));
	TRY(visit_ask(v, KEEPER_BREACH_ENTER, &in, &out, &a, e));
	number = unpack_i64(&a);
	TRY(unpack_end(&a, "breach", e));
	return go(v, number, e);
}

bool
breach_enter(struct visit *v, struct err *e)
{
	if (form_good(&v->form)) {
		if (entered(v, e))
			return true;
		if (!visit_fault(v, e, e->why == WHY_FIELD_SHAPE ? "hours" : "what"))
			return false;
	}
	v->status = 422;
	return breaches_show(v, e);
}

static void view_wipe(struct breach_view *w) { explicit_bzero(w, sizeof(*w)); }

bool
breach_show(struct visit *v, struct err *e)
{
	static const char *const names[] = { "what", "effects", "done" };
	DROP(view_wipe) struct breach_view w = {0};
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t number, version;
	struct span a;

	TRY(case_number(v, &number, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	TRY(visit_ask(v, KEEPER_BREACH, &in, &out, &a, e));
	row_read(v, &a, &w.line);
	w.closed = unpack_i64(&a);
	version = unpack_i64(&a);
	/* What was refused was made from the version it names: it must not pass for the newest when it is mended. */
	if (v->status == 422)
		version = form_number(&v->form, "version");
	snprintf(w.version, sizeof(w.version), "%lld", (long long)version);
	w.newer = v->status == 409;
	for (size_t i = 0; i < COUNT(w.text); i++) {
		unpack_text(&a, w.text[i], sizeof(w.text[i]));
		/* What was typed and refused stays; else what is held is there to be changed. */
		w.differs[i] = strcmp(w.text[i], form_shown(&v->form, names[i])) != 0;
		if (v->status != 422 && !w.newer)
			form_put(&v->form, names[i], w.text[i]);
	}
	TRY(unpack_end(&a, "breach", e));
	page_breach(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

static bool
changed(struct visit *v, int64_t number, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_i64(&in, form_number(&v->form, "version"));
	pack_text(&in, form_text(&v->form, "what"));
	pack_text(&in, form_text(&v->form, "effects"));
	pack_text(&in, form_text(&v->form, "done"));
	pack_u8(&in, form_ticked(&v->form, "told"));
	TRY(visit_ask(v, KEEPER_BREACH_SET, &in, &out, &a, e));
	TRY(unpack_end(&a, "breach", e));
	return go(v, number, e);
}

bool
breach_set(struct visit *v, struct err *e)
{
	bool newer = false;
	int64_t number;

	TRY(case_number(v, &number, e));
	if (form_good(&v->form)) {
		if (changed(v, number, e))
			return true;
		newer = e->why == WHY_BREACH_NEWER;
		/* Of a closed one there is no field left to point at. */
		if (!visit_fault(v, e, newer || e->why == WHY_CASE_CLOSED ? NULL : "what"))
			return false;
	}
	v->status = newer ? 409 : 422;
	return breach_show(v, e);
}
