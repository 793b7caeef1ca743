/* Whatever strangers send as mail: taken apart, and the words that come of it are words. */
#include <stdint.h>
#include <stdlib.h>
#include "portal/postbox/decode.h"
#include "portal/postbox/incoming.h"
#include "privacy/facts/plain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool up;
	DROP(incoming_wipe) struct incoming m = {0};
	struct err e = {0};

	if (!up) {
		decode_open();
		atexit(decode_close);
		up = true;
	}
	if (incoming_read(&m, span_of(data, size), NULL, "localhost", &e) && m.text.len > 0 && !plain_lines(m.text.data))
		abort();
	if (e.kind != ERR_NONE && e.kind != ERR_INPUT)
		abort();
	return 0;
}
