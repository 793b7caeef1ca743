/*
 * tests/unit/case_rig.h - a desk inside a keeper rig: cases opened, read, answered; the site store's rows are
 * kept beside it, as the portal would.
 */
#ifndef TESTS_UNIT_CASE_RIG_H
#define TESTS_UNIT_CASE_RIG_H
#include "privacy/facts/case.h"
#include "tests/unit/event_rig.h"

#define KEPT_MOST	64

struct kept { int64_t id, number; struct buf box; };		/* number: of the case */
struct shelf { struct kept row[KEPT_MOST]; size_t n; };
void shelf_wipe(struct shelf *s);

struct case_seen {			/* CASE FACTS and what follows them */
	int64_t		number, opened, deadline, extended, closed, texts, missing;
	unsigned	kind, state, outcome, read, fields, band;
	uint32_t	what;
	struct { uint32_t field; bool held; int64_t until; char value[256]; } field[8];
	struct { int64_t at; unsigned sort; char text[256]; } text[KEPT_MOST];
	uint32_t	n;
	struct { int64_t said_at, decision, asked_at, decided_at; unsigned what, state, yes, no; } change;
	struct { int64_t days, since, until, ended; unsigned state; } telling;
};
void case_unpack(struct span *a, struct case_seen *s);

/* A role, by hand; they sign in anew. */
void case_staff(struct rig *r, struct person *p, enum role role);
bool case_opens(struct rig *r, struct shelf *s, struct person *p, unsigned kind, bool birth, unsigned against, const char *about,
    const char *words, int64_t *number);
bool case_looks(struct rig *r, const struct shelf *s, struct person *p, int64_t number, struct case_seen *x);
bool case_says(struct rig *r, struct shelf *s, struct person *p, int64_t number, const char *words);
bool case_allows(struct rig *r, struct person *p, int64_t number, unsigned what, bool yes);
/* The list: how many, and the one of this number (found false: not in it). */
uint32_t desk_lists(struct rig *r, struct person *p, int64_t number, struct case_seen *x, bool *found);
bool desk_takes(struct rig *r, struct person *p, int64_t number);
bool desk_looks(struct rig *r, const struct shelf *s, struct person *p, int64_t number, struct case_seen *x);
/* op: KEEPER_DESK_SAY, EXTEND, CLOSE with their byte. */
bool desk_writes(struct rig *r, struct shelf *s, struct person *p, uint32_t op, int64_t number, unsigned what, const char *words);
bool desk_hands(struct rig *r, struct person *p, int64_t number, unsigned what, const char *who);
bool desk_opens(struct rig *r, struct person *p, int64_t number, uint32_t field, const char *reason, bool *asked);
bool desk_finds(struct rig *r, struct person *p, int64_t number, unsigned how, const char *what, bool *found);
/* ---- without an account ---- */
extern unsigned char visitor_form[TOKEN_BYTES];	/* the number in the form of the next one; it goes up each time */
bool visitor_opens(struct rig *r, struct shelf *s, unsigned kind, unsigned against, const char *about, const char *words,
    int64_t *number, char pass[CODE_TEXT], unsigned char token[TOKEN_BYTES]);
bool visitor_enters(struct rig *r, int64_t number, const char *pass, unsigned char token[TOKEN_BYTES]);
bool visitor_looks(struct rig *r, const struct shelf *s, const unsigned char token[TOKEN_BYTES], int64_t number, struct case_seen *x);
bool visitor_says(struct rig *r, struct shelf *s, const unsigned char token[TOKEN_BYTES], int64_t number, const char *words);
#endif
