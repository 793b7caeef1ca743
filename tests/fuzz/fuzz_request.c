/*
 * tests/fuzz/fuzz_request.c - whole requests against the public pages: lines of
 * method, address, content type, Sec-Fetch-Site and Accept-Language, then the body.
 */
#include <sodium.h>
#include <string.h>
#include "portal/web/dispatch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static bool
page(struct visit *v, struct err *e)
{
	buf_text(&v->page, v->tail);
	return buf_ok(&v->page, e);
}

static const struct form_row form_rows[] = {
	{ "text", "Text", FORM_TEXT, 2, 40, true, NULL },
	{ "file", "File", FORM_FILE, 0, 100, false, NULL },
};
static const struct route rows[] = {
	{ GET, "/", "front", (enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL, NULL, 0, page },
	{ GET, "/x/*", "x", (enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL, form_rows, 2, page },
	{ POST, "/x/*", "x", (enum role)0, NEEDS_NOTHING, PURPOSE_JOIN, GUARD_FORM, NULL, form_rows, 2, page },
	{ GET, "/m/*", "m", (enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_MACHINE, NULL, NULL, 0, page },
	{ GET, "/home", "home", ROLE_MEMBER, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN, NULL, NULL, 0, page },
	{ POST, "/home", "home", ROLE_MEMBER, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN_FORM, NULL, form_rows, 2, page },
};
static const struct route_table table = { rows, COUNT(rows) };
static const struct site site = { .name = "Test", .base_https = "", .base_http = "", .base_cert = "", .policy_arc = "",
	.association = "", .registration = "", .postal = "", .privacy_contact = "", .logo = "", .static_version = "1" };

/* Cut one line off; NULL when it is empty: that header was not sent. */
static const char *
line(char **rest)
{
	char *at = *rest, *end = strchr(at, '\n');

	if (end != NULL)
		*end++ = '\0';
	*rest = end == NULL ? at + strlen(at) : end;
	return *at == '\0' ? NULL : at;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1), *rest = text;
	DROP(buf_wipe) struct buf head = {0};
	struct visit v = { .site = &site };
	struct asked a = {0};

	if (text == NULL || sodium_init() < 0 || !route_check(&table, 1, NULL))
		abort();
	memcpy(text, data, len);
	text[len] = '\0';
	a.method = line(&rest);
	a.uri = line(&rest);
	a.content_type = line(&rest);
	a.fetch_site = line(&rest);
	a.accept_language = line(&rest);
	a.body = span_of(rest, len - (size_t)(rest - text));
	dispatch(&v, &a);
	answer_head(&v, &head);
	if (v.status < 200 || head.failed || memmem(head.data, head.len, "\r\n\r\n", 4) != head.data + head.len - 4)
		abort();
	dispatch_end(&v);
	free(text);
	return 0;
}
