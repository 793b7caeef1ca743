/*
 * privacy/facts/issuers_said.c - which issuers were ever made, by what the ledger says.
 *
 * The signer's folder may have been brought back from a copy older than its newest issuers.  Of those the site's own
 * entries still speak: each was written before the issuer was there (portal/control/issuer.c), and no entry is ever taken away.
 *
 * Stands on trail, record.
 */
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define SLICE	512	/* entries read in one call: whoever waits for the keeper waits some milliseconds */
#define NAME	32

/* "issuer: new, robot-tls-2, certificate ..." */
static bool
name_of(const char *object, char into[NAME])
{
	size_t n = sizeof(ISSUER_NEW) - 1, len;

	if (strncmp(object, ISSUER_NEW, n) != 0)
		return false;
	len = strcspn(object + n, ",");
	if (len == 0 || len >= NAME)
		return false;
	memcpy(into, object + n, len);
	into[len] = '\0';
	return true;
}

bool
op_issuers_said(struct keeper *k, struct act *a, struct err *e)
{
	DROP(trail_entry_wipe) struct trail_entry l = {0};
	DROP(buf_wipe) struct buf names = {0};
	int64_t before = unpack_i64(&a->in), entries, from, left;
	char name[NAME];
	uint32_t n = 0;

	TRY(act_read(a, e));
	TRY(keeper_entries(k, &k->site, &entries, e));
	from = before == 0 || before > entries ? entries : before - 1;
	left = from > SLICE ? from - SLICE : 0;
	for (int64_t i = from; i > left; i--) {
		TRY(i == from ? trail_find(k, &k->site, i - 1, &l, e) : trail_older(k, &k->site, &l, e));
		if (!name_of(l.opened.object, name))
			continue;
		pack_text(&names, name);
		n++;
	}
	pack_i64(a->out, left == 0 ? 0 : left + 1);
	pack_u32(a->out, n);
	buf_add(a->out, names.data, names.len);
	return before >= 0 ? buf_ok(&names, e) : FAIL(e, ERR_INPUT, "issuers said: before %lld", (long long)before);
}
