/*
 * portal/trust/event_list.c - the printed list of those who come.
 *
 * Its address works once and carries no session: browsers print a page's address.
 */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "ledger/base/wipe.h"
#include "portal/trust/event_facts.h"
#include "portal/trust/meeting.h"
#include "portal/trust/routes.h"

static void
list_wipe(struct list_view *w)
{
	wipe_free(w->row);
}

bool
event_list_make(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf about = {0};
	int64_t id;

	TRY(tail_number(v, &id, e));
	pack_i64(&about, id);
	return once_go(v, ONCE_EVENT_LIST, &about, "/once/list/", e);
}

static bool
content_read(struct span content, struct list_view *w, struct err *e)
{
	int64_t begins, ends, east;
	uint32_t n;

	unpack_text(&content, w->line.place, sizeof(w->line.place));
	begins = unpack_i64(&content);
	ends = unpack_i64(&content);
	east = unpack_i64(&content);
	n = unpack_u32(&content);
	if (content.bad || n > EVENT_CAPACITY_MOST)
		return FAIL(e, ERR_IO, "event list: answer");
	event_when(begins, ends, east, w->line.when);
	for (; w->n < n; w->n++) {
		w->row[w->n].number = unpack_i64(&content);
		unpack_text(&content, w->row[w->n].text, sizeof(w->row[w->n].text));
	}
	return unpack_end(&content, "event list", e);
}

bool
event_list_once(struct visit *v, struct err *e)
{
	DROP(list_wipe) struct list_view w = { .row = calloc(EVENT_CAPACITY_MOST, sizeof(*w.row)) };
	DROP(buf_wipe) struct buf out = {0};
	struct span content;

	if (w.row == NULL)
		return FAIL(e, ERR_MEMORY, "event list");
	TRY(once_ask(v, ONCE_EVENT_LIST, &out, &content, e));
	TRY(content_read(content, &w, e));
	page_event_list(&v->page, v, &w);
	return buf_ok(&v->page, e);
}
