/*
 * privacy/facts/name.h - the names a member goes by, by index.
 *
 * A member has up to VOUCH_NAMES names: as on the papers, of birth, of marriage,
 * in another script, of an artist.  The parts of name i are sealed as
 * FIELD_GIVEN, FIELD_MIDDLE, FIELD_FAMILY and FIELD_SUFFIX with object i; the
 * first one a member enters has index 0.  One of them is shown first
 * (trust_facts.main_name): it greets, and its initials stand in assurers' lists.
 *
 * Vouching is for stated names (bits of indexes).  So a name that somebody
 * vouched for is never overwritten, and its index never used again as long as an
 * assurance states it: another name takes another index, and counts as vouched
 * only by a link, made by an assurer with a live hand-over who saw the deed, or by two
 * officers (name_change.h).
 * A linked name replaces the old one everywhere: it becomes the first if the old
 * one was, the old one's text is erased (it stands sealed in its owner's history),
 * and the initials in assurers' lists are made anew.
 * What was compared and is not signed yet is forgotten when the text changes under it.
 *
 * The same for the birth date: object 0 of FIELD_BIRTH is what is held, object 1 a
 * proposed new one that waits for somebody who saw the deed.  Assurances vouch
 * for a version of it; a link joins two versions.
 *
 * In others' hands are two values of a member: FIELD_SIGNER (the name that those
 * they vouched for keep) and FIELD_INITIALS (which assurers keep); each is one row,
 * object 0, made anew whenever the name shown first changes.  Others keep a name
 * that somebody vouched for, if there is one: the one shown first, else the first such.
 *
 * Stands on keeper, trust, assurance, person, person_name.
 */
#ifndef PRIVACY_FACTS_NAME_H
#define PRIVACY_FACTS_NAME_H
#include "privacy/facts/points.h"
#include "privacy/keeper/keeper.h"

#define BIRTH_HELD	0	/* objects of FIELD_BIRTH */
#define BIRTH_PROPOSED	1

#define LINK_NONE	0
#define LINK_NAME	1	/* from and to are name indexes */
#define LINK_BIRTH	2	/* the proposed date replaces the one held */

extern const char name_schema[];

struct name_row { uint8_t index; enum name_sort sort; int64_t since; };
/* The indexes that have a name now, ascending; *n of them. */
bool name_list(struct keeper *k, int64_t member, struct name_row into[VOUCH_NAMES], size_t *n, struct err *e) MUST;
/* The same as bits. */
bool name_bits(struct keeper *k, int64_t member, uint32_t *bits, struct err *e) MUST;
/* Bits of indexes that a signed assurance states or a link names, whatever became of it: their texts are fixed. */
bool name_vouched(struct keeper *k, int64_t member, uint32_t *bits, struct err *e) MUST;
/* Enter or rename (the sort of) an index's row; the parts are the caller's to seal. */
bool name_row_put(struct keeper *k, int64_t member, uint8_t index, enum name_sort sort, int64_t now,
    struct err *e) MUST;
/* An index that no name has and no assurance ever stated.  ERR_DENIED with WHY_NAME_MANY. */
bool name_free(struct keeper *k, int64_t member, uint8_t *index, struct err *e) MUST;
/* Row and parts go; another becomes the first if this one was.  Changes sealed rows: record it. */
bool name_erase(struct keeper *k, const struct owner *o, uint8_t index, int64_t now, struct err *e) MUST;
/*
 * The text of this name is, or is about to be, another one, or none: what assurers compared with the
 * former one and did not sign yet is forgotten, in hand-overs in use and in drafts.
 */
bool name_changed(struct keeper *k, int64_t member, uint8_t index, struct err *e) MUST;
/* The same for a birth date (object: BIRTH_*). */
bool birth_changed(struct keeper *k, int64_t member, int64_t object, struct err *e) MUST;
/* Links of this member: from, to. */
bool name_links(struct keeper *k, int64_t member, struct name_link into[VOUCH_NAMES], size_t *n, struct err *e) MUST;
/* The index shown first. */
bool name_main(struct keeper *k, int64_t member, uint8_t *index, struct err *e) MUST;
/* name_main, name_vouched and birth_vouched together: a single look-up for who has a name and nobody vouched for. */
struct name_marks { uint8_t first; uint32_t vouched; bool birth; };
bool name_marks(struct keeper *k, int64_t member, struct name_marks *m, struct err *e) MUST;

struct name_parts { struct buf given, middle, family, suffix, whole; };
void name_parts_wipe(struct name_parts *p);	/* fits DROP() */
/* Open name `index` of o by the act's purpose and this role.  Counts as an opening: record it.  No name: all empty. */
bool name_open(struct keeper *k, struct act *a, enum entry_role role, const struct owner *o, uint8_t index,
    struct name_parts *p, struct err *e) MUST;
/*
 * Enter or change the act's owner's name of this index (name_free: a further one).  p: the
 * four parts, as person_value() gives them.  Its text must not be vouched for: the caller asks.
 * A member's only name is shown first.  Records itself, each changed part with old and new
 * value; nothing changed: a line that says so.  ERR_INPUT with WHY_NAME_MISSING,
 * WHY_NAME_SCRIPTS; ERR_CONFLICT with WHY_ENTERED: another index has it already.
 */
bool name_save(struct keeper *k, struct act *a, uint8_t index, enum name_sort sort, struct name_parts *p,
    struct err *e) MUST;
/*
 * Make what others keep of o's name, if it is not there yet (again: also if it is):
 * FIELD_SIGNER or FIELD_INITIALS.  Opens the name shown first by the act's purpose
 * and role, and changes a sealed row: record it.  ERR_DENIED with WHY_NAME_MISSING.
 */
bool name_lend(struct keeper *k, struct act *a, enum entry_role role, const struct owner *o, enum field f,
    bool again, struct err *e) MUST;
/*
 * After the name shown first changed: what is lent is made anew, or goes when there is no name left.  Record it;
 * a vouched name may also be on show in the directory, whose line the caller then ends (published_end_of).
 */
bool name_lent_again(struct keeper *k, struct act *a, enum entry_role role, const struct owner *o, struct err *e) MUST;
/* What others keep, for the other's page: not an opening.  None (any more): "". */
bool name_lent(struct keeper *k, int64_t member, enum field f, struct buf *into, struct err *e) MUST;

/* The version of the birth date that is held, and the links between versions. */
#define BIRTH_LINKS	32
struct birth_known { int64_t version; bool held; struct { int64_t from, to; } link[BIRTH_LINKS]; size_t links; };
bool birth_known(struct keeper *k, int64_t member, struct birth_known *b, struct err *e) MUST;
/* Does an assurance of this version hold for what is held now: the same, or linked to it? */
bool birth_reaches(const struct birth_known *b, int64_t version);
/* BIRTH_IS_* (keeper/op.h) of the moment. */
bool birth_state(struct keeper *k, int64_t member, unsigned *bits, struct err *e) MUST;
/* Is the birth date held vouched for by an assurance that was signed and not taken back? */
bool birth_vouched(struct keeper *k, int64_t member, bool *yes, struct err *e) MUST;
/*
 * An assurer saw the deed, or (ACTOR_OFFICER) two officers agreed: what was vouched for `from` holds for `to`.  Changes
 * names, first name, initials, birth date as the head of this file says; tells the
 * member; records itself on both.  ERR_CONFLICT with WHY_LINK: not there any more.
 */
struct link { uint8_t what, from, to; };
/* Could it be made now: are both there, and is the old one vouched for?  ERR_CONFLICT with WHY_LINK. */
bool name_link_fits(struct keeper *k, int64_t member, const struct link *l, struct err *e) MUST;
bool name_link_make(struct keeper *k, struct act *a, const struct owner *o, const struct link *l, enum entry_role role,
    struct err *e) MUST;
#endif
