/*
 * tests/bench/keeper_site.h - a running keeper for a bench: the real process, its socket, its disk.
 *
 * One site a program.  TROTH_KEEPER names the keeper (bin/troth-keeper when unset).
 */
#ifndef TESTS_BENCH_KEEPER_SITE_H
#define TESTS_BENCH_KEEPER_SITE_H
#include <pthread.h>
#include <sys/types.h>
#include "ledger/base/ipc.h"
#include "privacy/keeper/op.h"

#define SAMPLES	400000

struct client {			/* a member with five sealed fields, signed in */
	pthread_t	thread;
	struct ipc	*ipc;
	unsigned char	token[TOKEN_BYTES];
	float		*us;			/* what each view took */
	size_t		count;
};
struct views { size_t count; double p50_ms, p99_ms, most_ms; };

extern char bench_dir[64];		/* the state folder */

_Noreturn void give_up(const char *doing, const struct err *e);
double now_us(void);
/* The folder with its keys, before the keeper starts. */
void site_make(void);
/* Start it and wait until it answers; *operator (may be NULL) is a line of the control. */
pid_t keeper_start(struct ipc **operator);
bool keeper_halt(void);			/* the folder stays: keeper_start() goes on with it; true: it ended well */
bool keeper_stop(void);			/* the same, and the folder is removed */
struct ipc *bench_clerk(void);		/* the clerk's line, while the keeper runs */
/* The next mail of this kind: its link's token.  What comes before it is sent, too. */
void mail_take(unsigned kind, unsigned char token[TOKEN_BYTES]);
void call(struct ipc *ipc, uint32_t op, const struct buf *in, struct buf *out);
void member_make(struct client *me, int i);
void member_drop(struct client *me);
/* Each client looks at its own data again and again, until views_stop. */
void views_start(struct client *all, size_t n);
struct views views_stop(struct client *all, size_t n);
#endif
