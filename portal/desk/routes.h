/* portal/desk/routes.h - the privacy desk: a member's rights, and the receipts of erasures for everybody. */
#ifndef PORTAL_DESK_ROUTES_H
#define PORTAL_DESK_ROUTES_H
#include "portal/web/visit.h"

extern const struct route desk_routes[];
extern const size_t desk_route_count;

typedef bool desk_handler(struct visit *v, struct err *e);

/* rights.c */
desk_handler rights_show, restrict_show, restrict_do, restrict_lift, ask_first_do;
/* erase.c */
desk_handler erase_show, erase_ask, erase_link, erase_stop, erase_now_show, erase_now_do;
/* receipt.c */
desk_handler receipt_show, receipt_ask, receipt_file;
#endif
