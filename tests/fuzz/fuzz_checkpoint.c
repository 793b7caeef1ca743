/* tests/fuzz/fuzz_checkpoint.c - notes and verifier keys of strangers. */
#include "ledger/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char vkey[] =
	    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
	unsigned char public_key[NOTE_PUBLIC];
	DROP(buf_wipe) struct buf text = {0};
	struct checkpoint parsed, verified;
	struct span note = span_of(data, size);
	struct err e = {0};
	char name[256];

	buf_add(&text, data, size);
	buf_add(&text, "", 1);
	if (!text.failed && checkpoint_vkey_parse(text.data, name, public_key, &e)) {
		DROP(buf_wipe) struct buf again = {0};

		if (!checkpoint_vkey(&again, name, public_key, &e))
			abort();
	}
	if (!checkpoint_vkey_parse(vkey, name, public_key, &e))
		abort();
	if (!checkpoint_verify(&verified, note, name, public_key, &e)) {
		if (e.kind != ERR_INPUT && e.kind != ERR_CRYPTO)
			abort();
	} else if (!checkpoint_parse(&parsed, note, &e) || parsed.size != verified.size) {
		abort();
	}
	if (checkpoint_parse(&parsed, note, &e) && parsed.size < 0)
		abort();
	return 0;
}
