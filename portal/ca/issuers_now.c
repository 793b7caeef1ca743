#include <stdio.h>
#include <string.h>
#include "ledger/base/log.h"
#include "portal/ca/issuers_now.h"
#include "portal/signer/op.h"

#define WAIT_MS	2000

/* A later generation of the same kind signs in place of those before. */
static struct published *
add(struct issuers_now *l, unsigned number)
{
	for (size_t i = 0; i < l->n; i++)
		if (issuer_profile(l->number[i]) == issuer_profile(number))
			l->p[i].replaced = true;
	l->number[l->n] = number;
	issuer_name(l->name[l->n], number);
	return &l->p[l->n++];
}

static bool
read_one(struct issuers_now *l, struct span *a, struct err *e)
{
	unsigned number = unpack_u8(a);
	int64_t revoked_at = unpack_i64(a);
	struct span der = unpack_bytes(a);
	char file[ISSUER_NAME + 8];
	struct published *p;

	if (a->bad || issuer_profile(number) == 0)
		return FAIL(e, ERR_IO, "issuer %u", number);
	p = add(l, number);
	snprintf(file, sizeof(file), "issuer-%s", l->name[l->n - 1]);
	TRY(published_of(p, file, der, e));
	p->revoked_at = revoked_at;
	return true;
}

static bool
ask(struct visit *v, struct issuers_now *l, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;
	uint32_t n;

	TRY(ipc_call(v->signer, SIGNER_CHAIN, &in, &out, WAIT_MS, e));
	a = span_buf(&out);
	(void)unpack_bytes(&a);
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && i < ISSUERS_MOST; i++)
		TRY(read_one(l, &a, e));
	return unpack_end(&a, "issuers", e);
}

void
issuers_now(struct visit *v, struct issuers_now *l)
{
	struct err e = {0};

	memset(l, 0, sizeof(*l));
	l->known = ask(v, l, &e);
	if (l->known)
		return;
	log_err("the issuers", &e);
	memset(l, 0, sizeof(*l));
}
