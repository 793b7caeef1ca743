#include <string.h>
#include "portal/trust/event_facts.h"
#include "portal/trust/meeting.h"

void
event_facts_read(struct span *a, struct event_line *l, uint32_t *what, int64_t *until)
{
	int64_t begins, ends, east;

	snprintf(l->id, sizeof(l->id), "%lld", (long long)unpack_i64(a));
	*what = unpack_u32(a);
	begins = unpack_i64(a);
	ends = unpack_i64(a);
	east = unpack_i64(a);
	*until = unpack_i64(a);
	unpack_text(a, l->place, sizeof(l->place));
	if (!a->bad)
		event_when(begins, ends, east, l->when);
}

void
event_line_fill(struct event_line *l, const struct event_row *r)
{
	snprintf(l->id, sizeof(l->id), "%lld", (long long)r->id);
	snprintf(l->place, sizeof(l->place), "%s", r->place);
	l->capacity = r->capacity;
	event_when(r->begins, r->ends, r->east, l->when);
}

bool
event_do(struct visit *v, uint32_t op, const struct buf *more, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	int64_t id;

	TRY(tail_number(v, &id, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	if (more != NULL)
		buf_add(&in, more->data, more->len);
	return visit_ask(v, op, &in, &out, &a, e);
}

bool
once_go(struct visit *v, unsigned kind, const struct buf *about, const char *before, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char once[TOKEN_BYTES];
	char text[33], to[64];
	struct span a;

	visit_ask_begin(v, &in);
	pack_u8(&in, kind);
	pack_bytes(&in, about->data, about->len);
	pack_u8(&in, 0);
	TRY(visit_ask(v, KEEPER_ONCE_MINT, &in, &out, &a, e));
	unpack_exact(&a, once, sizeof(once));
	TRY(unpack_end(&a, "one-use address", e));
	token_text(once, text);
	snprintf(to, sizeof(to), "%s%s", before, text);
	return visit_go(v, false, to, e);
}

bool
once_ask(struct visit *v, unsigned kind, struct buf *out, struct span *content, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	unsigned char once[TOKEN_BYTES];
	struct span a;

	if (!token_parse(v->tail, once))
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "one-use address: shape");
	buf_add(&in, once, sizeof(once));
	TRY(visit_ask_open(v, KEEPER_ONCE_TAKE, &in, out, &a, e));
	if (unpack_u8(&a) != kind)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "one-use address: of something else");
	unpack_u8(&a);
	*content = unpack_bytes(&a);
	return unpack_end(&a, "one-use address", e);
}
