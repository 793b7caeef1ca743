/* Download addresses: once, for a minute, for what was chosen when they were made. */
#include "tests/unit/ca_rig.h"

static const struct ca_order mail = { .profile = PROFILE_ROBOT_MAIL, .names = { ANA } };

static void
once_and_no_more(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	DROP(ticket_wipe) struct ticket t = {0}, pending = {0};
	struct ca_order two = mail;
	unsigned char once[TOKEN_BYTES];
	struct span s, body;

	two.request = 1;
	ca_issue(c.ca, c.ca->ana, &mail, "certificate", &t);
	ca_ticket(c.ca, c.ca->ana, &two, &pending);
	for (int round = 0; round < 2; round++) {
		ca_begin(&c, c.ca->ana);
		pack_u8(&c.in, ONCE_CERT_DER);
		pack_bytes(&c.in, t.serial, TICKET_SERIAL);
		pack_u8(&c.in, 3);
		s = ca_good(&c, KEEPER_ONCE_MINT);
		unpack_exact(&s, once, sizeof(once));
		buf_reset(&c.in);
		buf_add(&c.in, once, sizeof(once));
		if (round == 0) {
			s = ca_good(&c, KEEPER_ONCE_TAKE);
			assert_int_equal(unpack_u8(&s), ONCE_CERT_DER);
			assert_int_equal(unpack_u8(&s), 3);
			body = unpack_bytes(&s);
			assert_memory_equal(body.p, "certificate", 11);
		} else {
			rig_later(&c.ca->rig, c.ca->rig.set.once_life);
		}
		ca_refused(&c, KEEPER_ONCE_TAKE, ERR_ABSENT, WHY_TOKEN);
	}
	ca_begin(&c, c.ca->ben);
	pack_u8(&c.in, ONCE_CERT_DER);
	pack_bytes(&c.in, t.serial, TICKET_SERIAL);
	pack_u8(&c.in, 0);
	ca_refused(&c, KEEPER_ONCE_MINT, ERR_ABSENT, 0);
	ca_begin(&c, c.ca->ana);
	pack_u8(&c.in, ONCE_CERT_DER);
	pack_bytes(&c.in, pending.serial, TICKET_SERIAL);
	pack_u8(&c.in, 0);
	ca_refused(&c, KEEPER_ONCE_MINT, ERR_ABSENT, 0);
	ca_begin(&c, c.ca->ana);
	pack_u8(&c.in, 9);
	pack_bytes(&c.in, t.serial, TICKET_SERIAL);
	pack_u8(&c.in, 0);
	ca_refused(&c, KEEPER_ONCE_MINT, ERR_INPUT, 0);
	ca_sound(c.ca);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { CA_CASE(once_and_no_more) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
