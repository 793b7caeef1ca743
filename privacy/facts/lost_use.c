/* privacy/facts/lost_use.c - a way back in being used: the sheet, two assurers, the links in mails, the new password. */
#include <sodium.h>
#include "privacy/facts/address.h"
#include "privacy/facts/credential.h"
#include "privacy/facts/lost.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/quiet.h"
#include "privacy/facts/recovery.h"
#include "privacy/facts/signin.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/message.h"

static bool
none(struct err *e)
{
	return REFUSE(e, ERR_DENIED, WHY_LOST, "lost access: none that stands open here");
}

/* ---- the sheet ---- */

bool
op_lost_sheet(struct keeper *k, struct act *a, struct err *e)
{
	struct record_line line = { .purpose = PURPOSE_LOST_ACCESS, .role = ACTOR_SYSTEM, .object = "a sheet was made" };
	char shown[CODE_TEXT];
	struct owner member;
	struct code code;
	struct lost l;
	int64_t ended;
	bool found;

	TRY(act_read(a, e));
	TRY(lost_of_case(k, a->case_number, &l, &found, e));
	if (!found || l.way != LOST_BY_SHEET || l.state != LOST_RUNS || !lost_is_live(&l, a->now))
		return none(e);
	/* A new sheet begins anew: the code before is over, and what assurers had begun with it; who confirmed has. */
	TRY(code_end(k, CODE_LOST, l.number, e));
	TRY(handover_pass_end(k, l.number, HANDOVER_OVER, a->now, &ended, e));
	TRY(code_issue(k, CODE_LOST, l.number, &code, e));
	code_print(&code, shown);
	code_wipe(&code);
	pack_text(a->out, shown);
	sodium_memzero(shown, sizeof(shown));
	pack_i64(a->out, l.ends_at);
	pack_i64(a->out, l.number);
	TRY(member_owner(k, l.member, &member, NULL, e));
	line.about = &member;
	TRY(keeper_record(k, &line, a->now, NULL, e));
	return act_record(k, a, "a sheet for two assurers", e);
}

/* ---- two assurers ---- */

/* Nobody who could have an interest: not the member, not who works on the case, no tie, not the same one twice. */
static bool
fit(struct keeper *k, const struct act *a, const struct lost *l, struct err *e)
{
	struct case_hand h;
	struct case_row c;

	if (l->member == a->owner.number)
		return REFUSE(e, ERR_DENIED, WHY_ASSURE_SELF, "lost access: one's own");
	if (l->first == a->owner.number)
		return REFUSE(e, ERR_DENIED, WHY_LOST_TWICE, "lost access: confirmed by this one already");
	TRY(case_get(k, l->number, &c, e));
	c.about = l->member;
	TRY(case_hand(k, a, &c, &h, e));
	if (h.vouched || c.staff == a->owner.number || c.deputy == a->owner.number)
		return REFUSE(e, ERR_DENIED, WHY_CASE_TIE, "lost access: a tie");
	return true;
}

static bool
begin(struct keeper *k, struct act *a, const struct lost *l, struct handover *h, struct err *e)
{
	struct owner member;

	*h = (struct handover){ .member = l->member, .assurer = a->owner.number, .pass = l->number, .kind = HANDOVER_LOST,
	    .state = HANDOVER_OPEN, .made_at = a->now, .expires = l->ends_at };
	TRY(handover_add(k, h, e));
	TRY(member_owner(k, l->member, &member, NULL, e));
	return handover_begin(k, a, &member, h, e);
}

bool
lost_take(struct keeper *k, struct act *a, const struct code_found *f, struct handover *h, bool *good, struct err *e)
{
	struct lost l;
	bool found, used;

	*good = false;
	TRY(lost_of_case(k, f->ref, &l, &found, e));
	if (!found || !f->fits || l.state != LOST_RUNS || !lost_is_live(&l, a->now))
		return true;
	TRY(fit(k, a, &l, e));
	TRY(handover_of_pass(k, l.number, a->owner.number, h, &used, e));
	*good = !used || (h->state == HANDOVER_TAKEN && handover_is_live(k, h, a->now));
	return used || begin(k, a, &l, h, e);
}

/* The name may differ in spelling, as papers do; the day may not. */
static bool
agreed(const struct handover *h, struct err *e)
{
	return ((h->match[TRIED_NAME] == MATCH_SAME || h->match[TRIED_NAME] == MATCH_SPELLING) && h->match[TRIED_BIRTH] == MATCH_SAME) ||
	    REFUSE(e, ERR_DENIED, WHY_LOST_MATCH, "lost access: name and birth date did not both agree");
}

static bool
confirmed(struct keeper *k, struct lost *l, int64_t assurer, int64_t now, struct err *e)
{
	if (l->first == 0) {
		l->first = assurer;
		return lost_step(k, l, MSG("one assurer has confirmed who asks; a second one is to"), now, e);
	}
	l->second = assurer;
	TRY(code_end(k, CODE_LOST, l->number, e));
	return lost_move(k, l, LOST_GIVEN, MSG("two assurers have confirmed who asks; a new password can be chosen"), now, e);
}

bool
op_lost_confirm(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct owner member;
	struct handover h;
	struct lost l;
	bool found;

	TRY(act_read(a, e));
	TRY(handover_live(k, id, a->owner.number, a->now, &h, e));
	TRY(lost_of_case(k, h.pass, &l, &found, e));
	if (h.kind != HANDOVER_LOST || !found || l.state != LOST_RUNS || !lost_is_live(&l, a->now))
		return none(e);
	TRY(fit(k, a, &l, e));
	TRY(agreed(&h, e));
	TRY(member_owner(k, l.member, &member, NULL, e));
	TRY(handover_note(k, &h, HANDOVER_WAS_NOTED, 0, a->now, e));
	TRY(handover_finish(k, &h, HANDOVER_DONE, a->now, e));
	TRY(confirmed(k, &l, a->owner.number, a->now, e));
	pack_u8(a->out, l.second != 0 ? 2 : 1);
	return act_record_of(k, a, ACTOR_ASSURER, &member, "confirmed who asks for the way back", "confirmed who asks for a way back", e);
}

/* ---- the links ---- */

static bool
of_mail(struct keeper *k, const struct act *a, enum mail_use kind, struct lost *l, struct err *e)
{
	bool found;

	if (a->mail->kind != kind)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "a mailed token of another kind");
	TRY(lost_of_member(k, a->owner.number, l, &found, e));
	return (found && lost_is_live(l, a->now)) || none(e);
}

bool
op_lost_look(struct keeper *k, struct act *a, struct err *e)
{
	struct lost l;

	TRY(act_read(a, e));
	TRY(of_mail(k, a, a->mail->kind == MAIL_LOST_OPEN ? MAIL_LOST_OPEN : MAIL_LOST, &l, e));
	pack_u8(a->out, a->mail->kind);
	pack_u8(a->out, l.way);
	pack_u8(a->out, l.state);
	pack_i64(a->out, l.due_at);
	pack_i64(a->out, l.number);
	return true;
}

/* Whose mailbox this is says: it is me who asks. */
static bool
go_on(struct keeper *k, struct act *a, struct lost *l, struct err *e)
{
	if (l->way != LOST_BY_WAITING || l->state != LOST_RUNS || l->due_at != 0)
		return none(e);
	l->address = a->mail->ref;
	l->due_at = a->now + k->set->lost_wait;
	l->ends_at = a->now + LOST_LIFE;	/* else it might be over before the waiting is */
	TRY(lost_step(k, l, MSG("whoever asks has shown that one of your addresses is theirs; when the waiting time is over a new password can be chosen"), a->now, e));
	return act_record(k, a, "an address was shown to be theirs", e);
}

bool
op_lost_answer(struct keeper *k, struct act *a, struct err *e)
{
	unsigned yes = unpack_u8(&a->in);
	struct lost l;

	TRY(act_read(a, e));
	TRY(of_mail(k, a, MAIL_LOST, &l, e));
	TRY(mail_token_spend(k, a->mail->id, e));
	if (yes == 1) {
		TRY(go_on(k, a, &l, e));
	} else {
		TRY(lost_move(k, &l, LOST_STOPPED, MSG("stopped, by a link from one of your addresses"), a->now, e));
		TRY(act_record(k, a, "stopped", e));
	}
	TRY(quiet_used(k, a->owner.number, a->now, e));
	pack_u8(a->out, l.state);
	return true;
}

/* ---- the new password ---- */

static void password_wipe(char (*p)[KEEPER_TEXT_MAX + 1]) { sodium_memzero(*p, sizeof(*p)); }

static bool
password_hash(struct keeper *k, struct act *a, const struct owner *o, const char *password, struct err *e)
{
	DROP(buf_wipe) struct buf address = {0};
	struct argon_job job;

	TRY(address_peek(k, o, &address, e));
	TRY(password_ok(password, address.len > 0 ? address.data : "", e));
	TRY(credential_job_new(k, CREDENTIAL_PASSWORD, password, &job, e));
	return act_hash(k, a, ARGON_RECOVERY, &job, 1, e);
}

static bool
done(struct keeper *k, struct act *a, struct lost *l, const struct owner *o, struct err *e)
{
	struct member_facts f;
	struct owner same;

	TRY(member_owner(k, o->number, &same, &f, e));
	TRY(lost_move(k, l, LOST_DONE, MSG("done: a new password was chosen"), a->now, e));
	return recovery_done(k, o, f.lang, &a->hashes->job[0], "a new password, by way of a case of lost access", a->now, e);
}

/* In both turns the state is asked again: of two who send at once the second finds it done. */
bool
op_lost_password(struct keeper *k, struct act *a, struct err *e)
{
	DROP(password_wipe) char password[KEEPER_TEXT_MAX + 1] = "";
	struct owner member;
	struct lost l;
	bool found;

	unpack_text(&a->in, password, sizeof(password));
	TRY(act_read(a, e));
	TRY(lost_of_case(k, a->case_number, &l, &found, e));
	if (!found || l.way != LOST_BY_SHEET || l.state != LOST_GIVEN || !lost_is_live(&l, a->now))
		return none(e);
	TRY(member_owner(k, l.member, &member, NULL, e));
	if (a->hashes == NULL)
		return password_hash(k, a, &member, password, e);
	TRY(done(k, a, &l, &member, e));
	return act_record(k, a, "a new password was chosen", e);
}

bool
op_lost_take(struct keeper *k, struct act *a, struct err *e)
{
	DROP(password_wipe) char password[KEEPER_TEXT_MAX + 1] = "";
	struct lost l;

	unpack_text(&a->in, password, sizeof(password));
	TRY(act_read(a, e));
	TRY(of_mail(k, a, MAIL_LOST_OPEN, &l, e));
	if (l.state != LOST_GIVEN)
		return none(e);
	if (a->hashes == NULL)
		return password_hash(k, a, &a->owner, password, e);
	TRY(mail_token_spend(k, a->mail->id, e));
	return done(k, a, &l, &a->owner, e);
}
