/*
 * tests/unit/ca_rig.h - a keeper with a member, and both its witnesses: a
 * prover's key to make statements and the ticket key to make the signer's receipts.
 */
#ifndef TESTS_UNIT_CA_RIG_H
#define TESTS_UNIT_CA_RIG_H
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <sodium.h>
#include "privacy/facts/statement.h"
#include "privacy/facts/ticket.h"
#include "tests/unit/keeper_rig.h"

#define ANA	"ana@example.org"
#define BEN	"ben@example.net"
#define WORD	"correct horse battery"

struct ca {
	struct rig	rig;
	unsigned char	prover_secret[64];
	unsigned char	ana[TOKEN_BYTES], ben[TOKEN_BYTES];	/* sessions */
	int64_t		ana_member;
};

/* A request in the making and its answer. */
struct call { struct ca *ca; struct buf in, out; };
void call_wipe(struct call *c);

int ca_setup(void **state);
int ca_teardown(void **state);
#define CA_CASE(f) cmocka_unit_test_setup_teardown(f, ca_setup, ca_teardown)

/* Ask with what is packed; fails the test when refused.  The session block is skipped. */
struct span ca_good(struct call *c, uint32_t op);
struct span ca_good_as(struct call *c, unsigned peer, uint32_t op);
/* Ask; fails the test unless refused as kind and why. */
void ca_refused(struct call *c, uint32_t op, enum err_kind kind, enum why why);
void ca_refused_as(struct call *c, unsigned peer, uint32_t op, enum err_kind kind, enum why why);
void ca_begin(struct call *c, const unsigned char token[TOKEN_BYTES]);
void ca_fresh(struct ca *ca);		/* Ana enters her password again */
void ca_again(struct ca *ca);		/* both sign in again, after a long time */

int64_t ca_domain(struct ca *ca, const unsigned char token[TOKEN_BYTES], const char *name);
/* Open a challenge; nonce[64]. */
void ca_challenge(struct ca *ca, const unsigned char token[TOKEN_BYTES], int64_t id,
    enum proof_method method, const char *box, char nonce[64]);
void ca_statement(struct ca *ca, struct buf *wire, enum statement_kind kind, enum proof_method method,
    const char *name, const char *nonce, enum statement_result result, int64_t at);
/* Add and prove by DNS. */
int64_t ca_proved(struct ca *ca, const unsigned char token[TOKEN_BYTES], const char *name);

struct ca_order {			/* zero members: the usual */
	unsigned	profile;
	const char	*names[8];	/* with '@': an address */
	uint32_t	options;
	unsigned	named;		/* 0: no name in it, else its index + 1 */
	bool		open_to_all, no_caa;
	bool		mail_caa, caa_tls;	/* a statement for an address, too; but one about TLS */
	int64_t		caa_age;
	enum statement_result caa;	/* 0: SAW_IT */
	unsigned char	key;		/* tells keys apart */
	const char	*label;
	unsigned char	request;
};
void ca_order_pack(struct call *c, const unsigned char token[TOKEN_BYTES], const struct ca_order *o);
/* The ticket, its MAC checked. */
void ca_ticket(struct ca *ca, const unsigned char token[TOKEN_BYTES], const struct ca_order *o,
    struct ticket *t);
/* What the signer would say; body may be NULL (a change). */
void ca_receipt(struct ca *ca, const struct ticket *t, enum cert_status status, const char *body,
    struct buf *wire);
/* Tell the keeper; the body stands for a certificate. */
void ca_store(struct ca *ca, const struct ticket *t, const char *body);
/* From ticket to stored certificate. */
void ca_issue(struct ca *ca, const unsigned char token[TOKEN_BYTES], const struct ca_order *o,
    const char *body, struct ticket *t);
/* Ask for a change: its ticket. */
void ca_asked(struct ca *ca, const unsigned char serial[TICKET_SERIAL], enum ticket_act act,
    unsigned reason, struct ticket *t);
/* Ask for a change and let it be done. */
void ca_change(struct ca *ca, const unsigned char serial[TICKET_SERIAL], enum ticket_act act,
    unsigned reason, struct ticket *t);
void ca_changed(struct ca *ca, const struct ticket *t, enum cert_status status);
/* State of a certificate of Ana's in her list; 0: not in it. */
unsigned ca_state(struct ca *ca, const unsigned char serial[TICKET_SERIAL]);
/* The doctor finds nothing wrong. */
void ca_sound(struct ca *ca);
/* Sweep once. */
void ca_sweep(struct ca *ca);
#endif
