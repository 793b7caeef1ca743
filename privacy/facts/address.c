#include <sodium.h>
#include "privacy/facts/address.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/exclusion.h"

const char address_schema[] =
"CREATE TABLE address ("
" id INTEGER PRIMARY KEY,"
" member INTEGER NOT NULL REFERENCES member (number),"
" idx BLOB NOT NULL,"			/* blind index of the text */
" since INTEGER NOT NULL,"
" verified_at INTEGER NOT NULL,"	/* 0: not yet */
" is_primary INTEGER NOT NULL) STRICT;"
/* What nobody may break: one address, one holder; one member, one primary. */
"CREATE UNIQUE INDEX address_holder ON address (idx) WHERE verified_at > 0;"
"CREATE UNIQUE INDEX address_primary ON address (member) WHERE is_primary = 1;"
"CREATE INDEX address_member ON address (member);"
"CREATE INDEX address_unverified ON address (since) WHERE verified_at = 0;";

static const struct sql
sql_holder = { "address_holder", "b", "ii",
	"SELECT member, id FROM address WHERE idx = $1 AND verified_at > 0" },
sql_mine = { "address_mine", "ib", "ii",
	"SELECT id, verified_at FROM address WHERE member = $1 AND idx = $2" },
sql_idx = { "address_idx", "ii", "b", "SELECT idx FROM address WHERE member = $1 AND id = $2" },
sql_one = { "address_one", "ii", "iiii",
	"SELECT since, verified_at, is_primary, failing FROM address WHERE member = $1 AND id = $2" },
sql_list = { "address_list", "ii", "iiiii",
	"SELECT id, since, verified_at, is_primary, failing FROM address WHERE member = $1"
	" ORDER BY is_primary DESC, verified_at = 0, since, id LIMIT $2" },
sql_primary = { "address_primary", "i", "i",
	"SELECT id FROM address WHERE member = $1 AND is_primary = 1" },
sql_failing = { "address_failing", "i", "i",
	"SELECT failing FROM address WHERE member = $1 AND is_primary = 1" },
sql_works = { "address_works", "ii", "",
	"UPDATE address SET failing = 0 WHERE member = $1 AND id = $2 AND failing > 0 AND verified_at > 0" },
sql_add = { "address_add", "iibiii", "",
	"INSERT INTO address (id, member, idx, since, verified_at, is_primary)"
	" VALUES ($1, $2, $3, $4, $5, $6)" },
sql_verify = { "address_verify", "iii", "",
	"UPDATE address SET verified_at = $1 WHERE id = $2 AND member = $3 AND verified_at = 0" },
sql_demote = { "address_demote", "i", "",
	"UPDATE address SET is_primary = 0 WHERE member = $1 AND is_primary = 1" },
sql_promote = { "address_promote", "ii", "",
	"UPDATE address SET is_primary = 1 WHERE member = $1 AND id = $2" },
sql_delete = { "address_delete", "ii", "", "DELETE FROM address WHERE member = $1 AND id = $2" },
sql_stale = { "address_stale", "ii", "ii",
	"SELECT id, member FROM address WHERE verified_at = 0 AND since < $1 ORDER BY since LIMIT $2" };

void
address_index(const struct keeper *k, enum index_name which, const char *address,
    unsigned char into[INDEX_BYTES])
{
	char lower[ADDRESS_MAX];
	size_t n = 0;

	for (; address[n] != '\0' && n < sizeof(lower) - 1; n++)
		lower[n] = address[n] >= 'A' && address[n] <= 'Z' ?
		    (char)(address[n] - 'A' + 'a') : address[n];
	lower[n] = '\0';
	index_of(vault_indexes(k->vault), which, span_of(lower, n), into);
	sodium_memzero(lower, sizeof(lower));
}

void
address_place(const struct keeper *k, const char *address, unsigned char into[INDEX_BYTES])
{
	char mailbox[ADDRESS_MAX];

	address_mailbox(address, mailbox);
	index_of(vault_indexes(k->vault), INDEX_MAIL_LIMIT, span_text(mailbox), into);
	sodium_memzero(mailbox, sizeof(mailbox));
}

/* ---- look-ups ---- */

bool
address_holder(struct keeper *k, const char *address, int64_t *member, int64_t *id,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char idx[INDEX_BYTES];

	address_index(k, INDEX_ADDRESS, address, idx);
	TRY(sql_first(k->store, &r, &sql_holder, e, (const void *)idx, sizeof(idx)));
	*member = r == NULL ? 0 : rows_i64(r, 0);
	if (id != NULL)
		*id = r == NULL ? 0 : rows_i64(r, 1);
	return true;
}

bool
address_by_text(struct keeper *k, int64_t member, const char *text, int64_t *id,
    bool *verified, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	char address[ADDRESS_MAX];
	unsigned char idx[INDEX_BYTES];

	*id = 0;
	*verified = false;
	if (!address_normalise(text, address, NULL))
		return true;
	address_index(k, INDEX_ADDRESS, address, idx);
	TRY(sql_first(k->store, &r, &sql_mine, e, member, (const void *)idx, sizeof(idx)));
	if (r == NULL)
		return true;
	*id = rows_i64(r, 0);
	*verified = rows_i64(r, 1) > 0;
	return true;
}

bool
address_found(struct keeper *k, int64_t member, int64_t id, struct span text, bool *yes, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	char address[ADDRESS_MAX] = "";
	unsigned char idx[INDEX_BYTES];
	struct span there;

	*yes = text.len < sizeof(address);
	if (!*yes)
		return true;
	memcpy(address, text.p, text.len);
	address_index(k, INDEX_ADDRESS, address, idx);
	sodium_memzero(address, sizeof(address));
	TRY(sql_first(k->store, &r, &sql_idx, e, member, id));
	if (r == NULL)
		return true;
	there = rows_bytes(r, 0);
	*yes = there.len == sizeof(idx) && sodium_memcmp(there.p, idx, sizeof(idx)) == 0;
	return true;
}

bool
address_row(struct keeper *k, int64_t member, int64_t id, struct address_row *o, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_one, e, member, id));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "address: not this member's");
	*o = (struct address_row){ .id = id, .since = rows_i64(r, 0), .verified_at = rows_i64(r, 1),
	    .primary = rows_i64(r, 2) != 0, .failing = rows_i64(r, 3) };
	return true;
}

bool
address_failing(struct keeper *k, int64_t member, bool *yes, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_failing, e, member));
	*yes = r != NULL && rows_i64(r, 0) > 0;
	return true;
}

bool
address_verified(struct keeper *k, int64_t member, int64_t id, bool *yes, struct err *e)
{
	struct err none = {0};
	struct address_row o;

	*yes = false;
	if (address_row(k, member, id, &o, &none)) {
		*yes = o.verified_at > 0;
		return true;
	}
	if (none.kind != ERR_ABSENT && e != NULL)
		*e = none;
	return none.kind == ERR_ABSENT;
}

static bool
primary_id(struct keeper *k, int64_t member, int64_t *id, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_primary, e, member));
	*id = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

bool
address_primary(struct keeper *k, const struct owner *o, struct buf *into, int64_t *id,
    struct err *e)
{
	int64_t found;

	TRY(primary_id(k, o->number, &found, e));
	if (found == 0)
		return FAIL(e, ERR_ABSENT, "address: no primary");
	if (id != NULL)
		*id = found;
	return vault_get(k->vault, o, FIELD_ADDRESS, found, into, NULL, e) && buf_ok(into, e);
}

bool
address_peek(struct keeper *k, const struct owner *o, struct buf *into, struct err *e)
{
	int64_t id;
	bool found;

	TRY(primary_id(k, o->number, &id, e));
	if (id != 0)
		TRY(vault_peek(k->vault, o, FIELD_ADDRESS, id, into, &found, e));
	return buf_ok(into, e);
}

bool
address_list(struct keeper *k, int64_t member, struct address_row *rows, size_t most,
    size_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	*n = 0;
	TRY(sql_ask(k->store, &r, &sql_list, e, member, (int64_t)most));
	while (*n < most && rows_next(r, &end))
		rows[(*n)++] = (struct address_row){ .id = rows_i64(r, 0), .since = rows_i64(r, 1),
		    .verified_at = rows_i64(r, 2), .primary = rows_i64(r, 3) != 0, .failing = rows_i64(r, 4) };
	return err_hand_on(e, &end);
}

/* ---- making, proving, telling ---- */

bool
address_create(struct keeper *k, const struct owner *o, const char *address, bool verified,
    bool primary, int64_t now, int64_t *id, struct err *e)
{
	unsigned char idx[INDEX_BYTES];

	*id = id_random();
	address_index(k, INDEX_ADDRESS, address, idx);
	TRY(sql_do(k->store, &sql_add, e, *id, o->number, (const void *)idx, sizeof(idx), now,
	    verified ? now : INT64_C(0), (int64_t)primary));
	return vault_put(k->vault, o, FIELD_ADDRESS, *id, span_text(address), now, e);
}

bool
address_promote(struct keeper *k, int64_t member, int64_t id, struct err *e)
{
	TRY(sql_do(k->store, &sql_demote, e, member));
	return sql_do(k->store, &sql_promote, e, member, id);
}

bool
address_take(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	int64_t holder, primary, until;

	a->purpose = PURPOSE_VERIFY_ADDRESS;
	/* Whoever took the account over by a recovery may have asked for the link before. */
	if (a->now < a->bar_until)
		return REFUSE(e, ERR_DENIED, WHY_BAR, "verify: within the bar");
	TRY(vault_get(k->vault, &a->owner, FIELD_ADDRESS, a->mail->ref, &text, NULL, e));
	TRY(buf_ok(&text, e));
	TRY(address_holder(k, text.data, &holder, NULL, e));
	if (holder == a->owner.number) {	/* proved anew, after mail to it had come back */
		TRY(sql_do(k->store, &sql_works, e, a->owner.number, a->mail->ref));
		return act_record(k, a, text.data, e);
	}
	TRY(exclusion_of_address(k, text.data, a->owner.number, a->now, &until, e));
	if (holder != 0 || until != 0)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "verify: the address is another's by now");
	TRY(sql_do(k->store, &sql_verify, e, a->now, a->mail->ref, a->owner.number));
	if (sql_changed(k->store) != 1)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "verify: no such address");
	TRY(primary_id(k, a->owner.number, &primary, e));
	if (primary == 0)
		TRY(address_promote(k, a->owner.number, a->mail->ref, e));
	TRY(member_step(k, a, a->owner.number, STEP_ADDRESS, true, e));
	return act_record(k, a, text.data, e);
}

/* What a notice is, whoever gets it. */
struct notice { const char *lang, *object; enum mail_use kind; enum purpose purpose; int64_t ref, until; bool link, last; };

static bool
notify_one(struct keeper *k, const struct owner *o, const struct notice *n, int64_t id, int64_t now, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	bool found;

	/* Without account: the mail's sending has a line of its own. */
	TRY(vault_peek(k->vault, o, FIELD_ADDRESS, id, &text, &found, e));
	if (!found || !buf_ok(&text, NULL))
		return FAIL(e, ERR_TAMPER, "address: a row without its text");
	struct mail_order m = { .kind = n->kind, .owner = n->last ? NULL : o, .address = text.data, .lang = n->lang,
	    .object = n->object, .ref = n->ref != 0 ? n->ref : id, .token = n->link, .expires = n->until, .purpose = n->purpose };

	return mail_queue(k, &m, now, NULL, e);
}

static bool
notify_all(struct keeper *k, const struct owner *o, const struct notice *notice, int64_t now, struct err *e)
{
	struct address_row rows[ADDRESS_ROWS];
	size_t n;

	TRY(address_list(k, o->number, rows, COUNT(rows), &n, e));
	for (size_t i = 0; i < n; i++)
		if (rows[i].verified_at > 0)
			TRY(notify_one(k, o, notice, rows[i].id, now, e));
	return true;
}

bool
address_notify(struct keeper *k, const struct owner *o, const char *lang, enum mail_use kind,
    const char *object, enum purpose p, int64_t now, struct err *e)
{
	return notify_all(k, o, &(struct notice){ .lang = lang, .object = object, .kind = kind, .purpose = p }, now, e);
}

bool
address_notify_link(struct keeper *k, const struct owner *o, const char *lang, enum mail_use kind, const char *object,
    int64_t ref, int64_t until, enum purpose p, int64_t now, struct err *e)
{
	return notify_all(k, o, &(struct notice){ .lang = lang, .object = object, .kind = kind, .purpose = p, .ref = ref,
	    .until = until, .link = true }, now, e);
}

bool
address_notify_one(struct keeper *k, const struct owner *o, const char *lang, enum mail_use kind, int64_t id, int64_t until,
    enum purpose p, int64_t now, struct err *e)
{
	return notify_one(k, o, &(struct notice){ .lang = lang, .kind = kind, .purpose = p, .until = until, .link = true }, id, now, e);
}

bool
address_notify_all_until(struct keeper *k, const struct owner *o, const char *lang, enum mail_use kind,
    int64_t until, enum purpose p, int64_t now, struct err *e)
{
	return notify_all(k, o, &(struct notice){ .lang = lang, .kind = kind, .purpose = p, .until = until }, now, e);
}

bool
address_notify_primary(struct keeper *k, const struct owner *o, const char *lang,
    enum mail_use kind, const char *object, enum purpose p, int64_t now, struct err *e)
{
	int64_t id;

	TRY(primary_id(k, o->number, &id, e));
	return id == 0 || notify_one(k, o, &(struct notice){ .lang = lang, .object = object, .kind = kind, .purpose = p }, id, now, e);
}

bool
address_notify_last(struct keeper *k, const struct owner *o, const char *lang, enum mail_use kind, const char *object, enum purpose p,
    int64_t now, struct err *e)
{
	int64_t id;

	TRY(primary_id(k, o->number, &id, e));
	return id == 0 ||
	    notify_one(k, o, &(struct notice){ .lang = lang, .object = object, .kind = kind, .purpose = p, .last = true }, id, now, e);
}

bool
address_notify_until(struct keeper *k, const struct owner *o, const char *lang, enum mail_use kind,
    int64_t until, enum purpose p, int64_t now, struct err *e)
{
	int64_t id;

	TRY(primary_id(k, o->number, &id, e));
	return id == 0 || notify_one(k, o, &(struct notice){ .lang = lang, .kind = kind, .purpose = p, .until = until }, id, now, e);
}

/* ---- going ---- */

bool
address_forget(struct keeper *k, int64_t member, int64_t id, int64_t now, struct err *e)
{
	TRY(mail_cancel(k, member, MAIL_ADDRESS, id, e));
	TRY(sql_do(k->store, &sql_delete, e, member, id));
	keeper_shed(k, 0);
	return vault_erase(k->vault, member, FIELD_ADDRESS, id, now, NULL, e);
}

#define SWEEP_MOST 64

bool
address_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *n, struct err *e)
{
	struct { int64_t id, member; } old[SWEEP_MOST];
	struct err end = {0};
	int64_t limit = most < SWEEP_MOST ? most : SWEEP_MOST;

	*n = 0;
	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_stale, e, now - k->set->join_life, limit));
		while (*n < SWEEP_MOST && rows_next(r, &end)) {
			old[*n].id = rows_i64(r, 0);
			old[(*n)++].member = rows_i64(r, 1);
		}
	}
	TRY(err_hand_on(e, &end));
	for (int64_t i = 0; i < *n; i++) {
		struct owner o;
		struct record_line l = { .about = &o, .purpose = PURPOSE_KEEP_TIDY,
		    .role = ACTOR_SYSTEM, .object = "an address that was not verified" };

		TRY(member_owner(k, old[i].member, &o, NULL, e));
		TRY(address_forget(k, old[i].member, old[i].id, now, e));
		TRY(keeper_record(k, &l, now, NULL, e));
	}
	return true;
}
