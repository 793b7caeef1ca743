#include <sodium.h>
#include "privacy/facts/member.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/export.h"

#define COLUMN_CURSOR	1u	/* inside the sealed places */
#define COLUMN_PIECE	2u
#define COLUMN_SHOWN	3u

const char copy_schema[] =
"CREATE TABLE copy ("			/* a member's copy of everything, in the making or ready */
" id INTEGER PRIMARY KEY,"
" member INTEGER NOT NULL UNIQUE REFERENCES member (number),"
" state INTEGER NOT NULL,"		/* enum copy_state */
" asked_at INTEGER NOT NULL,"
" begun_at INTEGER NOT NULL,"
" done_at INTEGER NOT NULL,"
" expires INTEGER NOT NULL,"
" given_at INTEGER NOT NULL,"		/* when fetching began last */
" step INTEGER NOT NULL,"
" rows_done INTEGER NOT NULL,"
" rows_all INTEGER NOT NULL,"		/* about so many: for showing how far it is */
" pieces INTEGER NOT NULL,"
" size INTEGER NOT NULL,"
" entries INTEGER NOT NULL,"
" tries INTEGER NOT NULL,"
" lang TEXT NOT NULL,"
" words BLOB,"				/* translations of what the page says; NULL: English */
" cursor BLOB,"				/* sealed with the member's key */
" shown BLOB,"				/* the same: words of what is public, by the id of the published row */
" once BLOB UNIQUE) STRICT;"		/* hash of the newest one-use address */
"CREATE INDEX copy_composing ON copy (asked_at) WHERE state = 1;"
"CREATE INDEX copy_expires ON copy (expires);"
"CREATE TABLE copy_piece ("
" copy INTEGER NOT NULL REFERENCES copy (id),"
" number INTEGER NOT NULL,"
" box BLOB NOT NULL,"			/* sealed with the member's key */
" PRIMARY KEY (copy, number)) STRICT, WITHOUT ROWID;";

#define SELECT_COPY \
	"SELECT id, member, state, asked_at, begun_at, done_at, expires, given_at, step, rows_done, rows_all, pieces," \
	" size, entries, tries, lang FROM copy"
#define LETTERS "iiiiiiiiiiiiiiit"

static const struct sql
sql_of = { "copy_of", "i", LETTERS, SELECT_COPY " WHERE member = $1" },
sql_get = { "copy_get", "i", LETTERS, SELECT_COPY " WHERE id = $1" },
sql_once = { "copy_once", "bi", LETTERS, SELECT_COPY " WHERE once = $1 AND expires > $2" },
sql_old = { "copy_old", "ii", LETTERS, SELECT_COPY " WHERE expires <= $1 ORDER BY expires LIMIT $2" },
sql_shown = { "copy_shown", "i", "B", "SELECT shown FROM copy WHERE id = $1" },
sql_add = { "copy_add", "iiiiitBb", "",
	"INSERT INTO copy (id, member, state, asked_at, expires, lang, words, shown, begun_at, done_at, given_at, step, rows_done,"
	" rows_all, pieces, size, entries, tries) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)" },
sql_set = { "copy_set", "iiiiiiiii", "",
	"UPDATE copy SET state = $1, begun_at = $2, done_at = $3, expires = $4, given_at = $5, entries = $6, rows_all = $7,"
	" tries = $8 WHERE id = $9" },
sql_step = { "copy_step", "iiiiBii", "",
	"UPDATE copy SET step = $1, rows_done = $2, pieces = $3, size = $4, cursor = $5, tries = 0 WHERE id = $6 AND step = $7" },
sql_cursor = { "copy_cursor", "i", "B", "SELECT cursor FROM copy WHERE id = $1" },
sql_words = { "copy_words", "i", "B", "SELECT words FROM copy WHERE id = $1" },
sql_once_set = { "copy_once_set", "Bi", "", "UPDATE copy SET once = $1 WHERE id = $2" },
sql_drop = { "copy_drop", "i", "", "DELETE FROM copy WHERE id = $1" },
sql_piece_add = { "copy_piece_add", "iib", "", "INSERT INTO copy_piece (copy, number, box) VALUES ($1, $2, $3)" },
sql_piece_get = { "copy_piece_get", "ii", "b", "SELECT box FROM copy_piece WHERE copy = $1 AND number = $2" },
sql_pieces_drop = { "copy_pieces_drop", "i", "", "DELETE FROM copy_piece WHERE copy = $1" };

/* ---- rows ---- */

static void
row_read(const struct rows *r, struct copy *c)
{
	*c = (struct copy){ .id = rows_i64(r, 0), .member = rows_i64(r, 1), .state = (enum copy_state)rows_i64(r, 2),
	    .asked_at = rows_i64(r, 3), .begun_at = rows_i64(r, 4), .done_at = rows_i64(r, 5), .expires = rows_i64(r, 6),
	    .given_at = rows_i64(r, 7), .step = rows_i64(r, 8), .rows = rows_i64(r, 9), .rows_all = rows_i64(r, 10),
	    .pieces = rows_i64(r, 11), .size = rows_i64(r, 12), .entries = rows_i64(r, 13), .tries = rows_i64(r, 14) };
	snprintf(c->lang, sizeof(c->lang), "%s", rows_text(r, 15));
}

bool
copy_of(struct keeper *k, int64_t member, struct copy *c, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	*c = (struct copy){0};
	TRY(sql_first(k->store, &r, &sql_of, e, member));
	*found = r != NULL;
	if (*found)
		row_read(r, c);
	return true;
}

bool
copy_get(struct keeper *k, int64_t id, struct copy *c, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_get, e, id));
	if (r == NULL)
		return REFUSE(e, ERR_ABSENT, WHY_COPY_ABSENT, "copy: none of that id");
	row_read(r, c);
	return true;
}

static struct seal_place
shown_place(const struct copy *c, const struct owner *o)
{
	return (struct seal_place){ .table = "copy", .field = COLUMN_SHOWN, .subject = o->number, .object = c->id,
	    .version = 1, .key = o->key };
}

bool
copy_add(struct keeper *k, struct copy *c, const struct owner *o, struct span words, struct span shown, struct err *e)
{
	DROP(buf_wipe) struct buf box = {0};
	struct seal_place at;

	c->id = id_random();
	c->member = o->number;
	c->state = COPY_COMPOSING;
	c->expires = c->asked_at + COPY_LIFE;
	at = shown_place(c, o);
	TRY(vault_seal(k->vault, &at, shown, &box, e));
	return sql_do(k->store, &sql_add, e, c->id, c->member, (int64_t)c->state, c->asked_at, c->expires, c->lang,
	    words.len == 0 ? NULL : (const void *)words.p, words.len, (const void *)box.data, box.len);
}

bool
copy_shown(struct keeper *k, int64_t id, const struct owner *o, struct buf *into, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct copy c = { .id = id };
	struct seal_place at = shown_place(&c, o);

	TRY(sql_first(k->store, &r, &sql_shown, e, id));
	return r == NULL || rows_null(r, 0) || vault_unseal(k->vault, &at, rows_bytes(r, 0), into, e);
}

bool
copy_set(struct keeper *k, const struct copy *c, struct err *e)
{
	return sql_do(k->store, &sql_set, e, (int64_t)c->state, c->begun_at, c->done_at, c->expires, c->given_at,
	    c->entries, c->rows_all, c->tries, c->id);
}

bool
copy_drop(struct keeper *k, int64_t id, struct err *e)
{
	keeper_shed(k, 0);
	return copy_texts_drop(k, id, e) && sql_do(k->store, &sql_pieces_drop, e, id) && sql_do(k->store, &sql_drop, e, id);
}

bool
copy_forget(struct keeper *k, int64_t member, struct err *e)
{
	struct copy c;
	bool found;

	return copy_of(k, member, &c, &found, e) && (!found || copy_drop(k, c.id, e));
}

/* The lines are written after the list is read: a statement runs once at a time. */
bool
copy_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	TRY(copy_texts_sweep(k, now, e));
	for (*done = 0; *done < most; ++*done) {
		DROP(rows_drop) struct rows *r = NULL;
		struct owner o;
		struct record_line line = { .about = &o, .purpose = PURPOSE_KEEP_TIDY, .role = ACTOR_SYSTEM,
		    .object = "a copy that was too old" };
		struct copy c;

		TRY(sql_first(k->store, &r, &sql_old, e, now, INT64_C(1)));
		if (r == NULL)
			return true;
		row_read(r, &c);
		rows_drop(&r);
		TRY(copy_drop(k, c.id, e));
		TRY(member_owner(k, c.member, &o, NULL, e));
		TRY(keeper_record(k, &line, now, NULL, e));
	}
	return true;
}

/* ---- the job ticket: the id, and a MAC that only the keeper makes ---- */

void
copy_ticket(const struct keeper *k, int64_t id, unsigned char ticket[TOKEN_BYTES])
{
	static const char label[] = "troth job: copy";
	crypto_generichash_state s;

	_Static_assert(TOKEN_BYTES == 8 + JOB_MAC, "a job ticket is as long as a token");
	for (int i = 0; i < 8; i++)
		ticket[i] = (unsigned char)((uint64_t)id >> (56 - 8 * i));
	crypto_generichash_init(&s, k->keys->pepper, sizeof(k->keys->pepper), JOB_MAC);
	crypto_generichash_update(&s, (const unsigned char *)label, sizeof(label));
	crypto_generichash_update(&s, ticket, 8);
	crypto_generichash_final(&s, ticket + 8, JOB_MAC);
	sodium_memzero(&s, sizeof(s));
}

bool
copy_enter(struct keeper *k, struct act *a, const unsigned char ticket[TOKEN_BYTES], struct err *e)
{
	unsigned char good[TOKEN_BYTES];
	struct span s = span_of(ticket, 8);
	struct copy c;
	bool same;

	a->job = unpack_i64(&s);
	copy_ticket(k, a->job, good);
	same = sodium_memcmp(good, ticket, TOKEN_BYTES) == 0;
	sodium_memzero(good, sizeof(good));
	if (!same)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "job ticket: none of ours");
	TRY(copy_get(k, a->job, &c, e));
	a->role = ACTOR_OWNER;	/* who asked for it had just entered the password */
	return subject_enter(k, a, c.member, e);
}

/* ---- sealed columns ---- */

static struct seal_place
cursor_place(const struct copy *c, const struct owner *o, int64_t step)
{
	return (struct seal_place){ .table = "copy", .field = COLUMN_CURSOR, .subject = o->number, .object = c->id,
	    .version = step + 1, .key = o->key };
}

static struct seal_place
piece_place(const struct copy *c, const struct owner *o, int64_t number)
{
	return (struct seal_place){ .table = "copy", .field = COLUMN_PIECE, .subject = o->number, .object = c->id,
	    .version = number + 1, .key = o->key };
}

bool
copy_cursor_get(struct keeper *k, const struct copy *c, const struct owner *o, struct buf *into, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct seal_place at = cursor_place(c, o, c->step);

	TRY(sql_first(k->store, &r, &sql_cursor, e, c->id));
	if (r == NULL || rows_null(r, 0))
		return true;		/* nothing was done yet */
	return vault_unseal(k->vault, &at, rows_bytes(r, 0), into, e);
}

bool
copy_step_done(struct keeper *k, struct copy *c, const struct owner *o, const struct buf *cursor, struct span piece,
    struct err *e)
{
	DROP(buf_wipe) struct buf box = {0}, kept = {0};
	struct seal_place at = cursor_place(c, o, c->step + 1), piece_at = piece_place(c, o, c->pieces);

	TRY(vault_seal(k->vault, &at, span_buf(cursor), &box, e));
	if (piece.len > 0) {
		TRY(vault_seal(k->vault, &piece_at, piece, &kept, e));
		TRY(sql_do(k->store, &sql_piece_add, e, c->id, c->pieces++, (const void *)kept.data, kept.len));
	}
	c->step++;
	TRY(sql_do(k->store, &sql_step, e, c->step, c->rows, c->pieces, c->size, (const void *)box.data, box.len, c->id,
	    c->step - 1));
	return sql_changed(k->store) == 1 || FAIL(e, ERR_CONFLICT, "copy: the step moved");
}

bool
copy_piece_open(struct keeper *k, const struct copy *c, const struct owner *o, int64_t number, struct buf *into,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct seal_place at = piece_place(c, o, number);

	TRY(sql_first(k->store, &r, &sql_piece_get, e, c->id, number));
	if (r == NULL)
		return REFUSE(e, ERR_ABSENT, WHY_COPY_ABSENT, "copy: no piece %lld", (long long)number);
	return vault_unseal(k->vault, &at, rows_bytes(r, 0), into, e);
}

bool
copy_words(struct keeper *k, const struct copy *c, struct buf *into, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_words, e, c->id));
	if (r != NULL && !rows_null(r, 0))
		buf_add(into, rows_bytes(r, 0).p, rows_bytes(r, 0).len);
	return buf_ok(into, e);
}

/* ---- the one-use address ---- */

bool
copy_once_set(struct keeper *k, int64_t id, const unsigned char *hash, struct err *e)
{
	return sql_do(k->store, &sql_once_set, e, (const void *)hash, (size_t)(hash == NULL ? 0 : TOKEN_HASH), id);
}

bool
copy_once_find(struct keeper *k, const unsigned char token[TOKEN_BYTES], int64_t now, struct copy *c, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char hash[TOKEN_HASH];

	token_hash(token, hash);
	TRY(sql_first(k->store, &r, &sql_once, e, (const void *)hash, sizeof(hash), now));
	if (r == NULL)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "copy: no such address");
	row_read(r, c);
	return c->state == COPY_READY || REFUSE(e, ERR_ABSENT, WHY_TOKEN, "copy: not ready");
}
