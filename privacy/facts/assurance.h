/*
 * privacy/facts/assurance.h - the assurances: who vouched for whom, and what became of it.
 *
 * A row holds what the rules need: the two, points, the day they met, which of
 * the member's names it states, the version of the birth date it vouches for,
 * how, and what became of it.  A row without made_at is a draft that its giver
 * has not signed; it counts for nothing.  What is personal lies in the vault: each
 * of the two has a copy of place, documents and words (FIELD_MEETING, the row's id
 * as object), and what the one keeps of the other's name is the other's (name.h),
 * so that erasing one of the two takes from the other's list just what was theirs.
 *
 * Names: bit i of `names` is the member's name of index i (name.h); an index is
 * never used again for another name while an assurance states it.  A birth date
 * that was replaced without a link leaves older assurances standing for a date
 * that is no longer held: they are not counted.  Nor is one whose names are all gone.
 *
 * Stands on keeper, vouch, vault.  Decides nothing: assure.c and its neighbours do.
 */
#ifndef PRIVACY_FACTS_ASSURANCE_H
#define PRIVACY_FACTS_ASSURANCE_H
#include "privacy/facts/name.h"
#include "privacy/facts/vouch.h"
#include "privacy/keeper/keeper.h"

#define PLACE_TEXT	121	/* bytes with NUL */
#define WORDS_TEXT	501	/* bytes with NUL: reasons, objections */

/* Part of a statement over `assurance`: two officers hold the meetings of who noted it (rights/hold.h), drafts among them. */
#define HOLD_ON_GIVER "SELECT 1 FROM hold h WHERE h.member = giver AND h.member > 0 AND h.until > 0 AND h.ended = 0" \
	" AND ((h.groups >> 4) & 1) = 1"
_Static_assert(HOLD_MEETINGS == 1 << 4, "the statement says so");

extern const char assurance_schema[];

struct assurance {
	int64_t		id, giver, member;	/* member numbers; giver of a TTP's: who noted it */
	int64_t		third_party;		/* its number; 0: none */
	int64_t		points, met_day;
	int64_t		noted_at, made_at;	/* drafted; signed (0: not yet) */
	int64_t		withdrawn_at, falls_at, confirmed_at, objected_at;
	int64_t		birth;			/* version of the member's FIELD_BIRTH that was compared */
	uint32_t	names;
	enum vouch_method method;
	bool		founding, parent, paper;
	uint8_t		link;			/* LINK_* and what it links, see name.h; 0: nothing */
	uint8_t		link_from, link_to;
};

struct meeting { char place[PLACE_TEXT], words[WORDS_TEXT]; uint32_t documents; };	/* of DOCUMENT_* */

/* A new row (a->id is drawn).  Seals nothing. */
bool assurance_add(struct keeper *k, struct assurance *a, struct err *e) MUST;
/* ERR_ABSENT with WHY_ASSURE_DONE: no such row. */
bool assurance_get(struct keeper *k, int64_t id, struct assurance *a, struct err *e) MUST;
/* Write back what can change: everything but id, giver, member, third_party, method. */
bool assurance_set(struct keeper *k, const struct assurance *a, struct err *e) MUST;
/* ASSURANCE_* as they are at this moment. */
uint32_t assurance_flags(const struct keeper *k, const struct assurance *a, int64_t now);
/* What unsigned drafts say of this name of the member, or of their birth date, says nothing any more: it changed.
   proposed: only of those that would link a new date. */
bool assurance_forget_name(struct keeper *k, int64_t member, uint8_t index, struct err *e) MUST;
bool assurance_forget_birth(struct keeper *k, int64_t member, bool proposed, struct err *e) MUST;
/* No assurance of this member, signed or drafted, says any more that a parent agreed; *n said so. */
bool assurance_forget_parent(struct keeper *k, int64_t member, int64_t *n, struct err *e) MUST;
/* A draft goes, with what was sealed for it.  Changes sealed rows: record it. */
bool assurance_drop(struct keeper *k, const struct assurance *a, const struct owner *giver,
    int64_t now, struct err *e) MUST;

/* ---- lists ---- */
typedef bool assurance_reader(void *self, const struct assurance *a, struct err *e);
/* All that were signed for a member, newest first. */
bool assurance_received(struct keeper *k, int64_t member, assurance_reader *each, void *self, struct err *e) MUST;
/* Of a giver, signed or not, newest first, ids below `before` (0: all), at most `most`. */
bool assurance_given(struct keeper *k, int64_t giver, int64_t before, int64_t most, assurance_reader *each,
    void *self, struct err *e) MUST;
/* A giver's drafts, oldest first. */
bool assurance_drafts(struct keeper *k, int64_t giver, assurance_reader *each, void *self, struct err *e) MUST;
bool assurance_count_given(struct keeper *k, int64_t giver, int64_t *n, struct err *e) MUST;
/* Drafts older than trust.draft.life go. */
bool assurance_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *dropped, struct err *e) MUST;

/* ---- what assurances are measured by: what is held now ---- */
struct identity {
	struct birth_known	birth;
	uint32_t		names, reach[VOUCH_NAMES];	/* bits of indexes; see points_reach() */
};
bool identity_load(struct keeper *k, int64_t member, struct identity *id, struct err *e) MUST;
/* Does a word of these names and this birth date hold: is the date the one that is held (or linked to it), one of the names held? */
bool identity_holds(const struct identity *id, uint32_t names, int64_t birth);

/* ---- what points are reckoned from; free with vouchings_wipe ---- */
struct vouchings { struct vouching *received, *given; size_t received_count, given_count; int64_t parent_until; };
/*
 * Signed ones only; of those given only what makes experience (as many as can count); of
 * those received only the ones that hold for what is held now (identity_holds), and none of
 * the giver `without` (0: all).
 * parent_until: till then one that stands says that a parent agreed (vouch_ends()); 0: none does.
 */
bool vouchings_load(struct keeper *k, int64_t member, int64_t without, struct vouchings *v, struct err *e) MUST;
void vouchings_wipe(struct vouchings *v);		/* fits DROP() */

/* ---- sealed parts ---- */
bool meeting_put(struct keeper *k, const struct owner *o, int64_t id, const struct meeting *m, int64_t now,
    struct err *e) MUST;
/* Counts as an opening of FIELD_MEETING: record it.  Missing: an empty one. */
bool meeting_get(struct keeper *k, const struct owner *o, int64_t id, struct meeting *m, struct err *e) MUST;
void meeting_wipe(struct meeting *m);			/* fits DROP() */
#endif
