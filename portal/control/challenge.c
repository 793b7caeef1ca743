#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include "portal/control/command.h"
#include "portal/control/questions.h"
#include "portal/control/state.h"
#include "privacy/facts/bank.h"

static const char *const type_words[] = {
	[BANK_SINGLE] = "single", [BANK_MULTIPLE] = "multiple", [BANK_TRUEFALSE] = "true/false",
};

/* How many questions of topic t (of all when t is past the last) have this type. */
static size_t
count_type(const struct bank *b, size_t t, enum bank_type type)
{
	size_t n = 0;

	for (size_t i = 0; i < bank_count(b); i++)
		n += bank_text(b, i)->type == type && (t == bank_topic_count(b) ||
		    strcmp(bank_text(b, i)->topic, bank_topic(b, t)->name) == 0);
	return n;
}

static void
print_line(const struct bank *b, size_t t, const char *name, size_t total, const char *title)
{
	printf("  %-14.40s %9zu", name, total);
	for (unsigned type = BANK_SINGLE; type <= BANK_TRUEFALSE; type++)
		printf(" %10zu", count_type(b, t, (enum bank_type)type));
	printf("  %s\n", title);
}

/* Who always ticks the same place shall not get far: authors see where their right answers lie. */
static void
print_places(const struct bank *b)
{
	size_t at[BANK_OPTIONS] = {0}, truths = 0;

	for (size_t i = 0; i < bank_count(b); i++) {
		const struct bank_key *k = bank_key(b, i);

		if (k->type == BANK_TRUEFALSE)
			truths += k->right == 1;
		else if (k->type == BANK_SINGLE)
			at[__builtin_ctz(k->right)]++;
	}
	printf("\nRight answers of single questions by place:");
	for (size_t i = 0; i < BANK_OPTIONS; i++)
		if (at[i] > 0)
			printf(" %zu: %zu", i + 1, at[i]);
	printf("; true/false: true %zu, false %zu\n", truths,
	    count_type(b, bank_topic_count(b), BANK_TRUEFALSE) - truths);
}

/* Says what is in a bank, or the first thing that is wrong with it. */
static bool
check(const char *path, size_t draw, struct err *e)
{
	DROP(bank_drop) struct bank *b = NULL;

	TRY(bank_load(&b, path, e));
	printf("%s: language %s\n\n  %-14s %9s", path, bank_language(b), "topic", "questions");
	for (unsigned type = BANK_SINGLE; type <= BANK_TRUEFALSE; type++)
		printf(" %10s", type_words[type]);
	printf("\n");
	for (size_t t = 0; t < bank_topic_count(b); t++)
		print_line(b, t, bank_topic(b, t)->name, bank_topic_size(b, t), bank_topic(b, t)->title);
	print_line(b, bank_topic_count(b), "together", bank_count(b), "");
	print_places(b);
	TRY(bank_ready(b, draw, e));
	printf("The bank is good: a challenge of %zu questions can be drawn from it.\n", draw);
	return true;
}

/* Relative paths are meant from where the command was typed, not from the state folder. */
static bool
absolute(const char *path, char into[PATH_MAX], struct err *e)
{
	return realpath(path, into) != NULL ||
	    FAIL(e, errno == ENOENT ? ERR_ABSENT : ERR_IO, "%.200s: %s", path, strerror(errno));
}

static bool
load(struct command *c, struct err *e)
{
	DROP(state_close) struct state s = { .lock = -1 };
	char path[PATH_MAX];
	int64_t number;
	size_t loaded;

	if (c->word_count == 1) {
		TRY(state_visit(&s, c->line.state, e));
		TRY(questions_load_own(c->root, &c->set, &loaded, e));
		if (loaded == 0)
			printf("Nothing is new: the site has the program's questions already, or questions of its own.\n");
		return true;
	}
	TRY(absolute(c->word[1], path, e));
	TRY(state_visit(&s, c->line.state, e));
	TRY(questions_load(path, c->root, &c->set, &number, e));
	if (number == 0)
		printf("These questions are the loaded ones already.\n");
	else
		printf("The questions are loaded; line %" PRId64 " of the ledger says so.\n", number);
	return true;
}

bool
command_challenge(struct command *c, struct err *e)
{
	if (strcmp(c->word[0], "check") == 0 && c->word_count == 2)
		return check(c->word[1], (size_t)c->set.trust.challenge_questions, e);
	if (strcmp(c->word[0], "load") == 0)
		return load(c, e);
	return FAIL(e, ERR_INPUT, "usage: troth challenge check FILE | load [FILE]");
}
