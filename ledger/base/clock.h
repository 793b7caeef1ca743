/*
 * ledger/base/clock.h - what time it is, in a way a test can decide.
 *
 * Everything that asks the time asks here.  CLOCK_REALTIME by default;
 * clock_fix() stops the clock (tests), clock_shift() moves it: `troth run`
 * passes --clock-shift on so that a whole site can be tried a year ahead.
 */
#ifndef LEDGER_BASE_CLOCK_H
#define LEDGER_BASE_CLOCK_H
#include <stdint.h>

#define MINUTE	60	/* seconds */
#define HOUR	3600
#define DAY	86400
#define WEEK	(7 * DAY)

int64_t clock_now(void);		/* seconds since 1970, UTC */
int64_t clock_now_us(void);		/* the same in microseconds */
int64_t clock_mono_ms(void);		/* never runs back; for waits and ages only */
void clock_fix(int64_t at);		/* 0: run again */
void clock_shift(int64_t seconds);	/* added to every clock_now() */
struct civil { int64_t year, month, day; };
/* The date of so many days since 1970-01-01, for years from 0 on. */
struct civil clock_civil(int64_t days);
/* "2026-11-22T09:30:00Z" for at; into[21].  "?" beyond the years 0 to 9999. */
void clock_iso(int64_t at, char into[21]);
/* "Sat, 28 Nov 2026 03:32:57 GMT" (RFC 9110 section 5.6.7), in English whatever the locale; "?" as above. */
void clock_http(int64_t at, char into[30]);
#endif
