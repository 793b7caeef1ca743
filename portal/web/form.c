#include <string.h>
#include "ledger/base/wipe.h"
#include "portal/web/form.h"

/* A form of ours never sends more. */
#define PAIRS_MAX	(FORM_FIELDS_MAX + FORM_MARKS_MAX * FORM_MARK_VALUES)
#define MANY_BYTES	255

static char nothing[1];				/* what an absent field's text is */

void
form_begin(struct form *f, const struct form_row *rows, size_t count)
{
	if (count > FORM_FIELDS_MAX)
		abort();	/* route_check refuses such a row */
	*f = (struct form){ .rows = rows, .count = count, .token = "" };
	for (size_t i = 0; i < count; i++)
		f->value[i].text = nothing;
}

void
form_wipe(struct form *f)
{
	if (f->store != NULL)
		explicit_bzero(f->store, f->store_size);
	for (size_t i = 0; i < f->put_count; i++) {
		wipe_free(f->put[i].text);
	}
	wipe_free(f->store);
	wipe_free(f->many);
	*f = (struct form){0};
}

static size_t
place(const struct form *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->rows[i].name, name) == 0)
			return i;
	return f->count;
}

static size_t
place_of(const struct form *f, const char *name)
{
	size_t i = place(f, name);

	if (i == f->count)
		abort();	/* the handler asks for a field its route does not list */
	return i;
}

const char *
form_text(const struct form *f, const char *name)
{
	return f->value[place_of(f, name)].text;
}

struct span
form_bytes(const struct form *f, const char *name)
{
	size_t i = place_of(f, name);

	return span_of(f->value[i].text, f->value[i].len);
}

bool
form_given(const struct form *f, const char *name)
{
	return f->value[place_of(f, name)].given;
}

bool
form_ticked(const struct form *f, const char *name)
{
	return strcmp(form_text(f, name), "1") == 0;
}

int64_t
form_number(const struct form *f, const char *name)
{
	size_t i = place_of(f, name);

	return f->value[i].fault != NULL ? 0 : (int64_t)strtoll(f->value[i].text, NULL, 10);
}

void
form_day(const struct form *f, const char *day, const char *month, const char *year, char into[FORM_DATE])
{
	snprintf(into, FORM_DATE, "%04d-%02d-%02d", (int)form_number(f, year), (int)form_number(f, month), (int)form_number(f, day));
}

uint32_t
form_marks(const struct form *f, size_t n)
{
	return n >= 1 && n <= FORM_MARKS_MAX ? f->marks[n - 1] : 0;
}

const char *
form_fault_of(const struct form *f, const char *name)
{
	return f->value[place_of(f, name)].fault;
}

void
form_fault(struct form *f, const char *name, const char *sentence)
{
	const char **at = name == NULL ? &f->fault_top : &f->value[place_of(f, name)].fault;

	f->faults += *at == NULL;
	if (*at == NULL)
		*at = sentence;
}

bool
form_good(const struct form *f)
{
	return f->faults == 0;
}

/* ---- what a page shows ---- */

const struct form_row *
form_find(const struct form_row *rows, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

void
form_put(struct form *f, const char *name, const char *text)
{
	struct form_put *p = &f->put[f->put_count];

	if (f->put_count == FORM_PUTS_MAX || strlen(name) >= sizeof(p->name))
		return;
	if ((p->text = strdup(text)) == NULL) {
		f->lost = true;
		return;
	}
	snprintf(p->name, sizeof(p->name), "%s", name);
	f->put_count++;
}

const char *
form_shown(const struct form *f, const char *name)
{
	size_t at = place(f, name);

	for (size_t i = f->put_count; i > 0; i--)	/* the last word counts */
		if (strcmp(f->put[i - 1].name, name) == 0)
			return f->put[i - 1].text;
	if (at == f->count || f->rows[at].kind == FORM_SECRET || f->rows[at].kind == FORM_FILE)
		return "";
	return f->value[at].text;
}

const char *
form_wrong(const struct form *f, const char *name)
{
	size_t at = place(f, name);

	return at == f->count ? NULL : f->value[at].fault;
}

/* ---- judging a value by its row ---- */

static void
broken(struct form *f, const char *name, const char *sentence)
{
	f->broken = true;
	form_fault(f, name, sentence);
}

static void
trim(struct form_value *v)
{
	size_t lead = strspn(v->text, " \t\r\n");

	v->text += lead;
	v->len -= lead;
	while (v->len > 0 && strchr(" \t\r\n", v->text[v->len - 1]) != NULL)
		v->text[--v->len] = '\0';
}

/* U+202A to U+202E and U+2066 to U+2069: what turns the direction of the writing after it. */
static bool
turns(const char *s)
{
	const unsigned char *c = (const unsigned char *)s;

	return c[0] == 0xe2 && ((c[1] == 0x80 && c[2] >= 0xaa && c[2] <= 0xae) || (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9));
}

static bool
has_controls(const char *s, const char *but)
{
	for (; *s != '\0'; s++)
		if ((((unsigned char)*s < 0x20 || *s == 0x7f) && strchr(but, *s) == NULL) || turns(s))
			return true;
	return false;
}

static void
unfold(struct form_value *v)		/* CR LF, or a lone CR, becomes LF */
{
	size_t to = 0;

	for (size_t i = 0; i < v->len; i++) {
		if (v->text[i] == '\r' && v->text[i + 1] == '\n')
			continue;
		v->text[to++] = v->text[i] == '\r' ? '\n' : v->text[i];
	}
	v->len = to;
	v->text[to] = '\0';
}

static bool
chosen(const char *choices, const char *text)
{
	size_t len = strlen(text);

	for (const char *at = choices; at != NULL; at = strchr(at, '|')) {
		at += *at == '|';
		if (strcspn(at, "|") == len && strncmp(at, text, len) == 0)
			return true;
	}
	return false;
}

static const char *
judge_number(const struct form_row *row, struct form_value *v)
{
	trim(v);
	if (v->len == 0)
		return NULL;
	if (v->len > 18 || v->text[strspn(v->text, "0123456789")] != '\0')
		return MSG("Type digits only.");
	if ((size_t)strtoll(v->text, NULL, 10) < row->least)
		return MSG("This number is too small.");
	if ((size_t)strtoll(v->text, NULL, 10) > row->most)
		return MSG("This number is too large.");
	return NULL;
}

static const char *
judge_length(const struct form_row *row, const struct form_value *v)
{
	if (v->len > row->most)
		return MSG("This is too long.");
	if (v->len > 0 && v->len < row->least)
		return MSG("This is too short.");
	return NULL;
}

static const char *
judge_serial(const struct form_row *row, struct form_value *v)
{
	size_t to = 0;

	for (size_t i = 0; i < v->len; i++) {
		char c = v->text[i];

		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (strchr(": \t", c) != NULL)
			continue;
		if (strchr("0123456789abcdef", c) == NULL) {
			trim(v);
			return MSG("Type the hexadecimal digits 0 to 9 and a to f; spaces and colons do not matter.");
		}
		v->text[to++] = c;
	}
	v->len = to;
	v->text[to] = '\0';
	return judge_length(row, v);
}

/* The fault a person can mend, or NULL.  May tidy the text in place. */
static const char *
judge(const struct form_row *row, struct form_value *v)
{
	switch (row->kind) {
	case FORM_TEXT:
	case FORM_SENTENCE:
	case FORM_MANY:
		trim(v);
		if (has_controls(v->text, ""))
			return MSG("Type this as one line without control characters.");
		return row->kind != FORM_MANY ? judge_length(row, v) :
		    v->len > MANY_BYTES ? MSG("This is too long.") : NULL;
	case FORM_AREA:
		unfold(v);
		if (v->text[strspn(v->text, " \t\n")] == '\0')
			trim(v);		/* blanks alone are nothing */
		if (has_controls(v->text, "\n\t"))
			return MSG("There are control characters in this text.");
		return judge_length(row, v);
	case FORM_CHOICE:
		return v->len == 0 || chosen(row->choices, v->text) ? NULL : MSG("Choose one of the answers shown.");
	case FORM_NUMBER:
		return judge_number(row, v);
	case FORM_SERIAL:
		return judge_serial(row, v);
	case FORM_TICK:
		return v->len == 0 || strcmp(v->text, "1") == 0 ? NULL : MSG("Tick this or leave it.");
	case FORM_SECRET:
	case FORM_FILE:
		return judge_length(row, v);
	case FORM_MARKS:	/* take_mark judges */
	case FORM_UNSET:
		break;
	}
	abort();		/* route_check refuses such a row */
}

static const char *
missing(enum form_kind kind)
{
	switch (kind) {
	case FORM_TICK:		return MSG("Tick this to go on.");
	case FORM_CHOICE:	return MSG("Choose one.");
	case FORM_MANY:		return MSG("Tick at least one.");
	case FORM_FILE:		return MSG("Choose a file.");
	default:		return MSG("Fill this in.");
	}
}

void
form_judge(struct form *f)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct form_row *row = &f->rows[i];
		bool empty = row->kind == FORM_MANY ? f->many_count == 0 : f->value[i].len == 0;

		if (row->required && empty && f->value[i].fault == NULL)
			form_fault(f, row->name, missing(row->kind));
	}
}

/* ---- taking fields in ---- */

static bool
take_many(struct form *f, size_t i, struct form_value *one, struct err *e)
{
	const struct form_row *row = &f->rows[i];

	if (f->many == NULL && (f->many = calloc(row->most, sizeof(f->many[0]))) == NULL)
		return FAIL(e, ERR_MEMORY, "form: %zu texts", row->most);
	one->fault = judge(row, one);
	if (one->fault != NULL)
		form_fault(f, row->name, one->fault);
	if (f->many_count == row->most)
		form_fault(f, row->name, MSG("These are too many."));
	else if (one->len > 0)
		f->many[f->many_count++] = one->text;
	f->value[i].given = true;
	return true;
}

/* "q17" of the FORM_MARKS row "q": 17, with the row in *row; 0: not one of a series. */
static size_t
mark_number(const struct form *f, const char *name, const struct form_row **row)
{
	size_t letters = strcspn(name, "0123456789");
	const char *digits = name + letters;
	size_t n = strlen(digits), number = (size_t)strtoull(digits, NULL, 10);

	if (n == 0 || n > 2 || digits[0] == '0' || digits[strspn(digits, "0123456789")] != '\0')
		return 0;
	for (size_t i = 0; i < f->count; i++)
		if (f->rows[i].kind == FORM_MARKS && strlen(f->rows[i].name) == letters &&
		    strncmp(f->rows[i].name, name, letters) == 0) {
			*row = &f->rows[i];
			return number <= f->rows[i].most ? number : 0;
		}
	return 0;
}

static void
take_mark(struct form *f, const struct form_row *row, size_t number, struct span value)
{
	uint8_t bit;

	if (value.len != 1 || value.p[0] < '0' || value.p[0] >= '0' + FORM_MARK_VALUES) {
		form_fault(f, row->name, MSG("Choose one of the answers shown."));
		return;
	}
	bit = (uint8_t)(1u << (value.p[0] - '0'));
	if ((f->marks[number - 1] & bit) != 0)
		broken(f, row->name, MSG("This came twice. Please send it once."));
	f->marks[number - 1] |= bit;
}

/* A NUL-terminated copy in the form's store, which never moves. */
static char *
store(struct form *f, struct span s)
{
	char *at = f->store + f->store_used;

	if (f->store == NULL || f->store_size - f->store_used < s.len + 1)
		abort();	/* decoding never lengthens: our own bug */
	if (s.len > 0)
		memmove(at, s.p, s.len);
	at[s.len] = '\0';
	f->store_used += s.len + 1;
	return at;
}

bool
form_take(struct form *f, const char *name, struct span value, struct err *e)
{
	const struct form_row *marks = NULL;
	size_t i = place(f, name), number = mark_number(f, name, &marks);
	struct form_value one = { .given = true };
	bool text = i == f->count || f->rows[i].kind != FORM_FILE;

	if (strcmp(name, "form") == 0) {
		if (f->token[0] != '\0')
			broken(f, NULL, MSG("A field came twice. Please send the form as this page shows it."));
		else if (value.len > 0 && utf8_ok(value.p, value.len))
			f->token = store(f, value);
		return true;
	}
	if (number > 0) {
		take_mark(f, marks, number, value);
		return true;
	}
	if (i == f->count || f->rows[i].kind == FORM_MARKS) {
		broken(f, NULL, MSG("The form held a field that this page does not have. Please send it as this page shows it."));
		return true;
	}
	if (f->value[i].given && f->rows[i].kind != FORM_MANY) {
		broken(f, f->rows[i].name, MSG("This came twice. Please send it once."));
		return true;
	}
	if (text && !utf8_ok(value.p, value.len)) {
		f->value[i].given = true;
		broken(f, f->rows[i].name, MSG("This could not be read as text (UTF-8)."));
		return true;
	}
	one.text = store(f, value);
	one.len = value.len;
	if (f->rows[i].kind == FORM_MANY)
		return take_many(f, i, &one, e);
	f->value[i] = one;
	if ((one.fault = judge(&f->rows[i], &f->value[i])) != NULL)
		form_fault(f, name, one.fault);
	return true;
}

static int
hex(unsigned char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decode in place to the end of the store; false: a % that is none. */
static bool
decode(struct form *f, struct span raw, struct span *into)
{
	unsigned char *at = (unsigned char *)f->store + f->store_used;
	size_t n = 0;

	for (size_t i = 0; i < raw.len; i++) {
		unsigned char c = raw.p[i];

		if (c == '%') {
			int high = i + 2 < raw.len ? hex(raw.p[i + 1]) : -1;
			int low = i + 2 < raw.len ? hex(raw.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			c = (unsigned char)(high << 4 | low);
			i += 2;
		}
		at[n++] = raw.p[i] == '+' && c == '+' ? ' ' : c;
	}
	*into = span_of(at, n);
	return true;
}

static struct span
cut(struct span *rest, char at)
{
	const unsigned char *end = rest->len > 0 ? memchr(rest->p, at, rest->len) : NULL;
	struct span part = span_of(rest->p, end == NULL ? rest->len : (size_t)(end - rest->p));
	size_t used = end == NULL ? rest->len : part.len + 1;

	if (used > 0)
		rest->p += used;
	rest->len -= used;
	return part;
}

static bool
take_pair(struct form *f, struct span pair, struct err *e)
{
	struct span raw_name = cut(&pair, '='), text;
	char name[64];

	if (raw_name.len >= sizeof(name) || !decode(f, raw_name, &text) || !utf8_ok(text.p, text.len)) {
		broken(f, NULL, MSG("The form could not be read. Please send it as this page shows it."));
		return true;
	}
	if (text.len > 0)
		memcpy(name, text.p, text.len);
	name[text.len] = '\0';
	if (!decode(f, pair, &text)) {
		size_t i = place(f, name);

		broken(f, i < f->count ? name : NULL, MSG("This could not be read. Please type it again."));
		return true;
	}
	return form_take(f, name, text, e);
}

/* Room for every text with its NUL; names are decoded behind the last one. */
static bool
store_begin(struct form *f, size_t body, struct err *e)
{
	f->store_size = body + 2 * PAIRS_MAX + 64;
	if ((f->store = malloc(f->store_size)) == NULL)
		return FAIL(e, ERR_MEMORY, "form of %zu bytes", body);
	return true;
}

bool
form_read(struct form *f, struct span body, struct err *e)
{
	TRY(store_begin(f, body.len, e));
	for (size_t pairs = 0; body.len > 0; pairs++) {
		struct span pair = cut(&body, '&');

		if (pairs == PAIRS_MAX) {
			broken(f, NULL, MSG("The form held too many fields. Please send it as this page shows it."));
			break;
		}
		if (pair.len > 0)
			TRY(take_pair(f, pair, e));
	}
	form_judge(f);
	return true;
}
