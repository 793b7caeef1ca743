/*
 * portal/trust/officer.h - what the officers' pages read alike from the keeper's answers.
 *
 * Stands on visit.  Decides nothing: who may vote the keeper says.
 */
#ifndef PORTAL_TRUST_OFFICER_H
#define PORTAL_TRUST_OFFICER_H
#include "portal/trust/views_officer.h"

/* One row of KEEPER_DECISIONS, which KEEPER_DECISION_LOOK begins with. */
void decision_line_read(struct span *a, struct decision_line *l);
/* Message ids for a decision's kind and state, and the badge's class. */
void decision_words_of(unsigned kind, unsigned state, const char **kind_name, const char **state_name, const char **badge);
/* WHAT IF of op.h. */
void if_fraud_read(struct span *a, struct if_fraud *w);
/* u32 votes, votes * { u8 yes, i64 at, text reason } into row[*n], at most `most` of them in all. */
void votes_read(struct span *a, struct vote_line *row, size_t most, size_t *n);
/* HOLD of op_office.h. */
void hold_line_read(struct span *a, struct hold_line *l);
/* Answered by a decision's number: on to its page.  ERR_IO. */
bool decision_go(struct visit *v, struct span a, struct err *e) MUST;
#endif
