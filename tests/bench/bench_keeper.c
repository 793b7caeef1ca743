/*
 * tests/bench/bench_keeper.c - openings a second from a running keeper.
 *
 * The real process, its socket, its disk: each request is a signed-in view that
 * opens five sealed fields and is recorded on the ledger before the answer.
 */
#include <sodium.h>
#include <unistd.h>
#include "tests/bench/keeper_site.h"
#include "tests/bench/processor.h"

#define MOST	32		/* clients, each a member of their own */
#define SECONDS	3

static struct client client[MOST];
static pid_t keeper_pid;

static void
measure(size_t n)
{
	double start = now_us(), cpu = processor_us(keeper_pid), took;
	struct views v;

	views_start(client, n);
	sleep(SECONDS);
	v = views_stop(client, n);
	took = (now_us() - start) / 1e6;
	cpu = processor_us(keeper_pid) - cpu;
	printf("keeper: five sealed fields opened and recorded, %2zu clients: %6.0f/s, "
	    "p50 %.2f ms, p99 %.2f ms, most %.1f ms, keeper's processor %.0f us each\n", n, (double)v.count / took,
	    v.p50_ms, v.p99_ms, v.most_ms, cpu / (double)v.count);
}

int
main(void)
{
	static const size_t sizes[] = { 1, 8, MOST };

	if (sodium_init() < 0)
		return 1;
	site_make();
	keeper_pid = keeper_start(NULL);
	for (int i = 0; i < MOST; i++)
		member_make(&client[i], i);
	for (size_t i = 0; i < COUNT(sizes); i++)
		measure(sizes[i]);
	for (int i = 0; i < MOST; i++)
		member_drop(&client[i]);
	return keeper_stop() ? 0 : 1;
}
