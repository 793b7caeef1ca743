/*
 * privacy/facts/handover.h - handing identity fields to one assurer, for one meeting (promise P3).
 *
 * A member makes a code (code.h): a finder by which its row is found, a secret of
 * which only a keyed hash is kept, a check character.  The code itself is sealed
 * as the member's FIELD_CODE (object = the row's id) as long as it can be used,
 * so that its owner can see it again.
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
 * Stands on code, name, trust, person_name, event (passes).  Records no
 * assurance: assure.c.
 */
#ifndef PRIVACY_FACTS_HANDOVER_H
#define PRIVACY_FACTS_HANDOVER_H
#include "privacy/facts/code.h"
#include "privacy/facts/name.h"
#include "privacy/facts/person_name.h"
#include "privacy/facts/vouch.h"

#define HANDOVERS_OPEN	10	/* of one member at a time */
#define HANDOVER_KEPT	(30 * 86400)	/* seconds an ended one stays in its owner's list */

extern const char handover_schema[];

enum tried { TRIED_NAME, TRIED_BIRTH, TRIED_KIND, TRIED_NUMBER, TRIED__COUNT };

struct handover {
	int64_t		id, member, assurer;	/* assurer 0: not taken yet */
	int64_t		pass;			/* the event pass it came from; 0: none */
	int64_t		event;
	enum handover_kind kind;
	enum handover_state state;
	int64_t		made_at, expires, taken_at, used_at, wrong;
	uint8_t		tries[TRIED__COUNT], match[TRIED__COUNT];	/* enum field_match; 0: not tried */
	uint8_t		name_match[VOUCH_NAMES];			/* by index */
	uint8_t		proposed;		/* the birth date that agreed is the proposed one */
	uint64_t	shown;			/* FIELD_BIT()s */
};

/*
 * The row, if it is this assurer's and live now (not ended, not idle too long).
 * ERR_DENIED with WHY_HANDOVER_OVER: also for an id of nobody's.
 */
bool handover_live(struct keeper *k, int64_t id, int64_t assurer, int64_t now, struct handover *h, struct err *e) MUST;
bool handover_set(struct keeper *k, const struct handover *h, struct err *e) MUST;
/* It ends in this state; its code goes. */
bool handover_finish(struct keeper *k, struct handover *h, enum handover_state s, int64_t now, struct err *e) MUST;
/* Note a step for the member's page. */
bool handover_note(struct keeper *k, const struct handover *h, enum handover_act act, uint64_t fields, int64_t now,
    struct err *e) MUST;
enum vouch_method handover_method(const struct handover *h);
/* The same for a new row that is an assurer's from the start (event passes). */
bool handover_for(struct keeper *k, struct act *a, const struct owner *member, enum handover_kind kind,
    int64_t pass, int64_t event, int64_t expires, int64_t *id, struct err *e) MUST;
/* Live hand-overs of a member, as an assurer can use them: while there is one, a document stays (rights/erase_field). */
bool handover_open_until(struct keeper *k, int64_t member, int64_t now, int64_t *until, struct err *e) MUST;
/* What is over; ended ones older than HANDOVER_KEPT go. */
bool handover_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;

/* ---- codes of any kind (hand-overs, event passes, slips) ---- */
/* The key of code hashes, derived from the keeper's pepper. */
void codes_key(const struct keeper *k, unsigned char key[CODE_KEY]);
/* May this assurer type a code now?  ERR_DENIED with WHY_CODES_WRONG. */
bool codes_may(struct keeper *k, int64_t assurer, int64_t now, struct err *e) MUST;
/* One more wrong one of this assurer.  The caller sets a->keep. */
bool codes_wrong(struct keeper *k, int64_t assurer, int64_t now, struct err *e) MUST;
#endif
