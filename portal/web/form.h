/*
 * portal/web/form.h - form fields as rows, and what a visitor typed.
 *
 * The dispatcher parses the body (application/x-www-form-urlencoded, or
 * multipart/form-data where a row has kind FORM_FILE) against the route's rows:
 * unlisted, repeated, over-long, wrongly encoded fields, invalid UTF-8 and NUL
 * bytes are found before the handler runs.  Faults a person can mend (missing,
 * too long, wrong shape) are kept with the typed values so that the handler
 * shows the same form again; faults only a program makes (unlisted, repeated,
 * broken encoding) answer 400.
 */
#ifndef PORTAL_WEB_FORM_H
#define PORTAL_WEB_FORM_H
#include "ledger/base/pack.h"
#include "privacy/message.h"

enum form_kind {
	FORM_UNSET,
	FORM_TEXT,		/* one line: control characters refused, ends trimmed */
	FORM_SENTENCE,		/* as FORM_TEXT, but composed by who typed it: shown again where its form is gone */
	FORM_AREA,		/* several lines; CR LF becomes LF */
	FORM_SECRET,		/* never shown again, wiped with the request, not trimmed */
	FORM_TICK,		/* "1" or absent; required: must be ticked */
	FORM_CHOICE,		/* one of row->choices "a|b|c" */
	FORM_NUMBER,		/* digits; least..most are its bounds */
	FORM_SERIAL,		/* hex, spaces and colons dropped, lower-cased */
	FORM_FILE,		/* uploaded bytes */
	FORM_MANY,		/* FORM_TEXT that may repeat, up to `most` times, each <= 255 bytes */
	FORM_MARKS		/* `most` numbered sets of marks: NAME1, NAME2 ... each with any of "0" to "7", as
				   radio buttons and tick boxes send them; form_marks() */
};

struct form_row {
	const char	*name, *label;		/* label: message id, also used in the summary of errors */
	enum form_kind	kind;
	size_t		least, most;		/* bytes, or FORM_NUMBER's bounds, inclusive */
	bool		required;
	const char	*choices;
};

#define FORM_FIELDS_MAX	64
#define FORM_MARKS_MAX	60		/* numbered sets of one form */
#define FORM_MARK_VALUES 8
#define FORM_PUTS_MAX	16
#define FORM_BODY_MAX	(64u << 10)	/* bytes of a form without files, or of a query */
#define FORM_FILES_MAX	(256u << 10)	/* bytes of a form with a FORM_FILE row */
struct form {
	const struct form_row *rows;
	size_t		count;
	struct form_value {
		char		*text;		/* "" when absent; FORM_FILE may hold NULs: use len */
		size_t		len;
		bool		given;
		const char	*fault;		/* message id of the sentence, NULL: fine */
	} value[FORM_FIELDS_MAX];
	uint8_t		marks[FORM_MARKS_MAX];	/* of the FORM_MARKS row: bit m of [n - 1], NAMEn came with m */
	char		**many;			/* of the FORM_MANY row, many_count of them */
	size_t		many_count;
	size_t		faults;
	const char	*fault_top;		/* a fault that belongs to no field */
	bool		broken;			/* a fault only a program makes: 400 instead of 422 */
	bool		lost;			/* form_put() had no memory: a page that shows the form is less than it should be */
	struct form_put {
		char		name[32];
		char		*text;		/* owned */
	} put[FORM_PUTS_MAX];
	size_t		put_count;
	const char	*token;			/* the hidden field "form"; "" when absent */
	char		*store;			/* owns the texts */
	size_t		store_used, store_size;
};

/* An empty form of these rows (at most FORM_FIELDS_MAX); release with form_wipe. */
void form_begin(struct form *f, const struct form_row *rows, size_t count);
/*
 * Read a body (or a query) into f and judge each field by its row.  Faults are
 * kept in f, not in e: true means that the handler may look.  Once a form.
 * Fails: ERR_MEMORY; form_read_multipart also ERR_INPUT when the body is no
 * multipart/form-data of this boundary (RFC 7578).
 */
bool form_read(struct form *f, struct span body, struct err *e) MUST;
bool form_read_multipart(struct form *f, struct span body, const char *content_type, struct err *e) MUST;
void form_wipe(struct form *f);			/* texts zeroed; fits DROP() */
/* For form_read_multipart: one decoded field; p must stay until form_judge. */
bool form_take(struct form *f, const char *name, struct span value, struct err *e) MUST;
void form_judge(struct form *f);		/* after the last field: what is missing */

/* Borrowed; "" when absent.  Aborts on a name the route does not list: our own bug. */
const char *form_text(const struct form *f, const char *name);
struct span form_bytes(const struct form *f, const char *name);
bool form_ticked(const struct form *f, const char *name);
bool form_given(const struct form *f, const char *name);	/* it was sent, be it empty: not so on a page's first view */
int64_t form_number(const struct form *f, const char *name);	/* 0 when absent */
#define FORM_DATE	32	/* bytes of a date as typed, whatever was */
/* "2028-12-05" of three FORM_NUMBER rows; whether there is such a day is day_read()'s to say. */
void form_day(const struct form *f, const char *day, const char *month, const char *year, char into[FORM_DATE]);
/* Bit m: value m was sent as field n (from 1) of this form's FORM_MARKS row.  0 beyond them. */
uint32_t form_marks(const struct form *f, size_t n);
const char *form_fault_of(const struct form *f, const char *name);	/* NULL: none */
/*
 * What a field shows when the page is drawn (text is copied): what is held
 * now, or "" to forget what was typed.  Any name, also one of another form on
 * the page.  Out of memory, or more than FORM_PUTS_MAX: it shows nothing.
 */
void form_put(struct form *f, const char *name, const char *text);
/* For drawing, any name: the text to show, "" when there is none and for secrets and files. */
const char *form_shown(const struct form *f, const char *name);
const char *form_wrong(const struct form *f, const char *name);	/* its fault, or NULL */
const struct form_row *form_find(const struct form_row *rows, size_t count, const char *name);	/* or NULL */
/* Mark a field (NULL: the form) faulty; sentence is a message id. */
void form_fault(struct form *f, const char *name, const char *sentence);
bool form_good(const struct form *f);
#endif
