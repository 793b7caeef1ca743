#include <sodium.h>
#include <string.h>
#include "ledger/base/log.h"
#include "portal/web/draw.h"

static void
draw_rows(const struct visit *v, enum method m, const char *path, bool own)
{
	const char *tail;
	const struct route *r = route_find(m, path, own, &tail);

	if (v->drawn != NULL)
		*v->drawn = (struct drawn){ r == NULL ? NULL : r->fields, r == NULL ? 0 : r->field_count };
}

void
draw_form(const struct visit *v, const char *path, bool own)
{
	draw_rows(v, POST, path, own);
}

void
draw_query(const struct visit *v, const char *path)
{
	draw_rows(v, GET, path, v->has_session);
}

const struct form_row *
draw_row(const struct visit *v, const char *name)
{
	static const struct form_row unknown = { .name = "", .label = "", .kind = FORM_TEXT, .most = 1 };
	const struct form_row *row = NULL;

	if (v->drawn != NULL)
		row = form_find(v->drawn->rows, v->drawn->count, name);
	if (row == NULL)
		row = form_find(v->form.rows, v->form.count, name);
	if (row == NULL)	/* a page that does not fit its route: the tests draw every page */
		log_warn("page of route %s: no field %s", v->route == NULL ? "?" : v->route->name, name);
	return row == NULL ? &unknown : row;
}

void
draw_id(char into[DRAW_ID], const char *name, const char *choices)
{
	if (choices == NULL)
		snprintf(into, DRAW_ID, "f-%s", name);
	else
		snprintf(into, DRAW_ID, "f-%s-%.*s", name, (int)strcspn(choices, "|"), choices);
	for (char *c = into; *c != '\0'; c++)
		if (*c == ' ')
			*c = '-';	/* an id holds no blanks */
}

void
draw_told(char into[DRAW_TOLD], const char *at, const char *name, bool fault)
{
	if (fault)
		snprintf(into, DRAW_TOLD, "d-%s d-%s", name, at);
	else
		snprintf(into, DRAW_TOLD, "d-%s", at);
}

const char *
draw_choice(const char *choices, char one[DRAW_ID])
{
	size_t n = choices == NULL ? 0 : strcspn(choices, "|");

	if (n == 0)
		return NULL;
	snprintf(one, DRAW_ID, "%.*s", (int)n, choices);
	return choices + n + (choices[n] == '|');
}

const char *
draw_width(const struct form_row *row)
{
	if (row->kind == FORM_NUMBER)
		return "short";
	return row->most <= 12 ? "short" : row->most <= 64 ? "medium" : "long";
}

const char *
draw_keys(const struct form_row *row, const char *type)
{
	if (row->kind == FORM_NUMBER)
		return "numeric";
	return strcmp(type, "email") == 0 ? "email" : strcmp(type, "url") == 0 ? "url" : "text";
}

static bool
at_length(const struct form_row *row)
{
	return row->kind == FORM_SENTENCE || (row->kind == FORM_AREA && row->most <= CASE_TEXT_MAX);
}

void
draw_typed(const struct visit *v, struct buf *into)
{
	const struct form *f = &v->form;

	for (size_t i = 0; i < f->count; i++) {
		if (!at_length(&f->rows[i]) || f->value[i].len == 0)
			continue;
		buf_text(into, into->len == 0 ? "" : "\n\n");
		buf_text(into, f->value[i].text);
	}
}

void
draw_once(char into[33])
{
	unsigned char number[TOKEN_BYTES];

	randombytes_buf(number, sizeof(number));
	token_text(number, into);
}
