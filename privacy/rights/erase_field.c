#include "privacy/facts/handover.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/published.h"
#include "privacy/facts/question.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/correct.h"
#include "privacy/rights/erase_field.h"
#include "privacy/rights/hold.h"

const char document_schema[] =
"CREATE TABLE document ("		/* when an identity document was last used */
" member INTEGER PRIMARY KEY REFERENCES member (number),"
" used_at INTEGER NOT NULL) STRICT;"
"CREATE INDEX document_used ON document (used_at);"
"CREATE TABLE old_value ("		/* entries whose values are of this field */
" subject INTEGER NOT NULL REFERENCES subject (number),"
" field INTEGER NOT NULL,"
" place INTEGER NOT NULL,"		/* running number, from 0 */
" PRIMARY KEY (subject, field, place)) STRICT, WITHOUT ROWID;";

const char old_value_schema[] =
/* Which name, which birth date: until now there was one of each. */
"ALTER TABLE old_value ADD COLUMN object INTEGER NOT NULL DEFAULT 0;";

static const struct sql
sql_used = { "document_used", "ii", "",
	"INSERT INTO document (member, used_at) VALUES ($1, $2)"
	" ON CONFLICT (member) DO UPDATE SET used_at = excluded.used_at" },
sql_gone = { "document_gone", "i", "", "DELETE FROM document WHERE member = $1" },
sql_old = { "old_value_first", "iii", "i",
	"SELECT place FROM old_value WHERE subject = $1 AND field = $2 AND object = $3 ORDER BY place LIMIT 1" },
sql_old_add = { "old_value_add", "iiii", "",
	"INSERT INTO old_value (subject, field, object, place) VALUES ($1, $2, $3, $4)" },
sql_old_move = { "old_value_move", "iiii", "",
	"UPDATE old_value SET object = $1 WHERE subject = $2 AND field = $3 AND object = $4" },
sql_old_gone = { "old_value_gone", "iii", "",
	"DELETE FROM old_value WHERE subject = $1 AND field = $2 AND place = $3" },
sql_over = { "document_over", "ii", "i",
	"SELECT member FROM document WHERE used_at < $1 ORDER BY used_at LIMIT $2" };

bool
document_used(struct keeper *k, int64_t member, int64_t now, struct err *e)
{
	int64_t until;
	bool kind;

	TRY(vault_has(k->vault, member, FIELD_DOC_KIND, 0, NULL, &kind, e));
	if (!kind)
		return sql_do(k->store, &sql_gone, e, member);
	TRY(handover_open_until(k, member, now, &until, e));
	return sql_do(k->store, &sql_used, e, member, until > now ? until : now);
}

/* ---- what corrections carried ---- */

bool
old_value_note(struct keeper *k, const struct owner *o, enum field f, int64_t object, struct err *e)
{
	int64_t n;

	TRY(keeper_entries(k, o, &n, e));
	return sql_do(k->store, &sql_old_add, e, o->number, (int64_t)f, object, n - 1);
}

bool
old_values_move(struct keeper *k, const struct owner *o, enum field f, int64_t from, int64_t to, struct err *e)
{
	return sql_do(k->store, &sql_old_move, e, to, o->number, (int64_t)f, from);
}

static bool
old_value_next(struct keeper *k, const struct owner *o, enum field f, int64_t object, int64_t *place,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_old, e, o->number, (int64_t)f, object));
	*place = r == NULL ? -1 : rows_i64(r, 0);
	return true;
}

bool
old_values_erase(struct keeper *k, const struct owner *o, enum field f, int64_t object, struct err *e)
{
	int64_t place;

	keeper_shed(k, 0);
	for (;;) {
		DROP(trail_entry_wipe) struct trail_entry old = {0};

		TRY(old_value_next(k, o, f, object, &place, e));
		if (place < 0)
			return true;
		TRY(trail_find(k, o, place, &old, e));
		TRY(chain_erase_detail(k->chain, old.number, 2, e));
		TRY(sql_do(k->store, &sql_old_gone, e, o->number, (int64_t)f, place));
	}
}

bool
old_names_erase(struct keeper *k, const struct owner *o, int64_t index, struct err *e)
{
	for (unsigned f = FIELD_GIVEN; f <= FIELD_SUFFIX; f++)
		TRY(old_values_erase(k, o, (enum field)f, index, e));
	return true;
}

/* ---- at a click ---- */

static bool
erase(struct keeper *k, const struct act *a, enum field f, int64_t object, bool *was, struct err *e)
{
	TRY(hold_free(k, a->owner.number, f, e));
	TRY(old_values_erase(k, &a->owner, f, object, e));
	return vault_erase(k->vault, a->owner.number, f, object, a->now, was, e);
}

/* Half a vouched name is another name, for which nobody vouched: such a one goes as a whole (facts/names.c). */
static bool
name_open_to_parts(struct keeper *k, const struct act *a, uint8_t index, struct err *e)
{
	uint32_t there, vouched;

	TRY(name_bits(k, a->owner.number, &there, e));
	TRY(name_vouched(k, a->owner.number, &vouched, e));
	return (there & vouched & 1u << index) == 0 ||
	    REFUSE(e, ERR_DENIED, WHY_FIELD_VOUCHED, "erase: a part of a vouched name");
}

/* A part of the name that is shown first; without given and family name the rest of it goes too. */
static bool
erase_name(struct keeper *k, struct act *a, enum field f, bool *was, struct err *e)
{
	bool given, family;
	uint8_t index;

	TRY(name_main(k, a->owner.number, &index, e));
	TRY(name_open_to_parts(k, a, index, e));
	TRY(erase(k, a, f, index, was, e));
	TRY(name_changed(k, a->owner.number, index, e));
	TRY(vault_has(k->vault, a->owner.number, FIELD_GIVEN, index, NULL, &given, e));
	TRY(vault_has(k->vault, a->owner.number, FIELD_FAMILY, index, NULL, &family, e));
	if (!given && !family) {
		TRY(old_names_erase(k, &a->owner, index, e));
		TRY(name_erase(k, &a->owner, index, a->now, e));
	}
	a->purpose = PURPOSE_NAMES;
	TRY(name_lent_again(k, a, a->role, &a->owner, e));
	a->purpose = PURPOSE_ERASE_FIELD;
	return true;
}

/* Kind and number of a document go together, and a proposed birth date with the one that is held. */
static bool
erase_with(struct keeper *k, struct act *a, enum field f, bool *was, struct err *e)
{
	bool other;

	if (f <= FIELD_SUFFIX)
		return erase_name(k, a, f, was, e);
	TRY(erase(k, a, f, 0, was, e));
	if (f == FIELD_BIRTH) {
		TRY(erase(k, a, FIELD_BIRTH, BIRTH_PROPOSED, &other, e));
		return birth_changed(k, a->owner.number, BIRTH_HELD, e);
	}
	if (f != FIELD_DOC_KIND && f != FIELD_DOC_NUMBER)
		return true;
	TRY(erase(k, a, f == FIELD_DOC_KIND ? FIELD_DOC_NUMBER : FIELD_DOC_KIND, 0, &other, e));
	*was = *was || other;
	return document_used(k, a->owner.number, a->now, e);
}

bool
op_data_erase(struct keeper *k, struct act *a, struct err *e)
{
	uint32_t f = unpack_u32(&a->in);
	bool was;

	TRY(act_read(a, e));
	if (f == FIELD_QUESTION) {
		a->purpose = PURPOSE_QUESTIONS;
		TRY(act_may(a, FIELD_QUESTION, e));
		TRY(question_erase(k, a, e));
		return act_record(k, a, "erased", e);
	}
	if (f < FIELD_GIVEN || f > FIELD_DOC_NUMBER)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_UNKNOWN, "erase: field %u", f);
	TRY(act_may(a, (enum field)f, e));
	TRY(erase_with(k, a, (enum field)f, &was, e));
	if (!was)
		return FAIL(e, ERR_ABSENT, "erase: nothing there");
	TRY(steps_refresh(k, a, e));
	struct record_line l = { .about = &a->owner, .purpose = a->purpose, .role = a->role,
	    .fields = FIELD_BIT(f), .object = fields[f].name };

	TRY(keeper_record(k, &l, a->now, NULL, e));
	if (f <= FIELD_SUFFIX)		/* it may be on show in the directory */
		TRY(published_end_of(k, &a->owner, PUBLISHED_LISTING, a->now, e));
	return f > FIELD_BIRTH || trust_refresh(k, &a->owner, a->now, NULL, e);
}

/* ---- what goes by itself ---- */

#define SWEEP_MOST 64

static bool
document_over(struct keeper *k, int64_t member, int64_t now, struct err *e)
{
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_KEEP_TIDY, .role = ACTOR_SYSTEM,
	    .fields = FIELD_BIT(FIELD_DOC_KIND) | FIELD_BIT(FIELD_DOC_NUMBER),
	    .object = "identity document" };

	TRY(member_owner(k, member, &o, NULL, e));
	TRY(old_values_erase(k, &o, FIELD_DOC_KIND, 0, e));
	TRY(old_values_erase(k, &o, FIELD_DOC_NUMBER, 0, e));
	TRY(vault_erase(k->vault, member, FIELD_DOC_KIND, 0, now, NULL, e));
	TRY(vault_erase(k->vault, member, FIELD_DOC_NUMBER, 0, now, NULL, e));
	TRY(document_used(k, member, now, e));
	TRY(member_step(k, NULL, member, STEP_DOCUMENT, false, e));
	return keeper_record(k, &l, now, NULL, e);
}

bool
erase_field_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *documents,
    struct err *e)
{
	int64_t over[SWEEP_MOST], limit = most < SWEEP_MOST ? most : SWEEP_MOST;
	size_t n;

	TRY(sql_column(k->store, over, SWEEP_MOST, &n, &sql_over, e, now - k->set->document_life, limit));
	for (size_t i = 0; i < n; i++)
		TRY(document_over(k, over[i], now, e));
	*documents = (int64_t)n;
	return true;
}
