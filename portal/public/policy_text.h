/*
 * portal/public/policy_text.h - the words of each version of the two policies.
 *
 * One file a version, portal/public/policy/NAME.NUMBER.txt, one paragraph a line: "# " and
 * "## " begin headings, "- " a line of a list; cells of a table have " | " between
 * them.  The Makefile makes C of them (build/policy/texts.c).  They are in English, which
 * is what counts; the pages of today's versions are translated.
 */
#ifndef PORTAL_PUBLIC_POLICY_TEXT_H
#define PORTAL_PUBLIC_POLICY_TEXT_H
#include "portal/public/difference.h"
#include "privacy/policy.h"

struct policy_text { enum policy which; unsigned number; struct lines text; };
extern const struct policy_text policy_texts[];
extern const size_t policy_text_count;

/* NULL: none is kept. */
const struct policy_text *policy_text(enum policy which, int64_t number);
#endif
