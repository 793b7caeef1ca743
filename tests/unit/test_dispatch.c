/*
 * tests/unit/test_dispatch.c - what a route's row promises, against every kind of request.
 *
 * The keeper is played by a real server of ledger/base/ipc.h whose sessions are
 * told apart by the first byte of their token.  Whatever must not be shown
 * holds the word SECRET; what a form did is counted.
 */
#include "tests/unit/place.h"
#include <pthread.h>
#include "build/pages/pages.h"
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "portal/web/dispatch.h"
#include "portal/web/token.h"
#include "portal/web/words.h"

#define NOW	1780000000

enum who { NOBODY, LIVE, FRESH, OVER, OFFICER, BY_CERT, OLD, BARRED, WHO__COUNT };
enum { OP_SHOW = KEEPER_HOME, OP_ACT = KEEPER_DATA_SET, OP_GUARDED = KEEPER_QUESTIONS };

/* ---- the keeper ---- */

static volatile sig_atomic_t stop;
static int listen_fd;
static unsigned asked_count;

static void
block(struct buf *b, enum who w)
{
	pack_i64(b, 7);
	pack_u8(b, w == FRESH || w == OFFICER ? SESSION_FRESH : w == BY_CERT ? SESSION_CERTIFICATE : w == OLD ? SESSION_OLD :
	    w == BARRED ? SESSION_RESTRICTED : 0);
	pack_u32(b, 1u << ROLE_MEMBER | (w == OFFICER || w == BY_CERT ? 1u << ROLE_OFFICER : 0));
	pack_i64(b, 0);
	pack_i64(b, NOW + 1800);
	pack_i64(b, NOW + 43200);
	pack_i64(b, 0);
}

static enum ipc_turn
answer(void *self, struct ipc_ask *a)
{
	enum who w = (enum who)a->in.p[0];

	(void)self;
	asked_count++;
	if (w == NOBODY || w == OVER || w >= WHO__COUNT)
		(void)REFUSE(&a->err, ERR_DENIED, WHY_SESSION_OVER, "over");
	else if (a->op == OP_GUARDED && w != FRESH && w != OFFICER)
		(void)REFUSE(&a->err, ERR_DENIED, WHY_PASSWORD_NEEDED, "password");
	else if (a->op == OP_ACT && w == OLD)
		(void)REFUSE(&a->err, ERR_DENIED, WHY_SESSION_OLD, "old");
	else
		block(&a->out, w);
	return IPC_ANSWER;
}

static void *
keeper(void *self)
{
	static struct ipc_op ops[KEEPER_OP__COUNT];
	static struct ipc_peer peer = { .name = "portal", .bit = KEEPER_PEER_PORTAL, .secret = { 9 } };
	static struct ipc_service svc = { .ops = ops, .op_count = KEEPER_OP__COUNT, .peers = &peer,
	    .peer_count = 1, .tick_ms = 20 };
	DROP(ipc_server_drop) struct ipc_server *s = NULL;
	struct err e = {0};

	(void)self;
	for (size_t i = 0; i < 4; i++)
		ops[(size_t[]){ OP_SHOW, OP_ACT, OP_GUARDED, KEEPER_WHO }[i]] =
		    (struct ipc_op){ "test", TOKEN_BYTES, 4096, KEEPER_PEER_PORTAL, answer };
	if (!ipc_server_open(&s, listen_fd, &svc, &e) || !ipc_serve(s, &stop, &e))
		log_err("fake keeper", &e);
	return NULL;
}

/* ---- routes ---- */

static unsigned acts;			/* forms that were let through */

static bool
words(struct visit *v, const char *text, struct err *e)
{
	buf_text(&v->page, text);
	return buf_ok(&v->page, e);
}

static bool
ask(struct visit *v, uint32_t op, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, op, &in, &out, &a, e));
	return unpack_end(&a, "test", e);
}

static unsigned drawn;			/* pages that may be everybody's */

/* The same for everybody for five seconds; "?to" leads elsewhere, and below it "absent" is not there. */
static bool
same_page(struct visit *v, struct err *e)
{
	v->same_for = 5;
	if (strcmp(v->query, "to") == 0)
		TRY(visit_go(v, false, "/", e));
	if (strcmp(v->tail, "absent") == 0)
		v->status = 404;
	buf_fmt(&v->page, "%s %u", v->lang, ++drawn);
	return buf_ok(&v->page, e);
}

static bool
same_own(struct visit *v, struct err *e)
{
	v->same_for = 5;
	TRY(ask(v, OP_SHOW, e));
	return words(v, "SECRET", e);
}

static bool public_page(struct visit *v, struct err *e) { return words(v, "PUBLIC", e); }
/* Asks nothing, and says what it knows of who looks. */
static bool blank(struct visit *v, struct err *e) { return words(v, visit_barred(v) ? "BARRED" : "SECRET", e); }

static bool
shows(struct visit *v, struct err *e)
{
	buf_text(&v->page, "SECRET");	/* even what was begun before the keeper spoke */
	TRY(ask(v, OP_SHOW, e));
	return buf_ok(&v->page, e);
}

static bool
guarded(struct visit *v, struct err *e)
{
	TRY(ask(v, OP_GUARDED, e));
	return words(v, "SECRET", e);
}

static bool
form_page(struct visit *v, struct err *e)
{
	page_top(&v->page, v, "Form", "");
	form_summary(&v->page, v);
	form_line(&v->page, v, "address", "", "email", "email");
	page_bottom(&v->page, v);
	return buf_ok(&v->page, e);
}

static bool
public_act(struct visit *v, struct err *e)
{
	if (!form_good(&v->form)) {
		v->status = 422;
		return form_page(v, e);
	}
	acts++;
	return visit_go(v, false, "/done", e);
}

static bool
own_act(struct visit *v, struct err *e)
{
	if (!form_good(&v->form)) {
		v->status = 422;
		return form_page(v, e);
	}
	TRY(ask(v, OP_ACT, e));
	acts++;
	return visit_go(v, true, "/done", e);
}

static bool
bare_act(struct visit *v, struct err *e)
{
	TRY(ask(v, OP_ACT, e));
	acts++;
	return visit_go(v, true, "/done", e);
}

static bool
bound_act(struct visit *v, struct err *e)
{
	TRY(visit_bound(v, span_text("this request"), e));
	return bare_act(v, e);
}

static bool
once(struct visit *v, struct err *e)
{
	acts++;
	return words(v, v->tail, e);
}

static bool
machine(struct visit *v, struct err *e)
{
	buf_text(&v->page, v->tail);
	buf_add(&v->page, v->body.p, v->body.len);
	return buf_ok(&v->page, e);
}

static bool
password(struct visit *v, struct err *e)
{
	buf_text(&v->page, "PASSWORD for ");
	buf_html(&v->page, v->tail);
	return buf_ok(&v->page, e);
}

static bool
failing(struct visit *v, struct err *e)
{
	buf_text(&v->page, "SECRET half a page");
	return REFUSE(e, ERR_BUSY, WHY_HASH_QUEUE, "canary-in-the-text");
}

static const struct form_row address_rows[] = {
	{ "address", MSG("E-mail address"), FORM_TEXT, 3, 254, true, NULL },
	{ "password", MSG("Password"), FORM_SECRET, 1, 256, false, NULL },
};
static const struct form_row file_rows[] = {
	{ "file", MSG("File"), FORM_FILE, 1, FORM_FILES_MAX, true, NULL },
};

#define OPEN	(enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL
#define OWN	ROLE_MEMBER, NEEDS_SESSION, PURPOSE_HOME, GUARD_OWN, NULL
#define OWN_ACT	ROLE_MEMBER, NEEDS_SESSION, PURPOSE_CORRECT, GUARD_OWN_FORM, "/home"
#define NONE	NULL, 0
#define ROWS(r)	r, COUNT(r)

static const struct route rows[] = {
	{ GET,  "/", "public", OPEN, NONE, public_page },
	{ GET,  "/same", "same", OPEN, NONE, same_page },
	{ GET,  "/same/*", "same below", OPEN, NONE, same_page },
	{ GET,  "/once/same/*", "same once", (enum role)0, NEEDS_NOTHING, PURPOSE_CERT_DOWNLOAD, GUARD_ONCE, NULL, NONE, same_page },
	{ GET,  "/own/same", "own same", OWN, NONE, same_own },
	{ GET,  "/form", "form", OPEN, NONE, form_page },
	{ POST, "/form", "form", (enum role)0, NEEDS_NOTHING, PURPOSE_JOIN, GUARD_FORM, NULL, ROWS(address_rows), public_act },
	{ POST, "/upload", "upload", (enum role)0, NEEDS_NOTHING, PURPOSE_CERT_SHOW, GUARD_FORM, NULL, ROWS(file_rows), public_act },
	{ GET,  "/once/*", "once", (enum role)0, NEEDS_NOTHING, PURPOSE_CERT_DOWNLOAD, GUARD_ONCE, NULL, NONE, once },
	{ GET,  "/ocsp/*", "machine", (enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_MACHINE, NULL, NONE, machine },
	{ POST, "/ocsp", "machine", (enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_MACHINE, NULL, NONE, machine },
	{ GET,  "/busy", "busy", OPEN, NONE, failing },
	{ GET,  "/home", "home", OWN, NONE, shows },
	{ GET,  "/blank", "blank", OWN, NONE, blank },
	{ GET,  "/shows/*", "shows", OWN, NONE, shows },
	{ POST, "/act", "act", OWN_ACT, ROWS(address_rows), own_act },
	{ POST, "/bare", "bare", OWN_ACT, NONE, bare_act },
	{ POST, "/bound", "bound", OWN_ACT, NONE, bound_act },
	{ GET,  "/guarded", "guarded", ROLE_MEMBER, NEEDS_FRESH, PURPOSE_QUESTIONS, GUARD_OWN, NULL, NONE, guarded },
	{ GET,  "/guarded/blank", "guarded blank", ROLE_MEMBER, NEEDS_FRESH, PURPOSE_QUESTIONS, GUARD_OWN, NULL, NONE, blank },
	{ GET,  "/guarded/shows", "guarded shows", ROLE_MEMBER, NEEDS_FRESH, PURPOSE_QUESTIONS, GUARD_OWN, NULL, NONE, shows },
	{ POST, "/guarded", "guarded act", ROLE_MEMBER, NEEDS_FRESH, PURPOSE_QUESTIONS, GUARD_OWN_FORM, NULL, NONE, bare_act },
	{ POST, "/guarded/act/*", "guarded act", ROLE_MEMBER, NEEDS_FRESH, PURPOSE_QUESTIONS, GUARD_OWN_FORM, "/shows/*", NONE, bare_act },
	{ GET,  "/officer", "officer", ROLE_OFFICER, NEEDS_SESSION, PURPOSE_ROLE, GUARD_OWN, NULL, NONE, shows },
	{ GET,  "/officer/blank", "officer blank", ROLE_OFFICER, NEEDS_SESSION, PURPOSE_ROLE, GUARD_OWN, NULL, NONE, blank },
	{ GET,  "/password", "password", OWN, NONE, password },
};
static const struct route_table table = { rows, COUNT(rows) };
static struct site site = { .name = "Test", .base_https = "https://localhost", .base_http = "", .base_cert = "",
	.policy_arc = "", .association = "", .registration = "", .postal = "", .privacy_contact = "", .logo = "",
	.static_version = "1", .form_key = { 5 } };
static struct ipc *channel;

/* ---- asking ---- */

enum token { NO_TOKEN, GOOD_TOKEN, OLD_TOKEN, OTHER_PATH, OTHER_SESSION, PUBLIC_KEY, GARBAGE };

struct wanted {
	const char	*method, *path;		/* below /~TOKEN when who is not NOBODY */
	enum who	who;
	const char	*from;			/* Sec-Fetch-Site */
	enum token	token;
	const char	*body;			/* behind the token */
	int		status;
	unsigned	acts;
	const char	*holds, *lacks;		/* in the page; NULL: anything */
};

static void
token_for(enum who w, unsigned char token[TOKEN_BYTES])
{
	memset(token, (int)w, TOKEN_BYTES);
}

static void
form_token_for(const struct wanted *w, char into[96])
{
	struct visit v = { .site = &site, .now = NOW };
	const char *path = w->token == OTHER_PATH ? "/elsewhere" : w->path;

	into[0] = '\0';
	if (w->token == NO_TOKEN)
		return;
	if (w->token == OLD_TOKEN)
		v.now = NOW - TOKEN_LIFE - 1;
	token_for(w->token == OTHER_SESSION ? FRESH : w->who, v.token);
	token_make(&v, path, w->who != NOBODY && w->token != PUBLIC_KEY, span_of(NULL, 0), into);
	if (w->token == GARBAGE)
		into[3] = into[3] == 'A' ? 'B' : 'A';
}

static void
address_of(const struct wanted *w, char *into, size_t size)
{
	unsigned char token[TOKEN_BYTES];
	char text[33];

	token_for(w->who, token);
	token_text(token, text);
	if (w->who == NOBODY)
		snprintf(into, size, "%s", w->path);
	else
		snprintf(into, size, "/~%s%s", text, w->path);
}

static void
send_to(struct visit *v, const struct wanted *w)
{
	char address[512], token[96], body[2048];
	struct asked a = { .method = w->method, .uri = address, .fetch_site = w->from,
	    .content_type = "application/x-www-form-urlencoded" };

	address_of(w, address, sizeof(address));
	form_token_for(w, token);
	snprintf(body, sizeof(body), "form=%s%s", token, w->body == NULL ? "" : w->body);
	if (strcmp(w->method, "POST") == 0)
		a.body = span_text(body);
	*v = (struct visit){ .site = &site, .keeper = channel };
	acts = 0;
	dispatch(v, &a);
}

static void
check_rows(const struct wanted *wants, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct wanted *w = &wants[i];
		struct visit v;
		const char *page;

		send_to(&v, w);
		page = v.page.data == NULL ? "" : v.page.data;
		if (v.status != w->status || acts != w->acts ||
		    (w->holds != NULL && strstr(page, w->holds) == NULL && strstr(v.location, w->holds) == NULL) ||
		    (w->lacks != NULL && strstr(page, w->lacks) != NULL))
			fail_msg("row %zu %s %s as %d from %s: status %d, %u acts, location %s, page %.3000s", i, w->method,
			    w->path, (int)w->who, w->from == NULL ? "nowhere" : w->from, v.status, acts, v.location, page);
		dispatch_end(&v);
	}
}

/* ---- cases ---- */

static void
test_own_pages(void **state)
{
	static const char *const froms[] = { NULL, "none", "cross-site", "same-site", "same-origin, none", "Same-Origin", "" };
	static const char *const paths[] = { "/home", "/blank", "/shows/12", "/guarded", "/officer", "/absent", "/password", "" };
	static const struct wanted wants[] = {
		{ "GET", "/home", LIVE, "same-origin", 0, NULL, 200, 0, "SECRET", NULL },
		{ "HEAD", "/home", LIVE, "same-origin", 0, NULL, 200, 0, "SECRET", NULL },
		{ "GET", "", LIVE, "same-origin", 0, NULL, 200, 0, "SECRET", NULL },
		{ "GET", "/", LIVE, "same-origin", 0, NULL, 200, 0, "SECRET", NULL },
		{ "GET", "/shows/12", LIVE, "same-origin", 0, NULL, 200, 0, "SECRET", NULL },
		{ "GET", "/shows/12/13", LIVE, "same-origin", 0, NULL, 404, 0, "no such page", "SECRET" },
		{ "GET", "/shows/*", LIVE, "same-origin", 0, NULL, 404, 0, NULL, "SECRET" },
		{ "GET", "/shows/", LIVE, "same-origin", 0, NULL, 404, 0, NULL, "SECRET" },
		{ "GET", "/shows/%2e", LIVE, "same-origin", 0, NULL, 404, 0, NULL, "SECRET" },
		{ "GET", "/blank", LIVE, "same-origin", 0, NULL, 200, 0, "SECRET", NULL },
		{ "GET", "/blank", BARRED, "same-origin", 0, NULL, 200, 0, "BARRED", "SECRET" },
		{ "GET", "/home", OVER, "same-origin", 0, NULL, 403, 0, "session is over", "SECRET" },
		{ "GET", "/blank", OVER, "same-origin", 0, NULL, 403, 0, "session is over", "SECRET" },
		{ "GET", "/home", OLD, "same-origin", 0, NULL, 200, 0, "SECRET", NULL },
		/* A session that a certificate began is nothing without the certificate. */
		{ "GET", "/home", BY_CERT, "same-origin", 0, NULL, 403, 0, "session is over", "SECRET" },
		{ "DELETE", "/home", LIVE, "same-origin", 0, NULL, 405, 0, NULL, "SECRET" },
		{ "POST", "/home", LIVE, "same-origin", 0, NULL, 405, 0, NULL, "SECRET" },
	};

	(void)state;
	check_rows(wants, COUNT(wants));
	/* From anywhere else every address below /~ says the same, there or not, and asks nobody. */
	for (size_t i = 0; i < COUNT(froms); i++)
		for (size_t j = 0; j < COUNT(paths); j++)
			for (enum who w = LIVE; w < WHO__COUNT; w++) {
				struct wanted want = { "GET", paths[j], w, froms[i], 0, NULL, 403, 0,
				    froms[i] == NULL ? "Sec-Fetch-Site" : "Is it you?", "SECRET" };
				unsigned before = asked_count;

				check_rows(&want, 1);
				want.method = "POST";
				check_rows(&want, 1);
				assert_int_equal(asked_count, before);
			}
}

static void
test_broken_roots(void **state)
{
	static const char *const addresses[] = { "/~", "/~/home", "/~abc/home", "/~AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/home",
	    "/~AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/home", "/~AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!/home",
	    "/~AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAhome" };

	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		struct wanted w = { "GET", addresses[i], NOBODY, "same-origin", 0, NULL, 403, 0, "Is it you?", "SECRET" };

		check_rows(&w, 1);
	}
}

static void
test_roles_and_password(void **state)
{
	static const struct wanted wants[] = {
		{ "GET", "/officer", OFFICER, "same-origin", 0, NULL, 200, 0, "SECRET", NULL },
		{ "GET", "/officer", LIVE, "same-origin", 0, NULL, 403, 0, "role that you do not have", "SECRET" },
		{ "GET", "/officer", FRESH, "same-origin", 0, NULL, 403, 0, "role that you do not have", "SECRET" },
		{ "GET", "/officer/blank", LIVE, "same-origin", 0, NULL, 403, 0, "role that you do not have", "SECRET" },
		{ "GET", "/officer/blank", OFFICER, "same-origin", 0, NULL, 200, 0, "SECRET", NULL },
		{ "GET", "/guarded", FRESH, "same-origin", 0, NULL, 200, 0, "SECRET", NULL },
		{ "GET", "/guarded", LIVE, "same-origin", 0, NULL, 403, 0, "PASSWORD for guarded", "SECRET" },
		{ "GET", "/guarded/blank", LIVE, "same-origin", 0, NULL, 403, 0, "PASSWORD for guarded/blank", "SECRET" },
		{ "GET", "/guarded/shows", LIVE, "same-origin", 0, NULL, 403, 0, "PASSWORD for guarded/shows", "SECRET" },
		{ "GET", "/guarded/shows", FRESH, "same-origin", 0, NULL, 200, 0, "SECRET", NULL },
		{ "GET", "/guarded", OVER, "same-origin", 0, NULL, 403, 0, "session is over", "SECRET" },
		{ "POST", "/guarded", LIVE, "same-origin", GOOD_TOKEN, NULL, 403, 0, "PASSWORD for guarded", NULL },
		{ "POST", "/guarded/act/12", LIVE, "same-origin", GOOD_TOKEN, NULL, 403, 0, "PASSWORD for shows/12", NULL },
		{ "POST", "/guarded", FRESH, "same-origin", GOOD_TOKEN, NULL, 303, 1, "/done", NULL },
	};

	(void)state;
	check_rows(wants, COUNT(wants));
}

static void
test_forms(void **state)
{
	static const char good[] = "&address=anna%40example.org", other[] = "&address=a%40b.c&more=1";
	static const struct wanted wants[] = {
		{ "POST", "/form", NOBODY, "same-origin", GOOD_TOKEN, good, 303, 1, "/done", NULL },
		{ "POST", "/form", NOBODY, "cross-site", GOOD_TOKEN, good, 403, 0, "somewhere else", NULL },
		{ "POST", "/form", NOBODY, "same-site", GOOD_TOKEN, good, 403, 0, "somewhere else", NULL },
		{ "POST", "/form", NOBODY, "none", GOOD_TOKEN, good, 403, 0, "somewhere else", NULL },
		{ "POST", "/form", NOBODY, NULL, GOOD_TOKEN, good, 403, 0, "Sec-Fetch-Site", NULL },
		{ "POST", "/form", NOBODY, "same-origin", NO_TOKEN, good, 403, 0, "no longer good", NULL },
		{ "POST", "/form", NOBODY, "same-origin", GARBAGE, good, 403, 0, "no longer good", NULL },
		{ "POST", "/form", NOBODY, "same-origin", OTHER_PATH, good, 403, 0, "no longer good", NULL },
		{ "POST", "/form", NOBODY, "same-origin", OLD_TOKEN, good, 422, 0, "anna@example.org", NULL },
		/* A person's slip: 422 with what was typed; a program's: 400. */
		{ "POST", "/form", NOBODY, "same-origin", GOOD_TOKEN, "&address=", 422, 0, "Fill this in", NULL },
		{ "POST", "/form", NOBODY, "same-origin", GOOD_TOKEN, "&address=x", 422, 0, "too short", NULL },
		{ "POST", "/form", NOBODY, "same-origin", GOOD_TOKEN, "&address=%22%3E%3Cb%3E", 303, 1, NULL, NULL },
		{ "POST", "/form", NOBODY, "same-origin", GOOD_TOKEN, "&address=%3C&password=canary", 422, 0, "value=\"&lt;\"", "canary" },
		{ "POST", "/form", NOBODY, "same-origin", GOOD_TOKEN, other, 400, 0, "does not have", NULL },
		{ "POST", "/form", NOBODY, "same-origin", GOOD_TOKEN, "&address=a%40b.c&address=a%40b.c", 400, 0, "twice", NULL },
		{ "POST", "/form", NOBODY, "same-origin", GOOD_TOKEN, "&address=%ff%fe", 400, 0, "UTF-8", NULL },
		{ "POST", "/form", NOBODY, "same-origin", GOOD_TOKEN, "&address=a%00b", 400, 0, "UTF-8", NULL },
		{ "POST", "/form", NOBODY, "same-origin", GOOD_TOKEN, "&address=a%zz", 400, 0, "could not be read", NULL },
		{ "POST", "/form", NOBODY, "same-origin", GOOD_TOKEN, "&address=a%40b.c&form=x", 400, 0, "twice", NULL },
		{ "POST", "/act", LIVE, "same-origin", GOOD_TOKEN, good, 303, 1, "/done", NULL },
		{ "POST", "/act", LIVE, "same-origin", OTHER_SESSION, good, 403, 0, "no longer good", NULL },
		{ "POST", "/act", LIVE, "same-origin", PUBLIC_KEY, good, 403, 0, "no longer good", NULL },
		{ "POST", "/act", LIVE, "same-origin", OTHER_PATH, good, 403, 0, "no longer good", NULL },
		{ "POST", "/act", LIVE, "same-origin", NO_TOKEN, good, 403, 0, "no longer good", NULL },
		{ "POST", "/act", LIVE, "same-origin", OLD_TOKEN, good, 422, 0, "more than 12 hours", NULL },
		{ "POST", "/act", OVER, "same-origin", GOOD_TOKEN, good, 403, 0, "session is over", NULL },
		{ "POST", "/act", OLD, "same-origin", GOOD_TOKEN, good, 409, 0, "another window", NULL },
		/* Forms without fields have nothing to show again. */
		{ "POST", "/bare", LIVE, "same-origin", GOOD_TOKEN, NULL, 303, 1, NULL, NULL },
		{ "POST", "/bare", LIVE, "same-origin", OLD_TOKEN, NULL, 403, 0, "no longer good", NULL },
		{ "POST", "/bare", LIVE, "same-origin", GOOD_TOKEN, "&x=1", 400, 0, NULL, NULL },
		/* This token is good, but not for those bytes. */
		{ "POST", "/bound", LIVE, "same-origin", GOOD_TOKEN, NULL, 403, 0, NULL, NULL },
		{ "GET", "/act", LIVE, "same-origin", 0, NULL, 405, 0, NULL, NULL },
	};

	(void)state;
	check_rows(wants, COUNT(wants));
}

static void
test_bound_form(void **state)
{
	struct visit v = { .site = &site, .keeper = channel, .now = NOW };
	struct wanted w = { .path = "/bound", .who = LIVE };
	char address[512], token[96], body[256];
	struct asked a = { .method = "POST", .uri = address, .fetch_site = "same-origin",
	    .content_type = "application/x-www-form-urlencoded" };

	(void)state;
	token_for(LIVE, v.token);
	token_make(&v, "/bound", true, span_text("this request"), token);
	address_of(&w, address, sizeof(address));
	snprintf(body, sizeof(body), "form=%s", token);
	a.body = span_text(body);
	v = (struct visit){ .site = &site, .keeper = channel };
	dispatch(&v, &a);
	assert_int_equal(v.status, 303);
	dispatch_end(&v);
}

static void
test_public(void **state)
{
	static const struct wanted wants[] = {
		{ "GET", "/", NOBODY, NULL, 0, NULL, 200, 0, "PUBLIC", NULL },
		{ "GET", "/", NOBODY, "cross-site", 0, NULL, 200, 0, "PUBLIC", NULL },
		{ "GET", "/?utm=1", NOBODY, "none", 0, NULL, 200, 0, "PUBLIC", NULL },
		{ "GET", "/absent", NOBODY, NULL, 0, NULL, 404, 0, "no such page", NULL },
		{ "GET", "//", NOBODY, NULL, 0, NULL, 404, 0, NULL, NULL },
		{ "GET", "/%7E", NOBODY, NULL, 0, NULL, 404, 0, NULL, NULL },
		{ "GET", "/home", NOBODY, "same-origin", 0, NULL, 404, 0, NULL, "SECRET" },
		{ "GET", "home", NOBODY, "same-origin", 0, NULL, 404, 0, NULL, "SECRET" },
		{ "PUT", "/", NOBODY, NULL, 0, NULL, 405, 0, NULL, NULL },
		{ "get", "/", NOBODY, NULL, 0, NULL, 405, 0, NULL, NULL },
		{ "POST", "/", NOBODY, "same-origin", 0, NULL, 405, 0, NULL, NULL },
		{ "GET", "/form", NOBODY, NULL, 0, NULL, 200, 0, "E-mail address", NULL },
		{ "GET", "/once/abc", NOBODY, "same-origin", 0, NULL, 200, 1, "abc", NULL },
		{ "HEAD", "/once/abc", NOBODY, "same-origin", 0, NULL, 405, 0, NULL, NULL },
		{ "GET", "/ocsp/MEow/SDBG%2B=", NOBODY, NULL, 0, NULL, 200, 0, "MEow/SDBG+=", NULL },
		{ "GET", "/ocsp/a%2", NOBODY, NULL, 0, NULL, 400, 0, NULL, NULL },
		{ "GET", "/ocsp/a%00b", NOBODY, NULL, 0, NULL, 400, 0, NULL, NULL },
		{ "POST", "/ocsp", NOBODY, NULL, NO_TOKEN, "\1\2", 200, 0, "form=\1\2", NULL },
		{ "GET", "/busy", NOBODY, NULL, 0, NULL, 503, 0, "Many people are signing in", "SECRET" },
		{ "GET", "/busy", NOBODY, NULL, 0, NULL, 503, 0, NULL, "canary" },
	};

	(void)state;
	check_rows(wants, COUNT(wants));
}

static void
test_sizes_and_types(void **state)
{
	static char much[FORM_FILES_MAX + 2];
	static const struct { const char *path, *type; size_t len; bool too_large; int status; } wants[] = {
		{ "/form", "application/x-www-form-urlencoded", FORM_BODY_MAX + 1, false, 413 },
		{ "/form", "application/x-www-form-urlencoded", 10, true, 413 },
		{ "/upload", "application/x-www-form-urlencoded", FORM_BODY_MAX + 1, false, 403 },
		{ "/upload", "application/x-www-form-urlencoded", FORM_FILES_MAX + 1, false, 413 },
		{ "/form", "application/x-www-form-urlencodedx", 10, false, 415 },
		{ "/form", "text/plain", 10, false, 415 },
		{ "/form", NULL, 10, false, 415 },
		{ "/form", "multipart/form-data", 10, false, 400 },
		{ "/form", "multipart/form-data; boundary=x", 10, false, 400 },
		{ "/form", "Application/X-WWW-Form-URLencoded; charset=utf-8", 10, false, 403 },
	};

	(void)state;
	memset(much, 'x', sizeof(much));
	for (size_t i = 0; i < COUNT(wants); i++) {
		struct visit v = { .site = &site, .keeper = channel };
		struct asked a = { .method = "POST", .uri = wants[i].path, .fetch_site = "same-origin",
		    .content_type = wants[i].type, .body = span_of(much, wants[i].len), .too_large = wants[i].too_large };

		dispatch(&v, &a);
		if (v.status != wants[i].status)
			fail_msg("row %zu: status %d", i, v.status);
		dispatch_end(&v);
	}
}

static void
test_header(void **state)
{
	static const char *const always[] = { "Cache-Control: no-store\r\n", "Referrer-Policy: no-referrer\r\n",
	    "X-Content-Type-Options: nosniff\r\n", "Cross-Origin-Opener-Policy: same-origin\r\n",
	    "Cross-Origin-Resource-Policy: same-origin\r\n", "Permissions-Policy: ",
	    "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
	    "frame-ancestors 'none'; base-uri 'none'\r\n" };
	static const struct { struct wanted w; const char *line; } wants[] = {
		{ { "GET", "/", NOBODY, NULL, 0, NULL, 200, 0, NULL, NULL }, "Status: 200 OK\r\n" },
		{ { "GET", "/home", LIVE, "none", 0, NULL, 403, 0, NULL, NULL }, "Status: 403 Forbidden\r\n" },
		{ { "DELETE", "/form", NOBODY, NULL, 0, NULL, 405, 0, NULL, NULL }, "Allow: GET, HEAD, POST\r\n" },
		{ { "POST", "/home", LIVE, "same-origin", 0, NULL, 405, 0, NULL, NULL }, "Allow: GET, HEAD\r\n" },
		{ { "GET", "/busy", NOBODY, NULL, 0, NULL, 503, 0, NULL, NULL }, "Retry-After: 5\r\n" },
		{ { "POST", "/bare", LIVE, "same-origin", GOOD_TOKEN, NULL, 303, 1, NULL, NULL }, "Location: /~" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wants); i++) {
		DROP(buf_wipe) struct buf head = {0};
		struct visit v;

		send_to(&v, &wants[i].w);
		answer_head(&v, &head);
		assert_non_null(strstr(head.data, wants[i].line));
		for (size_t j = 0; j < COUNT(always); j++)
			assert_non_null(strstr(head.data, always[j]));
		assert_null(strstr(head.data, "Set-Cookie"));
		assert_string_equal(head.data + head.len - 4, "\r\n\r\n");
		dispatch_end(&v);
	}
}

/* A page view costs one call of the keeper. */
static void
test_one_call(void **state)
{
	static const char *const paths[] = { "/home", "/blank", "/shows/1" };

	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct wanted w = { "GET", paths[i], LIVE, "same-origin", 0, NULL, 200, 0, "SECRET", NULL };
		unsigned before = asked_count;

		check_rows(&w, 1);
		assert_int_equal(asked_count, before + 1);
	}
}

/* Which requests' questions are known before anything is drawn, and that nothing is asked twice for them. */
static void
test_ahead(void **state)
{
	static const struct route_ahead ahead[] = { { "/home", OP_SHOW } };
	static const struct { const char *method, *path, *from; enum who who; bool cert, yes; } asks[] = {
		{ "GET", "/home", "same-origin", LIVE, false, true }, { "GET", "/home", "same-origin", OVER, false, true },
		{ "HEAD", "/home", "same-origin", LIVE, false, false }, { "POST", "/home", "same-origin", LIVE, false, false },
		{ "GET", "/home", "cross-site", LIVE, false, false }, { "GET", "/home", NULL, LIVE, false, false },
		{ "GET", "/home?x", "same-origin", LIVE, false, false }, { "GET", "/home/", "same-origin", LIVE, false, false },
		{ "GET", "/blank", "same-origin", LIVE, false, false }, { "GET", "", "same-origin", LIVE, false, false },
		{ "GET", "/home", "same-origin", NOBODY, false, false }, { "GET", "/home", "same-origin", BY_CERT, true, false },
	};

	(void)state;
	site.ahead = ahead;
	site.ahead_count = 1;
	for (size_t i = 0; i < COUNT(asks); i++) {
		struct wanted w = { .path = asks[i].path, .who = asks[i].who };
		struct visit v = { .site = &site, .keeper = channel };
		struct ahead what = {0};
		char address[512];
		struct asked a = { .method = asks[i].method, .uri = address, .fetch_site = asks[i].from,
		    .client_cert = span_text(asks[i].cert ? "certificate" : "") };
		unsigned before = asked_count;

		address_of(&w, address, sizeof(address));
		if (dispatch_ahead(&v, &a, &what) != asks[i].yes)
			fail_msg("row %zu", i);
		assert_int_equal(asked_count, before);
		if (asks[i].yes) {
			assert_int_equal(what.op, OP_SHOW);
			assert_int_equal(ipc_call(channel, what.op, &what.in, &what.out, 5000, &what.err), asks[i].who == LIVE);
			/* Only what was refused may have more to ask. */
			v = (struct visit){ .site = &site, .ahead = &what, .keeper = asks[i].who == LIVE ? NULL : channel };
			dispatch(&v, &a);
			assert_int_equal(v.status, asks[i].who == LIVE ? 200 : 403);
			assert_int_equal(asks[i].who == LIVE, strstr(v.page.data, "SECRET") != NULL);
			assert_int_equal(asked_count, before + (asks[i].who == LIVE ? 1 : 2));
			assert_null(v.ahead);
		}
		dispatch_end(&v);
		buf_wipe(&what.in);
		buf_wipe(&what.out);
	}
	site.ahead_count = 0;
}

/* An answer to something else, or for somebody else, is not taken for this one's. */
static void
test_ahead_of_another(void **state)
{
	static const struct { uint32_t op; enum who who; } others[] = { { OP_GUARDED, LIVE }, { OP_SHOW, FRESH }, { OP_SHOW, NOBODY } };

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		struct wanted w = { .path = "/home", .who = LIVE };
		struct ahead what = { .op = others[i].op };
		unsigned char token[TOKEN_BYTES];
		char address[512];
		struct asked a = { .method = "GET", .uri = address, .fetch_site = "same-origin" };
		struct visit v = { .site = &site, .keeper = channel, .ahead = &what };
		unsigned before = asked_count;

		address_of(&w, address, sizeof(address));
		token_for(others[i].who, token);
		buf_add(&what.in, token, i == 2 ? 5 : sizeof(token));
		buf_text(&what.out, "another's");
		dispatch(&v, &a);
		assert_int_equal(v.status, 200);
		assert_int_equal(asked_count, before + 1);
		assert_ptr_equal(v.ahead, &what);
		dispatch_end(&v);
		buf_wipe(&what.in);
		buf_wipe(&what.out);
	}
}

/* It was waited for long enough. */
static void
test_ahead_late(void **state)
{
	struct wanted w = { .path = "/home", .who = LIVE };
	struct ahead what = { .op = OP_SHOW, .err = { .kind = ERR_TIMEOUT } };
	unsigned char token[TOKEN_BYTES];
	char address[512];
	struct asked a = { .method = "GET", .uri = address, .fetch_site = "same-origin" };
	struct visit v = { .site = &site, .keeper = channel, .ahead = &what };
	unsigned before = asked_count;

	(void)state;
	address_of(&w, address, sizeof(address));
	token_for(LIVE, token);
	buf_add(&what.in, token, sizeof(token));
	dispatch(&v, &a);
	assert_int_equal(v.status, 504);
	assert_null(strstr(v.page.data, "SECRET"));
	assert_int_equal(asked_count, before);
	dispatch_end(&v);
	buf_wipe(&what.in);
}

static void
test_keeper_gone(void **state)
{
	struct wanted w = { "GET", "/home", LIVE, "same-origin", 0, NULL, 503, 0, NULL, "SECRET" };
	struct ipc *was = channel;

	(void)state;
	channel = NULL;
	check_rows(&w, 1);
	channel = was;
}

static void
test_next(void **state)
{
	static const struct { const char *next; bool good; } wants[] = {
		{ "/home", true }, { "/guarded", true }, { "/shows/12", true }, { "/home?before=3", true },
		{ "/form", false }, { "/act", false }, { "//home", false }, { "/\\home", false }, { "", false },
		{ "home", false }, { "https://example.org/", false }, { "/home\r\nX: y", false }, { "/shows/1/2", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wants); i++)
		if (visit_next_ok(wants[i].next) != wants[i].good)
			fail_msg("%s", wants[i].next);
}

/* ---- what others were given ---- */

/* Ask as the server does; true: it was not drawn but kept.  page: what was sent. */
static bool
ask_same(const char *method, const char *uri, const char *language, char page[64], char head[1024])
{
	struct visit v = { .site = &site, .keeper = channel };
	struct asked a = { .method = method, .uri = uri, .accept_language = language, .fetch_site = "same-origin" };
	DROP(buf_wipe) struct buf lines = {0};
	bool kept = dispatch_kept(&v, &a, false, &lines);

	if (!kept) {
		assert_int_equal(v.page.len + lines.len, 0);
		dispatch(&v, &a);
		answer_head(&v, &lines);
		dispatch_keep(&v, &a, &lines);
	} else {
		assert_int_equal(v.status, 200);
		assert_ptr_equal(v.route, route_find(GET, uri, false, &v.tail));
	}
	snprintf(page, 64, "%s", v.page.data == NULL ? "" : v.page.data);
	snprintf(head, 1024, "%s", lines.data);
	dispatch_end(&v);
	return kept;
}

static void
test_kept(void **state)
{
	static const struct { int64_t at; const char *method, *uri, *language; bool kept; const char *page; } asks[] = {
		{ 0, "GET", "/same", NULL, false, "en 1" },
		{ 0, "GET", "/same", "en", true, "en 1" },
		{ 4, "GET", "/same", "fr", true, "en 1" },		/* no such catalog: English */
		{ 4, "GET", "/same", "de", false, "de 2" },
		{ 4, "GET", "/same", "de-AT, en;q=0.1", true, "de 2" },
		{ 5, "GET", "/same", NULL, false, "en 3" },		/* its seconds are over */
		{ 5, "GET", "/same", NULL, true, "en 3" },
		{ 4, "GET", "/same", NULL, false, "en 4" },		/* a clock that was put back */
		{ 4, "GET", "/same?x", NULL, false, "en 5" },
		{ 4, "GET", "/same?x", NULL, false, "en 6" },
		{ 4, "GET", "/same/a", NULL, false, "en 7" },
		{ 4, "GET", "/same/b", NULL, false, "en 8" },
		{ 4, "GET", "/same/a", NULL, true, "en 7" },
		{ 4, "GET", "/same/absent", NULL, false, "en 9" },
		{ 4, "GET", "/same/absent", NULL, false, "en 10" },
		{ 4, "HEAD", "/same", NULL, false, "en 11" },
		{ 4, "GET", "/same", NULL, true, "en 4" },
		{ 4, "GET", "/once/same/a", NULL, false, "en 12" },
		{ 4, "GET", "/once/same/a", NULL, false, "en 13" },
		{ 4, "GET", "/", NULL, false, "PUBLIC" },
		{ 4, "GET", "/", NULL, false, "PUBLIC" },		/* its handler did not say so */
		{ 4, "GET", "/same?to", NULL, false, "en 14" },
		{ 4, "GET", "/same?to", NULL, false, "en 15" },
	};
	static const char catalog[] =	/* no message: its language is known by it */
	    "\xde\x12\x04\x95\0\0\0\0\0\0\0\0\x1c\0\0\0\x1c\0\0\0\0\0\0\0\x1c\0\0";
	struct err e = {0};

	(void)state;
	GOOD(words_add("de", span_of(catalog, sizeof(catalog)), &e));
	for (size_t i = 0; i < COUNT(asks); i++) {
		char page[64], head[1024];
		bool kept;

		clock_fix(NOW + asks[i].at);
		kept = ask_same(asks[i].method, asks[i].uri, asks[i].language, page, head);
		if (kept != asks[i].kept || strcmp(page, asks[i].page) != 0)
			fail_msg("row %zu: %s, \"%s\"", i, kept ? "kept" : "drawn", page);
		if (kept)
			assert_true(strncmp(head, "Status: 200 OK\r\n", 16) == 0 && strstr(head, "Vary: Accept-Language\r\n") != NULL);
	}
	clock_fix(NOW);
	words_drop();
}

/* What one session sees is nobody else's, whatever its handler says. */
static void
test_own_is_not_kept(void **state)
{
	unsigned char token[TOKEN_BYTES];
	char text[33], address[128], page[64], head[1024];

	(void)state;
	token_for(LIVE, token);
	token_text(token, text);
	snprintf(address, sizeof(address), "/~%s/own/same", text);
	for (int i = 0; i < 2; i++) {
		assert_false(ask_same("GET", address, NULL, page, head));
		assert_non_null(strstr(page, "SECRET"));
	}
}

static pthread_t keeper_thread;
static struct place *home;

static int
group_begin(void **state)
{
	static const unsigned char secret[IPC_SECRET] = { 9 };
	struct err e = {0};

	make_place(state);
	home = *state;
	clock_fix(NOW);
	GOOD(ipc_listen(&listen_fd, home->path, &e));
	if (pthread_create(&keeper_thread, NULL, keeper, NULL) != 0)
		return -1;
	GOOD(ipc_open(&channel, home->path, "portal", secret, 5000, &e));
	GOOD(route_check(&table, 1, &e));
	return 0;
}

static int
group_end(void **state)
{
	void *p = home;

	(void)state;
	stop = 1;
	pthread_join(keeper_thread, NULL);
	ipc_drop(&channel);
	return drop_place(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_pages),
		cmocka_unit_test(test_broken_roots),
		cmocka_unit_test(test_roles_and_password),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_bound_form),
		cmocka_unit_test(test_public),
		cmocka_unit_test(test_sizes_and_types),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_one_call),
		cmocka_unit_test(test_ahead),
		cmocka_unit_test(test_ahead_of_another),
		cmocka_unit_test(test_ahead_late),
		cmocka_unit_test(test_keeper_gone),
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_own_is_not_kept),
	};

	return cmocka_run_group_tests(tests, group_begin, group_end);
}
