#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/log.h"
#include "portal/desk/case_facts.h"
#include "portal/desk/cases.h"
#include "portal/desk/take.h"
#include "portal/trust/directory.h"
#include "portal/trust/events.h"
#include "portal/web/words.h"
#include "privacy/facts/day.h"
#include "privacy/rights/compose.h"
#include "privacy/rights/export_table.h"

#define NONE	NULL, 0
#define FRESH	ROLE_MEMBER, NEEDS_FRESH, PURPOSE_EXPORT, GUARD_OWN, NULL
#define FRESH_ACTS(page) ROLE_MEMBER, NEEDS_FRESH, PURPOSE_EXPORT, GUARD_OWN_FORM, page
#define ACTS(page) ROLE_MEMBER, NEEDS_SESSION, PURPOSE_EXPORT, GUARD_OWN_FORM, page

#define PATH_TAKE	"/rights/take"
#define LOOK_AGAIN	3	/* seconds until the page of a copy in the making asks again */

/* ---- the page ---- */

static void
size_text(int64_t bytes, char into[32])
{
	if (bytes < 10000000)
		snprintf(into, 32, "%lld kB", (long long)((bytes + 999) / 1000));
	else
		snprintf(into, 32, "%lld MB", (long long)((bytes + 999999) / 1000000));
}

/* How the copy stands; what is published follows in the answer. */
static void
look_read(struct span *a, struct take_view *w)
{
	int64_t rows, all;

	w->state = unpack_u8(a);
	w->asked_at = unpack_i64(a);
	rows = unpack_i64(a);
	all = unpack_i64(a);
	w->done_at = unpack_i64(a);
	w->expires = unpack_i64(a);
	size_text(unpack_i64(a), w->size);
	w->given_at = unpack_i64(a);
	w->percent = all <= 0 ? 0 : rows * 100 / all > 99 ? 99 : rows * 100 / all;
}

static bool
take_show(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct take_view w = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_EXPORT_LOOK, &in, &out, &a, e));
	look_read(&a, &w);
	for (uint32_t i = 0, n = unpack_u32(&a); i < n && !a.bad; i++) {
		(void)unpack_i64(&a);		/* what is published: for who asks */
		(void)unpack_u8(&a);
	}
	TRY(unpack_end(&a, "copy", e));
	if (w.state == COPY_COMPOSING)
		v->refresh = LOOK_AGAIN;
	page_take(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

/* ---- asking, taking back ---- */

static void
words_pack(const struct visit *v, struct buf *into)
{
	DROP(buf_wipe) struct buf texts = {0};
	const char *msgid;
	uint32_t n = 0;

	for (; v->words != NULL && (msgid = export_phrase(n)) != NULL; n++) {
		const char *said = words_find(v->words, msgid);

		pack_text(&texts, strcmp(said, msgid) == 0 ? "" : said);
	}
	pack_u32(into, n);
	buf_add(into, texts.data, texts.len);
	into->failed = into->failed || texts.failed;
}

/* What the member published, as everybody reads it. */
static bool
public_words(struct visit *v, int64_t id, unsigned kind, struct buf *into, struct err *e)
{
	struct directory_line l;
	struct event_row ev;
	bool found = false;

	if (kind == PUBLISHED_LISTING)
		TRY(directory_get(v->store, id, &l, &found, e));
	else if (kind == PUBLISHED_EVENT)
		TRY(events_get(v->store, id, &ev, &found, e));
	if (!found)
		return true;
	if (kind == PUBLISHED_EVENT) {
		buf_text(into, ev.place);
		buf_text(into, "\n");
		buf_text(into, ev.note);
		return true;
	}
	buf_text(into, l.name);
	buf_text(into, "\n");
	buf_text(into, l.region);
	buf_text(into, "\n");
	buf_text(into, l.languages);
	if (l.placed)
		buf_fmt(into, "\n%.1f, %.1f", l.spot.lat / 10.0, l.spot.lon / 10.0);
	return true;
}

/* u32 n, n * { i64 id, text } of what the keeper says is published. */
static bool
public_pack(struct visit *v, struct buf *into, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct take_view stands;
	struct span a;
	uint32_t n;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_EXPORT_LOOK, &in, &out, &a, e));
	look_read(&a, &stands);
	n = unpack_u32(&a);
	pack_u32(into, n);
	for (uint32_t i = 0; i < n && !a.bad; i++) {
		DROP(buf_wipe) struct buf words = {0};
		int64_t id = unpack_i64(&a);

		TRY(public_words(v, id, unpack_u8(&a), &words, e));
		pack_i64(into, id);
		pack_bytes(into, words.data, words.len);
	}
	return unpack_end(&a, "copy", e);
}

static bool
case_bring(struct visit *v, int64_t number, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	TRY(case_texts_pack(v->store, number, &in, e));
	TRY(visit_ask(v, KEEPER_EXPORT_CASE, &in, &out, &a, e));
	return unpack_end(&a, "copy: case", e);
}

/* The ciphertexts of each case that the keeper says is the member's: what they hold is told by the copy. */
static bool
cases_bring(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_CASES, &in, &out, &a, e));
	for (uint32_t n = unpack_u32(&a); n > 0 && !a.bad; n--) {
		struct case_line l;

		case_line_read(v, &a, true, &l);
		if (!a.bad && l.texts > 0)
			TRY(case_bring(v, strtoll(l.number, NULL, 10), e));
	}
	return unpack_end(&a, "copy: cases", e);
}

static bool
take_ask(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0}, words = {0}, shown = {0};
	struct span a;

	TRY(public_pack(v, &shown, e));
	TRY(cases_bring(v, e));
	visit_ask_begin(v, &in);
	pack_text(&in, v->lang);
	words_pack(v, &words);
	pack_bytes(&in, words.data, words.len);
	pack_bytes(&in, shown.data, shown.len);
	TRY(visit_ask(v, KEEPER_EXPORT_ASK, &in, &out, &a, e));
	TRY(unpack_end(&a, "copy", e));
	return visit_go(v, true, PATH_TAKE, e);
}

static bool
take_drop(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_EXPORT_DROP, &in, &out, &a, e));
	TRY(unpack_end(&a, "copy", e));
	return visit_go(v, true, PATH_TAKE, e);
}

/* ---- fetching ---- */

static bool
take_get(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	unsigned char once[TOKEN_BYTES];
	char text[33], to[64];
	struct span a;

	visit_ask_begin(v, &in);
	TRY(visit_ask(v, KEEPER_EXPORT_MINT, &in, &out, &a, e));
	unpack_exact(&a, once, sizeof(once));
	TRY(unpack_end(&a, "copy", e));
	token_text(once, text);
	snprintf(to, sizeof(to), "/once/copy/%s", text);
	return visit_go(v, false, to, e);
}

static void
ask_begin(const struct visit *v, struct buf *in)
{
	buf_add(in, v->stream.once, sizeof(v->stream.once));
}

/* The next piece becomes the page; after the last one there is none. */
static bool
piece_next(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a, piece;

	buf_reset(&v->page);
	if (v->stream.next == v->stream.pieces)
		return true;
	ask_begin(v, &in);
	pack_i64(&in, v->stream.next++);
	TRY(visit_ask_open(v, KEEPER_EXPORT_PIECE, &in, &out, &a, e));
	piece = unpack_bytes(&a);
	TRY(unpack_end(&a, "piece", e));
	buf_add(&v->page, piece.p, piece.len);
	return buf_ok(&v->page, e);
}

static void
all_went_out(struct visit *v)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct err e = {0};
	struct span a;

	ask_begin(v, &in);
	if (!visit_ask_open(v, KEEPER_EXPORT_GIVEN, &in, &out, &a, &e) && e.kind != ERR_ABSENT)
		log_err("a copy that was fetched", &e);
}

/* The pieces come in the order in which they were made: nothing has to be put together here. */
static bool
take_once(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	int64_t made_at;
	char day[11];
	struct span a;

	if (!token_parse(v->tail, v->stream.once))
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "copy: shape of the address");
	/* Before the keeper is asked: it writes a line that the copy is being fetched. */
	TRY(visit_stream_room(v, e));
	ask_begin(v, &in);
	TRY(visit_ask_open(v, KEEPER_EXPORT_OPEN, &in, &out, &a, e));
	/* Taken only now: addresses at which nothing is take nobody's place. */
	TRY(visit_stream(v, e));
	v->stream.length = unpack_i64(&a);
	v->stream.pieces = unpack_i64(&a);
	made_at = unpack_i64(&a);
	TRY(unpack_end(&a, "copy", e));
	day_text(day_of(made_at), day);
	v->type = "application/zip";
	snprintf(v->disposition, sizeof(v->disposition), "my-data-%s.zip", day);
	v->stream.piece = piece_next;
	v->stream.over = all_went_out;
	return true;
}

/* ---- what data.json is ---- */

static bool
schema_show(struct visit *v, struct err *e)
{
	v->type = "application/schema+json";
	export_schema_write(&v->page);
	return buf_ok(&v->page, e);
}

const struct route take_routes[] = {
	{ GET,  PATH_TAKE, "take", FRESH, NONE, take_show },
	{ POST, PATH_TAKE, "take", FRESH_ACTS(NULL), NONE, take_ask },
	{ POST, PATH_TAKE "/drop", "take back", ACTS(PATH_TAKE), NONE, take_drop },
	{ POST, PATH_TAKE "/get", "fetch", FRESH_ACTS(PATH_TAKE), NONE, take_get },
	{ GET,  "/once/copy/*", "copy", (enum role)0, NEEDS_NOTHING, PURPOSE_EXPORT, GUARD_ONCE, NULL, NONE, take_once },
	{ GET,  EXPORT_SCHEMA, "schema of copies", (enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL, NONE, schema_show },
};
const size_t take_route_count = COUNT(take_routes);
