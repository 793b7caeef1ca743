/*
 * Texts of a member's own cases in the copy.  They lie as ciphertext in the site store, so the portal brings them, case
 * by case, before the copy is asked for; here they wait as they came, and are opened in the step that tells them.
 */
#include "privacy/facts/case.h"
#include "privacy/keeper/ops.h"
#include "privacy/rights/export.h"

const char copy_text_schema[] =
"CREATE TABLE copy_text ("
" member INTEGER NOT NULL REFERENCES member (number),"
" number INTEGER NOT NULL,"		/* of the case */
" place INTEGER NOT NULL,"		/* in it, from 0 */
" id INTEGER NOT NULL,"			/* of the text */
" copy INTEGER NOT NULL,"		/* 0: not asked for yet */
" at INTEGER NOT NULL,"
" box BLOB NOT NULL,"			/* sealed with the case's key */
" PRIMARY KEY (member, number, place)) STRICT, WITHOUT ROWID;"
"CREATE INDEX copy_text_copy ON copy_text (copy, at);";

static const struct sql
sql_none = { "copy_text_none", "ii", "", "DELETE FROM copy_text WHERE member = $1 AND number = $2" },
sql_add = { "copy_text_add", "iiiiib", "",
	"INSERT INTO copy_text (member, number, place, id, copy, at, box) VALUES ($1, $2, $3, $4, 0, $5, $6)" },
sql_asked = { "copy_text_asked", "ii", "", "UPDATE copy_text SET copy = $1 WHERE member = $2 AND copy = 0" },
sql_drop = { "copy_text_drop", "i", "", "DELETE FROM copy_text WHERE copy = $1 AND copy <> 0" },
sql_old = { "copy_text_old", "i", "", "DELETE FROM copy_text WHERE copy = 0 AND at <= $1" },
sql_texts = { "export_case_texts", "iii", "iiib",
	"SELECT number, place, id, box FROM copy_text WHERE member = $1 AND (number, place) > ($2, $3) AND copy <> 0"
	" ORDER BY number, place LIMIT 64" };

bool
copy_texts_asked(struct keeper *k, const struct copy *c, struct err *e)
{
	return sql_do(k->store, &sql_asked, e, c->id, c->member);
}

bool
copy_texts_drop(struct keeper *k, int64_t id, struct err *e)
{
	return sql_do(k->store, &sql_drop, e, id);
}

bool
copy_texts_sweep(struct keeper *k, int64_t now, struct err *e)
{
	return sql_do(k->store, &sql_old, e, now - COPY_LIFE);
}

/* ---- brought ---- */

/* What staff wrote for each other, and what is no text of this case, is passed over. */
static bool
text_keep(struct keeper *k, struct act *a, const struct case_row *c, uint32_t place, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct span box = unpack_bytes(&a->in);
	bool theirs;

	if (box.len > CASE_BOX_MAX)
		return FAIL(e, ERR_INPUT, "export: a box of %zu bytes", box.len);
	TRY(case_text_openers(k, c, id, &theirs, e));
	return a->in.bad || !theirs || sql_do(k->store, &sql_add, e, a->owner.number, c->number, (int64_t)place, id, a->now,
	    (const void *)box.p, box.len);
}

bool
op_export_case(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	uint32_t n = unpack_u32(&a->in);
	struct case_row c;
	struct copy copy;
	bool found;

	if (n > CASE_TEXTS_MOST)
		return FAIL(e, ERR_INPUT, "export: %u texts of a case", n);
	TRY(copy_of(k, a->owner.number, &copy, &found, e));
	if (found && copy.state == COPY_COMPOSING)
		return REFUSE(e, ERR_CONFLICT, WHY_COPY_RUNS, "export: one is being made");
	TRY(case_own(k, a, number, &c, e));
	TRY(sql_do(k->store, &sql_none, e, a->owner.number, number));
	for (uint32_t i = 0; i < n && !a->in.bad; i++)
		TRY(text_keep(k, a, &c, i, e));
	return act_read(a, e);
}

/* ---- told ---- */

static bool
text_row(struct gather *g, const struct rows *r, struct err *e)
{
	DROP(case_text_wipe) struct case_text t = {0};
	struct case_row c;

	TRY(gather_allowed(g, FIELD_BIT(FIELD_MESSAGE), e));
	TRY(case_get(g->k, rows_i64(r, 0), &c, e));
	if (c.member == g->owner.number)
		TRY(case_text_open(g->k, &c, rows_i64(r, 2), rows_bytes(r, 3), false, &t, e));
	tape_int(&g->tape, c.number);
	if (t.found) {
		tape_int(&g->tape, t.at);
		tape_int(&g->tape, t.sort);
		tape_bytes(&g->tape, span_buf(&t.words));
		return true;
	}
	for (int i = 0; i < 3; i++)
		tape_null(&g->tape);
	return true;
}

const struct export_reader reader_case_texts = { &sql_texts, text_row, NULL };
