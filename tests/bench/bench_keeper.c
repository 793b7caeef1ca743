/*
 * tests/bench/bench_keeper.c - openings a second from a running keeper.
 *
 * The real process, its socket, its disk: each request is a signed-in view that
 * opens five sealed fields and is recorded on the ledger before the answer.
 * TROTH_KEEPER names the program (bin/troth-keeper when unset).
 */
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <unistd.h>
#include "ledger/base/ipc.h"
#include "privacy/keeper/op.h"
#include "privacy/policy.h"
#include "privacy/purpose.h"

#define MOST	32		/* clients, each a member of their own */
#define SECONDS	3
#define WAIT_MS	20000
#define SAMPLES	400000

static struct client {
	pthread_t	thread;
	struct ipc	*ipc;
	unsigned char	token[TOKEN_BYTES];
	float		*us;
	size_t		count;
} client[MOST];

static char dir[64];
static unsigned char portal[IPC_SECRET], clerk[IPC_SECRET];
static volatile sig_atomic_t going;

static _Noreturn void
give_up(const char *doing, const struct err *e)
{
	fprintf(stderr, "bench_keeper: %s: %s\n", doing, e == NULL ? "" : e->text);
	exit(1);
}

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* ---- a site of its own ---- */

static void
file_make(const char *name, unsigned char key[IPC_SECRET])
{
	unsigned char unused[IPC_SECRET];
	char path[128];
	int fd;

	if (key == NULL)
		key = unused;
	randombytes_buf(key, IPC_SECRET);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd < 0 || write(fd, key, IPC_SECRET) != IPC_SECRET)
		give_up(path, NULL);
	close(fd);
}

static void
site_make(void)
{
	static const char *const folders[] = { "keeper", "keeper/peers", "run" };
	static const char *const keys[] = { "keeper/root.key", "keeper/index.key", "keeper/pepper.key",
	    "keeper/ticket.key", "keeper/box.key", "keeper/prover.pub", "keeper/peers/control" };
	char path[128];

	snprintf(dir, sizeof(dir), "/tmp/troth-bench-XXXXXX");
	if (mkdtemp(dir) == NULL)
		give_up("folder", NULL);
	for (size_t i = 0; i < COUNT(folders); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, folders[i]);
		if (mkdir(path, 0700) != 0)
			give_up(path, NULL);
	}
	for (size_t i = 0; i < COUNT(keys); i++)
		file_make(keys[i], NULL);
	file_make("keeper/peers/portal", portal);
	file_make("keeper/peers/clerk", clerk);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st, (void)type, (void)f;
	return remove(path);
}

static pid_t
keeper_start(void)
{
	const char *program = getenv("TROTH_KEEPER");
	pid_t pid = fork();

	if (program == NULL)
		program = "bin/troth-keeper";
	if (pid == 0) {
		execl(program, program, "--state", dir, "--set", "argon.memory=8192", "--set",
		    "argon.passes=1", "--set", "site.unwalled=yes", (char *)NULL);
		_exit(127);
	}
	return pid;
}

static struct ipc *
line_open(const char *name, const unsigned char secret[IPC_SECRET])
{
	struct ipc *c = NULL;
	struct err e = {0};
	char path[128];

	snprintf(path, sizeof(path), "%s/run/keeper.sock", dir);
	for (int i = 0; i < 200; i++) {
		e = (struct err){0};
		if (ipc_open(&c, path, name, secret, 1000, &e))
			return c;
		usleep(50000);
	}
	give_up("connect", &e);
}

static void
call(struct ipc *c, uint32_t op, const struct buf *in, struct buf *out)
{
	struct err e = {0};

	if (!ipc_call(c, op, in, out, WAIT_MS, &e))
		give_up("call", &e);
}

/* ---- one member with five fields ---- */

static void
join(struct ipc *p, struct ipc *c, const char *address, int i)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];
	char text[512];
	struct span s;
	int64_t id;

	pack_text(&in, address);
	pack_text(&in, "a bench's password");
	pack_u32(&in, POLICY_AGREEMENT_VERSION);
	pack_u32(&in, POLICY_STATEMENT_VERSION);
	pack_text(&in, "en");
	pack_bytes(&in, &i, sizeof(i));
	call(p, KEEPER_JOIN, &in, &out);
	call(c, KEEPER_MAIL_NEXT, NULL, &out);
	s = span_buf(&out);
	if (unpack_u8(&s) != 1)
		give_up("no mail", NULL);
	id = unpack_i64(&s);
	unpack_u8(&s);
	unpack_text(&s, text, sizeof(text));
	unpack_text(&s, text, sizeof(text));
	unpack_exact(&s, token, sizeof(token));
	buf_reset(&in);
	pack_i64(&in, id);
	pack_u8(&in, 0);
	call(c, KEEPER_MAIL_DONE, &in, &out);
	buf_reset(&in);
	buf_add(&in, token, sizeof(token));
	call(p, KEEPER_MAIL_TAKE, &in, &out);
}

static void
enrol(struct ipc *p, const char *address, struct client *me)
{
	static const struct { uint32_t field; const char *value; } rows[] = {
		{ FIELD_GIVEN, "Maria" }, { FIELD_FAMILY, "Beispiel" },
		{ FIELD_BIRTH, "1984-02-29" }, { FIELD_NATIONALITY, "DE,BR" },
	};
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	pack_text(&in, address);
	pack_text(&in, "a bench's password");
	pack_u8(&in, 0);
	pack_bytes(&in, address, strlen(address));
	call(p, KEEPER_SIGN_IN, &in, &out);
	memcpy(me->token, out.data, TOKEN_BYTES);
	buf_reset(&in);
	buf_add(&in, me->token, TOKEN_BYTES);
	pack_text(&in, "a bench's password");
	pack_bytes(&in, address, strlen(address));
	call(p, KEEPER_PASSWORD_AGAIN, &in, &out);	/* two of the five lie behind it */
	memcpy(me->token, out.data, TOKEN_BYTES);
	buf_reset(&in);
	buf_add(&in, me->token, TOKEN_BYTES);
	pack_u32(&in, PURPOSE_ENROL);
	pack_u8(&in, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		pack_u32(&in, rows[i].field);
		pack_text(&in, rows[i].value);
	}
	call(p, KEEPER_DATA_SET, &in, &out);
}

/* ---- the measure ---- */

static pid_t keeper_pid;

/* Processor time the keeper has used, microseconds: it says what a busy machine hides. */
static double
keeper_cpu_us(void)
{
	char path[64], line[1024];
	unsigned long user = 0, kernel = 0;
	const char *after;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)keeper_pid);
	f = fopen(path, "r");
	if (f == NULL || fgets(line, sizeof(line), f) == NULL)
		give_up(path, NULL);
	fclose(f);
	after = strrchr(line, ')');
	if (after == NULL || sscanf(after, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
	    &user, &kernel) != 2)
		give_up("stat", NULL);
	return (double)(user + kernel) * 1e6 / (double)sysconf(_SC_CLK_TCK);
}

static void *
views(void *arg)
{
	struct client *me = arg;
	DROP(buf_wipe) struct buf in = {0}, out = {0};

	buf_add(&in, me->token, TOKEN_BYTES);
	while (going && me->count < SAMPLES) {
		double start = now_us();

		call(me->ipc, KEEPER_DATA, &in, &out);
		me->us[me->count++] = (float)(now_us() - start);
	}
	return NULL;
}

static int
smaller(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static void
measure(size_t n)
{
	float *all;
	size_t count = 0;
	double start = now_us(), cpu = keeper_cpu_us(), took;

	going = 1;
	for (size_t i = 0; i < n; i++) {
		client[i].count = 0;
		if (pthread_create(&client[i].thread, NULL, views, &client[i]) != 0)
			give_up("thread", NULL);
	}
	sleep(SECONDS);
	going = 0;
	for (size_t i = 0; i < n; i++)
		pthread_join(client[i].thread, NULL);
	took = (now_us() - start) / 1e6;
	cpu = keeper_cpu_us() - cpu;
	for (size_t i = 0; i < n; i++)
		count += client[i].count;
	all = malloc((count + 1) * sizeof(*all));
	if (all == NULL)
		give_up("memory", NULL);
	count = 0;
	for (size_t i = 0; i < n; i++) {
		memcpy(all + count, client[i].us, client[i].count * sizeof(*all));
		count += client[i].count;
	}
	qsort(all, count, sizeof(*all), smaller);
	printf("keeper: five sealed fields opened and recorded, %2zu clients: %6.0f/s, "
	    "p50 %.2f ms, p99 %.2f ms, most %.1f ms, keeper's processor %.0f us each\n", n, (double)count / took,
	    (double)all[count / 2] / 1e3, (double)all[count * 99 / 100] / 1e3,
	    (double)all[count - 1] / 1e3, cpu / (double)count);
	free(all);
}

int
main(void)
{
	static const size_t sizes[] = { 1, 8, MOST };
	struct ipc *p, *c;
	pid_t pid;
	int how;

	if (sodium_init() < 0)
		return 1;
	site_make();
	pid = keeper_pid = keeper_start();
	p = line_open("portal", portal);
	c = line_open("clerk", clerk);
	for (int i = 0; i < MOST; i++) {
		char address[64];

		snprintf(address, sizeof(address), "member%d@example.org", i);
		join(p, c, address, i);
		enrol(p, address, &client[i]);
		client[i].ipc = line_open("portal", portal);
		client[i].us = malloc(SAMPLES * sizeof(float));
		if (client[i].us == NULL)
			give_up("memory", NULL);
	}
	for (size_t i = 0; i < COUNT(sizes); i++)
		measure(sizes[i]);
	for (int i = 0; i < MOST; i++) {
		ipc_drop(&client[i].ipc);
		free(client[i].us);
	}
	ipc_drop(&p);
	ipc_drop(&c);
	kill(pid, SIGTERM);
	waitpid(pid, &how, 0);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return WIFEXITED(how) && WEXITSTATUS(how) == 0 ? 0 : 1;
}
