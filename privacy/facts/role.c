#include <sodium.h>
#include "privacy/facts/address.h"
#include "privacy/facts/case.h"
#include "privacy/facts/member.h"
#include "privacy/facts/role.h"
#include "privacy/facts/session.h"
#include "privacy/keeper/brake.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/retain.h"

#define CODE_CHARS	20	/* of 32: 100 bits */
#define CODE_GROUP	5
#define CODES_MOST	3
#define HASH		32
#define SWEEP_MOST	64

const char role_schema[] =
"CREATE TABLE role ("
" member INTEGER NOT NULL REFERENCES member (number),"
" role INTEGER NOT NULL,"		/* enum role */
" since INTEGER NOT NULL,"
" until INTEGER,"			/* NULL: still */
" PRIMARY KEY (member, role, since)) STRICT, WITHOUT ROWID;"
"CREATE UNIQUE INDEX role_now ON role (member, role) WHERE until IS NULL;"
"CREATE TABLE officer_code ("
" hash BLOB PRIMARY KEY,"		/* BLAKE2b-256 of the code */
" expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

/* Terms, and the names of those who want to be named on the list of seats. */
const char role_term_schema[] =
"ALTER TABLE role ADD COLUMN told INTEGER NOT NULL DEFAULT 0;"	/* that its term ends soon */
"CREATE INDEX role_term ON role (since) WHERE until IS NULL AND role > 2;"
"CREATE TABLE seat_name ("
" member INTEGER PRIMARY KEY REFERENCES member (number),"
" key INTEGER NOT NULL,"
" box BLOB NOT NULL) STRICT;";		/* sealed with the site's key: what its owner shows everybody */

static const struct sql
sql_count = { "role_count", "i", "i",
	"SELECT CAST(count(*) AS bigint) FROM role WHERE role = $1 AND until IS NULL" },
sql_ever = { "role_ever", "i", "i", "SELECT CAST(count(DISTINCT member) AS bigint) FROM role WHERE role = $1" },
sql_give = { "role_give", "iii", "",
	/* one that began and ended within this very second goes on */
	"INSERT INTO role (member, role, since, until) VALUES ($1, $2, $3, NULL)"
	" ON CONFLICT (member, role, since) DO UPDATE SET until = NULL, told = 0" },
sql_seats = { "role_seats", "i", "iii",
	"SELECT role, member, since FROM role WHERE until IS NULL AND role > 2 ORDER BY role, since, member LIMIT $1" },
sql_term = { "role_term", "ii", "iiii",
	"SELECT member, role, since, told FROM role WHERE until IS NULL AND role > 2 AND since <= $1 ORDER BY since LIMIT $2" },
sql_told = { "role_told", "iii", "", "UPDATE role SET told = 1 WHERE member = $1 AND role = $2 AND since = $3" },
sql_names_over = { "seat_names_over", "", "",
	"DELETE FROM seat_name WHERE NOT EXISTS (SELECT 1 FROM role r WHERE r.member = seat_name.member AND r.role > 2"
	" AND r.until IS NULL) AND NOT EXISTS (SELECT 1 FROM guest_officer g WHERE g.member = seat_name.member AND g.member > 0"
	" AND g.state = 3)" },
sql_end = { "role_end", "iii", "",
	"UPDATE role SET until = $1 WHERE member = $2 AND role = $3 AND until IS NULL" },
sql_code_add = { "officer_code_add", "bi", "",
	"INSERT INTO officer_code (hash, expires) VALUES ($1, $2)" },
sql_code_take = { "officer_code_take", "bi", "",
	"DELETE FROM officer_code WHERE hash = $1 AND expires > $2" },
sql_code_none = { "officer_code_none", "", "", "DELETE FROM officer_code" },
sql_code_old = { "officer_code_old", "i", "", "DELETE FROM officer_code WHERE expires <= $1" };

const char *
role_name(enum role r)
{
	static const char *const names[ROLE__COUNT] = {
		[ROLE_MEMBER] = "member", [ROLE_ASSURER] = "assurer", [ROLE_SUPPORT] = "support",
		[ROLE_OFFICER] = "officer", [ROLE_AUDITOR] = "auditor",
	};

	return r >= ROLE_MEMBER && r < ROLE__COUNT ? names[r] : "unknown";
}

bool
role_count(struct keeper *k, enum role r, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *rows = NULL;

	TRY(sql_first(k->store, &rows, &sql_count, e, (int64_t)r));
	*n = rows == NULL ? 0 : rows_i64(rows, 0);
	return true;
}

/* Rows, sessions and the mail; the line in the history is the caller's. */
static bool
role_change(struct keeper *k, const struct owner *o, const char *lang, uint32_t *roles, enum role r, bool held,
    int64_t now, struct err *e)
{
	if (held)
		TRY(sql_do(k->store, &sql_give, e, o->number, (int64_t)r, now));
	else
		TRY(sql_do(k->store, &sql_end, e, now, o->number, (int64_t)r));
	if (!held && (r == ROLE_SUPPORT || r == ROLE_OFFICER))
		TRY(case_let_go(k, o->number, r == ROLE_OFFICER, e));
	*roles = held ? *roles | 1u << r : *roles & ~(1u << r);
	TRY(member_roles_set(k, o->number, *roles, e));
	TRY(session_end_all(k, o->number, 0, e));
	return address_notify(k, o, lang, MAIL_ROLE, role_name(r), PURPOSE_ROLE, now, e);
}

bool
role_give(struct keeper *k, struct act *a, enum role r, struct err *e)
{
	char said[64];

	if ((a->roles & 1u << r) != 0)
		return FAIL(e, ERR_CONFLICT, "role: held already");
	TRY(role_change(k, &a->owner, a->lang, &a->roles, r, true, a->now, e));
	snprintf(said, sizeof(said), "%s, from now", role_name(r));
	return act_record(k, a, said, e);
}

bool
role_set(struct keeper *k, const struct owner *o, enum role r, bool held, enum entry_role by, int64_t now,
    struct err *e)
{
	struct member_facts f;
	struct owner same;
	char said[64];
	struct record_line l = { .about = o, .purpose = PURPOSE_ROLE, .role = by, .object = said };

	TRY(member_owner(k, o->number, &same, &f, e));
	if (((f.roles & 1u << r) != 0) == held)
		return true;
	TRY(role_change(k, o, f.lang, &f.roles, r, held, now, e));
	snprintf(said, sizeof(said), held ? "%s, from now" : "%s, until now", role_name(r));
	return keeper_record(k, &l, now, NULL, e);
}

/* ---- seats and their terms ---- */

int64_t
role_term_end(int64_t since)
{
	return (day_months_on(day_of(since), ROLE_TERM_MONTHS) + 1) * DAY;
}

bool
role_renew(struct keeper *k, const struct owner *o, enum role r, enum entry_role by, int64_t now, struct err *e)
{
	struct member_facts f;
	struct owner same;
	char said[64];
	struct record_line l = { .about = o, .purpose = PURPOSE_ROLE, .role = by, .object = said };

	TRY(member_owner(k, o->number, &same, &f, e));
	TRY(sql_do(k->store, &sql_end, e, now, o->number, (int64_t)r));
	TRY(sql_do(k->store, &sql_give, e, o->number, (int64_t)r, now));
	TRY(address_notify(k, o, f.lang, MAIL_ROLE, role_name(r), PURPOSE_ROLE, now, e));
	snprintf(said, sizeof(said), "%s, another term", role_name(r));
	return keeper_record(k, &l, now, NULL, e);
}

struct seat { int64_t member, since, told; enum role role; };

bool
role_seats(struct keeper *k, role_reader *each, void *self, struct err *e)
{
	struct seat seat[SEATS_MOST];
	struct err end = {0};
	size_t n = 0;

	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_seats, e, (int64_t)SEATS_MOST));
		for (; n < SEATS_MOST && rows_next(r, &end); n++)
			seat[n] = (struct seat){ .role = (enum role)rows_i64(r, 0), .member = rows_i64(r, 1),
			    .since = rows_i64(r, 2) };
	}
	TRY(err_hand_on(e, &end));
	for (size_t i = 0; i < n; i++)
		TRY(each(self, seat[i].member, seat[i].role, seat[i].since, e));
	return true;
}

static bool
term_look(struct keeper *k, const struct seat *s, int64_t now, int64_t *done, struct err *e)
{
	int64_t end = role_term_end(s->since);
	struct member_facts f;
	struct owner o;

	if (now < end - ROLE_TERM_NOTICE || (now < end && s->told != 0))
		return true;
	++*done;
	TRY(member_owner(k, s->member, &o, &f, e));
	if (now >= end)
		return role_set(k, &o, s->role, false, ACTOR_SYSTEM, now, e);
	TRY(sql_do(k->store, &sql_told, e, s->member, (int64_t)s->role, s->since));
	return address_notify_primary(k, &o, f.lang, MAIL_ROLE_ENDS, role_name(s->role), PURPOSE_ROLE, now, e);
}

static bool
terms(struct keeper *k, int64_t now, int64_t *done, struct err *e)
{
	struct seat seat[SWEEP_MOST];
	struct err end = {0};
	size_t n = 0;

	{
		DROP(rows_drop) struct rows *r = NULL;

		/* a year less the notice, and a day for what a calendar year lacks */
		TRY(sql_ask(k->store, &r, &sql_term, e, now - 365 * DAY + ROLE_TERM_NOTICE, (int64_t)SWEEP_MOST));
		for (; n < SWEEP_MOST && rows_next(r, &end); n++)
			seat[n] = (struct seat){ .member = rows_i64(r, 0), .role = (enum role)rows_i64(r, 1),
			    .since = rows_i64(r, 2), .told = rows_i64(r, 3) };
	}
	TRY(err_hand_on(e, &end));
	for (size_t i = 0; i < n; i++)
		TRY(term_look(k, &seat[i], now, done, e));
	return true;
}

bool
role_sweep(struct keeper *k, int64_t now, int64_t *done, struct err *e)
{
	*done = 0;
	TRY(sql_do(k->store, &sql_code_old, e, now));
	TRY(retain_note(k, RETAIN_CODES, sql_changed(k->store), e));
	TRY(terms(k, now, done, e));
	return sql_do(k->store, &sql_names_over, e);
}

/* ---- officer codes ---- */

/* No I, O, 0, 1: they are read from a terminal and typed. */
static const char alphabet[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

static void
code_hash(const char code[CODE_CHARS], unsigned char into[HASH])
{
	crypto_generichash(into, HASH, (const unsigned char *)code, CODE_CHARS, NULL, 0);
}

/* Letters may be small, groups may be parted by anything that is no letter or digit. */
static bool
code_normal(const char *typed, char into[CODE_CHARS])
{
	size_t n = 0;

	for (; *typed != '\0'; typed++) {
		char c = *typed >= 'a' && *typed <= 'z' ? (char)(*typed - 'a' + 'A') : *typed;

		if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
			continue;
		if (n == CODE_CHARS)
			return false;
		into[n++] = c;
	}
	return n == CODE_CHARS;
}

static bool
code_make(struct keeper *k, struct act *a, struct err *e)
{
	char code[CODE_CHARS], shown[CODE_CHARS + CODE_CHARS / CODE_GROUP + 1];
	unsigned char hash[HASH];
	size_t n = 0;

	for (size_t i = 0; i < CODE_CHARS; i++) {
		code[i] = alphabet[randombytes_uniform(sizeof(alphabet) - 1)];
		if (i > 0 && i % CODE_GROUP == 0)
			shown[n++] = '-';
		shown[n++] = code[i];
	}
	shown[n] = '\0';
	code_hash(code, hash);
	TRY(sql_do(k->store, &sql_code_add, e, (const void *)hash, sizeof(hash),
	    a->now + k->set->officer_code_life));
	pack_text(a->out, shown);
	sodium_memzero(code, sizeof(code));
	sodium_memzero(shown, sizeof(shown));
	return true;
}

/*
 * Until three have been officers codes make them.  Then officers make officers: whoever runs the machine
 * does not, when one of them leaves.  Who is left alone can decide nothing, and only then codes work again.
 */
static bool
officers_few(struct keeper *k, struct err *e)
{
	DROP(rows_drop) struct rows *rows = NULL;
	int64_t n, ever;

	TRY(role_count(k, ROLE_OFFICER, &n, e));
	TRY(sql_first(k->store, &rows, &sql_ever, e, (int64_t)ROLE_OFFICER));
	ever = rows == NULL ? 0 : rows_i64(rows, 0);
	return n < (ever < OFFICERS_BY_CODE ? OFFICERS_BY_CODE : OFFICERS_LEAST) ||
	    REFUSE(e, ERR_DENIED, WHY_OFFICERS_ENOUGH, "role: %lld officers", (long long)n);
}

bool
op_officer_codes(struct keeper *k, struct act *a, struct err *e)
{
	uint8_t n = unpack_u8(&a->in);
	char said[64];

	TRY(act_read(a, e));
	if (n < 1 || n > CODES_MOST)
		return FAIL(e, ERR_INPUT, "officer codes: %u", n);
	TRY(officers_few(k, e));
	/* New codes replace the old ones: at no time do more than three work. */
	TRY(sql_do(k->store, &sql_code_none, e));
	for (unsigned i = 0; i < n; i++)
		TRY(code_make(k, a, e));
	snprintf(said, sizeof(said), "officer codes: %u made", n);
	return keeper_record_site(k, PURPOSE_SITE, said, a->now, NULL, e);
}

bool
op_role_code(struct keeper *k, struct act *a, struct err *e)
{
	struct span account = span_of(&a->owner.number, sizeof(a->owner.number));
	struct span none = span_of(NULL, 0);
	char typed[KEEPER_TEXT_MAX + 1], code[CODE_CHARS] = {0};
	unsigned char hash[HASH];
	bool shaped;

	unpack_text(&a->in, typed, sizeof(typed));
	TRY(act_read(a, e));
	/* Roles end for who is excluded, and so go on; none begins. */
	if ((a->restricted & RESTRICTED_EXCLUDED) != 0)
		return REFUSE(e, ERR_DENIED, WHY_EXCLUDED, "role: excluded");
	TRY(brake_ask(k->brake, BRAKE_CODE, account, none, a->now, e));
	TRY(officers_few(k, e));
	shaped = code_normal(typed, code);
	code_hash(code, hash);
	sodium_memzero(typed, sizeof(typed));
	sodium_memzero(code, sizeof(code));
	TRY(sql_do(k->store, &sql_code_take, e, (const void *)hash, sizeof(hash), a->now));
	if (!shaped || sql_changed(k->store) != 1) {
		brake_count(k->brake, BRAKE_CODE, account, none, a->now);
		return REFUSE(e, ERR_DENIED, WHY_CODE, "role: no such code");
	}
	return role_give(k, a, ROLE_OFFICER, e);
}

bool
role_holders(struct keeper *k, enum role r, int64_t into[ROLE_HOLDERS], size_t *n, struct err *e)
{
	static const struct sql sql_holders = { "role_holders", "ii", "i",
		"SELECT member FROM role WHERE role = $1 AND until IS NULL LIMIT $2" };
	DROP(rows_drop) struct rows *rows = NULL;
	struct err end = {0};

	*n = 0;
	TRY(sql_ask(k->store, &rows, &sql_holders, e, (int64_t)r, (int64_t)ROLE_HOLDERS));
	while (*n < ROLE_HOLDERS && rows_next(rows, &end))
		into[(*n)++] = rows_i64(rows, 0);
	return err_hand_on(e, &end);
}
