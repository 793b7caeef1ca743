/*
 * portal/control/outbox.c - the mails of a site without a mail server, as pages.
 *
 * SECURITY
 *	Talks to nginx over run/outbox.sock, and only on localhost's listeners.
 *	Holds the start-up secret and may read DIR/outbox, nothing else: it closes
 *	itself in before its first visitor.  Who knows the secret reads every mail
 *	with every link in it; that is what this is for, and why it is off as soon
 *	as mail goes by SMTP.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <unistd.h>
#include "ledger/base/ipc.h"
#include "ledger/base/jail.h"
#include "ledger/base/log.h"
#include "ledger/base/pulse.h"
#include "ledger/base/wipe.h"
#include "portal/control/command.h"
#include "portal/control/file.h"
#include "portal/control/letter.h"
#include "portal/control/outbox.h"
#include "portal/web/peers.h"
#include "portal/web/reply.h"

#define LOOK_MS	1000		/* whoever watches us hears so often that we turn */
#define SHOWN	200		/* newest mails listed */
#define SEEN_MAX	4096	/* of more mails than this the rest is not looked at */

static const char *const folders[] = { "outbox/new", "outbox/cur" };
static volatile sig_atomic_t stop;

struct mail { char path[300]; };	/* "outbox/new/NAME" */

static void
on_term(int signal)
{
	(void)signal;
	stop = 1;
}

bool
outbox_secret_make(struct err *e)
{
	unsigned char raw[18];
	char text[sizeof(raw) * 2];
	bool good;

	randombytes_buf(raw, sizeof(raw));
	sodium_bin2base64(text, sizeof(text), raw, sizeof(raw), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	good = file_put(OUTBOX_SECRET, text, strlen(text), 0600, e);
	sodium_memzero(raw, sizeof(raw));
	return good;
}

/* ---- pages ---- */

static void
page_top(struct buf *h, const char *title)
{
	buf_text(h, "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n"
	    "Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n"
	    "Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Resource-Policy: same-origin\r\n"
	    "Permissions-Policy: display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), camera=()\r\n"
	    "Content-Security-Policy: default-src 'none'; style-src 'self'; frame-ancestors 'none'; "
	    "base-uri 'none'; form-action 'none'\r\n\r\n"
	    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
	buf_html(h, title);
	buf_text(h, "</title>\n<link rel=\"stylesheet\" href=\"/static/troth.css\">\n</head>\n<body>\n<main>\n<h1>");
	buf_html(h, title);
	buf_text(h, "</h1>\n");
}

static void
page_bottom(struct buf *h)
{
	buf_text(h, "</main>\n</body>\n</html>\n");
}

static void
page_absent(struct buf *h)
{
	buf_text(h, "Status: 404 Not Found\r\n");
	page_top(h, "There is nothing at this address");
	buf_text(h, "<p>The outbox has a new address after every start: use the one that <code>troth run</code> printed.</p>\n");
	page_bottom(h);
}

static int
newer_first(const void *a, const void *b)
{
	/* Maildir names begin with the time. */
	return strcmp(strrchr(((const struct mail *)b)->path, '/'), strrchr(((const struct mail *)a)->path, '/'));
}

static size_t
mails_list(struct mail *into)
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT(folders); i++) {
		DIR *d = opendir(folders[i]);
		struct dirent *entry;

		while (d != NULL && n < SEEN_MAX && (entry = readdir(d)) != NULL)
			if (entry->d_name[0] != '.' && strlen(entry->d_name) < 256)
				snprintf(into[n++].path, sizeof(into[0].path), "%s/%s", folders[i], entry->d_name);
		if (d != NULL)
			closedir(d);
	}
	qsort(into, n, sizeof(*into), newer_first);
	return n;
}

static bool
mail_read(struct letter *l, const char *path)
{
	DROP(buf_wipe) struct buf raw = {0};
	struct err e = {0};

	return file_get(path, &raw, &e) && letter_read(l, span_buf(&raw), &e);
}

static void
list_row(struct buf *h, const struct mail *m)
{
	DROP(letter_wipe) struct letter l = {0};

	if (!mail_read(&l, m->path))
		return;	/* the clerk may have put it elsewhere meanwhile */
	buf_text(h, "<li><a href=\"");
	buf_arg(h, strrchr(m->path, '/') + 1);
	buf_text(h, "\">");
	buf_html(h, l.subject.data);
	buf_text(h, "</a><br>to ");
	buf_html(h, l.to.data);
	buf_text(h, " · ");
	buf_html(h, l.date.data);
	buf_text(h, "</li>\n");
}

static void
page_list(struct buf *h)
{
	struct mail *mails = calloc(SEEN_MAX, sizeof(*mails));
	size_t n = mails == NULL ? 0 : mails_list(mails);

	page_top(h, "Outbox");
	buf_text(h, "<p class=\"note\">No mail server is set, so mails stay on this machine, readable by "
	    "whoever knows this page's address. For development only.</p>\n");
	buf_text(h, n == 0 ? "<p>No mail yet. Join, and the first one appears here within seconds.</p>\n" : "<ol>\n");
	for (size_t i = 0; i < n && i < SHOWN; i++)
		list_row(h, &mails[i]);
	if (n > 0)
		buf_text(h, "</ol>\n");
	page_bottom(h);
	wipe_free(mails);
}

static void
add_text(struct buf *h, const char *s)
{
	while (*s != '\0') {
		size_t n = letter_link(s);
		char piece[2049];

		if (n >= sizeof(piece))
			n = 0;
		snprintf(piece, sizeof(piece), "%.*s", n == 0 ? 1 : (int)n, s);
		if (n > 0) {
			buf_text(h, "<a href=\"");
			buf_html(h, piece);
			buf_text(h, "\">");
		}
		buf_html(h, piece);
		if (n > 0)
			buf_text(h, "</a>");
		s += n == 0 ? 1 : n;
	}
}

static void
page_mail(struct buf *h, const char *name)
{
	DROP(letter_wipe) struct letter l = {0};
	char path[300];
	bool found = false;

	/* Ours are Maildir names: no folder can be named by them. */
	for (size_t i = 0; i < COUNT(folders) && !found; i++) {
		snprintf(path, sizeof(path), "%s/%s", folders[i], name);
		found = name[0] != '.' && strchr(name, '/') == NULL && file_there(path) && mail_read(&l, path);
	}
	if (!found) {
		page_absent(h);
		return;
	}
	page_top(h, l.subject.data);
	buf_text(h, "<p><a href=\"./\">Outbox</a></p>\n<p>To ");
	buf_html(h, l.to.data);
	buf_text(h, "<br>");
	buf_html(h, l.date.data);
	buf_text(h, "</p>\n<pre>");
	add_text(h, l.text.data);
	buf_text(h, "</pre>\n");
	page_bottom(h);
}

/* "/outbox/SECRET/" or "/outbox/SECRET/NAME". */
static void
answer(struct buf *h, const char *uri, const char *secret)
{
	static const char top[] = "/outbox/";
	size_t n = strlen(secret);

	if (uri == NULL || strncmp(uri, top, sizeof(top) - 1) != 0 ||
	    strlen(uri + sizeof(top) - 1) < n + 1 ||
	    sodium_memcmp(uri + sizeof(top) - 1, secret, n) != 0 || uri[sizeof(top) - 1 + n] != '/') {
		page_absent(h);
		return;
	}
	uri += sizeof(top) + n;
	if (*uri == '\0')
		page_list(h);
	else
		page_mail(h, uri);
}

/* False: who asked is gone, or there is no memory for the page. */
static bool
send_page(const struct peer *p, const struct buf *h)
{
	struct err e = {0};

	return buf_ok(h, &e) && reply_piece(p->fd, p->request.id, span_buf(h), &e) && reply_end(p->fd, p->request.id, &e);
}

static bool
serve(int sock, const char *secret, struct err *e)
{
	DROP(peers_drop) struct peers *peers = NULL;

	TRY(peers_open(&peers, sock, NULL, 0, e));
	while (!stop && e->kind == ERR_NONE) {
		DROP(buf_wipe) struct buf h = {0};
		void *watched;
		struct peer *p = peers_next(peers, LOOK_MS, &watched, e);

		pulse_move();
		if (p == NULL)
			continue;
		answer(&h, p->request.param[FCGI_DOCUMENT_URI], secret);
		peers_back(peers, p, send_page(p, &h) && p->request.keep);
	}
	return e->kind == ERR_NONE;
}

bool
command_outbox(struct command *c, struct err *e)
{
	static const char *const read[] = { "outbox", NULL };
	const struct jail_spec jail = { .read = read, .net = JAIL_NO_NET, .may = JAIL_FILES };
	const struct sigaction term = { .sa_handler = on_term };	/* no SA_RESTART: waiting ends */
	DROP(buf_wipe) struct buf secret = {0};
	int sock;

	log_name("outbox");
	pulse_open(c->set.hang_limit);
	if (chdir(c->line.state) != 0)
		return FAIL(e, ERR_IO, "no state folder");
	TRY(file_get(OUTBOX_SECRET, &secret, e));
	if (secret.len < 16)
		return FAIL(e, ERR_INPUT, OUTBOX_SECRET " is too short");
	TRY(ipc_listen(&sock, OUTBOX_SOCKET, e));
	if (sigaction(SIGTERM, &term, NULL) != 0)
		return FAIL(e, ERR_IO, "sigaction: %s", strerror(errno));
	TRY(jail_close(&jail, c->set.unwalled, e));
	return serve(sock, secret.data, e);
}
