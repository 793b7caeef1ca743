#include <sodium.h>
#include "ledger/base/clock.h"
#include "privacy/facts/address.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/mail_row.h"
#include "privacy/facts/member.h"
#include "privacy/facts/numbering.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/retain.h"

#define FIRST_WAIT	60	/* seconds before a second try; doubled each time */
#define LONGEST_WAIT	7200
#define LOOKED_AT	16	/* broken rows passed over in one call */
#define ID_TIME		7	/* bytes of a Message-ID that say when it was made, microseconds */
#define ID_BYTES	(ID_TIME + 16)	/* with its random part: nobody guesses one and says that it came back */
#define SHED_MS		60000	/* addresses of sent mails leave the write-ahead log, too */

enum mail_state { STATE_WAITING = 1, STATE_LENT, STATE_SENT, STATE_GIVEN_UP, STATE_HELD };
enum mail_part { PART_ADDRESS = 1, PART_OBJECT, PART_TOKEN };

const char mail_schema[] =
"CREATE TABLE IF NOT EXISTS mail ("
"  id INTEGER PRIMARY KEY,"
"  kind INTEGER NOT NULL,"
"  subject INTEGER NOT NULL,"		/* 0: nobody's */
"  key INTEGER NOT NULL,"
"  purpose INTEGER NOT NULL,"
"  ref INTEGER NOT NULL,"
"  lang TEXT NOT NULL,"
"  place BLOB NOT NULL,"		/* blind index of the mailbox, for the limit */
"  message_id TEXT NOT NULL,"
"  state INTEGER NOT NULL,"
"  due INTEGER NOT NULL,"		/* lent: when the loan ends */
"  tries INTEGER NOT NULL,"
"  made INTEGER NOT NULL,"
"  expires INTEGER NOT NULL,"
"  address BLOB,"			/* sealed; all three NULL once it is over */
"  object BLOB,"
"  token BLOB"
") STRICT;"
"CREATE INDEX IF NOT EXISTS mail_due ON mail (state, due);"
"CREATE INDEX IF NOT EXISTS mail_place ON mail (place, made);"
"CREATE INDEX IF NOT EXISTS mail_subject ON mail (subject, made);"
"CREATE TABLE IF NOT EXISTS mail_token ("
"  id INTEGER PRIMARY KEY,"
"  hash BLOB NOT NULL UNIQUE,"
"  kind INTEGER NOT NULL,"
"  subject INTEGER NOT NULL,"
"  ref INTEGER NOT NULL,"
"  expires INTEGER NOT NULL,"
"  used INTEGER"
") STRICT;"
"CREATE INDEX IF NOT EXISTS mail_token_subject ON mail_token (subject);"
"CREATE INDEX IF NOT EXISTS mail_token_expires ON mail_token (expires);";

static const struct sql
sql_mail_add = { "mail_add", "iiiiiitbtiiiibBB", "",
	"INSERT INTO mail (id, kind, subject, key, purpose, ref, lang, place, message_id, state,"
	" due, tries, made, expires, address, object, token)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, $14, $15, $16)" },
sql_mail_to_place = { "mail_to_place", "biiii", "i",
	"SELECT CAST(COUNT(*) AS BIGINT) FROM mail WHERE place = $1 AND made > $2"
	" AND CASE WHEN kind = $3 OR kind = $4 THEN 1 ELSE 0 END = $5" },
sql_mail_kind_to_place = { "mail_kind_to_place", "bii", "i",
	"SELECT CAST(COUNT(*) AS BIGINT) FROM mail WHERE place = $1 AND made > $2 AND kind = $3" },
sql_mail_count = { "mail_count", "iii", "i",
	"SELECT CAST(COUNT(*) AS BIGINT) FROM mail WHERE subject = $1 AND made >= $2 AND kind = $3" },
sql_mail_next = { "mail_next", "iiii", "iiiiittiiBBB",
	"SELECT id, kind, subject, key, purpose, lang, message_id, tries, expires, address, object, token"
	" FROM mail WHERE (state = $1 OR state = $2) AND due <= $3 AND expires > $4"
	" ORDER BY due, id LIMIT 1" },
sql_mail_lend = { "mail_lend", "iii", "",
	"UPDATE mail SET state = $1, due = $2, tries = tries + 1 WHERE id = $3" },
sql_mail_tries = { "mail_tries", "ii", "i",
	"SELECT tries FROM mail WHERE id = $1 AND state = $2" },
sql_mail_later = { "mail_later", "iii", "",
	"UPDATE mail SET state = $1, due = $2 WHERE id = $3" },
sql_mail_over = { "mail_over", "ii", "",
	"UPDATE mail SET state = $1, address = NULL, object = NULL, token = NULL WHERE id = $2" },
sql_mail_cancel = { "mail_cancel", "iiiiiii", "",
	"UPDATE mail SET state = $1, address = NULL, object = NULL, token = NULL"
	" WHERE subject = $2 AND kind = $3 AND ($4 = 0 OR ref = $5) AND (state = $6 OR state = $7)" },
sql_mail_forget = { "mail_forget", "i", "", "DELETE FROM mail WHERE subject = $1" },
sql_mail_expire = { "mail_expire", "iiii", "",
	"UPDATE mail SET state = $1, address = NULL, object = NULL, token = NULL"
	" WHERE (state = $2 OR state = $3) AND expires <= $4" },
sql_mail_sweep = { "mail_sweep", "ii", "", "DELETE FROM mail WHERE state >= $1 AND made <= $2" },
sql_mail_health = { "mail_health", "ii", "ii",
	"SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(MIN(made), 0) AS BIGINT) FROM mail"
	" WHERE state = $1 OR state = $2" };

/* Who causes a mail of this kind, and what its line in the history says. */
enum cause { BY_STRANGER = 1, BY_MEMBER, BY_US };
static const struct { enum cause by; const char *says; } uses[MAIL_USE__COUNT] = {
	[MAIL_JOIN] = { BY_STRANGER, "join" },
	[MAIL_KNOWN] = { BY_STRANGER, "somebody tried to join with your address" },
	[MAIL_ADDRESS] = { BY_STRANGER, "prove an address" },
	[MAIL_ADDRESS_KNOWN] = { BY_STRANGER, "somebody tried to add your address" },
	[MAIL_RESET] = { BY_STRANGER, "forgotten password" },
	[MAIL_RESET_UNKNOWN] = { BY_STRANGER, "" },
	[MAIL_RESET_DONE] = { BY_US, "the password was replaced" },
	[MAIL_RESET_FAILED] = { BY_US, "wrong answers were given" },
	[MAIL_PASSWORD_CHANGED] = { BY_US, "the password was changed" },
	[MAIL_DOMAIN] = { BY_MEMBER, "prove a domain" },
	[MAIL_ADDRESS_REMOVED] = { BY_US, "an address was removed" },
	[MAIL_PRIMARY_CHANGED] = { BY_US, "another primary address" },
	[MAIL_ISSUED] = { BY_US, "a certificate was issued" },
	[MAIL_REVOKED] = { BY_US, "a certificate was revoked" },
	[MAIL_EXPIRY] = { BY_US, "a certificate ends soon" },
	[MAIL_ROLE] = { BY_US, "a role began or ended" },
	[MAIL_TEST] = { BY_US, "test" },
	[MAIL_ASSURED] = { BY_US, "somebody vouched for you" },
	[MAIL_ASSURANCE_WITHDRAWN] = { BY_US, "a vouching was taken back" },
	[MAIL_OBJECTED] = { BY_US, "somebody objected" },
	[MAIL_DECIDED] = { BY_US, "officers decided" },
	[MAIL_POINTS_FALL] = { BY_US, "points will fall" },
	[MAIL_LINKED] = { BY_US, "a name or birth date was linked" },
	[MAIL_PARENT] = { BY_US, "a parent's consent" },
	[MAIL_FOUNDER] = { BY_US, "founders" },
	[MAIL_CONTACT] = { BY_US, "a message by way of the directory" },	/* contact.c counts them */
	[MAIL_CONTACT_ANSWER] = { BY_MEMBER, "an answer by way of the directory" },
	[MAIL_CONTACT_KNOWN] = { BY_US, "whom you answered" },
	[MAIL_THIRD_PARTY] = { BY_US, "a trusted third party's check" },
	[MAIL_PAPER] = { BY_US, "paper forms" },
	[MAIL_EVENT_OFF] = { BY_US, "an event was called off" },
	[MAIL_PAPER_OFFERED] = { BY_US, "paper forms are offered to you" },
	[MAIL_ERASE_ASKED] = { BY_US, "your account is to be erased" },
	[MAIL_ERASE_NOW] = { BY_MEMBER, "a link that erases your account at once" },
	[MAIL_ERASE_STOPPED] = { BY_US, "the erasure was stopped" },
	[MAIL_ERASE_BEGUN] = { BY_US, "the erasure began" },
	[MAIL_RESTRICTED] = { BY_US, "processing was restricted, or that was lifted" },
	[MAIL_CASE] = { BY_US, "something new in a case" },
	[MAIL_CASE_FIELD] = { BY_US, "a field of yours was opened for a case" },
	[MAIL_CASE_ASKS] = { BY_US, "staff ask to open a field" },
	[MAIL_DESK] = { BY_US, "a case waits" },
	[MAIL_ROLE_ENDS] = { BY_US, "a role ends soon" },
	[MAIL_SECURITY] = { BY_US, "a security notice" },
	[MAIL_CASE_TAKEN] = { BY_US, "a mail opened a case" },
	[MAIL_CASE_NEWS] = { BY_US, "something new in a case" },
	[MAIL_LIST] = { BY_MEMBER, "confirm a list" },
	[MAIL_LIST_NEWS] = { BY_US, "a mail of a list" },
	[MAIL_DISCLOSED] = { BY_US, "data given under law" },
	[MAIL_LOST] = { BY_US, "a way back into the account" },
	[MAIL_LOST_OPEN] = { BY_US, "a link to choose a new password" },
	[MAIL_TRUSTED_ASK] = { BY_STRANGER, "asked to be a trusted contact" },
	[MAIL_TRUSTED] = { BY_US, "a trusted contact" },
	[MAIL_CLOSING] = { BY_US, "a trusted contact asks that the account be closed" },
	[MAIL_DORMANT] = { BY_US, "is the account still wanted?" },
	[MAIL_HELD] = { BY_US, "fields of yours are held" },
	[MAIL_EXCLUDED] = { BY_US, "you are excluded" }, [MAIL_EXCLUDED_JOIN] = { BY_STRANGER, "somebody who is excluded would join" },
	[MAIL_EXCLUDED_ADD] = { BY_STRANGER, "somebody tried to add the address of an excluded member" },
	[MAIL_NOTICE] = { BY_US, "seven days' notice" }, [MAIL_VOTE] = { BY_US, "a decision waits for a vote" },
	[MAIL_GUEST] = { BY_US, "a guest officer's seat" }, [MAIL_DISCLOSED_GUEST] = { BY_US, "data given under law" },
	[MAIL_ISSUER_GONE] = { BY_US, "the issuer of a certificate was revoked" },
	[MAIL_FIELD_LATER] = { BY_US, "a field of yours was opened for a report" },
};

/* ---- small questions ---- */

static bool
ask_one(struct rows *r, int64_t *n)
{
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

bool
mail_count_since(struct keeper *k, int64_t subject, enum mail_use kind, int64_t since, int64_t *n,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_mail_count, e, subject, since, (int64_t)kind));
	return ask_one(r, n);
}

/* ---- queueing ---- */

struct draft {			/* a row in the making */
	int64_t		id, subject, key, expires;
	unsigned char	place[INDEX_BYTES];
	enum mail_state	state;
	struct buf	address, object, token;		/* sealed */
};

static void
draft_wipe(struct draft *d)
{
	buf_wipe(&d->address);
	buf_wipe(&d->object);
	buf_wipe(&d->token);
}

static struct seal_place
part_place(int64_t subject, int64_t id, enum mail_part part, int64_t key)
{
	return (struct seal_place){ .table = "mail", .field = (uint32_t)part, .subject = subject,
	    .object = id, .version = 1, .key = key };
}

static bool
seal_part(struct keeper *k, const struct draft *d, enum mail_part part, struct span plain,
    struct buf *into, struct err *e)
{
	struct seal_place at = part_place(d->subject, d->id, part, d->key);

	return vault_seal(k->vault, &at, plain, into, e);
}

/*
 * May one more mail go to this address within the hour?  A member is told when not, and so only mails of the same kind
 * count then: else somebody who has others sent to an address could keep its owner from theirs.
 */
static bool
within_limit(struct keeper *k, const struct mail_order *m, struct draft *d, int64_t now,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	bool reset = m->kind == MAIL_RESET || m->kind == MAIL_RESET_UNKNOWN, told = uses[m->kind].by == BY_MEMBER;
	const void *place = d->place;
	int64_t n;

	if (uses[m->kind].by == BY_US)
		return true;
	TRY(told ? sql_first(k->store, &r, &sql_mail_kind_to_place, e, place, sizeof(d->place), now - HOUR, (int64_t)m->kind) :
	    sql_first(k->store, &r, &sql_mail_to_place, e, place, sizeof(d->place), now - HOUR, (int64_t)MAIL_RESET,
	    (int64_t)MAIL_RESET_UNKNOWN, (int64_t)reset));
	ask_one(r, &n);
	if (n < k->set->max_mails_per_hour)
		return true;
	if (told)
		return REFUSE(e, ERR_DENIED, WHY_LIMIT, "mail: too many to one address");
	d->state = STATE_HELD;
	return true;
}

/* Does nobody get it, whoever asked? */
static bool
to_nobody(const struct mail_order *m)
{
	return m->unsent || m->kind == MAIL_RESET_UNKNOWN;
}

static bool
draft_token(struct keeper *k, const struct mail_order *m, struct draft *d, int64_t now,
    struct err *e)
{
	struct mail_token t = { .subject = d->subject, .ref = m->ref, .expires = d->expires,
	    .kind = m->kind };
	unsigned char token[TOKEN_BYTES];
	bool good;

	if (!m->token)
		return true;
	/* Whose address is known gets no link, for the same work. */
	good = mail_token_mint(k, &t, to_nobody(m) || m->kind == MAIL_KNOWN, now, token, e) &&
	    seal_part(k, d, PART_TOKEN, span_of(token, sizeof(token)), &d->token, e);
	sodium_memzero(token, sizeof(token));
	if (m->kind == MAIL_KNOWN)
		buf_wipe(&d->token);
	return good;
}

/* To an address nobody has: the same work, but what is kept can never be opened. */
static void
spoil(struct buf *b)
{
	if (b->len > 0)
		randombytes_buf(b->data, b->len);
}

static bool
draft_seal(struct keeper *k, const struct mail_order *m, struct draft *d, int64_t now,
    struct err *e)
{
	TRY(seal_part(k, d, PART_ADDRESS, span_text(m->address), &d->address, e));
	if (m->object != NULL)
		TRY(seal_part(k, d, PART_OBJECT, span_text(m->object), &d->object, e));
	TRY(draft_token(k, m, d, now, e));
	if (to_nobody(m)) {
		spoil(&d->address);
		spoil(&d->object);
		spoil(&d->token);
		d->state = STATE_HELD;
	}
	return true;
}

/* The time first, as its Date has it anyway: an index of them is appended to, instead of dirtying a page for each. */
static void
message_id(struct buf *into, const char *host)
{
	unsigned char id[ID_BYTES];
	uint64_t at = (uint64_t)clock_now_us();

	for (unsigned i = 0; i < ID_TIME; i++)
		id[i] = (unsigned char)(at >> (8 * (ID_TIME - 1 - i)));
	randombytes_buf(id + ID_TIME, sizeof(id) - ID_TIME);
	buf_hex(into, id, sizeof(id));
	buf_fmt(into, "@%s", host);
}

static bool
draft_insert(struct keeper *k, const struct mail_order *m, const struct draft *d, int64_t now,
    struct err *e)
{
	DROP(buf_wipe) struct buf message = {0};

	message_id(&message, k->set->site_host);
	TRY(buf_ok(&message, e));
	return sql_do(k->store, &sql_mail_add, e, d->id, (int64_t)m->kind, d->subject, d->key,
	    (int64_t)m->purpose, m->ref, m->lang == NULL ? "" : m->lang,
	    (const void *)d->place, sizeof(d->place), message.data, (int64_t)d->state, now,
	    now, d->expires, (const void *)d->address.data, d->address.len,
	    (const void *)d->object.data, d->object.len, (const void *)d->token.data, d->token.len);
}

/* Who restricted what is done with their data gets no mail for it, and who is being erased none at all. */
static bool
wanted(struct keeper *k, const struct mail_order *m, bool *yes, struct err *e)
{
	unsigned bits = 0;

	if (m->owner != NULL && m->owner->number != 0)
		TRY(member_restricted(k, m->owner->number, &bits, e));
	*yes = (bits & RESTRICTED_FENCED) == 0 && (bits == 0 || purposes[m->purpose].goes_on == GOES_ON);
	return true;
}

bool
mail_queue(struct keeper *k, const struct mail_order *m, int64_t now, int64_t *id, struct err *e)
{
	DROP(draft_wipe) struct draft d = { .state = STATE_WAITING };
	bool send;

	if ((unsigned)m->kind >= MAIL_USE__COUNT || uses[m->kind].says == NULL || m->address == NULL)
		return FAIL(e, ERR_INPUT, "mail: no such kind %u", (unsigned)m->kind);
	TRY(wanted(k, m, &send, e));
	if (!send) {
		if (id != NULL)
			*id = 0;
		return true;
	}
	d.subject = m->owner == NULL ? 0 : m->owner->number;
	d.key = m->owner == NULL ? vault_site_key(k->vault) : m->owner->key;
	d.expires = m->expires > 0 ? m->expires : now + WEEK;
	address_place(k, m->address, d.place);
	TRY(numbering_next(k, NUMBERING_MAIL, &d.id, e));
	TRY(within_limit(k, m, &d, now, e));
	TRY(draft_seal(k, m, &d, now, e));
	if (id != NULL)
		*id = d.id;
	return draft_insert(k, m, &d, now, e);
}

/* ---- ending ---- */

bool
mail_cancel(struct keeper *k, int64_t subject, enum mail_use kind, int64_t ref, struct err *e)
{
	TRY(sql_do(k->store, &sql_mail_cancel, e, (int64_t)STATE_GIVEN_UP, subject, (int64_t)kind,
	    ref, ref, (int64_t)STATE_WAITING, (int64_t)STATE_LENT));
	if (sql_changed(k->store) > 0)
		keeper_shed(k, SHED_MS);
	return mail_token_cancel(k, subject, kind, ref, e);
}

bool
mail_forget(struct keeper *k, int64_t subject, struct err *e)
{
	TRY(sql_do(k->store, &sql_mail_forget, e, subject));
	return mail_token_forget(k, subject, e);
}

bool
mail_sweep(struct keeper *k, int64_t now, struct err *e)
{
	TRY(sql_do(k->store, &sql_mail_expire, e, (int64_t)STATE_GIVEN_UP,
	    (int64_t)STATE_WAITING, (int64_t)STATE_LENT, now));
	if (sql_changed(k->store) > 0)
		keeper_shed(k, SHED_MS);
	TRY(sql_do(k->store, &sql_mail_sweep, e, (int64_t)STATE_SENT, now - MAIL_KEPT));
	TRY(retain_note(k, RETAIN_MAILS, sql_changed(k->store), e));
	return mail_token_sweep(k, now, e);
}

bool
mail_health(struct keeper *k, int64_t now, int64_t *waiting, int64_t *oldest, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_mail_health, e, (int64_t)STATE_WAITING,
	    (int64_t)STATE_LENT));
	*waiting = r == NULL ? 0 : rows_i64(r, 0);
	*oldest = *waiting == 0 ? 0 : now - rows_i64(r, 1);
	return true;
}

/* ---- the clerk fetches one ---- */

struct letter {			/* a row opened for sending */
	int64_t		id, subject, key, purpose, tries, expires;
	enum mail_use	kind;
	char		lang[16], message_id[320];
	unsigned char	token[TOKEN_BYTES];	/* zeros: none */
	struct buf	to, object;
};

static void
letter_wipe(struct letter *l)
{
	buf_wipe(&l->to);
	buf_wipe(&l->object);
	sodium_memzero(l, sizeof(*l));
}

static bool
open_part(struct keeper *k, const struct letter *l, enum mail_part part, struct span box,
    struct buf *into, struct err *e)
{
	struct seal_place at = part_place(l->subject, l->id, part, l->key);

	return box.len == 0 || vault_unseal(k->vault, &at, box, into, e);
}

bool
mail_words(struct keeper *k, int64_t subject, int64_t id, int64_t key, struct span address, struct span object,
    struct buf *to, struct buf *about, struct err *e)
{
	struct letter l = { .id = id, .subject = subject, .key = key };

	return open_part(k, &l, PART_ADDRESS, address, to, e) && open_part(k, &l, PART_OBJECT, object, about, e);
}

static bool
letter_open(struct keeper *k, struct letter *l, const struct rows *r, struct err *e)
{
	DROP(buf_wipe) struct buf token = {0};

	TRY(open_part(k, l, PART_ADDRESS, rows_bytes(r, 9), &l->to, e));
	TRY(open_part(k, l, PART_OBJECT, rows_bytes(r, 10), &l->object, e));
	TRY(open_part(k, l, PART_TOKEN, rows_bytes(r, 11), &token, e));
	if (l->to.len == 0 || (token.len != 0 && token.len != TOKEN_BYTES))
		return FAIL(e, ERR_CRYPTO, "mail: a row lacks a part");
	if (token.len != 0)
		memcpy(l->token, token.data, TOKEN_BYTES);
	return true;
}

/* The next row that is due.  *found false: none.  *good false: it can't be opened. */
static bool
letter_next(struct keeper *k, int64_t now, struct letter *l, bool *found, bool *good,
    struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err why = {0};

	TRY(sql_first(k->store, &r, &sql_mail_next, e, (int64_t)STATE_WAITING,
	    (int64_t)STATE_LENT, now, now));
	*found = r != NULL;
	if (r == NULL)
		return true;
	l->id = rows_i64(r, 0);
	l->kind = (enum mail_use)rows_i64(r, 1);
	l->subject = rows_i64(r, 2);
	l->key = rows_i64(r, 3);
	l->purpose = rows_i64(r, 4);
	snprintf(l->lang, sizeof(l->lang), "%s", rows_text(r, 5));
	snprintf(l->message_id, sizeof(l->message_id), "%s", rows_text(r, 6));
	l->tries = rows_i64(r, 7);
	l->expires = rows_i64(r, 8);
	*good = l->tries < k->set->mail_tries && (unsigned)l->kind < MAIL_USE__COUNT &&
	    letter_open(k, l, r, &why);
	if (why.kind == ERR_NONE || why.kind == ERR_ABSENT || why.kind == ERR_CRYPTO)
		return true;
	if (e != NULL)
		*e = why;
	return false;
}

/*
 * Mails whose going out is no line.  A join has no history yet.  Who adds an address or names a
 * contact has a line of that already: another one for the mail would tell them whether it went out, and
 * by that whether somebody has the address.
 */
static bool
unsaid(enum mail_use kind)
{
	return kind == MAIL_JOIN || kind == MAIL_EXCLUDED_JOIN || kind == MAIL_ADDRESS || kind == MAIL_TRUSTED_ASK;
}

/* Once for each mail: its owner's history says that it went out.  A test mail has no owner. */
static bool
letter_record(struct keeper *k, const struct letter *l, int64_t now, bool *good, struct err *e)
{
	struct record_line line = { .purpose = PURPOSE_SEND_MAIL, .role = ACTOR_SYSTEM,
	    .fields = FIELD_BIT(FIELD_ADDRESS), .object = uses[l->kind].says };
	struct owner o;
	struct err why = {0};

	if (l->tries > 0 || unsaid(l->kind) || l->subject == 0)
		return true;
	if (!member_owner(k, l->subject, &o, NULL, &why)) {
		*good = false;
		if (why.kind != ERR_ABSENT && e != NULL)
			*e = why;
		return why.kind == ERR_ABSENT;
	}
	line.about = &o;
	return keeper_record(k, &line, now, NULL, e);
}

static void
letter_pack(struct buf *out, const struct letter *l)
{
	pack_u8(out, 1);
	pack_i64(out, l->id);
	pack_u8(out, l->kind);
	pack_text(out, l->lang);
	pack_text(out, l->to.data);
	buf_add(out, l->token, sizeof(l->token));
	pack_text(out, l->message_id);
	pack_u32(out, (uint32_t)l->purpose);
	pack_text(out, l->object.data);
	pack_i64(out, l->expires);
}

bool
op_mail_next(struct keeper *k, struct act *a, struct err *e)
{
	TRY(act_read(a, e));
	for (int i = 0; i < LOOKED_AT; i++) {
		DROP(letter_wipe) struct letter l = {0};
		bool found = false, good = false;

		TRY(letter_next(k, a->now, &l, &found, &good, e));
		if (!found)
			break;
		if (good)
			TRY(letter_record(k, &l, a->now, &good, e));
		if (!good) {		/* its key is gone, or it was tried too often */
			TRY(sql_do(k->store, &sql_mail_over, e, (int64_t)STATE_GIVEN_UP, l.id));
			keeper_shed(k, SHED_MS);
			continue;
		}
		TRY(sql_do(k->store, &sql_mail_lend, e, (int64_t)STATE_LENT, a->now + MAIL_LEASE, l.id));
		letter_pack(a->out, &l);
		return true;
	}
	pack_u8(a->out, 0);
	return true;
}

static int64_t
wait_after(int64_t tries)
{
	int64_t wait = FIRST_WAIT;

	while (--tries > 0 && wait < LONGEST_WAIT)
		wait *= 2;
	return wait < LONGEST_WAIT ? wait : LONGEST_WAIT;
}

bool
op_mail_done(struct keeper *k, struct act *a, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	int64_t id = unpack_i64(&a->in), tries;
	unsigned result = unpack_u8(&a->in);

	TRY(act_read(a, e));
	if (result > 2)
		return FAIL(e, ERR_INPUT, "mail: result %u", result);
	TRY(sql_first(k->store, &r, &sql_mail_tries, e, id, (int64_t)STATE_LENT));
	if (r == NULL)
		return true;		/* told twice, or cancelled meanwhile */
	tries = rows_i64(r, 0);
	rows_drop(&r);
	keeper_shed(k, SHED_MS);
	if (result == 1 && tries < k->set->mail_tries)
		return sql_do(k->store, &sql_mail_later, e, (int64_t)STATE_WAITING,
		    a->now + wait_after(tries), id);
	return sql_do(k->store, &sql_mail_over, e,
	    (int64_t)(result == 0 ? STATE_SENT : STATE_GIVEN_UP), id);
}
