/*
 * portal/clerk/post.h - the postman: asks the keeper for mail, writes it, hands it over.
 *
 * At least once: a mail is the keeper's until it hears that it went out, and
 * keeps its Message-ID when it goes out again.  A mail server that is down is
 * asked less and less often, and no mail is fetched meanwhile, so that none loses a try.
 *
 * Stands on line, letters, mime, mail.
 */
#ifndef PORTAL_CLERK_POST_H
#define PORTAL_CLERK_POST_H
#include "portal/clerk/clerk.h"
#include "portal/clerk/mail.h"

struct postman {
	const struct settings	*settings;
	struct line		keeper;
	struct mailer		*mailer;
	struct stop		*stop;
	char			base[300];	/* "https://localhost:8443" */
	int64_t			rest_ms;	/* after trouble: the pause before the next mail */
};

bool postman_init(struct postman *p, const struct settings *s, struct stop *stop, struct err *e) MUST;
/* Deliver until p->stop->now; a thread's main function (self: struct postman). */
void *postman_run(void *self);
void postman_wipe(struct postman *p);
#endif
