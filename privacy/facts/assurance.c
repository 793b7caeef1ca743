#include <sodium.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "privacy/facts/assurance.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/numbering.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/record.h"

#define SWEEP_MOST 32

const char assurance_schema[] =
"CREATE TABLE assurance ("
" id INTEGER PRIMARY KEY,"		/* counted up: numbering.h */
" giver INTEGER NOT NULL REFERENCES member (number),"
" member INTEGER NOT NULL REFERENCES member (number),"
" third_party INTEGER NOT NULL,"
" points INTEGER NOT NULL,"
" met_day INTEGER NOT NULL,"
" noted_at INTEGER NOT NULL,"
" made_at INTEGER NOT NULL,"		/* 0: a draft */
" withdrawn_at INTEGER NOT NULL,"
" falls_at INTEGER NOT NULL,"
" confirmed_at INTEGER NOT NULL,"
" objected_at INTEGER NOT NULL,"
" birth INTEGER NOT NULL,"		/* version of the birth date it vouches for */
" names INTEGER NOT NULL,"		/* bits of indexes */
" method INTEGER NOT NULL,"		/* enum vouch_method */
" founding INTEGER NOT NULL,"
" parent INTEGER NOT NULL,"
" paper INTEGER NOT NULL,"
" link INTEGER NOT NULL,"
" link_from INTEGER NOT NULL,"
" link_to INTEGER NOT NULL) STRICT;"
"CREATE INDEX assurance_member ON assurance (member, made_at);"
"CREATE INDEX assurance_giver ON assurance (giver, id);"
"CREATE INDEX assurance_draft ON assurance (noted_at) WHERE made_at = 0;";

#define COLUMNS \
	"SELECT id, giver, member, third_party, points, met_day, noted_at, made_at, withdrawn_at, falls_at," \
	" confirmed_at, objected_at, birth, names, method, founding, parent, paper, link, link_from," \
	" link_to FROM assurance"
#define LETTERS "iiiiiiiiiiiiiiiiiiiii"

static const struct sql
sql_add = { "assurance_add", LETTERS, "",
	"INSERT INTO assurance (id, giver, member, third_party, points, met_day, noted_at, made_at,"
	" withdrawn_at, falls_at, confirmed_at, objected_at, birth, names, method, founding, parent,"
	" paper, link, link_from, link_to) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
	" $14, $15, $16, $17, $18, $19, $20, $21)" },
sql_get = { "assurance_get", "i", LETTERS, COLUMNS " WHERE id = $1" },
sql_set = { "assurance_set", "iiiiiiiiiiii", "",
	"UPDATE assurance SET points = $1, made_at = $2, withdrawn_at = $3, falls_at = $4,"
	" confirmed_at = $5, objected_at = $6, birth = $7, names = $8, parent = $9, paper = $10, founding = $11"
	" WHERE id = $12" },
sql_forget_name = { "assurance_forget_name", "ii", "",
	"UPDATE assurance SET names = names & $1 WHERE member = $2 AND made_at = 0" },
sql_forget_birth = { "assurance_forget_birth", "iii", "",
	"UPDATE assurance SET birth = 0 WHERE member = $1 AND made_at = 0 AND ($2 = 0 OR link = $3)" },
sql_forget_parent = { "assurance_forget_parent", "i", "",
	"UPDATE assurance SET parent = 0 WHERE member = $1 AND parent = 1" },
sql_delete = { "assurance_delete", "i", "", "DELETE FROM assurance WHERE id = $1 AND made_at = 0" },
sql_received = { "assurance_received", "i", LETTERS,
	COLUMNS " WHERE member = $1 AND made_at > 0 ORDER BY made_at DESC, id DESC" },
sql_given = { "assurance_given", "iii", LETTERS,
	COLUMNS " WHERE giver = $1 AND id < $2 ORDER BY id DESC LIMIT $3" },
sql_drafts = { "assurance_drafts", "i", LETTERS,
	COLUMNS " WHERE giver = $1 AND made_at = 0 ORDER BY id" },
sql_count = { "assurance_count", "i", "i",
	"SELECT CAST(COUNT(*) AS bigint) FROM assurance WHERE giver = $1" },
/* What points are reckoned from, and no more: this is read on many a page. */
sql_counts = { "assurance_counts", "ii", "iiiiiiiiiii",
	"SELECT giver, third_party, points, met_day, made_at, withdrawn_at, falls_at, names, method, founding * 2 + parent,"
	" birth FROM assurance WHERE member = $1 AND made_at > 0 AND giver <> $2" },
/* Of those given only the ones that make experience: as many as can count, and those that will fall. */
sql_gave = { "assurance_gave", "iii", "iiii",
	"SELECT member, made_at, falls_at, method FROM assurance WHERE giver = $1 AND made_at > 0"
	" AND withdrawn_at = 0 AND falls_at = 0 AND founding = 0 AND method <= $2 LIMIT $3" },
sql_gave_falling = { "assurance_gave_falling", "ii", "iiii",
	"SELECT member, made_at, falls_at, method FROM assurance WHERE giver = $1 AND made_at > 0"
	" AND withdrawn_at = 0 AND falls_at > 0 AND founding = 0 AND method <= $2" },
sql_old = { "assurance_old", "ii", LETTERS,
	COLUMNS " WHERE made_at = 0 AND noted_at < $1 AND NOT EXISTS (" HOLD_ON_GIVER ") ORDER BY noted_at LIMIT $2" };

static void
row_read(const struct rows *r, struct assurance *a)
{
	*a = (struct assurance){
		.id = rows_i64(r, 0), .giver = rows_i64(r, 1), .member = rows_i64(r, 2),
		.third_party = rows_i64(r, 3), .points = rows_i64(r, 4), .met_day = rows_i64(r, 5),
		.noted_at = rows_i64(r, 6), .made_at = rows_i64(r, 7), .withdrawn_at = rows_i64(r, 8),
		.falls_at = rows_i64(r, 9), .confirmed_at = rows_i64(r, 10), .objected_at = rows_i64(r, 11),
		.birth = rows_i64(r, 12), .names = (uint32_t)rows_i64(r, 13),
		.method = (enum vouch_method)rows_i64(r, 14), .founding = rows_i64(r, 15) != 0,
		.parent = rows_i64(r, 16) != 0, .paper = rows_i64(r, 17) != 0,
		.link = (uint8_t)rows_i64(r, 18), .link_from = (uint8_t)rows_i64(r, 19),
		.link_to = (uint8_t)rows_i64(r, 20),
	};
}

/* ---- one ---- */

static struct vouching
as_vouching(const struct assurance *a, bool received)
{
	return (struct vouching){
		.other = !received ? a->member : a->method == VOUCH_TTP ? a->third_party : a->giver,
		.points = a->points, .met_day = a->met_day, .made_at = a->made_at,
		.withdrawn_at = a->withdrawn_at, .falls_at = a->falls_at, .names = a->names,
		.method = a->method, .standing = STANDING_GOOD, .founding = a->founding,
	};
}

bool
assurance_add(struct keeper *k, struct assurance *a, struct err *e)
{
	TRY(numbering_next(k, NUMBERING_ASSURANCE, &a->id, e));
	return sql_do(k->store, &sql_add, e, a->id, a->giver, a->member, a->third_party, a->points, a->met_day,
	    a->noted_at, a->made_at, a->withdrawn_at, a->falls_at, a->confirmed_at, a->objected_at, a->birth,
	    (int64_t)a->names, (int64_t)a->method, (int64_t)a->founding, (int64_t)a->parent,
	    (int64_t)a->paper, (int64_t)a->link, (int64_t)a->link_from, (int64_t)a->link_to);
}

bool
assurance_get(struct keeper *k, int64_t id, struct assurance *a, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_get, e, id));
	if (r == NULL)
		return REFUSE(e, ERR_ABSENT, WHY_ASSURE_DONE, "assurance: none of that id");
	row_read(r, a);
	return true;
}

bool
assurance_set(struct keeper *k, const struct assurance *a, struct err *e)
{
	TRY(sql_do(k->store, &sql_set, e, a->points, a->made_at, a->withdrawn_at, a->falls_at, a->confirmed_at,
	    a->objected_at, a->birth, (int64_t)a->names, (int64_t)a->parent, (int64_t)a->paper, (int64_t)a->founding,
	    a->id));
	return sql_changed(k->store) == 1 || FAIL(e, ERR_ABSENT, "assurance: it is gone");
}

uint32_t
assurance_flags(const struct keeper *k, const struct assurance *a, int64_t now)
{
	const struct trust_policy *p = &k->set->trust;
	struct vouching v = as_vouching(a, true);
	bool standing = a->made_at != 0 && now < vouch_ends(p, &v);
	uint32_t f = 0;

	f |= a->founding ? ASSURANCE_FOUNDING : 0;
	f |= a->confirmed_at != 0 ? ASSURANCE_CONFIRMED : 0;
	f |= a->withdrawn_at != 0 ? ASSURANCE_WITHDRAWN : 0;
	f |= a->falls_at != 0 ? ASSURANCE_FALLS : 0;
	f |= a->parent ? ASSURANCE_PARENT : 0;
	f |= a->paper ? ASSURANCE_PAPER : 0;
	f |= a->objected_at != 0 ? ASSURANCE_OBJECTED : 0;
	f |= a->link != 0 ? ASSURANCE_LINK : 0;
	f |= standing ? ASSURANCE_COUNTS : 0;
	f |= standing && trust_may_withdraw(p, a->made_at, now) ? ASSURANCE_WITHDRAWABLE : 0;
	f |= standing && a->objected_at == 0 && trust_may_object(p, a->made_at, now) ? ASSURANCE_OBJECTABLE : 0;
	return f;
}

bool
assurance_forget_name(struct keeper *k, int64_t member, uint8_t index, struct err *e)
{
	return sql_do(k->store, &sql_forget_name, e, (int64_t)(((1u << VOUCH_NAMES) - 1) & ~(1u << index)), member);
}

bool
assurance_forget_birth(struct keeper *k, int64_t member, bool proposed, struct err *e)
{
	return sql_do(k->store, &sql_forget_birth, e, member, (int64_t)proposed, (int64_t)LINK_BIRTH);
}

bool
assurance_forget_parent(struct keeper *k, int64_t member, int64_t *n, struct err *e)
{
	TRY(sql_do(k->store, &sql_forget_parent, e, member));
	*n = sql_changed(k->store);
	return true;
}

bool
assurance_drop(struct keeper *k, const struct assurance *a, const struct owner *giver, int64_t now,
    struct err *e)
{
	TRY(sql_do(k->store, &sql_delete, e, a->id));
	if (sql_changed(k->store) != 1)
		return REFUSE(e, ERR_CONFLICT, WHY_ASSURE_DONE, "assurance: not a draft");
	keeper_shed(k, 0);
	return vault_erase(k->vault, giver->number, FIELD_MEETING, a->id, now, NULL, e);
}

/* ---- lists ---- */

static bool
each_row(struct rows *r, assurance_reader *each, void *self, struct err *e)
{
	struct err end = {0};

	while (rows_next(r, &end)) {
		struct assurance a;

		row_read(r, &a);
		TRY(each(self, &a, e));
	}
	return err_hand_on(e, &end);
}

bool
assurance_received(struct keeper *k, int64_t member, assurance_reader *each, void *self, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_ask(k->store, &r, &sql_received, e, member));
	return each_row(r, each, self, e);
}

bool
assurance_given(struct keeper *k, int64_t giver, int64_t before, int64_t most, assurance_reader *each,
    void *self, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_ask(k->store, &r, &sql_given, e, giver, before == 0 ? INT64_MAX : before, most));
	return each_row(r, each, self, e);
}

bool
assurance_drafts(struct keeper *k, int64_t giver, assurance_reader *each, void *self, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_ask(k->store, &r, &sql_drafts, e, giver));
	return each_row(r, each, self, e);
}

bool
assurance_count_given(struct keeper *k, int64_t giver, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_count, e, giver));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

struct stale { struct assurance row[SWEEP_MOST]; size_t n; };

static bool
stale_one(void *self, const struct assurance *a, struct err *e)
{
	struct stale *s = self;

	(void)e;
	if (s->n < SWEEP_MOST)
		s->row[s->n++] = *a;
	return true;
}

bool
assurance_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *dropped, struct err *e)
{
	struct stale s = {0};

	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_old, e, now - k->set->trust.draft_life,
		    most < SWEEP_MOST ? most : (int64_t)SWEEP_MOST));
		TRY(each_row(r, stale_one, &s, e));
	}
	for (size_t i = 0; i < s.n; i++) {
		struct owner giver, member;
		struct record_line l = { .about = &giver, .purpose = PURPOSE_KEEP_TIDY, .role = ACTOR_SYSTEM,
		    .object = "an assurance that was not signed" };

		TRY(member_owner(k, s.row[i].giver, &giver, NULL, e));
		TRY(member_owner(k, s.row[i].member, &member, NULL, e));
		TRY(assurance_drop(k, &s.row[i], &giver, now, e));
		TRY(keeper_record(k, &l, now, NULL, e));
		l.about = &member;
		TRY(keeper_record(k, &l, now, NULL, e));
	}
	*dropped = (int64_t)s.n;
	return true;
}

/* ---- what is held now ---- */

bool
identity_load(struct keeper *k, int64_t member, struct identity *id, struct err *e)
{
	struct name_link links[VOUCH_NAMES];
	size_t n;

	TRY(birth_known(k, member, &id->birth, e));
	TRY(name_bits(k, member, &id->names, e));
	TRY(name_links(k, member, links, &n, e));
	points_reach(links, n, id->reach);
	return true;
}

bool
identity_holds(const struct identity *id, uint32_t names, int64_t birth)
{
	uint32_t reached = 0;

	for (unsigned i = 0; i < VOUCH_NAMES; i++)
		if ((names & 1u << i) != 0)
			reached |= id->reach[i];
	return (reached & id->names) != 0 && birth_reaches(&id->birth, birth);
}

/* ---- what points are reckoned from ---- */

void
vouchings_wipe(struct vouchings *v)
{
	wipe_free(v->received);
	wipe_free(v->given);
	*v = (struct vouchings){0};
}

static bool
grow(struct vouching **list, size_t n, size_t *room, struct err *e)
{
	struct vouching *more;

	if (n < *room)
		return true;
	*room = *room == 0 ? 32 : *room * 2;
	more = reallocarray(*list, *room, sizeof(*more));
	if (more == NULL)
		return FAIL(e, ERR_MEMORY, "assurances: no memory");
	*list = more;
	return true;
}

static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

/* Only for what is held. */
static bool
received_load(struct keeper *k, int64_t member, int64_t without, struct vouchings *v, struct err *e)
{
	const struct trust_policy *p = &k->set->trust;
	DROP(rows_drop) struct rows *r = NULL;
	struct identity id;
	struct err end = {0};
	size_t room = 0;

	TRY(identity_load(k, member, &id, e));
	TRY(sql_ask(k->store, &r, &sql_counts, e, member, without));
	while (rows_next(r, &end)) {
		enum vouch_method method = (enum vouch_method)rows_i64(r, 8);
		int64_t bits = rows_i64(r, 9);

		if (!identity_holds(&id, (uint32_t)rows_i64(r, 7), rows_i64(r, 10)))
			continue;
		TRY(grow(&v->received, v->received_count, &room, e));
		v->received[v->received_count++] = (struct vouching){
			.other = rows_i64(r, method == VOUCH_TTP ? 1 : 0), .points = rows_i64(r, 2),
			.met_day = rows_i64(r, 3), .made_at = rows_i64(r, 4), .withdrawn_at = rows_i64(r, 5),
			.falls_at = rows_i64(r, 6), .names = (uint32_t)rows_i64(r, 7), .method = method,
			.standing = STANDING_GOOD, .founding = (bits & 2) != 0 };
		if ((bits & 1) != 0)
			v->parent_until = later(v->parent_until, vouch_ends(p, &v->received[v->received_count - 1]));
	}
	return err_hand_on(e, &end);
}

static bool
given_load(struct rows *r, struct vouchings *v, size_t *room, struct err *e)
{
	struct err end = {0};

	while (rows_next(r, &end)) {
		TRY(grow(&v->given, v->given_count, room, e));
		v->given[v->given_count++] = (struct vouching){ .other = rows_i64(r, 0), .made_at = rows_i64(r, 1),
		    .falls_at = rows_i64(r, 2), .method = (enum vouch_method)rows_i64(r, 3) };
	}
	return err_hand_on(e, &end);
}

/* In person: the methods up to VOUCH_SLIP. */
_Static_assert(VOUCH_SLIP < VOUCH_TTP && VOUCH_SLIP < VOUCH_TOPUP, "ways in which the two met come first");

bool
vouchings_load(struct keeper *k, int64_t member, int64_t without, struct vouchings *v, struct err *e)
{
	const struct trust_policy *p = &k->set->trust;
	int64_t enough = p->experience_step == 0 ? 0 : p->experience_cap / p->experience_step + 1;
	DROP(rows_drop) struct rows *r = NULL, *falling = NULL;
	size_t room = 0;

	TRY(received_load(k, member, without, v, e));
	TRY(sql_ask(k->store, &r, &sql_gave, e, member, (int64_t)VOUCH_SLIP, enough));
	TRY(given_load(r, v, &room, e));
	TRY(sql_ask(k->store, &falling, &sql_gave_falling, e, member, (int64_t)VOUCH_SLIP));
	return given_load(falling, v, &room, e);
}

/* ---- sealed parts ---- */

bool
meeting_put(struct keeper *k, const struct owner *o, int64_t id, const struct meeting *m, int64_t now,
    struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};

	pack_text(&plain, m->place);
	pack_text(&plain, m->words);
	pack_u32(&plain, m->documents);
	TRY(buf_ok(&plain, e));
	return vault_put(k->vault, o, FIELD_MEETING, id, span_buf(&plain), now, e);
}

bool
meeting_get(struct keeper *k, const struct owner *o, int64_t id, struct meeting *m, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};
	struct span s;
	bool found;

	*m = (struct meeting){0};
	TRY(vault_find(k->vault, o, FIELD_MEETING, id, &plain, NULL, &found, e));
	if (!found || plain.len == 0)
		return true;
	s = span_buf(&plain);
	unpack_text(&s, m->place, sizeof(m->place));
	unpack_text(&s, m->words, sizeof(m->words));
	m->documents = unpack_u32(&s);
	return unpack_end(&s, "meeting", e);
}

void
meeting_wipe(struct meeting *m)
{
	sodium_memzero(m, sizeof(*m));
}
