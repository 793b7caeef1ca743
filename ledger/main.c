/*
 * troth-ledger - check a ledger without being the program that wrote it.
 *
 *	troth-ledger verify --state DIR
 *
 * Exit status: 0 good, 1 tampered with (one line on standard output says which
 * entry is the first bad one and what is wrong), 2 could not be checked.
 *
 * SECURITY: holds nothing and talks to nobody.  Opens a site's stores and
 * journals read-only, with whatever rights its caller has; what it reads there
 * was written by others, so every length, number and hash is checked before it
 * is used.  Prints no tag, no ciphertext and no time of an entry.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "ledger/verify.h"

enum { GOOD, TAMPERED, UNCHECKED };

static const char usage[] = "usage: troth-ledger verify --state DIR\n";

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
	    "%lld duties (%lld open), %lld.%03lld s\n", (long long)r->entries,
	    (long long)r->checkpoints, r->signatures ? "signatures checked" :
	    "signatures not checked: no signer/checkpoint.pub", (long long)r->erased,
	    (long long)r->duties, (long long)r->open_duties, (long long)ms / 1000,
	    (long long)ms % 1000);
	if (r->unjournaled > 0)
		printf("note: the newest %lld are not in the keeper's journal yet\n",
		    (long long)r->unjournaled);
}

static int
verify(int argc, char **argv)
{
	struct verify_report report;
	struct err e = {0};
	bool terminal = isatty(STDERR_FILENO) == 1;
	int64_t start = clock_mono_ms(), last = start;
	bool good;

	if (argc != 2 || strcmp(argv[0], "--state") != 0) {
		fputs(usage, stderr);
		return UNCHECKED;
	}
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
		log_err("could not check", &e);
	return good ? GOOD : e.kind == ERR_TAMPER ? TAMPERED : UNCHECKED;
}

static const struct command {
	const char	*name;
	int		(*run)(int argc, char **argv);	/* of what follows the name */
} commands[] = {
	{ "verify", verify },
};

int
main(int argc, char **argv)
{
	log_name("troth-ledger");
	for (size_t i = 0; argc >= 2 && i < COUNT(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 2, argv + 2);
	fputs(usage, stderr);
	return UNCHECKED;
}
