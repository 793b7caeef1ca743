#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include "ledger/base/clock.h"
#include "portal/control/command.h"
#include "portal/control/file.h"
#include "portal/control/passphrase.h"
#include "portal/control/root_file.h"
#include "portal/control/state.h"
#include "portal/signer/root_list.h"
#include "portal/signer/settings.h"

bool
command_root_list(struct command *c, struct err *e)
{
	DROP(state_close) struct state s = { .lock = -1 };
	DROP(root_file_close) struct root_file file = ROOT_FILE;
	DROP(buf_wipe) struct buf list = {0};
	char passphrase[PASSPHRASE] = "", key[4096], end[21];
	int64_t life = c->set.root_list_life;
	bool good;

	/* A path is meant from where one stands, not from the state folder. */
	if (realpath(c->word[0], key) == NULL)
		return FAIL(e, ERR_IO, "%s: there is no such file", c->word[0]);
	TRY(state_visit(&s, c->line.state, e));
	TRY(root_file_open(&file, e));
	good = passphrase_read(passphrase, e) && root_list_next(&list, "signer", key, passphrase, life, NULL, e);
	sodium_memzero(passphrase, sizeof(passphrase));
	TRY(good);
	TRY(root_file_put(&file, &list, e));
	clock_iso(clock_now() + life, end);
	printf("The root's list is new, and good until %.10s.  Take the key away again.\n", end);
	return true;
}
