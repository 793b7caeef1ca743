#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "portal/control/command.h"
#include "portal/control/file.h"
#include "portal/control/state.h"
#include "portal/signer/root_list.h"
#include "portal/signer/settings.h"

#define PASSPHRASE	80

/* One line from standard input; a terminal does not show it. */
static bool
passphrase_read(char into[PASSPHRASE], struct err *e)
{
	struct termios was, quiet;
	bool terminal = tcgetattr(STDIN_FILENO, &was) == 0, good;

	if (terminal) {
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		fputs("The pass-phrase of the root's key: ", stderr);
		if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) != 0)
			return FAIL(e, ERR_IO, "the terminal cannot be kept from showing the pass-phrase");
	}
	setvbuf(stdin, NULL, _IONBF, 0);	/* no second copy */
	good = fgets(into, PASSPHRASE, stdin) != NULL;
	if (terminal) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
		fputs("\n", stderr);
	}
	into[good ? strcspn(into, "\r\n") : 0] = '\0';
	return into[0] != '\0' || FAIL(e, ERR_INPUT, "write the pass-phrase of the root's key on standard input, as one line");
}

bool
command_root_list(struct command *c, struct err *e)
{
	DROP(state_close) struct state s = { .lock = -1 };
	DROP(buf_wipe) struct buf list = {0};
	char passphrase[PASSPHRASE] = "", key[4096], end[21];
	int64_t life = c->set.root_list_life;
	bool good;

	/* A path is meant from where one stands, not from the state folder. */
	if (realpath(c->word[0], key) == NULL)
		return FAIL(e, ERR_IO, "%s: there is no such file", c->word[0]);
	TRY(state_visit(&s, c->line.state, e));
	good = passphrase_read(passphrase, e) && root_list_next(&list, "signer", key, passphrase, life, e);
	sodium_memzero(passphrase, sizeof(passphrase));
	TRY(good);
	TRY(file_put("signer/root.crl", list.data, list.len, 0644, e));
	TRY(file_put("www" SIGNER_PATH_ROOT_CRL, list.data, list.len, 0644, e));
	clock_iso(clock_now() + life, end);
	printf("The root's list is new, and good until %.10s.  Take the key away again.\n", end);
	return true;
}
