/* Certificates of root, issuers and responders: what build.c makes passes, each rule finds what it is there for. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "ledger/base/clock.h"
#include "portal/signer/build.h"
#include "portal/signer/lint_authority.h"

#define NOW	1795339800

static struct ca_key root, key, small;
static struct buf name;
static struct oid level;
static const struct signer_settings set = { .base_url = "http://ca.example.org", .policy_arc = "1.3.6.1.4.1.32473.1" };

static int
start(void **state)
{
	struct build b = { .country = "AT", .organisation = "Verein", .common_name = "Verein Root 2026" };

	(void)state;
	assert_true(ca_key_make(&root, KEY_P384, NULL));
	assert_true(ca_key_make(&key, KEY_P256, NULL));
	assert_true(ca_key_make(&small, KEY_P256, NULL));
	(void)build_subject(&name, &b);
	buf_add(&root.name, name.data, name.len);
	root.not_after = NOW + INT64_C(86400) * 7300;
	assert_true(build_level(&level, &set, 1, NULL));
	return 0;
}

static int
end(void **state)
{
	(void)state;
	ca_key_wipe(&root);
	ca_key_wipe(&key);
	ca_key_wipe(&small);
	buf_wipe(&name);
	return 0;
}

static bool
try_it(unsigned profile, void (*spoil)(struct build *, struct lint_authority *), struct err *e)
{
	bool self = profile == PROFILE_ROOT, issues = profile == PROFILE_TLS_ISSUER || profile == PROFILE_MAIL_ISSUER;
	DROP(build_wipe) struct build b = { .profile = profile, .serial = { 1, 2, 3, [15] = 9 }, .country = "AT",
	    .organisation = "Verein", .common_name = self ? "Verein Root 2026" : "Verein Robot TLS 2026",
	    .not_before = NOW - 3600, .spki = span_buf(self ? &root.spki : &key.spki), .issuer_name = span_buf(&name),
	    .issuer_ski = root.ski, .alg = root.alg, .base_url = set.base_url, .level = issues ? &level : NULL };
	DROP(buf_wipe) struct buf tbs = {0};
	struct lint_authority f = { .profile = profile, .now = NOW, .issuer = &root, .level = b.level };

	b.not_after = b.not_before + profile_get(profile)->life - 1;
	if (issues) {
		buf_text(&b.crl_path, SIGNER_PATH_ROOT_CRL);
		buf_text(&b.issuer_path, SIGNER_PATH_ROOT);
	}
	if (spoil != NULL)
		spoil(&b, &f);
	TRY(build_tbs(&tbs, &b, e));
	return lint_authority(span_buf(&tbs), &f, e);
}

static void people(struct build *b, struct lint_authority *f) { b->individual = f->individual = true; }
static void bound(struct build *b, struct lint_authority *f) { b->constraints = "example.org"; f->constrained = true; }

static void
test_sound(void **state)
{
	void (*const ways[])(struct build *, struct lint_authority *) = { NULL, bound };

	(void)state;
	for (unsigned p = PROFILE_ROOT; p <= PROFILE_RESPONDER; p++)
		for (size_t i = 0; i < COUNT(ways); i++) {
			struct err e = {0};

			if (!try_it(p, ways[i], &e))
				fail_msg("%u: %s", p, e.text);
		}
	assert_true(try_it(PROFILE_MAIL_ISSUER, people, NULL));
}

static void negative(struct build *b, struct lint_authority *f) { (void)f; b->serial[0] = 0x80; }
static void brief(struct build *b, struct lint_authority *f) { (void)f; b->serial[0] = 0; }
static void stranger(struct build *b, struct lint_authority *f) { (void)f; b->issuer_name = span_of("\x30\x00", 2); }
static void algorithm(struct build *b, struct lint_authority *f) { (void)f; b->alg = alg_ecdsa_sha256; }
static void tomorrow(struct build *b, struct lint_authority *f) { (void)f; b->not_before = NOW + 60; }
static void backdated(struct build *b, struct lint_authority *f) { (void)f; b->not_before = NOW - 86401; }
static void outlives(struct build *b, struct lint_authority *f) { b->not_after = f->issuer->not_after + 1; }
static void ancient(struct build *b, struct lint_authority *f) { (void)f; b->not_after = b->not_before + INT64_C(86400) * 9133; }
static void ephemeral(struct build *b, struct lint_authority *f) { (void)f; b->not_after = b->not_before + INT64_C(86400) * 2900; }
static void no_country(struct build *b, struct lint_authority *f) { (void)f; b->country = ""; }
static void lower(struct build *b, struct lint_authority *f) { (void)f; b->country = "at"; }
static void no_organisation(struct build *b, struct lint_authority *f) { (void)f; b->organisation = NULL; }
static void no_name(struct build *b, struct lint_authority *f) { (void)f; b->common_name = NULL; }
static void spaced(struct build *b, struct lint_authority *f) { (void)f; b->organisation = " Verein"; }
static void control(struct build *b, struct lint_authority *f) { (void)f; b->organisation = "Ver\tein"; }
static void no_text(struct build *b, struct lint_authority *f) { (void)f; b->organisation = "Ver\xff" "ein"; }
static void long_name(struct build *b, struct lint_authority *f)
{
	(void)f;
	b->common_name = "a2345678901234567890123456789012345678901234567890123456789012345";
}
static void given(struct build *b, struct lint_authority *f) { (void)f; b->given = "Ada"; }
static void as_root(struct build *b, struct lint_authority *f) { (void)b; f->profile = PROFILE_ROOT; }
static void as_tls(struct build *b, struct lint_authority *f) { (void)b; f->profile = PROFILE_TLS_ISSUER; }
static void as_responder(struct build *b, struct lint_authority *f) { (void)b; f->profile = PROFILE_RESPONDER; }
static void no_level(struct build *b, struct lint_authority *f) { (void)f; b->level = NULL; }
static void levelled(struct build *b, struct lint_authority *f) { (void)f; b->level = &level; }
static void unasked(struct build *b, struct lint_authority *f) { (void)f; b->individual = true; }
static void people_alone(struct build *b, struct lint_authority *f) { (void)b; f->individual = true; }
static void other_ski(struct build *b, struct lint_authority *f) { (void)f; b->issuer_ski = small.ski; }
static void https(struct build *b, struct lint_authority *f) { (void)f; b->base_url = "https://ca.example.org"; }
static void no_crl(struct build *b, struct lint_authority *f) { (void)f; buf_reset(&b->crl_path); }
static void no_issuer(struct build *b, struct lint_authority *f) { (void)f; buf_reset(&b->issuer_path); }
static void issued_at(struct build *b, struct lint_authority *f) { (void)f; buf_text(&b->issuer_path, SIGNER_PATH_ROOT); }
static void free_of(struct build *b, struct lint_authority *f) { (void)b; f->constrained = true; }
static void bound_alone(struct build *b, struct lint_authority *f) { (void)f; b->constraints = "example.org"; }
static void named(struct build *b, struct lint_authority *f)
{
	static const struct ticket_name host = { NAME_DNS, "www.example.org" };

	(void)f;
	b->names = &host;
	b->name_count = 1;
}

static const struct { unsigned profile; const char *rule; void (*spoil)(struct build *, struct lint_authority *); } cases[] = {
	{ PROFILE_ROOT, "serial", negative }, { PROFILE_ROOT, "serial", brief },
	{ PROFILE_ROOT, "issuer and", stranger }, { PROFILE_TLS_ISSUER, "issuer and", stranger },
	{ PROFILE_TLS_ISSUER, "issuer and", algorithm }, { PROFILE_ROOT, "begins", tomorrow },
	{ PROFILE_ROOT, "begins", backdated }, { PROFILE_MAIL_ISSUER, "ends", outlives }, { PROFILE_ROOT, "ends", ancient },
	{ PROFILE_ROOT, "ends", ephemeral }, { PROFILE_MAIL_ISSUER, "subject", no_country }, { PROFILE_RESPONDER, "subject", lower },
	{ PROFILE_RESPONDER, "subject", no_organisation }, { PROFILE_TLS_ISSUER, "subject", no_name },
	{ PROFILE_TLS_ISSUER, "subject", spaced }, { PROFILE_TLS_ISSUER, "subject", control },
	{ PROFILE_TLS_ISSUER, "subject", no_text }, { PROFILE_RESPONDER, "subject", long_name },
	{ PROFILE_RESPONDER, "subject", given }, { PROFILE_TLS_ISSUER, "basic", as_responder },
	{ PROFILE_RESPONDER, "basic", as_tls }, { PROFILE_MAIL_ISSUER, "extended key usage", as_tls },
	{ PROFILE_TLS_ISSUER, "policies", no_level }, { PROFILE_RESPONDER, "policies", levelled },
	{ PROFILE_MAIL_ISSUER, "policies", people_alone }, { PROFILE_MAIL_ISSUER, "policies", unasked },
	{ PROFILE_TLS_ISSUER, "key identifiers", other_ski }, { PROFILE_TLS_ISSUER, "addresses", https },
	{ PROFILE_TLS_ISSUER, "addresses", no_crl }, { PROFILE_MAIL_ISSUER, "addresses", no_issuer },
	{ PROFILE_RESPONDER, "addresses", issued_at }, { PROFILE_ROOT, "name constraints", free_of },
	{ PROFILE_TLS_ISSUER, "name constraints", bound_alone }, { PROFILE_RESPONDER, "no other", named },
	{ PROFILE_TLS_ISSUER, "issuer and", as_root },
};

static void
test_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err e = {0};

		if (try_it(cases[i].profile, cases[i].spoil, &e) || e.kind != ERR_INPUT || strstr(e.text, cases[i].rule) == NULL)
			fail_msg("%zu: wanted '%s', got '%s'", i, cases[i].rule, e.text);
	}
}

/* Cut anywhere it is no certificate. */
static void
test_cut(void **state)
{
	static const unsigned char some[] = { 0x30, 0x03, 0xa0, 0x03, 0x02 };
	struct lint_authority f = { .profile = PROFILE_ROOT, .now = NOW, .issuer = &root };

	(void)state;
	for (size_t n = 0; n <= sizeof(some); n++)
		assert_false(lint_authority(span_of(some, n), &f, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound), cmocka_unit_test(test_rules), cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, start, end);
}
