#include "portal/web/walls.h"

static const char *const reads[] = { "-/dev/urandom", "-/dev/null", NULL };
static const char *const writes[] = { "site", NULL };

static const char *const parent_writes[] = { "site", "run", NULL };

const struct jail_spec parent_walls = { .read = reads, .write = parent_writes, .net = JAIL_UNIX };
const struct jail_spec worker_walls = { .read = reads, .write = writes, .net = JAIL_UNIX };
