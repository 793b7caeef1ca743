#include <stdlib.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "ledger/base/wipe.h"
#include "portal/desk/case_facts.h"
#include "portal/desk/cases.h"

static const struct { const char *says, *choice; } kinds[CASE_KIND__COUNT] = {
	[CASE_ACCESS] = { MSG("What you hold about me"), "access" }, [CASE_CORRECTION] = { MSG("Correct something"), "correction" },
	[CASE_ERASURE] = { MSG("Erase something"), "erasure" }, [CASE_RESTRICTION] = { MSG("Stop using my data"), "restriction" },
	[CASE_OBJECTION] = { MSG("I object"), "objection" }, [CASE_COMPLAINT] = { MSG("A complaint"), "complaint" },
	[CASE_LOST_ACCESS] = { MSG("A lost account"), "lost" }, [CASE_NAME_CHANGE] = { MSG("A changed name"), "name" },
	[CASE_MINOR] = { MSG("A young person's data"), "minor" }, [CASE_REPORT] = { MSG("A report of a violation"), "report" },
	[CASE_CERTIFICATE] = { MSG("A problem with a certificate"), "certificate" },
	[CASE_DECEASED] = { MSG("A member who has died"), "deceased" }, [CASE_BREACH] = { MSG("A breach"), NULL },
	[CASE_DISCLOSURE] = { MSG("A disclosure"), NULL }, [CASE_OTHER] = { MSG("Not sorted yet"), NULL },
};
static const struct { const char *says, *badge; } states[] = {
	[CASE_OPEN] = { MSG("open"), "held" }, [CASE_WAITING] = { MSG("waits for who opened it"), "held" },
	[CASE_EXTENDED] = { MSG("takes longer"), "held" }, [CASE_CLOSED] = { MSG("closed"), "old" },
	[CASE_REOPENED] = { MSG("open again"), "held" },
};
static const char *const outcomes[CASE_OUTCOME__COUNT] = {
	[CASE_DONE] = MSG("done as asked"), [CASE_PARTLY] = MSG("done in part"), [CASE_REFUSED] = MSG("refused"),
	[CASE_WITHDRAWN] = MSG("withdrawn"), [CASE_NO_ANSWER] = MSG("closed for want of an answer"),
};
static const char *const againsts[CASE_AGAINST__COUNT] = {
	[CASE_AGAINST_NOBODY] = "unsure", [CASE_AGAINST_MEMBER] = "member", [CASE_AGAINST_ASSURER] = "assurer",
	[CASE_AGAINST_SUPPORT] = "staff", [CASE_AGAINST_OFFICER] = "officer",
};

const char *
case_kind_words(unsigned kind)
{
	return kind < COUNT(kinds) && kinds[kind].says != NULL ? kinds[kind].says : MSG("unknown");
}

unsigned
case_kind_typed(const char *choice)
{
	for (unsigned i = 0; i < COUNT(kinds); i++)
		if (kinds[i].choice != NULL && strcmp(kinds[i].choice, choice) == 0)
			return i;
	return 0;
}

unsigned
case_against_typed(const char *choice)
{
	for (unsigned i = 0; i < COUNT(againsts); i++)
		if (strcmp(againsts[i], choice) == 0)
			return i;
	return 0;
}

const char *
seat_words(unsigned role)
{
	static const char *const names[ROLE__COUNT] = {
		[ROLE_SUPPORT] = MSG("Support staff"), [ROLE_OFFICER] = MSG("Officers"), [ROLE_AUDITOR] = MSG("Auditors"),
	};

	return role < COUNT(names) && names[role] != NULL ? names[role] : MSG("unknown");
}

void
case_line_read(const struct visit *v, struct span *a, bool yours, struct case_line *l)
{
	snprintf(l->number, sizeof(l->number), "%lld", (long long)unpack_i64(a));
	l->kind = unpack_u8(a);
	l->state = unpack_u8(a);
	l->opened = unpack_i64(a);
	l->deadline = unpack_i64(a);
	l->extended = unpack_i64(a);
	l->closed = unpack_i64(a);
	l->outcome = unpack_u8(a);
	l->what = unpack_u32(a);
	l->texts = unpack_i64(a);
	l->last = l->deadline - 1;
	l->over = l->closed == 0 && v->now >= l->deadline;
	l->kind_name = case_kind_words(l->kind);
	l->state_name = yours && l->state == CASE_WAITING ? MSG("waits for your answer") : l->state < COUNT(states) && states[l->state].says != NULL ? states[l->state].says : MSG("unknown");
	l->badge = l->state < COUNT(states) && states[l->state].badge != NULL ? states[l->state].badge : "old";
	l->outcome_name = l->outcome < COUNT(outcomes) && outcomes[l->outcome] != NULL ? outcomes[l->outcome] : MSG("unknown");
}

void
name_change_read(struct span *a, struct name_change_line *l)
{
	l->what = unpack_u8(a);
	l->said_at = unpack_i64(a);
	snprintf(l->decision, sizeof(l->decision), "%lld", (long long)unpack_i64(a));
	l->state = unpack_u8(a);
	l->asked_at = unpack_i64(a);
	l->decided_at = unpack_i64(a);
	l->yes = unpack_u8(a);
	l->no = unpack_u8(a);
}

void
case_view_wipe(struct case_view *w)
{
	wipe_free(w->text);
	explicit_bzero(w->field, sizeof(w->field));
	w->text = NULL;
}

bool
case_texts_take(struct span *a, struct case_view *w, struct err *e)
{
	uint32_t n;

	w->missing = unpack_i64(a);
	n = unpack_u32(a);
	if (n > CASE_TEXTS_MOST)
		return FAIL(e, ERR_IO, "case: %u texts", n);
	w->text = calloc(n == 0 ? 1 : n, sizeof(*w->text));
	if (w->text == NULL)
		return FAIL(e, ERR_MEMORY, "case: texts");
	for (w->n = 0; w->n < n && !a->bad; w->n++) {
		struct case_text_line *l = &w->text[w->n];

		l->at = unpack_i64(a);
		l->sort = unpack_u8(a);
		unpack_text(a, l->text, sizeof(l->text));
	}
	return unpack_end(a, "case", e);
}

bool
case_number(const struct visit *v, int64_t *number, struct err *e)
{
	return tail_number(v, number, NULL) || REFUSE(e, ERR_ABSENT, WHY_CASE_ABSENT, "case: no number");
}

static bool
tell(struct visit *v, int64_t number, int64_t id, const unsigned char *token, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span a;

	if (token != NULL) {
		buf_add(&in, token, TOKEN_BYTES);
		pack_i64(&in, id);
		return visit_ask_open(v, KEEPER_CASE_VISIT_STANDS, &in, &out, &a, e) && unpack_end(&a, "stands", e);
	}
	visit_ask_begin(v, &in);
	pack_i64(&in, number);
	pack_i64(&in, id);
	return visit_ask(v, KEEPER_CASE_STANDS, &in, &out, &a, e) && unpack_end(&a, "stands", e);
}

/* What fails after the row is there the clerk makes good. */
bool
case_text_keep(struct visit *v, struct span *a, int64_t number, const unsigned char *token, struct err *e)
{
	struct case_text_row r = { .id = unpack_i64(a), .of = number };

	r.change = unpack_i64(a);
	r.number = unpack_i64(a);
	r.box = unpack_bytes(a);
	TRY(unpack_end(a, "text to keep", e));
	TRY(case_texts_put(v->store, &r, e));
	return tell(v, number, r.id, token, e);
}

void
telling_read(struct span *a, struct telling_line *l)
{
	l->state = unpack_u8(a);
	l->days = unpack_i64(a);
	l->since = unpack_i64(a);
	l->until = unpack_i64(a);
	l->ended = unpack_i64(a);
	l->live = l->since > 0 && l->ended == 0;
}
