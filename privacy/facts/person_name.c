#include <sodium.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <unigbrk.h>
#include <uninorm.h>
#include <unistr.h>
#include "ledger/base/drop.h"
#include "ledger/base/pack.h"
#include "privacy/facts/person_name.h"
#include "privacy/facts/spelling.h"

#define WORDS		32	/* of a name: one with more is only compared as it stands */
#define INITIALS	4
#define BLIND		64	/* bytes that are compared, padded with NUL */

/* ---- the plain form ---- */

/* NFC and full case folding; the caller frees.  NULL: no memory. */
static uint8_t *
folded(const char *text, size_t *n)
{
	return u8_casefold((const uint8_t *)text, strlen(text), NULL, UNINORM_NFC, NULL, n);
}

static bool
one_of(ucs4_t c, const ucs4_t *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (all[i] == c)
			return true;
	return false;
}

/* What every character between letters becomes; 0: it goes, c: it stays. */
static ucs4_t
plain_char(ucs4_t c)
{
	/* apostrophes, modifier letters used as such, quotes, prime, grave and acute */
	static const ucs4_t apostrophes[] = { '\'', '`', 0xb4, 0x2b9, 0x2bb, 0x2bc, 0x2bd, 0x2018, 0x2019,
	    0x201b, 0x2032, 0xff07 };
	/* stops, comma, joiners, soft hyphen, directional marks */
	static const ucs4_t nothing[] = { '.', ',', 0xad, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2060, 0xfeff };

	if (one_of(c, nothing, COUNT(nothing)))
		return 0;
	if (one_of(c, apostrophes, COUNT(apostrophes)))
		return '\'';
	if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Pd) || c == 0x2212)
		return '-';
	if (uc_is_property_white_space(c) || c == 0x30fb)
		return ' ';
	return c;
}

/* Single spaces, none at the ends. */
static bool
plain(const char *text, struct buf *into, struct err *e)
{
	DROP(free_bytes) uint8_t *bytes = NULL;
	size_t n = 0, begin = into->len;
	bool space = false;
	ucs4_t c;

	if (strlen(text) > PERSON_NAME_MOST || !utf8_ok(text, strlen(text)))
		return FAIL(e, ERR_INPUT, "name: too long, or not UTF-8");
	bytes = folded(text, &n);
	if (bytes == NULL)
		return FAIL(e, ERR_MEMORY, "name");
	for (const uint8_t *p = bytes, *end = bytes + n; p < end;) {
		uint8_t out[6];
		int len;

		p += u8_mbtouc(&c, p, (size_t)(end - p));
		c = plain_char(c);
		if (c == ' ')
			space = true;
		if (c == ' ' || c == 0)
			continue;
		if (space && into->len > begin)
			buf_text(into, " ");
		space = false;
		len = u8_uctomb(out, c, sizeof(out));
		if (len > 0)
			buf_add(into, out, (size_t)len);
	}
	sodium_memzero(bytes, n);
	return buf_ok(into, e);
}

bool
person_name_same(const char *a, const char *b, bool *same, struct err *e)
{
	DROP(buf_wipe) struct buf x = {0};
	DROP(buf_wipe) struct buf y = {0};

	*same = false;
	TRY(plain(a, &x, e));
	TRY(plain(b, &y, e));
	*same = x.len > 0 && x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
	return true;
}

/* ---- how it is spelled ---- */

/* A name's words in their loose spelling, with what stands between them gone. */
struct words {
	struct buf	text;		/* all of them, NUL after each */
	size_t		at[WORDS];	/* where each begins */
	size_t		count;
	bool		many;		/* there were more */
};

static void
words_wipe(struct words *w)
{
	buf_wipe(&w->text);
}

static void
words_add(struct words *w, const char *p, size_t n)
{
	size_t begin = w->text.len;

	spelling_loose(p, n, &w->text);
	if (w->text.len == begin)
		return;
	if (w->count == WORDS)
		w->many = true;
	else
		w->at[w->count++] = begin;
	buf_add(&w->text, "", 1);
}

/* Words end at spaces and hyphens; apostrophes join. */
static bool
words_of(const struct buf *plain_name, struct words *w, struct err *e)
{
	const char *p = plain_name->data == NULL ? "" : plain_name->data;

	for (p += strspn(p, " -"); *p != '\0'; p += strspn(p, " -")) {
		size_t n = strcspn(p, " -");

		words_add(w, p, n);
		p += n;
	}
	return buf_ok(&w->text, e);
}

static const char *
word(const struct words *w, size_t i)
{
	return w->text.data + w->at[i];
}

/* Is a the first letter of b? */
static bool
initial_of(const char *a, const char *b)
{
	size_t n = strlen(a);
	ucs4_t c;

	return n > 0 && n == (size_t)u8_strmbtouc(&c, (const uint8_t *)a) && strncmp(a, b, n) == 0;
}

/* Without any spaces. */
static bool
joined_same(const struct words *a, const struct words *b)
{
	DROP(buf_wipe) struct buf x = {0};
	DROP(buf_wipe) struct buf y = {0};

	for (size_t i = 0; i < a->count; i++)
		spelling_loose(word(a, i), strlen(word(a, i)), &x);
	for (size_t i = 0; i < b->count; i++)
		spelling_loose(word(b, i), strlen(word(b, i)), &y);
	return x.len > 0 && x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
}

/* Pair words of few with equal ones of many; what is left may pair as an initial. */
static bool
words_within(const struct words *few, const struct words *many)
{
	bool used[WORDS] = {0}, paired[WORDS] = {0};
	size_t whole = 0, initials = 0;

	for (size_t i = 0; i < few->count; i++)
		for (size_t k = 0; k < many->count && !paired[i]; k++)
			if (!used[k] && strcmp(word(few, i), word(many, k)) == 0) {
				used[k] = paired[i] = true;
				whole++;
			}
	for (size_t i = 0; i < few->count; i++)
		for (size_t k = 0; k < many->count && !paired[i]; k++)
			if (!used[k] && (initial_of(word(few, i), word(many, k)) ||
			    initial_of(word(many, k), word(few, i)))) {
				used[k] = paired[i] = true;
				initials++;
			}
	return whole >= 2 && whole + initials == few->count;
}

static bool
spelled_alike(const struct buf *x, const struct buf *y, bool *alike, struct err *e)
{
	DROP(words_wipe) struct words a = {0};
	DROP(words_wipe) struct words b = {0};

	TRY(words_of(x, &a, e));
	TRY(words_of(y, &b, e));
	*alike = !a.many && !b.many && (joined_same(&a, &b) ||
	    (a.count <= b.count ? words_within(&a, &b) : words_within(&b, &a)));
	return true;
}

bool
person_name_compare(const char *held, const char *typed, enum field_match *m, struct err *e)
{
	DROP(buf_wipe) struct buf x = {0};
	DROP(buf_wipe) struct buf y = {0};
	bool alike = false;

	*m = MATCH_DIFFERS;
	TRY(plain(held, &x, e));
	TRY(plain(typed, &y, e));
	if (x.len == 0 || y.len == 0)
		return true;
	if (x.len == y.len && memcmp(x.data, y.data, x.len) == 0) {
		*m = MATCH_SAME;
		return true;
	}
	TRY(spelled_alike(&x, &y, &alike, e));
	if (alike)
		*m = MATCH_SPELLING;
	return true;
}

void
person_name_whole(struct buf *into, const char *given, const char *middle, const char *family,
    const char *suffix)
{
	const char *const parts[] = { given, middle, family, suffix };
	bool any = false;

	for (size_t i = 0; i < COUNT(parts); i++) {
		if (parts[i] == NULL || parts[i][0] == '\0')
			continue;
		if (any)
			buf_text(into, " ");
		buf_text(into, parts[i]);
		any = true;
	}
}

/* ---- scripts ---- */

enum { LATIN = 1, HAN = 2, KANA = 4, BOPOMOFO = 8, HANGUL = 16 };

static unsigned
cjk_script(const char *name)
{
	static const struct { const char *name; unsigned bit; } known[] = {
		{ "Latin", LATIN }, { "Han", HAN }, { "Hiragana", KANA }, { "Katakana", KANA },
		{ "Bopomofo", BOPOMOFO }, { "Hangul", HANGUL },
	};

	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].bit;
	return 0;
}

/* Scripts seen so far. */
struct scripts {
	unsigned	cjk;		/* bits of those that may go together */
	const uc_script_t *other;	/* one that goes with none */
	bool		mixed;
	ucs4_t		zero;		/* of the decimal digits seen; 0: none */
};

static void
scripts_add(struct scripts *s, ucs4_t c)
{
	const uc_script_t *script = uc_script(c);
	int digit = uc_decimal_value(c);
	unsigned bit;

	if (digit >= 0) {
		s->mixed |= s->zero != 0 && s->zero != c - (ucs4_t)digit;
		s->zero = c - (ucs4_t)digit;
	}
	if (script == NULL || strcmp(script->name, "Common") == 0 || strcmp(script->name, "Inherited") == 0)
		return;
	bit = cjk_script(script->name);
	s->cjk |= bit;
	if (bit == 0) {
		s->mixed |= s->other != NULL && s->other != script;
		s->other = script;
	}
}

static bool
scripts_ok(const struct scripts *s)
{
	static const unsigned together[] = { LATIN | HAN | KANA, LATIN | HAN | BOPOMOFO, LATIN | HAN | HANGUL };

	if (s->mixed || (s->other != NULL && s->cjk != 0))
		return false;
	for (size_t i = 0; i < COUNT(together); i++)
		if ((s->cjk & ~together[i]) == 0)
			return true;
	return false;
}

bool
person_name_script_ok(const char *name)
{
	const uint8_t *p = (const uint8_t *)name, *end = p + strlen(name);
	struct scripts s = {0};
	ucs4_t c;

	if (!utf8_ok(name, strlen(name)))
		return false;
	while (p < end) {
		p += u8_mbtouc(&c, p, (size_t)(end - p));
		scripts_add(&s, c);
	}
	return scripts_ok(&s);
}

/* ---- initials ---- */

/* The first letter of a word with its marks, as a capital; false: it begins with none. */
static bool
initial_add(const uint8_t *p, const uint8_t *end, struct buf *into, struct err *e)
{
	DROP(free_bytes) uint8_t *upper = NULL;
	const uint8_t *next = end;
	size_t n = 0;
	ucs4_t c;

	for (; p < end; p = next) {
		u8_mbtouc(&c, p, (size_t)(end - p));
		next = u8_grapheme_next(p, end);
		if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L))
			break;
	}
	if (p >= end)
		return true;
	upper = u8_totitle(p, (size_t)(next - p), NULL, UNINORM_NFC, NULL, &n);
	if (upper == NULL)
		return FAIL(e, ERR_MEMORY, "initials");
	if (into->len > 0)
		buf_text(into, " ");
	buf_add(into, upper, n);
	buf_text(into, ".");
	return true;
}

bool
person_name_initials(const char *whole, struct buf *into, struct err *e)
{
	DROP(buf_wipe) struct buf own = {0};
	size_t n;

	if (!utf8_ok(whole, strlen(whole)))
		return FAIL(e, ERR_INPUT, "initials: not UTF-8");
	for (const char *p = whole + strspn(whole, " "); *p != '\0'; p += n, p += strspn(p, " ")) {
		size_t dots = 0;

		for (size_t i = 0; i < own.len; i++)
			dots += own.data[i] == '.';
		if (dots == INITIALS)
			break;
		n = strcspn(p, " ");
		TRY(initial_add((const uint8_t *)p, (const uint8_t *)p + n, &own, e));
	}
	TRY(buf_ok(&own, e));
	buf_text(into, own.data == NULL ? "" : own.data);
	return buf_ok(into, e);
}

/* ---- dates and documents ---- */

/* Copy up to BLIND - 1 bytes; false: longer, or empty. */
static bool
blind_fill(const char *s, char into[BLIND])
{
	size_t n = strlen(s);

	memset(into, 0, BLIND);
	if (n == 0 || n >= BLIND)
		return false;
	memcpy(into, s, n);
	return true;
}

static enum field_match
blind_compare(const char *a, const char *b)
{
	char x[BLIND], y[BLIND];
	bool good = blind_fill(a, x), also = blind_fill(b, y);
	bool same = sodium_memcmp(x, y, BLIND) == 0;

	sodium_memzero(x, sizeof(x));
	sodium_memzero(y, sizeof(y));
	return good && also && same ? MATCH_SAME : MATCH_DIFFERS;
}

enum field_match
birth_compare(const char *held, const char *typed)
{
	return strlen(held) == 10 && strlen(typed) == 10 ? blind_compare(held, typed) : MATCH_DIFFERS;
}

enum field_match
document_kind_compare(const char *held, const char *typed)
{
	return blind_compare(held, typed);
}

/* Letters and digits in capitals; loose: O as 0, I as 1.  Bytes beyond ASCII stay as they are. */
static bool
number_fill(const char *s, bool loose, char into[BLIND])
{
	size_t n = 0;

	memset(into, 0, BLIND);
	for (; *s != '\0'; s++) {
		char c = *s;

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (strchr(" -/.", c) != NULL)
			continue;
		if (loose)
			c = c == 'O' ? '0' : c == 'I' ? '1' : c;
		if (n == BLIND - 1)
			return false;
		into[n++] = c;
	}
	return n > 0;
}

static bool
numbers_same(const char *a, const char *b, bool loose)
{
	char x[BLIND], y[BLIND];
	bool good = number_fill(a, loose, x), also = number_fill(b, loose, y);
	bool same = sodium_memcmp(x, y, BLIND) == 0;

	sodium_memzero(x, sizeof(x));
	sodium_memzero(y, sizeof(y));
	return good && also && same;
}

enum field_match
document_number_compare(const char *held, const char *typed)
{
	bool same = numbers_same(held, typed, false), alike = numbers_same(held, typed, true);

	return same ? MATCH_SAME : alike ? MATCH_SPELLING : MATCH_DIFFERS;
}
