/* tests/unit/test_issuers.c - which issuers there are, and what the root's list says of them; openssl judges new ones. */
#include "portal/control/issuer_advice.h"
#include "portal/signer/authority.h"
#include "portal/signer/issuers.h"
#include "portal/signer/root_list.h"
#include "tests/unit/signer_root.h"

#define YEAR	(365 * DAY)

static const char *self;
static struct site site;
static char dir[128];

static void
in_folder(const char *name, char into[256])
{
	snprintf(into, 256, "%s/%.100s", dir, name);
}

static void
read_all(struct issuers *l, size_t want)
{
	GOOD(issuers_read(l, dir, e));
	assert_int_equal(l->count, want);
}

static void
the_ceremonys(void **state)
{
	DROP(issuers_wipe) struct issuers l = {0};

	(void)state;
	read_all(&l, 4);
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++) {
		const struct issuer_facts *f = issuers_signing(&l, p);

		assert_non_null(f);
		assert_int_equal(f->number, p);
		assert_ptr_equal(f, issuers_get(&l, p));
		assert_true(f->newest && f->revoked_at == 0 && f->not_before <= clock_now() && f->not_after > clock_now() + 9 * YEAR);
	}
	assert_null(issuers_get(&l, issuer_number(PROFILE_ROBOT_TLS, 2)));
}

/* Of the same shape as the ceremony's, under a name of its own. */
static void
another(void **state)
{
	DROP(issuers_wipe) struct issuers l = {0};
	char root[256], crt[256], ocsp[256];

	(void)state;
	root_makes(&site, issuer_number(PROFILE_ASSURED_MAIL, 2));
	read_all(&l, 5);
	assert_int_equal(issuers_signing(&l, PROFILE_ASSURED_MAIL)->number, issuer_number(PROFILE_ASSURED_MAIL, 2));
	assert_false(issuers_get(&l, PROFILE_ASSURED_MAIL)->newest);
	assert_true(issuers_get(&l, PROFILE_ROBOT_MAIL)->newest);
	in_folder("root.crt", root);
	in_folder("assured-mail-2.crt", crt);
	in_folder("assured-mail-2-ocsp.crt", ocsp);
	JUDGE(&site, "openssl", "verify", "-x509_strict", "-CAfile", root, crt);
	JUDGE(&site, "openssl", "verify", "-x509_strict", "-purpose", "ocsphelper", "-CAfile", root, "-untrusted", crt, ocsp);
	JUDGE(&site, "openssl", "x509", "-in", crt, "-noout", "-text");
	assert_non_null(strstr(out_text(&site), "Assured Mail G2 20"));
	assert_non_null(strstr(out_text(&site), "pathlen:0"));
	JUDGE(&site, "certtool", "--verify", "--load-ca-certificate", root, "--infile", crt);
}

/* A revoked newest one leaves its place empty: no older one takes it. */
static void
revoked(void **state)
{
	DROP(issuers_wipe) struct issuers l = {0}, after = {0};
	const struct issuer_facts *f;
	char advice[ISSUER_ADVICE], root[256], crl[256];

	(void)state;
	read_all(&l, 5);
	root_revokes(&site, issuers_get(&l, issuer_number(PROFILE_ASSURED_MAIL, 2))->serial, 1);
	read_all(&after, 5);
	f = issuers_get(&after, issuer_number(PROFILE_ASSURED_MAIL, 2));
	assert_true(f->revoked_at >= clock_now() - 60 && f->reason == 1);
	issuer_state(advice, f, clock_now());
	assert_non_null(strstr(advice, "keyCompromise"));
	assert_null(issuers_signing(&after, PROFILE_ASSURED_MAIL));
	assert_non_null(issuers_signing(&after, PROFILE_ROBOT_MAIL));
	assert_int_equal(issuers_get(&after, PROFILE_ASSURED_MAIL)->revoked_at, 0);
	issuer_advice(advice, &after, PROFILE_ASSURED_MAIL, &site.set, clock_now());
	assert_non_null(strstr(advice, "has no successor"));
	/* Once more: it stands on the list once, with its first reason. */
	root_revokes(&site, f->serial, 4);
	in_folder("root.crt", root);
	in_folder("root.crl", crl);
	JUDGE(&site, "openssl", "crl", "-inform", "DER", "-in", crl, "-CAfile", root, "-noout", "-text");
	assert_non_null(strstr(out_text(&site), "Key Compromise"));
	assert_null(strstr(out_text(&site), "Superseded"));
	assert_null(strstr(strstr(out_text(&site), "Serial Number") + 1, "Serial Number"));
	root_makes(&site, issuer_number(PROFILE_ASSURED_MAIL, 3));
	issuers_wipe(&after);
	read_all(&after, 6);
	assert_int_equal(issuers_signing(&after, PROFILE_ASSURED_MAIL)->number, issuer_number(PROFILE_ASSURED_MAIL, 3));
	/* The one between was lost: the newest stays the newest. */
	in_folder("assured-mail-2.crt", crl);
	in_folder("lost", root);
	assert_int_equal(rename(crl, root), 0);
	issuers_wipe(&after);
	read_all(&after, 5);
	assert_int_equal(issuers_signing(&after, PROFILE_ASSURED_MAIL)->number, issuer_number(PROFILE_ASSURED_MAIL, 3));
	assert_int_equal(rename(root, crl), 0);
}

/* A year before the longest certificate no longer fits. */
static void
ends_too_soon(void **state)
{
	DROP(issuers_wipe) struct issuers l = {0};
	char advice[ISSUER_ADVICE];

	(void)state;
	read_all(&l, 6);
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++) {
		int64_t due = issuers_signing(&l, p)->not_after - signer_life(&site.set, (enum profile)p) - YEAR;

		issuer_advice(advice, &l, p, &site.set, due - 1);
		assert_string_equal(advice, "");
		issuer_advice(advice, &l, p, &site.set, due);
		assert_non_null(strstr(advice, "it is of no use after"));
		issuer_advice(advice, &l, p, &site.set, due + YEAR);
		assert_non_null(strstr(advice, "it is of no use since"));
		l.root_not_after = issuers_signing(&l, p)->not_after;
		issuer_advice(advice, &l, p, &site.set, due);
		assert_non_null(strstr(advice, "the root itself ends on"));
		l.root_not_after = INT64_MAX;
	}
}

/* With other bytes in a file's place nothing is read. */
static void
damaged(void **state)
{
	static const struct { const char *file, *by; enum err_kind kind; } rows[] = {
		{ "robot-tls.crt", "robot-tls-ocsp.crt", ERR_TAMPER }, { "assured-mail-3.crt", "assured-mail-2-ocsp.crt", ERR_TAMPER },
		{ "root.crt", "robot-tls.crt", ERR_TAMPER }, { "robot-mail.crt", NULL, ERR_IO }, { "root.crl", NULL, ERR_IO },
		{ "robot-mail.crt", "root.crl", ERR_IO }, { "root.crl", "root.crt", ERR_IO },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(issuers_wipe) struct issuers l = {0};
		char path[256], kept[256], by[256];

		in_folder(rows[i].file, path);
		in_folder("kept", kept);
		assert_int_equal(rename(path, kept), 0);
		if (rows[i].by != NULL) {
			in_folder(rows[i].by, by);
			assert_int_equal(link(by, path), 0);
		}
		BAD(issuers_read(&l, dir, e), rows[i].kind, 0);
		assert_int_equal(rename(kept, path), 0);
	}
}

static void
reasons(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 12; i++)
		if (issuer_reason_name(i) != NULL)
			assert_int_equal(issuer_reason_named(issuer_reason_name(i)), i);
	assert_string_equal(issuer_reason_name(1), "keyCompromise");
	assert_string_equal(issuer_reason_name(5), "cessationOfOperation");
	assert_null(issuer_reason_name(6));		/* no hold on issuers */
	assert_int_equal(issuer_reason_named("certificateHold"), 0);
}

static int
start(void **state)
{
	(void)state;
	site_make(&site, self, NULL, 0);
	snprintf(dir, sizeof(dir), "%s/signer", site.dir);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	site_remove(&site);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_ceremonys), cmocka_unit_test(another), cmocka_unit_test(revoked),
		cmocka_unit_test(ends_too_soon), cmocka_unit_test(damaged), cmocka_unit_test(reasons) };

	(void)argc;
	self = argv[0];
	return cmocka_run_group_tests(tests, start, end);
}
