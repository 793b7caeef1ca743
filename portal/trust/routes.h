/* portal/trust/routes.h - addresses of the web of trust, and the handlers behind them. */
#ifndef PORTAL_TRUST_ROUTES_H
#define PORTAL_TRUST_ROUTES_H
#include "portal/web/visit.h"

extern const struct route trust_routes[];
extern const size_t trust_route_count;

typedef bool handler(struct visit *v, struct err *e);

/* ---- meeting and vouching ---- */
/* handover.c: a member's own codes */
handler handover_show, handover_new, handover_end;
/* paper.c: the printed form */
handler paper_blank, paper_make, paper_once;
/* meet.c: an assurer with a code */
handler assure_show, assure_take, meeting_show, meeting_match, meeting_ask, meeting_open, meeting_leave, meeting_confirm;
/* note.c, signing.c: what comes of it */
handler note_show, note_send, drafts_show, drafts_sign, draft_drop;
/* points.c, given.c: afterwards */
handler founder_offer, object_show, object_send;
handler points_show, vouch_confirm, parent_show, parent_withdraw, given_show, withdraw_show, withdraw_do;
/* officer.c, officer_decision.c, officer_standing.c: what officers decide */
handler officers_show, founding_show, founding_ask, decision_show, decision_vote, decision_carry_out, standing_show, standing_look, standing_ask;
/* officer_hold.c */
handler holds_show, hold_ask, hold_end_ask;
/* officer_later.c */
handler tellings_show;
/* officer_exclude.c */
handler exclusions_show, exclude_ask, exclude_end_ask;
/* third.c: without a meeting; papers.c: who keeps signed forms */
handler third_show, third_new, third_topup, third_form, third_end;
handler papers_show, paper_destroyed, papers_still, paper_accept, papers_keep, papers_offer_show, papers_offer;
/* directory.c: the search; listing.c: one's own line; contact.c: messages by way of a line */
handler directory_show, listing_show, listing_preview, listing_publish, listing_end;
handler contact_write_show, contact_write, contact_answer_show, contact_answer;
/* challenge.c: the assurer challenge */
handler challenge_show, challenge_begin, challenge_questions_show, challenge_hand_in, assurer_begun_show;

/* ---- events and slips ---- */
/* event.c, event_mine.c, event_new.c, event_list.c */
handler events_show, events_own_show, event_show, event_own_show, event_sign_up, event_leave, event_check_in, event_check_out;
handler event_end_show, event_end, events_mine, event_new_show, event_preview, event_publish, event_list_make, event_list_once;
/* slips.c: an assurer's; slip.c: bringing one */
handler slips_show, slip_new_show, slip_new, slip_withdraw, slip_print, slip_once, slip_show, slip_look, slip_confirm;
#endif
