/*
 * privacy/rights/erase_clean.c - what named an erased member goes, or names nobody.
 *
 * Their keys are destroyed: nothing here opens anything of theirs.  Indexed statements,
 * each of which may be run again; the member's own row goes last, and with foreign keys
 * on that succeeds only when no other row names it.
 */
#include "privacy/facts/assurance.h"
#include "privacy/facts/code.h"
#include "privacy/facts/decision.h"
#include "privacy/facts/member.h"
#include "privacy/facts/ticket.h"
#include "privacy/rights/erasure.h"

#define DETAILS_AT_ONCE	2000	/* of the ledger, in one step */
#define MEMBERS_AT_ONCE	500	/* whom they vouched for, in one step */
#define SERIALS_AT_ONCE	256
#define NOBODY		INT64_C(-1)

static const struct sql
sql_details = { "clean_details", "ii", "i", "SELECT number FROM erasure_entry WHERE erasure = $1 ORDER BY number LIMIT $2" },
sql_detail_done = { "clean_detail_done", "ii", "", "DELETE FROM erasure_entry WHERE erasure = $1 AND number = $2" },
sql_nobody = { "nobody_get", "i", "i", "SELECT state FROM subject WHERE number = $1" },
sql_nobody_subject = { "nobody_subject", "ii", "",
	"INSERT INTO subject (number, state, key, tags, entries) VALUES ($1, $2, 0, 0, 0)" },
sql_nobody_member = { "nobody_member", "i", "",
	"INSERT INTO member (number, joined_at, roles, steps, bar_until, points, agreement, statement, declined, lang)"
	" VALUES ($1, 0, 0, 0, 0, 0, 0, 0, 0, '')" },
sql_given = { "clean_given", "ii", "i", "SELECT DISTINCT member FROM assurance WHERE giver = $1 LIMIT $2" },
sql_lowest = { "clean_lowest", "i", "i",
	"SELECT CAST(COALESCE(MIN(giver), 0) AS bigint) FROM assurance WHERE member = $1 AND giver < 0" },
sql_give_away = { "clean_give_away", "iii", "", "UPDATE assurance SET giver = $1 WHERE giver = $2 AND member = $3" },
sql_founded = { "clean_founded", "i", "i", "SELECT decision FROM founder WHERE member = $1 LIMIT 1" },
sql_founder_low = { "clean_founder_low", "i", "i",
	"SELECT CAST(COALESCE(MIN(member), 0) AS bigint) FROM founder WHERE decision = $1 AND member < 0" },
sql_founder_set = { "clean_founder_set", "iii", "", "UPDATE founder SET member = $1 WHERE decision = $2 AND member = $3" },
sql_role = { "clean_role", "i", "ii", "SELECT role, since FROM role WHERE member = $1 LIMIT 1" },
sql_role_low = { "clean_role_low", "ii", "i",
	"SELECT CAST(COALESCE(MIN(member), 0) AS bigint) FROM role WHERE role = $1 AND since = $2 AND member < 0" },
sql_role_set = { "clean_role_set", "iiii", "", "UPDATE role SET member = $1 WHERE member = $2 AND role = $3 AND since = $4" },
sql_register = { "clean_register", "bbi", "",
	"UPDATE register SET member = 0, key = 0, number = 0, made = 0, stored_number = NULL, options = 0, named = 0,"
	" open_to_all = 0, reminder = 0, reminded = 0, wanted = 0, key_hash = $1, names = $2 WHERE member = $3" },
sql_subject = { "clean_subject", "i", "", "DELETE FROM subject WHERE number = $1" },
sql_member = { "clean_member", "i", "", "DELETE FROM member WHERE number = $1" },
sql_serials = { "faceless_list", "i", "b", "SELECT serial FROM faceless LIMIT $1" },
sql_serial_told = { "faceless_told", "b", "", "DELETE FROM faceless WHERE serial = $1" },
sql_roles_over = { "role_kept_over", "ii", "i", "SELECT key FROM role_kept WHERE until <= $1 LIMIT $2" },
sql_role_gone = { "role_kept_gone", "i", "", "DELETE FROM role_kept WHERE key = $1" };

/* In this order; $1 is the member. */
static const struct sql rows[] = {
	/* what others vouched for them: no longer of anybody; of two who are gone, nothing stays */
	{ "clean_notice", "i", "", "DELETE FROM fall_notice WHERE assurance IN (SELECT id FROM assurance WHERE member = $1)" },
	{ "clean_paper_both", "i", "", "DELETE FROM paper WHERE assurance IN (SELECT id FROM assurance WHERE member = $1 AND giver < 0)" },
	{ "clean_received_both", "i", "", "DELETE FROM assurance WHERE member = $1 AND giver < 0" },
	{ "clean_received", "i", "", "UPDATE assurance SET member = -1, names = 0, birth = 0, link = 0, link_from = 0, link_to = 0 WHERE member = $1" },
	/* what they vouched for of others who are gone, too */
	{ "clean_paper_given", "i", "", "DELETE FROM paper WHERE assurance IN (SELECT id FROM assurance WHERE giver = $1 AND member < 0)" },
	{ "clean_given_notice", "i", "", "DELETE FROM fall_notice WHERE assurance IN (SELECT id FROM assurance WHERE giver = $1 AND member < 0)" },
	{ "clean_given_both", "i", "", "DELETE FROM assurance WHERE giver = $1 AND member < 0" },
	/* forms in their keeping, and offered to them */
	{ "clean_paper", "i", "", "UPDATE paper SET holder = -1, offered_to = 0 WHERE holder = $1" },
	{ "clean_paper_offer", "i", "", "UPDATE paper SET offered_to = 0 WHERE offered_to = $1 AND offered_to > 0" },
	{ "clean_paper_asked", "i", "", "DELETE FROM paper_asked WHERE holder = $1" },
	/* meetings */
	{ "clean_codes", "i", "", "DELETE FROM code WHERE kind = 1 AND ref IN (SELECT id FROM handover WHERE member = $1)" },
	{ "clean_handover", "i", "", "DELETE FROM handover WHERE member = $1" },
	{ "clean_handover_taken", "i", "", "UPDATE handover SET assurer = -1, pass = 0 WHERE assurer = $1 AND assurer > 0" },
	{ "clean_lost_first", "i", "", "UPDATE lost_access SET first = -1 WHERE first = $1 AND first > 0" },
	{ "clean_lost_second", "i", "", "UPDATE lost_access SET second = -1 WHERE second = $1 AND second > 0" },
	{ "clean_slip_codes", "i", "", "DELETE FROM code WHERE kind = 3 AND ref IN (SELECT number FROM slip WHERE giver = $1)" },
	{ "clean_slip", "i", "", "DELETE FROM slip WHERE giver = $1" },
	/* certificates: serial and state stay */
	{ "clean_faceless", "i", "", "INSERT INTO faceless (serial) SELECT serial FROM register WHERE member = $1"
	    " AND stored_number IS NOT NULL AND (profile = 1 OR profile = 3) ON CONFLICT (serial) DO NOTHING" },
	{ "clean_register_name", "i", "", "DELETE FROM register_name WHERE certificate IN (SELECT id FROM register WHERE member = $1)" },
	{ "clean_ticket", "i", "", "DELETE FROM ticket WHERE certificate IN (SELECT id FROM register WHERE member = $1)" },
	{ "clean_issued", "i", "", "DELETE FROM issued WHERE member = $1" },
	{ "clean_challenge", "i", "", "DELETE FROM challenge WHERE domain IN (SELECT id FROM domain WHERE member = $1)" },
	{ "clean_domain", "i", "", "DELETE FROM domain WHERE member = $1" },
	/* a copy of everything, in the making or ready */
	{ "clean_copy_piece", "i", "", "DELETE FROM copy_piece WHERE copy IN (SELECT id FROM copy WHERE member = $1)" },
	{ "clean_copy_text", "i", "", "DELETE FROM copy_text WHERE member = $1" },
	{ "clean_copy", "i", "", "DELETE FROM copy WHERE member = $1" },
	/* what they are called, and all that was sealed for them */
	{ "clean_exclusion", "i", "", "UPDATE exclusion SET member = 0 WHERE member = $1 AND member > 0" },
	{ "clean_hold", "i", "", "UPDATE hold SET member = 0 WHERE member = $1 AND member > 0" },
	{ "clean_telling", "i", "", "UPDATE telling SET member = 0 WHERE member = $1 AND member > 0" },
	{ "clean_look", "i", "", "DELETE FROM case_look WHERE member = $1" },
	{ "clean_name_change", "i", "", "DELETE FROM name_change WHERE member = $1" },
	{ "clean_name_link", "i", "", "DELETE FROM name_link WHERE member = $1" },
	{ "clean_name", "i", "", "DELETE FROM person_name WHERE member = $1" },
	{ "clean_old_value", "i", "", "DELETE FROM old_value WHERE subject = $1" },
	{ "clean_wish", "i", "", "DELETE FROM wish WHERE member = $1" },
	{ "clean_others", "i", "", "DELETE FROM others WHERE subject = $1" },
};
_Static_assert(CODE_HANDOVER == 1 && CODE_SLIP == 3 && PROFILE_ROBOT_TLS == 1 && PROFILE_ASSURED_TLS == 3,
    "the statements above say so");

/* ---- nobody ---- */

/* The row that stands for somebody who was erased. */
static bool
nobody_there(struct keeper *k, int64_t number, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_nobody, e, number));
	if (r != NULL)
		return true;
	TRY(sql_do(k->store, &sql_nobody_subject, e, number, (int64_t)SUBJECT_NOBODY));
	return sql_do(k->store, &sql_nobody_member, e, number);
}

/* One below the lowest that a statement tells of. */
static bool
next_nobody(struct keeper *k, struct rows *lowest, int64_t *number, struct err *e)
{
	*number = (lowest == NULL ? 0 : rows_i64(lowest, 0)) - 1;
	return nobody_there(k, *number, e);
}

/* ---- points given stand without the giver ---- */

/* A member's assurers stay as many different ones as they were. */
static bool
give_away(struct keeper *k, int64_t giver, int64_t member, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	int64_t nobody;

	TRY(sql_first(k->store, &r, &sql_lowest, e, member));
	TRY(next_nobody(k, r, &nobody, e));
	return sql_do(k->store, &sql_give_away, e, nobody, giver, member);
}

static bool
given_clean(struct keeper *k, int64_t giver, bool *clean, struct err *e)
{
	int64_t member[MEMBERS_AT_ONCE];
	size_t n;

	TRY(sql_column(k->store, member, MEMBERS_AT_ONCE, &n, &sql_given, e, giver, (int64_t)MEMBERS_AT_ONCE));
	for (size_t i = 0; i < n; i++)
		TRY(give_away(k, giver, member[i], e));
	*clean = n < MEMBERS_AT_ONCE;
	return true;
}

/* ---- that there was a founder, an officer, an assurer ---- */

static bool
founder_clean(struct keeper *k, int64_t member, struct err *e)
{
	for (;;) {
		DROP(rows_drop) struct rows *r = NULL, *low = NULL;
		int64_t decision, nobody;

		TRY(sql_first(k->store, &r, &sql_founded, e, member));
		if (r == NULL)
			return true;
		decision = rows_i64(r, 0);
		rows_drop(&r);
		TRY(sql_first(k->store, &low, &sql_founder_low, e, decision));
		TRY(next_nobody(k, low, &nobody, e));
		rows_drop(&low);
		TRY(sql_do(k->store, &sql_founder_set, e, nobody, decision, member));
	}
}

static bool
roles_clean(struct keeper *k, int64_t member, struct err *e)
{
	for (;;) {
		DROP(rows_drop) struct rows *r = NULL, *low = NULL;
		int64_t role, since, nobody;

		TRY(sql_first(k->store, &r, &sql_role, e, member));
		if (r == NULL)
			return true;
		role = rows_i64(r, 0);
		since = rows_i64(r, 1);
		rows_drop(&r);
		TRY(sql_first(k->store, &low, &sql_role_low, e, role, since));
		TRY(next_nobody(k, low, &nobody, e));
		rows_drop(&low);
		TRY(sql_do(k->store, &sql_role_set, e, nobody, member, role, since));
	}
}

/* ---- details of the ledger ---- */

static bool
details_clean(struct keeper *k, int64_t erasure, bool *clean, struct err *e)
{
	DROP(buf_wipe) struct buf numbers = {0};
	struct err end = {0};
	int64_t n = 0;
	{
		DROP(rows_drop) struct rows *r = NULL;

		TRY(sql_ask(k->store, &r, &sql_details, e, erasure, (int64_t)DETAILS_AT_ONCE));
		for (; rows_next(r, &end); n++)
			pack_i64(&numbers, rows_i64(r, 0));
	}
	TRY(err_hand_on(e, &end) && buf_ok(&numbers, e));
	for (struct span s = span_buf(&numbers); s.len > 0; ) {
		int64_t number = unpack_i64(&s);

		TRY(chain_erase_detail(k->chain, number, 3, e));
		TRY(sql_do(k->store, &sql_detail_done, e, erasure, number));
	}
	*clean = n < DETAILS_AT_ONCE;
	return true;
}

/* ---- all of it ---- */

static bool
one_row(struct keeper *k, const struct sql *s, int64_t member, struct err *e)
{
	TRY(sql_do(k->store, s, e, member));
	return sql_changed(k->store) == 1 || FAIL(e, ERR_TAMPER, "erasure: %s took %lld rows", s->name,
	    (long long)sql_changed(k->store));
}

static bool
rows_clean(struct keeper *k, int64_t member, struct err *e)
{
	static const unsigned char none[32];

	TRY(nobody_there(k, NOBODY, e));
	for (size_t i = 0; i < COUNT(rows); i++)
		TRY(sql_do(k->store, &rows[i], e, member));
	TRY(sql_do(k->store, &sql_register, e, (const void *)none, sizeof(none), (const void *)none, (size_t)1, member));
	TRY(founder_clean(k, member, e));
	TRY(roles_clean(k, member, e));
	TRY(decision_forget(k, member, e));
	return vault_forget(k->vault, member, e);
}

bool
erasure_clean(struct keeper *k, const struct erasure *x, bool *clean, struct err *e)
{
	TRY(rows_clean(k, x->member, e));
	TRY(given_clean(k, x->member, clean, e));
	if (*clean)
		TRY(details_clean(k, x->number, clean, e));
	if (!*clean)
		return true;
	TRY(one_row(k, &sql_member, x->member, e));
	tally_event(k, TALLY_ERASED);
	return one_row(k, &sql_subject, x->member, e);
}

/* ---- what others still hear ---- */

bool
faceless_list(struct keeper *k, struct buf *serials, uint32_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};

	*n = 0;
	TRY(sql_ask(k->store, &r, &sql_serials, e, (int64_t)SERIALS_AT_ONCE));
	for (; rows_next(r, &end); ++*n) {
		if (rows_bytes(r, 0).len != TICKET_SERIAL)
			return FAIL(e, ERR_TAMPER, "faceless: a serial of a wrong size");
		buf_add(serials, rows_bytes(r, 0).p, TICKET_SERIAL);
	}
	return err_hand_on(e, &end) && buf_ok(serials, e);
}

bool
faceless_told(struct keeper *k, const unsigned char *serial, struct err *e)
{
	return sql_do(k->store, &sql_serial_told, e, (const void *)serial, (size_t)TICKET_SERIAL);
}

bool
role_kept_sweep(struct keeper *k, int64_t now, struct err *e)
{
	for (;;) {
		DROP(rows_drop) struct rows *r = NULL;
		int64_t key;

		TRY(sql_first(k->store, &r, &sql_roles_over, e, now, INT64_C(1)));
		if (r == NULL)
			return true;
		key = rows_i64(r, 0);
		rows_drop(&r);
		TRY(keys_destroy(vault_keys(k->vault), key, now, e));
		TRY(sql_do(k->store, &sql_role_gone, e, key));
	}
}
