#include <sodium.h>
#include <string.h>
#include "privacy/facts/statement.h"
#include "privacy/keeper/op.h"

#define SIGNATURE	64u

static const char label[] = "troth statement v1\n";

void
statement_file(const char *nonce, char into[STATEMENT_FILE])
{
	static const char name[] = "troth file v1\n";
	unsigned char hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state h;

	crypto_hash_sha256_init(&h);
	crypto_hash_sha256_update(&h, (const unsigned char *)name, sizeof(name) - 1);
	crypto_hash_sha256_update(&h, (const unsigned char *)nonce, strlen(nonce));
	crypto_hash_sha256_final(&h, hash);
	sodium_bin2base64(into, STATEMENT_FILE, hash, 16, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static bool
statement_ok(const struct statement *s, struct err *e)
{
	bool proof = s->kind == STATEMENT_PROOF;

	if (s->kind != STATEMENT_PROOF && s->kind != STATEMENT_CAA)
		return FAIL(e, ERR_INPUT, "statement: kind %u", s->kind);
	if (s->result < SAW_IT || s->result > SAW_TOO_MUCH)
		return FAIL(e, ERR_INPUT, "statement: result %u", s->result);
	if (s->secure > 1 || s->wildcard > 1 || (proof && s->wildcard != 0))
		return FAIL(e, ERR_INPUT, "statement: flags");
	if (proof ? s->method != PROOF_DNS && s->method != PROOF_HTTP :
	    s->method != 0 && s->method != PROOF_MAIL)
		return FAIL(e, ERR_INPUT, "statement: method %u", s->method);
	if (s->name[0] == '\0' || proof == (s->nonce[0] == '\0') || s->at <= 0)
		return FAIL(e, ERR_INPUT, "statement: name, nonce or time");
	return true;
}

/* What is signed: the label and the packed fields. */
static void
message(struct buf *into, const void *fields, size_t n)
{
	buf_text(into, label);
	buf_add(into, fields, n);
}

bool
statement_sign(struct buf *into, const struct statement *s, const unsigned char secret[64],
    struct err *e)
{
	DROP(buf_wipe) struct buf m = {0};
	unsigned char signature[SIGNATURE];
	size_t start = into->len;

	TRY(statement_ok(s, e));
	pack_u8(into, s->kind);
	pack_u8(into, s->method);
	pack_u8(into, s->result);
	pack_u8(into, s->secure);
	pack_u8(into, s->wildcard);
	pack_i64(into, s->at);
	pack_text(into, s->name);
	pack_text(into, s->nonce);
	pack_text(into, s->saw);
	TRY(buf_ok(into, e));
	message(&m, into->data + start, into->len - start);
	TRY(buf_ok(&m, e));
	if (crypto_sign_detached(signature, NULL, (const unsigned char *)m.data, m.len, secret) != 0)
		return FAIL(e, ERR_CRYPTO, "statement: signing");
	buf_add(into, signature, sizeof(signature));
	return buf_ok(into, e);
}

bool
statement_open(struct statement *s, struct span wire, const unsigned char public_key[32],
    struct err *e)
{
	DROP(buf_wipe) struct buf m = {0};
	struct span fields;

	*s = (struct statement){0};
	if (wire.len <= SIGNATURE || wire.len > STATEMENT_MAX)
		return FAIL(e, ERR_INPUT, "statement: %zu bytes", wire.len);
	fields = span_of(wire.p, wire.len - SIGNATURE);
	message(&m, fields.p, fields.len);
	TRY(buf_ok(&m, e));
	/* Nothing is read before the signature holds. */
	if (crypto_sign_verify_detached(wire.p + fields.len, (const unsigned char *)m.data, m.len,
	    public_key) != 0)
		return FAIL(e, ERR_CRYPTO, "statement: signature");
	s->kind = unpack_u8(&fields);
	s->method = unpack_u8(&fields);
	s->result = unpack_u8(&fields);
	s->secure = unpack_u8(&fields);
	s->wildcard = unpack_u8(&fields);
	s->at = unpack_i64(&fields);
	unpack_text(&fields, s->name, sizeof(s->name));
	unpack_text(&fields, s->nonce, sizeof(s->nonce));
	unpack_text(&fields, s->saw, sizeof(s->saw));
	if (unpack_end(&fields, "statement", e) && statement_ok(s, e))
		return true;
	*s = (struct statement){0};
	return false;
}
