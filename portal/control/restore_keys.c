#include <inttypes.h>
#include <sodium.h>
#include "ledger/base/clock.h"
#include "ledger/journal.h"
#include "ledger/tombstone.h"
#include "portal/control/file.h"
#include "portal/control/restore.h"
#include "privacy/vault/key.h"

static const char *const schemas[] = { keys_schema, NULL };
static const struct store_spec spec = { .name = "keys", .schemas = schemas, .schema_version = KEYS_SCHEMA_VERSION };

struct dropping { struct erased *said; struct keys *keys; struct buf list; };

static void
dropping_wipe(struct dropping *d)
{
	buf_wipe(&d->list);
}

static bool
drop_key(struct dropping *d, int64_t id, struct err *e)
{
	unsigned char key[SEAL_KEY];
	struct err why = {0};
	bool here = keys_get(d->keys, id, key, &why);

	sodium_memzero(key, sizeof(key));
	if (!here && why.kind != ERR_ABSENT)
		return FAIL(e, why.kind, "key %" PRId64 ": %.150s", id, why.text);
	if (!here) {
		d->said->gone++;
		return true;
	}
	TRY(keys_destroy(d->keys, id, clock_now(), e));
	d->said->dropped++;
	return true;
}

static bool
obey(void *self, int64_t number, const unsigned char hash[LEAF_HASH], struct err *e)
{
	struct dropping *d = self;
	struct tombstone t;

	if (!tombstone_is(number))
		return true;
	tombstone_read(&t, number, hash);
	d->said->tombstones++;
	pack_i64(&d->list, t.erasure);
	pack_i64(&d->list, t.key);
	pack_i64(&d->list, t.tags);
	TRY(drop_key(d, t.key, e));
	return drop_key(d, t.tags, e);
}

/* Nothing serves yet: what the list names is gone before anybody could ask for it. */
bool
restore_erasures(const char *journal, struct erased *said, struct err *e)
{
	DROP(store_drop) struct store *st = NULL;
	DROP(keys_drop) struct keys *keys = NULL;
	DROP(dropping_wipe) struct dropping d = { .said = said };

	*said = (struct erased){0};
	TRY(store_open(&st, &spec, "keeper/keys.db", e));
	TRY(keys_open(&keys, st, "keeper/root.key", e));
	d.keys = keys;
	TRY(journal_each(journal, obey, &d, e));
	TRY(buf_ok(&d.list, e));
	/* Their rows are the keeper's: it finds them by this list before it serves. */
	return d.list.len == 0 || file_put("keeper/erased", d.list.data, d.list.len, 0600, e);
}
