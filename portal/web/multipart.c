/*
 * multipart.c - multipart/form-data (RFC 7578) into the fields of a form.
 *
 * Only what browsers and curl send is understood; anything else is refused.
 * File names and part types are ignored: what a visitor's file is called stays
 * on the visitor's machine.
 */
#include <string.h>
#include <strings.h>
#include "portal/web/form.h"

#define BOUNDARY_MAX	70	/* RFC 2046 section 5.1.1 */
#define PART_HEAD_MAX	2048	/* bytes of a part's header lines */

/* "\r\n--BOUNDARY" and its length. */
struct mark { char text[BOUNDARY_MAX + 5]; size_t len; };

static bool
boundary(struct mark *m, const char *type, struct err *e)
{
	static const char allowed[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=?";
	const char *at = strncasecmp(type, "multipart/form-data", 19) == 0 ? strcasestr(type, "boundary=") : NULL;
	size_t len;

	if (at == NULL)
		return FAIL(e, ERR_INPUT, "multipart: no boundary");
	at += 9;
	at += *at == '"';
	len = strspn(at, allowed);
	if (len == 0 || len > BOUNDARY_MAX || strchr("\"; ", at[len]) == NULL)
		return FAIL(e, ERR_INPUT, "multipart: boundary");
	m->len = (size_t)snprintf(m->text, sizeof(m->text), "\r\n--%.*s", (int)len, at);
	return true;
}

static void
skip(struct span *s, size_t n)
{
	s->p += n;
	s->len -= n;
}

/* name="..." of a Content-Disposition line; quoted, without escapes: our names need none. */
static bool
part_name(const char *line, char *into, size_t size)
{
	const char *at = strcasestr(line, "form-data") != NULL ? strcasestr(line, " name=\"") : NULL;
	size_t len;

	if (at == NULL && (at = strcasestr(line, ";name=\"")) == NULL)
		return false;
	at += 7;
	len = strcspn(at, "\"");
	if (at[len] != '"' || len >= size || len == 0)
		return false;
	memcpy(into, at, len);
	into[len] = '\0';
	return true;
}

/* The header lines of a part; leaves *body behind them. */
static bool
part_head(struct span *body, char *name, size_t size, struct err *e)
{
	const unsigned char *end = body->len > 0 ? memmem(body->p, body->len, "\r\n\r\n", 4) : NULL;
	char head[PART_HEAD_MAX];
	size_t len = end == NULL ? 0 : (size_t)(end - body->p);
	bool found = false;

	if (end == NULL || len >= sizeof(head) || memchr(body->p, '\0', len) != NULL)
		return FAIL(e, ERR_INPUT, "multipart: header of a part");
	memcpy(head, body->p, len);
	head[len] = '\0';
	for (char *line = head, *next; line != NULL && !found; line = next) {
		if ((next = strstr(line, "\r\n")) != NULL)
			*next = '\0', next += 2;
		if (strncasecmp(line, "Content-Disposition:", 20) == 0)
			found = part_name(line + 20, name, size);
	}
	skip(body, len + 4);
	return found ? true : FAIL(e, ERR_INPUT, "multipart: a part without a name");
}

static bool
part(struct form *f, const struct mark *m, struct span *body, struct err *e)
{
	char name[64];
	const unsigned char *end;
	struct span value;

	TRY(part_head(body, name, sizeof(name), e));
	/* An empty part's closing mark may share the blank line's CR LF. */
	body->p -= 2;
	body->len += 2;
	end = memmem(body->p, body->len, m->text, m->len);
	if (end == NULL)
		return FAIL(e, ERR_INPUT, "multipart: a part has no end");
	value = end < body->p + 2 ? span_of(body->p, 0) : span_of(body->p + 2, (size_t)(end - body->p) - 2);
	skip(body, (size_t)(end - body->p) + m->len);
	return form_take(f, name, value, e);
}

bool
form_read_multipart(struct form *f, struct span body, const char *content_type, struct err *e)
{
	struct mark m;

	TRY(boundary(&m, content_type, e));
	f->store_size = body.len + 4 * FORM_FIELDS_MAX;
	if ((f->store = malloc(f->store_size)) == NULL)
		return FAIL(e, ERR_MEMORY, "form of %zu bytes", body.len);
	if (body.len < m.len || memcmp(body.p, m.text + 2, m.len - 2) != 0)
		return FAIL(e, ERR_INPUT, "multipart: beginning");
	skip(&body, m.len - 2);
	for (size_t parts = 0; body.len >= 2 && memcmp(body.p, "\r\n", 2) == 0; parts++) {
		if (parts == 2 * FORM_FIELDS_MAX)
			return FAIL(e, ERR_INPUT, "multipart: too many parts");
		skip(&body, 2);
		TRY(part(f, &m, &body, e));
	}
	if (body.len < 2 || memcmp(body.p, "--", 2) != 0)
		return FAIL(e, ERR_INPUT, "multipart: end");
	form_judge(f);
	return true;
}
