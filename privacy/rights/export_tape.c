#include <string.h>
#include "privacy/rights/export_tape.h"

void
tape_section(struct buf *t, size_t section)
{
	pack_u8(t, TAPE_SECTION);
	pack_u8(t, (unsigned)section & 0xff);
}

void
tape_row(struct buf *t)
{
	pack_u8(t, TAPE_ROW);
}

void
tape_end(struct buf *t)
{
	pack_u8(t, TAPE_END);
}

void
tape_null(struct buf *t)
{
	pack_u8(t, VALUE_NULL);
}

void
tape_int(struct buf *t, int64_t v)
{
	pack_u8(t, VALUE_INT);
	pack_i64(t, v);
}

void
tape_bytes(struct buf *t, struct span s)
{
	pack_u8(t, VALUE_BYTES);
	pack_bytes(t, s.p, s.len);
}

void
tape_text(struct buf *t, const char *s)
{
	if (s == NULL)
		tape_null(t);
	else
		tape_bytes(t, span_text(s));
}

void
tape_list(struct buf *t, uint32_t n)
{
	pack_u8(t, VALUE_LIST);
	pack_u32(t, n);
}

void
tape_read(struct span *t, struct value *v)
{
	const unsigned char *from;

	*v = (struct value){ .kind = (enum tape_value)unpack_u8(t) };
	switch (v->kind) {
	case VALUE_NULL:
		return;
	case VALUE_INT:
		v->number = unpack_i64(t);
		return;
	case VALUE_BYTES:
		v->bytes = unpack_bytes(t);
		return;
	case VALUE_LIST:
		v->n = unpack_u32(t);
		from = t->p;
		for (uint32_t i = 0; i < v->n && !t->bad; i++)
			(void)unpack_bytes(t);
		v->bytes = span_of(from, t->bad ? 0 : (size_t)(t->p - from));
		return;
	}
	t->bad = true;
}
