#include "portal/clerk/post.h"
#include <poll.h>
#include <sodium.h>
#include "ledger/base/clock.h"
#include "ledger/base/log.h"
#include "ledger/base/pulse.h"
#include "portal/clerk/letters.h"
#include "portal/clerk/mime.h"
#include "privacy/keeper/op.h"

#define LOOK_MS		300	/* between looks into an empty queue */
#define REST_FIRST_MS	1000	/* after the server was found down, doubled each time */
#define REST_MOST_MS	60000
#define NAP_MS		100

struct item {			/* what KEEPER_MAIL_NEXT gives; wiped after each mail */
	int64_t		id, expires;
	uint32_t	purpose;
	uint8_t		kind;
	char		lang[36], to[400], message_id[300], object[MAIL_OBJECT_MAX + 1];
	unsigned char	token[TOKEN_BYTES];
};

static void
nap(const struct postman *p, int64_t ms)
{
	int64_t until = clock_mono_ms() + ms;

	pulse_move();
	while (!p->stop->now && clock_mono_ms() < until) {
		(void)poll(NULL, 0, NAP_MS);
		pulse_move();
	}
}

bool
postman_init(struct postman *p, const struct settings *s, struct stop *stop, struct err *e)
{
	int64_t port = s->public_https_port != 0 ? s->public_https_port : s->https_port;

	*p = (struct postman){ .settings = s, .stop = stop };
	if (port == 443)
		snprintf(p->base, sizeof(p->base), "https://%s", s->site_host);
	else
		snprintf(p->base, sizeof(p->base), "https://%s:%lld", s->site_host, (long long)port);
	TRY(line_init(&p->keeper, "run/keeper.sock", "clerk/secrets/keeper", e));
	return mailer_open(&p->mailer, s, e);
}

void
postman_wipe(struct postman *p)
{
	line_wipe(&p->keeper);
	mailer_drop(&p->mailer);
}

/* *found false: nothing waits. */
static bool
fetch_item(struct postman *p, struct item *m, bool *found, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	struct span a;

	TRY(line_call(&p->keeper, KEEPER_MAIL_NEXT, NULL, &out, e));
	a = span_buf(&out);
	*found = unpack_u8(&a) == 1;
	if (!*found)
		return unpack_end(&a, "no mail", e);
	m->id = unpack_i64(&a);
	m->kind = unpack_u8(&a);
	unpack_text(&a, m->lang, sizeof(m->lang));
	unpack_text(&a, m->to, sizeof(m->to));
	unpack_exact(&a, m->token, sizeof(m->token));
	unpack_text(&a, m->message_id, sizeof(m->message_id));
	m->purpose = unpack_u32(&a);
	unpack_text(&a, m->object, sizeof(m->object));
	m->expires = unpack_i64(&a);
	return unpack_end(&a, "mail", e);
}

/* The page of the letter's link: mail programs post to it by themselves (RFC 8058). */
static void
stop_url(const struct postman *p, const unsigned char token[TOKEN_BYTES], char into[400])
{
	char text[2 * TOKEN_BYTES];

	sodium_bin2base64(text, sizeof(text), token, TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	snprintf(into, 400, "%s/stop/%s", p->base, text);
	sodium_memzero(text, sizeof(text));
}

/* Of a mail that answers one: behind its last MAIL_PART stands which, and no word of the letter.  NULL: no such. */
static const char *
answered(struct item *m)
{
	char *first = strstr(m->object, MAIL_PART), *last = strrchr(m->object, MAIL_PART[0]);

	if (m->kind != MAIL_CASE_TAKEN || first == NULL || last == first)
		return NULL;
	*last = '\0';
	return mime_id_ok(last + 1) ? last + 1 : NULL;
}

/* "news.ca.example.org": the list's name at our host. */
static void
list_id(const struct postman *p, const struct item *m, char into[300])
{
	snprintf(into, 300, "%.*s.%s", (int)strcspn(m->object, MAIL_PART), m->object, p->settings->site_host);
}

static bool
write_mail(const struct postman *p, struct item *m, struct buf *mail, struct err *e)
{
	DROP(buf_wipe) struct buf subject = {0}, text = {0};
	bool has_token = !sodium_is_zero(m->token, sizeof(m->token));
	const char *lang = "en";
	char stop[400], list[300];
	const char *answers = answered(m);
	struct letter_ask a = { .kind = m->kind, .purpose = m->purpose, .object = m->object,
	    .token = has_token ? m->token : NULL, .expires = m->expires,
	    .site = p->settings->site_name, .base = p->base, .words = words_pick(m->lang, &lang) };
	struct mime x = { .from_name = p->settings->mail_from_name, .from = p->settings->mail_from,
	    .to = m->to, .message_id = m->message_id, .date = clock_now(), .answers = m->kind == MAIL_CASE_TAKEN,
	    .answered = answers };

	if (m->kind == MAIL_CASE_TAKEN || m->kind == MAIL_CASE_NEWS)
		x.reply_to = p->settings->post_address;
	if (m->kind == MAIL_LIST_NEWS) {
		list_id(p, m, list);
		x.list_id = list;
	}
	if (m->kind == MAIL_LIST_NEWS && has_token) {
		stop_url(p, m->token, stop);
		x.stop = stop;
	}
	TRY(letters_write(&subject, &text, &a, e));
	x.lang = lang;
	x.subject = subject.data;
	x.text = text.data;
	return mime_write(mail, &x, e);
}

static enum mail_result
deliver(struct postman *p, struct item *m)
{
	DROP(buf_wipe) struct buf mail = {0};
	struct err e = {0};

	if (m->expires > 0 && m->expires <= clock_now())
		return MAIL_REFUSED;	/* its link is over: nobody would be helped */
	if (!write_mail(p, m, &mail, &e)) {
		log_err("writing a mail", &e);
		return e.kind == ERR_MEMORY ? MAIL_LATER : MAIL_REFUSED;
	}
	return mailer_send(p->mailer, m->to, m->message_id, &mail, &p->stop->mail_until_ms);
}

/*
 * Tell the keeper, until it hears it or we have to go: a mail that is not
 * reported goes out a second time when its loan ends.
 */
static void
report(struct postman *p, int64_t id, enum mail_result result)
{
	DROP(buf_wipe) struct buf in = {0};
	struct err e = {0};

	pack_i64(&in, id);
	pack_u8(&in, result == MAIL_DOWN ? MAIL_LATER : (unsigned)result);
	while (!line_call(&p->keeper, KEEPER_MAIL_DONE, &in, NULL, &e)) {
		if (e.kind != ERR_BUSY && e.kind != ERR_TIMEOUT && e.kind != ERR_IO)
			break;
		if (p->stop->now)
			return;
		e = (struct err){0};
		nap(p, LOOK_MS);
	}
	if (e.kind != ERR_NONE)
		log_err("reporting a mail", &e);
}

static void
say(const struct item *m, enum mail_result result)
{
	static const char *const words[] = { "sent", "put off", "refused for good", "put off, no mail passes" };

	log_note("mail %lld of kind %u: %s", (long long)m->id, m->kind, words[result]);
}

/* One turn; gives how long to wait before the next. */
static int64_t
turn(struct postman *p, bool *failing)
{
	struct item m = {0};
	struct err e = {0};
	enum mail_result result;
	bool found, good = fetch_item(p, &m, &found, &e);

	if (!good && !*failing)
		log_err("asking for mail", &e);
	*failing = !good;
	if (!good || !found)
		return LOOK_MS;
	result = deliver(p, &m);
	say(&m, result);
	report(p, m.id, result);
	sodium_memzero(&m, sizeof(m));
	if (result != MAIL_DOWN)
		p->rest_ms = 0;
	else
		p->rest_ms = p->rest_ms == 0 ? REST_FIRST_MS : p->rest_ms * 2 > REST_MOST_MS ?
		    REST_MOST_MS : p->rest_ms * 2;
	return p->rest_ms;
}

void *
postman_run(void *self)
{
	struct postman *p = self;
	struct pulse pulse;
	bool failing = false;

	pulse_thread(&pulse);
	while (!p->stop->now)
		nap(p, turn(p, &failing));
	pulse_thread_over();
	return NULL;
}
