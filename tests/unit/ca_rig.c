#include "ledger/base/clock.h"
#include "ledger/digest.h"
#include "tests/unit/ca_rig.h"

void
call_wipe(struct call *c)
{
	buf_wipe(&c->in);
	buf_wipe(&c->out);
}

int
ca_setup(void **state)
{
	struct ca *ca = calloc(1, sizeof(*ca));
	struct rig_block b;

	assert_non_null(ca);
	rig_open(&ca->rig, NULL);
	crypto_sign_keypair(ca->rig.keys.prover, ca->prover_secret);
	rig_member(&ca->rig, ANA, WORD, ca->ana);
	rig_member(&ca->rig, BEN, WORD, ca->ben);
	assert_true(rig_sign_in(&ca->rig, ANA, WORD, ca->ana, &b));
	ca->ana_member = b.member;
	*state = ca;
	return 0;
}

int
ca_teardown(void **state)
{
	struct ca *ca = *state;

	rig_drop(&ca->rig);
	free(ca);
	return 0;
}

void
ca_begin(struct call *c, const unsigned char token[TOKEN_BYTES])
{
	rig_begin(&c->in, token);
}

struct span
ca_good_as(struct call *c, unsigned peer, uint32_t op)
{
	struct rig *r = &c->ca->rig;
	struct rig_block b;
	struct span s;

	if (!rig_ask_as(r, peer, op, &c->in, &c->out))
		fail_msg("op %u: %s %s (why %u)", op, err_kind_name(r->err.kind), r->err.text, r->err.why);
	s = span_buf(&c->out);
	if ((keeper_rows[op].demands & ANSWER_BLOCK) != 0)
		rig_block(&s, &b);
	return s;
}

struct span
ca_good(struct call *c, uint32_t op)
{
	return ca_good_as(c, KEEPER_PEER_PORTAL, op);
}

void
ca_refused_as(struct call *c, unsigned peer, uint32_t op, enum err_kind kind, enum why why)
{
	struct rig *r = &c->ca->rig;

	if (rig_ask_as(r, peer, op, &c->in, &c->out))
		fail_msg("op %u: allowed, wanted why %u", op, why);
	if (r->err.kind != kind || r->err.why != (uint32_t)why)
		fail_msg("op %u: %s %s (why %u), wanted %s (why %u)", op, err_kind_name(r->err.kind),
		    r->err.text, r->err.why, err_kind_name(kind), why);
	assert_int_equal(c->out.len, 0);
}

void
ca_refused(struct call *c, uint32_t op, enum err_kind kind, enum why why)
{
	ca_refused_as(c, KEEPER_PEER_PORTAL, op, kind, why);
}

void
ca_fresh(struct ca *ca)
{
	assert_true(rig_again(&ca->rig, ca->ana, WORD));
}

void
ca_again(struct ca *ca)
{
	assert_true(rig_sign_in(&ca->rig, ANA, WORD, ca->ana, NULL));
	assert_true(rig_sign_in(&ca->rig, BEN, WORD, ca->ben, NULL));
}

int64_t
ca_domain(struct ca *ca, const unsigned char token[TOKEN_BYTES], const char *name)
{
	DROP(call_wipe) struct call c = { .ca = ca };
	struct span s;

	ca_begin(&c, token);
	pack_text(&c.in, name);
	s = ca_good(&c, KEEPER_DOMAIN_ADD);
	return unpack_i64(&s);
}

void
ca_challenge(struct ca *ca, const unsigned char token[TOKEN_BYTES], int64_t id,
    enum proof_method method, const char *box, char nonce[64])
{
	DROP(call_wipe) struct call c = { .ca = ca };
	char name[256];
	struct span s;

	ca_begin(&c, token);
	pack_i64(&c.in, id);
	pack_u8(&c.in, method);
	pack_text(&c.in, box);
	s = ca_good(&c, KEEPER_DOMAIN_CHALLENGE);
	unpack_text(&s, name, sizeof(name));
	unpack_text(&s, nonce, 64);
	assert_true(unpack_i64(&s) > rig_now(&ca->rig));
	assert_true(unpack_end(&s, "challenge", NULL));
}

void
ca_statement(struct ca *ca, struct buf *wire, enum statement_kind kind, enum proof_method method,
    const char *name, const char *nonce, enum statement_result result, int64_t at)
{
	struct statement s = { .kind = (uint8_t)kind, .method = (uint8_t)method,
	    .result = (uint8_t)result, .secure = 1, .at = at };
	struct err e = {0};

	if (strncmp(name, "*.", 2) == 0) {
		s.wildcard = 1;
		name += 2;
	}
	snprintf(s.name, sizeof(s.name), "%s", name);
	snprintf(s.nonce, sizeof(s.nonce), "%s", nonce);
	snprintf(s.saw, sizeof(s.saw), "TXT records: 2, none fits");
	if (!statement_sign(wire, &s, ca->prover_secret, &e))
		fail_msg("statement: %s", e.text);
}

int64_t
ca_proved(struct ca *ca, const unsigned char token[TOKEN_BYTES], const char *name)
{
	DROP(call_wipe) struct call c = { .ca = ca };
	DROP(buf_wipe) struct buf wire = {0};
	int64_t id = ca_domain(ca, token, name);
	char nonce[64];

	ca_challenge(ca, token, id, PROOF_DNS, "", nonce);
	ca_statement(ca, &wire, STATEMENT_PROOF, PROOF_DNS, name, nonce, SAW_IT, rig_now(&ca->rig));
	ca_begin(&c, token);
	pack_i64(&c.in, id);
	pack_bytes(&c.in, wire.data, wire.len);
	ca_good(&c, KEEPER_DOMAIN_PROVED);
	return id;
}

/* ---- certificates ---- */

static void
caa_pack(struct call *c, const struct ca_order *o, unsigned n)
{
	bool tls = o->profile == PROFILE_ROBOT_TLS || o->profile == PROFILE_ASSURED_TLS;
	bool asked = (tls || o->mail_caa) && !o->no_caa;

	pack_u8(&c->in, asked ? n : 0);
	for (unsigned i = 0; asked && i < n; i++) {
		const char *at = strrchr(o->names[i], '@');
		DROP(buf_wipe) struct buf wire = {0};

		ca_statement(c->ca, &wire, STATEMENT_CAA, at != NULL && !o->caa_tls ? PROOF_MAIL : 0,
		    at != NULL ? at + 1 : o->names[i], "",
		    o->caa == 0 ? SAW_IT : o->caa, rig_now(&c->ca->rig) - o->caa_age);
		pack_bytes(&c->in, wire.data, wire.len);
	}
}

void
ca_order_pack(struct call *c, const unsigned char token[TOKEN_BYTES], const struct ca_order *o)
{
	unsigned char key[32], request[32];
	unsigned n = 0;

	memset(key, 'k' + o->key, sizeof(key));
	memset(request, 'r' + o->request, sizeof(request));
	while (n < COUNT(o->names) && o->names[n] != NULL)
		n++;
	ca_begin(c, token);
	pack_u8(&c->in, o->profile);
	buf_add(&c->in, key, sizeof(key));
	pack_u32(&c->in, o->options);
	pack_u8(&c->in, o->named);
	pack_u8(&c->in, n);
	for (unsigned i = 0; i < n; i++) {
		pack_u8(&c->in, strchr(o->names[i], '@') != NULL ? NAME_MAIL : NAME_DNS);
		pack_text(&c->in, o->names[i]);
	}
	caa_pack(c, o, n);
	pack_text(&c->in, o->label);
	pack_u8(&c->in, o->open_to_all);
	buf_add(&c->in, request, sizeof(request));
}

static void
ticket_read(struct ca *ca, struct span wire, struct ticket *t)
{
	struct err e = {0};

	if (!ticket_unpack(t, wire, ca->rig.keys.ticket, &e))
		fail_msg("ticket: %s", e.text);
}

void
ca_ticket(struct ca *ca, const unsigned char token[TOKEN_BYTES], const struct ca_order *o,
    struct ticket *t)
{
	DROP(call_wipe) struct call c = { .ca = ca };
	struct span s;

	ca_order_pack(&c, token, o);
	s = ca_good(&c, KEEPER_CERT_TICKET);
	ticket_read(ca, unpack_bytes(&s), t);
	assert_true(unpack_end(&s, "ticket", NULL));
}

void
ca_receipt(struct ca *ca, const struct ticket *t, enum cert_status status, const char *body,
    struct buf *wire)
{
	struct receipt r = { .status = (uint8_t)status, .changed_at = rig_now(&ca->rig) };

	memcpy(r.id, t->id, sizeof(r.id));
	memcpy(r.serial, t->serial, sizeof(r.serial));
	if (body != NULL)
		digest(r.body_hash, body, strlen(body));
	receipt_pack(wire, &r, ca->rig.keys.ticket);
}

void
ca_store(struct ca *ca, const struct ticket *t, const char *body)
{
	DROP(call_wipe) struct call c = { .ca = ca };
	DROP(buf_wipe) struct buf receipt = {0};

	ca_receipt(ca, t, CERT_VALID, body, &receipt);
	pack_bytes(&c.in, receipt.data, receipt.len);
	pack_bytes(&c.in, body, strlen(body));
	pack_u8(&c.in, 0);
	ca_good_as(&c, KEEPER_PEER_CLERK, KEEPER_CERT_STORED);
}

void
ca_issue(struct ca *ca, const unsigned char token[TOKEN_BYTES], const struct ca_order *o,
    const char *body, struct ticket *t)
{
	ca_ticket(ca, token, o, t);
	ca_store(ca, t, body);
}

void
ca_asked(struct ca *ca, const unsigned char serial[TICKET_SERIAL], enum ticket_act act,
    unsigned reason, struct ticket *t)
{
	DROP(call_wipe) struct call c = { .ca = ca };
	struct span s;

	ca_begin(&c, ca->ana);
	buf_add(&c.in, serial, TICKET_SERIAL);
	pack_u8(&c.in, act);
	pack_u8(&c.in, reason);
	s = ca_good(&c, KEEPER_CERT_CHANGE);
	ticket_read(ca, unpack_bytes(&s), t);
}

void
ca_change(struct ca *ca, const unsigned char serial[TICKET_SERIAL], enum ticket_act act,
    unsigned reason, struct ticket *t)
{
	static const enum cert_status after[] = { [TICKET_REVOKE] = CERT_REVOKED,
	    [TICKET_SUSPEND] = CERT_SUSPENDED, [TICKET_RESUME] = CERT_VALID };

	ca_asked(ca, serial, act, reason, t);
	ca_changed(ca, t, after[act]);
}

void
ca_changed(struct ca *ca, const struct ticket *t, enum cert_status status)
{
	DROP(call_wipe) struct call c = { .ca = ca };
	DROP(buf_wipe) struct buf receipt = {0};

	ca_receipt(ca, t, status, NULL, &receipt);
	pack_bytes(&c.in, receipt.data, receipt.len);
	ca_good(&c, KEEPER_CERT_CHANGED);
}

unsigned
ca_state(struct ca *ca, const unsigned char serial[TICKET_SERIAL])
{
	DROP(call_wipe) struct call c = { .ca = ca };
	unsigned found = 0;
	struct span s;
	uint32_t n;

	ca_begin(&c, ca->ana);
	s = ca_good(&c, KEEPER_CERTS);
	n = unpack_u32(&s);
	while (n-- > 0) {
		unsigned char here[TICKET_SERIAL];
		char label[256], first[256];
		unsigned state;

		unpack_exact(&s, here, sizeof(here));
		unpack_u8(&s);
		state = unpack_u8(&s);
		unpack_i64(&s);
		unpack_i64(&s);
		unpack_text(&s, label, sizeof(label));
		unpack_u8(&s);
		unpack_text(&s, first, sizeof(first));
		unpack_text(&s, first, sizeof(first));
		if (memcmp(here, serial, sizeof(here)) == 0)
			found = state;
	}
	assert_true(unpack_end(&s, "certificates", NULL));
	return found;
}

void
ca_sound(struct ca *ca)
{
	DROP(call_wipe) struct call c = { .ca = ca };
	char what[256];
	struct span s = ca_good_as(&c, KEEPER_PEER_CONTROL, KEEPER_DOCTOR);
	unsigned good = unpack_u8(&s);

	unpack_text(&s, what, sizeof(what));
	if (good != 1)
		fail_msg("%s", what);
}

void
ca_sweep(struct ca *ca)
{
	DROP(call_wipe) struct call c = { .ca = ca };

	ca_good_as(&c, KEEPER_PEER_CLERK, KEEPER_SWEEP);
}
