/* portal/public/wellknown.c - the few files that programs look for. */
#include <string.h>
#include "ledger/base/clock.h"
#include "portal/public/routes.h"
#include "portal/public/promise.h"
#include "privacy/policy.h"

#define SECURITY_TXT_LIFE	(180 * (int64_t)86400)	/* seconds; RFC 9116 wants less than a year */

/*
 * A contact is a URI (RFC 9116 section 2.5.3).  An operator who typed anything
 * but an address or a URI, or nothing, is found through the imprint.
 */
static void
contact(const struct visit *v, struct buf *into)
{
	const char *typed = v->site->privacy_contact;
	bool plain = typed[0] != '\0' && strpbrk(typed, " \t\r\n<>\"") == NULL;

	buf_text(into, "Contact: ");
	if (plain && (strncmp(typed, "https://", 8) == 0 || strncmp(typed, "mailto:", 7) == 0)) {
		buf_text(into, typed);
	} else if (plain && strchr(typed, '@') != NULL) {
		buf_text(into, "mailto:");
		buf_text(into, typed);
	} else {
		buf_text(into, v->site->base_https);
		buf_text(into, "/imprint");
	}
	buf_text(into, "\n");
}

static void
line(const struct visit *v, struct buf *into, const char *name, const char *path)
{
	buf_text(into, name);
	buf_text(into, v->site->base_https);
	buf_text(into, path);
	buf_text(into, "\n");
}

bool
security_txt_show(struct visit *v, struct err *e)
{
	char expires[21];

	clock_iso(v->now + SECURITY_TXT_LIFE, expires);
	v->type = "text/plain; charset=utf-8";
	contact(v, &v->page);
	buf_fmt(&v->page, "Expires: %s\nPreferred-Languages: en, de\n", expires);
	line(v, &v->page, "Canonical: ", "/.well-known/security.txt");
	line(v, &v->page, "Policy: ", "/protect");
	return buf_ok(&v->page, e);
}

/* Global Privacy Control: honoured for everybody, there being nothing to sell or share. */
bool
gpc_show(struct visit *v, struct err *e)
{
	v->type = "application/json";
	buf_fmt(&v->page, "{\"gpc\": true, \"lastUpdate\": \"%s\"}\n", policy_at(&policy_versions, POLICY_STATEMENT, v->now)->from);
	return buf_ok(&v->page, e);
}

/* The test of a promise, as it stands in the program's source. */
bool
promise_test_show(struct visit *v, struct err *e)
{
	for (size_t i = 0; i < promise_text_count; i++) {
		const struct promise_text *t = &promise_texts[i];

		if (strcmp(t->anchor, v->tail) != 0)
			continue;
		v->type = "text/plain; charset=utf-8";
		for (size_t n = 0; n < t->n; n++) {
			buf_text(&v->page, t->line[n]);
			buf_text(&v->page, "\n");
		}
		return buf_ok(&v->page, e);
	}
	return FAIL(e, ERR_ABSENT, "promises: no such test");
}

/* What leads nowhere without a person behind it. */
bool
robots_show(struct visit *v, struct err *e)
{
	v->type = "text/plain; charset=utf-8";
	buf_text(&v->page, "User-agent: *\nDisallow: /~\nDisallow: /once/\nDisallow: /verify/\n"
	    "Disallow: /lost/\nDisallow: /reset/\nDisallow: /contact/\nDisallow: /outbox\nDisallow: /ocsp\n");
	return buf_ok(&v->page, e);
}

/* Browsers ask for it although every page names the mark. */
bool
favicon_show(struct visit *v, struct err *e)
{
	return visit_go(v, false, "/static/mark.svg", e);
}
