/*
 * privacy/facts/trust_rows.h - the rows of the web of trust's policy, for whoever makes a table of them.
 *
 * No header of its own kind: it is included inside an array of struct conf_row,
 * after TRUST_AT(member) was defined as the offset of a member of struct
 * trust_policy within the struct that is being filled.  trust_policy.c makes a
 * table of the policy alone, the product's settings make one with all the rest.
 * The numbers are those the CAcert community used, where it had one.
 */
#define TRUST_INT(member, name, preset, least, most, says) \
	{ "trust." name, CONF_INT, preset, least, most, NULL, TRUST_AT(member), says }
#define TRUST_TIME(member, name, preset, least, most, says) \
	{ "trust." name, CONF_SECONDS, preset, least, most, NULL, TRUST_AT(member), says }
#define TRUST_TEXT(member, name, preset, most, says) \
	{ "trust." name, CONF_TEXT, preset, 0, most, NULL, TRUST_AT(member), says }
#define TRUST_CHOICE(member, name, preset, choices, says) \
	{ "trust." name, CONF_CHOICE, preset, 0, 0, choices, TRUST_AT(member), says }
#define TRUST_HOUR	3600
#define TRUST_DAY	86400
#define TRUST_YEAR	(365 * TRUST_DAY)

	/* what an assurer may give */
	TRUST_INT(give[0], "give.1", "10", 0, 100, "Points a new assurer may give."),
	TRUST_INT(give[1], "give.2", "15", 0, 100, "Points an assurer may give from trust.give.2.from on."),
	TRUST_INT(give[2], "give.3", "20", 0, 100, "Points an assurer may give from trust.give.3.from on."),
	TRUST_INT(give[3], "give.4", "25", 0, 100, "Points an assurer may give from trust.give.4.from on."),
	TRUST_INT(give[4], "give.5", "30", 0, 100, "Points an assurer may give from trust.give.5.from on."),
	TRUST_INT(give[5], "give.6", "35", 0, 100, "Points an assurer may give from trust.give.6.from on."),
	TRUST_INT(from[0], "give.2.from", "10", 1, 1000, "Experience at which the second step of giving begins."),
	TRUST_INT(from[1], "give.3.from", "20", 1, 1000, "Experience at which the third step of giving begins."),
	TRUST_INT(from[2], "give.4.from", "30", 1, 1000, "Experience at which the fourth step of giving begins."),
	TRUST_INT(from[3], "give.5.from", "40", 1, 1000, "Experience at which the fifth step of giving begins."),
	TRUST_INT(from[4], "give.6.from", "50", 1, 1000, "Experience at which the last step of giving begins."),
	TRUST_INT(experience_step, "experience.step", "2", 0, 100,
	    "Experience an assurer gains by vouching for somebody in person."),
	TRUST_INT(experience_cap, "experience.cap", "50", 0, 1000, "Most experience that counts."),

	/* what counts */
	TRUST_INT(assurance_cap, "cap", "100", 1, 1000, "Most assurance points that count."),
	TRUST_INT(two_from, "two_assurers", "50", 2, 1000, "Points that need vouching by two different assurers."),
	TRUST_INT(three_from, "three_assurers", "100", 2, 1000,
	    "Points that need vouching by three different assurers."),
	TRUST_TIME(again, "again", "2y", 0, 100 * (int64_t)TRUST_YEAR,
	    "The same assurer may vouch for the same member again after so long, or after a change of name."),
	TRUST_TIME(meeting_oldest, "meeting.oldest", "365d", TRUST_DAY, 10 * (int64_t)TRUST_YEAR,
	    "How long ago the meeting may be when an assurance is entered."),
	TRUST_TIME(withdraw, "withdraw", "48h", 0, 30 * TRUST_DAY, "So long an assurer can take an assurance back."),
	TRUST_TIME(object, "object", "14d", 0, TRUST_YEAR, "So long a member can object to having been vouched for."),
	TRUST_TIME(fall, "fall", "60d", 0, TRUST_YEAR,
	    "Points of an assurance that turns out wrong stand so long, for those affected to be vouched for anew."),

	/* what points unlock */
	TRUST_INT(names_from, "names", "50", 1, 1000,
	    "Assurance points for names in certificates and for the Assured issuers."),
	TRUST_INT(assurer_from, "assurer", "100", 1, 1000,
	    "Assurance points for being an assurer, once the challenge is passed."),
	TRUST_INT(name_points, "name.points", "50", 1, 1000,
	    "Points of the assurances that state a name, for that name to stand in a certificate."),

	/* beginning with nothing */
	TRUST_INT(founders_least, "founders.least", "4", 4, 20, "Fewest founders of a site."),
	TRUST_INT(founders_most, "founders.most", "6", 4, 20, "Most founders of a site."),
	TRUST_INT(founding_points, "founders.points", "35", 0, 100,
	    "Points founders give each other, and may give others while their mark lasts."),
	TRUST_TIME(founding_life, "founders.life", "365d", TRUST_DAY, 5 * (int64_t)TRUST_YEAR,
	    "The founders' mark and the points they gave each other as founders last so long."),

	/* young people */
	TRUST_INT(adult_age, "adult.age", "18", 14, 21, "Age from which no limit for young people applies."),
	TRUST_INT(giver_age, "giver.age", "14", 0, 21, "Nobody younger vouches for anybody."),
	TRUST_INT(minor_most, "minor.most", "10", 0, 100, "Most points somebody below trust.adult.age may give."),
	TRUST_CHOICE(consent, "consent", "adult_age", "adult_age|consent_age",
	    "Below which age a name waits for a parent's consent: trust.adult.age, or the country's age of consent."),
	TRUST_TEXT(consent_ages, "consent.ages", TRUST_CONSENT_AGES, 600,
	    "Age from which a person consents to the use of data alone (GDPR Article 8), per ISO 3166 country."),
	TRUST_INT(consent_age_elsewhere, "consent.age", "16", 13, 21,
	    "The same for countries that are not in trust.consent.ages."),

	/* handing over identity fields */
	TRUST_TIME(handover_life, "handover.life", "24h", TRUST_HOUR, 7 * TRUST_DAY,
	    "A hand-over shown on a screen lasts so long."),
	TRUST_TIME(handover_printed, "handover.printed", "60d", TRUST_DAY, TRUST_YEAR,
	    "A printed hand-over lasts at most so long."),
	TRUST_TIME(handover_idle, "handover.idle", "2h", 600, TRUST_DAY,
	    "A hand-over in use that the assurer left alone ends after so long."),
	TRUST_INT(handover_wrong, "handover.wrong", "3", 1, 20, "Wrong secrets that end a hand-over."),
	TRUST_INT(handover_wrong_day, "handover.wrong_per_day", "10", 1, 1000,
	    "Wrong secrets of one assurer within 24 hours, over all hand-overs."),
	TRUST_INT(handover_matches, "handover.matches", "4", 1, 50,
	    "Tries at what the paper says, per field and hand-over."),

	/* events and slips */
	TRUST_INT(event_points, "event.points", "100", 0, 1000, "Assurance points for announcing an event."),
	TRUST_TIME(event_pass, "event.pass", "7d", 0, 60 * TRUST_DAY, "An event pass works so long after the event."),
	TRUST_TIME(slip_life, "slip.life", "60d", TRUST_DAY, TRUST_YEAR,
	    "A visitor with a slip joins and confirms within so long."),

	TRUST_TIME(draft_life, "draft.life", "14d", TRUST_DAY, 60 * TRUST_DAY,
	    "An assurance that was noted and not signed is dropped after so long."),

	/* the assurer challenge */
	TRUST_INT(challenge_questions, "challenge.questions", "25", 1, 60, "Questions of one challenge."),
	TRUST_INT(challenge_pass, "challenge.pass", "80", 1, 100, "Per cent of right answers that pass."),
	TRUST_TIME(challenge_retry, "challenge.retry", "1h", 0, 30 * TRUST_DAY,
	    "So long after a challenge that was not passed the next may begin."),
	TRUST_TIME(challenge_time, "challenge.time", "1h", 300, TRUST_DAY, "Time for one challenge."),

	/* trusted third parties, paper, directory */
	TRUST_INT(ttp_count, "ttp.count", "2", 1, 3, "Trusted third parties that count for one member."),
	TRUST_INT(ttp_points, "ttp.points", "35", 0, 100, "Points for an identity check by a trusted third party."),
	TRUST_INT(topup_points, "ttp.topup", "35", 0, 100,
	    "Most points a senior assurer adds once all trusted third parties have checked."),
	TRUST_INT(senior_experience, "senior", "50", 0, 1000, "Experience that makes an assurer a senior one."),
	TRUST_TEXT(ttp_countries, "ttp.countries", "", 400,
	    "Countries in which trusted third parties may check papers, as DE FR; empty: all."),
	TRUST_TIME(paper_life, "paper.life", "7y", TRUST_DAY, 30 * (int64_t)TRUST_YEAR,
	    "Paper forms are destroyed after so long."),
	TRUST_INT(directory_most, "directory.most", "50", 1, 50, "Most assurers one search of the directory shows."),
	TRUST_INT(contacts_per_day, "directory.contacts_per_day", "5", 1, 100,
	    "Messages one member may send to listed assurers in 24 hours."),
	TRUST_TIME(contact_life, "directory.contact_life", "30d", TRUST_DAY, 90 * TRUST_DAY,
	    "A message to a listed assurer that is not answered is forgotten after so long."),
	TRUST_TEXT(places_file, "directory.places", "/usr/share/zoneinfo/zone1970.tab", 400,
	    "File with places and their coordinates, as Debian's tzdata has it."),
