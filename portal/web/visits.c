#include <pthread.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "portal/ca/host.h"
#include "portal/web/visits.h"

#define WRITE_EVERY	MINUTE

static const char other[] = "other";

/* What this worker counted since the day began and has not written; its threads share it. */
static struct {
	pthread_mutex_t	lock;
	int64_t		due, day;
	size_t		n;
	struct { enum visits_kind kind; bool often; char name[VISITS_NAME]; int64_t n; } row[VISITS_MOST];
} counted = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void
add(enum visits_kind kind, const char *name)
{
	size_t i = 0;

	if (strlen(name) >= VISITS_NAME)
		name = other;
	for (; i < counted.n; i++)
		if (counted.row[i].kind == kind && strcmp(counted.row[i].name, name) == 0)
			break;
	/* The last places are kept for what is counted as other. */
	if (i == counted.n && counted.n >= VISITS_MOST - VISITS__COUNT && name != other) {
		add(kind, other);
		return;
	}
	if (i == counted.n) {
		counted.row[i].kind = kind;
		snprintf(counted.row[i].name, sizeof(counted.row[i].name), "%s", name);
		counted.row[i].n = 0;
		counted.row[i].often = false;
		counted.n++;
	}
	counted.row[i].n++;
}

void
visits_note(const char *page, const char *browser, const char *host)
{
	char domain[256];

	pthread_mutex_lock(&counted.lock);
	add(VISITS_PAGE, page);
	if (browser != NULL && browser[0] != '\0')
		add(VISITS_BROWSER, browser);
	if (host != NULL && host[0] != '\0' && host_registrable(host, domain))
		add(VISITS_SITE, domain);
	pthread_mutex_unlock(&counted.lock);
}

static bool
write_in_transaction(struct store *st, struct err *e)
{
	for (size_t i = 0; i < counted.n; i++)
		if (counted.row[i].often && counted.row[i].n > 0)
			TRY(visits_add(st, counted.day, counted.row[i].kind, counted.row[i].name, counted.row[i].n, e));
	return store_commit(st, e);
}

/* Names counted often enough today; the others wait in memory. */
static bool
write_often(struct store *st, struct err *e)
{
	bool any = false;

	for (size_t i = 0; i < counted.n; i++) {
		counted.row[i].often = counted.row[i].often || counted.row[i].n >= VISITS_LEAST;
		any = any || (counted.row[i].often && counted.row[i].n > 0);
	}
	if (!any)
		return true;
	TRY(store_begin(st, e));
	if (!write_in_transaction(st, e)) {
		store_rollback(st);
		return false;
	}
	for (size_t i = 0; i < counted.n; i++)
		if (counted.row[i].often)
			counted.row[i].n = 0;
	return true;
}

bool
visits_write(struct store *st, int64_t now, bool at_end, struct err *e)
{
	bool good = true;

	/* Another thread writes just now: its turn serves. */
	if (pthread_mutex_trylock(&counted.lock) != 0)
		return true;
	if (counted.due == 0) {
		counted.due = now + WRITE_EVERY;
		counted.day = now / DAY;
	}
	if (at_end || now >= counted.due || now < counted.due - WRITE_EVERY) {
		counted.due = now + WRITE_EVERY;
		good = write_often(st, e);
	}
	/* A day that is over takes its small counts along. */
	if (good && counted.day != now / DAY) {
		explicit_bzero(counted.row, sizeof(counted.row));
		counted.n = 0;
		counted.day = now / DAY;
	}
	pthread_mutex_unlock(&counted.lock);
	return good;
}
