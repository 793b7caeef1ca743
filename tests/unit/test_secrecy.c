/*
 * What must not be told, kept or done by a back door: whether an address is
 * known, what was erased, what a recovery bars, links that outlived their use.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>
#include "privacy/facts/member.h"
#include "tests/unit/keeper_rig.h"

#define ANNA	"anna@example.org"
#define BEN	"ben@example.net"
#define PASS	"correct horse battery"

static int
up(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return -1;
	rig_open(r, NULL);
	*state = r;
	return 0;
}

static int
down(void **state)
{
	struct rig *r = *state;

	rig_drop(r);
	free(r);
	return 0;
}

static bool
add(struct rig *r, const unsigned char token[TOKEN_BYTES], const char *address)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, token);
	pack_text(&in, address);
	return rig_ask(r, KEEPER_ADDRESS_ADD, &in, &out);
}

static bool
set(struct rig *r, const unsigned char token[TOKEN_BYTES], uint32_t field, const char *value)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, token);
	pack_u32(&in, PURPOSE_ENROL);
	pack_u8(&in, 1);
	pack_u32(&in, field);
	pack_text(&in, value);
	return rig_ask(r, KEEPER_DATA_SET, &in, &out);
}

static bool
forgot(struct rig *r, const char *address)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	pack_text(&in, address);
	pack_bytes(&in, "192.0.2.1", 9);
	return rig_ask(r, KEEPER_FORGOT, &in, &out);
}

/* As after a recovery. */
static void
bar(struct rig *r, const unsigned char token[TOKEN_BYTES], int64_t seconds)
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct err e = {0};

	assert_true(rig_look(r, KEEPER_WHO, token, &out, &b));
	assert_true(store_begin(r->keeper.store, &e));
	assert_true(member_bar(&r->keeper, b.member, rig_now(r) + seconds, &e));
	assert_true(store_commit(r->keeper.store, &e));
}

/* ---- is an address known? ---- */

/* How many addresses can be added in an hour, when the first is `first`. */
static int
room_for(struct rig *r, const unsigned char token[TOKEN_BYTES], const char *first)
{
	char text[64];
	int n = 0;

	rig_later(r, 3601);
	assert_true(rig_sign_in(r, ANNA, PASS, (unsigned char *)(uintptr_t)token, NULL));
	assert_true(add(r, token, first));
	while (n < 40) {
		snprintf(text, sizeof(text), "a%d.%lld@example.com", n, (long long)rig_now(r));
		if (!add(r, token, text))
			break;
		n++;
	}
	assert_int_equal(r->err.why, WHY_LIMIT);
	return n;
}

static void
adding_tells_nothing(void **state)
{
	struct rig *r = *state;
	unsigned char anna[TOKEN_BYTES], ben[TOKEN_BYTES];
	int unknown;

	r->set.max_addresses = 1000;
	rig_member(r, BEN, PASS, ben);
	rig_member(r, ANNA, PASS, anna);
	unknown = room_for(r, anna, "nobody@example.net");
	assert_int_equal(room_for(r, anna, BEN), unknown);
}

/* What strangers type with somebody's address must not use up what its owner may do. */
static void
strangers_take_no_room(void **state)
{
	struct rig *r = *state;
	unsigned char anna[TOKEN_BYTES];
	struct rig_mail m;

	rig_member(r, ANNA, PASS, anna);
	for (int64_t i = 0; i <= r->set.max_mails_per_hour; i++)
		assert_true(rig_join(r, ANNA, PASS));
	assert_true(add(r, anna, "more@example.org"));
	assert_true(rig_mail_of(r, MAIL_ADDRESS, &m));
	assert_true(forgot(r, ANNA));
	assert_true(rig_mail_of(r, MAIL_RESET, &m));
	assert_string_equal(m.to, ANNA);
}

static void
spelling_makes_no_new_account(void **state)
{
	static const char *const spelled[] = { "anna@example.org", "Anna@example.org", "ANNA@example.org",
	    "aNNa@example.org", "annA@EXAMPLE.org", "AnnA@example.org", "aNna@example.org", "anNa@example.org" };
	struct rig *r = *state;
	unsigned char token[TOKEN_BYTES];
	bool slowed = false;

	rig_member(r, ANNA, PASS, token);
	for (size_t i = 0; i < COUNT(spelled); i++) {
		assert_false(rig_sign_in(r, spelled[i], "a wrong password", token, NULL));
		slowed = slowed || r->err.why == WHY_SLOW_DOWN;
	}
	assert_true(slowed);
}

/* ---- 72 hours after a recovery ---- */

static void
emptying_is_erasing(void **state)
{
	struct rig *r = *state;
	unsigned char token[TOKEN_BYTES];

	rig_member(r, ANNA, PASS, token);
	assert_true(set(r, token, FIELD_GIVEN, "Anna"));
	assert_true(set(r, token, FIELD_MIDDLE, "Maria"));
	bar(r, token, 600);
	assert_false(set(r, token, FIELD_MIDDLE, ""));
	assert_int_equal(r->err.why, WHY_BAR);
	assert_true(set(r, token, FIELD_MIDDLE, "Marie"));	/* corrections keep what was there */
	rig_later(r, 600);
	assert_true(set(r, token, FIELD_MIDDLE, ""));
}

static void
no_address_by_an_old_link(void **state)
{
	struct rig *r = *state;
	unsigned char token[TOKEN_BYTES];
	struct rig_mail m;

	rig_member(r, ANNA, PASS, token);
	assert_true(add(r, token, "thief@example.com"));
	assert_true(rig_mail_of(r, MAIL_ADDRESS, &m));
	bar(r, token, 600);
	assert_false(rig_take(r, m.token));
	assert_int_equal(r->err.why, WHY_BAR);
	rig_later(r, 600);
	assert_true(rig_take(r, m.token));	/* it was not used up */
}

/* ---- links for a forgotten password ---- */

static bool
works(struct rig *r, const unsigned char token[TOKEN_BYTES])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, token);
	return rig_ask(r, KEEPER_RESET_LOOK, &in, &out);
}

static void
ends_with_a_new_password(void **state)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig *r = *state;
	unsigned char token[TOKEN_BYTES];
	struct rig_mail m;

	rig_member(r, ANNA, PASS, token);
	assert_true(forgot(r, ANNA));
	assert_true(rig_mail_of(r, MAIL_RESET, &m));
	assert_true(works(r, m.token));
	assert_true(rig_again(r, token, PASS));
	rig_begin(&in, token);
	pack_text(&in, "another horse battery");
	assert_true(rig_ask(r, KEEPER_PASSWORD_CHANGE, &in, &out));
	assert_false(works(r, m.token));
}

static void
ends_with_its_address(void **state)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig *r = *state;
	unsigned char token[TOKEN_BYTES];
	struct rig_mail link, m;
	struct span s;
	int64_t id = 0;

	rig_member(r, ANNA, PASS, token);
	assert_true(add(r, token, "old@example.org"));
	assert_true(rig_mail_of(r, MAIL_ADDRESS, &m));
	assert_true(rig_take(r, m.token));
	assert_true(forgot(r, "old@example.org"));
	assert_true(rig_mail_of(r, MAIL_RESET, &link));
	assert_true(works(r, link.token));
	assert_true(rig_look(r, KEEPER_ADDRESSES, token, &out, NULL));
	s = span_of(out.data + SESSION_BLOCK_BYTES, out.len - SESSION_BLOCK_BYTES);
	for (uint32_t n = unpack_u32(&s); n > 0; n--) {
		char text[256];
		int64_t one = unpack_i64(&s);

		unpack_text(&s, text, sizeof(text));
		id = strcmp(text, "old@example.org") == 0 ? one : id;
		unpack_u8(&s), unpack_u8(&s), unpack_i64(&s), unpack_u32(&s), unpack_i64(&s);
	}
	assert_true(rig_again(r, token, PASS));
	rig_begin(&in, token);
	pack_i64(&in, id);
	pack_u8(&in, 0);
	assert_true(rig_ask(r, KEEPER_ADDRESS_REMOVE, &in, &out));
	assert_false(works(r, link.token));
}

/* ---- what was erased ---- */

/* Does one of the keeper's files hold these bytes? */
static bool
on_disk(const struct rig *r, const void *p, size_t n)
{
	static const char *const files[] = { "keeper.db", "keeper.db-wal", "keys.db", "keys.db-wal" };
	bool found = false;

	for (size_t i = 0; i < COUNT(files); i++) {
		DROP(buf_wipe) struct buf all = {0};
		char path[128], piece[4096];
		ssize_t got;
		int fd;

		snprintf(path, sizeof(path), "%s/%s", r->dir, files[i]);
		fd = open(path, O_RDONLY);
		if (fd < 0)
			continue;
		while ((got = read(fd, piece, sizeof(piece))) > 0)
			buf_add(&all, piece, (size_t)got);
		close(fd);
		found = found || (all.len > 0 && memmem(all.data, all.len, p, n) != NULL);
	}
	return found;
}

static void
erased_is_gone(void **state)
{
	static const struct sql newest = { "test_newest_box", "i", "B",
	    "SELECT box FROM sealed WHERE field = $1 AND box IS NOT NULL ORDER BY subject DESC LIMIT 1" };
	DROP(rows_drop) struct rows *row = NULL;
	DROP(buf_wipe) struct buf in = {0}, out = {0}, box = {0};
	struct rig *r = *state;
	unsigned char token[TOKEN_BYTES];
	struct err e = {0};

	rig_member(r, ANNA, PASS, token);
	assert_true(set(r, token, FIELD_BIRTH, "1984-02-29"));
	assert_true(sql_first(r->keeper.store, &row, &newest, &e, (int64_t)FIELD_BIRTH));
	buf_add(&box, rows_bytes(row, 0).p, rows_bytes(row, 0).len);
	rows_drop(&row);
	assert_true(box.len > 0);
	assert_true(on_disk(r, box.data, box.len));
	assert_true(rig_again(r, token, PASS));
	rig_begin(&in, token);
	pack_u32(&in, FIELD_BIRTH);
	assert_true(rig_ask(r, KEEPER_DATA_ERASE, &in, &out));
	assert_true(on_disk(r, box.data, box.len));	/* the write-ahead log has it still */
	assert_true(keeper_shed_due(&r->keeper, &e));
	assert_false(on_disk(r, box.data, box.len));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, up, down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(adding_tells_nothing), CASE(strangers_take_no_room), CASE(spelling_makes_no_new_account),
		CASE(emptying_is_erasing), CASE(no_address_by_an_old_link),
		CASE(ends_with_a_new_password), CASE(ends_with_its_address), CASE(erased_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
