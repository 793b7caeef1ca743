#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "portal/signer/build.h"
#include "portal/signer/lint.h"
#include "portal/signer/signer.h"

#define TICKET_FRAME	(TICKET_MAX + 4)
#define PASTED_MAX	(1u << 20)	/* bytes that get a verdict; more end the connection */

/* ---- requests ---- */

/* A good key that was reported compromised, or is on our own list of such. */
static bool
csr_answer(struct signer *s, struct ipc_ask *a, struct err *e)
{
	unsigned char key_hash[32];
	struct span answer;
	bool bad = false;

	TRY(errand_answer(a, key_hash, &answer, e));
	if (!sodium_is_zero(key_hash, 32)) {
		TRY(book_key_compromised(s->book, key_hash, &bad, e));
		if (bad) {
			pack_u8(&a->out, CSR_KEY_KNOWN);
			return true;
		}
		recent_key_add(s->recent, key_hash);
	}
	buf_add(&a->out, answer.p, answer.len);
	return true;
}

static enum ipc_turn
csr_run(void *self, struct ipc_ask *a)
{
	struct signer *s = self;
	struct span in = a->in, request;

	if (a->work != NULL) {
		(void)!csr_answer(s, a, &a->err);
		return IPC_ANSWER;
	}
	request = unpack_bytes(&in);
	if (!unpack_end(&in, "csr", &a->err))
		return IPC_ANSWER;

	bool sent = false;

	if (request.len > CSR_MAX)
		pack_u8(&a->out, CSR_TOO_LONG);
	else
		sent = errand_send(s, a, request, &a->err);
	/* It may hold a private key: nothing of it stays here. */
	sodium_memzero((void *)(uintptr_t)a->in.p, a->in.len);
	return sent ? IPC_LATER : IPC_ANSWER;
}

/* ---- issuing ---- */

static bool
issue_answer(struct signer *s, struct ipc_ask *a, const struct ticket *t, const struct buf *der,
    int64_t issued_at, struct err *e)
{
	struct receipt r = { .status = CERT_VALID, .changed_at = issued_at };
	struct buf receipt = {0};

	memcpy(r.id, t->id, TICKET_ID);
	memcpy(r.serial, t->serial, TICKET_SERIAL);
	SHA256((const unsigned char *)der->data, der->len, r.body_hash);
	receipt_pack(&receipt, &r, s->secrets->ticket);
	pack_bytes(&a->out, der->data, der->len);
	pack_bytes(&a->out, s->issuer[t->profile].der.data, s->issuer[t->profile].der.len);
	pack_bytes(&a->out, s->root.data, s->root.len);
	pack_bytes(&a->out, receipt.data, receipt.len);

	bool ok = buf_ok(&receipt, e);

	buf_wipe(&receipt);
	return ok;
}

/* A ticket that was honoured before: the same certificate, or where it is now. */
static bool
issue_repeat(struct signer *s, struct ipc_ask *a, const struct ticket *t,
    const struct book_deed *d, struct err *e)
{
	const struct buf *der = recent_cert(s->recent, t->id);

	if (d->act != TICKET_ISSUE || memcmp(d->serial, t->serial, TICKET_SERIAL) != 0)
		return FAIL(e, ERR_DENIED, "ticket was honoured for something else");
	if (der != NULL)
		return issue_answer(s, a, t, der, d->changed_at, e);

	DROP(buf_wipe) struct buf sealed = {0};
	struct err why = {0};

	if (book_pending(s->book, t->id, &sealed, &why))
		return REFUSE(e, ERR_CONFLICT, SIGNER_WHY_SEALED, "issued: only the sealed copy is left");
	if (why.kind == ERR_CONFLICT)
		return REFUSE(e, ERR_CONFLICT, SIGNER_WHY_STORED, "issued and stored");
	*e = why;
	return false;
}

/* Whatever the ticket says: may this key be certified under this profile? */
static bool
key_allowed(struct signer *s, const struct ticket *t, struct span spki, struct err *e)
{
	unsigned char hash[32];
	bool bad = false;

	SHA256(spki.p, spki.len, hash);
	if (sodium_memcmp(hash, t->key_hash, sizeof(hash)) != 0)
		return REFUSE(e, ERR_DENIED, SIGNER_WHY_KEY, "not the ticket's key");
	if (profile_use(profile_get(t->profile), key_kind_of(spki, NULL)) == 0)
		return REFUSE(e, ERR_DENIED, SIGNER_WHY_PROFILE, "this kind of key is not for this profile");
	TRY(book_key_compromised(s->book, hash, &bad, e));
	return bad ? REFUSE(e, ERR_DENIED, SIGNER_WHY_KEY, "a compromised key") : true;
}

/* Build, lint, sign; s->der has the certificate. */
static bool
make(struct signer *s, const struct ticket *t, struct span spki, struct err *e)
{
	const struct profile_row *p = profile_get(t->profile);
	struct ca_key *ca = &s->issuer[t->profile];
	DROP(build_wipe) struct build b = {0};
	struct err lint = {0};

	TRY(build_ticket(&b, t, spki, ca, &s->level[p->level], &s->settings, e));
	buf_reset(&s->tbs);
	TRY(build_tbs(&s->tbs, &b, e));

	struct lint_facts f = { .mail = (p->has & MAIL) != 0,
	    .client_auth = (t->options & TICKET_CLIENT_AUTH) != 0, .individual = b.individual,
	    .now = clock_now(), .life = signer_life(&s->settings, t->profile), .issuer = ca,
	    .level = &s->level[p->level], .serial = t->serial };

	if (!lint_tbs(span_buf(&s->tbs), &f, &lint))
		return REFUSE(e, ERR_DENIED, SIGNER_WHY_LINT, "%s", lint.text);
	buf_reset(&s->der);
	return ca_key_sign(ca, span_buf(&s->tbs), &s->der, e);
}

static bool
seal(struct signer *s, struct err *e)
{
	static const unsigned char zeros[crypto_box_SEALBYTES];

	buf_reset(&s->sealed);
	buf_add(&s->sealed, zeros, sizeof(zeros));
	buf_add(&s->sealed, s->der.data, s->der.len);
	TRY(buf_ok(&s->sealed, e));
	if (crypto_box_seal((unsigned char *)s->sealed.data, (const unsigned char *)s->der.data,
	    s->der.len, s->keeper) != 0)
		return FAIL(e, ERR_CRYPTO, "sealing to the keeper");
	return true;
}

static bool
enter(struct signer *s, const struct ticket *t, int64_t now, struct err *e)
{
	struct book_cert c = { .profile = t->profile, .shard = build_shard(t->serial, &s->settings),
	    .not_before = t->not_before, .not_after = t->not_after, .status = CERT_VALID,
	    .changed_at = now };
	struct book_deed d = { .act = TICKET_ISSUE, .status = CERT_VALID, .changed_at = now,
	    .ledger_number = t->ledger_number };

	memcpy(c.serial, t->serial, TICKET_SERIAL);
	memcpy(c.key_hash, t->key_hash, 32);
	SHA256((const unsigned char *)s->der.data, s->der.len, c.sha256);
	memcpy(d.ticket, t->id, TICKET_ID);
	memcpy(d.serial, t->serial, TICKET_SERIAL);
	memcpy(d.ledger_hash, t->ledger_hash, LEAF_HASH);
	if (book_issued(s->book, &c, &d, span_buf(&s->sealed), e))
		return true;
	if (e->kind == ERR_CONFLICT)
		e->why = SIGNER_WHY_SERIAL;
	return false;
}

static bool
issue_new(struct signer *s, struct ipc_ask *a, const struct ticket *t, struct span spki,
    struct err *e)
{
	int64_t now = clock_now();

	TRY(make(s, t, spki, e));
	TRY(seal(s, e));
	TRY(enter(s, t, now, e));
	recent_cert_add(s->recent, t->id, &s->der);
	return issue_answer(s, a, t, &s->der, now, e);
}

/* *later: the key has to be looked at by the child first. */
static bool
issue(struct signer *s, struct ipc_ask *a, struct span ticket, struct span request, bool *later,
    struct err *e)
{
	DROP(ticket_wipe) struct ticket t = {0};
	unsigned char key_hash[32];
	struct span spki, answer;
	struct book_deed d;
	struct err none = {0};

	TRY(ticket_unpack(&t, ticket, s->secrets->ticket, e));
	if (book_deed(s->book, t.id, &d, &none))
		return issue_repeat(s, a, &t, &d, e);
	if (none.kind != ERR_ABSENT) {
		*e = none;
		return false;
	}
	if (t.act != TICKET_ISSUE)
		return FAIL(e, ERR_INPUT, "not a ticket to issue");
	if (t.expires <= clock_now())
		return REFUSE(e, ERR_DENIED, SIGNER_WHY_EXPIRED, "the ticket has expired");
	spki = csr_spki(request);
	if (spki.len == 0)
		return FAIL(e, ERR_INPUT, "not a PKCS#10 request in DER");
	TRY(key_allowed(s, &t, spki, e));
	if (!recent_key(s->recent, t.key_hash)) {
		if (a->work == NULL) {
			*later = true;
			return errand_send(s, a, request, e);
		}
		TRY(errand_answer(a, key_hash, &answer, e));
		if (sodium_memcmp(key_hash, t.key_hash, 32) != 0)
			return REFUSE(e, ERR_DENIED, SIGNER_WHY_KEY, "the child refused this key");
		recent_key_add(s->recent, key_hash);
	}
	return issue_new(s, a, &t, spki, e);
}

static enum ipc_turn
issue_run(void *self, struct ipc_ask *a)
{
	struct span in = a->in, ticket = unpack_bytes(&in), request = unpack_bytes(&in);
	bool later = false;

	if (!unpack_end(&in, "issue", &a->err) ||
	    !issue(self, a, ticket, request, &later, &a->err))
		return IPC_ANSWER;
	return later ? IPC_LATER : IPC_ANSWER;
}

/* ---- revoking, suspending, resuming ---- */

static bool
change_answer(struct signer *s, struct ipc_ask *a, const struct book_deed *d, struct err *e)
{
	struct receipt r = { .status = d->status, .changed_at = d->changed_at };
	struct buf receipt = {0};

	memcpy(r.id, d->ticket, TICKET_ID);
	memcpy(r.serial, d->serial, TICKET_SERIAL);
	receipt_pack(&receipt, &r, s->secrets->ticket);
	pack_bytes(&a->out, receipt.data, receipt.len);

	bool ok = buf_ok(&receipt, e);

	buf_wipe(&receipt);
	return ok;
}

/* A revoked one stays so, with its first date; a later word of a lost key is kept. */
static bool
withdraw(struct book_cert *c, const struct ticket *t, int64_t now)
{
	if (c->status != CERT_REVOKED) {
		c->status = CERT_REVOKED;
		c->reason = t->reason;
		c->changed_at = now;
	} else if (t->reason == 1) {
		c->reason = 1;
	}
	return true;
}

static bool
suspend(struct book_cert *c, int64_t now, struct err *e)
{
	if ((profile_get(c->profile)->has & MAY_SUSPEND) == 0)
		return REFUSE(e, ERR_DENIED, SIGNER_WHY_PROFILE, "server certificates are never suspended");
	if (c->status == CERT_REVOKED)
		return REFUSE(e, ERR_CONFLICT, SIGNER_WHY_REVOKED, "revoked already");
	if (c->status == CERT_SUSPENDED)
		return true;
	c->status = CERT_SUSPENDED;
	c->reason = 6;		/* certificateHold */
	c->changed_at = now;
	return true;
}

static bool
resume(struct book_cert *c, int64_t now, struct err *e)
{
	if (c->status == CERT_REVOKED)
		return REFUSE(e, ERR_CONFLICT, SIGNER_WHY_REVOKED, "a revoked certificate does not come back");
	if (c->status == CERT_VALID)
		return true;
	c->status = CERT_VALID;
	c->reason = 0;
	c->changed_at = now;
	return true;
}

static bool
change_new(struct signer *s, const struct ticket *t, struct book_deed *d, struct err *e)
{
	int64_t now = clock_now();
	struct book_cert c;

	if (t->act == TICKET_ISSUE)
		return FAIL(e, ERR_INPUT, "not a ticket to change a status");
	if (t->expires <= now)
		return REFUSE(e, ERR_DENIED, SIGNER_WHY_EXPIRED, "the ticket has expired");
	TRY(book_by_serial(s->book, t->serial, &c, e));
	if (c.profile != t->profile)
		return REFUSE(e, ERR_DENIED, SIGNER_WHY_PROFILE, "a certificate of another profile");
	TRY(t->act == TICKET_REVOKE ? withdraw(&c, t, now) :
	    t->act == TICKET_SUSPEND ? suspend(&c, now, e) : resume(&c, now, e));
	*d = (struct book_deed){ .act = t->act, .status = c.status, .changed_at = c.changed_at,
	    .ledger_number = t->ledger_number };
	memcpy(d->ticket, t->id, TICKET_ID);
	memcpy(d->serial, t->serial, TICKET_SERIAL);
	memcpy(d->ledger_hash, t->ledger_hash, LEAF_HASH);
	return book_changed(s->book, &c, d, e);
}

static bool
change(struct signer *s, struct ipc_ask *a, struct span wire, struct err *e)
{
	DROP(ticket_wipe) struct ticket t = {0};
	struct book_deed d;
	struct err none = {0};

	TRY(ticket_unpack(&t, wire, s->secrets->ticket, e));
	if (book_deed(s->book, t.id, &d, &none)) {
		if (d.act != t.act || memcmp(d.serial, t.serial, TICKET_SERIAL) != 0)
			return FAIL(e, ERR_DENIED, "ticket was honoured for something else");
		return change_answer(s, a, &d, e);
	}
	if (none.kind != ERR_ABSENT) {
		*e = none;
		return false;
	}
	TRY(change_new(s, &t, &d, e));
	return change_answer(s, a, &d, e);
}

static enum ipc_turn
change_run(void *self, struct ipc_ask *a)
{
	struct span in = a->in, ticket = unpack_bytes(&in);

	if (unpack_end(&in, "change", &a->err))
		(void)!change(self, a, ticket, &a->err);
	return IPC_ANSWER;
}

/* ---- finishing ---- */

static bool
pending(struct signer *s, struct ipc_ask *a, const unsigned char *id, struct err *e)
{
	DROP(buf_wipe) struct buf sealed = {0};
	struct buf receipt = {0};
	struct book_deed d;
	struct book_cert c;

	TRY(book_pending(s->book, id, &sealed, e));
	TRY(book_deed(s->book, id, &d, e));
	TRY(book_by_serial(s->book, d.serial, &c, e));

	struct receipt r = { .status = d.status, .changed_at = d.changed_at };

	memcpy(r.id, d.ticket, TICKET_ID);
	memcpy(r.serial, d.serial, TICKET_SERIAL);
	memcpy(r.body_hash, c.sha256, sizeof(r.body_hash));
	receipt_pack(&receipt, &r, s->secrets->ticket);
	pack_bytes(&a->out, sealed.data, sealed.len);
	pack_bytes(&a->out, receipt.data, receipt.len);

	bool ok = buf_ok(&receipt, e);

	buf_wipe(&receipt);
	return ok;
}

static enum ipc_turn
pending_run(void *self, struct ipc_ask *a)
{
	(void)!pending(self, a, a->in.p, &a->err);
	return IPC_ANSWER;
}

static enum ipc_turn
stored_run(void *self, struct ipc_ask *a)
{
	struct signer *s = self;
	struct span in = a->in;

	while (in.len > 0 && !in.bad) {
		unsigned char id[TICKET_ID];

		unpack_exact(&in, id, sizeof(id));
		if (!in.bad && book_stored(s->book, id, &a->err))
			recent_cert_forget(s->recent, id);
	}
	if (in.bad)
		(void)!unpack_end(&in, "stored", &a->err);
	return IPC_ANSWER;
}

static enum ipc_turn
ready_run(void *self, struct ipc_ask *a)
{
	(void)self, (void)a;
	return IPC_ANSWER;
}

/* ---- the service ---- */

#define P	SIGNER_PEER_PORTAL
#define C	SIGNER_PEER_CLERK
#define X	SIGNER_PEER_CONTROL

static const struct ipc_op ops[SIGNER_OP__COUNT] = {
	[SIGNER_READY]	    = { "ready",	0, 0, P | C | X, ready_run },
	[SIGNER_CSR]	    = { "csr",		4, 4 + PASTED_MAX, P, csr_run },
	[SIGNER_ISSUE]	    = { "issue",	8, TICKET_FRAME + 4 + CSR_MAX, P, issue_run },
	[SIGNER_CHANGE]	    = { "change",	4, TICKET_FRAME, P | C, change_run },
	[SIGNER_PENDING]    = { "pending",	TICKET_ID, TICKET_ID, C, pending_run },
	[SIGNER_STORED]	    = { "stored",	TICKET_ID, SIGNER_STORED_MOST * TICKET_ID, C, stored_run },
	[SIGNER_STATUS]	    = { "status",	17, 33, P, status_run },
	[SIGNER_OCSP]	    = { "ocsp",		58, 1024, P, ocsp_run },
	[SIGNER_CRL]	    = { "crl",		5, 5, C, crl_run },
	[SIGNER_HEAD]	    = { "head",		0, 0, P | C | X, head_run },
	[SIGNER_CHECKPOINT] = { "checkpoint",	44, 44 + 64 * LEAF_HASH, C, checkpoint_run },
	[SIGNER_CHAIN]	    = { "chain",	0, 0, P | C | X, chain_run },
};

static bool
begin(void *self, struct err *e)
{
	struct signer *s = self;

	return book_begin(s->book, e);
}

static bool
end(void *self, struct err *e)
{
	struct signer *s = self;

	if (book_end(s->book, e))
		return true;
	recent_cert_clear(s->recent);
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++)
		memset(s->told[p], 0, (size_t)s->settings.crl_shards * sizeof(*s->told[p]));
	return false;
}

static void
tick(void *self)
{
	struct signer *s = self;

	book_tick(s->book);
	recent_sweep(s->recent);
}

bool
signer_serve(struct signer *s, int listen_fd, volatile sig_atomic_t *stop, struct err *e)
{
	s->stop = stop;
	s->service = (struct ipc_service){ .ops = ops, .op_count = SIGNER_OP__COUNT,
	    .peers = s->secrets->peer, .peer_count = COUNT(s->secrets->peer), .self = s,
	    .begin = begin, .end = end, .tick = tick, .tick_ms = 1000,
	    .watch_count = 1, .watch = { { s->nursery.fd, errand_watch } } };
	TRY(ipc_server_open(&s->server, listen_fd, &s->service, e));
	return ipc_serve(s->server, stop, e);
}

/* ---- opening ---- */

static bool
secrets_read(struct signer *s, const char *dir, struct err *e)
{
	struct ipc_peer *peer;
	char path[512];

	s->secrets = sodium_malloc(sizeof(*s->secrets));	/* locked, between guard pages */
	if (s->secrets == NULL)
		return FAIL(e, ERR_MEMORY, "no locked memory for secrets");
	snprintf(path, sizeof(path), "%s/ticket.key", dir);
	TRY(ipc_secret_read(path, s->secrets->ticket, e));
	snprintf(path, sizeof(path), "%s/checkpoint.seed", dir);
	TRY(ipc_secret_read(path, s->secrets->seed, e));
	snprintf(path, sizeof(path), "%s/keeper.pub", dir);
	TRY(ipc_secret_read(path, s->keeper, e));
	peer = s->secrets->peer;
	peer[0] = (struct ipc_peer){ .name = "portal", .bit = P };
	peer[1] = (struct ipc_peer){ .name = "clerk", .bit = C };
	peer[2] = (struct ipc_peer){ .name = "control", .bit = X };
	snprintf(path, sizeof(path), "%s/peers", dir);
	return ipc_peers_read(peer, COUNT(s->secrets->peer), path, e);
}

static bool
root_read(struct signer *s, const char *dir, struct err *e)
{
	unsigned char *der = NULL;
	char path[512];
	FILE *f;
	X509 *x;
	int n;

	snprintf(path, sizeof(path), "%s/root.crt", dir);
	f = fopen(path, "re");
	x = f == NULL ? NULL : PEM_read_X509(f, NULL, NULL, NULL);
	n = x == NULL ? 0 : i2d_X509(x, &der);
	if (f != NULL)
		fclose(f);
	if (n > 0)
		buf_add(&s->root, der, (size_t)n);
	OPENSSL_free(der);
	X509_free(x);
	return n > 0 ? buf_ok(&s->root, e) : FAIL(e, ERR_IO, "no certificate in %s", path);
}

static bool
keys_read(struct signer *s, const char *dir, struct err *e)
{
	char key[512], crt[512];

	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++) {
		const char *slug = profile_get(p)->slug;

		snprintf(key, sizeof(key), "%s/%s.key", dir, slug);
		snprintf(crt, sizeof(crt), "%s/%s.crt", dir, slug);
		TRY(ca_key_read(&s->issuer[p], key, crt, e));
		snprintf(key, sizeof(key), "%s/%s-ocsp.key", dir, slug);
		snprintf(crt, sizeof(crt), "%s/%s-ocsp.crt", dir, slug);
		TRY(ca_key_read(&s->responder[p], key, crt, e));
		s->told[p] = calloc((size_t)s->settings.crl_shards, sizeof(*s->told[p]));
		if (s->told[p] == NULL)
			return FAIL(e, ERR_MEMORY, "shards");
	}
	return root_read(s, dir, e);
}

bool
signer_open(struct signer **out, const char *dir, const struct signer_settings *set,
    const struct nursery *n, struct err *e)
{
	struct signer *s = calloc(1, sizeof(*s));

	struct nursery child = *n;

	*out = NULL;
	if (s == NULL) {
		nursery_stop(&child);
		return FAIL(e, ERR_MEMORY, "signer");
	}
	s->settings = *set;
	s->nursery = child;
	s->errand_last = &s->errands;
	if (!build_level(&s->level[1], set, 1, e) || !build_level(&s->level[2], set, 2, e) ||
	    !secrets_read(s, dir, e) || !keys_read(s, dir, e) || !recent_open(&s->recent, e) ||
	    !book_open(&s->book, dir, e)) {
		signer_drop(&s);
		return false;
	}
	*out = s;
	return true;
}

void
signer_drop(struct signer **out)
{
	struct signer *s = *out;

	if (s == NULL)
		return;
	ipc_server_drop(&s->server);
	nursery_stop(&s->nursery);
	for (unsigned p = 0; p < PROFILE__COUNT; p++) {
		ca_key_wipe(&s->issuer[p]);
		ca_key_wipe(&s->responder[p]);
		free(s->told[p]);
	}
	buf_wipe(&s->root);
	buf_wipe(&s->tbs);
	buf_wipe(&s->der);
	buf_wipe(&s->sealed);
	recent_drop(&s->recent);
	book_drop(&s->book);
	sodium_free(s->secrets);
	free(s);
	*out = NULL;
}
