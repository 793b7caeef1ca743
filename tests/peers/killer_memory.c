/*
 * tests/peers/killer_memory.c - memory that is refused: NULL and ENOMEM, once, or at every so many-th request
 * from then on.  "Fresh": only such a request is a step as came by a way through the program's own functions
 * by which none was refused before, so that each error path is walked once.
 */
#include <execinfo.h>
#include "tests/peers/killer_inside.h"

/* What is asked for while the next malloc is looked up, which asks for memory itself. */
static _Alignas(16) char early[65536];
static size_t early_used;
/* volatile: dlsym(3) is said to call nothing of this file. */
static __thread volatile bool looking __attribute__((tls_model("initial-exec")));

static void *
early_take(size_t n)
{
	char *at = early + early_used;

	early_used += (n + 15) / 16 * 16;
	if (early_used > sizeof(early))
		abort();
	return at;
}

static bool
is_early(const void *p)
{
	return (const char *)p >= early && (const char *)p < early + sizeof(early);
}

#define NEXT_MEMORY(result, name, early_answer, ...) \
	static result (*next)(__VA_ARGS__); \
	if (next == NULL) { \
		if (looking) \
			return early_answer; \
		looking = true; \
		*(void **)(&next) = dlsym(RTLD_NEXT, name); \
		looking = false; \
	}

/* By which of the program's functions it came here: never 0. */
static uint64_t
way_here(void)
{
	uint64_t h = 14695981039346656037u;
	void *at[64];
	int n = backtrace(at, 64);

	for (int i = 0, left = (int)killer_orders->fresh; i < n && left > 0; i++)
		if ((uintptr_t)at[i] >= killer_own.from && (uintptr_t)at[i] < killer_own.to) {
			h = (h ^ ((uintptr_t)at[i] - killer_own.base)) * 1099511628211u;
			left--;
		}
	return h | 1;
}

/* Was none refused by this way?  Then it is one by which one was. */
static bool
goes_fresh(uint64_t way)
{
	for (size_t i = 0; i < WAYS; i++) {
		uint64_t none = 0;

		if (atomic_compare_exchange_strong(&killer_orders->gone[(way + i) % WAYS], &none, way))
			return true;
		if (none == way)
			return false;
	}
	return false;
}

static bool
is_refused(const char *call)
{
	bool hit;

	if (looking || !killer_goes(REFUSES) || !killer_named())
		return false;
	atomic_fetch_add(&killer_orders->steps, 1);
	if (atomic_load(&killer_orders->left) <= 0)
		return false;
	looking = true;		/* a way is looked up without being asked for one */
	hit = (killer_orders->fresh == 0 || goes_fresh(way_here())) && atomic_fetch_sub(&killer_orders->left, 1) == 1;
	looking = false;
	if (!hit)
		return false;
	killer_note(call);
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t n)
{
	NEXT_MEMORY(void *, "malloc", early_take(n), size_t);
	return is_refused("malloc") ? NULL : next(n);
}

void *
calloc(size_t n, size_t size)
{
	NEXT_MEMORY(void *, "calloc", early_take(n * size), size_t, size_t);
	return is_refused("calloc") ? NULL : next(n, size);
}

void *
realloc(void *p, size_t n)
{
	NEXT_MEMORY(void *, "realloc", NULL, void *, size_t);
	if (is_early(p)) {
		size_t most = (size_t)(early + sizeof(early) - (char *)p);
		void *fresh = malloc(n);

		return fresh == NULL ? NULL : memcpy(fresh, p, n < most ? n : most);
	}
	return is_refused("realloc") ? NULL : next(p, n);
}

void *
reallocarray(void *p, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(p, n * size);
}

int
posix_memalign(void **p, size_t alignment, size_t n)
{
	NEXT_MEMORY(int, "posix_memalign", ENOMEM, void **, size_t, size_t);
	return is_refused("posix_memalign") ? ENOMEM : next(p, alignment, n);
}

void *
aligned_alloc(size_t alignment, size_t n)
{
	NEXT_MEMORY(void *, "aligned_alloc", NULL, size_t, size_t);
	return is_refused("aligned_alloc") ? NULL : next(alignment, n);
}

void
free(void *p)
{
	static void (*next)(void *);

	if (is_early(p))
		return;
	if (next == NULL) {
		if (looking)
			return;
		looking = true;
		*(void **)(&next) = dlsym(RTLD_NEXT, "free");
		looking = false;
	}
	next(p);
}
