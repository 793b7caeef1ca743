#include "ledger/tombstone.h"
#include "privacy/facts/address.h"
#include "privacy/facts/assurance.h"
#include "privacy/facts/case.h"
#include "privacy/facts/code.h"
#include "privacy/facts/contact.h"
#include "privacy/facts/decision_row.h"
#include "privacy/facts/issue.h"
#include "privacy/facts/mail.h"
#include "privacy/facts/member.h"
#include "privacy/facts/published.h"
#include "privacy/facts/role.h"
#include "privacy/facts/session.h"
#include "privacy/facts/slip.h"
#include "privacy/facts/telling.h"
#include "privacy/facts/ticket_book.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/disclose.h"
#include "privacy/rights/guest.h"
#include "privacy/rights/erasure.h"
#include "privacy/rights/export.h"
#include "privacy/rights/hold.h"
#include "privacy/rights/restrict.h"

#define LISTED_AT_ONCE	1000	/* entries whose numbers one step writes down */
#define AT_ONCE		32

static const struct sql
sql_entry_add = { "erasure_entry_add", "ii", "",
	"INSERT INTO erasure_entry (erasure, number) VALUES ($1, $2) ON CONFLICT (erasure, number) DO NOTHING" },
sql_role_keep = { "role_kept_add", "ii", "",
	"INSERT INTO role_kept (key, until) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING" },
sql_leaving = { "erasure_leaving", "ii", "", "UPDATE subject SET state = $1 WHERE number = $2" },
sql_drafts = { "erasure_drafts", "ii", "i", "SELECT id FROM assurance WHERE giver = $1 AND made_at = 0 LIMIT $2" },
sql_slips = { "erasure_slips", "ii", "i", "SELECT number FROM slip WHERE giver = $1 AND state = 1 LIMIT $2" },
sql_live = { "erasure_live", "iii", "i",
	"SELECT id FROM register WHERE member = $1 AND state <= 3 AND not_after > $2 ORDER BY id LIMIT $3" },
sql_tickets = { "erasure_tickets", "i", "i",
	"SELECT t.certificate FROM register r JOIN ticket t ON t.certificate = r.id"
	" WHERE r.member = $1 AND (t.state = 1 OR t.state = 4) LIMIT 1" },
sql_published = { "erasure_published", "i", "i", "SELECT id FROM published WHERE member = $1 LIMIT 1" },
sql_undecided = { "erasure_undecided", "ii", "i",
	"SELECT id FROM decision WHERE subject = $1 AND subject > 0 AND state = 1 LIMIT $2" };
_Static_assert(CODE_LOST == 7 && REGISTER_SUSPENDED == 3 && TICKET_OPEN == 1 && TICKET_STORED == 4 && SLIP_OPEN == 1 &&
    DECISION_OPEN == 1, "the statements above say so");

/* What lets somebody act as them, or finds them, and is used for nothing else: it goes at once. */
static const struct sql fence[] = {
	{ "fence_once_held", "i", "", "DELETE FROM once_held WHERE hash IN (SELECT hash FROM once WHERE member = $1)" },
	{ "fence_once", "i", "", "DELETE FROM once WHERE member = $1" },
	{ "fence_setting", "i", "", "DELETE FROM setting WHERE member = $1" },
	{ "fence_address", "i", "", "DELETE FROM address WHERE member = $1" },
	{ "fence_reset", "i", "", "DELETE FROM reset_try WHERE member = $1" },
	{ "fence_sitting", "i", "", "DELETE FROM sitting WHERE member = $1" },
	{ "fence_offer", "i", "", "DELETE FROM founder_offer WHERE member = $1" },
	{ "fence_wrong", "i", "", "DELETE FROM code_wrong WHERE assurer = $1" },
	{ "fence_document", "i", "", "DELETE FROM document WHERE member = $1" },
	{ "fence_trust", "i", "", "DELETE FROM trust WHERE member = $1" },
	{ "fence_guest", "i", "", "UPDATE guest_officer SET member = 0, state = 4, ended = CASE WHEN ended = 0 THEN until ELSE ended END"
	    " WHERE member = $1 AND member > 0" },
	{ "fence_seat", "i", "", "DELETE FROM seat_name WHERE member = $1" },
	/* cases of others that they worked on: the deputy has them, or nobody yet */
	{ "fence_deputy", "i", "", "UPDATE case_file SET deputy = 0 WHERE deputy = $1 AND deputy > 0" },
	{ "fence_staff", "i", "", "UPDATE case_file SET staff = deputy, deputy = 0 WHERE staff = $1 AND staff > 0" },
	{ "fence_opened", "i", "", "DELETE FROM case_opened WHERE staff = $1" },
	{ "fence_find", "i", "", "DELETE FROM case_find WHERE staff = $1" },
	{ "fence_look", "i", "", "UPDATE case_look SET staff = 0 WHERE staff = $1 AND staff > 0" },
	{ "fence_lost_code", "i", "", "DELETE FROM code WHERE kind = 7 AND ref IN (SELECT number FROM lost_access WHERE member = $1)" },
	{ "fence_quiet", "i", "", "DELETE FROM quiet WHERE member = $1" },
	{ "fence_trusted", "i", "", "DELETE FROM trusted WHERE member = $1" },
	{ "fence_trusted_contact", "i", "", "DELETE FROM trusted WHERE contact = $1 AND contact > 0" },
	{ "fence_lost", "i", "", "DELETE FROM lost_access WHERE member = $1" },
};

/* ---- asked becomes begun ---- */

static bool
say(struct keeper *k, const struct owner *o, enum purpose p, const char *what, int64_t now, struct err *e)
{
	struct record_line l = { .about = o, .purpose = p, .role = ACTOR_SYSTEM, .object = what };

	return keeper_record(k, &l, now, NULL, e);
}

/* The last mail: sealed with the site's key, for theirs is gone before it may be sent. */
static bool
tell_begun(struct keeper *k, const struct owner *o, const struct erasure *x, const char *code, int64_t now,
    struct err *e)
{
	struct address_row rows[ADDRESS_ROWS];
	size_t n;

	TRY(address_list(k, o->number, rows, COUNT(rows), &n, e));
	for (size_t i = 0; i < n; i++) {
		DROP(buf_wipe) struct buf text = {0};
		bool found;

		if (rows[i].verified_at == 0)
			continue;
		TRY(vault_peek(k->vault, o, FIELD_ADDRESS, rows[i].id, &text, &found, e));
		TRY(buf_ok(&text, e));
		struct mail_order m = { .kind = MAIL_ERASE_BEGUN, .address = text.data, .lang = x->lang, .object = code,
		    .purpose = PURPOSE_ERASE_ACCOUNT };

		if (found)
			TRY(mail_queue(k, &m, now, NULL, e));
	}
	return true;
}

/* What they noted about others and did not sign; where their meetings are held, at the end of that (step_listed). */
static bool
drafts_end(struct keeper *k, const struct owner *o, int64_t now, struct err *e)
{
	int64_t id[AT_ONCE];
	size_t n = AT_ONCE;
	struct hold h;
	bool found;

	TRY(hold_of(k, o->number, &h, &found, e));
	if (found && (h.groups & HOLD_MEETINGS) != 0 && h.until > now)
		return true;
	while (n == AT_ONCE) {
		TRY(sql_column(k->store, id, AT_ONCE, &n, &sql_drafts, e, o->number, (int64_t)AT_ONCE));
		for (size_t i = 0; i < n; i++) {
			struct assurance row;
			struct owner member;

			TRY(assurance_get(k, id[i], &row, e));
			TRY(member_owner(k, row.member, &member, NULL, e));
			TRY(assurance_drop(k, &row, o, now, e));
			TRY(say(k, &member, PURPOSE_KEEP_TIDY, "an assurance that was not signed", now, e));
			TRY(say(k, o, PURPOSE_ERASE_ACCOUNT, "an assurance that was not signed", now, e));
		}
	}
	return true;
}

static bool
slips_end(struct keeper *k, const struct owner *o, int64_t now, struct err *e)
{
	int64_t id[AT_ONCE];
	size_t n = AT_ONCE;

	while (n == AT_ONCE) {
		TRY(sql_column(k->store, id, AT_ONCE, &n, &sql_slips, e, o->number, (int64_t)AT_ONCE));
		for (size_t i = 0; i < n; i++)
			TRY(slip_end(k, id[i], SLIP_WITHDRAWN, now, e));
	}
	return true;
}

static bool
roles_end(struct keeper *k, const struct owner *o, uint32_t roles, int64_t now, struct err *e)
{
	for (unsigned r = ROLE_ASSURER; r < ROLE__COUNT; r++)
		if ((roles & 1u << r) != 0)
			TRY(role_set(k, o, (enum role)r, false, ACTOR_SYSTEM, now, e));
	return true;
}

/* Live ones; what is still being signed is revoked when it comes back.  *live: how many there are. */
static bool
revoke_all(struct keeper *k, const struct owner *o, int64_t now, struct buf *tickets, uint32_t *n, size_t *live,
    struct err *e)
{
	struct change c = { .owner = o, .role = ACTOR_SYSTEM, .act = TICKET_REVOKE, .reason = CESSATION };
	DROP(buf_wipe) struct buf ids = {0};
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	TRY(sql_ask(k->store, &r, &sql_live, e, o->number, now, (int64_t)REGISTER_LISTED));
	while (rows_next(r, &end))
		pack_i64(&ids, rows_i64(r, 0));
	TRY(err_hand_on(e, &end) && buf_ok(&ids, e));
	*live = ids.len / 8;
	for (struct span s = span_buf(&ids); s.len > 0; ) {
		DROP(buf_wipe) struct buf wire = {0};
		struct entry_of_register reg;

		TRY(register_by_id(k, unpack_i64(&s), &reg, e));
		if (reg.state == REGISTER_PENDING) {
			TRY(register_want(k, reg.id, TICKET_REVOKE, e));
			continue;
		}
		TRY(issue_change(k, &c, &reg, now, &wire, e));
		TRY(buf_ok(&wire, e));
		pack_bytes(tickets, wire.data, wire.len);
		++*n;
	}
	return buf_ok(tickets, e);
}

/* What was being decided about them; it is counted like all that lapses. */
static bool
decisions_lapse(struct keeper *k, int64_t member, int64_t now, struct err *e)
{
	int64_t id[AT_ONCE];
	size_t n = AT_ONCE;

	while (n == AT_ONCE) {
		TRY(sql_column(k->store, id, AT_ONCE, &n, &sql_undecided, e, member, (int64_t)AT_ONCE));
		for (size_t i = 0; i < n; i++) {
			struct decision d;

			TRY(decision_get(k, id[i], &d, e));
			TRY(decision_end(k, &d, DECISION_LAPSED, now, e));
		}
	}
	return true;
}

bool
erasure_fence(struct keeper *k, const struct owner *o, unsigned bits, int64_t now, struct err *e)
{
	TRY(session_end_all(k, o->number, 0, e));
	TRY(mail_forget(k, o->number, e));
	TRY(copy_forget(k, o->number, e));
	TRY(decisions_lapse(k, o->number, now, e));
	for (size_t i = 0; i < COUNT(fence); i++)
		TRY(sql_do(k->store, &fence[i], e, o->number));
	TRY(sql_do(k->store, &sql_leaving, e, (int64_t)SUBJECT_LEAVING, o->number));
	keeper_shed(k, 0);
	return member_restrict(k, o->number, bits | RESTRICTED_ERASING | RESTRICTED_FENCED, e);
}

bool
erasure_begin(struct keeper *k, struct erasure *x, const char *code, int64_t now, struct buf *tickets, uint32_t *n,
    struct err *e)
{
	struct member_facts f;
	struct owner o;
	size_t live;

	TRY(member_owner(k, x->member, &o, &f, e));
	TRY(say(k, &o, PURPOSE_ERASE_ACCOUNT, "begins", now, e));	/* the intent, before anything is destroyed */
	TRY(telling_leaves(k, o.number, now, e));
	TRY(tell_begun(k, &o, x, code, now, e));
	TRY(revoke_all(k, &o, now, tickets, n, &live, e));
	TRY(restrict_quiet(k, &o, PURPOSE_ERASE_ACCOUNT, now, e));
	TRY(drafts_end(k, &o, now, e));
	TRY(slips_end(k, &o, now, e));
	TRY(roles_end(k, &o, f.roles, now, e));
	TRY(published_end_of(k, &o, (enum published_kind)0, now, e));
	TRY(contact_forget(k, o.number, now, e));
	TRY(case_forget(k, o.number, now, e));
	TRY(recipients_note(k, &o, RECIPIENT_GONE, ~UINT64_C(0), now, e));
	TRY(disclosure_forget(k, o.number, now, e));
	TRY(guest_leaves(k, o.number, now, e));
	TRY(erasure_fence(k, &o, f.restricted, now, e));
	x->stage = ERASE_BEGUN;
	x->begun_at = x->due_at = now;
	return erasure_set(k, x, e);
}

/* Not within 72 hours of a recovery: then it waits for the end of that. */
static bool
step_asked(struct keeper *k, struct erasure *x, int64_t now, bool *moved, struct err *e)
{
	DROP(buf_wipe) struct buf code = {0}, tickets = {0};
	struct member_facts f;
	struct owner o;
	uint32_t n = 0;
	bool found;

	*moved = true;
	TRY(member_owner(k, x->member, &o, &f, e));
	if (now < f.bar_until) {
		x->due_at = f.bar_until;
		return erasure_set(k, x, e);
	}
	TRY(vault_find(k->vault, &o, FIELD_CODE, x->number, &code, NULL, &found, e));
	TRY(buf_ok(&code, e));
	return erasure_begin(k, x, code.data == NULL ? "" : code.data, now, &tickets, &n, e);
}

/* ---- begun becomes listed ---- */

static bool
none_of(struct keeper *k, const struct sql *s, int64_t member, bool *none, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	if (!*none)
		return true;
	TRY(sql_first(k->store, &r, s, e, member));
	*none = r == NULL;
	return true;
}

/* Is everything that others still have to do for this erasure done? */
static bool
others_ready(struct keeper *k, const struct owner *o, int64_t now, bool *ready, struct err *e)
{
	DROP(buf_wipe) struct buf tickets = {0};
	uint32_t n = 0;
	size_t live;

	TRY(revoke_all(k, o, now, &tickets, &n, &live, e));
	*ready = live == 0;
	TRY(none_of(k, &sql_tickets, o->number, ready, e));
	return none_of(k, &sql_published, o->number, ready, e);
}

static bool
list_some(struct keeper *k, struct erasure *x, const struct owner *o, bool *all, struct err *e)
{
	int64_t entries;

	TRY(keeper_entries(k, o, &entries, e));
	for (int i = 0; i < LISTED_AT_ONCE && x->entries < entries; i++, x->entries++) {
		DROP(trail_entry_wipe) struct trail_entry line = {0};

		TRY(trail_find(k, o, x->entries, &line, e));
		TRY(sql_do(k->store, &sql_entry_add, e, x->number, line.number));
	}
	*all = x->entries == entries;
	return true;
}

static bool
step_begun(struct keeper *k, struct erasure *x, int64_t now, bool *moved, struct err *e)
{
	struct owner o;
	bool all;

	TRY(member_owner(k, x->member, &o, NULL, e));
	TRY(others_ready(k, &o, now, moved, e));
	if (!*moved)
		return true;
	TRY(list_some(k, x, &o, &all, e));
	if (all)
		x->stage = ERASE_LISTED;
	return erasure_set(k, x, e);
}

/* ---- listed becomes sealed ---- */

static bool
role_tags_keep(struct keeper *k, int64_t member, int64_t now, struct err *e)
{
	struct err none = {0};
	int64_t id;

	if (!keys_find(vault_keys(k->vault), KEY_ROLE_TAGS, member, &id, &none))
		return none.kind == ERR_ABSENT || err_hand_on(e, &none);
	return sql_do(k->store, &sql_role_keep, e, id, now + k->set->erase_roles_kept);
}

/* What two officers hold waits for its day, alone: all else goes now. */
static bool
held(struct keeper *k, struct erasure *x, const struct owner *o, int64_t now, bool *yes, struct err *e)
{
	struct hold h;

	TRY(hold_of(k, x->member, &h, yes, e));
	*yes = *yes && h.until > now;
	if (!*yes)
		return hold_close(k, x->member, now, e);
	x->due_at = h.until;
	return hold_thin(k, o, &h, now, e) && erasure_set(k, x, e);
}

/* Another entry may have come since they were listed: back then, for nobody could find it afterwards. */
static bool
step_listed(struct keeper *k, struct erasure *x, int64_t now, struct err *e)
{
	int64_t entries;
	struct owner o;
	bool waits;

	TRY(member_owner(k, x->member, &o, NULL, e));
	TRY(held(k, x, &o, now, &waits, e));
	if (waits)
		return true;
	TRY(drafts_end(k, &o, now, e));
	/* What a crash kept from being written down here may have been destroyed already. */
	if (keeper_entries(k, &o, &entries, NULL) && entries != x->entries) {
		x->stage = ERASE_BEGUN;
		return erasure_set(k, x, e);
	}
	TRY(role_tags_keep(k, x->member, now, e));
	TRY(keys_destroy(vault_keys(k->vault), x->key, now, e));
	TRY(keys_destroy(vault_keys(k->vault), x->tags, now, e));
	k->known.subject = -1;
	x->stage = ERASE_SEALED;
	x->sealed_at = now;
	return erasure_set(k, x, e);
}

/* ---- sealed becomes cleaned, cleaned becomes done ---- */

/* What marks their acts in a role stays for a while, and not whose it is. */
static bool
role_tags_disown(struct keeper *k, int64_t member, struct err *e)
{
	struct err none = {0};
	int64_t id;

	if (!keys_find(vault_keys(k->vault), KEY_ROLE_TAGS, member, &id, &none))
		return none.kind == ERR_ABSENT || err_hand_on(e, &none);
	return keys_disown(vault_keys(k->vault), id, e);
}

static bool
step_sealed(struct keeper *k, struct erasure *x, struct err *e)
{
	bool clean;

	TRY(role_tags_disown(k, x->member, e));
	TRY(erasure_clean(k, x, &clean, e));
	keeper_shed(k, 0);
	if (clean) {
		x->member = 0;
		x->stage = ERASE_CLEANED;
	}
	return erasure_set(k, x, e);
}

static bool
step_cleaned(struct keeper *k, struct erasure *x, int64_t now, struct err *e)
{
	struct tombstone t = { .erasure = x->number, .key = x->key, .tags = x->tags };
	char words[ERASE_WORDS];
	struct record_line l = { .about = &k->site, .purpose = PURPOSE_ERASED, .role = ACTOR_SYSTEM, .object = words };

	erasure_words(x, words);
	TRY(keeper_entries(k, &k->site, &x->place, e));
	TRY(keeper_record(k, &l, now, &x->receipt, e));
	TRY(chain_bury(k->chain, x->receipt, &t, e));
	TRY(chain_duty_open(k->chain, x->receipt, e));
	x->stage = ERASE_DONE;
	x->done_at = now;
	return erasure_set(k, x, e);
}

bool
erasure_step(struct keeper *k, struct erasure *x, int64_t now, bool *moved, struct err *e)
{
	*moved = true;
	switch (x->stage) {
	case ERASE_ASKED:
		return step_asked(k, x, now, moved, e);
	case ERASE_BEGUN:
		return step_begun(k, x, now, moved, e);
	case ERASE_LISTED:
		return step_listed(k, x, now, e);
	case ERASE_SEALED:
		return step_sealed(k, x, e);
	case ERASE_CLEANED:
		return step_cleaned(k, x, now, e);
	default:
		*moved = false;
		return true;
	}
}
