#include "portal/postbox/incoming.h"
#include <ctype.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>
#include "portal/postbox/decode.h"

#define VALUE_MOST	4096u	/* bytes of one header's value, unfolded */
#define BOUNDARY_MOST	200u

struct part {
	struct span	head, body, whole;
	char		type[64], charset[48], boundary[BOUNDARY_MOST + 1], protocol[64];
	enum transfer	transfer;
	bool		attachment;
};

struct reader {
	struct incoming	*m;
	struct buf	html;		/* its words, should there be no plain text */
	struct span	covered, signature;	/* of the multipart/signed we are beneath */
	unsigned	parts;
};

/* ---- headers ---- */

static struct span
line_next(struct span *rest)
{
	const unsigned char *end = rest->len == 0 ? NULL : memchr(rest->p, '\n', rest->len);
	size_t n = end == NULL ? rest->len : (size_t)(end - rest->p) + 1;
	struct span line = span_of(rest->p, n);

	rest->p += n;
	rest->len -= n;
	return line;
}

static bool
is_empty(struct span line)
{
	return line.len == 0 || line.p[0] == '\n' || (line.p[0] == '\r' && line.len <= 2);
}

static bool
folds(struct span rest)
{
	return rest.len > 0 && (rest.p[0] == ' ' || rest.p[0] == '\t');
}

static void
value_add(char *into, size_t size, size_t *n, struct span from)
{
	for (size_t i = 0; i < from.len && *n + 1 < size; i++) {
		unsigned char c = from.p[i];

		if (c >= 0x20 && c != 0x7f)
			into[(*n)++] = (char)c;
		else if (c == '\t')
			into[(*n)++] = ' ';
	}
	into[*n] = '\0';
}

/* The first header of this name, unfolded, without blanks around it; false: none, and "" in into. */
static bool
head_value(struct span head, const char *name, char *into, size_t size)
{
	size_t len = strlen(name), n = 0;

	into[0] = '\0';
	while (head.len > 0) {
		struct span line = line_next(&head);
		bool hit = line.len > len && line.p[len] == ':' && strncasecmp((const char *)line.p, name, len) == 0;

		if (hit)
			value_add(into, size, &n, span_of(line.p + len + 1, line.len - len - 1));
		while (folds(head)) {
			line = line_next(&head);
			if (hit)
				value_add(into, size, &n, line);
		}
		if (!hit)
			continue;
		for (; n > 0 && into[n - 1] == ' '; n--)
			into[n - 1] = '\0';
		memmove(into, into + strspn(into, " "), n - strspn(into, " ") + 1);
		return true;
	}
	return false;
}

/* "; name=value" or "; name="value"" of a header's value. */
static void
parameter(const char *value, const char *name, char *into, size_t size)
{
	size_t len = strlen(name), n = 0;
	const char *at = value;
	bool quoted;

	into[0] = '\0';
	while ((at = strchr(at, ';')) != NULL) {
		at += 1 + strspn(at + 1, " ");
		if (strncasecmp(at, name, len) != 0 || at[len + strspn(at + len, " ")] != '=')
			continue;
		at += len + strspn(at + len, " ") + 1;
		at += strspn(at, " ");
		quoted = *at == '"';
		for (at += quoted; *at != '\0' && (quoted ? *at != '"' : *at != ';' && *at != ' ') && n + 1 < size; at++) {
			if (quoted && *at == '\\' && at[1] != '\0')
				at++;
			into[n++] = *at;
		}
		into[n] = '\0';
		return;
	}
}

static void
lower(char *s)
{
	for (; *s != '\0'; s++)
		*s = (char)tolower((unsigned char)*s);
}

/* ---- parts ---- */

static void
part_split(struct part *p, struct span whole)
{
	char value[VALUE_MOST];
	struct span rest = whole;

	*p = (struct part){ .whole = whole };
	while (rest.len > 0 && whole.len - rest.len < INCOMING_HEADS) {
		struct span line = line_next(&rest);

		if (is_empty(line))
			break;
	}
	p->head = span_of(whole.p, whole.len - rest.len);
	p->body = rest;
	(void)head_value(p->head, "Content-Type", value, sizeof(value));
	if (value[0] == '\0')
		snprintf(value, sizeof(value), "text/plain");
	snprintf(p->type, sizeof(p->type), "%.*s", (int)strcspn(value, "; "), value);
	lower(p->type);
	parameter(value, "charset", p->charset, sizeof(p->charset));
	parameter(value, "boundary", p->boundary, sizeof(p->boundary));
	parameter(value, "protocol", p->protocol, sizeof(p->protocol));
	lower(p->protocol);
	(void)head_value(p->head, "Content-Transfer-Encoding", value, sizeof(value));
	p->transfer = transfer_of(value);
	(void)head_value(p->head, "Content-Disposition", value, sizeof(value));
	p->attachment = strncasecmp(value, "attachment", strlen("attachment")) == 0;
	explicit_bzero(value, sizeof(value));
}

/* 0: no delimiter; 1: one; 2: the last. */
static int
delimiter(struct span line, const char *boundary)
{
	size_t n = strlen(boundary);

	if (n == 0 || line.len < n + 2 || memcmp(line.p, "--", 2) != 0 || memcmp(line.p + 2, boundary, n) != 0)
		return 0;
	line = span_of(line.p + n + 2, line.len - n - 2);
	if (line.len >= 2 && memcmp(line.p, "--", 2) == 0)
		return 2;
	for (size_t i = 0; i < line.len; i++)
		if (strchr(" \t\r\n", line.p[i]) == NULL)
			return 0;
	return 1;
}

/* The next part of a multipart; the line end before a delimiter is the delimiter's (RFC 2046 5.1.1). */
static bool
part_next(struct span *rest, const char *boundary, bool *within, struct span *part)
{
	const unsigned char *begin = rest->p;

	while (rest->len > 0) {
		const unsigned char *at = rest->p;
		int what = delimiter(line_next(rest), boundary);
		size_t n = (size_t)(at - begin);

		if (what == 0 && rest->len > 0)
			continue;
		if (!*within) {
			*within = what == 1;
			begin = rest->p;
			if (what == 2)
				rest->len = 0;
			continue;
		}
		if (what == 0)		/* cut off: to its end */
			n = (size_t)(rest->p - begin);
		else if (n >= 2 && begin[n - 2] == '\r')
			n -= 2;
		else if (n >= 1)
			n -= 1;
		if (what == 2)
			rest->len = 0;
		*part = span_of(begin, n);
		return true;
	}
	return false;
}

static void walk(struct reader *r, struct span whole, unsigned depth);

static void
walk_all(struct reader *r, const struct part *p, unsigned depth)
{
	struct span rest = p->body, one;
	bool within = false;

	while (r->parts < INCOMING_PARTS && part_next(&rest, p->boundary, &within, &one))
		walk(r, one, depth + 1);
	r->m->dropped = r->m->dropped || r->parts >= INCOMING_PARTS;
}

static bool
is_signature(const char *type)
{
	return strcmp(type, "application/pkcs7-signature") == 0 || strcmp(type, "application/x-pkcs7-signature") == 0;
}

/* Two parts: what is signed, and the signature.  Anything else is a mail of parts like any other. */
static void
walk_signed(struct reader *r, const struct part *p, unsigned depth)
{
	struct span rest = p->body, first, second, covered = r->covered, signature = r->signature;
	bool within = false;
	struct part s;

	if (!part_next(&rest, p->boundary, &within, &first) || !part_next(&rest, p->boundary, &within, &second)) {
		walk_all(r, p, depth);
		return;
	}
	part_split(&s, second);
	if (is_signature(s.type)) {
		r->covered = first;
		r->signature = second;
	}
	walk(r, first, depth + 1);
	r->covered = covered;
	r->signature = signature;
	if (!is_signature(s.type))
		walk(r, second, depth + 1);
}

/* The signature that covers the text just read, if it is beneath one. */
static void
note_signed(struct reader *r)
{
	struct part s;

	if (r->signature.len == 0)
		return;
	part_split(&s, r->signature);
	buf_add(&r->m->covered, r->covered.p, r->covered.len);
	transfer_decode(&r->m->signature, s.transfer, s.body);
}

static void
text_add(struct buf *into, const struct part *p)
{
	DROP(buf_wipe) struct buf bytes = {0}, text = {0}, words = {0};

	transfer_decode(&bytes, p->transfer, p->body);
	charset_decode(&text, p->charset, span_buf(&bytes));
	if (strcmp(p->type, "text/html") == 0) {
		html_words(&words, span_buf(&text));
		plain_words(into, span_buf(&words));
	} else
		plain_words(into, span_buf(&text));
	into->failed = into->failed || bytes.failed || text.failed || words.failed;
}

/* A signature that holds its text: signature.h gives it, and incoming_read is run on that. */
static bool
opaque(struct reader *r, const struct part *p)
{
	if (strcmp(p->type, "application/pkcs7-mime") != 0 && strcmp(p->type, "application/x-pkcs7-mime") != 0)
		return false;
	if (r->m->text.len == 0 && r->m->signature.len == 0)
		transfer_decode(&r->m->signature, p->transfer, p->body);
	return true;
}

/* A report's second part: does it say of anybody that it failed for good? */
static bool
is_failure(struct span report)
{
	bool failed = false, for_good = false;

	while (report.len > 0) {
		struct span one = report;
		char value[64];

		/* Fields stand in groups with an empty line between; one group is one recipient. */
		while (report.len > 0 && !is_empty(line_next(&report)))
			;
		one.len -= report.len;
		failed = head_value(one, "Action", value, sizeof(value)) && strncasecmp(value, "failed", 6) == 0;
		for_good = head_value(one, "Status", value, sizeof(value)) && value[0] == '5';
		if (failed && for_good)
			return true;
	}
	return false;
}

static void
message_id(struct span head, char *into, size_t size)
{
	char value[VALUE_MOST];
	const char *begin, *end;

	(void)head_value(head, "Message-ID", value, sizeof(value));
	begin = strchr(value, '<');
	end = begin == NULL ? NULL : strchr(begin, '>');
	if (end != NULL && (size_t)(end - begin) <= size && (size_t)(end - begin) > 1)
		snprintf(into, size, "%.*s", (int)(end - begin) - 1, begin + 1);
	if (!utf8_ok(into, strlen(into)))
		into[0] = '\0';
}

/* RFC 3464: what failed, then what it was. */
static void
walk_report(struct reader *r, const struct part *p)
{
	struct span rest = p->body, one;
	bool within = false, failed = false;
	struct part x;

	while (r->parts < INCOMING_PARTS && part_next(&rest, p->boundary, &within, &one)) {
		r->parts++;
		part_split(&x, one);
		failed = failed || (strcmp(x.type, "message/delivery-status") == 0 && is_failure(x.body));
		if (failed && (strcmp(x.type, "text/rfc822-headers") == 0 || strcmp(x.type, "message/rfc822") == 0))
			message_id(x.body, r->m->bounced, sizeof(r->m->bounced));
	}
}

static void
walk(struct reader *r, struct span whole, unsigned depth)
{
	struct part p;

	r->parts++;
	part_split(&p, whole);
	if (strcmp(p.type, "multipart/report") == 0 && depth == 0 && p.boundary[0] != '\0') {
		r->m->automatic = true;
		walk_report(r, &p);
	}
	if (strncmp(p.type, "multipart/", 10) == 0 && depth < INCOMING_DEPTH && p.boundary[0] != '\0') {
		if (strcmp(p.type, "multipart/signed") == 0)
			walk_signed(r, &p, depth);
		else
			walk_all(r, &p, depth);
	} else if (!p.attachment && strcmp(p.type, "text/plain") == 0 && r->m->text.len == 0) {
		text_add(&r->m->text, &p);
		if (r->m->text.len > 0)
			note_signed(r);
	} else if (!p.attachment && strcmp(p.type, "text/html") == 0) {
		/* Beside a plain text it is the same once more. */
		if (r->html.len == 0)
			text_add(&r->html, &p);
	} else if (!opaque(r, &p) && p.body.len > 0)
		r->m->dropped = true;
}

/* ---- the whole ---- */

/* Lines end with CR LF, as they do in what is signed. */
static void
canonical(struct buf *into, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if (bytes.p[i] == '\n' && (i == 0 || bytes.p[i - 1] != '\r'))
			buf_text(into, "\r");
		buf_add(into, bytes.p + i, 1);
	}
}

/* Who delivers to a Maildir writes it; where it is missing it is not known whether the mail may be answered. */
static bool
sender_read(struct incoming *m, struct span head, struct err *e)
{
	char value[VALUE_MOST];
	const char *begin = value, *end;

	if (!head_value(head, "Return-Path", value, sizeof(value)))
		return FAIL(e, ERR_INPUT, "a mail without a Return-Path");
	if (*begin == '<')
		begin++;
	end = begin + strcspn(begin, "> ");
	if ((size_t)(end - begin) < sizeof(m->sender))
		snprintf(m->sender, sizeof(m->sender), "%.*s", (int)(end - begin), begin);
	return true;
}

/* The last "[...]" of the subject that could be a code. */
static void
code_read_from(struct incoming *m, struct span head)
{
	char value[VALUE_MOST];
	const char *at = value, *end;

	(void)head_value(head, "Subject", value, sizeof(value));
	while ((at = strchr(at, '[')) != NULL && (end = strchr(at, ']')) != NULL) {
		size_t n = (size_t)(end - at) - 1;

		if (n >= 16 && n < sizeof(m->code))
			snprintf(m->code, sizeof(m->code), "%.*s", (int)n, at + 1);
		at = end;
	}
	for (char *c = m->code; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e)
			*c = '-';
	explicit_bzero(value, sizeof(value));
}

static void
language_read(struct incoming *m, struct span head)
{
	char value[VALUE_MOST];
	size_t n;

	if (!head_value(head, "Content-Language", value, sizeof(value)))
		(void)head_value(head, "Accept-Language", value, sizeof(value));
	n = strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
	if (n >= 2 && n <= 3)
		snprintf(m->language, sizeof(m->language), "%.*s", (int)n, value);
	lower(m->language);
}

/* RFC 3834, and what lists and absent people did before it. */
static bool
is_automatic(struct incoming *m, struct span head, const char *own_host)
{
	static const char *const marks[] = { "List-Id", "List-Unsubscribe", "List-Post", "List-Help", "List-Owner", "List-Archive",
		"X-Loop", "X-Autoreply", "X-Autorespond", "Feedback-ID" };
	static const char *const bulk[] = { "bulk", "list", "junk", "auto_reply" };
	char value[VALUE_MOST], *at;

	if (m->sender[0] == '\0' || strncasecmp(m->sender, "mailer-daemon@", 14) == 0 ||
	    strncasecmp(m->sender, "owner-", 6) == 0 || strcasestr(m->sender, "-request@") != NULL)
		return true;
	for (size_t i = 0; i < COUNT(marks); i++)
		if (head_value(head, marks[i], value, sizeof(value)))
			return true;
	if (head_value(head, "Auto-Submitted", value, sizeof(value)) && strncasecmp(value, "no", 2) != 0)
		return true;
	(void)head_value(head, "Precedence", value, sizeof(value));
	for (size_t i = 0; i < COUNT(bulk); i++)
		if (strcasecmp(value, bulk[i]) == 0)
			return true;
	(void)head_value(head, "Message-ID", value, sizeof(value));
	at = strrchr(value, '@');
	return at != NULL && own_host[0] != '\0' && strncasecmp(at + 1, own_host, strlen(own_host)) == 0 &&
	    at[1 + strlen(own_host)] == '>';
}

/* The same mail from the same sender is the same mail, however often and by which way it comes. */
static void
hash_of(struct incoming *m, struct span head)
{
	char id[VALUE_MOST];
	crypto_generichash_state s;

	crypto_generichash_init(&s, NULL, 0, sizeof(m->hash));
	crypto_generichash_update(&s, (const unsigned char *)m->sender, strlen(m->sender) + 1);
	if (head_value(head, "Message-ID", id, sizeof(id)) && id[0] != '\0')
		crypto_generichash_update(&s, (const unsigned char *)id, strlen(id));
	else
		crypto_generichash_update(&s, (const unsigned char *)m->mail.data, m->mail.len);
	crypto_generichash_final(&s, m->hash, sizeof(m->hash));
}

static void
reader_wipe(struct reader *r)
{
	buf_wipe(&r->html);
}

bool
incoming_read(struct incoming *m, struct span bytes, const char *sender, const char *own_host, struct err *e)
{
	DROP(reader_wipe) struct reader r = { .m = m };
	struct part top;

	*m = (struct incoming){0};
	canonical(&m->mail, bytes);
	TRY(buf_ok(&m->mail, e));
	part_split(&top, span_buf(&m->mail));
	if (sender == NULL)
		TRY(sender_read(m, top.head, e));
	else if (strlen(sender) < sizeof(m->sender))
		snprintf(m->sender, sizeof(m->sender), "%s", sender);
	message_id(top.head, m->id, sizeof(m->id));
	m->automatic = is_automatic(m, top.head, own_host);
	hash_of(m, top.head);
	code_read_from(m, top.head);
	language_read(m, top.head);
	walk(&r, top.whole, 0);
	if (m->text.len == 0) {
		buf_add(&m->text, r.html.data, r.html.len);
		m->html = true;
	}
	TRY(buf_ok(&m->text, e) && buf_ok(&m->covered, e) && buf_ok(&m->signature, e) && buf_ok(&r.html, e));
	return m->text.len > 0 || m->signature.len > 0 || FAIL(e, ERR_INPUT, "a mail without words");
}

void
incoming_wipe(struct incoming *m)
{
	buf_wipe(&m->text);
	buf_wipe(&m->covered);
	buf_wipe(&m->signature);
	buf_wipe(&m->mail);
	sodium_memzero(m, sizeof(*m));
}
