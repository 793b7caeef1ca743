/*
 * privacy/rights/compose.h - one piece of a member's copy: from what was opened to bytes of a ZIP.
 *
 * Runs in the packing child (privacy/keeper/packer.h), which holds no key and no
 * file.  An order says which of the ZIP's files this goes into, hands over rows
 * (export_tape.h) and what the piece before left to know; the result is the piece
 * and what the next one has to know.  The same order gives the same bytes.
 *
 *	data.html		COMPOSE_PAGE: to read; one page, no script, light and dark
 *	data.json		COMPOSE_JSON: for programs
 *	certificates.pem	COMPOSE_CERTIFICATES: each below its serial number
 *	data.schema.json	COMPOSE_SCHEMA: what data.json is
 *
 * Stands on export_table, export_tape, zip, libsodium (base64).
 */
#ifndef PRIVACY_RIGHTS_COMPOSE_H
#define PRIVACY_RIGHTS_COMPOSE_H
#include "privacy/rights/zip.h"

enum compose { COMPOSE_PAGE = 1, COMPOSE_JSON, COMPOSE_CERTIFICATES, COMPOSE_SCHEMA, COMPOSE_OVER, COMPOSE__COUNT };
const char *compose_file(enum compose c);	/* its name in the ZIP; NULL: none (OVER: the directory) */

struct compose_order {
	enum compose	what;
	bool		begins, ends;	/* the file does */
	int64_t		made_at;
	const char	*site, *lang;	/* the site's name; "en" */
	struct span	words;		/* u32 n, n * text: export_phrase(0) ... in lang; empty: as they are */
	struct span	state;		/* as the piece before left it; empty: there was none */
	struct span	tape;		/* CERTIFICATES: n * { text comment, bytes DER }; else export_tape.h */
};
void compose_pack(const struct compose_order *o, struct buf *into);

/*
 * An order as packed, to bytes state, bytes piece, i64 size of the ZIP so far.
 * ERR_INPUT: an order of another shape, or one that zip.h refuses; ERR_MEMORY.
 */
bool compose(struct span order, struct buf *into, struct err *e) MUST;

/* ---- shared by the two writers (export_json.c, export_page.c) ---- */
struct writer {
	const struct compose_order *order;
	uint8_t		section;	/* that is open; 255: none */
	bool		rows;		/* it has some already */
	const char	*phrase[1024];	/* translations, NULL: as it is; PHRASES_MOST */
	struct buf	*out;
};
void json_begin(struct writer *w);
void json_section(struct writer *w, bool begins);
bool json_row(struct writer *w, struct span *tape, struct err *e) MUST;
void json_end(struct writer *w);
void json_string(struct buf *b, struct span text);
void page_begin(struct writer *w);
void page_section(struct writer *w, bool begins);
bool page_row(struct writer *w, struct span *tape, struct err *e) MUST;
void page_end(struct writer *w);
/* Text for a page: escaped, valid UTF-8, without what is no character of XML. */
void page_text(struct buf *b, struct span text);
/* "2026-11-27"; "" for what is no day of the years 1 to 9999. */
void day_text(int64_t day, char into[11]);
/* What is valid UTF-8 and no control character is handed on in runs, the rest is U+FFFD. */
void text_clean(struct buf *b, struct span text, void (*put)(struct buf *, struct span));
#endif
