#include <sys/resource.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/pulse.h"
#include "privacy/start.h"

#define DESCRIPTORS_LEAST 256	/* with fewer the portal's threads fall one after the other */
#define DESCRIPTORS	4096	/* beside the connections of keeper, signer or prover */

/* A connection is one descriptor, a thread of the portal has some eight: more than the 1,024 that are usual. */
static bool
room_for_descriptors(const struct settings *set, struct err *e)
{
	rlim_t wanted = (rlim_t)settings_connections(set) + DESCRIPTORS;
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return FAIL(e, ERR_IO, "descriptors: %s", strerror(errno));
	if (r.rlim_cur == RLIM_INFINITY || r.rlim_cur >= wanted)
		return true;
	r.rlim_cur = r.rlim_max == RLIM_INFINITY || r.rlim_max > wanted ? wanted : r.rlim_max;
	if (r.rlim_cur < DESCRIPTORS_LEAST)
		return FAIL(e, ERR_DENIED, "%llu open files are allowed and %d needed at least: raise `ulimit -n`, or LimitNOFILE of the unit",
		    (unsigned long long)r.rlim_cur, DESCRIPTORS_LEAST);
	return setrlimit(RLIMIT_NOFILE, &r) == 0 || FAIL(e, ERR_IO, "descriptors: %s", strerror(errno));
}

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
	return room_for_descriptors(into, e);
}
