/*
 * portal/control/browser.h - a visitor without a screen, for the demo.
 *
 * Fetches pages over TLS with the site's own root, follows redirects, sends
 * the header by which the portal knows its own pages (Sec-Fetch-Site), and
 * fills in forms: hidden fields and what is there stay, named fields change.
 * It reads HTML as our own page compiler writes it and no other.  Told to go
 * slower (429) it waits and asks again for about a minute.
 *
 * Stands on libcurl and buf.  Keeps no cookie: there are none.
 */
#ifndef PORTAL_CONTROL_BROWSER_H
#define PORTAL_CONTROL_BROWSER_H
#include "ledger/base/buf.h"

#define BROWSER_URL	600	/* bytes */

struct typed { const char *name, *text; };	/* text NULL: the field is left out */

struct browser;
/* ca_path: PEM file of the root to trust; base: "https://localhost:8443".  ERR_MEMORY, ERR_IO. */
bool browser_open(struct browser **out, const char *ca_path, const char *base, struct err *e) MUST;
/*
 * Go to a whole address or a path; "~/data" is below the present session.
 * Fails: ERR_IO (no answer), ERR_CONFLICT (an answer of 400 or more; the text
 * says which and the page's first heading).
 */
bool browser_get(struct browser *b, const char *where, struct err *e) MUST;
/*
 * Fill in the present page's form whose action ends so, and send it.  Fails as
 * browser_get; ERR_ABSENT: no such form on this page.
 */
bool browser_send(struct browser *b, const char *action, const struct typed *typed, size_t n,
    struct err *e) MUST;
const char *browser_page(const struct browser *b);	/* HTML of the present page */
const char *browser_path(const struct browser *b);	/* of the present page, without the session in it */
void browser_drop(struct browser **b);			/* fits DROP() */
#endif
