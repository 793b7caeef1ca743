#include <stdlib.h>
#include <string.h>
#include "ledger/base/log.h"
#include "ledger/base/wipe.h"
#include "ledger/journal.h"
#include "ledger/store/store.h"
#include "portal/signer/book_inside.h"

#define LOG_WORTH	4096	/* pages (of 4 KiB) of write-ahead log worth a checkpoint */

static const char schema[] =
    "CREATE TABLE honoured ("
    " seq INTEGER PRIMARY KEY,"		/* 1, 2, 3 ... without gaps: record seq of the journal */
    " ticket BLOB NOT NULL UNIQUE,"
    " act INTEGER NOT NULL,"
    " serial BLOB NOT NULL,"
    " status INTEGER NOT NULL,"
    " changed_at INTEGER NOT NULL,"
    " ledger_number INTEGER NOT NULL,"
    " ledger_hash BLOB NOT NULL) STRICT;"
    "CREATE TABLE certificate ("
    " seq INTEGER PRIMARY KEY,"		/* of the ticket that issued it; negative: the ceremony's own */
    " serial BLOB NOT NULL UNIQUE,"
    " profile INTEGER NOT NULL,"		/* the issuer's number, here and below: of the first generation its profile's */
    " shard INTEGER NOT NULL,"
    " not_before INTEGER NOT NULL,"
    " not_after INTEGER NOT NULL,"
    " sha256 BLOB NOT NULL UNIQUE,"
    " key_hash BLOB NOT NULL,"
    " status INTEGER NOT NULL,"
    " reason INTEGER NOT NULL,"
    " changed_at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX certificate_not_valid ON certificate (profile, shard, serial) WHERE status <> 1;"
    "CREATE TABLE pending (seq INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT;"
    "CREATE TABLE compromised (key_hash BLOB PRIMARY KEY) STRICT;"
    "CREATE TABLE crl ("
    " profile INTEGER NOT NULL, shard INTEGER NOT NULL,"
    " number INTEGER NOT NULL, this_update INTEGER NOT NULL, next_update INTEGER NOT NULL,"
    " stale INTEGER NOT NULL, der BLOB NOT NULL,"
    " PRIMARY KEY (profile, shard)) STRICT;"
    "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL,"
    " root BLOB NOT NULL) STRICT;";
static const char *const schemas[] = { schema, NULL };
/* Known from published lists alone: signed after the backup that this book was put back from. */
static const char listed_schema[] =
    "CREATE TABLE listed ("
    " serial BLOB PRIMARY KEY,"
    " profile INTEGER NOT NULL,"
    " shard INTEGER NOT NULL,"
    " reason INTEGER NOT NULL,"		/* 6: on hold */
    " changed_at INTEGER NOT NULL,"
    " not_after INTEGER NOT NULL) STRICT;"	/* it has expired by then */
    "CREATE INDEX listed_of ON listed (profile, shard, serial);";
static const char *const listed_schemas[] = { listed_schema, NULL };
static const struct store_step steps[] = { { 2, listed_schemas } };
static const char *const append_only[] = { "honoured", NULL };

#define CERT_COLUMNS "serial, profile, shard, not_before, not_after, sha256, key_hash, status, reason, changed_at"

static const struct sql
	deed_add	= { "deed_add", "ibibiiib", "",
	    "INSERT INTO honoured (seq, ticket, act, serial, status, changed_at, ledger_number, ledger_hash)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)" },
	deed_get	= { "deed_get", "b", "ibiiib",
	    "SELECT act, serial, status, changed_at, ledger_number, ledger_hash"
	    " FROM honoured WHERE ticket = $1" },
	deed_last	= { "deed_last", "", "i", "SELECT seq FROM honoured ORDER BY seq DESC LIMIT 1" },
	deed_from	= { "deed_from", "i", "iib",
	    "SELECT seq, ledger_number, ledger_hash FROM honoured WHERE seq >= $1 ORDER BY seq" },
	cert_add	= { "cert_add", "ibiiiibbiii", "",
	    "INSERT INTO certificate (seq, " CERT_COLUMNS ")"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)" },
	cert_by_serial	= { "cert_by_serial", "b", "biiiibbiii",
	    "SELECT " CERT_COLUMNS " FROM certificate WHERE serial = $1" },
	cert_by_hash	= { "cert_by_hash", "b", "biiiibbiii",
	    "SELECT " CERT_COLUMNS " FROM certificate WHERE sha256 = $1" },
	cert_change	= { "cert_change", "iiib", "",
	    "UPDATE certificate SET status = $1, reason = $2, changed_at = $3 WHERE serial = $4" },
	cert_live	= { "cert_live", "ii", "iibii",
	    "SELECT seq, profile, serial, not_after, status FROM certificate WHERE seq > $1 ORDER BY seq LIMIT $2" },
	cert_first	= { "cert_first", "", "i", "SELECT seq FROM certificate ORDER BY seq LIMIT 1" },
	pending_add	= { "pending_add", "ib", "", "INSERT INTO pending (seq, sealed) VALUES ($1, $2)" },
	pending_get	= { "pending_get", "b", "B",
	    "SELECT p.sealed FROM honoured h LEFT JOIN pending p ON p.seq = h.seq"
	    " WHERE h.ticket = $1 AND h.act = 1" },
	pending_end	= { "pending_end", "b", "",
	    "DELETE FROM pending WHERE seq = (SELECT seq FROM honoured WHERE ticket = $1 AND act = 1)" },
	key_add		= { "key_add", "b", "",
	    "INSERT INTO compromised (key_hash) VALUES ($1) ON CONFLICT (key_hash) DO NOTHING" },
	key_get		= { "key_get", "b", "b", "SELECT key_hash FROM compromised WHERE key_hash = $1" },
	crl_stale	= { "crl_stale", "ii", "",
	    "UPDATE crl SET stale = 1 WHERE profile = $1 AND shard = $2" };

/* ---- opening ---- */

static bool
last_deed(struct book *b, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(b->st, &r, &deed_last, e));
	b->last = b->committed = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

/* The journal's last record must be the row of that number; rows after it are added. */
static bool
journal_catch_up(struct book *b, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	int64_t have = journal_count(b->journal), number = 0;
	unsigned char hash[LEAF_HASH];
	struct err none = {0};

	if (have > b->last)
		return FAIL(e, ERR_TAMPER, "the journal has %lld tickets, the store %lld: an older store was put back",
		    (long long)have, (long long)b->last);
	TRY(sql_ask(b->st, &r, &deed_from, e, have == 0 ? (int64_t)1 : have));
	while (rows_next(r, &none)) {
		struct span h = rows_bytes(r, 2);

		if (h.len != LEAF_HASH)
			return FAIL(e, ERR_TAMPER, "ticket %lld: hash", (long long)rows_i64(r, 0));
		if (rows_i64(r, 0) != have) {
			TRY(journal_append(b->journal, rows_i64(r, 1), h.p, e));
			continue;
		}
		if (!journal_last(b->journal, &number, hash) || number != rows_i64(r, 1) ||
		    memcmp(hash, h.p, LEAF_HASH) != 0)
			return FAIL(e, ERR_TAMPER, "journal and store disagree on ticket %lld", (long long)have);
	}
	TRY(err_hand_on(e, &none));
	TRY(journal_write(b->journal, e));
	return journal_sync(b->journal, e);
}

bool
book_open(struct book **out, const char *dir, struct err *e)
{
	static const struct store_spec spec = { .name = "signer", .schemas = schemas,
	    .schema_version = 1, .append_only = append_only, .manual_checkpoint = true,
	    .steps = steps, .step_count = COUNT(steps) };
	DROP(buf_wipe) struct buf store = {0};
	struct book *b = calloc(1, sizeof(*b));

	*out = NULL;
	if (b == NULL)
		return FAIL(e, ERR_MEMORY, "book");
	buf_fmt(&store, "%s/book.sqlite", dir);
	buf_fmt(&b->path, "%s/journal", dir);
	if (!buf_ok(&store, e) || !buf_ok(&b->path, e) ||
	    !store_open(&b->st, &spec, store.data, e) ||
	    !journal_open(&b->journal, b->path.data, e) ||
	    !last_deed(b, e) || !journal_catch_up(b, e)) {
		book_drop(&b);
		return false;
	}
	*out = b;
	return true;
}

void
book_drop(struct book **b)
{
	if (*b == NULL)
		return;
	journal_drop(&(*b)->journal);
	store_drop(&(*b)->st);
	buf_wipe(&(*b)->path);
	wipe_free(*b);
	*b = NULL;
}

int64_t
book_tickets(const struct book *b)
{
	return b->committed;
}

/* ---- the batch ---- */

/* Open the journal anew and bring it level; reads go on meanwhile. */
static void
mend(struct book *b)
{
	struct err e = {0};

	journal_drop(&b->journal);
	b->behind = !journal_open(&b->journal, b->path.data, &e) || !journal_catch_up(b, &e);
	if (b->behind)
		log_err("journal", &e);
}

bool
book_begin(struct book *b, struct err *e)
{
	if (b->writing)
		return FAIL(e, ERR_CONFLICT, "book: a batch is open");
	if (b->behind)
		mend(b);
	b->broken = false;
	b->waiting = 0;
	return true;
}

bool
book_writing(struct book *b, struct err *e)
{
	if (b->broken)
		return FAIL(e, ERR_IO, "book: this batch failed already");
	if (b->behind)
		return FAIL(e, ERR_FULL, "book: the journal is behind the store");
	if (b->writing)
		return true;
	TRY(store_begin(b->st, e));
	b->writing = true;
	return true;
}

void
book_looked_at(struct book *b)
{
	bool open = book_writing(b, NULL);

	(void)open;
}

void
book_back(struct book *b)
{
	if (b->writing)
		store_rollback(b->st);
	b->writing = b->broken = false;
	b->waiting = 0;
	b->last = b->committed;
}

bool
book_end(struct book *b, struct err *e)
{
	if (b->broken) {
		book_back(b);
		return FAIL(e, ERR_IO, "book: the batch failed half-way");
	}
	if (!b->writing)
		return true;
	if (!store_commit(b->st, e)) {
		b->writing = false;
		book_back(b);
		return false;
	}
	b->writing = false;
	b->committed = b->last;
	b->behind = true;
	for (size_t i = 0; i < b->waiting; i++)
		TRY(journal_append(b->journal, b->wait[i].number, b->wait[i].hash, e));
	if (b->waiting > 0)
		TRY(journal_write(b->journal, e));
	b->behind = false;
	b->unsynced = b->unsynced || b->waiting > 0;
	b->waiting = 0;
	return true;
}

void
book_tick(struct book *b)
{
	struct err e = {0};

	if (b->unsynced && b->journal != NULL && !journal_sync(b->journal, &e)) {
		log_err("journal", &e);
		b->behind = true;	/* the next batch opens it anew */
	}
	b->unsynced = false;
	/* Between two batches and not, as SQLite would by itself, within a commit that somebody waits for. */
	if (store_log_pages(b->st) >= LOG_WORTH && !store_checkpoint(b->st, false, &e))
		log_err("checkpoint", &e);
}

bool
book_lost(const struct book *b)
{
	return store_broken(b->st);
}

bool
book_moved(struct book *b)
{
	return store_moved(b->st);
}

/* What failed half-way in a batch must not be committed with it. */
bool
book_or_break(struct book *b, bool ok)
{
	if (!ok)
		b->broken = true;
	return ok;
}

/* ---- tickets and certificates ---- */

static void
copy(void *into, size_t n, struct span from)
{
	memset(into, 0, n);
	if (from.len == n)
		memcpy(into, from.p, n);
}

bool
book_deed(struct book *b, const unsigned char ticket[TICKET_ID], struct book_deed *d,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	memset(d, 0, sizeof(*d));
	TRY(sql_first(b->st, &r, &deed_get, e, (const void *)ticket, (size_t)TICKET_ID));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "ticket was never honoured");
	memcpy(d->ticket, ticket, TICKET_ID);
	d->act = (uint8_t)rows_i64(r, 0);
	copy(d->serial, sizeof(d->serial), rows_bytes(r, 1));
	d->status = (uint8_t)rows_i64(r, 2);
	d->changed_at = rows_i64(r, 3);
	d->ledger_number = rows_i64(r, 4);
	copy(d->ledger_hash, sizeof(d->ledger_hash), rows_bytes(r, 5));
	return true;
}

static bool
deed(struct book *b, const struct book_deed *d, struct err *e)
{
	if (b->waiting == BATCH_MOST)
		return FAIL(e, ERR_BUSY, "book: batch is full");
	TRY(sql_do(b->st, &deed_add, e, b->last + 1, (const void *)d->ticket, (size_t)TICKET_ID,
	    (int64_t)d->act, (const void *)d->serial, (size_t)TICKET_SERIAL, (int64_t)d->status,
	    d->changed_at, d->ledger_number, (const void *)d->ledger_hash, (size_t)LEAF_HASH));
	b->last++;
	b->wait[b->waiting].number = d->ledger_number;
	memcpy(b->wait[b->waiting++].hash, d->ledger_hash, LEAF_HASH);
	return true;
}

bool
book_buried(struct book *b, const struct book_deed *d, struct err *e)
{
	struct book_deed before;
	struct err none = {0};

	if (book_deed(b, d->ticket, &before, &none))
		return memcmp(before.ledger_hash, d->ledger_hash, LEAF_HASH) == 0 ||
		    FAIL(e, ERR_CONFLICT, "another tombstone of this entry");
	if (none.kind != ERR_ABSENT)
		return err_hand_on(e, &none);
	TRY(book_writing(b, e));
	return book_or_break(b, deed(b, d, e));
}

/* A number below all others: certificates the ceremony made by itself. */
static bool
own_number(struct book *b, int64_t *seq, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(b->st, &r, &cert_first, e));
	*seq = r == NULL || rows_i64(r, 0) > 0 ? -1 : rows_i64(r, 0) - 1;
	return true;
}

bool
book_issued(struct book *b, const struct book_cert *c, const struct book_deed *d,
    struct span sealed, struct err *e)
{
	int64_t seq = b->last + 1;
	struct book_cert listed;
	struct err why = {0};

	if (book_listed(b, c->serial, &listed, &why))
		return FAIL(e, ERR_CONFLICT, "a published list has this serial");
	if (why.kind != ERR_ABSENT)
		return err_hand_on(e, &why);
	TRY(book_writing(b, e));
	if (d == NULL)
		TRY(own_number(b, &seq, e));
	TRY(sql_do(b->st, &cert_add, e, seq, (const void *)c->serial, (size_t)TICKET_SERIAL,
	    (int64_t)c->issuer, (int64_t)c->shard, c->not_before, c->not_after,
	    (const void *)c->sha256, (size_t)32, (const void *)c->key_hash, (size_t)32,
	    (int64_t)c->status, (int64_t)c->reason, c->changed_at));
	if (sealed.len > 0 && !book_or_break(b, sql_do(b->st, &pending_add, e, seq,
	    (const void *)sealed.p, sealed.len)))
		return false;
	return d == NULL || book_or_break(b, deed(b, d, e));
}

static bool
status_put(struct book *b, const struct book_cert *c, struct err *e)
{
	if (!book_or_break(b, sql_do(b->st, &cert_change, e, (int64_t)c->status, (int64_t)c->reason,
	    c->changed_at, (const void *)c->serial, (size_t)TICKET_SERIAL)) ||
	    !book_or_break(b, sql_do(b->st, &crl_stale, e, (int64_t)c->issuer, (int64_t)c->shard)))
		return false;
	if (c->status != CERT_REVOKED || c->reason != 1)
		return true;
	return book_or_break(b, sql_do(b->st, &key_add, e, (const void *)c->key_hash, (size_t)32));
}

bool
book_changed(struct book *b, const struct book_cert *c, const struct book_deed *d,
    struct err *e)
{
	TRY(book_writing(b, e));
	TRY(deed(b, d, e));
	return status_put(b, c, e);
}

bool
book_recalled(struct book *b, const struct book_cert *c, struct err *e)
{
	TRY(book_writing(b, e));
	return status_put(b, c, e);
}

static bool
cert(struct book *b, const struct sql *s, const unsigned char *key, size_t n,
    struct book_cert *c, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(b->st, &r, s, e, (const void *)key, n));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "no such certificate");
	memset(c, 0, sizeof(*c));	/* not before: key may point into *c */
	copy(c->serial, sizeof(c->serial), rows_bytes(r, 0));
	c->issuer = (uint8_t)rows_i64(r, 1);
	c->shard = (uint32_t)rows_i64(r, 2);
	c->not_before = rows_i64(r, 3);
	c->not_after = rows_i64(r, 4);
	copy(c->sha256, sizeof(c->sha256), rows_bytes(r, 5));
	copy(c->key_hash, sizeof(c->key_hash), rows_bytes(r, 6));
	c->status = (uint8_t)rows_i64(r, 7);
	c->reason = (uint8_t)rows_i64(r, 8);
	c->changed_at = rows_i64(r, 9);
	return true;
}

bool
book_by_serial(struct book *b, const unsigned char serial[TICKET_SERIAL],
    struct book_cert *c, struct err *e)
{
	return cert(b, &cert_by_serial, serial, TICKET_SERIAL, c, e);
}

bool
book_by_hash(struct book *b, const unsigned char sha256[32], struct book_cert *c, struct err *e)
{
	return cert(b, &cert_by_hash, sha256, 32, c, e);
}

bool
book_live(struct book *b, uint8_t issuer, int64_t now, int64_t *at, struct buf *serials, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err none = {0};
	int64_t last = 0;
	size_t n = 0;

	TRY(sql_ask(b->st, &r, &cert_live, e, *at, (int64_t)BOOK_LIVE));
	for (; rows_next(r, &none); n++) {
		struct span serial = rows_bytes(r, 2);

		last = rows_i64(r, 0);
		if (last > 0 && rows_i64(r, 1) == issuer && rows_i64(r, 3) >= now && rows_i64(r, 4) != CERT_REVOKED)
			buf_add(serials, serial.p, serial.len);
	}
	TRY(err_hand_on(e, &none));
	*at = n < BOOK_LIVE ? 0 : last;
	return buf_ok(serials, e);
}

bool
book_pending(struct book *b, const unsigned char ticket[TICKET_ID], struct buf *sealed,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(b->st, &r, &pending_get, e, (const void *)ticket, (size_t)TICKET_ID));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "no certificate was issued on this ticket");
	if (rows_null(r, 0))
		return FAIL(e, ERR_CONFLICT, "the certificate is stored already");

	struct span s = rows_bytes(r, 0);

	buf_add(sealed, s.p, s.len);
	return buf_ok(sealed, e);
}

bool
book_stored(struct book *b, const unsigned char ticket[TICKET_ID], struct err *e)
{
	struct book_deed d;

	TRY(book_deed(b, ticket, &d, e));
	if (d.act != TICKET_ISSUE)
		return FAIL(e, ERR_ABSENT, "no certificate was issued on this ticket");
	TRY(book_writing(b, e));
	return sql_do(b->st, &pending_end, e, (const void *)ticket, (size_t)TICKET_ID);
}

bool
book_key_compromised(struct book *b, const unsigned char key_hash[32], bool *yes,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(b->st, &r, &key_get, e, (const void *)key_hash, (size_t)32));
	*yes = r != NULL;
	return true;
}
