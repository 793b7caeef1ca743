/*
 * privacy/facts/published.h - what members made public, and whose it is.
 *
 * A line of the directory, the announcement of an event: what shows lies in the
 * site store, in the clear and without a member; whose it is lies here.  Texts of
 * cases take the same way, though nobody but the keeper can read them: their rows
 * hold ciphertext, and `member` is then the case's number as a subject.  Neither
 * store can wait for the other's commit, so the ledger goes first:
 *
 *	announce	an entry with a change id is appended, a row made here; the
 *			portal gets id, change id and ledger number, then commits its
 *			own row with all three (KEEPER_LISTING_ANNOUNCE and the like)
 *	stand		the portal tells that its row stands (KEEPER_PUBLISHED_STANDS)
 *	end		an entry says that it is taken down; from here on nobody is
 *			let through to its owner; the portal removes its row
 *
 * What a crash left half the clerk makes good: an announced one that was not told
 * to stand for PUBLISHED_WAIT stands if the site store has the row, else it is
 * cancelled, on the ledger; of an ending one it removes the row, and then the
 * keeper forgets it: who was behind a line that ended is kept nowhere but in its
 * owner's history.  It also shows the keeper what stands in the site store, and
 * removes what nobody published: a row that came too late, an old backup's, a
 * forged one.
 *
 * Some kinds are one a member (a line of the directory): when a new one stands,
 * the old one ends.
 *
 * Stands on keeper, record, member.  Does not know what is published, nor judges who
 * may: that is the room of each kind (listing.c).
 */
#ifndef PRIVACY_FACTS_PUBLISHED_H
#define PRIVACY_FACTS_PUBLISHED_H
#include "privacy/keeper/keeper.h"
#include "privacy/keeper/record.h"

extern const char published_schema[], published_subject_schema[];

struct published {
	int64_t		id, member;
	int64_t		change, number;	/* in the entry and in the site store's row; of the entry */
	int64_t		at;		/* seconds: when it came into this state */
	enum published_kind kind;
	enum published_state state;
};

/*
 * The act's owner publishes: append the entry (purpose and role are the act's)
 * that says `object` and, readable to its owner alone, `text`: what will be
 * public, all of it.  Takes with it what the act opened.  *p is the new row.
 */
bool published_announce(struct keeper *k, struct act *a, enum published_kind kind, const char *object,
    struct span text, struct published *p, struct err *e) MUST;
/*
 * The same about any subject (a case) by whoever the line says acted; nothing is kept of the text here,
 * and l->change is set.  The line is the caller's to fill but for that.
 */
bool published_announce_about(struct keeper *k, struct record_line *l, enum published_kind kind, int64_t now,
    struct published *p, struct err *e) MUST;
/* A row stands: who may say so the room of its kind has checked.  ERR_ABSENT: it ended meanwhile. */
bool published_stand(struct keeper *k, enum published_kind kind, int64_t id, int64_t now, struct err *e) MUST;
/* ERR_ABSENT with WHY_LISTING_ABSENT: no such row, or one of another kind. */
bool published_get(struct keeper *k, enum published_kind kind, int64_t id, struct published *p, struct err *e) MUST;
/* This member's newest that is announced or stands; *found false: none. */
bool published_of(struct keeper *k, int64_t member, enum published_kind kind, struct published *p,
    bool *found, struct err *e) MUST;
/* Ids of this member's that are announced or stand; *n of them, at most `most`. */
bool published_ids(struct keeper *k, int64_t member, enum published_kind kind, int64_t *into, size_t most,
    size_t *n, struct err *e) MUST;
/*
 * The act's owner takes down one (id) or all (id 0) of a kind; *n: how many.
 * When there were any, records it with the act's purpose and role.
 */
bool published_end(struct keeper *k, struct act *a, enum published_kind kind, int64_t id, int64_t *n,
    struct err *e) MUST;
/*
 * The program takes down all of a kind (0: of every kind) of anybody: who may
 * no longer be listed, whose name changed, who is restricted or erased.  Records
 * itself when there were any, with the kind's purpose; nothing else happens then.
 */
bool published_end_of(struct keeper *k, const struct owner *o, enum published_kind kind, int64_t now,
    struct err *e) MUST;
/* The same for a single one whose time is over.  ERR_ABSENT. */
bool published_end_one(struct keeper *k, enum published_kind kind, int64_t id, int64_t now, struct err *e) MUST;
#endif
