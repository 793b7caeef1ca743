#include <string.h>
#include "ledger/base/clock.h"
#include "portal/signer/lint_authority.h"
#include "portal/signer/lint_view.h"

#define ROOT_LEAST	(2922 * (int64_t)DAY)	/* BR 7.1.2.1.1 */
#define ROOT_MOST	(9132 * (int64_t)DAY)
#define VALUE_MOST	64			/* ub-common-name, ub-organization-name: RFC 5280 appendix A */

static bool
is_root(const struct lint_authority *f)
{
	return f->profile == PROFILE_ROOT;
}

static bool
is_issuer(const struct lint_authority *f)
{
	return f->profile == PROFILE_TLS_ISSUER || f->profile == PROFILE_MAIL_ISSUER;
}

/* ---- rules: true means it holds ---- */

static bool
version_and_serial(const struct lint_view *v, const struct lint_authority *f)
{
	(void)f;
	return v->version.len == 1 && v->version.p[0] == 2 && v->serial.len == TICKET_SERIAL &&
	    v->serial.p[0] >= 0x01 && v->serial.p[0] <= 0x7f;
}

static bool
issuer(const struct lint_view *v, const struct lint_authority *f)
{
	return span_same(v->alg, span_of(f->issuer->alg, 12)) &&
	    span_same(v->issuer, is_root(f) ? v->subject : span_buf(&f->issuer->name));
}

/* Begins within the day before (BR 7.1.2.10.1); a root lives 8 to 25 years, all else within its issuer. */
static bool
times(const struct lint_view *v, const struct lint_authority *f)
{
	int64_t n = v->not_after - v->not_before + 1;

	if (!lint_view_times(v) || v->not_before < f->now - DAY || v->not_before > f->now || v->not_after <= f->now)
		return false;
	return is_root(f) ? n >= ROOT_LEAST && n <= ROOT_MOST : v->not_after <= f->issuer->not_after;
}

static bool
key(const struct lint_view *v, const struct lint_authority *f)
{
	enum key_kind kind = key_kind_of(v->spki, NULL);

	return is_root(f) ? kind == KEY_P384 : (kind & KEY_EC) != 0;
}

static bool
value_ok(struct span s)
{
	size_t characters = 0;

	for (size_t i = 0; i < s.len; i++) {
		characters += (s.p[i] & 0xc0) != 0x80;
		if (s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	}
	return characters > 0 && characters <= VALUE_MOST && utf8_ok(s.p, s.len) && s.p[0] != ' ' && s.p[s.len - 1] != ' ';
}

/* Country, organisation, common name: each, once, in this order (BR 7.1.2.10.2, 7.1.4.2). */
static bool
subject(const struct lint_view *v, const struct lint_authority *f)
{
	static const struct oid *const types[] = { &oid_country, &oid_org, &oid_cn };
	struct span c = v->attr[0].value;

	(void)f;
	if (v->attrs != COUNT(types))
		return false;
	for (size_t i = 0; i < COUNT(types); i++)
		if (!oid_is(types[i], v->attr[i].oid) || v->attr[i].tag != (i == 0 ? DER_PRINTABLE : DER_UTF8) ||
		    !value_ok(v->attr[i].value))
			return false;
	return c.len == 2 && c.p[0] >= 'A' && c.p[0] <= 'Z' && c.p[1] >= 'A' && c.p[1] <= 'Z';
}

static bool
basic(const struct lint_view *v, const struct lint_authority *f)
{
	static const unsigned char ca[] = { 0x30, 3, 1, 1, 0xff }, last[] = { 0x30, 6, 1, 1, 0xff, 2, 1, 0 };
	bool critical = false;
	struct span value = lint_view_ext(v, &oid_basic, &critical);

	if (!is_root(f) && !is_issuer(f))
		return value.len == 0;
	return critical && span_same(value, is_root(f) ? span_of(ca, sizeof(ca)) : span_of(last, sizeof(last)));
}

static bool
key_usage(const struct lint_view *v, const struct lint_authority *f)
{
	static const unsigned char authority[] = { 3, 2, 1, 6 }, sign[] = { 3, 2, 7, 0x80 };
	bool critical = false, ca = is_root(f) || is_issuer(f);
	struct span value = lint_view_ext(v, &oid_key_usage, &critical);

	return critical && span_same(value, span_of(ca ? authority : sign, 4));
}

/* A SEQUENCE of these OIDs, each in a SEQUENCE of its own when wrapped, in this order, and nothing else. */
static bool
oids(struct span value, bool wrapped, const struct oid *const *want, size_t n)
{
	struct span list = der_take(&value, DER_SEQUENCE);

	for (size_t i = 0; i < n; i++) {
		struct span one = wrapped ? der_take(&list, DER_SEQUENCE) : list;

		if (!oid_is(want[i], der_take(wrapped ? &one : &list, DER_OID)) || (wrapped && one.len != 0))
			return false;
	}
	return !value.bad && value.len == 0 && !list.bad && list.len == 0;
}

static bool
purposes(const struct lint_view *v, const struct lint_authority *f)
{
	static const struct oid *const tls[] = { &oid_server_auth }, *const mail[] = { &oid_mail_protection, &oid_client_auth },
	    *const ocsp[] = { &oid_ocsp_signing };
	bool critical = false;
	struct span value = lint_view_ext(v, &oid_eku, &critical);

	if (is_root(f))
		return value.len == 0;
	return !critical && (f->profile == PROFILE_TLS_ISSUER ? oids(value, false, tls, 1) :
	    f->profile == PROFILE_MAIL_ISSUER ? oids(value, false, mail, 2) : oids(value, false, ocsp, 1));
}

/* A TLS issuer has one reserved policy, first (BR 7.1.2.10.5); only issuers have any. */
static bool
policies(const struct lint_view *v, const struct lint_authority *f)
{
	const struct oid *tls[] = { &oid_tls_dv, f->level }, *mail[] = { &oid_mail_mailbox, f->level },
	    *people[] = { &oid_mail_mailbox, &oid_mail_individual, f->level };
	bool critical = false;
	struct span value = lint_view_ext(v, &oid_policies, &critical);

	if (!is_issuer(f))
		return value.len == 0;
	return !critical && f->level != NULL && (f->profile == PROFILE_TLS_ISSUER ? oids(value, true, tls, 2) :
	    f->individual ? oids(value, true, people, 3) : oids(value, true, mail, 2));
}

static bool
key_ids(const struct lint_view *v, const struct lint_authority *f)
{
	bool critical = false;
	struct span aki = lint_view_ext(v, &oid_aki, &critical), ski = lint_view_ext(v, &oid_ski, &critical);
	struct span in = der_take(&aki, DER_SEQUENCE);
	unsigned char id[KEY_ID];

	key_id_of(key_bits_of(v->spki), id);
	return !critical && aki.len == 0 && span_same(der_take(&in, DER_CONTEXT(0)), span_of(f->issuer->ski, KEY_ID)) &&
	    in.len == 0 && span_same(der_take(&ski, DER_OCTETS), span_of(id, sizeof(id))) && ski.len == 0;
}

static bool
is_http(struct span uri)
{
	return uri.len > 8 && memcmp(uri.p, "http://", 7) == 0;
}

/* Where an issuer's own status and issuer are to be had; root and responder have neither (BR 7.1.2.1.2, 7.1.2.8.2). */
static bool
addresses(const struct lint_view *v, const struct lint_authority *f)
{
	bool critical = false;
	struct span crl = lint_view_ext(v, &oid_crl_dp, &critical), aia = lint_view_ext(v, &oid_aia, &critical);

	if (!is_issuer(f))
		return crl.len == 0 && aia.len == 0;

	struct span points = der_take(&crl, DER_SEQUENCE), point = der_take(&points, DER_SEQUENCE);
	struct span name = der_take(&point, DER_INSIDE(0)), full = der_take(&name, DER_INSIDE(0));
	struct span methods = der_take(&aia, DER_SEQUENCE), one = der_take(&methods, DER_SEQUENCE);

	return !critical && is_http(der_take(&full, DER_CONTEXT(6))) && crl.len + points.len + point.len + name.len + full.len == 0 &&
	    oid_is(&oid_ca_issuers, der_take(&one, DER_OID)) && is_http(der_take(&one, DER_CONTEXT(6))) &&
	    aia.len + methods.len + one.len == 0;
}

/* The operator's constraints stand in root and issuers, critical (RFC 5280 section 4.2.1.10). */
static bool
constraints(const struct lint_view *v, const struct lint_authority *f)
{
	bool critical = false;
	struct span value = lint_view_ext(v, &oid_names, &critical);

	if (!f->constrained || !(is_root(f) || is_issuer(f)))
		return value.len == 0;
	return critical && value.len > 2;
}

static bool
no_check(const struct lint_view *v, const struct lint_authority *f)
{
	static const unsigned char null[] = { 5, 0 };
	bool critical = false;
	struct span value = lint_view_ext(v, &oid_ocsp_nocheck, &critical);

	return !critical && (f->profile == PROFILE_RESPONDER ? span_same(value, span_of(null, 2)) : value.len == 0);
}

static bool
only_these(const struct lint_view *v, const struct lint_authority *f)
{
	static const struct oid *const known[] = { &oid_basic, &oid_key_usage, &oid_eku, &oid_aki, &oid_ski, &oid_policies,
	    &oid_crl_dp, &oid_aia, &oid_names, &oid_ocsp_nocheck };

	(void)f;
	return lint_view_only(v, known, COUNT(known));
}

static const struct rule {
	const char *name;
	bool (*holds)(const struct lint_view *v, const struct lint_authority *f);
} rules[] = {
	{ "version is 3, serial positive, 128 bits", version_and_serial },
	{ "issuer and algorithm are the issuer's", issuer },
	{ "begins today, ends in time", times },
	{ "key of an allowed kind", key },
	{ "subject is country, organisation, common name, within bounds", subject },
	{ "basic constraints", basic },
	{ "key usage", key_usage },
	{ "extended key usage", purposes },
	{ "policies", policies },
	{ "key identifiers", key_ids },
	{ "CRL and issuer addresses", addresses },
	{ "name constraints", constraints },
	{ "no check of responders alone", no_check },
	{ "no other extension, none twice", only_these },
};

bool
lint_authority(struct span tbs, const struct lint_authority *f, struct err *e)
{
	struct lint_view v = {0};

	if (!lint_view_read(&v, tbs))
		return FAIL(e, ERR_INPUT, "lint: not a to-be-signed certificate in DER");
	for (size_t i = 0; i < COUNT(rules); i++)
		if (!rules[i].holds(&v, f))
			return FAIL(e, ERR_INPUT, "lint: %s", rules[i].name);
	return true;
}
