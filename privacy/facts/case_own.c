/* privacy/facts/case_own.c - opening a case, and what its opener does with it: read, write, allow. */
#include <stdio.h>
#include <string.h>
#include "privacy/facts/case.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name_change.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define MEMBERS_OWN	1u	/* what a member allows: see KEEPER_CASE_ALLOW */
#define NOBODY_FREE	2u

static const struct sql
sql_open_of = { "case_open_of", "i", "i",
	"SELECT CAST(count(*) AS bigint) FROM case_file WHERE member = $1 AND closed = 0" };

static bool
few_enough(struct keeper *k, int64_t member, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_open_of, e, member));
	return r == NULL || rows_i64(r, 0) < CASES_OWN || REFUSE(e, ERR_DENIED, WHY_LIMIT, "case: enough open ones");
}

/* ---- opening ---- */

void case_start_wipe(struct case_start *s) { explicit_bzero(s, sizeof(*s)); }

/* Whom a report is about, by number; nobody that there is stays nobody, without a word about it. */
static bool
accused(struct keeper *k, const char *typed, int64_t *member, uint32_t *roles, struct err *e)
{
	struct member_facts f = {0};
	struct err why = {0};
	struct owner o;

	*member = 0;
	*roles = 0;
	if (*typed == '\0' || typed[strspn(typed, "0123456789")] != '\0')
		return true;
	if (!member_named(k, typed, member, &why)) {
		*member = 0;
		if (why.kind != ERR_ABSENT && e != NULL)
			*e = why;
		return why.kind == ERR_ABSENT;
	}
	TRY(member_owner(k, *member, &o, &f, e));
	*roles = f.roles;
	return true;
}

/* What is said against staff or officers goes to officers alone, whatever its writer took them for. */
bool
case_start_ok(struct keeper *k, const struct case_start *s, unsigned by, struct case_row *c, struct err *e)
{
	uint32_t roles = 0, staff = 1u << ROLE_SUPPORT | 1u << ROLE_OFFICER;

	if (!case_kind_ok(s->kind, by) || s->against >= CASE_AGAINST__COUNT)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "case: kind %u, against %u", s->kind, s->against);
	if (s->kind != CASE_REPORT && (s->against != CASE_AGAINST_NOBODY || s->about[0] != '\0'))
		return REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "case: no report, yet against somebody");
	c->kind = (enum case_kind)s->kind;
	TRY(accused(k, s->about, &c->about, &roles, e));
	c->officers = s->against == CASE_AGAINST_SUPPORT || s->against == CASE_AGAINST_OFFICER || (roles & staff) != 0;
	if (s->birth != 0 && (case_kinds[c->kind].fields & FIELD_BIT(FIELD_BIRTH)) != 0 && by == CASE_BY_MEMBER)
		c->flags |= CASE_BIRTH;
	return true;
}

bool
op_case_open(struct keeper *k, struct act *a, struct err *e)
{
	DROP(case_start_wipe) struct case_start s = { .kind = unpack_u8(&a->in) };
	struct case_row c = { .member = a->owner.number };

	s.birth = unpack_u8(&a->in);
	s.against = unpack_u8(&a->in);
	unpack_text(&a->in, s.about, sizeof(s.about));
	TRY(case_words(a, s.words, e));
	TRY(act_read(a, e));
	TRY(case_start_ok(k, &s, CASE_BY_MEMBER, &c, e));
	/* What staff may open could be asked of them by whoever has the session's address: it stays behind the password. */
	if ((c.flags & CASE_BIRTH) != 0 && (a->flags & SESSION_FRESH) == 0)
		return REFUSE(e, ERR_DENIED, WHY_PASSWORD_NEEDED, "case: a birth date without the password");
	TRY(few_enough(k, a->owner.number, e));
	TRY(case_add(k, &c, a->now, e));
	pack_i64(a->out, c.number);
	TRY(case_text_add(k, a, &c, CASE_TEXT_OPENER, s.words, "opened", e));
	return case_kinds[c.kind].hours == 0 || case_notify_desk(k, &c, a->now, e);
}

/* ---- seeing ---- */

struct own_list { struct act *a; struct buf rows; uint32_t n; };

static bool
own_one(void *self, const struct case_row *c, struct err *e)
{
	struct own_list *l = self;

	case_pack(&l->rows, c, 0, l->a->now);
	l->n++;
	return buf_ok(&l->rows, e);
}

bool
op_cases(struct keeper *k, struct act *a, struct err *e)
{
	struct own_list l = { .a = a };
	bool good;

	TRY(act_read(a, e));
	good = case_each_of(k, a->owner.number, own_one, &l, e);
	pack_u32(a->out, l.n);
	buf_add(a->out, l.rows.data, l.rows.len);
	buf_wipe(&l.rows);
	return good;
}

bool
op_case(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	char object[64];
	struct case_row c;

	TRY(case_own(k, a, number, &c, e));
	case_pack(a->out, &c, 0, a->now);
	TRY(name_change_pack(k, number, a->out, e));
	TRY(case_texts_read(k, a, &c, false, a->out, e));
	snprintf(object, sizeof(object), "case %lld: looked at", (long long)number);
	return act_record(k, a, object, e);
}

/* ---- writing: what was closed goes on by it, for two weeks ---- */

bool
case_again(struct case_row *c, int64_t now, struct err *e)
{
	if (c->closed == 0) {
		c->state = c->state == CASE_WAITING ? (c->extended > 0 ? CASE_EXTENDED : CASE_OPEN) : c->state;
		return true;
	}
	if (now >= c->closed + CASE_REOPENS)
		return case_open_now(c, e);
	c->state = CASE_REOPENED;
	c->closed = 0;
	c->outcome = 0;
	c->deadline = case_deadline_again(c->deadline, now);
	return true;
}

bool
case_goes_on(struct keeper *k, struct act *a, struct case_row *c, struct err *e)
{
	DROP(case_words_wipe) char words[CASE_TEXT_MAX + 1] = "";
	bool was_closed = c->closed > 0;

	TRY(case_words(a, words, e));
	TRY(act_read(a, e));
	TRY(case_again(c, a->now, e));
	if (was_closed && c->member > 0)	/* one that goes on is an open one again */
		TRY(few_enough(k, c->member, e));
	return case_text_add(k, a, c, CASE_TEXT_OPENER, words, was_closed ? "reopened" : "written in", e);
}

bool
op_case_say(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	struct case_row c;

	TRY(case_own(k, a, number, &c, e));
	return case_goes_on(k, a, &c, e);
}

/* ---- allowing ---- */

static const char *
allowed(struct case_row *c, unsigned what, bool yes)
{
	uint32_t asked = what == MEMBERS_OWN ? CASE_ASKED : CASE_FREE_ASKED, bit = what == MEMBERS_OWN ? CASE_ALLOWED : CASE_FREE_OK;

	c->flags &= ~(asked | bit);
	c->flags |= yes ? bit : 0;
	if (what == MEMBERS_OWN)
		return yes ? "staff may open fields" : "staff may not open fields";
	return yes ? "may be worked on by somebody you vouched for or who vouched for you" :
	    "not to be worked on by somebody you vouched for or who vouched for you";
}

bool
op_case_allow(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	unsigned what = unpack_u8(&a->in);
	bool yes = unpack_u8(&a->in) == 1;
	char object[DETAIL_OBJECT];
	const char *says;
	struct case_row c;

	TRY(act_read(a, e));
	if (what != MEMBERS_OWN && what != NOBODY_FREE)
		return FAIL(e, ERR_INPUT, "case: allow %u", what);
	TRY(case_own(k, a, number, &c, e));
	TRY(case_open_now(&c, e));
	says = allowed(&c, what, yes);
	TRY(case_set(k, &c, e));
	if (what == MEMBERS_OWN && !yes)
		TRY(case_fields_close(k, number, e));
	snprintf(object, sizeof(object), "case %lld: %s", (long long)number, says);
	return act_record(k, a, object, e);
}

bool
op_case_stands(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in), id = unpack_i64(&a->in);
	struct case_row c;

	TRY(act_read(a, e));
	TRY(case_get(k, number, &c, e));
	if (c.member != a->owner.number && c.staff != a->owner.number && c.deputy != a->owner.number)
		return REFUSE(e, ERR_ABSENT, WHY_CASE_ABSENT, "case: of others");
	return case_text_stands(k, a, &c, id, e);
}
