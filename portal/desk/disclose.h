/*
 * portal/desk/disclose.h - disclosures under law: asking, looking, fetching, and recipients to be told.
 *
 *	/officers/disclosures		all of them, and whom a correction or erasure leaves to be told
 *	/officers/disclosures/new	ask for one, with the authority's document
 *	/officers/disclosures/NUMBER	what exactly is asked for; the vote stands on the decision's page
 *	/once/disclosure/TOKEN		the file, or the document
 *	/officers/disclosures/borrow/N	name an officer of a partner community for it
 *	/guest/N			the guest: says yes or no, reads it, votes
 *
 * The document passes through: its bytes are looked at by no program here.
 */
#ifndef PORTAL_DESK_DISCLOSE_H
#define PORTAL_DESK_DISCLOSE_H
#include "portal/web/visit.h"

struct disclosure_view;
struct guest_line;

/* DISCLOSURE and MORE, GUEST of op_disclose.h. */
void disclosure_view_read(struct span *a, struct disclosure_view *w);
void guest_line_read(struct span *a, struct guest_line *g);

bool disclosure_show(struct visit *v, struct err *e);
/* guest.c */
bool borrow_show(struct visit *v, struct err *e);
bool borrow_ask(struct visit *v, struct err *e);
bool guest_return(struct visit *v, struct err *e);
bool guest_show(struct visit *v, struct err *e);
bool guest_document(struct visit *v, struct err *e);
bool guest_answer(struct visit *v, struct err *e);
bool guest_vote(struct visit *v, struct err *e);

extern const struct route disclose_routes[];
extern const size_t disclose_route_count;
#endif
