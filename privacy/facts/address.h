/*
 * privacy/facts/address.h - e-mail addresses: whose, proved when, which first.
 *
 * The text is sealed as FIELD_ADDRESS with the address's id as object; beside
 * it stands only a blind index.  One address is verified for at most one
 * member; anybody may try to add one, and whoever holds it already gets a mail
 * that says so, while the adder sees nothing different.
 *
 * The operations members ask for stand in addresses.c.
 *
 * Stands on address_text, keeper, record, mail.  Sends nothing: mails are queued.
 */
#ifndef PRIVACY_FACTS_ADDRESS_H
#define PRIVACY_FACTS_ADDRESS_H
#include "privacy/facts/address_text.h"
#include "privacy/keeper/keeper.h"

extern const char address_schema[];

/* The blind index; local parts that differ only in case are one. */
void address_index(const struct keeper *k, enum index_name which, const char *address,
    unsigned char into[INDEX_BYTES]);
/* The blind index of the mailbox it most likely leads to (address_mailbox()): for limits, and to know a mail that came back. */
void address_place(const struct keeper *k, const char *address, unsigned char into[INDEX_BYTES]);
/* The member for whom this address is verified; 0: nobody.  id may be NULL. */
bool address_holder(struct keeper *k, const char *address, int64_t *member, int64_t *id,
    struct err *e) MUST;
/* This member's row of that text; *id 0: none. */
bool address_by_text(struct keeper *k, int64_t member, const char *text, int64_t *id,
    bool *verified, struct err *e) MUST;
/* Is this one of theirs still found by its text?  Not when the index's key is another than it was; an unknown one is. */
bool address_found(struct keeper *k, int64_t member, int64_t id, struct span text, bool *yes, struct err *e) MUST;
bool address_verified(struct keeper *k, int64_t member, int64_t id, bool *yes, struct err *e) MUST;
struct address_row { int64_t id, since, verified_at, failing; bool primary; };	/* failing: since when mail to it came back; 0 */
/* One of this member's.  ERR_ABSENT. */
bool address_row(struct keeper *k, int64_t member, int64_t id, struct address_row *o, struct err *e) MUST;
/* The primary's text, opened (record it).  ERR_ABSENT: none.  id may be NULL. */
bool address_primary(struct keeper *k, const struct owner *o, struct buf *into, int64_t *id,
    struct err *e) MUST;

/* The same without account, to compare with: it leaves in no answer.  None: "". */
bool address_peek(struct keeper *k, const struct owner *o, struct buf *into, struct err *e) MUST;

/* Did mail to this member's primary come back (bounce.h)? */
bool address_failing(struct keeper *k, int64_t member, bool *yes, struct err *e) MUST;

#define ADDRESS_ROWS	1000	/* limit.addresses' upper bound */
/* This member's addresses, verified first, oldest first; rows is the caller's, most of them. */
bool address_list(struct keeper *k, int64_t member, struct address_row *rows, size_t most,
    size_t *n, struct err *e) MUST;
/* A new row, sealed.  Changes a sealed row: record it. */
bool address_create(struct keeper *k, const struct owner *o, const char *address, bool verified,
    bool primary, int64_t now, int64_t *id, struct err *e) MUST;
/* The link in the mail to a further address was followed.  Records itself. */
bool address_take(struct keeper *k, struct act *a, struct err *e) MUST;

/* From now on this one is the primary: the member's own, and verified.  The caller records it. */
bool address_promote(struct keeper *k, int64_t member, int64_t id, struct err *e) MUST;
/* An address goes: row, sealed text, and what waits to be sent about it.  The caller records it. */
bool address_forget(struct keeper *k, int64_t member, int64_t id, int64_t now, struct err *e) MUST;

/* Queue a notice to every verified address, or to the primary. */
bool address_notify(struct keeper *k, const struct owner *o, const char *lang, enum mail_use kind,
    const char *object, enum purpose p, int64_t now, struct err *e) MUST;
/* To every verified address, each with a link of its own that is good until then; ref 0: the link leads to the address's id. */
bool address_notify_link(struct keeper *k, const struct owner *o, const char *lang, enum mail_use kind, const char *object,
    int64_t ref, int64_t until, enum purpose p, int64_t now, struct err *e) MUST;
/* A link to this one address. */
bool address_notify_one(struct keeper *k, const struct owner *o, const char *lang, enum mail_use kind, int64_t id, int64_t until,
    enum purpose p, int64_t now, struct err *e) MUST;
bool address_notify_primary(struct keeper *k, const struct owner *o, const char *lang,
    enum mail_use kind, const char *object, enum purpose p, int64_t now, struct err *e) MUST;
/* The same to who leaves: sealed with the site's key, so that the end of theirs does not take it along. */
bool address_notify_last(struct keeper *k, const struct owner *o, const char *lang, enum mail_use kind, const char *object, enum purpose p,
    int64_t now, struct err *e) MUST;
/* To every verified address, about something that holds until then. */
bool address_notify_all_until(struct keeper *k, const struct owner *o, const char *lang, enum mail_use kind,
    int64_t until, enum purpose p, int64_t now, struct err *e) MUST;
/* To the primary, about something that holds until then: the mail itself waits no longer. */
bool address_notify_until(struct keeper *k, const struct owner *o, const char *lang, enum mail_use kind,
    int64_t until, enum purpose p, int64_t now, struct err *e) MUST;
/* Forget unverified addresses older than join_life. */
bool address_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *n, struct err *e) MUST;
#endif
