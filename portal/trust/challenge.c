/* portal/trust/challenge.c - the pages of the assurer challenge: about it, its questions, what came of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/trust/routes.h"
#include "portal/trust/views_challenge.h"
#include "portal/web/questions.h"
#include "portal/web/say.h"

static void
challenge_wipe(struct challenge_view *w)
{
	wipe_free(w->row);
	explicit_bzero(w, sizeof(*w));
}

const char *
challenge_option(const struct visit *v, const struct challenge_row *r, uint32_t option)
{
	if (r->text.type != BANK_TRUEFALSE)
		return r->text.option[option];
	return say(v, option == 0 ? MSG("True") : MSG("False"));
}

const char *
challenge_language(const char *tag)
{
	/* Each in its own words: who can't read the page finds theirs. */
	static const struct { const char *tag, *name; } names[] = {
		{ "cs", "Čeština" }, { "da", "Dansk" }, { "de", "Deutsch" }, { "en", "English" }, { "es", "Español" },
		{ "fi", "Suomi" }, { "fr", "Français" }, { "hu", "Magyar" }, { "it", "Italiano" }, { "nl", "Nederlands" },
		{ "pl", "Polski" }, { "pt", "Português" }, { "pt-br", "Português do Brasil" }, { "sv", "Svenska" },
	};

	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(names[i].tag, tag) == 0)
			return names[i].name;
	return tag;
}

/* ---- what the keeper says ---- */

static void
read_rules(struct span *a, struct challenge_view *w)
{
	uint32_t n;

	w->passed_at = unpack_i64(a);
	w->next_at = unpack_i64(a);
	w->questions = unpack_u32(a);
	w->needed = unpack_u32(a);
	w->time_minutes = (unpack_i64(a) + 59) / 60;
	w->retry_minutes = (unpack_i64(a) + 59) / 60;
	w->assurer_from = unpack_i64(a);
	n = unpack_u32(a);
	for (uint32_t i = 0; i < n && !a->bad; i++) {
		char tag[BANK_LANGUAGE];

		unpack_text(a, tag, sizeof(tag));
		if (w->offered_count < COUNT(w->offered))
			memcpy(w->offered[w->offered_count++], tag, sizeof(tag));
	}
}

/* Title of the topic with this short name. */
static const char *
title_of(const struct challenge_view *w, const char *name)
{
	for (size_t t = 0; t < w->topic_count; t++)
		if (strcmp(w->topic[t].name, name) == 0)
			return w->topic[t].title;
	return "";
}

static bool
read_row(struct visit *v, struct span *a, struct challenge_view *w, size_t i, struct err *e)
{
	struct challenge_row *r = &w->row[i];
	unsigned char hash[BANK_HASH];

	unpack_exact(a, hash, sizeof(hash));
	r->number = (unsigned)i + 1;
	r->chosen = unpack_u32(a);
	r->right = unpack_u8(a) != 0;
	unpack_text(a, r->because, sizeof(r->because));
	if (a->bad)
		return FAIL(e, ERR_IO, "challenge: answer");
	w->wrong += w->state == CHALLENGE_GRADED && !r->right;
	TRY(questions_get(v->store, hash, &r->text, e));
	r->topic = title_of(w, r->text.topic);
	return true;
}

static bool
read_try(struct visit *v, struct span *a, struct challenge_view *w, struct err *e)
{
	size_t n;

	w->state = (enum challenge_state)unpack_u8(a);
	w->id = unpack_i64(a);
	unpack_text(a, w->language, sizeof(w->language));
	w->begun_at = unpack_i64(a);
	w->until = unpack_i64(a);
	w->ended_at = unpack_i64(a);
	w->right = unpack_u32(a);
	w->need = unpack_u32(a);
	n = unpack_u32(a);
	snprintf(w->id_text, sizeof(w->id_text), "%lld", (long long)w->id);
	if (a->bad || n > BANK_DRAW_MOST)
		return FAIL(e, ERR_IO, "challenge: answer");
	TRY(questions_topics(v->store, w->language[0] != '\0' ? w->language : w->offered[0], w->topic, &w->topic_count, e));
	if (n > 0 && (w->row = calloc(n, sizeof(w->row[0]))) == NULL)
		return FAIL(e, ERR_MEMORY, "challenge: %zu questions", n);
	w->n = n;
	for (size_t i = 0; i < n; i++)
		TRY(read_row(v, a, w, i, e));
	return true;
}

static bool
ask_challenge(struct visit *v, struct challenge_view *w, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_CHALLENGE, &in, &out, &a, e));
	read_rules(&a, w);
	TRY(read_try(v, &a, w, e));
	return unpack_end(&a, "challenge", e);
}

/* ---- about it, and what came of the last try ---- */

bool
challenge_show(struct visit *v, struct err *e)
{
	DROP(challenge_wipe) struct challenge_view w = {0};

	TRY(ask_challenge(v, &w, e));
	page_challenge(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

bool
challenge_begin(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (form_good(&v->form)) {
		visit_ask_begin(v, &in);
		pack_text(&in, form_text(&v->form, "language"));
		if (visit_ask(v, KEEPER_CHALLENGE_BEGIN, &in, &out, &a, e))
			return visit_go(v, true, "/challenge/questions", e);
		if (!visit_fault(v, e, NULL))
			return false;
	}
	v->status = 422;
	return challenge_show(v, e);
}

bool
assurer_begun_show(struct visit *v, struct err *e)
{
	page_assurer_begun(&v->page, v);
	return buf_ok(&v->page, e);
}

/* ---- the questions ---- */

bool
challenge_questions_show(struct visit *v, struct err *e)
{
	DROP(challenge_wipe) struct challenge_view w = {0};

	TRY(ask_challenge(v, &w, e));
	if (w.state != CHALLENGE_OPEN)
		return visit_go(v, true, "/challenge", e);
	page_challenge_questions(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

/* The questions again with what was ticked; a try that is over leads to what came of it. */
static bool
show_again(struct visit *v, struct challenge_view *w, struct err *e)
{
	v->status = form_good(&v->form) ? 200 : 422;
	if (w->state == CHALLENGE_OPEN && w->id == form_number(&v->form, "try"))
		page_challenge_questions(&v->page, v, w);
	else
		page_challenge(&v->page, v, w);
	return buf_ok(&v->page, e);
}

/* What was ticked, by place; counts the questions without any tick.  False: there are ticks for more questions. */
static bool
take_marks(const struct visit *v, struct challenge_view *w)
{
	bool more = false;

	for (size_t i = 0; i < BANK_DRAW_MOST; i++) {
		uint32_t marks = form_marks(&v->form, i + 1);

		if (i >= w->n) {
			more |= marks != 0;
			continue;
		}
		w->row[i].chosen = marks;
		w->missing += marks == 0;
	}
	return !more;
}

static bool
send_answers(struct visit *v, const struct challenge_view *w, bool *began, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_i64(&in, w->id);
	pack_u32(&in, (uint32_t)w->n);
	for (size_t i = 0; i < w->n; i++)
		pack_u32(&in, w->row[i].chosen);
	TRY(visit_ask(v, KEEPER_CHALLENGE_ANSWER, &in, &out, &a, e));
	(void)unpack_u8(&a);
	(void)unpack_u32(&a);
	(void)unpack_u32(&a);
	*began = unpack_u8(&a) != 0;
	return unpack_end(&a, "challenge answer", e);
}

/* Nothing but an open try of this number is worth being sent on. */
static bool
judge_marks(struct visit *v, struct challenge_view *w)
{
	if (w->state != CHALLENGE_OPEN || w->id != form_number(&v->form, "try")) {
		(void)visit_fault(v, &(struct err){ .why = WHY_CHALLENGE_OVER }, NULL);
		return false;
	}
	if (!take_marks(v, w))
		(void)visit_fault(v, &(struct err){ .why = WHY_CHALLENGE_OPTION }, NULL);
	if (form_ticked(&v->form, "keep"))
		return false;
	w->told = w->missing > 0 && !form_ticked(&v->form, "open");
	if (w->told)
		form_fault(&v->form, NULL, MSG("Some questions have no answer yet. Answer them, or tick at the end that you hand in without."));
	return form_good(&v->form);
}

bool
challenge_hand_in(struct visit *v, struct err *e)
{
	DROP(challenge_wipe) struct challenge_view w = {0};
	DROP(challenge_wipe) struct challenge_view now = {0};
	bool began;

	TRY(ask_challenge(v, &w, e));
	if (!judge_marks(v, &w))
		return show_again(v, &w, e);
	if (send_answers(v, &w, &began, e))
		return began ? visit_go(v, false, "/signed-out/assurer", e) : visit_go(v, true, "/challenge", e);
	if (!visit_fault(v, e, NULL))
		return false;
	/* Handed in from another tab, or too late, in this very moment: as it is by now. */
	TRY(ask_challenge(v, &now, e));
	if (now.state == CHALLENGE_OPEN)
		(void)take_marks(v, &now);
	return show_again(v, &now, e);
}
