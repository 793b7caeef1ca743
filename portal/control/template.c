#include <limits.h>
#include "portal/control/file.h"
#include "portal/control/template.h"

#define DEEPEST	4	/* includes within includes */

struct filling {
	struct buf			*into;
	const char			*folder;
	const struct template_value	*values;
	size_t				count;
};

static const char *
value_of(const struct filling *f, const char *name, size_t n)
{
	for (size_t i = 0; i < f->count; i++)
		if (strlen(f->values[i].name) == n && memcmp(f->values[i].name, name, n) == 0)
			return f->values[i].text;
	return NULL;
}

static size_t
name_length(const char *at)
{
	return strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");
}

static bool
fill_line(const struct filling *f, const char *file, const char *line, size_t n, struct err *e)
{
	const char *end = line + n;

	while (line < end) {
		const char *gap = memchr(line, '@', (size_t)(end - line));
		size_t name = gap == NULL ? 0 : name_length(gap + 1);
		const char *value;

		if (gap == NULL || name == 0 || gap[1 + name] != '@') {
			size_t rest = gap == NULL ? (size_t)(end - line) : (size_t)(gap - line) + 1;

			buf_add(f->into, line, rest);
			line += rest;
			continue;
		}
		buf_add(f->into, line, (size_t)(gap - line));
		value = value_of(f, gap + 1, name);
		if (value == NULL)
			return FAIL(e, ERR_INPUT, "%.60s: nobody fills in @%.*s@", file, (int)name, gap + 1);
		buf_text(f->into, value);
		line = gap + name + 2;
	}
	buf_text(f->into, "\n");
	return true;
}

static bool fill_file(const struct filling *f, const char *name, int depth, struct err *e);

/* "@if NAME", "@end", "@include FILE" after any indent; anything else is text. */
static bool
take_line(const struct filling *f, const char *file, const char *line, size_t n, int *block,
    int depth, struct err *e)
{
	const char *word = line + strspn(line, "\t ");
	char name[128];

	if (sscanf(word, "@if %127[A-Za-z_]", name) == 1) {
		const char *value = value_of(f, name, strlen(name));

		if (*block != 0 || value == NULL)
			return FAIL(e, ERR_INPUT, "%.60s: @if %.40s", file, name);
		*block = value[0] == '\0' ? -1 : 1;
		return true;
	}
	if (strncmp(word, "@end", 4) == 0 && *block != 0) {
		*block = 0;
		return true;
	}
	if (*block < 0 || (depth > 0 && word[0] == '#'))
		return true;	/* an included file is explained where it stands */
	if (sscanf(word, "@include %127[A-Za-z_.]", name) == 1)
		return fill_file(f, name, depth + 1, e);
	return fill_line(f, file, line, n, e);
}

static bool
fill_file(const struct filling *f, const char *name, int depth, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	char path[PATH_MAX];
	int block = 0;

	if (depth > DEEPEST || snprintf(path, sizeof(path), "%s/%s", f->folder, name) >= (int)sizeof(path))
		return FAIL(e, ERR_INPUT, "%.60s: includes itself, or its path is too long", name);
	TRY(file_get(path, &text, e));
	for (const char *at = text.data, *next; at != NULL && *at != '\0'; at = next) {
		const char *stop = strchr(at, '\n');
		size_t n = stop == NULL ? strlen(at) : (size_t)(stop - at);

		next = stop == NULL ? NULL : stop + 1;
		TRY(take_line(f, name, at, n, &block, depth, e));
	}
	if (block != 0)
		return FAIL(e, ERR_INPUT, "%.60s: an @if without its @end", name);
	return true;
}

bool
template_fill(struct buf *into, const char *folder, const char *name,
    const struct template_value *values, size_t count, struct err *e)
{
	const struct filling f = { .into = into, .folder = folder, .values = values, .count = count };

	TRY(fill_file(&f, name, 0, e));
	return buf_ok(into, e);
}
