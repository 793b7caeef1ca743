/* tests/fuzz/fuzz_letter.c - any bytes as a stored mail. */
#include "portal/control/letter.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DROP(letter_wipe) struct letter l = {0};
	struct err e = {0};

	if (!letter_read(&l, span_of(data, size), &e))
		return 0;
	for (const char *at = l.text.data; *at != '\0'; at++)
		if (letter_link(at) > strlen(at))
			abort();
	return 0;
}
