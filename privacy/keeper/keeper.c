#include <sodium.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "privacy/facts/case.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/session.h"
#include "privacy/keeper/again.h"
#include "privacy/keeper/argon.h"
#include "privacy/keeper/ops.h"
#include "privacy/policy.h"
#include "privacy/rights/export.h"
#include "privacy/vault/nonce.h"

/* ---- batches ---- */

/* A full disk has a sentence of its own wherever it is met. */
static bool
batch_failed(struct keeper *k, struct err *e)
{
	store_rollback(k->store);
	chain_rolled_back(k->chain);
	tally_drop(k);
	again_forget(k->again_told);
	k->known.subject = -1;
	if (e->kind == ERR_FULL)
		e->why = WHY_DISK;
	return false;
}

bool
keeper_clock(const struct keeper *k, int64_t now, struct err *e)
{
	int64_t last = chain_at(k->chain), seen = k->seen > last ? k->seen : last;
	char here[21], then[21];

	if (last == 0 || now - seen <= k->set->longest_gap)
		return true;
	clock_iso(now, here);
	clock_iso(last, then);
	return REFUSE(e, ERR_BUSY, WHY_CLOCK_AHEAD, "the clock says %.10s, the ledger's last entry is of %.10s: set it right; "
	    "if it is right, start once with --set ledger.longest_gap=%lldd", here, then, (long long)((now - last) / DAY + 2));
}

/* Once, not with every request. */
static void
look_at_clock(struct keeper *k)
{
	struct err e = {0};
	bool was = k->ahead;

	k->ahead = !keeper_clock(k, k->batch_now, &e);
	if (!k->ahead)
		k->seen = k->batch_now;
	if (k->ahead && !was)
		log_err("clock", &e);
	else if (was && !k->ahead)
		log_note("the clock is right again");
}

bool
keeper_begin(void *self, struct err *e)
{
	struct keeper *k = self;

	k->batch_now = clock_now();
	look_at_clock(k);
	k->agreement = policy_number(POLICY_AGREEMENT, k->batch_now);
	k->statement = policy_number(POLICY_STATEMENT, k->batch_now);
	k->known.subject = -1;
	return store_begin(k->store, e) || batch_failed(k, e);
}

bool
keeper_end(void *self, struct err *e)
{
	struct keeper *k = self;

	nonce_drop();
	if (!tally_store(k, k->batch_now, e) || !chain_ready(k->chain, e) || !store_commit(k->store, e))
		return batch_failed(k, e);
	return chain_committed(k->chain, e);
}

/* ---- what was erased ---- */

void
keeper_shed(struct keeper *k, int64_t wait_ms)
{
	int64_t by = clock_mono_ms() + wait_ms;

	if (k->shed_by == 0 || by < k->shed_by)
		k->shed_by = by;
}

bool
keeper_shed_due(struct keeper *k, struct err *e)
{
	if (k->shed_by == 0 || clock_mono_ms() < k->shed_by)
		return true;
	TRY(store_checkpoint(k->store, true, e));
	k->shed_by = 0;
	return true;
}

/* ---- one operation ---- */

static bool
facts_hold(const struct act *a, struct err *e)
{
	unsigned facts = purposes[a->purpose].facts;

	if ((a->restricted & RESTRICTED_EXCLUDED) != 0 && purposes[a->purpose].goes_on == STOPS && (a->row->demands & ALLOW_RESTRICTED) == 0)
		return REFUSE(e, ERR_DENIED, WHY_EXCLUDED, "%s: excluded", a->row->name);
	if (a->restricted != 0 && purposes[a->purpose].goes_on == STOPS && (a->row->demands & ALLOW_RESTRICTED) == 0)
		return REFUSE(e, ERR_DENIED, WHY_RESTRICTED, "%s: processing is restricted", a->row->name);
	if ((facts & FACT_NO_BAR) != 0 && a->now < a->bar_until)
		return REFUSE(e, ERR_DENIED, WHY_BAR, "%s: within the bar", a->row->name);
	if ((facts & FACT_ADDRESS) != 0 && (a->steps & STEP_ADDRESS) == 0)
		return REFUSE(e, ERR_DENIED, WHY_ADDRESS_UNVERIFIED, "%s: no verified address",
		    a->row->name);
	return true;
}

bool
act_in_role(const struct act *a, enum role r, struct err *e)
{
	if ((a->roles & 1u << r) == 0)
		return REFUSE(e, ERR_DENIED, WHY_ROLE, "%s: role", a->row->name);
	if ((a->flags & SESSION_CERTIFICATE) != 0)
		return REFUSE(e, ERR_DENIED, WHY_CERTIFICATE_SESSION, "%s: role by certificate", a->row->name);
	return a->now >= a->bar_until ||
	    REFUSE(e, ERR_DENIED, WHY_BAR, "%s: a role within the bar", a->row->name);
}

static bool
role_held(const struct act *a, unsigned demand, enum role r, struct err *e)
{
	return (a->row->demands & demand) == 0 || act_in_role(a, r, e);
}

static bool
demands_met(const struct act *a, struct err *e)
{
	unsigned demands = a->row->demands;

	if ((demands & DEMAND_ACT) != 0 && (a->flags & SESSION_OLD) != 0)
		return REFUSE(e, ERR_DENIED, WHY_SESSION_OLD, "%s: old token", a->row->name);
	/* That somebody showed the certificate is nginx's and the portal's word: it shows, it does not act. */
	if ((demands & (DEMAND_ACT | ALLOW_CERTIFICATE)) == DEMAND_ACT &&
	    (a->flags & (SESSION_CERTIFICATE | SESSION_FRESH)) == SESSION_CERTIFICATE)
		return REFUSE(e, ERR_DENIED, WHY_PASSWORD_NEEDED, "%s: a certificate alone", a->row->name);
	TRY(role_held(a, DEMAND_ASSURER, ROLE_ASSURER, e));
	TRY(role_held(a, DEMAND_OFFICER, ROLE_OFFICER, e));
	TRY(role_held(a, DEMAND_AUDITOR, ROLE_AUDITOR, e));
	TRY(role_held(a, DEMAND_WATCH, (a->roles & 1u << ROLE_OFFICER) != 0 ? ROLE_OFFICER : ROLE_AUDITOR, e));
	TRY(role_held(a, DEMAND_DESK, (a->roles & 1u << ROLE_OFFICER) != 0 ? ROLE_OFFICER : ROLE_SUPPORT, e));
	if ((demands & DEMAND_POLICY) != 0 && (a->flags & SESSION_POLICY_DUE) != 0)
		return REFUSE(e, ERR_DENIED, WHY_POLICY, "%s: policy due", a->row->name);
	if ((demands & DEMAND_FRESH) != 0 && (a->flags & SESSION_FRESH) == 0)
		return REFUSE(e, ERR_DENIED, WHY_PASSWORD_NEEDED, "%s: not fresh", a->row->name);
	return facts_hold(a, e);
}

static bool
enter_session(struct keeper *k, struct act *a, struct err *e)
{
	unsigned char token[TOKEN_BYTES];
	bool good;

	unpack_exact(&a->in, token, sizeof(token));
	good = session_enter(k, a, token, e);
	sodium_memzero(token, sizeof(token));
	TRY(good);
	a->role = ACTOR_OWNER;
	return demands_met(a, e);
}

static bool
enter_mail(struct keeper *k, struct act *a, struct err *e)
{
	unsigned char token[TOKEN_BYTES];
	bool good;

	unpack_exact(&a->in, token, sizeof(token));
	good = mail_token_find(k, token, a->now, a->mail, e);
	sodium_memzero(token, sizeof(token));
	TRY(good);
	a->role = ACTOR_OWNER;
	return subject_enter(k, a, a->mail->subject, e);
}

static bool
enter_job(struct keeper *k, struct act *a, struct err *e)
{
	unsigned char ticket[TOKEN_BYTES];
	bool good;

	unpack_exact(&a->in, ticket, sizeof(ticket));
	good = copy_enter(k, a, ticket, e);
	sodium_memzero(ticket, sizeof(ticket));
	return good;
}

static bool
enter_case(struct keeper *k, struct act *a, struct err *e)
{
	unsigned char token[TOKEN_BYTES];
	bool good;

	unpack_exact(&a->in, token, sizeof(token));
	good = case_visit_enter(k, a, token, e);
	sodium_memzero(token, sizeof(token));
	a->role = ACTOR_OWNER;
	return good;
}

/* What the caller holds in hand, checked before the handler sees anything. */
static bool
act_enter(struct keeper *k, struct act *a, struct err *e)
{
	switch (a->row->bearer) {
	case BEARER_SESSION:
		return enter_session(k, a, e);
	case BEARER_SESSION_OR_CLERK:
		return a->ask->peer == KEEPER_PEER_CLERK || enter_session(k, a, e);
	case BEARER_MAIL:
		return enter_mail(k, a, e);
	case BEARER_JOB:
		return enter_job(k, a, e);
	case BEARER_CASE:
		return enter_case(k, a, e);
	case BEARER_NONE:
	case BEARER_ONCE:
		return true;
	}
	return FAIL(e, ERR_DENIED, "%s: no bearer named", a->row->name);
}

/* The block is written last: an operation may have changed what it says. */
static bool
block_fill(struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};

	session_block(&b, a);
	TRY(buf_ok(&b, e));	/* zeros would say that nothing bars them */
	if (b.len == SESSION_BLOCK_BYTES && a->out->len >= b.len)
		memcpy(a->out->data, b.data, b.len);
	return true;
}

static bool
act_run(struct keeper *k, struct act *a, struct err *e)
{
	static const unsigned char room[SESSION_BLOCK_BYTES];
	bool block = (a->row->demands & ANSWER_BLOCK) != 0, told = false;

	TRY(act_enter(k, a, e));
	if (block)
		buf_add(a->out, room, sizeof(room));
	if ((a->row->demands & ANSWER_AGAIN) != 0)
		act_again(k, a, a->in, &told);
	if (!told && !a->row->run(k, a, e)) {
		/* A counted failure is kept, but never with something opened and not recorded. */
		a->keep = a->keep && vault_settled(k->vault, NULL);
		return false;
	}
	if (a->later)
		return true;
	TRY(vault_settled(k->vault, e));
	TRY(buf_ok(a->out, e));
	return !block || block_fill(a, e);
}

/* Undo or keep what one request wrote. */
static bool
act_close(struct keeper *k, struct act *a, bool good, struct err *e)
{
	if ((good && !a->later) || a->keep) {
		vault_kept(k->vault);
		return store_keep(k->store, e) && good;
	}
	store_back(k->store);
	chain_back(k->chain);
	tally_back(k);
	vault_fresh(k->vault);
	return good;
}

/* Refusals by rule are everyday; the operator reads of what should not happen. */
static bool
worth_a_line(const struct err *e)
{
	switch (e->kind) {
	case ERR_ABSENT:
	case ERR_CONFLICT:
	case ERR_BUSY:
		return false;
	case ERR_INPUT:
	case ERR_DENIED:
		return e->why == 0;
	default:
		return true;
	}
}

static void
refuse(struct ipc_ask *ask, const struct keeper_row *row, struct err *e)
{
	if (e->kind == ERR_NONE)
		e->kind = ERR_IO;
	if (e->kind == ERR_FULL)
		e->why = WHY_DISK;
	if (worth_a_line(e))
		log_err(row->name, e);
	buf_reset(&ask->out);
	ask->err = *e;
}

enum ipc_turn
keeper_turn(void *self, struct ipc_ask *ask)
{
	struct keeper *k = self;
	const struct keeper_row *row = &keeper_rows[ask->op];
	struct mail_token mail = {0};
	struct err e = {0};
	struct act a = { .ask = ask, .row = row, .in = ask->in, .out = &ask->out,
	    .now = k->batch_now, .purpose = row->purpose, .role = ACTOR_SYSTEM, .mail = &mail,
	    .hashes = argon_done(ask) };
	bool good;

	if (ask->peer == KEEPER_PEER_CLERK)
		k->clerk_at = k->batch_now;
	/* Whoever asks whether the keeper serves is told so. */
	if (k->ahead && ask->op != KEEPER_READY) {
		if (!keeper_clock(k, k->batch_now, &e))
			refuse(ask, row, &e);
		return IPC_ANSWER;
	}
	vault_fresh(k->vault);
	k->known.subject = -1;
	k->lenient = (row->demands & ALLOW_RESTRICTED) != 0;
	chain_mark(k->chain);
	tally_mark(k);
	good = store_mark(k->store, &e);
	if (good)
		good = act_close(k, &a, act_run(k, &a, &e), &e);
	sodium_memzero(&mail, sizeof(mail));
	if (good && a.later)
		return IPC_LATER;
	if (good)
		again_over(k->again_told, &a);
	else
		refuse(ask, row, &e);
	sodium_memzero(a.again_key, sizeof(a.again_key));
	return IPC_ANSWER;
}

const struct ipc_op *
keeper_ipc_ops(void)
{
	static struct ipc_op ops[KEEPER_OP__COUNT];

	for (size_t i = 0; i < COUNT(ops); i++) {
		const struct keeper_row *r = &keeper_rows[i];

		if (r->run != NULL)
			ops[i] = (struct ipc_op){ .name = r->name, .least = r->least,
			    .most = r->most, .peers = r->peers, .run = keeper_turn };
	}
	return ops;
}

/* ---- for handlers ---- */

static bool
opted_in(const struct act *a, struct err *e)
{
	return a->opted_in || (purposes[a->purpose].facts & FACT_OPT_IN) == 0 ||
	    FAIL(e, ERR_DENIED, "%s: its owner did not switch this on", a->row->name);
}

bool
act_may(const struct act *a, enum field f, struct err *e)
{
	TRY(purpose_allows(a->purpose, a->role, FIELD_BIT(f), e));
	TRY(opted_in(a, e));
	if ((purposes[a->purpose].guarded & FIELD_BIT(f)) != 0 && (a->flags & SESSION_FRESH) == 0)
		return REFUSE(e, ERR_DENIED, WHY_PASSWORD_NEEDED, "%s: field %u is guarded",
		    a->row->name, (unsigned)f);
	return true;
}

bool
act_open(struct keeper *k, struct act *a, enum field f, int64_t object,
    struct buf *into, int64_t *since, bool *found, struct err *e)
{
	TRY(act_may(a, f, e));
	return vault_find(k->vault, &a->owner, f, object, into, since, found, e);
}

bool
act_open_of(struct keeper *k, struct act *a, enum entry_role role, const struct owner *of, enum field f,
    int64_t object, struct buf *into, bool *found, struct err *e)
{
	unsigned restricted;

	TRY(purpose_allows(a->purpose, role, FIELD_BIT(f), e));
	TRY(opted_in(a, e));
	TRY(member_restricted(k, of->number, &restricted, e));
	if (restricted != 0 && purposes[a->purpose].goes_on == STOPS)
		return REFUSE(e, ERR_DENIED, WHY_RESTRICTED, "%s: of somebody who restricted it", a->row->name);
	return vault_find(k->vault, of, f, object, into, NULL, found, e);
}

bool
act_read(const struct act *a, struct err *e)
{
	return unpack_end(&a->in, a->row->name, e);
}

bool
op_ready(struct keeper *k, struct act *a, struct err *e)
{
	(void)k;
	return act_read(a, e);
}

bool
keeper_prepare(struct keeper *k, struct err *e)
{
	TRY(store_begin(k->store, e));
	k->known.subject = -1;
	if (!subject_site(k, clock_now(), e) || !chain_ready(k->chain, e) || !store_commit(k->store, e)) {
		store_rollback(k->store);
		chain_rolled_back(k->chain);
		return false;
	}
	return chain_committed(k->chain, e);
}
