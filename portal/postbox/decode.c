#include "portal/postbox/decode.h"
#include <iconv.h>
#include <string.h>
#include <strings.h>
#include <unictype.h>
#include <unistr.h>

#define NONE		((iconv_t)-1)
#define NEWLINES	2	/* in a row */
#define ENTITY_MOST	10u

/* What mails are written in; Windows-1252 first: it takes what no other does. */
static struct { const char *name, *also; iconv_t cd; } sets[] = {
	{ "windows-1252", "cp1252", NONE }, { "iso-8859-1", "latin1", NONE }, { "iso-8859-2", "latin2", NONE },
	{ "iso-8859-3", NULL, NONE }, { "iso-8859-4", NULL, NONE }, { "iso-8859-5", NULL, NONE }, { "iso-8859-7", NULL, NONE },
	{ "iso-8859-9", "latin5", NONE }, { "iso-8859-13", NULL, NONE }, { "iso-8859-15", "latin9", NONE },
	{ "iso-8859-16", NULL, NONE }, { "windows-1250", "cp1250", NONE }, { "windows-1251", "cp1251", NONE },
	{ "windows-1253", "cp1253", NONE }, { "windows-1254", "cp1254", NONE }, { "windows-1257", "cp1257", NONE },
	{ "koi8-r", NULL, NONE }, { "koi8-u", NULL, NONE }, { "macintosh", NULL, NONE }, { "utf-16", NULL, NONE },
	{ "gb18030", "gb2312", NONE }, { "gbk", NULL, NONE }, { "big5", NULL, NONE }, { "shift_jis", "sjis", NONE },
	{ "euc-jp", NULL, NONE }, { "iso-2022-jp", NULL, NONE }, { "euc-kr", "ks_c_5601-1987", NONE },
};

void
decode_open(void)
{
	for (size_t i = 0; i < COUNT(sets); i++)
		if (sets[i].cd == NONE)
			sets[i].cd = iconv_open("UTF-8", sets[i].name);
}

void
decode_close(void)
{
	for (size_t i = 0; i < COUNT(sets); i++) {
		if (sets[i].cd != NONE)
			iconv_close(sets[i].cd);
		sets[i].cd = NONE;
	}
}

/* ---- transfer encodings ---- */

enum transfer
transfer_of(const char *name)
{
	return strcasecmp(name, "base64") == 0 ? TRANSFER_BASE64 :
	    strcasecmp(name, "quoted-printable") == 0 ? TRANSFER_QUOTED : TRANSFER_AS_IS;
}

static int
base64_value(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* What is no letter of it is passed over (RFC 2045 6.8); its end is where "=" stands. */
static void
base64_decode(struct buf *into, struct span body)
{
	unsigned bits = 0, have = 0;

	for (size_t i = 0; i < body.len && body.p[i] != '='; i++) {
		int v = base64_value(body.p[i]);
		unsigned char byte;

		if (v < 0)
			continue;
		bits = (bits << 6 | (unsigned)v) & 0xffffu;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		byte = (unsigned char)(bits >> have & 0xff);
		buf_add(into, &byte, 1);
	}
}

static int
hex_value(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void
quoted_decode(struct buf *into, struct span body)
{
	for (size_t i = 0; i < body.len; i++) {
		size_t left = body.len - i, end = i + 1;
		unsigned char byte = body.p[i];

		if (byte == '=') {
			while (end < body.len && (body.p[end] == ' ' || body.p[end] == '\t' || body.p[end] == '\r'))
				end++;
			if (end >= body.len || body.p[end] == '\n') {	/* a soft break */
				i = end;
				continue;
			}
			if (left > 2 && hex_value(body.p[i + 1]) >= 0 && hex_value(body.p[i + 2]) >= 0) {
				byte = (unsigned char)(hex_value(body.p[i + 1]) << 4 | hex_value(body.p[i + 2]));
				i += 2;
			}
		}
		buf_add(into, &byte, 1);
	}
}

void
transfer_decode(struct buf *into, enum transfer t, struct span body)
{
	if (t == TRANSFER_BASE64)
		base64_decode(into, body);
	else if (t == TRANSFER_QUOTED)
		quoted_decode(into, body);
	else
		buf_add(into, body.p, body.len);
}

/* ---- character sets ---- */

static iconv_t
set_of(const char *name, struct span from)
{
	for (size_t i = 0; i < COUNT(sets); i++)
		if (strcasecmp(name, sets[i].name) == 0 || (sets[i].also != NULL && strcasecmp(name, sets[i].also) == 0))
			return sets[i].cd == NONE ? sets[0].cd : sets[i].cd;
	if (strcasecmp(name, "utf-8") == 0 || strcasecmp(name, "utf8") == 0 || utf8_ok(from.p, from.len))
		return NONE;
	return sets[0].cd;
}

/* UTF-8 as it came; what is none becomes U+FFFD. */
static void
utf8_repair(struct buf *into, struct span from)
{
	while (from.len > 0) {
		ucs4_t c;
		int n = u8_mbtoucr(&c, from.p, from.len);

		if (n > 0)
			buf_add(into, from.p, (size_t)n);
		else {
			buf_text(into, "\xef\xbf\xbd");
			n = 1;
		}
		from.p += n;
		from.len -= (size_t)n;
	}
}

void
charset_decode(struct buf *into, const char *charset, struct span from)
{
	iconv_t cd = set_of(charset, from);
	char *in = (char *)(uintptr_t)from.p, part[1024];
	size_t left = from.len;

	if (cd == NONE) {
		utf8_repair(into, from);
		return;
	}
	(void)iconv(cd, NULL, NULL, NULL, NULL);
	while (left > 0) {
		char *out = part;
		size_t room = sizeof(part), was = left, rc = iconv(cd, &in, &left, &out, &room);

		buf_add(into, part, sizeof(part) - room);
		if (rc != (size_t)-1 || (left < was && room < sizeof(part)))
			continue;
		buf_text(into, "\xef\xbf\xbd");
		in++;
		left--;
	}
	explicit_bzero(part, sizeof(part));
}

/* ---- HTML ---- */

static bool
begins(struct span s, const char *word)
{
	size_t n = strlen(word);

	return s.len >= n && strncasecmp((const char *)s.p, word, n) == 0;
}

static void
skip(struct span *s, size_t n)
{
	n = n < s->len ? n : s->len;
	s->p += n;
	s->len -= n;
}

/* Up to and with the next `word`, or to the end. */
static void
skip_past(struct span *s, const char *word)
{
	while (s->len > 0 && !begins(*s, word))
		skip(s, 1);
	skip(s, strlen(word));
}

/* At "<": a tag, a comment, or what is not shown at all. */
static void
tag(struct buf *into, struct span *s)
{
	static const char *const hidden[][2] = { { "<script", "</script" }, { "<style", "</style" }, { "<head", "</head" },
	    { "<title", "</title" } };
	static const char *const breaks[] = { "<br", "<p", "</p", "<div", "</div", "<li", "<tr", "<h1", "<h2", "<h3", "<blockquote",
	    "<hr", "</table" };

	if (begins(*s, "<!--")) {
		skip_past(s, "-->");
		return;
	}
	for (size_t i = 0; i < COUNT(hidden); i++)
		if (begins(*s, hidden[i][0]) && !begins(*s, "<header"))
			skip_past(s, hidden[i][1]);
	for (size_t i = 0; i < COUNT(breaks); i++)
		if (begins(*s, breaks[i])) {
			buf_text(into, "\n");
			break;
		}
	if (begins(*s, "<td"))
		buf_text(into, " ");
	skip_past(s, ">");
}

static void
character(struct buf *into, uint32_t c)
{
	uint8_t bytes[6];
	int n = c == 0 ? 0 : u8_uctomb(bytes, c, sizeof(bytes));

	if (n > 0)
		buf_add(into, bytes, (size_t)n);
}

static uint32_t
number_of(const char *digits)
{
	bool hex = digits[0] == 'x' || digits[0] == 'X';
	uint32_t c = 0;

	for (digits += hex; *digits != '\0'; digits++) {
		int v = hex_value((unsigned char)*digits);

		if (v < 0 || (!hex && v > 9))
			return 0xfffd;
		c = c * (hex ? 16u : 10u) + (uint32_t)v;
		if (c > 0x10ffff)
			return 0xfffd;
	}
	return c;
}

/* At "&": the sign it stands for; one that is not known stays as it is written. */
static void
entity(struct buf *into, struct span *s)
{
	static const struct { const char *name; uint32_t c; } known[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' },
	    { "quot", '"' }, { "apos", '\'' }, { "nbsp", ' ' }, { "auml", 0xe4 }, { "ouml", 0xf6 }, { "uuml", 0xfc },
	    { "Auml", 0xc4 }, { "Ouml", 0xd6 }, { "Uuml", 0xdc }, { "szlig", 0xdf }, { "euro", 0x20ac } };
	const unsigned char *end = memchr(s->p, ';', s->len < ENTITY_MOST + 2 ? s->len : ENTITY_MOST + 2);
	char name[ENTITY_MOST + 2];
	size_t n = end == NULL ? 0 : (size_t)(end - s->p) - 1;

	if (n > 0) {
		memcpy(name, s->p + 1, n);
		name[n] = '\0';
		if (name[0] == '#') {
			character(into, number_of(name + 1));
			skip(s, n + 2);
			return;
		}
		for (size_t i = 0; i < COUNT(known); i++)
			if (strcmp(name, known[i].name) == 0) {
				character(into, known[i].c);
				skip(s, n + 2);
				return;
			}
	}
	buf_text(into, "&");
	skip(s, 1);
}

void
html_words(struct buf *into, struct span s)
{
	bool blank = true;

	while (s.len > 0) {
		unsigned char c = *s.p;

		if (c == '<')
			tag(into, &s);
		else if (c == '&')
			entity(into, &s);
		else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			if (!blank)
				buf_text(into, " ");
			skip(&s, 1);
		} else {
			buf_add(into, &c, 1);
			skip(&s, 1);
		}
		blank = into->len == 0 || into->failed || strchr(" \n", into->data[into->len - 1]) != NULL;
	}
}

/* ---- what can be seen ---- */

static void
line_end(struct buf *into, unsigned *newlines)
{
	while (into->len > 0 && !into->failed && into->data[into->len - 1] == ' ')
		into->data[--into->len] = '\0';
	if (into->len > 0 && (*newlines)++ < NEWLINES)
		buf_text(into, "\n");
}

void
plain_words(struct buf *into, struct span text)
{
	unsigned newlines = 0;

	while (text.len > 0 && !into->failed) {
		ucs4_t c;
		int n = u8_mbtouc(&c, text.p, text.len);

		if (c == '\n')
			line_end(into, &newlines);
		else if (c == '\t' || c == 0xa0)
			buf_text(into, " ");
		else if (!uc_is_general_category_withtable(c, UC_CATEGORY_MASK_C | UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp)) {
			if (c != ' ')
				newlines = 0;
			character(into, c);
		}
		skip(&text, (size_t)n);
	}
	while (into->len > 0 && !into->failed && strchr(" \n", into->data[into->len - 1]) != NULL)
		into->data[--into->len] = '\0';
}
