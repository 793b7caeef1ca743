#include "portal/trust/stands.h"

bool
published_tell(struct visit *v, int64_t id, const struct announced *rows, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	struct err gone = {0};

	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	if (visit_ask_open(v, KEEPER_PUBLISHED_STANDS, &in, &out, &a, e))
		return unpack_end(&a, "stands", e);
	if (e->kind == ERR_ABSENT && !announced_remove(v->store, rows, id, &gone))
		*e = gone;
	return false;
}
