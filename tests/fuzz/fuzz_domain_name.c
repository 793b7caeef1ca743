/* Any text as a domain name: what is taken has no byte that could mean something elsewhere. */
#include <string.h>
#include "privacy/facts/domain.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char name[400];

	if (n >= sizeof(name) || memchr(p, 0, n) != NULL)
		return 0;
	memcpy(name, p, n);
	name[n] = '\0';
	if (!domain_name_ok(name))
		return 0;
	if (n > 253 || n < 3 || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") != n ||
	    strstr(name, "..") != NULL || name[0] == '.' || name[n - 1] == '.' || name[0] == '-')
		__builtin_trap();
	return 0;
}
