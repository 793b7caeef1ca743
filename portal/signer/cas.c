#include <stdlib.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "ledger/base/wipe.h"
#include "portal/signer/cas.h"

#define SUPERSEDED	4	/* RFC 5280 CRLReason; of subscribers' certificates BR 7.2.2 allow no cACompromise */

void
cas_drop(struct cas **c)
{
	if (*c == NULL)
		return;
	for (size_t i = 0; i < (*c)->count; i++) {
		ca_key_wipe(&(*c)->one[i].key);
		ca_key_wipe(&(*c)->one[i].responder);
		wipe_free((*c)->one[i].told);
	}
	wipe_free(*c);
	*c = NULL;
}

/* ---- reading ---- */

static bool
key_read(struct ca_key *k, const char *dir, const char *name, const char *end, struct err *e)
{
	char key[600], crt[600];

	snprintf(key, sizeof(key), "%s/%s%s.key", dir, name, end);
	snprintf(crt, sizeof(crt), "%s/%s%s.crt", dir, name, end);
	return ca_key_read(k, key, crt, e);
}

static bool
keys_read(struct ca *c, const char *dir, const char *name, struct err *e)
{
	TRY(key_read(&c->key, dir, name, "", e));
	TRY(key_read(&c->responder, dir, name, "-ocsp", e));
	return ca_key_verify(&c->key, span_buf(&c->responder.der), e);
}

/* Nothing that it signed is good any more: a key of it that was lost must not stop the others. */
static bool
keyless(struct ca *c, const struct issuer_facts *f, const char *name, const struct err *why, struct err *e)
{
	if (f->revoked_at == 0 && f->not_after >= clock_now())
		return err_hand_on(e, why);
	ca_key_wipe(&c->key);
	ca_key_wipe(&c->responder);
	c->keyless = true;
	log_note("%s goes without its keys: %s", name, f->revoked_at != 0 ? "it is revoked" : "it has ended");
	return ca_key_public(&c->key, span_buf(&f->der), e);
}

static bool
one_read(struct ca *c, const struct issuer_facts *f, const struct signer *s, struct err *e)
{
	char name[ISSUER_NAME];
	struct err why = {0};

	c->number = f->number;
	c->revoked_at = f->revoked_at;
	c->reason = f->reason;
	c->newest = f->newest;
	issuer_name(name, f->number);
	if (!keys_read(c, s->dir, name, &why))
		TRY(keyless(c, f, name, &why, e));
	c->told = calloc((size_t)s->settings.crl_shards, sizeof(*c->told));
	return c->told != NULL || FAIL(e, ERR_MEMORY, "shards");
}

/* Certificates name the lists they will be looked for in: they must go on being made, by the same issuer. */
static bool
none_lost(const struct signer *s, const struct issuers *all, struct err *e)
{
	char name[ISSUER_NAME];
	bool had[256];

	TRY(book_crl_issuers(s->book, had, e));
	for (unsigned number = 1; number < COUNT(had); number++) {
		if (!had[number] || issuers_get(all, number) != NULL)
			continue;
		issuer_name(name, number);
		return FAIL(e, ERR_ABSENT, "%.60s/%s.crt is missing: put the issuer's files back from the copy that was made of them; "
		    "if its key is lost, its certificate (issuer-%s.pem, as it was published), and revoke it", s->dir, name, name);
	}
	return true;
}

bool
cas_read(struct signer *s, struct err *e)
{
	DROP(issuers_wipe) struct issuers all = {0};
	DROP(cas_drop) struct cas *fresh = calloc(1, sizeof(*fresh));
	struct cas *was = s->cas;

	if (fresh == NULL)
		return FAIL(e, ERR_MEMORY, "issuers");
	TRY(issuers_read(&all, s->dir, e));
	TRY(none_lost(s, &all, e));
	for (size_t i = 0; i < all.count; i++) {
		fresh->count++;
		TRY(one_read(&fresh->one[i], &all.one[i], s, e));
	}
	s->cas = fresh;
	fresh = was;		/* goes with this call */
	return true;
}

/* The root's list alone, before anything else: no other file that is missing keeps a revocation out. */
static bool
revocations_read(struct signer *s, struct err *e)
{
	DROP(issuers_wipe) struct issuers all = { .count = s->cas->count };

	for (size_t i = 0; i < all.count; i++) {
		const struct ca *ca = &s->cas->one[i];

		all.one[i].revoked_at = ca->revoked_at;
		all.one[i].reason = ca->reason;
		buf_add(&all.one[i].der, ca->key.der.data, ca->key.der.len);
		TRY(buf_ok(&all.one[i].der, e));
	}
	TRY(issuers_judge(&all, s->dir, e));
	for (size_t i = 0; i < all.count; i++) {
		s->cas->one[i].revoked_at = all.one[i].revoked_at;
		s->cas->one[i].reason = all.one[i].reason;
	}
	return true;
}

/* ---- which ---- */

struct ca *
cas_get(const struct signer *s, unsigned number)
{
	for (size_t i = 0; i < s->cas->count; i++)
		if (s->cas->one[i].number == number)
			return &s->cas->one[i];
	return NULL;
}

bool
cas_signing(const struct signer *s, unsigned profile, int64_t not_after, struct ca **ca, struct err *e)
{
	*ca = NULL;
	for (size_t i = 0; i < s->cas->count; i++)
		if (s->cas->one[i].newest && issuer_profile(s->cas->one[i].number) == profile)
			*ca = &s->cas->one[i];
	if (*ca == NULL || (*ca)->revoked_at != 0)
		return REFUSE(e, ERR_DENIED, SIGNER_WHY_ISSUER, "the issuer is revoked, and there is no new one");
	return not_after <= (*ca)->key.not_after ||
	    REFUSE(e, ERR_DENIED, SIGNER_WHY_ISSUER, "the issuer ends before the certificate would");
}

void
cas_shadow(const struct signer *s, struct book_cert *c)
{
	const struct ca *ca = cas_get(s, c->issuer);

	if (ca == NULL || ca->revoked_at == 0 || (c->status != CERT_VALID && c->status != CERT_SUSPENDED))
		return;
	c->status = CERT_REVOKED;
	c->reason = SUPERSEDED;
	c->changed_at = ca->revoked_at;
}

void
cas_untold(struct signer *s)
{
	for (size_t i = 0; i < s->cas->count; i++)
		memset(s->cas->one[i].told, 0, (size_t)s->settings.crl_shards * sizeof(*s->cas->one[i].told));
}

/* ---- what is asked about them ---- */

enum ipc_turn
chain_run(void *self, struct ipc_ask *a)
{
	struct signer *s = self;

	pack_bytes(&a->out, s->root.data, s->root.len);
	pack_u32(&a->out, (uint32_t)s->cas->count);
	for (size_t i = 0; i < s->cas->count; i++) {
		const struct ca *ca = &s->cas->one[i];

		pack_u8(&a->out, ca->number);
		pack_i64(&a->out, ca->revoked_at);
		pack_bytes(&a->out, ca->key.der.data, ca->key.der.len);
	}
	return IPC_ANSWER;
}

enum ipc_turn
issuers_run(void *self, struct ipc_ask *a)
{
	struct signer *s = self;

	if (revocations_read(s, &a->err) && cas_read(s, &a->err))
		log_note("the issuers were read anew: %zu", s->cas->count);
	return IPC_ANSWER;
}

static bool
live(struct signer *s, struct ipc_ask *a, struct err *e)
{
	DROP(buf_wipe) struct buf serials = {0};
	struct span in = a->in;
	unsigned number = unpack_u8(&in);
	int64_t at = unpack_i64(&in);

	TRY(unpack_end(&in, "live", e));
	TRY(book_live(s->book, (uint8_t)number, clock_now(), &at, &serials, e));
	pack_i64(&a->out, at);
	pack_bytes(&a->out, serials.data, serials.len);
	return true;
}

enum ipc_turn
live_run(void *self, struct ipc_ask *a)
{
	(void)!live(self, a, &a->err);
	return IPC_ANSWER;
}
