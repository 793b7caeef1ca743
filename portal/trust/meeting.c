#include <string.h>
#include "portal/trust/meeting.h"
#include "portal/trust/words.h"

void
meeting_wipe(struct meeting_view *m)
{
	explicit_bzero(m, sizeof(*m));
}

/* ---- results in words; each has a sign and a word, so that none hangs on a colour ---- */

static void
compared_say(struct compared *c, unsigned match)
{
	static const struct { const char *says, *sign, *badge; } results[] = {
		[0] = { NULL, "", "" },
		[MATCH_SAME] = { MSG("matches"), "✓", "good" },
		[MATCH_SPELLING] = { MSG("differs in spelling"), "≈", "held" },
		[MATCH_DIFFERS] = { MSG("differs"), "✗", "bad" },
	};

	match = match < COUNT(results) ? match : 0;
	c->says = results[match].says;
	c->sign = results[match].sign;
	c->badge = results[match].badge;
}

static void
rows_names(struct meeting_view *m)
{
	for (size_t i = 0; i < m->names; i++) {
		struct compared *c = &m->row[m->rows++];

		memcpy(c->called, m->name[i].called, sizeof(c->called));
		compared_say(c, m->name[i].match);
	}
	if (m->names == 0)
		m->row[m->rows++] = (struct compared){ .label = MSG("Name") };
}

static void
rows_say(struct meeting_view *m)
{
	static const char *const labels[] = { MSG("Birth date"), MSG("Kind of document"), MSG("Number of the document") };

	rows_names(m);
	/* For a lost account no document is compared. */
	for (size_t i = 0; i < (m->kind == HANDOVER_LOST ? 1 : COUNT(labels)); i++) {
		struct compared *c = &m->row[m->rows++];

		c->label = labels[i];
		compared_say(c, m->match[i]);
		if (i == 0 && m->proposed && m->match[0] != MATCH_SAME) {
			c->says = MSG("a new date is there: it needs its deed");
			c->sign = "≈";
			c->badge = "held";
		}
	}
}

/* ---- reading ---- */

static void
name_read(const struct visit *v, struct span *a, struct name_met *n)
{
	DROP(buf_wipe) struct buf called = {0};

	n->index = unpack_u8(a);
	n->sort = unpack_u8(a);
	n->match = unpack_u8(a);
	snprintf(n->value, sizeof(n->value), "%u", n->index);
	name_called(v, n->index + 1, n->sort, &called);
	said_keep(&called, n->called, sizeof(n->called));
}

/* What may be gone on with: the keeper judges it once more. */
static void
judge(struct meeting_view *m)
{
	bool shown = (m->opened & (FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_FAMILY))) != 0;
	bool birth = m->match[0] == MATCH_SAME || m->proposed || (m->opened & FIELD_BIT(FIELD_BIRTH)) != 0;

	for (size_t i = 0; i < m->names; i++)
		m->any_name |= shown || m->name[i].match == MATCH_SAME || m->name[i].match == MATCH_SPELLING;
	m->ready = m->any_name && birth;
}

bool
meeting_read(const struct visit *v, struct span *a, struct meeting_view *m, struct err *e)
{
	uint32_t vouched;

	*m = (struct meeting_view){ .id = v->tail };
	m->kind = unpack_u8(a);
	m->method = unpack_u8(a);
	m->idle_until = unpack_i64(a);
	m->founding = unpack_u8(a) != 0;
	m->give_most = unpack_i64(a);
	m->young = unpack_u8(a) != 0;
	for (size_t i = 0; i < COUNT(m->left); i++)
		m->left[i] = unpack_u8(a);
	for (size_t i = 0; i < COUNT(m->match); i++)
		m->match[i] = unpack_u8(a);
	m->names = unpack_u8(a);
	if (m->names > VOUCH_NAMES)
		return FAIL(e, ERR_IO, "meeting: %zu names", m->names);
	for (size_t i = 0; i < m->names; i++)
		name_read(v, a, &m->name[i]);
	m->opened = (uint64_t)unpack_i64(a);
	m->proposed = unpack_u8(a) != 0;
	vouched = unpack_u32(a);
	if (a->bad)
		return FAIL(e, ERR_IO, "meeting: answer");
	for (size_t i = 0; i < m->names; i++)
		m->name[i].vouched = (vouched & 1u << m->name[i].index) != 0;
	rows_say(m);
	judge(m);
	return true;
}

static bool
ask(struct visit *v, uint32_t op, struct buf *out, struct span *a, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0};
	int64_t id;

	TRY(tail_number(v, &id, e));
	visit_ask_begin(v, &in);
	pack_i64(&in, id);
	return visit_ask(v, op, &in, out, a, e);
}

bool
meeting_look(struct visit *v, struct meeting_view *m, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	struct span a;

	TRY(ask(v, KEEPER_HANDOVER_LOOK, &out, &a, e));
	TRY(meeting_read(v, &a, m, e));
	return unpack_end(&a, "meeting", e);
}

bool
meeting_do(struct visit *v, uint32_t op, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	struct span a;

	return ask(v, op, &out, &a, e);
}
