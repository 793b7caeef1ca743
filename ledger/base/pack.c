#include <string.h>
#include "ledger/base/pack.h"

struct span
span_of(const void *p, size_t len)
{
	return (struct span){ .p = p, .len = len };
}

struct span
span_text(const char *s)
{
	return span_of(s, s == NULL ? 0 : strlen(s));
}

struct span
span_buf(const struct buf *b)
{
	return span_of(b->data, b->len);
}

void
pack_u8(struct buf *b, unsigned v)
{
	unsigned char c = (unsigned char)v;

	buf_add(b, &c, 1);
}

void
pack_u32(struct buf *b, uint32_t v)
{
	unsigned char c[4] = { (unsigned char)(v >> 24), (unsigned char)(v >> 16),
	    (unsigned char)(v >> 8), (unsigned char)v };

	buf_add(b, c, sizeof(c));
}

void
pack_i64(struct buf *b, int64_t v)
{
	unsigned char c[8];

	for (int i = 0; i < 8; i++)
		c[i] = (unsigned char)((uint64_t)v >> (56 - 8 * i));
	buf_add(b, c, sizeof(c));
}

void
pack_bytes(struct buf *b, const void *p, size_t n)
{
	if (n > UINT32_MAX) {
		b->failed = true;
		return;
	}
	pack_u32(b, (uint32_t)n);
	buf_add(b, p, n);
}

void
pack_text(struct buf *b, const char *s)
{
	pack_bytes(b, s, s == NULL ? 0 : strlen(s));
}

static const unsigned char *
take(struct span *s, size_t n)
{
	const unsigned char *at = s->p;

	if (s->bad || s->len < n) {
		s->bad = true;
		return NULL;
	}
	if (n > 0)
		s->p += n;
	s->len -= n;
	return at;
}

uint8_t
unpack_u8(struct span *s)
{
	const unsigned char *c = take(s, 1);

	return c == NULL ? 0 : c[0];
}

uint32_t
unpack_u32(struct span *s)
{
	const unsigned char *c = take(s, 4);

	return c == NULL ? 0 : (uint32_t)c[0] << 24 | (uint32_t)c[1] << 16 |
	    (uint32_t)c[2] << 8 | (uint32_t)c[3];
}

int64_t
unpack_i64(struct span *s)
{
	uint64_t high = unpack_u32(s);

	return (int64_t)(high << 32 | unpack_u32(s));
}

struct span
unpack_bytes(struct span *s)
{
	uint32_t n = unpack_u32(s);
	const unsigned char *c = take(s, n);

	return c == NULL ? span_of(NULL, 0) : span_of(c, n);
}

void
unpack_exact(struct span *s, void *into, size_t n)
{
	const unsigned char *c = take(s, n);

	if (c == NULL)
		memset(into, 0, n);
	else
		memcpy(into, c, n);
}

void
unpack_text(struct span *s, char *into, size_t size)
{
	struct span t = unpack_bytes(s);

	into[0] = '\0';
	if (t.len >= size || !utf8_ok(t.p, t.len)) {
		s->bad = true;
		return;
	}
	if (t.len > 0)
		memcpy(into, t.p, t.len);
	into[t.len] = '\0';
}

bool
unpack_end(const struct span *s, const char *what, struct err *e)
{
	if (s->bad)
		return FAIL(e, ERR_INPUT, "%s: too short or out of bounds", what);
	if (s->len != 0)
		return FAIL(e, ERR_INPUT, "%s: %zu bytes too many", what, s->len);
	return true;
}

bool
utf8_ok(const void *p, size_t n)
{
	const unsigned char *c = p, *end;

	if (n == 0)		/* p may be NULL, to which nothing can be added */
		return true;
	end = c + n;
	while (c < end) {
		unsigned more = *c < 0x80 ? 0 : *c < 0xc2 ? 9 : *c < 0xe0 ? 1 :
		    *c < 0xf0 ? 2 : *c < 0xf5 ? 3 : 9;

		if (*c == 0 || more == 9 || (size_t)(end - c) <= more)
			return false;
		if ((*c == 0xe0 && c[1] < 0xa0) || (*c == 0xed && c[1] > 0x9f) ||
		    (*c == 0xf0 && c[1] < 0x90) || (*c == 0xf4 && c[1] > 0x8f))
			return false;
		for (unsigned i = 1; i <= more; i++)
			if ((c[i] & 0xc0) != 0x80)
				return false;
		c += more + 1;
	}
	return true;
}
