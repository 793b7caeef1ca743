#include <string.h>
#include "ledger/digest.h"
#include "ledger/entry.h"

#define LEAF_VERSION	1

static const unsigned char nothing[LEAF_HASH];

static const char *const kinds[KIND__COUNT] = {
	[KIND_OWN] = "own", [KIND_ASSURANCE] = "assurance", [KIND_SUPPORT] = "support",
	[KIND_DISCLOSURE] = "disclosure", [KIND_CERTIFICATE] = "certificate",
	[KIND_POLICY] = "policy", [KIND_SYSTEM] = "system",
};
static const char *const roles[ACTOR__COUNT] = {
	[ACTOR_SYSTEM] = "system", [ACTOR_OWNER] = "owner", [ACTOR_ASSURER] = "assurer",
	[ACTOR_SUPPORT] = "support", [ACTOR_OFFICER] = "officer", [ACTOR_AUDITOR] = "auditor",
	[ACTOR_OPERATOR] = "operator",
};

void
leaf_pack(const struct leaf *l, unsigned char into[LEAF_BYTES])
{
	into[0] = LEAF_VERSION;
	into[1] = l->kind;
	into[2] = l->role;
	into[3] = 0;
	into[4] = (unsigned char)(l->day >> 24);
	into[5] = (unsigned char)(l->day >> 16);
	into[6] = (unsigned char)(l->day >> 8);
	into[7] = (unsigned char)l->day;
	memcpy(into + 8, l->prev, LEAF_HASH);
	memcpy(into + 40, l->subject, LEAF_TAG);
	memcpy(into + 56, l->actor, LEAF_TAG);
	memcpy(into + 72, l->commitment, LEAF_HASH);
}

bool
leaf_unpack(struct leaf *l, const unsigned char from[LEAF_BYTES], struct err *e)
{
	if (from[0] != LEAF_VERSION)
		return FAIL(e, ERR_TAMPER, "version %u", from[0]);
	if (from[1] == 0 || from[1] >= KIND__COUNT)
		return FAIL(e, ERR_TAMPER, "kind %u", from[1]);
	if (from[2] == 0 || from[2] >= ACTOR__COUNT)
		return FAIL(e, ERR_TAMPER, "role %u", from[2]);
	if (from[3] != 0)
		return FAIL(e, ERR_TAMPER, "padding %u", from[3]);
	l->kind = from[1];
	l->role = from[2];
	l->day = (uint32_t)from[4] << 24 | (uint32_t)from[5] << 16 |
	    (uint32_t)from[6] << 8 | (uint32_t)from[7];
	memcpy(l->prev, from + 8, LEAF_HASH);
	memcpy(l->subject, from + 40, LEAF_TAG);
	memcpy(l->actor, from + 56, LEAF_TAG);
	memcpy(l->commitment, from + 72, LEAF_HASH);
	return true;
}

void
leaf_hash(const unsigned char entry[LEAF_BYTES], unsigned char hash[LEAF_HASH])
{
	unsigned char in[1 + LEAF_BYTES];

	in[0] = 0x00;
	memcpy(in + 1, entry, LEAF_BYTES);
	digest(hash, in, sizeof(in));
}

static void
box_hash(struct span box, unsigned char into[LEAF_HASH])
{
	struct span pieces[] = { span_of("\x11", 1), box };

	digest_pieces(into, pieces, COUNT(pieces));
}

void
detail_part_begin(struct detail_part *p, const unsigned char salt[32], struct span plain,
    struct span box)
{
	struct span pieces[] = { span_of("\x10", 1), span_of(salt, 32), plain };

	digest_pieces(p->inner, pieces, COUNT(pieces));
	memset(p->sealed, 0, sizeof(p->sealed));
	p->box = box;
}

bool
detail_part_end(struct detail_part *p, struct err *e)
{
	bool made = memcmp(p->sealed, nothing, LEAF_HASH) != 0;
	unsigned char hash[LEAF_HASH];

	if (memcmp(p->inner, nothing, LEAF_HASH) == 0)
		return (!made && p->box.p == NULL) || FAIL(e, ERR_INPUT, "a ciphertext where there is no part");
	if (p->box.p == NULL)
		return made || FAIL(e, ERR_INPUT, "half a part");
	box_hash(p->box, hash);
	if (made && memcmp(hash, p->sealed, LEAF_HASH) != 0)
		return FAIL(e, ERR_INPUT, "the ciphertext is not the one that was hashed");
	memcpy(p->sealed, hash, LEAF_HASH);
	return true;
}

void
detail_part_fill(struct detail_part *p, const unsigned char salt[32], struct span plain,
    struct span box)
{
	detail_part_begin(p, salt, plain, box);
	box_hash(box, p->sealed);
}

void
detail_commitment(const struct detail *d, unsigned char into[LEAF_HASH])
{
	struct span pieces[] = {
		span_of("\x12", 1), span_of(d->record.inner, LEAF_HASH),
		span_of(d->record.sealed, LEAF_HASH), span_of(d->values.inner, LEAF_HASH),
		span_of(d->values.sealed, LEAF_HASH),
	};

	digest_pieces(into, pieces, COUNT(pieces));
}

bool
detail_part_check(const struct detail_part *p, struct err *e)
{
	unsigned char hash[LEAF_HASH];
	bool none = memcmp(p->inner, nothing, LEAF_HASH) == 0;

	if (none != (memcmp(p->sealed, nothing, LEAF_HASH) == 0))
		return FAIL(e, ERR_TAMPER, "half a part");
	if (p->box.p == NULL)
		return true;
	if (none)
		return FAIL(e, ERR_TAMPER, "a ciphertext where there is no part");
	box_hash(p->box, hash);
	if (memcmp(hash, p->sealed, LEAF_HASH) != 0)
		return FAIL(e, ERR_TAMPER, "the ciphertext is not the one that was recorded");
	return true;
}

const char *
entry_kind_name(unsigned kind)
{
	return kind < KIND__COUNT && kinds[kind] != NULL ? kinds[kind] : "unknown";
}

const char *
entry_role_name(unsigned role)
{
	return role < ACTOR__COUNT && roles[role] != NULL ? roles[role] : "unknown";
}
