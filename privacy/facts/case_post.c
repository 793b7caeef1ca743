#include <sodium.h>
#include <string.h>
#include "ledger/base/wipe.h"
#include "privacy/facts/address.h"
#include "privacy/facts/case_post.h"
#include "privacy/facts/code_book.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/register.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/retain.h"

#define COLUMN_SENDER	1u	/* inside the sealed place: "SENDER CODE" */
#define HASH_BYTES	32

const char case_post_schema[] =
"CREATE TABLE case_post ("
" number INTEGER PRIMARY KEY REFERENCES case_file (number),"
" place BLOB NOT NULL,"			/* blind index of the sender's mailbox */
" sender BLOB NOT NULL,"		/* sealed: address and code */
" at INTEGER NOT NULL) STRICT;"
"CREATE INDEX case_post_place ON case_post (place, at);"
"CREATE TABLE case_carried ("		/* texts that wait for the clerk */
" id INTEGER PRIMARY KEY,"		/* of the published row */
" number INTEGER NOT NULL REFERENCES case_file (number),"
" change INTEGER NOT NULL,"
" entry INTEGER NOT NULL,"		/* its ledger number */
" box BLOB NOT NULL) STRICT;"
"CREATE INDEX case_carried_number ON case_carried (number);"
"CREATE TABLE post_taken ("		/* mails that are not taken twice */
" hash BLOB PRIMARY KEY,"
" at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
"CREATE INDEX post_taken_at ON post_taken (at);";

static const struct sql
sql_known = { "post_known", "b", "i", "SELECT at FROM post_taken WHERE hash = $1" },
sql_taken = { "post_taken", "bi", "", "INSERT INTO post_taken (hash, at) VALUES ($1, $2)" },
sql_since = { "post_since", "i", "i", "SELECT CAST(COUNT(*) AS bigint) FROM post_taken WHERE at > $1" },
sql_old = { "post_old", "i", "", "DELETE FROM post_taken WHERE at <= $1" },
sql_from = { "case_post_from", "bi", "i", "SELECT number FROM case_post WHERE place = $1 AND at > $2 LIMIT 1" },
sql_add = { "case_post_add", "ibbi", "", "INSERT INTO case_post (number, place, sender, at) VALUES ($1, $2, $3, $4)" },
sql_sender = { "case_post_sender", "i", "b", "SELECT sender FROM case_post WHERE number = $1" },
sql_forget = { "case_post_forget", "i", "", "DELETE FROM case_post WHERE number = $1" },
sql_keep = { "case_carry_keep", "iiiib", "",
	"INSERT INTO case_carried (id, number, change, entry, box) VALUES ($1, $2, $3, $4, $5)" },
sql_done = { "case_carry_done", "i", "", "DELETE FROM case_carried WHERE id = $1" },
sql_waiting = { "case_carry_waiting", "i", "iiiib",
	"SELECT id, number, change, entry, box FROM case_carried ORDER BY id LIMIT $1" },
sql_drop = { "case_carry_drop", "i", "", "DELETE FROM case_carried WHERE number = $1" };

struct post {			/* one mail, as the postbox hands it over */
	unsigned char	hash[HASH_BYTES], serial[TICKET_SERIAL], sha256[HASH_BYTES], signature[HASH_BYTES];
	char		sender[ADDRESS_MAX], lang[16], code[KEEPER_TEXT_MAX + 1], id[KEEPER_TEXT_MAX + 1];
	char		words[POST_TEXTS][CASE_TEXT_MAX + 1];
	uint32_t	n;
	bool		is_signed;
};

static void
post_drop(struct post **p)
{
	wipe_free(*p);
}

/* ---- what was handed over ---- */

static bool
post_read(struct act *a, struct post *p, struct err *e)
{
	char sender[KEEPER_TEXT_MAX + 1];

	unpack_exact(&a->in, p->hash, sizeof(p->hash));
	unpack_text(&a->in, sender, sizeof(sender));
	unpack_text(&a->in, p->lang, sizeof(p->lang));
	unpack_text(&a->in, p->code, sizeof(p->code));
	unpack_text(&a->in, p->id, sizeof(p->id));
	if (strpbrk(p->id, MAIL_PART "\r\n") != NULL)
		p->id[0] = '\0';		/* no identifier, and it would stand in a letter */
	p->is_signed = unpack_u8(&a->in) == 1;
	unpack_exact(&a->in, p->serial, sizeof(p->serial));
	unpack_exact(&a->in, p->sha256, sizeof(p->sha256));
	unpack_exact(&a->in, p->signature, sizeof(p->signature));
	p->n = unpack_u32(&a->in);
	if (a->in.bad || p->n < 1 || p->n > POST_TEXTS)
		return FAIL(e, ERR_INPUT, "post: %u texts", p->n);
	for (uint32_t i = 0; i < p->n; i++)
		TRY(case_words(a, p->words[i], e));
	TRY(act_read(a, e));
	return address_normalise(sender, p->sender, e);
}

static bool
known(struct keeper *k, const unsigned char hash[HASH_BYTES], bool *yes, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_known, e, (const void *)hash, (size_t)HASH_BYTES));
	*yes = r != NULL;
	return true;
}

static bool
few_enough(struct keeper *k, int64_t now, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_since, e, now - HOUR));
	return r == NULL || rows_i64(r, 0) < k->set->post_per_hour ||
	    REFUSE(e, ERR_DENIED, WHY_LIMIT, "post: enough for this hour");
}

static bool
first_today(struct keeper *k, const unsigned char place[INDEX_BYTES], int64_t now, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_from, e, (const void *)place, (size_t)INDEX_BYTES, now - DAY));
	return r == NULL || REFUSE(e, ERR_DENIED, WHY_LIMIT, "post: one case a day from an address");
}

/* ---- texts ---- */

/* TEXT TO KEEP, which would go to the portal, waits here for the clerk. */
static bool
text_keep(struct keeper *k, struct act *a, struct case_row *c, const char *words, const char *object, struct err *e)
{
	DROP(buf_wipe) struct buf kept = {0};
	struct buf *out = a->out;
	int64_t id, change, number;
	struct span in, box;
	bool good;

	a->out = &kept;
	good = case_text_add(k, a, c, CASE_TEXT_OPENER, words, object, e);
	a->out = out;
	TRY(good && buf_ok(&kept, e));
	in = span_buf(&kept);
	id = unpack_i64(&in);
	change = unpack_i64(&in);
	number = unpack_i64(&in);
	box = unpack_bytes(&in);
	TRY(unpack_end(&in, "text", e));
	return sql_do(k->store, &sql_keep, e, id, c->number, change, number, (const void *)box.p, box.len);
}

static bool
texts_keep(struct keeper *k, struct act *a, struct case_row *c, const struct post *p, const char *object, struct err *e)
{
	for (uint32_t i = 0; i < p->n; i++)
		TRY(text_keep(k, a, c, p->words[i], object, e));
	return true;
}

/* From here on the case is who acts: its own entries are its history. */
static bool
act_as(struct keeper *k, struct act *a, const struct case_row *c, struct err *e)
{
	TRY(subject_enter(k, a, c->owner.number, e));
	a->role = ACTOR_OWNER;
	return true;
}

/* ---- its sender ---- */

static struct seal_place
sender_place(const struct case_row *c)
{
	return (struct seal_place){ .table = "case_post", .field = COLUMN_SENDER, .subject = c->owner.number,
	    .object = c->number, .version = 1, .key = c->owner.key };
}

static bool
sender_keep(struct keeper *k, const struct case_row *c, const char *sender, const unsigned char place[INDEX_BYTES],
    const char *code, int64_t now, struct err *e)
{
	DROP(buf_wipe) struct buf plain = {0}, box = {0};
	struct seal_place at = sender_place(c);

	buf_text(&plain, sender);
	buf_text(&plain, " ");
	buf_text(&plain, code);
	TRY(buf_ok(&plain, e));
	TRY(vault_seal(k->vault, &at, span_buf(&plain), &box, e));
	return sql_do(k->store, &sql_add, e, c->number, (const void *)place, (size_t)INDEX_BYTES, (const void *)box.data, box.len, now);
}

static bool
told(struct keeper *k, const struct case_row *c, enum mail_use kind, const char *to, const char *object, int64_t now, struct err *e)
{
	struct mail_order m = { .kind = kind, .address = to, .lang = c->lang, .object = object, .purpose = PURPOSE_CASE };
	struct record_line l = { .about = &c->owner, .purpose = PURPOSE_SEND_MAIL, .role = ACTOR_SYSTEM,
	    .fields = FIELD_BIT(FIELD_ADDRESS), .object = "a mail to who opened it" };

	TRY(keeper_record(k, &l, now, NULL, e));
	return mail_queue(k, &m, now, NULL, e);
}

/* The answer: code, then behind it number and pass-phrase, which stand nowhere else, then which mail it answers. */
static bool
answer(struct keeper *k, const struct case_row *c, const struct post *p, const char *code, int64_t now, struct err *e)
{
	DROP(buf_wipe) struct buf object = {0};
	char pass[CODE_TEXT];
	struct code made;
	bool good;

	TRY(code_issue(k, CODE_CASE, c->number, &made, e));
	code_print(&made, pass);
	code_wipe(&made);
	buf_fmt(&object, "%s" MAIL_PART "%lld\n%s" MAIL_PART "%s", code, (long long)c->number, pass, p->id);
	explicit_bzero(pass, sizeof(pass));
	good = buf_ok(&object, e) && told(k, c, MAIL_CASE_TAKEN, p->sender, object.data, now, e);
	return good;
}

bool
case_post_notify(struct keeper *k, const struct case_row *c, int64_t now, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf plain = {0};
	struct seal_place at = sender_place(c);
	char *blank;

	TRY(sql_first(k->store, &r, &sql_sender, e, c->number));
	if (r == NULL)
		return true;
	TRY(vault_unseal(k->vault, &at, rows_bytes(r, 0), &plain, e));
	blank = plain.data == NULL ? NULL : strchr(plain.data, ' ');
	if (blank == NULL)
		return FAIL(e, ERR_TAMPER, "post: a sender without a code");
	*blank = '\0';
	return told(k, c, MAIL_CASE_NEWS, plain.data, blank + 1, now, e);
}

/* ---- signed by a member ---- */

/* Whoever stole an issuer's key can make another certificate of the same serial. */
static bool
is_good(const struct entry_of_register *r, const struct post *p, int64_t now)
{
	return r->state == REGISTER_VALID && r->stored && now >= r->not_before && now < r->not_after && r->wanted == 0 &&
	    (r->profile == PROFILE_ROBOT_MAIL || r->profile == PROFILE_ASSURED_MAIL) &&
	    sodium_memcmp(r->sha256, p->sha256, sizeof(r->sha256)) == 0;
}

/* One that is valid now, of whom it is; anything else, and a signature that came before, is no mark and no error. */
static bool
signer_of(struct keeper *k, const struct post *p, int64_t now, int64_t *member, struct err *e)
{
	struct entry_of_register r = {0};
	struct err why = {0};
	bool again = false;

	*member = 0;
	if (p->is_signed)
		TRY(known(k, p->signature, &again, e));
	if (!p->is_signed || again)
		return true;
	if (!register_get(k, 0, p->serial, &r, &why)) {
		if (why.kind != ERR_ABSENT && e != NULL)
			*e = why;
		return why.kind == ERR_ABSENT;
	}
	if (is_good(&r, p, now))
		*member = r.member;
	/* As of an hour ago: it is remembered, and is no mail of this hour. */
	return *member == 0 || sql_do(k->store, &sql_taken, e, (const void *)p->signature, sizeof(p->signature), now - HOUR);
}

static bool
signed_told(struct keeper *k, const struct act *a, const struct case_row *c, struct err *e)
{
	char object[DETAIL_OBJECT];
	struct owner o;

	if (c->about == 0)
		return true;
	TRY(member_owner(k, c->about, &o, NULL, e));
	snprintf(object, sizeof(object), "case %lld: opened by a mail signed with a certificate of yours", (long long)c->number);
	return act_record_also(k, a, &o, object, e);
}

/* ---- taking ---- */

static bool
opened(struct keeper *k, struct act *a, const struct post *p, struct err *e)
{
	struct case_row c = { .kind = CASE_OTHER, .flags = CASE_MAILED };
	char code[CODE_TEXT];
	unsigned char place[INDEX_BYTES];
	struct code made;

	snprintf(c.lang, sizeof(c.lang), "%s", p->lang);
	address_place(k, p->sender, place);
	TRY(first_today(k, place, a->now, e));
	TRY(signer_of(k, p, a->now, &c.about, e));
	c.flags |= c.about > 0 ? CASE_SIGNED : 0;
	TRY(case_add(k, &c, a->now, e));
	TRY(code_issue(k, CODE_CASE_MAIL, c.number, &made, e));
	code_print(&made, code);
	code_wipe(&made);
	TRY(act_as(k, a, &c, e));
	TRY(texts_keep(k, a, &c, p, "opened by mail", e));
	TRY(signed_told(k, a, &c, e));
	TRY(sender_keep(k, &c, p->sender, place, code, a->now, e));
	return answer(k, &c, p, code, a->now, e);
}

/* The case whose code stands in the subject, if that is one that can go on; *c->number 0: none. */
static bool
meant(struct keeper *k, const struct post *p, int64_t now, struct case_row *c, struct err *e)
{
	struct code_found f;
	struct err why = {0};
	bool fits;

	*c = (struct case_row){0};
	if (p->code[0] == '\0')
		return true;
	TRY(code_look(k, p->code, &f, e));
	fits = f.fits && f.kind == CODE_CASE_MAIL;
	code_wipe(&f.code);
	if (!fits)
		return true;
	TRY(case_get(k, f.ref, c, e));
	if (!case_again(c, now, &why))
		*c = (struct case_row){0};	/* over for too long: a new one */
	return true;
}

bool
op_post_take(struct keeper *k, struct act *a, struct err *e)
{
	DROP(post_drop) struct post *p = calloc(1, sizeof(*p));
	struct case_row c;
	bool again;

	if (p == NULL)
		return FAIL(e, ERR_MEMORY, "post");
	TRY(post_read(a, p, e));
	TRY(known(k, p->hash, &again, e));
	if (again) {
		pack_u8(a->out, POST_KNOWN);
		return true;
	}
	TRY(few_enough(k, a->now, e));
	TRY(meant(k, p, a->now, &c, e));
	if (c.number > 0) {
		TRY(act_as(k, a, &c, e));
		TRY(texts_keep(k, a, &c, p, "written in by mail", e));
	} else
		TRY(opened(k, a, p, e));
	pack_u8(a->out, c.number > 0 ? POST_ADDED : POST_OPENED);
	return sql_do(k->store, &sql_taken, e, (const void *)p->hash, sizeof(p->hash), a->now);
}

/* ---- the clerk carries what was taken ---- */

static bool
carried(struct keeper *k, int64_t id, int64_t now, struct err *e)
{
	struct err why = {0};

	TRY(sql_do(k->store, &sql_done, e, id));
	/* Ended meanwhile: its row goes the way of all that end. */
	if (published_stand(k, PUBLISHED_CASE, id, now, &why) || why.kind == ERR_ABSENT)
		return true;
	*e = why;
	return false;
}

bool
op_post_carry(struct keeper *k, struct act *a, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	DROP(buf_wipe) struct buf list = {0};
	uint32_t told_of = unpack_u32(&a->in), n = 0;
	struct err end = {0};

	if (told_of > POST_CARRIED)
		return FAIL(e, ERR_INPUT, "post: %u texts carried", told_of);
	for (uint32_t i = 0; i < told_of && !a->in.bad; i++)
		TRY(carried(k, unpack_i64(&a->in), a->now, e));
	TRY(act_read(a, e));
	TRY(sql_ask(k->store, &r, &sql_waiting, e, (int64_t)POST_CARRIED));
	for (; rows_next(r, &end); n++) {
		struct span box = rows_bytes(r, 4);

		pack_i64(&list, rows_i64(r, 1));
		pack_i64(&list, rows_i64(r, 0));
		pack_i64(&list, rows_i64(r, 2));
		pack_i64(&list, rows_i64(r, 3));
		pack_bytes(&list, box.p, box.len);
	}
	TRY(err_hand_on(e, &end));
	pack_u32(a->out, n);
	buf_add(a->out, list.data, list.len);
	return buf_ok(&list, e);
}

/* ---- what goes ---- */

bool
case_post_forget(struct keeper *k, int64_t number, struct err *e)
{
	TRY(code_end(k, CODE_CASE_MAIL, number, e));
	TRY(sql_do(k->store, &sql_drop, e, number));
	return sql_do(k->store, &sql_forget, e, number);
}

bool
case_post_sweep(struct keeper *k, int64_t now, struct err *e)
{
	TRY(sql_do(k->store, &sql_old, e, now - POST_KNOWN_LIFE));
	return retain_note(k, RETAIN_MAILED, sql_changed(k->store), e);
}
