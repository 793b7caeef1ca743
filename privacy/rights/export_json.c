/* data.json: an object of sections, each an array of rows or one row. */
#include <string.h>
#include "ledger/base/clock.h"
#include "privacy/facts/day.h"
#include "privacy/rights/compose.h"
#include "privacy/rights/export_table.h"
#include "privacy/rights/export_tape.h"

/* ---- strings: RFC 8259 section 7 ---- */

static void
put_escaped(struct buf *b, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		switch (s.p[i]) {
		case '"':
			buf_text(b, "\\\"");
			break;
		case '\\':
			buf_text(b, "\\\\");
			break;
		case '\n':
			buf_text(b, "\\n");
			break;
		case '\t':
			buf_text(b, "\\t");
			break;
		default:
			buf_add(b, s.p + i, 1);
		}
}

void
json_string(struct buf *b, struct span text)
{
	buf_text(b, "\"");
	text_clean(b, text, put_escaped);
	buf_text(b, "\"");
}

static void
string(struct buf *b, const char *s)
{
	if (s == NULL)
		buf_text(b, "null");
	else
		json_string(b, span_text(s));
}

/* ---- values ---- */

static void
bits(struct buf *b, const struct export_column *c, uint64_t all)
{
	bool first = true;

	buf_text(b, "[");
	for (unsigned i = 0; i < 64; i++) {
		const char *word = (all >> i & 1) != 0 ? column_word(c, i) : NULL;

		if (word == NULL)
			continue;
		buf_text(b, first ? "" : ", ");
		string(b, word);
		first = false;
	}
	buf_text(b, "]");
}

static void
number(struct buf *b, const struct export_column *c, int64_t v)
{
	char text[21];

	switch (c->type) {
	case COLUMN_TIME:
		clock_iso(v, text);
		string(b, v == 0 ? NULL : text);
		return;
	case COLUMN_DAY:
		day_text(v, text);
		string(b, text[0] == '\0' ? NULL : text);
		return;
	case COLUMN_BOOL:
		buf_text(b, v != 0 ? "true" : "false");
		return;
	case COLUMN_WORD:
	case COLUMN_PURPOSE:
	case COLUMN_FIELD:
		string(b, column_word(c, v));
		return;
	case COLUMN_BITS:
	case COLUMN_FIELDS:
		bits(b, c, (uint64_t)v);
		return;
	default:
		buf_fmt(b, "%lld", (long long)v);
	}
}

static void
list(struct buf *b, const struct value *v)
{
	struct span s = v->bytes;

	buf_text(b, "[");
	for (uint32_t i = 0; i < v->n; i++) {
		buf_text(b, i == 0 ? "" : ", ");
		json_string(b, unpack_bytes(&s));
	}
	buf_text(b, "]");
}

static void
value(struct buf *b, const struct export_column *c, const struct value *v)
{
	switch (v->kind) {
	case VALUE_INT:
		number(b, c, v->number);
		return;
	case VALUE_LIST:
		list(b, v);
		return;
	case VALUE_BYTES:
		if (c->type != COLUMN_HEX) {
			json_string(b, v->bytes);
			return;
		}
		buf_text(b, "\"");
		buf_hex(b, v->bytes.p, v->bytes.len);
		buf_text(b, "\"");
		return;
	default:
		buf_text(b, "null");
	}
}

/* ---- the document ---- */

void
json_begin(struct writer *w)
{
	char at[21];

	clock_iso(w->order->made_at, at);
	buf_text(w->out, "{\n\"format\": \"" EXPORT_FORMAT "\",\n\"site\": ");
	string(w->out, w->order->site);
	buf_fmt(w->out, ",\n\"made_at\": \"%s\"", at);
}

void
json_section(struct writer *w, bool begins)
{
	const struct export_section *s = export_sections[w->section];

	if (begins) {
		buf_fmt(w->out, ",\n\"%s\": ", s->name);
		buf_text(w->out, s->one ? "" : "[");
	} else if (!s->one) {
		buf_text(w->out, w->rows ? "\n]" : "]");
	} else if (!w->rows) {
		buf_text(w->out, "null");
	}
}

bool
json_row(struct writer *w, struct span *tape, struct err *e)
{
	const struct export_section *s = export_sections[w->section];

	buf_text(w->out, s->one ? "{" : w->rows ? ",\n {" : "\n {");
	for (size_t i = 0; i < s->count; i++) {
		struct value v;

		tape_read(tape, &v);
		if (tape->bad)
			return FAIL(e, ERR_INPUT, "compose: a row of %s", s->name);
		buf_fmt(w->out, "%s\"%s\": ", i == 0 ? "" : ", ", s->column[i].name);
		value(w->out, &s->column[i], &v);
	}
	buf_text(w->out, "}");
	return true;
}

void
json_end(struct writer *w)
{
	buf_text(w->out, "\n}\n");
}
