/* tests/unit/test_issuer.c - issuers' numbers, names and addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "portal/signer/issuer.h"
#include "portal/signer/profile.h"

static const struct { unsigned profile, generation, number; const char *name, *path, *crl; } rows[] = {
	/* the first generation's are those of a site from before there were others */
	{ PROFILE_ROBOT_TLS, 1, 1, "robot-tls", "/ca/robot-tls.crt", "/crl/robot-tls-7.crl" },
	{ PROFILE_ASSURED_MAIL, 1, 4, "assured-mail", "/ca/assured-mail.crt", "/crl/assured-mail-7.crl" },
	{ PROFILE_ROBOT_TLS, 2, 17, "robot-tls-2", "/ca/robot-tls-2.crt", "/crl/robot-tls-2-7.crl" },
	{ PROFILE_ROBOT_MAIL, 16, 242, "robot-mail-16", "/ca/robot-mail-16.crt", "/crl/robot-mail-16-7.crl" },
};

static void
known(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf path = {0}, crl = {0};
		char name[ISSUER_NAME];

		assert_int_equal(issuer_number(rows[i].profile, rows[i].generation), rows[i].number);
		assert_int_equal(issuer_profile(rows[i].number), rows[i].profile);
		assert_int_equal(issuer_generation(rows[i].number), rows[i].generation);
		issuer_name(name, rows[i].number);
		assert_string_equal(name, rows[i].name);
		assert_int_equal(issuer_named(name), rows[i].number);
		issuer_path(&path, rows[i].number);
		issuer_path_crl(&crl, rows[i].number, 7);
		assert_string_equal(path.data, rows[i].path);
		assert_string_equal(crl.data, rows[i].crl);
	}
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++) {
		char name[ISSUER_NAME];

		issuer_name(name, issuer_number(p, 1));
		assert_string_equal(name, profile_get(p)->slug);
	}
}

/* No list of one issuer has the name of another's. */
static void
lists_apart(void **state)
{
	DROP(buf_wipe) struct buf one = {0}, other = {0};

	(void)state;
	issuer_path_crl(&one, issuer_number(PROFILE_ROBOT_TLS, 1), 2);
	issuer_path_crl(&other, issuer_number(PROFILE_ROBOT_TLS, 2), 0);
	assert_string_not_equal(one.data, other.data);
}

static void
unknown(void **state)
{
	static const char *const names[] = { "", "root", "robot-tls-1", "robot-tls-0", "robot-tls-17", "robot-tls-02", "robot-tls-2x", "Robot-tls", "responder" };
	static const unsigned numbers[] = { 0, 5, 15, 16, 21, 256, 257 };
	char name[ISSUER_NAME];

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		assert_int_equal(issuer_named(names[i]), 0);
	for (size_t i = 0; i < COUNT(numbers); i++) {
		assert_int_equal(issuer_profile(numbers[i]), 0);
		issuer_name(name, numbers[i]);
		assert_string_equal(name, "");
	}
	assert_int_equal(issuer_number(PROFILE__COUNT, 1), 0);
	assert_int_equal(issuer_number(0, 1), 0);
	assert_int_equal(issuer_number(PROFILE_ROBOT_TLS, 0), 0);
	assert_int_equal(issuer_number(PROFILE_ROBOT_TLS, ISSUER_GENERATIONS + 1), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(known), cmocka_unit_test(lists_apart), cmocka_unit_test(unknown) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
