/* fuzz_dns_txt - TXT record data, joined and compared. */
#include "portal/prover/dns_txt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rdata = span_of(data, size);
	unsigned char text[256];
	char word[257];
	size_t len;

	if (txt_join(rdata, text, sizeof(text), &len)) {
		if (len > sizeof(text) || len >= size)
			abort();
		memcpy(word, text, len);
		word[len] = '\0';
		/* Whatever it joins to is found again. */
		if (strlen(word) == len && len < sizeof(text) && !txt_has(&rdata, 1, word))
			abort();
	}
	return 0;
}
