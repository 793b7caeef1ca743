#include <stdint.h>
#include <string.h>
#include "portal/web/route.h"

static bool
is_own(const struct route *r)
{
	return r->guard == GUARD_OWN || r->guard == GUARD_OWN_FORM;
}

static bool
path_good(const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789-._/";
	const char *star = strchr(path, '*');
	size_t len = star == NULL ? strlen(path) : (size_t)(star - path);

	return path[0] == '/' && strspn(path, plain) == len && strstr(path, "//") == NULL &&
	    (star == NULL || (star[1] == '\0' && star[-1] == '/'));
}

static const char *
guard_fault(const struct route *r)
{
	bool open = r->needs == NEEDS_NOTHING && r->role == 0;
	bool own = r->needs > NEEDS_NOTHING && r->role >= ROLE_MEMBER && r->role < ROLE__COUNT;

	switch (r->guard) {
	case GUARD_OPEN:
	case GUARD_ONCE:
		return r->method != GET ? "needs GET" : !open ? "asks a public page for a role" :
		    r->guard == GUARD_OPEN && r->purpose != PURPOSE_NO_PERSONAL_DATA ? "opens data on a public page" : NULL;
	case GUARD_FORM:
		return r->method != POST ? "needs POST" : !open ? "asks a public form for a role" : NULL;
	case GUARD_VISIT:
		return r->method != GET ? "needs GET" : !open ? "asks a visitor for a role" : NULL;
	case GUARD_OWN:
		return r->method != GET ? "needs GET" : !own ? "asks for no role or no session" : NULL;
	case GUARD_OWN_FORM:
		return r->method != POST ? "needs POST" : !own ? "asks for no role or no session" : NULL;
	case GUARD_MACHINE:
		return !open || r->purpose != PURPOSE_NO_PERSONAL_DATA ? "opens data to machines" : NULL;
	case GUARD_UNSET:
		break;
	}
	return "has no guard";
}

static const char *
field_fault(const struct route *r)
{
	size_t many = 0, marks = 0;

	if (r->field_count > FORM_FIELDS_MAX || (r->field_count > 0) != (r->fields != NULL))
		return "has a wrong number of fields";
	for (size_t i = 0; i < r->field_count; i++) {
		const struct form_row *f = &r->fields[i];

		many += f->kind == FORM_MANY;
		marks += f->kind == FORM_MARKS;
		if (f->name == NULL || f->label == NULL || strcmp(f->name, "form") == 0)
			return "has a field without name or label";
		if (f->kind == FORM_UNSET || f->kind > FORM_MARKS || f->most == 0 || f->least > f->most ||
		    (f->kind == FORM_MARKS && (f->most > FORM_MARKS_MAX || f->required)))
			return "has a field without kind or bounds";
		if ((f->kind == FORM_CHOICE) != (f->choices != NULL))
			return "has choices where there are none to make";
		for (size_t j = 0; j < i; j++)
			if (strcmp(r->fields[j].name, f->name) == 0)
				return "has a field twice";
	}
	return many > 1 || marks > 1 ? "has more than one field that repeats" : NULL;
}

static const char *
page_fault(const struct route *r)
{
	if (r->page == NULL)
		return NULL;
	if (r->guard != GUARD_OWN_FORM)
		return "names a page and is no form of a session";
	return strchr(r->page, '*') != NULL && strchr(r->path, '*') == NULL ? "names a page with a star it has not" : NULL;
}

static const char *
row_fault(const struct route *r)
{
	const char *fault;

	if (r->method != GET && r->method != POST)
		return "has no method";
	if (r->path == NULL || !path_good(r->path))
		return "has no good path";
	if (r->name == NULL || r->name[0] == '\0' || r->run == NULL)
		return "has no name or handler";
	if (r->needs == NEEDS_UNSET || r->needs > NEEDS_FRESH)
		return "does not say what it needs";
	if (r->purpose == PURPOSE_UNSET || r->purpose >= PURPOSE__COUNT)
		return "has no purpose";
	fault = guard_fault(r);
	if (fault == NULL)
		fault = page_fault(r);
	return fault != NULL ? fault : field_fault(r);
}

static bool
same_place(const struct route *a, const struct route *b)
{
	return a->method == b->method && is_own(a) == is_own(b) && strcmp(a->path, b->path) == 0;
}

/* How many rows of all tables answer where r does: one, or something is wrong. */
static size_t
places(const struct route_table *tables, size_t n, const struct route *r)
{
	size_t found = 0;

	for (size_t t = 0; t < n; t++)
		for (size_t i = 0; i < tables[t].count; i++)
			found += same_place(&tables[t].rows[i], r);
	return found;
}

/* Whoever is asked for the password in between comes back to the form. */
static bool
has_page(const struct route_table *tables, size_t n, const struct route *r)
{
	struct route page = { .method = GET, .guard = GUARD_OWN, .path = r->page != NULL ? r->page : r->path };

	return r->guard != GUARD_OWN_FORM || places(tables, n, &page) == 1;
}

static bool
rows_good(const struct route_table *tables, size_t n, struct err *e)
{
	for (size_t t = 0; t < n; t++)
		for (size_t i = 0; i < tables[t].count; i++) {
			const struct route *r = &tables[t].rows[i];
			const char *fault = row_fault(r);

			if (fault == NULL && places(tables, n, r) != 1)
				fault = "stands there twice";
			if (fault == NULL && !has_page(tables, n, r))
				fault = "has no page its form could stand on";
			if (fault != NULL)
				return FAIL(e, ERR_INPUT, "route %s %s (row %zu of table %zu) %s",
				    r->method == POST ? "POST" : "GET", r->path == NULL ? "?" : r->path, i, t, fault);
		}
	return true;
}

/* True when path fits a row that ends in "*"; *tail is what the star stands for. */
static bool
star_fits(const struct route *r, const char *path, const char **tail)
{
	size_t len = strlen(r->path) - 1;	/* with its last slash */

	if (strncmp(r->path, path, len) != 0 || path[len] == '\0')
		return false;
	if (r->guard != GUARD_MACHINE && strchr(path + len, '/') != NULL)
		return false;
	*tail = path + len;
	return true;
}

static bool
is_star(const struct route *r)
{
	return r->path[strlen(r->path) - 1] == '*';
}

static bool
is_exactly(const struct route *r, enum method m, const char *path, bool own)
{
	return r->method == m && is_own(r) == own && strcmp(r->path, path) == 0 && !is_star(r);
}

#define SLOTS	(4u * ROUTES_MOST)

/* What was checked: exact paths by hash, and the rows that end in "*". */
static struct {
	const struct route	*slot[SLOTS], *star[ROUTES_MOST];
	size_t			stars;
} known;

/* FNV-1a. */
static size_t
slot_of(enum method m, const char *path, bool own)
{
	uint32_t h = 2166136261u ^ (uint32_t)m ^ (own ? 8u : 0);

	for (const char *s = path; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h % SLOTS;
}

static void
know(const struct route_table *tables, size_t n)
{
	for (size_t t = 0; t < n; t++)
		for (size_t i = 0; i < tables[t].count; i++) {
			const struct route *r = &tables[t].rows[i];
			size_t at = slot_of(r->method, r->path, is_own(r));

			if (is_star(r)) {
				known.star[known.stars++] = r;
				continue;
			}
			while (known.slot[at] != NULL)
				at = (at + 1) % SLOTS;
			known.slot[at] = r;
		}
}

bool
route_check(const struct route_table *tables, size_t n, struct err *e)
{
	size_t all = 0;

	memset(&known, 0, sizeof(known));
	for (size_t t = 0; t < n; t++)
		all += tables[t].count;
	if (all > ROUTES_MOST)
		return FAIL(e, ERR_INPUT, "%zu routes", all);
	TRY(rows_good(tables, n, e));
	know(tables, n);
	return true;
}

/* A page asks for its own row and for that of each form on it. */
const struct route *
route_find(enum method m, const char *path, bool own, const char **tail)
{
	size_t at = slot_of(m, path, own);

	*tail = "";
	for (; known.slot[at] != NULL; at = (at + 1) % SLOTS)
		if (is_exactly(known.slot[at], m, path, own))
			return known.slot[at];
	for (size_t i = 0; i < known.stars; i++) {
		const struct route *r = known.star[i];

		if (r->method == m && is_own(r) == own && star_fits(r, path, tail))
			return r;
	}
	return NULL;
}

bool
route_page(const struct route *r, const char *path, const char *tail, char *into, size_t size)
{
	const char *page = r->page != NULL ? r->page : path;
	int n = (int)strcspn(page, "*");

	n = snprintf(into, size, "%.*s%s", n, page, page[n] == '*' ? tail : "");
	return n >= 0 && (size_t)n < size;
}

bool
route_ahead_check(const struct route_ahead *ahead, size_t count, struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		const char *tail, *path = ahead[i].path;
		const struct route *r = route_find(GET, path, true, &tail);
		size_t same = 0;

		for (size_t j = 0; j < count; j++)
			same += strcmp(ahead[j].path, path) == 0;
		if (r == NULL || is_star(r) || r->field_count > 0 || ahead[i].op == 0 || same != 1)
			return FAIL(e, ERR_INPUT, "%s is no page whose question can be asked before", path);
	}
	return true;
}
