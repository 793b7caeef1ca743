/* tests/unit/test_country.c - names of countries: found by code, listed in the order of the visitor's language. */
#include "tests/unit/place.h"
#include "tests/unit/catalog.h"
#include "portal/trust/country.h"
#include "privacy/facts/person.h"

static const struct pair german[] = {
	{ "", "Content-Type: text/plain; charset=UTF-8\n" },
	{ "Austria", "Österreich" },
	{ "Germany", "Deutschland" },
	{ "New Zealand", "Neuseeland" },
};

static void
by_code(void **state)
{
	static const char *const none[] = { "", "D", "de", "DEU", "XX", "D ", "\xc3\x9c" };

	(void)state;
	assert_string_equal(country_name("NZ"), "New Zealand");
	assert_string_equal(country_name("AD"), "Andorra");
	assert_string_equal(country_name("ZW"), "Zimbabwe");
	for (size_t i = 0; i < COUNT(none); i++)
		assert_null(country_name(none[i]));
}

static size_t
where(const struct country *c, const char *code)
{
	size_t i = 0;

	while (strcmp(c[i].code, code) != 0)
		assert_true(++i < COUNTRIES);
	return i;
}

static void
in_order(void **state)
{
	static struct country c[COUNTRIES];
	struct visit v = {0};

	(void)state;
	countries_sort(&v, c);
	for (size_t i = 0; i < COUNTRIES; i++) {
		assert_string_equal(country_name(c[i].code), c[i].name);
		if (i > 0)
			assert_true(strcmp(c[i - 1].key, c[i].key) <= 0);
	}
	/* an accent does not send a name to the end */
	assert_int_equal(where(c, "AX") + 1, where(c, "AL"));
	assert_true(where(c, "AT") < where(c, "DE"));
}

static void
in_another_language(void **state)
{
	static struct country c[COUNTRIES];
	DROP(buf_wipe) struct buf mo = {0}, said = {0};
	struct visit v = {0};
	const char *lang;
	struct err e = {0};

	(void)state;
	make_mo(&mo, german, COUNT(german), false);
	GOOD(words_add("de", span_buf(&mo), &e));
	v.words = words_pick("de", &lang);
	countries_sort(&v, c);
	assert_string_equal(c[where(c, "AT")].name, "Österreich");
	assert_true(where(c, "DE") < where(c, "EC") && where(c, "OM") < where(c, "AT") && where(c, "AT") < where(c, "PK"));
	countries_say(&v, "NZ DE", &said);
	assert_string_equal(said.data, "Neuseeland, Deutschland");
	words_drop();
}

/* What an operator wrote: blanks where they fall, and codes nobody knows as they are. */
static void
lists(void **state)
{
	static const struct { const char *list, *says; } rows[] = {
		{ "", "" }, { "   ", "" }, { "NZ", "New Zealand" }, { " NZ  TO ", "New Zealand, Tonga" },
		{ "NZ QQ", "New Zealand, QQ" }, { "nz", "nz" }, { "ABC", "ABC" }, { "stateless", "stateless" },
	};
	struct visit v = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf said = {0};

		countries_say(&v, rows[i].list, &said);
		assert_string_equal(said.len == 0 ? "" : said.data, rows[i].says);
	}
}

static void
codes(void **state)
{
	static const struct { const char *typed, *codes; } rows[] = {
		{ "Germany", "DE" }, { "germany, BRAZIL", "DE,BR" }, { "Deutschland; New Zealand", "DE,NZ" },
		{ "österreich", "AT" }, { "Osterreich", "AT" }, { "nz", "NZ" }, { " nz , DE ", "NZ,DE" }, { "XK", "XK" }, { "Kosovo", "XK" },
		{ "UK", "GB" }, { "United Kingdom", "GB" }, { "usa", "US" }, { "Bosnia and Herzegovina", "BA" },
		{ "Bosnia & Herzegovina", "BA" }, { "Côte d'Ivoire", "CI" }, { "cote d ivoire", "CI" }, { "Korea (South)", "KR" },
		{ "stateless", "stateless" }, { "Stateless", "stateless" },
		{ "", NULL }, { " ", NULL }, { ",", NULL }, { "DE,", NULL }, { ",DE", NULL }, { "Atlantis", NULL }, { "DE, Atlantis", NULL },
		{ "QQ", NULL }, { "DE BR", NULL }, { "Germ", NULL }, { "\xff", NULL }, { "!", NULL },
	};
	DROP(buf_wipe) struct buf mo = {0};
	struct visit v = {0};
	const char *lang;
	struct err e = {0};

	(void)state;
	make_mo(&mo, german, COUNT(german), false);
	GOOD(words_add("de", span_buf(&mo), &e));
	v.words = words_pick("de", &lang);
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf into = {0};
		bool good = countries_codes(&v, rows[i].typed, &into);

		assert_int_equal(good, rows[i].codes != NULL);
		if (good)
			assert_string_equal(into.data, rows[i].codes);
	}
	words_drop();
}

/* Each name leads back to its code, whatever else countries are called: no two come down to one key. */
static void
names_lead_back(void **state)
{
	static struct country c[COUNTRIES];
	struct visit v = {0};

	(void)state;
	countries_sort(&v, c);
	for (size_t i = 0; i < COUNTRIES; i++) {
		DROP(buf_wipe) struct buf into = {0}, name = {0};

		assert_true(countries_codes(&v, c[i].name, &into));
		assert_string_equal(into.data, c[i].code);
		countries_say(&v, c[i].code, &name);
		assert_string_equal(name.data, c[i].name);
		assert_true(person_country_ok(c[i].code[0], c[i].code[1]));
	}
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(by_code), cmocka_unit_test(in_order), cmocka_unit_test(in_another_language),
		cmocka_unit_test(lists), cmocka_unit_test(codes), cmocka_unit_test(names_lead_back),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
