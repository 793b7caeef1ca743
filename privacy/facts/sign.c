/*
 * privacy/facts/sign.c - signing noted assurances with the password: one, or a whole evening's list.
 *
 * Each is judged by itself; what may not be signed stays a draft and its reason is
 * told, the others are signed.  The password entry counts as one: the session's
 * token changes.
 */
#include <sodium.h>
#include "privacy/facts/assure.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/session.h"
#include "privacy/facts/signin.h"
#include "privacy/keeper/ops.h"

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
sign_all(struct keeper *k, struct act *a, const struct signing *s, unsigned char token[TOKEN_BYTES], struct err *e)
{
	DROP(buf_wipe) struct buf results = {0};

	for (uint32_t i = 0; i < s->count; i++) {
		uint32_t why = WHY_NONE;

		TRY(sign_one(k, a, s->id[i], &why, e));
		pack_i64(&results, s->id[i]);
		pack_u32(&results, why);
	}
	buf_add(a->out, token, TOKEN_BYTES);
	sodium_memzero(token, TOKEN_BYTES);
	session_block(a->out, a);
	pack_u32(a->out, s->count);
	buf_add(a->out, results.data, results.len);
	return buf_ok(&results, e) && buf_ok(a->out, e);
}

bool
op_assure_sign(struct keeper *k, struct act *a, struct err *e)
{
	DROP(signing_wipe) struct signing s = {0};
	unsigned char token[TOKEN_BYTES];
	bool entered;

	TRY(signing_read(a, &s, e));
	TRY(act_password(k, a, s.password, s.source, token, &entered, e));
	return !entered || sign_all(k, a, &s, token, e);
}
