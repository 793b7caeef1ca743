#include "portal/control/scrub.h"

#define STAMP	"dddd/dd/dd dd:dd:dd ["	/* d: a digit */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
stamped(const char *line, size_t n)
{
	if (n < sizeof(STAMP))
		return false;
	for (size_t i = 0; i < sizeof(STAMP) - 1; i++)
		if (STAMP[i] == 'd' ? !is_digit(line[i]) : line[i] != STAMP[i])
			return false;
	return true;
}

/* "error] 17#17: *5 " at p: the level's length, and how much stands before the cause. */
static bool
find_cause(const char *p, size_t n, size_t *level, size_t *cause)
{
	const char *close = memchr(p, ']', n), *at;

	if (close == NULL || close == p || close - p > 8)
		return false;
	for (at = p; at < close; at++)
		if (*at < 'a' || *at > 'z')
			return false;
	*level = (size_t)(close - p);
	at = memchr(close, ':', n - *level);
	if (at == NULL || (size_t)(at - p) + 2 > n)
		return false;
	*cause = (size_t)(at - p) + 2;
	if (*cause < n && p[*cause] == '*')
		while (*cause < n && p[(*cause)++] != ' ')
			continue;
	return true;
}

/* Where what is about the visitor begins. */
static size_t
visitor_at(const char *p, size_t n)
{
	static const char *const marks[] = {
		", client:", ", server:", ", request:", ", upstream:", ", host:", ", referrer:",
		", subrequest:", ", login:",
	};
	size_t cut = n;

	for (size_t i = 0; i < COUNT(marks); i++) {
		const char *at = memmem(p, cut, marks[i], strlen(marks[i]));

		if (at != NULL)
			cut = (size_t)(at - p);
	}
	return cut;
}

/* Digits, dots, colons and hex letters with two dots or colons among them: an address. */
static bool
is_address(const char *word, size_t n)
{
	size_t marks = 0, digits = 0;

	for (size_t i = 0; i < n; i++) {
		bool hex = is_digit(word[i]) || (word[i] >= 'a' && word[i] <= 'f');

		marks += word[i] == '.' || word[i] == ':';
		digits += is_digit(word[i]);
		if (!hex && strchr(".:[]()", word[i]) == NULL)
			return false;
	}
	return marks >= 2 && (digits > 0 || marks > 2);
}

static void
add_words(struct buf *b, const char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		size_t from = i;

		if (p[i] == '"') {
			const char *close = memchr(p + i + 1, '"', n - i - 1);

			buf_text(b, "\"...\"");
			i = close == NULL ? n : (size_t)(close - p) + 1;
			continue;
		}
		while (i < n && p[i] != ' ' && p[i] != '"')
			i++;
		if (is_address(p + from, i - from) || memchr(p + from, '~', i - from) != NULL ||
		    memchr(p + from, '%', i - from) != NULL || memchr(p + from, '@', i - from) != NULL)
			buf_text(b, "...");
		else
			for (; from < i; from++)
				buf_add(b, p[from] < ' ' || p[from] > '~' ? "?" : p + from, 1);
		for (; i < n && p[i] == ' '; i++)
			buf_text(b, " ");
	}
}

bool
scrub_line(const char *line, size_t n, struct buf *into)
{
	static const char own[] = "nginx: [";
	size_t level, cause, skip;

	if (stamped(line, n))
		skip = sizeof(STAMP) - 1;
	else if (n > sizeof(own) && memcmp(line, own, sizeof(own) - 1) == 0)
		skip = 0;
	else
		return false;
	if (skip == 0) {	/* before its log is open: about the configuration, nobody has come yet */
		add_words(into, line, visitor_at(line, n));
		return true;
	}
	line += skip;
	n -= skip;
	if (!find_cause(line, n, &level, &cause) || memcmp(line, "notice", 6) == 0 || memcmp(line, "info", 4) == 0)
		return false;
	buf_add(into, line, level);
	buf_text(into, ": ");
	add_words(into, line + cause, visitor_at(line + cause, n - cause));
	return true;
}

static void
finish(struct scrub *s, void (*say)(const char *line))
{
	DROP(buf_wipe) struct buf kept = {0};

	if (!s->overlong && s->partial.len > 0 && scrub_line(s->partial.data, s->partial.len, &kept) &&
	    !kept.failed)
		say(kept.data);
	s->overlong = false;
	buf_reset(&s->partial);
}

void
scrub_feed(struct scrub *s, const char *p, size_t n, void (*say)(const char *line))
{
	while (n > 0) {
		const char *stop = memchr(p, '\n', n);
		size_t here = stop == NULL ? n : (size_t)(stop - p);

		if (s->partial.len + here > SCRUB_LINE_MAX)
			s->overlong = true;
		else if (!s->overlong)
			buf_add(&s->partial, p, here);
		if (stop != NULL)
			finish(s, say);
		here += stop != NULL;
		p += here;
		n -= here;
	}
}
