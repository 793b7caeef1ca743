/*
 * portal/control/doors.h - the ports the world comes in by.
 *
 * The sockets are bound and kept here, not in nginx: a port that is taken is
 * found before anything starts, a picked port cannot be lost to somebody else,
 * and a restarted nginx finds the visitors waiting.  nginx takes the
 * descriptors over by the list in its environment variable NGINX, as it does
 * when its program file is replaced.
 *
 * Stands on settings.  Serves nothing.
 */
#ifndef PORTAL_CONTROL_DOORS_H
#define PORTAL_CONTROL_DOORS_H
#include "privacy/settings.h"

#define DOORS_MAX	6	/* three ports on two addresses */
#define DOORS_FILE	"run/ports"

enum door { DOOR_HTTP, DOOR_HTTPS, DOOR_CERT, DOOR__COUNT };

struct doors {
	int64_t	port[DOOR__COUNT];
	size_t	count;
	struct { int fd; enum door door; char listen[64]; } one[DOORS_MAX];	/* listen: "127.0.0.1:8443" */
};

/*
 * Bind every port of *s (0: a free one) on its address, and on [::1] when the
 * site is localhost; with [::] on 0.0.0.0, too.  Fails: ERR_CONFLICT (in use), ERR_DENIED (not allowed),
 * ERR_IO; the text names the port and what to do.
 */
bool doors_open(struct doors *d, const struct settings *s, struct err *e) MUST;
void doors_close(struct doors *d);		/* fits DROP() */
/*
 * Does our nginx answer at this http port, of the address or of this machine itself (a start may have named another)?
 * It alone has an answer of its own to a wrong name, without the portal.
 */
bool doors_answered(const char *address, int64_t http_port);
/* "NGINX=5;6;7;" for the environment; into[128]. */
void doors_words(const struct doors *d, char into[128]);
/* DIR/run/ports: what troth's other commands read to find this run's site. */
bool doors_write(const struct doors *d, struct err *e) MUST;
/* ERR_ABSENT: no site runs here. */
bool doors_read(struct doors *d, struct err *e) MUST;
#endif
