#include "privacy/facts/domain.h"
#include "privacy/facts/register.h"
#include "privacy/facts/ticket_book.h"
#include "privacy/rights/export_sections.h"

/* ---- domains ---- */

static const struct sql
sql_domains = { "export_domains", "ii", "iiiii",
	"SELECT id, made, proved_at, wild_at, method FROM domain WHERE member = $1 AND id > $2 ORDER BY id LIMIT 64" },
sql_proofs = { "export_domain_proofs", "i", "iiii",
	"SELECT d.id, c.method, c.made, c.expires FROM domain d JOIN challenge c ON c.domain = d.id WHERE d.member = $1"
	" ORDER BY d.id, c.method" };

static bool
domain_row(struct gather *g, const struct rows *r, struct err *e)
{
	tape_int(&g->tape, rows_i64(r, 0));
	TRY(gather_open(g, FIELD_DOMAIN, rows_i64(r, 0), e));
	for (int i = 1; i < 5; i++)
		tape_int(&g->tape, rows_i64(r, i));
	return true;
}

const struct export_reader
reader_domains = { &sql_domains, domain_row, NULL },
reader_domain_proofs = { &sql_proofs, NULL, NULL };

/* ---- certificates ---- */

static const struct sql
sql_certificates = { "export_certificates", "ii", "iii",
	"SELECT id, made, reminded FROM register WHERE member = $1 AND id > $2 ORDER BY id LIMIT 64" },
sql_tickets = { "export_tickets", "ii", "iibiiiii",
	"SELECT t.number, t.number, r.serial, t.act, t.reason, t.state, t.made, t.expires FROM register r"
	" JOIN ticket t ON t.certificate = r.id WHERE r.member = $1 AND t.number > $2 ORDER BY t.number LIMIT 64" },
sql_orders = { "export_orders", "i", "ii", "SELECT day, tickets FROM issued WHERE member = $1 ORDER BY day" };

/* From u32 n, n * { u8 kind, text } to a list of texts. */
static bool
names_list(struct gather *g, const struct entry_of_register *c, struct err *e)
{
	DROP(buf_wipe) struct buf packed = {0};
	struct span s;
	uint32_t n;

	TRY(gather_allowed(g, FIELD_BIT(FIELD_CERT_BODY), e));
	TRY(register_names(g->k, c, &packed, NULL, e));
	s = span_buf(&packed);
	n = unpack_u32(&s);
	tape_list(&g->tape, n);
	for (uint32_t i = 0; i < n && !s.bad; i++) {
		struct span text;

		(void)unpack_u8(&s);
		text = unpack_bytes(&s);
		pack_bytes(&g->tape, text.p, text.len);
	}
	return unpack_end(&s, "export: names of a certificate", e);
}

static bool
certificate_row(struct gather *g, const struct rows *r, struct err *e)
{
	struct entry_of_register c;
	struct buf *t = &g->tape;

	TRY(register_by_id(g->k, rows_i64(r, 0), &c, e));
	tape_bytes(t, span_of(c.serial, sizeof(c.serial)));
	tape_int(t, c.profile);
	tape_int(t, c.state);
	TRY(names_list(g, &c, e));
	TRY(gather_open(g, FIELD_CERT_LABEL, c.id, e));
	tape_int(t, rows_i64(r, 1));
	tape_int(t, c.not_before);
	tape_int(t, c.not_after);
	tape_int(t, c.changed_at);
	tape_int(t, c.reason);
	tape_int(t, c.options);
	tape_int(t, c.open_to_all);
	tape_int(t, c.reminder);
	tape_int(t, rows_i64(r, 2));
	tape_int(t, c.number);
	if (c.stored)
		tape_bytes(t, span_of(c.sha256, sizeof(c.sha256)));
	else
		tape_null(t);
	tape_bytes(t, span_of(c.key_hash, sizeof(c.key_hash)));
	return true;
}

const struct export_reader
reader_certificates = { &sql_certificates, certificate_row, NULL },
reader_tickets = { &sql_tickets, NULL, NULL },
reader_orders = { &sql_orders, NULL, NULL };

/* ---- certificates.pem ---- */

static bool
body_add(struct gather *g, int64_t id, struct err *e)
{
	DROP(buf_wipe) struct buf der = {0};
	struct entry_of_register c;
	char hex[SERIAL_TEXT], comment[SERIAL_TEXT + 16];
	bool found;

	TRY(register_by_id(g->k, id, &c, e));
	TRY(gather_allowed(g, FIELD_BIT(FIELD_CERT_BODY), e));
	TRY(vault_find(g->k->vault, &g->owner, FIELD_CERT_BODY, id, &der, NULL, &found, e));
	if (!found)
		return true;
	serial_text(c.serial, hex);
	snprintf(comment, sizeof(comment), "serial %s\n", hex);
	pack_text(&g->tape, comment);
	pack_bytes(&g->tape, der.data, der.len);
	g->rows++;
	return buf_ok(&der, e);
}

bool
gather_certificates(struct gather *g, bool *more, struct err *e)
{
	DROP(rows_drop) struct rows *r = NULL;
	struct err end = {0};
	size_t n = 0;

	TRY(sql_ask(g->k->store, &r, &sql_certificates, e, g->owner.number, g->key));
	while (!gather_full(g) && rows_next(r, &end)) {
		g->key = rows_i64(r, 0);
		TRY(body_add(g, g->key, e));
		n++;
	}
	*more = gather_full(g) || n == GATHER_ROWS;
	return err_hand_on(e, &end);
}
