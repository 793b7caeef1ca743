/*
 * privacy/rights/see.c - "my data": every field held about oneself, since when.
 *
 * Guarded fields are listed, and opened only within minutes of the password.
 */
#include "privacy/facts/name.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

struct list { struct buf body; uint32_t n; unsigned birth; };	/* birth: BIRTH_IS_* */
static void list_wipe(struct list *l) { buf_wipe(&l->body); }

static bool
list_add(void *self, enum field f, int64_t object, int64_t since, bool opened, struct span value,
    struct err *e)
{
	struct list *l = self;

	pack_u32(&l->body, (uint32_t)f);
	pack_i64(&l->body, object);
	pack_i64(&l->body, since);
	pack_u8(&l->body, opened);
	pack_bytes(&l->body, value.p, value.len);
	l->n++;
	if (f == FIELD_BIRTH)
		l->birth |= object == BIRTH_HELD ? BIRTH_IS_HELD : object == BIRTH_PROPOSED ? BIRTH_IS_PROPOSED : 0;
	return buf_ok(&l->body, e);
}

/* Addresses and what members fill in stand side by side in the enum: one look-up. */
_Static_assert(FIELD_ADDRESS == 1 && FIELD_DOC_NUMBER == 9, "the fields of this page are 1 to 9");

bool
op_data(struct keeper *k, struct act *a, struct err *e)
{
	DROP(list_wipe) struct list l = {0};
	struct name_marks marks;
	uint64_t open = 0;

	TRY(act_read(a, e));
	TRY(name_marks(k, a->owner.number, &marks, e));
	for (unsigned f = FIELD_ADDRESS; f <= FIELD_DOC_NUMBER; f++) {
		bool guarded = (purposes[a->purpose].guarded & FIELD_BIT(f)) != 0;

		if (guarded && (a->flags & SESSION_FRESH) == 0)
			continue;
		TRY(act_may(a, (enum field)f, e));
		open |= FIELD_BIT(f);
	}
	TRY(vault_range(k->vault, &a->owner, FIELD_ADDRESS, FIELD_DOC_NUMBER, open, list_add, &l, e));
	pack_u8(a->out, marks.first);
	pack_u32(a->out, marks.vouched);
	pack_u8(a->out, l.birth | (marks.birth ? BIRTH_IS_VOUCHED : 0));
	pack_u32(a->out, l.n);
	buf_add(a->out, l.body.data, l.body.len);
	return act_record(k, a, NULL, e);
}
