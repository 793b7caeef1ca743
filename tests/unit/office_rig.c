#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/role.h"
#include "tests/unit/office_rig.h"

void
office_open(struct rig *r, struct person officer[OFFICERS])
{
	for (int i = 0; i < OFFICERS; i++) {
		char login[32];

		snprintf(login, sizeof(login), "officer%d", i);
		person_make(r, &officer[i], login, "Olu", login, NULL, NULL);
		rig_begin_hand(r);
		assert_true(role_set(&r->keeper, &officer[i].owner, ROLE_OFFICER, true, ACTOR_SYSTEM, rig_now(r), &r->err));
		rig_end_hand(r);
		person_sign_in(r, &officer[i]);
	}
}

bool
office_votes(struct rig *r, struct person *p, int64_t id, bool yes, unsigned *state)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;

	assert_true(rig_again(r, p->token, TRUST_PASSWORD));
	rig_begin(&in, p->token);
	pack_i64(&in, id);
	pack_u8(&in, yes);
	pack_text(&in, "having looked into it");
	if (!rig_ask(r, KEEPER_DECISION_VOTE, &in, &out))
		return false;
	a = span_buf(&out);
	rig_block(&a, &b);
	*state = unpack_u8(&a);
	return !a.bad;
}

bool
office_looks(struct rig *r, struct person *p, int64_t id, struct buf *out)
{
	DROP(buf_wipe) struct buf in = {0};

	assert_true(rig_again(r, p->token, TRUST_PASSWORD));
	rig_begin(&in, p->token);
	pack_i64(&in, id);
	return rig_ask(r, KEEPER_DECISION_LOOK, &in, out);
}

bool
office_asks(struct rig *r, struct person *p, uint32_t op, const struct buf *more, int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span a;

	assert_true(rig_again(r, p->token, TRUST_PASSWORD));
	rig_begin(&in, p->token);
	buf_add(&in, more->data, more->len);
	if (!rig_ask(r, op, &in, &out))
		return false;
	a = span_buf(&out);
	rig_block(&a, &b);
	*id = unpack_i64(&a);
	assert_true(unpack_end(&a, "asked", NULL));
	return true;
}

void
office_refused(const struct rig *r, bool did, enum err_kind kind, uint32_t why)
{
	if (did || r->err.kind != kind || r->err.why != why)
		fail_msg("wanted %d/%u, got %d: %d/%u %s", kind, why, did, r->err.kind, r->err.why, r->err.text);
}

void
office_sweep(struct rig *r)
{
	DROP(buf_wipe) struct buf out = {0};

	if (!rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out))
		fail_msg("sweep: %s", r->err.text);
}

bool
office_mailed(struct rig *r, unsigned kind, const char *login, struct rig_mail *m)
{
	bool found = false;
	struct rig_mail one;

	while (rig_mail(r, &one))
		if (one.kind == kind && strncmp(one.to, login, strlen(login)) == 0) {
			*m = one;
			found = true;
		}
	return found;
}
