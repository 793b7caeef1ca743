/* tests/unit/test_caa.c - who may issue, by RFC 8659's own examples and by records nobody should write. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "portal/prover/caa.h"

#define SET_MOST	4
struct row {
	const char	*says;
	enum caa_asked	asked;
	enum caa_verdict verdict;
	struct { unsigned flags; const char *tag, *value; } set[SET_MOST];
};

static const struct row rows[] = {
	{ "we alone", CAA_NAME, CAA_ALLOWS, { { 0, "issue", "troth.example" } } },
	{ "case of tag and name", CAA_NAME, CAA_ALLOWS, { { 0, "ISSUE", "Troth.Example" } } },
	{ "one of several", CAA_NAME, CAA_ALLOWS,
	    { { 0, "issue", "ca1.example.net" }, { 0, "issue", "troth.example" } } },
	{ "others", CAA_NAME, CAA_OTHERS, { { 0, "issue", "ca1.example.net" } } },
	{ "a longer name", CAA_NAME, CAA_OTHERS, { { 0, "issue", "nottroth.example" } } },
	{ "a name below ours", CAA_NAME, CAA_OTHERS, { { 0, "issue", "x.troth.example" } } },
	{ "nobody: ;", CAA_NAME, CAA_OTHERS, { { 0, "issue", ";" } } },
	{ "nobody: empty", CAA_NAME, CAA_OTHERS, { { 0, "issue", "" } } },
	{ "nobody, and we", CAA_NAME, CAA_ALLOWS, { { 0, "issue", ";" }, { 0, "issue", "troth.example" } } },
	{ "spaces", CAA_NAME, CAA_ALLOWS, { { 0, "issue", " \ttroth.example \t;  " } } },
	{ "a parameter", CAA_NAME, CAA_ALLOWS, { { 0, "issue", "troth.example; account=230123" } } },
	{ "two parameters", CAA_NAME, CAA_ALLOWS, { { 0, "issue", "troth.example;a=b ; policy = ev" } } },
	{ "an account restriction", CAA_NAME, CAA_RESTRICTED,
	    { { 0, "issue", "troth.example; accounturi=https://x.example/1" } } },
	{ "a method restriction", CAA_NAME, CAA_RESTRICTED,
	    { { 0, "issue", "troth.example; ValidationMethods=dns-01" } } },
	{ "restricted and free", CAA_NAME, CAA_ALLOWS,
	    { { 0, "issue", "troth.example; accounturi=x" }, { 0, "issue", "troth.example" } } },
	{ "restricted, and others", CAA_NAME, CAA_RESTRICTED,
	    { { 0, "issue", "troth.example; accounturi=x" }, { 0, "issue", "other.example" } } },
	{ "parameter without =", CAA_NAME, CAA_OTHERS, { { 0, "issue", "troth.example; ev" } } },
	{ "parameter with a space in it", CAA_NAME, CAA_OTHERS, { { 0, "issue", "troth.example; a=b c" } } },
	{ "parameter tag", CAA_NAME, CAA_OTHERS, { { 0, "issue", "troth.example; a_b=c" } } },
	{ "a final ;", CAA_NAME, CAA_OTHERS, { { 0, "issue", "troth.example; a=b;" } } },
	{ "two names", CAA_NAME, CAA_OTHERS, { { 0, "issue", "troth.example other.example" } } },
	{ "a comma", CAA_NAME, CAA_OTHERS, { { 0, "issue", "troth.example,other.example" } } },
	{ "a dot at the end", CAA_NAME, CAA_OTHERS, { { 0, "issue", "troth.example." } } },
	{ "an empty label", CAA_NAME, CAA_OTHERS, { { 0, "issue", "troth..example" } } },
	{ "a hyphen in front", CAA_NAME, CAA_OTHERS, { { 0, "issue", "-troth.example" } } },
	{ "quotes in the value", CAA_NAME, CAA_OTHERS, { { 0, "issue", "\"troth.example\"" } } },
	{ "iodef alone", CAA_NAME, CAA_SILENT, { { 0, "iodef", "mailto:a@example.org" } } },
	{ "iodef, critical", CAA_NAME, CAA_SILENT, { { 128, "iodef", "mailto:a@example.org" } } },
	{ "issue, critical", CAA_NAME, CAA_ALLOWS, { { 128, "issue", "troth.example" } } },
	{ "unknown tag", CAA_NAME, CAA_SILENT, { { 0, "tbs", "Unknown" } } },
	{ "unknown tag, critical", CAA_NAME, CAA_CRITICAL, { { 128, "tbs", "Unknown" } } },
	{ "unknown critical beside ours", CAA_NAME, CAA_CRITICAL,
	    { { 0, "issue", "troth.example" }, { 128, "tbs", "Unknown" } } },
	{ "reserved flags are not critical", CAA_NAME, CAA_SILENT, { { 127, "tbs", "Unknown" } } },
	{ "all flags", CAA_NAME, CAA_CRITICAL, { { 255, "tbs", "Unknown" } } },
	{ "known tag's prefix, critical", CAA_NAME, CAA_CRITICAL, { { 128, "issu", "" } } },

	{ "issuewild does not rule names", CAA_NAME, CAA_SILENT, { { 0, "issuewild", ";" } } },
	{ "issue rules wildcards too", CAA_WILDCARD, CAA_ALLOWS, { { 0, "issue", "troth.example" } } },
	{ "issue of others rules wildcards", CAA_WILDCARD, CAA_OTHERS, { { 0, "issue", "ca1.example.net" } } },
	{ "issuewild voids issue", CAA_WILDCARD, CAA_OTHERS,
	    { { 0, "issue", "troth.example" }, { 0, "issuewild", "ca1.example.net" } } },
	{ "issuewild ;", CAA_WILDCARD, CAA_OTHERS, { { 0, "issue", "troth.example" }, { 0, "issuewild", ";" } } },
	{ "issuewild ours", CAA_WILDCARD, CAA_ALLOWS, { { 0, "issue", ";" }, { 0, "issuewild", "troth.example" } } },
	{ "wildcard and iodef", CAA_WILDCARD, CAA_SILENT, { { 0, "iodef", "mailto:a@example.org" } } },
	{ "wildcard, critical unknown", CAA_WILDCARD, CAA_CRITICAL, { { 128, "x", "" } } },

	{ "mail: issue says nothing", CAA_MAIL, CAA_SILENT, { { 0, "issue", ";" }, { 0, "issuewild", ";" } } },
	{ "mail: ours", CAA_MAIL, CAA_ALLOWS, { { 0, "issuemail", "troth.example" } } },
	{ "mail: others", CAA_MAIL, CAA_OTHERS, { { 0, "issuemail", "ca1.example.net" }, { 0, "issue", "troth.example" } } },
	{ "mail: nobody", CAA_MAIL, CAA_OTHERS, { { 0, "issuemail", ";" } } },
	{ "mail: critical known", CAA_MAIL, CAA_ALLOWS, { { 128, "issuemail", "troth.example" } } },
};

static size_t
record(unsigned char *into, unsigned flags, const char *tag, const char *value)
{
	size_t t = strlen(tag), v = strlen(value);

	into[0] = (unsigned char)flags;
	into[1] = (unsigned char)t;
	memcpy(into + 2, tag, t);
	memcpy(into + 2 + t, value, v);
	return 2 + t + v;
}

static void
verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned char bytes[SET_MOST][256];
		struct span set[SET_MOST];
		size_t n = 0;

		for (; n < SET_MOST && rows[i].set[n].tag != NULL; n++)
			set[n] = span_of(bytes[n], record(bytes[n], rows[i].set[n].flags,
			    rows[i].set[n].tag, rows[i].set[n].value));
		if (caa_judge(set, n, "troth.example", rows[i].asked) != rows[i].verdict)
			fail_msg("%s", rows[i].says);
	}
}

/* What cannot be read is treated as critical and unknown, also beside a record that names us. */
static void
malformed(void **state)
{
	static const struct { const char *says; unsigned char bytes[8]; size_t n; } bad[] = {
		{ "nothing", { 0 }, 0 },
		{ "flags alone", { 0 }, 1 },
		{ "no tag", { 0, 0 }, 2 },
		{ "empty tag", { 0, 0, 'x' }, 3 },
		{ "tag past the end", { 0, 5, 'i', 's', 's', 'u' }, 6 },
		{ "tag of length 255", { 0, 255, 'i' }, 3 },
		{ "hyphen in tag", { 0, 3, 'a', '-', 'b', 'x' }, 6 },
		{ "NUL in tag", { 0, 2, 'a', 0, 'x' }, 5 },
		{ "high byte in tag", { 0, 2, 'a', 0xe4, 'x' }, 5 },
	};
	unsigned char ours[64];
	size_t n = record(ours, 0, "issue", "troth.example");

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct span set[2] = { span_of(ours, n), span_of(bad[i].bytes, bad[i].n) };
		struct caa_record r;

		if (caa_read(&r, set[1]) || caa_judge(set, 2, "troth.example", CAA_NAME) != CAA_CRITICAL)
			fail_msg("%s", bad[i].says);
	}
}

/* A value may hold any byte; one with a NUL names nobody. */
static void
bytes_in_value(void **state)
{
	unsigned char bytes[64];
	size_t n = record(bytes, 0, "issue", "troth.example");
	struct span set;

	(void)state;
	bytes[n] = 0;
	set = span_of(bytes, n + 1);
	assert_int_equal(caa_judge(&set, 1, "troth.example", CAA_NAME), CAA_OTHERS);
	bytes[7 + 5] = 0;
	set = span_of(bytes, n);
	assert_int_equal(caa_judge(&set, 1, "troth.example", CAA_NAME), CAA_OTHERS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(malformed),
		cmocka_unit_test(bytes_in_value),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
