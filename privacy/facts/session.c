#include <sodium.h>
#include "privacy/facts/bearer.h"
#include "privacy/facts/quiet.h"
#include "privacy/facts/register.h"
#include "privacy/facts/session.h"
#include "privacy/facts/session_known.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define SEEN_EVERY	20	/* seconds: "last seen" is as exact as this */

const char session_schema[] =
"CREATE TABLE session ("
" number INTEGER PRIMARY KEY,"
" member INTEGER NOT NULL REFERENCES member (number),"
" token BLOB NOT NULL UNIQUE,"		/* BLAKE2b-256 of the token, bound to cert (bearer.h) */
" old BLOB UNIQUE,"			/* of the token before the last password entry */
" old_until INTEGER NOT NULL,"
" since INTEGER NOT NULL,"
" seen INTEGER NOT NULL,"
" fresh_until INTEGER NOT NULL,"
" ends_at INTEGER NOT NULL,"
" shared INTEGER NOT NULL,"
" cert BLOB,"				/* SHA-256 of the client certificate */
" serial BLOB) STRICT;"
"CREATE INDEX session_member ON session (member);"
"CREATE INDEX session_seen ON session (seen);";

const char session_over_schema[] =
"CREATE INDEX session_ends ON session (ends_at);"
"CREATE INDEX session_shared ON session (seen) WHERE shared = 1;";

/* One look-up answers who, with which keys and facts: this is on the path of every page. */
#define SESSION_COLUMNS \
	"SELECT s.number, s.member, s.old_until, s.seen, s.fresh_until, s.ends_at, s.shared," \
	" s.cert, s.serial, b.key, b.tags, m.roles, m.steps, m.bar_until, m.points," \
	" m.agreement, m.statement, m.lang, m.restricted FROM session s" \
	" JOIN subject b ON b.number = s.member JOIN member m ON m.number = s.member"
#define SESSION_LETTERS "iiiiiiiBBiiiiiiiiti"

static const struct sql
sql_session = { "session_get", "b", SESSION_LETTERS, SESSION_COLUMNS " WHERE s.token = $1" },
sql_session_old = { "session_get_old", "b", SESSION_LETTERS, SESSION_COLUMNS " WHERE s.old = $1" },
sql_session_number = { "session_get_number", "i", SESSION_LETTERS,
	SESSION_COLUMNS " WHERE s.number = $1" },
sql_session_cert = { "session_cert", "i", "B", "SELECT cert FROM session WHERE number = $1" },
sql_session_seen = { "session_seen", "ii", "", "UPDATE session SET seen = $1 WHERE number = $2" },
sql_session_add = { "session_add", "iibiiiiBB", "",
	"INSERT INTO session (number, member, token, old, old_until, since, seen, fresh_until,"
	" ends_at, shared, cert, serial)"
	" VALUES ($1, $2, $3, NULL, 0, $4, $5, 0, $6, $7, $8, $9)" },
sql_session_renew = { "session_renew", "ibiii", "",
	"UPDATE session SET old = token, old_until = $1, token = $2, fresh_until = $3, seen = $4"
	" WHERE number = $5" },
sql_session_list = { "session_list", "iii", "iiiiiiB",
	"SELECT number, since, seen, fresh_until, ends_at, shared, cert FROM session"
	" WHERE member = $1 AND ends_at > $2 ORDER BY seen DESC, number LIMIT $3" },
sql_session_end = { "session_end", "ii", "", "DELETE FROM session WHERE number = $1 AND member = $2" },
sql_session_end_all = { "session_end_all", "ii", "",
	"DELETE FROM session WHERE member = $1 AND number <> $2" },
sql_session_count = { "session_count", "ii", "i",
	"SELECT CAST(count(*) AS bigint) FROM session WHERE ends_at > $1 AND seen > $2" },
sql_session_over = { "session_over", "iiii", "",
	"DELETE FROM session WHERE number IN (SELECT number FROM session WHERE ends_at <= $1"
	" UNION ALL SELECT number FROM session WHERE seen <= $2"
	" UNION ALL SELECT number FROM session WHERE shared = 1 AND seen <= $3 LIMIT $4)" };

static int64_t
idle_of(const struct keeper *k, bool shared)
{
	return shared ? k->set->session_idle_shared : k->set->session_idle;
}

static bool
over(struct err *e)
{
	return REFUSE(e, ERR_DENIED, WHY_SESSION_OVER, "no such session");
}

/* What the store has of it.  ERR_TAMPER: not the shape it was written in. */
static bool
row_read(const struct rows *r, struct session_row *s, struct err *e)
{
	struct span cert = rows_bytes(r, 7), serial = rows_bytes(r, 8);
	const char *lang = rows_text(r, 17);

	*s = (struct session_row){ .number = rows_i64(r, 0), .old_until = rows_i64(r, 2), .seen = rows_i64(r, 3),
	    .fresh_until = rows_i64(r, 4), .ends_at = rows_i64(r, 5), .shared = rows_i64(r, 6) != 0,
	    .by_cert = !rows_null(r, 7), .roles = (uint32_t)rows_i64(r, 11), .steps = rows_i64(r, 12),
	    .owner = { .number = rows_i64(r, 1), .key = rows_i64(r, 9), .tags = rows_i64(r, 10) },
	    .bar_until = rows_i64(r, 13), .points = rows_i64(r, 14), .agreement = rows_i64(r, 15),
	    .statement = rows_i64(r, 16), .restricted = (unsigned)rows_i64(r, 18) };
	memcpy(s->lang, lang, strnlen(lang, sizeof(s->lang) - 1));
	if (!s->by_cert)
		return true;
	if (cert.len != sizeof(s->cert) || serial.len != sizeof(s->serial))
		return FAIL(e, ERR_TAMPER, "session: a certificate's name has a wrong length");
	memcpy(s->cert, cert.p, cert.len);
	memcpy(s->serial, serial.p, serial.len);
	return true;
}

/* One look-up; *found: there is such a session. */
static bool
row_get(struct keeper *k, const struct sql *by_hash, const unsigned char hash[TOKEN_HASH], struct session_row *s,
    bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, by_hash, e, (const void *)hash, (size_t)TOKEN_HASH));
	*found = r != NULL;
	return r == NULL || row_read(r, s, e);
}

/* A session by certificate lives as long as the register calls that certificate good. */
static bool
certificate_good(struct keeper *k, const struct session_row *s, int64_t now, struct err *e)
{
	bool good;

	TRY(register_still_good(k, s->cert, s->serial, now, &good, e));
	return good || over(e);
}

static void
facts_fill(const struct keeper *k, struct act *a, const struct session_row *s)
{
	a->owner = s->owner;
	a->roles = s->roles;
	a->steps = s->steps;
	a->bar_until = s->bar_until;
	a->points = s->points;
	a->restricted = s->restricted;
	if (s->agreement < k->agreement || s->statement < k->statement)
		a->flags |= SESSION_POLICY_DUE;
	memcpy(a->lang, s->lang, sizeof(a->lang));
}

static bool
session_fill(struct keeper *k, struct act *a, const struct session_row *s, bool old, struct err *e)
{
	int64_t seen = s->seen, idle = idle_of(k, s->shared);

	a->ends_at = s->ends_at;
	if (a->now >= a->ends_at || a->now >= seen + idle || (old && a->now >= s->old_until))
		return over(e);
	a->session = s->number;
	a->flags = s->shared ? SESSION_SHARED : 0;
	/* Whoever holds only the old token did not enter the password. */
	if (old)
		a->flags |= SESSION_OLD;
	else if (a->now < s->fresh_until)
		a->flags |= SESSION_FRESH;
	if (s->by_cert) {
		TRY(certificate_good(k, s, a->now, e));
		a->flags |= SESSION_CERTIFICATE;
	}
	facts_fill(k, a, s);
	/* The old token shows a last page in other tabs; it keeps nothing alive. */
	if (!old && a->now - seen >= SEEN_EVERY) {
		TRY(sql_do(k->store, &sql_session_seen, e, a->now, a->session));
		seen = a->now;
	}
	a->idle_until = seen + idle < a->ends_at ? seen + idle : a->ends_at;
	return true;
}

bool
session_enter(struct keeper *k, struct act *a, const unsigned char token[TOKEN_BYTES],
    struct err *e)
{
	const struct session_row *known;
	struct session_row s;
	unsigned char hash[TOKEN_HASH];
	bool found;

	token_hash(token, hash);
	known = session_known_find(k->sessions, k->store, hash);
	if (known != NULL)
		return session_fill(k, a, known, false, e);
	TRY(row_get(k, &sql_session, hash, &s, &found, e));
	if (found) {
		session_known_keep(k->sessions, k->store, hash, &s);
		return session_fill(k, a, &s, false, e);
	}
	TRY(row_get(k, &sql_session_old, hash, &s, &found, e));
	return found ? session_fill(k, a, &s, true, e) : over(e);
}

/* What the pages are to show of it; what it stops the keeper stops (keeper.c). */
static unsigned
barred(const struct act *a)
{
	unsigned flags = (a->restricted & RESTRICTED_OWN) != 0 ? SESSION_RESTRICTED : 0;

	flags |= (a->restricted & (RESTRICTED_ERASING | RESTRICTED_FENCED)) != 0 ? SESSION_ERASING : 0;
	return flags | ((a->restricted & RESTRICTED_EXCLUDED) != 0 ? SESSION_EXCLUDED : 0);
}

void
session_block(struct buf *b, const struct act *a)
{
	pack_i64(b, a->owner.number);
	pack_u8(b, a->flags | barred(a));
	pack_u32(b, a->roles);
	pack_i64(b, a->now < a->bar_until ? a->bar_until : 0);
	pack_i64(b, a->idle_until);
	pack_i64(b, a->ends_at);
	pack_i64(b, a->steps);
}

/* ---- beginning, renewing, ending ---- */

static bool
session_again(struct keeper *k, struct act *a, int64_t number, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct session_row s;

	TRY(sql_first(k->store, &r, &sql_session_number, e, number));
	if (r == NULL)
		return over(e);
	TRY(row_read(r, &s, e));
	rows_drop(&r);
	return session_fill(k, a, &s, false, e);
}

/* A new token and the hash of what its requests will hold in hand. */
static void
token_draw(unsigned char token[TOKEN_BYTES], unsigned char hash[TOKEN_HASH],
    const unsigned char *cert)
{
	unsigned char bound[TOKEN_BYTES];

	token_make(token, hash);
	if (cert == NULL)
		return;
	bearer_bind(bound, token, cert);
	token_hash(bound, hash);
	sodium_memzero(bound, sizeof(bound));
}

bool
session_begin(struct keeper *k, struct act *a, const struct session_new *n,
    unsigned char token[TOKEN_BYTES], struct err *e)
{
	unsigned char hash[TOKEN_HASH];
	int64_t number = id_random();

	token_draw(token, hash, n->cert);
	TRY(sql_do(k->store, &sql_session_add, e, number, n->member, (const void *)hash,
	    sizeof(hash), a->now, a->now, a->now + k->set->session_life, (int64_t)n->shared,
	    (const void *)n->cert, (size_t)32, (const void *)n->serial, (size_t)TICKET_SERIAL));
	TRY(quiet_used(k, n->member, a->now, e));
	return session_again(k, a, number, e);
}

bool
session_renew(struct keeper *k, struct act *a, unsigned char token[TOKEN_BYTES], struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char hash[TOKEN_HASH];
	struct span cert;

	TRY(sql_first(k->store, &r, &sql_session_cert, e, a->session));
	if (r == NULL)
		return over(e);
	cert = rows_bytes(r, 0);
	if (!rows_null(r, 0) && cert.len != BEARER_CERT)
		return FAIL(e, ERR_TAMPER, "session: a certificate's name has a wrong length");
	token_draw(token, hash, rows_null(r, 0) ? NULL : cert.p);
	rows_drop(&r);
	TRY(sql_do(k->store, &sql_session_renew, e, a->now + k->set->old_token_life,
	    (const void *)hash, sizeof(hash), a->now + k->set->fresh_life, a->now, a->session));
	return session_again(k, a, a->session, e);
}

bool
session_end_all(struct keeper *k, int64_t member, int64_t except, struct err *e)
{
	return sql_do(k->store, &sql_session_end_all, e, member, except);
}

bool
session_count(struct keeper *k, int64_t now, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_session_count, e, now, now - k->set->session_idle));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

bool
session_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *ended, struct err *e)
{
	TRY(sql_do(k->store, &sql_session_over, e, now, now - k->set->session_idle,
	    now - k->set->session_idle_shared, most));
	*ended = sql_changed(k->store);
	return true;
}

/* ---- operations ---- */

#define LIST_MOST	INT64_C(200)

static void
list_one(struct keeper *k, struct act *a, struct rows *r, struct buf *into, uint32_t *n)
{
	bool shared = rows_i64(r, 5) != 0;
	unsigned flags = shared ? SESSION_SHARED : 0;

	if (a->now >= rows_i64(r, 2) + idle_of(k, shared))
		return;
	if (a->now < rows_i64(r, 3))
		flags |= SESSION_FRESH;
	if (!rows_null(r, 6))
		flags |= SESSION_CERTIFICATE;
	pack_i64(into, rows_i64(r, 0));
	pack_i64(into, rows_i64(r, 1));
	pack_i64(into, rows_i64(r, 2));
	pack_u8(into, flags);
	pack_u8(into, rows_i64(r, 0) == a->session);
	(*n)++;
}

bool
op_sessions(struct keeper *k, struct act *a, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf list = {0};
	struct err end = {0};
	uint32_t n = 0;

	TRY(act_read(a, e));
	TRY(sql_ask(k->store, &r, &sql_session_list, e, a->owner.number, a->now, LIST_MOST));
	while (rows_next(r, &end))
		list_one(k, a, r, &list, &n);
	TRY(err_hand_on(e, &end));
	TRY(buf_ok(&list, e));
	pack_u32(a->out, n);
	buf_add(a->out, list.data, list.len);
	return true;
}

enum sign_out { SIGN_OUT_THIS, SIGN_OUT_ALL, SIGN_OUT_ONE };

bool
op_sign_out(struct keeper *k, struct act *a, struct err *e)
{
	uint8_t what = unpack_u8(&a->in);
	int64_t number = unpack_i64(&a->in);

	TRY(act_read(a, e));
	switch (what) {
	case SIGN_OUT_THIS:
		TRY(sql_do(k->store, &sql_session_end, e, a->session, a->owner.number));
		return act_record(k, a, "this session", e);
	case SIGN_OUT_ALL:
		TRY(session_end_all(k, a->owner.number, 0, e));
		return act_record(k, a, "all sessions", e);
	case SIGN_OUT_ONE:
		TRY(sql_do(k->store, &sql_session_end, e, number, a->owner.number));
		if (sql_changed(k->store) == 0)
			return FAIL(e, ERR_ABSENT, "sign out: no such session");
		return act_record(k, a, "one session", e);
	default:
		return FAIL(e, ERR_INPUT, "sign out: %u", what);
	}
}
