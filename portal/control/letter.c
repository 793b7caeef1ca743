#include <sodium.h>
#include <strings.h>
#include "ledger/base/wipe.h"
#include "portal/control/letter.h"

/* Readers want a text, if an empty one: a struct buf has none before its first byte. */
static void
settle(struct buf *b)
{
	buf_add(b, "", 1);
	if (!b->failed)
		b->len--;
}

/* One header field's unfolded value, or nothing. */
static void
header_get(struct buf *into, const char *p, size_t n, const char *name)
{
	size_t len = strlen(name);

	for (const char *end = p + n; p < end;) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		bool here = (size_t)(end - p) > len && strncasecmp(p, name, len) == 0 && p[len] == ':';

		for (const char *at = p + len + 1; here; p = at, at = p) {
			stop = memchr(at, '\n', (size_t)(end - at));
			stop = stop == NULL ? end : stop;
			while (at < stop && (*at == ' ' || *at == '\t'))
				at++;
			for (; at < stop; at++)
				if (*at != '\r')
					buf_add(into, at, 1);
			at = stop < end ? stop + 1 : end;
			if (at >= end || (*at != ' ' && *at != '\t'))
				return;
			buf_text(into, " ");
		}
		p = stop == NULL ? end : stop + 1;
	}
}

static int
hex_of(char c)
{
	const char *at = c == '\0' ? NULL : strchr("0123456789ABCDEF0123456789abcdef", c);

	return at == NULL ? -1 : (int)((at - "0123456789ABCDEF0123456789abcdef") & 15);
}

/* RFC 2045 section 6.7; in a header (RFC 2047 section 4.2) "_" is a space. */
static void
quoted_printable(struct buf *into, const char *p, size_t n, bool header)
{
	for (size_t i = 0; i < n; i++) {
		if (header && p[i] == '_')
			buf_text(into, " ");
		else if (p[i] == '=' && i + 2 < n + (size_t)header && hex_of(p[i + 1]) >= 0 && hex_of(p[i + 2]) >= 0) {
			char c = (char)(hex_of(p[i + 1]) * 16 + hex_of(p[i + 2]));

			buf_add(into, &c, 1);
			i += 2;
		} else if (p[i] == '=' && i + 1 < n && (p[i + 1] == '\n' || p[i + 1] == '\r'))
			i += p[i + 1] == '\r' && i + 2 < n && p[i + 2] == '\n' ? 2 : 1;
		else
			buf_add(into, &p[i], 1);
	}
}

static void
base64(struct buf *into, const char *p, size_t n)
{
	unsigned char *bin = malloc(n + 1);
	size_t got = 0;

	if (bin == NULL)
		into->failed = true;
	else if (sodium_base642bin(bin, n + 1, p, n, " \r\n\t", &got, NULL,
	    sodium_base64_VARIANT_ORIGINAL) == 0)
		buf_add(into, bin, got);
	else
		buf_add(into, p, n);
	wipe_free(bin);
}

/* "=?UTF-8?Q?...?=" words of a header value. */
static void
header_words(struct buf *into, const char *s)
{
	while (*s != '\0') {
		const char *text, *end;

		if (strncasecmp(s, "=?utf-8?", 8) != 0 || s[8] == '\0' || s[9] != '?' ||
		    (end = strstr(s + 10, "?=")) == NULL) {
			buf_add(into, s++, 1);
			continue;
		}
		text = s + 10;
		if (s[8] == 'Q' || s[8] == 'q')
			quoted_printable(into, text, (size_t)(end - text), true);
		else
			base64(into, text, (size_t)(end - text));
		s = end + 2;
		/* White space between two such words is no part of the text. */
		if (strncasecmp(s + strspn(s, " "), "=?utf-8?", 8) == 0)
			s += strspn(s, " ");
	}
}

static void
header_read(struct buf *into, const char *p, size_t n, const char *name)
{
	DROP(buf_wipe) struct buf raw = {0};

	header_get(&raw, p, n, name);
	header_words(into, raw.data == NULL ? "" : raw.data);
	settle(into);
}

bool
letter_read(struct letter *l, struct span raw, struct err *e)
{
	DROP(buf_wipe) struct buf coding = {0};
	const char *p = (const char *)raw.p, *blank;
	size_t head, skip = 2;

	*l = (struct letter){0};
	blank = memmem(p, raw.len, "\n\n", 2);
	if (blank == NULL) {
		blank = memmem(p, raw.len, "\n\r\n", 3);
		skip = 3;
	}
	head = blank == NULL ? raw.len : (size_t)(blank - p) + 1;
	header_read(&l->to, p, head, "To");
	header_read(&l->subject, p, head, "Subject");
	header_read(&l->date, p, head, "Date");
	header_get(&coding, p, head, "Content-Transfer-Encoding");
	if (blank != NULL) {
		const char *body = blank + skip;
		size_t n = raw.len - (size_t)(body - p);

		if (coding.data != NULL && strcasecmp(coding.data, "quoted-printable") == 0)
			quoted_printable(&l->text, body, n, false);
		else if (coding.data != NULL && strcasecmp(coding.data, "base64") == 0)
			base64(&l->text, body, n);
		else
			buf_add(&l->text, body, n);
	}
	settle(&l->text);
	if (buf_ok(&l->to, e) && buf_ok(&l->subject, e) && buf_ok(&l->date, e) && buf_ok(&l->text, e))
		return true;
	letter_wipe(l);
	return false;
}

void
letter_wipe(struct letter *l)
{
	buf_wipe(&l->to);
	buf_wipe(&l->subject);
	buf_wipe(&l->date);
	buf_wipe(&l->text);
}

size_t
letter_link(const char *s)
{
	size_t n;

	if (strncmp(s, "http://", 7) != 0 && strncmp(s, "https://", 8) != 0)
		return 0;
	n = strcspn(s, " \t\r\n<>\"'()");
	while (n > 0 && strchr(".,;:!?", s[n - 1]) != NULL)
		n--;
	return n;
}
