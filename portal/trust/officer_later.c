/* portal/trust/officer_later.c - reports in which whom they concern is told later: the list. */
#include <stdlib.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/desk/case_facts.h"
#include "portal/trust/officer.h"
#include "portal/trust/routes.h"

static void later_drop(struct tellings_view **w) { wipe_free(*w); }

bool
tellings_show(struct visit *v, struct err *e)
{
	DROP(later_drop) struct tellings_view *w = calloc(1, sizeof(*w));
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "tellings");
	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_TELLINGS, &in, &out, &a, e));
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && w->n < COUNT(w->row) && !a.bad; i++) {
		struct telling_row *l = &w->row[w->n++];

		snprintf(l->decision, sizeof(l->decision), "%lld", (long long)unpack_i64(&a));
		snprintf(l->number, sizeof(l->number), "%lld", (long long)unpack_i64(&a));
		l->asked_at = unpack_i64(&a);
		l->openings = unpack_i64(&a);
		telling_read(&a, &l->is);
	}
	TRY(unpack_end(&a, "tellings", e));
	page_tellings(&v->page, v, w);
	return buf_ok(&v->page, e);
}
