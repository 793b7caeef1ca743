/* tests/unit/test_status.c - what nobody asked us for is never good. */
#include "tests/unit/signer_judge.h"

/* Nobody asked us for it: never good. */
static void
test_unknown(void **state)
{
	unsigned char unknown[TICKET_SERIAL] = { 0x11, 0x22 }, hash[32] = { 0x33 };
	struct signer_state st;

	(void)state;
	BAD(signer_by_serial(site.portal, unknown, &st, e), ERR_ABSENT, 0);
	BAD(signer_by_hash(site.portal, hash, &st, e), ERR_ABSENT, 0);
	ocsp_put(PROFILE_ROBOT_TLS, unknown, 1, span_of(NULL, 0));
	OCSP_HOLDS("Cert Status: unknown");
}

/* Good under the issuer that signed it, and under no other. */
static void
test_other_issuer(void **state)
{
	DROP(signer_issued_wipe) struct signer_issued i = {0};
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf req = {0};
	struct signer_state st;

	(void)state;
	one(&t, &req, &i, PROFILE_ROBOT_TLS);
	ocsp_put(PROFILE_ASSURED_TLS, t.serial, 2, span_of(NULL, 0));
	OCSP_HOLDS("Cert Status: unknown");
	ocsp_put(PROFILE_ROBOT_TLS, t.serial, 2, span_of(NULL, 0));
	OCSP_HOLDS("Cert Status: good");
	GOOD(signer_by_serial(site.portal, t.serial, &st, e));
	assert_int_equal(st.status, CERT_VALID);
	assert_int_equal(st.profile, PROFILE_ROBOT_TLS);
	GOOD(signer_by_hash(site.portal, st.sha256, &st, e));
	assert_memory_equal(st.serial, t.serial, TICKET_SERIAL);
}

GROUP(group_start, cmocka_unit_test(test_unknown), cmocka_unit_test(test_other_issuer))
