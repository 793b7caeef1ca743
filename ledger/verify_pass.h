/*
 * ledger/verify_pass.h - what the passes of the verifier share; see verify.h.
 *
 * verify.c opens the site and orders the passes, verify_leaves.c walks entries,
 * nodes, checkpoints and the keeper's journal, verify_details.c the details,
 * verify_duties.c the duties and the signer's journal, verify_book.c the signer's book.
 */
#ifndef LEDGER_VERIFY_PASS_H
#define LEDGER_VERIFY_PASS_H
#include "ledger/checkpoint.h"
#include "ledger/store/store.h"
#include "ledger/verify.h"

struct site {
	struct verify_report	*report;
	struct store		*st;
	struct store		*book;			/* the signer's, of a moment before st's; NULL: none there */
	bool			graves;			/* there is a table of tombstones */
	verify_progress		*tell;
	void			*self;
	char			keeper_db[512], keeper_journal[512], signer_journal[512];
	int64_t			size;			/* entries in the snapshot */
	int64_t			batch;			/* first entry of the newest commit */
	int64_t			head_size;		/* entries under the signer's newest head; 0: none known */
	unsigned char		head_root[LEAF_HASH];
	int64_t			keeper_before, signer_before;	/* before the snapshot: entries in the keeper's journal, records in the signer's */
	int64_t			graves_before;		/* tombstones in the keeper's journal */
	char			name[NOTE_NAME];	/* checkpoint key, when report->signatures */
	unsigned char		public_key[NOTE_PUBLIC];
};

/* The one way to say what is wrong: which entry, and what.  Returns false. */
bool verify_bad(struct site *s, int64_t entry, struct err *e, const char *fmt, ...) LIKE_PRINTF(4, 5);
/* A failure of the store itself: a broken page near an entry is tampering with it. */
bool verify_broken(struct site *s, int64_t entry, const struct err *why, struct err *e);
void verify_tell(const struct site *s, const char *pass, int64_t done);

bool verify_leaves(struct site *s, struct err *e) MUST;
/* Do the tombstones of the keeper's journal and of the ledger agree? */
bool verify_tombstones(struct site *s, struct err *e) MUST;
/* The details of the first `end` entries. */
bool verify_details(struct site *s, int64_t end, struct err *e) MUST;
bool verify_duties(struct site *s, struct err *e) MUST;
/* Open the signer's book, if there is one, and read the head in it. */
bool verify_book_open(struct site *s, const char *state, struct err *e) MUST;
/* Is what the signer's journal tells in the order of its book, and do the certificates in that stand as its tickets left them? */
bool verify_book(struct site *s, struct err *e) MUST;
#endif
