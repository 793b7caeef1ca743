/* Certificates: what is allowed, what is refused and why, and how each one lives and ends. */
#include "ledger/digest.h"
#include "privacy/facts/issue.h"
#include "privacy/facts/order.h"
#include "privacy/facts/parcel.h"
#include "privacy/keeper/again.h"
#include "privacy/rights/recalled.h"
#include "tests/unit/ca_rig.h"
#include "tests/unit/trust_rig.h"

#define TLS	PROFILE_ROBOT_TLS
#define MAIL	PROFILE_ROBOT_MAIL

static const struct ca_order tls = { .profile = TLS, .names = { "www.example.org" } };
static const struct ca_order mail = { .profile = MAIL, .names = { ANA } };

/* ---- what a ticket says ---- */

/* As linters like it: names stand in the alternative names alone. */
static void
a_server_ticket_without_common_name(void **state)
{
	struct ca *ca = *state;
	DROP(ticket_wipe) struct ticket t = {0}, by_mail = {0};

	ca->rig.set.tls_common_name = false;
	ca_proved(ca, ca->ana, "example.org");
	ca_ticket(ca, ca->ana, &tls, &t);
	assert_string_equal(t.common_name, "");
	ca_ticket(ca, ca->ana, &mail, &by_mail);
	assert_string_equal(by_mail.common_name, ANA);
}

static void
a_server_ticket(void **state)
{
	static const struct ca_order o = { .profile = TLS, .label = "shop",
	    .names = { "www.example.org", "*.example.org", "www.example.org", "example.org" } };
	struct ca *ca = *state;
	DROP(ticket_wipe) struct ticket t = {0};
	int64_t now = rig_now(&ca->rig);
	unsigned char hash[32];

	ca_proved(ca, ca->ana, "example.org");
	ca_ticket(ca, ca->ana, &o, &t);
	assert_int_equal(t.act, TICKET_ISSUE);
	assert_int_equal(t.profile, TLS);
	assert_int_equal(t.name_count, 3);	/* doubles are one */
	assert_string_equal(t.names[0].text, "www.example.org");
	assert_string_equal(t.names[1].text, "*.example.org");
	assert_string_equal(t.common_name, "www.example.org");
	assert_string_equal(t.given, "");
	assert_int_equal(t.not_before, now - BACKDATE);
	assert_int_equal(t.not_after - t.not_before + 1, ca->rig.set.tls_robot_life);
	assert_int_equal(t.expires, now + TICKET_LIFE_ISSUE);
	assert_int_equal(t.ledger_number, chain_settled(ca->rig.keeper.chain) - 1);
	chain_head_hash(ca->rig.keeper.chain, hash);
	assert_memory_equal(hash, t.ledger_hash, 32);
	assert_true(t.serial[0] >= 0x01 && t.serial[0] <= 0x7f);
	assert_int_equal(t.reason, 0);
	assert_int_equal(t.options, 0);
	ca_sound(ca);
}

static void
a_mail_ticket(void **state)
{
	static const struct ca_order o = { .profile = MAIL, .names = { "Ana@EXAMPLE.org" },
	    .options = TICKET_CLIENT_AUTH };
	struct ca *ca = *state;
	DROP(ticket_wipe) struct ticket t = {0};

	ca_fresh(ca);	/* what signs in asks for the password */
	ca_ticket(ca, ca->ana, &o, &t);
	assert_string_equal(t.names[0].text, ANA);	/* as it was proved */
	assert_string_equal(t.common_name, ANA);
	assert_int_equal(t.options, TICKET_CLIENT_AUTH);
	assert_int_equal(t.not_after - t.not_before + 1, ca->rig.set.mail_robot_life);
	ca_sound(ca);
}

/* ---- what is refused ---- */

static void
refusals(void **state)
{
	static const struct { const char *what; struct ca_order o; enum err_kind kind; enum why why; } rows[] = {
		{ "no profile", { .profile = 0, .names = { ANA } }, ERR_INPUT, 0 },
		{ "unknown profile", { .profile = PROFILE__COUNT, .names = { ANA } }, ERR_INPUT, 0 },
		{ "no names", { .profile = TLS }, ERR_INPUT, WHY_NAMES_NONE },
		{ "not mine", { .profile = TLS, .names = { "example.net" } }, ERR_DENIED, WHY_NAME_NOT_YOURS },
		{ "one of two not mine", { .profile = TLS, .names = { "example.org", "example.net" } }, ERR_DENIED, WHY_NAME_NOT_YOURS },
		{ "above mine", { .profile = TLS, .names = { "org.example" } }, ERR_DENIED, WHY_NAME_NOT_YOURS },
		{ "unproved", { .profile = TLS, .names = { "unproved.example" } }, ERR_DENIED, WHY_DOMAIN_UNPROVED },
		{ "address in TLS", { .profile = TLS, .names = { ANA } }, ERR_DENIED, WHY_NAME_NOT_YOURS },
		{ "domain in mail", { .profile = MAIL, .names = { "example.org" } }, ERR_DENIED, WHY_NAME_NOT_YOURS },
		{ "address of another", { .profile = MAIL, .names = { BEN } }, ERR_DENIED, WHY_NAME_NOT_YOURS },
		{ "address of nobody", { .profile = MAIL, .names = { "nobody@example.org" } }, ERR_DENIED, WHY_NAME_NOT_YOURS },
		{ "address I have not proved", { .profile = MAIL, .names = { "two@example.org" } }, ERR_DENIED, WHY_ADDRESS_UNVERIFIED },
		{ "not an address", { .profile = MAIL, .names = { "@example.org" } }, ERR_INPUT, WHY_ADDRESS_SHAPE },
		{ "client TLS", { .profile = TLS, .names = { "example.org" }, .options = TICKET_CLIENT_AUTH }, ERR_INPUT, 0 },
		{ "signs in, without the password", { .profile = MAIL, .names = { ANA }, .options = TICKET_CLIENT_AUTH }, ERR_DENIED, WHY_PASSWORD_NEEDED },
		{ "unknown option", { .profile = MAIL, .names = { ANA }, .options = 2 }, ERR_INPUT, 0 },
		{ "assured TLS", { .profile = PROFILE_ASSURED_TLS, .names = { "example.org" } }, ERR_DENIED, WHY_POINTS },
		{ "assured mail", { .profile = PROFILE_ASSURED_MAIL, .names = { ANA } }, ERR_DENIED, WHY_POINTS },
		{ "name in robot mail", { .profile = MAIL, .names = { ANA }, .named = 1 }, ERR_DENIED, WHY_POINTS },
		{ "no CAA", { .profile = TLS, .names = { "example.org" }, .no_caa = true }, ERR_DENIED, WHY_CAA_MISSING },
		{ "old CAA", { .profile = TLS, .names = { "example.org" }, .caa_age = 8 * 3600 }, ERR_DENIED, WHY_CAA_MISSING },
		{ "CAA from the future", { .profile = TLS, .names = { "example.org" }, .caa_age = -61 }, ERR_DENIED, WHY_CAA_MISSING },
		{ "CAA forbids", { .profile = TLS, .names = { "example.org" }, .caa = SAW_FORBIDDEN }, ERR_DENIED, WHY_CAA_FORBIDS },
		{ "CAA bogus", { .profile = TLS, .names = { "example.org" }, .caa = SAW_BOGUS }, ERR_DENIED, WHY_CAA_BOGUS },
		{ "CAA no answer", { .profile = TLS, .names = { "example.org" }, .caa = SAW_NO_ANSWER }, ERR_DENIED, WHY_CAA_MISSING },
	};
	DROP(call_wipe) struct call c = { .ca = *state };
	int64_t before;

	ca_proved(c.ca, c.ca->ana, "example.org");
	ca_domain(c.ca, c.ca->ana, "unproved.example");
	ca_begin(&c, c.ca->ana);
	pack_text(&c.in, "two@example.org");
	ca_good(&c, KEEPER_ADDRESS_ADD);
	before = chain_settled(c.ca->rig.keeper.chain);
	for (size_t i = 0; i < COUNT(rows); i++) {
		print_message("%s\n", rows[i].what);
		ca_order_pack(&c, c.ca->ana, &rows[i].o);
		ca_refused(&c, KEEPER_CERT_TICKET, rows[i].kind, rows[i].why);
	}
	/* nothing half-done: no entry, no row */
	assert_int_equal(chain_settled(c.ca->rig.keeper.chain), before);
	ca_begin(&c, c.ca->ana);
	struct span s = ca_good(&c, KEEPER_CERTS);

	assert_int_equal(unpack_u32(&s), 0);
}

/* A CAA statement is for its own name and kind only, and by the prover's hand. */
static void
caa_of_another_name(void **state)
{
	static const struct { const char *name, *asked; enum why why; } rows[] = {
		{ "www.example.org", "example.org", WHY_CAA_MISSING },
		{ "example.org", "www.example.org", WHY_CAA_MISSING },
		{ "*.example.org", "example.org", WHY_CAA_MISSING },
		{ "example.org", "*.example.org", WHY_CAA_MISSING },
		{ "*.example.org", "*.example.org", 0 },
	};
	DROP(call_wipe) struct call c = { .ca = *state };

	ca_proved(c.ca, c.ca->ana, "example.org");
	for (size_t i = 0; i < COUNT(rows); i++) {
		DROP(buf_wipe) struct buf wire = {0};
		unsigned char some[32] = { 7 };

		ca_statement(c.ca, &wire, STATEMENT_CAA, 0, rows[i].asked, "", SAW_IT, rig_now(&c.ca->rig));
		ca_begin(&c, c.ca->ana);
		pack_u8(&c.in, TLS);
		buf_add(&c.in, some, 32);
		pack_u32(&c.in, 0);
		pack_u8(&c.in, 0);
		pack_u8(&c.in, 1);
		pack_u8(&c.in, NAME_DNS);
		pack_text(&c.in, rows[i].name);
		pack_u8(&c.in, 1);
		pack_bytes(&c.in, wire.data, wire.len);
		pack_text(&c.in, "");
		pack_u8(&c.in, 0);
		buf_add(&c.in, some, 32);
		if (rows[i].why != 0)
			ca_refused(&c, KEEPER_CERT_TICKET, ERR_DENIED, rows[i].why);
		else
			ca_good(&c, KEEPER_CERT_TICKET);
	}
}

/* What lay on the stack before is no part of an order: sent twice it is one. */
static __attribute__((noinline)) void
stack_fill(unsigned char with)
{
	volatile unsigned char room[65536];

	for (size_t i = 0; i < sizeof(room); i++)
		room[i] = with;
}

static void
the_same_order(void **state)
{
	static const struct ca_order o = { .profile = TLS, .names = { "www.example.org", "example.org" } };
	unsigned char hash[2][ASKED_BYTES];
	struct ca *ca = *state;

	for (size_t i = 0; i < COUNT(hash); i++) {
		DROP(call_wipe) struct call c = { .ca = ca };
		DROP(order_wipe) struct order q = {0};
		struct act a = { .row = &keeper_rows[KEEPER_CERT_TICKET] };
		struct err e = {0};

		ca_order_pack(&c, ca->ana, &o);
		a.in = span_of(c.in.data + TOKEN_BYTES, c.in.len - TOKEN_BYTES);
		stack_fill(i == 0 ? 0x55 : 0xaa);
		assert_true(order_read(&a, &q, &e));
		memcpy(hash[i], q.hash, sizeof(hash[i]));
	}
	assert_memory_equal(hash[0], hash[1], sizeof(hash[0]));
}

/* Where the site asks for issuemail, an e-mail certificate wants its answer; elsewhere none. */
static void
caa_of_an_address(void **state)
{
	static const struct { const char *what; struct ca_order o; enum why why; } rows[] = {
		{ "none", { .profile = MAIL, .names = { ANA } }, WHY_CAA_MISSING },
		{ "of TLS", { .profile = MAIL, .names = { ANA }, .mail_caa = true, .caa_tls = true }, WHY_CAA_MISSING },
		{ "old", { .profile = MAIL, .names = { ANA }, .mail_caa = true, .caa_age = 8 * 3600 }, WHY_CAA_MISSING },
		{ "forbids", { .profile = MAIL, .names = { ANA }, .mail_caa = true, .caa = SAW_FORBIDDEN }, WHY_CAA_FORBIDS },
		{ "bogus", { .profile = MAIL, .names = { ANA }, .mail_caa = true, .caa = SAW_BOGUS }, WHY_CAA_BOGUS },
		{ "allows", { .profile = MAIL, .names = { ANA }, .mail_caa = true }, 0 },
	};
	DROP(call_wipe) struct call c = { .ca = *state };

	c.ca->rig.set.mail_caa = true;
	for (size_t i = 0; i < COUNT(rows); i++) {
		print_message("%s\n", rows[i].what);
		ca_order_pack(&c, c.ca->ana, &rows[i].o);
		if (rows[i].why != 0)
			ca_refused(&c, KEEPER_CERT_TICKET, ERR_DENIED, rows[i].why);
		else
			ca_good(&c, KEEPER_CERT_TICKET);
	}
	c.ca->rig.set.mail_caa = false;
	ca_order_pack(&c, c.ca->ana, &rows[0].o);
	ca_good(&c, KEEPER_CERT_TICKET);
}

static void
stale_proof(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };

	ca_proved(c.ca, c.ca->ana, "example.org");
	rig_later(&c.ca->rig, c.ca->rig.set.domain_reprove);
	ca_again(c.ca);
	ca_order_pack(&c, c.ca->ana, &tls);
	ca_refused(&c, KEEPER_CERT_TICKET, ERR_DENIED, WHY_DOMAIN_STALE);
}

static void
so_many_a_day(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	struct ca_order o = mail;

	for (int64_t i = 0; i < c.ca->rig.set.max_certs_per_day; i++) {
		DROP(ticket_wipe) struct ticket t = {0};

		o.request = (unsigned char)i;
		ca_ticket(c.ca, c.ca->ana, &o, &t);
	}
	o.request++;
	ca_order_pack(&c, c.ca->ana, &o);
	ca_refused(&c, KEEPER_CERT_TICKET, ERR_DENIED, WHY_LIMIT);
	rig_later(&c.ca->rig, 86400);
	ca_again(c.ca);
	ca_order_pack(&c, c.ca->ana, &o);
	ca_good(&c, KEEPER_CERT_TICKET);
}

/* ---- storing ---- */

static void
asked_twice_is_one(void **state)
{
	struct ca *ca = *state;
	DROP(ticket_wipe) struct ticket t = {0}, again = {0}, other = {0}, renewed = {0};
	struct ca_order o = mail;

	ca_ticket(ca, ca->ana, &mail, &t);
	ca_ticket(ca, ca->ana, &mail, &again);
	assert_memory_equal(t.id, again.id, TICKET_ID);
	assert_memory_equal(t.serial, again.serial, TICKET_SERIAL);
	o.label = "another";
	ca_ticket(ca, ca->ana, &o, &other);
	assert_memory_not_equal(t.id, other.id, TICKET_ID);
	ca_store(ca, &t, "certificate one");
	ca_ticket(ca, ca->ana, &mail, &renewed);	/* a renewal, not a repetition */
	assert_memory_not_equal(t.id, renewed.id, TICKET_ID);
}

/* A form sent twice: its ticket is over by the second time, and leads to what the first one brought. */
static void
asked_again_is_one(void **state)
{
	struct ca *ca = *state;
	DROP(ticket_wipe) struct ticket t = {0}, again = {0}, later = {0};
	struct err e = {0};

	if (!again_open(&ca->rig.keeper.again_told, &e))
		fail_msg("%s", e.text);
	ca_ticket(ca, ca->ana, &mail, &t);
	ca_store(ca, &t, "certificate one");
	ca_ticket(ca, ca->ana, &mail, &again);
	assert_memory_equal(t.id, again.id, TICKET_ID);
	rig_later(&ca->rig, AGAIN_LIFE);
	ca_ticket(ca, ca->ana, &mail, &later);
	assert_memory_not_equal(t.id, later.id, TICKET_ID);
	again_drop(&ca->rig.keeper.again_told);
}

static void
stored_once(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf receipt = {0}, other = {0};
	struct rig_mail m;
	int64_t size;
	struct span s;

	ca_ticket(c.ca, c.ca->ana, &mail, &t);
	assert_int_equal(ca_state(c.ca, t.serial), REGISTER_PENDING);
	ca_receipt(c.ca, &t, CERT_VALID, "certificate", &receipt);
	/* another body than the signer's */
	pack_bytes(&c.in, receipt.data, receipt.len);
	pack_bytes(&c.in, "Certificate", 11);
	pack_u8(&c.in, 0);
	ca_refused_as(&c, KEEPER_PEER_CLERK, KEEPER_CERT_STORED, ERR_DENIED, WHY_TICKET);
	/* not the signer's hand */
	buf_reset(&c.in);
	receipt.data[3] ^= 1;
	pack_bytes(&c.in, receipt.data, receipt.len);
	receipt.data[3] ^= 1;
	pack_bytes(&c.in, "certificate", 11);
	pack_u8(&c.in, 0);
	ca_refused_as(&c, KEEPER_PEER_CLERK, KEEPER_CERT_STORED, ERR_DENIED, WHY_TICKET);
	/* somebody else's session */
	ca_begin(&c, c.ca->ben);
	pack_bytes(&c.in, receipt.data, receipt.len);
	pack_bytes(&c.in, "certificate", 11);
	pack_u8(&c.in, 0);
	ca_refused(&c, KEEPER_CERT_STORED, ERR_ABSENT, 0);
	/* its owner's */
	ca_begin(&c, c.ca->ana);
	pack_bytes(&c.in, receipt.data, receipt.len);
	pack_bytes(&c.in, "certificate", 11);
	pack_u8(&c.in, 0);
	ca_good(&c, KEEPER_CERT_STORED);
	size = chain_settled(c.ca->rig.keeper.chain);
	ca_good(&c, KEEPER_CERT_STORED);		/* told twice */
	assert_int_equal(chain_settled(c.ca->rig.keeper.chain), size);
	/* two bodies for one serial: never */
	ca_receipt(c.ca, &t, CERT_VALID, "another", &other);
	buf_reset(&c.in);
	pack_bytes(&c.in, other.data, other.len);
	pack_bytes(&c.in, "another", 7);
	pack_u8(&c.in, 0);
	ca_refused_as(&c, KEEPER_PEER_CLERK, KEEPER_CERT_STORED, ERR_CONFLICT, WHY_TICKET);
	assert_int_equal(ca_state(c.ca, t.serial), REGISTER_VALID);
	assert_true(rig_mail_of(&c.ca->rig, MAIL_ISSUED, &m));
	assert_string_equal(m.to, ANA);
	/* and its owner sees it */
	ca_begin(&c, c.ca->ana);
	buf_add(&c.in, t.serial, TICKET_SERIAL);
	s = ca_good(&c, KEEPER_CERT);
	assert_non_null(memmem(s.p, s.len, "certificate", 11));
	ca_begin(&c, c.ca->ben);
	buf_add(&c.in, t.serial, TICKET_SERIAL);
	ca_refused(&c, KEEPER_CERT, ERR_ABSENT, 0);
	ca_sound(c.ca);
}

static void
stored_from_the_signers_seal(void **state)
{
	static const char body[] = "certificate";
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf receipt = {0};
	DROP(buf_wipe) struct buf box = {0};
	struct parcel_key key = {0};

	ca_ticket(c.ca, c.ca->ana, &mail, &t);
	ca_receipt(c.ca, &t, CERT_VALID, body, &receipt);
	assert_true(parcel_seal(&key, c.ca->rig.keys.box_public, span_text(body), &box, NULL));
	pack_bytes(&c.in, receipt.data, receipt.len);
	pack_bytes(&c.in, box.data, box.len);
	pack_u8(&c.in, 1);
	c.in.data[c.in.len - 3] ^= 1;
	ca_refused_as(&c, KEEPER_PEER_CLERK, KEEPER_CERT_STORED, ERR_CRYPTO, 0);
	c.in.data[c.in.len - 3] ^= 1;
	ca_good_as(&c, KEEPER_PEER_CLERK, KEEPER_CERT_STORED);
	assert_int_equal(ca_state(c.ca, t.serial), REGISTER_VALID);
	ca_sound(c.ca);
}

/* ---- what the clerk finishes ---- */

static uint32_t
open_tickets(struct call *c, struct ticket *t, unsigned *act, size_t *wire_len)
{
	unsigned char id[TICKET_ID];
	struct span s, wire;
	uint32_t n;

	buf_reset(&c->in);
	pack_i64(&c->in, 10);
	s = ca_good_as(c, KEEPER_PEER_CLERK, KEEPER_TICKETS_OPEN);
	n = unpack_u32(&s);
	if (n == 0)
		return 0;
	unpack_exact(&s, id, sizeof(id));
	wire = unpack_bytes(&s);
	*act = unpack_u8(&s);
	*wire_len = wire.len;
	if (wire.len > 0) {
		ticket_wipe(t);
		assert_true(ticket_unpack(t, wire, c->ca->rig.keys.ticket, NULL));
	}
	return n;
}

static void
a_ticket_nobody_used(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0}, none = {0};
	unsigned act = 0;
	size_t len = 1;

	ca_ticket(c.ca, c.ca->ana, &mail, &t);
	assert_int_equal(open_tickets(&c, &none, &act, &len), 0);	/* the portal is at it */
	rig_later(&c.ca->rig, TICKET_QUIET + 1);
	assert_int_equal(open_tickets(&c, &none, &act, &len), 1);
	assert_int_equal(act, TICKET_ISSUE);
	assert_int_equal(len, 0);		/* names are not the clerk's to see */
	buf_reset(&c.in);
	buf_add(&c.in, t.id, TICKET_ID);
	ca_refused_as(&c, KEEPER_PEER_CLERK, KEEPER_TICKET_CANCEL, ERR_DENIED, WHY_TICKET);
	rig_later(&c.ca->rig, TICKET_LIFE_ISSUE + TICKET_MARGIN);
	ca_again(c.ca);
	buf_reset(&c.in);
	buf_add(&c.in, t.id, TICKET_ID);
	ca_good_as(&c, KEEPER_PEER_CLERK, KEEPER_TICKET_CANCEL);
	ca_good_as(&c, KEEPER_PEER_CLERK, KEEPER_TICKET_CANCEL);	/* told twice */
	assert_int_equal(open_tickets(&c, &none, &act, &len), 0);
	assert_int_equal(ca_state(c.ca, t.serial), 0);
	/* it was signed after all: what the signer says it signed exists */
	ca_store(c.ca, &t, "certificate");
	assert_int_equal(ca_state(c.ca, t.serial), REGISTER_VALID);
	ca_sound(c.ca);
}

/* What the keeper says it stored and the signer may not know of. */
static uint32_t
stored_tickets(struct call *c, struct buf *ids)
{
	struct span s;
	uint32_t n;

	buf_reset(&c->in);
	pack_i64(&c->in, TICKETS_AT_ONCE);
	s = ca_good_as(c, KEEPER_PEER_CLERK, KEEPER_TICKETS_STORED);
	n = unpack_u32(&s);
	assert_int_equal(s.len, n * TICKET_ID);
	buf_reset(ids);
	buf_add(ids, s.p, s.len);
	return n;
}

/* A portal that dies behind "stored" leaves the signer a copy: it is listed until somebody told the signer. */
static void
the_signer_is_told(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(buf_wipe) struct buf ids = {0};
	DROP(ticket_wipe) struct ticket t = {0}, two = {0}, change = {0};
	struct ca_order other = mail;

	other.request = 7;
	assert_int_equal(stored_tickets(&c, &ids), 0);
	ca_ticket(c.ca, c.ca->ana, &mail, &t);
	assert_int_equal(stored_tickets(&c, &ids), 0);		/* not stored yet */
	ca_store(c.ca, &t, "certificate");
	ca_issue(c.ca, c.ca->ana, &other, "another", &two);
	ca_fresh(c.ca);
	ca_change(c.ca, two.serial, TICKET_SUSPEND, 0, &change);	/* leaves no copy */
	assert_int_equal(stored_tickets(&c, &ids), 2);
	rig_restart(&c.ca->rig);
	assert_int_equal(stored_tickets(&c, &ids), 2);		/* until it was told */
	ca_store(c.ca, &t, "certificate");			/* told twice: still one */
	assert_int_equal(stored_tickets(&c, &ids), 2);
	buf_reset(&c.in);
	buf_add(&c.in, t.id, TICKET_ID);
	buf_add(&c.in, change.id, TICKET_ID);
	ca_good_as(&c, KEEPER_PEER_CLERK, KEEPER_TICKETS_TOLD);
	assert_int_equal(stored_tickets(&c, &ids), 1);
	assert_memory_equal(ids.data, two.id, TICKET_ID);
	buf_reset(&c.in);
	buf_add(&c.in, ids.data, ids.len);
	ca_good_as(&c, KEEPER_PEER_CLERK, KEEPER_TICKETS_TOLD);
	assert_int_equal(stored_tickets(&c, &ids), 0);
	/* only the clerk's business, and whole ids only */
	ca_refused(&c, KEEPER_TICKETS_STORED, ERR_INPUT, 0);
	ca_refused(&c, KEEPER_TICKETS_TOLD, ERR_INPUT, 0);
	buf_reset(&c.in);
	buf_add(&c.in, t.id, TICKET_ID);
	pack_u8(&c.in, 0);
	ca_refused_as(&c, KEEPER_PEER_CLERK, KEEPER_TICKETS_TOLD, ERR_INPUT, 0);
	ca_sound(c.ca);
}

static void
a_change_nobody_carried(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0}, carried = {0};
	unsigned act = 0;
	size_t len = 0;

	ca_issue(c.ca, c.ca->ana, &mail, "certificate", &t);
	ca_fresh(c.ca);
	ca_begin(&c, c.ca->ana);
	buf_add(&c.in, t.serial, TICKET_SERIAL);
	pack_u8(&c.in, TICKET_REVOKE);
	pack_u8(&c.in, 4);
	ca_good(&c, KEEPER_CERT_CHANGE);
	rig_later(&c.ca->rig, TICKET_QUIET + 1);
	assert_int_equal(open_tickets(&c, &carried, &act, &len), 1);
	assert_int_equal(act, TICKET_REVOKE);
	assert_int_equal(carried.reason, 4);
	ca_changed(c.ca, &carried, CERT_REVOKED);
	assert_int_equal(ca_state(c.ca, t.serial), REGISTER_REVOKED);
	assert_int_equal(open_tickets(&c, &carried, &act, &len), 0);
}

/* ---- changes ---- */

static void
change_refused(struct call *c, const struct ticket *t, unsigned act, unsigned reason,
    enum err_kind kind, enum why why)
{
	ca_begin(c, c->ca->ana);
	buf_add(&c->in, t->serial, TICKET_SERIAL);
	pack_u8(&c->in, act);
	pack_u8(&c->in, reason);
	ca_refused(c, KEEPER_CERT_CHANGE, kind, why);
}

static void
suspend_resume_revoke(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0}, held = {0}, back = {0}, gone = {0};
	DROP(buf_wipe) struct buf receipt = {0};
	struct rig_mail m;

	ca_issue(c.ca, c.ca->ana, &mail, "certificate", &t);
	ca_fresh(c.ca);
	change_refused(&c, &t, TICKET_RESUME, 0, ERR_CONFLICT, WHY_CERT_STATE);
	change_refused(&c, &t, TICKET_SUSPEND, 4, ERR_INPUT, WHY_REASON);
	change_refused(&c, &t, TICKET_ISSUE, 0, ERR_INPUT, 0);
	for (unsigned reason = 0; reason < 16; reason++)
		if (reason != 0 && reason != 1 && reason != 3 && reason != 4 && reason != 5)
			change_refused(&c, &t, TICKET_REVOKE, reason, ERR_INPUT, WHY_REASON);
	ca_change(c.ca, t.serial, TICKET_SUSPEND, 0, &held);
	assert_int_equal(ca_state(c.ca, t.serial), REGISTER_SUSPENDED);
	change_refused(&c, &t, TICKET_SUSPEND, 0, ERR_CONFLICT, WHY_CERT_STATE);
	ca_change(c.ca, t.serial, TICKET_RESUME, 0, &back);
	assert_int_equal(ca_state(c.ca, t.serial), REGISTER_VALID);
	ca_changed(c.ca, &held, CERT_SUSPENDED);	/* an old word again: nothing */
	assert_int_equal(ca_state(c.ca, t.serial), REGISTER_VALID);
	ca_change(c.ca, t.serial, TICKET_REVOKE, 4, &gone);
	assert_int_equal(ca_state(c.ca, t.serial), REGISTER_REVOKED);
	assert_true(rig_mail_of(&c.ca->rig, MAIL_REVOKED, &m));
	change_refused(&c, &t, TICKET_RESUME, 0, ERR_CONFLICT, WHY_CERT_STATE);
	change_refused(&c, &t, TICKET_REVOKE, 0, ERR_CONFLICT, WHY_CERT_STATE);
	change_refused(&c, &t, TICKET_SUSPEND, 0, ERR_CONFLICT, WHY_CERT_STATE);
	/* a receipt that is no change */
	ca_receipt(c.ca, &t, CERT_VALID, "certificate", &receipt);
	buf_reset(&c.in);
	pack_bytes(&c.in, receipt.data, receipt.len);
	ca_refused(&c, KEEPER_CERT_CHANGED, ERR_DENIED, WHY_TICKET);
	assert_int_equal(ca_state(c.ca, t.serial), REGISTER_REVOKED);
	ca_sound(c.ca);
}

/* A suspension comes back after the revocation was asked for: that one is still on its way. */
static void
a_late_suspension(void **state)
{
	struct ca *ca = *state;
	DROP(ticket_wipe) struct ticket t = {0}, held = {0}, gone = {0};
	DROP(call_wipe) struct call c = { .ca = ca };

	ca_issue(ca, ca->ana, &mail, "certificate", &t);
	ca_fresh(ca);
	ca_asked(ca, t.serial, TICKET_SUSPEND, 0, &held);
	ca_asked(ca, t.serial, TICKET_REVOKE, 4, &gone);
	ca_changed(ca, &held, CERT_SUSPENDED);
	change_refused(&c, &t, TICKET_RESUME, 0, ERR_CONFLICT, WHY_CERT_STATE);
	ca_changed(ca, &gone, CERT_REVOKED);
	assert_int_equal(ca_state(ca, t.serial), REGISTER_REVOKED);
	ca_sound(ca);
}

static void
tls_is_not_suspended(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0};

	ca_proved(c.ca, c.ca->ana, "example.org");
	ca_issue(c.ca, c.ca->ana, &tls, "certificate", &t);
	/* without the password typed once more nothing changes, just after signing in either */
	change_refused(&c, &t, TICKET_REVOKE, 0, ERR_DENIED, WHY_PASSWORD_NEEDED);
	ca_fresh(c.ca);
	change_refused(&c, &t, TICKET_SUSPEND, 0, ERR_DENIED, WHY_CERT_SUSPEND_TLS);
	assert_true(rig_again(&c.ca->rig, c.ca->ben, WORD));
	ca_begin(&c, c.ca->ben);
	buf_add(&c.in, t.serial, TICKET_SERIAL);
	pack_u8(&c.in, TICKET_REVOKE);
	pack_u8(&c.in, 0);
	ca_refused(&c, KEEPER_CERT_CHANGE, ERR_ABSENT, 0);
	rig_later(&c.ca->rig, c.ca->rig.set.fresh_life + 1);
	change_refused(&c, &t, TICKET_REVOKE, 0, ERR_DENIED, WHY_PASSWORD_NEEDED);
}

static void
a_compromised_key(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0}, first = {0}, gone = {0}, other = {0};
	struct ca_order o = mail;

	ca_issue(c.ca, c.ca->ana, &mail, "certificate", &t);
	ca_fresh(c.ca);
	ca_change(c.ca, t.serial, TICKET_REVOKE, 4, &first);
	/* told later that the key was lost: the reason grows worse, the state stays */
	ca_change(c.ca, t.serial, TICKET_REVOKE, 1, &gone);
	assert_int_equal(ca_state(c.ca, t.serial), REGISTER_REVOKED);
	change_refused(&c, &t, TICKET_REVOKE, 1, ERR_CONFLICT, WHY_CERT_STATE);
	ca_order_pack(&c, c.ca->ana, &mail);
	ca_refused(&c, KEEPER_CERT_TICKET, ERR_DENIED, WHY_KEY_REUSED_REVOKED);
	o.key = 1;
	ca_ticket(c.ca, c.ca->ana, &o, &other);
}

/* Two wishes on their way at once: the graver one stays, whichever comes back last. */
static void
revoked_twice_at_once(void **state)
{
	struct ca *ca = *state;
	DROP(ticket_wipe) struct ticket t = {0}, mild = {0}, grave = {0};
	static const unsigned reasons[] = { 4, 1 };
	struct span s;

	ca_issue(ca, ca->ana, &mail, "certificate", &t);
	ca_fresh(ca);
	for (size_t i = 0; i < 2; i++) {
		DROP(call_wipe) struct call c = { .ca = ca };

		ca_begin(&c, ca->ana);
		buf_add(&c.in, t.serial, TICKET_SERIAL);
		pack_u8(&c.in, TICKET_REVOKE);
		pack_u8(&c.in, reasons[i]);
		s = ca_good(&c, KEEPER_CERT_CHANGE);
		assert_true(ticket_unpack(i == 0 ? &mild : &grave, unpack_bytes(&s), ca->rig.keys.ticket, NULL));
	}
	assert_memory_not_equal(mild.id, grave.id, TICKET_ID);
	ca_changed(ca, &grave, CERT_REVOKED);
	ca_changed(ca, &mild, CERT_REVOKED);
	DROP(call_wipe) struct call c = { .ca = ca };

	change_refused(&c, &t, TICKET_REVOKE, 1, ERR_CONFLICT, WHY_CERT_STATE);	/* it says so already */
	assert_int_equal(ca_state(ca, t.serial), REGISTER_REVOKED);
}

static void
suspended_too_long(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0}, held = {0}, carried = {0};
	unsigned act = 0;
	size_t len = 0;

	ca_issue(c.ca, c.ca->ana, &mail, "certificate", &t);
	ca_fresh(c.ca);
	ca_change(c.ca, t.serial, TICKET_SUSPEND, 0, &held);
	rig_later(&c.ca->rig, c.ca->rig.set.suspension_life - 1);
	ca_sweep(c.ca);
	assert_int_equal(open_tickets(&c, &carried, &act, &len), 0);
	rig_later(&c.ca->rig, 1);
	ca_sweep(c.ca);
	ca_sweep(c.ca);		/* once is enough, and the clerk carries it at once */
	assert_int_equal(open_tickets(&c, &carried, &act, &len), 1);
	assert_int_equal(act, TICKET_REVOKE);
	assert_memory_equal(carried.serial, t.serial, TICKET_SERIAL);
	ca_again(c.ca);
	ca_changed(c.ca, &carried, CERT_REVOKED);
	assert_int_equal(ca_state(c.ca, t.serial), REGISTER_REVOKED);
	ca_sound(c.ca);
}

/* The address goes while the certificate is being signed: it is revoked when it comes back. */
static void
unwanted_meanwhile(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0}, carried = {0};
	int64_t id = ca_proved(c.ca, c.ca->ana, "example.org");
	unsigned act = 0;
	size_t len = 0;
	struct span s;

	ca_ticket(c.ca, c.ca->ana, &tls, &t);
	ca_fresh(c.ca);
	ca_begin(&c, c.ca->ana);
	pack_i64(&c.in, id);
	pack_u8(&c.in, 1);
	s = ca_good(&c, KEEPER_DOMAIN_REMOVE);
	assert_int_equal(unpack_u32(&s), 0);
	ca_store(c.ca, &t, "certificate");
	assert_int_equal(open_tickets(&c, &carried, &act, &len), 1);
	assert_int_equal(act, TICKET_REVOKE);
	ca_changed(c.ca, &carried, CERT_REVOKED);
	assert_int_equal(ca_state(c.ca, t.serial), REGISTER_REVOKED);
	ca_sound(c.ca);
}

/* ---- shown to others, used to sign in ---- */

static bool
shown(struct call *c, const struct ticket *t, const char *address)
{
	struct span s;

	buf_reset(&c->in);
	buf_add(&c->in, t->serial, TICKET_SERIAL);
	pack_text(&c->in, address);
	s = ca_good(c, KEEPER_CERT_SHOW);
	return unpack_u8(&s) == 1 && unpack_bytes(&s).len == 11 && unpack_end(&s, "show", NULL);
}

static void
note(struct call *c, const struct ticket *t, unsigned what, const char *label, unsigned value)
{
	ca_begin(c, c->ca->ana);
	buf_add(&c->in, t->serial, TICKET_SERIAL);
	pack_u8(&c->in, what);
	pack_text(&c->in, label);
	pack_u8(&c->in, value);
	ca_good(c, KEEPER_CERT_NOTE);
}

static void
shown_only_by_choice(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0};
	int64_t size;

	ca_issue(c.ca, c.ca->ana, &mail, "certificate", &t);
	size = chain_settled(c.ca->rig.keeper.chain);
	assert_false(shown(&c, &t, ANA));
	assert_int_equal(chain_settled(c.ca->rig.keeper.chain), size);
	note(&c, &t, 3, "", 1);
	assert_false(shown(&c, &t, "an@example.org"));
	assert_false(shown(&c, &t, BEN));
	assert_false(shown(&c, &t, "not an address"));
	size = chain_settled(c.ca->rig.keeper.chain);
	assert_true(shown(&c, &t, ANA));
	assert_int_equal(chain_settled(c.ca->rig.keeper.chain), size + 1);	/* a disclosure */
	note(&c, &t, 3, "", 0);
	assert_false(shown(&c, &t, ANA));
	t.serial[5] ^= 1;
	assert_false(shown(&c, &t, ANA));
	ca_sound(c.ca);
}

static bool
signs_in(struct call *c, const struct ticket *t, const char *body)
{
	unsigned char hash[32];

	digest(hash, body, strlen(body));
	buf_reset(&c->in);
	buf_add(&c->in, hash, sizeof(hash));
	buf_add(&c->in, t->serial, TICKET_SERIAL);
	pack_u8(&c->in, 0);
	pack_bytes(&c->in, "192.0.2.1", 9);
	return rig_ask(&c->ca->rig, KEEPER_SIGN_IN_CERT, &c->in, &c->out);
}

static void
sign_in_setting(struct call *c, int64_t value)
{
	ca_fresh(c->ca);
	ca_begin(c, c->ca->ana);
	pack_u32(&c->in, SETTING_CERT_SIGN_IN);
	pack_i64(&c->in, value);
	ca_good(c, KEEPER_SETTING_SET);
}

static void
signing_in_with_one(void **state)
{
	static const struct ca_order signing = { .profile = MAIL, .names = { ANA }, .options = TICKET_CLIENT_AUTH };
	static const struct ca_order plain = { .profile = MAIL, .names = { ANA }, .request = 9 };
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0}, no = {0}, held = {0}, back = {0};

	ca_fresh(c.ca);
	ca_issue(c.ca, c.ca->ana, &signing, "certificate", &t);
	ca_issue(c.ca, c.ca->ana, &plain, "plain one", &no);
	assert_false(signs_in(&c, &t, "certificate"));		/* off by default */
	assert_int_equal(c.ca->rig.err.why, WHY_SIGN_IN);
	sign_in_setting(&c, 1);
	assert_true(signs_in(&c, &t, "certificate"));
	assert_false(signs_in(&c, &t, "another body"));
	assert_false(signs_in(&c, &no, "plain one"));		/* not made for it */
	ca_change(c.ca, t.serial, TICKET_SUSPEND, 0, &held);
	assert_false(signs_in(&c, &t, "certificate"));
	ca_change(c.ca, t.serial, TICKET_RESUME, 0, &back);
	assert_true(signs_in(&c, &t, "certificate"));
	/* on its way to be revoked: no longer */
	ca_begin(&c, c.ca->ana);
	buf_add(&c.in, t.serial, TICKET_SERIAL);
	pack_u8(&c.in, TICKET_REVOKE);
	pack_u8(&c.in, 0);
	ca_good(&c, KEEPER_CERT_CHANGE);
	assert_false(signs_in(&c, &t, "certificate"));
	rig_later(&c.ca->rig, c.ca->rig.set.mail_robot_life);
	assert_false(signs_in(&c, &no, "plain one"));
}

/* ---- reminders, faces, names ---- */

static void
reminded_when_ticked(void **state)
{
	struct ca_order two = mail;
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0}, quiet = {0};
	struct rig_mail m;

	two.request = 1;
	ca_issue(c.ca, c.ca->ana, &mail, "certificate", &t);
	ca_issue(c.ca, c.ca->ana, &two, "quiet one", &quiet);
	note(&c, &t, 2, "", 1);
	assert_false(rig_mail_of(&c.ca->rig, MAIL_EXPIRY, &m));
	rig_later(&c.ca->rig, c.ca->rig.set.mail_robot_life - REMINDER_DAYS * 86400);
	ca_sweep(c.ca);
	ca_sweep(c.ca);
	assert_true(rig_mail_of(&c.ca->rig, MAIL_EXPIRY, &m));
	assert_string_equal(m.to, ANA);
	assert_true(rig_take(&c.ca->rig, m.token));	/* the stop link in it */
	assert_false(rig_mail_of(&c.ca->rig, MAIL_EXPIRY, &m));
	ca_again(c.ca);
	ca_sound(c.ca);
}

static void
public_faces(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0}, own = {0};
	unsigned char serial[TICKET_SERIAL];
	char name[256];
	int64_t number;
	struct span s;

	ca_proved(c.ca, c.ca->ana, "example.org");
	ca_issue(c.ca, c.ca->ana, &mail, "mail certificate", &own);
	ca_issue(c.ca, c.ca->ana, &tls, "certificate", &t);
	pack_i64(&c.in, 0);
	s = ca_good_as(&c, KEEPER_PEER_CLERK, KEEPER_FACES);
	assert_int_equal(unpack_u32(&s), 1);
	unpack_exact(&s, serial, sizeof(serial));
	assert_memory_equal(serial, t.serial, sizeof(serial));
	assert_int_equal(unpack_u8(&s), TLS);
	assert_int_equal(unpack_i64(&s), t.not_before);
	assert_int_equal(unpack_i64(&s), t.not_after);
	unpack_exact(&s, (unsigned char[32]){0}, 32);
	assert_int_equal(unpack_u32(&s), 1);
	unpack_text(&s, name, sizeof(name));
	assert_string_equal(name, "www.example.org");
	number = unpack_i64(&s);
	assert_true(unpack_end(&s, "faces", NULL));
	buf_reset(&c.in);
	pack_i64(&c.in, number);
	s = ca_good_as(&c, KEEPER_PEER_CLERK, KEEPER_FACES);
	assert_int_equal(unpack_u32(&s), 0);
}

static void
choices(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	unsigned kinds = 0;
	struct span s;
	uint32_t n;

	ca_proved(c.ca, c.ca->ana, "example.org");
	ca_domain(c.ca, c.ca->ana, "unproved.example");
	ca_begin(&c, c.ca->ana);
	s = ca_good(&c, KEEPER_CERT_CHOICES);
	n = unpack_u32(&s);
	assert_int_equal(n, 3);
	while (n-- > 0) {
		char name[256];
		unsigned kind = unpack_u8(&s), wild, needs;

		unpack_i64(&s);
		unpack_text(&s, name, sizeof(name));
		wild = unpack_u8(&s);
		needs = unpack_u8(&s);
		kinds += kind;
		assert_int_equal(needs, strcmp(name, "unproved.example") == 0);
		assert_int_equal(wild, strcmp(name, "example.org") == 0);
	}
	assert_int_equal(kinds, NAME_DNS + NAME_DNS + NAME_MAIL);
	assert_int_equal(unpack_i64(&s), 0);
	assert_int_equal(unpack_u8(&s), 0);
	assert_int_equal(unpack_u32(&s), WHY_POINTS);
	assert_int_equal(unpack_u8(&s), 0);
	assert_true(unpack_end(&s, "choices", NULL));
}

static int64_t
old_labels(struct ca *ca)
{
	static const struct sql count = { "test_old_labels", "i", "i",
		"SELECT CAST(COUNT(*) AS bigint) FROM old_value WHERE field = $1" };
	DROP(rows_drop) struct rows *r = NULL;
	struct err e = {0};

	assert_true(sql_first(ca->rig.keeper.store, &r, &count, &e, (int64_t)FIELD_CERT_LABEL));
	return rows_i64(r, 0);
}

static void
labels(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0};
	char text[256];

	ca_issue(c.ca, c.ca->ana, &mail, "certificate", &t);
	note(&c, &t, 1, "laptop", 0);
	assert_int_equal(old_labels(c.ca), 1);
	note(&c, &t, 1, "", 0);
	assert_int_equal(old_labels(c.ca), 0);		/* no entry shows any more what stood there */
	memset(text, 'x', 200);
	text[200] = '\0';
	ca_begin(&c, c.ca->ana);
	buf_add(&c.in, t.serial, TICKET_SERIAL);
	pack_u8(&c.in, 1);
	pack_text(&c.in, text);
	pack_u8(&c.in, 0);
	ca_refused(&c, KEEPER_CERT_NOTE, ERR_INPUT, WHY_FIELD_LONG);
	ca_begin(&c, c.ca->ana);
	buf_add(&c.in, t.serial, TICKET_SERIAL);
	pack_u8(&c.in, 4);
	pack_text(&c.in, "");
	pack_u8(&c.in, 0);
	ca_refused(&c, KEEPER_CERT_NOTE, ERR_INPUT, 0);
	ca_sound(c.ca);
}

/* ---- after a restore ---- */

static void
recall(struct ca *ca, const struct ticket *t, enum cert_status status, unsigned reason, int64_t listed_at, int64_t news)
{
	struct recalled r = { .status = (uint8_t)status, .reason = (uint8_t)reason, .at = rig_now(&ca->rig) - 50,
	    .listed_at = listed_at };
	struct recalled_sum sum = {0};
	struct err e = {0};

	memcpy(r.serial, t->serial, sizeof(r.serial));
	for (int i = 0; i < 2; i++) {		/* the second time changes nothing */
		rig_begin_hand(&ca->rig);
		if (!recalled_apply(&ca->rig.keeper, &r, rig_now(&ca->rig), &sum, &e))
			fail_msg("%s", e.text);
		assert_int_equal(sum.revoked + sum.suspended, news);
		rig_end_hand(&ca->rig);
	}
}

/* What lists say that were published after the backup: as if its owner's ticket had come back, with the list's date. */
static void
revoked_again_by_lists(void **state)
{
	static const struct ca_order other = { .profile = MAIL, .names = { ANA }, .key = 2 };
	struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket one = {0}, two = {0}, pending = {0}, held = {0}, back = {0};
	struct ca *ca = *state;
	struct entry_of_register r;
	struct ticket none = { .serial = { 0x11 } };
	int64_t now;
	bool banned;

	ca_issue(ca, ca->ana, &mail, "certificate", &one);
	ca_issue(ca, ca->ana, &other, "another", &two);
	ca_fresh(ca);
	ca_change(ca, two.serial, TICKET_SUSPEND, 0, &held);
	ca_change(ca, two.serial, TICKET_RESUME, 0, &back);
	now = rig_now(&ca->rig);
	recall(ca, &two, CERT_SUSPENDED, 6, now - 60, 0);	/* resumed after that list */
	assert_int_equal(ca_state(ca, two.serial), REGISTER_VALID);
	recall(ca, &two, CERT_SUSPENDED, 6, now + 60, 1);
	assert_int_equal(ca_state(ca, two.serial), REGISTER_SUSPENDED);
	recall(ca, &two, CERT_REVOKED, 4, now + 60, 1);
	recall(ca, &two, CERT_SUSPENDED, 6, now + 90, 0);
	assert_int_equal(ca_state(ca, two.serial), REGISTER_REVOKED);
	recall(ca, &one, CERT_REVOKED, 1, now, 1);
	rig_begin_hand(&ca->rig);
	assert_true(register_get(&ca->rig.keeper, 0, one.serial, &r, NULL));
	assert_int_equal(r.reason, 1);
	assert_int_equal(r.changed_at, rig_now(&ca->rig) - 50);
	assert_true(register_key_banned(&ca->rig.keeper, r.key_hash, &banned, NULL) && banned);
	rig_end_hand(&ca->rig);
	change_refused(&c, &one, TICKET_RESUME, 0, ERR_CONFLICT, WHY_CERT_STATE);
	recall(ca, &none, CERT_REVOKED, 4, now, 0);		/* not in the register */
	ca_ticket(ca, ca->ana, &(struct ca_order){ .profile = MAIL, .names = { ANA }, .key = 3 }, &pending);
	recall(ca, &pending, CERT_REVOKED, 4, now, 0);		/* never came back: the clerk cancels it */
	call_wipe(&c);
	ca_sound(ca);
}

/* Its issuer was revoked by the root: the certificate is at once, its ticket waits for the clerk, its owner is told once. */
static void
issuer_gone(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket held = {0}, hold = {0}, was = {0}, gone = {0}, pending = {0}, carried = {0};
	DROP(call_wipe) struct call from = { .ca = c.ca };
	struct rig_mail m;
	unsigned act = 0;
	size_t len = 0;
	struct span s;

	ca_issue(c.ca, c.ca->ana, &mail, "certificate", &held);
	ca_issue(c.ca, c.ca->ana, &(struct ca_order){ .profile = MAIL, .names = { ANA }, .key = 2 }, "another", &was);
	ca_fresh(c.ca);
	ca_change(c.ca, held.serial, TICKET_SUSPEND, 0, &hold);
	ca_change(c.ca, was.serial, TICKET_REVOKE, 5, &gone);
	ca_ticket(c.ca, c.ca->ana, &(struct ca_order){ .profile = MAIL, .names = { ANA }, .key = 3 }, &pending);
	for (unsigned again = 0; again < 2; again++) {
		buf_reset(&from.in);
		pack_u8(&from.in, MAIL);
		buf_add(&from.in, held.serial, TICKET_SERIAL);
		buf_add(&from.in, was.serial, TICKET_SERIAL);
		buf_add(&from.in, pending.serial, TICKET_SERIAL);
		buf_add(&from.in, "sixteen bytes...", TICKET_SERIAL);	/* in no register */
		s = ca_good_as(&from, KEEPER_PEER_CONTROL, KEEPER_ISSUER_GONE);
		assert_int_equal(unpack_i64(&s), again == 0 ? 1 : 0);
	}
	ca_refused(&from, KEEPER_ISSUER_GONE, ERR_INPUT, 0);		/* not the portal's */
	buf_reset(&from.in);
	pack_u8(&from.in, PROFILE_ASSURED_MAIL);
	buf_add(&from.in, held.serial, TICKET_SERIAL);
	ca_refused_as(&from, KEEPER_PEER_CONTROL, KEEPER_ISSUER_GONE, ERR_INPUT, 0);	/* another issuer's */
	assert_int_equal(ca_state(c.ca, held.serial), REGISTER_REVOKED);
	assert_true(rig_mail_of(&c.ca->rig, MAIL_ISSUER_GONE, &m));
	assert_false(rig_mail_of(&c.ca->rig, MAIL_ISSUER_GONE, &m));
	change_refused(&c, &held, TICKET_RESUME, 0, ERR_CONFLICT, WHY_CERT_STATE);
	assert_int_equal(open_tickets(&c, &carried, &act, &len), 1);	/* nobody else carries it: at once */
	rig_later(&c.ca->rig, TICKET_QUIET + 1);
	assert_int_equal(open_tickets(&c, &carried, &act, &len), 2);	/* and the one that is still being signed */
	ca_store(c.ca, &pending, "a third");
	while (open_tickets(&c, &carried, &act, &len) > 0) {
		assert_int_equal(act, TICKET_REVOKE);
		ca_changed(c.ca, &carried, CERT_REVOKED);
		rig_later(&c.ca->rig, TICKET_QUIET + 1);
	}
	assert_int_equal(ca_state(c.ca, held.serial), REGISTER_REVOKED);
	assert_int_equal(ca_state(c.ca, pending.serial), REGISTER_REVOKED);
	ca_sound(c.ca);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CA_CASE(a_server_ticket), CA_CASE(a_server_ticket_without_common_name), CA_CASE(a_mail_ticket),
		CA_CASE(refusals),
		CA_CASE(caa_of_another_name), CA_CASE(caa_of_an_address), CA_CASE(stale_proof), CA_CASE(so_many_a_day),
		CA_CASE(asked_twice_is_one), CA_CASE(asked_again_is_one), CA_CASE(the_same_order), CA_CASE(stored_once),
		CA_CASE(stored_from_the_signers_seal), CA_CASE(a_ticket_nobody_used), CA_CASE(the_signer_is_told),
		CA_CASE(a_change_nobody_carried), CA_CASE(suspend_resume_revoke), CA_CASE(a_late_suspension),
		CA_CASE(tls_is_not_suspended), CA_CASE(a_compromised_key),
		CA_CASE(revoked_twice_at_once), CA_CASE(suspended_too_long),
		CA_CASE(unwanted_meanwhile), CA_CASE(shown_only_by_choice), CA_CASE(signing_in_with_one),
		CA_CASE(reminded_when_ticked), CA_CASE(public_faces), CA_CASE(revoked_again_by_lists), CA_CASE(issuer_gone), CA_CASE(choices), CA_CASE(labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
