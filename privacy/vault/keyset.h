/*
 * privacy/vault/keyset.h - the keys of one backup in one sealed file.
 *
 * Who can open it is nobody alone: it is sealed to the backup key, whose secret lies in
 * shares with the officers (share.h).  The file is
 *
 *	16	"troth keys 1\n" and zeros
 *	head	see struct keyset_head, by pack.h: [16] id, i64 made_at, [32] public key, u8 need, u8 of
 *	80	crypto_box_seal of the file's own key
 *	24	header of crypto_secretstream_xchacha20poly1305 under that key
 *	...	u32 length, that many bytes of it; the first one's additional data are the
 *		head.  In them: u8 1, text name, i64 size: a file begins; u8 2 and bytes: of it.
 *		The last one has the stream's final tag and is empty.
 *
 * so that a file that was cut, mixed from two, or given another date does not open.
 *
 * Written some in each call, by a process that serves meanwhile.  Stands on seal's libsodium and base.
 */
#ifndef PRIVACY_VAULT_KEYSET_H
#define PRIVACY_VAULT_KEYSET_H
#include "ledger/base/pack.h"

#define KEYSET_ID	16
#define KEYSET_KEY	32
#define KEYSET_FILES	8		/* in one set, at most */

struct keyset_head {
	unsigned char	id[KEYSET_ID];		/* the same as the data's */
	int64_t		made_at;
	unsigned char	key[KEYSET_KEY];	/* the backup key's public half */
	uint8_t		need, of;		/* shares */
};

/* The backup key's public half, as `troth backup shares` left it: 32 bytes, need, of, i64 made_at. */
struct backup_key { unsigned char key[KEYSET_KEY]; uint8_t need, of; int64_t made_at; };
#define BACKUP_KEY_BYTES	(KEYSET_KEY + 2 + 8)
/* ERR_ABSENT: there is none yet; ERR_INPUT. */
bool backup_key_read(struct backup_key *k, const char *path, struct err *e) MUST;
void backup_key_pack(struct buf *into, const struct backup_key *k);

struct keyset;				/* being written */
/* Begin a file at path (replaced, 0600). */
bool keyset_create(struct keyset **out, const char *path, const struct keyset_head *h, struct err *e) MUST;
/* The file at `from` will stand in it as `name` (a-z and dots).  It must not change until the end. */
bool keyset_add(struct keyset *k, const char *name, const char *from, struct err *e) MUST;
/* Write about so many bytes more; *more false: whole and synced. */
bool keyset_step(struct keyset *k, size_t most, bool *more, struct err *e) MUST;
void keyset_drop(struct keyset **k);

/* What stands in front, without any key.  ERR_INPUT: no such file of ours; ERR_ABSENT, ERR_IO. */
bool keyset_look(struct keyset_head *h, const char *path, struct err *e) MUST;
/*
 * Open it by the backup key's secret half and put its files into the folder (0600, replacing
 * none).  ERR_DENIED: another backup key; ERR_CRYPTO: it was changed, or cut; ERR_CONFLICT: a file is there; ERR_IO.
 */
bool keyset_extract(const char *path, const unsigned char secret[KEYSET_KEY], const char *folder, struct err *e) MUST;
#endif
