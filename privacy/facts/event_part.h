/*
 * privacy/facts/event_part.h - who takes part in an event, and that nobody can read it off the tables.
 *
 * A row names its event, what somebody takes part as, and a number on the list.
 * Who it is stands sealed; that nobody is there twice comes from a blind index over
 * event, sort and member.  A visitor's row has a pass: a random number, sealed
 * too, that stands for the row wherever the visitor's own number stands in the
 * clear: as the object of their sealed FIELD_CODE ("CODE EVENT", privacy/facts/code.h,
 * so that its owner finds their events) and in hand-overs made from the pass.  So no
 * table says, nor do two of them together, who comes to which event.
 *
 * All of it goes when the event's passes are over, or when who it is leaves.
 *
 * Stands on event, code_book, handover, vault.
 */
#ifndef PRIVACY_FACTS_EVENT_PART_H
#define PRIVACY_FACTS_EVENT_PART_H
#include "privacy/facts/event.h"
#include "privacy/facts/handover.h"

#define EVENT_CODE_TEXT	48	/* bytes of FIELD_CODE's text, with NUL */

enum part_sort {		/* append only: it is hashed */
	PART_VISITOR = 1,
	PART_ASSURER,		/* checked in */
	PART_REMOVED		/* an assurer that the announcer took off the list */
};

struct event_part {
	int64_t		id, event, number;
	int64_t		member, pass;	/* sealed; pass of visitors only */
	enum part_sort	sort;
	bool		named, told;	/* named: sealed too */
};

bool event_part_get(struct keeper *k, int64_t id, struct event_part *p, bool *found, struct err *e) MUST;
bool event_part_find(struct keeper *k, int64_t event, enum part_sort sort, int64_t member, struct event_part *p,
    bool *found, struct err *e) MUST;
/* A new row: id and number are drawn, a visitor's pass too. */
bool event_part_add(struct keeper *k, struct event_part *p, struct err *e) MUST;
bool event_part_told(struct keeper *k, int64_t id, struct err *e) MUST;
/* The row goes, from the write-ahead log as well. */
bool event_part_delete(struct keeper *k, int64_t id, struct err *e) MUST;
bool event_part_count(struct keeper *k, int64_t event, enum part_sort sort, int64_t *n, struct err *e) MUST;
/* Of one sort, by number; each may not change the table. */
typedef bool event_part_reader(void *self, const struct event_part *p, struct err *e);
bool event_part_each(struct keeper *k, int64_t event, enum part_sort sort, event_part_reader *each, void *self,
    struct err *e) MUST;

/* ---- of a visitor ---- */
/* The code that shows the pass, sealed for its owner.  Changes a sealed row: record it. */
bool event_code_make(struct keeper *k, const struct owner *o, const struct event_part *p, int64_t now, struct err *e) MUST;
/* FIELD_CODE's text to the code and the event; false: it is no pass's. */
bool event_code_read(const struct buf *text, char code[EVENT_CODE_TEXT], int64_t *event) MUST;
/*
 * A visitor is none any more: pass, code, live hand-overs (in this state) and row go.
 * Changes a sealed row: record it.
 */
bool event_visitor_end(struct keeper *k, const struct event_part *p, enum handover_state s, int64_t now,
    struct err *e) MUST;
#endif
