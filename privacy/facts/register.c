#include <sodium.h>
#include "ledger/base/clock.h"
#include "privacy/facts/address.h"
#include "privacy/facts/person_name.h"
#include "privacy/facts/register.h"
#include "privacy/facts/setting.h"
#include "privacy/facts/token.h"
#include "privacy/rights/retain.h"


const char register_schema[] =
"CREATE TABLE IF NOT EXISTS register ("
"  id INTEGER PRIMARY KEY,"		/* counted up, never told: what hangs on it is appended, too */
"  member INTEGER NOT NULL,"
"  key INTEGER NOT NULL,"		/* the member's, for the names */
"  serial BLOB NOT NULL UNIQUE,"
"  profile INTEGER NOT NULL,"
"  state INTEGER NOT NULL,"
"  options INTEGER NOT NULL,"
"  made INTEGER NOT NULL,"
"  not_before INTEGER NOT NULL,"
"  not_after INTEGER NOT NULL,"
"  number INTEGER NOT NULL,"		/* of the ledger entry that allowed it */
"  stored_number INTEGER,"		/* of the one that says it came back */
"  key_hash BLOB NOT NULL,"
"  sha256 BLOB,"
"  open_to_all INTEGER NOT NULL,"
"  reminder INTEGER NOT NULL,"
"  reminded INTEGER NOT NULL,"		/* when; 0 not yet */
"  reason INTEGER NOT NULL,"
"  changed_at INTEGER NOT NULL,"
"  wanted INTEGER NOT NULL,"		/* enum ticket_act on its way; 0 none */
"  names BLOB NOT NULL"			/* sealed */
") STRICT;"
"CREATE INDEX IF NOT EXISTS register_member ON register (member, made);"
"CREATE INDEX IF NOT EXISTS register_stored ON register (stored_number) WHERE stored_number IS NOT NULL;"
"CREATE INDEX IF NOT EXISTS register_end ON register (state, not_after);"
"CREATE TABLE IF NOT EXISTS register_name ("
"  certificate INTEGER NOT NULL REFERENCES register (id),"
"  place INTEGER NOT NULL,"
"  kind INTEGER NOT NULL,"
"  bind INTEGER NOT NULL,"		/* address or domain id it stands on */
"  blind BLOB NOT NULL,"
"  PRIMARY KEY (certificate, place)"
") STRICT, WITHOUT ROWID;"
"CREATE INDEX IF NOT EXISTS register_name_bind ON register_name (bind, kind);"
"CREATE TABLE IF NOT EXISTS issued ("	/* tickets to issue, a member and day: for the limit */
"  member INTEGER NOT NULL,"
"  day INTEGER NOT NULL,"
"  tickets INTEGER NOT NULL,"
"  PRIMARY KEY (member, day)"
") STRICT, WITHOUT ROWID;"
"CREATE TABLE IF NOT EXISTS key_ban ("
"  hash BLOB PRIMARY KEY,"
"  since INTEGER NOT NULL"
") STRICT;";

const char register_named_schema[] =
"ALTER TABLE register ADD COLUMN named INTEGER NOT NULL DEFAULT 0;"
"CREATE INDEX issued_day ON issued (day);";

#define COLUMNS "register.id, register.member, register.key, register.serial, register.profile," \
	" register.state, register.options, register.made, register.not_before," \
	" register.not_after, register.number, register.key_hash, register.sha256," \
	" register.open_to_all, register.reminder, register.reason, register.changed_at," \
	" register.wanted, register.named"
#define LETTERS "iiibiiiiiiibBiiiiii"
/* Pending, valid or suspended, and not over. */
#define LIVE "register.state <= 3 AND register.not_after > "

static const struct sql
sql_register_last = { "register_last", "", "i",
	"SELECT CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM register" },
sql_register_add = { "register_add", "iiibiiiiiiibiib", "",
	"INSERT INTO register (id, member, key, serial, profile, state, options, made, not_before,"
	" not_after, number, key_hash, open_to_all, named, reminder, reminded, reason, changed_at, wanted, names)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0, 0, 0, 0, $15)" },
sql_register_name_add = { "register_name_add", "iiiib", "",
	"INSERT INTO register_name (certificate, place, kind, bind, blind) VALUES ($1, $2, $3, $4, $5)" },
sql_register_by_serial = { "register_by_serial", "b", LETTERS,
	"SELECT " COLUMNS " FROM register WHERE serial = $1" },
sql_register_by_id = { "register_by_id", "i", LETTERS,
	"SELECT " COLUMNS " FROM register WHERE id = $1" },
sql_register_of = { "register_of", "iii", LETTERS,
	"SELECT " COLUMNS " FROM register WHERE member = $1 AND state < $2 ORDER BY made DESC, id LIMIT $3" },
sql_register_assured = { "register_assured", "iiiii", LETTERS,
	"SELECT " COLUMNS " FROM register WHERE member = $1 AND (profile = $2 OR profile = $3) AND " LIVE "$4"
	" ORDER BY made DESC, id LIMIT $5" },
sql_register_faces = { "register_faces", "iiii", LETTERS,
	"SELECT " COLUMNS " FROM register WHERE stored_number > $1 AND (profile = $2 OR profile = $3)"
	" ORDER BY stored_number LIMIT $4" },
sql_register_stored_number = { "register_stored_number", "i", "I",
	"SELECT stored_number FROM register WHERE id = $1" },
sql_register_names = { "register_names", "i", "b",
	"SELECT names FROM register WHERE id = $1" },
sql_register_counts = { "register_counts", "iiii", "ii",
	"SELECT CAST(COUNT(*) AS BIGINT),"
	" CAST(COALESCE(SUM(CASE WHEN not_after <= $1 THEN 1 ELSE 0 END), 0) AS BIGINT)"
	" FROM register WHERE member = $2 AND state = $3 AND not_after > $4" },
sql_register_binding = { "register_binding", "iiii", "i",
	"SELECT DISTINCT register.id FROM register_name JOIN register ON register.id = certificate"
	" WHERE bind = $1 AND kind = $2 AND member = $3 AND " LIVE "$4" },
sql_register_stored = { "register_stored", "ibii", "",
	"UPDATE register SET state = CASE WHEN state IN (1, 5) THEN $1 ELSE state END, sha256 = $2,"
	" stored_number = $3 WHERE id = $4" },
sql_register_state = { "register_state", "iiiii", "",
	"UPDATE register SET state = $1, reason = $2, changed_at = $3,"
	" wanted = CASE WHEN $1 <= 3 AND wanted = $4 THEN wanted ELSE 0 END"
	" WHERE id = $5 AND (state <> 4 OR $1 = 4)" },
sql_register_want = { "register_want", "ii", "",
	"UPDATE register SET wanted = $1 WHERE id = $2" },
sql_register_note = { "register_note", "iii", "",
	"UPDATE register SET reminder = $1, open_to_all = $2 WHERE id = $3" },
sql_issued = { "issued", "ii", "i", "SELECT tickets FROM issued WHERE member = $1 AND day = $2" },
sql_issued_add = { "issued_add", "ii", "",
	"INSERT INTO issued (member, day, tickets) VALUES ($1, $2, 1)"
	" ON CONFLICT (member, day) DO UPDATE SET tickets = issued.tickets + 1" },
sql_issued_old = { "issued_old", "i", "", "DELETE FROM issued WHERE day < $1" },
sql_register_health = { "register_health", "iiii", "ii",
	"SELECT CAST(COALESCE(SUM(CASE WHEN state = $1 THEN 1 ELSE 0 END), 0) AS BIGINT),"
	" CAST(COALESCE(SUM(CASE WHEN state = $2 THEN 1 ELSE 0 END), 0) AS BIGINT)"
	" FROM register WHERE state <= $3 AND not_after > $4" },
sql_name_blind = { "name_blind", "iib", "i",
	"SELECT place FROM register_name WHERE certificate = $1 AND kind = $2 AND blind = $3" },
sql_ban_add = { "key_ban_add", "bi", "",
	"INSERT INTO key_ban (hash, since) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING" },
sql_ban_find = { "key_ban_find", "b", "i", "SELECT since FROM key_ban WHERE hash = $1" };

/* The numbers written into the statements above. */
_Static_assert(REGISTER_PENDING == 1 && REGISTER_SUSPENDED == 3 && REGISTER_REVOKED == 4 &&
    REGISTER_CANCELLED == 5, "register states stand in SQL");

void
serial_text(const unsigned char serial[TICKET_SERIAL], char into[SERIAL_TEXT])
{
	sodium_bin2hex(into, SERIAL_TEXT, serial, TICKET_SERIAL);
}

/* ---- reading ---- */

static bool
copy_exact(void *into, size_t n, struct span s, struct err *e)
{
	if (s.len != n)
		return FAIL(e, ERR_TAMPER, "register: a column of a wrong size");
	memcpy(into, s.p, n);
	return true;
}

static bool
register_read(struct entry_of_register *r, const struct rows *row, struct err *e)
{
	*r = (struct entry_of_register){
		.id = rows_i64(row, 0), .member = rows_i64(row, 1), .key = rows_i64(row, 2),
		.profile = (enum profile)rows_i64(row, 4),
		.state = (enum register_state)rows_i64(row, 5),
		.options = (uint32_t)rows_i64(row, 6), .made = rows_i64(row, 7),
		.not_before = rows_i64(row, 8), .not_after = rows_i64(row, 9),
		.number = rows_i64(row, 10), .stored = !rows_null(row, 12),
		.open_to_all = rows_i64(row, 13) != 0, .reminder = rows_i64(row, 14) != 0,
		.reason = (uint8_t)rows_i64(row, 15), .changed_at = rows_i64(row, 16),
		.wanted = (uint8_t)rows_i64(row, 17), .named = (uint8_t)rows_i64(row, 18),
	};
	TRY(copy_exact(r->serial, sizeof(r->serial), rows_bytes(row, 3), e));
	TRY(copy_exact(r->key_hash, sizeof(r->key_hash), rows_bytes(row, 11), e));
	return !r->stored || copy_exact(r->sha256, sizeof(r->sha256), rows_bytes(row, 12), e);
}

bool
register_get(struct keeper *k, int64_t member, const unsigned char serial[TICKET_SERIAL],
    struct entry_of_register *r, struct err *e)
{
	DROP(rows_drop) struct rows *row = NULL;

	TRY(sql_first(k->store, &row, &sql_register_by_serial, e, (const void *)serial,
	    (size_t)TICKET_SERIAL));
	if (row == NULL || (member != 0 && rows_i64(row, 1) != member))
		return FAIL(e, ERR_ABSENT, "register: no such certificate");
	return register_read(r, row, e);
}

bool
register_by_id(struct keeper *k, int64_t id, struct entry_of_register *r, struct err *e)
{
	DROP(rows_drop) struct rows *row = NULL;

	TRY(sql_first(k->store, &row, &sql_register_by_id, e, id));
	if (row == NULL)
		return FAIL(e, ERR_ABSENT, "register: no such certificate");
	return register_read(r, row, e);
}

static bool
each_of(struct rows *rows, register_reader *each, void *self, struct err *e)
{
	struct err end = {0};

	while (rows_next(rows, &end)) {
		struct entry_of_register r;

		TRY(register_read(&r, rows, e));
		TRY(each(self, &r, e));
	}
	return err_hand_on(e, &end);
}

bool
register_each(struct keeper *k, int64_t member, register_reader *each, void *self, struct err *e)
{
	DROP(rows_drop) struct rows *rows = NULL;

	TRY(sql_ask(k->store, &rows, &sql_register_of, e, member, (int64_t)REGISTER_CANCELLED,
	    (int64_t)REGISTER_LISTED));
	return each_of(rows, each, self, e);
}

bool
register_assured(struct keeper *k, int64_t member, int64_t now, register_reader *each, void *self, struct err *e)
{
	DROP(rows_drop) struct rows *rows = NULL;

	TRY(sql_ask(k->store, &rows, &sql_register_assured, e, member, (int64_t)PROFILE_ASSURED_TLS,
	    (int64_t)PROFILE_ASSURED_MAIL, now, (int64_t)REGISTER_LISTED));
	return each_of(rows, each, self, e);
}

bool
register_faces(struct keeper *k, int64_t since, int64_t most, register_reader *each, void *self,
    struct err *e)
{
	DROP(rows_drop) struct rows *rows = NULL;

	TRY(sql_ask(k->store, &rows, &sql_register_faces, e, since, (int64_t)PROFILE_ROBOT_TLS,
	    (int64_t)PROFILE_ASSURED_TLS, most));
	return each_of(rows, each, self, e);
}

bool
register_stored_number(struct keeper *k, int64_t id, int64_t *number, struct err *e)
{
	DROP(rows_drop) struct rows *rows = NULL;

	TRY(sql_first(k->store, &rows, &sql_register_stored_number, e, id));
	*number = rows == NULL ? 0 : rows_i64(rows, 0);
	return true;
}

/* ---- counts ---- */

bool
register_counts(struct keeper *k, int64_t member, int64_t now, int64_t *valid,
    int64_t *expiring_30d, struct err *e)
{
	DROP(rows_drop) struct rows *rows = NULL;

	TRY(sql_first(k->store, &rows, &sql_register_counts, e, now + 30 * DAY, member,
	    (int64_t)REGISTER_VALID, now));
	*valid = rows == NULL ? 0 : rows_i64(rows, 0);
	*expiring_30d = rows == NULL ? 0 : rows_i64(rows, 1);
	return true;
}

bool
register_health(struct keeper *k, int64_t now, int64_t *valid, int64_t *pending, struct err *e)
{
	DROP(rows_drop) struct rows *rows = NULL;

	TRY(sql_first(k->store, &rows, &sql_register_health, e, (int64_t)REGISTER_VALID,
	    (int64_t)REGISTER_PENDING, (int64_t)REGISTER_SUSPENDED, now));
	*valid = rows == NULL ? 0 : rows_i64(rows, 0);
	*pending = rows == NULL ? 0 : rows_i64(rows, 1);
	return true;
}

bool
register_issued_today(struct keeper *k, int64_t member, int64_t now, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *rows = NULL;

	TRY(sql_first(k->store, &rows, &sql_issued, e, member, now / DAY));
	*n = rows == NULL ? 0 : rows_i64(rows, 0);
	return true;
}

bool
register_forget_days(struct keeper *k, int64_t now, struct err *e)
{
	TRY(sql_do(k->store, &sql_issued_old, e, now / DAY));
	return retain_note(k, RETAIN_ISSUED, sql_changed(k->store), e);
}

bool
register_binding(struct keeper *k, int64_t member, enum name_kind kind, int64_t bind, int64_t now,
    struct buf *ids, struct err *e)
{
	DROP(rows_drop) struct rows *rows = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &rows, &sql_register_binding, e, bind, (int64_t)kind, member, now));
	while (rows_next(rows, &end))
		pack_i64(ids, rows_i64(rows, 0));
	if (end.kind == ERR_NONE)
		return buf_ok(ids, e);
	if (e != NULL)
		*e = end;
	return false;
}

bool
register_serials(struct keeper *k, int64_t member, enum name_kind kind, int64_t bind, int64_t now, struct buf *into, struct err *e)
{
	DROP(buf_wipe) struct buf ids = {0};
	struct entry_of_register r;
	struct span each;

	TRY(register_binding(k, member, kind, bind, now, &ids, e));
	pack_u32(into, (uint32_t)(ids.len / 8));
	for (each = span_buf(&ids); each.len > 0;) {
		TRY(register_by_id(k, unpack_i64(&each), &r, e));
		buf_add(into, r.serial, sizeof(r.serial));
	}
	return buf_ok(into, e);
}

bool
register_count_domain(struct keeper *k, int64_t member, int64_t domain_id, int64_t now,
    int64_t *live, struct err *e)
{
	DROP(buf_wipe) struct buf ids = {0};

	TRY(register_binding(k, member, NAME_DNS, domain_id, now, &ids, e));
	*live = (int64_t)(ids.len / 8);
	return true;
}

/* ---- names ---- */

static struct seal_place
names_place(int64_t member, int64_t id, int64_t key)
{
	return (struct seal_place){ .table = "register", .field = 1, .subject = member,
	    .object = id, .version = 1, .key = key };
}

static bool
names_seal(struct keeper *k, const struct entry_of_register *r, const struct ticket *t,
    struct buf *box, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0}, person = {0};
	struct seal_place at = names_place(r->member, r->id, r->key);

	person_name_whole(&person, t->given, NULL, t->family, NULL);
	pack_u32(&plain, t->name_count + (person.len > 0 ? 1u : 0u));
	for (unsigned i = 0; i < t->name_count; i++) {
		pack_u8(&plain, t->names[i].kind);
		pack_text(&plain, t->names[i].text);
	}
	if (person.len > 0) {
		pack_u8(&plain, NAME_PERSON);
		pack_bytes(&plain, person.data, person.len);
	}
	TRY(buf_ok(&person, e));
	TRY(buf_ok(&plain, e));
	return vault_seal(k->vault, &at, span_buf(&plain), box, e);
}

bool
register_names(struct keeper *k, const struct entry_of_register *r, struct buf *packed,
    char first[256], struct err *e)
{
	DROP(rows_drop) struct rows *rows = NULL;
	struct seal_place at = names_place(r->member, r->id, r->key);
	size_t start = packed->len;
	struct span s;

	TRY(sql_first(k->store, &rows, &sql_register_names, e, r->id));
	if (rows == NULL)
		return FAIL(e, ERR_ABSENT, "register: no such certificate");
	TRY(vault_unseal(k->vault, &at, rows_bytes(rows, 0), packed, e));
	if (first == NULL)
		return true;
	s = span_of(packed->data + start, packed->len - start);
	if (unpack_u32(&s) > 0) {
		unpack_u8(&s);
		unpack_text(&s, first, 256);
	}
	return !s.bad || FAIL(e, ERR_CRYPTO, "register: names do not unpack");
}

static void
name_blind(const struct keeper *k, enum name_kind kind, const char *text,
    unsigned char into[INDEX_BYTES])
{
	if (kind == NAME_MAIL)
		address_index(k, INDEX_CERT_ADDRESS, text, into);
	else
		index_of(vault_indexes(k->vault), INDEX_DOMAIN, span_text(text), into);
}

bool
register_names_address(struct keeper *k, int64_t id, const char *address, bool *yes, struct err *e)
{
	DROP(rows_drop) struct rows *rows = NULL;
	unsigned char blind[INDEX_BYTES];

	name_blind(k, NAME_MAIL, address, blind);
	TRY(sql_first(k->store, &rows, &sql_name_blind, e, id, (int64_t)NAME_MAIL,
	    (const void *)blind, sizeof(blind)));
	*yes = rows != NULL;
	return true;
}

/* ---- writing ---- */

static bool
names_add(struct keeper *k, int64_t id, const struct ticket *t, const int64_t *bind, struct err *e)
{
	for (unsigned i = 0; i < t->name_count; i++) {
		unsigned char blind[INDEX_BYTES];

		name_blind(k, (enum name_kind)t->names[i].kind, t->names[i].text, blind);
		TRY(sql_do(k->store, &sql_register_name_add, e, id, (int64_t)i,
		    (int64_t)t->names[i].kind, bind[i], (const void *)blind, sizeof(blind)));
	}
	return true;
}

bool
register_next_id(struct keeper *k, int64_t *id, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_register_last, e));
	*id = (r == NULL ? 0 : rows_i64(r, 0)) + 1;
	return true;
}

bool
register_add(struct keeper *k, const struct owner *o, struct entry_of_register *r,
    const struct ticket *t, const int64_t *bind, struct err *e)
{
	DROP(buf_wipe) struct buf names = {0};

	r->member = o->number;
	r->key = o->key;
	TRY(names_seal(k, r, t, &names, e));
	TRY(sql_do(k->store, &sql_register_add, e, r->id, r->member, r->key,
	    (const void *)t->serial, sizeof(t->serial), (int64_t)t->profile,
	    (int64_t)REGISTER_PENDING, (int64_t)t->options, r->made, t->not_before, t->not_after,
	    t->ledger_number, (const void *)t->key_hash, sizeof(t->key_hash),
	    (int64_t)r->open_to_all, (int64_t)r->named, (const void *)names.data, names.len));
	TRY(names_add(k, r->id, t, bind, e));
	TRY(sql_do(k->store, &sql_issued_add, e, r->member, r->made / DAY));
	return !r->reminder || register_note(k, r->id, true, r->open_to_all, e);
}

bool
register_stored(struct keeper *k, int64_t id, const unsigned char sha256[32], int64_t number,
    struct err *e)
{
	return sql_do(k->store, &sql_register_stored, e, (int64_t)REGISTER_VALID,
	    (const void *)sha256, (size_t)32, number, id);
}

bool
register_state_set(struct keeper *k, int64_t id, enum register_state s, uint8_t reason,
    int64_t changed_at, struct err *e)
{
	TRY(sql_do(k->store, &sql_register_state, e, (int64_t)s, (int64_t)reason, changed_at,
	    (int64_t)TICKET_REVOKE, id));
	if (sql_changed(k->store) == 1)
		return true;
	return REFUSE(e, ERR_CONFLICT, WHY_CERT_STATE, "register: revoked never comes back");
}

bool
register_want(struct keeper *k, int64_t id, unsigned act, struct err *e)
{
	return sql_do(k->store, &sql_register_want, e, (int64_t)act, id);
}

bool
register_note(struct keeper *k, int64_t id, bool reminder, bool open_to_all, struct err *e)
{
	return sql_do(k->store, &sql_register_note, e, (int64_t)reminder, (int64_t)open_to_all, id);
}

bool
register_key_ban(struct keeper *k, const unsigned char key_hash[32], int64_t now, struct err *e)
{
	return sql_do(k->store, &sql_ban_add, e, (const void *)key_hash, (size_t)32, now);
}

bool
register_key_banned(struct keeper *k, const unsigned char key_hash[32], bool *banned, struct err *e)
{
	DROP(rows_drop) struct rows *rows = NULL;

	TRY(sql_first(k->store, &rows, &sql_ban_find, e, (const void *)key_hash, (size_t)32));
	*banned = rows != NULL;
	return true;
}

/* ---- signing in ---- */

bool
register_still_good(struct keeper *k, const unsigned char sha256[32],
    const unsigned char serial[TICKET_SERIAL], int64_t now, bool *good, struct err *e)
{
	struct entry_of_register r;
	struct err why = {0};
	int64_t on = 0;

	*good = false;
	if (!register_get(k, 0, serial, &r, &why)) {
		if (e != NULL)
			*e = why;
		return why.kind == ERR_ABSENT;
	}
	TRY(setting_get(k, r.member, SETTING_CERT_SIGN_IN, &on, e));
	*good = on != 0 && r.stored && r.state == REGISTER_VALID && r.not_before <= now &&
	    r.not_after >= now && (r.options & TICKET_CLIENT_AUTH) != 0 &&
	    (r.wanted == 0 || r.wanted == TICKET_RESUME) &&
	    sodium_memcmp(r.sha256, sha256, sizeof(r.sha256)) == 0;
	return true;
}

bool
register_sign_in(struct keeper *k, const unsigned char sha256[32],
    const unsigned char serial[TICKET_SERIAL], int64_t now, int64_t *member, struct err *e)
{
	struct entry_of_register r;
	bool good;

	TRY(register_still_good(k, sha256, serial, now, &good, e));
	if (!good || !register_get(k, 0, serial, &r, e))
		return REFUSE(e, ERR_DENIED, WHY_SIGN_IN, "register: not a certificate to sign in with");
	*member = r.member;
	return true;
}
