#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/person.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/correct.h"
#include "privacy/rights/erase_field.h"
#include "privacy/rights/hold.h"

#define PERSON_FIELDS	(FIELD_DOC_NUMBER - FIELD_GIVEN + 1)

static bool
held(struct keeper *k, const struct act *a, enum field f, int64_t object, bool *yes, struct err *e)
{
	return vault_has(k->vault, a->owner.number, f, object, NULL, yes, e);
}

bool
steps_refresh(struct keeper *k, struct act *a, struct err *e)
{
	static const struct { int64_t step; enum field field; } steps[] = {
		{ STEP_BIRTH, FIELD_BIRTH }, { STEP_NATIONALITY, FIELD_NATIONALITY },
		{ STEP_DOCUMENT, FIELD_DOC_KIND },
	};
	uint32_t names;

	for (size_t i = 0; i < COUNT(steps); i++) {
		bool yes;

		TRY(held(k, a, steps[i].field, 0, &yes, e));
		TRY(member_step(k, a, a->owner.number, steps[i].step, yes, e));
	}
	TRY(name_bits(k, a->owner.number, &names, e));
	return member_step(k, a, a->owner.number, STEP_NAMES, names != 0, e);
}

/* What assurers compared with the former value must be compared again. */
static bool
compared_again(struct keeper *k, const struct act *a, enum field f, int64_t object, struct err *e)
{
	if (f <= FIELD_SUFFIX)
		return name_changed(k, a->owner.number, (uint8_t)object, e);
	return f != FIELD_BIRTH || birth_changed(k, a->owner.number, object, e);
}

bool
correct_field(struct keeper *k, struct act *a, enum field f, int64_t object, struct span value, struct err *e)
{
	DROP(buf_wipe) struct buf was = {0};
	struct record_line l = { .about = &a->owner, .role = a->role, .fields = FIELD_BIT(f),
	    .now = value };
	bool found;

	TRY(held(k, a, f, object, &found, e));
	if (!found && value.len == 0)
		return true;
	/* Emptying a field erases it, and what may not be erased may not be emptied. */
	if (value.len == 0 && a->now < a->bar_until)
		return REFUSE(e, ERR_DENIED, WHY_BAR, "data: erasure within the bar");
	a->purpose = found ? PURPOSE_CORRECT : PURPOSE_ENROL;
	TRY(act_may(a, f, e));
	if (found)
		TRY(vault_get(k->vault, &a->owner, f, object, &was, NULL, e));
	TRY(buf_ok(&was, e));
	l.was = span_buf(&was);
	l.has_values = found;
	l.purpose = a->purpose;
	/* An unchanged value was opened to be compared: that much is noted by the
	   entry of a field that did change, or by a line of its own. */
	if (was.len == value.len && value.len > 0 && memcmp(was.data, value.p, value.len) == 0)
		return true;
	TRY(compared_again(k, a, f, object, e));
	/* What stood there is kept nowhere. */
	if (value.len == 0) {
		TRY(hold_free(k, a->owner.number, f, e));
		l.has_values = false;
		TRY(vault_erase(k->vault, a->owner.number, f, object, a->now, NULL, e));
		TRY(old_values_erase(k, &a->owner, f, object, e));
		return keeper_record(k, &l, a->now, NULL, e);
	}
	TRY(vault_put(k->vault, &a->owner, f, object, value, a->now, e));
	TRY(keeper_record(k, &l, a->now, NULL, e));
	return !found || old_value_note(k, &a->owner, f, object, e);
}

/* ---- the form ---- */

struct change { bool set; struct buf value; };

static void
changes_wipe(struct change (*c)[FIELD__COUNT])
{
	for (size_t i = 0; i < FIELD__COUNT; i++)
		buf_wipe(&(*c)[i].value);
}

static bool
changes_read(struct act *a, struct change c[FIELD__COUNT], struct err *e)
{
	uint32_t purpose = unpack_u32(&a->in);
	unsigned n = unpack_u8(&a->in);

	if (purpose != PURPOSE_ENROL && purpose != PURPOSE_CORRECT)
		return FAIL(e, ERR_INPUT, "data: purpose %u", purpose);
	if (n < 1 || n > PERSON_FIELDS)
		return FAIL(e, ERR_INPUT, "data: %u fields", n);
	for (unsigned i = 0; i < n; i++) {
		char value[KEEPER_TEXT_MAX + 1];
		uint32_t f = unpack_u32(&a->in);
		bool good;

		unpack_text(&a->in, value, sizeof(value));
		if (a->in.bad || !person_field(f))
			return REFUSE(e, ERR_INPUT, WHY_FIELD_UNKNOWN, "data: field %u", f);
		if (c[f].set)
			return FAIL(e, ERR_INPUT, "data: field %u twice", f);
		c[f].set = true;
		good = person_value((enum field)f, value, a->now, &c[f].value, e);
		explicit_bzero(value, sizeof(value));
		TRY(good);
	}
	return act_read(a, e);
}

static bool
names_touched(const struct change c[FIELD__COUNT])
{
	return c[FIELD_GIVEN].set || c[FIELD_MIDDLE].set || c[FIELD_FAMILY].set || c[FIELD_SUFFIX].set;
}

/* Which name the form is about: the one shown first, as long as nobody vouched for it; a first one has a free index. */
static bool
names_target(struct keeper *k, const struct act *a, struct name_row *row, struct err *e)
{
	struct name_row rows[VOUCH_NAMES];
	uint32_t vouched;
	size_t n;

	*row = (struct name_row){ .sort = NAME_SORT_PAPERS };
	TRY(name_list(k, a->owner.number, rows, &n, e));
	if (n == 0)
		return name_free(k, a->owner.number, &row->index, e);
	TRY(name_main(k, a->owner.number, &row->index, e));
	for (size_t i = 0; i < n; i++)
		if (rows[i].index == row->index)
			*row = rows[i];
	TRY(name_vouched(k, a->owner.number, &vouched, e));
	return (vouched & 1u << row->index) == 0 ||
	    REFUSE(e, ERR_DENIED, WHY_FIELD_VOUCHED, "data: a vouched name");
}

/* The parts as they will be: changed ones from the form, the others as they are held. */
static bool
names_merge(struct keeper *k, struct act *a, const struct change c[FIELD__COUNT], uint8_t index,
    struct name_parts *p, struct err *e)
{
	struct buf *part[] = { &p->given, &p->middle, &p->family, &p->suffix };

	for (unsigned f = FIELD_GIVEN; f <= FIELD_SUFFIX; f++) {
		struct buf *into = part[f - FIELD_GIVEN];
		bool found;

		if (c[f].set)
			buf_add(into, c[f].value.data, c[f].value.len);
		else
			TRY(act_open(k, a, (enum field)f, index, into, NULL, &found, e));
		TRY(buf_ok(into, e));
	}
	return true;
}

static bool
names_save(struct keeper *k, struct act *a, const struct change c[FIELD__COUNT], struct err *e)
{
	DROP(name_parts_wipe) struct name_parts p = {0};
	struct name_row row;

	TRY(names_target(k, a, &row, e));
	TRY(names_merge(k, a, c, row.index, &p, e));
	return name_save(k, a, row.index, row.sort, &p, e);
}

static bool
birth_free(struct keeper *k, const struct act *a, const struct change c[FIELD__COUNT], struct err *e)
{
	bool vouched;

	if (!c[FIELD_BIRTH].set || c[FIELD_BIRTH].value.len == 0)
		return true;
	TRY(birth_vouched(k, a->owner.number, &vouched, e));
	return !vouched || REFUSE(e, ERR_DENIED, WHY_FIELD_VOUCHED, "data: a vouched birth date");
}

/* Kind and number come together: a kind with its number, or "none" (or nothing) without. */
static bool
document_whole(struct change c[FIELD__COUNT], struct err *e)
{
	struct change *kind = &c[FIELD_DOC_KIND], *number = &c[FIELD_DOC_NUMBER];
	bool none = kind->value.len == 0 ||
	    (kind->value.len == 4 && memcmp(kind->value.data, "none", 4) == 0);

	if (!kind->set && !number->set)
		return true;
	if (!kind->set || none != (number->value.len == 0))
		return REFUSE(e, ERR_INPUT, WHY_DOCUMENT, "data: kind and number do not go together");
	number->set = true;		/* the number of before goes with its document */
	return true;
}

bool
op_data_set(struct keeper *k, struct act *a, struct err *e)
{
	DROP(changes_wipe) struct change c[FIELD__COUNT] = {{0}};

	TRY(changes_read(a, c, e));
	TRY(document_whole(c, e));
	TRY(birth_free(k, a, c, e));
	if (names_touched(c))
		TRY(names_save(k, a, c, e));
	for (unsigned f = FIELD_BIRTH; f <= FIELD_DOC_NUMBER; f++)
		if (c[f].set)
			TRY(correct_field(k, a, (enum field)f, 0, span_buf(&c[f].value), e));
	/* Values that were opened only to be compared, and were the same. */
	if (!vault_settled(k->vault, NULL))
		TRY(act_record(k, a, "unchanged", e));
	if (c[FIELD_DOC_KIND].set || c[FIELD_DOC_NUMBER].set)
		TRY(document_used(k, a->owner.number, a->now, e));
	TRY(steps_refresh(k, a, e));
	return !(names_touched(c) || c[FIELD_BIRTH].set) || trust_refresh(k, &a->owner, a->now, NULL, e);
}
