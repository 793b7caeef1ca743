#include "privacy/lists.h"
#include <string.h>

/* A piece without the blanks around it. */
static bool
piece(const char *from, size_t n, char *into, size_t size)
{
	for (; n > 0 && *from == ' '; n--)
		from++;
	while (n > 0 && from[n - 1] == ' ')
		n--;
	if (n == 0 || n >= size)
		return false;
	memcpy(into, from, n);
	into[n] = '\0';
	return true;
}

static bool
one_read(const char *text, size_t n, struct mail_list *l)
{
	const char *colon = memchr(text, ':', n), *out;
	size_t rest;

	*l = (struct mail_list){0};
	if (colon == NULL || !piece(text, (size_t)(colon - text), l->name, sizeof(l->name)) ||
	    strspn(l->name, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(l->name))
		return false;
	rest = n - (size_t)(colon - text) - 1;
	out = memchr(colon + 1, '>', rest);
	if (out == NULL)
		return piece(colon + 1, rest, l->says, sizeof(l->says));
	return piece(colon + 1, (size_t)(out - colon) - 1, l->says, sizeof(l->says)) &&
	    piece(out + 1, n - (size_t)(out - text) - 1, l->outside, sizeof(l->outside)) &&
	    strncmp(l->outside, "https://", 8) == 0;
}

bool
lists_read(const char *text, struct mail_list into[LISTS_MOST], size_t *n, struct err *e)
{
	*n = 0;
	while (text[strspn(text, " ")] != '\0') {
		size_t len = strcspn(text, ";");

		if (*n == LISTS_MOST || !one_read(text, len, &into[*n]))
			return FAIL(e, ERR_INPUT, "mail.lists: list %zu", *n + 1);
		if (lists_find(into, *n, into[*n].name) != NULL)
			return FAIL(e, ERR_INPUT, "mail.lists: a name twice");
		++*n;
		text += len + (text[len] == ';');
	}
	return true;
}

const struct mail_list *
lists_find(const struct mail_list *lists, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(lists[i].name, name) == 0)
			return &lists[i];
	return NULL;
}
