/*
 * Orders to the packing child: first byte which file, the rest the tape (or, with the high
 * bit set, what a piece before left to know).  What the child makes of it is bytes or a refusal.
 */
#include <stdint.h>
#include "privacy/rights/compose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DROP(buf_wipe) struct buf order = {0}, out = {0};
	struct compose_order o = { .begins = true, .ends = true, .made_at = 1795000000, .site = "Troth", .lang = "en" };
	struct err e = {0};

	if (size < 1 || size > 60000)
		return 0;
	o.what = (enum compose)(data[0] & 7);
	if ((data[0] & 0x80) != 0) {
		o.begins = false;
		o.state = span_of(data + 1, size - 1);
	} else {
		o.tape = span_of(data + 1, size - 1);
	}
	compose_pack(&o, &order);
	(void)!compose(span_buf(&order), &out, &e);
	buf_wipe(&out);
	/* and an order that is anything */
	(void)!compose(span_of(data, size), &out, &e);
	return 0;
}
