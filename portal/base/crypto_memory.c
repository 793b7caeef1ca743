#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "portal/base/crypto_memory.h"

static _Thread_local bool was_short;

static void *
take(size_t n, const char *file, int line)
{
	void *p = n == 0 ? NULL : malloc(n);

	(void)file;
	(void)line;
	was_short = was_short || (p == NULL && n > 0);
	return p;
}

static void
give(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	wipe_free(p);
}

/* realloc() itself would leave the old place as it was. */
static void *
take_more(void *p, size_t n, const char *file, int line)
{
	size_t had = p == NULL ? 0 : malloc_usable_size(p);
	void *more;

	if (n == 0) {
		give(p, file, line);
		return NULL;
	}
	if ((more = take(n, file, line)) == NULL)
		return NULL;
	if (had > 0)
		memcpy(more, p, had < n ? had : n);
	give(p, file, line);
	return more;
}

bool
crypto_memory_wipes(struct err *e)
{
	return CRYPTO_set_mem_functions(take, take_more, give) == 1 ||
	    FAIL(e, ERR_CONFLICT, "OpenSSL has memory already");
}

bool
crypto_memory_short(void)
{
	bool was = was_short;

	was_short = false;
	return was;
}
