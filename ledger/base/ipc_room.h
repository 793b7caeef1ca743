/*
 * ledger/base/ipc_room.h - who may have how much of a server's room; private to the ipc files.
 *
 * A process that was seized has its channel secret and may open as many connections as it likes.
 * Whatever it takes, each other peer still finds a sixteenth of the room, and so do callers that
 * have not said who they are yet: those have an eighth for themselves.  Beyond that the room is
 * whoever's comes first.  Stands on ipc_conn.  Does not accept, close or answer.
 */
#ifndef LEDGER_BASE_IPC_ROOM_H
#define LEDGER_BASE_IPC_ROOM_H
#include "ledger/base/ipc_conn.h"

#define IPC_ROOM_LEAST	16u	/* connections: fewer can't be shared out */
#define IPC_ROOM_PEERS	14u	/* that each find their sixteenth beside the strangers' eighth */

/* May one more connection be this peer's, and each other one still find its own share? */
bool ipc_room_peer(const struct ipc_server *s, unsigned bit);
/* How many have not said who they are, and in *silent who of them was heard of longest ago (NULL: none). */
size_t ipc_room_strangers(const struct ipc_server *s, struct ipc_conn **silent);
size_t ipc_room_strangers_most(const struct ipc_server *s);
#endif
