#include "ledger/base/clock.h"
#include "ledger/detail_row.h"
#include "ledger/verify_pass.h"


static const struct sql
	leaf_beside	= { "leaf_beside", "", "bii",
	    "SELECT entry, at, batch FROM leaf ORDER BY number" },
	detail_all	= { "detail_all", "", "i" DETAIL_LETTERS,
	    "SELECT number, " DETAIL_COLUMNS " FROM detail ORDER BY number" };

struct detail_pass {
	struct site	*s;
	int64_t		end;		/* entries to look at */
	int64_t		at, batch;	/* of the entry before */
};

/* What stands beside the leaf, unpublished, agrees with it and with the one before. */
static bool
check_beside(struct detail_pass *p, int64_t n, const struct leaf *l, int64_t at, int64_t batch,
    struct err *e)
{
	if (at < p->at || at / DAY != l->day)
		return verify_bad(p->s, n, e, "its time is before the one before or not of its day");
	if (batch != n && (n == 0 || batch != p->batch))
		return verify_bad(p->s, n, e, "belongs to no commit");
	p->at = at;
	p->batch = batch;
	return true;
}

static bool
check_detail(struct detail_pass *p, int64_t n, const struct rows *leaf, const struct rows *r,
    struct err *e)
{
	struct span entry = rows_bytes(leaf, 0);
	struct err why = {0};
	struct detail d;
	struct leaf l;

	if (entry.len != LEAF_BYTES || !leaf_unpack(&l, entry.p, &why))
		return verify_bad(p->s, n, e, "is misshapen");
	if (!detail_row_read(&d, r, 1, &why) || !detail_row_agrees(&d, &l, &why))
		return verify_bad(p->s, n, e, "%.120s", why.text);
	if (detail_part_erased(&d.record) || detail_part_erased(&d.values))
		p->s->report->erased++;
	return check_beside(p, n, &l, rows_i64(leaf, 1), rows_i64(leaf, 2), e);
}

/* The detail row beside leaf n, if it is its. */
static bool
next_detail(struct detail_pass *p, struct rows *detail, int64_t n, struct err *e)
{
	struct err why = {0};
	int64_t number;

	if (!rows_next(detail, &why))
		return why.kind != ERR_NONE ? verify_broken(p->s, n, &why, e) :
		    verify_bad(p->s, n, e, "its detail row is missing");
	number = rows_i64(detail, 0);
	if (number == n)
		return true;
	return number > n ? verify_bad(p->s, n, e, "its detail row is missing") :
	    verify_bad(p->s, number, e, "a detail row without an entry");
}

static bool
run_details(struct detail_pass *p, struct err *e)
{
	DROP(rows_drop) struct rows *leaf = NULL, *detail = NULL;
	struct site *s = p->s;
	struct err why = {0};
	int64_t n = 0;

	if (!sql_ask(s->st, &leaf, &leaf_beside, &why) ||
	    !sql_ask(s->st, &detail, &detail_all, &why))
		return verify_broken(s, 0, &why, e);
	for (; n < p->end && rows_next(leaf, &why); n++) {
		TRY(next_detail(p, detail, n, e));
		TRY(check_detail(p, n, leaf, detail, e));
		verify_tell(s, "details", n + 1);
	}
	if (n < p->end)
		return verify_broken(s, n, &why, e);
	if (p->end == s->size && rows_next(detail, &why))
		return verify_bad(s, rows_i64(detail, 0), e, "a detail row without an entry");
	return why.kind == ERR_NONE ? true : verify_broken(s, n, &why, e);
}

bool
verify_details(struct site *s, int64_t end, struct err *e)
{
	struct detail_pass p = { .s = s, .end = end };

	return run_details(&p, e);
}
