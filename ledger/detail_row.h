/*
 * ledger/detail_row.h - a detail as it lies in the store, and whether it is the
 * one that its leaf commits to.
 *
 * Stands on entry, store.  Opens no ciphertext.
 */
#ifndef LEDGER_DETAIL_ROW_H
#define LEDGER_DETAIL_ROW_H
#include "ledger/entry.h"
#include "ledger/store/store.h"

/* The columns of a detail row in the order that detail_row_read expects. */
#define DETAIL_COLUMNS	"record_inner, record_sealed, record_box, values_inner, values_sealed, values_box"
#define DETAIL_LETTERS	"BBBBBB"

/* From six columns, the first being col; boxes are borrowed from r.  ERR_TAMPER: misshapen hashes. */
bool detail_row_read(struct detail *d, const struct rows *r, int col, struct err *e) MUST;
/* ERR_TAMPER when the ciphertexts or the hashes are not those of the leaf. */
bool detail_row_agrees(const struct detail *d, const struct leaf *l, struct err *e) MUST;
/* Is the ciphertext of a part that once was there gone? */
bool detail_part_erased(const struct detail_part *p);
#endif
