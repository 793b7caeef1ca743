#include <sodium.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "ledger/digest.h"
#include "portal/signer/build.h"
#include "portal/signer/cas.h"
#include "portal/signer/errand.h"
#include "portal/signer/issue.h"
#include "portal/signer/lint.h"

static bool
issue_answer(struct signer *s, struct ipc_ask *a, const struct ticket *t, const struct ca *ca, const struct buf *der,
    int64_t issued_at, struct err *e)
{
	struct receipt r = { .status = CERT_VALID, .changed_at = issued_at };

	memcpy(r.id, t->id, TICKET_ID);
	memcpy(r.serial, t->serial, TICKET_SERIAL);
	digest(r.body_hash, der->data, der->len);
	pack_bytes(&a->out, der->data, der->len);
	pack_bytes(&a->out, ca->key.der.data, ca->key.der.len);
	pack_bytes(&a->out, s->root.data, s->root.len);
	return signer_receipt(s, &r, &a->out, e);
}

/* A ticket that was honoured before: the same certificate, or where it is now. */
static bool
issue_repeat(struct signer *s, struct ipc_ask *a, const struct ticket *t,
    const struct book_deed *d, struct err *e)
{
	const struct buf *der = recent_cert(s->recent, t->id);
	const struct ca *ca;
	struct book_cert c;

	if (d->act != TICKET_ISSUE || memcmp(d->serial, t->serial, TICKET_SERIAL) != 0)
		return FAIL(e, ERR_DENIED, "ticket was honoured for something else");
	if (der != NULL) {
		TRY(book_by_serial(s->book, t->serial, &c, e));
		if ((ca = cas_get(s, c.issuer)) != NULL)
			return issue_answer(s, a, t, ca, der, d->changed_at, e);
	}

	DROP(buf_wipe) struct buf sealed = {0};
	struct err why = {0};

	if (book_pending(s->book, t->id, &sealed, &why))
		return REFUSE(e, ERR_CONFLICT, SIGNER_WHY_SEALED, "issued: only the sealed copy is left");
	if (why.kind == ERR_CONFLICT)
		return REFUSE(e, ERR_CONFLICT, SIGNER_WHY_STORED, "issued and stored");
	*e = why;
	return false;
}

/* Whatever the ticket says: may this key be certified under this profile? */
static bool
key_allowed(struct signer *s, const struct ticket *t, struct span spki, struct err *e)
{
	unsigned char hash[32];
	bool bad = false;

	digest(hash, spki.p, spki.len);
	if (sodium_memcmp(hash, t->key_hash, sizeof(hash)) != 0)
		return REFUSE(e, ERR_DENIED, SIGNER_WHY_KEY, "not the ticket's key");
	if (profile_use(profile_get(t->profile), key_kind_of(spki, NULL)) == 0)
		return REFUSE(e, ERR_DENIED, SIGNER_WHY_PROFILE, "this kind of key is not for this profile");
	TRY(book_key_compromised(s->book, hash, &bad, e));
	return bad ? REFUSE(e, ERR_DENIED, SIGNER_WHY_KEY, "a compromised key") : true;
}

/* Build, lint, sign; s->der has the certificate. */
static bool
make(struct signer *s, const struct ticket *t, struct ca *ca, struct span spki, struct err *e)
{
	const struct profile_row *p = profile_get(t->profile);
	DROP(build_wipe) struct build b = {0};
	struct err lint = {0};

	TRY(build_ticket(&b, t, spki, ca->number, &ca->key, &s->level[p->level], &s->settings, e));
	buf_reset(&s->tbs);
	TRY(build_tbs(&s->tbs, &b, e));

	struct lint_facts f = { .mail = (p->has & MAIL) != 0,
	    .client_auth = (t->options & TICKET_CLIENT_AUTH) != 0, .individual = b.individual,
	    .now = clock_now(), .life = signer_life(&s->settings, t->profile), .issuer = &ca->key,
	    .level = &s->level[p->level], .serial = t->serial };

	if (!lint_tbs(span_buf(&s->tbs), &f, &lint))
		return REFUSE(e, ERR_DENIED, SIGNER_WHY_LINT, "%s", lint.text);
	buf_reset(&s->der);
	return ca_key_sign(&ca->key, span_buf(&s->tbs), &s->der, e);
}

static bool
seal(struct signer *s, struct err *e)
{
	buf_reset(&s->sealed);
	return parcel_seal(&s->secrets->parcel, s->keeper, span_buf(&s->der), &s->sealed, e);
}

static bool
enter(struct signer *s, const struct ticket *t, const struct ca *ca, int64_t now, struct err *e)
{
	struct book_cert c = { .issuer = (uint8_t)ca->number, .shard = build_shard(t->serial, &s->settings),
	    .not_before = t->not_before, .not_after = t->not_after, .status = CERT_VALID,
	    .changed_at = now };
	struct book_deed d = { .act = TICKET_ISSUE, .status = CERT_VALID, .changed_at = now,
	    .ledger_number = t->ledger_number };

	memcpy(c.serial, t->serial, TICKET_SERIAL);
	memcpy(c.key_hash, t->key_hash, 32);
	digest(c.sha256, s->der.data, s->der.len);
	memcpy(d.ticket, t->id, TICKET_ID);
	memcpy(d.serial, t->serial, TICKET_SERIAL);
	memcpy(d.ledger_hash, t->ledger_hash, LEAF_HASH);
	if (book_issued(s->book, &c, &d, span_buf(&s->sealed), e))
		return true;
	if (e->kind == ERR_CONFLICT)
		e->why = SIGNER_WHY_SERIAL;
	return false;
}

static bool
issue_new(struct signer *s, struct ipc_ask *a, const struct ticket *t, struct span spki,
    struct err *e)
{
	int64_t now = clock_now();
	struct ca *ca;

	TRY(cas_signing(s, t->profile, t->not_after, &ca, e));
	TRY(make(s, t, ca, spki, e));
	TRY(seal(s, e));
	TRY(enter(s, t, ca, now, e));
	recent_cert_add(s->recent, t->id, &s->der);
	return issue_answer(s, a, t, ca, &s->der, now, e);
}

/* *later: the key has to be looked at by the child first. */
static bool
issue(struct signer *s, struct ipc_ask *a, struct span ticket, struct span request, bool *later,
    struct err *e)
{
	DROP(ticket_wipe) struct ticket t = {0};
	unsigned char key_hash[32];
	struct span spki, answer;
	struct book_deed d;
	struct err none = {0};

	TRY(ticket_unpack(&t, ticket, s->secrets->ticket, e));
	book_looked_at(s->book);
	if (book_deed(s->book, t.id, &d, &none))
		return issue_repeat(s, a, &t, &d, e);
	if (none.kind != ERR_ABSENT) {
		*e = none;
		return false;
	}
	if (t.act != TICKET_ISSUE)
		return FAIL(e, ERR_INPUT, "not a ticket to issue");
	if (t.expires <= clock_now())
		return REFUSE(e, ERR_DENIED, SIGNER_WHY_EXPIRED, "the ticket has expired");
	TRY(signer_clock(s, clock_now(), e));
	spki = csr_spki(request);
	if (spki.len == 0)
		return FAIL(e, ERR_INPUT, "not a PKCS#10 request in DER");
	TRY(key_allowed(s, &t, spki, e));
	if (!recent_key(s->recent, t.key_hash)) {
		if (a->work == NULL) {
			*later = true;
			return errand_send(s, a, request, e);
		}
		TRY(errand_answer(a, key_hash, &answer, e));
		if (sodium_memcmp(key_hash, t.key_hash, 32) != 0)
			return REFUSE(e, ERR_DENIED, SIGNER_WHY_KEY, "the child refused this key");
		recent_key_add(s->recent, key_hash);
	}
	return issue_new(s, a, &t, spki, e);
}

enum ipc_turn
issue_run(void *self, struct ipc_ask *a)
{
	struct span in = a->in, ticket = unpack_bytes(&in), request = unpack_bytes(&in);
	bool later = false;

	if (!unpack_end(&in, "issue", &a->err) ||
	    !issue(self, a, ticket, request, &later, &a->err))
		return IPC_ANSWER;
	return later ? IPC_LATER : IPC_ANSWER;
}
