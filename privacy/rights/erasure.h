/*
 * privacy/rights/erasure.h - one erasure of an account, from the wish to the tombstone.
 *
 *	ASKED	a member asked for it; nothing but what goes on under restriction is done with
 *		their data; until due_at they can change their mind
 *	BEGUN	nobody acts for them or on them any more: sessions, links, codes, roles and
 *		proved addresses are gone; their certificates are on the way to be revoked
 *	LISTED	no certificate of theirs is live and nothing of theirs is published; the numbers
 *		of the ledger's entries about them are written down, for nobody finds them
 *		without the key
 *	SEALED	their key and tag root are destroyed, in the store and its log
 *	CLEANED	rows, blind indexes and details that named them are gone or name nobody
 *	DONE	the ledger and the keeper's journal say so: the receipt can be made
 *	TOLD	the signer's journal does, too
 *
 * Each stage is a commit of its own and can be done again; the clerk drives them
 * (KEEPER_ERASE_RUN), so that an interruption anywhere is gone on from.  A row of a stage
 * before SEALED names the member, later ones nobody.
 *
 * What stays of others: whoever they vouched for keeps the points, whoever vouched for them
 * keeps the experience.  Their place in those rows is taken by numbers below 0, the same
 * for everybody who was erased: -1, and the next where one row's two or one member's
 * assurers must be told apart.  These stand in subject and member (SUBJECT_NOBODY), without keys.
 *
 * Stands on keeper.  Private to the rights: erase.c asks, erase_row.c keeps count, erase_stage.c does, erase_clean.c cleans.
 */
#ifndef PRIVACY_RIGHTS_ERASURE_H
#define PRIVACY_RIGHTS_ERASURE_H
#include "privacy/keeper/keeper.h"

#define ERASE_WAIT	(72 * 3600)	/* seconds to change one's mind */
#define ERASE_GONE	(60 * 86400)	/* from destroyed keys to none in any backup: rotation within 30 days, 30 days more */
#define ERASE_WORDS	160

extern const char erase_schema[];

struct erasure {
	int64_t		number, member;
	int64_t		key, tags;		/* ids of what is destroyed */
	int64_t		asked_at, due_at, begun_at, sealed_at, done_at;	/* 0: not yet */
	int64_t		entries;		/* of the ledger about them, as far as they are written down */
	int64_t		receipt, place;		/* ledger number of the tombstone, and which of the site's entries it is; -1: none yet */
	enum erase_stage stage;
	char		lang[16];
};

/* ---- rows (erase_row.c) ---- */
/* *found false: no such row. */
bool erasure_of(struct keeper *k, int64_t member, struct erasure *x, bool *found, struct err *e) MUST;
bool erasure_get(struct keeper *k, int64_t number, struct erasure *x, bool *found, struct err *e) MUST;
bool erasure_add(struct keeper *k, struct erasure *x, struct err *e) MUST;
bool erasure_set(struct keeper *k, const struct erasure *x, struct err *e) MUST;
bool erasure_drop(struct keeper *k, int64_t number, struct err *e) MUST;
/* "erasure 12 done: keys destroyed on 2026-11-27, ...": what the tombstone's entry and the receipt say. */
void erasure_words(const struct erasure *x, char into[ERASE_WORDS]);
/* How many have begun and are not done. */
bool erasure_waiting(struct keeper *k, int64_t *n, struct err *e) MUST;
/* Entries that were about those who are erased already: for doctor, who counts. */
bool erasure_entries(struct keeper *k, int64_t *n, struct err *e) MUST;

/* ---- stages (erase_stage.c) ---- */
/* ASKED becomes BEGUN: tickets that revoke, appended with pack_bytes, *n of them; both NULL: they are left to the clerk. */
bool erasure_begin(struct keeper *k, struct erasure *x, const char *code, int64_t now, struct buf *tickets,
    uint32_t *n, struct err *e) MUST;
/* Nobody acts for them any more: sessions, links, addresses and the like go; bits: RESTRICTED_* that stand already. */
bool erasure_fence(struct keeper *k, const struct owner *o, unsigned bits, int64_t now, struct err *e) MUST;
/* The signer has its tombstone: DONE becomes TOLD, and the duty of its entry is done. */
bool erasure_told(struct keeper *k, int64_t number, struct err *e) MUST;
/* One step of one erasure; *moved false: it waits for somebody else. */
bool erasure_step(struct keeper *k, struct erasure *x, int64_t now, bool *moved, struct err *e) MUST;

/* ---- cleaning (erase_clean.c) ---- */
/* Some of SEALED's rows; *clean: nothing is left.  ERR_TAMPER: something named them that should not. */
bool erasure_clean(struct keeper *k, const struct erasure *x, bool *clean, struct err *e) MUST;
/* Server certificates of erased members whose names still stand in the site store, appended; told: they do not any more. */
bool faceless_list(struct keeper *k, struct buf *serials, uint32_t *n, struct err *e) MUST;
bool faceless_told(struct keeper *k, const unsigned char *serial, struct err *e) MUST;
/* Role tags that outlived their owner long enough are destroyed. */
bool role_kept_sweep(struct keeper *k, int64_t now, struct err *e) MUST;
#endif
