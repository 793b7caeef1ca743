/* What the book knows of lists: those it made, what stands on them, and the last checkpoint. */
#include <string.h>
#include "portal/signer/book_inside.h"

static const struct sql
	crl_get		= { "crl_get", "ii", "iiiib",
	    "SELECT number, this_update, next_update, stale, der FROM crl"
	    " WHERE profile = $1 AND shard = $2" },
	crl_put		= { "crl_put", "iiiiib", "",
	    "INSERT INTO crl (profile, shard, number, this_update, next_update, stale, der)"
	    " VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT (profile, shard) DO UPDATE SET"
	    " number = excluded.number, this_update = excluded.this_update,"
	    " next_update = excluded.next_update, stale = 0, der = excluded.der" },
	crl_newest	= { "crl_newest", "", "i", "SELECT this_update FROM crl ORDER BY this_update DESC LIMIT 1" },
	crl_last	= { "crl_last", "", "i", "SELECT shard FROM crl ORDER BY shard DESC LIMIT 1" },
	crl_issuers	= { "crl_issuers", "", "i", "SELECT DISTINCT profile FROM crl" },
	crl_above	= { "crl_above", "iii", "",
	    "INSERT INTO crl (profile, shard, number, this_update, next_update, stale, der)"
	    " VALUES ($1, $2, $3, 0, 0, 1, x'') ON CONFLICT (profile, shard) DO UPDATE SET stale = 1,"
	    " number = CASE WHEN crl.number < excluded.number THEN excluded.number ELSE crl.number END" },
	crl_list	= { "crl_list", "iiiiii", "bii",
	    "SELECT serial, reason, changed_at FROM certificate"
	    " WHERE profile = $1 AND shard = $2 AND status <> 1 AND not_after >= $3"
	    " UNION ALL SELECT serial, reason, changed_at FROM listed"
	    " WHERE profile = $4 AND shard = $5 AND not_after >= $6 ORDER BY serial" },
	listed_add	= { "listed_add", "biiiii", "",
	    "INSERT INTO listed (serial, profile, shard, reason, changed_at, not_after)"
	    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (serial) DO UPDATE SET"
	    " reason = excluded.reason, changed_at = excluded.changed_at WHERE listed.reason = 6" },
	listed_get	= { "listed_get", "b", "iiiii",
	    "SELECT profile, shard, reason, changed_at, not_after FROM listed WHERE serial = $1" },
	head_get	= { "head_get", "", "ib", "SELECT size, root FROM head WHERE one = 1" },
	head_put	= { "head_put", "ib", "",
	    "INSERT INTO head (one, size, root) VALUES (1, $1, $2) ON CONFLICT (one) DO UPDATE SET"
	    " size = excluded.size, root = excluded.root" };

/* ---- lists ---- */

bool
book_crl(struct book *b, uint8_t issuer, uint32_t shard, struct book_crl *c,
    struct buf *der, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	memset(c, 0, sizeof(*c));
	TRY(sql_first(b->st, &r, &crl_get, e, (int64_t)issuer, (int64_t)shard));
	if (r == NULL)
		return true;
	c->number = rows_i64(r, 0);
	c->this_update = rows_i64(r, 1);
	c->next_update = rows_i64(r, 2);
	c->stale = rows_i64(r, 3) != 0;

	struct span s = rows_bytes(r, 4);

	buf_add(der, s.p, s.len);
	return buf_ok(der, e);
}

bool
book_crl_keep(struct book *b, uint8_t issuer, uint32_t shard, const struct book_crl *c,
    struct span der, struct err *e)
{
	TRY(book_writing(b, e));
	return sql_do(b->st, &crl_put, e, (int64_t)issuer, (int64_t)shard, c->number,
	    c->this_update, c->next_update, (const void *)der.p, der.len);
}

bool
book_crl_above(struct book *b, uint8_t issuer, uint32_t shard, int64_t number, struct err *e)
{
	TRY(book_writing(b, e));
	return book_or_break(b, sql_do(b->st, &crl_above, e, (int64_t)issuer, (int64_t)shard, number));
}

bool
book_crl_newest(struct book *b, int64_t *at, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(b->st, &r, &crl_newest, e));
	*at = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

bool
book_crl_issuers(struct book *b, bool yes[256], struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err none = {0};

	memset(yes, 0, 256 * sizeof(*yes));
	TRY(sql_ask(b->st, &r, &crl_issuers, e));
	while (rows_next(r, &none))
		yes[(uint8_t)rows_i64(r, 0)] = true;
	return err_hand_on(e, &none);
}

bool
book_crl_shards(struct book *b, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(b->st, &r, &crl_last, e));
	*n = r == NULL ? 0 : rows_i64(r, 0) + 1;
	return true;
}

bool
book_crl_entries(struct book *b, uint8_t issuer, uint32_t shard, int64_t since,
    struct crl *c, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err none = {0};

	TRY(sql_ask(b->st, &r, &crl_list, e, (int64_t)issuer, (int64_t)shard, since, (int64_t)issuer,
	    (int64_t)shard, since));
	while (rows_next(r, &none)) {
		struct span serial = rows_bytes(r, 0);

		crl_entry_add(c, serial.p, serial.len, rows_i64(r, 2), (uint8_t)rows_i64(r, 1));
	}
	TRY(err_hand_on(e, &none));
	return buf_ok(&c->entries, e);
}

/* ---- known from published lists alone ---- */

bool
book_listed_add(struct book *b, const struct book_cert *c, struct err *e)
{
	TRY(book_writing(b, e));
	return book_or_break(b, sql_do(b->st, &listed_add, e, (const void *)c->serial, (size_t)TICKET_SERIAL,
	    (int64_t)c->issuer, (int64_t)c->shard, (int64_t)c->reason, c->changed_at, c->not_after));
}

bool
book_listed(struct book *b, const unsigned char serial[TICKET_SERIAL], struct book_cert *c, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct book_cert found = {0};

	TRY(sql_first(b->st, &r, &listed_get, e, (const void *)serial, (size_t)TICKET_SERIAL));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "no such certificate");
	memcpy(found.serial, serial, sizeof(found.serial));
	found.issuer = (uint8_t)rows_i64(r, 0);
	found.shard = (uint32_t)rows_i64(r, 1);
	found.reason = (uint8_t)rows_i64(r, 2);
	found.status = found.reason == 6 ? CERT_SUSPENDED : CERT_REVOKED;
	found.changed_at = rows_i64(r, 3);
	found.not_after = rows_i64(r, 4);
	*c = found;
	return true;
}

/* ---- the checkpoint ---- */

bool
book_head(struct book *b, int64_t *size, unsigned char root[LEAF_HASH], struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	*size = 0;
	memset(root, 0, LEAF_HASH);
	TRY(sql_first(b->st, &r, &head_get, e));
	if (r == NULL)
		return true;
	*size = rows_i64(r, 0);

	struct span s = rows_bytes(r, 1);

	if (s.len != LEAF_HASH)
		return FAIL(e, ERR_TAMPER, "book: the last checkpoint's root");
	memcpy(root, s.p, LEAF_HASH);
	return true;
}

bool
book_head_keep(struct book *b, int64_t size, const unsigned char root[LEAF_HASH], struct err *e)
{
	TRY(book_writing(b, e));
	return sql_do(b->st, &head_put, e, size, (const void *)root, (size_t)LEAF_HASH);
}
