#include <string.h>
#include "ledger/detail_row.h"

static bool
read_part(struct detail_part *p, const struct rows *r, int col, const char *which, struct err *e)
{
	struct span inner = rows_bytes(r, col), sealed = rows_bytes(r, col + 1);
	bool none = rows_null(r, col) && rows_null(r, col + 1);

	*p = (struct detail_part){0};
	if (!none && (inner.len != LEAF_HASH || sealed.len != LEAF_HASH))
		return FAIL(e, ERR_TAMPER, "the hashes of its %s are misshapen", which);
	if (!none) {
		memcpy(p->inner, inner.p, LEAF_HASH);
		memcpy(p->sealed, sealed.p, LEAF_HASH);
	}
	if (rows_null(r, col + 2))
		return true;
	p->box = rows_bytes(r, col + 2);
	return p->box.len > 0 ? true : FAIL(e, ERR_TAMPER, "its %s is an empty string", which);
}

bool
detail_row_read(struct detail *d, const struct rows *r, int col, struct err *e)
{
	TRY(read_part(&d->record, r, col, "record", e));
	return read_part(&d->values, r, col + 3, "values", e);
}

bool
detail_row_agrees(const struct detail *d, const struct leaf *l, struct err *e)
{
	unsigned char commitment[LEAF_HASH];
	struct err why = {0};

	detail_commitment(d, commitment);
	if (memcmp(commitment, l->commitment, LEAF_HASH) != 0)
		return FAIL(e, ERR_TAMPER, "its detail is not what the leaf commits to");
	if (!detail_part_check(&d->record, &why))
		return FAIL(e, ERR_TAMPER, "its record: %.100s", why.text);
	if (!detail_part_check(&d->values, &why))
		return FAIL(e, ERR_TAMPER, "its values: %.100s", why.text);
	return true;
}

bool
detail_part_erased(const struct detail_part *p)
{
	static const unsigned char none[LEAF_HASH];

	return p->box.p == NULL && memcmp(p->inner, none, LEAF_HASH) != 0;
}
