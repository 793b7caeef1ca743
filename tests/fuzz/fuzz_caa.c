/* fuzz_caa - the input is a set of CAA record data, each after its length byte. */
#include "portal/prover/caa.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span set[64];
	size_t n = 0;

	for (size_t at = 0; at < size && n < COUNT(set); n++) {
		size_t len = data[at] < size - at - 1 ? data[at] : size - at - 1;

		set[n] = span_of(data + at + 1, len);
		at += 1 + len;
	}
	for (enum caa_asked asked = CAA_NAME; asked <= CAA_MAIL; asked++) {
		enum caa_verdict v = caa_judge(set, n, "troth.example", asked);

		/* Every set has a verdict, and an empty one is silent. */
		if (v < CAA_ALLOWS || v > CAA_RESTRICTED || (n == 0 && v != CAA_SILENT))
			abort();
	}
	return 0;
}
