/*
 * ledger/base/err.h - how every function in this program says "no".
 *
 * A function that can fail returns bool, marked MUST, and fills the caller's
 * struct err.  Three audiences, three members: `kind` picks the HTTP answer
 * (one table, portal/web/answer.c), `why` picks the sentence a visitor reads
 * (one table, portal/web/why.c; 0 means the kind's general sentence), `text`
 * goes to the log and never holds a secret or personal data.
 *
 * Stands on nothing.  Does not allocate, print or exit.
 */
#ifndef LEDGER_BASE_ERR_H
#define LEDGER_BASE_ERR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum err_kind {
	ERR_NONE,
	ERR_INPUT,		/* what was asked makes no sense: 400 or 422 */
	ERR_DENIED,		/* understood and refused: 403 */
	ERR_ABSENT,		/* no such thing, or not yours: 404 */
	ERR_CONFLICT,		/* somebody was faster: 409 */
	ERR_BUSY,		/* try again soon: 503 with Retry-After */
	ERR_MEMORY,		/* 503 */
	ERR_FULL,		/* the disk is full: 507 */
	ERR_IO,			/* 500 */
	ERR_CRYPTO,		/* a seal, MAC or signature did not hold: 500 */
	ERR_TAMPER,		/* the ledger and the store disagree: 500 */
	ERR_TIMEOUT,		/* a peer did not answer in its time: 504 */
	ERR__COUNT
};

struct err {
	enum err_kind	kind;
	uint32_t	why;		/* enum why of the floor above; 0: none */
	int		line;
	const char	*file;		/* static storage */
	char		text[160];
};

#define MUST			__attribute__((warn_unused_result))
#define LIKE_PRINTF(f, a)	__attribute__((format(printf, f, a)))

/* Fill *e (NULL allowed) and return false, so callers write `return FAIL(...)`. */
bool err_fail(struct err *e, enum err_kind kind, uint32_t why, const char *file,
    int line, const char *fmt, ...) LIKE_PRINTF(6, 7);

/*
 * What an inner call said is what this one says: true when nothing failed there, else
 * *e (NULL allowed) becomes a copy of it and the answer is false.
 */
bool err_hand_on(struct err *e, const struct err *inner) MUST;

/* The kind's name for the log, "input" for ERR_INPUT and so on; never NULL. */
const char *err_kind_name(enum err_kind kind);

#define FAIL(e, kind, ...)	err_fail((e), (kind), 0, __FILE__, __LINE__, __VA_ARGS__)
#define REFUSE(e, kind, why, ...) err_fail((e), (kind), (why), __FILE__, __LINE__, __VA_ARGS__)
#define TRY(call)		do { if (!(call)) return false; } while (0)
#define DROP(fn)		__attribute__((cleanup(fn)))	/* runs fn(&var) at scope end */
#define COUNT(a)		(sizeof(a) / sizeof((a)[0]))
#endif
