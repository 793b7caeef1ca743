#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "portal/control/doors.h"
#include "portal/control/file.h"

#define BACKLOG	511	/* nginx's own default */
#define PICKS	20	/* tries at a free port that is free on both addresses */

static const struct { const char *name, *option; } door_words[DOOR__COUNT] = {
	{ "http", "--http" }, { "https", "--https" }, { "cert", "--set site.cert_port=" },
};

union place { struct sockaddr any; struct sockaddr_in four; struct sockaddr_in6 six; };

static socklen_t
place_of(union place *p, const char *address, int64_t port)
{
	memset(p, 0, sizeof(*p));
	if (inet_pton(AF_INET, address, &p->four.sin_addr) == 1) {
		p->four.sin_family = AF_INET;
		p->four.sin_port = htons((uint16_t)port);
		return sizeof(p->four);
	}
	if (inet_pton(AF_INET6, address, &p->six.sin6_addr) != 1)
		return 0;
	p->six.sin6_family = AF_INET6;
	p->six.sin6_port = htons((uint16_t)port);
	return sizeof(p->six);
}

/* A bound, listening socket or -1 with errno. */
static int
listen_at(const char *address, int64_t port)
{
	union place p;
	socklen_t size = place_of(&p, address, port);
	int fd = socket(p.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int yes = 1, kept;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
	    (p.any.sa_family != AF_INET6 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes)) == 0) &&
	    bind(fd, &p.any, size) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	kept = errno;
	close(fd);
	errno = kept;
	return -1;
}

static int64_t
port_of(int fd)
{
	union place p;
	socklen_t size = sizeof(p);

	if (getsockname(fd, &p.any, &size) != 0)
		return 0;
	return ntohs(p.any.sa_family == AF_INET6 ? p.six.sin6_port : p.four.sin_port);
}

static void
keep(struct doors *d, int fd, enum door door, const char *address, int64_t port)
{
	bool six = strchr(address, ':') != NULL;

	d->one[d->count].fd = fd;
	d->one[d->count].door = door;
	snprintf(d->one[d->count].listen, sizeof(d->one[0].listen), "%s%s%s:%" PRId64,
	    six ? "[" : "", address, six ? "]" : "", port);
	d->port[door] = port;
	d->count++;
}

static bool
fail_port(enum door door, const char *address, int64_t port, struct err *e)
{
	const char *option = door_words[door].option;

	if (errno == EADDRINUSE)
		return FAIL(e, ERR_CONFLICT, "port %" PRId64 " is in use: choose another with %s%s", port,
		    option, door == DOOR_CERT ? "PORT" : " PORT");
	if (errno == EACCES)
		return FAIL(e, ERR_DENIED, "port %" PRId64 " is not ours to open: choose one above 1023 with %s%s",
		    port, option, door == DOOR_CERT ? "PORT" : " PORT");
	return FAIL(e, ERR_IO, "site.bind %s, port %" PRId64 ": %s", address, port, strerror(errno));
}

/* On the second address a machine without IPv6 is no fault. */
static bool
no_such_address(void)
{
	return errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT;
}

static bool
door_open(struct doors *d, enum door door, int64_t port, const char *const address[2], struct err *e)
{
	for (int pick = 0; pick < PICKS; pick++) {
		int first = listen_at(address[0], port), second = -1;
		int64_t got;

		if (first < 0)
			return fail_port(door, address[0], port, e);
		got = port_of(first);
		if (address[1] != NULL && (second = listen_at(address[1], got)) < 0 &&
		    !no_such_address()) {
			close(first);
			if (port == 0)
				continue;
			return fail_port(door, address[1], port, e);
		}
		keep(d, first, door, address[0], got);
		if (second >= 0)
			keep(d, second, door, address[1], got);
		return true;
	}
	return FAIL(e, ERR_BUSY, "no free port found");
}

static int64_t
cert_port(const struct settings *s)
{
	return s->cert_port == 0 && s->https_port != 0 ? s->https_port + 1 : s->cert_port;
}

bool
doors_open(struct doors *d, const struct settings *s, struct err *e)
{
	const char *address[2] = { s->bind_address, NULL };
	int64_t cert = cert_port(s);

	*d = (struct doors){0};
	if (!settings_public(s) && strcmp(s->bind_address, "127.0.0.1") == 0)
		address[1] = "::1";
	else if (strcmp(s->bind_address, "::") == 0)
		address[1] = "0.0.0.0";
	if (door_open(d, DOOR_HTTP, s->http_port, address, e) &&
	    door_open(d, DOOR_HTTPS, s->https_port, address, e) &&
	    door_open(d, DOOR_CERT, cert, address, e))
		return true;
	doors_close(d);
	return false;
}

void
doors_close(struct doors *d)
{
	for (size_t i = 0; i < d->count; i++)
		fd_close(&d->one[i].fd);
	d->count = 0;
}

static bool
answered_at(const char *address, int64_t http_port)
{
	static const char ask[] = "GET / HTTP/1.0\r\nHost: ready.invalid\r\n\r\n", wrong[] = "HTTP/1.1 421";
	union place p;
	socklen_t size = place_of(&p, address, http_port);
	DROP(fd_close) int fd = socket(p.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd one = { .fd = fd, .events = POLLIN };
	char got[sizeof(wrong) - 1];

	return fd >= 0 && connect(fd, &p.any, size) == 0 && write(fd, ask, sizeof(ask) - 1) == (ssize_t)sizeof(ask) - 1 &&
	    poll(&one, 1, 500) == 1 && read(fd, got, sizeof(got)) == (ssize_t)sizeof(got) && memcmp(got, wrong, sizeof(got)) == 0;
}

bool
doors_answered(const char *address, int64_t http_port)
{
	return answered_at(address, http_port) || answered_at("127.0.0.1", http_port) || answered_at("::1", http_port);
}

void
doors_words(const struct doors *d, char into[128])
{
	size_t at = (size_t)snprintf(into, 128, "NGINX=");

	for (size_t i = 0; i < d->count; i++)
		at += (size_t)snprintf(into + at, 128 - at, "%d;", d->one[i].fd);
}

bool
doors_write(const struct doors *d, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};

	for (size_t i = 0; i < DOOR__COUNT; i++)
		buf_fmt(&b, "%s %" PRId64 "\n", door_words[i].name, d->port[i]);
	TRY(buf_ok(&b, e));
	return file_put(DOORS_FILE, b.data, b.len, 0644, e);
}

bool
doors_read(struct doors *d, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};
	struct err gone = {0};

	*d = (struct doors){0};
	if (!file_get(DOORS_FILE, &b, &gone))
		return FAIL(e, ERR_ABSENT, "no site is running here: start it with `troth run`");
	for (size_t i = 0; i < DOOR__COUNT; i++) {
		const char *at = strstr(b.data, door_words[i].name);

		d->port[i] = at == NULL ? 0 : strtol(at + strlen(door_words[i].name), NULL, 10);
	}
	return true;
}
