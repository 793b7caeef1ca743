#include <string.h>
#include "privacy/facts/address.h"
#include "privacy/facts/contact.h"
#include "privacy/facts/listing.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/token.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define SWEEP_MOST	32

const char contact_schema[] =
"CREATE TABLE contact ("
" id INTEGER PRIMARY KEY,"		/* random: object of the writer's message, ref of the link */
" asker INTEGER NOT NULL REFERENCES member (number),"
" assurer INTEGER NOT NULL REFERENCES member (number),"
" made INTEGER NOT NULL,"
" answered INTEGER NOT NULL) STRICT;"	/* 0: not yet */
"CREATE INDEX contact_asker ON contact (asker, made);"
"CREATE INDEX contact_assurer ON contact (assurer);"
"CREATE INDEX contact_made ON contact (made);";

static const struct sql
sql_add = { "contact_add", "iiii", "",
	"INSERT INTO contact (id, asker, assurer, made, answered) VALUES ($1, $2, $3, $4, 0)" },
sql_count = { "contact_count", "ii", "i",
	"SELECT CAST(count(*) AS bigint) FROM contact WHERE asker = $1 AND made > $2" },
sql_to = { "contact_to", "ii", "i",
	"SELECT CAST(count(*) AS bigint) FROM contact WHERE assurer = $1 AND made > $2" },
sql_open = { "contact_open", "ii", "i",
	"SELECT asker FROM contact WHERE id = $1 AND assurer = $2 AND answered = 0" },
sql_answered = { "contact_answered", "ii", "", "UPDATE contact SET answered = $1 WHERE id = $2" },
sql_old = { "contact_old", "ii", "iii",
	"SELECT id, asker, assurer FROM contact WHERE made <= $1 AND answered = 0 ORDER BY made LIMIT $2" },
sql_of = { "contact_of", "iii", "iii",
	"SELECT id, asker, assurer FROM contact WHERE answered = 0 AND (asker = $1 OR assurer = $2)"
	" ORDER BY id LIMIT $3" },
sql_none_of = { "contact_none_of", "ii", "", "DELETE FROM contact WHERE asker = $1 OR assurer = $2" },
sql_delete = { "contact_delete", "i", "", "DELETE FROM contact WHERE id = $1" },
sql_counted = { "contact_counted", "i", "", "DELETE FROM contact WHERE answered > 0 AND made <= $1" };

/* ---- what was written ---- */

static void typed_wipe(char (*t)[KEEPER_TEXT_MAX + 1]) { explicit_bzero(*t, sizeof(*t)); }

/* Into[] without blank lines and blanks around it.  Several lines; no other control characters. */
static bool
message_read(struct act *a, char into[MESSAGE_MAX + 1], struct err *e)
{
	DROP(typed_wipe) char typed[KEEPER_TEXT_MAX + 1];
	const char *from;
	size_t n;

	unpack_text(&a->in, typed, sizeof(typed));
	TRY(act_read(a, e));
	from = typed + strspn(typed, " \t\n");
	for (n = strlen(from); n > 0 && strchr(" \t\n", from[n - 1]) != NULL; n--)
		continue;
	if (n == 0)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "message: empty");
	if (n > MESSAGE_MAX)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_LONG, "message: %zu bytes", n);
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)from[i] < 0x20 && from[i] != '\n' && from[i] != '\t') || from[i] == 0x7f)
			return REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "message: control characters");
	memcpy(into, from, n);
	into[n] = '\0';
	return true;
}

static void wipe_message(char (*m)[MESSAGE_MAX + 1]) { explicit_bzero(*m, sizeof(*m)); }

/* ---- sending ---- */

static bool
within_limit(struct keeper *k, const struct act *a, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	if ((a->steps & STEP_ADDRESS) == 0)
		return REFUSE(e, ERR_DENIED, WHY_ADDRESS_UNVERIFIED, "contact: nowhere to send an answer");
	TRY(sql_first(k->store, &r, &sql_count, e, a->owner.number, a->now - DAY));
	return r == NULL || rows_i64(r, 0) < k->set->trust.contacts_per_day ||
	    REFUSE(e, ERR_DENIED, WHY_CONTACT_MANY, "contact: too many in a day");
}

/*
 * An assurer's own limit counts messages alone, and not by address: whoever has other mails sent to an address would
 * learn whose it is from the line that takes no message any more.
 */
static bool
takes_more(struct keeper *k, const struct act *a, int64_t assurer, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_to, e, assurer, a->now - HOUR));
	return r == NULL || rows_i64(r, 0) < k->set->max_mails_per_hour ||
	    REFUSE(e, ERR_DENIED, WHY_LIMIT, "contact: too many to one assurer");
}

/* The mail to the assurer: the writer's words and a link, no address. */
static bool
send_on(struct keeper *k, struct act *a, const struct owner *to, const char *lang, int64_t id,
    const char *message, struct err *e)
{
	DROP(buf_wipe) struct buf address = {0}, object = {0};

	TRY(address_peek(k, to, &address, e));
	if (address.len == 0)
		return REFUSE(e, ERR_ABSENT, WHY_LISTING_ABSENT, "contact: an assurer without an address");
	buf_text(&object, MAIL_PART);
	buf_text(&object, message);
	TRY(buf_ok(&object, e));
	struct mail_order m = { .kind = MAIL_CONTACT, .owner = to, .address = address.data, .lang = lang,
	    .object = object.data, .ref = id, .token = true, .expires = a->now + k->set->trust.contact_life,
	    .purpose = PURPOSE_CONTACT };

	return mail_queue(k, &m, a->now, NULL, e);
}

bool
op_contact_send(struct keeper *k, struct act *a, struct err *e)
{
	DROP(wipe_message) char message[MESSAGE_MAX + 1] = "";
	int64_t line = unpack_i64(&a->in), id = id_random();
	struct owner assurer;
	char lang[16];

	TRY(message_read(a, message, e));
	TRY(within_limit(k, a, e));
	TRY(listing_owner(k, a, line, &assurer, lang, e));
	TRY(takes_more(k, a, assurer.number, e));
	TRY(sql_do(k->store, &sql_add, e, id, a->owner.number, assurer.number, a->now));
	TRY(vault_put(k->vault, &a->owner, FIELD_MESSAGE, id, span_text(message), a->now, e));
	TRY(send_on(k, a, &assurer, lang, id, message, e));
	return act_record(k, a, "a message to a listed assurer", e);
}

/* ---- answering ---- */

struct two {			/* both ends of a message, opened */
	struct owner	asker;
	char		lang[16];
	struct buf	asker_address, own_address, question;
};

static void
two_wipe(struct two *t)
{
	buf_wipe(&t->asker_address);
	buf_wipe(&t->own_address);
	buf_wipe(&t->question);
}

static bool
no_token(struct err *e)
{
	return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "contact: no such message");
}

/* ERR_ABSENT when there is nobody any more to answer. */
static bool
find_asker(struct keeper *k, const struct act *a, struct two *t, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct member_facts facts;
	struct err why = {0};

	TRY(sql_first(k->store, &r, &sql_open, e, a->mail->ref, a->owner.number));
	if (r == NULL)
		return no_token(e);
	if (!member_owner(k, rows_i64(r, 0), &t->asker, &facts, &why)) {
		if (why.kind != ERR_ABSENT && e != NULL)
			*e = why;
		return why.kind == ERR_ABSENT ? no_token(e) : false;
	}
	snprintf(t->lang, sizeof(t->lang), "%s", facts.lang);
	return true;
}

/* Both addresses and the question.  Counts as openings of both: record them. */
static bool
open_two(struct keeper *k, struct act *a, struct two *t, struct err *e)
{
	struct err why = {0};
	bool found;

	TRY(find_asker(k, a, t, e));
	TRY(act_may(a, FIELD_ADDRESS, e));
	TRY(purpose_allows(a->purpose, ACTOR_SYSTEM, FIELD_BIT(FIELD_ADDRESS) | FIELD_BIT(FIELD_MESSAGE), e));
	if (!address_primary(k, &t->asker, &t->asker_address, NULL, &why) ||
	    !address_primary(k, &a->owner, &t->own_address, NULL, &why)) {
		if (why.kind != ERR_ABSENT && e != NULL)
			*e = why;
		return why.kind == ERR_ABSENT ? no_token(e) : false;
	}
	TRY(act_open_of(k, a, ACTOR_SYSTEM, &t->asker, FIELD_MESSAGE, a->mail->ref, &t->question, &found, e));
	return found || no_token(e);
}

static bool
mail_two(struct keeper *k, struct act *a, const struct two *t, const char *answer, struct err *e)
{
	DROP(buf_wipe) struct buf object = {0};
	struct mail_order to_asker = { .kind = MAIL_CONTACT_ANSWER, .owner = &t->asker,
	    .address = t->asker_address.data, .lang = t->lang, .ref = a->mail->ref, .purpose = PURPOSE_CONTACT };
	struct mail_order to_self = { .kind = MAIL_CONTACT_KNOWN, .owner = &a->owner,
	    .address = t->own_address.data, .lang = a->lang, .object = t->asker_address.data,
	    .ref = a->mail->ref, .purpose = PURPOSE_CONTACT };

	/* piece by piece: both messages together are longer than a formatted call takes */
	buf_text(&object, t->own_address.data);
	buf_text(&object, MAIL_PART);
	buf_text(&object, answer);
	buf_text(&object, MAIL_PART);
	buf_text(&object, t->question.data);
	TRY(buf_ok(&object, e));
	to_asker.object = object.data;
	return mail_queue(k, &to_asker, a->now, NULL, e) && mail_queue(k, &to_self, a->now, NULL, e);
}

bool
op_contact_answer(struct keeper *k, struct act *a, struct err *e)
{
	DROP(wipe_message) char answer[MESSAGE_MAX + 1] = "";
	DROP(two_wipe) struct two t = {0};
	struct record_line l = { .about = &t.asker, .purpose = a->purpose, .role = ACTOR_SYSTEM,
	    .object = "your message was answered: each of you knows the other's address now" };

	TRY(message_read(a, answer, e));
	if (a->mail->kind != MAIL_CONTACT)
		return no_token(e);
	TRY(mail_token_spend(k, a->mail->id, e));
	TRY(open_two(k, a, &t, e));
	TRY(mail_two(k, a, &t, answer, e));
	TRY(sql_do(k->store, &sql_answered, e, a->now, a->mail->ref));
	TRY(vault_erase(k->vault, t.asker.number, FIELD_MESSAGE, a->mail->ref, a->now, NULL, e));
	keeper_shed(k, 0);
	TRY(keeper_record(k, &l, a->now, NULL, e));
	return act_record(k, a, "you answered: each of you knows the other's address now", e);
}

/* ---- forgetting ---- */

struct old { int64_t id, asker, assurer; };

/* Up to SWEEP_MOST rows of a query under way. */
static bool
read_old(struct rows *r, struct old into[SWEEP_MOST], int64_t *n, struct err *e)
{
	struct err end = {0};

	for (*n = 0; *n < SWEEP_MOST && rows_next(r, &end); ++*n)
		into[*n] = (struct old){ rows_i64(r, 0), rows_i64(r, 1), rows_i64(r, 2) };
	return err_hand_on(e, &end);
}

/* Mail, link, row and message of one that nobody answers any more; its writer's history says so. */
static bool
drop_one(struct keeper *k, const struct old *x, int64_t now, struct err *e)
{
	struct owner o;
	struct record_line l = { .about = &o, .purpose = PURPOSE_KEEP_TIDY, .role = ACTOR_SYSTEM,
	    .object = "a message that was not answered" };

	TRY(member_owner(k, x->asker, &o, NULL, e));
	TRY(mail_cancel(k, x->assurer, MAIL_CONTACT, x->id, e));
	TRY(vault_erase(k->vault, x->asker, FIELD_MESSAGE, x->id, now, NULL, e));
	TRY(sql_do(k->store, &sql_delete, e, x->id));
	keeper_shed(k, 0);
	return keeper_record(k, &l, now, NULL, e);
}

bool
contact_sweep(struct keeper *k, int64_t now, int64_t most, int64_t *done, struct err *e)
{
	struct old old[SWEEP_MOST];
	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_old, e, now - k->set->trust.contact_life,
		    most < SWEEP_MOST ? most : (int64_t)SWEEP_MOST));
		TRY(read_old(r, old, done, e));
	}
	for (int64_t i = 0; i < *done; i++)
		TRY(drop_one(k, &old[i], now, e));
	return sql_do(k->store, &sql_counted, e, now - DAY);
}

static bool
forget_some(struct keeper *k, int64_t member, int64_t now, int64_t *n, struct err *e)
{
	struct old old[SWEEP_MOST];
	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_of, e, member, member, (int64_t)SWEEP_MOST));
		TRY(read_old(r, old, n, e));
	}
	for (int64_t i = 0; i < *n; i++) {
		if (old[i].asker != member) {
			TRY(drop_one(k, &old[i], now, e));
			continue;
		}
		TRY(mail_cancel(k, old[i].assurer, MAIL_CONTACT, old[i].id, e));
		TRY(sql_do(k->store, &sql_delete, e, old[i].id));
	}
	return true;
}

bool
contact_forget(struct keeper *k, int64_t member, int64_t now, struct err *e)
{
	int64_t n = SWEEP_MOST;

	while (n == SWEEP_MOST)
		TRY(forget_some(k, member, now, &n, e));
	return sql_do(k->store, &sql_none_of, e, member, member);
}
