#include <stdio.h>
#include <time.h>
#include "ledger/base/clock.h"

static int64_t fixed, shift;

int64_t
clock_now(void)
{
	struct timespec t;

	if (fixed != 0)
		return fixed;
	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec + shift;
}

int64_t
clock_mono_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
clock_fix(int64_t at)
{
	fixed = at;
}

void
clock_shift(int64_t seconds)
{
	shift = seconds;
}

void
clock_iso(int64_t at, char into[21])
{
	time_t t = (time_t)at;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || strftime(into, 21, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(into, 21, "?");
}

void
clock_http(int64_t at, char into[30])
{
	static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
	    "Sep", "Oct", "Nov", "Dec" };
	time_t t = (time_t)at;
	char rest[22];
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || strftime(rest, sizeof(rest), " %Y %H:%M:%S GMT", &tm) == 0)
		snprintf(into, 30, "?");
	else
		snprintf(into, 30, "%s, %02u %s%s", days[(unsigned)tm.tm_wday % 7], (unsigned)tm.tm_mday % 100,
		    months[(unsigned)tm.tm_mon % 12], rest);
}
