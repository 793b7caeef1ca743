/*
 * privacy/rights/export_table.h - what stands in a member's copy: sections and columns.
 *
 * One table (columns_*.c) decides how what is gathered (export_sections.h) is written as
 * JSON and as a page (compose.h), and what the JSON Schema says: none of them can
 * say something else than the others.  A section is one kind of thing held about
 * a member: rows of the same columns, or a single row.
 *
 * What is read is laid on a tape (export_tape.h) in the order of the columns.
 *
 * Stands on purpose.  Opens nothing.
 */
#ifndef PRIVACY_RIGHTS_EXPORT_TABLE_H
#define PRIVACY_RIGHTS_EXPORT_TABLE_H
#include "ledger/base/buf.h"
#include "privacy/purpose.h"

#define EXPORT_FORMAT	"troth-export-1"
#define EXPORT_SCHEMA	"/export/data.schema.json"	/* its public address at every site */

/* What a column is, on the tape and in the two kinds of file.  Anything may be missing: null. */
enum column_type {
	COLUMN_TEXT = 1,	/* bytes: UTF-8 */
	COLUMN_INT,		/* number */
	COLUMN_TIME,		/* number: seconds; 0 is null.  JSON: "2026-11-27T20:41:00Z" */
	COLUMN_DAY,		/* number: days.  JSON: "2026-11-27" */
	COLUMN_BOOL,		/* number */
	COLUMN_WORD,		/* number: of the column's words; one without a word is null */
	COLUMN_BITS,		/* number: bit i stands for the column's word i.  JSON: an array of them */
	COLUMN_HEX,		/* bytes */
	COLUMN_LIST,		/* list of texts */
	COLUMN_PURPOSE,		/* number: enum purpose.  JSON: its name */
	COLUMN_FIELD,		/* number: enum field.  JSON: its name */
	COLUMN_FIELDS		/* number: FIELD_BIT()s */
};

struct export_column {
	const char	*name, *label;	/* in JSON; on the page: a message id */
	enum column_type type;
	const char *const *words;	/* message ids that are the JSON's words, too; NULL at unused numbers */
	size_t		word_count;
	bool		machine;	/* of no use to a reader: not on the page */
};

struct export_section {
	const char	*name, *label;
	const char	*says;		/* on the page and in the schema: what this is, what is left out and why */
	bool		one;		/* a single row */
	const struct export_column *column;
	size_t		count;
};
extern const struct export_section *const export_sections[];
extern const size_t export_section_count;

/* ---- words ---- */
/* Every message id that the page needs, in an order that does not change while the program runs; NULL: no more. */
const char *export_phrase(size_t i);
#define PHRASES_MOST	1024

/* JSON's word for a value of this column; NULL: null.  For BITS, FIELDS: of bit `number`. */
const char *column_word(const struct export_column *c, int64_t number);
/* The page's message id for the same. */
const char *column_phrase(const struct export_column *c, int64_t number);

/* The JSON Schema (2020-12) of data.json, whole. */
void export_schema_write(struct buf *into);
#endif
