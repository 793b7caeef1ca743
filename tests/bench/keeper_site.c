/* tests/bench/keeper_site.c - see keeper_site.h. */
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sodium.h>
#include <unistd.h>
#include "privacy/keeper/op.h"
#include "privacy/policy.h"
#include "privacy/purpose.h"
#include "tests/bench/keeper_site.h"

#define WAIT_MS	20000

char bench_dir[64];
static unsigned char portal[IPC_SECRET], clerk[IPC_SECRET], control[IPC_SECRET];
static struct ipc *to_portal, *to_clerk;
static pid_t pid;

_Noreturn void
give_up(const char *doing, const struct err *e)
{
	fprintf(stderr, "bench: %s: %s\n", doing, e == NULL ? "" : e->text);
	exit(1);
}

double
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
	snprintf(path, sizeof(path), "%s/%s", bench_dir, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd < 0 || write(fd, key, IPC_SECRET) != IPC_SECRET)
		give_up(path, NULL);
	close(fd);
}

void
site_make(void)
{
	static const char *const folders[] = { "keeper", "keeper/peers", "run" };
	static const char *const keys[] = { "keeper/root.key", "keeper/index.key", "keeper/pepper.key",
	    "keeper/ticket.key", "keeper/box.key", "keeper/prover.pub" };
	char path[128];

	snprintf(bench_dir, sizeof(bench_dir), "/tmp/troth-bench-XXXXXX");
	if (mkdtemp(bench_dir) == NULL)
		give_up("folder", NULL);
	for (size_t i = 0; i < COUNT(folders); i++) {
		snprintf(path, sizeof(path), "%s/%s", bench_dir, folders[i]);
		if (mkdir(path, 0700) != 0)
			give_up(path, NULL);
	}
	for (size_t i = 0; i < COUNT(keys); i++)
		file_make(keys[i], NULL);
	file_make("keeper/peers/portal", portal);
	file_make("keeper/peers/clerk", clerk);
	file_make("keeper/peers/control", control);
	file_make("keeper/peers/postbox", NULL);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st, (void)type, (void)f;
	return remove(path);
}

static void
program_start(void)
{
	const char *program = getenv("TROTH_KEEPER");

	pid = fork();
	if (program == NULL)
		program = "bin/troth-keeper";
	if (pid == 0) {
		execl(program, program, "--state", bench_dir, "--set", "argon.memory=8192", "--set",
		    "argon.passes=1", "--set", "site.unwalled=yes", (char *)NULL);
		_exit(127);
	}
}

static struct ipc *
line_open(const char *name, const unsigned char secret[IPC_SECRET])
{
	struct ipc *c = NULL;
	struct err e = {0};
	char path[128];

	snprintf(path, sizeof(path), "%s/run/keeper.sock", bench_dir);
	for (int i = 0; i < 200; i++) {
		e = (struct err){0};
		if (ipc_open(&c, path, name, secret, 1000, &e))
			return c;
		usleep(50000);
	}
	give_up("connect", &e);
}

void
call(struct ipc *ipc, uint32_t op, const struct buf *in, struct buf *out)
{
	struct err e = {0};

	if (!ipc_call(ipc, op, in, out, WAIT_MS, &e))
		give_up("call", &e);
}

/* ---- mail ---- */

struct ipc *
bench_clerk(void)
{
	return to_clerk;
}

static unsigned
mail_next(unsigned char token[TOKEN_BYTES])
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	char text[512];
	struct span s;
	unsigned kind;

	call(to_clerk, KEEPER_MAIL_NEXT, NULL, &out);
	s = span_buf(&out);
	if (unpack_u8(&s) != 1)
		give_up("no mail", NULL);
	pack_i64(&in, unpack_i64(&s));
	pack_u8(&in, 0);
	kind = unpack_u8(&s);
	unpack_text(&s, text, sizeof(text));
	unpack_text(&s, text, sizeof(text));
	unpack_exact(&s, token, TOKEN_BYTES);
	call(to_clerk, KEEPER_MAIL_DONE, &in, &out);
	return kind;
}

void
mail_take(unsigned kind, unsigned char token[TOKEN_BYTES])
{
	while (mail_next(token) != kind)
		;
}

/* ---- one member with five fields ---- */

static void
join(const char *address, int i)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char token[TOKEN_BYTES];

	pack_text(&in, address);
	pack_text(&in, "a bench's password");
	pack_u32(&in, policy_number(POLICY_AGREEMENT, clock_now()));
	pack_u32(&in, policy_number(POLICY_STATEMENT, clock_now()));
	pack_text(&in, "en");
	pack_bytes(&in, &i, sizeof(i));
	call(to_portal, KEEPER_JOIN, &in, &out);
	mail_take(MAIL_JOIN, token);
	buf_reset(&in);
	buf_add(&in, token, sizeof(token));
	call(to_portal, KEEPER_MAIL_TAKE, &in, &out);
}

static void
enrol(const char *address, struct client *me)
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
	call(to_portal, KEEPER_SIGN_IN, &in, &out);
	memcpy(me->token, out.data, TOKEN_BYTES);
	buf_reset(&in);
	buf_add(&in, me->token, TOKEN_BYTES);
	pack_text(&in, "a bench's password");
	pack_bytes(&in, address, strlen(address));
	call(to_portal, KEEPER_PASSWORD_AGAIN, &in, &out);	/* two of the five lie behind it */
	memcpy(me->token, out.data, TOKEN_BYTES);
	buf_reset(&in);
	buf_add(&in, me->token, TOKEN_BYTES);
	pack_u32(&in, PURPOSE_ENROL);
	pack_u8(&in, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		pack_u32(&in, rows[i].field);
		pack_text(&in, rows[i].value);
	}
	call(to_portal, KEEPER_DATA_SET, &in, &out);
}

void
member_make(struct client *me, int i)
{
	char address[64];

	snprintf(address, sizeof(address), "member%d@example.org", i);
	join(address, i);
	enrol(address, me);
	me->ipc = line_open("portal", portal);
	me->us = malloc(SAMPLES * sizeof(float));
	if (me->us == NULL)
		give_up("memory", NULL);
}

void
member_drop(struct client *me)
{
	ipc_drop(&me->ipc);
	free(me->us);
}

pid_t
keeper_start(struct ipc **operator)
{
	program_start();
	to_portal = line_open("portal", portal);
	to_clerk = line_open("clerk", clerk);
	if (operator != NULL)
		*operator = line_open("control", control);
	return pid;
}

bool
keeper_halt(void)
{
	int how = 0;

	ipc_drop(&to_portal);
	ipc_drop(&to_clerk);
	kill(pid, SIGTERM);
	waitpid(pid, &how, 0);
	return WIFEXITED(how) && WEXITSTATUS(how) == 0;
}

bool
keeper_stop(void)
{
	bool good = keeper_halt();

	nftw(bench_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return good;
}

/* ---- views, timed ---- */

static volatile sig_atomic_t going;

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

void
views_start(struct client *all, size_t n)
{
	going = 1;
	for (size_t i = 0; i < n; i++) {
		all[i].count = 0;
		if (pthread_create(&all[i].thread, NULL, views, &all[i]) != 0)
			give_up("thread", NULL);
	}
}

static int
smaller(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

struct views
views_stop(struct client *all, size_t n)
{
	struct views v = {0};
	float *us;
	size_t at = 0;

	going = 0;
	for (size_t i = 0; i < n; i++)
		pthread_join(all[i].thread, NULL);
	for (size_t i = 0; i < n; i++)
		v.count += all[i].count;
	us = malloc((v.count + 1) * sizeof(*us));
	if (us == NULL || v.count == 0)
		give_up("views", NULL);
	for (size_t i = 0; i < n; at += all[i++].count)
		memcpy(us + at, all[i].us, all[i].count * sizeof(*us));
	qsort(us, v.count, sizeof(*us), smaller);
	v.p50_ms = (double)us[v.count / 2] / 1e3;
	v.p99_ms = (double)us[v.count * 99 / 100] / 1e3;
	v.most_ms = (double)us[v.count - 1] / 1e3;
	free(us);
	return v;
}
