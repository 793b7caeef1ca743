#include "portal/trust/stands.h"

bool
published_tell(struct visit *v, int64_t id, row_remover *remove_row, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	struct err gone = {0};

	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	if (visit_ask_open(v, KEEPER_PUBLISHED_STANDS, &in, &out, &a, e))
		return unpack_end(&a, "stands", e);
	if (e->kind == ERR_ABSENT && !remove_row(v->store, id, &gone))
		*e = gone;
	return false;
}
