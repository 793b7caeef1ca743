#include <time.h>
#include <curl/curl.h>
#include "ledger/base/wipe.h"
#include "portal/control/browser.h"

#define ANSWER_SECONDS	60L	/* a password is hashed meanwhile, perhaps behind others */
#define PAGE_MAX	(1u << 20)
#define SLOWER_TRIES	60	/* a second apart: many people arrive from one address here */

struct browser {
	CURL			*curl;
	struct curl_slist	*headers;
	char			base[BROWSER_URL], url[BROWSER_URL];
	struct buf		page;
};

static size_t
take(char *p, size_t size, size_t n, void *self)
{
	struct browser *b = self;

	if (b->page.len + size * n > PAGE_MAX)
		return 0;
	buf_add(&b->page, p, size * n);
	return size * n;
}

static bool
set_up(struct browser *b, const char *ca_path)
{
	CURL *c = b->curl;

	return b->headers != NULL && curl_easy_setopt(c, CURLOPT_HTTPHEADER, b->headers) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_CAINFO, ca_path) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_CAPATH, NULL) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "https") == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_MAXREDIRS, 5L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_TIMEOUT, ANSWER_SECONDS) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_WRITEDATA, b) == CURLE_OK;
}

bool
browser_open(struct browser **out, const char *ca_path, const char *base, struct err *e)
{
	struct browser *b = calloc(1, sizeof(*b));

	*out = NULL;
	if (b == NULL || (b->curl = curl_easy_init()) == NULL) {
		browser_drop(&b);
		return FAIL(e, ERR_MEMORY, "browser");
	}
	snprintf(b->base, sizeof(b->base), "%s", base);
	snprintf(b->url, sizeof(b->url), "%s/", base);
	b->headers = curl_slist_append(NULL, "Sec-Fetch-Site: same-origin");
	if (!set_up(b, ca_path)) {
		browser_drop(&b);
		return FAIL(e, ERR_IO, "libcurl lacks something");
	}
	*out = b;
	return true;
}

/* "/~TOKEN" of the present address, or nothing. */
static void
session_of(const struct browser *b, char into[BROWSER_URL])
{
	const char *path = b->url + strlen(b->base);

	into[0] = '\0';
	if (strncmp(path, "/~", 2) == 0)
		snprintf(into, BROWSER_URL, "%.*s", (int)(1 + strcspn(path + 1, "/")), path);
}

static bool
resolve(struct browser *b, const char *where, char into[BROWSER_URL], struct err *e)
{
	char root[BROWSER_URL];
	int n;

	session_of(b, root);
	if (strncmp(where, "https://", 8) == 0)
		n = snprintf(into, BROWSER_URL, "%s", where);
	else if (strncmp(where, "~/", 2) == 0)
		n = snprintf(into, BROWSER_URL, "%s%s%s", b->base, root, where + 1);
	else
		n = snprintf(into, BROWSER_URL, "%s%s", b->base, where);
	if (n < 0 || n >= BROWSER_URL)
		return FAIL(e, ERR_INPUT, "address too long");
	return true;
}

/* The first heading, without tags, for an error a person can use. */
static void
heading(const struct browser *b, char into[80])
{
	const char *at = b->page.data == NULL ? NULL : strstr(b->page.data, "<h1");
	const char *faults = b->page.data == NULL ? NULL : strstr(b->page.data, "href=\"#f-");
	size_t n;

	if (faults != NULL)
		at = faults;
	at = at == NULL ? NULL : strchr(at, '>');
	n = at == NULL ? 0 : strcspn(at + 1, "<");
	snprintf(into, 80, "%.*s", (int)(n > 79 ? 79 : n), at == NULL ? "" : at + 1);
}

static bool
ask(struct browser *b, long *status, struct err *e)
{
	CURLcode rc;

	buf_reset(&b->page);
	rc = curl_easy_perform(b->curl);
	if (rc != CURLE_OK)
		return FAIL(e, ERR_IO, "the site does not answer: %s", curl_easy_strerror(rc));
	if (curl_easy_getinfo(b->curl, CURLINFO_RESPONSE_CODE, status) != CURLE_OK)
		return FAIL(e, ERR_IO, "an answer without a status");
	return true;
}

/* Who is told to go slower goes slower: nginx refused before anything was done. */
static bool
fetch(struct browser *b, struct err *e)
{
	static const struct timespec moment = { .tv_sec = 1 };
	char *url = NULL, words[80];
	long status = 0;

	TRY(ask(b, &status, e));
	for (int i = 0; status == 429 && i < SLOWER_TRIES; i++) {
		nanosleep(&moment, NULL);
		TRY(ask(b, &status, e));
	}
	if (curl_easy_getinfo(b->curl, CURLINFO_EFFECTIVE_URL, &url) != CURLE_OK || url == NULL ||
	    strncmp(url, b->base, strlen(b->base)) != 0)
		return FAIL(e, ERR_IO, "the site sends us elsewhere");
	snprintf(b->url, sizeof(b->url), "%s", url);
	TRY(buf_ok(&b->page, e));
	if (status < 400)
		return true;
	heading(b, words);
	return FAIL(e, ERR_CONFLICT, "the site says %ld: %s", status, words);
}

bool
browser_get(struct browser *b, const char *where, struct err *e)
{
	char url[BROWSER_URL];

	TRY(resolve(b, where, url, e));
	if (curl_easy_setopt(b->curl, CURLOPT_URL, url) != CURLE_OK ||
	    curl_easy_setopt(b->curl, CURLOPT_HTTPGET, 1L) != CURLE_OK)
		return FAIL(e, ERR_MEMORY, "browser");
	return fetch(b, e);
}

/* ---- forms ---- */

/* The value of attribute `name` within the tag at p, unescaped; false: it has none. */
static bool
attribute(const char *p, const char *name, struct buf *into)
{
	static const struct { const char *from, *to; } entities[] = {
		{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&#34;", "\"" }, { "&#39;", "'" },
	};
	size_t n = strlen(name);
	const char *end = p + strcspn(p, ">");

	/* A struct buf has no text before its first byte. */
	buf_reset(into);
	buf_add(into, "", 1);
	into->len -= into->failed ? 0 : 1;
	for (p = strchr(p, ' '); p != NULL && p < end; p = strchr(p, ' ')) {
		p += strspn(p, " ");
		if (strncmp(p, name, n) == 0 && p[n] == '=' && p[n + 1] == '"')
			break;
		/* Over a quoted value, which may hold blanks. */
		p += strcspn(p, "=> ");
		if (p[0] == '=' && p[1] == '"')
			p += 2 + strcspn(p + 2, "\"");
	}
	if (p == NULL || p >= end)
		return false;
	for (p += n + 2; *p != '"' && *p != '\0';) {
		size_t i = 0, len;

		while (i < COUNT(entities) && strncmp(p, entities[i].from, strlen(entities[i].from)) != 0)
			i++;
		len = i < COUNT(entities) ? strlen(entities[i].from) : 1;
		buf_add(into, i < COUNT(entities) ? entities[i].to : p, 1);
		p += len;
	}
	return true;
}

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static const char *
find_form(const struct browser *b, const char *action, struct buf *into)
{
	const char *at = b->page.data;

	while (at != NULL && (at = strstr(at, "<form ")) != NULL) {
		if (attribute(at, "action", into) && !into->failed && ends_with(into->data, action))
			return at;
		at++;
	}
	return NULL;
}

static void
add_pair(struct buf *body, const char *name, const char *text)
{
	if (body->len > 0)
		buf_text(body, "&");
	buf_arg(body, name);
	buf_text(body, "=");
	buf_arg(body, text);
}

/* What the page has typed in for us already: the form token, hidden and kept values. */
static void
add_present(struct buf *body, const char *form, const struct typed *typed, size_t n)
{
	DROP(buf_wipe) struct buf name = {0}, value = {0}, type = {0};
	const char *end = strstr(form, "</form>");

	for (const char *at = form; (at = strstr(at, "<input ")) != NULL && at < end; at++) {
		bool ours = false;

		if (!attribute(at, "name", &name) || name.failed)
			continue;
		for (size_t i = 0; i < n; i++)
			ours = ours || strcmp(typed[i].name, name.data) == 0;
		attribute(at, "type", &type);
		if (type.failed || ours || strcmp(type.data, "checkbox") == 0 || strcmp(type.data, "radio") == 0 ||
		    strcmp(type.data, "file") == 0)
			continue;
		attribute(at, "value", &value);
		add_pair(body, name.data, value.data);
	}
}

bool
browser_send(struct browser *b, const char *action, const struct typed *typed, size_t n, struct err *e)
{
	DROP(buf_wipe) struct buf where = {0}, body = {0};
	const char *form = find_form(b, action, &where);
	char url[BROWSER_URL];

	if (form == NULL || strstr(form, "</form>") == NULL)
		return FAIL(e, ERR_ABSENT, "a page without the form %s", action);
	add_present(&body, form, typed, n);
	for (size_t i = 0; i < n; i++)
		if (typed[i].text != NULL)
			add_pair(&body, typed[i].name, typed[i].text);
	TRY(buf_ok(&body, e));
	TRY(resolve(b, where.data, url, e));
	if (curl_easy_setopt(b->curl, CURLOPT_URL, url) != CURLE_OK ||
	    curl_easy_setopt(b->curl, CURLOPT_POST, 1L) != CURLE_OK ||
	    curl_easy_setopt(b->curl, CURLOPT_POSTFIELDSIZE, (long)body.len) != CURLE_OK ||
	    curl_easy_setopt(b->curl, CURLOPT_COPYPOSTFIELDS, body.data) != CURLE_OK)
		return FAIL(e, ERR_MEMORY, "browser");
	return fetch(b, e);
}

const char *
browser_page(const struct browser *b)
{
	return b->page.data == NULL ? "" : b->page.data;
}

const char *
browser_path(const struct browser *b)
{
	const char *path = b->url + strlen(b->base);

	return strncmp(path, "/~", 2) == 0 ? path + 1 + strcspn(path + 1, "/") : path;
}

void
browser_drop(struct browser **b)
{
	if (*b == NULL)
		return;
	curl_easy_cleanup((*b)->curl);
	curl_slist_free_all((*b)->headers);
	buf_wipe(&(*b)->page);
	wipe_free(*b);
	*b = NULL;
}
