/*
 * privacy/facts/handover_own.c - what a member does with hand-overs of their own: making a
 * code, seeing who used it for what, taking it back.
 */
#include <sodium.h>
#include <string.h>
#include "privacy/facts/assurance.h"
#include "privacy/facts/handover.h"
#include "privacy/facts/member.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/erase_field.h"

#define LISTED	60

static const char *const kind_words[HANDOVER_KIND__COUNT] = {
	[HANDOVER_SCREEN] = "on screen", [HANDOVER_PRINTED] = "printed", [HANDOVER_TTP] = "for a trusted third party",
	[HANDOVER_TOPUP] = "for a top-up", [HANDOVER_LOST] = "for a lost account",
};

/* ---- a new code ---- */

static int64_t
life_of(const struct keeper *k, unsigned kind)
{
	return kind == HANDOVER_SCREEN ? k->set->trust.handover_life : k->set->trust.handover_printed;
}

static bool
code_keep(struct keeper *k, struct act *a, const struct handover *h, struct err *e)
{
	struct code c;
	char text[CODE_TEXT];
	bool good;

	TRY(code_issue(k, CODE_HANDOVER, h->id, &c, e));
	code_print(&c, text);
	good = vault_put(k->vault, &a->owner, FIELD_CODE, h->id, span_text(text), a->now, e);
	code_wipe(&c);
	sodium_memzero(text, sizeof(text));
	return good;
}

/* A top-up adds to what third parties have checked: without them there is nothing to add to. */
static bool
topup_ready(struct keeper *k, const struct act *a, struct err *e)
{
	DROP(vouchings_wipe) struct vouchings v = {0};
	int64_t checked = 0;

	TRY(vouchings_load(k, a->owner.number, 0, &v, e));
	for (size_t i = 0; i < v.received_count; i++)
		checked += v.received[i].method == VOUCH_TTP && a->now < vouch_ends(&k->set->trust, &v.received[i]);
	return checked >= k->set->trust.ttp_count ||
	    REFUSE(e, ERR_DENIED, WHY_ASSURE_TTP_FIRST, "hand-over: %lld third parties", (long long)checked);
}

static bool
may_hand_over(struct keeper *k, const struct act *a, struct err *e)
{
	int64_t open;

	if (a->now < a->bar_until)
		return REFUSE(e, ERR_DENIED, WHY_BAR, "hand-over: within the bar");
	if ((a->steps & STEP_NAMES) == 0 || (a->steps & STEP_BIRTH) == 0)
		return REFUSE(e, ERR_DENIED, WHY_HANDOVER_DATA, "hand-over: nothing to compare yet");
	TRY(handover_count_open(k, a->owner.number, a->now, &open, e));
	return open < HANDOVERS_OPEN ||
	    REFUSE(e, ERR_DENIED, WHY_HANDOVER_MANY, "hand-over: %lld are open", (long long)open);
}

static bool
begin(struct keeper *k, struct act *a, enum handover_kind kind, struct err *e)
{
	struct handover h = { .member = a->owner.number, .kind = kind, .state = HANDOVER_OPEN, .made_at = a->now,
	    .expires = a->now + life_of(k, kind) };

	TRY(may_hand_over(k, a, e));
	TRY(handover_add(k, &h, e));
	TRY(code_keep(k, a, &h, e));
	TRY(document_used(k, a->owner.number, a->now, e));
	TRY(act_record(k, a, kind_words[kind], e));
	pack_i64(a->out, h.id);
	return true;
}

bool
op_handover_new(struct keeper *k, struct act *a, struct err *e)
{
	unsigned kind = unpack_u8(&a->in);

	TRY(act_read(a, e));
	if (kind != HANDOVER_SCREEN && kind != HANDOVER_PRINTED && kind != HANDOVER_TOPUP)
		return FAIL(e, ERR_INPUT, "hand-over: kind %u", kind);
	if (kind == HANDOVER_TOPUP)
		TRY(topup_ready(k, a, e));
	return begin(k, a, (enum handover_kind)kind, e);
}

/* Is this country on the operator's list (or every one, when there is none)? */
static bool
country_allowed(const char *list, const char *country)
{
	if (strlen(country) != 2 || strspn(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2)
		return false;
	for (const char *s = list; (s = strstr(s, country)) != NULL; s++)
		if ((s == list || s[-1] == ' ') && (s[2] == '\0' || s[2] == ' '))
			return true;
	return list[strspn(list, " ")] == '\0';
}

bool
op_ttp_new(struct keeper *k, struct act *a, struct err *e)
{
	char country[8];

	unpack_text(&a->in, country, sizeof(country));
	TRY(act_read(a, e));
	if (!country_allowed(k->set->trust.ttp_countries, country))
		return REFUSE(e, ERR_DENIED, WHY_TTP_COUNTRY, "third parties: not in this country");
	return begin(k, a, HANDOVER_TTP, e);
}

/* ---- who used it for what ---- */

struct listing { struct keeper *k; struct act *a; struct buf rows; uint32_t n; };
static void listing_wipe(struct listing *l) { buf_wipe(&l->rows); }

static enum handover_state
state_now(const struct keeper *k, const struct handover *h, int64_t now)
{
	return h->state <= HANDOVER_TAKEN && !handover_is_live(k, h, now) ? HANDOVER_OVER : h->state;
}

static bool
list_one(void *self, const struct handover *h, struct err *e)
{
	struct listing *l = self;
	DROP(buf_wipe) struct buf code = {0}, name = {0};
	enum handover_state s = state_now(l->k, h, l->a->now);
	bool found;

	/*
	 * Its assurer may lose the page and type it again.  Within 72 hours of a recovery nobody hands anything over, and one that
	 * whoever types it first would be shown fields by lies behind the password, as they do.
	 */
	if (((s == HANDOVER_OPEN && (l->a->flags & SESSION_FRESH) != 0) || s == HANDOVER_TAKEN) && l->a->now >= l->a->bar_until)
		TRY(act_open(l->k, l->a, FIELD_CODE, h->id, &code, NULL, &found, e));
	if (h->assurer != 0)
		TRY(name_lent(l->k, h->assurer, FIELD_SIGNER, &name, e));
	pack_i64(&l->rows, h->id);
	pack_u8(&l->rows, h->kind);
	pack_u8(&l->rows, s);
	pack_i64(&l->rows, h->made_at);
	pack_i64(&l->rows, h->expires);
	pack_bytes(&l->rows, code.data, code.len);
	pack_bytes(&l->rows, name.data, name.len);
	l->n++;
	return handover_uses(l->k, h->id, &l->rows, e);
}

bool
op_handovers(struct keeper *k, struct act *a, struct err *e)
{
	DROP(listing_wipe) struct listing l = { .k = k, .a = a };
	DROP(name_parts_wipe) struct name_parts p = {0};
	uint8_t index;

	TRY(act_read(a, e));
	TRY(name_main(k, a->owner.number, &index, e));
	TRY(name_open(k, a, a->role, &a->owner, index, &p, e));
	pack_bytes(a->out, p.whole.data, p.whole.len);
	TRY(handover_each(k, a->owner.number, LISTED, list_one, &l, e));
	pack_u32(a->out, l.n);
	buf_add(a->out, l.rows.data, l.rows.len);
	TRY(buf_ok(&l.rows, e));
	return act_record(k, a, "looked at", e);
}

/* ---- taking it back ---- */

/* Whoever had taken it reads why nothing opens any more. */
static bool
taken_away(struct keeper *k, struct act *a, int64_t assurer, struct err *e)
{
	struct owner o;

	TRY(member_owner(k, assurer, &o, NULL, e));
	return act_record_also(k, a, &o, "withdrawn by the member", e);
}

bool
op_handover_end(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct handover h;
	bool found;

	TRY(act_read(a, e));
	TRY(handover_get(k, id, &h, &found, e));
	if (!found || h.member != a->owner.number)
		return FAIL(e, ERR_ABSENT, "hand-over: not this member's");
	if (h.state > HANDOVER_TAKEN)
		return true;		/* over already: what was wanted is so */
	TRY(handover_finish(k, &h, HANDOVER_WITHDRAWN, a->now, e));
	if (h.assurer != 0)
		TRY(taken_away(k, a, h.assurer, e));
	return act_record(k, a, "withdrawn", e);
}
