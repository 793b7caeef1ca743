/*
 * troth-portal - the pages: FastCGI workers behind nginx.
 *
 *	troth-portal --state DIR [--set name=value]...
 *	troth-portal --routes		every address it knows and what each demands
 *
 * SECURITY.  Everything strangers send over HTTP ends here: addresses, forms,
 * uploads.  So a worker holds no key of the site and no personal data of its
 * own: what a page shows it asks from the keeper, with the session that the
 * visitor's address carries, and what is signed it carries to the signer on
 * the keeper's ticket.  Over its connections it could do what its present
 * visitors' sessions allow, nothing else (README.md, security: "a seized
 * portal").  It listens on DIR/run/portal.sock for nginx, talks to keeper,
 * signer and prover over Unix sockets with its channel secrets, reads and writes the
 * site store (public things only), and reaches no network.  Once started a
 * worker opens no file outside DIR/site, runs nothing and makes no process.
 * The parent reads no byte of a stranger: it keeps the listening socket and
 * replaces workers that died.
 *
 * Order: configuration, secrets, tables checked, store made, socket, fork;
 * in each worker: walls, then threads.
 */
#include <sys/prctl.h>
#include <sys/wait.h>
#include <errno.h>
#include <malloc.h>
#include <pwd.h>
#include <signal.h>
#include <sodium.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/drop.h"
#include "ledger/base/jail.h"
#include "ledger/base/log.h"
#include "ledger/base/pulse.h"
#include "portal/base/crypto_memory.h"
#include "portal/base/installed.h"
#include "portal/ca/routes.h"
#include "portal/desk/audit.h"
#include "portal/desk/case_routes.h"
#include "portal/desk/disclose.h"
#include "portal/desk/routes.h"
#include "portal/desk/take.h"
#include "portal/people/routes.h"
#include "portal/public/routes.h"
#include "portal/trust/atlas.h"
#include "portal/trust/routes.h"
#include "portal/web/fcgi.h"
#include "portal/web/published.h"
#include "portal/web/route_list.h"
#include "portal/web/site.h"
#include "portal/web/walls.h"
#include "portal/web/words.h"
#include "privacy/start.h"

#define SOCKET		"run/portal.sock"
#define NGINX_USER	"www-data"	/* portal/control/state.c */
#define WORKERS_MOST	64
#define LOOK_MS		1000
#define STEADY_MS	60000		/* a worker that lived so long fell by chance */
#define WRITTEN_OVER	0xff	/* byte for freed memory; its complement, 0, for fresh */
#define PROGRAM_PATH	1024		/* bytes of the folder the program was built in */

struct portal {
	struct settings		set;
	struct route_table	tables[9];
	struct atlas		*atlas;
	struct published	root;
	char			https[300], http[300], cert[300], version[17];
	struct site		site;
	struct fcgi		fcgi;
	struct worker_slot { pid_t pid; int64_t since_ms, next_ms; int falls; struct pulse_watch pulse; } slot[WORKERS_MOST];
	int64_t			looked_ms;		/* at the workers' pulses */
};

/* ---- what every page needs to know ---- */

static void
base(char *into, size_t size, const char *scheme, const char *host, int64_t port, int64_t usual)
{
	if (port == usual)
		snprintf(into, size, "%s://%s", scheme, host);
	else
		snprintf(into, size, "%s://%s:%lld", scheme, host, (long long)port);
}

static void
bases(struct portal *p)
{
	const struct settings *s = &p->set;
	int64_t cert = s->cert_port == 0 && s->https_port != 0 ? s->https_port + 1 : s->cert_port;

	base(p->https, sizeof(p->https), "https", s->site_host, s->public_https_port != 0 ? s->public_https_port : s->https_port, 443);
	base(p->http, sizeof(p->http), "http", s->site_host, s->public_http_port != 0 ? s->public_http_port : s->http_port, 80);
	base(p->cert, sizeof(p->cert), "https", s->site_host, s->public_cert_port != 0 ? s->public_cert_port : cert, 443);
	snprintf(p->cert + strlen(p->cert), sizeof(p->cert) - strlen(p->cert), "/sign-in/certificate");
}

/* Changes with the style sheet and the scripts, so that browsers load them anew. */
static bool
static_version(struct portal *p, const char *folder, struct err *e)
{
	static const char *const files[] = { "troth.css", "keygen.js", "scan.js", "mark.svg" };
	crypto_generichash_state hash;
	unsigned char digest[crypto_generichash_BYTES], part[4096];

	if (crypto_generichash_init(&hash, NULL, 0, sizeof(digest)) != 0)
		return FAIL(e, ERR_CRYPTO, "static files");
	for (size_t i = 0; i < COUNT(files); i++) {
		char path[PROGRAM_PATH + 64];
		FILE *f;
		size_t n;

		snprintf(path, sizeof(path), "%s/portal/static/%s", folder, files[i]);
		if ((f = fopen(path, "re")) == NULL)
			continue;
		while ((n = fread(part, 1, sizeof(part), f)) > 0)
			(void)crypto_generichash_update(&hash, part, n);
		fclose(f);
	}
	if (crypto_generichash_final(&hash, digest, sizeof(digest)) != 0)
		return FAIL(e, ERR_CRYPTO, "static files");
	sodium_bin2hex(p->version, sizeof(p->version), digest, 8);
	return true;
}

static void
site_fill(struct portal *p, bool has_root)
{
	const struct settings *s = &p->set;
	struct site *site = &p->site;

	bases(p);
	*site = (struct site){
		.name = s->site_name, .base_https = p->https, .base_http = p->http, .base_cert = p->cert,
		.policy_arc = s->policy_arc, .caa_identity = s->caa_identity, .mail_caa = s->mail_caa,
		.association = s->association, .registration = s->registration, .postal = s->postal, .privacy_contact = s->privacy_contact, .logo = s->site_logo,
		.static_version = p->version, .unwalled = s->unwalled, .outbox = s->smtp_url[0] == '\0',
		.mail_is_smtp = s->smtp_url[0] != '\0', .clock_shift = s->clock_shift,
		.trust = &s->trust, .atlas = p->atlas, .directory_most = s->trust.directory_most,
		.domain_reprove = s->domain_reprove, .wait = { s->lost_wait, s->trusted_wait }, .disclosure_silence = s->disclosure_silence, .disclosure_document = s->disclosure_document,
		.suspension = s->suspension_life,
		.root = has_root ? &p->root : NULL,
		.life = { s->tls_robot_life, s->tls_assured_life, s->mail_robot_life, s->mail_assured_life },
		.ahead = people_ahead, .ahead_count = people_ahead_count, .crl_shards = s->crl_shards, .streams_most = ((size_t)s->portal_threads + 3) / 4,
	};
	if (has_root)
		snprintf(site->root_sha256, sizeof(site->root_sha256), "%s", p->root.sha256);
	published_key("www/ledger.pub", site->ledger_key, sizeof(site->ledger_key));
	randombytes_buf(site->form_key, sizeof(site->form_key));
}

static bool
tables_fill(struct portal *p, struct err *e)
{
	p->tables[0] = (struct route_table){ public_routes, public_route_count };
	p->tables[1] = (struct route_table){ people_routes, people_route_count };
	p->tables[2] = (struct route_table){ ca_routes, ca_route_count };
	p->tables[3] = (struct route_table){ trust_routes, trust_route_count };
	p->tables[4] = (struct route_table){ desk_routes, desk_route_count };
	p->tables[5] = (struct route_table){ take_routes, take_route_count };
	p->tables[6] = (struct route_table){ case_routes, case_route_count };
	p->tables[7] = (struct route_table){ disclose_routes, disclose_route_count };
	p->tables[8] = (struct route_table){ audit_routes, audit_route_count };
	return route_check(p->tables, COUNT(p->tables), e) &&
	    route_ahead_check(people_ahead, people_ahead_count, e);
}

static bool
secrets_read(struct fcgi *f, struct err *e)
{
	TRY(ipc_secret_read("portal/secrets/keeper", f->keeper, e));
	TRY(ipc_secret_read("portal/secrets/signer", f->signer, e));
	return ipc_secret_read("portal/secrets/prover", f->prover, e);
}

/* Where each process has its own user, the socket is not everybody's who can reach it. */
static void
who_may(struct fcgi *f)
{
	const struct passwd *nginx = getpwnam(NGINX_USER);

	f->may[f->may_count++] = 0;
	f->may[f->may_count++] = geteuid();
	if (nginx != NULL)
		f->may[f->may_count++] = nginx->pw_uid;
}

/* The tables are made here, so that workers find them. */
static bool
store_make(struct err *e)
{
	DROP(store_drop) struct store *st = NULL;

	return store_open(&st, &site_spec, SITE_PATH, e);
}

static bool
prepare(struct portal *p, struct err *e)
{
	char folder[PROGRAM_PATH], share[PROGRAM_PATH + 32];
	bool has_root;

	TRY(secrets_read(&p->fcgi, e));
	TRY(tables_fill(p, e));
	TRY(installed_root(folder, sizeof(folder), e));
	TRY(static_version(p, folder, e));
	snprintf(share, sizeof(share), "%s/build/share", folder);
	TRY(words_load(share, e));
	if (p->set.trust.places_file[0] != '\0')
		TRY(atlas_open(&p->atlas, p->set.trust.places_file, e));
	TRY(published_root("www", &p->root, &has_root, e));
	site_fill(p, has_root);
	TRY(store_make(e));
	p->fcgi.site = &p->site;
	p->fcgi.threads = (size_t)p->set.portal_threads;
	p->fcgi.store = SITE_PATH;
	who_may(&p->fcgi);
	p->fcgi.keeper_path = "run/keeper.sock";
	p->fcgi.signer_path = "run/signer.sock";
	p->fcgi.prover_path = "run/prover.sock";
	TRY(pass_open(p->fcgi.pass, e));
	return ipc_listen(&p->fcgi.listen_fd, SOCKET, e);
}

/* ---- workers ---- */

static bool
work(const struct portal *p, pid_t parent, struct err *e)
{
	/* Whatever ends the parent ends its workers: a new one can then have the socket. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		return FAIL(e, ERR_IO, "the parent is gone");
	TRY(fcgi_signals(e));
	TRY(jail_close(&worker_walls, p->set.unwalled, e));
	return fcgi_serve(&p->fcgi, e);
}

static void
start_worker(struct portal *p, struct worker_slot *s)
{
	pid_t parent = getpid();
	struct err e = {0};
	int theirs = -1;

	s->pid = pulse_watch_open(&s->pulse, &theirs, &e) ? fork() : -1;
	if (s->pid < 0) {
		log_warn("no worker: %s", e.kind != ERR_NONE ? e.text : strerror(errno));
		close_fd(&theirs);
		s->pid = 0;
		s->next_ms = clock_mono_ms() + 1000;
		return;
	}
	s->since_ms = clock_mono_ms();
	if (s->pid > 0) {
		close_fd(&theirs);
		return;
	}
	for (size_t i = 0; i < WORKERS_MOST; i++)
		pulse_watch_close(&p->slot[i].pulse);
	pulse_on_fd(theirs);
	if (!work(p, parent, &e)) {
		log_err("worker stopped", &e);
		_exit(1);
	}
	_exit(0);
}

/* A worker that falls again and again comes back more and more slowly. */
static void
gather(struct portal *p)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int64_t i = 0; i < p->set.portal_workers; i++) {
			struct worker_slot *s = &p->slot[i];

			if (s->pid != pid)
				continue;
			if (WIFSIGNALED(status))
				log_warn("a worker was ended by signal %d", WTERMSIG(status));
			s->pid = 0;
			s->falls = clock_mono_ms() - s->since_ms > STEADY_MS ? 1 : s->falls + (s->falls < 6);
			s->next_ms = clock_mono_ms() + (50 << s->falls);
		}
}

static void
start_due(struct portal *p)
{
	for (int64_t i = 0; i < p->set.portal_workers; i++)
		if (p->slot[i].pid == 0 && clock_mono_ms() >= p->slot[i].next_ms)
			start_worker(p, &p->slot[i]);
}

/* Whoever waits for an answer of one that hangs waits in vain: the next one serves. */
static void
end_hung(struct portal *p)
{
	int64_t passed;

	if (p->looked_ms != 0 && clock_mono_ms() - p->looked_ms < LOOK_MS)
		return;
	passed = pulse_passed(&p->looked_ms);
	for (int64_t i = 0; i < p->set.portal_workers; i++) {
		struct worker_slot *s = &p->slot[i];

		if (s->pid == 0 || !pulse_hung(&s->pulse, passed, p->set.hang_limit))
			continue;
		log_warn("a worker has not moved on for %lld seconds: it hangs, and is killed", (long long)p->set.hang_limit);
		kill(s->pid, SIGKILL);
		s->pulse.begun = false;
	}
}

static void
stop_all(struct portal *p)
{
	for (int64_t i = 0; i < p->set.portal_workers; i++)
		if (p->slot[i].pid > 0)
			kill(p->slot[i].pid, SIGTERM);
	for (int64_t i = 0; i < p->set.portal_workers; i++)
		while (p->slot[i].pid > 0 && waitpid(p->slot[i].pid, NULL, 0) < 0 && errno == EINTR)
			continue;
}

static bool
tend(struct portal *p, struct err *e)
{
	struct timespec pause = { .tv_nsec = 200 * 1000 * 1000 };
	sigset_t set;
	int got = 0;

	if (sigemptyset(&set) != 0 || sigaddset(&set, SIGTERM) != 0 || sigaddset(&set, SIGINT) != 0 ||
	    sigaddset(&set, SIGCHLD) != 0 || sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return FAIL(e, ERR_IO, "signals: %s", strerror(errno));
	TRY(jail_supervise(&parent_walls, p->set.unwalled, e));
	log_note("ready");
	while (got != SIGTERM && got != SIGINT) {
		pulse_move();
		end_hung(p);
		start_due(p);
		got = sigtimedwait(&set, NULL, &pause);
		gather(p);
	}
	stop_all(p);
	unlink(SOCKET);
	return true;
}

static bool
list(struct portal *p, struct err *e)
{
	TRY(tables_fill(p, e));
	return route_list(p->tables, COUNT(p->tables), stdout, e);
}

static bool
start(struct portal *p, int argc, char **argv, struct err *e)
{
	DROP(conf_drop) struct conf *conf = NULL;

	for (size_t i = 0; i < WORKERS_MOST; i++)
		p->slot[i].pulse.fd = -1;
	TRY(start_read(&conf, &p->set, argc, argv, e));
	/* Many threads, small pages: a heap for each would only hold memory. */
	(void)mallopt(M_ARENA_MAX, 4);
	/* Libraries free their buffers as they are; forms and pages go through some: what is freed is written over. */
	(void)mallopt(M_PERTURB, WRITTEN_OVER);
	TRY(prepare(p, e));
	return tend(p, e);
}

int
main(int argc, char **argv)
{
	static struct portal p;
	struct err e = {0};

	process_begin("portal");
	if (argc == 2 && strcmp(argv[1], "--routes") == 0)
		return list(&p, &e) ? 0 : process_end(false, &e);
	return process_end(crypto_memory_wipes(&e) && start(&p, argc, argv, &e), &e);
}
