#include "ledger/base/wipe.h"
#include "portal/clerk/mail.h"
#include <sys/stat.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/drop.h"
#include "ledger/base/log.h"
#include "ledger/base/pulse.h"
#include "portal/clerk/maildir.h"
#include "portal/clerk/mime.h"

#define SYSTEM_ROOTS	"/etc/ssl/certs/ca-certificates.crt"
#define ROOTS_MOST	(4u << 20)	/* bytes */
#define PASSWORD_MOST	512u
#define CONNECT_MS	20000L
#define IDLE_S		20L		/* an idle connection is not used again after so long */
#define WHOLE_MS	120000L		/* under the keeper's lease of five minutes */

enum stage { STAGE_GREETING, STAGE_SENDER, STAGE_RECIPIENT, STAGE_DATA };

struct mailer {
	const struct settings	*s;
	CURL			*curl;		/* NULL: Maildir */
	struct buf		url, roots, from;
	char			*password;	/* sodium_malloc; NULL none */
};

struct parcel {			/* one mail under way */
	const struct buf *mail;
	size_t		at;
	enum stage	stage;
	const _Atomic int64_t *stop_ms;
};

/* ---- opening ---- */

static bool
slurp(const char *path, size_t most, struct buf *into, struct err *e)
{
	DROP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char part[8192];
	ssize_t n;

	if (fd < 0)
		return FAIL(e, ERR_IO, "%s: %s", path, strerror(errno));
	while ((n = read(fd, part, sizeof(part))) > 0 && into->len <= most && !into->failed)
		buf_add(into, part, (size_t)n);
	sodium_memzero(part, sizeof(part));
	if (n < 0 || into->len > most)
		return FAIL(e, ERR_INPUT, "%s: unreadable, or over %zu bytes", path, most);
	return buf_ok(into, e);
}

static bool
password_read(struct mailer *m, struct err *e)
{
	DROP(buf_wipe) struct buf file = {0};
	size_t n;

	if (m->s->smtp_user[0] == '\0')
		return true;
	TRY(slurp(m->s->smtp_password_file, PASSWORD_MOST, &file, e));
	n = file.data == NULL ? 0 : strcspn(file.data, "\r\n");
	m->password = sodium_malloc(n + 1);
	if (m->password == NULL)
		return FAIL(e, ERR_MEMORY, "mail password");
	if (n > 0)
		memcpy(m->password, file.data, n);
	m->password[n] = '\0';
	return true;
}

/* The name we greet with is the URL's path; ours, unless the operator wrote one. */
static bool
url_make(struct mailer *m, struct err *e)
{
	const char *url = m->s->smtp_url, *rest = strstr(url, "://");

	if (rest == NULL || (strncmp(url, "smtp://", 7) != 0 && strncmp(url, "smtps://", 8) != 0))
		return FAIL(e, ERR_INPUT, "smtp.url: smtp://host:587 or smtps://host");
	buf_text(&m->url, url);
	if (strchr(rest + 3, '/') == NULL) {
		buf_text(&m->url, "/");
		buf_arg(&m->url, m->s->site_host);
	}
	return buf_ok(&m->url, e);
}

static size_t
on_read(char *into, size_t one, size_t n, void *self)
{
	struct parcel *p = self;
	size_t left = p->mail->len - p->at, part = left < one * n ? left : one * n;

	memcpy(into, p->mail->data + p->at, part);
	p->at += part;
	return part;
}

/* How far the dialogue went decides whom a refusal concerns; the words are dropped. */
static int
on_words(CURL *curl, curl_infotype what, char *data, size_t n, void *self)
{
	static const struct { const char *word; enum stage stage; } steps[] = {
		{ "EHLO", STAGE_GREETING }, { "MAIL", STAGE_SENDER }, { "RCPT", STAGE_RECIPIENT },
		{ "DATA", STAGE_DATA },
	};
	struct parcel *p = self;

	(void)curl;
	if (what != CURLINFO_HEADER_OUT || n < 4 || p == NULL)
		return 0;
	for (size_t i = 0; i < COUNT(steps); i++)
		if (memcmp(data, steps[i].word, 4) == 0)
			p->stage = steps[i].stage;
	return 0;
}

static int
on_progress(void *self, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct parcel *p = self;

	(void)a, (void)b, (void)c, (void)d;
	pulse_move();
	return p != NULL && *p->stop_ms != 0 && clock_mono_ms() > *p->stop_ms;
}

static bool
set_server(CURL *c, const struct mailer *m)
{
	struct curl_blob roots = { m->roots.data, m->roots.len, CURL_BLOB_NOCOPY };
	long tls = m->s->smtp_require_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY;

	return curl_easy_setopt(c, CURLOPT_URL, m->url.data) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_USE_SSL, tls) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_CAINFO, NULL) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_CAPATH, NULL) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &roots) == CURLE_OK;
}

static bool
set_manner(CURL *c, const struct mailer *m)
{
	bool known = m->s->smtp_user[0] == '\0' ||
	    (curl_easy_setopt(c, CURLOPT_USERNAME, m->s->smtp_user) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_PASSWORD, m->password) == CURLE_OK);

	return known && curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, WHOLE_MS) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_MAXAGE_CONN, IDLE_S) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_MAIL_FROM, m->from.data) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, on_words) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_VERBOSE, 1L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK;
}

static bool
smtp_open(struct mailer *m, struct err *e)
{
	const char *roots = m->s->smtp_ca_file[0] != '\0' ? m->s->smtp_ca_file : SYSTEM_ROOTS;

	TRY(url_make(m, e));
	TRY(password_read(m, e));
	TRY(slurp(roots, ROOTS_MOST, &m->roots, e));
	m->curl = curl_easy_init();
	if (m->curl == NULL || !set_server(m->curl, m) || !set_manner(m->curl, m))
		return FAIL(e, ERR_MEMORY, "libcurl");
	return true;
}

bool
mailer_open(struct mailer **out, const struct settings *s, struct err *e)
{
	DROP(mailer_drop) struct mailer *m = calloc(1, sizeof(*m));

	*out = NULL;
	if (m == NULL)
		return FAIL(e, ERR_MEMORY, "mailer");
	m->s = s;
	if (!mime_address_ok(s->mail_from))
		return FAIL(e, ERR_INPUT, "mail.from: not an address");
	buf_fmt(&m->from, "<%s>", s->mail_from);
	TRY(buf_ok(&m->from, e));
	if (s->smtp_url[0] != '\0')
		TRY(smtp_open(m, e));
	*out = m;
	m = NULL;
	return true;
}

/* ---- sending ---- */

static void
list_drop(struct curl_slist **l)
{
	curl_slist_free_all(*l);
}

/*
 * A 5yz to the recipient or to the data concerns this mail alone (RFC 5321
 * 4.2.1); before that nobody's mail would pass.  A break after the data's end
 * may mean that it was taken: it goes out again with the same Message-ID.
 */
static enum mail_result
result_of(CURLcode rc, long code, enum stage stage)
{
	if (rc == CURLE_OK)
		return MAIL_SENT;
	if (stage < STAGE_RECIPIENT)
		return MAIL_DOWN;
	return code >= 500 && code <= 599 ? MAIL_REFUSED : MAIL_LATER;
}

static enum mail_result
smtp_send(struct mailer *m, const char *to, const struct buf *mail,
    const _Atomic int64_t *stop_ms)
{
	DROP(buf_wipe) struct buf rcpt = {0};
	DROP(list_drop) struct curl_slist *rcpts = NULL;
	struct parcel p = { .mail = mail, .stop_ms = stop_ms };
	enum mail_result result;
	long code = 0;
	CURLcode rc;

	buf_fmt(&rcpt, "<%s>", to);
	rcpts = rcpt.failed ? NULL : curl_slist_append(NULL, rcpt.data);
	if (rcpts == NULL || curl_easy_setopt(m->curl, CURLOPT_MAIL_RCPT, rcpts) != CURLE_OK ||
	    curl_easy_setopt(m->curl, CURLOPT_READDATA, &p) != CURLE_OK ||
	    curl_easy_setopt(m->curl, CURLOPT_DEBUGDATA, &p) != CURLE_OK ||
	    curl_easy_setopt(m->curl, CURLOPT_XFERINFODATA, &p) != CURLE_OK)
		return MAIL_LATER;
	rc = curl_easy_perform(m->curl);
	if (curl_easy_getinfo(m->curl, CURLINFO_RESPONSE_CODE, &code) != CURLE_OK)
		code = 0;
	result = result_of(rc, code, p.stage);
	/* The mail and its address are on this stack: nothing may point there afterwards. */
	curl_easy_setopt(m->curl, CURLOPT_MAIL_RCPT, NULL);
	curl_easy_setopt(m->curl, CURLOPT_DEBUGDATA, NULL);
	curl_easy_setopt(m->curl, CURLOPT_XFERINFODATA, NULL);
	if (result != MAIL_SENT)
		log_warn("mail server: %s (answer %ld)", curl_easy_strerror(rc), code);
	return result;
}

enum mail_result
mailer_send(struct mailer *m, const char *to, const char *message_id, const struct buf *mail,
    const _Atomic int64_t *stop_ms)
{
	struct err e = {0};

	if (m->curl != NULL)
		return smtp_send(m, to, mail, stop_ms);
	if (maildir_put("outbox", message_id, mail, &e))
		return MAIL_SENT;
	log_err("outbox", &e);
	return MAIL_DOWN;
}

void
mailer_drop(struct mailer **m)
{
	struct mailer *x = *m;

	if (x == NULL)
		return;
	if (x->curl != NULL)
		curl_easy_cleanup(x->curl);
	sodium_free(x->password);
	buf_wipe(&x->url);
	buf_wipe(&x->roots);
	buf_wipe(&x->from);
	wipe_free(x);
	*m = NULL;
}
