/*
 * portal/control/demo_trust.c - assurers for the demo.
 *
 * Four people pass the challenge, found the community and meet each other, all
 * by the pages a person uses.  The answers come from the program's own file of
 * questions.
 */
#include <limits.h>
#include <string.h>
#include <time.h>
#include "ledger/base/clock.h"
#include "portal/control/demo.h"
#include "privacy/facts/bank.h"
#include "privacy/facts/founding.h"

#define FOUNDERS	4		/* DEMO_ADA to DEMO_DANA */
#define TICKS		(BANK_DRAW * BANK_OPTIONS)
#define FULL		"35"		/* points of an assurer with experience, and of a founder */
#define FEW		"10"		/* what a new one may give */

/* The page, signed in anew when the session ended: becoming an assurer ends all of them. */
static bool
at_page(const struct someone *s, const char *page, struct err *e)
{
	struct err gone = {0};

	if (browser_get(s->b, page, &gone) && strcmp(browser_path(s->b), page + 1) == 0)
		return true;
	TRY(demo_sign_in(s, e));
	return browser_get(s->b, page, e);
}

/* ---- the challenge ---- */

struct tick { char name[16], value[16]; };

/* Which question of the bank stands in the page's field number n; NULL: none there, or one that is not ours. */
static const struct bank_key *
question_at(const struct bank *bank, const char *page, unsigned n)
{
	DROP(buf_wipe) struct buf ask = {0};
	char id[32];
	const char *at, *end;

	snprintf(id, sizeof(id), " id=\"q%u\"", n);
	if ((at = strstr(page, id)) == NULL || (at = strstr(at, "<legend")) == NULL ||
	    (at = strstr(at, ". ")) == NULL || (end = strstr(at, "</legend>")) == NULL)
		return NULL;
	for (size_t i = 0; i < bank_count(bank); i++) {
		buf_reset(&ask);
		buf_html(&ask, bank_text(bank, i)->ask);
		if (!ask.failed && (size_t)(end - at) == ask.len + 2 && memcmp(at + 2, ask.data, ask.len) == 0)
			return bank_key(bank, i);
	}
	return NULL;
}

static bool
answer(const struct someone *s, const struct bank *bank, struct err *e)
{
	struct tick tick[TICKS];
	struct typed typed[TICKS];
	const struct bank_key *key;
	size_t count = 0;

	for (unsigned n = 1; n <= BANK_DRAW && (key = question_at(bank, browser_page(s->b), n)) != NULL; n++)
		for (uint32_t m = 0; m < key->count; m++) {
			if ((key->right & 1u << m) == 0)
				continue;
			snprintf(tick[count].name, sizeof(tick[0].name), "q%u", n);
			snprintf(tick[count].value, sizeof(tick[0].value), "%u", m);
			typed[count] = (struct typed){ tick[count].name, tick[count].value };
			count++;
		}
	return browser_send(s->b, "/challenge/questions", typed, count, e);
}

static bool
pass_challenge(const struct someone *s, const struct bank *bank, struct err *e)
{
	TRY(at_page(s, "~/challenge", e));
	TRY(SEND(s, "/challenge", { "language", bank_language(bank) }));
	if (strcmp(browser_path(s->b), "/challenge/questions") != 0)
		TRY(browser_get(s->b, "~/challenge/questions", e));
	TRY(answer(s, bank, e));
	TRY(at_page(s, "~/challenge", e));
	return strstr(browser_page(s->b), "You have passed it") != NULL ? true :
	    FAIL(e, ERR_CONFLICT, "%s did not pass the challenge: were other questions loaded?", s->p->login);
}

/* ---- the founding ---- */

static bool
offer(const struct someone *s, struct err *e)
{
	TRY(at_page(s, "~/points", e));
	return browser_send(s->b, "/points/founder", NULL, 0, e);
}

/* Roles begin with a sign-in; deciding lies behind the password. */
static bool
at_office(const struct someone *s, const char *page, struct err *e)
{
	TRY(demo_sign_in(s, e));
	TRY(demo_fresh(s, "questions", e));
	return browser_get(s->b, page, e);
}

/* Everybody who offered: four on a fresh site. */
static bool
propose(const struct someone *s, struct err *e)
{
	static const char begin[] = "name=\"founder\" value=\"";
	char number[FOUNDERS_MOST][24];
	struct typed typed[FOUNDERS_MOST + 1] = { { "reason", "Four people who know each other begin." } };
	size_t n = 0;

	TRY(at_office(s, "~/officers/founding", e));
	for (const char *at = browser_page(s->b); n < FOUNDERS_MOST && (at = strstr(at, begin)) != NULL; n++) {
		at += sizeof(begin) - 1;
		snprintf(number[n], sizeof(number[0]), "%.*s", (int)strcspn(at, "\""), at);
		typed[n + 1] = (struct typed){ "founder", number[n] };
	}
	return browser_send(s->b, "/officers/founding", typed, n + 1, e);
}

static bool
vote(const struct someone *s, const char *decision, struct err *e)
{
	return SEND(s, decision, { "vote", "yes" }, { "reason", "I know all four." });
}

static bool
found(const struct demo *d, struct err *e)
{
	const struct someone *ada = &d->who[DEMO_ADA], *bela = &d->who[DEMO_BELA];
	struct err over = {0};
	char page[80];

	for (size_t i = 0; i < FOUNDERS; i++)
		TRY(offer(&d->who[i], e));
	TRY(propose(ada, e));
	snprintf(page, sizeof(page), "~%.70s", browser_path(ada->b));
	TRY(vote(ada, page + 1, e));
	TRY(at_office(bela, page, e));
	/* The vote that founds makes an assurer of who gave it, which ends their session: its answer may say so. */
	return vote(bela, page + 1, &over) || over.kind == ERR_CONFLICT ? true : FAIL(e, over.kind, "%s", over.text);
}

/* ---- meetings ---- */

/* What stands on the page behind `begin`, up to the sign that ends it. */
static bool
cut_out(const struct someone *s, const char *begin, char ends, char *into, size_t size, struct err *e)
{
	const char *at = strstr(browser_page(s->b), begin), *end = at == NULL ? NULL : strchr(at + strlen(begin), ends);

	if (end == NULL || (size_t)(end - at) - strlen(begin) >= size)
		return FAIL(e, ERR_ABSENT, "a page without %s", begin);
	snprintf(into, size, "%.*s", (int)((size_t)(end - at) - strlen(begin)), at + strlen(begin));
	return true;
}

static void
day_fields(int64_t when, char day[4], char month[4], char year[8])
{
	struct tm tm;
	time_t t = (time_t)when;

	if (gmtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof(tm));
	snprintf(day, 4, "%u", (unsigned)tm.tm_mday % 100);
	snprintf(month, 4, "%u", (unsigned)(tm.tm_mon + 1) % 100);
	snprintf(year, 8, "%u", (unsigned)(tm.tm_year + 1900) % 10000);
}

/* From the code to the draft. */
static bool
note(const struct someone *giver, const struct someone *member, const char *points, struct err *e)
{
	const struct person *p = member->p;
	char code[32], with[80], where[96], name[160], day[4], month[4], year[8];

	TRY(at_page(member, "~/home", e));
	TRY(demo_fresh(member, "handover", e));
	TRY(SEND(member, "/handover", { "kind", "screen" }));
	TRY(cut_out(member, "<code translate=\"no\">", '<', code, sizeof(code), e));
	TRY(at_page(giver, "~/assure", e));
	TRY(SEND(giver, "/assure", { "code", code }));
	explicit_bzero(code, sizeof(code));
	snprintf(with, sizeof(with), "%.60s", browser_path(giver->b));
	snprintf(name, sizeof(name), "%s%s%s", p->given, p->family[0] == '\0' ? "" : " ", p->family);
	TRY(SEND(giver, with, { "name", name }, { "day", p->day }, { "month", p->month }, { "year", p->year },
	    { "kind", "none" }, { "number", "" }));
	if (strncmp(with, "/assure/with/", 13) != 0)
		return FAIL(e, ERR_ABSENT, "the code led to %s", with);
	snprintf(where, sizeof(where), "~/assure/note/%s", with + 13);
	TRY(browser_get(giver->b, where, e));
	day_fields(clock_now(), day, month, year);
	return SEND(giver, where + 1, { "place", "Lübeck" }, { "day", day }, { "month", month }, { "year", year },
	    { "passport", "1" }, { "name", "0" }, { "accepts", "1" }, { "points", points });
}

static bool
vouch(const struct someone *giver, const struct someone *member, const char *points, struct err *e)
{
	char draft[24];

	TRY(note(giver, member, points, e));
	TRY(cut_out(giver, "name=\"draft\" value=\"", '"', draft, sizeof(draft), e));
	TRY(SEND(giver, "/assure/sign", { "draft", draft }, { "password", giver->password }));
	return strstr(browser_page(giver->b), "Signed: 1.") != NULL ? true :
	    FAIL(e, ERR_CONFLICT, "%s could not vouch for %s", giver->p->login, member->p->login);
}

static bool
meet(const struct demo *d, struct err *e)
{
	for (size_t i = 0; i < FOUNDERS; i++)
		for (size_t j = 0; j < FOUNDERS; j++)
			if (i != j)
				TRY(vouch(&d->who[i], &d->who[j], FULL, e));
	TRY(vouch(&d->who[DEMO_ADA], &d->who[DEMO_SUKARNO], FEW, e));
	TRY(vouch(&d->who[DEMO_CHIDI], &d->who[DEMO_SUKARNO], FEW, e));
	return note(&d->who[DEMO_DANA], &d->who[DEMO_MEI], FEW, e);
}

/* ---- what assurers put before others ---- */

static bool
be_listed(const struct someone *s, struct err *e)
{
	TRY(at_page(s, "~/directory/mine", e));
	TRY(SEND(s, "/directory/mine", { "named", "1" }, { "region", "Lübeck" }, { "languages", "English, Čeština" },
	    { "place", "53.87, 10.69" }));
	return browser_send(s->b, "/directory/mine/publish", NULL, 0, e);
}

/* In two hours, for four: over before midnight, or on the next day. */
static bool
hold_event(const struct someone *host, const struct someone *guest, struct err *e)
{
	char day[4], month[4], year[8], last[4], m[4], y[8], from[8], until[8], page[80], sign_up[80];
	int64_t begins = (clock_now() / HOUR + 3) * HOUR, ends = begins + 4 * HOUR;

	day_fields(begins, day, month, year);
	day_fields(ends, last, m, y);
	snprintf(from, sizeof(from), "%02u:00", (unsigned)(begins / HOUR % 24));
	snprintf(until, sizeof(until), "%02u:00", (unsigned)(ends / HOUR % 24));
	TRY(at_page(host, "~/events/new", e));
	TRY(SEND(host, "/events/new", { "place", "Lübeck, Café Kandinsky" }, { "day", day }, { "month", month },
	    { "year", year }, { "from", from }, { "days", strcmp(day, last) == 0 ? "1" : "2" }, { "until", until },
	    { "east", "+00:00" }, { "places", "30" }, { "note", "Bring two papers with a photo." }));
	TRY(browser_send(host->b, "/events/new/publish", NULL, 0, e));
	snprintf(page, sizeof(page), "~%.60s", browser_path(host->b));
	snprintf(sign_up, sizeof(sign_up), "/events/sign-up/%.40s", strrchr(page, '/') == NULL ? "" : strrchr(page, '/') + 1);
	TRY(at_page(guest, "~/home", e));
	TRY(demo_fresh(guest, "home", e));
	TRY(at_page(guest, page, e));
	return SEND(guest, sign_up, { "named", "1" });
}

bool
demo_trust(struct demo *d, struct err *e)
{
	DROP(bank_drop) struct bank *bank = NULL;
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/portal/trust/challenge.en.txt", d->root) >= (int)sizeof(path))
		return FAIL(e, ERR_INPUT, "path too long");
	TRY(bank_load(&bank, path, e));
	for (size_t i = 0; i < FOUNDERS; i++)
		TRY(pass_challenge(&d->who[i], bank, e));
	TRY(found(d, e));
	TRY(meet(d, e));
	TRY(be_listed(&d->who[DEMO_DANA], e));
	TRY(hold_event(&d->who[DEMO_ADA], &d->who[DEMO_SUKARNO], e));
	TRY(at_page(&d->who[DEMO_CHIDI], "~/home", e));
	TRY(demo_certificate(&d->who[DEMO_CHIDI], "assured", "1", e));
	printf("\nada, bela, chidi and dana founded the community, passed the challenge and vouched for each other:\n"
	    "they are assurers.  dana stands in the directory and has a draft to sign; ada announced an event;\n"
	    "sukarno was vouched for twice and comes to it; chidi has a certificate with a name in it.\n");
	return true;
}
