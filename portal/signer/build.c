#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include "portal/signer/build.h"
#include "portal/signer/issuer.h"
#include "portal/signer/names.h"

#define COMMON_NAME_MOST	64	/* characters: ub-common-name, RFC 5280 appendix A */

void
build_wipe(struct build *b)
{
	buf_wipe(&b->issuer_path);
	buf_wipe(&b->crl_path);
}

bool
build_level(struct oid *o, const struct signer_settings *set, unsigned level, struct err *e)
{
	char text[128];

	snprintf(text, sizeof(text), "%s.%u", set->policy_arc, level);
	return oid_parse(o, text, e);
}

uint32_t
build_shard(const unsigned char serial[TICKET_SERIAL], const struct signer_settings *set)
{
	uint32_t v = (uint32_t)serial[12] << 24 | (uint32_t)serial[13] << 16 |
	    (uint32_t)serial[14] << 8 | serial[15];

	return v % (uint32_t)set->crl_shards;
}

/* ---- subject ---- */

static void
attribute(struct buf *b, const struct oid *type, unsigned tag, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;

	size_t set = der_open(b, DER_SET), seq = der_open(b, DER_SEQUENCE);

	der_oid(b, type);
	der_put(b, tag, value, strlen(value));
	der_close(b, seq);
	der_close(b, set);
}

/* Country is a PrintableString by definition, all else UTF-8 (RFC 5280 section 4.1.2.4). */
bool
build_subject(struct buf *b, const struct build *o)
{
	size_t seq = der_open(b, DER_SEQUENCE), start = b->len;

	attribute(b, &oid_country, DER_PRINTABLE, o->country);
	attribute(b, &oid_org, DER_UTF8, o->organisation);
	attribute(b, &oid_surname, DER_UTF8, o->surname);
	attribute(b, &oid_given, DER_UTF8, o->given);
	attribute(b, &oid_cn, DER_UTF8, o->common_name);

	bool empty = b->len == start;

	der_close(b, seq);
	return empty;
}

/* ---- extensions ---- */

struct open_extension { size_t whole, value; };

static struct open_extension
extension_open(struct buf *b, const struct oid *type, bool critical)
{
	struct open_extension x = { .whole = der_open(b, DER_SEQUENCE) };

	der_oid(b, type);
	if (critical)
		der_bool(b, true);
	x.value = der_open(b, DER_OCTETS);
	return x;
}

static void
extension_close(struct buf *b, struct open_extension x)
{
	der_close(b, x.value);
	der_close(b, x.whole);
}

static void
key_ids(struct buf *b, const struct build *o, const struct profile_row *p)
{
	struct open_extension x = extension_open(b, &oid_aki, false);
	size_t seq = der_open(b, DER_SEQUENCE);

	der_put(b, DER_CONTEXT(0), o->issuer_ski, KEY_ID);
	der_close(b, seq);
	extension_close(b, x);
	if ((p->has & HAS_SKI) != 0) {
		unsigned char ski[KEY_ID];

		key_id_of(key_bits_of(o->spki), ski);
		x = extension_open(b, &oid_ski, false);
		der_put(b, DER_OCTETS, ski, sizeof(ski));
		extension_close(b, x);
	}
}

static void
basic(struct buf *b, const struct profile_row *p)
{
	struct open_extension x = extension_open(b, &oid_basic, true);
	size_t seq = der_open(b, DER_SEQUENCE);

	der_bool(b, true);
	if (p->path_len >= 0)
		der_int(b, p->path_len);
	der_close(b, seq);
	extension_close(b, x);
}

static void
usages(struct buf *b, const struct build *o, const struct profile_row *p, uint16_t use)
{
	struct open_extension x = extension_open(b, &oid_key_usage, true);

	der_bits(b, use);
	extension_close(b, x);
	if (p->purpose[0] == NULL)
		return;
	x = extension_open(b, &oid_eku, false);

	size_t seq = der_open(b, DER_SEQUENCE);

	for (size_t i = 0; i < COUNT(p->purpose) && p->purpose[i] != NULL; i++)
		der_oid(b, p->purpose[i]);
	if ((o->options & TICKET_CLIENT_AUTH) != 0)
		der_oid(b, &oid_client_auth);
	der_close(b, seq);
	extension_close(b, x);
}

static void
policy(struct buf *b, const struct oid *id)
{
	size_t seq = der_open(b, DER_SEQUENCE);

	der_oid(b, id);
	der_close(b, seq);
}

/* The reserved policy comes first (BR 7.1.2.7.9). */
static void
policies(struct buf *b, const struct build *o, const struct profile_row *p)
{
	if (p->policy[0] == NULL && o->level == NULL)
		return;

	struct open_extension x = extension_open(b, &oid_policies, false);
	size_t seq = der_open(b, DER_SEQUENCE);

	if (o->individual && (p->has & HAS_CA) == 0)
		policy(b, &oid_mail_individual);
	else
		for (size_t i = 0; i < COUNT(p->policy) && p->policy[i] != NULL; i++)
			if (p->policy[i] != &oid_mail_individual || o->individual)
				policy(b, p->policy[i]);
	if (o->level != NULL)
		policy(b, o->level);
	der_close(b, seq);
	extension_close(b, x);
}

static bool
alternative_name(struct buf *b, const struct ticket_name *n, struct err *e)
{
	unsigned char ip[16];

	if (n->kind == NAME_DNS)
		der_put(b, DER_CONTEXT(2), n->text, strlen(n->text));
	else if (n->kind == NAME_MAIL)
		der_put(b, DER_CONTEXT(1), n->text, strlen(n->text));
	else if (n->kind == NAME_IP && inet_pton(AF_INET, n->text, ip) == 1)
		der_put(b, DER_CONTEXT(7), ip, 4);
	else if (n->kind == NAME_IP && inet_pton(AF_INET6, n->text, ip) == 1)
		der_put(b, DER_CONTEXT(7), ip, 16);
	else
		return FAIL(e, ERR_INPUT, "a name that is neither DNS, address nor IP");
	return true;
}

static bool
alternative_names(struct buf *b, const struct build *o, bool critical, struct err *e)
{
	struct open_extension x = extension_open(b, &oid_san, critical);
	size_t seq = der_open(b, DER_SEQUENCE);

	for (unsigned i = 0; i < o->name_count; i++)
		TRY(alternative_name(b, &o->names[i], e));
	der_close(b, seq);
	extension_close(b, x);
	return true;
}

static void
uri(struct buf *b, const char *base, const char *path)
{
	size_t mark = der_open(b, DER_CONTEXT(6));

	buf_text(b, base);
	buf_text(b, path);
	der_close(b, mark);
}

static void
access_method(struct buf *b, const struct oid *method, const char *base, const char *path)
{
	size_t seq = der_open(b, DER_SEQUENCE);

	der_oid(b, method);
	uri(b, base, path);
	der_close(b, seq);
}

static void
addresses(struct buf *b, const struct build *o, const struct profile_row *p)
{
	if ((p->has & HAS_CRL) != 0 && o->crl_path.len > 0) {
		struct open_extension x = extension_open(b, &oid_crl_dp, false);
		size_t points = der_open(b, DER_SEQUENCE), point = der_open(b, DER_SEQUENCE);
		size_t name = der_open(b, DER_INSIDE(0)), full = der_open(b, DER_INSIDE(0));

		uri(b, o->base_url, o->crl_path.data);
		der_close(b, full);
		der_close(b, name);
		der_close(b, point);
		der_close(b, points);
		extension_close(b, x);
	}
	if (o->issuer_path.len > 0) {
		struct open_extension x = extension_open(b, &oid_aia, false);
		size_t seq = der_open(b, DER_SEQUENCE);

		if ((p->has & HAS_OCSP) != 0)
			access_method(b, &oid_ocsp, o->base_url, SIGNER_PATH_OCSP);
		access_method(b, &oid_ca_issuers, o->base_url, o->issuer_path.data);
		der_close(b, seq);
		extension_close(b, x);
	}
}

static void
subtree(struct buf *b, unsigned tag, const void *p, size_t n)
{
	size_t seq = der_open(b, DER_SEQUENCE);

	der_put(b, tag, p, n);
	der_close(b, seq);
}

/* Each domain and what is below it: as hosts, as addresses, or both. */
static bool
domains_permit(struct buf *b, const char *domains, bool hosts, bool boxes, struct err *e)
{
	for (const char *at = domains; *at != '\0'; ) {
		size_t n = strcspn(at, ",");
		char below[256] = ".";

		if (at[0] == '*' || !name_is_dns(at, n))
			return FAIL(e, ERR_INPUT, "ca.constraints: not a list of domains");
		memcpy(below + 1, at, n);
		if (hosts)
			subtree(b, DER_CONTEXT(2), at, n);
		if (boxes) {
			subtree(b, DER_CONTEXT(1), at, n);
			subtree(b, DER_CONTEXT(1), below, n + 1);
		}
		at += at[n] == ',' ? n + 1 : n;
	}
	return true;
}

/*
 * RFC 5280 section 4.2.1.10.  Of an issuer only the kind of names it certifies is
 * named (BR 7.1.2.10.8).  No IP address is vouched for: all are excluded, but for
 * those of this machine itself where it is a development site.
 */
static bool
constraints(struct buf *b, const struct build *o, const struct profile_row *p, struct err *e)
{
	static const unsigned char loop4[8] = { 127, 0, 0, 0, 255, 0, 0, 0 };
	static const unsigned char loop6[32] = { [15] = 1, [16] = 255, 255, 255, 255, 255, 255, 255,
	    255, 255, 255, 255, 255, 255, 255, 255, 255 }, all[32] = {0};
	bool hosts = p->purpose[0] != &oid_mail_protection, boxes = p->purpose[0] != &oid_server_auth;

	if (o->constraints == NULL || o->constraints[0] == '\0')
		return true;

	struct open_extension x = extension_open(b, &oid_names, true);
	size_t seq = der_open(b, DER_SEQUENCE), trees = der_open(b, DER_INSIDE(0));

	TRY(domains_permit(b, o->constraints, hosts, boxes, e));
	if (hosts && o->development) {
		subtree(b, DER_CONTEXT(2), "localhost", 9);
		subtree(b, DER_CONTEXT(7), loop4, sizeof(loop4));
		subtree(b, DER_CONTEXT(7), loop6, sizeof(loop6));
	}
	der_close(b, trees);
	if (hosts && !o->development) {
		trees = der_open(b, DER_INSIDE(1));
		subtree(b, DER_CONTEXT(7), all, 8);
		subtree(b, DER_CONTEXT(7), all, sizeof(all));
		der_close(b, trees);
	}
	der_close(b, seq);
	extension_close(b, x);
	return true;
}

static bool
extensions(struct buf *b, const struct build *o, const struct profile_row *p, uint16_t use,
    bool no_subject, struct err *e)
{
	size_t outer = der_open(b, DER_INSIDE(3)), list = der_open(b, DER_SEQUENCE);

	if ((p->has & HAS_CA) != 0)
		basic(b, p);
	usages(b, o, p, use);
	key_ids(b, o, p);
	if (o->name_count > 0)
		TRY(alternative_names(b, o, no_subject, e));
	policies(b, o, p);
	addresses(b, o, p);
	if ((p->has & HAS_CA) != 0)
		TRY(constraints(b, o, p, e));
	if ((p->has & HAS_NOCHECK) != 0) {
		struct open_extension x = extension_open(b, &oid_ocsp_nocheck, false);

		der_put(b, DER_NULL, NULL, 0);
		extension_close(b, x);
	}
	der_close(b, list);
	der_close(b, outer);
	return true;
}

bool
build_tbs(struct buf *into, const struct build *o, struct err *e)
{
	const struct profile_row *p = profile_get(o->profile);
	uint16_t use = p == NULL ? 0 : profile_use(p, key_kind_of(o->spki, NULL));

	if (use == 0)
		return FAIL(e, ERR_INPUT, "this kind of key is not for this profile");

	size_t tbs = der_open(into, DER_SEQUENCE), version = der_open(into, DER_INSIDE(0));

	der_int(into, 2);
	der_close(into, version);
	der_bignum(into, o->serial, sizeof(o->serial));
	buf_add(into, o->alg, 12);
	buf_add(into, o->issuer_name.p, o->issuer_name.len);

	size_t times = der_open(into, DER_SEQUENCE);

	der_time(into, o->not_before);
	der_time(into, o->not_after);
	der_close(into, times);

	bool no_subject = build_subject(into, o);

	buf_add(into, o->spki.p, o->spki.len);
	TRY(extensions(into, o, p, use, no_subject, e));
	der_close(into, tbs);
	return buf_ok(into, e);
}

/* ---- from a ticket ---- */

static size_t
characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* S/MIME BR 7.1.4.2.2 a: a personal name, or a mailbox of the certificate. */
static bool
is_full_name(const struct ticket *t, const char *name)
{
	char one[200], two[200];

	snprintf(one, sizeof(one), "%s%s%s", t->given, t->given[0] && t->family[0] ? " " : "", t->family);
	snprintf(two, sizeof(two), "%s%s%s", t->family, t->given[0] && t->family[0] ? " " : "", t->given);
	return name[0] != '\0' && (strcmp(name, one) == 0 || strcmp(name, two) == 0);
}

static bool
common_name_ok(const struct ticket *t, struct err *e)
{
	for (unsigned i = 0; i < t->name_count; i++)
		if (strcmp(t->common_name, t->names[i].text) == 0)
			return true;
	if (is_full_name(t, t->common_name))
		return true;
	return FAIL(e, ERR_INPUT, "ticket: a common name that is none of its names");
}

bool
build_ticket(struct build *b, const struct ticket *t, struct span spki, unsigned issuer,
    const struct ca_key *ca, const struct oid *level, const struct signer_settings *set,
    struct err *e)
{
	*b = (struct build){ .profile = t->profile, .not_before = t->not_before,
	    .not_after = t->not_after, .spki = spki, .names = t->names, .name_count = t->name_count,
	    .options = t->options, .level = level, .issuer_name = span_buf(&ca->name),
	    .issuer_ski = ca->ski, .alg = ca->alg, .base_url = set->base_url };
	memcpy(b->serial, t->serial, sizeof(b->serial));
	if (t->common_name[0] != '\0') {
		TRY(common_name_ok(t, e));
		b->common_name = t->common_name;
	} else if (profile_is_mail(t->profile) && t->given[0] == '\0' && t->family[0] == '\0') {
		b->common_name = t->names[0].text;
	}
	if (b->common_name != NULL && characters(b->common_name) > COMMON_NAME_MOST)
		b->common_name = NULL;
	/* Who has one name has it as surname (S/MIME BR 7.1.4.2.2 e). */
	b->surname = t->family[0] != '\0' ? t->family : t->given;
	b->given = t->family[0] != '\0' ? t->given : NULL;
	b->individual = b->surname[0] != '\0';
	issuer_path(&b->issuer_path, issuer);
	issuer_path_crl(&b->crl_path, issuer, build_shard(t->serial, set));
	if (!buf_ok(&b->issuer_path, e) || !buf_ok(&b->crl_path, e)) {
		build_wipe(b);
		return false;
	}
	return true;
}
