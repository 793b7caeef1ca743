#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "privacy/facts/ticket.h"

#define TICKET_MAC	32
#define RECEIPT_BYTES	(TICKET_ID + TICKET_SERIAL + 1 + 8 + 32)

static const char receipt_label[] = "receipt";
static const char proof_label[] = "key proof";

/* What a subscriber's certificate may be revoked for (BR 7.2.2): of RFC 5280's reasons, not those of CAs. */
static bool
reason_ok(unsigned reason)
{
	return reason == 0 || reason == 1 || (reason >= 3 && reason <= 5) || reason == 9;
}

static bool
name_ok(const struct ticket_name *n, bool mail)
{
	if (n->kind != (mail ? NAME_MAIL : NAME_DNS) || n->text[0] == '\0')
		return false;
	for (const char *c = n->text; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~')
			return false;
	return (strchr(n->text, '@') != NULL) == mail;
}

static bool
issue_ok(const struct ticket *t, struct err *e)
{
	bool mail = t->profile == PROFILE_ROBOT_MAIL || t->profile == PROFILE_ASSURED_MAIL;

	if (t->name_count == 0 || t->name_count > TICKET_NAMES || t->names == NULL)
		return FAIL(e, ERR_INPUT, "ticket: %u names", t->name_count);
	for (unsigned i = 0; i < t->name_count; i++)
		if (!name_ok(&t->names[i], mail))
			return FAIL(e, ERR_INPUT, "ticket: name %u is not of the profile's kind", i);
	if (t->not_before <= 0 || t->not_after <= t->not_before)
		return FAIL(e, ERR_INPUT, "ticket: validity");
	if (t->reason != 0 || (t->options & ~TICKET_CLIENT_AUTH) != 0)
		return FAIL(e, ERR_INPUT, "ticket: reason or options");
	if (!mail && t->options != 0)
		return FAIL(e, ERR_INPUT, "ticket: client authentication in a server certificate");
	if (t->profile != PROFILE_ASSURED_MAIL && (t->given[0] != '\0' || t->family[0] != '\0'))
		return FAIL(e, ERR_INPUT, "ticket: a person's name outside Assured Mail");
	return true;
}

static bool
change_ok(const struct ticket *t, struct err *e)
{
	if (t->name_count != 0 || t->not_before != 0 || t->not_after != 0 || t->options != 0 ||
	    t->common_name[0] != '\0' || t->given[0] != '\0' || t->family[0] != '\0')
		return FAIL(e, ERR_INPUT, "ticket: a change that says what to issue");
	if (!sodium_is_zero(t->key_hash, sizeof(t->key_hash)))
		return FAIL(e, ERR_INPUT, "ticket: a change that names a key");
	if (t->act == TICKET_REVOKE ? !reason_ok(t->reason) : t->reason != 0)
		return FAIL(e, ERR_INPUT, "ticket: reason %u", t->reason);
	return true;
}

static bool
ticket_ok(const struct ticket *t, struct err *e)
{
	if (t->act < TICKET_ISSUE || t->act > TICKET_RESUME)
		return FAIL(e, ERR_INPUT, "ticket: act %u", t->act);
	if (t->profile < PROFILE_ROBOT_TLS || t->profile >= PROFILE__COUNT)
		return FAIL(e, ERR_INPUT, "ticket: profile %u", t->profile);
	if (t->serial[0] < 0x01 || t->serial[0] > 0x7f)
		return FAIL(e, ERR_INPUT, "ticket: serial");
	if (t->expires <= 0 || t->ledger_number < 0)
		return FAIL(e, ERR_INPUT, "ticket: expiry or ledger number");
	return t->act == TICKET_ISSUE ? issue_ok(t, e) : change_ok(t, e);
}

static void
mac_of(unsigned char mac[TICKET_MAC], const char *label, const void *p, size_t n,
    const unsigned char key[TICKET_KEY])
{
	crypto_generichash_state st;

	crypto_generichash_init(&st, key, TICKET_KEY, TICKET_MAC);
	crypto_generichash_update(&st, (const unsigned char *)label, strlen(label));
	crypto_generichash_update(&st, p, n);
	crypto_generichash_final(&st, mac, TICKET_MAC);
	sodium_memzero(&st, sizeof(st));
}

bool
ticket_pack(struct buf *into, const struct ticket *t,
    const unsigned char key[TICKET_KEY], struct err *e)
{
	unsigned char mac[TICKET_MAC];
	size_t start = into->len;

	TRY(ticket_ok(t, e));
	pack_u8(into, t->act);
	buf_add(into, t->id, sizeof(t->id));
	buf_add(into, t->serial, sizeof(t->serial));
	pack_u8(into, t->profile);
	pack_i64(into, t->not_before);
	pack_i64(into, t->not_after);
	pack_i64(into, t->expires);
	pack_i64(into, t->ledger_number);
	buf_add(into, t->ledger_hash, sizeof(t->ledger_hash));
	buf_add(into, t->key_hash, sizeof(t->key_hash));
	pack_u32(into, t->options);
	pack_u8(into, t->reason);
	pack_text(into, t->common_name);
	pack_text(into, t->given);
	pack_text(into, t->family);
	pack_u8(into, t->name_count);
	for (unsigned i = 0; i < t->name_count; i++) {
		pack_u8(into, t->names[i].kind);
		pack_text(into, t->names[i].text);
	}
	TRY(buf_ok(into, e));
	if (into->len - start + TICKET_MAC > TICKET_MAX)
		return FAIL(e, ERR_INPUT, "ticket: over %d bytes", TICKET_MAX);
	mac_of(mac, "", into->data + start, into->len - start, key);
	buf_add(into, mac, sizeof(mac));
	return buf_ok(into, e);
}

static bool
names_unpack(struct ticket *t, struct span *s, struct err *e)
{
	t->name_count = unpack_u8(s);
	if (s->bad || t->name_count > TICKET_NAMES) {
		t->name_count = 0;
		return FAIL(e, ERR_INPUT, "ticket: too many names");
	}
	if (t->name_count == 0)
		return true;
	t->names = calloc(t->name_count, sizeof(*t->names));
	if (t->names == NULL) {
		t->name_count = 0;
		return FAIL(e, ERR_MEMORY, "ticket: names");
	}
	for (unsigned i = 0; i < t->name_count; i++) {
		t->names[i].kind = unpack_u8(s);
		unpack_text(s, t->names[i].text, sizeof(t->names[i].text));
	}
	return true;
}

static bool
fields_unpack(struct ticket *t, struct span *s, struct err *e)
{
	t->act = unpack_u8(s);
	unpack_exact(s, t->id, sizeof(t->id));
	unpack_exact(s, t->serial, sizeof(t->serial));
	t->profile = unpack_u8(s);
	t->not_before = unpack_i64(s);
	t->not_after = unpack_i64(s);
	t->expires = unpack_i64(s);
	t->ledger_number = unpack_i64(s);
	unpack_exact(s, t->ledger_hash, sizeof(t->ledger_hash));
	unpack_exact(s, t->key_hash, sizeof(t->key_hash));
	t->options = unpack_u32(s);
	t->reason = unpack_u8(s);
	unpack_text(s, t->common_name, sizeof(t->common_name));
	unpack_text(s, t->given, sizeof(t->given));
	unpack_text(s, t->family, sizeof(t->family));
	TRY(names_unpack(t, s, e));
	TRY(unpack_end(s, "ticket", e));
	return ticket_ok(t, e);
}

bool
ticket_unpack(struct ticket *t, struct span wire,
    const unsigned char key[TICKET_KEY], struct err *e)
{
	unsigned char mac[TICKET_MAC];

	memset(t, 0, sizeof(*t));
	if (wire.len <= TICKET_MAC || wire.len > TICKET_MAX)
		return FAIL(e, ERR_INPUT, "ticket: %zu bytes", wire.len);
	mac_of(mac, "", wire.p, wire.len - TICKET_MAC, key);
	if (sodium_memcmp(mac, wire.p + wire.len - TICKET_MAC, TICKET_MAC) != 0)
		return FAIL(e, ERR_CRYPTO, "ticket: MAC");

	struct span s = span_of(wire.p, wire.len - TICKET_MAC);

	if (!fields_unpack(t, &s, e)) {
		ticket_wipe(t);
		return false;
	}
	return true;
}

void
ticket_wipe(struct ticket *t)
{
	wipe_free(t->names);
	sodium_memzero(t, sizeof(*t));
}

void
receipt_pack(struct buf *into, const struct receipt *r, const unsigned char key[TICKET_KEY])
{
	unsigned char mac[TICKET_MAC];
	size_t start = into->len;

	buf_add(into, r->id, sizeof(r->id));
	buf_add(into, r->serial, sizeof(r->serial));
	pack_u8(into, r->status);
	pack_i64(into, r->changed_at);
	buf_add(into, r->body_hash, sizeof(r->body_hash));
	if (into->failed)
		return;
	mac_of(mac, receipt_label, into->data + start, into->len - start, key);
	buf_add(into, mac, sizeof(mac));
}

bool
receipt_unpack(struct receipt *r, struct span wire,
    const unsigned char key[TICKET_KEY], struct err *e)
{
	unsigned char mac[TICKET_MAC];

	memset(r, 0, sizeof(*r));
	if (wire.len != RECEIPT_BYTES + TICKET_MAC)
		return FAIL(e, ERR_INPUT, "receipt: %zu bytes", wire.len);
	mac_of(mac, receipt_label, wire.p, RECEIPT_BYTES, key);
	if (sodium_memcmp(mac, wire.p + RECEIPT_BYTES, TICKET_MAC) != 0)
		return FAIL(e, ERR_CRYPTO, "receipt: MAC");

	struct span s = span_of(wire.p, RECEIPT_BYTES);

	unpack_exact(&s, r->id, sizeof(r->id));
	unpack_exact(&s, r->serial, sizeof(r->serial));
	r->status = unpack_u8(&s);
	r->changed_at = unpack_i64(&s);
	unpack_exact(&s, r->body_hash, sizeof(r->body_hash));
	TRY(unpack_end(&s, "receipt", e));
	if (r->status < CERT_VALID || r->status > CERT_REVOKED)
		return FAIL(e, ERR_INPUT, "receipt: status %u", r->status);
	return true;
}

void
key_proof_pack(struct buf *into, const struct key_proof *p, const unsigned char key[TICKET_KEY])
{
	unsigned char mac[TICKET_MAC];
	size_t start = into->len;

	buf_add(into, p->key_hash, sizeof(p->key_hash));
	pack_i64(into, p->at);
	pack_text(into, p->word);
	if (into->failed)
		return;
	mac_of(mac, proof_label, into->data + start, into->len - start, key);
	buf_add(into, mac, sizeof(mac));
}

bool
key_proof_unpack(struct key_proof *p, struct span wire, const unsigned char key[TICKET_KEY], struct err *e)
{
	unsigned char mac[TICKET_MAC];
	struct span s;

	memset(p, 0, sizeof(*p));
	if (wire.len <= TICKET_MAC)
		return FAIL(e, ERR_INPUT, "key proof: %zu bytes", wire.len);
	mac_of(mac, proof_label, wire.p, wire.len - TICKET_MAC, key);
	if (sodium_memcmp(mac, wire.p + wire.len - TICKET_MAC, TICKET_MAC) != 0)
		return FAIL(e, ERR_CRYPTO, "key proof: MAC");
	s = span_of(wire.p, wire.len - TICKET_MAC);
	unpack_exact(&s, p->key_hash, sizeof(p->key_hash));
	p->at = unpack_i64(&s);
	unpack_text(&s, p->word, sizeof(p->word));
	return unpack_end(&s, "key proof", e);
}
