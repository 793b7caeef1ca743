#include <string.h>
#include <unictype.h>
#include <unistr.h>
#include "privacy/facts/plain.h"

static bool
plain(const char *text, bool lines)
{
	const uint8_t *at = (const uint8_t *)text;
	ucs4_t c;

	if (!utf8_ok(text, strlen(text)))
		return false;
	while ((at = u8_next(&c, at)) != NULL) {
		if (lines && c == '\n')
			continue;
		if (uc_is_general_category_withtable(c,
		    UC_CATEGORY_MASK_C | UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp))
			return false;
	}
	return true;
}

bool
plain_line(const char *text)
{
	return plain(text, false);
}

bool
plain_lines(const char *text)
{
	return plain(text, true);
}
