/*
 * portal/trust/note.c - noting an assurance: place, day, papers, names, points.
 *
 * It is a draft afterwards; signing.c signs.
 */
#include <stdlib.h>
#include <string.h>
#include "build/pages/pages.h"
#include "portal/trust/meeting.h"
#include "portal/trust/routes.h"
#include "portal/trust/words.h"
#include "portal/web/say.h"
#include "privacy/facts/name.h"

#define LINK_BIRTH_VALUE "birth"

static void note_wipe(struct note_view *n) { explicit_bzero(n, sizeof(*n)); }

/* ---- what a deed may change ---- */

static void
link_add(const struct visit *v, struct note_view *n, const struct name_met *from, const struct name_met *to)
{
	static const char *const marks[] = { "{1}", "{2}" };
	DROP(buf_wipe) struct buf said = {0};
	struct link_choice *l = &n->link[n->links];
	const char *run = say_run(v, MSG("{1} was replaced by {2}"), marks, COUNT(marks));

	if (n->links == LINKS_SHOWN)
		return;
	n->links++;
	snprintf(l->value, sizeof(l->value), "%u-%u", from->index, to->index);
	for (; *run != '\0'; run++)
		if (strncmp(run, "{1}", 3) == 0 || strncmp(run, "{2}", 3) == 0) {
			buf_text(&said, run[1] == '1' ? from->called : to->called);
			run += 2;
		} else {
			buf_add(&said, run, 1);
		}
	said_keep(&said, l->says, sizeof(l->says));
}

static bool
name_seen(const struct meeting_view *m, const struct name_met *n)
{
	return n->match == MATCH_SAME || n->match == MATCH_SPELLING ||
	    (m->opened & (FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_FAMILY))) != 0;
}

/* From a name that somebody vouched for to another: the deed shows both, and both were compared. */
static void
links_find(const struct visit *v, struct note_view *n)
{
	const struct meeting_view *m = &n->m;

	if (m->proposed) {
		struct link_choice *l = &n->link[n->links++];

		snprintf(l->value, sizeof(l->value), "%s", LINK_BIRTH_VALUE);
		snprintf(l->says, sizeof(l->says), "%s", say(v, MSG("The birth date was replaced by the new one")));
	}
	for (size_t i = 0; i < m->names; i++)
		for (size_t k = 0; k < m->names; k++)
			if (i != k && m->name[i].vouched && name_seen(m, &m->name[i]) && name_seen(m, &m->name[k]))
				link_add(v, n, &m->name[i], &m->name[k]);
}

/* Ticks only for names that agreed or were shown; what was ticked stays so when the form comes back. */
static void
names_keep(const struct visit *v, struct meeting_view *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->names; i++) {
		if (!name_seen(m, &m->name[i]))
			continue;
		for (size_t k = 0; k < v->form.many_count; k++)
			m->name[i].ticked |= strcmp(v->form.many[k], m->name[i].value) == 0;
		m->name[kept++] = m->name[i];
	}
	m->names = kept;
}

bool
note_show(struct visit *v, struct err *e)
{
	DROP(note_wipe) struct note_view n = {0};

	TRY(meeting_look(v, &n.m, e));
	links_find(v, &n);
	names_keep(v, &n.m);
	if (!form_good(&v->form) && (n.m.method == VOUCH_MEETING || n.m.method == VOUCH_EVENT))
		documents_missing(v);
	page_note(&v->page, v, &n);
	return buf_ok(&v->page, e);
}

/* ---- sending ---- */

/* 0 to 15, as typed; false: something else. */
static bool
index_read(const char *text, char end, unsigned *index)
{
	char *after;
	unsigned long n = strtoul(text, &after, 10);

	*index = (unsigned)n;
	return text[0] >= '0' && text[0] <= '9' && *after == end && n < VOUCH_NAMES;
}

static uint32_t
names_typed(struct visit *v)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < v->form.many_count; i++) {
		unsigned index;

		if (index_read(v->form.many[i], '\0', &index))
			bits |= 1u << index;
		else
			form_fault(&v->form, "name", MSG("Choose among the names shown."));
	}
	return bits;
}

static struct link
link_typed(struct visit *v)
{
	const char *text = form_text(&v->form, "link"), *dash = strchr(text, '-');
	unsigned from, to;

	if (text[0] == '\0' || strcmp(text, "none") == 0)
		return (struct link){ .what = LINK_NONE };
	if (strcmp(text, LINK_BIRTH_VALUE) == 0)
		return (struct link){ .what = LINK_BIRTH };
	if (dash != NULL && index_read(text, '-', &from) && index_read(dash + 1, '\0', &to))
		return (struct link){ LINK_NAME, (uint8_t)from, (uint8_t)to };
	form_fault(&v->form, "link", MSG("Choose one of the answers shown."));
	return (struct link){ .what = LINK_NONE };
}

/* Which field a refusal belongs to; NULL: the form as a whole. */
static const char *
note_field(uint32_t why)
{
	static const struct { uint32_t why; const char *field; } of[] = {
		{ WHY_ASSURE_PLACE, "place" }, { WHY_FIELD_LONG, "place" }, { WHY_ASSURE_DOCUMENTS, "passport" },
		{ WHY_ASSURE_NAME, "name" }, { WHY_ASSURE_POINTS, "points" }, { WHY_ASSURE_FUTURE, "day" },
		{ WHY_ASSURE_LONG_AGO, "day" }, { WHY_ASSURE_BEFORE_BIRTH, "day" }, { WHY_BIRTH_DATE, "day" },
		{ WHY_ASSURE_AGREEMENT, "accepts" }, { WHY_LINK, "link" },
	};

	for (size_t i = 0; i < COUNT(of); i++)
		if (of[i].why == why)
			return of[i].field;
	return NULL;
}

/* What the sentences about meetings are where a third party met the member: only that form has the field. */
static bool
third_fault(struct visit *v, uint32_t why)
{
	static const struct { uint32_t why; const char *field, *says; } of[] = {
		{ WHY_WORDS, "third", MSG("Write name, office and town of who checked the papers.") },
		{ WHY_ASSURE_AGAIN, "third", MSG("This third party has checked this member before: only different ones count.") },
		{ WHY_ASSURE_PLACE, "place", MSG("Say where the papers were checked: a town is enough.") },
		{ WHY_ASSURE_FUTURE, "day", MSG("The check cannot lie in the future.") },
		{ WHY_ASSURE_LONG_AGO, "day", MSG("The check was too long ago. The member needs a new form.") },
		{ WHY_ASSURE_DOCUMENTS, "passport", MSG("Tick which documents the third party saw: at least one official one with a photo.") },
	};

	for (size_t i = 0; i < COUNT(of); i++)
		if (of[i].why == why && (why == WHY_WORDS || form_text(&v->form, "third")[0] != '\0')) {
			form_fault(&v->form, of[i].field, of[i].says);
			return true;
		}
	return false;
}

static bool
note_pack(struct visit *v, struct buf *in, struct err *e)
{
	struct link l = link_typed(v);
	uint32_t names = names_typed(v);
	char met[FORM_DATE];
	int64_t id;

	TRY(tail_number(v, &id, e));
	form_day(&v->form, "day", "month", "year", met);
	visit_ask_begin(v, in);
	pack_i64(in, id);
	pack_text(in, form_text(&v->form, "place"));
	pack_text(in, met);
	pack_u32(in, documents_typed(v));
	pack_u32(in, names);
	pack_u8(in, form_ticked(&v->form, "accepts"));
	pack_u8(in, form_ticked(&v->form, "parent"));
	pack_u8(in, form_ticked(&v->form, "paper"));
	pack_i64(in, form_number(&v->form, "points"));
	pack_u8(in, l.what);
	pack_u8(in, l.from);
	pack_u8(in, l.to);
	pack_text(in, form_text(&v->form, "third"));
	return true;
}

bool
note_send(struct visit *v, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	TRY(note_pack(v, &in, e));
	if (form_good(&v->form)) {
		if (visit_ask(v, KEEPER_ASSURE_DRAFT, &in, &out, &a, e)) {
			(void)unpack_i64(&a);		/* its number */
			TRY(unpack_end(&a, "draft", e));
			return visit_go(v, true, "/assure/sign", e);
		}
		if (!third_fault(v, e->why) && !visit_fault(v, e, note_field(e->why)))
			return false;
	}
	v->status = 422;
	return note_show(v, e);
}
