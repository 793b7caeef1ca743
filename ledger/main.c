/*
 * troth-ledger - check a ledger without being the program that wrote it.
 *
 *	troth-ledger verify --state DIR
 *	troth-ledger check FILE --key KEY
 *
 * `check` looks at a receipt: an entry that is shown, the proof that it is in the
 * ledger, and the checkpoint that the site signed.  KEY is the site's public
 * checkpoint key, or the name of a file that holds it; nothing else is asked and
 * no network is used.
 *
 * Exit status: 0 good, 1 tampered with (one line on standard output says which
 * entry is the first bad one and what is wrong), 2 could not be checked.
 *
 * SECURITY: holds nothing and talks to nobody.  Opens a site's stores and
 * journals read-only, with whatever rights its caller has; what it reads there
 * was written by others, so every length, number and hash is checked before it
 * is used.  Prints no tag, no ciphertext and no time of an entry.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "ledger/base/process.h"
#include "ledger/proof.h"
#include "ledger/shown.h"
#include "ledger/verify.h"

enum { GOOD, TAMPERED, UNCHECKED };

static const char usage[] =
    "usage: troth-ledger verify --state DIR      a site's state folder, running or not\n"
    "       troth-ledger check FILE --key KEY    a receipt; KEY is the site's ledger.pub, or its one line\n"
    "Ends with 0: good; 1: tampered with, and what is wrong first; 2: could not be checked.\n";

static int
misused(const char *what, const char *word)
{
	fprintf(stderr, "troth-ledger: %s%s%s\n%s", what, word == NULL ? "" : ": ", word == NULL ? "" : word, usage);
	return UNCHECKED;
}

static void
show_progress(void *self, const char *pass, int64_t done, int64_t all)
{
	int64_t *last = self, now = clock_mono_ms();

	if (now - *last < 200)
		return;
	*last = now;
	fprintf(stderr, "\r%s: %lld of %lld ", pass, (long long)done, (long long)all);
}

static void
print_report(const struct verify_report *r, int64_t ms)
{
	printf("good: %lld entries, %lld checkpoints (%s), %lld details erased, "
	    "%lld duties (%lld open), %lld tombstones, %lld.%03lld s\n", (long long)r->entries,
	    (long long)r->checkpoints, r->signatures ? "signatures checked" :
	    "signatures not checked: no signer/checkpoint.pub", (long long)r->erased,
	    (long long)r->duties, (long long)r->open_duties, (long long)r->tombstones, (long long)ms / 1000,
	    (long long)ms % 1000);
	if (!r->head)
		printf("note: no signer/book.sqlite: what the signer signed last was not compared\n");
	if (r->uncovered > 0)
		printf("note: the newest %lld are under no checkpoint yet\n", (long long)r->uncovered);
	if (r->unjournaled > 0)
		printf("note: the newest %lld are not in the keeper's journal yet\n",
		    (long long)r->unjournaled);
}

static void
could_not(const char *what, const struct err *e)
{
	fprintf(stderr, "troth-ledger: %s could not be checked: %s\n", what, e->text);
}

static int
verify(int argc, char **argv)
{
	struct verify_report report;
	struct err e = {0};
	bool terminal = isatty(STDERR_FILENO) == 1;
	int64_t start = clock_mono_ms(), last = start;
	bool good;

	if (argc == 0 || (argc == 1 && strcmp(argv[0], "--state") == 0))
		return misused("verify wants --state and the site's folder", NULL);
	if (argc != 2 || strcmp(argv[0], "--state") != 0)
		return misused("verify does not know", argv[strcmp(argv[0], "--state") == 0 ? 2 : 0]);
	/* A stopped site that is started meanwhile is looked at again. */
	for (int again = 0; ; again++) {
		good = verify_site(&report, argv[1], terminal ? show_progress : NULL, &last, &e);
		if (good || e.kind != ERR_BUSY || again == 3)
			break;
	}
	if (terminal)
		fputs("\r\033[K", stderr);
	if (good)
		print_report(&report, clock_mono_ms() - start);
	else if (e.kind == ERR_TAMPER)
		printf("tampered: %s\n", e.text);
	else
		could_not(argv[1], &e);
	return good ? GOOD : e.kind == ERR_TAMPER ? TAMPERED : UNCHECKED;
}

/* ---- a receipt ---- */

static void close_file(FILE **f) { if (*f != NULL) fclose(*f); }

static bool
read_file(const char *path, struct buf *into, struct err *e)
{
	DROP(close_file) FILE *f = fopen(path, "re");
	char block[4096];
	size_t n;

	if (f == NULL)
		return FAIL(e, ERR_IO, "%.100s: cannot be opened", path);
	while ((n = fread(block, 1, sizeof(block), f)) > 0) {
		if (into->len + n > PROOF_MAX)
			return FAIL(e, ERR_INPUT, "%.100s: too long for a receipt", path);
		buf_add(into, block, n);
	}
	return ferror(f) == 0 ? buf_ok(into, e) : FAIL(e, ERR_IO, "%.100s: cannot be read", path);
}

/* The key itself, or the first line of a file. */
static bool
read_key(const char *given, char name[NOTE_NAME], unsigned char key[NOTE_PUBLIC], struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};

	if (strchr(given, '+') != NULL && checkpoint_vkey_parse(given, name, key, NULL))
		return true;
	TRY(read_file(given, &text, e));
	buf_add(&text, "", 1);
	TRY(buf_ok(&text, e));
	text.data[strcspn(text.data, "\r\n")] = '\0';
	return checkpoint_vkey_parse(text.data, name, key, e);
}

static bool
check_receipt(const char *path, const char *given, struct shown *s, struct checkpoint *c, int64_t *index,
    struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	DROP(proof_wipe) struct proof p = {0};
	unsigned char key[NOTE_PUBLIC], hash[LEAF_HASH];
	char name[NOTE_NAME];

	TRY(read_key(given, name, key, e));
	TRY(read_file(path, &text, e));
	TRY(proof_read(&p, span_buf(&text), e));
	TRY(shown_unpack(s, span_buf(&p.extra), e));
	TRY(shown_check(s, hash, e));
	*index = p.index;
	return proof_check(&p, hash, name, key, c, e);
}

static int
check(int argc, char **argv)
{
	struct checkpoint c;
	struct shown s = {0};
	struct err e = {0};
	int64_t index;

	if (argc < 3 || strcmp(argv[1], "--key") != 0)
		return misused("check wants a receipt's file, --key and the site's key", NULL);
	if (argc > 3)
		return misused("check does not know", argv[3]);
	if (check_receipt(argv[0], argv[2], &s, &c, &index, &e)) {
		printf("good: entry %lld of %s (%lld entries then) says: %s\n", (long long)index, c.origin,
		    (long long)c.size, s.words);
		return GOOD;
	}
	if (e.kind == ERR_TAMPER || e.kind == ERR_CRYPTO) {
		printf("tampered: %s\n", e.text);
		return TAMPERED;
	}
	could_not(argv[0], &e);
	return UNCHECKED;
}

static const struct command {
	const char	*name;
	int		(*run)(int argc, char **argv);	/* of what follows the name */
} commands[] = {
	{ "verify", verify },
	{ "check", check },
};

int
main(int argc, char **argv)
{
	process_begin("troth-ledger");
	if (sodium_init() < 0)
		return UNCHECKED;
	if (argc >= 2 && argc <= 3 && (strcmp(argv[argc - 1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
		fputs(usage, stdout);
		return GOOD;
	}
	for (size_t i = 0; argc >= 2 && i < COUNT(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 2, argv + 2);
	return argc < 2 ? misused("say what to do", NULL) : misused("no such command", argv[1]);
}
