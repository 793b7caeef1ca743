/*
 * privacy/rights/guest.h - an officer borrowed from a partner community, for one disclosure.
 *
 * A disclosure always takes two officers, and nothing stands in for the second.  Where fewer than two are free to vote on
 * one (not who asked, nobody it names, no tie with those, the seat in force), an officer names a member who is an officer
 * elsewhere.  That is a decision of a kind of its own: who is free to vote on the disclosure approves it, and as only
 * one is, it stands after seven days' notice in which nobody objects (facts/decision_notice.c).  The guest accepts with the
 * password, and votes on that disclosure like an officer; they hold no role, so nothing else opens for them.
 *
 * Who asks for the guest has no vote on it, nor has who asked for the disclosure: one officer would choose whom they ask.  So it
 * takes an officer who is free, and one more who asks.  Where none is free, or only who asks, it is refused: two guests
 * alone would decide about a member of a site that none of its own officers answers for; its seats are to be filled first.
 *
 * One at a time, GUESTS_MOST in all, and none after one has voted: a guest is not replaced because of their vote.  As one is
 * borrowed only where an officer of this site is free, and one guest votes at most, one of the two approvals is always an
 * officer's of this site.
 *
 * The seat ends with the disclosure's decision, which lapses DECISION_LIFE after it was asked for: no seat outlives that.
 * Who holds it gives it up at any time; an officer who has a vote on the disclosure ends it while the guest has not voted.
 *
 *	guest.c		rows; who may be one; how it ends; what others read of it
 *	guest_use.c	asking for one, answering, reading, voting
 *
 * The community's name is sealed with the case's key and goes with it.  Stands on disclose, decision, case.
 */
#ifndef PRIVACY_RIGHTS_GUEST_H
#define PRIVACY_RIGHTS_GUEST_H
#include "privacy/facts/decision.h"
#include "privacy/facts/role.h"

extern const char guest_schema[];

struct guest {
	int64_t		decision, disclosure;
	int64_t		member;			/* 0: erased since */
	int64_t		since, until, ended;	/* since 0: not accepted; ended 0: not */
	bool		voted;
	enum guest_state state;
};
struct guest_words { char community[GUEST_WORDS + 1], site[GUEST_SITE + 1]; };

/* ---- rows ---- */
bool guest_add(struct keeper *k, const struct guest *g, const struct guest_words *w, struct err *e) MUST;
bool guest_set(struct keeper *k, const struct guest *g, struct err *e) MUST;	/* state, since, until, ended, voted */
/* By the decision that borrows.  ERR_ABSENT. */
bool guest_get(struct keeper *k, int64_t decision, struct guest *g, struct err *e) MUST;
/* The one who is asked or sits now.  ERR_CONFLICT with WHY_GUEST. */
bool guest_there(struct keeper *k, int64_t disclosure, struct guest *g, struct err *e) MUST;
/* This member's for a disclosure, the newest that was offered.  ERR_ABSENT with WHY_GUEST. */
bool guest_of(struct keeper *k, int64_t member, int64_t disclosure, struct guest *g, struct err *e) MUST;
/* Empty once the case's texts are gone. */
bool guest_words(struct keeper *k, const struct guest *g, struct guest_words *w, struct err *e) MUST;

/* ---- who may ---- */
/* May this officer ask for one? */
bool guest_need(struct keeper *k, int64_t disclosure, int64_t officer, enum guest_need *need, struct err *e) MUST;
/* Is it needed still, of the one that was asked for by this decision?  ERR_CONFLICT with WHY_GUEST_ENOUGH. */
bool guest_needed_still(struct keeper *k, const struct guest *g, struct err *e) MUST;
/* May this member be the guest?  officer: who names them.  ERR_CONFLICT with WHY_GUEST_MEMBER. */
bool guest_fits(struct keeper *k, int64_t member, int64_t disclosure, int64_t officer, int64_t now, struct err *e) MUST;
/* The same of one who was named: what came up since counts, a tie with who named them, too. */
bool guest_fits_still(struct keeper *k, const struct guest *g, int64_t now, struct err *e) MUST;
/* The act's owner sits as a guest, and it is in order still.  ERR_DENIED with WHY_GUEST, or as act_in_role. */
bool guest_sits(struct keeper *k, const struct act *a, int64_t disclosure, struct guest *g, struct err *e) MUST;
/* Do they sit anywhere? */
bool guest_sits_somewhere(struct keeper *k, int64_t member, bool *yes, struct err *e) MUST;

/* ---- what happens ---- */
/* Decided, or not: the guest is asked, or nothing comes of it. */
bool guest_decided(struct keeper *k, struct act *a, const struct decision *d, struct err *e) MUST;
/* The decision that borrows lapsed. */
bool guest_lapsed(struct keeper *k, int64_t decision, int64_t now, struct err *e) MUST;
/* The seat ends: a line of its holder and one of the case.  told: the holder hears of it by mail. */
bool guest_end(struct keeper *k, struct guest *g, bool told, int64_t now, struct err *e) MUST;
/* The disclosure's decision is over: all that is left of its guests' seats ends. */
bool guests_over(struct keeper *k, int64_t disclosure, int64_t now, struct err *e) MUST;
/* A member's erasure begins: their seats end; the fence takes their number out of the rows. */
bool guest_leaves(struct keeper *k, int64_t member, int64_t now, struct err *e) MUST;
/* The case's texts go. */
bool guest_words_gone(struct keeper *k, int64_t disclosure, struct err *e) MUST;

/* ---- what others read ---- */
/* The community of the guest who voted on it; "": none did. */
bool guest_took_part(struct keeper *k, int64_t disclosure, bool *yes, struct guest_words *w, struct err *e) MUST;
bool guest_pack(struct keeper *k, const struct guest *g, struct buf *into, struct err *e) MUST;	/* GUEST of op_disclose.h */
bool guests_pack(struct keeper *k, int64_t disclosure, struct buf *into, struct err *e) MUST;	/* u32 m, m * GUEST */
bool guest_seats_pack(struct keeper *k, struct buf *into, struct err *e) MUST;			/* GUEST SEATS */
bool guest_audit_pack(struct keeper *k, struct buf *into, struct err *e) MUST;			/* as KEEPER_AUDIT tells */
bool guest_home_pack(struct keeper *k, int64_t member, struct buf *into, struct err *e) MUST;	/* as KEEPER_HOME tells */
/* i64 disclosure, text community, text its web address: what a decision of this kind is about; 0, "", "" of any other. */
bool guest_show(struct keeper *k, const struct decision *d, struct buf *into, struct err *e) MUST;
#endif
