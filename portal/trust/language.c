#include <string.h>
#include "portal/trust/atlas.h"
#include "portal/trust/language.h"

#define CODE_MOST	3u	/* letters */

static const struct language languages[] = {
	{ "af", "Afrikaans", "Afrikaans" }, { "am", "አማርኛ", "Amharic" }, { "ar", "العربية", "Arabic" },
	{ "ase", "American Sign Language", "American Sign Language" }, { "az", "azərbaycanca", "Azerbaijani" },
	{ "be", "беларуская", "Belarusian" }, { "bfi", "British Sign Language", "British Sign Language" },
	{ "bg", "български", "Bulgarian" }, { "bn", "বাংলা", "Bengali" }, { "br", "brezhoneg", "Breton" },
	{ "bs", "bosanski", "Bosnian" }, { "ca", "català", "Catalan" }, { "co", "corsu", "Corsican" },
	{ "cs", "čeština", "Czech" }, { "cy", "Cymraeg", "Welsh" }, { "da", "dansk", "Danish" },
	{ "de", "Deutsch", "German" }, { "el", "Ελληνικά", "Greek" }, { "en", "English", "English" },
	{ "eo", "Esperanto", "Esperanto" }, { "es", "español", "Spanish" }, { "et", "eesti", "Estonian" },
	{ "eu", "euskara", "Basque" }, { "fa", "فارسی", "Persian" }, { "fi", "suomi", "Finnish" },
	{ "fo", "føroyskt", "Faroese" }, { "fr", "français", "French" },
	{ "fsl", "langue des signes française", "French Sign Language" }, { "fy", "Frysk", "West Frisian" },
	{ "ga", "Gaeilge", "Irish" }, { "gd", "Gàidhlig", "Scottish Gaelic" }, { "gl", "galego", "Galician" },
	{ "gsg", "Deutsche Gebärdensprache", "German Sign Language" }, { "gsw", "Schwiizerdütsch", "Swiss German" },
	{ "gu", "ગુજરાતી", "Gujarati" }, { "ha", "Hausa", "Hausa" }, { "he", "עברית", "Hebrew" },
	{ "hi", "हिन्दी", "Hindi" }, { "hr", "hrvatski", "Croatian" }, { "hsb", "hornjoserbšćina", "Upper Sorbian" },
	{ "hu", "magyar", "Hungarian" }, { "hy", "հայերեն", "Armenian" }, { "id", "Bahasa Indonesia", "Indonesian" },
	{ "ig", "Igbo", "Igbo" }, { "is", "íslenska", "Icelandic" }, { "it", "italiano", "Italian" },
	{ "ja", "日本語", "Japanese" }, { "jv", "Basa Jawa", "Javanese" }, { "ka", "ქართული", "Georgian" },
	{ "kab", "Taqbaylit", "Kabyle" }, { "kk", "қазақша", "Kazakh" }, { "km", "ខ្មែរ", "Khmer" },
	{ "kn", "ಕನ್ನಡ", "Kannada" }, { "ko", "한국어", "Korean" }, { "ku", "kurdî", "Kurdish" },
	{ "ky", "кыргызча", "Kyrgyz" }, { "la", "latina", "Latin" }, { "lb", "Lëtzebuergesch", "Luxembourgish" },
	{ "lo", "ລາວ", "Lao" }, { "lt", "lietuvių", "Lithuanian" }, { "lv", "latviešu", "Latvian" },
	{ "mg", "Malagasy", "Malagasy" }, { "mi", "Māori", "Maori" }, { "mk", "македонски", "Macedonian" },
	{ "ml", "മലയാളം", "Malayalam" }, { "mn", "монгол", "Mongolian" }, { "mr", "मराठी", "Marathi" },
	{ "ms", "Bahasa Melayu", "Malay" }, { "mt", "Malti", "Maltese" }, { "my", "မြန်မာ", "Burmese" },
	{ "nb", "norsk bokmål", "Norwegian Bokmål" }, { "ne", "नेपाली", "Nepali" }, { "nl", "Nederlands", "Dutch" },
	{ "nn", "nynorsk", "Norwegian Nynorsk" }, { "no", "norsk", "Norwegian" }, { "oc", "occitan", "Occitan" },
	{ "pa", "ਪੰਜਾਬੀ", "Punjabi" }, { "pl", "polski", "Polish" }, { "ps", "پښتو", "Pashto" },
	{ "pt", "português", "Portuguese" }, { "rm", "rumantsch", "Romansh" }, { "ro", "română", "Romanian" },
	{ "ru", "русский", "Russian" }, { "rw", "Kinyarwanda", "Kinyarwanda" }, { "si", "සිංහල", "Sinhala" },
	{ "sk", "slovenčina", "Slovak" }, { "sl", "slovenščina", "Slovenian" }, { "sn", "chiShona", "Shona" },
	{ "so", "Soomaali", "Somali" }, { "sq", "shqip", "Albanian" }, { "sr", "српски", "Serbian" },
	{ "sv", "svenska", "Swedish" }, { "sw", "Kiswahili", "Swahili" }, { "ta", "தமிழ்", "Tamil" },
	{ "te", "తెలుగు", "Telugu" }, { "tg", "тоҷикӣ", "Tajik" }, { "th", "ไทย", "Thai" }, { "ti", "ትግርኛ", "Tigrinya" },
	{ "tk", "türkmençe", "Turkmen" }, { "tl", "Tagalog", "Tagalog" }, { "tr", "Türkçe", "Turkish" },
	{ "tt", "татарча", "Tatar" }, { "ug", "ئۇيغۇرچە", "Uyghur" }, { "uk", "українська", "Ukrainian" },
	{ "ur", "اردو", "Urdu" }, { "uz", "oʻzbekcha", "Uzbek" }, { "vi", "Tiếng Việt", "Vietnamese" },
	{ "wo", "Wolof", "Wolof" }, { "xh", "isiXhosa", "Xhosa" }, { "yi", "ייִדיש", "Yiddish" },
	{ "yo", "Yorùbá", "Yoruba" }, { "zh", "中文", "Chinese" }, { "zu", "isiZulu", "Zulu" },
};

size_t
language_count(void)
{
	return COUNT(languages);
}

const struct language *
language_at(size_t i)
{
	return &languages[i];
}

static bool
same(const char *name, const char *key)
{
	char own[ATLAS_NAME];

	atlas_key(name, own);
	return strcmp(own, key) == 0;
}

const struct language *
language_find(const char *typed)
{
	char key[ATLAS_NAME];

	atlas_key(typed, key);
	if (key[0] == '\0')
		return NULL;
	for (size_t i = 0; i < COUNT(languages); i++)
		if (strcmp(languages[i].code, key) == 0)
			return &languages[i];
	for (size_t i = 0; i < COUNT(languages); i++)
		if (same(languages[i].own, key) || same(languages[i].english, key))
			return &languages[i];
	return NULL;
}

bool
languages_hold(const char *codes, const char *code)
{
	size_t n = strlen(code);

	for (const char *at = codes; *at != '\0'; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");

		if (len == n && memcmp(at, code, n) == 0)
			return true;
		at += len;
	}
	return false;
}

static bool
add(const char *typed, size_t n, char into[LANGUAGES_CODES], size_t *count)
{
	char one[ATLAS_NAME];
	const struct language *l;
	size_t used = strlen(into);

	if (n >= sizeof(one))
		return false;
	memcpy(one, typed, n);
	one[n] = '\0';
	l = language_find(one);
	if (l == NULL)
		return false;
	if (languages_hold(into, l->code))
		return true;
	if (++*count > LANGUAGES_MOST || used + 1 + CODE_MOST >= LANGUAGES_CODES)
		return false;
	snprintf(into + used, LANGUAGES_CODES - used, "%s%s", used > 0 ? " " : "", l->code);
	return true;
}

/* What stands between two commas: one name, or words that are each a language. */
static bool
add_part(const char *typed, size_t n, char into[LANGUAGES_CODES], size_t *count)
{
	if (add(typed, n, into, count))
		return true;
	for (size_t at = 0, len; at < n; at += len + 1) {
		len = strcspn(typed + at, " ");
		len = at + len > n ? n - at : len;
		if (len > 0 && (len == n || !add(typed + at, len, into, count)))
			return false;
	}
	return true;
}

bool
languages_read(const char *typed, char into[LANGUAGES_CODES])
{
	size_t count = 0;

	into[0] = '\0';
	while (*typed != '\0') {
		size_t n;

		typed += strspn(typed, " ,;/");
		n = strcspn(typed, ",;/");
		if (n > 0 && !add_part(typed, n, into, &count))
			return false;
		typed += n;
	}
	return true;
}

void
languages_say(const char *codes, struct buf *into)
{
	for (const char *at = codes; *at != '\0'; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");
		char code[CODE_MOST + 2];
		const struct language *l;

		snprintf(code, sizeof(code), "%.*s", (int)len, at);
		l = language_find(code);
		if (at != codes)
			buf_text(into, ", ");
		buf_text(into, l == NULL ? code : l->own);
		at += len;
	}
}
