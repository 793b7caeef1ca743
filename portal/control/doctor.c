/*
 * portal/control/doctor.c - `troth doctor`: what an operator should know and do.
 *
 * Each check prints one line: "good", "note" or "DO" and what to do.  Any "DO"
 * makes the exit status 1.  It looks at files from outside and asks the running
 * processes for numbers; personal data is in none of them.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/jail.h"
#include "portal/control/doctor_inside.h"
#include "portal/control/doors.h"
#include "portal/control/file.h"
#include "portal/control/questions.h"
#include "portal/control/restore.h"
#include "portal/control/role.h"
#include "portal/control/talk.h"
#include "privacy/keeper/op.h"
#include "privacy/keeper/same_keys.h"
#include "privacy/vault/key.h"

#define DISK_LOW	((uint64_t)512 << 20)	/* bytes free */
#define EXAMPLE_ARC	"1.3.6.1.4.1.32473."
#define DEEP_MS		600000	/* re-opening every sealed row of a large site takes minutes */

static void
say(struct doctor *d, const char *level, const char *fmt, va_list ap)
{
	char text[512];

	(void)d;
	vsnprintf(text, sizeof(text), fmt, ap);
	printf("%-5s %s\n", level, text);
}

void
doctor_good(struct doctor *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(d, "good", fmt, ap);
	va_end(ap);
}

void
doctor_note(struct doctor *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(d, "note", fmt, ap);
	va_end(ap);
}

void
doctor_todo(struct doctor *d, const char *fmt, ...)
{
	va_list ap;

	d->todo++;
	va_start(ap, fmt);
	say(d, "DO", fmt, ap);
	va_end(ap);
}

/* ---- the machine ---- */

static void
check_walls(struct doctor *d)
{
	if (jail_landlock() > 0)
		doctor_good(d, "Landlock %d keeps the processes apart", jail_landlock());
	else
		doctor_todo(d, "there is no Landlock to keep the processes apart: take a newer kernel, or let the container use it");
}

static void
check_disk(struct doctor *d)
{
	struct statvfs v;
	uint64_t room;

	if (statvfs(".", &v) != 0) {
		doctor_todo(d, "the disk cannot be asked for its space: %s", strerror(errno));
		return;
	}
	room = (uint64_t)v.f_bavail * v.f_frsize;
	if (room < DISK_LOW)
		doctor_todo(d, "make room on the disk: %" PRIu64 " MiB are left, and without room nothing is written",
		    room >> 20);
	else
		doctor_good(d, "%" PRIu64 " MiB are free on the disk", room >> 20);
}

static void
check_clock(struct doctor *d)
{
	struct timex t = {0};

	if (d->c->set.clock_shift != 0)
		doctor_note(d, "clock.shift is %" PRId64 " seconds: a testing aid", d->c->set.clock_shift);
	if (adjtimex(&t) == TIME_ERROR)
		doctor_note(d, "nothing says that it keeps this machine's clock right (chrony does)");
	else
		doctor_good(d, "the clock is kept right");
}

/* ---- the state folder ---- */

DIR *
doctor_folder(struct doctor *d, const char *folder)
{
	DIR *dir = opendir(folder);

	if (dir == NULL && errno != ENOENT)
		doctor_todo(d, "%s cannot be read: %s", folder, strerror(errno));
	return dir;
}

static void
check_offline(struct doctor *d)
{
	DIR *dir = doctor_folder(d, "offline");
	struct dirent *entry;
	unsigned files = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		files += entry->d_name[0] != '.';
	if (dir != NULL)
		closedir(dir);
	if (files > 0)
		doctor_todo(d, "carry %s/offline away (two copies, two places) and empty it: "
		    "the root's key is still on this machine", d->state.dir);
	else
		doctor_good(d, "the root's key is not on this machine");
}

/* A restored site, and nobody brought the lists that were published after the backup. */
static void
check_restored(struct doctor *d)
{
	struct unlisted u;
	struct err e = {0};
	char at[21];

	if (!unlisted_read(&u, &e)) {
		doctor_todo(d, "%s", e.text);
		return;
	}
	if (u.made_at == 0)
		return;
	clock_iso(u.made_at, at);
	doctor_todo(d, "stop the site and bring the newest published lists of revoked certificates, `troth restore --crl FILE|DIR`: what "
	    "was revoked after the backup of %.16s may be valid again (`--crl none`: there are none)", at);
}

/* A file or folder and the widest mode it may have. */
static bool
mode_fits(struct doctor *d, const char *path, mode_t most)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return true;	/* what is missing, other checks say */
	if ((st.st_mode & 07777 & ~most) == 0)
		return true;
	doctor_todo(d, "chmod %03o %s/%s: it is open to others (%04o)", (unsigned)most & 0777, d->state.dir, path,
	    (unsigned)(st.st_mode & 07777));
	return false;
}

/* Secrets for their process alone; stores and journals may be its group's; certificates anybody's. */
static mode_t
widest(const char *folder, const char *name)
{
	static const struct { const char *end; mode_t mode; } ends[] = {
		{ ".crt", 0644 }, { ".pub", 0644 }, { ".crl", 0644 },
		{ ".key", 0600 }, { ".seed", 0600 }, { ".secret", 0600 },
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot != NULL && i < COUNT(ends); i++)
		if (strcmp(dot, ends[i].end) == 0)
			return ends[i].mode;
	if (strstr(folder, "peers") != NULL || strstr(folder, "secrets") != NULL || strcmp(folder, "offline") == 0)
		return 0600;
	return 0660;
}

static bool
files_fit(struct doctor *d, const char *folder)
{
	unsigned had = d->todo;
	DIR *dir = doctor_folder(d, folder);
	struct dirent *entry;
	bool fit = d->todo == had;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (entry->d_type == DT_REG)
			fit = mode_fits(d, path, widest(folder, entry->d_name)) && fit;
	}
	if (dir != NULL)
		closedir(dir);
	return fit;
}

/* Where several users put their sockets, none of them may take another's away and hear what is said there. */
static bool
sockets_fit(struct doctor *d)
{
	struct stat st;

	if (lstat("run", &st) != 0 || (st.st_mode & (S_IWGRP | S_ISVTX)) != S_IWGRP)
		return true;
	doctor_todo(d, "chmod +t %s/run: one process could put its socket in another's place", d->state.dir);
	return false;
}

static void
check_modes(struct doctor *d)
{
	bool fit = sockets_fit(d);

	for (size_t i = 0; i < state_part_count; i++) {
		const struct state_part *p = &state_parts[i];

		fit = mode_fits(d, p->path, p->mode | (p->shared ? p->shared_mode : 0)) && fit;
		if ((p->mode & 0077) == 0 && strncmp(p->path, "nginx", 5) != 0 && strcmp(p->path, "run") != 0)
			fit = files_fit(d, p->path) && fit;
	}
	fit = mode_fits(d, "nginx/tls.key", 0640) && fit;
	if (fit)
		doctor_good(d, "folders and secrets are closed to others");
}

/* A store that the keeper has not opened since it learned to remember its keys says nothing. */
static bool
keys_fit(struct err *e)
{
	static const struct store_spec reading = { .name = "keeper", .read_only = true };
	DROP(store_drop) struct store *st = NULL;
	struct err why = {0};

	if (!file_there("keeper/keeper.db"))
		return true;
	return (store_open(&st, &reading, "keeper/keeper.db", &why) && same_keys(st, "keeper/", false, &why)) ||
	    why.kind != ERR_CRYPTO || err_hand_on(e, &why);
}

static void
check_secrets(struct doctor *d)
{
	struct err e = {0};

	if (d->state.stage != STATE_WHOLE)
		doctor_todo(d, "the first start is not finished: start the site once with `troth run`; where systemd runs it, `troth role`");
	else if (geteuid() != 0 && access("keeper", R_OK) != 0)
		doctor_note(d, "the processes' folders belong to others: run this as root to check secrets too");
	else if (!state_folders(&d->state, &e) || !state_secrets(&d->state, &e) || !keys_fit(&e))
		doctor_todo(d, "%s", e.text);
	else
		doctor_good(d, "every secret is in its place, both ends alike");
}

/* ---- the running site ---- */

/* nginx read its certificate when it was started, and shows that one until it is started again. */
static void
check_shown(struct doctor *d)
{
	const char *tls = d->c->set.tls_certificate_file;
	struct stat file, began;

	if (tls[0] != '\0' && stat(tls, &file) == 0 && stat("run/nginx.pid", &began) == 0 && file.st_mtim.tv_sec > began.st_mtim.tv_sec)
		doctor_todo(d, "start nginx anew (`systemctl restart troth-nginx`, or the site): visitors still see the certificate that %s "
		    "held before", tls);
}

static void
check_processes(struct doctor *d)
{
	static const char *const names[] = { "keeper", "signer", "prover" };
	const struct settings *s = &d->c->set;
	struct doors doors;
	int64_t http;

	d->running = state_locked() || talk_listens(PORTAL_SOCKET);
	for (size_t i = 0; i < COUNT(names); i++)
		d->running = d->running || talk_ready(names[i]);
	if (!d->running) {
		doctor_note(d, "the site does not run: what only its processes know is not checked");
		return;
	}
	for (size_t i = 0; i < COUNT(names); i++)
		if (talk_ready(names[i]))
			doctor_good(d, "the %s answers", names[i]);
		else
			doctor_todo(d, "the %s does not answer: look at its log", names[i]);
	http = doors_read(&doors, NULL) ? doors.port[DOOR_HTTP] : s->http_port;
	check_shown(d);
	if (!talk_listens(PORTAL_SOCKET))
		doctor_todo(d, "the portal does not answer: look at its log");
	else if (!doors_answered(s->bind_address, http))
		doctor_todo(d, "nginx does not answer at port %" PRId64 ": look at its log; another nginx of this machine may hold the port", http);
	else
		doctor_good(d, "portal and nginx answer");
}

/* Numbers of the keeper with the value from which on somebody should look. */
static const struct { const char *name; int64_t most; const char *says; } limits[] = {
	{ "tickets open", 20, "certificates wait to be finished: does the clerk reach the signer?" },
	{ "oldest ticket, seconds", 900, "a certificate waits to be finished: does the clerk reach the signer?" },
	{ "oldest mail, seconds", 900, "mail does not go out: look at the clerk's log and `troth mail test`" },
	{ "root key's age, days", KEYS_ROOT_LIFE / DAY, "`troth rotate`: the clerk should have done it" },
	{ "oldest root key replaced, days ago", KEYS_ROOT_KEPT / DAY, "`troth rotate`: an old root key should be gone by now" },
	{ "security notices not sent to all yet", 0, "`troth announce --security` was broken off: run it once more with the same words, it goes on where it stopped" },
	{ "clerk last asked, seconds ago", 60, "no mail goes out, no list of revoked certificates is made: does the clerk run? Look at its log" },
	{ "rows over their time", 0, "what is over is not swept: does the clerk run? (`troth retention` shows what)" },
	{ "hand-overs over their time", 0, "hand-overs should have ended: does the clerk run?" },
	{ "openings more or fewer than entries tell", 0, "the keeper opened what its ledger does not tell of: stop it, and look at what changed in the program" },
	{ "last backup, days ago", 7, "`troth backup --to DIR`: a week is long when a disk fails" },
	{ "joins waiting", 10000, "many joins are never verified: is somebody typing in strangers' addresses?" },
};

static void
check_officers(struct doctor *d, int64_t officers)
{
	static const char few[] = "officers: %" PRId64 "; fewer than two decide nothing: `troth role` prints codes for new ones";

	if (officers >= 2)
		doctor_good(d, "officers: %" PRId64, officers);
	else if (settings_public(&d->c->set))
		doctor_todo(d, few, officers);
	else
		doctor_note(d, few, officers);
}

static void
check_number(struct doctor *d, const char *name, int64_t value)
{
	if (strcmp(name, "officers") == 0) {
		check_officers(d, value);
		return;
	}
	if (value < 0) {		/* only of a backup: it was never made */
		if (settings_public(&d->c->set))
			doctor_todo(d, "`troth backup --to DIR`: no backup was ever made");
		else
			doctor_note(d, "no backup was ever made (`troth backup`)");
		return;
	}
	for (size_t i = 0; i < COUNT(limits); i++)
		if (strcmp(limits[i].name, name) == 0 && value > limits[i].most) {
			doctor_todo(d, "%s: %" PRId64 "; %s", name, value, limits[i].says);
			return;
		}
	doctor_good(d, "%s: %" PRId64, name, value);
}

static void
check_health(struct doctor *d)
{
	DROP(buf_wipe) struct buf out = {0};
	struct err e = {0};
	struct span in;
	uint32_t n;

	if (!talk("keeper", KEEPER_HEALTH, NULL, &out, TALK_WAIT_MS, &e)) {
		doctor_todo(d, "the keeper does not say how it is: %s", e.text);
		return;
	}
	in = span_buf(&out);
	n = unpack_u32(&in);
	for (uint32_t i = 0; i < n && !in.bad; i++) {
		char name[64];

		unpack_text(&in, name, sizeof(name));
		check_number(d, name, unpack_i64(&in));
	}
	if (!unpack_end(&in, "health", &e))
		doctor_todo(d, "the keeper's answer has the wrong shape");
}

static void
check_questions(struct doctor *d)
{
	struct questions_bank all[8];
	struct err e = {0};
	size_t n;

	if (!questions_list(all, COUNT(all), &n, &e)) {
		doctor_todo(d, "the assurer challenge's questions cannot be looked at: %s", e.text);
		return;
	}
	if (n == 0)
		doctor_todo(d, "`troth challenge load`: the assurer challenge has no questions");
	for (size_t i = 0; i < n; i++)
		if (all[i].known.marked)
			doctor_good(d, "assurer challenge: %u questions, %s", all[i].known.questions, all[i].language);
		else
			doctor_todo(d, "`troth challenge load%s`: the site's store lacks words of the assurer challenge's questions (%s)",
			    all[i].known.own ? "" : " FILE", all[i].language);
}

static void
check_sealed(struct doctor *d)
{
	DROP(buf_wipe) struct buf out = {0};
	struct err e = {0};
	struct span in;
	char what[KEEPER_TEXT_MAX];
	int64_t orphans;
	uint8_t fine;

	if (!talk("keeper", KEEPER_DOCTOR, NULL, &out, DEEP_MS, &e)) {
		doctor_todo(d, "the keeper cannot check what it keeps: %s", e.text);
		return;
	}
	in = span_buf(&out);
	fine = unpack_u8(&in);
	unpack_text(&in, what, sizeof(what));
	orphans = unpack_i64(&in);
	if (orphans > 0)
		doctor_note(d, "%" PRId64 " keys belong to nobody: joins that were undone leave such, they open nothing", orphans);
	if (!unpack_end(&in, "doctor", &e))
		doctor_todo(d, "the keeper's answer has the wrong shape");
	else if (fine == 1)
		doctor_good(d, "every sealed row and ledger detail opens and fits");
	else
		doctor_todo(d, "something was changed behind the keeper's back: %s", what);
}

/* The verifier is a program of its own that links the ledger's floor alone: ask that one. */
static void
check_ledger(struct doctor *d)
{
	char path[PATH_MAX];
	int status = 0;
	pid_t pid;

	if (!file_there("keeper/keeper.db")) {
		doctor_note(d, "there is no ledger yet");
		return;
	}
	snprintf(path, sizeof(path), "%s/troth-ledger", d->c->bin);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		execl(path, "troth-ledger", "verify", "--state", d->state.dir, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || (WIFEXITED(status) && WEXITSTATUS(status) == 127))
		doctor_todo(d, "troth-ledger cannot be started to verify the ledger");
	else if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		doctor_good(d, "ledger and journals agree");
	else
		doctor_todo(d, "the ledger does not verify (see above): stop the site and keep a copy of %s", d->state.dir);
}

static void
check_mail(struct doctor *d)
{
	const struct settings *s = &d->c->set;
	const char *at = strrchr(s->mail_from, '@');

	if (s->smtp_url[0] == '\0' && settings_public(s))
		doctor_todo(d, "set smtp.url: nobody reads the Maildir of a public site");
	else if (s->smtp_url[0] != '\0' && (at == NULL || strcmp(at, "@localhost") == 0))
		doctor_todo(d, "set mail.from: nobody can answer %s", s->mail_from);
	else
		doctor_good(d, "mail goes %s", s->smtp_url[0] == '\0' ? "to the outbox, for development" : "by SMTP");
	if (settings_public(s) && (s->association[0] == '\0' || s->postal[0] == '\0' || s->privacy_contact[0] == '\0'))
		doctor_todo(d, "fill in the imprint: site.association, site.postal and site.privacy_contact");
}

/* What others expect of a CA and this site leaves out. */
static void
check_habits(struct doctor *d)
{
	const struct settings *s = &d->c->set;

	if (!settings_public(s))
		return;
	if (!s->mail_caa)
		doctor_note(d, "e-mail certificates are issued without asking for CAA: caa.mail");
	if (strncmp(s->policy_arc, EXAMPLE_ARC, sizeof(EXAMPLE_ARC) - 1) == 0)
		doctor_note(d, "ca.policy_arc is an example's (RFC 5612): ask IANA for a number of your own before the ceremony");
}

bool
command_doctor(struct command *c, struct err *e)
{
	struct doctor d = { .c = c };

	TRY(state_visit(&d.state, c->line.state, e));
	check_walls(&d);
	check_disk(&d);
	check_clock(&d);
	check_secrets(&d);
	check_modes(&d);
	check_offline(&d);
	check_restored(&d);
	doctor_certificates(&d);
	check_mail(&d);
	check_habits(&d);
	check_processes(&d);
	if (d.running) {
		check_health(&d);
		check_questions(&d);
		check_sealed(&d);
	}
	check_ledger(&d);
	if (d.running)
		role_print_checkpoint();
	fflush(stdout);
	if (d.todo > 0)
		return FAIL(e, ERR_CONFLICT, "%u thing%s to do", d.todo, d.todo == 1 ? "" : "s");
	printf("%sAll is well.\n", d.running ? "\n" : "");
	return true;
}
