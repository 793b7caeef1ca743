#include <stdlib.h>
#include <string.h>
#include "portal/web/fcgi_request.h"

enum { VERSION_1 = 1, BEGIN_REQUEST = 1, PARAMS = 4, STDIN = 5 };
enum { RESPONDER = 1, KEEP_CONN = 1 };

#define ROOM_KEPT	16384u		/* bytes: what was larger is given back */

static const struct { const char *name; size_t len; } names[FCGI_PARAM__COUNT] = {
#define NAME(s)	{ s, sizeof(s) - 1 }
	[FCGI_METHOD] = NAME("REQUEST_METHOD"),
	[FCGI_URI] = NAME("REQUEST_URI"),
	[FCGI_CONTENT_TYPE] = NAME("CONTENT_TYPE"),
	[FCGI_CONTENT_LENGTH] = NAME("CONTENT_LENGTH"),
	[FCGI_REMOTE_ADDR] = NAME("REMOTE_ADDR"),
	[FCGI_FETCH_SITE] = NAME("HTTP_SEC_FETCH_SITE"),
	[FCGI_ACCEPT_LANGUAGE] = NAME("HTTP_ACCEPT_LANGUAGE"),
	[FCGI_BROWSER] = NAME("BROWSER"),
	[FCGI_CAME_FROM] = NAME("CAME_FROM"),
	[FCGI_UNCOUNTED] = NAME("UNCOUNTED"),
	[FCGI_CLIENT_VERIFY] = NAME("CLIENT_VERIFY"),
	[FCGI_CLIENT_CERT] = NAME("CLIENT_CERT"),
	[FCGI_DOCUMENT_URI] = NAME("DOCUMENT_URI"),
#undef NAME
};

/* ---- name-value pairs ---- */

/* One byte below 128, or four with the highest bit set. */
static size_t
pair_length(struct span *s)
{
	size_t first = unpack_u8(s);

	if (first < 0x80)
		return first;
	first = (first & 0x7f) << 24;
	first |= (size_t)unpack_u8(s) << 16;
	first |= (size_t)unpack_u8(s) << 8;
	return first | unpack_u8(s);
}

static void
remember(struct fcgi_request *r, const char *name, size_t len, const char *value)
{
	for (size_t i = 0; i < FCGI_PARAM__COUNT; i++)
		if (names[i].len == len && memcmp(names[i].name, name, len) == 0)
			r->param[i] = value;
}

/* Each pair moves to the front, over its lengths (two bytes at least), which makes room for a NUL behind its value. */
static bool
read_pairs(struct fcgi_request *r, struct err *e)
{
	char *to = r->params.data;
	struct span s = span_buf(&r->params);

	while (s.len > 0) {
		size_t name = pair_length(&s), value = pair_length(&s);
		const char *from = (const char *)s.p;

		if (s.bad || name > s.len || value > s.len - name)
			return FAIL(e, ERR_INPUT, "FastCGI: a parameter's length");
		if (memchr(from, '\0', name + value) != NULL)
			return FAIL(e, ERR_INPUT, "FastCGI: a parameter is no text");
		s.p += name + value;
		s.len -= name + value;
		memmove(to, from, name + value);
		to[name + value] = '\0';
		remember(r, to, name, to + name);
		to += name + value + 1;
	}
	return true;
}

/* ---- records ---- */

static bool
begin_record(struct fcgi_request *r, struct err *e)
{
	const unsigned char *h = r->header;
	int id = h[2] << 8 | h[3];
	bool first = h[1] == BEGIN_REQUEST;

	r->content = (size_t)h[4] << 8 | h[5];
	r->padding = h[6];
	r->done = 0;
	if (h[0] != VERSION_1 || id == 0)
		return FAIL(e, ERR_INPUT, "FastCGI: version %d, request %d", h[0], id);
	if (first ? r->part != FCGI_NONE || r->content != FCGI_HEADER :
	    id != r->id || !(r->part == FCGI_PARAMS ? h[1] == PARAMS : r->part == FCGI_STDIN && h[1] == STDIN))
		return FAIL(e, ERR_INPUT, "FastCGI: a record of type %d has no place here", h[1]);
	r->id = id;
	return true;
}

static bool
take_content(struct fcgi_request *r, const unsigned char *p, size_t n, struct err *e)
{
	switch (r->part) {
	case FCGI_NONE:
		memcpy(r->begin + r->done, p, n);
		break;
	case FCGI_PARAMS:
		if (n > FCGI_PARAMS_MOST - r->params.len)
			return FAIL(e, ERR_INPUT, "FastCGI: parameters are too long");
		buf_add(&r->params, p, n);
		break;
	default:
		r->too_large = r->too_large || n > r->body_most - r->body.len;
		if (r->too_large)
			buf_wipe(&r->body);
		else
			buf_add(&r->body, p, n);
	}
	r->done += n;
	return true;
}

static bool
end_params(struct fcgi_request *r, struct err *e)
{
	TRY(buf_ok(&r->params, e));
	TRY(read_pairs(r, e));
	r->part = FCGI_STDIN;
	return true;
}

static bool
end_body(struct fcgi_request *r, struct err *e)
{
	const char *said = r->param[FCGI_CONTENT_LENGTH];

	TRY(buf_ok(&r->body, e));
	if (!r->too_large && strtoul(said == NULL ? "0" : said, NULL, 10) != r->body.len)
		return FAIL(e, ERR_INPUT, "FastCGI: a body of %zu bytes is not what was said", r->body.len);
	r->part = FCGI_WHOLE;
	return true;
}

/* All of a record is there, its padding too. */
static bool
end_record(struct fcgi_request *r, struct err *e)
{
	r->header_len = 0;
	if (r->part == FCGI_NONE) {
		if ((r->begin[0] << 8 | r->begin[1]) != RESPONDER)
			return FAIL(e, ERR_INPUT, "FastCGI: another role than responder");
		r->keep = (r->begin[2] & KEEP_CONN) != 0;
		r->part = FCGI_PARAMS;
	} else if (r->done == 0) {
		return r->part == FCGI_PARAMS ? end_params(r, e) : end_body(r, e);
	}
	return true;
}

bool
fcgi_request_take(struct fcgi_request *r, struct span bytes, struct err *e)
{
	while (bytes.len > 0) {
		size_t want = r->header_len < FCGI_HEADER ? FCGI_HEADER - r->header_len : r->content > 0 ? r->content : r->padding;
		size_t n = want < bytes.len ? want : bytes.len;

		if (r->part == FCGI_WHOLE)
			return FAIL(e, ERR_INPUT, "FastCGI: bytes behind a whole request");
		if (r->header_len < FCGI_HEADER) {
			memcpy(r->header + r->header_len, bytes.p, n);
			r->header_len += n;
			if (r->header_len == FCGI_HEADER)
				TRY(begin_record(r, e));
		} else if (r->content > 0) {
			TRY(take_content(r, bytes.p, n, e));
			r->content -= n;
		} else {
			r->padding -= n;
		}
		bytes.p += n;
		bytes.len -= n;
		if (r->header_len == FCGI_HEADER && r->content == 0 && r->padding == 0)
			TRY(end_record(r, e));
	}
	return true;
}

/* ---- the next ---- */

static void
keep_room(struct buf *b)
{
	if (b->cap > ROOM_KEPT)
		buf_wipe(b);
	else
		buf_reset(b);
}

bool
fcgi_request_begun(const struct fcgi_request *r)
{
	return r->part != FCGI_NONE || r->header_len > 0;
}

void
fcgi_request_next(struct fcgi_request *r)
{
	keep_room(&r->params);
	keep_room(&r->body);
	memset(r->param, 0, sizeof(r->param));
	r->part = FCGI_NONE;
	r->too_large = false;
}

void
fcgi_request_wipe(struct fcgi_request *r)
{
	buf_wipe(&r->params);
	buf_wipe(&r->body);
}
