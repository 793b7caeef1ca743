/* tests/unit/test_event.c - events: who may announce, the last place, passes, the list, and that all of it is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "privacy/keeper/doctor.h"
#include "tests/unit/event_rig.h"

#define EVENING	(DAY + 18 * 3600)	/* from RIG_START, roughly, into the event */

/* Ben announces, Cleo is an assurer too, Ann and Dov come, Eva is seventeen. */
struct scene { struct rig rig; struct person ann, dov, eva, ben, cleo; };

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	*state = s;
	rig_open(&s->rig, (const char *const[]){ "limit.mails_per_hour=10000", "session.life=7d", "session.idle=1d", NULL });
	person_make(&s->rig, &s->ann, "ann", "Ann Zoë", "Ó Briain", "1984-02-29", "X 123-456");
	person_make(&s->rig, &s->dov, "dov", "Dov", "Katz", "1990-01-31", "Y 1");
	person_make(&s->rig, &s->eva, "eva", "Eva", "Lund", "2009-06-01", "Z 1");
	person_assurer(&s->rig, &s->ben, "ben", "Ben", "Adeyemi");
	person_assurer(&s->rig, &s->cleo, "cleo", "Cleo", "Marín");
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

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
sound(struct scene *s)
{
	if (!doctor_look(&s->rig.keeper, &s->rig.err))
		fail_msg("doctor: %s", s->rig.err.text);
}

static int64_t
announced(struct scene *s, int64_t capacity)
{
	struct event_words w = event_tomorrow(&s->rig, capacity);
	int64_t id;

	if (!event_announce(&s->rig, &s->ben, &w, &id))
		fail_msg("announce: %s", s->rig.err.text);
	return id;
}

/* ---- announcing ---- */

static const struct {
	const char *what, *place, *note;
	int64_t begins, ends, east, capacity;	/* seconds from now */
	enum err_kind kind;
	uint32_t why;
} announcements[] = {
	{ "an hour from now", "Utrecht", "", 3600, 7200, 0, 1, ERR_NONE, 0 },
	{ "now", "Utrecht", "", 0, 7200, 0, 1, ERR_INPUT, WHY_EVENT_TIME },
	{ "began", "Utrecht", "", -1, 7200, 0, 1, ERR_INPUT, WHY_EVENT_TIME },
	{ "ends as it begins", "Utrecht", "", 3600, 3600, 0, 1, ERR_INPUT, WHY_EVENT_TIME },
	{ "ends before", "Utrecht", "", 3600, 3599, 0, 1, ERR_INPUT, WHY_EVENT_TIME },
	{ "three days", "Utrecht", "", 3600, 3600 + EVENT_LONGEST, 0, 1, ERR_NONE, 0 },
	{ "and a second", "Utrecht", "", 3600, 3601 + EVENT_LONGEST, 0, 1, ERR_INPUT, WHY_EVENT_TIME },
	{ "in a year", "Utrecht", "", EVENT_AHEAD, EVENT_AHEAD + 60, 0, 1, ERR_NONE, 0 },
	{ "later", "Utrecht", "", EVENT_AHEAD + 1, EVENT_AHEAD + 60, 0, 1, ERR_INPUT, WHY_EVENT_TIME },
	{ "at the end of time", "Utrecht", "", INT64_MAX / 2, INT64_MAX / 2 + 1, 0, 1, ERR_INPUT, WHY_EVENT_TIME },
	{ "from the beginning of time", "Utrecht", "", 3600, INT64_MAX / 2, 0, 1, ERR_INPUT, WHY_EVENT_TIME },
	{ "no place", "", "", 3600, 7200, 0, 1, ERR_INPUT, WHY_FIELD_SHAPE },
	{ "a letter", "U", "", 3600, 7200, 0, 1, ERR_INPUT, WHY_FIELD_SHAPE },
	{ "two lines of place", "Utrecht\nZwolle", "", 3600, 7200, 0, 1, ERR_INPUT, WHY_FIELD_SHAPE },
	{ "turned around", "Ut\xe2\x80\xaerecht", "", 3600, 7200, 0, 1, ERR_INPUT, WHY_FIELD_SHAPE },
	{ "a tab in the note", "Utrecht", "a\tb", 3600, 7200, 0, 1, ERR_INPUT, WHY_FIELD_SHAPE },
	{ "lines in the note", "Utrecht", "a\nb\n", 3600, 7200, 0, 1, ERR_NONE, 0 },
	{ "for nobody", "Utrecht", "", 3600, 7200, 0, 0, ERR_INPUT, WHY_FIELD_SHAPE },
	{ "for most", "Utrecht", "", 3600, 7200, 0, EVENT_CAPACITY_MOST, ERR_NONE, 0 },
	{ "for more", "Utrecht", "", 3600, 7200, 0, EVENT_CAPACITY_MOST + 1, ERR_INPUT, WHY_FIELD_SHAPE },
	{ "far east", "Kiritimati", "", 3600, 7200, 840, 1, ERR_NONE, 0 },
	{ "further", "Kiritimati", "", 3600, 7200, 841, 1, ERR_INPUT, WHY_FIELD_SHAPE },
	{ "far west", "Baker Island", "", 3600, 7200, -720, 1, ERR_NONE, 0 },
	{ "further west", "Baker Island", "", 3600, 7200, -721, 1, ERR_INPUT, WHY_FIELD_SHAPE },
};

static void
announcing(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	char place[200] = "", note[EVENT_NOTE_MAX + 2] = "";
	int64_t id;

	for (size_t i = 0; i < COUNT(announcements); i++) {
		struct event_words w = { announcements[i].place, announcements[i].note, rig_now(&s->rig) + announcements[i].begins,
		    rig_now(&s->rig) + announcements[i].ends, announcements[i].east, announcements[i].capacity };
		bool did = event_announce(&s->rig, &s->ben, &w, &id);

		if (did != (announcements[i].kind == ERR_NONE))
			fail_msg("%s: %d %s", announcements[i].what, did, s->rig.err.text);
		if (!did)
			refused(s, did, announcements[i].kind, announcements[i].why);
	}
	memset(place, 'x', sizeof(place) - 1);
	struct event_words w = event_tomorrow(&s->rig, 5);
	w.place = place;
	refused(s, event_announce(&s->rig, &s->ben, &w, &id), ERR_INPUT, WHY_FIELD_LONG);
	w = event_tomorrow(&s->rig, 5);
	memset(note, 'x', sizeof(note) - 1);
	note[EVENT_NOTE_MAX] = '\0';
	w.note = note;
	place[EVENT_PLACE - 1] = '\0';
	w.place = place;
	assert_true(event_announce(&s->rig, &s->ben, &w, &id));		/* as long as may be */
	note[EVENT_NOTE_MAX] = 'x';
	refused(s, event_announce(&s->rig, &s->ben, &w, &id), ERR_INPUT, WHY_FIELD_LONG);
	w = event_tomorrow(&s->rig, 5);
	/* a member; an assurer with too few points for it */
	refused(s, event_announce(&s->rig, &s->ann, &w, &id), ERR_DENIED, WHY_ROLE);
	sound(s);
}

static void
announcing_needs_the_points_and_has_an_end(void **state)
{
	struct scene *s = *state;
	struct event_words w = event_tomorrow(&s->rig, 5);
	int64_t id;

	s->rig.set.trust.event_points = 106;
	refused(s, event_announce(&s->rig, &s->ben, &w, &id), ERR_DENIED, WHY_EVENT_POINTS);
	s->rig.set.trust.event_points = 100;
	for (int i = 0; i < EVENTS_OWN; i++)
		assert_true(event_announce(&s->rig, &s->ben, &w, &id));
	refused(s, event_announce(&s->rig, &s->ben, &w, &id), ERR_DENIED, WHY_LIMIT);
	assert_true(event_call(&s->rig, &s->ben, KEEPER_EVENT_END, id));
	assert_true(event_announce(&s->rig, &s->ben, &w, &id));
}

/* ---- signing up ---- */

static void
the_last_place_goes_to_one(void **state)
{
	struct scene *s = *state;
	struct event_desk d;
	struct events_seen all;
	int64_t id = announced(s, 2), number;
	char said[256];

	assert_true(event_sign_up(&s->rig, &s->ann, id, true, &number));
	assert_int_equal(number, 1);
	refused(s, event_sign_up(&s->rig, &s->ann, id, false, &number), ERR_CONFLICT, WHY_EVENT_TWICE);
	assert_true(event_sign_up(&s->rig, &s->dov, id, false, &number));
	assert_int_equal(number, 2);
	refused(s, event_sign_up(&s->rig, &s->eva, id, false, &number), ERR_CONFLICT, WHY_EVENT_FULL);
	assert_true(event_look(&s->rig, &s->eva, id, &d));
	assert_int_equal(d.seen.what, EVENT_IS_OPEN | EVENT_IS_FULL);
	assert_int_equal(d.coming, -1);		/* how many come is the announcer's to know */
	assert_true(event_look(&s->rig, &s->ben, id, &d));
	assert_int_equal(d.coming, 2);
	/* who leaves makes room; who comes back has another number and another pass */
	char before[EVENT_CODE_TEXT], after[EVENT_CODE_TEXT];
	event_code(&s->rig, &s->ann, id, before);
	assert_int_equal(strlen(before), CODE_TEXT - 1);
	assert_true(event_call(&s->rig, &s->ann, KEEPER_EVENT_LEAVE, id));
	refused(s, event_call(&s->rig, &s->ann, KEEPER_EVENT_LEAVE, id), ERR_ABSENT, WHY_EVENT_ABSENT);
	assert_true(event_list(&s->rig, &s->ann, &all) && all.visits == 0);
	assert_true(event_sign_up(&s->rig, &s->eva, id, false, &number));
	assert_int_equal(number, 3);
	refused(s, event_sign_up(&s->rig, &s->ann, id, true, &number), ERR_CONFLICT, WHY_EVENT_FULL);
	assert_true(event_call(&s->rig, &s->eva, KEEPER_EVENT_LEAVE, id));
	assert_true(event_sign_up(&s->rig, &s->ann, id, true, &number));
	event_code(&s->rig, &s->ann, id, after);
	assert_string_not_equal(before, after);
	/* the history says what was done, not at which event */
	rig_said(&s->rig, &s->eva, PURPOSE_EVENT_VISIT, said);
	assert_string_equal(said, "left an event");
	sound(s);
}

/* A code of a hand-over lies beside the passes: it is no pass, and no page about events opens it. */
static void
a_hand_over_is_no_pass(void **state)
{
	struct scene *s = *state;
	char code[CODE_TEXT], said[256];
	struct events_seen all;
	int64_t id = announced(s, 2), number, h;

	assert_true(meet_code(&s->rig, &s->ann, HANDOVER_SCREEN, code, &h));
	if (!event_list(&s->rig, &s->ann, &all))
		fail_msg("events: %s", s->rig.err.text);
	assert_int_equal(all.visits, 0);
	rig_said(&s->rig, &s->ann, PURPOSE_EVENT_VISIT, said);
	assert_string_equal(said, "");
	assert_true(event_sign_up(&s->rig, &s->ann, id, false, &number));
	assert_true(event_list(&s->rig, &s->ann, &all));
	assert_int_equal(all.visits, 1);
	assert_int_equal(strlen(all.visit[0].code), CODE_TEXT - 1);
}

static void
signing_up_needs(void **state)
{
	struct scene *s = *state;
	struct person fay = {0};
	struct event_words w = event_tomorrow(&s->rig, 5);
	int64_t id, number;

	person_make(&s->rig, &fay, "fay", "Fay", "Osei", NULL, NULL);
	id = announced(s, 5);
	refused(s, event_sign_up(&s->rig, &fay, id, true, &number), ERR_DENIED, WHY_HANDOVER_DATA);
	refused(s, event_sign_up(&s->rig, &s->ann, id + 1, true, &number), ERR_ABSENT, WHY_EVENT_ABSENT);
	/* until the very end */
	rig_later(&s->rig, w.ends - 1 - rig_now(&s->rig));
	person_sign_in(&s->rig, &s->ann);
	person_sign_in(&s->rig, &s->dov);
	assert_true(event_sign_up(&s->rig, &s->ann, id, true, &number));
	rig_later(&s->rig, 1);
	refused(s, event_sign_up(&s->rig, &s->dov, id, true, &number), ERR_ABSENT, WHY_EVENT_ABSENT);
}

/* Announced, and never shown: nobody comes to it. */
static void
what_does_not_stand_is_not_there(void **state)
{
	struct scene *s = *state;
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct event_words w = event_tomorrow(&s->rig, 5);
	struct event_desk d;
	struct rig_block b;
	struct span a;
	int64_t id, number;

	rig_begin(&in, s->ben.token);
	pack_text(&in, w.place);
	pack_i64(&in, w.begins);
	pack_i64(&in, w.ends);
	pack_i64(&in, 0);
	pack_i64(&in, 5);
	pack_text(&in, "");
	assert_true(rig_ask(&s->rig, KEEPER_EVENT_ANNOUNCE, &in, &out));
	a = span_buf(&out);
	rig_block(&a, &b);
	id = unpack_i64(&a);
	refused(s, event_sign_up(&s->rig, &s->ann, id, true, &number), ERR_ABSENT, WHY_EVENT_ABSENT);
	refused(s, event_look(&s->rig, &s->ann, id, &d), ERR_ABSENT, WHY_EVENT_ABSENT);
	/* the clerk finds no row in the site store and says so */
	rig_later(&s->rig, PUBLISHED_WAIT + 1);
	buf_reset(&in);
	pack_i64(&in, id);
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_PUBLISHED_OVER, &in, &out));
	rig_sweep(&s->rig);
	assert_int_equal(rig_rows(&s->rig, ROWS_EVENT), 0);
	sound(s);
}

/* ---- passes ---- */

static void
to_the_evening(struct scene *s, int64_t id)
{
	struct event_desk d;

	assert_true(event_look(&s->rig, &s->ben, id, &d));
	rig_later(&s->rig, d.seen.begins + 3600 - rig_now(&s->rig));
	person_sign_in(&s->rig, &s->ann);
	person_sign_in(&s->rig, &s->dov);
	person_sign_in(&s->rig, &s->ben);
	person_sign_in(&s->rig, &s->cleo);
}

static void
a_pass_works_once_for_each_who_checked_in(void **state)
{
	struct scene *s = *state;
	struct event_desk d;
	struct events_seen all;
	struct draft_words w = { .documents = DOCUMENT_PASSPORT, .names = 1, .points = 35 };
	char code[EVENT_CODE_TEXT], wrong[EVENT_CODE_TEXT];
	int64_t id = announced(s, 5), number, bens, cleos, again, draft;
	struct met m;
	uint32_t why;

	assert_true(event_sign_up(&s->rig, &s->ann, id, false, &number));
	event_code(&s->rig, &s->ann, id, code);
	/* not before its day */
	refused(s, event_call(&s->rig, &s->cleo, KEEPER_EVENT_CHECK_IN, id), ERR_ABSENT, WHY_EVENT_ABSENT);
	to_the_evening(s, id);
	refused(s, meet_take(&s->rig, &s->cleo, code, &cleos), ERR_DENIED, WHY_EVENT_CHECK_IN);
	assert_true(event_call(&s->rig, &s->cleo, KEEPER_EVENT_CHECK_IN, id));
	assert_true(event_call(&s->rig, &s->cleo, KEEPER_EVENT_CHECK_IN, id));	/* pressed twice */
	assert_true(event_call(&s->rig, &s->ben, KEEPER_EVENT_CHECK_IN, id));
	assert_true(event_look(&s->rig, &s->ben, id, &d));
	assert_int_equal(d.assurers, 2);
	assert_int_equal(d.parts, 2);
	assert_string_equal(d.name[0], "Cleo Marín");
	assert_true(event_look(&s->rig, &s->cleo, id, &d));
	assert_int_equal(d.parts, 0);		/* names are for who announced it */
	assert_int_equal(d.coming, 1);
	/* each makes a hand-over of their own */
	assert_true(meet_take(&s->rig, &s->cleo, code, &cleos));
	assert_true(meet_take(&s->rig, &s->ben, code, &bens));
	assert_int_not_equal(cleos, bens);
	assert_true(meet_take(&s->rig, &s->cleo, code, &again));	/* typed twice */
	assert_int_equal(again, cleos);
	refused(s, meet_match(&s->rig, &s->ben, cleos, "Ann Zoe O'Briain", "", "", "", &m), ERR_DENIED, WHY_HANDOVER_OVER);
	assert_true(meet_match(&s->rig, &s->cleo, cleos, "Ann Zoë Ó Briain", "1984-02-29", "", "", &m));
	assert_true(meet_draft(&s->rig, &s->cleo, cleos, &w, &draft));
	assert_true(event_look(&s->rig, &s->cleo, id, &d));
	assert_int_equal(d.drafts, 1);
	assert_true(meet_sign(&s->rig, &s->cleo, draft, &why) && why == WHY_NONE);
	/* used: once each */
	refused(s, meet_take(&s->rig, &s->cleo, code, &again), ERR_DENIED, WHY_HANDOVER);
	assert_true(event_list(&s->rig, &s->ann, &all));
	assert_int_equal(all.visit[0].used, 2);
	/* a wrong secret is any wrong code, and leaves the pass alone */
	memcpy(wrong, code, sizeof(wrong));
	wrong[8] = code[8] == '7' ? '8' : '7';
	refused(s, meet_take(&s->rig, &s->ben, wrong, &again), ERR_DENIED, WHY_HANDOVER);
	/* one's own */
	assert_true(event_sign_up(&s->rig, &s->cleo, id, true, &number));
	event_code(&s->rig, &s->cleo, id, code);
	refused(s, meet_take(&s->rig, &s->cleo, code, &again), ERR_DENIED, WHY_ASSURE_SELF);
	assert_true(meet_take(&s->rig, &s->ben, code, &again));
	sound(s);
}

static void
a_pass_ends(void **state)
{
	struct scene *s = *state;
	struct event_desk d;
	char anns[EVENT_CODE_TEXT], dovs[EVENT_CODE_TEXT];
	int64_t id = announced(s, 5), number, h;
	struct met m;

	assert_true(event_sign_up(&s->rig, &s->ann, id, false, &number));
	assert_true(event_sign_up(&s->rig, &s->dov, id, false, &number));
	event_code(&s->rig, &s->ann, id, anns);
	event_code(&s->rig, &s->dov, id, dovs);
	to_the_evening(s, id);
	assert_true(event_call(&s->rig, &s->ben, KEEPER_EVENT_CHECK_IN, id));
	assert_true(event_call(&s->rig, &s->cleo, KEEPER_EVENT_CHECK_IN, id));
	/* with its owner: what was taken from it ends at once */
	assert_true(meet_take(&s->rig, &s->ben, anns, &h));
	assert_true(event_call(&s->rig, &s->ann, KEEPER_EVENT_LEAVE, id));
	refused(s, meet_match(&s->rig, &s->ben, h, "Ann", "", "", "", &m), ERR_DENIED, WHY_HANDOVER_OVER);
	refused(s, meet_take(&s->rig, &s->cleo, anns, &h), ERR_DENIED, WHY_HANDOVER);
	/* for who checks out, until they check in again */
	assert_true(event_check_out(&s->rig, &s->cleo, id, 0));
	refused(s, meet_take(&s->rig, &s->cleo, dovs, &h), ERR_DENIED, WHY_EVENT_CHECK_IN);
	assert_true(event_call(&s->rig, &s->cleo, KEEPER_EVENT_CHECK_IN, id));
	/* with its time, to the second */
	assert_true(event_look(&s->rig, &s->ben, id, &d));
	assert_int_equal(d.seen.until, d.seen.ends + 7 * DAY);
	rig_later(&s->rig, d.seen.until - 1 - rig_now(&s->rig));
	person_sign_in(&s->rig, &s->ben);
	person_sign_in(&s->rig, &s->cleo);
	assert_true(meet_take(&s->rig, &s->ben, dovs, &h));
	rig_later(&s->rig, 1);
	refused(s, meet_take(&s->rig, &s->cleo, dovs, &h), ERR_DENIED, WHY_HANDOVER);
	refused(s, meet_match(&s->rig, &s->ben, h, "Dov", "", "", "", &m), ERR_DENIED, WHY_HANDOVER_OVER);
	refused(s, event_call(&s->rig, &s->cleo, KEEPER_EVENT_CHECK_IN, id), ERR_ABSENT, WHY_EVENT_ABSENT);
	sound(s);
}

static void
the_announcer_takes_an_assurer_off(void **state)
{
	struct scene *s = *state;
	struct event_desk d;
	char code[EVENT_CODE_TEXT], said[256];
	int64_t id = announced(s, 5), number, h, other;

	assert_true(event_sign_up(&s->rig, &s->ann, id, false, &number));
	event_code(&s->rig, &s->ann, id, code);
	to_the_evening(s, id);
	assert_true(event_call(&s->rig, &s->cleo, KEEPER_EVENT_CHECK_IN, id));
	assert_true(event_look(&s->rig, &s->ben, id, &d));
	other = d.part[0];
	/* nobody else does, nor with another event's number */
	refused(s, event_check_out(&s->rig, &s->ann, id, other), ERR_ABSENT, WHY_EVENT_ABSENT);
	refused(s, event_check_out(&s->rig, &s->ben, id + 1, other), ERR_ABSENT, WHY_EVENT_ABSENT);
	assert_true(event_check_out(&s->rig, &s->ben, id, other));
	refused(s, event_check_out(&s->rig, &s->ben, id, other), ERR_ABSENT, WHY_EVENT_ABSENT);
	rig_said(&s->rig, &s->cleo, PURPOSE_EVENT, said);
	assert_string_equal(said, "taken off the assurers of an event");
	refused(s, meet_take(&s->rig, &s->cleo, code, &h), ERR_DENIED, WHY_EVENT_CHECK_IN);
	refused(s, event_call(&s->rig, &s->cleo, KEEPER_EVENT_CHECK_IN, id), ERR_DENIED, WHY_EVENT_REMOVED);
	assert_true(event_look(&s->rig, &s->ben, id, &d));
	assert_int_equal(d.assurers, 0);
	/* a member without the role, and somebody who lost it */
	refused(s, event_call(&s->rig, &s->ann, KEEPER_EVENT_CHECK_IN, id), ERR_DENIED, WHY_ROLE);
	struct trust_facts t = { .passed_at = rig_now(&s->rig), .standing = STANDING_SUSPENDED };
	person_facts(&s->rig, &s->ben, &t);
	refused(s, event_call(&s->rig, &s->ben, KEEPER_EVENT_CHECK_IN, id), ERR_DENIED, WHY_ROLE);
	/* still his to call off */
	assert_true(event_call(&s->rig, &s->ben, KEEPER_EVENT_END, id));
	sound(s);
}

/* ---- the list ---- */

static bool
listed(struct scene *s, struct person *p, int64_t id, char names[8][64], uint32_t *n)
{
	DROP(buf_wipe) struct buf about = {0}, content = {0};
	char place[EVENT_PLACE];
	struct span in;

	pack_i64(&about, id);
	if (!once_of(&s->rig, p, ONCE_EVENT_LIST, &about, &content))
		return false;
	in = span_buf(&content);
	unpack_text(&in, place, sizeof(place));
	assert_string_equal(place, "Café Zoë, Utrecht");
	unpack_i64(&in), unpack_i64(&in), unpack_i64(&in);
	*n = unpack_u32(&in);
	for (uint32_t i = 0; i < *n; i++) {
		assert_int_equal(unpack_i64(&in), i + 1);
		unpack_text(&in, names[i], 64);
	}
	assert_true(unpack_end(&in, "list", NULL));
	return true;
}

static void
the_list_names_who_ticked_so_and_is_of_age(void **state)
{
	struct scene *s = *state;
	char names[8][64], said[256];
	int64_t id = announced(s, 5), number;
	uint32_t n;

	assert_true(event_sign_up(&s->rig, &s->ann, id, true, &number));
	assert_true(event_sign_up(&s->rig, &s->dov, id, false, &number));
	assert_true(event_sign_up(&s->rig, &s->eva, id, true, &number));
	refused(s, listed(s, &s->cleo, id, names, &n), ERR_DENIED, WHY_EVENT_CHECK_IN);
	refused(s, listed(s, &s->ann, id, names, &n), ERR_DENIED, WHY_ROLE);
	refused(s, listed(s, &s->ben, id + 1, names, &n), ERR_ABSENT, WHY_EVENT_ABSENT);
	assert_true(listed(s, &s->ben, id, names, &n));
	assert_int_equal(n, 3);
	assert_string_equal(names[0], "Ann Zoë Ó Briain");
	assert_string_equal(names[1], "D. K.");
	assert_string_equal(names[2], "E. L.");	/* seventeen: whatever was ticked */
	rig_said(&s->rig, &s->ann, PURPOSE_EVENT_LIST, said);
	assert_string_equal(said, "printed by name");
	rig_said(&s->rig, &s->eva, PURPOSE_EVENT_LIST, said);
	assert_string_equal(said, "printed by initials");
	rig_said(&s->rig, &s->ben, PURPOSE_EVENT_LIST, said);
	assert_string_equal(said, "list of an event printed");
	to_the_evening(s, id);
	assert_true(event_call(&s->rig, &s->cleo, KEEPER_EVENT_CHECK_IN, id));
	assert_true(listed(s, &s->cleo, id, names, &n));
	sound(s);
}

/* ---- ends ---- */

static void
called_off_is_told_and_forgotten(void **state)
{
	struct scene *s = *state;
	struct event_desk d;
	struct events_seen all;
	struct rig_mail m;
	char code[EVENT_CODE_TEXT];
	int64_t id = announced(s, 5), number, h;

	assert_true(event_sign_up(&s->rig, &s->ann, id, false, &number));
	event_code(&s->rig, &s->ann, id, code);
	refused(s, event_call(&s->rig, &s->cleo, KEEPER_EVENT_END, id), ERR_ABSENT, WHY_EVENT_ABSENT);
	assert_true(event_look(&s->rig, &s->ben, id, &d));
	assert_true(event_call(&s->rig, &s->ben, KEEPER_EVENT_END, id));
	refused(s, event_call(&s->rig, &s->ben, KEEPER_EVENT_END, id), ERR_ABSENT, WHY_EVENT_ABSENT);
	refused(s, event_sign_up(&s->rig, &s->dov, id, false, &number), ERR_ABSENT, WHY_EVENT_ABSENT);
	while (rig_mail(&s->rig, &m))
		;
	rig_sweep(&s->rig);
	assert_true(rig_mail_of(&s->rig, MAIL_EVENT_OFF, &m));
	assert_string_equal(m.to, "ann@example.org");
	assert_string_equal(m.object, "Café Zoë, Utrecht, 2026-11-19");
	rig_sweep(&s->rig);
	assert_false(rig_mail(&s->rig, &m));		/* once */
	/* on the member's page until it would have ended; its pass is over */
	assert_true(event_list(&s->rig, &s->ann, &all));
	assert_int_equal(all.visits, 1);
	assert_int_equal(all.visit[0].what, EVENT_IS_COMING | EVENT_IS_OFF);
	assert_string_equal(all.visit[0].code, "");
	refused(s, meet_take(&s->rig, &s->ben, code, &h), ERR_DENIED, WHY_HANDOVER);
	rig_later(&s->rig, d.seen.ends - rig_now(&s->rig));
	rig_sweep(&s->rig);
	assert_int_equal(rig_rows(&s->rig, ROWS_PART), 0);
	person_sign_in(&s->rig, &s->ann);
	assert_true(event_list(&s->rig, &s->ann, &all));
	assert_int_equal(all.visits, 0);
	sound(s);
}

/* Whatever takes the announcement down calls the event off. */
static void
nobody_stands_behind_it(void **state)
{
	struct scene *s = *state;
	struct rig_mail m;
	int64_t id = announced(s, 5), number;
	struct err e = {0};

	assert_true(event_sign_up(&s->rig, &s->ann, id, false, &number));
	while (rig_mail(&s->rig, &m))
		;
	rig_begin_hand(&s->rig);
	assert_true(published_end_of(&s->rig.keeper, &s->ben.owner, PUBLISHED_EVENT, rig_now(&s->rig), &e));
	rig_end_hand(&s->rig);
	rig_sweep(&s->rig);
	assert_true(rig_mail_of(&s->rig, MAIL_EVENT_OFF, &m));
	refused(s, event_sign_up(&s->rig, &s->dov, id, false, &number), ERR_ABSENT, WHY_EVENT_ABSENT);
}

static void
published_rows_go(struct scene *s)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	pack_i64(&in, PUBLISHED_AT_ONCE);
	assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_PUBLISHED_OPEN, &in, &out));
	a = span_buf(&out);
	for (uint32_t n = unpack_u32(&a); n > 0; n--) {
		DROP(buf_wipe) struct buf one = {0}, none = {0};

		pack_i64(&one, unpack_i64(&a));
		assert_int_equal(unpack_u8(&a), PUBLISHED_EVENT);
		unpack_u8(&a), unpack_i64(&a), unpack_i64(&a);
		assert_true(rig_ask_as(&s->rig, KEEPER_PEER_CLERK, KEEPER_PUBLISHED_OVER, &one, &none));
	}
}

static void
all_of_it_is_forgotten(void **state)
{
	struct scene *s = *state;
	struct event_desk d;
	struct events_seen all;
	char code[EVENT_CODE_TEXT];
	int64_t id = announced(s, 5), number, h, codes = rig_rows(&s->rig, ROWS_CODE);

	assert_true(event_sign_up(&s->rig, &s->ann, id, true, &number));
	assert_true(event_sign_up(&s->rig, &s->dov, id, true, &number));
	event_code(&s->rig, &s->ann, id, code);
	to_the_evening(s, id);
	assert_true(event_call(&s->rig, &s->cleo, KEEPER_EVENT_CHECK_IN, id));
	assert_true(meet_take(&s->rig, &s->cleo, code, &h));
	assert_true(event_look(&s->rig, &s->ben, id, &d));
	rig_later(&s->rig, d.seen.until - 1 - rig_now(&s->rig));
	rig_sweep(&s->rig);
	assert_int_equal(rig_rows(&s->rig, ROWS_PART), 3);
	rig_later(&s->rig, 1);
	rig_sweep(&s->rig);
	assert_int_equal(rig_rows(&s->rig, ROWS_PART), 0);
	assert_int_equal(rig_rows(&s->rig, ROWS_CODE), codes);
	assert_int_equal(rig_rows(&s->rig, ROWS_PASS), 0);
	person_sign_in(&s->rig, &s->ann);
	assert_true(event_list(&s->rig, &s->ann, &all) && all.visits == 0);
	/* what shows stays a month */
	assert_int_equal(rig_rows(&s->rig, ROWS_EVENT), 1);
	rig_later(&s->rig, d.seen.ends + EVENT_SHOWN - 1 - rig_now(&s->rig));
	rig_sweep(&s->rig);
	published_rows_go(s);
	assert_int_equal(rig_rows(&s->rig, ROWS_EVENT), 1);
	rig_later(&s->rig, 1);
	rig_sweep(&s->rig);
	published_rows_go(s);
	rig_sweep(&s->rig);
	assert_int_equal(rig_rows(&s->rig, ROWS_EVENT), 0);
	sound(s);
}

/* A printed hand-over, and those that came from a pass, are counted apart. */
static void
passes_leave_room_for_codes(void **state)
{
	struct scene *s = *state;
	char code[EVENT_CODE_TEXT], own[CODE_TEXT];
	int64_t id = announced(s, 5), number, h;

	assert_true(event_sign_up(&s->rig, &s->ann, id, true, &number));
	event_code(&s->rig, &s->ann, id, code);
	for (int i = 0; i < HANDOVERS_OPEN; i++)
		assert_true(meet_code(&s->rig, &s->ann, HANDOVER_PRINTED, own, &h));
	refused(s, meet_code(&s->rig, &s->ann, HANDOVER_PRINTED, own, &h), ERR_DENIED, WHY_HANDOVER_MANY);
	to_the_evening(s, id);
	assert_true(event_call(&s->rig, &s->cleo, KEEPER_EVENT_CHECK_IN, id));
	assert_true(meet_take(&s->rig, &s->cleo, code, &h));
	sound(s);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(announcing), CASE(announcing_needs_the_points_and_has_an_end), CASE(the_last_place_goes_to_one),
		CASE(a_hand_over_is_no_pass), CASE(signing_up_needs), CASE(what_does_not_stand_is_not_there), CASE(a_pass_works_once_for_each_who_checked_in),
		CASE(a_pass_ends), CASE(the_announcer_takes_an_assurer_off), CASE(the_list_names_who_ticked_so_and_is_of_age),
		CASE(called_off_is_told_and_forgotten), CASE(nobody_stands_behind_it), CASE(all_of_it_is_forgotten),
		CASE(passes_leave_room_for_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
