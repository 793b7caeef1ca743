/*
 * portal/web/walls.h - what a worker of the portal may still reach once it serves.
 *
 * Paths are relative to the state folder.  Stands on ledger/base/jail.h, which
 * closes them; a test puts a program of its own behind the very same walls.
 */
#ifndef PORTAL_WEB_WALLS_H
#define PORTAL_WEB_WALLS_H
#include "ledger/base/jail.h"

extern const struct jail_spec worker_walls;
/* Of their parent, which makes and ends them and takes its socket away when it stops. */
extern const struct jail_spec parent_walls;
#endif
