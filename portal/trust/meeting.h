/*
 * portal/trust/meeting.h - one hand-over in use, as the keeper tells its assurer (the HANDOVER BLOCK of op.h).
 *
 * Stands on visit, words.  Opens nothing by itself.
 */
#ifndef PORTAL_TRUST_MEETING_H
#define PORTAL_TRUST_MEETING_H
#include "portal/trust/views_meeting.h"

/* Unpacks a HANDOVER BLOCK and puts it in words.  ERR_IO. */
bool meeting_read(const struct visit *v, struct span *a, struct meeting_view *m, struct err *e) MUST;
/* KEEPER_HANDOVER_LOOK of the number in the path: a page's one call. */
bool meeting_look(struct visit *v, struct meeting_view *m, struct err *e) MUST;
/* An operation of a number in the path and nothing else, answered by nothing. */
bool meeting_do(struct visit *v, uint32_t op, struct err *e) MUST;
void meeting_wipe(struct meeting_view *m);	/* fits DROP() */
#endif
