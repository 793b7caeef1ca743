#include "privacy/facts/challenge.h"
#include "privacy/facts/domain.h"
#include "privacy/facts/member.h"
#include "privacy/facts/register.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define LABEL_MAX	63	/* RFC 1035 section 2.3.4 */

const char domain_schema[] =
"CREATE TABLE IF NOT EXISTS domain ("
"  id INTEGER PRIMARY KEY,"
"  member INTEGER NOT NULL,"
"  place BLOB NOT NULL,"		/* blind index of the name; the name is FIELD_DOMAIN */
"  made INTEGER NOT NULL,"
"  proved_at INTEGER NOT NULL,"		/* 0: never */
"  wild_at INTEGER NOT NULL,"		/* newest proof that carries wildcards */
"  method INTEGER NOT NULL,"
"  UNIQUE (member, place)"
") STRICT;";

#define COLUMNS "id, member, made, proved_at, wild_at, method"
static const struct sql
sql_domain_add = { "domain_add", "iibi", "",
	"INSERT INTO domain (id, member, place, made, proved_at, wild_at, method)"
	" VALUES ($1, $2, $3, $4, 0, 0, 0)" },
sql_domain_get = { "domain_get", "ii", "iiiiii",
	"SELECT " COLUMNS " FROM domain WHERE id = $1 AND member = $2" },
sql_domain_by_place = { "domain_by_place", "ib", "iiiiii",
	"SELECT " COLUMNS " FROM domain WHERE member = $1 AND place = $2" },
sql_domain_all = { "domain_all", "i", "iiiiii",
	"SELECT " COLUMNS " FROM domain WHERE member = $1 ORDER BY made, id" },
sql_domain_count = { "domain_count", "i", "i",
	"SELECT CAST(COUNT(*) AS BIGINT) FROM domain WHERE member = $1" },
sql_domain_proved_count = { "domain_proved_count", "ii", "i",
	"SELECT CAST(COUNT(*) AS BIGINT) FROM domain WHERE member = $1 AND proved_at > $2" },
sql_domain_proved = { "domain_proved", "iiiiiii", "",
	"UPDATE domain SET proved_at = CASE WHEN proved_at > $1 THEN proved_at ELSE $2 END,"
	" wild_at = CASE WHEN wild_at > $3 THEN wild_at ELSE $4 END,"
	" method = CASE WHEN proved_at > $5 THEN method ELSE $6 END WHERE id = $7" },
sql_domain_drop = { "domain_drop", "ii", "", "DELETE FROM domain WHERE id = $1 AND member = $2" };

/* ---- names ---- */

static bool
label_ok(const char *label, size_t n)
{
	if (n == 0 || n > LABEL_MAX || label[0] == '-' || label[n - 1] == '-')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!(label[i] >= 'a' && label[i] <= 'z') && !(label[i] >= '0' && label[i] <= '9') &&
		    label[i] != '-')
			return false;
	/* RFC 5890 section 2.3.1: of the labels with hyphens in third and fourth place, only A-labels. */
	return n < 4 || label[2] != '-' || label[3] != '-' || (label[0] == 'x' && label[1] == 'n');
}

bool
domain_name_ok(const char *name)
{
	size_t labels = 0, n;
	bool digits = true;		/* of the last label: 192.0.2.1 is no name */

	if (strlen(name) >= DOMAIN_TEXT)
		return false;
	for (const char *at = name; ; at += n + 1) {
		n = strcspn(at, ".");
		if (!label_ok(at, n))
			return false;
		labels++;
		digits = strspn(at, "0123456789") == n;
		if (at[n] == '\0')
			return labels >= 2 && !digits;
	}
}

/* BR 4.2.2: no certificate names a reverse zone; RFC 7686: an onion name is not in the DNS, where we look. */
static bool
reserved(const char *name)
{
	static const char *const zones[] = { "in-addr.arpa", "ip6.arpa", "onion" };
	size_t n = strlen(name);

	for (size_t i = 0; i < COUNT(zones); i++) {
		size_t z = strlen(zones[i]);

		if (n >= z && strcmp(name + n - z, zones[i]) == 0 && (n == z || name[n - z - 1] == '.'))
			return true;
	}
	return false;
}

static void
name_place(const struct keeper *k, const char *name, unsigned char into[INDEX_BYTES])
{
	index_of(vault_indexes(k->vault), INDEX_DOMAIN, span_text(name), into);
}

/* ---- rows ---- */

static void
domain_read(struct domain *d, const struct rows *r)
{
	*d = (struct domain){ .id = rows_i64(r, 0), .member = rows_i64(r, 1), .made = rows_i64(r, 2),
	    .proved_at = rows_i64(r, 3), .wild_at = rows_i64(r, 4),
	    .method = (enum proof_method)rows_i64(r, 5) };
}

bool
domain_get(struct keeper *k, int64_t member, int64_t id, struct domain *d, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_domain_get, e, id, member));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "domain: no such domain");
	domain_read(d, r);
	return true;
}

static bool
domain_by_name(struct keeper *k, int64_t member, const char *name, struct domain *d, bool *found,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char place[INDEX_BYTES];

	name_place(k, name, place);
	TRY(sql_first(k->store, &r, &sql_domain_by_place, e, member, (const void *)place, sizeof(place)));
	*found = r != NULL;
	if (*found)
		domain_read(d, r);
	return true;
}

bool
domain_each(struct keeper *k, int64_t member, domain_reader *each, void *self, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_domain_all, e, member));
	while (rows_next(r, &end)) {
		struct domain d;

		domain_read(&d, r);
		TRY(each(self, &d, e));
	}
	return err_hand_on(e, &end);
}

bool
domain_name(struct keeper *k, struct act *a, int64_t id, char into[DOMAIN_TEXT], struct err *e)
{
	DROP(buf_wipe) struct buf name = {0};
	bool found;

	TRY(act_open(k, a, FIELD_DOMAIN, id, &name, NULL, &found, e));
	if (!found || name.len == 0 || name.len >= DOMAIN_TEXT)
		return FAIL(e, ERR_TAMPER, "domain: a name is missing");
	memcpy(into, name.data, name.len + 1);
	return true;
}

static bool
count_one(struct rows *r, int64_t *n)
{
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

bool
domain_count_proved(struct keeper *k, int64_t member, int64_t now, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_domain_proved_count, e, member, now - k->set->domain_life));
	return count_one(r, n);
}

int64_t
domain_good_until(const struct keeper *k, const struct domain *d, int64_t now)
{
	int64_t until = d->proved_at == 0 ? 0 : d->proved_at + k->set->domain_life;

	return until > now ? until : 0;
}

/* ---- does a name stand on one of theirs? ---- */

/* 0: this domain carries the name now; else why not. */
static enum why
domain_fault(const struct keeper *k, const struct domain *d, bool wild, int64_t now)
{
	int64_t reprove = settings_domain_reprove(k->set->domain_reprove, now);

	if (domain_good_until(k, d, now) == 0)
		return WHY_DOMAIN_UNPROVED;
	if (d->proved_at <= now - reprove)
		return WHY_DOMAIN_STALE;
	if (wild && d->wild_at <= now - reprove)
		return WHY_DOMAIN_WILDCARD;
	return WHY_NONE;
}

bool
domain_ready(const struct keeper *k, const struct domain *d, bool wildcard, int64_t now)
{
	return domain_fault(k, d, wildcard, now) == WHY_NONE;
}

bool
domain_covers(struct keeper *k, int64_t member, const char *name, int64_t now, int64_t *id,
    struct err *e)
{
	bool wild = strncmp(name, "*.", 2) == 0;
	enum why fault = WHY_NAME_NOT_YOURS;

	if (wild)
		name += 2;
	if (!domain_name_ok(name))
		return REFUSE(e, ERR_DENIED, WHY_DOMAIN_SHAPE, "domain: not a name");
	for (const char *at = name; strchr(at, '.') != NULL; at = strchr(at, '.') + 1) {
		struct domain d;
		enum why why;
		bool found;

		TRY(domain_by_name(k, member, at, &d, &found, e));
		if (!found)
			continue;
		/* A file on one host says nothing about others: BR 3.2.2.4.18 forbids names below it, too. */
		why = domain_fault(k, &d, wild || at != name, now);
		if (why == WHY_DOMAIN_WILDCARD && !wild)
			why = WHY_DOMAIN_UNPROVED;
		if (why == WHY_NONE) {
			*id = d.id;
			return true;
		}
		if (fault == WHY_NAME_NOT_YOURS)
			fault = why;	/* the nearest one is the one to mend */
	}
	return REFUSE(e, ERR_DENIED, fault, "domain: a name stands on no proof");
}

/* ---- operations ---- */

struct listing { struct keeper *k; struct act *a; struct buf rows; uint32_t n; };

static bool
list_one(void *self, const struct domain *d, struct err *e)
{
	struct listing *l = self;
	char name[DOMAIN_TEXT];
	int64_t now = l->a->now;

	TRY(domain_name(l->k, l->a, d->id, name, e));
	pack_i64(&l->rows, d->id);
	pack_text(&l->rows, name);
	pack_i64(&l->rows, d->proved_at);
	pack_i64(&l->rows, domain_good_until(l->k, d, now));
	pack_u8(&l->rows, d->method);
	pack_u8(&l->rows, domain_ready(l->k, d, true, now));
	l->n++;
	return register_serials(l->k, d->member, NAME_DNS, d->id, now, &l->rows, e);
}

static void
listing_wipe(struct listing *l)
{
	buf_wipe(&l->rows);
}

static void
listing_pack(struct listing *l)
{
	pack_u32(l->a->out, l->n);
	buf_add(l->a->out, l->rows.data, l->rows.len);
	l->a->out->failed |= l->rows.failed;
}

bool
op_domains(struct keeper *k, struct act *a, struct err *e)
{
	DROP(listing_wipe) struct listing l = { .k = k, .a = a };

	TRY(act_read(a, e));
	TRY(domain_each(k, a->owner.number, list_one, &l, e));
	listing_pack(&l);
	return act_record(k, a, NULL, e);
}

static bool
may_add(struct keeper *k, struct act *a, const char *name, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct domain d;
	int64_t n;
	bool found;

	if (!domain_name_ok(name))
		return REFUSE(e, ERR_INPUT, WHY_DOMAIN_SHAPE, "domain: not a name");
	if (reserved(name))
		return REFUSE(e, ERR_INPUT, WHY_DOMAIN_RESERVED, "domain: a reserved zone");
	TRY(domain_by_name(k, a->owner.number, name, &d, &found, e));
	if (found)
		return REFUSE(e, ERR_CONFLICT, WHY_DOMAIN_KNOWN, "domain: on the list already");
	TRY(sql_first(k->store, &r, &sql_domain_count, e, a->owner.number));
	count_one(r, &n);
	return n < k->set->max_domains || REFUSE(e, ERR_DENIED, WHY_LIMIT, "domain: too many");
}

bool
op_domain_add(struct keeper *k, struct act *a, struct err *e)
{
	unsigned char place[INDEX_BYTES];
	char name[DOMAIN_TEXT];
	int64_t id = id_random();

	unpack_text(&a->in, name, sizeof(name));
	if (a->in.bad)
		return REFUSE(e, ERR_INPUT, WHY_DOMAIN_SHAPE, "domain: not a name");
	TRY(act_read(a, e));
	TRY(may_add(k, a, name, e));
	name_place(k, name, place);
	TRY(sql_do(k->store, &sql_domain_add, e, id, a->owner.number, (const void *)place,
	    sizeof(place), a->now));
	TRY(vault_put(k->vault, &a->owner, FIELD_DOMAIN, id, span_text(name), a->now, e));
	pack_i64(a->out, id);
	return act_record(k, a, name, e);
}

bool
op_domain_challenge(struct keeper *k, struct act *a, struct err *e)
{
	char name[DOMAIN_TEXT], mailbox[64];
	int64_t id = unpack_i64(&a->in);
	enum proof_method method = (enum proof_method)unpack_u8(&a->in);
	struct domain d;
	struct challenge c;

	unpack_text(&a->in, mailbox, sizeof(mailbox));
	TRY(act_read(a, e));
	TRY(domain_get(k, a->owner.number, id, &d, e));
	TRY(domain_name(k, a, id, name, e));
	TRY(challenge_open(k, a, id, name, method, mailbox, &c, e));
	pack_text(a->out, name);
	pack_text(a->out, c.nonce);
	pack_i64(a->out, c.expires);
	return act_record(k, a, name, e);
}

static bool
look_one(void *self, const struct challenge *c, struct err *e)
{
	struct listing *l = self;

	(void)e;
	pack_u8(&l->rows, c->method);
	pack_text(&l->rows, c->nonce);
	pack_i64(&l->rows, c->expires);
	l->n++;
	return true;
}

bool
op_domain_look(struct keeper *k, struct act *a, struct err *e)
{
	DROP(listing_wipe) struct listing l = { .k = k, .a = a };
	char name[DOMAIN_TEXT];
	int64_t id = unpack_i64(&a->in);
	struct domain d;

	TRY(act_read(a, e));
	TRY(domain_get(k, a->owner.number, id, &d, e));
	TRY(domain_name(k, a, id, name, e));
	TRY(challenge_each(k, a, id, look_one, &l, e));
	pack_text(a->out, name);
	listing_pack(&l);
	return act_record(k, a, name, e);
}

bool
domain_proved(struct keeper *k, struct act *a, int64_t id, enum proof_method method,
    int64_t at, struct err *e)
{
	char name[DOMAIN_TEXT];
	int64_t wild_at = method == PROOF_HTTP ? 0 : at;

	TRY(domain_name(k, a, id, name, e));
	TRY(sql_do(k->store, &sql_domain_proved, e, at, at, wild_at, wild_at, at, (int64_t)method, id));
	if (sql_changed(k->store) != 1)
		return FAIL(e, ERR_ABSENT, "domain: it is gone");
	TRY(member_step(k, a, a->owner.number, STEP_DOMAIN, true, e));
	return act_record(k, a, name, e);
}

/* What was looked for in vain stands in the history too: the refusal keeps that line. */
static bool
record_failure(struct keeper *k, struct act *a, const char *name, const char *saw, struct err *e)
{
	DROP(buf_wipe) struct buf what = {0};
	size_t n;

	buf_fmt(&what, "%s: %s", name, saw);
	TRY(buf_ok(&what, e));
	n = what.len < DETAIL_OBJECT ? what.len : DETAIL_OBJECT - 1;
	while (!utf8_ok(what.data, n))
		n--;			/* never half a character */
	what.data[n] = '\0';
	return act_record(k, a, what.data, e);
}

bool
op_domain_proved(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct span wire = unpack_bytes(&a->in);
	enum proof_method method;
	char name[DOMAIN_TEXT];
	struct statement s;
	struct domain d;

	TRY(act_read(a, e));
	TRY(domain_get(k, a->owner.number, id, &d, e));
	if (!statement_open(&s, wire, k->keys->prover, e))
		return REFUSE(e, ERR_DENIED, WHY_PROOF, "domain: not the prover's statement");
	TRY(domain_name(k, a, id, name, e));
	if (challenge_answer(k, a, id, name, &s, &method, e))
		return domain_proved(k, a, id, method, s.at, e);
	if (e->why == WHY_PROOF_FAILED)
		a->keep = record_failure(k, a, name, s.saw, NULL);
	return false;
}

bool
domain_mail_taken(struct keeper *k, struct act *a, const struct mail_token *t, struct err *e)
{
	struct domain d;
	int64_t id;

	TRY(challenge_mailed(k, t->ref, a->now, &id, e));
	TRY(domain_get(k, t->subject, id, &d, e));
	a->purpose = PURPOSE_DOMAIN_PROVE;
	return domain_proved(k, a, id, PROOF_MAIL, a->now, e);
}

bool
op_domain_remove(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf tickets = {0};
	char name[DOMAIN_TEXT];
	int64_t id = unpack_i64(&a->in), live, left;
	bool sure = unpack_u8(&a->in) == 1;
	struct domain d;
	uint32_t n = 0;

	TRY(act_read(a, e));
	TRY(domain_get(k, a->owner.number, id, &d, e));
	TRY(register_count_domain(k, a->owner.number, id, a->now, &live, e));
	if (live > 0 && !sure)
		return REFUSE(e, ERR_CONFLICT, WHY_DOMAIN_IN_USE, "domain: certificates name it");
	TRY(domain_name(k, a, id, name, e));
	TRY(register_revoke_domain(k, a, id, &tickets, &n, e));
	TRY(challenge_forget(k, id, e));
	TRY(vault_erase(k->vault, a->owner.number, FIELD_DOMAIN, id, a->now, NULL, e));
	keeper_shed(k, 0);
	TRY(sql_do(k->store, &sql_domain_drop, e, id, a->owner.number));
	TRY(domain_count_proved(k, a->owner.number, a->now, &left, e));
	TRY(member_step(k, a, a->owner.number, STEP_DOMAIN, left > 0, e));
	pack_u32(a->out, n);
	buf_add(a->out, tickets.data, tickets.len);
	TRY(buf_ok(&tickets, e));
	return act_record(k, a, name, e);
}
