/* tests/fuzz/fuzz_scrub.c - any bytes from nginx's stderr: what comes out is short, printable, and names no visitor. */
#include "portal/control/scrub.h"

static void
check(const char *line)
{
	size_t n = strlen(line);

	if (n > 2 * SCRUB_LINE_MAX || strstr(line, ", client:") != NULL || strstr(line, ", request:") != NULL)
		abort();
	for (size_t i = 0; i < n; i++)
		if (line[i] < ' ' || line[i] > '~')
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scrub s = {0};
	size_t cut = size == 0 ? 0 : data[0] % size;

	scrub_feed(&s, (const char *)data, cut, check);
	scrub_feed(&s, (const char *)data + cut, size - cut, check);
	scrub_feed(&s, "\n", 1, check);
	buf_wipe(&s.partial);
	return 0;
}
