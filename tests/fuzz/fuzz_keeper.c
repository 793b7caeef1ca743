/*
 * tests/fuzz/fuzz_keeper.c - any frame from any peer: what a seized portal could say.
 *
 * First byte the operation, second the peer (its two lowest bits; those above are the
 * operation's from 256 on), the rest the body; operations that
 * take a session get a good token put before it.  No frame may bring about
 * anything but an answer or a refusal: an inner error is a finding.
 *
 * The session is an assurer's and officer's with the password just entered, who has
 * a hand-over in use: frames about one are of that one.
 */
#include "ledger/base/log.h"
#include "privacy/facts/role.h"
#include "privacy/keeper/why.h"
#include "tests/unit/bank_rig.h"
#include "tests/unit/case_rig.h"
#include "tests/unit/trust_rig.h"

/* Every refusal is a line in the log; here they would hide what a sanitizer says. */
void
log_name(const char *process)
{
	(void)process;
}

void
log_note(const char *fmt, ...)
{
	(void)fmt;
}

void
log_warn(const char *fmt, ...)
{
	(void)fmt;
}

void
log_err(const char *doing, const struct err *e)
{
	(void)doing;
	(void)e;
}

/* Few questions and no pause: tries at the assurer challenge are begun, answered and begun again. */
static const char *const sets[] = { "mail.lists=news: What is new", "trust.challenge.questions=3", "trust.challenge.pass=100", "trust.challenge.retry=0", NULL };

static struct rig rig;
static struct person self, met;		/* whose session it is; whom they meet */
static unsigned char *const token = self.token;
static int64_t handover;
static bool up;

static void
at_end(void)
{
	rig_drop(&rig);
}

static void
questions(void)
{
	DROP(bank_drop) struct bank *b = made_bank("en", 3, 2, 1, 0);

	if (!rig_bank(&rig, b))
		abort();
}

/* The last frame may have ended the session, or given the address away: then somebody new. */
static void
member(void)
{
	static unsigned n;
	DROP(buf_wipe) struct buf out = {0};
	char login[32];
	struct err e = {0};

	if (rig_look(&rig, KEEPER_WHO, token, &out, NULL))
		return;
	snprintf(login, sizeof(login), "member%u", n++);
	rig_later(&rig, 3600);
	person_assurer(&rig, &self, login, "Ada", "Reiter");
	rig_begin_hand(&rig);
	if (!role_set(&rig.keeper, &self.owner, ROLE_OFFICER, true, ACTOR_SYSTEM, rig_now(&rig), &e))
		abort();
	rig_end_hand(&rig);
	person_sign_in(&rig, &self);
	if (!rig_again(&rig, token, TRUST_PASSWORD))
		abort();
}

static bool
of_handover(uint32_t op)
{
	return op == KEEPER_HANDOVER_LOOK || op == KEEPER_HANDOVER_MATCH || op == KEEPER_HANDOVER_SHOW ||
	    op == KEEPER_HANDOVER_LEAVE || op == KEEPER_ASSURE_DRAFT;
}

/* The hand-over in use, whatever number the frame has; another one when it is over. */
static void
meeting(struct buf *in)
{
	DROP(buf_wipe) struct buf look = {0}, out = {0};
	char code[CODE_TEXT];
	struct met m;

	rig_begin(&look, token);
	pack_i64(&look, handover);
	if (!rig_ask(&rig, KEEPER_HANDOVER_LOOK, &look, &out)) {
		person_sign_in(&rig, &met);
		if (!meet_code(&rig, &met, HANDOVER_SCREEN, code, &handover) || !meet_take(&rig, &self, code, &handover) ||
		    !meet_match(&rig, &self, handover, "Mia Jansen", "1984-02-29", "", "", &m))
			return;
	}
	buf_reset(&look);
	pack_i64(&look, handover);
	if (in->len >= TOKEN_BYTES + 8)
		memcpy(in->data + TOKEN_BYTES, look.data, 8);
}

/* Answers to a try that is open, whatever number the frame has. */
static void
answers(struct buf *in)
{
	DROP(buf_wipe) struct buf begin = {0}, out = {0};

	rig_begin(&begin, token);
	pack_text(&begin, "en");
	if (rig_ask(&rig, KEEPER_CHALLENGE_BEGIN, &begin, &out) && in->len >= TOKEN_BYTES + 8)
		memcpy(in->data + TOKEN_BYTES, out.data + SESSION_BLOCK_BYTES, 8);
}

/* A job ticket that is good, if a copy of somebody's data is being made. */
static void
job(struct buf *in)
{
	DROP(buf_wipe) struct buf out = {0};

	if (rig_ask_as(&rig, KEEPER_PEER_CLERK, KEEPER_EXPORT_NEXT, NULL, &out) && out.len == 1 + TOKEN_BYTES &&
	    in->len >= TOKEN_BYTES)
		memcpy(in->data, out.data + 1, TOKEN_BYTES);
}

/* A case that goes to officers, in this one's hands and open, whatever number the frame has; its visitor's token. */
static void
desk(uint32_t op, struct buf *in)
{
	static unsigned char visit[TOKEN_BYTES];
	static struct case_seen x;
	static struct shelf shelf;
	static int64_t number;
	DROP(buf_wipe) struct buf plain = {0};
	char pass[CODE_TEXT];
	bool whole;

	whole = desk_looks(&rig, &shelf, &self, number, &x) && x.read != 0 && x.closed == 0 && visitor_looks(&rig, &shelf, visit, number, &x);
	if (!whole) {
		shelf_wipe(&shelf);
		if (!visitor_opens(&rig, &shelf, CASE_REPORT, CASE_AGAINST_SUPPORT, "", "They look too much.", &number, pass, visit) ||
		    !desk_takes(&rig, &self, number))
			return;
	}
	pack_i64(&plain, number);
	if (in->len < TOKEN_BYTES + 8)
		return;
	if (keeper_rows[op].bearer == BEARER_CASE)
		memcpy(in->data, visit, TOKEN_BYTES);
	else
		memcpy(in->data + TOKEN_BYTES, plain.data, 8);
}

static bool
of_desk(uint32_t op)
{
	return keeper_rows[op].bearer == BEARER_CASE || (op >= KEEPER_DESK_CASE && op <= KEEPER_DESK_FIND) || op == KEEPER_DESK_SORT ||
	    op == KEEPER_LOST_START || op == KEEPER_NAME_CHANGE_ASK;
}

static void
judge(uint32_t op)
{
	switch (rig.err.kind) {
	case ERR_NONE:
	case ERR_INPUT:
	case ERR_DENIED:
	case ERR_ABSENT:
	case ERR_CONFLICT:
	case ERR_BUSY:
		return;
	default:
		fprintf(stderr, "op %u: %s\n", op, rig.err.text);
		abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	uint32_t op;

	if (size < 2)
		return 0;
	if (!up) {
		rig_open(&rig, sets);
		atexit(at_end);
		questions();
		person_make(&rig, &met, "met", "Mia", "Jansen", "1984-02-29", "X 123-456");
		up = true;
	}
	member();
	op = (data[0] | (uint32_t)data[1] >> 2 << 8) % KEEPER_OP__COUNT;
	if (keeper_rows[op].bearer == BEARER_SESSION)
		buf_add(&in, token, TOKEN_BYTES);
	buf_add(&in, data + 2, size - 2);
	/* A wrong length never reaches a handler: make it fit, so that most frames do. */
	while (in.len < keeper_rows[op].least && !in.failed)
		buf_add(&in, "", 1);
	if (in.len > keeper_rows[op].most)
		in.len = keeper_rows[op].most;
	if (op == KEEPER_CHALLENGE_ANSWER)
		answers(&in);
	if (of_handover(op))
		meeting(&in);
	if (op == KEEPER_EXPORT_GO)
		job(&in);
	if (of_desk(op))
		desk(op, &in);
	if (buf_ok(&in, NULL) && rig_ask_as(&rig, 1u << (data[1] & 3), op, &in, &out) &&
	    (op == KEEPER_PASSWORD_AGAIN || op == KEEPER_PASSWORD_CHANGE || op == KEEPER_ASSURE_SIGN || op == KEEPER_SLIP_NEW))
		memcpy(token, out.data, TOKEN_BYTES);
	judge(op);
	return 0;
}
