/*
 * portal/people/strength.h - is this password good enough, and if not, why not.
 *
 * Strength by zxcvbn, which knows words, names, dates, keyboards and patterns;
 * it gives bits but no advice, so the advice in plain words is ours, from the
 * kind of pattern that made the password weak.
 */
#ifndef PORTAL_PEOPLE_STRENGTH_H
#define PORTAL_PEOPLE_STRENGTH_H

struct form;				/* portal/web/form.h */

#define STRENGTH_BITS	40.0	/* about 10^12 guesses, against Argon2id at 20 a second: 1,700 years */

/* NULL: strong enough.  Else the message id of a piece of advice.  address may be "". */
const char *strength_advice(const char *password, const char *address);
/* Fields "password" and "again" of a form: marks the one that is wrong.  Whose account it is the page does not know. */
void strength_typed(struct form *f);
#endif
