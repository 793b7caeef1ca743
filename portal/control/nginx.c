#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include "portal/control/file.h"
#include "portal/control/nginx.h"
#include "portal/control/template.h"
#include "portal/signer/issuer.h"

int64_t
nginx_public_port(int64_t public, int64_t bound)
{
	return public != 0 ? public : bound;
}

/* nginx reads $ as a variable even within quotes, and has no escape for it. */
static bool
path_ok(const char *what, const char *path, struct err *e)
{
	if (strpbrk(path, "\"\\$;{}'\n\r") == NULL)
		return true;
	return FAIL(e, ERR_INPUT, "%s: nginx can't read a path with one of \" ' \\ $ ; { } in it", what);
}

static void
add_listen(struct buf *b, const struct doors *d, enum door door)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->one[i].door == door)
			buf_fmt(b, "%s\t\tlisten %s%s;", b->len == 0 ? "" : "\n", d->one[i].listen,
			    door == DOOR_HTTP ? "" : " ssl http2");
}

/* What follows the host in an https address. */
static void
suffix(char into[24], int64_t port)
{
	snprintf(into, 24, ":%" PRId64, port);
	if (port == 443)
		into[0] = '\0';
}

/* Every issuer of this kind, whose first one has to be there. */
static bool
add_issuers(struct buf *all, enum profile profile, struct err *e)
{
	for (unsigned generation = 1; generation <= ISSUER_GENERATIONS; generation++) {
		char name[ISSUER_NAME], path[64];

		issuer_name(name, issuer_number(profile, generation));
		snprintf(path, sizeof(path), "www/issuer-%s.pem", name);
		if (generation > 1 && !file_there(path))
			continue;	/* made, and lost since */
		TRY(file_get(path, all, e));
	}
	return true;
}

bool
nginx_clients(struct err *e)
{
	DROP(buf_wipe) struct buf all = {0}, there = {0};

	TRY(file_get("www/root.pem", &all, e));
	TRY(add_issuers(&all, PROFILE_ROBOT_MAIL, e));
	TRY(add_issuers(&all, PROFILE_ASSURED_MAIL, e));
	TRY(buf_ok(&all, e));
	if (file_there(NGINX_CLIENTS) && file_get(NGINX_CLIENTS, &there, NULL) && there.len == all.len &&
	    memcmp(there.data, all.data, all.len) == 0)
		return true;
	return file_put(NGINX_CLIENTS, all.data, all.len, 0644, e);
}

static bool
tls_paths(const struct settings *s, const char *dir, char crt[PATH_MAX], char key[PATH_MAX],
    struct err *e)
{
	if (s->tls_certificate_file[0] != '\0') {
		snprintf(crt, PATH_MAX, "%s", s->tls_certificate_file);
		snprintf(key, PATH_MAX, "%s", s->tls_key_file);
	} else {
		snprintf(crt, PATH_MAX, "%s/nginx/tls.crt", dir);
		snprintf(key, PATH_MAX, "%s/nginx/tls.key", dir);
	}
	TRY(path_ok("nginx.tls_certificate", crt, e));
	TRY(path_ok("nginx.tls_key", key, e));
	if (access(crt, R_OK) != 0 || access(key, R_OK) != 0)
		return FAIL(e, ERR_INPUT, "no TLS certificate for %.60s: set nginx.tls_certificate and "
		    "nginx.tls_key", s->site_host);
	return true;
}

bool
nginx_has_certificate(const struct settings *s, const char *dir, struct err *e)
{
	char crt[PATH_MAX], key[PATH_MAX];

	return tls_paths(s, dir, crt, key, e);
}

bool
nginx_configure(const struct settings *s, const struct doors *d, const char *root,
    const char *dir, const char *user, struct err *e)
{
	DROP(buf_wipe) struct buf http_listen = {0}, https_listen = {0}, cert_listen = {0};
	DROP(buf_wipe) struct buf conf = {0};
	char https[24], cert[24], crt[PATH_MAX], key[PATH_MAX], posts[24], crowd[24], folder[PATH_MAX];
	bool public = settings_public(s), outbox = !public && s->smtp_url[0] == '\0';

	TRY(path_ok("program folder", root, e));
	TRY(path_ok("state folder", dir, e));
	TRY(tls_paths(s, dir, crt, key, e));
	add_listen(&http_listen, d, DOOR_HTTP);
	add_listen(&https_listen, d, DOOR_HTTPS);
	add_listen(&cert_listen, d, DOOR_CERT);
	TRY(buf_ok(&http_listen, e));
	TRY(buf_ok(&https_listen, e));
	TRY(buf_ok(&cert_listen, e));
	suffix(https, nginx_public_port(s->public_https_port, d->port[DOOR_HTTPS]));
	suffix(cert, nginx_public_port(s->public_cert_port, d->port[DOOR_CERT]));
	snprintf(posts, sizeof(posts), "%" PRId64, s->posts_per_minute);
	snprintf(crowd, sizeof(crowd), "%" PRId64, s->requests_at_once);
	snprintf(folder, sizeof(folder), "%s/nginx", root);
	{
		const struct template_value values[] = {
			{ "ROOT", root }, { "DIR", dir }, { "HOST", s->site_host }, { "POSTS", posts },
			{ "CROWD", crowd },
			{ "TLS_CERTIFICATE", crt }, { "TLS_KEY", key },
			{ "LISTEN_HTTP", http_listen.data },
			{ "LISTEN_HTTPS", https_listen.data },
			{ "LISTEN_CERT", cert_listen.data },
			{ "HTTPS_SUFFIX", https }, { "CERT_SUFFIX", cert },
			{ "USER", user }, { "public", public ? "yes" : "" },
			{ "localhost", public ? "" : "yes" }, { "outbox", outbox ? "yes" : "" },
		};

		TRY(template_fill(&conf, folder, "nginx.conf.in", values, COUNT(values), e));
	}
	TRY(nginx_clients(e));
	return file_put("nginx/nginx.conf", conf.data, conf.len, 0644, e);
}
