/*
 * portal/signer/build.h - the to-be-signed part of a certificate.
 *
 * A struct build says what stands in it; build_tbs() writes it as its profile
 * row demands.  build_ticket() fills one from a ticket.  Nothing here signs,
 * and nothing of a request is used but its key.
 *
 * Stands on der, profile, settings, names.
 */
#ifndef PORTAL_SIGNER_BUILD_H
#define PORTAL_SIGNER_BUILD_H
#include "portal/signer/keys.h"
#include "portal/signer/settings.h"

#define NAME_IP		3	/* beside enum name_kind: ceremony only; text is "127.0.0.1" or "::1" */

struct build {
	unsigned	profile;		/* enum profile or enum ceremony_profile */
	unsigned char	serial[TICKET_SERIAL];
	int64_t		not_before, not_after;	/* inclusive */
	struct span	spki;
	/* Subject, NULL or "" leaves an attribute out; in this order. */
	const char	*country, *organisation, *surname, *given, *common_name;
	const struct ticket_name *names;
	unsigned	name_count;
	uint32_t	options;		/* TICKET_CLIENT_AUTH */
	bool		individual;		/* a person's name is certified: the individual-validated policy */
	const struct oid *level;		/* our own policy; NULL: none */
	struct span	issuer_name;		/* DER */
	const unsigned char *issuer_ski;	/* KEY_ID bytes */
	const unsigned char *alg;		/* 12 bytes: the issuer's signature algorithm */
	const char	*base_url;
	struct buf	issuer_path, crl_path;	/* below base_url; empty: none */
	const char	*constraints;		/* CA profiles: domains, comma between; NULL or "": none */
	bool		development;		/* with constraints: this machine's own names are permitted too */
};

void build_wipe(struct build *b);		/* the two paths; fits DROP() */
/* The subject alone, as a Name in DER; true when it is empty. */
bool build_subject(struct buf *into, const struct build *b);
bool build_tbs(struct buf *into, const struct build *b, struct err *e) MUST;
/* Our own policy OID of a level (1 Robot, 2 Assured). */
bool build_level(struct oid *o, const struct signer_settings *set, unsigned level, struct err *e) MUST;

/*
 * What ticket t asks for, under the issuer of this number, whose key is `ca`.  Borrows from t, spki, ca, level
 * and set.  common_name of the ticket is used when it
 * fits 64 characters; without one a server certificate has no subject, and one for mail its first address.  ERR_INPUT: a common name that
 * is none of the names (nor, in Assured Mail, made of given and family).
 */
bool build_ticket(struct build *b, const struct ticket *t, struct span spki, unsigned issuer,
    const struct ca_key *ca, const struct oid *level, const struct signer_settings *set,
    struct err *e) MUST;
/* Which of the issuer's CRLs a serial stands on. */
uint32_t build_shard(const unsigned char serial[TICKET_SERIAL], const struct signer_settings *set);
#endif
