/*
 * privacy/facts/statement.h - what the prover saw, signed, for the keeper.
 *
 * The prover looks things up in DNS and over HTTP and says what it saw; the
 * keeper believes a statement when the signature is the prover's, the nonce is
 * its own open challenge's, and it is young.  Ed25519 (libsodium detached) over
 * "troth statement v1\n" and the packed fields.
 *
 * Wire: fields in the order below by pack.h, then the 64-byte signature.
 */
#ifndef PRIVACY_FACTS_STATEMENT_H
#define PRIVACY_FACTS_STATEMENT_H
#include "ledger/base/pack.h"

#define STATEMENT_MAX	2048

enum statement_kind { STATEMENT_PROOF = 1, STATEMENT_CAA };
enum statement_result {
	SAW_IT = 1,		/* the nonce stands where it should; or CAA allows issuing */
	SAW_NOTHING,		/* no such record or file */
	SAW_OTHER,		/* there is one, with other contents */
	SAW_FORBIDDEN,		/* CAA names others, or a critical property we do not know */
	SAW_BOGUS,		/* DNSSEC validation failed: never an allowance */
	SAW_NO_ANSWER,		/* time-out, SERVFAIL, connection refused: never an allowance */
	SAW_REFUSED_PLACE,	/* the address lies in a private range and the configuration does not allow it */
	SAW_TOO_MUCH		/* too many redirects or bytes */
};

/*
 * The name of the file at which an HTTP proof's nonce is looked for.  Made from
 * the nonce, but not telling it: a server that writes what it is asked for into
 * its answer would else prove anything (BR 3.2.2.4.18: the random value must not
 * stand in the request).
 */
#define STATEMENT_FILE	23	/* bytes with NUL */
void statement_file(const char *nonce, char into[STATEMENT_FILE]);

struct statement {
	uint8_t	kind;			/* enum statement_kind */
	uint8_t	method;			/* enum proof_method; CAA: 0 issue and issuewild, PROOF_MAIL issuemail */
	uint8_t	result;			/* enum statement_result */
	uint8_t	secure;			/* 1: every answer used was DNSSEC-secure */
	uint8_t	wildcard;		/* CAA: asked for a wildcard name (issuewild) */
	int64_t	at;
	char	name[256];		/* the domain asked for, A-label, lower case, no trailing dot */
	char	nonce[96];		/* proof: as given by the keeper; CAA: "" */
	char	saw[256];		/* in short, for the form: "TXT records: 2, none fits"; no personal data */
};

bool statement_sign(struct buf *into, const struct statement *s, const unsigned char secret[64], struct err *e) MUST;
/* ERR_CRYPTO: signature; ERR_INPUT: shape. */
bool statement_open(struct statement *s, struct span wire, const unsigned char public_key[32], struct err *e) MUST;
#endif
