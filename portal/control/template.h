/*
 * portal/control/template.h - a text with gaps, for files that other programs read.
 *
 * @NAME@ is replaced by its value; the lines from "@if NAME" to "@end" stay when
 * NAME's value is not empty (blocks do not nest); a line "@include FILE" takes in
 * FILE from the template's folder, filled in the same way.
 * A name nobody gave, or a block left open, is an error: our own bug, found by
 * the first start.
 *
 * Stands on file.  Escapes nothing: whoever gives a value makes sure it fits.
 */
#ifndef PORTAL_CONTROL_TEMPLATE_H
#define PORTAL_CONTROL_TEMPLATE_H
#include "ledger/base/buf.h"

struct template_value { const char *name, *text; };

/* Append folder/name, filled in, to *into.  ERR_INPUT names file and gap; ERR_IO, ERR_ABSENT. */
bool template_fill(struct buf *into, const char *folder, const char *name,
    const struct template_value *values, size_t count, struct err *e) MUST;
#endif
