#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/desk/case_facts.h"
#include "portal/desk/disclose.h"
#include "portal/desk/disclose_views.h"
#include "portal/trust/words.h"
#include "privacy/facts/day.h"

#define PATH		"/officers/disclosures"
#define NUMBERS		256	/* bytes of member numbers as typed */

static bool disclosures_show(struct visit *v, struct err *e);
static bool new_show(struct visit *v, struct err *e);
static bool new_ask(struct visit *v, struct err *e);
static bool disclosure_fetch(struct visit *v, struct err *e);
static bool recipient_told(struct visit *v, struct err *e);
static bool disclosure_once(struct visit *v, struct err *e);

static const struct form_row new_fields[] = {
	{ "authority", MSG("The authority"), FORM_TEXT, 1, DISCLOSURE_WORDS, true, NULL },
	{ "basis", MSG("Legal basis"), FORM_TEXT, 1, DISCLOSURE_WORDS, true, NULL },
	{ "document", MSG("The authority's document"), FORM_FILE, 1, DISCLOSURE_DOCUMENT, true, NULL },
	{ "members", MSG("Member numbers"), FORM_TEXT, 1, NUMBERS, true, NULL },
	{ "field", MSG("Which fields?"), FORM_MANY, 0, DISCLOSABLE, true, NULL },
	{ "first", MSG("First day"), FORM_TEXT, 1, 10, true, NULL },
	{ "last", MSG("Last day"), FORM_TEXT, 1, 10, true, NULL },
	{ "silence", MSG("Last day of the silence"), FORM_TEXT, 0, 10, false, NULL },
	{ "reason", MSG("Your reason"), FORM_AREA, 3, 500, true, NULL },
};
static const struct form_row fetch_fields[] = {
	{ "what", MSG("What"), FORM_CHOICE, 4, 8, true, "file|document" },
};

static const struct form_row borrow_fields[] = {
	{ "who", MSG("Member number or e-mail address"), FORM_TEXT, 1, 254, true, NULL },
	{ "community", MSG("The partner community"), FORM_TEXT, 1, GUEST_WORDS, true, NULL },
	{ "site", MSG("Its web address"), FORM_TEXT, 1, GUEST_SITE, true, NULL },
	{ "reason", MSG("Your reason"), FORM_AREA, 3, 500, true, NULL },
};
static const struct form_row guest_fields[] = {
	{ "do", MSG("Your answer"), FORM_CHOICE, 5, 6, true, "accept|leave" },
};
static const struct form_row guest_vote_fields[] = {
	{ "vote", MSG("Your vote"), FORM_CHOICE, 2, 3, true, "yes|no" },
	{ "reason", MSG("Your reason"), FORM_AREA, 3, 500, true, NULL },
};

#define GUEST(guard, page) ROLE_MEMBER, NEEDS_FRESH, PURPOSE_GUEST, guard, page
#define OFFICER(needs, guard, page) ROLE_OFFICER, needs, PURPOSE_DECISION, guard, page

const struct route disclose_routes[] = {
	{ GET,  PATH, "disclosures", OFFICER(NEEDS_SESSION, GUARD_OWN, NULL), NULL, 0, disclosures_show },
	{ GET,  PATH "/new", "ask for a disclosure", OFFICER(NEEDS_FRESH, GUARD_OWN, NULL), NULL, 0, new_show },
	{ POST, PATH "/new", "ask for a disclosure", OFFICER(NEEDS_FRESH, GUARD_OWN_FORM, NULL), new_fields, COUNT(new_fields), new_ask },
	{ GET,  PATH "/*", "disclosure", OFFICER(NEEDS_FRESH, GUARD_OWN, NULL), NULL, 0, disclosure_show },
	{ POST, PATH "/fetch/*", "fetch a disclosure", OFFICER(NEEDS_FRESH, GUARD_OWN_FORM, PATH "/*"), fetch_fields, COUNT(fetch_fields), disclosure_fetch },
	{ POST, PATH "/told/*", "recipient told", OFFICER(NEEDS_SESSION, GUARD_OWN_FORM, PATH), NULL, 0, recipient_told },
	{ GET,  PATH "/borrow/*", "borrow an officer", OFFICER(NEEDS_FRESH, GUARD_OWN, NULL), NULL, 0, borrow_show },
	{ POST, PATH "/borrow/*", "borrow an officer", OFFICER(NEEDS_FRESH, GUARD_OWN_FORM, NULL), borrow_fields, COUNT(borrow_fields), borrow_ask },
	{ POST, PATH "/return/*", "end a guest officer's seat", OFFICER(NEEDS_FRESH, GUARD_OWN_FORM, PATH "/*"), NULL, 0, guest_return },
	{ GET,  "/guest/*", "guest officer", GUEST(GUARD_OWN, NULL), NULL, 0, guest_show },
	{ POST, "/guest/*", "guest officer's answer", GUEST(GUARD_OWN_FORM, NULL), guest_fields, COUNT(guest_fields), guest_answer },
	{ POST, "/guest/vote/*", "guest officer's vote", GUEST(GUARD_OWN_FORM, "/guest/*"), guest_vote_fields, COUNT(guest_vote_fields), guest_vote },
	{ POST, "/guest/document/*", "document for the guest officer", GUEST(GUARD_OWN_FORM, "/guest/*"), NULL, 0, guest_document },
	{ GET,  "/once/disclosure/*", "disclosed file", (enum role)0, NEEDS_NOTHING, PURPOSE_DISCLOSURE, GUARD_ONCE, NULL, NULL, 0, disclosure_once },
};
const size_t disclose_route_count = COUNT(disclose_routes);

/* ---- reading ---- */

static void
fields_read(int64_t bits, struct field_words *w)
{
	w->n = 0;
	for (unsigned f = 1; f < FIELD__COUNT && w->n < COUNT(w->label); f++)
		if (((uint64_t)bits & FIELD_BIT(f)) != 0)
			w->label[w->n++] = fields[f].label;
}

static void
line_state(struct disclosure_line *l)
{
	static const struct { const char *says, *badge; } states[] = {
		[DECISION_OPEN] = { MSG("waits for two officers"), "held" }, [DECISION_AGREED] = { MSG("agreed, not fetched yet"), "held" },
		[DECISION_REFUSED] = { MSG("refused"), "bad" }, [DECISION_LAPSED] = { MSG("lapsed"), "old" },
	};
	bool known = l->state < COUNT(states) && states[l->state].says != NULL;
	bool unused = l->state == DECISION_AGREED && l->given_at == 0 && l->until == 0;

	l->silent = l->given_at > 0 && l->told_at == 0;
	l->state_name = l->given_at > 0 ? MSG("given") : unused ? MSG("lapsed, never fetched") : known ? states[l->state].says : MSG("unknown");
	l->badge = l->given_at > 0 ? "good" : known && !unused ? states[l->state].badge : "old";
}

static void
line_read(struct span *a, struct disclosure_line *l)
{
	snprintf(l->number, sizeof(l->number), "%lld", (long long)unpack_i64(a));
	l->state = unpack_u8(a);
	l->asked_at = unpack_i64(a);
	l->given_at = unpack_i64(a);
	l->until = unpack_i64(a);
	l->silent_until = unpack_i64(a);
	l->told_at = unpack_i64(a);
	l->people = unpack_u8(a);
	fields_read(unpack_i64(a), &l->fields);
	unpack_text(a, l->authority, sizeof(l->authority));
	line_state(l);
}

static void
recipient_read(struct span *a, struct recipient_line *l)
{
	snprintf(l->id, sizeof(l->id), "%lld", (long long)unpack_i64(a));
	snprintf(l->number, sizeof(l->number), "%lld", (long long)unpack_i64(a));
	l->person = unpack_i64(a);
	l->why = unpack_u8(a);
	fields_read(unpack_i64(a), &l->fields);
	l->at = unpack_i64(a);
	l->given_at = unpack_i64(a);
	unpack_text(a, l->recipient, sizeof(l->recipient));
}

/* ---- the list ---- */

static void disclosures_drop(struct disclosures_view **w) { wipe_free(*w); }

static bool
disclosures_show(struct visit *v, struct err *e)
{
	DROP(disclosures_drop) struct disclosures_view *w = calloc(1, sizeof(*w));
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "disclosures");
	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_DISCLOSURES, &in, &out, &a, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && w->n < COUNT(w->row) && !a.bad; i++) {
		line_read(&a, &w->row[w->n]);
		w->silent += w->row[w->n++].silent;
	}
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && w->to_tell < COUNT(w->tell) && !a.bad; i++)
		recipient_read(&a, &w->tell[w->to_tell++]);
	TRY(unpack_end(&a, "disclosures", e));
	page_disclosures(&v->page, v, w);
	return buf_ok(&v->page, e);
}

static bool
recipient_told(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t id;

	TRY(tail_number(v, &id, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	TRY(visit_ask(v, KEEPER_RECIPIENT_TOLD, &in, &out, &a, e));
	TRY(unpack_end(&a, "recipient", e));
	return visit_go(v, true, PATH, e);
}

/* ---- one ---- */

void
disclosure_view_read(struct span *a, struct disclosure_view *w)
{
	uint32_t n;

	line_read(a, &w->line);
	w->first_at = unpack_i64(a) * DAY;
	w->last_at = unpack_i64(a) * DAY;
	unpack_text(a, w->basis, sizeof(w->basis));
	w->document = unpack_i64(a);
	w->may_fetch = unpack_u8(a) != 0;
	n = unpack_u32(a);
	for (uint32_t i = 0; i < n && w->members < COUNT(w->member) && !a->bad; i++)
		w->member[w->members++] = unpack_i64(a);
}

static bool
ask_one(struct visit *v, struct disclosure_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t number;
	uint32_t n;

	TRY(case_number(v, &number, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	TRY(visit_ask(v, KEEPER_DISCLOSURE, &in, &out, &a, e));
	disclosure_view_read(&a, w);
	w->need = unpack_u8(&a);
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && w->guests < COUNT(w->guest) && !a.bad; i++)
		guest_line_read(&a, &w->guest[w->guests++]);
	return unpack_end(&a, "disclosure", e);
}

static void disclosure_wipe(struct disclosure_view *w) { explicit_bzero(w, sizeof(*w)); }

bool
disclosure_show(struct visit *v, struct err *e)
{
	DROP(disclosure_wipe) struct disclosure_view w = {0};

	TRY(ask_one(v, &w, e));
	page_disclosure(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

/* The document comes at once; the file's pass-phrase is told first, on the page that leads to it. */
static bool
fetch(struct visit *v, unsigned what, struct err *e)
{
	DROP(disclosure_wipe) struct disclosure_view w = {0};
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char once[TOKEN_BYTES];
	char to[64];
	struct span a;
	int64_t number;

	TRY(case_number(v, &number, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_u8(&in, what);
	TRY(visit_ask(v, KEEPER_DISCLOSURE_MINT, &in, &out, &a, e));
	unpack_exact(&a, once, sizeof(once));
	unpack_text(&a, w.phrase, sizeof(w.phrase));
	TRY(unpack_end(&a, "disclosure fetched", e));
	token_text(once, w.once);
	if (what == DISCLOSE_DOCUMENT) {
		snprintf(to, sizeof(to), "/once/disclosure/%s", w.once);
		return visit_go(v, false, to, e);
	}
	snprintf(w.line.number, sizeof(w.line.number), "%lld", (long long)number);
	page_disclosure_fetch(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

static bool
disclosure_fetch(struct visit *v, struct err *e)
{
	if (form_good(&v->form))
		return fetch(v, strcmp(form_text(&v->form, "what"), "file") == 0 ? DISCLOSE_FILE : DISCLOSE_DOCUMENT, e);
	v->status = 422;
	return disclosure_show(v, e);
}

static bool
disclosure_once(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char once[TOKEN_BYTES];
	unsigned kind, what;
	struct span a, content;

	if (!token_parse(v->tail, once))
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "disclosure: shape of the address");
	buf_add(&in, once, sizeof(once));
	TRY(visit_ask_open(v, KEEPER_ONCE_TAKE, &in, &out, &a, e));
	kind = unpack_u8(&a);
	what = unpack_u8(&a);
	content = unpack_bytes(&a);
	TRY(unpack_end(&a, "disclosed", e));
	if (kind != ONCE_DISCLOSURE)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "disclosure: another kind of address");
	v->type = "application/octet-stream";
	snprintf(v->disposition, sizeof(v->disposition), what == DISCLOSE_FILE ? "disclosure.json.age" : "document.bin");
	buf_add(&v->page, content.p, content.len);
	return buf_ok(&v->page, e);
}

/* ---- asking ---- */

static bool
ticked(const struct visit *v, const char *number)
{
	for (size_t i = 0; i < v->form.many_count; i++)
		if (strcmp(v->form.many[i], number) == 0)
			return true;
	return false;
}

/* The form alone: nothing is opened. */
static bool
new_show(struct visit *v, struct err *e)
{
	struct disclosure_new_view w = {0};

	TRY(visit_tell(v, KEEPER_WHO, e));
	for (unsigned f = 1; f < FIELD__COUNT && w.n < COUNT(w.field); f++)
		if ((purposes[PURPOSE_DISCLOSURE].fields & FIELD_BIT(f)) != 0) {
			snprintf(w.field[w.n].number, sizeof(w.field[w.n].number), "%u", f);
			w.field[w.n].label = fields[f].label;
			w.field[w.n].ticked = ticked(v, w.field[w.n].number);
			w.n++;
		}
	duration_keep(v, v->site->disclosure_silence, w.silence);
	snprintf(w.document, sizeof(w.document), "%lld kB", (long long)(v->site->disclosure_document / 1024));
	page_disclosure_new(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

/* "1234, 5678 9" to numbers. */
static bool
members_pack(struct visit *v, struct buf *in)
{
	const char *at = form_text(&v->form, "members");
	int64_t number[DISCLOSURE_PEOPLE];
	unsigned n = 0;

	for (at += strspn(at, " ,"); *at != '\0'; at += strspn(at, " ,")) {
		char *end;

		if (n == COUNT(number) || *at < '0' || *at > '9')
			return false;
		number[n++] = strtoll(at, &end, 10);
		at = end;
	}
	pack_u8(in, n);
	for (unsigned i = 0; i < n; i++)
		pack_i64(in, number[i]);
	return n > 0;
}

static int64_t
fields_typed(const struct visit *v)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < v->form.many_count; i++) {
		long f = strtol(v->form.many[i], NULL, 10);

		if (f > 0 && f < FIELD__COUNT)
			bits |= FIELD_BIT(f);
	}
	return (int64_t)bits;
}

/* The silence ends with its last day. */
static bool
days_pack(struct visit *v, struct buf *in)
{
	static const char *const name[] = { "first", "last", "silence" };
	int64_t day[COUNT(name)] = {0};

	for (size_t i = 0; i < COUNT(name); i++) {
		const char *typed = form_text(&v->form, name[i]);

		if (typed[0] != '\0' && !day_read(typed, &day[i]))
			form_fault(&v->form, name[i], MSG("Write the day as year-month-day, for example 2026-01-31."));
	}
	pack_i64(in, day[0]);
	pack_i64(in, day[1]);
	/* 0 stands for no silence, which an empty box alone means: a day of long ago is one that is over. */
	pack_i64(in, form_text(&v->form, name[2])[0] == '\0' ? 0 : day[2] < 0 ? 1 : (day[2] + 1) * DAY);
	return form_good(&v->form);
}

static bool
request_pack(struct visit *v, struct buf *in)
{
	struct span document = form_bytes(&v->form, "document");

	pack_text(in, form_text(&v->form, "authority"));
	pack_text(in, form_text(&v->form, "basis"));
	if (!members_pack(v, in)) {
		form_fault(&v->form, "members", MSG("Give one to ten numbers of members, each once, and not your own."));
		return false;
	}
	pack_i64(in, fields_typed(v));
	if (!days_pack(v, in))
		return false;
	pack_bytes(in, document.p, document.len);
	pack_text(in, form_text(&v->form, "reason"));
	return true;
}

static const char *
field_of(enum why why)
{
	switch (why) {
	case WHY_DISCLOSURE_PEOPLE:
		return "members";
	case WHY_DISCLOSURE_FIELDS:
		return "field";
	case WHY_DISCLOSURE_PERIOD:
		return "last";
	case WHY_DISCLOSURE_SILENCE:
		return "silence";
	case WHY_DISCLOSURE_DOCUMENT:
		return "document";
	default:
		return NULL;
	}
}

static bool
send(struct visit *v, const struct buf *in, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	char to[64];
	struct span a;

	TRY(visit_ask(v, KEEPER_DISCLOSURE_ASK, in, &out, &a, e));
	snprintf(to, sizeof(to), PATH "/%lld", (long long)unpack_i64(&a));
	TRY(unpack_end(&a, "disclosure asked for", e));
	return visit_go(v, true, to, e);
}

static bool
new_ask(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};

	visit_ask_begin(v, &in);
	if (form_good(&v->form) && request_pack(v, &in)) {
		if (send(v, &in, e))
			return true;
		if (!visit_fault(v, e, field_of((enum why)e->why)))
			return false;
	}
	v->status = 422;
	return new_show(v, e);
}
