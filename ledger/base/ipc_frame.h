/*
 * ledger/base/ipc_frame.h - the bytes of a frame's head, shared by both ends.
 *
 * Request: u32 op, u32 length, u64 id, then length bytes.
 * Answer:  u32 op, u32 length, u64 id, u32 err_kind, u32 why, then length - 8 bytes.
 * All big-endian.  HELLO's body is the peer's name as pack_text() and 32 bytes.
 *
 * Stands on pack.  Private to ipc*.c; neither reads nor writes a descriptor.
 */
#ifndef LEDGER_BASE_IPC_FRAME_H
#define LEDGER_BASE_IPC_FRAME_H
#include <sys/un.h>
#include "ledger/base/ipc.h"

#define IPC_HEAD	16u		/* bytes before a request's body */
#define IPC_VERDICT	8u		/* bytes of kind and why in an answer */
#define IPC_ANSWER_HEAD	(IPC_HEAD + IPC_VERDICT)
#define IPC_NAME_MAX	32u		/* bytes of a peer's name with its NUL */
#define IPC_HELLO_MIN	(4u + IPC_SECRET)
#define IPC_HELLO_MAX	(4u + IPC_NAME_MAX + IPC_SECRET)
#define IPC_SHARE_HELD	1u		/* why of a HELLO refused as ERR_BUSY: the peer has its share of connections */

struct ipc_head { uint32_t op, length; uint64_t id; };

void ipc_head_write(unsigned char into[IPC_HEAD], const struct ipc_head *h);
void ipc_head_read(struct ipc_head *h, const unsigned char from[IPC_HEAD]);
/* What follows the head of an answer: an err_kind (0: none) and a why. */
void ipc_verdict_write(unsigned char into[IPC_VERDICT], uint32_t kind, uint32_t why);
/* Fill *a from path.  ERR_INPUT when it does not fit in sun_path. */
bool ipc_address(struct sockaddr_un *a, const char *path, struct err *e) MUST;
/* The smaller of what is left until the clock_mono_ms() time `until` and most; never below 0. */
int ipc_left_ms(int64_t until, int most);
#endif
