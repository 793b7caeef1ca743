/* tests/unit/test_erase.c - an account is erased in stages; what is left names nobody and still adds up. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <unistd.h>
#include "ledger/checkpoint.h"
#include "ledger/proof.h"
#include "ledger/shown.h"
#include "privacy/facts/member.h"
#include "privacy/facts/role.h"
#include "privacy/keeper/doctor.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/erasure.h"
#include "privacy/rights/grave.h"
#include "tests/unit/case_rig.h"

struct scene { struct rig rig; struct person ann, ben, cleo; };	/* a member and two assurers */

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", NULL });
	person_make(&s->rig, &s->ann, "ann", "Annika", "Briainsdottir", "1984-02-29", "X 123-456");
	person_assurer(&s->rig, &s->ben, "ben", "Benedict", "Adeyemi");
	person_assurer(&s->rig, &s->cleo, "cleo", "Cleo", "Marín");
	assert_true(meet_whole(&s->rig, &s->ben, &s->ann, "Annika Briainsdottir", "1984-02-29", 35));
	assert_true(meet_whole(&s->rig, &s->cleo, &s->ann, "Annika Briainsdottir", "1984-02-29", 35));
	return 0;
}

static void
healthy(struct scene *s)
{
	struct err e = {0};

	rig_begin_hand(&s->rig);
	if (!doctor_look(&s->rig.keeper, &e))
		fail_msg("doctor: %s", e.text);
	rig_end_hand(&s->rig);
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	healthy(s);
	rig_drop(&s->rig);
	free(s);
	return 0;
}

static void
refused(const struct scene *s, bool did, enum err_kind kind, uint32_t why)
{
	if (did || s->rig.err.kind != kind || s->rig.err.why != why)
		fail_msg("wanted %d/%u, got %d: %d/%u %s", kind, why, did, s->rig.err.kind, s->rig.err.why, s->rig.err.text);
}

static void
freshen(struct scene *s, struct person *p)
{
	assert_true(rig_again(&s->rig, p->token, TRUST_PASSWORD));
}

static bool
plain(struct scene *s, struct person *p, uint32_t op, struct buf *out)
{
	DROP(buf_wipe) struct buf in = {0};

	rig_begin(&in, p->token);
	return rig_ask(&s->rig, op, &in, out);
}

static bool
restricts(struct scene *s, struct person *p, bool on)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_u8(&in, on);
	return rig_ask(&s->rig, KEEPER_RESTRICT, &in, &out);
}

/* Asks for it; code gets its code. */
static void
asks(struct scene *s, struct person *p, char code[CODE_TEXT])
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span a;

	freshen(s, p);
	assert_true(plain(s, p, KEEPER_ERASE_ASK, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	assert_true(unpack_i64(&a) > 0);
	assert_int_equal(unpack_i64(&a), rig_now(&s->rig));
	assert_int_equal(unpack_i64(&a), rig_now(&s->rig) + ERASE_WAIT);
	unpack_text(&a, code, CODE_TEXT);
	assert_int_equal(strlen(code), CODE_TEXT - 1);
	/* Its code is no event pass: the page of one's events stays. */
	buf_reset(&out);
	assert_true(plain(s, p, KEEPER_EVENTS, &out));
}

/* One call of the clerk; *more as it says. */
static void
runs(struct scene *s, bool *more, uint32_t *graves)
{
	DROP(buf_wipe) struct buf out = {0};
	struct span a;

	if (!rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_ERASE_RUN, NULL, &out))
		fail_msg("run: %s", s->rig.err.text);
	a = span_buf(&out);
	*more = unpack_u8(&a) == 1;
	*graves = unpack_u32(&a);
}

static void
published_over(struct scene *s)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	pack_i64(&in, 100);
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_PUBLISHED_OPEN, &in, &out));
	a = span_buf(&out);
	for (uint32_t n = unpack_u32(&a); n > 0; n--) {
		DROP(buf_wipe) struct buf one = {0}, none = {0};

		pack_i64(&one, unpack_i64(&a));
		unpack_u8(&a), unpack_u8(&a), unpack_i64(&a), unpack_i64(&a);
		assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_PUBLISHED_OVER, &one, &none));
	}
}

static void
runs_all(struct scene *s)
{
	bool more = true;
	uint32_t graves;

	for (int i = 0; more; i++) {
		runs(s, &more, &graves);
		assert_true(i < 20);
	}
}

/* ---- nothing is left ---- */

/* Does any column of any table hold this number? */
static void
no_row_names(const char *path, int64_t number)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *tables = NULL, *columns = NULL, *count = NULL;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT name FROM sqlite_master WHERE type = 'table'", -1, &tables, NULL), SQLITE_OK);
	while (sqlite3_step(tables) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(tables, 0);
		DROP(buf_wipe) struct buf ask = {0};

		buf_fmt(&ask, "PRAGMA table_info(%s)", table);
		assert_int_equal(sqlite3_prepare_v2(db, ask.data, -1, &columns, NULL), SQLITE_OK);
		while (sqlite3_step(columns) == SQLITE_ROW) {
			DROP(buf_wipe) struct buf text = {0};

			buf_fmt(&text, "SELECT count(*) FROM %s WHERE %s = %lld", table,
			    (const char *)sqlite3_column_text(columns, 1), (long long)number);
			assert_int_equal(sqlite3_prepare_v2(db, text.data, -1, &count, NULL), SQLITE_OK);
			assert_int_equal(sqlite3_step(count), SQLITE_ROW);
			if (sqlite3_column_int64(count, 0) != 0)
				fail_msg("%s.%s still names them", table, (const char *)sqlite3_column_text(columns, 1));
			sqlite3_finalize(count);
		}
		sqlite3_finalize(columns);
	}
	sqlite3_finalize(tables);
	sqlite3_close(db);
}

static void
no_file_holds(const struct scene *s, const char *name, const void *bytes, size_t n)
{
	DROP(buf_wipe) struct buf all = {0};
	char path[160], block[65536];
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", s->rig.dir, name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return;
	while ((got = read(fd, block, sizeof(block))) > 0)
		buf_add(&all, block, (size_t)got);
	close(fd);
	if (all.len > 0 && memmem(all.data, all.len, bytes, n) != NULL)
		fail_msg("%s still holds it", name);
}

static void
sweeps(struct scene *s)
{
	DROP(buf_wipe) struct buf out = {0};

	for (int i = 0; i < 3; i++) {
		buf_reset(&out);
		if (!rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_SWEEP, NULL, &out))
			fail_msg("sweep: %s", s->rig.err.text);
	}
}

static void
shed(struct scene *s)
{
	struct err e = {0};

	rig_later(&s->rig, 0);
	s->rig.keeper.shed_by = 1;
	if (!keeper_shed_due(&s->rig.keeper, &e))
		fail_msg("%s", e.text);
}

static void
gone(struct scene *s, const struct person *p)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/keeper.db", s->rig.dir);
	no_row_names(path, p->owner.number);
	snprintf(path, sizeof(path), "%s/keys.db", s->rig.dir);
	no_row_names(path, p->owner.number);
}

/* ---- restriction ---- */

static void
restriction_stops_what_others_do(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	char code[CODE_TEXT];
	struct rig_block b;
	int64_t id, taken;

	person_sign_in(&s->rig, &s->ann);
	refused(s, restricts(s, &s->ann, true), ERR_DENIED, WHY_PASSWORD_NEEDED);
	assert_true(meet_code(&s->rig, &s->ann, HANDOVER_SCREEN, code, &id));
	assert_true(meet_take(&s->rig, &s->ben, code, &taken));
	freshen(s, &s->ann);
	assert_true(restricts(s, &s->ann, true));
	/* The hand-over that Ben had taken is over, and no new one can be made. */
	refused(s, meet_match(&s->rig, &s->ben, taken, "Annika", "", "", "", NULL), ERR_DENIED, WHY_HANDOVER_OVER);
	refused(s, meet_code(&s->rig, &s->ann, HANDOVER_SCREEN, code, &id), ERR_DENIED, WHY_RESTRICTED);
	/* Her own rights go on. */
	assert_true(rig_look(&s->rig, KEEPER_HOME, s->ann.token, &out, &b));
	assert_true(rig_look(&s->rig, KEEPER_DATA, s->ann.token, &out, &b));
	assert_true(rig_look(&s->rig, KEEPER_POINTS, s->ann.token, &out, &b));
	assert_true(rig_look(&s->rig, KEEPER_HANDOVERS, s->ann.token, &out, &b));
	assert_true(rig_look(&s->rig, KEEPER_EVENTS, s->ann.token, &out, &b));
	assert_true(rig_look(&s->rig, KEEPER_RIGHTS, s->ann.token, &out, &b));
	freshen(s, &s->ann);
	assert_true(restricts(s, &s->ann, false));
	assert_true(meet_code(&s->rig, &s->ann, HANDOVER_SCREEN, code, &id));
}

/* What reaches the keeper's ledger about somebody who restricted it is refused whoever does it. */
static void
restriction_is_the_entrys(void **state)
{
	struct scene *s = *state;
	struct keeper *k = &s->rig.keeper;
	struct record_line l = { .about = &s->ann.owner, .role = ACTOR_SYSTEM };
	struct err e = {0};

	freshen(s, &s->ann);
	assert_true(restricts(s, &s->ann, true));
	for (unsigned p = PURPOSE_NO_PERSONAL_DATA; p < PURPOSE__COUNT; p++) {
		bool did;

		rig_begin_hand(&s->rig);
		k->lenient = false;
		l.purpose = (enum purpose)p;
		e = (struct err){0};
		did = keeper_record(k, &l, rig_now(&s->rig), NULL, &e);
		rig_end_hand(&s->rig);
		assert_int_equal(did, purposes[p].goes_on == GOES_ON);
		assert_int_equal(e.why, did ? 0 : WHY_RESTRICTED);
	}
}

/* ---- erasing ---- */

static bool
points_without_name(struct scene *s, struct person *p, size_t of, size_t nameless)
{
	struct points now;
	char path[160];
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	size_t n = 0, none = 0;

	person_points(&s->rig, p, &now);
	snprintf(path, sizeof(path), "%s/keeper.db", s->rig.dir);
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT giver FROM assurance WHERE member = ?", -1, &q, NULL), SQLITE_OK);
	sqlite3_bind_int64(q, 1, p->owner.number);
	while (sqlite3_step(q) == SQLITE_ROW) {
		n++;
		none += sqlite3_column_int64(q, 0) < 0;
	}
	sqlite3_finalize(q);
	sqlite3_close(db);
	return now.assurance == 70 && n == of && none == nameless;
}

static void
an_assurer_is_erased(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct rig_mail mail = {0};
	char code[CODE_TEXT], draft_code[CODE_TEXT];
	int64_t id, taken;
	bool more;
	uint32_t graves;

	/* In flight: a hand-over of hers that Ben took, and one of his own. */
	assert_true(meet_code(&s->rig, &s->ann, HANDOVER_SCREEN, draft_code, &id));
	assert_true(meet_take(&s->rig, &s->ben, draft_code, &taken));
	asks(s, &s->ben, code);
	assert_true(rig_mail_of(&s->rig, MAIL_ERASE_ASKED, &mail));
	assert_string_equal(mail.to, s->ben.address);
	assert_string_equal(mail.object, code);
	runs(s, &more, &graves);
	assert_false(more);		/* its time has not come */
	rig_later(&s->rig, ERASE_WAIT);
	runs(s, &more, &graves);
	assert_true(more);
	/* Begun: no session, no sign-in, the address is nobody's. */
	refused(s, rig_look(&s->rig, KEEPER_HOME, s->ben.token, &out, &b), ERR_DENIED, WHY_SESSION_OVER);
	refused(s, rig_sign_in(&s->rig, s->ben.address, TRUST_PASSWORD, s->ben.token, &b), ERR_DENIED, WHY_SIGN_IN);
	assert_true(rig_mail_of(&s->rig, MAIL_ERASE_BEGUN, &mail));
	assert_string_equal(mail.to, s->ben.address);
	assert_string_equal(mail.object, code);
	person_sign_in(&s->rig, &s->ann);
	assert_true(points_without_name(s, &s->ann, 2, 0));
	published_over(s);
	runs_all(s);
	shed(s);
	gone(s, &s->ben);
	assert_true(points_without_name(s, &s->ann, 2, 1));
	assert_true(rig_look(&s->rig, KEEPER_POINTS, s->ann.token, &out, &b));
	no_file_holds(s, "keeper.db", "Adeyemi", 7);
	/* He can join anew, as somebody new. */
	rig_member(&s->rig, s->ben.address, TRUST_PASSWORD, s->ben.token);
	assert_true(rig_look(&s->rig, KEEPER_HOME, s->ben.token, &out, &b));
	assert_true(b.member != s->ben.owner.number);
}

/* Two assurers of one member, the member herself, and nobody is left who could be mixed up. */
static void
all_of_them_are_erased(void **state)
{
	struct scene *s = *state;
	struct person *who[] = { &s->ben, &s->cleo, &s->ann };
	char code[CODE_TEXT];

	for (size_t i = 0; i < COUNT(who); i++) {
		person_sign_in(&s->rig, who[i]);
		asks(s, who[i], code);
		rig_later(&s->rig, ERASE_WAIT);
		runs_all(s);
		published_over(s);
		runs_all(s);
		shed(s);
		gone(s, who[i]);
		healthy(s);
		if (i == 1) {
			person_sign_in(&s->rig, &s->ann);
			assert_true(points_without_name(s, &s->ann, 2, 2));
		}
	}
}

static void
another_mind(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct rig_mail mail = {0};
	char code[CODE_TEXT], again[CODE_TEXT];
	int64_t id;

	asks(s, &s->ann, code);
	refused(s, meet_code(&s->rig, &s->ann, HANDOVER_SCREEN, again, &id), ERR_DENIED, WHY_RESTRICTED);
	/* Asked twice, the same one runs. */
	rig_later(&s->rig, 60);
	freshen(s, &s->ann);
	assert_true(plain(s, &s->ann, KEEPER_ERASE_ASK, &out));
	/* At the last second, on the page. */
	rig_later(&s->rig, ERASE_WAIT - 61);
	person_sign_in(&s->rig, &s->ann);
	assert_true(plain(s, &s->ann, KEEPER_ERASE_STOP, &out));
	refused(s, plain(s, &s->ann, KEEPER_ERASE_STOP, &out), ERR_CONFLICT, WHY_ERASURE_NONE);
	assert_true(rig_mail_of(&s->rig, MAIL_ERASE_STOPPED, &mail));
	rig_later(&s->rig, 600);
	runs_all(s);
	assert_true(meet_code(&s->rig, &s->ann, HANDOVER_SCREEN, again, &id));
	/* By the link. */
	asks(s, &s->ann, again);
	assert_string_not_equal(code, again);
	assert_true(rig_mail_of(&s->rig, MAIL_ERASE_ASKED, &mail));
	assert_true(rig_take(&s->rig, mail.token));
	assert_true(rig_look(&s->rig, KEEPER_RIGHTS, s->ann.token, &out, &b));
}

static void
at_once_by_the_link(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_mail mail = {0};
	char code[CODE_TEXT], shown[CODE_TEXT];
	struct span a;

	asks(s, &s->ann, code);
	freshen(s, &s->ann);
	assert_true(plain(s, &s->ann, KEEPER_ERASE_LINK, &out));
	assert_true(rig_mail_of(&s->rig, MAIL_ERASE_NOW, &mail));
	/* It does nothing where links are taken that do less. */
	refused(s, rig_take(&s->rig, mail.token), ERR_ABSENT, WHY_TOKEN);
	buf_add(&in, mail.token, TOKEN_BYTES);
	assert_true(rig_ask(&s->rig, KEEPER_ERASE_NOW, &in, &out));
	a = span_buf(&out);
	unpack_i64(&a);
	unpack_text(&a, shown, sizeof(shown));
	assert_string_equal(shown, code);
	refused(s, rig_ask(&s->rig, KEEPER_ERASE_NOW, &in, &out), ERR_ABSENT, WHY_TOKEN);
	runs_all(s);
	shed(s);
	gone(s, &s->ann);
}

static void
not_within_the_bar(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0};
	char code[CODE_TEXT];
	struct err e = {0};
	bool more;
	uint32_t graves;

	asks(s, &s->ann, code);
	rig_later(&s->rig, ERASE_WAIT - 3600);
	rig_begin_hand(&s->rig);
	assert_true(member_bar(&s->rig.keeper, s->ann.owner.number, rig_now(&s->rig) + ERASE_WAIT, &e));
	rig_end_hand(&s->rig);
	person_sign_in(&s->rig, &s->ann);
	freshen(s, &s->ann);
	refused(s, plain(s, &s->ann, KEEPER_ERASE_LINK, &out), ERR_DENIED, WHY_BAR);
	rig_later(&s->rig, 3600);
	runs(s, &more, &graves);	/* put off to the end of the bar */
	runs(s, &more, &graves);
	assert_false(more);
	person_sign_in(&s->rig, &s->ann);
	assert_true(plain(s, &s->ann, KEEPER_ERASE_STOP, &out));
}

/* ---- the receipt ---- */

static bool
receipt(struct scene *s, const char *code, unsigned *stage, struct buf *text)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a, r;

	pack_text(&in, code);
	pack_bytes(&in, "192.0.2.7", 9);
	buf_reset(text);
	if (!rig_ask(&s->rig, KEEPER_ERASE_RECEIPT, &in, &out))
		return false;
	a = span_buf(&out);
	unpack_i64(&a);
	*stage = unpack_u8(&a);
	unpack_i64(&a), unpack_i64(&a);
	r = unpack_bytes(&a);
	buf_add(text, r.p, r.len);
	return true;
}

static void
sign_tree(struct scene *s, const unsigned char seed[NOTE_SEED])
{
	struct checkpoint c = { .origin = "example.org" };
	DROP(buf_wipe) struct buf note = {0}, in = {0}, out = {0};
	struct err e = {0};

	c.size = chain_settled(s->rig.keeper.chain);
	chain_root(s->rig.keeper.chain, c.root);
	assert_true(checkpoint_sign(&note, &c, seed, &e));
	pack_i64(&in, c.size);
	pack_bytes(&in, note.data, note.len);
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_CHECKPOINT, &in, &out));
}

static bool
holds(const struct buf *text, const unsigned char public_key[NOTE_PUBLIC], struct shown *x, struct err *e)
{
	DROP(proof_wipe) struct proof p = {0};
	unsigned char hash[LEAF_HASH];

	return proof_read(&p, span_buf(text), e) && shown_unpack(x, span_buf(&p.extra), e) &&
	    shown_check(x, hash, e) && proof_check(&p, hash, "example.org", public_key, NULL, e);
}

static void
anybody_checks_the_receipt(void **state)
{
	struct scene *s = *state;
	unsigned char seed[NOTE_SEED] = { 7 }, public_key[NOTE_PUBLIC], secret[crypto_sign_SECRETKEYBYTES];
	struct shown x = {0};
	DROP(buf_wipe) struct buf text = {0};
	char code[CODE_TEXT];
	unsigned stage;
	struct err e = {0};

	crypto_sign_seed_keypair(public_key, secret, seed);
	asks(s, &s->ann, code);
	assert_true(receipt(s, code, &stage, &text));
	assert_int_equal(stage, ERASE_ASKED);
	assert_int_equal(text.len, 0);
	rig_later(&s->rig, ERASE_WAIT);
	runs_all(s);
	assert_true(receipt(s, code, &stage, &text));
	assert_int_equal(stage, ERASE_DONE);
	assert_int_equal(text.len, 0);	/* no checkpoint yet */
	sign_tree(s, seed);
	assert_true(receipt(s, code, &stage, &text));
	assert_true(text.len > 0);
	assert_true(holds(&text, public_key, &x, &e));
	assert_non_null(strstr(x.words, "erasure 1: sealed off 20"));
	for (size_t i = 0; i < text.len; i++) {
		text.data[i] ^= 1;
		if (holds(&text, public_key, &x, &e))
			fail_msg("byte %zu can be changed", i);
		text.data[i] ^= 1;
	}
	refused(s, receipt(s, "7KQM-3V9X-D2TP-84HQ", &stage, &text), ERR_ABSENT, WHY_ERASURE_CODE);
}

/* The signer is told, once; then the keeper has nothing left to tell. */
static void
the_signer_hears_of_it(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf out = {0}, in = {0}, none = {0};
	unsigned char hash[LEAF_HASH];
	struct tombstone t;
	char code[CODE_TEXT];
	struct err e = {0};
	struct span a, wire;

	asks(s, &s->ann, code);
	rig_later(&s->rig, ERASE_WAIT);
	runs_all(s);
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_ERASE_RUN, NULL, &out));
	a = span_buf(&out);
	assert_int_equal(unpack_u8(&a), 0);
	assert_int_equal(unpack_u32(&a), 1);
	wire = unpack_bytes(&a);
	assert_true(grave_unpack(&t, hash, wire, s->rig.keys.ticket, &e));
	assert_int_equal(t.erasure, 1);
	assert_int_equal(t.key, s->ann.owner.key);
	assert_int_equal(t.tags, s->ann.owner.tags);
	pack_u32(&in, 1);
	pack_i64(&in, t.erasure);
	pack_u32(&in, 0);
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_ERASE_TOLD, &in, &none));
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_ERASE_RUN, NULL, &out));
	a = span_buf(&out);
	assert_int_equal(unpack_u8(&a), 0);
	assert_int_equal(unpack_u32(&a), 0);
}

/* Her case goes with her, whoever works on it; and who worked on a case and goes leaves it to the others. */
static void
cases_too(void **state)
{
	struct scene *s = *state;
	struct rig *r = &s->rig;
	DROP(shelf_wipe) struct shelf shelf = {0};
	struct case_seen x;
	char code[CODE_TEXT];
	int64_t of_ann, of_ben;
	bool found;
	struct person sue;

	person_make(r, &sue, "sue", "Sue", "Staff", NULL, NULL);
	case_staff(r, &sue, ROLE_SUPPORT);
	assert_true(case_opens(r, &shelf, &s->ann, CASE_CORRECTION, false, 0, "", "My name has an accent.", &of_ann));
	assert_true(case_opens(r, &shelf, &s->ben, CASE_CORRECTION, false, 0, "", "My town is wrong.", &of_ben));
	assert_true(desk_takes(r, &sue, of_ann));
	assert_true(desk_takes(r, &sue, of_ben));
	asks(s, &s->ann, code);
	rig_later(r, ERASE_WAIT);
	runs_all(s);
	sweeps(s);
	shed(s);
	gone(s, &s->ann);
	person_sign_in(r, &sue);
	desk_lists(r, &sue, of_ann, &x, &found);
	assert_false(found);
	asks(s, &sue, code);
	rig_later(r, ERASE_WAIT);
	runs_all(s);
	published_over(s);
	runs_all(s);
	shed(s);
	gone(s, &sue);
	person_sign_in(r, &s->ben);
	assert_true(case_looks(r, &shelf, &s->ben, of_ben, &x));
	assert_int_equal(x.n, 1);
}

/* A restart between any two stages: it goes on and ends. */
static void
interrupted_anywhere(void **state)
{
	struct scene *s = *state;
	char code[CODE_TEXT];
	bool more = true;
	uint32_t graves;
	int stages = 0;

	asks(s, &s->ben, code);
	rig_restart(&s->rig);
	rig_later(&s->rig, ERASE_WAIT);
	while (more && stages++ < 20) {
		runs(s, &more, &graves);
		rig_restart(&s->rig);
		published_over(s);
		healthy(s);
	}
	assert_in_range(stages, 5, 9);
	shed(s);
	gone(s, &s->ben);
}

int
main(void)
{
#define CASE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(restriction_stops_what_others_do), CASE(restriction_is_the_entrys),
		CASE(an_assurer_is_erased), CASE(all_of_them_are_erased), CASE(another_mind), CASE(at_once_by_the_link),
		CASE(not_within_the_bar), CASE(anybody_checks_the_receipt), CASE(the_signer_hears_of_it),
		CASE(cases_too), CASE(interrupted_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
