#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "ledger/base/clock.h"
#include "ledger/base/wipe.h"
#include "privacy/rights/zip.h"

#define LOCAL		0x04034b50u	/* signatures: APPNOTE 4.3.7, 4.3.9, 4.3.12, 4.3.16 */
#define DESCRIPTOR	0x08074b50u
#define CENTRAL		0x02014b50u
#define END		0x06054b50u
#define END64		0x06064b50u	/* APPNOTE 4.3.14, 4.3.15 */
#define LOCATOR64	0x07064b50u
#define EXTRA64		1u		/* APPNOTE 4.5.3 */
#define NEEDS		20u		/* version 2.0: deflate */
#define NEEDS64		45u		/* version 4.5: ZIP64 */
#define UNIX		(3u << 8)	/* made by, so that the mode below counts */
#define FLAGS		(8u | 1u << 11)	/* a data descriptor follows; the name is UTF-8 */
#define DEFLATED	8u
#define MODE		(0100600u << 16)	/* a file that its owner alone reads */
#define MOST		INT64_C(0xfffffffe)	/* bytes; what is more stands in eight of them */
#define ELSEWHERE	0xffffffffu
#define LEVEL		6
#define CHUNK		16384

/* ---- little-endian ---- */

static void
le16(struct buf *b, uint32_t v)
{
	const unsigned char p[2] = { v & 0xff, v >> 8 & 0xff };

	buf_add(b, p, sizeof(p));
}

static void
le32(struct buf *b, uint32_t v)
{
	le16(b, v & 0xffff);
	le16(b, v >> 16);
}

static void
le64(struct buf *b, int64_t v)
{
	le32(b, (uint32_t)v);
	le32(b, (uint32_t)((uint64_t)v >> 32));
}

/* A file that is too long for four bytes, or lies too far behind: its three numbers stand in the extra field. */
static bool
is_far(const struct zip_file *f)
{
	return f->plain > MOST || f->packed > MOST || f->at > MOST;
}

/* ---- compressing ---- */

/* zlib's window holds what it compresses: it is wiped before it is given back. */
static void *
get(void *opaque, unsigned items, unsigned size)
{
	size_t n = (size_t)items * size;
	size_t *p = malloc(sizeof(size_t) + n);

	(void)opaque;
	if (p == NULL)
		return NULL;
	*p = n;
	return p + 1;
}

static void
give(void *opaque, void *its)
{
	size_t *p = (size_t *)its - 1;

	(void)opaque;
	explicit_bzero(its, *p);
	wipe_free(p);
}

static bool
deflate_all(z_stream *s, struct buf *out, struct err *e)
{
	unsigned char chunk[CHUNK];

	do {
		s->next_out = chunk;
		s->avail_out = sizeof(chunk);
		if (deflate(s, Z_FULL_FLUSH) == Z_STREAM_ERROR)
			return FAIL(e, ERR_INPUT, "zip: zlib refuses");
		buf_add(out, chunk, sizeof(chunk) - s->avail_out);
	} while (s->avail_out == 0);
	explicit_bzero(chunk, sizeof(chunk));
	return buf_ok(out, e);
}

/* ---- files ---- */

static bool
name_ok(const char *name)
{
	return name[0] != '\0' && name[0] != '/' && strlen(name) < ZIP_NAME && strstr(name, "..") == NULL &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-._/") == strlen(name);
}

/* APPNOTE 4.4.6: MS-DOS date and time, to two seconds. */
static void
moment(const struct zip *z, struct buf *out)
{
	unsigned year = 1980, month = 1, day = 1, hour = 0, minute = 0, second = 0;
	char iso[21];

	clock_iso(z->time, iso);
	if (sscanf(iso, "%4u-%2u-%2uT%2u:%2u:%2u", &year, &month, &day, &hour, &minute, &second) != 6 ||
	    year < 1980 || year > 2107)
		year = 1980, month = day = 1;
	le16(out, hour << 11 | minute << 5 | second / 2);
	le16(out, (year - 1980) << 9 | month << 5 | day);
}

static bool
counted(struct zip *z, const struct buf *out, size_t before, struct err *e)
{
	z->size += (int64_t)(out->len - before);
	return buf_ok(out, e);
}

bool
zip_file_begin(struct zip *z, const char *name, struct buf *out, struct err *e)
{
	size_t before = out->len;
	struct zip_file *f;

	if (z->open || z->files == ZIP_FILES || !name_ok(name))
		return FAIL(e, ERR_INPUT, "zip: a file that can't begin here");
	f = &z->file[z->files++];
	*f = (struct zip_file){ .at = z->size };
	snprintf(f->name, sizeof(f->name), "%s", name);
	z->open = true;
	le32(out, LOCAL);
	le16(out, NEEDS);
	le16(out, FLAGS);
	le16(out, DEFLATED);
	moment(z, out);
	le32(out, 0);			/* checksum and lengths follow the bytes */
	le32(out, 0);
	le32(out, 0);
	le16(out, (uint32_t)strlen(name));
	le16(out, 0);
	buf_text(out, f->name);
	return counted(z, out, before, e);
}

bool
zip_add(struct zip *z, struct span bytes, struct buf *out, struct err *e)
{
	z_stream s = { .zalloc = get, .zfree = give };
	size_t before = out->len;
	struct zip_file *f;
	bool good;

	if (!z->open || bytes.len > (uint32_t)-1)
		return FAIL(e, ERR_INPUT, "zip: no file is open");
	if (bytes.len == 0)
		return true;
	if (deflateInit2(&s, LEVEL, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return FAIL(e, ERR_MEMORY, "zip: zlib");
	s.next_in = (Bytef *)(uintptr_t)bytes.p;
	s.avail_in = (uInt)bytes.len;
	good = deflate_all(&s, out, e);
	(void)deflateEnd(&s);		/* says that the stream was not ended: it goes on in the next piece */
	TRY(good);
	f = &z->file[z->files - 1];
	f->crc = (uint32_t)crc32(f->crc, bytes.p, (uInt)bytes.len);
	f->plain += (int64_t)bytes.len;
	f->packed += (int64_t)(out->len - before);
	return counted(z, out, before, e);
}

bool
zip_file_end(struct zip *z, struct buf *out, struct err *e)
{
	static const unsigned char last[2] = { 3, 0 };	/* RFC 1951: an empty block, the final one */
	size_t before = out->len;
	struct zip_file *f;

	if (!z->open)
		return FAIL(e, ERR_INPUT, "zip: no file is open");
	f = &z->file[z->files - 1];
	z->open = false;
	buf_add(out, last, sizeof(last));
	f->packed += (int64_t)sizeof(last);
	le32(out, DESCRIPTOR);
	le32(out, f->crc);
	if (is_far(f)) {
		le64(out, f->packed);
		le64(out, f->plain);
	} else {
		le32(out, (uint32_t)f->packed);
		le32(out, (uint32_t)f->plain);
	}
	return counted(z, out, before, e);
}

static void
extra(const struct zip_file *f, struct buf *out)
{
	le16(out, EXTRA64);
	le16(out, 24);
	le64(out, f->plain);
	le64(out, f->packed);
	le64(out, f->at);
}

static void
central(const struct zip *z, const struct zip_file *f, struct buf *out)
{
	bool far = is_far(f);

	le32(out, CENTRAL);
	le16(out, UNIX | (far ? NEEDS64 : NEEDS));
	le16(out, far ? NEEDS64 : NEEDS);
	le16(out, FLAGS);
	le16(out, DEFLATED);
	moment(z, out);
	le32(out, f->crc);
	le32(out, far ? ELSEWHERE : (uint32_t)f->packed);
	le32(out, far ? ELSEWHERE : (uint32_t)f->plain);
	le16(out, (uint32_t)strlen(f->name));
	le16(out, far ? 28 : 0);
	le16(out, 0);
	le16(out, 0);
	le16(out, 0);
	le32(out, MODE);
	le32(out, far ? ELSEWHERE : (uint32_t)f->at);
	buf_text(out, f->name);
	if (far)
		extra(f, out);
}

/* Where a directory beyond four bytes begins; at: where this stands itself. */
static void
end64(const struct zip *z, int64_t directory, int64_t at, struct buf *out)
{
	le32(out, END64);
	le64(out, 44);
	le16(out, UNIX | NEEDS64);
	le16(out, NEEDS64);
	le32(out, 0);
	le32(out, 0);
	le64(out, (int64_t)z->files);
	le64(out, (int64_t)z->files);
	le64(out, directory);
	le64(out, z->size);
	le32(out, LOCATOR64);
	le32(out, 0);
	le64(out, at);
	le32(out, 1);
}

bool
zip_end(struct zip *z, struct buf *out, struct err *e)
{
	size_t before = out->len;
	int64_t directory;

	if (z->open)
		return FAIL(e, ERR_INPUT, "zip: a file is still open");
	for (size_t i = 0; i < z->files; i++)
		central(z, &z->file[i], out);
	directory = (int64_t)(out->len - before);
	if (z->size > MOST)
		end64(z, directory, z->size + directory, out);
	le32(out, END);
	le16(out, 0);
	le16(out, 0);
	le16(out, (uint32_t)z->files);
	le16(out, (uint32_t)z->files);
	le32(out, (uint32_t)directory);
	le32(out, z->size > MOST ? ELSEWHERE : (uint32_t)z->size);
	le16(out, 0);
	return counted(z, out, before, e);
}

/* ---- between two pieces ---- */

void
zip_pack(const struct zip *z, struct buf *into)
{
	pack_i64(into, z->size);
	pack_i64(into, z->time);
	pack_u8(into, z->open);
	pack_u32(into, (uint32_t)z->files);
	for (size_t i = 0; i < z->files; i++) {
		const struct zip_file *f = &z->file[i];

		pack_text(into, f->name);
		pack_u32(into, f->crc);
		pack_i64(into, f->plain);
		pack_i64(into, f->packed);
		pack_i64(into, f->at);
	}
}

bool
zip_unpack(struct zip *z, struct span *from, struct err *e)
{
	*z = (struct zip){0};
	z->size = unpack_i64(from);
	z->time = unpack_i64(from);
	z->open = unpack_u8(from) != 0;
	z->files = unpack_u32(from);
	if (z->files > ZIP_FILES || (z->open && z->files == 0))
		return FAIL(e, ERR_INPUT, "zip: %zu files", z->files);
	for (size_t i = 0; i < z->files; i++) {
		struct zip_file *f = &z->file[i];

		unpack_text(from, f->name, sizeof(f->name));
		f->crc = unpack_u32(from);
		f->plain = unpack_i64(from);
		f->packed = unpack_i64(from);
		f->at = unpack_i64(from);
		if (from->bad || !name_ok(f->name) || f->plain < 0 || f->packed < 0 || f->at < 0)
			return FAIL(e, ERR_INPUT, "zip: a file of another shape");
	}
	return !from->bad && z->size >= 0 ? true : FAIL(e, ERR_INPUT, "zip: not what was kept");
}
