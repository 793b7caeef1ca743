#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>
#include "ledger/base/conf.h"
#include "ledger/base/drop.h"
#include "ledger/base/pack.h"
#include "ledger/base/wipe.h"

#define FILE_MAX	(1u << 20)	/* bytes: nobody writes a longer configuration */
#define WHERE_MAX	64		/* bytes of "file:line" in an error */

struct conf {
	size_t	count;
	struct conf_value {
		char	*text;		/* what the target's pointer points to; may be NULL */
		bool	in_file;	/* named in the file already */
	} values[];
};

/* One load in progress. */
struct load {
	struct conf		*conf;
	const struct conf_row	*rows;
	char			*into;
	char			where[WHERE_MAX];	/* of the words at hand, for the error */
};

static const struct { char letter; int64_t seconds; } units[] = {
	{ 'y', 365 * 86400 }, { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { '\0', 1 },
};

/* ---- values ---- */

/* Decimal digits with an optional minus; *end is left at the first other byte. */
static bool
read_number(const char *s, int64_t *n, char **end)
{
	bool digit = (s[0] >= '0' && s[0] <= '9') || (s[0] == '-' && s[1] >= '0' && s[1] <= '9');

	if (!digit)
		return false;
	errno = 0;
	*n = strtoll(s, end, 10);
	return errno == 0;
}

static bool
read_int(const char *s, int64_t *n)
{
	char *end;

	return read_number(s, n, &end) && *end == '\0';
}

static bool
read_seconds(const char *s, int64_t *n)
{
	char *end;

	if (!read_number(s, n, &end) || (*end != '\0' && end[1] != '\0'))
		return false;
	for (size_t i = 0; i < COUNT(units); i++)
		if (*end == units[i].letter)
			return !__builtin_mul_overflow(*n, units[i].seconds, n);
	return false;
}

static bool
read_bool(const char *s, bool *yes)
{
	static const char *const words[] = { "no", "yes", "false", "true", "off", "on" };

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(s, words[i]) == 0) {
			*yes = i % 2 == 1;
			return true;
		}
	return false;
}

static bool
is_choice(const char *choices, const char *s)
{
	size_t n = strlen(s);

	for (const char *at = choices; n > 0 && at != NULL; at = strchr(at, '|')) {
		at += *at == '|';
		if (strncmp(at, s, n) == 0 && (at[n] == '|' || at[n] == '\0'))
			return strchr(s, '|') == NULL;
	}
	return false;
}

/* In the largest unit that divides it, as it would be written. */
static void
add_seconds(struct buf *b, int64_t n)
{
	for (size_t i = 0; i < COUNT(units); i++)
		if (n % units[i].seconds == 0 && (n != 0 || units[i].seconds == 1)) {
			buf_fmt(b, "%" PRId64, n / units[i].seconds);
			buf_add(b, &units[i].letter, units[i].letter != '\0');
			return;
		}
}

static void
add_bounds(struct buf *b, const struct conf_row *r)
{
	switch (r->kind) {
	case CONF_INT:
		buf_fmt(b, "%" PRId64 " to %" PRId64, r->least, r->most);
		break;
	case CONF_SECONDS:
		add_seconds(b, r->least);
		buf_text(b, " to ");
		add_seconds(b, r->most);
		break;
	case CONF_BOOL:
		buf_text(b, "yes or no");
		break;
	case CONF_CHOICE:
		buf_text(b, "one of ");
		buf_text(b, r->choices);
		break;
	case CONF_TEXT:
		buf_fmt(b, "text of %" PRId64 " to %" PRId64 " bytes", r->least, r->most);
		break;
	}
}

/* ---- setting one ---- */

static bool
refuse_value(const struct load *l, const struct conf_row *r, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};

	add_bounds(&b, r);
	return FAIL(e, ERR_INPUT, "%s: %s takes %s", l->where, r->name,
	    b.data == NULL ? "something else" : b.data);
}

static bool
set_text(struct load *l, size_t i, const char *value, struct err *e)
{
	const struct conf_row *r = &l->rows[i];
	size_t n = strlen(value);
	char *copy;

	if (r->kind == CONF_CHOICE ? !is_choice(r->choices, value) :
	    !utf8_ok(value, n) || (int64_t)n < r->least || (int64_t)n > r->most)
		return refuse_value(l, r, e);
	for (size_t k = 0; k < n; k++)
		if ((unsigned char)value[k] < ' ' || value[k] == 0x7f)
			return FAIL(e, ERR_INPUT, "%s: %s holds a control character", l->where, r->name);
	copy = strdup(value);
	if (copy == NULL)
		return FAIL(e, ERR_MEMORY, "%s: %s", l->where, r->name);
	wipe_free(l->conf->values[i].text);
	l->conf->values[i].text = copy;
	memcpy(l->into + r->at, &copy, sizeof(copy));
	return true;
}

static bool
set_value(struct load *l, size_t i, const char *value, struct err *e)
{
	const struct conf_row *r = &l->rows[i];
	int64_t n = 0;
	bool yes = false;

	switch (r->kind) {
	case CONF_TEXT:
	case CONF_CHOICE:
		return set_text(l, i, value, e);
	case CONF_BOOL:
		if (!read_bool(value, &yes))
			return refuse_value(l, r, e);
		memcpy(l->into + r->at, &yes, sizeof(yes));
		return true;
	case CONF_INT:
	case CONF_SECONDS:
		if (!(r->kind == CONF_INT ? read_int(value, &n) : read_seconds(value, &n)) ||
		    n < r->least || n > r->most)
			return refuse_value(l, r, e);
		memcpy(l->into + r->at, &n, sizeof(n));
		return true;
	}
	return FAIL(e, ERR_INPUT, "%s: row without a kind", r->name);
}

static bool
find_row(const struct load *l, const char *name, size_t *at, struct err *e)
{
	for (size_t i = 0; i < l->conf->count; i++)
		if (strcmp(l->rows[i].name, name) == 0) {
			*at = i;
			return true;
		}
	/* What was typed is shown only as far as it looks like a name. */
	return FAIL(e, ERR_INPUT, "%s: no setting is called '%.*s'", l->where,
	    (int)strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"),
	    name);
}

/* ---- the file ---- */

static char *
trim(char *s)
{
	char *end = s + strlen(s);

	while (end > s && strchr(" \t\r", end[-1]) != NULL)
		end--;
	*end = '\0';
	return s + strspn(s, " \t");
}

/* Within quotes \" and \\ stand for themselves; only a comment may follow. */
static bool
unquote(const struct load *l, char *value, struct err *e)
{
	char *from = value + 1, *to = value;

	for (; *from != '"'; from++) {
		if (*from == '\\' && (from[1] == '"' || from[1] == '\\'))
			from++;
		else if (*from == '\0' || *from == '\\')
			return FAIL(e, ERR_INPUT, "%s: %s", l->where, *from == '\0' ?
			    "the closing quote is missing" : "only \\\" and \\\\ are known");
		*to++ = *from;
	}
	from += 1 + strspn(from + 1, " \t\r");
	if (*from != '\0' && *from != '#')
		return FAIL(e, ERR_INPUT, "%s: something follows the closing quote", l->where);
	*to = '\0';
	return true;
}

static bool
read_value(const struct load *l, char **value, struct err *e)
{
	char *v = *value + strspn(*value, " \t");

	*value = v;
	if (*v == '"')
		return unquote(l, v, e);
	v[strcspn(v, "#")] = '\0';
	*value = trim(v);
	if (strchr(v, '"') != NULL)
		return FAIL(e, ERR_INPUT, "%s: a quote within a value that is not quoted", l->where);
	return true;
}

static bool
read_line(struct load *l, char *line, struct err *e)
{
	char *name = trim(line), *value;
	size_t i;

	if (*name == '\0' || *name == '#')
		return true;
	value = strchr(name, '=');
	if (value == NULL)
		return FAIL(e, ERR_INPUT, "%s: not 'name = value'", l->where);
	*value++ = '\0';
	TRY(find_row(l, trim(name), &i, e));
	TRY(read_value(l, &value, e));
	if (l->conf->values[i].in_file)
		return FAIL(e, ERR_INPUT, "%s: %s is set twice", l->where, l->rows[i].name);
	l->conf->values[i].in_file = true;
	return set_value(l, i, value, e);
}

static bool
read_whole(const char *path, struct buf *b, struct err *e)
{
	DROP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char piece[4096];
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? true : FAIL(e, ERR_IO, "%s: %s", path, strerror(errno));
	while ((n = read(fd, piece, sizeof(piece))) > 0 && b->len <= FILE_MAX)
		buf_add(b, piece, (size_t)n);
	if (n < 0)
		return FAIL(e, ERR_IO, "%s: %s", path, strerror(errno));
	if (b->len > FILE_MAX)
		return FAIL(e, ERR_INPUT, "%s: longer than %u bytes", path, FILE_MAX);
	return buf_ok(b, e);
}

/* What some editors begin a UTF-8 text with (U+FEFF) belongs to no line of it. */
static char *
behind_mark(char *text)
{
	return text + (strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
}

static bool
read_file(struct load *l, const char *path, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};
	size_t shown = strlen(path) > WHERE_MAX - 16 ? strlen(path) - (WHERE_MAX - 16) : 0;
	unsigned line = 1;
	char *next;

	TRY(read_whole(path, &b, e));
	if (!utf8_ok(b.data, b.len))
		return FAIL(e, ERR_INPUT, "%s: not UTF-8 text", path + shown);
	for (char *at = b.data == NULL ? NULL : behind_mark(b.data); at != NULL; at = next, line++) {
		next = strchr(at, '\n');
		if (next != NULL)
			*next++ = '\0';
		snprintf(l->where, sizeof(l->where), "%s:%u", path + shown, line);
		TRY(read_line(l, at, e));
	}
	return true;
}

static bool
read_set(struct load *l, const char *word, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};
	const char *value = strchr(word, '=');
	size_t i;

	snprintf(l->where, sizeof(l->where), "--set");
	if (value == NULL)
		return FAIL(e, ERR_INPUT, "--set: not 'name=value'");
	buf_text(&b, "");
	buf_add(&b, word, (size_t)(value - word));
	TRY(buf_ok(&b, e));
	TRY(find_row(l, b.data == NULL ? "" : b.data, &i, e));
	return set_value(l, i, value + 1, e);
}

static bool
load_all(struct load *l, const char *path, const char *const *sets, size_t n, struct err *e)
{
	for (size_t i = 0; i < l->conf->count; i++) {
		snprintf(l->where, sizeof(l->where), "default");
		TRY(set_value(l, i, l->rows[i].preset, e));
	}
	if (path != NULL)
		TRY(read_file(l, path, e));
	for (size_t i = 0; i < n; i++)
		TRY(read_set(l, sets[i], e));
	return true;
}

bool
conf_load(struct conf **out, const struct conf_row *rows, size_t count, void *into,
    const char *path, const char *const *sets, size_t n, struct err *e)
{
	struct load l = { .rows = rows, .into = into };

	*out = NULL;
	l.conf = calloc(1, sizeof(*l.conf) + count * sizeof(l.conf->values[0]));
	if (l.conf == NULL)
		return FAIL(e, ERR_MEMORY, "%zu settings", count);
	l.conf->count = count;
	if (load_all(&l, path, sets, n, e)) {
		*out = l.conf;
		return true;
	}
	/* The texts go; whoever looks at the target nevertheless sees the defaults. */
	for (size_t i = 0; i < count; i++)
		if (rows[i].kind == CONF_TEXT || rows[i].kind == CONF_CHOICE)
			memcpy(l.into + rows[i].at, &rows[i].preset, sizeof(rows[i].preset));
	conf_drop(&l.conf);
	return false;
}

/* ---- explaining ---- */

static void
add_quoted(struct buf *b, const char *s)
{
	buf_text(b, "\"");
	for (; s != NULL && *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_text(b, "\\");
		buf_add(b, s, 1);
	}
	buf_text(b, "\"");
}

static void
add_value(struct buf *b, const struct conf_row *r, const char *of)
{
	const char *text;
	int64_t n;
	bool yes;

	switch (r->kind) {
	case CONF_TEXT:
	case CONF_CHOICE:
		memcpy(&text, of + r->at, sizeof(text));
		add_quoted(b, text);
		break;
	case CONF_BOOL:
		memcpy(&yes, of + r->at, sizeof(yes));
		buf_text(b, yes ? "yes" : "no");
		break;
	case CONF_INT:
		memcpy(&n, of + r->at, sizeof(n));
		buf_fmt(b, "%" PRId64, n);
		break;
	case CONF_SECONDS:
		memcpy(&n, of + r->at, sizeof(n));
		add_seconds(b, n);
		break;
	}
}

/* What is printed can be read back as a configuration file. */
void
conf_explain(struct buf *b, const struct conf_row *rows, size_t count, const void *of)
{
	for (size_t i = 0; i < count; i++) {
		const struct conf_row *r = &rows[i];

		buf_text(b, i == 0 ? "# " : "\n# ");
		buf_text(b, r->says);
		buf_text(b, "\n# ");
		add_bounds(b, r);
		buf_text(b, "; default: ");
		buf_text(b, r->preset[0] == '\0' ? "(empty)" : r->preset);
		buf_text(b, "\n");
		buf_text(b, r->name);
		buf_text(b, " = ");
		add_value(b, r, of);
		buf_text(b, "\n");
	}
}

void
conf_drop(struct conf **c)
{
	if (*c == NULL)
		return;
	for (size_t i = 0; i < (*c)->count; i++)
		wipe_free((*c)->values[i].text);
	wipe_free(*c);
	*c = NULL;
}
