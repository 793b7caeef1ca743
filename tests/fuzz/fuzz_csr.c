/* Whatever is pasted as a request, and the readers of DER the signer itself uses. */
#include <stdint.h>
#include "portal/signer/csr.h"
#include "portal/signer/lint.h"
#include "portal/signer/ocsp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char serial[TICKET_SERIAL];
	static struct ca_key ca = { .alg = alg_ecdsa_sha256 };
	static struct oid level;
	const struct lint_facts f = { .now = 1, .life = 1, .issuer = &ca, .level = &level, .serial = serial };
	DROP(csr_wipe) struct csr c = {0};
	struct span s = span_of(data, size), got;

	(void)!csr_check(&c, s, NULL, NULL);
	(void)csr_spki(s);
	(void)key_kind_of(s, NULL);
	(void)!ocsp_cert_id(s, OCSP_SHA1, &ca, &got, NULL);
	(void)!lint_tbs(s, &f, NULL);
	return 0;
}
