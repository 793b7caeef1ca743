/*
 * portal/signer/signer.h - answering the operations of op.h.
 *
 * struct signer holds keys, book, nursery and what is remembered for a while.
 * signer.c decides on tickets, status.c tells what is known (status, OCSP, CRL,
 * checkpoint), errand.c carries requests to the keyless child and back.
 *
 * Stands on every other room of this folder and on ipc.
 */
#ifndef PORTAL_SIGNER_SIGNER_H
#define PORTAL_SIGNER_SIGNER_H
#include "ledger/base/ipc.h"
#include "ledger/checkpoint.h"
#include "portal/signer/book.h"
#include "portal/signer/keys.h"
#include "portal/signer/nursery.h"
#include "portal/signer/op.h"
#include "portal/signer/recent.h"
#include "portal/signer/settings.h"

struct secrets {		/* in locked memory of its own */
	unsigned char	ticket[TICKET_KEY];
	unsigned char	seed[NOTE_SEED];
	struct ipc_peer	peer[3];
};

struct errand {			/* a request on its way to the child and back */
	struct signer	*signer;
	struct errand	*next;
	struct ipc_ask	*ask;
	int64_t		id;
	bool		back, lost;
	struct buf	answer;
};

struct signer {
	struct signer_settings settings;
	struct secrets	*secrets;
	unsigned char	keeper[32];	/* X25519, for crypto_box_seal */
	struct ca_key	issuer[PROFILE__COUNT], responder[PROFILE__COUNT];
	struct oid	level[3];
	struct buf	root;		/* certificate, DER */
	struct book	*book;
	struct recent	*recent;
	struct nursery	nursery;
	struct errand	*errands, **errand_last;
	int64_t		errand_id;
	size_t		errand_count;
	int64_t		*told[PROFILE__COUNT];	/* CRL number last handed out, by shard */
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

/* status.c */
enum ipc_turn status_run(void *self, struct ipc_ask *a);
enum ipc_turn ocsp_run(void *self, struct ipc_ask *a);
enum ipc_turn crl_run(void *self, struct ipc_ask *a);
enum ipc_turn head_run(void *self, struct ipc_ask *a);
enum ipc_turn checkpoint_run(void *self, struct ipc_ask *a);
enum ipc_turn chain_run(void *self, struct ipc_ask *a);

/* errand.c: send a request to the child; the handler runs again when it is back. */
bool errand_send(struct signer *s, struct ipc_ask *a, struct span request, struct err *e) MUST;
void errand_watch(void *self, int fd);
/*
 * The errand of a handler that runs again: the answer without the leading key
 * hash, and that hash (zeros: no good key).  ERR_BUSY: the child died over it.
 */
bool errand_answer(struct ipc_ask *a, unsigned char key_hash[32], struct span *answer,
    struct err *e) MUST;
#endif
