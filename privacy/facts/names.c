/*
 * privacy/facts/names.c - what members do with names of their own: seeing them, entering
 * further ones, choosing the first, erasing; and proposing another birth date beside a vouched one.
 *
 * A name that somebody vouched for is not changed here: another one is entered, and an
 * assurer who sees the deed links it (name.h).  Erasing asks nobody.
 */
#include "privacy/facts/footing.h"
#include "privacy/facts/name.h"
#include "privacy/facts/person.h"
#include "privacy/facts/person_name.h"
#include "privacy/facts/published.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/correct.h"
#include "privacy/rights/erase_field.h"
#include "privacy/rights/hold.h"

#define FURTHER	255u	/* instead of an index: a name that is not there yet */
#define NAME_FIELDS (FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_MIDDLE) | FIELD_BIT(FIELD_FAMILY) | \
	FIELD_BIT(FIELD_SUFFIX))

/* ---- entering and changing ---- */

/* Written in one script (UTS 39), with a given or a family name. */
static bool
name_is_whole(struct name_parts *p, struct err *e)
{
	if (p->given.len == 0 && p->family.len == 0)
		return REFUSE(e, ERR_INPUT, WHY_NAME_MISSING, "name: neither given nor family name");
	buf_reset(&p->whole);
	person_name_whole(&p->whole, p->given.data, p->middle.data, p->family.data, p->suffix.data);
	TRY(buf_ok(&p->whole, e));
	return person_name_script_ok(p->whole.data) ||
	    REFUSE(e, ERR_INPUT, WHY_NAME_SCRIPTS, "name: several scripts in one");
}

/* The others are opened to be compared: the line that follows says so. */
static bool
name_is_new(struct keeper *k, struct act *a, uint8_t index, const struct name_row *rows, size_t n,
    const struct name_parts *p, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		DROP(name_parts_wipe) struct name_parts other = {0};
		bool same;

		if (rows[i].index == index)
			continue;
		TRY(name_open(k, a, a->role, &a->owner, rows[i].index, &other, e));
		TRY(person_name_same(other.whole.data, p->whole.data, &same, e));
		if (same)
			return REFUSE(e, ERR_CONFLICT, WHY_ENTERED, "name: %u has it already", rows[i].index);
	}
	return true;
}

static bool
parts_save(struct keeper *k, struct act *a, uint8_t index, const struct name_parts *p, struct err *e)
{
	const struct buf *part[] = { &p->given, &p->middle, &p->family, &p->suffix };

	for (unsigned f = FIELD_GIVEN; f <= FIELD_SUFFIX; f++)
		TRY(correct_field(k, a, (enum field)f, index, span_buf(part[f - FIELD_GIVEN]), e));
	return true;
}

/* What others keep of the name follows; so that it does not look like something else, it has a line of its own. */
static bool
lent_follows(struct keeper *k, struct act *a, struct err *e)
{
	a->purpose = PURPOSE_NAMES;
	TRY(name_lent_again(k, a, a->role, &a->owner, e));
	return vault_settled(k->vault, NULL) || act_record(k, a, "what others keep of it", e);
}

static bool
only_name_first(struct keeper *k, const struct act *a, uint8_t index, struct err *e)
{
	struct trust_facts t;

	TRY(trust_get(k, a->owner.number, &t, e));
	if (t.main_name == index)
		return true;
	t.main_name = index;
	return trust_put(k, a->owner.number, &t, e);
}

bool
name_save(struct keeper *k, struct act *a, uint8_t index, enum name_sort sort, struct name_parts *p, struct err *e)
{
	struct name_row rows[VOUCH_NAMES];
	int64_t before, after;
	size_t n;

	TRY(name_is_whole(p, e));
	TRY(name_list(k, a->owner.number, rows, &n, e));
	TRY(name_is_new(k, a, index, rows, n, p, e));
	TRY(keeper_entries(k, &a->owner, &before, e));
	TRY(parts_save(k, a, index, p, e));
	TRY(keeper_entries(k, &a->owner, &after, e));
	TRY(name_row_put(k, a->owner.number, index, sort, a->now, e));
	if (n == 0)
		TRY(only_name_first(k, a, index, e));
	/* Values that were opened only to be compared, and were the same. */
	if (before == after)
		return vault_settled(k->vault, NULL) || act_record(k, a, "unchanged", e);
	return lent_follows(k, a, e);
}

struct entered {			/* what was typed */
	unsigned	index, sort;
	struct name_parts parts;
};
static void entered_wipe(struct entered *n) { name_parts_wipe(&n->parts); }

static bool
entered_read(struct act *a, struct entered *n, struct err *e)
{
	struct buf *part[] = { &n->parts.given, &n->parts.middle, &n->parts.family, &n->parts.suffix };

	n->index = unpack_u8(&a->in);
	n->sort = unpack_u8(&a->in);
	for (unsigned f = FIELD_GIVEN; f <= FIELD_SUFFIX; f++) {
		char value[KEEPER_TEXT_MAX + 1];
		bool good;

		unpack_text(&a->in, value, sizeof(value));
		good = !a->in.bad && person_value((enum field)f, value, a->now, part[f - FIELD_GIVEN], e);
		explicit_bzero(value, sizeof(value));
		if (!good && !a->in.bad)
			return false;
	}
	TRY(act_read(a, e));
	return (n->sort >= NAME_SORT_PAPERS && n->sort < NAME_SORT__COUNT) ||
	    FAIL(e, ERR_INPUT, "name: sort %u", n->sort);
}

/* ERR_ABSENT: no name has this index. */
static bool
name_there(struct keeper *k, const struct act *a, unsigned index, struct err *e)
{
	uint32_t there;

	TRY(name_bits(k, a->owner.number, &there, e));
	return (index < VOUCH_NAMES && (there & 1u << index) != 0) || FAIL(e, ERR_ABSENT, "name: no index %u", index);
}

static bool
name_unvouched(struct keeper *k, const struct act *a, unsigned index, struct err *e)
{
	uint32_t vouched;

	TRY(name_vouched(k, a->owner.number, &vouched, e));
	return (vouched & 1u << index) == 0 ||
	    REFUSE(e, ERR_DENIED, WHY_FIELD_VOUCHED, "name: somebody vouched for it");
}

bool
op_name_put(struct keeper *k, struct act *a, struct err *e)
{
	DROP(entered_wipe) struct entered n = {0};
	uint8_t index;

	TRY(entered_read(a, &n, e));
	index = (uint8_t)n.index;
	if (n.index == FURTHER) {
		TRY(name_free(k, a->owner.number, &index, e));
	} else {
		TRY(name_there(k, a, n.index, e));
		TRY(name_unvouched(k, a, n.index, e));
	}
	TRY(name_save(k, a, index, (enum name_sort)n.sort, &n.parts, e));
	TRY(steps_refresh(k, a, e));
	pack_u8(a->out, index);
	return true;
}

/* ---- which comes first ---- */

/* The name that came first may be on show in the directory. */
static bool
listing_follows(struct keeper *k, const struct act *a, uint8_t before, struct err *e)
{
	uint32_t bits;
	uint8_t first;

	TRY(name_main(k, a->owner.number, &first, e));
	TRY(name_bits(k, a->owner.number, &bits, e));
	return (first == before && (bits & 1u << first) != 0) ||
	    published_end_of(k, &a->owner, PUBLISHED_LISTING, a->now, e);
}

bool
op_name_main(struct keeper *k, struct act *a, struct err *e)
{
	unsigned index = unpack_u8(&a->in);
	struct trust_facts t;
	uint8_t before;

	TRY(act_read(a, e));
	TRY(name_there(k, a, index, e));
	TRY(name_main(k, a->owner.number, &before, e));
	TRY(trust_get(k, a->owner.number, &t, e));
	t.main_name = index;
	TRY(trust_put(k, a->owner.number, &t, e));
	TRY(name_lent_again(k, a, a->role, &a->owner, e));
	TRY(listing_follows(k, a, before, e));
	return act_record(k, a, "another name comes first", e);
}

/* ---- erasing ---- */

bool
op_name_erase(struct keeper *k, struct act *a, struct err *e)
{
	unsigned index = unpack_u8(&a->in);
	struct record_line l = { .about = &a->owner, .purpose = a->purpose, .role = a->role,
	    .fields = NAME_FIELDS, .object = "a name" };
	uint8_t before;

	TRY(act_read(a, e));
	TRY(name_there(k, a, index, e));
	TRY(name_main(k, a->owner.number, &before, e));
	TRY(hold_free(k, a->owner.number, FIELD_GIVEN, e));
	TRY(old_names_erase(k, &a->owner, index, e));
	TRY(name_erase(k, &a->owner, (uint8_t)index, a->now, e));
	TRY(keeper_record(k, &l, a->now, NULL, e));
	TRY(lent_follows(k, a, e));
	TRY(listing_follows(k, a, before, e));
	TRY(steps_refresh(k, a, e));
	return trust_refresh(k, &a->owner, a->now, NULL, e);
}

/* ---- seeing them ---- */

static bool
name_pack(struct keeper *k, struct act *a, const struct name_row *row, uint8_t first, uint32_t vouched,
    const struct points *pt, struct err *e)
{
	DROP(name_parts_wipe) struct name_parts p = {0};
	const struct buf *part[] = { &p.given, &p.middle, &p.family, &p.suffix };
	uint32_t bit = 1u << row->index;

	TRY(name_open(k, a, a->role, &a->owner, row->index, &p, e));
	pack_u8(a->out, row->index);
	pack_u8(a->out, row->sort);
	pack_u8(a->out, row->index == first);
	pack_u8(a->out, (vouched & bit) != 0);
	pack_i64(a->out, pt->name_points[row->index]);
	pack_u8(a->out, (pt->names_ok & bit) != 0 && a->now >= a->bar_until);
	pack_i64(a->out, row->since);
	for (size_t i = 0; i < COUNT(part); i++)
		pack_bytes(a->out, part[i]->data, part[i]->len);
	return buf_ok(a->out, e);
}

/* Certificates whose name is no longer held; what they carry comes from the register, beside the vault's account. */
static bool
stranded_pack(struct keeper *k, struct act *a, const struct name_row *rows, size_t n, struct err *e)
{
	DROP(buf_wipe) struct buf list = {0};
	struct record_line line = { .about = &a->owner, .purpose = a->purpose, .role = a->role };
	uint32_t held = 0, count;

	for (size_t i = 0; i < n; i++)
		held |= 1u << rows[i].index;
	TRY(footing_stranded(k, a, held, &list, &count, e));
	pack_u32(a->out, count);
	buf_add(a->out, list.data, list.len);
	line.fields = count > 0 ? FIELD_BIT(FIELD_CERT_BODY) : 0;
	return keeper_record(k, &line, a->now, NULL, e);
}

bool
op_names(struct keeper *k, struct act *a, struct err *e)
{
	struct name_row rows[VOUCH_NAMES];
	uint32_t vouched;
	struct points pt;
	unsigned birth;
	uint8_t first;
	size_t n;

	TRY(act_read(a, e));
	TRY(name_list(k, a->owner.number, rows, &n, e));
	TRY(name_main(k, a->owner.number, &first, e));
	TRY(name_vouched(k, a->owner.number, &vouched, e));
	TRY(trust_points(k, &a->owner, a->now, &pt, e));
	TRY(birth_state(k, a->owner.number, &birth, e));
	pack_u8(a->out, (unsigned)n);
	for (size_t i = 0; i < n; i++)
		TRY(name_pack(k, a, &rows[i], first, vouched, &pt, e));
	pack_i64(a->out, pt.assurance);
	pack_u8(a->out, birth);
	return stranded_pack(k, a, rows, n, e);
}

/* ---- birth dates ---- */

bool
op_birth_look(struct keeper *k, struct act *a, struct err *e)
{
	unsigned birth;

	TRY(act_read(a, e));
	TRY(birth_state(k, a->owner.number, &birth, e));
	pack_u8(a->out, birth);
	return true;
}

/* Another date than the one that is held. */
static bool
birth_is_new(struct keeper *k, struct act *a, struct span date, struct err *e)
{
	DROP(buf_wipe) struct buf held = {0};
	bool found;

	TRY(act_open(k, a, FIELD_BIRTH, BIRTH_HELD, &held, NULL, &found, e));
	TRY(buf_ok(&held, e));
	return held.len != date.len || memcmp(held.data, date.p, date.len) != 0 ||
	    REFUSE(e, ERR_CONFLICT, WHY_ENTERED, "birth date: it is held");
}

bool
op_birth_propose(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf date = {0};
	char typed[KEEPER_TEXT_MAX + 1];
	unsigned birth;
	bool good;

	unpack_text(&a->in, typed, sizeof(typed));
	good = act_read(a, e) && person_value(FIELD_BIRTH, typed, a->now, &date, e);
	explicit_bzero(typed, sizeof(typed));
	TRY(good);
	TRY(birth_state(k, a->owner.number, &birth, e));
	if (date.len > 0 && (birth & BIRTH_IS_VOUCHED) == 0)
		return FAIL(e, ERR_CONFLICT, "birth date: nobody vouched for the one held, it can be corrected");
	if (date.len > 0)
		TRY(birth_is_new(k, a, span_buf(&date), e));
	TRY(correct_field(k, a, FIELD_BIRTH, BIRTH_PROPOSED, span_buf(&date), e));
	return vault_settled(k->vault, NULL) || act_record(k, a, "unchanged", e);
}
