#include <sodium.h>
#include "ledger/base/clock.h"
#include "portal/signer/csr.h"
#include "portal/signer/prove.h"

/* The one word that a request names; false: none, several, or one that is too long. */
static bool
one_word(struct span *answer, char into[KEY_PROOF_WORD])
{
	char text[256];
	uint32_t n;

	(void)unpack_bytes(answer);		/* the request's DER */
	unpack_exact(answer, text, 32);	/* its key's hash, which the child gave apart, too */
	unpack_text(answer, text, sizeof(text));
	n = unpack_u32(answer);
	if (n != 1)
		return false;
	(void)unpack_u8(answer);
	unpack_text(answer, text, sizeof(text));
	if (!unpack_end(answer, "request", NULL) || strlen(text) >= KEY_PROOF_WORD)
		return false;
	memcpy(into, text, strlen(text) + 1);
	return true;
}

static bool
prove(struct signer *s, struct ipc_ask *a, struct err *e)
{
	DROP(buf_wipe) struct buf proof = {0};
	struct key_proof p = { .at = clock_now() };
	struct span answer;
	unsigned verdict;

	TRY(errand_answer(a, p.key_hash, &answer, e));
	verdict = unpack_u8(&answer);
	if ((verdict == CSR_GOOD || verdict == CSR_NAMES_ODD) && !sodium_is_zero(p.key_hash, sizeof(p.key_hash))) {
		if (!one_word(&answer, p.word)) {
			pack_u8(&a->out, CSR_NAMES_MANY);
			return true;
		}
		key_proof_pack(&proof, &p, s->secrets->ticket);
	}
	pack_u8(&a->out, verdict);
	if (proof.len > 0)
		pack_bytes(&a->out, proof.data, proof.len);
	return buf_ok(&proof, e);
}

enum ipc_turn
prove_run(void *self, struct ipc_ask *a)
{
	struct signer *s = self;
	struct span in = a->in, request;
	bool sent = false;

	if (a->work != NULL) {
		(void)!prove(s, a, &a->err);
		return IPC_ANSWER;
	}
	request = unpack_bytes(&in);
	if (!unpack_end(&in, "prove", &a->err))
		return IPC_ANSWER;
	if (request.len > CSR_MAX)
		pack_u8(&a->out, CSR_TOO_LONG);
	else
		sent = errand_send(s, a, request, &a->err);
	/* It may hold a private key: nothing of it stays here. */
	sodium_memzero((void *)(uintptr_t)a->in.p, a->in.len);
	return sent ? IPC_LATER : IPC_ANSWER;
}
