/*
 * privacy/facts/case_sort.c - staff say what a case is that came by mail, and type in letters on paper.
 *
 * A letter's time runs from the day it came.  A report goes to officers alone: whoever sorts one out of the mail
 * sees it for the last time.
 */
#include <stdio.h>
#include <string.h>
#include "privacy/facts/case.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define LETTER_OLDEST	366	/* days */

static const struct sql
sql_sort = { "case_sort", "iiii", "", "UPDATE case_file SET kind = $1, officers = $2, opened = $3 WHERE number = $4" };

static bool
sort_set(struct keeper *k, struct case_row *c, enum case_kind kind, int64_t opened, struct err *e)
{
	c->kind = kind;
	c->officers = kind == CASE_REPORT;
	c->opened = opened;
	c->deadline = case_deadline(kind, opened);
	TRY(sql_do(k->store, &sql_sort, e, (int64_t)kind, (int64_t)c->officers, opened, c->number));
	return case_set(k, c, e);
}

bool
op_desk_sort(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	unsigned kind = unpack_u8(&a->in);
	char says[64];
	struct case_row c;

	TRY(act_read(a, e));
	TRY(case_work(k, a, number, &c, e));
	TRY(case_open_now(&c, e));
	if (c.kind != CASE_OTHER || !case_kind_ok(kind, CASE_BY_VISITOR))
		return REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "case: sorted as %u", kind);
	snprintf(says, sizeof(says), "sorted: %s", case_kinds[kind].name);
	TRY(case_did(k, a, &c, says, false, e));
	if (kind == CASE_REPORT)
		c.staff = c.deputy = 0;
	TRY(sort_set(k, &c, (enum case_kind)kind, c.opened, e));
	return case_kinds[kind].hours == 0 || case_notify_desk(k, &c, a->now, e);
}

/* Whoever types it in works on it: a report needs an officer, all else support staff. */
static bool
may_type(const struct act *a, unsigned kind, struct err *e)
{
	enum role needed = kind == CASE_REPORT ? ROLE_OFFICER : ROLE_SUPPORT;

	if (!case_kind_ok(kind, CASE_BY_VISITOR | CASE_BY_POST))
		return REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "case: a letter of kind %u", kind);
	return (a->roles & 1u << needed) != 0 || REFUSE(e, ERR_DENIED, WHY_ROLE, "case: a letter for another role");
}

bool
op_desk_letter(struct keeper *k, struct act *a, struct err *e)
{
	DROP(case_words_wipe) char words[CASE_TEXT_MAX + 1] = "";
	unsigned kind = unpack_u8(&a->in);
	struct case_row c = { .kind = CASE_OTHER, .flags = CASE_LETTER, .staff = a->owner.number };
	int64_t day, today = day_of(a->now);
	char came[16];

	unpack_text(&a->in, came, sizeof(came));
	TRY(case_words(a, words, e));
	TRY(act_read(a, e));
	TRY(may_type(a, kind, e));
	if (!day_read(came, &day) || day > today || day < today - LETTER_OLDEST)
		return REFUSE(e, ERR_INPUT, WHY_LETTER_DAY, "case: the day a letter came");
	memcpy(c.lang, a->lang, sizeof(c.lang));
	TRY(case_add(k, &c, a->now, e));
	TRY(sort_set(k, &c, (enum case_kind)kind, day == today ? a->now : day * DAY, e));
	pack_i64(a->out, c.number);
	TRY(case_text_add(k, a, &c, CASE_TEXT_OPENER, words, "a letter on paper, typed in", e));
	return case_kinds[kind].hours == 0 || case_notify_desk(k, &c, a->now, e);
}
