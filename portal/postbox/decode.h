/*
 * portal/postbox/decode.h - from the bytes of a mail's part to plain text in UTF-8.
 *
 * Transfer encodings (RFC 2045 section 6), character sets by iconv, HTML to its words.  Whatever is
 * broken is passed over, never refused: somebody wrote a mail and is to be read.  What is no
 * character of the set becomes U+FFFD; controls and signs that cannot be seen go.
 *
 * Stands on buf, pack, iconv, libunistring.  Works within what it is given; what it makes is never longer
 * than four times that.  Sets are opened once, before the walls are up, for iconv reads files.
 */
#ifndef PORTAL_POSTBOX_DECODE_H
#define PORTAL_POSTBOX_DECODE_H
#include "ledger/base/pack.h"

/* Open the character sets; ones this system lacks are read as Windows-1252.  Call once, before the jail. */
void decode_open(void);
void decode_close(void);

enum transfer { TRANSFER_AS_IS, TRANSFER_BASE64, TRANSFER_QUOTED };
/* "base64", "Quoted-Printable"; anything else is as it is. */
enum transfer transfer_of(const char *name);
/* Appends the decoded bytes. */
void transfer_decode(struct buf *into, enum transfer t, struct span body);
/* Appends `from` as UTF-8.  charset "" or unknown: UTF-8 where it is, else Windows-1252. */
void charset_decode(struct buf *into, const char *charset, struct span from);
/* Appends the words of an HTML text in UTF-8: no tags, no script, no style; paragraphs become lines. */
void html_words(struct buf *into, struct span html);
/* Appends what can be seen of a text in UTF-8: lines end with \n, at most two in a row, no blanks at their ends. */
void plain_words(struct buf *into, struct span text);
#endif
