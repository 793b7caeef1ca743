/*
 * privacy/facts/case_visit.c - cases of people without an account.
 *
 * Opening gives a number and a pass-phrase, told once and kept as a keyed hash (code_book.h).
 * With both a visit begins: a token, of which the hash is kept, good for
 * session.idle after its last use.  Tries are held back per case and source,
 * and per source; a wrong number, a wrong pass-phrase and a case that is over are refused
 * alike after the same look-ups.  The pass-phrase has 50 random bits.
 */
#include <sodium.h>
#include <string.h>
#include "privacy/facts/case.h"
#include "privacy/facts/code_book.h"
#include "privacy/facts/member.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/brake.h"
#include "privacy/keeper/again.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

static const struct sql
sql_begin = { "case_visit_begin", "bii", "", "INSERT INTO case_visit (hash, number, expires) VALUES ($1, $2, $3)" },
sql_find = { "case_visit_find", "bi", "i", "SELECT number FROM case_visit WHERE hash = $1 AND expires > $2" },
sql_longer = { "case_visit_longer", "ib", "", "UPDATE case_visit SET expires = $1 WHERE hash = $2" };

static bool
no_case(struct err *e)
{
	return REFUSE(e, ERR_DENIED, WHY_CASE_CODE, "case: number or pass-phrase");
}

static bool
visit_begin(struct keeper *k, struct act *a, int64_t number, struct err *e)
{
	unsigned char token[TOKEN_BYTES], hash[TOKEN_HASH];

	token_make(token, hash);
	buf_add(a->out, token, sizeof(token));
	sodium_memzero(token, sizeof(token));
	return sql_do(k->store, &sql_begin, e, (const void *)hash, sizeof(hash), number, a->now + k->set->session_idle);
}

bool
case_visit_enter(struct keeper *k, struct act *a, const unsigned char token[TOKEN_BYTES], struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char hash[TOKEN_HASH];
	struct case_row c;

	token_hash(token, hash);
	TRY(sql_first(k->store, &r, &sql_find, e, (const void *)hash, sizeof(hash), a->now));
	if (r == NULL)
		return no_case(e);
	a->case_number = rows_i64(r, 0);
	rows_drop(&r);
	TRY(sql_do(k->store, &sql_longer, e, a->now + k->set->session_idle, (const void *)hash, sizeof(hash)));
	TRY(case_get(k, a->case_number, &c, e));
	return subject_enter(k, a, c.owner.number, e);
}

static struct span
source_read(struct act *a, unsigned char into[64])
{
	struct span s = unpack_bytes(&a->in);
	size_t n = s.len < 64 ? s.len : 64;

	if (n > 0)
		memcpy(into, s.p, n);
	return span_of(into, n);
}

bool
op_case_visit_open(struct keeper *k, struct act *a, struct err *e)
{
	const struct span nobody = span_of(NULL, 0), asked = a->in;
	DROP(case_start_wipe) struct case_start s = { .kind = unpack_u8(&a->in) };
	unsigned char from[64];
	char shown[CODE_TEXT];
	struct case_row c = {0};
	struct span source, form;
	struct code code;
	bool told;

	s.against = unpack_u8(&a->in);
	unpack_text(&a->in, s.about, sizeof(s.about));
	TRY(case_words(a, s.words, e));
	unpack_text(&a->in, c.lang, sizeof(c.lang));
	source = source_read(a, from);
	form = unpack_bytes(&a->in);
	if (form.len != 0 && form.len != TOKEN_BYTES)
		return FAIL(e, ERR_INPUT, "case: a form's number of %zu bytes", form.len);
	TRY(act_read(a, e));
	TRY(case_start_ok(k, &s, CASE_BY_VISITOR, &c, e));
	act_again_form(k, a, form, asked, &told);
	if (told)
		return true;
	TRY(brake_ask(k->brake, BRAKE_CASE_SOURCE, nobody, source, a->now, e));
	brake_count(k->brake, BRAKE_CASE_SOURCE, nobody, source, a->now);
	TRY(case_add(k, &c, a->now, e));
	TRY(code_issue(k, CODE_CASE, c.number, &code, e));
	code_print(&code, shown);
	code_wipe(&code);
	pack_i64(a->out, c.number);
	pack_text(a->out, shown);
	sodium_memzero(shown, sizeof(shown));
	TRY(visit_begin(k, a, c.number, e));
	/* from here on the case is who acts: its own entries are its history */
	TRY(subject_enter(k, a, c.owner.number, e));
	a->role = ACTOR_OWNER;
	TRY(case_text_add(k, a, &c, CASE_TEXT_OPENER, s.words, "opened", e));
	return case_kinds[c.kind].hours == 0 || case_notify_desk(k, &c, a->now, e);
}

bool
op_case_enter(struct keeper *k, struct act *a, struct err *e)
{
	const struct span nobody = span_of(NULL, 0);
	int64_t number = unpack_i64(&a->in);
	struct span account = span_of(&number, sizeof(number)), source;
	char typed[KEEPER_TEXT_MAX + 1];
	unsigned char from[64];
	struct code_found f;
	struct case_row c;
	bool fits;

	unpack_text(&a->in, typed, sizeof(typed));
	source = source_read(a, from);
	TRY(act_read(a, e));
	TRY(brake_ask(k->brake, BRAKE_CASE, account, source, a->now, e));
	TRY(brake_ask(k->brake, BRAKE_CASE_SOURCE, nobody, source, a->now, e));
	TRY(code_look(k, typed, &f, e));
	sodium_memzero(typed, sizeof(typed));
	fits = f.fits && f.kind == CODE_CASE && f.ref == number;
	code_wipe(&f.code);
	if (!fits) {
		brake_count(k->brake, BRAKE_CASE, account, source, a->now);
		brake_count(k->brake, BRAKE_CASE_SOURCE, nobody, source, a->now);
		return no_case(e);
	}
	brake_clear(k->brake, BRAKE_CASE, account, source, a->now);
	TRY(case_get(k, number, &c, e));
	return visit_begin(k, a, number, e);
}

bool
op_case_visit_number(struct keeper *k, struct act *a, struct err *e)
{
	(void)k;
	TRY(act_read(a, e));
	pack_i64(a->out, a->case_number);
	return true;
}

bool
op_case_visit(struct keeper *k, struct act *a, struct err *e)
{
	struct case_row c;
	char object[64];

	TRY(case_get(k, a->case_number, &c, e));
	case_pack(a->out, &c, 0, a->now);
	TRY(case_texts_read(k, a, &c, false, a->out, e));
	snprintf(object, sizeof(object), "case %lld: looked at", (long long)c.number);
	return act_record(k, a, object, e);
}

bool
op_case_visit_say(struct keeper *k, struct act *a, struct err *e)
{
	struct case_row c;

	TRY(case_get(k, a->case_number, &c, e));
	return case_goes_on(k, a, &c, e);
}

bool
op_case_visit_stands(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	struct case_row c;

	TRY(act_read(a, e));
	TRY(case_get(k, a->case_number, &c, e));
	return case_text_stands(k, a, &c, id, e);
}
