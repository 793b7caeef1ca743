/* The tokens in mails: kept apart from the mails, which go when they are sent. */
#include "privacy/facts/mail.h"
#include "privacy/facts/mail_row.h"
#include "privacy/facts/numbering.h"
#include "privacy/facts/token.h"
#include "privacy/rights/retain.h"

static const struct sql
sql_token_add = { "mail_token_add", "ibiiiiI", "",
	"INSERT INTO mail_token (id, hash, kind, subject, ref, expires, used)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7)" },
sql_token_find = { "mail_token_find", "bi", "iiiii",
	"SELECT id, kind, subject, ref, expires FROM mail_token"
	" WHERE hash = $1 AND expires > $2 AND used IS NULL" },
sql_token_spend = { "mail_token_spend", "ii", "",
	"UPDATE mail_token SET used = $1 WHERE id = $2 AND used IS NULL" },
sql_token_cancel = { "mail_token_cancel", "iiii", "",
	"DELETE FROM mail_token WHERE subject = $1 AND kind = $2 AND ($3 = 0 OR ref = $4)" },
sql_token_forget = { "mail_token_forget", "i", "", "DELETE FROM mail_token WHERE subject = $1" },
sql_token_sweep = { "mail_token_sweep", "i", "", "DELETE FROM mail_token WHERE expires <= $1" };

static bool
no_token(struct err *e)
{
	return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "mail: no such token");
}

bool
mail_token_mint(struct keeper *k, const struct mail_token *t, bool dead, int64_t now,
    unsigned char token[TOKEN_BYTES], struct err *e)
{
	unsigned char hash[TOKEN_HASH];
	int64_t id;

	TRY(numbering_next(k, NUMBERING_MAIL_TOKEN, &id, e));
	token_make(token, hash);
	return sql_do(k->store, &sql_token_add, e, id, (const void *)hash, sizeof(hash),
	    (int64_t)t->kind, t->subject, t->ref, t->expires, dead ? &now : NULL);
}

bool
mail_token_find(struct keeper *k, const unsigned char token[TOKEN_BYTES], int64_t now,
    struct mail_token *t, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	unsigned char hash[TOKEN_HASH];

	token_hash(token, hash);
	TRY(sql_first(k->store, &r, &sql_token_find, e, (const void *)hash, sizeof(hash), now));
	if (r == NULL)
		return no_token(e);
	t->id = rows_i64(r, 0);
	t->kind = (enum mail_use)rows_i64(r, 1);
	t->subject = rows_i64(r, 2);
	t->ref = rows_i64(r, 3);
	t->expires = rows_i64(r, 4);
	return true;
}

bool
mail_token_spend(struct keeper *k, int64_t id, struct err *e)
{
	TRY(sql_do(k->store, &sql_token_spend, e, k->batch_now, id));
	return sql_changed(k->store) == 1 || no_token(e);
}

bool
mail_token_cancel(struct keeper *k, int64_t subject, enum mail_use kind, int64_t ref,
    struct err *e)
{
	return sql_do(k->store, &sql_token_cancel, e, subject, (int64_t)kind, ref, ref);
}

bool
mail_token_forget(struct keeper *k, int64_t subject, struct err *e)
{
	return sql_do(k->store, &sql_token_forget, e, subject);
}

bool
mail_token_sweep(struct keeper *k, int64_t now, struct err *e)
{
	TRY(sql_do(k->store, &sql_token_sweep, e, now));
	return retain_note(k, RETAIN_LINKS, sql_changed(k->store), e);
}
