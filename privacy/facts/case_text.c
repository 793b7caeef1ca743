/*
 * privacy/facts/case_text.c - what is written in a case: sealed with its key, announced, read.
 *
 * A text's box is bound to its case and its own id, so none can be put in another's
 * place.  Which ids are texts of a case, and whose, is known here: the portal brings boxes, and
 * what it brings beside these is passed over.
 */
#include <string.h>
#include "privacy/facts/case.h"
#include "privacy/facts/plain.h"
#include "privacy/keeper/record.h"

#define COLUMN_TEXT	1u	/* inside the sealed place */

static const struct sql
sql_add = { "case_text_add", "iiii", "", "INSERT INTO case_text (id, number, sort, at) VALUES ($1, $2, $3, $4)" },
sql_count = { "case_text_count", "ii", "i",
	"SELECT CAST(count(*) AS bigint) FROM case_text WHERE number = $1 AND sort < $2" },
sql_of = { "case_text_of", "ii", "ii", "SELECT sort, at FROM case_text WHERE id = $1 AND number = $2" };

void case_words_wipe(char (*t)[CASE_TEXT_MAX + 1]) { explicit_bzero(*t, sizeof(*t)); }

bool
case_words(struct act *a, char into[CASE_TEXT_MAX + 1], struct err *e)
{
	size_t lead, n;

	unpack_text(&a->in, into, CASE_TEXT_MAX + 1);
	if (a->in.bad)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "case: words");
	for (char *tab = into; (tab = strchr(tab, '\t')) != NULL;)
		*tab = ' ';
	lead = strspn(into, " \n");
	n = strlen(into) - lead;
	memmove(into, into + lead, n + 1);
	while (n > 0 && strchr(" \n", into[n - 1]) != NULL)
		into[--n] = '\0';
	if (n == 0)
		return REFUSE(e, ERR_INPUT, WHY_WORDS, "case: no words");
	return plain_lines(into) || REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "case: words are not plain");
}

static struct seal_place
place_of(const struct case_row *c, int64_t id)
{
	return (struct seal_place){ .table = "case_text", .field = COLUMN_TEXT, .subject = c->owner.number,
	    .object = id, .version = 1, .key = c->owner.key };
}

/* What staff write, and the letters that they type in for others. */
static bool
by_staff(const struct act *a, const struct case_row *c, enum case_text_sort sort)
{
	return sort != CASE_TEXT_OPENER || (a->owner.number != c->owner.number && a->owner.number != c->member);
}

/* Who writes: its opener (a member, or a visitor as the case itself), or staff, by their role tag. */
static bool
announce(struct keeper *k, struct act *a, const struct case_row *c, enum case_text_sort sort, const char *object,
    struct published *p, struct err *e)
{
	struct record_line l = { .about = &c->owner, .purpose = a->purpose, .role = ACTOR_OWNER, .object = object };

	if (by_staff(a, c, sort)) {
		l.role = case_role(c);
		l.actor = a->owner.number;
		TRY(role_key(k, l.actor, a->now, &l.role_key, e));
	}
	TRY(published_announce_about(k, &l, PUBLISHED_CASE, a->now, p, e));
	return a->owner.number == c->owner.number || act_record(k, a, object, e);
}

/* However much its opener wrote staff can answer, and however much staff wrote the last word that ends it fits. */
static int64_t
room(const struct case_row *c, enum case_text_sort sort)
{
	if (sort == CASE_TEXT_OPENER)
		return CASE_TEXTS_MOST - CASE_TEXTS_STAFF;
	return c->closed > 0 ? CASE_TEXTS_MOST : CASE_TEXTS_MOST - 1;
}

bool
case_text_add(struct keeper *k, struct act *a, struct case_row *c, enum case_text_sort sort, const char *words,
    const char *object, struct err *e)
{
	DROP(buf_wipe) struct buf box = {0};
	char said[DETAIL_OBJECT];
	struct published p;
	struct seal_place at;

	if (c->texts >= room(c, sort))
		return REFUSE(e, ERR_DENIED, WHY_CASE_FULL, "case: %lld texts", (long long)c->texts);
	snprintf(said, sizeof(said), "case %lld: %s", (long long)c->number, object);
	TRY(announce(k, a, c, sort, said, &p, e));
	at = place_of(c, p.id);
	TRY(vault_seal(k->vault, &at, span_text(words), &box, e));
	TRY(sql_do(k->store, &sql_add, e, p.id, c->number, (int64_t)sort, a->now));
	c->texts++;
	TRY(case_set(k, c, e));
	pack_i64(a->out, p.id);
	pack_i64(a->out, p.change);
	pack_i64(a->out, p.number);
	pack_bytes(a->out, box.data, box.len);
	return buf_ok(&box, e);
}

/* *mine: the id is a text of this case that this reader may see. */
static bool
text_known(struct keeper *k, const struct case_row *c, int64_t id, bool staff, int64_t *at, int64_t *sort, bool *mine,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_of, e, id, c->number));
	*mine = r != NULL && (staff || rows_i64(r, 0) != CASE_TEXT_NOTE);
	*sort = r == NULL ? 0 : rows_i64(r, 0);
	*at = r == NULL ? 0 : rows_i64(r, 1);
	return true;
}

bool
case_text_openers(struct keeper *k, const struct case_row *c, int64_t id, bool *yes, struct err *e)
{
	int64_t at, sort;

	return text_known(k, c, id, false, &at, &sort, yes, e);
}

bool
case_text_open(struct keeper *k, const struct case_row *c, int64_t id, struct span box, bool staff, struct case_text *t, struct err *e)
{
	struct seal_place place = place_of(c, id);
	struct err why = {0};

	TRY(text_known(k, c, id, staff, &t->at, &t->sort, &t->found, e));
	if (!t->found)
		return true;
	/* One that was spoiled is missed, as one that is not brought; the others are still to be read. */
	t->found = vault_unseal(k->vault, &place, box, &t->words, &why);
	if (!t->found && why.kind != ERR_CRYPTO) {
		if (e != NULL)
			*e = why;
		return false;
	}
	return buf_ok(&t->words, e);
}

void case_text_wipe(struct case_text *t) { buf_wipe(&t->words); }

static bool
read_one(struct keeper *k, const struct case_row *c, int64_t id, struct span box, bool staff, struct buf *into, uint32_t *n,
    struct err *e)
{
	DROP(case_text_wipe) struct case_text t = {0};

	TRY(case_text_open(k, c, id, box, staff, &t, e));
	if (!t.found)
		return true;
	pack_i64(into, t.at);
	pack_u8(into, (unsigned)t.sort);
	pack_bytes(into, t.words.data, t.words.len);
	++*n;
	return true;
}

bool
case_texts_read(struct keeper *k, struct act *a, const struct case_row *c, bool staff, struct buf *into, struct err *e)
{
	DROP(buf_wipe) struct buf texts = {0};
	DROP(rows_drop) struct rows *r = NULL;
	int64_t known;
	uint32_t brought = unpack_u32(&a->in), n = 0;

	if (brought > CASE_TEXTS_MOST)
		return FAIL(e, ERR_INPUT, "case: %u texts at once", brought);
	for (uint32_t i = 0; i < brought && !a->in.bad; i++) {
		int64_t id = unpack_i64(&a->in);
		struct span box = unpack_bytes(&a->in);

		if (box.len > CASE_BOX_MAX)
			return FAIL(e, ERR_INPUT, "case: a box of %zu bytes", box.len);
		TRY(read_one(k, c, id, box, staff, &texts, &n, e));
	}
	TRY(act_read(a, e));
	TRY(sql_first(k->store, &r, &sql_count, e, c->number, (int64_t)(staff ? CASE_TEXT_NOTE + 1 : CASE_TEXT_NOTE)));
	known = r == NULL ? 0 : rows_i64(r, 0);
	pack_i64(into, known > n ? known - n : 0);
	pack_u32(into, n);
	buf_add(into, texts.data, texts.len);
	return buf_ok(&texts, e);
}

bool
case_text_stands(struct keeper *k, const struct act *a, const struct case_row *c, int64_t id, struct err *e)
{
	int64_t at, sort;
	bool mine;

	TRY(text_known(k, c, id, true, &at, &sort, &mine, e));
	if (!mine)
		return REFUSE(e, ERR_ABSENT, WHY_CASE_ABSENT, "case: no such text");
	return published_stand(k, PUBLISHED_CASE, id, a->now, e);
}
