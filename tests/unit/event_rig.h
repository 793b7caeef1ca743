/*
 * tests/unit/event_rig.h - the steps of an event inside a keeper rig: announced, signed up
 * for, checked in to; each gives false when refused, r->err says how.
 */
#ifndef TESTS_UNIT_EVENT_RIG_H
#define TESTS_UNIT_EVENT_RIG_H
#include "privacy/facts/event_part.h"
#include "tests/unit/trust_rig.h"

struct event_words { const char *place, *note; int64_t begins, ends, east, capacity; };
/* An evening tomorrow, four hours long, for so many. */
struct event_words event_tomorrow(const struct rig *r, int64_t capacity);
/* Announce; the site store's row stands at once. */
bool event_announce(struct rig *r, struct person *p, const struct event_words *w, int64_t *id);
bool event_call(struct rig *r, struct person *p, uint32_t op, int64_t id);	/* end, leave, check in */
bool event_sign_up(struct rig *r, struct person *p, int64_t id, bool named, int64_t *number);
bool event_check_out(struct rig *r, struct person *p, int64_t id, int64_t part);

struct event_seen { int64_t id, begins, ends, east, until, number, used; uint32_t what; char place[EVENT_PLACE], code[EVENT_CODE_TEXT]; };
struct events_seen { struct event_seen visit[8], own[8]; uint32_t visits, owns; };
bool event_list(struct rig *r, struct person *p, struct events_seen *s);
struct event_desk { struct event_seen seen; int64_t coming, assurers, drafts, part[8]; uint32_t parts; char name[8][128]; };
bool event_look(struct rig *r, struct person *p, int64_t id, struct event_desk *d);
/* The code of this member's pass; fails the test when there is none. */
void event_code(struct rig *r, struct person *p, int64_t id, char code[EVENT_CODE_TEXT]);
/* By a one-use address; the content is appended. */
bool once_of(struct rig *r, struct person *p, unsigned kind, const struct buf *about, struct buf *content);
/* The clerk's sweep until nothing is left. */
void rig_sweep(struct rig *r);
/* Rows of the keeper store. */
enum rig_table { ROWS_EVENT, ROWS_PART, ROWS_CODE, ROWS_SLIP, ROWS_SLIP_BOX, ROWS_PASS, ROWS_HELD };
int64_t rig_rows(struct rig *r, enum rig_table t);
/* The newest line of this member's history that is of this purpose; "" when there is none. */
void rig_said(struct rig *r, struct person *p, uint32_t purpose, char into[256]);
#endif
