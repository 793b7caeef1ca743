/* ledger/base/banned.h - calls this house does without; forced in by -include. */
#ifndef LEDGER_BASE_BANNED_H
#define LEDGER_BASE_BANNED_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#undef alloca	/* a macro in glibc: poison wants a bare name */
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok atoi atol
#pragma GCC poison gmtime localtime asctime ctime alloca srand gets popen system
/* Not poisoned: OpenSSL's headers name parameters so.  A call fails to compile. */
#define rand()	rand_is_banned_use_randombytes_buf
#endif
