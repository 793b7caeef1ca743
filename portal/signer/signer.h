/*
 * portal/signer/signer.h - the signer: what it holds, its table of operations, its end.
 *
 * struct signer holds keys, book, nursery and what is remembered for a while.
 * What the operations of op.h do stands in rooms of one subject each: errand
 * (requests, looked at by the keyless child), issue, change, finish, status,
 * lists, witness, cas.  Each has only what its header says and this struct.
 *
 * Stands on every other room of this folder and on ipc.
 */
#ifndef PORTAL_SIGNER_SIGNER_H
#define PORTAL_SIGNER_SIGNER_H
#include "ledger/base/ipc.h"
#include "ledger/checkpoint.h"
#include "portal/signer/book.h"
#include "portal/signer/issuers.h"
#include "portal/signer/keys.h"
#include "portal/signer/nursery.h"
#include "portal/signer/op.h"
#include "portal/signer/recent.h"
#include "portal/signer/settings.h"
#include "privacy/facts/parcel.h"

struct secrets {		/* in locked memory of its own */
	unsigned char	ticket[TICKET_KEY];
	unsigned char	seed[NOTE_SEED];
	struct ipc_peer	peer[3];
	struct parcel_key parcel;
};

struct ca {			/* an issuer, with what it signs by */
	unsigned	number;		/* issuer.h */
	struct ca_key	key, responder;
	int64_t		revoked_at;	/* by the root's list; 0: not revoked */
	uint8_t		reason;
	bool		newest;		/* of its profile */
	bool		keyless;	/* revoked or ended, its keys are not there: it signs nothing any more */
	int64_t		*told;		/* CRL number last handed out, by shard */
};
struct cas {
	struct ca	one[ISSUERS_MOST];
	size_t		count;
};

struct errand;			/* errand.h */
struct backup;			/* backup.h */

struct signer {
	struct signer_settings settings;
	struct secrets	*secrets;
	unsigned char	keeper[32];	/* its public key, for parcels */
	struct cas	*cas;
	char		dir[512];	/* the folder they lie in */
	struct oid	level[3];
	struct buf	root;		/* certificate, DER */
	struct book	*book;
	struct recent	*recent;
	struct nursery	nursery;
	struct backup	*backup;	/* being made; NULL: none */
	struct errand	*errands, **errand_last;
	int64_t		last;		/* when the newest list was made; 0: there is none */
	bool		ahead;		/* the clock was too far after it when looked at last */
	int64_t		errand_id;
	size_t		errand_count;
	struct buf	tbs, der, sealed;	/* scratch, kept to save allocations */
	struct ipc_service service;
	struct ipc_server *server;
	volatile sig_atomic_t *stop;
};

/* Keys, secrets and book from dir (DIR/signer).  Takes over *n, also when it fails. */
bool signer_open(struct signer **out, const char *dir, const struct signer_settings *set,
    const struct nursery *n, struct err *e) MUST;
/* Serve on listen_fd (taken over) until *stop. */
bool signer_serve(struct signer *s, int listen_fd, volatile sig_atomic_t *stop, struct err *e) MUST;
void signer_drop(struct signer **s);

/*
 * Is `now` no further than settings.longest_gap after the newest list?  Lists are made every day, so a clock
 * that is must be wrong, and what is signed by it would be good on days nobody meant.  ERR_BUSY, WHY_CLOCK_AHEAD.
 */
bool signer_clock(struct signer *s, int64_t now, struct err *e) MUST;
/* r with the MAC the keeper knows us by, as "bytes" at the end of out. */
bool signer_receipt(const struct signer *s, const struct receipt *r, struct buf *out, struct err *e) MUST;
#endif
