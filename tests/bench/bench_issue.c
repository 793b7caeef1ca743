/*
 * tests/bench/bench_issue.c - certificates a second from a running site.
 *
 *	bench_issue DIR < TOKEN
 *
 * DIR is the state folder of a site that runs, the line on standard input the
 * session in a member's address.  Eight threads stand in for the portal: with its
 * channel secrets each carries P-256 requests, every one with a key of its own,
 * through the whole path of a server certificate: ticket (keeper: session,
 * domain, CAA statement, ledger entry), issue (signer: build, lint, journal,
 * sign, seal), stored (keeper: sealed body, register, ledger entry).  Each step
 * is durable before its answer.  The requests are shown to the signer's keyless
 * child before, as the page with the preview does.
 *
 * The prover's part is played with its own key, so that no name server is asked.
 * Prints one line: certificates a second, bare P-256 signatures a second of one
 * core, p50 and p99 of one certificate in milliseconds, and the mean of its
 * ticket, issue and storing, how many there were, and what of keeper's and
 * signer's processor each took, in microseconds: that says what a busy machine hides.
 */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <sodium.h>
#include <time.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "portal/signer/op.h"
#include "privacy/facts/statement.h"
#include "privacy/keeper/op.h"
#include "tests/bench/processor.h"
#include "tests/unit/signer_client.h"

#define CLIENTS		8
#define EACH		750
#define WAIT_MS		20000
#define BARE_S		1.0

static struct client {
	pthread_t	thread;
	struct ipc	*keeper, *signer;
	struct request { struct buf der; unsigned char key_hash[32]; } request[EACH];
	double		ms[EACH], step[3];	/* step: all its tickets, issues, storings */
} client[CLIENTS];

static unsigned char token[TOKEN_BYTES], prover_secret[crypto_sign_SECRETKEYBYTES];
static struct buf caa;
static char domain[64], host[80];	/* of this run alone: it may be run again on the same site */

static _Noreturn void
give_up(const char *doing, const struct err *e)
{
	fprintf(stderr, "bench_issue: %s: %s\n", doing, e == NULL ? "failed" : e->text);
	exit(1);
}

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Of one of the site's processes. */
static double
spent_by(const char *name)
{
	char path[64];
	FILE *f;
	int pid = 0;

	snprintf(path, sizeof(path), "run/%s.pid", name);
	f = fopen(path, "re");
	if (f == NULL || fscanf(f, "%d", &pid) != 1)
		give_up(path, NULL);
	fclose(f);
	return processor_us(pid);
}

/* ---- asking ---- */

static void
keeper_begin(struct buf *in)
{
	buf_reset(in);
	buf_add(in, token, sizeof(token));
}

static void
call(struct ipc *c, const char *doing, uint32_t op, const struct buf *in, struct buf *out)
{
	struct err e = {0};

	if (!ipc_call(c, op, in, out, WAIT_MS, &e))
		give_up(doing, &e);
}

/* What follows the session block of an answer. */
static struct span
after_block(const struct buf *out)
{
	struct span s = span_buf(out);

	(void)unpack_i64(&s);
	(void)unpack_u8(&s);
	(void)unpack_u32(&s);
	for (int i = 0; i < 4; i++)
		(void)unpack_i64(&s);
	return s;
}

static void
reach(struct ipc **into, const char *name)
{
	unsigned char secret[IPC_SECRET];
	struct err e = {0};
	char path[64], socket[64];

	snprintf(path, sizeof(path), "portal/secrets/%s", name);
	snprintf(socket, sizeof(socket), "run/%s.sock", name);
	if (!ipc_secret_read(path, secret, &e) ||
	    !ipc_open(into, socket, "portal", secret, WAIT_MS, &e))
		give_up(name, &e);
}

/* ---- a proved domain ---- */

static void
state(struct buf *wire, uint8_t kind, uint8_t method, const char *name, const char *nonce)
{
	struct statement s = { .kind = kind, .method = method, .result = SAW_IT, .at = clock_now() };
	struct err e = {0};

	snprintf(s.name, sizeof(s.name), "%s", name);
	snprintf(s.nonce, sizeof(s.nonce), "%s", nonce);
	if (!statement_sign(wire, &s, prover_secret, &e))
		give_up("statement", &e);
}

static void
prove_domain(struct ipc *keeper)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0}, wire = {0};
	char name[256], nonce[96];
	struct span s;
	int64_t id;

	snprintf(domain, sizeof(domain), "bench-%u.example.org", (unsigned)getpid());
	snprintf(host, sizeof(host), "www.%s", domain);
	keeper_begin(&in);
	pack_text(&in, domain);
	call(keeper, "add a domain", KEEPER_DOMAIN_ADD, &in, &out);
	s = after_block(&out);
	id = unpack_i64(&s);
	keeper_begin(&in);
	pack_i64(&in, id);
	pack_u8(&in, PROOF_DNS);
	pack_text(&in, "");
	call(keeper, "challenge", KEEPER_DOMAIN_CHALLENGE, &in, &out);
	s = after_block(&out);
	unpack_text(&s, name, sizeof(name));
	unpack_text(&s, nonce, sizeof(nonce));
	state(&wire, STATEMENT_PROOF, PROOF_DNS, domain, nonce);
	keeper_begin(&in);
	pack_i64(&in, id);
	pack_bytes(&in, wire.data, wire.len);
	call(keeper, "prove a domain", KEEPER_DOMAIN_PROVED, &in, &out);
	state(&caa, STATEMENT_CAA, 0, host, "");
}

/* ---- requests ---- */

static void
request_make(struct client *c, struct request *r)
{
	DROP(signer_request_wipe) struct signer_request seen = {0};
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509_REQ *q = X509_REQ_new();
	unsigned char *der = NULL;
	struct err e = {0};
	int n;

	if (key == NULL || q == NULL || X509_REQ_set_version(q, X509_REQ_VERSION_1) != 1 ||
	    X509_REQ_set_pubkey(q, key) != 1 || X509_REQ_sign(q, key, EVP_sha256()) <= 0 ||
	    (n = i2d_X509_REQ(q, &der)) <= 0)
		give_up("request", NULL);
	if (!signer_csr(c->signer, span_of(der, (size_t)n), &seen, &e) || seen.verdict != CSR_GOOD)
		give_up("look at a request", &e);
	buf_add(&r->der, der, (size_t)n);
	memcpy(r->key_hash, seen.key_hash, sizeof(r->key_hash));
	OPENSSL_free(der);
	X509_REQ_free(q);
	EVP_PKEY_free(key);
}

/* ---- one certificate ---- */

static void
ask_ticket(const struct client *c, const struct request *r, struct buf *in, struct buf *out)
{
	keeper_begin(in);
	pack_u8(in, PROFILE_ROBOT_TLS);
	buf_add(in, r->key_hash, sizeof(r->key_hash));
	pack_u32(in, 0);
	pack_u8(in, 0);
	pack_u8(in, 1);
	pack_u8(in, NAME_DNS);
	pack_text(in, host);
	pack_u8(in, 1);
	pack_bytes(in, caa.data, caa.len);
	pack_text(in, "");
	pack_u8(in, 1);
	buf_add(in, r->key_hash, sizeof(r->key_hash));
	call(c->keeper, "ticket", KEEPER_CERT_TICKET, in, out);
}

static void
step(struct client *c, size_t which, double *since)
{
	double now = now_ms();

	c->step[which] += now - *since;
	*since = now;
}

static void
issue(struct client *c, const struct request *r)
{
	double since = now_ms();
	DROP(signer_issued_wipe) struct signer_issued made = {0};
	DROP(buf_wipe) struct buf in = {0}, out = {0}, none = {0};
	struct err e = {0};
	struct span s, ticket;

	ask_ticket(c, r, &in, &out);
	step(c, 0, &since);
	s = after_block(&out);
	ticket = unpack_bytes(&s);
	if (!signer_issue(c->signer, ticket, span_buf(&r->der), &made, &e))
		give_up("issue", &e);
	step(c, 1, &since);
	keeper_begin(&in);
	pack_bytes(&in, made.receipt.data, made.receipt.len);
	pack_bytes(&in, made.certificate.data, made.certificate.len);
	pack_u8(&in, 0);
	call(c->keeper, "stored", KEEPER_CERT_STORED, &in, &none);
	step(c, 2, &since);
}

static void *
issue_all(void *self)
{
	struct client *c = self;

	for (size_t i = 0; i < EACH; i++) {
		double start = now_ms();

		issue(c, &c->request[i]);
		c->ms[i] = now_ms() - start;
	}
	return NULL;
}

/* ---- what it is compared with ---- */

static double
bare(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);
	unsigned char digest[32] = {0}, sig[80];
	double start = now_ms();
	long n = 0;

	if (c == NULL || EVP_PKEY_sign_init(c) != 1)
		give_up("bare signing", NULL);
	for (; now_ms() - start < BARE_S * 1e3; n++) {
		size_t len = sizeof(sig);

		if (EVP_PKEY_sign(c, sig, &len, digest, sizeof(digest)) != 1)
			give_up("bare signing", NULL);
	}
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(key);
	return (double)n * 1e3 / (now_ms() - start);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
run_all(double all[CLIENTS * EACH])
{
	double start = now_ms();

	for (size_t i = 0; i < CLIENTS; i++)
		if (pthread_create(&client[i].thread, NULL, issue_all, &client[i]) != 0)
			give_up("thread", NULL);
	for (size_t i = 0; i < CLIENTS; i++) {
		pthread_join(client[i].thread, NULL);
		memcpy(all + i * EACH, client[i].ms, sizeof(client[i].ms));
	}
	start = now_ms() - start;
	qsort(all, CLIENTS * EACH, sizeof(all[0]), by_size);
	return CLIENTS * EACH * 1e3 / start;
}

static void
prepare(const char *dir)
{
	char line[64] = "";
	size_t n = 0;
	FILE *f;

	if (chdir(dir) != 0 || sodium_init() < 0)
		give_up(dir, NULL);
	if (fgets(line, sizeof(line), stdin) == NULL || sodium_base642bin(token, sizeof(token), line,
	    strcspn(line, "\n"), NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
	    n != sizeof(token))
		give_up("a session on standard input", NULL);
	f = fopen("prover/statement.key", "re");
	if (f == NULL || fread(prover_secret, 1, sizeof(prover_secret), f) != sizeof(prover_secret))
		give_up("prover/statement.key", NULL);
	fclose(f);
	for (size_t i = 0; i < CLIENTS; i++) {
		reach(&client[i].keeper, "keeper");
		reach(&client[i].signer, "signer");
		for (size_t j = 0; j < EACH; j++)
			request_make(&client[i], &client[i].request[j]);
	}
	prove_domain(client[0].keeper);
}

int
main(int argc, char **argv)
{
	static double all[CLIENTS * EACH];
	double rate, sign, step[3] = {0}, keeper, signer;

	if (argc != 2) {
		fputs("usage: bench_issue DIR < TOKEN\n", stderr);
		return 2;
	}
	prepare(argv[1]);
	sign = bare();
	keeper = spent_by("keeper");
	signer = spent_by("signer");
	rate = run_all(all);
	keeper = (spent_by("keeper") - keeper) / (CLIENTS * EACH);
	signer = (spent_by("signer") - signer) / (CLIENTS * EACH);
	for (size_t i = 0; i < CLIENTS * 3; i++)
		step[i % 3] += client[i / 3].step[i % 3] / (CLIENTS * EACH);
	printf("%.0f %.0f %.2f %.2f %.2f %.2f %.2f %d %.0f %.0f\n", rate, sign, all[CLIENTS * EACH / 2],
	    all[CLIENTS * EACH * 99 / 100], step[0], step[1], step[2], CLIENTS * EACH, keeper, signer);
	for (size_t i = 0; i < CLIENTS; i++) {
		ipc_drop(&client[i].keeper);
		ipc_drop(&client[i].signer);
		for (size_t j = 0; j < EACH; j++)
			buf_wipe(&client[i].request[j].der);
	}
	buf_wipe(&caa);
	return 0;
}
