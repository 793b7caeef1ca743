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
 * only by a link, made by an assurer with a live hand-over who saw the deed.
 * A linked name replaces the old one everywhere: it becomes the first if the old
 * one was, the old one's text is erased (it stands sealed in its owner's history),
 * and the initials in assurers' lists are made anew.
 *
 * The same for the birth date: object 0 of FIELD_BIRTH is what is held, object 1 a
 * proposed new one that waits for somebody who saw the deed.  Assurances vouch
 * for a version of it; a link joins two versions.
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
/* Bits of indexes that a signed assurance states or a link names, whatever became of it. */
bool name_vouched(struct keeper *k, int64_t member, uint32_t *bits, struct err *e) MUST;
/* Links of this member: from, to. */
bool name_links(struct keeper *k, int64_t member, struct name_link into[VOUCH_NAMES], size_t *n, struct err *e) MUST;
/* The index shown first. */
bool name_main(struct keeper *k, int64_t member, uint8_t *index, struct err *e) MUST;

struct name_parts { struct buf given, middle, family, suffix, whole; };
void name_parts_wipe(struct name_parts *p);	/* fits DROP() */
/* Open name `index` of o by the act's purpose and this role.  Counts as an opening: record it.  No name: all empty. */
bool name_open(struct keeper *k, struct act *a, enum entry_role role, const struct owner *o, uint8_t index,
    struct name_parts *p, struct err *e) MUST;
/* Initials of the name shown first ("A. S."), opened by the act's purpose: record it. */
bool name_initials(struct keeper *k, struct act *a, enum entry_role role, const struct owner *o, struct buf *into,
    struct err *e) MUST;

/* Is the birth date held vouched for? */
bool birth_vouched(struct keeper *k, int64_t member, bool *yes, struct err *e) MUST;
/* Do assurances of `version` count for the version held now (the same, or linked to it)? */
bool birth_counts(struct keeper *k, int64_t member, int64_t version, bool *yes, struct err *e) MUST;
/*
 * An assurer saw the deed: what was vouched for `from` holds for `to`.  Changes
 * names, first name, initials, birth date as the head of this file says; tells the
 * member; records itself on both.  ERR_CONFLICT with WHY_LINK: not there any more.
 */
struct link { uint8_t what, from, to; };
bool name_link_make(struct keeper *k, struct act *a, const struct owner *o, const struct link *l, struct err *e) MUST;
#endif
