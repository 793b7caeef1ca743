#include <sodium.h>
#include <string.h>
#include "privacy/facts/address.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/wish.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/lists.h"

#define STOP_LIFE	(90 * DAY)	/* so long the link in a list's mail stops it */
#define MEMBERS		32		/* written to in one call */

const char wish_schema[] =
"CREATE TABLE wish ("
" member INTEGER NOT NULL REFERENCES member (number),"
" list TEXT NOT NULL,"
" ref INTEGER NOT NULL,"		/* of the name, for links */
" asked INTEGER NOT NULL,"
" since INTEGER NOT NULL,"		/* 0: waits for its link to be followed */
" said BLOB,"				/* hash of the words that went there last */
" PRIMARY KEY (member, list)) STRICT, WITHOUT ROWID;"
"CREATE INDEX wish_list ON wish (list, member);";

static const struct sql
sql_of = { "wish_of", "it", "ii", "SELECT asked, since FROM wish WHERE member = $1 AND list = $2" },
sql_add = { "wish_add", "itii", "", "INSERT INTO wish (member, list, ref, asked, since) VALUES ($1, $2, $3, $4, 0)" },
sql_drop = { "wish_drop", "it", "", "DELETE FROM wish WHERE member = $1 AND list = $2" },
sql_stop = { "wish_stop", "ii", "", "DELETE FROM wish WHERE member = $1 AND ref = $2" },
sql_since = { "wish_since", "iii", "", "UPDATE wish SET since = $1 WHERE member = $2 AND ref = $3 AND since = 0" },
sql_next = { "wish_next", "tibi", "i",
	"SELECT member FROM wish WHERE list = $1 AND member > $2 AND since > 0 AND (said IS NULL OR said <> $3) ORDER BY member LIMIT $4" },
sql_said = { "wish_said", "bit", "", "UPDATE wish SET said = $1 WHERE member = $2 AND list = $3" };

/* What a link says of a list: the same for one name, whatever the setting looks like by then. */
static int64_t
ref_of(const char *name)
{
	unsigned char hash[crypto_generichash_BYTES];
	int64_t ref;

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)name, strlen(name), NULL, 0);
	memcpy(&ref, hash, sizeof(ref));
	return ref & INT64_MAX;
}

static bool
lists_of(const struct keeper *k, struct mail_list lists[LISTS_MOST], size_t *n, struct err *e)
{
	return lists_read(k->set->mail_lists, lists, n, e);
}

static bool
said(struct keeper *k, struct act *a, const char *list, const char *what, struct err *e)
{
	char object[DETAIL_OBJECT];

	snprintf(object, sizeof(object), "%.24s: %.100s", list, what);
	return act_record(k, a, object, e);
}

/* ---- the member's page ---- */

bool
op_lists(struct keeper *k, struct act *a, struct err *e)
{
	struct mail_list lists[LISTS_MOST];
	size_t n;

	TRY(act_read(a, e));
	TRY(lists_of(k, lists, &n, e));
	pack_u32(a->out, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_first(k->store, &r, &sql_of, e, a->owner.number, lists[i].name));
		pack_text(a->out, lists[i].name);
		pack_text(a->out, lists[i].says);
		pack_text(a->out, lists[i].outside);
		pack_i64(a->out, r == NULL ? 0 : rows_i64(r, 0));
		pack_i64(a->out, r == NULL ? 0 : rows_i64(r, 1));
	}
	return true;
}

/* Wanting is barred where stopping is not. */
static bool
may_want(const struct act *a, struct err *e)
{
	if (a->restricted != 0)
		return REFUSE(e, ERR_DENIED, WHY_RESTRICTED, "list: restricted");
	if ((a->flags & SESSION_POLICY_DUE) != 0)
		return REFUSE(e, ERR_DENIED, WHY_POLICY, "list: a policy waits");
	return true;
}

static bool
want(struct keeper *k, struct act *a, const char *list, struct err *e)
{
	DROP(buf_wipe) struct buf to = {0};
	struct mail_order m = { .kind = MAIL_LIST, .owner = &a->owner, .lang = a->lang, .object = list, .ref = ref_of(list),
	    .token = true, .expires = a->now + k->set->mail_token_life, .purpose = PURPOSE_LIST };

	TRY(may_want(a, e));
	TRY(sql_do(k->store, &sql_drop, e, a->owner.number, list));
	TRY(sql_do(k->store, &sql_add, e, a->owner.number, list, m.ref, a->now));
	TRY(address_peek(k, &a->owner, &to, e));
	if (to.len == 0)
		return REFUSE(e, ERR_DENIED, WHY_ADDRESS_UNVERIFIED, "list: no address");
	m.address = to.data;
	/* The newest link is the one that works. */
	TRY(mail_cancel(k, a->owner.number, MAIL_LIST, m.ref, e));
	TRY(mail_queue(k, &m, a->now, NULL, e));
	return said(k, a, list, "asked for; a link was sent", e);
}

/* Confirmed already: a form that is sent twice takes nobody off the list. */
static bool
is_on(struct keeper *k, int64_t member, const char *list, bool *yes, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_of, e, member, list));
	*yes = r != NULL && rows_i64(r, 1) > 0;
	return true;
}

bool
op_list_set(struct keeper *k, struct act *a, struct err *e)
{
	struct mail_list lists[LISTS_MOST];
	const struct mail_list *l;
	char name[LIST_NAME];
	unsigned on;
	size_t n;
	bool there;

	unpack_text(&a->in, name, sizeof(name));
	on = unpack_u8(&a->in);
	TRY(act_read(a, e));
	TRY(lists_of(k, lists, &n, e));
	l = lists_find(lists, n, name);
	if (on > 1 || (on == 1 && (l == NULL || l->outside[0] != '\0')))
		return REFUSE(e, ERR_INPUT, WHY_FIELD_SHAPE, "list: none of ours, or %u", on);
	TRY(is_on(k, a->owner.number, name, &there, e));
	if (on == 1)
		return there || want(k, a, name, e);
	TRY(sql_do(k->store, &sql_drop, e, a->owner.number, name));
	if (sql_changed(k->store) == 0)
		return true;
	TRY(mail_cancel(k, a->owner.number, MAIL_LIST, ref_of(name), e));
	return said(k, a, name, "stopped", e);
}

/* ---- links ---- */

static const char *
name_of(const struct mail_list *lists, size_t n, int64_t ref)
{
	for (size_t i = 0; i < n; i++)
		if (ref_of(lists[i].name) == ref)
			return lists[i].name;
	return "a list that is no more";
}

static bool
followed(struct keeper *k, struct act *a, const char *what, struct err *e)
{
	struct mail_list lists[LISTS_MOST];
	size_t n;

	if (sql_changed(k->store) == 0)
		return REFUSE(e, ERR_ABSENT, WHY_TOKEN, "list: no such wish");
	TRY(lists_of(k, lists, &n, e));
	return said(k, a, name_of(lists, n, a->mail->ref), what, e);
}

bool
wish_confirm(struct keeper *k, struct act *a, struct err *e)
{
	a->purpose = PURPOSE_LIST;
	if (a->restricted != 0)
		return REFUSE(e, ERR_DENIED, WHY_RESTRICTED, "list: restricted");
	TRY(sql_do(k->store, &sql_since, e, a->now, a->owner.number, a->mail->ref));
	return followed(k, a, "confirmed", e);
}

bool
wish_stop(struct keeper *k, struct act *a, struct err *e)
{
	/* Stopping goes on whatever else is restricted. */
	a->purpose = PURPOSE_SETTINGS;
	TRY(sql_do(k->store, &sql_stop, e, a->owner.number, a->mail->ref));
	/* Stopped before, by this link or another: it is so, and there is nothing to write down. */
	return sql_changed(k->store) == 0 || followed(k, a, "stopped", e);
}

/* ---- a mail to all who want it ---- */

/* The same words go to nobody twice, so whoever was cut off while sending them begins again. */
struct news { const char *list, *object; unsigned char hash[16]; };

static bool
write_one(struct keeper *k, int64_t member, const struct news *w, int64_t now, int64_t *sent, struct err *e)
{
	DROP(buf_wipe) struct buf to = {0};
	struct mail_order m = { .kind = MAIL_LIST_NEWS, .object = w->object, .ref = ref_of(w->list), .token = true,
	    .expires = now + STOP_LIFE, .purpose = PURPOSE_LIST };
	struct member_facts f;
	struct owner o;
	bool failing;

	TRY(member_owner(k, member, &o, &f, e));
	TRY(address_failing(k, member, &failing, e));
	TRY(address_peek(k, &o, &to, e));
	if (to.len == 0 || failing || f.restricted != 0)
		return true;
	m.owner = &o;
	m.lang = f.lang;
	m.address = to.data;
	++*sent;
	TRY(sql_do(k->store, &sql_said, e, (const void *)w->hash, sizeof(w->hash), member, w->list));
	return mail_queue(k, &m, now, NULL, e);
}

bool
op_list_mail(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf object = {0};
	struct mail_list lists[LISTS_MOST];
	char name[LIST_NAME], words[LIST_WORDS + 1], line[64];
	struct news w = { .list = name };
	int64_t after, sent = 0, member[MEMBERS];
	size_t n, count;

	unpack_text(&a->in, name, sizeof(name));
	unpack_text(&a->in, words, sizeof(words));
	after = unpack_i64(&a->in);
	TRY(act_read(a, e));
	TRY(lists_of(k, lists, &n, e));
	if (lists_find(lists, n, name) == NULL || words[0] == '\0' || strpbrk(words, MAIL_PART) != NULL)
		return FAIL(e, ERR_INPUT, "list: no such list, or no words");
	buf_fmt(&object, "%s" MAIL_PART, name);
	buf_text(&object, words);
	TRY(buf_ok(&object, e));
	w.object = object.data;
	crypto_generichash(w.hash, sizeof(w.hash), (const unsigned char *)words, strlen(words), NULL, 0);
	TRY(sql_column(k->store, member, MEMBERS, &count, &sql_next, e, w.list, after, (const void *)w.hash, sizeof(w.hash),
	    (int64_t)MEMBERS));
	for (size_t i = 0; i < count; i++)
		TRY(write_one(k, member[i], &w, a->now, &sent, e));
	pack_i64(a->out, count < MEMBERS ? 0 : member[count - 1]);
	pack_i64(a->out, sent);
	snprintf(line, sizeof(line), "a mail to the list %s", name);
	return after != 0 || keeper_record_site(k, PURPOSE_SITE, line, a->now, NULL, e);
}
