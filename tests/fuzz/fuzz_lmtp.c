/* Whatever comes over the wire: answered line by line, and each mail that is handed over fits. */
#include <stdint.h>
#include <stdlib.h>
#include "portal/postbox/lmtp.h"

#define MOST	8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum taken
take(void *self, struct span mail, const char *sender)
{
	if (mail.len > MOST || strlen(sender) >= 320)
		abort();
	++*(unsigned *)self;
	return mail.len % 4 == 0 ? TAKE_LATER : TAKE_DONE;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned taken = 0;
	const struct lmtp_door door = { .host = "troth.example", .address = { "cases@troth.example", "troth@localhost" }, .most = MOST,
	    .take = take, .self = &taken };
	DROP(lmtp_wipe) struct lmtp l = {0};
	DROP(buf_wipe) struct buf out = {0};

	lmtp_begin(&l, &door, &out);
	/* In pieces of any length. */
	for (size_t at = 0, n = 1; at < size; at += n, n = n * 7 % 1021 + 1)
		lmtp_feed(&l, span_of(data + at, n < size - at ? n : size - at), &out);
	if (out.len < 2 || out.data[out.len - 1] != '\n')
		abort();
	return 0;
}
