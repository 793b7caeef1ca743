/*
 * tests/fuzz/fuzz_form.c - bodies of forms.  The first byte says how to read the
 * rest: even urlencoded, odd multipart with the boundary "b".
 */
#include "portal/web/form.h"

static const struct form_row rows[] = {
	{ "text", "Text", FORM_TEXT, 2, 40, true, NULL },
	{ "area", "Area", FORM_AREA, 0, 200, false, NULL },
	{ "secret", "Secret", FORM_SECRET, 3, 20, false, NULL },
	{ "tick", "Tick", FORM_TICK, 0, 1, false, NULL },
	{ "choice", "Choice", FORM_CHOICE, 1, 10, false, "red|blue sky|a" },
	{ "number", "Number", FORM_NUMBER, 1, 31, false, NULL },
	{ "serial", "Serial", FORM_SERIAL, 4, 40, false, NULL },
	{ "many", "Many", FORM_MANY, 0, 3, false, NULL },
	{ "file", "File", FORM_FILE, 0, 100, false, NULL },
	{ "q", "Questions", FORM_MARKS, 0, 20, false, NULL },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What the form's promises are, whatever was sent. */
static void
check(const struct form *f)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct form_value *v = &f->value[i];

		if (v->text[v->len] != '\0' || (f->rows[i].kind != FORM_FILE && !utf8_ok(v->text, v->len)))
			abort();
		if (f->rows[i].kind == FORM_SERIAL && v->fault == NULL && v->text[strspn(v->text, "0123456789abcdef")] != '\0')
			abort();
		if (v->fault == NULL && v->len > f->rows[i].most && f->rows[i].kind != FORM_NUMBER)
			abort();
	}
	for (size_t n = 21; n <= FORM_MARKS_MAX; n++)
		if (form_marks(f, n) != 0)
			abort();
	if (f->many_count > 3 || (f->broken && f->faults == 0))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	DROP(form_wipe) struct form f = {0};
	struct err e = {0};
	bool good;

	if (len == 0)
		return 0;
	form_begin(&f, rows, COUNT(rows));
	if (data[0] % 2 == 0)
		good = form_read(&f, span_of(data + 1, len - 1), &e);
	else
		good = form_read_multipart(&f, span_of(data + 1, len - 1), "multipart/form-data; boundary=b", &e);
	if (good)
		check(&f);
	return 0;
}
