#include "portal/web/questions.h"

const char questions_schema[] =
	"CREATE TABLE question ("
	" hash BLOB PRIMARY KEY,"
	" language TEXT NOT NULL,"
	" name TEXT NOT NULL,"
	" version INTEGER NOT NULL,"
	" topic TEXT NOT NULL,"
	" words BLOB NOT NULL,"			/* bank_text_pack */
	" current INTEGER NOT NULL,"
	" number INTEGER NOT NULL) STRICT;"	/* of the entry that last made it current; 0: none did */
	"CREATE INDEX question_current ON question (language, name, version);"
	"CREATE TABLE question_topic ("
	" language TEXT NOT NULL,"
	" place INTEGER NOT NULL,"
	" name TEXT NOT NULL,"
	" title TEXT NOT NULL,"
	" PRIMARY KEY (language, place)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE question_bank ("
	" language TEXT PRIMARY KEY,"
	" digest BLOB NOT NULL,"
	" number INTEGER NOT NULL) STRICT;";

enum { PUT, RETIRE, MARK, TOPICS_GO, TOPIC_PUT, TOPICS, BANK_PUT, BANK_GET, GET };

static const struct sql statements[] = {
	[PUT] = { "question put", "bttitb", "",
	    "INSERT INTO question (hash, language, name, version, topic, words, current, number)"
	    " VALUES ($1, $2, $3, $4, $5, $6, 0, 0) ON CONFLICT (hash) DO NOTHING" },
	[RETIRE] = { "question retire", "t", "", "UPDATE question SET current = 0 WHERE language = $1 AND current = 1" },
	[MARK] = { "question mark", "ib", "", "UPDATE question SET current = 1, number = $1 WHERE hash = $2" },
	[TOPICS_GO] = { "question topics go", "t", "", "DELETE FROM question_topic WHERE language = $1" },
	[TOPIC_PUT] = { "question topic put", "titt", "",
	    "INSERT INTO question_topic (language, place, name, title) VALUES ($1, $2, $3, $4)" },
	[TOPICS] = { "question topics", "t", "tt",
	    "SELECT name, title FROM question_topic WHERE language = $1 ORDER BY place" },
	[BANK_PUT] = { "question bank put", "tbi", "",
	    "INSERT INTO question_bank (language, digest, number) VALUES ($1, $2, $3)"
	    " ON CONFLICT (language) DO UPDATE SET digest = excluded.digest, number = excluded.number" },
	[BANK_GET] = { "question bank", "t", "b", "SELECT digest FROM question_bank WHERE language = $1" },
	[GET] = { "question", "b", "b", "SELECT words FROM question WHERE hash = $1" },
};

static bool
put_all(struct store *st, const struct bank *b, struct err *e)
{
	for (size_t i = 0; i < bank_count(b); i++) {
		DROP(buf_wipe) struct buf words = {0};
		const struct bank_text *t = bank_text(b, i);

		bank_text_pack(&words, t);
		TRY(buf_ok(&words, e));
		TRY(sql_do(st, &statements[PUT], e, bank_key(b, i)->hash, (size_t)BANK_HASH, t->language, t->name,
		    (int64_t)t->version, t->topic, words.data, words.len));
	}
	return store_commit(st, e);
}

bool
questions_put(struct store *st, const struct bank *b, struct err *e)
{
	TRY(store_begin(st, e));
	if (put_all(st, b, e))
		return true;
	store_rollback(st);
	return false;
}

static bool
mark_all(struct store *st, const struct bank *b, int64_t number, struct err *e)
{
	const char *language = bank_language(b);
	unsigned char digest[BANK_HASH];

	TRY(bank_digest(b, digest, e));
	TRY(sql_do(st, &statements[RETIRE], e, language));
	for (size_t i = 0; i < bank_count(b); i++)
		TRY(sql_do(st, &statements[MARK], e, number, bank_key(b, i)->hash, (size_t)BANK_HASH));
	TRY(sql_do(st, &statements[TOPICS_GO], e, language));
	for (size_t t = 0; t < bank_topic_count(b); t++)
		TRY(sql_do(st, &statements[TOPIC_PUT], e, language, (int64_t)t, bank_topic(b, t)->name,
		    bank_topic(b, t)->title));
	TRY(sql_do(st, &statements[BANK_PUT], e, language, digest, sizeof(digest), number));
	return store_commit(st, e);
}

bool
questions_mark(struct store *st, const struct bank *b, int64_t number, struct err *e)
{
	TRY(store_begin(st, e));
	if (mark_all(st, b, number, e))
		return true;
	store_rollback(st);
	return false;
}

bool
questions_digest(struct store *st, const char *language, unsigned char digest[BANK_HASH], bool *found, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct span had;

	*found = false;
	TRY(sql_first(st, &r, &statements[BANK_GET], e, language));
	if (r == NULL)
		return true;
	had = rows_bytes(r, 0);
	if (had.len != BANK_HASH)
		return FAIL(e, ERR_TAMPER, "questions: a digest of %zu bytes", had.len);
	memcpy(digest, had.p, BANK_HASH);
	return *found = true;
}

bool
questions_get(struct store *st, const unsigned char hash[BANK_HASH], struct bank_text *t, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char is[BANK_HASH];

	TRY(sql_first(st, &r, &statements[GET], e, hash, (size_t)BANK_HASH));
	if (r == NULL)
		return FAIL(e, ERR_ABSENT, "questions: no such words");
	TRY(bank_text_read(t, rows_bytes(r, 0), e));
	TRY(bank_text_hash(t, is, e));
	return memcmp(is, hash, sizeof(is)) == 0 || FAIL(e, ERR_TAMPER, "questions: other words than the hash says");
}

bool
questions_topics(struct store *st, const char *language, struct bank_topic into[BANK_TOPICS], size_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	*n = 0;
	TRY(sql_ask(st, &r, &statements[TOPICS], e, language));
	while (*n < BANK_TOPICS && rows_next(r, &end)) {
		struct bank_topic *t = &into[(*n)++];

		snprintf(t->name, sizeof(t->name), "%s", rows_text(r, 0));
		snprintf(t->title, sizeof(t->title), "%s", rows_text(r, 1));
	}
	return err_hand_on(e, &end);
}
