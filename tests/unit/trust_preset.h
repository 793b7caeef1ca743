/*
 * tests/unit/trust_preset.h - the web of trust's policy alone, with the defaults of its rows.
 */
#ifndef TESTS_UNIT_TRUST_PRESET_H
#define TESTS_UNIT_TRUST_PRESET_H
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "privacy/facts/trust_policy.h"

static const struct conf_row trust_rows[] = {
#define TRUST_AT(member) offsetof(struct trust_policy, member)
#include "privacy/facts/trust_rows.h"
#undef TRUST_AT
};
static const size_t trust_row_count = COUNT(trust_rows);

/* The defaults; texts are static. */
static inline void
trust_policy_preset(struct trust_policy *p)
{
	struct conf *keep = NULL;

	*p = (struct trust_policy){0};
	if (!conf_load(&keep, trust_rows, trust_row_count, p, NULL, NULL, 0, NULL))
		abort();	/* a row's own default lies outside its bounds */
	conf_drop(&keep);
	/* the copies went; the rows' own texts stay */
	for (size_t i = 0; i < trust_row_count; i++)
		if (trust_rows[i].kind == CONF_TEXT || trust_rows[i].kind == CONF_CHOICE)
			memcpy((char *)p + trust_rows[i].at, &trust_rows[i].preset, sizeof(const char *));
}
#endif
