#include <sodium.h>
#include "privacy/facts/address.h"
#include "privacy/facts/answer.h"
#include "privacy/facts/credential.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/question.h"
#include "privacy/facts/recovery.h"
#include "privacy/facts/session.h"
#include "privacy/facts/setting.h"
#include "privacy/facts/signin.h"
#include "privacy/keeper/brake.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/retain.h"

#define ASKED	3		/* questions of one link */

const char recovery_schema[] =
"CREATE TABLE reset_try ("		/* wrong answers, for reset.window */
" member INTEGER NOT NULL REFERENCES member (number),"
" at INTEGER NOT NULL) STRICT;"
"CREATE INDEX reset_try_member ON reset_try (member, at);"
"CREATE INDEX reset_try_at ON reset_try (at);";

static const struct sql
sql_tries = { "reset_tries", "ii", "i",
	"SELECT CAST(count(*) AS bigint) FROM reset_try WHERE member = $1 AND at > $2" },
sql_try_add = { "reset_try_add", "ii", "", "INSERT INTO reset_try (member, at) VALUES ($1, $2)" },
sql_try_old = { "reset_try_old", "i", "", "DELETE FROM reset_try WHERE at <= $1" };

bool
recovery_sweep(struct keeper *k, int64_t now, struct err *e)
{
	TRY(sql_do(k->store, &sql_try_old, e, now - k->set->reset_window));
	return retain_note(k, RETAIN_TRIES, sql_changed(k->store), e);
}

/* ---- asking for the link ---- */

/* Three different slots of 1..5 as decimal digits, in random order: 415. */
static int64_t
slots_draw(void)
{
	int slot[QUESTIONS] = { 1, 2, 3, 4, 5 };
	int64_t ref = 0;

	for (unsigned i = 0; i < ASKED; i++) {
		unsigned j = i + randombytes_uniform(QUESTIONS - i);
		int was = slot[i];

		slot[i] = slot[j];
		slot[j] = was;
		ref = ref * 10 + slot[i];
	}
	return ref;
}

static void
slots_of(int64_t ref, int into[ASKED])
{
	for (int i = ASKED - 1; i >= 0; i--, ref /= 10)
		into[i] = (int)(ref % 10);
}

bool
op_forgot(struct keeper *k, struct act *a, struct err *e)
{
	char typed[KEEPER_TEXT_MAX + 1], address[ADDRESS_MAX];
	struct span source, none = span_of(NULL, 0);
	struct member_facts f = {0};
	struct owner o;
	int64_t member;

	unpack_text(&a->in, typed, sizeof(typed));
	source = unpack_bytes(&a->in);
	TRY(act_read(a, e));
	TRY(address_normalise(typed, address, e));
	TRY(brake_ask(k->brake, BRAKE_FORGOT, none, source, a->now, e));
	brake_count(k->brake, BRAKE_FORGOT, none, source, a->now);
	TRY(address_holder(k, address, &member, NULL, e));
	TRY(member_owner(k, member, &o, &f, e));
	/* Nobody's address costs the same rows; its mail is never sent. */
	struct mail_order m = { .kind = member != 0 ? MAIL_RESET : MAIL_RESET_UNKNOWN,
	    .owner = member != 0 ? &o : NULL, .address = address,
	    .lang = member != 0 ? f.lang : "en", .ref = slots_draw(), .token = true,
	    .expires = a->now + k->set->reset_token_life, .purpose = PURPOSE_RECOVERY };

	return mail_queue(k, &m, a->now, NULL, e);
}

/* ---- the questions ---- */

static bool
reset_token(const struct act *a, struct err *e)
{
	return a->mail->kind == MAIL_RESET ||
	    REFUSE(e, ERR_ABSENT, WHY_TOKEN, "a mailed token of another kind");
}

bool
op_reset_look(struct keeper *k, struct act *a, struct err *e)
{
	int slots[ASKED], set;

	TRY(act_read(a, e));
	TRY(reset_token(a, e));
	TRY(question_count(k, a->owner.number, &set, e));
	if (set < QUESTIONS) {
		pack_u8(a->out, 0);
		return true;
	}
	slots_of(a->mail->ref, slots);
	pack_u8(a->out, ASKED);
	for (size_t i = 0; i < ASKED; i++) {
		DROP(buf_wipe) struct buf text = {0};
		bool found;

		TRY(act_open(k, a, FIELD_QUESTION, slots[i], &text, NULL, &found, e));
		pack_u8(a->out, (unsigned)slots[i]);
		pack_bytes(a->out, text.data, text.len);
	}
	return act_record(k, a, "questions shown", e);
}

/* ---- the answers ---- */

struct reset {
	int		slot[ASKED];
	struct buf	normal[ASKED];
	char		password[KEEPER_TEXT_MAX + 1];
};

static void
reset_wipe(struct reset *r)
{
	for (size_t i = 0; i < ASKED; i++)
		buf_wipe(&r->normal[i]);
	sodium_memzero(r, sizeof(*r));
}

static bool
reset_read(struct act *a, struct reset *r, struct err *e)
{
	int slots[ASKED];
	bool fits = true, good = true;

	slots_of(a->mail->ref, slots);
	for (size_t i = 0; i < ASKED; i++) {
		char answer[KEEPER_TEXT_MAX + 1];

		r->slot[i] = unpack_u8(&a->in);
		fits = fits && r->slot[i] == slots[i];
		unpack_text(&a->in, answer, sizeof(answer));
		good = good && answer_normal(answer, &r->normal[i], e);
		sodium_memzero(answer, sizeof(answer));
	}
	unpack_text(&a->in, r->password, sizeof(r->password));
	TRY(good);
	TRY(act_read(a, e));
	return fits || FAIL(e, ERR_INPUT, "reset: other slots than asked");
}

static bool
new_password_ok(struct keeper *k, struct act *a, const char *password, struct err *e)
{
	DROP(buf_wipe) struct buf address = {0};

	TRY(address_peek(k, &a->owner, &address, e));
	return password_ok(password, address.len > 0 ? address.data : "", e);
}

static bool
tries_left(struct keeper *k, struct act *a, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_tries, e, a->owner.number, a->now - k->set->reset_window));
	return (r != NULL && rows_i64(r, 0) < k->set->reset_tries) ||
	    REFUSE(e, ERR_DENIED, WHY_RESET_SPENT, "reset: no tries left");
}

static bool
reset_begin(struct keeper *k, struct act *a, const struct reset *r, struct err *e)
{
	struct argon_job jobs[ASKED + 1];
	int set;

	TRY(question_count(k, a->owner.number, &set, e));
	if (set < QUESTIONS)
		return REFUSE(e, ERR_DENIED, WHY_QUESTIONS_MISSING, "reset: %d questions", set);
	TRY(new_password_ok(k, a, r->password, e));
	for (size_t i = 0; i < ASKED; i++) {
		struct credential c;
		bool found, good;

		TRY(credential_load(k, &a->owner, r->slot[i], &c, &found, e));
		if (!found)
			return FAIL(e, ERR_TAMPER, "reset: an answer is missing");
		good = credential_job_again(k, CREDENTIAL_ANSWER,
		    r->normal[i].data == NULL ? "" : r->normal[i].data, &c, &jobs[i], e);
		sodium_memzero(&c, sizeof(c));
		TRY(good);
	}
	TRY(credential_job_new(k, CREDENTIAL_PASSWORD, r->password, &jobs[ASKED], e));
	return act_hash(k, a, ARGON_RECOVERY, jobs, COUNT(jobs), e);
}

/* Every answer is looked at, right or wrong. */
static bool
answers_fit(struct keeper *k, struct act *a, const struct reset *r, bool *fit, struct err *e)
{
	unsigned good = 0;

	for (size_t i = 0; i < ASKED; i++) {
		struct credential c;
		bool found;

		TRY(credential_load(k, &a->owner, r->slot[i], &c, &found, e));
		good += found && credential_fits(&c, &a->hashes->job[i]);
		sodium_memzero(&c, sizeof(c));
	}
	*fit = good == ASKED;
	return true;
}

static bool
reset_wrong(struct keeper *k, struct act *a, struct err *e)
{
	TRY(sql_do(k->store, &sql_try_add, e, a->owner.number, a->now));
	TRY(address_notify(k, &a->owner, a->lang, MAIL_RESET_FAILED, NULL, a->purpose, a->now, e));
	TRY(act_record(k, a, "wrong answers", e));
	a->keep = true;
	return REFUSE(e, ERR_DENIED, WHY_ANSWERS_WRONG, "reset: wrong answers");
}

bool
recovery_done(struct keeper *k, const struct owner *o, const char *lang, const struct argon_job *password, const char *object,
    int64_t now, struct err *e)
{
	struct record_line l = { .about = o, .purpose = PURPOSE_RECOVERY, .role = ACTOR_OWNER, .object = object };

	TRY(mail_cancel(k, o->number, MAIL_RESET, 0, e));
	TRY(credential_store(k, o, 0, password, now, e));
	TRY(session_end_all(k, o->number, 0, e));
	/* No way in of before outlasts this: whoever knew the password may have made one. */
	TRY(setting_put(k, o->number, SETTING_CERT_SIGN_IN, 0, e));
	TRY(member_bar(k, o->number, now + k->set->reset_bar, e));
	TRY(address_notify(k, o, lang, MAIL_RESET_DONE, NULL, PURPOSE_RECOVERY, now, e));
	return keeper_record(k, &l, now, NULL, e);
}

static bool
reset_done(struct keeper *k, struct act *a, struct err *e)
{
	TRY(mail_token_spend(k, a->mail->id, e));
	return recovery_done(k, &a->owner, a->lang, &a->hashes->job[ASKED], "new password; signing in by certificate is off", a->now, e);
}

bool
op_reset_take(struct keeper *k, struct act *a, struct err *e)
{
	DROP(reset_wipe) struct reset r = {0};
	bool fit;

	TRY(reset_token(a, e));
	TRY(reset_read(a, &r, e));
	/* In both turns: tries sent side by side are judged one after another. */
	TRY(tries_left(k, a, e));
	if (a->hashes == NULL)
		return reset_begin(k, a, &r, e);
	TRY(answers_fit(k, a, &r, &fit, e));
	return fit ? reset_done(k, a, e) : reset_wrong(k, a, e);
}
