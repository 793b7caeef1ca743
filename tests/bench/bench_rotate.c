/*
 * tests/bench/bench_rotate.c - the root key is replaced on a site of 200,000 members that is in use.
 *
 * Two keys a member.  Eight clients look at their data meanwhile: what the slices
 * cost them is what their slowest answers say.  Exits 1 when the whole took a minute
 * or longer, or somebody waited a second.
 */
#include <sodium.h>
#include <unistd.h>
#include "privacy/keeper/schema.h"
#include "privacy/vault/key.h"
#include "tests/bench/keeper_site.h"

#define MEMBERS	200000
#define AT_ONCE	2000		/* keys of one commit, while the site is being made */
#define CLIENTS	8
#define AIM_S	60
#define WAIT_MS	1000

static void
keys_fill(void)
{
	static enum key_kind kinds[AT_ONCE];
	static int64_t ids[AT_ONCE];
	DROP(store_drop) struct store *st = NULL;
	DROP(keys_drop) struct keys *k = NULL;
	struct err e = {0};
	char path[128], root[128];

	snprintf(path, sizeof(path), "%s/keeper/keys.db", bench_dir);
	snprintf(root, sizeof(root), "%s/keeper/root.key", bench_dir);
	for (size_t i = 0; i < AT_ONCE; i++)
		kinds[i] = i % 2 == 0 ? KEY_SUBJECT : KEY_TAGS;
	if (!store_open(&st, &keys_store_spec, path, &e) || !keys_open(&k, st, root, &e))
		give_up("keys", &e);
	for (int64_t n = 0; n < 2 * MEMBERS; n += AT_ONCE)
		if (!keys_create(k, kinds, AT_ONCE, 1000000000 + n, 1, ids, &e))
			give_up("keys", &e);
}

/* One slice: how many keys are left. */
static int64_t
slice(struct ipc *operator, uint8_t begin)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;

	pack_u8(&in, begin);
	call(operator, KEEPER_ROTATE, &in, &out);
	s = span_buf(&out);
	for (int i = 0; i < 3; i++)
		unpack_i64(&s);
	return unpack_i64(&s);
}

int
main(void)
{
	static struct client client[CLIENTS];
	struct ipc *operator = NULL;
	struct views before, during;
	double start, took;
	bool good;

	if (sodium_init() < 0)
		return 1;
	site_make();
	keys_fill();
	keeper_start(&operator);
	for (int i = 0; i < CLIENTS; i++)
		member_make(&client[i], i);
	views_start(client, CLIENTS);
	sleep(2);
	before = views_stop(client, CLIENTS);
	views_start(client, CLIENTS);
	start = now_us();
	for (uint8_t begin = 1; slice(operator, begin) > 0; begin = 0)
		;
	took = (now_us() - start) / 1e6;
	during = views_stop(client, CLIENTS);
	printf("rotation: %d members' keys in %.1f s while serving; %d clients' views p50 %.2f, p99 %.2f, most %.1f ms"
	    " (before: %.2f, %.2f, %.1f)\n", MEMBERS, took, CLIENTS, during.p50_ms, during.p99_ms, during.most_ms,
	    before.p50_ms, before.p99_ms, before.most_ms);
	for (int i = 0; i < CLIENTS; i++)
		member_drop(&client[i]);
	ipc_drop(&operator);
	good = keeper_stop();
	return good && took < AIM_S && during.most_ms < WAIT_MS ? 0 : 1;
}
