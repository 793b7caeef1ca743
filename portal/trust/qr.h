/*
 * portal/trust/qr.h - a short text as a QR code, drawn as one path of an SVG.
 *
 * The picture is part of the page (<svg viewBox="0 0 width width"><path d="...">):
 * no address leads to it and nothing is kept.  Around the modules stands the quiet
 * zone of four that ISO/IEC 18004 demands; a unit is one module.
 *
 * Stands on libqrencode.
 */
#ifndef PORTAL_TRUST_QR_H
#define PORTAL_TRUST_QR_H
#include "ledger/base/buf.h"

struct qr { struct buf path; unsigned width; };	/* modules with the quiet zone */

/*
 * Capital letters, digits and "-./:" alone, at most 100 of them: stays small.
 * A third of it may be lost or folded and it still reads (level H).
 * ERR_INPUT: another text; ERR_MEMORY.
 */
bool qr_draw(const char *text, struct qr *q, struct err *e) MUST;
/* A code as people read it (privacy/facts/code.h), without its hyphens: the picture is smaller so. */
bool qr_draw_code(const char *code, struct qr *q, struct err *e) MUST;
void qr_wipe(struct qr *q);			/* fits DROP() */
#endif
