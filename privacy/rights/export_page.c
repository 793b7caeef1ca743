/* data.html: one page to read, without script, that needs nothing else; well-formed as XML, too. */
#include <string.h>
#include "ledger/base/clock.h"
#include "privacy/rights/compose.h"
#include "privacy/rights/export_table.h"
#include "privacy/rights/export_tape.h"
#include "privacy/rights/export_words.h"

static const char style[] =
":root{color-scheme:light dark;--line:#c9c5bc;--quiet:#5c5850;--paper:#fffdf8;--ink:#1d1b18;--link:#0b5394}"
"@media(prefers-color-scheme:dark){:root{--line:#45423c;--quiet:#a8a297;--paper:#191816;--ink:#ece8df;--link:#9cc5ef}}"
"body{margin:0 auto;max-width:46rem;padding:1.5rem;background:var(--paper);color:var(--ink);"
"font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
"a{color:var(--link)}h1{line-height:1.2}h2{margin-top:3rem;border-top:1px solid var(--line);padding-top:1rem}"
"p.quiet,dt{color:var(--quiet)}dl{margin:0;padding:.75rem 0;border-bottom:1px solid var(--line)}"
"dl div{display:grid;grid-template-columns:12rem 1fr;gap:0 1rem}dd{margin:0;white-space:pre-line}"
"@media(max-width:34rem){dl div{display:block;margin-bottom:.5rem}}"
"@media print{body{max-width:none}dl{break-inside:avoid}}";

/* ---- texts ---- */

static void
put_html(struct buf *b, struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		char one[2] = { (char)s.p[i], '\0' };

		buf_html(b, one);
	}
}

void
page_text(struct buf *b, struct span text)
{
	text_clean(b, text, put_html);
}

/* A message id in the language of the order. */
static const char *
said(const struct writer *w, const char *msgid)
{
	const char *p;

	for (size_t i = 0; (p = export_phrase(i)) != NULL; i++)
		if (strcmp(p, msgid) == 0)
			return w->phrase[i] == NULL ? msgid : w->phrase[i];
	return msgid;
}

static void
say(struct writer *w, const char *msgid)
{
	page_text(w->out, span_text(said(w, msgid)));
}

static void
element(struct writer *w, const char *name, const char *msgid)
{
	buf_fmt(w->out, "<%s>", name);
	say(w, msgid);
	buf_fmt(w->out, "</%s>\n", name);
}

/* ---- values ---- */

static void
moment(struct writer *w, int64_t at)
{
	char iso[21];

	clock_iso(at, iso);
	if (strlen(iso) != 20)
		return;
	buf_fmt(w->out, "%.10s %.5s UTC", iso, iso + 11);
}

static void
bits(struct writer *w, const struct export_column *c, uint64_t all)
{
	bool first = true;

	for (unsigned i = 0; i < 64; i++) {
		const char *phrase = (all >> i & 1) != 0 ? column_phrase(c, i) : NULL;

		if (phrase == NULL)
			continue;
		buf_text(w->out, first ? "" : ", ");
		say(w, phrase);
		first = false;
	}
}

static void
number(struct writer *w, const struct export_column *c, int64_t v)
{
	const char *phrase;
	char day[11];

	switch (c->type) {
	case COLUMN_TIME:
		moment(w, v);
		return;
	case COLUMN_DAY:
		day_text(v, day);
		buf_text(w->out, day);
		return;
	case COLUMN_BOOL:
		say(w, page_phrases[v != 0 ? PHRASE_YES : PHRASE_NO]);
		return;
	case COLUMN_WORD:
	case COLUMN_PURPOSE:
	case COLUMN_FIELD:
		phrase = column_phrase(c, v);
		if (phrase != NULL)
			say(w, phrase);
		return;
	case COLUMN_BITS:
	case COLUMN_FIELDS:
		bits(w, c, (uint64_t)v);
		return;
	default:
		buf_fmt(w->out, "%lld", (long long)v);
	}
}

static void
list(struct writer *w, const struct value *v)
{
	struct span s = v->bytes;

	for (uint32_t i = 0; i < v->n; i++) {
		buf_text(w->out, i == 0 ? "" : ", ");
		page_text(w->out, unpack_bytes(&s));
	}
}

/* Is there something to read? */
static bool
empty(const struct export_column *c, const struct value *v)
{
	switch (v->kind) {
	case VALUE_INT:
		return (c->type == COLUMN_TIME || c->type == COLUMN_BITS || c->type == COLUMN_FIELDS) && v->number == 0;
	case VALUE_BYTES:
		return v->bytes.len == 0;
	case VALUE_LIST:
		return v->n == 0;
	default:
		return true;
	}
}

static void
value(struct writer *w, const struct export_column *c, const struct value *v)
{
	if (v->kind == VALUE_INT)
		number(w, c, v->number);
	else if (v->kind == VALUE_LIST)
		list(w, v);
	else if (c->type == COLUMN_HEX)
		buf_hex(w->out, v->bytes.p, v->bytes.len);
	else
		page_text(w->out, v->bytes);
}

/* ---- the page ---- */

void
page_begin(struct writer *w)
{
	struct buf *b = w->out;

	buf_text(b, "<!DOCTYPE html>\n<html lang=\"");
	buf_html(b, w->order->lang);
	buf_text(b, "\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	    "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n<title>");
	say(w, page_phrases[PHRASE_TITLE]);
	buf_text(b, "</title>\n<style>");
	buf_add(b, style, sizeof(style) - 1);
	buf_text(b, "</style>\n</head>\n<body>\n");
	element(w, "h1", page_phrases[PHRASE_TITLE]);
	element(w, "p", page_phrases[PHRASE_LEDE]);
	buf_text(b, "<dl>\n<div><dt>");
	say(w, page_phrases[PHRASE_SITE]);
	buf_text(b, "</dt><dd>");
	page_text(b, span_text(w->order->site));
	buf_text(b, "</dd></div>\n<div><dt>");
	say(w, page_phrases[PHRASE_MADE]);
	buf_text(b, "</dt><dd>");
	moment(w, w->order->made_at);
	buf_text(b, "</dd></div>\n</dl>\n");
	element(w, "p", page_phrases[PHRASE_FILES]);
	element(w, "p", page_phrases[PHRASE_NOT_HERE]);
	buf_text(b, "<nav>\n");
	element(w, "h2", page_phrases[PHRASE_SECTIONS]);
	buf_text(b, "<ul>\n");
	for (size_t i = 0; i < export_section_count; i++) {
		buf_fmt(b, "<li><a href=\"#%s\">", export_sections[i]->name);
		say(w, export_sections[i]->label);
		buf_text(b, "</a></li>\n");
	}
	buf_text(b, "</ul>\n</nav>\n");
}

void
page_section(struct writer *w, bool begins)
{
	const struct export_section *s = export_sections[w->section];

	if (begins) {
		buf_fmt(w->out, "<section id=\"%s\">\n", s->name);
		element(w, "h2", s->label);
		if (s->says != NULL) {
			buf_text(w->out, "<p class=\"quiet\">");
			say(w, s->says);
			buf_text(w->out, "</p>\n");
		}
		return;
	}
	if (!w->rows)
		element(w, "p", page_phrases[PHRASE_NOTHING]);
	buf_text(w->out, "</section>\n");
}

bool
page_row(struct writer *w, struct span *tape, struct err *e)
{
	const struct export_section *s = export_sections[w->section];

	buf_text(w->out, "<dl>\n");
	for (size_t i = 0; i < s->count; i++) {
		struct value v;

		tape_read(tape, &v);
		if (tape->bad)
			return FAIL(e, ERR_INPUT, "compose: a row of %s", s->name);
		if (s->column[i].machine || empty(&s->column[i], &v))
			continue;
		buf_text(w->out, "<div><dt>");
		say(w, s->column[i].label);
		buf_text(w->out, "</dt><dd>");
		value(w, &s->column[i], &v);
		buf_text(w->out, "</dd></div>\n");
	}
	buf_text(w->out, "</dl>\n");
	return true;
}

void
page_end(struct writer *w)
{
	buf_text(w->out, "</body>\n</html>\n");
}
