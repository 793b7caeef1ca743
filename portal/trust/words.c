#include <inttypes.h>
#include <string.h>
#include "portal/trust/country.h"
#include "portal/trust/words.h"
#include "portal/web/say.h"
#include "portal/web/why.h"
#include "privacy/facts/vouch.h"
#include "privacy/keeper/why.h"

static const char *const methods[] = {
	[VOUCH_MEETING] = MSG("met in person"), [VOUCH_EVENT] = MSG("met at an event"),
	[VOUCH_SLIP] = MSG("met before joining, with a slip"),
	[VOUCH_TTP] = MSG("papers checked by a trusted third party"),
	[VOUCH_TOPUP] = MSG("top-up after trusted third parties"),
};
static const char *const sorts[NAME_SORT__COUNT] = {
	[NAME_SORT_PAPERS] = MSG("as on the papers"), [NAME_SORT_BIRTH] = MSG("name of birth"),
	[NAME_SORT_MARRIED] = MSG("name of marriage"), [NAME_SORT_SCRIPT] = MSG("in another script"),
	[NAME_SORT_ARTIST] = MSG("artist's name"),
};
static const char *const kinds[HANDOVER_KIND__COUNT] = {
	[HANDOVER_SCREEN] = MSG("to show on a screen"), [HANDOVER_PRINTED] = MSG("to be printed"),
	[HANDOVER_EVENT] = MSG("used at an event"), [HANDOVER_TTP] = MSG("for a trusted third party's form"),
	[HANDOVER_TOPUP] = MSG("for a top-up"), [HANDOVER_LOST] = MSG("for a lost account"),
};
static const char *const states[] = {
	[HANDOVER_OPEN] = MSG("open"), [HANDOVER_TAKEN] = MSG("in use"), [HANDOVER_DONE] = MSG("finished"),
	[HANDOVER_WITHDRAWN] = MSG("withdrawn by you"), [HANDOVER_SPENT] = MSG("ended by wrong codes"),
	[HANDOVER_OVER] = MSG("its time is over"),
};
static const char *const acts[] = {
	[HANDOVER_WAS_TAKEN] = MSG("The code was taken"),
	[HANDOVER_WAS_MATCHED] = MSG("Your papers were compared"),
	[HANDOVER_WAS_SHOWN] = MSG("Your fields were shown"),
	[HANDOVER_WAS_NOTED] = MSG("An assurance was noted; it counts once it is signed"),
	[HANDOVER_WAS_LEFT] = MSG("Left without vouching"),
	[HANDOVER_WAS_TRIED] = MSG("Somebody typed this code wrongly"),
};
static const struct { unsigned bit; const char *says; } documents[] = {
	{ DOCUMENT_PASSPORT, MSG("passport") }, { DOCUMENT_IDENTITY_CARD, MSG("identity card") },
	{ DOCUMENT_DRIVING, MSG("driving licence") }, { DOCUMENT_RESIDENCE, MSG("residence permit") },
	{ DOCUMENT_OTHER, MSG("another official paper with a photo") },
	{ DOCUMENT_DEED, MSG("a deed: of marriage, of a change of name, a court's word") },
};
#define NAMES	(FIELD_BIT(FIELD_GIVEN) | FIELD_BIT(FIELD_MIDDLE) | FIELD_BIT(FIELD_FAMILY) | FIELD_BIT(FIELD_SUFFIX))
static const struct { uint64_t bits; const char *says; } seen[] = {
	{ NAMES, MSG("names") }, { FIELD_BIT(FIELD_BIRTH), MSG("birth date") },
	{ FIELD_BIT(FIELD_NATIONALITY), MSG("nationality") }, { FIELD_BIT(FIELD_DOC_KIND), MSG("document kind") },
	{ FIELD_BIT(FIELD_DOC_NUMBER), MSG("document number") },
};

static const char *
word(const char *const *list, size_t n, unsigned at)
{
	return at < n && list[at] != NULL ? list[at] : MSG("unknown");
}

const char *
method_words(unsigned method)
{
	return word(methods, COUNT(methods), method);
}

const char *
name_sort_words(unsigned sort)
{
	return word(sorts, COUNT(sorts), sort);
}

const char *
handover_kind_words(unsigned kind)
{
	return word(kinds, COUNT(kinds), kind);
}

const char *
handover_state_words(unsigned state)
{
	return word(states, COUNT(states), state);
}

const char *
handover_act_words(unsigned act)
{
	return word(acts, COUNT(acts), act);
}

static void
list_add(const struct visit *v, const char *says, struct buf *into)
{
	if (into->len > 0)
		buf_text(into, ", ");
	buf_text(into, say(v, says));
}

void
documents_say(const struct visit *v, uint32_t seen_bits, struct buf *into)
{
	for (size_t i = 0; i < COUNT(documents); i++)
		if ((seen_bits & documents[i].bit) != 0)
			list_add(v, documents[i].says, into);
}

uint32_t
documents_typed(const struct visit *v)
{
	static const struct { const char *name; unsigned bit; } ticks[] = {
		{ "passport", DOCUMENT_PASSPORT }, { "card", DOCUMENT_IDENTITY_CARD }, { "driving", DOCUMENT_DRIVING },
		{ "residence", DOCUMENT_RESIDENCE }, { "other", DOCUMENT_OTHER }, { "deed", DOCUMENT_DEED },
	};
	uint32_t bits = 0;

	for (size_t i = 0; i < COUNT(ticks); i++)
		if (form_ticked(&v->form, ticks[i].name))
			bits |= ticks[i].bit;
	return bits;
}

void
documents_missing(struct visit *v)
{
	if (documents_typed(v) == 0 && form_fault_of(&v->form, "passport") == NULL)
		form_fault(&v->form, "passport", why_row(WHY_ASSURE_DOCUMENTS)->says);
}

void
value_say(const struct visit *v, uint32_t field, const char *value, struct buf *into)
{
	static const struct { const char *value, *says; } papers[] = {
		{ "passport", MSG("Passport") }, { "identity card", MSG("Identity card") },
		{ "driving licence", MSG("Driving licence") }, { "residence permit", MSG("Residence permit") },
		{ "other", MSG("Other official paper with a photograph") }, { "none", MSG("None yet") },
	};

	for (size_t i = 0; field == FIELD_DOC_KIND && i < COUNT(papers); i++)
		if (strcmp(papers[i].value, value) == 0)
			value = say(v, papers[i].says);
	if (field == FIELD_NATIONALITY)
		countries_say(v, value, into);
	else
		buf_text(into, value);
}

void
fields_say(const struct visit *v, uint64_t bits, struct buf *into)
{
	for (size_t i = 0; i < COUNT(seen); i++)
		if ((bits & seen[i].bits) != 0)
			list_add(v, seen[i].says, into);
}

/* What a message with the marks {1} and {2} says, unescaped. */
static void
say_filled(const struct visit *v, const char *msgid, const char *first, const char *second, struct buf *into)
{
	static const char *const marks[] = { "{1}", "{2}" };
	const char *run = say_run(v, msgid, marks, second == NULL ? 1 : 2);

	for (; *run != '\0'; run++)
		if (run[0] == '{' && (run[1] == '1' || run[1] == '2') && run[2] == '}') {
			buf_text(into, run[1] == '1' ? first : second);
			run += 2;
		} else {
			buf_add(into, run, 1);
		}
}

void
duration_say(const struct visit *v, int64_t seconds, struct buf *into)
{
	static const struct { int64_t unit, least; const char *one, *many; } units[] = {
		{ 365 * 86400, 1, MSG("1 year"), MSG("{1} years") },
		{ 86400, 2, MSG("1 day"), MSG("{1} days") },
		{ 3600, 1, MSG("1 hour"), MSG("{1} hours") },
		{ 60, 1, MSG("1 minute"), MSG("{1} minutes") },
	};
	char number[24];
	size_t i = 0;

	while (i + 1 < COUNT(units) && (seconds % units[i].unit != 0 || seconds / units[i].unit < units[i].least))
		i++;
	snprintf(number, sizeof(number), "%" PRId64, seconds / units[i].unit);
	if (seconds / units[i].unit == 1)
		buf_text(into, say(v, units[i].one));
	else
		say_filled(v, units[i].many, number, NULL, into);
}

void
duration_keep(const struct visit *v, int64_t seconds, char into[SPAN_SHOWN])
{
	DROP(buf_wipe) struct buf said = {0};

	duration_say(v, seconds, &said);
	said_keep(&said, into, SPAN_SHOWN);
}

void
name_called(const struct visit *v, unsigned number, unsigned sort, struct buf *into)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	say_filled(v, MSG("Name {1}, {2}"), text, say(v, name_sort_words(sort)), into);
}

void
said_keep(const struct buf *said, char *into, size_t size)
{
	static const char more[] = "…";
	size_t n = said->failed ? 0 : said->len;

	if (n >= size) {
		n = size - sizeof(more);
		while (n > 0 && ((unsigned char)said->data[n] & 0xc0) == 0x80)
			n--;
		memcpy(into + n, more, sizeof(more));
	} else {
		into[n] = '\0';
	}
	if (n > 0)
		memcpy(into, said->data, n);
}
