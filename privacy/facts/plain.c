#include <string.h>
#include <unictype.h>
#include <unistr.h>
#include "privacy/facts/plain.h"

#define NON_JOINER	0x200cu		/* Persian and scripts of India are not spelled right without these, */
#define JOINER		0x200du		/* and what shows as one picture of people is several */

static bool
plain(const char *text, bool lines)
{
	const uint8_t *at = (const uint8_t *)text;
	ucs4_t c;

	if (!utf8_ok(text, strlen(text)))
		return false;
	while ((at = u8_next(&c, at)) != NULL) {
		if ((lines && c == '\n') || c == JOINER || c == NON_JOINER)
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
