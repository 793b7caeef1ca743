#include <string.h>
#include <zxcvbn.h>
#include "portal/people/strength.h"
#include "portal/web/form.h"

static const struct { int type; const char *says; } advice[] = {
	{ USER_MATCH, MSG("It is built on your own address, which everybody knows who writes to you. Choose words that have nothing to do with you.") },
	{ USER_LEET_MATCH, MSG("It is built on your own address, which everybody knows who writes to you. Choose words that have nothing to do with you.") },
	{ DATE_MATCH, MSG("Dates and years are guessed first. Leave them out, or add two more unrelated words.") },
	{ YEAR_MATCH, MSG("Dates and years are guessed first. Leave them out, or add two more unrelated words.") },
	{ SPATIAL_MATCH, MSG("Keys that lie beside each other are guessed first. Use unrelated words instead.") },
	{ SEQUENCE_MATCH, MSG("Sequences such as abcd or 6543 add almost nothing. Use unrelated words instead.") },
	{ REPEATS_MATCH, MSG("Repeated letters or parts add almost nothing. Add a different word instead.") },
	{ DICT_LEET_MATCH, MSG("Digits in place of letters are guessed as fast as the letters. Add two more unrelated words.") },
	{ DICTIONARY_MATCH, MSG("It is one common word, or close to one. Add two or three more unrelated words.") },
};

/*
 * Where digits can be read as dates in many ways zxcvbn's work outgrows their number: 256 of them took a thread seconds,
 * for each form that a stranger sends.  A password is at least as strong as its strongest piece.
 */
#define PIECE		32u	/* bytes: some 10 ms at worst */
#define PIECES		3u	/* looked at; whose first ones say nothing is not saved by what follows */

/* What makes this piece weak; NULL: it is strong. */
static const char *
piece_advice(const char *piece, const char *address)
{
	const char *own[] = { address, NULL };
	const char *says = MSG("It is too easy to guess. Four or five unrelated words are better than one word with digits.");
	ZxcMatch_t *info = NULL;
	double bits = ZxcvbnMatch(piece, own, &info), worst = 0;

	if (bits >= STRENGTH_BITS) {
		ZxcvbnFreeInfo(info);
		return NULL;
	}
	/* The longest weak part decides what to say. */
	for (const ZxcMatch_t *m = info; m != NULL; m = m->Next)
		for (size_t i = 0; i < COUNT(advice); i++)
			if ((int)m->Type == advice[i].type && m->Length > worst)
				says = advice[i].says, worst = m->Length;
	ZxcvbnFreeInfo(info);
	return says;
}

const char *
strength_advice(const char *password, const char *address)
{
	const char *first = NULL;
	char piece[PIECE + 1];
	bool strong = false;

	for (size_t i = 0; i < PIECES && !strong && (i == 0 || *password != '\0'); i++) {
		size_t n = strnlen(password, PIECE);
		const char *one;

		memcpy(piece, password, n);
		piece[n] = '\0';
		password += n;
		one = piece_advice(piece, address);
		strong = one == NULL;
		first = first == NULL ? one : first;
	}
	explicit_bzero(piece, sizeof(piece));
	return strong ? NULL : first;
}

void
strength_typed(struct form *f)
{
	const char *password = form_text(f, "password"), *weak;

	if (strcmp(password, form_text(f, "again")) != 0)
		form_fault(f, "again", MSG("The two passwords are not the same."));
	else if (form_good(f) && (weak = strength_advice(password, "")) != NULL)
		form_fault(f, "password", weak);
}
