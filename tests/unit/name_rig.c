#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "tests/unit/name_rig.h"

#define GOOD(x)	do { struct err e = {0}; if (!(x)) fail_msg("%s: %s", #x, e.text); } while (0)

bool
name_put(struct rig *r, struct person *p, unsigned index, unsigned sort, const char *given, const char *family,
    uint8_t *got)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct rig_block b;
	struct span s;

	rig_begin(&in, p->token);
	pack_u8(&in, index);
	pack_u8(&in, sort);
	pack_text(&in, given);
	pack_text(&in, "");
	pack_text(&in, family);
	pack_text(&in, "");
	if (!rig_ask(r, KEEPER_NAME_PUT, &in, &out))
		return false;
	s = span_buf(&out);
	rig_block(&s, &b);
	if (got != NULL)
		*got = unpack_u8(&s);
	return !s.bad;
}

bool
name_do(struct rig *r, struct person *p, uint32_t op, unsigned index)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_u8(&in, index);
	return rig_ask(r, op, &in, &out);
}

bool
birth_propose(struct rig *r, struct person *p, const char *date)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_text(&in, date);
	return rig_ask(r, KEEPER_BIRTH_PROPOSE, &in, &out);
}

bool
field_set(struct rig *r, struct person *p, uint32_t field, const char *value)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_u32(&in, PURPOSE_CORRECT);
	pack_u8(&in, 1);
	pack_u32(&in, field);
	pack_text(&in, value);
	return rig_ask(r, KEEPER_DATA_SET, &in, &out);
}

bool
field_erase(struct rig *r, struct person *p, uint32_t field)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_u32(&in, field);
	return rig_ask(r, KEEPER_DATA_ERASE, &in, &out);
}

void
person_fresh(struct rig *r, struct person *p)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	rig_begin(&in, p->token);
	pack_text(&in, TRUST_PASSWORD);
	pack_bytes(&in, "192.0.2.1", 9);
	if (!rig_ask(r, KEEPER_PASSWORD_AGAIN, &in, &out))
		fail_msg("%s", r->err.text);
	memcpy(p->token, out.data, TOKEN_BYTES);
}

void
person_names(struct rig *r, struct person *p, struct named_all *all)
{
	DROP(buf_wipe) struct buf out = {0};
	struct rig_block b;
	struct span s;

	*all = (struct named_all){0};
	if (!rig_look(r, KEEPER_NAMES, p->token, &out, &b))
		fail_msg("%s", r->err.text);
	s = span_buf(&out);
	rig_block(&s, &b);
	for (all->n = 0, b.flags = unpack_u8(&s); all->n < b.flags && !s.bad; all->n++) {
		struct named *n = &all->row[all->n];

		n->index = (uint8_t)unpack_u8(&s);
		n->sort = (uint8_t)unpack_u8(&s);
		n->first = unpack_u8(&s) == 1;
		n->vouched = unpack_u8(&s) == 1;
		n->points = unpack_i64(&s);
		n->may = unpack_u8(&s) == 1;
		assert_true(unpack_i64(&s) > 0);
		unpack_text(&s, n->given, sizeof(n->given));
		unpack_text(&s, n->middle, sizeof(n->middle));
		unpack_text(&s, n->family, sizeof(n->family));
		unpack_text(&s, n->suffix, sizeof(n->suffix));
	}
	all->points = unpack_i64(&s);
	all->birth = unpack_u8(&s);
	all->stranded = unpack_u32(&s);
	for (uint32_t i = 0; i < all->stranded; i++) {
		unsigned char serial[16];
		char first[256];

		unpack_exact(&s, serial, sizeof(serial));
		unpack_text(&s, first, sizeof(first));
	}
	assert_true(unpack_end(&s, "names", NULL));
}

const struct named *
named_of(const struct named_all *all, unsigned index)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->row[i].index == index)
			return &all->row[i];
	return NULL;
}

int64_t
word_plant(struct rig *r, const struct person *giver, const struct person *member, int64_t points, uint32_t names,
    bool drafted)
{
	struct assurance a = { .giver = giver->owner.number, .member = member->owner.number, .points = points,
	    .met_day = day_of(rig_now(r)), .noted_at = rig_now(r), .made_at = drafted ? 0 : rig_now(r),
	    .names = names, .method = VOUCH_MEETING };
	struct vault *v = r->keeper.vault;

	rig_begin_hand(r);
	GOOD(vault_version(v, member->owner.number, FIELD_BIRTH, BIRTH_HELD, &a.birth, &e));
	GOOD(assurance_add(&r->keeper, &a, &e));
	rig_end_hand(r);
	return a.id;
}

void
word_get(struct rig *r, int64_t id, struct assurance *a)
{
	rig_begin_hand(r);
	GOOD(assurance_get(&r->keeper, id, a, &e));
	rig_end_hand(r);
}

void
word_set(struct rig *r, const struct assurance *a)
{
	rig_begin_hand(r);
	GOOD(assurance_set(&r->keeper, a, &e));
	rig_end_hand(r);
}

void
person_refresh(struct rig *r, struct person *p)
{
	rig_begin_hand(r);
	GOOD(trust_refresh(&r->keeper, &p->owner, rig_now(r), NULL, &e));
	rig_end_hand(r);
}

void
person_lent(struct rig *r, const struct person *p, enum field f, char into[256])
{
	DROP(buf_wipe) struct buf text = {0};

	rig_begin_hand(r);
	GOOD(name_lent(&r->keeper, p->owner.number, f, &text, &e));
	rig_end_hand(r);
	snprintf(into, 256, "%s", text.len == 0 ? "" : text.data);
}
