/*
 * portal/control/demo.c - `troth demo`: invented people on a running site.
 *
 * They come in by the front door: every step is a page fetched and a form sent
 * as a browser would, every link is read from a mail in the outbox.  Names and
 * numbers are invented; addresses and domains lie below example.org, which
 * belongs to nobody (RFC 2606), with a number that tells one demo from the next.
 */
#include <inttypes.h>
#include <curl/curl.h>
#include <dirent.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "portal/control/command.h"
#include "portal/control/demo.h"
#include "portal/control/doors.h"
#include "portal/control/file.h"
#include "portal/control/letter.h"
#include "portal/control/nginx.h"
#include "portal/control/state.h"
#include "portal/control/talk.h"
#include "privacy/keeper/op.h"

#define MAIL_WAIT_MS	20000

/* What each of them has done.  Officers are the only role that codes can give. */
#define DID_DATA	1u	/* names, birth date, nationality */
#define DID_DOCUMENT	2u
#define DID_QUESTIONS	4u
#define DID_OFFICER	8u
#define DID_DOMAIN	16u	/* one proved, one waiting */
#define DID_CERT	32u	/* an e-mail certificate */

static const struct person people[DEMO_PEOPLE] = {
	[DEMO_ADA] = { "ada", "Ada", "Lindqvist", "1979", "3", "14", "SE", "passport", "DEMO 4711",
	    DID_DATA | DID_DOCUMENT | DID_QUESTIONS | DID_OFFICER | DID_CERT, "officer" },
	[DEMO_BELA] = { "bela", "Béla", "Szőke", "1966", "11", "2", "HU", "identity card", "DEMO 0815",
	    DID_DATA | DID_QUESTIONS | DID_OFFICER, "officer" },
	[DEMO_CHIDI] = { "chidi", "Chidi", "Okafor", "1991", "7", "30", "NG,DE", "passport", "DEMO 1848",
	    DID_DATA | DID_QUESTIONS | DID_DOMAIN | DID_CERT, "member with a domain and a certificate" },
	[DEMO_DANA] = { "dana", "Dana", "Novák", "1972", "5", "21", "CZ", "passport", "DEMO 1516",
	    DID_DATA | DID_QUESTIONS | DID_OFFICER, "officer" },
	[DEMO_MEI] = { "mei", "美", "林", "2001", "1", "9", "TW", NULL, NULL,
	    DID_DATA, "member, half enrolled" },
	[DEMO_SUKARNO] = { "sukarno", "Sukarno", "", "1984", "2", "29", "ID", NULL, NULL,
	    DID_DATA | DID_QUESTIONS, "member with one name" },
	[DEMO_NEMO] = { "nemo", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, "new member, nothing enrolled" },
	[DEMO_SANA] = { "sana", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, "support staff" },
	[DEMO_TOVE] = { "tove", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, "support staff" },
};

static const struct typed questions[] = {
	{ "question1", "Which street did the ferry land in?" }, { "answer1", "Kornhamnstorg" },
	{ "question2", "What did the neighbours' dog answer to?" }, { "answer2", "Bramble the third" },
	{ "question3", "Which tune was stuck in the music box?" }, { "answer3", "Lillibullero" },
	{ "question4", "What was painted on the cellar door?" }, { "answer4", "a green heron" },
	{ "question5", "Who taught me to swim?" }, { "answer5", "Old Marjory" },
};

/* ---- mails ---- */

static bool
link_in(const char *path, const char *to, char into[BROWSER_URL])
{
	DROP(letter_wipe) struct letter l = {0};
	DROP(buf_wipe) struct buf raw = {0};
	struct err gone = {0};

	if (!file_get(path, &raw, &gone) || !letter_read(&l, span_buf(&raw), &gone) ||
	    strstr(l.to.data, to) == NULL)
		return false;
	for (const char *at = l.text.data; *at != '\0'; at++) {
		size_t n = letter_link(at);

		if (n == 0 || n >= BROWSER_URL)
			continue;
		snprintf(into, BROWSER_URL, "%.*s", (int)n, at);
		if (strstr(into, "/verify/") != NULL)
			return true;
	}
	return false;
}

/* The newest mail to this address with a link to press a button behind. */
static bool
link_now(const char *to, char into[BROWSER_URL])
{
	DIR *d = opendir("outbox/new");
	struct dirent *entry;
	char newest[300] = "", path[300], found[BROWSER_URL];

	while (d != NULL && (entry = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "outbox/new/%s", entry->d_name);
		if (entry->d_name[0] != '.' && strcmp(path, newest) > 0 && link_in(path, to, found)) {
			snprintf(newest, sizeof(newest), "%s", path);
			snprintf(into, BROWSER_URL, "%s", found);
		}
	}
	if (d != NULL)
		closedir(d);
	return newest[0] != '\0';
}

static bool
follow_link(const struct someone *s, const char *to, struct err *e)
{
	char url[BROWSER_URL];
	int64_t until = clock_mono_ms() + MAIL_WAIT_MS;

	while (!link_now(to, url)) {
		if (clock_mono_ms() > until)
			return FAIL(e, ERR_TIMEOUT, "no mail came to %s: does the clerk run?", to);
		usleep(100000);
	}
	TRY(browser_get(s->b, url, e));
	return browser_send(s->b, strstr(url, "/verify/"), NULL, 0, e);
}

/* ---- one person ---- */

static void
draw_password(char into[DEMO_PASSWORD])
{
	static const char signs[] = "abcdefghjkmnpqrstuvwxyz23456789";
	size_t n = 0;

	for (unsigned i = 0; i < 20; i++) {
		if (i > 0 && i % 5 == 0)
			into[n++] = '-';
		into[n++] = signs[randombytes_uniform(sizeof(signs) - 1)];
	}
	into[n] = '\0';
}

bool
demo_sign_in(const struct someone *s, struct err *e)
{
	TRY(browser_get(s->b, "/sign-in", e));
	return SEND(s, "/sign-in", { "address", s->address }, { "password", s->password });
}

static bool
join(const struct someone *s, struct err *e)
{
	TRY(browser_get(s->b, "/join", e));
	TRY(SEND(s, "/join", { "address", s->address }, { "password", s->password },
	    { "again", s->password }, { "agree", "1" }));
	TRY(follow_link(s, s->address, e));
	return demo_sign_in(s, e);
}

static bool
enrol(const struct someone *s, struct err *e)
{
	const struct person *p = s->p;

	TRY(browser_get(s->b, "~/data/names", e));
	TRY(SEND(s, "/data/names", { "given", p->given }, { "family", p->family }));
	TRY(browser_get(s->b, "~/data/birth", e));
	TRY(SEND(s, "/data/birth", { "day", p->day }, { "month", p->month }, { "year", p->year }));
	TRY(browser_get(s->b, "~/data/nationality", e));
	TRY(SEND(s, "/data/nationality", { "nationality", p->nationality }));
	if ((p->did & DID_DOCUMENT) == 0)
		return true;
	TRY(browser_get(s->b, "~/data/document", e));
	return SEND(s, "/data/document", { "kind", p->document }, { "number", p->number });
}

bool
demo_fresh(const struct someone *s, const char *page, struct err *e)
{
	char where[BROWSER_URL];

	snprintf(where, sizeof(where), "~/password/%s", page);
	TRY(browser_get(s->b, where, e));
	return SEND(s, "/password", { "password", s->password });
}

/* When there are officers enough, by codes or by the keeper's word, a member is what remains. */
static bool
become_officer(struct demo *d, struct someone *s, struct err *e)
{
	char code[KEEPER_TEXT_MAX];
	bool good;

	s->role = "member (there are officers enough)";
	if (d->codes_left.len == 0)
		return true;
	TRY(demo_fresh(s, "role", e));
	unpack_text(&d->codes_left, code, sizeof(code));
	good = SEND(s, "/role", { "code", code });
	explicit_bzero(code, sizeof(code));
	if (good)
		s->role = s->p->role;
	return good || e->kind == ERR_CONFLICT;
}

static bool
add_domains(struct demo *d, struct someone *s, struct err *e)
{
	DROP(buf_wipe) struct buf mailbox = {0};
	const char *at;
	char where[BROWSER_URL], waiting[80];

	snprintf(s->domain, sizeof(s->domain), "%s-%u.example.org", s->p->login, d->number);
	snprintf(waiting, sizeof(waiting), "waiting-%u.example.org", d->number);
	TRY(browser_get(s->b, "~/domains", e));
	TRY(SEND(s, "/domains", { "name", waiting }));
	TRY(browser_get(s->b, "~/domains", e));
	TRY(SEND(s, "/domains", { "name", s->domain }));
	/* Its own page has the three ways; the number in its address is in the form. */
	at = strstr(browser_page(s->b), "/domains/mail/");
	if (at == NULL) {
		TRY(browser_get(s->b, "~/domains", e));
		at = strstr(browser_page(s->b), s->domain);
		while (at != NULL && at > browser_page(s->b) && strncmp(at, "/domains/show/", 14) != 0)
			at--;
		if (at == NULL)
			return FAIL(e, ERR_ABSENT, "the new domain is not on the list");
		snprintf(where, sizeof(where), "~%.*s", (int)strcspn(at, "\""), at);
		TRY(browser_get(s->b, where, e));
		at = strstr(browser_page(s->b), "/domains/mail/");
	}
	if (at == NULL)
		return FAIL(e, ERR_ABSENT, "the domain's page has no form for mail");
	snprintf(where, sizeof(where), "%.*s", (int)strcspn(at, "\""), at);
	TRY(SEND(s, where, { "mailbox", "admin" }));
	buf_text(&mailbox, "admin@");
	buf_text(&mailbox, s->domain);
	TRY(buf_ok(&mailbox, e));
	return follow_link(s, mailbox.data, e);
}

/* A PKCS#10 for a new P-256 key that nobody keeps: the pages need the certificate, not the key. */
static bool
draw_request(struct buf *pem, struct err *e)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509_REQ *r = X509_REQ_new();
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	long n = 0;

	if (key != NULL && r != NULL && bio != NULL && X509_REQ_set_version(r, X509_REQ_VERSION_1) == 1 &&
	    X509_REQ_set_pubkey(r, key) == 1 && X509_REQ_sign(r, key, EVP_sha256()) > 0 &&
	    PEM_write_bio_X509_REQ(bio, r) == 1)
		n = BIO_get_mem_data(bio, &text);
	if (n > 0)
		buf_add(pem, text, (size_t)n);
	BIO_free(bio);
	X509_REQ_free(r);
	EVP_PKEY_free(key);
	return n > 0 ? buf_ok(pem, e) : FAIL(e, ERR_CRYPTO, "certificate request");
}

bool
demo_certificate(const struct someone *s, const char *level, const char *name, struct err *e)
{
	DROP(buf_wipe) struct buf pem = {0};

	TRY(draw_request(&pem, e));
	TRY(browser_get(s->b, "~/certs/mail", e));
	return SEND(s, "/certs/mail", { "address", s->address }, { "label", "demo" }, { "public", "1" },
	    { "level", level }, { "name", name }, { "request", pem.data });
}

static bool
live(struct demo *d, struct someone *s, struct err *e)
{
	unsigned did = s->p->did;

	TRY(join(s, e));
	if ((did & DID_DATA) != 0)
		TRY(enrol(s, e));
	if ((did & DID_QUESTIONS) != 0) {
		TRY(demo_fresh(s, "questions", e));
		TRY(browser_send(s->b, "/questions", questions, COUNT(questions), e));
	}
	if ((did & DID_CERT) != 0)
		TRY(demo_certificate(s, "robot", "0", e));
	/* Following a mail's link leaves the session's pages: such steps come last. */
	if ((did & DID_DOMAIN) != 0)
		TRY(add_domains(d, s, e));
	return (did & DID_OFFICER) == 0 || become_officer(d, s, e);
}

/* ---- all of them ---- */

static bool
get_codes(struct demo *d, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	struct err refused = {0};

	pack_u8(&in, 3);
	if (!talk("keeper", KEEPER_OFFICER_CODES, &in, &d->codes, TALK_WAIT_MS, &refused)) {
		*e = refused;
		return refused.kind == ERR_DENIED;
	}
	d->codes_left = span_buf(&d->codes);
	return true;
}

static bool
everybody(struct demo *d, struct err *e)
{
	printf("%-28s %-26s %s\n", "address", "password", "who");
	for (size_t i = 0; i < COUNT(people); i++) {
		struct someone *s = &d->who[i];

		s->p = &people[i];
		s->role = people[i].role;
		snprintf(s->address, sizeof(s->address), "%s-%u@example.org", people[i].login, d->number);
		draw_password(s->password);
		TRY(browser_open(&s->b, "www/root.pem", d->base, e));
		TRY(live(d, s, e));
		printf("%-28s %-26s %s\n", s->address, s->password, s->role);
		fflush(stdout);
	}
	return true;
}

/* With officers of our own a community can begin; one that is there is not ours to change. */
static bool
fill(struct demo *d, struct err *e)
{
	TRY(get_codes(d, e));
	TRY(everybody(d, e));
	if (d->who[DEMO_ADA].role != people[DEMO_ADA].role || d->who[DEMO_BELA].role != people[DEMO_BELA].role)
		printf("\nThis site has its community: nobody here was vouched for.\n");
	else {
		TRY(demo_trust(d, e));
		if (d->who[DEMO_DANA].role == people[DEMO_DANA].role)
			TRY(demo_desk(d, e));
	}
	printf("\nSign in at %s/sign-in\n", d->base);
	return true;
}

/* Where everybody stood when something failed: one of these pages is the reason. */
static void
say_places(const struct demo *d)
{
	fflush(stdout);
	for (size_t i = 0; i < COUNT(d->who) && d->who[i].b != NULL; i++)
		fprintf(stderr, "%s stood at %s\n", people[i].login, browser_path(d->who[i].b));
}

bool
command_demo(struct command *c, struct err *e)
{
	DROP(state_close) struct state s = { .lock = -1 };
	struct demo d = { .root = c->root, .number = 1000 + randombytes_uniform(9000) };
	struct doors doors;
	bool good;

	TRY(state_visit(&s, c->line.state, e));
	TRY(doors_read(&doors, e));
	if (settings_public(&c->set) || c->set.smtp_url[0] != '\0')
		return FAIL(e, ERR_DENIED, "the demo is for a site on localhost whose mail stays in the outbox");
	snprintf(d.base, sizeof(d.base), "https://%s:%" PRId64, c->set.site_host, nginx_public_port(c->set.public_https_port, doors.port[DOOR_HTTPS]));
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		return FAIL(e, ERR_MEMORY, "libcurl");
	good = fill(&d, e);
	if (!good)
		say_places(&d);
	for (size_t i = 0; i < COUNT(d.who); i++)
		browser_drop(&d.who[i].b);
	explicit_bzero(d.who, sizeof(d.who));
	buf_wipe(&d.codes);
	curl_global_cleanup();
	return good;
}
