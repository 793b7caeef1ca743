/*
 * privacy/facts/key_proof.c - whoever shows that they hold a certificate's key has it revoked, whoever they are.
 *
 * The keeper gives a word for the serial, the same for KEY_WORD_LIFE / 6 and for known and unknown ones; a
 * request made with the key names it; the signer's keyless child checks the request, and the signer says so
 * under the key that tickets are made with.  Only the keeper knows which key stands in which certificate.
 *
 * Stands on ticket, register, issue.  Parses no request.
 */
#include <sodium.h>
#include <string.h>
#include "privacy/facts/issue.h"
#include "privacy/facts/member.h"
#include "privacy/keeper/brake.h"
#include "privacy/keeper/ops.h"

#define WORD_STEP	600	/* seconds a word is given for... */
#define WORD_STEPS	6	/* ... and so many steps more it is taken */
#define WORD_BYTES	16

/* "key-0011..": lower case, so that a name's spelling does not matter. */
static void
word_of(const struct keeper *k, const unsigned char serial[TICKET_SERIAL], int64_t step, char into[KEY_PROOF_WORD])
{
	static const char label[] = "troth key word";
	unsigned char hash[WORD_BYTES], at[8];
	crypto_generichash_state s;

	for (unsigned i = 0; i < sizeof(at); i++)
		at[i] = (unsigned char)((uint64_t)step >> (8 * i));
	crypto_generichash_init(&s, k->keys->pepper, sizeof(k->keys->pepper), sizeof(hash));
	crypto_generichash_update(&s, (const unsigned char *)label, sizeof(label));
	crypto_generichash_update(&s, serial, TICKET_SERIAL);
	crypto_generichash_update(&s, at, sizeof(at));
	crypto_generichash_final(&s, hash, sizeof(hash));
	memcpy(into, "key-", 4);
	sodium_bin2hex(into + 4, KEY_PROOF_WORD - 4, hash, sizeof(hash));
}

bool
op_key_word(struct keeper *k, struct act *a, struct err *e)
{
	unsigned char serial[TICKET_SERIAL];
	char word[KEY_PROOF_WORD];

	unpack_exact(&a->in, serial, sizeof(serial));
	TRY(act_read(a, e));
	word_of(k, serial, a->now / WORD_STEP, word);
	pack_text(a->out, word);
	return true;
}

static bool
word_good(const struct keeper *k, const unsigned char serial[TICKET_SERIAL], const struct key_proof *p, int64_t now)
{
	bool good = false;

	for (int64_t step = now / WORD_STEP; step >= now / WORD_STEP - WORD_STEPS; step--) {
		char word[KEY_PROOF_WORD];

		word_of(k, serial, step, word);
		good = good || strcmp(word, p->word) == 0;
	}
	return good;
}

static bool
no_proof(struct err *e)
{
	return REFUSE(e, ERR_DENIED, WHY_KEY_PROOF, "key proof: does not fit");
}

/* A certificate that this proof is about, and that can still be given up. */
static bool
proved(struct keeper *k, const unsigned char serial[TICKET_SERIAL], struct span wire, int64_t now,
    struct entry_of_register *r, struct err *e)
{
	struct err why = {0};
	struct key_proof p;

	if (!key_proof_unpack(&p, wire, k->keys->ticket, NULL) || !word_good(k, serial, &p, now))
		return no_proof(e);
	if (!register_get(k, 0, serial, r, &why)) {
		if (why.kind != ERR_ABSENT && e != NULL)
			*e = why;
		return why.kind == ERR_ABSENT ? no_proof(e) : false;
	}
	if (sodium_memcmp(p.key_hash, r->key_hash, sizeof(r->key_hash)) != 0 || r->not_after <= now)
		return no_proof(e);
	return r->state == REGISTER_VALID || r->state == REGISTER_SUSPENDED ||
	    (r->state == REGISTER_REVOKED && r->reason != KEY_COMPROMISE) || no_proof(e);
}

bool
op_key_proved(struct keeper *k, struct act *a, struct err *e)
{
	DROP(buf_wipe) struct buf wire = {0};
	const struct span nobody = span_of(NULL, 0);
	unsigned char serial[TICKET_SERIAL];
	struct owner o;
	struct change c = { .owner = &o, .role = ACTOR_SYSTEM, .act = TICKET_REVOKE, .reason = KEY_COMPROMISE };
	struct entry_of_register r;
	struct span proof, source;

	unpack_exact(&a->in, serial, sizeof(serial));
	proof = unpack_bytes(&a->in);
	source = unpack_bytes(&a->in);
	TRY(act_read(a, e));
	TRY(brake_ask(k->brake, BRAKE_CASE_SOURCE, nobody, source, a->now, e));
	brake_count(k->brake, BRAKE_CASE_SOURCE, nobody, source, a->now);
	TRY(proved(k, serial, proof, a->now, &r, e));
	TRY(member_owner(k, r.member, &o, NULL, e));
	TRY(issue_change(k, &c, &r, a->now, &wire, e));
	TRY(buf_ok(&wire, e));
	pack_bytes(a->out, wire.data, wire.len);
	return true;
}
