/*
 * privacy/rights/export.h - a member's copy of everything, from asking to the last byte.
 *
 * Asked for with the password, made by the clerk's saying "go on" often enough,
 * fetched once with the password again, gone a day later.  Each "go on" is a
 * bounded step: some rows are read, the packing child makes a piece of the ZIP of
 * them (keeper/packer.h), the piece is sealed with the member's own key and kept.
 * The clerk has a job ticket and sees no byte of it.  What the copy tells is fixed
 * when it is begun as far as the history goes; everything else is as it is at its step.
 *
 * Ledger: asked, begun (all fields that may be read: before the first of them is),
 * composed (the fields that were), each fetching, given, taken back, too old.
 *
 * A step that was not finished is simply done again, by whichever keeper and clerk
 * are there; a member who takes the copy back while a step is under way makes
 * that step come to nothing.
 *
 * Stands on export_sections (what is read), compose (what is made of it), packer, record.
 */
#ifndef PRIVACY_RIGHTS_EXPORT_H
#define PRIVACY_RIGHTS_EXPORT_H
#include "privacy/keeper/keeper.h"
#include "privacy/rights/export_sections.h"

#define COPY_LIFE	86400	/* seconds: a copy that is ready, its address, and one that never gets ready */
#define COPY_TRIES	5	/* a step that fails so often ends the copy */
#define JOB_MAC		16

extern const char copy_schema[], copy_text_schema[];

struct copy {
	int64_t		id, member, asked_at, begun_at, done_at, expires, given_at;
	enum copy_state	state;
	int64_t		step, rows, rows_all, pieces, size, entries, tries;
	char		lang[16];
};

/* The member's own; *found false: none.  */
bool copy_of(struct keeper *k, int64_t member, struct copy *c, bool *found, struct err *e) MUST;
/* ERR_ABSENT: it was taken back or is too old. */
bool copy_get(struct keeper *k, int64_t id, struct copy *c, struct err *e) MUST;
/* Row and pieces go, from the write-ahead log as well.  Also what an erasure has to call: by member. */
bool copy_drop(struct keeper *k, int64_t id, struct err *e) MUST;
/* Texts of cases that were brought for a copy (export_case.c): they become this one's; they go with it; nobody asked for one. */
bool copy_texts_asked(struct keeper *k, const struct copy *c, struct err *e) MUST;
bool copy_texts_drop(struct keeper *k, int64_t id, struct err *e) MUST;
bool copy_texts_sweep(struct keeper *k, int64_t now, struct err *e) MUST;
bool copy_forget(struct keeper *k, int64_t member, struct err *e) MUST;
/* Those that are too old, with a line each; *done of them. */
bool copy_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;

/* The job ticket that stands for this copy's steps, and back.  ERR_ABSENT: none of ours, or over. */
void copy_ticket(const struct keeper *k, int64_t id, unsigned char ticket[TOKEN_BYTES]);
bool copy_enter(struct keeper *k, struct act *a, const unsigned char ticket[TOKEN_BYTES], struct err *e) MUST;

/* Sealed columns: where the copy stands, and its pieces (numbered from 0). */
bool copy_cursor_get(struct keeper *k, const struct copy *c, const struct owner *o, struct buf *into, struct err *e) MUST;
/* The step is done: the piece is kept, the next step begins from this cursor.  c->step, rows, pieces, size are written. */
bool copy_step_done(struct keeper *k, struct copy *c, const struct owner *o, const struct buf *cursor,
    struct span piece, struct err *e) MUST;
bool copy_piece_open(struct keeper *k, const struct copy *c, const struct owner *o, int64_t number, struct buf *into,
    struct err *e) MUST;
/* Write state, begun_at, done_at, expires, given_at, entries, rows_all, tries. */
bool copy_set(struct keeper *k, const struct copy *c, struct err *e) MUST;
/* Translations as the asker handed them over. */
bool copy_words(struct keeper *k, const struct copy *c, struct buf *into, struct err *e) MUST;
/* shown: public words as the portal handed them over. */
bool copy_add(struct keeper *k, struct copy *c, const struct owner *o, struct span words, struct span shown, struct err *e) MUST;
bool copy_shown(struct keeper *k, int64_t id, const struct owner *o, struct buf *into, struct err *e) MUST;
/* The newest one-use address of a copy; an older one is worth nothing any more. */
bool copy_once_set(struct keeper *k, int64_t id, const unsigned char *hash, struct err *e) MUST;
/* ERR_ABSENT with WHY_TOKEN: no such address, or its copy is over. */
bool copy_once_find(struct keeper *k, const unsigned char token[TOKEN_BYTES], int64_t now, struct copy *c, struct err *e) MUST;
#endif
