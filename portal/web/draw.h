/*
 * portal/web/draw.h - what the pages of portal/pages/form.html need to draw a form.
 *
 * A page draws forms for other routes than its own, so the rows (labels,
 * kinds) come from the route that form_open names; draw_form() remembers it in
 * v->drawn until the next one.  What was typed and what is wrong with it comes
 * from v->form, by the field's name.
 */
#ifndef PORTAL_WEB_DRAW_H
#define PORTAL_WEB_DRAW_H
#include "portal/web/visit.h"

#define DRAW_ID		112	/* bytes of an element's id */
#define DRAW_TOLD	(2 * DRAW_ID)	/* of the ids of what describes one */
#define DRAW_PATH	256	/* bytes of a form's path */

struct drawn { const struct form_row *rows; size_t count; };

/* From here on fields are those of the form that posts to path. */
void draw_form(const struct visit *v, const char *path, bool own);
/* The same for a form whose values go into the address of a page of this path. */
void draw_query(const struct visit *v, const char *path);
/* The row of a field: of the form being drawn, else of v->form; never NULL. */
const struct form_row *draw_row(const struct visit *v, const char *name);
/* "f-NAME", or "f-NAME-CHOICE" for the first of choices (NULL: none). */
void draw_id(char into[DRAW_ID], const char *name, const char *choices);
/* What describes a choice whose id is `at`: its hint, and before it the fault of its field, if that is told here. */
void draw_told(char into[DRAW_TOLD], const char *at, const char *name, bool fault);
/* The first of "a|b|c" into `one`, and where the next begins; NULL: there was none. */
const char *draw_choice(const char *choices, char one[DRAW_ID]);
const char *draw_width(const struct form_row *row);	/* style class: "short", "medium", "long" */
const char *draw_keys(const struct form_row *row, const char *type);	/* inputmode */
/* A random number as token_text() writes it, for a form's field "once". */
void draw_once(char into[33]);
/* Words that somebody wrote at length into this form; not requests for certificates, which may hold a key by mistake. */
void draw_typed(const struct visit *v, struct buf *into);
#endif
