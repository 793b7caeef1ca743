/* portal/ca/routes.h - the addresses of this room and the handlers behind them. */
#ifndef PORTAL_CA_ROUTES_H
#define PORTAL_CA_ROUTES_H
#include "portal/web/visit.h"

extern const struct route ca_routes[];
extern const size_t ca_route_count;

typedef bool handler(struct visit *v, struct err *e);

/* domains.c */
handler domains_show, domain_add, domain_show, domain_mail, domain_dns, domain_http, domain_check;
handler domain_remove_show, domain_remove_do;
/* certs.c */
handler certs_show, cert_show, cert_note, cert_get_pem, cert_get_der, cert_get_chain, once_take;
handler cert_change_show, cert_revoke, cert_suspend, cert_resume;
/* server.c */
handler server_show, server_preview, server_issue;
/* mail.c */
handler mail_show, mail_issue, mail_sign_in_show, mail_sign_in_issue;
/* status.c */
handler status_show, status_ask;
/* ocsp.c */
handler ocsp_get, ocsp_post;
/* manual.c */
handler help_accept_show, help_crl_show;
#endif
