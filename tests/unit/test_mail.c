/* Mails and their tokens: lent, given again, given up, limited, and never left lying about. */
#include "privacy/facts/address_text.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "tests/unit/ca_rig.h"

struct letter { int64_t id, expires; unsigned kind; char to[256], message_id[256], object[256]; unsigned char token[TOKEN_BYTES]; };

static bool
next(struct ca *ca, struct letter *l)
{
	DROP(call_wipe) struct call c = { .ca = ca };
	struct span s = ca_good_as(&c, KEEPER_PEER_CLERK, KEEPER_MAIL_NEXT);
	char lang[16];

	memset(l, 0, sizeof(*l));
	if (unpack_u8(&s) == 0)
		return false;
	l->id = unpack_i64(&s);
	l->kind = unpack_u8(&s);
	unpack_text(&s, lang, sizeof(lang));
	unpack_text(&s, l->to, sizeof(l->to));
	unpack_exact(&s, l->token, sizeof(l->token));
	unpack_text(&s, l->message_id, sizeof(l->message_id));
	assert_int_not_equal(unpack_u32(&s), 0);
	unpack_text(&s, l->object, sizeof(l->object));
	l->expires = unpack_i64(&s);
	assert_true(unpack_end(&s, "mail", NULL));
	return true;
}

static void
done(struct ca *ca, int64_t id, unsigned result)
{
	DROP(call_wipe) struct call c = { .ca = ca };

	pack_i64(&c.in, id);
	pack_u8(&c.in, result);
	ca_good_as(&c, KEEPER_PEER_CLERK, KEEPER_MAIL_DONE);
}

static void
drain(struct ca *ca)
{
	struct letter l;

	while (next(ca, &l))
		done(ca, l.id, 0);
}

/* Queue one as a batch of its own. */
static bool
queue(struct ca *ca, enum mail_use kind, const char *address, bool token, int64_t expires, struct err *e)
{
	struct keeper *k = &ca->rig.keeper;
	struct owner o;
	struct mail_order m = { .kind = kind, .owner = kind == MAIL_RESET_UNKNOWN || kind == MAIL_TEST ?
	    NULL : &o, .address = address, .lang = "en", .object = "example.org", .ref = 7, .token = token,
	    .expires = expires, .purpose = PURPOSE_DOMAIN_PROVE };
	bool good;

	*e = (struct err){0};
	assert_true(store_begin(k->store, e));
	good = member_owner(k, ca->ana_member, &o, NULL, e) && mail_queue(k, &m, rig_now(&ca->rig), NULL, e);
	assert_true(store_commit(k->store, NULL));
	return good;
}

static void
lent_and_given_again(void **state)
{
	struct ca *ca = *state;
	struct letter first, l, again;
	struct err e;

	drain(ca);
	assert_true(queue(ca, MAIL_DOMAIN, "root@example.org", true, 0, &e));
	assert_true(next(ca, &first));
	assert_string_equal(first.to, "root@example.org");
	assert_string_equal(first.object, "example.org");
	assert_non_null(strstr(first.message_id, "@localhost"));
	assert_false(next(ca, &l));
	rig_later(&ca->rig, MAIL_LEASE - 1);
	assert_false(next(ca, &l));
	rig_later(&ca->rig, 1);			/* the clerk was killed: the same mail again */
	assert_true(next(ca, &again));
	assert_int_equal(again.id, first.id);
	assert_string_equal(again.message_id, first.message_id);
	assert_memory_equal(again.token, first.token, TOKEN_BYTES);
	done(ca, again.id, 0);
	done(ca, again.id, 1);			/* told late: nothing */
	rig_later(&ca->rig, 10 * MAIL_LEASE);
	assert_false(next(ca, &l));
}

static void
tried_later_and_given_up(void **state)
{
	struct ca *ca = *state;
	struct letter l;
	int64_t tries = 0, waited = 0;
	struct err e;

	drain(ca);
	assert_true(queue(ca, MAIL_ISSUED, ANA, false, 0, &e));
	for (int step = 0; step < 5000; step++) {
		if (next(ca, &l)) {
			tries++;
			waited = 0;
			done(ca, l.id, 1);
			assert_false(next(ca, &l));	/* never at once */
		}
		rig_later(&ca->rig, 60);
		waited += 60;
		if (waited > 3 * 7200)
			break;
	}
	assert_int_equal(tries, ca->rig.set.mail_tries);
	assert_true(queue(ca, MAIL_ISSUED, ANA, false, 0, &e));
	assert_true(next(ca, &l));
	done(ca, l.id, 2);
	rig_later(&ca->rig, 86400);
	assert_false(next(ca, &l));
}

static void
over_its_time(void **state)
{
	struct ca *ca = *state;
	struct letter l;
	struct err e;

	drain(ca);
	assert_true(queue(ca, MAIL_RESET, ANA, true, rig_now(&ca->rig) + 60, &e));
	rig_later(&ca->rig, 60);
	assert_false(next(ca, &l));
	ca->rig.keeper.shed_by = 0;
	ca_sweep(ca);
	assert_true(ca->rig.keeper.shed_by != 0);	/* the address leaves the write-ahead log, too */
	rig_later(&ca->rig, MAIL_KEPT);
	ca_sweep(ca);
	assert_false(next(ca, &l));
}

/* Told late of a mail that is forgotten: that says nothing of the next one. */
static void
no_number_twice(void **state)
{
	struct ca *ca = *state;
	struct letter first, second;
	struct err e;

	drain(ca);
	assert_true(queue(ca, MAIL_ISSUED, ANA, false, 0, &e));
	assert_true(next(ca, &first));
	done(ca, first.id, 0);
	rig_later(&ca->rig, MAIL_KEPT);
	ca_sweep(ca);
	assert_true(queue(ca, MAIL_ISSUED, ANA, false, 0, &e));
	assert_true(next(ca, &second));
	assert_true(second.id > first.id);
}

static void
limits(void **state)
{
	static const struct { enum mail_use kind; bool sent; } rows[] = {
		{ MAIL_JOIN, false }, { MAIL_KNOWN, false }, { MAIL_ADDRESS, false },
		{ MAIL_ADDRESS_KNOWN, false }, { MAIL_RESET, true },
		{ MAIL_DOMAIN, true }, { MAIL_REVOKED, true },
		{ MAIL_PASSWORD_CHANGED, true }, { MAIL_RESET_DONE, true },
	};
	struct ca *ca = *state;
	struct letter l;
	struct err e;

	drain(ca);
	rig_later(&ca->rig, 3601);
	for (int64_t i = 0; i < ca->rig.set.max_mails_per_hour; i++)
		assert_true(queue(ca, MAIL_KNOWN, ANA, false, 0, &e));
	drain(ca);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(queue(ca, rows[i].kind, ANA, false, 0, &e));
		assert_int_equal(next(ca, &l), rows[i].sent);
		if (rows[i].sent)
			done(ca, l.id, 0);
	}
	/* whoever is told that there are too many is so of the same kind alone: others' mails to their address say nothing */
	for (int64_t i = 1; i < ca->rig.set.max_mails_per_hour; i++)
		assert_true(queue(ca, MAIL_DOMAIN, ANA, true, 0, &e));
	drain(ca);
	assert_false(queue(ca, MAIL_DOMAIN, ANA, true, 0, &e));
	assert_int_equal(e.why, WHY_LIMIT);
	/* links for forgotten passwords are counted by themselves */
	for (int64_t i = 1; i < ca->rig.set.max_mails_per_hour; i++)
		assert_true(queue(ca, MAIL_RESET, ANA, true, 0, &e));
	drain(ca);
	assert_true(queue(ca, MAIL_RESET, ANA, true, 0, &e));
	assert_false(next(ca, &l));
	/* another address has an hour of its own; this one has the next */
	assert_true(queue(ca, MAIL_DOMAIN, "root@example.com", true, 0, &e));
	drain(ca);
	rig_later(&ca->rig, 3601);
	assert_true(queue(ca, MAIL_DOMAIN, ANA, true, 0, &e));
	assert_true(next(ca, &l));
}

/* One mailbox has as many addresses as somebody likes to write: they share its hour. */
static void
one_mailbox(void **state)
{
	static const char *const written[] = { "root+last@example.org", "root@example.org", "ROOT@example.org", "Root+a@example.org" };
	struct ca *ca = *state;
	char address[ADDRESS_MAX];
	struct letter l;
	struct err e;

	drain(ca);
	rig_later(&ca->rig, 3601);
	for (int64_t i = 0; i < ca->rig.set.max_mails_per_hour; i++) {
		snprintf(address, sizeof(address), "root+%lld@example.org", (long long)i);
		assert_true(queue(ca, MAIL_JOIN, address, true, 0, &e));
		assert_true(next(ca, &l));
		assert_string_equal(l.to, address);
		done(ca, l.id, 0);
	}
	for (size_t i = 0; i < COUNT(written); i++) {
		assert_true(queue(ca, MAIL_JOIN, written[i], true, 0, &e));
		assert_false(next(ca, &l));
	}
	assert_true(queue(ca, MAIL_JOIN, "toor@example.org", true, 0, &e));
	assert_true(next(ca, &l));
	done(ca, l.id, 0);
}

static void
to_nobody(void **state)
{
	struct ca *ca = *state;
	struct letter l;
	struct err e;

	drain(ca);
	assert_true(queue(ca, MAIL_RESET_UNKNOWN, "nobody@example.com", true, 0, &e));
	assert_false(next(ca, &l));
	rig_later(&ca->rig, MAIL_LEASE);
	assert_false(next(ca, &l));
}

/* ---- tokens ---- */

static bool
find(struct ca *ca, const unsigned char token[TOKEN_BYTES], struct mail_token *t, struct err *e)
{
	*e = (struct err){0};
	return mail_token_find(&ca->rig.keeper, token, rig_now(&ca->rig), t, e);
}

static void
tokens(void **state)
{
	struct ca *ca = *state;
	struct keeper *k = &ca->rig.keeper;
	unsigned char wrong[TOKEN_BYTES] = {0};
	struct mail_token t;
	struct letter l, plain;
	struct err e;

	drain(ca);
	assert_true(queue(ca, MAIL_RESET, ANA, true, rig_now(&ca->rig) + 100, &e));
	assert_true(next(ca, &l));
	assert_true(find(ca, l.token, &t, &e));
	assert_int_equal(t.kind, MAIL_RESET);
	assert_int_equal(t.subject, ca->ana_member);
	assert_int_equal(t.ref, 7);
	assert_int_equal(t.expires, rig_now(&ca->rig) + 100);
	assert_false(find(ca, wrong, &t, &e));
	assert_int_equal(e.why, WHY_TOKEN);
	assert_true(store_begin(k->store, &e));
	assert_true(mail_token_spend(k, t.id, &e));
	assert_false(mail_token_spend(k, t.id, &e));
	assert_int_equal(e.why, WHY_TOKEN);
	store_rollback(k->store);
	rig_later(&ca->rig, 100);
	assert_false(find(ca, l.token, &t, &e));
	assert_int_equal(e.why, WHY_TOKEN);
	/* a mail without one has zeros */
	assert_true(queue(ca, MAIL_ISSUED, ANA, false, 0, &e));
	assert_true(next(ca, &plain));
	assert_memory_equal(plain.token, wrong, TOKEN_BYTES);
	assert_false(find(ca, plain.token, &t, &e));
}

static void
cancelled(void **state)
{
	struct ca *ca = *state;
	struct keeper *k = &ca->rig.keeper;
	struct mail_token t;
	struct letter l;
	struct err e;

	drain(ca);
	assert_true(queue(ca, MAIL_DOMAIN, "root@example.org", true, 0, &e));
	assert_true(next(ca, &l));
	assert_true(store_begin(k->store, &e));
	k->shed_by = 0;
	assert_true(mail_cancel(k, ca->ana_member, MAIL_DOMAIN, 8, &e));
	assert_true(find(ca, l.token, &t, &e));
	assert_true(k->shed_by == 0);
	assert_true(mail_cancel(k, ca->ana_member, MAIL_DOMAIN, 7, &e));
	assert_true(k->shed_by != 0);
	assert_false(find(ca, l.token, &t, &e));
	assert_true(store_commit(k->store, &e));
	rig_later(&ca->rig, MAIL_LEASE);
	assert_false(next(ca, &l));
}

/* A mail whose key is gone is passed over, not stuck before all others. */
static void
a_row_that_does_not_open(void **state)
{
	static const struct sql bend = { "bend", "", "", "UPDATE mail SET address = zeroblob(104) WHERE state = 1" };
	struct ca *ca = *state;
	struct keeper *k = &ca->rig.keeper;
	struct letter l;
	struct err e;

	drain(ca);
	assert_true(queue(ca, MAIL_DOMAIN, "root@example.org", true, 0, &e));
	assert_true(store_begin(k->store, &e));
	assert_true(sql_do(k->store, &bend, &e));
	assert_int_equal(sql_changed(k->store), 1);
	assert_true(store_commit(k->store, &e));
	assert_true(queue(ca, MAIL_DOMAIN, "admin@example.org", true, 0, &e));
	assert_true(next(ca, &l));
	assert_string_equal(l.to, "admin@example.org");
}

/* Each mail that goes out stands once in its owner's history. */
static void
recorded_once(void **state)
{
	struct ca *ca = *state;
	struct letter l;
	int64_t size;
	struct err e;

	drain(ca);
	size = chain_settled(ca->rig.keeper.chain);
	assert_true(queue(ca, MAIL_ISSUED, ANA, false, 0, &e));
	assert_true(next(ca, &l));
	assert_int_equal(chain_settled(ca->rig.keeper.chain), size + 1);
	rig_later(&ca->rig, MAIL_LEASE);
	assert_true(next(ca, &l));
	assert_int_equal(chain_settled(ca->rig.keeper.chain), size + 1);
	done(ca, l.id, 0);
	ca_again(ca);
	ca_sound(ca);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CA_CASE(lent_and_given_again), CA_CASE(tried_later_and_given_up), CA_CASE(over_its_time),
		CA_CASE(no_number_twice), CA_CASE(limits), CA_CASE(one_mailbox), CA_CASE(to_nobody), CA_CASE(tokens), CA_CASE(cancelled),
		CA_CASE(a_row_that_does_not_open), CA_CASE(recorded_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
