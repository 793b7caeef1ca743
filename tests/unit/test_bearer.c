/* A session by client certificate: bound to that certificate, and for looking only. */
#include "ledger/digest.h"
#include "privacy/facts/bearer.h"
#include "tests/unit/ca_rig.h"

static const char body[] = "certificate", other_body[] = "another certificate";
static const struct ca_order order = { .profile = PROFILE_ROBOT_MAIL, .names = { ANA },
    .options = TICKET_CLIENT_AUTH };

/* Ana has a certificate to sign in with and is signed in by it. */
struct door {
	struct call	c;
	struct ticket	t;
	unsigned char	cert[32], other[32];
	unsigned char	token[TOKEN_BYTES], bound[TOKEN_BYTES];
	struct rig_block block;
};

static void
door_wipe(struct door *d)
{
	call_wipe(&d->c);
	ticket_wipe(&d->t);
}

static bool
sign_in(struct door *d, bool shared)
{
	struct span s;

	buf_reset(&d->c.in);
	buf_add(&d->c.in, d->cert, sizeof(d->cert));
	buf_add(&d->c.in, d->t.serial, TICKET_SERIAL);
	pack_u8(&d->c.in, shared);
	pack_bytes(&d->c.in, "192.0.2.1", 9);
	if (!rig_ask(&d->c.ca->rig, KEEPER_SIGN_IN_CERT, &d->c.in, &d->c.out))
		return false;
	s = span_buf(&d->c.out);
	unpack_exact(&s, d->token, TOKEN_BYTES);
	rig_block(&s, &d->block);
	bearer_bind(d->bound, d->token, d->cert);
	return true;
}

static void
door_open(struct door *d, struct ca *ca)
{
	*d = (struct door){ .c.ca = ca };
	digest(d->cert, body, strlen(body));
	digest(d->other, other_body, strlen(other_body));
	ca_fresh(ca);
	ca_issue(ca, ca->ana, &order, body, &d->t);
	ca_begin(&d->c, ca->ana);
	pack_u32(&d->c.in, SETTING_CERT_SIGN_IN);
	pack_i64(&d->c.in, 1);
	ca_good(&d->c, KEEPER_SETTING_SET);
	assert_true(sign_in(d, false));
}

static bool
looks(struct door *d, const unsigned char bearer[TOKEN_BYTES])
{
	bool good = rig_look(&d->c.ca->rig, KEEPER_HOME, bearer, &d->c.out, &d->block);

	assert_true(good || d->c.ca->rig.err.why == WHY_SESSION_OVER);
	return good;
}

static void
binding(void **state)
{
	unsigned char token[2][TOKEN_BYTES] = { { 1 }, { 2 } }, cert[2][32] = { { 1 }, { 2 } };
	unsigned char one[TOKEN_BYTES], two[TOKEN_BYTES];

	(void)state;
	bearer_bind(one, token[0], cert[0]);
	bearer_bind(two, token[0], cert[0]);
	assert_memory_equal(one, two, TOKEN_BYTES);
	bearer_bind(two, token[1], cert[0]);
	assert_memory_not_equal(one, two, TOKEN_BYTES);
	bearer_bind(two, token[0], cert[1]);
	assert_memory_not_equal(one, two, TOKEN_BYTES);
	memcpy(two, token[0], TOKEN_BYTES);
	bearer_bind(two, two, cert[0]);		/* in place */
	assert_memory_equal(one, two, TOKEN_BYTES);
}

static void
each_request_shows_the_certificate(void **state)
{
	DROP(door_wipe) struct door d;
	unsigned char with_other[TOKEN_BYTES], anas[TOKEN_BYTES];
	int64_t size;

	door_open(&d, *state);
	assert_int_equal(d.block.flags & (SESSION_CERTIFICATE | SESSION_FRESH), SESSION_CERTIFICATE);
	assert_true(looks(&d, d.bound));
	size = chain_settled(d.c.ca->rig.keeper.chain);
	assert_false(looks(&d, d.token));		/* the address alone */
	bearer_bind(with_other, d.token, d.other);
	assert_false(looks(&d, with_other));		/* the address and a certificate of one's own */
	assert_int_equal(chain_settled(d.c.ca->rig.keeper.chain), size);	/* nothing was opened */
	/* and a session by password is none of this certificate's */
	assert_true(looks(&d, d.c.ca->ana));
	bearer_bind(anas, d.c.ca->ana, d.cert);
	assert_false(looks(&d, anas));
}

static void
acts_need_the_password(void **state)
{
	static const struct ca_order another = { .profile = PROFILE_ROBOT_MAIL, .names = { ANA },
	    .request = 3 };
	DROP(door_wipe) struct door d;
	DROP(ticket_wipe) struct ticket t = {0};
	struct span s;

	door_open(&d, *state);
	ca_order_pack(&d.c, d.bound, &another);
	ca_refused(&d.c, KEEPER_CERT_TICKET, ERR_DENIED, WHY_PASSWORD_NEEDED);
	ca_begin(&d.c, d.bound);
	pack_text(&d.c.in, "evil@example.com");
	ca_refused(&d.c, KEEPER_ADDRESS_ADD, ERR_DENIED, WHY_PASSWORD_NEEDED);
	ca_begin(&d.c, d.bound);
	pack_text(&d.c.in, "evil.example");
	ca_refused(&d.c, KEEPER_DOMAIN_ADD, ERR_DENIED, WHY_PASSWORD_NEEDED);
	/* downloading one's own certificate shows, it does not act */
	ca_begin(&d.c, d.bound);
	pack_u8(&d.c.in, ONCE_CERT_DER);
	pack_bytes(&d.c.in, d.t.serial, TICKET_SERIAL);
	pack_u8(&d.c.in, 0);
	ca_good(&d.c, KEEPER_ONCE_MINT);
	/* the password makes it a whole session, bound to the certificate still */
	ca_begin(&d.c, d.bound);
	pack_text(&d.c.in, WORD);
	pack_bytes(&d.c.in, "192.0.2.1", 9);
	assert_true(rig_ask(&d.c.ca->rig, KEEPER_PASSWORD_AGAIN, &d.c.in, &d.c.out));
	s = span_buf(&d.c.out);
	unpack_exact(&s, d.token, TOKEN_BYTES);
	assert_false(looks(&d, d.token));
	bearer_bind(d.bound, d.token, d.cert);
	assert_true(looks(&d, d.bound));
	assert_int_equal(d.block.flags & (SESSION_CERTIFICATE | SESSION_FRESH), SESSION_CERTIFICATE | SESSION_FRESH);
	ca_ticket(d.c.ca, d.bound, &another, &t);
	/* and ends by itself */
	ca_begin(&d.c, d.bound);
	pack_u8(&d.c.in, 0);
	pack_i64(&d.c.in, 0);
	assert_true(rig_ask(&d.c.ca->rig, KEEPER_SIGN_OUT, &d.c.in, &d.c.out));
	assert_false(looks(&d, d.bound));
}

static void
ends_with_its_certificate(void **state)
{
	DROP(door_wipe) struct door d;
	DROP(ticket_wipe) struct ticket held = {0};

	door_open(&d, *state);
	assert_true(looks(&d, d.bound));
	ca_fresh(d.c.ca);
	ca_change(d.c.ca, d.t.serial, TICKET_SUSPEND, 0, &held);
	assert_false(looks(&d, d.bound));
}

static void
on_a_shared_computer(void **state)
{
	DROP(door_wipe) struct door d;

	door_open(&d, *state);
	assert_int_equal(d.block.flags & SESSION_SHARED, 0);
	assert_true(sign_in(&d, true));
	assert_int_equal(d.block.flags & SESSION_SHARED, SESSION_SHARED);
	rig_later(&d.c.ca->rig, d.c.ca->rig.set.session_idle_shared);
	assert_false(looks(&d, d.bound));
}

/* A recovery closes the ways in of before; this one is of before. */
static void
ends_with_a_recovery(void **state)
{
	DROP(door_wipe) struct door d;
	struct rig_mail m;
	struct rig *r;

	door_open(&d, *state);
	r = &d.c.ca->rig;
	ca_begin(&d.c, d.c.ca->ana);
	pack_u8(&d.c.in, 5);
	for (unsigned i = 1; i <= 5; i++) {
		static const char *const q[] = { "first pet of all", "street of childhood", "teacher in school",
		    "favourite sea side", "oldest friend ever" }, *const w[] = { "mungo jerry", "lindenallee",
		    "frau zimmer", "warnemunde", "kasimir" };

		pack_u8(&d.c.in, i);
		pack_text(&d.c.in, q[i - 1]);
		pack_text(&d.c.in, w[i - 1]);
	}
	ca_good(&d.c, KEEPER_QUESTIONS_SET);
	buf_reset(&d.c.in);
	pack_text(&d.c.in, ANA);
	pack_bytes(&d.c.in, "192.0.2.1", 9);
	assert_true(rig_ask(r, KEEPER_FORGOT, &d.c.in, &d.c.out));
	assert_true(rig_mail_of(r, MAIL_RESET, &m));
	rig_begin(&d.c.in, m.token);
	assert_true(rig_ask(r, KEEPER_RESET_LOOK, &d.c.in, &d.c.out));
	struct span s = span_buf(&d.c.out);
	unsigned n = unpack_u8(&s);

	rig_begin(&d.c.in, m.token);
	while (n-- > 0) {
		static const char *const w[] = { "mungo jerry", "lindenallee", "frau zimmer", "warnemunde", "kasimir" };
		unsigned slot = unpack_u8(&s);

		unpack_bytes(&s);
		pack_u8(&d.c.in, slot);
		pack_text(&d.c.in, w[slot - 1]);
	}
	pack_text(&d.c.in, "another horse battery");
	assert_true(rig_ask(r, KEEPER_RESET_TAKE, &d.c.in, &d.c.out));
	assert_false(looks(&d, d.bound));
	assert_false(sign_in(&d, false));
	assert_int_equal(r->err.why, WHY_SIGN_IN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(binding), CA_CASE(each_request_shows_the_certificate),
		CA_CASE(acts_need_the_password), CA_CASE(ends_with_its_certificate),
		CA_CASE(on_a_shared_computer), CA_CASE(ends_with_a_recovery),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
