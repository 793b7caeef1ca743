#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ledger/base/buf.h"
#include "ledger/base/wipe.h"

static void
grow(struct buf *b, size_t cap)
{
	char *fresh = malloc(cap);	/* not realloc: old bytes are wiped */

	if (fresh == NULL) {
		b->failed = true;
		return;
	}
	if (b->data != NULL) {
		memcpy(fresh, b->data, b->len);
		wipe_free(b->data);
	}
	fresh[b->len] = '\0';
	b->data = fresh;
	b->cap = cap;
}

void
buf_room(struct buf *b, size_t n)
{
	if (!b->failed && b->cap < n)
		grow(b, n);
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (b->failed || n == 0)
		return;
	if (n >= SIZE_MAX / 2 - b->len) {
		b->failed = true;
		return;
	}
	if (b->len + n + 1 > b->cap) {
		grow(b, (b->len + n + 1) * 3 / 2 + 64);
		if (b->failed)
			return;
	}
	memcpy(b->data + b->len, p, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
buf_text(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	char line[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(line))
		b->failed = true;
	else
		buf_add(b, line, (size_t)n);
	explicit_bzero(line, sizeof(line));
}

void
buf_hex(struct buf *b, const void *p, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *at = p;

	for (size_t i = 0; i < n; i++) {
		char pair[2] = { hex[at[i] >> 4], hex[at[i] & 15] };

		buf_add(b, pair, sizeof(pair));
	}
}

void
buf_html(struct buf *b, const char *s)
{
	while (s != NULL && *s != '\0') {
		size_t plain = strcspn(s, "&<>\"'");

		buf_add(b, s, plain);
		s += plain;
		switch (*s) {
		case '&':  buf_text(b, "&amp;"); break;
		case '<':  buf_text(b, "&lt;"); break;
		case '>':  buf_text(b, "&gt;"); break;
		case '"':  buf_text(b, "&#34;"); break;
		case '\'': buf_text(b, "&#39;"); break;
		default:   continue;		/* the end */
		}
		s++;
	}
}

void
buf_arg(struct buf *b, const char *s)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	while (s != NULL && *s != '\0') {
		size_t n = strspn(s, plain);

		buf_add(b, s, n);
		s += n;
		for (; *s != '\0' && strchr(plain, *s) == NULL; s++) {
			unsigned char c = (unsigned char)*s;
			char esc[3] = { '%', hex[c >> 4], hex[c & 15] };

			buf_add(b, esc, sizeof(esc));
		}
	}
}

void
buf_url(struct buf *b, const char *s)
{
	bool local = s != NULL && s[0] == '/' && s[1] != '/' && s[1] != '\\';

	if (local || (s != NULL && strncmp(s, "https://", 8) == 0))
		buf_html(b, s);
	else
		buf_text(b, "#");
}

void
buf_reset(struct buf *b)
{
	if (b->data != NULL)
		explicit_bzero(b->data, b->len);
	b->len = 0;
	b->failed = false;
}

void
buf_wipe(struct buf *b)
{
	wipe_free(b->data);
	*b = (struct buf){0};
}

bool
buf_ok(const struct buf *b, struct err *e)
{
	return b->failed ? FAIL(e, ERR_MEMORY, "page of %zu+ bytes", b->len) : true;
}
