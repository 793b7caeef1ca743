#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>
#include "ledger/base/drop.h"
#include "privacy/facts/day.h"
#include "privacy/facts/person.h"
#include "privacy/keeper/why.h"

#define NUMBER_MOST	32u	/* characters of a document's number */

bool
person_field(uint32_t f)
{
	return f >= FIELD_GIVEN && f <= FIELD_DOC_NUMBER;
}

/* ---- names ---- */

/* Letters, marks, digits, and the few other characters that stand in names. */
static bool
name_char(ucs4_t c)
{
	static const ucs4_t also[] = { ' ', '-', '\'', '.', ',', 0xb7, 0x2018, 0x2019, 0x2010, 0x2011,
	    0x30fb, 0x200c, 0x200d };

	for (size_t i = 0; i < COUNT(also); i++)
		if (c == also[i])
			return true;
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L) ||
	    uc_is_general_category_withtable(c, UC_CATEGORY_MASK_M) ||
	    uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Nd) ||
	    uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Nl);
}

static bool
name_shape(struct err *e)
{
	return REFUSE(e, ERR_INPUT, WHY_NAME_SHAPE, "name: a character that stands in no name");
}

/* Copy code point by code point: any space is one space, none at the ends. */
static bool
name_copy(const uint8_t *p, size_t n, struct buf *into, struct err *e)
{
	size_t begin = into->len, count = 0, letters = 0;
	bool space = false;
	ucs4_t c;

	for (const uint8_t *end = p + n; p < end;) {
		int len = u8_mbtouc(&c, p, (size_t)(end - p));

		if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Zs)) {
			space = into->len > begin;
		} else {
			if (!name_char(c))
				return name_shape(e);
			if (space)
				buf_text(into, " ");
			count += space ? 2 : 1;
			space = false;
			letters += uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L) ? 1 : 0;
			buf_add(into, p, (size_t)len);
		}
		p += len;
	}
	if (count > NAME_MOST)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "name: %zu characters", count);
	return letters > 0 || into->len == begin || name_shape(e);
}

static bool
name_value(const char *value, struct buf *into, struct err *e)
{
	DROP(free_bytes) uint8_t *nfc = NULL;
	size_t n = 0;

	nfc = u8_normalize(UNINORM_NFC, (const uint8_t *)value, strlen(value), NULL, &n);
	if (nfc == NULL)
		return FAIL(e, ERR_MEMORY, "name");
	return name_copy(nfc, n, into, e);
}

/* ---- birth dates ---- */

static bool
birth_value(const char *s, int64_t now, struct buf *into, struct err *e)
{
	int64_t day;

	if (!day_read(s, &day) || day > day_of(now))
		return REFUSE(e, ERR_INPUT, WHY_BIRTH_DATE, "birth date: no such day");
	buf_text(into, s);
	return true;
}

/* ---- nationalities ---- */

/* ISO 3166-1 alpha-2, officially assigned codes, and XK as most administrations use it. */
static const char countries[] =
"AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS "
"BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE "
"EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM "
"HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC "
"LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA "
"NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW "
"SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO "
"TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ";

bool
person_country_ok(char a, char b)
{
	for (const char *c = countries; *c != '\0'; c += 3)
		if (c[0] == a && c[1] == b)
			return true;
	return false;
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool
nationality(struct err *e)
{
	return REFUSE(e, ERR_INPUT, WHY_NATIONALITY, "nationality: not a list of countries");
}

static bool
nationality_value(const char *s, struct buf *into, struct err *e)
{
	char seen[NATIONALITIES][2];
	size_t n = 0;

	if (strcmp(s, "stateless") == 0) {
		buf_text(into, s);
		return true;
	}
	for (;;) {
		char code[2];

		s += strspn(s, " ");
		if (s[0] == '\0' || s[1] == '\0' || n == NATIONALITIES)
			return nationality(e);
		code[0] = upper(s[0]);
		code[1] = upper(s[1]);
		s += 2 + strspn(s + 2, " ");
		if (!person_country_ok(code[0], code[1]))
			return nationality(e);
		for (size_t i = 0; i < n; i++)
			if (memcmp(seen[i], code, 2) == 0)
				return nationality(e);
		memcpy(seen[n], code, 2);
		if (n++ > 0)
			buf_text(into, ",");
		buf_add(into, code, 2);
		if (*s == '\0')
			return true;
		if (*s++ != ',')
			return nationality(e);
	}
}

/* ---- documents ---- */

static bool
kind_value(const char *s, struct buf *into, struct err *e)
{
	static const char *const kinds[] = { "passport", "identity card", "driving licence",
	    "residence permit", "other", "none" };

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (strcmp(s, kinds[i]) == 0) {
			buf_text(into, s);
			return true;
		}
	return REFUSE(e, ERR_INPUT, WHY_DOCUMENT, "document: kind");
}

/* Letters, digits, and between them single spaces, hyphens, slashes or dots; upper case. */
static bool
number_value(const char *s, struct buf *into, struct err *e)
{
	size_t begin = into->len;
	char between = '\0';

	for (; *s != '\0'; s++) {
		char c = upper(*s);
		bool word = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!word && strchr(" -/.", c) == NULL)
			return REFUSE(e, ERR_INPUT, WHY_DOCUMENT, "document: number");
		if (!word) {
			between = between == '\0' || between == ' ' ? c : between;
			continue;
		}
		if (between != '\0' && into->len > begin)
			buf_add(into, &between, 1);
		between = '\0';
		buf_add(into, &c, 1);
	}
	if (into->len - begin < 3 || into->len - begin > NUMBER_MOST)
		return REFUSE(e, ERR_INPUT, WHY_DOCUMENT, "document: number's length");
	return true;
}

bool
person_value(enum field f, const char *value, int64_t now, struct buf *into, struct err *e)
{
	if (value[0] == '\0' && person_field(f))
		return buf_ok(into, e);
	switch (f) {
	case FIELD_GIVEN:
	case FIELD_MIDDLE:
	case FIELD_FAMILY:
	case FIELD_SUFFIX:
		return name_value(value, into, e) && buf_ok(into, e);
	case FIELD_BIRTH:
		return birth_value(value, now, into, e) && buf_ok(into, e);
	case FIELD_NATIONALITY:
		return nationality_value(value, into, e) && buf_ok(into, e);
	case FIELD_DOC_KIND:
		return kind_value(value, into, e) && buf_ok(into, e);
	case FIELD_DOC_NUMBER:
		return number_value(value, into, e) && buf_ok(into, e);
	default:
		return REFUSE(e, ERR_INPUT, WHY_FIELD_UNKNOWN, "field %u is not filled in by members",
		    (unsigned)f);
	}
}
