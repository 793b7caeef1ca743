/*
 * portal/control/nginx.h - nginx's configuration, written for this run.
 *
 * From nginx/nginx.conf.in of the program and the settings, to nginx/nginx.conf
 * of the state folder; and nginx/clients.pem, the root and mail issuers that
 * client certificates must lead to.
 *
 * Stands on template, doors.  Starts nothing.
 */
#ifndef PORTAL_CONTROL_NGINX_H
#define PORTAL_CONTROL_NGINX_H
#include "portal/control/doors.h"

/*
 * Write both files; the working directory is the state folder `dir` (absolute).
 * root: the program's folder, with nginx/ and portal/static/ in it.  user: "NAME
 * GROUP" that the workers become, "" to stay who they are.
 * Fails: ERR_INPUT (a path nginx could not read, no TLS certificate), ERR_IO.
 */
bool nginx_configure(const struct settings *s, const struct doors *d, const char *root,
    const char *dir, const char *user, struct err *e) MUST;
#define NGINX_CLIENTS	"nginx/clients.pem"
/* Write that one anew where the issuers are others than it says; a nginx that runs has to read it again.  ERR_IO. */
bool nginx_clients(struct err *e) MUST;
/*
 * Whether nginx will find certificate and key: to be asked before a ceremony whose
 * keys a site that cannot start has no use for.  Fails: ERR_INPUT.
 */
bool nginx_has_certificate(const struct settings *s, const char *dir, struct err *e) MUST;
/* The port as addresses show it: the public one if set, else the one bound. */
int64_t nginx_public_port(int64_t public, int64_t bound);
#endif
