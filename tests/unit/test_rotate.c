/* The root key is replaced: by an operator, by itself, in slices, across a restart; each time with a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "tests/unit/keeper_rig.h"

#define PASSWORD "plenty of unrelated wooden hats"

struct rotation { int64_t version, made_at, done, left, versions, oldest_over; };

static bool
rotate(struct rig *r, unsigned peer, uint8_t begin, struct rotation *n)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;

	pack_u8(&in, begin);
	if (!rig_ask_as(r, peer, KEEPER_ROTATE, &in, &out))
		return false;
	s = span_buf(&out);
	n->version = unpack_i64(&s);
	n->made_at = unpack_i64(&s);
	n->done = unpack_i64(&s);
	n->left = unpack_i64(&s);
	n->versions = unpack_i64(&s);
	n->oldest_over = unpack_i64(&s);
	assert_true(unpack_end(&s, "rotation", NULL));
	return true;
}

/* What the newest line about the site says. */
static void
assert_line(struct rig *r, const char *words, enum entry_role role)
{
	DROP(trail_entry_wipe) struct trail_entry x = {0};
	struct trail t;
	struct err e = {0};

	assert_true(trail_load(&r->keeper, &r->keeper.site, &t, &e));
	assert_true(trail_find(&r->keeper, &r->keeper.site, t.entries - 1, &x, &e));
	assert_string_equal(x.opened.object, words);
	assert_int_equal(x.leaf.role, role);
	assert_int_equal(x.leaf.kind, KIND_SYSTEM);
}

static void
assert_opens(struct rig *r)
{
	DROP(buf_wipe) struct buf out = {0};
	unsigned char token[TOKEN_BYTES];
	struct rig_block b;

	assert_true(rig_sign_in(r, "ann@example.org", PASSWORD, token, &b));
	assert_true(rig_look(r, KEEPER_DATA, token, &out, &b));
	assert_non_null(memmem(out.data, out.len, "ann@example.org", 15));
}

static void
an_operator_rotates(void **state)
{
	unsigned char token[TOKEN_BYTES];
	struct rotation n;
	struct rig r;

	(void)state;
	rig_open(&r, NULL);
	rig_member(&r, "ann@example.org", PASSWORD, token);
	assert_true(rotate(&r, KEEPER_PEER_CONTROL, 1, &n));
	assert_int_equal(n.version, 2);
	assert_int_equal(n.left, 0);
	assert_int_equal(n.versions, 2);
	assert_true(n.done >= 4);	/* the site's and the member's */
	assert_int_equal(n.oldest_over, rig_now(&r) + KEYS_ROOT_KEPT);
	assert_line(&r, "root key: version 2 wraps all keys; older ones are destroyed after 30 days", ACTOR_OPERATOR);
	assert_opens(&r);
	rig_restart(&r);
	assert_opens(&r);
	rig_drop(&r);
}

static void
it_rotates_by_itself(void **state)
{
	unsigned char token[TOKEN_BYTES];
	struct rotation n;
	struct rig r;

	(void)state;
	rig_open(&r, NULL);
	rig_member(&r, "ann@example.org", PASSWORD, token);
	assert_false(rotate(&r, KEEPER_PEER_CLERK, 1, &n));
	assert_int_equal(r.err.kind, ERR_INPUT);
	rig_later(&r, 28 * DAY);
	assert_true(rotate(&r, KEEPER_PEER_CLERK, 0, &n));
	assert_int_equal(n.done, 0);
	assert_int_equal(n.version, 1);
	rig_later(&r, DAY);
	assert_true(rotate(&r, KEEPER_PEER_CLERK, 0, &n));
	assert_int_equal(n.version, 2);
	assert_line(&r, "root key: version 2 wraps all keys; older ones are destroyed after 30 days", ACTOR_SYSTEM);
	rig_later(&r, 29 * DAY);
	assert_true(rotate(&r, KEEPER_PEER_CLERK, 0, &n));
	assert_int_equal(n.version, 3);
	assert_int_equal(n.versions, 3);
	rig_later(&r, DAY + 1);
	assert_true(rotate(&r, KEEPER_PEER_CLERK, 0, &n));
	assert_int_equal(n.versions, 2);
	assert_line(&r, "root key: 1 older version destroyed, all keys are under version 3", ACTOR_SYSTEM);
	assert_opens(&r);
	rig_drop(&r);
}

static void
slices_go_on_after_a_restart(void **state)
{
	enum key_kind kinds[700];
	int64_t ids[700];
	struct rotation n;
	struct rig r;
	struct err e = {0};

	(void)state;
	rig_open(&r, NULL);
	for (size_t i = 0; i < COUNT(kinds); i++)
		kinds[i] = KEY_SUBJECT;
	assert_true(keys_create(vault_keys(r.keeper.vault), kinds, COUNT(kinds), 7, rig_now(&r), ids, &e));
	assert_true(rotate(&r, KEEPER_PEER_CONTROL, 1, &n));
	assert_int_equal(n.done, 512);
	assert_true(n.left > 0);
	assert_line(&r, "root key: version 2 begins", ACTOR_OPERATOR);
	rig_restart(&r);
	/* Asked for again it goes on with what was begun. */
	assert_true(rotate(&r, KEEPER_PEER_CONTROL, 1, &n));
	assert_int_equal(n.version, 2);
	assert_int_equal(n.left, 0);
	assert_true(n.done < 512);
	rig_drop(&r);
}

/* Old versions would pile up: four stand at most. */
static void
too_often_is_refused(void **state)
{
	struct rotation n;
	struct rig r;

	(void)state;
	rig_open(&r, NULL);
	for (int i = 0; i < 3; i++)
		assert_true(rotate(&r, KEEPER_PEER_CONTROL, 1, &n));
	assert_int_equal(n.versions, 4);
	assert_false(rotate(&r, KEEPER_PEER_CONTROL, 1, &n));
	assert_int_equal(r.err.kind, ERR_DENIED);
	rig_drop(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_operator_rotates), cmocka_unit_test(it_rotates_by_itself),
		cmocka_unit_test(slices_go_on_after_a_restart), cmocka_unit_test(too_often_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
