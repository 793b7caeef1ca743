#include <sodium.h>
#include "privacy/facts/answer.h"
#include "privacy/facts/credential.h"
#include "privacy/facts/member.h"
#include "privacy/facts/question.h"
#include "privacy/facts/signin.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define QUESTION_LEAST	8	/* bytes of a question's normal form */

bool
question_count(struct keeper *k, int64_t member, int *n, struct err *e)
{
	*n = 0;
	for (int slot = 1; slot <= QUESTIONS; slot++) {
		bool asked, answered;

		TRY(vault_has(k->vault, member, FIELD_QUESTION, slot, NULL, &asked, e));
		TRY(vault_has(k->vault, member, FIELD_CREDENTIAL, slot, NULL, &answered, e));
		*n += asked && answered;
	}
	return true;
}

bool
question_erase(struct keeper *k, struct act *a, struct err *e)
{
	for (int slot = 1; slot <= QUESTIONS; slot++) {
		TRY(vault_erase(k->vault, a->owner.number, FIELD_QUESTION, slot, a->now, NULL, e));
		TRY(vault_erase(k->vault, a->owner.number, FIELD_CREDENTIAL, slot, a->now, NULL, e));
	}
	keeper_shed(k, 0);
	return member_step(k, a, a->owner.number, STEP_QUESTIONS, false, e);
}

bool
op_questions(struct keeper *k, struct act *a, struct err *e)
{
	TRY(act_read(a, e));
	for (int slot = 1; slot <= QUESTIONS; slot++) {
		DROP(buf_wipe) struct buf text = {0};
		int64_t since = 0;
		bool found;

		TRY(act_open(k, a, FIELD_QUESTION, slot, &text, &since, &found, e));
		pack_u8(a->out, (unsigned)slot);
		pack_i64(a->out, found ? since : 0);
		pack_bytes(a->out, text.data, text.len);
	}
	return act_record(k, a, NULL, e);
}

/* ---- setting them ---- */

struct pair {
	int		slot;
	char		question[QUESTION_MAX], answer[ANSWER_MAX];
	struct buf	normal_q, normal_a;
};
struct pairs {
	struct pair	pair[QUESTIONS];
	size_t		n;
	struct buf	stays[QUESTIONS + 1];	/* normal forms of questions not replaced, by slot */
};

static void
pairs_wipe(struct pairs *p)
{
	for (size_t i = 0; i < QUESTIONS; i++) {
		buf_wipe(&p->pair[i].normal_q);
		buf_wipe(&p->pair[i].normal_a);
	}
	for (size_t i = 0; i <= QUESTIONS; i++)
		buf_wipe(&p->stays[i]);
	sodium_memzero(p, sizeof(*p));
}

static const char *
text_of(const struct buf *b)
{
	return b->data == NULL ? "" : b->data;
}

static bool
pair_read(struct act *a, struct pairs *p, struct pair *q, struct err *e)
{
	char question[KEEPER_TEXT_MAX + 1], answer[KEEPER_TEXT_MAX + 1];

	q->slot = unpack_u8(&a->in);
	unpack_text(&a->in, question, sizeof(question));
	unpack_text(&a->in, answer, sizeof(answer));
	if (a->in.bad || q->slot < 1 || q->slot > QUESTIONS)
		return FAIL(e, ERR_INPUT, "questions: slot %d", q->slot);
	for (const struct pair *other = p->pair; other < q; other++)
		if (other->slot == q->slot)
			return FAIL(e, ERR_INPUT, "questions: slot %d twice", q->slot);
	if (strlen(question) >= QUESTION_MAX || strlen(answer) >= ANSWER_MAX)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "questions: too long");
	memcpy(q->question, question, strlen(question) + 1);
	memcpy(q->answer, answer, strlen(answer) + 1);
	sodium_memzero(answer, sizeof(answer));
	return answer_normal(q->question, &q->normal_q, e) && answer_normal(q->answer, &q->normal_a, e);
}

static bool
pair_alone(const struct pair *q, struct err *e)
{
	const char *question = text_of(&q->normal_q), *answer = text_of(&q->normal_a);

	if (q->normal_q.len < QUESTION_LEAST)
		return REFUSE(e, ERR_INPUT, WHY_QUESTION_SHORT, "questions: too short");
	if (answer_trivial(answer))
		return REFUSE(e, ERR_INPUT, WHY_ANSWER_TRIVIAL, "questions: a trivial answer");
	if (strstr(question, answer) != NULL)
		return REFUSE(e, ERR_INPUT, WHY_ANSWER_SAME, "questions: the answer stands in its question");
	return true;
}

static bool
pairs_apart(const struct pairs *p, struct err *e)
{
	for (size_t i = 0; i < p->n; i++) {
		const char *question = text_of(&p->pair[i].normal_q);

		for (size_t j = 0; j < i; j++) {
			if (strcmp(question, text_of(&p->pair[j].normal_q)) == 0)
				return REFUSE(e, ERR_INPUT, WHY_QUESTION_SAME, "questions: two alike");
			if (strcmp(text_of(&p->pair[i].normal_a), text_of(&p->pair[j].normal_a)) == 0)
				return REFUSE(e, ERR_INPUT, WHY_ANSWER_SAME, "questions: two answers alike");
		}
		for (size_t s = 1; s <= QUESTIONS; s++)
			if (p->stays[s].len > 0 && strcmp(question, text_of(&p->stays[s])) == 0)
				return REFUSE(e, ERR_INPUT, WHY_QUESTION_SAME, "questions: one is there already");
	}
	return true;
}

static bool
replaced(const struct pairs *p, int slot)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->pair[i].slot == slot)
			return true;
	return false;
}

static bool
pairs_read(struct keeper *k, struct act *a, struct pairs *p, struct err *e)
{
	p->n = unpack_u8(&a->in);
	if (p->n < 1 || p->n > QUESTIONS)
		return FAIL(e, ERR_INPUT, "questions: %zu of them", p->n);
	for (size_t i = 0; i < p->n; i++)
		TRY(pair_read(a, p, &p->pair[i], e));
	TRY(act_read(a, e));
	for (size_t i = 0; i < p->n; i++)
		TRY(pair_alone(&p->pair[i], e));
	for (int slot = 1; slot <= QUESTIONS; slot++) {
		DROP(buf_wipe) struct buf text = {0};
		bool found;

		if (replaced(p, slot))
			continue;
		TRY(vault_peek(k->vault, &a->owner, FIELD_QUESTION, slot, &text, &found, e));
		if (found && buf_ok(&text, NULL))
			TRY(answer_normal(text_of(&text), &p->stays[slot], e));
	}
	return pairs_apart(p, e);
}

/*
 * The jobs, in a fixed order: one new hash per pair, then each new answer with
 * the salt of each answer that stays.  With `done`, the results are judged.
 */
static bool
pairs_hash(struct keeper *k, struct act *a, const struct pairs *p, struct argon_job *jobs,
    size_t *n, const struct argon_work *done, struct err *e)
{
	*n = 0;
	for (size_t i = 0; i < p->n; i++, (*n)++)
		if (done == NULL)
			TRY(credential_job_new(k, CREDENTIAL_ANSWER, text_of(&p->pair[i].normal_a), &jobs[*n], e));
	for (int slot = 1; slot <= QUESTIONS; slot++) {
		struct credential c;
		bool found;

		if (replaced(p, slot))
			continue;
		TRY(credential_load(k, &a->owner, slot, &c, &found, e));
		for (size_t i = 0; found && i < p->n; i++, (*n)++) {
			if (done == NULL)
				TRY(credential_job_again(k, CREDENTIAL_ANSWER, text_of(&p->pair[i].normal_a),
				    &c, &jobs[*n], e));
			else if (*n >= done->count || credential_fits(&c, &done->job[*n]))
				return REFUSE(e, ERR_INPUT, WHY_ANSWER_SAME, "questions: an answer is there already");
		}
		sodium_memzero(&c, sizeof(c));
	}
	return true;
}

/* One's own name is the first thing others would try. */
static bool
no_own_name(struct keeper *k, struct act *a, const struct pairs *p, struct err *e)
{
	struct buf names[3] = {{0}}, normal = {0};
	bool good = member_names(k, a, &names[0], &names[1], &names[2], e);

	for (size_t n = 0; good && n < COUNT(names); n++) {
		buf_reset(&normal);
		good = answer_normal(text_of(&names[n]), &normal, e);
		for (size_t i = 0; good && i < p->n && normal.len > 0; i++)
			if (strcmp(text_of(&normal), text_of(&p->pair[i].normal_a)) == 0)
				good = REFUSE(e, ERR_INPUT, WHY_ANSWER_TRIVIAL, "questions: one's own name");
	}
	for (size_t n = 0; n < COUNT(names); n++)
		buf_wipe(&names[n]);
	buf_wipe(&normal);
	return good;
}

static bool
pairs_keep(struct keeper *k, struct act *a, const struct pairs *p, struct err *e)
{
	int set;

	for (size_t i = 0; i < p->n; i++) {
		const struct pair *q = &p->pair[i];

		TRY(vault_put(k->vault, &a->owner, FIELD_QUESTION, q->slot, span_text(q->question),
		    a->now, e));
		TRY(credential_store(k, &a->owner, q->slot, &a->hashes->job[i], a->now, e));
	}
	TRY(question_count(k, a->owner.number, &set, e));
	TRY(member_step(k, a, a->owner.number, STEP_QUESTIONS, set == QUESTIONS, e));
	return act_record(k, a, NULL, e);
}

bool
op_questions_set(struct keeper *k, struct act *a, struct err *e)
{
	DROP(pairs_wipe) struct pairs p = {0};
	struct argon_job jobs[ARGON_JOBS];
	size_t n;

	TRY(pairs_read(k, a, &p, e));
	TRY(pairs_hash(k, a, &p, jobs, &n, a->hashes, e));
	if (a->hashes == NULL)
		return act_hash(k, a, ARGON_OWN, jobs, n, e);
	TRY(no_own_name(k, a, &p, e));
	return pairs_keep(k, a, &p, e);
}
