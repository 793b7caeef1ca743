/* A copy as its member deals with it: asked for, looked at, taken back, fetched. */
#include <string.h>
#include "privacy/facts/member.h"
#include "privacy/facts/published.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/export.h"

#define PUBLISHED_SHOWN	64	/* of one kind */

/* ---- by the session ---- */

static bool
words_ok(struct span s, struct err *e)
{
	uint32_t n = s.len == 0 ? 0 : unpack_u32(&s);

	if (n > PHRASES_MOST)
		return FAIL(e, ERR_INPUT, "export: %u phrases", n);
	for (uint32_t i = 0; i < n; i++) {
		struct span t = unpack_bytes(&s);

		if (s.bad || !utf8_ok(t.p, t.len))
			return FAIL(e, ERR_INPUT, "export: phrase %u", i);
	}
	return unpack_end(&s, "export: phrases", e);
}

/* u32 n, n * { i64 id, text } */
static bool
shown_ok(struct span s, struct err *e)
{
	uint32_t n = s.len == 0 ? 0 : unpack_u32(&s);

	for (uint32_t i = 0; i < n && !s.bad; i++) {
		struct span t;

		(void)unpack_i64(&s);
		t = unpack_bytes(&s);
		if (!utf8_ok(t.p, t.len))
			return FAIL(e, ERR_INPUT, "export: public words %u", i);
	}
	return unpack_end(&s, "export: public words", e);
}

bool
op_export_ask(struct keeper *k, struct act *a, struct err *e)
{
	struct copy c;
	struct span words, shown;
	char lang[16];
	bool found;

	unpack_text(&a->in, lang, sizeof(lang));
	words = unpack_bytes(&a->in);
	shown = unpack_bytes(&a->in);
	TRY(act_read(a, e));
	TRY(words_ok(words, e) && shown_ok(shown, e));
	if (strspn(lang, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") != strlen(lang) || lang[0] == '\0')
		return FAIL(e, ERR_INPUT, "export: language");
	TRY(copy_of(k, a->owner.number, &c, &found, e));
	if (found && c.state == COPY_COMPOSING)
		return REFUSE(e, ERR_CONFLICT, WHY_COPY_RUNS, "export: one is being made");
	if (found)
		TRY(copy_drop(k, c.id, e));
	c = (struct copy){ .asked_at = a->now };
	snprintf(c.lang, sizeof(c.lang), "%s", lang);
	TRY(copy_add(k, &c, &a->owner, words, shown, e) && copy_texts_asked(k, &c, e));
	return act_record(k, a, "a copy asked for", e);
}

/* Of what is public the words stand in the site store: the portal looks them up by these. */
static bool
published_pack(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf rows = {0};
	uint32_t n = 0;

	for (unsigned kind = 1; kind < PUBLISHED_KIND__COUNT; kind++) {
		int64_t ids[PUBLISHED_SHOWN];
		size_t m;

		TRY(published_ids(k, a->owner.number, (enum published_kind)kind, ids, COUNT(ids), &m, e));
		for (size_t i = 0; i < m; i++, n++) {
			pack_i64(&rows, ids[i]);
			pack_u8(&rows, kind);
		}
	}
	pack_u32(a->out, n);
	buf_add(a->out, rows.data, rows.len);
	return buf_ok(&rows, e);
}

bool
op_export_look(struct keeper *k, struct act *a, struct err *e)
{
	struct copy c;
	bool found;

	TRY(act_read(a, e));
	TRY(copy_of(k, a->owner.number, &c, &found, e));
	found = found && c.expires > a->now;
	pack_u8(a->out, found ? c.state : 0);
	pack_i64(a->out, c.asked_at);
	pack_i64(a->out, c.rows);
	pack_i64(a->out, c.rows_all);
	pack_i64(a->out, c.done_at);
	pack_i64(a->out, c.expires);
	pack_i64(a->out, c.size);
	pack_i64(a->out, c.given_at);
	return published_pack(k, a, e);
}

bool
op_export_drop(struct keeper *k, struct act *a, struct err *e)
{
	struct copy c;
	bool found;

	TRY(act_read(a, e));
	TRY(copy_of(k, a->owner.number, &c, &found, e));
	if (!found)
		return REFUSE(e, ERR_ABSENT, WHY_COPY_ABSENT, "export: none");
	TRY(copy_drop(k, c.id, e));
	a->purpose = PURPOSE_EXPORT;
	return act_record(k, a, c.state == COPY_COMPOSING ? "a copy taken back" : "a copy thrown away", e);
}

bool
op_export_mint(struct keeper *k, struct act *a, struct err *e)
{
	unsigned char token[TOKEN_BYTES], hash[TOKEN_HASH];
	struct copy c;
	bool found;

	TRY(act_read(a, e));
	TRY(copy_of(k, a->owner.number, &c, &found, e));
	if (!found || c.state != COPY_READY || c.expires <= a->now)
		return REFUSE(e, ERR_ABSENT, WHY_COPY_ABSENT, "export: none is ready");
	token_make(token, hash);
	TRY(copy_once_set(k, c.id, hash, e));
	buf_add(a->out, token, sizeof(token));
	explicit_bzero(token, sizeof(token));
	return true;
}

/* ---- by the one-use address: whoever minted it had just entered the password ---- */

static bool
fetch_enter(struct keeper *k, struct act *a, struct copy *c, struct err *e)
{
	unsigned char token[TOKEN_BYTES];
	bool good;

	unpack_exact(&a->in, token, sizeof(token));
	good = copy_once_find(k, token, a->now, c, e);
	explicit_bzero(token, sizeof(token));
	TRY(good);
	a->role = ACTOR_OWNER;
	return member_owner(k, c->member, &a->owner, NULL, e);
}

/* What the pieces hold stands in the line of when they were composed; each fetching has its own. */
bool
op_export_open(struct keeper *k, struct act *a, struct err *e)
{
	struct copy c;

	TRY(fetch_enter(k, a, &c, e));
	TRY(act_read(a, e));
	c.given_at = a->now;
	TRY(copy_set(k, &c, e));
	pack_i64(a->out, c.size);
	pack_i64(a->out, c.pieces);
	pack_i64(a->out, c.begun_at);
	return act_record(k, a, "a copy being fetched", e);
}

bool
op_export_piece(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf piece = {0};
	struct copy c;
	int64_t number;

	TRY(fetch_enter(k, a, &c, e));
	number = unpack_i64(&a->in);
	TRY(act_read(a, e));
	/* The line comes first. */
	if (c.given_at == 0)
		return FAIL(e, ERR_DENIED, "export: a piece before the beginning");
	TRY(copy_piece_open(k, &c, &a->owner, number, &piece, e));
	pack_bytes(a->out, piece.data, piece.len);
	return buf_ok(&piece, e);
}

bool
op_export_given(struct keeper *k, struct act *a, struct err *e)
{
	struct copy c;

	TRY(fetch_enter(k, a, &c, e));
	TRY(act_read(a, e));
	if (c.given_at == 0)
		return FAIL(e, ERR_DENIED, "export: the end before the beginning");
	TRY(copy_drop(k, c.id, e));
	return act_record(k, a, "a copy fetched whole, and gone from here", e);
}
