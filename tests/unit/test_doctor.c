/*
 * What somebody with a pen on the store leaves behind, and the doctor finds;
 * and what else clerk and control ask.
 */
#include "privacy/keeper/doctor.h"
#include "tests/unit/ca_rig.h"

static const struct ca_order mail_order = { .profile = PROFILE_ROBOT_MAIL, .names = { ANA } };

static void
finds(struct ca *ca, const struct sql *s, const char *what)
{
	DROP(call_wipe) struct call c = { .ca = ca };
	char said[256];
	struct span a;

	a = ca_good_as(&c, KEEPER_PEER_CONTROL, KEEPER_DOCTOR);
	if (unpack_u8(&a) != 0)
		fail_msg("%s was not found", s->name);
	unpack_text(&a, said, sizeof(said));
	if (strstr(said, what) == NULL)
		fail_msg("%s: said \"%s\"", s->name, said);
}

static void
label(struct ca *ca, const struct ticket *t, const char *text)
{
	DROP(call_wipe) struct call c = { .ca = ca };

	ca_begin(&c, ca->ana);
	buf_add(&c.in, t->serial, TICKET_SERIAL);
	pack_u8(&c.in, 1);
	pack_text(&c.in, text);
	pack_u8(&c.in, 0);
	ca_good(&c, KEEPER_CERT_NOTE);
}

#define LABEL "14"
_Static_assert(FIELD_CERT_LABEL == 14, "the statements below say 14");

static void
an_old_row_put_back(void **state)
{
	static const struct sql
	get = { "get", "", "ib", "SELECT version, box FROM sealed WHERE field = " LABEL },
	put = { "put", "ib", "", "UPDATE sealed SET version = $1, box = $2 WHERE field = " LABEL };
	struct ca *ca = *state;
	DROP(ticket_wipe) struct ticket t = {0};

	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf box = {0};
	struct store *st = ca->rig.keeper.store;
	struct err e = {0};
	int64_t version;

	ca_issue(ca, ca->ana, &mail_order, "certificate", &t);
	label(ca, &t, "first");
	ca_sound(ca);
	assert_true(sql_first(st, &r, &get, &e));
	version = rows_i64(r, 0);
	buf_add(&box, rows_bytes(r, 1).p, rows_bytes(r, 1).len);
	rows_drop(&r);
	label(ca, &t, "second");
	ca_sound(ca);
	assert_true(store_begin(st, &e));
	assert_true(sql_do(st, &put, &e, version, (const void *)box.data, box.len));
	assert_true(store_commit(st, &e));
	finds(ca, &put, "version");
}

/* Each forgery is one statement on an otherwise sound site, undone before the next. */
static void
forgeries(void **state)
{
	static const struct { struct sql s; const char *finds; } rows[] = {
		{ { "row gone", "", "", "DELETE FROM sealed WHERE field = " LABEL }, "missing" },
		{ { "row moved", "", "", "UPDATE sealed SET object = 5 WHERE field = " LABEL }, "open" },
		{ { "box swapped", "", "", "UPDATE sealed SET box = (SELECT box FROM sealed WHERE field = 13)"
		    " WHERE field = " LABEL }, "open" },
		{ { "entry forgotten", "", "", "UPDATE subject SET entries = entries - 1 WHERE number <> 0"
		    " AND number = (SELECT subject FROM sealed WHERE field = " LABEL ")" }, "" },
		{ { "entry invented", "", "", "UPDATE subject SET entries = entries + 1 WHERE number <> 0" }, "missing" },
		{ { "record gone", "", "", "UPDATE detail SET record_box = NULL WHERE number = 3" }, "gone" },
		{ { "record bent", "", "", "UPDATE detail SET record_box = zeroblob(200) WHERE number = 3" }, "entry 3" },
		{ { "hash bent", "", "", "UPDATE detail SET record_inner = zeroblob(32) WHERE number = 3" }, "entry 3" },
		{ { "another hash", "", "", "UPDATE register SET sha256 = zeroblob(32)" }, "register" },
		{ { "another index", "", "", "UPDATE address SET idx = randomblob(32)" }, "keeper/index.key" },
	};
	struct ca *ca = *state;
	DROP(ticket_wipe) struct ticket t = {0};

	ca_issue(ca, ca->ana, &mail_order, "certificate", &t);
	label(ca, &t, "laptop");
	ca_sound(ca);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct store *st = ca->rig.keeper.store;
		struct err e = {0};

		assert_true(store_begin(st, &e));
		if (!sql_do(st, &rows[i].s, &e))
			fail_msg("%s: %s", rows[i].s.name, e.text);
		if (sql_changed(st) < 1)
			fail_msg("%s changed nothing", rows[i].s.name);
		e = (struct err){0};
		if (doctor_look(&ca->rig.keeper, &e))
			fail_msg("%s was not found", rows[i].s.name);
		if (strstr(e.text, rows[i].finds) == NULL)
			fail_msg("%s: \"%s\"", rows[i].s.name, e.text);
		vault_fresh(ca->rig.keeper.vault);
		store_rollback(st);
	}
	ca_sound(ca);
}

/* ---- what else clerk and control ask ---- */

static int64_t
health(struct ca *ca, const char *name)
{
	DROP(call_wipe) struct call c = { .ca = ca };
	struct span s = ca_good_as(&c, KEEPER_PEER_CONTROL, KEEPER_HEALTH);
	int64_t found = -1;

	for (uint32_t n = unpack_u32(&s); n > 0; n--) {
		char text[64];
		int64_t value;

		unpack_text(&s, text, sizeof(text));
		value = unpack_i64(&s);
		if (strcmp(text, name) == 0)
			found = value;
	}
	assert_true(unpack_end(&s, "health", NULL));
	return found;
}

static void
healthy(void **state)
{
	struct ca *ca = *state;
	DROP(ticket_wipe) struct ticket t = {0};

	assert_int_equal(health(ca, "members"), 2);
	assert_int_equal(health(ca, "officers"), 0);
	assert_int_equal(health(ca, "mails waiting"), 0);
	assert_int_equal(health(ca, "ledger entries"), chain_settled(ca->rig.keeper.chain));
	ca_ticket(ca, ca->ana, &mail_order, &t);
	rig_later(&ca->rig, 50);
	assert_int_equal(health(ca, "tickets open"), 1);
	assert_int_equal(health(ca, "oldest ticket, seconds"), 50);
	assert_int_equal(health(ca, "certificates pending"), 1);
	ca_store(ca, &t, "certificate");
	assert_int_equal(health(ca, "tickets open"), 0);
	assert_int_equal(health(ca, "certificates valid"), 1);
	assert_int_equal(health(ca, "mails waiting"), 1);
}

static void
entries_about_the_site(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	int64_t size = chain_settled(c.ca->rig.keeper.chain);
	struct span s;

	pack_text(&c.in, "ceremony");
	pack_text(&c.in, "root and four issuers made");
	s = ca_good_as(&c, KEEPER_PEER_CONTROL, KEEPER_SYSTEM_ENTRY);
	assert_int_equal(unpack_i64(&s), size);
	ca_refused(&c, KEEPER_SYSTEM_ENTRY, ERR_INPUT, 0);	/* not the portal's */
	ca_sound(c.ca);
}

static void
the_tree(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	unsigned char root[32], now[32];
	struct span s, proof;
	int64_t size;

	pack_i64(&c.in, 2);
	s = ca_good_as(&c, KEEPER_PEER_CLERK, KEEPER_TREE);
	size = unpack_i64(&s);
	unpack_exact(&s, root, sizeof(root));
	proof = unpack_bytes(&s);
	assert_true(unpack_end(&s, "tree", NULL));
	assert_int_equal(size, chain_settled(c.ca->rig.keeper.chain));
	chain_root(c.ca->rig.keeper.chain, now);
	assert_memory_equal(root, now, 32);
	assert_true(proof.len > 0 && proof.len % 32 == 0);
	buf_reset(&c.in);
	pack_i64(&c.in, size + 1);
	ca_refused_as(&c, KEEPER_PEER_CLERK, KEEPER_TREE, ERR_INPUT, 0);
}

static void
counted_openings(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	struct rig_block b;
	int64_t before = 0, after = 0;

	for (int round = 0; round < 2; round++) {
		struct span s = ca_good_as(&c, KEEPER_PEER_CONTROL, KEEPER_COUNTS);

		for (uint32_t n = unpack_u32(&s); n > 0; n--) {
			uint32_t f = unpack_u32(&s);
			int64_t v = unpack_i64(&s);

			if (f == FIELD_ADDRESS)
				*(round == 0 ? &before : &after) = v;
		}
		assert_true(unpack_end(&s, "counts", NULL));
		assert_true(rig_look(&c.ca->rig, KEEPER_ADDRESSES, c.ca->ana, &c.out, &b));
	}
	assert_int_equal(after, before + 1);
}

static void
a_test_mail(void **state)
{
	DROP(call_wipe) struct call c = { .ca = *state };
	struct rig_mail m;

	pack_text(&c.in, "operator@example.org");
	ca_good_as(&c, KEEPER_PEER_CONTROL, KEEPER_MAIL_TEST);
	assert_true(rig_mail_of(&c.ca->rig, MAIL_TEST, &m));
	assert_string_equal(m.to, "operator@example.org");
	buf_reset(&c.in);
	pack_text(&c.in, "operator");
	ca_refused_as(&c, KEEPER_PEER_CONTROL, KEEPER_MAIL_TEST, ERR_INPUT, WHY_ADDRESS_SHAPE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CA_CASE(an_old_row_put_back), CA_CASE(forgeries), CA_CASE(healthy),
		CA_CASE(entries_about_the_site), CA_CASE(the_tree), CA_CASE(counted_openings),
		CA_CASE(a_test_mail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
