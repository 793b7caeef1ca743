/*
 * privacy/rights/recipient.c - who got data under law is told when it was corrected, erased or restricted since (GDPR Art. 19).
 *
 * A correction, an erasure or a restriction writes down whom it leaves to be told; an officer sends the letter that
 * the page words, which names the disclosure, the person by their place in its file, and what kind of field it
 * is: no value, old or new.  That it was sent stands in the member's history, unless the law still forbids
 * telling them of the disclosure itself.
 */
#include <stdlib.h>
#include "ledger/base/wipe.h"
#include "privacy/facts/member.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/disclose_row.h"

#define COLUMN_NOTICE	4u	/* inside the sealed place */

static const struct sql
sql_given = { "recipient_given", "i", "iiiiiB",
	"SELECT disclosure, person, tell_at, given, key, recipient FROM disclosure_person"
	" WHERE member = $1 AND member > 0 AND recipient IS NOT NULL" },
sql_add = { "recipient_notice_add", "iiiiiiiib", "",
	"INSERT INTO recipient_notice (id, disclosure, person, member, why, fields, at, key, recipient)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)" },
sql_same = { "recipient_notice_same", "iiii", "i",
	"SELECT id FROM recipient_notice WHERE disclosure = $1 AND person = $2 AND why = $3 AND fields = $4 LIMIT 1" },
sql_list = { "recipient_notice_list", "i", "iiiiiiib",
	"SELECT id, disclosure, person, why, fields, at, key, recipient FROM recipient_notice ORDER BY id LIMIT $1" },
sql_get = { "recipient_notice_get", "i", "iiii",
	"SELECT disclosure, person, member, fields FROM recipient_notice WHERE id = $1" },
sql_drop = { "recipient_notice_drop", "i", "", "DELETE FROM recipient_notice WHERE id = $1" },
sql_told = { "recipient_told_of", "ii", "i",
	"SELECT told_at FROM disclosure_person WHERE disclosure = $1 AND person = $2" };

static struct seal_place
place_of(int64_t id, int64_t key)
{
	return (struct seal_place){ .table = "recipient", .field = COLUMN_NOTICE, .object = id, .version = 1, .key = key };
}

/* ---- written down ---- */

struct given { int64_t disclosure; struct disclosure_person p; };
struct givens { struct given row[RECIPIENTS_LISTED]; size_t n; };

static void
givens_drop(struct givens **g)
{
	for (size_t i = 0; *g != NULL && i < (*g)->n; i++)
		buf_wipe(&(*g)->row[i].p.recipient);
	wipe_free(*g);
}

static bool
givens_read(struct keeper *k, int64_t member, struct givens *g, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_given, e, member));
	while (g->n < COUNT(g->row) && rows_next(r, &end)) {
		struct given *one = &g->row[g->n++];
		struct span box = rows_bytes(r, 5);

		one->disclosure = rows_i64(r, 0);
		one->p = (struct disclosure_person){ .member = member, .person = rows_i64(r, 1), .tell_at = rows_i64(r, 2),
		    .given = (uint64_t)rows_i64(r, 3), .key = rows_i64(r, 4) };
		buf_add(&one->p.recipient, box.p, box.len);
	}
	return err_hand_on(e, &end);
}

/* One letter says it; a second correction of the same field before it is sent needs no second one. */
static bool
note_one(struct keeper *k, const struct given *g, enum recipient_why why, uint64_t touched, int64_t now, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf who = {0}, box = {0};
	int64_t id = id_random(), key = vault_site_key(k->vault);
	struct seal_place at = place_of(id, key);

	TRY(sql_first(k->store, &r, &sql_same, e, g->disclosure, g->p.person, (int64_t)why, (int64_t)touched));
	if (r != NULL)
		return true;
	rows_drop(&r);
	TRY(disclosure_recipient(k, g->disclosure, &g->p, &who, e));
	TRY(vault_seal(k->vault, &at, span_buf(&who), &box, e));
	return sql_do(k->store, &sql_add, e, id, g->disclosure, g->p.person, g->p.member, (int64_t)why, (int64_t)touched, now,
	    key, (const void *)box.data, box.len);
}

bool
recipients_note(struct keeper *k, const struct owner *of, enum recipient_why why, uint64_t touched, int64_t now, struct err *e)
{
	DROP(givens_drop) struct givens *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return FAIL(e, ERR_MEMORY, "recipients");
	TRY(givens_read(k, of->number, g, e));
	for (size_t i = 0; i < g->n; i++)
		if ((g->row[i].p.given & touched) != 0)
			TRY(note_one(k, &g->row[i], why, g->row[i].p.given & touched, now, e));
	return true;
}

/* ---- listed ---- */

static bool
one_pack(struct keeper *k, const struct rows *r, struct buf *into, struct err *e)
{
	DROP(buf_wipe) struct buf who = {0};
	struct seal_place at = place_of(rows_i64(r, 0), rows_i64(r, 6));
	struct disclosure x;

	TRY(vault_unseal(k->vault, &at, rows_bytes(r, 7), &who, e));
	TRY(disclosure_get(k, 0, rows_i64(r, 1), &x, e));
	for (int i = 0; i < 3; i++)
		pack_i64(into, rows_i64(r, i));
	pack_u8(into, (unsigned)rows_i64(r, 3));
	pack_i64(into, rows_i64(r, 4));
	pack_i64(into, rows_i64(r, 5));
	pack_i64(into, x.given_at);
	pack_bytes(into, who.data, who.len);
	return buf_ok(into, e);
}

/* What an officer's own data left to be told is another officer's to send. */
static bool
theirs(struct keeper *k, int64_t officer, int64_t disclosure, bool *yes, struct err *e)
{
	return disclosure_names(k, disclosure, officer, yes, e);
}

bool
recipients_pack(struct keeper *k, int64_t officer, struct buf *into, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf list = {0};
	struct err end = {0};
	uint32_t n = 0;

	TRY(sql_ask(k->store, &r, &sql_list, e, (int64_t)RECIPIENTS_LISTED));
	while (rows_next(r, &end)) {
		bool own;

		TRY(theirs(k, officer, rows_i64(r, 1), &own, e));
		if (own)
			continue;
		TRY(one_pack(k, r, &list, e));
		n++;
	}
	TRY(err_hand_on(e, &end));
	pack_u32(into, n);
	buf_add(into, list.data, list.len);
	return buf_ok(&list, e);
}

/* ---- sent ---- */

struct notice { int64_t disclosure, person, member; uint64_t fields; };

static bool
notice_get(struct keeper *k, int64_t officer, int64_t id, struct notice *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	bool own = true;

	TRY(sql_first(k->store, &r, &sql_get, e, id));
	if (r != NULL) {
		*n = (struct notice){ rows_i64(r, 0), rows_i64(r, 1), rows_i64(r, 2), (uint64_t)rows_i64(r, 3) };
		rows_drop(&r);
		TRY(theirs(k, officer, n->disclosure, &own, e));
	}
	return !own || REFUSE(e, ERR_CONFLICT, WHY_DISCLOSURE_TOLD, "recipient: none waits under that number");
}

/* Whom the law keeps from knowing of the disclosure must not learn of it by this. */
static bool
member_told(struct keeper *k, struct act *a, const struct notice *n, const char *object, const struct record_line *like, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct record_line l = *like;
	struct owner of;

	TRY(sql_first(k->store, &r, &sql_told, e, n->disclosure, n->person));
	if (n->member <= 0 || r == NULL || rows_i64(r, 0) == 0)
		return true;
	rows_drop(&r);
	TRY(member_owner(k, n->member, &of, NULL, e));
	l.about = &of;
	l.fields = n->fields;
	l.object = object;
	return keeper_record(k, &l, a->now, NULL, e);
}

bool
op_recipient_told(struct keeper *k, struct act *a, struct err *e)
{
	int64_t id = unpack_i64(&a->in);
	char object[DETAIL_OBJECT];
	struct notice n = {0};
	struct record_line l = { .about = &k->site, .purpose = PURPOSE_RECIPIENT, .role = ACTOR_OFFICER, .object = object,
	    .actor = a->owner.number };

	TRY(act_read(a, e));
	TRY(notice_get(k, a->owner.number, id, &n, e));
	snprintf(object, sizeof(object), "disclosure %lld, person %lld: the recipient was told", (long long)n.disclosure,
	    (long long)n.person);
	TRY(role_key(k, a->owner.number, a->now, &l.role_key, e));
	TRY(keeper_record(k, &l, a->now, NULL, e));
	TRY(member_told(k, a, &n, object, &l, e));
	TRY(sql_do(k->store, &sql_drop, e, id));
	tally_event(k, TALLY_RECIPIENT_TOLD);
	keeper_shed(k, 0);
	return act_record(k, a, object, e);
}
