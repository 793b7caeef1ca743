#include <string.h>
#include "ledger/base/clock.h"
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
	pack_u8(&a->out, 1);
	buf_add(&a->out, c.serial, sizeof(c.serial));
	pack_u8(&a->out, c.profile);
	pack_i64(&a->out, c.not_before);
	pack_i64(&a->out, c.not_after);
	pack_u8(&a->out, c.status);
	pack_u8(&a->out, c.reason);
	pack_i64(&a->out, c.changed_at);
	buf_add(&a->out, c.sha256, sizeof(c.sha256));
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
look_up(struct signer *s, unsigned profile, struct span serial, struct book_cert *c, struct err *e)
{
	struct err none = {0};

	memset(c, 0, sizeof(*c));
	if (serial.len != TICKET_SERIAL)
		return true;
	if (by_serial(s, serial.p, c, &none)) {
		if (c->profile != profile)
			memset(c, 0, sizeof(*c));
		return true;
	}
	memset(c, 0, sizeof(*c));
	if (none.kind == ERR_ABSENT)
		return true;
	*e = none;
	return false;
}

static bool
ocsp_answer(struct signer *s, struct ipc_ask *a, unsigned profile, struct span cert_id,
    struct span nonce, const struct book_cert *c, struct err *e)
{
	DROP(buf_wipe) struct buf der = {0};
	int64_t now = clock_now();
	struct ocsp_answer o = { .cert_id = cert_id, .reason = c->reason, .revoked_at = c->changed_at,
	    .this_update = now, .next_update = now + s->settings.ocsp_life, .nonce = nonce,
	    .status = c->status == CERT_VALID ? OCSP_GOOD : c->status == 0 ? OCSP_UNKNOWN : OCSP_REVOKED };
	const struct buf *kept = nonce.len > 0 ? NULL :
	    recent_ocsp(s->recent, cert_id, c->status, c->changed_at, now);

	if (kept != NULL) {
		pack_bytes(&a->out, kept->data, kept->len);
		return true;
	}
	TRY(ocsp_build(&der, &o, &s->responder[profile], e));
	if (nonce.len == 0 && c->status != 0)
		recent_ocsp_add(s->recent, cert_id, c->status, c->changed_at,
		    recent_ocsp_until(now, s->settings.ocsp_life), &der);
	pack_bytes(&a->out, der.data, der.len);
	return true;
}

static bool
ocsp(struct signer *s, struct ipc_ask *a, struct err *e)
{
	struct span in = a->in, cert_id, nonce, named;
	unsigned profile = unpack_u8(&in), digest;
	unsigned char key[32], serial[TICKET_SERIAL];
	struct book_cert c;

	unpack_exact(&in, key, sizeof(key));
	digest = unpack_u8(&in);
	unpack_exact(&in, serial, sizeof(serial));
	cert_id = unpack_bytes(&in);
	nonce = unpack_bytes(&in);
	TRY(unpack_end(&in, "ocsp", e));
	if (!ocsp_nonce_ok(nonce))
		nonce = span_of(NULL, 0);
	if (profile < PROFILE_ROBOT_TLS || profile >= PROFILE__COUNT)
		return FAIL(e, ERR_ABSENT, "OCSP: no such issuer");
	TRY(ocsp_cert_id(cert_id, digest, &s->issuer[profile], &named, e));
	if (memcmp(key, s->issuer[profile].key_hash[digest - 1], digest == OCSP_SHA1 ? 20 : 32) != 0 ||
	    (named.len == TICKET_SERIAL && memcmp(named.p, serial, TICKET_SERIAL) != 0))
		return FAIL(e, ERR_INPUT, "OCSP: CertID and request disagree");
	TRY(look_up(s, profile, named, &c, e));
	return ocsp_answer(s, a, profile, cert_id, nonce, &c, e);
}

enum ipc_turn
ocsp_run(void *self, struct ipc_ask *a)
{
	(void)!ocsp(self, a, &a->err);
	return IPC_ANSWER;
}
