/* Domains: which names, which proofs, for how long, and what removing one takes with it. */
#include "privacy/facts/challenge.h"
#include "tests/unit/ca_rig.h"

static void
names(void **state)
{
	static const struct { const char *name; bool good; } rows[] = {
		{ "example.org", true }, { "a.b.c.example.org", true }, { "xn--bcher-kva.example", true },
		{ "1.example.org", true }, { "example.x1", true }, { "a-b.example", true },
		{ "", false }, { "example", false }, { "Example.org", false }, { "example.org.", false },
		{ ".example.org", false }, { "a..example.org", false }, { "-a.example", false },
		{ "a-.example", false }, { "a_b.example", false }, { "*.example.org", false },
		{ "192.0.2.1", false }, { "example.1", false }, { "b\xc3\xbc" "cher.example", false },
		{ "ab--cd.example", false }, { "a b.example", false }, { "a/b.example", false },
		{ "a123456789012345678901234567890123456789012345678901234567890123.org", false },
		{ "a12345678901234567890123456789012345678901234567890123456789012.org", true },
	};
	char long_name[300] = "";

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (domain_name_ok(rows[i].name) != rows[i].good)
			fail_msg("%s", rows[i].name);
	for (int i = 0; i < 126; i++)
		memcpy(long_name + 2 * i, "a.", 3);
	memcpy(long_name + 252, "a", 2);
	assert_int_equal(strlen(long_name), 253);
	assert_true(domain_name_ok(long_name));
	memcpy(long_name + 253, "a", 2);
	assert_false(domain_name_ok(long_name));
}

static void
adding(void **state)
{
	static const char *const zones[] = { "2.0.192.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa", "aaaaaaaaaaaaaaaa.onion" };
	DROP(call_wipe) struct call c = { .ca = *state };
	int64_t id = ca_domain(c.ca, c.ca->ana, "example.org");
	char name[256];
	struct span s;

	ca_begin(&c, c.ca->ana);
	pack_text(&c.in, "example.org");
	ca_refused(&c, KEEPER_DOMAIN_ADD, ERR_CONFLICT, WHY_DOMAIN_KNOWN);
	ca_begin(&c, c.ca->ana);
	pack_text(&c.in, "localhost");
	ca_refused(&c, KEEPER_DOMAIN_ADD, ERR_INPUT, WHY_DOMAIN_SHAPE);
	for (size_t i = 0; i < COUNT(zones); i++) {
		ca_begin(&c, c.ca->ana);
		pack_text(&c.in, zones[i]);
		ca_refused(&c, KEEPER_DOMAIN_ADD, ERR_INPUT, WHY_DOMAIN_RESERVED);
	}
	/* somebody else may have the same one, and it is not the same row */
	assert_int_not_equal(ca_domain(c.ca, c.ca->ben, "example.org"), id);
	ca_begin(&c, c.ca->ben);
	pack_i64(&c.in, id);
	ca_refused(&c, KEEPER_DOMAIN_LOOK, ERR_ABSENT, 0);
	ca_begin(&c, c.ca->ana);
	s = ca_good(&c, KEEPER_DOMAINS);
	assert_int_equal(unpack_u32(&s), 1);
	assert_int_equal(unpack_i64(&s), id);
	unpack_text(&s, name, sizeof(name));
	assert_string_equal(name, "example.org");
	assert_int_equal(unpack_i64(&s), 0);
	assert_int_equal(unpack_i64(&s), 0);
	assert_int_equal(unpack_u8(&s), 0);
	assert_int_equal(unpack_u8(&s), 0);
	assert_int_equal(unpack_u32(&s), 0);
	assert_true(unpack_end(&s, "domains", NULL));
	ca_sound(c.ca);
}

/* ---- statements ---- */

struct try { enum proof_method method; const char *name, *nonce; enum statement_result result;
	int64_t age; enum why why; };

static void
tell(struct call *c, int64_t id, const struct try *t, const char *nonce)
{
	DROP(buf_wipe) struct buf wire = {0};

	ca_statement(c->ca, &wire, STATEMENT_PROOF, t->method, t->name,
	    t->nonce == NULL ? nonce : t->nonce, t->result, rig_now(&c->ca->rig) - t->age);
	ca_begin(c, c->ca->ana);
	pack_i64(&c->in, id);
	pack_bytes(&c->in, wire.data, wire.len);
}

static void
statements(void **state)
{
	static const struct try rows[] = {
		{ PROOF_DNS, "example.net", NULL, SAW_IT, 0, WHY_PROOF },
		{ PROOF_DNS, "a.example.org", NULL, SAW_IT, 0, WHY_PROOF },
		{ PROOF_DNS, "example.org", "bm90IG91cnM", SAW_IT, 0, WHY_PROOF },
		{ PROOF_HTTP, "example.org", NULL, SAW_IT, 0, WHY_PROOF },
		{ PROOF_DNS, "example.org", NULL, SAW_IT, STATEMENT_YOUNG + 1, WHY_PROOF },
		{ PROOF_DNS, "example.org", NULL, SAW_IT, -61, WHY_PROOF },
		{ PROOF_DNS, "example.org", NULL, SAW_NOTHING, 0, WHY_PROOF_FAILED },
		{ PROOF_DNS, "example.org", NULL, SAW_OTHER, 0, WHY_PROOF_FAILED },
		{ PROOF_DNS, "example.org", NULL, SAW_BOGUS, 0, WHY_PROOF_FAILED },
		{ PROOF_DNS, "example.org", NULL, SAW_NO_ANSWER, 0, WHY_PROOF_FAILED },
	};
	DROP(call_wipe) struct call c = { .ca = *state };
	int64_t id = ca_domain(c.ca, c.ca->ana, "example.org");
	struct try good = { PROOF_DNS, "example.org", NULL, SAW_IT, 5, 0 };
	char nonce[64], again[64];

	ca_challenge(c.ca, c.ca->ana, id, PROOF_DNS, "", nonce);
	ca_challenge(c.ca, c.ca->ana, id, PROOF_DNS, "", again);
	assert_string_equal(nonce, again);	/* it may stand in the DNS already */
	assert_int_equal(strlen(nonce), 43);
	for (size_t i = 0; i < COUNT(rows); i++) {
		tell(&c, id, &rows[i], nonce);
		ca_refused(&c, KEEPER_DOMAIN_PROVED, ERR_DENIED, rows[i].why);
	}
	/* not the prover's hand */
	tell(&c, id, &good, nonce);
	c.in.data[c.in.len - 1] ^= 1;
	ca_refused(&c, KEEPER_DOMAIN_PROVED, ERR_DENIED, WHY_PROOF);
	c.in.data[c.in.len - 1] ^= 1;
	ca_good(&c, KEEPER_DOMAIN_PROVED);
	/* once: the challenge is closed */
	ca_refused(&c, KEEPER_DOMAIN_PROVED, ERR_DENIED, WHY_PROOF);
	ca_sound(c.ca);
}

/* Each failed look leaves a line saying what was seen. */
static void
failures_are_recorded(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	int64_t id = ca_domain(c.ca, c.ca->ana, "example.org");
	struct try bad = { PROOF_DNS, "example.org", NULL, SAW_NOTHING, 0, 0 };
	char nonce[64], object[256];
	struct span s;

	ca_challenge(c.ca, c.ca->ana, id, PROOF_DNS, "", nonce);
	tell(&c, id, &bad, nonce);
	ca_refused(&c, KEEPER_DOMAIN_PROVED, ERR_DENIED, WHY_PROOF_FAILED);
	ca_begin(&c, c.ca->ana);
	pack_i64(&c.in, 0);
	pack_u32(&c.in, 1);
	s = ca_good(&c, KEEPER_HISTORY);
	unpack_i64(&s);
	assert_int_equal(unpack_u32(&s), 1);
	unpack_i64(&s), unpack_i64(&s), unpack_i64(&s);
	assert_int_equal(unpack_u8(&s), KIND_OWN);
	assert_int_equal(unpack_u8(&s), ACTOR_OWNER);
	assert_int_equal(unpack_u32(&s), PURPOSE_DOMAIN_PROVE);
	assert_int_equal(unpack_i64(&s), FIELD_BIT(FIELD_DOMAIN));
	unpack_text(&s, object, sizeof(object));
	assert_string_equal(object, "example.org: TXT records: 2, none fits");
	ca_sound(c.ca);
}

/* ---- mails ---- */

static void
by_mail(void **state)
{
	static const char *const boxes[] = { "admin", "administrator", "webmaster", "hostmaster",
	    "postmaster", "root" };
	static const char *const bad[] = { "", "info", "Admin", "admin@", "ana" };
	DROP(call_wipe) struct call c = { .ca = *state };
	int64_t id = ca_domain(c.ca, c.ca->ana, "example.org");
	struct rig_mail m, old;
	char nonce[64], to[64];
	struct span s;

	for (size_t i = 0; i < COUNT(bad); i++) {
		ca_begin(&c, c.ca->ana);
		pack_i64(&c.in, id);
		pack_u8(&c.in, PROOF_MAIL);
		pack_text(&c.in, bad[i]);
		ca_refused(&c, KEEPER_DOMAIN_CHALLENGE, ERR_INPUT, WHY_MAILBOX);
	}
	for (size_t i = 0; i < COUNT(boxes); i++) {
		ca_challenge(c.ca, c.ca->ana, id, PROOF_MAIL, boxes[i], nonce);
		assert_string_equal(nonce, "");
		old = m;
		assert_true(rig_mail_of(&c.ca->rig, MAIL_DOMAIN, &m));
		snprintf(to, sizeof(to), "%s@example.org", boxes[i]);
		assert_string_equal(m.to, to);
		assert_string_equal(m.object, "example.org");
		if (i > 0)		/* only the newest link works */
			assert_false(rig_take(&c.ca->rig, old.token));
	}
	assert_true(rig_take(&c.ca->rig, m.token));
	assert_false(rig_take(&c.ca->rig, m.token));
	assert_int_equal(c.ca->rig.err.why, WHY_TOKEN);
	ca_begin(&c, c.ca->ana);
	s = ca_good(&c, KEEPER_DOMAINS);
	unpack_u32(&s), unpack_i64(&s), unpack_bytes(&s);
	assert_int_equal(unpack_i64(&s), rig_now(&c.ca->rig));
	assert_int_equal(unpack_i64(&s), rig_now(&c.ca->rig) + c.ca->rig.set.domain_life);
	assert_int_equal(unpack_u8(&s), PROOF_MAIL);
	assert_int_equal(unpack_u8(&s), 1);
	ca_sound(c.ca);
}

/* ---- what a proof is good for ---- */

static void
covering(void **state)
{
	static const struct { const char *name; enum why why; } rows[] = {
		{ "example.org", 0 }, { "www.example.org", 0 }, { "a.b.example.org", 0 },
		{ "*.example.org", 0 }, { "*.b.example.org", 0 },
		{ "notexample.org", WHY_NAME_NOT_YOURS }, { "org.example", WHY_NAME_NOT_YOURS },
		{ "example.org.evil.example", WHY_NAME_NOT_YOURS }, { "*.org", WHY_DOMAIN_SHAPE },
		{ "**.example.org", WHY_DOMAIN_SHAPE }, { "*.*.example.org", WHY_DOMAIN_SHAPE },
		{ "w*.example.org", WHY_DOMAIN_SHAPE }, { "WWW.example.org", WHY_DOMAIN_SHAPE },
		{ "www.unproved.example", WHY_DOMAIN_UNPROVED },
		{ "http.example", 0 }, { "www.http.example", WHY_DOMAIN_UNPROVED }, { "*.http.example", WHY_DOMAIN_WILDCARD },
	};
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(buf_wipe) struct buf wire = {0};
	int64_t id, on;
	char nonce[64];
	struct err e;

	ca_proved(c.ca, c.ca->ana, "example.org");
	ca_domain(c.ca, c.ca->ana, "unproved.example");
	id = ca_domain(c.ca, c.ca->ana, "http.example");
	ca_challenge(c.ca, c.ca->ana, id, PROOF_HTTP, "", nonce);
	ca_statement(c.ca, &wire, STATEMENT_PROOF, PROOF_HTTP, "http.example", nonce, SAW_IT, rig_now(&c.ca->rig));
	ca_begin(&c, c.ca->ana);
	pack_i64(&c.in, id);
	pack_bytes(&c.in, wire.data, wire.len);
	ca_good(&c, KEEPER_DOMAIN_PROVED);
	for (size_t i = 0; i < COUNT(rows); i++) {
		e = (struct err){0};
		if (domain_covers(&c.ca->rig.keeper, c.ca->ana_member, rows[i].name,
		    rig_now(&c.ca->rig), &on, &e) != (rows[i].why == 0) || e.why != (uint32_t)rows[i].why)
			fail_msg("%s: why %u", rows[i].name, e.why);
	}
	/* nobody else's */
	assert_false(domain_covers(&c.ca->rig.keeper, c.ca->ana_member + 1, "example.org",
	    rig_now(&c.ca->rig), &on, &e));
}

static void
proofs_grow_old(void **state)
{
	struct ca *ca = *state;
	struct keeper *k = &ca->rig.keeper;
	int64_t then = rig_now(&ca->rig), id;
	struct err e;

	ca_proved(ca, ca->ana, "example.org");
	ca->rig.set.domain_reprove = 90 * DAY;	/* less than what is allowed then: test_settings.c */
	assert_true(domain_covers(k, ca->ana_member, "example.org", then + ca->rig.set.domain_reprove - 1, &id, &e));
	assert_false(domain_covers(k, ca->ana_member, "example.org", then + ca->rig.set.domain_reprove, &id, &e));
	assert_int_equal(e.why, WHY_DOMAIN_STALE);
	assert_false(domain_covers(k, ca->ana_member, "example.org", then + ca->rig.set.domain_life, &id, &e));
	assert_int_equal(e.why, WHY_DOMAIN_UNPROVED);
	/* From 2029-03-15 on a proof of eleven days is too old, whatever is set; the rig's clock stands far before. */
	ca->rig.set.domain_reprove = ca->rig.set.domain_life = 10 * 365 * (int64_t)DAY;
	assert_false(domain_covers(k, ca->ana_member, "example.org", INT64_C(1868227200), &id, &e));
	assert_int_equal(e.why, WHY_DOMAIN_STALE);
}

/* A statement that came late is the older proof: the newer one keeps its day and its method. */
static void
an_older_proof_changes_nothing(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	int64_t id = ca_domain(c.ca, c.ca->ana, "example.org");
	struct try late = { PROOF_DNS, "example.org", NULL, SAW_IT, 5, 0 };
	char nonce[64], mailed[64];
	struct rig_mail m;
	struct span s;

	ca_challenge(c.ca, c.ca->ana, id, PROOF_DNS, "", nonce);
	ca_challenge(c.ca, c.ca->ana, id, PROOF_MAIL, "root", mailed);
	assert_true(rig_mail_of(&c.ca->rig, MAIL_DOMAIN, &m));
	assert_true(rig_take(&c.ca->rig, m.token));
	tell(&c, id, &late, nonce);
	ca_good(&c, KEEPER_DOMAIN_PROVED);
	ca_begin(&c, c.ca->ana);
	s = ca_good(&c, KEEPER_DOMAINS);
	unpack_u32(&s), unpack_i64(&s), unpack_bytes(&s);
	assert_int_equal(unpack_i64(&s), rig_now(&c.ca->rig));
	unpack_i64(&s);
	assert_int_equal(unpack_u8(&s), PROOF_MAIL);
}

static void
challenges_end(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	int64_t id = ca_domain(c.ca, c.ca->ana, "example.org");
	struct try good = { PROOF_DNS, "example.org", NULL, SAW_IT, 0, 0 };
	char nonce[64], next[64];

	ca_challenge(c.ca, c.ca->ana, id, PROOF_DNS, "", nonce);
	rig_later(&c.ca->rig, CHALLENGE_LIFE);
	ca_again(c.ca);
	tell(&c, id, &good, nonce);
	ca_refused(&c, KEEPER_DOMAIN_PROVED, ERR_DENIED, WHY_PROOF);
	ca_challenge(c.ca, c.ca->ana, id, PROOF_DNS, "", next);
	assert_string_not_equal(nonce, next);
	ca_sweep(c.ca);
}

static void
removing(void **state)
{
	static const struct ca_order o = { .profile = PROFILE_ROBOT_TLS, .names = { "www.example.org" } };
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0}, gone = {0};
	int64_t id = ca_proved(c.ca, c.ca->ana, "example.org");
	struct rig_block b;
	struct span s;

	ca_issue(c.ca, c.ca->ana, &o, "certificate", &t);
	ca_fresh(c.ca);
	ca_begin(&c, c.ca->ana);
	pack_i64(&c.in, id);
	pack_u8(&c.in, 0);
	ca_refused(&c, KEEPER_DOMAIN_REMOVE, ERR_CONFLICT, WHY_DOMAIN_IN_USE);
	ca_begin(&c, c.ca->ana);
	pack_i64(&c.in, id);
	pack_u8(&c.in, 1);
	s = ca_good(&c, KEEPER_DOMAIN_REMOVE);
	assert_int_equal(unpack_u32(&s), 1);
	assert_true(ticket_unpack(&gone, unpack_bytes(&s), c.ca->rig.keys.ticket, NULL));
	assert_int_equal(gone.act, TICKET_REVOKE);
	assert_memory_equal(gone.serial, t.serial, TICKET_SERIAL);
	ca_changed(c.ca, &gone, CERT_REVOKED);
	assert_int_equal(ca_state(c.ca, t.serial), REGISTER_REVOKED);
	ca_begin(&c, c.ca->ana);
	pack_i64(&c.in, id);
	ca_refused(&c, KEEPER_DOMAIN_LOOK, ERR_ABSENT, 0);
	assert_true(rig_look(&c.ca->rig, KEEPER_WHO, c.ca->ana, &c.out, &b));
	assert_int_equal(b.steps & STEP_DOMAIN, 0);
	/* it may come back, unproved */
	ca_domain(c.ca, c.ca->ana, "example.org");
	ca_sound(c.ca);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names), CA_CASE(adding), CA_CASE(statements),
		CA_CASE(failures_are_recorded), CA_CASE(by_mail), CA_CASE(covering),
		CA_CASE(proofs_grow_old), CA_CASE(an_older_proof_changes_nothing), CA_CASE(challenges_end), CA_CASE(removing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
