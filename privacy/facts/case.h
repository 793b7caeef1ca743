/*
 * privacy/facts/case.h - cases: what somebody asks, objects to, complains about or reports.
 *
 * A case is a subject of its own: its keys seal what is written in it, its entries
 * stand on the ledger, and when its keys are destroyed (desk.kept after it was closed)
 * only its skeleton stays: kind, days, outcome.  The row here decides: who opened
 * it, whom it concerns, who works on it, until when.  What is written lies as ciphertext
 * in the site store (published.h, PUBLISHED_CASE); of each text the row's id, whose it is and
 * when is kept here, so that a text that is not brought is missed.
 *
 * Its number is random: it tells neither how many there are nor who came first.
 *
 *	case.c		rows, who concerns whom
 *	case_text.c	texts: sealed, announced, read
 *	case_own.c	its opener, with an account
 *	case_visit.c	its opener, without one: number and pass-phrase, then a token
 *	case_post.c	its opener, by mail (case_post.h)
 *	case_desk.c	staff: list, take, hand over, answer, note, extend, close
 *	case_field.c	staff open a field, or find whom it concerns
 *	case_sweep.c	what happens by itself
 *
 * Reports about staff or officers go to officers alone, and never to whom they are
 * about: who is named in one finds no such case.
 *
 * Stands on case_rule, published, code_book, member, role, record.
 */
#ifndef PRIVACY_FACTS_CASE_H
#define PRIVACY_FACTS_CASE_H
#include "privacy/facts/case_rule.h"
#include "privacy/facts/published.h"
#include "privacy/keeper/keeper.h"

#define CASE_NUMBER_LEAST	INT64_C(10000000)	/* eight digits */
#define CASE_NUMBER_SPAN	UINT64_C(90000000)
#define CASES_LISTED		200
#define CASES_OWN		20	/* open ones of one member */
#define CASE_TEXTS_STAFF	20	/* of a case's CASE_TEXTS_MOST: places that its opener leaves */

extern const char case_schema[];

struct case_row {
	int64_t		number, opened, deadline, extended, closed, told;	/* told: staff were, that it waits */
	int64_t		member, about;		/* member numbers: who opened it (0 a visitor), whom it concerns beside that; 0 */
	int64_t		staff, deputy;		/* 0: nobody */
	int64_t		texts;
	struct owner	owner;			/* the case as a subject */
	enum case_kind	kind;
	enum case_state	state;
	enum case_outcome outcome;
	bool		officers;
	uint32_t	flags;			/* CASE_BIRTH to CASE_FREE_OK: what its member said; CASE_FOUND; CASE_MAILED, CASE_SIGNED, CASE_LETTER; CASE_WAY_* (lost.h) */
	char		lang[16];		/* of a visitor */
};

/* ERR_ABSENT with WHY_CASE_ABSENT. */
bool case_get(struct keeper *k, int64_t number, struct case_row *c, struct err *e) MUST;
/* Draw a number and keys for *c and insert it; kind, opener and what goes with it are set.  Records nothing. */
bool case_add(struct keeper *k, struct case_row *c, int64_t now, struct err *e) MUST;
/* Write back what can change. */
bool case_set(struct keeper *k, const struct case_row *c, struct err *e) MUST;
/* CASE FACTS of op.h, as this reader sees them (0: its opener, or nobody in a role). */
void case_pack(struct buf *into, const struct case_row *c, int64_t reader, int64_t now);
typedef bool case_reader(void *self, const struct case_row *c, struct err *e);
bool case_each_of(struct keeper *k, int64_t member, case_reader *each, void *self, struct err *e) MUST;
/* How many of a member's own wait for their answer. */
bool case_asked(struct keeper *k, int64_t member, int64_t *n, struct err *e) MUST;
/* Of those that go to officers alone, or of the others: so that none of the two hides the other.  Disclosures are not among them. */
bool case_each_open(struct keeper *k, bool officers, case_reader *each, void *self, struct err *e) MUST;
/* Whom fields may be opened of: who opened it, else whom staff found; of a report whom staff found alone.  0: not known. */
int64_t case_concerns(const struct case_row *c);

/* ---- who may ---- */
/* The act's owner opened it.  ERR_ABSENT. */
bool case_own(struct keeper *k, const struct act *a, int64_t number, struct case_row *c, struct err *e) MUST;
/* May this one, in their role, know of this case at all?  Not one of their own, nor one about them. */
bool case_shown(const struct act *a, const struct case_row *c, int64_t now);
/* Did either of the two vouch for the other? */
bool case_tie(struct keeper *k, int64_t one, int64_t other, bool *yes, struct err *e) MUST;
/* Fill *h for this member of staff. */
bool case_hand(struct keeper *k, const struct act *a, const struct case_row *c, struct case_hand *h, struct err *e) MUST;
/* case_shown and case_may_work.  ERR_ABSENT, ERR_DENIED with WHY_CASE_TIE or WHY_CASE_FREE.  *marked: nobody else was free. */
bool case_workable(struct keeper *k, const struct act *a, int64_t number, struct case_row *c, bool *marked, struct err *e) MUST;
/* The same, and it is in this one's hands (as deputy, too).  ERR_DENIED with WHY_CASE_NOT_TAKEN. */
bool case_work(struct keeper *k, const struct act *a, int64_t number, struct case_row *c, struct err *e) MUST;
/* Nobody ended it for so long that somebody else may take it from who has it. */
bool case_waits(const struct case_row *c, int64_t now);
/* A seat of theirs is over: what they worked on in it is their deputies', or nobody's. */
bool case_let_go(struct keeper *k, int64_t staff, bool officers, struct err *e) MUST;
/* The role of who works on it. */
enum entry_role case_role(const struct case_row *c);
bool case_open_now(const struct case_row *c, struct err *e) MUST;	/* ERR_CONFLICT with WHY_CASE_CLOSED */

/* ---- telling ---- */
/* A line about the case of what the act's owner did in their role, one of their own, and, but for a report (telling.h), one of
   the member whom it concerns. */
bool case_did(struct keeper *k, struct act *a, const struct case_row *c, const char *what, bool member_too, struct err *e) MUST;
/* A mail without content: MAIL_CASE to its opener (MAIL_CASE_NEWS where a mail opened it), others to whom it concerns, if that is a member. */
bool case_notify(struct keeper *k, const struct case_row *c, enum mail_use kind, const char *object, int64_t now, struct err *e) MUST;
/* One to everybody who may take it. */
bool case_notify_desk(struct keeper *k, const struct case_row *c, int64_t now, struct err *e) MUST;

/* ---- texts ---- */
/* Words as typed: not empty, CASE_TEXT_MAX at most, plain.  ERR_INPUT with WHY_WORDS, WHY_FIELD_LONG, WHY_FIELD_SHAPE. */
bool case_words(struct act *a, char into[CASE_TEXT_MAX + 1], struct err *e) MUST;
/* Seal words, announce them on the ledger (a line about the case by its opener or by staff) and pack TEXT TO KEEP. */
bool case_text_add(struct keeper *k, struct act *a, struct case_row *c, enum case_text_sort sort, const char *words,
    const char *object, struct err *e) MUST;
/* Unpack TEXTS BROUGHT and pack TEXTS READ into *into; notes only for staff.  What is not of this case is passed over. */
bool case_texts_read(struct keeper *k, struct act *a, const struct case_row *c, bool staff, struct buf *into, struct err *e) MUST;
/* The site store's row of this text of this case stands. */
bool case_text_stands(struct keeper *k, const struct act *a, const struct case_row *c, int64_t id, struct err *e) MUST;
struct case_text { int64_t at, sort; struct buf words; bool found; };
void case_text_wipe(struct case_text *t);
/* One box of this case; found false: no text of it, not for this reader, or spoiled. */
bool case_text_open(struct keeper *k, const struct case_row *c, int64_t id, struct span box, bool staff, struct case_text *t, struct err *e) MUST;
/* Is it a text of this case that its opener may read?  Opens nothing. */
bool case_text_openers(struct keeper *k, const struct case_row *c, int64_t id, bool *yes, struct err *e) MUST;
void case_words_wipe(char (*t)[CASE_TEXT_MAX + 1]);	/* fits DROP() */

/* ---- opening ---- */
/* What may be said when opening: unpack kind ... words.  *c gets kind, officers, about. */
struct case_start { unsigned kind, birth, against; char about[32], words[CASE_TEXT_MAX + 1]; };
void case_start_wipe(struct case_start *s);		/* fits DROP() */
bool case_start_ok(struct keeper *k, const struct case_start *s, unsigned by, struct case_row *c, struct err *e) MUST;

/* Its opener goes on: of a closed one the row is open again, within CASE_REOPENS.  ERR_CONFLICT with WHY_CASE_CLOSED.  The caller writes it back. */
bool case_again(struct case_row *c, int64_t now, struct err *e) MUST;
/* Its opener writes on: the act's words are read and kept; within CASE_REOPENS a closed one is open again. */
bool case_goes_on(struct keeper *k, struct act *a, struct case_row *c, struct err *e) MUST;

/* ---- visits without an account ---- */
/* Fill *a for the case of this token.  ERR_DENIED with WHY_CASE_CODE. */
bool case_visit_enter(struct keeper *k, struct act *a, const unsigned char token[TOKEN_BYTES], struct err *e) MUST;

/* ---- by itself ---- */
/* Staff are told of what waits, visits and openings that are over go, and cases whose time is over.  *done: how many. */
bool case_sweep(struct keeper *k, int64_t now, int64_t *done, struct err *e) MUST;
/* A member is erased: their cases are closed, and their texts and keys go at once; skeletons stay. */
bool case_forget(struct keeper *k, int64_t member, int64_t now, struct err *e) MUST;
/* Fields of this case that are open to anybody are closed. */
bool case_fields_close(struct keeper *k, int64_t number, struct err *e) MUST;
#endif
