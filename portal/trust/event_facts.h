/*
 * portal/trust/event_facts.h - the EVENT FACTS of privacy/keeper/op.h, unpacked and in words.
 *
 * Stands on visit, events.
 */
#ifndef PORTAL_TRUST_EVENT_FACTS_H
#define PORTAL_TRUST_EVENT_FACTS_H
#include "portal/trust/views_event.h"

/* *until: the passes are good until then.  A malformed answer is left to unpack_end. */
void event_facts_read(struct span *a, struct event_line *l, uint32_t *what, int64_t *until);
/* The public row as a line. */
void event_line_fill(struct event_line *l, const struct event_row *r);
/* An operation of one event, answered by nothing; more: what comes behind the number. */
bool event_do(struct visit *v, uint32_t op, const struct buf *more, struct err *e) MUST;
/* A one-use address for this, and there: "/once/list/". */
bool once_go(struct visit *v, unsigned kind, const struct buf *about, const char *before, struct err *e) MUST;
/* What the address in v->tail gives, once: content is a part of *out.  ERR_ABSENT with WHY_TOKEN: nothing, or another kind's. */
bool once_ask(struct visit *v, unsigned kind, struct buf *out, struct span *content, struct err *e) MUST;
#endif
