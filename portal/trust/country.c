#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "portal/trust/country.h"
#include "portal/web/say.h"

static const struct { char code[3]; const char *name; } countries[COUNTRIES] = {
	{ "AD", MSG("Andorra") }, { "AE", MSG("United Arab Emirates") }, { "AF", MSG("Afghanistan") },
	{ "AG", MSG("Antigua & Barbuda") }, { "AI", MSG("Anguilla") }, { "AL", MSG("Albania") }, { "AM", MSG("Armenia") },
	{ "AO", MSG("Angola") }, { "AQ", MSG("Antarctica") }, { "AR", MSG("Argentina") }, { "AS", MSG("Samoa (American)") },
	{ "AT", MSG("Austria") }, { "AU", MSG("Australia") }, { "AW", MSG("Aruba") }, { "AX", MSG("Åland Islands") },
	{ "AZ", MSG("Azerbaijan") }, { "BA", MSG("Bosnia & Herzegovina") }, { "BB", MSG("Barbados") },
	{ "BD", MSG("Bangladesh") }, { "BE", MSG("Belgium") }, { "BF", MSG("Burkina Faso") }, { "BG", MSG("Bulgaria") },
	{ "BH", MSG("Bahrain") }, { "BI", MSG("Burundi") }, { "BJ", MSG("Benin") }, { "BL", MSG("St Barthelemy") },
	{ "BM", MSG("Bermuda") }, { "BN", MSG("Brunei") }, { "BO", MSG("Bolivia") }, { "BQ", MSG("Caribbean NL") },
	{ "BR", MSG("Brazil") }, { "BS", MSG("Bahamas") }, { "BT", MSG("Bhutan") }, { "BV", MSG("Bouvet Island") },
	{ "BW", MSG("Botswana") }, { "BY", MSG("Belarus") }, { "BZ", MSG("Belize") }, { "CA", MSG("Canada") },
	{ "CC", MSG("Cocos (Keeling) Islands") }, { "CD", MSG("Congo (Dem. Rep.)") }, { "CF", MSG("Central African Rep.") },
	{ "CG", MSG("Congo (Rep.)") }, { "CH", MSG("Switzerland") }, { "CI", MSG("Côte d'Ivoire") },
	{ "CK", MSG("Cook Islands") }, { "CL", MSG("Chile") }, { "CM", MSG("Cameroon") }, { "CN", MSG("China") },
	{ "CO", MSG("Colombia") }, { "CR", MSG("Costa Rica") }, { "CU", MSG("Cuba") }, { "CV", MSG("Cape Verde") },
	{ "CW", MSG("Curaçao") }, { "CX", MSG("Christmas Island") }, { "CY", MSG("Cyprus") },
	{ "CZ", MSG("Czech Republic") }, { "DE", MSG("Germany") }, { "DJ", MSG("Djibouti") }, { "DK", MSG("Denmark") },
	{ "DM", MSG("Dominica") }, { "DO", MSG("Dominican Republic") }, { "DZ", MSG("Algeria") }, { "EC", MSG("Ecuador") },
	{ "EE", MSG("Estonia") }, { "EG", MSG("Egypt") }, { "EH", MSG("Western Sahara") }, { "ER", MSG("Eritrea") },
	{ "ES", MSG("Spain") }, { "ET", MSG("Ethiopia") }, { "FI", MSG("Finland") }, { "FJ", MSG("Fiji") },
	{ "FK", MSG("Falkland Islands") }, { "FM", MSG("Micronesia") }, { "FO", MSG("Faroe Islands") },
	{ "FR", MSG("France") }, { "GA", MSG("Gabon") }, { "GB", MSG("Britain (UK)") }, { "GD", MSG("Grenada") },
	{ "GE", MSG("Georgia") }, { "GF", MSG("French Guiana") }, { "GG", MSG("Guernsey") }, { "GH", MSG("Ghana") },
	{ "GI", MSG("Gibraltar") }, { "GL", MSG("Greenland") }, { "GM", MSG("Gambia") }, { "GN", MSG("Guinea") },
	{ "GP", MSG("Guadeloupe") }, { "GQ", MSG("Equatorial Guinea") }, { "GR", MSG("Greece") },
	{ "GS", MSG("South Georgia & the South Sandwich Islands") }, { "GT", MSG("Guatemala") }, { "GU", MSG("Guam") },
	{ "GW", MSG("Guinea-Bissau") }, { "GY", MSG("Guyana") }, { "HK", MSG("Hong Kong") },
	{ "HM", MSG("Heard Island & McDonald Islands") }, { "HN", MSG("Honduras") }, { "HR", MSG("Croatia") },
	{ "HT", MSG("Haiti") }, { "HU", MSG("Hungary") }, { "ID", MSG("Indonesia") }, { "IE", MSG("Ireland") },
	{ "IL", MSG("Israel") }, { "IM", MSG("Isle of Man") }, { "IN", MSG("India") },
	{ "IO", MSG("British Indian Ocean Territory") }, { "IQ", MSG("Iraq") }, { "IR", MSG("Iran") },
	{ "IS", MSG("Iceland") }, { "IT", MSG("Italy") }, { "JE", MSG("Jersey") }, { "JM", MSG("Jamaica") },
	{ "JO", MSG("Jordan") }, { "JP", MSG("Japan") }, { "KE", MSG("Kenya") }, { "KG", MSG("Kyrgyzstan") },
	{ "KH", MSG("Cambodia") }, { "KI", MSG("Kiribati") }, { "KM", MSG("Comoros") }, { "KN", MSG("St Kitts & Nevis") },
	{ "KP", MSG("Korea (North)") }, { "KR", MSG("Korea (South)") }, { "KW", MSG("Kuwait") },
	{ "KY", MSG("Cayman Islands") }, { "KZ", MSG("Kazakhstan") }, { "LA", MSG("Laos") }, { "LB", MSG("Lebanon") },
	{ "LC", MSG("St Lucia") }, { "LI", MSG("Liechtenstein") }, { "LK", MSG("Sri Lanka") }, { "LR", MSG("Liberia") },
	{ "LS", MSG("Lesotho") }, { "LT", MSG("Lithuania") }, { "LU", MSG("Luxembourg") }, { "LV", MSG("Latvia") },
	{ "LY", MSG("Libya") }, { "MA", MSG("Morocco") }, { "MC", MSG("Monaco") }, { "MD", MSG("Moldova") },
	{ "ME", MSG("Montenegro") }, { "MF", MSG("St Martin (French)") }, { "MG", MSG("Madagascar") },
	{ "MH", MSG("Marshall Islands") }, { "MK", MSG("North Macedonia") }, { "ML", MSG("Mali") },
	{ "MM", MSG("Myanmar (Burma)") }, { "MN", MSG("Mongolia") }, { "MO", MSG("Macau") },
	{ "MP", MSG("Northern Mariana Islands") }, { "MQ", MSG("Martinique") }, { "MR", MSG("Mauritania") },
	{ "MS", MSG("Montserrat") }, { "MT", MSG("Malta") }, { "MU", MSG("Mauritius") }, { "MV", MSG("Maldives") },
	{ "MW", MSG("Malawi") }, { "MX", MSG("Mexico") }, { "MY", MSG("Malaysia") }, { "MZ", MSG("Mozambique") },
	{ "NA", MSG("Namibia") }, { "NC", MSG("New Caledonia") }, { "NE", MSG("Niger") }, { "NF", MSG("Norfolk Island") },
	{ "NG", MSG("Nigeria") }, { "NI", MSG("Nicaragua") }, { "NL", MSG("Netherlands") }, { "NO", MSG("Norway") },
	{ "NP", MSG("Nepal") }, { "NR", MSG("Nauru") }, { "NU", MSG("Niue") }, { "NZ", MSG("New Zealand") },
	{ "OM", MSG("Oman") }, { "PA", MSG("Panama") }, { "PE", MSG("Peru") }, { "PF", MSG("French Polynesia") },
	{ "PG", MSG("Papua New Guinea") }, { "PH", MSG("Philippines") }, { "PK", MSG("Pakistan") }, { "PL", MSG("Poland") },
	{ "PM", MSG("St Pierre & Miquelon") }, { "PN", MSG("Pitcairn") }, { "PR", MSG("Puerto Rico") },
	{ "PS", MSG("Palestine") }, { "PT", MSG("Portugal") }, { "PW", MSG("Palau") }, { "PY", MSG("Paraguay") },
	{ "QA", MSG("Qatar") }, { "RE", MSG("Réunion") }, { "RO", MSG("Romania") }, { "RS", MSG("Serbia") },
	{ "RU", MSG("Russia") }, { "RW", MSG("Rwanda") }, { "SA", MSG("Saudi Arabia") }, { "SB", MSG("Solomon Islands") },
	{ "SC", MSG("Seychelles") }, { "SD", MSG("Sudan") }, { "SE", MSG("Sweden") }, { "SG", MSG("Singapore") },
	{ "SH", MSG("St Helena") }, { "SI", MSG("Slovenia") }, { "SJ", MSG("Svalbard & Jan Mayen") },
	{ "SK", MSG("Slovakia") }, { "SL", MSG("Sierra Leone") }, { "SM", MSG("San Marino") }, { "SN", MSG("Senegal") },
	{ "SO", MSG("Somalia") }, { "SR", MSG("Suriname") }, { "SS", MSG("South Sudan") },
	{ "ST", MSG("Sao Tome & Principe") }, { "SV", MSG("El Salvador") }, { "SX", MSG("St Maarten (Dutch)") },
	{ "SY", MSG("Syria") }, { "SZ", MSG("Eswatini (Swaziland)") }, { "TC", MSG("Turks & Caicos Is") },
	{ "TD", MSG("Chad") }, { "TF", MSG("French S. Terr.") }, { "TG", MSG("Togo") }, { "TH", MSG("Thailand") },
	{ "TJ", MSG("Tajikistan") }, { "TK", MSG("Tokelau") }, { "TL", MSG("East Timor") }, { "TM", MSG("Turkmenistan") },
	{ "TN", MSG("Tunisia") }, { "TO", MSG("Tonga") }, { "TR", MSG("Turkey") }, { "TT", MSG("Trinidad & Tobago") },
	{ "TV", MSG("Tuvalu") }, { "TW", MSG("Taiwan") }, { "TZ", MSG("Tanzania") }, { "UA", MSG("Ukraine") },
	{ "UG", MSG("Uganda") }, { "UM", MSG("US minor outlying islands") }, { "US", MSG("United States") },
	{ "UY", MSG("Uruguay") }, { "UZ", MSG("Uzbekistan") }, { "VA", MSG("Vatican City") }, { "VC", MSG("St Vincent") },
	{ "VE", MSG("Venezuela") }, { "VG", MSG("Virgin Islands (UK)") }, { "VI", MSG("Virgin Islands (US)") },
	{ "VN", MSG("Vietnam") }, { "VU", MSG("Vanuatu") }, { "WF", MSG("Wallis & Futuna") },
	{ "WS", MSG("Samoa (western)") }, { "XK", MSG("Kosovo") }, { "YE", MSG("Yemen") }, { "YT", MSG("Mayotte") }, { "ZA", MSG("South Africa") },
	{ "ZM", MSG("Zambia") }, { "ZW", MSG("Zimbabwe") },
};
/* What people write in English besides, as atlas_key() makes it; each its own code's only. */
static const struct { const char *key; char code[3]; } also[] = {
	{ "america", "US" }, { "antigua and barbuda", "AG" }, { "bosnia", "BA" }, { "bosnia and herzegovina", "BA" },
	{ "britain", "GB" }, { "burma", "MM" }, { "cabo verde", "CV" }, { "central african republic", "CF" },
	{ "czechia", "CZ" }, { "democratic republic of the congo", "CD" }, { "dr congo", "CD" }, { "england", "GB" },
	{ "eswatini", "SZ" }, { "great britain", "GB" }, { "holland", "NL" }, { "ivory coast", "CI" }, { "macao", "MO" },
	{ "myanmar", "MM" }, { "north korea", "KP" }, { "northern ireland", "GB" }, { "republic of ireland", "IE" },
	{ "republic of korea", "KR" }, { "republic of the congo", "CG" }, { "russian federation", "RU" },
	{ "saint kitts and nevis", "KN" }, { "saint lucia", "LC" }, { "saint vincent", "VC" },
	{ "saint vincent and the grenadines", "VC" }, { "samoa", "WS" }, { "sao tome and principe", "ST" },
	{ "scotland", "GB" }, { "south korea", "KR" }, { "swaziland", "SZ" }, { "the netherlands", "NL" },
	{ "timor leste", "TL" }, { "trinidad and tobago", "TT" }, { "turkiye", "TR" }, { "uk", "GB" },
	{ "united kingdom", "GB" }, { "united states of america", "US" }, { "usa", "US" }, { "vatican", "VA" },
	{ "wales", "GB" },
};
static const char *const stateless = MSG("stateless");

const char *
country_name(const char *code)
{
	for (size_t i = 0; i < COUNTRIES; i++)
		if (strcmp(countries[i].code, code) == 0)
			return countries[i].name;
	return NULL;
}

static int
by_key(const void *a, const void *b)
{
	return strcmp(((const struct country *)a)->key, ((const struct country *)b)->key);
}

void
countries_sort(const struct visit *v, struct country into[COUNTRIES])
{
	for (size_t i = 0; i < COUNTRIES; i++) {
		into[i].code = countries[i].code;
		into[i].name = say(v, countries[i].name);
		atlas_key(into[i].name, into[i].key);
	}
	qsort(into, COUNTRIES, sizeof(*into), by_key);
}

/* Does this name, in English or in the visitor's language, come down to the key? */
static bool
is_called(const struct visit *v, const char *name, const char *key)
{
	char own[ATLAS_NAME], said[ATLAS_NAME];

	atlas_key(name, own);
	atlas_key(say(v, name), said);
	return strcmp(own, key) == 0 || strcmp(said, key) == 0;
}

/* A name, or two letters; NULL: nothing known. */
static const char *
code_of(const struct visit *v, const char *typed)
{
	char key[ATLAS_NAME];

	atlas_key(typed, key);
	for (size_t i = 0; i < COUNT(also); i++)
		if (strcmp(also[i].key, key) == 0)
			return also[i].code;
	for (size_t i = 0; i < COUNTRIES; i++)
		if (strcasecmp(countries[i].code, typed) == 0 || is_called(v, countries[i].name, key))
			return countries[i].code;
	return is_called(v, stateless, key) ? stateless : NULL;
}

bool
countries_codes(const struct visit *v, const char *typed, struct buf *into)
{
	for (const char *at = typed, *end; ; at = end + 1) {
		DROP(buf_wipe) struct buf one = {0};
		const char *code;
		size_t n;

		at += strspn(at, " ");
		end = at + strcspn(at, ",;");
		for (n = (size_t)(end - at); n > 0 && at[n - 1] == ' '; n--)
			;
		if (n > 0)
			buf_add(&one, at, n);
		if (one.failed || one.len == 0 || (code = code_of(v, one.data)) == NULL)
			return false;
		if (into->len > 0)
			buf_text(into, ",");
		buf_text(into, code);
		if (*end == '\0')
			return !into->failed;
	}
}

void
countries_say(const struct visit *v, const char *list, struct buf *into)
{
	size_t n;

	if (strcmp(list, stateless) == 0)
		list = say(v, stateless);
	for (; *list != '\0'; list += n) {
		char code[3] = "";
		const char *name;

		list += strspn(list, " ,");
		n = strcspn(list, " ,");
		if (n == 2)
			memcpy(code, list, n);
		if (n == 0)
			return;
		if (into->len > 0)
			buf_text(into, ", ");
		if ((name = country_name(code)) != NULL)
			buf_text(into, say(v, name));
		else
			buf_add(into, list, n);
	}
}
