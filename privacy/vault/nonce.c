#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include "privacy/vault/nonce.h"

#define AHEAD	10		/* 240 bytes: what the system gives in one piece */

static _Thread_local struct { size_t left; unsigned char nonce[AHEAD][SEAL_NONCE]; } ahead;
static bool forks_are_told;

void
nonce_drop(void)
{
	ahead.left = 0;
}

static void
tell_of_forks(void)
{
	forks_are_told = pthread_atfork(NULL, NULL, nonce_drop) == 0;
}

void
nonce_draw(unsigned char into[SEAL_NONCE])
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, tell_of_forks);
	if (!forks_are_told) {
		randombytes_buf(into, SEAL_NONCE);
		return;
	}
	if (ahead.left == 0) {
		randombytes_buf(ahead.nonce, sizeof(ahead.nonce));
		ahead.left = AHEAD;
	}
	memcpy(into, ahead.nonce[--ahead.left], SEAL_NONCE);
}
