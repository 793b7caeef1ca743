/* tests/unit/test_guest.c - an officer borrowed from a partner community: asked for, approved, sits for one disclosure, votes. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/facts/day.h"
#include "privacy/facts/member.h"
#include "privacy/facts/role.h"
#include "privacy/keeper/doctor.h"
#include "privacy/rights/erasure.h"
#include "privacy/rights/export_sections.h"
#include "privacy/rights/guest.h"
#include "tests/unit/event_rig.h"
#include "tests/unit/name_rig.h"
#include "tests/unit/office_rig.h"

#define ASKS	0		/* officer 0 asks for disclosures, 1 is free, 2 has a tie to the member concerned */
#define FREE	1
#define TIED	2
#define SITE	"https://partner.example"

struct scene { struct rig rig; struct person officer[OFFICERS], ann, gil, hal; int64_t number; };

/* Officer 0 asks for ann's family name. */
static int64_t
disclosure_asked(struct scene *s, int64_t silent_until)
{
	DROP(buf_wipe) struct buf in = {0};
	int64_t number = 0;

	pack_text(&in, "Bezirksgericht Krems");
	pack_text(&in, "StPO 95");
	pack_u8(&in, 1);
	pack_i64(&in, s->ann.owner.number);
	pack_i64(&in, (int64_t)FIELD_BIT(FIELD_FAMILY));
	pack_i64(&in, day_of(RIG_START) - 30);
	pack_i64(&in, day_of(RIG_START));
	pack_i64(&in, silent_until);
	pack_bytes(&in, "an order", 8);
	pack_text(&in, "the court's order is here");
	assert_true(office_asks(&s->rig, &s->officer[ASKS], KEEPER_DISCLOSURE_ASK, &in, &number));
	return number;
}

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", NULL });
	office_open(&s->rig, s->officer);
	person_make(&s->rig, &s->ann, "ann", "Ann", "Briain", "1984-02-29", "X 17");
	person_make(&s->rig, &s->gil, "gil", "Gil", "Sousa", "1980-05-05", NULL);
	person_make(&s->rig, &s->hal, "hal", "Hal", "Quist", "2012-05-05", NULL);
	word_plant(&s->rig, &s->officer[TIED], &s->ann, 5, 1, false);
	s->number = disclosure_asked(s, 0);
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	rig_healthy(&s->rig);
	rig_drop(&s->rig);
	free(s);
	return 0;
}

static void
good(const struct scene *s, bool did)
{
	if (!did)
		fail_msg("%d/%u %s", s->rig.err.kind, s->rig.err.why, s->rig.err.text);
}

/* ---- the steps ---- */

struct borrow { int64_t number; const char *who, *community, *site, *reason; };

static bool
borrows(struct scene *s, int officer, const struct borrow *b, int64_t *id)
{
	DROP(buf_wipe) struct buf in = {0};

	pack_i64(&in, b->number);
	pack_text(&in, b->who);
	pack_text(&in, b->community);
	pack_text(&in, b->site);
	pack_text(&in, b->reason);
	return office_asks(&s->rig, &s->officer[officer], KEEPER_GUEST_ASK, &in, id);
}

static struct borrow
usual(const struct scene *s)
{
	return (struct borrow){ s->number, s->gil.address, "Partner’s <club>", SITE, "she is an officer there" };
}

/* An operation about the disclosure, with the password just entered; extra: a byte and perhaps a reason behind it. */
static bool
does(struct scene *s, struct person *p, uint32_t op, int extra, const char *reason, struct buf *out)
{
	DROP(buf_wipe) struct buf in = {0};

	assert_true(rig_again(&s->rig, p->token, TRUST_PASSWORD));
	rig_begin(&in, p->token);
	pack_i64(&in, s->number);
	if (extra >= 0)
		pack_u8(&in, (unsigned)extra);
	if (reason != NULL)
		pack_text(&in, reason);
	return rig_ask(&s->rig, op, &in, out);
}

static bool
answers(struct scene *s, struct person *p, int what)
{
	DROP(buf_wipe) struct buf out = {0};

	return does(s, p, KEEPER_GUEST_ACT, what, NULL, &out);
}

static bool
guest_votes(struct scene *s, struct person *p, bool yes)
{
	DROP(buf_wipe) struct buf out = {0};

	return does(s, p, KEEPER_GUEST_VOTE, yes, "having read the order", &out);
}

static bool
ends(struct scene *s, int officer)
{
	DROP(buf_wipe) struct buf out = {0};

	return does(s, &s->officer[officer], KEEPER_GUEST_END, -1, NULL, &out);
}

/* The guest fetches the document, to the end. */
static bool
fetches(struct scene *s, struct person *p)
{
	DROP(buf_wipe) struct buf minted = {0}, in = {0}, out = {0};
	struct rig_block b;
	struct span a;

	if (!does(s, p, KEEPER_GUEST_ACT, GUEST_DOCUMENT, NULL, &minted))
		return false;
	a = span_buf(&minted);
	rig_block(&a, &b);
	buf_add(&in, a.p, TOKEN_BYTES);
	return rig_ask(&s->rig, KEEPER_ONCE_TAKE, &in, &out) && memmem(out.data, out.len, "an order", 8) != NULL;
}

static bool
carries_out(struct scene *s, int officer, int64_t id)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	person_sign_in(&s->rig, &s->officer[officer]);
	assert_true(rig_again(&s->rig, s->officer[officer].token, TRUST_PASSWORD));
	rig_begin(&in, s->officer[officer].token);
	pack_i64(&in, id);
	return rig_ask(&s->rig, KEEPER_DECISION_NOTICE, &in, &out);
}

/* Named, approved, and the seven days are over. */
static int64_t
offered(struct scene *s)
{
	struct borrow b = usual(s);
	unsigned is;
	int64_t id;

	good(s, borrows(s, ASKS, &b, &id));
	good(s, office_votes(&s->rig, &s->officer[FREE], id, true, &is));
	assert_int_equal(is, DECISION_OPEN);
	rig_later(&s->rig, DECISION_NOTICE);
	good(s, carries_out(s, FREE, id));
	for (int i = 0; i < OFFICERS; i++)
		person_sign_in(&s->rig, &s->officer[i]);
	person_sign_in(&s->rig, &s->gil);
	return id;
}

static void
seated(struct scene *s)
{
	offered(s);
	good(s, answers(s, &s->gil, GUEST_ACCEPT));
}

/* How it stands: state of the newest guest, 0 none; need, as this officer sees it. */
static unsigned
guest_state(struct scene *s, int officer, unsigned *need)
{
	DROP(buf_wipe) struct buf out = {0};
	char text[KEEPER_TEXT_MAX + 1];
	struct rig_block b;
	unsigned state = 0;
	struct span a;
	uint32_t n;

	good(s, does(s, &s->officer[officer], KEEPER_DISCLOSURE, -1, NULL, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	unpack_i64(&a), unpack_u8(&a), unpack_i64(&a), unpack_i64(&a), unpack_i64(&a), unpack_i64(&a), unpack_i64(&a), unpack_u8(&a), unpack_i64(&a);
	unpack_text(&a, text, sizeof(text));
	unpack_i64(&a), unpack_i64(&a);
	unpack_text(&a, text, sizeof(text));
	unpack_i64(&a), unpack_u8(&a);
	for (n = unpack_u32(&a); n > 0; n--)
		unpack_i64(&a);
	*need = unpack_u8(&a);
	n = unpack_u32(&a);
	assert_in_range(n, 0, GUESTS_SHOWN);
	for (uint32_t i = 0; i < n; i++) {
		unsigned is;

		unpack_i64(&a);
		is = unpack_u8(&a);
		state = i == 0 ? is : state;
		unpack_i64(&a), unpack_i64(&a), unpack_i64(&a), unpack_u8(&a);
		unpack_text(&a, text, sizeof(text));
		assert_string_equal(text, "Partner’s <club>");
		unpack_text(&a, text, sizeof(text));
		assert_string_equal(text, SITE);
	}
	assert_true(unpack_end(&a, "disclosure", NULL));
	return state;
}

static unsigned
state_of(struct scene *s)
{
	struct decision d;
	struct err e = {0};

	rig_begin_hand(&s->rig);
	assert_true(decision_get(&s->rig.keeper, s->number, &d, &e));
	rig_end_hand(&s->rig);
	return d.state;
}

/* Guest seats on the public list; the name shown with the first. */
static uint32_t
listed(struct scene *s, char name[64])
{
	DROP(buf_wipe) struct buf out = {0};
	char text[KEEPER_TEXT_MAX + 1];
	struct span a;
	uint32_t n;

	assert_true(rig_ask(&s->rig, KEEPER_SEATS, NULL, &out));
	a = span_buf(&out);
	for (n = unpack_u32(&a); n > 0; n--) {
		unpack_u8(&a), unpack_i64(&a), unpack_i64(&a);
		unpack_text(&a, text, sizeof(text));
	}
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n; i++) {
		unpack_i64(&a), unpack_i64(&a);
		unpack_text(&a, text, sizeof(text));
		unpack_text(&a, text, sizeof(text));
		unpack_text(&a, name, 64);
	}
	assert_true(unpack_end(&a, "seats", NULL));
	return n;
}

/* How often this happened, as the transparency report counts. */
static int64_t
reported(struct scene *s, uint32_t what)
{
	DROP(buf_wipe) struct buf out = {0};
	int64_t times = 0;
	struct span a;

	assert_true(rig_ask(&s->rig, KEEPER_REPORT, NULL, &out));
	a = span_buf(&out);
	unpack_i64(&a), unpack_i64(&a), unpack_i64(&a);
	for (uint32_t n = unpack_u32(&a); n > 0; n--) {
		bool it = unpack_u32(&a) == what;

		unpack_i64(&a);
		times += it ? unpack_i64(&a) : 0 * unpack_i64(&a);
	}
	return times;
}

static void
officer_more(struct scene *s, struct person *p, const char *login)
{
	struct err e = {0};

	person_make(&s->rig, p, login, "New", login, NULL, NULL);
	rig_begin_hand(&s->rig);
	assert_true(role_set(&s->rig.keeper, &p->owner, ROLE_OFFICER, true, ACTOR_SYSTEM, rig_now(&s->rig), &e));
	rig_end_hand(&s->rig);
	person_sign_in(&s->rig, p);
}

/* ---- the cases ---- */

static void
what_is_wrong_is_said(void **state)
{
	struct scene *s = *state;
	const struct borrow u = usual(s);
	const struct { int officer; const char *who, *community, *site, *reason; enum err_kind kind; uint32_t why; } rows[] = {
		{ ASKS, u.who, "", u.site, u.reason, ERR_INPUT, WHY_WORDS },
		{ ASKS, u.who, "a\u202eb", u.site, u.reason, ERR_INPUT, WHY_FIELD_SHAPE },
		{ ASKS, u.who, u.community, "http://partner.example", u.reason, ERR_INPUT, WHY_GUEST_SITE },
		{ ASKS, u.who, u.community, "https://", u.reason, ERR_INPUT, WHY_GUEST_SITE },
		{ ASKS, u.who, u.community, "https://partner.example/\"x", u.reason, ERR_INPUT, WHY_GUEST_SITE },
		{ ASKS, u.who, u.community, u.site, "no", ERR_INPUT, WHY_WORDS },
		{ ASKS, u.who, u.community, u.site, " \n \t  no", ERR_INPUT, WHY_WORDS },
		{ ASKS, "nobody@example.org", u.community, u.site, u.reason, ERR_ABSENT, WHY_DECISION_SUBJECT },
		{ ASKS, s->ann.address, u.community, u.site, u.reason, ERR_CONFLICT, WHY_GUEST_MEMBER },	/* concerned */
		{ ASKS, s->officer[TIED].address, u.community, u.site, u.reason, ERR_CONFLICT, WHY_GUEST_MEMBER },	/* a seat here */
		{ ASKS, s->officer[ASKS].address, u.community, u.site, u.reason, ERR_CONFLICT, WHY_GUEST_MEMBER },
		{ ASKS, s->hal.address, u.community, u.site, u.reason, ERR_CONFLICT, WHY_GUEST_MEMBER },	/* under age */
		{ FREE, u.who, u.community, u.site, u.reason, ERR_CONFLICT, WHY_GUEST_NOBODY },	/* nobody else could approve it */
	};
	int64_t id;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct borrow b = { s->number, rows[i].who, rows[i].community, rows[i].site, rows[i].reason };

		office_refused(&s->rig, borrows(s, rows[i].officer, &b, &id), rows[i].kind, rows[i].why);
	}
	{
		struct borrow none = u;

		none.number = 12345678;
		office_refused(&s->rig, borrows(s, ASKS, &none, &id), ERR_ABSENT, WHY_CASE_ABSENT);
	}
}

/* A tie to the member concerned, or to who asked, or to who names them; restricted. */
static void
whoever_is_partial_is_none(void **state)
{
	struct scene *s = *state;
	const struct { const struct person *giver, *member; int officer; } rows[] = {
		{ &s->gil, &s->ann, ASKS }, { &s->officer[ASKS], &s->gil, TIED }, { &s->gil, &s->officer[TIED], TIED },
	};
	struct borrow b = usual(s);
	struct err e = {0};
	int64_t id;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct person again = {0};
		char login[16];

		snprintf(login, sizeof(login), "gil%zu", i);
		person_make(&s->rig, &again, login, "Gil", "Sousa", NULL, NULL);
		word_plant(&s->rig, rows[i].giver == &s->gil ? &again : rows[i].giver, rows[i].member == &s->gil ? &again : rows[i].member, 5, 1, false);
		b.who = again.address;
		office_refused(&s->rig, borrows(s, rows[i].officer, &b, &id), ERR_CONFLICT, WHY_GUEST_MEMBER);
	}
	rig_begin_hand(&s->rig);
	assert_true(member_restrict(&s->rig.keeper, s->gil.owner.number, RESTRICTED_OWN, &e));
	rig_end_hand(&s->rig);
	b.who = s->gil.address;
	office_refused(&s->rig, borrows(s, ASKS, &b, &id), ERR_CONFLICT, WHY_GUEST_MEMBER);
}

static void
nobody_where_two_are_free_or_none(void **state)
{
	struct scene *s = *state;
	struct borrow b = usual(s);
	struct person further = {0};
	struct err e = {0};
	unsigned need, is;
	int64_t id;

	/* A tie takes the vote on a disclosure. */
	office_refused(&s->rig, office_votes(&s->rig, &s->officer[TIED], s->number, true, &is), ERR_DENIED, WHY_DECISION_OWN);
	assert_int_equal(guest_state(s, ASKS, &need), 0);
	assert_int_equal(need, GUEST_NEEDED);
	guest_state(s, FREE, &need);
	assert_int_equal(need, GUEST_NOBODY_FREE);
	/* Approved, and while the seven days run a second officer becomes free: it is not carried out. */
	good(s, borrows(s, TIED, &b, &id));
	office_refused(&s->rig, borrows(s, ASKS, &b, &id), ERR_CONFLICT, WHY_GUEST_ENOUGH);	/* one at a time */
	office_refused(&s->rig, office_votes(&s->rig, &s->officer[ASKS], id, true, &is), ERR_DENIED, WHY_DECISION_OWN);
	office_refused(&s->rig, office_votes(&s->rig, &s->officer[TIED], id, true, &is), ERR_DENIED, WHY_DECISION_OWN);
	good(s, office_votes(&s->rig, &s->officer[FREE], id, true, &is));
	officer_more(s, &further, "nia");
	rig_later(&s->rig, DECISION_NOTICE);
	office_refused(&s->rig, carries_out(s, FREE, id), ERR_CONFLICT, WHY_GUEST_ENOUGH);
	guest_state(s, FREE, &need);
	assert_int_equal(need, GUEST_NOT_NEEDED);
	/* None is free but who asks: the seats are to be filled first. */
	rig_begin_hand(&s->rig);
	assert_true(role_set(&s->rig.keeper, &further.owner, ROLE_OFFICER, false, ACTOR_SYSTEM, rig_now(&s->rig), &e));
	assert_true(role_set(&s->rig.keeper, &s->officer[FREE].owner, ROLE_OFFICER, false, ACTOR_SYSTEM, rig_now(&s->rig), &e));
	rig_end_hand(&s->rig);
	person_sign_in(&s->rig, &s->officer[ASKS]);
	s->number = disclosure_asked(s, 0);
	b.number = s->number;
	office_refused(&s->rig, borrows(s, ASKS, &b, &id), ERR_CONFLICT, WHY_GUEST_NOBODY);
}

static void
the_notice_may_be_objected_to(void **state)
{
	struct scene *s = *state;
	struct borrow b = usual(s);
	struct rig_mail m;
	unsigned is;
	int64_t id;

	good(s, borrows(s, ASKS, &b, &id));
	good(s, office_votes(&s->rig, &s->officer[FREE], id, true, &is));
	assert_true(office_mailed(&s->rig, MAIL_NOTICE, "officer2", &m));
	office_refused(&s->rig, carries_out(s, FREE, id), ERR_CONFLICT, WHY_NOTICE);
	good(s, office_votes(&s->rig, &s->officer[TIED], id, false, &is));
	assert_int_equal(is, DECISION_REFUSED);
	good(s, borrows(s, ASKS, &b, &id));		/* perhaps another reason convinces */
	good(s, office_votes(&s->rig, &s->officer[FREE], id, false, &is));
	assert_int_equal(is, DECISION_REFUSED);
	rig_later(&s->rig, DECISION_NOTICE);
	office_refused(&s->rig, carries_out(s, FREE, id), ERR_CONFLICT, WHY_DECISION_DONE);
	person_sign_in(&s->rig, &s->gil);
	office_refused(&s->rig, answers(s, &s->gil, GUEST_ACCEPT), ERR_ABSENT, WHY_GUEST);
}

/* The guest and the officer who is free: two approvals, one of them this site's; then the seat is over. */
static void
a_guest_votes_as_the_second(void **state)
{
	DROP(buf_wipe) struct buf out = {0};
	struct scene *s = *state;
	struct rig_mail m;
	char said[256], name[64] = "";
	unsigned need, is;

	offered(s);
	assert_true(office_mailed(&s->rig, MAIL_GUEST, "gil", &m));
	assert_int_equal(listed(s, name), 0);
	office_refused(&s->rig, guest_votes(s, &s->gil, true), ERR_DENIED, WHY_GUEST);	/* not accepted yet */
	office_refused(&s->rig, fetches(s, &s->gil), ERR_DENIED, WHY_GUEST);
	good(s, answers(s, &s->gil, GUEST_ACCEPT));
	office_refused(&s->rig, answers(s, &s->gil, GUEST_ACCEPT), ERR_CONFLICT, WHY_GUEST);
	assert_int_equal(guest_state(s, FREE, &need), GUEST_SITS);
	assert_int_equal(listed(s, name), 1);
	assert_string_equal(name, "");
	good(s, fetches(s, &s->gil));
	good(s, does(s, &s->gil, KEEPER_GUEST, -1, NULL, &out));
	good(s, guest_votes(s, &s->gil, true));
	assert_int_equal(state_of(s), DECISION_OPEN);
	office_refused(&s->rig, guest_votes(s, &s->gil, true), ERR_DENIED, WHY_DECISION_OWN);
	office_refused(&s->rig, ends(s, FREE), ERR_CONFLICT, WHY_GUEST);		/* voted already */
	good(s, office_votes(&s->rig, &s->officer[FREE], s->number, true, &is));
	assert_int_equal(is, DECISION_AGREED);
	assert_int_equal(guest_state(s, FREE, &need), GUEST_OVER);
	assert_int_equal(listed(s, name), 0);
	office_refused(&s->rig, fetches(s, &s->gil), ERR_DENIED, WHY_GUEST);
	assert_true(office_mailed(&s->rig, MAIL_GUEST, "gil", &m));
	/* Given: whom it concerns reads that a guest took part, and of which community. */
	{
		DROP(buf_wipe) struct buf minted = {0}, in = {0}, file = {0};
		struct rig_block b;
		struct span a;

		good(s, does(s, &s->officer[ASKS], KEEPER_DISCLOSURE_MINT, DISCLOSE_FILE, NULL, &minted));
		a = span_buf(&minted);
		rig_block(&a, &b);
		buf_add(&in, a.p, TOKEN_BYTES);
		good(s, rig_ask(&s->rig, KEEPER_ONCE_TAKE, &in, &file));
	}
	person_sign_in(&s->rig, &s->ann);
	rig_said(&s->rig, &s->ann, PURPOSE_DISCLOSURE, said);
	assert_non_null(strstr(said, "an officer of Partner’s <club> took part in the decision"));
	assert_true(office_mailed(&s->rig, MAIL_DISCLOSED_GUEST, "ann", &m));
	assert_int_equal(reported(s, REPORT_EVENTS + TALLY_DISCLOSURE_BORROWED), 1);
	assert_int_equal(reported(s, REPORT_DECISIONS + 8 * DECISION_BORROW + DECISION_AGREED), 1);
}

/* Nothing else opens: the guest holds no role, and another disclosure is none of theirs. */
static void
a_guest_sees_that_disclosure_alone(void **state)
{
	struct scene *s = *state;
	static const struct { uint32_t op; int extra; const char *reason; uint32_t why; } rows[] = {
		{ KEEPER_DISCLOSURE, -1, NULL, WHY_ROLE }, { KEEPER_DISCLOSURE_MINT, DISCLOSE_FILE, NULL, WHY_ROLE },
		{ KEEPER_DISCLOSURE_MINT, DISCLOSE_DOCUMENT, NULL, WHY_ROLE },
		{ KEEPER_DECISION_LOOK, -1, NULL, WHY_ROLE }, { KEEPER_DECISION_VOTE, 1, "as an officer", WHY_ROLE },
		{ KEEPER_DECISION_NOTICE, -1, NULL, WHY_ROLE }, { KEEPER_GUEST_END, -1, NULL, WHY_ROLE },
	};
	int64_t other, mine = s->number;
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;

	seated(s);
	for (size_t i = 0; i < COUNT(rows); i++)
		office_refused(&s->rig, does(s, &s->gil, rows[i].op, rows[i].extra, rows[i].reason, &out), ERR_DENIED, rows[i].why);
	office_refused(&s->rig, rig_look(&s->rig, KEEPER_DISCLOSURES, s->gil.token, &out, &b), ERR_DENIED, WHY_ROLE);
	office_refused(&s->rig, rig_look(&s->rig, KEEPER_DECISIONS, s->gil.token, &out, &b), ERR_DENIED, WHY_ROLE);
	other = disclosure_asked(s, 0);
	s->number = other;
	office_refused(&s->rig, does(s, &s->gil, KEEPER_GUEST, -1, NULL, &out), ERR_ABSENT, WHY_GUEST);
	office_refused(&s->rig, guest_votes(s, &s->gil, true), ERR_ABSENT, WHY_GUEST);
	office_refused(&s->rig, fetches(s, &s->gil), ERR_ABSENT, WHY_GUEST);
	s->number = mine;
	/* Somebody else's seat is nobody's. */
	person_sign_in(&s->rig, &s->hal);
	office_refused(&s->rig, does(s, &s->hal, KEEPER_GUEST, -1, NULL, &out), ERR_ABSENT, WHY_GUEST);
	office_refused(&s->rig, answers(s, &s->hal, GUEST_ACCEPT), ERR_ABSENT, WHY_GUEST);
}

/* Given up, ended by an officer with a vote, or by what came up since; at most two, and none after a vote. */
static void
a_seat_ends(void **state)
{
	struct scene *s = *state;
	struct borrow b = usual(s);
	struct err e = {0};
	char name[64];
	unsigned need;
	int64_t id;

	seated(s);
	office_refused(&s->rig, ends(s, ASKS), ERR_DENIED, WHY_DECISION_OWN);	/* who asked chooses nobody out */
	good(s, ends(s, FREE));
	office_refused(&s->rig, guest_votes(s, &s->gil, true), ERR_DENIED, WHY_GUEST);
	guest_state(s, ASKS, &need);
	assert_int_equal(need, GUEST_NEEDED);
	seated(s);
	rig_begin_hand(&s->rig);
	assert_true(member_restrict(&s->rig.keeper, s->gil.owner.number, RESTRICTED_OWN, &e));
	rig_end_hand(&s->rig);
	office_refused(&s->rig, guest_votes(s, &s->gil, true), ERR_CONFLICT, WHY_GUEST_MEMBER);
	good(s, answers(s, &s->gil, GUEST_LEAVE));
	office_refused(&s->rig, answers(s, &s->gil, GUEST_LEAVE), ERR_CONFLICT, WHY_GUEST);
	assert_int_equal(listed(s, name), 0);
	office_refused(&s->rig, borrows(s, ASKS, &b, &id), ERR_CONFLICT, WHY_GUEST_ENOUGH);
}

/* However often somebody is asked for in vain, the page of the disclosure has room for what is told of it. */
static void
asked_for_in_vain(void **state)
{
	struct scene *s = *state;
	struct borrow b = usual(s);
	unsigned is, need;
	int64_t id;

	for (int i = 0; i <= GUESTS_SHOWN; i++) {
		good(s, borrows(s, ASKS, &b, &id));
		good(s, office_votes(&s->rig, &s->officer[FREE], id, false, &is));
		assert_int_equal(is, DECISION_REFUSED);
	}
	assert_int_equal(guest_state(s, ASKS, &need), GUEST_OVER);
	assert_int_equal(need, GUEST_NEEDED);
}

/* Named by an officer who did not ask for the disclosure, and afterwards tied to that one: no answer, and no vote. */
static void
tied_to_who_named_them(void **state)
{
	struct scene *s = *state;
	struct borrow b = usual(s);
	struct person ida = {0};
	unsigned is;
	int64_t id;

	person_make(&s->rig, &ida, "ida", "Ida", "Moe", NULL, NULL);
	b.who = ida.address;
	good(s, borrows(s, TIED, &b, &id));
	good(s, office_votes(&s->rig, &s->officer[FREE], id, true, &is));
	rig_later(&s->rig, DECISION_NOTICE);
	good(s, carries_out(s, FREE, id));
	person_sign_in(&s->rig, &ida);
	good(s, answers(s, &ida, GUEST_ACCEPT));
	word_plant(&s->rig, &s->officer[TIED], &ida, 5, 1, false);
	office_refused(&s->rig, guest_votes(s, &ida, true), ERR_CONFLICT, WHY_GUEST_MEMBER);
	good(s, answers(s, &ida, GUEST_LEAVE));
}

static void
no_other_guest_after_a_vote(void **state)
{
	struct scene *s = *state;
	struct borrow b = usual(s);
	struct person ida = {0};
	int64_t id;

	seated(s);
	good(s, guest_votes(s, &s->gil, false));
	good(s, answers(s, &s->gil, GUEST_LEAVE));
	person_make(&s->rig, &ida, "ida", "Ida", "Moe", NULL, NULL);
	b.who = ida.address;
	office_refused(&s->rig, borrows(s, ASKS, &b, &id), ERR_CONFLICT, WHY_GUEST_ENOUGH);
	assert_int_equal(state_of(s), DECISION_OPEN);
}

/* With the disclosure everything ends: what is being decided about a guest, too. */
static void
it_ends_with_the_disclosure(void **state)
{
	struct scene *s = *state;
	struct borrow b = usual(s);
	struct decision d;
	struct err e = {0};
	char name[64];
	unsigned need;
	int64_t id, first = s->number;

	seated(s);
	b.number = s->number = disclosure_asked(s, 0);
	rig_later(&s->rig, MINUTE);		/* one sweep finds both over, the disclosure first: it ends the other */
	good(s, borrows(s, ASKS, &b, &id));
	rig_later(&s->rig, DECISION_LIFE + 1);
	for (int i = 0; i < 3; i++)
		office_sweep(&s->rig);
	rig_begin_hand(&s->rig);
	assert_true(decision_get(&s->rig.keeper, id, &d, &e));
	rig_end_hand(&s->rig);
	assert_int_equal(d.state, DECISION_LAPSED);
	assert_int_equal(listed(s, name), 0);
	person_sign_in(&s->rig, &s->officer[FREE]);
	assert_int_equal(guest_state(s, FREE, &need), GUEST_OVER);
	s->number = first;
	assert_int_equal(guest_state(s, FREE, &need), GUEST_OVER);
	person_sign_in(&s->rig, &s->gil);
	office_refused(&s->rig, guest_votes(s, &s->gil, true), ERR_DENIED, WHY_GUEST);
}

/* An officer whom the disclosure names hears nothing of the guest, either. */
static void
whom_it_names_hears_nothing(void **state)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct scene *s = *state;
	struct borrow b = usual(s);
	struct person nia = {0};
	struct rig_mail m;
	struct rig_block block;
	struct span a;
	unsigned is;
	int64_t id;

	officer_more(s, &nia, "nia");
	word_plant(&s->rig, &s->officer[TIED], &nia, 5, 1, false);
	s->ann = nia;			/* the next disclosure is about an officer */
	b.number = s->number = disclosure_asked(s, 0);
	assert_false(office_mailed(&s->rig, MAIL_VOTE, "nia", &m));
	good(s, borrows(s, TIED, &b, &id));
	assert_false(office_mailed(&s->rig, MAIL_VOTE, "nia", &m));
	good(s, office_votes(&s->rig, &s->officer[FREE], id, true, &is));
	assert_false(office_mailed(&s->rig, MAIL_NOTICE, "nia", &m));
	office_refused(&s->rig, office_looks(&s->rig, &nia, id, &out), ERR_ABSENT, WHY_NONE);
	office_refused(&s->rig, borrows(s, ASKS, &b, &id), ERR_CONFLICT, WHY_GUEST_ENOUGH);
	assert_true(rig_look(&s->rig, KEEPER_DECISIONS, nia.token, &out, &block));
	a = span_buf(&out);
	rig_block(&a, &block);
	for (uint32_t n = unpack_u32(&a); n > 0; n--) {
		assert_int_not_equal(unpack_i64(&a), id);
		unpack_u8(&a), unpack_u8(&a), unpack_i64(&a), unpack_i64(&a), unpack_u8(&a), unpack_u8(&a), unpack_u8(&a);
	}
	office_refused(&s->rig, does(s, &nia, KEEPER_DISCLOSURE, -1, NULL, &out), ERR_ABSENT, WHY_CASE_ABSENT);
}

/* One's own copy tells of the seat, and so do auditors' pages, these of nobody. */
static void
told_to_its_holder_and_to_auditors(void **state)
{
	DROP(buf_wipe) struct buf out = {0};
	struct scene *s = *state;
	struct gather g = { .k = &s->rig.keeper, .owner = s->gil.owner };
	struct rows *r = NULL;
	struct err e = {0};

	seated(s);
	rig_begin_hand(&s->rig);
	assert_true(sql_ask(s->rig.keeper.store, &r, reader_guest_seats.sql, &e, s->gil.owner.number, INT64_C(0)));
	assert_true(rows_next(r, &e));
	assert_true(reader_guest_seats.row(&g, r, &e));
	assert_false(rows_next(r, &e));
	rows_drop(&r);
	rig_end_hand(&s->rig);
	assert_non_null(memmem(g.tape.data, g.tape.len, "Partner’s <club>", strlen("Partner’s <club>")));
	buf_wipe(&g.tape);
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CONTROL, KEEPER_AUDIT_PACK, NULL, &out));
	assert_non_null(memmem(out.data, out.len, SITE, strlen(SITE)));
	assert_null(memmem(out.data, out.len, "gil", 3));
}

/* Who chose so is named on the list, as long as the seat lasts; who erases their account sits nowhere. */
static void
a_name_and_an_erasure(void **state)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct scene *s = *state;
	char name[64] = "";
	struct err e = {0};
	struct guest g;
	int64_t now, id;

	rig_begin(&in, s->gil.token);
	pack_u8(&in, 1);
	office_refused(&s->rig, rig_ask(&s->rig, KEEPER_SEAT_NAME, &in, &out), ERR_DENIED, WHY_ROLE);
	id = offered(s);
	good(s, answers(s, &s->gil, GUEST_ACCEPT));
	buf_reset(&in);
	rig_begin(&in, s->gil.token);
	pack_u8(&in, 1);
	good(s, rig_ask(&s->rig, KEEPER_SEAT_NAME, &in, &out));
	office_sweep(&s->rig);
	assert_int_equal(listed(s, name), 1);
	assert_string_equal(name, "Gil Sousa");
	now = rig_now(&s->rig);
	rig_begin_hand(&s->rig);
	assert_true(guest_leaves(&s->rig.keeper, s->gil.owner.number, now, &e));
	assert_true(guest_get(&s->rig.keeper, id, &g, &e));
	rig_end_hand(&s->rig);
	assert_int_equal(g.state, GUEST_OVER);
	assert_int_equal(g.ended, now);
	office_sweep(&s->rig);
	assert_int_equal(listed(s, name), 0);
	office_refused(&s->rig, rig_ask(&s->rig, KEEPER_SEAT_NAME, &in, &out), ERR_DENIED, WHY_ROLE);
	rig_begin_hand(&s->rig);
	assert_true(erasure_fence(&s->rig.keeper, &s->gil.owner, 0, now, &e));
	assert_true(guest_get(&s->rig.keeper, id, &g, &e));
	rig_end_hand(&s->rig);
	assert_int_equal(g.member, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_wrong_is_said), TEST(whoever_is_partial_is_none), TEST(nobody_where_two_are_free_or_none),
		TEST(the_notice_may_be_objected_to), TEST(a_guest_votes_as_the_second), TEST(a_guest_sees_that_disclosure_alone),
		TEST(a_seat_ends), TEST(asked_for_in_vain), TEST(tied_to_who_named_them), TEST(no_other_guest_after_a_vote), TEST(it_ends_with_the_disclosure),
		TEST(whom_it_names_hears_nothing), TEST(told_to_its_holder_and_to_auditors),
		TEST(a_name_and_an_erasure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
