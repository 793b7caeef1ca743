#include <string.h>
#include "portal/signer/crl.h"

void
crl_entry_add(struct crl *c, const unsigned char *serial, size_t n, int64_t at, uint8_t reason)
{
	struct buf *b = &c->entries;
	size_t seq = der_open(b, DER_SEQUENCE);

	der_bignum(b, serial, n);
	der_time(b, at < c->this_update ? at : c->this_update);
	if (reason != 0) {
		size_t list = der_open(b, DER_SEQUENCE), ext = der_open(b, DER_SEQUENCE), value;

		der_oid(b, &oid_reason);
		value = der_open(b, DER_OCTETS);
		der_put(b, DER_ENUMERATED, &reason, 1);
		der_close(b, value);
		der_close(b, ext);
		der_close(b, list);
	}
	der_close(b, seq);
}

static void
extensions(struct buf *b, const struct crl *c, const struct ca_key *issuer)
{
	size_t outer = der_open(b, DER_INSIDE(0)), list = der_open(b, DER_SEQUENCE);
	size_t ext = der_open(b, DER_SEQUENCE), value, seq;

	der_oid(b, &oid_aki);
	value = der_open(b, DER_OCTETS);
	seq = der_open(b, DER_SEQUENCE);
	der_put(b, DER_CONTEXT(0), issuer->ski, KEY_ID);
	der_close(b, seq);
	der_close(b, value);
	der_close(b, ext);

	ext = der_open(b, DER_SEQUENCE);
	der_oid(b, &oid_crl_number);
	value = der_open(b, DER_OCTETS);
	der_int(b, c->number);
	der_close(b, value);
	der_close(b, ext);

	if (c->part != NULL) {
		ext = der_open(b, DER_SEQUENCE);
		der_oid(b, &oid_idp);
		der_bool(b, true);
		value = der_open(b, DER_OCTETS);
		seq = der_open(b, DER_SEQUENCE);

		size_t point = der_open(b, DER_INSIDE(0)), full = der_open(b, DER_INSIDE(0));

		der_put(b, DER_CONTEXT(6), c->part, strlen(c->part));
		der_close(b, full);
		der_close(b, point);
		der_close(b, seq);
		der_close(b, value);
		der_close(b, ext);
	}
	der_close(b, list);
	der_close(b, outer);
}

bool
crl_build(struct buf *into, const struct crl *c, struct ca_key *issuer, struct err *e)
{
	DROP(buf_wipe) struct buf tbs = {0};
	size_t seq = der_open(&tbs, DER_SEQUENCE);

	der_int(&tbs, 1);		/* v2 */
	buf_add(&tbs, issuer->alg, 12);
	buf_add(&tbs, issuer->name.data, issuer->name.len);
	der_time(&tbs, c->this_update);
	der_time(&tbs, c->next_update);
	if (c->entries.len > 0)
		der_put(&tbs, DER_SEQUENCE, c->entries.data, c->entries.len);
	extensions(&tbs, c, issuer);
	der_close(&tbs, seq);
	TRY(buf_ok(&c->entries, e));
	TRY(buf_ok(&tbs, e));
	return ca_key_sign(issuer, span_buf(&tbs), into, e);
}

void
crl_wipe(struct crl *c)
{
	buf_wipe(&c->entries);
}
