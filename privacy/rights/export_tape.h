/*
 * privacy/rights/export_tape.h - rows on their way from the keeper to the composing child.
 *
 * A sequence of items: a section begins (its number), a row begins and its values
 * follow in the order of the section's columns, a section ends.  A tape may stop
 * between any two rows and go on as another one.
 *
 * Stands on pack.
 */
#ifndef PRIVACY_RIGHTS_EXPORT_TAPE_H
#define PRIVACY_RIGHTS_EXPORT_TAPE_H
#include "ledger/base/pack.h"

enum tape_item { TAPE_SECTION = 1, TAPE_ROW, TAPE_END };
enum tape_value { VALUE_NULL, VALUE_INT, VALUE_BYTES, VALUE_LIST };

void tape_section(struct buf *t, size_t section);
void tape_row(struct buf *t);
void tape_end(struct buf *t);
void tape_null(struct buf *t);
void tape_int(struct buf *t, int64_t v);
void tape_bytes(struct buf *t, struct span s);	/* texts, too */
void tape_text(struct buf *t, const char *s);	/* NULL: null */
void tape_list(struct buf *t, uint32_t n);	/* n * pack_bytes follow */

struct value { enum tape_value kind; int64_t number; struct span bytes; uint32_t n; };	/* LIST: n texts, packed in bytes */
/* The next value; bad in *t when it is none. */
void tape_read(struct span *t, struct value *v);
#endif
