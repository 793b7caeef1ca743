#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include "ledger/base/wipe.h"
#include "privacy/facts/day.h"
#include "privacy/rights/compose.h"
#include "privacy/rights/export_table.h"
#include "privacy/rights/export_tape.h"

#define NO_SECTION	255u
#define PEM_LINE	64		/* characters: RFC 7468 section 2 */

_Static_assert(COUNT(((struct writer *)0)->phrase) == PHRASES_MOST, "a writer holds all phrases");

static const char *const files[COMPOSE__COUNT] = {
	[COMPOSE_PAGE] = "data.html", [COMPOSE_JSON] = "data.json", [COMPOSE_CERTIFICATES] = "certificates.pem",
	[COMPOSE_SCHEMA] = "data.schema.json",
};

const char *
compose_file(enum compose c)
{
	return (unsigned)c < COMPOSE__COUNT ? files[c] : NULL;
}

/* ---- orders ---- */

void
compose_pack(const struct compose_order *o, struct buf *into)
{
	pack_u8(into, o->what);
	pack_u8(into, o->begins);
	pack_u8(into, o->ends);
	pack_i64(into, o->made_at);
	pack_text(into, o->site);
	pack_text(into, o->lang);
	pack_bytes(into, o->words.p, o->words.len);
	pack_bytes(into, o->state.p, o->state.len);
	pack_bytes(into, o->tape.p, o->tape.len);
}

struct job {				/* an order as read */
	struct compose_order order;
	char		site[256], lang[16];
	struct zip	zip;
	struct writer	writer;
	struct buf	plain, piece, texts;
	size_t		at[PHRASES_MOST];	/* of phrases in texts, plus one; 0: none */
};

static void
job_free(struct job **j)
{
	if (*j == NULL)
		return;
	buf_wipe(&(*j)->plain);
	buf_wipe(&(*j)->piece);
	buf_wipe(&(*j)->texts);
	wipe_free(*j);
}

/* Translations, each ended by a NUL of its own; they hold none themselves. */
static bool
phrases_read(struct job *j, struct err *e)
{
	struct span s = j->order.words;
	uint32_t n = s.len == 0 ? 0 : unpack_u32(&s);

	if (n > PHRASES_MOST)
		return FAIL(e, ERR_INPUT, "compose: %u phrases", n);
	for (uint32_t i = 0; i < n; i++) {
		struct span t = unpack_bytes(&s);

		if (s.bad || !utf8_ok(t.p, t.len))
			return FAIL(e, ERR_INPUT, "compose: phrase %u", i);
		j->at[i] = j->texts.len + 1;
		buf_add(&j->texts, t.p, t.len);
		pack_u8(&j->texts, 0);
	}
	TRY(unpack_end(&s, "phrases", e));
	TRY(buf_ok(&j->texts, e));
	for (uint32_t i = 0; i < n; i++)
		j->writer.phrase[i] = j->texts.data[j->at[i] - 1] == '\0' ? NULL : j->texts.data + j->at[i] - 1;
	return true;
}

static bool
state_read(struct job *j, struct err *e)
{
	struct span s = j->order.state;

	j->writer.section = NO_SECTION;
	if (s.len == 0) {
		j->zip.time = j->order.made_at;
		return true;
	}
	TRY(zip_unpack(&j->zip, &s, e));
	j->writer.section = unpack_u8(&s);
	j->writer.rows = unpack_u8(&s) != 0;
	TRY(unpack_end(&s, "compose: state", e));
	return j->writer.section == NO_SECTION || j->writer.section < export_section_count ||
	    FAIL(e, ERR_INPUT, "compose: section %u", j->writer.section);
}

static bool
order_read(struct job *j, struct span s, struct err *e)
{
	struct compose_order *o = &j->order;

	o->what = (enum compose)unpack_u8(&s);
	o->begins = unpack_u8(&s) != 0;
	o->ends = unpack_u8(&s) != 0;
	o->made_at = unpack_i64(&s);
	unpack_text(&s, j->site, sizeof(j->site));
	unpack_text(&s, j->lang, sizeof(j->lang));
	o->words = unpack_bytes(&s);
	o->state = unpack_bytes(&s);
	o->tape = unpack_bytes(&s);
	o->site = j->site;
	o->lang = j->lang;
	TRY(unpack_end(&s, "compose: order", e));
	if (o->what < COMPOSE_PAGE || o->what >= COMPOSE__COUNT)
		return FAIL(e, ERR_INPUT, "compose: file %u", (unsigned)o->what);
	j->writer.order = o;
	j->writer.out = &j->plain;
	return phrases_read(j, e) && state_read(j, e);
}

/* ---- rows ---- */

struct style {
	void	(*begin)(struct writer *);
	void	(*section)(struct writer *, bool);
	bool	(*row)(struct writer *, struct span *, struct err *);
	void	(*end)(struct writer *);
};
static const struct style styles[COMPOSE__COUNT] = {
	[COMPOSE_PAGE] = { page_begin, page_section, page_row, page_end },
	[COMPOSE_JSON] = { json_begin, json_section, json_row, json_end },
};

static bool
item(struct writer *w, const struct style *s, struct span *tape, struct err *e)
{
	switch (unpack_u8(tape)) {
	case TAPE_SECTION:
		w->section = unpack_u8(tape);
		w->rows = false;
		if (w->section >= export_section_count)
			return FAIL(e, ERR_INPUT, "compose: section %u", w->section);
		s->section(w, true);
		return true;
	case TAPE_ROW:
		if (w->section == NO_SECTION || (w->rows && export_sections[w->section]->one))
			return FAIL(e, ERR_INPUT, "compose: a row outside its section");
		TRY(s->row(w, tape, e));
		w->rows = true;
		return true;
	case TAPE_END:
		if (w->section == NO_SECTION)
			return FAIL(e, ERR_INPUT, "compose: no section to end");
		s->section(w, false);
		w->section = NO_SECTION;
		return true;
	default:
		return FAIL(e, ERR_INPUT, "compose: no item of a tape");
	}
}

static bool
rows_write(struct job *j, struct err *e)
{
	const struct style *s = &styles[j->order.what];
	struct span tape = j->order.tape;

	if (j->order.begins)
		s->begin(&j->writer);
	while (tape.len > 0)
		TRY(item(&j->writer, s, &tape, e));
	if (j->order.ends)
		s->end(&j->writer);
	return true;
}

static bool
pem_add(struct buf *out, struct span der, struct err *e)
{
	size_t room = sodium_base64_encoded_len(der.len, sodium_base64_VARIANT_ORIGINAL);
	char *text = malloc(room);

	if (text == NULL)
		return FAIL(e, ERR_MEMORY, "compose: a certificate");
	sodium_bin2base64(text, room, der.p, der.len, sodium_base64_VARIANT_ORIGINAL);
	buf_text(out, "-----BEGIN CERTIFICATE-----\n");
	for (size_t at = 0, n = strlen(text); at < n; at += PEM_LINE) {
		buf_add(out, text + at, n - at < PEM_LINE ? n - at : PEM_LINE);
		buf_text(out, "\n");
	}
	buf_text(out, "-----END CERTIFICATE-----\n");
	wipe_free(text);
	return true;
}

static bool
certificates_write(struct job *j, struct err *e)
{
	struct span tape = j->order.tape;

	while (tape.len > 0) {
		struct span comment = unpack_bytes(&tape), der = unpack_bytes(&tape);

		if (tape.bad)
			return FAIL(e, ERR_INPUT, "compose: certificates");
		buf_add(&j->plain, comment.p, comment.len);
		TRY(pem_add(&j->plain, der, e));
	}
	return true;
}

static bool
write_plain(struct job *j, struct err *e)
{
	switch (j->order.what) {
	case COMPOSE_PAGE:
	case COMPOSE_JSON:
		return rows_write(j, e);
	case COMPOSE_CERTIFICATES:
		return certificates_write(j, e);
	case COMPOSE_SCHEMA:
		export_schema_write(&j->plain);
		return true;
	default:
		return true;
	}
}

static bool
compose_piece(struct job *j, struct err *e)
{
	TRY(write_plain(j, e));
	TRY(buf_ok(&j->plain, e));
	if (j->order.what == COMPOSE_OVER)
		return zip_end(&j->zip, &j->piece, e);
	if (j->order.begins)
		TRY(zip_file_begin(&j->zip, compose_file(j->order.what), &j->piece, e));
	TRY(zip_add(&j->zip, span_buf(&j->plain), &j->piece, e));
	return !j->order.ends || zip_file_end(&j->zip, &j->piece, e);
}

bool
compose(struct span order, struct buf *into, struct err *e)
{
	DROP(job_free) struct job *j = calloc(1, sizeof(*j));
	DROP(buf_wipe) struct buf state = {0};

	if (j == NULL)
		return FAIL(e, ERR_MEMORY, "compose");
	TRY(order_read(j, order, e));
	TRY(compose_piece(j, e));
	zip_pack(&j->zip, &state);
	pack_u8(&state, j->writer.section);
	pack_u8(&state, j->writer.rows);
	pack_bytes(into, state.data, state.len);
	pack_bytes(into, j->piece.data, j->piece.len);
	pack_i64(into, j->zip.size);
	return buf_ok(&state, e) && buf_ok(&j->piece, e);
}

/* ---- texts ---- */

void
day_text(int64_t day, char into[11])
{
	into[0] = '\0';
	if (day > -719162 && day < 2932897)
		day_write(day, into);
}

/* How many bytes the character at p takes, 0: it is none that may stand in a text. */
static size_t
character(struct span s)
{
	size_t n = s.p[0] < 0x80 ? 1 : s.p[0] < 0xe0 ? 2 : s.p[0] < 0xf0 ? 3 : 4;

	if (n > s.len || !utf8_ok(s.p, n) || (n == 1 && (s.p[0] < ' ' || s.p[0] == 0x7f) && strchr("\n\t", s.p[0]) == NULL))
		return 0;
	/* XML 1.0 section 2.2: U+FFFE and U+FFFF are no characters. */
	return n == 3 && s.p[0] == 0xef && s.p[1] == 0xbf && s.p[2] >= 0xbe ? 0 : n;
}

void
text_clean(struct buf *b, struct span text, void (*put)(struct buf *, struct span))
{
	size_t from = 0;

	for (size_t i = 0; i < text.len;) {
		size_t n = character(span_of(text.p + i, text.len - i));

		if (n > 0) {
			i += n;
			continue;
		}
		put(b, span_of(text.p + from, i - from));
		put(b, span_text("\xef\xbf\xbd"));
		from = ++i;
	}
	put(b, span_of(text.p + from, text.len - from));
}
