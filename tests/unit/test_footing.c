/* tests/unit/test_footing.c - Assured certificates and names in them: only on points of the moment, and listed when those go. */
#include "privacy/facts/footing.h"
#include "privacy/facts/issue.h"
#include "privacy/facts/member.h"
#include "tests/unit/ca_rig.h"
#include "tests/unit/name_rig.h"

#define ANN	"ann@example.org"

struct scene { struct ca ca; struct person ann, ben, cleo; };

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	struct rig *r = &s->ca.rig;

	*state = s;
	rig_open(r, (const char *const[]){ "limit.mails_per_hour=10000", NULL });
	crypto_sign_keypair(r->keys.prover, s->ca.prover_secret);
	person_make(r, &s->ann, "ann", "Ann Mar\xc3\xad" "a", "L\xc3\xb3pez", "1984-02-29", NULL);
	person_make(r, &s->ben, "ben", "Ben", "Adeyemi", "1970-01-01", NULL);
	person_make(r, &s->cleo, "cleo", "Cleo", "Marin", "1970-01-01", NULL);
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	ca_sound(&s->ca);
	rig_drop(&s->ca.rig);
	free(s);
	return 0;
}

static void
refused(struct scene *s, const struct ca_order *o, enum why why)
{
	DROP(call_wipe) struct call c = { .ca = &s->ca };

	ca_order_pack(&c, s->ann.token, o);
	ca_refused(&c, KEEPER_CERT_TICKET, ERR_DENIED, why);
}

/* What the page of choices is told. */
struct offer { int64_t points; unsigned assured, why, n; uint8_t index[VOUCH_NAMES]; char name[VOUCH_NAMES][256]; };

static void
offered(struct scene *s, struct offer *o)
{
	DROP(call_wipe) struct call c = { .ca = &s->ca };
	char name[256];
	struct span a;

	ca_begin(&c, s->ann.token);
	a = ca_good(&c, KEEPER_CERT_CHOICES);
	for (uint32_t n = unpack_u32(&a); n > 0; n--) {
		unpack_u8(&a), unpack_i64(&a);
		unpack_text(&a, name, sizeof(name));
		unpack_u8(&a), unpack_u8(&a);
	}
	o->points = unpack_i64(&a);
	o->assured = unpack_u8(&a);
	o->why = unpack_u32(&a);
	o->n = unpack_u8(&a);
	assert_true(o->n <= VOUCH_NAMES);
	for (unsigned i = 0; i < o->n; i++) {
		o->index[i] = (uint8_t)unpack_u8(&a);
		unpack_text(&a, o->name[i], sizeof(o->name[i]));
	}
	assert_true(unpack_end(&a, "choices", NULL));
}

/* Serials of the certificates that stand on nothing, from the points page. */
static uint32_t
lost(struct scene *s, unsigned char serial[8][TICKET_SERIAL])
{
	DROP(call_wipe) struct call c = { .ca = &s->ca };
	char text[1200];
	struct span a;
	uint32_t n;

	ca_begin(&c, s->ann.token);
	a = ca_good(&c, KEEPER_POINTS);
	for (int i = 0; i < 6; i++)
		unpack_i64(&a);
	for (int i = 0; i < 4; i++)
		unpack_u8(&a);
	unpack_i64(&a), unpack_u32(&a), unpack_i64(&a), unpack_i64(&a), unpack_i64(&a), unpack_i64(&a);
	unpack_u8(&a), unpack_u8(&a), unpack_u8(&a);
	for (unsigned wants = unpack_u8(&a); wants > 0; wants--)
		unpack_u8(&a), unpack_u32(&a), unpack_i64(&a), unpack_i64(&a), unpack_i64(&a);
	for (n = unpack_u32(&a); n > 0; n--) {
		unpack_i64(&a);
		unpack_text(&a, text, sizeof(text));
		unpack_i64(&a), unpack_i64(&a), unpack_i64(&a), unpack_u8(&a), unpack_u32(&a), unpack_i64(&a);
		unpack_u32(&a);
		unpack_text(&a, text, sizeof(text));
		unpack_u32(&a);
		unpack_text(&a, text, sizeof(text));
	}
	n = unpack_u32(&a);
	assert_true(n <= 8);
	for (uint32_t i = 0; i < n; i++) {
		unpack_exact(&a, serial[i], TICKET_SERIAL);
		unpack_text(&a, text, sizeof(text));
		assert_true(strlen(text) > 0);
	}
	assert_true(unpack_end(&a, "points", NULL));
	return n;
}

static const struct ca_order with = { .profile = PROFILE_ASSURED_MAIL, .names = { ANN }, .named = 1 };
static const struct ca_order without = { .profile = PROFILE_ASSURED_MAIL, .names = { ANN } };
static const struct ca_order server = { .profile = PROFILE_ASSURED_TLS, .names = { "example.org" } };

/* ---- when one is asked for ---- */

static void
from_fifty_points_on(void **state)
{
	struct scene *s = *state;
	DROP(ticket_wipe) struct ticket plain = {0}, named = {0}, tls = {0};
	struct rig *r = &s->ca.rig;
	struct assurance a;
	struct offer o;
	int64_t id;

	ca_proved(&s->ca, s->ann.token, "example.org");
	word_plant(r, &s->ben, &s->ann, 35, 1, false);
	id = word_plant(r, &s->cleo, &s->ann, 14, 1, false);
	offered(s, &o);
	assert_int_equal(o.points, 49);
	assert_int_equal(o.assured, 0);
	assert_int_equal(o.why, WHY_POINTS);
	assert_int_equal(o.n, 0);
	refused(s, &with, WHY_POINTS);
	refused(s, &without, WHY_POINTS);
	refused(s, &server, WHY_POINTS);
	/* the count that pages show decides nothing */
	rig_begin_hand(r);
	assert_true(member_points_set(&r->keeper, s->ann.owner.number, 100, &r->err));
	rig_end_hand(r);
	refused(s, &without, WHY_POINTS);
	word_get(r, id, &a);
	a.points = 15;
	word_set(r, &a);
	offered(s, &o);
	assert_int_equal(o.points, 50);
	assert_int_equal(o.n, 1);
	ca_ticket(&s->ca, s->ann.token, &server, &tls);
	assert_int_equal(tls.profile, PROFILE_ASSURED_TLS);
	assert_int_equal(tls.not_after - tls.not_before + 1, r->set.tls_assured_life);
	ca_ticket(&s->ca, s->ann.token, &without, &plain);
	assert_int_equal(plain.not_after - plain.not_before + 1, r->set.mail_assured_life);
	/* P6: only when she chose so */
	assert_string_equal(plain.given, "");
	assert_string_equal(plain.family, "");
	assert_string_equal(plain.common_name, ANN);
	ca_ticket(&s->ca, s->ann.token, &with, &named);
	assert_string_equal(named.given, "Ann Mar\xc3\xad" "a");
	assert_string_equal(named.family, "L\xc3\xb3pez");
	assert_string_equal(named.common_name, "Ann Mar\xc3\xad" "a L\xc3\xb3pez");
}

static void
vouched(struct scene *s, uint32_t names)
{
	word_plant(&s->ca.rig, &s->ben, &s->ann, 35, names, false);
	word_plant(&s->ca.rig, &s->cleo, &s->ann, 35, names, false);
}

static void
only_names_with_points_of_their_own(void **state)
{
	struct scene *s = *state;
	DROP(ticket_wipe) struct ticket t = {0}, one = {0};
	struct rig *r = &s->ca.rig;
	struct ca_order o = with;
	struct offer offer;

	assert_true(name_put(r, &s->ann, FURTHER_NAME, NAME_SORT_MARRIED, "Ann", "M\xc3\xbcller", NULL));
	assert_true(name_put(r, &s->ann, FURTHER_NAME, NAME_SORT_ARTIST, "", "Zwitscher", NULL));
	vouched(s, 1 | 4);
	offered(s, &offer);
	assert_int_equal(offer.why, WHY_NONE);
	assert_int_equal(offer.n, 2);
	assert_int_equal(offer.index[1], 2);
	assert_string_equal(offer.name[0], "Ann Mar\xc3\xad" "a L\xc3\xb3pez");
	assert_string_equal(offer.name[1], "Zwitscher");
	o.named = 2;
	refused(s, &o, WHY_NAME_POINTS);
	o.named = 9;
	refused(s, &o, WHY_NAME_POINTS);
	o.named = 200;
	refused(s, &o, WHY_NAME_POINTS);
	o.named = 3;		/* who has one name */
	ca_ticket(&s->ca, s->ann.token, &o, &one);
	assert_string_equal(one.given, "");
	assert_string_equal(one.family, "Zwitscher");
	assert_string_equal(one.common_name, "Zwitscher");
	/* which is shown first is another question */
	assert_true(name_do(r, &s->ann, KEEPER_NAME_MAIN, 1));
	ca_ticket(&s->ca, s->ann.token, &with, &t);
	assert_string_equal(t.family, "L\xc3\xb3pez");
	/* no name in a server certificate, nor in a Robot one */
	o = server;
	o.named = 1;
	refused(s, &o, WHY_POINTS);
	o = with;
	o.profile = PROFILE_ROBOT_MAIL;
	refused(s, &o, WHY_POINTS);
}

static void
a_young_persons_name_waits_for_a_parent(void **state)
{
	struct scene *s = *state;
	DROP(ticket_wipe) struct ticket plain = {0}, t = {0};
	struct rig *r = &s->ca.rig;
	struct assurance a;
	struct ca_order o = with;
	struct offer offer;
	int64_t id;

	person_fresh(r, &s->ann);
	assert_true(field_set(r, &s->ann, FIELD_BIRTH, "2010-06-01"));
	id = word_plant(r, &s->ben, &s->ann, 35, 1, false);
	word_plant(r, &s->cleo, &s->ann, 35, 1, false);
	offered(s, &offer);
	assert_int_equal(offer.assured, 1);
	assert_int_equal(offer.why, WHY_NAME_YOUNG);
	assert_int_equal(offer.n, 0);
	refused(s, &with, WHY_NAME_YOUNG);
	ca_ticket(&s->ca, s->ann.token, &without, &plain);	/* the level is hers */
	word_get(r, id, &a);
	a.parent = true;
	word_set(r, &a);
	ca_ticket(&s->ca, s->ann.token, &with, &t);
	assert_string_equal(t.family, "L\xc3\xb3pez");
	/* consent withdrawn: neither a new one nor the open one once more */
	a.parent = false;
	word_set(r, &a);
	refused(s, &with, WHY_NAME_YOUNG);
	o.request = 7;
	refused(s, &o, WHY_NAME_YOUNG);
}

static void
not_within_the_bar(void **state)
{
	struct scene *s = *state;
	DROP(ticket_wipe) struct ticket plain = {0}, t = {0};
	struct rig *r = &s->ca.rig;
	struct offer offer;

	vouched(s, 1);
	rig_begin_hand(r);
	assert_true(member_bar(&r->keeper, s->ann.owner.number, rig_now(r) + 60, &r->err));
	rig_end_hand(r);
	offered(s, &offer);
	assert_int_equal(offer.why, WHY_BAR);
	assert_int_equal(offer.n, 0);
	refused(s, &with, WHY_BAR);
	ca_ticket(&s->ca, s->ann.token, &without, &plain);
	rig_later(r, 60);
	ca_ticket(&s->ca, s->ann.token, &with, &t);
}

static void
an_erased_name_is_in_no_further_one(void **state)
{
	struct scene *s = *state;
	DROP(ticket_wipe) struct ticket t = {0}, plain = {0};
	struct rig *r = &s->ca.rig;
	struct ca_order o = with;

	assert_true(name_put(r, &s->ann, FURTHER_NAME, NAME_SORT_MARRIED, "Ann", "M\xc3\xbcller", NULL));
	vouched(s, 3);
	ca_ticket(&s->ca, s->ann.token, &with, &t);
	assert_true(name_do(r, &s->ann, KEEPER_NAME_ERASE, 0));
	refused(s, &with, WHY_NAME_POINTS);	/* not even the open ticket again */
	o.request = 7;
	refused(s, &o, WHY_NAME_POINTS);
	ca_ticket(&s->ca, s->ann.token, &without, &plain);
	/* the same letters under another index: nobody vouched for that */
	assert_true(name_put(r, &s->ann, FURTHER_NAME, NAME_SORT_PAPERS, "Ann Mar\xc3\xad" "a", "L\xc3\xb3pez", NULL));
	o.named = 3;
	refused(s, &o, WHY_NAME_POINTS);
}

/* ---- afterwards ---- */

/* Her list: what a certificate says she is called. */
static void
person_in(struct scene *s, const unsigned char serial[TICKET_SERIAL], char into[256])
{
	DROP(call_wipe) struct call c = { .ca = &s->ca };
	struct span a;

	snprintf(into, 256, "?");
	ca_begin(&c, s->ann.token);
	a = ca_good(&c, KEEPER_CERTS);
	for (uint32_t n = unpack_u32(&a); n > 0; n--) {
		unsigned char here[TICKET_SERIAL];
		char text[256];

		unpack_exact(&a, here, sizeof(here));
		unpack_u8(&a), unpack_u8(&a), unpack_i64(&a), unpack_i64(&a);
		unpack_text(&a, text, sizeof(text));
		unpack_u8(&a);
		unpack_text(&a, text, sizeof(text));
		assert_string_equal(text, ANN);
		unpack_text(&a, text, sizeof(text));
		if (memcmp(here, serial, sizeof(here)) == 0)
			snprintf(into, 256, "%s", text);
	}
	assert_true(unpack_end(&a, "certificates", NULL));
}

static void
what_no_longer_stands_is_listed(void **state)
{
	struct scene *s = *state;
	DROP(ticket_wipe) struct ticket named = {0}, plain = {0}, robot = {0};
	static const struct ca_order low = { .profile = PROFILE_ROBOT_MAIL, .names = { ANN } };
	struct rig *r = &s->ca.rig;
	unsigned char serial[8][TICKET_SERIAL];
	struct assurance a;
	char text[256];
	int64_t id;

	assert_true(name_put(r, &s->ann, FURTHER_NAME, NAME_SORT_MARRIED, "Ann", "M\xc3\xbcller", NULL));
	id = word_plant(r, &s->ben, &s->ann, 35, 3, false);
	word_plant(r, &s->cleo, &s->ann, 35, 3, false);
	ca_issue(&s->ca, s->ann.token, &with, "one", &named);
	rig_later(r, 1);
	ca_issue(&s->ca, s->ann.token, &without, "two", &plain);
	ca_issue(&s->ca, s->ann.token, &low, "three", &robot);
	person_in(s, named.serial, text);
	assert_string_equal(text, "Ann Mar\xc3\xad" "a L\xc3\xb3pez");
	person_in(s, plain.serial, text);
	assert_string_equal(text, "");
	assert_int_equal(lost(s, serial), 0);
	/* her name goes: the certificate that carries it is listed, and still says what it says */
	assert_true(name_do(r, &s->ann, KEEPER_NAME_ERASE, 0));
	assert_int_equal(lost(s, serial), 1);
	assert_memory_equal(serial[0], named.serial, TICKET_SERIAL);
	person_in(s, named.serial, text);
	assert_string_equal(text, "Ann Mar\xc3\xad" "a L\xc3\xb3pez");
	/* points go: the other Assured one, too; a Robot one stands on no points */
	word_get(r, id, &a);
	a.withdrawn_at = rig_now(r);
	word_set(r, &a);
	assert_int_equal(lost(s, serial), 2);
	assert_memory_equal(serial[0], plain.serial, TICKET_SERIAL);
	assert_memory_equal(serial[1], named.serial, TICKET_SERIAL);
	/* over is over */
	rig_later(r, r->set.mail_assured_life);
	person_sign_in(r, &s->ann);
	assert_int_equal(lost(s, serial), 0);
}

static void
the_rule_row_by_row(void **state)
{
	static const struct { uint32_t unlocks, names_ok; enum profile profile; unsigned named; enum why why; } rows[] = {
		{ 0, 0, PROFILE_ROBOT_TLS, 0, WHY_NONE },
		{ 0, 0, PROFILE_ROBOT_MAIL, 0, WHY_NONE },
		{ 0, 0, PROFILE_ASSURED_TLS, 0, WHY_POINTS },
		{ 0, 0, PROFILE_ASSURED_MAIL, 0, WHY_POINTS },
		{ 0, 0, PROFILE_ASSURED_MAIL, 1, WHY_POINTS },
		{ UNLOCK_ASSURED, 0, PROFILE_ASSURED_TLS, 0, WHY_NONE },
		{ UNLOCK_ASSURED, 0, PROFILE_ASSURED_MAIL, 0, WHY_NONE },
		{ UNLOCK_ASSURED, 1, PROFILE_ASSURED_MAIL, 1, WHY_NAME_YOUNG },
		{ UNLOCK_NAMES, 1, PROFILE_ASSURED_MAIL, 1, WHY_POINTS },
		{ UNLOCK_ASSURED | UNLOCK_NAMES, 1, PROFILE_ASSURED_MAIL, 1, WHY_NONE },
		{ UNLOCK_ASSURED | UNLOCK_NAMES, 1, PROFILE_ASSURED_MAIL, 2, WHY_NAME_POINTS },
		{ UNLOCK_ASSURED | UNLOCK_NAMES, 2, PROFILE_ASSURED_MAIL, 2, WHY_NONE },
		{ UNLOCK_ASSURED | UNLOCK_NAMES, 0x8000, PROFILE_ASSURED_MAIL, 16, WHY_NONE },
		{ UNLOCK_ASSURED | UNLOCK_NAMES, UINT32_MAX, PROFILE_ASSURED_MAIL, 17, WHY_NAME_POINTS },
		{ UNLOCK_ASSURED | UNLOCK_NAMES, UINT32_MAX, PROFILE_ASSURED_MAIL, 255, WHY_NAME_POINTS },
		{ UNLOCK_ASSURED | UNLOCK_NAMES, 1, PROFILE_ASSURED_TLS, 1, WHY_POINTS },
		{ UNLOCK_ASSURED | UNLOCK_NAMES, 1, PROFILE_ROBOT_MAIL, 1, WHY_POINTS },
		{ UNLOCK_ASSURED | UNLOCK_NAMES, 1, PROFILE_ROBOT_TLS, 1, WHY_POINTS },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct points p = { .unlocks = rows[i].unlocks, .names_ok = rows[i].names_ok };

		print_message("row %zu\n", i);
		assert_int_equal(footing_why(&p, rows[i].profile, rows[i].named), rows[i].why);
	}
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(the_rule_row_by_row), CASE(from_fifty_points_on), CASE(only_names_with_points_of_their_own),
		CASE(a_young_persons_name_waits_for_a_parent), CASE(not_within_the_bar),
		CASE(an_erased_name_is_in_no_further_one), CASE(what_no_longer_stands_is_listed),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
