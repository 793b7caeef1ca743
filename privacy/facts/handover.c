#include <string.h>
#include "privacy/facts/handover.h"
#include "privacy/facts/member.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/erase_field.h"
#include "privacy/rights/retain.h"

#define SWEEP_MOST	32
#define TRIED_BYTES	(2 * TRIED__COUNT + VOUCH_NAMES + 1)

const char handover_schema[] =
"CREATE TABLE handover ("
" id INTEGER PRIMARY KEY,"
" member INTEGER NOT NULL REFERENCES member (number),"
" assurer INTEGER NOT NULL,"		/* 0: not taken yet */
" pass INTEGER NOT NULL,"		/* what stands for an event pass as long as it is good; 0: none */
" kind INTEGER NOT NULL,"		/* enum handover_kind */
" state INTEGER NOT NULL,"		/* enum handover_state */
" made_at INTEGER NOT NULL,"
" expires INTEGER NOT NULL,"
" taken_at INTEGER NOT NULL,"
" used_at INTEGER NOT NULL,"		/* the assurer's last step; ended: when */
" wrong INTEGER NOT NULL,"
" tried BLOB NOT NULL,"			/* counts, results by field, results by name */
" shown INTEGER NOT NULL) STRICT;"
"CREATE UNIQUE INDEX handover_pass ON handover (pass, assurer) WHERE pass > 0;"
"CREATE INDEX handover_member ON handover (member, made_at);"
"CREATE INDEX handover_live ON handover (expires) WHERE state <= 2;"
"CREATE INDEX handover_idle ON handover (used_at) WHERE state = 2;"
"CREATE INDEX handover_ended ON handover (used_at) WHERE state > 2;"
"CREATE TABLE handover_use ("		/* who did what with it, for its owner's page */
" handover INTEGER NOT NULL REFERENCES handover (id) ON DELETE CASCADE,"
" number INTEGER NOT NULL,"
" at INTEGER NOT NULL,"
" act INTEGER NOT NULL,"		/* enum handover_act */
" fields INTEGER NOT NULL,"
" PRIMARY KEY (handover, number)) STRICT, WITHOUT ROWID;";

#define COLUMNS \
	"SELECT id, member, assurer, pass, kind, state, made_at, expires, taken_at, used_at, wrong," \
	" tried, shown FROM handover"
#define LETTERS "iiiiiiiiiiibi"

static const struct sql
sql_get = { "handover_get", "i", LETTERS, COLUMNS " WHERE id = $1" },
sql_add = { "handover_add", LETTERS, "",
	"INSERT INTO handover (id, member, assurer, pass, kind, state, made_at, expires, taken_at,"
	" used_at, wrong, tried, shown) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)" },
sql_set = { "handover_set", "iiiiibii", "",
	"UPDATE handover SET assurer = $1, state = $2, taken_at = $3, used_at = $4, wrong = $5, tried = $6,"
	" shown = $7 WHERE id = $8" },
sql_list = { "handover_list", "ii", LETTERS, COLUMNS " WHERE member = $1 ORDER BY made_at DESC, id LIMIT $2" },
/* of all that are in use, which are few: none is so for longer than trust.handover.idle */
sql_used = { "handover_used", "iiii", LETTERS,
	COLUMNS " WHERE state = 2 AND used_at > $1 AND expires > $2 AND assurer = $3 ORDER BY taken_at DESC, id LIMIT $4" },
sql_open = { "handover_open", "ii", "i",
	"SELECT CAST(COUNT(*) AS bigint) FROM handover WHERE member = $1 AND pass = 0 AND state <= 2"
	" AND expires > $2" },
sql_until = { "handover_until", "ii", "i",
	"SELECT CAST(COALESCE(MAX(expires), 0) AS bigint) FROM handover"
	" WHERE member = $1 AND state <= 2 AND expires > $2" },
sql_taken = { "handover_taken", "iii", LETTERS,
	COLUMNS " WHERE member = $1 AND state = $2 AND id > $3 ORDER BY id LIMIT 1" },
sql_over = { "handover_over", "iii", LETTERS,
	COLUMNS " WHERE (state <= 2 AND expires <= $1) OR (state = 2 AND used_at <= $2) LIMIT $3" },
sql_gone = { "handover_gone", "ii", "",
	"DELETE FROM handover WHERE id IN (SELECT id FROM handover WHERE state > 2 AND pass = 0 AND used_at < $1"
	" LIMIT $2)" },
sql_stale = { "handover_stale", "i", "i", "SELECT CAST(COUNT(*) AS bigint) FROM handover WHERE state <= 2 AND expires <= $1" },
sql_pass = { "handover_pass", "ii", LETTERS, COLUMNS " WHERE pass = $1 AND assurer = $2" },
sql_pass_count = { "handover_pass_count", "i", "i", "SELECT CAST(COUNT(*) AS bigint) FROM handover WHERE pass = $1" },
sql_passed = { "handover_passed", "i", LETTERS, COLUMNS " WHERE pass = $1 AND state <= 2" },
sql_pass_over = { "handover_pass_over", "i", "", "UPDATE handover SET pass = 0 WHERE pass = $1" },
sql_note = { "handover_note", "iiiii", "",
	"INSERT INTO handover_use (handover, number, at, act, fields) VALUES ($1,"
	" (SELECT CAST(COALESCE(MAX(u.number), 0) + 1 AS bigint) FROM handover_use u WHERE u.handover = $2),"
	" $3, $4, $5)" },
sql_uses = { "handover_uses", "i", "iii",
	"SELECT at, act, fields FROM handover_use WHERE handover = $1 ORDER BY number" };
_Static_assert(HANDOVER_OPEN == 1 && HANDOVER_TAKEN == 2, "indexes and statements say 2");

/* ---- rows ---- */

static void
tried_pack(const struct handover *h, unsigned char into[TRIED_BYTES])
{
	memcpy(into, h->tries, TRIED__COUNT);
	memcpy(into + TRIED__COUNT, h->match, TRIED__COUNT);
	memcpy(into + 2 * TRIED__COUNT, h->name_match, VOUCH_NAMES);
	into[2 * TRIED__COUNT + VOUCH_NAMES] = h->proposed;
}

static bool
row_read(const struct rows *r, struct handover *h, struct err *e)
{
	struct span tried = rows_bytes(r, 11);

	*h = (struct handover){
		.id = rows_i64(r, 0), .member = rows_i64(r, 1), .assurer = rows_i64(r, 2), .pass = rows_i64(r, 3),
		.kind = (enum handover_kind)rows_i64(r, 4), .state = (enum handover_state)rows_i64(r, 5),
		.made_at = rows_i64(r, 6), .expires = rows_i64(r, 7), .taken_at = rows_i64(r, 8),
		.used_at = rows_i64(r, 9), .wrong = rows_i64(r, 10), .shown = (uint64_t)rows_i64(r, 12),
	};
	if (tried.len != TRIED_BYTES)
		return FAIL(e, ERR_TAMPER, "hand-over: %zu bytes of results", tried.len);
	memcpy(h->tries, tried.p, TRIED__COUNT);
	memcpy(h->match, (const unsigned char *)tried.p + TRIED__COUNT, TRIED__COUNT);
	memcpy(h->name_match, (const unsigned char *)tried.p + 2 * TRIED__COUNT, VOUCH_NAMES);
	h->proposed = ((const unsigned char *)tried.p)[2 * TRIED__COUNT + VOUCH_NAMES];
	return true;
}

bool
handover_get(struct keeper *k, int64_t id, struct handover *h, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_get, e, id));
	*found = r != NULL;
	return r == NULL || row_read(r, h, e);
}

bool
handover_add(struct keeper *k, struct handover *h, struct err *e)
{
	unsigned char tried[TRIED_BYTES];

	h->id = id_random();
	tried_pack(h, tried);
	return sql_do(k->store, &sql_add, e, h->id, h->member, h->assurer, h->pass, (int64_t)h->kind,
	    (int64_t)h->state, h->made_at, h->expires, h->taken_at, h->used_at, h->wrong,
	    (const void *)tried, sizeof(tried), (int64_t)h->shown);
}

bool
handover_set(struct keeper *k, const struct handover *h, struct err *e)
{
	unsigned char tried[TRIED_BYTES];

	tried_pack(h, tried);
	return sql_do(k->store, &sql_set, e, h->assurer, (int64_t)h->state, h->taken_at, h->used_at, h->wrong,
	    (const void *)tried, sizeof(tried), (int64_t)h->shown, h->id);
}

/* ---- life ---- */

/* Left alone too long counts as over, whether or not the sweep came by. */
bool
handover_is_live(const struct keeper *k, const struct handover *h, int64_t now)
{
	if (h->state > HANDOVER_TAKEN || now >= h->expires)
		return false;
	return h->state == HANDOVER_OPEN || now < h->used_at + k->set->trust.handover_idle;
}

bool
handover_live(struct keeper *k, int64_t id, int64_t assurer, int64_t now, struct handover *h, struct err *e)
{
	bool found;

	TRY(handover_get(k, id, h, &found, e));
	if (!found || h->state != HANDOVER_TAKEN || h->assurer != assurer || !handover_is_live(k, h, now))
		return REFUSE(e, ERR_DENIED, WHY_HANDOVER_OVER, "hand-over: none that is live for this assurer");
	return true;
}

bool
handover_finish(struct keeper *k, struct handover *h, enum handover_state s, int64_t now, struct err *e)
{
	h->state = s;
	h->used_at = now;
	TRY(handover_set(k, h, e));
	TRY(code_end(k, CODE_HANDOVER, h->id, e));
	TRY(document_used(k, h->member, now, e));
	keeper_shed(k, 0);
	return vault_erase(k->vault, h->member, FIELD_CODE, h->id, now, NULL, e);
}

bool
handover_note(struct keeper *k, const struct handover *h, enum handover_act act, uint64_t bits, int64_t now,
    struct err *e)
{
	return sql_do(k->store, &sql_note, e, h->id, h->id, now, (int64_t)act, (int64_t)bits);
}

static void
forget_one(struct handover *h, uint32_t names, bool birth)
{
	static const uint64_t parts = FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_MIDDLE) | FIELD_BIT(FIELD_FAMILY) |
	    FIELD_BIT(FIELD_SUFFIX);

	for (unsigned i = 0; i < VOUCH_NAMES; i++)
		if ((names & 1u << i) != 0)
			h->name_match[i] = 0;
	if (names != 0) {
		h->match[TRIED_NAME] = 0;
		h->shown &= ~parts;
	}
	if (birth) {
		h->match[TRIED_BIRTH] = h->proposed = 0;
		h->shown &= ~FIELD_BIT(FIELD_BIRTH);
	}
}

bool
handover_forget(struct keeper *k, int64_t member, uint32_t names, bool birth, struct err *e)
{
	struct handover h = {0};

	for (;;) {
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_first(k->store, &r, &sql_taken, e, member, (int64_t)HANDOVER_TAKEN, h.id));
		if (r == NULL)
			return true;
		TRY(row_read(r, &h, e));
		rows_drop(&r);
		forget_one(&h, names, birth);
		TRY(handover_set(k, &h, e));
	}
}

enum vouch_method
handover_method(const struct handover *h)
{
	switch (h->kind) {
	case HANDOVER_EVENT:
		return VOUCH_EVENT;
	case HANDOVER_TTP:
		return VOUCH_TTP;
	case HANDOVER_TOPUP:
		return VOUCH_TOPUP;
	default:
		return VOUCH_MEETING;
	}
}

bool
handover_open_until(struct keeper *k, int64_t member, int64_t now, int64_t *until, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_until, e, member, now));
	*until = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

bool
handover_count_open(struct keeper *k, int64_t member, int64_t now, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_open, e, member, now));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

/* ---- lists ---- */

static bool
each_row(struct rows *r, handover_reader *each, void *self, struct err *e)
{
	struct err end = {0};

	while (rows_next(r, &end)) {
		struct handover h;

		TRY(row_read(r, &h, e));
		TRY(each(self, &h, e));
	}
	return err_hand_on(e, &end);
}

bool
handover_each(struct keeper *k, int64_t member, int64_t most, handover_reader *each, void *self, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_ask(k->store, &r, &sql_list, e, member, most));
	return each_row(r, each, self, e);
}

bool
handover_each_used(struct keeper *k, int64_t assurer, int64_t now, int64_t most, handover_reader *each, void *self,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_ask(k->store, &r, &sql_used, e, now - k->set->trust.handover_idle, now, assurer, most));
	return each_row(r, each, self, e);
}

bool
handover_uses(struct keeper *k, int64_t id, struct buf *packed, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf list = {0};
	struct err end = {0};
	uint32_t n = 0;

	TRY(sql_ask(k->store, &r, &sql_uses, e, id));
	for (; rows_next(r, &end); n++) {
		pack_i64(&list, rows_i64(r, 0));
		pack_u8(&list, (unsigned)rows_i64(r, 1));
		pack_i64(&list, rows_i64(r, 2));
	}
	TRY(err_hand_on(e, &end));
	TRY(buf_ok(&list, e));
	pack_u32(packed, n);
	buf_add(packed, list.data, list.len);
	return buf_ok(packed, e);
}

/* ---- from an event pass ---- */

struct over { struct handover row[SWEEP_MOST]; size_t n; };

static bool
over_one(void *self, const struct handover *h, struct err *e)
{
	struct over *o = self;

	(void)e;
	if (o->n < SWEEP_MOST)
		o->row[o->n++] = *h;
	return true;
}

bool
handover_of_pass(struct keeper *k, int64_t pass, int64_t assurer, struct handover *h, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_pass, e, pass, assurer));
	*found = r != NULL;
	return r == NULL || row_read(r, h, e);
}

bool
handover_count_pass(struct keeper *k, int64_t pass, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_pass_count, e, pass));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

/* Those that are live, a handful at a time. */
static bool
pass_live(struct keeper *k, int64_t pass, struct over *live, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	live->n = 0;
	TRY(sql_ask(k->store, &r, &sql_passed, e, pass));
	return each_row(r, over_one, live, e);
}

bool
handover_pass_end(struct keeper *k, int64_t pass, enum handover_state s, int64_t now, int64_t *ended, struct err *e)
{
	struct over live;

	*ended = 0;
	do {
		TRY(pass_live(k, pass, &live, e));
		for (size_t i = 0; i < live.n; i++)
			TRY(handover_finish(k, &live.row[i], s, now, e));
		*ended += (int64_t)live.n;
	} while (live.n > 0);
	return sql_do(k->store, &sql_pass_over, e, pass);
}

/* ---- what ends by itself ---- */

/* Its sealed code goes, which is a change that the owner's history speaks of. */
static bool
end_one(struct keeper *k, struct handover *h, int64_t now, struct err *e)
{
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_KEEP_TIDY, .role = ACTOR_SYSTEM,
	    .object = h->state == HANDOVER_TAKEN ? "a hand-over that was left alone" : "a hand-over that was too old" };

	TRY(member_owner(k, h->member, &o, NULL, e));
	TRY(handover_finish(k, h, HANDOVER_OVER, now, e));
	return keeper_record(k, &l, now, NULL, e);
}

bool
handover_stale(struct keeper *k, int64_t before, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_stale, e, before));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

bool
handover_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	struct over over = {0};

	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_over, e, now, now - k->set->trust.handover_idle,
		    most < SWEEP_MOST ? most : (int64_t)SWEEP_MOST));
		TRY(each_row(r, over_one, &over, e));
	}
	for (size_t i = 0; i < over.n; i++)
		TRY(end_one(k, &over.row[i], now, e));
	*done = (int64_t)over.n;
	TRY(sql_do(k->store, &sql_gone, e, now - HANDOVER_KEPT, most));
	TRY(retain_note(k, RETAIN_HANDOVERS, sql_changed(k->store), e));
	return code_book_sweep(k, now, e);
}
