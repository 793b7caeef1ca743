#include <errno.h>
#include <string.h>
#include "portal/web/route_list.h"

static const char *const methods[] = { [GET] = "GET", [POST] = "POST" };
static const char *const guards[] = {
	[GUARD_OPEN] = "open", [GUARD_FORM] = "form", [GUARD_OWN] = "own", [GUARD_OWN_FORM] = "own form",
	[GUARD_ONCE] = "once", [GUARD_VISIT] = "visit", [GUARD_MACHINE] = "machine",
};
static const char *const needs[] = {
	[NEEDS_NOTHING] = "nothing", [NEEDS_SESSION] = "session", [NEEDS_FRESH] = "fresh",
};
static const char *const roles[ROLE__COUNT] = {
	[0] = "nobody", [ROLE_MEMBER] = "member", [ROLE_ASSURER] = "assurer", [ROLE_SUPPORT] = "support",
	[ROLE_OFFICER] = "officer", [ROLE_AUDITOR] = "auditor",
};
static const char *const kinds[] = {
	[FORM_TEXT] = "text", [FORM_SENTENCE] = "text", [FORM_AREA] = "area", [FORM_SECRET] = "secret", [FORM_TICK] = "tick",
	[FORM_CHOICE] = "choice", [FORM_NUMBER] = "number", [FORM_SERIAL] = "serial", [FORM_FILE] = "file",
	[FORM_MANY] = "many", [FORM_MARKS] = "marks",
};

static void
list_row(const struct route *r, FILE *to)
{
	fprintf(to, "%s\t%s\t%s\t%s\t%s\t%s\t%s", methods[r->method], r->path, r->name, guards[r->guard],
	    needs[r->needs], roles[r->role], purposes[r->purpose].name);
	for (size_t i = 0; i < r->field_count; i++) {
		const struct form_row *f = &r->fields[i];

		fprintf(to, "\t%s:%s:%zu:%zu:%d:%s", f->name, kinds[f->kind], f->least, f->most, f->required,
		    f->choices == NULL ? "" : f->choices);
	}
	fputc('\n', to);
}

bool
route_list(const struct route_table *tables, size_t n, FILE *to, struct err *e)
{
	for (size_t t = 0; t < n; t++)
		for (size_t i = 0; i < tables[t].count; i++)
			list_row(&tables[t].rows[i], to);
	return fflush(to) == 0 && ferror(to) == 0 ? true : FAIL(e, ERR_IO, "list of routes: %s", strerror(errno));
}
