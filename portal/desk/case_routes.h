/* portal/desk/case_routes.h - the addresses of cases, of the support desk and of seats, and the handlers behind them. */
#ifndef PORTAL_DESK_CASE_ROUTES_H
#define PORTAL_DESK_CASE_ROUTES_H
#include "portal/web/visit.h"

extern const struct route case_routes[];
extern const size_t case_route_count;

typedef bool handler(struct visit *v, struct err *e);

/* case_own.c */
handler cases_show, case_new_show, case_new, case_report_show, case_report, case_show, case_say, case_allow;
/* case_name.c */
handler case_name_show, case_name;
/* case_visit.c */
handler case_door_show, case_door, case_visit_new_show, case_visit_new, case_visit_report_show, case_visit_report,
    case_visit_show, case_visit_say;
/* desk.c */
handler desk_show, desk_case_show;
/* desk_post.c */
handler desk_sort, desk_letter_show, desk_letter;
/* desk_acts.c */
handler desk_take, desk_hand, desk_say, desk_extend, desk_close, desk_open, desk_find, desk_name, desk_lost, desk_later;
/* breach.c */
handler breaches_show, breach_enter, breach_show, breach_set;
/* lost.c */
handler lost_sheet, lost_password_show, lost_password, lost_show, lost_answer, lost_open_show, lost_open;
/* key_proof.c */
handler key_proof_show, key_proof_send;
/* seats.c */
handler seats_show, seat_ask_show, seat_ask, seat_name;
#endif
