/*
 * portal/trust/officer_standing.c - looking up how somebody stands as an assurer, with what a finding of
 * fraud would mean, and asking two other officers for a decision about it.
 */
#include <string.h>
#include "build/pages/pages.h"
#include "portal/people/mailbox.h"
#include "portal/trust/officer.h"
#include "portal/trust/routes.h"

static const char *
standing_words(unsigned standing)
{
	static const char *const names[] = {
		[STANDING_GOOD] = MSG("good"), [STANDING_SUSPENDED] = MSG("suspended"), [STANDING_GONE] = MSG("has left"),
		[STANDING_FRAUD] = MSG("fraud was found"),
	};

	return standing < COUNT(names) ? names[standing] : MSG("unknown");
}

static void standing_wipe(struct standing_view *w) { explicit_bzero(w, sizeof(*w)); }

static bool
draw(struct visit *v, struct standing_view *w, struct err *e)
{
	duration_keep(v, v->site->trust->fall, w->fall);
	page_standing(&v->page, v, w);
	return buf_ok(&v->page, e);
}

/* Two histories get a line by this. */
static bool
look(struct visit *v, const char *who, struct standing_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_mailbox(&in, who);
	TRY(visit_ask(v, KEEPER_STANDING_LOOK, &in, &out, &a, e));
	w->member = unpack_i64(&a);
	w->standing = unpack_u8(&a);
	w->assurer = unpack_u8(&a) != 0;
	if_fraud_read(&a, &w->what);
	TRY(unpack_end(&a, "standing", e));
	snprintf(w->number, sizeof(w->number), "%lld", (long long)w->member);
	w->standing_name = standing_words(w->standing);
	w->looked = true;
	return true;
}

/* The form alone: nobody was looked up, so nothing is recorded. */
bool
standing_show(struct visit *v, struct err *e)
{
	struct standing_view w = {0};

	TRY(visit_tell(v, KEEPER_WHO, e));
	return draw(v, &w, e);
}

bool
standing_look(struct visit *v, struct err *e)
{
	DROP(standing_wipe) struct standing_view w = {0};

	if (form_good(&v->form)) {
		if (look(v, form_text(&v->form, "who"), &w, e)) {
			form_put(&v->form, "who", "");	/* the next one is somebody else */
			return draw(v, &w, e);
		}
		if (!visit_fault(v, e, "who"))
			return false;
	}
	v->status = 422;
	return standing_show(v, e);
}

/* ---- asking ---- */

static unsigned
kind_typed(const struct visit *v)
{
	const char *kind = form_text(&v->form, "kind");

	return strcmp(kind, "suspend") == 0 ? DECISION_SUSPEND : strcmp(kind, "lift") == 0 ? DECISION_LIFT : DECISION_FRAUD;
}

static bool
ask(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_u8(&in, kind_typed(v));
	pack_i64(&in, form_number(&v->form, "member"));
	pack_text(&in, form_text(&v->form, "reason"));
	return visit_ask(v, KEEPER_STANDING_ASK, &in, &out, &a, e) && decision_go(v, a, e);
}

/* The same form once more needs the same look-up; of nobody there is only the first form. */
static bool
ask_again(struct visit *v, struct err *e)
{
	DROP(standing_wipe) struct standing_view w = {0};
	struct err none = {0};

	v->status = 422;
	if (form_fault_of(&v->form, "member") != NULL || !look(v, form_text(&v->form, "member"), &w, &none))
		return standing_show(v, e);
	return draw(v, &w, e);
}

bool
standing_ask(struct visit *v, struct err *e)
{
	if (form_good(&v->form)) {
		if (ask(v, e))
			return true;
		if (!visit_fault(v, e, e->why == WHY_WORDS ? "reason" : e->why == WHY_DECISION_SUBJECT ? "kind" : NULL))
			return false;
	}
	return ask_again(v, e);
}
