/*
 * portal/desk/case_facts.h - what all pages about cases do alike: bring texts, read facts, keep a text.
 *
 * Stands on visit, cases.  Decides nothing: who may the keeper says.
 */
#ifndef PORTAL_DESK_CASE_FACTS_H
#define PORTAL_DESK_CASE_FACTS_H
#include "portal/desk/case_views.h"

const char *case_kind_words(unsigned kind);	/* message ids */
const char *seat_words(unsigned role);
/* CASE FACTS of op.h; yours: whoever opened the case reads it. */
void case_line_read(const struct visit *v, struct span *a, bool yours, struct case_line *l);
/* NAME CHANGE of op_office.h. */
void name_change_read(struct span *a, struct name_change_line *l);
/* TEXTS READ, and how many are missing of those known.  ERR_IO, ERR_MEMORY. */
bool case_texts_take(struct span *a, struct case_view *w, struct err *e) MUST;
void case_view_wipe(struct case_view *w);		/* fits DROP() */
/* The number that "*" stands for.  ERR_ABSENT with WHY_CASE_ABSENT. */
bool case_number(const struct visit *v, int64_t *number, struct err *e) MUST;
/*
 * TEXT TO KEEP of an answer: the row is put, then the keeper is told, by the visit's session or
 * (token not NULL) by a visitor's token.
 */
bool case_text_keep(struct visit *v, struct span *a, int64_t number, const unsigned char *token, struct err *e) MUST;
/* The kind (enum case_kind) that a form's choice names; 0: none. */
unsigned case_kind_typed(const char *choice);
/* Whom a report is against (enum case_against); a choice that is none: CASE_AGAINST_NOBODY. */
unsigned case_against_typed(const char *choice);
/* TELLING of op_fraud.h. */
void telling_read(struct span *a, struct telling_line *l);
#endif
