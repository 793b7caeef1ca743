/* portal/trust/routes.h - the addresses of this room and the handlers behind them. */
#ifndef PORTAL_TRUST_ROUTES_H
#define PORTAL_TRUST_ROUTES_H
#include "portal/web/visit.h"

extern const struct route trust_routes[];
extern const size_t trust_route_count;

typedef bool handler(struct visit *v, struct err *e);

/* challenge.c */
handler challenge_show, challenge_begin, challenge_questions_show, challenge_hand_in, assurer_begun_show;
#endif
