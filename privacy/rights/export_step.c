/* One step of a copy: rows are read, laid on the tape, and made into a piece by the packing child. */
#include <string.h>
#include "privacy/facts/member.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/packer.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/compose.h"
#include "privacy/rights/export.h"

/* In the order of export_sections. */
const struct export_reader *const export_readers[] = {
	&reader_account, &reader_names, &reader_name_links, &reader_data, &reader_addresses, &reader_questions,
	&reader_settings, &reader_sessions, &reader_roles, &reader_seat, &reader_lists, &reader_erasures, &reader_cases, &reader_case_texts, &reader_lost,
	&reader_use, &reader_trusted, &reader_trusted_by, &reader_domains, &reader_domain_proofs,
	&reader_certificates, &reader_tickets, &reader_orders, &reader_received, &reader_given, &reader_challenge,
	&reader_handovers, &reader_handover_uses, &reader_events, &reader_slips, &reader_papers, &reader_published,
	&reader_contacts, &reader_decisions, &reader_votes, &reader_founders, &reader_holds, &reader_exclusions, &reader_guest_seats,
	&reader_mails, &reader_links,
	&reader_recovery, &reader_wrong_codes, &reader_others, &reader_sealed, &reader_history,
};

/* ---- reading ---- */

bool
gather_allowed(struct gather *g, uint64_t bits, struct err *e)
{
	TRY(purpose_allows(PURPOSE_EXPORT, ACTOR_OWNER, bits, e));
	g->opened |= bits;
	return true;
}

bool
gather_open(struct gather *g, enum field f, int64_t object, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};
	bool found;

	TRY(gather_allowed(g, FIELD_BIT(f), e));
	TRY(vault_find(g->k->vault, &g->owner, f, object, &plain, NULL, &found, e));
	if (found)
		tape_bytes(&g->tape, span_buf(&plain));
	else
		tape_null(&g->tape);
	return buf_ok(&plain, e);
}

bool
gather_full(const struct gather *g)
{
	return g->tape.len >= g->budget;
}

/* Columns as they stand in the row, behind its keys. */
static bool
plain_row(struct gather *g, const struct export_reader *s, size_t columns, const struct rows *r, int keys, struct err *e)
{
	for (int i = 0; i < (int)columns; i++) {
		int at = keys + i;

		if (rows_null(r, at))
			tape_null(&g->tape);
		else if (s->sql->out[at] == 'i' || s->sql->out[at] == 'I')
			tape_int(&g->tape, rows_i64(r, at));
		else
			tape_bytes(&g->tape, rows_bytes(r, at));
	}
	return buf_ok(&g->tape, e);
}

static bool
one_row(struct gather *g, const struct export_reader *s, size_t columns, const struct rows *r, int keys, struct err *e)
{
	tape_row(&g->tape);
	g->rows++;
	if (keys > 0)
		g->key = rows_i64(r, 0);
	if (keys > 1)
		g->key2 = rows_i64(r, 1);
	return s->row != NULL ? s->row(g, r, e) : plain_row(g, s, columns, r, keys, e);
}

/* A section without keys is read whole: such tables hold few rows of one member. */
static bool
section_rows(struct gather *g, const struct export_reader *s, size_t columns, bool *more, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	int keys = (int)strlen(s->sql->in) - 1;
	struct err end = {0};
	size_t n = 0;

	switch (keys) {
	case 0:
		TRY(sql_ask(g->k->store, &r, s->sql, e, g->owner.number));
		break;
	case 1:
		TRY(sql_ask(g->k->store, &r, s->sql, e, g->owner.number, g->key));
		break;
	default:
		TRY(sql_ask(g->k->store, &r, s->sql, e, g->owner.number, g->key, g->key2));
	}
	while ((keys == 0 || !gather_full(g)) && rows_next(r, &end)) {
		TRY(one_row(g, s, columns, r, keys, e));
		n++;
	}
	*more = keys > 0 && (gather_full(g) || n == GATHER_ROWS);
	return err_hand_on(e, &end);
}

/* ---- where a copy stands ---- */

struct cursor {
	uint8_t		document;	/* enum compose */
	uint8_t		section;	/* of it */
	bool		begun, inside;	/* the document is; the section is */
	int64_t		key, key2;
	uint64_t	opened;
	struct buf	state;		/* the composer's */
};
static void cursor_wipe(struct cursor *c) { buf_wipe(&c->state); }

static void
cursor_pack(const struct cursor *c, struct buf *into)
{
	pack_u8(into, c->document);
	pack_u8(into, c->section);
	pack_u8(into, c->begun);
	pack_u8(into, c->inside);
	pack_i64(into, c->key);
	pack_i64(into, c->key2);
	pack_i64(into, (int64_t)c->opened);
	pack_bytes(into, c->state.data, c->state.len);
}

static bool
cursor_unpack(struct cursor *c, struct span s, struct err *e)
{
	struct span state;

	*c = (struct cursor){ .document = COMPOSE_PAGE };
	if (s.len == 0)
		return true;
	c->document = unpack_u8(&s);
	c->section = unpack_u8(&s);
	c->begun = unpack_u8(&s) != 0;
	c->inside = unpack_u8(&s) != 0;
	c->key = unpack_i64(&s);
	c->key2 = unpack_i64(&s);
	c->opened = (uint64_t)unpack_i64(&s);
	state = unpack_bytes(&s);
	buf_add(&c->state, state.p, state.len);
	return unpack_end(&s, "copy: cursor", e) && buf_ok(&c->state, e);
}

static void
cursor_from_start(struct cursor *c)
{
	c->key = c->key2 = INT64_MIN;
}

static bool
section_step(struct gather *g, struct cursor *c, struct err *e)
{
	const struct export_reader *s = export_readers[c->section];
	bool more = false;

	if (!c->inside) {
		tape_section(&g->tape, c->section);
		cursor_from_start(c);
		c->inside = true;
	}
	g->key = c->key;
	g->key2 = c->key2;
	TRY(s->walk != NULL ? s->walk(g, &more, e) : section_rows(g, s, export_sections[c->section]->count, &more, e));
	c->key = g->key;
	c->key2 = g->key2;
	if (!more) {
		tape_end(&g->tape);
		c->inside = false;
		c->section++;
	}
	return buf_ok(&g->tape, e);
}

/* Some rows of the document that is being made; *ends: it has no more. */
static bool
fill(struct gather *g, struct cursor *c, bool *ends, struct err *e)
{
	bool more = false;

	switch (c->document) {
	case COMPOSE_PAGE:
	case COMPOSE_JSON:
		while (c->section < export_section_count && !gather_full(g))
			TRY(section_step(g, c, e));
		*ends = c->section == export_section_count;
		return true;
	case COMPOSE_CERTIFICATES:
		if (!c->begun)
			cursor_from_start(c);
		g->key = c->key;
		TRY(gather_certificates(g, &more, e));
		c->key = g->key;
		*ends = !more;
		return true;
	default:
		*ends = true;
		return true;
	}
}

/* ---- a step: order, put off, keep ---- */

static bool
order_send(struct keeper *k, struct act *a, const struct copy *copy, struct gather *g, struct cursor *c, bool ends,
    struct err *e)
{
	DROP(buf_wipe) struct buf words = {0}, order = {0}, note = {0};
	struct compose_order o = { .what = (enum compose)c->document, .begins = !c->begun, .ends = ends,
	    .made_at = copy->begun_at, .site = k->set->site_name, .lang = copy->lang, .state = span_buf(&c->state),
	    .tape = span_buf(&g->tape) };
	struct cursor next = *c;

	if (c->document == COMPOSE_PAGE)
		TRY(copy_words(k, copy, &words, e));
	o.words = span_buf(&words);
	compose_pack(&o, &order);
	next.state = (struct buf){0};
	next.begun = !ends;
	next.opened |= g->opened;
	if (ends) {
		next.document++;
		next.section = 0;
	}
	pack_i64(&note, copy->id);
	pack_i64(&note, copy->step);
	pack_i64(&note, g->rows);
	cursor_pack(&next, &note);
	TRY(buf_ok(&order, e) && buf_ok(&note, e));
	a->later = true;
	return packer_ask(k->packer, a->ask, &order, &note, e);
}

static void gather_wipe(struct gather *g) { buf_wipe(&g->tape); }

static bool
order(struct keeper *k, struct act *a, const struct copy *copy, struct err *e)
{
	DROP(buf_wipe) struct buf stored = {0};
	DROP(cursor_wipe) struct cursor c = {0};
	DROP(gather_wipe) struct gather g = { .k = k, .owner = a->owner, .copy = copy->id, .entries = copy->entries,
	    .budget = (size_t)k->set->copy_step };
	bool ends;

	TRY(copy_cursor_get(k, copy, &a->owner, &stored, e));
	TRY(cursor_unpack(&c, span_buf(&stored), e));
	TRY(fill(&g, &c, &ends, e));
	return order_send(k, a, copy, &g, &c, ends, e);
}

/* All of it is there. */
static bool
finish(struct keeper *k, struct act *a, struct copy *copy, uint64_t opened, struct err *e)
{
	struct record_line line = { .about = &a->owner, .purpose = PURPOSE_EXPORT, .role = a->role,
	    .fields = opened, .object = "a copy composed" };

	copy->state = COPY_READY;
	copy->done_at = a->now;
	copy->expires = a->now + COPY_LIFE;
	return copy_set(k, copy, e) && keeper_record(k, &line, a->now, NULL, e);
}

static bool
failed(struct keeper *k, struct act *a, struct copy *copy, struct err *e)
{
	if (++copy->tries < COPY_TRIES)
		return copy_set(k, copy, e);
	copy->state = COPY_FAILED;
	return copy_set(k, copy, e) && act_record(k, a, "a copy that could not be composed", e);
}

static bool
keep(struct keeper *k, struct act *a, struct copy *copy, const struct packed *p, struct err *e)
{
	DROP(buf_wipe) struct buf kept = {0};
	DROP(cursor_wipe) struct cursor c = {0};
	struct span note = span_buf(&p->note), out = span_buf(&p->out), state, piece;

	if (unpack_i64(&note) != copy->id || unpack_i64(&note) != copy->step)
		return FAIL(e, ERR_CONFLICT, "copy: another step was first");
	if (p->failed)
		return failed(k, a, copy, e);
	copy->rows += unpack_i64(&note);
	TRY(cursor_unpack(&c, note, e));
	state = unpack_bytes(&out);
	piece = unpack_bytes(&out);
	copy->size = unpack_i64(&out);
	TRY(unpack_end(&out, "copy: piece", e));
	buf_add(&c.state, state.p, state.len);
	cursor_pack(&c, &kept);
	TRY(buf_ok(&kept, e));
	TRY(copy_step_done(k, copy, &a->owner, &kept, piece, e));
	return c.document <= COMPOSE_OVER || finish(k, a, copy, c.opened, e);
}

static bool
rows_in_all(struct keeper *k, const struct copy *copy, int64_t *n, struct err *e)
{
	static const struct sql sql = { "copy_rows", "i", "i", "SELECT CAST(COUNT(*) AS bigint) FROM sealed WHERE subject = $1" };
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql, e, copy->member));
	/* Told twice: as a page and for programs. */
	*n = 2 * (copy->entries + 2 * rows_i64(r, 0) + (int64_t)export_section_count);
	return true;
}

/* The line comes before the first opening, and names all that may be opened. */
static bool
begin(struct keeper *k, struct act *a, struct copy *copy, struct err *e)
{
	struct record_line line = { .about = &a->owner, .purpose = PURPOSE_EXPORT, .role = a->role,
	    .fields = purposes[PURPOSE_EXPORT].fields, .object = "a copy begun" };

	TRY(keeper_record(k, &line, a->now, NULL, e));
	TRY(keeper_entries(k, &a->owner, &copy->entries, e));
	TRY(rows_in_all(k, copy, &copy->rows_all, e));
	copy->begun_at = a->now;
	return copy_set(k, copy, e);
}

bool
op_export_go(struct keeper *k, struct act *a, struct err *e)
{
	const struct packed *p = packer_done(a->ask);
	struct copy copy;

	TRY(act_read(a, e));
	TRY(copy_get(k, a->job, &copy, e));
	if (copy.state == COPY_COMPOSING && p == NULL && copy.begun_at != 0)
		return order(k, a, &copy, e);
	if (copy.state == COPY_COMPOSING)
		TRY(p != NULL ? keep(k, a, &copy, p, e) : begin(k, a, &copy, e));
	pack_u8(a->out, copy.state != COPY_COMPOSING);
	pack_i64(a->out, copy.step);
	return true;
}

bool
op_export_next(struct keeper *k, struct act *a, struct err *e)
{
	static const struct sql sql = { "copy_next", "i", "i",
	    "SELECT id FROM copy WHERE state = 1 AND expires > $1 ORDER BY asked_at LIMIT 1" };
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char ticket[TOKEN_BYTES];

	TRY(act_read(a, e));
	TRY(sql_first(k->store, &r, &sql, e, a->now));
	pack_u8(a->out, r != NULL);
	if (r == NULL)
		return true;
	copy_ticket(k, rows_i64(r, 0), ticket);
	buf_add(a->out, ticket, sizeof(ticket));
	return true;
}
