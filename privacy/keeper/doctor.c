#include "ledger/base/pulse.h"
#include "ledger/base/wipe.h"
#include "ledger/digest.h"
#include "privacy/facts/address.h"
#include "privacy/facts/member.h"
#include "privacy/facts/register.h"
#include "privacy/keeper/doctor.h"
#include "privacy/keeper/record.h"
#include "privacy/rights/erasure.h"

static const struct sql sql_all_entries = { "all_entries", "", "i",
	"SELECT CAST(coalesce(sum(entries), 0) AS bigint) FROM subject" };

static const struct sql sql_named = { "orphan_named", "iii", "i",
	"SELECT number FROM subject WHERE number = $1 AND (key = $2 OR tags = $3)" };

/* What the entries say about one row: its newest version, and the oldest met so far on the way back. */
struct said { uint32_t field; int64_t object, version, oldest; bool seen; };

struct patient {
	struct keeper	*k;
	const struct owner *owner;
	struct said	*said;
	size_t		count, room;
	int64_t		*number;	/* by place, what later entries said; -1: nothing yet */
};

static void
patient_wipe(struct patient *p)
{
	wipe_free(p->said);
	wipe_free(p->number);
	p->said = NULL;
	p->number = NULL;
}

static struct said *
said_find(struct patient *p, uint32_t field, int64_t object)
{
	for (size_t i = p->count; i-- > 0; )
		if (p->said[i].field == field && p->said[i].object == object)
			return &p->said[i];
	return NULL;
}

static bool
said_add(struct patient *p, const struct vault_mark *m, struct err *e)
{
	struct said *s = said_find(p, m->field, m->object);

	if (s != NULL && m->version >= s->oldest)
		return FAIL(e, ERR_TAMPER, "doctor: versions of field %u do not grow", (unsigned)m->field);
	if (s != NULL) {
		s->oldest = m->version;
		return true;
	}
	if (p->count == p->room) {
		size_t room = p->room == 0 ? 64 : p->room * 2;
		struct said *more = reallocarray(p->said, room, sizeof(*more));

		if (more == NULL)
			return FAIL(e, ERR_MEMORY, "doctor: no memory");
		p->said = more;
		p->room = room;
	}
	p->said[p->count++] = (struct said){ m->field, m->object, m->version,
	    m->version, false };
	return true;
}

/* ---- entries ---- */

/* Two ways lead to most places: they must lead to the same entry. */
static bool
number_said(struct patient *p, int64_t place, int64_t number, struct err *e)
{
	if (place < 0)
		return number == -1 || FAIL(e, ERR_TAMPER, "doctor: subject %lld: an entry before the first",
		    (long long)p->owner->number);
	if (p->number[place] != -1 && p->number[place] != number)
		return FAIL(e, ERR_TAMPER, "doctor: subject %lld, place %lld: two entries are said to be it",
		    (long long)p->owner->number, (long long)place);
	p->number[place] = number;
	return true;
}

/* What the subject's row says of where its entries are. */
static bool
trail_look(struct patient *p, int64_t entries, struct err *e)
{
	struct trail t;
	int64_t place = entries - 1;

	TRY(trail_load(p->k, p->owner, &t, e));
	if (t.entries != entries)
		return FAIL(e, ERR_TAMPER, "doctor: subject %lld: the running number moved",
		    (long long)p->owner->number);
	p->number = reallocarray(NULL, (size_t)entries + 1, sizeof(*p->number));
	if (p->number == NULL)
		return FAIL(e, ERR_MEMORY, "doctor: no memory");
	memset(p->number, 0xff, ((size_t)entries + 1) * sizeof(*p->number));
	for (size_t i = 0; i < t.count; i++, place = trail_far(place))
		TRY(number_said(p, place, t.number[i], e));
	return true;
}

static bool
entry_look(struct patient *p, int64_t n, struct err *e)
{
	DROP(trail_entry_wipe) struct trail_entry x = {0};
	DROP(detail_opened_wipe) struct detail_opened o = {0};
	bool whole;

	TRY(trail_at(p->k, p->owner, n, p->number[n], &x, e));
	/* Values may be erased with the field they stood in; records go only with their person, who is no patient then. */
	if (x.record.len == 0)
		return FAIL(e, ERR_TAMPER, "doctor: subject %lld, place %lld: the record of entry %lld is gone",
		    (long long)p->owner->number, (long long)n, (long long)x.number);
	if (!detail_check(p->k->vault, p->owner, n, &x.leaf, span_buf(&x.record), span_buf(&x.values),
	    &o, &whole, e))
		return FAIL(e, ERR_TAMPER, "doctor: subject %lld, place %lld: entry %lld does not hold what it"
		    " committed to", (long long)p->owner->number, (long long)n, (long long)x.number);
	TRY(number_said(p, n - 1, o.before, e));
	TRY(number_said(p, trail_far(n), o.far, e));
	for (size_t i = o.mark_count; i-- > 0; )
		TRY(said_add(p, &o.marks[i], e));
	return true;
}

/* ---- rows ---- */

static bool
body_look(struct patient *p, const struct vault_row *row, struct span der, struct err *e)
{
	unsigned char hash[DIGEST_BYTES];
	struct entry_of_register r;

	TRY(register_by_id(p->k, row->object, &r, e));
	digest(hash, der.p, der.len);
	return memcmp(hash, r.sha256, sizeof(hash)) == 0 ||
	    FAIL(e, ERR_TAMPER, "doctor: a certificate is not the one in the register");
}

/* Whoever cannot be found by an address cannot sign in with it, and somebody else could join with it. */
static bool
address_look(struct patient *p, const struct vault_row *row, struct span text, struct err *e)
{
	bool found;

	TRY(address_found(p->k, p->owner->number, row->object, text, &found, e));
	return found || FAIL(e, ERR_TAMPER, "doctor: an address is not found by its index: keeper/index.key is another than it was made with, or its row was changed");
}

static bool
row_look(void *self, const struct vault_row *row, struct span plain, struct err *e)
{
	struct patient *p = self;
	struct said *s = said_find(p, row->field, row->object);

	if (s == NULL)
		return FAIL(e, ERR_TAMPER, "doctor: a row of field %u no entry speaks of",
		    (unsigned)row->field);
	if (s->version != row->version)
		return FAIL(e, ERR_TAMPER, "doctor: a row of field %u has version %lld, its entry says %lld",
		    (unsigned)row->field, (long long)row->version, (long long)s->version);
	s->seen = true;
	if (row->field == FIELD_ADDRESS && !row->erased)
		return address_look(p, row, plain, e);
	return row->field != FIELD_CERT_BODY || row->erased || body_look(p, row, plain, e);
}

static bool
patient_look(void *self, const struct owner *o, int64_t entries, struct err *e)
{
	DROP(patient_wipe) struct patient p = { .k = self, .owner = o };

	TRY(trail_look(&p, entries, e));
	for (int64_t n = entries; n-- > 0; pulse_move())
		TRY(entry_look(&p, n, e));
	TRY(vault_each(p.k->vault, o, row_look, &p, e));
	for (size_t i = 0; i < p.count; i++)
		if (!p.said[i].seen)
			return FAIL(e, ERR_TAMPER, "doctor: a row of field %u is missing",
			    (unsigned)p.said[i].field);
	return true;
}

/* Each entry concerns exactly one subject: a subject's row put back whole leaves entries nobody counts. */
static bool
sum_look(struct keeper *k, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	int64_t sum, erased;

	TRY(sql_first(k->store, &r, &sql_all_entries, e));
	TRY(erasure_entries(k, &erased, e));
	sum = (r == NULL ? 0 : rows_i64(r, 0)) + erased;
	return sum == chain_size(k->chain) || FAIL(e, ERR_TAMPER, "doctor: subjects count %lld entries,"
	    " the ledger has %lld", (long long)sum, (long long)chain_size(k->chain));
}

bool
doctor_look(struct keeper *k, struct err *e)
{
	int64_t n;

	k->known.subject = -1;		/* what the store says, not what was remembered */
	TRY(keeper_entries(k, &k->site, &n, e));
	TRY(patient_look(k, &k->site, n, e));
	TRY(member_each(k, patient_look, k, e));
	TRY(subject_each_case(k, patient_look, k, e));
	return sum_look(k, e);
}

struct orphans { struct keeper *k; int64_t keys; };

static bool
orphan_look(void *self, int64_t id, int64_t owner, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct orphans *o = self;

	pulse_move();
	TRY(sql_first(o->k->store, &r, &sql_named, e, owner, id, id));
	o->keys += r == NULL;
	return true;
}

bool
doctor_orphans(struct keeper *k, int64_t *keys, struct err *e)
{
	struct orphans o = { .k = k };

	TRY(keys_each(vault_keys(k->vault), KEY_SUBJECT, orphan_look, &o, e));
	TRY(keys_each(vault_keys(k->vault), KEY_TAGS, orphan_look, &o, e));
	*keys = o.keys;
	return true;
}
