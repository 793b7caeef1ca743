/*
 * ledger/journal.h - an append-only file of (number, hash): one holder's own
 * memory of what it has answered for, outside any database.
 *
 * Records of 48 bytes: u64 number (of an entry, or a tombstone's: ledger/tombstone.h), 32-byte hash, 8-byte check (first 8 bytes
 * of SHA-256 over the 40 before it and the previous record's check, zeros for
 * the first), so that a torn tail is known from a changed middle.
 *
 * What a crash can leave at the end is cut off when the file is opened for
 * appending: less than a record, one last record with a bad check, or blocks of
 * zeros that the file system never filled.  Any other bad record is ERR_TAMPER.
 * Who only reads a journal is stricter by one case: a last whole record with a bad check
 * looks the same after a crash and after a change, so a reader says ERR_TAMPER, while the
 * writer has the ledger at hand, cuts the record and writes it again from there.
 * Opening looks at the last 65,536 records only; journal_each checks all.
 *
 * One process writes a journal (an exclusive flock on the file itself).
 */
#ifndef LEDGER_JOURNAL_H
#define LEDGER_JOURNAL_H
#include "ledger/entry.h"

#define JOURNAL_RECORD	48	/* bytes */

struct journal;
/* Open or create (0660).  ERR_BUSY (another process writes it), ERR_TAMPER, ERR_IO, ERR_FULL. */
bool journal_open(struct journal **out, const char *path, struct err *e) MUST;
/* So many records more can be appended without asking for memory.  ERR_MEMORY. */
bool journal_room(struct journal *j, int64_t records, struct err *e) MUST;
bool journal_append(struct journal *j, int64_t number, const unsigned char hash[LEAF_HASH],
    struct err *e) MUST;			/* buffered until journal_write */
/* write(2), all of it.  After ERR_FULL or ERR_IO what is left stays buffered: call again. */
bool journal_write(struct journal *j, struct err *e) MUST;
/* fdatasync, if anything was written since the last one.  After ERR_IO reopen, do not retry. */
bool journal_sync(struct journal *j, struct err *e) MUST;
int64_t journal_count(const struct journal *j);	/* records, the buffered too */
bool journal_last(const struct journal *j, int64_t *number, unsigned char hash[LEAF_HASH]);	/* false: empty */
/* The last one that is of an entry, not a tombstone.  false: none among those that were looked at. */
bool journal_last_entry(const struct journal *j, int64_t *number, unsigned char hash[LEAF_HASH]);
void journal_drop(struct journal **j);		/* without writing what is buffered */

/* Read every record of a journal file, read-only; beside a live writer too.  ERR_ABSENT, ERR_TAMPER, ERR_IO. */
typedef bool journal_reader(void *self, int64_t number, const unsigned char hash[LEAF_HASH], struct err *e);
bool journal_each(const char *path, journal_reader *each, void *self, struct err *e) MUST;

/* The same, one record at a call. */
struct journal_view;
/* The checks of the first `known` records are not computed again (for a second look). */
bool journal_view_open(struct journal_view **out, const char *path, int64_t known, struct err *e) MUST;
/* False: e->kind ERR_NONE at the end, else what failed. */
bool journal_view_next(struct journal_view *v, int64_t *number, unsigned char hash[LEAF_HASH],
    struct err *e) MUST;
void journal_view_drop(struct journal_view **v);
/* Whole records in the file now; 0 when there is none. */
int64_t journal_view_size(const char *path);
#endif
