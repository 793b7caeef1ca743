#include "portal/postbox/lmtp.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void
say(struct buf *out, const char *line)
{
	buf_text(out, line);
	buf_text(out, "\r\n");
}

void
lmtp_begin(struct lmtp *l, const struct lmtp_door *door, struct buf *out)
{
	*l = (struct lmtp){ .door = door };
	buf_fmt(out, "220 %.255s LMTP\r\n", door->host);
}

void
lmtp_wipe(struct lmtp *l)
{
	buf_wipe(&l->line);
	buf_wipe(&l->mail);
	sodium_memzero(l, sizeof(*l));
}

static void
forget(struct lmtp *l)
{
	buf_reset(&l->mail);
	sodium_memzero(l->sender, sizeof(l->sender));
	l->recipients = 0;
	l->has_sender = l->data = l->too_large = false;
}

/* ---- commands ---- */

/* "<...>" behind "FROM:" or "TO:"; what follows it in *rest. */
static bool
path_read(const char *words, const char *name, char into[320], const char **rest)
{
	size_t n = strlen(name);
	const char *end;

	if (strncasecmp(words, name, n) != 0)
		return false;
	words += n + strspn(words + n, " ");
	end = *words == '<' ? strchr(words, '>') : NULL;
	if (end == NULL || end - words > 319)
		return false;
	n = (size_t)(end - words) - 1;
	memcpy(into, words + 1, n);
	into[n] = '\0';
	*rest = end + 1;
	return true;
}

static void
hello(struct lmtp *l, struct buf *out)
{
	forget(l);
	l->greeted = true;
	buf_fmt(out, "250-%.255s\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE %zu\r\n", l->door->host,
	    l->door->most);
}

static void
mail_from(struct lmtp *l, const char *words, struct buf *out)
{
	char from[320];
	const char *rest, *size;

	if (!l->greeted || l->has_sender) {
		say(out, "503 5.5.1 not now");
		return;
	}
	if (!path_read(words, "FROM:", from, &rest)) {
		say(out, "501 5.1.7 MAIL FROM:<address>");
		return;
	}
	size = strcasestr(rest, "SIZE=");
	if (size != NULL && strtoull(size + 5, NULL, 10) > l->door->most) {
		say(out, "552 5.3.4 this mail is too large; leave attachments out");
		return;
	}
	memcpy(l->sender, from, sizeof(from));
	l->has_sender = true;
	say(out, "250 2.1.0 ok");
}

/* "cases+anything@example.org" is "cases@example.org". */
static bool
is_ours(const char *to, const char *address)
{
	const char *at = strrchr(to, '@'), *ours = address == NULL ? NULL : strrchr(address, '@');
	size_t n = at == NULL ? 0 : strcspn(to, "+@");

	return at != NULL && ours != NULL && n == (size_t)(ours - address) && strncasecmp(to, address, n) == 0 &&
	    strcasecmp(at, ours) == 0;
}

static void
rcpt_to(struct lmtp *l, const char *words, struct buf *out)
{
	char to[320];
	const char *rest;

	if (!l->has_sender)
		say(out, "503 5.5.1 MAIL first");
	else if (!path_read(words, "TO:", to, &rest))
		say(out, "501 5.1.3 RCPT TO:<address>");
	else if (!is_ours(to, l->door->address[0]) && !is_ours(to, l->door->address[1]))
		say(out, "550 5.1.1 no such mailbox here");
	else if (l->recipients >= LMTP_RECIPIENTS)
		say(out, "452 4.5.3 too many recipients");
	else {
		l->recipients++;
		say(out, "250 2.1.5 ok");
	}
}

static void
data(struct lmtp *l, struct buf *out)
{
	if (l->recipients == 0) {
		say(out, "503 5.5.1 RCPT first");
		return;
	}
	l->data = true;
	say(out, "354 go on, end with a dot");
}

static void
command(struct lmtp *l, const char *line, struct buf *out)
{
	size_t n = strcspn(line, " ");
	const char *words = line + n + strspn(line + n, " ");

	if (n != 4)
		say(out, "500 5.5.2 no such command");
	else if (strncasecmp(line, "LHLO", 4) == 0)
		hello(l, out);
	else if (strncasecmp(line, "MAIL", 4) == 0)
		mail_from(l, words, out);
	else if (strncasecmp(line, "RCPT", 4) == 0)
		rcpt_to(l, words, out);
	else if (strncasecmp(line, "DATA", 4) == 0)
		data(l, out);
	else if (strncasecmp(line, "RSET", 4) == 0) {
		forget(l);
		say(out, "250 2.0.0 ok");
	} else if (strncasecmp(line, "NOOP", 4) == 0)
		say(out, "250 2.0.0 ok");
	else if (strncasecmp(line, "QUIT", 4) == 0) {
		l->over = true;
		say(out, "221 2.0.0 bye");
	} else if (strncasecmp(line, "VRFY", 4) == 0)
		say(out, "252 2.5.2 send it and see");
	else
		say(out, "500 5.5.2 no such command");
}

/* ---- a mail ---- */

static const char *
answer_of(enum taken t)
{
	switch (t) {
	case TAKE_DONE:
		return "250 2.0.0 taken";
	case TAKE_LATER:
		return "450 4.3.2 not now, please try again later";
	case TAKE_FULL:
		return "552 5.2.2 this case takes no more texts";
	default:
		return "554 5.6.0 no words in this mail that could be read, or no sender that could be answered";
	}
}

static void
ended(struct lmtp *l, struct buf *out)
{
	const char *answer = "552 5.3.4 this mail is too large; leave attachments out";
	unsigned n = l->recipients;

	if (l->mail.failed)
		answer = answer_of(TAKE_LATER);
	else if (!l->too_large)
		answer = answer_of(l->door->take(l->door->self, span_buf(&l->mail), l->sender));
	while (n-- > 0)
		say(out, answer);
	buf_wipe(&l->mail);
	forget(l);
}

/* One line of a mail with its CR LF; a dot in front is the sender's way to say that there was one. */
static void
data_line(struct lmtp *l, struct span line, struct buf *out)
{
	if (line.len == 3 && line.p[0] == '.') {
		ended(l, out);
		return;
	}
	if (line.len > 0 && line.p[0] == '.')
		line = span_of(line.p + 1, line.len - 1);
	if (l->mail.len + line.len > l->door->most) {
		l->too_large = true;
		buf_reset(&l->mail);	/* the rest goes by */
	}
	if (!l->too_large)
		buf_add(&l->mail, line.p, line.len);
}

/* ---- bytes ---- */

static void
line_ended(struct lmtp *l, struct buf *out)
{
	if (l->data && l->long_line)
		;	/* of a mail that is too large */
	else if (l->data)
		data_line(l, span_buf(&l->line), out);
	else if (l->long_line || memchr(l->line.data, '\0', l->line.len) != NULL)
		say(out, "500 5.5.2 this line is too long, or none");
	else {
		l->line.data[l->line.len - 2] = '\0';
		command(l, l->line.data, out);
	}
	buf_reset(&l->line);
	l->long_line = false;
}

void
lmtp_feed(struct lmtp *l, struct span bytes, struct buf *out)
{
	while (bytes.len > 0 && !l->over) {
		const unsigned char *end = memchr(bytes.p, '\n', bytes.len);
		size_t n = end == NULL ? bytes.len : (size_t)(end - bytes.p) + 1;

		size_t skipped = 0;

		/* Of a line that is too long only the end is kept, by which one sees that it is there. */
		if (l->line.len + n > (l->data ? l->door->most : LMTP_LINE)) {
			l->long_line = true;
			l->too_large = l->too_large || l->data;
			buf_reset(&l->line);
			skipped = n > 2 ? n - 2 : 0;
		}
		buf_add(&l->line, bytes.p + skipped, n - skipped);
		if (l->line.failed) {
			l->over = true;
			say(out, "421 4.3.0 no memory");
			return;
		}
		bytes = span_of(bytes.p + n, bytes.len - n);
		if (l->line.len >= 2 && end != NULL && l->line.data[l->line.len - 2] == '\r')
			line_ended(l, out);
	}
}
