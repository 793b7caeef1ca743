#include "portal/clerk/mime.h"

#define LINE_WISH	76u	/* characters of a line (RFC 2045 6.7, RFC 2047 2) */
#define LINE_MOST	998u	/* RFC 5322 2.1.1 */
#define WORD_BYTES	45u	/* of UTF-8 in one encoded word: 60 of base64, 72 in all */

/* ---- what may stand where ---- */

static bool
ascii(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s >= 0x80)
			return false;
	return true;
}

/* Valid UTF-8 without control characters: one line. */
static bool
line_ok(const char *s)
{
	if (!utf8_ok(s, strlen(s)))
		return false;
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

bool
mime_address_ok(const char *address)
{
	const char *at = strrchr(address, '@');

	if (at == NULL || at == address || at[1] == '\0' || strlen(address) > 320 ||
	    !line_ok(address))
		return false;
	return strpbrk(address, " <>\"(),:;[]\\") == NULL && strchr(address, '@') == at;
}

bool
mime_id_ok(const char *id)
{
	size_t n = strlen(id);

	if (n < 3 || n > 250 || strchr(id, '@') == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		if (id[i] <= ' ' || id[i] > '~' || ((id[i] == '<' && i > 0) || (id[i] == '>' && i < n - 1)))
			return false;
	return (id[0] == '<') == (id[n - 1] == '>');
}

/* RFC 2919 section 2: words of letters, digits and hyphens with dots between. */
static bool
list_id_ok(const char *id)
{
	return id[0] != '\0' && strlen(id) <= 255 && strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-.") == strlen(id);
}

static bool
lang_ok(const char *lang)
{
	return strlen(lang) <= 35 && strspn(lang, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-") == strlen(lang);
}

static bool
check(const struct mime *m, struct err *e)
{
	if (!mime_address_ok(m->from))
		return FAIL(e, ERR_INPUT, "mail: sender");
	if (!mime_address_ok(m->to))
		return FAIL(e, ERR_INPUT, "mail: recipient");
	if (m->reply_to != NULL && m->reply_to[0] != '\0' && !mime_address_ok(m->reply_to))
		return FAIL(e, ERR_INPUT, "mail: where answers go");
	if (m->stop != NULL && (!line_ok(m->stop) || !ascii(m->stop) || strpbrk(m->stop, " <>") != NULL || strlen(m->stop) > 900))
		return FAIL(e, ERR_INPUT, "mail: where a list is stopped");
	if (m->list_id != NULL && !list_id_ok(m->list_id))
		return FAIL(e, ERR_INPUT, "mail: list");
	if (m->answered != NULL && !mime_id_ok(m->answered))
		return FAIL(e, ERR_INPUT, "mail: what it answers");
	if (!mime_id_ok(m->message_id))
		return FAIL(e, ERR_INPUT, "mail: message id");
	if (!line_ok(m->from_name) || !line_ok(m->subject) || !lang_ok(m->lang))
		return FAIL(e, ERR_INPUT, "mail: header");
	if (!utf8_ok(m->text, strlen(m->text)) || strchr(m->text, '\r') != NULL)
		return FAIL(e, ERR_INPUT, "mail: text");
	return true;
}

/* ---- header values ---- */

static const char base64_of[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void
base64(struct buf *into, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)(unsigned char)p[i] << 16;
		char four[4];

		if (i + 1 < n)
			v |= (unsigned)(unsigned char)p[i + 1] << 8;
		if (i + 2 < n)
			v |= (unsigned char)p[i + 2];
		for (unsigned k = 0; k < 4; k++)
			four[k] = k > n - i ? '=' : base64_of[v >> (18 - 6 * k) & 63];
		buf_add(into, four, 4);
	}
}

/* The most bytes up to `most` that end between characters. */
static size_t
whole(const char *s, size_t most)
{
	size_t n = strlen(s);

	if (n <= most)
		return n;
	for (n = most; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
		;
	return n;
}

static void
encoded(struct buf *into, const char *value)
{
	for (bool first = true; *value != '\0'; first = false) {
		size_t n = whole(value, WORD_BYTES);

		buf_text(into, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
		base64(into, value, n);
		buf_text(into, "?=");
		value += n;
	}
}

/* Break before a word that would pass the wish; the blank begins the next line. */
static void
folded(struct buf *into, const char *value, size_t used)
{
	while (*value != '\0') {
		size_t n = 1 + strcspn(value + 1, " ");

		if (used + n > LINE_WISH && *value == ' ') {
			buf_text(into, "\r\n");
			used = 0;
		}
		buf_add(into, value, n);
		used += n;
		value += n;
	}
}

void
mime_words(struct buf *into, const char *value, size_t used)
{
	/* What looks like an encoded word already must not be taken for one. */
	if (!ascii(value) || strstr(value, "=?") != NULL)
		encoded(into, value);
	else
		folded(into, value, used);
}

/* A name before an address is a phrase: plain, quoted, or encoded (RFC 5322 3.2.5). */
static void
phrase(struct buf *into, const char *name)
{
	if (!ascii(name) || strstr(name, "=?") != NULL) {
		encoded(into, name);
		return;
	}
	buf_text(into, "\"");
	for (; *name != '\0'; name++) {
		if (*name == '"' || *name == '\\')
			buf_text(into, "\\");
		buf_add(into, name, 1);
	}
	buf_text(into, "\"");
}

void
mime_date(struct buf *into, int64_t at)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
	    "Sep", "Oct", "Nov", "Dec" };
	time_t t = (time_t)at;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL) {
		into->failed = true;
		return;
	}
	buf_fmt(into, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[tm.tm_wday], tm.tm_mday,
	    months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* ---- the body ---- */

static bool
plain_ok(const char *text)
{
	if (!ascii(text))
		return false;
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		if (n > LINE_MOST)
			return false;
		for (size_t i = 0; i < n; i++)
			if (((unsigned char)text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7f)
				return false;
		text += n + (text[n] == '\n');
	}
	return true;
}

static void
plain(struct buf *into, const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		buf_add(into, text, n);
		buf_text(into, "\r\n");
		text += n + (text[n] == '\n');
	}
}

/* RFC 2045 6.7: rules 1 to 5; a blank at a line's end is encoded. */
void
mime_quoted(struct buf *into, const char *text)
{
	size_t used = 0;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		bool last = text[1] == '\n' || text[1] == '\0';
		bool as_is = (c >= 0x21 && c <= 0x7e && c != '=') || ((c == ' ' || c == '\t') && !last);
		size_t n = as_is ? 1 : 3;

		if (c == '\n') {
			buf_text(into, "\r\n");
			used = 0;
			continue;
		}
		/* One place is kept for the soft break's own sign. */
		if (used + n > LINE_WISH - 1) {
			buf_text(into, "=\r\n");
			used = 0;
		}
		if (as_is)
			buf_add(into, text, 1);
		else
			buf_fmt(into, "=%02X", c);
		used += n;
	}
	if (used > 0)
		buf_text(into, "\r\n");
}

/* An identifier's header, brackets around it. */
static void
identifier(struct buf *into, const char *name, const char *id)
{
	buf_fmt(into, id[0] != '<' ? "%s: <%s>\r\n" : "%s: %s\r\n", name, id);
}

bool
mime_write(struct buf *into, const struct mime *m, struct err *e)
{
	bool seven = plain_ok(m->text);

	TRY(check(m, e));
	buf_text(into, "From: ");
	if (m->from_name[0] != '\0') {
		phrase(into, m->from_name);
		buf_text(into, "\r\n ");
	}
	buf_fmt(into, "<%s>\r\nTo: <%s>\r\n", m->from, m->to);
	if (m->reply_to != NULL && m->reply_to[0] != '\0')
		buf_fmt(into, "Reply-To: <%s>\r\n", m->reply_to);
	if (m->stop != NULL)
		buf_fmt(into, "List-Unsubscribe: <%s>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nPrecedence: list\r\n", m->stop);
	if (m->list_id != NULL)
		identifier(into, "List-Id", m->list_id);
	buf_text(into, "Subject: ");
	mime_words(into, m->subject, strlen("Subject: "));
	buf_text(into, "\r\nDate: ");
	mime_date(into, m->date);
	buf_text(into, "\r\n");
	identifier(into, "Message-ID", m->message_id);
	if (m->answered != NULL) {
		identifier(into, "In-Reply-To", m->answered);
		identifier(into, "References", m->answered);
	}
	buf_text(into, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n");
	buf_fmt(into, "Content-Transfer-Encoding: %s\r\n", seven ? "7bit" : "quoted-printable");
	if (m->lang[0] != '\0')
		buf_fmt(into, "Content-Language: %s\r\n", m->lang);
	/* RFC 3834: nobody's out-of-office note should come back. */
	buf_fmt(into, "Auto-Submitted: %s\r\n\r\n", m->answers ? "auto-replied" : "auto-generated");
	if (seven)
		plain(into, m->text);
	else
		mime_quoted(into, m->text);
	return buf_ok(into, e);
}
