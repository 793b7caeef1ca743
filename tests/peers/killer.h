/* tests/peers/killer.h - what a test tells killer.c, in a file that both map: in the machine's byte order, its places known to killer.mjs. */
#ifndef TESTS_PEERS_KILLER_H
#define TESTS_PEERS_KILLER_H
#include <stdatomic.h>
#include <stdint.h>

enum manner { BEFORE, HALF, FAILS, REFUSES, SCARCE, INTERRUPTED, SHORT };	/* HALF: of what is written, some arrives */
enum who { THE_PROCESS = 1, ITS_CHILDREN };	/* those that it forked and that did not become another program */
#define WAYS	8192		/* through one program */

struct orders {
	char		program[32];	/* "troth-keeper" */
	uint32_t	who, manner;
	_Atomic int32_t	left;		/* steps until the last one; 0 and below: nobody dies */
	_Atomic uint32_t steps;		/* of the named ones, since the test wrote 0 */
	_Atomic uint32_t dead;		/* pid of who was ended */
	char		call[20];	/* in which call */
	int64_t		since_ns, rate, ahead_ns;	/* time for those who start others again */
	uint32_t	every;		/* again after so many; 0: once */
	uint32_t	fresh;		/* so many functions make a way; 0: any request is a step */
	_Atomic uint32_t refused;	/* how often, since the test wrote 0 */
	uint32_t	error;		/* errno of a disk that fails; 0: EIO */
	int64_t		wall_s;		/* everybody's clock stands so far ahead of the machine's */
	_Atomic uint64_t gone[WAYS];	/* ways by which one was refused */
};
#endif
