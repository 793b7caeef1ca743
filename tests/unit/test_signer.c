/* tests/unit/test_signer.c - who may ask the running signer, and a store that was put back. */
#include "tests/unit/signer_judge.h"

/* A store put back to yesterday is known by the journal beside it. */
static void
test_put_back(void **state)
{
	DROP(signer_issued_wipe) struct signer_issued i = {0};
	DROP(ticket_wipe) struct ticket t = {0};
	DROP(buf_wipe) struct buf req = {0};
	char store[256], old[256], shell[1024];
	int status;

	(void)state;
	assert_int_equal(site_stop(&site, SIGTERM), 0);
	path_of(store, "signer/book.sqlite");
	path_of(old, "old");
	snprintf(shell, sizeof(shell), "mkdir %s && cp %s* %s/", old, store, old);
	JUDGE(&site, "/bin/sh", "-c", shell);
	site_start(&site, NULL, 0);
	one(&t, &req, &i, PROFILE_ROBOT_TLS);
	assert_int_equal(site_stop(&site, SIGTERM), 0);
	snprintf(shell, sizeof(shell), "mkdir %s/new && mv %s* %s/new && cp %s/book.sqlite* %s/signer/", site.dir, store, site.dir, old, site.dir);
	JUDGE(&site, "/bin/sh", "-c", shell);
	status = RUN(&site, site.program, "--state", site.dir);
	assert_int_equal(status, 1);
	assert_non_null(strstr(out_text(&site), "older store"));
	snprintf(shell, sizeof(shell), "rm %s* && mv %s/new/* %s/signer/", store, site.dir, site.dir);
	JUDGE(&site, "/bin/sh", "-c", shell);
	site_start(&site, NULL, 0);
}

/* The clerk may not ask for certificates, a stranger for nothing. */
static void
test_peers(void **state)
{
	DROP(buf_wipe) struct buf in = {0};
	DROP(buf_wipe) struct buf out = {0};
	struct ipc *c = NULL;
	unsigned char wrong[IPC_SECRET] = {0};
	char path[256];

	(void)state;
	path_of(path, "run/signer.sock");
	assert_false(ipc_open(&c, path, "portal", wrong, 2000, NULL) && ipc_call(c, SIGNER_READY, NULL, NULL, 2000, NULL));
	ipc_drop(&c);
	pack_bytes(&in, "x", 1);
	pack_bytes(&in, "y", 1);
	assert_false(ipc_call(site.clerk, SIGNER_ISSUE, &in, &out, 2000, NULL));
	GOOD(signer_ready(site.clerk, e));
}

GROUP(group_start, cmocka_unit_test(test_put_back), cmocka_unit_test(test_peers))
