/*
 * ledger/base/conf.h - configuration as a typed table.
 *
 * A file of `name = value` lines (# begins a comment, values may be quoted
 * with "), then `--set name=value` words, later ones win.  An unknown name, a
 * repeated name in the file, or a value outside its row's bounds refuses to
 * start, naming file and line.  Secrets are never values: they are paths.
 *
 * Stands on err, buf.  The rows themselves belong to whoever configures:
 * the product's table is privacy/settings.c.
 */
#ifndef LEDGER_BASE_CONF_H
#define LEDGER_BASE_CONF_H
#include "ledger/base/buf.h"

enum conf_kind { CONF_INT = 1, CONF_BOOL, CONF_TEXT, CONF_CHOICE, CONF_SECONDS };

struct conf_row {
	const char	*name;		/* "site.name" */
	enum conf_kind	kind;
	const char	*preset;	/* the default, as it would be written */
	int64_t		least, most;	/* number's bounds; text: length in bytes */
	const char	*choices;	/* CONF_CHOICE: "a|b|c" */
	size_t		at;		/* offsetof the member: int64_t, bool or const char * */
	const char	*says;		/* one sentence */
};

/* CONF_SECONDS takes 90, 15m, 12h, 30d or 2y (365 days). */

struct conf;				/* owns the texts that the target points to */

/*
 * Fill *into (a struct the rows' offsets speak of) from defaults, then from
 * the file at path (NULL or absent: none), then from sets[0..n) "name=value".
 * Fails: ERR_INPUT with file:line or the word, ERR_IO.
 */
bool conf_load(struct conf **out, const struct conf_row *rows, size_t count, void *into,
    const char *path, const char *const *sets, size_t n, struct err *e) MUST;
/* What `troth config --explain` prints: each row, its sentence, bounds, default, present value. */
void conf_explain(struct buf *b, const struct conf_row *rows, size_t count, const void *of);
void conf_drop(struct conf **c);
#endif
