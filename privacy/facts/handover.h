/*
 * privacy/facts/handover.h - handing identity fields to one assurer, for one meeting (promise P3).
 *
 * A member makes a code (code_book.h).  The code itself is sealed as the member's
 * FIELD_CODE (object = the row's id) as long as it can be used, so that its owner
 * can see it again.
 *
 * The first assurer who types it has it for himself: from then on nobody else can
 * use it.  It ends when the assurer noted an assurance or left, when it was
 * withdrawn, after trust.handover.wrong wrong secrets, when it was left alone for
 * trust.handover.idle, and when its time is over.  Wrong, used, withdrawn and
 * over give one answer (WHY_HANDOVER) in the same time.
 *
 * An event pass is a code that each checked-in assurer may use once: taking it
 * makes a hand-over of kind HANDOVER_EVENT that is that assurer's from the start.
 *
 * While it is taken, the assurer compares what the papers say (at most
 * trust.handover.matches tries a field) and, where that is not enough, is shown
 * the permitted fields.  Every step is a line for the member (who sees it at once
 * on the hand-over's page) and one for the assurer.
 *
 * Stands on code_book, name, trust, person_name.  Records no assurance: assure.c.
 */
#ifndef PRIVACY_FACTS_HANDOVER_H
#define PRIVACY_FACTS_HANDOVER_H
#include "privacy/facts/code_book.h"
#include "privacy/facts/name.h"
#include "privacy/facts/person_name.h"
#include "privacy/facts/vouch.h"

#define HANDOVERS_OPEN	10	/* of one member at a time */
#define HANDOVER_KEPT	(30 * 86400)	/* seconds an ended one stays in its owner's list */

extern const char handover_schema[];

enum tried { TRIED_NAME, TRIED_BIRTH, TRIED_KIND, TRIED_NUMBER, TRIED__COUNT };

struct handover {
	int64_t		id, member, assurer;	/* assurer 0: not taken yet */
	int64_t		pass;			/* the event pass it came from (event_part.h); 0: none */
	enum handover_kind kind;
	enum handover_state state;
	int64_t		made_at, expires, taken_at, used_at, wrong;
	uint8_t		tries[TRIED__COUNT], match[TRIED__COUNT];	/* enum field_match; 0: not tried */
	uint8_t		name_match[VOUCH_NAMES];			/* by index */
	uint8_t		proposed;		/* the birth date that agreed is the proposed one */
	uint64_t	shown;			/* FIELD_BIT()s */
};

/* ---- rows ---- */
bool handover_get(struct keeper *k, int64_t id, struct handover *h, bool *found, struct err *e) MUST;
/* A new row; h->id is drawn. */
bool handover_add(struct keeper *k, struct handover *h, struct err *e) MUST;
/* Write back what can change: assurer, state, taken_at, used_at, wrong, tries, matches, shown. */
bool handover_set(struct keeper *k, const struct handover *h, struct err *e) MUST;

/* ---- life ---- */
/* Can it be taken, or (taken) used on, at this moment? */
bool handover_is_live(const struct keeper *k, const struct handover *h, int64_t now);
/*
 * The row, if this assurer took it and it is live now.  ERR_DENIED with
 * WHY_HANDOVER_OVER: also for an id of nobody's, and another assurer's.
 */
bool handover_live(struct keeper *k, int64_t id, int64_t assurer, int64_t now, struct handover *h, struct err *e) MUST;
/* It ends in this state and its code goes: a change of a sealed row, record it. */
bool handover_finish(struct keeper *k, struct handover *h, enum handover_state s, int64_t now, struct err *e) MUST;
/*
 * Names (bits of indexes) or the birth date of this member changed: what assurers compared or
 * were shown of them in hand-overs in use says nothing any more.  The tries stay used.
 */
bool handover_forget(struct keeper *k, int64_t member, uint32_t names, bool birth, struct err *e) MUST;
/* Note a step for the member's page. */
bool handover_note(struct keeper *k, const struct handover *h, enum handover_act act, uint64_t bits, int64_t now,
    struct err *e) MUST;
enum vouch_method handover_method(const struct handover *h);
/* The assurer begins to use it: his name is lent to the member, both histories say so.  Used by what was typed and by event passes. */
bool handover_begin(struct keeper *k, struct act *a, const struct owner *member, struct handover *h, struct err *e) MUST;

/* ---- of a member ---- */
/* When the last live one ends; 0: there is none.  Till then a document stays (rights/erase_field.h). */
bool handover_open_until(struct keeper *k, int64_t member, int64_t now, int64_t *until, struct err *e) MUST;
/* Live ones that the member made; what came from event passes is not counted. */
bool handover_count_open(struct keeper *k, int64_t member, int64_t now, int64_t *n, struct err *e) MUST;
typedef bool handover_reader(void *self, const struct handover *h, struct err *e);
/* Newest first, at most `most`. */
bool handover_each(struct keeper *k, int64_t member, int64_t most, handover_reader *each, void *self,
    struct err *e) MUST;
/* Those that this assurer took and that are live, newest first, at most `most`. */
bool handover_each_used(struct keeper *k, int64_t assurer, int64_t now, int64_t most, handover_reader *each, void *self,
    struct err *e) MUST;
/* Its steps, appended as u32 n, n * { i64 at, u8 act, i64 fields }. */
bool handover_uses(struct keeper *k, int64_t id, struct buf *packed, struct err *e) MUST;

/* ---- from an event pass ---- */
/* The one that this assurer took from it; *found false: none. */
bool handover_of_pass(struct keeper *k, int64_t pass, int64_t assurer, struct handover *h, bool *found, struct err *e) MUST;
/* How many assurers used it. */
bool handover_count_pass(struct keeper *k, int64_t pass, int64_t *n, struct err *e) MUST;
/*
 * The pass is over: its live hand-overs end in this state (*ended of them), and
 * none is known by it any more.  The caller's line tells its owner.
 */
bool handover_pass_end(struct keeper *k, int64_t pass, enum handover_state s, int64_t now, int64_t *ended,
    struct err *e) MUST;

/* Open ones whose time was over before `before`: the sweep should have ended them. */
bool handover_stale(struct keeper *k, int64_t before, int64_t *n, struct err *e) MUST;
/* End what is over, with a line each; ended ones older than HANDOVER_KEPT go. */
bool handover_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;
#endif
