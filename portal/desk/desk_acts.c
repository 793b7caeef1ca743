/* portal/desk/desk_acts.c - what staff do with a case: take, hand over, write, extend, close, open a field, find whom it concerns. */
#include <string.h>
#include "portal/ca/host.h"
#include "portal/desk/case_routes.h"
#include "portal/desk/cases.h"
#include "portal/desk/desk.h"
#include "portal/people/mailbox.h"

/* Where "choice" stands in "a|b|c", from 1; 0: not. */
static unsigned
place_of(const char *choice, const char *const *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(choice, all[i]) == 0)
			return (unsigned)i + 1;
	return 0;
}

/* Done: on to the case's page. */
static bool
done(struct visit *v, int64_t number, struct err *e)
{
	char to[64];

	snprintf(to, sizeof(to), "/desk/case/%lld", (long long)number);
	return visit_go(v, true, to, e);
}

/* A form on a case's page: what is asked of the keeper, and what comes of it. */
struct deed {
	int64_t		number;		/* of the case */
	struct buf	in, out;
	struct span	a;		/* the answer, in out */
	struct err	why;		/* why not; of no kind: the form itself is at fault */
};

static void
deed_wipe(struct deed *d)
{
	buf_wipe(&d->in);
	buf_wipe(&d->out);
}

/* The case's number is packed; false: deed_again() says why. */
static bool
deed_begin(struct visit *v, struct deed *d)
{
	if (!case_number(v, &d->number, &d->why) || !form_good(&v->form))
		return false;
	visit_ask_begin(v, &d->in);
	pack_i64(&d->in, d->number);
	return true;
}

static bool
deed_ask(struct visit *v, struct deed *d, uint32_t op)
{
	return visit_ask(v, op, &d->in, &d->out, &d->a, &d->why);
}

/* The page again, with what is wrong with this field (NULL: with all); or the refusal, when it belongs to no form. */
static bool
deed_again(struct visit *v, const struct deed *d, const char *field, struct err *e)
{
	/* The page of a closed case has no field that the summary could lead to. */
	if (d->why.kind != ERR_NONE && !visit_fault(v, &d->why, d->why.why == WHY_CASE_CLOSED ? NULL : field)) {
		*e = d->why;
		return false;
	}
	v->status = 422;
	return desk_case_draw(v, NULL, e);
}

bool
desk_take(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t number;
	struct span a;

	TRY(case_number(v, &number, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	TRY(visit_ask(v, KEEPER_DESK_TAKE, &in, &out, &a, e));
	TRY(unpack_end(&a, "desk take", e));
	return done(v, number, e);
}

bool
desk_hand(struct visit *v, struct err *e)
{
	static const char *const all[] = { "deputy", "over", "back" };
	DROP(deed_wipe) struct deed d = {0};
	unsigned what;

	if (!deed_begin(v, &d))
		return deed_again(v, &d, NULL, e);
	what = place_of(form_text(&v->form, "what"), all, COUNT(all));
	pack_u8(&d.in, what);
	pack_mailbox(&d.in, form_text(&v->form, "deputy"));
	if (!deed_ask(v, &d, KEEPER_DESK_HAND))
		return deed_again(v, &d, "deputy", e);
	TRY(unpack_end(&d.a, "desk hand", e));
	/* Whose it is no longer goes back to the list. */
	return what == CASE_HAND_DEPUTY ? done(v, d.number, e) : visit_go(v, true, "/desk", e);
}

/* An operation of a number, a byte and words, whose answer is a text to keep. */
static bool
write_in(struct visit *v, uint32_t op, unsigned what, const char *field, struct err *e)
{
	DROP(deed_wipe) struct deed d = {0};

	if (!deed_begin(v, &d))
		return deed_again(v, &d, NULL, e);
	pack_u8(&d.in, what);
	pack_text(&d.in, form_text(&v->form, field));
	if (!deed_ask(v, &d, op))
		return deed_again(v, &d, field, e);
	TRY(case_text_keep(v, &d.a, d.number, NULL, e));
	return done(v, d.number, e);
}

bool
desk_say(struct visit *v, struct err *e)
{
	static const char *const all[] = { "answer", "wait", "note" };

	return write_in(v, KEEPER_DESK_SAY, place_of(form_text(&v->form, "as"), all, COUNT(all)), "message", e);
}

bool
desk_extend(struct visit *v, struct err *e)
{
	return write_in(v, KEEPER_DESK_EXTEND, form_text(&v->form, "months")[0] == '2' ? 2 : 1, "because", e);
}

bool
desk_close(struct visit *v, struct err *e)
{
	static const char *const all[] = { "done", "partly", "refused", "withdrawn", "silence" };

	return write_in(v, KEEPER_DESK_CLOSE, place_of(form_text(&v->form, "outcome"), all, COUNT(all)), "ending", e);
}

bool
desk_open(struct visit *v, struct err *e)
{
	DROP(deed_wipe) struct deed d = {0};
	bool asked;

	if (!deed_begin(v, &d))
		return deed_again(v, &d, NULL, e);
	pack_u32(&d.in, (uint32_t)form_number(&v->form, "field"));
	pack_text(&d.in, form_text(&v->form, "reason"));
	if (!deed_ask(v, &d, KEEPER_DESK_FIELD))
		return deed_again(v, &d, "reason", e);
	asked = unpack_u8(&d.a) != 0;
	TRY(unpack_end(&d.a, "desk field", e));
	return asked ? desk_case_draw(v, MSG("This member wants to be asked first. They are asked now; open the field once they have allowed it."), e) :
	    done(v, d.number, e);
}

/* Two officers decide whether whom a report concerns is told later. */
bool
desk_later(struct visit *v, struct err *e)
{
	DROP(deed_wipe) struct deed d = {0};

	if (!deed_begin(v, &d))
		return deed_again(v, &d, NULL, e);
	pack_i64(&d.in, form_number(&v->form, "days"));
	pack_text(&d.in, form_text(&v->form, "grounds"));
	if (!deed_ask(v, &d, KEEPER_TELLING_ASK))
		return deed_again(v, &d, d.why.why == WHY_TELLING ? "days" : "grounds", e);
	unpack_i64(&d.a);			/* the decision: the case's page says how it stands */
	TRY(unpack_end(&d.a, "desk later", e));
	return done(v, d.number, e);
}

/* Two officers decide: this one of staff has prepared it, and sees it no further. */
bool
desk_name(struct visit *v, struct err *e)
{
	DROP(deed_wipe) struct deed d = {0};

	if (!deed_begin(v, &d))
		return deed_again(v, &d, NULL, e);
	pack_text(&d.in, form_text(&v->form, "grounds"));
	if (!deed_ask(v, &d, KEEPER_NAME_CHANGE_ASK))
		return deed_again(v, &d, "grounds", e);
	unpack_i64(&d.a);
	TRY(unpack_end(&d.a, "desk name", e));
	return done(v, d.number, e);
}

/* Addresses and domains are known by their A-labels; what is no domain is copied, and found nowhere. */
static void
pack_exactly(const struct visit *v, struct buf *in)
{
	const char *typed = form_text(&v->form, "exactly");
	char host[256];

	if (strcmp(form_text(&v->form, "how"), "domain") == 0 && host_ascii(typed, host, NULL))
		pack_text(in, host);
	else
		pack_mailbox(in, typed);
}

bool
desk_find(struct visit *v, struct err *e)
{
	static const char *const all[] = { "address", "domain", "serial", "number" };
	DROP(deed_wipe) struct deed d = {0};
	unsigned found;

	if (!deed_begin(v, &d))
		return deed_again(v, &d, NULL, e);
	pack_u8(&d.in, place_of(form_text(&v->form, "how"), all, COUNT(all)));
	pack_exactly(v, &d.in);
	if (!deed_ask(v, &d, KEEPER_DESK_FIND))
		return deed_again(v, &d, "exactly", e);
	found = unpack_u8(&d.a);
	TRY(unpack_end(&d.a, "desk find", e));
	if (found == FOUND_MOVED)
		return desk_draw(v, MSG("This report is with the officers now: it left your list, and nothing more is expected of you."), e);
	if (found != 0)
		return done(v, d.number, e);
	form_put(&v->form, "exactly", "");
	return desk_case_draw(v, MSG("Nobody was found by that. Only an exact match counts, and the search is recorded."), e);
}

bool
desk_lost(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t number;
	struct span a;

	TRY(case_number(v, &number, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	TRY(visit_ask(v, KEEPER_LOST_START, &in, &out, &a, e));
	unpack_u8(&a);			/* which way it is the case's page tells */
	TRY(unpack_end(&a, "lost access", e));
	return done(v, number, e);
}
