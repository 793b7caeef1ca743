#include <stdio.h>
#include <string.h>
#include "privacy/rights/compose.h"
#include "privacy/rights/columns.h"
#include "privacy/rights/export_words.h"

/* As on My data: who one is, where one is reached, what one has, who vouched, what was done, and the ledger last. */
const struct export_section *const export_sections[] = {
	&section_account, &section_names, &section_name_links, &section_data, &section_addresses, &section_questions,
	&section_settings, &section_sessions, &section_roles, &section_seat, &section_lists, &section_erasures, &section_cases, &section_case_texts, &section_lost,
	&section_use, &section_trusted, &section_trusted_by, &section_domains, &section_domain_proofs,
	&section_certificates, &section_tickets, &section_orders, &section_received, &section_given, &section_challenge,
	&section_handovers, &section_handover_uses, &section_events, &section_slips, &section_papers, &section_published,
	&section_contacts, &section_decisions, &section_votes, &section_founders, &section_holds, &section_exclusions, &section_guest_seats,
	&section_mails, &section_links,
	&section_recovery, &section_wrong_codes, &section_others, &section_sealed, &section_history,
};
const size_t export_section_count = COUNT(export_sections);

/* ---- words ---- */

const char *
column_word(const struct export_column *c, int64_t number)
{
	uint64_t n = (uint64_t)number;

	switch (c->type) {
	case COLUMN_PURPOSE:
		return n < PURPOSE__COUNT ? purposes[n].name : NULL;
	case COLUMN_FIELD:
	case COLUMN_FIELDS:
		return n < FIELD__COUNT ? fields[n].name : NULL;
	default:
		return n < c->word_count ? c->words[n] : NULL;
	}
}

const char *
column_phrase(const struct export_column *c, int64_t number)
{
	uint64_t n = (uint64_t)number;

	switch (c->type) {
	case COLUMN_PURPOSE:
		return n < PURPOSE__COUNT ? purposes[n].history : NULL;
	case COLUMN_FIELD:
	case COLUMN_FIELDS:
		return n < FIELD__COUNT ? fields[n].label : NULL;
	default:
		return column_word(c, number);
	}
}

/* All of them, once each. */
static const char *phrases[PHRASES_MOST];
static size_t phrase_count;

static void
phrase_add(const char *p)
{
	for (size_t i = 0; p != NULL && i < phrase_count; i++)
		if (strcmp(phrases[i], p) == 0)
			return;
	if (p != NULL && phrase_count < PHRASES_MOST)
		phrases[phrase_count++] = p;
}

static void
phrases_of(const struct export_section *s)
{
	phrase_add(s->label);
	phrase_add(s->says);
	for (size_t i = 0; i < s->count; i++) {
		phrase_add(s->column[i].label);
		for (size_t n = 0; n < s->column[i].word_count; n++)
			phrase_add(s->column[i].words[n]);
	}
}

const char *
export_phrase(size_t i)
{
	if (phrase_count == 0) {
		for (size_t n = 0; n < PHRASE__COUNT; n++)
			phrase_add(page_phrases[n]);
		for (size_t n = 0; n < export_section_count; n++)
			phrases_of(export_sections[n]);
		for (size_t n = 0; n < PURPOSE__COUNT; n++)
			phrase_add(purposes[n].history);
		for (size_t n = 0; n < FIELD__COUNT; n++)
			phrase_add(fields[n].label);
	}
	return i < phrase_count ? phrases[i] : NULL;
}

/* ---- the schema ---- */

static void
words_of(struct buf *b, const struct export_column *c, bool null)
{
	bool first = true;

	buf_text(b, "\"enum\": [");
	for (int64_t n = 0; n < 64 || (size_t)n < c->word_count || (c->type == COLUMN_PURPOSE && n < PURPOSE__COUNT); n++) {
		const char *word = column_word(c, n);

		if (word == NULL)
			continue;
		buf_text(b, first ? "" : ", ");
		json_string(b, span_text(word));
		first = false;
	}
	buf_text(b, null ? ", null]" : "]");
}

static void
type_of(struct buf *b, const struct export_column *c)
{
	switch (c->type) {
	case COLUMN_INT:
		buf_text(b, "\"type\": [\"integer\", \"null\"]");
		return;
	case COLUMN_BOOL:
		buf_text(b, "\"type\": [\"boolean\", \"null\"]");
		return;
	case COLUMN_TIME:
		buf_text(b, "\"type\": [\"string\", \"null\"], \"format\": \"date-time\"");
		return;
	case COLUMN_DAY:
		buf_text(b, "\"type\": [\"string\", \"null\"], \"format\": \"date\"");
		return;
	case COLUMN_HEX:
		buf_text(b, "\"type\": [\"string\", \"null\"], \"pattern\": \"^([0-9a-f][0-9a-f])*$\"");
		return;
	case COLUMN_LIST:
		buf_text(b, "\"type\": [\"array\", \"null\"], \"items\": {\"type\": \"string\"}");
		return;
	case COLUMN_WORD:
	case COLUMN_PURPOSE:
	case COLUMN_FIELD:
		words_of(b, c, true);
		return;
	case COLUMN_BITS:
	case COLUMN_FIELDS:
		buf_text(b, "\"type\": [\"array\", \"null\"], \"items\": {");
		words_of(b, c, false);
		buf_text(b, "}");
		return;
	case COLUMN_TEXT:
		buf_text(b, "\"type\": [\"string\", \"null\"]");
	}
}

static void
described(struct buf *b, const char *label, const char *says)
{
	buf_text(b, "\"description\": ");
	json_string(b, span_text(says == NULL ? label : says));
	buf_text(b, ", ");
}

static void
row_of(struct buf *b, const struct export_section *s)
{
	buf_text(b, "\"additionalProperties\": false, \"required\": [");
	for (size_t i = 0; i < s->count; i++)
		buf_fmt(b, "%s\"%s\"", i == 0 ? "" : ", ", s->column[i].name);
	buf_text(b, "], \"properties\": {");
	for (size_t i = 0; i < s->count; i++) {
		buf_fmt(b, "%s\n      \"%s\": {", i == 0 ? "" : ",", s->column[i].name);
		described(b, s->column[i].label, NULL);
		type_of(b, &s->column[i]);
		buf_text(b, "}");
	}
	buf_text(b, "\n    }");
}

void
export_schema_write(struct buf *into)
{
	buf_text(into, "{\n\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
	    "\"title\": \"" EXPORT_FORMAT "\",\n"
	    "\"description\": \"data.json in the copy that members take of their data: an object of sections."
	    " What is not known or not there is null.\",\n"
	    "\"type\": \"object\", \"additionalProperties\": false,\n\"required\": [\"format\", \"site\", \"made_at\"");
	for (size_t i = 0; i < export_section_count; i++)
		buf_fmt(into, ", \"%s\"", export_sections[i]->name);
	buf_text(into, "],\n\"properties\": {\n  \"format\": {\"const\": \"" EXPORT_FORMAT "\"},\n"
	    "  \"site\": {\"type\": \"string\"},\n  \"made_at\": {\"type\": \"string\", \"format\": \"date-time\"}");
	for (size_t i = 0; i < export_section_count; i++) {
		const struct export_section *s = export_sections[i];

		buf_fmt(into, ",\n  \"%s\": {", s->name);
		described(into, s->label, s->says);
		buf_text(into, s->one ? "\"type\": [\"object\", \"null\"], " : "\"type\": \"array\", \"items\": {\"type\": \"object\", ");
		row_of(into, s);
		buf_text(into, s->one ? "}" : "}}");
	}
	buf_text(into, "\n}\n}\n");
}
