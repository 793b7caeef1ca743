/*
 * troth - one person's hand on a whole site.
 *
 *	troth run [--state DIR] [--http PORT] [--https PORT] [--unwalled] [--set name=value]...
 *	troth config [--explain | --check]	doctor	role	demo	mail test ADDRESS
 *	troth notice add WORDS | list | end NUMBER
 *	troth challenge check FILE | load [FILE]
 *	troth rotate	retention [--now]	audit pack DIR
 *	troth announce --security FILE [--field F --role R --from DAY --to DAY]
 *	troth backup shares --of N --need K	backup --to DIR
 *	troth restore --from DIR [--keys FILE] --checkpoint SIZE:ROOT [--journal FILE] [--crl FILE|DIR]...
 *	troth restore --crl FILE|DIR...	(afterwards)	restore --crl none
 *	troth issuer list | new NAME|all KEY | revoke NAME KEY --reason REASON	root-list KEY
 *	troth ceremony [--users]	nginx	help [COMMAND]
 *
 * SECURITY
 *	Talks to no stranger: it reads its own command line, the configuration and
 *	the state folder, and asks the other processes over their sockets with the
 *	secrets in control/secrets.  `run` holds the listening sockets but never
 *	accepts on them; during the first start it makes the site's secrets and
 *	holds the key ceremony, and keeps none of that afterwards.  It stays outside
 *	the walls it puts its children behind: whoever can change this program or
 *	its configuration is the operator.  `outbox` is the exception: it answers
 *	visitors and closes itself in before the first one (outbox.c).
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/process.h"
#include "portal/control/command.h"
#include "portal/control/nginx.h"
#include "portal/control/owners.h"

#define EXIT_FAILED	1
#define EXIT_USAGE	2

/* Which options a command knows. */
#define OPT_PORTS	1u
#define OPT_UNWALLED	2u
#define OPT_CONFIG	4u
#define OPT_USERS	8u
#define OPT_NOW		32u
#define OPT_FILES	16u	/* the files that settings name must be there */

#define OPT_BACKUP	64u
#define OPT_RESTORE	128u
#define OPT_ANNOUNCE	256u
#define OPT_ISSUER	512u

/* Options of a word each, and whose they are. */
static const struct { const char *name; size_t member; unsigned options; } valued[] = {
	{ "--to", offsetof(struct command, to), OPT_BACKUP | OPT_ANNOUNCE },
	{ "--of", offsetof(struct command, of), OPT_BACKUP },
	{ "--need", offsetof(struct command, need), OPT_BACKUP },
	{ "--from", offsetof(struct command, from), OPT_RESTORE | OPT_ANNOUNCE },
	{ "--keys", offsetof(struct command, keys), OPT_RESTORE },
	{ "--checkpoint", offsetof(struct command, checkpoint), OPT_RESTORE },
	{ "--field", offsetof(struct command, field), OPT_ANNOUNCE },
	{ "--role", offsetof(struct command, role), OPT_ANNOUNCE },
	{ "--journal", offsetof(struct command, journal), OPT_RESTORE },
	{ "--reason", offsetof(struct command, reason), OPT_ISSUER },
};

static bool command_help(struct command *c, struct err *e);

static const struct row {
	const char	*name;
	size_t		least, most;	/* words behind the name */
	unsigned	options;
	const char	*words;
	bool		(*run)(struct command *c, struct err *e);
	const char	*says;		/* NULL: not for people */
} rows[] = {
	{ "run", 0, 0, OPT_PORTS | OPT_UNWALLED | OPT_FILES, "[--http PORT] [--https PORT] [--unwalled]", command_run,
	    "start a site and keep it running; Ctrl-C stops it" },
	{ "config", 0, 0, OPT_CONFIG | OPT_FILES, "[--explain | --check]", command_config,
	    "check the configuration; --explain shows every setting" },
	{ "doctor", 0, 0, 0, "", command_doctor, "look at a site's health; status 1 when something needs doing" },
	{ "role", 0, 0, 0, "", command_role, "new officer codes, until there have been three officers" },
	{ "demo", 0, 0, 0, "", command_demo, "fill a running site with invented people, to try things out" },
	{ "mail", 2, 2, 0, "test ADDRESS", command_mail, "send one mail to ADDRESS" },
	{ "notice", 1, 2, 0, "add WORDS | list | end NUMBER", command_notice, "notices on the home page" },
	{ "challenge", 1, 2, 0, "check FILE | load [FILE]", command_challenge,
	    "the assurer challenge's questions; load without FILE: those that come with this program" },
	{ "rotate", 0, 0, 0, "", command_rotate, "a new root key for the vault, while the site serves" },
	{ "root-list", 1, 1, 0, "KEY", command_root_list,
	    "sign the root's list of revoked issuers anew" },
	{ "issuer", 1, 3, OPT_ISSUER, "list | new NAME|all KEY | revoke NAME KEY --reason REASON", command_issuer,
	    "the issuers below the root: which there are, a new one, one revoked" },
	{ "retention", 0, 0, OPT_NOW, "[--now]", command_retention, "what will go when, in counts; --now: what is over goes now" },
	{ "backup", 0, 1, OPT_BACKUP, "--to DIR | shares --of N --need K", command_backup,
	    "copy a running site; once before: the backup key, in shares for the officers" },
	{ "restore", 0, 0, OPT_RESTORE, "--from DIR [--keys FILE] [--journal FILE] --checkpoint SIZE:ROOT [--crl FILE|DIR]... | --crl FILE|DIR|none", command_restore,
	    "put a backup into an empty state folder, read the shares line by line; --crl: what published lists say stays revoked" },
	{ "announce", 0, 1, OPT_ANNOUNCE, "--security FILE | --count [--field F --role R --from DAY --to DAY]", command_announce,
	    "tell all members, or those whose field was opened in a role between two days" },
	{ "list", 2, 2, 0, "NAME FILE", command_list, "write to all who asked for a list of mail.lists and confirmed it" },
	{ "audit", 2, 2, 0, "pack DIR", command_audit, "write what auditors need to check this site without it: no personal data" },
	{ "ceremony", 0, 0, OPT_USERS | OPT_FILES, "[--users]", command_ceremony,
	    "make folders, secrets and keys without starting; --users: for systemd's units" },
	{ "nginx", 0, 0, OPT_PORTS, "", command_nginx, "run nginx alone, for systemd's unit" },
	{ "outbox", 0, 0, 0, "", command_outbox, NULL },
	{ "help", 0, 1, 0, "[COMMAND]", command_help, "this list, or one command's usage" },
};

#define ABOUT_KEY "KEY is the file with the root's key, root.key.pem of the ceremony's folder; its pass-phrase is asked for, or read as\n" \
	"  one line of standard input.\n"

/* What the words of a command stand for, where its line does not say. */
static const struct { const char *name, *text; } more[] = {
	{ "root-list", ABOUT_KEY },
	{ "issuer", "NAME is robot-tls, robot-mail, assured-tls or assured-mail, or what `list` calls a further one.  REASON is\n"
	    "  keyCompromise, cACompromise, superseded or cessationOfOperation.  " ABOUT_KEY },
	{ "backup", "DIR gets two folders, data-... and keys-...: keep them in different places.  Any K of the N shares open the keys.\n" },
	{ "restore", "DIR is a backup's data-... folder.  --keys: where its keys lie, if not beside it; --journal: a newer copy of\n"
	    "  keeper/journal.  SIZE:ROOT is the newest checkpoint that you know: start, backup and doctor print them.\n" },
	{ "announce", "FILE holds the words, plain text.  F is how the name of a field begins: birth, document, address, given ...  R is owner,\n"
	    "  assurer, support, officer, auditor, operator or system.  DAY is like 2026-11-01.  --count tells nobody: how many it would be.\n" },
};

static const struct row *
find_row(const char *name)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

static void
print_usage(const struct row *r)
{
	printf("usage: troth %s%s%s [--state DIR] [--set name=value]...\n\n  %s\n", r->name,
	    r->words[0] != '\0' ? " " : "", r->words, r->says != NULL ? r->says : "started by `troth run`, not by people");
	for (size_t i = 0; i < COUNT(more); i++)
		if (strcmp(more[i].name, r->name) == 0)
			printf("\n  %s", more[i].text);
}

/* A line of the list; what a command does stands in one column, below words that are too long for theirs. */
static void
print_row(const struct row *r)
{
	const int name = 9, words = 45;

	printf("  %-*s %-*s", name, r->name, words, r->words);
	if (strlen(r->words) >= (size_t)words)
		printf("\n%*s", 2 + name + 1 + words, "");
	printf("%s\n", r->says);
}

static bool
command_help(struct command *c, struct err *e)
{
	const struct row *r = c->word_count > 0 ? find_row(c->word[0]) : NULL;

	if (c->word_count > 0 && r == NULL)
		return FAIL(e, ERR_INPUT, "there is no command '%.40s'; `troth help` lists them", c->word[0]);
	if (r != NULL)
		print_usage(r);
	else
		printf("usage: troth COMMAND [--state DIR] [--set name=value]...\n\n");
	for (size_t i = 0; i < COUNT(rows) && r == NULL; i++)
		if (rows[i].says != NULL)
			print_row(&rows[i]);
	printf("\nDIR is the state folder, \"var\" unless given.  `troth config --explain` lists the settings.\n");
	return true;
}

/* Where processes have users of their own, each has to read what is meant for it; empty: who starts them reads it. */
static bool
reader_may(const struct command *c, const char *user, const char *path)
{
	struct passwd *pw = geteuid() == 0 && user[0] != '\0' ? getpwnam(user) : NULL;
	char own[PATH_MAX];
	struct stat st;

	if (pw == NULL)
		return true;
	snprintf(own, sizeof(own), "%s/%s", c->line.state, user + sizeof("troth-") - 1);
	return (!c->users && (stat(own, &st) != 0 || st.st_uid != pw->pw_uid)) || owner_reads(pw, path);
}

/*
 * The files that settings name, before keys are made for a site that could not start.
 * A relative path is below the state folder: every process works there.
 */
static bool
named_files(const struct command *c, struct err *e)
{
	const struct settings *s = &c->set;
	const struct { const char *name, *path, *user; } files[] = {
		{ "smtp.password_file", s->smtp_password_file, "troth-clerk" }, { "smtp.ca_file", s->smtp_ca_file, "troth-clerk" },
		{ "prover.trust_anchor", s->trust_anchor, "troth-prover" }, { "ca.weak_keys", s->weak_key_folder, "troth-signer" },
		{ "nginx.tls_certificate", s->tls_certificate_file, "" }, { "nginx.tls_key", s->tls_key_file, "" },
		{ "post.maildir", s->post_maildir, "troth-postbox" }, { "trust.directory.places", s->trust.places_file, "troth-portal" },
	};

	for (size_t i = 0; i < COUNT(files); i++) {
		char path[PATH_MAX];
		bool relative = files[i].path[0] != '/';

		if (files[i].path[0] == '\0')
			continue;
		if (snprintf(path, sizeof(path), "%s%s%s", relative ? c->line.state : "", relative ? "/" : "",
		    files[i].path) >= (int)sizeof(path))
			return FAIL(e, ERR_INPUT, "%s: the path is too long", files[i].name);
		if (access(path, R_OK) != 0)
			return FAIL(e, ERR_INPUT, "%s: %.80s: %s", files[i].name, path, strerror(errno));
		if (!reader_may(c, files[i].user, path))
			return FAIL(e, ERR_INPUT, "%s: %.80s: user %s must be able to read it, and does not", files[i].name, path, files[i].user);
	}
	return true;
}

bool
command_config(struct command *c, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};
	char path[PATH_MAX];

	if (!c->explain) {
		/* Where settings name one, it was looked for already. */
		if (settings_public(&c->set) && c->set.tls_certificate_file[0] == '\0')
			TRY(nginx_has_certificate(&c->set, c->line.state, e));
		if (snprintf(path, sizeof(path), "%s/troth.conf", c->line.state) < (int)sizeof(path) && access(path, F_OK) != 0)
			printf("There is no %s: these are the defaults%s.\n", path, c->line.set_count > 0 ? " and the command line's" : "");
		printf("The configuration is good.\n");
		return true;
	}
	conf_explain(&b, setting_rows, setting_count, &c->set);
	TRY(buf_ok(&b, e));
	fputs(b.data, stdout);
	return true;
}

/* The folder this program lies in, and the one above, both absolute. */
static bool
find_places(char bin[PATH_MAX], char root[PATH_MAX], struct err *e)
{
	ssize_t n = readlink("/proc/self/exe", bin, PATH_MAX - 1);
	char *slash;

	bin[n < 0 ? 0 : n] = '\0';
	slash = strrchr(bin, '/');
	if (slash == NULL || slash == bin)
		return FAIL(e, ERR_IO, "cannot tell where this program lies");
	*slash = '\0';
	slash = strrchr(bin, '/');
	memcpy(root, bin, (size_t)(slash - bin));
	root[slash - bin] = '\0';
	return true;
}

static bool
set_word(struct command *c, const char *word, struct err *e)
{
	if (c->line.set_count == COUNT(c->line.sets))
		return FAIL(e, ERR_INPUT, "more than %zu settings on one command line", COUNT(c->line.sets));
	c->line.sets[c->line.set_count++] = word;
	return true;
}

static bool
add_crl(struct command *c, const char *path, struct err *e)
{
	if (c->crl_count == COMMAND_CRLS)
		return FAIL(e, ERR_INPUT, "more than %d times --crl: name a folder", COMMAND_CRLS);
	c->crl[c->crl_count++] = path;
	return true;
}

static bool
set_port(struct command *c, char into[COMMAND_PORT], const char *name, const char *value, struct err *e)
{
	if (snprintf(into, COMMAND_PORT, "%s=%s", name, value) >= COMMAND_PORT)
		return FAIL(e, ERR_INPUT, "%s takes a number from 0 to 65535", name);
	return set_word(c, into, e);
}

/* One option and its value; *used counts the words taken.  0: not an option of this command. */
static bool
read_option(struct command *c, const struct row *r, char **at, int left, int *used, struct err *e)
{
	const char *option = at[0], *value = left > 1 ? at[1] : NULL;

	*used = 1;
	if (strcmp(option, "--unwalled") == 0 && (r->options & OPT_UNWALLED) != 0)
		return set_word(c, "site.unwalled=yes", e);
	if (strcmp(option, "--explain") == 0 && (r->options & OPT_CONFIG) != 0)
		return c->explain = true;
	if (strcmp(option, "--check") == 0 && (r->options & OPT_CONFIG) != 0)
		return c->check = true;
	if (strcmp(option, "--users") == 0 && (r->options & OPT_USERS) != 0)
		return c->users = true;
	if (strcmp(option, "--security") == 0 && (r->options & OPT_ANNOUNCE) != 0)
		return c->security = true;
	if (strcmp(option, "--count") == 0 && (r->options & OPT_ANNOUNCE) != 0)
		return c->count = true;
	if (strcmp(option, "--now") == 0 && (r->options & OPT_NOW) != 0)
		return c->now = true;
	*used = 2;
	if (value == NULL)
		return FAIL(e, ERR_INPUT, "%.40s: no such option, or its value is missing", option);
	if (strcmp(option, "--state") == 0) {
		c->line.state = value;
		return true;
	}
	if (strcmp(option, "--set") == 0)
		return set_word(c, value, e);
	for (size_t i = 0; i < COUNT(valued); i++)
		if (strcmp(option, valued[i].name) == 0 && (r->options & valued[i].options) != 0) {
			memcpy((char *)c + valued[i].member, &value, sizeof(value));
			return true;
		}
	if (strcmp(option, "--crl") == 0 && (r->options & OPT_RESTORE) != 0)
		return add_crl(c, value, e);
	if (strcmp(option, "--http") == 0 && (r->options & OPT_PORTS) != 0)
		return set_port(c, c->http, "site.http_port", value, e);
	if (strcmp(option, "--https") == 0 && (r->options & OPT_PORTS) != 0)
		return set_port(c, c->https, "site.https_port", value, e);
	return FAIL(e, ERR_INPUT, "%.40s: `troth %s` knows no such option", option, r->name);
}

static bool
read_words(struct command *c, const struct row *r, int argc, char **argv, struct err *e)
{
	c->line.state = "var";
	for (int i = 2, used = 1; i < argc; i += used) {
		used = 1;
		if (strncmp(argv[i], "--", 2) == 0)
			TRY(read_option(c, r, &argv[i], argc - i, &used, e));
		else if (c->word_count < COMMAND_WORDS)
			c->word[c->word_count++] = argv[i];
		else
			return FAIL(e, ERR_INPUT, "too many words");
	}
	if (c->word_count < r->least || c->word_count > r->most)
		return FAIL(e, ERR_INPUT, "usage: troth %s%s%s", r->name, r->words[0] != '\0' ? " " : "", r->words);
	if (c->explain && c->check)
		return FAIL(e, ERR_INPUT, "either --explain or --check");
	return true;
}

/* What was typed wrong is the typist's to mend: status 2; all else is 1. */
static int
complain(const char *name, const struct err *e, int status)
{
	fprintf(stderr, "troth %s: %s\n", name, e->text);
	return status;
}

static bool
is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

int
main(int argc, char **argv)
{
	static char bin[PATH_MAX], root[PATH_MAX];
	DROP(conf_drop) struct conf *conf = NULL;
	struct command c = { .bin = bin, .root = root };
	struct err e = {0};
	const struct row *r = find_row(argc < 2 || is_help(argv[1]) ? "help" : argv[1]);

	process_begin("troth");
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	if (r == NULL) {
		fprintf(stderr, "troth: there is no command '%.40s'; `troth help` lists them\n", argv[1]);
		return EXIT_USAGE;
	}
	if (argc == 3 && is_help(argv[2])) {
		print_usage(r);
		return 0;
	}
	if (!read_words(&c, r, argc < 2 ? 2 : argc, argv, &e))
		return complain(r->name, &e, EXIT_USAGE);
	if (!settings_load(&conf, &c.set, c.line.state, c.line.sets, c.line.set_count, &e))
		return complain(r->name, &e, EXIT_USAGE);
	if ((r->options & OPT_FILES) != 0 && !c.explain && !named_files(&c, &e))
		return complain(r->name, &e, EXIT_USAGE);
	clock_shift(c.set.clock_shift);
	if (sodium_init() < 0 || !find_places(bin, root, &e) || !r->run(&c, &e))
		return complain(r->name, &e, strncmp(e.text, "usage:", 6) == 0 ? EXIT_USAGE : EXIT_FAILED);
	if (ferror(stdout) != 0 || fflush(stdout) != 0)
		return complain(r->name, &(struct err){ .text = "it is done, but not everything could be written to standard output" }, EXIT_FAILED);
	return 0;
}
