#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ledger/base/drop.h"
#include "ledger/base/wipe.h"
#include "privacy/vault/keyset.h"

#define MAGIC		16
#define FILE_NAME	32
#define PIECE		65536u
#define HEAD		(KEYSET_ID + 8 + KEYSET_KEY + 2)
#define SEALED		(crypto_secretstream_xchacha20poly1305_KEYBYTES + crypto_box_SEALBYTES)
#define STREAM		crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define OVER		crypto_secretstream_xchacha20poly1305_ABYTES

enum part { PART_FILE = 1, PART_BYTES };

static const char magic[MAGIC] = "troth keys 1\n";

struct keyset {
	int	fd;
	struct buf head;		/* packed: the first piece's additional data */
	bool	begun;
	crypto_secretstream_xchacha20poly1305_state stream;
	struct { char name[FILE_NAME]; int fd; } file[KEYSET_FILES];
	size_t	files, at;
	bool	whole;
};

static void
head_pack(struct buf *into, const struct keyset_head *h)
{
	buf_add(into, h->id, sizeof(h->id));
	pack_i64(into, h->made_at);
	buf_add(into, h->key, sizeof(h->key));
	pack_u8(into, h->need);
	pack_u8(into, h->of);
}

static bool
head_unpack(struct keyset_head *h, struct span s, struct err *e)
{
	unpack_exact(&s, h->id, sizeof(h->id));
	h->made_at = unpack_i64(&s);
	unpack_exact(&s, h->key, sizeof(h->key));
	h->need = unpack_u8(&s);
	h->of = unpack_u8(&s);
	return unpack_end(&s, "key set", e);
}

static bool
fail_errno(const char *doing, struct err *e)
{
	return FAIL(e, errno == ENOSPC ? ERR_FULL : errno == ENOENT ? ERR_ABSENT : ERR_IO, "key set: %.100s: %s", doing,
	    strerror(errno));
}

static bool
put(int fd, const void *p, size_t n, struct err *e)
{
	for (size_t done = 0; done < n; ) {
		ssize_t w = write(fd, (const char *)p + done, n - done);

		if (w <= 0)
			return fail_errno("write", e);
		done += (size_t)w;
	}
	return true;
}

/* ---- the backup key ---- */

bool
backup_key_read(struct backup_key *k, const char *path, struct err *e)
{
	unsigned char bytes[BACKUP_KEY_BYTES + 1];
	struct span s;
	ssize_t n;
	DROP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return errno == ENOENT ? FAIL(e, ERR_ABSENT, "there is no backup key yet: `troth backup shares` makes one") :
		    fail_errno(path, e);
	n = read(fd, bytes, sizeof(bytes));
	if (n != BACKUP_KEY_BYTES)
		return FAIL(e, ERR_INPUT, "%.100s has a wrong size", path);
	s = span_of(bytes, BACKUP_KEY_BYTES);
	unpack_exact(&s, k->key, sizeof(k->key));
	k->need = unpack_u8(&s);
	k->of = unpack_u8(&s);
	k->made_at = unpack_i64(&s);
	return unpack_end(&s, "backup key", e);
}

void
backup_key_pack(struct buf *into, const struct backup_key *k)
{
	buf_add(into, k->key, sizeof(k->key));
	pack_u8(into, k->need);
	pack_u8(into, k->of);
	pack_i64(into, k->made_at);
}

/* ---- writing ---- */

static bool
begin(struct keyset *k, const struct keyset_head *h, struct err *e)
{
	unsigned char key[crypto_secretstream_xchacha20poly1305_KEYBYTES], sealed[SEALED], stream[STREAM];
	bool good;

	crypto_secretstream_xchacha20poly1305_keygen(key);
	good = crypto_box_seal(sealed, key, sizeof(key), h->key) == 0 &&
	    crypto_secretstream_xchacha20poly1305_init_push(&k->stream, stream, key) == 0;
	sodium_memzero(key, sizeof(key));
	if (!good)
		return FAIL(e, ERR_CRYPTO, "key set: the backup key cannot be sealed to");
	head_pack(&k->head, h);
	TRY(buf_ok(&k->head, e));
	TRY(put(k->fd, magic, sizeof(magic), e));
	TRY(put(k->fd, k->head.data, k->head.len, e));
	TRY(put(k->fd, sealed, sizeof(sealed), e));
	return put(k->fd, stream, sizeof(stream), e);
}

bool
keyset_create(struct keyset **out, const char *path, const struct keyset_head *h, struct err *e)
{
	struct keyset *k = calloc(1, sizeof(*k));

	*out = NULL;
	if (k == NULL)
		return FAIL(e, ERR_MEMORY, "key set");
	k->fd = unlink(path) != 0 && errno != ENOENT ? -1 :
	    open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (k->fd < 0 ? !fail_errno(path, e) : !begin(k, h, e)) {
		keyset_drop(&k);
		return false;
	}
	*out = k;
	return true;
}

bool
keyset_add(struct keyset *k, const char *name, const char *from, struct err *e)
{
	size_t n = k->files;

	if (n == KEYSET_FILES || strlen(name) >= FILE_NAME)
		return FAIL(e, ERR_INPUT, "key set: too many files");
	k->file[n].fd = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (k->file[n].fd < 0)
		return fail_errno(from, e);
	snprintf(k->file[n].name, FILE_NAME, "%s", name);
	k->files++;
	return true;
}

static bool
push(struct keyset *k, const unsigned char *p, size_t n, unsigned char tag, struct err *e)
{
	unsigned char box[PIECE + 1 + OVER];
	DROP(buf_wipe) struct buf size = {0};
	unsigned long long len = 0;
	const unsigned char *ad = k->begun ? NULL : (const unsigned char *)k->head.data;

	if (crypto_secretstream_xchacha20poly1305_push(&k->stream, box, &len, p, n, ad, ad == NULL ? 0 : k->head.len, tag) != 0)
		return FAIL(e, ERR_CRYPTO, "key set");
	k->begun = true;
	pack_u32(&size, (uint32_t)len);
	TRY(buf_ok(&size, e));
	TRY(put(k->fd, size.data, size.len, e));
	return put(k->fd, box, (size_t)len, e);
}

static bool
announce(struct keyset *k, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};
	struct stat s;

	if (fstat(k->file[k->at].fd, &s) != 0)
		return fail_errno("fstat", e);
	pack_u8(&b, PART_FILE);
	pack_text(&b, k->file[k->at].name);
	pack_i64(&b, s.st_size);
	TRY(buf_ok(&b, e));
	return push(k, (const unsigned char *)b.data, b.len, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE, e);
}

/* One piece of the file at hand; *got 0: it ended. */
static bool
piece(struct keyset *k, ssize_t *got, struct err *e)
{
	unsigned char bytes[PIECE + 1] = { PART_BYTES };
	bool good = true;

	*got = read(k->file[k->at].fd, bytes + 1, PIECE);
	if (*got < 0)
		return fail_errno("read", e);
	if (*got > 0)
		good = push(k, bytes, (size_t)*got + 1, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE, e);
	sodium_memzero(bytes, sizeof(bytes));
	return good;
}

bool
keyset_step(struct keyset *k, size_t most, bool *more, struct err *e)
{
	size_t done = 0;

	while (k->at < k->files && done < most) {
		ssize_t got;

		if (lseek(k->file[k->at].fd, 0, SEEK_CUR) == 0)
			TRY(announce(k, e));
		TRY(piece(k, &got, e));
		done += got > 0 ? (size_t)got : 1;
		k->at += got == 0;
	}
	if (k->at == k->files && !k->whole) {
		TRY(push(k, NULL, 0, crypto_secretstream_xchacha20poly1305_TAG_FINAL, e));
		k->whole = true;
	}
	*more = !k->whole;
	return fdatasync(k->fd) == 0 || fail_errno("fdatasync", e);
}

void
keyset_drop(struct keyset **p)
{
	struct keyset *k = *p;

	*p = NULL;
	if (k == NULL)
		return;
	for (size_t i = 0; i < k->files; i++)
		close(k->file[i].fd);
	if (k->fd >= 0)
		close(k->fd);
	buf_wipe(&k->head);
	wipe_free(k);
}

/* ---- reading ---- */

struct reader { int fd; struct keyset_head head; unsigned char packed[HEAD], sealed[SEALED], stream[STREAM];
	crypto_secretstream_xchacha20poly1305_state state; int out; int64_t left; const char *folder; };

static bool
get(int fd, void *into, size_t n, struct err *e)
{
	for (size_t have = 0; have < n; ) {
		ssize_t r = read(fd, (char *)into + have, n - have);

		if (r < 0)
			return fail_errno("read", e);
		if (r == 0)
			return FAIL(e, ERR_CRYPTO, "the file of the keys was cut off");
		have += (size_t)r;
	}
	return true;
}

static bool
reader_open(struct reader *r, const char *path, struct err *e)
{
	struct err why = {0};
	char m[MAGIC];

	r->out = -1;
	r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (r->fd < 0)
		return fail_errno(path, e);
	if (!get(r->fd, m, sizeof(m), &why) || memcmp(m, magic, sizeof(m)) != 0 ||
	    !get(r->fd, r->packed, sizeof(r->packed), &why) || !get(r->fd, r->sealed, sizeof(r->sealed), &why) ||
	    !get(r->fd, r->stream, sizeof(r->stream), &why))
		return FAIL(e, ERR_INPUT, "%.200s: this is not a backup's file of keys", path);
	return head_unpack(&r->head, span_of(r->packed, sizeof(r->packed)), e);
}

static void
reader_close(struct reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	if (r->out >= 0)
		close(r->out);
	sodium_memzero(r, sizeof(*r));
	r->fd = r->out = -1;
}

bool
keyset_look(struct keyset_head *h, const char *path, struct err *e)
{
	DROP(reader_close) struct reader r = { .fd = -1, .out = -1 };

	TRY(reader_open(&r, path, e));
	*h = r.head;
	return true;
}

static bool
unseal(struct reader *r, const unsigned char secret[KEYSET_KEY], struct err *e)
{
	unsigned char public[KEYSET_KEY], key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
	bool good = crypto_scalarmult_base(public, secret) == 0 && memcmp(public, r->head.key, sizeof(public)) == 0;

	if (!good)
		return FAIL(e, ERR_DENIED, "these shares do not open this backup: its keys are sealed to another backup key");
	good = crypto_box_seal_open(key, r->sealed, sizeof(r->sealed), public, secret) == 0 &&
	    crypto_secretstream_xchacha20poly1305_init_pull(&r->state, r->stream, key) == 0;
	sodium_memzero(key, sizeof(key));
	return good || FAIL(e, ERR_CRYPTO, "the file of the keys was changed: it does not open");
}

static bool
file_done(struct reader *r, struct err *e)
{
	bool good = r->out < 0 || (r->left == 0 && fsync(r->out) == 0);

	if (r->out >= 0)
		close(r->out);
	r->out = -1;
	return good || FAIL(e, ERR_CRYPTO, "a file among the keys is not whole");
}

static bool
file_begin(struct reader *r, struct span s, struct err *e)
{
	char name[FILE_NAME], path[PATH_MAX];

	TRY(file_done(r, e));
	unpack_text(&s, name, sizeof(name));
	r->left = unpack_i64(&s);
	TRY(unpack_end(&s, "key set", e));
	if (name[0] == '\0' || name[0] == '.' || strspn(name, "abcdefghijklmnopqrstuvwxyz.") != strlen(name))
		return FAIL(e, ERR_INPUT, "a file of a strange name among the keys");
	if (snprintf(path, sizeof(path), "%s/%s", r->folder, name) >= (int)sizeof(path))
		return FAIL(e, ERR_INPUT, "path too long");
	r->out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	return r->out >= 0 || (errno == EEXIST ? FAIL(e, ERR_CONFLICT, "%.200s is there already", path) : fail_errno(path, e));
}

static bool
take(struct reader *r, struct span s, struct err *e)
{
	uint8_t part = unpack_u8(&s);

	if (part == PART_FILE)
		return file_begin(r, s, e);
	if (part != PART_BYTES || r->out < 0 || (int64_t)s.len > r->left)
		return FAIL(e, ERR_INPUT, "the file of the keys has a wrong shape");
	r->left -= (int64_t)s.len;
	return put(r->out, s.p, s.len, e);
}

/* One piece; *last after the final one. */
static bool
pull(struct reader *r, bool first, bool *last, struct err *e)
{
	unsigned char box[PIECE + 1 + OVER], plain[PIECE + 1], size[4] = {0}, tag = 0;
	unsigned long long n = 0;
	struct span s = span_of(size, sizeof(size));
	uint32_t len;
	bool good;

	TRY(get(r->fd, size, sizeof(size), e));
	len = unpack_u32(&s);
	if (len < OVER || len > sizeof(box))
		return FAIL(e, ERR_CRYPTO, "the file of the keys was changed");
	TRY(get(r->fd, box, len, e));
	if (crypto_secretstream_xchacha20poly1305_pull(&r->state, plain, &n, &tag, box, len, first ? r->packed : NULL,
	    first ? sizeof(r->packed) : 0) != 0)
		return FAIL(e, ERR_CRYPTO, "the file of the keys was changed: it does not open");
	*last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	good = *last ? file_done(r, e) : take(r, span_of(plain, (size_t)n), e);
	sodium_memzero(plain, sizeof(plain));
	return good;
}

bool
keyset_extract(const char *path, const unsigned char secret[KEYSET_KEY], const char *folder, struct err *e)
{
	DROP(reader_close) struct reader r = { .fd = -1, .out = -1 };
	bool last = false;

	TRY(reader_open(&r, path, e));
	r.folder = folder;
	TRY(unseal(&r, secret, e));
	for (bool first = true; !last; first = false)
		TRY(pull(&r, first, &last, e));
	return true;
}
