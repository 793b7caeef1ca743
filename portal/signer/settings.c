#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "portal/signer/settings.h"

/* Relying parties fetch roots, lists and OCSP answers in the clear: signed, and needed to judge TLS. */
static bool
base_url(struct signer_settings *s, const struct settings *from, struct err *e)
{
	int64_t port = from->public_http_port != 0 ? from->public_http_port : from->http_port;
	int n;

	if (port == 80 || port == 0)
		n = snprintf(s->base_url, sizeof(s->base_url), "http://%s", from->site_host);
	else
		n = snprintf(s->base_url, sizeof(s->base_url), "http://%s:%" PRId64, from->site_host, port);
	if (n < 0 || (size_t)n >= sizeof(s->base_url))
		return FAIL(e, ERR_INPUT, "site.host: too long for a certificate");
	for (const char *c = s->base_url; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~')
			return FAIL(e, ERR_INPUT, "site.host: plain ASCII only");
	return true;
}

bool
signer_settings(struct signer_settings *s, const struct settings *from, struct err *e)
{
	*s = (struct signer_settings){ .connections = settings_connections(from),
		.organisation = from->ca_organisation, .country = from->ca_country,
		.policy_arc = from->policy_arc, .constraints = from->root_permitted,
		.development = !settings_public(from),
		.weak_keys = from->weak_key_folder,
		.tls_robot_life = from->tls_robot_life, .tls_assured_life = from->tls_assured_life,
		.mail_robot_life = from->mail_robot_life, .mail_assured_life = from->mail_assured_life,
		.root_list_life = from->root_list_life, .crl_life = from->crl_life, .crl_refresh = from->crl_refresh,
		.ocsp_life = from->ocsp_life, .crl_shards = from->crl_shards, .longest_gap = from->longest_gap,
	};
	snprintf(s->origin, sizeof(s->origin), "%s",
	    from->ledger_origin[0] != '\0' ? from->ledger_origin : from->site_host);
	return base_url(s, from, e);
}

int64_t
signer_life(const struct signer_settings *s, enum profile p)
{
	switch (p) {
	case PROFILE_ROBOT_TLS:		return s->tls_robot_life;
	case PROFILE_ASSURED_TLS:	return s->tls_assured_life;
	case PROFILE_ROBOT_MAIL:	return s->mail_robot_life;
	case PROFILE_ASSURED_MAIL:	return s->mail_assured_life;
	default:			return 0;
	}
}
