#include <sodium.h>
#include <string.h>
#include "ledger/base/log.h"
#include "ledger/tree.h"
#include "portal/signer/witness.h"

enum ipc_turn
head_run(void *self, struct ipc_ask *a)
{
	struct signer *s = self;
	unsigned char root[LEAF_HASH];
	int64_t size;

	if (book_head(s->book, &size, root, &a->err)) {
		pack_i64(&a->out, size);
		buf_add(&a->out, root, sizeof(root));
	}
	return IPC_ANSWER;
}

/* Only a tree that provably holds the last one: this is the ledger's first witness. */
static bool
extends(struct signer *s, int64_t size, const unsigned char root[LEAF_HASH], struct span proof,
    struct err *e)
{
	unsigned char old[LEAF_HASH];
	int64_t from;

	TRY(book_head(s->book, &from, old, e));
	if (size < from)
		return FAIL(e, ERR_TAMPER, "checkpoint: %lld entries after %lld", (long long)size, (long long)from);
	if (size == from) {
		if (proof.len != 0 || sodium_memcmp(old, root, LEAF_HASH) != 0)
			return FAIL(e, ERR_TAMPER, "checkpoint: another tree of %lld entries", (long long)size);
		return true;
	}
	if (from == 0)
		return proof.len == 0 ? true : FAIL(e, ERR_INPUT, "checkpoint: a proof from nothing");
	return tree_consistency_check(from, size, old, root, proof, e);
}

static bool
checkpoint(struct signer *s, struct ipc_ask *a, struct err *e)
{
	DROP(buf_wipe) struct buf note = {0};
	struct checkpoint c = {0};
	struct span in = a->in, proof;

	c.size = unpack_i64(&in);
	unpack_exact(&in, c.root, sizeof(c.root));
	proof = unpack_bytes(&in);
	TRY(unpack_end(&in, "checkpoint", e));
	if (c.size <= 0)
		return FAIL(e, ERR_INPUT, "checkpoint: of an empty tree");
	snprintf(c.origin, sizeof(c.origin), "%s", s->settings.origin);
	TRY(extends(s, c.size, c.root, proof, e));
	TRY(checkpoint_sign(&note, &c, s->secrets->seed, e));
	TRY(book_head_keep(s->book, c.size, c.root, e));
	pack_bytes(&a->out, note.data, note.len);
	return true;
}

enum ipc_turn
checkpoint_run(void *self, struct ipc_ask *a)
{
	if (!checkpoint(self, a, &a->err) && a->err.kind == ERR_TAMPER)
		log_err("checkpoint", &a->err);
	return IPC_ANSWER;
}
