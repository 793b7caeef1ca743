/*
 * portal/desk/views.h - what the pages of the privacy desk show: portal/pages/{rights,erase}.html.
 *
 * Filled by the handlers of this room from one keeper answer.
 */
#ifndef PORTAL_DESK_VIEWS_H
#define PORTAL_DESK_VIEWS_H
#include "portal/trust/views_officer.h"
#include "portal/web/visit.h"

#define CODE_SHOWN	24	/* bytes of a code with NUL */
#define WORDS_SHOWN	256

struct rights_view {
	unsigned	restricted;		/* RESTRICTED_* */
	bool		ask_first;
	int64_t		erasure, asked_at, due_at;	/* erasure 0: none runs */
	char		code[CODE_SHOWN];
	int64_t		certs, given, papers, proved;
	uint32_t	roles;
	bool		barred;
	struct hold_line hold;			/* ground 0: none */
	int64_t		excluded_until;		/* 0: not */
};

struct erased_view {				/* it has begun, by the link */
	int64_t		number;
	char		code[CODE_SHOWN];
};

struct receipt_view {
	int64_t		number;			/* 0: nothing was asked for yet */
	unsigned	stage;			/* enum erase_stage */
	int64_t		sealed_at, gone_at;
	int64_t		held_until;		/* 0: nothing is held */
	const char	*text;			/* the receipt; NULL: not yet */
	char		code[CODE_SHOWN];
};

/* One keeper answer of KEEPER_RIGHTS. */
bool rights_ask(struct visit *v, struct rights_view *w, struct err *e) MUST;
/* Lines of the directory that an answer says are to go: u32 n, n * i64. */
bool lines_off(struct visit *v, struct span *a, struct err *e) MUST;
#endif
