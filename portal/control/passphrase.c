#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "portal/control/passphrase.h"

bool
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
