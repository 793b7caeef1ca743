#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "portal/control/state.h"

#define VERSION_FILE	"version"
#define VERSION_WORDS	"troth state 1 "
#define NO_SITE		"there is no site in %.80s: name its folder with --state, or start one there with `troth run`"

static const char *const stage_names[] = {
	[STATE_NEW] = "new", [STATE_KEYED] = "keyed", [STATE_WHOLE] = "whole",
};

/*
 * Folder, mode for one user, owner and group when every process has its own.
 * Shared ones then become group-writable with the group kept for new files.
 */
const struct state_part state_parts[] = {
	/* sticky: each puts its socket there, and nobody takes another's away */
	{ "run", 0700, "root", "troth", true, 03770 },
	{ "keeper", 0700, "troth-keeper", "troth-keeper", false, 0 },
	{ "keeper/peers", 0700, "troth-keeper", "troth-keeper", false, 0 },
	{ "signer", 0700, "troth-signer", "troth-signer", false, 0 },
	{ "signer/peers", 0700, "troth-signer", "troth-signer", false, 0 },
	{ "prover", 0700, "troth-prover", "troth-prover", false, 0 },
	{ "prover/peers", 0700, "troth-prover", "troth-prover", false, 0 },
	{ "portal", 0700, "troth-portal", "troth-portal", false, 0 },
	{ "portal/secrets", 0700, "troth-portal", "troth-portal", false, 0 },
	{ "clerk", 0700, "troth-clerk", "troth-clerk", false, 0 },
	{ "clerk/secrets", 0700, "troth-clerk", "troth-clerk", false, 0 },
	{ "postbox", 0700, "troth-postbox", "troth-postbox", false, 0 },
	{ "postbox/secrets", 0700, "troth-postbox", "troth-postbox", false, 0 },
	{ "control", 0700, "root", "root", false, 0 },
	{ "control/secrets", 0700, "root", "root", false, 0 },
	{ "site", 0700, "troth-portal", "troth-site", true, 02770 },
	{ "www", 0755, "troth-clerk", "troth-clerk", true, 0755 },
	{ "www/ca", 0755, "troth-clerk", "troth-clerk", true, 0755 },
	{ "www/crl", 0755, "troth-clerk", "troth-clerk", true, 0755 },
	{ "nginx", 0700, "root", "www-data", true, 0750 },
	{ "nginx/tmp", 0700, "www-data", "www-data", false, 0 },
	{ "outbox", 0700, "troth-clerk", "troth-clerk", false, 0 },
	{ "outbox/new", 0700, "troth-clerk", "troth-clerk", false, 0 },
	{ "outbox/cur", 0700, "troth-clerk", "troth-clerk", false, 0 },
	{ "outbox/tmp", 0700, "troth-clerk", "troth-clerk", false, 0 },
	{ "offline", 0700, "root", "root", false, 0 },
};
const size_t state_part_count = COUNT(state_parts);

/* ---- version and lock ---- */

static bool
fail_path(const struct state *s, const char *doing, struct err *e)
{
	return FAIL(e, errno == ENOSPC ? ERR_FULL : ERR_IO, "%.80s: cannot %s: %s", s->dir,
	    doing, strerror(errno));
}

static bool
stage_read(struct state *s, struct err *e)
{
	DROP(buf_wipe) struct buf b = {0};

	s->stage = STATE_NONE;
	if (!file_there(VERSION_FILE))
		return true;
	TRY(file_get(VERSION_FILE, &b, e));
	for (unsigned i = STATE_NEW; i < COUNT(stage_names); i++) {
		char line[64];

		snprintf(line, sizeof(line), VERSION_WORDS "%s\n", stage_names[i]);
		if (b.data != NULL && strcmp(b.data, line) == 0)
			s->stage = (enum state_stage)i;
	}
	if (s->stage == STATE_NONE)
		return FAIL(e, ERR_INPUT, "%.80s was made by another version of this program "
		    "(its file '" VERSION_FILE "' says so)", s->dir);
	return true;
}

bool
state_stage_set(struct state *s, enum state_stage stage, struct err *e)
{
	char line[64];
	int n = snprintf(line, sizeof(line), VERSION_WORDS "%s\n", stage_names[stage]);

	TRY(file_put(VERSION_FILE, line, (size_t)n, 0644, e));
	s->stage = stage;
	return true;
}

/* A folder without our version may hold nothing but what we or a first configuration left. */
static bool
empty_enough(const struct state *s, struct err *e)
{
	static const char *const ours[] = { ".", "..", "run", "troth.conf", VERSION_FILE ".new" };
	DIR *d = opendir(".");
	struct dirent *entry;
	bool strange = false;

	if (d == NULL)
		return fail_path(s, "read it", e);
	while (!strange && (entry = readdir(d)) != NULL) {
		strange = true;
		for (size_t i = 0; i < COUNT(ours); i++)
			strange = strange && strcmp(entry->d_name, ours[i]) != 0;
	}
	closedir(d);
	if (file_there(STATE_RESTORING))
		return FAIL(e, ERR_INPUT, "a restore into %.80s was broken off: give `troth restore` once more", s->dir);
	if (strange)
		return FAIL(e, ERR_INPUT, "%.80s holds other things: name a new or an empty folder", s->dir);
	return true;
}

static bool
enter(struct state *s, const char *path, struct err *e)
{
	if (chdir(path) != 0)
		return errno == ENOENT ? FAIL(e, ERR_ABSENT, NO_SITE, path) : FAIL(e, ERR_IO, "%.80s: %s", path, strerror(errno));
	if (getcwd(s->dir, sizeof(s->dir)) == NULL)
		return FAIL(e, ERR_IO, "%.80s: %s", path, strerror(errno));
	return true;
}

static bool
lock(struct state *s, struct err *e)
{
	if (mkdir("run", 0700) != 0 && errno != EEXIST)
		return fail_path(s, "write to it", e);
	s->lock = open("run/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock < 0)
		return fail_path(s, "write to it", e);
	if (flock(s->lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (errno == EWOULDBLOCK)
		return FAIL(e, ERR_CONFLICT, "a site is running in %.80s already", s->dir);
	return fail_path(s, "lock it", e);
}

bool
state_open(struct state *s, const char *path, struct err *e)
{
	*s = (struct state){ .lock = -1 };
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return FAIL(e, ERR_IO, "%.80s: cannot make it: %s", path, strerror(errno));
	TRY(enter(s, path, e));
	if (!lock(s, e) || !stage_read(s, e) || (s->stage == STATE_NONE &&
	    (!empty_enough(s, e) || !state_stage_set(s, STATE_NEW, e)))) {
		state_close(s);
		return false;
	}
	return true;
}

bool
state_visit(struct state *s, const char *path, struct err *e)
{
	*s = (struct state){ .lock = -1 };
	TRY(enter(s, path, e));
	TRY(stage_read(s, e));
	if (s->stage == STATE_NONE)
		return FAIL(e, ERR_ABSENT, NO_SITE, s->dir);
	return true;
}

bool
state_locked(void)
{
	DROP(fd_close) int fd = open("run/lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

void
state_close(struct state *s)
{
	fd_close(&s->lock);
}

/* A backup leaves these out. */
static bool
holds_nothing_lasting(const char *path)
{
	return strncmp(path, "nginx", 5) == 0 || strncmp(path, "outbox", 6) == 0 || strncmp(path, "postbox", 7) == 0;
}

bool
state_folders(const struct state *s, struct err *e)
{
	for (size_t i = 0; i < state_part_count; i++) {
		const char *path = state_parts[i].path;

		if (s->stage == STATE_NEW || (!file_there(path) && holds_nothing_lasting(path)))
			TRY(folder_make(path, state_parts[i].mode, e));
		else if (!file_there(path) && strncmp(path, "offline", 7) != 0)
			return FAIL(e, ERR_ABSENT, "%.80s: the folder '%s' is missing", s->dir, path);
	}
	return true;
}

/* ---- secrets ---- */

/* 32 random bytes each, the same in every place of a row. */
static const char *const shared[][2] = {
	{ "keeper/peers/portal", "portal/secrets/keeper" },
	{ "keeper/peers/clerk", "clerk/secrets/keeper" },
	{ "keeper/peers/control", "control/secrets/keeper" },
	{ "keeper/peers/postbox", "postbox/secrets/keeper" },
	{ "signer/peers/portal", "portal/secrets/signer" },
	{ "signer/peers/clerk", "clerk/secrets/signer" },
	{ "signer/peers/control", "control/secrets/signer" },
	{ "prover/peers/portal", "portal/secrets/prover" },
	{ "prover/peers/control", "control/secrets/prover" },
	{ "keeper/ticket.key", "signer/ticket.key" },
};
/* 32 random bytes that one process has for itself; the vault's rotates, so its size may grow. */
static const char *const single[] = { "keeper/root.key", "keeper/pepper.key", "keeper/index.key" };

#define SECRET_MAX	crypto_sign_SECRETKEYBYTES

struct pair { const char *secret_path, *public_path; size_t secret_size;
	int (*make)(unsigned char *public, unsigned char *secret);
	int (*derive)(unsigned char *public, const unsigned char *secret); };

static const struct pair pairs[] = {
	{ "keeper/box.key", "signer/keeper.pub", crypto_box_SECRETKEYBYTES, crypto_box_keypair,
	    crypto_scalarmult_base },
	{ "prover/statement.key", "keeper/prover.pub", crypto_sign_SECRETKEYBYTES, crypto_sign_keypair,
	    crypto_sign_ed25519_sk_to_pk },
};

static bool
may_make(const struct state *s, const char *path, struct err *e)
{
	/* Sites made before there was a postbox get its channel's secret, which guards nothing that lasts. */
	if (s->stage == STATE_NEW || strstr(path, "postbox") != NULL)
		return true;
	return FAIL(e, ERR_ABSENT, "%.60s/%s is missing: put it back from a backup of the keys; "
	    "it is never made anew", s->dir, path);
}

static bool
secret_shared(const struct state *s, const char *const at[2], struct err *e)
{
	unsigned char a[32], b[32];
	bool have[2] = { file_there(at[0]), file_there(at[1]) }, good = true;

	for (size_t i = 0; i < 2; i++)
		if (!have[i])
			TRY(may_make(s, at[i], e));
	randombytes_buf(a, sizeof(a));
	if (have[0])
		good = file_get_exact(at[0], a, sizeof(a), e);
	if (good && have[1])
		good = file_get_exact(at[1], b, sizeof(b), e);
	if (good && have[1] && !have[0])
		memcpy(a, b, sizeof(a));
	for (size_t i = 0; i < 2 && good; i++)
		good = have[i] || file_put(at[i], a, sizeof(a), 0400, e);
	if (good && have[0] && have[1] && sodium_memcmp(a, b, sizeof(a)) != 0)
		good = FAIL(e, ERR_TAMPER, "%s and %s differ: one of them was replaced", at[0], at[1]);
	sodium_memzero(a, sizeof(a));
	sodium_memzero(b, sizeof(b));
	return good;
}

static bool
single_fits(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return FAIL(e, ERR_IO, "%s: %s", path, strerror(errno));
	/* The vault's grows with its versions. */
	if (st.st_size == 32 || (st.st_size > 32 && strcmp(path, single[0]) == 0))
		return true;
	return FAIL(e, ERR_INPUT, "%s: %lld bytes, which is no key's size: put it back from a backup of the keys", path,
	    (long long)st.st_size);
}

static bool
secret_single(const struct state *s, const char *path, struct err *e)
{
	unsigned char a[32];
	bool good;

	if (file_there(path))
		return single_fits(path, e);
	TRY(may_make(s, path, e));
	randombytes_buf(a, sizeof(a));
	good = file_put(path, a, sizeof(a), 0600, e);
	sodium_memzero(a, sizeof(a));
	return good;
}

static bool
secret_pair(const struct state *s, const struct pair *p, struct err *e)
{
	unsigned char secret[SECRET_MAX], public[32], there[32];
	bool good = true;

	if (!file_there(p->secret_path)) {
		TRY(may_make(s, p->secret_path, e));
		p->make(public, secret);
		good = file_put(p->secret_path, secret, p->secret_size, 0400, e);
	} else
		good = file_get_exact(p->secret_path, secret, p->secret_size, e);
	if (good && p->derive(public, secret) != 0)
		good = FAIL(e, ERR_CRYPTO, "%s is no key", p->secret_path);
	sodium_memzero(secret, sizeof(secret));
	if (!good)
		return false;
	if (!file_there(p->public_path))
		return file_put(p->public_path, public, sizeof(public), 0400, e);
	TRY(file_get_exact(p->public_path, there, sizeof(there), e));
	if (memcmp(there, public, sizeof(there)) != 0)
		return FAIL(e, ERR_TAMPER, "%s does not belong to %s", p->public_path, p->secret_path);
	return true;
}

bool
state_secrets(const struct state *s, struct err *e)
{
	for (size_t i = 0; i < COUNT(shared); i++)
		TRY(secret_shared(s, shared[i], e));
	for (size_t i = 0; i < COUNT(single); i++)
		TRY(secret_single(s, single[i], e));
	for (size_t i = 0; i < COUNT(pairs); i++)
		TRY(secret_pair(s, &pairs[i], e));
	return true;
}
