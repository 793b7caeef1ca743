#include <sodium.h>
#include <string.h>
#include "privacy/facts/member.h"
#include "privacy/facts/slip.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/retain.h"

#define COLUMN_WORDS	1u	/* inside the sealed place */
#define SWEEP_MOST	32

const char slip_schema[] =
"CREATE TABLE slip ("
" number INTEGER PRIMARY KEY,"
" giver INTEGER NOT NULL REFERENCES member (number),"
" points INTEGER NOT NULL,"
" met_day INTEGER NOT NULL,"
" made_at INTEGER NOT NULL,"
" expires INTEGER NOT NULL,"
" ended_at INTEGER NOT NULL,"
" wrong INTEGER NOT NULL,"
" state INTEGER NOT NULL,"		/* enum slip_state */
" parent INTEGER NOT NULL,"
" box BLOB) STRICT;"			/* sealed with a key that the code gives; NULL: over */
"CREATE INDEX slip_giver ON slip (giver, made_at);"
"CREATE INDEX slip_expires ON slip (expires) WHERE state = 1;"
"CREATE INDEX slip_ended ON slip (ended_at) WHERE state > 1;";

#define COLUMNS \
	"SELECT number, giver, points, met_day, made_at, expires, ended_at, wrong, state, parent FROM slip"
#define LETTERS	"iiiiiiiiii"

static const struct sql
sql_get = { "slip_get", "i", LETTERS, COLUMNS " WHERE number = $1" },
sql_box = { "slip_box", "i", "b", "SELECT box FROM slip WHERE number = $1 AND box IS NOT NULL" },
sql_add = { "slip_add", LETTERS "b", "",
	"INSERT INTO slip (number, giver, points, met_day, made_at, expires, ended_at, wrong, state, parent, box)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)" },
sql_differed = { "slip_differed", "i", "", "UPDATE slip SET wrong = wrong + 1 WHERE number = $1" },
sql_end = { "slip_end", "iiii", "",
	"UPDATE slip SET state = $1, ended_at = $2, box = NULL WHERE number = $3 AND state = $4" },
sql_open = { "slip_open", "iii", "i",
	"SELECT CAST(COUNT(*) AS bigint) FROM slip WHERE giver = $1 AND state = $2 AND expires > $3" },
sql_each = { "slip_each", "i", LETTERS, COLUMNS " WHERE giver = $1 ORDER BY made_at DESC, number" },
/* The state stands in the text: a partial index serves no statement that names it by a parameter. */
sql_old = { "slip_old", "ii", LETTERS, COLUMNS " WHERE state = 1 AND expires <= $1 LIMIT $2" },
sql_gone = { "slip_gone", "i", "", "DELETE FROM slip WHERE state > 1 AND ended_at < $1" };
_Static_assert(SLIP_OPEN == 1, "indexes and statements say 1");

static void
row_read(const struct rows *r, struct slip *s)
{
	*s = (struct slip){ .number = rows_i64(r, 0), .giver = rows_i64(r, 1), .points = rows_i64(r, 2),
	    .met_day = rows_i64(r, 3), .made_at = rows_i64(r, 4), .expires = rows_i64(r, 5),
	    .ended_at = rows_i64(r, 6), .wrong = rows_i64(r, 7), .state = (enum slip_state)rows_i64(r, 8),
	    .parent = rows_i64(r, 9) != 0 };
}

bool
slip_get(struct keeper *k, int64_t number, struct slip *s, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_get, e, number));
	*found = r != NULL;
	if (*found)
		row_read(r, s);
	return true;
}

/* ---- what it says ---- */

static struct seal_place
place_of(const struct slip *s)
{
	return (struct seal_place){ .table = "slip", .field = COLUMN_WORDS, .subject = s->giver, .object = s->number,
	    .version = 1 };
}

static bool
words_seal(struct keeper *k, const struct slip *s, const struct slip_words *w, const struct code *c,
    struct buf *box, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};
	struct seal_place at = place_of(s);
	unsigned char key[32];
	bool good;

	pack_text(&plain, w->name);
	pack_text(&plain, w->birth);
	pack_text(&plain, w->met.place);
	pack_u32(&plain, w->met.documents);
	code_secret_key(k, c, key);
	good = buf_ok(&plain, e) && seal_close(box, key, &at, span_buf(&plain), e);
	sodium_memzero(key, sizeof(key));
	return good;
}

bool
slip_open(struct keeper *k, const struct slip *s, const struct code *c, struct slip_words *w, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf plain = {0};
	struct seal_place at = place_of(s);
	unsigned char key[32];
	struct span in;
	bool good;

	*w = (struct slip_words){0};
	TRY(sql_first(k->store, &r, &sql_box, e, s->number));
	if (r == NULL)
		return FAIL(e, ERR_TAMPER, "slip: open, and says nothing");
	code_secret_key(k, c, key);
	good = seal_open(&plain, key, &at, rows_bytes(r, 0), e);
	sodium_memzero(key, sizeof(key));
	TRY(good);
	in = span_buf(&plain);
	unpack_text(&in, w->name, sizeof(w->name));
	unpack_text(&in, w->birth, sizeof(w->birth));
	unpack_text(&in, w->met.place, sizeof(w->met.place));
	w->met.documents = unpack_u32(&in);
	return unpack_end(&in, "slip", e);
}

/* ---- its life ---- */

static bool
number_draw(struct keeper *k, int64_t *number, struct err *e)
{
	struct slip other;
	bool taken = true;

	while (taken) {
		*number = SLIP_LEAST + randombytes_uniform(SLIP_MOST - SLIP_LEAST + 1);
		TRY(slip_get(k, *number, &other, &taken, e));
	}
	return true;
}

bool
slip_add(struct keeper *k, struct slip *s, const struct slip_words *w, struct code *c, struct err *e)
{
	DROP(buf_wipe) struct buf box = {0};

	s->state = SLIP_OPEN;
	TRY(number_draw(k, &s->number, e));
	TRY(code_issue(k, CODE_SLIP, s->number, c, e));
	TRY(words_seal(k, s, w, c, &box, e));
	return sql_do(k->store, &sql_add, e, s->number, s->giver, s->points, s->met_day, s->made_at, s->expires,
	    s->ended_at, s->wrong, (int64_t)s->state, (int64_t)s->parent, (const void *)box.data, box.len);
}

bool
slip_differed(struct keeper *k, const struct slip *s, struct err *e)
{
	return sql_do(k->store, &sql_differed, e, s->number);
}

bool
slip_end(struct keeper *k, int64_t number, enum slip_state state, int64_t now, struct err *e)
{
	TRY(sql_do(k->store, &sql_end, e, (int64_t)state, now, number, (int64_t)SLIP_OPEN));
	if (sql_changed(k->store) != 1)
		return FAIL(e, ERR_CONFLICT, "slip: it is over");
	keeper_shed(k, 0);
	return code_end(k, CODE_SLIP, number, e);
}

bool
slip_count_open(struct keeper *k, int64_t giver, int64_t now, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_open, e, giver, (int64_t)SLIP_OPEN, now));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

bool
slip_of_code(struct keeper *k, int64_t giver, const char *code, int64_t now, int64_t *number, struct err *e)
{
	struct code_found f = {0};
	struct slip s = {0};
	bool there = false, looked = code_look(k, code, &f, e);

	code_wipe(&f.code);
	TRY(looked);
	if (f.known && f.fits && f.kind == CODE_SLIP)
		TRY(slip_get(k, f.ref, &s, &there, e));
	*number = s.number;
	return (there && s.giver == giver && s.state == SLIP_OPEN && now < s.expires) ||
	    REFUSE(e, ERR_ABSENT, WHY_SLIP, "slip: no open one of this code");
}

bool
slip_each(struct keeper *k, int64_t giver, int64_t now, slip_reader *each, void *self, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_each, e, giver));
	while (rows_next(r, &end)) {
		struct slip s;

		row_read(r, &s);
		if (s.state == SLIP_OPEN && now >= s.expires) {
			s.state = SLIP_OVER;
			s.ended_at = s.expires;
		}
		TRY(each(self, &s, e));
	}
	return err_hand_on(e, &end);
}

/* ---- what ends by itself ---- */

struct old { struct slip row[SWEEP_MOST]; size_t n; };

static bool
old_load(struct keeper *k, int64_t now, int64_t most, struct old *o, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_old, e, now,
	    most < SWEEP_MOST ? most : (int64_t)SWEEP_MOST));
	while (o->n < SWEEP_MOST && rows_next(r, &end))
		row_read(r, &o->row[o->n++]);
	return err_hand_on(e, &end);
}

bool
slip_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	struct old old = { .n = 0 };

	TRY(old_load(k, now, most, &old, e));
	for (size_t i = 0; i < old.n; i++) {
		struct owner giver;
		struct record_line l = { .about = &giver, .purpose = PURPOSE_KEEP_TIDY, .role = ACTOR_SYSTEM,
		    .object = "a slip that was too old" };

		TRY(member_owner(k, old.row[i].giver, &giver, NULL, e));
		TRY(slip_end(k, old.row[i].number, SLIP_OVER, now, e));
		TRY(keeper_record(k, &l, now, NULL, e));
	}
	*done = (int64_t)old.n;
	TRY(sql_do(k->store, &sql_gone, e, now - SLIP_KEPT));
	return retain_note(k, RETAIN_SLIPS, sql_changed(k->store), e);
}
