/*
 * What the clerk asks of the keeper: to run what is due, the tree and its
 * checkpoints, and the public faces of server certificates.
 */
#include "privacy/facts/assurance.h"
#include "privacy/facts/case.h"
#include "privacy/facts/challenge.h"
#include "privacy/facts/contact.h"
#include "privacy/facts/decision.h"
#include "privacy/facts/event.h"
#include "privacy/facts/handover.h"
#include "privacy/facts/lost.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/once.h"
#include "privacy/facts/paper.h"
#include "privacy/facts/quiet.h"
#include "privacy/facts/register.h"
#include "privacy/facts/role.h"
#include "privacy/facts/session.h"
#include "privacy/facts/slip.h"
#include "privacy/facts/telling.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/backup.h"
#include "privacy/facts/trusted.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/sweep.h"
#include "privacy/rights/disclose.h"
#include "privacy/rights/erase_field.h"
#include "privacy/rights/exclusion.h"
#include "privacy/rights/export.h"
#include "privacy/rights/hold.h"
#include "privacy/rights/retain.h"

#define SWEPT		32	/* of each kind in one call: a call stays short */
#define FACES		200

bool
sweep_all(struct keeper *k, int64_t now, struct swept *s, struct err *e)
{
	int64_t done = 0, handovers = 0, drafts = 0, changed = 0, decisions = 0, papers = 0, messages = 0, events = 0,
	    slips = 0, copies = 0, cases = 0, told = 0, terms = 0, lost = 0, quiet = 0, closed = 0, holds = 0, exclusions = 0, looks = 0;

	TRY(member_sweep(k, now, SWEPT, &s->joins, e));
	TRY(session_sweep(k, now, SWEPT, &s->sessions, e));
	TRY(erase_field_sweep(k, now, SWEPT, &s->documents, e));
	TRY(register_sweep(k, now, SWEPT, &s->reminders, &done, e));
	TRY(handover_sweep(k, now, SWEPT, &handovers, e));
	TRY(assurance_sweep(k, now, SWEPT, &drafts, e));
	TRY(trust_sweep(k, now, SWEPT, &changed, e));
	TRY(decision_sweep(k, now, SWEPT, &decisions, e));
	TRY(paper_sweep(k, now, SWEPT, &papers, e));
	TRY(contact_sweep(k, now, SWEPT, &messages, e));
	TRY(event_sweep(k, now, SWEPT, &events, e));
	TRY(slip_sweep(k, now, SWEPT, &slips, e));
	TRY(copy_sweep(k, now, SWEPT, &copies, e));
	TRY(telling_sweep(k, now, SWEPT, &looks, e));
	TRY(case_sweep(k, now, &cases, e));
	TRY(disclosure_sweep(k, now, SWEPT, &told, e));
	TRY(role_sweep(k, now, &terms, e));
	TRY(hold_sweep(k, now, SWEPT, &holds, e));
	TRY(exclusion_sweep(k, now, SWEPT, &exclusions, e));
	TRY(lost_sweep(k, now, SWEPT, &lost, e));
	TRY(quiet_sweep(k, now, SWEPT, &quiet, e));
	TRY(trusted_sweep(k, now, SWEPT, &closed, e));
	TRY(mail_sweep(k, now, e));
	TRY(challenge_sweep(k, now, e));
	TRY(once_sweep(k, now, e));
	TRY(retain_note(k, RETAIN_JOINS, s->joins, e));
	TRY(retain_note(k, RETAIN_SESSIONS, s->sessions, e));
	TRY(retain_note(k, RETAIN_DOCUMENTS, s->documents, e));
	TRY(retain_note(k, RETAIN_DRAFTS, drafts, e));
	TRY(retain_note(k, RETAIN_MESSAGES, messages, e));
	TRY(retain_note(k, RETAIN_COPIES, copies, e));
	s->more = s->joins >= SWEPT || s->sessions >= SWEPT || s->documents >= SWEPT || done >= SWEPT ||
	    handovers >= SWEPT || drafts >= SWEPT || changed >= SWEPT || decisions >= SWEPT ||
	    papers >= SWEPT || messages >= SWEPT || events >= SWEPT || slips >= SWEPT || copies >= SWEPT ||
	    cases > 0 || told > 0 || terms >= SWEPT || lost >= SWEPT || quiet >= SWEPT || closed >= SWEPT ||
	    holds >= SWEPT || exclusions >= SWEPT || looks >= SWEPT;
	return true;
}

bool
op_sweep(struct keeper *k, struct act *a, struct err *e)
{
	struct swept s = {0};

	TRY(act_read(a, e));
	backup_forsaken(k, a->now);
	/* What goes from now on is counted for the new day. */
	TRY(retain_days(k, a->now, e));
	TRY(sweep_all(k, a->now, &s, e));
	pack_u32(a->out, (uint32_t)s.joins);
	pack_u32(a->out, (uint32_t)s.sessions);
	pack_u32(a->out, (uint32_t)s.documents);
	pack_u32(a->out, (uint32_t)s.reminders);
	pack_u8(a->out, s.more);
	return true;
}

/*
 * The committed tree only: this batch's own entries may still be rolled back,
 * and a checkpoint over them would speak of what never was.
 */
bool
op_tree(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf proof = {0};
	unsigned char root[LEAF_HASH];
	int64_t from = unpack_i64(&a->in);

	TRY(act_read(a, e));
	TRY(chain_consistency(k->chain, from, &proof, e));
	chain_root(k->chain, root);
	pack_i64(a->out, chain_settled(k->chain));
	buf_add(a->out, root, sizeof(root));
	pack_bytes(a->out, proof.data, proof.len);
	return buf_ok(&proof, e);
}

bool
op_checkpoint(struct keeper *k, struct act *a, struct err *e)
{
	int64_t size = unpack_i64(&a->in);
	struct span note = unpack_bytes(&a->in);

	TRY(act_read(a, e));
	return chain_checkpoint_store(k->chain, size, note, e);
}

/* ---- public faces: what a server certificate shows anyway, without its member ---- */

struct faces { struct keeper *k; struct buf rows; uint32_t n; };

static void
faces_wipe(struct faces *f)
{
	buf_wipe(&f->rows);
}

/* From u32 n, n * { u8 kind, text } to u32 n, n * text. */
static bool
names_only(struct buf *into, struct span packed, struct err *e)
{
	uint32_t n = unpack_u32(&packed);

	pack_u32(into, n);
	for (uint32_t i = 0; i < n && !packed.bad; i++) {
		struct span text;

		unpack_u8(&packed);
		text = unpack_bytes(&packed);
		pack_bytes(into, text.p, text.len);
	}
	return unpack_end(&packed, "names", e);
}

static bool
face_one(void *self, const struct entry_of_register *r, struct err *e)
{
	struct faces *f = self;
	DROP(buf_wipe) struct buf names = {0};
	struct err why = {0};
	int64_t number;

	if (!register_names(f->k, r, &names, NULL, &why)) {
		if (e != NULL)
			*e = why;
		return why.kind == ERR_ABSENT;	/* its owner was erased since */
	}
	TRY(register_stored_number(f->k, r->id, &number, e));
	buf_add(&f->rows, r->serial, sizeof(r->serial));
	pack_u8(&f->rows, r->profile);
	pack_i64(&f->rows, r->not_before);
	pack_i64(&f->rows, r->not_after);
	buf_add(&f->rows, r->sha256, sizeof(r->sha256));
	TRY(names_only(&f->rows, span_buf(&names), e));
	pack_i64(&f->rows, number);
	f->n++;
	return buf_ok(&f->rows, e);
}

bool
op_faces(struct keeper *k, struct act *a, struct err *e)
{
	DROP(faces_wipe) struct faces f = { .k = k };
	int64_t since = unpack_i64(&a->in);

	TRY(act_read(a, e));
	TRY(register_faces(k, since, FACES, face_one, &f, e));
	pack_u32(a->out, f.n);
	buf_add(a->out, f.rows.data, f.rows.len);
	return true;
}
