/*
 * ledger/note.h - C2SP signed note, Ed25519 (signature type 0x01).
 *
 * A note is its text, a blank line, and signature lines "\u2014 NAME BASE64".
 * Lines of unknown keys are ignored; a line of the known key whose signature
 * does not hold rejects the note.  Source: c2sp.org/signed-note v1.0.0.
 *
 * Stands on base, digest, libsodium.  Knows nothing of what the text says.
 */
#ifndef LEDGER_NOTE_H
#define LEDGER_NOTE_H
#include "ledger/base/pack.h"

#define NOTE_SEED	32
#define NOTE_PUBLIC	32
#define NOTE_NAME	256	/* bytes, its NUL included */
#define NOTE_MAX	(1u << 18)	/* bytes of a whole note */

/* A key's name: 1..255 bytes of UTF-8 without any Unicode space or '+'. */
bool note_name_ok(const char *name) MUST;
void note_key_id(unsigned char id[4], const char *name, const unsigned char public_key[NOTE_PUBLIC]);
/*
 * Base64 as these formats have it: padded, of nothing but its 64 letters (libsodium alone takes 0xaf
 * for '/' and 0xab for '+', as their low bits are the same).  False: it is none, or more than room bytes.
 */
bool note_base64(unsigned char *into, size_t room, struct span text, size_t *len) MUST;
/* Appends the whole note.  text ends in "\n".  ERR_INPUT, ERR_MEMORY. */
bool note_sign(struct buf *note, struct span text, const char *name,
    const unsigned char seed[NOTE_SEED], struct err *e) MUST;
/* *text borrows from note; its shape and its lines' are checked, no signature is.  ERR_INPUT. */
bool note_text(struct span note, struct span *text, struct err *e) MUST;
/* As note_text, and ERR_CRYPTO when there is no good signature by this key. */
bool note_verify(struct span note, const char *name,
    const unsigned char public_key[NOTE_PUBLIC], struct span *text, struct err *e) MUST;
#endif
