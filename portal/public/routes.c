#include "portal/public/routes.h"

#define OPEN	(enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL, NULL, 0

static const struct form_row year_fields[] = {
	{ "year", MSG("Year"), FORM_NUMBER, 1970, 9999, false, NULL },
};

const struct route public_routes[] = {
	{ GET, "/", "front", OPEN, front_show },
	{ GET, "/roots", "roots", OPEN, roots_show },
	{ GET, "/privacy", "privacy statement", OPEN, privacy_show },
	{ GET, "/protect", "how we protect", OPEN, protect_show },
	{ GET, "/statistics", "statistics", OPEN, statistics_show },
	{ GET, "/transparency", "transparency report", (enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL, year_fields, COUNT(year_fields), report_show },
	{ GET, "/imprint", "imprint", OPEN, imprint_show },
	{ GET, "/policy/agreement", "agreement", OPEN, agreement_show },
	{ GET, "/policy/versions", "versions of policies", OPEN, policy_versions_show },
	{ GET, "/policy/agreement/*", "version of agreement", OPEN, policy_agreement_show },
	{ GET, "/policy/statement/*", "version of statement", OPEN, policy_statement_show },
	{ GET, "/policy/changes/agreement/*", "changes of agreement", OPEN, changes_agreement_show },
	{ GET, "/policy/changes/statement/*", "changes of statement", OPEN, changes_statement_show },
	{ GET, "/help", "help", OPEN, help_show },
	{ GET, "/promises/*", "test of a promise", OPEN, promise_test_show },
	{ GET, "/.well-known/security.txt", "security.txt", OPEN, security_txt_show },
	{ GET, "/.well-known/gpc.json", "gpc.json", OPEN, gpc_show },
	{ GET, "/w3c/p3p.xml", "P3P reference", OPEN, p3p_reference_show },
	{ GET, "/w3c/policy.xml", "P3P policy", OPEN, p3p_policy_show },
	{ GET, "/robots.txt", "robots.txt", OPEN, robots_show },
	{ GET, "/favicon.ico", "favicon", OPEN, favicon_show },
};
const size_t public_route_count = COUNT(public_routes);
