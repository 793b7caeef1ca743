#include <sodium.h>
#include <string.h>
#include "portal/ca/hex.h"

void
hex_text(const unsigned char *p, size_t n, char *into)
{
	sodium_bin2hex(into, 2 * n + 1, p, n);
}

bool
hex_bytes(const char *text, unsigned char *into, size_t n)
{
	size_t got;

	return strlen(text) == 2 * n &&
	    sodium_hex2bin(into, n, text, 2 * n, NULL, &got, NULL) == 0 && got == n;
}
