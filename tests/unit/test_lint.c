/* What build.c makes passes the lint; each rule finds what it is there for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include "ledger/base/clock.h"
#include "portal/signer/build.h"
#include "portal/signer/lint.h"

#define NOW	1795339800

static struct ca_key ca, subject, big;
static struct oid level[3];
static struct signer_settings set = { .base_url = "http://ca.example.org", .organisation = "Test",
	.country = "XX", .policy_arc = "1.3.6.1.4.1.32473.1", .crl_shards = 1,
	.tls_robot_life = 90 * 86400, .tls_assured_life = 199 * 86400,
	.mail_robot_life = 180 * 86400, .mail_assured_life = 730 * 86400 };
static struct ticket_name hosts[3] = { { NAME_DNS, "www.example.org" }, { NAME_DNS, "*.example.org" },
	{ NAME_DNS, "example.org" } };
static struct ticket_name boxes[1] = { { NAME_MAIL, "ada@example.org" } };

static int
start(void **state)
{
	static const unsigned char name[] = { 0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 6, 3, 0x55, 4, 3, 0x0c, 1, 'T' };

	(void)state;
	clock_fix(NOW);
	assert_true(ca_key_make(&ca, KEY_P256, NULL));
	assert_true(ca_key_make(&subject, KEY_P256, NULL));
	assert_true(ca_key_make(&big, KEY_P384, NULL));
	buf_add(&ca.name, name, sizeof(name));
	ca.not_after = NOW + INT64_C(86400) * 3650;
	assert_true(build_level(&level[1], &set, 1, NULL));
	assert_true(build_level(&level[2], &set, 2, NULL));
	return 0;
}

static int
end(void **state)
{
	(void)state;
	ca_key_wipe(&ca);
	ca_key_wipe(&subject);
	ca_key_wipe(&big);
	return 0;
}

static struct ticket
ticket_of(enum profile p)
{
	struct ticket t = { .act = TICKET_ISSUE, .profile = (uint8_t)p, .serial = { 1, 2, 3, [15] = 9 },
	    .not_before = NOW - 300, .names = profile_is_mail(p) ? boxes : hosts,
	    .name_count = profile_is_mail(p) ? 1 : 3 };

	t.not_after = t.not_before + signer_life(&set, p) - 1;
	return t;
}

/* Build from t with what `spoil` makes of it, then lint. */
static bool
try_it(const struct ticket *t, void (*spoil)(struct build *, struct lint_facts *), struct err *e)
{
	const struct profile_row *p = profile_get(t->profile);
	DROP(build_wipe) struct build b = {0};
	DROP(buf_wipe) struct buf tbs = {0};
	struct lint_facts f = { .mail = profile_is_mail(t->profile), .now = NOW,
	    .client_auth = t->options != 0, .life = signer_life(&set, t->profile), .issuer = &ca,
	    .level = &level[p->level], .serial = t->serial };

	TRY(build_ticket(&b, t, span_buf(&subject.spki), t->profile, &ca, &level[p->level], &set, e));
	f.individual = b.individual;
	if (spoil != NULL)
		spoil(&b, &f);
	TRY(build_tbs(&tbs, &b, e));
	return lint_tbs(span_buf(&tbs), &f, e);
}

static void
test_sound(void **state)
{
	(void)state;
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++) {
		struct ticket t = ticket_of(p);
		struct err e = {0};

		if (!try_it(&t, NULL, &e))
			fail_msg("%u: %s", p, e.text);
		if (profile_is_mail(p)) {
			t.options = TICKET_CLIENT_AUTH;
			assert_true(try_it(&t, NULL, &e));
		}
		if (p == PROFILE_ASSURED_MAIL) {
			snprintf(t.given, sizeof(t.given), "Ada");
			assert_true(try_it(&t, NULL, &e));	/* one name: a surname */
			snprintf(t.family, sizeof(t.family), "Lovelace");
			snprintf(t.common_name, sizeof(t.common_name), "Ada Lovelace");
			assert_true(try_it(&t, NULL, &e));
			snprintf(t.common_name, sizeof(t.common_name), "Somebody Else");
			assert_false(try_it(&t, NULL, &e));
			assert_int_equal(e.kind, ERR_INPUT);
		}
	}
}

/* A first name longer than a common name may be: no subject, and names critical. */
static void
test_long_name(void **state)
{
	struct ticket_name one = { NAME_DNS, "a234567890123456789012345678901234567890.b234567890123456789012345.example.org" };
	struct ticket t = ticket_of(PROFILE_ROBOT_TLS);
	struct err e = {0};

	(void)state;
	t.names = &one;
	t.name_count = 1;
	if (!try_it(&t, NULL, &e))
		fail_msg("%s", e.text);
}

static const unsigned char other_serial[TICKET_SERIAL] = { 9 };
static struct ticket_name twice[2] = { { NAME_DNS, "a.example.org" }, { NAME_DNS, "a.example.org" } };
static struct ticket_name upper[1] = { { NAME_DNS, "WWW.example.org" } };
static struct ticket_name nothing[1] = { { NAME_DNS, "xn--zzzzz-9.example.org" } };
static struct ticket_name reverse[1] = { { NAME_DNS, "2.0.192.in-addr.arpa" } };
static struct ticket_name onion[1] = { { NAME_DNS, "aaaaaaaaaaaaaaaa.onion" } };

static void serial(struct build *b, struct lint_facts *f) { (void)b; f->serial = other_serial; }
static void algorithm(struct build *b, struct lint_facts *f) { (void)f; b->alg = alg_ecdsa_sha384; }
static void issuer(struct build *b, struct lint_facts *f) { (void)f; b->issuer_name = span_of("\x30\x00", 2); }
static void longer(struct build *b, struct lint_facts *f) { (void)f; b->not_after++; }
static void longer_rule(struct build *b, struct lint_facts *f) { f->life *= 10; b->not_after = b->not_before + 201 * 86400; }
static void early(struct build *b, struct lint_facts *f) { (void)f; b->not_before -= 49 * 3600; b->not_after -= 49 * 3600; }
static void late(struct build *b, struct lint_facts *f) { (void)f; b->not_before += 49 * 3600; b->not_after += 49 * 3600; }
static void outlives(struct build *b, struct lint_facts *f) { (void)b; ((struct ca_key *)(uintptr_t)f->issuer)->not_after = b->not_after - 1; }
static void country(struct build *b, struct lint_facts *f) { (void)f; b->country = "DE"; }
static void surname(struct build *b, struct lint_facts *f) { (void)f; b->surname = "Lovelace"; }
static void space(struct build *b, struct lint_facts *f) { (void)f; b->common_name = " www.example.org"; }
static void doubled(struct build *b, struct lint_facts *f) { (void)f; b->names = twice; b->name_count = 2; b->common_name = "a.example.org"; }
static void shouted(struct build *b, struct lint_facts *f) { (void)f; b->names = upper; b->name_count = 1; b->common_name = "WWW.example.org"; }
static void punycode(struct build *b, struct lint_facts *f) { (void)f; b->names = nothing; b->name_count = 1; b->common_name = nothing[0].text; }
static void reversed(struct build *b, struct lint_facts *f) { (void)f; b->names = reverse; b->name_count = 1; b->common_name = reverse[0].text; }
static void hidden(struct build *b, struct lint_facts *f) { (void)f; b->names = onion; b->name_count = 1; b->common_name = onion[0].text; }
static void nameless(struct build *b, struct lint_facts *f) { (void)f; b->name_count = 0; }
static void stranger(struct build *b, struct lint_facts *f) { (void)f; b->common_name = "other.example.org"; }
static void client(struct build *b, struct lint_facts *f) { (void)f; b->options = TICKET_CLIENT_AUTH; }
static void other_level(struct build *b, struct lint_facts *f) { (void)f; b->level = &level[2]; }
static void no_level(struct build *b, struct lint_facts *f) { (void)f; b->level = NULL; }
static void individual(struct build *b, struct lint_facts *f) { (void)f; b->individual = true; }
static void https(struct build *b, struct lint_facts *f) { (void)f; b->base_url = "https://ca.example.org"; }
static void no_crl(struct build *b, struct lint_facts *f) { (void)f; buf_reset(&b->crl_path); }
static void no_issuer(struct build *b, struct lint_facts *f) { (void)f; buf_reset(&b->issuer_path); }
static void other_ski(struct build *b, struct lint_facts *f) { (void)f; b->issuer_ski = subject.ski; }
static void mail(struct build *b, struct lint_facts *f) { (void)f; b->profile = PROFILE_ROBOT_MAIL; }
static void ca_profile(struct build *b, struct lint_facts *f) { (void)f; b->profile = PROFILE_TLS_ISSUER; }
static void responder(struct build *b, struct lint_facts *f) { (void)f; b->profile = PROFILE_RESPONDER; }
static void ed25519(struct build *b, struct lint_facts *f)
{
	static unsigned char spki[44] = { 0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0 };

	(void)f;
	b->spki = span_of(spki, sizeof(spki));
	b->profile = PROFILE_ROBOT_MAIL;
}

static const struct { const char *rule; void (*spoil)(struct build *, struct lint_facts *); } cases[] = {
	{ "serial", serial }, { "signature algorithm", algorithm }, { "issuer is", issuer },
	{ "life", longer }, { "life", longer_rule }, { "begins", early }, { "begins", late },
	{ "ends no later", outlives }, { "only the allowed attributes", country },
	{ "only the allowed attributes", surname }, { "clean UTF-8", space },
	{ "twice", doubled }, { "names have", shouted }, { "names have", nameless },
	{ "names have", punycode }, { "names have", reversed }, { "names have", hidden },
	{ "common name", stranger }, { "extended key usage", client },
	{ "policy", other_level }, { "policy", no_level }, { "policy", individual },
	{ "CRL address", https }, { "CRL address", no_crl }, { "authority access", no_issuer },
	{ "authority key", other_ski }, { "key usage", mail }, { "key usage", ca_profile },
	{ "extended key usage", responder }, { "key of an allowed", ed25519 },
};

static void
test_rules(void **state)
{
	int64_t keep = ca.not_after;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ticket t = ticket_of(PROFILE_ROBOT_TLS);
		struct err e = {0};

		ca.not_after = keep;
		if (try_it(&t, cases[i].spoil, &e) || e.kind != ERR_INPUT || strstr(e.text, cases[i].rule) == NULL)
			fail_msg("wanted '%s', got '%s'", cases[i].rule, e.text);
	}
	ca.not_after = keep;
}

/* BR 6.3.2: a server certificate of the day before lives 200 days, of the day itself 100, two years on 47. */
static const struct { int64_t now, days; } lives[] = {
	{ 1805068799, 200 }, { 1805068800, 100 }, { 1868227199, 100 }, { 1868227200, 47 },
};

static int64_t made, days;
static void dated(struct build *b, struct lint_facts *f)
{
	f->now = b->not_before = made;
	f->life = 1000 * 86400;
	b->not_after = made + days * 86400 - 1;
}

static void
test_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lives); i++) {
		struct ticket t = ticket_of(PROFILE_ROBOT_TLS);
		struct err e = {0};

		made = lives[i].now;
		days = lives[i].days;
		if (!try_it(&t, dated, &e))
			fail_msg("%s", e.text);
		days++;
		assert_false(try_it(&t, dated, &e));
		assert_non_null(strstr(e.text, "life"));
	}
}

/* ---- RSA ---- */

static unsigned char rsa[700];
static size_t rsa_len;
static void with_rsa(struct build *b, struct lint_facts *f) { (void)f; b->spki = span_of(rsa, rsa_len); }

/* An RSA key signs and is sent keys, and is taken as DER alone: its bytes go into the certificate. */
static void
test_rsa(void **state)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	unsigned char *at = rsa;
	struct err e = {0};

	(void)state;
	rsa_len = (size_t)i2d_PUBKEY(key, &at);
	EVP_PKEY_free(key);
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++) {
		struct ticket t = ticket_of(p);

		if (!try_it(&t, with_rsa, &e))
			fail_msg("%u: %s", p, e.text);
	}

	struct ticket t = ticket_of(PROFILE_ROBOT_TLS);

	/* 30 82 .. 30 0d (13) 03 82 .. 00 30 82 .. 02 82 01 01 00 N: a modulus below zero, and one with a zero too many */
	assert_int_equal(rsa[32], 0);
	assert_int_equal(key_kind_of(span_of(rsa, rsa_len), NULL), KEY_RSA);
	rsa[32] = 0x80;
	assert_int_equal(key_kind_of(span_of(rsa, rsa_len), NULL), 0);
	rsa[32] = 0;
	rsa[33] &= 0x7f;
	assert_int_equal(key_kind_of(span_of(rsa, rsa_len), NULL), 0);
	assert_false(try_it(&t, with_rsa, &e));
}

/* The bytes of a structure flipped one by one: it reads on, and finds most. */
static void
test_flips(void **state)
{
	struct ticket t = ticket_of(PROFILE_ROBOT_TLS);
	DROP(build_wipe) struct build b = {0};
	DROP(buf_wipe) struct buf tbs = {0};
	struct lint_facts f = { .now = NOW, .life = set.tls_robot_life, .issuer = &ca,
	    .level = &level[1], .serial = t.serial };
	size_t unseen = 0;

	(void)state;
	assert_true(build_ticket(&b, &t, span_buf(&subject.spki), t.profile, &ca, &level[1], &set, NULL));
	assert_true(build_tbs(&tbs, &b, NULL));
	for (size_t i = 0; i < tbs.len; i++) {
		tbs.data[i] ^= 0x20;
		unseen += lint_tbs(span_buf(&tbs), &f, NULL);
		tbs.data[i] ^= 0x20;
		assert_false(lint_tbs(span_of(tbs.data, i), &f, NULL));
	}
	/* Left: the key's own bits and letters of names and addresses. */
	assert_true(unseen < 64 + 100);
}

static void
test_shards(void **state)
{
	unsigned char s[TICKET_SERIAL] = { 1, [14] = 1, [15] = 3 };

	(void)state;
	assert_int_equal(build_shard(s, &set), 0);
	set.crl_shards = 7;
	assert_int_equal(build_shard(s, &set), 259 % 7);
	set.crl_shards = 1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound), cmocka_unit_test(test_long_name),
		cmocka_unit_test(test_rules), cmocka_unit_test(test_dates), cmocka_unit_test(test_rsa),
		cmocka_unit_test(test_flips), cmocka_unit_test(test_shards),
	};

	return cmocka_run_group_tests(tests, start, end);
}
