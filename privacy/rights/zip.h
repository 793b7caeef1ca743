/*
 * privacy/rights/zip.h - a ZIP that is written piece by piece and never held as a whole.
 *
 * PKWARE's APPNOTE.TXT 6.3.3, the part that ISO/IEC 21320-1 (document containers)
 * allows: deflate, UTF-8 names, no encryption; ZIP64 for what does not go into four bytes, and
 * only there, so that a small archive is one that every program reads.  The container is own code
 * because what there is in libraries (libzip, minizip) wants a file or a callback
 * that lives as long as the archive; here a piece must be finished, sealed and
 * stored before the next one is begun, maybe after a restart.  The compressing is
 * zlib's.  Each call compresses afresh and ends on a whole byte (a full flush), so
 * that no compressor has to be kept; lengths and checksum follow the file's bytes
 * (a data descriptor), so that nothing is written twice.
 *
 * What has to be known between two pieces is a struct zip, packed into some
 * hundred bytes.  Files are few and named by constants.
 *
 * Stands on zlib, pack, clock.
 */
#ifndef PRIVACY_RIGHTS_ZIP_H
#define PRIVACY_RIGHTS_ZIP_H
#include "ledger/base/pack.h"

#define ZIP_FILES	8		/* at most */
#define ZIP_NAME	64		/* bytes of a name with NUL: ASCII letters, digits, "-._/" */

struct zip_file { char name[ZIP_NAME]; uint32_t crc; int64_t plain, packed, at; };	/* bytes; at: offset of its header */
struct zip {				/* {0} to begin with */
	int64_t		size;		/* bytes so far */
	int64_t		time;		/* of all files */
	size_t		files;
	bool		open;		/* the last of them still grows */
	struct zip_file	file[ZIP_FILES];
};

/* Each appends to *out.  ERR_INPUT: too many files, or a name of another shape; ERR_MEMORY. */
bool zip_file_begin(struct zip *z, const char *name, struct buf *out, struct err *e) MUST;
bool zip_add(struct zip *z, struct span bytes, struct buf *out, struct err *e) MUST;
bool zip_file_end(struct zip *z, struct buf *out, struct err *e) MUST;
/* The directory: nothing comes after it. */
bool zip_end(struct zip *z, struct buf *out, struct err *e) MUST;

void zip_pack(const struct zip *z, struct buf *into);
/* ERR_INPUT: not what zip_pack makes. */
bool zip_unpack(struct zip *z, struct span *from, struct err *e) MUST;
#endif
