#include <stdlib.h>
#include <unistd.h>
#include "ledger/base/transcript.h"
#include "ledger/base/wipe.h"
#include "ledger/journal.h"
#include "ledger/store/copy.h"
#include "portal/signer/backup.h"

#define PAGES	256
#define BYTES	(1 << 20)
#define FOLDER	"signer/"	/* below the state folder, where every process works */

enum what { WHAT_BEGIN, WHAT_GO_ON, WHAT_GIVE_UP };

struct backup {
	struct store_copy *book;
	struct transcript journal;
	int64_t		tickets, left;
};

void
signer_backup_drop(struct backup **b)
{
	if (*b == NULL)
		return;
	store_copy_drop(&(*b)->book);
	transcript_close(&(*b)->journal);
	wipe_free(*b);
	*b = NULL;
}

/* The book's snapshot is of the last commit, and so is the journal: nothing comes between in one turn. */
static bool
begin(struct signer *s, struct err *e)
{
	struct backup *b;

	signer_backup_drop(&s->backup);
	b = s->backup = calloc(1, sizeof(*b));
	if (b == NULL)
		return FAIL(e, ERR_MEMORY, "backup");
	b->journal = (struct transcript){ .from = -1, .to = -1 };
	b->tickets = book_tickets(s->book);
	b->left = 1;
	TRY(store_copy_open(&b->book, FOLDER "book.sqlite", FOLDER "backup.sqlite", e));
	return transcript_open(&b->journal, FOLDER "journal", FOLDER "backup.journal", b->tickets * JOURNAL_RECORD, e);
}

static bool
go_on(struct backup *b, struct err *e)
{
	if (b == NULL)
		return FAIL(e, ERR_CONFLICT, "no backup is under way");
	TRY(store_copy_step(b->book, PAGES, &b->left, e));
	if (b->left > 0)
		return true;
	TRY(transcript_step(&b->journal, BYTES, e));
	b->left = b->journal.left;
	return true;
}

static bool
run(struct signer *s, struct ipc_ask *a, struct err *e)
{
	struct span in = a->in;
	uint8_t what = unpack_u8(&in);

	TRY(unpack_end(&in, "backup", e));
	if (what > WHAT_GIVE_UP)
		return FAIL(e, ERR_INPUT, "backup: %u", what);
	if (what == WHAT_GIVE_UP)
		signer_backup_drop(&s->backup);
	else if (what == WHAT_BEGIN ? !begin(s, e) : !go_on(s->backup, e)) {
		signer_backup_drop(&s->backup);
		return false;
	}
	pack_i64(&a->out, s->backup == NULL ? 0 : s->backup->left);
	pack_i64(&a->out, s->backup == NULL ? 0 : s->backup->tickets);
	pack_i64(&a->out, book_tickets(s->book));
	return buf_ok(&a->out, e);
}

enum ipc_turn
backup_run(void *self, struct ipc_ask *a)
{
	(void)!run(self, a, &a->err);
	return IPC_ANSWER;
}
