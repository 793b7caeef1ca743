/* privacy/rights/guest_use.c - an officer asks for a guest; the guest answers, reads, votes, gives the seat up. */
#include <string.h>
#include "privacy/facts/decision_row.h"
#include "privacy/facts/member.h"
#include "privacy/facts/once.h"
#include "privacy/facts/plain.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/disclose_row.h"
#include "privacy/rights/guest.h"

#define SCHEME	"https://"

/* ---- asking ---- */

static bool
words_ok(const struct guest_words *w, struct err *e)
{
	size_t n = strlen(SCHEME);

	if (w->community[0] == '\0')
		return REFUSE(e, ERR_INPUT, WHY_WORDS, "guest: no community");
	if (!plain_line(w->community))
		return REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "guest: the community is not plain");
	return (strncmp(w->site, SCHEME, n) == 0 && w->site[n] != '\0' && strpbrk(w->site, " \"'<>\\") == NULL && plain_line(w->site)) ||
	    REFUSE(e, ERR_INPUT, WHY_GUEST_SITE, "guest: the community's address");
}

static bool
words_read(struct act *a, struct guest_words *w, struct err *e)
{
	unpack_text(&a->in, w->community, sizeof(w->community));
	unpack_text(&a->in, w->site, sizeof(w->site));
	return !a->in.bad || REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "guest: community or its address");
}

static bool
needed(struct keeper *k, const struct act *a, int64_t disclosure, struct err *e)
{
	enum guest_need need;

	TRY(guest_need(k, disclosure, a->owner.number, &need, e));
	if (need == GUEST_NOT_NEEDED)
		return REFUSE(e, ERR_CONFLICT, WHY_GUEST_ENOUGH, "guest: not needed");
	return need == GUEST_NEEDED || REFUSE(e, ERR_CONFLICT, WHY_GUEST_NOBODY, "guest: nobody to approve it");
}

bool
op_guest_ask(struct keeper *k, struct act *a, struct err *e)
{
	struct guest g = { .disclosure = unpack_i64(&a->in) };
	struct decision d = { .kind = DECISION_BORROW };
	char who[KEEPER_TEXT_MAX + 1], reason[KEEPER_TEXT_MAX + 1];
	struct guest_words w = {0};
	struct disclosure x;

	unpack_text(&a->in, who, sizeof(who));
	TRY(words_read(a, &w, e));
	unpack_text(&a->in, reason, sizeof(reason));
	TRY(act_read(a, e));
	TRY(disclosure_get(k, a->owner.number, g.disclosure, &x, e));
	TRY(reason_ok(reason, e));
	TRY(words_ok(&w, e));
	TRY(needed(k, a, g.disclosure, e));
	TRY(member_named(k, who, &g.member, e));
	TRY(guest_fits(k, g.member, g.disclosure, a->owner.number, a->now, e));
	d.subject = g.member;
	TRY(decision_ask(k, a, &d, reason, e));
	g.decision = d.id;
	pack_i64(a->out, d.id);
	TRY(guest_add(k, &g, &w, e));
	return decision_waits(k, &d, a->now, e);
}

/* ---- the guest ---- */

static bool
own_line(struct keeper *k, struct act *a, const struct guest *g, const char *what, struct err *e)
{
	char object[64];

	snprintf(object, sizeof(object), "disclosure %lld: %s", (long long)g->disclosure, what);
	return act_record(k, a, object, e);
}

static bool
case_line(struct keeper *k, const struct act *a, const struct guest *g, const char *what, struct err *e)
{
	struct case_row c;

	TRY(case_get(k, g->disclosure, &c, e));
	return disclosure_said(k, &c, what, ACTOR_OFFICER, a->now, e);
}

static bool
accept(struct keeper *k, struct act *a, struct guest *g, struct err *e)
{
	struct decision d;

	if ((a->flags & SESSION_CERTIFICATE) != 0)
		return REFUSE(e, ERR_DENIED, WHY_CERTIFICATE_SESSION, "guest: by certificate");
	TRY(decision_get(k, g->disclosure, &d, e));
	if (g->state != GUEST_OFFERED || g->until <= a->now || d.state != DECISION_OPEN)
		return REFUSE(e, ERR_CONFLICT, WHY_GUEST, "guest: not offered");
	TRY(guest_fits_still(k, g, a->now, e));
	g->state = GUEST_SITS;
	g->since = a->now;
	TRY(guest_set(k, g, e));
	TRY(case_line(k, a, g, "a guest officer's seat taken", e));
	return own_line(k, a, g, "a guest officer's seat taken", e);
}

static bool
document(struct keeper *k, struct act *a, int64_t disclosure, struct err *e)
{
	static const struct buf none = {0};
	struct guest g;

	TRY(guest_sits(k, a, disclosure, &g, e));
	return once_new(k, a, ONCE_DISCLOSURE, DISCLOSE_DOCUMENT, disclosure, &none, e);
}

bool
op_guest_act(struct keeper *k, struct act *a, struct err *e)
{
	int64_t disclosure = unpack_i64(&a->in);
	unsigned what = unpack_u8(&a->in);
	struct guest g;

	TRY(act_read(a, e));
	TRY(guest_of(k, a->owner.number, disclosure, &g, e));
	if (what == GUEST_ACCEPT)
		return accept(k, a, &g, e);
	if (what == GUEST_DOCUMENT)
		return document(k, a, disclosure, e);
	if (what != GUEST_LEAVE)
		return FAIL(e, ERR_INPUT, "guest: act %u", what);
	if (g.state == GUEST_OVER)
		return REFUSE(e, ERR_CONFLICT, WHY_GUEST, "guest: over");
	TRY(own_line(k, a, &g, "a guest officer's seat given up", e));
	return guest_end(k, &g, false, a->now, e);
}

/* What they decide about, and how it stands. */
static bool
disclosure_read(struct keeper *k, struct act *a, const struct guest *g, struct err *e)
{
	enum decision_mine m;
	struct disclosure x;
	struct decision d;
	bool opened;

	TRY(disclosure_get(k, a->owner.number, g->disclosure, &x, e));
	TRY(decision_get(k, g->disclosure, &d, e));
	TRY(disclosure_show(k, &x, false, a->now, a->out, e));
	TRY(decision_reason_pack(k, a, &d, NULL, &opened, e));
	TRY(decision_mine(k, &d, a->owner.number, &m, e));
	pack_u8(a->out, m);
	return decision_votes_pack(k, d.id, a->out, e);
}

bool
op_guest(struct keeper *k, struct act *a, struct err *e)
{
	int64_t disclosure = unpack_i64(&a->in);
	struct err why = {0};
	struct guest g;
	bool reads;

	TRY(act_read(a, e));
	TRY(guest_of(k, a->owner.number, disclosure, &g, e));
	reads = g.state == GUEST_SITS && guest_sits(k, a, disclosure, &g, &why);
	if (why.kind != ERR_NONE && why.why == WHY_NONE)
		return err_hand_on(e, &why);
	TRY(guest_pack(k, &g, a->out, e));
	pack_u8(a->out, reads);
	if (reads)
		TRY(disclosure_read(k, a, &g, e));
	return own_line(k, a, &g, "looked at", e);
}

bool
op_guest_vote(struct keeper *k, struct act *a, struct err *e)
{
	int64_t disclosure = unpack_i64(&a->in);
	bool yes = unpack_u8(&a->in) == 1;
	char reason[KEEPER_TEXT_MAX + 1];
	struct decision d;
	struct guest g;

	unpack_text(&a->in, reason, sizeof(reason));
	TRY(act_read(a, e));
	TRY(reason_ok(reason, e));
	TRY(guest_sits(k, a, disclosure, &g, e));
	TRY(decision_get(k, disclosure, &d, e));
	g.voted = true;			/* first: the vote may end the seat */
	TRY(guest_set(k, &g, e));
	TRY(decision_voted(k, a, &d, yes, reason, e));
	pack_u8(a->out, d.state);
	return true;
}

/* ---- an officer ends it ---- */

bool
op_guest_end(struct keeper *k, struct act *a, struct err *e)
{
	int64_t disclosure = unpack_i64(&a->in);
	enum decision_mine m;
	struct disclosure x;
	struct decision d;
	struct guest g;

	TRY(act_read(a, e));
	TRY(disclosure_get(k, a->owner.number, disclosure, &x, e));
	TRY(decision_get(k, disclosure, &d, e));
	TRY(decision_mine(k, &d, a->owner.number, &m, e));
	if (m == DECISION_MAY_NOT)
		return REFUSE(e, ERR_DENIED, WHY_DECISION_OWN, "guest: not this officer's to end");
	TRY(guest_there(k, disclosure, &g, e));
	if (g.voted)
		return REFUSE(e, ERR_CONFLICT, WHY_GUEST, "guest: voted already");
	TRY(own_line(k, a, &g, "a guest officer's seat ended", e));
	return guest_end(k, &g, true, a->now, e);
}
