#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/desk/audit.h"
#include "portal/desk/breach_views.h"
#include "portal/desk/case_facts.h"
#include "portal/people/object.h"
#include "portal/trust/officer.h"
#include "privacy/facts/day.h"
#include "privacy/rights/retain_table.h"

static bool audit_show(struct visit *v, struct err *e);
static bool audit_lines_show(struct visit *v, struct err *e);

static const struct form_row lines_fields[] = {
	{ "before", MSG("Lines before this one"), FORM_NUMBER, 0, INT32_MAX, false, NULL },
};

static const char *const list_names[AUDIT_LIST__COUNT] = { "", "seats", "decisions", "notices", "breaches", "retention" };
static const struct form_row audit_fields[] = {
	{ "list", MSG("Which list"), FORM_CHOICE, 4, 12, false, "seats|decisions|notices|breaches|retention" },
	{ "from", MSG("Rows left out"), FORM_NUMBER, 0, INT32_MAX, false, NULL },
};

#define AUDITOR	ROLE_AUDITOR, NEEDS_SESSION, PURPOSE_DECISION, GUARD_OWN, NULL

const struct route audit_routes[] = {
	{ GET,  "/audit", "audit", AUDITOR, audit_fields, COUNT(audit_fields), audit_show },
	{ GET,  "/audit/lines", "lines about the site", AUDITOR, lines_fields, COUNT(lines_fields), audit_lines_show },
};
const size_t audit_route_count = COUNT(audit_routes);

/* ---- reading ---- */

/* After the rows of a list: whether there are older ones. */
static void
list_end(struct span *a, struct audit_view *w, enum audit_list which, size_t n)
{
	if (unpack_u8(a) != 0)
		w->older[which] = w->from + (int64_t)n;
}

static void
seats_read(struct span *a, struct audit_view *w)
{
	for (uint32_t n = unpack_u32(a); n > 0 && w->seats < COUNT(w->seat) && !a->bad; n--) {
		struct audit_seat *s = &w->seat[w->seats++];

		s->role_name = seat_words(unpack_u8(a));
		s->since = unpack_i64(a);
		s->until = unpack_i64(a);
	}
	list_end(a, w, AUDIT_SEATS, w->seats);
}

static void
decisions_read(struct span *a, struct audit_view *w)
{
	for (uint32_t n = unpack_u32(a); n > 0 && w->decisions < COUNT(w->decision) && !a->bad; n--) {
		struct audit_decision *d = &w->decision[w->decisions++];
		unsigned kind, state;

		d->id = unpack_i64(a);
		kind = unpack_u8(a);
		state = unpack_u8(a);
		decision_words_of(kind, state, &d->kind_name, &d->state_name, &d->badge);
		d->asked_at = unpack_i64(a);
		d->decided_at = unpack_i64(a);
		d->yes = unpack_u8(a);
		d->no = unpack_u8(a);
	}
	list_end(a, w, AUDIT_DECISIONS, w->decisions);
}

/* All that are in force are told, however many: those that end first are shown. */
static void
spans_read(struct span *a, struct audit_span row[AUDIT_LISTED], size_t *count)
{
	for (uint32_t n = unpack_u32(a); n > 0 && !a->bad; n--) {
		struct audit_span s = { .since = unpack_i64(a) };

		s.until = unpack_i64(a);
		if (*count < AUDIT_LISTED)
			row[(*count)++] = s;
	}
}

static void
notices_read(struct span *a, struct audit_view *w)
{
	for (uint32_t n = unpack_u32(a); n > 0 && w->notices < COUNT(w->notice) && !a->bad; n--) {
		struct audit_notice *x = &w->notice[w->notices++];

		x->at = unpack_i64(a);
		x->all = unpack_i64(a) == 0;
		unpack_u8(a);
		x->met = unpack_i64(a);
		x->told = unpack_i64(a);
	}
	list_end(a, w, AUDIT_NOTICES, w->notices);
}

static void
breaches_read(const struct visit *v, struct span *a, struct audit_view *w)
{
	for (uint32_t n = unpack_u32(a); n > 0 && w->breaches < COUNT(w->breach) && !a->bad; n--) {
		struct audit_breach *b = &w->breach[w->breaches++];

		b->known = unpack_i64(a);
		b->told = unpack_i64(a);
		b->met = unpack_i64(a);
		b->closed = unpack_i64(a);
		b->late = (b->told == 0 ? v->now : b->told) >= b->known + BREACH_CLOCK;
	}
	list_end(a, w, AUDIT_BREACHES, w->breaches);
}

static void
runs_read(struct span *a, struct audit_view *w)
{
	for (uint32_t n = unpack_u32(a); n > 0 && w->runs < COUNT(w->run) && !a->bad; n--) {
		struct audit_run *r = &w->run[w->runs++];
		uint32_t rule;

		r->day_at = unpack_i64(a) * DAY;
		rule = unpack_u32(a);
		r->rows = unpack_i64(a);
		r->what = rule < RETAIN__COUNT && retain_rows[rule].what != NULL ? retain_rows[rule].what : MSG("unknown");
	}
	list_end(a, w, AUDIT_RUNS, w->runs);
}

/* Which list its reader goes on in, and after how many rows; a word that is none: all of them, from the beginning. */
static void
list_wanted(const struct visit *v, struct audit_view *w)
{
	const char *typed = form_text(&v->form, "list");

	for (unsigned i = AUDIT_SEATS; i < AUDIT_LIST__COUNT; i++)
		if (strcmp(typed, list_names[i]) == 0)
			w->list = (enum audit_list)i;
	w->from = w->list == AUDIT_LISTS ? 0 : form_number(&v->form, "from");
	for (unsigned i = 0; i < AUDIT_LIST__COUNT; i++)
		w->name[i] = list_names[i];
}

static void
guests_read(struct span *a, struct audit_view *w)
{
	for (uint32_t n = unpack_u32(a); n > 0 && w->guests < COUNT(w->guest) && !a->bad; n--) {
		struct audit_guest *g = &w->guest[w->guests++];

		g->since = unpack_i64(a);
		g->until = unpack_i64(a);
		g->ended = unpack_i64(a);
		g->voted = unpack_u8(a) != 0;
		unpack_text(a, g->community, sizeof(g->community));
		unpack_text(a, g->site, sizeof(g->site));
	}
}

static void audit_drop(struct audit_view **w) { wipe_free(*w); }

static bool
audit_show(struct visit *v, struct err *e)
{
	DROP(audit_drop) struct audit_view *w = calloc(1, sizeof(*w));
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "audit");
	list_wanted(v, w);
	visit_ask_begin(v, &in);
	pack_u8(&in, w->list);
	pack_u32(&in, (uint32_t)w->from);
	TRY(visit_ask(v, KEEPER_AUDIT, &in, &out, &a, e));
	seats_read(&a, w);
	decisions_read(&a, w);
	spans_read(&a, w->silence, &w->silences);
	spans_read(&a, w->later, &w->laters);
	notices_read(&a, w);
	breaches_read(v, &a, w);
	runs_read(&a, w);
	guests_read(&a, w);
	TRY(unpack_end(&a, "audit", e));
	visits_of(v, VISITS_SITE, &w->sites);
	w->agreement = policy_at(&policy_versions, POLICY_AGREEMENT, v->now);
	w->statement = policy_at(&policy_versions, POLICY_STATEMENT, v->now);
	page_audit(&v->page, v, w);
	return buf_ok(&v->page, e);
}

/* ---- lines about the site ---- */

static void
line_read(const struct visit *v, struct span *a, struct audit_line *l)
{
	DROP(buf_wipe) struct buf words = {0};
	char object[sizeof(l->object)];

	unpack_i64(a);			/* its place: where older ones go on is told behind the lines */
	l->number = unpack_i64(a);
	l->at = unpack_i64(a);
	unpack_u32(a);			/* the purpose: a line about the site says itself what it was */
	unpack_text(a, object, sizeof(object));
	object_say(v, object, &words);
	snprintf(l->object, sizeof(l->object), "%s", words.data == NULL ? object : words.data);
}

static void lines_drop(struct audit_lines_view **w) { wipe_free(*w); }

static bool
audit_lines_show(struct visit *v, struct err *e)
{
	DROP(lines_drop) struct audit_lines_view *w = calloc(1, sizeof(*w));
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "audit");
	visit_ask_begin(v, &in);
	pack_i64(&in, form_number(&v->form, "before"));
	TRY(visit_ask(v, KEEPER_AUDIT_LINES, &in, &out, &a, e));
	w->all = unpack_i64(&a);
	for (uint32_t n = unpack_u32(&a); n > 0 && w->n < COUNT(w->row) && !a.bad; n--)
		line_read(v, &a, &w->row[w->n++]);
	w->older = unpack_i64(&a);
	TRY(unpack_end(&a, "audit lines", e));
	page_audit_lines(&v->page, v, w);
	return buf_ok(&v->page, e);
}
