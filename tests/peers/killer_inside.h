/* tests/peers/killer_inside.h - what the parts of killer.so share. */
#ifndef TESTS_PEERS_KILLER_INSIDE_H
#define TESTS_PEERS_KILLER_INSIDE_H
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "tests/peers/killer.h"

#pragma GCC visibility push(hidden)
struct own_code { uintptr_t base, from, to; };	/* of the program */
extern struct own_code killer_own;
extern struct orders *killer_orders;		/* NULL: none */

bool killer_named(void);			/* is this the process the test named? */
bool killer_goes(enum manner m);
bool killer_hit(const char *call);		/* a step: is it the one? */
void killer_note(const char *call);		/* it was */
bool killer_on_disk(int fd);			/* a regular file */
bool killer_in_pieces(int fd);			/* what goes there or comes from there may do so in pieces: no packets */
void killer_disk_error(void);			/* errno of a disk that fails */
#pragma GCC visibility pop

/* The next one of that name: a sanitizer's, or libc's. */
#define NEXT(result, name, ...) \
	static result (*next)(__VA_ARGS__); \
	if (next == NULL) \
		*(void **)(&next) = dlsym(RTLD_NEXT, name)

#define OR_FAILS(name, none)	do { if (killer_goes(FAILS) && killer_hit(name)) { killer_disk_error(); return none; } } while (0)
#define OR_SHORT(name, fd, n)	do { if ((n) > 1 && killer_goes(SHORT) && killer_in_pieces(fd) && killer_hit(name)) (n) = 1; } while (0)
/* No signal interrupts what is done to a file. */
#define OR_INTERRUPTED(name, fd) \
	do { if (killer_goes(INTERRUPTED) && !killer_on_disk(fd) && killer_hit(name)) { errno = EINTR; return -1; } } while (0)
#endif
