/* tests/unit/test_trust_policy.c - the web of trust's numbers: defaults, bounds, contradictions, ages of consent. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/trust_policy.h"
#include "tests/unit/trust_preset.h"

static bool
load(struct conf **c, struct trust_policy *p, const char *const *sets, size_t n, struct err *e)
{
	return conf_load(c, trust_rows, trust_row_count, p, NULL, sets, n, e);
}

static void
presets(void **state)
{
	static const int64_t give[] = { 10, 15, 20, 25, 30, 35 }, from[] = { 10, 20, 30, 40, 50 };
	struct trust_policy p;
	struct err e = {0};

	(void)state;
	trust_policy_preset(&p);
	assert_true(trust_policy_check(&p, &e));
	for (int i = 0; i < TRUST_STEPS; i++) {
		assert_int_equal(p.give[i], give[i]);
		if (i > 0)
			assert_int_equal(p.from[i - 1], from[i - 1]);
	}
	assert_int_equal(p.assurance_cap, 100);
	assert_int_equal(p.experience_cap, 50);
	assert_int_equal(p.experience_step, 2);
	assert_int_equal(p.two_from, 50);
	assert_int_equal(p.three_from, 100);
	assert_int_equal(p.again, 2 * 365 * 86400);
	assert_int_equal(p.meeting_oldest, 365 * 86400);
	assert_int_equal(p.withdraw, 48 * 3600);
	assert_int_equal(p.object, 14 * 86400);
	assert_int_equal(p.fall, 60 * 86400);
	assert_int_equal(p.founding_points, 35);
	assert_int_equal(p.founding_life, 365 * 86400);
	assert_true(p.founders_least == 4 && p.founders_most == 6);
	assert_true(p.adult_age == 18 && p.giver_age == 14 && p.minor_most == 10);
	assert_true(p.handover_life == 24 * 3600 && p.handover_printed == 60 * 86400);
	assert_true(p.handover_wrong == 3 && p.handover_idle == 2 * 3600);
	assert_true(p.event_pass == 7 * 86400 && p.slip_life == 60 * 86400);
	assert_true(p.challenge_questions == 25 && p.challenge_pass == 80 && p.challenge_retry == 3600);
	assert_true(p.ttp_count == 2 && p.ttp_points == 35 && p.topup_points == 35);
	assert_true(p.names_from == 50 && p.assurer_from == 100 && p.event_points == 100);
	assert_true(p.directory_most == 50 && p.paper_life == 7LL * 365 * 86400);
	assert_string_equal(p.places_file, "/usr/share/zoneinfo/zone1970.tab");
}

/* Each row's place is one member, no other row's; every member has its row. */
static void
places(void **state)
{
	size_t sum = 0;

	(void)state;
	for (size_t i = 0; i < trust_row_count; i++) {
		const struct conf_row *r = &trust_rows[i];

		assert_true(strncmp(r->name, "trust.", 6) == 0);
		assert_true(strlen(r->says) > 10 && r->says[strlen(r->says) - 1] == '.');
		for (size_t k = 0; k < i; k++)
			assert_true(strcmp(r->name, trust_rows[k].name) != 0 && r->at != trust_rows[k].at);
		sum += 8;
	}
	assert_int_equal(sum, sizeof(struct trust_policy));
}

static const struct { const char *set[2], *says; } refused[] = {
	{ { "trust.give.1=-1" }, "trust.give.1 takes 0 to 100" },
	{ { "trust.give.6=101" }, "trust.give.6 takes" },
	{ { "trust.give.2=9" }, "trust.give.2 is less" },
	{ { "trust.give.6=29" }, "trust.give.6 is less" },
	{ { "trust.give.3.from=10" }, "trust.give.3.from is not more" },
	{ { "trust.give.6.from=51" }, "trust.give.6.from is more than trust.experience.cap" },
	{ { "trust.experience.cap=49" }, "trust.give.6.from is more than" },
	{ { "trust.two_assurers=101" }, "trust.two_assurers is more" },
	{ { "trust.names=101" }, "trust.names is more" },
	{ { "trust.cap=99" }, "nobody gets there" },
	{ { "trust.name.points=51" }, "trust.name.points is more" },
	{ { "trust.event.points=101" }, "trust.event.points is more" },
	{ { "trust.senior=51" }, "trust.senior is more" },
	{ { "trust.founders.least=7" }, "trust.founders.least is more" },
	{ { "trust.founders.least=3" }, "trust.founders.least takes 4 to 20" },
	{ { "trust.founders.points=33" }, "trust.founders.points" },
	{ { "trust.giver.age=19" }, "trust.giver.age is more" },
	{ { "trust.handover.idle=24h", "trust.handover.life=23h" }, "trust.handover.idle is longer" },
	{ { "trust.handover.life=7d", "trust.handover.printed=6d" }, "trust.handover.life is longer" },
	{ { "trust.withdraw=15d" }, "trust.withdraw is longer" },
	{ { "trust.handover.wrong=0" }, "trust.handover.wrong takes" },
	{ { "trust.consent=never" }, "trust.consent takes one of" },
	{ { "trust.consent.age=12" }, "trust.consent.age takes 13" },
	{ { "trust.consent.ages=DE" }, "not like" },
	{ { "trust.consent.ages=de=16" }, "not like" },
	{ { "trust.consent.ages=DE=16,FR=15" }, "not like" },
	{ { "trust.consent.ages=DE=160" }, "not like" },
	{ { "trust.consent.ages=DE=1" }, "not like" },
	{ { "trust.consent.ages=DE=12" }, "DE: 13 to 21" },
	{ { "trust.consent.ages=DE=22" }, "DE: 13 to 21" },
	{ { "trust.consent.ages=DE=16 FR=15 DE=15" }, "DE stands twice" },
	{ { "trust.frob=1" }, "no setting is called" },
};

static void
contradictions(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		DROP(conf_drop) struct conf *c = NULL;
		struct trust_policy p;
		struct err e = {0};
		bool good = load(&c, &p, refused[i].set, refused[i].set[1] == NULL ? 1 : 2, &e) &&
		    trust_policy_check(&p, &e);

		if (good || e.kind != ERR_INPUT || strstr(e.text, refused[i].says) == NULL)
			fail_msg("%s: %s", refused[i].set[0], good ? "taken" : e.text);
	}
}

static const struct { const char *set; } taken[] = {
	{ "trust.consent.ages=" }, { "trust.consent.ages=  DE=16   FR=15  " }, { "trust.give.6=100" },
	{ "trust.ttp.count=3" }, { "trust.withdraw=0" }, { "trust.founders.points=34" },
};

static void
allowed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(taken); i++) {
		DROP(conf_drop) struct conf *c = NULL;
		struct trust_policy p;
		struct err e = {0};

		assert_true(load(&c, &p, &taken[i].set, 1, &e));
		if (!trust_policy_check(&p, &e))
			fail_msg("%s: %s", taken[i].set, e.text);
	}
}

static const struct { int64_t experience, give, next; } steps[] = {
	{ -1, 10, 10 }, { 0, 10, 10 }, { 9, 10, 10 }, { 10, 15, 20 }, { 19, 15, 20 }, { 20, 20, 30 }, { 29, 20, 30 },
	{ 30, 25, 40 }, { 39, 25, 40 }, { 40, 30, 50 }, { 49, 30, 50 }, { 50, 35, -1 }, { 51, 35, -1 }, { 1000, 35, -1 },
};

static const struct { const char *country; int64_t age; } ages[] = {
	{ "DE", 16 }, { "AT", 14 }, { "BE", 13 }, { "CZ", 15 }, { "DK", 15 }, { "FR", 15 }, { "GR", 15 }, { "SI", 15 },
	{ "ES", 14 }, { "IT", 14 }, { "NO", 13 }, { "IS", 13 }, { "LI", 16 }, { "SK", 16 }, { "GB", 13 }, { "US", 16 },
	{ "CH", 16 }, { "", 16 }, { NULL, 16 }, { "D", 16 }, { "DEU", 16 }, { "at", 16 }, { "=1", 16 },
};

/* Every state of the Union and of the EEA. */
static const char members[] = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO";

static void
answers(void **state)
{
	struct trust_policy p;

	(void)state;
	trust_policy_preset(&p);
	for (size_t i = 0; i < COUNT(steps); i++) {
		assert_int_equal(trust_give(&p, steps[i].experience), steps[i].give);
		assert_int_equal(trust_next_step(&p, steps[i].experience), steps[i].next);
	}
	for (size_t i = 0; i < COUNT(ages); i++)
		assert_int_equal(trust_consent_age(&p, ages[i].country), ages[i].age);
	p.consent_age_elsewhere = 21;
	for (const char *s = members; ; s += 3) {
		char country[3] = { s[0], s[1], '\0' };
		int64_t age = trust_consent_age(&p, country);

		assert_true(age >= 13 && age <= 16);
		if (s[2] == '\0')
			break;
	}
	assert_int_equal(trust_parent_age(&p, "AT"), 18);
	p.consent = "consent_age";
	assert_int_equal(trust_parent_age(&p, "AT"), 14);
	assert_int_equal(trust_parent_age(&p, NULL), 21);
	assert_int_equal(trust_challenge_needed(&p, 25), 20);
	assert_int_equal(trust_challenge_needed(&p, 24), 20);
	assert_int_equal(trust_challenge_needed(&p, 1), 1);
	assert_true(trust_may_withdraw(&p, 1000, 1000 + 48 * 3600));
	assert_false(trust_may_withdraw(&p, 1000, 1001 + 48 * 3600));
	assert_true(trust_may_object(&p, 1000, 1000 + 14 * 86400));
	assert_false(trust_may_object(&p, 1000, 1001 + 14 * 86400));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(presets), cmocka_unit_test(places), cmocka_unit_test(contradictions),
		cmocka_unit_test(allowed), cmocka_unit_test(answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
