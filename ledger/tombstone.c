#include <string.h>
#include "ledger/tombstone.h"

bool
tombstone_is(int64_t number)
{
	return number < 0;
}

static void
put_i64(unsigned char *into, int64_t v)
{
	for (int i = 0; i < 8; i++)
		into[i] = (unsigned char)((uint64_t)v >> (56 - 8 * i));
}

void
tombstone_write(const struct tombstone *t, int64_t *number, unsigned char hash[LEAF_HASH])
{
	*number = INT64_MIN + t->entry;
	put_i64(hash, t->erasure);
	put_i64(hash + 8, t->key);
	put_i64(hash + 16, t->tags);
	memcpy(hash + 24, t->leaf, TOMBSTONE_LEAF);
}

void
tombstone_read(struct tombstone *t, int64_t number, const unsigned char hash[LEAF_HASH])
{
	struct span s = span_of(hash, LEAF_HASH);

	t->entry = number - INT64_MIN;
	t->erasure = unpack_i64(&s);
	t->key = unpack_i64(&s);
	t->tags = unpack_i64(&s);
	memcpy(t->leaf, hash + 24, TOMBSTONE_LEAF);
}
