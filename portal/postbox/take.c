#include "ledger/base/wipe.h"
#include "portal/postbox/take.h"
#include <sodium.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "ledger/base/ipc.h"
#include "ledger/base/log.h"
#include "portal/postbox/incoming.h"
#include "privacy/keeper/op.h"

#define SOCKET	"run/keeper.sock"
#define SECRET	"postbox/secrets/keeper"
#define OPEN_MS	2000
#define CALL_MS	20000

/* English: staff and opener read it as a part of the text. */
static const char left_out[] = "\n\n[Parts of this mail were left out.]", cut[] = "\n\n[This mail was longer.]";

struct taker {
	const struct settings	*set;
	struct signature_roots	*roots;
	unsigned char		secret[IPC_SECRET];
	struct ipc		*ipc;		/* NULL: not connected */
};

bool
taker_open(struct taker **out, const struct settings *s, struct err *e)
{
	DROP(taker_drop) struct taker *t = calloc(1, sizeof(*t));

	*out = NULL;
	if (t == NULL)
		return FAIL(e, ERR_MEMORY, "postbox");
	t->set = s;
	TRY(ipc_secret_read(SECRET, t->secret, e));
	TRY(signature_open(&t->roots, e));
	*out = t;
	t = NULL;
	return true;
}

void
taker_drop(struct taker **t)
{
	if (*t != NULL) {
		ipc_drop(&(*t)->ipc);
		signature_drop(&(*t)->roots);
		sodium_memzero(*t, sizeof(**t));
	}
	wipe_free(*t);
	*t = NULL;
}

static bool
call(struct taker *t, uint32_t op, const struct buf *in, struct buf *out, struct err *e)
{
	TRY(buf_ok(in, e));
	if (t->ipc == NULL)
		TRY(ipc_open(&t->ipc, SOCKET, "postbox", t->secret, OPEN_MS, e));
	if (ipc_call(t->ipc, op, in, out, CALL_MS, e))
		return true;
	/* What became of it is unknown: the mail comes again and is known then. */
	if (e->kind == ERR_IO || e->kind == ERR_TIMEOUT || e->kind == ERR_BUSY)
		ipc_drop(&t->ipc);
	return false;
}

/* ---- words ---- */

/* Where the text is to be cut so that a piece has `most` bytes at most: after a line, after a word, between characters. */
static size_t
piece(const char *s, size_t len, size_t most)
{
	size_t n = most;

	if (len <= most)
		return len;
	while (n > most / 2 && s[n - 1] != '\n')
		n--;
	if (s[n - 1] == '\n')
		return n;
	for (n = most; n > most / 2 && s[n - 1] != ' '; n--)
		;
	if (s[n - 1] == ' ')
		return n;
	for (n = most; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
		;
	return n;
}

/* u32 n, n * text; what was left out is said in the last. */
static void
texts_pack(struct buf *in, const struct buf *text, bool dropped)
{
	DROP(buf_wipe) struct buf list = {0};
	const size_t room = CASE_TEXT_MAX - sizeof(left_out) - sizeof(cut);
	const char *s = text->data;
	size_t left = text->len;
	uint32_t n = 0;

	while (left > 0 && n < POST_TEXTS) {
		DROP(buf_wipe) struct buf one = {0};
		size_t k = piece(s, left, room);

		buf_add(&one, s, k);
		s += k;
		left -= k;
		if (left > 0 && n + 1 == POST_TEXTS)
			buf_text(&one, cut);
		if (dropped && (left == 0 || n + 1 == POST_TEXTS))
			buf_text(&one, left_out);
		if (one.len == 0 || one.data[strspn(one.data, " \n")] == '\0')
			continue;	/* nothing but blanks between two cuts */
		pack_bytes(&list, one.data, one.len);
		list.failed = list.failed || one.failed;
		n++;
	}
	pack_u32(in, n);
	buf_add(in, list.data, list.len);
	in->failed = in->failed || list.failed;
}

/* ---- one mail ---- */

struct signed_by { bool good; struct signature by; };

/* What a signature covers or holds is judged; of one that holds its text, that text is read. */
static bool
signed_read(struct taker *t, struct incoming *m, struct signed_by *by, struct err *e)
{
	DROP(buf_wipe) struct buf held = {0};
	DROP(incoming_wipe) struct incoming inner = {0};
	struct buf text;

	*by = (struct signed_by){0};
	if (m->signature.len == 0)
		return true;
	if (m->text.len > 0 && m->covered.len == 0) {	/* a signed part beside a text that it does not cover */
		m->dropped = true;
		return true;
	}
	TRY(signature_check(t->roots, span_buf(&m->signature), span_buf(&m->covered), clock_now(), &held, &by->good, &by->by, e));
	if (m->text.len > 0)
		return true;
	TRY(buf_ok(&held, e));
	TRY(incoming_read(&inner, span_buf(&held), m->sender, "", e));
	by->good = by->good && !inner.html;
	text = m->text;
	m->text = inner.text;
	inner.text = text;
	m->dropped = m->dropped || inner.dropped;
	return m->text.len > 0 || FAIL(e, ERR_INPUT, "a mail without words");
}

static void
mail_pack(struct buf *in, const struct incoming *m, const struct signed_by *by)
{
	buf_add(in, m->hash, sizeof(m->hash));
	pack_text(in, m->sender);
	pack_text(in, m->language);
	pack_text(in, m->code);
	pack_text(in, m->id);
	pack_u8(in, by->good);
	buf_add(in, by->by.serial, sizeof(by->by.serial));
	buf_add(in, by->by.sha256, sizeof(by->by.sha256));
	buf_add(in, by->by.mark, sizeof(by->by.mark));
	texts_pack(in, &m->text, m->dropped);
}

static enum taken
fate(const struct err *e)
{
	if (e->why == WHY_CASE_FULL)
		return TAKE_FULL;
	return e->kind == ERR_INPUT ? TAKE_WORDLESS : TAKE_LATER;
}

static bool
hand_over(struct taker *t, struct incoming *m, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct signed_by by;

	TRY(signed_read(t, m, &by, e));
	mail_pack(&in, m, &by);
	return call(t, KEEPER_POST_TAKE, &in, &out, e);
}

/* Whose mail it was the keeper finds, or nobody's. */
static enum taken
came_back(struct taker *t, const struct incoming *m)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct err e = {0};

	pack_text(&in, m->bounced);
	if (call(t, KEEPER_POST_BOUNCE, &in, &out, &e))
		return TAKE_DONE;
	log_err("a mail that came back", &e);
	return TAKE_LATER;
}

enum taken
taker_take(struct taker *t, struct span mail, const char *sender)
{
	DROP(incoming_wipe) struct incoming m = {0};
	struct err e = {0};

	if (!incoming_read(&m, mail, sender, t->set->site_host, &e) && !m.automatic)
		return fate(&e);
	if (m.bounced[0] != '\0')
		return came_back(t, &m);
	if (m.automatic) {
		log_note("an automatic mail was not kept");
		return TAKE_DONE;
	}
	if (!hand_over(t, &m, &e)) {
		log_err("a mail", &e);
		return fate(&e);
	}
	log_note("took a mail");
	return TAKE_DONE;
}
