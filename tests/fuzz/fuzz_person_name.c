/* Two lines as two names: the answer is the same either way round, and a name is the same as itself. */
#include <string.h>
#include "privacy/facts/person_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
look(const char *a, const char *b)
{
	enum field_match one = MATCH_DIFFERS, other = MATCH_DIFFERS, self = MATCH_DIFFERS;
	DROP(buf_wipe) struct buf initials = {0};
	bool good = person_name_compare(a, b, &one, NULL), also = person_name_compare(b, a, &other, NULL);
	bool same = false;

	if (good != also || one != other)
		__builtin_trap();
	if (good && (!person_name_same(a, b, &same, NULL) || same != (one == MATCH_SAME)))
		__builtin_trap();
	if (good && one != MATCH_DIFFERS && (!person_name_compare(a, a, &self, NULL) || self != MATCH_SAME))
		__builtin_trap();
	if (document_number_compare(a, b) != document_number_compare(b, a) || birth_compare(a, b) != birth_compare(b, a))
		__builtin_trap();
	if (person_name_initials(a, &initials, NULL) && initials.len > 400)
		__builtin_trap();
	if (person_name_script_ok(a) && good && one == MATCH_SAME && strcmp(a, b) == 0 && !person_name_script_ok(b))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char text[1200], *second;

	if (n >= sizeof(text) || memchr(p, 0, n) != NULL)
		return 0;
	memcpy(text, p, n);
	text[n] = '\0';
	second = strchr(text, '\n');
	if (second != NULL)
		*second++ = '\0';
	look(text, second == NULL ? "" : second);
	return 0;
}
