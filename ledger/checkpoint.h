/*
 * ledger/checkpoint.h - C2SP tlog-checkpoint in a signed note, Ed25519.
 *
 * Text "ORIGIN\nSIZE\nBASE64-ROOT\n", a blank line, signature lines
 * "\u2014 NAME BASE64(key id || signature)\n".  Key id = SHA-256(name || "\n" ||
 * 0x01 || public key)[0..4).  Sources: c2sp.org/signed-note v1.0.0,
 * c2sp.org/tlog-checkpoint v1.0.0.  Extension lines are read over and never
 * written: nothing audits them.
 */
#ifndef LEDGER_CHECKPOINT_H
#define LEDGER_CHECKPOINT_H
#include "ledger/entry.h"
#include "ledger/note.h"

struct checkpoint { char origin[256]; int64_t size; unsigned char root[LEAF_HASH]; };

/* Sign: appends the whole note to *note.  The key's name is the origin. */
bool checkpoint_sign(struct buf *note, const struct checkpoint *c,
    const unsigned char seed[NOTE_SEED], struct err *e) MUST;
/* Parse alone: no signature is checked.  ERR_INPUT. */
bool checkpoint_parse(struct checkpoint *c, struct span note, struct err *e) MUST;
/* Parse and verify.  The caller compares c->origin with what it expects.  ERR_INPUT (malformed), ERR_CRYPTO (no good signature by this key). */
bool checkpoint_verify(struct checkpoint *c, struct span note, const char *name,
    const unsigned char public_key[NOTE_PUBLIC], struct err *e) MUST;
/* "name+hex8+base64": how the world names a log's key. */
bool checkpoint_vkey(struct buf *into, const char *name,
    const unsigned char public_key[NOTE_PUBLIC], struct err *e) MUST;
bool checkpoint_vkey_parse(const char *vkey, char name[256],
    unsigned char public_key[NOTE_PUBLIC], struct err *e) MUST;
#endif
