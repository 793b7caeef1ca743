#include <stdlib.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "portal/ca/host.h"
#include "portal/ca/pem.h"
#include "portal/ca/request.h"
#include "privacy/facts/ticket.h"

#define LOOK_WAIT_MS	10000

_Static_assert(TICKET_NAMES == 100, "what is said of CSR_NAMES_MANY");

static const char *const faults[CSR_VERDICT__COUNT] = {
	[CSR_GARBAGE] = MSG("There is no whole certificate request in this. Paste all its lines, from -----BEGIN CERTIFICATE REQUEST----- to the one that begins with -----END."),
	[CSR_SEVERAL] = MSG("There is more than one block in this. Send the request alone."),
	[CSR_PRIVATE_KEY] = MSG("There is a private key in this. It was wiped and not used, but it has left your machine: throw that key away, make a new one, and send only the request."),
	[CSR_CERTIFICATE] = MSG("This is a certificate, not a request. Make a request from your key."),
	[CSR_SIGNATURE] = MSG("The request's own signature does not hold. Make the request again."),
	[CSR_KEY_KIND] = MSG("This kind of key is not accepted. Use RSA, ECDSA on P-256, P-384 or P-521, or Ed25519."),
	[CSR_KEY_SMALL] = MSG("The RSA key is too short. Use 2048 bits or more; 3072 is a good choice."),
	[CSR_KEY_LARGE] = MSG("The RSA key is too long. Use 8192 bits or fewer."),
	[CSR_KEY_EXPONENT] = MSG("The RSA key's public exponent is not accepted. Use 65537, which every tool chooses by itself."),
	[CSR_KEY_WEAK] = MSG("The key is weak: it can be taken apart. Make a new one with a well-kept tool, such as OpenSSL."),
	[CSR_KEY_ROCA] = MSG("The key was made by a chip with a known fault (ROCA) and can be taken apart. Make a new one elsewhere."),
	[CSR_KEY_KNOWN] = MSG("The key is on a list of keys that others know. Make a new one."),
	[CSR_NAMES_MANY] = MSG("A certificate holds 100 names at most. Split yours over several."),
	[CSR_TOO_LONG] = MSG("The request is too long."),
};

const char *
request_fault(unsigned verdict)
{
	if (verdict == CSR_GOOD || verdict == CSR_NAMES_ODD)
		return NULL;
	return verdict < CSR_VERDICT__COUNT && faults[verdict] != NULL ? faults[verdict] : faults[CSR_GARBAGE];
}

void
request_wipe(struct request *r)
{
	buf_wipe(&r->der);
	wipe_free(r->name);
	*r = (struct request){0};
}

static bool
read_names(struct request *r, struct span *a, struct err *e)
{
	uint32_t n = unpack_u32(a);

	if (a->bad || n > 1000)
		return FAIL(e, ERR_IO, "request: %u names", n);
	r->name = calloc(n + 1u, sizeof(*r->name));
	if (r->name == NULL)
		return FAIL(e, ERR_MEMORY, "request: names");
	for (r->names = 0; r->names < n && !a->bad; r->names++) {
		r->name[r->names].kind = unpack_u8(a);
		unpack_text(a, r->name[r->names].text, sizeof(r->name[r->names].text));
		/* The signer reads Punycode; which characters IDNA allows it does not know. */
		if (r->name[r->names].kind != 0 && !host_idna(r->name[r->names].text)) {
			r->name[r->names].kind = 0;
			r->verdict = CSR_NAMES_ODD;
		}
	}
	return true;
}

static bool
look(struct request *r, struct visit *v, struct span typed, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a, der;

	pack_bytes(&in, typed.p, typed.len);
	TRY(ipc_call(v->signer, SIGNER_CSR, &in, &out, LOOK_WAIT_MS, e));
	a = span_buf(&out);
	r->verdict = unpack_u8(&a);
	if (request_fault(r->verdict) != NULL)
		return unpack_end(&a, "request", e);
	der = unpack_bytes(&a);
	buf_add(&r->der, der.p, der.len);
	unpack_exact(&a, r->key_hash, sizeof(r->key_hash));
	unpack_text(&a, r->key, sizeof(r->key));
	TRY(read_names(r, &a, e));
	TRY(unpack_end(&a, "request", e));
	return buf_ok(&r->der, e);
}

bool
request_typed(struct request *r, struct visit *v, struct span typed, struct err *e)
{
	bool looked = typed.len > 0 && typed.len <= REQUEST_MOST;

	if (looked)
		TRY(look(r, v, typed, e));
	if (looked && request_fault(r->verdict) != NULL)
		form_fault(&v->form, "request", request_fault(r->verdict));
	/* Nobody looked at one that is too long: it may be one as well. */
	if (looked ? r->verdict == CSR_PRIVATE_KEY : typed.len > 0)
		form_put(&v->form, "request", "");
	return true;
}

bool
request_pem(struct buf *into, const struct request *r, struct err *e)
{
	return pem_add(into, "CERTIFICATE REQUEST", span_buf(&r->der), e);
}
