/*
 * portal/control/run.c - `troth run`: one site, from its first start to Ctrl-C.
 */
#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <fcntl.h>
#include "ledger/base/clock.h"
#include "ledger/base/jail.h"
#include "ledger/base/jail_wall.h"
#include "ledger/base/log.h"
#include "ledger/base/wipe.h"
#include "portal/control/birth.h"
#include "portal/control/crew.h"
#include "portal/control/doors.h"
#include "portal/control/file.h"
#include "portal/control/nginx.h"
#include "portal/control/outbox.h"
#include "portal/control/owners.h"
#include "portal/control/questions.h"
#include "portal/control/role.h"
#include "portal/control/talk.h"
#include "privacy/keeper/why.h"

#define READY_MS	60000	/* a first start may be slow, a hung one must end */
#define NGINX_YOUNG_MS	2000
#define GRACE_MS	10000	/* to finish what is in flight */

struct run {
	struct command	*c;
	struct state	state;
	struct doors	doors;
	struct crew	crew;
	bool		outbox;
	char		nginx[PATH_MAX];	/* its program */
	char		prefix[PATH_MAX + 2];	/* "-p" */
	char		programs[CREW_MAX][PATH_MAX];
	char		ports[DOOR__COUNT][COMMAND_PORT];
	char		inherited[128];		/* NGINX=... */
	struct timespec	clients_at;		/* when NGINX_CLIENTS was written that nginx has read */
};

/* ---- ready? ---- */

static bool
ready_peer(const struct hand *h)
{
	return talk_ready(h->name);
}

static bool
ready_portal(const struct hand *h)
{
	(void)h;
	return talk_listens(PORTAL_SOCKET);
}

static bool
ready_outbox(const struct hand *h)
{
	(void)h;
	return talk_listens(OUTBOX_SOCKET);
}

static bool
ready_clerk(const struct hand *h)
{
	return h->pid != 0;	/* it serves nobody: it is ready when it lives */
}

static bool
ready_nginx(const struct hand *h)
{
	const struct run *r = h->self;

	return doors_answered(r->c->set.bind_address, r->doors.port[DOOR_HTTP]);
}

/* ---- who is in the crew ---- */

/* Our own programs all begin in the same way. */
static struct hand *
add_ours(struct run *r, const char *name, const char *program)
{
	char *path = r->programs[r->crew.count];
	struct hand *h;

	snprintf(path, PATH_MAX, "%s/%s", r->c->bin, program);
	h = crew_add(&r->crew, name, path);
	h->has_pulse = true;
	if (strcmp(program, "troth") == 0)
		hand_arg(h, name);
	hand_arg(h, "--state");
	hand_arg(h, r->state.dir);
	for (size_t i = 0; i < r->c->line.set_count; i++) {
		hand_arg(h, "--set");
		hand_arg(h, r->c->line.sets[i]);
	}
	return h;
}

/*
 * nginx was not written to be fenced by us, so only its paths are: it reads its
 * configuration, what is published and the program's static files, writes its
 * folder for temporary files, and cannot open a listening port of its own.
 */
static bool
before_nginx(void *self, struct err *e)
{
	const struct run *r = self;
	char pages[PATH_MAX], statics[PATH_MAX];
	const char *const crt = r->c->set.tls_certificate_file, *const key = r->c->set.tls_key_file;
	const char *const read[] = { "nginx", "www", pages, statics, "/etc/ssl", "/etc/passwd",
	    "/etc/group", "-/etc/nsswitch.conf", "-/etc/localtime", "-/usr/share/zoneinfo", "/dev/urandom",
	    "-/sys/devices/system/cpu", "-/etc/ld.so.cache", crt[0] != '\0' ? crt : NULL, key, NULL };
	const char *const write[] = { "nginx/tmp", "/dev/null", NULL };
	const char *const run[] = { r->nginx, "/usr/lib", "/lib", "-/lib64", "-/usr/lib64", NULL };
	const struct jail_spec jail = { .read = read, .write = write, .run = run, .net = JAIL_NO_NET };

	snprintf(pages, sizeof(pages), "%s/nginx", r->c->root);
	snprintf(statics, sizeof(statics), "%s/portal/static", r->c->root);
	for (size_t i = 0; i < r->doors.count; i++)
		if (fcntl(r->doors.one[i].fd, F_SETFD, 0) != 0)
			return FAIL(e, ERR_IO, "listening sockets: %s", strerror(errno));
	if (putenv((char *)(uintptr_t)r->inherited) != 0)
		return FAIL(e, ERR_MEMORY, "environment");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return FAIL(e, ERR_DENIED, "no_new_privs: %s", strerror(errno));
	return jail_landlock() == 0 || jail_paths(&jail, jail_landlock(), e);
}

static bool
clients_written(struct timespec *at)
{
	struct stat st;

	if (stat(NGINX_CLIENTS, &st) != 0)
		return false;
	*at = st.st_mtim;
	return true;
}

static void
add_nginx(struct run *r)
{
	struct hand *h = crew_add(&r->crew, "nginx", r->nginx);

	snprintf(r->prefix, sizeof(r->prefix), "%s/", r->state.dir);
	doors_words(&r->doors, r->inherited);
	hand_arg(h, "-e");
	hand_arg(h, "stderr");
	hand_arg(h, "-p");
	hand_arg(h, r->prefix);
	hand_arg(h, "-c");
	hand_arg(h, "nginx/nginx.conf");
	h->stop_signal = SIGQUIT;	/* finishes its answers */
	h->scrubbed = true;
	h->before = before_nginx;
	h->self = r;
	(void)clients_written(&r->clients_at);
}

/* There is a new issuer: who has a certificate of it may sign in by that. */
static void
tell_nginx(struct run *r)
{
	const struct hand *h = &r->crew.hand[r->crew.count - 1];
	struct timespec at;

	/* A young one does not listen to signals yet: they end it. */
	if (h->pid == 0 || clock_mono_ms() - h->since_ms < NGINX_YOUNG_MS || !clients_written(&at) || (at.tv_sec == r->clients_at.tv_sec && at.tv_nsec == r->clients_at.tv_nsec))
		return;
	r->clients_at = at;
	log_note("nginx reads anew who may sign in by certificate");
	kill(h->pid, SIGHUP);
}

/* Under its name lies what the processes write to. */
static bool
still_there(const struct run *r, struct err *e)
{
	struct stat here, named;

	return (stat(".", &here) == 0 && stat(r->state.dir, &named) == 0 && here.st_ino == named.st_ino && here.st_dev == named.st_dev) ||
	    FAIL(e, ERR_ABSENT, "the state folder was moved or removed: the site stops, for what it writes would be lost");
}

/* Until a signal. */
static bool
turn(struct run *r, struct err *e)
{
	while (!r->crew.stopping) {
		crew_turn(&r->crew, 1000);
		tell_nginx(r);
		TRY(still_there(r, e));
	}
	return true;
}

static bool
start_all(struct run *r, struct err *e)
{
	TRY(crew_start(&r->crew, add_ours(r, "keeper", "troth-keeper"), ready_peer, READY_MS, e));
	TRY(crew_start(&r->crew, add_ours(r, "signer", "troth-signer"), ready_peer, READY_MS, e));
	TRY(crew_start(&r->crew, add_ours(r, "prover", "troth-prover"), ready_peer, READY_MS, e));
	TRY(crew_start(&r->crew, add_ours(r, "clerk", "troth-clerk"), ready_clerk, READY_MS, e));
	if (r->c->set.post_lmtp || r->c->set.post_port != 0 || r->c->set.post_maildir[0] != '\0')
		TRY(crew_start(&r->crew, add_ours(r, "postbox", "troth-postbox"), ready_clerk, READY_MS, e));
	TRY(crew_start(&r->crew, add_ours(r, "portal", "troth-portal"), ready_portal, READY_MS, e));
	if (r->outbox)
		TRY(crew_start(&r->crew, add_ours(r, "outbox", "troth"), ready_outbox, READY_MS, e));
	add_nginx(r);
	return crew_start(&r->crew, &r->crew.hand[r->crew.count - 1], ready_nginx, READY_MS, e);
}

/* ---- before anything runs ---- */

static bool
find_nginx(struct run *r, struct err *e)
{
	static const char *const places[] = {
		"/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/local/nginx/sbin/nginx", "/usr/bin/nginx",
	};

	for (size_t i = 0; i < COUNT(places); i++)
		if (access(places[i], X_OK) == 0) {
			snprintf(r->nginx, sizeof(r->nginx), "%s", places[i]);
			return true;
		}
	return FAIL(e, ERR_ABSENT, "nginx is not installed: apt-get install nginx");
}

/* One uid for all: only Landlock keeps the portal from the keeper's files. */
static bool
walls(const struct command *c, struct err *e)
{
	if (jail_landlock() == 0 && !c->set.unwalled)
		return FAIL(e, ERR_DENIED, "this kernel has no Landlock to keep the processes apart; with "
		    "--unwalled it runs all the same, and every page says so");
	if (geteuid() == 0)
		log_note("started as root: every process stays root, behind its own walls; "
		    "an ordinary user is enough");
	return true;
}

static bool
add_set(struct command *c, const char *word, struct err *e)
{
	if (c->line.set_count == COUNT(c->line.sets))
		return FAIL(e, ERR_INPUT, "too many --set words");
	c->line.sets[c->line.set_count++] = word;
	return true;
}

/* The processes hear which ports it became, and whether there are walls. */
static bool
tell_ports(struct run *r, struct err *e)
{
	static const char *const names[DOOR__COUNT] = {
		[DOOR_HTTP] = "site.http_port", [DOOR_HTTPS] = "site.https_port", [DOOR_CERT] = "site.cert_port",
	};

	for (size_t i = 0; i < DOOR__COUNT; i++) {
		snprintf(r->ports[i], sizeof(r->ports[i]), "%s=%" PRId64, names[i], r->doors.port[i]);
		TRY(add_set(r->c, r->ports[i], e));
	}
	if (r->c->set.unwalled && jail_landlock() != 0) {
		log_note("this kernel has Landlock: the walls stay up, --unwalled is not needed");
		TRY(add_set(r->c, "site.unwalled=no", e));
	}
	return true;
}

/*
 * Started by somebody else, a site whose processes have users of their own would be served twice, or be left with
 * files and sockets that they cannot use.
 */
static bool
is_ours(const struct state *s, struct err *e)
{
	const struct passwd *pw;
	struct stat st;

	if (stat("keeper", &st) != 0 || st.st_uid == geteuid())
		return true;
	pw = getpwuid(st.st_uid);
	return FAIL(e, ERR_CONFLICT, "%.60s belongs to %.24s, not to you: start it as that user, or, where systemd runs it, by "
	    "`systemctl start troth.target`", s->dir, pw == NULL ? "somebody else" : pw->pw_name);
}

static bool
prepare(struct run *r, struct err *e)
{
	struct command *c = r->c;

	TRY(walls(c, e));
	TRY(find_nginx(r, e));
	TRY(state_open(&r->state, c->line.state, e));
	TRY(is_ours(&r->state, e));
	TRY(doors_open(&r->doors, &c->set, e));
	/* The ceremony writes addresses into certificates: with the ports it became. */
	c->set.http_port = r->doors.port[DOOR_HTTP];
	c->set.https_port = r->doors.port[DOOR_HTTPS];
	c->set.cert_port = r->doors.port[DOOR_CERT];
	/* On localhost the ceremony makes one. */
	if (settings_public(&c->set))
		TRY(nginx_has_certificate(&c->set, r->state.dir, e));
	TRY(birth(c, &r->state, e));
	r->outbox = !settings_public(&c->set) && c->set.smtp_url[0] == '\0';
	if (r->outbox)
		TRY(outbox_secret_make(e));
	/* Without a user of its own a nginx started as root would become "nobody" and find nothing. */
	TRY(nginx_configure(&c->set, &r->doors, c->root, r->state.dir, geteuid() == 0 ? "root root" : "", e));
	TRY(doors_write(&r->doors, e));
	return tell_ports(r, e);
}

/* ---- what it prints ---- */

static void
print_url(const struct run *r, enum door door, const char *path, const char *says)
{
	static const char *const schemes[DOOR__COUNT] = { "http", "https", "https" };
	const struct settings *s = &r->c->set;
	const int64_t public[DOOR__COUNT] = {
		s->public_http_port, s->public_https_port, s->public_cert_port,
	};
	int64_t port = nginx_public_port(public[door], r->doors.port[door]);
	char url[400];

	if (port == (door == DOOR_HTTP ? 80 : 443))
		snprintf(url, sizeof(url), "%s://%s%s", schemes[door], s->site_host, path);
	else
		snprintf(url, sizeof(url), "%s://%s:%" PRId64 "%s", schemes[door], s->site_host, port, path);
	if (says[0] != '\0')
		printf("  %-44s %s\n", url, says);
	else
		printf("  %s\n", url);
}

static bool
print_mail(const struct run *r, struct err *e)
{
	DROP(buf_wipe) struct buf secret = {0};
	char path[200];

	if (!r->outbox) {
		if (r->c->set.smtp_url[0] == '\0')
			printf("\nMail goes to %s/outbox: set smtp.url\n", r->state.dir);
		else
			printf("\nMail goes to %s\n", r->c->set.smtp_url);
		return true;
	}
	TRY(file_get(OUTBOX_SECRET, &secret, e));
	snprintf(path, sizeof(path), "/outbox/%s/", secret.data);
	printf("\nMail stays on this machine, in %s/outbox; read it at\n", r->state.dir);
	print_url(r, DOOR_HTTP, path, "");
	return true;
}

/*
 * The keeper may be killed just now: it starts again, and then it answers.  When the clock is wrong it
 * answers nothing that writes; public pages, lists and the status of certificates are served all the same.
 */
static bool
patiently(struct run *r, bool (*ask)(struct run *r, struct err *e), struct err *e)
{
	int64_t until = clock_mono_ms() + READY_MS;

	while (!ask(r, e)) {
		if (e->why == WHY_CLOCK) {
			log_warn("%s", e->text);
			*e = (struct err){0};
			return true;
		}
		if ((e->kind != ERR_BUSY && e->kind != ERR_IO) || r->crew.stopping || clock_mono_ms() > until)
			return false;
		*e = (struct err){0};
		crew_turn(&r->crew, 100);
	}
	return true;
}

static bool
ask_record(struct run *r, struct err *e)
{
	return birth_record(&r->state, e);
}

static bool
ask_questions(struct run *r, struct err *e)
{
	return questions_load_own(r->c->root, &r->c->set, NULL, e);
}

static bool
ask_codes(struct run *r, struct err *e)
{
	(void)r;
	return role_print(e);
}

static bool
print_all(struct run *r, struct err *e)
{
	char hex[65];

	TRY(birth_fingerprint(hex, e));
	printf("%s is running.\n\n", r->c->set.site_name);
	print_url(r, DOOR_HTTPS, "/", "the site");
	print_url(r, DOOR_HTTP, "/", settings_public(&r->c->set) ? "roots, lists of revoked certificates" :
	    "the same without TLS, on this machine only");
	print_url(r, DOOR_CERT, "/sign-in/certificate", "signing in by certificate");
	printf("\nThe root certificate's SHA-256 fingerprint is\n ");
	for (size_t i = 0; i < 64; i += 4)
		printf("%s%s%.4s", i == 32 ? "\n " : "", " ", hex + i);
	printf("\n");
	TRY(print_mail(r, e));
	TRY(patiently(r, ask_codes, e));
	role_print_checkpoint();
	printf("\nCtrl-C stops it.\n");
	return fflush(stdout) == 0 || FAIL(e, ERR_IO, "output: %s", strerror(errno));
}

/* A site without questions is one where nobody becomes an assurer for now, no reason not to start. */
static void
questions(struct run *r)
{
	struct err e = {0};

	if (!patiently(r, ask_questions, &e))
		log_err("the assurer challenge's questions", &e);
}

/* ---- the commands ---- */

static bool
live(struct run *r, struct err *e)
{
	TRY(start_all(r, e));
	TRY(patiently(r, ask_record, e));
	questions(r);
	TRY(print_all(r, e));
	TRY(turn(r, e));
	log_note("stopping");
	return true;
}

bool
command_run(struct command *c, struct err *e)
{
	struct run *r = calloc(1, sizeof(*r));
	bool good;

	if (r == NULL)
		return FAIL(e, ERR_MEMORY, "run");
	r->c = c;
	r->state.lock = -1;
	good = prepare(r, e);
	if (good) {
		good = crew_open(&r->crew, c->set.hang_limit, e) && live(r, e);
		/* A stop asked for while starting is no failure. */
		good = good || (r->crew.stopping && e->kind == ERR_DENIED);
		crew_stop(&r->crew, GRACE_MS);
		unlink(DOORS_FILE);
	}
	doors_close(&r->doors);
	state_close(&r->state);
	wipe_free(r);
	if (good)
		printf("Stopped.\n");
	return good;
}

bool
command_ceremony(struct command *c, struct err *e)
{
	DROP(state_close) struct state s = { .lock = -1 };
	char hex[65];

	if (c->users)
		TRY(owners_known(e));
	TRY(state_open(&s, c->line.state, e));
	TRY(birth(c, &s, e));
	if (c->users)
		TRY(owners_set(e));
	TRY(birth_fingerprint(hex, e));
	printf("Folders, secrets and keys are in %s.\nThe root certificate's SHA-256 fingerprint is %s\n", s.dir, hex);
	return true;
}

/*
 * nginx alone, for systemd's unit: the same sockets, walls and scrubber, while
 * units of their own start the other processes.
 */
static bool
nginx_alone(struct run *r, struct err *e)
{
	struct command *c = r->c;

	TRY(find_nginx(r, e));
	TRY(state_visit(&r->state, c->line.state, e));
	/* Its configuration and its doors would be replaced under it. */
	if (state_locked())
		return FAIL(e, ERR_CONFLICT, "a site is running in %.80s with a nginx of its own", r->state.dir);
	TRY(doors_open(&r->doors, &c->set, e));
	TRY(nginx_configure(&c->set, &r->doors, c->root, r->state.dir, geteuid() == 0 ? "www-data www-data" : "", e));
	TRY(doors_write(&r->doors, e));
	TRY(crew_open(&r->crew, c->set.hang_limit, e));
	add_nginx(r);
	TRY(crew_start(&r->crew, &r->crew.hand[0], ready_nginx, READY_MS, e));
	return turn(r, e);
}

bool
command_nginx(struct command *c, struct err *e)
{
	struct run *r = calloc(1, sizeof(*r));
	bool good;

	if (r == NULL)
		return FAIL(e, ERR_MEMORY, "run");
	r->c = c;
	r->state.lock = -1;
	good = nginx_alone(r, e);
	crew_stop(&r->crew, GRACE_MS);
	doors_close(&r->doors);
	wipe_free(r);
	return good;
}
