#include "portal/prover/fetch.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <openssl/ssl.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "portal/prover/host.h"
#include "portal/prover/place.h"

#define ADDRESSES_MAX	8	/* tried for one host */
#define URL_MAX		2048
#define CONNECT_MS	5000L

struct hop {			/* one request, and what became of it */
	char		host[256], port[8], url[URL_MAX];
	bool		allow_private;
	struct fetched	*into;
	size_t		head;			/* bytes of header lines so far */
	bool		too_much, refused;
	const atomic_bool *stop;
};

bool
fetch_prepare(struct err *e)
{
	SSL_CTX *c;

	if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK)
		return FAIL(e, ERR_IO, "libcurl");
	/* Reads openssl.cnf now, while files can still be opened. */
	c = SSL_CTX_new(TLS_client_method());
	if (c == NULL)
		return FAIL(e, ERR_CRYPTO, "TLS");
	SSL_CTX_free(c);
	return true;
}

/* ---- where to ---- */

static void
url_drop(CURLU **u)
{
	curl_url_cleanup(*u);
}

static void
curl_text_drop(char **s)
{
	curl_free(*s);
}

/* Copy a part of the address into at[size], lower-cased.  False: absent or too long. */
static bool
part_get(CURLU *u, CURLUPart part, unsigned flags, char *at, size_t size)
{
	DROP(curl_text_drop) char *text = NULL;
	size_t n;

	if (curl_url_get(u, part, &text, flags) != CURLUE_OK || (n = strlen(text)) >= size)
		return false;
	for (size_t i = 0; i <= n; i++)
		at[i] = (char)(part == CURLUPART_URL ? text[i] : tolower((unsigned char)text[i]));
	return true;
}

static bool
part_there(CURLU *u, CURLUPart part)
{
	DROP(curl_text_drop) char *text = NULL;

	return curl_url_get(u, part, &text, 0) == CURLUE_OK;
}

static bool
port_ok(const char *scheme, const char *port, int64_t own)
{
	char own_text[24];

	snprintf(own_text, sizeof(own_text), "%lld", (long long)own);
	if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
		return false;
	return strcmp(port, "80") == 0 || strcmp(port, "443") == 0 || strcmp(port, own_text) == 0;
}

/*
 * Fill the hop from an address, our own or a redirect's.  Only http and https,
 * a host name (never an address), the usual ports or the configured one, no
 * user in it; a fragment is dropped.
 */
static bool
hop_aim(struct hop *h, CURLU *u, const struct settings *s)
{
	char scheme[16];

	if (curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0) != CURLUE_OK)
		return false;
	if (!part_get(u, CURLUPART_SCHEME, 0, scheme, sizeof(scheme)) ||
	    !part_get(u, CURLUPART_HOST, 0, h->host, sizeof(h->host)) ||
	    !part_get(u, CURLUPART_PORT, CURLU_DEFAULT_PORT, h->port, sizeof(h->port)))
		return false;
	if (part_there(u, CURLUPART_USER) || part_there(u, CURLUPART_PASSWORD) ||
	    !host_ok(h->host) || !port_ok(scheme, h->port, s->http_validation_port))
		return false;
	return curl_url_set(u, CURLUPART_HOST, h->host, 0) == CURLUE_OK &&
	    part_get(u, CURLUPART_URL, 0, h->url, sizeof(h->url));
}

/* ---- addresses ---- */

static bool
address_from(struct sockaddr_storage *a, size_t *len, enum dns_type type, struct span data)
{
	memset(a, 0, sizeof(*a));
	if (type == DNS_A && data.len == 4) {
		struct sockaddr_in *in = (struct sockaddr_in *)a;

		in->sin_family = AF_INET;
		memcpy(&in->sin_addr, data.p, 4);
		*len = sizeof(*in);
		return true;
	}
	if (type == DNS_AAAA && data.len == 16) {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)a;

		in6->sin6_family = AF_INET6;
		memcpy(&in6->sin6_addr, data.p, 16);
		*len = sizeof(*in6);
		return true;
	}
	return false;
}

struct pin {			/* "host:port:address,address" for CURLOPT_RESOLVE */
	struct buf	text;
	size_t		count, refused;
	bool		secure;
	enum dns_outcome worst;
};

static void
pin_add(struct pin *p, const struct dns_answer *a, enum dns_type type, bool allow_private)
{
	for (size_t i = 0; i < a->count && p->count < ADDRESSES_MAX; i++) {
		struct sockaddr_storage at;
		char text[INET6_ADDRSTRLEN];
		size_t len;

		if (!address_from(&at, &len, type, a->data[i]))
			continue;
		if (!allow_private && !place_public((struct sockaddr *)&at, len)) {
			p->refused++;
			continue;
		}
		if (inet_ntop(at.ss_family, a->data[i].p, text, sizeof(text)) == NULL)
			continue;
		buf_fmt(&p->text, type == DNS_A ? "%s%s" : "%s[%s]", p->count > 0 ? "," : "", text);
		p->count++;
	}
}

static bool
pin_ask(struct pin *p, struct dns *dns, const struct hop *h, enum dns_type type, int64_t until,
    struct err *e)
{
	DROP(dns_answer_wipe) struct dns_answer a = {0};

	TRY(dns_ask(dns, h->host, type, until, &a, e));
	if (a.outcome == DNS_FOUND)
		pin_add(p, &a, type, h->allow_private);
	if (a.outcome == DNS_BOGUS || (a.outcome == DNS_NO_ANSWER && p->worst != DNS_BOGUS))
		p->worst = a.outcome;
	p->secure = p->secure && a.secure;
	return true;
}

static void
pin_wipe(struct pin *p)
{
	buf_wipe(&p->text);
}

/*
 * Both kinds of address.  One kind that gets no answer may cost half of the
 * time that is left, not all of it: many old servers drop AAAA questions.
 */
static bool
pin_fill(struct pin *p, struct dns *dns, const struct hop *h, int64_t until, struct err *e)
{
	int64_t now = clock_mono_ms();

	p->secure = true;
	p->worst = DNS_EMPTY;
	buf_fmt(&p->text, "%s:%s:", h->host, h->port);
	TRY(pin_ask(p, dns, h, DNS_A, now + (until - now) / 2, e));
	now = clock_mono_ms();
	TRY(pin_ask(p, dns, h, DNS_AAAA, now + (until - now) / 2, e));
	return buf_ok(&p->text, e);
}

static enum fetch_outcome
pin_verdict(const struct pin *p)
{
	if (p->worst == DNS_BOGUS)
		return FETCH_BOGUS;
	if (p->count > 0)
		return FETCH_ANSWER;
	if (p->refused > 0)
		return FETCH_REFUSED_PLACE;
	return p->worst == DNS_NO_ANSWER ? FETCH_NO_ANSWER : FETCH_NO_ADDRESS;
}

/* ---- the transfer ---- */

static size_t
on_body(char *p, size_t one, size_t n, void *self)
{
	struct hop *h = self;
	struct fetched *f = h->into;

	(void)one;
	if (n > sizeof(f->body) - f->len) {
		h->too_much = true;
		return 0;
	}
	memcpy(f->body + f->len, p, n);
	f->len += n;
	return n;
}

static size_t
on_head(char *p, size_t one, size_t n, void *self)
{
	struct hop *h = self;

	(void)p;
	(void)one;
	h->head += n;
	h->too_much = h->too_much || h->head > FETCH_HEAD_MAX;
	return h->too_much ? 0 : n;
}

static int
on_progress(void *self, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct hop *h = self;

	(void)a, (void)b, (void)c, (void)d;
	return *h->stop ? 1 : 0;
}

/* The last word on every connection, whatever the library made of the name. */
static curl_socket_t
on_socket(void *self, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct hop *h = self;

	if (purpose != CURLSOCKTYPE_IPCXN || (a->family != AF_INET && a->family != AF_INET6) ||
	    (!h->allow_private && !place_public(&a->addr, a->addrlen))) {
		h->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* Setting an option fails for want of memory alone; every result counts. */
static bool
set_limits(CURL *c, struct hop *h, long left_ms)
{
	return curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, left_ms) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, left_ms < CONNECT_MS ? left_ms : CONNECT_MS) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_BUFFERSIZE, 4096L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_XFERINFODATA, h) == CURLE_OK;
}

static bool
set_request(CURL *c, struct hop *h, const struct curl_slist *pinned)
{
	return curl_easy_setopt(c, CURLOPT_URL, h->url) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_RESOLVE, pinned) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_USERAGENT, "troth-prover") == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_socket) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, h) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_WRITEDATA, h) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_head) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_HEADERDATA, h) == CURLE_OK;
}

static enum fetch_outcome
outcome_of(const struct hop *h, CURLcode rc)
{
	if (h->too_much)
		return FETCH_TOO_MUCH;
	if (rc == CURLE_OK)
		return FETCH_ANSWER;
	return h->refused ? FETCH_REFUSED_PLACE : FETCH_NO_ANSWER;
}

static void
handle_drop(CURL **c)
{
	curl_easy_cleanup(*c);
}

static void
list_drop(struct curl_slist **l)
{
	curl_slist_free_all(*l);
}

/* BR 3.2.2.4.18: these and no other 3xx. */
static bool
redirects(long status)
{
	return status == 301 || status == 302 || status == 307 || status == 308;
}

/* One request to pinned addresses.  A redirect's target comes back in next[URL_MAX], "" for none. */
static bool
hop_run(struct hop *h, const char *pin, int64_t until, char *next, struct err *e)
{
	DROP(handle_drop) CURL *c = curl_easy_init();
	DROP(list_drop) struct curl_slist *pinned = curl_slist_append(NULL, pin);
	int64_t left = until - clock_mono_ms();
	char *location = NULL;

	next[0] = '\0';
	h->into->len = 0;
	if (c == NULL || pinned == NULL || !set_limits(c, h, left > 1 ? (long)left : 1) ||
	    !set_request(c, h, pinned))
		return FAIL(e, ERR_MEMORY, "libcurl");
	h->into->outcome = outcome_of(h, curl_easy_perform(c));
	if (curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &h->into->status) != CURLE_OK ||
	    curl_easy_getinfo(c, CURLINFO_REDIRECT_URL, &location) != CURLE_OK)
		return FAIL(e, ERR_MEMORY, "libcurl");
	/* A redirect's own body doesn't matter, also when it is long. */
	if (location != NULL && redirects(h->into->status) &&
	    (h->into->outcome == FETCH_ANSWER || (h->too_much && h->head <= FETCH_HEAD_MAX))) {
		h->into->outcome = FETCH_ANSWER;
		if (snprintf(next, URL_MAX, "%s", location) >= URL_MAX)
			h->into->outcome = FETCH_TOO_MUCH;
	}
	return true;
}

/* Resolve, check, connect, read: one hop in full. */
static bool
hop_whole(struct hop *h, struct dns *dns, int64_t until, char *next, struct err *e)
{
	DROP(pin_wipe) struct pin p = {0};

	next[0] = '\0';
	snprintf(h->into->host, sizeof(h->into->host), "%s", h->host);
	TRY(pin_fill(&p, dns, h, until, e));
	h->into->secure = h->into->secure && p.secure;
	h->into->outcome = pin_verdict(&p);
	return h->into->outcome != FETCH_ANSWER || hop_run(h, p.text.data, until, next, e);
}

bool
fetch(struct fetched *into, struct dns *dns, const struct settings *s, const char *host,
    const char *path, int64_t until, const atomic_bool *stop, struct err *e)
{
	DROP(url_drop) CURLU *u = curl_url();
	char next[URL_MAX];

	*into = (struct fetched){ .secure = true };
	snprintf(next, sizeof(next), "http://%s:%lld%s", host, (long long)s->http_validation_port, path);
	for (int hops = 0; hops <= FETCH_REDIRECTS_MAX; hops++) {
		struct hop h = { .allow_private = s->allow_private_addresses, .into = into, .stop = stop };

		if (u == NULL)
			return FAIL(e, ERR_MEMORY, "libcurl");
		/* The library made a redirect's target absolute already (CURLINFO_REDIRECT_URL). */
		if (curl_url_set(u, CURLUPART_URL, next, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
		    !hop_aim(&h, u, s)) {
			into->outcome = FETCH_REFUSED_PLACE;
			return true;
		}
		TRY(hop_whole(&h, dns, until, next, e));
		if (into->outcome != FETCH_ANSWER || next[0] == '\0')
			return true;
	}
	into->outcome = FETCH_TOO_MUCH;
	return true;
}
