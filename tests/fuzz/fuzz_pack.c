/*
 * tests/fuzz/fuzz_pack.c - a frame of any bytes, read in an order that the bytes
 * themselves choose.  No read leaves the frame; what is bad stays bad.
 */
#include "ledger/base/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_one(struct span *s, unsigned how)
{
	unsigned char exact[16];
	struct span bytes;
	char text[32];

	switch (how) {
	case 0: (void)unpack_u8(s); break;
	case 1: (void)unpack_u32(s); break;
	case 2: (void)unpack_i64(s); break;
	case 3: unpack_exact(s, exact, sizeof(exact)); break;
	case 4:
		unpack_text(s, text, sizeof(text));
		if (strlen(text) >= sizeof(text) || !utf8_ok(text, strlen(text)))
			abort();
		break;
	default:
		bytes = unpack_bytes(s);
		for (size_t i = 0; i < bytes.len; i++)
			if (bytes.p[i] == 0 && bytes.p + i >= s->p)
				abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of(data, size);
	struct err e = {0};
	bool was_bad = false;

	for (size_t i = 0; i < size && i < 64; i++) {
		size_t before = s.len;

		read_one(&s, data[i] % 6);
		if (s.len > before || (was_bad && !s.bad) || (s.len > 0 && s.p + s.len != data + size))
			abort();
		was_bad = s.bad;
	}
	if (unpack_end(&s, "frame", &e) != (!s.bad && s.len == 0))
		abort();
	return 0;
}
