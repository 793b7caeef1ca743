/*
 * portal/people/history.c - the ledger's lines about one member, in plain words.
 *
 * By others first; one's own lines of the same purpose and day are grouped, so
 * that "14 times that day" does not hide the one line that matters.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/clock.h"
#include "ledger/base/wipe.h"
#include "portal/people/object.h"
#include "portal/people/routes.h"
#include "portal/trust/words.h"

static const char *const roles[ACTOR__COUNT] = {
	[ACTOR_SYSTEM] = MSG("the program by itself"), [ACTOR_OWNER] = MSG("you"),
	[ACTOR_ASSURER] = MSG("an assurer"), [ACTOR_SUPPORT] = MSG("somebody of the support staff"),
	[ACTOR_OFFICER] = MSG("an officer"), [ACTOR_AUDITOR] = MSG("an auditor"),
	[ACTOR_OPERATOR] = MSG("an operator"),
};

/* Into the visitor's language; left as it is where that would be too long. */
static void
translate(const struct visit *v, char object[TEXT_SHOWN])
{
	DROP(buf_wipe) struct buf words = {0};

	object_say(v, object, &words);
	if (!words.failed && words.len > 0 && words.len < TEXT_SHOWN)
		memcpy(object, words.data, words.len + 1);
}

static void
read_row(const struct visit *v, struct span *a, struct history_row *r)
{
	r->place = unpack_i64(a);
	r->number = unpack_i64(a);
	r->at = unpack_i64(a);
	r->kind = unpack_u8(a);
	r->role = unpack_u8(a);
	r->purpose = unpack_u32(a);
	r->fields = unpack_i64(a);
	unpack_text(a, r->object, sizeof(r->object));
	translate(v, r->object);
	r->has_values = unpack_u8(a) != 0;
	r->erased = unpack_u8(a) != 0;
	r->times = 1;
	r->own = r->role == ACTOR_OWNER;
	if (r->purpose == PURPOSE_UNSET || r->purpose >= PURPOSE__COUNT)
		r->purpose = PURPOSE_NO_PERSONAL_DATA;
	r->says = r->erased ? MSG("A line whose detail was erased") : purposes[r->purpose].history;
	snprintf(r->place_text, sizeof(r->place_text), "%lld", (long long)r->place);
}

/* One's own line joins an earlier shown one of the same day, purpose and object. */
static bool
grouped(struct history_view *w, const struct history_row *r)
{
	for (size_t i = w->n; r->own && !r->has_values && i > 0; i--) {
		struct history_row *seen = &w->row[i - 1];

		if (seen->at / DAY != r->at / DAY)
			break;
		if (seen->own && !seen->has_values && seen->purpose == r->purpose &&
		    strcmp(seen->object, r->object) == 0) {
			seen->times++;
			return true;
		}
	}
	return false;
}

static void
rows_free(struct history_view *w)
{
	wipe_free(w->row);
}

bool
history_show(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	DROP(rows_free) struct history_view w = { .row = calloc(HISTORY_SHOWN, sizeof(*w.row)) };
	struct history_row r = {0};
	struct span a;
	uint32_t n;

	if (w.row == NULL)
		return FAIL(e, ERR_MEMORY, "history");
	visit_ask_begin(v, &in);
	pack_i64(&in, form_number(&v->form, "before"));
	pack_u32(&in, HISTORY_SHOWN);
	TRY(visit_ask(v, KEEPER_HISTORY, &in, &out, &a, e));
	w.all = unpack_i64(&a);
	n = unpack_u32(&a);
	for (uint32_t i = 0; i < n && i < HISTORY_SHOWN && !a.bad; i++) {
		read_row(v, &a, &r);
		w.others += !r.own;
		if (!grouped(&w, &r))
			w.row[w.n++] = r;
	}
	w.older = n == HISTORY_SHOWN && r.place > 1 ? r.place : 0;
	TRY(unpack_end(&a, "history", e));
	page_history(&v->page, v, &w);
	return buf_ok(&v->page, e);
}

static void
hex(char *into, const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		snprintf(into + 2 * i, 3, "%02x", p[i]);
}

/* Before and after, as the page of one's data says that field's value. */
static void
say_values(const struct visit *v, struct entry_view *w)
{
	char *const values[] = { w->was, w->now };

	for (unsigned f = 1; f < FIELD__COUNT; f++)
		for (size_t i = 0; w->row.fields == (int64_t)FIELD_BIT(f) && i < COUNT(values); i++) {
			DROP(buf_wipe) struct buf said = {0};

			value_say(v, f, values[i], &said);
			said_keep(&said, values[i], TEXT_SHOWN);
		}
}

static void entry_wipe(struct entry_view *w) { explicit_bzero(w, sizeof(*w)); }

static bool
read_entry(const struct visit *v, struct span *a, struct entry_view *w, struct err *e)
{
	struct span leaf;

	read_row(v, a, &w->row);
	unpack_text(a, w->was, sizeof(w->was));
	unpack_text(a, w->now, sizeof(w->now));
	say_values(v, w);
	for (int i = 0; i < 4; i++)
		(void)unpack_bytes(a);		/* the inner hashes: for receipts, not for this page */
	leaf = unpack_bytes(a);
	TRY(unpack_end(a, "history entry", e));
	if (leaf.len != LEAF_BYTES)
		return FAIL(e, ERR_IO, "history entry: leaf of %zu bytes", leaf.len);
	hex(w->leaf, leaf.p, LEAF_BYTES);
	w->kind_name = entry_kind_name(w->row.kind);
	w->role_name = w->row.role < ACTOR__COUNT && roles[w->row.role] != NULL ? roles[w->row.role] : MSG("unknown");
	for (unsigned f = 1; f < FIELD__COUNT && w->field_n < COUNT(w->field_label); f++)
		if ((uint64_t)w->row.fields & FIELD_BIT(f))
			w->field_label[w->field_n++] = fields[f].label;
	return true;
}

bool
history_entry_show(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	DROP(entry_wipe) struct entry_view w = {0};
	int64_t place;
	struct span a;

	TRY(tail_number(v, &place, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, place);
	TRY(visit_ask(v, KEEPER_HISTORY_ENTRY, &in, &out, &a, e));
	TRY(read_entry(v, &a, &w, e));
	page_history_entry(&v->page, v, &w);
	return buf_ok(&v->page, e);
}
