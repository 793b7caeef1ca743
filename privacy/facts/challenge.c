#include <sodium.h>
#include "privacy/facts/challenge.h"
#include "privacy/facts/token.h"
#include "privacy/rights/retain.h"

#define NONCE_BYTES	32
#define CLOCKS_DIFFER	60	/* seconds the prover's clock may be ahead */
#define MAILBOX_MAX	(16 + DOMAIN_TEXT)
#define BASE64		sodium_base64_VARIANT_URLSAFE_NO_PADDING

const char challenge_schema[] =
"CREATE TABLE IF NOT EXISTS challenge ("
"  id INTEGER PRIMARY KEY,"
"  member INTEGER NOT NULL,"
"  domain INTEGER NOT NULL,"
"  method INTEGER NOT NULL,"
"  nonce BLOB,"			/* sealed; NULL for mail: its token is the mail's */
"  made INTEGER NOT NULL,"
"  expires INTEGER NOT NULL,"
"  UNIQUE (domain, method)"
") STRICT;"
"CREATE INDEX IF NOT EXISTS challenge_expires ON challenge (expires);";

static const struct sql
sql_challenge_add = { "challenge_add", "iiiiBii", "",
	"INSERT INTO challenge (id, member, domain, method, nonce, made, expires)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7)" },
sql_challenge_of = { "challenge_of", "iii", "iiBii",
	"SELECT id, method, nonce, made, expires FROM challenge"
	" WHERE domain = $1 AND member = $2 AND expires > $3 ORDER BY method" },
sql_challenge_one = { "challenge_one", "iiii", "iiBii",
	"SELECT id, method, nonce, made, expires FROM challenge"
	" WHERE domain = $1 AND member = $2 AND method = $3 AND expires > $4" },
sql_challenge_mailed = { "challenge_mailed", "iii", "i",
	"SELECT domain FROM challenge WHERE id = $1 AND method = $2 AND expires > $3" },
sql_challenge_there = { "challenge_there", "ii", "ii",
	"SELECT id, member FROM challenge WHERE domain = $1 AND method = $2" },
sql_challenge_drop = { "challenge_drop", "i", "", "DELETE FROM challenge WHERE id = $1" },
sql_challenge_sweep = { "challenge_sweep", "i", "", "DELETE FROM challenge WHERE expires <= $1" };

bool
challenge_mailbox_ok(const char *local)
{
	/* RFC 2142 and CA/Browser Forum 3.2.2.4.4, and root. */
	static const char *const boxes[] = { "admin", "administrator", "webmaster", "hostmaster",
	    "postmaster", "root" };

	for (size_t i = 0; i < COUNT(boxes); i++)
		if (strcmp(local, boxes[i]) == 0)
			return true;
	return false;
}

/* ---- nonces ---- */

static struct seal_place
nonce_place(const struct act *a, int64_t id)
{
	return (struct seal_place){ .table = "challenge", .field = 1, .subject = a->owner.number,
	    .object = id, .version = 1, .key = a->owner.key };
}

static bool
nonce_seal(struct keeper *k, const struct act *a, const struct challenge *c, struct buf *box,
    struct err *e)
{
	struct seal_place at = nonce_place(a, c->id);

	return vault_seal(k->vault, &at, span_text(c->nonce), box, e);
}

/* One row of challenge_of or challenge_one, its nonce opened. */
static bool
challenge_read(struct keeper *k, const struct act *a, int64_t domain, const struct rows *r,
    struct challenge *c, struct err *e)
{
	DROP(buf_wipe) struct buf nonce = {0};
	struct seal_place at;

	*c = (struct challenge){ .id = rows_i64(r, 0), .domain = domain,
	    .method = (enum proof_method)rows_i64(r, 1), .expires = rows_i64(r, 4) };
	if (rows_null(r, 2))
		return true;
	at = nonce_place(a, c->id);
	TRY(vault_unseal(k->vault, &at, rows_bytes(r, 2), &nonce, e));
	if (nonce.len >= sizeof(c->nonce))
		return FAIL(e, ERR_CRYPTO, "challenge: a nonce is too long");
	memcpy(c->nonce, nonce.data, nonce.len);
	return true;
}

/* The open challenge of this method; *found false: none. */
static bool
challenge_find(struct keeper *k, const struct act *a, int64_t domain, enum proof_method method,
    struct challenge *c, int64_t *made, bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_challenge_one, e, domain, a->owner.number,
	    (int64_t)method, a->now));
	*found = r != NULL;
	if (r == NULL)
		return true;
	*made = rows_i64(r, 3);
	return challenge_read(k, a, domain, r, c, e);
}

/* ---- dropping ---- */

static bool
challenge_drop(struct keeper *k, int64_t id, struct err *e)
{
	return sql_do(k->store, &sql_challenge_drop, e, id);
}

/* Drop the challenges of a domain from this method on, and mails under way. */
static bool
drop_from(struct keeper *k, int64_t domain, unsigned from, unsigned to, struct err *e)
{
	for (unsigned method = from; method <= to; method++) {
		DROP(rows_drop) struct rows *r = NULL;
		int64_t id, member;

		TRY(sql_first(k->store, &r, &sql_challenge_there, e, domain, (int64_t)method));
		if (r == NULL)
			continue;
		id = rows_i64(r, 0);
		member = rows_i64(r, 1);
		rows_drop(&r);
		TRY(mail_cancel(k, member, MAIL_DOMAIN, id, e));
		TRY(challenge_drop(k, id, e));
	}
	return true;
}

bool
challenge_forget(struct keeper *k, int64_t domain, struct err *e)
{
	return drop_from(k, domain, PROOF_MAIL, PROOF_HTTP, e);
}

bool
challenge_sweep(struct keeper *k, int64_t now, struct err *e)
{
	TRY(sql_do(k->store, &sql_challenge_sweep, e, now));
	return retain_note(k, RETAIN_PROOFS, sql_changed(k->store), e);
}

/* ---- opening ---- */

static bool
challenge_insert(struct keeper *k, const struct act *a, const struct challenge *c, struct err *e)
{
	DROP(buf_wipe) struct buf box = {0};

	if (c->nonce[0] != '\0')
		TRY(nonce_seal(k, a, c, &box, e));
	return sql_do(k->store, &sql_challenge_add, e, c->id, a->owner.number, c->domain,
	    (int64_t)c->method, (const void *)box.data, box.len, a->now, c->expires);
}

static bool
open_mail(struct keeper *k, struct act *a, const char *name, const char *mailbox,
    struct challenge *c, struct err *e)
{
	char address[MAILBOX_MAX];
	struct mail_order m = { .kind = MAIL_DOMAIN, .owner = &a->owner, .address = address,
	    .lang = a->lang, .object = name, .ref = c->id, .token = true,
	    .purpose = PURPOSE_DOMAIN_PROVE };

	if (!challenge_mailbox_ok(mailbox))
		return REFUSE(e, ERR_INPUT, WHY_MAILBOX, "challenge: not one of the six mailboxes");
	/* The one row per method: the unexpired and the forgotten expired one alike. */
	TRY(drop_from(k, c->domain, PROOF_MAIL, PROOF_MAIL, e));
	snprintf(address, sizeof(address), "%s@%s", mailbox, name);
	c->expires = m.expires = a->now + k->set->mail_token_life;
	TRY(challenge_insert(k, a, c, e));
	return mail_queue(k, &m, a->now, NULL, e);
}

static bool
open_nonce(struct keeper *k, struct act *a, struct challenge *c, struct err *e)
{
	unsigned char random[NONCE_BYTES];
	struct challenge there;
	int64_t made;
	bool found;

	TRY(challenge_find(k, a, c->domain, c->method, &there, &made, &found, e));
	if (found) {
		*c = there;
		return true;
	}
	TRY(challenge_sweep(k, a->now, e));	/* an expired row would stand in the way */
	randombytes_buf(random, sizeof(random));
	sodium_bin2base64(c->nonce, sizeof(c->nonce), random, sizeof(random), BASE64);
	c->expires = a->now + CHALLENGE_LIFE;
	return challenge_insert(k, a, c, e);
}

bool
challenge_open(struct keeper *k, struct act *a, int64_t domain, const char *name,
    enum proof_method method, const char *mailbox, struct challenge *c, struct err *e)
{
	*c = (struct challenge){ .id = id_random(), .domain = domain, .method = method };
	switch (method) {
	case PROOF_MAIL:
		return open_mail(k, a, name, mailbox, c, e);
	case PROOF_DNS:
	case PROOF_HTTP:
		return open_nonce(k, a, c, e);
	}
	return FAIL(e, ERR_INPUT, "challenge: no method %u", (unsigned)method);
}

bool
challenge_each(struct keeper *k, struct act *a, int64_t domain, challenge_reader *each,
    void *self, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_challenge_of, e, domain, a->owner.number, a->now));
	while (rows_next(r, &end)) {
		struct challenge c;

		TRY(challenge_read(k, a, domain, r, &c, e));
		TRY(each(self, &c, e));
	}
	return err_hand_on(e, &end);
}

/* ---- answering ---- */

static bool
no_proof(struct err *e, const char *what)
{
	return REFUSE(e, ERR_DENIED, WHY_PROOF, "challenge: %s", what);
}

static bool
same_text(const char *a, const char *b)
{
	size_t n = strlen(a);

	return n == strlen(b) && sodium_memcmp(a, b, n) == 0;
}

bool
challenge_answer(struct keeper *k, struct act *a, int64_t domain, const char *name,
    const struct statement *s, enum proof_method *method, struct err *e)
{
	struct challenge c;
	int64_t made = 0;
	bool found;

	if (s->kind != STATEMENT_PROOF || strcmp(s->name, name) != 0)
		return no_proof(e, "a statement about something else");
	if (s->at < a->now - STATEMENT_YOUNG || s->at > a->now + CLOCKS_DIFFER)
		return no_proof(e, "a statement too old, or from the future");
	TRY(challenge_find(k, a, domain, (enum proof_method)s->method, &c, &made, &found, e));
	if (!found || c.nonce[0] == '\0' || !same_text(c.nonce, s->nonce))
		return no_proof(e, "not our open nonce");
	if (s->at + CLOCKS_DIFFER < made)
		return no_proof(e, "a statement older than the challenge");
	if (s->result != SAW_IT)
		return REFUSE(e, ERR_DENIED, WHY_PROOF_FAILED, "challenge: the prover saw %u", s->result);
	*method = c.method;
	return challenge_drop(k, c.id, e);
}

bool
challenge_mailed(struct keeper *k, int64_t id, int64_t now, int64_t *domain, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_challenge_mailed, e, id, (int64_t)PROOF_MAIL, now));
	if (r == NULL)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "challenge: no such mailed challenge");
	*domain = rows_i64(r, 0);
	rows_drop(&r);
	return challenge_drop(k, id, e);
}
