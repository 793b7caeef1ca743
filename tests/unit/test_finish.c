/* tests/unit/test_finish.c - what was signed when the signer died reaches the keeper all the same. */
#include "tests/unit/signer_judge.h"
#include "ledger/journal.h"

static bool
count_one(void *self_, int64_t number, const unsigned char hash[LEAF_HASH], struct err *e)
{
	(void)number, (void)hash, (void)e;
	(*(size_t *)self_)++;
	return true;
}

/* kill -9 after the answer: nothing acknowledged is lost, the clerk finishes. */
static void
test_killed(void **state)
{
	DROP(signer_issued_wipe) struct signer_issued i = {0};
	DROP(signer_issued_wipe) struct signer_issued again = {0};
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf req = {0};
	DROP(buf_wipe) struct buf sealed = {0};
	DROP(buf_wipe) struct buf receipt = {0};
	struct signer_state st;
	char journal[256];
	size_t before = 0, after = 0;

	(void)state;
	path_of(journal, "signer/journal");
	GOOD(journal_each(journal, count_one, &before, e));
	one(&t, &req, &i, PROFILE_ASSURED_TLS);
	(void)site_stop(&site, SIGKILL);
	site_start(&site, NULL, 0);
	BAD(issue(&site, &t, &req, &again, e), ERR_CONFLICT, SIGNER_WHY_SEALED);
	GOOD(signer_pending(site.clerk, t.id, &sealed, &receipt, e));
	assert_memory_equal(receipt.data, i.receipt.data, receipt.len);
	GOOD(signer_by_serial(site.portal, t.serial, &st, e));
	assert_int_equal(st.status, CERT_VALID);
	GOOD(signer_stored(site.clerk, t.id, e));
	GOOD(journal_each(journal, count_one, &after, e));
	assert_int_equal(after, before + 1);
}

GROUP(group_start, cmocka_unit_test(test_killed))
