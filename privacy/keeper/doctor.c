#include "ledger/digest.h"
#include "privacy/facts/member.h"
#include "privacy/facts/register.h"
#include "privacy/keeper/doctor.h"

static const struct sql sql_site_entries = { "site_entries", "i", "i",
	"SELECT entries FROM subject WHERE number = $1" };

/* What the entries say about one row: its newest version. */
struct said { uint32_t field; int64_t object, version; bool seen; };

struct patient {
	struct keeper	*k;
	const struct owner *owner;
	struct said	*said;
	size_t		count, room;
};

static void
patient_wipe(struct patient *p)
{
	free(p->said);
	p->said = NULL;
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

	if (s != NULL && m->version <= s->version)
		return FAIL(e, ERR_TAMPER, "doctor: versions of field %u do not grow", (unsigned)m->field);
	if (s != NULL) {
		s->version = m->version;
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
	p->said[p->count++] = (struct said){ m->field, m->object, m->version, false };
	return true;
}

/* ---- entries ---- */

static bool
entry_look(struct patient *p, int64_t n, struct err *e)
{
	DROP(buf_wipe) struct buf record = {0}, values = {0};
	DROP(detail_opened_wipe) struct detail_opened o = {0};
	unsigned char tag[LEAF_TAG];
	struct leaf l;
	int64_t seq;
	bool whole;

	TRY(detail_tag(p->k->vault, p->owner, n, tag, e));
	if (!chain_by_tag(p->k->chain, tag, &seq, &l, &record, &values, e))
		return e->kind == ERR_ABSENT ? FAIL(e, ERR_TAMPER,
		    "doctor: an entry is missing (place %lld of its subject)", (long long)n) : false;
	if (!detail_check(p->k->vault, p->owner, n, &l, span_buf(&record), span_buf(&values),
	    &o, &whole, e))
		return FAIL(e, ERR_TAMPER, "doctor: entry %lld: what it holds is not what it committed to",
		    (long long)seq);
	/* Values may be erased with the field they stood in; records go only with their person. */
	if (record.len == 0)
		return FAIL(e, ERR_TAMPER, "doctor: entry %lld: its record is gone", (long long)seq);
	for (size_t i = 0; i < o.mark_count; i++)
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
	return row->field != FIELD_CERT_BODY || row->erased || body_look(p, row, plain, e);
}

static bool
patient_look(void *self, const struct owner *o, int64_t entries, struct err *e)
{
	DROP(patient_wipe) struct patient p = { .k = self, .owner = o };

	for (int64_t n = 0; n < entries; n++)
		TRY(entry_look(&p, n, e));
	TRY(vault_each(p.k->vault, o, row_look, &p, e));
	for (size_t i = 0; i < p.count; i++)
		if (!p.said[i].seen)
			return FAIL(e, ERR_TAMPER, "doctor: a row of field %u is missing",
			    (unsigned)p.said[i].field);
	vault_fresh(p.k->vault);	/* the account has room for few people */
	return true;
}

static bool
site_entries(struct keeper *k, int64_t *n, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;

	TRY(sql_first(k->store, &r, &sql_site_entries, e, k->site.number));
	*n = r == NULL ? 0 : rows_i64(r, 0);
	return true;
}

bool
doctor_look(struct keeper *k, struct err *e)
{
	int64_t n;

	TRY(site_entries(k, &n, e));
	TRY(patient_look(k, &k->site, n, e));
	return member_each(k, patient_look, k, e);
}
