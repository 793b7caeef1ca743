#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/pulse.h"
#include "privacy/start.h"

bool
start_read(struct conf **keep, struct settings *into, int argc, char **argv, struct err *e)
{
	struct command_line line;

	*keep = NULL;
	TRY(command_line_read(&line, argc, argv, e));
	TRY(settings_load(keep, into, line.state, line.sets, line.set_count, e));
	clock_shift(into->clock_shift);
	if (chdir(line.state) != 0)
		return FAIL(e, ERR_IO, "%s: %s", line.state, strerror(errno));
	if (sodium_init() < 0)
		return FAIL(e, ERR_CRYPTO, "libsodium does not start");
	pulse_open(into->hang_limit);
	return true;
}
