/*
 * portal/prover/dns.h - one DNS question, validated, with an end in sight.
 *
 * libunbound resolves in a thread of its own and validates DNSSEC; an asker
 * waits here until the answer, its deadline or the stop, whichever comes first
 * (an unreachable server would otherwise hold it for 23 s).  CNAME and DNAME
 * are followed by the resolver.  Any number of threads may ask at once.
 *
 * Answers are kept for seconds only: people wait in front of a form for a
 * record they have just written.  Keys that failed stay so for a minute, which
 * the library lets nobody change.
 *
 * Name servers at private and special addresses (place.h) are not asked, for
 * strangers say where theirs stand; those the operator named are, and all of
 * the range they lie in, and every one where private addresses are allowed.
 *
 * Stands on privacy/settings, place.  Judges no answer; knows neither CAA nor TXT.
 */
#ifndef PORTAL_PROVER_DNS_H
#define PORTAL_PROVER_DNS_H
#include "ledger/base/pack.h"
#include "privacy/settings.h"

enum dns_type { DNS_A = 1, DNS_TXT = 16, DNS_AAAA = 28, DNS_CAA = 257 };
enum dns_outcome {
	DNS_FOUND = 1,
	DNS_EMPTY,		/* no such record or no such name, and (when signed) proved so */
	DNS_BOGUS,		/* DNSSEC validation failed */
	DNS_NO_ANSWER		/* SERVFAIL and the like, deadline, stop */
};

struct dns_answer {
	enum dns_outcome outcome;
	bool		secure;
	size_t		count;			/* some thousands at most: an answer has 64 KiB */
	struct span	*data;			/* [count] record data, until the wipe */
	void		*held;			/* struct ub_result */
};

struct dns;
/*
 * Read anchors, forwarders and stubs; opens every file it ever needs, starts
 * no thread.  Fails: ERR_INPUT (resolver, stub or anchor make no sense), ERR_MEMORY.
 */
bool dns_open(struct dns **out, const struct settings *s, struct err *e) MUST;
/* Start the threads that ask and gather answers.  After the jail: they inherit it.  ERR_IO, ERR_MEMORY. */
bool dns_start(struct dns *d, struct err *e) MUST;
/* Did the library stop answering for good?  Every question gets DNS_NO_ANSWER at once then: only a new process helps. */
bool dns_lost(const struct dns *d);
/*
 * Ask for `type` at `name` until the clock_mono_ms() time `until`.  Fails only
 * with ERR_MEMORY; what DNS says or doesn't say is the outcome.
 */
bool dns_ask(struct dns *d, const char *name, enum dns_type type, int64_t until,
    struct dns_answer *a, struct err *e) MUST;
void dns_answer_wipe(struct dns_answer *a);	/* fits DROP(); needs {0} */
/* Every asker returns at once with DNS_NO_ANSWER, now and from now on. */
void dns_stop(struct dns *d);
void dns_drop(struct dns **d);			/* no asker may be left */
#endif
