/* portal/public/routes.h - the pages anybody may read, and the handlers behind them. */
#ifndef PORTAL_PUBLIC_ROUTES_H
#define PORTAL_PUBLIC_ROUTES_H
#include "portal/web/visit.h"

extern const struct route public_routes[];
extern const size_t public_route_count;

typedef bool handler(struct visit *v, struct err *e);

/* pages.c */
handler front_show, roots_show, privacy_show, protect_show, imprint_show, agreement_show, help_show;
/* versions.c */
handler policy_versions_show, policy_agreement_show, policy_statement_show, changes_agreement_show, changes_statement_show;
/* statistics.c */
handler statistics_show;
/* report.c */
handler report_show;
/* wellknown.c */
handler promise_test_show, security_txt_show, gpc_show, robots_show, favicon_show;
handler p3p_reference_show, p3p_policy_show;
#endif
