/* tests/fuzz/fuzz_catalog.c - .mo files: whatever is accepted can be read to its last message. */
#include <string.h>
#include "portal/web/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const ids[] = { "", "Home", "a", "zzzz", "\377" };
	const struct words *w;
	struct err e = {0};
	const char *lang;

	if (words_add("de", span_of(data, len), &e)) {
		w = words_pick("de", &lang);
		for (size_t i = 0; i < COUNT(ids); i++)
			if (w == NULL || strlen(words_find(w, ids[i])) > len)
				abort();
	}
	words_drop();
	return 0;
}
