#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "portal/web/dispatch.h"
#include "portal/web/draw.h"
#include "portal/web/kept.h"
#include "portal/web/token.h"
#include "portal/web/visits.h"
#include "portal/web/words.h"

#define TOKEN_PATH	(2 + 32)	/* "/~" and the token */
#define PAGE_ROOM	16384		/* bytes: most pages fit without growing */
#define KEPT_LATE_S	60	/* a kept answer serves so much longer while all threads are busy */
#define PATH_HOME	"/home"
#define PATH_PASSWORD	"/password"
#define PATH_POLICY	"/policy"

struct turn {
	struct visit		*v;
	const struct asked	*a;
	enum method		method;
	bool			own, known_method;
	char			path[URI_MAX];	/* without the query */
	char			next[URI_MAX];	/* where the password leads; a machine's tail, decoded */
	struct drawn		drawn;
};

static const struct route *
find(const struct turn *t, enum method m, const char *path, const char **tail)
{
	return route_find(m, path, t->own, tail);
}

/* ---- before the handler ---- */

/* The token of "/~TOKEN..."; false: there is none. */
static bool
token_of(const char *uri, unsigned char into[TOKEN_BYTES])
{
	char text[33];
	bool good;

	if (strnlen(uri, TOKEN_PATH) < TOKEN_PATH)
		return false;
	memcpy(text, uri + 2, 32);
	text[32] = '\0';
	good = token_parse(text, into);
	explicit_bzero(text, sizeof(text));
	return good;
}

/* "/~TOKEN/path" to token, root and path. */
static bool
open_root(struct turn *t)
{
	struct visit *v = t->v;

	if (!token_of(t->path, v->token) || (t->path[TOKEN_PATH] != '/' && t->path[TOKEN_PATH] != '\0'))
		return false;
	memcpy(v->root, t->path, TOKEN_PATH);
	v->root[TOKEN_PATH] = '\0';
	v->has_session = true;
	v->path = t->path[TOKEN_PATH] == '\0' || strcmp(t->path + TOKEN_PATH, "/") == 0 ? PATH_HOME : t->path + TOKEN_PATH;
	return true;
}

static bool
same_origin(const struct turn *t)
{
	return t->a->fetch_site != NULL && strcmp(t->a->fetch_site, "same-origin") == 0;
}

/* Split the address; below /~TOKEN only our own pages lead on, and nothing is told to others. */
static enum stop
check_address(struct turn *t)
{
	struct visit *v = t->v;
	size_t len = t->a->uri == NULL ? 0 : strcspn(t->a->uri, "?");

	if (len == 0 || t->a->uri[0] != '/' || strlen(t->a->uri) >= sizeof(t->path))
		return STOP_ABSENT;
	memcpy(t->path, t->a->uri, len);
	t->path[len] = '\0';
	v->path = t->path;
	v->query = t->a->uri[len] == '?' ? t->a->uri + len + 1 : "";
	t->own = strncmp(t->path, "/~", 2) == 0;
	if (!t->own)
		return STOP_NONE;
	if (t->a->fetch_site == NULL)
		return STOP_BROWSER;
	return same_origin(t) && open_root(t) ? STOP_NONE : STOP_QUESTION;
}

static enum stop
other_method(struct turn *t)
{
	const char *tail;
	bool get = find(t, GET, t->v->path, &tail) != NULL, post = find(t, POST, t->v->path, &tail) != NULL;

	if (!get && !post)
		return STOP_ABSENT;
	t->v->allow = get && post ? "GET, HEAD, POST" : get ? "GET, HEAD" : "POST";
	return STOP_METHOD;
}

static enum stop
check_route(struct turn *t)
{
	struct visit *v = t->v;

	if (t->known_method)
		v->route = find(t, t->method, v->path, &v->tail);
	if (v->route == NULL)
		return other_method(t);
	/* What stands for "*" is a number, a token or the like; machines send what they send. */
	if (v->route->guard != GUARD_MACHINE && strspn(v->tail,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~") != strlen(v->tail)) {
		v->route = NULL;
		return STOP_ABSENT;
	}
	if (v->head && v->route->guard == GUARD_ONCE) {	/* it would be used up unseen */
		v->allow = "GET";
		return STOP_METHOD;
	}
	if ((v->route->guard == GUARD_FORM || v->route->guard == GUARD_VISIT) && !same_origin(t))
		return t->a->fetch_site == NULL ? STOP_BROWSER : STOP_ELSEWHERE;
	return STOP_NONE;
}

static size_t
body_most(const struct route *r)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (r->fields[i].kind == FORM_FILE)
			return FORM_FILES_MAX;
	return FORM_BODY_MAX;
}

static bool
is_type(const char *type, const char *is)
{
	size_t len = strlen(is);

	return type != NULL && strncasecmp(type, is, len) == 0 && strchr("; \t", type[len]) != NULL;
}

static enum stop
unless_read(bool good, const struct err *e)
{
	return good ? STOP_NONE : e->kind == ERR_MEMORY ? STOP_MEMORY : STOP_BROKEN;
}

static enum stop
read_form(struct turn *t)
{
	struct form *f = &t->v->form;
	const char *type = t->a->content_type;
	struct err e = {0};
	bool good;

	if (t->a->too_large || t->a->body.len > body_most(t->v->route))
		return STOP_LARGE;
	if (is_type(type, "multipart/form-data"))
		good = form_read_multipart(f, t->a->body, type, &e);
	else if (is_type(type, "application/x-www-form-urlencoded"))
		good = form_read(f, t->a->body, &e);
	else
		return STOP_TYPE;
	return unless_read(good, &e);
}

static enum stop
check_form(struct turn *t)
{
	struct visit *v = t->v;
	enum stop stop = read_form(t);
	enum token_verdict token;

	if (stop != STOP_NONE)
		return stop;
	token = token_check(v, v->path, t->own, NULL, v->form.token);
	if (token == TOKEN_BAD)
		return STOP_TOKEN;
	if (token == TOKEN_OLD)
		form_fault(&v->form, NULL, MSG("This form was open for more than 12 hours. Look it over and send it again."));
	/* A handler without fields does not look at the form. */
	if (v->route->field_count == 0 && !form_good(&v->form))
		return token == TOKEN_OLD ? STOP_TOKEN : STOP_BROKEN;
	return STOP_NONE;
}

/* The query of a GET, where its row lists fields; else the rows of the POST to the same path, for the labels. */
static enum stop
read_query(struct turn *t)
{
	struct visit *v = t->v;
	const struct route *r = v->route, *post;
	const char *tail;
	struct err e = {0};

	if (r->field_count > 0) {
		form_begin(&v->form, r->fields, r->field_count);
		return unless_read(form_read(&v->form, span_text(v->query), &e), &e);
	}
	post = find(t, POST, v->path, &tail);
	if (post != NULL)
		form_begin(&v->form, post->fields, post->field_count);
	return STOP_NONE;
}

/* What a machine put for "*", slashes included, percent-decoded once. */
static enum stop
decode_tail(struct turn *t)
{
	size_t n = 0;

	for (const char *s = t->v->tail; *s != '\0'; s++) {
		char two[3] = { s[1], s[1] == '\0' ? '\0' : s[2], '\0' };
		bool escaped = *s == '%' && isxdigit((unsigned char)two[0]) && isxdigit((unsigned char)two[1]);
		char c = escaped ? (char)strtoul(two, NULL, 16) : *s;

		if (c == '\0' || (*s == '%' && !escaped))
			return STOP_BROKEN;
		t->next[n++] = c;
		s += escaped ? 2 : 0;
	}
	t->next[n] = '\0';
	t->v->tail = t->next;
	return STOP_NONE;
}

static enum stop
check_machine(struct turn *t)
{
	if (t->a->too_large || t->a->body.len > FORM_BODY_MAX)
		return STOP_LARGE;
	t->v->body = t->a->body;
	return decode_tail(t);
}

static enum stop
check_content(struct turn *t)
{
	struct visit *v = t->v;

	if (v->route->guard == GUARD_MACHINE)
		return check_machine(t);
	if (t->method == GET)
		return read_query(t);
	form_begin(&v->form, v->route->fields, v->route->field_count);
	return check_form(t);
}

static enum stop
check(struct turn *t)
{
	static enum stop (*const steps[])(struct turn *) = { check_address, check_route, check_content };
	enum stop stop = STOP_NONE;

	for (size_t i = 0; i < COUNT(steps) && stop == STOP_NONE; i++)
		stop = steps[i](t);
	return stop;
}

/* ---- the handler, and what the keeper had to say ---- */

/* Where nothing is, a session that must not look learns not even that.  A keeper that gave no answer is not waited for twice. */
static bool
refused(struct visit *v, struct err *e)
{
	struct err first = {0};

	if (v->route->guard == GUARD_OWN && !v->asked && e->kind != ERR_TIMEOUT && !visit_tell(v, KEEPER_WHO, &first))
		*e = first;
	return false;
}

static void
page_reset(struct visit *v)
{
	buf_reset(&v->page);
	buf_room(&v->page, PAGE_ROOM);
	v->status = 200;
	v->location[0] = v->disposition[0] = '\0';
	v->type = "text/html; charset=utf-8";
	v->cache = "no-store";
	v->same_for = 0;
	v->modified = v->expires = 0;
	v->etag[0] = '\0';
	v->csp = NULL;
	v->camera = false;
}

/* A page that asked the keeper nothing was drawn before it was known what waits for its reader, or bars them. */
static bool
draw_known(struct visit *v, struct err *e)
{
	if ((v->session.flags & (SESSION_BARRED | SESSION_POLICY_DUE)) == 0)
		return true;
	page_reset(v);
	return v->route->run(v, e);
}

static bool
run(struct turn *t, struct err *e)
{
	struct visit *v = t->v;

	/*
	 * A form's handler judges what was typed, and may show it to the signer,
	 * before it asks: an ended or invented session must not get so far.
	 */
	if (v->route->guard == GUARD_OWN_FORM)
		TRY(visit_tell(v, KEEPER_WHO, e));
	if (!v->route->run(v, e))
		return refused(v, e);
	if (v->route->guard == GUARD_OWN && !v->asked)
		TRY(visit_tell(v, KEEPER_WHO, e) && draw_known(v, e));
	if (v->form.lost)
		return FAIL(e, ERR_MEMORY, "a form's texts");
	/* What only a program sends is its fault, not a person's. */
	if (v->form.broken && v->status == 422)
		v->status = 400;
	return true;
}

/*
 * The password again, in place, then the page that was asked for; after a POST
 * the page its form stands on: what was typed there is not sent a second time,
 * but stands beside the password, to be copied.
 */
static bool
ask_password(struct turn *t, struct err *e)
{
	struct visit *v = t->v;
	const char *tail;
	const struct route *page = find(t, GET, PATH_PASSWORD, &tail);
	DROP(buf_wipe) struct buf typed = {0};
	struct err refused = *e;

	if (page == NULL || strcmp(v->path, PATH_PASSWORD) == 0)
		return false;
	if (!route_page(v->route, v->path, v->tail, t->next, sizeof(t->next)))
		return false;
	draw_typed(v, &typed);
	form_wipe(&v->form);
	page_reset(v);
	v->route = page;
	v->path = PATH_PASSWORD;
	v->tail = t->next + 1;
	v->asked = false;
	(void)read_query(t);
	form_put(&v->form, "next", t->next);
	if (typed.len > 0 && !typed.failed)
		form_put(&v->form, "typed", typed.data);
	if (!run(t, e)) {
		if (e->why == WHY_PASSWORD_NEEDED)
			*e = refused;
		return false;
	}
	v->status = 403;
	return true;
}

static bool
ask_policy(struct turn *t, struct err *e)
{
	const char *tail;

	if (find(t, GET, PATH_POLICY, &tail) == NULL || strcmp(t->v->path, PATH_POLICY) == 0)
		return false;
	page_reset(t->v);
	return visit_go(t->v, true, PATH_POLICY, e);
}

/* Our own troubles go to the log; what a visitor did wrong, or what is only a queue, doesn't. */
static void
note(const struct visit *v, const struct err *e)
{
	if (e->kind == ERR_INPUT || e->kind == ERR_DENIED || e->kind == ERR_ABSENT || e->kind == ERR_CONFLICT ||
	    e->why == WHY_SLOW_DOWN || e->why == WHY_HASH_QUEUE)
		return;
	log_err(v->route == NULL ? "request" : v->route->name, e);
}

static void
answer(struct turn *t)
{
	struct err e = {0};

	if (run(t, &e))
		return;
	if (t->own && e.why == WHY_PASSWORD_NEEDED && ask_password(t, &e))
		return;
	if (t->own && e.why == WHY_POLICY && ask_policy(t, &e))
		return;
	note(t->v, &e);
	/* A form that is one button has no place of its own to say what is wrong with the whole of it. */
	if (e.kind == ERR_INPUT && t->v->form.fault_top != NULL)
		answer_stop(t->v, t->v->form.broken ? STOP_BROKEN : STOP_TOKEN);
	else
		answer_fault(t->v, &e);
}

/* A public page, or what stands in its place. */
static bool
is_shown(const struct visit *v)
{
	return v->route != NULL && v->route->guard == GUARD_OPEN && v->status == 200 && v->location[0] == '\0' &&
	    strncmp(v->type, "text/html", 9) == 0;
}

/* A public page was shown to somebody who may be counted. */
static void
count(const struct visit *v, const struct asked *a)
{
	struct err e = {0};

	if (v->store == NULL || v->head || a->uncounted != NULL || !is_shown(v))
		return;
	visits_note(v->route->name, a->browser, a->came_from);
	if (!visits_write(v->store, v->now, false, &e))
		log_err("counting pages", &e);
}

static void
begin(struct visit *v, const struct asked *a)
{
	v->now = clock_now();
	v->path = v->tail = v->query = "";
	v->words = words_pick(a->accept_language, &v->lang);
	v->source = a->source;
	v->client_cert = a->client_cert;
	v->form.token = "";
	page_reset(v);
}

void
dispatch(struct visit *v, const struct asked *a)
{
	struct turn t;		/* its texts are long: only what is used is cleared */
	enum stop stop;

	t.v = v;
	t.a = a;
	t.own = false;
	t.path[0] = t.next[0] = '\0';
	t.drawn = (struct drawn){0};
	begin(v, a);
	v->drawn = &t.drawn;
	v->head = a->method != NULL && strcmp(a->method, "HEAD") == 0;
	t.known_method = v->head || (a->method != NULL && (strcmp(a->method, "GET") == 0 || strcmp(a->method, "POST") == 0));
	t.method = t.known_method && a->method[0] == 'P' ? POST : GET;
	stop = check(&t);
	if (stop == STOP_NONE)
		answer(&t);
	else
		answer_stop(v, stop);
	count(v, a);
	v->drawn = NULL;
	v->path = v->tail = v->query = "";
	explicit_bzero(t.path, strlen(t.path));
}

/* ---- what others were given ---- */

/* A whole address that can be everybody's: no query, no session. */
static bool
is_public(const struct asked *a)
{
	return a->method != NULL && strcmp(a->method, "GET") == 0 && a->uri != NULL && a->uri[0] == '/' &&
	    a->uri[1] != '~' && strchr(a->uri, '?') == NULL;
}

bool
dispatch_kept(struct visit *v, const struct asked *a, bool busy, struct buf *head)
{
	if (!is_public(a))
		return false;
	v->now = clock_now();
	v->words = words_pick(a->accept_language, &v->lang);
	if (!kept_get(a->uri, v->lang, v->now, busy ? KEPT_LATE_S : 0, &v->route, head, &v->page))
		return false;
	v->status = 200;
	if (a->uncounted == NULL)
		visits_note(v->route->name, a->browser, a->came_from);
	return true;
}

void
dispatch_keep(const struct visit *v, const struct asked *a, const struct buf *head)
{
	if (v->same_for > 0 && is_public(a) && is_shown(v) && !v->has_session && !v->asked && v->stream.piece == NULL &&
	    v->page.len > 0)
		kept_put(a->uri, v->lang, v->now, v->same_for, v->route, head, &v->page);
}

/* ---- what is asked before it is drawn ---- */

/* Whoever bears a certificate proves it with the question: that is left to the handler. */
bool
dispatch_ahead(struct visit *v, const struct asked *a, struct ahead *what)
{
	const char *path;

	if (a->method == NULL || strcmp(a->method, "GET") != 0 || a->uri == NULL || strncmp(a->uri, "/~", 2) != 0 ||
	    strnlen(a->uri, TOKEN_PATH) < TOKEN_PATH || a->fetch_site == NULL || strcmp(a->fetch_site, "same-origin") != 0 ||
	    a->client_cert.len > 0)
		return false;
	path = a->uri + TOKEN_PATH;
	for (size_t i = 0; i < v->site->ahead_count; i++)
		if (strcmp(v->site->ahead[i].path, path) == 0) {
			if (!token_of(a->uri, v->token))
				return false;
			what->op = v->site->ahead[i].op;
			visit_ask_begin(v, &what->in);
			explicit_bzero(v->token, sizeof(v->token));
			return !what->in.failed;
		}
	return false;
}

void
dispatch_end(struct visit *v)
{
	form_wipe(&v->form);
	buf_wipe(&v->page);
	explicit_bzero(v->token, sizeof(v->token));
	explicit_bzero(v->root, sizeof(v->root));
	explicit_bzero(v->location, sizeof(v->location));
	visit_stream_end(v);
	explicit_bzero(&v->stream, sizeof(v->stream));
	explicit_bzero(&v->session, sizeof(v->session));
}
