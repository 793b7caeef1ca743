#include <string.h>
#include "privacy/facts/decision_row.h"
#include "privacy/facts/member.h"
#include "privacy/facts/plain.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/disclose_row.h"
#include "privacy/rights/guest.h"

#define DAY_FIRST	INT64_C(-25567)	/* 1900-01-01: no day before is one of day.h */

#define COLUMN_WORDS	1u	/* inside the sealed places */
#define COLUMN_DOCUMENT	2u
#define COLUMN_RECIPIENT 3u

const char disclosure_schema[] =
"CREATE TABLE disclosure ("
" number INTEGER PRIMARY KEY REFERENCES case_file (number),"	/* of its decision, too */
" fields INTEGER NOT NULL,"		/* bits */
" first INTEGER NOT NULL,"		/* days */
" last INTEGER NOT NULL,"
" silent_until INTEGER NOT NULL,"	/* 0: no silence */
" until INTEGER NOT NULL,"		/* agreed on, and to be fetched by then; 0 */
" given_at INTEGER NOT NULL,"
" words BLOB,"				/* sealed with the case's key */
" document BLOB) STRICT;"
"CREATE INDEX disclosure_order ON disclosure ((given_at > 0), given_at DESC);"	/* as the list shows them */
"CREATE INDEX disclosure_until ON disclosure (until) WHERE until > 0 AND given_at = 0;"
"CREATE TABLE disclosure_person ("
" disclosure INTEGER NOT NULL REFERENCES disclosure (number),"
" person INTEGER NOT NULL,"		/* 1, 2 ...: how the file names them */
" member INTEGER NOT NULL,"
" tell_at INTEGER NOT NULL,"		/* 0: not given yet */
" told_at INTEGER NOT NULL,"
" given INTEGER NOT NULL,"		/* bits of the fields that were in the file */
" key INTEGER NOT NULL,"
" recipient BLOB,"			/* sealed with the member's key */
" PRIMARY KEY (disclosure, person)) STRICT, WITHOUT ROWID;"
"CREATE INDEX disclosure_member ON disclosure_person (member);"
"CREATE INDEX disclosure_untold ON disclosure_person (tell_at) WHERE tell_at > 0 AND told_at = 0;"
"CREATE TABLE recipient_notice ("	/* recipients that are still to be told */
" id INTEGER PRIMARY KEY,"
" disclosure INTEGER NOT NULL,"
" person INTEGER NOT NULL,"
" member INTEGER NOT NULL,"		/* 0: erased */
" why INTEGER NOT NULL,"		/* enum recipient_why */
" fields INTEGER NOT NULL,"
" at INTEGER NOT NULL,"
" key INTEGER NOT NULL,"
" recipient BLOB NOT NULL) STRICT;"	/* sealed with the site's key */
"CREATE INDEX recipient_notice_of ON recipient_notice (disclosure, person);"
"CREATE INDEX recipient_notice_member ON recipient_notice (member);";

#define COLUMNS "SELECT number, fields, first, last, silent_until, until, given_at FROM disclosure"
#define LETTERS "iiiiiii"

static const struct sql
sql_add = { "disclosure_add", "iiiiibb", "",
	"INSERT INTO disclosure (number, fields, first, last, silent_until, until, given_at, words, document)"
	" VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $7)" },
sql_get = { "disclosure_get", "i", LETTERS, COLUMNS " WHERE number = $1" },
sql_list = { "disclosure_list", "i", LETTERS, COLUMNS " ORDER BY given_at > 0, given_at DESC LIMIT $1" },
sql_until = { "disclosure_until", "ii", "", "UPDATE disclosure SET until = $1 WHERE number = $2" },
sql_given = { "disclosure_given", "ii", "", "UPDATE disclosure SET given_at = $1 WHERE number = $2" },
sql_boxes = { "disclosure_boxes", "i", "BB", "SELECT words, document FROM disclosure WHERE number = $1" },
sql_boxes_none = { "disclosure_boxes_none", "i", "", "UPDATE disclosure SET words = NULL, document = NULL WHERE number = $1" },
sql_person_add = { "disclosure_person_add", "iii", "",
	"INSERT INTO disclosure_person (disclosure, person, member, tell_at, told_at, given, key, recipient)"
	" VALUES ($1, $2, $3, 0, 0, 0, 0, NULL)" },
sql_people = { "disclosure_people", "ii", "iiiiiiB",
	"SELECT member, person, tell_at, told_at, given, key, recipient FROM disclosure_person WHERE disclosure = $1"
	" ORDER BY person LIMIT $2" },
sql_person_set = { "disclosure_person_set", "iiiiBii", "",
	"UPDATE disclosure_person SET tell_at = $1, told_at = $2, given = $3, key = $4, recipient = $5"
	" WHERE disclosure = $6 AND person = $7" },
sql_names = { "disclosure_names", "ii", "i",
	"SELECT person FROM disclosure_person WHERE disclosure = $1 AND member = $2 LIMIT 1" },
sql_of = { "disclosure_of", "i", "ii", "SELECT disclosure, person FROM disclosure_person WHERE member = $1 LIMIT 1" },
sql_forget = { "disclosure_forget", "ii", "", "DELETE FROM disclosure_person WHERE disclosure = $1 AND person = $2" },
sql_notice_forget = { "recipient_notice_forget", "i", "",
	"UPDATE recipient_notice SET member = 0 WHERE member = $1 AND member > 0" };

void
disclosure_people_wipe(struct disclosure_people *p)
{
	for (size_t i = 0; i < p->n; i++)
		buf_wipe(&p->row[i].recipient);
}

/* ---- rows ---- */

static void
row_read(const struct rows *r, struct disclosure *x)
{
	*x = (struct disclosure){ .number = rows_i64(r, 0), .fields = (uint64_t)rows_i64(r, 1), .first = rows_i64(r, 2),
	    .last = rows_i64(r, 3), .silent_until = rows_i64(r, 4), .until = rows_i64(r, 5), .given_at = rows_i64(r, 6) };
}

bool
disclosure_get(struct keeper *k, int64_t officer, int64_t number, struct disclosure *x, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	bool named = true;

	TRY(sql_first(k->store, &r, &sql_get, e, number));
	if (r != NULL) {
		row_read(r, x);
		TRY(disclosure_names(k, number, officer, &named, e));
	}
	return !named || REFUSE(e, ERR_ABSENT, WHY_CASE_ABSENT, "disclosure: none of that number");
}

bool
disclosure_people(struct keeper *k, int64_t number, struct disclosure_people *p, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_people, e, number, (int64_t)COUNT(p->row)));
	for (p->n = 0; p->n < COUNT(p->row) && rows_next(r, &end); p->n++) {
		struct disclosure_person *one = &p->row[p->n];
		struct span box = rows_bytes(r, 6);

		*one = (struct disclosure_person){ .member = rows_i64(r, 0), .person = rows_i64(r, 1),
		    .tell_at = rows_i64(r, 2), .told_at = rows_i64(r, 3), .given = (uint64_t)rows_i64(r, 4),
		    .key = rows_i64(r, 5) };
		buf_add(&one->recipient, box.p, box.len);
	}
	return err_hand_on(e, &end);
}

bool
disclosure_person_set(struct keeper *k, int64_t number, const struct disclosure_person *p, struct err *e)
{
	return sql_do(k->store, &sql_person_set, e, p->tell_at, p->told_at, (int64_t)p->given, p->key,
	    (const void *)p->recipient.data, p->recipient.len, number, p->person);
}

bool
disclosure_given(struct keeper *k, const struct disclosure *x, int64_t now, struct err *e)
{
	return sql_do(k->store, &sql_given, e, now, x->number);
}

bool
disclosure_names(struct keeper *k, int64_t number, int64_t member, bool *yes, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_names, e, number, member));
	*yes = r != NULL;
	return true;
}

bool
disclosure_tied(struct keeper *k, int64_t number, int64_t member, bool *yes, struct err *e)
{
	DROP(disclosure_people_wipe) struct disclosure_people p = {0};

	*yes = false;
	TRY(disclosure_people(k, number, &p, e));
	for (size_t i = 0; i < p.n && !*yes; i++)
		if (p.row[i].member == member)
			*yes = true;
		else
			TRY(case_tie(k, p.row[i].member, member, yes, e));
	return true;
}

/* One that waited to be told, and for nobody else, is over by it. */
bool
disclosure_forget(struct keeper *k, int64_t member, int64_t now, struct err *e)
{
	bool more = true;

	while (more) {
		DROP(rows_drop) struct rows *r = NULL;
		struct disclosure x;
		int64_t number = 0;

		TRY(sql_first(k->store, &r, &sql_of, e, member));
		more = r != NULL;
		if (more) {
			number = rows_i64(r, 0);
			TRY(sql_do(k->store, &sql_forget, e, number, rows_i64(r, 1)));
			rows_drop(&r);
			TRY(disclosure_get(k, 0, number, &x, e));
			if (x.given_at > 0)
				TRY(disclosure_all_told(k, number, now, e));
		}
	}
	return sql_do(k->store, &sql_notice_forget, e, member);
}

bool
disclosure_words_gone(struct keeper *k, int64_t number, struct err *e)
{
	TRY(guest_words_gone(k, number, e));
	return sql_do(k->store, &sql_boxes_none, e, number);
}

/* ---- what is sealed ---- */

static struct seal_place
place_of(int64_t number, int64_t subject, unsigned column, int64_t key)
{
	return (struct seal_place){ .table = "disclosure", .field = column, .subject = subject, .object = number,
	    .version = 1, .key = key };
}

/* One box of the case's; nothing where it is gone. */
static bool
box_open(struct keeper *k, int64_t number, unsigned column, struct buf *into, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	int at = column == COLUMN_WORDS ? 0 : 1;
	struct case_row c;
	struct seal_place place;

	TRY(sql_first(k->store, &r, &sql_boxes, e, number));
	if (r == NULL || rows_null(r, at))
		return true;
	TRY(case_get(k, number, &c, e));
	place = place_of(number, c.owner.number, column, c.owner.key);
	return vault_unseal(k->vault, &place, rows_bytes(r, at), into, e);
}

bool
disclosure_words(struct keeper *k, int64_t number, struct disclosure_words *w, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0};
	struct span a;

	memset(w, 0, sizeof(*w));
	TRY(box_open(k, number, COLUMN_WORDS, &plain, e));
	if (plain.len == 0)
		return true;
	a = span_buf(&plain);
	unpack_text(&a, w->authority, sizeof(w->authority));
	unpack_text(&a, w->basis, sizeof(w->basis));
	return unpack_end(&a, "disclosure: words", e);
}

bool
disclosure_document(struct keeper *k, int64_t number, struct buf *into, struct err *e)
{
	return box_open(k, number, COLUMN_DOCUMENT, into, e);
}

bool
disclosure_recipient(struct keeper *k, int64_t number, const struct disclosure_person *p, struct buf *into, struct err *e)
{
	struct seal_place place = place_of(number, p->member, COLUMN_RECIPIENT, p->key);

	return vault_unseal(k->vault, &place, span_buf(&p->recipient), into, e);
}

bool
disclosure_recipient_keep(struct keeper *k, int64_t number, const struct owner *of, const char *authority,
    struct disclosure_person *p, struct err *e)
{
	struct seal_place place = place_of(number, of->number, COLUMN_RECIPIENT, of->key);

	p->key = of->key;
	buf_reset(&p->recipient);
	return vault_seal(k->vault, &place, span_text(authority), &p->recipient, e);
}

/* ---- asking ---- */

struct request {
	struct disclosure_words words;
	struct disclosure x;
	int64_t		member[DISCLOSURE_PEOPLE];
	size_t		n;
	struct span	document;
	char		reason[KEEPER_TEXT_MAX + 1];
};

static void request_wipe(struct request *q) { explicit_bzero(q, sizeof(*q)); }

static bool
line_ok(const char *text, struct err *e)
{
	if (text[0] == '\0')
		return REFUSE(e, ERR_INPUT, WHY_WORDS, "disclosure: words are missing");
	return plain_line(text) || REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "disclosure: words are not plain");
}

static bool
request_read(struct act *a, struct request *q, struct err *e)
{
	unsigned n;

	unpack_text(&a->in, q->words.authority, sizeof(q->words.authority));
	unpack_text(&a->in, q->words.basis, sizeof(q->words.basis));
	if (a->in.bad)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "disclosure: authority or basis");
	n = unpack_u8(&a->in);
	if (n > DISCLOSURE_PEOPLE)
		return REFUSE(e, ERR_INPUT, WHY_DISCLOSURE_PEOPLE, "disclosure: %u members", n);
	for (q->n = 0; q->n < n; q->n++)
		q->member[q->n] = unpack_i64(&a->in);
	q->x.fields = (uint64_t)unpack_i64(&a->in);
	q->x.first = unpack_i64(&a->in);
	q->x.last = unpack_i64(&a->in);
	q->x.silent_until = unpack_i64(&a->in);
	q->document = unpack_bytes(&a->in);
	unpack_text(&a->in, q->reason, sizeof(q->reason));
	return act_read(a, e);
}

/* Each a member, each once, and not who asks. */
static bool
people_ok(struct keeper *k, const struct act *a, const struct request *q, struct err *e)
{
	for (size_t i = 0; i < q->n; i++) {
		struct err why = {0};
		char typed[24];
		int64_t member;
		bool good = q->member[i] != a->owner.number;

		for (size_t other = 0; other < i; other++)
			good = good && q->member[other] != q->member[i];
		snprintf(typed, sizeof(typed), "%lld", (long long)q->member[i]);
		if (good && !member_named(k, typed, &member, &why)) {
			good = false;
			if (why.kind != ERR_ABSENT)
				return FAIL(e, why.kind, "%s", why.text);
		}
		if (!good)
			return REFUSE(e, ERR_INPUT, WHY_DISCLOSURE_PEOPLE, "disclosure: whom it concerns");
	}
	return q->n > 0 || REFUSE(e, ERR_INPUT, WHY_DISCLOSURE_PEOPLE, "disclosure: nobody");
}

static bool
request_ok(struct keeper *k, const struct act *a, const struct request *q, struct err *e)
{
	int64_t silent = q->x.silent_until;

	TRY(line_ok(q->words.authority, e));
	TRY(line_ok(q->words.basis, e));
	TRY(reason_ok(q->reason, e));
	TRY(people_ok(k, a, q, e));
	if (q->x.fields == 0 || (q->x.fields & ~purposes[PURPOSE_DISCLOSURE].fields) != 0)
		return REFUSE(e, ERR_INPUT, WHY_DISCLOSURE_FIELDS, "disclosure: fields");
	if (q->x.first < DAY_FIRST || q->x.first > q->x.last || q->x.last > day_latest(a->now))
		return REFUSE(e, ERR_INPUT, WHY_DISCLOSURE_PERIOD, "disclosure: period");
	if (silent != 0 && (silent <= a->now || silent > a->now + k->set->disclosure_silence))
		return REFUSE(e, ERR_INPUT, WHY_DISCLOSURE_SILENCE, "disclosure: silence");
	return (q->document.len > 0 && q->document.len <= (size_t)k->set->disclosure_document) ||
	    REFUSE(e, ERR_INPUT, WHY_DISCLOSURE_DOCUMENT, "disclosure: a document of %zu bytes", q->document.len);
}

static bool
request_keep(struct keeper *k, const struct case_row *c, const struct request *q, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0}, words = {0}, document = {0};
	struct seal_place at = place_of(c->number, c->owner.number, COLUMN_WORDS, c->owner.key);

	pack_text(&plain, q->words.authority);
	pack_text(&plain, q->words.basis);
	TRY(buf_ok(&plain, e));
	TRY(vault_seal(k->vault, &at, span_buf(&plain), &words, e));
	at.field = COLUMN_DOCUMENT;
	TRY(vault_seal(k->vault, &at, q->document, &document, e));
	TRY(sql_do(k->store, &sql_add, e, c->number, (int64_t)q->x.fields, q->x.first, q->x.last, q->x.silent_until,
	    (const void *)words.data, words.len, (const void *)document.data, document.len));
	for (size_t i = 0; i < q->n; i++)
		TRY(sql_do(k->store, &sql_person_add, e, c->number, (int64_t)i + 1, q->member[i]));
	return true;
}

bool
disclosure_said(struct keeper *k, const struct case_row *c, const char *what, enum entry_role role, int64_t now, struct err *e)
{
	char object[DETAIL_OBJECT];
	struct record_line l = { .about = &c->owner, .purpose = PURPOSE_CASE_WORK, .role = role, .object = object };

	snprintf(object, sizeof(object), "disclosure %lld: %s", (long long)c->number, what);
	return keeper_record(k, &l, now, NULL, e);
}

bool
op_disclosure_ask(struct keeper *k, struct act *a, struct err *e)
{
	DROP(request_wipe) struct request q = {0};
	struct case_row c = { .kind = CASE_DISCLOSURE, .officers = true };
	struct decision d = { .kind = DECISION_DISCLOSURE };

	TRY(request_read(a, &q, e));
	TRY(request_ok(k, a, &q, e));
	TRY(case_add(k, &c, a->now, e));
	c.told = a->now;	/* it waits on the officers' own list */
	TRY(case_set(k, &c, e));
	TRY(request_keep(k, &c, &q, e));
	TRY(disclosure_said(k, &c, "asked for", ACTOR_OFFICER, a->now, e));
	tally_event(k, TALLY_DISCLOSURE_ASKED);
	d.id = c.number;
	TRY(decision_ask(k, a, &d, q.reason, e));
	pack_i64(a->out, c.number);
	return decision_waits(k, &d, a->now, e);
}

/* ---- decided ---- */

bool
disclosure_over(struct keeper *k, int64_t number, enum case_outcome how, int64_t now, struct err *e)
{
	static const char *const says[CASE_OUTCOME__COUNT] = {
		[CASE_DONE] = "ended: given, and told", [CASE_REFUSED] = "refused", [CASE_NO_ANSWER] = "lapsed",
	};
	struct case_row c;

	TRY(case_get(k, number, &c, e));
	c.state = CASE_CLOSED;
	c.outcome = how;
	tally_case(k, c.kind, how);
	if (how != CASE_DONE)	/* which was counted when it was given */
		tally_event(k, how == CASE_REFUSED ? TALLY_DISCLOSURE_REFUSED : TALLY_DISCLOSURE_LAPSED);
	c.closed = now;
	TRY(case_set(k, &c, e));
	TRY(sql_do(k->store, &sql_until, e, INT64_C(0), number));
	TRY(guests_over(k, number, now, e));
	return disclosure_said(k, &c, says[how], ACTOR_SYSTEM, now, e);
}

bool
disclosure_decided(struct keeper *k, struct act *a, const struct decision *d, struct err *e)
{
	struct guest_words w;
	bool borrowed;

	TRY(guest_took_part(k, d->id, &borrowed, &w, e));
	if (borrowed)
		tally_event(k, TALLY_DISCLOSURE_BORROWED);
	if (d->state != DECISION_AGREED)
		return disclosure_over(k, d->id, CASE_REFUSED, a->now, e);
	TRY(guests_over(k, d->id, a->now, e));
	return sql_do(k->store, &sql_until, e, a->now + DISCLOSURE_HOLDS, d->id);
}

/* ---- showing ---- */

static bool
told_at(const struct disclosure_people *p, int64_t *at)
{
	bool all = true;

	*at = 0;
	for (size_t i = 0; i < p->n; i++) {
		all = all && p->row[i].told_at > 0;
		*at = p->row[i].told_at > *at ? p->row[i].told_at : *at;
	}
	*at = all ? *at : 0;
	return all;
}

static bool
row_pack(struct keeper *k, const struct disclosure *x, const struct disclosure_people *p, const struct disclosure_words *w,
    struct buf *into, struct err *e)
{
	struct decision d;
	int64_t told;

	TRY(decision_get(k, x->number, &d, e));
	told_at(p, &told);
	pack_i64(into, x->number);
	pack_u8(into, d.state);
	pack_i64(into, d.asked_at);
	pack_i64(into, x->given_at);
	pack_i64(into, x->given_at == 0 && x->until > k->batch_now ? x->until : 0);
	pack_i64(into, x->silent_until);
	pack_i64(into, told);
	pack_u8(into, (unsigned)p->n);
	pack_i64(into, (int64_t)x->fields);
	pack_text(into, w->authority);
	return buf_ok(into, e);
}

struct list { struct disclosure row[DISCLOSURES_LISTED]; size_t n; };

static bool
list_read(struct keeper *k, struct list *l, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_list, e, (int64_t)COUNT(l->row)));
	for (l->n = 0; l->n < COUNT(l->row) && rows_next(r, &end);)
		row_read(r, &l->row[l->n++]);
	return err_hand_on(e, &end);
}

bool
op_disclosures(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf rows = {0};
	struct list l;
	uint32_t n = 0;

	TRY(act_read(a, e));
	TRY(list_read(k, &l, e));
	for (size_t i = 0; i < l.n; i++) {
		DROP(disclosure_people_wipe) struct disclosure_people p = {0};
		struct disclosure_words w;
		bool named;

		TRY(disclosure_names(k, l.row[i].number, a->owner.number, &named, e));
		if (named)
			continue;
		TRY(disclosure_people(k, l.row[i].number, &p, e));
		TRY(disclosure_words(k, l.row[i].number, &w, e));
		TRY(row_pack(k, &l.row[i], &p, &w, &rows, e));
		n++;
	}
	pack_u32(a->out, n);
	buf_add(a->out, rows.data, rows.len);
	TRY(recipients_pack(k, a->owner.number, a->out, e));
	return act_record(k, a, "disclosures: list", e);
}

bool
disclosure_show(struct keeper *k, const struct disclosure *x, bool fetches, int64_t now, struct buf *into, struct err *e)
{
	DROP(disclosure_people_wipe) struct disclosure_people p = {0};
	DROP(buf_wipe) struct buf document = {0};
	struct disclosure_words w;

	TRY(disclosure_people(k, x->number, &p, e));
	TRY(disclosure_words(k, x->number, &w, e));
	TRY(disclosure_document(k, x->number, &document, e));
	TRY(row_pack(k, x, &p, &w, into, e));
	pack_i64(into, x->first);
	pack_i64(into, x->last);
	pack_text(into, w.basis);
	pack_i64(into, (int64_t)document.len);
	pack_u8(into, fetches && x->until > now && x->given_at == 0 && p.n > 0);
	pack_u32(into, (uint32_t)p.n);
	for (size_t i = 0; i < p.n; i++)
		pack_i64(into, p.row[i].member);
	return buf_ok(into, e);
}

bool
op_disclosure(struct keeper *k, struct act *a, struct err *e)
{
	int64_t number = unpack_i64(&a->in);
	enum guest_need need;
	struct disclosure x;
	char object[64];

	TRY(act_read(a, e));
	TRY(disclosure_get(k, a->owner.number, number, &x, e));
	TRY(disclosure_show(k, &x, true, a->now, a->out, e));
	TRY(guest_need(k, number, a->owner.number, &need, e));
	pack_u8(a->out, need);
	TRY(guests_pack(k, number, a->out, e));
	snprintf(object, sizeof(object), "disclosure %lld: looked at", (long long)number);
	return act_record(k, a, object, e);
}
