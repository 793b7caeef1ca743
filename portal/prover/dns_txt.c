#include "portal/prover/dns_txt.h"
#include <string.h>

bool
txt_join(struct span rdata, unsigned char *into, size_t size, size_t *len)
{
	*len = 0;
	if (rdata.len == 0)
		return false;
	while (rdata.len > 0) {
		size_t n = rdata.p[0];

		if (n > rdata.len - 1 || n > size - *len)
			return false;
		memcpy(into + *len, rdata.p + 1, n);
		*len += n;
		rdata.p += 1 + n;
		rdata.len -= 1 + n;
	}
	return true;
}

bool
txt_has(const struct span *rdata, size_t n, const char *word)
{
	unsigned char text[256];
	size_t want = strlen(word), len;

	for (size_t i = 0; i < n; i++)
		if (txt_join(rdata[i], text, sizeof(text), &len) && len == want &&
		    memcmp(text, word, want) == 0)
			return true;
	return false;
}
