/* tests/unit/test_settings.c - the product's own table, and what contradicts itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/settings.h"

#define NOWHERE	"/tmp/no/such/state"

static void
presets(void **state)
{
	DROP(conf_drop) struct conf *c = NULL;
	struct settings s;
	struct err e = {0};

	(void)state;
	assert_true(settings_load(&c, &s, NOWHERE, NULL, 0, &e));
	assert_int_equal(s.session_idle, 30 * 60);
	assert_int_equal(s.session_idle_shared, 5 * 60);
	assert_int_equal(s.session_life, 12 * 3600);
	assert_int_equal(s.fresh_life, 10 * 60);
	assert_int_equal(s.old_token_life, 2 * 60);
	assert_int_equal(s.join_life, 48 * 3600);
	assert_int_equal(s.reset_tries, 5);
	assert_int_equal(s.reset_window, 30 * 86400);
	assert_int_equal(s.reset_bar, 72 * 3600);
	assert_int_equal(s.once_life, 60);
	assert_int_equal(s.lost_wait, 14 * 86400);
	assert_int_equal(s.trusted_wait, 30 * 86400);
	assert_int_equal(s.dormant_wait, 60 * 86400);
	assert_int_equal(s.domain_reprove, 200 * 86400);
	assert_int_equal(s.caa_life, 8 * 3600);
	assert_string_equal(s.caa_identity, s.site_host);
	assert_int_equal(s.tls_robot_life, 90 * 86400);
	assert_int_equal(s.tls_assured_life, 199 * 86400);
	assert_int_equal(s.mail_assured_life, 730 * 86400);
	assert_int_equal(s.suspension_life, 30 * 86400);
	assert_string_equal(s.bind_address, "127.0.0.1");
	assert_false(s.unwalled);
	assert_false(settings_public(&s));
}

/* Each row's place is one member of its own kind, and no other row's. */
static void
places(void **state)
{
	(void)state;
	for (size_t i = 0; i < setting_count; i++) {
		const struct conf_row *r = &setting_rows[i];

		assert_true(r->at < sizeof(struct settings));
		assert_true(strlen(r->says) > 10 && r->says[strlen(r->says) - 1] == '.');
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(r->name, setting_rows[k].name);
			assert_true(r->at != setting_rows[k].at);
		}
	}
	/* Every member has its row: the members' sizes add up to the struct, but for padding. */
	size_t sum = 0;

	for (size_t i = 0; i < setting_count; i++)
		sum += setting_rows[i].kind == CONF_BOOL ? sizeof(bool) :
		    setting_rows[i].kind == CONF_TEXT ? sizeof(char *) : sizeof(int64_t);
	assert_true(sum <= sizeof(struct settings) && sum + 8 * 8 > sizeof(struct settings));
}

static const struct { const char *set[2], *says; } refused[] = {
	{ { "session.idle=13h", NULL }, "session.idle is longer than session.life" },
	{ { "session.idle=4m", "session.idle_shared=5m" }, "session.idle_shared is longer than session.idle" },
	{ { "session.fresh=1h", "session.life=30m" }, "longer than session.life" },
	{ { "domain.life=100d", NULL }, "domain.reprove is longer than domain.life" },
	{ { "ca.life.tls_robot=100d", "ca.life.tls_assured=99d" }, "ca.life.tls_robot is longer" },
	{ { "ca.life.tls_assured=200d", NULL }, "ca.life.tls_assured" },	/* the most is not recommended */
	{ { "ca.life.mail_assured=825d", NULL }, "ca.life.mail_assured" },
	{ { "ca.crl.refresh=1d", "ca.crl.life=1d" }, "ca.crl.refresh must be shorter" },
	{ { "ca.country=xx", NULL }, "ca.country" },
	{ { "ca.country=DEU", NULL }, "ca.country" },
	{ { "ca.country=UK", NULL }, "ca.country" },
	{ { "ca.country=XK", NULL }, "ca.country" },
	{ { "ca.organisation=", NULL }, "ca.organisation" },
	{ { "ca.organisation=. -", NULL }, "ca.organisation" },
	{ { "ca.organisation=_/_", NULL }, "ca.organisation" },
	{ { "ca.organisation=Tro\tth", NULL }, "ca.organisation" },
	{ { "ca.organisation=Tro\xc2\x85" "th", NULL }, "ca.organisation" },
	{ { "ca.organisation=Tro\xffth", NULL }, "ca.organisation" },
	{ { "ca.root_list.life=366d", NULL }, "ca.root_list.life" },
	{ { "site.host=", NULL }, "site.host" },
	{ { "site.host=Example.org", NULL }, "site.host" },
	{ { "site.host=a;b", NULL }, "site.host" },
	{ { "site.host=-a", NULL }, "site.host" },
	{ { "site.host=a..b", NULL }, "site.host" },
	{ { "site.host=example.org.", NULL }, "site.host" },
	{ { "site.host=h\xc3\xb6st.example", NULL }, "xn--" },
	{ { "site.host=a234567890123456789012345678901234567890123456789012345678901234.org", NULL }, "site.host" },
	{ { "prover.caa_identity=Example.org", NULL }, "prover.caa_identity" },
	{ { "prover.caa_identity=ca.example.org ", NULL }, "prover.caa_identity" },
	{ { "ca.constraints=<b>", NULL }, "ca.constraints" },
	{ { "ca.constraints=example.org, example.com", NULL }, "ca.constraints" },
	{ { "ca.constraints=b\xc3\xbc" "cher.example", NULL }, "ca.constraints" },
	{ { "ca.constraints=org", NULL }, "ca.constraints" },
	{ { "site.logo=logo.png", NULL }, "site.logo" },
	{ { "site.logo=/static/../roots", NULL }, "site.logo" },
	{ { "ledger.origin=a b", NULL }, "ledger.origin" },
	{ { "ledger.origin=a+b", NULL }, "ledger.origin" },
	{ { "trust.ttp.countries=DE,FR", NULL }, "trust.ttp.countries" },
	{ { "trust.ttp.countries=DEU", NULL }, "trust.ttp.countries" },
	{ { "site.bind=localhost", NULL }, "site.bind" },
	{ { "smtp.url=ftp://mail.example.org", NULL }, "smtp.url" },
	{ { "smtp.url=smtp://", NULL }, "smtp.url" },
	{ { "smtp.url=smtp://mail.example.org:abc", NULL }, "smtp.url" },
	{ { "smtp.url=smtp://mail.example.org:123456", NULL }, "smtp.url" },
	{ { "smtp.url=smtp://mail.example.org:25:26", NULL }, "smtp.url" },
	{ { "smtp.url=smtp://user:password@mail.example.org", NULL }, "smtp.url" },
	{ { "smtp.url=smtp://mail example.org", NULL }, "smtp.url" },
	{ { "smtp.url=smtp://h\xc3\xb6st.example", NULL }, "smtp.url" },
	{ { "smtp.url=smtp://[::1", NULL }, "smtp.url" },
	{ { "mail.from=troth", NULL }, "mail.from" },
	{ { "mail.from=a@b@c", NULL }, "mail.from" },
	{ { "mail.from=\xc3\x9cni@example.org", NULL }, "mail.from" },
	{ { "post.address=cases@b\xc3\xbc" "cher.example", NULL }, "post.address" },
	{ { "ca.policy_arc=hello", NULL }, "ca.policy_arc" },
	{ { "ca.policy_arc=1..2", NULL }, "ca.policy_arc" },
	{ { "ca.policy_arc=1.40.3", NULL }, "ca.policy_arc" },
	{ { "ca.policy_arc=0.100", NULL }, "ca.policy_arc" },
	{ { "prover.resolver=dns.example.org", NULL }, "prover.resolver" },
	{ { "prover.resolver=127.0.0.1@", NULL }, "prover.resolver" },
	{ { "prover.stub=example.org", NULL }, "prover.stub" },
	{ { "prover.stub=example.org=127.0.0.1@53,=::1", NULL }, "prover.stub" },
	{ { "smtp.user=x", NULL }, "smtp.password_file" },
	{ { "nginx.tls_key=/x", NULL }, "nginx.tls_certificate" },
	{ { "reset.tries=0", NULL }, "reset.tries takes 1 to 20" },
	{ { "caa.life=9h", NULL }, "caa.life takes" },
	{ { "lost.wait=6d", NULL }, "lost.wait takes" }, { { "lost.wait=46d", NULL }, "lost.wait takes" },
	{ { "trusted.wait=1d", NULL }, "trusted.wait takes" }, { { "dormant.wait=29d", NULL }, "dormant.wait takes" },
	{ { "frob=1", NULL }, "no setting is called 'frob'" },
};

static void
contradictions(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct conf *c = NULL;
		struct settings s;
		struct err e = {0};

		assert_false(settings_load(&c, &s, NOWHERE, refused[i].set, refused[i].set[1] == NULL ? 1 : 2, &e));
		assert_int_equal(e.kind, ERR_INPUT);
		assert_non_null(strstr(e.text, refused[i].says));
		assert_null(c);
	}
}

/* What may be written in more than one way is taken in each. */
static void
taken(void **state)
{
	static const char *const good[] = { "site.host=[::1]", "site.host=ca.example.org", "site.host=intranet", "site.host=xn--hst-sna.example",
	    "smtp.url=smtp://[::1]:25", "smtp.url=smtp://Mail.Example.org:587", "smtp.url=smtp://mail_relay:25", "smtp.url=smtp://mail.example.org.",
	    "smtp.url=smtps://mail.example.org", "smtp.url=smtp://192.0.2.1:587/ca.example.org",
	    "ca.constraints=example.org,example.com", "site.logo=/static/logo.svg", "ledger.origin=ca.example.org/ledger",
	    "trust.ttp.countries=DE FR  AT", "prover.caa_identity=ca.example.org" };

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		DROP(conf_drop) struct conf *c = NULL;
		struct settings s;
		struct err e = {0};

		if (!settings_load(&c, &s, NOWHERE, &good[i], 1, &e))
			fail_msg("%s: %s", good[i], e.text);
	}
}

static void
command_lines(void **state)
{
	static char *const good[] = { "troth-keeper", "--state", "DIR", "--set", "a=1", "--set", "b=2" };
	static char *const bad[][4] = {
		{ "p", NULL }, { "p", "--state", NULL }, { "p", "--set", "a=1", NULL }, { "p", "--frob", "x", NULL },
		{ "p", "--state", "a", "b" }, { "p", "DIR", NULL },
	};
	struct command_line c;
	struct err e = {0};

	(void)state;
	assert_true(command_line_read(&c, COUNT(good), (char **)(uintptr_t)good, &e));
	assert_string_equal(c.state, "DIR");
	assert_int_equal(c.set_count, 2);
	assert_string_equal(c.sets[1], "b=2");
	for (size_t i = 0; i < COUNT(bad); i++) {
		int n = 0;

		while (n < 4 && bad[i][n] != NULL)
			n++;
		e = (struct err){0};
		assert_false(command_line_read(&c, n, (char **)(uintptr_t)bad[i], &e));
		assert_int_equal(e.kind, ERR_INPUT);
		assert_non_null(strstr(e.text, "usage: p --state DIR"));
	}
}

/* Seconds set and the day of making, and what comes of it. */
static const struct { int64_t set, now, life; } lives[] = {
	{ 199 * 86400, 1805068799, 199 * 86400 }, { 199 * 86400, 1805068800, 99 * 86400 },
	{ 90 * 86400, 1805068800, 90 * 86400 }, { 90 * 86400, 1868227199, 90 * 86400 },
	{ 90 * 86400, 1868227200, 46 * 86400 }, { 7 * 86400, 1868227200, 7 * 86400 },
};

static void
server_lives(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lives); i++)
		assert_int_equal(settings_tls_life(lives[i].set, lives[i].now), lives[i].life);
}

static void
domain_proofs(void **state)
{
	static const struct { int64_t set, now, life; } rows[] = {
		{ 200, 1805068799, 200 }, { 200, 1805068800, 100 }, { 90, 1805068800, 90 }, { 200, 1868227199, 100 },
		{ 200, 1868227200, 10 }, { 7, 1868227200, 7 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(settings_domain_reprove(rows[i].set * 86400, rows[i].now), rows[i].life * 86400);
}

/* All that the portal may open finds room beside an eighth for strangers and three sixteenths for others; one worker more may start. */
static void
room_for_the_portal(void **state)
{
	static const struct { int64_t workers, threads, opened; } rows[] = {
		{ 1, 9, 2 * 18 }, { 2, 24, 3 * 48 }, { 16, 24, 17 * 48 }, { 64, 256, 65 * 288 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct settings s = { .portal_workers = rows[i].workers, .portal_threads = rows[i].threads };
		int64_t room = settings_connections(&s);

		assert_true(room >= 512);
		assert_true(room - room / 8 - 3 * (room / 16) >= rows[i].opened);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(presets), cmocka_unit_test(places), cmocka_unit_test(contradictions), cmocka_unit_test(taken),
		cmocka_unit_test(command_lines), cmocka_unit_test(server_lives), cmocka_unit_test(domain_proofs), cmocka_unit_test(room_for_the_portal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
