/*
 * ledger/entry.h - one entry: the public leaf and the detail beside it.
 *
 * The leaf is what strangers may see, always LEAF_BYTES long:
 *
 *	at  0  u8   version, 1
 *	at  1  u8   kind
 *	at  2  u8   role of the actor
 *	at  3  u8   0
 *	at  4  u32  day, days since 1970-01-01 UTC, big-endian
 *	at  8  32   prev: RFC 6962 leaf hash of the leaf before; zeros in leaf 0
 *	at 40  16   subject tag
 *	at 56  16   actor tag
 *	at 72  32   commitment
 *
 * so that the chain of prevs and the Merkle tree are one structure (leaf n's
 * prev is hash n-1 of tile level 0).  Only the day is public: the exact time
 * stands in the record.
 *
 * The detail has two sealed parts, the record (time, event, purpose, fields,
 * object, change id) and the values (what was corrected from what to what).
 * For each part, with its 32-byte salt and its plaintext,
 *
 *	inner  = SHA-256(0x10 || salt || plaintext)	(all zero: no such part)
 *	sealed = SHA-256(0x11 || ciphertext)		(all zero: no such part)
 *	commitment = SHA-256(0x12 || inner_r || sealed_r || inner_v || sealed_v)
 *
 * so a verifier without keys checks the stored ciphertexts, either part can
 * be shown alone (salt, plaintext and the other three hashes), and an erased
 * part is known as erased: its hashes stay, its ciphertext is gone.
 *
 * The floor below: base.  This room seals nothing and knows no person: it is
 * handed tags, hashes and ciphertexts.
 */
#ifndef LEDGER_ENTRY_H
#define LEDGER_ENTRY_H
#include "ledger/base/pack.h"

#define LEAF_BYTES	104
#define LEAF_HASH	32
#define LEAF_TAG	16

enum entry_kind {		/* append only: the numbers are in the ledger */
	KIND_OWN = 1, KIND_ASSURANCE, KIND_SUPPORT, KIND_DISCLOSURE,
	KIND_CERTIFICATE, KIND_POLICY, KIND_SYSTEM, KIND__COUNT
};
enum entry_role {		/* who acted */
	ACTOR_SYSTEM = 1, ACTOR_OWNER, ACTOR_ASSURER, ACTOR_SUPPORT,
	ACTOR_OFFICER, ACTOR_AUDITOR, ACTOR_OPERATOR, ACTOR__COUNT
};

struct leaf {
	uint8_t		kind, role;
	uint32_t	day;
	unsigned char	prev[LEAF_HASH], subject[LEAF_TAG], actor[LEAF_TAG], commitment[LEAF_HASH];
};

struct detail_part {		/* one stored part; box.p NULL: erased, or none when inner is zero */
	unsigned char	inner[LEAF_HASH], sealed[LEAF_HASH];
	struct span	box;
};
struct detail { struct detail_part record, values; };

void leaf_pack(const struct leaf *l, unsigned char into[LEAF_BYTES]);
/* ERR_TAMPER: version, kind, role or padding out of range. */
bool leaf_unpack(struct leaf *l, const unsigned char from[LEAF_BYTES], struct err *e) MUST;
/* RFC 6962 section 2.1: SHA-256(0x00 || entry). */
void leaf_hash(const unsigned char entry[LEAF_BYTES], unsigned char hash[LEAF_HASH]);

/* Fill p from a plaintext, its salt and its ciphertext (box is borrowed). */
void detail_part_fill(struct detail_part *p, const unsigned char salt[32],
    struct span plain, struct span box);
/* The same without the ciphertext's hash, which chain_append makes: for what is appended next. */
void detail_part_begin(struct detail_part *p, const unsigned char salt[32],
    struct span plain, struct span box);
/* Make that hash, where there is a part.  ERR_INPUT: half a part, or its ciphertext has another hash already. */
bool detail_part_end(struct detail_part *p, struct err *e) MUST;
void detail_commitment(const struct detail *d, unsigned char into[LEAF_HASH]);
/* ERR_TAMPER when a stored ciphertext does not have its stored hash. */
bool detail_part_check(const struct detail_part *p, struct err *e) MUST;
const char *entry_kind_name(unsigned kind);	/* "own"; never NULL */
const char *entry_role_name(unsigned role);
#endif
