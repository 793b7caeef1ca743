#include "portal/prover/look.h"
#include <ctype.h>
#include <stdarg.h>
#include "ledger/base/clock.h"
#include "portal/prover/caa.h"
#include "portal/prover/dns_txt.h"
#include "portal/prover/fetch.h"
#include "portal/prover/host.h"
#include "privacy/keeper/op.h"

#define NONCE_LEAST	16u	/* characters of base64url: 96 bits */
#define CHALLENGE_LABEL	"_troth-challenge."
#define CHALLENGE_PATH	"/.well-known/troth-challenge/"

static bool
nonce_ok(const char *nonce)
{
	size_t n = strlen(nonce);

	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)nonce[i]) && nonce[i] != '-' && nonce[i] != '_')
			return false;
	return n >= NONCE_LEAST;
}

bool
look_check(const struct look *l, struct err *e)
{
	bool proof = l->kind == STATEMENT_PROOF;

	if (!host_ok(l->name))
		return FAIL(e, ERR_INPUT, "look-up: name");
	if (proof && !nonce_ok(l->nonce))
		return FAIL(e, ERR_INPUT, "look-up: nonce");
	if (proof ? l->method != PROOF_DNS && l->method != PROOF_HTTP :
	    l->method != 0 && l->method != PROOF_MAIL)
		return FAIL(e, ERR_INPUT, "look-up: method %u", l->method);
	return true;
}

static void
say(struct statement *s, enum statement_result result, const char *fmt, ...) LIKE_PRINTF(3, 4);

static void
say(struct statement *s, enum statement_result result, const char *fmt, ...)
{
	va_list ap;

	s->result = (uint8_t)result;
	va_start(ap, fmt);
	vsnprintf(s->saw, sizeof(s->saw), fmt, ap);
	va_end(ap);
}

/* What DNS said, unless it found something.  False: go on looking at the records. */
static bool
say_dns(struct statement *s, const struct dns_answer *a, const char *what)
{
	s->secure = s->secure && a->secure;
	if (a->outcome == DNS_BOGUS)
		say(s, SAW_BOGUS, "%s: DNSSEC validation failed", what);
	else if (a->outcome == DNS_NO_ANSWER)
		say(s, SAW_NO_ANSWER, "%s: the name servers gave no usable answer", what);
	else if (a->outcome == DNS_EMPTY)
		say(s, SAW_NOTHING, "%s: no record", what);
	else
		return false;
	return true;
}

static bool
look_dns(const struct look *l, struct statement *s, int64_t until, struct err *e)
{
	DROP(dns_answer_wipe) struct dns_answer a = {0};
	char name[sizeof(CHALLENGE_LABEL) + sizeof(l->name)];

	if (snprintf(name, sizeof(name), "%s%s", CHALLENGE_LABEL, l->name) > (int)HOST_MOST) {
		say(s, SAW_NOTHING, "TXT: with its label the name is longer than DNS allows");
		return true;
	}
	TRY(dns_ask(l->dns, name, DNS_TXT, until, &a, e));
	if (say_dns(s, &a, "TXT"))
		return true;
	if (txt_has(a.data, a.count, l->nonce))
		say(s, SAW_IT, "TXT records: %zu, one fits", a.count);
	else
		say(s, SAW_OTHER, "TXT records: %zu, none fits", a.count);
	return true;
}

/* ---- HTTP ---- */

/* The nonce and at most one line end after it. */
static bool
body_fits(const struct fetched *f, const char *nonce)
{
	size_t n = strlen(nonce), len = f->len;

	if (len == n + 2 && memcmp(f->body + n, "\r\n", 2) == 0)
		len = n;
	else if (len == n + 1 && f->body[n] == '\n')
		len = n;
	return len == n && memcmp(f->body, nonce, n) == 0;
}

static void
say_answer(struct statement *s, const struct fetched *f)
{
	if (f->status == 404 || f->status == 410)
		say(s, SAW_NOTHING, "the server answered %ld", f->status);
	else if (f->status >= 500)
		say(s, SAW_NO_ANSWER, "the server answered %ld", f->status);
	else if (f->status != 200)
		say(s, SAW_OTHER, "the server answered %ld", f->status);
	else if (body_fits(f, s->nonce))
		say(s, SAW_IT, "the file fits");
	else
		say(s, SAW_OTHER, "a file of %zu bytes with other contents", f->len);
}

static bool
look_http(const struct look *l, struct statement *s, int64_t until, struct err *e)
{
	struct fetched f;
	char path[sizeof(CHALLENGE_PATH) + STATEMENT_FILE] = CHALLENGE_PATH;

	statement_file(l->nonce, path + sizeof(CHALLENGE_PATH) - 1);
	TRY(fetch(&f, l->dns, l->settings, l->name, path, until, l->stop, e));
	s->secure = f.secure;
	switch (f.outcome) {
	case FETCH_ANSWER:
		say_answer(s, &f);
		break;
	case FETCH_NO_ADDRESS:
		say(s, SAW_NOTHING, "the name has no address");
		break;
	case FETCH_BOGUS:
		say(s, SAW_BOGUS, "address: DNSSEC validation failed");
		break;
	case FETCH_REFUSED_PLACE:
		say(s, SAW_REFUSED_PLACE, "a private or special address, or a port or scheme we don't follow");
		break;
	case FETCH_TOO_MUCH:
		say(s, SAW_TOO_MUCH, "too many redirects or bytes");
		break;
	case FETCH_NO_ANSWER:
		say(s, SAW_NO_ANSWER, "the server gave no answer in time, or broke off");
		break;
	}
	return true;
}

/* ---- CAA ---- */

static enum caa_asked
asked(const struct look *l)
{
	return l->method == PROOF_MAIL ? CAA_MAIL : l->wildcard ? CAA_WILDCARD : CAA_NAME;
}

static void
say_verdict(const struct look *l, struct statement *s, const struct dns_answer *a, const char *at)
{
	switch (caa_judge(a->data, a->count, l->settings->caa_identity, asked(l))) {
	case CAA_ALLOWS:
		say(s, SAW_IT, "CAA records allow us");
		break;
	case CAA_SILENT:
		say(s, SAW_IT, "CAA records say nothing about this kind of certificate");
		break;
	case CAA_OTHERS:
		say(s, SAW_FORBIDDEN, "CAA at %.150s does not name us", at);
		break;
	case CAA_CRITICAL:
		say(s, SAW_FORBIDDEN, "CAA at %.150s has a critical record we do not know", at);
		break;
	case CAA_RESTRICTED:
		say(s, SAW_FORBIDDEN, "CAA at %.150s restricts account or method", at);
		break;
	}
}

/*
 * RFC 8659 section 3: the set at the name itself, else at the closest name
 * above it that has one; CNAMEs on the way are the resolver's, their targets are not climbed.
 * Any failure to get an answer is no allowance: the set might stand there.
 */
static bool
look_caa(const struct look *l, struct statement *s, int64_t until, struct err *e)
{
	for (const char *at = l->name; at != NULL; at = host_parent(at)) {
		DROP(dns_answer_wipe) struct dns_answer a = {0};

		TRY(dns_ask(l->dns, at, DNS_CAA, until, &a, e));
		if (a.outcome == DNS_FOUND) {
			s->secure = s->secure && a.secure;
			say_verdict(l, s, &a, at);
			return true;
		}
		if (say_dns(s, &a, "CAA") && a.outcome != DNS_EMPTY)
			return true;
	}
	say(s, SAW_IT, "no CAA records");
	return true;
}

bool
look_run(const struct look *l, struct statement *into, struct err *e)
{
	int64_t until = clock_mono_ms() + l->settings->prover_timeout * 1000;

	*into = (struct statement){ .kind = l->kind, .method = l->method, .secure = 1,
	    .wildcard = l->wildcard ? 1 : 0 };
	memcpy(into->name, l->name, sizeof(into->name));
	memcpy(into->nonce, l->nonce, sizeof(into->nonce));
	/* Ages are counted from the start of the look-up. */
	into->at = clock_now();
	if (l->kind == STATEMENT_CAA)
		return look_caa(l, into, until, e);
	return l->method == PROOF_DNS ? look_dns(l, into, until, e) : look_http(l, into, until, e);
}
