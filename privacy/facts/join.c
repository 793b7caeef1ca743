#include <sodium.h>
#include "privacy/facts/address.h"
#include "privacy/facts/credential.h"
#include "privacy/facts/join.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/recovery.h"
#include "privacy/facts/signin.h"
#include "privacy/keeper/brake.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/policy.h"
#include "privacy/rights/exclusion.h"
#include "privacy/rights/retain.h"

#define COLUMN_ADDRESS	1u	/* of waiting, inside the sealed place */
#define COLUMN_PASSWORD	2u

const char join_schema[] =
"CREATE TABLE waiting ("		/* joins until their link is followed */
" number INTEGER PRIMARY KEY REFERENCES subject (number),"
" address BLOB NOT NULL,"
" password BLOB NOT NULL,"
" agreement INTEGER NOT NULL,"
" statement INTEGER NOT NULL,"
" lang TEXT NOT NULL,"
" at INTEGER NOT NULL) STRICT;"
"CREATE INDEX waiting_at ON waiting (at);";

static const struct sql
sql_waiting = { "waiting_get", "i", "bbiit",
	"SELECT address, password, agreement, statement, lang FROM waiting WHERE number = $1" },
sql_waiting_add = { "waiting_add", "ibbiiti", "",
	"INSERT INTO waiting (number, address, password, agreement, statement, lang, at)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7)" },
sql_waiting_delete = { "waiting_delete", "i", "", "DELETE FROM waiting WHERE number = $1" },
sql_waiting_old = { "waiting_old", "ii", "iii",
	"SELECT w.number, s.key, s.tags FROM waiting w JOIN subject s ON s.number = w.number"
	" WHERE w.at < $1 ORDER BY w.at LIMIT $2" };

struct join {
	char	address[ADDRESS_MAX], password[KEEPER_TEXT_MAX + 1], lang[16];
	uint32_t agreement, statement;
	struct span source;
};

/* A language tag as far as we use it: letters and a hyphen. */
static bool
lang_ok(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");

	return n >= 2 && s[n] == '\0';
}

static bool
join_read(struct act *a, struct join *j, struct err *e)
{
	char typed[KEEPER_TEXT_MAX + 1];

	unpack_text(&a->in, typed, sizeof(typed));
	unpack_text(&a->in, j->password, sizeof(j->password));
	j->agreement = unpack_u32(&a->in);
	j->statement = unpack_u32(&a->in);
	unpack_text(&a->in, j->lang, sizeof(j->lang));
	j->source = unpack_bytes(&a->in);
	TRY(act_read(a, e));
	if (!lang_ok(j->lang))
		return FAIL(e, ERR_INPUT, "join: no language");
	TRY(address_normalise(typed, j->address, e));
	if (j->agreement != policy_number(POLICY_AGREEMENT, a->now) || j->statement != policy_number(POLICY_STATEMENT, a->now))
		return REFUSE(e, ERR_CONFLICT, WHY_POLICY, "join: agreed to another version");
	return password_ok(j->password, j->address, e);
}

static void join_wipe(struct join *j) { sodium_memzero(j, sizeof(*j)); }

static bool
join_seal(struct keeper *k, const struct owner *o, unsigned column, struct span plain,
    struct buf *box, struct err *e)
{
	struct seal_place at = { .table = "waiting", .field = column, .subject = o->number,
	    .version = 1, .key = o->key };

	return vault_seal(k->vault, &at, plain, box, e);
}

static bool
join_keep(struct keeper *k, const struct join *j, const struct owner *o,
    const struct argon_job *hash, int64_t now, struct err *e)
{
	DROP(buf_wipe) struct buf password = {0}, address = {0}, sealed = {0};

	credential_pack(&password, hash);
	TRY(buf_ok(&password, e));
	TRY(join_seal(k, o, COLUMN_ADDRESS, span_text(j->address), &address, e));
	TRY(join_seal(k, o, COLUMN_PASSWORD, span_buf(&password), &sealed, e));
	return sql_do(k->store, &sql_waiting_add, e, o->number,
	    (const void *)address.data, address.len, (const void *)sealed.data, sealed.len,
	    (int64_t)j->agreement, (int64_t)j->statement, j->lang, now);
}

/* Known and unknown addresses, and such of somebody who was excluded: the same rows, the same look-ups; only the mail differs. */
static bool
join_make(struct keeper *k, const struct join *j, const struct argon_job *hash, int64_t now,
    struct err *e)
{
	struct owner o = {0}, holder;
	struct member_facts f;
	int64_t known, until;

	TRY(address_holder(k, j->address, &known, NULL, e));
	TRY(member_owner(k, known, &holder, &f, e));
	TRY(subject_new(k, &o, now, e));
	TRY(join_keep(k, j, &o, hash, now, e));
	TRY(exclusion_of_address(k, j->address, 0, now, &until, e));
	struct mail_order m = { .kind = known != 0 ? MAIL_KNOWN : until != 0 ? MAIL_EXCLUDED_JOIN : MAIL_JOIN,
	    .owner = known != 0 ? &holder : &o, .address = j->address,
	    .lang = known != 0 ? f.lang : j->lang, .token = true,
	    .expires = known == 0 && until != 0 ? until : now + k->set->join_life, .purpose = PURPOSE_JOIN };

	return mail_queue(k, &m, now, NULL, e);
}

bool
op_join(struct keeper *k, struct act *a, struct err *e)
{
	DROP(join_wipe) struct join j = {0};
	struct argon_job job;

	TRY(join_read(a, &j, e));
	if (a->hashes != NULL)
		return join_make(k, &j, &a->hashes->job[0], a->now, e);
	TRY(brake_ask(k->brake, BRAKE_JOIN, span_of(NULL, 0), j.source, a->now, e));
	brake_count(k->brake, BRAKE_JOIN, span_of(NULL, 0), j.source, a->now);
	TRY(credential_job_new(k, CREDENTIAL_PASSWORD, j.password, &job, e));
	return act_hash(k, a, ARGON_JOIN, &job, 1, e);
}

/* ---- the link in the mail ---- */

struct waiting_row { struct buf address, password; int64_t agreement, statement; char lang[16]; };

static void
waiting_wipe(struct waiting_row *w)
{
	buf_wipe(&w->address);
	buf_wipe(&w->password);
}

static bool
waiting_open(struct keeper *k, const struct owner *o, struct waiting_row *w, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct seal_place at = { .table = "waiting", .field = COLUMN_ADDRESS, .subject = o->number,
	    .version = 1, .key = o->key };

	TRY(sql_first(k->store, &r, &sql_waiting, e, o->number));
	if (r == NULL)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "no such join");
	TRY(vault_unseal(k->vault, &at, rows_bytes(r, 0), &w->address, e));
	at.field = COLUMN_PASSWORD;
	TRY(vault_unseal(k->vault, &at, rows_bytes(r, 1), &w->password, e));
	w->agreement = rows_i64(r, 2);
	w->statement = rows_i64(r, 3);
	snprintf(w->lang, sizeof(w->lang), "%s", rows_text(r, 4));
	return true;
}

static bool
member_make(struct keeper *k, struct act *a, struct waiting_row *w, struct err *e)
{
	char agreed[64];
	int64_t id;

	TRY(member_add(k, a, w->agreement, w->statement, w->lang, e));
	TRY(sql_do(k->store, &sql_waiting_delete, e, a->owner.number));
	TRY(vault_put(k->vault, &a->owner, FIELD_CREDENTIAL, 0, span_buf(&w->password), a->now, e));
	snprintf(agreed, sizeof(agreed), "agreement %lld, statement %lld",
	    (long long)w->agreement, (long long)w->statement);
	a->purpose = PURPOSE_JOIN;
	TRY(act_record(k, a, agreed, e));
	TRY(address_create(k, &a->owner, w->address.data, true, true, a->now, &id, e));
	TRY(member_step(k, a, a->owner.number, STEP_ADDRESS, true, e));
	a->purpose = PURPOSE_VERIFY_ADDRESS;
	return act_record(k, a, NULL, e);
}

bool
member_verify(struct keeper *k, struct act *a, struct err *e)
{
	DROP(waiting_wipe) struct waiting_row w = {0};
	int64_t holder, until;

	TRY(waiting_open(k, &a->owner, &w, e));
	TRY(buf_ok(&w.address, e));
	/* Somebody may have proved this address since the join, or have been excluded with it. */
	TRY(address_holder(k, w.address.data, &holder, NULL, e));
	TRY(exclusion_of_address(k, w.address.data, 0, a->now, &until, e));
	if (holder != 0 || until != 0)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "verify: the address is another's by now");
	return member_make(k, a, &w, e);
}

/* ---- forgetting joins ---- */

static bool
waiting_forget(struct keeper *k, const struct owner *o, int64_t now, struct err *e)
{
	TRY(sql_do(k->store, &sql_waiting_delete, e, o->number));
	TRY(mail_forget(k, o->number, e));
	keeper_shed(k, 0);
	return subject_forget(k, o, now, e);
}

#define SWEEP_MOST 64

bool
member_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *joins, struct err *e)
{
	struct owner old[SWEEP_MOST];
	size_t n = 0;
	int64_t limit = most < SWEEP_MOST ? most : SWEEP_MOST, addresses;
	struct err end = {0};

	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_waiting_old, e, now - k->set->join_life, limit));
		while (rows_next(r, &end) && n < COUNT(old))
			old[n++] = (struct owner){ rows_i64(r, 0), rows_i64(r, 1), rows_i64(r, 2) };
	}
	TRY(err_hand_on(e, &end));
	for (size_t i = 0; i < n; i++)
		TRY(waiting_forget(k, &old[i], now, e));
	*joins = (int64_t)n;
	TRY(others_sweep(k, now, e));
	TRY(recovery_sweep(k, now, e));
	TRY(address_sweep(k, now, most, &addresses, e));
	return retain_note(k, RETAIN_ADDRESSES, addresses, e);
}
