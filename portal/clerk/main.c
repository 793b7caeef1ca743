/*
 * troth-clerk - does what nobody waits for: sends mail, publishes CRLs, carries
 * checkpoints, finishes what a crash left half done, tidies up.
 *
 *	troth-clerk --state DIR [--set name=value]...
 *
 * SECURITY.  Talks to keeper and signer over their sockets, to one SMTP server
 * (its address from the configuration), and to nobody else; listens on nothing.
 * Holds its two channel secrets, the mail password, and for a moment each the
 * mails it sends, with their links: whoever takes it over can send and read
 * those, keep CRLs back until they expire, and get nothing opened or signed.
 * Writes below DIR/www/crl, DIR/site and, without a mail server, DIR/outbox;
 * reads only what a name look-up needs.  Makes no process.  Logs no address.
 */
#include <curl/curl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/jail.h"
#include "ledger/base/log.h"
#include "portal/base/installed.h"
#include "portal/clerk/post.h"
#include "portal/web/words.h"
#include "privacy/start.h"

#define LAST_MAIL_MS	5000	/* a mail under way when we are told to stop may take so long */
#define CATALOGS	"/build/share"
#define STACK		(512u << 10)

static struct stop stop;

/* Both threads see it; a mail under way gets its time from the first signal on. */
static void
on_stop(void)
{
	if (stop.now == 0)
		stop.mail_until_ms = clock_mono_ms() + LAST_MAIL_MS;
	stop.now = 1;
}

static bool
close_in(const struct settings *s, struct err *e)
{
	static const char *const names[] = { "-/etc/resolv.conf", "-/etc/hosts", "-/etc/host.conf",
	    "-/etc/nsswitch.conf", "-/etc/gai.conf", "-/etc/services", "-/run/systemd/resolve",
	    "-/dev/urandom", "-/dev/null", NULL };
	static const char *const few[] = { "-/dev/urandom", "-/dev/null", NULL };
	static const char *const with_outbox[] = { "www/crl", "site", "outbox", NULL };
	static const char *const without[] = { "www/crl", "site", NULL };
	bool smtp = s->smtp_url[0] != '\0';
	const struct jail_spec jail = { .read = smtp ? names : few, .write = smtp ? without : with_outbox,
	    .net = smtp ? JAIL_INET : JAIL_UNIX, .may = JAIL_FILES };

	return jail_close(&jail, s->unwalled, e);
}

/* Signals stay with the first thread. */
static bool
postman_start(struct postman *p, pthread_t *thread, struct err *e)
{
	sigset_t all, was;
	pthread_attr_t attr;
	int rc;

	sigfillset(&all);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	rc = pthread_create(thread, &attr, postman_run, p);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	pthread_attr_destroy(&attr);
	return rc == 0 ? true : FAIL(e, ERR_IO, "postman: %s", strerror(rc));
}

static void
clerk_wipe(struct clerk *c)
{
	faces_close(c);
	publish_close(c);
	line_wipe(&c->keeper);
	line_wipe(&c->signer);
}

static bool
words_read(struct err *e)
{
	char path[PATH_MAX];

	TRY(installed_root(path, sizeof(path) - sizeof(CATALOGS), e));
	memcpy(path + strlen(path), CATALOGS, sizeof(CATALOGS));
	return words_load(path, e);
}

static bool
serve(const struct settings *s, struct err *e)
{
	DROP(clerk_wipe) struct clerk c = { .settings = s, .stop = &stop };
	DROP(postman_wipe) struct postman p = {0};
	pthread_t thread;

	TRY(line_init(&c.keeper, "run/keeper.sock", "clerk/secrets/keeper", e));
	TRY(line_init(&c.signer, "run/signer.sock", "clerk/secrets/signer", e));
	TRY(postman_init(&p, s, &stop, e));
	TRY(publish_open(&c, e));
	TRY(faces_open(&c, e));
	TRY(words_read(e));
	TRY(close_in(s, e));
	TRY(postman_start(&p, &thread, e));
	log_note("ready");
	chores_run(&c);
	pthread_join(thread, NULL);
	words_drop();
	return true;
}

static bool
start(int argc, char **argv, struct err *e)
{
	DROP(conf_drop) struct conf *conf = NULL;
	struct settings s;

	TRY(start_read(&conf, &s, argc, argv, e));
	if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK)
		return FAIL(e, ERR_CRYPTO, "libcurl does not start");
	TRY(process_signals(on_stop, e));
	return serve(&s, e);
}

int
main(int argc, char **argv)
{
	struct err e = {0};

	process_begin("clerk");
	return process_end(start(argc, argv, &e), &e);
}
