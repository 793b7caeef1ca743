/*
 * privacy/facts/once.h - addresses that work once, for a minute.
 *
 * The address of a download, or of a page that is made to be printed, carries no
 * session token: it is 192 random bits of which only the hash is kept, good for
 * once_life seconds and one complete answer.  What it gives is decided when it is
 * minted: by then the session and what it demands were checked.
 *
 * What there is: a certificate of one's own; the printed form of an assurance with
 * one's names and, if it is for a printed hand-over, its code; the form that a trusted
 * third party fills in, always with its code; the list of an event; a
 * slip, whose code is held for this address alone, sealed with a key that only the
 * address gives; a disclosure's file or document, for an officer (rights/disclose.h), or the document for a guest.
 *
 * Stands on keeper, register, handover, name, event_list, slip, disclose.
 */
#ifndef PRIVACY_FACTS_ONCE_H
#define PRIVACY_FACTS_ONCE_H
#include "privacy/keeper/keeper.h"

extern const char once_schema[], once_held_schema[];
/* A new one for the act's owner; its token goes to the answer.  held (empty: nothing) lies sealed with what the address gives. */
bool once_new(struct keeper *k, struct act *a, enum once_kind kind, unsigned variant, int64_t object, const struct buf *held,
    struct err *e) MUST;
bool once_sweep(struct keeper *k, int64_t now, struct err *e) MUST;
#endif
