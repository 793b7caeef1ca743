/*
 * tests/bench/bench_signer.c - certificates a second from a running signer,
 * against one core's bare P-256 signing: 8 clients, ticket to durable answer.
 */
#include <pthread.h>
#include <sys/resource.h>
#include "tests/unit/signer_site.h"

#define CLIENTS	8
#define EACH	2500

static struct site site;
static struct client {
	pthread_t	thread;
	struct ipc	*ipc;
	struct buf	request;
	struct buf	wire[EACH];
	int64_t		worst_us;
} client[CLIENTS];

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
bare(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);
	unsigned char digest[32] = {0}, sig[80];
	int n = 0;
	double start, end;

	assert_int_equal(EVP_PKEY_sign_init(c), 1);
	start = now();
	do {
		for (int i = 0; i < 100; i++, n++) {
			size_t len = sizeof(sig);

			assert_int_equal(EVP_PKEY_sign(c, sig, &len, digest, sizeof(digest)), 1);
		}
		end = now();
	} while (end - start < 1.0);
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(key);
	return n / (end - start);
}

static void *
ask(void *arg)
{
	struct client *c = arg;

	for (int i = 0; i < EACH; i++) {
		DROP(signer_issued_wipe) struct signer_issued issued = {0};
		double start = now();
		int64_t us;

		GOOD(signer_issue(c->ipc, span_buf(&c->wire[i]), span_buf(&c->request), &issued, e));
		us = (int64_t)((now() - start) * 1e6);
		c->worst_us = us > c->worst_us ? us : c->worst_us;
	}
	return NULL;
}

static void
prepare(struct client *c)
{
	static const char *const names[] = { "www.example.org", "example.org", NULL };
	DROP(signer_request_wipe) struct signer_request r = {0};
	EVP_PKEY *key = EVP_EC_gen("P-256");
	char path[128];

	request_make(&c->request, key, "www.example.org");
	for (int i = 0; i < EACH; i++) {
		DROP(ticket_wipe) struct ticket t = {0};

		ticket_issue(&site, &t, PROFILE_ROBOT_TLS, key, names);
		GOOD(ticket_pack(&c->wire[i], &t, site.ticket_key, e));
	}
	snprintf(path, sizeof(path), "%s/run/signer.sock", site.dir);
	GOOD(ipc_open(&c->ipc, path, "portal", site.secret[0], 2000, e));
	GOOD(signer_csr(c->ipc, span_buf(&c->request), &r, e));
	EVP_PKEY_free(key);
}

int
main(int argc, char **argv)
{
	double sign = bare(), start, rate, cpu;
	struct rusage used;
	int64_t worst = 0;

	(void)argc;
	site_make(&site, argv[0], NULL, 0);
	site_start(&site, NULL, 0);
	for (size_t i = 0; i < CLIENTS; i++)
		prepare(&client[i]);
	start = now();
	for (size_t i = 0; i < CLIENTS; i++)
		assert_int_equal(pthread_create(&client[i].thread, NULL, ask, &client[i]), 0);
	for (size_t i = 0; i < CLIENTS; i++)
		assert_int_equal(pthread_join(client[i].thread, NULL), 0);
	rate = CLIENTS * EACH / (now() - start);
	for (size_t i = 0; i < CLIENTS; i++) {
		worst = client[i].worst_us > worst ? client[i].worst_us : worst;
		ipc_drop(&client[i].ipc);
	}
	(void)site_stop(&site, SIGTERM);
	assert_int_equal(getrusage(RUSAGE_CHILDREN, &used), 0);
	cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	    (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
	printf("issue P-256, %d clients\t%.0f/s (%.0f us of processor each)\tbare P-256 signing %.0f/s\tratio %.2f\tworst %.1f ms\n",
	    CLIENTS, rate, cpu * 1e6 / (CLIENTS * EACH), sign, rate / sign, (double)worst / 1000);
	site_remove(&site);
	return 0;
}
