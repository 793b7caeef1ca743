/*
 * tmplc_run.h - the lower half of the page compiler: text that grows, pieces of
 * a page, the C they become, messages, and runs of text.
 *
 * Part of tmplc.c, which alone includes it: a tool of the build in one
 * translation unit, cut in two to stay readable.  Knows no tag and no
 * directive.  Memory lives until the end of the program.
 */
#ifndef PORTAL_WEB_TMPLC_RUN_H
#define PORTAL_WEB_TMPLC_RUN_H
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include "ledger/base/err.h"

#define DEEP		16	/* inline elements inside each other */
#define MARKS_MAX	64	/* holes and inline tags of one message */

/* ---- memory: everything lives until the end; reachable, so no leak ---- */

struct text { char *s; size_t n, cap; };
struct piece { bool code; int line; struct text t; };	/* code, else literal HTML */
struct pieces { struct piece *p; size_t n, cap; };
struct mark { char name[24]; struct pieces is; };
struct run {			/* a message being gathered */
	struct pieces	plain;		/* as written: what English gets */
	struct text	msgid;
	struct mark	mark[MARKS_MAX];
	size_t		marks, holes;
	bool		letters, began_blank;
	int		line;
};
struct message { struct text id; const char *file; int line; };

static struct block { struct block *next; } *blocks;
static const char *file;
static int line;
static enum { MAKE_C, MAKE_HEADER, MAKE_MESSAGES } make;
static struct pieces out;		/* since the last directive */
static struct run run;
static struct inline_tag { char name[16], close[24]; bool quiet; size_t opened; } open_tag[DEEP];
static size_t open_tags;		/* inline elements open now */
static int pre;				/* inside <pre> */
static size_t runs;			/* number of the run at hand */
static struct message *messages;
static size_t message_count, message_cap;

static void die(const char *fmt, ...) LIKE_PRINTF(1, 2) __attribute__((noreturn));	/* in tmplc.c */

static void *
grow(void *old, size_t used, size_t size)
{
	struct block *b = calloc(1, sizeof(*b) + size);

	if (b == NULL)
		die("out of memory");
	b->next = blocks;
	blocks = b;
	if (used > 0)
		memcpy(b + 1, old, used);
	return b + 1;
}

static void
text_add(struct text *t, const char *s, size_t n)
{
	if (t->n + n + 1 > t->cap) {
		t->cap = (t->n + n + 1) * 2 + 32;
		t->s = grow(t->s, t->n, t->cap);
	}
	memcpy(t->s + t->n, s, n);
	t->n += n;
	t->s[t->n] = '\0';
}

static void LIKE_PRINTF(2, 3)
text_fmt(struct text *t, const char *fmt, ...)
{
	char s[2048];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(s, sizeof(s), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(s))
		die("an expression is too long");
	text_add(t, s, (size_t)n);
}

static struct text *
piece_new(struct pieces *to, bool code)
{
	if (to->n == to->cap) {
		to->cap = to->cap * 2 + 8;
		to->p = grow(to->p, to->n * sizeof(to->p[0]), to->cap * sizeof(to->p[0]));
	}
	to->p[to->n] = (struct piece){ .code = code, .line = line };
	return &to->p[to->n++].t;
}

static void
lit(struct pieces *to, const char *s, size_t n)
{
	struct text *t = to->n > 0 && !to->p[to->n - 1].code ? &to->p[to->n - 1].t : piece_new(to, false);

	text_add(t, s, n);
}

static void
pieces_add(struct pieces *to, const struct pieces *from)
{
	for (size_t i = 0; i < from->n; i++)
		if (from->p[i].code)
			*piece_new(to, true) = from->p[i].t;
		else
			lit(to, from->p[i].t.s, from->p[i].t.n);
}

/* ---- writing C ---- */

static void
c_string(struct text *to, const char *s, size_t n)
{
	text_add(to, "\"", 1);
	for (size_t i = 0; i < n; i++)
		if (s[i] == '\n')
			text_add(to, "\\n", 2);
		else if (s[i] == '"' || s[i] == '\\' || s[i] == '?')	/* ?: trigraphs */
			text_fmt(to, "\\%c", s[i]);
		else
			text_add(to, s + i, 1);
	text_add(to, "\"", 1);
}

/* Literals are cut: ISO C promises 4095 characters, and UTF-8 is not cut in a character. */
static void
c_literal(struct text *to, const char *s, size_t n)
{
	while (n > 0) {
		size_t part = n < 1500 ? n : 1500;

		while (part < n && ((unsigned char)s[part] & 0xc0) == 0x80)
			part++;
		text_add(to, "\tbuf_add(h, ", 12);
		c_string(to, s, part);
		text_fmt(to, ", %zu);\n", part);
		s += part, n -= part;
	}
}

static void
c_pieces(struct text *to, const struct pieces *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->p[i].code)
			text_add(to, p->p[i].t.s, p->p[i].t.n);
		else
			c_literal(to, p->p[i].t.s, p->p[i].t.n);
}

static void
out_flush(void)
{
	struct text c = {0};

	c_pieces(&c, &out);
	if (make == MAKE_C && c.n > 0)
		fputs(c.s, stdout);
	out.n = 0;
}

/* ---- messages ---- */

static void
message(const char *s, size_t n)
{
	for (size_t i = 0; i < message_count; i++)
		if (messages[i].id.n == n && memcmp(messages[i].id.s, s, n) == 0)
			return;
	if (message_count == message_cap) {
		message_cap = message_cap * 2 + 64;
		messages = grow(messages, message_count * sizeof(*messages), message_cap * sizeof(*messages));
	}
	messages[message_count] = (struct message){ .file = file, .line = line };
	text_add(&messages[message_count++].id, s, n);
}

/*
 * String constants in C that are messages: MSG("...") anywhere, and in a @call
 * or a {{t}} every constant that looks like words (a blank or a capital in front).
 */
static void
messages_in(const char *c, bool all)
{
	for (const char *s = c; *s != '\0'; s++) {
		struct text id = {0};
		bool marked = s >= c + 4 && strncmp(s - 4, "MSG(", 4) == 0;

		if (*s != '"')
			continue;
		for (s++; *s != '"'; s++) {
			if (*s == '\\' && s[1] != '\0')
				s++;
			if (*s == '\0')
				die("\" without its end");
			text_add(&id, s, 1);
		}
		if (id.n > 0 && (marked || (all && (isupper((unsigned char)id.s[0]) || strchr(id.s, ' ') != NULL))))
			message(id.s, id.n);
	}
}

static void
messages_print(void)
{
	printf("msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
	    "\"Content-Transfer-Encoding: 8bit\\n\"\n");
	for (size_t i = 0; i < message_count; i++) {
		const struct message *m = &messages[i];

		printf("\n#: %s:%d\nmsgid \"", m->file, m->line);
		for (const char *s = m->id.s; *s != '\0'; s++)
			if (*s == '"' || *s == '\\')
				printf("\\%c", *s);
			else
				putchar(*s);
		printf("\"\nmsgstr \"\"\n");
	}
}

/* ---- runs of text ---- */

static bool
quiet(void)
{
	for (size_t i = 0; i < open_tags; i++)
		if (open_tag[i].quiet)
			return true;
	return pre > 0;
}

static struct pieces *
run_mark(struct run *r, const char *name)
{
	struct mark *m = &r->mark[r->marks];

	if (r->marks == MARKS_MAX)
		die("too many holes and tags in one run of text");
	if (r->msgid.n == 0)
		r->line = line;
	r->marks++;
	*m = (struct mark){0};
	snprintf(m->name, sizeof(m->name), "%s", name);
	text_add(&r->msgid, name, strlen(name));
	return &m->is;
}

static void
run_hole(struct run *r, const struct text *code)
{
	char name[24];

	snprintf(name, sizeof(name), "{%zu}", ++r->holes);
	*piece_new(run_mark(r, name), true) = *code;
	*piece_new(&r->plain, true) = *code;
}

/* What an entity stands for; NULL: not one of the few we write. */
static const char *
entity(const char *s, size_t *len)
{
	static const struct { const char *name, *is; } known[] = {
		{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" },
		{ "&#39;", "'" }, { "&nbsp;", "\302\240" },
	};

	for (size_t i = 0; i < COUNT(known); i++)
		if (strncmp(s, known[i].name, *len = strlen(known[i].name)) == 0)
			return known[i].is;
	return NULL;
}

/* One character (or entity) of text; returns how many bytes it took. */
static size_t
run_char(struct run *r, const char *s, bool mute)
{
	size_t len = 1;
	const char *is = NULL;
	bool blank = isspace((unsigned char)*s);

	if (*s == '&' && (is = entity(s, &len)) == NULL)
		die("write the character itself, or &amp;");
	lit(&r->plain, s, len);
	if (r->msgid.n == 0)
		r->line = line;
	if (r->msgid.n == 0 && blank)
		r->began_blank = true;
	else if (!blank)
		text_add(&r->msgid, is != NULL ? is : s, is != NULL ? strlen(is) : len);
	else if (r->msgid.s[r->msgid.n - 1] != ' ')
		text_add(&r->msgid, " ", 1);
	/* Lead bytes of letters beyond ASCII; 0xe2 begins dashes, quotes and arrows. */
	if (!mute && is == NULL && (isalpha((unsigned char)*s) ||
	    ((unsigned char)*s >= 0xc3 && (unsigned char)*s != 0xe2)))
		r->letters = true;
	return len;
}

static void
run_code(struct text *c, struct run *r, bool ended_blank)
{
	text_add(c, "\tif (v->words == NULL) {\n", 25);
	c_pieces(c, &r->plain);
	text_add(c, "\t} else {\n", 10);
	if (r->began_blank)
		text_fmt(c, "\tbuf_add(h, \" \", 1);\n");
	if (r->marks == 0) {
		text_fmt(c, "\tbuf_html(h, say(v, ");
		c_string(c, r->msgid.s, r->msgid.n);
		text_fmt(c, "));\n");
	} else {
		text_fmt(c, "\tstatic const char *const mark_[] = {");
		for (size_t i = 0; i < r->marks; i++)
			text_fmt(c, " \"%s\",", r->mark[i].name);
		text_fmt(c, " };\n\tconst char *run_ = say_run(v, ");
		c_string(c, r->msgid.s, r->msgid.n);
		text_fmt(c, ", mark_, %zu);\n\tfor (size_t at_; (at_ = run_next(&run_, mark_, %zu, h)) < %zu;)\n"
		    "\tswitch (at_) {\n", r->marks, r->marks, r->marks);
		for (size_t i = 0; i < r->marks; i++) {
			text_fmt(c, "\tcase %zu:\n", i);
			c_pieces(c, &r->mark[i].is);
			text_fmt(c, "\tbreak;\n");
		}
		text_fmt(c, "\t}\n");
	}
	if (ended_blank)
		text_fmt(c, "\tbuf_add(h, \" \", 1);\n");
	text_fmt(c, "\t}\n");
}

static void
run_end(struct run *r, struct pieces *to)
{
	bool blank = r->msgid.n > 0 && r->msgid.s[r->msgid.n - 1] == ' ';
	struct text c = {0};

	if (!r->letters) {
		pieces_add(to, &r->plain);
	} else {
		if (blank)
			r->msgid.s[--r->msgid.n] = '\0';
		message(r->msgid.s, r->msgid.n);
		text_fmt(&c, "#line %d \"%s\"\n", r->line, file);
		run_code(&c, r, blank);
		*piece_new(to, true) = c;
	}
	*r = (struct run){0};
}

/* The text up to here is a message of its own. */
static void
run_flush(void)
{
	for (size_t i = 0; run.letters && i < open_tags; i++)
		if (open_tag[i].opened == runs)
			die("<%s> has text before it and is still open", open_tag[i].name);
	run_end(&run, &out);
	runs++;
}
#endif
