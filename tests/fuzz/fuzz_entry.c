/* tests/fuzz/fuzz_entry.c - any 104 bytes: refused, or packed again to the same bytes. */
#include "ledger/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char bytes[LEAF_BYTES] = {0}, again[LEAF_BYTES];
	struct leaf l;
	struct err e = {0};

	memcpy(bytes, data, size < LEAF_BYTES ? size : LEAF_BYTES);
	if (!leaf_unpack(&l, bytes, &e)) {
		if (e.kind != ERR_TAMPER)
			abort();
		return 0;
	}
	leaf_pack(&l, again);
	if (memcmp(bytes, again, LEAF_BYTES) != 0)
		abort();
	return 0;
}
