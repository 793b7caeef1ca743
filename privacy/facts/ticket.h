/*
 * privacy/facts/ticket.h - the keeper's word to the signer.
 *
 * A ticket says exactly what may be signed, once.  The keeper makes it when the
 * facts agree, MACs it with the ticket key (keyed BLAKE2b-256, shared by keeper
 * and signer alone) and records it; the portal only carries it.  The signer
 * checks MAC, expiry and its own journal, and builds what the ticket says.
 *
 * Wire: fields in the order below by pack.h, then the 32-byte MAC over all of
 * them.  At most TICKET_MAX bytes.
 */
#ifndef PRIVACY_FACTS_TICKET_H
#define PRIVACY_FACTS_TICKET_H
#include "ledger/base/pack.h"

#define TICKET_KEY	32
#define TICKET_ID	16
#define TICKET_SERIAL	16	/* bytes, first byte 0x01..0x7f: positive, never short */
#define TICKET_NAMES	100
#define TICKET_MAX	32768	/* bytes packed */

enum ticket_act {
	TICKET_ISSUE = 1, TICKET_REVOKE, TICKET_SUSPEND, TICKET_RESUME
};
enum profile {			/* which issuer, which rules: portal/signer/profile.c */
	PROFILE_ROBOT_TLS = 1, PROFILE_ROBOT_MAIL, PROFILE_ASSURED_TLS, PROFILE_ASSURED_MAIL,
	PROFILE__COUNT
};
enum name_kind { NAME_DNS = 1, NAME_MAIL };

/* Bits of struct ticket.options. */
#define TICKET_CLIENT_AUTH	1u	/* mail profiles: clientAuth beside emailProtection */

struct ticket {
	uint8_t		act;			/* enum ticket_act */
	unsigned char	id[TICKET_ID];		/* ledger number and 64 random bits; a repeated id gives the same answer */
	unsigned char	serial[TICKET_SERIAL];	/* of the certificate issued or changed */
	uint8_t		profile;		/* enum profile */
	int64_t		not_before, not_after;	/* inclusive, as in X.509; ISSUE only */
	int64_t		expires;		/* the signer refuses the ticket from then on */
	int64_t		ledger_number;		/* of the entry that allowed it */
	unsigned char	ledger_hash[32];	/* its leaf hash, for the signer's journal */
	unsigned char	key_hash[32];		/* SHA-256 of the SubjectPublicKeyInfo; ISSUE only */
	uint32_t	options;
	uint8_t		reason;			/* RFC 5280 CRLReason 0, 1, 3, 4, 5 or 9 (BR 7.2.2); REVOKE only */
	char		common_name[192];	/* "" for none; UTF-8 */
	char		given[96], family[96];	/* Assured Mail only; "" for none */
	uint8_t		name_count;		/* 1..TICKET_NAMES for ISSUE, else 0 */
	struct ticket_name { uint8_t kind; char text[256]; } *names;	/* A-labels; owned, see ticket_wipe */
};

bool ticket_pack(struct buf *into, const struct ticket *t,
    const unsigned char key[TICKET_KEY], struct err *e) MUST;
/* ERR_CRYPTO: MAC; ERR_INPUT: shape or a value out of its range. */
bool ticket_unpack(struct ticket *t, struct span wire,
    const unsigned char key[TICKET_KEY], struct err *e) MUST;
void ticket_wipe(struct ticket *t);		/* fits DROP() */

/*
 * The signer's receipt: the keeper believes a certificate or a changed status
 * only with it.  MAC over "receipt", ticket id, serial, status (enum
 * cert_status), changed_at and body hash (SHA-256 of the DER; zeros for a change).
 */
enum cert_status { CERT_VALID = 1, CERT_SUSPENDED, CERT_REVOKED };
struct receipt {
	unsigned char	id[TICKET_ID], serial[TICKET_SERIAL];
	uint8_t		status;
	int64_t		changed_at;
	unsigned char	body_hash[32];
};
void receipt_pack(struct buf *into, const struct receipt *r, const unsigned char key[TICKET_KEY]);
bool receipt_unpack(struct receipt *r, struct span wire,
    const unsigned char key[TICKET_KEY], struct err *e) MUST;

/*
 * The signer's word that somebody holds a key: a request made with it named this word.  MAC over "key proof",
 * key hash (SHA-256 of the SubjectPublicKeyInfo), time and word.
 */
#define KEY_PROOF_WORD	80	/* bytes with NUL */
struct key_proof { unsigned char key_hash[32]; int64_t at; char word[KEY_PROOF_WORD]; };
void key_proof_pack(struct buf *into, const struct key_proof *p, const unsigned char key[TICKET_KEY]);
/* ERR_INPUT, ERR_CRYPTO. */
bool key_proof_unpack(struct key_proof *p, struct span wire, const unsigned char key[TICKET_KEY], struct err *e) MUST;
#endif
