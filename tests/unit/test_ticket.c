/* Tickets and receipts: what is let through, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include <cmocka.h>
#include "privacy/facts/ticket.h"

static const unsigned char key[TICKET_KEY] = { 1, 2, 3 }, other[TICKET_KEY] = { 1, 2, 4 };

static struct ticket_name list[TICKET_NAMES];

static struct ticket
sound(void)
{
	struct ticket t = { .act = TICKET_ISSUE, .profile = PROFILE_ROBOT_TLS, .serial = { 0x7f, 9 },
	    .not_before = 1000, .not_after = 2000, .expires = 1500, .ledger_number = 7,
	    .id = { 4 }, .ledger_hash = { 5 }, .key_hash = { 6 }, .name_count = 2, .names = list };

	memset(list, 0, sizeof(list));
	for (int i = 0; i < TICKET_NAMES; i++) {
		list[i].kind = NAME_DNS;
		snprintf(list[i].text, sizeof(list[i].text), "h%d.example.org", i);
	}
	return t;
}

static void wrong_act(struct ticket *t) { t->act = 0; }
static void late_act(struct ticket *t) { t->act = 5; }
static void wrong_profile(struct ticket *t) { t->profile = PROFILE__COUNT; }
static void zero_serial(struct ticket *t) { t->serial[0] = 0; }
static void negative_serial(struct ticket *t) { t->serial[0] = 0x80; }
static void no_names(struct ticket *t) { t->name_count = 0; }
static void many_names(struct ticket *t) { t->name_count = TICKET_NAMES; }
static void too_many(struct ticket *t) { t->name_count = TICKET_NAMES + 1; }
static void mail_name(struct ticket *t) { t->names[1].kind = NAME_MAIL; }
static void at_sign(struct ticket *t) { snprintf(t->names[1].text, 256, "a@example.org"); }
static void blank(struct ticket *t) { snprintf(t->names[1].text, 256, "a b.example.org"); }
static void not_ascii(struct ticket *t) { snprintf(t->names[1].text, 256, "b\xc3\xbc" "cher.example.org"); }
static void backwards(struct ticket *t) { t->not_after = 999; }
static void no_expiry(struct ticket *t) { t->expires = 0; }
static void person(struct ticket *t) { snprintf(t->given, sizeof(t->given), "Ada"); }
static void odd_option(struct ticket *t) { t->options = 2; }
static void tls_client(struct ticket *t) { t->options = TICKET_CLIENT_AUTH; }
static void reasoned(struct ticket *t) { t->reason = 1; }
static void bad_utf8(struct ticket *t) { snprintf(t->common_name, sizeof(t->common_name), "\xff"); }
static void
mail(struct ticket *t)
{
	t->profile = PROFILE_ASSURED_MAIL;
	t->options = TICKET_CLIENT_AUTH;
	t->name_count = 1;
	t->names[0].kind = NAME_MAIL;
	snprintf(t->names[0].text, 256, "ada@example.org");
	snprintf(t->given, sizeof(t->given), "Ada");
	snprintf(t->family, sizeof(t->family), "L\xc3\xb8velace");
}
static void
change(struct ticket *t)
{
	*t = (struct ticket){ .act = TICKET_REVOKE, .profile = PROFILE_ROBOT_MAIL, .serial = { 1 },
	    .expires = 10, .reason = 4 };
}
static void hold_reason(struct ticket *t) { change(t); t->reason = 6; }
static void ca_reason(struct ticket *t) { change(t); t->reason = 2; }
static void withdrawn(struct ticket *t) { change(t); t->reason = 9; }
static void suspend_reason(struct ticket *t) { change(t); t->act = TICKET_SUSPEND; }
static void change_key(struct ticket *t) { change(t); t->key_hash[3] = 1; }
static void change_names(struct ticket *t) { change(t); t->names = list; t->name_count = 1; }
static void as_is(struct ticket *t) { (void)t; }

static const struct { const char *name; void (*spoil)(struct ticket *); enum err_kind kind; } cases[] = {
	{ "sound", as_is, 0 }, { "100 names", many_names, 0 }, { "mail", mail, 0 }, { "change", change, 0 },
	{ "act 0", wrong_act, ERR_INPUT }, { "act 5", late_act, ERR_INPUT },
	{ "profile", wrong_profile, ERR_INPUT }, { "serial 0", zero_serial, ERR_INPUT },
	{ "negative serial", negative_serial, ERR_INPUT }, { "no names", no_names, ERR_INPUT },
	{ "101 names", too_many, ERR_INPUT }, { "mail name", mail_name, ERR_INPUT },
	{ "at sign", at_sign, ERR_INPUT }, { "blank", blank, ERR_INPUT },
	{ "not ASCII", not_ascii, ERR_INPUT }, { "backwards", backwards, ERR_INPUT },
	{ "no expiry", no_expiry, ERR_INPUT }, { "person", person, ERR_INPUT },
	{ "option", odd_option, ERR_INPUT }, { "client TLS", tls_client, ERR_INPUT },
	{ "reason", reasoned, ERR_INPUT }, { "hold", hold_reason, ERR_INPUT }, { "CA's reason", ca_reason, ERR_INPUT }, { "withdrawn", withdrawn, 0 },
	{ "suspend with reason", suspend_reason, ERR_INPUT }, { "change with key", change_key, ERR_INPUT },
	{ "change with names", change_names, ERR_INPUT },
};

static void
test_shapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		DROP(buf_wipe) struct buf wire = {0};
		DROP(ticket_wipe) struct ticket back = {0};
		struct ticket t = sound();
		struct err e = {0};

		cases[i].spoil(&t);
		if (ticket_pack(&wire, &t, key, &e) != (cases[i].kind == 0) || e.kind != cases[i].kind)
			fail_msg("%s: %s", cases[i].name, e.text);
		if (cases[i].kind != 0)
			continue;
		if (!ticket_unpack(&back, span_buf(&wire), key, &e))
			fail_msg("%s: %s", cases[i].name, e.text);
		assert_memory_equal(back.serial, t.serial, TICKET_SERIAL);
		assert_memory_equal(back.ledger_hash, t.ledger_hash, 32);
		assert_int_equal(back.name_count, t.name_count);
		assert_int_equal(back.not_after, t.not_after);
		assert_string_equal(back.family, t.family);
		for (unsigned k = 0; k < t.name_count; k++)
			assert_string_equal(back.names[k].text, t.names[k].text);
	}
}

static void
test_bad_utf8(void **state)
{
	DROP(buf_wipe) struct buf wire = {0};
	struct ticket t = sound(), back;
	struct err e = {0};

	(void)state;
	bad_utf8(&t);
	assert_true(ticket_pack(&wire, &t, key, &e));
	assert_false(ticket_unpack(&back, span_buf(&wire), key, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

static void
test_forged(void **state)
{
	DROP(buf_wipe) struct buf wire = {0};
	struct ticket t = sound(), back;
	struct err e = {0};

	(void)state;
	assert_true(ticket_pack(&wire, &t, key, &e));
	assert_false(ticket_unpack(&back, span_buf(&wire), other, &e));
	assert_int_equal(e.kind, ERR_CRYPTO);
	for (size_t i = 0; i < wire.len; i++) {		/* every byte counts */
		wire.data[i] ^= 1;
		assert_false(ticket_unpack(&back, span_buf(&wire), key, &e));
		assert_int_equal(e.kind, ERR_CRYPTO);
		wire.data[i] ^= 1;
	}
	for (size_t n = 0; n < wire.len; n++)
		assert_false(ticket_unpack(&back, span_of(wire.data, n), key, &e));
}

static void
test_receipt(void **state)
{
	DROP(buf_wipe) struct buf wire = {0};
	struct receipt r = { .id = { 1 }, .serial = { 2 }, .status = CERT_REVOKED, .changed_at = 77,
	    .body_hash = { 3 } }, back;
	struct err e = {0};

	(void)state;
	receipt_pack(&wire, &r, key);
	assert_true(receipt_unpack(&back, span_buf(&wire), key, &e));
	assert_memory_equal(&back.id, &r.id, sizeof(r.id));
	assert_int_equal(back.changed_at, 77);
	for (size_t i = 0; i < wire.len; i++) {
		wire.data[i] ^= 0x40;
		assert_false(receipt_unpack(&back, span_buf(&wire), key, &e));
		assert_int_equal(e.kind, ERR_CRYPTO);
		wire.data[i] ^= 0x40;
	}
	assert_false(receipt_unpack(&back, span_of(wire.data, wire.len - 1), key, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	buf_reset(&wire);
	r.status = 0;
	receipt_pack(&wire, &r, key);
	assert_false(receipt_unpack(&back, span_buf(&wire), key, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes), cmocka_unit_test(test_bad_utf8),
		cmocka_unit_test(test_forged), cmocka_unit_test(test_receipt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
