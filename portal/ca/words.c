#include "portal/ca/words.h"
#include "portal/web/form.h"
#include "privacy/facts/ticket.h"
#include "privacy/keeper/op.h"

#define SUPERSEDED	4	/* also of what ends with its issuer: privacy/facts/issuer_gone.c */

static const char *const profiles[PROFILE__COUNT] = {
	[PROFILE_ROBOT_TLS] = MSG("Server certificate, Robot: control of the domain was proved"),
	[PROFILE_ROBOT_MAIL] = MSG("E-mail certificate, Robot: control of the address was proved"),
	[PROFILE_ASSURED_TLS] = MSG("Server certificate, Assured: its holder was met and vouched for"),
	[PROFILE_ASSURED_MAIL] = MSG("E-mail certificate, Assured: its holder was met and vouched for"),
};
static const char *const states[] = {
	[REGISTER_PENDING] = MSG("being issued"), [REGISTER_VALID] = MSG("valid"),
	[REGISTER_SUSPENDED] = MSG("suspended"), [REGISTER_REVOKED] = MSG("revoked"),
	[REGISTER_CANCELLED] = MSG("never issued"),
};
/* RFC 5280 section 5.3.1; 7 is not used. */
static const char *const reasons[] = {
	MSG("no reason given"), MSG("its key was lost, stolen or shown"), MSG("a fault of this authority"),
	MSG("a name in it is no longer right"), MSG("replaced by a newer one"), MSG("no longer used"),
	MSG("suspended for a while"), MSG("no reason given"), MSG("no longer suspended"),
	MSG("the right to it was withdrawn"), MSG("a fault of this authority"),
};

const char *
profile_words(unsigned profile)
{
	return profile < COUNT(profiles) && profiles[profile] != NULL ? profiles[profile] : MSG("certificate");
}

const char *
state_words(unsigned state, int64_t not_after, int64_t now)
{
	if (state == REGISTER_VALID && not_after < now)
		return MSG("expired");
	return state < COUNT(states) && states[state] != NULL ? states[state] : MSG("unknown");
}

const char *
reason_words(unsigned reason, int64_t at, int64_t issuer_revoked_at)
{
	if (reason == SUPERSEDED && issuer_revoked_at > 0 && at >= issuer_revoked_at)
		return MSG("its issuer was revoked");
	return reasons[reason < COUNT(reasons) ? reason : 0];
}

bool
profile_is_tls(unsigned profile)
{
	return profile == PROFILE_ROBOT_TLS || profile == PROFILE_ASSURED_TLS;
}
