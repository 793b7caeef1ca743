/*
 * privacy/keeper/keeper.h - the reference monitor, as its operations see it.
 *
 * One struct keeper a process, one thread.  A batch of requests is one
 * transaction of the keeper store; each request stands in a mark of its own,
 * so that a refusal undoes only itself.  Answers leave after the commit.
 *
 * How an operation is made:
 *	1. a handler `bool op_NAME(struct keeper *, struct act *, struct err *)`,
 *	   declared in privacy/keeper/ops.h and defined in its room's file;
 *	2. a row in privacy/keeper/ops.c: limits, peers, bearer, purpose, demands.
 * Before the handler runs, the keeper has checked limits, peer and bearer, the
 * facts that the purpose's row demands (FACT_SESSION, FACT_MAIL, FACT_NO_BAR,
 * FACT_ADDRESS; FACT_FRESH there concerns the guarded fields only, FACT_OPT_IN
 * any field: act_open sees to both) and the row's own DEMAND_ bits.  After it, nothing may have been
 * opened or changed that no ledger entry speaks of (vault_settled), or the
 * request is undone and refused.
 *
 * Whoever restricted the processing of their data is asked for nothing and nothing is done
 * with it but what purpose.c says goes on: the act's owner is stopped here, before the
 * handler, anybody else whom an act concerns by act_open_of, by mail_queue (no mail) and at
 * the latest by their own ledger entry (keeper_record), without which nothing happens.
 *
 * Statements: each room keeps `static const struct sql sql_ROOM_VERB = {...}`
 * at the top of its .c file and its CREATE TABLEs in `const char ROOM_schema[]`,
 * which privacy/keeper/schema.c lists.
 *
 * Stands on ledger, vault, purpose, settings.  Opens no file and no socket:
 * that is main.c.
 */
#ifndef PRIVACY_KEEPER_KEEPER_H
#define PRIVACY_KEEPER_KEEPER_H
#include "ledger/base/ipc.h"
#include "ledger/chain.h"
#include "privacy/keeper/op.h"
#include "privacy/keeper/tally.h"
#include "privacy/keeper/trail.h"
#include "privacy/settings.h"

struct argon;
struct packer;
struct backup;
struct brake;
struct session_known;
struct again;

struct keeper_keys {			/* one locked allocation, read before anything else */
	unsigned char	pepper[32];	/* keyed BLAKE2b over passwords and answers */
	unsigned char	ticket[32];	/* MAC of tickets and receipts */
	unsigned char	box_secret[32], box_public[32];	/* the signer's parcels are for it */
	unsigned char	prover[32];	/* Ed25519 public key of the prover's statements */
};

struct keeper {
	const struct settings	*set;
	const struct keeper_keys *keys;
	struct store		*store;		/* keeper.db */
	struct chain		*chain;		/* in keeper.db, its journal beside it */
	struct vault		*vault;		/* over keeper.db and keys.db */
	struct argon		*argon;		/* the hashing child's queue */
	struct packer		*packer;	/* the packing child */
	struct brake		*brake;		/* who tries too often; memory only */
	struct session_known	*sessions;	/* looked up lately; NULL: each is looked up */
	struct again		*again_told;	/* what was asked a moment ago; NULL: each time is a first one */
	struct backup		*backup;	/* a copy being made of what is kept; NULL: this keeper makes none */
	struct owner		site;		/* entries that concern nobody in particular */
	/* Puts a waiting request into the next batch: ipc_again in the process. */
	void			(*again)(void *server, struct ipc_ask *a);
	void			*server;
	struct trail		known;		/* of one subject, as this request last saw it */
	/* by when (clock_mono_ms) the write-ahead log must be emptied of what was erased; 0: nothing was */
	int64_t			shed_by;
	struct tally		tally, tally_before;	/* counted in this batch; at its mark */
	int64_t			batch_now;	/* clock_now() at the beginning of this batch */
	int64_t			agreement, statement;	/* versions of the policies in force then */
	int64_t			started;
	int64_t			clerk_at;	/* when the clerk last asked */
	int64_t			seen;		/* the clock at the newest batch at which it was right; 0: at none yet */
	bool			lenient;	/* this request's row says ALLOW_RESTRICTED */
	bool			ahead;		/* the clock, at the beginning of this batch: keeper_clock */
};

enum bearer {
	BEARER_NONE = 1,	/* one of the listed public or internal operations */
	BEARER_SESSION,		/* [24] token first in the body */
	BEARER_MAIL,		/* [24] mailed token first */
	BEARER_ONCE,		/* [24] one-use address first */
	BEARER_SESSION_OR_CLERK,/* a session from the portal, nothing from the clerk */
	BEARER_JOB,		/* [24] job ticket first: the act's owner is whoever asked for the job */
	BEARER_CASE		/* [24] what a case's pass-phrase gave first; the owner is the case */
};

/* What an operation demands of a session beyond its purpose's facts. */
#define DEMAND_FRESH	1u	/* password within fresh_life: WHY_PASSWORD_NEEDED */
#define DEMAND_ACT	2u	/* changes something: the old token may not: WHY_SESSION_OLD */
#define DEMAND_POLICY	4u	/* not while a newer policy waits: WHY_POLICY */
#define ALLOW_CERTIFICATE 16u	/* with DEMAND_ACT: a session by certificate may do it without the password */
#define ANSWER_BLOCK	8u	/* the answer begins with the SESSION BLOCK, written by the keeper */
#define DEMAND_ASSURER	32u	/* the role, and a session by password: WHY_ROLE, WHY_CERTIFICATE_SESSION */
#define DEMAND_OFFICER	64u	/* the same for officers */
#define ALLOW_RESTRICTED 128u	/* shows its owner, keeps or ends something: goes on while processing is restricted, whatever its purpose */
#define DEMAND_AUDITOR	512u	/* as DEMAND_OFFICER, for auditors */
#define DEMAND_WATCH	1024u	/* as DEMAND_OFFICER, for officers or auditors */
#define ANSWER_AGAIN	2048u	/* asked again by the same session it is answered as before, and not done twice (keeper/again.h) */
#define DEMAND_DESK	256u	/* as DEMAND_OFFICER, for support staff or officers; which of the two a case needs its room says */

#define AGAIN_HASH	32
#define AGAIN_KEY	32
enum act_again { AGAIN_UNSAID, AGAIN_KEEP, AGAIN_TOLD };	/* nothing; its answer is to be kept; was one kept */

struct act {				/* one operation in progress */
	struct ipc_ask		*ask;
	const struct keeper_row	*row;
	struct span		in;	/* the body after the bearer */
	struct buf		*out;	/* the answer; the block, if any, is already there */
	int64_t			now;	/* seconds; the same for all of a batch */
	enum purpose		purpose;
	enum entry_role		role;	/* ACTOR_OWNER with a session or mail, ACTOR_SYSTEM without */
	/* whose data: zeros without a session; with BEARER_MAIL the mail's subject */
	struct owner		owner;
	int64_t			case_number;	/* with BEARER_CASE */
	/* the session */
	int64_t			session;	/* its number; 0 none */
	unsigned		flags;		/* SESSION_* */
	uint32_t		roles;
	int64_t			bar_until, idle_until, ends_at, steps, points;
	unsigned		restricted;	/* RESTRICTED_* */
	char			lang[16];
	/* the mailed token (BEARER_MAIL) */
	struct mail_token	*mail;		/* privacy/facts/mail.h */
	int64_t			job;		/* BEARER_JOB: which (privacy/rights/export.h) */
	/* hashes asked for by argon_ask, when they are there; NULL in the first turn */
	struct argon_work	*hashes;
	bool			later;		/* put off by argon_ask or packer_ask: the handler sets it and returns true */
	bool			keep;		/* refuse, yet commit what was written (a counted failure) */
	enum act_again		again;		/* privacy/keeper/again.h */
	int64_t			again_form;	/* what stands for the form of who has no session; 0 none */
	unsigned char		again_hash[AGAIN_HASH], again_key[AGAIN_KEY];
	bool			opted_in;	/* FACT_OPT_IN: the handler saw that the owner switched this on */
};

typedef bool keeper_run(struct keeper *k, struct act *a, struct err *e);

struct keeper_row {			/* one operation */
	const char	*name;		/* for the log */
	uint32_t	least, most;	/* bytes of body with the bearer, inclusive */
	unsigned	peers;		/* KEEPER_PEER_* */
	enum bearer	bearer;
	enum purpose	purpose;
	unsigned	demands;	/* DEMAND_* and ANSWER_BLOCK */
	keeper_run	*run;
};
extern const struct keeper_row keeper_rows[KEEPER_OP__COUNT];

/* ---- the process (keeper.c) ---- */
/* Fill the first-start rows (the site's own subject and its keys). In a transaction of its own. */
bool keeper_prepare(struct keeper *k, struct err *e) MUST;
/*
 * Is `now` no further than settings.longest_gap after the ledger's last entry, or, where little is entered, after the
 * batch before?  An entry of a far day would bar every earlier one, and what is kept until a day would go.  ERR_BUSY with
 * WHY_CLOCK_AHEAD: with words for the operator.
 */
bool keeper_clock(const struct keeper *k, int64_t now, struct err *e) MUST;
/* Batch hooks and dispatch, as ipc_service wants them; self is a struct keeper. */
bool keeper_begin(void *self, struct err *e);
bool keeper_end(void *self, struct err *e);
enum ipc_turn keeper_turn(void *self, struct ipc_ask *a);
/*
 * Something was erased in this batch: secure_delete cleans the database, but
 * what was written before still stands in the write-ahead log.  Within wait_ms
 * keeper_shed_due() empties that; call it between two batches, often.
 */
void keeper_shed(struct keeper *k, int64_t wait_ms);
bool keeper_shed_due(struct keeper *k, struct err *e) MUST;
/* The op table in ipc's shape, made once from keeper_rows. */
const struct ipc_op *keeper_ipc_ops(void);

/* ---- for handlers ---- */
/*
 * May this act open f for its purpose?  ERR_DENIED (also when the purpose demands
 * FACT_OPT_IN and a->opted_in is not set), WHY_PASSWORD_NEEDED when guarded and not fresh.
 */
bool act_may(const struct act *a, enum field f, struct err *e) MUST;
/* act_may, then vault_find of the act's owner. */
bool act_open(struct keeper *k, struct act *a, enum field f, int64_t object,
    struct buf *into, int64_t *since, bool *found, struct err *e) MUST;
/*
 * The same for a field of somebody else, by the act's owner in a role: the
 * purpose must allow it to that role.  Whether the subject handed it over is the
 * caller's to see to (facts/handover.h).  Record it with act_record_of.
 */
bool act_open_of(struct keeper *k, struct act *a, enum entry_role role, const struct owner *of, enum field f,
    int64_t object, struct buf *into, bool *found, struct err *e) MUST;
/* Work in a role: the role, a session that a password opened, and no recovery in the last 72 hours: WHY_ROLE,
   WHY_CERTIFICATE_SESSION, WHY_BAR.  Rows demand it by DEMAND_ASSURER, DEMAND_OFFICER, DEMAND_AUDITOR, DEMAND_WATCH and DEMAND_DESK. */
bool act_in_role(const struct act *a, enum role r, struct err *e) MUST;
/* Unpacking is over: ERR_INPUT when something was bad or is left. */
bool act_read(const struct act *a, struct err *e) MUST;
#endif
