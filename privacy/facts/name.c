#include <string.h>
#include "privacy/facts/address.h"
#include "privacy/facts/assurance.h"
#include "privacy/facts/handover.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/name_change.h"
#include "privacy/facts/person_name.h"
#include "privacy/facts/published.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/erase_field.h"
#include "privacy/rights/hold.h"

const char name_schema[] =
"CREATE TABLE person_name ("		/* which of a member's names there are; the parts are sealed */
" member INTEGER NOT NULL REFERENCES member (number),"
" idx INTEGER NOT NULL,"
" sort INTEGER NOT NULL,"		/* enum name_sort */
" since INTEGER NOT NULL,"
" PRIMARY KEY (member, idx)) STRICT, WITHOUT ROWID;"
"CREATE TABLE name_link ("		/* what was vouched for the one holds for the other */
" member INTEGER NOT NULL REFERENCES member (number),"
" what INTEGER NOT NULL,"		/* LINK_NAME: indexes; LINK_BIRTH: versions */
" from_one INTEGER NOT NULL,"
" to_one INTEGER NOT NULL,"
" at INTEGER NOT NULL,"
" PRIMARY KEY (member, what, from_one, to_one)) STRICT, WITHOUT ROWID;"
/* Until now everybody had one name; its parts are fields 2 and 4 (given, family), object 0. */
"INSERT INTO person_name (member, idx, sort, since)"
" SELECT s.subject, 0, 1, CAST(MIN(s.since) AS bigint) FROM sealed s"
" JOIN member m ON m.number = s.subject WHERE (s.field = 2 OR s.field = 4) AND s.object = 0"
" AND s.box IS NOT NULL GROUP BY s.subject;";

static const struct sql
sql_list = { "name_list", "i", "iii",
	"SELECT idx, sort, since FROM person_name WHERE member = $1 ORDER BY idx" },
sql_put = { "name_put", "iiii", "",
	"INSERT INTO person_name (member, idx, sort, since) VALUES ($1, $2, $3, $4)"
	" ON CONFLICT (member, idx) DO UPDATE SET sort = excluded.sort" },
sql_gone = { "name_gone", "ii", "", "DELETE FROM person_name WHERE member = $1 AND idx = $2" },
sql_stated = { "name_stated", "ii", "i",
	"SELECT names FROM assurance WHERE member = $1 AND made_at > 0 AND (withdrawn_at = 0 OR $2 = 1)" },
sql_links = { "name_links", "iii", "ii",
	"SELECT from_one, to_one FROM name_link WHERE member = $1 AND what = $2 ORDER BY at DESC LIMIT $3" },
sql_link = { "name_link_add", "iiiii", "",
	"INSERT INTO name_link (member, what, from_one, to_one, at) VALUES ($1, $2, $3, $4, $5)" },
/* On the path of the page of own data: who has no assurance and no link needs no further look. */
/* As few cursors as can be: each costs 1,200 instructions, and this is on the path of a page. */
sql_marks = { "name_marks", "i", "iiii",
	"SELECT n.idx, COALESCE(t.main_name, 0),"
	" CAST(CASE WHEN EXISTS (SELECT 1 FROM assurance a WHERE a.member = $1 AND a.made_at > 0)"
	" THEN 1 ELSE 0 END AS bigint),"
	" CAST(CASE WHEN EXISTS (SELECT 1 FROM name_link l WHERE l.member = $1) THEN 1 ELSE 0 END AS bigint)"
	" FROM person_name n LEFT JOIN trust t ON t.member = n.member WHERE n.member = $1 ORDER BY n.idx" },
sql_birth = { "name_birth", "i", "i",
	"SELECT DISTINCT birth FROM assurance WHERE member = $1 AND made_at > 0 AND withdrawn_at = 0" };

static const enum field parts[] = { FIELD_GIVEN, FIELD_MIDDLE, FIELD_FAMILY, FIELD_SUFFIX };

/* ---- which there are ---- */

bool
name_list(struct keeper *k, int64_t member, struct name_row into[VOUCH_NAMES], size_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	*n = 0;
	TRY(sql_ask(k->store, &r, &sql_list, e, member));
	while (*n < VOUCH_NAMES && rows_next(r, &end)) {
		int64_t index = rows_i64(r, 0);

		if (index < 0 || index >= VOUCH_NAMES)
			return FAIL(e, ERR_TAMPER, "name: index %lld", (long long)index);
		into[(*n)++] = (struct name_row){ (uint8_t)index, (enum name_sort)rows_i64(r, 1), rows_i64(r, 2) };
	}
	return err_hand_on(e, &end);
}

bool
name_bits(struct keeper *k, int64_t member, uint32_t *bits, struct err *e)
{
	struct name_row rows[VOUCH_NAMES];
	size_t n;

	*bits = 0;
	TRY(name_list(k, member, rows, &n, e));
	for (size_t i = 0; i < n; i++)
		*bits |= 1u << rows[i].index;
	return true;
}

bool
name_row_put(struct keeper *k, int64_t member, uint8_t index, enum name_sort sort, int64_t now, struct err *e)
{
	return sql_do(k->store, &sql_put, e, member, (int64_t)index, (int64_t)sort, now);
}

/* Bits of the names that signed assurances state; all: those taken back, too. */
static bool
stated(struct keeper *k, int64_t member, bool all, uint32_t *bits, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	*bits = 0;
	TRY(sql_ask(k->store, &r, &sql_stated, e, member, (int64_t)all));
	while (rows_next(r, &end))
		*bits |= (uint32_t)rows_i64(r, 0);
	return err_hand_on(e, &end);
}

static bool
link_bits(struct keeper *k, int64_t member, uint32_t *bits, struct err *e)
{
	struct name_link links[VOUCH_NAMES];
	size_t n;

	TRY(name_links(k, member, links, &n, e));
	for (size_t i = 0; i < n; i++)
		*bits |= 1u << links[i].from | 1u << links[i].to;
	return true;
}

bool
name_vouched(struct keeper *k, int64_t member, uint32_t *bits, struct err *e)
{
	return stated(k, member, true, bits, e) && link_bits(k, member, bits, e);
}

/* Those for which somebody's word stands now. */
static bool
standing_bits(struct keeper *k, int64_t member, uint32_t *bits, struct err *e)
{
	struct name_link links[VOUCH_NAMES];
	uint32_t said, reach[VOUCH_NAMES];
	size_t n;

	TRY(stated(k, member, false, &said, e));
	TRY(name_links(k, member, links, &n, e));
	points_reach(links, n, reach);
	*bits = 0;
	for (unsigned i = 0; i < VOUCH_NAMES; i++)
		if ((said & 1u << i) != 0)
			*bits |= reach[i];
	return true;
}

bool
name_free(struct keeper *k, int64_t member, uint8_t *index, struct err *e)
{
	uint32_t taken, said;

	TRY(name_bits(k, member, &taken, e));
	TRY(name_vouched(k, member, &said, e));
	for (uint8_t i = 0; i < VOUCH_NAMES; i++)
		if (((taken | said) & 1u << i) == 0) {
			*index = i;
			return true;
		}
	return REFUSE(e, ERR_DENIED, WHY_NAME_MANY, "name: no index is free");
}

bool
name_links(struct keeper *k, int64_t member, struct name_link into[VOUCH_NAMES], size_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	*n = 0;
	TRY(sql_ask(k->store, &r, &sql_links, e, member, (int64_t)LINK_NAME, (int64_t)VOUCH_NAMES));
	while (*n < VOUCH_NAMES && rows_next(r, &end)) {
		int64_t from = rows_i64(r, 0), to = rows_i64(r, 1);

		if (from < 0 || from >= VOUCH_NAMES || to < 0 || to >= VOUCH_NAMES)
			return FAIL(e, ERR_TAMPER, "name: a link of %lld to %lld", (long long)from, (long long)to);
		into[(*n)++] = (struct name_link){ (uint8_t)from, (uint8_t)to };
	}
	return err_hand_on(e, &end);
}

/* The one chosen; should that be gone, the first there is. */
bool
name_main(struct keeper *k, int64_t member, uint8_t *index, struct err *e)
{
	struct trust_facts t;
	uint32_t bits;

	TRY(trust_get(k, member, &t, e));
	TRY(name_bits(k, member, &bits, e));
	*index = t.main_name >= 0 && t.main_name < VOUCH_NAMES ? (uint8_t)t.main_name : 0;
	if (bits != 0 && (bits & 1u << *index) == 0)
		*index = (uint8_t)__builtin_ctz(bits);
	return true;
}

/* The names there are, which one is shown first, and did anybody ever vouch for one of them? */
static bool
marks_read(struct keeper *k, int64_t member, uint32_t *bits, int64_t *main_name, bool *said, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	*bits = 0;
	TRY(sql_ask(k->store, &r, &sql_marks, e, member));
	while (rows_next(r, &end)) {
		int64_t index = rows_i64(r, 0);

		if (index < 0 || index >= VOUCH_NAMES)
			return FAIL(e, ERR_TAMPER, "name: index %lld", (long long)index);
		*bits |= 1u << index;
		*main_name = rows_i64(r, 1);
		*said = rows_i64(r, 2) != 0 || rows_i64(r, 3) != 0;
	}
	return err_hand_on(e, &end);
}

bool
name_marks(struct keeper *k, int64_t member, struct name_marks *m, struct err *e)
{
	int64_t main_name = 0;
	uint32_t bits;
	bool said = true;

	*m = (struct name_marks){0};
	TRY(marks_read(k, member, &bits, &main_name, &said, e));
	if (bits == 0)
		TRY(name_main(k, member, &m->first, e));
	else if (main_name >= 0 && main_name < VOUCH_NAMES && (bits & 1u << main_name) != 0)
		m->first = (uint8_t)main_name;
	else
		m->first = (uint8_t)__builtin_ctz(bits);
	if (!said)
		return true;
	TRY(name_vouched(k, member, &m->vouched, e));
	return birth_vouched(k, member, &m->birth, e);
}

/* ---- opening ---- */

void
name_parts_wipe(struct name_parts *p)
{
	buf_wipe(&p->given);
	buf_wipe(&p->middle);
	buf_wipe(&p->family);
	buf_wipe(&p->suffix);
	buf_wipe(&p->whole);
}

bool
name_open(struct keeper *k, struct act *a, enum entry_role role, const struct owner *o, uint8_t index,
    struct name_parts *p, struct err *e)
{
	struct buf *into[COUNT(parts)] = { &p->given, &p->middle, &p->family, &p->suffix };
	bool found;

	for (size_t i = 0; i < COUNT(parts); i++) {
		if (o->number == a->owner.number && role == a->role)
			TRY(act_open(k, a, parts[i], index, into[i], NULL, &found, e));
		else
			TRY(act_open_of(k, a, role, o, parts[i], index, into[i], &found, e));
		TRY(buf_ok(into[i], e));
	}
	person_name_whole(&p->whole, p->given.data, p->middle.data, p->family.data, p->suffix.data);
	return buf_ok(&p->whole, e);
}

/* ---- what others keep ---- */

static bool
lend_text(const struct name_parts *p, enum field f, struct buf *into, struct err *e)
{
	if (f == FIELD_INITIALS)
		return person_name_initials(p->whole.data, into, e);
	buf_add(into, p->whole.data, p->whole.len);
	return buf_ok(into, e);
}

/* The name shown first; when nobody vouches for that one and somebody for another, the first such. */
static bool
lend_index(struct keeper *k, int64_t member, uint8_t *index, struct err *e)
{
	uint32_t there, standing;

	TRY(name_main(k, member, index, e));
	TRY(name_bits(k, member, &there, e));
	TRY(standing_bits(k, member, &standing, e));
	standing &= there;
	if (standing != 0 && (standing & 1u << *index) == 0)
		*index = (uint8_t)__builtin_ctz(standing);
	return true;
}

bool
name_lend(struct keeper *k, struct act *a, enum entry_role role, const struct owner *o, enum field f,
    bool again, struct err *e)
{
	DROP(name_parts_wipe) struct name_parts p = {0};
	DROP(buf_wipe) struct buf text = {0};
	uint8_t index;
	bool there;

	TRY(vault_has(k->vault, o->number, f, 0, NULL, &there, e));
	if (there && !again)
		return true;
	TRY(lend_index(k, o->number, &index, e));
	TRY(name_open(k, a, role, o, index, &p, e));
	if (p.whole.len == 0)
		return REFUSE(e, ERR_DENIED, WHY_NAME_MISSING, "name: there is none to lend");
	TRY(lend_text(&p, f, &text, e));
	return vault_put(k->vault, o, f, 0, span_buf(&text), a->now, e);
}

bool
name_lent(struct keeper *k, int64_t member, enum field f, struct buf *into, struct err *e)
{
	struct member_facts facts;
	struct owner o;
	bool found;

	TRY(member_owner(k, member, &o, &facts, e));
	if (member < 0 || (facts.restricted & RESTRICTED_FENCED) != 0)
		return buf_ok(into, e);	/* no longer a member */
	TRY(vault_peek(k->vault, &o, f, 0, into, &found, e));
	return buf_ok(into, e);
}

bool
name_lent_again(struct keeper *k, struct act *a, enum entry_role role, const struct owner *o, struct err *e)
{
	static const enum field lent[] = { FIELD_SIGNER, FIELD_INITIALS };
	uint32_t bits;
	bool there;

	TRY(name_bits(k, o->number, &bits, e));
	for (size_t i = 0; i < COUNT(lent); i++) {
		TRY(vault_has(k->vault, o->number, lent[i], 0, NULL, &there, e));
		if (there && bits == 0) {
			TRY(hold_free(k, o->number, lent[i], e));
			TRY(vault_erase(k->vault, o->number, lent[i], 0, a->now, NULL, e));
		} else if (there)
			TRY(name_lend(k, a, role, o, lent[i], true, e));
	}
	return true;
}

/* Should it have been the one shown first: which is it now?  An index that is free again must not be it by chance. */
static bool
main_settle(struct keeper *k, int64_t member, struct err *e)
{
	struct trust_facts t;
	uint8_t index;

	TRY(trust_get(k, member, &t, e));
	TRY(name_main(k, member, &index, e));
	if (t.main_name == index)
		return true;
	t.main_name = index;
	return trust_put(k, member, &t, e);
}

bool
name_erase(struct keeper *k, const struct owner *o, uint8_t index, int64_t now, struct err *e)
{
	for (size_t i = 0; i < COUNT(parts); i++)
		TRY(vault_erase(k->vault, o->number, parts[i], index, now, NULL, e));
	TRY(sql_do(k->store, &sql_gone, e, o->number, (int64_t)index));
	TRY(name_changed(k, o->number, index, e));
	return main_settle(k, o->number, e);
}

bool
name_changed(struct keeper *k, int64_t member, uint8_t index, struct err *e)
{
	TRY(handover_forget(k, member, 1u << index, false, e));
	TRY(name_change_stale(k, member, LINK_NAME, index, e));
	return assurance_forget_name(k, member, index, e);
}

/* ---- birth dates ---- */

bool
birth_known(struct keeper *k, int64_t member, struct birth_known *b, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	*b = (struct birth_known){0};
	TRY(vault_version(k->vault, member, FIELD_BIRTH, BIRTH_HELD, &b->version, e));
	TRY(vault_has(k->vault, member, FIELD_BIRTH, BIRTH_HELD, NULL, &b->held, e));
	TRY(sql_ask(k->store, &r, &sql_links, e, member, (int64_t)LINK_BIRTH, (int64_t)BIRTH_LINKS));
	while (b->links < BIRTH_LINKS && rows_next(r, &end)) {
		b->link[b->links].from = rows_i64(r, 0);
		b->link[b->links++].to = rows_i64(r, 1);
	}
	return err_hand_on(e, &end);
}

/* Links only ever lead to a newer version: each step is found by walking back from what is held. */
bool
birth_reaches(const struct birth_known *b, int64_t version)
{
	int64_t at = b->version;

	for (size_t steps = 0; b->held && version > 0 && steps <= b->links; steps++) {
		size_t i = 0;

		if (at == version)
			return true;
		while (i < b->links && b->link[i].to != at)
			i++;
		if (i == b->links)
			return false;
		at = b->link[i].from;
	}
	return false;
}

bool
birth_vouched(struct keeper *k, int64_t member, bool *yes, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct birth_known b;
	struct err end = {0};

	*yes = false;
	TRY(birth_known(k, member, &b, e));
	TRY(sql_ask(k->store, &r, &sql_birth, e, member));
	while (!*yes && rows_next(r, &end))
		*yes = birth_reaches(&b, rows_i64(r, 0));
	return err_hand_on(e, &end);
}

bool
birth_state(struct keeper *k, int64_t member, unsigned *bits, struct err *e)
{
	bool held, vouched, proposed;

	TRY(vault_has(k->vault, member, FIELD_BIRTH, BIRTH_HELD, NULL, &held, e));
	TRY(birth_vouched(k, member, &vouched, e));
	TRY(vault_has(k->vault, member, FIELD_BIRTH, BIRTH_PROPOSED, NULL, &proposed, e));
	*bits = (held ? BIRTH_IS_HELD : 0) | (vouched ? BIRTH_IS_VOUCHED : 0) | (proposed ? BIRTH_IS_PROPOSED : 0);
	return true;
}

bool
birth_changed(struct keeper *k, int64_t member, int64_t object, struct err *e)
{
	TRY(handover_forget(k, member, 0, true, e));
	TRY(name_change_stale(k, member, LINK_BIRTH, 0, e));
	return assurance_forget_birth(k, member, object == BIRTH_PROPOSED, e);
}

/* ---- links ---- */

struct replaced { struct buf was, now; };	/* what stood there, what stands there now */

static void
replaced_wipe(struct replaced *r)
{
	buf_wipe(&r->was);
	buf_wipe(&r->now);
}

static bool
link_absent(struct err *e)
{
	return REFUSE(e, ERR_CONFLICT, WHY_LINK, "link: not there to be linked");
}

bool
name_link_fits(struct keeper *k, int64_t member, const struct link *l, struct err *e)
{
	uint32_t there, vouched;
	bool held, proposed;

	if (l->what == LINK_NAME) {
		TRY(name_bits(k, member, &there, e));
		TRY(name_vouched(k, member, &vouched, e));
		if (l->from >= VOUCH_NAMES || l->to >= VOUCH_NAMES || l->from == l->to)
			return link_absent(e);
		return ((there & 1u << l->to) != 0 && (there & vouched & 1u << l->from) != 0) || link_absent(e);
	}
	TRY(birth_vouched(k, member, &held, e));
	TRY(vault_has(k->vault, member, FIELD_BIRTH, BIRTH_PROPOSED, NULL, &proposed, e));
	return (l->what == LINK_BIRTH && held && proposed) || link_absent(e);
}

/* The old name's text goes; the new one takes its place wherever it stood. */
static bool
link_name(struct keeper *k, struct act *a, const struct owner *o, const struct link *l, enum entry_role role,
    struct replaced *r, struct err *e)
{
	DROP(name_parts_wipe) struct name_parts was = {0}, now = {0};
	struct trust_facts t;
	uint8_t first;

	TRY(name_open(k, a, role, o, l->from, &was, e));
	TRY(name_open(k, a, role, o, l->to, &now, e));
	buf_add(&r->was, was.whole.data, was.whole.len);
	buf_add(&r->now, now.whole.data, now.whole.len);
	TRY(sql_do(k->store, &sql_link, e, o->number, (int64_t)LINK_NAME, (int64_t)l->from, (int64_t)l->to, a->now));
	TRY(name_main(k, o->number, &first, e));
	TRY(trust_get(k, o->number, &t, e));
	t.name_changed_at = a->now;
	if (first == l->from)
		t.main_name = l->to;
	TRY(trust_put(k, o->number, &t, e));
	for (size_t i = 0; i < COUNT(parts); i++)
		TRY(old_values_move(k, o, parts[i], l->from, l->to, e));
	TRY(name_erase(k, o, l->from, a->now, e));
	return name_lent_again(k, a, role, o, e);
}

static bool
link_birth(struct keeper *k, struct act *a, const struct owner *o, enum entry_role role, struct replaced *r, struct err *e)
{
	int64_t before, after;
	bool found;

	TRY(act_open_of(k, a, role, o, FIELD_BIRTH, BIRTH_HELD, &r->was, &found, e));
	TRY(act_open_of(k, a, role, o, FIELD_BIRTH, BIRTH_PROPOSED, &r->now, &found, e));
	TRY(vault_version(k->vault, o->number, FIELD_BIRTH, BIRTH_HELD, &before, e));
	TRY(buf_ok(&r->now, e));
	TRY(vault_put(k->vault, o, FIELD_BIRTH, BIRTH_HELD, span_buf(&r->now), a->now, e));
	TRY(vault_version(k->vault, o->number, FIELD_BIRTH, BIRTH_HELD, &after, e));
	TRY(vault_erase(k->vault, o->number, FIELD_BIRTH, BIRTH_PROPOSED, a->now, NULL, e));
	TRY(old_values_move(k, o, FIELD_BIRTH, BIRTH_PROPOSED, BIRTH_HELD, e));
	TRY(birth_changed(k, o->number, BIRTH_PROPOSED, e));
	return sql_do(k->store, &sql_link, e, o->number, (int64_t)LINK_BIRTH, before, after, a->now);
}

/* Two lines: the member's holds old and new value, the other one's says that it was done. */
static bool
link_record(struct keeper *k, struct act *a, const struct owner *o, const struct link *l, enum entry_role role,
    const struct replaced *r, struct err *e)
{
	const char *said = l->what == LINK_NAME ? "name" : "birth date";
	enum field f = l->what == LINK_NAME ? FIELD_GIVEN : FIELD_BIRTH;
	struct record_line line = { .about = o, .purpose = a->purpose, .role = role,
	    .object = said, .has_values = true, .was = span_buf(&r->was), .now = span_buf(&r->now),
	    .actor = a->owner.number };

	TRY(role_key(k, a->owner.number, a->now, &line.role_key, e));
	TRY(keeper_record(k, &line, a->now, NULL, e));
	TRY(old_value_note(k, o, f, l->what == LINK_NAME ? l->to : BIRTH_HELD, e));
	return act_record(k, a, said, e);
}

bool
name_link_make(struct keeper *k, struct act *a, const struct owner *o, const struct link *l, enum entry_role role,
    struct err *e)
{
	enum purpose p = role == ACTOR_OFFICER ? PURPOSE_NAME_CHANGE : PURPOSE_NAME_LINK;
	DROP(replaced_wipe) struct replaced r = {0};
	enum purpose before = a->purpose;
	struct member_facts f;
	struct owner same;

	TRY(name_link_fits(k, o->number, l, e));
	a->purpose = p;
	if (l->what == LINK_NAME)
		TRY(link_name(k, a, o, l, role, &r, e));
	else
		TRY(link_birth(k, a, o, role, &r, e));
	TRY(buf_ok(&r.was, e));
	TRY(link_record(k, a, o, l, role, &r, e));
	/* The old name may be on show in the directory. */
	if (l->what == LINK_NAME)
		TRY(published_end_of(k, o, PUBLISHED_LISTING, a->now, e));
	a->purpose = before;
	TRY(member_owner(k, o->number, &same, &f, e));
	return role == ACTOR_OFFICER ?
	    address_notify(k, o, f.lang, MAIL_DECIDED, "your name or birth date was replaced", p, a->now, e) :
	    address_notify(k, o, f.lang, MAIL_LINKED, NULL, p, a->now, e);
}
