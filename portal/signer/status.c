#include <string.h>
#include "ledger/base/clock.h"
#include "portal/signer/cas.h"
#include "portal/signer/ocsp.h"
#include "portal/signer/status.h"

/* What a restored book knows from published lists alone is revoked or on hold: never unknown, never good. */
static bool
by_serial(struct signer *s, const unsigned char serial[TICKET_SERIAL], struct book_cert *c, struct err *e)
{
	struct err why = {0};

	if (book_by_serial(s->book, serial, c, &why))
		return true;
	return why.kind == ERR_ABSENT ? book_listed(s->book, serial, c, e) : err_hand_on(e, &why);
}

/* ---- status ---- */

static bool
status(struct signer *s, struct ipc_ask *a, struct err *e)
{
	struct span in = a->in;
	unsigned char key[32];
	unsigned kind = unpack_u8(&in);
	struct book_cert c;
	const struct ca *ca;
	struct err none = {0};

	if (kind != 1 && kind != 2)
		return FAIL(e, ERR_INPUT, "status by what?");
	unpack_exact(&in, key, kind == 1 ? TICKET_SERIAL : 32);
	TRY(unpack_end(&in, "status", e));
	if (!(kind == 1 ? by_serial(s, key, &c, &none) : book_by_hash(s->book, key, &c, &none))) {
		if (none.kind == ERR_ABSENT) {
			pack_u8(&a->out, 0);
			return true;
		}
		*e = none;
		return false;
	}
	ca = cas_get(s, c.issuer);
	cas_shadow(s, &c);
	pack_u8(&a->out, 1);
	buf_add(&a->out, c.serial, sizeof(c.serial));
	pack_u8(&a->out, issuer_profile(c.issuer));
	pack_i64(&a->out, c.not_before);
	pack_i64(&a->out, c.not_after);
	pack_u8(&a->out, c.status);
	pack_u8(&a->out, c.reason);
	pack_i64(&a->out, c.changed_at);
	buf_add(&a->out, c.sha256, sizeof(c.sha256));
	pack_i64(&a->out, ca == NULL ? 0 : ca->revoked_at);
	return true;
}

enum ipc_turn
status_run(void *self, struct ipc_ask *a)
{
	(void)!status(self, a, &a->err);
	return IPC_ANSWER;
}

/* ---- OCSP ---- */

/* What we know of a serial under this issuer; nothing is `unknown`, never good. */
static bool
look_up(struct signer *s, const struct ca *ca, struct span serial, struct book_cert *c, struct err *e)
{
	struct err none = {0};

	memset(c, 0, sizeof(*c));
	if (serial.len != TICKET_SERIAL)
		return true;
	if (by_serial(s, serial.p, c, &none)) {
		if (c->issuer != ca->number)
			memset(c, 0, sizeof(*c));
		cas_shadow(s, c);
		return true;
	}
	memset(c, 0, sizeof(*c));
	if (none.kind == ERR_ABSENT)
		return true;
	*e = none;
	return false;
}

static bool
ocsp_answer(struct signer *s, struct ipc_ask *a, struct ca *ca, struct span cert_id,
    struct span nonce, const struct book_cert *c, struct err *e)
{
	DROP(buf_wipe) struct buf der = {0};
	int64_t now = clock_now();
	struct ocsp_answer o = { .cert_id = cert_id, .reason = c->reason,
	    .revoked_at = c->changed_at < now ? c->changed_at : now,	/* the clock may have been put back */
	    .this_update = now, .next_update = now + s->settings.ocsp_life, .nonce = nonce,
	    .status = c->status == CERT_VALID ? OCSP_GOOD : c->status == 0 ? OCSP_UNKNOWN : OCSP_REVOKED };
	const struct buf *kept = nonce.len > 0 ? NULL :
	    recent_ocsp(s->recent, cert_id, c->status, c->changed_at, now);

	if (kept != NULL) {
		pack_bytes(&a->out, kept->data, kept->len);
		return true;
	}
	TRY(ocsp_build(&der, &o, &ca->responder, e));
	if (nonce.len == 0 && c->status != 0)
		recent_ocsp_add(s->recent, cert_id, c->status, c->changed_at,
		    recent_ocsp_until(now, s->settings.ocsp_life), &der);
	pack_bytes(&a->out, der.data, der.len);
	return true;
}

/* The issuer that a CertID names, among those with a responder. */
static bool
issuer_asked(struct signer *s, struct span cert_id, unsigned digest, struct ca **ca, struct span *serial, struct err *e)
{
	*ca = NULL;
	for (size_t i = 0; i < s->cas->count; i++) {
		struct err why = {0};

		*ca = &s->cas->one[i];
		if ((profile_get(issuer_profile((*ca)->number))->has & HAS_OCSP) == 0)
			continue;
		if (ocsp_cert_id(cert_id, digest, &(*ca)->key, serial, &why))
			return true;
		if (why.kind != ERR_ABSENT)
			return err_hand_on(e, &why);
	}
	return FAIL(e, ERR_ABSENT, "OCSP: no such issuer");
}

static bool
ocsp(struct signer *s, struct ipc_ask *a, struct err *e)
{
	struct span in = a->in, cert_id, nonce, named;
	unsigned char key[32], serial[TICKET_SERIAL];
	struct book_cert c;
	unsigned digest;
	struct ca *ca;

	unpack_exact(&in, key, sizeof(key));
	digest = unpack_u8(&in);
	unpack_exact(&in, serial, sizeof(serial));
	cert_id = unpack_bytes(&in);
	nonce = unpack_bytes(&in);
	TRY(unpack_end(&in, "ocsp", e));
	if (!ocsp_nonce_ok(nonce))
		nonce = span_of(NULL, 0);
	TRY(issuer_asked(s, cert_id, digest, &ca, &named, e));
	if (memcmp(key, ca->key.key_hash[digest - 1], digest == OCSP_SHA1 ? 20 : 32) != 0 ||
	    (named.len == TICKET_SERIAL && memcmp(named.p, serial, TICKET_SERIAL) != 0))
		return FAIL(e, ERR_INPUT, "OCSP: CertID and request disagree");
	if (ca->keyless)
		return FAIL(e, ERR_ABSENT, "OCSP: an issuer without its keys");
	TRY(look_up(s, ca, named, &c, e));
	return ocsp_answer(s, a, ca, cert_id, nonce, &c, e);
}

enum ipc_turn
ocsp_run(void *self, struct ipc_ask *a)
{
	(void)!ocsp(self, a, &a->err);
	return IPC_ANSWER;
}
