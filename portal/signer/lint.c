#include <string.h>
#include "ledger/base/clock.h"
#include "portal/signer/lint.h"
#include "portal/signer/lint_view.h"
#include "portal/signer/names.h"

#define MAIL_LIFE	(825 * DAY)	/* S/MIME BR 6.3.2 */
#define BACKDATED	(48 * 3600)	/* BR 7.1.2.7: notBefore within 48 hours of signing */

/* ---- rules: true means it holds ---- */

static bool
version(const struct lint_view *v, const struct lint_facts *f)
{
	(void)f;
	return v->version.len == 1 && v->version.p[0] == 2;
}

static bool
serial(const struct lint_view *v, const struct lint_facts *f)
{
	return span_same(v->serial, span_of(f->serial, TICKET_SERIAL)) &&
	    v->serial.p[0] >= 0x01 && v->serial.p[0] <= 0x7f;
}

static bool
algorithm(const struct lint_view *v, const struct lint_facts *f)
{
	return span_same(v->alg, span_of(f->issuer->alg, 12));
}

static bool
issuer(const struct lint_view *v, const struct lint_facts *f)
{
	return span_same(v->issuer, span_buf(&f->issuer->name));
}

static bool
times(const struct lint_view *v, const struct lint_facts *f)
{
	(void)f;
	return lint_view_times(v);
}

/* BR 6.3.2: what a server certificate may live, by the day it is made. */
static int64_t
tls_life(int64_t now)
{
	return now < INT64_C(1805068800) ? 200 * DAY :	/* before 2027-03-15 */
	    now < INT64_C(1868227200) ? 100 * DAY :	/* before 2029-03-15 */
	    47 * DAY;
}

static bool
life(const struct lint_view *v, const struct lint_facts *f)
{
	int64_t n = v->not_after - v->not_before + 1;	/* both ends count */

	return n > 0 && n <= f->life && n <= (f->mail ? MAIL_LIFE : tls_life(f->now));
}

static bool
begins_now(const struct lint_view *v, const struct lint_facts *f)
{
	return v->not_before >= f->now - BACKDATED && v->not_before <= f->now + BACKDATED &&
	    v->not_after > f->now;
}

static bool
within_issuer(const struct lint_view *v, const struct lint_facts *f)
{
	return v->not_after <= f->issuer->not_after;
}

static bool
key(const struct lint_view *v, const struct lint_facts *f)
{
	unsigned bits = 0;
	enum key_kind kind = key_kind_of(v->spki, &bits);

	if (kind == KEY_RSA)
		return bits >= 2048 && bits <= 8192 && bits % 8 == 0;
	return kind == KEY_ED25519 ? f->mail : kind != 0;
}

static bool
attributes(const struct lint_view *v, const struct lint_facts *f)
{
	for (size_t i = 0; i < v->attrs; i++) {
		bool person = oid_is(&oid_surname, v->attr[i].oid) || oid_is(&oid_given, v->attr[i].oid);

		if (!oid_is(&oid_cn, v->attr[i].oid) && !(person && f->mail && f->individual))
			return false;
		for (size_t k = 0; k < i; k++)
			if (span_same(v->attr[i].oid, v->attr[k].oid))
				return false;
	}
	return true;
}

/* UTF-8, no spaces around it, not only punctuation; ub-common-name is 64 characters (RFC 5280). */
static bool
attribute_values(const struct lint_view *v, const struct lint_facts *f)
{
	(void)f;
	for (size_t i = 0; i < v->attrs; i++) {
		struct span s = v->attr[i].value;
		size_t characters = 0;
		bool meaning = false;

		if (v->attr[i].tag != DER_UTF8 || s.len == 0 || !utf8_ok(s.p, s.len) ||
		    s.p[0] == ' ' || s.p[s.len - 1] == ' ')
			return false;
		for (size_t k = 0; k < s.len; k++) {
			characters += (s.p[k] & 0xc0) != 0x80;
			meaning = meaning || (s.p[k] != '.' && s.p[k] != '-' && s.p[k] != ' ');
			if (s.p[k] < ' ' || s.p[k] == 0x7f)
				return false;
		}
		if (!meaning || (characters > 64 && oid_is(&oid_cn, v->attr[i].oid)))
			return false;
	}
	return true;
}

/* Calls each(name) for the general names; false when one is refused or there are none. */
static bool
names_each(const struct lint_view *v, const struct lint_facts *f,
    bool (*each)(struct span name, unsigned tag, const struct lint_facts *f, struct span all))
{
	struct span value = lint_view_ext(v, &oid_san, NULL), list = der_take(&value, DER_SEQUENCE), all = list, in;
	unsigned tag;
	size_t n = 0;

	if (value.bad || value.len != 0)
		return false;
	for (; der_next(&list, &tag, &in, NULL); n++)
		if (!each(in, tag, f, all))
			return false;
	return n > 0 && !list.bad;
}

static bool
name_shape(struct span name, unsigned tag, const struct lint_facts *f, struct span all)
{
	(void)all;
	return f->mail ? tag == DER_CONTEXT(1) && name_is_mail((const char *)name.p, name.len) :
	    tag == DER_CONTEXT(2) && name_is_dns((const char *)name.p, name.len);
}

static bool
name_once(struct span name, unsigned tag, const struct lint_facts *f, struct span all)
{
	struct span in;
	unsigned other;
	size_t n = 0;

	(void)tag, (void)f;
	while (der_next(&all, &other, &in, NULL))
		n += span_same(in, name);
	return n == 1;
}

static bool
names(const struct lint_view *v, const struct lint_facts *f)
{
	return names_each(v, f, name_shape);
}

static bool
names_once(const struct lint_view *v, const struct lint_facts *f)
{
	return names_each(v, f, name_once);
}

static bool
names_critical(const struct lint_view *v, const struct lint_facts *f)
{
	bool critical = false;

	(void)f;
	(void)lint_view_ext(v, &oid_san, &critical);
	return critical == (v->attrs == 0);
}

/* The common name repeats one of the names (BR 7.1.4.3), but a person's may be their own (S/MIME BR 7.1.4.2.2 a). */
static bool
common_name(const struct lint_view *v, const struct lint_facts *f)
{
	struct span value = lint_view_ext(v, &oid_san, NULL), list = der_take(&value, DER_SEQUENCE), in;
	unsigned tag;

	if (v->cn.len == 0 || f->individual)
		return true;
	while (der_next(&list, &tag, &in, NULL))
		if (span_same(in, v->cn))
			return true;
	return false;
}

static bool
person(const struct lint_view *v, const struct lint_facts *f)
{
	bool surname = false;

	for (size_t i = 0; i < v->attrs; i++)
		surname = surname || oid_is(&oid_surname, v->attr[i].oid);
	return surname == f->individual;
}

static bool
key_usage(const struct lint_view *v, const struct lint_facts *f)
{
	static const unsigned char sign[] = { 3, 2, 7, 0x80 }, encipher[] = { 3, 2, 5, 0xa0 },
	    agree[] = { 3, 2, 3, 0x88 };
	enum key_kind kind = key_kind_of(v->spki, NULL);
	const unsigned char *want = kind == KEY_RSA ? encipher :
	    f->mail && kind != KEY_ED25519 ? agree : sign;
	bool critical = false;
	struct span value = lint_view_ext(v, &oid_key_usage, &critical);

	return critical && span_same(value, span_of(want, 4));
}

static bool
purposes(const struct lint_view *v, const struct lint_facts *f)
{
	bool critical = true;
	struct span value = lint_view_ext(v, &oid_eku, &critical), list = der_take(&value, DER_SEQUENCE);
	bool ok = oid_is(f->mail ? &oid_mail_protection : &oid_server_auth, der_take(&list, DER_OID));

	if (f->mail && f->client_auth)
		ok = ok && oid_is(&oid_client_auth, der_take(&list, DER_OID));
	return ok && !critical && !value.bad && value.len == 0 && !list.bad && list.len == 0;
}

/* Exactly one reserved policy, the right one, first; then ours; no qualifiers. */
static bool
policies(const struct lint_view *v, const struct lint_facts *f)
{
	const struct oid *reserved = !f->mail ? &oid_tls_dv :
	    f->individual ? &oid_mail_individual : &oid_mail_mailbox;
	bool critical = true;
	struct span value = lint_view_ext(v, &oid_policies, &critical), list = der_take(&value, DER_SEQUENCE);
	struct span one = der_take(&list, DER_SEQUENCE), two = der_take(&list, DER_SEQUENCE);

	return !critical && !list.bad && list.len == 0 && value.len == 0 &&
	    oid_is(reserved, der_take(&one, DER_OID)) && one.len == 0 &&
	    oid_is(f->level, der_take(&two, DER_OID)) && two.len == 0;
}

static bool
is_http(struct span uri)
{
	return uri.len > 8 && memcmp(uri.p, "http://", 7) == 0;
}

/* One point with one plain http address. */
static bool
crl_point(const struct lint_view *v, const struct lint_facts *f)
{
	bool critical = true;
	struct span value = lint_view_ext(v, &oid_crl_dp, &critical), points = der_take(&value, DER_SEQUENCE);
	struct span point = der_take(&points, DER_SEQUENCE), name = der_take(&point, DER_INSIDE(0));
	struct span full = der_take(&name, DER_INSIDE(0)), uri = der_take(&full, DER_CONTEXT(6));

	(void)f;
	return !critical && !full.bad && value.len == 0 && points.len == 0 && point.len == 0 &&
	    name.len == 0 && full.len == 0 && is_http(uri);
}

/* TLS: OCSP and the issuer.  Mail: the issuer alone, for OCSP would tell who reads whose mail. */
static bool
access_methods(const struct lint_view *v, const struct lint_facts *f)
{
	bool critical = true, ocsp = false, issuers = false;
	struct span value = lint_view_ext(v, &oid_aia, &critical), list = der_take(&value, DER_SEQUENCE);

	while (list.len > 0 && !list.bad) {
		struct span one = der_take(&list, DER_SEQUENCE), method = der_take(&one, DER_OID);
		bool *seen = oid_is(&oid_ocsp, method) ? &ocsp : &issuers;

		if (*seen || (seen == &issuers && !oid_is(&oid_ca_issuers, method)) ||
		    !is_http(der_take(&one, DER_CONTEXT(6))) || one.len != 0)
			return false;
		*seen = true;
	}
	return !critical && !list.bad && value.len == 0 && issuers && ocsp == !f->mail;
}

static bool
authority_key(const struct lint_view *v, const struct lint_facts *f)
{
	bool critical = true;
	struct span value = lint_view_ext(v, &oid_aki, &critical), in = der_take(&value, DER_SEQUENCE);

	return !critical && value.len == 0 &&
	    span_same(der_take(&in, DER_CONTEXT(0)), span_of(f->issuer->ski, KEY_ID)) && in.len == 0;
}

/* TLS: not recommended (BR 7.1.2.7.6).  Mail: recommended (S/MIME BR 7.1.2.3 n). */
static bool
subject_key(const struct lint_view *v, const struct lint_facts *f)
{
	bool critical = false;
	struct span value = lint_view_ext(v, &oid_ski, &critical);
	unsigned char id[KEY_ID];

	if (!f->mail)
		return value.len == 0;
	key_id_of(key_bits_of(v->spki), id);
	return !critical && span_same(der_take(&value, DER_OCTETS), span_of(id, sizeof(id))) && value.len == 0;
}

/* No other extension, none twice; so no basicConstraints and no name constraints either. */
static bool
only_these(const struct lint_view *v, const struct lint_facts *f)
{
	static const struct oid *const known[] = { &oid_key_usage, &oid_eku, &oid_aki, &oid_ski,
	    &oid_san, &oid_policies, &oid_crl_dp, &oid_aia };

	(void)f;
	return lint_view_only(v, known, COUNT(known));
}

static const struct rule {
	const char *name;
	bool (*holds)(const struct lint_view *v, const struct lint_facts *f);
} rules[] = {
	{ "version is 3", version },
	{ "serial is the ticket's, positive, 128 bits", serial },
	{ "signature algorithm is the issuer's", algorithm },
	{ "issuer is the issuer's subject, byte for byte", issuer },
	{ "times are UTCTime to 2049", times },
	{ "life within the profile's and the BR's", life },
	{ "begins within 48 hours of now, ends later", begins_now },
	{ "ends no later than its issuer", within_issuer },
	{ "key of an allowed kind and encoding", key },
	{ "subject has only the allowed attributes, each once", attributes },
	{ "subject values are clean UTF-8 within bounds", attribute_values },
	{ "a surname if and only if a person is certified", person },
	{ "names have the profile's shape", names },
	{ "no name twice", names_once },
	{ "names are critical only without subject", names_critical },
	{ "common name is one of the names", common_name },
	{ "key usage fits the key", key_usage },
	{ "extended key usage", purposes },
	{ "one reserved policy, then our level", policies },
	{ "one http CRL address", crl_point },
	{ "authority access", access_methods },
	{ "authority key identifier", authority_key },
	{ "subject key identifier", subject_key },
	{ "no other extension, none twice", only_these },
};

bool
lint_tbs(struct span tbs, const struct lint_facts *f, struct err *e)
{
	struct lint_view v = {0};

	if (!lint_view_read(&v, tbs))
		return FAIL(e, ERR_INPUT, "lint: not a to-be-signed certificate in DER");
	for (size_t i = 0; i < COUNT(rules); i++)
		if (!rules[i].holds(&v, f))
			return FAIL(e, ERR_INPUT, "lint: %s", rules[i].name);
	return true;
}
