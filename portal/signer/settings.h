/*
 * portal/signer/settings.h - the part of the configuration the signer works by.
 *
 * Taken from the product's settings (privacy/settings.h) once, at the start.  Also the
 * addresses that stand in certificates, so that whoever publishes a file and
 * the certificate that names it agree to the byte.
 *
 * Stands on privacy/settings, the ticket's profile numbers.  Holds no secret.
 */
#ifndef PORTAL_SIGNER_SETTINGS_H
#define PORTAL_SIGNER_SETTINGS_H
#include "privacy/facts/ticket.h"
#include "privacy/settings.h"

struct signer_settings {
	char		base_url[300];		/* "http://ca.example.org:8080", no slash at the end */
	const char	*organisation;		/* O of the CA's own names */
	const char	*country;		/* C of the CA's own names, two letters */
	const char	*policy_arc;		/* level OIDs are ARC.1 (Robot) and ARC.2 (Assured) */
	char		origin[256];		/* first line of the ledger's checkpoints */
	const char	*constraints;		/* domains the root may vouch for, comma between; "": all */
	bool		development;		/* the site is localhost, which may be vouched for beside them */
	const char	*weak_keys;		/* folder of lists of known weak keys; "": none */
	int64_t		tls_robot_life, tls_assured_life;	/* seconds, at most */
	int64_t		mail_robot_life, mail_assured_life;
	int64_t		crl_life, crl_refresh;	/* seconds to nextUpdate; age that asks for a new one */
	int64_t		root_list_life;		/* seconds to nextUpdate of the root's list */
	int64_t		ocsp_life;		/* seconds to nextUpdate */
	int64_t		longest_gap;		/* seconds the clock may stand after the newest list */
	int64_t		crl_shards;		/* certificates are spread over so many CRLs */
	uint32_t	connections;		/* settings_connections() */
};

/* Borrows the texts of *from.  ERR_INPUT: an address that can't stand in a certificate. */
bool signer_settings(struct signer_settings *s, const struct settings *from, struct err *e) MUST;

/* The longest life a profile may have, seconds. */
int64_t signer_life(const struct signer_settings *s, enum profile p);
/* Paths below base_url; also the names of the files that are published there.  Issuers': issuer.h. */
#define SIGNER_PATH_ROOT	"/ca/root.crt"
#define SIGNER_PATH_ROOT_CRL	"/crl/root.crl"
#define SIGNER_PATH_OCSP	"/ocsp"
#endif
