#include "privacy/facts/name.h"
#include "privacy/facts/role.h"
#include "privacy/rights/export_sections.h"

/* ---- the account ---- */

static const struct sql
sql_account = { "export_account", "i", "iitiiiiiiiiIIIIIIIII",
	"SELECT m.number, m.joined_at, m.lang, m.roles, m.steps, m.points, m.agreement, m.statement, m.declined,"
	" m.bar_until, m.restricted, t.main_name, t.passed_at, t.founder_at, t.standing, t.standing_at, t.name_changed_at,"
	" t.parent_gone_at, d.used_at, p.at"
	" FROM member m LEFT JOIN trust t ON t.member = m.number LEFT JOIN document d ON d.member = m.number"
	" LEFT JOIN paper_asked p ON p.holder = m.number WHERE m.number = $1" };
const struct export_reader reader_account = { &sql_account, NULL, NULL };

/* ---- names ---- */

static const struct sql
sql_names = { "export_names", "i", "iii", "SELECT idx, sort, since FROM person_name WHERE member = $1 ORDER BY idx" },
sql_links = { "export_name_links", "i", "iiii",
	"SELECT what, from_one, to_one, at FROM name_link WHERE member = $1 ORDER BY what, from_one, to_one" };

static bool
name_row(struct gather *g, const struct rows *r, struct err *e)
{
	tape_int(&g->tape, rows_i64(r, 0));
	tape_int(&g->tape, rows_i64(r, 1));
	tape_int(&g->tape, rows_i64(r, 2));
	for (unsigned f = FIELD_GIVEN; f <= FIELD_SUFFIX; f++)
		TRY(gather_open(g, (enum field)f, rows_i64(r, 0), e));
	return true;
}

const struct export_reader
reader_names = { &sql_names, name_row, NULL },
reader_name_links = { &sql_links, NULL, NULL };

/* ---- what was told: birth date, nationality, document, and what is lent of the name ---- */

static bool
field_told(void *self, enum field f, int64_t object, int64_t since, bool opened, struct span value, struct err *e)
{
	struct gather *g = self;

	(void)opened;
	tape_row(&g->tape);
	g->rows++;
	tape_int(&g->tape, f);
	tape_int(&g->tape, object);
	tape_int(&g->tape, since);
	tape_bytes(&g->tape, value);
	return buf_ok(&g->tape, e);
}

static bool
fields_told(struct gather *g, enum field first, enum field last, struct err *e)
{
	uint64_t bits = 0;

	for (unsigned f = first; f <= last; f++)
		bits |= FIELD_BIT(f);
	return gather_allowed(g, bits, e) &&
	    vault_range(g->k->vault, &g->owner, first, last, bits, field_told, g, e);
}

static bool
data_walk(struct gather *g, bool *more, struct err *e)
{
	*more = false;
	return fields_told(g, FIELD_BIRTH, FIELD_DOC_NUMBER, e) && fields_told(g, FIELD_SIGNER, FIELD_INITIALS, e);
}

const struct export_reader reader_data = { NULL, NULL, data_walk };

/* ---- addresses and the five questions ---- */

static const struct sql
sql_addresses = { "export_addresses", "ii", "iiiii",
	"SELECT id, since, verified_at, is_primary, failing FROM address WHERE member = $1 AND id > $2 ORDER BY id LIMIT 64" };

static bool
address_row(struct gather *g, const struct rows *r, struct err *e)
{
	TRY(gather_open(g, FIELD_ADDRESS, rows_i64(r, 0), e));
	for (int i = 1; i < 5; i++)
		tape_int(&g->tape, rows_i64(r, i));
	return true;
}

static bool
question_told(void *self, enum field f, int64_t object, int64_t since, bool opened, struct span value, struct err *e)
{
	struct gather *g = self;

	(void)f, (void)opened;
	tape_row(&g->tape);
	g->rows++;
	tape_int(&g->tape, object);
	tape_int(&g->tape, since);
	tape_bytes(&g->tape, value);
	return buf_ok(&g->tape, e);
}

static bool
questions_walk(struct gather *g, bool *more, struct err *e)
{
	uint64_t bit = FIELD_BIT(FIELD_QUESTION);

	*more = false;
	return gather_allowed(g, bit, e) &&
	    vault_range(g->k->vault, &g->owner, FIELD_QUESTION, FIELD_QUESTION, bit, question_told, g, e);
}

const struct export_reader
reader_addresses = { &sql_addresses, address_row, NULL },
reader_questions = { NULL, NULL, questions_walk };

/* ---- settings, sessions, roles ---- */

static const struct sql
sql_settings = { "export_settings", "i", "ii", "SELECT name, value FROM setting WHERE member = $1 ORDER BY name" },
sql_lists = { "export_lists", "i", "tii", "SELECT list, asked, since FROM wish WHERE member = $1 ORDER BY list" },
sql_sessions = { "export_sessions", "ii", "iiiiiiB",
	"SELECT number, since, seen, fresh_until, ends_at, shared, serial FROM session WHERE member = $1 AND number > $2"
	" ORDER BY number LIMIT 64" },
sql_roles = { "export_roles", "i", "iiI", "SELECT role, since, until FROM role WHERE member = $1 ORDER BY role, since" };

const struct export_reader
reader_settings = { &sql_settings, NULL, NULL },
reader_lists = { &sql_lists, NULL, NULL },
reader_sessions = { &sql_sessions, NULL, NULL },
reader_roles = { &sql_roles, NULL, NULL };

/* ---- counts ---- */

static const struct sql
sql_recovery = { "export_recovery", "i", "i", "SELECT at FROM reset_try WHERE member = $1 ORDER BY at" },
sql_wrong = { "export_wrong_codes", "i", "ii",
	"SELECT hour * 3600, times FROM code_wrong WHERE assurer = $1 ORDER BY hour" },
sql_others = { "export_others", "i", "ii", "SELECT day, lines FROM others WHERE subject = $1 ORDER BY day" };

const struct export_reader
reader_recovery = { &sql_recovery, NULL, NULL },
reader_wrong_codes = { &sql_wrong, NULL, NULL },
reader_others = { &sql_others, NULL, NULL };

/* ---- what is sealed, values aside ---- */

static const struct sql
sql_sealed = { "export_sealed", "iii", "iiiiiii",
	"SELECT field, object, field, object, version, since, CASE WHEN box IS NULL THEN 0 ELSE 1 END FROM sealed"
	" WHERE subject = $1 AND (field, object) > ($2, $3) ORDER BY field, object LIMIT 64" };
const struct export_reader reader_sealed = { &sql_sealed, NULL, NULL };

/* ---- an erasure that waits ---- */

static const struct sql
sql_erasures = { "export_erasures", "i", "iiii",
	"SELECT number, asked_at, due_at, begun_at FROM erasure WHERE member = $1 AND member <> 0" };
const struct export_reader reader_erasures = { &sql_erasures, NULL, NULL };

/* ---- what is shown with a seat, and cases ---- */

static bool
seat_walk(struct gather *g, bool *more, struct err *e)
{
	DROP(buf_wipe) struct buf name = {0};

	*more = false;
	TRY(gather_allowed(g, FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_FAMILY), e));
	TRY(seat_name(g->k, g->owner.number, &name, e));
	if (name.len == 0)
		return true;
	tape_row(&g->tape);
	g->rows++;
	tape_bytes(&g->tape, span_buf(&name));
	return buf_ok(&name, e);
}

static const struct sql
sql_cases = { "export_cases", "ii", "iiiiiiiiiiiiiiI",
	"SELECT c.number, c.number, c.kind, c.state, c.opened, c.deadline, c.extended, c.closed, c.outcome, c.flags, c.texts,"
	" CAST(COALESCE(n.what, 0) AS bigint), CAST(COALESCE(n.from_one, 0) AS bigint), CAST(COALESCE(n.to_one, 0) AS bigint), n.decision"
	" FROM case_file c LEFT JOIN name_change n ON n.number = c.number"
	" WHERE c.member = $1 AND c.number > $2 ORDER BY c.number LIMIT 64" };
const struct export_reader
reader_seat = { NULL, NULL, seat_walk },
reader_cases = { &sql_cases, NULL, NULL };

/* ---- a way back into a lost account ---- */

static const struct sql
sql_lost = { "export_lost", "i", "iiiiiii",
	"SELECT number, way, state, started_at, due_at, ends_at, CASE WHEN first <> 0 THEN 1 ELSE 0 END + CASE WHEN second <> 0 THEN 1 ELSE 0 END"
	" FROM lost_access WHERE member = $1 ORDER BY started_at" };
const struct export_reader reader_lost = { &sql_lost, NULL, NULL };

/* ---- its last use, and trusted contacts ---- */

static const struct sql
sql_use = { "export_use", "i", "ii", "SELECT day, CASE WHEN asked > 0 THEN asked ELSE 0 END FROM quiet WHERE member = $1" },
sql_trusted = { "export_trusted", "i", "iiii",
	"SELECT CASE WHEN agreed_at > 0 THEN contact ELSE 0 END, asked_at, agreed_at, closing_at FROM trusted WHERE member = $1" },
sql_trusted_by = { "export_trusted_by", "i", "iiii",
	"SELECT member, asked_at, agreed_at, closing_at FROM trusted WHERE contact = $1 AND contact > 0 ORDER BY member" };
const struct export_reader
reader_use = { &sql_use, NULL, NULL },
reader_trusted = { &sql_trusted, NULL, NULL },
reader_trusted_by = { &sql_trusted_by, NULL, NULL };
