/*
 * The keeper's smaller parts: the brake, the hashing child, answers' normal
 * form, what may stand in a person's fields.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>
#include "privacy/facts/answer.h"
#include "privacy/facts/person.h"
#include "privacy/keeper/argon.h"
#include "privacy/keeper/brake.h"
#include "privacy/keeper/ops.h"

#define NOW	INT64_C(1795000000)

/* ---- brake ---- */

static void
brake_cases(void **state)
{
	DROP(brake_drop) struct brake *b = NULL;
	struct span anna = span_text("anna"), bert = span_text("bert");
	struct span here = span_text("192.0.2.1"), there = span_text("192.0.2.2");
	struct err e = {0};
	int64_t now = NOW, waited = 0;

	(void)state;
	assert_false(brake_open(&b, 100, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_true(brake_open(&b, 1024, &e));
	for (int i = 0; i < 5; i++) {
		assert_true(brake_ask(b, BRAKE_SIGN_IN, anna, here, now, &e));
		brake_count(b, BRAKE_SIGN_IN, anna, here, now);
	}
	assert_true(brake_ask(b, BRAKE_SIGN_IN, anna, here, now, &e));
	brake_count(b, BRAKE_SIGN_IN, anna, here, now);
	assert_false(brake_ask(b, BRAKE_SIGN_IN, anna, here, now, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_int_equal(e.why, WHY_SLOW_DOWN);
	/* Only this account, from there, in this way. */
	assert_true(brake_ask(b, BRAKE_SIGN_IN, anna, there, now, &e));
	assert_true(brake_ask(b, BRAKE_SIGN_IN, bert, here, now, &e));
	assert_true(brake_ask(b, BRAKE_PASSWORD, anna, here, now, &e));
	/* Each further one makes the wait longer, up to a quarter of an hour. */
	for (int i = 0; i < 15; i++) {
		int64_t wait = 0;

		while (!brake_ask(b, BRAKE_SIGN_IN, anna, here, now + wait, NULL))
			wait++;
		assert_true(wait >= waited && wait <= 900);
		waited = wait;
		now += wait;
		brake_count(b, BRAKE_SIGN_IN, anna, here, now);
	}
	assert_true(waited > 200);
	/* The turn of the hour forgets nothing that still runs. */
	assert_false(brake_ask(b, BRAKE_SIGN_IN, anna, here, now, NULL));
	/* A success does. */
	brake_clear(b, BRAKE_SIGN_IN, anna, here, now);
	assert_true(brake_ask(b, BRAKE_SIGN_IN, anna, here, now, &e));
}

static void
brake_fades(void **state)
{
	DROP(brake_drop) struct brake *b = NULL;
	struct span none = span_of(NULL, 0), here = span_text("192.0.2.1");
	struct err e = {0};
	int64_t now = NOW;

	(void)state;
	assert_true(brake_open(&b, 1024, &e));
	/* A class of thirty joins through one router, and again the next hour. */
	for (int hour = 0; hour < 3; hour++, now += 3700)
		for (int i = 0; i < 30; i++) {
			assert_true(brake_ask(b, BRAKE_JOIN, none, here, now, &e));
			brake_count(b, BRAKE_JOIN, none, here, now);
		}
	/* A clock set back by days does not lock anybody out. */
	for (int i = 0; i < 40; i++)
		brake_count(b, BRAKE_JOIN, none, here, now);
	assert_false(brake_ask(b, BRAKE_JOIN, none, here, now, NULL));
	assert_true(brake_ask(b, BRAKE_JOIN, none, here, now - 864000, NULL));
}

static void
brake_bounded(void **state)
{
	DROP(brake_drop) struct brake *b = NULL;
	struct span none = span_of(NULL, 0);
	struct err e = {0};

	(void)state;
	assert_true(brake_open(&b, 16, &e));
	for (uint32_t i = 0; i < 100000; i++)
		brake_count(b, BRAKE_SIGN_IN, span_of(&i, sizeof(i)), none, NOW + i % 100);
	assert_true(brake_ask(b, BRAKE_JOIN, none, none, NOW, &e));
}

/* ---- the hashing child ---- */

struct bench { struct argon *argon; struct ipc_ask *back[64]; size_t n; };

static void
came_back(void *server, struct ipc_ask *a)
{
	struct bench *b = server;

	assert_true(b->n < COUNT(b->back));
	b->back[b->n++] = a;
}

static void
bench_open(struct bench *b, int queue)
{
	struct err e = {0};
	int fd;

	*b = (struct bench){0};
	assert_true(argon_start(&fd, 1, true, &e));
	assert_true(argon_open(&b->argon, fd, 1, queue, came_back, b, &e));
}

static void
wait_for(struct bench *b, size_t n)
{
	struct pollfd p = { .fd = argon_fd(b->argon), .events = POLLIN };

	while (b->n < n) {
		assert_true(poll(&p, 1, 20000) > 0);
		argon_readable(b->argon);
		assert_true(argon_alive(b->argon, 0));
	}
}

static void
ask_drop(struct ipc_ask *a)
{
	if (a->work != NULL)
		a->work_drop(a->work);
	a->work = NULL;
}

static struct argon_job
job_of(unsigned char first)
{
	struct argon_job j = { .passes = 1, .memory_kib = 8192 };

	j.input[0] = first;
	j.salt[0] = first;
	return j;
}

static void
argon_hashes(void **state)
{
	struct bench b;
	struct ipc_ask a = {0};
	struct argon_job jobs[3] = { job_of(1), job_of(2), job_of(3) };
	struct err e = {0};
	unsigned char want[ARGON_HASH];

	(void)state;
	bench_open(&b, 4);
	assert_false(argon_ask(b.argon, &a, ARGON_OWN, jobs, 0, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_true(argon_ask(b.argon, &a, ARGON_OWN, jobs, 3, &e));
	assert_null(argon_done(&a));
	wait_for(&b, 1);
	assert_ptr_equal(b.back[0], &a);
	assert_non_null(argon_done(&a));
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(crypto_pwhash(want, sizeof(want), (const char *)jobs[i].input, 32,
		    jobs[i].salt, 1, 8192 * 1024, crypto_pwhash_ALG_ARGON2ID13), 0);
		assert_memory_equal(argon_done(&a)->job[i].hash, want, sizeof(want));
	}
	ask_drop(&a);
	argon_drop(&b.argon);
}

static void
argon_queue_is_bounded_and_fair(void **state)
{
	struct bench b;
	struct ipc_ask joins[8] = {{0}}, own[7] = {{0}}, sign_in = {0}, more = {0};
	struct argon_job j = job_of(1);
	struct err e = {0};
	size_t at = 0;

	(void)state;
	bench_open(&b, 16);
	for (size_t i = 0; i < COUNT(joins); i++)
		assert_true(argon_ask(b.argon, &joins[i], ARGON_JOIN, &j, 1, &e));
	/* Strangers' joins leave half of the room to members. */
	assert_false(argon_ask(b.argon, &more, ARGON_JOIN, &j, 1, &e));
	assert_int_equal(e.why, WHY_HASH_QUEUE);
	assert_true(argon_ask(b.argon, &sign_in, ARGON_SIGN_IN, &j, 1, &e));
	for (size_t i = 0; i < COUNT(own); i++)
		assert_true(argon_ask(b.argon, &own[i], ARGON_OWN, &j, 1, &e));
	e = (struct err){0};
	assert_false(argon_ask(b.argon, &more, ARGON_SIGN_IN, &j, 1, &e));
	assert_int_equal(e.kind, ERR_BUSY);
	assert_int_equal(e.why, WHY_HASH_QUEUE);
	/* One whose peer hung up is forgotten. */
	ask_drop(&joins[7]);
	wait_for(&b, 15);
	while (b.back[at] != &sign_in)
		at++;
	assert_true(at <= 3);
	ask_drop(&sign_in);
	for (size_t i = 0; i < 7; i++) {
		ask_drop(&joins[i]);
		ask_drop(&own[i]);
	}
	argon_drop(&b.argon);
}

/* The newest living child of a process, from /proc, so that the test kills nobody else's; 0 none. */
static pid_t
child_of(pid_t parent)
{
	DIR *d = opendir("/proc");
	struct dirent *de;
	pid_t found = 0;

	assert_non_null(d);
	while ((de = readdir(d)) != NULL) {
		char path[300], line[512], how = 'Z';
		const char *after;
		int ppid = 0, pid = (int)strtol(de->d_name, NULL, 10);
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%s/stat", de->d_name);
		f = pid > 0 ? fopen(path, "r") : NULL;
		if (f == NULL)
			continue;
		after = fgets(line, sizeof(line), f) == NULL ? NULL : strrchr(line, ')');
		fclose(f);
		if (after != NULL && sscanf(after, ") %c %d", &how, &ppid) == 2 && how != 'Z' &&
		    ppid == parent && pid > found)
			found = pid;
	}
	closedir(d);
	return found;
}

static void
argon_child_dies(void **state)
{
	struct bench b;
	struct ipc_ask a = {0};
	struct argon_job jobs[4] = { job_of(1), job_of(2), job_of(3), job_of(4) };
	struct err e = {0};
	pid_t nurse, child = 0;

	(void)state;
	bench_open(&b, 4);
	nurse = child_of(getpid());
	assert_true(nurse > 0);
	assert_true(argon_ask(b.argon, &a, ARGON_OWN, jobs, 4, &e));
	for (int i = 0; i < 500 && child == 0; i++)
		child = child_of(nurse);
	assert_true(child > 0);
	kill(child, SIGKILL);
	/* A new one finishes the work. */
	wait_for(&b, 1);
	assert_non_null(argon_done(&a));
	ask_drop(&a);
	argon_drop(&b.argon);
}

/* The new child cannot be given the job again: its request is refused, and waits for nothing. */
static void
argon_job_is_not_lost(void **state)
{
	struct bench b = {0};
	struct ipc_ask a = {0};
	struct argon_job job = job_of(1);
	unsigned char restarted[41] = {0};
	struct err e = {0};
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	assert_true(argon_open(&b.argon, pair[0], 1, 4, came_back, &b, &e));
	assert_true(argon_ask(b.argon, &a, ARGON_OWN, &job, 1, &e));
	assert_int_equal(send(pair[1], restarted, sizeof(restarted), 0), (ssize_t)sizeof(restarted));
	assert_int_equal(shutdown(pair[1], SHUT_RD), 0);
	argon_readable(b.argon);
	assert_int_equal(b.n, 1);
	assert_null(argon_done(&a));
	assert_false(argon_ask(b.argon, &a, ARGON_OWN, &job, 1, &e));
	assert_int_equal(e.why, WHY_HASH_QUEUE);
	ask_drop(&a);
	argon_drop(&b.argon);
	close(pair[1]);
}

/* No child lives through it, as where there is too little memory: it is refused, and the next one has its turn. */
static void
argon_job_that_ends_children(void **state)
{
	struct bench b = {0};
	struct ipc_ask a = {0}, next = {0};
	struct argon_job job = job_of(1);
	unsigned char restarted[41] = {0}, sent[256];
	struct err e = {0};
	int pair[2], given = 0;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	assert_true(argon_open(&b.argon, pair[0], 1, 4, came_back, &b, &e));
	assert_true(argon_ask(b.argon, &a, ARGON_OWN, &job, 1, &e));
	assert_true(argon_ask(b.argon, &next, ARGON_OWN, &job, 1, &e));
	while (b.n == 0 && given < 10) {
		assert_true(recv(pair[1], sent, sizeof(sent), MSG_DONTWAIT) > 0);
		given++;
		assert_int_equal(send(pair[1], restarted, sizeof(restarted), 0), (ssize_t)sizeof(restarted));
		argon_readable(b.argon);
	}
	assert_int_equal(given, 4);
	assert_null(argon_done(&a));
	assert_true(recv(pair[1], sent, sizeof(sent), MSG_DONTWAIT) > 0);	/* the next one's */
	ask_drop(&a);
	ask_drop(&next);
	argon_drop(&b.argon);
	close(pair[1]);
}

/* ---- answers ---- */

static void
answers(void **state)
{
	static const struct { const char *text, *normal; bool trivial; } cases[] = {
		{ "S\xc3\xa3o Paulo", "saopaulo", false },
		{ "SAO-PAULO!", "saopaulo", false },
		{ "Sa\xcc\x83o  paulo", "saopaulo", false },		/* composed otherwise */
		{ "\xef\xbc\xb3\xef\xbd\x81o Paulo", "saopaulo", false },	/* full width */
		{ "Gro\xc3\x9f" "e Stra\xc3\x9f" "e", "grossestrasse", false },
		{ "  ", "", true }, { "", "", true }, { "?!", "", true },
		{ "ab", "ab", true }, { "aaaa", "aaaa", true }, { "a a a", "aaa", true },
		{ "Blue", "blue", true }, { "1234", "1234", true },
		{ "\xe6\x9d\xb1\xe4\xba\xac", "\xe6\x9d\xb1\xe4\xba\xac", false },	/* two ideographs say a place */
		{ "\xe6\x9d\xb1", "\xe6\x9d\xb1", true },
		{ "Trabant 601", "trabant601", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		DROP(buf_wipe) struct buf b = {0};
		struct err e = {0};

		assert_true(answer_normal(cases[i].text, &b, &e));
		assert_string_equal(b.data == NULL ? "" : b.data, cases[i].normal);
		if (answer_trivial(b.data == NULL ? "" : b.data) != cases[i].trivial)
			fail_msg("trivial: %s", cases[i].text);
	}
	DROP(buf_wipe) struct buf b = {0};
	struct err e = {0};

	assert_false(answer_normal("\xff\xfe", &b, &e));
	assert_int_equal(e.kind, ERR_INPUT);
}

/* ---- fields ---- */

static void
person_values(void **state)
{
	static const struct { enum field f; const char *value, *normal; enum why why; } cases[] = {
		{ FIELD_GIVEN, "Anna", "Anna", WHY_NONE },
		{ FIELD_GIVEN, "", "", WHY_NONE },
		{ FIELD_GIVEN, "   ", "", WHY_NONE },
		{ FIELD_GIVEN, " Anna\xc2\xa0 Maria ", "Anna Maria", WHY_NONE },
		{ FIELD_GIVEN, "Zoe\xcc\x88", "Zo\xc3\xab", WHY_NONE },	/* NFC */
		{ FIELD_FAMILY, "d'Arc-M\xc3\xbcller jr.", "d'Arc-M\xc3\xbcller jr.", WHY_NONE },
		{ FIELD_FAMILY, "\xd8\xa7\xd9\x84\xd9\x83\xd9\x86\xd8\xaf\xd9\x8a", "\xd8\xa7\xd9\x84\xd9\x83\xd9\x86\xd8\xaf\xd9\x8a", WHY_NONE },
		{ FIELD_FAMILY, "O", "O", WHY_NONE },
		{ FIELD_SUFFIX, "III", "III", WHY_NONE },
		{ FIELD_GIVEN, "a=b", NULL, WHY_NAME_SHAPE },
		{ FIELD_GIVEN, "\xf0\x9f\x98\x80", NULL, WHY_NAME_SHAPE },
		{ FIELD_GIVEN, "a\nb", NULL, WHY_NAME_SHAPE },
		{ FIELD_GIVEN, "12", NULL, WHY_NAME_SHAPE },
		{ FIELD_BIRTH, "2000-02-29", "2000-02-29", WHY_NONE },
		{ FIELD_BIRTH, "1900-01-01", "1900-01-01", WHY_NONE },
		{ FIELD_BIRTH, "1900-02-29", NULL, WHY_BIRTH_DATE },
		{ FIELD_BIRTH, "2026-11-18", "2026-11-18", WHY_NONE },	/* today */
		{ FIELD_BIRTH, "2026-11-19", NULL, WHY_BIRTH_DATE },
		{ FIELD_BIRTH, "2000-00-10", NULL, WHY_BIRTH_DATE },
		{ FIELD_BIRTH, "2000-04-31", NULL, WHY_BIRTH_DATE },
		{ FIELD_BIRTH, "+200-01-01", NULL, WHY_BIRTH_DATE },
		{ FIELD_NATIONALITY, "stateless", "stateless", WHY_NONE },
		{ FIELD_NATIONALITY, " de ,Fr", "DE,FR", WHY_NONE },
		{ FIELD_NATIONALITY, "DE,AT,CH,FR,IT", "DE,AT,CH,FR,IT", WHY_NONE },
		{ FIELD_NATIONALITY, "D", NULL, WHY_NATIONALITY },
		{ FIELD_NATIONALITY, "DE;FR", NULL, WHY_NATIONALITY },
		{ FIELD_NATIONALITY, "DE,stateless", NULL, WHY_NATIONALITY },
		{ FIELD_NATIONALITY, ",", NULL, WHY_NATIONALITY },
		{ FIELD_NATIONALITY, "E A", NULL, WHY_NATIONALITY },
		{ FIELD_DOC_KIND, "identity card", "identity card", WHY_NONE },
		{ FIELD_DOC_KIND, "Passport", NULL, WHY_DOCUMENT },
		{ FIELD_DOC_NUMBER, " l01x-00t47 ", "L01X-00T47", WHY_NONE },
		{ FIELD_DOC_NUMBER, "12345678901234567890123456789012x", NULL, WHY_DOCUMENT },
		{ FIELD_DOC_NUMBER, "---", NULL, WHY_DOCUMENT },
		{ FIELD_ADDRESS, "a@example.org", NULL, WHY_FIELD_UNKNOWN },
		{ FIELD_ADDRESS, "", NULL, WHY_FIELD_UNKNOWN },
		{ FIELD_QUESTION, "x", NULL, WHY_FIELD_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		DROP(buf_wipe) struct buf b = {0};
		struct err e = {0};
		bool good = person_value(cases[i].f, cases[i].value, NOW, &b, &e);

		if (good != (cases[i].normal != NULL) || e.why != cases[i].why)
			fail_msg("\"%s\": why %u", cases[i].value, e.why);
		if (good)
			assert_string_equal(b.data == NULL ? "" : b.data, cases[i].normal);
		else
			assert_int_equal(e.kind, ERR_INPUT);
	}
}

/* ---- specimens ---- */

#define SPECIMENS	"tests/specimens/keeper"

/* The first bytes of a file of that folder: the operation it is for. */
static unsigned
specimen_of(const char *name)
{
	char path[512];
	unsigned op = 0;
	FILE *f;

	snprintf(path, sizeof(path), SPECIMENS "/%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	op = (unsigned)fgetc(f);
	op |= (unsigned)fgetc(f) >> 2 << 8;	/* above the peer, as fuzz_keeper.c reads it */
	fclose(f);
	return op;
}

/* What is fuzzed (tests/fuzz/fuzz_keeper.c) begins at a frame of each operation there is. */
static void
each_operation_has_a_specimen(void **state)
{
	bool there[KEEPER_OP__COUNT] = {false};
	DIR *d = opendir(SPECIMENS);
	struct dirent *file;

	(void)state;
	assert_non_null(d);
	while ((file = readdir(d)) != NULL) {
		unsigned op = file->d_name[0] == '.' ? 0 : specimen_of(file->d_name);

		if (op < KEEPER_OP__COUNT)
			there[op] = true;
	}
	closedir(d);
	for (unsigned op = 1; op < KEEPER_OP__COUNT; op++)
		if (keeper_rows[op].name != NULL && !there[op])
			fail_msg("operation %u, %s: no specimen", op, keeper_rows[op].name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(brake_cases), cmocka_unit_test(brake_fades), cmocka_unit_test(brake_bounded),
		cmocka_unit_test(argon_hashes), cmocka_unit_test(argon_queue_is_bounded_and_fair),
		cmocka_unit_test(argon_child_dies), cmocka_unit_test(argon_job_is_not_lost), cmocka_unit_test(argon_job_that_ends_children), cmocka_unit_test(answers), cmocka_unit_test(person_values),
		cmocka_unit_test(each_operation_has_a_specimen),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("keeper: parts", tests, NULL, NULL);
}
