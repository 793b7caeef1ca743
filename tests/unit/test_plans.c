/* tests/unit/test_plans.c - what the keeper does by itself, and on many a page, reads no whole table. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <sqlite3.h>
#include "privacy/facts/founding.h"
#include "privacy/facts/name_change.h"
#include "privacy/facts/role.h"
#include "tests/unit/trust_rig.h"

/* Tables that stay small, or of which the first row is wanted. */
static const char *const small[] = { "SCAN event", "SCAN officer_code", "SCAN seat_name", "SCAN hold", "SCAN exclusion", "SCAN fall_notice", "SCAN checkpoint", "SCAN leaf", "SCAN tombstone", "SCAN case_carried" };

static sqlite3 *opened[8];
static size_t opened_count;

static int
remember(sqlite3 *db, char **why, const void *api)
{
	(void)why;
	(void)api;
	assert_true(opened_count < COUNT(opened));
	opened[opened_count++] = db;
	return SQLITE_OK;
}

static bool
is_small(const char *step)
{
	for (size_t i = 0; i < COUNT(small); i++)
		if (strcmp(step, small[i]) == 0)
			return true;
	return false;
}

/* A table that is read from end to end for want of an index; a short list that an index orders is none. */
static size_t
scans_of(sqlite3 *db, const char *text)
{
	DROP(buf_wipe) struct buf ask = {0};
	sqlite3_stmt *plan = NULL;
	size_t found = 0;

	buf_fmt(&ask, "EXPLAIN QUERY PLAN %s", text);
	assert_false(ask.failed);
	assert_int_equal(sqlite3_prepare_v2(db, ask.data, -1, &plan, NULL), SQLITE_OK);
	while (sqlite3_step(plan) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(plan, 3);

		if (strncmp(step, "SCAN ", 5) != 0 || strstr(step, " USING ") != NULL || is_small(step))
			continue;
		print_error("%s\n\t%s\n", step, text);
		found++;
	}
	sqlite3_finalize(plan);
	return found;
}

/* Every statement that this connection has ready. */
static size_t
scans_in(sqlite3 *db, size_t *statements)
{
	size_t found = 0;

	for (sqlite3_stmt *s = sqlite3_next_stmt(db, NULL); s != NULL; s = sqlite3_next_stmt(db, s)) {
		const char *text = sqlite3_sql(s);

		if (strncmp(text, "SELECT", 6) != 0 && strncmp(text, "UPDATE", 6) != 0 && strncmp(text, "DELETE", 6) != 0)
			continue;
		found += scans_of(db, text);
		++*statements;
	}
	return found;
}

/* A mail that opens a case, is carried and came back; a list asked for, stopped and written to. */
static void
post(struct rig *r, const unsigned char token[TOKEN_BYTES])
{
	static const unsigned char zeros[32];
	DROP(buf_wipe) struct buf mail = {0}, none = {0}, back = {0}, on = {0}, news = {0}, out = {0};

	buf_add(&mail, zeros, 32);
	pack_text(&mail, "cy@example.net");
	pack_text(&mail, "en");
	pack_text(&mail, "7KQM-3V9X-D2TP-84HQ");
	pack_text(&mail, "");
	pack_u8(&mail, 1);
	buf_add(&mail, zeros, 16);
	buf_add(&mail, zeros, 32);
	buf_add(&mail, zeros, 32);
	pack_u32(&mail, 1);
	pack_text(&mail, "Which lists?");
	assert_true(rig_ask_as(r, KEEPER_PEER_POST, KEEPER_POST_TAKE, &mail, &out));
	pack_u32(&none, 0);
	assert_true(rig_ask_as(r, KEEPER_PEER_CLERK, KEEPER_POST_CARRY, &none, &out));
	pack_text(&back, "0@example.org");
	assert_true(rig_ask_as(r, KEEPER_PEER_POST, KEEPER_POST_BOUNCE, &back, &out));
	for (unsigned wanted = 2; wanted-- > 0; buf_reset(&on)) {
		rig_begin(&on, token);
		pack_text(&on, "news");
		pack_u8(&on, wanted);
		assert_true(rig_ask(r, KEEPER_LIST_SET, &on, &out));
	}
	pack_text(&news, "news");
	pack_text(&news, "What is new.");
	pack_i64(&news, 0);
	assert_true(rig_ask_as(r, KEEPER_PEER_CONTROL, KEEPER_LIST_MAIL, &news, &out));
}

static void
no_table_is_read_whole(void **state)
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct rig r;
	struct person ann = {0}, ben = {0};
	size_t found = 0, statements = 0;
	bool yes;

	(void)state;
	assert_int_equal(sqlite3_auto_extension((void (*)(void))remember), SQLITE_OK);
	rig_open(&r, (const char *const[]){ "limit.mails_per_hour=10000", "mail.lists=news: What is new", NULL });
	person_make(&r, &ann, "ann", "Ann", "Briain", "1984-02-29", "X 1");
	person_assurer(&r, &ben, "ben", "Ben", "Adeyemi");
	assert_true(meet_whole(&r, &ben, &ann, "Ann Briain", "1984-02-29", 35));
	rig_begin_hand(&r);
	assert_true(founded(&r.keeper, &yes, &r.err));
	assert_true(role_set(&r.keeper, &ben.owner, ROLE_OFFICER, true, ACTOR_SYSTEM, rig_now(&r), &r.err));
	rig_end_hand(&r);
	person_sign_in(&r, &ben);
	assert_true(rig_look(&r, KEEPER_DECISIONS, ben.token, &out, &b));
	assert_true(rig_look(&r, KEEPER_HOLDS, ben.token, &out, &b));
	assert_true(rig_look(&r, KEEPER_RIGHTS, ben.token, &out, &b));
	assert_true(rig_look(&r, KEEPER_HOME, ben.token, &out, &b));
	assert_true(rig_look(&r, KEEPER_MEETINGS, ben.token, &out, &b));
	assert_true(rig_again(&r, ben.token, TRUST_PASSWORD));
	assert_true(rig_look(&r, KEEPER_EXCLUSIONS, ben.token, &out, &b));
	assert_true(rig_join(&r, "somebody@example.org", TRUST_PASSWORD));
	rig_begin_hand(&r);
	assert_true(name_change_stale(&r.keeper, ann.owner.number, LINK_NAME, 0, &r.err));
	assert_true(name_change_forget(&r.keeper, 12345678, &r.err));
	rig_end_hand(&r);
	post(&r, ben.token);
	rig_later(&r, 400 * 86400);
	assert_true(rig_ask_as(&r, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out));
	assert_true(opened_count >= 2);
	for (size_t i = 0; i < opened_count; i++)
		found += scans_in(opened[i], &statements);
	assert_true(statements > 60);
	assert_int_equal(found, 0);
	rig_drop(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(no_table_is_read_whole) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
