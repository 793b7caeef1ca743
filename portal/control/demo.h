/*
 * portal/control/demo.h - what the parts of `troth demo` share.
 *
 * demo.c brings invented people onto a running site, demo_trust.c makes
 * assurers of some, demo_desk.c staff: each has a browser of their own, which stays at its page.
 * Every function fails with what the site answered; where a browser stands
 * then tells the page.
 *
 * Stands on browser.
 */
#ifndef PORTAL_CONTROL_DEMO_H
#define PORTAL_CONTROL_DEMO_H
#include "ledger/base/pack.h"
#include "portal/control/browser.h"

#define DEMO_PASSWORD	40	/* bytes */
#define DEMO_PEOPLE	9

struct person {
	const char	*login, *given, *family, *year, *month, *day, *nationality, *document, *number;
	unsigned	did;
	const char	*role;
};
struct someone {
	const struct person	*p;
	const char		*role;
	char			address[80], password[DEMO_PASSWORD], domain[80];
	struct browser		*b;
};
enum demo_who { DEMO_ADA, DEMO_BELA, DEMO_CHIDI, DEMO_DANA, DEMO_MEI, DEMO_SUKARNO, DEMO_NEMO, DEMO_SANA, DEMO_TOVE };
struct demo {
	char		base[BROWSER_URL];
	const char	*root;			/* the folder with the program's own questions */
	unsigned	number;			/* tells this demo's people from another's */
	struct someone	who[DEMO_PEOPLE];	/* by enum demo_who */
	struct buf	codes;			/* what the keeper answered */
	struct span	codes_left;
};

#define SEND(s, action, ...) browser_send((s)->b, action, (const struct typed[]){ __VA_ARGS__ }, \
	sizeof((const struct typed[]){ __VA_ARGS__ }) / sizeof(struct typed), e)

bool demo_sign_in(const struct someone *s, struct err *e) MUST;
/* To a page behind the password, through the form that asks for it again. */
bool demo_fresh(const struct someone *s, const char *page, struct err *e) MUST;
bool demo_certificate(const struct someone *s, const char *level, const char *name, struct err *e) MUST;
/*
 * For people who are enrolled, two of them officers: the challenge, the
 * founding, meetings, a line of the directory, an event, and a certificate of
 * the Assured level.  Prints what there is now.
 */
bool demo_trust(struct demo *d, struct err *e) MUST;
/* With three officers: two get a seat at the desk, and there are cases, one of them taken. */
bool demo_desk(struct demo *d, struct err *e) MUST;
#endif
