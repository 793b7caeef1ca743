#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "portal/signer/authority.h"
#include "portal/signer/build.h"
#include "portal/signer/key_file.h"
#include "portal/signer/lint_authority.h"

#define PREPARED	".crt.next"
#define BACK		3600	/* seconds before now: for slow clocks */
#define COMMON_NAME	64
#define TITLE		32

struct party {			/* a key to be certified, and what its certificate says */
	unsigned	profile, level;
	bool		individual;
	const char	*title;		/* "Robot TLS": common name is "ORGANISATION TITLE YEAR" */
	const char	*crl_path, *issuer_path;	/* "" none */
};

/* At most 64 bytes (ub-common-name): of a long organisation the beginning; the attribute beside it has it whole. */
static void
common_name(char into[COMMON_NAME + 1], const struct signer_settings *set, const char *title, int64_t now)
{
	const char *o = set->organisation;
	char iso[21], rest[COMMON_NAME];
	size_t n, most;

	clock_iso(now, iso);
	iso[4] = '\0';
	snprintf(rest, sizeof(rest), " %s %s", title, iso);
	most = COMMON_NAME - strlen(rest);
	n = strlen(o);
	if (n > most) {
		for (n = most; n > 0 && ((unsigned char)o[n] & 0xc0) == 0x80; )
			n--;
		while (n > 0 && o[n - 1] == ' ')
			n--;
	}
	snprintf(into, COMMON_NAME + 1, "%.*s%s", (int)n, o, rest);
}

/* Certify k as p says, under issuer (k itself: self-signed). */
static bool
certify(struct ca_key *k, struct ca_key *issuer, const struct party *p,
    const struct signer_settings *set, struct err *e)
{
	DROP(build_wipe) struct build b = { .profile = p->profile, .individual = p->individual,
	    .country = set->country, .organisation = set->organisation, .spki = span_buf(&k->spki),
	    .issuer_ski = issuer->ski, .alg = issuer->alg, .base_url = set->base_url,
	    .constraints = set->constraints, .development = set->development };
	DROP(buf_wipe) struct buf tbs = {0};
	DROP(buf_wipe) struct buf der = {0};
	DROP(buf_wipe) struct buf own = {0};
	struct oid level;
	char cn[COMMON_NAME + 1];

	common_name(cn, set, p->title, clock_now());
	b.common_name = cn;
	b.not_before = clock_now() - BACK;
	b.not_after = b.not_before + profile_get(p->profile)->life - 1;
	if (k != issuer && b.not_after > issuer->not_after)
		b.not_after = issuer->not_after;
	serial_draw(b.serial);
	(void)build_subject(&own, &b);
	b.issuer_name = k == issuer ? span_buf(&own) : span_buf(&issuer->name);
	if (p->level != 0) {
		TRY(build_level(&level, set, p->level, e));
		b.level = &level;
	}
	buf_text(&b.crl_path, p->crl_path);
	buf_text(&b.issuer_path, p->issuer_path);
	TRY(build_tbs(&tbs, &b, e));

	struct lint_authority f = { .profile = p->profile, .individual = p->individual, .now = clock_now(),
	    .constrained = set->constraints[0] != '\0', .issuer = issuer, .level = b.level };

	TRY(lint_authority(span_buf(&tbs), &f, e));
	TRY(ca_key_sign(issuer, span_buf(&tbs), &der, e));
	TRY(ca_key_verify(issuer, span_buf(&der), e));
	return ca_key_certificate(k, span_buf(&der), e);
}

bool
authority_root(struct ca_key *root, const struct signer_settings *set, struct err *e)
{
	static const struct party self = { .profile = PROFILE_ROOT, .title = "Root", .crl_path = "", .issuer_path = "" };

	TRY(ca_key_make(root, KEY_P384, e));
	return certify(root, root, &self, set, e);
}

static bool
make(struct authority *a, struct ca_key *root, unsigned number, const struct signer_settings *set, struct err *e)
{
	const struct profile_row *row = profile_get(issuer_profile(number));
	bool mail = (row->has & MAIL) != 0;
	char title[TITLE], ocsp[TITLE + 8];
	struct party p = { .profile = mail ? PROFILE_MAIL_ISSUER : PROFILE_TLS_ISSUER,
	    .level = row->level, .individual = mail && row->level == 2, .title = title,
	    .crl_path = SIGNER_PATH_ROOT_CRL, .issuer_path = SIGNER_PATH_ROOT };

	/* No two issuers of one name: lists and answers are looked for by it. */
	if (issuer_generation(number) == 1)
		snprintf(title, sizeof(title), "%s", row->title);
	else
		snprintf(title, sizeof(title), "%s G%u", row->title, issuer_generation(number));
	TRY(ca_key_make(&a->issuer, KEY_P256, e));
	TRY(certify(&a->issuer, root, &p, set, e));
	snprintf(ocsp, sizeof(ocsp), "%s OCSP", title);
	/* Ends with its issuer, whose key lies beside it: a shorter life would guard nothing. */
	p = (struct party){ .profile = PROFILE_RESPONDER, .title = ocsp, .crl_path = "", .issuer_path = "" };
	TRY(ca_key_make(&a->responder, KEY_P256, e));
	return certify(&a->responder, &a->issuer, &p, set, e);
}

bool
authority_make(struct authority *a, struct ca_key *root, unsigned number, const struct signer_settings *set,
    struct err *e)
{
	memset(a, 0, sizeof(*a));
	if (make(a, root, number, set, e))
		return true;
	authority_wipe(a);
	return false;
}

static void
path_of(char path[512], const char *dir, unsigned number, const char *end)
{
	char name[ISSUER_NAME];

	issuer_name(name, number);
	snprintf(path, 512, "%s/%s%s", dir, name, end);
}

bool
authority_prepare(const struct authority *a, const char *dir, unsigned number, struct err *e)
{
	char path[512];

	path_of(path, dir, number, ".key");
	TRY(key_file_key(path, &a->issuer, e));
	path_of(path, dir, number, "-ocsp.key");
	TRY(key_file_key(path, &a->responder, e));
	path_of(path, dir, number, "-ocsp.crt");
	TRY(key_file_pem(path, 0644, "CERTIFICATE", span_buf(&a->responder.der), e));
	path_of(path, dir, number, PREPARED);
	return key_file_pem(path, 0644, "CERTIFICATE", span_buf(&a->issuer.der), e);
}

bool
authority_there(const char *dir, unsigned number, struct err *e)
{
	char from[512], to[512];

	path_of(from, dir, number, PREPARED);
	path_of(to, dir, number, ".crt");
	return key_file_move(from, to, e);
}

bool
authority_prepared(const char *dir, unsigned number)
{
	char path[512];

	path_of(path, dir, number, PREPARED);
	return access(path, F_OK) == 0;
}

bool
authority_write(const struct authority *a, const char *dir, unsigned number, struct err *e)
{
	return authority_prepare(a, dir, number, e) && authority_there(dir, number, e);
}

void
authority_wipe(struct authority *a)
{
	ca_key_wipe(&a->issuer);
	ca_key_wipe(&a->responder);
}
