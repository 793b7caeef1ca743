#include <stdio.h>
#include <string.h>
#include "portal/signer/issuer.h"

#define STEP	16u	/* between two generations' numbers: above every profile's */

static const char *const slugs[PROFILE__COUNT] = {
	[PROFILE_ROBOT_TLS] = "robot-tls", [PROFILE_ROBOT_MAIL] = "robot-mail",
	[PROFILE_ASSURED_TLS] = "assured-tls", [PROFILE_ASSURED_MAIL] = "assured-mail",
};

unsigned
issuer_number(unsigned profile, unsigned generation)
{
	if (profile == 0 || profile >= PROFILE__COUNT || generation == 0 || generation > ISSUER_GENERATIONS)
		return 0;
	return profile + STEP * (generation - 1);
}

unsigned
issuer_profile(unsigned number)
{
	unsigned profile = number % STEP;

	return number < STEP * ISSUER_GENERATIONS && profile < PROFILE__COUNT ? profile : 0;
}

unsigned
issuer_generation(unsigned number)
{
	return number / STEP + 1;
}

void
issuer_name(char into[ISSUER_NAME], unsigned number)
{
	unsigned profile = issuer_profile(number), generation = issuer_generation(number);

	into[0] = '\0';
	if (profile != 0 && generation == 1)
		snprintf(into, ISSUER_NAME, "%s", slugs[profile]);
	else if (profile != 0)
		snprintf(into, ISSUER_NAME, "%s-%u", slugs[profile], generation);
}

unsigned
issuer_named(const char *name)
{
	char one[ISSUER_NAME];

	for (unsigned generation = 1; generation <= ISSUER_GENERATIONS; generation++)
		for (unsigned profile = 1; profile < PROFILE__COUNT; profile++) {
			issuer_name(one, issuer_number(profile, generation));
			if (strcmp(one, name) == 0)
				return issuer_number(profile, generation);
		}
	return 0;
}

void
issuer_path_crl(struct buf *b, unsigned number, uint32_t shard)
{
	char name[ISSUER_NAME];

	issuer_name(name, number);
	buf_fmt(b, "/crl/%s-%u.crl", name, shard);
}

void
issuer_path(struct buf *b, unsigned number)
{
	char name[ISSUER_NAME];

	issuer_name(name, number);
	buf_fmt(b, "/ca/%s.crt", name);
}
