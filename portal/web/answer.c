#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/clock.h"
#include "portal/web/answer.h"
#include "portal/web/why.h"

static const struct problem kinds[ERR__COUNT] = {
	[ERR_NONE] = { 500, 0, MSG("Something went wrong"), MSG("Nothing was changed. Please try again.") },
	[ERR_INPUT] = { 400, 0, MSG("This could not be understood"), MSG("Go back, look over what you sent, and send it again.") },
	[ERR_DENIED] = { 403, 0, MSG("This is not allowed"), MSG("Nothing was shown or changed.") },
	[ERR_ABSENT] = { 404, 0, MSG("There is nothing here"), MSG("The address is wrong, or what was here is gone.") },
	[ERR_CONFLICT] = { 409, 0, MSG("Somebody was faster"), MSG("This was changed meanwhile. Open the page again and look before you repeat it.") },
	[ERR_BUSY] = { 503, 5, MSG("Too busy just now"), MSG("Wait a few seconds, then try again. Nothing was changed.") },
	[ERR_MEMORY] = { 503, 10, MSG("Too busy just now"), MSG("Wait a few seconds, then try again. Nothing was changed.") },
	[ERR_FULL] = { 507, 60, MSG("No room left"), MSG("There is no room left to write down what happens here, so nothing is changed or shown. What is kept is safe. Try again later.") },
	[ERR_IO] = { 500, 0, MSG("Something went wrong on our side"), MSG("Open the page again and look whether it was done before you repeat it.") },
	[ERR_CRYPTO] = { 500, 0, MSG("Something went wrong on our side"), MSG("A check of what is kept here failed, so nothing is shown. The operators are told by the log.") },
	[ERR_TAMPER] = { 500, 0, MSG("Something went wrong on our side"), MSG("A check of what is kept here failed, so nothing is shown. The operators are told by the log.") },
	[ERR_TIMEOUT] = { 504, 5, MSG("This took too long"), MSG("Open the page again and look whether it was done before you repeat it.") },
};

static const struct problem stops[STOP__COUNT] = {
	[STOP_QUESTION] = { 403, 0, MSG("Is it you?"), MSG("This address belongs to somebody's session. Sessions open only from page to page, never from a pasted, kept or forwarded address. If it is yours, sign in again.") },
	[STOP_BROWSER] = { 403, 0, MSG("Your browser leaves something out"), MSG("It does not say where its requests come from (Sec-Fetch-Site), so pages of members stay closed to it. Use a browser made after the spring of 2023.") },
	[STOP_ELSEWHERE] = { 403, 0, MSG("Sent from somewhere else"), MSG("This form did not come from a page of ours, so nothing was done. Open the page here and fill it in.") },
	[STOP_ABSENT] = { 404, 0, MSG("There is no such page"), MSG("The address is wrong, or the page is gone.") },
	[STOP_METHOD] = { 405, 0, MSG("Not this way"), MSG("The page is there, but does not take this kind of request.") },
	[STOP_TYPE] = { 415, 0, MSG("Not as a form"), MSG("Send the form as this site's pages send it.") },
	[STOP_LARGE] = { 413, 0, MSG("Too much at once"), MSG("A form holds at most 64 KiB, a file at most 256 KiB. Nothing of it was kept.") },
	[STOP_BROKEN] = { 400, 0, MSG("The form could not be read"), MSG("Go back, open the page again and send the form as it stands there.") },
	[STOP_MEMORY] = { 503, 10, MSG("Too busy just now"), MSG("Wait a few seconds, then try again. Nothing was changed.") },
	[STOP_TOKEN] = { 403, 0, MSG("This form is no longer good"), MSG("It was open for more than 12 hours, or the site was restarted, or it was not made for you. Nothing was done. Open the page again and fill it in once more.") },
};

/* Kinds alone don't tell these apart. */
static const struct { uint32_t why; int status, retry_after; const char *title; } special[] = {
	{ WHY_SESSION_OVER, 403, 0, MSG("Your session is over") },
	{ WHY_SESSION_OLD, 409, 0, MSG("This page is older than your password entry") },
	{ WHY_SLOW_DOWN, 429, 120, MSG("Too many tries") },
	{ WHY_HASH_QUEUE, 503, 5, MSG("Too busy just now") },
	{ WHY_TOKEN, 404, 0, MSG("This link does not work any more") },
	{ WHY_CLOCK, 503, 60, MSG("The clock is wrong") },
	{ WHY_CLOCK_AHEAD, 503, 60, MSG("The clock is wrong") },
	{ WHY_BAR, 403, 0, MSG("Not yet") },
	{ WHY_CARRIED_LATER, 503, 60, MSG("Not done yet") },
	{ WHY_ISSUER, 503, 3600, MSG("Not possible just now") },
	{ WHY_DISK, 507, 60, MSG("No room left") },
};

static struct problem
problem_of(const struct err *e)
{
	struct problem p = kinds[(unsigned)e->kind < ERR__COUNT ? e->kind : ERR_NONE];
	const struct why_row *why = why_row(e->why);

	if (why != NULL)
		p.says = why->says;
	for (size_t i = 0; i < COUNT(special); i++)
		if (special[i].why == e->why) {
			p.status = special[i].status;
			p.retry_after = special[i].retry_after;
			p.title = special[i].title;
		}
	if (why != NULL && why->form && e->kind == ERR_INPUT)
		p.status = 422;
	return p;
}

/* The page is drawn anew: what the handler left of it may be half a page. */
static void
begin(struct visit *v, const struct problem *p)
{
	buf_reset(&v->page);
	v->status = p->status;
	v->retry_after = p->retry_after;
	v->type = "text/html; charset=utf-8";
	v->cache = "no-store";
	v->modified = v->expires = 0;
	v->etag[0] = '\0';
	v->csp = VISIT_CSP;
	v->camera = false;
	v->location[0] = v->disposition[0] = '\0';
	v->form.faults = 0;
	v->refresh = 0;
	visit_stream_end(v);
	explicit_bzero(&v->stream, sizeof(v->stream));
}

static void
end(struct visit *v)
{
	static const char sorry[] = "Out of memory. Please try again in a moment.\n";

	if (!v->page.failed)
		return;
	buf_wipe(&v->page);
	v->type = "text/plain; charset=utf-8";
	v->status = 503;
	buf_add(&v->page, sorry, sizeof(sorry) - 1);
}

/* From here on nothing on the page belongs to a session. */
static void
forget_session(struct visit *v)
{
	explicit_bzero(v->token, sizeof(v->token));
	explicit_bzero(v->root, sizeof(v->root));
	v->session = (struct session){0};
	v->has_session = false;
}

void
answer_stop(struct visit *v, enum stop why)
{
	const struct problem *p = &stops[why];

	begin(v, p);
	if (why == STOP_QUESTION || why == STOP_BROWSER) {
		forget_session(v);
		page_question(&v->page, v, p);
	} else {
		page_problem(&v->page, v, p, false);
	}
	end(v);
}

void
answer_fault(struct visit *v, const struct err *e)
{
	struct problem p = problem_of(e);

	begin(v, &p);
	if (e->why == WHY_SESSION_OVER) {
		forget_session(v);
		page_question(&v->page, v, &p);
	} else {
		page_problem(&v->page, v, &p, e->why == WHY_ROLE && v->route != NULL && v->route->role == ROLE_ASSURER);
	}
	end(v);
}

/* ---- header lines ---- */

static const char *
reason(int status)
{
	static const struct { int status; const char *words; } known[] = {
		{ 200, "OK" }, { 303, "See Other" }, { 400, "Bad Request" }, { 403, "Forbidden" },
		{ 404, "Not Found" }, { 405, "Method Not Allowed" }, { 409, "Conflict" },
		{ 413, "Content Too Large" }, { 415, "Unsupported Media Type" },
		{ 422, "Unprocessable Content" }, { 429, "Too Many Requests" },
		{ 500, "Internal Server Error" }, { 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" }, { 507, "Insufficient Storage" },
	};

	for (size_t i = 0; i < COUNT(known); i++)
		if (known[i].status == status)
			return known[i].words;
	return "Answer";
}

static void
validators(const struct visit *v, struct buf *into)
{
	char at[30];

	if (v->modified > 0) {
		clock_http(v->modified, at);
		buf_fmt(into, "Last-Modified: %s\r\n", at);
	}
	if (v->expires > 0) {
		clock_http(v->expires, at);
		buf_fmt(into, "Expires: %s\r\n", at);
	}
	if (v->etag[0] != '\0')
		buf_fmt(into, "ETag: \"%s\"\r\n", v->etag);
}

void
answer_head(const struct visit *v, struct buf *into)
{
	buf_fmt(into, "Status: %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nCache-Control: %s\r\n",
	    v->status, reason(v->status), v->type, v->stream.piece != NULL ? (size_t)v->stream.length : v->page.len, v->cache);
	buf_text(into,
	    "Referrer-Policy: no-referrer\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Cross-Origin-Opener-Policy: same-origin\r\n"
	    "Cross-Origin-Resource-Policy: same-origin\r\n"
	    "Permissions-Policy: display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), ");
	buf_text(into, v->camera ? "camera=(self)\r\n" : "camera=()\r\n");
	/* What only programs read is the same in every language: a cache keeps it once. */
	if (strncmp(v->type, "text/html", 9) == 0)
		buf_text(into, "Vary: Accept-Language\r\n");
	validators(v, into);
	buf_text(into, "Content-Security-Policy: ");
	buf_text(into, v->csp == NULL ? VISIT_CSP : v->csp);
	buf_text(into, "\r\n");
	if (v->location[0] != '\0')
		buf_fmt(into, "Location: %s\r\n", v->location);
	if (v->disposition[0] != '\0')
		buf_fmt(into, "Content-Disposition: attachment; filename=\"%s\"\r\n", v->disposition);
	if (v->allow != NULL)
		buf_fmt(into, "Allow: %s\r\n", v->allow);
	if (v->refresh > 0)
		buf_fmt(into, "Refresh: %d\r\n", v->refresh);
	if (v->retry_after > 0)
		buf_fmt(into, "Retry-After: %d\r\n", v->retry_after);
	buf_text(into, "\r\n");
}
