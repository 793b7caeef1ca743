#include <stdio.h>
#include <string.h>
#include <time.h>
#include "ledger/base/clock.h"

#define ISO_FIRST	INT64_C(-62167219200)	/* 0000-01-01T00:00:00Z */
#define ISO_LAST	INT64_C(253402300799)	/* 9999-12-31T23:59:59Z */

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
clock_now_us(void)
{
	struct timespec t;

	if (fixed != 0)
		return fixed * 1000000;
	clock_gettime(CLOCK_REALTIME, &t);
	return ((int64_t)t.tv_sec + shift) * 1000000 + t.tv_nsec / 1000;
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

/* Hinnant, "chrono-compatible low-level date algorithms": civil_from_days. */
struct civil
clock_civil(int64_t days)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;

	return (struct civil){ yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1 };
}

static void
digits(int64_t v, int n, char *into)
{
	for (int i = n - 1; i >= 0; i--, v /= 10)
		into[i] = (char)('0' + v % 10);
}

/* By hand: every page tells many times, and the C library's way takes a lock and asks for the time zone. */
void
clock_iso(int64_t at, char into[21])
{
	int64_t days = at / DAY - (at % DAY < 0), second;
	struct civil c;

	if (at < ISO_FIRST || at > ISO_LAST) {
		snprintf(into, 21, "?");
		return;
	}
	c = clock_civil(days);
	second = at - days * DAY;
	memcpy(into, "0000-00-00T00:00:00Z", 21);
	digits(c.year, 4, into);
	digits(c.month, 2, into + 5);
	digits(c.day, 2, into + 8);
	digits(second / HOUR, 2, into + 11);
	digits(second / MINUTE % 60, 2, into + 14);
	digits(second % MINUTE, 2, into + 17);
}

void
clock_http(int64_t at, char into[30])
{
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char iso[21];
	int64_t day;
	struct civil c;

	clock_iso(at, iso);
	if (iso[0] == '?') {
		snprintf(into, 30, "?");
		return;
	}
	day = at / DAY - (at % DAY < 0);
	c = clock_civil(day);
	/* 1970-01-01 was a Thursday. */
	snprintf(into, 30, "%.3s, %.2s %.3s %.4s %.8s GMT", days + ((day % 7 + 11) % 7) * 3, iso + 8,
	    months + (c.month - 1) * 3, iso, iso + 11);
}
