#include <openssl/objects.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "portal/signer/der.h"

size_t
der_open(struct buf *b, unsigned tag)
{
	pack_u8(b, tag);
	pack_u8(b, 0);
	return b->len;
}

void
der_close(struct buf *b, size_t mark)
{
	unsigned char wide[5];
	size_t n = b->len - mark, k = 0;

	if (b->failed)
		return;
	if (n < 0x80) {
		b->data[mark - 1] = (char)n;
		return;
	}
	for (size_t v = n; v > 0; v >>= 8)
		k++;
	for (size_t i = 0; i < k; i++)
		wide[i] = (unsigned char)(n >> (8 * (k - 1 - i)));
	buf_add(b, wide, k);		/* makes room; the bytes are set below */
	if (b->failed)
		return;
	memmove(b->data + mark + k, b->data + mark, n);
	memcpy(b->data + mark, wide, k);
	b->data[mark - 1] = (char)(0x80 | k);
}

void
der_put(struct buf *b, unsigned tag, const void *p, size_t n)
{
	if (n < 0x80) {
		unsigned char head[2] = { (unsigned char)tag, (unsigned char)n };

		buf_add(b, head, sizeof(head));
		buf_add(b, p, n);
		return;
	}

	size_t mark = der_open(b, tag);

	buf_add(b, p, n);
	der_close(b, mark);
}

void
der_oid(struct buf *b, const struct oid *o)
{
	der_put(b, DER_OID, o->at, o->len);
}

void
der_bool(struct buf *b, bool v)
{
	der_put(b, DER_BOOLEAN, v ? "\xff" : "\0", 1);
}

void
der_int(struct buf *b, int64_t v)
{
	unsigned char c[8];

	for (int i = 0; i < 8; i++)
		c[i] = (unsigned char)((uint64_t)v >> (56 - 8 * i));
	der_bignum(b, c, sizeof(c));
}

void
der_bignum(struct buf *b, const unsigned char *p, size_t n)
{
	while (n > 1 && p[0] == 0)
		p++, n--;

	bool pad = n == 0 || (p[0] & 0x80) != 0;
	size_t mark = der_open(b, DER_INTEGER);

	if (pad)
		pack_u8(b, 0);
	buf_add(b, p, n);
	der_close(b, mark);
}

void
der_bits(struct buf *b, uint16_t bits)
{
	unsigned char c[3] = { 0, (unsigned char)(bits >> 8), (unsigned char)bits };
	size_t n = c[2] != 0 ? 3 : c[1] != 0 ? 2 : 1;

	if (n > 1)
		while ((c[n - 1] >> c[0] & 1) == 0)
			c[0]++;
	der_put(b, DER_BITS, c, n);
}

void
der_bit_bytes(struct buf *b, const void *p, size_t n)
{
	size_t mark = der_open(b, DER_BITS);

	pack_u8(b, 0);
	buf_add(b, p, n);
	der_close(b, mark);
}

/* "2026-11-22T09:30:00Z" to "20261122093000Z". */
static void
digits(char into[16], int64_t at)
{
	char iso[21];
	size_t n = 0;

	clock_iso(at, iso);
	for (const char *c = iso; *c != '\0' && n < 15; c++)
		if ((*c >= '0' && *c <= '9') || *c == 'Z')
			into[n++] = *c;
	into[n] = '\0';
}

void
der_time(struct buf *b, int64_t at)
{
	char t[16];

	digits(t, at);
	if (memcmp(t, "2050", 4) < 0)
		der_put(b, DER_UTC, t + 2, 13);
	else
		der_put(b, DER_TIME, t, 15);
}

void
der_generalized(struct buf *b, int64_t at)
{
	char t[16];

	digits(t, at);
	der_put(b, DER_TIME, t, 15);
}

bool
oid_parse(struct oid *o, const char *text, struct err *e)
{
	ASN1_OBJECT *a = OBJ_txt2obj(text, 1);
	size_t n = a == NULL ? 0 : OBJ_length(a);
	bool ok = n > 0 && n <= sizeof(o->at);

	memset(o, 0, sizeof(*o));
	if (ok) {
		memcpy(o->at, OBJ_get0_data(a), n);
		o->len = (uint8_t)n;
	}
	ASN1_OBJECT_free(a);
	return ok ? true : FAIL(e, ERR_INPUT, "not an object identifier we can hold: %.60s", text);
}

bool
oid_is(const struct oid *o, struct span contents)
{
	return contents.len == o->len && memcmp(o->at, contents.p, o->len) == 0;
}

/* The length field at *at (moved past it); false when it is not DER's shortest form. */
static bool
length_read(const unsigned char **at, const unsigned char *end, size_t *n)
{
	const unsigned char *c = *at;

	if (c >= end)
		return false;
	*n = *c++;
	if (*n >= 0x80) {
		size_t k = *n & 0x7f;

		if (k == 0 || k > 4 || (size_t)(end - c) < k || c[0] == 0)
			return false;
		for (*n = 0; k > 0; k--)
			*n = *n << 8 | *c++;
		if (*n < 0x80)
			return false;
	}
	*at = c;
	return *n <= (size_t)(end - c);
}

bool
der_next(struct span *s, unsigned *tag, struct span *in, struct span *whole)
{
	const unsigned char *at = s->p, *end;
	size_t n;

	if (s->bad || s->len == 0)
		return false;
	end = at + s->len;
	*tag = *at++;
	if ((*tag & 0x1f) == 0x1f || !length_read(&at, end, &n)) {
		s->bad = true;
		return false;
	}
	*in = span_of(at, n);
	if (whole != NULL)
		*whole = span_of(s->p, (size_t)(at + n - s->p));
	s->p = at + n;
	s->len = (size_t)(end - s->p);
	return true;
}

static bool
take(struct span *s, unsigned tag, struct span *in, struct span *whole)
{
	unsigned got;

	if (der_next(s, &got, in, whole) && got == tag)
		return true;
	s->bad = true;
	*in = *whole = span_of(NULL, 0);
	return false;
}

struct span
der_take(struct span *s, unsigned tag)
{
	struct span in, whole;

	take(s, tag, &in, &whole);
	return in;
}

struct span
der_whole(struct span *s, unsigned tag)
{
	struct span in, whole;

	take(s, tag, &in, &whole);
	return whole;
}

bool
der_peek(const struct span *s, unsigned tag)
{
	return !s->bad && s->len > 0 && s->p[0] == tag;
}

/* Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant's days_from_civil). */
static int64_t
days_of(int64_t y, int64_t m, int64_t d)
{
	y -= m <= 2;

	int64_t era = y / 400, yoe = y - era * 400;
	int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

int64_t
der_take_time(struct span *s)
{
	int64_t v[7] = {0};
	struct span in;
	unsigned tag = 0;

	if (!der_next(s, &tag, &in, NULL) || (tag != DER_UTC && tag != DER_TIME) ||
	    in.len != (tag == DER_UTC ? 13u : 15u) || in.p[in.len - 1] != 'Z') {
		s->bad = true;
		return 0;
	}

	size_t first = tag == DER_UTC ? 1 : 0;

	for (size_t i = 0; i + 1 < in.len; i++) {
		if (in.p[i] < '0' || in.p[i] > '9') {
			s->bad = true;
			return 0;
		}
		v[first + i / 2] = v[first + i / 2] * 10 + (in.p[i] - '0');
	}

	int64_t year = tag == DER_UTC ? v[1] + (v[1] < 50 ? 2000 : 1900) : v[0] * 100 + v[1];

	if (v[2] < 1 || v[2] > 12 || v[3] < 1 || v[3] > 31 || v[4] > 23 || v[5] > 59 || v[6] > 59) {
		s->bad = true;
		return 0;
	}
	return ((days_of(year, v[2], v[3]) * 24 + v[4]) * 60 + v[5]) * 60 + v[6];
}

bool
span_same(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}
