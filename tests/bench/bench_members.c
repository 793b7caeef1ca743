/*
 * tests/bench/bench_members.c - what is deleted on a site of 200,000 members: a retention run, and one account.
 *
 *	bench_members [MEMBERS]
 *
 * Besides real members there are as many rows as so many people leave: six sealed fields, an address, two keys,
 * two days of others' looks; of these one day is over for everybody, and so is a session of each tenth.  Eight
 * clients look at their data during the run.  An erasure is everything the keeper does from the link on, with
 * nobody else there.  Exits 1 when an account took 200 ms or longer, or somebody waited a second.
 */
#include <sodium.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "privacy/facts/member.h"
#include "privacy/keeper/schema.h"
#include "privacy/vault/key.h"
#include "tests/bench/keeper_site.h"

#define MEMBERS	200000
#define FIRST	1000000000	/* number of the first who is nothing but rows */
#define AT_ONCE	2000		/* keys of one commit */
#define CLIENTS	8
#define LEAVERS	5
#define AIM_MS	200
#define WAIT_MS	1000

#define EACH	"WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $1) "
static const struct sql
subjects = { "fill_subject", "iii", "", EACH "INSERT INTO subject (number, state, key, tags, entries)"
	" SELECT $2 + i, $3, $2 + 2 * i, $2 + 2 * i + 1, 0 FROM n" },
members = { "fill_member", "ii", "", EACH "INSERT INTO member (number, joined_at, roles, steps, bar_until, points, agreement, statement, declined, lang)"
	" SELECT $2 + i, 1, 0, 63, 0, 0, 1, 1, 0, 'en' FROM n" },
addresses = { "fill_address", "ii", "", EACH "INSERT INTO address (id, member, idx, since, verified_at, is_primary)"
	" SELECT $2 + i, $2 + i, randomblob(32), 1, 1, 1 FROM n" },
sealed = { "fill_sealed", "iii", "", EACH "INSERT INTO sealed (subject, field, object, version, key, since, box)"
	" SELECT $2 + i, $3, 0, 1, $2 + 2 * i, 1, randomblob(80) FROM n" },
looks = { "fill_others", "iii", "", EACH "INSERT INTO others (subject, day, lines) SELECT $2 + i, $3, 1 FROM n" },
sessions = { "fill_session", "iii", "", EACH "INSERT INTO session (number, member, token, old_until, since, seen, fresh_until, ends_at, shared)"
	" SELECT $2 + i, $2 + i, randomblob(32), 0, $3, $3, 0, $3 + 3600, 0 FROM n" };

static void
path_in(char into[128], const char *name)
{
	snprintf(into, 128, "%s/keeper/%s", bench_dir, name);
}

static void
keys_fill(int64_t n)
{
	static enum key_kind kinds[AT_ONCE];
	static int64_t ids[AT_ONCE];
	DROP(store_drop) struct store *st = NULL;
	DROP(keys_drop) struct keys *k = NULL;
	struct err e = {0};
	char path[128], root[128];

	path_in(path, "keys.db");
	path_in(root, "root.key");
	for (size_t i = 0; i < AT_ONCE; i++)
		kinds[i] = i % 2 == 0 ? KEY_SUBJECT : KEY_TAGS;
	if (!store_open(&st, &keys_store_spec, path, &e) || !keys_open(&k, st, root, &e))
		give_up("keys", &e);
	for (int64_t at = 0; at < 2 * n; at += AT_ONCE)
		if (!keys_create(k, kinds, AT_ONCE, FIRST + at, 1, ids, &e))
			give_up("keys", &e);
}

static void
rows_fill(int64_t n)
{
	DROP(store_drop) struct store *st = NULL;
	int64_t first = FIRST, today = clock_now() / DAY;
	struct err e = {0};
	char path[128];
	bool good;

	path_in(path, "keeper.db");
	if (!store_open(&st, &keeper_store_spec, path, &e) || !store_begin(st, &e))
		give_up("rows", &e);
	good = sql_do(st, &subjects, &e, n, first, (int64_t)SUBJECT_MEMBER) && sql_do(st, &members, &e, n, first) &&
	    sql_do(st, &addresses, &e, n, first) && sql_do(st, &sessions, &e, n / 10, first, clock_now() - 2 * DAY);
	for (int64_t f = FIELD_GIVEN; good && f <= FIELD_NATIONALITY; f++)
		good = sql_do(st, &sealed, &e, n, first, f);
	for (int64_t ago = 1; good && ago <= 41; ago += 40)
		good = sql_do(st, &looks, &e, n, first, today - ago);
	if (!good || !store_commit(st, &e))
		give_up("rows", &e);
}

/* A slice of the run; false: that was the last. */
static bool
slice(struct ipc *operator, double *ms)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	double start = now_us();
	struct span s;

	pack_u8(&in, 1);
	call(operator, KEEPER_RETENTION, &in, &out);
	*ms = (now_us() - start) / 1e3;
	s = span_buf(&out);
	return unpack_u8(&s) != 0;
}

static bool
retention(struct ipc *operator, struct client *client, int64_t n)
{
	double start, took, ms, most = 0;
	struct views during;
	int slices = 0;
	bool more;

	views_start(client, CLIENTS);
	start = now_us();
	do {
		more = slice(operator, &ms);
		most = ms > most ? ms : most;
		slices++;
	} while (more);
	took = (now_us() - start) / 1e6;
	during = views_stop(client, CLIENTS);
	printf("retention: %lld members, %lld rows over, in %.1f s and %d slices (most %.1f ms) while serving; %d clients' views p50 %.2f, p99 %.2f, most %.1f ms\n",
	    (long long)n, (long long)(n + n / 10), took, slices, most, CLIENTS, during.p50_ms, during.p99_ms, during.most_ms);
	return during.most_ms < WAIT_MS;
}

/* ---- one account ---- */

/* From the link on: what the keeper's own work takes. */
static double
erase(struct client *me)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];
	uint32_t tombstones = 0;
	double start;
	struct span s;

	buf_add(&in, me->token, TOKEN_BYTES);
	call(me->ipc, KEEPER_ERASE_ASK, &in, &out);
	call(me->ipc, KEEPER_ERASE_LINK, &in, &out);
	mail_take(MAIL_ERASE_NOW, token);
	buf_reset(&in);
	buf_add(&in, token, sizeof(token));
	start = now_us();
	call(me->ipc, KEEPER_ERASE_NOW, &in, &out);
	/* The signer's copy of the tombstone is the last that the keeper has to do with it. */
	while (tombstones == 0) {
		call(bench_clerk(), KEEPER_ERASE_RUN, NULL, &out);
		s = span_buf(&out);
		unpack_u8(&s);
		tombstones = unpack_u32(&s);
	}
	return (now_us() - start) / 1e3;
}

static bool
erasures(int64_t n)
{
	static struct client leaver;
	double most = 0, sum = 0;

	for (int i = 0; i < LEAVERS; i++) {
		double ms;

		member_make(&leaver, CLIENTS + i);
		ms = erase(&leaver);
		member_drop(&leaver);
		sum += ms;
		most = ms > most ? ms : most;
	}
	printf("erasure: one of %lld members in %.1f ms of the keeper's time (mean of %d), most %.1f ms\n", (long long)n, sum / LEAVERS, LEAVERS, most);
	return most < AIM_MS;
}

int
main(int argc, char **argv)
{
	static struct client client[CLIENTS];
	int64_t n = argc > 1 ? strtoll(argv[1], NULL, 10) : MEMBERS;
	struct ipc *operator = NULL;
	bool good;

	if (sodium_init() < 0 || n < AT_ONCE)
		return 1;
	site_make();
	keeper_start(NULL);
	if (!keeper_halt())
		return 1;
	keys_fill(n);
	rows_fill(n);
	keeper_start(&operator);
	for (int i = 0; i < CLIENTS; i++)
		member_make(&client[i], i);
	good = retention(operator, client, n);
	good &= erasures(n);
	for (int i = 0; i < CLIENTS; i++)
		member_drop(&client[i]);
	ipc_drop(&operator);
	return keeper_stop() && good ? 0 : 1;
}
