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

/* The page again, with what is wrong; or the refusal, when it belongs to no field. */
static bool
again(struct visit *v, const struct err *why, const char *field, struct err *e)
{
	/* The page of a closed case has no field that the summary could lead to. */
	if (why->kind != ERR_NONE && !visit_fault(v, why, why->why == WHY_CASE_CLOSED ? NULL : field)) {
		*e = *why;
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
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct err why = {0};
	unsigned what;
	int64_t number;
	struct span a;

	TRY(case_number(v, &number, e));
	if (!form_good(&v->form))
		return again(v, &why, NULL, e);
	what = place_of(form_text(&v->form, "what"), all, COUNT(all));
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_u8(&in, what);
	pack_mailbox(&in, form_text(&v->form, "deputy"));
	if (!visit_ask(v, KEEPER_DESK_HAND, &in, &out, &a, &why))
		return again(v, &why, "deputy", e);
	TRY(unpack_end(&a, "desk hand", e));
	/* Whose it is no longer goes back to the list. */
	return what == CASE_HAND_DEPUTY ? done(v, number, e) : visit_go(v, true, "/desk", e);
}

/* An operation of a number, a byte and words, whose answer is a text to keep. */
static bool
write_in(struct visit *v, uint32_t op, unsigned what, const char *field, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct err why = {0};
	int64_t number;
	struct span a;

	TRY(case_number(v, &number, e));
	if (!form_good(&v->form))
		return again(v, &why, NULL, e);
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_u8(&in, what);
	pack_text(&in, form_text(&v->form, field));
	if (!visit_ask(v, op, &in, &out, &a, &why))
		return again(v, &why, field, e);
	TRY(case_text_keep(v, &a, number, NULL, e));
	return done(v, number, e);
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
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct err why = {0};
	int64_t number;
	struct span a;
	bool asked;

	TRY(case_number(v, &number, e));
	if (!form_good(&v->form))
		return again(v, &why, NULL, e);
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_u32(&in, (uint32_t)form_number(&v->form, "field"));
	pack_text(&in, form_text(&v->form, "reason"));
	if (!visit_ask(v, KEEPER_DESK_FIELD, &in, &out, &a, &why))
		return again(v, &why, "reason", e);
	asked = unpack_u8(&a) != 0;
	TRY(unpack_end(&a, "desk field", e));
	return asked ? desk_case_draw(v, MSG("This member wants to be asked first. They are asked now; open the field once they have allowed it."), e) :
	    done(v, number, e);
}

/* Two officers decide whether whom a report concerns is told later. */
bool
desk_later(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct err why = {0};
	int64_t number;
	struct span a;

	TRY(case_number(v, &number, e));
	if (!form_good(&v->form))
		return again(v, &why, NULL, e);
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_i64(&in, form_number(&v->form, "days"));
	pack_text(&in, form_text(&v->form, "grounds"));
	if (!visit_ask(v, KEEPER_TELLING_ASK, &in, &out, &a, &why))
		return again(v, &why, why.why == WHY_TELLING ? "days" : "grounds", e);
	unpack_i64(&a);			/* the decision: the case's page says how it stands */
	TRY(unpack_end(&a, "desk later", e));
	return done(v, number, e);
}

/* Two officers decide: this one of staff has prepared it, and sees it no further. */
bool
desk_name(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct err why = {0};
	int64_t number;
	struct span a;

	TRY(case_number(v, &number, e));
	if (!form_good(&v->form))
		return again(v, &why, NULL, e);
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_text(&in, form_text(&v->form, "grounds"));
	if (!visit_ask(v, KEEPER_NAME_CHANGE_ASK, &in, &out, &a, &why))
		return again(v, &why, "grounds", e);
	unpack_i64(&a);
	TRY(unpack_end(&a, "desk name", e));
	return done(v, number, e);
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
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct err why = {0};
	int64_t number;
	struct span a;
	unsigned found;

	TRY(case_number(v, &number, e));
	if (!form_good(&v->form))
		return again(v, &why, NULL, e);
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_u8(&in, place_of(form_text(&v->form, "how"), all, COUNT(all)));
	pack_exactly(v, &in);
	if (!visit_ask(v, KEEPER_DESK_FIND, &in, &out, &a, &why))
		return again(v, &why, "exactly", e);
	found = unpack_u8(&a);
	TRY(unpack_end(&a, "desk find", e));
	if (found == FOUND_MOVED)
		return desk_draw(v, MSG("This report is with the officers now: it left your list, and nothing more is expected of you."), e);
	if (found != 0)
		return done(v, number, e);
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
