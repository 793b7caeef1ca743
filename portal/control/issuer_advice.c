#include <inttypes.h>
#include <stdio.h>
#include "ledger/base/clock.h"
#include "portal/control/issuer_advice.h"

#define AHEAD	(365 * DAY)	/* so long before it is of no use any more */

void
issuer_advice(char into[ISSUER_ADVICE], const struct issuers *l, unsigned profile, const struct signer_settings *set,
    int64_t now)
{
	const struct issuer_facts *f = issuers_signing(l, profile);
	int64_t life = signer_life(set, (enum profile)profile);
	char name[ISSUER_NAME], ends[21], until[21];

	into[0] = '\0';
	issuer_name(name, issuer_number(profile, 1));
	if (f == NULL) {
		snprintf(into, ISSUER_ADVICE, "bring the root's key, then `troth issuer new %s KEY`: its issuer is revoked and has no successor, "
		    "so nothing of this kind is issued", name);
		return;
	}
	if (f->not_after - life - AHEAD > now)
		return;
	if (f->not_after >= l->root_not_after) {
		clock_iso(l->root_not_after, ends);
		snprintf(into, ISSUER_ADVICE, "the root itself ends on %.10s, and no issuer of %s outlives it: prepare a site with a new ceremony, "
		    "whose root everybody has to import", ends, name);
		return;
	}
	clock_iso(f->not_after, ends);
	clock_iso(f->not_after - life, until);
	snprintf(into, ISSUER_ADVICE, "bring the root's key, then `troth issuer new %s KEY`: the issuer ends on %.10s, and its certificates live "
	    "%" PRId64 " days, so it is of no use %s %.10s", name, ends, life / DAY, f->not_after - life > now ? "after" : "since", until);
}

void
issuer_state(char into[ISSUER_ADVICE], const struct issuer_facts *f, int64_t now)
{
	const char *reason = issuer_reason_name(f->reason);
	char at[21];

	if (f->revoked_at != 0) {
		clock_iso(f->revoked_at, at);
		snprintf(into, ISSUER_ADVICE, "revoked %.10s%s%s", at, reason == NULL ? "" : ", ", reason == NULL ? "" : reason);
	} else if (f->not_after < now)
		snprintf(into, ISSUER_ADVICE, "ended");
	else
		snprintf(into, ISSUER_ADVICE, "%s", f->newest ? "signs what is new" : "replaced: answers for what it signed");
}
