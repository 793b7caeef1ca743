/* portal/desk/lost_views.h - what the pages of a way back into a lost account show; read by portal/pages/lost.html. */
#ifndef PORTAL_DESK_LOST_VIEWS_H
#define PORTAL_DESK_LOST_VIEWS_H
#include "portal/web/visit.h"

struct lost_sheet_view { const char *token; char code[32]; int64_t expires, number; };	/* told once */
struct lost_view {
	const char	*token;
	unsigned	kind, way, state;	/* enum mail_use, lost_way, lost_state */
	int64_t		due, number;		/* due 0: no address was shown yet; number: of the case */
};
#endif
