#include <sodium.h>
#include "privacy/facts/address.h"
#include "privacy/facts/domain.h"
#include "privacy/facts/footing.h"
#include "privacy/facts/issue.h"
#include "privacy/facts/member.h"
#include "privacy/facts/name.h"
#include "privacy/facts/order.h"
#include "privacy/facts/person_name.h"
#include "privacy/facts/setting.h"
#include "privacy/facts/statement.h"
#include "privacy/facts/ticket_book.h"
#include "privacy/facts/trust.h"
#include "privacy/keeper/again.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

#define COMMON_NAME	64	/* characters: ub-common-name, RFC 5280 appendix A.1 */
#define CLOCKS_DIFFER	60	/* seconds the prover's clock may be ahead */

/* ---- minting ---- */

static bool
mint_entry(struct keeper *k, const struct mint *m, struct ticket *t, struct err *e)
{
	struct record_line l = { .about = m->owner, .purpose = m->purpose, .role = m->role,
	    .object = m->object };

	TRY(keeper_record(k, &l, m->now, &t->ledger_number, e));
	TRY(chain_duty_open(k->chain, t->ledger_number, e));
	chain_head_hash(k->chain, t->ledger_hash);
	return true;
}

/*
 * The number of its entry first, so that keeper and signer append to their indexes of
 * tickets instead of dirtying a page for each; it stands in the ticket anyway.  The rest
 * is random: the number of an entry that was undone is given again.
 */
static void
id_draw(struct ticket *t)
{
	for (unsigned i = 0; i < 8; i++)
		t->id[i] = (unsigned char)((uint64_t)t->ledger_number >> (56 - 8 * i));
	randombytes_buf(t->id + 8, sizeof(t->id) - 8);
}

bool
ticket_mint(struct keeper *k, const struct mint *m, struct ticket *t, struct buf *wire,
    struct err *e)
{
	struct ticket_row row = { .certificate = m->certificate, .member = m->owner->number,
	    .key = m->owner->key, .made = m->left_to_clerk ? m->now - TICKET_QUIET : m->now, .expires = t->expires, .act = t->act,
	    .reason = t->reason };
	size_t start = wire->len;

	TRY(mint_entry(k, m, t, e));
	id_draw(t);
	TRY(ticket_pack(wire, t, k->keys->ticket, e));
	memcpy(row.id, t->id, sizeof(row.id));
	row.number = t->ledger_number;
	return ticket_book_add(k, &row, span_of(wire->data + start, wire->len - start), m->asked, e);
}

/* 128 random bits, positive and never short in DER (RFC 5280 section 4.1.2.2). */
static void
serial_draw(unsigned char serial[TICKET_SERIAL])
{
	do {
		randombytes_buf(serial, TICKET_SERIAL);
		serial[0] &= 0x7f;
	} while (serial[0] == 0);
}

/* ---- is it allowed? ---- */

/* The points of this moment, not those that pages show. */
static bool
footing_allowed(struct keeper *k, const struct act *a, const struct order *q, struct err *e)
{
	struct points p;
	enum why why;

	if (!profile_is_assured(q->profile) && q->named == 0)
		return true;
	TRY(trust_points(k, &a->owner, a->now, &p, e));
	why = footing_why(&p, (enum profile)q->profile, q->named);
	if (why != WHY_NONE)
		return REFUSE(e, ERR_DENIED, why, "issue: not on these points");
	if (q->named != 0 && a->now < a->bar_until)
		return REFUSE(e, ERR_DENIED, WHY_BAR, "issue: names are barred after a recovery");
	return true;
}

/* A certificate that signs in outlives the session that asks for it: only after the password. */
static bool
profile_allowed(const struct act *a, const struct order *q, struct err *e)
{
	bool mail = profile_is_mail(q->profile);

	if (q->profile < PROFILE_ROBOT_TLS || q->profile >= PROFILE__COUNT)
		return FAIL(e, ERR_INPUT, "issue: no profile %u", q->profile);
	if ((q->options & ~TICKET_CLIENT_AUTH) != 0 || (!mail && q->options != 0))
		return FAIL(e, ERR_INPUT, "issue: options %x", (unsigned)q->options);
	if ((q->options & TICKET_CLIENT_AUTH) != 0 && (a->flags & SESSION_FRESH) == 0)
		return REFUSE(e, ERR_DENIED, WHY_PASSWORD_NEEDED, "issue: signs in, and the session is not fresh");
	return true;
}

static bool
key_allowed(struct keeper *k, const struct order *q, struct err *e)
{
	bool banned;

	TRY(register_key_banned(k, q->key_hash, &banned, e));
	return !banned || REFUSE(e, ERR_DENIED, WHY_KEY_REUSED_REVOKED, "issue: a compromised key");
}

static bool
day_allowed(struct keeper *k, const struct act *a, struct err *e)
{
	int64_t n;

	TRY(register_issued_today(k, a->owner.number, a->now, &n, e));
	return n < k->set->max_certs_per_day ||
	    REFUSE(e, ERR_DENIED, WHY_LIMIT, "issue: too many in a day");
}

/* The certificate names the address as it was proved, whatever case was typed. */
static bool
address_allowed(struct keeper *k, struct act *a, struct ticket_name *n, int64_t *bind, struct err *e)
{
	DROP(buf_wipe) struct buf text = {0};
	bool verified, found;

	TRY(address_by_text(k, a->owner.number, n->text, bind, &verified, e));
	if (*bind == 0)
		return REFUSE(e, ERR_DENIED, WHY_NAME_NOT_YOURS, "issue: an address of nobody here");
	if (!verified)
		return REFUSE(e, ERR_DENIED, WHY_ADDRESS_UNVERIFIED, "issue: an unproved address");
	TRY(act_open(k, a, FIELD_ADDRESS, *bind, &text, NULL, &found, e));
	if (!found || text.len == 0 || text.len >= sizeof(n->text))
		return FAIL(e, ERR_TAMPER, "issue: an address without its text");
	memset(n->text, 0, sizeof(n->text));
	memcpy(n->text, text.data, text.len);
	return true;
}

static bool
names_allowed(struct keeper *k, struct act *a, struct order *q, struct err *e)
{
	for (unsigned i = 0; i < q->count; i++) {
		struct ticket_name *n = &q->names[i];

		if ((n->kind == NAME_MAIL) != profile_is_mail(q->profile))
			return REFUSE(e, ERR_DENIED, WHY_NAME_NOT_YOURS, "issue: a name of the other kind");
		if (n->kind == NAME_MAIL)
			TRY(address_allowed(k, a, n, &q->bind[i], e));
		else
			TRY(domain_covers(k, a->owner.number, n->text, a->now, &q->bind[i], e));
	}
	return true;
}

/*
 * ---- CAA: asked for each name, by the prover, within caa_life.  RFC 8659; for the domain of
 * a mail address its issuemail (RFC 9495), where the site wants that ----
 */

static bool
caa_fits(const struct keeper *k, const struct statement *s, const char *name, int64_t now)
{
	const char *at = strrchr(name, '@'), *domain = at == NULL ? name : at + 1;
	bool wild = strncmp(domain, "*.", 2) == 0;

	return s->kind == STATEMENT_CAA && s->method == (at == NULL ? 0 : PROOF_MAIL) &&
	    (s->wildcard != 0) == wild && strcmp(s->name, domain + (wild ? 2 : 0)) == 0 &&
	    s->at > now - k->set->caa_life && s->at <= now + CLOCKS_DIFFER;
}

/* What one statement says of the names it is about; WHY_NONE: allowed, and that stays. */
static void
caa_hear(const struct keeper *k, const struct order *q, const struct statement *s, int64_t now,
    enum why why[TICKET_NAMES])
{
	for (unsigned i = 0; i < q->count; i++) {
		if (!caa_fits(k, s, q->names[i].text, now))
			continue;
		if (s->result == SAW_IT)
			why[i] = WHY_NONE;
		else if (s->result == SAW_FORBIDDEN && why[i] != WHY_NONE)
			why[i] = WHY_CAA_FORBIDS;
		else if (s->result == SAW_BOGUS && why[i] == WHY_CAA_MISSING)
			why[i] = WHY_CAA_BOGUS;
	}
}

/* Each signature is verified once, however many names there are. */
static bool
caa_allowed(const struct keeper *k, const struct act *a, const struct order *q, struct err *e)
{
	enum why why[TICKET_NAMES];

	if (profile_is_mail(q->profile) && !k->set->mail_caa)
		return true;
	for (unsigned i = 0; i < q->count; i++)
		why[i] = WHY_CAA_MISSING;
	for (unsigned i = 0; i < q->caa_count; i++) {
		struct statement s;

		if (statement_open(&s, q->caa[i], k->keys->prover, NULL))
			caa_hear(k, q, &s, a->now, why);
	}
	for (unsigned i = 0; i < q->count; i++)
		if (why[i] != WHY_NONE)
			return REFUSE(e, ERR_DENIED, why[i], "issue: no CAA statement allows a name");
	return true;
}

static bool
allowed(struct keeper *k, struct act *a, struct order *q, struct err *e)
{
	TRY(key_allowed(k, q, e));
	TRY(day_allowed(k, a, e));
	TRY(names_allowed(k, a, q, e));
	return caa_allowed(k, a, q, e);
}

/* ---- the ticket ---- */

static int64_t
life_of(const struct keeper *k, unsigned profile, int64_t now)
{
	switch (profile) {
	case PROFILE_ROBOT_TLS:		return settings_tls_life(k->set->tls_robot_life, now);
	case PROFILE_ASSURED_TLS:	return settings_tls_life(k->set->tls_assured_life, now);
	case PROFILE_ROBOT_MAIL:	return k->set->mail_robot_life;
	default:			return k->set->mail_assured_life;
	}
}

static size_t
characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* Given and family name of this index, as they are; the common name is the two of them. */
static bool
name_fill(struct keeper *k, struct act *a, uint8_t index, struct ticket *t, struct err *e)
{
	DROP(name_parts_wipe) struct name_parts p = {0};
	DROP(buf_wipe) struct buf common = {0};

	TRY(name_open(k, a, a->role, &a->owner, index, &p, e));
	if (p.given.len + p.family.len == 0)
		return REFUSE(e, ERR_DENIED, WHY_NAME_MISSING, "issue: no name to put in");
	if (p.given.len >= sizeof(t->given) || p.family.len >= sizeof(t->family))
		return REFUSE(e, ERR_DENIED, WHY_FIELD_LONG, "issue: a name too long for a certificate");
	person_name_whole(&common, p.given.data, NULL, p.family.data, NULL);
	TRY(buf_ok(&common, e));
	memcpy(t->given, p.given.data == NULL ? "" : p.given.data, p.given.len);
	memcpy(t->family, p.family.data == NULL ? "" : p.family.data, p.family.len);
	if (characters(common.data) <= COMMON_NAME)
		memcpy(t->common_name, common.data, common.len);
	return true;
}

static bool
ticket_fill(struct keeper *k, struct act *a, const struct order *q, struct ticket *t, struct err *e)
{
	t->act = TICKET_ISSUE;
	t->profile = q->profile;
	t->options = q->options;
	t->not_before = a->now - BACKDATE;
	/* Inclusive at both ends: a second more would count as another day (BR 6.3.2). */
	t->not_after = t->not_before + life_of(k, q->profile, a->now) - 1;
	t->expires = a->now + TICKET_LIFE_ISSUE;
	memcpy(t->key_hash, q->key_hash, sizeof(t->key_hash));
	serial_draw(t->serial);
	t->names = calloc(q->count, sizeof(*t->names));
	if (t->names == NULL)
		return FAIL(e, ERR_MEMORY, "issue: no memory");
	t->name_count = (uint8_t)q->count;
	memcpy(t->names, q->names, q->count * sizeof(*t->names));
	if (q->named != 0)
		return name_fill(k, a, (uint8_t)(q->named - 1), t, e);
	if ((profile_is_mail(q->profile) || k->set->tls_common_name) && strlen(q->names[0].text) <= COMMON_NAME)
		memcpy(t->common_name, q->names[0].text, strlen(q->names[0].text));
	return true;
}

static bool
register_row(struct keeper *k, struct act *a, const struct order *q, const struct ticket *t,
    int64_t id, struct err *e)
{
	struct entry_of_register r = { .id = id, .made = a->now, .open_to_all = q->open_to_all, .named = q->named };
	int64_t remind;

	TRY(setting_get(k, a->owner.number, SETTING_REMINDERS, &remind, e));
	r.reminder = remind != 0;
	return register_add(k, &a->owner, &r, t, q->bind, e);
}

/* "example.org, serial 0f3a...": how the history names it. */
static void
object_name(char into[DETAIL_OBJECT], const char *name, const unsigned char serial[TICKET_SERIAL])
{
	char hex[SERIAL_TEXT];

	serial_text(serial, hex);
	snprintf(into, DETAIL_OBJECT, "%.200s, serial %s", name, hex);
}

static bool
issue_new(struct keeper *k, struct act *a, const struct order *q, struct buf *wire, struct err *e)
{
	DROP(ticket_wipe) struct ticket t = {0};
	char object[DETAIL_OBJECT];
	struct mint m = { .owner = &a->owner, .role = a->role, .purpose = a->purpose,
	    .object = object, .now = a->now, .asked = q->hash };

	TRY(register_next_id(k, &m.certificate, e));
	TRY(ticket_fill(k, a, q, &t, e));
	object_name(object, t.names[0].text, t.serial);
	if (q->label[0] != '\0')
		TRY(vault_put(k->vault, &a->owner, FIELD_CERT_LABEL, m.certificate,
		    span_text(q->label), a->now, e));
	TRY(ticket_mint(k, &m, &t, wire, e));
	return register_row(k, a, q, &t, m.certificate, e);
}

bool
op_cert_ticket(struct keeper *k, struct act *a, struct err *e)
{
	DROP(order_wipe) struct order q = {0};
	DROP(buf_wipe) struct buf wire = {0};
	bool again, told = false;

	TRY(order_read(a, &q, e));
	/* Also of one that is asked for again: points and names may have gone since. */
	TRY(profile_allowed(a, &q, e));
	TRY(footing_allowed(k, a, &q, e));
	/* One that is signed already leads its owner to the certificate. */
	act_again(k, a, span_of(q.hash, sizeof(q.hash)), &told);
	if (told)
		return true;
	TRY(ticket_book_asked(k, a->owner.number, q.hash, a->now, &wire, &again, e));
	if (!again) {
		TRY(allowed(k, a, &q, e));
		TRY(issue_new(k, a, &q, &wire, e));
	}
	TRY(buf_ok(&wire, e));
	pack_bytes(a->out, wire.data, wire.len);
	return true;
}
