/*
 * portal/trust/handovers.h - a member's hand-overs of their own, as the pages that list them show them.
 *
 * Also what two rooms of pages do with one of them.  Stands on visit, words, qr.
 */
#ifndef PORTAL_TRUST_HANDOVERS_H
#define PORTAL_TRUST_HANDOVERS_H
#include "portal/trust/views_meeting.h"

/* The one whose number the form says ends; on to the page `back` of the session. */
bool handover_withdraw(struct visit *v, const char *back, struct err *e) MUST;
/* On to the printed form of the hand-over whose number the form says, or of none; variant: ONCE_FORM_* bits. */
bool form_print(struct visit *v, unsigned variant, struct err *e) MUST;
/* KEEPER_HANDOVERS, a page's one call, in words and pictures; release with handovers_wipe also after a failure. */
bool handovers_ask(struct visit *v, struct handovers_view *w, struct err *e) MUST;
void handovers_wipe(struct handovers_view *w);	/* codes zeroed; fits DROP() */
#endif
