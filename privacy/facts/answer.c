#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>
#include "ledger/base/drop.h"
#include "ledger/base/pack.h"
#include "privacy/facts/answer.h"

#define IDEOGRAPHS	0x2e80	/* from here on one character says what a word says elsewhere */

/* Letters and digits stay; marks go, so that accents do. */
static bool
keeps(ucs4_t c)
{
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L) ||
	    uc_is_general_category_withtable(c, UC_CATEGORY_MASK_N);
}

bool
answer_normal(const char *text, struct buf *into, struct err *e)
{
	const uint8_t *src = (const uint8_t *)text, *p;
	size_t n = strlen(text), folded_n = 0, parts_n = 0;
	DROP(free_bytes) uint8_t *folded = NULL;
	DROP(free_bytes) uint8_t *parts = NULL;
	ucs4_t c;

	if (!utf8_ok(text, n))
		return FAIL(e, ERR_INPUT, "answer: not UTF-8");
	if (n == 0)
		return buf_ok(into, e);
	folded = u8_casefold(src, n, NULL, UNINORM_NFKC, NULL, &folded_n);
	if (folded == NULL)
		return FAIL(e, ERR_MEMORY, "answer");
	parts = u8_normalize(UNINORM_NFKD, folded, folded_n, NULL, &parts_n);
	if (parts == NULL)
		return FAIL(e, ERR_MEMORY, "answer");
	for (p = parts; p < parts + parts_n;) {
		int len = u8_mbtouc(&c, p, parts_n - (size_t)(p - parts));

		if (keeps(c))
			buf_add(into, p, (size_t)len);
		p += len;
	}
	explicit_bzero(folded, folded_n);
	explicit_bzero(parts, parts_n);
	return buf_ok(into, e);
}

/* What people type to get past such a form, and the favourites of every study. */
static const char *const easy[] = {
	"none", "nothing", "unknown", "dontknow", "idontknow", "noidea", "test", "testing", "answer",
	"secret", "password", "passwort", "abc", "abcd", "abcde", "abcdef", "123", "1234", "12345",
	"123456", "1234567", "12345678", "123456789", "qwerty", "qwertz", "asdf", "asdfgh", "yes",
	"no", "maybe", "blue", "red", "green", "black", "white", "yellow", "pink", "purple",
	"orange", "blau", "rot", "grun", "schwarz", "weiß", "weiss", "gelb", "rosa", "mum", "mom",
	"mother", "mama", "dad", "father", "papa", "mutter", "vater", "dog", "cat", "hund", "katze",
	"pizza", "home", "school", "me", "myself", "me123", "fido", "max", "bello", "smith",
	"music", "football", "fussball", "soccer", "god", "love", "liebe", "jesus", "dunno",
};

bool
answer_trivial(const char *normal)
{
	const uint8_t *p = (const uint8_t *)normal;
	size_t n = strlen(normal), count = 0;
	bool alike = true, dense = false;
	ucs4_t c, first = 0;

	for (const uint8_t *end = p + n; p < end; count++) {
		p += u8_mbtouc(&c, p, (size_t)(end - p));
		if (count == 0)
			first = c;
		alike = alike && c == first;
		dense = dense || c >= IDEOGRAPHS;
	}
	if (count < (dense ? 2u : 3u) || alike)
		return true;
	for (size_t i = 0; i < COUNT(easy); i++)
		if (strcmp(normal, easy[i]) == 0)
			return true;
	return false;
}
