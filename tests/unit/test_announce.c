/* Security notices: to all, or to those whose field was opened; found by the keeper, told by mail and in the history. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/keeper/record.h"
#include "privacy/rights/announce.h"
#include "tests/unit/trust_rig.h"

struct said { int64_t id, seen, met, told; uint8_t done; };
struct question { int64_t fields, since, until; uint8_t role; };
enum what { BEGIN, GO_ON, COUNT_ONLY };

static bool
ask(struct rig *r, enum what what, int64_t id, const char *words, const struct question *q, struct said *s)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	pack_u8(&in, what);
	pack_i64(&in, id);
	pack_text(&in, words);
	pack_i64(&in, q->fields);
	pack_u8(&in, q->role);
	pack_i64(&in, q->since);
	pack_i64(&in, q->until);
	if (!rig_ask_as(r, KEEPER_PEER_CONTROL, KEEPER_ANNOUNCE, &in, &out))
		return false;
	a = span_buf(&out);
	s->id = unpack_i64(&a);
	s->seen = unpack_i64(&a);
	s->met = unpack_i64(&a);
	s->told = unpack_i64(&a);
	s->done = unpack_u8(&a);
	assert_true(unpack_end(&a, "announce", NULL));
	return true;
}

static struct said
announce(struct rig *r, enum what what, const char *words, const struct question *q)
{
	static const struct question none;
	struct said s = {0};

	assert_true(ask(r, what, 0, words, q, &s));
	while (!s.done)
		assert_true(ask(r, GO_ON, s.id, "", &none, &s));
	return s;
}

/* The newest line about somebody. */
static void
assert_line(struct rig *r, const struct owner *o, const char *object, enum purpose p)
{
	DROP(trail_entry_wipe) struct trail_entry x = {0};
	struct trail t;
	struct err e = {0};

	assert_true(trail_load(&r->keeper, o, &t, &e));
	assert_true(trail_find(&r->keeper, o, t.entries - 1, &x, &e));
	assert_string_equal(x.opened.object, object);
	assert_int_equal(x.opened.purpose, p);
}

/* A line about the site, among the newest of them. */
static void
assert_site_line(struct rig *r, const char *object)
{
	struct trail t;
	struct err e = {0};
	bool found = false;

	assert_true(trail_load(&r->keeper, &r->keeper.site, &t, &e));
	for (int64_t i = t.entries; !found && i > 0 && i > t.entries - 8; i--) {
		DROP(trail_entry_wipe) struct trail_entry x = {0};

		assert_true(trail_find(&r->keeper, &r->keeper.site, i - 1, &x, &e));
		found = strcmp(x.opened.object, object) == 0;
	}
	if (!found)
		fail_msg("no line says: %s", object);
}

static void
no_mail(struct rig *r)
{
	struct rig_mail m;

	while (rig_mail(r, &m))
		assert_int_not_equal(m.kind, MAIL_SECURITY);
}

static void
to_all(void **state)
{
	static const struct question all = {0};
	struct person ann = {0}, ben = {0};
	struct rig_mail m;
	struct said s;
	struct rig r;
	int got = 0;

	(void)state;
	rig_open(&r, (const char *const[]){ "limit.mails_per_hour=10000", NULL });
	person_make(&r, &ann, "ann", "Ann", "Briain", "1984-02-29", "X 1");
	person_make(&r, &ben, "ben", "Ben", "Adeyemi", NULL, NULL);
	no_mail(&r);
	s = announce(&r, BEGIN, "A disk went missing.\nNothing on it can be read.", &all);
	assert_int_equal(s.met, 2);
	assert_int_equal(s.told, 2);
	assert_line(&r, &ann.owner, "security notice 1", PURPOSE_SECURITY);
	while (rig_mail(&r, &m)) {
		assert_int_equal(m.kind, MAIL_SECURITY);
		assert_non_null(strstr(m.object, "\fA disk went missing.\nNothing"));
		got++;
	}
	assert_int_equal(got, 2);
	/* Its words are gone with the last mail: nothing of a notice stays but its counts. */
	assert_site_line(&r, "security notice 1 begins: all members");
	s = announce(&r, BEGIN, "A second one.", &all);
	assert_int_equal(s.id, 2);
	rig_drop(&r);
}

static void
to_whom_it_concerns(void **state)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct person ann = {0}, ben = {0}, asa = {0};
	struct question q = { .fields = FIELD_BIT(FIELD_BIRTH), .role = ACTOR_ASSURER };
	char code[CODE_TEXT], sent[96];
	struct rig_mail m;
	struct said s;
	struct rig r;
	int64_t id;

	(void)state;
	rig_open(&r, (const char *const[]){ "limit.mails_per_hour=10000", NULL });
	person_make(&r, &ann, "ann", "Ann", "Briain", "1984-02-29", "X 1");
	person_make(&r, &ben, "ben", "Ben", "Adeyemi", "1990-01-01", "X 2");
	person_assurer(&r, &asa, "asa", "Asa", "Berg");
	assert_true(meet_code(&r, &ann, HANDOVER_SCREEN, code, &id));
	assert_true(meet_take(&r, &asa, code, &id));
	assert_true(rig_again(&r, asa.token, TRUST_PASSWORD));
	rig_begin(&in, asa.token);
	pack_i64(&in, id);
	assert_true(rig_ask(&r, KEEPER_HANDOVER_SHOW, &in, &out));
	no_mail(&r);
	q.since = rig_now(&r) - DAY;
	q.until = rig_now(&r) + DAY;
	s = announce(&r, COUNT_ONLY, "", &q);
	assert_int_equal(s.met, 1);
	assert_int_equal(s.told, 0);
	assert_site_line(&r, "security notice 1 is counted: members whose birth date was opened in the role assurer");
	no_mail(&r);
	q.fields = (int64_t)(FIELD_BIT(FIELD__COUNT) - 1) & ~1;
	(void)announce(&r, COUNT_ONLY, "", &q);
	assert_site_line(&r, "security notice 2 is counted: members whose address, given name, middle names, family name, suffix, "
	    "birth date or another field was opened in the role assurer");
	/* Of another role, another field, another day: nobody. */
	q.role = ACTOR_SUPPORT;
	assert_int_equal(announce(&r, COUNT_ONLY, "", &q).met, 0);
	q.role = ACTOR_ASSURER;
	q.fields = FIELD_BIT(FIELD_DOMAIN);
	assert_int_equal(announce(&r, COUNT_ONLY, "", &q).met, 0);
	q.fields = FIELD_BIT(FIELD_BIRTH);
	q.since -= 10 * DAY;
	q.until -= 10 * DAY;
	assert_int_equal(announce(&r, COUNT_ONLY, "", &q).met, 0);
	q.since += 10 * DAY;
	q.until += 10 * DAY;
	/* Later looks do not hide it. */
	rig_later(&r, 20 * DAY);
	person_sign_in(&r, &ann);
	s = announce(&r, BEGIN, "Asa's laptop was stolen.", &q);
	assert_int_equal(s.met, 1);
	assert_int_equal(s.told, 1);
	assert_line(&r, &ann.owner, "security notice 6", PURPOSE_SECURITY);
	assert_site_line(&r, "security notice 6 begins: members whose birth date was opened in the role assurer");
	snprintf(sent, sizeof(sent), "security notice 6: sent; of %lld members it concerns 1, 1 by mail", (long long)s.seen);
	assert_site_line(&r, sent);
	assert_true(rig_mail_of(&r, MAIL_SECURITY, &m));
	assert_string_equal(m.to, ann.address);
	no_mail(&r);
	rig_drop(&r);
}

/* Cut off half-way it goes on where it was, and nobody is told twice. */
static void
goes_on_after_a_restart(void **state)
{
	static const struct question all = {0}, none = {0};
	struct said s;
	struct rig_mail m;
	struct rig r;
	int64_t waiting;
	int got = 0;

	(void)state;
	rig_open(&r, (const char *const[]){ "limit.mails_per_hour=10000", NULL });
	for (int i = 0; i < 40; i++) {
		unsigned char token[TOKEN_BYTES];
		char address[64];

		snprintf(address, sizeof(address), "member%d@example.org", i);
		rig_member(&r, address, TRUST_PASSWORD, token);
		rig_later(&r, 3600);	/* from one source few join in an hour */
	}
	no_mail(&r);
	assert_true(ask(&r, BEGIN, 0, "Words.", &all, &s));
	assert_true(ask(&r, GO_ON, s.id, "", &none, &s));
	assert_int_equal(s.seen, 32);
	rig_restart(&r);
	/* `troth doctor` says that it was broken off. */
	assert_true(announce_waiting(&r.keeper, &waiting, &r.err));
	assert_int_equal(waiting, 1);
	assert_false(ask(&r, BEGIN, 0, "Other words.", &all, &s));
	assert_int_equal(r.err.kind, ERR_CONFLICT);
	s = announce(&r, BEGIN, "Words.", &all);
	assert_int_equal(s.id, 1);
	assert_int_equal(s.told, 40);
	assert_true(announce_waiting(&r.keeper, &waiting, &r.err));
	assert_int_equal(waiting, 0);
	while (rig_mail(&r, &m))
		got += m.kind == MAIL_SECURITY;
	assert_int_equal(got, 40);
	rig_drop(&r);
}

static void
refused(void **state)
{
	static const struct { const char *words; struct question q; } rows[] = {
		{ "", {0} },
		{ "x", { .fields = -1, .role = ACTOR_ASSURER, .until = 1 } },
		{ "x", { .fields = 64, .role = 0, .until = 1 } },
		{ "x", { .fields = 64, .role = ACTOR__COUNT, .until = 1 } },
		{ "x", { .fields = 64, .role = ACTOR_ASSURER, .since = 2, .until = 1 } },
	};
	struct said s;
	struct rig r;

	(void)state;
	rig_open(&r, NULL);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_false(ask(&r, BEGIN, 0, rows[i].words, &rows[i].q, &s));
		assert_int_equal(r.err.kind, ERR_INPUT);
	}
	assert_false(ask(&r, GO_ON, 99, "", &rows[0].q, &s));
	assert_int_equal(r.err.kind, ERR_ABSENT);
	rig_drop(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(to_all), cmocka_unit_test(to_whom_it_concerns),
		cmocka_unit_test(goes_on_after_a_restart), cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
