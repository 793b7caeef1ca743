/*
 * portal/public/difference.h - what was taken out of a text and what is new in it.
 *
 * First paragraph by paragraph: the longest common run of equal ones stands, and of what
 * lies between, paragraphs that share at least half of their words are one that was
 * changed.  Those are then told word by word.  Paragraphs that stand are left out, but
 * each change names the heading below which it stands ("# " or "## " begins a heading).
 *
 * The words are escaped by whoever shows them.  Stands on buf.
 */
#ifndef PORTAL_PUBLIC_DIFFERENCE_H
#define PORTAL_PUBLIC_DIFFERENCE_H
#include "ledger/base/buf.h"

#define DIFFERENCE_LINES	4000	/* paragraphs of one text */
#define DIFFERENCE_WORDS	600	/* of a paragraph that is told word by word */

struct lines { const char *const *line; size_t n; };		/* of one version */

enum piece_kind { PIECE_SAME, PIECE_OUT, PIECE_IN };
struct piece { enum piece_kind kind; const char *text; };	/* never empty */
struct changed {
	const char	*under;			/* the heading above it; NULL: none, or the same as of the one before */
	size_t		first, n;		/* of difference.piece */
};
struct difference {
	struct piece	*piece;
	struct changed	*changed;		/* in the order of the new text */
	size_t		pieces, n;
	char		**kept;			/* the texts of the pieces */
	size_t		kept_n;
};

/* ERR_INPUT: more than DIFFERENCE_LINES; ERR_MEMORY. */
bool difference_make(const struct lines *was, const struct lines *is, struct difference *d, struct err *e) MUST;
void difference_wipe(struct difference *d);			/* fits DROP() */
#endif
