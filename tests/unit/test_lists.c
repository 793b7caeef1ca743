/* tests/unit/test_lists.c - lists of revoked certificates, several an issuer. */
#include "tests/unit/signer_judge.h"

/* Several lists an issuer: each certificate names its own, and verifiers take it for no other. */
static void
test_shards(void **state)
{
	static const char *const sets[] = { "ca.crl.shards=3" }, *const more[] = { "ca.crl.shards=4" };
	DROP(signer_issued_wipe) struct signer_issued i = {0};
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf req = {0};
	struct ticket end;
	struct receipt r;
	uint32_t own;

	(void)state;
	assert_int_equal(site_stop(&site, SIGTERM), 0);
	site_start(&site, sets, 1);
	one(&t, &req, &i, PROFILE_ROBOT_TLS);
	pem_put("crt.pem", &i.certificate);
	pem_put("issuer.pem", &i.issuer);
	own = (uint32_t)(((uint64_t)t.serial[12] << 24 | (uint64_t)t.serial[13] << 16 |
	    (uint64_t)t.serial[14] << 8 | t.serial[15]) % 3);
	ticket_change(&site, &end, TICKET_REVOKE, &t, 0);
	GOOD(change(&site, &end, &r, e));
	for (uint32_t shard = 0; shard < 3; shard++) {
		DROP(buf_wipe) struct buf crl = {0};
		char path[256], root[256], issuer[256], crt[256], uri[64];
		bool changed;

		GOOD(signer_crl(site.clerk, PROFILE_ROBOT_TLS, shard, &changed, &crl, e));
		file_put(site.dir, "shard.crl", crl.data, crl.len);
		path_of(path, "shard.crl");
		path_of(root, "signer/root.crt");
		path_of(issuer, "issuer.pem");
		path_of(crt, "crt.pem");
		JUDGE(&site, "openssl", "crl", "-inform", "DER", "-in", path, "-noout", "-text");
		snprintf(uri, sizeof(uri), "/crl/robot-tls-%u.crl", shard);
		assert_non_null(strstr(out_text(&site), "X509v3 Issuing Distribution Point: critical"));
		assert_non_null(strstr(out_text(&site), uri));
		assert_int_not_equal(RUN(&site, "openssl", "verify", "-CAfile", root, "-untrusted", issuer,
		    "-CRLfile", path, "-crl_check", crt), 0);
		assert_non_null(strstr(out_text(&site), shard == own ? "certificate revoked" : "CRL scope"));
	}
	/* Fewer would leave certificates whose list nobody makes. */
	assert_int_equal(site_stop(&site, SIGTERM), 0);
	assert_int_not_equal(RUN(&site, site.program, "--state", site.dir), 0);
	assert_non_null(strstr(out_text(&site), "ca.crl.shards was 3"));
	site_start(&site, more, 1);
}

GROUP(group_start, cmocka_unit_test(test_shards))
