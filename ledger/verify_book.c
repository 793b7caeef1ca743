#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "ledger/journal.h"
#include "ledger/tombstone.h"
#include "ledger/verify_pass.h"

static const struct sql
	signer_head	= { "signer_head", "", "ib", "SELECT size, root FROM head WHERE one = 1" },
	/* seq is 1, 2, 3 ...: the row of seq n is record n - 1 of the signer's journal. */
	honoured	= { "honoured", "", "iib", "SELECT seq, ledger_number, ledger_hash FROM honoured ORDER BY seq" },
	/* Act 5 is a tombstone, status 3 revoked (portal/signer/book.h).  No certificate's row is ever removed. */
	forgotten	= { "forgotten", "", "ii",
	    "SELECT h.ledger_number, h.status FROM honoured h LEFT JOIN certificate c ON c.serial = h.serial"
	    " WHERE h.act <> 5 AND (c.status IS NULL OR (h.status = 3 AND c.status <> 3)) ORDER BY h.seq LIMIT 1" };

/* A keeper's whole folder put back or cut short fits together in itself, and not under this. */
static bool
read_head(struct site *s, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(s->book, &r, &signer_head, e));
	if (r == NULL)
		return true;
	if (rows_bytes(r, 1).len != LEAF_HASH)
		return FAIL(e, ERR_TAMPER, "the head in the signer's book is misshapen");
	s->head_size = rows_i64(r, 0);
	memcpy(s->head_root, rows_bytes(r, 1).p, LEAF_HASH);
	return true;
}

bool
verify_book_open(struct site *s, const char *state, struct err *e)
{
	static const struct store_spec reading = { .name = "signer", .read_only = true };
	char path[512];

	snprintf(path, sizeof(path), "%s/signer/book.sqlite", state);
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return true;
	s->report->head = true;
	TRY(store_open(&s->book, &reading, path, e));
	TRY(store_begin(s->book, e));
	return read_head(s, e);
}

/* One record of the journal and the row that should be the same. */
static bool
same_ticket(struct site *s, int64_t record, struct rows *r, int64_t number, const unsigned char hash[LEAF_HASH],
    struct err *e)
{
	int64_t entry = number;
	struct err why = {0};
	struct tombstone t;

	if (tombstone_is(number)) {
		tombstone_read(&t, number, hash);
		entry = t.entry;
	}
	if (!rows_next(r, &why))
		return why.kind != ERR_NONE ? verify_broken(s, entry, &why, e) :
		    verify_bad(s, entry, e, "its ticket is in the signer's journal and not in its book: an older one");
	if (rows_i64(r, 0) != record + 1 || rows_i64(r, 1) != number || rows_bytes(r, 2).len != LEAF_HASH ||
	    memcmp(rows_bytes(r, 2).p, hash, LEAF_HASH) != 0)
		return verify_bad(s, entry, e, "record %lld of the signer's journal is not what its book has there",
		    (long long)record);
	return true;
}

/* What was revoked by a ticket stays so, and a certificate that a ticket is about is there: lists are made of those rows. */
static bool
check_certificates(struct site *s, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(s->book, &r, &forgotten, e));
	return r == NULL || verify_bad(s, rows_i64(r, 0), e, rows_i64(r, 1) == 3 ?
	    "its ticket revoked a certificate, and the signer's book says otherwise" :
	    "the certificate that its ticket is about is missing in the signer's book");
}

static bool
check_journal(struct site *s, struct err *e)
{
	DROP(journal_view_drop) struct journal_view *v = NULL;
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char hash[LEAF_HASH];
	struct err why = {0};
	int64_t number;

	if (s->signer_before == 0)
		return true;
	TRY(journal_view_open(&v, s->signer_journal, 0, e));
	TRY(sql_ask(s->book, &r, &honoured, e));
	for (int64_t n = 0; n < s->signer_before && journal_view_next(v, &number, hash, &why); n++)
		TRY(same_ticket(s, n, r, number, hash, e));
	return err_hand_on(e, &why);
}

bool
verify_book(struct site *s, struct err *e)
{
	return s->book == NULL || (check_journal(s, e) && check_certificates(s, e));
}
