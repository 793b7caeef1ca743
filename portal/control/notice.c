#include <inttypes.h>
#include <stdio.h>
#include "ledger/base/clock.h"
#include "ledger/base/wipe.h"
#include "portal/control/command.h"
#include "portal/control/state.h"
#include "portal/web/site.h"

#define LISTED	200

static bool
add(struct store *st, const char *words, struct err *e)
{
	int64_t number;

	TRY(notice_add(st, words, clock_now(), &number, e));
	printf("Notice %" PRId64 " is on the home page.\n", number);
	return true;
}

static bool
list(struct store *st, struct err *e)
{
	struct notice *all = calloc(LISTED, sizeof(*all));
	size_t n = 0;
	bool good = all == NULL ? FAIL(e, ERR_MEMORY, "notices") : notice_list(st, all, LISTED, &n, e);

	for (size_t i = 0; good && i < n; i++) {
		char at[21];

		clock_iso(all[i].since, at);
		printf("%4" PRId64 "  %s  %s\n", all[i].number, at, all[i].words);
	}
	if (good && n == 0)
		printf("No notice is up; `troth notice add WORDS` puts one on the home page.\n");
	wipe_free(all);
	return good;
}

static bool
end(struct store *st, const char *word, struct err *e)
{
	char *stop;
	int64_t number = strtoll(word, &stop, 10);

	if (*word == '\0' || *stop != '\0')
		return FAIL(e, ERR_INPUT, "usage: troth notice end NUMBER");
	TRY(notice_end(st, number, clock_now(), e));
	printf("Notice %" PRId64 " is taken down.\n", number);
	return true;
}

bool
command_notice(struct command *c, struct err *e)
{
	DROP(state_close) struct state s = { .lock = -1 };
	DROP(store_drop) struct store *st = NULL;
	const char *verb = c->word[0], *word = c->word[1];

	TRY(state_visit(&s, c->line.state, e));
	TRY(store_open(&st, &site_spec, SITE_PATH, e));
	if (strcmp(verb, "add") == 0 && word != NULL)
		return add(st, word, e);
	if (strcmp(verb, "list") == 0 && word == NULL)
		return list(st, e);
	if (strcmp(verb, "end") == 0 && word != NULL)
		return end(st, word, e);
	return FAIL(e, ERR_INPUT, "usage: troth notice add WORDS | list | end NUMBER");
}
