#include <inttypes.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "portal/web/say.h"


const char *
say(const struct visit *v, const char *msgid)
{
	return v->words == NULL ? msgid : words_find(v->words, msgid);
}

/* ---- messages with marks ---- */

/* Each mark once; a closing one ("</a>") behind its opening one ("<a>"). */
static bool
marks_fit(const char *text, const char *const *marks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *at = strstr(text, marks[i]);

		if (at == NULL || strstr(at + 1, marks[i]) != NULL)
			return false;
		for (size_t j = 0; marks[i][1] == '/' && j < n; j++)
			if (strcmp(marks[j] + 1, marks[i] + 2) == 0 && strstr(text, marks[j]) > at)
				return false;
	}
	return true;
}

const char *
say_run(const struct visit *v, const char *msgid, const char *const *marks, size_t n)
{
	const char *said = say(v, msgid);

	return said == msgid || marks_fit(said, marks, n) ? said : msgid;
}

size_t
run_next(const char **run, const char *const *marks, size_t n, struct buf *into)
{
	char plain[256];
	size_t len = 0;

	for (; **run != '\0'; (*run)++) {
		for (size_t i = 0; (**run == '{' || **run == '<') && i < n; i++)
			if (strncmp(*run, marks[i], strlen(marks[i])) == 0) {
				plain[len] = '\0';
				buf_html(into, plain);
				*run += strlen(marks[i]);
				return i;
			}
		if (len + 1 == sizeof(plain)) {
			plain[len] = '\0';
			buf_html(into, plain);
			len = 0;
		}
		plain[len++] = **run;
	}
	plain[len] = '\0';
	buf_html(into, plain);
	return n;
}

/* ---- times ---- */

/* Of a moment in ISO format, to the minute. */
static void
say_minute(const char iso[21], struct buf *into)
{
	buf_add(into, iso, strnlen(iso, 10));
	buf_text(into, " ");
	if (strlen(iso) >= 16)
		buf_add(into, iso + 11, 5);
	buf_text(into, " UTC");
}

void
say_iso(int64_t at, struct buf *into)
{
	char iso[21];

	clock_iso(at, iso);
	buf_text(into, iso);
}

void
say_utc(int64_t at, struct buf *into)
{
	char iso[21];

	clock_iso(at, iso);
	say_minute(iso, into);
}

void
say_day(int64_t at, struct buf *into)
{
	char iso[21];

	clock_iso(at, iso);
	buf_add(into, iso, strnlen(iso, 10));
}

static void
say_count(const struct visit *v, const char *msgid, int64_t n, struct buf *into)
{
	static const char *const mark[] = { "{1}" };
	const char *run = say_run(v, msgid, mark, 1);

	for (size_t at; (at = run_next(&run, mark, 1, into)) < 1;)
		buf_fmt(into, "%" PRId64, n);
}

/* What is over is told by whole units; what is to come by the nearest number of them, so that 1:59 is two hours and not one. */
static int64_t
units_of(int64_t far, int64_t unit, bool past)
{
	return (past ? far : far + unit / 2) / unit;
}

/* One and many are messages of their own, so that no rule for plurals is needed. */
static void
say_distance(const struct visit *v, int64_t at, struct buf *into)
{
	static const struct { int64_t most, unit; const char *past_one, *past, *next_one, *next; } steps[] = {
		{ HOUR, MINUTE, MSG("1 minute ago"), MSG("{1} minutes ago"), MSG("in 1 minute"), MSG("in {1} minutes") },
		{ 2 * DAY, HOUR, MSG("1 hour ago"), MSG("{1} hours ago"), MSG("in 1 hour"), MSG("in {1} hours") },
		{ 100 * (int64_t)DAY, DAY, MSG("1 day ago"), MSG("{1} days ago"), MSG("in 1 day"), MSG("in {1} days") },
		{ 730 * (int64_t)DAY, 30 * (int64_t)DAY, MSG("1 month ago"), MSG("{1} months ago"), MSG("in 1 month"), MSG("in {1} months") },
		{ INT64_MAX, 365 * (int64_t)DAY, MSG("1 year ago"), MSG("{1} years ago"), MSG("in 1 year"), MSG("in {1} years") },
	};
	bool past = at <= v->now;
	int64_t far = past ? v->now - at : at - v->now, n;
	size_t i = 0;

	if (far < MINUTE) {
		buf_html(into, say(v, past ? MSG("just now") : MSG("in less than a minute")));
		return;
	}
	while (units_of(far, steps[i].unit, past) >= steps[i].most / steps[i].unit)
		i++;
	n = units_of(far, steps[i].unit, past);
	if (n == 1)
		buf_html(into, say(v, past ? steps[i].past_one : steps[i].next_one));
	else
		say_count(v, past ? steps[i].past : steps[i].next, n, into);
}

static void
say_both(const struct visit *v, int64_t at, const char iso[21], struct buf *into)
{
	say_distance(v, at, into);
	buf_text(into, " <span class=\"utc\">(");
	say_minute(iso, into);
	buf_text(into, ")</span>");
}

void
say_ago_text(const struct visit *v, int64_t at, struct buf *into)
{
	char iso[21];

	if (at == 0) {
		buf_html(into, say(v, MSG("never")));
		return;
	}
	clock_iso(at, iso);
	say_both(v, at, iso, into);
}

void
say_ago(const struct visit *v, int64_t at, struct buf *into)
{
	char iso[21];

	if (at == 0) {
		say_ago_text(v, at, into);
		return;
	}
	clock_iso(at, iso);
	buf_text(into, "<time datetime=\"");
	buf_text(into, iso);
	buf_text(into, "\">");
	say_both(v, at, iso, into);
	buf_text(into, "</time>");
}

void
say_host(const char *name, struct buf *into)
{
	for (size_t n; *name != '\0'; name += n) {
		DROP(buf_wipe) struct buf part = {0};

		n = strcspn(name, ".@");
		n += name[n] != '\0';
		buf_add(&part, name, n);
		buf_html(into, part.failed ? "" : part.data);
		into->failed = into->failed || part.failed;
		if (name[n] != '\0')
			buf_text(into, "<wbr>");
	}
}

void
say_serial(const char *hex, struct buf *into)
{
	char four[5];

	buf_text(into, "<span class=\"serial\" translate=\"no\">");
	for (size_t len = strlen(hex); len > 0; ) {
		size_t n = len < 4 ? len : 4;

		snprintf(four, sizeof(four), "%.*s", (int)n, hex);
		buf_text(into, "<span>");
		buf_html(into, four);
		buf_text(into, "</span>");
		hex += n, len -= n;
	}
	buf_text(into, "</span>");
}
