#include "portal/web/walls.h"

static const char *const reads[] = { "-/dev/urandom", "-/dev/null", NULL };
static const char *const writes[] = { "site", NULL };

const struct jail_spec worker_walls = { .read = reads, .write = writes, .net = JAIL_UNIX };
