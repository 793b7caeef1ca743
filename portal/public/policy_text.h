/*
 * portal/public/policy_text.h - the words of each version of the two policies.
 *
 * One file a version, portal/public/policy/NAME.NUMBER.txt, one paragraph a line: "# " and
 * "## " begin headings, "- " a line of a list; cells of a table have " | " between
 * them.  The Makefile makes C of them (build/policy/texts.c).  They are in English, which
 * is what counts, and never changed; beside them stands the translation as the page had it,
 * NAME.NUMBER.LANGUAGE.txt, where there was one (`make policy` keeps it).
 */
#ifndef PORTAL_PUBLIC_POLICY_TEXT_H
#define PORTAL_PUBLIC_POLICY_TEXT_H
#include "portal/public/difference.h"
#include "privacy/policy.h"

struct policy_text { enum policy which; unsigned number; const char *lang; struct lines text; };
extern const struct policy_text policy_texts[];
extern const size_t policy_text_count;

/* In this language, else in English; NULL: none is kept. */
const struct policy_text *policy_text(enum policy which, int64_t number, const char *lang);
/* Two versions in one language: this one where both are kept in it, else English.  false: none is kept of one. */
bool policy_text_pair(const struct policy_text *pair[2], enum policy which, int64_t was, int64_t is, const char *lang) MUST;
#endif
