/*
 * tmplc.c - turn .html pages with holes into C functions, at build time.
 *
 *	tmplc page.html > page.c		one function for each @page
 *	tmplc --header *.html > pages.h		their prototypes
 *	tmplc --messages *.html > pages.pot	what a translator has to read
 *
 * Lines that begin with @ are directives and stand between tags:
 *   @include "portal/people/views.h"	goes into pages.h
 *   @page NAME(C parameters)	void NAME(struct buf *h, C parameters); one of them is const struct visit *v
 *   @if EXPR / @elif EXPR / @else / @for A; B; C / @end
 *   @call NAME(args)		another page function, h put first
 *   @c LINE			a line of C
 *   @# words			a comment
 *
 * Holes, all escaped by the place they stand in:
 *   {{EXPR}}		text, or inside a double-quoted value
 *   {{t EXPR}}		a message id, translated at run time
 *   {{int EXPR}}	an int64_t
 *   {{url EXPR}}	the whole beginning of a link's value
 *   {{own EXPR}}	the same for a path below the session's root (v->root); a literal one: href="~/path"
 *   {{arg EXPR}}	one percent-encoded argument, after ? & = # / or another hole
 *   {{ago EXPR}}	a time as "3 minutes ago" with its UTC time, in text only
 *   {{iso EXPR}}	the same moment for programs: <time datetime="{{iso EXPR}}">, which a <time> must have
 *   {{at EXPR}} {{day EXPR}}	"2026-11-22 09:30 UTC", "2026-11-22"
 *   {{host EXPR}}	a domain or an address, which may be broken behind its dots; text only
 *   {{serial EXPR}}	hex digits in groups of four, selectable as one; text only
 * checked?="{{EXPR}}"	a boolean attribute, written when EXPR is true
 *
 * Translation: a run of text from one block-level tag or directive to the next
 * is a message, with its inline tags as <a> </a> and its holes as {1} {2}; so
 * are title, alt, placeholder, aria-label and a submit button's value.  Text
 * without letters, and letters inside code, kbd, samp, pre or an inline element
 * with translate="no", are not.  Whatever a translator writes is escaped, and
 * a translation that loses or repeats a mark is not used (portal/web/say.c).
 *
 * There is no "raw" hole.  A hole in a tag name, an unquoted value, a comment,
 * <script>, <style>, style="" or on...="" does not compile; nor does any inline
 * script or style, which the pages' Content-Security-Policy would refuse.
 */
#include <strings.h>
#include "portal/web/tmplc_run.h"

static void
die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

/* ---- holes ---- */

struct place { bool in_value, link; size_t len; char last; const char *attr; };

static bool
within(const char *name)
{
	for (size_t i = 0; i < open_tags; i++)
		if (strcmp(open_tag[i].name, name) == 0)
			return true;
	return false;
}

/* Which function writes a hole of this kind here. */
static void
hole_code(struct text *c, const char *s, size_t n, const struct place *at)
{
	static const struct { const char *word, *code; bool text_only; } kinds[] = {
		{ "t ", "buf_html(h, say(v, %.*s))", false },
		{ "int ", "buf_fmt(h, \"%%lld\", (long long)(%.*s))", false },
		{ "iso ", "say_iso(%.*s, h)", false },
		{ "at ", "say_utc(%.*s, h)", false },
		{ "day ", "say_day(%.*s, h)", false },
		{ "ago ", "say_ago(v, %.*s, h)", true },
		{ "host ", "say_host(%.*s, h)", true },
		{ "serial ", "say_serial(%.*s, h)", true },
	};
	const char *code = "buf_html(h, %.*s)";
	char line_of[2048];
	int len;

	if (n > 4 && strncmp(s, "arg ", 4) == 0) {
		if (!at->in_value || at->len == 0 || strchr("?&=/#}", at->last) == NULL)
			die("{{arg}} must follow ? & = # or / in a value");
		code = "buf_arg(h, %.*s)", s += 4, n -= 4;
	} else if (n > 4 && (strncmp(s, "url ", 4) == 0 || strncmp(s, "own ", 4) == 0)) {
		if (!at->link || at->len != 0)
			die("{{%.3s}} must begin the value of a link", s);
		code = s[0] == 'u' ? "buf_url(h, %.*s)" : "buf_html(h, v->root);\n\tbuf_url(h, %.*s)";
		s += 4, n -= 4;
	} else {
		for (size_t i = 0; i < COUNT(kinds); i++) {
			size_t word = strlen(kinds[i].word);

			if (n < word || strncmp(s, kinds[i].word, word) != 0)
				continue;
			if (kinds[i].text_only && at->in_value)
				die("{{%s...}} stands in text only", kinds[i].word);
			code = kinds[i].code, s += word, n -= word;
			if (strncmp(code, "say_ago(", 8) == 0 && within("time"))
				code = "say_ago_text(v, %.*s, h)";
			break;
		}
		if (at->link && strncmp(code, "buf_fmt", 7) != 0)
			die("%s= takes {{url ...}} or {{arg ...}}", at->attr);
		if (at->link && at->len == 0)
			die("%s= must not begin with a number", at->attr);
	}
	while (n > 0 && isspace((unsigned char)*s))
		s++, n--;
	if (n == 0)
		die("an empty hole");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	len = snprintf(line_of, sizeof(line_of), code, (int)n, s);	/* formats from the table above */
#pragma GCC diagnostic pop
	if (len < 0 || (size_t)len >= sizeof(line_of))
		die("an expression is too long");
	text_fmt(c, "#line %d \"%s\"\n\t", line, file);
	text_add(c, line_of, (size_t)len);
	text_add(c, ";\n", 2);
}

/* s is at "{{": the code for it; returns what follows "}}". */
static const char *
hole(const char *s, const struct place *at, struct text *c)
{
	const char *end = strstr(s, "}}");
	struct text expr = {0};

	if (end == NULL || memchr(s, '\n', (size_t)(end - s)) != NULL)
		die("{{ without }} on its line");
	text_add(&expr, s + 2, (size_t)(end - s - 2));
	hole_code(c, expr.s, expr.n, at);
	messages_in(expr.s, strncmp(expr.s, "t ", 2) == 0);
	return end + 2;
}

/* ---- tags ---- */

static bool
among(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(word, list[i]) == 0)
			return true;
	return false;
}

static const char *
word(const char *s, char *into, size_t size)
{
	size_t n = 0;

	for (; isalnum((unsigned char)*s) || *s == '-' || *s == '_'; s++)
		if (n + 1 < size)
			into[n++] = (char)tolower((unsigned char)*s);
		else
			die("a name is too long");
	into[n] = '\0';
	if (strncmp(s, "{{", 2) == 0)
		die("no hole is allowed in a name");
	return s;
}

/* name?="{{EXPR}}" */
static const char *
flag(const char *s, const char *name, struct pieces *to)
{
	static const char *const flags[] = { "checked", "selected", "required", "disabled",
	    "open", "autofocus", "multiple", "readonly", "hidden" };
	struct text c = {0};
	const char *end = strncmp(s, "=\"{{", 4) == 0 ? strstr(s, "}}\"") : NULL;

	if (!among(name, flags, COUNT(flags)))
		die("%s is not a boolean attribute", name);
	if (end == NULL)
		die("write %s?=\"{{EXPR}}\"", name);
	text_fmt(&c, "#line %d \"%s\"\n\tif (%.*s)\n\t\tbuf_add(h, \" %s\", %zu);\n", line, file,
	    (int)(end - s - 4), s + 4, name, strlen(name) + 1);
	*piece_new(to, true) = c;
	return end + 3;
}

static void
link_begins(const char *s, const char *attr)
{
	static const char *const ways[] = { "/", "~/", "#", "?", "https://", "http://", "mailto:",
	    "{{url ", "{{own ", "\"" };

	for (size_t i = 0; i < COUNT(ways); i++)
		if (strncmp(s, ways[i], strlen(ways[i])) == 0 && strncmp(s, "//", 2) != 0)
			return;
	die("%s= begins with / ~/ # https: mailto: {{url ...}} or {{own ...}}", attr);
}

/* The value after =", with its closing quote; a message when the attribute is words. */
static const char *
value(const char *s, struct place *at, bool words, struct pieces *to)
{
	static struct run r;

	r = (struct run){0};
	if (at->link)
		link_begins(s, at->attr);
	if (at->link && strncmp(s, "~/", 2) == 0) {
		struct text c = {0};

		text_fmt(&c, "\tbuf_html(h, v->root);\n");
		*piece_new(&r.plain, true) = c;
		s++;
	}
	while (*s != '"') {
		if (*s == '\0')
			die("a value has no end");
		if (strncmp(s, "{{", 2) == 0) {
			struct text c = {0};

			s = hole(s, at, &c);
			run_hole(&r, &c);
			at->len++, at->last = '}';
			continue;
		}
		at->last = *s;
		at->len++;
		if (*s == '\n')
			line++;
		s += words ? run_char(&r, s, false) : (lit(&r.plain, s, 1), 1u);
	}
	run_end(&r, to);
	return s + 1;
}

struct tag { char name[16]; bool submit, quiet, dated; struct pieces is; };

static const char *
attribute(const char *s, struct tag *t)
{
	static const char *const links[] = { "href", "src", "action", "formaction", "cite", "poster" };
	static const char *const words[] = { "title", "alt", "placeholder", "aria-label" };
	char name[32];
	struct place at = { .in_value = true, .attr = name };
	bool message_here;

	if (strncmp(s, "{{", 2) == 0)
		die("no hole is allowed in a tag");
	s = word(s, name, sizeof(name));
	if (name[0] == '\0')
		die("'%c' inside a tag", *s);
	if (strncmp(name, "on", 2) == 0 || strcmp(name, "style") == 0 || strcmp(name, "srcdoc") == 0)
		die("no %s= here: no inline script or style", name);
	if (*s == '?')
		return flag(s + 1, name, &t->is);
	lit(&t->is, " ", 1);
	lit(&t->is, name, strlen(name));
	if (*s != '=')
		return s;
	if (s[1] == '\'' || s[1] == '{')
		die("quote attribute values with \"");
	lit(&t->is, "=", 1);
	if (s[1] != '"') {
		char bare[32];

		s = word(s + 1, bare, sizeof(bare));
		lit(&t->is, bare, strlen(bare));
		return s;
	}
	t->submit |= strcmp(name, "type") == 0 && strncmp(s, "=\"submit\"", 9) == 0;
	t->dated |= strcmp(name, "datetime") == 0;
	t->quiet |= strcmp(name, "translate") == 0 && strncmp(s, "=\"no\"", 5) == 0;
	at.link = among(name, links, COUNT(links));
	message_here = among(name, words, COUNT(words)) || (t->submit && strcmp(name, "value") == 0);
	lit(&t->is, "\"", 1);
	s = value(s + 2, &at, message_here, &t->is);
	lit(&t->is, "\"", 1);
	return s;
}

static bool
is_inline(const char *name)
{
	static const char *const names[] = { "a", "b", "strong", "em", "i", "code", "kbd", "samp", "abbr",
	    "time", "span", "small", "br", "wbr", "bdi", "cite", "q", "sup", "sub", "ins", "del" };

	return among(name, names, COUNT(names));
}

/* An inline tag belongs to the run it stands in: <a>, the second one <a2>. */
static void
inline_begin(const struct tag *t)
{
	static const char *const codes[] = { "code", "kbd", "samp" };
	char name[24], close[24];
	size_t same = 1;

	for (size_t i = 0; i < run.marks; i++) {
		const char *m = run.mark[i].name;
		size_t len = strlen(t->name);

		same += m[0] == '<' && strncmp(m + 1, t->name, len) == 0 && (m[len + 1] == '>' || isdigit((unsigned char)m[len + 1]));
	}
	if (same == 1) {
		snprintf(name, sizeof(name), "<%s>", t->name);
		snprintf(close, sizeof(close), "</%s>", t->name);
	} else {
		snprintf(name, sizeof(name), "<%s%zu>", t->name, same);
		snprintf(close, sizeof(close), "</%s%zu>", t->name, same);
	}
	pieces_add(run_mark(&run, name), &t->is);
	pieces_add(&run.plain, &t->is);
	if (strcmp(t->name, "br") == 0 || strcmp(t->name, "wbr") == 0)
		return;
	if (open_tags == DEEP)
		die("inline elements too deep");
	open_tag[open_tags] = (struct inline_tag){ .opened = runs,
	    .quiet = t->quiet || among(t->name, codes, COUNT(codes)) };
	snprintf(open_tag[open_tags].name, sizeof(open_tag[0].name), "%s", t->name);
	snprintf(open_tag[open_tags++].close, sizeof(open_tag[0].close), "%s", close);
}

static const char *
tag_begin(const char *s)
{
	struct tag t = {0};

	s = word(s + 1, t.name, sizeof(t.name));
	lit(&t.is, "<", 1);
	lit(&t.is, t.name, strlen(t.name));
	for (;;) {
		for (; isspace((unsigned char)*s); s++)
			line += *s == '\n';
		if (*s == '\0')
			die("a directive or the end inside <%s>", t.name);
		if (*s == '/' && s[1] == '>')	/* svg */
			lit(&t.is, "/", 1), s++;
		if (*s == '>')
			break;
		s = attribute(s, &t);
	}
	if (strcmp(t.name, "time") == 0 && !t.dated)
		die("a <time> says when: datetime=\"{{iso EXPR}}\"");
	lit(&t.is, ">", 1);
	s++;
	if (is_inline(t.name)) {
		inline_begin(&t);
		return s;
	}
	run_flush();
	pieces_add(&out, &t.is);
	pre += strcmp(t.name, "pre") == 0;
	if (strcmp(t.name, "style") == 0 || (strcmp(t.name, "script") == 0 && strncmp(s, "</script>", 9) != 0))
		die("no inline <%s>", t.name);
	if (strcmp(t.name, "script") == 0 && (t.is.n != 1 || strstr(t.is.p[0].t.s, " src=\"/static/") == NULL))
		die("a script is a file of ours: <script src=\"/static/NAME.js\" defer></script>");
	return s;
}

static const char *
tag_end(const char *s)
{
	char name[16];
	struct inline_tag *top = open_tags > 0 ? &open_tag[open_tags - 1] : NULL;
	struct text t = {0};

	s = word(s + 2, name, sizeof(name));
	if (*s != '>')
		die("</%s has no end", name);
	text_fmt(&t, "</%s>", name);
	if (!is_inline(name)) {
		run_flush();
		lit(&out, t.s, t.n);
		pre -= strcmp(name, "pre") == 0;
		return s + 1;
	}
	if (top == NULL || strcmp(top->name, name) != 0)
		die("</%s> closes nothing", name);
	open_tags--;
	if (top->opened != runs) {	/* it was opened before a block: not part of this message */
		run_flush();
		lit(&out, t.s, t.n);
		return s + 1;
	}
	lit(run_mark(&run, top->close), t.s, t.n);
	lit(&run.plain, t.s, t.n);
	return s + 1;
}

/* HTML between two directives. */
static void
html(const char *s)
{
	const struct place text = {0};

	while (*s != '\0') {
		if (strncmp(s, "<!--", 4) == 0) {	/* for the writer of the page: not sent */
			const char *end = strstr(s, "-->"), *in = strstr(s, "{{");

			if (end == NULL || (in != NULL && in < end))
				die(end == NULL ? "a comment has no end" : "no hole is allowed in a comment");
			for (; s < end + 3; s++)
				line += *s == '\n';
		} else if (strncasecmp(s, "<!doctype html>", 15) == 0) {
			lit(&out, s, 15);
			s += 15;
		} else if (strncmp(s, "</", 2) == 0) {
			s = tag_end(s);
		} else if (*s == '<' && isalpha((unsigned char)s[1])) {
			s = tag_begin(s);
		} else if (*s == '<') {
			die("write &lt;");
		} else if (strncmp(s, "{{", 2) == 0) {
			struct text c = {0};

			s = hole(s, &text, &c);
			run_hole(&run, &c);
		} else {
			line += *s == '\n';
			s += run_char(&run, s, quiet());
		}
	}
}

/* ---- directives ---- */

static int depth;

static void
code(const char *fmt, ...) LIKE_PRINTF(1, 2);
static void
code(const char *fmt, ...)
{
	va_list ap;

	if (make != MAKE_C)
		return;
	printf("#line %d \"%s\"\n", line, file);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

static void
begin_page(const char *rest)
{
	const char *par = strchr(rest, '(');

	if (depth++ != 0 || par == NULL || par[strlen(par) - 1] != ')')
		die("@page NAME(parameters) stands alone");
	if (make == MAKE_HEADER)
		printf("void %.*s(struct buf *h, %s;\n", (int)(par - rest), rest, par + 1);
	code("void\n%.*s(struct buf *h, %s\n{\n\t(void)v;\n", (int)(par - rest), rest, par + 1);
}

static void
end(void)
{
	if (depth == 0)
		die("@end without a beginning");
	if (--depth == 0 && open_tags > 0)
		die("<%s> is still open", open_tag[open_tags - 1].name);
	code("%s}\n", depth > 0 ? "\t" : "");
}

static void
directive(const char *at, size_t len, const char *rest)
{
#define IS(w) (len == strlen(w) && strncmp(at, (w), len) == 0)
	const char *par = strchr(rest, '(');

	if (IS("@#"))
		return;
	if (IS("@include")) {
		if (make == MAKE_HEADER)
			printf("#include %s\n", rest);
		return;
	}
	if (IS("@page")) {
		begin_page(rest);
		return;
	}
	if (depth == 0)
		die("outside a @page");
	messages_in(rest, IS("@call"));
	if (IS("@if") || IS("@for")) {
		depth++;
		code("\t%s (%s) {\n", at[1] == 'i' ? "if" : "for", rest);
	} else if (IS("@elif"))
		code("\t} else if (%s) {\n", rest);
	else if (IS("@else"))
		code("\t} else {\n");
	else if (IS("@end"))
		end();
	else if (IS("@call") && par != NULL)
		code("\t%.*s(h, %s;\n", (int)(par - rest), rest, par + 1);
	else if (IS("@c"))
		code("\t%s\n", rest);
	else
		die("unknown directive");
#undef IS
}

static void
page_file(FILE *in)
{
	struct text chunk = {0};
	char s[4096];
	int at_line = 0, began = 1;

	for (;;) {
		bool more = fgets(s, sizeof(s), in) != NULL;
		char *at = s + (more ? strspn(s, " \t") : 0), *rest;
		size_t len;

		at_line++;
		if (more && strlen(s) + 1 == sizeof(s))
			die("a line is too long");
		if (more && *at != '@') {
			if (depth > 0)
				text_add(&chunk, s, strlen(s));
			continue;
		}
		if (chunk.n > 0) {
			line = began;
			html(chunk.s);
			chunk.n = 0;
			chunk.s[0] = '\0';
		}
		run_flush();
		out_flush();
		line = at_line;
		began = at_line + 1;
		if (!more)
			break;
		rest = at + (len = strcspn(at, " \t\n"));
		rest += strspn(rest, " \t");
		rest[strcspn(rest, "\n")] = '\0';
		directive(at, len, rest);
	}
	if (depth != 0)
		die("@end missing");
}

int
main(int argc, char **argv)
{
	int first = 1;

	if (argc > 1 && strcmp(argv[1], "--header") == 0)
		make = MAKE_HEADER, first = 2;
	else if (argc > 1 && strcmp(argv[1], "--messages") == 0)
		make = MAKE_MESSAGES, first = 2;
	if (first >= argc || (make == MAKE_C && argc != 2)) {
		fprintf(stderr, "usage: tmplc page.html > page.c\n"
		    "       tmplc --header|--messages page.html...\n");
		return 2;
	}
	if (make == MAKE_HEADER)
		printf("/* made by tmplc; do not edit */\n#ifndef PAGES_H\n#define PAGES_H\n"
		    "#include \"portal/web/say.h\"\n");
	if (make == MAKE_C)
		printf("/* made by tmplc from %s; do not edit */\n#include \"pages.h\"\n", argv[1]);
	for (int i = first; i < argc; i++) {
		FILE *in = fopen(file = argv[i], "r");

		line = 0;
		if (in == NULL)
			die("cannot be read");
		page_file(in);
		fclose(in);
	}
	if (make == MAKE_HEADER)
		printf("#endif\n");
	if (make == MAKE_MESSAGES)
		messages_print();
	return fflush(stdout) == 0 ? 0 : 1;
}
