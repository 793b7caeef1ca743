/*
 * tests/bench/bench_pages.c - the two ends of a page's way through nginx.
 *
 *	bench_pages load PORT PATH CONNECTIONS SECONDS [REQUESTS]
 *	bench_pages answer SOCKET PROCESSES THREADS [BYTES]
 *
 * load keeps CONNECTIONS to 127.0.0.1:PORT alive and has one GET under way on
 * each, for SECONDS or until REQUESTS are answered.  It prints one line:
 * answers a second, p50 and p99 in microseconds, answers, how many of them were
 * not 200, bytes of the last answer, processor seconds spent in here.  PATH is read from standard input when it is
 * "-": an address with a session in it has no place on a command line.
 *
 * answer is the responder that pages are compared with: libfcgi, as many processes
 * and threads as the portal, no body, or one of so many blanks, until SIGTERM.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcgiapp.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST		1024		/* connections, threads */
#define SLOTS		200000		/* of the histogram: 10 us each, the last for all that is longer */
#define SLOT_US		10

struct connection {
	int	fd;
	double	asked;			/* when, us */
	size_t	got, want;		/* bytes of the answer; want 0: head not complete */
	int	status;
	bool	last;			/* nginx closes each connection after a thousand answers */
	char	head[8192];
};

static struct connection connections[MOST];
static unsigned slots[SLOTS];
static char request[4096];
static size_t request_len;

static _Noreturn void
give_up(const char *what)
{
	fprintf(stderr, "bench_pages: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* ---- load ---- */

static void
ask(struct connection *c)
{
	c->got = c->want = 0;
	c->asked = now_us();
	if (send(c->fd, request, request_len, MSG_NOSIGNAL) != (ssize_t)request_len)
		give_up("send");
}

static void
reach(struct connection *c, int port, int epoll)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((in_port_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };
	int on = 1;

	c->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0 ||
	    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &ev) != 0)
		give_up("connect");
	ask(c);
}

/* The head is complete: how long is the whole? */
static void
read_head(struct connection *c)
{
	char *end, *length;

	c->head[c->got < sizeof(c->head) ? c->got : sizeof(c->head) - 1] = '\0';
	end = strstr(c->head, "\r\n\r\n");
	if (end == NULL) {
		if (c->got >= sizeof(c->head))
			give_up("a head without an end");
		return;
	}
	length = strcasestr(c->head, "\r\nContent-Length:");
	if (length == NULL || length > end)
		give_up("an answer that does not say how long it is");
	c->want = (size_t)(end - c->head) + 4 + strtoul(length + 17, NULL, 10);
	c->status = (int)strtol(c->head + 9, NULL, 10);
	length = strcasestr(c->head, "\r\nConnection: close");
	c->last = length != NULL && length < end;
}

/* True when the answer is complete. */
static bool
take(struct connection *c)
{
	static char rest[1 << 16];
	bool head = c->want == 0;
	char *into = head ? c->head + c->got : rest;
	size_t room = head ? sizeof(c->head) - 1 - c->got : sizeof(rest);
	ssize_t n = recv(c->fd, into, room, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0)
		give_up("the connection was closed");
	c->got += (size_t)n;
	if (head)
		read_head(c);
	return c->want > 0 && c->got >= c->want;
}

static double
percentile(unsigned long count, double part)
{
	unsigned long sum = 0;
	size_t i = 0;

	while (i < SLOTS - 1 && (sum += slots[i]) < (unsigned long)((double)count * part))
		i++;
	return (double)(i + 1) * SLOT_US;
}

static void
load(int port, const char *path, int n, double seconds, unsigned long most)
{
	struct epoll_event ev[64];
	unsigned long count = 0, bad = 0;
	double start, end, now;
	size_t bytes = 0;
	int epoll = epoll_create1(0);

	request_len = (size_t)snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: localhost:%d\r\n"
	    "Accept: text/html\r\nAccept-Language: en\r\nSec-Fetch-Site: same-origin\r\n\r\n", path, port);
	start = now_us();
	end = start + seconds * 1e6;
	for (int i = 0; i < n; i++)
		reach(&connections[i], port, epoll);
	while ((now = now_us()) < end && count < most) {
		int ready = epoll_wait(epoll, ev, 64, 1000);

		for (int i = 0; i < ready; i++) {
			struct connection *c = ev[i].data.ptr;
			double slot;

			if (!take(c))
				continue;
			slot = (now_us() - c->asked) / SLOT_US;
			slots[slot < SLOTS - 1 ? (size_t)slot : SLOTS - 1]++;
			count++;
			bad += c->status != 200;
			bytes = c->got;
			if (c->last) {
				close(c->fd);
				reach(c, port, epoll);
			} else
				ask(c);
		}
	}
	printf("%.0f %.0f %.0f %lu %lu %zu %.3f\n", (double)count / ((now - start) / 1e6), percentile(count, 0.5),
	    percentile(count, 0.99), count, bad, bytes, (double)clock() / CLOCKS_PER_SEC);
}

/* ---- answer ---- */

static int listening;
static char *said;		/* the whole answer, by every thread */
static int said_len;

static void
say(size_t bytes)
{
	char head[128];
	int n = snprintf(head, sizeof(head), "Status: 200 OK\r\nContent-Type: text/html\r\nContent-Length: %zu\r\n\r\n", bytes);

	said = malloc((size_t)n + bytes);
	if (said == NULL)
		give_up("memory");
	memcpy(said, head, (size_t)n);
	memset(said + n, ' ', bytes);
	said_len = n + (int)bytes;
}

static void *
answer(void *unused)
{
	FCGX_Request r;

	(void)unused;
	if (FCGX_InitRequest(&r, listening, 0) != 0)
		give_up("FCGX_InitRequest");
	while (FCGX_Accept_r(&r) == 0) {
		FCGX_PutStr(said, said_len, r.out);
		FCGX_Finish_r(&r);
	}
	return NULL;
}

static void
answer_with(long threads)
{
	pthread_t thread;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (FCGX_Init() != 0)
		give_up("FCGX_Init");
	for (long i = 0; i < threads; i++)
		if (pthread_create(&thread, NULL, answer, NULL) != 0)
			give_up("thread");
	for (;;)
		pause();
}

static void
answers(const char *path, long processes, long threads)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(at.sun_path))
		give_up("the socket's path is too long");
	memcpy(at.sun_path, path, strlen(path) + 1);
	listening = socket(AF_UNIX, SOCK_STREAM, 0);
	if (listening < 0 || bind(listening, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(listening, 512) != 0)
		give_up(path);
	for (long i = 0; i < processes; i++)
		if (fork() == 0)
			answer_with(threads);
	/* SIGTERM ends this process, and with it the others. */
	while (wait(NULL) > 0 || errno == EINTR)
		continue;
}

int
main(int argc, char **argv)
{
	char line[2048] = "";
	long n = argc > 4 ? strtol(argv[4], NULL, 10) : 0;

	if (argc >= 6 && strcmp(argv[1], "load") == 0 && n > 0 && n <= MOST) {
		if (strcmp(argv[3], "-") == 0 && fgets(line, sizeof(line), stdin) == NULL)
			give_up("a path on standard input");
		line[strcspn(line, "\n")] = '\0';
		load((int)strtol(argv[2], NULL, 10), line[0] == '\0' ? argv[3] : line, (int)n,
		    strtod(argv[5], NULL), argc > 6 ? strtoul(argv[6], NULL, 10) : (unsigned long)-1);
		return 0;
	}
	if ((argc == 5 || argc == 6) && strcmp(argv[1], "answer") == 0 && n > 0 && n <= MOST) {
		say(argc == 6 ? strtoul(argv[5], NULL, 10) & 0xfffff : 0);
		answers(argv[2], strtol(argv[3], NULL, 10), n);
		return 0;
	}
	fputs("usage: bench_pages load PORT PATH CONNECTIONS SECONDS [REQUESTS]\n"
	    "       bench_pages answer SOCKET PROCESSES THREADS [BYTES]\n", stderr);
	return 2;
}
