#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "ledger/base/wipe.h"
#include "portal/signer/der.h"
#include "portal/signer/recent.h"

#define KEYS		16384u	/* rows; powers of two */
#define CERTS		4096u
#define ANSWERS		8192u
#define KEPT_MOST	(4 * DAY)

struct recent {
	struct { unsigned char hash[32]; int64_t until; } key[KEYS];
	struct { unsigned char ticket[TICKET_ID]; int64_t until; struct buf der; } cert[CERTS];
	struct { struct buf cert_id, der; uint8_t status; int64_t changed_at, made, until; } answer[ANSWERS];
};

/* Rows are chosen by bytes that are random already (hashes, ticket ids). */
static uint32_t
row(const unsigned char *p, uint32_t rows)
{
	return ((uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2]) % rows;
}

/* A CertID ends in its serial, which is random; so the last bytes choose. */
static uint32_t
answer_row(struct span cert_id)
{
	return cert_id.len < 4 ? 0 : row(cert_id.p + cert_id.len - 3, ANSWERS);
}

bool
recent_open(struct recent **out, struct err *e)
{
	*out = calloc(1, sizeof(**out));
	return *out != NULL ? true : FAIL(e, ERR_MEMORY, "recent");
}

void
recent_drop(struct recent **r)
{
	if (*r == NULL)
		return;
	recent_cert_clear(*r);
	for (size_t i = 0; i < ANSWERS; i++) {
		buf_wipe(&(*r)->answer[i].cert_id);
		buf_wipe(&(*r)->answer[i].der);
	}
	wipe_free(*r);
	*r = NULL;
}

void
recent_key_add(struct recent *r, const unsigned char key_hash[32])
{
	uint32_t i = row(key_hash, KEYS);

	memcpy(r->key[i].hash, key_hash, 32);
	r->key[i].until = clock_mono_ms() + RECENT_KEY_S * 1000;
}

bool
recent_key(const struct recent *r, const unsigned char key_hash[32])
{
	uint32_t i = row(key_hash, KEYS);

	return r->key[i].until > clock_mono_ms() && memcmp(r->key[i].hash, key_hash, 32) == 0;
}

const struct buf *
recent_cert(const struct recent *r, const unsigned char ticket[TICKET_ID])
{
	uint32_t i = row(ticket, CERTS);

	return r->cert[i].until > clock_mono_ms() && r->cert[i].der.len > 0 &&
	    sodium_memcmp(r->cert[i].ticket, ticket, TICKET_ID) == 0 ? &r->cert[i].der : NULL;
}

void
recent_cert_add(struct recent *r, const unsigned char ticket[TICKET_ID], const struct buf *der)
{
	uint32_t i = row(ticket, CERTS);

	memcpy(r->cert[i].ticket, ticket, TICKET_ID);
	r->cert[i].until = clock_mono_ms() + RECENT_CERT_S * 1000;
	buf_reset(&r->cert[i].der);
	buf_add(&r->cert[i].der, der->data, der->len);
	if (r->cert[i].der.failed)
		buf_wipe(&r->cert[i].der);
}

static void
cert_wipe(struct recent *r, uint32_t i)
{
	buf_wipe(&r->cert[i].der);
	sodium_memzero(r->cert[i].ticket, TICKET_ID);
	r->cert[i].until = 0;
}

void
recent_cert_forget(struct recent *r, const unsigned char ticket[TICKET_ID])
{
	if (recent_cert(r, ticket) != NULL)
		cert_wipe(r, row(ticket, CERTS));
}

void
recent_cert_clear(struct recent *r)
{
	for (uint32_t i = 0; i < CERTS; i++)
		if (r->cert[i].until != 0)
			cert_wipe(r, i);
}

void
recent_sweep(struct recent *r)
{
	int64_t now = clock_mono_ms();

	for (uint32_t i = 0; i < CERTS; i++)
		if (r->cert[i].until != 0 && r->cert[i].until <= now)
			cert_wipe(r, i);
}

const struct buf *
recent_ocsp(const struct recent *r, struct span cert_id, uint8_t status,
    int64_t changed_at, int64_t now)
{
	uint32_t i = answer_row(cert_id);

	return r->answer[i].made <= now && r->answer[i].until > now && r->answer[i].status == status &&
	    r->answer[i].changed_at == changed_at &&
	    span_same(span_buf(&r->answer[i].cert_id), cert_id) ? &r->answer[i].der : NULL;
}

int64_t
recent_ocsp_until(int64_t now, int64_t life)
{
	return now + (life / 2 < KEPT_MOST ? life / 2 : KEPT_MOST);
}

void
recent_ocsp_add(struct recent *r, struct span cert_id, uint8_t status, int64_t changed_at,
    int64_t made, int64_t fresh_until, const struct buf *der)
{
	uint32_t i = answer_row(cert_id);

	buf_reset(&r->answer[i].cert_id);
	buf_reset(&r->answer[i].der);
	buf_add(&r->answer[i].cert_id, cert_id.p, cert_id.len);
	buf_add(&r->answer[i].der, der->data, der->len);
	r->answer[i].status = status;
	r->answer[i].changed_at = changed_at;
	r->answer[i].made = made;
	r->answer[i].until = r->answer[i].cert_id.failed || r->answer[i].der.failed ? 0 : fresh_until;
}
