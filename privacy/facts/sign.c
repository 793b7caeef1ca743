/*
 * privacy/facts/sign.c - signing noted assurances with the password: one, or a whole evening's list.
 *
 * Each is judged by itself; what may not be signed stays a draft and its reason is
 * told, the others are signed.  The password entry counts as one: the session's
 * token changes.
 */
#include <sodium.h>
#include "privacy/facts/assure.h"
#include "privacy/facts/credential.h"
#include "privacy/facts/handover.h"
#include "privacy/facts/member.h"
#include "privacy/facts/session.h"
#include "privacy/facts/signin.h"
#include "privacy/keeper/brake.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

struct signing {
	char		password[KEEPER_TEXT_MAX + 1];
	struct span	source;
	uint32_t	count;
	int64_t		id[SIGNED_AT_ONCE];
};
static void signing_wipe(struct signing *s) { sodium_memzero(s->password, sizeof(s->password)); }

static bool
signing_read(struct act *a, struct signing *s, struct err *e)
{
	unpack_text(&a->in, s->password, sizeof(s->password));
	s->source = unpack_bytes(&a->in);
	s->count = unpack_u32(&a->in);
	if (s->count < 1 || s->count > SIGNED_AT_ONCE)
		return FAIL(e, ERR_INPUT, "sign: %u at once", s->count);
	for (uint32_t i = 0; i < s->count; i++) {
		s->id[i] = unpack_i64(&a->in);
		for (uint32_t j = 0; j < i; j++)
			if (s->id[j] == s->id[i])
				return FAIL(e, ERR_INPUT, "sign: one twice");
	}
	return act_read(a, e);
}

/* Why this one may not be signed now; WHY_NONE: it may. */
static bool
judge(struct keeper *k, struct act *a, int64_t id, struct assurance *row, struct owner *member, uint32_t *why,
    struct err *e)
{
	struct err none = {0};

	*why = WHY_ASSURE_DONE;
	if (!assurance_get(k, id, row, &none))
		return none.kind == ERR_ABSENT || FAIL(e, none.kind, "%s", none.text);
	if (row->giver != a->owner.number || row->made_at != 0)
		return true;
	return assure_may_sign(k, &a->owner, row, a->now, member, why, e);
}

static bool
sign_one(struct keeper *k, struct act *a, int64_t id, uint32_t *why, struct err *e)
{
	DROP(meeting_wipe) struct meeting m = {0};
	struct assurance row;
	struct owner member;

	TRY(judge(k, a, id, &row, &member, why, e));
	if (*why != WHY_NONE)
		return true;
	TRY(meeting_get(k, &a->owner, row.id, &m, e));
	return assure_make(k, a, &a->owner, &member, &row, &m, e);
}

static bool
sign_all(struct keeper *k, struct act *a, const struct signing *s, struct err *e)
{
	unsigned char token[TOKEN_BYTES];
	DROP(buf_wipe) struct buf results = {0};

	TRY(session_renew(k, a, token, e));
	a->purpose = PURPOSE_PASSWORD;
	TRY(act_record(k, a, "entered again", e));
	a->purpose = PURPOSE_ASSURE;
	for (uint32_t i = 0; i < s->count; i++) {
		uint32_t why = WHY_NONE;

		TRY(sign_one(k, a, s->id[i], &why, e));
		pack_i64(&results, s->id[i]);
		pack_u32(&results, why);
	}
	buf_add(a->out, token, sizeof(token));
	sodium_memzero(token, sizeof(token));
	session_block(a->out, a);
	pack_u32(a->out, s->count);
	buf_add(a->out, results.data, results.len);
	return buf_ok(&results, e) && buf_ok(a->out, e);
}

static bool
sign_finish(struct keeper *k, struct act *a, const struct signing *s, struct span account, struct err *e)
{
	struct credential c;
	bool found, fits;

	TRY(brake_ask(k->brake, BRAKE_PASSWORD, account, s->source, a->now, e));
	TRY(credential_load(k, &a->owner, 0, &c, &found, e));
	fits = found && credential_fits(&c, &a->hashes->job[0]);
	sodium_memzero(&c, sizeof(c));
	if (!fits) {
		brake_count(k->brake, BRAKE_PASSWORD, account, s->source, a->now);
		return REFUSE(e, ERR_DENIED, WHY_SIGN_IN, "sign: wrong password");
	}
	brake_clear(k->brake, BRAKE_PASSWORD, account, s->source, a->now);
	return sign_all(k, a, s, e);
}

bool
op_assure_sign(struct keeper *k, struct act *a, struct err *e)
{
	DROP(signing_wipe) struct signing s = {0};
	struct span account = span_of(&a->owner.number, sizeof(a->owner.number));
	struct credential c;
	struct argon_job job;
	bool found;

	TRY(signing_read(a, &s, e));
	if (strlen(s.password) > PASSWORD_MOST)
		return REFUSE(e, ERR_DENIED, WHY_SIGN_IN, "sign: a long password");
	if (a->hashes != NULL)
		return sign_finish(k, a, &s, account, e);
	TRY(brake_ask(k->brake, BRAKE_PASSWORD, account, s.source, a->now, e));
	TRY(credential_load(k, &a->owner, 0, &c, &found, e));
	if (!found)
		return FAIL(e, ERR_TAMPER, "sign: no password is kept");
	credential_job_again(k, CREDENTIAL_PASSWORD, s.password, &c, &job);
	sodium_memzero(&c, sizeof(c));
	return act_hash(k, a, ARGON_SIGN_IN, &job, 1, e);
}
