/*
 * privacy/settings.h - everything an operator can set, typed, in one place.
 *
 * All processes read the same file (DIR/troth.conf) and --set words; each uses
 * the members of its own section.  Secrets are never values: they are paths or
 * live in a process's own folder.  `troth config --explain` prints the table.
 *
 * Stands on conf and trust_policy.  Opens nothing but the one file; does not look at what paths name.
 */
#ifndef PRIVACY_SETTINGS_H
#define PRIVACY_SETTINGS_H
#include "privacy/facts/trust_policy.h"

struct settings {
	/* site */
	const char *site_name, *site_host, *site_logo;
	const char *association, *registration, *postal, *privacy_contact;
	const char *bind_address;		/* 127.0.0.1 */
	int64_t http_port, https_port, cert_port;	/* 0: a free one; cert_port is the certificate sign-in port */
	int64_t public_http_port, public_https_port, public_cert_port;	/* as written in addresses; 0: the same */
	int64_t clock_shift, hang_limit;
	bool unwalled;
	/* portal */
	int64_t portal_workers, portal_threads;
	/* keeper: lives and limits */
	int64_t session_idle, session_idle_shared, session_life, fresh_life, old_token_life;
	int64_t join_life, mail_token_life, reset_token_life, reset_tries, reset_window, reset_bar;
	int64_t argon_memory_kib, argon_passes, argon_children, argon_queue;
	int64_t max_addresses, max_domains, max_certs_per_day, max_mails_per_hour;
	int64_t document_life, once_life, officer_code_life, erase_roles_kept;
	int64_t copy_step;
	int64_t domain_reprove, domain_life, caa_life;
	int64_t case_kept, dormant_after, exclusion_life;
	int64_t lost_wait, trusted_wait, dormant_wait;
	int64_t disclosure_silence, disclosure_document;
	/* mail */
	const char *smtp_url, *smtp_user, *smtp_password_file, *smtp_ca_file, *mail_from, *mail_from_name;
	bool smtp_require_tls;
	int64_t mail_tries;
	const char *mail_lists;			/* privacy/lists.h */
	/* postbox */
	const char *post_address;		/* "": mail.from */
	const char *post_maildir;		/* "" none */
	bool post_lmtp;				/* DIR/run/lmtp.sock */
	int64_t post_port;			/* of 127.0.0.1; 0 none */
	int64_t post_most_bytes, post_per_hour;
	/* prover */
	const char *resolver;			/* "" root servers via libunbound; "127.0.0.1@5353" a forwarder; */
	const char *resolver_stub;		/* "example.org=127.0.0.1@5353,...": tests and split horizons */
	const char *trust_anchor;		/* "" Debian's root.key; else a file */
	const char *caa_identity;		/* what stands in CAA records for us */
	bool mail_caa;				/* e-mail certificates want a CAA statement, too */
	int64_t prover_timeout, prover_at_once, http_validation_port;
	bool allow_private_addresses;
	/* certificates */
	const char *policy_arc;			/* OID prefix */
	const char *weak_key_folder;
	const char *root_permitted;		/* name constraints, "" none: "example.org,club.test" */
	int64_t tls_robot_life, tls_assured_life, mail_robot_life, mail_assured_life;
	int64_t root_list_life, crl_life, crl_refresh, ocsp_life, suspension_life;
	const char *ca_organisation, *ca_country;	/* O and C in the names of root and issuers, fixed at the ceremony */
	int64_t crl_shards;
	bool tls_common_name;
	/* the web of trust */
	struct trust_policy trust;
	/* ledger */
	int64_t longest_gap;
	const char *ledger_origin;		/* "" : the site's host */
	/* nginx */
	const char *tls_certificate_file, *tls_key_file;	/* "": DIR/nginx/tls.crt and tls.key */
	int64_t posts_per_minute;		/* from one address to sign-in and join forms */
	int64_t requests_at_once;		/* from one address, under way */
};

/*
 * Load DIR/troth.conf (absent: defaults alone) and --set words of this command
 * line; *keep owns the texts that *into points to.  Fails: ERR_INPUT naming
 * file and line, the word, or two settings that contradict each other; ERR_IO.
 */
bool settings_load(struct conf **keep, struct settings *into, const char *state,
    const char *const *sets, size_t n, struct err *e) MUST;
extern const struct conf_row setting_rows[];
extern const size_t setting_count;

/* False when the site's names would be this machine alone: localhost, 127.0.0.1 or [::1]. */
bool settings_public(const struct settings *s);

/*
 * Seconds that a server certificate made now may live, of those set: from 2027-03-15 on 99 days at most, from
 * 2029-03-15 on 46, one day less than the Baseline Requirements (6.3.2) allow then, as they recommend.
 */
int64_t settings_tls_life(int64_t set, int64_t now);
/*
 * Seconds after which a domain is proved anew before a certificate is issued for it now, of those set: from
 * 2027-03-15 on 100 days at most, from 2029-03-15 on 10, as the Baseline Requirements (4.2.1) demand.
 */
int64_t settings_domain_reprove(int64_t set, int64_t now);
/*
 * Connections that keeper, signer and prover have room for: as many as the portal's workers may open, one of them
 * ending while the next one starts, and what stays free for others (ledger/base/ipc_room.h).
 */
uint32_t settings_connections(const struct settings *s);

/*
 * What every process's main begins with: --state DIR and --set name=value, each
 * borrowed from argv.  False with a usage line for stderr in e->text (ERR_INPUT).
 */
struct command_line { const char *state; const char *sets[64]; size_t set_count; };
bool command_line_read(struct command_line *c, int argc, char **argv, struct err *e) MUST;
#endif
