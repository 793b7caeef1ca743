/* The retention table: it speaks of every table with somebody in it; its counts; each day's one line. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "portal/web/site.h"
#include "privacy/keeper/schema.h"
#include "privacy/rights/retain.h"
#include "privacy/keeper/record.h"
#include "tests/unit/keeper_rig.h"
#include "tests/unit/ruled.h"

#define PASSWORD "plenty of unrelated wooden hats"

static void
every_table_has_its_rule(void **state)
{
	DROP(store_drop) struct store *site = NULL;
	char path[128];
	struct rig r;
	struct err e = {0};

	(void)state;
	rig_open(&r, NULL);
	assert_ruled(r.keeper.store, "");
	assert_ruled(r.key_store, "keys:");
	snprintf(path, sizeof(path), "%s/site.db", r.dir);
	assert_true(store_open(&site, &site_spec, path, &e));
	assert_ruled(site, "site:");
	rig_drop(&r);
}

static void
rows_are_whole(void **state)
{
	(void)state;
	for (size_t i = 1; i < RETAIN__COUNT; i++) {
		const struct retain_row *row = &retain_rows[i];

		assert_non_null(row->name);
		assert_non_null(row->tables);
		assert_true(row->what[0] != '\0' && row->until[0] != '\0' && row->why[0] != '\0' && row->who[0] != '\0');
		assert_true(row->life == NULL || row->due != NULL);
	}
}

struct told { bool more; int64_t kept, over, day, month; };

static struct told
tell(struct rig *r, uint8_t real, enum retain_rule rule)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct told t = {0}, x;
	struct span s;

	pack_u8(&in, real);
	assert_true(rig_ask_as(r, KEEPER_PEER_CONTROL, KEEPER_RETENTION, &in, &out));
	s = span_buf(&out);
	x.more = unpack_u8(&s);
	for (uint32_t n = unpack_u32(&s); n > 0; n--) {
		char name[64];

		unpack_text(&s, name, sizeof(name));
		x.kept = unpack_i64(&s);
		x.over = unpack_i64(&s);
		x.day = unpack_i64(&s);
		x.month = unpack_i64(&s);
		if (strcmp(name, retain_rows[rule].name) == 0)
			t = x;
	}
	assert_true(unpack_end(&s, "retention", NULL));
	return t;
}

/* The site's newest line, and the values it holds. */
static void
newest_line(struct rig *r, char object[DETAIL_OBJECT], struct buf *now)
{
	DROP(trail_entry_wipe) struct trail_entry x = {0};
	DROP(detail_opened_wipe) struct detail_opened o = {0};
	struct trail t;
	struct err e = {0};

	r->keeper.known.subject = -1;
	assert_true(trail_load(&r->keeper, &r->keeper.site, &t, &e));
	assert_true(trail_find(&r->keeper, &r->keeper.site, t.entries - 1, &x, &e));
	assert_true(detail_open(r->keeper.vault, &r->keeper.site, x.place, span_buf(&x.record), span_buf(&x.values), true,
	    &o, &e));
	snprintf(object, DETAIL_OBJECT, "%s", o.object);
	buf_reset(now);
	buf_add(now, o.now.data, o.now.len);
	assert_true(buf_ok(now, NULL));
}

static void
dry_and_real(void **state)
{
	struct told t;
	struct rig r;

	(void)state;
	rig_open(&r, NULL);
	assert_true(rig_join(&r, "ann@example.org", PASSWORD));
	t = tell(&r, 0, RETAIN_JOINS);
	assert_int_equal(t.kept, 2 * DAY);
	assert_int_equal(t.over, 0);
	assert_int_equal(t.day, 0);
	assert_int_equal(t.month, 1);
	rig_later(&r, 2 * DAY + 1);
	assert_int_equal(tell(&r, 0, RETAIN_JOINS).over, 1);
	assert_int_equal(tell(&r, 0, RETAIN_JOINS).over, 1);	/* told, nothing done */
	t = tell(&r, 1, RETAIN_JOINS);
	assert_false(t.more);
	assert_int_equal(t.over, 0);
	assert_int_equal(t.month, 0);
	rig_drop(&r);
}

static void
one_line_a_day(void **state)
{
	DROP(buf_wipe) struct buf out = {0}, now = {0};
	char object[DETAIL_OBJECT];
	int64_t entries, again;
	struct err e = {0};
	struct rig r;

	(void)state;
	rig_open(&r, NULL);
	assert_true(rig_ask_as(&r, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	assert_true(rig_join(&r, "ann@example.org", PASSWORD));
	assert_true(rig_join(&r, "bob@example.org", PASSWORD));
	rig_later(&r, 3 * DAY);		/* 2026-11-21 */
	assert_true(rig_ask_as(&r, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	newest_line(&r, object, &now);
	assert_string_equal(object, "retention: 2026-11-18");
	assert_string_equal(now.data, "nothing");
	assert_true(keeper_entries(&r.keeper, &r.keeper.site, &entries, &e));
	assert_true(rig_ask_as(&r, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	assert_true(keeper_entries(&r.keeper, &r.keeper.site, &again, &e));
	assert_int_equal(entries, again);
	rig_restart(&r);
	rig_later(&r, DAY);
	assert_true(rig_ask_as(&r, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	newest_line(&r, object, &now);
	assert_string_equal(object, "retention: 2026-11-21");
	assert_non_null(strstr(now.data, "waiting joins 2"));
	rig_drop(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_table_has_its_rule), cmocka_unit_test(rows_are_whole),
		cmocka_unit_test(dry_and_real), cmocka_unit_test(one_line_a_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
