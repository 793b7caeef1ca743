/* What `troth restore` makes of published lists of revoked certificates: read, brought in, said. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/clock.h"
#include "ledger/base/wipe.h"
#include "portal/control/command.h"
#include "portal/control/file.h"
#include "portal/control/restore_lists.h"
#include "portal/control/root_file.h"
#include "portal/control/said.h"

#define PUBLISHED	"www/crl"
#define AGAIN		"`troth restore --crl FILE|DIR --state DIR`"

void
brought_wipe(struct brought *l)
{
	crls_wipe(&l->all);
	for (size_t i = 0; i < l->paths; i++)
		wipe_free(l->path[i]);
}

bool
brought_named(struct brought *l, const struct command *c, struct err *e)
{
	for (size_t i = 0; i < c->crl_count; i++) {
		if (strcmp(c->crl[i], "none") == 0) {
			l->none = true;
			continue;
		}
		l->path[l->paths] = realpath(c->crl[i], NULL);
		if (l->path[l->paths++] == NULL)
			return FAIL(e, errno == ENOENT ? ERR_ABSENT : ERR_IO, "%.200s: %s", c->crl[i], strerror(errno));
	}
	return !l->none || l->paths == 0 || FAIL(e, ERR_INPUT, "--crl none, or lists: not both");
}

bool
brought_read(struct brought *l, bool published, struct err *e)
{
	TRY(crls_open(&l->all, e));
	for (size_t i = 0; i < l->paths; i++)
		TRY(crls_read(&l->all, l->path[i], CRLS_NAMED, e));
	return !published || !file_there(PUBLISHED) || crls_read(&l->all, PUBLISHED, CRLS_FOUND, e);
}

/* ---- what is left to be said ---- */

bool
restored_say(const char *words, struct err *e)
{
	return said_add(RESTORED, words, e);
}

bool
unlisted_read(struct unlisted *u, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};
	char *end;

	*u = (struct unlisted){0};
	if (!file_there(UNLISTED))
		return true;
	TRY(file_get(UNLISTED, &b, e));
	u->made_at = strtoll(b.data, &end, 10);
	u->restored_at = strtoll(end, &end, 10);
	return (u->made_at > 0 && u->restored_at > 0) || FAIL(e, ERR_TAMPER, UNLISTED " is not whole");
}

static bool
unlisted_write(const struct unlisted *u, struct err *e)
{
	char words[64];

	snprintf(words, sizeof(words), "%" PRId64 " %" PRId64 "\n", u->made_at, u->restored_at);
	return file_put(UNLISTED, words, strlen(words), 0600, e);
}

static bool
unlisted_end(struct err *e)
{
	return unlink(UNLISTED) == 0 || errno == ENOENT || FAIL(e, ERR_IO, UNLISTED ": %s", strerror(errno));
}

static void
minute_text(int64_t at, char into[21])
{
	clock_iso(at, into);
	into[16] = '\0';
}

/* ---- bringing them in ---- */

static void
print_open(const struct unlisted *u, bool some)
{
	char at[21];

	minute_text(u->made_at, at);
	printf("Certificates that were revoked after %s UTC may be valid again here: %s.\n"
	    "Bring the newest lists of revoked certificates that were published before (of a mirror, of a member, of the old\n"
	    "disk's " PUBLISHED "): stop the site, " AGAIN ".\n"
	    "`troth doctor` says so until then, or until you say that there are none: `--crl none`.\n",
	    at, some ? "the lists you brought are older, or leave out an issuer" : "no list made after it was brought");
}

static bool
say_read(const struct brought *l, const struct crls_sum *sum, int64_t reach, struct err *e)
{
	char words[RESTORED_WORDS], at[21];

	minute_text(reach, at);
	snprintf(words, sizeof(words), "lists of revoked certificates: %zu, to %s: %" PRId64 " revoked again, %" PRId64
	    " suspended again, %" PRId64 " unknown stay listed", l->all.count, reach == 0 ? "no time for all issuers" : at,
	    sum->revoked, sum->held, sum->listed);
	printf("Lists of revoked certificates that were read: %zu. Certificates revoked again by them: %" PRId64
	    ", suspended again: %" PRId64 ".\nStaying on the lists, though the backup does not know them: %" PRId64 ".\n",
	    l->all.count, sum->revoked, sum->held, sum->listed);
	if (reach > 0)
		printf("They reach %s UTC; what was revoked later is not in them. Newer ones: " AGAIN ".\n", at);
	return restored_say(words, e);
}

/* Which issuers are revoked says the root's list alone. */
static bool
root_brought(const struct brought *l, struct err *e)
{
	unsigned char *der = NULL;
	int n = l->all.root_list == NULL ? 0 : i2d_X509_CRL(l->all.root_list, &der);
	bool taken = false, good = n <= 0 || root_file_take(span_of(der, (size_t)n), "one that was brought", &taken, e);

	OPENSSL_free(der);
	TRY(good);
	return !taken || restored_say("the root's list of revoked issuers: a newer one was brought", e);
}

bool
brought_apply(struct brought *l, const struct command *c, const struct unlisted *u, struct err *e)
{
	DROP(conf_drop) struct conf *conf = NULL;
	struct settings all;
	struct signer_settings set;
	struct crls_sum sum;
	int64_t reach;

	/* The folder's own settings: a fresh one had none when the command began. */
	TRY(settings_load(&conf, &all, ".", c->line.sets, c->line.set_count, e));
	TRY(signer_settings(&set, &all, e));
	TRY(root_brought(l, e));
	reach = crls_reach(&l->all, &set);
	if (l->all.count > 0) {
		TRY(crls_apply(&l->all, &set, &sum, e));
		TRY(say_read(l, &sum, reach, e));
	}
	if (reach >= u->made_at)
		return unlisted_end(e);
	if (l->none) {
		TRY(restored_say("lists of revoked certificates: there are none newer than the backup, says the operator", e));
		return unlisted_end(e);
	}
	print_open(u, l->all.count > 0);
	return unlisted_write(u, e);
}

/* ---- afterwards ---- */

bool
brought_afterwards(struct brought *l, const struct command *c, struct err *e)
{
	struct unlisted u;
	size_t own;

	TRY(unlisted_read(&u, e));
	TRY(brought_read(l, false, e));
	own = u.restored_at == 0 ? 0 : crls_before(&l->all, u.restored_at);
	if (own > 0 && l->all.count == 0)
		return FAIL(e, ERR_INPUT, "the restored site made these lists itself: bring ones from before");
	if (l->none && u.made_at == 0)
		return FAIL(e, ERR_CONFLICT, "there is nothing to dismiss: no list is missing here");
	TRY(brought_apply(l, c, &u, e));
	printf("Start the site: it writes this to the ledger.\n");
	return true;
}
