/*
 * privacy/rights/disclose.h - disclosures: single fields of a member, to an authority, under law (promise P9).
 *
 * An officer asks, with the authority, the legal basis, the authority's document, whom it concerns by
 * number, the fields and the days, and, where the law forbids telling, until when.  Two others agree, each with a
 * reason, or two refuse (facts/decision.h): neither is who asked nor has a tie with whom it names, and nothing replaces the second.  What was
 * agreed on can be fetched once, for DISCLOSURE_HOLDS, by an officer, behind the password: the lines on the ledger
 * come first, then the file is made, closed with a pass-phrase (rights/age.h), and kept nowhere.
 *
 * It is a case of a kind of its own that stands on no desk: one number for case, decision and disclosure, its
 * words and the document sealed with the case's key, which goes desk.kept after the end.  What was opened
 * stands in lines about the case; the member gets theirs when they are told: at once, or on the day the
 * silence ends, by the sweep.  Whom it names finds nothing about it before, officers neither.
 *
 * In the file is what is held now and was held on some day of the period; old values stand in a
 * member's history alone and are never given.
 *
 *	disclose.c	rows; asking, showing, what two officers decided
 *	disclose_file.c	fetching: the document, and the file
 *	disclose_tell.c	telling the member, by whom it is; what ends by itself
 *	guest.c		an officer borrowed from a partner community (rights/guest.h)
 *	recipient.c	telling earlier recipients (GDPR Art. 19): by officers, from a list that corrections, erasures
 *			and restrictions fill
 *
 * Stands on case, decision, once, vault, record.
 */
#ifndef PRIVACY_RIGHTS_DISCLOSE_H
#define PRIVACY_RIGHTS_DISCLOSE_H
#include "privacy/facts/decision.h"

#define DISCLOSURE_HOLDS (30 * 86400)	/* seconds in which what was agreed on can be fetched */

extern const char disclosure_schema[];

/* Does it name this member? */
bool disclosure_names(struct keeper *k, int64_t number, int64_t member, bool *yes, struct err *e) MUST;
/* Does it name this member, or somebody of whom either vouched for the other? */
bool disclosure_tied(struct keeper *k, int64_t number, int64_t member, bool *yes, struct err *e) MUST;
/* Two officers agreed or refused. */
bool disclosure_decided(struct keeper *k, struct act *a, const struct decision *d, struct err *e) MUST;
/* It ended without a file. */
bool disclosure_over(struct keeper *k, int64_t number, enum case_outcome how, int64_t now, struct err *e) MUST;
/*
 * What a one-use address gives: what (DISCLOSE_*) of this disclosure to the act's owner; held is the
 * pass-phrase.  ERR_DENIED with WHY_ROLE; ERR_CONFLICT with WHY_DISCLOSURE_STATE.
 */
bool disclosure_take(struct keeper *k, struct act *a, int64_t number, unsigned what, struct span held,
    struct buf *into, struct err *e) MUST;
/* Members whose silence is over are told, at most `most`, and approvals that nobody used end. */
bool disclosure_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e) MUST;
/* Append { i64 given_at, i64 silent_until } of each disclosure whose silence is in force; *n: how many. */
bool disclosure_silent_each(struct keeper *k, int64_t now, struct buf *into, uint32_t *n, struct err *e) MUST;
/* Members who are not told yet for a silence: in how many disclosures. */
bool disclosure_silences(struct keeper *k, int64_t now, int64_t *n, struct err *e) MUST;
/* The case's keys go: words and document with them. */
bool disclosure_words_gone(struct keeper *k, int64_t number, struct err *e) MUST;
/* A member is erased: no row names them. */
bool disclosure_forget(struct keeper *k, int64_t member, int64_t now, struct err *e) MUST;

/*
 * Some of these fields of a member changed: whoever got one of them is to be told.  fields:
 * bits; ~0 all.  Costs one look-up; records nothing of its own.
 */
bool recipients_note(struct keeper *k, const struct owner *of, enum recipient_why why, uint64_t fields, int64_t now,
    struct err *e) MUST;
#endif
