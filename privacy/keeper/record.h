/*
 * privacy/keeper/record.h - one line of somebody's history, on the ledger.
 *
 * Joins the batch's transaction: it is durable when the answer leaves.  The
 * entry takes the vault's account (fields opened, rows changed) of its subject
 * with it, so call it after opening and changing.  An act concerning two
 * people makes two entries.
 *
 * Stands on chain, detail and trail (how many entries concern whom, and where
 * they are).  Costs two rows of the ledger and the subject's, however many there
 * are.  Does not decide whether the act is allowed.
 */
#ifndef PRIVACY_KEEPER_RECORD_H
#define PRIVACY_KEEPER_RECORD_H
#include "privacy/keeper/keeper.h"

struct record_line {
	const struct owner *about;
	enum purpose	purpose;
	enum entry_role	role;		/* who acted */
	uint64_t	fields;		/* FIELD_BIT()s beyond those the vault saw opened or changed */
	const char	*object;	/* what it was about, at most DETAIL_OBJECT - 1 bytes; NULL none */
	bool		has_values;
	struct span	was, now;	/* corrected from what to what */
	int64_t		change;		/* a change id of the site store; 0 none */
	bool		again;		/* tells later what another entry counted */
	int64_t		actor, role_key;/* member number and KEY_ROLE_TAGS of who acted in a role; 0 */
};

/*
 * Append one entry; *number (may be NULL) gets its ledger number.  Fails:
 * ERR_DENIED with WHY_RESTRICTED, ERR_FULL with WHY_DISK, ERR_BUSY with WHY_CLOCK (the clock runs behind the
 * ledger), ERR_IO, ERR_CRYPTO.  Nothing may be answered then.
 */
bool keeper_record(struct keeper *k, const struct record_line *l, int64_t now,
    int64_t *number, struct err *e) MUST;
/* How many entries concern this subject by now. */
bool keeper_entries(struct keeper *k, const struct owner *o, int64_t *n, struct err *e) MUST;
/* The common one: the act's owner, purpose and role; object may be NULL. */
bool act_record(struct keeper *k, struct act *a, const char *object, struct err *e) MUST;
/*
 * A line about somebody else of what the act's owner did in a role, and one about
 * the act's owner: an act that concerns two writes both.  object may be NULL; the
 * owner's own line says owner_object.
 */
bool act_record_of(struct keeper *k, struct act *a, enum entry_role role, const struct owner *of,
    const char *object, const char *owner_object, struct err *e) MUST;
/*
 * The same where it is not the act's owner who acted in the role: what somebody
 * signed before comes into force by the act of another.  The line about who acted
 * then says that the program did it (actor_role ACTOR_SYSTEM): they did nothing now.
 */
struct record_pair {
	const struct owner *of, *actor;
	enum entry_role	role, actor_role;	/* of the line about `of`; of the actor's own line */
	const char	*object, *actor_object;	/* may be NULL */
};
bool act_record_pair(struct keeper *k, struct act *a, const struct record_pair *p, struct err *e) MUST;
/*
 * A line about somebody else whom the act concerns though nobody acted on them in a
 * role: the program says it (ACTOR_SYSTEM).  The act's owner's line is the caller's.
 */
bool act_record_also(struct keeper *k, const struct act *a, const struct owner *of, const char *object,
    struct err *e) MUST;
/* The key that marks a member's acts in a role; made the first time.  It outlives their own tag root. */
bool role_key(struct keeper *k, int64_t member, int64_t now, int64_t *id, struct err *e) MUST;
/* The same by the program itself: what it did because its time had come. */
bool keeper_record_self(struct keeper *k, enum purpose p, const char *object, int64_t now, struct err *e) MUST;
/* A line about the site itself (ceremony, configuration, restart): kind system, no person. */
bool keeper_record_site(struct keeper *k, enum purpose p, const char *object, int64_t now,
    int64_t *number, struct err *e) MUST;
#endif
