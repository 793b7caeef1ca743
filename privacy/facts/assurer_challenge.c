#include "ledger/base/wipe.h"
#include "privacy/facts/assurer_challenge.h"
#include "privacy/facts/member.h"
#include "privacy/facts/token.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

const char assurer_challenge_schema[] =
"CREATE TABLE sitting ("		/* a member's last try at the assurer challenge */
" member INTEGER PRIMARY KEY REFERENCES member (number),"
" id INTEGER NOT NULL,"
" language TEXT NOT NULL,"
" begun_at INTEGER NOT NULL,"
" until INTEGER NOT NULL,"
" ended_at INTEGER NOT NULL,"		/* graded; 0: not handed in */
" questions BLOB NOT NULL,"		/* numbers of their keys, in the order shown */
" answers BLOB) STRICT;";		/* sealed; NULL: not handed in */

static const struct sql
sql_get = { "sitting_get", "i", "itiiib",
	"SELECT id, language, begun_at, until, ended_at, questions FROM sitting WHERE member = $1" },
sql_answers = { "sitting_answers", "ii", "B", "SELECT answers FROM sitting WHERE member = $1 AND id = $2" },
sql_begin = { "sitting_begin", "iitiib", "",
	"INSERT INTO sitting (member, id, language, begun_at, until, ended_at, questions, answers)"
	" VALUES ($1, $2, $3, $4, $5, 0, $6, NULL)"
	" ON CONFLICT (member) DO UPDATE SET id = excluded.id, language = excluded.language,"
	" begun_at = excluded.begun_at, until = excluded.until, ended_at = 0, questions = excluded.questions,"
	" answers = NULL" },
sql_end = { "sitting_end", "ibii", "",
	"UPDATE sitting SET ended_at = $1, answers = $2 WHERE member = $3 AND id = $4 AND ended_at = 0" };

/* ---- the row ---- */

static bool
questions_read(struct sitting *s, struct span packed, struct err *e)
{
	for (s->n = 0; packed.len > 0 && s->n < BANK_DRAW_MOST; s->n++)
		s->key[s->n] = unpack_i64(&packed);
	return unpack_end(&packed, "sitting: questions", e);
}

bool
sitting_get(struct keeper *k, int64_t member, struct sitting *s, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	*s = (struct sitting){0};
	TRY(sql_first(k->store, &r, &sql_get, e, member));
	if (r == NULL)
		return true;
	s->id = rows_i64(r, 0);
	snprintf(s->language, sizeof(s->language), "%s", rows_text(r, 1));
	s->begun_at = rows_i64(r, 2);
	s->until = rows_i64(r, 3);
	s->ended_at = rows_i64(r, 4);
	return questions_read(s, rows_bytes(r, 5), e);
}

static struct seal_place
answers_place(const struct owner *o, const struct sitting *s)
{
	return (struct seal_place){ .table = "sitting", .field = 1, .subject = o->number, .object = s->id,
	    .version = 1, .key = o->key };
}

bool
sitting_open(struct keeper *k, const struct owner *o, struct sitting *s, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf plain = {0};
	struct seal_place at = answers_place(o, s);
	struct span in;

	TRY(sql_first(k->store, &r, &sql_answers, e, o->number, s->id));
	if (r == NULL || rows_null(r, 0))
		return FAIL(e, ERR_ABSENT, "sitting: no answers");
	TRY(vault_unseal(k->vault, &at, rows_bytes(r, 0), &plain, e));
	in = span_buf(&plain);
	s->right = unpack_u32(&in);
	s->needed = unpack_u32(&in);
	for (size_t i = 0; i < s->n; i++)
		s->chosen[i] = unpack_u32(&in);
	return unpack_end(&in, "sitting: answers", e);
}

/* The answers, sealed, and with them its end.  ERR_CONFLICT: another hand-in was first. */
static bool
sitting_close(struct keeper *k, const struct owner *o, struct sitting *s, int64_t now, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0}, box = {0};
	struct seal_place at = answers_place(o, s);

	pack_u32(&plain, s->right);
	pack_u32(&plain, s->needed);
	for (size_t i = 0; i < s->n; i++)
		pack_u32(&plain, s->chosen[i]);
	TRY(buf_ok(&plain, e));
	TRY(vault_seal(k->vault, &at, span_buf(&plain), &box, e));
	TRY(sql_do(k->store, &sql_end, e, now, (const void *)box.data, box.len, o->number, s->id));
	return sql_changed(k->store) == 1 || REFUSE(e, ERR_CONFLICT, WHY_CHALLENGE_OVER, "sitting: it ended");
}

enum challenge_state
sitting_state(const struct sitting *s, int64_t now)
{
	if (s->id == 0)
		return CHALLENGE_NONE;
	if (s->ended_at != 0)
		return CHALLENGE_GRADED;
	return now <= s->until ? CHALLENGE_OPEN : CHALLENGE_LATE;
}

int64_t
sitting_next(const struct keeper *k, const struct sitting *s, int64_t now)
{
	enum challenge_state state = sitting_state(s, now);
	int64_t over = state == CHALLENGE_GRADED ? s->ended_at : s->until;

	if (state == CHALLENGE_NONE || state == CHALLENGE_OPEN || over + k->set->trust.challenge_retry <= now)
		return 0;
	return over + k->set->trust.challenge_retry;
}

/* ---- looking ---- */

/* One question of a try: the hash its words stand under; graded, also what was ticked, and why that was wrong. */
static bool
pack_question(struct keeper *k, struct buf *out, const struct sitting *s, size_t i, bool graded, struct err *e)
{
	struct bank_key key;
	bool right = false;

	TRY(question_bank_key(k, s->key[i], &key, e));
	if (graded)
		TRY(bank_grade(&key, s->chosen[i], &right, e));
	buf_add(out, key.hash, sizeof(key.hash));
	pack_u32(out, s->chosen[i]);
	pack_u8(out, right);
	/* Who answered rightly needs no explanation, and who has not answered gets none. */
	pack_text(out, graded && !right ? key.because : "");
	return true;
}

static bool
pack_sitting(struct keeper *k, struct act *a, struct sitting *s, struct err *e)
{
	enum challenge_state state = sitting_state(s, a->now);
	/* Of one whose time ran out nothing was graded, so there is nothing to show. */
	size_t shown = state == CHALLENGE_OPEN || state == CHALLENGE_GRADED ? s->n : 0;

	if (state == CHALLENGE_GRADED)
		TRY(sitting_open(k, &a->owner, s, e));
	pack_u8(a->out, state);
	pack_i64(a->out, s->id);
	pack_text(a->out, s->language);
	pack_i64(a->out, s->begun_at);
	pack_i64(a->out, s->until);
	pack_i64(a->out, s->ended_at);
	pack_u32(a->out, s->right);
	pack_u32(a->out, s->needed);
	pack_u32(a->out, (uint32_t)shown);
	for (size_t i = 0; i < shown; i++)
		TRY(pack_question(k, a->out, s, i, state == CHALLENGE_GRADED, e));
	return state != CHALLENGE_GRADED || act_record(k, a, "looked at", e);
}

bool
op_challenge(struct keeper *k, struct act *a, struct err *e)
{
	const struct trust_policy *p = &k->set->trust;
	struct trust_facts t;
	struct sitting s;

	TRY(act_read(a, e));
	TRY(trust_get(k, a->owner.number, &t, e));
	TRY(sitting_get(k, a->owner.number, &s, e));
	pack_i64(a->out, t.passed_at);
	pack_i64(a->out, t.passed_at != 0 ? 0 : sitting_next(k, &s, a->now));
	pack_u32(a->out, (uint32_t)p->challenge_questions);
	pack_u32(a->out, (uint32_t)trust_challenge_needed(p, p->challenge_questions));
	pack_i64(a->out, p->challenge_time);
	pack_i64(a->out, p->challenge_retry);
	pack_i64(a->out, p->assurer_from);
	TRY(question_bank_languages(k, a->out, e));
	return pack_sitting(k, a, &s, e);
}

/* ---- beginning ---- */

static bool
draw(struct keeper *k, const char *language, struct sitting *s, struct err *e)
{
	struct question_pool *p = calloc(1, sizeof(*p));
	size_t into[BANK_DRAW_MOST];
	struct err why = {0};
	bool good;

	if (p == NULL)
		return FAIL(e, ERR_MEMORY, "challenge: no memory");
	s->n = (size_t)k->set->trust.challenge_questions;
	good = question_bank_pool(k, language, p, &why) && bank_draw(&p->pool, s->n, into, &why);
	for (size_t i = 0; good && i < s->n; i++)
		s->key[i] = p->id[into[i]];
	wipe_free(p);
	if (good)
		return true;
	if (why.kind == ERR_ABSENT)
		why.why = WHY_CHALLENGE_BANK;
	if (e != NULL)
		*e = why;
	return false;
}

static bool
sitting_begin(struct keeper *k, struct act *a, const char *language, struct sitting *s, struct err *e)
{
	DROP(buf_wipe) struct buf questions = {0};

	*s = (struct sitting){ .id = id_random(), .begun_at = a->now, .until = a->now + k->set->trust.challenge_time };
	TRY(draw(k, language, s, e));
	for (size_t i = 0; i < s->n; i++)
		pack_i64(&questions, s->key[i]);
	TRY(buf_ok(&questions, e));
	TRY(sql_do(k->store, &sql_begin, e, a->owner.number, s->id, language, s->begun_at, s->until,
	    (const void *)questions.data, questions.len));
	return act_record(k, a, "begun", e);
}

bool
op_challenge_begin(struct keeper *k, struct act *a, struct err *e)
{
	char language[BANK_LANGUAGE];
	struct trust_facts t;
	struct sitting s;

	unpack_text(&a->in, language, sizeof(language));
	TRY(act_read(a, e));
	TRY(trust_get(k, a->owner.number, &t, e));
	if (t.passed_at != 0)
		return REFUSE(e, ERR_CONFLICT, WHY_CHALLENGE_PASSED, "challenge: passed already");
	TRY(sitting_get(k, a->owner.number, &s, e));
	if (sitting_next(k, &s, a->now) != 0)
		return REFUSE(e, ERR_DENIED, WHY_CHALLENGE_EARLY, "challenge: too early");
	/* Begun in another tab, or by a second click: that one goes on, its clock too. */
	if (sitting_state(&s, a->now) != CHALLENGE_OPEN)
		TRY(sitting_begin(k, a, language, &s, e));
	pack_i64(a->out, s.id);
	return true;
}

/* ---- handing in ---- */

static bool
grade(struct keeper *k, struct sitting *s, struct err *e)
{
	s->needed = (uint32_t)trust_challenge_needed(&k->set->trust, (int64_t)s->n);
	for (size_t i = 0; i < s->n; i++) {
		struct bank_key key;
		struct err why = {0};
		bool right;

		TRY(question_bank_key(k, s->key[i], &key, e));
		if (!bank_grade(&key, s->chosen[i], &right, &why))
			return REFUSE(e, ERR_INPUT, WHY_CHALLENGE_OPTION, "%s", why.text);
		s->right += right;
	}
	return true;
}

/* A pass is a fact of trust's, which may make an assurer of its owner and end the sessions then. */
static bool
passed(struct keeper *k, struct act *a, bool *began, struct err *e)
{
	struct member_facts f;
	struct trust_facts t;
	struct owner o;

	TRY(trust_get(k, a->owner.number, &t, e));
	t.passed_at = a->now;
	TRY(trust_put(k, a->owner.number, &t, e));
	TRY(trust_refresh(k, &a->owner, a->now, NULL, e));
	TRY(member_owner(k, a->owner.number, &o, &f, e));
	*began = (f.roles & ~a->roles & 1u << ROLE_ASSURER) != 0;
	a->roles = f.roles;
	return true;
}

static bool
read_answers(struct act *a, int64_t *id, struct sitting *s, uint32_t *n, struct err *e)
{
	*id = unpack_i64(&a->in);
	*n = unpack_u32(&a->in);
	for (uint32_t i = 0; i < *n && i < BANK_DRAW_MOST; i++)
		s->chosen[i] = unpack_u32(&a->in);
	return act_read(a, e);
}

bool
op_challenge_answer(struct keeper *k, struct act *a, struct err *e)
{
	struct sitting typed = {0}, s;
	bool pass, began = false;
	char said[64];
	int64_t id;
	uint32_t n;

	TRY(read_answers(a, &id, &typed, &n, e));
	TRY(sitting_get(k, a->owner.number, &s, e));
	if (sitting_state(&s, a->now) != CHALLENGE_OPEN || s.id != id)
		return REFUSE(e, ERR_CONFLICT, WHY_CHALLENGE_OVER, "challenge: no open try of that number");
	if (n != s.n)
		return REFUSE(e, ERR_INPUT, WHY_CHALLENGE_OPTION, "challenge: %u answers to %zu questions", n, s.n);
	memcpy(s.chosen, typed.chosen, sizeof(s.chosen));
	TRY(grade(k, &s, e));
	pass = s.right >= s.needed;
	TRY(sitting_close(k, &a->owner, &s, a->now, e));
	snprintf(said, sizeof(said), "%s, %u of %zu", pass ? "passed" : "not passed", s.right, s.n);
	TRY(act_record(k, a, said, e));
	if (pass)
		TRY(passed(k, a, &began, e));
	pack_u8(a->out, pass);
	pack_u32(a->out, s.right);
	pack_u32(a->out, n);
	pack_u8(a->out, began);
	return true;
}
