/* portal/people/questions.c - the five questions: readable by their owner, answers by nobody. */
#include <string.h>
#include "build/pages/pages.h"
#include "portal/people/routes.h"

static const char *const question_names[5] = { "question1", "question2", "question3", "question4", "question5" };
static const char *const answer_names[5] = { "answer1", "answer2", "answer3", "answer4", "answer5" };

static void questions_wipe(struct questions_view *q) { explicit_bzero(q, sizeof(*q)); }

static bool
ask_questions(struct visit *v, struct questions_view *q, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	for (size_t i = 0; i < COUNT(q->slot); i++) {
		q->slot[i].question = question_names[i];
		q->slot[i].answer = answer_names[i];
	}
	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_QUESTIONS, &in, &out, &a, e));
	q->all = true;
	for (size_t i = 0; i < COUNT(q->slot); i++) {
		unsigned slot = unpack_u8(&a);

		if (slot != i + 1)
			return FAIL(e, ERR_IO, "questions: slot %u", slot);
		q->slot[i].since = unpack_i64(&a);
		unpack_text(&a, q->slot[i].text, sizeof(q->slot[i].text));
		q->all &= q->slot[i].since > 0;
	}
	return unpack_end(&a, "questions", e);
}

bool
questions_show(struct visit *v, struct err *e)
{
	DROP(questions_wipe) struct questions_view q = {0};

	TRY(ask_questions(v, &q, e));
	page_questions(&v->page, v, &q);
	return buf_ok(&v->page, e);
}

/* A pair is kept (both empty), replaced (both given), or half typed: a fault. */
static size_t
typed_pairs(struct visit *v, struct buf *in)
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT(question_names); i++) {
		const char *question = form_text(&v->form, question_names[i]);
		const char *answer = form_text(&v->form, answer_names[i]);

		if (question[0] == '\0' && answer[0] == '\0')
			continue;
		if (question[0] == '\0')
			form_fault(&v->form, question_names[i], MSG("Type the question that belongs to this answer."));
		else if (answer[0] == '\0')
			form_fault(&v->form, answer_names[i], MSG("Type the answer to this question."));
		pack_u8(in, (unsigned)i + 1);
		pack_text(in, question);
		pack_text(in, answer);
		n++;
	}
	return n;
}

bool
questions_save(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0}, pairs = {0};
	DROP(questions_wipe) struct questions_view q = {0};
	size_t n = typed_pairs(v, &pairs);
	struct span a;

	if (n == 0)
		form_fault(&v->form, NULL, MSG("Nothing was typed: every pair stays as it is."));
	if (form_good(&v->form)) {
		visit_ask_begin(v, &in);
		pack_u8(&in, (unsigned)n);
		buf_add(&in, pairs.data, pairs.len);
		if (visit_ask(v, KEEPER_QUESTIONS_SET, &in, &out, &a, e))
			return visit_go(v, true, "/home", e);
		if (!visit_fault(v, e, NULL))
			return false;
	}
	TRY(ask_questions(v, &q, e));
	v->status = 422;
	page_questions(&v->page, v, &q);
	return buf_ok(&v->page, e);
}
