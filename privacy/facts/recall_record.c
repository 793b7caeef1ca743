#include "privacy/facts/recall_record.h"

void
recalled_pack(struct buf *into, const struct recalled *r)
{
	buf_add(into, r->serial, sizeof(r->serial));
	pack_u8(into, r->status);
	pack_u8(into, r->reason);
	pack_i64(into, r->at);
	pack_i64(into, r->listed_at);
}

bool
recalled_unpack(struct recalled *r, struct span record, struct err *e)
{
	unpack_exact(&record, r->serial, sizeof(r->serial));
	r->status = unpack_u8(&record);
	r->reason = unpack_u8(&record);
	r->at = unpack_i64(&record);
	r->listed_at = unpack_i64(&record);
	return (unpack_end(&record, "recalled", NULL) && (r->status == CERT_REVOKED || r->status == CERT_SUSPENDED)) ||
	    FAIL(e, ERR_TAMPER, "not a revocation");
}
