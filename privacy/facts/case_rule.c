#include "privacy/facts/case_rule.h"

#define B(f)	FIELD_BIT(FIELD_##f)
#define NAMES	(B(GIVEN) | B(MIDDLE) | B(FAMILY) | B(SUFFIX))
#define REQUEST	PURPOSE_CASE_REQUEST
#define IDENTITY PURPOSE_CASE_IDENTITY
#define REACH	PURPOSE_CASE_REACH
#define FRAUD	PURPOSE_CASE_FRAUD
#define NOTHING	0, PURPOSE_UNSET
#define MEMBER	CASE_BY_MEMBER
#define VISITOR	CASE_BY_VISITOR
#define STAFF	CASE_BY_STAFF
#define POST	CASE_BY_POST

/* What each purpose allows here is narrower than its row in purpose.c, never wider: test_case holds the two together. */
const struct case_kind_row case_kinds[CASE_KIND__COUNT] = {
	[CASE_ACCESS] = { "access", MEMBER | VISITOR, 0, B(ADDRESS) | NAMES | B(BIRTH), REQUEST, true, true },
	[CASE_CORRECTION] = { "correction", MEMBER | VISITOR, 0, B(ADDRESS) | NAMES | B(BIRTH), REQUEST, false, true },
	[CASE_ERASURE] = { "erasure", MEMBER | VISITOR, 0, B(ADDRESS) | NAMES, REQUEST, false, true },
	[CASE_RESTRICTION] = { "restriction", MEMBER | VISITOR, 0, B(ADDRESS) | NAMES, REQUEST, false, true },
	[CASE_OBJECTION] = { "objection", MEMBER | VISITOR, 0, B(ADDRESS) | NAMES, REQUEST, false, true },
	[CASE_COMPLAINT] = { "complaint", MEMBER | VISITOR, 0, B(ADDRESS) | NAMES, REACH, false, true },
	[CASE_LOST_ACCESS] = { "lost access", VISITOR, 0, B(ADDRESS) | NAMES, IDENTITY, true, true },
	[CASE_NAME_CHANGE] = { "name change", MEMBER, 0, NAMES | B(BIRTH), IDENTITY, false, true },
	[CASE_MINOR] = { "minor", MEMBER | VISITOR, 0, B(ADDRESS), REACH, true, true },
	[CASE_REPORT] = { "report", MEMBER | VISITOR, 0, B(ADDRESS) | NAMES, FRAUD, false, true },
	[CASE_CERTIFICATE] = { "certificate problem", MEMBER | VISITOR, 24, B(ADDRESS), REACH, false, true },
	[CASE_DECEASED] = { "deceased", VISITOR, 0, B(ADDRESS) | NAMES, REACH, false, true },
	[CASE_BREACH] = { "breach", STAFF, 72, NOTHING, false, false },
	[CASE_DISCLOSURE] = { "disclosure", STAFF, 0, NOTHING, false, false },
	[CASE_OTHER] = { "not sorted yet", POST, 0, NOTHING, false, false },
};

bool
case_kind_ok(unsigned kind, unsigned by)
{
	return kind >= CASE_ACCESS && kind < CASE_KIND__COUNT && (case_kinds[kind].by & by) != 0;
}

int64_t
case_months(int64_t opened, int64_t months)
{
	return (day_months_on(day_of(opened), months) + 1) * DAY;
}

int64_t
case_deadline(enum case_kind kind, int64_t opened)
{
	int64_t hours = case_kinds[kind].hours;

	return hours > 0 ? opened + hours * HOUR : case_months(opened, 1);
}

/* A clock of hours leaves no time to wait in: it is shown to all from the beginning. */
int64_t
case_escalates(enum case_kind kind, int64_t opened)
{
	return case_kinds[kind].hours > 0 ? opened : opened + CASE_ESCALATES;
}

bool
case_may_extend(enum case_kind kind, int64_t opened, int64_t extended, int64_t months, int64_t now)
{
	return case_kinds[kind].hours == 0 && extended == 0 && months >= 1 && months <= CASE_EXTENSION_MOST &&
	    now < case_months(opened, 1);
}

int64_t
case_deadline_again(int64_t deadline, int64_t now)
{
	int64_t two_weeks = (day_of(now) + 15) * DAY;

	return deadline > two_weeks ? deadline : two_weeks;
}

enum case_may
case_may_work(const struct case_hand *h)
{
	uint32_t needed = 1u << (h->officers ? ROLE_OFFICER : ROLE_SUPPORT);

	if ((h->roles & needed) == 0)
		return CASE_MAY_ROLE;
	if (h->own)
		return CASE_MAY_OWN;
	if (!h->vouched)
		return CASE_MAY;
	return !h->others_free && h->consent ? CASE_MAY_MARKED : CASE_MAY_VOUCHED;
}

bool
case_may_field(enum case_kind kind, enum field f, bool birth_ok)
{
	return (case_kinds[kind].fields & FIELD_BIT(f)) != 0 && (f != FIELD_BIRTH || birth_ok);
}
