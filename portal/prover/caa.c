#include "portal/prover/caa.h"
#include <string.h>
#include <strings.h>

#define FLAG_CRITICAL	0x80u	/* RFC 8659 4.1: bit 0 */

static const char *const known_tags[] = { "issue", "issuewild", "issuemail", "iodef" };

static bool
alnum(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool
caa_read(struct caa_record *into, struct span rdata)
{
	size_t tag_len;

	if (rdata.len < 3)
		return false;
	tag_len = rdata.p[1];
	if (tag_len == 0 || tag_len > rdata.len - 2)
		return false;
	for (size_t i = 0; i < tag_len; i++)
		if (!alnum(rdata.p[2 + i]))
			return false;
	into->critical = (rdata.p[0] & FLAG_CRITICAL) != 0;
	into->tag = span_of(rdata.p + 2, tag_len);
	into->value = span_of(rdata.p + 2 + tag_len, rdata.len - 2 - tag_len);
	return true;
}

/* Tags and issuer names are compared without regard to ASCII case. */
static bool
is(struct span s, const char *word)
{
	return s.len == strlen(word) && strncasecmp((const char *)s.p, word, s.len) == 0;
}

static bool
known(struct span tag)
{
	for (size_t i = 0; i < COUNT(known_tags); i++)
		if (is(tag, known_tags[i]))
			return true;
	return false;
}

/* ---- issue-value, RFC 8659 4.2 ---- */

static void
skip_space(struct span *s)
{
	while (s->len > 0 && (s->p[0] == ' ' || s->p[0] == '\t')) {
		s->p++;
		s->len--;
	}
}

/* The part before `upto` (or the end), consumed; the character itself stays. */
static struct span
take(struct span *s, unsigned char upto)
{
	const unsigned char *at = s->len > 0 ? memchr(s->p, upto, s->len) : NULL;
	struct span part = span_of(s->p, at == NULL ? s->len : (size_t)(at - s->p));

	s->p += part.len;
	s->len -= part.len;
	return part;
}

static void
trim_end(struct span *s)
{
	while (s->len > 0 && (s->p[s->len - 1] == ' ' || s->p[s->len - 1] == '\t'))
		s->len--;
}

/* (ALPHA / DIGIT) *( *("-") (ALPHA / DIGIT)) */
static bool
label_ok(struct span s)
{
	if (s.len == 0 || !alnum(s.p[0]) || !alnum(s.p[s.len - 1]))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!alnum(s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

static bool
domain_ok(struct span s)
{
	for (;;) {
		if (!label_ok(take(&s, '.')))
			return false;
		if (s.len == 0)
			return true;
		s.p++;
		s.len--;
	}
}

static bool
parameter_ok(struct span part, bool *restricts)
{
	struct span tag = take(&part, '=');

	trim_end(&tag);
	if (part.len == 0 || !label_ok(tag))
		return false;
	part.p++;
	part.len--;
	skip_space(&part);
	for (size_t i = 0; i < part.len; i++)
		if (part.p[i] < 0x21 || part.p[i] > 0x7e)
			return false;
	if (is(tag, "accounturi") || is(tag, "validationmethods"))
		*restricts = true;
	return true;
}

/* What follows the first ';'.  RFC 8659 wants no ';' after the last parameter. */
static bool
parameters_ok(struct span s, bool *restricts)
{
	skip_space(&s);
	if (s.len == 0)
		return true;
	for (;;) {
		struct span part = take(&s, ';');

		skip_space(&part);
		trim_end(&part);
		if (!parameter_ok(part, restricts))
			return false;
		if (s.len == 0)
			return true;
		s.p++;
		s.len--;
	}
}

/* A value against the grammar names nobody (RFC 8659 4.2), as an empty one does. */
static enum caa_verdict
value_says(struct span value, const char *identity)
{
	bool restricts = false;
	struct span domain;

	skip_space(&value);
	domain = take(&value, ';');
	trim_end(&domain);
	if (value.len > 0) {
		value.p++;
		value.len--;
		if (!parameters_ok(value, &restricts))
			return CAA_OTHERS;
	}
	if (domain.len == 0 || !domain_ok(domain) || !is(domain, identity))
		return CAA_OTHERS;
	return restricts ? CAA_RESTRICTED : CAA_ALLOWS;
}

/* ---- the set ---- */

static enum caa_verdict
property_says(const struct span *rdata, size_t n, const char *tag, const char *identity)
{
	enum caa_verdict verdict = CAA_SILENT;

	for (size_t i = 0; i < n; i++) {
		struct caa_record r;
		enum caa_verdict one;

		if (!caa_read(&r, rdata[i]) || !is(r.tag, tag))
			continue;
		one = value_says(r.value, identity);
		if (one == CAA_ALLOWS)
			return CAA_ALLOWS;
		if (verdict != CAA_RESTRICTED)
			verdict = one;
	}
	return verdict;
}

enum caa_verdict
caa_judge(const struct span *rdata, size_t n, const char *identity, enum caa_asked asked)
{
	enum caa_verdict verdict;

	for (size_t i = 0; i < n; i++) {
		struct caa_record r;

		if (!caa_read(&r, rdata[i]) || (r.critical && !known(r.tag)))
			return CAA_CRITICAL;
	}
	if (asked == CAA_MAIL)
		return property_says(rdata, n, "issuemail", identity);
	/* RFC 8659 4.3: one issuewild makes every issue void for a wildcard. */
	if (asked == CAA_WILDCARD) {
		verdict = property_says(rdata, n, "issuewild", identity);
		if (verdict != CAA_SILENT)
			return verdict;
	}
	return property_says(rdata, n, "issue", identity);
}
