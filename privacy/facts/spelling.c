#include <sodium.h>
#include <string.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>
#include "ledger/base/wipe.h"
#include "privacy/facts/spelling.h"

/* Small letters, after marks were taken off. */
static const struct { ucs4_t c; const char *latin; } letters[] = {
	/* Latin */
	{ 0x131, "i" }, { 0xdf, "ss" }, { 0xe6, "a" }, { 0xf8, "o" }, { 0x153, "o" }, { 0xf0, "d" },
	{ 0x111, "d" }, { 0xfe, "th" }, { 0x127, "h" }, { 0x142, "l" }, { 0x14b, "n" }, { 0x167, "t" },
	{ 0x138, "k" }, { 0x259, "a" }, { 0x219, "s" }, { 0x21b, "t" }, { 0x1dd, "e" }, { 0x253, "b" },
	{ 0x257, "d" }, { 0x199, "k" }, { 0x192, "f" }, { 0x268, "i" }, { 0x289, "u" }, { 0x17f, "s" },
	/* Cyrillic: Russian, Ukrainian, Belarusian, Bulgarian, Serbian, Macedonian */
	{ 0x430, "a" }, { 0x431, "b" }, { 0x432, "v" }, { 0x433, "g" }, { 0x434, "d" }, { 0x435, "e" },
	{ 0x436, "zh" }, { 0x437, "z" }, { 0x438, "i" }, { 0x439, "i" }, { 0x43a, "k" }, { 0x43b, "l" },
	{ 0x43c, "m" }, { 0x43d, "n" }, { 0x43e, "o" }, { 0x43f, "p" }, { 0x440, "r" }, { 0x441, "s" },
	{ 0x442, "t" }, { 0x443, "u" }, { 0x444, "f" }, { 0x445, "kh" }, { 0x446, "ts" }, { 0x447, "ch" },
	{ 0x448, "sh" }, { 0x449, "shch" }, { 0x44a, "ie" }, { 0x44b, "y" }, { 0x44c, "" }, { 0x44d, "e" },
	{ 0x44e, "iu" }, { 0x44f, "ia" }, { 0x451, "e" }, { 0x452, "d" }, { 0x454, "ie" }, { 0x455, "dz" },
	{ 0x456, "i" }, { 0x457, "i" }, { 0x458, "j" }, { 0x459, "lj" }, { 0x45a, "nj" }, { 0x45b, "c" },
	{ 0x45e, "u" }, { 0x45f, "dz" }, { 0x491, "g" }, { 0x4d9, "a" }, { 0x4e9, "o" },
	/* Greek */
	{ 0x3b1, "a" }, { 0x3b2, "v" }, { 0x3b3, "g" }, { 0x3b4, "d" }, { 0x3b5, "e" }, { 0x3b6, "z" },
	{ 0x3b7, "i" }, { 0x3b8, "th" }, { 0x3b9, "i" }, { 0x3ba, "k" }, { 0x3bb, "l" }, { 0x3bc, "m" },
	{ 0x3bd, "n" }, { 0x3be, "x" }, { 0x3bf, "o" }, { 0x3c0, "p" }, { 0x3c1, "r" }, { 0x3c2, "s" },
	{ 0x3c3, "s" }, { 0x3c4, "t" }, { 0x3c5, "y" }, { 0x3c6, "f" }, { 0x3c7, "ch" }, { 0x3c8, "ps" },
	{ 0x3c9, "o" },
};

static const char *
latin_of(ucs4_t c)
{
	for (size_t i = 0; i < COUNT(letters); i++)
		if (letters[i].c == c)
			return letters[i].latin;
	return NULL;
}

/*
 * Accents and the points of Hebrew and Arabic go.  Elsewhere a mark is a vowel
 * (Devanagari) or makes another letter (the Japanese voicing marks).
 */
static bool
mark_goes(ucs4_t c)
{
	const uc_script_t *script = uc_script(c);

	if (c == 0x3099 || c == 0x309a)
		return false;
	return script == NULL || strcmp(script->name, "Inherited") == 0 || strcmp(script->name, "Hebrew") == 0 ||
	    strcmp(script->name, "Arabic") == 0 || strcmp(script->name, "Cyrillic") == 0;
}

static bool
stays(ucs4_t c)
{
	if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_M))
		return !mark_goes(c);
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L) ||
	    uc_is_general_category_withtable(c, UC_CATEGORY_MASK_N);
}

/* Letters and digits alone, transcribed. */
static void
transcribe(const uint8_t *p, size_t n, struct buf *into)
{
	const uint8_t *end = p + n;
	ucs4_t c, before = 0;

	for (int len; p < end; p += len) {
		const char *latin;

		len = u8_mbtouc(&c, p, (size_t)(end - p));
		if (!stays(c))
			continue;
		latin = latin_of(c);
		/* Greek ou is one sound */
		if (c == 0x3c5 && before == 0x3bf)
			latin = "u";
		before = c;
		if (latin != NULL)
			buf_text(into, latin);
		else
			buf_add(into, p, (size_t)len);
	}
}

/* What the letters so far let the next one do: 0: it goes, else what it becomes. */
static char
squeeze(char last, char c)
{
	if (c == 'y' || c == 'j')
		c = 'i';
	if (c == last && c >= 'a' && c <= 'z')
		return '\0';
	if (c == 'e' && (last == 'a' || last == 'o' || last == 'u'))
		return '\0';
	return c;
}

void
spelling_loose(const char *text, size_t n, struct buf *into)
{
	DROP(buf_wipe) struct buf latin = {0};
	size_t parts_n = 0, begin = into->len;
	uint8_t *parts;

	if (n == 0)
		return;
	parts = u8_normalize(UNINORM_NFKD, (const uint8_t *)text, n, NULL, &parts_n);
	if (parts == NULL) {
		into->failed = true;
		return;
	}
	transcribe(parts, parts_n, &latin);
	wipe_free(parts);
	into->failed |= latin.failed;
	for (size_t i = 0; i < latin.len; i++) {
		char last = into->len > begin ? into->data[into->len - 1] : '\0';
		char c = squeeze(last, latin.data[i]);

		if (c == 'h' && last == 'k')
			into->data[into->len - 1] = 'h';	/* kh is h */
		else if (c != '\0')
			buf_add(into, &c, 1);
	}
}
