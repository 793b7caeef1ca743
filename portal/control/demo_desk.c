/*
 * portal/control/demo_desk.c - a support desk for the demo.
 *
 * Three officers give two members a seat, as two officers always do; a member and a stranger open
 * cases, and one is taken and asked back about.
 */
#include <string.h>
#include "portal/control/demo.h"

static bool
at_office(const struct someone *s, const char *page, struct err *e)
{
	TRY(demo_sign_in(s, e));
	TRY(demo_fresh(s, "questions", e));
	return browser_get(s->b, page, e);
}

static bool
vote(const struct someone *s, const char *decision, struct err *e)
{
	char page[80];

	snprintf(page, sizeof(page), "~%.70s", decision);
	TRY(at_office(s, page, e));
	return SEND(s, decision, { "vote", "yes" }, { "reason", "Patient, and never in a hurry." });
}

static bool
seat(const struct demo *d, const struct someone *who, struct err *e)
{
	const struct someone *ada = &d->who[DEMO_ADA];
	char decision[80];

	TRY(at_office(ada, "~/officers/seats", e));
	TRY(SEND(ada, "/officers/seats", { "seat", "support" }, { "do", "give" }, { "who", who->address },
	    { "reason", "The desk needs somebody." }));
	snprintf(decision, sizeof(decision), "%.70s", browser_path(ada->b));
	TRY(vote(&d->who[DEMO_BELA], decision, e));
	return vote(&d->who[DEMO_DANA], decision, e);
}

/* The number of the case that this one has just opened. */
static bool
ask(const struct someone *s, const char *kind, const char *words, char number[16], struct err *e)
{
	TRY(demo_sign_in(s, e));
	TRY(browser_get(s->b, "~/cases/new", e));
	TRY(SEND(s, "/cases/new", { "kind", kind }, { "words", words }));
	if (strncmp(browser_path(s->b), "/cases/", 7) != 0)
		return FAIL(e, ERR_ABSENT, "a case led to %.60s", browser_path(s->b));
	snprintf(number, 16, "%.15s", browser_path(s->b) + 7);
	return true;
}

static bool
work(const struct someone *s, const char *number, struct err *e)
{
	char page[64], take[64], answer[64];

	snprintf(page, sizeof(page), "~/desk/case/%s", number);
	snprintf(take, sizeof(take), "/desk/take/%s", number);
	snprintf(answer, sizeof(answer), "/desk/say/%s", number);
	TRY(demo_sign_in(s, e));
	TRY(browser_get(s->b, page, e));
	TRY(browser_send(s->b, take, NULL, 0, e));
	return SEND(s, answer, { "as", "wait" }, { "message", "Which of your two names do you mean?" });
}

bool
demo_desk(struct demo *d, struct err *e)
{
	const struct someone *stranger = &d->who[DEMO_NEMO];
	char number[16], other[16];

	TRY(seat(d, &d->who[DEMO_SANA], e));
	TRY(seat(d, &d->who[DEMO_TOVE], e));
	TRY(ask(&d->who[DEMO_SUKARNO], "access", "Which letters did you send me last year?", other, e));
	TRY(ask(&d->who[DEMO_MEI], "correction", "My name is written in the wrong order on a form.", number, e));
	TRY(work(&d->who[DEMO_SANA], number, e));
	TRY(browser_get(stranger->b, "/case/report", e));
	TRY(SEND(stranger, "/case/report", { "against", "staff" }, { "words", "I was asked for a copy of my passport by mail." }));
	printf("\nsana and tove sit at the support desk: sana works on a case of mei's, one of sukarno's waits; a report about\n"
	    "staff went to the officers ada, bela and dana alone.\n");
	return true;
}
