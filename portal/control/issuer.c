/*
 * portal/control/issuer.c - `troth issuer`: a new issuer under the root, an issuer revoked, and which there are.
 *
 * The root's key is brought for it, read here and nowhere else.  The site runs meanwhile, because the ledger says each
 * of the two acts before it takes effect, and because an issuer whose key is stolen ends at once: keeper first, then the
 * files, then the signer is told to read them.  What was broken off goes on when it is given once more: a revocation from
 * where it stood, a new issuer with the one that is there and not published yet.
 *
 * A site that stands still, be it because an issuer's key is lost and its signer refuses to start, takes a revocation, too:
 * its next start writes the line to the ledger, and the certificates end when the command is given again.
 */
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ledger/base/clock.h"
#include "portal/control/birth.h"
#include "portal/control/command.h"
#include "portal/control/doors.h"
#include "portal/control/file.h"
#include "portal/control/issuer_advice.h"
#include "portal/control/nginx.h"
#include "portal/control/passphrase.h"
#include "portal/control/root_file.h"
#include "portal/control/said.h"
#include "portal/control/state.h"
#include "portal/control/talk.h"
#include "portal/signer/authority.h"
#include "portal/signer/issuers.h"
#include "portal/signer/op.h"
#include "portal/signer/root_list.h"
#include "privacy/keeper/op.h"

#define FOLDER	"signer"
#define ISSUER_SAID	"control/issuer-said"
#define USAGE	"usage: troth issuer list | new NAME|all KEY | revoke NAME KEY --reason keyCompromise|cACompromise|superseded|cessationOfOperation"

struct issuer_act {
	struct state	state;
	struct issuers	all;
	bool		said[ISSUER_NUMBERS];	/* by number: the ledger says that it was made */
	struct signer_settings set;
	char		key[4096];	/* the root's, a path */
	char		passphrase[PASSPHRASE];
	struct root_file file;
	bool		stopped;	/* nothing of the site runs */
};
#define NO_ACT	{ .state = { .lock = -1 }, .file = ROOT_FILE }

static void
act_wipe(struct issuer_act *a)
{
	sodium_memzero(a->passphrase, sizeof(a->passphrase));
	issuers_wipe(&a->all);
	root_file_close(&a->file);
	state_close(&a->state);
}

/* The addresses that stand in certificates are those of the site that runs, whatever its command line said of ports. */
static bool
settings_now(struct issuer_act *a, const struct command *c, struct err *e)
{
	struct settings set = c->set;
	struct doors doors;

	if (doors_read(&doors, NULL) && doors.port[DOOR_HTTP] > 0)
		set.http_port = doors.port[DOOR_HTTP];
	return signer_settings(&a->set, &set, e);
}

/* A path is meant from where one stands, not from the state folder. */
static bool
begin(struct issuer_act *a, const struct command *c, const char *key, struct err *e)
{
	if (key != NULL && realpath(key, a->key) == NULL)
		return FAIL(e, ERR_IO, "%s: there is no such file", key);
	TRY(state_visit(&a->state, c->line.state, e));
	TRY(settings_now(a, c, e));
	if (key != NULL)
		TRY(root_file_open(&a->file, e));
	a->stopped = key != NULL && !talk_ready("keeper") && !talk_ready("signer") && !state_locked();
	return issuers_read(&a->all, FOLDER, e);
}

static bool
keeper_there(struct err *e)
{
	return talk_ready("keeper") || FAIL(e, ERR_BUSY,
	    "the keeper does not answer: start the site first, because the ledger says it before it is so");
}

/* Away, it reads them when it starts. */
static void
signer_reads(void)
{
	struct err e = {0};

	if (!talk("signer", SIGNER_ISSUERS, NULL, NULL, TALK_WAIT_MS, &e))
		printf("The signer does not know it yet (%.200s): restart it.\n", e.text);
}

/* What the signer holds of an issuer: *there, *revoked. */
static bool
signer_has(unsigned number, bool *there, bool *revoked, struct err *e)
{
	DROP(buf_wipe) struct buf out = {0};
	struct span s;
	uint32_t n;

	*there = *revoked = false;
	TRY(talk("signer", SIGNER_CHAIN, NULL, &out, TALK_WAIT_MS, e));
	s = span_buf(&out);
	(void)unpack_bytes(&s);
	n = unpack_u32(&s);
	for (uint32_t i = 0; i < n && !s.bad; i++) {
		bool is = unpack_u8(&s) == number, gone = unpack_i64(&s) != 0;

		(void)unpack_bytes(&s);
		*there = *there || is;
		*revoked = *revoked || (is && gone);
	}
	return unpack_end(&s, "issuers", e);
}

/* ---- a new one ---- */

static bool
published(unsigned number)
{
	char name[ISSUER_NAME], path[64];

	issuer_name(name, number);
	snprintf(path, sizeof(path), "www/issuer-%s.der", name);
	return file_there(path);
}

static const struct issuer_facts *
newest_of(const struct issuers *all, unsigned profile)
{
	const struct issuer_facts *f = NULL;

	for (size_t i = 0; i < all->count; i++)
		if (all->one[i].newest && issuer_profile(all->one[i].number) == profile)
			f = &all->one[i];
	return f;
}

/* Some entries of the ledger, from the newest back; *at 0: those were all. */
static bool
said_some(struct issuer_act *a, int64_t *at, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s;
	uint32_t n;

	pack_i64(&in, *at);
	TRY(talk("keeper", KEEPER_ISSUERS_SAID, &in, &out, TALK_WAIT_MS, e));
	s = span_buf(&out);
	*at = unpack_i64(&s);
	n = unpack_u32(&s);
	for (uint32_t i = 0; i < n && !s.bad; i++) {
		char name[ISSUER_NAME];

		unpack_text(&s, name, sizeof(name));
		a->said[issuer_named(name)] = true;
	}
	return unpack_end(&s, "issuers said", e);
}

static bool
said_read(struct issuer_act *a, struct err *e)
{
	int64_t at = 0;

	do
		TRY(said_some(a, &at, e));
	while (at != 0);
	return true;
}

/*
 * A number whose files were lost has stood in certificates: it is not given again.  Where both the signer's folder and what
 * was published come from an older copy, the ledger remembers.
 */
static bool
next_number(const struct issuer_act *a, unsigned profile, unsigned *number, struct err *e)
{
	unsigned generation = issuer_generation(newest_of(&a->all, profile)->number) + 1;

	while (generation <= ISSUER_GENERATIONS && (a->said[issuer_number(profile, generation)] ||
	    published(issuer_number(profile, generation))))
		generation++;
	*number = issuer_number(profile, generation);
	return *number != 0 || FAIL(e, ERR_FULL, "there have been %u generations, which are all there can be", ISSUER_GENERATIONS);
}

static bool
new_one(struct issuer_act *a, struct ca_key *root, unsigned profile, struct err *e)
{
	DROP(authority_wipe) struct authority made = {0};
	char name[ISSUER_NAME], hex[65], words[128], until[21];
	unsigned char hash[crypto_hash_sha256_BYTES];
	unsigned number;

	TRY(next_number(a, profile, &number, e));
	issuer_name(name, number);
	TRY(authority_make(&made, root, number, &a->set, e));
	crypto_hash_sha256(hash, (const unsigned char *)made.issuer.der.data, made.issuer.der.len);
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	snprintf(words, sizeof(words), "new, %s, certificate SHA-256 %s", name, hex);	/* as ISSUER_NEW says */
	/* Where the disk is full, nothing is said: a number is given once, and there are not many. */
	TRY(authority_prepare(&made, FOLDER, number, e));
	TRY(said_now(ISSUER_EVENT, words, e));
	TRY(authority_there(FOLDER, number, e));
	clock_iso(made.issuer.not_after, until);
	printf("%s is there, good until %.10s, SHA-256 %s\n", name, until, hex);
	return true;
}

/* Those of which an earlier call said that they will be there, and came no further. */
static bool
said_there(struct issuer_act *a, struct err *e)
{
	for (unsigned number = 1; number < ISSUER_NUMBERS; number++)
		if (a->said[number] && authority_prepared(FOLDER, number))
			TRY(authority_there(FOLDER, number, e));
	issuers_wipe(&a->all);
	return issuers_read(&a->all, FOLDER, e);
}

/* One that an earlier call made and did not finish is taken instead of another one. */
static bool
unfinished(const struct issuers *all, unsigned profile)
{
	const struct issuer_facts *f = newest_of(all, profile);
	bool there, revoked;
	char name[ISSUER_NAME];

	if (f->revoked_at != 0 || (published(f->number) && (!signer_has(f->number, &there, &revoked, NULL) || there)))
		return false;
	issuer_name(name, f->number);
	printf("%s was made before and not published: it is now, and no other one is made\n", name);
	return true;
}

static bool
make_new(struct command *c, struct err *e)
{
	DROP(act_wipe) struct issuer_act a = NO_ACT;
	DROP(ca_key_wipe) struct ca_key root = {0};
	bool all = strcmp(c->word[1], "all") == 0, good = true;
	unsigned wanted = all ? 0 : issuer_named(c->word[1]);

	if (!all && (wanted == 0 || issuer_generation(wanted) != 1))
		return FAIL(e, ERR_INPUT, "%.40s: name robot-tls, robot-mail, assured-tls, assured-mail or all", c->word[1]);
	TRY(begin(&a, c, c->word[2], e));
	TRY(keeper_there(e));
	TRY(said_read(&a, e));
	TRY(said_there(&a, e));
	TRY(keys_lock(e));
	TRY(passphrase_read(a.passphrase, e));
	TRY(ca_key_open(&root, a.key, a.passphrase, FOLDER "/root.crt", e));
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT && good; p++)
		if ((all || p == wanted) && !unfinished(&a.all, p))
			good = new_one(&a, &root, p, e);
	/* Those that are there, also when one was not to be had. */
	TRY(birth_publish(good ? e : NULL));
	TRY(nginx_clients(good ? e : NULL));
	signer_reads();
	if (!good)
		return false;
	printf("From now on new certificates come from it; the one before answers for what it signed.  Take the root's key away\n"
	    "again, and copy the new files of %s/" FOLDER " to where the ceremony's copy of that folder lies: no backup holds a CA key.\n",
	    a.state.dir);
	if (!settings_public(&c->set))
		printf("Restart the site when it suits you: its own certificate is the new issuer's from then on.\n");
	return true;
}

/* ---- one revoked ---- */

/* A keeper that is away while the rest runs is waited for; when all stands still, the next start says it. */
static bool
ledger_says(const struct issuer_act *a, const char *words, struct err *e)
{
	if (a->stopped)
		return said_add(ISSUER_SAID, words, e);
	TRY(keeper_there(e));
	return said_now(ISSUER_EVENT, words, e);
}

static bool
list_anew(struct issuer_act *a, const struct issuer_facts *f, uint8_t reason, struct err *e)
{
	const struct root_list_entry more = { .serial = f->serial, .reason = reason };
	DROP(buf_wipe) struct buf list = {0};
	char name[ISSUER_NAME], hex[2 * TICKET_SERIAL + 1], words[128];

	TRY(passphrase_read(a->passphrase, e));
	TRY(root_list_next(&list, FOLDER, a->key, a->passphrase, a->set.root_list_life, &more, e));
	issuer_name(name, f->number);
	sodium_bin2hex(hex, sizeof(hex), f->serial, sizeof(f->serial));
	snprintf(words, sizeof(words), "revoked, %s, serial %s, %s", name, hex, issuer_reason_name(reason));
	TRY(ledger_says(a, words, e));
	return root_file_put(&a->file, &list, e);
}

/* A slice of what it signed; *at 0: that was all. */
static bool
live_some(unsigned number, int64_t *at, struct buf *serials, struct err *e)
{
	DROP(buf_wipe) struct buf in = {0}, out = {0};
	struct span s, some;

	pack_u8(&in, number);
	pack_i64(&in, *at);
	TRY(talk("signer", SIGNER_LIVE, &in, &out, TALK_WAIT_MS, e));
	s = span_buf(&out);
	*at = unpack_i64(&s);
	some = unpack_bytes(&s);
	TRY(unpack_end(&s, "certificates", e));
	buf_add(serials, some.p, some.len);
	return some.len % TICKET_SERIAL == 0 ? buf_ok(serials, e) : FAIL(e, ERR_IO, "certificates: serials");
}

static bool
live_count(unsigned number, int64_t *n, struct err *e)
{
	int64_t at = INT64_MIN;

	for (*n = 0; at != 0; ) {
		DROP(buf_wipe) struct buf some = {0};

		TRY(live_some(number, &at, &some, e));
		*n += (int64_t)(some.len / TICKET_SERIAL);
	}
	return true;
}

/* The keeper ends each, and its ticket is carried by the clerk. */
static bool
keeper_ends(unsigned number, struct span serials, int64_t *n, struct err *e)
{
	while (serials.len > 0) {
		DROP(buf_wipe) struct buf in = {0}, out = {0};
		size_t some = serials.len < ISSUER_GONE_MOST * TICKET_SERIAL ? serials.len : ISSUER_GONE_MOST * TICKET_SERIAL;
		struct span s;

		pack_u8(&in, issuer_profile(number));
		buf_add(&in, serials.p, some);
		TRY(talk("keeper", KEEPER_ISSUER_GONE, &in, &out, TALK_WAIT_MS, e));
		s = span_buf(&out);
		*n += unpack_i64(&s);
		TRY(unpack_end(&s, "certificates", e));
		serials = span_of(serials.p + some, serials.len - some);
	}
	return true;
}

static bool
certificates_end(unsigned number, int64_t *n, struct err *e)
{
	int64_t at = INT64_MIN;

	for (*n = 0; at != 0; ) {
		DROP(buf_wipe) struct buf some = {0};

		TRY(live_some(number, &at, &some, e));
		TRY(keeper_ends(number, span_buf(&some), n, e));
	}
	return true;
}

/* Before that nothing else happens: a signer that has not taken it in goes on signing under this issuer. */
static bool
signer_stops(unsigned number, struct err *e)
{
	struct err why = {0};
	bool there, revoked = false;

	if (!talk("signer", SIGNER_ISSUERS, NULL, NULL, TALK_WAIT_MS, &why))
		printf("The signer: %.200s\n", why.text);
	if (signer_has(number, &there, &revoked, &why) && revoked)
		return true;
	return FAIL(e, ERR_BUSY, "it is revoked on the root's list, but the signer has not taken that in and may still issue: stop the "
	    "site now, start it, then give this command once more");
}

static bool
what_it_signed(const struct issuer_act *a, const struct issuer_facts *f, struct err *e)
{
	int64_t n;

	if (a->stopped && !state_locked()) {
		printf("It is on the root's list, which is published when the site starts.  Start it, then give this command once more:\n"
		    "the certificates that it signed end by that, and their owners are told.\n");
		return true;
	}
	TRY(signer_stops(f->number, e));
	TRY(certificates_end(f->number, &n, e));
	printf("It is on the root's list, which is published.  %" PRId64 " certificate%s that it signed %s revoked with it; their owners\n"
	    "are told by mail.\n", n, n == 1 ? "" : "s", n == 1 ? "is" : "are");
	return true;
}

static void
tell_revoked(const struct issuer_act *a, const struct issuer_facts *f, uint8_t reason)
{
	char name[ISSUER_NAME];

	issuer_name(name, issuer_number(issuer_profile(f->number), 1));
	printf("Take the root's key away again, and put %s/" FOLDER "/root.crl to the ceremony's copy of that folder.\n", a->state.dir);
	if (reason == 1 || reason == 2)
		printf("Whoever has its key can sign lists and OCSP answers of their own: against them only the root's list stands.  Tell\n"
		    "everybody who relies on this site (`troth notice add`, `troth announce --security`).\n");
	if (f->newest)
		printf("Nothing of this kind is issued until there is a new one: `troth issuer new %s KEY`.\n", name);
}

static bool
make_revoked(struct command *c, struct err *e)
{
	DROP(act_wipe) struct issuer_act a = NO_ACT;
	uint8_t reason = c->reason == NULL ? 0 : issuer_reason_named(c->reason);
	const struct issuer_facts *f;

	if (reason == 0)
		return FAIL(e, ERR_INPUT, USAGE);
	TRY(begin(&a, c, c->word[2], e));
	if ((f = issuers_get(&a.all, issuer_named(c->word[1]))) == NULL)
		return FAIL(e, ERR_ABSENT, "there is no issuer %.40s: `troth issuer list` names them", c->word[1]);
	if (f->revoked_at == 0)
		TRY(list_anew(&a, f, reason, e));
	TRY(birth_publish(e));
	TRY(what_it_signed(&a, f, e));
	tell_revoked(&a, f, f->revoked_at == 0 ? reason : f->reason);
	return true;
}

/* ---- which there are ---- */

static bool
list_one(const struct issuer_facts *f, bool running, struct err *e)
{
	char name[ISSUER_NAME], state[ISSUER_ADVICE], hex[65], from[21], until[21];
	int64_t n;

	issuer_name(name, f->number);
	issuer_state(state, f, clock_now());
	clock_iso(f->not_before, from);
	clock_iso(f->not_after, until);
	printf("%s, generation %u: %s\n", name, issuer_generation(f->number), state);
	printf("  serial        %s\n", sodium_bin2hex(hex, sizeof(hex), f->serial, sizeof(f->serial)));
	printf("  SHA-256       %s\n", sodium_bin2hex(hex, sizeof(hex), f->sha256, sizeof(f->sha256)));
	printf("  good          %.10s to %.10s\n", from, until);
	if (!running)
		return true;
	TRY(live_count(f->number, &n, e));
	printf("  certificates  %" PRId64 " in force\n", n);
	return true;
}

static bool
list(struct command *c, struct err *e)
{
	DROP(act_wipe) struct issuer_act a = NO_ACT;
	bool running;

	TRY(begin(&a, c, NULL, e));
	running = talk_ready("signer");
	for (size_t i = 0; i < a.all.count; i++)
		TRY(list_one(&a.all.one[i], running, e));
	for (unsigned p = PROFILE_ROBOT_TLS; p < PROFILE__COUNT; p++) {
		char advice[ISSUER_ADVICE];

		issuer_advice(advice, &a.all, p, &a.set, clock_now());
		if (advice[0] != '\0')
			printf("DO: %s\n", advice);
	}
	if (!running)
		printf("The site does not run: certificates in force were not counted.\n");
	return true;
}

bool
issuer_record(struct err *e)
{
	return said_tell(ISSUER_SAID, ISSUER_EVENT, e);
}

bool
command_issuer(struct command *c, struct err *e)
{
	static const struct { const char *name; size_t words; bool (*run)(struct command *c, struct err *e); } acts[] = {
		{ "list", 1, list }, { "new", 3, make_new }, { "revoke", 3, make_revoked },
	};

	for (size_t i = 0; i < COUNT(acts); i++)
		if (strcmp(c->word[0], acts[i].name) == 0 && c->word_count == acts[i].words)
			return acts[i].run(c, e);
	return FAIL(e, ERR_INPUT, USAGE);
}
