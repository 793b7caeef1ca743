/*
 * portal/desk/desk.h - the page of one case, as its staff see it: drawn by desk.c, again by each form of it.
 */
#ifndef PORTAL_DESK_DESK_H
#define PORTAL_DESK_DESK_H
#include "portal/desk/case_facts.h"

/* note: a message id shown on top; NULL none. */
bool desk_case_draw(struct visit *v, const char *note, struct err *e) MUST;
/* The list, with a sentence above it (NULL: none). */
bool desk_draw(struct visit *v, const char *note, struct err *e) MUST;
#endif
