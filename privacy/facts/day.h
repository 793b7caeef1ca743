/*
 * privacy/facts/day.h - a calendar day, as the number of days since 1970-01-01.
 *
 * Birth dates and the dates of meetings are days, not moments: they have no
 * hour and no time zone.  Proleptic Gregorian calendar, years 1900 to 9999.
 *
 * Stands on err and on clock for a day's length.  Does not ask the time.
 */
#ifndef PRIVACY_FACTS_DAY_H
#define PRIVACY_FACTS_DAY_H
#include "ledger/base/clock.h"
#include "ledger/base/err.h"

#define DAY_NONE	INT64_MIN	/* not known */

/* "2008-02-29" to its number.  False: another shape, or no such day (29 February of 2007). */
bool day_read(const char *text, int64_t *day) MUST;
/* Back again; into[11].  day within the years above. */
void day_write(int64_t day, char into[11]);
/* The day at a moment, in UTC. */
int64_t day_of(int64_t at);
/*
 * The latest day that it is anywhere on earth at a moment (UTC+14, Kiribati):
 * a date typed by somebody there is not in the future.
 */
int64_t day_latest(int64_t at);
/* Full years from birth to day; negative when birth is later. */
int64_t day_age(int64_t birth, int64_t day);
/* Months since the year 0, and the first day of the month a day lies in. */
int64_t day_month(int64_t day);
int64_t day_month_first(int64_t day);
/* The day on which somebody turns so old; who was born on 29 February does so on 1 March. */
int64_t day_birthday(int64_t birth, int64_t years);
/* The day of the same number so many months later (earlier, when negative); a shorter month's last day where it has none of that number. */
int64_t day_months_on(int64_t day, int64_t months);
#endif
