/* portal/trust/routes.h - the addresses of the web of trust and the handlers behind them. */
#ifndef PORTAL_TRUST_ROUTES_H
#define PORTAL_TRUST_ROUTES_H
#include "portal/web/visit.h"

extern const struct route trust_routes[];
extern const size_t trust_route_count;

typedef bool handler(struct visit *v, struct err *e);

/* directory.c: the search; listing.c: one's own line; contact.c: messages by way of a line */
handler directory_show, listing_show, listing_preview, listing_publish, listing_end;
handler contact_write_show, contact_write, contact_answer_show, contact_answer;
#endif
