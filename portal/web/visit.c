#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "portal/web/ahead.h"
#include "portal/web/say.h"
#include "portal/web/token.h"
#include "portal/web/why.h"
#include "privacy/facts/bearer.h"

void
visit_ask_begin(struct visit *v, struct buf *in)
{
	unsigned char cert[BEARER_CERT], bound[TOKEN_BYTES];

	buf_reset(in);
	if (v->client_cert.len == 0) {
		buf_add(in, v->token, sizeof(v->token));
		return;
	}
	(void)crypto_hash_sha256(cert, v->client_cert.p, v->client_cert.len);
	bearer_bind(bound, v->token, cert);
	buf_add(in, bound, sizeof(bound));
	explicit_bzero(bound, sizeof(bound));
}

/* Was just this asked already?  Then *good says whether there is an answer in `out`. */
static bool
asked_ahead(struct visit *v, uint32_t op, const struct buf *in, struct buf *out, bool *good, struct err *e)
{
	struct ahead *a = v->ahead;

	if (a == NULL || a->op != op || in->failed || in->len != a->in.len || memcmp(in->data, a->in.data, in->len) != 0)
		return false;
	v->ahead = NULL;
	buf_wipe(out);
	*out = a->out;
	a->out = (struct buf){0};
	*good = err_hand_on(e, &a->err);
	return true;
}

bool
visit_ask_open(struct visit *v, uint32_t op, const struct buf *in, struct buf *out,
    struct span *answer, struct err *e)
{
	bool good = true;

	*answer = span_of(NULL, 0);
	if (!asked_ahead(v, op, in, out, &good, e)) {
		if (v->keeper == NULL)
			return FAIL(e, ERR_BUSY, "the keeper is not there");
		TRY(buf_ok(in, e));
		TRY(ipc_call(v->keeper, op, in, out, VISIT_ASK_MS, e));
	}
	TRY(good);
	*answer = span_buf(out);
	return true;
}

/* The desk is the officers', too: some cases go to them alone, and which these are the keeper says. */
static bool
holds(uint32_t roles, enum role needed)
{
	uint32_t fit = 1u << needed | (needed == ROLE_SUPPORT ? 1u << ROLE_OFFICER : 0);

	return needed <= ROLE_MEMBER || (roles & fit) != 0;
}

/* What the route demands, once more: the keeper decided already on each operation. */
static bool
fits_route(const struct visit *v, struct err *e)
{
	const struct session *s = &v->session;

	if (v->route == NULL || v->route->needs <= NEEDS_NOTHING)
		return true;
	if (!holds(s->roles, v->route->role))
		return REFUSE(e, ERR_DENIED, WHY_ROLE, "route %s: role", v->route->name);
	if (v->route->role > ROLE_MEMBER && (s->flags & SESSION_CERTIFICATE) != 0)
		return REFUSE(e, ERR_DENIED, WHY_CERTIFICATE_SESSION, "route %s: certificate session", v->route->name);
	if (v->route->needs == NEEDS_FRESH && (s->flags & SESSION_FRESH) == 0)
		return REFUSE(e, ERR_DENIED, WHY_PASSWORD_NEEDED, "route %s: password", v->route->name);
	return true;
}

bool
visit_ask(struct visit *v, uint32_t op, const struct buf *in, struct buf *out,
    struct span *answer, struct err *e)
{
	struct session s;

	TRY(visit_ask_open(v, op, in, out, answer, e));
	s.member = unpack_i64(answer);
	s.flags = unpack_u8(answer);
	s.roles = unpack_u32(answer);
	s.bar_until = unpack_i64(answer);
	s.idle_until = unpack_i64(answer);
	s.ends_at = unpack_i64(answer);
	s.steps = unpack_i64(answer);
	if (answer->bad)
		return FAIL(e, ERR_IO, "operation %u: no session in the answer", op);
	v->session = s;
	v->asked = true;
	/* It lives on its own port, where each request shows the certificate. */
	if ((s.flags & SESSION_CERTIFICATE) != 0 && v->client_cert.len == 0)
		return REFUSE(e, ERR_DENIED, WHY_SESSION_OVER, "certificate session without a certificate");
	return fits_route(v, e);
}

bool
visit_tell(struct visit *v, uint32_t op, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, op, &in, &out, &a, e));
	return unpack_end(&a, "an answer of nothing", e);
}

bool
visit_mailed(struct visit *v, unsigned char token[TOKEN_BYTES], int *kind, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (!token_parse(v->tail, token))
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "mailed token: shape");
	buf_add(&in, token, TOKEN_BYTES);
	TRY(visit_ask_open(v, KEEPER_MAIL_LOOK, &in, &out, &a, e));
	*kind = unpack_u8(&a);
	return unpack_end(&a, "mail look", e);
}

bool
number_read(const char *text, int64_t *number)
{
	size_t n = strlen(text);

	if (n == 0 || n > 18 || text[strspn(text, "0123456789")] != '\0')
		return false;
	*number = strtoll(text, NULL, 10);
	return true;
}

bool
tail_number(const struct visit *v, int64_t *number, struct err *e)
{
	return number_read(v->tail, number) || FAIL(e, ERR_ABSENT, "no number in the address");
}

void *
visit_rows(struct span *answer, size_t size, size_t *n, struct err *e)
{
	void *rows;

	*n = unpack_u32(answer);
	if (answer->bad || *n > answer->len) {
		FAIL(e, ERR_IO, "an answer of %zu rows in %zu bytes", *n, answer->len);
		return NULL;
	}
	if ((rows = calloc(*n + 1, size)) == NULL)
		FAIL(e, ERR_MEMORY, "%zu rows", *n);
	return rows;
}

void
visit_new_token(struct visit *v, const unsigned char token[TOKEN_BYTES])
{
	memcpy(v->token, token, TOKEN_BYTES);
	memcpy(v->root, "/~", 2);
	token_text(token, v->root + 2);
	v->has_session = true;
}

bool
visit_go(struct visit *v, bool own, const char *path, struct err *e)
{
	int n = snprintf(v->location, sizeof(v->location), "%s%s", own ? v->root : "", path);

	if (path[0] != '/' || path[1] == '/' || path[1] == '\\' || n < 0 || (size_t)n >= sizeof(v->location) ||
	    path[strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/?&=%#")] != '\0') {
		v->location[0] = '\0';
		return FAIL(e, ERR_IO, "a redirect that is none of ours");
	}
	v->status = 303;
	return true;
}

static atomic_size_t streams;		/* under way, in this worker */

static bool
streams_full(const struct visit *v, struct err *e)
{
	return FAIL(e, ERR_BUSY, "%zu are being handed out already", v->site->streams_most);
}

bool
visit_stream_room(const struct visit *v, struct err *e)
{
	return atomic_load(&streams) < v->site->streams_most || streams_full(v, e);
}

bool
visit_stream(struct visit *v, struct err *e)
{
	v->stream.placed = true;
	if (atomic_fetch_add(&streams, 1) < v->site->streams_most)
		return true;
	visit_stream_end(v);
	return streams_full(v, e);
}

void
visit_stream_end(struct visit *v)
{
	if (v->stream.placed)
		atomic_fetch_sub(&streams, 1);
	v->stream.placed = false;
}

bool
visit_fault(struct visit *v, const struct err *e, const char *field)
{
	const struct why_row *row = why_row(e->why);

	if (row == NULL || !row->form)
		return false;
	if (field != NULL && form_find(v->form.rows, v->form.count, field) == NULL)
		field = NULL;
	form_fault(&v->form, field, row->says);
	return true;
}

bool
visit_bound(struct visit *v, struct span bound, struct err *e)
{
	if (token_check(v, v->path, v->route->guard == GUARD_OWN_FORM, &bound, v->form.token) != TOKEN_GOOD)
		return FAIL(e, ERR_DENIED, "form was made for something else");
	return true;
}

bool
visit_next_ok(const char *next)
{
	char path[256];
	size_t len = strcspn(next, "?");
	const char *tail;

	if (len == 0 || len >= sizeof(path) || next[0] != '/' || strstr(next, "//") != NULL ||
	    next[strspn(next, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/?&=%")] != '\0')
		return false;
	memcpy(path, next, len);
	path[len] = '\0';
	return route_find(GET, path, true, &tail) != NULL;
}
