#include <pthread.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "portal/ca/host.h"
#include "portal/web/visits.h"

#define WRITE_EVERY	MINUTE

static const char other[] = "other";

struct count { enum visits_kind kind; bool often; char name[VISITS_NAME]; int64_t n; };

/*
 * What this worker counted since the day began and has not written; its threads share it.  The one that
 * listens counts, too, and must not wait for the disk: what is written is taken out first.
 */
static struct {
	pthread_mutex_t	lock;
	int64_t		due, day;
	size_t		n;
	struct count	row[VISITS_MOST];
} counted = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* What one thread at a time writes. */
static struct {
	pthread_mutex_t	lock;
	int64_t		day;
	size_t		n;
	struct count	row[VISITS_MOST];
} taken = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void
add(enum visits_kind kind, const char *name, int64_t n)
{
	size_t i = 0;

	if (strlen(name) >= VISITS_NAME)
		name = other;
	for (; i < counted.n; i++)
		if (counted.row[i].kind == kind && strcmp(counted.row[i].name, name) == 0)
			break;
	/* The last places are kept for what is counted as other. */
	if (i == counted.n && counted.n >= VISITS_MOST - VISITS__COUNT && name != other) {
		add(kind, other, n);
		return;
	}
	if (i == counted.n) {
		counted.row[i].kind = kind;
		snprintf(counted.row[i].name, sizeof(counted.row[i].name), "%s", name);
		counted.row[i].n = 0;
		counted.row[i].often = false;
		counted.n++;
	}
	counted.row[i].n += n;
}

void
visits_note(const char *page, const char *browser, const char *host)
{
	char domain[256];

	pthread_mutex_lock(&counted.lock);
	add(VISITS_PAGE, page, 1);
	if (browser != NULL && browser[0] != '\0')
		add(VISITS_BROWSER, browser, 1);
	if (host != NULL && host[0] != '\0' && host_registrable(host, domain))
		add(VISITS_SITE, domain, 1);
	pthread_mutex_unlock(&counted.lock);
}

/* Names counted often enough today; the others wait in memory. */
static void
take_often(void)
{
	taken.n = 0;
	taken.day = counted.day;
	for (size_t i = 0; i < counted.n; i++) {
		struct count *c = &counted.row[i];

		c->often = c->often || c->n >= VISITS_LEAST;
		if (!c->often || c->n == 0)
			continue;
		taken.row[taken.n++] = *c;
		c->n = 0;
	}
}

static bool
write_in_transaction(struct store *st, struct err *e)
{
	for (size_t i = 0; i < taken.n; i++)
		TRY(visits_add(st, taken.day, taken.row[i].kind, taken.row[i].name, taken.row[i].n, e));
	return store_commit(st, e);
}

static bool
write_taken(struct store *st, struct err *e)
{
	if (taken.n == 0)
		return true;
	TRY(store_begin(st, e));
	if (write_in_transaction(st, e))
		return true;
	store_rollback(st);
	return false;
}

static bool
is_due(int64_t now, bool at_end)
{
	if (counted.due == 0) {
		counted.due = now + WRITE_EVERY;
		counted.day = now / DAY;
	}
	if (!at_end && now < counted.due && now >= counted.due - WRITE_EVERY && counted.day == now / DAY)
		return false;
	counted.due = now + WRITE_EVERY;
	return true;
}

/* A day that is over takes its small counts along; what came while the others were written is of the next one. */
static void
forget_day(int64_t today)
{
	size_t n = 0;

	for (size_t i = 0; i < counted.n; i++)
		if (counted.row[i].often && counted.row[i].n > 0) {
			counted.row[n] = counted.row[i];
			counted.row[n++].often = false;
		}
	explicit_bzero(counted.row + n, sizeof(counted.row) - n * sizeof(counted.row[0]));
	counted.n = n;
	counted.day = today;
}

static bool
write_now(struct store *st, int64_t now, struct err *e)
{
	bool good = write_taken(st, e);

	pthread_mutex_lock(&counted.lock);
	for (size_t i = 0; !good && i < taken.n; i++)
		add(taken.row[i].kind, taken.row[i].name, taken.row[i].n);
	if (good && counted.day != now / DAY)
		forget_day(now / DAY);
	pthread_mutex_unlock(&counted.lock);
	return good;
}

bool
visits_write(struct store *st, int64_t now, bool at_end, struct err *e)
{
	bool good = true, due;

	/* Another thread writes just now: its turn serves. */
	if (pthread_mutex_trylock(&taken.lock) != 0)
		return true;
	pthread_mutex_lock(&counted.lock);
	due = is_due(now, at_end);
	if (due)
		take_often();
	pthread_mutex_unlock(&counted.lock);
	if (due)
		good = write_now(st, now, e);
	pthread_mutex_unlock(&taken.lock);
	return good;
}
