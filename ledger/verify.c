#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/chain.h"
#include "ledger/journal.h"
#include "ledger/tombstone.h"
#include "ledger/verify_pass.h"

#define TELL_EVERY	((int64_t)1 << 16)
#define LEDGER_TABLES	5	/* of chain.h; a store from before there were tombstones has no more */

static const struct sql
	leaf_last	= { "leaf_last", "", "ii",
	    "SELECT number, batch FROM leaf ORDER BY number DESC LIMIT 1" },
	ledger_schema	= { "ledger_schema", "", "ttT",
	    "SELECT lower(tbl_name), name, sql FROM sqlite_schema "
	    "WHERE lower(tbl_name) IN ('leaf', 'detail', 'node', 'checkpoint', 'duty', 'tombstone')" };

bool
verify_bad(struct site *s, int64_t entry, struct err *e, const char *fmt, ...)
{
	char what[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	s->report->first_bad = entry;
	return FAIL(e, ERR_TAMPER, "entry %lld: %s", (long long)entry, what);
}

bool
verify_broken(struct site *s, int64_t entry, const struct err *why, struct err *e)
{
	if (why->kind == ERR_TAMPER)
		return verify_bad(s, entry, e, "%.120s", why->text);
	if (e != NULL)
		*e = *why;
	return false;
}

void
verify_tell(const struct site *s, const char *pass, int64_t done)
{
	if (s->tell != NULL && done % TELL_EVERY == 0)
		s->tell(s->self, pass, done, s->size);
}

static bool
count_record(void *self, int64_t number, const unsigned char hash[LEAF_HASH], struct err *e)
{
	struct site *s = self;

	if (tombstone_is(number)) {
		struct tombstone t;

		tombstone_read(&t, number, hash);
		s->graves_before++;
		return t.entry < s->keeper_before || verify_bad(s, t.entry, e,
		    "the keeper's journal has its tombstone before itself");
	}
	if (number != s->keeper_before)
		return verify_bad(s, s->keeper_before, e, "the keeper's journal has entry %lld in its place",
		    (long long)number);
	s->keeper_before++;
	return true;
}

/* The keeper's journal in itself, before the snapshot is taken. */
static bool
pass_journal(struct site *s, struct err *e)
{
	struct err why = {0};

	if (journal_each(s->keeper_journal, count_record, s, &why) || why.kind == ERR_ABSENT)
		return true;
	if (why.kind == ERR_TAMPER && s->report->first_bad < 0)
		return verify_bad(s, s->keeper_before, e, "the keeper's %.100s", why.text);
	if (e != NULL)
		*e = why;
	return false;
}

static bool
read_key(struct site *s, const char *state, struct err *e)
{
	char path[512], line[1024];
	struct err why = {0};
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/signer/checkpoint.pub", state);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? true : FAIL(e, ERR_IO, "checkpoint.pub: %s",
		    strerror(errno));
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	line[n < 0 ? 0 : n] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	if (!checkpoint_vkey_parse(line, s->name, s->public_key, &why))
		return FAIL(e, why.kind, "signer/checkpoint.pub: %.80s", why.text);
	s->report->signatures = true;
	return true;
}

static bool
timed(bool (*pass)(struct site *, struct err *), struct site *s, int64_t *ms, struct err *e)
{
	int64_t start = clock_mono_ms();
	bool good = pass(s, e);

	*ms = clock_mono_ms() - start;
	return good;
}

static bool
all_details(struct site *s, struct err *e)
{
	return verify_details(s, s->size, e);
}

/* One snapshot, all passes.  The first bad entry is the smallest that a pass knows of. */
static bool
run_passes(struct site *s, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err why = {0};

	if (!sql_first(s->st, &r, &leaf_last, &why))
		return verify_broken(s, 0, &why, e);
	s->size = r == NULL ? 0 : rows_i64(r, 0) + 1;	/* for progress, until counted */
	s->batch = r == NULL ? 0 : rows_i64(r, 1);
	if (!timed(verify_leaves, s, &s->report->leaf_ms, &why)) {
		int64_t first = s->report->first_bad;

		if (e != NULL)
			*e = why;
		if (why.kind != ERR_TAMPER || first <= 0)
			return false;
		s->size = INT64_MAX;		/* the details before it alone */
		if (verify_details(s, first, &why) || why.kind != ERR_TAMPER ||
		    s->report->first_bad >= first)
			s->report->first_bad = first;
		else if (e != NULL)
			*e = why;
		return false;
	}
	TRY(timed(all_details, s, &s->report->detail_ms, e));
	TRY(verify_tombstones(s, e));
	TRY(timed(verify_duties, s, &s->report->duty_ms, e));
	return verify_book(s, e);
}

/* Is this, with a semicolon, one of the statements by which chain.h makes its tables? */
static bool
as_made(const char *sql)
{
	DROP(buf_wipe) struct buf statement = {0};

	buf_fmt(&statement, "%s;", sql == NULL ? "none" : sql);
	buf_add(&statement, "", 1);
	return buf_ok(&statement, NULL) &&
	    (strstr(chain_schema, statement.data) != NULL || strstr(tombstone_schema, statement.data) != NULL);
}

/*
 * The ledger's tables to the letter, and no index of somebody else: with another key, a made-up
 * column or an index that differs from its table, two statements may be told two things.
 */
static bool
check_tables(struct site *s, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err why = {0};
	int tables = 0;

	TRY(sql_ask(s->st, &r, &ledger_schema, e));
	while (rows_next(r, &why)) {
		if (!as_made(rows_text(r, 2)))
			return verify_bad(s, 0, e, "%.40s is not as the ledger's tables are made: %.40s", rows_text(r, 1),
			    rows_text(r, 2) == NULL ? "" : rows_text(r, 2));
		if (strcmp(rows_text(r, 0), "tombstone") == 0)
			s->graves = true;
		else
			tables++;
	}
	TRY(err_hand_on(e, &why));
	return tables == LEDGER_TABLES || FAIL(e, ERR_ABSENT, "keeper: no ledger in it");
}

/* A store without its tables, or none at all: beside a journal or a signer that knows entries, somebody took it away. */
static bool
open_ledger(struct site *s, struct err *e)
{
	static const struct store_spec reading = { .name = "keeper", .read_only = true };
	struct err why = {0};

	if (store_open(&s->st, &reading, s->keeper_db, &why) && store_begin(s->st, &why) &&
	    check_tables(s, &why))
		return true;
	if (why.kind == ERR_ABSENT && (s->keeper_before > 0 || s->head_size > 0))
		return verify_bad(s, 0, e, "is in the keeper's journal or under the signer's head, and the ledger or a table of it is gone");
	if (s->report->first_bad >= 0)		/* named already */
		return err_hand_on(e, &why);
	return verify_broken(s, 0, &why, e);
}

static bool
check_site(struct site *s, struct err *e)
{
	struct err changed = {0};
	bool good;

	TRY(timed(pass_journal, s, &s->report->journal_ms, e));
	TRY(open_ledger(s, e));
	good = run_passes(s, e);
	/* A store that changed under us proves nothing, neither good nor bad. */
	if (!store_commit(s->st, &changed) || (s->book != NULL && !store_commit(s->book, &changed))) {
		if (e != NULL)
			*e = changed;
		return false;
	}
	return good;
}

bool
verify_site(struct verify_report *r, const char *state, verify_progress *progress, void *self,
    struct err *e)
{
	struct site s = { .report = r, .tell = progress, .self = self };
	bool good;

	*r = (struct verify_report){ .first_bad = -1 };
	if (sodium_init() < 0)
		return FAIL(e, ERR_CRYPTO, "libsodium");
	if (strlen(state) > sizeof(s.keeper_db) - 32)
		return FAIL(e, ERR_INPUT, "the folder's name is too long");
	snprintf(s.keeper_db, sizeof(s.keeper_db), "%s/keeper/keeper.db", state);
	snprintf(s.keeper_journal, sizeof(s.keeper_journal), "%s/keeper/journal", state);
	snprintf(s.signer_journal, sizeof(s.signer_journal), "%s/signer/journal", state);
	TRY(read_key(&s, state, e));
	s.signer_before = journal_view_size(s.signer_journal);
	good = verify_book_open(&s, state, e) && check_site(&s, e);
	store_drop(&s.st);
	store_drop(&s.book);
	return good;
}
