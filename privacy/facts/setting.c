#include "privacy/facts/setting.h"
#include "privacy/keeper/ops.h"
#include "privacy/keeper/record.h"

const char setting_schema[] =
"CREATE TABLE setting ("
" member INTEGER NOT NULL REFERENCES member (number),"
" name INTEGER NOT NULL,"		/* enum setting */
" value INTEGER NOT NULL,"
" PRIMARY KEY (member, name)) STRICT, WITHOUT ROWID;";

static const struct sql
sql_get = { "setting_get", "ii", "i", "SELECT value FROM setting WHERE member = $1 AND name = $2" },
sql_put = { "setting_put", "iii", "",
	"INSERT INTO setting (member, name, value) VALUES ($1, $2, $3)"
	" ON CONFLICT (member, name) DO UPDATE SET value = excluded.value" };

/* What each may be, and whether the password is asked before it changes. */
static const struct { const char *name; int64_t most; bool fresh; } rows[SETTING__COUNT] = {
	/* Whoever sits at an open session must not make a way in that outlasts it. */
	[SETTING_CERT_SIGN_IN]	= { "sign in by certificate", 1, true },
	[SETTING_REMINDERS]	= { "reminders", 1, false },
	[SETTING_ASK_FIRST]	= { "ask me first", 1, false },
};

bool
setting_get(struct keeper *k, int64_t member, enum setting s, int64_t *value, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_get, e, member, (int64_t)s));
	*value = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

bool
setting_put(struct keeper *k, int64_t member, enum setting s, int64_t value, struct err *e)
{
	return sql_do(k->store, &sql_put, e, member, (int64_t)s, value);
}

bool
op_settings(struct keeper *k, struct act *a, struct err *e)
{
	TRY(act_read(a, e));
	pack_u32(a->out, SETTING__COUNT - 1);
	for (uint32_t s = 1; s < SETTING__COUNT; s++) {
		int64_t value;

		TRY(setting_get(k, a->owner.number, (enum setting)s, &value, e));
		pack_u32(a->out, s);
		pack_i64(a->out, value);
	}
	return true;
}

bool
op_setting_set(struct keeper *k, struct act *a, struct err *e)
{
	uint32_t name = unpack_u32(&a->in);
	int64_t value = unpack_i64(&a->in);
	char said[64];

	TRY(act_read(a, e));
	if (name == 0 || name >= SETTING__COUNT || value < 0 || value > rows[name].most)
		return REFUSE(e, ERR_INPUT, WHY_FIELD_UNKNOWN, "setting %u", name);
	if (rows[name].fresh && (a->flags & SESSION_FRESH) == 0)
		return REFUSE(e, ERR_DENIED, WHY_PASSWORD_NEEDED, "setting %u: not fresh", name);
	TRY(setting_put(k, a->owner.number, (enum setting)name, value, e));
	snprintf(said, sizeof(said), "%s: %s", rows[name].name, value == 1 ? "on" : "off");
	return act_record(k, a, said, e);
}
