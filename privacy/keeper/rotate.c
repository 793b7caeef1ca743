/*
 * The vault's root key is replaced, a slice of keys a call: by an operator, or by the
 * clerk when its time has come.  What was wrapped by a version and erased since is gone
 * from old copies of the key store, too, once that version is destroyed.
 */
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define SLICE	512		/* keys in one call: whoever waits for the keeper waits some milliseconds */
#define EARLY	DAY		/* the clerk comes hourly; a day in hand keeps it within the life promised */

static bool
note(struct keeper *k, const struct act *a, const char *words, struct err *e)
{
	if (a->ask->peer == KEEPER_PEER_CLERK)
		return keeper_record_self(k, PURPOSE_SITE, words, a->now, e);
	return keeper_record_site(k, PURPOSE_SITE, words, a->now, NULL, e);
}

/* Versions whose time after their replacement is over. */
static bool
retire(struct keeper *k, const struct act *a, struct err *e)
{
	struct keys *keys = vault_keys(k->vault);
	char words[DETAIL_OBJECT];
	int64_t gone;

	TRY(keys_retire_roots(keys, a->now - KEYS_ROOT_KEPT, &gone, e));
	if (gone == 0)
		return true;
	snprintf(words, sizeof(words), "root key: %lld older version%s destroyed, all keys are under version %lld",
	    (long long)gone, gone == 1 ? "" : "s", (long long)keys_root_version(keys));
	return note(k, a, words, e);
}

static bool
begin(struct keeper *k, const struct act *a, struct err *e)
{
	struct keys *keys = vault_keys(k->vault);
	char words[DETAIL_OBJECT];

	TRY(keys_rotate_begin(keys, a->now, e));
	snprintf(words, sizeof(words), "root key: version %lld begins", (long long)keys_root_version(keys));
	return note(k, a, words, e);
}

static bool
slice(struct keeper *k, const struct act *a, int64_t *done, int64_t *left, struct err *e)
{
	struct keys *keys = vault_keys(k->vault);
	char words[DETAIL_OBJECT];

	TRY(keys_rotate_some(keys, SLICE, done, left, e));
	if (*done == 0 || *left > 0)
		return true;
	snprintf(words, sizeof(words), "root key: version %lld wraps all keys; older ones are destroyed after %d days",
	    (long long)keys_root_version(keys), KEYS_ROOT_KEPT / DAY);
	return note(k, a, words, e);
}

bool
op_rotate(struct keeper *k, struct act *a, struct err *e)
{
	struct keys *keys = vault_keys(k->vault);
	uint8_t now = unpack_u8(&a->in);
	struct keys_root r;
	int64_t done, left;

	TRY(act_read(a, e));
	if (now > 1 || (now == 1 && a->ask->peer != KEEPER_PEER_CONTROL))
		return FAIL(e, ERR_INPUT, "rotate: the clerk rotates when it is due");
	TRY(keys_rotate_left(keys, &left, e));
	if (left == 0)
		TRY(retire(k, a, e));
	TRY(keys_root_look(keys, &r, e));
	if (left == 0 && (now == 1 || a->now >= r.made_at + KEYS_ROOT_LIFE - EARLY))
		TRY(begin(k, a, e));
	TRY(slice(k, a, &done, &left, e));
	TRY(keys_root_look(keys, &r, e));
	pack_i64(a->out, r.version);
	pack_i64(a->out, r.made_at);
	pack_i64(a->out, done);
	pack_i64(a->out, left);
	pack_i64(a->out, r.versions);
	pack_i64(a->out, r.oldest_over == 0 ? 0 : r.oldest_over + KEYS_ROOT_KEPT);
	return true;
}
