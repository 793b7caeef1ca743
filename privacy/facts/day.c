#include "privacy/facts/day.h"

#define ANYWHERE_AHEAD	(14 * 3600)	/* seconds the earliest time zone runs before UTC */

/* Hinnant, "chrono-compatible low-level date algorithms": days_from_civil. */
static int64_t
to_number(struct civil c)
{
	int64_t year = c.year - (c.month <= 2), era = year / 400, yoe = year - era * 400;
	int64_t doy = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static bool
digits(const char *s, int n, int64_t *v)
{
	*v = 0;
	for (int i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		*v = *v * 10 + (s[i] - '0');
	}
	return true;
}

bool
day_read(const char *text, int64_t *day)
{
	struct civil c, again;

	/* digits() stops at the NUL of a short text, so nothing behind it is looked at */
	if (!digits(text, 4, &c.year) || text[4] != '-' || !digits(text + 5, 2, &c.month) ||
	    text[7] != '-' || !digits(text + 8, 2, &c.day) || text[10] != '\0')
		return false;
	if (c.year < 1900 || c.month < 1 || c.month > 12 || c.day < 1 || c.day > 31)
		return false;
	*day = to_number(c);
	/* a day the month does not have comes back as one of the next month */
	again = clock_civil(*day);
	return again.month == c.month && again.day == c.day;
}

void
day_write(int64_t day, char into[11])
{
	struct civil c = clock_civil(day);

	snprintf(into, 11, "%04u-%02u-%02u", (unsigned)c.year % 10000, (unsigned)c.month % 100,
	    (unsigned)c.day % 100);
}

static int64_t
floor_days(int64_t seconds)
{
	return seconds / DAY - (seconds % DAY < 0);
}

int64_t
day_of(int64_t at)
{
	return floor_days(at);
}

int64_t
day_month(int64_t day)
{
	struct civil c = clock_civil(day);

	return c.year * 12 + c.month - 1;
}

int64_t
day_month_first(int64_t day)
{
	return day - clock_civil(day).day + 1;
}

int64_t
day_latest(int64_t at)
{
	return floor_days(at + ANYWHERE_AHEAD);
}

int64_t
day_birthday(int64_t birth, int64_t years)
{
	struct civil c = clock_civil(birth);

	/* 29 February of a common year counts on to 1 March by itself */
	c.year += years;
	return to_number(c);
}

int64_t
day_age(int64_t birth, int64_t day)
{
	int64_t years = clock_civil(day).year - clock_civil(birth).year;

	return day_birthday(birth, years) > day ? years - 1 : years;
}

int64_t
day_months_on(int64_t day, int64_t months)
{
	struct civil c = clock_civil(day), next;
	int64_t month = c.year * 12 + c.month - 1 + months, first, last;

	first = to_number((struct civil){ month / 12, month % 12 + 1, 1 });
	next = (struct civil){ (month + 1) / 12, (month + 1) % 12 + 1, 1 };
	last = to_number(next) - 1;
	return first + c.day - 1 < last ? first + c.day - 1 : last;
}
