#include <stdarg.h>
#include <stdio.h>
#include "ledger/base/err.h"

static const char *const kind_names[ERR__COUNT] = {
	[ERR_NONE] = "none", [ERR_INPUT] = "input", [ERR_DENIED] = "denied",
	[ERR_ABSENT] = "absent", [ERR_CONFLICT] = "conflict",
	[ERR_BUSY] = "busy", [ERR_MEMORY] = "memory", [ERR_FULL] = "full",
	[ERR_IO] = "io", [ERR_CRYPTO] = "crypto", [ERR_TAMPER] = "tamper",
	[ERR_TIMEOUT] = "timeout",
};

bool
err_fail(struct err *e, enum err_kind kind, uint32_t why, const char *file,
    int line, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return false;
	*e = (struct err){ .kind = kind, .why = why, .file = file, .line = line };
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return false;
}

bool
err_hand_on(struct err *e, const struct err *inner)
{
	if (inner->kind == ERR_NONE)
		return true;
	if (e != NULL)
		*e = *inner;
	return false;
}

const char *
err_kind_name(enum err_kind kind)
{
	return (unsigned)kind < ERR__COUNT ? kind_names[kind] : "unknown";
}
