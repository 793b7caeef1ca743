#include "privacy/facts/question_bank.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

const char question_bank_schema[] =
"CREATE TABLE question_key ("
" id INTEGER PRIMARY KEY,"
" language TEXT NOT NULL,"
" name TEXT NOT NULL,"
" version INTEGER NOT NULL,"
" topic TEXT NOT NULL,"
" box BLOB NOT NULL,"			/* bank_key_pack: type, right options, hash of the words, explanation */
" since INTEGER NOT NULL,"
" current INTEGER NOT NULL,"
" UNIQUE (language, name, version)) STRICT;"
"CREATE INDEX question_current ON question_key (language, topic, name) WHERE current = 1;"
"CREATE TABLE question_stage ("		/* a bank that is being loaded */
" place INTEGER PRIMARY KEY,"
" language TEXT NOT NULL,"
" name TEXT NOT NULL,"
" version INTEGER NOT NULL,"
" topic TEXT NOT NULL,"
" box BLOB NOT NULL,"
" UNIQUE (language, name)) STRICT;"
"CREATE TABLE question_bank ("		/* what is current in each language */
" language TEXT PRIMARY KEY,"
" digest BLOB NOT NULL,"		/* bank_digest, as its loader told it */
" own INTEGER NOT NULL,"		/* 1: the one that comes with the program */
" questions INTEGER NOT NULL,"
" since INTEGER NOT NULL,"
" number INTEGER NOT NULL) STRICT;";	/* of its ledger entry */

static const struct sql
sql_stage_none = { "question_stage_none", "", "", "DELETE FROM question_stage" },
sql_stage_count = { "question_stage_count", "t", "ii",
	"SELECT CAST(count(*) AS bigint), CAST(coalesce(sum(CASE WHEN language = $1 THEN 1 ELSE 0 END), 0) AS bigint)"
	" FROM question_stage" },
sql_stage_add = { "question_stage_add", "ittitb", "",
	"INSERT INTO question_stage (place, language, name, version, topic, box) VALUES ($1, $2, $3, $4, $5, $6)" },
sql_stage_list = { "question_stage_list", "", "ttitb",
	"SELECT language, name, version, topic, box FROM question_stage ORDER BY place" },
sql_stage_topics = { "question_stage_topics", "", "ti",
	"SELECT topic, CAST(count(*) AS bigint) FROM question_stage GROUP BY topic ORDER BY topic" },
sql_same = { "question_same", "tti", "itb",
	"SELECT id, topic, box FROM question_key WHERE language = $1 AND name = $2 AND version = $3" },
sql_add = { "question_add", "ittitbi", "",
	"INSERT INTO question_key (id, language, name, version, topic, box, since, current)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, 1)" },
sql_retire = { "question_retire", "t", "",
	"UPDATE question_key SET current = 0 WHERE language = $1 AND current = 1" },
sql_again = { "question_again", "i", "", "UPDATE question_key SET current = 1 WHERE id = $1" },
sql_current = { "question_current", "t", "it",
	"SELECT id, topic FROM question_key WHERE language = $1 AND current = 1 ORDER BY topic, name" },
sql_one = { "question_one", "i", "b", "SELECT box FROM question_key WHERE id = $1" },
sql_banks = { "question_banks", "", "tbiiii",
	"SELECT language, digest, own, questions, since, number FROM question_bank ORDER BY language" },
sql_bank_put = { "question_bank_put", "tbiiii", "",
	"INSERT INTO question_bank (language, digest, own, questions, since, number) VALUES ($1, $2, $3, $4, $5, $6)"
	" ON CONFLICT (language) DO UPDATE SET digest = excluded.digest, own = excluded.own,"
	" questions = excluded.questions, since = excluded.since, number = excluded.number" };

/* ---- what a challenge is drawn from ---- */

bool
question_bank_pool(struct keeper *k, const char *language, struct question_pool *p, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct bank_pool *pool = &p->pool;
	char last[BANK_NAME] = "";
	struct err end = {0};

	*p = (struct question_pool){0};
	TRY(sql_ask(k->store, &r, &sql_current, e, language));
	while (pool->count < BANK_QUESTIONS && rows_next(r, &end)) {
		const char *topic = rows_text(r, 1);

		if (strcmp(topic, last) != 0) {		/* they come by topic */
			if (pool->topics == BANK_TOPICS || strlen(topic) >= sizeof(last))
				return FAIL(e, ERR_TAMPER, "questions: topics of no bank");
			snprintf(last, sizeof(last), "%s", topic);
			pool->topics++;
		}
		p->id[pool->count] = rows_i64(r, 0);
		pool->topic[pool->count++] = (uint8_t)(pool->topics - 1);
		pool->size[pool->topics - 1]++;
	}
	return err_hand_on(e, &end);
}

bool
question_bank_key(struct keeper *k, int64_t id, struct bank_key *key, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_one, e, id));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "questions: no such key");
	return bank_key_read(key, rows_bytes(r, 0), e);
}

bool
question_bank_languages(struct keeper *k, struct buf *into, struct err *e)
{
	DROP(buf_wipe) struct buf all = {0};
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};
	uint32_t n = 0;

	TRY(sql_ask(k->store, &r, &sql_banks, e));
	for (; rows_next(r, &end); n++)
		pack_text(&all, rows_text(r, 0));
	TRY(err_hand_on(e, &end));
	pack_u32(into, n);
	buf_add(into, all.data, all.len);
	return buf_ok(&all, e);
}

/* ---- loading ---- */

struct question { char language[BANK_LANGUAGE], name[BANK_NAME], topic[BANK_NAME]; int64_t version; struct span box; };

/* The key of this name and version, *id 0 when there is none yet.  ERR_CONFLICT: there is, with other contents. */
static bool
find_same(struct keeper *k, const struct question *q, int64_t *id, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct span box;

	*id = 0;
	TRY(sql_first(k->store, &r, &sql_same, e, q->language, q->name, q->version));
	if (r == NULL)
		return true;
	*id = rows_i64(r, 0);
	box = rows_bytes(r, 2);
	return (strcmp(rows_text(r, 1), q->topic) == 0 && box.len == q->box.len && memcmp(box.p, q->box.p, box.len) == 0) ||
	    FAIL(e, ERR_CONFLICT, "question %s: version %lld says something else", q->name, (long long)q->version);
}

static bool
staged(struct keeper *k, const char *language, int64_t *all, int64_t *of_it, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_stage_count, e, language));
	*all = r == NULL ? 0 : rows_i64(r, 0);
	*of_it = r == NULL ? 0 : rows_i64(r, 1);
	return true;
}

bool
op_bank_put(struct keeper *k, struct act *a, struct err *e)
{
	struct question q;
	struct bank_key key;
	int64_t place = unpack_u32(&a->in), all, of_it, same;

	unpack_text(&a->in, q.language, sizeof(q.language));
	unpack_text(&a->in, q.topic, sizeof(q.topic));
	q.box = unpack_bytes(&a->in);
	TRY(act_read(a, e));
	TRY(bank_key_read(&key, q.box, e));
	memcpy(q.name, key.name, sizeof(q.name));
	q.version = key.version;
	if (!bank_language_ok(q.language) || !bank_name_ok(q.topic) || place >= BANK_QUESTIONS)
		return FAIL(e, ERR_INPUT, "questions: language, topic or place");
	if (place == 0)
		TRY(sql_do(k->store, &sql_stage_none, e));
	TRY(staged(k, q.language, &all, &of_it, e));
	if (all != place || of_it != place)
		return FAIL(e, ERR_DENIED, "questions: %lld came, this is number %lld", (long long)all, (long long)place);
	TRY(find_same(k, &q, &same, e));
	return sql_do(k->store, &sql_stage_add, e, place, q.language, q.name, q.version, q.topic,
	    (const void *)q.box.p, q.box.len);
}

/* Could the operator's challenge be drawn from what came? */
static bool
stage_ready(struct keeper *k, size_t count, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct bank_pool pool = { .count = count };
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_stage_topics, e));
	while (rows_next(r, &end)) {
		if (pool.topics == BANK_TOPICS)
			return FAIL(e, ERR_INPUT, "questions: too many topics");
		pool.size[pool.topics++] = (size_t)rows_i64(r, 1);
	}
	TRY(err_hand_on(e, &end));
	return bank_pool_ready(&pool, (size_t)k->set->trust.challenge_questions) ||
	    FAIL(e, ERR_INPUT, "questions: too few for a challenge");
}

static bool
take_over(struct keeper *k, const struct rows *r, int64_t now, struct err *e)
{
	struct question q = { .version = rows_i64(r, 2), .box = rows_bytes(r, 4) };
	int64_t id;

	snprintf(q.language, sizeof(q.language), "%s", rows_text(r, 0));
	snprintf(q.name, sizeof(q.name), "%s", rows_text(r, 1));
	snprintf(q.topic, sizeof(q.topic), "%s", rows_text(r, 3));
	TRY(find_same(k, &q, &id, e));
	if (id != 0)
		return sql_do(k->store, &sql_again, e, id);
	return sql_do(k->store, &sql_add, e, id_random(), q.language, q.name, q.version, q.topic,
	    (const void *)q.box.p, q.box.len, now);
}

static bool
take_all_over(struct keeper *k, const char *language, int64_t now, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_do(k->store, &sql_retire, e, language));
	TRY(sql_ask(k->store, &r, &sql_stage_list, e));
	while (rows_next(r, &end))
		TRY(take_over(k, r, now, e));
	rows_drop(&r);
	TRY(err_hand_on(e, &end));
	return sql_do(k->store, &sql_stage_none, e);
}

bool
op_bank_done(struct keeper *k, struct act *a, struct err *e)
{
	unsigned char digest[BANK_HASH];
	char language[BANK_LANGUAGE], said[80];
	int64_t count, own, all, of_it, number;

	unpack_text(&a->in, language, sizeof(language));
	count = unpack_u32(&a->in);
	unpack_exact(&a->in, digest, sizeof(digest));
	own = unpack_u8(&a->in);
	TRY(act_read(a, e));
	TRY(staged(k, language, &all, &of_it, e));
	if (count == 0 || all != count || of_it != count || own > 1)
		return FAIL(e, ERR_DENIED, "questions: %lld came of %lld", (long long)of_it, (long long)count);
	TRY(stage_ready(k, (size_t)count, e));
	TRY(take_all_over(k, language, a->now, e));
	snprintf(said, sizeof(said), "assurer challenge: %lld questions, %s", (long long)count, language);
	TRY(keeper_record_site(k, PURPOSE_SITE, said, a->now, &number, e));
	pack_i64(a->out, number);
	return sql_do(k->store, &sql_bank_put, e, language, (const void *)digest, sizeof(digest), own, count,
	    a->now, number);
}

bool
op_banks(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf all = {0};
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};
	uint32_t n = 0;

	TRY(act_read(a, e));
	TRY(sql_ask(k->store, &r, &sql_banks, e));
	for (; rows_next(r, &end); n++) {
		struct span digest = rows_bytes(r, 1);

		pack_text(&all, rows_text(r, 0));
		pack_bytes(&all, digest.p, digest.len);
		pack_u8(&all, rows_i64(r, 2) != 0);
		pack_u32(&all, (uint32_t)rows_i64(r, 3));
		pack_i64(&all, rows_i64(r, 4));
		pack_i64(&all, rows_i64(r, 5));
	}
	TRY(err_hand_on(e, &end));
	pack_u32(a->out, n);
	buf_add(a->out, all.data, all.len);
	return buf_ok(&all, e);
}
