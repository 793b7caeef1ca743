/* Any text as a code: what is taken prints to a text that reads as the same code. */
#include <string.h>
#include "privacy/facts/code.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char text[200], printed[CODE_TEXT];
	struct code c, again;

	if (n >= sizeof(text) || memchr(p, 0, n) != NULL)
		return 0;
	memcpy(text, p, n);
	text[n] = '\0';
	if (!code_read(text, &c, NULL))
		return 0;
	code_print(&c, printed);
	if (strlen(c.finder) != CODE_FINDER || !code_read(printed, &again, NULL) || memcmp(&c, &again, sizeof(c)) != 0)
		__builtin_trap();
	return 0;
}
