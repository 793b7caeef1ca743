#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"

static const char *self = "troth";

void
log_name(const char *process)
{
	self = process;
}

static void
line(const char *level, const char *fmt, va_list ap)
{
	char text[1024], at[21];
	int n, more;

	clock_iso(clock_now(), at);
	n = snprintf(text, sizeof(text), "%s %s %s: ", at, self, level);
	more = vsnprintf(text + n, sizeof(text) - (size_t)n - 1, fmt, ap);
	n += more < 0 ? 0 : more;
	if ((size_t)n > sizeof(text) - 2)
		n = (int)sizeof(text) - 2;
	text[n] = '\n';
	/* One write, so that lines of several processes do not mix. */
	if (write(STDERR_FILENO, text, (size_t)n + 1) < 0)
		return;
}

void
log_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line("note", fmt, ap);
	va_end(ap);
}

void
log_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line("warn", fmt, ap);
	va_end(ap);
}

void
log_err(const char *doing, const struct err *e)
{
	const char *file = e->file == NULL ? "?" : e->file;

	log_warn("%s: %s: %s (%s:%d)", doing, err_kind_name(e->kind), e->text, file, e->line);
}
