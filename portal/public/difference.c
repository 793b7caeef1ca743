#include <stdlib.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "portal/public/difference.h"

struct word { const char *s; size_t n; };
struct words { struct word *w; size_t n; };

/* ---- the longest common run of two rows of things ---- */

struct rows { size_t n, m; const void *a, *b; bool (*same)(const struct rows *r, size_t i, size_t j); };
enum step { STEP_SAME, STEP_OUT, STEP_IN };
struct steps { unsigned char *step; size_t n; };

static void steps_drop(struct steps *s) { wipe_free(s->step); }

/* Table of lengths from the ends, then a walk from the beginning: what goes stands before what comes. */
static bool
common(const struct rows *r, struct steps *s, struct err *e)
{
	size_t wide = r->m + 1, i = 0, j = 0;
	uint16_t *length = calloc((r->n + 1) * wide, sizeof(*length));

	s->step = malloc(r->n + r->m + 1);
	s->n = 0;
	if (length == NULL || s->step == NULL) {
		wipe_free(length);
		return FAIL(e, ERR_MEMORY, "difference");
	}
	for (size_t x = r->n; x-- > 0;)
		for (size_t y = r->m; y-- > 0;) {
			uint16_t out = length[(x + 1) * wide + y], in = length[x * wide + y + 1];

			length[x * wide + y] = r->same(r, x, y) ? (uint16_t)(length[(x + 1) * wide + y + 1] + 1) :
			    out >= in ? out : in;
		}
	while (i < r->n || j < r->m) {
		enum step next = i == r->n ? STEP_IN : j == r->m ? STEP_OUT : r->same(r, i, j) ? STEP_SAME :
		    length[(i + 1) * wide + j] >= length[i * wide + j + 1] ? STEP_OUT : STEP_IN;

		s->step[s->n++] = (unsigned char)next;
		i += next != STEP_IN;
		j += next != STEP_OUT;
	}
	wipe_free(length);
	return true;
}

/* ---- words ---- */

static void words_drop(struct words *w) { wipe_free(w->w); }

static bool
split(const char *text, struct words *w, struct err *e)
{
	w->n = 0;
	w->w = calloc(strlen(text) / 2 + 1, sizeof(*w->w));
	if (w->w == NULL)
		return FAIL(e, ERR_MEMORY, "difference");
	for (const char *s = text + strspn(text, " "); *s != '\0'; s += strspn(s, " ")) {
		w->w[w->n] = (struct word){ s, strcspn(s, " ") };
		s += w->w[w->n++].n;
	}
	return true;
}

static bool
word_same(const struct rows *r, size_t i, size_t j)
{
	const struct word *a = (const struct word *)r->a + i, *b = (const struct word *)r->b + j;

	return a->n == b->n && memcmp(a->s, b->s, a->n) == 0;
}

static bool
word_steps(const struct words *a, const struct words *b, struct steps *s, struct err *e)
{
	return common(&(struct rows){ a->n, b->n, a->w, b->w, word_same }, s, e);
}

/* ---- writing down ---- */

static bool
keep(struct difference *d, struct buf *text, enum piece_kind kind, struct err *e)
{
	TRY(buf_ok(text, e));
	if (text->len == 0)
		return true;
	d->kept[d->kept_n] = strdup(text->data);
	if (d->kept[d->kept_n] == NULL)
		return FAIL(e, ERR_MEMORY, "difference");
	d->piece[d->pieces++] = (struct piece){ kind, d->kept[d->kept_n++] };
	buf_reset(text);
	return true;
}

/* Runs of words of one kind become a piece each. */
static bool
pieces_add(struct difference *d, const struct words *a, const struct words *b, const struct steps *s, struct err *e)
{
	static const enum piece_kind kinds[] = { [STEP_SAME] = PIECE_SAME, [STEP_OUT] = PIECE_OUT, [STEP_IN] = PIECE_IN };
	DROP(buf_wipe) struct buf text = {0};
	size_t i = 0, j = 0;

	for (size_t x = 0; x < s->n; x++) {
		const struct word *w = s->step[x] == STEP_IN ? &b->w[j] : &a->w[i];

		if (x > 0 && s->step[x] != s->step[x - 1])
			TRY(keep(d, &text, kinds[s->step[x - 1]], e));
		if (text.len > 0)
			buf_text(&text, " ");
		buf_add(&text, w->s, w->n);
		i += s->step[x] != STEP_IN;
		j += s->step[x] != STEP_OUT;
	}
	return s->n == 0 || keep(d, &text, kinds[s->step[s->n - 1]], e);
}

/* Where a heading's or a list's mark ends. */
static const char *
without_mark(const char *line)
{
	return line + (strncmp(line, "## ", 3) == 0 ? 3 : strncmp(line, "# ", 2) == 0 || strncmp(line, "- ", 2) == 0 ? 2 : 0);
}

static bool
whole_add(struct difference *d, const char *line, enum piece_kind kind, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};

	buf_text(&text, without_mark(line));
	return keep(d, &text, kind, e);
}

/* ---- one gap between paragraphs that stand ---- */

struct telling { struct difference *d; const struct lines *was, *is; const char *heading, *told; };

/* was or is may be NULL: it is new, or was taken out. */
static bool
tell(struct telling *t, const char *was, const char *is, struct err *e)
{
	DROP(words_drop) struct words a = {0}, b = {0};
	DROP(steps_drop) struct steps s = {0};
	struct changed *c = &t->d->changed[t->d->n++];

	*c = (struct changed){ .under = t->heading == t->told ? NULL : t->heading, .first = t->d->pieces };
	t->told = t->heading;
	if (was == NULL || is == NULL) {
		TRY(whole_add(t->d, was == NULL ? is : was, was == NULL ? PIECE_IN : PIECE_OUT, e));
	} else {
		TRY(split(without_mark(was), &a, e) && split(without_mark(is), &b, e));
		TRY(word_steps(&a, &b, &s, e));
		TRY(pieces_add(t->d, &a, &b, &s, e));
	}
	c->n = t->d->pieces - c->first;
	return true;
}

/* Do the two share at least half of the words of the longer one? */
static bool
alike(const char *was, const char *is, bool *yes, struct err *e)
{
	DROP(words_drop) struct words a = {0}, b = {0};
	DROP(steps_drop) struct steps s = {0};
	size_t shared = 0;

	*yes = false;
	TRY(split(was, &a, e) && split(is, &b, e));
	if (a.n > DIFFERENCE_WORDS || b.n > DIFFERENCE_WORDS || a.n > 2 * b.n || b.n > 2 * a.n)
		return true;
	TRY(word_steps(&a, &b, &s, e));
	for (size_t i = 0; i < s.n; i++)
		shared += s.step[i] == STEP_SAME;
	*yes = 2 * shared >= (a.n > b.n ? a.n : b.n);
	return true;
}

static void
heading_passed(struct telling *t, const char *line)
{
	if (line[0] == '#')
		t->heading = without_mark(line);
}

/* Each new one with the first old one that is like it; those passed over on the way were taken out. */
static bool
gap(struct telling *t, size_t i, size_t i_end, size_t j, size_t j_end, struct err *e)
{
	for (; j < j_end; j++) {
		size_t match = i;
		bool found = false;

		for (; match < i_end && !found; match += !found)
			TRY(alike(t->was->line[match], t->is->line[j], &found, e));
		for (; found && i < match; i++)
			TRY(tell(t, t->was->line[i], NULL, e));
		heading_passed(t, t->is->line[j]);
		TRY(tell(t, found ? t->was->line[i++] : NULL, t->is->line[j], e));
	}
	for (; i < i_end; i++)
		TRY(tell(t, t->was->line[i], NULL, e));
	return true;
}

/* ---- the whole ---- */

static bool
line_same(const struct rows *r, size_t i, size_t j)
{
	const struct lines *a = r->a, *b = r->b;

	return strcmp(a->line[i], b->line[j]) == 0;
}

/* Of any pair of texts there are at most so many changes, and pieces of words. */
static bool
room(struct difference *d, const struct lines *was, const struct lines *is, struct err *e)
{
	size_t words = 2;

	for (size_t i = 0; i < was->n; i++)
		words += strlen(was->line[i]) / 2 + 2;
	for (size_t i = 0; i < is->n; i++)
		words += strlen(is->line[i]) / 2 + 2;
	d->piece = calloc(words, sizeof(*d->piece));
	d->kept = calloc(words, sizeof(*d->kept));
	d->changed = calloc(was->n + is->n + 1, sizeof(*d->changed));
	return (d->piece != NULL && d->kept != NULL && d->changed != NULL) || FAIL(e, ERR_MEMORY, "difference");
}

bool
difference_make(const struct lines *was, const struct lines *is, struct difference *d, struct err *e)
{
	DROP(steps_drop) struct steps s = {0};
	struct telling t = { .d = d, .was = was, .is = is };
	size_t i = 0, j = 0;

	*d = (struct difference){0};
	if (was->n > DIFFERENCE_LINES || is->n > DIFFERENCE_LINES)
		return FAIL(e, ERR_INPUT, "difference: of %zu and %zu paragraphs", was->n, is->n);
	TRY(room(d, was, is, e));
	TRY(common(&(struct rows){ was->n, is->n, was, is, line_same }, &s, e));
	for (size_t x = 0; x < s.n;) {
		size_t i_end = i, j_end = j;

		for (; x < s.n && s.step[x] != STEP_SAME; x++) {
			i_end += s.step[x] == STEP_OUT;
			j_end += s.step[x] == STEP_IN;
		}
		TRY(gap(&t, i, i_end, j, j_end, e));
		i = i_end, j = j_end;
		for (; x < s.n && s.step[x] == STEP_SAME; x++, i++, j++)
			heading_passed(&t, is->line[j]);
	}
	return true;
}

void
difference_wipe(struct difference *d)
{
	for (size_t i = 0; i < d->kept_n; i++)
		wipe_free(d->kept[i]);
	wipe_free(d->kept);
	wipe_free(d->piece);
	wipe_free(d->changed);
	*d = (struct difference){0};
}
