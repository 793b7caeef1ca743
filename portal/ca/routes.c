#include "portal/ca/request.h"
#include "portal/ca/routes.h"
#include "privacy/facts/ticket.h"
#include "privacy/facts/vouch.h"

#define FIELDS(rows)	rows, COUNT(rows)
#define NONE		NULL, 0
#define LABEL_ROW	{ "label", MSG("Your own word for it"), FORM_TEXT, 0, 60, false, NULL }
#define LEVEL_ROW	{ "level", MSG("Level"), FORM_CHOICE, 5, 7, false, "robot|assured" }
#define PUBLIC_ROW	{ "public", MSG("Show it to whoever knows its serial and address"), FORM_TICK, 0, 1, false, NULL }

static const struct form_row domain_fields[] = {
	{ "name", MSG("Domain"), FORM_TEXT, 1, 253, true, NULL },
};
static const struct form_row mailbox_fields[] = {
	{ "mailbox", MSG("Mailbox"), FORM_CHOICE, 4, 13, true, "admin|administrator|webmaster|hostmaster|postmaster|root" },
};
static const struct form_row check_fields[] = {
	{ "method", MSG("Way of proving"), FORM_CHOICE, 3, 4, true, "dns|http" },
};
static const struct form_row sure_fields[] = {
	{ "sure", MSG("Yes, I am sure"), FORM_TICK, 0, 1, true, NULL },
};
static const struct form_row server_fields[] = {
	{ "request", MSG("Certificate request"), FORM_AREA, 0, REQUEST_MOST, false, NULL },
	{ "file", MSG("Request as a file"), FORM_FILE, 0, REQUEST_MOST, false, NULL },
};
static const struct form_row server_issue_fields[] = {
	{ "request", MSG("Certificate request"), FORM_AREA, 1, REQUEST_MOST, true, NULL },
	{ "name", MSG("Name"), FORM_MANY, 1, TICKET_NAMES, true, NULL },
	LEVEL_ROW, LABEL_ROW,
};
static const struct form_row mail_fields[] = {
	{ "address", MSG("E-mail address"), FORM_TEXT, 3, 254, true, NULL },
	LEVEL_ROW,
	{ "name", MSG("Your name in it"), FORM_NUMBER, 0, VOUCH_NAMES, false, NULL },
	PUBLIC_ROW, LABEL_ROW,
	{ "request", MSG("Certificate request"), FORM_AREA, 1, REQUEST_MOST, true, NULL },
	{ "answer", MSG("Kind of answer"), FORM_CHOICE, 3, 4, false, "pem|page" },
};
static const struct form_row note_fields[] = {
	LABEL_ROW, PUBLIC_ROW,
	{ "reminder", MSG("Remind me before it ends"), FORM_TICK, 0, 1, false, NULL },
};
static const struct form_row revoke_fields[] = {
	{ "reason", MSG("Reason"), FORM_CHOICE, 1, 1, true, "0|1|3|4|5" },
};
static const struct form_row status_get_fields[] = {
	{ "serial", MSG("Serial or SHA-256 fingerprint"), FORM_SERIAL, 0, 200, false, NULL },
};
static const struct form_row status_fields[] = {
	{ "serial", MSG("Serial or SHA-256 fingerprint"), FORM_SERIAL, 0, 200, false, NULL },
	{ "address", MSG("E-mail address in it"), FORM_TEXT, 0, 254, false, NULL },
	{ "certificate", MSG("The certificate as a file"), FORM_FILE, 0, 65536, false, NULL },
};

#define OPEN	(enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_OPEN, NULL
#define MACHINE	(enum role)0, NEEDS_NOTHING, PURPOSE_NO_PERSONAL_DATA, GUARD_MACHINE, NULL
#define OWN(p)	ROLE_MEMBER, NEEDS_SESSION, p, GUARD_OWN, NULL
#define ACTS(p)	ACTS_FROM(NULL, p)
#define ACTS_FROM(page, p) ROLE_MEMBER, NEEDS_SESSION, p, GUARD_OWN_FORM, page
#define FRESH(p) ROLE_MEMBER, NEEDS_FRESH, p, GUARD_OWN, NULL
#define FRESH_ACTS(p) FRESH_ACTS_FROM(NULL, p)
#define FRESH_ACTS_FROM(page, p) ROLE_MEMBER, NEEDS_FRESH, p, GUARD_OWN_FORM, page

const struct route ca_routes[] = {
	{ GET,  "/domains", "domains", OWN(PURPOSE_DOMAINS), NONE, domains_show },
	{ POST, "/domains", "add domain", ACTS(PURPOSE_DOMAIN_PROVE), FIELDS(domain_fields), domain_add },
	{ GET,  "/domains/show/*", "domain", OWN(PURPOSE_DOMAINS), NONE, domain_show },
	{ POST, "/domains/mail/*", "prove by mail", ACTS_FROM("/domains/show/*", PURPOSE_DOMAIN_PROVE), FIELDS(mailbox_fields), domain_mail },
	{ POST, "/domains/dns/*", "prove by DNS", ACTS_FROM("/domains/show/*", PURPOSE_DOMAIN_PROVE), NONE, domain_dns },
	{ POST, "/domains/http/*", "prove by HTTP", ACTS_FROM("/domains/show/*", PURPOSE_DOMAIN_PROVE), NONE, domain_http },
	{ POST, "/domains/check/*", "look for the proof", ACTS_FROM("/domains/show/*", PURPOSE_DOMAIN_PROVE), FIELDS(check_fields), domain_check },
	{ GET,  "/domains/remove/*", "remove domain", FRESH(PURPOSE_DOMAINS), NONE, domain_remove_show },
	{ POST, "/domains/remove/*", "remove domain", FRESH_ACTS(PURPOSE_DOMAIN_PROVE), FIELDS(sure_fields), domain_remove_do },

	{ GET,  "/certs", "certificates", OWN(PURPOSE_CERTS), NONE, certs_show },
	{ GET,  "/certs/show/*", "certificate", OWN(PURPOSE_CERTS), NONE, cert_show },
	{ POST, "/certs/note/*", "certificate note", ACTS_FROM("/certs/show/*", PURPOSE_CERT_CHANGE), FIELDS(note_fields), cert_note },
	{ POST, "/certs/get/pem/*", "download", ACTS_FROM("/certs/show/*", PURPOSE_CERT_DOWNLOAD), NONE, cert_get_pem },
	{ POST, "/certs/get/der/*", "download", ACTS_FROM("/certs/show/*", PURPOSE_CERT_DOWNLOAD), NONE, cert_get_der },
	{ POST, "/certs/get/chain/*", "download", ACTS_FROM("/certs/show/*", PURPOSE_CERT_DOWNLOAD), NONE, cert_get_chain },
	{ GET,  "/once/*", "one-use address", (enum role)0, NEEDS_NOTHING, PURPOSE_CERT_DOWNLOAD, GUARD_ONCE, NULL, NONE, once_take },
	{ GET,  "/certs/change/*", "change certificate", FRESH(PURPOSE_CERTS), NONE, cert_change_show },
	{ POST, "/certs/revoke/*", "revoke", FRESH_ACTS_FROM("/certs/change/*", PURPOSE_CERT_CHANGE), FIELDS(revoke_fields), cert_revoke },
	{ POST, "/certs/suspend/*", "suspend", FRESH_ACTS_FROM("/certs/change/*", PURPOSE_CERT_CHANGE), NONE, cert_suspend },
	{ POST, "/certs/resume/*", "resume", FRESH_ACTS_FROM("/certs/change/*", PURPOSE_CERT_CHANGE), NONE, cert_resume },
	{ GET,  "/certs/server", "server certificate", OWN(PURPOSE_DOMAINS), NONE, server_show },
	{ POST, "/certs/server", "server certificate", ACTS(PURPOSE_DOMAINS), FIELDS(server_fields), server_preview },
	{ POST, "/certs/server/issue", "issue", ACTS_FROM("/certs/server", PURPOSE_ISSUE), FIELDS(server_issue_fields), server_issue },
	{ GET,  "/certs/mail", "mail certificate", OWN(PURPOSE_ADDRESSES), NONE, mail_show },
	{ POST, "/certs/mail", "issue", ACTS(PURPOSE_ISSUE), FIELDS(mail_fields), mail_issue },
	{ GET,  "/certs/sign-in", "sign-in certificate", FRESH(PURPOSE_ADDRESSES), NONE, mail_sign_in_show },
	{ POST, "/certs/sign-in", "issue", FRESH_ACTS(PURPOSE_ISSUE), FIELDS(mail_fields), mail_sign_in_issue },

	{ GET,  "/status", "status", OPEN, FIELDS(status_get_fields), status_show },
	{ POST, "/status", "status", (enum role)0, NEEDS_NOTHING, PURPOSE_CERT_SHOW, GUARD_FORM, NULL, FIELDS(status_fields), status_ask },
	{ GET,  "/help/accept", "help", OPEN, NONE, help_accept_show },
	{ GET,  "/help/crl", "help", OPEN, NONE, help_crl_show },
	{ GET,  "/ocsp/*", "ocsp", MACHINE, NONE, ocsp_get },
	{ POST, "/ocsp", "ocsp", MACHINE, NONE, ocsp_post },
};
const size_t ca_route_count = COUNT(ca_routes);
